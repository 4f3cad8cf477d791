/* check_table.c - the tables of all ISAs refuse nonsense.
 *
 * Every row must parse, and print back to what is written; in bit diagrams each field has its operand, and each operand its
 * field; no two rows have the same operands and features; the rows of a mnemonic are found by it; features that bring others, registers and mnemonics are there and are not there twice.
 * What only one ISA's rows have to say is checked in its own suite.
 */
#include <check.h>
#include <stdlib.h>

#include "dasmc/isa/isa.h"
#include "dasmc/isa/word.h"
#include "suite.h"

/* Each test is run for each ISA. */
static const struct isa *isa_of_test(int i)
{
  const struct isa *isa = isa_at((size_t)i);

  ck_assert_ptr_nonnull(isa);
  return isa;
}

static union {
  struct form form;
  max_align_t align;
  char room[ISA_FORM_ROOM];
} parsed;

enum { WORDS = 24, LENGTH = 48 };

/* The words of an opcode column in one spelling: no "+", no NP, fields of VEX without NP, "+rd"
 * and "+i" as "+r". */
struct words {
  char word[WORDS][LENGTH];
  unsigned n;
};

static void add_word(struct words *w, const char *p, size_t n)
{
  const char *np;

  if (n == 0 || (n == 1 && *p == '+') || (n == 2 && memcmp(p, "NP", 2) == 0))
    return;
  ck_assert_uint_lt(w->n, WORDS);
  ck_assert_uint_lt(n, LENGTH);
  if (n > 2 && p[2] == '+') {
    add_word(w, p, 2);
    add_word(w, p + 2, n - 2);
    return;
  }
  if (*p == '+')
    n = 2, p = "+r";
  memcpy(w->word[w->n], p, n);
  w->word[w->n][n] = '\0';
  np = strstr(w->word[w->n], ".NP.");
  if (np)
    memmove(w->word[w->n] + (np - w->word[w->n]), np + 3, strlen(np + 3) + 1);
  w->n++;
}

static struct words split(const char *text)
{
  struct words w = {.n = 0};

  while (*text) {
    size_t n = strcspn(text, " ");

    add_word(&w, text, n);
    text += n;
    text += strspn(text, " ");
  }
  return w;
}

static bool same_words(const struct words *a, const struct words *b)
{
  if (a->n != b->n)
    return false;
  for (unsigned i = 0; i < a->n; i++) {
    if (strcmp(a->word[i], b->word[i]) != 0)
      return false;
  }
  return true;
}

START_TEST(rows_parse_and_print_back)
{
  const struct rows *rows = isa_of_test(_i)->rows;

  ck_assert_uint_gt(rows->n, 100);
  ck_assert_uint_le(rows->form_size, sizeof(parsed));
  for (size_t i = 0; i < rows->n; i++) {
    struct row r = row_split(rows, rows->row[i]);
    const char *error = row_parse(rows, rows->row[i], &parsed);
    struct words written, printed;
    char text[200];

    ck_assert_msg(!error, "%s %s | %s | %s: %s", r.mnemonic, r.operands, r.place, r.encoding, error);
    rows->print(&parsed, text, sizeof(text));
    written = split(r.encoding);
    printed = split(text);
    ck_assert_msg(same_words(&written, &printed), "%s %s: '%s' is printed as '%s'", r.mnemonic, r.operands, r.encoding, text);
    ck_assert_uint_le(parsed.form.least, parsed.form.nop);
    for (unsigned k = 0; k < parsed.form.nop; k++)
      ck_assert_ptr_nonnull(rows->at_run_time(&parsed, k));
  }
}
END_TEST

/* ---- bit diagrams ------------------------------------------------------------------- */

enum { ROW_TEXT = 600 };

/* A row with another diagram. */
static const char *with_encoding(const struct rows *rows, const char *row, const char *encoding, char out[ROW_TEXT])
{
  struct row r = row_split(rows, row);
  const char *const column[] = {r.mnemonic, r.operands, encoding, r.needs};
  size_t n = 0;

  for (size_t i = 0; i < 4; i++) {
    ck_assert_uint_lt(n + strlen(column[i]) + 1, ROW_TEXT);
    strcpy(out + n, column[i]);
    n += strlen(column[i]) + 1;
  }
  return out;
}

/* The diagram with zeros where a field is. */
static void without_field(const struct word *w, unsigned field, char out[ROW_TEXT])
{
  struct word changed = *w;

  changed.field[field] = changed.field[--changed.nfields];
  ck_assert_uint_lt(word_print(&changed, out, ROW_TEXT), ROW_TEXT);
}

/* An operand is each field, and without the field an operand has no place, for which the row is refused. */
START_TEST(fields_are_those_of_operands)
{
  const struct rows *rows = isa_of_test(_i)->rows;
  char encoding[ROW_TEXT], changed[ROW_TEXT];

  for (size_t i = 0; rows->fields && i < rows->n; i++) {
    const char *row = rows->row[i], *operands = row_split(rows, row).operands;
    struct word w;

    ck_assert_ptr_null(word_parse(row_split(rows, row).encoding, rows->fields, &w));
    ck_assert_ptr_null(row_parse(rows, row, &parsed));
    ck_assert_msg(parsed.form.fills == (1u << w.nfields) - 1, "%s %s: no operand is one of the fields", row, operands);
    for (unsigned k = 0; k < w.nfields; k++) {
      if (rows->spare && rows->spare(w.field[k].name))
        continue;
      if (strpbrk(row_split(rows, row).encoding, "+-")) /* with sums: an operand may be in several fields */
        continue;
      without_field(&w, k, encoding);
      ck_assert_msg(row_parse(rows, with_encoding(rows, row, encoding, changed), &parsed) != NULL, "%s %s: taken without '%.*s'",
                    row, operands, (int)w.field[k].name.n, w.field[k].name.p);
    }
  }
}
END_TEST

static const struct rows *sorted; /* whose rows are sorted; qsort() has no other way */

static int compare_rows(const void *a, const void *b)
{
  struct row x = row_split(sorted, *(const char *const *)a), y = row_split(sorted, *(const char *const *)b);
  int c = strcmp(x.mnemonic, y.mnemonic);

  if (c == 0)
    c = strcmp(x.operands, y.operands);
  if (c == 0)
    c = strcmp(x.needs, y.needs);
  return c;
}

/* The second of two rows with the same operands and features can never be reached. */
START_TEST(no_row_has_a_twin)
{
  const struct rows *rows = isa_of_test(_i)->rows;
  const char **row = malloc(rows->n * sizeof(*row));

  ck_assert_ptr_nonnull(row);
  memcpy(row, rows->row, rows->n * sizeof(*row));
  sorted = rows;
  qsort(row, rows->n, sizeof(*row), compare_rows);
  for (size_t i = 1; i < rows->n && !rows->asked; i++)
    ck_assert_msg(compare_rows(&row[i - 1], &row[i]) != 0, "%s %s is there twice", row[i], row_split(rows, row[i]).operands);
  free(row);
}
END_TEST

/* What a feature brings is a feature, and so on; names are not there twice. */
START_TEST(features_bring_features)
{
  const struct feature_table *table = isa_of_test(_i)->features;

  for (const struct feature *b = table ? table->brings : NULL; b && b->name; b++) {
    for (const struct feature *other = table->brings; other != b; other++)
      ck_assert_msg(strcmp(other->name, b->name) != 0, "%s is there twice", b->name);
    ck_assert_ptr_nonnull(b->others);
  }
}
END_TEST

/* Each name of a register is a register in the mode, and is there once. */
START_TEST(registers_are_registers)
{
  const struct isa *isa = isa_of_test(_i);
  const struct isa_state state = {.isa = isa};
  char name[1000][16];
  struct isa_reg reg;
  size_t n = 0;

  for (size_t at = 0; isa->reg_at(isa, &at, &reg); n++) {
    struct span text = {reg.name, strlen(reg.name)};

    ck_assert_uint_lt(n, 1000);
    ck_assert_uint_lt(text.n, sizeof(name[0]));
    strcpy(name[n], reg.name);
    for (size_t i = 0; i < n; i++)
      ck_assert_msg(strcmp(name[i], name[n]) != 0, "%s is there twice", name[n]);
    ck_assert_ptr_nonnull(reg.kind);
    ck_assert_ptr_nonnull(reg.run_time);
    ck_assert_msg(strcmp(reg.kind, "csr") == 0 || isa->is_register(&state, text), "%s is no register", reg.name);
  }
  ck_assert_uint_gt(n, 30);
}
END_TEST

/* ISAs differ in name and number, and can be found by both. */
START_TEST(isas_are_found)
{
  const struct isa *isa = isa_of_test(_i);

  ck_assert_ptr_eq(isa_find((struct span){isa->name, strlen(isa->name)}), isa);
  ck_assert_uint_eq(isa_with_id(isa->id)->id, isa->id);
  ck_assert_uint_lt(isa->mode, 8);
  ck_assert_uint_ge(isa->state_size, sizeof(struct isa_state));
  ck_assert(isa->address_size == 4 || isa->address_size == 8);
  ck_assert(isa->word_size == 2 || isa->word_size == 4);
  ck_assert_uint_gt(isa->reach, 0);
}
END_TEST

int main(void)
{
  Suite *suite = suite_create("tables");
  TCase *tc = tcase_create("isa");
  int count = 0;

  while (isa_at((size_t)count))
    count++;
  tcase_set_timeout(tc, 120); /* for sanitizers on a busy machine */
  tcase_add_loop_test(tc, rows_parse_and_print_back, 0, count);
  tcase_add_loop_test(tc, fields_are_those_of_operands, 0, count);
  tcase_add_loop_test(tc, no_row_has_a_twin, 0, count);
  tcase_add_loop_test(tc, features_bring_features, 0, count);
  tcase_add_loop_test(tc, registers_are_registers, 0, count);
  tcase_add_loop_test(tc, isas_are_found, 0, count);
  suite_add_tcase(suite, tc);
  return suite_run(suite);
}
