/* check_veneer.c - a program for DynASM whose code is AArch64's and that sets DASM_ADD_VENEER: it is asked about instructions that do
 * not reach, and about no others.
 */
#include <check.h>

#define DASM_FDEF static
#include "dynasm/dasm_proto.h"
#include "suite.h"

static struct {
  void *buffer, *cp;
  unsigned word;
  int low, high, calls;
  ptrdiff_t away;
} asked;
static int answer;

/* As dstogov/ir has it. */
static int veneer(dasm_State *D, void *buffer, uint32_t word, int *b, uint32_t *cp, ptrdiff_t away)
{
  (void)D;
  asked.buffer = buffer;
  asked.cp = cp;
  asked.word = word;
  asked.low = b[-2];
  asked.high = b[-1];
  asked.away = away;
  asked.calls++;
  return answer;
}

#define DASM_ADD_VENEER veneer
#include "dynasm/dasm_arm64.h"

#include "tests/list.h"

static const uint8_t jump[LIST_FIELD] = {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START,
                                         [FIELD_SHIFT] = 2, [FIELD_BITS] = 26};
static const uint8_t branch[LIST_FIELD] = {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START,
                                           [FIELD_SHIFT] = 2, [FIELD_BITS] = 19, [FIELD_TO] = 5};
static const uint8_t test[LIST_FIELD] = {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START,
                                         [FIELD_SHIFT] = 2, [FIELD_BITS] = 14, [FIELD_TO] = 5};

static struct list L;
static dasm_State *D;
static uint32_t code[1];

/* Encode that instruction, which goes `away` bytes far. */
static int encode(const uint8_t *field, const char *bytes, int64_t away)
{
  size_t size;
  int site, status;

  memset(&L, 0, sizeof L);
  memset(&asked, 0, sizeof asked);
  L.isa = ISA_ARM64;
  site = site_begin(&L, 1);
  list_head(&L, OP_REF_ADDR, bytes, 4);
  list_byte(&L, list_field_number(&L, field));
  site_end(&L);
  dasm_init(&D, 1);
  dasm_setup(&D, list_finish(&L));
  dasm_put(&D, site, (int64_t)(intptr_t)code + away);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  status = dasm_encode(&D, code);
  dasm_free(&D);
  list_free(&L);
  return status;
}

START_TEST(far)
{
  intptr_t to = (intptr_t)code + (1 << 28);

  answer = 0x104;
  ck_assert_int_eq(encode(jump, "\0\0\0\x14", 1 << 28), DASM_S_OK);
  ck_assert_mem_eq(code, "\x41\0\0\x14", 4); /* b .+0x104, as llvm-mc has it */
  ck_assert_int_eq(asked.calls, 1);
  ck_assert_ptr_eq(asked.buffer, code);
  ck_assert_ptr_eq(asked.cp, code + 1);
  ck_assert_uint_eq(asked.word, (unsigned)DASM_REL_A << 16);
  ck_assert_int_eq(asked.low, (int)(uint32_t)to);
  ck_assert_int_eq(asked.high, (int)(uint32_t)((uint64_t)to >> 32));
  ck_assert_int_eq(asked.away, 1 << 28);
  answer = -8;
  ck_assert_int_eq(encode(branch, "\x01\0\0\xb4", -(1 << 21)), DASM_S_OK);
  ck_assert_mem_eq(code, "\xc1\xff\xff\xb4", 4); /* cbz x1, .-8 */
  ck_assert_uint_eq(asked.word, (unsigned)DASM_REL_A << 16 | 0x800);
  ck_assert_int_eq(encode(test, "\x01\0\0\x36", 1 << 16), DASM_S_OK);
  ck_assert_mem_eq(code, "\xc1\xff\x07\x36", 4); /* tbz w1, #0, .-8 */
  ck_assert_uint_eq(asked.word, (unsigned)DASM_REL_A << 16 | 0x1000);
}
END_TEST

START_TEST(near)
{
  ck_assert_int_eq(encode(jump, "\0\0\0\x14", (1 << 27) - 4), DASM_S_OK);
  ck_assert_mem_eq(code, "\xff\xff\xff\x15", 4);
  ck_assert_int_eq(asked.calls, 0);
}
END_TEST

START_TEST(no_way)
{
  answer = 0;
  ck_assert_int_eq(encode(jump, "\0\0\0\x14", 1 << 28) & (int)0xff000000, DASM_S_RANGE_REL);
  answer = 1 << 27; /* nor does it reach that */
  ck_assert_int_eq(encode(jump, "\0\0\0\x14", 1 << 28) & (int)0xff000000, DASM_S_RANGE_REL);
  ck_assert_int_eq(asked.calls, 1);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("veneer");
  TCase *t = tcase_create("veneer");

  tcase_add_test(t, far);
  tcase_add_test(t, near);
  tcase_add_test(t, no_way);
  suite_add_tcase(s, t);
  return suite_run(s);
}
