/* mips_result.c - `addu r4, r5` for `addu r4, r4, r5`: in libdasm's dialect, as in other
 * assemblers, the first source of some instructions may be left out where it is the register of the
 * result. */
#include "mips.h"

/* Those that GNU as and llvm-mc have it for. */
static const char *const names[] = {
  "abs",    "abs.d",  "abs.ps", "abs.s",  "add",    "add.d",  "add.ps", "add.s",  "addi",
  "addiu",  "addu",   "and",    "andi",   "baddu",  "cins",   "cins32", "dabs",   "cvt.ps.s",
  "dadd",   "daddi",  "daddiu", "daddu",  "dext",   "dins",   "div",    "div.d",  "div.s",
  "divu",   "dmul",   "dneg",   "dnegu",  "dpop",   "drol",   "dror",   "drotr",  "drotr32",
  "dsbh",   "dshd",   "dsll",   "dsll32", "dsra",   "dsra32", "dsrl",   "dsrl32", "dsub",
  "dsubu",  "ext",    "exts",   "exts32", "ins",    "mod",    "modu",   "movn",   "movz",
  "muh",    "muhu",   "mul",    "mul.d",  "mul.ps", "mul.s",  "mulu",   "neg",    "neg.d",
  "neg.ps", "neg.s",  "negu",   "nor",    "not",    "or",     "ori",    "pll.ps", "plu.ps",
  "pop",    "pul.ps", "puu.ps", "rdpgpr", "rol",    "ror",    "rotr",   "seb",    "seh",
  "seq",    "seqi",   "sge",    "sgeu",   "sgt",    "sgtu",   "sle",    "sleu",   "sll",
  "slt",    "slti",   "sltiu",  "sltu",   "sne",    "snei",   "sra",    "srl",    "sub",
  "sub.d",  "sub.ps", "sub.s",  "subu",   "v3mulu", "vmm0",   "vmulu",  "wrpgpr", "wsbh",
  "xor",    "xori",
};

static bool is_named(struct span op)
{
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    if (span_is(op, names[i]))
      return true;
  return false;
}

/* Is operand i a register of that class? */
static bool is_register_of(const struct plain_form *f, unsigned i, unsigned class)
{
  const struct plain_operand *what = &mips_plain.operands[f->op[i].what];

  return i < f->form.nop && f->op[i].of == PLAIN_ALONE && what->kind == PLAIN_REGISTER &&
         what->class == class;
}

/* Is there a form with n operands that begins with such a register, or with two of them, the result
 * and a source? */
static bool has_form(struct front *F, struct isa_state *S, struct span op, unsigned n,
                     unsigned class, bool source)
{
  const struct mnemonic *m = rows_find(F, S, op);

  for (unsigned i = 0; m && i < m->nform; i++) {
    const struct plain_form *f = form_at(S->isa->rows, m, i);

    if (f->form.here && n >= f->form.least && n <= f->form.nop && is_register_of(f, 0, class) &&
        (!source || (is_register_of(f, 1, class) &&
                     strcmp(mips_plain.operands[f->op[0].what].name, "rs") != 0)))
      return true;
  }
  return false;
}

/* The same of macros. */
static bool has_macro(const struct isa_state *S, struct span op, unsigned n)
{
  struct isa_pseudo p;

  for (size_t i = 0; mips_pseudo_at(S->isa, i, &p); i++)
    if (span_is(op, p.name) && p.most == n)
      return true;
  return false;
}

bool mips_prepare(struct front *F, struct isa_state *S, struct stmt *st)
{
  struct plain_reg reg;
  unsigned n = st->narg;

  if (S->dynasm || n == 0 || n == STMT_MAXARGS || !is_named(st->op) ||
      !plain_reg_parse(S, st->arg[0], &reg) ||
      (reg.class == MIPS_F && !memchr(st->op.p, '.', st->op.n)) /* Loongson's vectors */ ||
      has_form(F, S, st->op, n, reg.class, false) || has_macro(S, st->op, n) ||
      !(has_form(F, S, st->op, n + 1, reg.class, true) ||
        (reg.class == MIPS_R && has_macro(S, st->op, n + 1))))
    return true;
  memmove(st->arg + 2, st->arg + 1, (n - 1) * sizeof(st->arg[0]));
  st->arg[1] = st->arg[0];
  st->narg = n + 1;
  return true;
}
