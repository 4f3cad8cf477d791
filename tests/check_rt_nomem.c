/* check_rt_nomem.c - the run-time assembler when the n-th allocation fails, for every n.
 *
 * Linked with --wrap, so that malloc, calloc and realloc of the libraries come through here.
 */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dasmc.h"
#include "dasmc/assembler.h"
#include "suite.h"

static long countdown = -1; /* allocations before one fails; below 0: none does */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

static bool fails(void)
{
  return countdown >= 0 && countdown-- == 0;
}

void *__wrap_malloc(size_t size)
{
  return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
  return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
  return fails() ? NULL : __real_realloc(p, size);
}

/* ---- a little of everything; the first status that is not OK ends it ------------------------- */

#define TRY(call) \
  do { \
    int status_ = (call); \
    if (status_ != DASM_S_OK) \
      return status_; \
  } while (0)

static int definitions(dasmc_Assembler *A)
{
  unsigned number;

  TRY(dasmc_define(A, "ACC", "rax"));
  TRY(dasmc_layout(A, "point", 16));
  TRY(dasmc_member(A, "point", "y", 8, 8, NULL));
  TRY(dasmc_macro(A, "twice, n", "add ACC, n\nadd ACC, n"));
  TRY(dasmc_includedir(A, "/nowhere"));
  TRY(dasmc_setextern(A, "puts", 0x1000));
  return dasmc_global(A, "start", &number);
}

static int texts(dasmc_Assembler *A, dasm_State **D)
{
  static const char long_text[] =
      "->start: twice n; twice m\n.type P, point, rbx\nmov rax, P->y\ncall extern puts\n"
      "1: vaddpd ymm1, ymm(n), [rbx+rcx*8+n*16]; jmp <1\n.align 16\n.qword ->start, n*m/2, n ? m : 3\n";
  static const char wrong_text[] = "frob eax\nmov eax, [rax+\ntwice 1/0\n";
  dasmc_Value values[] = {{"n", 3}, {"m", 4}};
  unsigned char code[400];
  size_t size = sizeof(code);
  int status;

  TRY(dasmc_emit(A, D, long_text, -1, values, 2));
  TRY(dasmc_emit(A, D, "twice n", -1, values, 2));
  status = dasmc_emit(A, D, wrong_text, -1, NULL, 0);
  if (status != DASM_S_SOURCE)
    return status;
  TRY(dasm_link(D, &size));
  size = sizeof(code);
  return dasmc_assemble(A, "mov eax, n", -1, values, 2, 0, code, &size);
}

static int everything(void)
{
  dasmc_Options options = {.size = sizeof(options), .isa = "x64", .features = "sse2,avx"};
  dasmc_Assembler *A;
  dasm_State *D = NULL;
  int status = dasmc_new(&A, &options);

  if (status == DASM_S_OK)
    status = definitions(A);
  if (status == DASM_S_OK)
    status = dasmc_state(A, &D);
  if (status == DASM_S_OK)
    status = texts(A, &D);
  dasm_free(&D);
  dasmc_free(A);
  return status;
}

START_TEST(every_failing_allocation_is_a_status)
{
  long n;

  for (n = 0; n < 10000; n++) {
    int status;

    countdown = n;
    status = everything();
    if (countdown >= 0)
      break; /* all allocations were allowed */
    ck_assert_msg(status == DASM_S_OK || DASM_S_CLASS(status) == DASM_S_NOMEM, "allocation %ld: %s", n,
                  dasm_strerror(status));
  }
  countdown = -1;
  ck_assert_int_gt(n, 10);
  ck_assert_int_lt(n, 10000);
  ck_assert_int_eq(everything(), DASM_S_OK);
}
END_TEST

/* One failure must not spoil the assembler. */
START_TEST(the_assembler_goes_on)
{
  dasmc_Options options = {.size = sizeof(options), .isa = "x64"};
  dasmc_Value values[] = {{"n", 3}, {"m", 4}};
  dasmc_Assembler *A;
  dasm_State *D;

  ck_assert_int_eq(dasmc_new(&A, &options), DASM_S_OK);
  ck_assert_int_eq(dasmc_state(A, &D), DASM_S_OK);
  for (long n = 0; n < 200; n++) {
    char text[200];

    sprintf(text, ".define d%ld, %ld\nmov eax, d%ld; ->g%ld: nop; add rbx, n+%ld", n, n, n, n, n);
    countdown = n % 7;
    (void)dasmc_emit(A, &D, text, -1, values, 2);
    countdown = -1;
    dasmc_reset(A, &D);
    sprintf(text, "mov ecx, %ld", n);
    ck_assert_int_eq(dasmc_emit(A, &D, text, -1, values, 2), DASM_S_OK);
  }
  dasm_free(&D);
  dasmc_free(A);
}
END_TEST

/* The memory of the translation, before it asks the system again. */
static void leave_room(struct arena *a, size_t room)
{
  if ((size_t)(a->end - a->next) > room)
    a->end = a->next + room;
}

/* Emit a text, with the n-th allocation failing and `room` bytes at hand; then the same text again. */
static bool try_again(const char *text, long n, size_t room, unsigned char *code, size_t *size)
{
  dasmc_Options options = {.size = sizeof(options), .isa = "x64"};
  dasmc_Value values[] = {{"n", 3}};
  dasmc_Assembler *A;
  dasm_State *D;
  bool failed;
  int status;

  ck_assert_int_eq(dasmc_new(&A, &options), DASM_S_OK);
  ck_assert_int_eq(dasmc_state(A, &D), DASM_S_OK);
  leave_room(&A->F->arena, room);
  leave_room(&A->F->keep, room);
  countdown = n;
  status = dasmc_emit(A, &D, text, -1, values, 1);
  failed = status != DASM_S_OK;
  countdown = -1;
  if (failed) {
    ck_assert_int_eq(DASM_S_CLASS(status), DASM_S_NOMEM);
    ck_assert_int_eq(dasmc_reset(A, &D), DASM_S_OK);
    status = dasmc_emit(A, &D, text, -1, values, 1);
    if (status != DASM_S_OK && dasmc_messages(A, (char *)code, *size) > 0)
      ck_abort_msg("allocation %ld, room %zu: %s", n, room, (char *)code);
  }
  ck_assert_int_eq(status, DASM_S_OK);
  ck_assert_int_eq(dasm_link(&D, size), DASM_S_OK);
  ck_assert_int_eq(dasm_encode(&D, code), DASM_S_OK);
  dasm_free(&D);
  dasmc_free(A);
  return failed;
}

/* What a text defined before memory ran out is not there when the same text comes again. */
START_TEST(a_text_can_be_tried_again)
{
  static const unsigned char tail[] = {0xb8, 7, 0, 0, 0, 0x83, 0xc0, 3, 0x83, 0xc0, 5, 0xff, 0x43, 4};
  char text[4000] = ".section code, data\n.define SEVEN, 7\n.macro more, x\nadd eax, x\n.endmacro\n"
                    ".macro more\nadd eax, 5\n.endmacro\n.type P, int, rbx\n";
  unsigned char code[2000];
  size_t size = sizeof(code);
  unsigned failures = 0;

  for (unsigned i = 0; i < 40; i++) /* tables grow */
    sprintf(text + strlen(text), ".define d%u, ->g%u\n.macro m%u\nnop\n.endmacro\nm%u\n", i, i, i, i);
  sprintf(text + strlen(text), "mov eax, SEVEN; more n; more; inc dword P[1]\n.data\n");
  for (size_t room = 0; room < 40000; room += 48) {
    failures += try_again(text, 0, room, code, &size);
    ck_assert_uint_eq(size, 40 + sizeof(tail)); /* behind 40 times nop */
    ck_assert_mem_eq(code + 40, tail, sizeof(tail));
    size = sizeof(code);
  }
  for (long n = 0; n < 30; n++)
    failures += try_again(text, n, SIZE_MAX, code, &size);
  ck_assert_uint_gt(failures, 100);
}
END_TEST

/* The memory of a text is given back, if it defined nothing; also if it was wrong. */
START_TEST(texts_do_not_pile_up)
{
  static const char *const form[] = {"mov eax, %u; add rbx, n", "frob %u", "mov eax, [rax+%u*]", ".if %u", "->g: mov al, %u"};
  dasmc_Options options = {.size = sizeof(options), .isa = "x64", .cache = 1};
  dasmc_Assembler *A;
  size_t used = 0, keep = 0;

  ck_assert_int_eq(dasmc_new(&A, &options), DASM_S_OK);
  for (unsigned i = 0; i < 5000; i++) {
    dasmc_Fragment *f;
    char text[64];

    sprintf(text, form[i % 5], i % 200);
    dasmc_fragment(A, text, -1, &f);
    dasmc_release(f);
    if (i == 1000) {
      used = A->F->arena.used;
      keep = A->F->keep.used;
    }
  }
  ck_assert_uint_eq(A->F->arena.used, used);
  ck_assert_uint_eq(A->F->keep.used, keep);
  dasmc_free(A);
}
END_TEST

/* Texts that need several blocks of memory, begun at any place in a block. */
START_TEST(big_texts_do_not_pile_up)
{
  dasmc_Options options = {.size = sizeof(options), .isa = "x64", .cache = 1};
  dasmc_Assembler *A;
  char *text = malloc(200000);
  size_t used = 0;

  ck_assert_ptr_nonnull(text);
  ck_assert_int_eq(dasmc_new(&A, &options), DASM_S_OK);
  for (unsigned i = 0; i < 60; i++) {
    dasmc_Fragment *f;
    char *p = text;

    for (unsigned j = 0; j < 200 + i * 97 % 4000; j++)
      p += sprintf(p, "mov eax, %u\nadd rbx, n\n", j);
    ck_assert_int_eq(dasmc_fragment(A, text, p - text, &f), DASM_S_OK);
    dasmc_release(f);
    if (i == 5)
      used = A->F->arena.used;
  }
  ck_assert_uint_le(A->F->arena.used, used + 512 * 1024);
  dasmc_free(A);
  free(text);
}
END_TEST

int main(void)
{
  Suite *suite = suite_create("rt_nomem");
  TCase *tc = tcase_create("rt_nomem");

  tcase_set_timeout(tc, 60);
  tcase_add_test(tc, every_failing_allocation_is_a_status);
  tcase_add_test(tc, the_assembler_goes_on);
  tcase_add_test(tc, a_text_can_be_tried_again);
  tcase_add_test(tc, texts_do_not_pile_up);
  tcase_add_test(tc, big_texts_do_not_pile_up);
  suite_add_tcase(suite, tc);
  return suite_run(suite);
}
