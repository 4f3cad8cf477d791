/* check_errors.c - statuses and messages of the encoder: sticky first error,
 * labels that are missing, damaged lists, wrong order.
 */
#include "errors.h"
#include "suite.h"

START_TEST(message_names_value_field_and_line)
{
  start();
  ck_assert_uint_eq(dasm_errmsg(&D, msg, sizeof msg), 0);
  ck_assert_int_eq(DASM_S_CLASS(dasm_put(&D, s_imm, INT64_C(300))), DASM_S_RANGE_I);
  says(DASM_S_RANGE_I | s_imm, "fib.dasc:42: immediate 300 does not fit in 8 bits, in \"mov al, n\"");
  /* Too small a buffer is filled and ended. */
  ck_assert_uint_eq(dasm_errmsg(&D, msg, 9), 65);
  ck_assert_str_eq(msg, "fib.dasc");
  ck_assert_uint_eq(dasm_errmsg(&D, NULL, 0), 65);
  finish();
}
END_TEST

START_TEST(first_error_wins)
{
  int status;
  start();
  status = dasm_put(&D, s_imm, INT64_C(300));
  ck_assert_int_eq(dasm_put(&D, s_pc, INT64_C(77)), status);
  ck_assert_int_eq(dasm_checkstep(&D, 0), status);
  ck_assert_int_eq(dasm_link(&D, &size), status);
  ck_assert_int_eq(dasm_encode(&D, msg), status);
  /* Setting up again forgets it. */
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_put(&D, s_imm, INT64_C(30)), DASM_S_OK);
  finish();
}
END_TEST

START_TEST(labels_out_of_range)
{
  start();
  dasm_put(&D, s_back);
  says(DASM_S_RANGE_LG | s_back,
       "fib.dasc:50: local label 1 is not defined before its use, in \"jmp <1\"");
  finish();
  start();
  dasm_put(&D, s_pc, INT64_C(4));
  says(DASM_S_RANGE_PC | s_pc,
       "fib.dasc:53: PC label 4 is not below the count given to dasm_growpc, in \"jmp =>i\"");
  finish();
  start();
  dasm_put(&D, s_def_pc, INT64_C(-1));
  ck_assert_int_eq(DASM_S_CLASS(dasm_getstatus(&D)), DASM_S_RANGE_PC);
  finish();
  start();
  dasm_put(&D, s_section);
  says(DASM_S_RANGE_SEC | s_section,
       "fib.dasc:55: section 3 is not below the count given to dasm_init, in \".cold\"");
  finish();
  build();
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  dasm_put(&D, s_global);
  says(DASM_S_RANGE_LG | s_global,
       "fib.dasc:52: global label 'exit' is not below the count given to dasm_setupglobal, in \"jmp ->exit\"");
  finish();
}
END_TEST

START_TEST(labels_never_defined)
{
  uint8_t out[64];
  start();
  dasm_put(&D, s_next);
  ck_assert_int_eq(dasm_checkstep(&D, -1), DASM_S_UNDEF_L | 2);
  says(DASM_S_UNDEF_L | 2, "fib.dasc:51: local label 2 is used but never defined, in \"jmp >2\"");
  finish();
  start();
  dasm_put(&D, s_next);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_UNDEF_L | 2);
  says(DASM_S_UNDEF_L | 2, "fib.dasc:51: local label 2 is used but never defined, in \"jmp >2\"");
  finish();
  start();
  dasm_put(&D, s_pc, INT64_C(3));
  ck_assert_int_eq(dasm_getpclabel(&D, 3), -1);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_UNDEF_PC | 3);
  says(DASM_S_UNDEF_PC | 3, "fib.dasc:53: PC label 3 is used but never defined, in \"jmp =>i\"");
  finish();
  /* A global may come from the host's array; without it the reference has no target. */
  start();
  dasm_put(&D, s_global);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_int_eq(dasm_encode(&D, out), DASM_S_UNDEF_L | 1);
  says(DASM_S_UNDEF_L | 1, "fib.dasc:52: global label 'exit' is used but never defined, in \"jmp ->exit\"");
  finish();
  start();
  dasm_put(&D, s_extern);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_int_eq(dasm_encode(&D, out), DASM_S_EXTERN);
  says(DASM_S_EXTERN, "fib.dasc:56: extern 'malloc' was not resolved, in \"call extern malloc\"");
  finish();
}
END_TEST

START_TEST(hidden_back_reference)
{
  int def;
  build();
  list_free(&L);
  def = simple(OP(.code = OP_LABEL_LOCAL, .x = 1), "", 0, 0, 1, "1:");
  s_next = simple(OP(.code = OP_BRANCH_NEXT, .b = FIX_JMP, .x = 1), "\xeb\0", 2, 0, 2, "jmp >1");
  list_finish(&L);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  dasm_put(&D, def);
  dasm_put(&D, s_next);
  ck_assert_int_eq(DASM_S_CLASS(dasm_put(&D, s_back)), DASM_S_RANGE_LG);
  finish();
}
END_TEST

START_TEST(wrong_order)
{
  uint8_t out[16];
  build();
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_put(&D, s_imm, INT64_C(1)), DASM_S_PHASE);
  finish();
  start();
  dasm_put(&D, s_imm, INT64_C(1));
  ck_assert_int_eq(dasm_encode(&D, out), DASM_S_PHASE);
  says(DASM_S_PHASE, "calls made in the wrong order; call dasm_init and dasm_setup first, then put code, then call dasm_link "
                      "and dasm_encode");
  finish();
  start();
  dasm_put(&D, s_imm, INT64_C(1));
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_int_eq(dasm_encode_at(&D, out, 1, 0), DASM_S_SIZE);
  ck_assert_int_eq(dasm_encode_at(&D, NULL, 2, 0), DASM_S_ARG);
  ck_assert_int_eq(dasm_encode_at(&D, out, 2, 0), DASM_S_OK);
  finish();
}
END_TEST

START_TEST(null_and_freed_states)
{
  D = NULL;
  ck_assert_int_eq(dasm_free(&D), DASM_S_OK);
  ck_assert_int_eq(dasm_free(NULL), DASM_S_OK);
  ck_assert_int_eq(dasm_init(NULL, 1), DASM_S_ARG);
  ck_assert_int_eq(dasm_init(&D, -1), DASM_S_RANGE_SEC);
  ck_assert_ptr_null(D);
  ck_assert_int_eq(dasm_setup(&D, "x"), DASM_S_NOMEM);
  ck_assert_int_eq(dasm_put(&D, 0), DASM_S_NOMEM);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_NOMEM);
  ck_assert_int_eq(dasm_encode(&D, msg), DASM_S_NOMEM);
  ck_assert_int_eq(dasm_checkstep(&D, -1), DASM_S_NOMEM);
  ck_assert_int_eq(dasm_growpc(&D, 1), DASM_S_NOMEM);
  ck_assert_int_eq(dasm_setupglobal(&D, globals, 1), DASM_S_NOMEM);
  ck_assert_int_eq(dasm_getpclabel(&D, 0), -2);
  ck_assert_uint_gt(dasm_errmsg(&D, msg, sizeof msg), 0);
}
END_TEST

/* Each kind of label, placed twice in each way; locals may be. */
START_TEST(labels_placed_twice)
{
  int local, label[2][2], i, k; /* global, PC; placed, set */
  char text[200], name[20];
  build();
  list_free(&L);
  local = simple(OP(.code = OP_LABEL_LOCAL, .x = 1), "", 0, 0, 60, "1:");
  label[0][0] = simple(OP(.code = OP_LABEL_GLOBAL, .x = 1), "", 0, 0, 61, "->exit:");
  label[0][1] = simple(OP(.code = OP_SET_GLOBAL, .x = 1), "", 0, 1, 62, ".label ->exit, &n");
  label[1][0] = simple(OP(.code = OP_LABEL_PC), "", 0, 1, 63, "=>i:");
  label[1][1] = simple(OP(.code = OP_SET_PC, .arg = 1), "", 0, 2, 64, ".label =>i, &n");
  list_finish(&L);
  ck_assert_int_eq(dasm_init(&D, 2), DASM_S_OK);
  ck_assert_int_eq(dasm_setupglobal(&D, globals, 2), DASM_S_OK);
  ck_assert_int_eq(dasm_growpc(&D, 4), DASM_S_OK);
  for (i = 0; i < 8; i++) {
    int pc = i & 1, first = i >> 1 & 1, second = i >> 2;
    const int64_t args[] = {3, 0x1234};
    unsigned n = (unsigned)(pc + first), m = (unsigned)(pc + second);
    ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
    ck_assert_int_eq(dasm_put(&D, local), DASM_S_OK);
    ck_assert_int_eq(dasm_put(&D, local), DASM_S_OK);
    ck_assert_int_eq(dasm_aput(&D, label[pc][first], args, n), DASM_S_OK);
    ck_assert_int_eq(dasm_put(&D, local), DASM_S_OK);
    if (i & 1) /* also in another round of puts */
      ck_assert_int_eq(dasm_link(&D, NULL), DASM_S_OK);
    k = label[pc][second];
    ck_assert_int_eq(dasm_aput(&D, label[pc][second], args, m), DASM_S_REDEF | k);
    sprintf(name, "%s", pc ? "PC label 3" : "global label 'exit'");
    sprintf(text, "fib.dasc:%d: %s has a place already, in fib.dasc:%d: a label is placed once until dasm_setup begins "
            "new code, in \"%s\"", 61 + 2 * pc + second, name, 61 + 2 * pc + first,
            pc ? second ? ".label =>i, &n" : "=>i:" : second ? ".label ->exit, &n" : "->exit:");
    says(DASM_S_REDEF | k, text);
  }
  /* What DynASM does. */
  dasm_free(&D);
  ck_assert_int_eq(dasm_dropin_plain(&D, 2), DASM_S_OK);
  ck_assert_int_eq(dasm_setupglobal(&D, globals, 2), DASM_S_OK);
  ck_assert_int_eq(dasm_growpc(&D, 4), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  for (i = 0; i < 2; i++) {
    ck_assert_int_eq(dasm_put(&D, label[0][0]), DASM_S_OK);
    ck_assert_int_eq(dasm_put(&D, label[1][0], INT64_C(3)), DASM_S_OK);
  }
  finish();
}
END_TEST

/* Addresses of an array that was not initialised are not taken for labels. */
START_TEST(global_array_is_cleared)
{
  static int there;
  uint8_t out[64];
  int i;
  for (i = 0; i < 4; i++) {
    build();
    for (int k = 0; k < 4; k++)
      globals[k] = &there;
    ck_assert_int_eq(i == 3 ? dasm_dropin_plain(&D, 2) : dasm_init(&D, 2), DASM_S_OK);
    ck_assert_int_eq(dasm_setupglobal(&D, globals, 2), DASM_S_OK);
    if (i == 1)
      globals[1] = out; /* preset */
    ck_assert_ptr_eq(globals[2], &there);
    ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
    dasm_put(&D, s_global);
    ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
    ck_assert_int_eq(DASM_S_CLASS(dasm_encode_at(&D, out, sizeof out, (uintptr_t)(i == 3 ? (void *)&there : out))),
                     i == 1 || i == 3 ? DASM_S_OK : DASM_S_UNDEF_L);
    finish();
  }
}
END_TEST

/* Every status has a text that says what is wrong and what to do, whatever is asked for it. */
START_TEST(every_status_is_explained)
{
  static const int classes[] = {
    DASM_S_NOMEM, DASM_S_PHASE, DASM_S_MATCH_SEC, DASM_S_TEMPLATE, DASM_S_ARG, DASM_S_SIZE, DASM_S_EXTERN,
    DASM_S_SYSTEM, DASM_S_HEAP, DASM_S_LIMIT, DASM_S_SOURCE, DASM_S_SEALED, DASM_S_RANGE_I, DASM_S_RANGE_SEC,
    DASM_S_RANGE_LG, DASM_S_RANGE_PC, DASM_S_RANGE_VREG, DASM_S_RANGE_REL, DASM_S_UNDEF_L, DASM_S_UNDEF_PC,
    DASM_S_REDEF, 0x7f000000, -1};
  uint8_t out[16];
  size_t i, n;
  start();
  ck_assert_uint_eq(dasm_explain(DASM_S_OK, NULL, msg, sizeof msg), 0);
  ck_assert_str_eq(msg, "");
  for (i = 0; i < sizeof classes / sizeof *classes; i++) {
    n = dasm_explain(classes[i], NULL, msg, sizeof msg);
    ck_assert_msg(n > 20 && n == strlen(msg) && strchr(msg, ';'), "%s", msg);
    ck_assert_uint_eq(dasm_explain(classes[i], &D, NULL, 0), n); /* the state knows nothing of it */
    ck_assert_uint_eq(dasm_explain(classes[i], &D, msg, 5), n);
    ck_assert_uint_eq(strlen(msg), 4);
  }
  dasm_explain(DASM_S_SYSTEM | 12, NULL, msg, sizeof msg);
  ck_assert_ptr_nonnull(strstr(msg, strerror(12)));
  /* A state's own error, and another one. */
  int status = dasm_put(&D, s_imm, INT64_C(300));
  dasm_explain(status, &D, msg, sizeof msg);
  ck_assert_str_eq(msg, "fib.dasc:42: immediate 300 does not fit in 8 bits, in \"mov al, n\"");
  dasm_explain(DASM_S_LIMIT, &D, msg, sizeof msg);
  ck_assert_ptr_nonnull(strstr(msg, "larger limit"));
  /* What was refused while the state is good. */
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  dasm_put(&D, s_imm, INT64_C(1));
  dasm_link(&D, NULL);
  status = dasm_encode_at(&D, out, 1, 0);
  ck_assert_int_eq(status, DASM_S_SIZE);
  dasm_explain(status, &D, msg, sizeof msg);
  ck_assert_str_eq(msg, "the buffer is smaller than the code: it takes as many bytes as dasm_link() says");
  ck_assert_uint_eq(dasm_errmsg(&D, NULL, 0), strlen(msg));
  ck_assert_int_eq(dasm_encode_at(&D, out, 2, 0), DASM_S_OK);
  ck_assert_uint_eq(dasm_errmsg(&D, msg, sizeof msg), 0);
  finish();
  /* No state. */
  dasm_explain(dasm_setup(&D, NULL), &D, msg, sizeof msg);
  ck_assert_ptr_nonnull(strstr(msg, "there is no state: dasm_init"));
  ck_assert_uint_eq(dasm_errmsg(NULL, NULL, 0), strlen(msg));
}
END_TEST

/* ---- damaged lists --------------------------------------------------------- */

/* Put every site with some values, link, encode: must not crash, whatever the list says. */
static void use_everything(const void *list, size_t n)
{
  static uint8_t out[1 << 16];
  dasm_Line lines[16];
  char text[100];
  dasm_Template *t;
  int64_t start;
  if (dasm_template_new(&t, list, n) != DASM_S_OK)
    return;
  for (start = 0; start <= L.size; start++) {
    int64_t putargs[1 + LIST_MAXARGS] = {start, 1, 2, 3};
    ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
    dasm_setlines(&D, start % 2 != 0);
    dasm_usetemplate(&D, t);
    if (start % 3 == 0)
      dasm_aput(&D, (int)start, putargs + 1, 1);
    else
      dasm_putargs(&D, putargs);
    if (dasm_link(&D, &size) == DASM_S_OK && size <= sizeof out)
      dasm_encode(&D, out);
    dasm_getlines(&D, lines, sizeof lines / sizeof *lines);
    dasm_errmsg(&D, text, sizeof text);
  }
  dasm_setlines(&D, 0);
  dasm_template_free(t);
}

START_TEST(every_byte_damaged)
{
  static const uint8_t values[] = {0, 1, 0x7f, 0x80, 0xff};
  uint8_t *copy;
  uint32_t i;
  size_t v;
  start();
  copy = malloc(L.size); /* of the exact size, so that a sanitizer sees what is outside */
  ck_assert_ptr_nonnull(copy);
  for (i = 0; i < L.size; i++)
    for (v = 0; v < sizeof values; v++) {
      memcpy(copy, L.bytes, L.size);
      copy[i] = values[v];
      if (list_u32(copy + 8) <= L.size)
        use_everything(copy, L.size);
    }
  free(copy);
  finish();
}
END_TEST

static const char *explained(void)
{
  static char text[200];

  dasm_errmsg(&D, text, sizeof text);
  return text;
}

START_TEST(not_a_list)
{
  static const struct {
    uint8_t at, byte;
    const char *text;
  } wrong[] = {
    {0, 'D', "this is no list: it does not begin with the letters 'dasm'"},
    {4, LIST_VERSION + 1, "the list has the format of another version of dasmc: translate the source again"},
    {5, 99, "the list is for an instruction set that this version of libdasm does not know"},
    {5, 0, "the list is for an instruction set that this version of libdasm does not know"},
    {6, ORDER_BIG, "the list has a byte order that its instruction set does not have"},
    {6, 2, "the list has a byte order that its instruction set does not have"},
  };
  dasm_Template *t;
  size_t i;
  start();
  ck_assert_int_eq(dasm_setup(&D, NULL), DASM_S_TEMPLATE);
  ck_assert_str_eq(explained(), "there is no list, but a null pointer");
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_TEMPLATE);
  for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    uint8_t right = L.bytes[wrong[i].at];

    L.bytes[wrong[i].at] = wrong[i].byte;
    ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_TEMPLATE);
    ck_assert_str_eq(explained(), wrong[i].text);
    ck_assert_int_eq(dasm_template_new(&t, L.bytes, L.size), DASM_S_TEMPLATE);
    L.bytes[wrong[i].at] = right;
  }
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_put(&D, 1), DASM_S_TEMPLATE | 1); /* not among the records */
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_put(&D, -1), DASM_S_TEMPLATE | 0xffffff);
  ck_assert_int_eq(dasm_template_new(&t, L.bytes, L.size - 1), DASM_S_TEMPLATE);
  ck_assert_ptr_null(t);
  ck_assert_int_eq(dasm_template_new(&t, NULL, 0), DASM_S_TEMPLATE);
  finish();
}
END_TEST

int main(void)
{
  Suite *s = suite_create("errors");
  TCase *t = tcase_create("errors");
  tcase_add_test(t, message_names_value_field_and_line);
  tcase_add_test(t, first_error_wins);
  tcase_add_test(t, labels_out_of_range);
  tcase_add_test(t, labels_never_defined);
  tcase_add_test(t, hidden_back_reference);
  tcase_add_test(t, wrong_order);
  tcase_add_test(t, null_and_freed_states);
  tcase_add_test(t, every_byte_damaged);
  tcase_add_test(t, not_a_list);
  tcase_add_test(t, labels_placed_twice);
  tcase_add_test(t, global_array_is_cleared);
  tcase_add_test(t, every_status_is_explained);
  tcase_set_timeout(t, 600); /* every damaged byte, with sanitizers, on a busy machine */
  suite_add_tcase(s, t);
  return suite_run(s);
}
