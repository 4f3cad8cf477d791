/* check_dropin.c - a program for DynASM whose code is RISC-V's: the resolver of externs gets the address behind the instruction,
 * what it returns goes through the field, and statuses have DynASM's numbers of that ISA, which are not those of dasm.h.
 */
#include <check.h>

static int resolved;
static unsigned char *resolved_at;
static int resolved_index, resolved_type;

static int resolve(unsigned char *at, int index, int type)
{
  resolved_at = at;
  resolved_index = index;
  resolved_type = type;
  return resolved;
}

#define DASM_FDEF static
#define DASM_EXTERN(ctx, at, index, type) resolve(at, index, type)
#include "dynasm/dasm_proto.h"
#include "dynasm/dasm_riscv.h"
#include "suite.h"

#include "tests/list.h"

/* jal x0, … and an add of two registers; ppc's bl. */
static const uint8_t jal[LIST_FIELD] = {
  [FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_SHIFT] = 1, [FIELD_BITS] = 20,
  [FIELD_PIECES] = 4, FIELD_PIECE_AT(0, 19, 31, 1), FIELD_PIECE_AT(1, 0, 21, 10), FIELD_PIECE_AT(2, 10, 20, 1),
  FIELD_PIECE_AT(3, 11, 12, 8)};
static const uint8_t bl[LIST_FIELD] = {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START,
                                       [FIELD_SHIFT] = 2, [FIELD_BITS] = 24, [FIELD_TO] = 2};
static const uint8_t reg[1][LIST_FIELD] = {
  {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_UNSIGNED | FIELD_REGISTER, [FIELD_BITS] = 5, [FIELD_TO] = 7}};

static struct list L;
static dasm_State *D;
static int jump, number, away, mark;

static void start(enum list_isa isa)
{
  const uint8_t *field = isa == ISA_PPC ? bl : jal;

  memset(&L, 0, sizeof L);
  L.isa = isa;
  jump = site_begin(&L, 0);
  list_head(&L, OP_REF_EXTERN, isa == ISA_PPC ? "\x01\0\0\x48" : "\x6f\0\0\0", 4);
  list_byte(&L, 7);
  list_byte(&L, list_field_number(&L, field));
  site_end(&L);
  number = site_begin(&L, 1);
  site_fields(&L, "\x33\0\0\0", 4, reg, 1);
  site_end(&L);
  away = site_begin(&L, 1);
  list_head(&L, OP_REF_ADDR, "\x6f\0\0\0", 4);
  list_byte(&L, list_field_number(&L, field));
  site_end(&L);
  mark = site_begin(&L, 0);
  list_head(&L, OP_REF_EXTERN, "\xff\xff\xff\x7f", 4);
  list_byte(&L, 8);
  list_byte(&L, list_field_number(&L, field));
  site_end(&L);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, list_finish(&L)), DASM_S_OK);
}

static void finish(void)
{
  dasm_free(&D);
  list_free(&L);
}

START_TEST(numbers_of_statuses)
{
  ck_assert_int_eq(DASM_S_RANGE_REL, 0x15000000);
  ck_assert_int_eq(DASM_S_RANGE_VREG, 0x16000000);
  ck_assert_int_eq(DASM_S_UNDEF_LG, 0x21000000);
  ck_assert_int_eq(DASM_POS2IDX(DASM_SEC2POS(3) + 5), 5);
  ck_assert_int_eq(DASM_POS2SEC(DASM_SEC2POS(3) + 5), 3);
  ck_assert_int_eq(DASM_POS2BIAS(DASM_SEC2POS(3) + 5), 0x03000000);
}
END_TEST

START_TEST(registers)
{
  start(ISA_RISCV64);
  dasm_put(&D, number, (int64_t)32);
  ck_assert_int_eq(D->status & (int)0xff000000, 0x16000000); /* programs look there */
  finish();
}
END_TEST

static int encode_site(uint8_t *code, int site, int value)
{
  size_t size;

  resolved = value;
  dasm_setup(&D, L.bytes);
  dasm_put(&D, number, (int64_t)1);
  dasm_put(&D, site);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_uint_eq(size, 8);
  return dasm_encode(&D, code);
}

static int encode_to(uint8_t *code, int value)
{
  return encode_site(code, jump, value);
}

START_TEST(externs)
{
  uint8_t code[8];

  start(ISA_RISCV64);
  ck_assert_int_eq(encode_to(code, 2048), DASM_S_OK);
  ck_assert_ptr_eq(resolved_at, code + 8); /* behind the instruction */
  ck_assert_int_eq(resolved_index, 7);
  ck_assert_int_eq(resolved_type, 1);
  ck_assert_mem_eq(code + 4, "\x6f\x00\x10\x00", 4); /* jal x0, 2048, as llvm-mc has it */
  ck_assert_int_eq(encode_to(code, -1048576), DASM_S_OK);
  ck_assert_mem_eq(code + 4, "\x6f\x00\x00\x80", 4);
  ck_assert_int_eq(encode_to(code, 1048576) & (int)0xff000000, 0x15000000);
  ck_assert_int_eq(D->status & (int)0xff000000, 0x15000000);
  ck_assert_int_eq(encode_to(code, 1) & (int)0xff000000, 0x15000000);
  ck_assert_int_eq(encode_site(code, mark, 0x294), DASM_S_OK);
  ck_assert_mem_eq(code + 4, "\xff\xff\xff\x7f", 4); /* "call extern", which LuaJIT looks for */
  finish();
  start(ISA_PPC); /* from the branch itself, though the address is the one behind it */
  ck_assert_int_eq(encode_to(code, 0x104), DASM_S_OK);
  ck_assert_ptr_eq(resolved_at, code + 8);
  ck_assert_mem_eq(code + 4, "\x05\x01\0\x48", 4); /* as DynASM has it */
  finish();
}
END_TEST

/* dasm_errmsg() says the same as ever; it is declared here, since this is a program for DynASM. */
size_t dasm_errmsg(dasm_State **Dst, char *buffer, size_t size);

START_TEST(out_of_reach)
{
  uint8_t code[8];
  size_t size;
  char text[200];

  start(ISA_RISCV64);
  dasm_put(&D, away, (int64_t)(intptr_t)code + (1 << 21));
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_int_eq(dasm_encode(&D, code) & (int)0xff000000, 0x15000000);
  dasm_errmsg(&D, text, sizeof text);
  ck_assert_ptr_nonnull(strstr(text, "2097152 bytes away"));
  finish();
}
END_TEST

int main(void)
{
  Suite *s = suite_create("dropin");
  TCase *t = tcase_create("dropin");

  tcase_add_test(t, numbers_of_statuses);
  tcase_add_test(t, registers);
  tcase_add_test(t, externs);
  tcase_add_test(t, out_of_reach);
  suite_add_tcase(s, t);
  return suite_run(s);
}
