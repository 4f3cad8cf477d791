/* check_x86.c - x86 and x64: records of instructions with registers at run time, and that a
 * damaged one does no harm.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dasm.h"
#include "lib/isa/x86.h"
#include "suite.h"

/* ---- instructions with registers at run time --------------------------------------------- */

enum { GUARD = 0xa5 };

/* A record: its operands, the end of its literal, and what is read of them. */
struct dynamic {
  uint8_t p[64], tail[X86_TAIL];
  size_t n, ntail;
  struct record r;
};

static void write(struct dynamic *d, const struct x86_insn *insn, unsigned numbers, const uint8_t *bits)
{
  uint8_t *end = d->p, *tail = d->tail;

  d->r.op = (uint8_t)x86_write(&end, &tail, insn, numbers, bits, false);
  d->n = (size_t)(end - d->p);
  d->ntail = (size_t)(tail - d->tail);
}

static bool measure(struct dynamic *d)
{
  struct record r = {.op = d->r.op, .len = (uint8_t)d->ntail};

  d->r = r;
  return x86_measure(&d->r, d->p, d->n);
}

/* Status of the instruction; *end: where it ends. */
static int perform(const struct dynamic *d, const int64_t *args, uint8_t *out, uint8_t **end)
{
  int64_t value = 0;
  int status = DASM_S_OK;

  memcpy(out, d->tail, d->ntail);
  *end = x86_perform(NULL, &d->r, d->p, args, out + d->ntail, &status, &value);
  return status;
}

/* mov [rN+rM*4+arg], rK and the like; general: in the form for everything. */
static void sample(struct dynamic *d, bool general)
{
  struct x86_insn insn = {.kind = X86_LEGACY, .nopc = 1, .opc = {0x89}, .mem = X86_SIB_D, .sib = 0x80};
  static const uint8_t bits[X86_ROLES] = {4, 4, 4, 3, 3};

  memset(d, 0, sizeof(*d));
  if (general) {
    d->r.op = OP_X86_ANY;
    d->n = x86_write_any(d->p, &insn, 7, bits, false);
  } else {
    write(d, &insn, 7, bits);
  }
}

START_TEST(samples_are_encoded)
{
  static const unsigned char expected[] = {0x45, 0x89, 0x8c, 0xac, 0x00, 0x10, 0x00, 0x00}; /* GNU as */
  int64_t args[] = {9, 12, 5, 0x1000};
  uint8_t out[X86_ROOM], *end;
  struct dynamic d;

  sample(&d, _i);
  ck_assert_uint_eq(d.r.op, _i ? OP_X86_ANY : OP_X86_SIB_RBX_D);
  ck_assert(measure(&d));
  ck_assert_uint_eq(d.r.next, d.n);
  ck_assert_uint_eq(d.r.takes, 4);
  ck_assert_int_eq(perform(&d, args, out, &end), DASM_S_OK);
  ck_assert_int_eq(end - out, sizeof(expected));
  ck_assert_mem_eq(out, expected, sizeof(expected));
  args[2] = 4; /* no index register 4 */
  ck_assert_int_eq(perform(&d, args, out, &end), DASM_S_RANGE_VREG);
  args[2] = 16;
  ck_assert_int_eq(perform(&d, args, out, &end), DASM_S_RANGE_VREG);
  args[2] = 5;
  args[3] = INT64_C(1) << 32;
  ck_assert_int_eq(perform(&d, args, out, &end), DASM_S_RANGE_I);
  d.n--;
  ck_assert(!measure(&d));
  d.n++;
  d.ntail = 0;
  ck_assert(measure(&d) == (_i == 1)); /* its opcode is in the operands */
}
END_TEST

/* vaddps zmm1{k(n)}, zmm2, zmm3: bytes of GNU as. k0 is no mask. */
START_TEST(masks_are_not_k0)
{
  static const struct x86_insn insn = {.kind = X86_EVEX, .opc = {0xf1, 0x7c, 0x48, 0x58}, .mem = X86_MODRM, .modrm = 0xc0,
                                       .number = {1, 3, 0, 2, 0}};
  static const uint8_t bits[X86_ROLES] = {5, 5, 5, 5, 3};
  static const unsigned char expected[] = {0x62, 0xf1, 0x6c, 0x4f, 0x58, 0xcb};
  uint8_t out[X86_ROOM], *end;
  struct dynamic d = {.n = 0};

  write(&d, &insn, 1 << X86_MASK, bits);
  ck_assert(measure(&d));
  for (int64_t k = -1; k <= 9; k++)
    ck_assert_int_eq(perform(&d, &k, out, &end), k >= 1 && k <= 7 ? DASM_S_OK : DASM_S_RANGE_VREG);
  ck_assert_int_eq(perform(&d, &(int64_t){7}, out, &end), DASM_S_OK);
  ck_assert_int_eq(end - out, sizeof(expected));
  ck_assert_mem_eq(out, expected, sizeof(expected));
}
END_TEST

/* Every byte of a record set to every value: refused, or within bounds for all arguments. */
START_TEST(damaged_records_stay_in_bounds)
{
  static const int64_t values[] = {0, 4, 7, 8, 31, 32, -1, INT64_MIN, INT64_MAX, 0x7fffffff, 128};
  unsigned accepted = 0, refused = 0;
  struct dynamic d;

  sample(&d, _i);
  for (size_t at = 0, n = d.n + d.ntail; at < n; at++) {
    for (unsigned v = 0; v < 256; v++) {
      sample(&d, _i);
      *(at < d.n ? &d.p[at] : &d.tail[at - d.n]) = (uint8_t)v;
      if (!measure(&d)) {
        refused++;
        continue;
      }
      accepted++;
      ck_assert_uint_le(d.r.next, d.n);
      ck_assert_uint_le(d.r.looks, 8);
      for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        int64_t args[8];
        uint8_t out[X86_ROOM + 8], *end;

        for (size_t k = 0; k < 8; k++)
          args[k] = values[(i + 3 * k) % 11];
        memset(out, GUARD, sizeof(out));
        if (perform(&d, args, out, &end) == DASM_S_OK)
          ck_assert(end > out && end <= out + X86_MOST);
        for (size_t g = X86_ROOM; g < sizeof(out); g++)
          ck_assert_uint_eq(out[g], GUARD);
      }
    }
  }
  ck_assert_uint_gt(accepted, 100);
  ck_assert_uint_gt(refused, _i ? 100 : 0);
}
END_TEST

int main(void)
{
  Suite *suite = suite_create("x86");
  TCase *tc = tcase_create("blocks");

  tcase_add_loop_test(tc, samples_are_encoded, 0, 2);
  tcase_add_test(tc, masks_are_not_k0);
  tcase_add_loop_test(tc, damaged_records_stay_in_bounds, 0, 2);
  suite_add_tcase(suite, tc);
  return suite_run(suite);
}
