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

static const struct arm_name *const tables[] = {
  [ARM_BARRIER] = barriers,
  [ARM_ISB] = isb,
};

long arm_word(unsigned words, struct span text)
{
  for (const struct arm_name *w = tables[words]; w->name; w++)
    if (same(text, w->name))
      return w->number;
  return -1;
}

const char *arm_word_at(unsigned words, size_t index)
{
  return tables[words][index].name;
}
