/* ctext.c - pieces of C text: literals in quotes, expressions that go to C, lines that join the
 * next one.
 *
 * What an operand says goes into a call in the generated C, as one argument among others. It can
 * be one only if its brackets balance and its quotes and comments are closed; else the compiler
 * sees fewer or more arguments than the site in the list takes. So each is looked at when it is
 * named (c_fault), and each call again when it was written (c_arguments): other mistakes in the
 * translator must not reach the program either.
 */
#include "front_private.h"

/* Does the quote at p go on with what is before it: it's, 1'000? Not with L, u, U, u8. */
static bool follows_word(struct span s, const char *p)
{
  const char *from = p;
  struct span word;

  while (from > s.p && char_is(from[-1], CHAR_WORD))
    from--;
  word = span_between(from, p);
  return word.n > 0 && !span_is(word, "L") && !span_is(word, "u") && !span_is(word, "U") && !span_is(word, "u8");
}

const char *c_literal(struct span s, const char *p)
{
  const char *end = span_end(s);
  char quote = *p;

  if (quote != '\'' && quote != '"')
    return p;
  if (quote == '\'' && follows_word(s, p))
    return p;
  for (p++; p < end && *p != quote; p++)
    if (*p == '\\' && ++p == end)
      return NULL;
  return p < end ? p + 1 : NULL;
}

/* The last byte of the comment that begins at p, or NULL. */
static const char *comment_end(const char *p, const char *end)
{
  for (p += 2; end - p > 1; p++)
    if (p[0] == '*' && p[1] == '/')
      return p + 1;
  return NULL;
}

const char *c_fault(struct span s, struct span *where)
{
  const char *end = span_end(s), *from, *p;
  unsigned depth = 0;

  for (p = s.p; p < end; p++) {
    from = p;
    *where = span_between(p, p + 1);
    if (*p == '\'' || *p == '"') {
      p = c_literal(s, p);
      if (!p)
        return "this quote is not closed";
      if (p > from)
        p--;
    } else if (*p == '(' || *p == '[' || *p == '{') {
      depth++;
    } else if (*p == ')' || *p == ']' || *p == '}') {
      if (depth-- == 0)
        return "this bracket was not opened";
    } else if (end - p > 1 && p[0] == '/' && (p[1] == '/' || p[1] == '*')) {
      p = p[1] == '*' ? comment_end(p, end) : NULL;
      if (!p)
        return "this comment does not end in the operand";
    } else if (end - p > 2 && memcmp(p, "?" "?/", 3) == 0) {
      return "C may read this trigraph as a backslash";
    }
  }
  *where = s;
  return depth > 0 ? "a bracket is not closed" : NULL;
}

unsigned c_arguments(struct span call)
{
  const char *end = span_end(call), *from, *p;
  unsigned depth = 0, n = 1;

  for (p = call.p; p < end; p++) {
    from = p;
    if (*p == '\'' || *p == '"') {
      p = c_literal(call, p);
      if (!p)
        return 0;
      if (p > from)
        p--;
    } else if (*p == '(' || *p == '[' || *p == '{') {
      depth++;
    } else if (*p == ')' || *p == ']' || *p == '}') {
      if (depth-- == 0)
        return 0;
    } else if (*p == ',' && depth == 1) {
      n++;
    } else if (end - p > 1 && p[0] == '/' && (p[1] == '/' || p[1] == '*')) {
      p = p[1] == '*' ? comment_end(p, end) : NULL;
      if (!p)
        return 0;
    }
  }
  return depth == 0 ? n : 0;
}

bool c_joins(struct span line)
{
  while (line.n > 0 && (char_is(line.p[line.n - 1], CHAR_SPACE) || line.p[line.n - 1] == '\0'))
    line.n--;
  return (line.n > 0 && line.p[line.n - 1] == '\\') ||
         (line.n > 2 && memcmp(span_end(line) - 3, "?" "?/", 3) == 0);
}
