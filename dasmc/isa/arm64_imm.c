/* arm64_imm.c - immediates into the fields of a form.
 *
 * Each is described as a field of a list (lib/field.h), whether its value is known or comes at run time; field_number()
 * checks and converts a known one just as the encoder would.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "arm64.h"

static bool refuse(struct a64_attempt *a, const char *why)
{
  return match_refuse(&a->match, "%s", why);
}

/* ---- elements --------------------------------------------------------------------------- */

static unsigned bits_of(char letter)
{
  switch (letter | 32) {
  case 'b': return 8;
  case 'h': return 16;
  case 's': case 'w': return 32;
  case 'd': case 'x': return 64;
  case 'q': return 128;
  default: return 0;
  }
}

unsigned a64_element(const struct a64_attempt *a, const struct a64_node *n)
{
  struct span w = n->text;

  if (n->arr) {
    unsigned place = a->s.place[n->arr - 1];

    if (place == 0)
      return 0;
    w = a64_choice_word(&a->f->choice[n->arr - 1], place - 1);
  }
  return w.n > 0 ? bits_of(w.p[w.n - 1]) : 0;
}

/* The element of the row's only arrangement. */
static unsigned element_of_row(const struct a64_attempt *a)
{
  for (unsigned i = 0; i < a->f->nnode; i++) {
    const struct a64_node *n = &a->f->node[i];

    if (n->kind == A64_REG && (n->arr || n->text.n > 0))
      return a64_element(a, n);
  }
  return 0;
}

/* ---- descriptions of numbers ---------------------------------------------------------------- */

static void transform(uint8_t *f, unsigned what, unsigned param, unsigned bits)
{
  f[FIELD_TRANSFORM] = (uint8_t)what;
  f[FIELD_PARAM] = (uint8_t)param;
  f[FIELD_BITS] = (uint8_t)bits;
  f[FIELD_FLAGS] = FIELD_EITHER | (f[FIELD_FLAGS] & (FIELD_NEGATED | FIELD_RANGED));
}

static void negated(uint8_t *f, int bias)
{
  f[FIELD_FLAGS] |= FIELD_NEGATED;
  field_set_bias(f, bias);
}

static void ranged(uint8_t *f, int64_t low, int64_t high)
{
  field_set_range(f, (int32_t)low, (uint32_t)(high - low));
}

static int log2_of(int v)
{
  int n = 0;

  while (v > 1 && v % 2 == 0) {
    v /= 2;
    n++;
  }
  return v == 1 ? n : -1;
}

/* Names of fields with sign begin so. */
static bool is_signed(const struct word_field *f)
{
  return f->name.n >= 4 && memcmp(f->name.p, "simm", 4) == 0;
}

static bool describe_plain(struct a64_attempt *a, const struct a64_node *n, uint8_t *f)
{
  const struct word_field *w = a64_field_of(a, n->field);
  int shift = log2_of(n->times);
  unsigned bits = n->arr || n->text.n > 0 ? a64_element(a, n) : 0;

  f[FIELD_FLAGS] = is_signed(w) ? FIELD_SIGNED : FIELD_UNSIGNED;
  if (shift < 0) {
    f[FIELD_TRANSFORM] = TRANSFORM_TIMES;
    f[FIELD_PARAM] = (uint8_t)n->times;
    return true;
  }
  f[FIELD_SHIFT] = (uint8_t)(f[FIELD_SHIFT] + shift);
  if (n->plus) {
    field_set_bias(f, -n->plus);
    ranged(f, n->plus, (a64_highest(w) << shift) + n->plus);
  } else if (n->below || bits) {
    ranged(f, 0, n->below ? n->below - 1 : (int)bits - 1);
  }
  return true;
}

/* An index of elements of so many bits: it is above a bit that says how large they are. */
static bool describe_lane(struct a64_attempt *a, const struct a64_node *n, unsigned bits, uint8_t *f)
{
  const struct word_field *w = a64_field_of(a, n->field);
  unsigned low = (unsigned)log2_of((int)bits / 8) + 1, k = 0;

  for (unsigned i = 0; i < w->npieces; i++) {
    struct word_piece p = w->piece[i];

    if (p.from + p.count <= low)
      continue;
    if (p.from < low) {
      p.to = (uint8_t)(p.to + low - p.from);
      p.count = (uint8_t)(p.count - (low - p.from));
      p.from = (uint8_t)low;
    }
    field_set_piece(f, k++, p.from - low, p.to, p.count);
  }
  f[FIELD_PIECES] = (uint8_t)k;
  f[FIELD_TO] = 0;
  f[FIELD_BITS] = (uint8_t)(w->bits - low);
  if (w->bits <= low)
    return refuse(a, "there is no such element");
  a->s.unit |= (uint32_t)word_insert(w, 0, UINT64_C(1) << (low - 1));
  return true;
}

/* The letter of the element whose index this is: that of the register before it. */
static unsigned element_before(const struct a64_attempt *a, const struct a64_node *n)
{
  const struct a64_node *p = n;

  while (p > a->f->node && p->kind != A64_REG && p->kind != A64_LIST)
    p--;
  return a64_element(a, p);
}

static bool describe_odd(struct a64_attempt *a, const struct a64_node *n, uint8_t *f)
{
  unsigned bits = a64_element(a, n), size = 1u << a64_field_of(a, n->field)->bits;
  bool byte = element_of_row(a) == 8;

  switch (n->sub) {
  case IMM_FROM:
    negated(f, n->plus);
    ranged(f, n->plus - a64_highest(a64_field_of(a, n->field)), n->plus);
    return true;
  case IMM_ADD: case IMM_ADD_NEG:
    if (n->sub == IMM_ADD_NEG)
      negated(f, 0);
    ranged(f, n->sub == IMM_ADD ? 0 : -0xfff000, n->sub == IMM_ADD ? 0xfff000 : -1);
    transform(f, TRANSFORM_A64_ADD, 0, 13);
    return true;
  case IMM_MASK: case IMM_MASK_NOT: case IMM_WIDE: case IMM_WIDE_NOT:
    if (n->sub == IMM_MASK_NOT || n->sub == IMM_WIDE_NOT)
      negated(f, -1);
    transform(f, n->sub <= IMM_MASK_NOT ? TRANSFORM_A64_MASK : TRANSFORM_A64_WIDE, bits, n->sub <= IMM_MASK_NOT ? 13 : bits == 64 ? 18 : 17);
    return true;
  case IMM_NEG:
    negated(f, 0);
    ranged(f, 0, (int64_t)size - 1);
    return true;
  case IMM_WIDTH:
    field_set_bias(f, -1);
    ranged(f, 1, (int64_t)size - a->s.lsb);
    return true;
  case IMM_TOP:
    if (a->s.lsb_text.p)
      return true; /* the expression is made that of the highest bit */
    field_set_bias(f, (int)a->s.lsb - 1);
    ranged(f, 1, (int64_t)size - a->s.lsb);
    return true;
  case IMM_LEFT:
    transform(f, TRANSFORM_A64_SHIFT, bits, 12);
    return true;
  case IMM_SHL:
    field_set_bias(f, (int)bits);
    ranged(f, 0, (int64_t)bits - 1);
    return true;
  case IMM_SHR:
    negated(f, (int)(2 * bits));
    ranged(f, 1, bits);
    return true;
  case IMM_BYTE: case IMM_UBYTE:
    if (byte)
      ranged(f, n->sub == IMM_BYTE ? -128 : 0, 255);
    transform(f, n->sub == IMM_BYTE ? TRANSFORM_BYTE : TRANSFORM_UBYTE, n->sub == IMM_BYTE ? element_of_row(a) : 0, 9);
    if (byte && n->sub == IMM_BYTE) {
      f[FIELD_TRANSFORM] = TRANSFORM_NONE;
      f[FIELD_BITS] = 8;
    }
    return true;
  case IMM_BYTES:
    transform(f, TRANSFORM_A64_BYTES, 0, 8);
    return true;
  default: /* IMM_LANE */
    return describe_lane(a, n, element_before(a, n), f);
  }
}

/* ---- known numbers --------------------------------------------------------------------------- */

/* 2^-3 to 31/16 * 2^4: sign, exponent, fraction; -1: none of these. */
static int float8(double v)
{
  for (int i = 0; i < 256; i++) {
    int exponent = ((i >> 4 & 7) ^ 4) - 3;
    double x = (16 + (i & 15)) / 16.0;

    for (; exponent > 0; exponent--)
      x *= 2;
    for (; exponent < 0; exponent++)
      x /= 2;
    if ((i & 128 ? -x : x) == v)
      return i;
  }
  return -1;
}

/* 1.5, -2e-1, whatever point the locale has. */
bool a64_decimal(struct span s, double *out)
{
  double v = 0, scale = 1;
  int exponent = 0, sign = 1;
  size_t i = s.n > 0 && (*s.p == '-' || *s.p == '+'), digits = 0, zeros = 0;
  bool point = false, any = false;

  for (; i < s.n && (char_is(s.p[i], CHAR_DIGIT) || (s.p[i] == '.' && !point)); i++) {
    point |= s.p[i] == '.';
    if (s.p[i] == '.')
      continue;
    any = true;
    zeros++; /* of the fraction those count that another digit follows */
    for (; zeros > 0 && (!point || s.p[i] != '0'); zeros--) {
      v = 10 * v + (zeros == 1 ? s.p[i] - '0' : 0);
      exponent -= point;
      digits++;
    }
  }
  if (!any || digits > 15)
    return false;
  if (i + 1 < s.n && (s.p[i] | 32) == 'e') {
    int e = 0;

    i++;
    sign = s.p[i] == '-' ? -1 : 1;
    for (i += s.p[i] == '-' || s.p[i] == '+'; i < s.n && char_is(s.p[i], CHAR_DIGIT) && e < 100; i++)
      e = 10 * e + s.p[i] - '0';
    exponent += sign * e;
  }
  for (int n = exponent < 0 ? -exponent : exponent; n > 0; n--)
    scale *= 10;
  v = exponent < 0 ? v / scale : v * scale;
  *out = *s.p == '-' ? -v : v;
  return i == s.n;
}

/* A number, or at run time fp8(expr): the eight bits of one. */
static bool put_float(struct a64_attempt *a, const struct a64_node *n, struct span text)
{
  uint8_t f[LIST_FIELD];
  struct span name, inner;
  double v;
  int code;

  if (operand_call(text, &name, &inner) && span_is(name, "fp8"))
    return a64_describe(a, n->field, FIELD_UNSIGNED, f) && a64_put_expr(a, n->field, inner, f);
  if (!a64_decimal(text, &v))
    return refuse(a, "a floating-point number is expected, known before the program runs, or fp8(n) with its eight bits");
  code = float8(v);
  return code >= 0 ? a64_put_number(a, n->field, code)
                   : refuse(a, "this number cannot be had: 16 to 31 sixteenths times a power of 2 from 1/8 to 16");
}

/* A number of a field that is a multiple of what is no power of 2. */
static bool put_multiple(struct a64_attempt *a, const struct a64_node *n, int64_t v)
{
  const struct word_field *w = a64_field_of(a, n->field);
  int64_t half = INT64_C(1) << (w->bits - 1), x;

  v -= n->plus;
  if (n->times == 0 ? v != 0 : v % n->times != 0)
    return refuse(a, "it is no multiple of what it must be");
  x = n->times ? v / n->times : 0;
  if (is_signed(w)) {
    if (x < -half || x >= half)
      return refuse(a, "it does not fit here");
    x &= 2 * half - 1;
  }
  return a64_put_number(a, n->field, x);
}

/* The value of a choice's field whose bits are all known; -1: they are not. */
static int known_place(const struct a64_attempt *a, const struct a64_choice *c)
{
  unsigned place = 0;

  for (unsigned i = 0; i < c->nfield; i++) {
    unsigned field = c->field[i] - 1u;

    if (!a->s.known[field])
      return -1;
    place = place << a->f->word.field[field].bits | (unsigned)a->s.number[field];
  }
  return (int)place;
}

bool a64_put_choice(struct a64_attempt *a, const struct a64_choice *c, struct span expr)
{
  struct span w[2] = {a64_choice_word(c, 0), a64_choice_word(c, 1)};
  int place = known_place(a, c), first = atoi(w[0].p + 1);
  uint8_t f[LIST_FIELD];

  if (memchr(c->table.p, '.', c->table.n))
    return refuse(a, "this number must be known before the program runs");
  if (place >= 0) {
    struct span number = a64_choice_word(c, (unsigned)place);

    return number.n > 0 ? a64_demand(a, expr, atoi(number.p + 1)) : refuse(a, "another number is expected");
  }
  if (c->nfield != 1)
    return refuse(a, "it must be known before the program runs");
  if (!a64_describe(a, c->field[0], FIELD_UNSIGNED, f))
    return false;
  f[FIELD_TRANSFORM] = TRANSFORM_TIMES;
  f[FIELD_PARAM] = (uint8_t)(atoi(w[1].p + 1) - first);
  field_set_bias(f, -first);
  field_complete(f);
  return a64_put_expr(a, c->field[0], expr, f);
}

static bool is_wide(const struct a64_attempt *a, const struct a64_node *n)
{
  return n->sub >= IMM_MASK && n->sub <= IMM_WIDE_NOT && a64_element(a, n) == 64;
}

bool a64_put_known(struct a64_attempt *a, const struct a64_node *n, int64_t v, const uint8_t f[LIST_FIELD])
{
  uint64_t bits;
  char words[FIELD_WORDS];
  unsigned i = n->field - 1u;

  /* 0xfffffffe is not -2 in 64 bits; elsewhere it may be the pattern of an int. */
  if (is_wide(a, n) ? !field_bits(f, 0, (uint64_t)v, &bits) : !field_number(f, v, &bits)) {
    field_words(f, words);
    return match_refuse(&a->match, "%" PRId64 " %s", v, words);
  }
  if (a->s.expr[i].p || (a->s.known[i] && a->s.number[i] != (int64_t)bits))
    return refuse(a, "it does not agree with another operand");
  if (!a->s.known[i])
    a->s.unit |= (uint32_t)field_place(f, bits);
  a->s.known[i] = true;
  a->s.number[i] = (int64_t)bits;
  memcpy(a->s.described[i], f, LIST_FIELD);
  return true;
}

/* ---- loads and stores: scaled or not --------------------------------------------------------- */

bool a64_is_scaled_offset(const struct a64_attempt *a, const struct word_field *w)
{
  return span_is(w->name, "imm") && w->bits == 12 && w->npieces == 1 && w->piece[0].to == 10 && (a->f->word.fixed >> 24 & 0x3b) == 0x39;
}

static void describe_offset(struct a64_attempt *a, const struct word_field *w, uint8_t *f)
{
  f[FIELD_FLAGS] = FIELD_SIGNED;
  f[FIELD_SHIFT] = 0;
  f[FIELD_BITS] = 13;
  f[FIELD_TRANSFORM] = TRANSFORM_A64_OFFSET;
  f[FIELD_PARAM] = w->low;
  f[FIELD_PIECES] = 2;
  field_set_piece(f, 0, 0, 10, 12);
  field_set_piece(f, 1, 12, 24, 1);
  a->s.unit &= ~(UINT32_C(1) << 24);
}

/* ---- sums of any sign ------------------------------------------------------------------------- */

/* At run time the value's sign says which: bit 30 is that of sub. */
static void describe_sum(struct a64_attempt *a, uint8_t *f)
{
  bool sub = a->f->word.fixed >> 30 & 1;

  f[FIELD_FLAGS] = FIELD_EITHER;
  transform(f, sub ? TRANSFORM_A64_SUB : TRANSFORM_A64_ADD, 0, 14);
  f[FIELD_PIECES] = 2;
  field_set_piece(f, 0, 0, 10, 13);
  field_set_piece(f, 1, 13, 30, 1);
  memset(f + FIELD_LOW, 0, FIELD_PIECE - FIELD_LOW);
  a->s.unit &= ~(UINT32_C(1) << 30);
}

/* ---- bit fields ------------------------------------------------------------------------------- */

/* The lowest bit: the width that follows depends on it. */
static void start_bits(struct a64_attempt *a, const struct a64_node *n, struct span text, bool known, int64_t v)
{
  a->s.lsb = known ? v : 0;
  a->s.lsb_text = known ? (struct span){NULL, 0} : text;
  a->s.lsb_field = n->field;
}

/* With a known width, the lowest bit at run time must leave room for it. */
static void limit_start(struct a64_attempt *a, int64_t width)
{
  uint8_t *f = a->s.described[a->s.lsb_field - 1];
  int64_t size = INT64_C(1) << a64_field_of(a, a->s.lsb_field)->bits;

  if (width < 1 || width > size)
    return;
  ranged(f, 0, size - width);
  field_complete(f);
}

bool a64_put_immediate(struct a64_attempt *a, const struct a64_node *n, struct span text)
{
  uint8_t f[LIST_FIELD];
  const struct word_field *w = a64_field_of(a, n->field);
  int64_t v;
  bool known;

  if (n->sub == IMM_FLOAT)
    return put_float(a, n, text);
  known = operand_number(a->match.F, a->match.S, text, &v) || operand_constant(a->match.F, text, &v);
  if (known && n->sub == IMM_PLAIN && (log2_of(n->times) < 0 || (n->times > 1 && w->bits == 1)) && !n->below && !n->arr)
    return put_multiple(a, n, v);
  if (!a64_describe(a, n->field, FIELD_UNSIGNED, f) || !(n->sub == IMM_PLAIN ? describe_plain(a, n, f) : describe_odd(a, n, f)))
    return false;
  if (!known && n->sub == IMM_PLAIN && a64_is_scaled_offset(a, w))
    describe_offset(a, w, f);
  if (!known && n->sub == IMM_ADD && !a->match.S->dynasm)
    describe_sum(a, f);
  field_complete(f);
  if (n->sub == IMM_NEG || span_is(w->name, "immr"))
    start_bits(a, n, text, known, v);
  if ((n->sub == IMM_TOP || n->sub == IMM_WIDTH) && a->s.lsb_text.p && known)
    limit_start(a, v);
  if (n->sub == IMM_WIDTH && a->s.lsb_text.p && !known && !a->match.S->dynasm) /* both come at run time: the sum is limited */
    text = span_fmt(a->match.F, "(%.*s)<=%u-(%.*s)?(%.*s):0", (int)text.n, text.p, 1u << w->bits, (int)a->s.lsb_text.n, a->s.lsb_text.p,
                    (int)text.n, text.p);
  if (n->sub == IMM_TOP && a->s.lsb_text.p) {
    struct span lsb = a->s.lsb_text;

    /* DynASM's programs get its expression; it makes another instruction of no bits. */
    text = a->match.S->dynasm || known ? span_fmt(a->match.F, "(int64_t)(%.*s)+(%.*s)-1", (int)lsb.n, lsb.p, (int)text.n, text.p)
                                       : span_fmt(a->match.F, "(%.*s)>0?(int64_t)(%.*s)+(%.*s)-1:-1", (int)text.n, text.p, (int)lsb.n, lsb.p, (int)text.n, text.p);
    known = false;
  }
  return known ? a64_put_known(a, n, v, f) : a64_put_expr(a, n->field, text, f);
}
