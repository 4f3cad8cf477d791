/* x86_text.h - what the parsers of x86 operands share: characters, words, numbers, memory. */
#ifndef DASMC_ISA_X86_TEXT_H
#define DASMC_ISA_X86_TEXT_H

#include "x86.h"

static inline bool x86_is_blank(char c)
{
  return c == ' ' || c == '\t';
}

static inline bool x86_is_word(char c)
{
  return char_is(c, CHAR_WORD);
}

static inline bool x86_is_digit(char c)
{
  return char_is(c, CHAR_DIGIT);
}

/* Registers and types begin so. */
static inline bool x86_begins_name(char c)
{
  return x86_is_word(c) && !x86_is_digit(c);
}

static inline struct span x86_skip(struct span s, size_t n)
{
  s.p += n;
  s.n -= n;
  while (s.n > 0 && x86_is_blank(*s.p)) {
    s.p++;
    s.n--;
  }
  return s;
}

static inline struct span x86_first_word(struct span s)
{
  size_t n = 0;

  while (n < s.n && x86_is_word(s.p[n]))
    n++;
  s.n = n;
  return s;
}

/* x86_word.c: a number, or SIZE*number; sign included, modulo 2^64. */
bool x86_number(bool x64, struct span s, int64_t *out);

/* x86_const.c: the value of an expression in which are numbers only. */
bool x86_constant(struct front *F, struct span s, int64_t *out);

/* x86_memory.c */
/* "reg", "TYPE:reg", or "TYPE" with a default register. Bytes taken, 0 if it is none. */
size_t x86_base_reg(struct front *F, bool x64, struct span s, struct x86_reg *reg);
uint64_t x86_memory_kinds(const struct x86_operand *o);
/* Memory as other assemblers write it, in libdasm's dialect. False: it is none; else *ok is false if that was reported. */
bool x86_brackets_parse(struct front *F, bool x64, struct span s, struct x86_operand *o, bool *ok);
/* What stands between brackets. False: an error was reported. */
bool x86_memory_parse(struct front *F, bool x64, struct span inner, struct x86_operand *o);

#endif
