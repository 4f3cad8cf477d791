/* riscv_match.c - the row that takes all operands of a statement, which match_first() asks for, and its instruction.
 *
 * riscv_take.c takes operands alone; here are those that exclude each other.
 */
#include "riscv_attempt.h"

#include "../../lib/isa/riscv.h"

/* The number of the register that stands for itself or, as s0 to s7 do, for a smaller one in its field. */
static uint32_t bit_of(const struct riscv_shape *sh, int64_t number)
{
  return UINT32_C(1) << (sh->kind != KIND_S ? number : number < 2 ? number + 8 : number + 16);
}

/* Two fields that both come at run time are compared then. */
static void compare_later(struct riscv_attempt *a, unsigned own, unsigned other, unsigned how)
{
  uint8_t *pair = a->pair[a->npairs++];

  for (unsigned i = 0; i < a->nvalue; i++) {
    if (a->value_field[i] == own)
      pair[0] = (uint8_t)(i | how);
    if (a->value_field[i] == other)
      pair[1] = (uint8_t)i;
  }
}

/* The result must not be in v0 if that is the mask. What comes at run time is kept from it. */
static bool check_mask(struct riscv_attempt *a, unsigned own)
{
  unsigned vm = (unsigned)(word_find(&a->f->word, SPAN("vm")) - a->f->word.field);
  bool zero = a->known[own] && a->number[own] == 0, masked = a->known[vm] && a->number[vm] == 0;

  if (zero && masked)
    return match_refuse(&a->match, "the result cannot go to v0, which is the mask");
  if (masked)
    a->among[own] &= ~UINT32_C(1);
  if (zero)
    a->among[vm] &= ~UINT32_C(1);
  if (!a->known[own] && !a->known[vm])
    compare_later(a, own, vm, RISCV_BOTH_ZERO);
  return true;
}

/* The same for two registers that must differ. */
static bool check_pair(struct riscv_attempt *a, const struct riscv_shape *sh, unsigned own, unsigned other)
{
  if (a->known[own] && a->known[other] && a->number[own] == a->number[other])
    return match_refuse(&a->match, "the result cannot go to a register that is an operand");
  if (a->known[other])
    a->among[own] &= ~bit_of(sh, a->number[other]);
  if (a->known[own])
    a->among[other] &= ~bit_of(sh, a->number[own]);
  if (!a->known[own] && !a->known[other])
    compare_later(a, own, other, 0);
  return true;
}

/* Operands that exclude each other. */
static bool check_operands(struct riscv_attempt *a)
{
  for (a->match.at = 0; a->match.at < a->s->nop; a->match.at++) {
    const struct riscv_shape *sh = &a->f->op[a->match.at];

    for (unsigned i = 0; i < 3 && sh->except[i]; i++) {
      unsigned e = sh->except[i], own = sh->field - 1u;

      if (e == NOT_MASKED ? !check_mask(a, own) : e > NOT_OPERAND && !check_pair(a, sh, own, e - NOT_OPERAND - 1))
        return false;
    }
  }
  return true;
}

/* Say in the fields which numbers values at run time may have. */
static void complete_values(struct riscv_attempt *a)
{
  for (unsigned i = 0; i < a->nvalue; i++) {
    uint32_t set = a->among[a->value_field[i]];

    if (set == UINT32_MAX)
      continue;
    field_set_among(a->value[i].field, set);
    field_complete(a->value[i].field);
  }
}

static bool fits(struct match *m, const void *form)
{
  struct riscv_attempt *a = (struct riscv_attempt *)m;
  const struct riscv_form *f = form;

  a->f = f;
  a->unit = f->word.fixed;
  a->nvalue = a->npairs = 0;
  a->label = NULL;
  a->xlist = -1;
  memset(a->known, 0, sizeof(a->known));
  memset(a->among, 0xff, sizeof(a->among));
  for (m->at = 0; m->at < f->form.nop; m->at++) {
    const struct riscv_shape *sh = &f->op[m->at];

    if (m->at >= a->s->nop)
      riscv_put_number(a, sh->field, sh->kind == KIND_RM && m->S->dynasm ? 0 : sh->missing - 1);
    else if (!riscv_take(a, m->at))
      return false;
  }
  return check_operands(a);
}

void riscv_emit(struct front *F, uint64_t unit, unsigned bytes, const struct riscv_value *value, unsigned n)
{
  const uint8_t *field[WORD_FIELDS];
  unsigned first = 0;

  build_le(F, unit, bytes);
  for (unsigned i = 0; i < n; i++) {
    unsigned arg = build_arg(F, value[i].expr);

    first = i == 0 ? arg : first;
    field[i] = value[i].field;
  }
  if (n > 0)
    build_fields(F, first, field, n);
}

bool riscv_fits(struct front *F, struct riscv *R, const struct riscv_form *f, const struct riscv_stmt *s, uint16_t *out)
{
  struct riscv_attempt a = {.match = {.F = F, .S = &R->isa, .st = s->st, .nop = s->nop}, .R = R, .s = s};

  if (!fits(&a.match, f))
    return false;
  *out = (uint16_t)a.unit;
  return true;
}

bool riscv_match(struct front *F, struct riscv *R, const struct mnemonic *m, const struct riscv_stmt *s, struct riscv_insn *out)
{
  struct riscv_attempt a = {.match = {.F = F, .S = &R->isa, .st = s->st, .nop = s->st->narg}, .R = R, .s = s};

  if (!match_first(&a.match, m, fits))
    return false;
  complete_values(&a);
  *out = (struct riscv_insn){.unit = a.unit, .bytes = a.f->word.width / 8, .nvalue = a.nvalue, .npairs = a.npairs,
                               .label = a.label};
  memcpy(out->value, a.value, a.nvalue * sizeof(a.value[0]));
  memcpy(out->pair, a.pair, sizeof(out->pair));
  memcpy(out->label_field, a.label_field, sizeof(out->label_field));
  return true;
}
