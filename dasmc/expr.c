/* expr.c - compile integer expressions (see expr.h).
 *
 * Precedence climbing over a table of binary operators. Code is emitted in
 * postfix order as operands are parsed. Only `?:`, `&&` and `||` jump.
 * The depth of the value stack is known when compiling and limited to STACK.
 */
#include "expr_private.h"

static bool unary(struct parser *P, is_unsigned *u);
static bool conditional(struct parser *P, is_unsigned *u); /* a whole expression */

/* ---- operands -------------------------------------------------------------------- */

static unsigned digit_value(char c)
{
  if (expr_is_digit(c))
    return (unsigned)(c - '0');
  if (c >= 'a' && c <= 'z')
    return (unsigned)(c - 'a') + 10;
  if (c >= 'A' && c <= 'Z')
    return (unsigned)(c - 'A') + 10;
  return 99;
}

static bool number(struct parser *P, is_unsigned *u)
{
  const char *start = P->p;
  uint64_t v = 0;
  unsigned base = 10;

  if (*P->p == '0' && P->end - P->p > 1) {
    base = 8;
    if (P->p[1] == 'x' || P->p[1] == 'X' || P->p[1] == 'b' || P->p[1] == 'B') {
      base = P->p[1] == 'x' || P->p[1] == 'X' ? 16 : 2;
      P->p += 2;
      if (P->p == P->end || digit_value(*P->p) >= base)
        return expr_fail(P, start, (size_t)(P->p - start), "number without digits");
    }
  }
  for (; P->p < P->end && digit_value(*P->p) < base; P->p++) {
    if (v > (UINT64_MAX - digit_value(*P->p)) / base)
      return expr_fail(P, start, (size_t)(P->p - start) + 1, "number is wider than 64 bits");
    v = v * base + digit_value(*P->p);
  }
  *u = v > INT64_MAX;
  for (; P->p < P->end && strchr("uUlL", *P->p) && *P->p; P->p++)
    *u |= *P->p == 'u' || *P->p == 'U';
  if (P->p < P->end && (expr_is_name(*P->p) || *P->p == '.'))
    return expr_fail(P, start, (size_t)(P->p - start) + 1, "not a number");
  return expr_push(P, X_CONST, 0, expr_wrap(v));
}

static bool character(struct parser *P, is_unsigned *u)
{
  static const char from[] = "ntr0abfv\\'\"", to[] = "\n\t\r\0\a\b\f\v\\'\"";
  const char *start = P->p++, *escape;
  char c;

  if (P->end - P->p < 2)
    return expr_fail(P, start, 1, "character is not closed");
  c = *P->p++;
  if (c == '\\') {
    if (*P->p == '\0' || (escape = strchr(from, *P->p)) == NULL)
      return expr_fail(P, start, 3, "unknown escape");
    c = to[escape - from];
    P->p++;
  }
  *u = false;
  return expr_expect(P, "'", "character is not closed") && expr_push(P, X_CONST, 0, (signed char)c);
}

/* ->member[index].member …, up to the closing parenthesis: an offset is left on the stack. */
static bool designator(struct parser *P, struct ctype *t)
{
  bool first = true;
  is_unsigned u;

  if (!expr_push(P, X_CONST, 0, 0))
    return false;
  for (;; first = false) {
    const char *at = P->p;

    if (expr_accept(P, "[")) {
      if (!conditional(P, &u) || !expr_expect(P, "]", "expected ]") ||
          !expr_push(P, X_CONST, 0, expr_wrap(t->size)) || !expr_emit_binary(P, X_MUL, at) ||
          !expr_emit_binary(P, X_ADD, at))
        return false;
    } else if ((first && expr_accept(P, "->")) || (!first && expr_accept(P, "."))) {
      if (!expr_member(P, t))
        return false;
    } else if (first && expr_accept(P, ".")) {
      return expr_fail(P, at, 1, "expected -> or [");
    } else {
      return true;
    }
  }
}

/* sizeof(TYPE), offsetof(TYPE, member) */
static bool type_operator(struct parser *P, bool size, is_unsigned *u)
{
  struct ctype t = {0, false, false, NULL};
  const char *at;

  if (!expr_expect(P, "(", "expected ("))
    return false;
  expr_skip(P);
  at = P->p;
  if (!expr_type_name(P, &t))
    return expr_fail(P, at, expr_peek_name(P).n, "unknown type");
  *u = true;
  if (size)
    return expr_push(P, X_CONST, 0, expr_wrap(t.size)) && expr_expect(P, ")", "expected )");
  return expr_expect(P, ",", "expected ,") && expr_push(P, X_CONST, 0, 0) && expr_member(P, &t) &&
         expr_expect(P, ")", "expected )");
}

/* Dt<number>(->member): an offset in the type of that number. */
static bool numbered_type(struct parser *P, unsigned number, is_unsigned *u)
{
  struct ctype t = {0, false, false, NULL};
  const char *p = P->p, *end = P->end;
  struct span ctype;
  bool known;

  if (!P->env->numbered(P->env->user, number, &ctype))
    return expr_fail(P, P->p, 0, "no such type");
  P->p = ctype.p;
  P->end = ctype.p + ctype.n;
  known = expr_type_name(P, &t);
  P->p = p;
  P->end = end;
  if (!known)
    return expr_fail(P, P->p, 0, "the layout of this type is not known");
  *u = false;
  return expr_expect(P, "(", "expected (") && designator(P, &t) && expr_expect(P, ")", "expected )");
}

/* Is this Dt and a number? */
static bool is_numbered(struct span name, unsigned *n)
{
  if (name.n < 3 || name.n > 10 || name.p[0] != 'D' || name.p[1] != 't')
    return false;
  *n = 0;
  for (size_t i = 2; i < name.n; i++) {
    if (!expr_is_digit(name.p[i]))
      return false;
    *n = *n * 10 + (unsigned)(name.p[i] - '0');
  }
  return true;
}

static bool name_operand(struct parser *P, is_unsigned *u)
{
  struct span name = expr_peek_name(P);
  unsigned n;

  P->p += name.n;
  *u = false;
  if (span_is(name, "sizeof"))
    return type_operator(P, true, u);
  if (span_is(name, "offsetof"))
    return type_operator(P, false, u);
  expr_skip(P);
  if (P->p < P->end && *P->p == '(') {
    if (is_numbered(name, &n))
      return numbered_type(P, n, u);
    return expr_fail(P, name.p, name.n, "functions cannot be called here");
  }
  return expr_push(P, X_PARAM, P->env->parameter(P->env->user, name), 0);
}

static bool parenthesized(struct parser *P, is_unsigned *u)
{
  struct ctype t = {0, false, false, NULL};
  const char *at = P->p++;

  expr_skip(P);
  if (!expr_type_name(P, &t))
    return conditional(P, u) && expr_expect(P, ")", "expected )");
  if (!expr_expect(P, ")", "expected )") || !unary(P, u))
    return false;
  if (!t.integer)
    return expr_fail(P, at, (size_t)(P->p - at), "cast to a type that is not an integer");
  *u = t.is_unsigned && t.size == 8;
  if (t.size == 8)
    return true;
  return expr_emit_unary(P, t.is_unsigned ? X_ZEXT : X_SEXT, (uint32_t)t.size * 8);
}

static bool primary(struct parser *P, is_unsigned *u)
{
  expr_skip(P);
  if (P->p == P->end)
    return expr_fail(P, P->p, 0, "expected a value");
  if (*P->p == '(')
    return parenthesized(P, u);
  if (*P->p == '\'')
    return character(P, u);
  if (expr_is_digit(*P->p))
    return number(P, u);
  if (expr_is_name(*P->p))
    return name_operand(P, u);
  return expr_fail(P, P->p, 1, "expected a value");
}

static bool unary_operator(struct parser *P, is_unsigned *u)
{
  static const struct { char c; enum code code; } op[] = {{'-', X_NEG}, {'~', X_NOT}, {'!', X_LNOT}};

  expr_skip(P);
  if (P->p < P->end && *P->p == '+') {
    P->p++;
    return unary(P, u);
  }
  for (size_t i = 0; i < 3; i++) {
    if (P->p < P->end && *P->p == op[i].c) {
      P->p++;
      if (!unary(P, u))
        return false;
      *u = *u && op[i].code != X_LNOT;
      return expr_emit_unary(P, op[i].code, 0);
    }
  }
  return primary(P, u);
}

/* Every function that calls itself again counts, so the stack that all need together has a
 * limit. */
static bool enter(struct parser *P)
{
  if (P->nesting == NESTING)
    return expr_fail(P, P->p, 0, "expression is too deep");
  P->nesting++;
  return true;
}

static bool leave(struct parser *P, bool ok)
{
  P->nesting--;
  return ok;
}

static bool unary(struct parser *P, is_unsigned *u)
{
  return enter(P) && leave(P, unary_operator(P, u));
}

/* ---- binary operators --------------------------------------------------------------- */

static const struct operator {
  char text[3];
  uint8_t level;      /* binds tighter if higher */
  uint8_t code, ucode; /* for signed and unsigned operands; 0: jumps */
  bool compares;      /* the result is 0 or 1 */
} operators[] = {
  {"||", 1, 0, 0, true},           {"&&", 2, 0, 0, true},
  {"==", 6, X_EQ, X_EQ, true},     {"!=", 6, X_NE, X_NE, true},
  {"<=", 7, X_LE, X_ULE, true},    {">=", 7, X_GE, X_UGE, true},
  {"<<", 8, X_SHL, X_SHL, false},  {">>", 8, X_SHR, X_USHR, false},
  {"<", 7, X_LT, X_ULT, true},     {">", 7, X_GT, X_UGT, true},
  {"|", 3, X_OR, X_OR, false},     {"^", 4, X_XOR, X_XOR, false},
  {"&", 5, X_AND, X_AND, false},   {"+", 9, X_ADD, X_ADD, false},
  {"-", 9, X_SUB, X_SUB, false},   {"*", 10, X_MUL, X_MUL, false},
  {"/", 10, X_DIV, X_UDIV, false}, {"%", 10, X_MOD, X_UMOD, false},
};

static const struct operator *peek_operator(struct parser *P)
{
  expr_skip(P);
  for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
    size_t n = strlen(operators[i].text);

    if ((size_t)(P->end - P->p) >= n && memcmp(P->p, operators[i].text, n) == 0)
      return &operators[i];
  }
  return NULL;
}

static bool binary_level(struct parser *P, unsigned level, is_unsigned *u);

/* The jump at `jump` leads here. */
static void join(struct parser *P, size_t jump)
{
  P->code->op[jump].x = (uint32_t)(P->code->n - P->start);
  P->barrier = P->code->n;
}

/* a && b: a, !!, jump if zero to the end, drop, b, !! */
static bool short_circuit(struct parser *P, const struct operator *o)
{
  size_t jump;
  is_unsigned u;

  if (!expr_emit_unary(P, X_BOOL, 0))
    return false;
  jump = P->code->n;
  if (!expr_emit(P, o->text[0] == '&' ? X_JUMP_ZERO : X_JUMP_NONZERO, 0, 0) || !expr_emit(P, X_DROP, 0, 0))
    return false;
  P->depth--;
  P->barrier = P->code->n;
  if (!binary_level(P, o->level + 1u, &u) || !expr_emit_unary(P, X_BOOL, 0))
    return false;
  join(P, jump);
  return true;
}

static bool binary_operators(struct parser *P, unsigned level, is_unsigned *u)
{
  const struct operator *o;
  const char *at = P->p;
  is_unsigned right;

  if (!unary(P, u))
    return false;
  while ((o = peek_operator(P)) != NULL && o->level >= level) {
    P->p += strlen(o->text);
    if (!o->code) {
      if (!short_circuit(P, o))
        return false;
      *u = false;
      continue;
    }
    if (!binary_level(P, o->level + 1u, &right))
      return false;
    if (o->level != 8) /* a shift has its left operand's type */
      *u = *u || right;
    if (!expr_emit_binary(P, (enum code)(*u ? o->ucode : o->code), at))
      return false;
    *u = *u && !o->compares;
  }
  return true;
}

static bool binary_level(struct parser *P, unsigned level, is_unsigned *u)
{
  return enter(P) && leave(P, binary_operators(P, level, u));
}

/* c ? a : b: c, jump if zero to else, drop, a, jump to end, else: drop, b, end: */
static bool choice(struct parser *P, is_unsigned *u)
{
  is_unsigned right;
  size_t to_else, to_end;

  if (!binary_level(P, 1, u))
    return false;
  if (!expr_accept(P, "?"))
    return true;
  to_else = P->code->n;
  expr_emit(P, X_JUMP_ZERO, 0, 0);
  expr_emit(P, X_DROP, 0, 0);
  P->depth--;
  P->barrier = P->code->n;
  if (!conditional(P, u) || !expr_expect(P, ":", "expected :"))
    return false;
  to_end = P->code->n;
  expr_emit(P, X_JUMP, 0, 0);
  join(P, to_else);
  expr_emit(P, X_DROP, 0, 0);
  P->depth--;
  P->barrier = P->code->n;
  if (!conditional(P, &right))
    return false;
  join(P, to_end);
  *u = *u || right;
  return true;
}

static bool conditional(struct parser *P, is_unsigned *u)
{
  return enter(P) && leave(P, choice(P, u));
}

bool expr_compile(struct front *F, const struct expr_env *env, struct span text, struct expr_code *code,
                  struct expr_error *error)
{
  struct parser P = {.F = F, .env = env, .p = text.p, .end = text.p + text.n, .code = code};
  size_t start = code->n;
  is_unsigned u;
  bool ok;

  P.start = P.barrier = start;
  ok = conditional(&P, &u);
  expr_skip(&P);
  if (ok && P.p < P.end)
    ok = expr_fail(&P, P.p, (size_t)(P.end - P.p), "unexpected text behind the expression");
  if (ok) {
    expr_emit(&P, X_END, 0, 0);
  } else {
    code->n = start;
  }
  *error = P.error;
  return ok;
}
