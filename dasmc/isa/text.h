/* text.h - characters and words at the start of a span, for those who read operands. */
#ifndef DASMC_ISA_TEXT_H
#define DASMC_ISA_TEXT_H

#include "../front.h"

static inline bool text_is_blank(char c)
{
  return c == ' ' || c == '\t';
}

static inline bool text_is_word(char c)
{
  return char_is(c, CHAR_WORD);
}

static inline bool text_is_digit(char c)
{
  return char_is(c, CHAR_DIGIT);
}

/* Registers and types begin so. */
static inline bool text_begins_name(char c)
{
  return text_is_word(c) && !text_is_digit(c);
}

/* Without the first n bytes, and blanks behind them. An empty text may be nowhere. */
static inline struct span text_skip(struct span s, size_t n)
{
  if (n > 0)
    s.p += n;
  s.n -= n;
  while (s.n > 0 && text_is_blank(*s.p)) {
    s.p++;
    s.n--;
  }
  return s;
}

static inline struct span text_first_word(struct span s)
{
  size_t n = 0;

  while (n < s.n && text_is_word(s.p[n]))
    n++;
  s.n = n;
  return s;
}

/* operand.c: length of "(...)" with balanced parentheses at the start of s, or 0. */
size_t text_parentheses(struct span s);

#endif
