/* check_loongarch.c - LoongArch: branches and calls that do not reach. The bytes are those that GNU as 2.44 makes of the
 * instructions that each case names.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dasmc.h"
#include "suite.h"

static dasmc_Assembler *A;
static dasm_State *D;
static uint8_t code[1 << 23];
static size_t size;

/* Link and encode a text, with stubs or without. */
static int make(const char *text, int stubs)
{
  dasmc_Options options = { .size = sizeof(options), .isa = "loongarch64" };
  int status;

  ck_assert_int_eq(dasmc_new(&A, &options), DASM_S_OK);
  ck_assert_int_eq(dasmc_state(A, &D), DASM_S_OK);
  ck_assert_int_eq(dasm_setstubs(&D, stubs), DASM_S_OK);
  ck_assert_int_eq(dasmc_emit(A, &D, text, -1, NULL, 0), DASM_S_OK);
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

/* A branch that reaches `reach` bytes, less 4: to a label there, and to one that is 4 bytes before. */
static const struct {
  const char *branch;
  unsigned reach;
  const char *bytes, *near;
} far_branches[] = {
  { "beq a0, a1, >1", 1 << 17, "8508005c00000052", "85fcff59" },   /* bne a0, a1, 8; b 131072 */
  { "bge a0, a1, >1", 1 << 17, "8508006000000052", "85fcff65" },   /* blt */
  { "bltu a0, a1, >1", 1 << 17, "8508006c00000052", "85fcff69" },  /* bgeu */
  { "beqz a0, >1", 1 << 22, "8008004410000050", "8ffcff43" },      /* bnez a0, 8; b 4194304 */
  { "bceqz fcc1, >1", 1 << 22, "2009004810000050", "2ffcff4b" }, /* bcnez fcc1, 8; b 4194304 */
};

START_TEST(branches_grow)
{
  char text[200];

  snprintf(text, sizeof(text), "%s\n.space %u\n1:\nnop\n", far_branches[_i].branch,
           far_branches[_i].reach - 4);
  ck_assert_int_eq(make(text, 1), DASM_S_OK);
  ck_assert_str_eq(hex(0, 8), far_branches[_i].bytes);
  ck_assert_uint_eq(size, 8 + far_branches[_i].reach - 4 + 4);
  ck_assert_str_eq(hex(size - 4, 4), "00004003");
  finish();
  ck_assert_int_eq(DASM_S_CLASS(make(text, 0)), DASM_S_RANGE_REL);
  finish();
}
END_TEST

START_TEST(branches_that_reach_do_not_grow)
{
  char text[200];

  snprintf(text, sizeof(text), "%s\n.space %u\n1:\nnop\n", far_branches[_i].branch,
           far_branches[_i].reach - 8);
  ck_assert_int_eq(make(text, 1), DASM_S_OK);
  ck_assert_str_eq(hex(0, 4), far_branches[_i].near);
  ck_assert_uint_eq(size, far_branches[_i].reach);
  finish();
}
END_TEST

static const struct {
  const char *text, *bytes;
} stubs[] = {
  /* bl 8; ret; pcaddi t8, 0; ld.d t8, t8, 16; jr t8; nop; the address */
  { "bl &0x123456789abcdef0\nret\n",
    "000800542000004c140000189442c0288002004c00004003f0debc9a78563412" },
  { "b &0x17fffffc\nret\n", "fffdff532000004c" },
  /* bne a0, a1, 8; b 4; and the stub */
  { "beq a0, a1, &0x123456789abcdef0\n",
    "8508005c00040050140000189442c0288002004c00004003f0debc9a78563412" },
};

START_TEST(calls_go_through_stubs)
{
  size_t n = strlen(stubs[_i].bytes) / 2;

  ck_assert_int_eq(make(stubs[_i].text, 1), DASM_S_OK);
  ck_assert_uint_ge(size, n);
  ck_assert_str_eq(hex(0, n), stubs[_i].bytes);
  finish();
  if (n > 8) {
    ck_assert_int_eq(DASM_S_CLASS(make(stubs[_i].text, 0)), DASM_S_RANGE_REL);
    finish();
  }
}
END_TEST

int main(void)
{
  Suite *s = suite_create("loongarch");
  TCase *t = tcase_create("far");

  tcase_add_loop_test(t, branches_grow, 0, sizeof(far_branches) / sizeof(far_branches[0]));
  tcase_add_loop_test(t, branches_that_reach_do_not_grow, 0,
                      sizeof(far_branches) / sizeof(far_branches[0]));
  tcase_add_loop_test(t, calls_go_through_stubs, 0, sizeof(stubs) / sizeof(stubs[0]));
  suite_add_tcase(s, t);
  return suite_run(s);
}
