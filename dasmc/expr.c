/* expr.c - compile integer expressions (see expr.h).
 *
 * Precedence climbing over a table of binary operators. Code is emitted in
 * postfix order as operands are parsed; an operation whose operands are
 * constants is done at once, which is why a constant operand is always a single
 * X_CONST record at the end of the code. Only `?:`, `&&` and `||` jump.
 * The depth of the value stack is known when compiling and limited to STACK.
 */
#include "expr_private.h"

static bool unary(struct parser *P, is_unsigned *u);

/* ---- errors and text ------------------------------------------------------------- */

bool expr_fail(struct parser *P, const char *at, size_t n, const char *text)
{
  if (!P->error.text) {
    P->error.at = (struct span){at, n};
    P->error.text = text;
  }
  return false;
}

static bool is_name_char(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

void expr_skip(struct parser *P)
{
  while (P->p < P->end && (*P->p == ' ' || *P->p == '\t' || *P->p == '\n' || *P->p == '\r'))
    P->p++;
}

bool expr_accept(struct parser *P, const char *text)
{
  size_t n = strlen(text);

  expr_skip(P);
  if ((size_t)(P->end - P->p) < n || memcmp(P->p, text, n) != 0)
    return false;
  P->p += n;
  return true;
}

bool expr_expect(struct parser *P, const char *text, const char *message)
{
  return expr_accept(P, text) || expr_fail(P, P->p, P->p < P->end, message);
}

/* The name at the cursor; n = 0: none. Does not move. */
struct span expr_peek_name(struct parser *P)
{
  struct span s;

  expr_skip(P);
  s = (struct span){P->p, 0};
  if (P->p < P->end && !is_digit(*P->p))
    while (P->p + s.n < P->end && is_name_char(P->p[s.n]))
      s.n++;
  return s;
}

/* ---- code ----------------------------------------------------------------------- */

static bool emit(struct parser *P, enum code code, uint32_t x, int64_t value)
{
  struct expr_code *c = P->code;

  if (c->n == c->capacity)
    c->op = arena_grow(P->F, c->op, &c->capacity, c->n + 1, sizeof(*c->op));
  c->op[c->n++] = (struct expr_op){(uint32_t)code, x, value};
  return true;
}

bool expr_push(struct parser *P, enum code code, uint32_t x, int64_t value)
{
  if (P->depth == STACK)
    return expr_fail(P, P->p, 0, "expression is too deep");
  P->depth++;
  return emit(P, code, x, value);
}

static bool is_const(const struct parser *P, size_t back)
{
  return P->code->n >= P->barrier + back && P->code->op[P->code->n - back].code == X_CONST;
}

static bool emit_unary(struct parser *P, enum code code, uint32_t x)
{
  if (is_const(P, 1)) {
    struct expr_op *op = &P->code->op[P->code->n - 1];

    op->value = expr_unary(code, x, op->value);
    return true;
  }
  return emit(P, code, x, 0);
}

bool expr_emit_binary(struct parser *P, enum code code, const char *at)
{
  P->depth--;
  if (is_const(P, 1) && is_const(P, 2)) {
    struct expr_op *op = &P->code->op[P->code->n - 2];
    enum expr_status status = expr_binary(code, op[0].value, op[1].value, &op[0].value);

    P->code->n--;
    return status == EXPR_OK || expr_fail(P, at, (size_t)(P->p - at), expr_strerror(status));
  }
  return emit(P, code, 0, 0);
}

/* ---- operands -------------------------------------------------------------------- */

static unsigned digit_value(char c)
{
  if (is_digit(c))
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
  if (P->p < P->end && (is_name_char(*P->p) || *P->p == '.'))
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

/* Is this Dt and a number? */
static bool is_numbered(struct span name, unsigned *n)
{
  if (name.n < 3 || name.n > 10 || name.p[0] != 'D' || name.p[1] != 't')
    return false;
  *n = 0;
  for (size_t i = 2; i < name.n; i++) {
    if (!is_digit(name.p[i]))
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
    return expr_type_operator(P, true, u);
  if (span_is(name, "offsetof"))
    return expr_type_operator(P, false, u);
  expr_skip(P);
  if (P->p < P->end && *P->p == '(') {
    if (is_numbered(name, &n))
      return expr_numbered_type(P, n, u);
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
    return expr_conditional(P, u) && expr_expect(P, ")", "expected )");
  if (!expr_expect(P, ")", "expected )") || !unary(P, u))
    return false;
  if (!t.integer)
    return expr_fail(P, at, (size_t)(P->p - at), "cast to a type that is not an integer");
  *u = t.is_unsigned && t.size == 8;
  if (t.size == 8)
    return true;
  return emit_unary(P, t.is_unsigned ? X_ZEXT : X_SEXT, (uint32_t)t.size * 8);
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
  if (is_digit(*P->p))
    return number(P, u);
  if (is_name_char(*P->p))
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
      return emit_unary(P, op[i].code, 0);
    }
  }
  return primary(P, u);
}

/* Every function that calls itself again counts, so the stack that all need together has a limit. */
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

  if (!emit_unary(P, X_BOOL, 0))
    return false;
  jump = P->code->n;
  if (!emit(P, o->text[0] == '&' ? X_JUMP_ZERO : X_JUMP_NONZERO, 0, 0) || !emit(P, X_DROP, 0, 0))
    return false;
  P->depth--;
  P->barrier = P->code->n;
  if (!binary_level(P, o->level + 1u, &u) || !emit_unary(P, X_BOOL, 0))
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
static bool conditional(struct parser *P, is_unsigned *u)
{
  is_unsigned right;
  size_t to_else, to_end;

  if (!binary_level(P, 1, u))
    return false;
  if (!expr_accept(P, "?"))
    return true;
  to_else = P->code->n;
  emit(P, X_JUMP_ZERO, 0, 0);
  emit(P, X_DROP, 0, 0);
  P->depth--;
  P->barrier = P->code->n;
  if (!expr_conditional(P, u) || !expr_expect(P, ":", "expected :"))
    return false;
  to_end = P->code->n;
  emit(P, X_JUMP, 0, 0);
  join(P, to_else);
  emit(P, X_DROP, 0, 0);
  P->depth--;
  P->barrier = P->code->n;
  if (!expr_conditional(P, &right))
    return false;
  join(P, to_end);
  *u = *u || right;
  return true;
}

bool expr_conditional(struct parser *P, is_unsigned *u)
{
  return enter(P) && leave(P, conditional(P, u));
}

bool expr_compile(struct front *F, const struct expr_env *env, struct span text, struct expr_code *code,
                  struct expr_error *error)
{
  struct parser P = {.F = F, .env = env, .p = text.p, .end = text.p + text.n, .code = code};
  size_t start = code->n;
  is_unsigned u;
  bool ok;

  P.start = P.barrier = start;
  ok = expr_conditional(&P, &u);
  expr_skip(&P);
  if (ok && P.p < P.end)
    ok = expr_fail(&P, P.p, (size_t)(P.end - P.p), "unexpected text behind the expression");
  if (ok) {
    emit(&P, X_END, 0, 0);
  } else {
    code->n = start;
  }
  *error = P.error;
  return ok;
}
