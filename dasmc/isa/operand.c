/* operand.c - what operands of all ISAs have: members of C types, values at run time, numbers.
 *
 * In libdasm's dialect the value of an expression in which are numbers only, such as 1<<4 or 4*(2+1), is
 * known at translation, so that it gets the shortest form. What names something, or has a suffix of C, is
 * left to the run.
 */
#include <locale.h>
#include <stdlib.h>

#include "../expr.h"
#include "isa.h"
#include "text.h"

/* ---- types ------------------------------------------------------------------------- */

size_t text_parentheses(struct span s)
{
  size_t depth = 0;

  for (size_t i = 0; i < s.n; i++) {
    const char *behind = c_literal(s, s.p + i);

    if (behind && behind > s.p + i)
      i = (size_t)(behind - s.p) - 1;
    else if (s.p[i] == '(')
      depth++;
    else if (s.p[i] == ')' && --depth == 0)
      return i + 1;
    if (depth == 0)
      return 0;
  }
  return 0;
}

/* A register as it is written, at the start of s: a word, and what stands in parentheses behind it. */
static size_t register_length(struct span s)
{
  size_t n = text_first_word(s).n;
  struct span rest = text_skip(s, n);
  size_t len = n > 0 ? text_parentheses(rest) : 0;

  return len > 0 ? (size_t)(rest.p - s.p) + len : n;
}

bool operand_typed(struct front *F, struct span text, struct typed *out)
{
  struct span word = text_first_word(text), rest;

  out->type = word.n > 0 ? front_type(F, word) : NULL;
  if (!out->type)
    return false;
  rest = text_skip(text, word.n);
  out->reg = out->type->reg;
  if (rest.n > 0 && *rest.p == ':') {
    rest = text_skip(rest, 1);
    out->reg = (struct span){rest.p, register_length(rest)};
    rest = text_skip(rest, out->reg.n);
  }
  out->tail = rest;
  return true;
}

struct span operand_offset(struct front *F, const struct typed *t)
{
  struct span macro = t->type->offset;
  size_t n = macro.n + t->tail.n + 1;
  char *text = arena_alloc(F, n);

  memcpy(text, macro.p, macro.n);
  if (t->tail.n > 0)
    memcpy(text + macro.n, t->tail.p, t->tail.n);
  text[n - 1] = ')';
  return (struct span){text, n};
}

bool operand_call(struct span text, struct span *name, struct span *inner)
{
  struct span word = text_first_word(text), rest = text_skip(text, word.n);
  size_t n = text_parentheses(rest);

  if (n < 2 || n != rest.n)
    return false;
  *name = word;
  *inner = span_trim((struct span){rest.p + 1, n - 2});
  return inner->n > 0;
}

/* ---- numbers ------------------------------------------------------------------------ */

/* A number as the dialect reads it: decimal or hexadecimal; 010 is left alone, since C would have
 * it octal. */
static bool is_number(struct span word)
{
  bool hex = word.n > 2 && word.p[0] == '0' && (word.p[1] | 32) == 'x';

  if (!hex && word.n > 1 && word.p[0] == '0')
    return false;
  for (size_t i = hex ? 2 : 0; i < word.n; i++) {
    char c = word.p[i] | 32;

    if (!text_is_digit(c) && !(hex && c >= 'a' && c <= 'f'))
      return false;
  }
  return true;
}

/* Numbers, and operators that make numbers of them. */
static bool numbers_only(struct span s)
{
  bool any = false;

  for (size_t i = 0; i < s.n; i++) {
    if (text_is_word(s.p[i])) {
      struct span word = text_first_word((struct span){s.p + i, s.n - i});

      if (!is_number(word))
        return false;
      any = true;
      i += word.n - 1;
    } else if (s.p[i] == '\'' && s.n - i > 2 && s.p[i + 1] != '\\' && s.p[i + 2] == '\'') {
      any = true;
      i += 2;
    } else if (!strchr("+-*/%&|^~<>() \t", s.p[i]) || s.p[i] == '\0') {
      return false;
    }
  }
  return any;
}

/* Nothing but a number in parentheses is a value at run time on purpose: that is how one is
 * written. */
static bool is_runtime_number(struct span s)
{
  s = span_trim(s);
  if (s.n > 0 && *s.p == '+')
    s = text_skip(s, 1);
  if (s.n < 3 || s.p[0] != '(' || s.p[s.n - 1] != ')')
    return false;
  s = span_trim((struct span){s.p + 1, s.n - 2});
  if (s.n > 1 && *s.p == '-')
    s = text_skip(s, 1);
  return text_first_word(s).n == s.n;
}

static unsigned no_parameter(void *user, struct span name)
{
  (void)user;
  (void)name;
  return 0;
}

bool operand_constant(struct front *F, struct span s, int64_t *out)
{
  struct expr_env env = {.pointer_size = 8, .parameter = no_parameter};
  struct expr_code code = {0};
  struct expr_error error;
  const int64_t none = 0;

  if (!numbers_only(s) || is_runtime_number(s) || !expr_compile(F, &env, s, &code, &error))
    return false;
  return expr_run(code.op, &none, out) == EXPR_OK;
}

struct span operand_without_constant(struct front *F, struct span expr, int64_t *more)
{
  int depth = 0;

  *more = 0;
  if (operand_constant(F, expr, more))
    return (struct span){expr.p, 0};
  for (size_t i = expr.n; i-- > 1;) {
    char c = expr.p[i];

    depth += (c == ')') - (c == '(');
    if (depth != 0 || (c != '+' && c != '-'))
      continue;
    if (!operand_constant(F, span_trim((struct span){expr.p + i + 1, expr.n - i - 1}), more))
      break;
    *more = c == '-' ? -*more : *more;
    return span_trim((struct span){expr.p, i});
  }
  return expr;
}

bool operand_number(struct front *F, const struct isa_state *S, struct span text, int64_t *out)
{
  uint64_t v;
  bool negative;

  if (front_number(text, &v, &negative)) {
    *out = (int64_t)v;
    return true;
  }
  return !S->dynasm && operand_constant(F, text, out);
}

void operand_value(struct front *F, struct isa_state *S, struct span text, unsigned bytes, struct value *out)
{
  (void)bytes;
  out->expr = text;
  if (operand_number(F, S, text, &out->number)) {
    out->what = VALUE_NUMBER;
  } else if (front_label(F, text, &out->label)) {
    out->what = out->label.kind == REF_BAD ? VALUE_BAD : VALUE_LABEL;
  } else if (!S->dynasm && S->isa->is_register(S, text)) {
    diag_error(F, text, "[bad-data] a number, an expression or a label is expected");
  } else {
    out->what = VALUE_EXPR;
  }
}

/* ---- floating-point numbers ------------------------------------------------------------ */

/* The point is a dot, whatever the locale has. */
bool operand_float(struct front *F, struct span s, unsigned bytes, uint64_t *out)
{
  const char *point = localeconv()->decimal_point, *dot = memchr(s.p, '.', s.n);
  int before = (int)(dot ? (size_t)(dot - s.p) : s.n), behind = dot ? (int)s.n - before - 1 : 0;
  struct span text =
      span_fmt(F, "%.*s%s%.*s", before, s.p, dot ? point : "", behind, dot ? dot + 1 : "");
  char *end;
  double d = strtod(text.p, &end);
  float f = strtof(text.p, NULL);
  uint32_t bits;

  memcpy(out, &d, sizeof(d));
  memcpy(&bits, &f, sizeof(f));
  if (bytes == 4)
    *out = bits;
  return s.n > 0 && end == text.p + text.n;
}

bool operand_is_float(struct span s)
{
  const char *dot = memchr(s.p, '.', s.n);

  return dot && dot > s.p && dot[-1] >= '0' && dot[-1] <= '9' && memchr(s.p, '"', s.n) == NULL;
}
