/* arm64_mov.c - AArch64: any number into a register, in as few instructions as movz, movn, orr and movk can do it.
 *
 * The first instruction has a number whose half words are mostly those that are wanted: one of them and zeros, the
 * complement of such a number, or a run of ones that repeats. A movk for each of the others follows. What has no ones in the
 * upper half may be done with the register of 32 bits, which clears that half. What would take four may be twice the same
 * half, which an orr of the register with itself makes of one.
 */
#include "../field.h"
#include "arm64.h"

enum { HALVES = 4, ORR_X_LSL_32 = (int)0xaa008000 };

/* How a sequence begins, and which half words come behind. */
struct plan {
  uint32_t first;
  unsigned count;   /* of instructions, the first one, too */
  unsigned replace; /* bit n: half word n needs a movk */
  bool wide;
};

static uint64_t half_of(uint64_t v, unsigned i)
{
  return v >> 16 * i & 0xffff;
}

static uint64_t with_half(uint64_t v, unsigned i, uint64_t half)
{
  return (v & ~(UINT64_C(0xffff) << 16 * i)) | half << 16 * i;
}

static unsigned ones_of(unsigned mask)
{
  return mask ? 1 + ones_of(mask & (mask - 1)) : 0;
}

static void take(struct plan *best, uint32_t first, unsigned replace, bool wide)
{
  unsigned count = 1 + ones_of(replace);

  if (best->count == 0 || count < best->count)
    *best = (struct plan){first | (uint32_t)wide << 31, count, replace, wide};
}

/* movz, movn: all half words but one are `rest`, or a movk follows. */
static void try_move(struct plan *best, uint64_t v, bool wide, uint64_t rest)
{
  unsigned n = wide ? HALVES : HALVES / 2, first = 0, replace = 0, i;

  for (i = n; i-- > 0;)
    if (half_of(v, i) != rest) {
      replace |= 1u << i;
      first = i;
    }
  take(best, (rest ? 0x12800000 : 0x52800000) | first << 21 | (uint32_t)(half_of(v, first) ^ rest) << 5, replace & ~(1u << first), wide);
}

static bool try_pattern(struct plan *best, uint64_t v, bool wide, unsigned replace)
{
  const uint8_t f[LIST_FIELD] = {[FIELD_TRANSFORM] = TRANSFORM_A64_MASK, [FIELD_PARAM] = wide ? 64 : 32};
  uint64_t bits;

  if (!field_transform(f, v, &bits))
    return false;
  take(best, 0x320003e0 | (uint32_t)bits << 10, replace, wide);
  return true;
}

/* What half word i may be in a pattern is what another one is, zeros, or ones. */
static uint64_t filling(uint64_t v, unsigned i, unsigned k)
{
  return k < HALVES ? half_of(v, (i + k) % HALVES) : k == HALVES ? 0 : 0xffff;
}

/* orr, and up to two movk. */
static void try_patterns(struct plan *best, uint64_t v, bool wide)
{
  unsigned n = wide ? HALVES : HALVES / 2, i, j, k, m;

  if (best->count <= 1 || try_pattern(best, v, wide, 0))
    return;
  for (i = 0; i < n && best->count > 2; i++)
    for (k = 1; k < HALVES + 2; k++)
      try_pattern(best, with_half(v, i, filling(v, i, k)), wide, 1u << i);
  for (i = 0; i < n && best->count > 3; i++)
    for (j = i + 1; j < n; j++)
      for (k = 1; k < HALVES + 2; k++)
        for (m = 1; m < HALVES + 2; m++) {
          uint64_t w = with_half(v, i, filling(v, i, k));

          try_pattern(best, with_half(w, j, filling(w, j, m)), wide, 1u << i | 1u << j);
        }
}

unsigned arm64_mov(bool wide, unsigned rd, uint64_t v, uint32_t insn[ARM64_MOV_MOST])
{
  struct plan best = {0, 0, 0, false};
  unsigned n = 1, i;

  if (!wide)
    v &= 0xffffffff;
  for (i = wide; i <= 1; i--) { /* 1: in 64 bits, 0: in 32 */
    if (i == 0 && v >> 32)
      break;
    try_move(&best, v, i == 1, 0);
    try_move(&best, v, i == 1, 0xffff);
    try_patterns(&best, v, i == 1);
  }
  if (best.count > 3 && v >> 32 == (v & 0xffffffff)) {
    n = arm64_mov(false, rd, v, insn);
    insn[n] = (uint32_t)ORR_X_LSL_32 | rd << 16 | rd << 5 | rd;
    return n + 1;
  }
  insn[0] = best.first | rd;
  for (i = 0; i < HALVES; i++)
    if (best.replace >> i & 1)
      insn[n++] = 0x72800000 | (uint32_t)best.wide << 31 | i << 21 | (uint32_t)half_of(v, i) << 5 | rd;
  return n;
}
