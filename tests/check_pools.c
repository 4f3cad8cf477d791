/* check_pools.c - constants, and pools within code: dasm_link() where something does not reach what is behind the code.
 */
#include "far_code.h"
#include "suite.h"

/* ---- AArch64: at the bounds -------------------------------------------------------------- */

enum { LDR = 1 << 18 /* words that ldr reaches forwards: that many less one */ };

/* A load with n words between it and the pool. */
static int load_over(unsigned n, int stubs)
{
  int status;

  start(ISA_ARM64, stubs);
  add(LOAD8, 0, 0x123456789abcdef0, 0);
  words(n);
  status = make();
  if (status == DASM_S_OK)
    check_program();
  return status;
}

START_TEST(loads_at_their_bounds)
{
  char text[300];

  /* the constant is at a multiple of 8 behind 4 + 4 * n bytes: at 2^20 - 8, 2^20 */
  ck_assert_int_eq(load_over(LDR - 3, 0), DASM_S_OK);
  ck_assert_uint_eq(size, 4 * LDR);
  ck_assert_uint_eq(word_at(0), 0x587fffc1); /* ldr x1, 1048568 */
  finish();
  ck_assert_int_eq(DASM_S_CLASS(load_over(LDR - 1, 0)), DASM_S_RANGE_REL);
  dasm_errmsg(&D, text, sizeof text);
  ck_assert_str_eq(text, "the constant is 1048576 bytes away, and this instruction reaches -1048576 to 1048572 in steps of 4: put it at a label "
                         "near by, or allow stubs before the code (dasm_setstubs): then constants are within it, too");
  finish();
  ck_assert_int_eq(load_over(LDR - 3, 1), DASM_S_OK); /* nothing is within the code that need not be */
  ck_assert_uint_eq(size, 4 * LDR);
  finish();
  ck_assert_int_eq(load_over(LDR - 1, 1), DASM_S_OK);
  ck_assert_uint_eq(within, 1);
  ck_assert_uint_eq(word_at(4), 0x14000003); /* b 12: over the constant, which needs no gap */
  ck_assert_uint_eq(size, 4 * LDR + 12);
  finish();
}
END_TEST

/* Of 4 bytes: 2^20 - 4, 2^20. */
START_TEST(words_at_their_bounds)
{
  start(ISA_ARM64, 0);
  add(LOAD4, 0, 7, 0);
  words(LDR - 2);
  ck_assert_int_eq(make(), DASM_S_OK);
  check_program();
  ck_assert_uint_eq(word_at(0), 0x187fffe1); /* ldr w1, 1048572 */
  finish();
  start(ISA_ARM64, 0);
  add(LOAD4, 0, 7, 0);
  words(LDR - 1);
  ck_assert_int_eq(DASM_S_CLASS(make()), DASM_S_RANGE_REL);
  finish();
}
END_TEST

/* A test and a call of what is elsewhere: the stub is behind the code, where tbz, which has grown, and bl reach it. */
START_TEST(tests_of_what_is_outside)
{
  start(ISA_ARM64, 1);
  add(TEST_OUT, 0, 0, 0);
  add(CALL_OUT, 0, 0x10, 0);
  words(1 << 14); /* more than tbz reaches */
  ck_assert_int_eq(make(), DASM_S_OK);
  check_program();
  ck_assert_uint_eq(grown, 1);
  ck_assert_uint_eq(stubbed, 2);
  finish();
}
END_TEST

/* cbz and tbz into the other section, forwards and back. */
START_TEST(branches_between_sections)
{
  unsigned n;

  for (n = 8185; n < 8200; n++) {
    start(ISA_ARM64, 1);
    add(TEST, 5, 0, 0);
    words(n);
    add(WORD, 0, 0, 0);
    add(SECTION, 1, 0, 0);
    words(n);
    add(TEST, 2, 0, 0); /* label 5 */
    add(ZERO, 0, 0, 0);
    ck_assert_int_eq(make(), DASM_S_OK);
    check_program();
    finish();
  }
}
END_TEST

/* ---- sharing ------------------------------------------------------------------------------ */

START_TEST(equal_ones_are_shared)
{
  unsigned i;

  start(ISA_ARM64, 0);
  for (i = 0; i < 300; i++) {
    add(LOAD8, 0, i % 3, 0);
    add(LOAD16, 0, i % 3, i % 2);
    add(LOAD4, 0, i % 2 ? UINT64_MAX : UINT32_MAX, 0);
    add(ADDRESS, i % 4, 0, 0);
  }
  ck_assert_int_eq(make(), DASM_S_OK);
  check_program();
  ck_assert_uint_eq(size, 4800 + 8 + 8 * 7 + 16 * 6); /* 4800, 4804, a gap of 4; 4864 is a multiple of 16 */
  finish();
}
END_TEST

START_TEST(many_different_ones)
{
  unsigned i;

  start(ISA_ARM64, 0);
  for (i = 0; i < 3000; i++)
    add(LOAD8, 0, i * UINT64_C(0x100000001), 0);
  ck_assert_int_eq(make(), DASM_S_OK);
  check_program();
  ck_assert_uint_eq(size, 3000 * 12);
  dasm_setup(&D, L.bytes); /* the next code has its own */
  nstatements = 0;
  add(LOAD8, 0, 1, 0);
  ck_assert_int_eq(make(), DASM_S_OK);
  check_program();
  ck_assert_uint_eq(size, 16);
  /* more is put, and all is linked again */
  dasm_put(&D, site[LOAD8], (int64_t)2);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_uint_eq(size, 24);
  finish();
}
END_TEST

/* ---- random programs ------------------------------------------------------------------------- */

static uint32_t seed;

static unsigned up_to(unsigned n)
{
  seed = seed * 1664525 + 1013904223;
  return (seed >> 8) % n;
}

static void random_statement(unsigned spread, unsigned most)
{
  enum what what = (enum what)up_to(GAP);

  if (site[what] == 0)
    what = WORD;
  add(what, up_to(most), up_to(40) * UINT64_C(0x10203040), up_to(3));
  if (what == LOAD4)
    program[nstatements - 1].value = up_to(40);
  if (up_to(4) == 0)
    words(up_to(spread));
}

/* n statements, some 8 * spread bytes apart. */
static void random_program(enum list_isa which, unsigned n, unsigned spread)
{
  unsigned i, second = n / 2 + up_to(n / 2);

  start(which, 1);
  for (i = 0; i < n; i++) {
    if (i == second)
      add(SECTION, 1, 0, 0);
    random_statement(spread, n);
  }
  ck_assert_int_eq(make(), DASM_S_OK);
  check_program();
  finish();
}

/* Spread over some MiB, with pools of their own: everything still comes to where it should. */
START_TEST(everything_is_reached)
{
  unsigned i, pools = 0, stubs = 0;

  seed = 1;
  for (i = 0; i < 40; i++) {
    random_program(i % 2 ? ISA_ARM64 : ISA_RISCV64, 400 + 10 * i, 1000 * (i + 1));
    pools += within;
    stubs += stubbed;
  }
  ck_assert_uint_gt(pools, 100);
  ck_assert_uint_gt(stubs, 1000);
}
END_TEST

/* Small ones have none. */
START_TEST(small_programs_have_no_pools_within)
{
  unsigned i;

  seed = 2;
  for (i = 0; i < 40; i++) {
    random_program(i % 2 ? ISA_ARM64 : ISA_RISCV64, 200, 8);
    ck_assert_uint_eq(within, 0);
  }
}
END_TEST

/* What a pool takes at most is counted before it must be there: wherever the last place is before the bound, all is reached. */
START_TEST(pools_at_their_bounds)
{
  unsigned k, i;

  for (k = 0; k < 60; k++) {
    start(ISA_ARM64, 1);
    for (i = 0; i < 3; i++) {
      add(LOAD16, 0, 2 + i, 3);
      add(LOAD8, 0, 1 + i, 0);
      words(LDR - 60 + k);
      add(CALL_OUT, 0, 0x10 + i, 0);
      add(LOAD4, 0, 4 + i, 0);
      words(5);
      add(TEST_OUT, 0, 0, 0);
    }
    ck_assert_int_eq(make(), DASM_S_OK);
    check_program();
    ck_assert_uint_gt(within, 0);
    finish();
  }
}
END_TEST

/* Jumps within code that is larger than they reach. */
START_TEST(jumps_that_do_not_reach_their_label)
{
  unsigned i;

  start(ISA_RISCV64, 1);
  for (i = 0; i < 40; i++) {
    add(GO, i < 20 ? 79 - i : 39 - i, 0, 0);
    words(40000);
  }
  ck_assert_int_eq(make(), DASM_S_OK);
  check_program();
  ck_assert_uint_gt(stubbed, 10);
  ck_assert_uint_gt(within, 2);
  finish();
  start(ISA_RISCV64, 0); /* off by default */
  add(GO, 2, 0, 0);
  words(1 << 18);
  ck_assert_int_eq(DASM_S_CLASS(make()), DASM_S_RANGE_REL);
  finish();
}
END_TEST

/* The same of bl, which reaches 128 MiB. */
START_TEST(calls_that_do_not_reach_their_label)
{
  start(ISA_ARM64, 1);
  add(GO, 5, 0, 0);
  words(17 << 20);
  add(GO, 0, 0, 0);
  words(17 << 20);
  add(GO, 0, 0, 0);
  add(LOAD8, 0, 3, 0);
  ck_assert_int_eq(make(), DASM_S_OK);
  check_program();
  ck_assert_uint_eq(stubbed, 2);
  ck_assert_uint_eq(within, 1);
  finish();
}
END_TEST

/* Nowhere between is a place for a pool. */
START_TEST(what_stays_an_error)
{
  char text[300];

  start(ISA_ARM64, 1);
  add(LOAD8, 0, 1, 0);
  words(100);
  add(LOAD8, 0, 2, 0);
  words(LDR);
  ck_assert_int_eq(make(), DASM_S_OK); /* behind the second load */
  check_program();
  finish();
  start(ISA_RISCV64, 1);
  words((1 << 18) + 1);
  add(GO, 0, 0, 0); /* the pool would be behind it */
  ck_assert_int_eq(make(), DASM_S_OK);
  check_program();
  ck_assert_uint_eq(stubbed, 1);
  finish();
  start(ISA_ARM64, 0);
  add(LOAD4, 0, UINT64_C(1) << 32, 0);
  ck_assert_int_eq(DASM_S_CLASS(make()), DASM_S_RANGE_I);
  dasm_errmsg(&D, text, sizeof text);
  ck_assert_str_eq(text, "constant 4294967296 does not fit in 32 bits");
  finish();
}
END_TEST

int main(void)
{
  Suite *s = suite_create("pools");
  TCase *t = tcase_create("pools");

  tcase_set_timeout(t, 120);
  tcase_add_test(t, loads_at_their_bounds);
  tcase_add_test(t, words_at_their_bounds);
  tcase_add_test(t, tests_of_what_is_outside);
  tcase_add_test(t, branches_between_sections);
  tcase_add_test(t, equal_ones_are_shared);
  tcase_add_test(t, many_different_ones);
  tcase_add_test(t, everything_is_reached);
  tcase_add_test(t, small_programs_have_no_pools_within);
  tcase_add_test(t, pools_at_their_bounds);
  tcase_add_test(t, jumps_that_do_not_reach_their_label);
  tcase_add_test(t, calls_that_do_not_reach_their_label);
  tcase_add_test(t, what_stays_an_error);
  suite_add_tcase(s, t);
  return suite_run(s);
}
