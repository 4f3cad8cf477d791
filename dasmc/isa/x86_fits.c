/* x86_fits.c - whether a form takes a statement: its accepted kinds meet the operands' kinds, and it can encode what the
 * operands need (high registers, masks, no REX with ah).
 */
#include "x86.h"

static bool fits_byte(int64_t v)
{
  return v >= -128 && v <= 127;
}

/* A number as a sign-extended byte: in libdasm's dialect it is the pattern of bits of the operation's size that
 * counts, in DynASM's kinds say all. */
static bool number_fits(const struct x86 *X, const struct x86_form *f, unsigned i, const struct x86_operand *o)
{
  bool byte = (f->dec[i] & DEC_BYTE) != 0;

  if (f->only[i])
    return o->known && o->imm == f->only[i] - 1 && o->size == X86_NOSIZE;
  if (!o->known)
    return !byte && (!f->form.own || f->role[i] != ROLE_X || o->size == X86_NOSIZE);
  if (X->isa.dynasm || !(byte || (f->accept[i].val & X86_KVAL(IMM8S))))
    return true;
  switch (byte ? 2 : f->opsize) {
  case 2: return fits_byte((int16_t)(uint64_t)o->imm);
  case 4: return fits_byte((int32_t)(uint64_t)o->imm);
  default: return fits_byte(o->imm);
  }
}

static bool numbers_fit(const struct x86 *X, const struct x86_form *f, const struct x86_stmt *s)
{
  for (unsigned i = 0; i < s->nop; i++) {
    const struct x86_operand *o = &s->op_[i];

    if (o->what == WHAT_IMM && !number_fits(X, f, i, o))
      return false;
    if (o->what == WHAT_REG && f->only[i] && (o->reg.expr.p || o->reg.num + 1 != f->only[i]))
      return false;
  }
  return true;
}

/* What registers ask of the encoding. */
static bool needs_fit(const struct x86_form *f, const struct x86_stmt *s)
{
  unsigned needs = s->needs;

  if ((needs & X86_NEED_EVEX) && f->enc != ENC_EVEX)
    return false;
  if ((needs & X86_NEED_EGPR) && !f->egpr)
    return false;
  return !(needs & X86_NEED_NOREX) || (!(needs & X86_NEED_REX) && !(s->ask & (X86_ASK_REX | X86_ASK_REX2)) && f->enc == ENC_LEGACY && !f->w);
}

static bool size_fits_moffs(const struct x86_form *f, const struct x86_operand *o)
{
  static const uint64_t acc[] = {X86_KREG(AL), X86_KREG(AX), X86_KREG(EAX), X86_KREG(RAX)};

  if (o->size == X86_NOSIZE)
    return true;
  return o->size < 4 && ((f->accept[0].reg | f->accept[1].reg) & acc[o->size]);
}

/* movdir64b and enqcmd: the register is an address, as large as that of the memory operand. */
static bool address_fits(const struct x86 *X, const struct x86_form *f, const struct x86_stmt *s)
{
  const struct x86_operand *m = &s->op_[1];
  uint64_t gp = X86_KREG(R16) | X86_KREG(R32) | X86_KREG(R64);
  bool a32;

  if (f->memop < s->nop && x86_is_mpx(f)) {
    const struct x86_reg *base = &s->op_[f->memop].base;

    if (!X->x64)
      return base->class != RC_16 && s->op_[f->memop].index.class != RC_16;

    /* What computes with the parts of its address, in F3 or without a prefix, wants a base. */
    return base->class != RC_32 && (base->class != RC_RIP || (f->npfx == 1 && !(f->pfx[0] == 0xf3 && f->opc[1] == 0x1b)));
  }
  if (f->memop != 1 || !(f->accept[1].mem & X86_KMEM(M512)) || !(f->accept[0].reg & gp))
    return true;
  if (!X->x64)
    return (m->base.class == RC_16 || m->index.class == RC_16) == (s->op_[0].reg.class == RC_16);
  if (m->base.class == RC_NONE && m->index.class == RC_NONE)
    return true;
  a32 = m->base.class == RC_32 || m->index.class == RC_32;
  return a32 == (s->op_[0].reg.class == RC_32);
}

/* Memory that the instruction implies is written as just its register. */
static bool implied_fits(unsigned role, const struct x86_operand *o)
{
  static const uint8_t number[] = {7, 6, 3};

  return o->base.class != RC_NONE && o->base.class != RC_RIP && !o->base.expr.p && o->base.num == number[role - ROLE_T] &&
         o->index.class == RC_NONE && !o->has_disp_expr && !o->has_label && o->disp == 0 &&
         (role != ROLE_T || o->seg == 0 || o->seg == 0x26);
}

/* Masks, zeroing, broadcasts, rounding, and sizes of memory that kinds do not tell. */
static bool details_fit(const struct x86_form *f, const struct x86_stmt *s)
{
  unsigned round = 0;
  bool vsib = false, masked = false;

  for (unsigned i = 0; i < s->nop; i++) {
    const struct x86_operand *o = &s->op_[i];

    round |= f->dec[i];
    vsib |= o->what == WHAT_MEM && (f->accept[i].mem & X86_VECTORS);
    masked |= o->mask.class != RC_NONE;
    if (o->mask.class != RC_NONE && !(f->dec[i] & DEC_MASK))
      return false;
    if (o->zero && (!(f->dec[i] & DEC_ZERO) || o->mask.class == RC_NONE || o->what == WHAT_MEM))
      return false;
    if (o->what != WHAT_MEM)
      continue;
    if (o->bcst && (o->bcst == X86_BCST_ANY ? f->bcst_n == 0 : o->bcst != f->bcst_n))
      return false;
    if ((f->dec[i] & DEC_SIB) && (o->base.class == RC_16 || o->index.class == RC_16 || o->base.class == RC_RIP || (o->base.class == RC_NONE && o->has_label)))
      return false; /* rip-relative addresses have no SIB */
    if (f->role[i] == ROLE_A && !size_fits_moffs(f, o))
      return false;
    if (f->role[i] >= ROLE_T && (!implied_fits(f->role[i], o) || o->base.class != s->op_[f->memop].base.class))
      return false;
    if (s->round)
      return false;
  }
  if (vsib && !masked && f->enc == ENC_EVEX)
    return false; /* gather and scatter have no form without a mask */
  if (s->round == X86_SAE)
    return (round & (DEC_SAE | DEC_ER)) == DEC_SAE;
  return s->round == X86_ROUND_NONE || (round & DEC_ER);
}

/* What was asked for in braces: {evex}, {nf}, {dfv=...} ... */
static bool asks_fit(const struct x86_form *f, const struct x86_stmt *s)
{
  unsigned ask = s->ask;

  if (ask == 0)
    return f->scc == 0;
  if (((ask & (X86_ASK_VEX | X86_ASK_VEX3)) && f->enc != ENC_VEX) || ((ask & X86_ASK_REX) && f->enc != ENC_LEGACY) || ((ask & X86_ASK_EVEX) && f->enc != ENC_EVEX) ||
      ((ask & X86_ASK_REX2) && (f->enc != ENC_LEGACY || !f->egpr)))
    return false;
  if (((ask & X86_ASK_NF) && f->evex_nf != 3) || ((ask & X86_ASK_DFV) != 0) != (f->scc != 0))
    return false;
  if (f->rel && (((ask & X86_ASK_DISP8) && f->rel != 1) || ((ask & X86_ASK_DISP32) && f->rel != 4)))
    return false;
  if ((ask & X86_ASK_STORE) && !(f->role[0] == ROLE_M && s->nop > 1))
    return false;
  return !(ask & X86_ASK_LOAD) || (f->role[0] == ROLE_R && s->nop > 1);
}

bool x86_form_fits(const struct x86 *X, const struct x86_form *f, const struct x86_stmt *s)
{
  return f->form.nop == s->nop && f->form.here && x86_operands_fit(f, s) && needs_fit(f, s) && asks_fit(f, s) &&
         address_fits(X, f, s) && details_fit(f, s) && numbers_fit(X, f, s);
}

/* Does the form fit if the values of immediates do not matter? */
bool x86_form_fits_any_value(const struct x86_form *f, const struct x86_stmt *s)
{
  for (unsigned i = 0; i < s->nop && i < f->form.nop; i++) {
    bool imm = s->op_[i].what == WHAT_IMM && (f->accept[i].val & X86_IMMEDIATES);

    if (!imm && !x86_kinds_meet(f->accept[i], s->op_[i].kinds))
      return false;
  }
  return f->form.nop == s->nop && f->form.here && needs_fit(f, s) && asks_fit(f, s) && details_fit(f, s);
}
