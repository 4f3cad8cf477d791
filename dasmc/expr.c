/* expr.c - compile and evaluate integer expressions (see expr.h).
 *
 * Precedence climbing over a table of binary operators. Code is emitted in
 * postfix order as operands are parsed; an operation whose operands are
 * constants is done at once, which is why a constant operand is always a single
 * X_CONST record at the end of the code. Only `?:`, `&&` and `||` jump.
 * The depth of the value stack is known when compiling and limited to STACK.
 */
#include "expr.h"

enum { STACK = 64, NESTING = 200 };

enum code {
  X_LINEAR = EXPR_LINEAR, X_END, X_CONST, X_PARAM, X_NEG, X_NOT, X_LNOT, X_BOOL,
  X_SEXT, X_ZEXT,                 /* x = bits kept */
  X_JUMP, X_JUMP_ZERO, X_JUMP_NONZERO, X_DROP,
  X_MUL, X_DIV, X_UDIV, X_MOD, X_UMOD, X_ADD, X_SUB, X_SHL, X_SHR, X_USHR,
  X_LT, X_ULT, X_GT, X_UGT, X_LE, X_ULE, X_GE, X_UGE, X_EQ, X_NE, X_AND, X_XOR, X_OR
};

struct parser {
  struct front *F;
  const struct expr_env *env;
  const char *p, *end;
  struct expr_code *code;
  size_t start;   /* of this program in the code */
  size_t barrier; /* code before it may be jumped to: no folding across */
  unsigned depth, nesting;
  struct expr_error error;
};

/* Type of a (sub)expression's value: 64 bits, signed or not. */
typedef bool is_unsigned;

static bool conditional(struct parser *P, is_unsigned *u);
static bool unary(struct parser *P, is_unsigned *u);

/* ---- evaluation --------------------------------------------------------------- */

static int64_t wrap(uint64_t v)
{
  int64_t s;

  memcpy(&s, &v, sizeof(s));
  return s;
}

static int64_t sign_extend(int64_t v, unsigned bits)
{
  uint64_t sign = (uint64_t)1 << (bits - 1), u = (uint64_t)v & (sign * 2 - 1);

  return wrap((u ^ sign) - sign);
}

static int64_t shift_right(int64_t v, unsigned n)
{
  return v < 0 ? ~(~v >> n) : v >> n;
}

static enum expr_status binary(enum code code, int64_t a, int64_t b, int64_t *r)
{
  uint64_t ua = (uint64_t)a, ub = (uint64_t)b;

  switch (code) {
  case X_MUL: *r = wrap(ua * ub); break;
  case X_ADD: *r = wrap(ua + ub); break;
  case X_SUB: *r = wrap(ua - ub); break;
  case X_DIV:
  case X_MOD:
    if (b == 0)
      return EXPR_DIVISION;
    if (b == -1) /* the one quotient that may not fit */
      *r = code == X_DIV ? wrap(0 - ua) : 0;
    else
      *r = code == X_DIV ? a / b : a % b;
    break;
  case X_UDIV:
  case X_UMOD:
    if (b == 0)
      return EXPR_DIVISION;
    *r = wrap(code == X_UDIV ? ua / ub : ua % ub);
    break;
  case X_SHL:
  case X_SHR:
  case X_USHR:
    if (ub > 63)
      return EXPR_SHIFT;
    *r = code == X_SHL ? wrap(ua << ub) : code == X_SHR ? shift_right(a, (unsigned)ub) : wrap(ua >> ub);
    break;
  case X_LT: *r = a < b; break;
  case X_ULT: *r = ua < ub; break;
  case X_GT: *r = a > b; break;
  case X_UGT: *r = ua > ub; break;
  case X_LE: *r = a <= b; break;
  case X_ULE: *r = ua <= ub; break;
  case X_GE: *r = a >= b; break;
  case X_UGE: *r = ua >= ub; break;
  case X_EQ: *r = a == b; break;
  case X_NE: *r = a != b; break;
  case X_AND: *r = wrap(ua & ub); break;
  case X_XOR: *r = wrap(ua ^ ub); break;
  default: *r = wrap(ua | ub); break;
  }
  return EXPR_OK;
}

static int64_t unary_value(enum code code, uint32_t x, int64_t v)
{
  switch (code) {
  case X_NEG: return wrap(0 - (uint64_t)v);
  case X_NOT: return ~v;
  case X_LNOT: return v == 0;
  case X_BOOL: return v != 0;
  case X_SEXT: return sign_extend(v, x);
  default: return wrap((uint64_t)v & (((uint64_t)1 << x) - 1)); /* X_ZEXT, x < 64 */
  }
}

enum expr_status expr_run(const struct expr_op *op, const int64_t *parameter, int64_t *value)
{
  int64_t stack[STACK], *top = stack; /* top: first free */
  const struct expr_op *base = op;

  for (;; op++) {
    enum expr_status status;

    switch (op->code) {
    case X_END:
      *value = top[-1];
      return EXPR_OK;
    case X_CONST: *top++ = op->value; break;
    case X_PARAM: *top++ = parameter[op->x]; break;
    case X_NEG: case X_NOT: case X_LNOT: case X_BOOL: case X_SEXT: case X_ZEXT:
      top[-1] = unary_value((enum code)op->code, op->x, top[-1]);
      break;
    case X_JUMP: op = base + op->x - 1; break;
    case X_JUMP_ZERO: /* a value that is jumped over stays for the join */
      if (top[-1] == 0)
        op = base + op->x - 1;
      break;
    case X_JUMP_NONZERO:
      if (top[-1] != 0)
        op = base + op->x - 1;
      break;
    case X_DROP: top--; break;
    default:
      status = binary((enum code)op->code, top[-2], top[-1], &top[-2]);
      if (status != EXPR_OK)
        return status;
      top--;
    }
  }
}

const char *expr_strerror(enum expr_status status)
{
  switch (status) {
  case EXPR_DIVISION: return "division by zero";
  case EXPR_SHIFT: return "shift by less than 0 or more than 63";
  default: return "no error";
  }
}

/* ---- errors and text ------------------------------------------------------------- */

static bool fail(struct parser *P, const char *at, size_t n, const char *text)
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

static void skip(struct parser *P)
{
  while (P->p < P->end && (*P->p == ' ' || *P->p == '\t' || *P->p == '\n' || *P->p == '\r'))
    P->p++;
}

static bool accept(struct parser *P, const char *text)
{
  size_t n = strlen(text);

  skip(P);
  if ((size_t)(P->end - P->p) < n || memcmp(P->p, text, n) != 0)
    return false;
  P->p += n;
  return true;
}

static bool expect(struct parser *P, const char *text, const char *message)
{
  return accept(P, text) || fail(P, P->p, P->p < P->end, message);
}

/* The name at the cursor; n = 0: none. Does not move. */
static struct span peek_name(struct parser *P)
{
  struct span s;

  skip(P);
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

static bool push(struct parser *P, enum code code, uint32_t x, int64_t value)
{
  if (P->depth == STACK)
    return fail(P, P->p, 0, "expression is too deep");
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

    op->value = unary_value(code, x, op->value);
    return true;
  }
  return emit(P, code, x, 0);
}

static bool emit_binary(struct parser *P, enum code code, const char *at)
{
  P->depth--;
  if (is_const(P, 1) && is_const(P, 2)) {
    struct expr_op *op = &P->code->op[P->code->n - 2];
    enum expr_status status = binary(code, op[0].value, op[1].value, &op[0].value);

    P->code->n--;
    return status == EXPR_OK || fail(P, at, (size_t)(P->p - at), expr_strerror(status));
  }
  return emit(P, code, 0, 0);
}

/* ---- types --------------------------------------------------------------------- */

struct ctype {
  uint64_t size;
  bool is_unsigned, integer;
  const struct layout *layout; /* or NULL */
};

static const struct named_type {
  const char *name;
  uint8_t size; /* 0: a pointer's */
  bool is_unsigned, integer;
} named_types[] = {
  {"int8_t", 1, false, true},    {"uint8_t", 1, true, true},    {"int16_t", 2, false, true},
  {"uint16_t", 2, true, true},   {"int32_t", 4, false, true},   {"uint32_t", 4, true, true},
  {"int64_t", 8, false, true},   {"uint64_t", 8, true, true},   {"size_t", 0, true, true},
  {"ssize_t", 0, false, true},   {"ptrdiff_t", 0, false, true}, {"intptr_t", 0, false, true},
  {"uintptr_t", 0, true, true},  {"uchar", 1, true, true},      {"ushort", 2, true, true},
  {"uint", 4, true, true},       {"ulong", 0, true, true},      {"bool", 1, true, true},
  {"_Bool", 1, true, true},      {"float", 4, false, false},    {"double", 8, false, false},
  {"void", 1, false, false},
};

static const struct named_type *named_type(struct span name)
{
  for (size_t i = 0; i < sizeof(named_types) / sizeof(named_types[0]); i++)
    if (span_is(name, named_types[i].name))
      return &named_types[i];
  return NULL;
}

/* signed, unsigned, char, short, int, long in any order. False: none of them is here. */
static bool basic_type(struct parser *P, struct ctype *t)
{
  bool any = false, is_char = false, is_short = false, u = false;
  unsigned nlong = 0;

  for (;; any = true) {
    struct span w = peek_name(P);

    if (span_is(w, "unsigned"))
      u = true;
    else if (span_is(w, "char"))
      is_char = true;
    else if (span_is(w, "short"))
      is_short = true;
    else if (span_is(w, "long"))
      nlong++;
    else if (!span_is(w, "int") && !span_is(w, "signed"))
      break;
    P->p += w.n;
  }
  if (any) {
    unsigned size = is_char ? 1 : is_short ? 2 : nlong > 1 ? 8 : nlong ? P->env->pointer_size : 4;

    *t = (struct ctype){size, u, true, NULL};
  }
  return any;
}

static void skip_qualifiers(struct parser *P)
{
  for (;;) {
    struct span w = peek_name(P);

    if (!span_is(w, "const") && !span_is(w, "volatile"))
      return;
    P->p += w.n;
  }
}

static bool specifier(struct parser *P, struct ctype *t)
{
  const struct named_type *nt;
  struct span w;

  skip_qualifiers(P);
  if (basic_type(P, t))
    return true;
  w = peek_name(P);
  if ((nt = named_type(w)) != NULL) {
    P->p += w.n;
    *t = (struct ctype){nt->size ? nt->size : P->env->pointer_size, nt->is_unsigned, nt->integer, NULL};
    return true;
  }
  if (span_is(w, "struct") || span_is(w, "union")) {
    P->p += w.n;
    w = peek_name(P);
  }
  if (w.n == 0 || (t->layout = P->env->layout(P->env->user, w)) == NULL)
    return false;
  P->p += w.n;
  t->size = t->layout->size;
  t->integer = false;
  return true;
}

/* The type name at the cursor. False, with the cursor where it was: there is none. */
static bool type_name(struct parser *P, struct ctype *t)
{
  const char *start = P->p;

  if (!specifier(P, t)) {
    P->p = start;
    return false;
  }
  skip_qualifiers(P);
  while (accept(P, "*")) {
    *t = (struct ctype){P->env->pointer_size, true, true, NULL};
    skip_qualifiers(P);
  }
  return true;
}

static const struct layout_member *find_member(const struct layout *l, struct span name)
{
  const struct layout_member *m = l ? l->member : NULL;

  while (m && !span_eq(m->name, name))
    m = m->next;
  return m;
}

/* A member of *t: adds its offset, and *t becomes its type. */
static bool member(struct parser *P, struct ctype *t)
{
  struct span name = peek_name(P);
  const struct layout_member *m = find_member(t->layout, name);

  if (!m)
    return fail(P, P->p, name.n, t->layout ? "no such member" : "this type has no members");
  P->p += name.n;
  *t = (struct ctype){.size = m->size};
  if (m->type.n > 0)
    t->layout = P->env->layout(P->env->user, m->type);
  return push(P, X_CONST, 0, wrap(m->offset)) && emit_binary(P, X_ADD, P->p);
}

/* ->member[index].member …, up to the closing parenthesis: an offset is left on the stack. */
static bool designator(struct parser *P, struct ctype *t)
{
  bool first = true;
  is_unsigned u;

  if (!push(P, X_CONST, 0, 0))
    return false;
  for (;; first = false) {
    const char *at = P->p;

    if (accept(P, "[")) {
      if (!conditional(P, &u) || !expect(P, "]", "expected ]") ||
          !push(P, X_CONST, 0, wrap(t->size)) || !emit_binary(P, X_MUL, at) || !emit_binary(P, X_ADD, at))
        return false;
    } else if ((first && accept(P, "->")) || (!first && accept(P, "."))) {
      if (!member(P, t))
        return false;
    } else if (first && accept(P, ".")) {
      return fail(P, at, 1, "expected -> or [");
    } else {
      return true;
    }
  }
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
        return fail(P, start, (size_t)(P->p - start), "number without digits");
    }
  }
  for (; P->p < P->end && digit_value(*P->p) < base; P->p++) {
    if (v > (UINT64_MAX - digit_value(*P->p)) / base)
      return fail(P, start, (size_t)(P->p - start) + 1, "number is wider than 64 bits");
    v = v * base + digit_value(*P->p);
  }
  *u = v > INT64_MAX;
  for (; P->p < P->end && strchr("uUlL", *P->p) && *P->p; P->p++)
    *u |= *P->p == 'u' || *P->p == 'U';
  if (P->p < P->end && (is_name_char(*P->p) || *P->p == '.'))
    return fail(P, start, (size_t)(P->p - start) + 1, "not a number");
  return push(P, X_CONST, 0, wrap(v));
}

static bool character(struct parser *P, is_unsigned *u)
{
  static const char from[] = "ntr0abfv\\'\"", to[] = "\n\t\r\0\a\b\f\v\\'\"";
  const char *start = P->p++, *escape;
  char c;

  if (P->end - P->p < 2)
    return fail(P, start, 1, "character is not closed");
  c = *P->p++;
  if (c == '\\') {
    if (*P->p == '\0' || (escape = strchr(from, *P->p)) == NULL)
      return fail(P, start, 3, "unknown escape");
    c = to[escape - from];
    P->p++;
  }
  *u = false;
  return expect(P, "'", "character is not closed") && push(P, X_CONST, 0, (signed char)c);
}

/* sizeof(TYPE), offsetof(TYPE, member) */
static bool type_operator(struct parser *P, bool size, is_unsigned *u)
{
  struct ctype t = {0, false, false, NULL};
  const char *at;

  if (!expect(P, "(", "expected ("))
    return false;
  skip(P);
  at = P->p;
  if (!type_name(P, &t))
    return fail(P, at, peek_name(P).n, "unknown type");
  *u = true;
  if (size)
    return push(P, X_CONST, 0, wrap(t.size)) && expect(P, ")", "expected )");
  return expect(P, ",", "expected ,") && push(P, X_CONST, 0, 0) && member(P, &t) &&
         expect(P, ")", "expected )");
}

/* Dt<number>(->member): an offset in the type of that number. */
static bool numbered_type(struct parser *P, unsigned number, is_unsigned *u)
{
  struct ctype t = {0, false, false, NULL};
  const char *p = P->p, *end = P->end;
  struct span ctype;
  bool known;

  if (!P->env->numbered(P->env->user, number, &ctype))
    return fail(P, P->p, 0, "no such type");
  P->p = ctype.p;
  P->end = ctype.p + ctype.n;
  known = type_name(P, &t);
  P->p = p;
  P->end = end;
  if (!known)
    return fail(P, P->p, 0, "the layout of this type is not known");
  *u = false;
  return expect(P, "(", "expected (") && designator(P, &t) && expect(P, ")", "expected )");
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
  struct span name = peek_name(P);
  unsigned n;

  P->p += name.n;
  *u = false;
  if (span_is(name, "sizeof"))
    return type_operator(P, true, u);
  if (span_is(name, "offsetof"))
    return type_operator(P, false, u);
  skip(P);
  if (P->p < P->end && *P->p == '(') {
    if (is_numbered(name, &n))
      return numbered_type(P, n, u);
    return fail(P, name.p, name.n, "functions cannot be called here");
  }
  return push(P, X_PARAM, P->env->parameter(P->env->user, name), 0);
}

static bool parenthesized(struct parser *P, is_unsigned *u)
{
  struct ctype t = {0, false, false, NULL};
  const char *at = P->p++;

  skip(P);
  if (!type_name(P, &t))
    return conditional(P, u) && expect(P, ")", "expected )");
  if (!expect(P, ")", "expected )") || !unary(P, u))
    return false;
  if (!t.integer)
    return fail(P, at, (size_t)(P->p - at), "cast to a type that is not an integer");
  *u = t.is_unsigned && t.size == 8;
  if (t.size == 8)
    return true;
  return emit_unary(P, t.is_unsigned ? X_ZEXT : X_SEXT, (uint32_t)t.size * 8);
}

static bool primary(struct parser *P, is_unsigned *u)
{
  skip(P);
  if (P->p == P->end)
    return fail(P, P->p, 0, "expected a value");
  if (*P->p == '(')
    return parenthesized(P, u);
  if (*P->p == '\'')
    return character(P, u);
  if (is_digit(*P->p))
    return number(P, u);
  if (is_name_char(*P->p))
    return name_operand(P, u);
  return fail(P, P->p, 1, "expected a value");
}

static bool unary_operator(struct parser *P, is_unsigned *u)
{
  static const struct { char c; enum code code; } op[] = {{'-', X_NEG}, {'~', X_NOT}, {'!', X_LNOT}};

  skip(P);
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

static bool unary(struct parser *P, is_unsigned *u)
{
  bool ok;

  if (P->nesting == NESTING)
    return fail(P, P->p, 0, "expression is too deep");
  P->nesting++;
  ok = unary_operator(P, u);
  P->nesting--;
  return ok;
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
  skip(P);
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

static bool binary_level(struct parser *P, unsigned level, is_unsigned *u)
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
    if (!emit_binary(P, (enum code)(*u ? o->ucode : o->code), at))
      return false;
    *u = *u && !o->compares;
  }
  return true;
}

/* c ? a : b: c, jump if zero to else, drop, a, jump to end, else: drop, b, end: */
static bool conditional(struct parser *P, is_unsigned *u)
{
  is_unsigned right;
  size_t to_else, to_end;

  if (!binary_level(P, 1, u))
    return false;
  if (!accept(P, "?"))
    return true;
  to_else = P->code->n;
  emit(P, X_JUMP_ZERO, 0, 0);
  emit(P, X_DROP, 0, 0);
  P->depth--;
  P->barrier = P->code->n;
  if (!conditional(P, u) || !expect(P, ":", "expected :"))
    return false;
  to_end = P->code->n;
  emit(P, X_JUMP, 0, 0);
  join(P, to_else);
  emit(P, X_DROP, 0, 0);
  P->depth--;
  P->barrier = P->code->n;
  if (!conditional(P, &right))
    return false;
  join(P, to_end);
  *u = *u || right;
  return true;
}

/* ---- linear programs ---------------------------------------------------------------- */

struct linear {
  uint64_t scale, addend;
};

/* Apply an operator to two linear values; false if the result is not linear. */
static bool linear_binary(uint32_t code, struct linear *a, struct linear b)
{
  switch (code) {
  case X_ADD:
    a->scale += b.scale;
    a->addend += b.addend;
    return true;
  case X_SUB:
    a->scale -= b.scale;
    a->addend -= b.addend;
    return true;
  case X_MUL:
    if (a->scale != 0 && b.scale != 0)
      return false;
    *a = a->scale != 0 ? (struct linear){a->scale * b.addend, a->addend * b.addend}
                       : (struct linear){a->addend * b.scale, a->addend * b.addend};
    return true;
  default:
    return false;
  }
}

/* If the program is a linear function of one parameter, make it that. */
static void make_linear(struct expr_code *code, size_t start)
{
  struct linear stack[4];
  unsigned depth = 0;
  uint32_t parameter = UINT32_MAX;

  for (struct expr_op *op = code->op + start; op->code != X_END; op++) {
    if (op->code == X_CONST && depth < 4) {
      stack[depth++] = (struct linear){0, (uint64_t)op->value};
    } else if (op->code == X_PARAM && depth < 4 && (parameter == UINT32_MAX || parameter == op->x)) {
      parameter = op->x;
      stack[depth++] = (struct linear){1, 0};
    } else if (depth >= 2 && linear_binary(op->code, &stack[depth - 2], stack[depth - 1])) {
      depth--;
    } else {
      return;
    }
  }
  if (depth != 1 || parameter == UINT32_MAX)
    return;
  code->op[start] = (struct expr_op){X_LINEAR, parameter, wrap(stack[0].scale)};
  code->op[start + 1] = (struct expr_op){X_END, 0, wrap(stack[0].addend)};
  code->n = start + 2;
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
  skip(&P);
  if (ok && P.p < P.end)
    ok = fail(&P, P.p, (size_t)(P.end - P.p), "unexpected text behind the expression");
  if (ok) {
    emit(&P, X_END, 0, 0);
    make_linear(code, start);
  } else {
    code->n = start;
  }
  *error = P.error;
  return ok;
}
