/* memory.c - where the memory of a state comes from.
 *
 * Most states are small: one function's code. So the first put allocates one block, in which all
 * arrays of the state begin: labels, events, values, PC and global labels, and the bytes of the
 * section that it appends to. An array for which that becomes too small moves to a block of its
 * own, and leaves its part of the first one unused: mem_grow() and mem_free() know where a pointer
 * is.
 *
 * Of large code, most of the time goes into the page faults of new memory. So large arrays of C's
 * allocator grow by an eighth, and get the pages of that at once.
 */
#define _GNU_SOURCE 1

#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/mman.h>
#ifndef MADV_POPULATE_WRITE /* (of Linux 5.14) */
#define MADV_POPULATE_WRITE 23
#endif
#endif

#include "internal.h"

enum { FIRST_INSTANCES = 32, FIRST_EVENTS = 32, FIRST_VALUES = 16, FIRST_BYTES = 1024 };
_Static_assert(FIRST_BYTES > LIST_ROOM + BUF_SLACK, "the first put has its room");

enum { LARGE = 1 << 20, LARGEST_PAGE = 1 << 16 };

/* Of that memory, what is behind the first osize bytes will be written soon. Where this fails,
 * pages come one by one. */
static void have_pages(void *p, size_t osize, size_t nsize)
{
#ifdef MADV_POPULATE_WRITE
  const uintptr_t mask = LARGEST_PAGE - 1;
  uintptr_t from = ((uintptr_t)p + osize + mask) & ~mask, to = ((uintptr_t)p + nsize) & ~mask;

  if (from < to)
    (void)madvise((void *)from, to - from, MADV_POPULATE_WRITE);
#else
  (void)p, (void)osize, (void)nsize;
#endif
}

static void *default_realloc(void *user, void *p, size_t osize, size_t nsize)
{
  void *q = realloc(p, nsize);

  (void)user;
  if (nsize > LARGE && q)
    have_pages(q, osize, nsize);
  return q;
}

static void default_free(void *user, void *p, size_t size)
{
  (void)user;
  (void)size;
  free(p);
}

const dasm_Allocator default_allocator = {sizeof(dasm_Allocator), default_realloc, default_free, NULL};

static void *context(const struct dasm_State *D)
{
  return D->by_reference ? D->dst : D->alloc.user;
}

static inline bool is_in_first(const struct dasm_State *D, const void *p)
{
  return (uintptr_t)p - (uintptr_t)D->first < D->first_size;
}

void *mem_grow(struct dasm_State *D, void *p, size_t osize, size_t nsize)
{
  bool moves = is_in_first(D, p);
  void *q;

  D->apart = true;
  q = D->alloc.realloc(context(D), moves ? NULL : p, moves ? 0 : osize, nsize);

  if (moves && q)
    memcpy(q, p, osize);
  return q;
}

void mem_free(struct dasm_State *D, void *p, size_t size)
{
  if (p && !is_in_first(D, p))
    D->alloc.free(context(D), p, size);
}

uint64_t mem_more(const struct dasm_State *D, uint64_t n, size_t elem)
{
  return n * elem >= LARGE && D->alloc.realloc == default_realloc ? n / 8 : n;
}

bool grow_array(struct dasm_State *D, void *arrayp, uint32_t *capacity, size_t need, size_t elem)
{
  void *array, *p;
  uint64_t n = *capacity ? *capacity : 16;
  while (n < need)
    n += mem_more(D, n, elem);
  if (n > UINT32_MAX)
    n = need; /* twice as many cannot be counted */
  if (n > UINT32_MAX || n > SIZE_MAX / elem)
    return false;
  memcpy(&array, arrayp, sizeof array);
  p = mem_grow(D, array, *capacity * elem, (size_t)n * elem);
  if (!p)
    return false;
  memcpy(arrayp, &p, sizeof p);
  *capacity = (uint32_t)n;
  return true;
}

bool mem_slots(struct dasm_State *D, uint32_t **slot, uint32_t *n)
{
  uint32_t more = *n ? 2 * *n : 16;
  uint32_t *p = mem_grow(D, NULL, 0, more * sizeof *p);

  if (!p)
    return false;
  mem_free(D, *slot, *n * sizeof *p);
  *slot = memset(p, 0, more * sizeof *p);
  *n = more;
  return true;
}

/* ---- the first block ------------------------------------------------------------- */

/* Slots that wait for it; in bytes. */
static size_t waiting(const struct slots *l)
{
  return l->slot ? 0 : l->n * sizeof *l->slot;
}

static uint8_t *take_slots(struct slots *l, uint32_t *max, uint8_t *p)
{
  if (waiting(l) == 0)
    return p;
  l->slot = memset(p, 0, waiting(l));
  *max = (uint32_t)l->n;
  return p + l->n * sizeof *l->slot;
}

bool memory_begin(struct dasm_State *D, struct section *s)
{
  size_t size = FIRST_VALUES * sizeof *D->values + FIRST_EVENTS * sizeof *s->events +
                FIRST_INSTANCES * sizeof *D->instances + waiting(&D->pc) + waiting(&D->global) + FIRST_BYTES;
  uint8_t *p = D->alloc.realloc(context(D), NULL, 0, size);

  if (!p) {
    state_fail(D, DASM_S_NOMEM, 0, 0);
    return false;
  }
  D->first = p;
  D->first_size = (uint32_t)size;
  D->values = (void *)p;
  D->maxvalues = FIRST_VALUES;
  s->events = (void *)(D->values + FIRST_VALUES);
  s->maxevents = FIRST_EVENTS - 1;
  section_fill(D, s);
  D->instances = (void *)(s->events + FIRST_EVENTS);
  D->maxinstances = FIRST_INSTANCES;
  p = take_slots(&D->pc, &D->maxpc, (void *)(D->instances + FIRST_INSTANCES));
  s->buf = take_slots(&D->global, &D->maxglobal, p);
  s->size = FIRST_BYTES;
  return true;
}

void memory_end(struct dasm_State *D)
{
  if (D->first)
    D->alloc.free(context(D), D->first, D->first_size);
}

/* ---- slots of labels ------------------------------------------------------------- */

/* Allocate them. */
static bool more_slots(struct dasm_State *D, struct slots *l, uint32_t *max, unsigned n)
{
  uint32_t known = l->slot ? (uint32_t)l->n : 0;

  if (n > *max && !grow_array(D, &l->slot, max, n, sizeof *l->slot))
    return false;
  memset(l->slot + known, 0, (n - known) * sizeof *l->slot);
  return true;
}

void slots_clear(struct slots *l)
{
  if (l->high)
    memset(l->slot + l->low, 0, (l->high - l->low) * sizeof *l->slot);
  l->low = UINT32_MAX;
  l->high = 0;
}

int slots_grow(struct dasm_State *D, struct slots *l, uint32_t *max, unsigned n)
{
  bool wait = !D->first && !l->slot && n <= FEW_SLOTS;

  if (n <= l->n)
    return DASM_S_OK;
  if (!wait && !more_slots(D, l, max, n))
    return state_fail(D, DASM_S_NOMEM, 0, n);
  l->n = n;
  return DASM_S_OK;
}
