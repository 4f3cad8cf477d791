/* arena.c - the memory of a translation.
 *
 * Blocks from the system, handed out front to back, all freed together. Fresh blocks are zeroed
 * by calloc(), which for blocks of this size costs nothing until they are touched. A request
 * too big for a block gets one of its own, and an array in such a one grows with realloc(), which
 * moves pages instead of copying them.
 */
#include <stdlib.h>
#include <string.h>

#include "front_private.h"

enum { BLOCK = 256 * 1024, OWN = BLOCK / 4, ALIGNMENT = 16 };

struct block {
  struct block *next;
  size_t pad; /* keeps what follows aligned */
};

static struct block *new_block(struct arena *A, size_t size)
{
  struct block *b;

  if (size > SIZE_MAX - sizeof(*b) || (A->limit != 0 && size > A->limit - A->used))
    return NULL;
  b = calloc(1, sizeof(*b) + size);
  if (b) {
    A->used += size;
    b->next = A->block;
    A->block = b;
  }
  return b;
}

void arena_free(struct arena *A)
{
  struct block *next;

  for (struct block *b = A->block; b; b = next) {
    next = b->next;
    free(b);
  }
  A->block = NULL;
  A->next = A->end = NULL;
}

/* Blocks that came later are freed. When the text began near the end of its block, so that the
 * next one would need a new block again, the newest is kept and used from its start. */
void arena_release(struct arena *A, const struct arena *mark)
{
  bool moved = A->end != mark->end, keep = moved && mark->end - mark->next < BLOCK / 4;
  struct block *next, *kept = NULL;
  char *start = mark->next, *stop = moved ? mark->end : A->next;

  for (struct block *b = A->block; b != mark->block; b = next) {
    next = b->next;
    if (keep && (char *)(b + 1) + BLOCK == A->end)
      kept = b;
    else
      free(b);
  }
  if (!kept) {
    if (start)
      memset(start, 0, (size_t)(stop - start));
    *A = *mark;
    return;
  }
  start = (char *)(kept + 1);
  memset(start, 0, (size_t)(A->next - start));
  kept->next = mark->block;
  *A = (struct arena){kept, mark->kept, start, A->end, mark->used + BLOCK, mark->limit};
}

void *arena_try(struct arena *A, size_t size)
{
  struct block *b;
  void *p;

  if (size > SIZE_MAX - ALIGNMENT)
    return NULL;
  size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
  if ((size_t)(A->end - A->next) < size) {
    if (size > OWN) {
      b = new_block(A, size);
      return b ? b + 1 : NULL;
    }
    b = new_block(A, BLOCK);
    if (!b)
      return NULL;
    A->next = (char *)(b + 1);
    A->end = A->next + BLOCK;
  }
  p = A->next;
  A->next += size;
  return p;
}

void *arena_alloc(struct front *F, size_t size)
{
  void *p = arena_try(&F->arena, size);

  if (!p)
    longjmp(*F->give_up, FRONT_NOMEM);
  return p;
}

void *front_keep_alloc(struct front *F, size_t size)
{
  void *p = arena_try(&F->keep, size);

  if (!p)
    longjmp(*F->give_up, FRONT_NOMEM);
  return p;
}

void arena_swap(struct front *F)
{
  struct arena other = F->keep;

  F->keep = F->arena;
  F->arena = other;
  F->swapped = !F->swapped;
}

char *arena_strndup(struct front *F, const char *p, size_t n)
{
  char *copy = arena_alloc(F, n + 1);

  if (n > 0)
    memcpy(copy, p, n);
  return copy;
}

/* Make a block larger that is an array's own; false: it has none, or it is older than the text. */
static bool enlarge(struct front *F, void **array, size_t old, size_t size)
{
  struct arena *A = &F->arena;
  struct block **link = &A->block, *b;

  if (old <= OWN + ALIGNMENT)
    return false;
  while (*link != A->kept && *link + 1 != *array)
    link = &(*link)->next;
  if (*link == A->kept)
    return false;
  b = A->limit != 0 && size - old > A->limit - A->used ? NULL : realloc(*link, sizeof(*b) + size);
  if (!b)
    longjmp(*F->give_up, FRONT_NOMEM);
  *link = b;
  A->used += size - old;
  *array = b + 1;
  return true;
}

void *arena_grow(struct front *F, void *array, size_t *capacity, size_t need, size_t elem)
{
  size_t wanted = *capacity > SIZE_MAX / 2 ? need : *capacity * 2;
  void *p;

  if (wanted < need)
    wanted = need;
  if (wanted < 16)
    wanted = 16;
  if (wanted > (SIZE_MAX - sizeof(struct block)) / elem)
    longjmp(*F->give_up, FRONT_NOMEM);
  if (!enlarge(F, &array, *capacity * elem, wanted * elem)) {
    p = arena_alloc(F, wanted * elem);
    if (*capacity > 0)
      memcpy(p, array, *capacity * elem);
    array = p;
  }
  *capacity = wanted;
  return array;
}
