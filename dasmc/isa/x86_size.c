/* x86_size.c - the size of memory that a statement does not give.
 *
 * A memory operand without a size meets every size. The first form that fits is right if no other form of the mnemonic
 * would fit with another size; which forms can have such rivals is found out once, when their rows are parsed.
 */
#include <string.h>

#include "x86.h"

/* call, jmp, push, pop through memory: addresses are as wide as the mode says. */
static bool default_width(const struct x86_form *f)
{
  return f->enc == ENC_LEGACY && f->npfx == 0 && f->nopc == 1 && !(f->accept[0].mem & X86_KMEM(MFAR32)) &&
         (f->opc[0] == 0x8f || (f->opc[0] == 0xff && (f->modrm == 2 || f->modrm == 4 || f->modrm == 6)));
}

/* movsx and movzx from a source as wide as the destination: never what is meant. */
static bool extends_nothing(const struct x86_form *f)
{
  return f->enc == ENC_LEGACY && f->nopc == 2 && (f->opc[1] & 0xf7) == 0xb7 && (f->accept[0].reg & X86_KREG(R16));
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
  static const struct { uint64_t reg; uint32_t mem; } pairs[] = {
    {X86_KREG(R8), X86_KMEM(M8)},      {X86_KREG(R16), X86_KMEM(M16)},    {X86_KREG(R32), X86_KMEM(M32)},   {X86_KREG(R64), X86_KMEM(M64)},
    {X86_KREG(XMM), X86_KMEM(M128)},   {X86_KREG(YMM), X86_KMEM(M256)},   {X86_KREG(ZMM), X86_KMEM(M512)},
  };

  if (default_width(f) || moves_dword(f))
    return true;
  if (extends_nothing(f))
    return false;
  for (unsigned i = 0; i < s->nop; i++) {
    for (size_t j = 0; j < sizeof(pairs) / sizeof(pairs[0]); j++) {
      if (s->op_[i].what == WHAT_REG && f->role[i] != ROLE_NONE && (s->op_[i].kinds.reg & pairs[j].reg) &&
          (f->accept[f->memop].mem & pairs[j].mem))
        return true;
    }
  }
  return false;
}

/* Sizes that a memory operand may have, those of far pointers too. */
static const uint32_t sizes = X86_MEM_SIZES | X86_FAR_SIZES;

static bool one_bit(uint32_t set)
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
    if (g->bcst_n != f->bcst_n && g->form.enabled && x86_form_fits(X, g, s))
      return true;
  return false;
}

const struct x86_form *x86_choose_size(const struct x86 *X, const struct mnemonic *m, const struct x86_form *f,
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
    uint32_t set = i < g->form.nop ? g->accept[i].mem & sizes : 0;

    if (set == 0 || !g->form.enabled || (f->form.own && !g->form.own) || !x86_form_fits_any_value(g, s))
      continue;
    if (!natural && natural_size(g, s))
      natural = g;
    other |= set != (f->accept[i].mem & sizes) && !same_encoding(f, g);
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
  uint32_t ours = f->accept[i].mem & sizes, theirs = g->accept[i].mem & sizes;

  if (g->form.nop != f->form.nop || theirs == 0 || ours == theirs || same_encoding(f, g))
    return false;
  for (unsigned j = 0; j < f->form.nop; j++) {
    struct x86_kinds a = f->accept[j], b = g->accept[j];
    bool alike = x86_kinds_meet(a, b) || ((a.val & X86_IMMEDIATES) && (b.val & X86_IMMEDIATES)) ||
                 ((a.mem & sizes) && (b.mem & sizes)); /* movs has two */

    if (j != i && !alike)
      return false;
  }
  return true;
}

void x86_find_rivals(struct mnemonic *m)
{
  struct x86_form *form = m->form;

  for (unsigned i = 0; i < m->nform; i++) {
    struct x86_form *f = &form[i];
    bool sized = f->memop < f->form.nop && one_bit(f->accept[f->memop].mem & sizes);

    for (unsigned j = 0; sized && j < m->nform && !f->rival; j++)
      f->rival = rivals(f, &form[j]);
  }
}
