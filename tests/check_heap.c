/* check_heap.c - the code heap's promises to a program: bytes become functions, errors, patching, retiring, sealing,
 * each under every strategy. What becomes of states: check_heap_states.c. Where code is and what memory it takes:
 * check_heap_place.c.
 *
 * Machine code is written out by hand from the Intel SDM; it is run where the host is x86-64.
 */
#include "heap_suite.h"

#include <stdio.h>

#include "lib/blocks.h"
#include "suite.h"

/* ---- Bytes ---- */

START_TEST(bytes_become_functions)
{
  dasm_Code *c[100];
  int i;

  start(strategies[_i], 0);
  ck_assert_int_eq(figures().strategy, strategies[_i]);
  for (i = 0; i < 100; i++)
    c[i] = add(i);
  for (i = 0; i < 100; i++)
    expect(c[i], i);
  for (i = 0; i < 100; i += 2)
    ck_assert_int_eq(dasm_code_release(H, c[i]), DASM_S_OK);
  for (i = 0; i < 100; i += 2)
    c[i] = add(1000 + i);
  for (i = 0; i < 100; i++)
    expect(c[i], i % 2 ? i : 1000 + i);
  ck_assert_uint_eq(figures().blocks, 100);
  ck_assert_uint_eq(figures().code, 600);
  for (i = 0; i < 100; i++)
    ck_assert_int_eq(dasm_code_release(H, c[i]), DASM_S_OK);
  ck_assert_uint_eq(figures().used, 0);
  ck_assert_uint_eq(figures().code, 0);
  ck_assert_uint_eq(figures().holes, 0);
  finish();
}
END_TEST

START_TEST(freed_memory_is_traps)
{
  dasm_Code *c, *keep;
  uint8_t *p;
  unsigned i;

  start(strategies[_i], DASM_HEAP_KEEP);
  c = add(1);
  keep = add(2);
  p = dasm_code_address(c);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  for (i = 0; i < 32; i++)
    ck_assert_uint_eq(p[i], RUNS ? 0xcc : p[i & 3]);
  expect(keep, 2);
  ck_assert_int_eq(dasm_heap_add(H, NULL, 50, NULL, &c), DASM_S_OK);
  p = dasm_code_address(c);
  for (i = 0; i < 64; i++)
    ck_assert_uint_eq(p[i], RUNS ? 0xcc : p[i & 3]);
  finish();
}
END_TEST

/* ---- Errors ---- */

START_TEST(wrong_releases)
{
  dasm_CodeHeap *other;
  dasm_Code *c, *stranger;
  struct dasm_Code fake;
  uint8_t p[8];
  char *inside;

  start(strategies[_i], 0);
  ck_assert_int_eq(dasm_heap_new(NULL, &other), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_add(other, p, returning(p, 3), NULL, &stranger), DASM_S_OK);
  c = add(1);
  memset(&fake, 0, sizeof fake);
  memcpy(&inside, &c, sizeof inside);
  inside += 8;
  ck_assert_int_eq(dasm_code_release(H, &fake), DASM_S_HEAP);
  ck_assert_int_eq(dasm_code_release(H, stranger), DASM_S_HEAP);
  ck_assert_int_eq(dasm_code_release(H, (dasm_Code *)(void *)inside), DASM_S_HEAP);
  ck_assert_int_eq(dasm_code_release(H, c + 1000), DASM_S_HEAP);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_HEAP);
  ck_assert_int_eq(dasm_code_write(H, c, 0, p, 1), DASM_S_HEAP);
  ck_assert_int_eq(dasm_code_retire(H, c), DASM_S_HEAP);
  ck_assert_uint_eq(figures().blocks, 0);
  ck_assert_int_eq(dasm_heap_free(&other), DASM_S_OK);
  finish();
}
END_TEST

START_TEST(overflow_is_noticed)
{
  uint8_t *view, p[40];
  dasm_Code *c;

  start(DASM_HEAP_DUAL, 0);
  c = add(1);
  memset(p, 0x90, sizeof p);
  ck_assert_int_eq(dasm_code_write(H, c, 0, p, 7), DASM_S_SIZE);
  ck_assert_int_eq(dasm_code_write(H, c, 6, p, 1), DASM_S_SIZE);
  ck_assert_int_eq(dasm_code_write(H, c, (size_t)-1, p, 2), DASM_S_SIZE);
  ck_assert_int_eq(dasm_code_write(H, c, 5, p, 1), DASM_S_OK);
  view = dasm_code_view(H, c);
  ck_assert_ptr_nonnull(view);
  view[6] = 0x90; /* one byte too much */
  ck_assert_int_eq(dasm_code_flush(H, c, 0, 7), DASM_S_SIZE);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_HEAP);
  ck_assert_uint_eq(figures().blocks, 0); /* freed nevertheless */
  c = add(2);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  finish();
  if (!RUNS)
    return;
  start(DASM_HEAP_DUAL, DASM_HEAP_LANDING);
  c = add(1);
  view = dasm_code_view(H, c);
  view[-5] = 0x90; /* before the landing pad */
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_HEAP);
  c = add(2);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  finish();
}
END_TEST

START_TEST(null_and_nonsense)
{
  dasm_HeapOptions o = { .size = sizeof o };
  dasm_HeapStats s = { .size = 0 };
  dasm_CodeInfo info = { .size = sizeof info };
  dasm_State *D = NULL;
  dasm_Code *c;
  uint8_t p[8] = { 0xc3 };
  void *a;

  ck_assert_int_eq(dasm_heap_new(NULL, NULL), DASM_S_ARG);
  ck_assert_int_eq(dasm_heap_free(NULL), DASM_S_ARG);
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
  o.size = 3;
  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_ARG);
  o = (dasm_HeapOptions){ .size = sizeof o, .strategy = 9 };
  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_ARG);
  o = (dasm_HeapOptions){ .size = sizeof o, .flags = 0x80000000u };
  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_ARG);
  o = (dasm_HeapOptions){ .size = sizeof o, .alignment = 24 };
  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_ARG);
  ck_assert_ptr_null(H);
  start(DASM_HEAP_AUTO, 0);
  ck_assert_int_eq(figures().strategy, DASM_HEAP_DUAL);
  ck_assert_int_eq(dasm_heap_stats(H, &s), DASM_S_ARG);
  ck_assert_int_eq(dasm_heap_add(NULL, p, 1, NULL, &c), DASM_S_ARG);
  ck_assert_int_eq(dasm_heap_add(H, p, 1, NULL, NULL), DASM_S_ARG);
  info.alignment = 3;
  ck_assert_int_eq(dasm_heap_add(H, p, 1, &info, &c), DASM_S_ARG);
  info.alignment = 8192;
  ck_assert_int_eq(dasm_heap_add(H, p, 1, &info, &c), DASM_S_ARG);
  info.alignment = 0;
  info.flags = 0x100;
  ck_assert_int_eq(dasm_heap_add(H, p, 1, &info, &c), DASM_S_ARG);
  ck_assert_int_eq(dasm_publish(H, NULL, &c), DASM_S_ARG);
  ck_assert_int_eq(dasm_publish(H, &D, &c), DASM_S_ARG);
  ck_assert_int_eq(dasm_publish(NULL, &D, &c), DASM_S_ARG);
  ck_assert_int_eq(dasm_code_release(H, NULL), DASM_S_ARG);
  ck_assert_int_eq(dasm_code_global(NULL, 0, &a), DASM_S_ARG);
  ck_assert_ptr_null(dasm_code_address(NULL));
  ck_assert_uint_eq(figures().blocks, 0);
  finish();
}
END_TEST

/* ---- Landing pads ---- */

START_TEST(landing_pads)
{
  dasm_CodeInfo info = { .size = sizeof info, .flags = DASM_CODE_NO_LANDING };
  uint8_t p[8];
  dasm_Code *c;

  if (!RUNS)
    return;
  start(strategies[_i], DASM_HEAP_LANDING);
  c = add(77);
  ck_assert_ptr_eq((char *)dasm_code_base(c) - 4, dasm_code_address(c));
  ck_assert_uint_eq((uintptr_t)dasm_code_base(c) % 32, 0);
  ck_assert_mem_eq(dasm_code_address(c), "\xf3\x0f\x1e\xfa", 4);
  expect(c, 77);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_add(H, p, returning(p, 1), &info, &c), DASM_S_OK);
  ck_assert_ptr_eq(dasm_code_base(c), dasm_code_address(c));
  info.flags = DASM_CODE_LANDING;
  info.alignment = 4096;
  ck_assert_int_eq(dasm_heap_add(H, p, returning(p, 2), &info, &c), DASM_S_OK);
  ck_assert_uint_eq((uintptr_t)dasm_code_base(c) % 4096, 0);
  expect(c, 2);
  finish();
}
END_TEST

/* Options that mean nothing. */
START_TEST(options_in_words)
{
  static char name[400];
  const dasm_Allocator no_functions = { .size = sizeof no_functions };
  char message[200];
  const struct { dasm_HeapOptions o; const char *text; } rows[] = {
    { { .strategy = 9 }, "strategy: none of enum dasm_strategy" },
    { { .flags = 1u << 30 }, "flags: some are not in enum dasm_heap_flags" },
    { { .shards = 65 }, "shards: more than 64" },
    { { .reserve = SIZE_MAX }, "reserve: more than there are addresses" },
    { { .commit = SIZE_MAX }, "commit: more than there are addresses" },
    { { .alignment = 48 }, "alignment: no power of two from 1 to 4096" },
    { { .allocator = &no_functions }, "allocator: its size must be sizeof(dasm_Allocator), and its functions must be there" },
    { { .directory = name }, "directory: too long a name" },
    { { .flags = DASM_HEAP_LOW, .around = (uint64_t)1 << 40, .reach = 4096 },
      "around, reach: no address is there that DASM_HEAP_LOW allows" },
  };
  unsigned i;

  memset(name, 'd', sizeof name - 1);
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    dasm_HeapOptions o = rows[i].o;

    o.size = sizeof o;
    o.message = message;
    o.message_size = sizeof message;
    ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_ARG);
    ck_assert_ptr_null(H);
    ck_assert_str_eq(message, rows[i].text);
    o.message_size = 9;
    ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_ARG);
    ck_assert_uint_eq(strlen(message), 8);
    o.message = NULL;
    ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_ARG);
  }
}
END_TEST

/* ---- Changing code ---- */

START_TEST(patching)
{
  /* mov eax, 1; jmp +0; ret, with the jump's field aligned to 4 */
  static const uint8_t jumper[] = { 0xb8, 1, 0, 0, 0, 0x90, 0x90, 0xe9, 0, 0, 0, 0, 0xc3 };
  dasm_Code *c, *target;
  uint8_t value[4] = { 42, 0, 0, 0 };

  start(strategies[_i], 0);
  ck_assert_int_eq(dasm_heap_add(H, jumper, sizeof jumper, NULL, &c), DASM_S_OK);
  target = add(1234);
  ck_assert_int_eq(dasm_code_write(H, c, 1, value, 4), DASM_S_OK);
  if (RUNS)
    ck_assert_int_eq(call(c), 42);
  ck_assert_int_eq(dasm_code_patch(H, c, 1, 5, 4), DASM_S_ARG); /* not aligned */
  ck_assert_int_eq(dasm_code_patch(H, c, 0, 5, 3), DASM_S_ARG);
  ck_assert_int_eq(dasm_code_patch(H, c, 12, 5, 4), DASM_S_SIZE);
  ck_assert_int_eq(dasm_code_patch(H, c, 1, 7, 1), DASM_S_OK);
  if (RUNS) {
    ck_assert_int_eq(call(c), 7);
    ck_assert_int_eq(dasm_code_branch(H, c, 7, 5, dasm_code_address(target)), DASM_S_OK);
    ck_assert_int_eq(call(c), 1234);
    ck_assert_int_eq(dasm_code_branch(H, c, 7, 5, (char *)dasm_code_address(c) + 12), DASM_S_OK);
    ck_assert_int_eq(call(c), 7);
    ck_assert_int_eq(dasm_code_branch(H, c, 0, 5, dasm_code_address(c)), DASM_S_ARG);
    ck_assert_int_eq(dasm_code_branch(H, c, 7, 5, (char *)dasm_code_address(c) + (UINT64_C(1) << 33)),
                     DASM_S_RANGE_REL);
    ck_assert_int_eq(call(c), 7);
  }
  finish();
}
END_TEST

START_TEST(retiring)
{
  dasm_Reader *a, *b;
  dasm_Code *c, *d;
  size_t left;

  start(strategies[_i], 0);
  c = add(1);
  ck_assert_int_eq(dasm_code_retire(H, c), DASM_S_OK);
  ck_assert_int_eq(dasm_code_retire(H, c), DASM_S_HEAP);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_HEAP);
  ck_assert_uint_eq(figures().retired, 1);
  if (RUNS)
    ck_assert_int_eq(call(c), 1);
  ck_assert_int_eq(dasm_heap_reclaim(H, &left), DASM_S_OK);
  ck_assert_uint_eq(left, 0);
  ck_assert_uint_eq(figures().blocks, 0);

  ck_assert_int_eq(dasm_reader_new(H, &a), DASM_S_OK);
  ck_assert_int_eq(dasm_reader_new(H, &b), DASM_S_OK);
  c = add(1);
  d = add(2);
  ck_assert_int_eq(dasm_code_retire(H, c), DASM_S_OK);
  ck_assert_int_eq(dasm_code_retire(H, d), DASM_S_OK);
  dasm_reader_quiescent(a);
  ck_assert_int_eq(dasm_heap_reclaim(H, &left), DASM_S_OK);
  ck_assert_uint_eq(left, 2); /* b has not said anything */
  expect(c, 1);
  dasm_reader_offline(b);
  ck_assert_int_eq(dasm_heap_reclaim(H, &left), DASM_S_OK);
  ck_assert_uint_eq(left, 1); /* d was retired after the batch of c; a has not been quiet since */
  dasm_reader_quiescent(a);
  ck_assert_int_eq(dasm_heap_reclaim(H, &left), DASM_S_OK);
  ck_assert_uint_eq(left, 0);
  c = add(3);
  dasm_reader_online(b);
  dasm_reader_offline(a);
  ck_assert_int_eq(dasm_code_retire(H, c), DASM_S_OK);
  ck_assert_uint_eq(figures().retired, 1);
  ck_assert_int_eq(dasm_reader_free(&b), DASM_S_OK);
  ck_assert_ptr_null(b);
  ck_assert_int_eq(dasm_reader_free(&b), DASM_S_ARG);
  ck_assert_int_eq(dasm_heap_reclaim(H, NULL), DASM_S_OK);
  ck_assert_uint_eq(figures().retired, 0);
  ck_assert_uint_eq(figures().blocks, 0);
  c = add(4); /* reader a, and a retired object, are left to the heap */
  dasm_reader_online(a);
  ck_assert_int_eq(dasm_code_retire(H, c), DASM_S_OK);
  finish();
}
END_TEST

START_TEST(sealing)
{
  dasm_Code *c, *x;
  uint8_t p[8];

  start(strategies[_i], 0);
  c = add(5);
  ck_assert_int_eq(dasm_heap_seal(H), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_seal(H), DASM_S_OK);
  expect(c, 5);
  ck_assert_int_eq(dasm_heap_add(H, p, returning(p, 1), NULL, &x), DASM_S_SEALED);
  ck_assert_int_eq(dasm_code_write(H, c, 0, p, 1), DASM_S_SEALED);
  ck_assert_int_eq(dasm_code_patch(H, c, 0, 0, 4), DASM_S_SEALED);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_SEALED);
  ck_assert_int_eq(dasm_code_retire(H, c), DASM_S_SEALED);
  ck_assert_int_eq(dasm_heap_reclaim(H, NULL), DASM_S_SEALED);
  ck_assert_int_eq(dasm_heap_reserve(H, 1), DASM_S_SEALED);
  ck_assert_int_eq(dasm_heap_trim(H), DASM_S_SEALED);
  ck_assert_ptr_null(dasm_code_view(H, c));
  ck_assert_int_eq(dasm_heap_find(H, dasm_code_address(c), &x), DASM_S_OK);
  ck_assert_ptr_eq(x, c);
  finish();
}
END_TEST

int main(void)
{
  const struct { const char *name; const TTest *test; } each[] = {
    { "bytes", bytes_become_functions }, { "traps", freed_memory_is_traps },
    { "releases", wrong_releases },
    { "landing", landing_pads },
    { "patch", patching }, { "retire", retiring }, { "seal", sealing },
  };
  Suite *s = suite_create("heap");
  TCase *t = tcase_create("once");
  size_t i;

  for (i = 0; i < sizeof each / sizeof each[0]; i++) {
    TCase *loop = tcase_create(each[i].name);

    tcase_add_loop_test(loop, each[i].test, 0, NSTRATEGIES);
    suite_add_tcase(s, loop);
  }
  tcase_add_test(t, overflow_is_noticed);
  tcase_add_test(t, null_and_nonsense);
  tcase_add_test(t, options_in_words);
  suite_add_tcase(s, t);
  return suite_run(s);
}
