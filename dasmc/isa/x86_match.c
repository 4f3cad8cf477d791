/* x86_match.c - choose the row for a statement, or say why there is none.
 *
 * The first form of the mnemonic wins that fits (x86_fits.c). What size memory has that comes without one
 * is asked in x86_size.c; what is wrong when nothing fits, in x86_explain.c.
 */
#include "x86.h"

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
