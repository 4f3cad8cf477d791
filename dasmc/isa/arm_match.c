/* arm_match.c - a statement against the rows of its mnemonic, and the row that takes it, built.
 *
 * The operands are one text. The nodes of a form are met in their order; at an option it is first
 * tried to meet what stands in it, and if the rest then fails, the option is left out, with all
 * that was known before it.
 */
#include "arm.h"

/* ---- one node ------------------------------------------------------------------------------ */

static bool take_number(struct arm_attempt *a, const struct arm_node *n, size_t *at)
{
  struct span s;

  if (n->hash && (*at >= a->length || a->text[*at] != '#'))
    return arm_refuse(a, "# and a number are expected");
  if (*at < a->length && a->text[*at] == '#')
    *at = arm_skip(a, *at + 1);
  s = arm_expression(a, *at, at);
  return arm_put_number(a, n, s);
}

/* This number, in any spelling of its value: 0, 0x0, 0.0. */
static bool take_const(struct arm_attempt *a, const struct arm_node *n, size_t *at)
{
  int64_t v, want;
  struct span s;
  uint64_t bits;

  if (n->hash && (*at >= a->length || a->text[*at] != '#'))
    return arm_refuse(a, "# and a number are expected");
  s = arm_expression(a, *at + n->hash, at);
  operand_number(a->match.F, a->match.S, n->text, &want);
  if (operand_number(a->match.F, a->match.S, s, &v) && v == want)
    return true;
  if (operand_is_float(s) && want == 0 && operand_float(a->match.F, s, 8, &bits) && bits == 0)
    return true;
  return match_refuse(&a->match, "%s%.*s is expected", n->hash ? "#" : "", (int)n->text.n,
                      n->text.p);
}

static bool take_text(struct arm_attempt *a, const struct arm_node *n, size_t *at)
{
  struct span s = arm_rest(a, *at);

  s.n = arm_word_length(s);
  *at += s.n;
  return span_eq(s, n->text) ||
         match_refuse(&a->match, "'%.*s' is expected", (int)n->text.n, n->text.p);
}

static bool take_word(struct arm_attempt *a, const struct arm_node *n, size_t *at)
{
  struct arm_node number = {
    .kind = ARM_NUMBER, .field = n->field, .flags = FIELD_UNSIGNED, .hash = true
  };
  struct span s = arm_rest(a, *at);
  long v;

  if (s.n > 0 && *s.p == '#' && n->class <= ARM_ISB)
    return take_number(a, &number, at);
  s.n = arm_word_length(s);
  *at += s.n;
  v = arm_word(n->class, s);
  return v >= 0 ? arm_put_bits(a, n->field, (uint64_t)v)
                : arm_refuse(a, "this word is not known here");
}

static bool take_char(struct arm_attempt *a, const struct arm_node *n, size_t *at)
{
  if (*at >= a->length || a->text[*at] != n->c)
    return arm_refuse(a, n->c == '[' ? "an address is expected: [register]"
                                     : "more or other operands are expected");
  ++*at;
  return true;
}

static bool take_bang(struct arm_attempt *a, const struct arm_node *n, size_t *at)
{
  bool bang = *at < a->length && a->text[*at] == '!';

  *at += bang;
  return arm_put_bits(a, n->field, bang);
}

static bool take_node(struct arm_attempt *a, const struct arm_node *n, size_t *at)
{
  struct span rest;

  switch (n->kind) {
  case ARM_CHAR:
    return take_char(a, n, at);
  case ARM_BANG:
    return take_bang(a, n, at);
  case ARM_TEXT:
    return take_text(a, n, at);
  case ARM_REG:
    return arm_take_register(a, n, at);
  case ARM_NUMBER:
    return take_number(a, n, at);
  case ARM_CONST:
    return take_const(a, n, at);
  case ARM_SHIFT:
    return arm_take_shift(a, n, at);
  case ARM_TYPE:
    return arm_take_type(a, n, at);
  case ARM_LIST:
    return arm_take_list(a, n, at);
  case ARM_POST:
    return arm_take_post(a, n, at);
  case ARM_RUN:
    return arm_take_run(a, n, at);
  case ARM_WORD:
    return take_word(a, n, at);
  default: /* a label is the last operand */
    rest = span_trim(arm_rest(a, *at));
    *at = a->length;
    return arm_put_label(a, n, rest);
  }
}

/* ---- a form -------------------------------------------------------------------------------- */

/* Which operand of the statement is at a place of the text. */
static unsigned operand_at(const struct arm_attempt *a, size_t at)
{
  unsigned n = 0, depth = 0;

  for (size_t i = 0; i < at && i < a->length; i++) {
    char c = a->text[i];

    depth += (c == '[' || c == '{' || c == '(');
    depth -= depth > 0 && (c == ']' || c == '}' || c == ')');
    n += c == ',' && depth == 0;
  }
  return n;
}

/* What an option that is left out means. */
static bool put_defaults(struct arm_attempt *a, unsigned from, unsigned to)
{
  for (unsigned i = from; i < to; i++) {
    const struct arm_node *n = &a->f->node[i];

    if (n->has_default && !(n->kind == ARM_WORD ? arm_put_bits(a, n->field, (uint64_t)n->fallback)
                                                : arm_put_value(a, n, n->fallback)))
      return false;
  }
  return true;
}

static bool meet(struct arm_attempt *a, unsigned i, size_t at)
{
  for (; i < a->f->nnode; i++) {
    const struct arm_node *n = &a->f->node[i];

    if (n->kind == ARM_OPTION_END)
      continue;
    if (n->kind == ARM_OPTION) {
      struct arm_state before = a->s;

      if (meet(a, i + 1, at))
        return true;
      a->s = before;
      if (!put_defaults(a, i + 1, n->skip))
        return false;
      i = n->skip - 1u;
      continue;
    }
    at = arm_skip(a, at);
    if (operand_at(a, at) > a->match.at)
      a->match.at = operand_at(a, at);
    if (!take_node(a, n, &at))
      return false;
  }
  return arm_skip(a, at) == a->length || arm_refuse(a, "the operand should end before");
}

/* The condition and the s behind the mnemonic. */
static bool put_suffix(struct arm_attempt *a)
{
  struct arm_suffix x = a->suffix;
  const char *why = NULL;

  if (x.s && !a->f->s)
    why = "this instruction has no form with s, that sets the flags";
  else if (x.cond >= 0 && !a->f->cond && (x.cond != 14 || a->match.S->dynasm))
    why = "this instruction takes no condition";
  if (why) {
    a->match.at = a->match.st->narg; /* the mnemonic */
    return arm_refuse(a, why);
  }
  return (!a->f->cond || arm_put_bits(a, a->f->cond, x.cond < 0 ? 14 : (unsigned)x.cond)) &&
         (!a->f->s || arm_put_bits(a, a->f->s, x.s));
}

static bool fits(struct match *m, const void *form)
{
  struct arm_attempt *a = (struct arm_attempt *)m;

  a->f = form;
  memset(&a->s, 0, sizeof(a->s));
  a->s.unit = (uint32_t)a->f->word.fixed;
  return put_suffix(a) && meet(a, 0, 0);
}

/* ---- the text of all operands ---------------------------------------------------------------- */

/* TYPE->member is the memory at its offset; TYPE and TYPE:reg are registers. */
static struct span operand_text(struct front *F, struct span arg)
{
  struct span offset;
  struct typed t;

  if (!operand_typed(F, arg, &t) || t.reg.n == 0 || t.tail.n == 0)
    return arg;
  offset = operand_offset(F, &t);
  return span_fmt(F, "[%.*s, #%.*s]", (int)t.reg.n, t.reg.p, (int)offset.n, offset.p);
}

static struct span all_operands(struct front *F, const struct stmt *st)
{
  struct span text = SPAN("");

  for (unsigned i = 0; i < st->narg; i++) {
    struct span arg = operand_text(F, st->arg[i]);

    text = i == 0 ? span_fmt(F, "%.*s", (int)arg.n, arg.p)
                  : span_fmt(F, "%.*s, %.*s", (int)text.n, text.p, (int)arg.n, arg.p);
  }
  return text;
}

/* ---- building ----------------------------------------------------------------------------------
 */

static void emit(struct arm_attempt *a)
{
  struct front *F = a->match.F;
  const uint8_t *field[WORD_FIELDS + ARM_DEMANDS];
  unsigned n = 0, first = 0;

  build_unit(F, a->s.unit, 4);
  for (unsigned i = 0; i < a->f->word.nfields; i++) {
    if (!a->s.expr[i].p)
      continue;
    unsigned arg = build_arg(F, a->s.expr[i]);

    first = n == 0 ? arg : first;
    field[n++] = a->s.described[i];
  }
  for (unsigned i = 0; i < a->s.ndemand; i++) {
    build_arg(F, a->s.demand[i].expr); /* one of its registers came before */
    field[n++] = a->s.demand[i].field;
  }
  if (n > 0)
    build_fields(F, first, field, n);
  if (a->s.labelled)
    build_ref(F, &a->s.label, a->s.label_field);
}

void arm_assemble(struct front *F, struct isa_state *S, const struct mnemonic *m,
                  const struct stmt *st)
{
  struct span text = all_operands(F, st);
  struct arm_attempt a = {
    .match = { .F = F, .S = S, .st = st, .nop = st->narg },
    .suffix = arm_suffix_of(m, st->op),
    .text = text.p,
    .length = text.n,
  };

  if (match_first(&a.match, m, fits))
    emit(&a);
}
