/* check_field.c - fields alone, of instruction sets that are made up: each kind of field at its bounds and one beyond, in
 * units of every size and both orders, against plain arithmetic; and in the ways of the processors that have them.
 *
 * What is expected is computed bit by bit from the description of a field, or is an encoding from a vendor's manual.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dasm.h"
#include "lib/field.h"

/* ---- plain arithmetic -------------------------------------------------------------- */

/* Bit n of the unit at p, the lowest being 0. */
static unsigned bit_of(const uint8_t *p, unsigned unit, enum list_order order, unsigned n)
{
  unsigned byte = order == ORDER_LITTLE ? n / 8 : unit - 1 - n / 8;
  return p[byte] >> n % 8 & 1;
}

/* Is v what so many bits can say? */
static bool can_say(int64_t v, unsigned bits, unsigned sign)
{
  int64_t low = 0, high = 0;
  unsigned i;

  for (i = 0; i < bits - 1; i++)
    high = 2 * high + 1;
  if (sign != FIELD_UNSIGNED)
    low = -high - 1;
  if (sign != FIELD_SIGNED)
    high = 2 * high + 1;
  return v >= low && v <= high;
}

static void check_bits(const uint8_t *f, enum list_order order, const uint8_t *unit, uint64_t value)
{
  static const uint8_t whole[] = {0, 0, 64};
  unsigned n = f[FIELD_UNIT], pieces = f[FIELD_PIECES], set[64] = {0}, i, k;

  for (k = 0; k < (pieces ? pieces : 1); k++) {
    const uint8_t *piece = pieces ? f + FIELD_PIECE + 3 * k : whole;
    for (i = 0; i < piece[2] && piece[1] + i < 8 * n && piece[0] + i < f[FIELD_BITS]; i++)
      set[piece[1] + i] = (unsigned)(value >> f[FIELD_SHIFT] >> (piece[0] + i)) & 1;
  }
  for (i = 0; i < 8 * n; i++)
    if (bit_of(unit, n, order, i) != set[i])
      ck_abort_msg("bit %u of %u bytes", i, n);
}

/* ---- every width ------------------------------------------------------------------- */

static const uint8_t units[] = {1, 2, 4, 6, 8};

/* The values around the ends of what a field can say, and some between. */
static void try_field(const uint8_t *f, enum list_order order)
{
  unsigned bits = f[FIELD_BITS], shift = f[FIELD_SHIFT], sign = f[FIELD_FLAGS] & FIELD_SIGN;
  int64_t step = (int64_t)1 << shift, half = (int64_t)1 << (bits - 1);
  const int64_t around[] = {0, half, -half, 2 * half, half / 3, -half / 3};
  size_t i;
  int d;

  if (!field_valid(f))
    ck_abort_msg("a field is refused");
  for (i = 0; i < sizeof around / sizeof *around; i++)
    for (d = -1; d <= 1; d++) {
      int64_t v = (around[i] + d) * step;
      uint8_t unit[10] = {0xa5, 0, 0, 0, 0, 0, 0, 0, 0, 0xa5};
      uint64_t got;
      bool fits = can_say(around[i] + d, bits, sign);

      if (field_bits(f, 0, (uint64_t)v, &got) != fits)
        ck_abort_msg("%lld in %u bits", (long long)v, bits);
      if (!fits) {
        if (got != (uint64_t)v) /* for the message */
          ck_abort_msg("%lld is told", (long long)got);
        continue;
      }
      unit[1 + f[FIELD_UNIT]] = 0xa5;
      field_insert(f, order, unit + 1 + f[FIELD_UNIT], got);
      check_bits(f, order, unit + 1, (uint64_t)v);
      if (unit[0] != 0xa5 || unit[1 + f[FIELD_UNIT]] != 0xa5)
        ck_abort_msg("bytes beside the unit");
      if (shift > 0 && field_bits(f, 0, (uint64_t)v + 1, &got)) /* low bits must be zero */
        ck_abort_msg("%lld + 1", (long long)v);
    }
}

START_TEST(every_width_sign_and_order)
{
  unsigned u, bits, sign, shift, order;

  for (u = 0; u < sizeof units; u++)
    for (bits = 1; bits <= 8u * units[u] && bits <= 40; bits++)
      for (sign = FIELD_EITHER; sign <= FIELD_UNSIGNED; sign++)
        for (shift = 0; shift <= 12; shift += 3)
          for (order = ORDER_LITTLE; order <= ORDER_BIG; order++) {
            uint8_t f[LIST_FIELD] = {[FIELD_UNIT] = units[u], [FIELD_FLAGS] = (uint8_t)sign,
                                     [FIELD_SHIFT] = (uint8_t)shift, [FIELD_BITS] = (uint8_t)bits};
            try_field(f, (enum list_order)order);
          }
}
END_TEST

/* Pieces at random that do not meet. */
START_TEST(pieces)
{
  uint32_t seed = 1;
  int i;

  for (i = 0; i < 5000; i++) {
    uint8_t f[LIST_FIELD] = {0};
    unsigned k, from = 0, to = 0, unit;
    #define RANDOM(n) ((seed = seed * 1664525 + 1013904223) >> 8) % (n)

    unit = units[1 + RANDOM(4)];
    f[FIELD_UNIT] = (uint8_t)unit;
    f[FIELD_FLAGS] = (uint8_t)(RANDOM(3));
    f[FIELD_PIECES] = (uint8_t)(1 + RANDOM(4));
    for (k = 0; k < f[FIELD_PIECES]; k++) {
      unsigned count = 1 + RANDOM(2 * unit - 1), gap = RANDOM(2);
      uint8_t *piece = f + FIELD_PIECE + 3 * k;

      if (to + gap + count > 8 * unit)
        gap = 0;
      if (to + count > 8 * unit)
        count = 8 * unit - to;
      piece[0] = (uint8_t)from;
      piece[1] = (uint8_t)(to + gap);
      piece[2] = (uint8_t)count;
      from += count;
      to += gap + count;
    }
    f[FIELD_BITS] = (uint8_t)from;
    if (from < 60)
      try_field(f, i % 2 ? ORDER_BIG : ORDER_LITTLE);
    #undef RANDOM
  }
}
END_TEST

/* ---- what values count from ---------------------------------------------------------- */

static const struct {
  const char *name;
  uint8_t unit, sign, origin, ahead, shift, bits;
  uint64_t end, target;
  int fits;
  uint64_t value;
} origins[] = {
    /* x86: from the end of the instruction, here two bytes behind the field */
    {"rel32", 4, FIELD_SIGNED, ORIGIN_END, 2, 0, 32, 0x1000, 0x1002 + INT64_C(0x7fffffff), 1, 0x7fffffff},
    {"rel32", 4, FIELD_SIGNED, ORIGIN_END, 2, 0, 32, 0x1000, 0x1002 + INT64_C(0x80000000), 0, 0x80000000},
    {"rel32", 4, FIELD_SIGNED, ORIGIN_END, 2, 0, 32, 0x90000000, 0x10000002, 1, 0x80000000},
    {"rel32", 4, FIELD_SIGNED, ORIGIN_END, 2, 0, 32, 0x90000000, 0x10000001, 0, (uint64_t)-INT64_C(0x80000001)},
    /* over the end of the address space */
    {"rel32", 4, FIELD_SIGNED, ORIGIN_END, 0, 0, 32, 0xfffffffffffffff0, 0x10, 1, 0x20},
    /* 32-bit code wraps around */
    {"rel32", 4, FIELD_MODULO, ORIGIN_END, 0, 0, 32, 0x1000, 0xf0001000, 1, 0xf0000000},
    /* A64: b, +-128 MiB from itself, in words */
    {"b", 4, FIELD_SIGNED, ORIGIN_START, 0, 2, 26, 0x10000004, 0x10000000 + 0x7fffffc, 1, 0x1ffffff},
    {"b", 4, FIELD_SIGNED, ORIGIN_START, 0, 2, 26, 0x10000004, 0x10000000 + 0x8000000, 0, 0x8000000},
    {"b", 4, FIELD_SIGNED, ORIGIN_START, 0, 2, 26, 0x10000004, 0x10000000 - 0x8000000, 1, 0x2000000},
    {"b", 4, FIELD_SIGNED, ORIGIN_START, 0, 2, 26, 0x10000004, 0x10000000 - 0x8000004, 0, (uint64_t)-INT64_C(0x8000004)},
    {"b", 4, FIELD_SIGNED, ORIGIN_START, 0, 2, 26, 0x10000004, 0x10000002, 0, 2},
    /* A32: b counts from 8 bytes ahead of itself */
    {"b", 4, FIELD_SIGNED, ORIGIN_START, 8, 2, 24, 0x8004, 0x8008, 1, 0},
    {"b", 4, FIELD_SIGNED, ORIGIN_START, 8, 2, 24, 0x8004, 0x8000, 1, 0xfffffe},
    /* A64: adrp, pages of 4 KiB */
    {"adrp", 4, FIELD_SIGNED, ORIGIN_PAGE, 0, 12, 21, 0x12345ffc, 0x12346008, 1, 1},
    {"adrp", 4, FIELD_SIGNED, ORIGIN_PAGE, 0, 12, 21, 0x12345ffc, 0x12345000, 1, 0},
    {"adrp", 4, FIELD_SIGNED, ORIGIN_PAGE, 0, 12, 21, 0x12345ffc, 0x12345000 + INT64_C(0xfffff123), 1, 0xfffff},
    {"adrp", 4, FIELD_SIGNED, ORIGIN_PAGE, 0, 12, 21, 0x12345ffc, 0x12345000 + INT64_C(0x100000000), 0, 0x100000000},
    /* MIPS: j, the region of 256 MiB of the delay slot */
    {"j", 4, FIELD_UNSIGNED, ORIGIN_REGION, 4, 2, 26, 0x40001004, 0x4ffffffc, 1, 0x3ffffff},
    {"j", 4, FIELD_UNSIGNED, ORIGIN_REGION, 4, 2, 26, 0x40001004, 0x50000000, 0, 0x50000000},
    {"j", 4, FIELD_UNSIGNED, ORIGIN_REGION, 4, 2, 26, 0x50000000, 0x50000008, 1, 2}, /* the slot is in the next region */
    {"j", 4, FIELD_UNSIGNED, ORIGIN_REGION, 4, 2, 26, 0x40001004, 0x40000002, 0, 2},
    /* s390x: brasl, half words from the start of an instruction of six bytes */
    {"brasl", 6, FIELD_SIGNED, ORIGIN_START, 0, 1, 32, 0x1006, 0x1000 + INT64_C(0xfffffffe), 1, 0x7fffffff},
    {"brasl", 6, FIELD_SIGNED, ORIGIN_START, 0, 1, 32, 0x1006, 0x1000 + INT64_C(0x100000000), 0, 0x100000000},
    /* an address */
    {"abs64", 8, FIELD_MODULO, ORIGIN_NONE, 0, 0, 64, 0x1000, 0xfedcba9876543210, 1, 0xfedcba9876543210},
};

START_TEST(origins_at_their_bounds)
{
  uint8_t f[LIST_FIELD] = {[FIELD_UNIT] = origins[_i].unit, [FIELD_FLAGS] = origins[_i].sign,
                           [FIELD_ORIGIN] = origins[_i].origin, [FIELD_AHEAD] = origins[_i].ahead,
                           [FIELD_SHIFT] = origins[_i].shift, [FIELD_BITS] = origins[_i].bits};
  uint64_t v;

  ck_assert(field_valid(f));
  ck_assert_int_eq(field_is_relative(f), origins[_i].origin != ORIGIN_NONE);
  ck_assert_msg(field_bits(f, origins[_i].end, origins[_i].target, &v) == (origins[_i].fits != 0), "%s", origins[_i].name);
  ck_assert_msg(v == origins[_i].value, "%s: %llx", origins[_i].name, (unsigned long long)v);
}
END_TEST

/* ---- instructions of vendors' manuals ------------------------------------------------- */

static const struct {
  const char *text;
  uint8_t field[LIST_FIELD];
  enum list_order order;
  uint8_t unit[8], expected[8];
  int64_t distance;
} encodings[] = {
    /* RISC-V: beq x1, x2, -4: imm[12|10:5] rs2 rs1 000 imm[4:1|11] 1100011 */
    {"beq", {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_SHIFT] = 1, [FIELD_BITS] = 12,
             [FIELD_PIECES] = 4, [FIELD_PIECE] = 11, 31, 1, 4, 25, 6, 0, 8, 4, 10, 7, 1},
     ORDER_LITTLE, {0x63, 0x80, 0x20, 0x00}, {0xe3, 0x8e, 0x20, 0xfe}, -4},
    /* RISC-V: jal x0, 2048: imm[20|10:1|11|19:12] rd 1101111 */
    {"jal", {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_SHIFT] = 1, [FIELD_BITS] = 20,
             [FIELD_PIECES] = 4, [FIELD_PIECE] = 19, 31, 1, 0, 21, 10, 10, 20, 1, 11, 12, 8},
     ORDER_LITTLE, {0x6f, 0x00, 0x00, 0x00}, {0x6f, 0x00, 0x10, 0x00}, 2048},
    /* A64: tbz w0, #3, .+8 has its distance in bits 18:5 */
    {"tbz", {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_SHIFT] = 2, [FIELD_BITS] = 14,
             [FIELD_PIECES] = 1, [FIELD_PIECE] = 0, 5, 14},
     ORDER_LITTLE, {0x00, 0x00, 0x18, 0x36}, {0x40, 0x00, 0x18, 0x36}, 8},
    /* PowerPC: b .-8, LI in bits 25:2 of a big-endian word */
    {"b", {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_SHIFT] = 2, [FIELD_BITS] = 24,
           [FIELD_PIECES] = 1, [FIELD_PIECE] = 0, 2, 24},
     ORDER_BIG, {0x48, 0x00, 0x00, 0x00}, {0x4b, 0xff, 0xff, 0xf8}, -8},
    /* s390x: brasl %r14, .+32 */
    {"brasl", {[FIELD_UNIT] = 6, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_SHIFT] = 1,
               [FIELD_BITS] = 32, [FIELD_PIECES] = 0},
     ORDER_BIG, {0xc0, 0xe5, 0, 0, 0, 0}, {0xc0, 0xe5, 0x00, 0x00, 0x00, 0x10}, 32},
};

START_TEST(encodings_of_manuals)
{
  const uint8_t *f = encodings[_i].field;
  uint8_t unit[8];
  uint64_t v, end = 0x100000;

  memcpy(unit, encodings[_i].unit, 8);
  ck_assert(field_valid(f));
  ck_assert(field_bits(f, end, end - f[FIELD_UNIT] + (uint64_t)encodings[_i].distance, &v));
  field_insert(f, encodings[_i].order, unit + f[FIELD_UNIT], v);
  ck_assert_msg(memcmp(unit, encodings[_i].expected, 8) == 0, "%s", encodings[_i].text);
}
END_TEST

/* Numbers of 32 bits without sign are also patterns of an int; words of messages. */
START_TEST(numbers_and_words)
{
  static const uint8_t f[LIST_FIELD] = {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_SHIFT] = 3, [FIELD_BITS] = 9};
  char words[FIELD_WORDS];
  uint64_t v;

  ck_assert(field_number(f, INT64_C(0xfffffff8), &v));
  ck_assert_uint_eq(v, 0x1ff);
  ck_assert(!field_number(f, INT64_C(0xfffffff9), &v));
  ck_assert_uint_eq(v, 0xfffffff9);
  ck_assert(!field_number(f, INT64_C(0x1fffffff8), &v));
  ck_assert_int_eq(field_words(f, words), (int)strlen("12 bits with sign as a multiple of 8"));
  ck_assert_str_eq(words, "12 bits with sign as a multiple of 8");
}
END_TEST

int main(void)
{
  Suite *s = suite_create("field");
  TCase *t = tcase_create("field");
  SRunner *r;
  int failed;

  tcase_add_test(t, every_width_sign_and_order);
  tcase_add_test(t, pieces);
  tcase_add_loop_test(t, origins_at_their_bounds, 0, sizeof origins / sizeof *origins);
  tcase_add_loop_test(t, encodings_of_manuals, 0, sizeof encodings / sizeof *encodings);
  tcase_add_test(t, numbers_and_words);
  suite_add_tcase(s, t);
  r = srunner_create(s);
  srunner_run_all(r, CK_NORMAL);
  failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
