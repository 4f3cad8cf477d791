/* large.c - the encoder near its limits: 2 GiB of code, and very many labels. Takes about 7 GiB of
 * memory, so it is not part of make check: make check-large.
 */
#include <check.h>
#include <stdio.h>
#include <sys/mman.h>

#include "dasm.h"
#include "list.h"

#define OP(...) ((struct list_op){__VA_ARGS__})

enum { PIECE = 128, LABELS = 1 << 28 };

static const size_t two_gib = (size_t)1 << 31;
static struct list L;
static dasm_State *D;
static int s_piece, s_label, s_jump, s_space;

static int one(struct list_op op, const char *lit, unsigned n, unsigned nargs)
{
  int site = site_begin(&L, nargs);

  site_op(&L, op, lit, n);
  site_end(&L);
  return site;
}

static void begin(void)
{
  static char nops[PIECE];

  memset(nops, 0x90, sizeof(nops));
  L = (struct list){.isa = ISA_X64};
  s_piece = site_begin(&L, 0);
  site_run(&L, nops, PIECE);
  site_end(&L);
  s_label = one(OP(.code = OP_LABEL_PC), "", 0, 1);
  s_jump = one(OP(.code = OP_BRANCH_PC, .b = FIX_JMP), "\xeb\0", 2, 1);
  s_space = one(OP(.code = OP_SPACE_ARG, .b = 0xcc), "", 0, 1);
  list_finish(&L);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
}

static void end(void)
{
  dasm_free(&D);
  list_free(&L);
}

static int32_t displacement(const unsigned char *p)
{
  return (int32_t)list_u32(p);
}

/* As much code as there may be, put by put, with a jump over all of it; one byte more is too much. */
START_TEST(code)
{
  size_t size, pieces = (two_gib - 1 - 5) / PIECE, rest = two_gib - 1 - 5 - pieces * PIECE;
  unsigned char *out;

  begin();
  ck_assert_int_eq(dasm_growpc(&D, 2), DASM_S_OK);
  dasm_put(&D, s_jump, (int64_t)1);
  for (size_t i = 0; i < pieces; i++)
    dasm_put(&D, s_piece);
  dasm_put(&D, s_space, (int64_t)rest);
  dasm_put(&D, s_label, (int64_t)1);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_uint_eq(size, two_gib - 1);
  ck_assert_int_eq(dasm_getpclabel(&D, 1), INT32_MAX);
  out = mmap(NULL, two_gib, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ck_assert_ptr_ne(out, MAP_FAILED);
  ck_assert_int_eq(dasm_encode(&D, out), DASM_S_OK);
  ck_assert_uint_eq(out[0], 0xe9);
  ck_assert_int_eq(displacement(out + 1), INT32_MAX - 5);
  ck_assert_uint_eq(out[5], 0x90);
  ck_assert_uint_eq(out[4 + pieces * PIECE], 0x90);
  ck_assert_uint_eq(out[two_gib - 2], 0xcc);
  munmap(out, two_gib);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  dasm_put(&D, s_space, (int64_t)(two_gib - 2));
  dasm_put(&D, s_piece);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_SIZE);
  end();
}
END_TEST

/* The last of very many labels is as good as the first. */
START_TEST(labels)
{
  static unsigned char out[32];
  size_t size;

  begin();
  ck_assert_int_eq(dasm_growpc(&D, LABELS), DASM_S_OK);
  dasm_put(&D, s_label, (int64_t)(LABELS - 1));
  dasm_put(&D, s_jump, (int64_t)0);
  dasm_put(&D, s_jump, (int64_t)(LABELS - 1));
  dasm_put(&D, s_label, (int64_t)0);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_uint_eq(size, 4);
  ck_assert_int_eq(dasm_encode(&D, out), DASM_S_OK);
  ck_assert_mem_eq(out, "\xeb\x02\xeb\xfc", 4);
  ck_assert_int_eq(dasm_getpclabel(&D, LABELS - 1), 0);
  ck_assert_int_eq(dasm_getpclabel(&D, LABELS), -2);
  dasm_put(&D, s_label, (int64_t)LABELS);
  ck_assert_int_eq(dasm_getstatus(&D) & ~0xffffff, DASM_S_RANGE_PC);
  end();
}
END_TEST

int main(void)
{
  Suite *suite = suite_create("large");
  TCase *c = tcase_create("large");
  SRunner *runner;
  int failed;

  tcase_set_timeout(c, 600);
  tcase_add_test(c, code);
  tcase_add_test(c, labels);
  suite_add_tcase(suite, c);
  runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? 0 : 1;
}
