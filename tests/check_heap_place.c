/* check_heap_place.c - where the code heap puts code and what memory it takes for it: sizes, limits, places,
 * growth, what is given back, figures; each under every strategy.
 */
#include <errno.h>
#include <stdlib.h>

#include "lib/heap.h"
#include "suite.h"

#include "heap_suite.h"

/* ---- Sizes and limits ---- */

START_TEST(sizes)
{
  static uint8_t bytes[300000];
  dasm_Code *c;
  size_t n;

  start(strategies[_i], 0);
  for (n = 0; n < sizeof bytes; n++)
    bytes[n] = (uint8_t)(n * 7 + n / 256);
  for (n = 1; n < sizeof bytes; n = n * 3 / 2 + 1) {
    ck_assert_int_eq(dasm_heap_add(H, bytes, n, NULL, &c), DASM_S_OK);
    ck_assert_uint_eq(dasm_code_size(c), n);
    ck_assert_mem_eq(dasm_code_address(c), bytes, n);
  }
  ck_assert_int_eq(dasm_heap_add(H, bytes, 0, NULL, &c), DASM_S_SIZE);
  ck_assert_ptr_null(c);
  ck_assert_int_eq(dasm_heap_add(H, bytes, (size_t)0x80000000u, NULL, &c), DASM_S_SIZE);
  /* More than a region: it gets one of its own. */
  ck_assert_int_eq(dasm_heap_add(H, NULL, 5u << 20, NULL, &c), DASM_S_OK);
  ck_assert_uint_eq(figures().regions, 2);
  finish();
}
END_TEST

START_TEST(limit)
{
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategies[_i], .limit = 260 << 10, .reserve = 1 << 20 };
  dasm_Code *c[10], *x;
  int i;

  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
  for (i = 0; i < 8; i++)
    ck_assert_int_eq(dasm_heap_add(H, NULL, 30 << 10, NULL, &c[i]), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_add(H, NULL, 30 << 10, NULL, &x), DASM_S_LIMIT);
  if (strategies[_i] != DASM_HEAP_SINGLE) /* which needs whole pages */
    ck_assert_int_eq(dasm_heap_add(H, NULL, 12 << 10, NULL, &x), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_reserve(H, 100 << 10), DASM_S_LIMIT);
  ck_assert_int_eq(dasm_heap_reserve(H, SIZE_MAX), DASM_S_LIMIT);
  ck_assert_int_eq(dasm_heap_reserve(H, SIZE_MAX / 16), DASM_S_LIMIT); /* more blocks than have numbers */
  ck_assert_uint_le(figures().committed, o.limit);
  ck_assert_int_eq(dasm_code_release(H, c[3]), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_add(H, NULL, 30 << 10, NULL, &x), DASM_S_OK);
  finish();
  o.limit = 1; /* less than a page */
  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_LIMIT);
  o.limit = 0;
  o.reserve = SIZE_MAX / 16;
  if (sizeof(void *) > 4)
    ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_LIMIT);
  o.reserve = SIZE_MAX;
  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_ARG);
}
END_TEST

START_TEST(regions_have_a_limit)
{
  dasm_HeapOptions o = { .size = sizeof o, .reserve = 64 << 10 };
  dasm_Code *c, *first = NULL;
  int status;

  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
  while ((status = dasm_heap_add(H, NULL, (64 << 10) - 48, NULL, &c)) == DASM_S_OK) /* room for traps around */
    if (!first)
      first = c;
  ck_assert_int_eq(status, DASM_S_LIMIT);
  ck_assert_uint_eq(figures().regions, figures().blocks);
  ck_assert_int_eq(dasm_code_release(H, first), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_add(H, NULL, (64 << 10) - 48, NULL, &c), DASM_S_OK);
  finish();
}
END_TEST

/* ---- Places ---- */

static int marker;

static uint64_t distance(const dasm_Code *c)
{
  uintptr_t a = (uintptr_t)dasm_code_address(c), b = (uintptr_t)&marker;

  return a > b ? a - b : b - a;
}

/* All regions of a heap are near an address. */
START_TEST(place_of_a_heap)
{
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategies[_i], .reserve = 1 << 20,
                         .around = (uintptr_t)&marker, .reach = (uint64_t)128 << 20 };
  dasm_Code *c;
  int i;

  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
  for (i = 0; i < 5; i++) {
    ck_assert_int_eq(dasm_heap_add(H, NULL, 900 << 10, NULL, &c), DASM_S_OK);
    ck_assert_uint_le(distance(c), o.reach);
  }
  ck_assert_uint_eq(figures().regions, 5);
  finish();
  o.around = 0;
  o.reach = 4096;
  ck_assert_int_eq(DASM_S_CLASS(dasm_heap_new(&o, &H)), DASM_S_SYSTEM);
  ck_assert_ptr_null(H);
}
END_TEST

START_TEST(placement)
{
  static const size_t alignments[] = { 1, 32, 64, 256, 4096 };
  dasm_CodeInfo info = { .size = sizeof info };
  uint8_t p[8];
  dasm_Code *c;
  unsigned i;

  start(strategies[_i], 0);
  for (i = 0; i < 50; i++) {
    info.alignment = alignments[i % 5];
    ck_assert_int_eq(dasm_heap_add(H, p, returning(p, (int)i), &info, &c), DASM_S_OK);
    ck_assert_uint_eq((uintptr_t)dasm_code_address(c) % info.alignment, 0);
    expect(c, (int)i);
  }
  info.alignment = 0;
  info.around = (uintptr_t)&marker;
  info.reach = (uint64_t)128 << 20;
  for (i = 0; i < 3; i++) {
    ck_assert_int_eq(dasm_heap_add(H, p, returning(p, 5), &info, &c), DASM_S_OK);
    ck_assert_uint_le(distance(c), info.reach);
    expect(c, 5);
  }
  ck_assert_uint_le(figures().regions, 2); /* one more, and only if the first was not in reach */
  info.reach = ((uint64_t)2 << 30) - 4096; /* what a call rel32 of code here reaches */
  ck_assert_int_eq(dasm_heap_add(H, p, returning(p, 6), &info, &c), DASM_S_OK);
  ck_assert_uint_le(distance(c), info.reach);
  expect(c, 6);
  info.around = 0;
  info.reach = 4096; /* nothing can be there */
  ck_assert_int_eq(DASM_S_CLASS(dasm_heap_add(H, p, 6, &info, &c)), DASM_S_SYSTEM);
  finish();
  start(strategies[_i], DASM_HEAP_LOW);
  ck_assert_uint_lt((uintptr_t)dasm_code_address(add(1)), (uintptr_t)1 << 31);
  finish();
}
END_TEST

START_TEST(find)
{
  dasm_Code *c[64], *x;
  char *a;
  int i;

  start(strategies[_i], 0);
  for (i = 0; i < 64; i++)
    ck_assert_int_eq(dasm_heap_add(H, NULL, (size_t)(i * i * 5 + 1), NULL, &c[i]), DASM_S_OK);
  for (i = 0; i < 64; i += 3) {
    ck_assert_int_eq(dasm_code_release(H, c[i]), DASM_S_OK);
    c[i] = NULL;
  }
  for (i = 0; i < 64; i++) {
    if (!c[i])
      continue;
    a = dasm_code_address(c[i]);
    ck_assert_int_eq(dasm_heap_find(H, a, &x), DASM_S_OK);
    ck_assert_ptr_eq(x, c[i]);
    ck_assert_int_eq(dasm_heap_find(H, a + i * i * 5, &x), DASM_S_OK);
    ck_assert_ptr_eq(x, c[i]);
  }
  ck_assert_int_eq(dasm_heap_find(H, &marker, &x), DASM_S_HEAP);
  ck_assert_ptr_null(x);
  finish();
}
END_TEST

/* ---- Memory ---- */

START_TEST(memory_comes_and_goes)
{
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategies[_i], .reserve = 4 << 20, .retain = 64 << 10 };
  dasm_Code *c, *d;

  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
  ck_assert_uint_eq(figures().committed, 64 << 10);
  ck_assert_uint_eq(figures().reserved, 4 << 20);
  ck_assert_int_eq(dasm_heap_reserve(H, 1 << 20), DASM_S_OK);
  ck_assert_uint_ge(figures().committed, 1 << 20);
  c = add(1);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  ck_assert_uint_eq(figures().committed, 64 << 10); /* empty: given back */
  ck_assert_int_eq(dasm_heap_add(H, NULL, 2 << 20, NULL, &c), DASM_S_OK);
  d = add(2);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  ck_assert_uint_ge(figures().committed, 2 << 20);
  ck_assert_uint_eq(figures().holes, 1);
  ck_assert_uint_eq(figures().largest, (2 << 20) + (strategies[_i] == DASM_HEAP_SINGLE ? 4096 : 32));
  expect(d, 2);
  ck_assert_int_eq(dasm_code_release(H, d), DASM_S_OK);
  ck_assert_uint_eq(figures().committed, 64 << 10);
  ck_assert_int_eq(dasm_heap_trim(H), DASM_S_OK);
  ck_assert_uint_eq(figures().committed, 0);
  expect(add(3), 3);
  finish();
  o.flags = DASM_HEAP_KEEP;
  o.commit = 256 << 10;
  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
  ck_assert_uint_eq(figures().committed, 256 << 10);
  ck_assert_int_eq(dasm_heap_add(H, NULL, 1000 << 10, NULL, &c), DASM_S_OK);
  ck_assert_uint_eq(figures().committed, 1024 << 10);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  ck_assert_uint_eq(figures().committed, 1024 << 10); /* empty: kept */
  finish();
}
END_TEST

/* What was given back, or refused by the system, does not count against the limit. */
static bool refuses;

static int commits_or_not(struct mapping *mapping, size_t from, size_t size)
{
  return refuses ? ENOMEM : pages_posix.commit(mapping, from, size);
}

START_TEST(limit_counts_what_there_is)
{
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategies[_i], .reserve = 4 << 20, .retain = 64 << 10, .limit = 1 << 20 };
  struct pages os = pages_posix;
  dasm_Code *c;
  int i;

  os.commit = commits_or_not;
  ck_assert_int_eq(heap_new_on(&os, &o, &H), DASM_S_OK);
  for (i = 0; i < 20; i++) {
    ck_assert_int_eq(dasm_heap_add(H, NULL, 900 << 10, NULL, &c), DASM_S_OK);
    ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
    refuses = true;
    ck_assert_int_eq(DASM_S_CLASS(dasm_heap_add(H, NULL, 900 << 10, NULL, &c)), DASM_S_SYSTEM);
    refuses = false;
  }
  finish();
}
END_TEST

/* A hole in another region is better than more memory. */
START_TEST(holes_come_before_memory)
{
  enum { BLOCK = 8192, FIRST = (1 << 20) / BLOCK - 1, SECOND = 65536 / BLOCK - 1 }; /* less what is before all */
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategies[_i], .reserve = 1 << 20 };
  dasm_Code *c[FIRST + SECOND], *x;
  size_t committed;
  void *hole;
  int i;

  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
  for (i = 0; i < FIRST + SECOND; i++)
    ck_assert_int_eq(dasm_heap_add(H, NULL, BLOCK - 16, NULL, &c[i]), DASM_S_OK);
  ck_assert_uint_eq(figures().regions, 2);
  committed = figures().committed;
  ck_assert_uint_eq(committed, (FIRST + SECOND + 2) * BLOCK);
  hole = dasm_code_address(c[5]);
  ck_assert_int_eq(dasm_code_release(H, c[5]), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_add(H, NULL, BLOCK - 16, NULL, &x), DASM_S_OK);
  ck_assert_ptr_eq(dasm_code_address(x), hole);
  ck_assert_int_eq(dasm_heap_add(H, NULL, BLOCK - 16, NULL, &x), DASM_S_OK);
  ck_assert_uint_gt(figures().committed, committed);
  finish();
}
END_TEST

int main(void)
{
  const struct { const char *name; const TTest *test; } each[] = {
    { "sizes", sizes }, { "limit", limit }, { "place", place_of_a_heap }, { "placement", placement },
    { "find", find }, { "memory", memory_comes_and_goes }, { "counts", limit_counts_what_there_is },
    { "holes", holes_come_before_memory },
  };
  Suite *s = suite_create("places in a heap");
  TCase *t = tcase_create("once");
  size_t i;

  for (i = 0; i < sizeof each / sizeof each[0]; i++) {
    TCase *loop = tcase_create(each[i].name);

    tcase_add_loop_test(loop, each[i].test, 0, NSTRATEGIES);
    suite_add_tcase(s, loop);
  }
  tcase_add_test(t, regions_have_a_limit);
  suite_add_tcase(s, t);
  return suite_run(s);
}
