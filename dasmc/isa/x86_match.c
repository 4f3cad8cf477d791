/* x86_match.c - choose the row for a statement, or say why there is none.
 *
 * The first form of the mnemonic wins whose accepted kinds meet the operands' kinds, and that
 * can encode what the operands need (high registers, masks, no REX with ah). What size memory has that comes without one
 * is asked in x86_size.c; what is wrong when nothing fits, in x86_explain.c.
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

/* ---- the choice --------------------------------------------------------------------------- */

bool x86_fits(const struct x86 *X, const struct mnemonic *m, const struct x86_stmt *s, bool dynasm)
{
  bool guessed;

  for (const struct x86_form *f = x86_forms(m); f < x86_forms(m) + m->nform; f++) {
    if ((!dynasm || f->enc == ENC_LEGACY || f->enc == ENC_VEX) && f->form.enabled && x86_form_fits(X, f, s))
      return x86_choose_size(X, m, f, s, &guessed) != NULL;
  }
  return false;
}

/* Tiles of a product, and the registers of a gather, must not be the same. (For gathers a warning:
 * other assemblers take them.) */
static bool check_distinct(struct front *F, const struct x86_form *f, const struct x86_stmt *s)
{
  const struct x86_reg *reg[3];
  unsigned n = 0;
  bool tiles = f->form.nop == 3 && (f->accept[0].reg & f->accept[1].reg & f->accept[2].reg & X86_KREG(TMM)), gather = false;

  for (unsigned i = 0; i < s->nop && i < 3; i++) {
    const struct x86_operand *o = &s->op_[i];

    gather |= i == 1 && (f->accept[i].mem & X86_VECTORS);
    reg[n++] = o->what == WHAT_MEM ? &o->index : &o->reg;
  }
  if (!tiles && !gather)
    return true;
  for (unsigned i = 0; i < n; i++) {
    for (unsigned j = 0; j < i; j++) {
      if (!reg[i]->expr.p && !reg[j]->expr.p && reg[i]->num == reg[j]->num) {
        (tiles ? diag_error : diag_warning)(F, s->op_[i].text, "[same-registers] the registers of '%.*s' must be different",
                                            (int)s->op.n, s->op.p);
        return !tiles;
      }
    }
  }
  return true;
}

/* Would a number that is meant without sign be extended with its sign, to 64 bits? (The result of a 32-bit lea is cut.) */
static bool extends_unsigned(const struct x86 *X, const struct x86_form *f, const struct x86_stmt *s)
{
  for (unsigned i = 0; i < s->nop; i++) {
    const struct x86_operand *o = &s->op_[i];

    if (o->what == WHAT_IMM && o->known && o->imm > INT32_MAX && f->opsize == 8 && !(f->accept[i].val & X86_KVAL(IMM64)))
      return true;
    if (o->what == WHAT_MEM && X->x64 && f->role[i] == ROLE_M && o->base.class == RC_NONE && o->index.class == RC_NONE &&
        o->disp > INT32_MAX && (f->opc[0] != 0x8d || f->w))
      return true;
  }
  return false;
}

const struct x86_form *x86_match(struct front *F, struct x86 *X, const struct mnemonic *m, struct x86_stmt *s)
{
  const struct x86_form *disabled = NULL, *extended = NULL, *chosen;
  unsigned nop = s->nop, last = nop ? nop - 1 : 0;
  struct x86_kinds kinds = nop ? s->op_[last].kinds : (struct x86_kinds){0};
  bool guessed;

  if (!X->apx && ((s->needs & X86_NEED_EGPR) || (s->ask & X86_ASK_REX2))) {
    features_report(F, &X->isa, s->st->text, "registers r16 to r31 and {rex2} need", SPAN("APXF"));
    return NULL;
  }
  for (unsigned i = 0; i < m->nform; i++) {
    const struct x86_form *f = &x86_forms(m)[i];

    /* The last operand tells most forms apart. */
    if (f->form.nop != nop || (nop > 0 && !x86_kinds_meet(f->accept[last], kinds)) || !x86_form_fits(X, f, s))
      continue;
    if (!f->form.enabled) {
      disabled = disabled ? disabled : f;
      continue;
    }
    if (!X->isa.dynasm && !extended && extends_unsigned(X, f, s)) {
      extended = f; /* another form may take the number as it is; else this one will say what is wrong */
      continue;
    }
    chosen = x86_choose_size(X, m, f, s, &guessed);
    if (!chosen) {
      diag_error(F, s->op_[f->memop].text, "[missing-size] the size of the memory operand is missing");
      diag_help(F, s->op_[f->memop].bcst ? "write {1to2}, {1to4}, ... behind it" : "write byte, word, dword, qword, ... before it");
      return NULL;
    }
    if (guessed)
      diag_warning(F, s->op_[f->memop].text, "[guessed-size] the size of the memory operand is missing; it is taken to be that of the register");
    if (!X->isa.dynasm)
      chosen = x86_shorten(m, chosen, s);
    X->isa.chosen = chosen->form.row;
    return check_distinct(F, chosen, s) ? chosen : NULL;
  }
  if (extended)
    return extended;
  if (disabled)
    match_report_disabled(F, &X->isa, s->st, &disabled->form);
  else
    x86_explain(F, X, m, s);
  return NULL;
}
