/* check_stack.c - what nests as deep as it may, and deeper, in a thread with 64 KiB of stack: conditions,
 * expressions, macros, captures, prefixes, brackets, files. An error is right, and a crash is wrong.
 */
#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dasmc.h"
#include "dasmc/emit_c.h"
#include "facts.h"
#include "suite.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

/* Frames are several times as large there. */
#ifdef SANITIZED
enum { STACK_SIZE = 1024 * 1024 };
#else
enum { STACK_SIZE = 64 * 1024 };
#endif

static char text[1 << 20];
static size_t length;
static char messages[4096];
static bool ok;
static const char *isa = "x64";

static void begin(const char *first)
{
  length = 0;
  text[0] = '\0';
  length = (size_t)snprintf(text, sizeof(text), "%s", first);
}

static void add(const char *more)
{
  size_t n = strlen(more);

  ck_assert_uint_lt(length + n + 1, sizeof(text));
  memcpy(text + length, more, n + 1);
  length += n;
}

static void repeat(const char *more, int n)
{
  while (n-- > 0)
    add(more);
}

/* ---- the two translators -------------------------------------------------------------- */

static void keep_message(struct front *F, const struct front_message *m)
{
  size_t n = strlen(messages);

  (void)F;
  snprintf(messages + n, sizeof(messages) - n, "%.*s\n", (int)m->text.n, m->text.p);
}

/* To a C file. */
static void *translate(void *unused)
{
  static const struct front_options options = {.dialect = DIALECT_1_5};
  struct driver driver = emit_c_driver;
  struct emit_c emit = {.macro_comments = true};
  struct front *F;
  const uint8_t *list;
  size_t size;
  FILE *out = tmpfile();

  (void)unused;
  driver.message = keep_message;
  F = front_new(&options, &driver, &emit);
  front_include_dir(F, ".");
  front_text(F, "text", (struct span){text, length}, false);
  ok = front_finish(F, &list, &size) == FRONT_OK;
  if (ok)
    emit_c_write(F, list, size, out);
  fclose(out);
  front_free(F);
  return NULL;
}

/* In memory, with an expression for each value at run time. */
static void *assemble(void *unused)
{
  static const dasmc_Value values[] = {{"n", 1}};
  dasmc_Options options = {.size = sizeof(options), .isa = isa};
  dasmc_Assembler *A;
  dasm_State *D;

  (void)unused;
  if (dasmc_new(&A, &options) != DASM_S_OK || dasmc_state(A, &D) != DASM_S_OK || dasmc_reset(A, &D) != DASM_S_OK)
    return NULL;
  ok = dasmc_emit(A, &D, text, -1, values, 1) == DASM_S_OK;
  dasmc_messages(A, messages, sizeof(messages));
  dasm_free(&D);
  dasmc_free(A);
  return NULL;
}

static void run_small(void *(*work)(void *))
{
  pthread_attr_t attr;
  pthread_t thread;

  messages[0] = '\0';
  ok = false;
  ck_assert_int_eq(pthread_attr_init(&attr), 0);
  ck_assert_int_eq(pthread_attr_setstacksize(&attr, STACK_SIZE), 0);
  ck_assert_int_eq(pthread_create(&thread, &attr, work, NULL), 0);
  ck_assert_int_eq(pthread_join(thread, NULL), 0);
  pthread_attr_destroy(&attr);
}

static void right(void *(*work)(void *))
{
  run_small(work);
  ck_assert_msg(ok, "%s", messages);
}

static void wrong(void *(*work)(void *), const char *message)
{
  run_small(work);
  ck_assert(!ok);
  ck_assert_msg(strstr(messages, message) != NULL, "%s", messages);
}

/* ---- what nests ------------------------------------------------------------------------ */

/* An expression of n times `open`, and n times `close`. */
static void expression(const char *before, const char *open, const char *middle, const char *close, int n)
{
  begin(before);
  repeat(open, n);
  add(middle);
  repeat(close, n);
  add("\n");
}

/* Lines of expressions that nest in every way. */
static const struct {
  const char *open, *middle, *close;
  int good; /* so many are right */
} nests[] = {
  {"(", "n", ")", 40},         {"n?n:", "n", "", 100},        {"n?", "n", ":n", 60},
  {"-", "n", "", 100},         {"!~", "n", "", 60},           {"(int)", "n", "", 60},
  {"n+(", "n", ")", 30},       {"n||n&&n|n^n&n==n<n<<n+n*(", "n", ")", 5},
  {"(n?n:", "n", ")", 30},
};

START_TEST(expressions)
{
  const char *before = ".dword ";

  for (unsigned i = 0; (isa = dasmc_isaname(i)) != NULL; i++) {
    expression(before, nests[_i].open, nests[_i].middle, nests[_i].close, nests[_i].good);
    right(assemble);
    expression(before, nests[_i].open, nests[_i].middle, nests[_i].close, 240);
    wrong(assemble, "too deep");
  }
}
END_TEST

START_TEST(long_chains)
{
  expression(".dword ", "n?n:", "n", "", 150000);
  wrong(assemble, "too deep");
  expression(".dword ", "-", "n", "", 150000);
  wrong(assemble, "too deep");
}
END_TEST

START_TEST(conditions)
{
  static const struct {
    const char *open, *middle, *close;
  } of[] = {{"(", "1", ")"}, {"not ", "nil", ""}, {"- ", "1", ""}, {"1 + (", "1", ")"},
            {"nil or 1 and 1 == 1 + 1 * (", "1", ")"}, {"1 == (1 + (", "1", "))"}};

  expression("|.arch x64\n|.actionlist a\n|.if ", of[_i].open, of[_i].middle, of[_i].close, 15);
  add("|.endif\n");
  run_small(translate); /* right, or refused for its types */
  ck_assert(strstr(messages, "deep") == NULL);
  expression("|.arch x64\n|.actionlist a\n|.if ", of[_i].open, of[_i].middle, of[_i].close, 100000 / 27);
  add("|.endif\n");
  wrong(translate, "deep");
}
END_TEST

static void macros(int n)
{
  char line[100];

  begin("|.arch x64\n|.actionlist a\n");
  for (int i = 0; i < n; i++) {
    snprintf(line, sizeof(line), "|.macro m%d, x\n| m%d, x+1; nop\n|.endmacro\n", i, i + 1);
    add(line);
  }
  snprintf(line, sizeof(line), "|.macro m%d, x\n| mov eax, x\n|.endmacro\n| m0 n\n", n);
  add(line);
}

START_TEST(macros_in_macros)
{
  macros(150);
  right(translate);
  macros(998);
  right(translate);
  macros(5000);
  wrong(translate, "macros nest too deeply");
  begin("|.arch x64\n|.actionlist a\n|.macro m0\n| wrong\n|.endmacro\n");
  for (int i = 1; i < 900; i++) {
    char line[100];

    snprintf(line, sizeof(line), "|.macro m%d\n| m%d\n|.endmacro\n", i, i - 1);
    add(line);
  }
  add("| m899\n");
  wrong(translate, "unknown statement");
}
END_TEST

static void captures(int n)
{
  char line[100];

  begin("|.arch x64\n|.actionlist a\n");
  for (int i = 0; i < n; i++) {
    snprintf(line, sizeof(line), "|.capture c%d\n|.dumpcapture c%d\n|.endcapture\n", i, i + 1);
    add(line);
  }
  snprintf(line, sizeof(line), "|.capture c%d\nx\n|.endcapture\n|.dumpcapture c0\n", n);
  add(line);
}

START_TEST(captures_in_captures)
{
  captures(140);
  right(translate);
  captures(3000);
  wrong(translate, "nests too deeply");
}
END_TEST

START_TEST(prefixes)
{
  begin("| ");
  repeat("lock ", 50000);
  add("inc dword [rax]\n");
  right(assemble);
  begin("| ");
  repeat("{evex} ", 30000);
  add("vaddps xmm1, xmm2, xmm3\n");
  right(assemble);
}
END_TEST

/* Operands of every instruction set go through their own readers: lines 'nest ISA BEFORE|OPEN|CLOSE' of the families' files. */
static struct fact readers[FACTS];
static unsigned nreaders;

static char *next_part(char **rest)
{
  char *part = *rest;

  *rest += strcspn(part, "|");
  if (**rest)
    *(*rest)++ = 0;
  return part;
}

START_TEST(operands_of_all)
{
  char *rest = readers[_i].text + strcspn(readers[_i].text, " "), *before, *open;

  *rest++ = 0;
  isa = readers[_i].text;
  before = next_part(&rest);
  open = next_part(&rest);
  expression(before, open, "n", rest, 5000);
  wrong(assemble, "");
}
END_TEST

START_TEST(operands_of_all_are_listed)
{
  for (unsigned i = 0; dasmc_isaname(i); i++) {
    size_t n = strlen(dasmc_isaname(i));
    unsigned k = 0;

    while (k < nreaders && !(strncmp(readers[k].text, dasmc_isaname(i), n) == 0 && readers[k].text[n] == ' '))
      k++;
    ck_assert_msg(k < nreaders, "no file tests/isa/*.facts has the line 'nest %s BEFORE|OPEN|CLOSE'", dasmc_isaname(i));
  }
}
END_TEST

START_TEST(brackets)
{
  expression("mov eax, ", "([", "n", "])", 5000);
  wrong(assemble, "nest too deeply");
}
END_TEST

/* Files that include themselves, in a macro, and with errors. */
START_TEST(files)
{
  FILE *f = fopen("check_stack.inc", "w");

  ck_assert_ptr_nonnull(f);
  fputs("|.macro m_ .. , x\n|.endmacro\n| m\n", f);
  fclose(f);
  begin("|.arch x64\n|.actionlist a\n|.macro m\n|.include check_stack.inc\n|.endmacro\n| m\n");
  run_small(translate);
  ck_assert(!ok);
  f = fopen("check_stack.inc", "w");
  ck_assert_ptr_nonnull(f);
  fputs("| wrong\n|.include check_stack.inc\n", f);
  fclose(f);
  begin("|.arch x64\n|.actionlist a\n|.include check_stack.inc\n");
  wrong(translate, "unknown statement");
  f = fopen("check_stack.inc", "w");
  ck_assert_ptr_nonnull(f);
  fputs("|.include check_stack.inc\n", f);
  fclose(f);
  wrong(translate, "too deeply");
  remove("check_stack.inc");
}
END_TEST

int main(void)
{
  Suite *suite = suite_create("stack");
  TCase *tc = tcase_create("stack");

  tcase_add_loop_test(tc, expressions, 0, sizeof(nests) / sizeof(nests[0]));
  tcase_add_test(tc, long_chains);
  tcase_add_loop_test(tc, conditions, 0, 6);
  tcase_add_test(tc, macros_in_macros);
  tcase_add_test(tc, captures_in_captures);
  tcase_add_test(tc, prefixes);
  nreaders = facts_read("nest", readers);
  tcase_add_test(tc, operands_of_all_are_listed);
  tcase_add_loop_test(tc, operands_of_all, 0, (int)nreaders);
  tcase_add_test(tc, brackets);
  tcase_add_test(tc, files);
  suite_add_tcase(suite, tc);
  return suite_run(suite);
}
