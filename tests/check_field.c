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
#include "suite.h"

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
  unsigned n = f[FIELD_UNIT], pieces = f[FIELD_PIECES], set[64] = {0}, i, k;

  for (i = 0; i < f[FIELD_BITS] && !pieces; i++)
    set[f[FIELD_TO] + i] = (unsigned)(value >> f[FIELD_SHIFT] >> i) & 1;
  for (k = 0; k < pieces; k++) {
    unsigned piece = f[FIELD_PIECE + 2 * k] + 256u * f[FIELD_PIECE + 2 * k + 1], from = piece % 64, to = piece / 64 % 64;
    for (i = 0; i <= piece / 4096; i++)
      set[to + i] = (unsigned)(value >> f[FIELD_SHIFT] >> (from + i)) & 1;
  }
  for (i = 0; i < 8 * n; i++)
    if (bit_of(unit, n, order, i) != set[i])
      ck_abort_msg("bit %u of %u bytes", i, n);
}

/* ---- every width ------------------------------------------------------------------- */

static const uint8_t units[] = {1, 2, 4, 6, 8};

/* The values around the ends of what a field can say, and some between. */
static void try_field(uint8_t *f, enum list_order order)
{
  unsigned bits = f[FIELD_BITS], shift = f[FIELD_SHIFT], sign = f[FIELD_FLAGS] & FIELD_SIGN;
  int64_t step = (int64_t)1 << shift, half = (int64_t)1 << (bits - 1);
  const int64_t around[] = {0, half, -half, 2 * half, half / 3, -half / 3};
  size_t i;
  int d;

  field_complete(f);
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
                                     [FIELD_SHIFT] = (uint8_t)shift, [FIELD_BITS] = (uint8_t)bits,
                                     [FIELD_TO] = (uint8_t)((shift + sign) % (8u * units[u] - bits + 1))};
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
    f[FIELD_PIECES] = (uint8_t)(1 + RANDOM(FIELD_MAXPIECES));
    for (k = 0; k < f[FIELD_PIECES]; k++) {
      unsigned count = 1 + RANDOM(2 * unit - 1), gap = RANDOM(2);

      if (to + gap + count > 8 * unit)
        gap = 0;
      if (to + count > 8 * unit)
        count = 8 * unit - to;
      if (count == 0) {
        f[FIELD_PIECES] = (uint8_t)k;
        break;
      }
      field_set_piece(f, k, from, to + gap, count);
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
    /* MIPS: ldpc, from the double word of the instruction */
    {"ldpc", 4, FIELD_SIGNED, ORIGIN_ALIGNED, 0, 3, 18, 0x1008, 0x1000 + (131071 * 8), 1, 131071},
    {"ldpc", 4, FIELD_SIGNED, ORIGIN_ALIGNED, 0, 3, 18, 0x1004, 0x1000 + (131072 * 8), 0, 131072 * 8},
    {"ldpc", 4, FIELD_SIGNED, ORIGIN_ALIGNED, 0, 3, 18, 0x1004, 0x1004, 0, 4},
    /* LoongArch: pcalau12i, the page nearest to the target, whose low part has a sign */
    {"pcalau12i", 4, FIELD_SIGNED | FIELD_ROUNDED, ORIGIN_PAGE, 0, 12, 20, 0x12345ffc, 0x123467ff, 1, 1},
    {"pcalau12i", 4, FIELD_SIGNED | FIELD_ROUNDED, ORIGIN_PAGE, 0, 12, 20, 0x12345ffc, 0x12346800, 1, 2},
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

  field_complete(f);
  ck_assert(field_valid(f));
  ck_assert_int_eq(field_is_relative(f), origins[_i].origin != ORIGIN_NONE);
  ck_assert_msg(field_bits(f, origins[_i].end, origins[_i].target, &v) == (origins[_i].fits != 0), "%s", origins[_i].name);
  ck_assert_msg(v == origins[_i].value, "%s: %llx", origins[_i].name, (unsigned long long)v);
}
END_TEST

/* ---- instructions of vendors' manuals ------------------------------------------------- */

/* What llvm-mc 19 makes of these texts; the unit before is the same with zeros for the value. */
static const struct {
  const char *text;
  uint8_t field[LIST_FIELD];
  enum list_order order;
  int64_t value; /* relative ones: from the start of the unit */
  uint8_t unit[8], expected[8];
} encodings[] = {
#define FIELD(unit, sign, shift, bits, to) \
  [FIELD_UNIT] = unit, [FIELD_FLAGS] = sign, [FIELD_SHIFT] = shift, [FIELD_BITS] = bits, [FIELD_TO] = to
#define REL(origin, ahead) [FIELD_ORIGIN] = ORIGIN_##origin, [FIELD_AHEAD] = ahead
#define PIECES(n) [FIELD_PIECES] = n
#define P FIELD_PIECE_AT
#define AS(transform, param) [FIELD_TRANSFORM] = TRANSFORM_##transform, [FIELD_PARAM] = param
#define LE ORDER_LITTLE
#define BE ORDER_BIG
    /* RISC-V */
    {"beq x1, x2, -4", {FIELD(4, FIELD_SIGNED, 1, 12, 0), REL(START, 0), PIECES(4), P(0, 11, 31, 1), P(1, 4, 25, 6),
     P(2, 0, 8, 4), P(3, 10, 7, 1)}, LE, -4, {0x63, 0x80, 0x20, 0x00}, {0xe3, 0x8e, 0x20, 0xfe}},
    {"beq x1, x2, -4094", {FIELD(4, FIELD_SIGNED, 1, 12, 0), REL(START, 0), PIECES(4), P(0, 11, 31, 1), P(1, 4, 25, 6),
     P(2, 0, 8, 4), P(3, 10, 7, 1)}, LE, -4094, {0x63, 0x80, 0x20, 0x00}, {0x63, 0x81, 0x20, 0x80}},
    {"j 2048", {FIELD(4, FIELD_SIGNED, 1, 20, 0), REL(START, 0), PIECES(4), P(0, 19, 31, 1), P(1, 0, 21, 10), P(2, 10, 20, 1),
     P(3, 11, 12, 8)}, LE, 2048, {0x6f, 0, 0, 0}, {0x6f, 0x00, 0x10, 0x00}},
    {"j -1048576", {FIELD(4, FIELD_SIGNED, 1, 20, 0), REL(START, 0), PIECES(4), P(0, 19, 31, 1), P(1, 0, 21, 10),
     P(2, 10, 20, 1), P(3, 11, 12, 8)}, LE, -1048576, {0x6f, 0, 0, 0}, {0x6f, 0x00, 0x00, 0x80}},
    {"sd a1, -2000(a2)", {FIELD(4, FIELD_SIGNED, 0, 12, 0), PIECES(2), P(0, 5, 25, 7), P(1, 0, 7, 5)}, LE, -2000,
     {0x23, 0x30, 0xb6, 0x00}, {0x23, 0x38, 0xb6, 0x82}},
#define CJ FIELD(2, FIELD_SIGNED, 1, 11, 0), REL(START, 0), PIECES(8), P(0, 10, 12, 1), P(1, 3, 11, 1), P(2, 7, 9, 2), \
           P(3, 9, 8, 1), P(4, 5, 7, 1), P(5, 6, 6, 1), P(6, 0, 3, 3), P(7, 4, 2, 1)
    {"c.j -2", {CJ}, LE, -2, {0x01, 0xa0}, {0xfd, 0xbf}},
    {"c.j 1234", {CJ}, LE, 1234, {0x01, 0xa0}, {0xc9, 0xa9}},
    {"c.addi16sp sp, -496", {FIELD(2, FIELD_SIGNED | FIELD_NONZERO, 4, 6, 0), PIECES(5), P(0, 5, 12, 1), P(1, 0, 6, 1),
     P(2, 2, 5, 1), P(3, 3, 3, 2), P(4, 1, 2, 1)}, LE, -496, {0x01, 0x61}, {0x41, 0x71}},
    {"c.beqz a0, -200", {FIELD(2, FIELD_SIGNED, 1, 8, 0), REL(START, 0), PIECES(5), P(0, 7, 12, 1), P(1, 2, 10, 2),
     P(2, 5, 5, 2), P(3, 0, 3, 2), P(4, 4, 2, 1)}, LE, -200, {0x01, 0xc1}, {0x05, 0xdd}},
    {"c.ldsp a0, 264(sp)", {FIELD(2, FIELD_UNSIGNED, 3, 6, 0), PIECES(3), P(0, 2, 12, 1), P(1, 0, 5, 2), P(2, 3, 2, 3)}, LE,
     264, {0x02, 0x65}, {0x32, 0x65}},
    {"c.addi4spn a0, sp, 676", {FIELD(2, FIELD_UNSIGNED | FIELD_NONZERO, 2, 8, 0), PIECES(4), P(0, 2, 11, 2), P(1, 4, 7, 4),
     P(2, 0, 6, 1), P(3, 1, 5, 1)}, LE, 676, {0x08, 0x00}, {0x48, 0x15}},
    {"c.lw a0, 68(a1)", {FIELD(2, FIELD_UNSIGNED, 2, 5, 0), PIECES(3), P(0, 1, 10, 3), P(1, 0, 6, 1), P(2, 4, 5, 1)}, LE, 68,
     {0x88, 0x41}, {0xe8, 0x41}},
    {"auipc a0, 0x12346; addi a0, a0, -1384", {FIELD(8, FIELD_SIGNED, 0, 32, 0), [FIELD_WORD] = 4, REL(START, 0), AS(CARRY, 12),
     PIECES(3), P(0, 12, 12, 16), P(1, 28, 28, 4), P(2, 0, 52, 12)}, LE, 0x12345a98, {0x17, 0x05, 0, 0, 0x13, 0x05, 0x05, 0},
     {0x17, 0x65, 0x34, 0x12, 0x13, 0x05, 0x85, 0xa9}},
    {"auipc a0, 0x12346", {FIELD(4, FIELD_SIGNED | FIELD_ROUNDED, 12, 20, 12), REL(START, 0)}, LE, 0x12345a98,
     {0x17, 0x05, 0, 0}, {0x17, 0x65, 0x34, 0x12}},
    {"addi a0, a0, -1384 behind it", {FIELD(4, FIELD_MODULO, 0, 12, 20), REL(START, 0xfc)}, LE, 0x12345a98 - 4,
     {0x13, 0x05, 0x05, 0}, {0x13, 0x05, 0x85, 0xa9}},
    /* A32 */
    {"ldr r0, [r1, #-4095]", {FIELD(4, 0, 0, 13, 0), AS(MAGNITUDE, 0), PIECES(2), P(0, 0, 0, 12), P(1, 12, 23, 1)}, LE, -4095,
     {0x00, 0x00, 0x11, 0xe5}, {0xff, 0x0f, 0x11, 0xe5}},
    {"ldr r0, [r1, #0]", {FIELD(4, 0, 0, 13, 0), AS(MAGNITUDE, 0), PIECES(2), P(0, 0, 0, 12), P(1, 12, 23, 1)}, LE, 0,
     {0x00, 0x00, 0x11, 0xe5}, {0x00, 0x00, 0x91, 0xe5}},
    {"ldrd r0, r1, [r2, #-171]", {FIELD(4, 0, 0, 9, 0), AS(MAGNITUDE, 0), PIECES(3), P(0, 0, 0, 4), P(1, 4, 8, 4),
     P(2, 8, 23, 1)}, LE, -171, {0xd0, 0x00, 0x42, 0xe1}, {0xdb, 0x0a, 0x42, 0xe1}},
    {"vldr d0, [r1, #-1020]", {FIELD(4, 0, 2, 9, 0), AS(MAGNITUDE, 0), PIECES(2), P(0, 0, 0, 8), P(1, 8, 23, 1)}, LE, -1020,
     {0x00, 0x0b, 0x11, 0xed}, {0xff, 0x0b, 0x11, 0xed}},
    {"mov r0, #0xff000000", {FIELD(4, 0, 0, 12, 0), AS(A32_ROTATED, 0)}, LE, 0xff000000, {0, 0, 0xa0, 0xe3},
     {0xff, 0x04, 0xa0, 0xe3}},
    {"mov r0, #-16777216", {FIELD(4, 0, 0, 12, 0), AS(A32_ROTATED, 0)}, LE, -16777216, {0, 0, 0xa0, 0xe3},
     {0xff, 0x04, 0xa0, 0xe3}},
    {"mov r0, #0x3fc00", {FIELD(4, 0, 0, 12, 0), AS(A32_ROTATED, 0)}, LE, 0x3fc00, {0, 0, 0xa0, 0xe3},
     {0xff, 0x0b, 0xa0, 0xe3}},
#define ADR FIELD(4, 0, 0, 14, 0), REL(START, 8), AS(A32_OFFSET, 0), PIECES(3), P(0, 0, 0, 12), P(1, 12, 23, 1), P(2, 13, 22, 1)
    {"adr r0, #-1020", {ADR}, LE, 8 - 1020, {0, 0, 0x0f, 0xe2}, {0xff, 0x0f, 0x4f, 0xe2}},
    {"adr r0, #1020", {ADR}, LE, 8 + 1020, {0, 0, 0x0f, 0xe2}, {0xff, 0x0f, 0x8f, 0xe2}},
    {"movw r0, #0xabcd", {FIELD(4, FIELD_UNSIGNED, 0, 16, 0), PIECES(2), P(0, 0, 0, 12), P(1, 12, 16, 4)}, LE, 0xabcd,
     {0, 0, 0, 0xe3}, {0xcd, 0x0b, 0x0a, 0xe3}},
    {"b #-8", {FIELD(4, FIELD_SIGNED, 2, 24, 0), REL(START, 8)}, LE, 0, {0, 0, 0, 0xea}, {0xfe, 0xff, 0xff, 0xea}},
    /* A64 */
    {"adr x0, #-3", {FIELD(4, FIELD_SIGNED, 0, 21, 0), REL(START, 0), PIECES(3), P(0, 0, 29, 2), P(1, 2, 5, 16), P(2, 18, 21, 3)},
     LE, -3, {0, 0, 0, 0x10}, {0xe0, 0xff, 0xff, 0x30}},
#define ADD PIECES(3), P(0, 0, 10, 12), P(1, 12, 22, 1), P(2, 13, 30, 1)
    {"add x0, x1, #-4095", {FIELD(4, 0, 0, 14, 0), AS(A64_ADD, 0), ADD}, LE, -4095, {0x20, 0, 0, 0x91}, {0x20, 0xfc, 0x3f, 0xd1}},
    {"add x0, x1, #0xfff000", {FIELD(4, 0, 0, 14, 0), AS(A64_ADD, 0), ADD}, LE, 0xfff000, {0x20, 0, 0, 0x91},
     {0x20, 0xfc, 0x7f, 0x91}},
    {"sub x0, x1, #-4096", {FIELD(4, 0, 0, 14, 0), AS(A64_SUB, 0), ADD}, LE, -4096, {0x20, 0, 0, 0x91}, {0x20, 0x04, 0x40, 0x91}},
    {"sub x0, x1, #1", {FIELD(4, 0, 0, 14, 0), AS(A64_SUB, 0), ADD}, LE, 1, {0x20, 0, 0, 0x91}, {0x20, 0x04, 0x00, 0xd1}},
    {"mov x0, #0xabcd00000000", {FIELD(4, 0, 0, 18, 5), AS(A64_WIDE, 64)}, LE, 0xabcd00000000, {0, 0, 0x80, 0xd2},
     {0xa0, 0x79, 0xd5, 0xd2}},
    {"and x0, x1, #0x5555555555555555", {FIELD(4, 0, 0, 13, 10), AS(A64_MASK, 64)}, LE, 0x5555555555555555,
     {0x20, 0, 0, 0x92}, {0x20, 0xf0, 0x00, 0x92}},
    {"and x0, x1, #0xc0000000ffffffff", {FIELD(4, 0, 0, 13, 10), AS(A64_MASK, 64)}, LE, -0x3fffffff00000001,
     {0x20, 0, 0, 0x92}, {0x20, 0x84, 0x42, 0x92}},
    {"and w0, w1, #0x80000001", {FIELD(4, 0, 0, 13, 10), AS(A64_MASK, 32)}, LE, 0x80000001, {0x20, 0, 0, 0x12},
     {0x20, 0x04, 0x01, 0x12}},
    {"lsl x0, x1, #63", {FIELD(4, 0, 0, 12, 10), AS(A64_SHIFT, 64)}, LE, 63, {0x20, 0, 0x40, 0xd3}, {0x20, 0x00, 0x41, 0xd3}},
    {"lsl w0, w1, #1", {FIELD(4, 0, 0, 12, 10), AS(A64_SHIFT, 32)}, LE, 1, {0x20, 0, 0, 0x53}, {0x20, 0x78, 0x1f, 0x53}},
    {"tbz x0, #63, #-32768: bit", {FIELD(4, FIELD_UNSIGNED, 0, 6, 0), PIECES(2), P(0, 0, 19, 5), P(1, 5, 31, 1)}, LE, 63,
     {0, 0, 0x04, 0x36}, {0, 0, 0xfc, 0xb6}},
    {"tbz x0, #63, #-32768: label", {FIELD(4, FIELD_SIGNED, 2, 14, 5), REL(START, 0)}, LE, -32768, {0, 0, 0xf8, 0xb6},
     {0, 0, 0xfc, 0xb6}},
    {"dup z0.h, #-32768", {FIELD(4, 0, 0, 9, 5), AS(BYTE, 0)}, LE, -32768, {0, 0xc0, 0x78, 0x25}, {0, 0xf0, 0x78, 0x25}},
    {"dup z0.h, #-128", {FIELD(4, 0, 0, 9, 5), AS(BYTE, 0)}, LE, -128, {0, 0xc0, 0x78, 0x25}, {0, 0xd0, 0x78, 0x25}},
    {"add z0.h, z0.h, #65280", {FIELD(4, 0, 0, 9, 5), AS(UBYTE, 0)}, LE, 65280, {0, 0xc0, 0x60, 0x25}, {0xe0, 0xff, 0x60, 0x25}},
    /* PowerPC */
    {"b .-8", {FIELD(4, FIELD_SIGNED, 2, 24, 2), REL(START, 0)}, BE, -8, {0x48, 0, 0, 0}, {0x4b, 0xff, 0xff, 0xf8}},
    {"bc 12, 2, .-32768", {FIELD(4, FIELD_SIGNED, 2, 14, 2), REL(START, 0)}, BE, -32768, {0x41, 0x82, 0, 0},
     {0x41, 0x82, 0x80, 0x00}},
    {"ld 3, -32768(4)", {FIELD(4, FIELD_SIGNED, 2, 14, 2)}, BE, -32768, {0xe8, 0x64, 0, 0}, {0xe8, 0x64, 0x80, 0x00}},
    {"addis 3, 3, 0x8000@ha", {FIELD(4, FIELD_SIGNED | FIELD_ROUNDED, 16, 16, 0)}, BE, 0x8000, {0x3c, 0x63, 0, 0},
     {0x3c, 0x63, 0x00, 0x01}},
    {"sldi 3, 4, 63: sh", {FIELD(4, FIELD_UNSIGNED, 0, 6, 0), PIECES(2), P(0, 0, 11, 5), P(1, 5, 1, 1)}, BE, 63,
     {0x78, 0x83, 0x00, 0x04}, {0x78, 0x83, 0xf8, 0x06}},
    {"sldi 3, 4, 1: me", {FIELD(4, FIELD_RANGED | FIELD_NEGATED, 0, 6, 0), FIELD_RANGE(0, 63), FIELD_BYTES2(FIELD_BIAS, 63),
     PIECES(2), P(0, 0, 6, 5), P(1, 5, 5, 1)}, BE, 1, {0x78, 0x83, 0x08, 0x04}, {0x78, 0x83, 0x0f, 0xa4}},
#define PADDI FIELD(8, FIELD_SIGNED, 0, 34, 0), [FIELD_WORD] = 4, PIECES(3), P(0, 16, 0, 16), P(1, 32, 16, 2), P(2, 0, 32, 16)
    {"paddi 3, 4, -8589934592", {PADDI}, BE, -8589934592, {0x06, 0, 0, 0, 0x38, 0x64, 0, 0},
     {0x06, 0x02, 0x00, 0x00, 0x38, 0x64, 0x00, 0x00}},
    {"paddi 3, 4, 8589934591", {PADDI}, BE, 8589934591, {0x06, 0, 0, 0, 0x38, 0x64, 0, 0},
     {0x06, 0x01, 0xff, 0xff, 0x38, 0x64, 0xff, 0xff}},
    {"paddi 3, 4, -8589934592", {PADDI}, LE, -8589934592, {0, 0, 0, 0x06, 0, 0, 0x64, 0x38},
     {0x00, 0x00, 0x02, 0x06, 0x00, 0x00, 0x64, 0x38}},
    /* MIPS */
    {"beq $1, $2, -131068", {FIELD(4, FIELD_SIGNED, 2, 16, 0), REL(END, 0)}, BE, 4 - 131068, {0x10, 0x22, 0, 0},
     {0x10, 0x22, 0x80, 0x01}},
    {"beq $1, $2, -131068", {FIELD(4, FIELD_SIGNED, 2, 16, 0), REL(END, 0)}, LE, 4 - 131068, {0, 0, 0x22, 0x10},
     {0x01, 0x80, 0x22, 0x10}},
    /* LoongArch */
    {"b -134217728", {FIELD(4, FIELD_SIGNED, 2, 26, 0), REL(START, 0), PIECES(2), P(0, 0, 10, 16), P(1, 16, 0, 10)}, LE,
     -134217728, {0, 0, 0, 0x50}, {0x00, 0x02, 0x00, 0x50}},
    {"beqz $a0, 4194300", {FIELD(4, FIELD_SIGNED, 2, 21, 0), REL(START, 0), PIECES(2), P(0, 0, 10, 16), P(1, 16, 0, 5)}, LE,
     4194300, {0x80, 0, 0, 0x40}, {0x8f, 0xfc, 0xff, 0x43}},
    {"ld.d $a0, $a1, -2048", {FIELD(4, FIELD_SIGNED, 0, 12, 10)}, LE, -2048, {0xa4, 0, 0xc0, 0x28}, {0xa4, 0x00, 0xe0, 0x28}},
    {"ldptr.d $a0, $a1, 32764", {FIELD(4, FIELD_SIGNED, 2, 14, 10)}, LE, 32764, {0xa4, 0, 0, 0x26}, {0xa4, 0xfc, 0x7f, 0x26}},
    {"alsl.d $a0, $a1, $a2, 4", {FIELD(4, FIELD_RANGED, 0, 2, 15), FIELD_RANGE(1, 4), FIELD_BYTES2(FIELD_BIAS, -1)}, LE, 4,
     {0xa4, 0x18, 0x2c, 0x00}, {0xa4, 0x98, 0x2d, 0x00}},
    {"pcaddu18i $ra, 1; jirl $ra, $ra, -131072", {FIELD(8, FIELD_SIGNED, 2, 36, 0), [FIELD_WORD] = 4, REL(START, 0), AS(CARRY, 16),
     PIECES(3), P(0, 16, 5, 16), P(1, 32, 21, 4), P(2, 0, 42, 16)}, LE, 131072, {0x01, 0, 0, 0x1e, 0x21, 0, 0, 0x4c},
     {0x21, 0x00, 0x00, 0x1e, 0x21, 0x00, 0x00, 0x4e}},
    /* s390x */
    {"brasl %r14, .+32", {FIELD(6, FIELD_SIGNED, 1, 32, 0), REL(START, 0)}, BE, 32, {0xc0, 0xe5, 0, 0, 0, 0},
     {0xc0, 0xe5, 0x00, 0x00, 0x00, 0x10}},
    {"brc 8, .-65536", {FIELD(4, FIELD_SIGNED, 1, 16, 0), REL(START, 0)}, BE, -65536, {0xa7, 0x84, 0, 0}, {0xa7, 0x84, 0x80, 0x00}},
    {"lay %r1, -524288(%r2,%r3)", {FIELD(6, FIELD_SIGNED, 0, 20, 0), PIECES(2), P(0, 0, 16, 12), P(1, 12, 8, 8)}, BE, -524288,
     {0xe3, 0x12, 0x30, 0x00, 0x00, 0x71}, {0xe3, 0x12, 0x30, 0x00, 0x80, 0x71}},
    {"lay %r1, 524287(%r2,%r3)", {FIELD(6, FIELD_SIGNED, 0, 20, 0), PIECES(2), P(0, 0, 16, 12), P(1, 12, 8, 8)}, BE, 524287,
     {0xe3, 0x12, 0x30, 0x00, 0x00, 0x71}, {0xe3, 0x12, 0x3f, 0xff, 0x7f, 0x71}},
    {"vl %v31, 0", {FIELD(6, FIELD_UNSIGNED | FIELD_REGISTER, 0, 5, 0), PIECES(2), P(0, 0, 36, 4), P(1, 4, 11, 1)}, BE, 31,
     {0xe7, 0, 0, 0, 0, 0x06}, {0xe7, 0xf0, 0x00, 0x00, 0x08, 0x06}},
    {"mvc 0(256,%r1), 0(%r2)", {FIELD(6, FIELD_RANGED, 0, 8, 32), FIELD_RANGE(1, 256), FIELD_BYTES2(FIELD_BIAS, -1)}, BE, 256,
     {0xd2, 0, 0x10, 0, 0x20, 0}, {0xd2, 0xff, 0x10, 0x00, 0x20, 0x00}},
};

START_TEST(encodings_of_processors)
{
  uint8_t f[LIST_FIELD], unit[8];
  uint64_t v, end = 0x100000, start;

  memcpy(f, encodings[_i].field, LIST_FIELD);
  field_complete(f);
  memcpy(unit, encodings[_i].unit, 8);
  start = field_is_relative(f) ? end - f[FIELD_UNIT] : 0;
  ck_assert_msg(field_valid(f), "%s", encodings[_i].text);
  ck_assert_msg(field_bits(f, end, start + (uint64_t)encodings[_i].value, &v), "%s", encodings[_i].text);
  field_insert(f, encodings[_i].order, unit + f[FIELD_UNIT], v);
  ck_assert_msg(memcmp(unit, encodings[_i].expected, 8) == 0, "%s: %02x %02x %02x %02x %02x %02x %02x %02x",
                encodings[_i].text, unit[0], unit[1], unit[2], unit[3], unit[4], unit[5], unit[6], unit[7]);
}
END_TEST

/* ---- ranges, and values that change their shape -------------------------------------------- */

static const struct {
  const char *name;
  uint8_t field[LIST_FIELD];
  int64_t value;
  int fits;
  uint64_t bits;
} values[] = {
#define SHIFT32 FIELD(4, FIELD_RANGED, 0, 5, 7), FIELD_RANGE(1, 32)
    {"lsr of A32", {SHIFT32}, 1, 1, 1}, {"lsr of A32", {SHIFT32}, 32, 1, 0},
    {"lsr of A32", {SHIFT32}, 0, 0, 0}, {"lsr of A32", {SHIFT32}, 33, 0, 0},
#define X8_15 FIELD(2, FIELD_RANGED | FIELD_REGISTER, 0, 3, 7), FIELD_RANGE(8, 15), FIELD_BYTES2(FIELD_BIAS, -8)
    {"x8 to x15", {X8_15}, 8, 1, 0}, {"x8 to x15", {X8_15}, 15, 1, 7}, {"x8 to x15", {X8_15}, 7, 0, 0},
    {"x8 to x15", {X8_15}, 16, 0, 0}, {"x8 to x15", {X8_15}, -1, 0, 0},
#define LSL64 FIELD(4, FIELD_RANGED | FIELD_NEGATED, 0, 6, 16), FIELD_RANGE(0, 63)
    {"-n modulo 64", {LSL64}, 0, 1, 0}, {"-n modulo 64", {LSL64}, 1, 1, 63}, {"-n modulo 64", {LSL64}, 63, 1, 1},
    {"-n modulo 64", {LSL64}, 64, 0, 0},
#define EVEN FIELD(4, FIELD_RANGED | FIELD_REGISTER, 1, 4, 1), FIELD_RANGE(0, 14)
    {"pairs", {EVEN}, 14, 1, 7}, {"pairs", {EVEN}, 13, 0, 0}, {"pairs", {EVEN}, 16, 0, 0},
#define SPANS FIELD(4, FIELD_RANGED, 0, 32, 0), FIELD_RANGE(INT32_MIN, INT32_MAX)
    {"int", {SPANS}, INT32_MAX, 1, INT32_MAX}, {"int", {SPANS}, INT32_MIN, 1, 0x80000000}, {"int", {SPANS}, -INT64_C(0x80000001), 0, 0},
#define NONZERO FIELD(2, FIELD_SIGNED | FIELD_NONZERO, 0, 6, 2)
    {"nonzero", {NONZERO}, 0, 0, 0}, {"nonzero", {NONZERO}, -32, 1, 32}, {"nonzero", {NONZERO}, 32, 0, 0},
#define HIGH(flag) FIELD(4, FIELD_SIGNED | (flag), 12, 20, 12)
    {"loose", {HIGH(FIELD_LOOSE)}, 0x12345fff, 1, 0x12345}, {"loose", {HIGH(FIELD_LOOSE)}, -1, 1, 0xfffff},
    {"loose", {HIGH(FIELD_LOOSE)}, INT64_C(0x80000000), 0, 0}, {"exact", {HIGH(0)}, 0x12345fff, 0, 0},
    {"rounded", {HIGH(FIELD_ROUNDED)}, 0x123457ff, 1, 0x12345}, {"rounded", {HIGH(FIELD_ROUNDED)}, 0x12345800, 1, 0x12346},
    {"rounded", {HIGH(FIELD_ROUNDED)}, 0x7ffff7ff, 1, 0x7ffff}, {"rounded", {HIGH(FIELD_ROUNDED)}, 0x7ffff800, 0, 0},
    {"rounded", {HIGH(FIELD_ROUNDED)}, -INT64_C(0x80000800), 1, 0x80000}, {"rounded", {HIGH(FIELD_ROUNDED)}, -INT64_C(0x80000801), 0, 0},
#define PAIR FIELD(8, FIELD_SIGNED, 0, 32, 0), AS(CARRY, 12)
    {"pair", {PAIR}, 0x7ffff7ff, 1, 0x7ffff7ff}, {"pair", {PAIR}, 0x7ffff800, 0, 0}, {"pair", {PAIR}, 0x800, 1, 0x1800},
    {"pair", {PAIR}, -INT64_C(0x80000800), 1, 0x80000800}, {"pair", {PAIR}, -INT64_C(0x80000801), 0, 0},
#define LDR FIELD(4, 0, 2, 9, 0), AS(MAGNITUDE, 0)
    {"magnitude", {LDR}, 1020, 1, 0x1ff}, {"magnitude", {LDR}, 1024, 0, 0}, {"magnitude", {LDR}, -1020, 1, 0xff},
    {"magnitude", {LDR}, -1024, 0, 0}, {"magnitude", {LDR}, 2, 0, 0}, {"magnitude", {LDR}, INT64_MIN, 0, 0},
#define DUP FIELD(4, 0, 0, 9, 5), AS(BYTE, 0)
    {"byte", {DUP}, 127, 1, 127}, {"byte", {DUP}, 128, 0, 0}, {"byte", {DUP}, -128, 1, 0x80}, {"byte", {DUP}, -129, 0, 0},
    {"byte", {DUP}, 32512, 1, 0x17f}, {"byte", {DUP}, 32768, 0, 0}, {"byte", {DUP}, -32768, 1, 0x180}, {"byte", {DUP}, -33024, 0, 0},
    {"byte", {DUP}, 257, 0, 0},
#define DUPH FIELD(4, 0, 0, 9, 5), AS(BYTE, 16)
    {"byte of 16", {DUPH}, 0xff80, 1, 0x80}, {"byte of 16", {DUPH}, 0x8000, 1, 0x180}, {"byte of 16", {DUPH}, 0xff7f, 0, 0},
    {"byte of 16", {DUPH}, 0x10000, 0, 0}, {"byte of 16", {DUPH}, -0x8000, 1, 0x180},
#define BIC FIELD(4, 0, 0, 13, 10), AS(A64_MASK, 32)
    {"mask", {BIC}, INT64_C(0x00ffffff) - INT64_C(0x100000000), 1, 23}, {"mask", {BIC}, 0x00ffffff, 1, 23},
    {"mask", {BIC}, INT64_C(0x100ffffff), 0, 0}, {"mask", {BIC}, INT64_C(0x00ffffff) - INT64_C(0x200000000), 0, 0},
#define UDUP FIELD(4, 0, 0, 9, 5), AS(UBYTE, 0)
    {"ubyte", {UDUP}, 255, 1, 255}, {"ubyte", {UDUP}, 256, 1, 0x101}, {"ubyte", {UDUP}, 65280, 1, 0x1ff}, {"ubyte", {UDUP}, 65536, 0, 0},
    {"ubyte", {UDUP}, -1, 0, 0},
#define ADDI FIELD(4, 0, 0, 14, 0), AS(A64_ADD, 0)
    {"add", {ADDI}, 4095, 1, 0xfff}, {"add", {ADDI}, 4096, 1, 0x1001}, {"add", {ADDI}, 4097, 0, 0}, {"add", {ADDI}, 0xfff000, 1, 0x1fff},
    {"add", {ADDI}, 0x1000000, 0, 0}, {"add", {ADDI}, -4095, 1, 0x2fff}, {"add", {ADDI}, -4096, 1, 0x3001}, {"add", {ADDI}, -4097, 0, 0},
#define MOVZ(n) FIELD(4, 0, 0, 18, 5), AS(A64_WIDE, n)
    {"movz", {MOVZ(64)}, 0xffff, 1, 0xffff}, {"movz", {MOVZ(64)}, 0x10000, 1, 0x10001}, {"movz", {MOVZ(64)}, 0x10001, 0, 0},
    {"movz", {MOVZ(64)}, INT64_MIN, 1, 0x38000}, {"movz", {MOVZ(32)}, 0xffff0000, 1, 0x1ffff}, {"movz", {MOVZ(32)}, -0x10000, 1, 0x1ffff},
    {"movz", {MOVZ(32)}, INT64_C(0x100000000), 0, 0},
#define LSL FIELD(4, 0, 0, 12, 10), AS(A64_SHIFT, 32)
    {"lsl", {LSL}, 0, 1, 31}, {"lsl", {LSL}, 31, 1, 64}, {"lsl", {LSL}, 32, 0, 0}, {"lsl", {LSL}, -1, 0, 0},
    {"adr", {FIELD(4, 0, 0, 14, 0), AS(A32_OFFSET, 0)}, INT64_C(0x100000001), 0, 0},
#define SAVED FIELD(2, FIELD_REGISTER, 0, 3, 7), AS(AMONG, 0), FIELD_BYTES4(FIELD_LOW, 0x80fc0300)
    {"s0 to s7", {SAVED}, 8, 1, 0}, {"s0 to s7", {SAVED}, 18, 1, 2}, {"s0 to s7", {SAVED}, 23, 1, 7}, {"s0 to s7", {SAVED}, 31, 1, 7},
    {"s0 to s7", {SAVED}, 10, 0, 0}, {"s0 to s7", {SAVED}, 24, 0, 0}, {"s0 to s7", {SAVED}, 40, 0, 0}, {"s0 to s7", {SAVED}, -1, 0, 0},
#define CLUI FIELD(2, FIELD_NONZERO, 0, 6, 0), AS(WRAPPED, 20)
    {"c.lui", {CLUI}, 31, 1, 31}, {"c.lui", {CLUI}, 32, 0, 0}, {"c.lui", {CLUI}, -32, 0, 0}, {"c.lui", {CLUI}, -33, 0, 0},
    {"c.lui", {CLUI}, 0xfffe0, 1, 32}, {"c.lui", {CLUI}, 0xfffdf, 0, 0}, {"c.lui", {CLUI}, 0xfffff, 1, 63}, {"c.lui", {CLUI}, 0x100000, 0, 0},
    {"c.lui", {CLUI}, 0, 0, 0},
#define LD3 FIELD(4, FIELD_SIGNED, 0, 4, 16), AS(TIMES, 3)
    {"ld3d", {LD3}, 21, 1, 7}, {"ld3d", {LD3}, 24, 0, 0}, {"ld3d", {LD3}, -24, 1, 8}, {"ld3d", {LD3}, -27, 0, 0}, {"ld3d", {LD3}, 1, 0, 0},
#define FCMLA FIELD(4, FIELD_UNSIGNED, 0, 2, 13), AS(TIMES, 90)
    {"fcmla", {FCMLA}, 270, 1, 3}, {"fcmla", {FCMLA}, 0, 1, 0}, {"fcmla", {FCMLA}, 360, 0, 0}, {"fcmla", {FCMLA}, 45, 0, 0}, {"fcmla", {FCMLA}, -90, 0, 0},
#define MOVI FIELD(4, 0, 0, 8, 5), AS(A64_BYTES, 0)
    {"movi", {MOVI}, -1, 1, 255}, {"movi", {MOVI}, 0, 1, 0}, {"movi", {MOVI}, 0xff00ff0000, 1, 0x14}, {"movi", {MOVI}, 0xfe, 0, 0},
    {"movi", {MOVI}, INT64_MIN, 0, 0}, {"movi", {MOVI}, 0x1ff, 0, 0},
#define DIFFER FIELD(4, FIELD_REGISTER, 0, 1, 0), AS(DIFFERENCE, 0)
    {"ldp", {DIFFER}, 0, 0, 0}, {"ldp", {DIFFER}, 1, 1, 0}, {"ldp", {DIFFER}, -31, 1, 0},
};

START_TEST(values_at_their_bounds)
{
  uint8_t f[LIST_FIELD];
  uint64_t v;

  memcpy(f, values[_i].field, LIST_FIELD);
  field_complete(f);
  ck_assert(field_valid(f));
  ck_assert_msg(field_bits(f, 0, (uint64_t)values[_i].value, &v) == (values[_i].fits != 0), "%s of %lld", values[_i].name,
                (long long)values[_i].value);
  ck_assert_msg(v == (values[_i].fits ? values[_i].bits : (uint64_t)values[_i].value), "%s of %lld: %llx", values[_i].name,
                (long long)values[_i].value, (unsigned long long)v);
}
END_TEST

static int by_value(const void *a, const void *b)
{
  uint64_t x, y;

  memcpy(&x, a, 8);
  memcpy(&y, b, 8);
  return (x > y) - (x < y);
}

/* What N:immr:imms means, bit by bit as the Arm ARM says it; false: nothing. */
static bool decode_mask(unsigned bits, unsigned width, uint64_t *v)
{
  unsigned size = 64, length = (bits & 63) + 1, rotation, i;

  if (!(bits >> 12))
    for (size = 32; size > 1 && (bits & size); size /= 2)
      ;
  if (size < 2 || size > width)
    return false;
  length = (bits & (size - 1)) + 1;
  rotation = (bits >> 6) % size;
  if (length == size || (bits >> 6 & 63) >= size) /* (all ones are reserved; rotations are written once) */
    return false;
  *v = 0;
  for (i = 0; i < width; i++)
    if ((i % size + rotation) % size < length)
      *v |= (uint64_t)1 << i;
  return true;
}

/* Every bitmask has its encoding, and no number beside one has, unless it is one itself. */
START_TEST(bitmasks)
{
  static uint64_t masks[8192];
  unsigned width = 8u << _i, n = 0, bits, i, d;
  uint8_t f[LIST_FIELD] = {FIELD(4, 0, 0, 13, 10), AS(A64_MASK, (uint8_t)(8 << _i))};

  field_complete(f);
  for (bits = 0; bits < 8192; bits++)
    n += decode_mask(bits, width, &masks[n]);
  qsort(masks, n, sizeof *masks, by_value);
  ck_assert_uint_eq(n, width == 64 ? 5334 : width == 32 ? 1302 : width == 16 ? 310 : 70); /* as is well known; sums of size * (size - 1) */
  for (i = 0; i < n; i++)
    for (d = 0; d < 3; d++) {
      uint64_t v = masks[i] + d - 1, got, back = 0;
      bool is_mask = bsearch(&v, masks, n, sizeof *masks, by_value) != NULL, same;

      if (v >> (width - 1) > 1)
        continue;
      same = field_bits(f, 0, v, &got) == is_mask;
      if (!same || (is_mask && (!decode_mask((unsigned)got, width, &back) || back != v)))
        ck_abort_msg("%llx of %u bits: %llx", (unsigned long long)v, width, (unsigned long long)got);
    }
}
END_TEST

/* The same for the rotated immediates of A32. */
START_TEST(rotations)
{
  static uint64_t known[4096];
  uint8_t f[LIST_FIELD] = {FIELD(4, 0, 0, 12, 0), AS(A32_ROTATED, 0)};
  unsigned i, d;

  field_complete(f);
  for (i = 0; i < 4096; i++) {
    unsigned turn = i / 256 * 2, k;

    known[i] = 0;
    for (k = 0; k < 8; k++)
      known[i] |= (uint64_t)(i >> k & 1) << (k + 32 - turn) % 32;
  }
  qsort(known, 4096, sizeof *known, by_value);
  for (i = 0; i < 4096; i++)
    for (d = 0; d < 3; d++) {
      uint64_t v = known[i] + d - 1, got;
      bool is_known = bsearch(&v, known, 4096, sizeof *known, by_value) != NULL;

      if (v >> 32 == 0 && field_bits(f, 0, v, &got) != is_known)
        ck_abort_msg("%llx", (unsigned long long)v);
    }
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
  ck_assert_int_eq(field_words(f, words), (int)strlen("does not fit in 12 bits with sign as a multiple of 8"));
  ck_assert_str_eq(words, "does not fit in 12 bits with sign as a multiple of 8");
  field_words((const uint8_t[LIST_FIELD]){SHIFT32}, words);
  ck_assert_str_eq(words, "is not in 1 to 32");
  field_words((const uint8_t[LIST_FIELD]){NONZERO}, words);
  ck_assert_str_eq(words, "does not fit in 6 bits with sign other than 0");
  field_words((const uint8_t[LIST_FIELD]){FIELD(4, 0, 0, 13, 10), AS(A64_MASK, 64)}, words);
  ck_assert_str_eq(words, "is not a run of ones that repeats");
}
END_TEST

int main(void)
{
  Suite *s = suite_create("field");
  TCase *t = tcase_create("field");

  tcase_add_test(t, every_width_sign_and_order);
  tcase_add_test(t, pieces);
  tcase_add_loop_test(t, origins_at_their_bounds, 0, sizeof origins / sizeof *origins);
  tcase_add_loop_test(t, encodings_of_processors, 0, sizeof encodings / sizeof *encodings);
  tcase_add_loop_test(t, values_at_their_bounds, 0, sizeof values / sizeof *values);
  tcase_add_loop_test(t, bitmasks, 0, 4);
  tcase_add_test(t, rotations);
  tcase_add_test(t, numbers_and_words);
  suite_add_tcase(s, t);
  return suite_run(s);
}
