/* check_nomem.c - memory of states: every allocation that can fail does fail, too much code, the
 * room that sites ask for, and what a small state takes.
 */
#include "errors.h"
#include "suite.h"

/* ---- memory ----------------------------------------------------------------- */

static long countdown; /* allocations until one fails */
static long live;

static void *failing_realloc(void *user, void *p, size_t osize, size_t nsize)
{
  void *q;
  (void)user;
  (void)osize;
  if (countdown-- <= 0)
    return NULL;
  q = realloc(p, nsize);
  if (q && !p)
    live++;
  return q;
}

static void counting_free(void *user, void *p, size_t n)
{
  (void)user;
  (void)n;
  live--;
  free(p);
}

static int make_state(void)
{
  static const dasm_Allocator allocator = {sizeof allocator, failing_realloc, counting_free, NULL};
  return dasm_initwith(&D, 2, &allocator);
}

static int use_state(uint8_t *out)
{
  int i;
  dasm_setupglobal(&D, globals, 2);
  dasm_setup(&D, L.bytes);
  dasm_growpc(&D, 64);
  for (i = 0; i < 60; i++) {
    dasm_put(&D, s_def_pc, (int64_t)i);
    dasm_put(&D, s_imm, (int64_t)i);
    dasm_put(&D, s_pc, (int64_t)i);
    dasm_put(&D, i % 20 == 10 ? s_cold : s_hot);
  }
  i = dasm_link(&D, &size);
  return i == DASM_S_OK ? dasm_encode(&D, out) : i;
}

/* Code of a label and two bytes, in each section: buffers that are there already will do. */
static void use_little(uint8_t *out)
{
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_growpc(&D, 2), DASM_S_OK);
  dasm_put(&D, s_def_pc, INT64_C(0));
  dasm_put(&D, s_imm, INT64_C(1));
  dasm_put(&D, s_cold);
  dasm_put(&D, s_def_pc, INT64_C(1));
  dasm_put(&D, s_imm, INT64_C(2));
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_uint_eq(size, 4);
  ck_assert_int_eq(dasm_getpclabel(&D, 0), 0);
  ck_assert_int_eq(dasm_getpclabel(&D, 1), 2);
  ck_assert_int_eq(dasm_encode(&D, out), DASM_S_OK);
  ck_assert_mem_eq(out, "\xb0\1\xb0\2", 4);
}

START_TEST(allocation_fails_at_every_call)
{
  uint8_t out[512];
  long n;
  int status = DASM_S_NOMEM;
  build();
  for (n = 0; status != DASM_S_OK; n++) {
    ck_assert_int_lt(n, 100);
    countdown = n;
    live = 0;
    make_state();
    status = use_state(out);
    ck_assert_msg(status == DASM_S_OK || status == DASM_S_NOMEM, "status %x", (unsigned)status);
    dasm_free(&D);
    ck_assert_int_eq(live, 0);
  }
  ck_assert_int_gt(n, 5); /* several allocations did fail */
  ck_assert_uint_eq(size, 240);
  list_free(&L);
}
END_TEST

/* Whatever allocation failed, the state can be set up again once there is memory, and gives the same code. */
START_TEST(recovers_from_no_memory)
{
  uint8_t expected[512], out[512];
  long n, calls;
  build();
  countdown = 1000;
  make_state();
  ck_assert_int_eq(use_state(expected), DASM_S_OK);
  calls = 1000 - countdown;
  ck_assert_int_gt(calls, 5);
  dasm_free(&D);
  for (n = 0; n < calls - 1; n++) {
    live = 0;
    countdown = 1;
    ck_assert_int_eq(make_state(), DASM_S_OK);
    countdown = n;
    ck_assert_int_eq(DASM_S_CLASS(use_state(out)), DASM_S_NOMEM);
    countdown = 1; /* a little more memory, then none again */
    use_state(out);
    countdown = 1000;
    use_little(out);
    memset(out, 0, sizeof out);
    ck_assert_int_eq(use_state(out), DASM_S_OK);
    ck_assert_uint_eq(size, 240);
    ck_assert_mem_eq(out, expected, 240);
    dasm_free(&D);
    ck_assert_int_eq(live, 0);
  }
  list_free(&L);
}
END_TEST

START_TEST(too_much_code)
{
  int space;
  build();
  list_free(&L);
  space = simple(OP(.code = OP_SPACE_ARG), "", 0, 1, 1, ".space n");
  list_finish(&L);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_put(&D, space, INT64_C(0x7fffffff)), DASM_S_OK);
  ck_assert_int_eq(dasm_put(&D, space, INT64_C(1)), DASM_S_SIZE);
  dasm_setup(&D, L.bytes);
  ck_assert_int_eq(DASM_S_CLASS(dasm_put(&D, space, INT64_C(-1))), DASM_S_RANGE_I);
  dasm_setup(&D, L.bytes);
  dasm_put(&D, space, INT64_C(0x7fffffff));
  ck_assert_int_eq(dasm_put(&D, s_imm, INT64_C(1)), DASM_S_SIZE);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_SIZE);
  finish();
}
END_TEST

/* Sections, gaps and bytes whose sizes make more than 2^31, and more than 2^32, which would be a small
 * number in 32 bits. */
START_TEST(sizes_do_not_wrap)
{
  static const struct {
    int64_t space[2][2]; /* before and behind the bytes, in each of two sections */
    unsigned bytes;      /* puts of 2 bytes in the second */
    size_t size;         /* 0: too much */
  } cases[] = {
    {{{0x7fffffff, 0}, {0x7fffffe0, 0}}, 35, 0}, /* 37 modulo 2^32 */
    {{{0x7fffffff, 0}, {0x7ffffe00, 0}}, 35, 0},
    {{{0x7fffffff, 0}, {0x7ffffe00, 0}}, 150, 0},
    {{{0x7fffffff, 0}, {0x40000000, 0x3fffffe0}}, 35, 0},
    {{{0x40000000, 0}, {0x3ffffe00, 0}}, 35, 0x7ffffe00 + 70},
    {{{0x40000000, 0}, {0x3ffffe00, 512 - 71}}, 35, 0x7fffffff},
    {{{0x40000000, 0}, {0x3ffffe00, 512 - 70}}, 35, 0},
    {{{0, 0}, {0x7ffffe00, 512 - 71}}, 35, 0x7fffffff},
    {{{0, 0}, {0x7ffffe00, 512 - 70}}, 35, 0},
    {{{0, 0}, {0x7ffffe00, 0}}, 300, 0},
  };
  int space, second, wide, two;
  size_t i;

  build();
  list_free(&L);
  space = simple(OP(.code = OP_SPACE_ARG), "", 0, 1, 1, ".space n");
  second = simple(OP(.code = OP_SECTION, .x = 1), "", 0, 0, 3, ".cold");
  two = simple(OP(.code = OP_LIT), "\x66\x90", 2, 0, 4, "xchg ax, ax");
  wide = site_begin(&L, 1); /* a gap and bytes in one put, in a buffer that has room for them */
  site_op(&L, OP(.code = OP_SPACE_ARG), "", 0);
  site_op(&L, OP(.code = OP_LIT), "0123456789abcdef", 16);
  site_end(&L);
  list_finish(&L);
  ck_assert_int_eq(dasm_init(&D, 2), DASM_S_OK);
  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    unsigned k;
    int status;
    ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
    dasm_put(&D, space, cases[i].space[0][0]);
    dasm_put(&D, space, cases[i].space[0][1]);
    dasm_put(&D, second);
    dasm_put(&D, space, cases[i].space[1][0]);
    for (k = 0; k < cases[i].bytes; k++)
      dasm_put(&D, two);
    if (cases[i].space[1][1])
      dasm_put(&D, space, cases[i].space[1][1]);
    size = 1;
    status = dasm_link(&D, &size);
    ck_assert_msg(DASM_S_CLASS(status) == (cases[i].size ? DASM_S_OK : DASM_S_SIZE), "case %zu: %x", i, (unsigned)status);
    ck_assert_uint_eq(size, cases[i].size ? cases[i].size : 1);
  }
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_put(&D, wide, INT64_C(0x7ffffff0)), DASM_S_OK);
  ck_assert_int_eq(DASM_S_CLASS(dasm_put(&D, wide, INT64_C(0))), DASM_S_SIZE);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  dasm_put(&D, wide, INT64_C(0x7ffffff0));
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_SIZE);
  finish();
}
END_TEST

/* A site of a list from elsewhere has to ask for room. */
START_TEST(sites_ask_for_room)
{
  static const char nops[LIST_MAXRUN];
  dasm_Template *t;
  int more;

  for (more = 0; more < 2; more++) {
    memset(&L, 0, sizeof L);
    L.isa = ISA_X64;
    site_begin(&L, 0);
    list_head(&L, OP_RUN, nops, LIST_MAXRUN);
    list_head(&L, OP_RUN, nops, LIST_ROOM - LIST_MAXRUN + (unsigned)more);
    site_end(&L);
    list_finish(&L);
    ck_assert_int_eq(dasm_template_new(&t, L.bytes, L.size), more ? DASM_S_TEMPLATE | LIST_HEADER : DASM_S_OK);
    dasm_template_free(t);
    list_free(&L);
  }
}
END_TEST

static size_t allocated;

static void *measuring_realloc(void *user, void *p, size_t osize, size_t nsize)
{
  allocated += nsize - osize;
  return failing_realloc(user, p, osize, nsize);
}

/* Up to the first put, a state for little code is one block of at most 512 bytes. */
START_TEST(a_small_state_is_one_block)
{
  static const dasm_Allocator allocator = {sizeof allocator, measuring_realloc, counting_free, NULL};

  build();
  countdown = 1;
  live = 0;
  allocated = 0;
  ck_assert_int_eq(dasm_initwith(&D, 1, &allocator), DASM_S_OK);
  ck_assert_int_eq(dasm_setupglobal(&D, NULL, 0), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_growpc(&D, 2), DASM_S_OK);
  ck_assert_uint_gt(allocated, 0);
#ifdef JUMP /* else operations keep something in it */
  ck_assert_uint_le(allocated, 512);
#endif
  countdown = 1000; /* labels that are there stay */
  dasm_put(&D, s_def_pc, INT64_C(1));
  ck_assert_int_eq(dasm_growpc(&D, 3), DASM_S_OK);
  dasm_put(&D, s_imm, INT64_C(1));
  dasm_put(&D, s_def_pc, INT64_C(2));
  ck_assert_int_eq(dasm_link(&D, NULL), DASM_S_OK);
  ck_assert_int_eq(dasm_getpclabel(&D, 0), -2);
  ck_assert_int_eq(dasm_getpclabel(&D, 1), 0);
  ck_assert_int_eq(dasm_getpclabel(&D, 2), 2);
  dasm_free(&D);
  ck_assert_int_eq(live, 0);
  list_free(&L);
}
END_TEST

/* Setting up takes no memory; a put that finds none leaves a state that can be set up again. */
START_TEST(setup_again_without_memory)
{
  static const dasm_Allocator allocator = {sizeof allocator, failing_realloc, counting_free, NULL};

  build();
  countdown = 1;
  ck_assert_int_eq(dasm_initwith(&D, 1, &allocator), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_put(&D, s_imm, INT64_C(1)), DASM_S_NOMEM);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_put(&D, s_imm, INT64_C(1)), DASM_S_NOMEM);
  countdown = 1000;
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_put(&D, s_imm, INT64_C(1)), DASM_S_OK);
  finish();
}
END_TEST

int main(void)
{
  Suite *s = suite_create("nomem");
  TCase *t = tcase_create("errors");
  tcase_add_test(t, a_small_state_is_one_block);
  tcase_add_test(t, setup_again_without_memory);
  tcase_add_test(t, allocation_fails_at_every_call);
  tcase_add_test(t, recovers_from_no_memory);
  tcase_add_test(t, too_much_code);
  tcase_add_test(t, sizes_do_not_wrap);
  tcase_add_test(t, sites_ask_for_room);
  tcase_set_timeout(t, 600); /* every damaged byte, with sanitizers, on a busy machine */
  suite_add_tcase(s, t);
  return suite_run(s);
}
