/* debug_perf.c - code shows up in perf with its name, bytes, lines and frames.
 *
 * Two files that perf defines. /tmp/perf-PID.map: a line per function, for
 * perf report. jit-PID.dump: records with bytes, source lines and unwind tables, for
 * `perf record -k mono` and `perf inject --jit`; perf learns of the file by seeing
 * its first page mapped executable. One write per function, under the tools lock; after one that
 * failed, the next goes to the same place of the dump, or to a new line of the map.
 */
#include "tools.h"

#if defined(__linux__)
#include <stdio.h>

enum { JIT_MAGIC = 0x4a695444, JIT_CODE_LOAD = 0, JIT_CODE_DEBUG_INFO = 2, JIT_CODE_UNWINDING_INFO = 4 };

static int append(struct dasm_CodeHeap *H, const struct bytes *b)
{
  int e = b->failed ? 0 : H->os->file_write(H->jitdump, b->p, b->n, H->jitdump_end);

  if (b->failed || e != 0)
    return b->failed ? DASM_S_NOMEM : system_status(e);
  H->jitdump_end += b->n;
  return DASM_S_OK;
}

static int start_dump(struct dasm_CodeHeap *H)
{
  struct bytes b = { .heap = H };
  int status, e;

  bytes_u32(&b, JIT_MAGIC);
  bytes_u32(&b, 1);
  bytes_u32(&b, 40);
  bytes_u32(&b, HOST_MACHINE);
  bytes_u32(&b, 0);
  bytes_u32(&b, (uint32_t)H->process);
  bytes_u64(&b, H->os->nanoseconds());
  bytes_u64(&b, 0);
  H->jitdump_end = 0;
  status = append(H, &b);
  bytes_free(&b);
  if (status != DASM_S_OK)
    return status;
  e = H->os->file_mark(H->jitdump, &H->jitdump_mark);
  return e == 0 ? DASM_S_OK : system_status(e);
}

static int open_file(struct dasm_CodeHeap *H, const char *path, bool append, int *fd)
{
  int e = H->os->file_open(path, append, fd);

  if (e == 0)
    return DASM_S_OK;
  *fd = -1;
  return system_status(e);
}

int perf_open(struct dasm_CodeHeap *H)
{
  char path[sizeof H->directory + 64];
  int status = DASM_S_OK;

  if (H->flags & DASM_HEAP_PERFMAP) {
    snprintf(path, sizeof path, "/tmp/perf-%ld.map", H->process);
    status = open_file(H, path, true, &H->perfmap);
  }
  if (status == DASM_S_OK && (H->flags & DASM_HEAP_JITDUMP)) {
    snprintf(path, sizeof path, "%s/jit-%ld.dump", H->directory, H->process);
    status = open_file(H, path, false, &H->jitdump);
    if (status == DASM_S_OK)
      status = start_dump(H);
  }
  if (status != DASM_S_OK)
    perf_close(H);
  return status;
}

void perf_close(struct dasm_CodeHeap *H)
{
  if (H->perfmap >= 0 && H->perfmap_torn)
    (void)H->os->file_write(H->perfmap, "\n", 1, ~(uint64_t)0); /* another heap may go on */
  if (H->perfmap >= 0)
    H->os->file_close(H->perfmap);
  if (H->jitdump_mark)
    H->os->file_unmark(H->jitdump_mark);
  if (H->jitdump >= 0)
    H->os->file_close(H->jitdump);
  H->jitdump_mark = NULL;
  H->perfmap = H->jitdump = -1;
  H->perfmap_torn = false;
}

/* ---- Records ---- */

static void map_line(struct bytes *b, const struct code_facts *f)
{
  char numbers[64];
  size_t i;

  snprintf(numbers, sizeof numbers, "%lx %lx ", (unsigned long)f->entry, (unsigned long)f->size);
  bytes_add(b, numbers, strlen(numbers));
  for (i = 0; f->name[i]; i++)
    bytes_u8(b, f->name[i] == '\n' ? ' ' : (unsigned char)f->name[i]);
  bytes_u8(b, '\n');
}

/* The head of a record; end() fills in its size. */
static size_t begin(struct bytes *b, uint32_t id)
{
  size_t at = b->n;

  bytes_u32(b, id);
  bytes_u32(b, 0);
  bytes_u64(b, b->heap->os->nanoseconds());
  return at;
}

static void end(struct bytes *b, size_t at)
{
  uint32_t n = (uint32_t)(b->n - at);

  if (!b->failed)
    memcpy(b->p + at + 4, &n, 4);
}

static void debug_record(struct bytes *b, const struct code_facts *f)
{
  size_t at = begin(b, JIT_CODE_DEBUG_INFO), i;

  bytes_u64(b, f->entry);
  bytes_u64(b, f->nlines);
  for (i = 0; i < f->nlines; i++) {
    bytes_u64(b, f->base + f->lines[i].offset);
    bytes_u32(b, f->lines[i].line);
    bytes_u32(b, 0);
    bytes_text(b, f->lines[i].file);
  }
  end(b, at);
}

/* perf puts the frames behind the code in a file of its own, the table first, and takes both
 * together for what is mapped: so they must fit into the block, although they are not in its
 * memory. */
static int unwinding_record(struct bytes *b, const struct code_facts *f)
{
  struct bytes frames = { .heap = b->heap };
  size_t fde, at, table;
  int status = dwarf_frames(&frames, f, FRAMES_RELATIVE, &fde);

  if (status == DASM_S_OK) {
    bytes_align(&frames, 4);
    table = frames.n;
    dwarf_frames_header(&frames, f, fde);
    at = begin(b, JIT_CODE_UNWINDING_INFO);
    bytes_u64(b, frames.n);
    bytes_u64(b, frames.n - table);
    bytes_u64(b, ((f->size + 7) & ~(size_t)7) + frames.n <= f->room ? frames.n : 0);
    bytes_add(b, frames.p, frames.n);
    while (b->n % 8 != at % 8 && !b->failed)
      bytes_u8(b, 0);
    end(b, at);
    b->failed |= frames.failed;
  }
  bytes_free(&frames);
  return status;
}

static void load_record(struct bytes *b, const struct code_facts *f)
{
  size_t at = begin(b, JIT_CODE_LOAD);

  bytes_u32(b, (uint32_t)b->heap->process);
  bytes_u32(b, (uint32_t)b->heap->os->thread());
  bytes_u64(b, f->entry);
  bytes_u64(b, f->entry);
  bytes_u64(b, f->size);
  bytes_u64(b, b->heap->jitdump_index++);
  bytes_text(b, f->name);
  bytes_add(b, (const void *)f->entry, f->size);
  end(b, at);
}

static int add_to_map(struct dasm_CodeHeap *H, const struct code_facts *f)
{
  struct bytes b = { .heap = H };
  int status = DASM_S_NOMEM, e;

  if (H->perfmap_torn)
    bytes_u8(&b, '\n');
  map_line(&b, f);
  if (!b.failed) {
    e = H->os->file_write(H->perfmap, b.p, b.n, ~(uint64_t)0);
    status = e == 0 ? DASM_S_OK : system_status(e);
    H->perfmap_torn = e != 0;
  }
  bytes_free(&b);
  return status;
}

/* Lines and frames come before the code that they are about. */
static int add_to_dump(struct dasm_CodeHeap *H, const struct code_facts *f)
{
  struct bytes b = { .heap = H };
  int status = DASM_S_OK;

  if (f->nlines != 0)
    debug_record(&b, f);
  if (dwarf_knows_frames())
    status = unwinding_record(&b, f);
  load_record(&b, f);
  if (status == DASM_S_OK)
    status = append(H, &b);
  bytes_free(&b);
  return status;
}

int perf_add(struct dasm_CodeHeap *H, const struct code_facts *f)
{
  int status = H->perfmap >= 0 ? add_to_map(H, f) : DASM_S_OK;

  return status == DASM_S_OK && H->jitdump >= 0 ? add_to_dump(H, f) : status;
}

#else

#include <errno.h>

int perf_open(struct dasm_CodeHeap *H)
{
  (void)H;
  return system_status(ENOSYS);
}

void perf_close(struct dasm_CodeHeap *H)
{
  (void)H;
}

int perf_add(struct dasm_CodeHeap *H, const struct code_facts *f)
{
  (void)H, (void)f;
  return DASM_S_OK;
}

#endif
