/* ppc.c - the ISA ppc: registers, operands, and the choice of a row.
 *
 * The operand of a row says what the text of a statement may be there: match_first() tries the rows, and take_operand()
 * puts a number into its field, or notes the expression that comes at run time. Nothing is emitted before a row has
 * taken all operands.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "isas.h"
#include "ppc.h"

/* ---- registers ------------------------------------------------------------------------ */

struct ppc_reg {
  uint8_t class, num;
  struct span expr; /* its number at run time, or p == NULL */
};

static const struct ppc_family {
  const char *name, *run_time;
  uint8_t class, count;
} families[] = {
  {"r", "r(n)", PPC_R, 32}, {"f", "f(n)", PPC_F, 32}, {"v", "v(n)", PPC_V, 32}, {"vs", "vs(n)", PPC_X, 64},
  {"cr", "cr(n)", PPC_CR, 8}, {"acc", "acc(n)", PPC_A, 8},
};

enum { NFAMILIES = 6, NNAMES = 32 + 32 + 32 + 64 + 8 + 8 + 1 };

static bool reg_parse(struct span text, struct ppc_reg *out)
{
  struct span name, inner;

  *out = (struct ppc_reg){0};
  if (span_is(text, "sp")) {
    *out = (struct ppc_reg){.class = PPC_R, .num = 1};
    return true;
  }
  for (unsigned i = 0; i < NFAMILIES; i++) {
    const struct ppc_family *f = &families[i];
    size_t n = strlen(f->name), digits = text.n > n ? text.n - n : 0;
    unsigned num = 0;

    out->class = f->class;
    if (operand_call(text, &name, &inner) && span_is(name, f->name)) {
      out->expr = inner;
      return true;
    }
    if (digits < 1 || digits > 2 || memcmp(text.p, f->name, n) != 0 || (digits == 2 && text.p[n] == '0'))
      continue;
    for (size_t k = n; k < text.n; k++)
      num = char_is(text.p[k], CHAR_DIGIT) ? 10 * num + (unsigned)(text.p[k] - '0') : 99;
    out->num = (uint8_t)num;
    if (num < f->count)
      return true;
  }
  return false;
}

static bool is_register(const struct isa_state *S, struct span text)
{
  struct ppc_reg reg;

  (void)S;
  return reg_parse(text, &reg);
}

static bool is_reserved(const struct isa_state *S, struct span text)
{
  (void)S;
  return span_is(text, "sp");
}

static bool reg_at(const struct isa *isa, size_t *index, struct isa_reg *out)
{
  size_t n = *index;
  unsigned i = 0;

  (void)isa;
  if (n >= NNAMES)
    return false;
  ++*index;
  while (i < NFAMILIES && n >= families[i].count)
    n -= families[i++].count;
  if (i == NFAMILIES)
    snprintf(out->text, sizeof(out->text), "sp");
  else
    snprintf(out->text, sizeof(out->text), "%s%u", families[i].name, (unsigned)n);
  i = i == NFAMILIES ? 0 : i;
  out->name = out->text;
  out->kind = families[i].name;
  out->number = *index == NNAMES ? 1 : (unsigned)n;
  out->run_time = families[i].run_time;
  return true;
}

/* lt, or 4*cr1+lt: the number of a bit of the condition register; -1: the text is none. */
static int condition_bit(struct span text)
{
  static const char *const bits[] = {"lt", "gt", "eq", "so", "un"};
  int cr = 0;

  if (text.n == 8 && memcmp(text.p, "4*cr", 4) == 0 && text.p[4] >= '0' && text.p[4] <= '7' && text.p[5] == '+') {
    cr = text.p[4] - '0';
    text = (struct span){text.p + 6, 2};
  }
  for (int i = 0; i < 5; i++)
    if (span_is(text, bits[i]))
      return 4 * cr + (i < 3 ? i : 3);
  return -1;
}

static bool is_word(const struct isa_state *S, struct span word)
{
  (void)S;
  return condition_bit(word) >= 0;
}

/* ---- values into fields --------------------------------------------------------------- */

struct ppc_attempt {
  struct match match;
  const struct ppc_form *f;
  uint64_t unit;
  struct span expr[WORD_FIELDS];
  uint8_t field[WORD_FIELDS][LIST_FIELD];
  unsigned nvalue;
  struct label label;
  bool labelled;
  bool loads_at_run_time; /* the first operand is a register at run time */
  uint8_t label_field[LIST_FIELD];
};

static bool put_number(struct ppc_attempt *a, unsigned field, int64_t value)
{
  a->unit = word_insert(&a->f->word.field[field - 1], a->unit, (uint64_t)value);
  return true;
}

/* The field of a number that is less than a register has bits, which is `bias` less that. DynASM wants what is inserted to
 * fit, so that 0 from 32 or 64 does not, at run time. */
static void set_range_below(uint8_t *f, int bias, bool dynasm)
{
  int least = dynasm && bias % 32 == 0;

  field_set_range(f, least, (uint32_t)((bias < 33 ? 31 : 63) - least));
}

static bool put_expr(struct ppc_attempt *a, unsigned field, unsigned flags, int bias, struct span expr)
{
  uint8_t *f = a->field[a->nvalue];

  if (!word_describe(&a->f->word, &a->f->word.field[field - 1], flags, f))
    return match_refuse(&a->match, "must be known before the program runs");
  if (flags & FIELD_NEGATED) {
    field_set_bias(f, bias);
    if (bias > 0) /* `bias` less a number of so many bits */
      set_range_below(f, bias, a->match.S->dynasm);
    field_complete(f);
  }
  a->loads_at_run_time |= a->match.at == 0 && (flags & FIELD_REGISTER);
  a->expr[a->nvalue++] = expr;
  return true;
}

static bool put_fitting(struct ppc_attempt *a, unsigned field, unsigned sign, int64_t value)
{
  const struct word_field *f = &a->f->word.field[field - 1];
  unsigned bits = f->bits + f->low;
  int64_t unit = INT64_C(1) << f->low, low = sign == FIELD_UNSIGNED ? 0 : -(INT64_C(1) << (bits - 1));
  int64_t high = (INT64_C(1) << (sign == FIELD_SIGNED ? bits - 1 : bits)) - unit;

  if (value < low || value > high)
    return match_refuse(&a->match, "%" PRId64 " is not in %" PRId64 " to %" PRId64, value, low, high);
  if (value & (unit - 1))
    return match_refuse(&a->match, "%" PRId64 " is no multiple of %" PRId64, value, unit);
  return put_number(a, field, value);
}

/* ---- operands ------------------------------------------------------------------------- */

static bool take_register(struct ppc_attempt *a, unsigned field, unsigned class, const struct ppc_reg *reg)
{
  static const char *const wanted[] = {
    [PPC_R] = "a register r0 to r31 is expected", [PPC_F] = "a register f0 to f31 is expected",
    [PPC_V] = "a register v0 to v31 is expected", [PPC_X] = "a register vs0 to vs63 is expected",
    [PPC_CR] = "a field cr0 to cr7 is expected", [PPC_A] = "an accumulator acc0 to acc7 is expected",
  };
  unsigned low = a->f->word.field[field - 1].low;

  if (!reg || reg->class != class)
    return match_refuse(&a->match, "%s", wanted[class]);
  if (reg->num & ((1u << low) - 1))
    return match_refuse(&a->match, "the number of the register must be even");
  return reg->expr.p ? put_expr(a, field, FIELD_UNSIGNED | FIELD_REGISTER, 0, reg->expr) : put_number(a, field, reg->num);
}

/* A register that the instruction changes, too. */
static bool take_updated(struct ppc_attempt *a, unsigned field, const struct ppc_reg *reg)
{
  const struct word_field *loaded = word_find(&a->f->word, SPAN("rD"));
  uint64_t number;

  if (!reg || reg->class != PPC_R)
    return take_register(a, field, PPC_R, NULL);
  if (reg->expr.p)
    return put_expr(a, field, FIELD_UNSIGNED | FIELD_REGISTER | FIELD_NONZERO, 0, reg->expr);
  if (reg->num == 0)
    return match_refuse(&a->match, "r0 cannot be updated");
  if (loaded && word_extract(loaded, a->unit, &number) && number == reg->num && !a->loads_at_run_time)
    return match_refuse(&a->match, "a register cannot be loaded and updated at once");
  return take_register(a, field, PPC_R, reg);
}

/* FIELD_SIGNED and so on of a number; DynASM's has always a sign, or none. */
static unsigned sign_of(const struct ppc_attempt *a, const struct ppc_shape *sh)
{
  switch (sh->kind) {
  case PPC_KIND_SIGNED: case PPC_KIND_MEM: case PPC_KIND_NEGATED:
    return FIELD_SIGNED;
  case PPC_KIND_EITHER:
    if (!a->match.S->dynasm)
      return FIELD_EITHER;
    return a->f->word.field[sh->field - 1].name.p[0] == 'i' ? FIELD_SIGNED : FIELD_UNSIGNED;
  default:
    return FIELD_UNSIGNED;
  }
}

static bool take_expr(struct ppc_attempt *a, const struct ppc_shape *sh, struct span text)
{
  unsigned flags = sign_of(a, sh) | (sh->kind == PPC_KIND_NEGATED ? FIELD_NEGATED : 0);

  return (!sh->field || put_expr(a, sh->field, flags, 0, text)) &&
         (!sh->other || put_expr(a, sh->other, FIELD_MODULO | FIELD_NEGATED, sh->from, text));
}

static bool take_number(struct ppc_attempt *a, const struct ppc_shape *sh, struct span text)
{
  struct label label;
  struct ppc_reg reg;
  int64_t v, most = sh->from < 33 ? 31 : 63;

  if (text.n == 0 || reg_parse(text, &reg))
    return match_refuse(&a->match, "a number or an expression is expected");
  if (!operand_number(a->match.F, a->match.S, text, &v)) {
    if (front_label(a->match.F, text, &label))
      return match_refuse(&a->match, "a number or an expression is expected, no label");
    return take_expr(a, sh, text);
  }
  if (sh->other && (v < 0 || v > most))
    return match_refuse(&a->match, "%" PRId64 " is not in 0 to %" PRId64, v, most);
  return (!sh->field || put_fitting(a, sh->field, sign_of(a, sh), sh->kind == PPC_KIND_NEGATED ? -v : v)) &&
         (!sh->other || put_number(a, sh->other, sh->from - v));
}

/* A register, or TYPE:register. */
static bool reg_of(struct front *F, struct span text, struct ppc_reg *reg)
{
  struct typed t;

  return reg_parse(text, reg) || (operand_typed(F, text, &t) && t.tail.n == 0 && reg_parse(t.reg, reg));
}

/* d(rA), TYPE:rA->member */
static bool take_memory(struct ppc_attempt *a, const struct ppc_shape *sh, struct span text)
{
  struct span offset = text, base;
  struct typed t;
  struct ppc_reg reg;
  int depth = 0;
  size_t i = text.n;

  if (operand_typed(a->match.F, text, &t) && t.tail.n > 0) {
    offset = operand_offset(a->match.F, &t);
    base = t.reg;
  } else {
    if (text.n < 3 || text.p[text.n - 1] != ')')
      return match_refuse(&a->match, "an address is expected: offset(register)");
    while (i-- > 0) {
      depth += (text.p[i] == ')') - (text.p[i] == '(');
      if (depth == 0)
        break;
    }
    if (depth != 0)
      return match_refuse(&a->match, "an address is expected: offset(register)");
    base = span_trim((struct span){text.p + i + 1, text.n - i - 2});
    offset = span_trim((struct span){text.p, i});
  }
  if (!reg_of(a->match.F, base, &reg)) {
    if (!span_is(base, "0"))
      return match_refuse(&a->match, "the base of an address is r0 to r31, or 0");
    reg = (struct ppc_reg){.class = PPC_R};
  }
  return (sh->updated ? take_updated(a, sh->base, &reg) : take_register(a, sh->base, PPC_R, &reg)) && (offset.n == 0 || take_number(a, sh, offset));
}

static bool take_label(struct ppc_attempt *a, const struct ppc_shape *sh, struct span text)
{
  if (!front_label(a->match.F, text, &a->label) || a->label.kind == REF_BAD)
    return match_refuse(&a->match, "a label is expected");
  if (!word_describe(&a->f->word, &a->f->word.field[sh->field - 1], FIELD_SIGNED, a->label_field))
    return match_refuse(&a->match, "a label cannot stand here");
  a->label_field[FIELD_ORIGIN] = ORIGIN_START;
  field_complete(a->label_field);
  a->labelled = true;
  return true;
}

static bool take_operand(struct ppc_attempt *a, const struct ppc_shape *sh, struct span text)
{
  struct ppc_reg reg;
  bool is_reg = reg_of(a->match.F, text, &reg);

  switch (sh->kind) {
  case PPC_KIND_BASE:
    if (span_is(text, "0"))
      return put_number(a, sh->field, 0);
    return take_register(a, sh->field, PPC_R, is_reg ? &reg : NULL);
  case PPC_KIND_UPDATED:
    return take_updated(a, sh->field, is_reg ? &reg : NULL);
  case PPC_KIND_R:
    return take_register(a, sh->field, PPC_R, is_reg ? &reg : NULL);
  case PPC_KIND_F:
    return take_register(a, sh->field, PPC_F, is_reg ? &reg : NULL);
  case PPC_KIND_V:
    return take_register(a, sh->field, PPC_V, is_reg ? &reg : NULL);
  case PPC_KIND_X:
    return take_register(a, sh->field, PPC_X, is_reg ? &reg : NULL);
  case PPC_KIND_A:
    return take_register(a, sh->field, PPC_A, is_reg ? &reg : NULL);
  case PPC_KIND_CR:
    return take_register(a, sh->field, PPC_CR, is_reg ? &reg : NULL);
  case PPC_KIND_CRB:
    return condition_bit(text) >= 0 ? put_number(a, sh->field, condition_bit(text)) : take_number(a, sh, text);
  case PPC_KIND_MEM: case PPC_KIND_UMEM:
    return take_memory(a, sh, text);
  case PPC_KIND_LABEL:
    return take_label(a, sh, text);
  default:
    return take_number(a, sh, text);
  }
}

static bool fits(struct match *m, const void *form)
{
  struct ppc_attempt *a = (struct ppc_attempt *)m;

  a->f = form;
  a->unit = a->f->word.fixed;
  a->nvalue = 0;
  a->labelled = a->loads_at_run_time = false;
  for (m->at = 0; m->at < a->f->form.nop; m->at++)
    if (!take_operand(a, &a->f->op[m->at], m->st->arg[m->at]))
      return false;
  return true;
}

static void assemble(struct front *F, struct isa_state *S, const struct mnemonic *m, const struct stmt *st)
{
  struct ppc_attempt a = {.match = {.F = F, .S = S, .st = st, .nop = st->narg}};
  const uint8_t *field[WORD_FIELDS];
  unsigned first = 0;

  if (!match_first(&a.match, m, fits))
    return;
  build_unit(F, a.unit, a.f->word.width / 8);
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

#define PPC_ISA                                                                                                             \
  .header = "dasm_ppc.h", .word_size = 4, .order = ORDER_BIG, .both_orders = true, .capstone = 4, .reach = (uint64_t)1 << 25, \
  .rows = &ppc_rows, .features = &ppc_features, .state_size = sizeof(struct isa_state), .assemble = assemble,                \
  .is_register = is_register, .is_reserved = is_reserved, .reg_at = reg_at, .is_word = is_word

/* They differ in addresses alone: text for the one may have the instructions of the other, as in DynASM. */
const struct isa isa_ppc = {.name = "ppc", .id = ISA_PPC, .twin = &isa_ppc64, .address_size = 4, .capstone_mode = 4, PPC_ISA};
const struct isa isa_ppc64 = {.name = "ppc64", .id = ISA_PPC64, .twin = &isa_ppc, .address_size = 8, .capstone_mode = 8, PPC_ISA};
