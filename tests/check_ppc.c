/* check_ppc.c - PowerPC: branches and calls that do not reach. The bytes are those that GNU as 2.40 makes of the instructions
 * that each case names.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dasmc.h"
#include "suite.h"

static dasmc_Assembler *A;
static dasm_State *D;
static uint8_t code[1 << 17];
static size_t size;

/* Link and encode a text, with stubs or without. */
static int make(const char *isa, const char *text, int stubs)
{
  dasmc_Options options = {.size = sizeof(options), .isa = isa};
  const dasmc_Value n = {"n", 12};
  int status;

  ck_assert_int_eq(dasmc_new(&A, &options), DASM_S_OK);
  ck_assert_int_eq(dasmc_state(A, &D), DASM_S_OK);
  ck_assert_int_eq(dasm_setstubs(&D, stubs), DASM_S_OK);
  ck_assert_int_eq(dasmc_emit(A, &D, text, -1, &n, 1), DASM_S_OK);
  status = dasm_link(&D, &size);
  ck_assert_uint_le(size, sizeof(code));
  return status == DASM_S_OK ? dasm_encode_at(&D, code, size, 0x10000000) : status;
}

static void finish(void)
{
  dasm_free(&D);
  dasmc_free(A);
}

static const char *hex(size_t at, size_t n)
{
  static char text[200];

  for (size_t i = 0; i < n; i++)
    snprintf(text + 2 * i, 3, "%02x", code[at + i]);
  return text;
}

/* The branch to a label that is 32768 bytes behind it, 4 more than it reaches. */
static const struct {
  const char *branch, *bytes;
} far_branches[] = {
  {"beq cr1, >1", "4086000848008000"},          /* bne 1, .+8; b .+32768 */
  {"bge cr1, >1", "4184000848008000"},          /* blt 1, .+8; b */
  {"bdnz >1", "4240000848008000"},              /* bdz .+8; b */
  {"beq+ >1", "40c2000848008000"},              /* bne- .+8; b */
  {"bdnz- >1", "4360000848008000"},             /* bdz+ .+8; b */
  {"bltl >1", "4080000848008001"},              /* bge .+8; bl */
  {"bdnzt eq, >1", "410200084800000848008000"}, /* bdnzt eq, .+8; b .+8; b */
  {"bcl 12, eq, >1", "418200084800000848008001"}, /* bc 12, eq, .+8; b .+8; bl */
  {"bcl n, eq, >1", "418200084800000848008001"},
};

START_TEST(branches_grow)
{
  char text[200];
  const char *expected = far_branches[_i].bytes;
  size_t n = strlen(expected) / 2;

  snprintf(text, sizeof(text), "%s\n.space 32764\n1:\nblr\n", far_branches[_i].branch);
  ck_assert_int_eq(make("ppc64", text, 1), DASM_S_OK);
  ck_assert_str_eq(hex(0, n), expected);
  ck_assert_uint_eq(size, n + 32764 + 4);
  ck_assert_str_eq(hex(size - 4, 4), "4e800020");
  finish();
  ck_assert_int_eq(DASM_S_CLASS(make("ppc64", text, 0)), DASM_S_RANGE_REL);
  finish();
}
END_TEST

START_TEST(branches_that_reach_do_not_grow)
{
  ck_assert_int_eq(make("ppc", "beq cr1, >1\n.space 32760\n1:\n", 1), DASM_S_OK);
  ck_assert_str_eq(hex(0, 4), "41867ffc"); /* beq 1, .+32764 */
  ck_assert_uint_eq(size, 32764);
  finish();
}
END_TEST

static const struct {
  const char *isa, *text, *bytes;
} stubs[] = {
  /* bl .+8; blr; lis r12, 0x1234; ori r12, r12, 0x5678; sldi r12, r12, 32; oris r12, r12, 0x9abc; ori r12, r12, 0xdef0; mtctr r12;
   * bctr; 0, which is no instruction */
  {"ppc64", "bl &0x123456789abcdef0\nblr\n", "480000094e8000203d801234618c5678798c07c6658c9abc618cdef07d8903a64e80042000000000"},
  /* bl .+8; blr; lis r12, 0x1234; ori r12, r12, 0x5678; mtctr r12; bctr */
  {"ppc", "bl &0x12345678\nblr\n", "480000094e8000203d801234618c56787d8903a64e800420"},
  {"ppc", "bl &0x11fffffc\nblr\n", "49fffffd4e80002000000000000000000000000000000000"}, /* bl .+0x1fffffc; blr; no instructions */
  /* bne .+8; b .+4; and the stub */
  {"ppc", "beq &0x12345678\n", "40820008480000043d801234618c56787d8903a64e800420"},
};

START_TEST(calls_go_through_stubs)
{
  ck_assert_int_eq(make(stubs[_i].isa, stubs[_i].text, 1), DASM_S_OK);
  ck_assert_uint_eq(size, strlen(stubs[_i].bytes) / 2);
  ck_assert_str_eq(hex(0, size), stubs[_i].bytes);
  finish();
  if (strncmp(stubs[_i].bytes, "49", 2) != 0) {
    ck_assert_int_eq(DASM_S_CLASS(make(stubs[_i].isa, stubs[_i].text, 0)), DASM_S_RANGE_REL);
    finish();
  }
}
END_TEST

/* No instruction of 8 bytes lies over the end of 64: the text, and what is from an offset on. */
static const struct {
  const char *text;
  size_t at;
  const char *bytes;
} whole[] = {
  {".space 60\npld r3, 8(r4)\n", 60, "6000000004000000e4640008"},
  {".space 56\npld r3, 8(r4)\n", 56, "04000000e4640008"},
  {".space 64\npld r3, 8(r4)\n", 64, "04000000e4640008"},
  {".space 124\npld r3, 8(r4)\n", 124, "6000000004000000e4640008"},
  /* the first one is before the end; the label is behind the second one, the distance 20 */
  {".space 52\npld r3, >1\npli r5, -1\n1:\n.space 52\npnop\n", 52, "04100000e4600014600000000603ffff38a0ffff"},
  {".space 52\npld r3, >1\npli r5, n\n1:\n", 52, "04100000e4600014600000000600000038a0000c"},
  /* blt 1, .+8; b .+32768; nop; pli r3, 1: the branch has grown by as much as the other one needs; and it has not */
  {".space 52\nbge cr1, >1\npli r3, 1\n.space 32756\n1:\n", 52, "4184000848008004600000000600000038600001"},
  {".space 56\nbge cr1, >1\npli r3, 1\n.space 32700\n1:\n", 56, "40847fcc600000000600000038600001"},
};

START_TEST(prefixed_instructions_stay_whole)
{
  const char *expected = whole[_i].bytes;

  ck_assert_int_eq(make("ppc64", whole[_i].text, 1), DASM_S_OK);
  ck_assert_str_eq(hex(whole[_i].at, strlen(expected) / 2), expected);
  finish();
}
END_TEST

START_TEST(more_can_come_behind_a_prefixed_instruction)
{
  const dasmc_Value none = {"n", 0};

  ck_assert_int_eq(make("ppc64", ".space 60\npld r3, 8(r4)\n", 0), DASM_S_OK);
  ck_assert_uint_eq(size, 72);
  ck_assert_int_eq(dasmc_emit(A, &D, ".space 48\npnop\nblr", -1, &none, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_uint_eq(size, 72 + 48 + 8 + 4);
  ck_assert_int_eq(dasm_encode_at(&D, code, size, 0x10000000), DASM_S_OK);
  ck_assert_str_eq(hex(60, 12), "6000000004000000e4640008");
  ck_assert_str_eq(hex(120, 12), "07000000000000004e800020");
  finish();
}
END_TEST

int main(void)
{
  Suite *s = suite_create("ppc");
  TCase *t = tcase_create("far");

  tcase_add_loop_test(t, branches_grow, 0, sizeof(far_branches) / sizeof(far_branches[0]));
  tcase_add_test(t, branches_that_reach_do_not_grow);
  tcase_add_loop_test(t, calls_go_through_stubs, 0, sizeof(stubs) / sizeof(stubs[0]));
  tcase_add_loop_test(t, prefixed_instructions_stay_whole, 0, sizeof(whole) / sizeof(whole[0]));
  tcase_add_test(t, more_can_come_behind_a_prefixed_instruction);
  suite_add_tcase(s, t);
  return suite_run(s);
}
