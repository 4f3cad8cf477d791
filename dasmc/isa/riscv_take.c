/* riscv_take.c - one operand of a statement, for one of a row: what it is, which fields it fills, and why it does not fit. */
#include "riscv_attempt.h"

#include <inttypes.h>
#include <stdio.h>

#include "../../lib/isa/riscv.h"

static bool refuse(struct riscv_attempt *a, const char *why)
{
  return match_refuse(&a->match, "%s", why);
}

static const struct word_field *field_of(const struct riscv_attempt *a, unsigned field)
{
  return &a->f->word.field[field - 1];
}

/* ---- values into fields --------------------------------------------------------------- */

static bool describe(struct riscv_attempt *a, unsigned field, unsigned flags, uint8_t out[LIST_FIELD])
{
  if (word_describe(&a->f->word, field_of(a, field), flags, out))
    return true;
  return refuse(a, "must be known before the program runs");
}

bool riscv_put_number(struct riscv_attempt *a, unsigned field, int64_t value)
{
  a->unit = word_insert(field_of(a, field), a->unit, (uint64_t)value);
  a->number[field - 1] = value;
  a->known[field - 1] = true;
  return true;
}

static bool put_expr(struct riscv_attempt *a, unsigned field, unsigned flags, struct span expr)
{
  struct riscv_value *v = &a->value[a->nvalue];

  v->expr = expr;
  if (!describe(a, field, flags, v->field))
    return false;
  a->value_field[a->nvalue++] = (uint8_t)(field - 1);
  return true;
}

/* One that must be among some numbers below 32. */
static bool put_among(struct riscv_attempt *a, unsigned field, unsigned flags, struct span expr, uint32_t set)
{
  a->among[field - 1] &= set;
  return put_expr(a, field, flags, expr);
}

/* One that must be in low … low + span, and goes in as what it is more than `origin`. */
static bool put_ranged(struct riscv_attempt *a, unsigned field, unsigned flags, struct span expr, int low, unsigned span, int origin)
{
  uint8_t *f = a->value[a->nvalue].field;

  if (!put_expr(a, field, flags, expr))
    return false;
  field_set_bias(f, -origin);
  field_set_range(f, low, span);
  field_complete(f);
  return true;
}

/* The immediate of c.lui: its sign is that of lui's. */
static bool put_wrapped(struct riscv_attempt *a, unsigned field, struct span expr)
{
  uint8_t *f = a->value[a->nvalue].field;

  if (!put_expr(a, field, FIELD_SIGNED | FIELD_NONZERO, expr))
    return false;
  f[FIELD_TRANSFORM] = TRANSFORM_WRAPPED;
  f[FIELD_PARAM] = 20;
  field_complete(f);
  return true;
}

/* A number that is known now, if it fits. */
static bool put_fitting(struct riscv_attempt *a, unsigned field, unsigned flags, int64_t value)
{
  const struct word_field *f = field_of(a, field);
  unsigned bits = f->bits + f->low;
  int64_t low = flags & FIELD_UNSIGNED ? 0 : -(INT64_C(1) << (bits - 1));
  int64_t high = (INT64_C(1) << (flags & FIELD_UNSIGNED ? bits : bits - 1)) - (INT64_C(1) << f->low);

  if (a->R->isa.dynasm && value > INT32_MAX && value <= UINT32_MAX)
    value = (int32_t)(uint32_t)value; /* its numbers have 32 bits */
  if (value < low || value > high || (value & ((INT64_C(1) << f->low) - 1)) != 0) {
    int n = snprintf(a->match.why, sizeof(a->match.why), "%" PRId64 " is not in %" PRId64 " to %" PRId64, value, low, high);

    if (f->low > 0)
      snprintf(a->match.why + n, sizeof(a->match.why) - (size_t)n, ", or no multiple of %d", 1 << f->low);
    return false;
  }
  return riscv_put_number(a, field, value);
}

/* ---- registers -------------------------------------------------------------------------- */

static bool check_register(struct riscv_attempt *a, const struct riscv_shape *sh, unsigned num)
{
  for (unsigned i = 0; i < 3 && sh->except[i]; i++) {
    unsigned e = sh->except[i];

    if (e >= NOT_NUMBER && e < NOT_ODD && num == e - NOT_NUMBER)
      return refuse(a, "this register cannot be used here");
    if (e == NOT_ODD && num % 2 != 0)
      return refuse(a, "a pair of registers is named by the even one");
    if (e > NOT_MULTIPLE && e < NOT_OPERAND && num % (e - NOT_MULTIPLE) != 0)
      return refuse(a, "a group of registers is named by a multiple of its size");
  }
  return true;
}

/* The same for all registers: bit n, if n may be used. */
static uint32_t usable_registers(const struct riscv_shape *sh)
{
  uint32_t set = UINT32_MAX;

  for (unsigned i = 0; i < 3 && sh->except[i]; i++)
    for (unsigned n = 0, e = sh->except[i]; n < 32; n++)
      if (e < NOT_ODD ? n == e - NOT_NUMBER : e == NOT_ODD ? n % 2 : e < NOT_OPERAND && n % (e - NOT_MULTIPLE))
        set &= ~(UINT32_C(1) << n);
  return set;
}

static bool put_register(struct riscv_attempt *a, const struct riscv_shape *sh, const struct riscv_reg *reg)
{
  bool three = sh->kind == KIND_X3 || sh->kind == KIND_F3;

  if (reg->expr.p && three)
    return put_ranged(a, sh->field, FIELD_UNSIGNED | FIELD_REGISTER, reg->expr, 8, 7, 8);
  if (reg->expr.p)
    return put_among(a, sh->field, FIELD_UNSIGNED | FIELD_REGISTER, reg->expr, usable_registers(sh));
  if (!check_register(a, sh, reg->num))
    return false;
  if (!three)
    return riscv_put_number(a, sh->field, reg->num);
  if (reg->num < 8 || reg->num > 15)
    return refuse(a, sh->kind == KIND_X3 ? "only x8 to x15 (s0, s1, a0 to a5) can be used here"
                                         : "only f8 to f15 (fs0, fs1, fa0 to fa5) can be used here");
  return riscv_put_number(a, sh->field, reg->num - 8);
}

static bool take_register(struct riscv_attempt *a, const struct riscv_shape *sh, const struct riscv_operand *o)
{
  static const struct {
    uint8_t class;
    const char *words;
  } wanted[] = {
    [KIND_X] = {RISCV_X, "a register x0 to x31 is expected"},  [KIND_X3] = {RISCV_X, "a register x8 to x15 is expected"},
    [KIND_F] = {RISCV_F, "a register f0 to f31 is expected"},  [KIND_F3] = {RISCV_F, "a register f8 to f15 is expected"},
    [KIND_V] = {RISCV_V, "a register v0 to v31 is expected"},
  };

  if (!o->is_reg || o->reg.class != wanted[sh->kind].class)
    return refuse(a, wanted[sh->kind].words);
  return put_register(a, sh, &o->reg);
}

enum { S_REGISTERS = 0x00fc0300, SHADOW_REGISTERS = 0x22 };

/* One register by name: c.addi16sp sp; v0; s0 to s7; x1 or x5. */
static bool take_one_register(struct riscv_attempt *a, const struct riscv_shape *sh, const struct riscv_operand *o)
{
  unsigned n = o->reg.num, class = sh->kind == KIND_V0 ? RISCV_V : RISCV_X;

  if (!o->is_reg || o->reg.class != class || (o->reg.expr.p && sh->kind != KIND_S && sh->kind != KIND_SHADOW))
    return refuse(a, "another register is expected");
  if (o->reg.expr.p)
    return put_among(a, sh->field, FIELD_REGISTER, o->reg.expr, sh->kind == KIND_S ? S_REGISTERS : SHADOW_REGISTERS);
  switch (sh->kind) {
  case KIND_V0:
    return n == 0 || refuse(a, "the mask can be in v0 only");
  case KIND_SHADOW:
    return n == 1 || n == 5 ? riscv_put_number(a, sh->field, n) : refuse(a, "only x1 and x5 (ra, t0) can be used here");
  case KIND_S:
    if (n != 8 && n != 9 && (n < 18 || n > 23))
      return refuse(a, "a register s0 to s7 is expected");
    return riscv_put_number(a, sh->field, n < 18 ? n - 8 : n - 16);
  default:
    return n == sh->base || refuse(a, "another register is expected");
  }
}

/* ---- numbers ----------------------------------------------------------------------------------- */

/* Can it be an expression, in this dialect? */
static bool may_be_expression(const struct riscv_attempt *a, const struct riscv_operand *o)
{
  if (o->is_reg)
    return a->R->isa.dynasm && !o->reg.plain && o->reg.expr.p == NULL;
  if (o->is_mem && (o->base.plain || !a->R->isa.dynasm || o->offset.n == 0))
    return false;
  return !o->is_label && o->text.n > 0;
}

static bool put_or_refuse(struct riscv_attempt *a, const struct riscv_shape *sh, bool fits, int64_t v, int64_t field_value, const char *range)
{
  return fits ? riscv_put_number(a, sh->field, field_value) : match_refuse(&a->match, "%" PRId64 " is not in %s", v, range);
}

static bool odd_number(struct riscv_attempt *a, const struct riscv_shape *sh, int64_t v)
{
  switch (sh->kind) {
  case KIND_LUI:
    return put_or_refuse(a, sh, (v >= 1 && v <= 31) || (v >= 0xfffe0 && v <= 0xfffff), v, v, "1 to 31 or 0xfffe0 to 0xfffff");
  case KIND_RNUM:
    return put_or_refuse(a, sh, v >= 0 && v <= 10, v, v, "0 to 10");
  case KIND_JT:
    return put_or_refuse(a, sh, v >= 0 && v <= 31, v, v, "0 to 31");
  case KIND_JALT:
    return put_or_refuse(a, sh, v >= 32 && v <= 255, v, v, "32 to 255");
  default: /* KIND_BELOW */
    return put_or_refuse(a, sh, (v != 0 || !sh->nonzero) && v >= -15 && v <= 16, v, v - 1,
                         sh->nonzero ? "-15 to 16 without 0" : "-15 to 16");
  }
}

static unsigned sign_of(const struct riscv_shape *sh)
{
  return sh->kind == KIND_IMM || sh->kind == KIND_MEM ? FIELD_SIGNED : FIELD_UNSIGNED;
}

static bool take_part(struct riscv_attempt *a, unsigned field, unsigned part, struct span inner, const struct riscv_operand *o);

static bool take_number(struct riscv_attempt *a, const struct riscv_shape *sh, const struct riscv_operand *o)
{
  int64_t v;

  if (o->part && !o->is_mem)
    return take_part(a, sh->field, o->part, o->inner, o);
  if (!may_be_expression(a, o))
    return refuse(a, "a number or an expression is expected");
  if (!riscv_number(a->match.F, a->R, o->text, &v)) {
    unsigned zero = sh->nonzero ? FIELD_NONZERO : 0;

    switch (sh->kind) {
    case KIND_LUI:
      return put_wrapped(a, sh->field, o->text);
    case KIND_RNUM:
      return put_ranged(a, sh->field, FIELD_UNSIGNED, o->text, 0, 10, 0);
    case KIND_JALT:
      return put_ranged(a, sh->field, FIELD_UNSIGNED, o->text, 32, 223, 0);
    case KIND_BELOW:
      return put_ranged(a, sh->field, FIELD_SIGNED | zero, o->text, -15, 31, 1);
    default:
      return put_expr(a, sh->field, sign_of(sh) | zero, o->text);
    }
  }
  if (sh->kind != KIND_IMM && sh->kind != KIND_UIMM)
    return odd_number(a, sh, v);
  if (sh->nonzero && v == 0)
    return refuse(a, "zero cannot be encoded here");
  return put_fitting(a, sh->field, sign_of(sh), v);
}

/* name(expr): a value at run time where otherwise words stand. */
static bool called(struct span text, const char *name, struct span *inner)
{
  size_t n = strlen(name);

  if (text.n < n + 3 || memcmp(text.p, name, n) != 0 || text.p[n] != '(' || text.p[text.n - 1] != ')')
    return false;
  *inner = span_trim((struct span){text.p + n + 1, text.n - n - 2});
  return true;
}

/* The adjustment at run time, of registers that are known. */
static bool put_stack(struct riscv_attempt *a, unsigned field, struct span expr, bool push, int room)
{
  uint8_t *f = a->value[a->nvalue].field;

  if (!put_expr(a, field, FIELD_UNSIGNED | (push ? FIELD_NEGATED : 0), expr))
    return false;
  field_set_bias(f, -room);
  field_set_range(f, push ? -room - 48 : room, 48);
  field_complete(f);
  return true;
}

/* cm.push {ra, s0-s3}, -64: the room for the registers, and up to three times 16 bytes more, which is spimm(0) to spimm(48). */
static bool take_stack(struct riscv_attempt *a, const struct riscv_shape *sh, const struct riscv_operand *o)
{
  bool push = strcmp(a->f->form.row, "cm.push") == 0;
  int registers = a->xlist == 15 ? 13 : a->xlist - 3, room = (registers * (a->R->rv64 ? 8 : 4) + 15) & ~15;
  struct span more;
  int64_t v;

  if (called(o->text, "spimm", &more))
    return riscv_number(a->match.F, a->R, more, &v) ? put_fitting(a, sh->field, FIELD_UNSIGNED, v)
                                                    : put_expr(a, sh->field, FIELD_UNSIGNED, more);
  if (a->xlist < 0)
    return refuse(a, "with rlist(expression) it is spimm(0), spimm(16), spimm(32) or spimm(48)");
  if (!riscv_number(a->match.F, a->R, o->text, &v))
    return may_be_expression(a, o) ? put_stack(a, sh->field, o->text, push, room) : refuse(a, "a number or an expression is expected");
  if (push)
    v = -v;
  if (v < room || v > room + 48 || v % 16 != 0) {
    snprintf(a->match.why, sizeof(a->match.why), "with these registers it is %s%d, %s%d, %s%d or %s%d", push ? "-" : "", room, push ? "-" : "",
             room + 16, push ? "-" : "", room + 32, push ? "-" : "", room + 48);
    return false;
  }
  return riscv_put_number(a, sh->field, v - room);
}

/* ---- memory, labels, parts of addresses ------------------------------------------------------ */

static bool take_label(struct riscv_attempt *a, const struct riscv_shape *sh, const struct riscv_operand *o)
{
  if (!o->is_label || o->is_mem || o->part)
    return refuse(a, "a label is expected");
  if (!describe(a, sh->field, FIELD_SIGNED, a->label_field))
    return false;
  a->label_field[FIELD_ORIGIN] = ORIGIN_START;
  if (a->f->word.width == 32) /* if the state allows it */
    a->label_field[FIELD_ESCAPE] = a->label_field[FIELD_BITS] == 20 ? RISCV_ESCAPE_JUMP : RISCV_ESCAPE_BRANCH;
  a->label = &o->label;
  return true;
}

static bool take_part(struct riscv_attempt *a, unsigned field, unsigned part, struct span inner, const struct riscv_operand *o)
{
  bool high = part == PART_HI || part == PART_PCREL_HI, relative = part >= PART_PCREL_HI;
  uint8_t *f = a->label_field;
  int64_t v;

  if (field == 0 || high != (field_of(a, field)->bits == 20))
    return refuse(a, "this part of an address cannot be used here");
  if (!o->is_label && relative)
    return refuse(a, "a label is expected in %pcrel_hi() and %pcrel_lo()");
  if (!o->is_label && riscv_number(a->match.F, a->R, inner, &v)) {
    if (v < INT32_MIN || v > UINT32_MAX)
      return refuse(a, "the address does not fit in 32 bits");
    return riscv_put_number(a, field, high ? (v + 0x800) >> 12 & 0xfffff : v & 0xfff);
  }
  if (!o->is_label)
    f = a->value[a->nvalue].field;
  if (!o->is_label ? !put_expr(a, field, FIELD_SIGNED, inner) : !describe(a, field, FIELD_SIGNED, f))
    return false;
  f[FIELD_FLAGS] = high ? FIELD_SIGNED | FIELD_ROUNDED : FIELD_MODULO;
  f[FIELD_SHIFT] = high ? 12 : 0;
  f[FIELD_ORIGIN] = relative ? ORIGIN_START : ORIGIN_NONE;
  f[FIELD_AHEAD] = (uint8_t)(relative && !high ? -4 : 0); /* the instruction before has the high part */
  field_complete(f);
  a->label = o->is_label ? &o->label : a->label;
  return true;
}

static bool take_memory(struct riscv_attempt *a, const struct riscv_shape *sh, const struct riscv_operand *o)
{
  struct riscv_shape base = {.kind = KIND_X, .field = sh->base};
  int64_t v = 0;

  if (!o->is_mem)
    return refuse(a, sh->field ? "an address is expected: offset(register)" : "an address is expected: (register)");
  if (o->base.class != RISCV_X)
    return refuse(a, "the base of an address is one of x0 to x31");
  if (sh->base && strcmp(row_split(&riscv_rows, a->f->form.row).operands, "") != 0) {
    const struct word_field *f = field_of(a, sh->base);

    base.kind = f->bits == 3 ? KIND_X3 : KIND_X;
    if (!put_register(a, &base, &o->base))
      return false;
  } else if (o->base.num != 2 || o->base.expr.p) {
    return refuse(a, "the base of the address is sp");
  }
  if (o->part)
    return take_part(a, sh->field, o->part, o->inner, o);
  if (o->is_label)
    return refuse(a, "a label cannot be the offset of an address");
  if (o->offset.n > 0 && !riscv_number(a->match.F, a->R, o->offset, &v))
    return sh->field ? put_expr(a, sh->field, a->f->word.width == 16 ? FIELD_UNSIGNED : FIELD_SIGNED, o->offset)
                     : refuse(a, "this address has no offset");
  if (!sh->field)
    return v == 0 || refuse(a, "this address has no offset");
  return put_fitting(a, sh->field, a->f->word.width == 16 ? FIELD_UNSIGNED : FIELD_SIGNED, v);
}

/* rs2(rs1) */
static bool take_indexed(struct riscv_attempt *a, const struct riscv_shape *sh, const struct riscv_operand *o)
{
  struct riscv_shape base = {.kind = KIND_X, .field = sh->base}, index = {.kind = KIND_X, .field = sh->field};
  struct riscv_reg reg;

  if (!o->is_mem || o->base.class != RISCV_X || !riscv_reg_parse(o->offset, &reg) || reg.class != RISCV_X)
    return refuse(a, "an address is expected: register(register)");
  return put_register(a, &index, &reg) && put_register(a, &base, &o->base);
}

/* ---- words ---------------------------------------------------------------------------------------- */

static bool take_csr(struct riscv_attempt *a, const struct riscv_shape *sh, const struct riscv_operand *o)
{
  int csr = riscv_csr(o->text);
  struct span inner;
  int64_t v;

  if (csr >= 0)
    return riscv_put_number(a, sh->field, csr);
  if (called(o->text, "csr", &inner))
    return put_expr(a, sh->field, FIELD_UNSIGNED, inner);
  if (o->is_reg || o->is_mem || o->is_label)
    return refuse(a, "a control and status register is expected: a name, a number, or csr(expression)");
  if (riscv_number(a->match.F, a->R, o->text, &v))
    return put_fitting(a, sh->field, FIELD_UNSIGNED, v);
  return put_expr(a, sh->field, FIELD_UNSIGNED, o->text);
}

enum { ROUNDING_MODES = 0x9f }; /* 0 to 4, and 7 */

static bool take_rounding(struct riscv_attempt *a, const struct riscv_shape *sh, const struct riscv_operand *o)
{
  int rm = riscv_rounding(o->text);
  struct span inner;

  if (sh->kind == KIND_RTZ)
    return rm == 1 || refuse(a, "this instruction rounds with rtz only");
  if (rm >= 0)
    return riscv_put_number(a, sh->field, rm);
  if (called(o->text, "rm", &inner))
    return put_among(a, sh->field, FIELD_UNSIGNED, inner, ROUNDING_MODES);
  return refuse(a, "a rounding mode is expected: rne, rtz, rdn, rup, rmm, dyn, or rm(expression)");
}

static bool take_mask(struct riscv_attempt *a, const struct riscv_shape *sh, const struct riscv_operand *o)
{
  struct span inner;

  if (span_is(o->text, "v0.t"))
    return riscv_put_number(a, sh->field, 0);
  if (called(o->text, "vm", &inner))
    return put_expr(a, sh->field, FIELD_UNSIGNED, inner);
  return refuse(a, "the mask is v0.t, or vm(expression)");
}

static bool take_fli(struct riscv_attempt *a, const struct riscv_shape *sh, const struct riscv_operand *o)
{
  int v = riscv_fli(o->text);
  struct span inner;

  if (v >= 0)
    return riscv_put_number(a, sh->field, v);
  if (called(o->text, "fli", &inner))
    return put_expr(a, sh->field, FIELD_UNSIGNED, inner);
  return refuse(a, "one of the 32 constants of fli is expected (1.0, 0.5, inf, …), or fli(expression) with its number");
}

static bool take_rlist(struct riscv_attempt *a, const struct riscv_shape *sh, const struct riscv_operand *o)
{
  int v = riscv_rlist(o->text);
  struct span inner;

  a->xlist = (int8_t)v;
  if (v >= 0)
    return riscv_put_number(a, sh->field, v);
  if (called(o->text, "rlist", &inner))
    return put_ranged(a, sh->field, FIELD_UNSIGNED, inner, 4, 11, 0);
  return refuse(a, "registers are expected: {ra}, {ra, s0}, {ra, s0-s3}, or rlist(expression)");
}

static bool take_fence(struct riscv_attempt *a, const struct riscv_shape *sh, const struct riscv_operand *o)
{
  int set = riscv_fence(o->text);
  int64_t v;

  if (set >= 0)
    return riscv_put_number(a, sh->field, set);
  if (o->is_reg || o->is_mem || o->is_label || riscv_number(a->match.F, a->R, o->text, &v))
    return refuse(a, "what is ordered is expected: letters of iorw in this order, 0, or an expression");
  return put_expr(a, sh->field, FIELD_UNSIGNED, o->text);
}

/* The rest of the operands. */
static bool take_vtype(struct riscv_attempt *a, const struct riscv_shape *sh, unsigned i)
{
  struct span first = a->s->op[i].text, last = a->s->st->arg[a->s->st->narg - 1];
  struct span all = {first.p, (size_t)(last.p + last.n - first.p)};
  int vtype = riscv_vtype(all);
  int64_t v;

  if (vtype >= 0)
    return riscv_put_number(a, sh->field, vtype);
  if (first.p != last.p || (first.n > 1 && first.p[0] == 'e' && char_is(first.p[1], CHAR_DIGIT)))
    return refuse(a, "a type is expected: e8, m1, ta, ma (e8 to e64; m1 to m8, mf2 to mf8; ta, tu; ma, mu)");
  if (riscv_number(a->match.F, a->R, first, &v))
    return put_fitting(a, sh->field, FIELD_UNSIGNED, v);
  return may_be_expression(a, &a->s->op[i]) ? put_expr(a, sh->field, FIELD_UNSIGNED, first) : refuse(a, "a type is expected");
}

/* ---- any operand ---------------------------------------------------------------------------------------- */

bool riscv_take(struct riscv_attempt *a, unsigned i)
{
  const struct riscv_shape *sh = &a->f->op[i];
  const struct riscv_operand *o = &a->s->op[i];
  int64_t v;

  switch (sh->kind) {
  case KIND_FIXED:
    return (riscv_number(a->match.F, a->R, o->text, &v) && v == sh->base) || match_refuse(&a->match, "%u is expected", sh->base);
  case KIND_INDEXED:
    return take_indexed(a, sh, o);
  case KIND_X: case KIND_X3: case KIND_F: case KIND_F3: case KIND_V:
    return take_register(a, sh, o);
  case KIND_S: case KIND_SHADOW: case KIND_ONE_X: case KIND_V0:
    return take_one_register(a, sh, o);
  case KIND_SPIMM:
    return take_stack(a, sh, o);
  case KIND_MEM:
    return take_memory(a, sh, o);
  case KIND_LABEL:
    return take_label(a, sh, o);
  case KIND_CSR:
    return take_csr(a, sh, o);
  case KIND_RM: case KIND_RTZ:
    return take_rounding(a, sh, o);
  case KIND_VM:
    return take_mask(a, sh, o);
  case KIND_FENCE:
    return take_fence(a, sh, o);
  case KIND_VTYPE:
    return take_vtype(a, sh, i);
  case KIND_FLI:
    return take_fli(a, sh, o);
  case KIND_RLIST:
    return take_rlist(a, sh, o);
  default:
    return take_number(a, sh, o);
  }
}
