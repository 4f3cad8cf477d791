/* codeheap.c - heaps: making one, figures, sealing.
 *
 * A heap is a growing set of regions (region.c). It is made with one, whose memory proves that
 * the system allows the strategy, and that changed code runs; if not, the next strategy is tried.
 */
#include "heap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools.h"

#define HUGE_PAGE ((size_t)2 << 20)
#define FLOOR ((size_t)1 << 20)
#define ALL_FLAGS (DASM_HEAP_HUGE | DASM_HEAP_LOW | DASM_HEAP_LANDING | DASM_HEAP_FORK_SHARE | \
                   DASM_HEAP_KEEP | DASM_HEAP_PKEY | TOOL_FLAGS)

/* ---- Options ---- */

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

static int wrong(const dasm_HeapOptions *given, const char *what)
{
  if (given->message && given->message_size)
    snprintf(given->message, given->message_size, "%s", what);
  return DASM_S_ARG;
}

/* What is given has all the members. */
static int check_options(const dasm_HeapOptions *o)
{
  if (o->strategy < DASM_HEAP_AUTO || o->strategy > DASM_HEAP_FLIP)
    return wrong(o, "strategy: none of enum dasm_strategy");
  if (o->flags & ~(unsigned)ALL_FLAGS)
    return wrong(o, "flags: some are not in enum dasm_heap_flags");
  if (o->shards > 64)
    return wrong(o, "shards: more than 64");
  if (o->reserve > HALF_WAY || o->commit > HALF_WAY)
    return wrong(o, o->reserve > HALF_WAY ? "reserve: more than there are addresses"
                                          : "commit: more than there are addresses");
  if (o->alignment != 0 && !is_alignment(o->alignment))
    return wrong(o, "alignment: no power of two from 1 to 4096");
  if (o->allocator && (o->allocator->size < sizeof *o->allocator || !o->allocator->realloc || !o->allocator->free))
    return wrong(o, "allocator: its size must be sizeof(dasm_Allocator), and its functions must be there");
  if (o->directory && strlen(o->directory) >= sizeof ((struct dasm_CodeHeap *)0)->directory)
    return wrong(o, "directory: too long a name");
  return DASM_S_OK;
}

static int read_options(struct dasm_CodeHeap *H, const dasm_HeapOptions *given)
{
  static const dasm_HeapOptions none;
  const dasm_HeapOptions o = given ? *given : none;

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
  H->place = (struct place){ .hi = o.flags & DASM_HEAP_LOW ? (uint64_t)1 << 31 : UINT64_MAX };
  if (o.reach != 0 && !place_narrow(&H->place, o.around, o.reach))
    return wrong(given, "around, reach: no address is there that DASM_HEAP_LOW allows");
  snprintf(H->name, sizeof H->name, "%s", o.name ? o.name : "dasm-code");
  return DASM_S_OK;
}

/* ---- New and free ---- */

static void apply_strategy(struct dasm_CodeHeap *H)
{
  H->opens = !heap_is_dual(H) || (H->flags & DASM_HEAP_PKEY);
  H->granule_log = MIN_GRANULE_LOG;
  if (H->strategy == DASM_HEAP_SINGLE)
    while (((size_t)1 << H->granule_log) < H->page)
      H->granule_log++;
  H->usual_align = block_align(H, H->alignment);
  H->usual_lead = block_lead(H->alignment, H->flags & DASM_HEAP_LANDING);
}

static const char *const strategy_names[] = { "", "double mapping", "single mapping", "flipped mapping" };
static const char tools[] = "debuggers and profilers";

/* Does the system refuse, and might it allow something else? */
static bool is_refusal(int status)
{
  return DASM_S_CLASS(status) == DASM_S_SYSTEM || status == DASM_S_NOMEM;
}

/* ENOTSUP of the double mapping is our own: see probe(). */
static const char *reason(const char *what, int status)
{
  if (what == strategy_names[DASM_HEAP_DUAL] && status == system_status(ENOTSUP))
    return "code that is changed would run as it was";
  if (what == tools && status == system_status(ENOSYS))
    return "no unwinder can be told of code. If the program has its own, by -static-libgcc or "
           "-static, link it with libdasm.a";
  return DASM_S_CLASS(status) == DASM_S_SYSTEM ? strerror(DASM_S_POSITION(status)) : dasm_strerror(status);
}

static void say(const dasm_HeapOptions *o, const char *what, int status)
{
  size_t n;

  if (!o || !o->message || o->message_size == 0)
    return;
  n = strlen(o->message);
  snprintf(o->message + n, o->message_size - n, "%s%s: %s", n ? "; " : "", what, reason(what, status));
}

#ifdef HOST_RETURNING
/* A function that returns n, in the traps before the first function. */
static int write_probe(struct region *r, unsigned n, size_t at)
{
  const uint32_t code[] = HOST_RETURNING(n);
  int status = region_writable(r, at, sizeof code, true), closed;

  if (status != DASM_S_OK)
    return status;
  memcpy(r->mapping.write + at, code, sizeof code);
  closed = region_writable(r, at, sizeof code, false);
  host_flush(r->mapping.write + at, r->mapping.run + at, sizeof code);
  host_forget(r->mapping.run + at, sizeof code);
  return closed;
}

/* Code that was changed through the other view: does it run as it is now? Emulators that keep
 * translated code may not notice (qemu-user before 8.1). The probe has what tools want to read
 * before a function. */
static int probe(struct dasm_CodeHeap *H)
{
  const size_t at = TRAPS_BEFORE;
  struct region *r = H->region[0];
  int status = DASM_S_OK, closed;
  unsigned n;

  for (n = 1; n <= 2 && status == DASM_S_OK; n++) {
    status = write_probe(r, n, at);
    if (status == DASM_S_OK && H->os->call(r->mapping.run + at) != (int)n)
      status = system_status(ENOTSUP);
  }
  closed = region_trap(r, at, ((size_t)1 << H->granule_log) - at);
  return status == DASM_S_OK ? closed : status;
}
#endif

/* Will code that is replaced by other code run? */
static int try_changes(struct dasm_CodeHeap *H)
{
#ifdef HOST_RETURNING
  if (heap_is_dual(H) && H->os->call)
    return probe(H);
#else
  (void)H;
#endif
  return DASM_S_OK;
}

/* One region with memory in it, under the given strategy. */
static int first_region(struct dasm_CodeHeap *H, int strategy)
{
  int status;

  H->strategy = strategy;
  apply_strategy(H);
  status = region_new(H, 1, &H->place);
  if (status != DASM_S_OK)
    return status;
  status = region_commit(H->region[0], 1);
  if (status == DASM_S_OK)
    status = try_changes(H);
  if (!(H->region[0]->mapping.flags & MAPPING_HUGE))
    H->flags &= ~(unsigned)DASM_HEAP_HUGE; /* the figures tell */
  if (status != DASM_S_OK) {
    region_free(H->region[0]);
    H->pkey = -1;
    atomic_store(&H->nregions, 0);
    atomic_store(&H->committed, 0);
  }
  return status;
}

/* The strategies asked for, in order: the first that the system allows. */
static int try_strategies(struct dasm_CodeHeap *H, const int *order, const dasm_HeapOptions *o)
{
  int i, status = DASM_S_OK;

  for (i = 0; order[i] != DASM_HEAP_AUTO; i++) {
    status = first_region(H, order[i]);
    if (status == DASM_S_OK || !is_refusal(status))
      break;
    say(o, strategy_names[order[i]], status);
  }
  return status;
}

/* A heap of tiny regions is the last resort, after the other strategy. */
static int choose_strategy(struct dasm_CodeHeap *H, const dasm_HeapOptions *o)
{
  static const int orders[2][3] = { { DASM_HEAP_DUAL, DASM_HEAP_SINGLE }, { DASM_HEAP_SINGLE, DASM_HEAP_DUAL } };
  const int one[2] = { H->strategy };
  /* GDB cannot write breakpoints into shared memory; perf uses the map for anonymous memory
   * only. */
  const int *order = orders[(H->flags & (DASM_HEAP_GDB | DASM_HEAP_PERFMAP)) != 0];
  int status;

  if (H->strategy != DASM_HEAP_AUTO)
    return try_strategies(H, one, o);
  H->floor = H->reserve < FLOOR ? H->reserve : FLOOR;
  status = try_strategies(H, order, o);
  H->floor = 0;
  if (status == DASM_S_OK || !is_refusal(status))
    return status;
  if (o && o->message && o->message_size)
    o->message[0] = '\0';
  return try_strategies(H, order, o);
}

int heap_new_on(const struct pages *os, const dasm_HeapOptions *o, struct dasm_CodeHeap **heap)
{
  dasm_Allocator alloc = { sizeof alloc, c_realloc, c_free, NULL };
  struct dasm_CodeHeap *H;
  int status;

  if (!heap)
    return DASM_S_ARG;
  *heap = NULL;
  if (o) {
    if (o->size < sizeof *o || o->size > 4096)
      return DASM_S_ARG;
    if (o->message && o->message_size)
      o->message[0] = '\0';
    status = check_options(o);
    if (status != DASM_S_OK)
      return status;
    if (o->allocator)
      alloc = *o->allocator;
  }
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
    say(o, tools, status);
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

/* What the code objects of a region own. What came last goes first, mostly: libgcc before 13 finds
 * it at once. */
static void free_tables(struct region *r)
{
  uint32_t n;

  for (n = r->blocks.top; n != 0; n = r->blocks.at[n].prev) {
    struct dasm_Code *c = &r->blocks.at[n];

    if (c->state < BLOCK_USED)
      continue;
    tools_remove(r->heap, c);
    if (c->flags & CODE_OWNS_TABLE)
      heap_free(r->heap, c->labels.table, table_bytes(c));
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
    region_free(H->region[i]);
  }
  tools_done(H);
  retire_done(H);
  lock_free(&H->grow);
  if (H->mark != &H->own_mark)
    H->os->fork_mark_free(H->mark);
  heap_free(H, H, sizeof *H);
  return DASM_S_OK;
}

/* ---- Figures, memory, sealing ---- */

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
    struct blocks *B = &r->blocks;

    lock(&r->lock);
    blocks_settle(B);
    largest = (size_t)blocks_largest(B) << H->granule_log;
    if (largest > s.largest)
      s.largest = largest;
    s.reserved += r->mapping.size;
    s.committed += r->committed;
    s.used += B->used << H->granule_log;
    s.free += (B->at[B->top].start - B->first - B->used) << H->granule_log;
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

/* Has the region `bytes` of address space behind its last block? Then give them memory. */
static bool region_has(struct region *r, size_t bytes, int *status)
{
  size_t start;
  bool has;

  lock(&r->lock);
  blocks_settle(&r->blocks);
  start = (size_t)r->blocks.at[r->blocks.top].start << r->heap->granule_log;
  has = !r->inherited && r->mapping.size - start >= bytes;
  if (has)
    *status = region_commit(r, start + bytes);
  unlock(&r->lock);
  return has;
}

int dasm_heap_reserve(dasm_CodeHeap *H, size_t bytes)
{
  unsigned i, n;
  int status;

  if (!H)
    return DASM_S_ARG;
  heap_here(H);
  if (atomic_load(&H->sealed))
    return DASM_S_SEALED;
  if (bytes > HALF_WAY)
    return DASM_S_LIMIT;
  bytes += TRAPS_BEFORE;
  lock(&H->grow);
  for (i = 0;; i++) {
    n = atomic_load(&H->nregions);
    if (i == n && (status = region_new(H, bytes, &H->place)) != DASM_S_OK)
      break;
    if (region_has(H->region[i], bytes, &status))
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
    e = r->inherited ? 0 : H->os->seal(&r->mapping);
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
    uintptr_t at = (uintptr_t)address - (uintptr_t)r->mapping.run;

    if (at >= r->mapping.size)
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
