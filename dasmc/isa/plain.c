/* plain.c - statements of the ISAs of plain.h.
 *
 * The operand of a row says what the text of a statement may be there: match_first() tries the
 * rows, and take_operand() puts a number into its field, or notes the expression that comes at run
 * time. Nothing is emitted before a row has taken all operands.
 */
#include <inttypes.h>

#include "plain.h"

/* ---- operands ------------------------------------------------------------------------- */

static bool same_register(struct plain_attempt *a, bool same)
{
  return same || match_refuse(&a->match, "the same register is expected");
}

static bool take_register(struct plain_attempt *a, const struct plain_operand *what, unsigned field,
                          const struct plain_reg *reg)
{
  if (!reg || reg->class != what->class)
    return match_refuse(&a->match, "%s", plain_family_of(a->P, what->class)->wanted);
  for (unsigned i = 0; i < a->nvalue; i++)
    if (a->value_of[i] == field - 1) /* a second time */
      return same_register(a, reg->expr.p && span_eq(reg->expr, a->expr[i]));
  if (a->known[field - 1])
    return same_register(a, !reg->expr.p && reg->num == a->number[field - 1]);
  if (reg->expr.p)
    return plain_put_expr(a, field, FIELD_UNSIGNED | FIELD_REGISTER, 0, reg->expr);
  if (reg->num & ((1u << plain_field(a, field)->low) - 1))
    return match_refuse(&a->match, "the number of the register must be even");
  if (reg->num >> plain_field(a, field)->low >> plain_field(a, field)->bits)
    return match_refuse(&a->match, "this register cannot be used here");
  a->known[field - 1] = true;
  a->number[field - 1] = reg->num;
  a->unit = word_insert(plain_field(a, field), a->unit, reg->num);
  return true;
}

/* reg, TYPE:reg, TYPE */
static bool read_register(struct plain_attempt *a, struct span text, struct plain_reg *reg)
{
  struct typed t;

  return plain_reg_parse(a->match.S, text, reg) ||
         (operand_typed(a->match.F, text, &t) && t.tail.n == 0 &&
          plain_reg_parse(a->match.S, t.reg, reg));
}

static bool take_register_text(struct plain_attempt *a, const struct plain_operand *what,
                               unsigned field, struct span text)
{
  struct plain_reg reg;

  return take_register(a, what, field, read_register(a, text, &reg) ? &reg : NULL);
}

/* In text for DynASM, other names than its own registers are C's where a number can stand. */
static bool names_register(const struct plain_attempt *a, struct span text)
{
  struct plain_reg reg;

  return plain_reg_parse(a->match.S, text, &reg) && (!a->match.S->dynasm || reg.dynasm);
}

/* A number, or an expression that is one at run time. */
static bool read_value(struct plain_attempt *a, struct span text, int64_t *v, bool *known)
{
  struct label label;

  if (text.n == 0 || operand_is_constant(text) || names_register(a, text) || (a->P->dollar && text.p[0] == '$'))
    return match_refuse(&a->match, "a number or an expression is expected");
  *known = operand_number(a->match.F, a->match.S, text, v);
  if (!*known && front_label(a->match.F, text, &label))
    return match_refuse(&a->match, "a number or an expression is expected, no label");
  return true;
}

/* A number that has no field of its own: the fields that are sums have it. It counts bits. */
static bool keep_number(struct plain_attempt *a, const struct plain_value *value)
{
  return !value->known || (value->number >= 0 && value->number <= 64) ||
         match_refuse(&a->match, "%" PRId64 " is not in 0 to 64", value->number);
}

/* A word of the operand's set, a number, or an expression. */
static bool read_number(struct plain_attempt *a, const struct plain_operand *what, struct span text,
                        struct plain_value *out)
{
  *out = (struct plain_value){ .known = true };
  if (what->words && a->P->word(a->match.F, what->words, text, &out->number, &out->expr)) {
    out->known = !out->expr.p;
    return true;
  }
  out->expr = text;
  return read_value(a, text, &out->number, &out->known);
}

/* %hi(label), %lo(number) */
static bool take_part(struct plain_attempt *a, unsigned field, struct span text)
{
  uint8_t f[LIST_FIELD], number, constant;
  struct span of;
  uint64_t bits;
  int64_t v;

  if (!a->P->part(a->match.S, text, &of, &number, &constant) || plain_field(a, field)->bits != 16)
    return match_refuse(&a->match, "a number is expected, or a part of one, as %%hi(x) and %%lo(x)");
  if (!plain_describe(a, field, FIELD_MODULO, f))
    return false;
  f[FIELD_TRANSFORM] = TRANSFORM_PART;
  f[FIELD_PARAM] = number;
  field_complete(f);
  a->labelled = operand_is_constant(of);
  if (a->labelled)
    operand_constant_label(a->match.F, a->match.S, of, constant, &a->label);
  else
    a->labelled = front_label(a->match.F, of, &a->label);
  if (a->labelled) {
    memcpy(a->label_field, f, LIST_FIELD);
    return true;
  }
  if (operand_number(a->match.F, a->match.S, of, &v)) {
    field_transform(f, (uint64_t)v, &bits);
    a->unit = word_insert(plain_field(a, field), a->unit, bits);
    return true;
  }
  if (!plain_put_expr(a, field, FIELD_MODULO, 0, of))
    return false;
  memcpy(a->field[a->nvalue - 1], f, LIST_FIELD);
  return true;
}

static bool take_number(struct plain_attempt *a, const struct plain_operand *what, unsigned field,
                        struct span text)
{
  struct plain_value *value = &a->value[a->match.at];
  struct plain_reg reg;

  if (what->class && !a->match.S->dynasm && plain_reg_parse(a->match.S, text, &reg) &&
      reg.class == what->class)
    return reg.expr.p ? plain_put_expr(a, field, FIELD_UNSIGNED, 0, reg.expr)
                      : plain_put_number(a, field, what, reg.num);
  if (a->P->part && !a->match.S->dynasm && field != 0 && text.n > 0 && text.p[0] == '%')
    return take_part(a, field, text);
  if (!read_number(a, what, text, value))
    return false;
  if (field == 0)
    return keep_number(a, value);
  return value->known ? plain_put_number(a, field, what, value->number)
                      : plain_put_expr(a, field, plain_flags(a, what), what->more, value->expr);
}

/* A number that has a form which a field can say in less bits. */
static bool take_pattern(struct plain_attempt *a, const struct plain_operand *what, unsigned field,
                         struct span text)
{
  uint8_t *f = a->field[a->nvalue];
  uint64_t bits;
  bool known;
  int64_t v;

  if (!read_value(a, text, &v, &known) || !plain_describe(a, field, FIELD_MODULO, f))
    return false;
  f[FIELD_TRANSFORM] = what->class;
  field_complete(f);
  if (!known)
    return plain_keep_expr(a, field, text);
  if (!field_transform(f, (uint64_t)v, &bits))
    return match_refuse(&a->match, "%" PRId64 " is %s", v, transform_words(what->class));
  a->unit = word_insert(plain_field(a, field), a->unit, bits);
  return true;
}

/* The value that was put last, of this operand, must be in low ... high besides. */
static void limit_last(struct plain_attempt *a, const struct plain_operand *what, int64_t low,
                       int64_t high)
{
  uint8_t *f = a->field[a->nvalue - 1];
  int64_t least, most;

  plain_range(plain_field(a, a->value_of[a->nvalue - 1] + 1u), what->flags, what->more, &least,
              &most);
  low = low > least ? low : least;
  high = high < most ? high : most;
  field_set_range(f, (int32_t)low, (uint32_t)(high - low));
  field_complete(f);
}

/* A number of bits, behind the operand that says the first one. */
static bool take_count(struct plain_attempt *a, const struct plain_operand *what, unsigned field,
                       struct span text)
{
  struct span first = a->match.st->arg[a->match.at - 1];
  bool known, first_known, end = what->kind == PLAIN_END;
  int64_t v, from;

  if (!read_value(a, text, &v, &known) || !read_value(a, first, &from, &first_known))
    return false;
  if (known && v <= 0)
    return match_refuse(&a->match, "at least one bit is expected");
  if (known && first_known && from + v > what->class)
    return match_refuse(&a->match, "from bit %" PRId64 " on there are %" PRId64, from,
                        what->class - from);
  if (known && !first_known && !end)
    limit_last(a, &a->P->operands[a->f->op[a->match.at - 1].what], 0, what->class - v);
  if (known && (first_known || !end))
    return plain_put_number(a, field, what, end ? from + v : v);
  if (end)
    text =
        span_fmt(a->match.F, "(int64_t)(%.*s)+(%.*s)", (int)first.n, first.p, (int)text.n, text.p);
  if (!plain_put_expr(a, field, what->flags, what->more, text))
    return false;
  if (end && (known || first_known))
    limit_last(a, what, known ? v : from + 1, what->class);
  else if (first_known)
    limit_last(a, what, 1, what->class - from);
  return true;
}

/* The lowest bit, behind the operand that says the highest one. */
static bool take_lower(struct plain_attempt *a, const struct plain_operand *what, unsigned field,
                       struct span text)
{
  struct span first = a->match.st->arg[a->match.at - 1];
  bool known, first_known;
  int64_t v, top, most;

  if (!read_value(a, text, &v, &known) || !read_value(a, first, &top, &first_known))
    return false;
  if (known && first_known && v > top)
    return match_refuse(&a->match, "%" PRId64 " is above %" PRId64, v, top);
  if (known && !first_known) {
    plain_range(plain_field(a, a->value_of[a->nvalue - 1] + 1u), FIELD_UNSIGNED, 0, &top, &most);
    if (v > most)
      return match_refuse(&a->match, "%" PRId64 " is not in 0 to %" PRId64, v, most);
    limit_last(a, what, v, most);
  }
  if (known)
    return plain_put_number(a, field, what, v);
  if (!plain_put_expr(a, field, what->flags, what->more, text))
    return false;
  if (first_known)
    limit_last(a, what, 0, top);
  return true;
}

static bool take_label(struct plain_attempt *a, const struct plain_operand *what, unsigned field,
                       struct span text)
{
  bool region = what->kind == PLAIN_REGION;

  if (what->class > 0 && operand_is_constant(text))
    operand_constant_label(a->match.F, a->match.S, text, what->class, &a->label);
  else if (!front_label(a->match.F, text, &a->label) || a->label.kind == REF_BAD)
    return match_refuse(&a->match, "a label is expected");
  if (!plain_describe(a, field, region ? FIELD_UNSIGNED : FIELD_SIGNED, a->label_field))
    return false;
  a->label_field[FIELD_ORIGIN] = region ? ORIGIN_REGION : what->flags;
  if (region)
    a->label_field[FIELD_AHEAD] = 4;
  if (a->P->escape)
    a->label_field[FIELD_ESCAPE] = a->P->escape(&a->f->word);
  field_complete(a->label_field);
  a->labelled = true;
  return true;
}

/* Numbers below 32 that a register may have which is so to another one, of number n. */
static uint32_t numbers_that_are(unsigned relation, unsigned n)
{
  return relation == PLAIN_NOT     ? ~(UINT32_C(1) << n)
         : relation == PLAIN_ABOVE ? UINT32_MAX << n << 1
                                   : UINT32_MAX << n;
}

/* And the other one, if this one has number n. */
static uint32_t numbers_of_other(unsigned relation, unsigned n)
{
  return relation == PLAIN_NOT     ? ~(UINT32_C(1) << n)
         : relation == PLAIN_ABOVE ? (UINT32_C(1) << n) - 1
                                   : (UINT32_C(2) << n) - 1;
}

static bool check_relation(struct plain_attempt *a, unsigned relation, unsigned own, unsigned to)
{
  static const char *const words[] = {
    [PLAIN_NOT] = "this register cannot be used here",
    [PLAIN_ABOVE] = "a register with a greater number than the other one is expected",
    [PLAIN_NOT_BELOW] = "a register with no smaller number than the other one is expected",
  };
  bool known = to >= PLAIN_NUMBER_ON || a->known[to - 1];
  unsigned other = to >= PLAIN_NUMBER_ON ? to - PLAIN_NUMBER_ON : a->number[to - 1];

  if (known && a->known[own - 1] && !(numbers_that_are(relation, other) >> a->number[own - 1] & 1))
    return match_refuse(&a->match, "%s", words[relation]);
  if (!known && !a->known[own - 1] && relation != PLAIN_NOT)
    return match_refuse(&a->match, "one of the registers must be known before the program runs");
  if (known)
    a->among[own - 1] &= numbers_that_are(relation, other);
  else if (a->known[own - 1])
    a->among[to - 1] &= numbers_of_other(relation, a->number[own - 1]);
  return true;
}

static bool check_relations(struct plain_attempt *a)
{
  for (a->match.at = 0; a->match.at < a->match.st->narg; a->match.at++) {
    const struct plain_shape *s = &a->f->op[a->match.at];

    for (unsigned i = 0; i < PLAIN_RELATIONS && s->is[i].relation; i++)
      if (!check_relation(a, s->is[i].relation, s->of == PLAIN_ADDRESS ? s->inner_field : s->field,
                          s->is[i].to))
        return false;
  }
  return true;
}

/* Say in the fields which numbers registers at run time may have. */
static void complete_fields(struct plain_attempt *a)
{
  for (unsigned i = 0; i < a->nvalue; i++) {
    if (a->among[a->value_of[i]] == UINT32_MAX)
      continue;
    field_set_among(a->field[i], a->among[a->value_of[i]]);
    field_complete(a->field[i]);
  }
}

static bool take_one(struct plain_attempt *a, const struct plain_operand *what, unsigned field,
                     struct span text)
{
  switch (what->kind) {
  case PLAIN_BASE:
    return span_is(text, "0") || take_register_text(a, what, field, text);
  case PLAIN_REGISTER:
    return take_register_text(a, what, field, text);
  case PLAIN_PATTERN:
    return take_pattern(a, what, field, text);
  case PLAIN_COUNT:
  case PLAIN_END:
    return take_count(a, what, field, text);
  case PLAIN_LOWER:
    return take_lower(a, what, field, text);
  case PLAIN_LABEL:
  case PLAIN_REGION:
    return take_label(a, what, field, text);
  default:
    return take_number(a, what, field, text);
  }
}

/* A number, or the register of that number. */
static bool take_fixed(struct plain_attempt *a, unsigned number, struct span text)
{
  struct plain_reg reg;
  int64_t v;

  if (plain_reg_parse(a->match.S, text, &reg))
    return (!reg.expr.p && reg.num == number) ||
           match_refuse(&a->match, "register %u is expected", number);
  return (operand_number(a->match.F, a->match.S, text, &v) && v == number) ||
         match_refuse(&a->match, "%u is expected", number);
}

/* The bracket that the one at the end closes. */
static bool split_at_open(struct span text, char open, struct span *outer, struct span *inner)
{
  char close = open == '(' ? ')' : ']';
  int depth = 0;

  if (text.n < 3 || text.p[text.n - 1] != close)
    return false;
  for (size_t i = text.n; i-- > 0;) {
    depth += (text.p[i] == close) - (text.p[i] == open);
    if (depth > 0)
      continue;
    *outer = span_trim((struct span){ text.p, i });
    *inner = span_trim((struct span){ text.p + i + 1, text.n - i - 2 });
    return true;
  }
  return false;
}

/* offset(reg), index(reg), TYPE:reg->member */
static bool take_address(struct plain_attempt *a, const struct plain_shape *s, struct span text)
{
  const struct plain_operand *what = &a->P->operands[s->what], *base = &a->P->operands[s->inner];
  struct span outer, inner;
  struct plain_reg reg;
  struct typed t;

  if (what->kind != PLAIN_REGISTER && operand_typed(a->match.F, text, &t) && t.tail.n > 0) {
    outer = operand_offset(a->match.F, &t);
    inner = t.reg;
  } else if (!split_at_open(text, '(', &outer, &inner)) {
    return match_refuse(&a->match, what->kind == PLAIN_REGISTER
                                       ? "an address is expected: register(register)"
                                       : "an address is expected: offset(register)");
  }
  if (s->inner_fixed) {
    if (!take_fixed(a, 0, inner))
      return false;
  } else if (base->kind != PLAIN_BASE || !span_is(inner, "0")) {
    if (!read_register(a, inner, &reg))
      return match_refuse(&a->match, "the base of an address is a register");
    if (!take_register(a, base, s->inner_field, &reg))
      return false;
  }
  if (s->field == 0)
    return outer.n == 0 || take_fixed(a, 0, outer);
  return (outer.n == 0 && what->kind != PLAIN_REGISTER) || take_one(a, what, s->field, outer);
}

static bool take_element(struct plain_attempt *a, const struct plain_shape *s, struct span text)
{
  struct span outer, inner;

  if (!split_at_open(text, '[', &outer, &inner))
    return match_refuse(&a->match,
                        "an element of a register is expected, with its number in brackets");
  return take_one(a, &a->P->operands[s->what], s->field, outer) &&
         (s->inner_fixed ? take_fixed(a, 0, inner)
                         : take_one(a, &a->P->operands[s->inner], s->inner_field, inner));
}

static bool fits(struct match *m, const void *form)
{
  struct plain_attempt *a = (struct plain_attempt *)m;

  a->f = form;
  a->unit = a->f->word.fixed;
  a->nvalue = 0;
  a->labelled = false;
  memset(a->known, 0, sizeof(a->known));
  memset(a->among, 0xff, sizeof(a->among));
  for (m->at = 0; m->at < m->st->narg; m->at++) {
    const struct plain_shape *s = &a->f->op[m->at];
    const struct plain_operand *what = &a->P->operands[s->what];
    struct span text = m->st->arg[m->at];

    if (!(s->of == PLAIN_ADDRESS      ? take_address(a, s, text)
          : s->of == PLAIN_ELEMENT    ? take_element(a, s, text)
          : what->kind == PLAIN_FIXED ? take_fixed(a, s->fixed, text)
                                      : take_one(a, what, s->field, text)))
      return false;
  }
  return check_relations(a) && plain_put_sums(a);
}

void plain_assemble(struct front *F, struct isa_state *S, const struct mnemonic *m,
                    const struct stmt *st)
{
  struct plain_attempt a = { .match = { .F = F, .S = S, .st = st, .nop = st->narg },
                             .P = plain_of(S->isa) };
  const uint8_t *field[WORD_FIELDS];
  unsigned first = 0;

  if (!match_first(&a.match, m, fits))
    return;
  complete_fields(&a);
  if (a.f->word.width == 64 && a.P->whole > 0)
    build_op(F, OP_ALIGN_NOP, 0, a.P->whole, 0);
  if (a.f->word.width == 64) /* two words */
    build_unit(F, a.unit >> 32, 4);
  build_unit(F, a.f->word.width == 64 ? (uint32_t)a.unit : a.unit,
             a.f->word.width == 64 ? 4 : a.f->word.width / 8);
  for (unsigned i = 0; i < a.nvalue; i++) {
    unsigned arg = build_arg(F, a.expr[i]);

    first = i == 0 ? arg : first;
    field[i] = a.field[i];
  }
  if (a.nvalue > 0)
    build_fields(F, first, field, a.nvalue);
  if (a.labelled)
    build_ref(F, &a.label, a.label_field);
}
