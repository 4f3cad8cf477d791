/* check_relax.c - which branches become short, at each boundary.
 *
 * The rule: with d counted from the end of the long form, a branch is short if
 * -128 - s <= d <= 127, s = 3 for jmp and 4 for jcc. A backward target counts
 * with its final offset, a forward one with first-pass offsets (every branch
 * long, every alignment n-1 bytes).
 */
#include <check.h>
#include <stdbool.h>

#include "dasm.h"
#include "list.h"
#include "suite.h"

static struct list L;
static dasm_State *D;
static int s_label, s_jmp, s_jcc, s_space, s_align, s_section[2], s_call;

static int simple(enum op code, unsigned b, uint32_t x, const char *lit, unsigned n, unsigned nargs)
{
  int site = site_begin(&L, nargs);
  site_op(&L, (struct list_op){.code = (uint8_t)code, .b = (uint8_t)b, .x = x}, lit, n);
  site_end(&L);
  return site;
}

static void setup(void)
{
  memset(&L, 0, sizeof L);
  L.isa = ISA_X64;
  s_label = simple(OP_LABEL_PC, 0, 0, "", 0, 1);
  s_jmp = simple(OP_BRANCH_PC, FIX_JMP, 0, "\xeb\0", 2, 1);
  s_jcc = simple(OP_BRANCH_PC, FIX_JCC, 0, "\x75\0", 2, 1);
  s_call = simple(OP_REF_PC, FIX_REL32, 0, "\xe8\0\0\0\0", 5, 1);
  s_space = simple(OP_SPACE_ARG, 0, 0, "", 0, 1);
  s_align = simple(OP_ALIGN, 0, 16, "", 0, 0);
  s_section[0] = simple(OP_SECTION, 0, 0, "", 0, 0);
  s_section[1] = simple(OP_SECTION, 0, 1, "", 0, 0);
  ck_assert_int_eq(dasm_init(&D, 2), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, list_finish(&L)), DASM_S_OK);
  ck_assert_int_eq(dasm_growpc(&D, 8), DASM_S_OK);
}

static void teardown(void)
{
  dasm_free(&D);
  list_free(&L);
}

static size_t linked(void)
{
  size_t size = 0;
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  return size;
}

static const struct branch {
  int *site;
  int full, brief;
  uint8_t opcode; /* of the short form */
} branches[] = {{&s_jmp, 5, 2, 0xeb}, {&s_jcc, 6, 2, 0x75}};

static int32_t number_at(const uint8_t *p)
{
  return (int32_t)(p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);
}

/* Encode, and check the branch at `at` to `target`. */
static void check_bytes(const struct branch *b, bool brief, size_t at, size_t target, size_t size)
{
  uint8_t out[1024];
  int32_t rel;
  ck_assert_int_eq(dasm_encode_at(&D, out, sizeof out, 0), DASM_S_OK);
  ck_assert_uint_le(size, sizeof out);
  if (brief) {
    ck_assert_uint_eq(out[at], b->opcode);
    rel = (int8_t)out[at + 1];
    ck_assert_int_eq(rel, (int)target - (int)(at + 2));
  } else {
    rel = number_at(out + at + b->full - 4);
    ck_assert_uint_eq(out[at + (size_t)b->full - 5], b->full == 5 ? 0xe9 : 0x85);
    ck_assert_int_eq(rel, (int)target - (int)(at + (size_t)b->full));
  }
}

/* Backward: label, space n, branch. From the end of the long form d = -(n + full). */
START_TEST(backward)
{
  const struct branch *b = &branches[_i];
  int n;
  for (n = 100; n < 140; n++) {
    bool brief = -(n + b->full) >= -128 - (b->full - b->brief);
    setup();
    dasm_put(&D, s_label, INT64_C(0));
    dasm_put(&D, s_space, (int64_t)n);
    dasm_put(&D, *b->site, INT64_C(0));
    ck_assert_uint_eq(linked(), (size_t)(n + (brief ? b->brief : b->full)));
    check_bytes(b, brief, (size_t)n, 0, linked());
    teardown();
  }
}
END_TEST

/* Forward: branch, space n, label: d = n. */
START_TEST(forward)
{
  const struct branch *b = &branches[_i];
  int n;
  for (n = 100; n < 140; n++) {
    bool brief = n <= 127;
    size_t len;
    setup();
    dasm_put(&D, *b->site, INT64_C(0));
    dasm_put(&D, s_space, (int64_t)n);
    dasm_put(&D, s_label, INT64_C(0));
    len = (size_t)(brief ? b->brief : b->full);
    ck_assert_uint_eq(linked(), (size_t)n + len);
    check_bytes(b, brief, 0, (size_t)n + len, linked());
    teardown();
  }
}
END_TEST

/* A forward branch over another branch counts it as long, though it shrinks as well. */
START_TEST(forward_over_a_branch)
{
  const struct branch *b = &branches[_i];
  int n;
  for (n = 110; n < 135; n++) {
    bool brief = n + 5 <= 127;
    setup();
    dasm_put(&D, *b->site, INT64_C(0));
    dasm_put(&D, s_space, (int64_t)n);
    dasm_put(&D, s_jmp, INT64_C(0));
    dasm_put(&D, s_label, INT64_C(0));
    ck_assert_uint_eq(linked(), (size_t)(n + 2 + (brief ? b->brief : b->full)));
    teardown();
  }
}
END_TEST

/* A backward branch over a shrunk branch uses final offsets. */
START_TEST(backward_over_a_branch)
{
  const struct branch *b = &branches[_i];
  int n;
  for (n = 110; n < 135; n++) {
    bool brief = -(2 + n + b->full) >= -128 - (b->full - b->brief);
    setup();
    dasm_put(&D, s_label, INT64_C(0));
    dasm_put(&D, s_jmp, INT64_C(0));
    dasm_put(&D, s_space, (int64_t)n);
    dasm_put(&D, *b->site, INT64_C(0));
    ck_assert_uint_eq(linked(), (size_t)(2 + n + (brief ? b->brief : b->full)));
    teardown();
  }
}
END_TEST

/* An alignment between counts 15 bytes for a forward branch. */
START_TEST(forward_over_alignment)
{
  const struct branch *b = &branches[_i];
  int n;
  for (n = 96; n < 130; n++) {
    bool brief = n + 15 <= 127;
    size_t len, end;
    setup();
    dasm_put(&D, *b->site, INT64_C(0));
    dasm_put(&D, s_space, (int64_t)n);
    dasm_put(&D, s_align);
    dasm_put(&D, s_label, INT64_C(0));
    len = (size_t)(brief ? b->brief : b->full);
    end = ((size_t)n + len + 15) & ~(size_t)15;
    ck_assert_uint_eq(linked(), end);
    check_bytes(b, brief, 0, end, end);
    teardown();
  }
}
END_TEST

/* Across sections: first-pass sizes of the sections between. */
START_TEST(forward_into_a_later_section)
{
  const struct branch *b = &branches[_i];
  int n;
  for (n = 100; n < 135; n++) {
    bool brief = n + 10 <= 127;
    setup();
    dasm_put(&D, s_section[1]);
    dasm_put(&D, s_space, INT64_C(10));
    dasm_put(&D, s_label, INT64_C(0));
    dasm_put(&D, s_section[0]);
    dasm_put(&D, *b->site, INT64_C(0));
    dasm_put(&D, s_space, (int64_t)n);
    ck_assert_uint_eq(linked(), (size_t)(n + 10 + (brief ? b->brief : b->full)));
    teardown();
  }
}
END_TEST

START_TEST(backward_into_an_earlier_section)
{
  const struct branch *b = &branches[_i];
  int n;
  for (n = 100; n < 135; n++) {
    bool brief = -(n + 7 + b->full) >= -128 - (b->full - b->brief);
    setup();
    dasm_put(&D, s_label, INT64_C(0));
    dasm_put(&D, s_space, (int64_t)n);
    dasm_put(&D, s_section[1]);
    dasm_put(&D, s_space, INT64_C(7));
    dasm_put(&D, *b->site, INT64_C(0));
    ck_assert_uint_eq(linked(), (size_t)(n + 7 + (brief ? b->brief : b->full)));
    teardown();
  }
}
END_TEST

START_TEST(call_never_shrinks)
{
  setup();
  dasm_put(&D, s_label, INT64_C(0));
  dasm_put(&D, s_call, INT64_C(0));
  ck_assert_uint_eq(linked(), 5);
  teardown();
}
END_TEST

/* Many branches over each other: every one must reach its label when decoded again. */
START_TEST(chain_reaches_its_labels)
{
  uint8_t out[1024];
  size_t size, at = 0;
  int i;
  setup();
  for (i = 0; i < 8; i++) {
    dasm_put(&D, i & 1 ? s_jcc : s_jmp, (int64_t)(7 - i));
    dasm_put(&D, s_space, (int64_t)(20 * i));
  }
  for (i = 0; i < 8; i++) {
    dasm_put(&D, s_label, (int64_t)i);
    dasm_put(&D, s_space, INT64_C(9));
  }
  size = linked();
  ck_assert_int_eq(dasm_encode_at(&D, out, sizeof out, 0), DASM_S_OK);
  for (i = 0; i < 8; i++) {
    int32_t rel;
    if (out[at] == 0xeb || out[at] == 0x75) {
      rel = (int8_t)out[at + 1];
      at += 2;
    } else {
      size_t n = out[at] == 0xe9 ? 1 : 2;
      ck_assert(out[at] == 0xe9 || (out[at] == 0x0f && out[at + 1] == 0x85));
      rel = number_at(out + at + n);
      at += n + 4;
    }
    ck_assert_int_eq((int)at + rel, dasm_getpclabel(&D, (unsigned)(7 - i)));
    at += (size_t)(20 * i);
  }
  ck_assert_uint_eq(at + 72, size);
  teardown();
}
END_TEST

int main(void)
{
  Suite *s = suite_create("relax");
  TCase *t = tcase_create("relax");
  tcase_add_loop_test(t, backward, 0, 2);
  tcase_add_loop_test(t, forward, 0, 2);
  tcase_add_loop_test(t, forward_over_a_branch, 0, 2);
  tcase_add_loop_test(t, backward_over_a_branch, 0, 2);
  tcase_add_loop_test(t, forward_over_alignment, 0, 2);
  tcase_add_loop_test(t, forward_into_a_later_section, 0, 2);
  tcase_add_loop_test(t, backward_into_an_earlier_section, 0, 2);
  tcase_add_test(t, call_never_shrinks);
  tcase_add_test(t, chain_reaches_its_labels);
  suite_add_tcase(s, t);
  return suite_run(s);
}
