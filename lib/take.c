/* take.c - a block for new code.
 *
 * A thread starts at the region its slot names. If another thread takes a block there just now, the
 * slot moves on to another region, and a new one is made while there are fewer than `shards`: so
 * threads that collide spread out, and a program of one thread has one region. No region takes more
 * memory while another has a hole that fits; unless threads have collided, and little memory is
 * free: then each takes more for its own region, and looks into the others when a quarter of all
 * memory is free.
 */
#include "heap.h"

#include <errno.h>

#include "tools.h"

/* ---- Threads ---- */

enum { PROBES = 8 };

static inline unsigned thread_hash(uintptr_t thread)
{
  return (uint32_t)(thread >> 6) * 2654435769u >> 24;
}

/* Not at its first place: then at one of the next, or there is a new thread. If all are taken, by
 * threads that may be gone, it takes over the first one, and with it the region. */
static NOINLINE struct slot *other_slot(struct slot *all, unsigned first, uintptr_t thread)
{
  unsigned i;

  for (i = 0; i < PROBES; i++) {
    struct slot *s = &all[(first + i) % NSLOTS];
    uintptr_t owner = 0;

    if (atomic_compare_exchange_strong(&s->thread, &owner, thread) || owner == thread)
      return s;
  }
  atomic_store_explicit(&all[first].thread, thread, memory_order_relaxed);
  return &all[first];
}

static inline struct slot *slot_of(struct dasm_CodeHeap *H, uintptr_t thread)
{
  unsigned i = thread_hash(thread) % NSLOTS;

  if (LIKELY(atomic_load_explicit(&H->slot[i].thread, memory_order_relaxed) == thread))
    return &H->slot[i];
  return other_slot(H->slot, i, thread);
}

/* ---- Allocation ---- */

enum { NO_ROOM = -1 }; /* the region has no block of that size */

struct want {
  uint32_t size, align; /* granules */
  uint32_t bytes;       /* of code */
  uint16_t lead;
  struct slot *slot;    /* of the thread that wants it */
  const struct place *place; /* NULL: any that suits the heap */
};

/* Take a block from a locked region. grow: it may take more memory from the system for it. */
static ALWAYS_INLINE int region_take(const struct dasm_CodeHeap *H, struct region *r, const struct want *w, bool grow,
                                     struct dasm_Code **code)
{
  uint32_t n = blocks_alloc(&r->blocks, w->size, w->align);
  struct dasm_Code *c;
  size_t end;
  int status;

  if (n == 0)
    return NO_ROOM;
  c = &r->objects[n];
  end = ((size_t)c->start + w->size) << H->granule_log;
  if (UNLIKELY(end > atomic_load_explicit(&r->committed, memory_order_relaxed))) {
    status = grow ? region_commit(r, end) : NO_ROOM;
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
  uint64_t at = (uint64_t)(uintptr_t)r->mapping.run;

  return !r->inherited && (!w->place || (at >= w->place->lo && at + r->mapping.size <= w->place->hi));
}

/* From the first region that has room; number `from` and those behind it come first. */
static int take_from(struct dasm_CodeHeap *H, unsigned from, const struct want *w, bool grow,
                     struct dasm_Code **code)
{
  unsigned n = atomic_load_explicit(&H->nregions, memory_order_acquire), i;
  int status = NO_ROOM, got;

  for (i = 0; i < n; i++) {
    struct region *r = H->region[(from + i) % n];

    if (!region_suits(r, w))
      continue;
    lock(&r->lock);
    got = region_take(H, r, w, grow, code);
    unlock(&r->lock);
    if (got == DASM_S_OK)
      return got;
    if (got != NO_ROOM)
      status = got;
  }
  return status;
}

/* A block was taken there. Did the one before it go to the same thread? */
static inline bool note_user(struct region *r, const struct want *w)
{
  if (LIKELY(atomic_load_explicit(&r->user, memory_order_relaxed) == w->slot))
    return true;
  atomic_store_explicit(&r->user, w->slot, memory_order_relaxed);
  return false;
}

/* From this region, which takes more memory if it has no room. */
static int take_from_one(struct region *r, const struct want *w, struct dasm_Code **code)
{
  int status;

  lock(&r->lock);
  status = region_take(r->heap, r, w, true, code);
  unlock(&r->lock);
  return status;
}

/* Is little memory unused: less than a step per region, or a quarter of all? (Sizes for random code
 * settle at a seventh, by best fit.) */
static bool is_tight(struct dasm_CodeHeap *H)
{
  unsigned n = atomic_load_explicit(&H->nregions, memory_order_acquire), i;
  size_t committed = 0, used = 0;

  for (i = 0; i < n; i++) {
    const struct region *r = H->region[i];

    if (r->inherited)
      continue;
    committed += atomic_load_explicit(&r->committed, memory_order_relaxed);
    used += atomic_load_explicit(&r->blocks.used, memory_order_relaxed) << H->granule_log;
  }
  return used > committed || committed - used <= n * H->commit || committed - used <= committed / 4;
}

/* Number of a region; of none it is 0. */
static unsigned region_number(const struct dasm_CodeHeap *H, const struct region *r)
{
  unsigned i = 0;

  while (r && H->region[i] != r)
    i++;
  return i;
}

/* Fill the memory that there is, first in `mine` if there is one, then in any region; then take
 * more, in that order; then make a region. But threads that have regions of their own because they
 * collided do not share one again for the sake of a little memory; and who takes a single block
 * elsewhere does not move there, unless nobody else is there. */
static NOINLINE int take_anywhere(struct dasm_CodeHeap *H, struct region *mine, const struct want *w,
                                  struct dasm_Code **code)
{
  size_t room = (size_t)w->size + (w->align - 1);
  bool stays = mine && atomic_load_explicit(&H->spread, memory_order_relaxed);
  int status = NO_ROOM, got;
  unsigned n, from;

  lock(&H->grow);
  n = atomic_load_explicit(&H->nregions, memory_order_acquire);
  from = region_number(H, mine);
  if (stays && is_tight(H)) {
    status = take_from_one(mine, w, code);
    stays = false; /* if it is full: for good */
  }
  if (status != DASM_S_OK) {
    got = take_from(H, from, w, false, code);
    if (got != NO_ROOM)
      status = got;
  }
  if (status == NO_ROOM)
    status = take_from(H, from, w, true, code);
  if (status == NO_ROOM) {
    status = region_new(H, room << H->granule_log, w->place ? w->place : &H->place);
    if (status == DASM_S_OK)
      status = take_from(H, n, w, true, code);
  }
  unlock(&H->grow);
  if (status == DASM_S_OK && (note_user((*code)->region, w) || !stays))
    atomic_store_explicit(&w->slot->region, (*code)->region, memory_order_release);
  return status == NO_ROOM ? DASM_S_SYSTEM : status; /* made, and still no room: cannot be */
}

/* The slot's region is busy: find another that is not, or make one. Returns it locked. If this
 * thread was the last to take a block there, another one just frees something: that is no reason to
 * move. */
static NOINLINE struct region *other_region(struct dasm_CodeHeap *H, struct region *busy, const struct want *w)
{
  unsigned n = atomic_load_explicit(&H->nregions, memory_order_acquire), i, at = (unsigned)(w->slot - H->slot);

  if (atomic_load_explicit(&busy->user, memory_order_relaxed) == w->slot)
    n = 0;
  for (i = 0; i < n; i++) {
    struct region *r = H->region[(at + i) % n];

    if (r != busy && region_suits(r, w) && lock_try(&r->lock))
      return r;
  }
  if (n != 0 && n < H->shards && lock_try(&H->grow)) {
    int status = region_new(H, ((size_t)w->size + (w->align - 1)) << H->granule_log,
                            w->place ? w->place : &H->place);

    n = atomic_load(&H->nregions);
    unlock(&H->grow);
    if (status == DASM_S_OK) {
      atomic_store_explicit(&H->spread, true, memory_order_relaxed);
      lock(&H->region[n - 1]->lock);
      return H->region[n - 1];
    }
  }
  lock(&busy->lock);
  return busy;
}

static ALWAYS_INLINE int take(struct dasm_CodeHeap *H, const struct want *w, struct dasm_Code **code)
{
  struct region *r = atomic_load_explicit(&w->slot->region, memory_order_acquire), *mine = r;
  int status;

  if (UNLIKELY(!r || !region_suits(r, w)))
    return take_anywhere(H, NULL, w, code);
  if (UNLIKELY(!lock_try(&r->lock)))
    r = other_region(H, r, w);
  status = region_take(H, r, w, atomic_load_explicit(&H->nregions, memory_order_relaxed) == 1, code);
  unlock(&r->lock);
  if (UNLIKELY(status != DASM_S_OK))
    return take_anywhere(H, r, w, code);
  (void)note_user(r, w);
  if (r != mine)
    atomic_store_explicit(&w->slot->region, r, memory_order_release);
  return DASM_S_OK;
}

bool place_narrow(struct place *p, uint64_t around, uint64_t reach)
{
  uint64_t lo = around > reach ? around - reach : 0;
  uint64_t hi = around + reach < around ? UINT64_MAX : around + reach;

  p->prefer = around;
  if (lo > p->lo)
    p->lo = lo;
  if (hi < p->hi)
    p->hi = hi;
  return p->lo < p->hi;
}

bool is_alignment(size_t n)
{
  return n != 0 && (n & (n - 1)) == 0 && n <= MAX_ALIGNMENT;
}

uint16_t block_lead(size_t align, bool landing)
{
  return (uint16_t)(!landing || HOST_LANDING_SIZE == 0 ? 0 : align < 16 ? 16 : align);
}

uint32_t block_align(const struct dasm_CodeHeap *H, size_t align)
{
  return align >> H->granule_log ? (uint32_t)(align >> H->granule_log) : 1;
}

/* What differs from what is usual in the heap. */
static NOINLINE int read_info(const struct dasm_CodeHeap *H, const dasm_CodeInfo *info, struct want *w,
                              struct place *place)
{
  size_t align = H->alignment;
  bool landing = H->flags & DASM_HEAP_LANDING;

  if (info->alignment != 0 && !is_alignment(info->alignment))
    return DASM_S_ARG;
  if (info->alignment > align)
    align = info->alignment;
  if (info->flags & (DASM_CODE_LANDING | DASM_CODE_NO_LANDING))
    landing = !(info->flags & DASM_CODE_NO_LANDING);
  w->align = block_align(H, align);
  w->lead = block_lead(align, landing);
  if (info->reach == 0)
    return DASM_S_OK;
  *place = H->place;
  w->place = place;
  return place_narrow(place, info->around, info->reach) ? DASM_S_OK : system_status(ENOMEM);
}

int heap_take(struct dasm_CodeHeap *H, size_t n, const dasm_CodeInfo *info, struct dasm_Code **code)
{
  struct want w = { .bytes = (uint32_t)n, .align = H->usual_align, .lead = H->usual_lead,
                    .slot = slot_of(H, thread_self()) };
  struct place place;
  int status;

  if (UNLIKELY(atomic_load_explicit(&H->sealed, memory_order_relaxed)))
    return DASM_S_SEALED;
  if (n == 0 || n > 0x7fffffff)
    return DASM_S_SIZE;
  if (info) {
    status = read_info(H, info, &w, &place);
    if (status != DASM_S_OK)
      return status;
  }
  n += w.lead + tools_room(H, info) + TRAPS_BEFORE; /* of the next */
  w.size = (uint32_t)((n + ((size_t)1 << H->granule_log) - 1) >> H->granule_log);
  return take(H, &w, code);
}
