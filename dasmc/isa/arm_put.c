/* arm_put.c - registers, numbers and labels into the fields of a form.
 *
 * A number is described as a field of a list (lib/field.h), whether it is known or comes at run
 * time: so both have the same ranges.
 */
#include <inttypes.h>

#include "arm.h"

const struct word_field *arm_field(const struct arm_attempt *a, unsigned field)
{
  return &a->f->word.field[field - 1];
}

static bool agree(struct arm_attempt *a, bool same)
{
  return same || arm_refuse(a, "it does not agree with another operand");
}

bool arm_put_bits(struct arm_attempt *a, unsigned field, uint64_t value)
{
  unsigned i = field - 1;

  if (a->s.known[i] || a->s.expr[i].p)
    return agree(a, !a->s.expr[i].p && a->s.number[i] == (int64_t)value);
  a->s.known[i] = true;
  a->s.number[i] = (int64_t)value;
  a->s.unit = (uint32_t)word_insert(arm_field(a, field), a->s.unit, value);
  return true;
}

static bool describe(struct arm_attempt *a, unsigned field, unsigned flags, uint8_t out[LIST_FIELD])
{
  return word_describe(&a->f->word, arm_field(a, field), flags, out) ||
         arm_refuse(a, "it must be known before the program runs");
}

static bool put_expr(struct arm_attempt *a, unsigned field, struct span expr,
                     const uint8_t described[LIST_FIELD])
{
  unsigned i = field - 1;

  if (a->s.known[i] || a->s.expr[i].p)
    return agree(a, !a->s.known[i] && span_eq(a->s.expr[i], expr));
  a->s.expr[i] = expr;
  memcpy(a->s.described[i], described, LIST_FIELD);
  return true;
}

/* ---- registers ------------------------------------------------------------------------- */

/* Registers that must not be the same one: at run time their difference, of which no bit is taken.
 */
static bool differ(struct arm_attempt *a, struct span expr, unsigned field)
{
  struct span other = a->s.expr[field - 1];
  struct arm_demand *d = &a->s.demand[a->s.ndemand];

  if (!other.p && !a->s.known[field - 1])
    return true;
  if (a->s.ndemand == ARM_DEMANDS)
    return arm_refuse(a, "this register must be known before the program runs");
  a->s.ndemand++;
  *d = (struct arm_demand){ 0 };
  d->expr =
      other.p ? span_fmt(a->match.F, "(%.*s)-(%.*s)", (int)expr.n, expr.p, (int)other.n, other.p)
              : span_fmt(a->match.F, "(%.*s)-%d", (int)expr.n, expr.p, (int)a->s.number[field - 1]);
  d->field[FIELD_UNIT] = 4;
  d->field[FIELD_BITS] = 1;
  d->field[FIELD_FLAGS] = FIELD_REGISTER;
  d->field[FIELD_TRANSFORM] = TRANSFORM_DIFFERENCE;
  field_complete(d->field);
  return true;
}

/* The registers that this one must not be. In text for DynASM the program decides. */
static bool check_differs(struct arm_attempt *a, const struct arm_node *n,
                          const struct arm_reg *reg)
{
  for (unsigned i = 0; i < ARM_EXCEPT && n->differs[i] && !a->match.S->dynasm; i++) {
    unsigned k = n->differs[i] - 1u;

    if (reg->expr.p || a->s.expr[k].p) {
      struct span expr = reg->expr.p ? reg->expr : span_fmt(a->match.F, "%u", reg->num);

      if (!differ(a, expr, n->differs[i]))
        return false;
    } else if (a->s.known[k] && a->s.number[k] == reg->num) {
      a->match.certain = true;
      return arm_refuse(a, "the registers must differ");
    }
  }
  return true;
}

/* The pieces of a field without its n lowest bits. */
static void drop_low(uint8_t *f, const struct word_field *w, unsigned n)
{
  f[FIELD_PIECES] = 0;
  f[FIELD_BITS] -= (uint8_t)n;
  for (unsigned i = 0; i < w->npieces; i++) {
    unsigned from = w->piece[i].from - w->low, to = w->piece[i].to, count = w->piece[i].count;
    unsigned dropped = from < n ? n - from : 0;

    if (dropped < count)
      field_set_piece(f, f[FIELD_PIECES]++, from + dropped - n, to + dropped, count - dropped);
  }
}

/* The number of the second of two registers is that of the first one and so much more. */
static bool is_next(const struct arm_attempt *a, struct span first, struct span second, int more)
{
  int64_t from, to;
  struct span x = operand_without_constant(a->match.F, first, &from);

  return span_eq(x, operand_without_constant(a->match.F, second, &to)) && to - from == more;
}

/* The numbers that a register may have, as the field has them. */
static uint32_t allowed(const struct arm_node *n, const struct word_field *w)
{
  uint32_t set = 0;

  for (unsigned k = 0; k < 1u << w->bits; k++)
    if (!(n->except >> (k << w->low) & 1))
      set |= UINT32_C(1) << k;
  return set;
}

static bool put_expr_register(struct arm_attempt *a, const struct arm_node *n,
                              const struct arm_reg *reg)
{
  const struct word_field *w = arm_field(a, n->field);
  uint8_t f[LIST_FIELD];
  unsigned i = n->field - 1u;
  bool limited = n->except && !a->match.S->dynasm;

  if (n->plus && a->s.expr[i].p)
    return is_next(a, a->s.expr[i], reg->expr, n->plus) ||
           arm_refuse(a, "the register behind the other one is expected: r(n), r(n+1)");
  if (!describe(a, n->field, FIELD_UNSIGNED | FIELD_REGISTER, f) || !check_differs(a, n, reg))
    return false;
  if (reg->class == ARM_Q && n->class == ARM_V)
    drop_low(f, w, 1); /* the field has the number of a register of half the size */
  if (n->plus || n->count > 1) {
    int most = (int)(1u << (w->low + w->bits)) - (n->count > 1 ? n->count : 1);

    field_set_bias(f, -n->plus);
    field_set_range(f, n->plus, (uint32_t)most);
  } else if (limited) {
    field_set_among(f, allowed(n, w));
  }
  field_complete(f);
  return put_expr(a, n->field, reg->expr, f);
}

bool arm_put_register(struct arm_attempt *a, const struct arm_node *n, const struct arm_reg *reg)
{
  const struct word_field *w = arm_field(a, n->field);
  int num = reg->num - n->plus;

  if (n->class == ARM_V && a->f->q && !arm_put_bits(a, a->f->q, reg->class == ARM_Q))
    return false;
  if (reg->expr.p)
    return put_expr_register(a, n, reg);
  if ((n->except >> reg->num & 1) && !a->match.S->dynasm)
    return arm_refuse(a, reg->num == 15 ? "pc cannot be used here"
                                        : "this register cannot be used here");
  if (!check_differs(a, n, reg))
    return false;
  if (n->class == ARM_V && reg->class == ARM_Q)
    num *= 2;
  if (num < 0 || num >> (w->low + w->bits))
    return arm_refuse(a, "this register cannot be used here");
  if (num & ((1 << w->low) - 1))
    return arm_refuse(a, "a register with an even number is expected");
  return arm_put_bits(a, n->field, (uint64_t)num);
}

/* ---- numbers ---------------------------------------------------------------------------- */

/* How a number goes into the field of a node: it is the number + plus, or plus - the number. */
static bool describe_number(struct arm_attempt *a, const struct arm_node *n, uint8_t f[LIST_FIELD])
{
  const struct word_field *w = arm_field(a, n->field);
  int64_t unit = INT64_C(1) << w->low, most = (unit << w->bits) - unit;
  int64_t low = n->from ? n->plus - most : n->plus, high = n->from ? n->plus : n->plus + most;

  if (!describe(a, n->field, n->flags, f))
    return false;
  f[FIELD_TRANSFORM] = n->transform;
  if (n->high) {
    low = n->low;
    high = n->high;
  }
  if (n->from)
    f[FIELD_FLAGS] |= FIELD_NEGATED;
  field_set_bias(f, n->from ? n->plus : -n->plus);
  if (!n->transform && (n->from || n->plus || n->high))
    field_set_range(f, (int32_t)low, (uint32_t)(high - low));
  field_complete(f);
  return true;
}

static bool has_op(struct arm_attempt *a, const struct arm_node *n, int64_t *v)
{
  if (n->op == ARM_AS_IS) { /* of 32 bits, whatever its sign */
    if (n->transform == TRANSFORM_A32_ROTATED && *v < 0 && *v >= -INT64_C(0xffffffff))
      *v = (int64_t)(uint32_t)*v;
    return true;
  }
  if (*v < INT32_MIN || *v > UINT32_MAX)
    return arm_refuse(a, "the number does not fit in 32 bits");
  *v = (int64_t)(uint32_t)(n->op == ARM_NEGATED ? -*v : ~*v);
  return true;
}

/* The bits of a number. DynASM takes the highest rotation that fits for one which is known before,
 * and the lowest at run time. */
static bool bits_of(const struct arm_attempt *a, const struct arm_node *n, const uint8_t *f,
                    int64_t v, uint64_t *bits)
{
  unsigned rotation;

  if (!field_number(f, v, bits))
    return false;
  rotation = (unsigned)(*bits >> 8);
  while (a->match.S->dynasm && n->transform == TRANSFORM_A32_ROTATED && rotation > 0 &&
         rotation < 15 && (*bits & 0xc0) == 0) {
    *bits = ++rotation << 8 | (*bits & 0xff) << 2;
  }
  return true;
}

bool arm_put_value(struct arm_attempt *a, const struct arm_node *n, int64_t value)
{
  uint8_t f[LIST_FIELD];
  char words[FIELD_WORDS];
  uint64_t bits;
  int64_t v = value;
  unsigned i = n->field - 1u;

  if (!describe_number(a, n, f) || !has_op(a, n, &v))
    return false;
  if (!bits_of(a, n, f, v, &bits)) {
    field_words(f, words);
    return match_refuse(&a->match, "%" PRId64 " %s", value, words);
  }
  if (a->s.known[i] || a->s.expr[i].p)
    return agree(a, !a->s.expr[i].p && a->s.number[i] == (int64_t)bits);
  a->s.known[i] = true;
  a->s.number[i] = (int64_t)bits;
  a->s.unit |= (uint32_t)field_place(f, bits);
  return true;
}

/* DynASM takes no amount of 32 bits that comes at run time. */
static void narrow(const struct arm_attempt *a, const struct arm_node *n, uint8_t f[LIST_FIELD])
{
  if (a->match.S->dynasm && n->low == 1 && n->high == 32) {
    field_set_range(f, 1, 30);
    field_complete(f);
  }
}

/* The number before must leave room for so many bits. */
static void leave_room(struct arm_attempt *a, int64_t bits)
{
  uint8_t *f = a->s.described[a->s.before - 1];

  field_set_range(f, 0, (uint32_t)(32 - bits));
  field_complete(f);
}

/* A number of bits behind the one that says the first of them: what goes into the field is 0 to 31.
 */
static bool put_count(struct arm_attempt *a, const struct arm_node *n, struct span text, bool known,
                      int64_t v)
{
  struct span first = a->s.first;
  struct arm_node node = {
    .kind = ARM_NUMBER, .field = n->field, .flags = FIELD_UNSIGNED, .plus = 1
  };
  bool last = n->op == ARM_LAST;
  int64_t from = first.p ? 0 : a->s.first_number;

  if (known && (v < 1 || v > 32 - from))
    return match_refuse(&a->match, "from bit %" PRId64 " on there are 1 to %" PRId64, from,
                        32 - from);
  if (known && first.p)
    leave_room(a, v);
  if (known && !(last && first.p))
    return arm_put_bits(a, n->field, (uint64_t)(last ? from + v - 1 : v - 1));
  if (last || first.p) { /* 0 is no number of bits, and so in no range */
    struct span start = first.p ? first : span_fmt(a->match.F, "%d", (int)from);

    text = span_fmt(a->match.F,
                    last ? "(%.*s)>0?(int64_t)(%.*s)+(%.*s):0" : "(%.*s)<=32-(%.*s)?(%.*s):0",
                    (int)text.n, text.p, (int)start.n, start.p, (int)text.n, text.p);
  }
  node.low = (int16_t)(1 + (last ? from : 0));
  node.high = (int16_t)(last ? 32 : 32 - from);
  return arm_put_number(a, &node, text);
}

/* A floating-point number of 8 bits, abcdefgh: -1^a * 2^(~b:cd - 3) * 1.efgh */
static bool put_float(struct arm_attempt *a, const struct arm_node *n, struct span text)
{
  uint64_t bits;
  int64_t v;
  double d;

  if (operand_is_float(text) && operand_float(a->match.F, text, 8, &bits))
    memcpy(&d, &bits, sizeof(d));
  else if (operand_number(a->match.F, a->match.S, text, &v))
    d = (double)v;
  else
    return arm_refuse(
        a, "a floating-point number is expected, which is known before the program runs");
  memcpy(&bits, &d, sizeof(bits));
  for (unsigned k = 0; k < 128; k++) {
    uint64_t exponent = 1023u - 3u + (k >> 4 ^ 4), fraction = k & 15;

    if ((bits & low_bits(63)) == (exponent << 52 | fraction << 48))
      return arm_put_bits(a, n->field, k | bits >> 63 << 7);
  }
  return arm_refuse(a, "it is no floating-point number of 8 bits, as 1.0, 0.125, -31.0");
}

/* 0x12ffff */
static bool put_ones(struct arm_attempt *a, const struct arm_node *n, struct span text)
{
  int64_t v;

  if (!operand_number(a->match.F, a->match.S, text, &v) || v < 0 || v > 0xffffff ||
      (v & 0xffff) != 0xffff)
    return arm_refuse(a, "a number of one byte, with zeros or ones behind it, is expected");
  return arm_put_bits(a, n->field, (uint64_t)v >> 16);
}

/* An alignment in bits. */
static bool put_align(struct arm_attempt *a, const struct arm_node *n, struct span text)
{
  unsigned bits = 1;
  int64_t v;

  if (!operand_number(a->match.F, a->match.S, text, &v))
    return arm_refuse(a, "it must be known before the program runs");
  for (int64_t k = n->low; k <= n->high; k *= 2, bits++)
    if (v == k)
      return arm_put_bits(a, n->field, bits);
  return n->low == n->high
             ? match_refuse(&a->match, "the alignment here is %d or none", n->low)
             : match_refuse(&a->match, "the alignment here is %d to %d, or none", n->low, n->high);
}

bool arm_put_number(struct arm_attempt *a, const struct arm_node *n, struct span text)
{
  uint8_t f[LIST_FIELD];
  struct label label;
  int64_t v = 0;
  bool known;

  if (text.n == 0)
    return arm_refuse(a, "a number or an expression is expected");
  if (n->op == ARM_FLOAT)
    return put_float(a, n, text);
  if (n->op == ARM_ONES)
    return put_ones(a, n, text);
  if (n->op == ARM_ALIGN)
    return put_align(a, n, text);
  known = operand_number(a->match.F, a->match.S, text, &v);
  if (n->op >= ARM_WIDTH)
    return put_count(a, n, text, known, v);
  a->s.before = n->field;
  a->s.first = known ? (struct span){ NULL, 0 } : text;
  a->s.first_number = v;
  if (known) {
    if (v == 0 && text.p[0] == '-' && n->transform == TRANSFORM_MAGNITUDE && !a->match.S->dynasm) {
      a->s.known[n->field - 1] = true; /* -0: subtracted */
      return true;
    }
    return arm_put_value(a, n, v);
  }
  if (front_label(a->match.F, text, &label))
    return arm_refuse(a, "a number or an expression is expected, no label");
  if (n->op != ARM_AS_IS)
    return arm_refuse(a, "it must be known before the program runs");
  if (!describe_number(a, n, f))
    return false;
  narrow(a, n, f);
  return put_expr(a, n->field, text, f);
}

/* ---- labels ------------------------------------------------------------------------------ */

bool arm_put_label(struct arm_attempt *a, const struct arm_node *n, struct span text)
{
  uint8_t *f = a->s.label_field;

  if (n->bytes && operand_is_constant(text))
    operand_constant_label(a->match.F, a->match.S, text, n->bytes, &a->s.label);
  else if (!front_label(a->match.F, text, &a->s.label) || a->s.label.kind == REF_BAD)
    return arm_refuse(a, "a label is expected");
  if (!describe(a, n->field, FIELD_SIGNED, f))
    return false;
  f[FIELD_TRANSFORM] = n->transform;
  f[FIELD_ORIGIN] = ORIGIN_START;
  f[FIELD_AHEAD] = 8;
  if (a->match.S->dynasm && n->transform == TRANSFORM_MAGNITUDE &&
      arm_field(a, n->field)->low == 0) {
    drop_low(f, arm_field(a, n->field), 2); /* DynASM wants the distance to be one of words */
    f[FIELD_SHIFT] = 2;
  }
  field_complete(f);
  a->s.labelled = true;
  return true;
}
