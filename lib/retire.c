/* retire.c - free code when no thread can be in it any more.
 *
 * Quiescent-state reclamation. The epoch is a counter. A reader publishes the
 * epoch it last saw while outside of all code; while offline it publishes 0.
 * Retired objects gather in `fresh`. When `waiting` is empty, fresh
 * becomes waiting and the epoch steps to `need`: a reader that has published
 * `need` or more was outside after everything in waiting was retired. When all
 * readers have, waiting is freed.
 */
#include <string.h>

#include "heap.h"

enum { OFFLINE = 0, EPOCH_STEP = 2 }; /* epochs are odd: never OFFLINE when they wrap around */

struct dasm_Reader {
  atomic_size_t seen;
  struct dasm_CodeHeap *heap;
  struct dasm_Reader *next;
};

int retire_init(struct dasm_CodeHeap *H)
{
  atomic_init(&H->retire.epoch, 1);
  return lock_init(&H->retire.lock) == 0 ? DASM_S_OK : DASM_S_NOMEM;
}

void retire_done(struct dasm_CodeHeap *H)
{
  struct dasm_Reader *r;

  while ((r = H->retire.readers) != NULL) {
    H->retire.readers = r->next;
    heap_free(H, r, sizeof *r);
  }
  lock_free(&H->retire.lock);
}

/* ---- Readers ---- */

void dasm_reader_quiescent(dasm_Reader *reader)
{
  size_t now = atomic_load_explicit(&reader->heap->retire.epoch, memory_order_acquire);

  atomic_store_explicit(&reader->seen, now, memory_order_release);
}

void dasm_reader_offline(dasm_Reader *reader)
{
  atomic_store_explicit(&reader->seen, OFFLINE, memory_order_release);
}

/* The store must be seen before this thread looks for code to call. Both sides change the epoch's
 * word last: either next_epoch() comes later and its thread sees that we are online, or earlier and
 * we see what was unlinked before it. */
void dasm_reader_online(dasm_Reader *reader)
{
  atomic_size_t *epoch = &reader->heap->retire.epoch;

  atomic_store_explicit(&reader->seen, atomic_load(epoch), memory_order_relaxed);
  (void)atomic_fetch_add(epoch, 0);
}

int dasm_reader_new(dasm_CodeHeap *heap, dasm_Reader **reader)
{
  struct dasm_Reader *r;

  if (!reader)
    return DASM_S_ARG;
  *reader = NULL;
  if (!heap)
    return DASM_S_ARG;
  heap_here(heap);
  r = heap_alloc(heap, NULL, 0, sizeof *r);
  if (!r)
    return DASM_S_NOMEM;
  memset(r, 0, sizeof *r);
  r->heap = heap;
  lock(&heap->retire.lock);
  dasm_reader_online(r);
  r->next = heap->retire.readers;
  heap->retire.readers = r;
  unlock(&heap->retire.lock);
  *reader = r;
  return DASM_S_OK;
}

int dasm_reader_free(dasm_Reader **reader)
{
  struct dasm_Reader *r, **link;
  struct dasm_CodeHeap *H;

  if (!reader || !*reader)
    return DASM_S_ARG;
  r = *reader;
  *reader = NULL;
  H = r->heap;
  heap_here(H);
  lock(&H->retire.lock);
  for (link = &H->retire.readers; *link != r; link = &(*link)->next)
    ;
  *link = r->next;
  unlock(&H->retire.lock);
  heap_free(H, r, sizeof *r);
  return DASM_S_OK;
}

/* ---- Retired code ---- */

static bool all_have_seen(struct retire *R)
{
  struct dasm_Reader *r;

  for (r = R->readers; r; r = r->next) {
    size_t seen = atomic_load(&r->seen);

    if (seen != OFFLINE && seen - R->need > SIZE_MAX / 2)
      return false;
  }
  return true;
}

static void next_epoch(struct retire *R)
{
  R->need = atomic_fetch_add(&R->epoch, EPOCH_STEP) + EPOCH_STEP;
}

/* Take out what may be freed; called with the lock held. Two rounds, because what is fresh
 * may be free at once. */
static struct dasm_Code *collect(struct retire *R)
{
  struct dasm_Code *free_now = NULL, *last;
  int round;

  for (round = 0; round < 2; round++) {
    if (!R->waiting && R->fresh) {
      R->waiting = R->fresh;
      R->fresh = NULL;
      next_epoch(R);
    }
    if (!R->waiting || !all_have_seen(R))
      break;
    for (last = R->waiting; last->later; last = last->later)
      R->count--;
    R->count--;
    last->later = free_now;
    free_now = R->waiting;
    R->waiting = NULL;
  }
  return free_now;
}

/* The lock is held. */
static void add_fresh(struct retire *R, struct dasm_Code *c)
{
  c->later = R->fresh;
  R->fresh = c;
  R->count++;
}

/* What the system does not let us clear waits for the next time. */
static int reclaim(struct dasm_CodeHeap *H, bool must_be_quiet, size_t *left)
{
  struct retire *R = &H->retire;
  struct dasm_Code *c = NULL, *next;
  int status = DASM_S_OK, got;

  lock(&R->lock);
  if (!must_be_quiet || R->readers)
    c = collect(R);
  unlock(&R->lock);
  for (; c; c = next) {
    next = c->later;
    got = heap_drop(H, c, BLOCK_RETIRED);
    if (DASM_S_CLASS(got) == DASM_S_SYSTEM) {
      lock(&R->lock);
      add_fresh(R, c);
      unlock(&R->lock);
    }
    if (status == DASM_S_OK)
      status = got;
  }
  if (left) {
    lock(&R->lock);
    *left = R->count;
    unlock(&R->lock);
  }
  return status;
}

int dasm_code_retire(dasm_CodeHeap *heap, dasm_Code *code)
{
  struct region *r;

  if (!heap || !code)
    return DASM_S_ARG;
  heap_here(heap);
  if (atomic_load_explicit(&heap->sealed, memory_order_relaxed))
    return DASM_S_SEALED;
  r = heap_lock_code(heap, code, BLOCK_USED, BLOCK_USED);
  if (!r)
    return DASM_S_HEAP;
  code->state = BLOCK_RETIRED;
  unlock(&r->lock);
  lock(&heap->retire.lock);
  add_fresh(&heap->retire, code);
  unlock(&heap->retire.lock);
  return reclaim(heap, true, NULL);
}

int dasm_heap_reclaim(dasm_CodeHeap *heap, size_t *left)
{
  if (!heap)
    return DASM_S_ARG;
  heap_here(heap);
  if (atomic_load_explicit(&heap->sealed, memory_order_relaxed))
    return DASM_S_SEALED;
  return reclaim(heap, false, left);
}
