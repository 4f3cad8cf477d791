/* codeheap.c - heaps, their regions, allocation.
 *
 * A heap is a growing set of regions; a region is one span of address space
 * with a lock and its own best-fit allocator (blocks.c). A thread starts at the
 * region its slot names. If that is locked by another thread, the slot moves on
 * to another region, and a new one is made while there are fewer than `shards`:
 * so threads that collide spread out, and a program of one thread has one region.
 *
 * Invariant: committed memory that is in no block in use is filled with traps,
 * and so is the rest of a block behind its code. Regions stay until the heap
 * is freed, so that a region pointer never dangles; their memory does not.
 */
#include "heap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "tools.h"

enum { NO_ROOM = -1 }; /* the region has no block of that size */

#define HUGE_PAGE ((size_t)2 << 20)
#define HALF_WAY ((size_t)1 << (sizeof(size_t) * 8 - 2)) /* sizes up to here can be rounded up */
#define ALL_FLAGS (DASM_HEAP_HUGE | DASM_HEAP_LOW | DASM_HEAP_LANDING | DASM_HEAP_FORK_SHARE | \
                   DASM_HEAP_KEEP | DASM_HEAP_PKEY | TOOL_FLAGS)

/* ---- Bookkeeping memory ---- */

static void *c_realloc(void *user, void *p, size_t osize, size_t nsize)
{
  (void)user, (void)osize;
  return realloc(p, nsize);
}

static void c_free(void *user, void *p, size_t size)
{
  (void)user, (void)size;
  free(p);
}

void *heap_alloc(struct dasm_CodeHeap *H, void *p, size_t osize, size_t nsize)
{
  return H->alloc.realloc(H->alloc.user, p, osize, nsize);
}

void heap_free(struct dasm_CodeHeap *H, void *p, size_t size)
{
  if (p)
    H->alloc.free(H->alloc.user, p, size);
}

/* ---- Regions ---- */

static size_t round_up(size_t n, size_t to)
{
  return (n + to - 1) & ~(to - 1);
}

static int fill_traps(struct region *r, size_t from, size_t n)
{
  int status = region_writable(r, from, n, true);

  if (status != DASM_S_OK)
    return status;
  host_trap(r->span.write, from, from + n);
  host_flush(r->span.write + from, r->span.run + from, n);
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

/* Let the first `end` bytes of a region have memory: a whole step more if the limit allows, else
 * just what is needed. */
static int region_commit(struct region *r, size_t end)
{
  struct dasm_CodeHeap *H = r->heap;
  size_t from = r->committed, need, n;
  int e, status;

  if (end <= from)
    return DASM_S_OK;
  need = round_up(end, H->page) - from;
  n = round_up(end, H->commit) - from;
  if (n > r->span.size - from)
    n = r->span.size - from;
  if (!claim(H, n)) {
    n = need;
    if (!claim(H, n))
      return DASM_S_LIMIT;
  }
  e = H->os->commit(&r->span, from, n);
  status = e == 0 ? fill_traps(r, from, n) : system_status(e);
  if (status == DASM_S_OK)
    r->committed += n;
  else
    atomic_fetch_sub(&H->committed, n);
  return status;
}

/* Give memory behind the first `keep` bytes back, as far as it is unused. */
static int region_shrink(struct region *r, size_t keep)
{
  struct dasm_CodeHeap *H = r->heap;
  size_t used = (size_t)r->blocks.at[r->blocks.top].start << H->granule_log;
  int e;

  keep = round_up(keep > used ? keep : used, H->page);
  if (keep >= r->committed || r->inherited)
    return DASM_S_OK;
  e = H->os->decommit(&r->span, keep, r->committed - keep);
  if (e != 0)
    return system_status(e);
  atomic_fetch_sub(&H->committed, r->committed - keep);
  r->committed = keep;
  return DASM_S_OK;
}

static unsigned span_flags(const struct dasm_CodeHeap *H)
{
  return (heap_is_dual(H) ? SPAN_DUAL : 0u) | (H->flags & DASM_HEAP_HUGE ? SPAN_HUGE : 0u) |
         (H->flags & DASM_HEAP_FORK_SHARE ? SPAN_FORK_SHARE : 0u) |
         (H->flags & DASM_HEAP_PKEY ? SPAN_PKEY : 0u) |
         (H->flags & DASM_HEAP_LANDING ? SPAN_GUARDED : 0u);
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
  if (!blocks_init(&r->blocks, H->os, granules, r->page))
    return DASM_S_NOMEM;
  return lock_init(&r->lock) == 0 ? DASM_S_OK : DASM_S_NOMEM;
}

static void region_free(struct region *r, bool locked)
{
  struct dasm_CodeHeap *H = r->heap;

  if (locked)
    lock_free(&r->lock);
  if (r->span.run)
    H->os->unmap(&r->span);
  blocks_done(&r->blocks);
  heap_free(H, r->page, r->page_size);
  heap_free(H, r, sizeof *r);
}

/* A new region for at least n bytes within lo ... hi. H->grow is held. */
static int region_new(struct dasm_CodeHeap *H, size_t n, uint64_t lo, uint64_t hi, uint64_t prefer)
{
  struct span_request q = { .flags = span_flags(H), .lo = lo, .hi = hi, .prefer = prefer, .name = H->name,
                            .pkey = H->pkey };
  unsigned k = atomic_load(&H->nregions);
  struct region *r;
  int status, e;

  if (k == MAX_REGIONS)
    return DASM_S_LIMIT;
  q.size = H->reserve;
  if (hi - lo < (uint64_t)q.size * 4) /* a narrow place: do not ask for all of it */
    q.size = (size_t)((hi - lo) / 4);
  if (q.size < n)
    q.size = n;
  q.size = round_up(q.size, H->commit);
  if (q.size >> H->granule_log > MAX_GRANULES)
    return DASM_S_LIMIT;
  r = heap_alloc(H, NULL, 0, sizeof *r);
  if (!r)
    return DASM_S_NOMEM;
  memset(r, 0, sizeof *r);
  r->heap = H;
  e = H->os->map(&q, &r->span);
  status = e == 0 ? region_init(r, q.size) : system_status(e);
  if (status != DASM_S_OK) {
    region_free(r, false);
    return status;
  }
  H->pkey = r->span.pkey;
  H->region[k] = r;
  atomic_store_explicit(&H->nregions, k + 1, memory_order_release);
  return DASM_S_OK;
}

/* ---- Allocation ---- */

struct want {
  uint32_t size, align; /* granules */
  uint32_t bytes;       /* of code */
  uint16_t lead;
  uint64_t lo, hi, prefer;
  bool anywhere;
};

/* Take a block from a locked region. */
static int region_take(struct region *r, const struct want *w, struct dasm_Code **code)
{
  uint32_t n = blocks_alloc(&r->blocks, w->size, w->align);
  struct dasm_Code *c;
  size_t end;
  int status;

  if (n == 0)
    return NO_ROOM;
  c = &r->blocks.at[n];
  end = (size_t)(c->start + c->size) << r->heap->granule_log;
  if (end > r->committed) {
    status = region_commit(r, end);
    if (status != DASM_S_OK) {
      blocks_free(&r->blocks, n);
      return status;
    }
  }
  c->region = r;
  c->left = c->right = 0;
  c->bytes = w->bytes;
  c->lead = w->lead;
  c->flags = w->lead ? CODE_HAS_LANDING : 0;
  c->tools = NULL;
  r->code += w->bytes;
  *code = c;
  return DASM_S_OK;
}

static bool region_suits(const struct region *r, const struct want *w)
{
  uint64_t at = (uint64_t)(uintptr_t)r->span.run;

  return !r->inherited && (w->anywhere || (at >= w->lo && at + r->span.size <= w->hi));
}

/* Try every region, then a new one. */
static int take_anywhere(struct dasm_CodeHeap *H, const struct want *w, struct dasm_Code **code)
{
  size_t room = (size_t)w->size + (w->align - 1);
  unsigned i = 0, n;
  int status = NO_ROOM, got;

  lock(&H->grow);
  for (;;) {
    n = atomic_load_explicit(&H->nregions, memory_order_acquire);
    for (; i < n; i++) {
      struct region *r = H->region[i];

      if (!region_suits(r, w))
        continue;
      lock(&r->lock);
      got = region_take(r, w, code);
      unlock(&r->lock);
      if (got == DASM_S_OK) {
        atomic_store_explicit(&H->slot[thread_hash() % NSLOTS], r, memory_order_release);
        status = got;
        goto done;
      }
      if (got != NO_ROOM)
        status = got;
    }
    if (status != NO_ROOM)
      goto done;
    status = region_new(H, room << H->granule_log, w->lo, w->hi, w->prefer);
    if (status != DASM_S_OK)
      goto done;
    status = DASM_S_SYSTEM; /* a region that was made and still has no room: cannot be */
  }
done:
  unlock(&H->grow);
  return status;
}

/* The slot's region is busy: find another that is not, or make one. Returns it locked. */
static struct region *other_region(struct dasm_CodeHeap *H, struct region *busy, const struct want *w)
{
  unsigned n = atomic_load_explicit(&H->nregions, memory_order_acquire), i, at = thread_hash();

  for (i = 0; i < n; i++) {
    struct region *r = H->region[(at + i) % n];

    if (r != busy && region_suits(r, w) && lock_try(&r->lock))
      return r;
  }
  if (n < H->shards && lock_try(&H->grow)) {
    int status = region_new(H, (size_t)w->size << H->granule_log, H->lo, H->hi, H->prefer);

    n = atomic_load(&H->nregions);
    unlock(&H->grow);
    if (status == DASM_S_OK) {
      lock(&H->region[n - 1]->lock);
      return H->region[n - 1];
    }
  }
  lock(&busy->lock);
  return busy;
}

static int take(struct dasm_CodeHeap *H, const struct want *w, struct dasm_Code **code)
{
  _Atomic(struct region *) *slot = &H->slot[thread_hash() % NSLOTS];
  struct region *r = atomic_load_explicit(slot, memory_order_acquire), *mine = r;
  int status;

  if (!r || !region_suits(r, w))
    return take_anywhere(H, w, code);
  if (!lock_try(&r->lock))
    r = other_region(H, r, w);
  status = region_take(r, w, code);
  unlock(&r->lock);
  if (status != DASM_S_OK)
    return take_anywhere(H, w, code);
  if (r != mine)
    atomic_store_explicit(slot, r, memory_order_release);
  return DASM_S_OK;
}

/* reach bytes around an address, within lo ... hi. */
static bool narrow(uint64_t *lo, uint64_t *hi, uint64_t around, uint64_t reach)
{
  uint64_t a = around > reach ? around - reach : 0;
  uint64_t b = around + reach < around ? UINT64_MAX : around + reach;

  if (a > *lo)
    *lo = a;
  if (b < *hi)
    *hi = b;
  return *lo < *hi;
}

static bool is_alignment(size_t n)
{
  return n != 0 && (n & (n - 1)) == 0 && n <= MAX_ALIGNMENT;
}

int heap_take(struct dasm_CodeHeap *H, size_t n, const dasm_CodeInfo *info, struct dasm_Code **code)
{
  struct want w = { .lo = H->lo, .hi = H->hi, .prefer = H->prefer, .anywhere = true };
  size_t align = H->alignment, granule = (size_t)1 << H->granule_log, lead = 0;
  unsigned landing = H->flags & DASM_HEAP_LANDING;

  if (atomic_load_explicit(&H->sealed, memory_order_relaxed))
    return DASM_S_SEALED;
  if (n == 0 || n > 0x7fffffff)
    return DASM_S_SIZE;
  if (info) {
    if (info->alignment != 0 && !is_alignment(info->alignment))
      return DASM_S_ARG;
    if (info->alignment > align)
      align = info->alignment;
    if (info->flags & DASM_CODE_LANDING)
      landing = 1;
    if (info->flags & DASM_CODE_NO_LANDING)
      landing = 0;
    if (info->reach != 0) {
      if (!narrow(&w.lo, &w.hi, info->around, info->reach))
        return system_status(ENOMEM);
      w.anywhere = false;
      w.prefer = info->around;
    }
  }
  if (landing && HOST_LANDING_SIZE != 0)
    lead = align < 16 ? 16 : align;
  if (align < granule)
    align = granule;
  w.align = (uint32_t)(align >> H->granule_log);
  w.size = (uint32_t)((n + lead + granule - 1) >> H->granule_log);
  w.bytes = (uint32_t)n;
  w.lead = (uint16_t)lead;
  return take(H, &w, code);
}

/* ---- Access to blocks ---- */

struct region *heap_lock_code(struct dasm_CodeHeap *H, const struct dasm_Code *code, int from, int to)
{
  unsigned n = atomic_load_explicit(&H->nregions, memory_order_acquire), i;
  uintptr_t p = (uintptr_t)code;

  for (i = 0; i < n; i++) {
    struct region *r = H->region[i];
    uintptr_t base = (uintptr_t)r->blocks.at;

    if (p - base >= r->blocks.max * sizeof *code)
      continue;
    lock(&r->lock);
    if (p - base < r->blocks.count * sizeof *code && (p - base) % sizeof *code == 0 &&
        code->state >= from && code->state <= to && code->region == r)
      return r;
    unlock(&r->lock);
    return NULL;
  }
  return NULL;
}

int heap_store(struct region *r, struct dasm_Code *code, size_t offset, const void *bytes, size_t n)
{
  size_t at = (size_t)(code_run(code) - r->span.run) + offset;
  bool dual = heap_is_dual(r->heap);
  int status;

  if (!r->span.write || r->inherited)
    return DASM_S_SEALED;
  if (!dual)
    lock(&r->lock);
  status = region_writable(r, at, n, true);
  if (status == DASM_S_OK) {
    memcpy(r->span.write + at, bytes, n);
    status = region_writable(r, at, n, false);
    host_flush(r->span.write + at, r->span.run + at, n);
  }
  if (!dual)
    unlock(&r->lock);
  return status;
}

/* Nothing written before or behind the code? */
static bool is_intact(const struct region *r, const struct dasm_Code *c)
{
  size_t at = (size_t)(code_run(c) - r->span.run), start = at - c->lead;
  size_t pad = c->flags & CODE_HAS_LANDING ? HOST_LANDING_SIZE : 0;

  return host_is_trap(r->span.run, start, at - pad) &&
         host_is_trap(r->span.run, at + c->bytes, start + block_bytes(c));
}

int heap_drop(struct dasm_CodeHeap *H, struct dasm_Code *code, int state)
{
  struct region *r = heap_lock_code(H, code, state, state);
  uint32_t *table = NULL;
  size_t table_size = 0, start;
  int status = DASM_S_OK;

  if (!r)
    return DASM_S_HEAP;
  start = (size_t)code->start << H->granule_log;
  tools_remove(H, code);
  if (!r->inherited) {
    if (!is_intact(r, code))
      status = DASM_S_HEAP;
    int filled = fill_traps(r, start, block_bytes(code));
    if (filled != DASM_S_OK) {
      unlock(&r->lock);
      return filled;
    }
  }
  if (code->flags & CODE_OWNS_TABLE) {
    table = code->labels.table;
    table_size = ((size_t)code->left + code->right) * sizeof *table;
  }
  r->code -= code->bytes;
  blocks_free(&r->blocks, (uint32_t)(code - r->blocks.at));
  if (r->blocks.nused == 0 && !(H->flags & DASM_HEAP_KEEP))
    (void)region_shrink(r, H->retain); /* if refused, the memory stays */
  unlock(&r->lock);
  heap_free(H, table, table_size);
  return status;
}

/* ---- Heaps ---- */

static int read_options(struct dasm_CodeHeap *H, const dasm_HeapOptions *given)
{
  dasm_HeapOptions o;
  size_t size;

  memset(&o, 0, sizeof o);
  if (given) {
    size = given->size;
    if (size < offsetof(dasm_HeapOptions, reserve) || size > 4096)
      return DASM_S_ARG;
    memcpy(&o, given, size < sizeof o ? size : sizeof o);
  }
  if (o.strategy < DASM_HEAP_AUTO || o.strategy > DASM_HEAP_FLIP || (o.flags & ~(unsigned)ALL_FLAGS) ||
      o.shards > 64 || o.reserve > HALF_WAY || o.commit > HALF_WAY ||
      (o.alignment != 0 && !is_alignment(o.alignment)))
    return DASM_S_ARG;
  H->strategy = o.strategy;
  H->flags = o.flags;
  H->page = H->os->page_size();
  H->commit = round_up(o.commit ? o.commit : 65536, o.flags & DASM_HEAP_HUGE ? HUGE_PAGE : H->page);
  H->pkey = -1;
  H->reserve = round_up(o.reserve ? o.reserve : sizeof(void *) > 4 ? (size_t)64 << 20 : (size_t)4 << 20,
                        H->commit);
  H->limit = o.limit;
  H->retain = o.retain ? o.retain : (size_t)1 << 20;
  H->alignment = o.alignment ? o.alignment : (size_t)1 << MIN_GRANULE_LOG;
  H->shards = o.shards ? o.shards : H->os->processors();
  H->lo = 0;
  H->hi = UINT64_MAX;
  if (o.flags & DASM_HEAP_LOW)
    H->hi = (uint64_t)1 << 31;
  if (o.reach != 0) {
    if (!narrow(&H->lo, &H->hi, o.around, o.reach))
      return DASM_S_ARG;
    H->prefer = o.around;
  }
  snprintf(H->name, sizeof H->name, "%s", o.name ? o.name : "dasm-code");
  return DASM_S_OK;
}

static void apply_strategy(struct dasm_CodeHeap *H)
{
  H->opens = !heap_is_dual(H) || (H->flags & DASM_HEAP_PKEY);
  H->granule_log = MIN_GRANULE_LOG;
  if (H->strategy == DASM_HEAP_SINGLE)
    while (((size_t)1 << H->granule_log) < H->page)
      H->granule_log++;
}

static void say(const dasm_HeapOptions *o, const char *what, int status)
{
  size_t n;

  if (!o || !o->message || o->message_size == 0)
    return;
  n = strlen(o->message);
  snprintf(o->message + n, o->message_size - n, "%s%s: %s", n ? "; " : "", what,
           DASM_S_CLASS(status) == DASM_S_SYSTEM ? strerror(DASM_S_POSITION(status))
                                                 : dasm_strerror(status));
}

/* One region with memory in it, under the given strategy. */
static int first_region(struct dasm_CodeHeap *H, int strategy)
{
  int status;

  H->strategy = strategy;
  apply_strategy(H);
  status = region_new(H, 1, H->lo, H->hi, H->prefer);
  if (status != DASM_S_OK)
    return status;
  status = region_commit(H->region[0], 1);
  if (status != DASM_S_OK) {
    region_free(H->region[0], true);
    H->pkey = -1;
    atomic_store(&H->nregions, 0);
    atomic_store(&H->committed, 0);
  }
  return status;
}

/* The strategy asked for, or the first of the automatic ones that the system allows. */
static int choose_strategy(struct dasm_CodeHeap *H, const dasm_HeapOptions *o)
{
  static const char *const names[] = { "", "double mapping", "single mapping", "flipped mapping" };
  int order[2] = { DASM_HEAP_DUAL, DASM_HEAP_SINGLE }, n = 2, i, status = DASM_S_OK;

  if (H->strategy != DASM_HEAP_AUTO) {
    order[0] = H->strategy;
    n = 1;
  } else if (H->flags & (DASM_HEAP_GDB | DASM_HEAP_PERFMAP)) {
    /* GDB cannot write breakpoints into shared memory; perf uses the map for anonymous memory only. */
    order[0] = DASM_HEAP_SINGLE;
    order[1] = DASM_HEAP_DUAL;
  }
  for (i = 0; i < n; i++) {
    status = first_region(H, order[i]);
    if (status == DASM_S_OK)
      break;
    say(o, names[order[i]], status);
    if (DASM_S_CLASS(status) != DASM_S_SYSTEM)
      break;
  }
  return status;
}

int heap_new_on(const struct pages *os, const dasm_HeapOptions *o, struct dasm_CodeHeap **heap)
{
  dasm_Allocator alloc = { sizeof alloc, c_realloc, c_free, NULL };
  struct dasm_CodeHeap *H;
  int status;

  if (!heap)
    return DASM_S_ARG;
  *heap = NULL;
  if (o && o->size >= offsetof(dasm_HeapOptions, message) && o->allocator) {
    if (o->allocator->size < sizeof alloc || !o->allocator->realloc || !o->allocator->free)
      return DASM_S_ARG;
    alloc = *o->allocator;
  }
  if (o && o->size < sizeof *o)
    return DASM_S_ARG;
  if (o && o->message && o->message_size)
    o->message[0] = '\0';
  H = alloc.realloc(alloc.user, NULL, 0, sizeof *H);
  if (!H)
    return DASM_S_NOMEM;
  memset(H, 0, sizeof *H);
  H->os = os;
  H->alloc = alloc;
  status = read_options(H, o);
  if (status != DASM_S_OK)
    goto no_locks;
  status = DASM_S_NOMEM;
  if (lock_init(&H->grow) != 0)
    goto no_locks;
  if (retire_init(H) != DASM_S_OK)
    goto no_retire;
  H->mark = os->fork_mark();
  if (!H->mark)
    H->mark = &H->own_mark;
  atomic_store(H->mark, 1);
  H->process = os->process();
  status = tools_init(H, o && o->directory ? o->directory : ".");
  if (status == DASM_S_OK) {
    status = choose_strategy(H, o);
    if (status == DASM_S_OK) {
      *heap = H;
      return DASM_S_OK;
    }
    tools_done(H);
  } else {
    say(o, "debuggers and profilers", status);
  }
  if (H->mark != &H->own_mark)
    os->fork_mark_free(H->mark);
  retire_done(H);
no_retire:
  lock_free(&H->grow);
no_locks:
  heap_free(H, H, sizeof *H);
  return status;
}

int dasm_heap_new(const dasm_HeapOptions *options, dasm_CodeHeap **heap)
{
  return heap_new_on(&pages_posix, options, heap);
}

/* What the code objects of a region own. */
static void free_tables(struct region *r)
{
  uint32_t n;

  for (n = blocks_next(&r->blocks, 0); n != 0; n = blocks_next(&r->blocks, n)) {
    struct dasm_Code *c = &r->blocks.at[n];

    tools_remove(r->heap, c);
    if (c->flags & CODE_OWNS_TABLE)
      heap_free(r->heap, c->labels.table, ((size_t)c->left + c->right) * sizeof(uint32_t));
  }
}

int dasm_heap_free(dasm_CodeHeap **heap)
{
  struct dasm_CodeHeap *H;
  unsigned i;

  if (!heap)
    return DASM_S_ARG;
  H = *heap;
  *heap = NULL;
  if (!H)
    return DASM_S_OK;
  heap_here(H);
  for (i = atomic_load(&H->nregions); i-- > 0;) { /* the first one has the protection key */
    free_tables(H->region[i]);
    region_free(H->region[i], true);
  }
  tools_done(H);
  retire_done(H);
  lock_free(&H->grow);
  if (H->mark != &H->own_mark)
    H->os->fork_mark_free(H->mark);
  heap_free(H, H, sizeof *H);
  return DASM_S_OK;
}

int dasm_heap_stats(dasm_CodeHeap *H, dasm_HeapStats *stats)
{
  dasm_HeapStats s;
  size_t size, largest;
  unsigned i;

  if (!H || !stats || stats->size <= sizeof stats->size || stats->size > 4096)
    return DASM_S_ARG;
  heap_here(H);
  memset(&s, 0, sizeof s);
  size = stats->size < sizeof s ? stats->size : sizeof s;
  s.size = size;
  s.strategy = H->strategy;
  s.flags = H->flags;
  s.page = H->page;
  s.regions = atomic_load_explicit(&H->nregions, memory_order_acquire);
  s.overhead = sizeof *H;
  for (i = 0; i < s.regions; i++) {
    struct region *r = H->region[i];
    const struct blocks *B = &r->blocks;

    lock(&r->lock);
    largest = (size_t)blocks_largest(B) << H->granule_log;
    if (largest > s.largest)
      s.largest = largest;
    s.reserved += r->span.size;
    s.committed += r->committed;
    s.used += B->used << H->granule_log;
    s.free += (B->at[B->top].start - B->used) << H->granule_log;
    s.blocks += B->nused;
    s.holes += B->nfree;
    s.overhead += sizeof *r + r->page_size + B->count * sizeof *B->at;
    s.code += r->code;
    unlock(&r->lock);
  }
  lock(&H->retire.lock);
  s.retired = H->retire.count;
  unlock(&H->retire.lock);
  memcpy(stats, &s, size);
  return DASM_S_OK;
}

int dasm_heap_reserve(dasm_CodeHeap *H, size_t bytes)
{
  unsigned i, n;
  int status = NO_ROOM;

  if (!H)
    return DASM_S_ARG;
  heap_here(H);
  if (atomic_load(&H->sealed))
    return DASM_S_SEALED;
  if (bytes > HALF_WAY)
    return DASM_S_LIMIT;
  lock(&H->grow);
  for (i = 0;; i++) {
    n = atomic_load(&H->nregions);
    if (i == n && (status = region_new(H, bytes, H->lo, H->hi, H->prefer)) != DASM_S_OK)
      break;
    struct region *r = H->region[i];
    struct dasm_Code *top;
    size_t start;

    lock(&r->lock);
    top = &r->blocks.at[r->blocks.top];
    start = (size_t)top->start << H->granule_log;
    status = NO_ROOM;
    if (!r->inherited && r->span.size - start >= bytes)
      status = region_commit(r, start + bytes);
    unlock(&r->lock);
    if (status != NO_ROOM)
      break;
  }
  unlock(&H->grow);
  return status;
}

int dasm_heap_trim(dasm_CodeHeap *H)
{
  unsigned i, n;
  int status = DASM_S_OK, got;

  if (!H)
    return DASM_S_ARG;
  heap_here(H);
  if (atomic_load(&H->sealed))
    return DASM_S_SEALED;
  n = atomic_load_explicit(&H->nregions, memory_order_acquire);
  for (i = 0; i < n; i++) {
    lock(&H->region[i]->lock);
    got = region_shrink(H->region[i], 0);
    unlock(&H->region[i]->lock);
    if (status == DASM_S_OK)
      status = got;
  }
  return status;
}

int dasm_heap_seal(dasm_CodeHeap *H)
{
  unsigned i, n;
  int status = DASM_S_OK, e;

  if (!H)
    return DASM_S_ARG;
  heap_here(H);
  lock(&H->grow);
  atomic_store(&H->sealed, true);
  n = atomic_load(&H->nregions);
  for (i = 0; i < n; i++) {
    struct region *r = H->region[i];

    lock(&r->lock);
    e = r->inherited ? 0 : H->os->seal(&r->span);
    unlock(&r->lock);
    if (e != 0 && status == DASM_S_OK)
      status = system_status(e);
  }
  unlock(&H->grow);
  return status;
}

int dasm_heap_find(dasm_CodeHeap *H, const void *address, dasm_Code **code)
{
  unsigned i, n;
  uint32_t k;

  if (!H || !code)
    return DASM_S_ARG;
  *code = NULL;
  heap_here(H);
  n = atomic_load_explicit(&H->nregions, memory_order_acquire);
  for (i = 0; i < n; i++) {
    struct region *r = H->region[i];
    uintptr_t at = (uintptr_t)address - (uintptr_t)r->span.run;

    if (at >= r->span.size)
      continue;
    lock(&r->lock);
    k = blocks_find(&r->blocks, (uint32_t)(at >> H->granule_log));
    if (k != 0)
      *code = &r->blocks.at[k];
    unlock(&r->lock);
    break;
  }
  return *code ? DASM_S_OK : DASM_S_HEAP;
}

/* ---- fork ---- */

/* In the child there is one thread, and no lock is held by anyone who could still release it. */
static void make_own(struct dasm_CodeHeap *H)
{
  unsigned i, n = atomic_load(&H->nregions);

  lock_init(&H->grow);
  lock_init(&H->retire.lock);
  for (i = 0; i < n; i++) {
    struct region *r = H->region[i];

    lock_init(&r->lock);
    if (heap_is_dual(H) && !(H->flags & DASM_HEAP_FORK_SHARE)) {
      r->span.write = NULL; /* not mapped here */
      r->inherited = true;
    }
  }
  H->process = H->os->process();
  tools_forked(H);
}

void heap_adopt(struct dasm_CodeHeap *H)
{
  unsigned zero = 0;

  if (H->mark == &H->own_mark) {
    if (H->process == H->os->process())
      return;
    make_own(H);
    return;
  }
  if (atomic_compare_exchange_strong(H->mark, &zero, 2)) {
    make_own(H);
    atomic_store(H->mark, 1);
  }
  while (atomic_load(H->mark) != 1)
    ; /* another thread of the child is just doing it */
}

int dasm_heap_fork(dasm_CodeHeap *H, int phase)
{
  unsigned i, n;

  if (!H || phase < DASM_FORK_PREPARE || phase > DASM_FORK_CHILD)
    return DASM_S_ARG;
  if (phase == DASM_FORK_CHILD) {
    heap_here(H);
    return DASM_S_OK;
  }
  n = atomic_load(&H->nregions);
  if (phase == DASM_FORK_PREPARE) {
    heap_here(H);
    lock(&H->retire.lock);
    lock(&H->grow);
    n = atomic_load(&H->nregions);
    for (i = 0; i < n; i++)
      lock(&H->region[i]->lock);
    tools_fork_lock(H, true);
    return DASM_S_OK;
  }
  tools_fork_lock(H, false);
  for (i = n; i-- > 0;)
    unlock(&H->region[i]->lock);
  unlock(&H->grow);
  unlock(&H->retire.lock);
  return DASM_S_OK;
}
