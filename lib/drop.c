/* drop.c - the way to a block in use, and its end. */
#include "heap.h"
#include "tools.h"

static ALWAYS_INLINE struct region *lock_code(struct dasm_CodeHeap *H, const struct dasm_Code *code, int from,
                                              int to)
{
  unsigned n = atomic_load_explicit(&H->nregions, memory_order_acquire), i;

  for (i = 0; i < n; i++) {
    struct region *r = H->region[i];
    uintptr_t at = (uintptr_t)code - (uintptr_t)r->objects;

    if (at >= r->objects_size)
      continue;
    lock(&r->lock);
    if (at < r->blocks.count * sizeof *code && at % sizeof *code == 0 && code->state >= from &&
        code->state <= to && code->region == r)
      return r;
    unlock(&r->lock);
    return NULL;
  }
  return NULL;
}

struct region *heap_lock_code(struct dasm_CodeHeap *H, const struct dasm_Code *code, int from, int to)
{
  return lock_code(H, code, from, to);
}

/* Make the memory of a block traps again. It was all traps but for the code; *intact: and still is,
 * as nothing was written beyond the code's ends. */
static int wipe(struct region *r, const struct dasm_Code *c, bool *intact)
{
  const unsigned log = r->heap->granule_log;
  size_t size = (size_t)c->size << log, start = (size_t)c->start << log, at = start + c->lead;
  size_t entry = at - (c->flags & CODE_HAS_LANDING ? HOST_LANDING_SIZE : 0);

  *intact = host_is_trap(r->mapping.run, start, entry) && host_is_trap(r->mapping.run, at + c->bytes, start + size);
  return *intact ? region_trap(r, entry, at + c->bytes - entry) : region_trap(r, start, size);
}

int heap_drop(struct dasm_CodeHeap *H, struct dasm_Code *code, int state)
{
  struct region *r = lock_code(H, code, state, state);
  uint32_t *table = NULL;
  size_t table_size = 0;
  bool intact = true;
  int status;

  if (!r)
    return DASM_S_HEAP;
  tools_remove(H, code);
  status = r->inherited ? DASM_S_OK : wipe(r, code, &intact);
  if (UNLIKELY(status != DASM_S_OK)) {
    unlock(&r->lock);
    return status;
  }
  if (code->flags & CODE_OWNS_TABLE) {
    table = code->labels.table;
    table_size = table_bytes(code);
  }
  r->code -= code->bytes;
  blocks_free(&r->blocks, (uint32_t)(code - r->objects));
  if (r->blocks.nused == 0 && r->committed > H->retain && !(H->flags & DASM_HEAP_KEEP))
    (void)region_shrink(r, H->retain); /* if refused, the memory stays */
  unlock(&r->lock);
  if (table)
    heap_free(H, table, table_size);
  return intact ? DASM_S_OK : DASM_S_HEAP;
}
