/* check_front.c - the front end: numbers, names, suggestions, what it remembers of statements, several texts, memory.
 *
 * Expected values follow from DynASM's documentation and behaviour. The preprocessor: check_preprocessor.c.
 */
#include "seen.h"
#include "suite.h"

/* ---- text --------------------------------------------------------------------------------------- */

START_TEST(numbers)
{
  static const struct { const char *text; bool ok, neg; uint64_t value; } rows[] = {
    {"0", true, false, 0},
    {"10", true, false, 10},
    {"010", true, false, 10}, /* not octal */
    {"0x10", true, false, 16},
    {"0XfF", true, false, 255},
    {"-1", true, true, UINT64_MAX},
    {"-0", true, false, 0},
    {"+7", true, false, 7},
    {" 5 ", true, false, 5},
    {"1e3", true, false, 1000},
    {"1E+3", true, false, 1000},
    {"1.0", true, false, 1},
    {"1.5", false, false, 0},
    {"1.5e1", true, false, 15},
    {"100e-2", true, false, 1},
    {"10e-2", false, false, 0},
    {".5e1", true, false, 5},
    {"1.", true, false, 1},
    {"18446744073709551615", true, false, UINT64_MAX},
    {"18446744073709551616", false, false, 0},
    {"0xffffffffffffffff", true, false, UINT64_MAX},
    {"0x10000000000000000", false, false, 0},
    {"-9223372036854775808", true, true, (uint64_t)1 << 63},
    {"-9223372036854775809", false, false, 0},
    {"0e9999999999", true, false, 0},
    {"1e9999999999", false, false, 0},
    {"", false, false, 0},
    {"-", false, false, 0},
    {"0x", false, false, 0},
    {".", false, false, 0},
    {"1..2", false, false, 0},
    {"1e", false, false, 0},
    {"- 1", false, false, 0},
    {"10ULL", false, false, 0},
    {"0x1p4", false, false, 0},
    {"n", false, false, 0},
  };

  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct span s = {rows[i].text, strlen(rows[i].text)};
    uint64_t value = 0;
    bool neg = false, ok = front_number(s, &value, &neg);

    ck_assert_msg(ok == rows[i].ok, "\"%s\"", rows[i].text);
    if (ok)
      ck_assert_msg(value == rows[i].value && neg == rows[i].neg, "\"%s\"", rows[i].text);
  }
}
END_TEST

static const char *next_of_three(void *user)
{
  static const char *const words[] = {"vaddps", "vaddpd", "mov", NULL};
  int *i = user;

  return words[(*i)++];
}

START_TEST(nearest)
{
  static const struct { const char *word, *nearest; } rows[] = {
    {"vadps", "vaddps"}, {"vaddpx", "vaddps"}, {"mvo", "mov"}, {"movv", "mov"}, {"xyz", NULL},
    {"mov", NULL}, /* it exists: nothing to suggest */
    {"", NULL}, {"a-word-that-is-too-long-to-be-compared-with-any", NULL},
  };

  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    int at = 0;
    const char *got = diag_nearest((struct span){rows[i].word, strlen(rows[i].word)}, next_of_three, &at);

    if (rows[i].nearest)
      ck_assert_pstr_eq(got, rows[i].nearest);
    else
      ck_assert_ptr_null(got);
  }
}
END_TEST

enum { NAMES = 5000 };

static void many_names(struct front *F, void *arg)
{
  struct table t = {NULL, 0, 0, 0};

  (void)arg;
  ck_assert_ptr_null(table_get(&t, SPAN("n1")));
  for (uintptr_t i = 1; i <= NAMES; i++)
    table_set(F, &t, span_fmt(F, "n%u", (unsigned)i), (void *)i);
  table_set(F, &t, SPAN("n7"), (void *)(uintptr_t)70);
  table_remove(&t, SPAN("n8"));
  ck_assert_uint_eq(t.count, NAMES);
  for (uintptr_t i = 1; i <= NAMES; i++)
    ck_assert_uint_eq((uintptr_t)table_get(&t, span_fmt(F, "n%u", (unsigned)i)),
                      i == 7 ? 70 : i == 8 ? 0 : i);
  ck_assert_ptr_null(table_get(&t, SPAN("n")));
  ck_assert_ptr_null(table_get(&t, SPAN("")));
}

START_TEST(tables)
{
  struct front *F = front_new(&options, &driver, NULL);

  ck_assert_int_eq(front_protect(F, many_names, NULL), FRONT_OK);
  front_free(F);
}
END_TEST

/* ---- statements that come again ------------------------------------------------------------------------------ */

/* Everything that a statement can build: bytes, labels, externs, arguments in all places. */
static const char *const repeated[] = {
  "mov eax, ebx", "mov eax, n", "mov dword [rbx+d], m", "cmp dword [rbx+d], m", "add Rd(r), v", "mov Rq(r), [Rq(s)+d]",
  "mov byte [Rq(r)+d], m", "jne >1", "jmp =>k", "jmp ->g", "call extern f", "cmp dword [->g], n", "cmp dword [=>k], n",
  "cmp dword [&a], n", "mov eax, [&a]", "mov64 rax, q", ".dword a, b", ".byte 1, a", ".qword =>k", "imul eax, ebx, n",
  "vaddps xmm(r), xmm1, [rbx+d]", "rep; movsb", "mov dword T->x, n", "mov T->x, eax", "lea rax, [rbx+rcx*8+d]", "push n", "and ax, n",
  "add rcx, n", "mov qword [rbx+d], m",
};

static unsigned random_number(unsigned *seed, unsigned n)
{
  *seed = *seed * 1103515245u + 12345u;
  return (*seed >> 16) % n;
}

/* A text of them with a C line now and then; apart: with a definition before each, so that none is
 * remembered. */
static void say_again(bool apart)
{
  unsigned seed = 1;

  strcpy(big, "|.arch x64\n|.type T, struct t, rbx\n");
  for (int i = 0; i < 2000; i++) {
    if (random_number(&seed, 6) == 0)
      append("c%d;\n", i);
    append(apart ? "|.define D%d\n" : "|\n", i); /* as many lines: the lists name them */
    append("| ", i);
    append(repeated[random_number(&seed, sizeof(repeated) / sizeof(repeated[0]))], i);
    append("\n", i);
  }
}

/* What is remembered gives the same records, bytes and arguments. */
START_TEST(repetition)
{
  static const int dialects[] = {10500, DIALECT_LIBDASM};
  struct front_options dialect = {.dialect = dialects[_i]};
  static struct seen seen[2];
  const uint8_t *list[2];
  struct front *F[2];
  size_t size;

  for (int i = 0; i < 2; i++) {
    seen[i].n = 0;
    F[i] = front_new(&dialect, &driver, &seen[i]);
    say_again(i == 1);
    ck_assert_int_eq(front_text(F[i], "t", (struct span){big, strlen(big)}, false), FRONT_OK);
    ck_assert_int_eq(front_finish(F[i], &list[i], &size), FRONT_OK);
  }
  ck_assert_str_eq(seen[0].text, seen[1].text);
  ck_assert_uint_gt(list_u32(list[0] + LIST_AT_END), 4000);
  ck_assert_uint_eq(list_u32(list[0] + LIST_AT_END), list_u32(list[1] + LIST_AT_END));
  ck_assert_mem_eq(list[0] + LIST_HEADER, list[1] + LIST_HEADER, list_u32(list[0] + LIST_AT_END) - LIST_HEADER);
  front_free(F[0]);
  front_free(F[1]);
}
END_TEST

/* ---- plain texts, several texts, memory --------------------------------------------------------------------- */

START_TEST(plain_text)
{
  static struct seen seen;
  struct front *F = front_new(&options, &driver, &seen);
  struct span text = SPAN(".dword x\n  | .dword y\n.define A, z"), more = SPAN(".dword A\n=>l:");
  const uint8_t *list;
  size_t size;

  ck_assert_int_eq(front_arch(F, SPAN("x64")), FRONT_OK);
  ck_assert_int_eq(front_text(F, "one", text, true), FRONT_OK);
  ck_assert_int_eq(front_text(F, "two", more, true), FRONT_OK);
  ck_assert_int_eq(front_finish(F, &list, &size), FRONT_OK);
  ck_assert_ptr_nonnull(list);
  ck_assert_str_eq(seen.text, "x;y;z;l;");
  ck_assert_uint_eq(front_names(F).nfiles, 2);
  front_free(F);
}
END_TEST

/* DynASM has room for some hundreds. */
START_TEST(many_globals_and_externs)
{
  enum { MANY = 3000 };
  static struct seen seen;
  struct front *F = front_new(&options, &driver, &seen);
  struct build_names names;
  const uint8_t *list;
  size_t size;

  strcpy(big, "|.arch x64\n");
  for (int i = 0; i < MANY; i++)
    append("|->g%d: call extern e%d\n", i);
  ck_assert_int_eq(front_text(F, "t", (struct span){big, strlen(big)}, false), FRONT_OK);
  ck_assert_int_eq(front_finish(F, &list, &size), FRONT_OK);
  names = front_names(F);
  ck_assert_uint_eq(names.nglobals, MANY);
  ck_assert_uint_eq(names.nexterns, MANY);
  ck_assert(span_is(names.global[MANY - 1], "g2999"));
  ck_assert(span_is(names.ext[MANY - 1], "e3000"));
  front_free(F);
}
END_TEST

START_TEST(command_line_defines)
{
  static struct seen seen;
  struct front *F = front_new(&options, &driver, &seen);
  const uint8_t *list;
  size_t size;

  ck_assert(front_define(F, "A", "x"));
  ck_assert(front_define(F, "A", "y")); /* the last one counts */
  ck_assert(front_define(F, "B", NULL));
  ck_assert(front_define(F, "C", NULL));
  ck_assert(front_define(F, "rax", "rbx"));
  ck_assert(front_undefine(F, "C"));
  ck_assert(!front_define(F, "1", NULL));
  ck_assert(!front_define(F, "", NULL));
  ck_assert(!front_undefine(F, "-"));
  ck_assert_int_eq(front_text(F, "t", SPAN("|.arch x64\n|| A B C rax\n"), false), FRONT_OK);
  ck_assert_int_eq(front_finish(F, &list, &size), FRONT_OK);
  ck_assert_str_eq(seen.text, "C: y 1 C rbx;");
  front_free(F);
}
END_TEST

/* With less and less memory: it ends cleanly each time. */
START_TEST(out_of_memory)
{
  static struct seen seen;
  size_t failed = 0;

  strcpy(big, "|.arch x64\n|.type T, int, rbx\n|.define A, [rbx+n]\n|.macro m, a\n| mov eax, a\n| add ecx, A\n"
              "|| f(a);\n|.endmacro\n");
  for (int i = 0; i < 1000; i++)
    append("| m v%d\n|->l%d: mov T->x, eax\n", i);
  for (size_t limit = 1; limit < (size_t)1 << 26; limit += limit / 4 + 1000) {
    struct front_options small = {.dialect = 10500, .memory_limit = limit};
    struct front *F = front_new(&small, &driver, &seen);
    enum front_status status, end;
    const uint8_t *list;
    size_t size;

    seen.n = 0;
    status = front_text(F, "t", (struct span){big, strlen(big)}, false);
    end = front_finish(F, &list, &size);
    ck_assert(status == FRONT_OK || status == FRONT_NOMEM);
    ck_assert((end == FRONT_OK && status == FRONT_OK) == (list != NULL));
    failed += list == NULL;
    front_free(F);
  }
  ck_assert_uint_gt(failed, 3);
}
END_TEST

START_TEST(error_limit)
{
  static struct seen seen;
  struct front_options few = {.dialect = 10500, .max_errors = 2};
  struct front *F = front_new(&few, &driver, &seen);

  ck_assert_int_eq(front_text(F, "t", SPAN("|.arch x64\n| a1\n| a2\n| a3\n| a4\n"), false), FRONT_ERRORS);
  ck_assert_uint_eq(front_errors(F), 2);
  front_free(F);
}
END_TEST

int main(void)
{
  Suite *suite = suite_create("front");
  TCase *c = tcase_create("front");

  tcase_set_timeout(c, 60);
  tcase_add_test(c, numbers);
  tcase_add_test(c, nearest);
  tcase_add_test(c, tables);
  tcase_add_loop_test(c, repetition, 0, 2);
  tcase_add_test(c, plain_text);
  tcase_add_test(c, many_globals_and_externs);
  tcase_add_test(c, command_line_defines);
  tcase_add_test(c, out_of_memory);
  tcase_add_test(c, error_limit);
  suite_add_tcase(suite, c);
  return suite_run(suite);
}
