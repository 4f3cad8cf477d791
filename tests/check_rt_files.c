/* check_rt_files.c - the run-time assembler: files that are included, labels in several texts, code that runs. */
#include "rt.h"
#include "suite.h"

#include "dasm_heap.h"

/* ---- include and run ---------------------------------------------------------------------------------- */

START_TEST(included_files)
{
  dasmc_Message m = {.size = sizeof(m)};
  FILE *f = fopen("check_rt.inc", "w");

  ck_assert_ptr_nonnull(f);
  fputs("| nop\n| frob\n", f);
  fclose(f);
  ck_assert_int_eq(dasmc_includedir(A, "."), DASM_S_OK);
  ck_assert_int_eq(dasmc_emit(A, &D, "ret\n.include check_rt.inc", -1, NULL, 0), DASM_S_SOURCE);
  ck_assert_int_eq(dasmc_message(A, 0, &m), DASM_S_OK);
  ck_assert_ptr_nonnull(strstr(m.file, "check_rt.inc"));
  ck_assert_uint_eq(m.line, 2);
  remove("check_rt.inc");
}
END_TEST

static void write_file(const char *name, const char *text)
{
  FILE *f = fopen(name, "w");

  ck_assert_ptr_nonnull(f);
  fputs(text, f);
  fclose(f);
}

/* Who keeps fragments by their texts hears of it when a text may mean something else. */
START_TEST(changes)
{
  /* Each is given twice; a definition is refused the second time. */
  static const struct { const char *text; int status[2]; bool changes[2]; } texts[] = {
    {"mov eax, D", {DASM_S_OK, DASM_S_OK}, {false, false}},
    {"bogus", {DASM_S_SOURCE, DASM_S_SOURCE}, {false, false}},
    {".define D, 7", {DASM_S_OK, DASM_S_SOURCE}, {true, false}},
    {"mov eax, D", {DASM_S_OK, DASM_S_OK}, {false, false}},
    {".macro m\nnop\n.endmacro", {DASM_S_OK, DASM_S_SOURCE}, {true, false}},
    {"m", {DASM_S_OK, DASM_S_OK}, {false, false}},
    {".define E, 7\nbogus", {DASM_S_SOURCE, DASM_S_SOURCE}, {true, false}},
    {".include check_rt_2.inc", {DASM_S_OK, DASM_S_OK}, {true, true}},
  };

  ck_assert_uint_eq(dasmc_changes(NULL), 0);
  ck_assert_int_eq(dasmc_includedir(A, "."), DASM_S_OK);
  write_file("check_rt_2.inc", "| nop\n");
  for (unsigned i = 0; i < 2 * sizeof(texts) / sizeof(*texts); i++) {
    unsigned before = dasmc_changes(A);
    dasmc_Fragment *f;

    ck_assert_int_eq(dasmc_fragment(A, texts[i / 2].text, -1, &f), texts[i / 2].status[i % 2]);
    ck_assert_msg((dasmc_changes(A) != before) == texts[i / 2].changes[i % 2], "%s", texts[i / 2].text);
    dasmc_release(f);
  }
  remove("check_rt_2.inc");
}
END_TEST

/* A file that has changed is read again, although the text that includes it is the same. */
START_TEST(changed_files)
{
  unsigned char code[8];

  ck_assert_int_eq(dasmc_includedir(A, "."), DASM_S_OK);
  for (int i = 0; i < 3; i++) {
    size_t size = sizeof(code);

    write_file("check_rt_2.inc", i % 2 ? "| ret\n" : "| nop\n");
    ck_assert_int_eq(dasmc_assemble(A, ".include check_rt_2.inc", -1, NULL, 0, 0, code, &size), DASM_S_OK);
    ck_assert_uint_eq(size, 1);
    ck_assert_uint_eq(code[0], i % 2 ? 0xc3 : 0x90);
  }
  remove("check_rt_2.inc");
}
END_TEST

/* The limit is fatal: with an error and going on, these would be read 2^100 times. */
START_TEST(files_that_include_each_other_twice)
{
  dasmc_Message m = {.size = sizeof(m)};

  ck_assert_int_eq(dasmc_includedir(A, "."), DASM_S_OK);
  write_file("check_rt_3.inc", "|.include check_rt_4.inc\n|.include check_rt_4.inc\n");
  write_file("check_rt_4.inc", "|.include check_rt_3.inc\n|.include check_rt_3.inc\n");
  ck_assert_int_eq(dasmc_emit(A, &D, ".include check_rt_3.inc", -1, NULL, 0), DASM_S_SOURCE);
  ck_assert_int_eq(dasmc_message(A, 0, &m), DASM_S_OK);
  ck_assert_ptr_nonnull(strstr(m.text, "include each other too deeply"));
  ck_assert_int_eq(dasmc_emit(A, &D, "nop", -1, NULL, 0), DASM_S_OK);
  remove("check_rt_3.inc");
  remove("check_rt_4.inc");
}
END_TEST

START_TEST(label_in_two_texts)
{
  char message[200];

  ck_assert_int_eq(dasmc_emit(A, &D, "nop\n->f: nop", -1, NULL, 0), DASM_S_OK);
  ck_assert_int_eq(DASM_S_CLASS(dasmc_emit(A, &D, "nop; nop\nnop\n->f: ret", -1, NULL, 0)), DASM_S_REDEF);
  dasm_errmsg(&D, message, sizeof(message));
  ck_assert_ptr_nonnull(strstr(message, "text:3: global label 'f' has a place already, in text:2:"));
}
END_TEST

#if defined(__x86_64__)
START_TEST(code_runs)
{
  dasm_CodeHeap *heap;
  dasm_Code *code;
  dasmc_Value n = {"n", 42};
  unsigned number;
  void *address;
  int64_t (*function)(int64_t);

  ck_assert_int_eq(dasm_heap_new(NULL, &heap), DASM_S_OK);
  ck_assert_int_eq(dasmc_emit(A, &D, "ret\n->add_n:\n  lea rax, [rdi + n]\n  ret\n", -1, &n, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_publish(heap, &D, &code), DASM_S_OK);
  ck_assert_int_eq(dasmc_global(A, "add_n", &number), DASM_S_OK);
  ck_assert_int_eq(dasm_code_global(code, number, &address), DASM_S_OK);
  *(void **)&function = address;
  ck_assert_int_eq(function(1), 43);
  ck_assert_int_eq(dasm_code_release(heap, code), DASM_S_OK);
  dasm_heap_free(&heap);
}
END_TEST
#endif

/* Values in any order, as many as there are parameters: looked up one by one that takes minutes. */
START_TEST(very_many_parameters)
{
  enum { N = 400000 };
  char *text = malloc((size_t)N * 20), *p = text, (*name)[8] = malloc((size_t)N * sizeof(*name));
  dasmc_Value *values = malloc((size_t)N * sizeof(*values));
  uint32_t *code = malloc((size_t)N * sizeof(*code));
  size_t size;

  ck_assert(text && name && values && code);
  for (uint32_t i = 0; i < N; i++) {
    p += sprintf(p, ".dword p%u\n", (unsigned)i);
    snprintf(name[i], sizeof(name[i]), "p%u", (unsigned)(N - 1 - i));
    values[i] = (dasmc_Value){name[i], N - 1 - i};
  }
  ck_assert_int_eq(dasmc_emit(A, &D, text, p - text, values, N), DASM_S_OK);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_uint_eq(size, (size_t)N * sizeof(*code));
  ck_assert_int_eq(dasm_encode(&D, code), DASM_S_OK);
  for (uint32_t i = 0; i < N; i++)
    if (code[i] != i)
      ck_abort_msg("%u: %u", (unsigned)i, (unsigned)code[i]);
  ck_assert_int_eq(dasmc_emit(A, &D, text, p - text, values + 1, N - 1), DASM_S_SOURCE);
  free(code);
  free(values);
  free(name);
  free(text);
}
END_TEST

int main(void)
{
  Suite *suite = suite_create("rt_files");
  TCase *tc = tcase_create("rt_files"), *many = tcase_create("many");

  tcase_add_checked_fixture(tc, setup, teardown);
  tcase_add_test(tc, included_files);
  tcase_add_test(tc, changes);
  tcase_add_test(tc, changed_files);
  tcase_add_test(tc, files_that_include_each_other_twice);
  tcase_add_test(tc, label_in_two_texts);
#if defined(__x86_64__)
  tcase_add_test(tc, code_runs);
#endif
  suite_add_tcase(suite, tc);
  tcase_set_timeout(many, 60);
  tcase_add_checked_fixture(many, setup, teardown);
  tcase_add_test(many, very_many_parameters);
  suite_add_tcase(suite, many);
  return suite_run(suite);
}
