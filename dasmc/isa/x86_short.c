/* x86_short.c - the shortest of forms that mean the same, in libdasm's own dialect.
 *
 * A prefix VEX has two bytes if ModRM.rm is a register below 8, there is no index above 7, the map
 * is 0F and W is 0. Of two registers of which one is above 7, that one can often stand elsewhere: a
 * move between registers has a form that loads and one that stores, and operations that commute
 * take their sources in any order. (As LLVM does. Of two NaNs the result is then that of the other
 * source; {vex3} keeps the order.) What other rows are shorter than DynASM's is in x86_short.def.
 */
#include <stdlib.h>
#include <string.h>

#include "x86.h"

/* Sorted. No scalar operations: the upper part of their result is that of the first source. */
static const char *const commutative[] = {
  "vaddpd",  "vaddps",  "vandpd",  "vandps",   "vmulpd",   "vmulps",   "vorpd",    "vorps",
  "vpaddb",  "vpaddd",  "vpaddq",  "vpaddsb",  "vpaddsw",  "vpaddusb", "vpaddusw", "vpaddw",
  "vpand",   "vpavgb",  "vpavgw",  "vpcmpeqb", "vpcmpeqd", "vpcmpeqw", "vpmaddwd", "vpmaxsw",
  "vpmaxub", "vpminsw", "vpminub", "vpmulhuw", "vpmulhw",  "vpmullw",  "vpmuludq", "vpor",
  "vpsadbw", "vpxor",   "vxorpd",  "vxorps",
};

static int compare(const void *key, const void *member)
{
  return strcmp(key, *(const char *const *)member);
}

/* vcmpps, vcmppd, and those with a condition in the name: equal, unordered, always, and their
 * opposites. */
static bool compares_either_way(const struct x86_form *f, const struct x86_stmt *s)
{
  int64_t condition = f->has_suffix ? f->suffix : s->op_[3].imm;

  if (f->opc[0] != 0xc2 || f->pp > 1 || (!f->has_suffix && (s->nop != 4 || !s->op_[3].known)))
    return false;
  condition &= 7;
  return condition == 0 || condition == 3 || condition == 4 || condition == 7;
}

static bool commutes(const struct x86_form *f, const struct x86_stmt *s)
{
  const char *mnemonic = f->form.row;

  if (s->nop == 4 || f->has_suffix)
    return compares_either_way(f, s);
  return bsearch(mnemonic, commutative, sizeof(commutative) / sizeof(commutative[0]),
                 sizeof(commutative[0]), compare) != NULL;
}

static bool is_high(const struct x86_operand *o)
{
  return o->what == WHAT_REG && !o->reg.expr.p && o->reg.num > 7;
}

static bool is_low(const struct x86_operand *o)
{
  return o->what == WHAT_REG && !o->reg.expr.p && o->reg.num < 8;
}

/* Operand with a role, or X86_MAXOPS. */
static unsigned with_role(const struct x86_form *f, unsigned role)
{
  for (unsigned i = 0; i < f->form.nop; i++)
    if (f->role[i] == role)
      return i;
  return X86_MAXOPS;
}

/* The form with ModRM.reg and ModRM.rm exchanged. */
static const struct x86_form *other_direction(const struct mnemonic *m, const struct x86_form *f, const struct x86_stmt *s)
{
  unsigned reg = with_role(f, ROLE_R), rm = with_role(f, ROLE_M);

  for (const struct x86_form *g = x86_forms(m); g < x86_forms(m) + m->nform; g++) {
    bool fits = g->enc == ENC_VEX && g->form.nop == f->form.nop && g->map == 1 && g->w != 1 && g->l == f->l &&
                g->form.here && g->form.enabled && g->role[reg] == ROLE_M && g->role[rm] == ROLE_R;

    for (unsigned i = 0; fits && i < s->nop; i++)
      fits = x86_kinds_meet(g->accept[i], s->op_[i].kinds) &&
             (i == reg || i == rm || g->role[i] == f->role[i]);
    if (fits)
      return g;
  }
  return f;
}

const struct x86_form *x86_shorten(const struct mnemonic *m, const struct x86_form *f, struct x86_stmt *s)
{
  unsigned reg, rm, v;

  if (f->enc != ENC_VEX || f->map != 1 || f->w == 1 || s->nop < 2 ||
      (s->ask & (X86_ASK_VEX3 | X86_ASK_LOAD | X86_ASK_STORE)))
    return f;
  rm = with_role(f, ROLE_M);
  if (rm == X86_MAXOPS || !is_high(&s->op_[rm]))
    return f;
  reg = with_role(f, ROLE_R);
  v = with_role(f, ROLE_V);
  if (v < X86_MAXOPS && is_low(&s->op_[v]) && commutes(f, s)) {
    struct x86_operand o = s->op_[v];

    s->op_[v] = s->op_[rm];
    s->op_[rm] = o;
    return f;
  }
  return reg < X86_MAXOPS && is_low(&s->op_[reg]) ? other_direction(m, f, s) : f;
}
