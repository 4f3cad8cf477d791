/* tools.c - tell the tools that a heap's flags name about code that comes and goes.
 *
 * A piece of code is told of when it is complete and before its publisher
 * returns, and taken back before its memory is touched. All telling is done under the heap's
 * tools lock, which dasm_heap_fork() takes too: so no lock of a tool is held at a fork.
 */
#include "tools.h"

#include "host.h"

int tools_init(struct dasm_CodeHeap *H, const char *directory)
{
  int status = DASM_S_OK;

  H->perfmap = H->jitdump = -1;
  if (strlen(directory) >= sizeof H->directory)
    return DASM_S_ARG;
  strcpy(H->directory, directory);
  if (!(H->flags & TOOL_FLAGS))
    return DASM_S_OK;
  if (lock_init(&H->tools_lock) != 0)
    return DASM_S_NOMEM;
  if (H->flags & (DASM_HEAP_PERFMAP | DASM_HEAP_JITDUMP))
    status = perf_open(H);
  if (status == DASM_S_OK && (H->flags & DASM_HEAP_UNWIND))
    status = unwind_init(H);
  if (status != DASM_S_OK)
    tools_done(H);
  return status;
}

void tools_done(struct dasm_CodeHeap *H)
{
  if (!(H->flags & TOOL_FLAGS))
    return;
  perf_close(H);
  lock_free(&H->tools_lock);
}

void tools_fork_lock(struct dasm_CodeHeap *H, bool on)
{
  if (!(H->flags & TOOL_FLAGS))
    return;
  if (on)
    lock(&H->tools_lock);
  else
    unlock(&H->tools_lock);
}

void tools_forked(struct dasm_CodeHeap *H)
{
  if (!(H->flags & TOOL_FLAGS))
    return;
  lock_init(&H->tools_lock);
  perf_close(H);
  if (perf_open(H) != DASM_S_OK)
    H->flags &= ~(unsigned)(DASM_HEAP_PERFMAP | DASM_HEAP_JITDUMP);
}

/* ---- Facts ---- */

/* The global label at the lowest offset that has a name. */
static const char *label_name(const struct dasm_State *D)
{
  const char *name = "";
  uint32_t i, lowest = UINT32_MAX;

  for (i = 0; i < D->global.n && i < list_u32(D->list + LIST_AT_NGLOBALS); i++) {
    uint32_t offset = slot_final(D, &D->global, i);

    if (offset < lowest && *list_global(D->list, i)) {
      lowest = offset;
      name = list_global(D->list, i);
    }
  }
  return name;
}

static int copy_name(struct dasm_CodeHeap *H, struct code_tools *t, const char *name)
{
  t->name_size = strlen(name) + 1;
  t->name = heap_alloc(H, NULL, 0, t->name_size);
  if (!t->name)
    return DASM_S_NOMEM;
  memcpy(t->name, name, t->name_size);
  return DASM_S_OK;
}

static int copy_lines(struct dasm_CodeHeap *H, struct code_facts *f, const struct dasm_State *D, size_t *size)
{
  dasm_Line *lines;

  *size = 0;
  if (!D || notes_count(D) == 0 || !(H->flags & (DASM_HEAP_GDB | DASM_HEAP_JITDUMP)))
    return DASM_S_OK;
  lines = heap_alloc(H, NULL, 0, notes_count(D) * sizeof *lines);
  if (!lines)
    return DASM_S_NOMEM;
  *size = notes_count(D) * sizeof *lines;
  f->nlines = notes_resolve(D, lines, notes_count(D));
  f->lines = lines;
  return DASM_S_OK;
}

static int tell_all(struct dasm_CodeHeap *H, struct code_tools *t, const struct code_facts *f)
{
  int status = DASM_S_OK;

  lock(&H->tools_lock);
  if (H->flags & DASM_HEAP_UNWIND)
    status = unwind_add(H, t, f);
  if (status == DASM_S_OK && (H->flags & DASM_HEAP_GDB))
    status = gdb_add(H, t, f);
  if (status == DASM_S_OK && (H->flags & (DASM_HEAP_PERFMAP | DASM_HEAP_JITDUMP)))
    status = perf_add(H, f);
  unlock(&H->tools_lock);
  return status;
}

int tools_tell(struct dasm_CodeHeap *H, struct dasm_Code *code, const dasm_CodeInfo *info,
               const struct dasm_State *D)
{
  struct code_facts f = { .info = info };
  struct code_tools *t;
  size_t size;
  int status;

  t = heap_alloc(H, NULL, 0, sizeof *t);
  if (!t)
    return DASM_S_NOMEM;
  memset(t, 0, sizeof *t);
  code->tools = t;
  f.entry = (uintptr_t)code_entry(code);
  f.base = (uintptr_t)code_run(code);
  f.size = code->bytes + (f.base - f.entry);
  f.room = block_bytes(code) - code->lead + (f.base - f.entry);
  status = copy_name(H, t, info && info->name ? info->name : D ? label_name(D) : "");
  f.name = t->name && *t->name ? t->name : "jit code";
  if (status == DASM_S_OK)
    status = copy_lines(H, &f, D, &size);
  if (status == DASM_S_OK) {
    status = tell_all(H, t, &f);
    heap_free(H, (void *)(uintptr_t)f.lines, size);
  }
  return status; /* on error the block is dropped, and tools_forget called */
}

void tools_forget(struct dasm_CodeHeap *H, struct dasm_Code *code)
{
  struct code_tools *t = code->tools;

  lock(&H->tools_lock);
  gdb_remove(H, t);
  unwind_remove(H, t);
  unlock(&H->tools_lock);
  heap_free(H, t->name, t->name_size);
  heap_free(H, t, sizeof *t);
  code->tools = NULL;
}

const char *dasm_code_name(const dasm_Code *code)
{
  return code && code->tools && code->tools->name ? code->tools->name : "";
}
