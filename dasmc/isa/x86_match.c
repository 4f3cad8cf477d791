/* x86_match.c - choose the row for a statement, or say why there is none.
 *
 * The first form of the mnemonic wins whose accepted kinds meet the operands' kinds, and that
 * can encode what the operands need (high registers, masks, no REX with ah). A memory operand
 * without a size meets every size; if another form would fit with another size, the size is
 * missing. The slow questions (which operand is wrong, which forms exist) are asked only when
 * nothing fits.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "x86.h"

static bool operands_fit(const struct x86_form *f, const struct x86_stmt *s)
{
  for (unsigned i = 0; i < s->nop; i++) {
    if (!(f->accept[i] & s->op_[i].kinds))
      return false;
  }
  return true;
}

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
  if (X->isa.dynasm || !(byte || (f->accept[i] & X86_K(IMM8S))))
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
  static const uint64_t acc[] = {X86_K(AL), X86_K(AX), X86_K(EAX), X86_K(RAX)};

  if (o->size == X86_NOSIZE)
    return true;
  return o->size < 4 && ((f->accept[0] | f->accept[1]) & acc[o->size]);
}

/* movdir64b and enqcmd: the register is an address, as large as that of the memory operand. */
static bool address_fits(const struct x86 *X, const struct x86_form *f, const struct x86_stmt *s)
{
  const struct x86_operand *m = &s->op_[1];
  uint64_t gp = X86_K(R16) | X86_K(R32) | X86_K(R64);
  bool a32;

  if (f->memop < s->nop && x86_is_mpx(f)) {
    const struct x86_reg *base = &s->op_[f->memop].base;

    if (!X->x64)
      return base->class != RC_16 && s->op_[f->memop].index.class != RC_16;

    /* What computes with the parts of its address, in F3 or without a prefix, wants a base. */
    return base->class != RC_32 && (base->class != RC_RIP || (f->npfx == 1 && !(f->pfx[0] == 0xf3 && f->opc[1] == 0x1b)));
  }
  if (f->memop != 1 || !(f->accept[1] & X86_K(M512)) || !(f->accept[0] & gp))
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
    vsib |= o->what == WHAT_MEM && (f->accept[i] & (X86_K(VMX) | X86_K(VMY) | X86_K(VMZ)));
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

static bool fits(const struct x86 *X, const struct x86_form *f, const struct x86_stmt *s)
{
  return f->form.nop == s->nop && f->form.here && operands_fit(f, s) && needs_fit(f, s) && asks_fit(f, s) &&
         address_fits(X, f, s) && details_fit(f, s) && numbers_fit(X, f, s);
}

/* ---- when nothing fits --------------------------------------------------------------- */

static const uint64_t immediates = X86_K(IMM1) | X86_K(IMM4) | X86_K(IMM8S) | X86_K(IMM8) |
                                   X86_K(IMM16) | X86_K(IMM32) | X86_K(IMM64);

/* How far an operand is from what a form takes there: 0 it fits, 1 a number of another size would, 2 another register or
 * memory of another size would. */
static unsigned operand_distance(uint64_t accepted, const struct x86_operand *o)
{
  uint64_t sort = o->what == WHAT_MEM   ? X86_MEM_SIZES | X86_K(M)
                  : o->what == WHAT_IMM ? immediates
                  : o->what == WHAT_REG ? ~(X86_MEM_SIZES | X86_K(M) | immediates | X86_K(REL8) | X86_K(REL32))
                                        : X86_K(REL8) | X86_K(REL32);

  return accepted & o->kinds ? 0 : !(accepted & sort) ? 3 : o->what == WHAT_IMM ? 1 : 2;
}

static unsigned form_distance(const struct x86_form *f, const struct x86_stmt *s)
{
  unsigned sum = 4 * (unsigned)abs((int)f->form.nop - (int)s->nop);

  for (unsigned i = 0; i < f->form.nop && i < s->nop; i++)
    sum += operand_distance(f->accept[i], &s->op_[i]);
  return sum;
}

/* The forms that come nearest. */
static void help_forms(struct front *F, const struct x86 *X, const struct mnemonic *m, const struct x86_stmt *s)
{
  unsigned *distance = arena_alloc(F, m->nform * sizeof(*distance));

  for (unsigned i = 0; i < m->nform; i++)
    distance[i] = form_distance(&x86_forms(m)[i], s);
  match_help_forms(F, &X->isa, m, distance);
}

/* A name that is nearly that of a register went to C as an expression. */
static void help_registers(struct front *F, const struct x86 *X, const struct x86_stmt *s)
{
  for (unsigned i = 0; i < s->nop; i++) {
    if (s->op_[i].what == WHAT_IMM && !s->op_[i].known)
      match_help_register(F, &X->isa, s->op_[i].text);
  }
}

/* Index of the only operand that does not fit, -1 if it is not one alone. */
static int only_misfit(const struct x86_form *f, const struct x86_stmt *s)
{
  int bad = -1;

  for (unsigned i = 0; i < s->nop; i++) {
    if (f->accept[i] & s->op_[i].kinds)
      continue;
    if (bad >= 0)
      return -1;
    bad = (int)i;
  }
  return bad;
}

static bool is_vector_address(const struct x86_operand *o)
{
  return o->what == WHAT_MEM && (o->kinds & (X86_K(VMX) | X86_K(VMY) | X86_K(VMZ)));
}

static void explain_operand(struct front *F, const struct x86_operand *o, uint64_t accepted, const struct span op)
{
  int n = (int)op.n;

  if (o->what == WHAT_IMM && o->known && (accepted & immediates & ~X86_K(IMM1)))
    diag_error(F, o->text, "[out-of-range] immediate %lld is out of range for '%.*s'", (long long)o->imm, n, op.p);
  else if (is_vector_address(o))
    diag_error(F, o->text, "[bad-operand] '%.*s' does not take a vector of addresses", n, op.p);
  else if (o->what == WHAT_MEM && o->kinds == X86_K(MOFFS))
    diag_error(F, o->text, "[out-of-range] the address does not fit in 32 bits");
  else if (o->what == WHAT_MEM && (accepted & (X86_MEM_SIZES | X86_K(M))))
    diag_error(F, o->text, "[bad-size] wrong memory size for '%.*s'", n, op.p);
  else if (o->what == WHAT_REG)
    diag_error(F, o->text, "[bad-operand] '%.*s' does not take this register here", n, op.p);
  else if (o->what == WHAT_IMM && (accepted & (X86_K(REL8) | X86_K(REL32))))
    diag_error(F, o->text, "[bad-operand] '%.*s' does not take a number here", n, op.p);
  else
    diag_error(F, o->text, "[bad-operand] '%.*s' does not take this operand here", n, op.p);
}

/* The first operand that needs it. */
static struct span text_of_need(const struct x86_stmt *s, unsigned need)
{
  for (unsigned i = 0; i < s->nop; i++) {
    if (x86_operand_needs(&s->op_[i]) & need)
      return s->op_[i].text;
  }
  return s->st->text;
}

/* What to write instead, if the forms do not tell. */
static void help_operand(struct front *F, const struct x86 *X, const struct x86_stmt *s, const struct x86_operand *o,
                         uint64_t accepted)
{
  bool wide = X->x64 && o->what == WHAT_IMM && o->known && !(o->kinds & X86_K(IMM32)) && (accepted & X86_K(IMM32));

  if (wide && span_is(s->op, "mov") && s->op_[0].what == WHAT_REG)
    diag_help(F, "mov64 puts 64 bits into a register");
  else if (wide)
    diag_help(F, "a value of 64 bits has to be in a register: mov64 puts it there");
  if (o->what == WHAT_IMM && (accepted & (X86_K(REL8) | X86_K(REL32))))
    diag_help(F, "labels are <1, >1, ->name and =>expression; an address is &expression");
  if (o->what == WHAT_MEM && o->kinds == X86_K(MOFFS))
    diag_help(F, "mov64 moves al, ax, eax and rax from and to any address; others need it in a register");
}

static void explain_needs(struct front *F, const struct x86_stmt *s, bool implied)
{
  if (implied)
    diag_error(F, s->st->text, "[bad-operand] the memory of '%.*s' is es:[rdi], [rsi] or [rbx], and nothing else can be written", (int)s->op.n,
               s->op.p);
  else if ((s->needs & X86_NEED_NOREX))
    diag_error(F, text_of_need(s, X86_NEED_NOREX), "[high-byte] ah, ch, dh and bh cannot be used in an instruction with a REX prefix");
  else if (s->needs & X86_NEED_EGPR)
    diag_error(F, text_of_need(s, X86_NEED_EGPR), "[bad-operand] '%.*s' cannot use registers r16 to r31", (int)s->op.n, s->op.p);
  else
    diag_error(F, text_of_need(s, X86_NEED_EVEX), "[no-encoding] '%.*s' has no EVEX form with these operands", (int)s->op.n, s->op.p);
}

/* What the forms whose operands fit take at operand i: DEC_* together, and elements of a broadcast. */
static unsigned taken(const struct mnemonic *m, const struct x86_stmt *s, unsigned i, unsigned *bcst)
{
  unsigned dec = 0;

  for (const struct x86_form *f = x86_forms(m); f < x86_forms(m) + m->nform; f++) {
    if (f->form.nop != s->nop || !f->form.here || !operands_fit(f, s))
      continue;
    dec |= f->dec[i];
    if (s->op_[i].bcst && f->bcst_n)
      *bcst = f->bcst_n;
  }
  return dec;
}

/* A decoration that no form takes where it stands. False: it is not that. */
static bool explain_decorations(struct front *F, const struct mnemonic *m, const struct x86_stmt *s)
{
  int n = (int)s->op.n;

  for (unsigned i = 0; i < s->nop; i++) {
    const struct x86_operand *o = &s->op_[i];
    unsigned bcst = 0, dec = taken(m, s, i, &bcst);

    if (o->mask.class != RC_NONE && !(dec & DEC_MASK))
      diag_error(F, o->text, "[bad-decoration] '%.*s' does not take a mask here", n, s->op.p);
    else if (o->zero && o->mask.class == RC_NONE)
      diag_error(F, o->text, "[bad-decoration] {z} needs a mask before it, as in {k1}{z}");
    else if (o->zero && (o->what == WHAT_MEM || !(dec & DEC_ZERO)))
      diag_error(F, o->text, "[bad-decoration] '%.*s' cannot zero here what is masked out", n, s->op.p);
    else if (o->bcst && bcst && bcst != o->bcst)
      diag_error(F, o->text, "[bad-decoration] the broadcast has %u elements here: {1to%u}", bcst, bcst);
    else if (is_vector_address(o) && s->op_[0].mask.class == RC_NONE && s->op_[i == 0].mask.class == RC_NONE)
      diag_error(F, s->op_[0].text, "[bad-decoration] '%.*s' needs a mask, as in {k1}", n, s->op.p);
    else
      continue;
    return true;
  }
  if (s->ask & ~(unsigned)X86_ASK_ADDR32) {
    diag_error(F, s->st->text, "[no-encoding] '%.*s' has no encoding as the braces before it ask for", n, s->op.p);
    return true;
  }
  return false;
}

static void explain(struct front *F, const struct x86 *X, const struct mnemonic *m, const struct x86_stmt *s)
{
  bool count = false, mode = false, operands = false, implied = false;
  uint64_t accepted = 0;
  int bad = -1;

  for (unsigned i = 0; i < m->nform; i++) {
    const struct x86_form *f = &x86_forms(m)[i];
    int only;

    mode |= f->form.here;
    if (f->form.nop != s->nop || !f->form.here)
      continue;
    count = true;
    if (operands_fit(f, s))
      operands = true;
    for (unsigned op = 0; op < f->form.nop; op++)
      implied |= f->role[op] >= ROLE_T;
    only = only_misfit(f, s);
    /* The operand furthest to the right: those before it fit some form. */
    if (only > bad) {
      bad = only;
      accepted = 0;
    }
    if (only >= 0 && only == bad)
      accepted |= f->accept[only];
  }
  if (!mode)
    diag_error(F, s->op, "[wrong-mode] '%.*s' does not exist in %s-bit mode", (int)s->op.n, s->op.p, X->x64 ? "64" : "32");
  else if (!count)
    diag_error(F, s->op, "[operand-count] '%.*s' does not take %u operand%s", (int)s->op.n, s->op.p, s->nop, s->nop == 1 ? "" : "s");
  else if (operands && s->round)
    diag_error(F, s->round_text, "[bad-decoration] rounding or {sae} is not possible here");
  else if (operands && explain_decorations(F, m, s))
    ;
  else if (operands)
    explain_needs(F, s, implied);
  else if (bad >= 0)
    explain_operand(F, &s->op_[bad], accepted, s->op);
  else
    diag_error(F, s->op, "[bad-operand] no form of '%.*s' takes these operands", (int)s->op.n, s->op.p);
  help_registers(F, X, s);
  if (bad >= 0)
    help_operand(F, X, s, &s->op_[bad], accepted);
  help_forms(F, X, m, s);
}

/* ---- the choice --------------------------------------------------------------------------- */

/* call, jmp, push, pop through memory: addresses are as wide as the mode says. */
static bool default_width(const struct x86_form *f)
{
  return f->enc == ENC_LEGACY && f->npfx == 0 && f->nopc == 1 && !(f->accept[0] & X86_K(MFAR32)) &&
         (f->opc[0] == 0x8f || (f->opc[0] == 0xff && (f->modrm == 2 || f->modrm == 4 || f->modrm == 6)));
}

/* movsx and movzx from a source as wide as the destination: never what is meant. */
static bool extends_nothing(const struct x86_form *f)
{
  return f->enc == ENC_LEGACY && f->nopc == 2 && (f->opc[1] & 0xf7) == 0xb7 && (f->accept[0] & X86_K(R16));
}

/* movd and vmovd move 32 bits. */
static bool moves_dword(const struct x86_form *f)
{
  return !f->w && (f->enc == ENC_LEGACY ? f->nopc == 2 && (f->opc[1] | 0x10) == 0x7e
                                        : f->map == 1 && f->pp == 1 && (f->opc[0] | 0x10) == 0x7e);
}

/* Is the form's memory operand as wide as one of the registers (other than a count in cl)? */
static bool natural_size(const struct x86_form *f, const struct x86_stmt *s)
{
  static const struct { uint64_t reg, mem; } pairs[] = {
    {X86_K(R8), X86_K(M8)},      {X86_K(R16), X86_K(M16)},    {X86_K(R32), X86_K(M32)},   {X86_K(R64), X86_K(M64)},
    {X86_K(XMM), X86_K(M128)},   {X86_K(YMM), X86_K(M256)},   {X86_K(ZMM), X86_K(M512)},
  };

  if (default_width(f) || moves_dword(f))
    return true;
  if (extends_nothing(f))
    return false;
  for (unsigned i = 0; i < s->nop; i++) {
    for (size_t j = 0; j < sizeof(pairs) / sizeof(pairs[0]); j++) {
      if (s->op_[i].what == WHAT_REG && f->role[i] != ROLE_NONE && (s->op_[i].kinds & pairs[j].reg) && (f->accept[f->memop] & pairs[j].mem))
        return true;
    }
  }
  return false;
}

/* Does the form fit if the values of immediates do not matter? */
static bool fits_any_value(const struct x86_form *f, const struct x86_stmt *s)
{
  for (unsigned i = 0; i < s->nop && i < f->form.nop; i++) {
    bool imm = s->op_[i].what == WHAT_IMM && (f->accept[i] & immediates);

    if (!imm && !(f->accept[i] & s->op_[i].kinds))
      return false;
  }
  return f->form.nop == s->nop && f->form.here && needs_fit(f, s) && asks_fit(f, s) && details_fit(f, s);
}

/* Sizes that a memory operand may have, those of far pointers too. */
static const uint64_t sizes = X86_MEM_SIZES | X86_K(MFAR16) | X86_K(MFAR32) | X86_K(MFAR64);

static bool one_bit(uint64_t set)
{
  return set != 0 && (set & (set - 1)) == 0;
}

/* Two names of one encoding do not differ in what memory they read. */
static bool same_encoding(const struct x86_form *f, const struct x86_form *g)
{
  return f->enc == g->enc && f->map == g->map && f->pp == g->pp && f->l == g->l && f->w == g->w && f->modrm == g->modrm &&
         f->npfx == g->npfx && memcmp(f->pfx, g->pfx, sizeof(f->pfx)) == 0 && f->nopc == g->nopc &&
         memcmp(f->opc, g->opc, sizeof(f->opc)) == 0;
}

/* "qword bcst [rax]": would another number of elements do as well? */
static bool other_broadcast(const struct x86 *X, const struct mnemonic *m, const struct x86_form *f, const struct x86_stmt *s)
{
  for (const struct x86_form *g = x86_forms(m); g < x86_forms(m) + m->nform; g++)
    if (g->bcst_n != f->bcst_n && g->form.enabled && fits(X, g, s))
      return true;
  return false;
}

/* The first form that fits has a memory operand, the statement gives no size. If another form
 * fits with another size, the size is missing: NULL. In text for DynASM the one as wide as a register is
 * meant, and *guessed says so. A form that takes several sizes does not care, and one of libdasm's dialect is
 * compared with its kin only. */
static const struct x86_form *choose_size(const struct x86 *X, const struct mnemonic *m, const struct x86_form *f,
                                          const struct x86_stmt *s, bool *guessed)
{
  unsigned i = f->memop;
  const struct x86_form *natural = NULL;
  bool other = false;

  *guessed = false;
  if (i < s->nop && s->op_[i].bcst == X86_BCST_ANY)
    return other_broadcast(X, m, f, s) ? NULL : f;
  if (!f->rival || s->op_[i].what != WHAT_MEM || s->op_[i].size != X86_NOSIZE || s->op_[i].bcst)
    return f;
  for (const struct x86_form *g = x86_forms(m); g < x86_forms(m) + m->nform; g++) {
    uint64_t set = i < g->form.nop ? g->accept[i] & sizes : 0;

    if (set == 0 || !g->form.enabled || (f->form.own && !g->form.own) || !fits_any_value(g, s))
      continue;
    if (!natural && natural_size(g, s))
      natural = g;
    other |= set != (f->accept[i] & sizes) && !same_encoding(f, g);
  }
  if (!other || (natural && (default_width(natural) || moves_dword(natural))))
    return other ? natural : f;
  *guessed = X->isa.dynasm && natural;
  return X->isa.dynasm ? natural : NULL;
}

/* May a memory operand of the two have another size, and all else be the same? */
static bool rivals(const struct x86_form *f, const struct x86_form *g)
{
  unsigned i = f->memop;

  if (i >= f->form.nop || g->form.nop != f->form.nop || !one_bit(f->accept[i] & sizes) || !(g->accept[i] & sizes) ||
      ((f->accept[i] ^ g->accept[i]) & sizes) == 0 || same_encoding(f, g))
    return false;
  for (unsigned j = 0; j < f->form.nop; j++) {
    bool alike = (f->accept[j] & g->accept[j]) || ((f->accept[j] & immediates) && (g->accept[j] & immediates)) ||
                 ((f->accept[j] & sizes) && (g->accept[j] & sizes)); /* movs has two */

    if (j != i && !alike)
      return false;
  }
  return true;
}

void x86_find_rivals(struct mnemonic *m)
{
  struct x86_form *form = m->form;

  for (unsigned i = 0; i < m->nform; i++)
    for (unsigned j = 0; j < m->nform && !form[i].rival; j++)
      form[i].rival = rivals(&form[i], &form[j]);
}

bool x86_fits(const struct x86 *X, const struct mnemonic *m, const struct x86_stmt *s, bool dynasm)
{
  bool guessed;

  for (const struct x86_form *f = x86_forms(m); f < x86_forms(m) + m->nform; f++) {
    if ((!dynasm || f->enc == ENC_LEGACY || f->enc == ENC_VEX) && f->form.enabled && fits(X, f, s))
      return choose_size(X, m, f, s, &guessed) != NULL;
  }
  return false;
}

/* Tiles of a product, and the registers of a gather, must not be the same. (For gathers a warning:
 * other assemblers take them.) */
static bool check_distinct(struct front *F, const struct x86_form *f, const struct x86_stmt *s)
{
  const struct x86_reg *reg[3];
  unsigned n = 0;
  bool tiles = f->form.nop == 3 && (f->accept[0] & f->accept[1] & f->accept[2] & X86_K(TMM)), gather = false;

  for (unsigned i = 0; i < s->nop && i < 3; i++) {
    const struct x86_operand *o = &s->op_[i];

    gather |= i == 1 && (f->accept[i] & (X86_K(VMX) | X86_K(VMY) | X86_K(VMZ)));
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

    if (o->what == WHAT_IMM && o->known && o->imm > INT32_MAX && f->opsize == 8 && !(f->accept[i] & X86_K(IMM64)))
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
  unsigned last = s->nop ? s->nop - 1 : 0;
  uint64_t kinds = s->nop ? s->op_[last].kinds : 0;
  bool guessed;

  if (!X->apx && ((s->needs & X86_NEED_EGPR) || (s->ask & X86_ASK_REX2))) {
    features_report(F, &X->isa, s->st->text, "registers r16 to r31 and {rex2} need", SPAN("APXF"));
    return NULL;
  }
  for (unsigned i = 0; i < m->nform; i++) {
    const struct x86_form *f = &x86_forms(m)[i];

    /* The last operand tells most forms apart. */
    if (f->form.nop != s->nop || (s->nop > 0 && !(f->accept[last] & kinds)) || !fits(X, f, s))
      continue;
    if (!f->form.enabled) {
      disabled = disabled ? disabled : f;
      continue;
    }
    if (!X->isa.dynasm && !extended && extends_unsigned(X, f, s)) {
      extended = f; /* another form may take the number as it is; else this one will say what is wrong */
      continue;
    }
    chosen = choose_size(X, m, f, s, &guessed);
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
    explain(F, X, m, s);
  return NULL;
}
