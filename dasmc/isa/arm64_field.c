/* arm64_field.c - numbers, registers and tiles into the fields of a form.
 *
 * What comes at run time is described as a field of a list (lib/field.h).
 */
#include "arm64.h"

static bool refuse(struct a64_attempt *a, const char *why)
{
  return match_refuse(&a->match, "%s", why);
}

const struct word_field *a64_field_of(const struct a64_attempt *a, unsigned field)
{
  return &a->f->word.field[field - 1];
}

int64_t a64_highest(const struct word_field *f)
{
  return (INT64_C(1) << (f->bits + f->low)) - (INT64_C(1) << f->low);
}

/* ---- fields --------------------------------------------------------------------------- */

bool a64_put_number(struct a64_attempt *a, unsigned field, int64_t value)
{
  const struct word_field *f = a64_field_of(a, field);
  unsigned i = field - 1;

  if (value < 0 || value > a64_highest(f) || (value & ((INT64_C(1) << f->low) - 1)) != 0)
    return refuse(a, "it does not fit here");
  if (a->s.expr[i].p || (a->s.known[i] && a->s.number[i] != value))
    return refuse(a, "it does not agree with another operand");
  a->s.known[i] = true;
  a->s.number[i] = value;
  return true;
}

/* The second register of a pair is written as the first one's expression and a number. */
static bool is_pair(struct a64_attempt *a, unsigned field, struct span expr, int more)
{
  int64_t x, y;
  struct span first = a->s.expr[field - 1];

  return first.p && more > 0 && span_eq(a64_without_constant(a->match.F, first, &x), a64_without_constant(a->match.F, expr, &y)) && y - x == more;
}

bool a64_put_expr(struct a64_attempt *a, unsigned field, struct span expr, const uint8_t described[LIST_FIELD])
{
  unsigned i = field - 1;

  if (a->s.known[i] || (a->s.expr[i].p && !span_eq(a->s.expr[i], expr)))
    return refuse(a, "it does not agree with another operand");
  a->s.expr[i] = expr;
  memcpy(a->s.described[i], described, LIST_FIELD);
  return true;
}

bool a64_describe(struct a64_attempt *a, unsigned field, unsigned flags, uint8_t out[LIST_FIELD])
{
  return word_describe(&a->f->word, a64_field_of(a, field), flags, out) || refuse(a, "it must be known before the program runs");
}

/* ---- what is asked of numbers at run time ------------------------------------------------ */

/* One more; NULL: there are too many. */
static uint8_t *add_demand(struct a64_attempt *a, struct span expr)
{
  struct a64_demand *d = &a->s.demand[a->s.ndemand];

  if (a->s.ndemand == A64_DEMANDS)
    return NULL;
  a->s.ndemand++;
  *d = (struct a64_demand){.expr = expr};
  d->field[FIELD_UNIT] = 4;
  d->field[FIELD_BITS] = 1;
  return d->field;
}

bool a64_demand(struct a64_attempt *a, struct span expr, int number)
{
  uint8_t *f;

  if (!a->match.loose) /* another row may take any number */
    return refuse(a, "another number is expected");
  f = add_demand(a, expr);
  if (!f)
    return refuse(a, "it must be known before the program runs");
  field_set_bias(f, -number);
  field_set_range(f, number, 0);
  field_complete(f);
  return true;
}

/* Registers that must not be the same one: their difference, of which no bit is taken. */
static bool differ(struct a64_attempt *a, struct span expr, unsigned field)
{
  struct span other = a->s.expr[field];
  uint8_t *f;

  if (!other.p && !a->s.known[field])
    return true;
  f = add_demand(a, other.p ? span_fmt(a->match.F, "(%.*s)-(%.*s)", (int)expr.n, expr.p, (int)other.n, other.p)
                            : span_fmt(a->match.F, "(%.*s)-%d", (int)expr.n, expr.p, (int)a->s.number[field]));
  if (!f)
    return refuse(a, "this register must be known before the program runs");
  f[FIELD_FLAGS] = FIELD_REGISTER;
  f[FIELD_TRANSFORM] = TRANSFORM_DIFFERENCE;
  field_complete(f);
  return true;
}

/* DynASM lets its programs write what the architecture leaves open, such as a base that is loaded, too. */
static bool may_be_same(const struct a64_attempt *a)
{
  return a->match.S->dynasm && a64_dynasm_op(a->match.st->op, a->match.st->narg);
}

/* ---- registers ------------------------------------------------------------------------- */

/* The vectors of a list with a stride of 8 are z0-z7 and z16-z23: the field has bit 4 and what is below the stride. */
static bool strided(struct a64_attempt *a, const struct a64_node *n, unsigned *num)
{
  if (n->stride < 2)
    return true;
  if (*num & ~(16u | (n->stride - 1u)))
    return refuse(a, "a list with these steps cannot begin so");
  *num = (*num >> 4) * n->stride | (*num & (n->stride - 1u));
  return true;
}

/* At run time: a number among those that can begin it, whose bits go where the field has them. */
static void describe_strided(const struct a64_node *n, const struct word_field *w, uint8_t *f)
{
  uint32_t first = (UINT32_C(1) << n->stride) - 1;
  unsigned low = (unsigned)w->bits - 1; /* bits below the step */

  f[FIELD_BITS] = 5;
  field_set_among(f, first | first << 16);
  f[FIELD_PIECES] = 0;
  for (unsigned i = 0; i < w->npieces; i++)
    for (unsigned k = 0; k < w->piece[i].count; k++) {
      unsigned bit = w->piece[i].from + k;

      field_set_piece(f, f[FIELD_PIECES]++, bit < low ? bit : 4, w->piece[i].to + k, 1);
    }
}

static bool put_expr_register(struct a64_attempt *a, const struct a64_node *n, const struct a64_reg *reg)
{
  uint8_t f[LIST_FIELD];
  const struct word_field *w = a64_field_of(a, n->field);
  int last = reg->class == A64_P || reg->class == A64_PN ? 15 : 31;
  bool no31 = n->not31 || (n->sp && !a->match.S->dynasm); /* programs for DynASM mean the stack pointer */
  int64_t top = a64_highest(w) + n->plus, high = n->below ? n->below - 1 : no31 ? 30 : top;

  if (is_pair(a, n->field, reg->expr, n->plus))
    return true;
  if (!a64_describe(a, n->field, FIELD_UNSIGNED | FIELD_REGISTER, f))
    return false;
  for (unsigned i = 0; i < 2 && n->except[i] && !may_be_same(a); i++)
    if (!differ(a, reg->expr, n->except[i] - 1u))
      return false;
  if (n->kind == A64_LIST && high > last - (n->count - 1) * n->stride)
    high = last - (n->count - 1) * n->stride; /* its last register is one, too */
  if (n->stride > 1) {
    describe_strided(n, w, f);
    field_complete(f);
  } else if (n->plus || high != top) {
    field_set_bias(f, -n->plus);
    field_set_range(f, n->plus, (uint32_t)(high - n->plus));
    field_complete(f);
  }
  return a64_put_expr(a, n->field, reg->expr, f);
}

bool a64_put_tile(struct a64_attempt *a, const struct a64_node *n, struct span expr)
{
  uint8_t f[LIST_FIELD];

  return a64_describe(a, n->field, FIELD_UNSIGNED | FIELD_REGISTER, f) && a64_put_expr(a, n->field, expr, f);
}

bool a64_put_register(struct a64_attempt *a, const struct a64_node *n, const struct a64_reg *reg)
{
  unsigned num = reg->num;

  if (reg->expr.p)
    return put_expr_register(a, n, reg);
  if ((n->not31 && num == 31) || (n->below && num >= n->below))
    return refuse(a, "this register cannot be used here");
  for (unsigned i = 0; i < 2 && n->except[i] && !may_be_same(a); i++) {
    struct span other = a->s.expr[n->except[i] - 1];

    if (n->sp && num == 31)
      continue; /* sp is not xzr */
    if (a->s.known[n->except[i] - 1] && a->s.number[n->except[i] - 1] == num) {
      a->match.certain = true;
      return refuse(a, "the registers must differ");
    }
    if (other.p && !differ(a, span_fmt(a->match.F, "%u", num), n->except[i] - 1u))
      return false;
  }
  if (!strided(a, n, &num))
    return false;
  if (num < (unsigned)n->plus || (int64_t)num - n->plus > a64_highest(a64_field_of(a, n->field)) ||
      ((num - (unsigned)n->plus) & ((1u << a64_field_of(a, n->field)->low) - 1u)))
    return refuse(a, "this register cannot be used here");
  return a64_put_number(a, n->field, (int64_t)num - n->plus);
}
