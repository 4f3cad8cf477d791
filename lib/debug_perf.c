/* debug_perf.c - code shows up in perf with its name, bytes and lines.
 *
 * Two files that perf defines. /tmp/perf-PID.map: a line per function, for
 * perf report. jit-PID.dump: records with bytes and source lines, for
 * `perf record -k mono` and `perf inject --jit`; perf learns of the file by seeing
 * its first page mapped executable. One write per record, under the tools lock.
 */
#define _GNU_SOURCE 1

#include "tools.h"

#if defined(__linux__)
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { JIT_MAGIC = 0x4a695444, JIT_CODE_LOAD = 0, JIT_CODE_DEBUG_INFO = 2, JIT_CODE_CLOSE = 3 };

static uint64_t now(void)
{
  struct timespec t;

  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int write_all(int fd, const struct bytes *b)
{
  size_t done = 0;
  ssize_t n;

  if (b->failed)
    return DASM_S_NOMEM;
  while (done < b->n) {
    n = write(fd, b->p + done, b->n - done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return system_status(n < 0 ? errno : ENOSPC);
    done += (size_t)n;
  }
  return DASM_S_OK;
}

/* The machine as the running program's own header has it. */
static uint32_t machine(void)
{
#if defined(__x86_64__)
  return EM_X86_64;
#elif defined(__i386__)
  return EM_386;
#elif defined(__aarch64__)
  return EM_AARCH64;
#elif defined(__arm__)
  return EM_ARM;
#elif defined(__powerpc64__)
  return EM_PPC64;
#elif defined(__s390x__)
  return EM_S390;
#else
  return EM_NONE;
#endif
}

static int start_dump(struct dasm_CodeHeap *H)
{
  struct bytes b = { .heap = H };
  int status;

  bytes_u32(&b, JIT_MAGIC);
  bytes_u32(&b, 1);
  bytes_u32(&b, 40);
  bytes_u32(&b, machine());
  bytes_u32(&b, 0);
  bytes_u32(&b, (uint32_t)getpid());
  bytes_u64(&b, now());
  bytes_u64(&b, 0);
  status = write_all(H->jitdump, &b);
  bytes_free(&b);
  if (status != DASM_S_OK)
    return status;
  H->jitdump_mark = mmap(NULL, H->page, PROT_READ | PROT_EXEC, MAP_PRIVATE, H->jitdump, 0);
  if (H->jitdump_mark == MAP_FAILED) {
    H->jitdump_mark = NULL;
    return system_status(errno);
  }
  return DASM_S_OK;
}

int perf_open(struct dasm_CodeHeap *H)
{
  char path[sizeof H->directory + 64];
  int status = DASM_S_OK;

  if (H->flags & DASM_HEAP_PERFMAP) {
    snprintf(path, sizeof path, "/tmp/perf-%ld.map", (long)getpid());
    H->perfmap = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (H->perfmap < 0)
      return system_status(errno);
  }
  if (H->flags & DASM_HEAP_JITDUMP) {
    snprintf(path, sizeof path, "%s/jit-%ld.dump", H->directory, (long)getpid());
    H->jitdump = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    status = H->jitdump < 0 ? system_status(errno) : start_dump(H);
  }
  if (status != DASM_S_OK)
    perf_close(H);
  return status;
}

void perf_close(struct dasm_CodeHeap *H)
{
  if (H->perfmap >= 0)
    close(H->perfmap);
  if (H->jitdump_mark)
    munmap(H->jitdump_mark, H->page);
  if (H->jitdump >= 0)
    close(H->jitdump);
  H->jitdump_mark = NULL;
  H->perfmap = H->jitdump = -1;
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

/* The head of a record; bytes_fix fills in its size. */
static size_t begin(struct bytes *b, uint32_t id)
{
  size_t at = b->n;

  bytes_u32(b, id);
  bytes_u32(b, 0);
  bytes_u64(b, now());
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

static void load_record(struct bytes *b, const struct code_facts *f, uint64_t index)
{
  size_t at = begin(b, JIT_CODE_LOAD);

  bytes_u32(b, (uint32_t)getpid());
  bytes_u32(b, (uint32_t)syscall(SYS_gettid));
  bytes_u64(b, f->entry);
  bytes_u64(b, f->entry);
  bytes_u64(b, f->size);
  bytes_u64(b, index);
  bytes_text(b, f->name);
  bytes_add(b, (const void *)f->entry, f->size);
  end(b, at);
}

int perf_add(struct dasm_CodeHeap *H, const struct code_facts *f)
{
  struct bytes b = { .heap = H };
  int status = DASM_S_OK;

  if (H->perfmap >= 0) {
    map_line(&b, f);
    status = write_all(H->perfmap, &b);
    b.n = 0;
  }
  if (status == DASM_S_OK && H->jitdump >= 0) {
    if (f->nlines != 0)
      debug_record(&b, f);
    load_record(&b, f, H->jitdump_index++);
    status = write_all(H->jitdump, &b);
  }
  bytes_free(&b);
  return status;
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
