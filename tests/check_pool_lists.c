/* check_pool_lists.c - constants and stubs: both byte orders, memory that runs out, lists that were changed.
 */
#include "far_code.h"
#include "suite.h"

/* ---- both byte orders ------------------------------------------------------------------------- */

/* A list of an ISA that the encoder knows only by name, and that has no stubs: constants need nothing of it. */
static void synthetic(enum list_isa which, enum list_order order)
{
  static const uint8_t distance16[LIST_FIELD] = {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_BITS] = 16,
                                                 [FIELD_ESCAPE] = ESCAPE_CONSTANT + 2};
  uint8_t f[LIST_FIELD];
  dasm_Template *checked;

  memset(&L, 0, sizeof L);
  L.isa = isa = which;
  L.order = order;
  memcpy(f, distance16, LIST_FIELD);
  site[LOAD4] = site_of(OP_REF_ADDR, f, "\0\0\0\0", 4);
  f[FIELD_ESCAPE] = ESCAPE_CONSTANT + 3;
  site[LOAD8] = site_of(OP_REF_ADDR, f, "\0\0\0\0", 4);
  f[FIELD_ESCAPE] = ESCAPE_CONSTANT + 4;
  site[LOAD16] = site_of(OP_REF_PAIR, f, "\0\0\0\0", 4);
  list_finish(&L);
  ck_assert_int_eq(dasm_template_new(&checked, L.bytes, L.size), DASM_S_OK);
  dasm_template_free(checked);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  dasm_put(&D, site[LOAD16], INT64_C(0x0102030405060708), INT64_C(0x1112131415161718));
  dasm_put(&D, site[LOAD8], INT64_C(0x2122232425262728));
  dasm_put(&D, site[LOAD4], INT64_C(0x31323334));
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  code = malloc(size);
  ck_assert_ptr_nonnull(code);
  ck_assert_int_eq(dasm_encode_at(&D, code, size, run), DASM_S_OK);
}

START_TEST(constants_in_both_orders)
{
  static const char big[] = "\0\0\0\x20\0\0\0\x0c\0\0\0\x04\x31\x32\x33\x34\x21\x22\x23\x24\x25\x26\x27\x28\0\0\0\0\0\0\0\0"
                            "\x11\x12\x13\x14\x15\x16\x17\x18\x01\x02\x03\x04\x05\x06\x07\x08",
                    little[] = "\x20\0\0\0\x0c\0\0\0\x04\0\0\0\x34\x33\x32\x31\x28\x27\x26\x25\x24\x23\x22\x21\0\0\0\0\0\0\0\0"
                               "\x08\x07\x06\x05\x04\x03\x02\x01\x18\x17\x16\x15\x14\x13\x12\x11";
  static const enum list_isa isas[] = {ISA_ARM, ISA_PPC, ISA_ARM64}; /* their traps are zeros */
  unsigned i;

  for (i = 0; i < 3; i++) {
    synthetic(isas[i], ORDER_BIG);
    ck_assert_uint_eq(size, 48);
    ck_assert_mem_eq(code, big, 48);
    finish();
    synthetic(isas[i], ORDER_LITTLE);
    ck_assert_mem_eq(code, little, 48);
    finish();
  }
}
END_TEST

/* What an ISA gives is in the order of the list: the same words the other way round. */
START_TEST(what_an_isa_gives_in_both_orders)
{
  static const struct isa_far *const far[] = {&arm64_far, &riscv_far};
  static const unsigned ways[] = {ARM64_ESCAPE_TEST, RISCV_ESCAPE_BRANCH};
  uint8_t list[2][LIST_HEADER] = {{0}, {0}}, w[2][64];
  unsigned i, k, n;

  list[0][LIST_AT_ORDER] = ORDER_LITTLE;
  list[1][LIST_AT_ORDER] = ORDER_BIG;
  for (i = 0; i < 2; i++) {
    list[0][LIST_AT_ISA] = list[1][LIST_AT_ISA] = i ? ISA_RISCV64 : ISA_ARM64;
    memset(w, 0, sizeof w);
    for (k = 0; k < 2; k++) {
      far[i]->over(w[k], 100, list[k]);
      far[i]->stub(w[k] + 8, 0x4444444444444444, list[k]);
      far_put(list[k], w[k] + 40, 0x12345678, 4);
      far[i]->grow(w[k] + 44, ways[i], list[k]);
    }
    for (n = 0; n < 64; n += 4)
      ck_assert_uint_eq(far_get(list[0], w[0] + n, 4), far_get(list[1], w[1] + n, 4));
    ck_assert_mem_ne(w[0], w[1], 8);
  }
}
END_TEST

/* ---- memory, damage ---------------------------------------------------------------------------- */

static long countdown, live;

static void *failing_realloc(void *user, void *p, size_t osize, size_t nsize)
{
  void *q;

  (void)user, (void)osize;
  if (countdown > 0 && --countdown == 0)
    return NULL;
  q = realloc(p, nsize);
  live += !p && q;
  return q;
}

static void counting_free(void *user, void *p, size_t n)
{
  (void)user, (void)n;
  live -= p != NULL;
  free(p);
}

/* Each allocation fails in turn; then all goes well, in the same state. */
START_TEST(out_of_memory)
{
  static const dasm_Allocator allocator = {sizeof allocator, failing_realloc, counting_free, NULL};
  unsigned nomem = 0, i;
  long n;

  for (n = 1; n < 1000; n++) {
    int status;

    start(ISA_ARM64, 1);
    dasm_free(&D);
    countdown = 0;
    ck_assert_int_eq(dasm_initwith(&D, 2, &allocator), DASM_S_OK);
    countdown = n;
    status = dasm_setstubs(&D, 1);
    if (status == DASM_S_OK)
      status = dasm_growpc(&D, MOST + 1);
    dasm_setextern(&D, resolve, NULL);
    dasm_setup(&D, L.bytes);
    for (i = 0; i < 40; i++) {
      add(LOAD8, 0, i, 0);
      add(LOAD16, 0, i, i);
      add(CALL_OUT, 0, i, 0);
      words(20000);
    }
    if (status == DASM_S_OK)
      status = make();
    if (status == DASM_S_OK && countdown > 0)
      break;
    ck_assert_int_eq(status, DASM_S_NOMEM);
    nomem++;
    countdown = 0;
    dasm_setstubs(&D, 1);
    ck_assert_int_eq(dasm_growpc(&D, MOST + 1), DASM_S_OK);
    dasm_setup(&D, L.bytes);
    ck_assert_int_eq(make(), DASM_S_OK);
    check_program();
    ck_assert_uint_gt(within, 1);
    finish();
    ck_assert_int_eq(live, 0);
  }
  countdown = 0;
  finish();
  ck_assert_int_eq(live, 0);
  ck_assert_uint_gt(nomem, 10);
}
END_TEST

/* A list that was changed anywhere is refused, or is used without harm. */
START_TEST(damaged_lists)
{
  static const uint8_t values[] = {0, 1, ESCAPE_CONSTANT, ESCAPE_CONSTANT + 3, ESCAPE_CONSTANT + 5, 0x7f, 0xff};
  static uint8_t out[1 << 14];
  dasm_Template *t;
  uint8_t *copy;
  uint32_t i;
  size_t v;
  int k;

  start(ISA_ARM64, 1);
  copy = malloc(L.size);
  ck_assert_ptr_nonnull(copy);
  for (i = 0; i < L.size; i++)
    for (v = 0; v < sizeof values; v++) {
      memcpy(copy, L.bytes, L.size);
      copy[i] = values[v];
      if (dasm_template_new(&t, copy, L.size) != DASM_S_OK)
        continue;
      dasm_setup(&D, L.bytes);
      dasm_usetemplate(&D, t);
      for (k = 0; k < KINDS; k++)
        dasm_put(&D, site[k], (int64_t)1, (int64_t)2);
      dasm_put(&D, at_label, (int64_t)1);
      if (dasm_link(&D, &size) == DASM_S_OK && size <= sizeof out)
        dasm_encode_at(&D, out, size, run);
      dasm_template_free(t);
    }
  free(copy);
  finish();
}
END_TEST

/* A list must say that it has constants: a state does not look for them otherwise. */
START_TEST(the_flag_is_checked)
{
  dasm_Template *t;

  start(ISA_ARM64, 0);
  L.bytes[LIST_AT_FLAGS] &= (uint8_t)~LIST_HAS_CONSTANTS;
  ck_assert_int_eq(DASM_S_CLASS(dasm_template_new(&t, L.bytes, L.size)), DASM_S_TEMPLATE);
  finish();
}
END_TEST

int main(void)
{
  Suite *s = suite_create("pool lists");
  TCase *t = tcase_create("pool lists");

  tcase_set_timeout(t, 120);
  tcase_add_test(t, constants_in_both_orders);
  tcase_add_test(t, what_an_isa_gives_in_both_orders);
  tcase_add_test(t, out_of_memory);
  tcase_add_test(t, damaged_lists);
  tcase_add_test(t, the_flag_is_checked);
  suite_add_tcase(s, t);
  return suite_run(s);
}
