/* x86_opcode.c - registers, prefixes and opcode of an instruction: see x86_plan.h. */
#include "x86_plan.h"

#include <string.h>

/* ---- registers ------------------------------------------------------------------- */

/* May the number of a general register be above 15? DynASM's text does not know them: a number that is
 * wrong there must not become an instruction of APX. */
static bool takes_egpr(const struct x86_plan *p)
{
  return p->f->egpr && (!p->X->isa.dynasm || p->f->enc == ENC_EVEX) && p->X->apx;
}

/* Bits that a register's number may have. */
static unsigned number_bits(const struct x86_plan *p, const struct x86_reg *r)
{
  switch (r->class) {
  case RC_ST: case RC_MM: case RC_MASK: case RC_BND: case RC_TMM: case RC_SREG:
    return 3;
  case RC_XMM: case RC_YMM: case RC_ZMM:
    return !p->X->x64 ? 3 : p->f->enc == ENC_EVEX ? 5 : 4;
  case RC_CR: case RC_DR:
    return p->X->x64 ? 4 : 3;
  default:
    return !p->X->x64 ? 3 : r->num > 15 || takes_egpr(p) ? 5 : 4;
  }
}

void x86_set_role(struct x86_plan *p, enum x86_number role, const struct x86_reg *r)
{
  p->reg[role] = r;
  p->bits[role] = (uint8_t)number_bits(p, r);
  if (r->expr.p)
    p->numbers |= 1u << role;
  else
    p->insn.number[role] = r->num;
  if (r->class == RC_8REX)
    p->insn.flags |= X86F_REX;
}

/* ---- prefixes and opcode ------------------------------------------------------------ */

static void add_prefix(struct x86_plan *p, unsigned byte)
{
  if (p->npfx < sizeof(p->pfx))
    p->pfx[p->npfx++] = (uint8_t)byte;
}

bool x86_is_lea32(const struct x86_plan *p)
{
  return p->f->enc == ENC_LEGACY && p->f->nopc == 1 && p->f->opc[0] == 0x8d && !p->f->w;
}

bool x86_is_addr16(const struct x86_plan *p)
{
  return p->mem && (p->mem->base.class == RC_16 || p->mem->index.class == RC_16);
}

/* Has the address 32 bits in 64-bit mode? */
bool x86_narrow_address(const struct x86_plan *p)
{
  const struct x86_operand *m = p->mem;

  return m && p->X->x64 && (m->base.class == RC_32 || m->index.class == RC_32 || (m->base.class == RC_RIP && m->base.num));
}

/* The prefix 67. In text for DynASM a 32-bit register stands for all of its 64 bits: programs
 * address through esp and mean the stack, and where they know that the upper half is zero it is
 * the same. The result of a 32-bit lea is the same anyway. (The prefix addr32 is there for those
 * who want it; of movdir64b both operands have the size of the address.) */
static bool wants_addr32(struct x86_plan *p)
{
  const struct x86_operand *m = p->mem;

  if (x86_is_addr16(p))
    return true;
  if (!x86_narrow_address(p) || (!p->X->isa.dynasm && (p->s->ask & X86_ASK_ADDR32)))
    return false;
  if (!p->X->isa.dynasm)
    return true;
  if (p->f->memop == 1 && (p->f->accept[1].mem & X86_KMEM(M512)) && (p->f->accept[0].reg & X86_KREG(R32)))
    return true;
  if (!x86_is_lea32(p) && !(p->s->ask & X86_ASK_ADDR32))
    diag_warning(p->F, m->text, "[wide-register] all 64 bits of the 32-bit register count in this address");
  return false;
}

/* Segment and address size of memory that the instruction implies. */
static void implied_prefixes(struct x86_plan *p)
{
  bool narrow = false;

  for (unsigned i = 0; i < p->s->nop; i++) {
    const struct x86_operand *o = &p->s->op_[i];

    if (p->f->role[i] < ROLE_T)
      continue;
    if (p->f->role[i] != ROLE_T && o->seg && o->seg != 0x3e /* ds */)
      add_prefix(p, o->seg);
    narrow |= p->X->x64 && o->base.class == RC_32;
  }
  if (narrow && !(p->s->ask & X86_ASK_ADDR32))
    add_prefix(p, 0x67);
}

/* In libdasm's dialect ds and ss are written where they are not the segment anyway. */
static bool wants_segment(const struct x86_plan *p, const struct x86_operand *m)
{
  bool stack = m->base.class != RC_NONE && m->base.class != RC_RIP && (m->base.num == 4 || m->base.num == 5);

  if (p->X->isa.dynasm || m->base.expr.p)
    return true;
  return m->seg != (stack ? 0x36 : 0x3e);
}

void x86_prefixes(struct x86_plan *p)
{
  const struct x86_operand *m = p->mem;
  const struct x86_form *f = p->f;
  bool wait = f->npfx > 0 && f->pfx[0] == 0x9b; /* an instruction of its own: before all others */

  if (wait)
    add_prefix(p, 0x9b);
  if (m && m->seg && wants_segment(p, m))
    add_prefix(p, m->seg);
  if (!(f->npfx > 0 && f->pfx[0] == 0x67) && wants_addr32(p))
    add_prefix(p, 0x67);
  implied_prefixes(p);
  for (unsigned i = wait; i < f->npfx; i++)
    add_prefix(p, f->pfx[i]);
}

static unsigned vector_length(const struct x86_form *f)
{
  static const uint8_t length[] = {0, 1, 2, 0, 0, 1, 0, 0, 0};

  return length[f->l];
}

static unsigned evex_p2(const struct x86_plan *p)
{
  const struct x86_stmt *s = p->s;
  unsigned length = vector_length(p->f), z = 0, b = 0, nf = p->f->evex_nf;

  if (p->f->scc) /* conditional compare: no vvvv, no length */
    return p->f->scc - 1u;

  if (s->round == X86_SAE) {
    b = 1;
    length = 0;
  } else if (s->round >= X86_RN) {
    b = 1;
    length = s->round - X86_RN;
  }
  for (unsigned i = 0; i < s->nop; i++) {
    z |= s->op_[i].zero;
    b |= s->op_[i].bcst != 0;
  }
  if (p->f->evex_nd)
    b |= p->f->evex_nd - 1u;
  return z << 7 | length << 5 | b << 4 | 8 | (nf == 2 || (nf == 3 && (s->ask & X86_ASK_NF)) ? 4u : 0);
}

/* DynASM writes REX.W in front of a pushed address; it has no effect. */
static bool pushes_address(const struct x86_plan *p)
{
  return p->X->x64 && p->f->nopc == 1 && p->f->opc[0] == 0x68 && p->s->op_[0].what == WHAT_LABEL;
}

void x86_opcode(struct x86_plan *p)
{
  const struct x86_form *f = p->f;
  uint8_t *o = p->insn.opc;
  static const uint8_t pp[] = {0, 1, 2, 3};

  p->insn.nopc = f->nopc;
  switch (f->enc) {
  case ENC_LEGACY:
    p->insn.kind = X86_LEGACY;
    memcpy(o, f->opc, 4);
    if (f->w || pushes_address(p))
      p->insn.flags |= X86F_REXW;
    if (p->X->x64 && f->oprm && f->opc[0] == 0x90 && f->npfx == 0 && !f->w)
      p->insn.flags |= X86F_XCHG;
    if (f->rex2 || (p->s->ask & X86_ASK_REX2))
      p->insn.flags |= X86F_REX2;
    if (p->X->x64 && (p->s->ask & X86_ASK_REX))
      p->insn.flags |= X86F_REX;
    return;
  case ENC_EVEX:
    p->insn.kind = X86_EVEX;
    o[0] = (uint8_t)(0xf0 | f->map);
    o[1] = (uint8_t)((f->w & 1) << 7 | (f->scc ? p->s->dfv << 3 | 4 : 0x7c) | pp[f->pp]);
    o[2] = (uint8_t)evex_p2(p);
    break;
  default:
    p->insn.kind = f->enc == ENC_XOP ? X86_XOP : X86_VEX;
    o[0] = (uint8_t)(0xe0 | f->map);
    if (p->s->ask & X86_ASK_VEX3)
      p->insn.flags |= X86F_VEX3;
    o[1] = (uint8_t)((f->w & 1u) << 7 | 0x78 | vector_length(f) << 2 | pp[f->pp]);
    break;
  }
  o[3] = f->opc[0];
}
