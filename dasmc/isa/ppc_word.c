/* ppc_word.c - words of PowerPC that stand for numbers. */
#include "ppc.h"

int ppc_bit(struct span word)
{
  static const char *const bits[] = { "lt", "gt", "eq", "so", "un" };

  for (int i = 0; i < 5; i++)
    if (span_is(word, bits[i]))
      return i < 3 ? i : 3;
  return -1;
}

/* lt, 4*cr1+lt, or 4*cr(n)+lt, which is an expression. */
static bool condition_bit(struct front *F, struct span text, int64_t *number, struct span *expr)
{
  const char *plus = text.n > 0 ? memchr(text.p, '+', text.n) : NULL;
  struct span bit = plus ? (struct span){ plus + 1, text.n - (size_t)(plus + 1 - text.p) } : text;
  struct span field = { text.p, plus ? (size_t)(plus - text.p) : 0 }, name, inner;
  uint8_t cr = 0;

  *number = ppc_bit(span_trim(bit));
  if (*number < 0 || !plus)
    return *number >= 0;
  field = span_trim(field);
  if (field.n < 5 || memcmp(field.p, "4*", 2) != 0)
    return false;
  field = span_trim((struct span){ field.p + 2, field.n - 2 });
  if (operand_call(field, &name, &inner) && span_is(name, "cr")) {
    *expr = span_fmt(F, "4*(%.*s)+%d", (int)inner.n, inner.p, (int)*number);
    return true;
  }
  if (field.n != 3 || memcmp(field.p, "cr", 2) != 0 ||
      !plain_index((struct span){ field.p + 2, 1 }, 8, &cr))
    return false;
  *number += 4 * cr;
  return true;
}

#define G(name, number, ...) { name, number },
#define P(name, number, ...) { name, number },
#define S(name, number, ...) { name, number },

/* The lower half of the number stands first. */
static const struct {
  const char *name, *number;
} registers[] = {
  { "lr", "01000 00000" },
  { "ctr", "01001 00000" },
  { "xer", "00001 00000" },
#include "ppc_spr.def"
};

static bool special_register(struct span text, int64_t *number)
{
  size_t i = 0;

  while (i < sizeof(registers) / sizeof(registers[0]) && !span_is(text, registers[i].name))
    i++;
  if (i == sizeof(registers) / sizeof(registers[0]))
    return false;
  *number = 0;
  for (unsigned bit = 0; bit < 10; bit++)
    *number |= (int64_t)(registers[i].number[bit < 5 ? 4 - bit : 15 - bit] - '0') << bit;
  return true;
}

bool ppc_word(struct front *F, unsigned set, struct span text, int64_t *number, struct span *expr)
{
  *expr = (struct span){ NULL, 0 };
  return set == PPC_BITS ? condition_bit(F, text, number, expr) : special_register(text, number);
}
