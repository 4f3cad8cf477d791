/* x86_explain.c - no form fits a statement: what is wrong, and what to write.
 *
 * These are slow questions, asked only then: is it the mode, the number of operands, one operand alone, or what stands
 * around the operands?
 */
#include <stdlib.h>

#include "x86.h"

/* How far an operand is from what a form takes there: 0 it fits, 1 a number of another size would, 2 another register or
 * memory of another size would. */
static unsigned operand_distance(const struct x86_kinds *take, const struct x86_operand *o)
{
  bool sort = o->what == WHAT_MEM   ? (take->mem & (X86_MEM_SIZES | X86_KMEM(M))) != 0
              : o->what == WHAT_IMM ? (take->val & X86_IMMEDIATES) != 0
              : o->what == WHAT_REG ? take->reg != 0
                                    : (take->val & X86_LABELS) != 0;

  return x86_kinds_meet(*take, o->kinds) ? 0 : !sort ? 3 : o->what == WHAT_IMM ? 1 : 2;
}

static unsigned form_distance(const struct x86_form *f, const struct x86_stmt *s)
{
  unsigned sum = 4 * (unsigned)abs((int)f->form.nop - (int)s->nop);

  for (unsigned i = 0; i < f->form.nop && i < s->nop; i++)
    sum += operand_distance(&f->accept[i], &s->op_[i]);
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
    if (x86_kinds_meet(f->accept[i], s->op_[i].kinds))
      continue;
    if (bad >= 0)
      return -1;
    bad = (int)i;
  }
  return bad;
}

static bool is_vector_address(const struct x86_operand *o)
{
  return o->what == WHAT_MEM && (o->kinds.mem & X86_VECTORS);
}

static void explain_operand(struct front *F, const struct x86_operand *o, const struct x86_kinds *take, const struct span op)
{
  int n = (int)op.n;

  if (o->what == WHAT_IMM && o->known && (take->val & X86_IMMEDIATES & ~X86_KVAL(IMM1)))
    diag_error(F, o->text, "[out-of-range] immediate %lld is out of range for '%.*s'", (long long)o->imm, n, op.p);
  else if (is_vector_address(o))
    diag_error(F, o->text, "[bad-operand] '%.*s' does not take a vector of addresses", n, op.p);
  else if (o->what == WHAT_MEM && o->kinds.mem == X86_KMEM(MOFFS))
    diag_error(F, o->text, "[out-of-range] the address does not fit in 32 bits");
  else if (o->what == WHAT_MEM && (take->mem & (X86_MEM_SIZES | X86_KMEM(M))))
    diag_error(F, o->text, "[bad-size] wrong memory size for '%.*s'", n, op.p);
  else if (o->what == WHAT_REG)
    diag_error(F, o->text, "[bad-operand] '%.*s' does not take this register here", n, op.p);
  else if (o->what == WHAT_IMM && (take->val & X86_LABELS))
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
                         const struct x86_kinds *take)
{
  bool wide = X->x64 && o->what == WHAT_IMM && o->known && !(o->kinds.val & X86_KVAL(IMM32)) && (take->val & X86_KVAL(IMM32));

  if (wide && span_is(s->op, "mov") && s->op_[0].what == WHAT_REG)
    diag_help(F, "mov64 puts 64 bits into a register");
  else if (wide)
    diag_help(F, "a value of 64 bits has to be in a register: mov64 puts it there");
  if (o->what == WHAT_IMM && (take->val & X86_LABELS))
    diag_help(F, "labels are <1, >1, ->name and =>expression; an address is &expression");
  if (o->what == WHAT_MEM && o->kinds.mem == X86_KMEM(MOFFS))
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
    if (f->form.nop != s->nop || !f->form.here || !x86_operands_fit(f, s))
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

void x86_explain(struct front *F, const struct x86 *X, const struct mnemonic *m, const struct x86_stmt *s)
{
  bool count = false, mode = false, operands = false, implied = false;
  struct x86_kinds take = {0};
  int bad = -1;

  for (unsigned i = 0; i < m->nform; i++) {
    const struct x86_form *f = &x86_forms(m)[i];
    int only;

    mode |= f->form.here;
    if (f->form.nop != s->nop || !f->form.here)
      continue;
    count = true;
    if (x86_operands_fit(f, s))
      operands = true;
    for (unsigned op = 0; op < f->form.nop; op++)
      implied |= f->role[op] >= ROLE_T;
    only = only_misfit(f, s);
    /* The operand furthest to the right: those before it fit some form. */
    if (only > bad) {
      bad = only;
      take = (struct x86_kinds){0};
    }
    if (only >= 0 && only == bad)
      x86_kinds_add(&take, f->accept[only]);
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
    explain_operand(F, &s->op_[bad], &take, s->op);
  else
    diag_error(F, s->op, "[bad-operand] no form of '%.*s' takes these operands", (int)s->op.n, s->op.p);
  help_registers(F, X, s);
  if (bad >= 0)
    help_operand(F, X, s, &s->op_[bad], &take);
  help_forms(F, X, m, s);
}
