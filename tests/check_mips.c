/* check_mips.c - MIPS: branches and calls that do not reach, with bytes of GNU as 2.40 and ld.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dasmc.h"
#include "suite.h"

enum { FAR = 131072, MOST = FAR + 1024 };
static unsigned char code[MOST];

/* Assemble a text for code that will run at that address; returns the status. */
static int assemble(const char *isa, const char *text, int stubs, uint64_t run, const dasmc_Value *value, unsigned nvalues, size_t *size)
{
  dasmc_Options options = {.size = sizeof(options), .isa = isa};
  dasmc_Message message = {.size = sizeof(message)};
  dasmc_Assembler *A;
  dasm_State *D;
  int status;

  ck_assert_int_eq(dasmc_new(&A, &options), DASM_S_OK);
  ck_assert_int_eq(dasmc_state(A, &D), DASM_S_OK);
  ck_assert_int_eq(dasm_setstubs(&D, stubs), DASM_S_OK);
  if (dasmc_emit(A, &D, text, -1, value, nvalues) != DASM_S_OK) {
    dasmc_message(A, 0, &message);
    ck_abort_msg("%s: %s: %s", isa, text, message.text);
  }
  status = dasm_link(&D, size);
  ck_assert_uint_le(*size, MOST);
  memset(code, 0xee, sizeof(code));
  if (status == DASM_S_OK)
    status = dasm_encode_at(&D, code, *size, run);
  dasm_free(&D);
  dasmc_free(A);
  return status;
}

/* The first bytes of the code are those. */
static void expect(const char *text, const char *hex)
{
  char got[200];
  size_t n = strlen(hex) / 2;

  for (size_t i = 0; i < n; i++)
    snprintf(got + 2 * i, 3, "%02x", code[i]);
  if (strcmp(got, hex) != 0)
    ck_abort_msg("%s: %s is expected, not %s", text, hex, got);
}

/* A branch, its slot, 128 KiB, and the label. */
static const struct {
  const char *isa, *branch, *hex;
} branches[] = {
  { "mips", "beq $4, $5, >1", "14850002000000000800800400000000" },
  { "mips", "bne $4, $5, >1", "10850002000000000800800400000000" },
  { "mips", "beqz $4, >1", "14800002000000000800800400000000" },
  { "mips", "blez $4, >1", "1c800002000000000800800400000000" },
  { "mips", "bgtz $4, >1", "18800002000000000800800400000000" },
  { "mips", "bltz $4, >1", "04810002000000000800800400000000" },
  { "mips", "bgez $4, >1", "04800002000000000800800400000000" },
  { "mips", "bc1f 2, >1", "45090002000000000800800400000000" },
  { "mips", "bc1t 2, >1", "45080002000000000800800400000000" },
  { "mips", "beql $4, $5, >1", "14850003000000000800800400000000" },
  { "mips", "bnel $4, $5, >1", "10850003000000000800800400000000" },
  { "mips", "blezl $4, >1", "1c800003000000000800800400000000" },
  { "mips", "bgtzl $4, >1", "18800003000000000800800400000000" },
  { "mips", "bltzl $4, >1", "04810003000000000800800400000000" },
  { "mips", "bgezl $4, >1", "04800003000000000800800400000000" },
  { "mips", "bc1fl 3, >1", "450d0003000000000800800400000000" },
  { "mips", "bc1tl 3, >1", "450c0003000000000800800400000000" },
  { "mips", "b >1", "00000000080080030000000000000000" },
  { "mips64", "bal >1", "000000000c0080030000000000000000" },
  { "mips_r6", "bc1eqz f4, >1", "45a40002000000000800800400000000" },
  { "mips_r6", "bc1nez f4, >1", "45240002000000000800800400000000" },
  { "mips_r6", "bz.v w1, >1", "45e10002000000000800800400000000" },
  { "mips_r6", "bnz.w w1, >1", "47410002000000000800800400000000" },
  { "mips_r6", "blezc $4, >1", "5c04000200000000c800800100000000" },
  { "mips_r6", "bgezc $4, >1", "5c84000200000000c800800100000000" },
  { "mips_r6", "bgec $4, $5, >1", "5c85000200000000c800800100000000" },
  { "mips_r6", "bltc $4, $5, >1", "5885000200000000c800800100000000" },
  { "mips_r6", "bgeuc $4, $5, >1", "1c85000200000000c800800100000000" },
  { "mips_r6", "beqc $4, $5, >1", "6085000200000000c800800100000000" },
  { "mips_r6", "bnec $4, $5, >1", "2085000200000000c800800100000000" },
  { "mips_r6", "bovc $5, $4, >1", "60a4000200000000c800800100000000" },
};

START_TEST(branches_grow)
{
  char text[200];
  size_t size;

  snprintf(text, sizeof(text), "%s\nnop\n.space 131072\n1:\nnop\n", branches[_i].branch);
  ck_assert_int_eq(DASM_S_CLASS(assemble(branches[_i].isa, text, 0, 0x10000000, NULL, 0, &size)), DASM_S_RANGE_REL);
  ck_assert_int_eq(assemble(branches[_i].isa, text, 1, 0x10000000, NULL, 0, &size), DASM_S_OK);
  expect(text, branches[_i].hex);
}
END_TEST

/* One byte less, and all is as it is in the text. */
START_TEST(branches_that_reach)
{
  size_t size;

  ck_assert_int_eq(assemble("mips", "beq $4, $5, >1\nnop\n.space 131064\n1:\nnop\n", 1, 0x10000000, NULL, 0, &size), DASM_S_OK);
  ck_assert_uint_eq(size, 131076);
  expect("beq", "10857fff00000000");
  ck_assert_int_eq(assemble("mips", "beq $4, $5, >1\nnop\n.space 131068\n1:\nnop\n", 1, 0x10000000, NULL, 0, &size), DASM_S_OK);
  ck_assert_uint_eq(size, 131088);
}
END_TEST

/* What links in any case, or has no opposite, does not grow. */
START_TEST(branches_that_do_not_grow)
{
  size_t size;

  ck_assert_int_eq(DASM_S_CLASS(assemble("mips", "bgezal $4, >1\nnop\n.space 131072\n1:\nnop\n", 1, 0x10000000, NULL, 0, &size)), DASM_S_RANGE_REL);
  ck_assert_int_eq(DASM_S_CLASS(assemble("mips", "bposge32 >1\nnop\n.space 131072\n1:\nnop\n", 1, 0x10000000, NULL, 0, &size)), DASM_S_RANGE_REL);
  ck_assert_int_eq(DASM_S_CLASS(assemble("mips_r6", "beqzalc $4, >1\nnop\n.space 131072\n1:\nnop\n", 1, 0x10000000, NULL, 0, &size)),
                   DASM_S_RANGE_REL);
}
END_TEST

START_TEST(calls_go_through_stubs)
{
  dasmc_Value far32 = {"f", 0x12345678}, far64 = {"f", 0x123456789c}, near = {"f", 0x1fffffc};
  size_t size;

  ck_assert_int_eq(DASM_S_CLASS(assemble("mips", "jal &f\nnop", 0, 0x20000000, &far32, 1, &size)), DASM_S_RANGE_REL);
  ck_assert_int_eq(assemble("mips", "jal &f\nnop", 1, 0x20000000, &far32, 1, &size), DASM_S_OK);
  expect("jal", "0c000002000000003c191234373956780320000900000000");
  ck_assert_uint_eq(size, 24);
  ck_assert_int_eq(assemble("mips64", "jal &f\nnop", 1, 0x20000000, &far64, 1, &size), DASM_S_OK);
  expect("jal", "0c000002000000003c190000373900120019cc38373934560019cc383739789c0320000900000000");
  ck_assert_int_eq(assemble("mips", "jal &f\nnop", 1, 0, &near, 1, &size), DASM_S_OK);
  expect("jal", "0c7fffff000000000000000d0000000d0000000d0000000d"); /* what is left of the stub traps */
}
END_TEST

/* The region is that of the instruction behind j. */
START_TEST(regions)
{
  static const char text[] = "j >1\nnop\n1:\nnop\n";
  size_t size;

  ck_assert_int_eq(assemble("mips", text, 0, 0x0ffffffc, NULL, 0, &size), DASM_S_OK);
  expect(text, "0800000100000000");
  ck_assert_int_eq(DASM_S_CLASS(assemble("mips", text, 0, 0x0ffffff8, NULL, 0, &size)), DASM_S_RANGE_REL);
}
END_TEST

int main(void)
{
  Suite *suite = suite_create("mips");
  TCase *tc = tcase_create("mips");

  tcase_add_loop_test(tc, branches_grow, 0, (int)(sizeof(branches) / sizeof(branches[0])));
  tcase_add_test(tc, branches_that_reach);
  tcase_add_test(tc, branches_that_do_not_grow);
  tcase_add_test(tc, calls_go_through_stubs);
  tcase_add_test(tc, regions);
  suite_add_tcase(suite, tc);
  return suite_run(suite);
}
