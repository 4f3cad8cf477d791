/* check_riscv.c - RISC-V: every operand at run time, and what the system says of the processor.
 *
 * For each row a statement is made whose operands are known, and for each operand one where that comes at run time. Which values
 * fit, the data in tests/isa say; here no statement may be refused when it is translated.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "dasmc.h"
#include "dasmc/isa/riscv.h"
#include "suite.h"

/* Operands by their names in the rows, without what is excluded: known, and at run time; NULL: it is always the same. */
static const struct {
  const char *name, *known, *run_time;
} operands[] = {
  {"rd", "x4", "x(n)"},          {"rs1", "x6", "x(n)"},         {"rs2", "x8", "x(n)"},          {"rs3", "x12", "x(n)"},
  {"rd'", "x8", "x(n)"},         {"rs1'", "x10", "x(n)"},       {"rs2'", "x11", "x(n)"},        {"fd", "f5", "f(n)"},
  {"fs1", "f6", "f(n)"},         {"fs2", "f7", "f(n)"},         {"fs3", "f8", "f(n)"},          {"fd'", "f8", "f(n)"},
  {"fs2'", "f9", "f(n)"},        {"vd", "v8", "v(n)"},          {"vs1", "v24", "v(n)"},         {"vs2", "v16", "v(n)"},
  {"vs3", "v8", "v(n)"},         {"vs", "v8", "v(n)"},          {"sreg1", "s0", "x(n)"},        {"sreg2", "s1", "x(n)"},
  {"ssreg", "x1", "x(n)"},       {"v0", "v0", NULL},            {"sp", "sp", NULL},             {"x1", "x1", NULL},
  {"x5", "x5", NULL},            {"0", "0", NULL},              {"3", "3", NULL},               {"4", "4", NULL},
  {"rtz", "rtz", NULL},          {"label", ">1", "=>n"},        {"imm", "0", "n"},              {"nzimm", "16", "n"},
  {"uimm", "0", "n"},            {"nzuimm", "16", "n"},         {"shamt", "1", "n"},            {"nzshamt", "1", "n"},
  {"luimm", "1", "n"},           {"rnum", "1", "n"},            {"jtindex", "1", "n"},          {"jaltindex", "32", "n"},
  {"imm-1", "1", "n"},           {"nzimm-1", "1", "n"},         {"spimm", "spimm(16)", "n"},           {"rlist", "{ra}", "rlist(n)"},
  {"csr", "fcsr", "csr(n)"},     {"rm", "rtz", "rm(n)"},        {"vm", "v0.t", "vm(n)"},        {"pred", "rw", "n"},
  {"succ", "rw", "n"},           {"fli", "1.0", "fli(n)"},      {"vtype", "e8, m1, ta, ma", "n"}, {"simm", "1", "n"},
  {"uimma", "1", "n"},           {"uimmb", "1", "n"},           {"uimmc", "1", "n"},            {"msb", "1", "n"},
  {"lsb", "1", "n"},             {"len", "1", "n"},             {"pos", "1", "n"},
};

/* The text of an operand's name; NULL: it has none at run time. */
static const char *text_of(const char *name, size_t n, bool run_time)
{
  n = strcspn(name, "!=") < n ? strcspn(name, "!=") : n;
  for (size_t i = 0; i < sizeof(operands) / sizeof(operands[0]); i++)
    if (strlen(operands[i].name) == n && memcmp(operands[i].name, name, n) == 0)
      return run_time ? operands[i].run_time : operands[i].known;
  ck_abort_msg("an operand without a text: %.*s", (int)n, name);
}

/* One that is imm(rs1), (rs1) or rs2(rs1). which: 0 known, 1 the offset, 2 the base at run time. False: it cannot. */
static bool address(char *out, size_t size, const char *name, const char *open, unsigned which)
{
  size_t offset = (size_t)(open - name), base = strcspn(open + 1, ")");
  const char *before = offset ? text_of(name, offset, which == 1) : which == 1 ? NULL : "", *in = text_of(open + 1, base, which == 2);

  if (before && in)
    snprintf(out, size, "%s(%s)", before, in);
  return before && in;
}

/* Operand `at` of a row comes at run time in this way; false: it cannot. */
static bool statement(char *out, size_t size, const struct row *r, unsigned at, unsigned way)
{
  const char *p = r->operands;
  size_t n = (size_t)snprintf(out, size, "1:; %s", r->mnemonic);

  for (unsigned i = 0; *p; i++) {
    size_t length = strcspn(p, ",");
    const char *name = *p == '[' ? p + 1 : p, *open = memchr(name, '(', length), *text;
    char made[60];

    if (open) {
      if (!address(made, sizeof(made), name, open, i == at ? way : 0))
        return false;
      text = made;
    } else {
      text = way == 2 && i == at ? NULL : text_of(name, *p == '[' ? length - 2 : length, i == at && way == 1);
      if (!text)
        return false;
    }
    n += (size_t)snprintf(out + n, size - n, "%s%s", i ? ", " : " ", text);
    p += length;
    p += strspn(p, ", ");
  }
  snprintf(out + n, size - n, "\n1:\n");
  return true;
}

static void translate(const char *isa, const char *text)
{
  dasmc_Options options = {.size = sizeof(options), .isa = isa};
  dasmc_Message message = {.size = sizeof(message)};
  dasmc_Value n = {"n", 0};
  dasmc_Assembler *A;
  dasm_State *state;

  ck_assert_int_eq(dasmc_new(&A, &options), DASM_S_OK);
  ck_assert_int_eq(dasmc_state(A, &state), DASM_S_OK);
  dasm_growpc(&state, 1);
  if (dasmc_emit(A, &state, text, -1, &n, 1) == DASM_S_SOURCE) {
    dasmc_message(A, 0, &message);
    ck_abort_msg("%s: %s%s", isa, text, message.text);
  }
  dasm_free(&state);
  dasmc_free(A);
}

/* Rows n, n + 16, …, in both modes. */
START_TEST(every_operand_comes_at_run_time)
{
  static const char *const isas[] = {"riscv32", "riscv64"};
  char text[200];

  for (size_t i = (size_t)_i; i < riscv_rows.n; i += 16) {
    struct row r = row_split(&riscv_rows, riscv_rows.row[i]);

    for (unsigned mode = 0; mode < 2; mode++) {
      if (!(row_modes(&riscv_rows, riscv_rows.row[i]) >> mode & 1) || features_need(r.needs, "DYNASM"))
        continue;
      for (unsigned at = 0; at < RISCV_MAXOPS; at++)
        for (unsigned way = 0; way < 3; way++)
          if (statement(text, sizeof(text), &r, at, way))
            translate(isas[mode], text);
    }
  }
}
END_TEST

static const char *names_of(uint64_t letters, uint64_t extensions)
{
  static char text[2000];
  const char *name[100];
  size_t n = riscv_cpu_names(letters, extensions, name, 100);

  ck_assert_uint_le(n, 100);
  text[0] = '\0';
  for (size_t i = 0; i < n; i++) {
    strcat(text, i ? " " : "");
    strcat(text, name[i]);
  }
  return text;
}

/* Letters are bits of the alphabet; the others are numbered in Linux's asm/hwprobe.h. */
START_TEST(names_of_what_linux_says)
{
  dasmc_Options options = {.size = sizeof(options), .isa = "riscv64"};
  dasmc_Assembler *A;
  const char *name[3];

  ck_assert_str_eq(names_of(0, 0), "Zicsr Zifencei");
  ck_assert_str_eq(names_of(0x112d, 0), "A C D F I M Zicsr Zifencei");
  ck_assert_str_eq(names_of(0, 0x18), "Zba Zbb Zicsr Zifencei");
  ck_assert_str_eq(names_of(0, UINT64_C(1) << 58 | UINT64_C(1) << 35 | UINT64_C(1) << 49), "Zicond Zabha Zicsr Zifencei");
  ck_assert_uint_eq(riscv_cpu_names(0x112d, 0, name, 3), 8);
  options.features = names_of(UINT64_MAX, UINT64_MAX); /* the tables know them all */
  ck_assert_int_eq(dasmc_new(&A, &options), DASM_S_OK);
  dasmc_free(A);
}
END_TEST

/* .option rvc: a state with stubs has the branch of 32 bits, which grows. Bytes of GNU as. */
START_TEST(compressed_branches_and_stubs)
{
  static const char *const text[] = {".option rvc; 1:; nop; beqz a0, <1", ".option rvc; beqz a0, >1; .space 8000; 1:; ret"};
  static const unsigned char expected[2][8] = {{0x01, 0x00, 0xe3, 0x0f, 0x05, 0xfe},
                                               {0x63, 0x14, 0x05, 0x00, 0x6f, 0x10, 0x50, 0x74}};
  static unsigned char code[9000];
  dasmc_Options options = {.size = sizeof(options), .isa = "riscv64"};
  size_t size = 0;
  dasmc_Assembler *A;
  dasm_State *D;

  ck_assert_int_eq(dasmc_new(&A, &options), DASM_S_OK);
  ck_assert_int_eq(dasmc_state(A, &D), DASM_S_OK);
  ck_assert_int_eq(dasm_setstubs(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasmc_emit(A, &D, text[_i], -1, NULL, 0), DASM_S_OK);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_uint_eq(size, _i ? 8010 : 6);
  ck_assert_int_eq(dasm_encode(&D, code), DASM_S_OK);
  ck_assert_mem_eq(code, expected[_i], _i ? 8 : 6);
  dasm_free(&D);
  dasmc_free(A);
}
END_TEST

int main(void)
{
  Suite *suite = suite_create("riscv");
  TCase *tc = tcase_create("riscv");

  tcase_add_loop_test(tc, every_operand_comes_at_run_time, 0, 16);
  tcase_add_loop_test(tc, compressed_branches_and_stubs, 0, 2);
  tcase_add_test(tc, names_of_what_linux_says);
  suite_add_tcase(suite, tc);
  return suite_run(suite);
}
