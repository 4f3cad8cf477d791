/* check_states.c - states with hand-made templates: arguments in every way, memory, reuse, what is
 * told of a state, templates that states share, branches that are left open.
 */
#include "engine.h"
#include "suite.h"

static int call_vput(int site, ...)
{
  va_list ap;
  int status;
  va_start(ap, site);
  status = dasm_vput(&D, site, ap);
  va_end(ap);
  return status;
}

START_TEST(argument_forms)
{
  int64_t args[12];
  int site, i;
  fresh();
  site = site_begin(&L, 12);
  for (i = 0; i < 12; i++)
    site_op(&L, OP(.code = OP_VALUE8, .arg = (uint8_t)i), "", 0);
  site_end(&L);
  for (i = 0; i < 12; i++)
    args[i] = i + 1;
  start(1, 0);
  dasm_put(&D, site, args[0], args[1], args[2], args[3], args[4], args[5], args[6], args[7], args[8], args[9],
           args[10], args[11]);
  call_vput(site, args[0], args[1], args[2], args[3], args[4], args[5], args[6], args[7], args[8], args[9],
            args[10], args[11]);
  dasm_aput(&D, site, args, 12);
  ends_as("0102030405060708090a0b0c" "0102030405060708090a0b0c" "0102030405060708090a0b0c");
  ck_assert_int_eq(dasm_aput(&D, site, args, 11), DASM_S_ARG);
  finish();
}
END_TEST

/* After the first round, a state is set up and used again without any allocation. */
static unsigned allocations;

static void *counting_realloc(void *user, void *p, size_t osize, size_t nsize)
{
  (void)user;
  (void)osize;
  allocations++;
  return realloc(p, nsize);
}

static void counting_free(void *user, void *p, size_t n)
{
  (void)user;
  (void)n;
  free(p);
}

/* As many labels as an int can number are asked for, and not refused for their number. */
static size_t asked;

static void *refusing_realloc(void *user, void *p, size_t osize, size_t nsize)
{
  (void)user;
  (void)osize;
  asked = nsize;
  return nsize < 1 << 20 ? realloc(p, nsize) : NULL;
}

START_TEST(labels_without_limit)
{
  static const dasm_Allocator allocator = {sizeof allocator, refusing_realloc, counting_free, NULL};
  fresh();
  ck_assert_int_eq(dasm_initwith(&D, 1, &allocator), DASM_S_OK);
  ck_assert_int_eq(dasm_growpc(&D, INT32_MAX), DASM_S_NOMEM);
  if (SIZE_MAX > UINT32_MAX)
    ck_assert_uint_ge(asked / sizeof(int32_t), INT32_MAX);
  ck_assert_int_eq(dasm_getstatus(&D), DASM_S_NOMEM);
  finish();
}
END_TEST

/* All ways to give arguments: by the macro, by the function of that name, in arrays. */
static int put_valist(int site, ...)
{
  va_list args;
  int status;
  va_start(args, site);
  status = dasm_vput(&D, site, args);
  va_end(args);
  return status;
}

START_TEST(arguments_in_every_way)
{
  const int64_t args[] = {1, 2, 3, 4, 5, 6, 7};
  int64_t with_start[8];
  int site, i;
  fresh();
  site = site_begin(&L, 7);
  for (i = 0; i < 7; i++)
    site_op(&L, OP(.code = OP_VALUE8, .arg = (uint8_t)i), "", 0);
  site_end(&L);
  start(1, 0);
  with_start[0] = site;
  memcpy(with_start + 1, args, sizeof args);
  ck_assert_int_eq(dasm_put(&D, site, 1, 2, 3, 4, 5, 6, 7), DASM_S_OK);
  ck_assert_int_eq((dasm_put)(&D, site, args[0], args[1], args[2], args[3], args[4], args[5], args[6]), DASM_S_OK);
  ck_assert_int_eq(put_valist(site, args[0], args[1], args[2], args[3], args[4], args[5], args[6]), DASM_S_OK);
  ck_assert_int_eq(dasm_aput(&D, site, args, 7), DASM_S_OK);
  ck_assert_int_eq(dasm_putargs(&D, with_start), DASM_S_OK);
  ends_as("01020304050607" "01020304050607" "01020304050607" "01020304050607" "01020304050607");
  with_start[0] = list_here(&L); /* behind the records */
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_putargs(&D, with_start), (int)(DASM_S_TEMPLATE | list_here(&L)));
  ck_assert_int_eq(dasm_putargs(NULL, with_start), DASM_S_NOMEM);
  finish();
}
END_TEST

START_TEST(reuse_does_not_allocate)
{
  static const dasm_Allocator allocator = {sizeof allocator, counting_realloc, counting_free, NULL};
  int site, round, i;
  fresh();
  site = site_begin(&L, 1);
  site_op(&L, OP(.code = OP_LABEL_PC), "", 0);
  site_op(&L, OP(.code = OP_BRANCH_PC, .b = FIX_JMP), "\xeb\0", 2);
  site_op(&L, OP(.code = OP_REF_ADDR, .b = FIX_ABS64), "\0\0\0\0\0\0\0\0", 8);
  site_end(&L);
  ck_assert_int_eq(dasm_initwith(&D, 1, &allocator), DASM_S_OK);
  list_finish(&L);
  for (round = 0; round < 3; round++) {
    if (round == 1)
      allocations = 0;
    ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
    ck_assert_int_eq(dasm_growpc(&D, 100), DASM_S_OK);
    for (i = 0; i < 100; i++)
      ck_assert_int_eq(dasm_put(&D, site, (int64_t)i), DASM_S_OK);
    ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
    ck_assert_uint_eq(size, 1000);
    ck_assert_int_eq(dasm_encode(&D, out), DASM_S_OK);
  }
  ck_assert_uint_eq(allocations, 0);
  finish();
}
END_TEST

/* A state can be linked, put into, and linked again. */
START_TEST(link_again_after_more)
{
  int site;
  fresh();
  site = site_begin(&L, 0);
  site_op(&L, OP(.code = OP_BRANCH_NEXT, .b = FIX_JMP, .x = 1), "\xeb\0", 2);
  site_op(&L, OP(.code = OP_LABEL_LOCAL, .x = 1), "", 0);
  site_end(&L);
  start(1, 0);
  dasm_put(&D, site);
  ends_as("eb00");
  dasm_put(&D, site);
  ends_as("eb00eb00");
  finish();
}
END_TEST

/* A program that numbers the labels of all its functions in one row uses few of them in each state: setting up again
 * costs what was used, and forgets all of that. */
START_TEST(setup_clears_the_labels_in_use)
{
  static const unsigned used[][2] = {{0, 0}, {0, 999}, {999, 999}, {500, 503}, {503, 500}, {7, 8}};
  int place, refer;
  unsigned i, k;

  fresh();
  place = site_begin(&L, 1);
  site_op(&L, OP(.code = OP_LABEL_PC), "\x90", 1);
  site_end(&L);
  refer = site_begin(&L, 1);
  site_op(&L, OP(.code = OP_REF_PC, .b = FIX_REL32), "\xe8\0\0\0\0", 5);
  site_end(&L);
  start(1, 1000);
  for (i = 0; i < sizeof used / sizeof *used; i++) {
    ck_assert_int_eq(dasm_put(&D, place, (int64_t)used[i][0]), DASM_S_OK);
    ck_assert_int_eq(dasm_put(&D, refer, (int64_t)used[i][1]), DASM_S_OK);
    for (k = 0; k < 1000; k++)
      ck_assert_int_eq(dasm_getpclabel(&D, k), k == used[i][0] ? 1 : k == used[i][1] ? -1 : -2);
    D->pc.slot[250] = 1; /* no label that was used: nothing looks at it */
    ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
    ck_assert_uint_eq(D->pc.slot[250], i != 1 ? 1 : 0);
    D->pc.slot[250] = 0;
    for (k = 0; k < 1000; k++)
      ck_assert_int_eq(dasm_getpclabel(&D, k), -2);
  }
  finish();
}
END_TEST

/* What hosts of DynASM read from its state. */
START_TEST(accessors)
{
  dasm_State *none = NULL;
  int site;

  fresh();
  site = site_begin(&L, 0);
  site_op(&L, OP(.code = OP_LIT), "\x90\xc3", 2);
  site_end(&L);
  start(1, 7);
  ck_assert_uint_eq(dasm_getpccount(&D), 7);
  ck_assert_int_eq(dasm_growpc(&D, 9), DASM_S_OK);
  ck_assert_uint_ge(dasm_getpccount(&D), 9);
  ck_assert_int_eq(dasm_getsection(&D), 0);
  dasm_put(&D, site);
  ck_assert_uint_eq(dasm_getsecsize(&D, 0), 2);
  ck_assert_uint_eq(dasm_getsecsize(&D, 1), 0);
  ck_assert_uint_eq(dasm_getsecsize(&D, -1), 0);
  ck_assert_uint_eq(dasm_getcodesize(&D), 0); /* not linked */
  ck_assert_int_eq(dasm_link(&D, NULL), DASM_S_OK);
  ck_assert_uint_eq(dasm_getcodesize(&D), 2);
  dasm_put(&D, site);
  ck_assert_uint_eq(dasm_getcodesize(&D), 0); /* not linked any more */
  ck_assert_int_eq(dasm_getstatus(&D), DASM_S_OK);
  ck_assert_int_eq(dasm_getsection(&none), -1);
  ck_assert_uint_eq(dasm_getsecsize(&none, 0), 0);
  ck_assert_uint_eq(dasm_getcodesize(&none), 0);
  ck_assert_uint_eq(dasm_getpccount(&none), 0);
  finish();
}
END_TEST

START_TEST(shared_templates)
{
  dasm_Template *t;
  size_t bytes = 0;
  int site;
  fresh();
  site = site_begin(&L, 0);
  site_op(&L, OP(.code = OP_LIT), "\xc3", 1);
  site_end(&L);
  start(1, 0);
  ck_assert_int_eq(dasm_template_new(&t, L.bytes, L.size), DASM_S_OK);
  ck_assert_ptr_nonnull(dasm_template_list(t, &bytes));
  ck_assert_uint_eq(bytes, L.size);
  ck_assert_mem_eq(dasm_template_list(t, NULL), L.bytes, bytes);
  ck_assert_ptr_null(dasm_template_list(NULL, NULL));
  dasm_put(&D, site);
  ck_assert_int_eq(dasm_usetemplate(&D, t), DASM_S_OK);
  dasm_put(&D, site);
  ends_as("c3c3");
  ck_assert_int_eq(dasm_template_new(NULL, L.bytes, L.size), DASM_S_ARG);
  dasm_template_free(t);
  dasm_template_free(NULL);
  finish();
}
END_TEST

/* A branch that still looks for its label when the code is done, or another template or another program
 * comes. */
START_TEST(branch_left_open)
{
  static struct list other;
  dasm_Template *t;
  char text[200];
  int jump, label, empty;

  fresh();
  jump = site_begin(&L, 0);
  list_line_at(&L, site_op(&L, OP(.code = OP_BRANCH_GLOBAL, .b = FIX_JMP, .x = 7), "\xeb\0", 2), 33, "jmp ->out");
  site_end(&L);
  label = site_begin(&L, 0);
  site_op(&L, OP(.code = OP_LABEL_GLOBAL, .x = 7), "", 0);
  site_op(&L, OP(.code = OP_LIT), "\x90", 1);
  site_end(&L);
  memset(&other, 0, sizeof other);
  other.isa = ISA_X64;
  empty = site_begin(&other, 0);
  site_end(&other);
  start(1, 0);
  dasm_put(&D, jump);
  ck_assert_uint_eq(dasm_getsecsize(&D, 0), 5);
  globals[7] = (void *)(uintptr_t)0x10000105;
  ends_as("e900010000");

  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  dasm_put(&D, jump);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  dasm_put(&D, label);
  ends_as("90");

  globals[7] = NULL;
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  dasm_put(&D, jump);
  list_finish(&other);
  ck_assert_int_eq(dasm_template_new(&t, other.bytes, other.size), DASM_S_OK);
  ck_assert_int_eq(dasm_usetemplate(&D, t), DASM_S_OK);
  dasm_put(&D, empty);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_int_eq(dasm_encode(&D, out), DASM_S_UNDEF_L | 7);
  dasm_errmsg(&D, text, sizeof text);
  ck_assert_msg(strstr(text, "33") != NULL, "%s", text);
  dasm_template_free(t);
  list_free(&other);
  finish();
}
END_TEST

/* A branch keeps its target when the label becomes an address, and is placed after that. */
START_TEST(branch_to_an_address)
{
  int jump, set, label;

  fresh();
  jump = site_begin(&L, 0);
  site_op(&L, OP(.code = OP_BRANCH_GLOBAL, .b = FIX_JMP, .x = 7), "\xeb\0", 2);
  site_end(&L);
  set = site_begin(&L, 1);
  site_op(&L, OP(.code = OP_SET_GLOBAL, .x = 7), "", 0);
  site_op(&L, OP(.code = OP_LIT), "\x90", 1);
  site_end(&L);
  label = site_begin(&L, 0);
  site_op(&L, OP(.code = OP_LABEL_GLOBAL, .x = 7), "", 0);
  site_op(&L, OP(.code = OP_LIT), "\xc3", 1);
  site_end(&L);
  start_unchecked(0);
  dasm_put(&D, jump);
  dasm_put(&D, set, INT64_C(0x10000105));
  dasm_put(&D, label);
  ends_as("e900010000" "90" "c3");
  finish();
}
END_TEST

/* Whatever the log's size is when the last branch is put. */
START_TEST(link_does_not_allocate)
{
  static const dasm_Allocator allocator = {sizeof allocator, counting_realloc, counting_free, NULL};
  int call, jump, n, i;

  fresh();
  call = site_begin(&L, 0);
  site_op(&L, OP(.code = OP_REF_GLOBAL, .b = FIX_REL32, .x = 7), "\xe8\0\0\0\0", 5);
  site_end(&L);
  jump = site_begin(&L, 0);
  site_op(&L, OP(.code = OP_BRANCH_GLOBAL, .b = FIX_JMP, .x = 7), "\xeb\0", 2);
  site_end(&L);
  list_finish(&L);
  for (n = 0; n < 70; n++) {
    ck_assert_int_eq(dasm_initwith(&D, 1, &allocator), DASM_S_OK);
    ck_assert_int_eq(dasm_setupglobal(&D, globals, 8), DASM_S_OK);
    ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
    for (i = 0; i < n; i++)
      dasm_put(&D, call);
    dasm_put(&D, jump);
    allocations = 0;
    ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
    ck_assert_uint_eq(size, 5 * (size_t)n + 5);
    ck_assert_uint_eq(allocations, 0);
    dasm_free(&D);
  }
  list_free(&L);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("states");
  TCase *t = tcase_create("engine");
  tcase_add_test(t, argument_forms);
  tcase_add_test(t, labels_without_limit);
  tcase_add_test(t, arguments_in_every_way);
  tcase_add_test(t, branch_left_open);
  tcase_add_test(t, branch_to_an_address);
  tcase_add_test(t, link_does_not_allocate);
  tcase_add_test(t, reuse_does_not_allocate);
  tcase_add_test(t, link_again_after_more);
  tcase_add_test(t, setup_clears_the_labels_in_use);
  tcase_add_test(t, accessors);
  tcase_add_test(t, shared_templates);
  suite_add_tcase(s, t);
  return suite_run(s);
}
