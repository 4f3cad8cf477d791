/* blocks.c - best fit over one region, with all bookkeeping outside of it.
 *
 * Every granule belongs to exactly one block. Blocks form a list by address;
 * two free blocks are never neighbours. Free blocks below BLOCK_BINS granules
 * hang in a list per exact size, found by a bit scan; larger ones in a treap
 * ordered by (size, start) whose priorities are a hash of the index. The last
 * block, if free, is the top: it is in neither and used when nothing else fits. One more free
 * block, the one freed last, may be in neither: it still looks like a used one to its neighbours
 * and to the index by page, until blocks_merge().
 *
 * Descriptors live in one reserved array, so that a pointer can be checked
 * for being one before anything is read through it. An index is a descriptor's
 * number; 0 means none. Descriptor 0 is never anything but BLOCK_SPARE; it takes the
 * links that a neighbour would have.
 */
#include "blocks.h"

#include "compiler.h"

#define START 1u /* index of the first descriptor */

static struct dasm_Code *block(const struct blocks *B, uint32_t n)
{
  return &B->at[n];
}

/* ---- Descriptors ---- */

/* Memory for two more descriptors, the most that one allocation adds besides its own. */
static bool have_spares(struct blocks *B)
{
  uint32_t step;

  if (B->count + 3 <= B->ready)
    return true;
  step = B->ready < 1024 ? 1024 : B->ready;
  if (step > B->max - B->ready)
    step = B->max - B->ready;
  if (step == 0)
    return B->count + 3 <= B->max;
  if (B->os->extend(B->at, B->ready * sizeof *B->at, step * sizeof *B->at) != 0)
    return false;
  B->ready += step;
  return B->count + 3 <= B->ready;
}

static uint32_t new_block(struct blocks *B, uint32_t start, uint32_t size, uint8_t state)
{
  uint32_t n = B->spare;
  struct dasm_Code *b;

  if (n != 0)
    B->spare = block(B, n)->right;
  else
    n = B->count++;
  b = block(B, n);
  b->start = start;
  b->size = size;
  b->state = state;
  return n;
}

static void drop_block(struct blocks *B, uint32_t n)
{
  block(B, n)->state = BLOCK_SPARE;
  block(B, n)->right = B->spare;
  B->spare = n;
}

/* Put block n into the address list between its neighbours. */
static void chain(struct blocks *B, uint32_t prev, uint32_t n, uint32_t next)
{
  block(B, n)->prev = prev;
  block(B, n)->next = next;
  block(B, prev)->next = n;
  block(B, next)->prev = n;
}

/* ---- Tree of larger free blocks ---- */

static uint32_t priority(uint32_t n)
{
  n *= 2654435769u;
  return n ^ n >> 15;
}

static bool less(const struct blocks *B, uint32_t a, uint32_t b)
{
  const struct dasm_Code *x = block(B, a), *y = block(B, b);

  return x->size != y->size ? x->size < y->size : x->start < y->start;
}

static void tree_insert(struct blocks *B, uint32_t n)
{
  uint32_t *link = &B->root, *left, *right, t;

  while (*link && priority(*link) >= priority(n))
    link = less(B, n, *link) ? &block(B, *link)->left : &block(B, *link)->right;
  t = *link;
  *link = n;
  left = &block(B, n)->left;
  right = &block(B, n)->right;
  while (t) { /* split what was below into smaller and larger */
    if (less(B, t, n)) {
      *left = t;
      left = &block(B, t)->right;
      t = *left;
    } else {
      *right = t;
      right = &block(B, t)->left;
      t = *right;
    }
  }
  *left = *right = 0;
}

static void tree_remove(struct blocks *B, uint32_t n)
{
  uint32_t *link = &B->root, a, b;

  while (*link != n)
    link = less(B, n, *link) ? &block(B, *link)->left : &block(B, *link)->right;
  a = block(B, n)->left;
  b = block(B, n)->right;
  while (a && b) {
    if (priority(a) >= priority(b)) {
      *link = a;
      link = &block(B, a)->right;
      a = *link;
    } else {
      *link = b;
      link = &block(B, b)->left;
      b = *link;
    }
  }
  *link = a ? a : b;
}

/* The smallest block of at least `size`, at the lowest address. */
static uint32_t tree_find(const struct blocks *B, uint32_t size)
{
  uint32_t t = B->root, best = 0;

  while (t) {
    if (block(B, t)->size >= size) {
      best = t;
      t = block(B, t)->left;
    } else {
      t = block(B, t)->right;
    }
  }
  return best;
}

/* ---- Free blocks ---- */

static void add_free(struct blocks *B, uint32_t n)
{
  struct dasm_Code *b = block(B, n);
  uint32_t size = b->size;

  b->state = BLOCK_FREE;
  B->nfree++;
  if (size >= BLOCK_BINS) {
    tree_insert(B, n);
    return;
  }
  b->left = 0;
  b->right = B->bin[size];
  if (b->right)
    block(B, b->right)->left = n;
  B->bin[size] = n;
  B->nonempty[size / 64] |= (uint64_t)1 << (size % 64);
}

static void remove_free(struct blocks *B, uint32_t n)
{
  struct dasm_Code *b = block(B, n);
  uint32_t size = b->size;

  B->nfree--;
  if (size >= BLOCK_BINS) {
    tree_remove(B, n);
    return;
  }
  if (b->right)
    block(B, b->right)->left = b->left;
  if (b->left)
    block(B, b->left)->right = b->right;
  else if ((B->bin[size] = b->right) == 0)
    B->nonempty[size / 64] &= ~((uint64_t)1 << (size % 64));
}

static uint32_t lowest_bit(uint64_t x)
{
#if defined(__GNUC__)
  return (uint32_t)__builtin_ctzll(x);
#else
  uint32_t n = 0;

  for (; !(x & 1); x >>= 1)
    n++;
  return n;
#endif
}

static uint32_t best_fit(const struct blocks *B, uint32_t size)
{
  uint32_t i = size / 64;
  uint64_t bits;

  if (size < BLOCK_BINS) {
    bits = B->nonempty[i] & (~(uint64_t)0 << (size % 64));
    while (bits == 0 && ++i < BLOCK_BINS / 64)
      bits = B->nonempty[i];
    if (bits != 0)
      return B->bin[i * 64 + lowest_bit(bits)];
  }
  return tree_find(B, size);
}

/* ---- Index by page ---- */

static void index_add(struct blocks *B, uint32_t n)
{
  const struct dasm_Code *b = block(B, n);
  uint32_t p = b->start / PAGE_GRANULES, last = (b->start + b->size - 1) / PAGE_GRANULES;

  if (B->page[p] == 0 || block(B, B->page[p])->start > b->start)
    B->page[p] = n;
  while (p < last)
    B->page[++p] = n;
}

static void index_remove(struct blocks *B, uint32_t n)
{
  const struct dasm_Code *b = block(B, n);
  uint32_t p = b->start / PAGE_GRANULES, last = (b->start + b->size - 1) / PAGE_GRANULES, next;

  if (p == last && B->page[p] != n)
    return;
  next = blocks_next(B, n);
  if (next && block(B, next)->start / PAGE_GRANULES != last)
    next = 0;
  if (B->page[p] == n)
    B->page[p] = p == last ? next : 0;
  while (p < last) {
    ++p;
    B->page[p] = p == last ? next : 0;
  }
}

/* ---- Interface ---- */

bool blocks_init(struct blocks *B, const struct pages *os, uint32_t first, uint32_t granules, uint32_t *page)
{
  *B = (struct blocks){ .os = os, .page = page, .count = START, .max = granules + 4, .first = first };
  B->npage = (granules + PAGE_GRANULES - 1) / PAGE_GRANULES;
  B->at = os->reserve(B->max * sizeof *B->at);
  if (!B->at)
    return false;
  if (!have_spares(B)) {
    blocks_done(B);
    return false;
  }
  B->top = new_block(B, first, granules - first, BLOCK_TOP);
  return true;
}

void blocks_done(struct blocks *B)
{
  if (B->at)
    B->os->unreserve(B->at, B->max * sizeof *B->at);
  B->at = NULL;
}

/* Cut what lies before `start` off a block that is in no list, as a free block. */
static void trim_front(struct blocks *B, uint32_t n, uint32_t start)
{
  struct dasm_Code *b = block(B, n);
  uint32_t front;

  if (start == b->start)
    return;
  front = new_block(B, b->start, start - b->start, BLOCK_FREE);
  chain(B, b->prev, front, n);
  b->size -= start - b->start;
  b->start = start;
  add_free(B, front);
}

static void trim_back(struct blocks *B, uint32_t n, uint32_t size)
{
  struct dasm_Code *b = block(B, n);
  uint32_t rest;

  if (size == b->size)
    return;
  rest = new_block(B, b->start + size, b->size - size, BLOCK_FREE);
  chain(B, n, rest, b->next);
  b->size = size;
  add_free(B, rest);
}

/* From the top, the free rest that nothing else fits. */
static uint32_t take_top(struct blocks *B, uint32_t size, uint32_t align)
{
  struct dasm_Code *top = block(B, B->top);
  uint32_t start = (top->start + align - 1) & ~(align - 1);
  uint32_t skip = start - top->start, n;

  if (start < top->start || top->size < skip || top->size - skip < size)
    return 0;
  trim_front(B, B->top, start);
  n = new_block(B, start, size, BLOCK_USED);
  chain(B, top->prev, n, B->top);
  top->start += size;
  top->size -= size;
  return n;
}

/* One thread at a time changes it: so the read and the store need not be one. */
static void count_used(struct blocks *B, size_t change)
{
  size_t used = atomic_load_explicit(&B->used, memory_order_relaxed);

  atomic_store_explicit(&B->used, used + change, memory_order_relaxed);
}

static void use(struct blocks *B, uint32_t n)
{
  count_used(B, block(B, n)->size);
  B->nused++;
  block(B, n)->state = BLOCK_USED;
}

static NOINLINE uint32_t alloc_anew(struct blocks *B, uint32_t size, uint32_t align)
{
  uint32_t n, start;

  blocks_settle(B);
  if (size == 0 || !have_spares(B))
    return 0;
  n = size + (align - 1) < size ? 0 : best_fit(B, size + (align - 1));
  if (n != 0) {
    remove_free(B, n);
    start = (block(B, n)->start + align - 1) & ~(align - 1);
    trim_front(B, n, start);
    trim_back(B, n, size);
  } else {
    n = take_top(B, size, align);
    if (n == 0)
      return 0;
  }
  use(B, n);
  index_add(B, n);
  return n;
}

uint32_t blocks_alloc(struct blocks *B, uint32_t size, uint32_t align)
{
  uint32_t n = B->recent;

  if (block(B, n)->size != size || (block(B, n)->start & (align - 1)) != 0 || n == 0)
    return alloc_anew(B, size, align);
  B->recent = 0;
  use(B, n);
  return n;
}

/* Block n, in no list, takes its free neighbour into itself. */
static void swallow(struct blocks *B, uint32_t n, uint32_t other)
{
  struct dasm_Code *b = block(B, n), *o = block(B, other);

  remove_free(B, other);
  if (o->start < b->start) {
    b->start = o->start;
    chain(B, o->prev, n, b->next);
  } else {
    chain(B, b->prev, n, o->next);
  }
  b->size += o->size;
  drop_block(B, other);
}

NOINLINE void blocks_merge(struct blocks *B)
{
  uint32_t n = B->recent;
  struct dasm_Code *b = block(B, n), *next;

  B->recent = 0;
  index_remove(B, n);
  if (block(B, b->prev)->state == BLOCK_FREE)
    swallow(B, n, b->prev);
  next = block(B, b->next);
  if (next->state == BLOCK_TOP) {
    next->start = b->start;
    next->size += b->size;
    chain(B, b->prev, B->top, 0);
    drop_block(B, n);
    return;
  }
  if (next->state == BLOCK_FREE)
    swallow(B, n, b->next);
  add_free(B, n);
}

void blocks_free(struct blocks *B, uint32_t n)
{
  blocks_settle(B);
  count_used(B, (size_t)0 - block(B, n)->size);
  B->nused--;
  block(B, n)->state = BLOCK_RECENT;
  B->recent = n;
}

uint32_t blocks_next(const struct blocks *B, uint32_t n)
{
  if (n == 0) {
    uint32_t p = 0;

    while (p < B->npage && B->page[p] == 0)
      p++;
    n = p < B->npage ? B->page[p] : 0;
    if (block(B, n)->state >= BLOCK_USED)
      return n;
  }
  do
    n = block(B, n)->next;
  while (n && block(B, n)->state < BLOCK_USED);
  return n;
}

uint32_t blocks_find(const struct blocks *B, uint32_t granule)
{
  uint32_t n;

  if (granule / PAGE_GRANULES >= B->npage)
    return 0;
  for (n = B->page[granule / PAGE_GRANULES]; n && block(B, n)->start <= granule; n = blocks_next(B, n))
    if (granule - block(B, n)->start < block(B, n)->size)
      return block(B, n)->state == BLOCK_RECENT ? 0 : n;
  return 0;
}

uint32_t blocks_largest(struct blocks *B)
{
  uint32_t t, i;

  blocks_settle(B);
  t = B->root;
  if (t) {
    while (block(B, t)->right)
      t = block(B, t)->right;
    return block(B, t)->size;
  }
  for (i = BLOCK_BINS - 1; i > 0; i--)
    if (B->bin[i])
      return i;
  return 0;
}

/* ---- Check ---- */

static size_t count_tree(const struct blocks *B, uint32_t t, bool *ok)
{
  const struct dasm_Code *b = block(B, t);

  if (t == 0)
    return 0;
  *ok &= b->state == BLOCK_FREE && b->size >= BLOCK_BINS;
  if (b->left)
    *ok &= less(B, b->left, t) && priority(b->left) <= priority(t);
  if (b->right)
    *ok &= less(B, t, b->right) && priority(b->right) <= priority(t);
  return 1 + count_tree(B, b->left, ok) + count_tree(B, b->right, ok);
}

static bool check_bins(const struct blocks *B)
{
  bool ok = true;
  size_t n = count_tree(B, B->root, &ok);
  uint32_t i, k;

  for (i = 0; i < BLOCK_BINS; i++) {
    ok &= (B->bin[i] != 0) == (B->nonempty[i / 64] >> (i % 64) & 1);
    for (k = B->bin[i]; k; k = block(B, k)->right, n++)
      ok &= block(B, k)->state == BLOCK_FREE && block(B, k)->size == i;
  }
  return ok && n == B->nfree;
}

bool blocks_check(struct blocks *B)
{
  uint32_t n = B->top, at, p;
  size_t used = 0, nused = 0, nfree = 0;
  bool ok;

  ok = B->recent == 0 ||
       (block(B, B->recent)->state == BLOCK_RECENT && blocks_find(B, block(B, B->recent)->start) == 0);
  blocks_settle(B);
  at = block(B, n)->start + block(B, n)->size;
  ok &= block(B, n)->next == 0 && block(B, n)->state == BLOCK_TOP && block(B, 0)->state == BLOCK_SPARE;

  for (; n; n = block(B, n)->prev) {
    const struct dasm_Code *b = block(B, n);

    ok &= b->start + b->size == at;
    ok &= b->prev == 0 ? b->start == B->first : block(B, b->prev)->next == n;
    at = b->start;
    if (b->state >= BLOCK_USED) {
      used += b->size;
      nused++;
      ok &= blocks_find(B, b->start) == n && blocks_find(B, b->start + b->size - 1) == n;
    } else if (b->state == BLOCK_FREE) {
      nfree++;
      ok &= b->prev == 0 || block(B, b->prev)->state >= BLOCK_USED;
      ok &= block(B, b->next)->state >= BLOCK_USED;
      ok &= blocks_find(B, b->start) == 0;
    }
  }
  for (p = 0; p < B->npage; p++)
    ok &= B->page[p] == 0 || block(B, B->page[p])->state >= BLOCK_USED;
  return ok && check_bins(B) && used == B->used && nused == B->nused && nfree == B->nfree;
}
