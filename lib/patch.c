/* patch.c - change and free published code.
 *
 * An atomic patch is one aligned store through the writable view. Both views
 * are the same memory, so a fetch sees it entirely or not at all.
 */
#include <string.h>

#include "heap.h"

/* Look the object up and check that [offset, offset + n) is in it. The block cannot go away after
 * the lock is given back: patching and releasing one object is for one thread at a time. */
static int find(struct dasm_CodeHeap *H, struct dasm_Code *code, size_t offset, size_t n)
{
  struct region *r;
  uint32_t bytes;

  heap_here(H);
  if (atomic_load_explicit(&H->sealed, memory_order_relaxed))
    return DASM_S_SEALED;
  r = heap_lock_code(H, code, BLOCK_USED, BLOCK_RETIRED);
  if (!r)
    return DASM_S_HEAP;
  bytes = code->bytes;
  unlock(&r->lock);
  if (r->inherited || !r->mapping.write)
    return DASM_S_SEALED;
  return offset <= bytes && n <= bytes - offset ? DASM_S_OK : DASM_S_SIZE;
}

int dasm_code_write(dasm_CodeHeap *heap, dasm_Code *code, size_t offset, const void *bytes, size_t n)
{
  int status;

  if (!heap || !code || (n != 0 && !bytes))
    return DASM_S_ARG;
  status = find(heap, code, offset, n);
  if (status != DASM_S_OK || n == 0)
    return status;
  status = heap_store(code, offset, bytes, n);
  host_forget(code_run(code) + offset, n);
  heap->os->serialize();
  return status;
}

void *dasm_code_view(dasm_CodeHeap *heap, dasm_Code *code)
{
  if (!heap || !code || !heap_is_dual(heap) || find(heap, code, 0, 0) != DASM_S_OK)
    return NULL;
  return code_view(code);
}

int dasm_code_flush(dasm_CodeHeap *heap, dasm_Code *code, size_t offset, size_t n)
{
  int status;

  if (!heap || !code)
    return DASM_S_ARG;
  status = find(heap, code, offset, n);
  if (status == DASM_S_OK && n != 0) {
    host_flush(code_view(code) + offset, code_run(code) + offset, n);
    host_forget(code_run(code) + offset, n);
  }
  return status;
}

static void store(uint8_t *p, uint64_t value, unsigned n)
{
  switch (n) {
  case 1: atomic_store_explicit((_Atomic uint8_t *)p, (uint8_t)value, memory_order_release); break;
  case 2: atomic_store_explicit((_Atomic uint16_t *)(void *)p, (uint16_t)value, memory_order_release); break;
  case 4: atomic_store_explicit((_Atomic uint32_t *)(void *)p, (uint32_t)value, memory_order_release); break;
#if ATOMIC_LLONG_LOCK_FREE == 2
  default: atomic_store_explicit((_Atomic uint64_t *)(void *)p, value, memory_order_release); break;
#endif
  }
}

static int patch(struct dasm_CodeHeap *H, struct dasm_Code *code, size_t offset, uint64_t value, unsigned n)
{
  struct region *r = code->region;
  size_t at = (size_t)(code_run(code) - r->mapping.run) + offset;
  int status, closed;

  if (at % n != 0)
    return DASM_S_ARG;
  if (!heap_is_dual(H))
    lock(&r->lock);
  status = region_writable(r, at, n, true);
  if (status == DASM_S_OK) {
    store(r->mapping.write + at, value, n);
    closed = region_writable(r, at, n, false);
    if (closed != DASM_S_OK)
      status = closed;
    host_flush(r->mapping.write + at, r->mapping.run + at, n);
    host_forget(r->mapping.run + at, n);
  }
  if (!heap_is_dual(H))
    unlock(&r->lock);
  return status;
}

int dasm_code_patch(dasm_CodeHeap *heap, dasm_Code *code, size_t offset, uint64_t value, unsigned n)
{
  int status;

  if (!heap || !code || (n != 1 && n != 2 && n != 4 && n != 8) || (n == 8 && ATOMIC_LLONG_LOCK_FREE != 2))
    return DASM_S_ARG;
  status = find(heap, code, offset, n);
  return status == DASM_S_OK ? patch(heap, code, offset, value, n) : status;
}

int dasm_code_branch(dasm_CodeHeap *heap, dasm_Code *code, size_t offset, unsigned length,
                     const void *target)
{
  const uint8_t *p;
  uint64_t value;
  int status;

  if (!heap || !code || length < 4)
    return DASM_S_ARG;
  status = find(heap, code, offset, length);
  if (status != DASM_S_OK)
    return status;
  p = code_run(code) + offset;
  status = host_retarget(p, length, (uint64_t)(uintptr_t)p, (uint64_t)(uintptr_t)target, &value);
  return status == DASM_S_OK ? patch(heap, code, offset + length - 4, value, 4) : status;
}

int dasm_code_release(dasm_CodeHeap *heap, dasm_Code *code)
{
  if (!heap || !code)
    return DASM_S_ARG;
  heap_here(heap);
  if (atomic_load_explicit(&heap->sealed, memory_order_relaxed))
    return DASM_S_SEALED;
  return heap_drop(heap, code, BLOCK_USED);
}
