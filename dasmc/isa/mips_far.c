/* mips_far.c - labels that are far: which way a branch goes when its own is out of reach
 * (lib/isa/mips.h), and parts of addresses.
 *
 * A row's bits say what the instruction is; those of its registers are free in it.
 */
#include "../../lib/isa/mips.h"
#include "mips.h"

enum { RS = 21, RT = 16, ALL = 31 };

static bool is_free(const struct word *w, unsigned at, unsigned bits)
{
  return (w->mask >> at & ((1u << bits) - 1)) == 0;
}

/* bltz and its relatives; what links is not done without linking, so nothing else can be done for
 * it, except bal. */
static uint8_t of_sign(const struct word *w, unsigned rt)
{
  if (rt == 17 && !is_free(w, RS, 5))
    return MIPS_ESCAPE_ALWAYS;
  return rt <= 1 ? MIPS_ESCAPE_16 : rt <= 3 ? MIPS_ESCAPE_LIKELY_16 : 0;
}

/* Branches of coprocessors and vectors: bits 16 and 17 of the older ones say what is tested, and
 * how. */
static uint8_t of_coprocessor(const struct word *w)
{
  if (is_free(w, RT, 5))
    return MIPS_ESCAPE_23;
  return w->fixed >> 17 & 1 ? MIPS_ESCAPE_LIKELY_16 : MIPS_ESCAPE_16;
}

/* bgec, bgeuc, beqc: with one field alone they link, or compare with zero. */
static uint8_t of_compact(const struct word *w, uint8_t escape)
{
  return w->nfields == 3 ? escape : 0;
}

uint8_t mips_escape(const struct word *w)
{
  bool second = is_free(
      w, RT, 5); /* rt is a register: in release 6 a compact branch, where older ones have zero */

  switch (w->fixed >> 26) {
  case 1:
    return of_sign(w, w->fixed >> RT & ALL);
  case 2:
  case 3:
    return MIPS_ESCAPE_JUMP;
  case 4:
    return is_free(w, RS, 5) ? MIPS_ESCAPE_26 : MIPS_ESCAPE_ALWAYS;
  case 5:
    return MIPS_ESCAPE_26;
  case 6:
  case 7:
    return second ? of_compact(w, MIPS_ESCAPE_COMPACT_26) : MIPS_ESCAPE_26;
  case 8:
  case 24:
    return of_compact(w, MIPS_ESCAPE_COMPACT_30);
  case 17:
  case 18:
    return of_coprocessor(w);
  case 20:
  case 21:
    return MIPS_ESCAPE_LIKELY_26;
  case 22:
  case 23:
    return second ? MIPS_ESCAPE_COMPACT_26 : MIPS_ESCAPE_LIKELY_26;
  case 50:
  case 58:
    return w->nfields == 1 ? MIPS_ESCAPE_JUMP : MIPS_ESCAPE_29;
  case 54:
  case 62:
    return w->nfields == 2 ? MIPS_ESCAPE_COMPACT_29 : MIPS_ESCAPE_29;
  default:
    return 0;
  }
}

bool mips_part(struct isa_state *S, struct span text, struct span *of, uint8_t *number,
               uint8_t *constant)
{
  static const char *const names[] = { "%lo", "%hi", "%higher", "%highest" };
  struct span name;
  size_t n = 0;

  while (n < text.n && text.p[n] != '(')
    n++;
  name = (struct span){ text.p, n };
  if (n + 2 > text.n || text.p[text.n - 1] != ')')
    return false;
  *of = span_trim((struct span){ text.p + n + 1, text.n - n - 2 });
  *constant = ((struct mips *)S)->constant;
  for (uint8_t i = 0; i < 4; i++)
    if (span_is(name, names[i])) {
      *number = i;
      return true;
    }
  return false;
}
