/* x86_brackets.c - memory operands as other assemblers write them, in libdasm's own dialect:
 * 8[rax], [rax]+8, [rax][rbx*4], fs:0x28, fs:8[rax]. They become the text that stands between one
 * pair of brackets.
 *
 * An array of C in an immediate has brackets as well: memory it is if there is a register in them.
 */
#include <string.h>

#include "x86.h"

/* Behind the bracket that closes the one at i; s.n if none does. */
static size_t behind_bracket(struct span s, size_t i)
{
  int depth = 0;

  for (; i < s.n; i++) {
    depth += s.p[i] == '[';
    depth -= s.p[i] == ']';
    if (depth == 0)
      return i + 1;
  }
  return s.n;
}

/* The next bracket that opens outside of parentheses, or s.n. */
static size_t next_bracket(struct span s, size_t i)
{
  int depth = 0;

  for (; i < s.n; i++) {
    depth += s.p[i] == '(';
    depth -= s.p[i] == ')';
    if (depth == 0 && s.p[i] == '[')
      return i;
  }
  return s.n;
}

static bool has_register(struct front *F, bool x64, struct span s)
{
  for (size_t i = 0; i < s.n; i++) {
    struct x86_reg reg;

    if (text_begins_name(s.p[i]) && (i == 0 || !text_is_word(s.p[i - 1])) &&
        x86_base_reg(F, x64, (struct span){s.p + i, s.n - i}, &reg) > 0)
      return true;
  }
  return false;
}

/* Append a piece, with a plus sign where there is none. */
static void append(struct front *F, struct span *out, struct span piece)
{
  bool sign;

  piece = span_trim(piece);
  if (piece.n == 0)
    return;
  if (piece.p[piece.n - 1] == '+')
    piece = span_trim((struct span){piece.p, piece.n - 1});
  if (piece.n == 0)
    return;
  sign = *piece.p == '+' || (*piece.p == '-' && !(piece.n > 1 && piece.p[1] == '>'));
  *out = out->n == 0 ? span_fmt(F, "%.*s", (int)piece.n, piece.p)
                     : span_fmt(F, "%.*s%s%.*s", (int)out->n, out->p, sign ? "" : "+", (int)piece.n,
                                piece.p);
}

/* All pieces in a row. False: no register is in brackets. */
static bool join(struct front *F, bool x64, struct span s, struct span *out)
{
  bool found = false;
  size_t i = 0;

  *out = (struct span){s.p, 0};
  while (i < s.n) {
    size_t open = next_bracket(s, i), behind = behind_bracket(s, open);
    struct span inner;

    append(F, out, (struct span){s.p + i, open - i});
    if (open < s.n) {
      inner = (struct span){s.p + open + 1, behind - open - 2};
      found |= has_register(F, x64, inner);
      append(F, out, inner);
    }
    i = behind;
  }
  return found;
}

bool x86_brackets_parse(struct front *F, bool x64, struct span s, struct x86_operand *o, bool *ok)
{
  struct x86_reg seg;
  struct span rest = s, inner, word = text_first_word(s);
  size_t n = x86_reg_parse(x64, s, &seg);
  bool segment = n > 0 && seg.class == RC_SREG && text_skip(s, n).n > 1 && *text_skip(s, n).p == ':',
       joined;

  if (segment)
    rest = text_skip(text_skip(s, n), 1);
  else if (next_bracket(s, 0) == s.n || behind_bracket(s, 0) == s.n ||
           (word.n > 0 && front_type(F, word)))
    return false; /* no brackets, one pair around all, TYPE:reg[i] */
  joined = join(F, x64, rest, &inner);
  if (!joined && !segment)
    return false;
  if (!joined && *rest.p != '[')
    inner = rest; /* fs:0x28, fs:array[i] */
  if (segment)
    inner = span_fmt(F, "%.*s:%.*s", (int)n, s.p, (int)inner.n, inner.p);
  *ok = x86_memory_parse(F, x64, inner, o);
  return true;
}
