/* region.c - regions of a heap: making them, giving them memory, writing to it.
 *
 * A region is one mapping of address space with a lock and its own best-fit allocator (blocks.c).
 * take.c chooses one.
 *
 * Invariant: committed memory that is in no block in use is filled with traps,
 * and so is the rest of a block behind its code, TRAPS_BEFORE bytes at the least. Regions stay
 * until the heap is freed, so that a region pointer never dangles; their memory does not.
 */
#include "heap.h"

#include <errno.h>
#include <string.h>

int region_trap(struct region *r, size_t from, size_t n)
{
  int status = region_writable(r, from, n, true);

  if (status != DASM_S_OK)
    return status;
  host_trap(r->mapping.write, from, from + n);
  host_flush(r->mapping.write + from, r->mapping.run + from, n);
  host_forget(r->mapping.run + from, n);
  return region_writable(r, from, n, false);
}

/* Count n more bytes as committed, unless that is beyond the limit. */
static bool claim(struct dasm_CodeHeap *H, size_t n)
{
  size_t now = atomic_load_explicit(&H->committed, memory_order_relaxed);

  do
    if (H->limit != 0 && (now > H->limit || n > H->limit - now))
      return false;
  while (!atomic_compare_exchange_weak(&H->committed, &now, now + n));
  return true;
}

/* A whole step more if the limit allows, else just what is needed. */
int region_commit(struct region *r, size_t end)
{
  struct dasm_CodeHeap *H = r->heap;
  size_t from = r->committed, need, n;
  int e, status;

  if (end <= from)
    return DASM_S_OK;
  need = round_up(end, H->page) - from;
  n = round_up(end, H->commit) - from;
  if (n > r->mapping.size - from)
    n = r->mapping.size - from;
  if (!claim(H, n)) {
    n = need;
    if (!claim(H, n))
      return DASM_S_LIMIT;
  }
  e = H->os->commit(&r->mapping, from, n);
  status = e == 0 ? region_trap(r, from, n) : system_status(e);
  if (status == DASM_S_OK)
    r->committed += n;
  else
    atomic_fetch_sub(&H->committed, n);
  return status;
}

int region_shrink(struct region *r, size_t keep)
{
  struct dasm_CodeHeap *H = r->heap;
  size_t used;
  int e;

  blocks_settle(&r->blocks);
  used = r->blocks.nused == 0 ? 0 : (size_t)r->blocks.at[r->blocks.top].start << H->granule_log;
  keep = round_up(keep > used ? keep : used, H->flags & DASM_HEAP_HUGE ? H->commit : H->page);
  if (keep >= r->committed || r->inherited)
    return DASM_S_OK;
  e = H->os->decommit(&r->mapping, keep, r->committed - keep);
  if (e != 0)
    return system_status(e);
  atomic_fetch_sub(&H->committed, r->committed - keep);
  r->committed = keep;
  return DASM_S_OK;
}

static unsigned mapping_flags(const struct dasm_CodeHeap *H)
{
  return (heap_is_dual(H) ? MAPPING_DUAL : 0u) | (H->flags & DASM_HEAP_HUGE ? MAPPING_HUGE : 0u) |
         (H->flags & DASM_HEAP_FORK_SHARE ? MAPPING_FORK_SHARE : 0u) |
         (H->flags & DASM_HEAP_PKEY ? MAPPING_PKEY : 0u) |
         (H->flags & DASM_HEAP_LANDING ? MAPPING_GUARDED : 0u);
}

static int region_init(struct region *r, size_t size)
{
  struct dasm_CodeHeap *H = r->heap;
  uint32_t granules = (uint32_t)(size >> H->granule_log);

  r->page_size = (granules / PAGE_GRANULES + 1) * sizeof *r->page;
  r->page = heap_alloc(H, NULL, 0, r->page_size);
  if (!r->page)
    return DASM_S_NOMEM;
  memset(r->page, 0, r->page_size);
  if (!blocks_init(&r->blocks, H->os, 1, granules, r->page)) /* traps before the first function, too */
    return DASM_S_NOMEM;
  r->objects = r->blocks.at;
  r->objects_size = r->blocks.max * sizeof *r->objects;
  return DASM_S_OK;
}

void region_free(struct region *r)
{
  struct dasm_CodeHeap *H = r->heap;

  lock_free(&r->lock);
  if (r->mapping.run)
    H->os->unmap(&r->mapping);
  blocks_done(&r->blocks);
  heap_free(H, r->page, r->page_size);
  heap_free(H, r, sizeof *r);
}

static int region_make(struct dasm_CodeHeap *H, const struct mapping_request *q, struct region **out)
{
  struct region *r = heap_alloc(H, NULL, 0, sizeof *r);
  int status, e;

  if (!r)
    return DASM_S_NOMEM;
  memset(r, 0, sizeof *r);
  r->heap = H;
  if (lock_init(&r->lock) != 0) {
    heap_free(H, r, sizeof *r);
    return DASM_S_NOMEM;
  }
  e = H->os->map(q, &r->mapping);
  status = e == 0 ? region_init(r, q->size) : system_status(e);
  if (status == DASM_S_OK)
    *out = r;
  else
    region_free(r);
  return status;
}

/* Might less be given? */
static bool is_too_much(int status)
{
  int e = DASM_S_CLASS(status) == DASM_S_SYSTEM ? (int)DASM_S_POSITION(status) : 0;

  return status == DASM_S_NOMEM || e == ENOMEM || e == EAGAIN || e == EFBIG;
}

static size_t half(const struct dasm_CodeHeap *H, size_t size, size_t least)
{
  size /= 2;
  size = round_up(size, size >= H->commit ? H->commit : H->page);
  return size < least ? least : size;
}

static int region_make_less(struct dasm_CodeHeap *H, struct mapping_request *q, size_t least, struct region **r)
{
  int status = region_make(H, q, r);

  while (is_too_much(status) && q->size > least) {
    q->size = half(H, q->size, least);
    status = region_make(H, q, r);
  }
  return status;
}

/* Has the process as much address space again, for others? */
static bool is_room_left(const struct dasm_CodeHeap *H, size_t size)
{
  void *p = H->os->reserve(size);

  if (p)
    H->os->unreserve(p, size);
  return p != NULL;
}

/* As much address space as wanted, or a half, a quarter ... of it. Where the process is short of
 * it, the rest is not for us alone: then only half of what we could have. */
static int region_fit(struct dasm_CodeHeap *H, struct mapping_request *q, size_t least, struct region **r)
{
  size_t wanted = q->size;
  int status = region_make_less(H, q, least, r);

  if (status != DASM_S_OK || half(H, q->size, least) == q->size || (q->size == wanted && is_room_left(H, wanted)))
    return status;
  region_free(*r);
  q->size = half(H, q->size, least);
  return region_make_less(H, q, least, r);
}

int region_new(struct dasm_CodeHeap *H, size_t n, const struct place *place)
{
  struct mapping_request q = { .size = H->reserve, .flags = mapping_flags(H), .lo = place->lo, .hi = place->hi,
                            .prefer = place->prefer, .name = H->name, .pkey = H->pkey };
  size_t least = round_up(n + ((size_t)1 << H->granule_log), H->page);
  unsigned k = atomic_load(&H->nregions);
  struct region *r;
  int status;

  if (k == MAX_REGIONS)
    return DASM_S_LIMIT;
  if (least < H->floor)
    least = H->floor;
  if ((q.hi - q.lo) / 4 < q.size) /* a narrow place: do not ask for all of it */
    q.size = (size_t)((q.hi - q.lo) / 4);
  if (q.size < least)
    q.size = least;
  q.size = round_up(q.size, H->commit);
  if (q.size >> H->granule_log > MAX_GRANULES)
    return DASM_S_LIMIT;
  status = region_fit(H, &q, least, &r);
  if (status != DASM_S_OK)
    return status;
  H->pkey = r->mapping.pkey;
  H->region[k] = r;
  atomic_store_explicit(&H->nregions, k + 1, memory_order_release);
  return DASM_S_OK;
}

/* Under one mapping, or with a protection key to open. */
int heap_store_opened(struct dasm_Code *code, size_t offset, const void *bytes, size_t n)
{
  struct region *r = code->region;
  size_t at = (size_t)(code_run(code) - r->mapping.run) + offset;
  bool dual = heap_is_dual(r->heap);
  int status, closed;

  if (!r->mapping.write || r->inherited)
    return DASM_S_SEALED;
  if (!dual)
    lock(&r->lock);
  status = region_writable(r, at, n, true);
  if (status == DASM_S_OK) {
    memcpy(r->mapping.write + at, bytes, n);
    closed = region_writable(r, at, n, false);
    if (closed != DASM_S_OK)
      status = closed;
    host_flush(r->mapping.write + at, r->mapping.run + at, n);
  }
  if (!dual)
    unlock(&r->lock);
  return status;
}
