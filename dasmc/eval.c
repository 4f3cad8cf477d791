/* eval.c - the conditions of .if: expressions of Lua.
 *
 * Grammar, lowest first (all binary operators associate to the left):
 *
 *   or     and     == ~= < > <= >=     + -     * / %     not -     ( ) name number string
 *
 * Names are nil, except true, false and nil themselves: defines have been substituted before. A
 * parse function gets `live` = false where Lua would not evaluate (behind a short circuit): then
 * it only checks the syntax. The first error is reported; after it everything gives nil.
 */
#include <stdlib.h>
#include <string.h>

#include "front_private.h"

enum { EVAL_DEPTH = 40 }; /* parentheses and unary operators in one another: 40 KB of stack */

struct value {
  enum { V_NIL, V_BOOL, V_NUMBER, V_STRING } kind;
  double number; /* V_BOOL: 0 or 1 */
  struct span string;
  struct span where;
};

enum token {
  T_END, T_VALUE, T_OR, T_AND, T_NOT,
  T_EQ, T_NE, T_LT, T_GT, T_LE, T_GE,
  T_ADD, T_SUB, T_MUL, T_DIV, T_MOD, T_OPEN, T_CLOSE, T_BAD
};

struct eval {
  struct front *F;
  const char *p, *end;
  enum token token;
  struct span text;   /* of the token */
  struct value value; /* of T_VALUE */
  unsigned depth;
  bool failed;
};

static const struct value nil = {.kind = V_NIL};

static struct value fail(struct eval *E, struct span where, const char *message)
{
  if (!E->failed)
    diag_error(E->F, where, "[bad-condition] bad condition: %s", message);
  E->failed = true;
  E->token = T_END;
  return nil;
}

static struct value make_bool(bool b)
{
  return (struct value){.kind = V_BOOL, .number = b};
}

static struct value make_number(double d)
{
  return (struct value){.kind = V_NUMBER, .number = d};
}

static bool is_true(struct value v)
{
  return v.kind != V_NIL && !(v.kind == V_BOOL && v.number == 0);
}

/* ---- tokens -------------------------------------------------------------------------- */

static enum token read_word(struct eval *E)
{
  while (E->p < E->end && char_is(*E->p, CHAR_WORD))
    E->p++;
  E->text = span_between(E->text.p, E->p);
  if (span_is(E->text, "or"))
    return T_OR;
  if (span_is(E->text, "and"))
    return T_AND;
  if (span_is(E->text, "not"))
    return T_NOT;
  E->value = nil;
  if (span_is(E->text, "true") || span_is(E->text, "false"))
    E->value = make_bool(E->text.p[0] == 't');
  return T_VALUE;
}

static bool to_number(struct front *F, struct span s, double *out)
{
  uint64_t u;
  bool neg;
  char *copy, *end;

  if (front_number(s, &u, &neg)) {
    *out = neg ? -(double)(0 - u) : (double)u;
    return true;
  }
  s = span_trim(s);
  if (s.n == 0)
    return false;
  copy = arena_strndup(F, s.p, s.n);
  *out = strtod(copy, &end);
  return end == copy + s.n && *out - *out == 0; /* not "inf" or "nan" */
}

static enum token read_number(struct eval *E)
{
  double d;

  for (; E->p < E->end; E->p++)
    if (!char_is(*E->p, CHAR_WORD) && *E->p != '.' &&
        !((*E->p == '+' || *E->p == '-') && (E->p[-1] | 32) == 'e' && (E->text.p[1] | 32) != 'x'))
      break;
  E->text = span_between(E->text.p, E->p);
  if (!to_number(E->F, E->text, &d))
    return T_BAD;
  E->value = make_number(d);
  return T_VALUE;
}

static enum token read_string(struct eval *E)
{
  char quote = *E->p++, *out = arena_alloc(E->F, (size_t)(E->end - E->p) + 1);
  size_t n = 0;

  for (; E->p < E->end && *E->p != quote; E->p++) {
    if (*E->p == '\\' && E->p + 1 < E->end)
      E->p++;
    out[n++] = *E->p;
  }
  if (E->p == E->end)
    return T_BAD;
  E->p++;
  E->text = span_between(E->text.p, E->p);
  E->value = (struct value){.kind = V_STRING, .string = {out, n}};
  return T_VALUE;
}

static enum token read_operator(struct eval *E)
{
  static const struct { char text[3]; enum token token; } ops[] = {
    {"==", T_EQ}, {"~=", T_NE}, {"<=", T_LE}, {">=", T_GE}, {"<", T_LT},   {">", T_GT},    {"+", T_ADD},
    {"-", T_SUB}, {"*", T_MUL}, {"/", T_DIV}, {"%", T_MOD}, {"(", T_OPEN}, {")", T_CLOSE},
  };

  for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
    size_t n = strlen(ops[i].text);

    if ((size_t)(E->end - E->p) >= n && memcmp(E->p, ops[i].text, n) == 0) {
      E->p += n;
      E->text.n = n;
      return ops[i].token;
    }
  }
  E->text.n = 1;
  return T_BAD;
}

static void next(struct eval *E)
{
  char c;

  while (E->p < E->end && char_is(*E->p, CHAR_SPACE))
    E->p++;
  E->text = (struct span){E->p, 0};
  if (E->p == E->end || (E->end - E->p >= 2 && E->p[0] == '-' && E->p[1] == '-')) {
    E->token = T_END; /* at a Lua comment, too */
    return;
  }
  c = *E->p;
  if (char_is(c, CHAR_DIGIT) || (c == '.' && E->end - E->p > 1 && char_is(E->p[1], CHAR_DIGIT)))
    E->token = read_number(E);
  else if (char_is(c, CHAR_WORD))
    E->token = read_word(E);
  else if (c == '"' || c == '\'')
    E->token = read_string(E);
  else
    E->token = read_operator(E);
}

/* ---- expressions ---------------------------------------------------------------------- */

static struct value parse_or(struct eval *E, bool live);

static struct value parse_primary(struct eval *E, bool live)
{
  struct value v = E->value;

  if (E->token == T_VALUE) {
    v.where = E->text;
    next(E);
    return v;
  }
  if (E->token != T_OPEN)
    return fail(E, E->text, E->token == T_END   ? "something is missing at the end"
                            : E->token == T_BAD ? "this is no part of an expression"
                                                : "a value should stand here");
  next(E);
  v = parse_or(E, live);
  if (E->failed)
    return nil;
  if (E->token != T_CLOSE)
    return fail(E, E->text, "')' expected");
  next(E);
  return v;
}

static bool arith_operand(struct eval *E, struct value v, double *out)
{
  static const char *const message[] = {
    [V_NIL] = "arithmetic on nil (an undefined name)",
    [V_BOOL] = "arithmetic on a boolean",
    [V_STRING] = "arithmetic on a string that is no number",
  };

  *out = v.number;
  if (v.kind == V_NUMBER || (v.kind == V_STRING && to_number(E->F, v.string, out)))
    return true;
  fail(E, v.where, message[v.kind]);
  return false;
}

static struct value parse_unary(struct eval *E, bool live)
{
  enum token op = E->token;
  struct value v;
  double d;

  if (op != T_NOT && op != T_SUB)
    return parse_primary(E, live);
  if (E->depth == EVAL_DEPTH)
    return fail(E, E->text, "it nests too deeply");
  E->depth++;
  next(E);
  v = parse_unary(E, live);
  E->depth--;
  if (E->failed || !live)
    return nil;
  if (op == T_NOT)
    return make_bool(!is_true(v));
  return arith_operand(E, v, &d) ? make_number(-d) : nil;
}

/* Largest integer that is not greater. Beyond 2^53 every number is one. */
static double round_down(double d)
{
  double t;

  if (!(d > -9e15 && d < 9e15))
    return d;
  t = (double)(int64_t)d;
  return t > d ? t - 1 : t;
}

static struct value arithmetic(struct eval *E, enum token op, struct value a, struct value b)
{
  double x, y;

  if (!arith_operand(E, a, &x) || !arith_operand(E, b, &y))
    return nil;
  switch (op) {
  case T_ADD: return make_number(x + y);
  case T_SUB: return make_number(x - y);
  case T_MUL: return make_number(x * y);
  case T_DIV: return make_number(x / y);
  default: return make_number(x - round_down(x / y) * y);
  }
}

static bool equal(struct value a, struct value b)
{
  if (a.kind != b.kind)
    return false;
  if (a.kind == V_STRING)
    return span_eq(a.string, b.string);
  return a.kind == V_NIL || a.number == b.number;
}

static int order_strings(struct span a, struct span b)
{
  size_t n = a.n < b.n ? a.n : b.n;
  int c = n ? memcmp(a.p, b.p, n) : 0;

  return c ? c : (a.n > b.n) - (a.n < b.n);
}

static struct value compare(struct eval *E, enum token op, struct value a, struct value b)
{
  bool less, same;

  if (op == T_EQ || op == T_NE)
    return make_bool(equal(a, b) == (op == T_EQ));
  if (a.kind != b.kind || (a.kind != V_NUMBER && a.kind != V_STRING))
    return fail(E, a.kind == V_NIL ? a.where : b.where,
                a.kind == V_NIL || b.kind == V_NIL ? "comparison with nil (an undefined name)"
                                                   : "comparison of values that have no order");
  if (a.kind == V_NUMBER && (a.number != a.number || b.number != b.number))
    return make_bool(false);
  less = a.kind == V_NUMBER ? a.number < b.number : order_strings(a.string, b.string) < 0;
  same = equal(a, b);
  switch (op) {
  case T_LT: return make_bool(less);
  case T_GT: return make_bool(!less && !same);
  case T_LE: return make_bool(less || same);
  default: return make_bool(!less);
  }
}

/* Binary operators: level 0 compares, 1 adds, 2 multiplies. */
static int level_of(enum token op)
{
  return op >= T_EQ && op <= T_GE ? 0 : op == T_ADD || op == T_SUB ? 1 : op >= T_MUL && op <= T_MOD ? 2 : -1;
}

static struct value parse_binary(struct eval *E, int level, bool live)
{
  struct value a = parse_unary(E, live), b;

  while (!E->failed && level_of(E->token) >= level) {
    enum token op = E->token;

    next(E);
    b = parse_binary(E, level_of(op) + 1, live);
    if (E->failed)
      return nil;
    if (live)
      a = level_of(op) == 0 ? compare(E, op, a, b) : arithmetic(E, op, a, b);
  }
  return a;
}

static struct value parse_and(struct eval *E, bool live)
{
  struct value a = parse_binary(E, 0, live), b;

  while (!E->failed && E->token == T_AND) {
    bool right = live && is_true(a);

    next(E);
    b = parse_binary(E, 0, right);
    if (right)
      a = b;
  }
  return a;
}

static struct value parse_or(struct eval *E, bool live)
{
  struct value a, b;

  if (E->depth == EVAL_DEPTH)
    return fail(E, E->text, "it nests too deeply");
  E->depth++;
  a = parse_and(E, live);
  while (!E->failed && E->token == T_OR) {
    bool right = live && !is_true(a);

    next(E);
    b = parse_and(E, right);
    if (right)
      a = b;
  }
  E->depth--;
  return a;
}

bool eval_condition(struct front *F, struct span text)
{
  struct eval E = {.F = F, .p = text.p, .end = span_end(text)};
  struct value v;

  next(&E);
  v = parse_or(&E, true);
  if (!E.failed && E.token != T_END)
    fail(&E, E.text, E.token == T_CLOSE ? "')' without '('" : "an operator should stand here");
  if (E.failed)
    return false;
  return is_true(v) && !(v.kind == V_NUMBER && v.number == 0);
}
