/* plain_put.c - numbers, and expressions that are numbers at run time, into fields: see plain.h.
 *
 * A field may be a sum of operands. Example: `extrwi r3, r4, n, b` is `rlwinm r3, r4, b+n, 32-n,
 * 31`. What of b and n is known goes into the constant of a sum, and what is not becomes one
 * expression, of which the field says what is added to it and in which range it must be then.
 */
#include <inttypes.h>

#include "plain.h"

/* ---- one operand ---------------------------------------------------------------------- */

const struct word_field *plain_field(const struct plain_attempt *a, unsigned field)
{
  return &a->f->word.field[field - 1];
}

bool plain_describe(struct plain_attempt *a, unsigned field, unsigned flags,
                    uint8_t out[LIST_FIELD])
{
  return word_describe(&a->f->word, plain_field(a, field), flags, out) ||
         match_refuse(&a->match, "must be known before the program runs");
}

unsigned plain_flags(const struct plain_attempt *a, const struct plain_operand *what)
{
  return a->match.S->dynasm && what->dynasm ? what->dynasm : what->flags;
}

/* The least and the greatest number that the field has room for, if it has `more` of it. */
void plain_range(const struct word_field *f, unsigned flags, int more, int64_t *low, int64_t *high)
{
  unsigned bits = f->bits + f->low;
  unsigned sign = flags & FIELD_SIGN;
  int64_t least = sign == FIELD_UNSIGNED ? 0 : -(INT64_C(1) << (bits - 1));
  int64_t most = (INT64_C(1) << (sign == FIELD_SIGNED ? bits - 1 : bits)) - (INT64_C(1) << f->low);

  *low = flags & FIELD_NEGATED ? -most : least - more;
  *high = flags & FIELD_NEGATED ? -least : most - more;
}

bool plain_put_number(struct plain_attempt *a, unsigned field, const struct plain_operand *what,
                      int64_t value)
{
  const struct word_field *f = plain_field(a, field);
  unsigned flags = plain_flags(a, what);
  int64_t unit = INT64_C(1) << f->low, low, high;

  plain_range(f, flags, what->more, &low, &high);
  if (value < low || value > high)
    return match_refuse(&a->match, "%" PRId64 " is not in %" PRId64 " to %" PRId64, value, low,
                        high);
  if (value & (unit - 1))
    return match_refuse(&a->match, "%" PRId64 " is no multiple of %" PRId64, value, unit);
  a->unit =
      word_insert(f, a->unit, (uint64_t)(flags & FIELD_NEGATED ? -value : value + what->more));
  return true;
}

bool plain_keep_expr(struct plain_attempt *a, unsigned field, struct span expr)
{
  a->value_of[a->nvalue] = (uint8_t)(field - 1);
  a->expr[a->nvalue++] = expr;
  return true;
}

bool plain_put_expr(struct plain_attempt *a, unsigned field, unsigned flags, int more,
                    struct span expr)
{
  uint8_t *f = a->field[a->nvalue];
  int64_t low, high;

  if (!plain_describe(a, field, flags, f))
    return false;
  plain_keep_expr(a, field, expr);
  if (more != 0) {
    plain_range(plain_field(a, field), flags, more, &low, &high);
    field_set_bias(f, more);
    field_set_range(f, (int32_t)low, (uint32_t)(high - low));
    field_complete(f);
  }
  return true;
}

/* ---- sums --------------------------------------------------------------------------- */

/* What a field may have; of a rotation 2^bits, which is 0, instead of 0. */
static void range_of_sum(const struct plain_attempt *a, const struct plain_sum *s, int64_t *least,
                         int64_t *most)
{
  *least = s->turns;
  *most = (INT64_C(1) << a->f->word.field[s->field - 1].bits) - !s->turns;
}

static bool put_known(struct plain_attempt *a, const struct plain_sum *s, int64_t sum)
{
  const struct word_field *f = &a->f->word.field[s->field - 1];
  const struct plain_term *t = &s->term[0];
  int64_t least, most, v = a->value[t->op].number;

  range_of_sum(a, s, &least, &most);
  if (sum >= least && sum <= most) {
    a->unit = word_insert(f, a->unit, (uint64_t)sum);
    return true;
  }
  a->match.at = t->op;
  if (s->nterm == 1)
    return match_refuse(&a->match, "%" PRId64 " is not in %" PRId64 " to %" PRId64, v,
                        t->minus ? s->constant - most : least - s->constant,
                        t->minus ? s->constant - least : most - s->constant);
  a->match.at = s->term[1].op;
  return match_refuse(&a->match, "%.*s is %" PRId64 ", which is not in %" PRId64 " to %" PRId64,
                      (int)f->name.n - s->turns, f->name.p, sum, least, most);
}

/* Operands are not negative: one that is would be far out of range. */
static struct span sum_text(struct plain_attempt *a, const struct plain_term *x,
                            const struct plain_term *y)
{
  struct span p = a->value[x->op].expr, q = a->value[y->op].expr;

  return span_fmt(a->match.F, "(int64_t)(uint32_t)(%.*s)%c(uint32_t)(%.*s)", (int)p.n, p.p,
                  x->minus == y->minus ? '+' : '-', (int)q.n, q.p);
}

/* The open terms are x and, unless it is NULL, y. Text for DynASM refuses a rotation by 0 that
 * comes at run time, as DynASM does. */
static bool put_open(struct plain_attempt *a, const struct plain_sum *s, int64_t constant,
                     const struct plain_term *x, const struct plain_term *y)
{
  uint8_t *f = a->field[a->nvalue];
  int64_t least, most, low, high;

  if (!plain_put_expr(a, s->field, FIELD_MODULO | (x->minus ? FIELD_NEGATED : 0), 0,
                      y ? sum_text(a, x, y) : a->value[x->op].expr))
    return false;
  range_of_sum(a, s, &least, &most);
  most -= s->turns && a->match.S->dynasm;
  low = x->minus ? constant - most : least - constant;
  high = x->minus ? constant - least : most - constant;
  low = low < 0 && !(y && x->minus != y->minus) ? 0 : low;
  if (high < low)
    return match_refuse(&a->match, "no number fits beside the others");
  field_set_bias(f, (int)constant);
  field_set_range(f, (int32_t)low, (uint32_t)(high - low));
  field_complete(f);
  return true;
}

static bool put_sum(struct plain_attempt *a, const struct plain_sum *s)
{
  const struct plain_term *open[PLAIN_TERMS] = { NULL, NULL };
  int64_t constant = s->constant;
  unsigned n = 0;

  for (unsigned i = 0; i < s->nterm; i++) {
    const struct plain_value *v = &a->value[s->term[i].op];

    if (!v->known)
      open[n++] = &s->term[i];
    else
      constant += s->term[i].minus ? -v->number : v->number;
  }
  return n == 0 ? put_known(a, s, constant) : put_open(a, s, constant, open[0], open[1]);
}

bool plain_put_sums(struct plain_attempt *a)
{
  for (unsigned i = 0; i < a->f->nsum; i++)
    if (!put_sum(a, &a->f->sum[i]))
      return false;
  return true;
}
