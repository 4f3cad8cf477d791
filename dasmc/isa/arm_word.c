/* arm_word.c - words of operands that are no registers: shifts, conditions, barriers. */
#include "arm.h"

static char lower(char c)
{
  return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

static bool same(struct span text, const char *word)
{
  size_t n = strlen(word);

  if (text.n != n)
    return false;
  for (size_t i = 0; i < n; i++)
    if (lower(text.p[i]) != word[i])
      return false;
  return true;
}

int arm_condition(struct span text)
{
  static const char names[] = "eqnecsccmiplvsvchilsgeltgtleal";

  if (text.n != 2)
    return -1;
  if (memcmp(text.p, "hs", 2) == 0)
    return 2;
  if (memcmp(text.p, "lo", 2) == 0)
    return 3;
  for (int i = 0; i < 15; i++)
    if (memcmp(text.p, names + (size_t)2 * (unsigned)i, 2) == 0)
      return i;
  return -1;
}

int arm_shift_type(struct span text)
{
  static const char *const names[] = { "lsl", "lsr", "asr", "ror", "rrx" };

  for (int i = 0; i < 5; i++)
    if (same(text, names[i]))
      return i;
  return same(text, "asl") ? 0 : -1;
}

/* ---- tables ------------------------------------------------------------------------------ */

static const struct arm_name {
  const char *name;
  uint16_t number;
} barriers[] = {
  { "sy", 15 }, { "st", 14 },   { "ld", 13 },   { "ish", 11 },  { "ishst", 10 }, { "ishld", 9 },
  { "nsh", 7 }, { "nshst", 6 }, { "nshld", 5 }, { "osh", 3 },   { "oshst", 2 },  { "oshld", 1 },
  { "un", 7 },  { "unst", 6 },  { "sh", 11 },   { "shst", 10 }, { NULL, 0 },
};

static const struct arm_name isb[] = { { "sy", 15 }, { NULL, 0 } };

static const struct arm_name endians[] = { { "le", 0 }, { "be", 1 }, { NULL, 0 } };

static const struct arm_name iflags[] = {
  { "aif", 7 }, { "a", 4 },  { "i", 2 },  { "f", 1 },
  { "ai", 6 },  { "af", 5 }, { "if", 3 }, { NULL, 0 },
};

/* Registers of other modes: SYSm, and bit 5 for SPSR. */
static const struct arm_name banks[] = {
  { "r8_usr", 0 },    { "r9_usr", 1 },    { "r10_usr", 2 },   { "r11_usr", 3 },
  { "r12_usr", 4 },   { "sp_usr", 5 },    { "lr_usr", 6 },    { "r8_fiq", 8 },
  { "r9_fiq", 9 },    { "r10_fiq", 10 },  { "r11_fiq", 11 },  { "r12_fiq", 12 },
  { "sp_fiq", 13 },   { "lr_fiq", 14 },   { "lr_irq", 16 },   { "sp_irq", 17 },
  { "lr_svc", 18 },   { "sp_svc", 19 },   { "lr_abt", 20 },   { "sp_abt", 21 },
  { "lr_und", 22 },   { "sp_und", 23 },   { "lr_mon", 28 },   { "sp_mon", 29 },
  { "elr_hyp", 30 },  { "sp_hyp", 31 },   { "spsr_fiq", 46 }, { "spsr_irq", 48 },
  { "spsr_svc", 50 }, { "spsr_abt", 52 }, { "spsr_und", 54 }, { "spsr_mon", 60 },
  { "spsr_hyp", 62 }, { NULL, 0 },
};

/* Names of parts of the status register; others are cpsr_ or spsr_ and letters. */
static const struct arm_name status[] = {
  { "apsr_nzcvq", 8 }, { "apsr_g", 4 },   { "apsr_nzcvqg", 12 }, { "apsr", 8 },
  { "cpsr", 9 },       { "spsr", 25 },    { "cpsr_all", 9 },     { "spsr_all", 25 },

  { "cpsr_fsxc", 15 }, { "spsr_cf", 25 }, { NULL, 0 },
};

static const struct arm_name *const tables[] = {
  [ARM_BARRIER] = barriers, [ARM_ISB] = isb,       [ARM_PSR] = status,
  [ARM_BANK] = banks,       [ARM_IFLAGS] = iflags, [ARM_ENDIAN] = endians,
};

/* cpsr_fc: the parts in any order. */
static long status_parts(struct span text)
{
  static const char letters[] = "cxsf";
  long mask = 0;

  if (text.n < 6 || text.n > 9 ||
      !(same((struct span){ text.p, 5 }, "cpsr_") || same((struct span){ text.p, 5 }, "spsr_")))
    return -1;
  for (size_t i = 5; i < text.n; i++) {
    const char *at = strchr(letters, lower(text.p[i]));
    long bit = at && *at ? 1l << (at - letters) : 0;

    if (bit == 0 || (mask & bit))
      return -1;
    mask |= bit;
  }
  return mask | (lower(text.p[0]) == 's' ? 16 : 0);
}

long arm_word(unsigned words, struct span text)
{
  for (const struct arm_name *w = tables[words]; w->name; w++)
    if (same(text, w->name))
      return w->number;
  return words == ARM_PSR ? status_parts(text) : -1;
}

const char *arm_word_at(unsigned words, size_t index)
{
  return tables[words][index].name;
}
