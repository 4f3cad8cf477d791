/* mips_li.c - MIPS: any number into a register: see mips.h.
 *
 * 32 bits with their sign are addiu, ori or lui, or lui and ori. A larger number is taken apart from its end: its low 16 bits
 * come last, by ori, and what ends with zeros is shifted to its place. What begins with zeros may be a number that begins
 * with ones, shifted to the right. Of all ways the shortest one counts.
 *
 * Example: 0x123456780000 is 0x2468acf, shifted by 19: lui 0x246, ori 0x8acf, dsll 19.
 */
#include "mips.h"

enum { ADDIU = 0x24000000, ORI = 0x34000000, LUI = 0x3c000000, DSLL = 0x38, DSRL = 0x3a, BY_32 = 4 };

/* Instructions without their registers, the last one first; n > MIPS_LI_MOST: too many. */
struct way {
  unsigned n;
  uint32_t insn[MIPS_LI_MOST + 1];
};

static bool add(struct way *w, uint32_t insn)
{
  if (w->n <= MIPS_LI_MOST)
    w->insn[w->n++] = insn;
  return w->n <= MIPS_LI_MOST;
}

static uint32_t shift(uint32_t code, unsigned by)
{
  return by < 32 ? code | by << 6 : code | BY_32 | (by - 32) << 6;
}

static unsigned count_zeros(uint64_t v)
{
  unsigned n = 0;

  for (; n < 64 && !(v >> n & 1); n++)
    ;
  return n;
}

static int64_t shifted(int64_t v, unsigned by)
{
  return (int64_t)((uint64_t)v >> by | (v < 0 && by > 0 ? ~(UINT64_MAX >> by) : 0));
}

/* Behind what `w` has: load 32 bits with their sign, or 16 without. */
static void finish(struct way *w, int64_t v)
{
  uint32_t low = (uint32_t)v & 0xffff, high = (uint32_t)((uint64_t)v >> 16) & 0xffff;

  if (v >= -0x8000 && v < 0x8000)
    add(w, ADDIU | low);
  else if (v >= 0 && v < 0x10000)
    add(w, ORI | low);
  else if (low == 0 || add(w, ORI | low))
    add(w, LUI | high);
}

static void load(struct way *w, int64_t v)
{
  struct way other;
  unsigned zeros;

  if ((v & 0xffff) != 0 && (v < INT32_MIN || v > INT32_MAX) && !add(w, ORI | ((uint32_t)v & 0xffff)))
    return;
  if (v < INT32_MIN || v > INT32_MAX)
    v = (int64_t)((uint64_t)v & ~UINT64_C(0xffff));
  if (v >= INT32_MIN && v <= INT32_MAX) {
    finish(w, v);
    return;
  }
  zeros = count_zeros((uint64_t)v);
  other = *w;
  if (zeros % 16 != 0 && add(&other, shift(DSLL, zeros / 16 * 16)))
    load(&other, shifted(v, zeros / 16 * 16));
  if (add(w, shift(DSLL, zeros)))
    load(w, shifted(v, zeros));
  if (zeros % 16 != 0 && other.n <= w->n)
    *w = other;
}

/* The number begins with zeros: what if it were shifted there, to the right? */
static void try_right(struct way *best, uint64_t v)
{
  unsigned zeros = 0;

  while (!(v >> 63)) {
    v <<= 1;
    zeros++;
  }
  for (unsigned ones = 0; zeros > 0 && ones <= 1; ones++) {
    struct way w = {.n = 0};

    add(&w, shift(DSRL, zeros));
    load(&w, (int64_t)(ones ? v | ((UINT64_C(1) << zeros) - 1) : v));
    if (w.n < best->n)
      *best = w;
  }
}

unsigned mips_li(bool wide, unsigned rt, int64_t v, uint32_t insn[MIPS_LI_MOST])
{
  struct way best = {.n = 0};

  if (!wide)
    v = (int32_t)(uint32_t)(uint64_t)v;
  if (v >= 0 && v < 0x10000) {
    finish(&best, v);
  } else {
    load(&best, v);
    if (best.n > 2 && v > 0)
      try_right(&best, (uint64_t)v);
  }
  for (unsigned i = 0; i < best.n; i++) {
    uint32_t one = best.insn[best.n - 1 - i];
    bool is_first = i == 0, is_shift = one >> 26 == 0;

    insn[i] = one | (is_shift ? rt << 16 | rt << 11 : rt << 16 | (is_first ? 0 : rt << 21));
  }
  return best.n;
}
