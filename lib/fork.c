/* fork.c - a heap in a new process: it is the child's own from the first call on. */
#include "heap.h"
#include "tools.h"

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
      r->mapping.write = NULL; /* not mapped here */
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
