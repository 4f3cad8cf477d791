/* check_lines.c - dasm_setlines: which source line each byte comes from, through short branches,
 * alignments, several sections and lines inside one literal.
 *
 * Offsets are counted by hand from the bytes that the engine's tests establish.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "dasm.h"
#include "lib/internal.h"
#include "list.h"
#include "suite.h"

static struct list L;
static dasm_State *D;

/* A line record: literal byte `at` of operation op comes from a line of a file. */
static void line(uint32_t op, unsigned at, unsigned file, uint32_t number)
{
  list_add_line(&L, op, at, file, number, 0);
}

static void start(void)
{
  memset(&L, 0, sizeof L);
  L.isa = ISA_X64;
  L.nfiles = 2;
  L.names[0] = list_string(&L, "a.dasc");
  L.names[1] = list_string(&L, "b.dasc");
}

static void open_state(int sections)
{
  ck_assert_int_eq(dasm_init(&D, sections), DASM_S_OK);
  ck_assert_int_eq(dasm_setlines(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, list_finish(&L)), DASM_S_OK);
  ck_assert_int_eq(dasm_growpc(&D, 2), DASM_S_OK);
}

static void finish(void)
{
  dasm_free(&D);
  list_free(&L);
}

/* The map as text: "offset:file:line ..." */
static void expect(const char *text)
{
  dasm_Line lines[64];
  char got[1000] = "";
  size_t size, n, i;

  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_uint_le(notes_count(D), 64);
  n = dasm_getlines(&D, lines, 64);
  ck_assert_uint_eq(dasm_getlines(&D, NULL, 0), n);
  for (i = 0; i < n; i++)
    sprintf(got + strlen(got), "%s%u:%c:%u", i ? " " : "", lines[i].offset, lines[i].file[0], lines[i].line);
  ck_assert_str_eq(got, text);
}

START_TEST(lines_inside_a_literal)
{
  int site;
  uint32_t op;

  start();
  site = site_begin(&L, 1);
  op = site_op(&L, (struct list_op){ .code = OP_VALUE32, .arg = 0 }, "\x90\x90\x90\xb8", 4); /* nops, mov eax, n */
  line(op, 0, 0, 10);
  line(op, 1, 0, 11);
  line(op, 3, 1, 5);
  op = site_op(&L, (struct list_op){ .code = OP_END }, "\xc3", 1);
  line(op, 0, 0, 12);
  open_state(1);
  ck_assert_int_eq(dasm_put(&D, site, (int64_t)1), DASM_S_OK);
  expect("0:a:10 1:a:11 3:b:5 8:a:12");
  ck_assert_int_eq(dasm_put(&D, site, (int64_t)2), DASM_S_OK);
  expect("0:a:10 1:a:11 3:b:5 8:a:12 9:a:10 10:a:11 12:b:5 17:a:12");
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK); /* forgets, and stays switched on */
  ck_assert_int_eq(dasm_put(&D, site, (int64_t)2), DASM_S_OK);
  expect("0:a:10 1:a:11 3:b:5 8:a:12");
  ck_assert_int_eq(dasm_setlines(&D, 0), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_put(&D, site, (int64_t)2), DASM_S_OK);
  expect("");
  finish();
}
END_TEST

START_TEST(layout_moves_lines)
{
  int site;
  uint32_t op;

  start();
  site = site_begin(&L, 0);
  op = site_op(&L, (struct list_op){ .code = OP_BRANCH_NEXT, .x = 1, .b = FIX_JMP }, "\x90\xeb\0", 3);
  line(op, 0, 0, 1);  /* nop */
  line(op, 1, 0, 2);  /* jmp >1, becomes 2 bytes */
  op = site_op(&L, (struct list_op){ .code = OP_ALIGN, .x = 16 }, "\xcc", 1);
  line(op, 0, 0, 3);  /* int3 at 3, then 12 bytes of padding */
  op = site_op(&L, (struct list_op){ .code = OP_LABEL_LOCAL, .x = 1 }, "", 0);
  line(op, 0, 0, 4);
  op = site_op(&L, (struct list_op){ .code = OP_LIT }, "\x90\x90", 2);
  line(op, 0, 0, 5);
  op = site_op(&L, (struct list_op){ .code = OP_SPACE, .x = 5, .b = 0xcc }, "\x90", 1);
  line(op, 0, 0, 6);
  op = site_op(&L, (struct list_op){ .code = OP_END }, "\xc3", 1);
  line(op, 0, 0, 7);
  open_state(1);
  ck_assert_int_eq(dasm_put(&D, site), DASM_S_OK);
  expect("0:a:1 1:a:2 3:a:3 16:a:4 16:a:5 18:a:6 24:a:7");
  finish();
}
END_TEST

/* A statement that begins with its operation, behind the bytes of another one. */
START_TEST(lines_of_operations)
{
  int site;
  uint32_t op;

  start();
  site = site_begin(&L, 1);
  op = site_op(&L, (struct list_op){ .code = OP_VALUE8, .arg = 0 }, "\x90", 1);
  line(op, 0, 0, 1); /* nop */
  line(op, 1, 0, 2); /* .byte n */
  op = site_op(&L, (struct list_op){ .code = OP_ALIGN, .x = 8 }, "\x90", 1);
  line(op, 0, 0, 3); /* nop */
  line(op, 1, 0, 4); /* .align 8 */
  op = site_op(&L, (struct list_op){ .code = OP_SPACE_ARG, .arg = 0 }, "\x90\x90", 2);
  line(op, 0, 0, 5); /* nop; nop */
  line(op, 2, 0, 6); /* .space n */
  op = site_op(&L, (struct list_op){ .code = OP_END }, "\xc3", 1);
  line(op, 0, 0, 7);
  open_state(1);
  ck_assert_int_eq(dasm_put(&D, site, 4), DASM_S_OK);
  expect("0:a:1 1:a:2 2:a:3 3:a:4 8:a:5 10:a:6 14:a:7");
  finish();
}
END_TEST

/* The jump is not known to stay long before its label is there. */
START_TEST(lines_behind_a_long_branch)
{
  int site;
  uint32_t op;

  start();
  site = site_begin(&L, 0);
  op = site_op(&L, (struct list_op){ .code = OP_BRANCH_NEXT, .x = 1, .b = FIX_JMP }, "\xeb\0", 2);
  line(op, 0, 0, 1);
  op = site_op(&L, (struct list_op){ .code = OP_LIT }, "\x90", 1);
  line(op, 0, 0, 2);
  op = site_op(&L, (struct list_op){ .code = OP_SPACE, .x = 200 }, "\x90", 1);
  line(op, 0, 0, 3);
  op = site_op(&L, (struct list_op){ .code = OP_LABEL_LOCAL, .x = 1 }, "", 0);
  line(op, 0, 0, 4);
  op = site_op(&L, (struct list_op){ .code = OP_END }, "\xc3", 1);
  line(op, 0, 0, 5);
  open_state(1);
  ck_assert_int_eq(dasm_put(&D, site), DASM_S_OK);
  expect("0:a:1 5:a:2 6:a:3 207:a:4 207:a:5");
  finish();
}
END_TEST

START_TEST(sections_in_order)
{
  int site;
  uint32_t op;

  start();
  site = site_begin(&L, 0);
  op = site_op(&L, (struct list_op){ .code = OP_SECTION, .x = 1 }, "\x90", 1);
  line(op, 0, 0, 1);
  op = site_op(&L, (struct list_op){ .code = OP_SECTION, .x = 0 }, "\xcc\xcc\xcc", 3);
  line(op, 0, 1, 2);
  op = site_op(&L, (struct list_op){ .code = OP_END }, "\xc3", 1);
  line(op, 0, 0, 3);
  open_state(2);
  ck_assert_int_eq(dasm_put(&D, site), DASM_S_OK);
  ck_assert_int_eq(dasm_put(&D, site), DASM_S_OK);
  expect("0:a:1 1:a:3 2:a:1 3:a:3 4:b:2 7:b:2");
  finish();
}
END_TEST

START_TEST(lists_without_lines)
{
  int site;

  start();
  site = site_begin(&L, 0);
  site_op(&L, (struct list_op){ .code = OP_END }, "\xc3", 1);
  open_state(1);
  ck_assert_int_eq(dasm_put(&D, site), DASM_S_OK);
  expect("");
  ck_assert_int_eq(dasm_setlines(NULL, 1), DASM_S_NOMEM);
  finish();
}
END_TEST

/* ---- Allocations that fail ---- */

static int countdown;

static void *failing_realloc(void *user, void *p, size_t osize, size_t nsize)
{
  (void)user, (void)osize;
  return countdown > 0 && --countdown == 0 ? NULL : realloc(p, nsize);
}

static void plain_free(void *user, void *p, size_t size)
{
  (void)user, (void)size;
  free(p);
}

START_TEST(no_memory_for_lines)
{
  const dasm_Allocator alloc = { sizeof alloc, failing_realloc, plain_free, NULL };
  unsigned i, failed = 0;
  uint32_t op;
  int site, n, status;

  start();
  site = site_begin(&L, 0);
  for (i = 0; i < 40; i++) {
    op = site_op(&L, (struct list_op){ .code = OP_LIT }, "\x90", 1);
    line(op, 0, i & 1, i + 1);
  }
  site_end(&L);
  list_finish(&L);
  for (n = 1;; n++) {
    countdown = n;
    status = dasm_initwith(&D, 1, &alloc);
    if (status == DASM_S_OK) {
      dasm_setlines(&D, 1);
      dasm_setup(&D, L.bytes);
      status = dasm_put(&D, site);
      if (status == DASM_S_OK)
        expect("0:a:1 1:b:2 2:a:3 3:b:4 4:a:5 5:b:6 6:a:7 7:b:8 8:a:9 9:b:10 10:a:11 11:b:12 12:a:13 "
               "13:b:14 14:a:15 15:b:16 16:a:17 17:b:18 18:a:19 19:b:20 20:a:21 21:b:22 22:a:23 23:b:24 "
               "24:a:25 25:b:26 26:a:27 27:b:28 28:a:29 29:b:30 30:a:31 31:b:32 32:a:33 33:b:34 34:a:35 "
               "35:b:36 36:a:37 37:b:38 38:a:39 39:b:40");
      dasm_free(&D);
    }
    if (countdown > 0)
      break;
    ck_assert_int_eq(DASM_S_CLASS(status), DASM_S_NOMEM);
    failed++;
  }
  ck_assert_int_eq(status, DASM_S_OK);
  ck_assert_uint_ge(failed, 5);
  list_free(&L);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("lines");
  TCase *t = tcase_create("lines");

  tcase_add_test(t, lines_inside_a_literal);
  tcase_add_test(t, layout_moves_lines);
  tcase_add_test(t, lines_of_operations);
  tcase_add_test(t, lines_behind_a_long_branch);
  tcase_add_test(t, sections_in_order);
  tcase_add_test(t, lists_without_lines);
  tcase_add_test(t, no_memory_for_lines);
  suite_add_tcase(s, t);
  return suite_run(s);
}
