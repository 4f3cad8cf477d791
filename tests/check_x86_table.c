/* check_x86_table.c - the x86 instruction table refuses nonsense, besides what check_table.c finds.
 *
 * Every row must have immediates of the width that its operands say, a tuple that agrees with its memory
 * operand, and no twin but one that can be asked for.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dasmc/isa/x86.h"
#include "suite.h"

static struct row row_at(size_t i)
{
  return row_split(&x86_rows, x86_rows.row[i]);
}

static struct x86_form parsed(size_t i)
{
  struct x86_form f;
  struct row r = row_at(i);
  const char *err = row_parse(&x86_rows, x86_rows.row[i], &f);

  ck_assert_msg(!err, "%s %s | %s | %s: %s", r.mnemonic, r.operands, r.place, r.encoding, err);
  return f;
}

/* The n-th operand of a row. */
static struct span operand_text(const char *p, unsigned n)
{
  while (n-- > 0)
    p = strstr(p, ", ") + 2;
  return (struct span){p, strstr(p, ", ") ? (size_t)(strstr(p, ", ") - p) : strlen(p)};
}

static bool text_is(struct span s, const char *text)
{
  return s.n == strlen(text) && memcmp(s.p, text, s.n) == 0;
}

START_TEST(immediates_have_the_width_of_their_operand)
{
  static const struct { const char *operand; unsigned bytes; } widths[] = {
    {"imm8", 1}, {"imm8s", 1}, {"imm16s", 1}, {"imm16", 2}, {"imm32", 4}, {"imm64", 8},
  };

  for (size_t i = 0; i < x86_rows.n; i++) {
    struct x86_form f = parsed(i);
    struct row r = row_at(i);
    unsigned n = 0;

    for (unsigned op = 0; op < f.form.nop; op++) {
      struct span text = operand_text(r.operands, op);
      bool found = false;

      if ((f.role[op] != ROLE_I && f.role[op] != ROLE_X) || text_is(text, "imm4"))
        continue;
      for (size_t j = 0; j < sizeof(widths) / sizeof(widths[0]); j++) {
        if (text_is(text, widths[j].operand)) {
          ck_assert_msg(f.imm[n] == widths[j].bytes, "%s %s: %s", r.mnemonic, r.operands, r.encoding);
          found = true;
        }
      }
      ck_assert_msg(found, "%s %s: an immediate that is none", r.mnemonic, r.operands);
      n++;
    }
    ck_assert_msg(n == f.nimm, "%s %s: %s", r.mnemonic, r.operands, r.encoding);
  }
}
END_TEST

/* Each operand has one place, no place has two. */
START_TEST(operands_fill_the_fields)
{
  for (size_t i = 0; i < x86_rows.n; i++) {
    struct x86_form f = parsed(i);
    struct row r = row_at(i);
    unsigned used[16] = {0};
    bool reg, rm;

    for (unsigned op = 0; op < f.form.nop; op++)
      used[f.role[op]]++;
    for (unsigned role = ROLE_M; role <= ROLE_B; role++) {
      if (role != ROLE_I && role != ROLE_X)
        ck_assert_msg(used[role] <= 1, "%s %s: %s", r.mnemonic, r.operands, r.place);
    }
    reg = used[ROLE_R] || used[ROLE_B];
    rm = used[ROLE_M] || used[ROLE_B];
    ck_assert_msg(!reg || f.modrm == MODRM_REG, "%s %s: R without /r", r.mnemonic, r.operands);
    ck_assert_msg(!rm || f.modrm != MODRM_NONE, "%s %s: M without ModRM", r.mnemonic, r.operands);
    ck_assert_msg(!used[ROLE_V] || f.enc != ENC_LEGACY, "%s %s: V without VEX", r.mnemonic, r.operands);
    ck_assert_msg((used[ROLE_O] == 1) == f.oprm, "%s %s: O and +r", r.mnemonic, r.operands);
    ck_assert_msg((used[ROLE_S] == 1) == f.is4, "%s %s: S and /is4", r.mnemonic, r.operands);
    ck_assert_msg((used[ROLE_D] == 1) == (f.rel != 0), "%s %s: D and cb, cd", r.mnemonic, r.operands);
    ck_assert_msg((used[ROLE_A] == 1) == (f.moffs != 0), "%s %s: A and mo", r.mnemonic, r.operands);
  }
}
END_TEST

/* log2 of the disp8 unit that a tuple stands for (SDM volume 2, 2.7.5), -1 if it says nothing. */
static int tuple_unit(const char *tuple, const struct x86_form *f)
{
  static const int length[] = {4, 5, 6, 4, 4, 5, 4, 4, 4};
  int vl = length[f->l], w = 2 + (f->w & 1);

  return strcmp(tuple, "FV") == 0 || strcmp(tuple, "FVM") == 0   ? vl
         : strcmp(tuple, "HV") == 0 || strcmp(tuple, "HVM") == 0 ? vl - 1
         : strcmp(tuple, "QVM") == 0                             ? vl - 2
         : strcmp(tuple, "OVM") == 0                             ? vl - 3
         : strcmp(tuple, "T2") == 0                              ? w + 1
         : strcmp(tuple, "T4") == 0                              ? w + 2
         : strcmp(tuple, "T8") == 0                              ? w + 3
         : strcmp(tuple, "M128") == 0                            ? 4
                                                                 : -1;
}

START_TEST(tuples_agree_with_memory)
{
  unsigned seen = 0;

  for (size_t i = 0; i < x86_rows.n; i++) {
    struct x86_form f = parsed(i);
    struct row r = row_at(i);
    const char *tuple = strchr(r.place, ' ');
    int unit = tuple ? tuple_unit(tuple + 1, &f) : -1;

    if (unit < 0 || f.memop == X86_MAXOPS)
      continue;
    seen++;
    ck_assert_msg(unit == f.membytes, "%s %s: %s", r.mnemonic, r.operands, r.place);
  }
  ck_assert_uint_gt(seen, 500);
}
END_TEST

static int compare_rows(const void *a, const void *b)
{
  struct row x = row_split(&x86_rows, *(const char *const *)a), y = row_split(&x86_rows, *(const char *const *)b);
  int c = strcmp(x.mnemonic, y.mnemonic);

  if (c == 0)
    c = strcmp(x.operands, y.operands);
  if (c == 0)
    c = strcmp(x.needs, y.needs);
  return c;
}

/* Two rows with the same operands and features: the second could only be reached by asking for
 * another encoding ({evex}, {store}, {nf}), so the kind of encoding or the op/en must differ. */
START_TEST(no_row_has_a_twin)
{
  size_t n = x86_rows.n;
  const char **row = malloc(n * sizeof(*row));

  ck_assert_ptr_nonnull(row);
  for (size_t i = 0; i < n; i++)
    row[i] = x86_rows.row[i];
  qsort(row, n, sizeof(*row), compare_rows);
  for (size_t i = 1; i < n; i++) {
    struct row a = row_split(&x86_rows, row[i - 1]), b = row_split(&x86_rows, row[i]);
    struct x86_form f, g;

    if (compare_rows(&row[i - 1], &row[i]) != 0)
      continue;
    ck_assert_ptr_null(row_parse(&x86_rows, row[i - 1], &f));
    ck_assert_ptr_null(row_parse(&x86_rows, row[i], &g));
    ck_assert_msg(f.enc != g.enc || f.evex_nf != g.evex_nf || strcmp(a.place, b.place) != 0,
                  "%s %s (%s): %s and %s", a.mnemonic, a.operands, a.needs, a.encoding, b.encoding);
  }
  free(row);
}
END_TEST

/* The notation itself: what must not pass. */
static const struct { const char *row, *error; } bad_rows[] = {
  {"x\0r99\0R\0" "0F /r\0BASE", "unknown operand"},
  {"x\0r32{q}\0R\0" "0F /r\0BASE", "unknown decoration"},
  {"x\0r32, r32\0R\0" "0F /r\0BASE", "op/en is shorter than the operands"},
  {"x\0r32\0RM\0" "0F /r\0BASE", "op/en is longer than the operands"},
  {"x\0r32\0Q\0" "0F /r\0BASE", "unknown letter in op/en"},
  {"x\0r32\0R\0" "0G /r\0BASE", "unknown word in the opcode"},
  {"x\0r32\0R\0" "/r\0BASE", "no opcode"},
  {"x\0r32, imm8\0RI\0" "0F /r\0BASE", "immediates of operands and opcode differ"},
  {"x\0r32\0R\0" "0F /r ib\0BASE", "immediates of operands and opcode differ"},
  {"x\0r/m32\0R\0" "0F /r\0BASE", "memory must go to ModRM.rm"},
  {"x\0xmm\0R\0" "VEX.128.66.W0 10 /r\0BASE", "length or map missing"},
  {"x\0xmm\0R\0" "VEX.128.66.0F.W7 10 /r\0BASE", "unknown field of VEX, XOP or EVEX"},
  {"x\0r8, r8, r8, r8, r8, r8\0RRRRRR\0" "0F /r\0BASE", "too many operands"},
  {"x\0\0\0" "0F 0F 0F 0F 0F\0BASE", "too many opcode bytes"},
};

START_TEST(bad_rows_are_refused)
{
  struct x86_form f;
  const char *err = row_parse(&x86_rows, bad_rows[_i].row, &f);

  ck_assert_ptr_nonnull(err);
  ck_assert_str_eq(err, bad_rows[_i].error);
}
END_TEST

/* Names of features with spaces or commas between. */
static struct span take_name(const char **list)
{
  size_t skip = strspn(*list, " ,"), n = strcspn(*list + skip, " ,");
  struct span name = {*list + skip, n};

  *list += skip + n;
  return name;
}

START_TEST(what_a_processor_has_is_told_for_every_row)
{
  for (size_t i = 0; i < x86_rows.n; i++) {
    const char *list = row_split(&x86_rows, x86_rows.row[i]).needs;
    struct span name;

    while ((name = take_name(&list)).n > 0)
      ck_assert_msg(x86_cpu_knows(name), "x86_cpu.c has no line for %.*s", (int)name.n, name.p);
  }
}
END_TEST

int main(void)
{
  Suite *suite = suite_create("x86 table");
  TCase *tc = tcase_create("rows");

  tcase_add_test(tc, immediates_have_the_width_of_their_operand);
  tcase_add_test(tc, operands_fill_the_fields);
  tcase_add_test(tc, tuples_agree_with_memory);
  tcase_add_test(tc, no_row_has_a_twin);
  tcase_add_test(tc, what_a_processor_has_is_told_for_every_row);
  tcase_add_loop_test(tc, bad_rows_are_refused, 0, sizeof(bad_rows) / sizeof(bad_rows[0]));
  suite_add_tcase(suite, tc);
  return suite_run(suite);
}
