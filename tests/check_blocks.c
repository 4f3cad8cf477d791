/* check_blocks.c - the allocator's bookkeeping against a model that does it the slow way.
 *
 * The model is an array of granules. Random requests are compared with it: blocks do not overlap,
 * a request is refused only if the model has no room, and a free block other than the end is
 * chosen by best fit: no smaller free run would have done, unless the block freed last has
 * exactly the size, which is then taken.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lib/blocks.h"
#include "suite.h"

enum { GRANULES = 20000, LIVE = 400 };

static uint8_t used[GRANULES];
static struct blocks B;
static uint32_t page[GRANULES / PAGE_GRANULES + 1];
static uint32_t last_start, last_size; /* freed last, and nothing allocated since; size 0: none */

static uint32_t random_number(void)
{
  static uint64_t x = 88172645463325252u;

  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  return (uint32_t)(x >> 16);
}

static void start(void)
{
  last_size = 0;
  memset(used, 0, sizeof used);
  memset(page, 0, sizeof page);
  ck_assert(blocks_init(&B, &pages_posix, 0, GRANULES, page));
}

/* End of the free run that begins at g. */
static uint32_t run_end(uint32_t g)
{
  while (g < GRANULES && !used[g])
    g++;
  return g;
}

/* Size of the smallest free run of at least `size`, the last one not counted; 0: none. */
static uint32_t best_run(uint32_t size)
{
  uint32_t g = 0, end, best = 0;

  while (g < GRANULES) {
    if (used[g]) {
      g++;
      continue;
    }
    end = run_end(g);
    if (end < GRANULES && end - g >= size && (best == 0 || end - g < best))
      best = end - g;
    g = end;
  }
  return best;
}

static uint32_t run_around(uint32_t g)
{
  uint32_t start_of_run = g;

  while (start_of_run > 0 && !used[start_of_run - 1])
    start_of_run--;
  return run_end(g) - start_of_run;
}

static uint32_t allocate(uint32_t size)
{
  uint32_t best = best_run(size), n = blocks_alloc(&B, size, 1), g = n ? B.at[n].start : 0;
  bool again = last_size == size;

  last_size = 0;
  if (n == 0) {
    ck_assert_uint_eq(best, 0);
    for (g = GRANULES; g > 0 && !used[g - 1];)
      g--;
    ck_assert_uint_lt(GRANULES - g, size);
    return 0;
  }
  ck_assert_uint_eq(B.at[n].size, size);
  ck_assert_uint_le(g + size, GRANULES);
  if (again)
    ck_assert_uint_eq(g, last_start);
  else if (best)
    ck_assert_uint_eq(run_around(g), best);
  ck_assert_ptr_null(memchr(used + g, 1, size));
  memset(used + g, 1, size);
  return n;
}

static void release(uint32_t n)
{
  last_start = B.at[n].start;
  last_size = B.at[n].size;
  memset(used + last_start, 0, last_size);
  blocks_free(&B, n);
  ck_assert_uint_eq(blocks_find(&B, last_start), 0);
}

START_TEST(random_sizes)
{
  static const uint32_t most[] = { 4, 60, 300, 3000 };
  uint32_t live[LIVE] = { 0 }, i, k;

  start();
  for (i = 0; i < 5000; i++) {
    k = random_number() % LIVE;
    if (live[k])
      release(live[k]);
    live[k] = allocate(1 + random_number() % most[_i]);
    if (i % 50 == 0) {
      ck_assert(blocks_check(&B)); /* which merges */
      last_size = 0;
    }
  }
  for (k = 0; k < LIVE; k++)
    if (live[k])
      release(live[k]);
  ck_assert(blocks_check(&B));
  ck_assert_uint_eq(B.used, 0);
  ck_assert_uint_eq(B.nfree, 0);
  ck_assert_uint_eq(B.at[B.top].size, GRANULES); /* everything merged */
  blocks_done(&B);
}
END_TEST

START_TEST(alignments)
{
  uint32_t live[LIVE] = { 0 }, i, k, align;

  start();
  for (i = 0; i < 5000; i++) {
    k = random_number() % LIVE;
    if (live[k])
      release(live[k]);
    align = 1u << random_number() % 8;
    live[k] = blocks_alloc(&B, 1 + random_number() % 60, align);
    if (live[k]) {
      struct dasm_Code *b = &B.at[live[k]];

      ck_assert_uint_eq(b->start % align, 0);
      ck_assert_ptr_null(memchr(used + b->start, 1, b->size));
      memset(used + b->start, 1, b->size);
    }
    if (i % 50 == 0)
      ck_assert(blocks_check(&B));
  }
  blocks_done(&B);
}
END_TEST

/* A block freed and wanted again is found where it was, and not found while it is free. */
START_TEST(the_block_freed_last)
{
  uint32_t a, b, c, d;

  start();
  a = blocks_alloc(&B, 10, 1);
  b = blocks_alloc(&B, 10, 1);
  c = blocks_alloc(&B, 10, 1);
  blocks_free(&B, a);
  blocks_free(&B, b);
  ck_assert_uint_eq(blocks_next(&B, 0), c);
  ck_assert_uint_eq(blocks_find(&B, 0), 0);
  ck_assert_uint_eq(blocks_find(&B, 15), 0);
  ck_assert_uint_eq(blocks_find(&B, 25), c);
  ck_assert_uint_eq(blocks_alloc(&B, 10, 1), b);
  ck_assert_uint_eq(B.at[b].start, 10);
  blocks_free(&B, b);
  d = blocks_alloc(&B, 10, 16); /* it has another alignment: both are merged, nothing fits */
  ck_assert_uint_eq(B.at[d].start, 32);
  blocks_free(&B, c);
  blocks_free(&B, d);
  d = blocks_alloc(&B, GRANULES, 1); /* all of it */
  ck_assert_uint_ne(d, 0);
  ck_assert_uint_eq(B.at[d].start, 0);
  blocks_free(&B, d);
  ck_assert_uint_eq(blocks_next(&B, 0), 0);
  ck_assert(blocks_check(&B));
  blocks_done(&B);
}
END_TEST

START_TEST(edges)
{
  uint32_t all, a, b, c;

  start();
  ck_assert_uint_eq(blocks_alloc(&B, 0, 1), 0);
  ck_assert_uint_eq(blocks_alloc(&B, GRANULES + 1, 1), 0);
  ck_assert_uint_eq(blocks_alloc(&B, UINT32_MAX, 128), 0);
  all = blocks_alloc(&B, GRANULES, 1);
  ck_assert_uint_ne(all, 0);
  ck_assert_uint_eq(blocks_alloc(&B, 1, 1), 0);
  ck_assert_uint_eq(blocks_find(&B, 0), all);
  ck_assert_uint_eq(blocks_find(&B, GRANULES - 1), all);
  ck_assert_uint_eq(blocks_find(&B, GRANULES + PAGE_GRANULES), 0);
  blocks_free(&B, all);
  ck_assert_uint_eq(blocks_find(&B, 0), 0);
  ck_assert_uint_eq(blocks_largest(&B), 0);
  a = blocks_alloc(&B, 10, 1);
  b = blocks_alloc(&B, 200, 1);
  c = blocks_alloc(&B, 10, 1);
  blocks_free(&B, b);
  ck_assert_uint_eq(blocks_largest(&B), 200);
  blocks_free(&B, a);
  ck_assert_uint_eq(blocks_largest(&B), 210);
  ck_assert_uint_eq(blocks_next(&B, 0), c);
  ck_assert_uint_eq(blocks_next(&B, c), 0);
  ck_assert(blocks_check(&B));
  blocks_done(&B);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("blocks");
  TCase *t = tcase_create("blocks");

  tcase_set_timeout(t, 120);
  tcase_add_loop_test(t, random_sizes, 0, 4);
  tcase_add_test(t, alignments);
  tcase_add_test(t, the_block_freed_last);
  tcase_add_test(t, edges);
  suite_add_tcase(s, t);
  return suite_run(s);
}
