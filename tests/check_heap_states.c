/* check_heap_states.c - what a code heap makes of states: functions and their labels, and errors, each under every strategy.
 *
 * Machine code is written out by hand from the Intel SDM; it is run where the host is x86-64.
 */
#include "heap_suite.h"

#include <errno.h>
#include <stdlib.h>

#include "list.h"
#include "suite.h"

static struct list L;

/* ->entry: mov eax, imm32; jmp =>0; int3; =>0: ret.  Global 1 stays undefined. */
static int make_site(void)
{
  int site;

  memset(&L, 0, sizeof L);
  L.isa = ISA_X64; /* elsewhere it is refused, too, and leaves nothing */
  L.nglobals = 2;
  L.names[0] = list_string(&L, "entry");
  L.names[1] = list_string(&L, "other");
  site = site_begin(&L, 2);
  site_op(&L, (struct list_op){ .code = OP_LABEL_GLOBAL, .x = 0 }, "", 0);
  site_op(&L, (struct list_op){ .code = OP_VALUE32, .arg = 0 }, "\xb8", 1);
  site_op(&L, (struct list_op){ .code = OP_BRANCH_PC, .x = 1, .b = FIX_JMP }, "\xeb\0", 2);
  site_op(&L, (struct list_op){ .code = OP_LIT }, "\xcc", 1);
  site_op(&L, (struct list_op){ .code = OP_LABEL_PC, .x = 1 }, "", 0);
  site_op(&L, (struct list_op){ .code = OP_LIT }, "\xc3", 1);
  site_end(&L);
  list_finish(&L);
  return site;
}

static void fill(dasm_State **D, int site, int64_t n)
{
  ck_assert_int_eq(dasm_setup(D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_growpc(D, 3), DASM_S_OK);
  ck_assert_int_eq(dasm_put(D, site, n, (int64_t)0), DASM_S_OK);
}

START_TEST(states_become_functions)
{
  static void *globals[2];
  dasm_CodeInfo info = { .size = sizeof info, .flags = DASM_CODE_NO_LABELS };
  dasm_State *D;
  dasm_Code *c[50], *x;
  int site = make_site(), i;
  size_t size;
  void *a;

  if (!RUNS)
    return;
  start(strategies[_i], 0);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setupglobal(&D, globals, 2), DASM_S_OK);
  for (i = 0; i < 50; i++) {
    fill(&D, site, i);
    if (i % 2)
      ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
    ck_assert_int_eq(dasm_publish(H, &D, &c[i]), DASM_S_OK);
    ck_assert_ptr_eq(globals[0], dasm_code_base(c[i]));
  }
  for (i = 0; i < 50; i++) {
    ck_assert_uint_eq(dasm_code_size(c[i]), 9);
    ck_assert_int_eq(call(c[i]), i);
    ck_assert_int_eq(dasm_code_global(c[i], 0, &a), DASM_S_OK);
    ck_assert_ptr_eq(a, dasm_code_base(c[i]));
    ck_assert_int_eq(dasm_code_pclabel(c[i], 0, &a), DASM_S_OK);
    ck_assert_ptr_eq(a, (char *)dasm_code_base(c[i]) + 8);
    ck_assert_int_eq(dasm_code_global(c[i], 1, &a), DASM_S_UNDEF_LG);
    ck_assert_int_eq(dasm_code_pclabel(c[i], 1, &a), DASM_S_UNDEF_PC);
    ck_assert_int_eq(dasm_code_global(c[i], 2, &a), DASM_S_RANGE_LG);
    ck_assert_int_eq(dasm_code_pclabel(c[i], 3, &a), DASM_S_RANGE_PC);
  }
  ck_assert_int_eq(dasm_code_release(H, c[0]), DASM_S_OK);
  fill(&D, site, 9);
  ck_assert_int_eq(dasm_publishwith(H, &D, &info, &x), DASM_S_OK);
  ck_assert_int_eq(dasm_code_global(x, 0, &a), DASM_S_RANGE_LG);
  ck_assert_int_eq(call(x), 9);
  dasm_free(&D);
  list_free(&L);
  finish();
}
END_TEST

/* Functions keep what they use of a long row of PC labels, not the row. */
static size_t table_now, table_most;

static void *table_realloc(void *user, void *p, size_t osize, size_t nsize)
{
  (void)user;
  table_now += nsize - osize;
  table_most = table_now > table_most ? table_now : table_most;
  return realloc(p, nsize);
}

static void table_free(void *user, void *p, size_t n)
{
  (void)user;
  table_now -= n;
  free(p);
}

START_TEST(few_labels_of_many_are_kept)
{
  static const dasm_Allocator allocator = { sizeof allocator, table_realloc, table_free, NULL };
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategies[_i], .reserve = 1 << 20, .allocator = &allocator };
  static const int64_t labels[] = { 0, 1, 50000, 99999 };
  static void *globals[2];
  dasm_State *D;
  dasm_Code *c[4];
  int site = make_site();
  size_t before;
  unsigned i;
  void *a;

  if (!RUNS)
    return;
  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setupglobal(&D, globals, 2), DASM_S_OK);
  for (i = 0; i < 4; i++) {
    ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
    ck_assert_int_eq(dasm_growpc(&D, 100000), DASM_S_OK);
    ck_assert_int_eq(dasm_put(&D, site, (int64_t)7, labels[i]), DASM_S_OK);
    before = table_most = table_now;
    ck_assert_int_eq(dasm_publish(H, &D, &c[i]), DASM_S_OK);
    ck_assert_uint_lt(table_most - before, 1000);
  }
  for (i = 0; i < 4; i++) {
    ck_assert_int_eq(dasm_code_pclabel(c[i], (unsigned)labels[i], &a), DASM_S_OK);
    ck_assert_ptr_eq(a, (char *)dasm_code_base(c[i]) + 8);
    ck_assert_int_eq(dasm_code_global(c[i], 0, &a), DASM_S_OK);
    ck_assert_ptr_eq(a, dasm_code_base(c[i]));
    ck_assert_int_eq(dasm_code_global(c[i], 1, &a), DASM_S_UNDEF_LG);
    ck_assert_int_eq(dasm_code_global(c[i], 2, &a), DASM_S_RANGE_LG);
    ck_assert_int_eq(dasm_code_pclabel(c[i], (unsigned)labels[(i + 1) % 4], &a), DASM_S_UNDEF_PC);
    ck_assert_int_eq(dasm_code_pclabel(c[i], 100000, &a), DASM_S_RANGE_PC);
    ck_assert_ptr_null(a);
  }
  ck_assert_int_eq(dasm_code_release(H, c[2]), DASM_S_OK);
  dasm_free(&D);
  list_free(&L);
  finish();
  ck_assert_uint_eq(table_now, 0);
}
END_TEST

START_TEST(failing_states_leave_nothing)
{
  dasm_State *D;
  dasm_Code *c = (dasm_Code *)&D;
  int site = make_site();
  char why[200];

  start(strategies[_i], 0);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_publish(H, &D, &c), DASM_S_PHASE);
  ck_assert_ptr_null(c);
  dasm_free(&D);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setupglobal(&D, NULL, 0), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_publish(H, &D, &c), DASM_S_ARG); /* no code */
  dasm_explain(DASM_S_ARG, &D, why, sizeof why);
  ck_assert_str_eq(why, "there is no code in the state: put some before publishing it");
  ck_assert_int_ne(dasm_put(&D, site, (int64_t)1, (int64_t)0), DASM_S_OK); /* no such label */
  ck_assert_int_ne(dasm_publish(H, &D, &c), DASM_S_OK);
  ck_assert_ptr_null(c);
  ck_assert_uint_eq(figures().blocks, 0);
  ck_assert_uint_eq(figures().code, 0);
  dasm_free(&D);
  list_free(&L);
  finish();
}
END_TEST

static const char *explained(int status, dasm_State **D)
{
  static char text[400];

  ck_assert_uint_eq(dasm_explain(status, D, text, sizeof text), strlen(text));
  return text;
}

/* What a heap refuses, word by word. */
START_TEST(errors_in_words)
{
  dasm_CodeInfo info = { .size = 1 }, far = { .size = sizeof far, .around = 0, .reach = 4096 };
  const dasm_HeapOptions o = { .size = sizeof o, .strategy = strategies[_i], .limit = 1 << 20, .reserve = 4 << 20 };
  int site = make_site(), status;
  void *globals[2] = { NULL, NULL };
  dasm_Code *c;
  dasm_State *D;

  if (!RUNS)
    return;
  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setupglobal(&D, globals, 2), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_growpc(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_put(&D, site, (int64_t)1, (int64_t)0), DASM_S_OK);
  status = dasm_publish(NULL, &D, &c);
  ck_assert_int_eq(status, DASM_S_ARG);
  ck_assert_str_eq(explained(status, &D), "there is no code heap to publish to: dasm_heap_new() makes one");
  status = dasm_publish(H, &D, NULL);
  ck_assert_int_eq(status, DASM_S_ARG);
  ck_assert_str_eq(explained(status, &D), "there is no place for the code object: 'code' is a null pointer");
  status = dasm_publishwith(H, &D, &info, &c);
  ck_assert_int_eq(status, DASM_S_ARG);
  ck_assert_str_eq(explained(status, &D), "the dasm_CodeInfo has no meaning: its size must be sizeof(dasm_CodeInfo), its "
                                          "flags those of enum dasm_code_flags, and cfi must be there if ncfi is not 0");
  status = dasm_publishwith(H, &D, &far, &c);
  ck_assert_int_eq(status, DASM_S_SYSTEM | ENOMEM);
  ck_assert_str_eq(explained(status, &D),
                   "the system refused memory (Cannot allocate memory); check what the process is allowed to do "
                   "(limits, SELinux, seccomp), and whether there is room within options->reach; options->message of "
                   "dasm_heap_new says more");
  status = dasm_heap_add(H, NULL, 2 << 20, NULL, &c);
  ck_assert_int_eq(status, DASM_S_LIMIT);
  ck_assert_str_eq(explained(status, NULL),
                   "size limit of the code heap reached; release code, or make the heap with a larger limit");
  ck_assert_int_eq(dasm_publish(H, &D, &c), DASM_S_OK);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  status = dasm_code_release(H, c);
  ck_assert_str_eq(explained(status, NULL), "code object does not belong to this heap, or was freed; use a code object with "
                                            "the heap that made it, and only until it is released");
  ck_assert_int_eq(dasm_heap_seal(H), DASM_S_OK);
  status = dasm_publish(H, &D, &c);
  ck_assert_int_eq(status, DASM_S_SEALED);
  ck_assert_str_eq(explained(status, &D), "the code can no longer be changed; change code before dasm_heap_seal, "
                                          "and in the process that published it");
  dasm_free(&D);
  list_free(&L);
  finish();
}
END_TEST

START_TEST(all_or_none)
{
  dasm_State *D[3], **states[3];
  dasm_Code *c[3];
  int site = make_site(), i;

  if (!RUNS)
    return;
  start(strategies[_i], 0);
  for (i = 0; i < 3; i++) {
    states[i] = &D[i];
    ck_assert_int_eq(dasm_init(&D[i], 1), DASM_S_OK);
    ck_assert_int_eq(dasm_growglobal(&D[i], 2), DASM_S_OK);
    fill(&D[i], site, 10 + i);
  }
  ck_assert_int_eq(dasm_publishall(H, states, 3, NULL, c), DASM_S_OK);
  for (i = 0; i < 3; i++)
    ck_assert_int_eq(call(c[i]), 10 + i);
  ck_assert_int_eq(dasm_setup(&D[2], L.bytes), DASM_S_OK); /* nothing in it */
  ck_assert_int_eq(dasm_publishall(H, states, 3, NULL, c), DASM_S_ARG);
  for (i = 0; i < 3; i++) {
    ck_assert_ptr_null(c[i]);
    dasm_free(&D[i]);
  }
  ck_assert_uint_eq(figures().blocks, 3);
  list_free(&L);
  finish();
}
END_TEST

int main(void)
{
  const struct { const char *name; const TTest *test; } each[] = {
    { "states", states_become_functions }, { "labels", few_labels_of_many_are_kept },
    { "failures", failing_states_leave_nothing }, { "batch", all_or_none }, { "words", errors_in_words },
  };
  Suite *s = suite_create("heap and states");
  size_t i;

  for (i = 0; i < sizeof each / sizeof each[0]; i++) {
    TCase *loop = tcase_create(each[i].name);

    tcase_add_loop_test(loop, each[i].test, 0, NSTRATEGIES);
    suite_add_tcase(s, loop);
  }
  return suite_run(s);
}
