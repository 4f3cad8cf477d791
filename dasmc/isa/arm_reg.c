/* arm_reg.c - registers: r0, sp, s1, d2, q3, c7, p15, and at run time r(n), s(n), d(n), q(n). */
#include <stdio.h>

#include "arm.h"

static const struct arm_family {
  const char *name, *run_time, *wanted;
  uint8_t class, count;
  bool dynasm; /* DynASM has them, too */
} families[] = {
  { "r", "r(n)", "a register r0 to r15 is expected", ARM_R, 16, true },
  { "s", "s(n)", "a register s0 to s31 is expected", ARM_S, 32, true },
  { "d", "d(n)", "a register d0 to d31 is expected", ARM_D, 32, true },
  { "q", "q(n)", "a register q0 to q15 is expected", ARM_Q, 16, false },
  { "c", "c(n)", "a register c0 to c15 of a coprocessor is expected", ARM_C, 16, false },
  { "p", "p(n)", "a coprocessor p0 to p15 is expected", ARM_P, 16, false },
};
enum { ARM_FAMILIES = sizeof(families) / sizeof(families[0]) };

/* Those of DynASM first; the others are names of the procedure call standard. */
static const struct {
  const char *name;
  uint8_t num;
} aliases[] = {
  { "sp", 13 }, { "lr", 14 }, { "pc", 15 }, { "ip", 12 }, { "fp", 11 }, { "sl", 10 }, { "sb", 9 },
  { "a1", 0 },  { "a2", 1 },  { "a3", 2 },  { "a4", 3 },  { "v1", 4 },  { "v2", 5 },  { "v3", 6 },
  { "v4", 7 },  { "v5", 8 },  { "v6", 9 },  { "v7", 10 }, { "v8", 11 },
};
enum { ARM_ALIASES = sizeof(aliases) / sizeof(aliases[0]), ARM_DYNASM_ALIASES = 3 };

const char *arm_reg_wanted(unsigned class)
{
  if (class == ARM_V)
    return "a register d0 to d31 or q0 to q15 is expected";
  for (unsigned i = 0; i < ARM_FAMILIES; i++)
    if (families[i].class == class)
      return families[i].wanted;
  return "another register is expected";
}

static size_t letters_and_digits(struct span s)
{
  size_t n = 0;

  while (n < s.n && char_is(s.p[n], CHAR_WORD))
    n++;
  return n;
}

/* "12" without zeros before it, below count; else -1. */
static int number_below(struct span s, unsigned count)
{
  unsigned v = 0;

  if (s.n < 1 || s.n > 2 || (s.n == 2 && s.p[0] == '0'))
    return -1;
  for (size_t i = 0; i < s.n; i++) {
    if (!char_is(s.p[i], CHAR_DIGIT))
      return -1;
    v = 10 * v + (unsigned)(s.p[i] - '0');
  }
  return v < count ? (int)v : -1;
}

static bool named(bool dynasm, struct span word, struct arm_reg *out)
{
  for (unsigned i = 0; i < (dynasm ? ARM_DYNASM_ALIASES : ARM_ALIASES); i++)
    if (span_is(word, aliases[i].name)) {
      *out = (struct arm_reg){ .class = ARM_R, .num = aliases[i].num };
      return true;
    }
  for (unsigned i = 0; i < ARM_FAMILIES; i++) {
    const struct arm_family *f = &families[i];
    int num;

    if (word.n < 2 || word.p[0] != f->name[0] || (dynasm && !f->dynasm))
      continue;
    num = number_below((struct span){ word.p + 1, word.n - 1 }, f->count);
    if (num >= 0) {
      *out = (struct arm_reg){ .class = f->class, .num = (uint8_t)num };
      return true;
    }
  }
  return false;
}

/* Length of "(...)" at the start, or 0. */
static size_t parentheses(struct span s)
{
  unsigned depth = 0;

  for (size_t i = 0; i < s.n; i++) {
    depth += s.p[i] == '(';
    if (s.p[i] == ')' && --depth == 0)
      return i + 1;
    if (depth == 0)
      return 0;
  }
  return 0;
}

static size_t at_run_time(struct span text, size_t word, struct arm_reg *out)
{
  size_t n = parentheses((struct span){ text.p + word, text.n - word });

  if (word != 1 || n < 3)
    return 0;
  for (unsigned i = 0; i < ARM_FAMILIES; i++) {
    if (text.p[0] != families[i].name[0])
      continue;
    *out = (struct arm_reg){ .class = families[i].class };
    out->expr = span_trim((struct span){ text.p + word + 1, n - 2 });
    return word + n;
  }
  return 0;
}

/* TYPE, TYPE:reg */
static size_t of_type(struct front *F, const struct isa_state *S, struct span text, size_t word,
                      struct arm_reg *out)
{
  struct type *type = front_type(F, (struct span){ text.p, word });
  struct span reg;

  if (!type)
    return 0;
  if (word < text.n && text.p[word] == ':') {
    struct span rest = { text.p + word + 1, text.n - word - 1 };

    rest.n = letters_and_digits(rest);
    return named(S->dynasm, rest, out) ? word + 1 + rest.n : 0;
  }
  reg = type->reg;
  return reg.n > 0 && arm_reg_parse(NULL, S, reg, out) == reg.n ? word : 0;
}

size_t arm_reg_parse(struct front *F, const struct isa_state *S, struct span text,
                     struct arm_reg *out)
{
  size_t word = letters_and_digits(text), n;

  if (word == 0)
    return 0;
  if (F && (n = of_type(F, S, text, word, out)) > 0)
    return n;
  if (named(S->dynasm, (struct span){ text.p, word }, out))
    return word;
  return at_run_time(text, word, out);
}

bool arm_is_register(const struct isa_state *S, struct span text)
{
  struct arm_reg reg;

  return text.n > 0 && arm_reg_parse(NULL, S, text, &reg) == text.n;
}

bool arm_is_reserved(const struct isa_state *S, struct span text)
{
  (void)S;
  for (unsigned i = 0; i < ARM_DYNASM_ALIASES; i++)
    if (span_is(text, aliases[i].name))
      return true;
  return false;
}

bool arm_reg_at(const struct isa *isa, size_t *index, struct isa_reg *out)
{
  size_t n = (*index)++;

  (void)isa;
  out->name = out->text;
  for (unsigned i = 0; i < ARM_FAMILIES; i++) {
    const struct arm_family *f = &families[i];

    if (n < f->count) {
      snprintf(out->text, sizeof(out->text), "%s%u", f->name, (unsigned)n);
      out->number = (unsigned)n;
      out->kind = f->name;
      out->run_time = f->run_time;
      return true;
    }
    n -= f->count;
  }
  if (n >= ARM_ALIASES)
    return false;
  out->name = aliases[n].name;
  out->number = aliases[n].num;
  out->kind = families[0].name;
  out->run_time = families[0].run_time;
  return true;
}
