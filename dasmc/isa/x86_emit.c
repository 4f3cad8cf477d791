/* x86_emit.c - a matched form and its operands to bytes and operations.
 *
 * Everything is first written as the parameter block of lib/isa/x86.h. If a register number
 * is known only at run time the block becomes an OP_X86_DYN operation; otherwise x86_dyn() is
 * run here and its bytes are literals. So there is one encoder, and this file only decides what
 * goes where: registers to roles, the shape of memory, immediates, references to labels.
 */
#include <string.h>

#include "../../lib/isa/x86.h"
#include "x86.h"

struct plan {
  struct front *F;
  struct x86 *X;
  const struct x86_form *f;
  struct x86_stmt *s;
  uint8_t block[XD_TAIL + 16];
  bool dynamic;        /* a register or the s bit is known at run time, the length is not */
  bool disp_op;        /* displacement in OP_X86_DISP (static registers) */
  bool disp32_op;      /* displacement in OP_IMM32 behind the literal */
  bool ref;            /* the tail's last four bytes are a reference to mem->label */
  enum tmpl_fix fix;
  const struct x86_operand *mem;
  int imm_arg[X86_MAXOPS]; /* run-time immediates, -1: none */
  unsigned disp_arg;
};

/* ---- registers ------------------------------------------------------------------- */

/* May the number of a general register be above 15? DynASM's text does not know them: a number that is
 * wrong there must not become an instruction of APX. */
static bool takes_egpr(const struct plan *p)
{
  return p->f->egpr && (!p->X->dynasm || p->f->enc == ENC_EVEX) && p->X->apx;
}

/* Bits that a register's number may have. */
static unsigned number_bits(const struct plan *p, const struct x86_reg *r)
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

/* No register in any role. */
static void clear_roles(uint8_t *block)
{
  for (unsigned r = 0; r < XDR_COUNT; r++)
    block[XD_ROLE + XR_SIZE * r + XR_BITS] = 3;
}

static void dynamic_role(uint8_t *out, unsigned arg, unsigned bits)
{
  out[XR_ARG] = (uint8_t)arg;
  out[XR_DYNAMIC] = 0xff;
  out[XR_BITS] = (uint8_t)bits;
}

static void set_role(struct plan *p, enum x86_dyn_role role, const struct x86_reg *r)
{
  uint8_t *out = p->block + XD_ROLE + XR_SIZE * role;
  unsigned bits = number_bits(p, r);

  if (r->expr.p) {
    dynamic_role(out, build_arg(p->F, r->expr), bits);
    p->dynamic = true;
  } else {
    out[XR_NUMBER] = r->num;
    out[XR_BITS] = (uint8_t)bits;
  }
  if (r->class == RC_8REX)
    p->block[XD_FLAGS] |= XDF_REX;
}

/* ---- prefixes and opcode ------------------------------------------------------------ */

static void add_prefix(struct plan *p, unsigned byte)
{
  if (p->block[XD_NPFX] < 4)
    p->block[XD_PFX + p->block[XD_NPFX]++] = (uint8_t)byte;
}

static bool is_lea32(const struct plan *p)
{
  return p->f->enc == ENC_LEGACY && p->f->nopc == 1 && p->f->opc[0] == 0x8d && !p->f->w;
}

static bool is_addr16(const struct plan *p)
{
  return p->mem && (p->mem->base.class == RC_16 || p->mem->index.class == RC_16);
}

/* Has the address 32 bits in 64-bit mode? */
static bool narrow_address(const struct plan *p)
{
  const struct x86_operand *m = p->mem;

  return m && p->X->x64 && (m->base.class == RC_32 || m->index.class == RC_32 || (m->base.class == RC_RIP && m->base.num));
}

/* The prefix 67. In text for DynASM a 32-bit register stands for all of its 64 bits: programs
 * address through esp and mean the stack, and where they know that the upper half is zero it is
 * the same. The result of a 32-bit lea is the same anyway. (The prefix addr32 is there for those
 * who want it; of movdir64b both operands have the size of the address.) */
static bool wants_addr32(struct plan *p)
{
  const struct x86_operand *m = p->mem;

  if (is_addr16(p))
    return true;
  if (!narrow_address(p) || (!p->X->dynasm && (p->s->ask & X86_ASK_ADDR32)))
    return false;
  if (!p->X->dynasm)
    return true;
  if (p->f->memop == 1 && (p->f->accept[1] & X86_K(M512)) && (p->f->accept[0] & X86_K(R32)))
    return true;
  if (!is_lea32(p) && !(p->s->ask & X86_ASK_ADDR32))
    diag_warning(p->F, m->text, "all 64 bits of the 32-bit register count in this address");
  return false;
}

/* Segment and address size of memory that the instruction implies. */
static void implied_prefixes(struct plan *p)
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
static bool wants_segment(const struct plan *p, const struct x86_operand *m)
{
  bool stack = m->base.class != RC_NONE && m->base.class != RC_RIP && (m->base.num == 4 || m->base.num == 5);

  if (p->X->dynasm || m->base.expr.p)
    return true;
  return m->seg != (stack ? 0x36 : 0x3e);
}

static void prefixes(struct plan *p)
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

static unsigned evex_p2(const struct plan *p)
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
static bool pushes_address(const struct plan *p)
{
  return p->X->x64 && p->f->nopc == 1 && p->f->opc[0] == 0x68 && p->s->op_[0].what == WHAT_LABEL;
}

static void opcode(struct plan *p)
{
  const struct x86_form *f = p->f;
  uint8_t *o = p->block + XD_OPC;
  static const uint8_t pp[] = {0, 1, 2, 3};

  p->block[XD_NOPC] = f->nopc;
  switch (f->enc) {
  case ENC_LEGACY:
    p->block[XD_KIND] = XDK_LEGACY;
    memcpy(o, f->opc, 4);
    if (f->w || pushes_address(p))
      p->block[XD_FLAGS] |= XDF_REXW;
    if (p->X->x64 && f->oprm && f->opc[0] == 0x90 && f->npfx == 0 && !f->w)
      p->block[XD_FLAGS] |= XDF_XCHG;
    if (f->rex2 || (p->s->ask & X86_ASK_REX2))
      p->block[XD_FLAGS] |= XDF_REX2;
    if (p->X->x64 && (p->s->ask & X86_ASK_REX))
      p->block[XD_FLAGS] |= XDF_REX;
    return;
  case ENC_EVEX:
    p->block[XD_KIND] = XDK_EVEX;
    o[0] = (uint8_t)(0xf0 | f->map);
    o[1] = (uint8_t)((f->w & 1) << 7 | (f->scc ? p->s->dfv << 3 | 4 : 0x7c) | pp[f->pp]);
    o[2] = (uint8_t)evex_p2(p);
    break;
  default:
    p->block[XD_KIND] = f->enc == ENC_XOP ? XDK_XOP : XDK_VEX;
    o[0] = (uint8_t)(0xe0 | f->map);
    if (p->s->ask & X86_ASK_VEX3)
      p->block[XD_FLAGS] |= XDF_VEX3;
    o[1] = (uint8_t)((f->w & 1u) << 7 | 0x78 | vector_length(f) << 2 | pp[f->pp]);
    break;
  }
  o[3] = f->opc[0];
}

/* ---- memory ------------------------------------------------------------------------------ */

static void tail_byte(struct plan *p, unsigned byte)
{
  p->block[XD_TAIL + p->block[XD_NTAIL]++] = (uint8_t)byte;
}

static void tail_le32(struct plan *p, uint32_t v)
{
  for (unsigned i = 0; i < 4; i++, v >>= 8)
    tail_byte(p, v & 0xff);
}

/* Displacements are sign-extended in 64-bit mode, unless the result is cut to 32 bits. */
static bool extends_disp(const struct plan *p)
{
  return p->X->x64 && !is_lea32(p) && (p->X->dynasm || !narrow_address(p));
}

static void check_disp(struct plan *p)
{
  if (p->mem->disp <= INT32_MAX || !extends_disp(p))
    return;
  if (p->X->dynasm)
    diag_warning(p->F, p->mem->text, "the displacement is sign-extended to 64 bits");
  else
    diag_error(p->F, p->mem->text, "the displacement does not fit in 32 signed bits");
}

/* Argument of a run-time displacement. DynASM passes it as an int. */
static unsigned disp_value(struct plan *p)
{
  unsigned arg = build_arg(p->F, p->mem->disp_expr);

  if (extends_disp(p) && !p->X->dynasm)
    build_op(p->F, OP_CHECK32S, arg, 1, 0, 0);
  return arg;
}

static bool is_vsib(const struct x86_reg *r)
{
  return r->class == RC_XMM || r->class == RC_YMM || r->class == RC_ZMM;
}

/* log2 of the EVEX disp8 unit. */
static unsigned disp_shift(const struct plan *p)
{
  const struct x86_form *f = p->f;

  if (f->enc != ENC_EVEX)
    return 0;
  if (p->mem->bcst) {
    uint64_t k = f->accept[f->memop];

    return k & X86_K(B16) ? 1 : k & X86_K(B32) ? 2 : 3;
  }
  return f->membytes;
}

static void set_mod(struct plan *p, unsigned mod)
{
  p->block[XD_MODRM] |= (uint8_t)(mod << 6);
}

/* Neither base nor index, or relative to rip. */
static void memory_absolute(struct plan *p)
{
  const struct x86_operand *m = p->mem;
  bool rip = m->base.class == RC_RIP;
  bool old_addr = m->has_label && m->label.kind == LABEL_ADDR && front_options(p->F)->dialect < DIALECT_1_5;

  p->block[XD_MEM] = XDM_FIXED;
  if (p->X->x64 && !rip && (!m->has_label || old_addr)) {
    p->block[XD_MODRM] |= 4;
    tail_byte(p, 0x25);
  } else {
    p->block[XD_MODRM] |= 5;
  }
  if (m->has_label) {
    p->ref = true;
    p->fix = !p->X->x64 ? FIX_ABS32 : old_addr ? FIX_ABS32S : FIX_X86_REL32;
    tail_le32(p, 0);
  } else if (m->has_disp_expr) {
    p->disp32_op = true;
  } else {
    tail_le32(p, (uint32_t)m->disp);
  }
}

/* Index without base: always four bytes of displacement. */
static void memory_index(struct plan *p)
{
  const struct x86_operand *m = p->mem;

  p->block[XD_MEM] = XDM_NOBASE_TAIL;
  if (m->has_label) {
    p->ref = true;
    p->fix = p->X->x64 ? FIX_ABS32S : FIX_ABS32;
    tail_le32(p, 0);
  } else if (m->has_disp_expr) {
    p->disp32_op = true;
  } else {
    tail_le32(p, (uint32_t)m->disp);
  }
}

/* A displacement that is known, in its shortest form; the base may be dynamic. */
static void known_disp(struct plan *p, bool has_index)
{
  int64_t disp = (int32_t)(uint32_t)(uint64_t)p->mem->disp;
  unsigned shift = disp_shift(p);
  int64_t unit = (int64_t)1 << shift;

  if (disp == 0 && !(p->s->ask & (X86_ASK_DISP8 | X86_ASK_DISP32))) {
    p->block[XD_MEM] = has_index ? XDM_INDEX : XDM_BASE;
    return;
  }
  p->block[XD_MEM] = has_index ? XDM_INDEX_TAIL : XDM_BASE_TAIL;
  if (!(p->s->ask & X86_ASK_DISP32) && !p->mem->wide_disp && disp % unit == 0 && disp / unit >= -128 && disp / unit <= 127) {
    set_mod(p, 1);
    tail_byte(p, (unsigned)(disp / unit) & 0xff);
  } else {
    set_mod(p, 2);
    tail_le32(p, (uint32_t)disp);
  }
}

static void memory_base(struct plan *p, bool has_index)
{
  const struct x86_operand *m = p->mem;

  if (m->has_label) {
    p->block[XD_MEM] = has_index ? XDM_INDEX_TAIL : XDM_BASE_TAIL;
    p->ref = true;
    p->fix = p->X->x64 ? FIX_ABS32S : FIX_ABS32;
    set_mod(p, 2);
    tail_le32(p, 0);
  } else if (m->has_disp_expr && (p->s->ask & X86_ASK_DISP32)) {
    p->block[XD_MEM] = has_index ? XDM_INDEX_TAIL : XDM_BASE_TAIL;
    set_mod(p, 2);
    p->disp32_op = true;
  } else if (m->has_disp_expr) {
    p->block[XD_MEM] = has_index ? XDM_INDEX_DISP : XDM_BASE_DISP;
    p->disp_arg = disp_value(p);
    p->block[XD_DISP] = (uint8_t)p->disp_arg;
    p->block[XD_SIB] |= (uint8_t)disp_shift(p);
    p->disp_op = true;
  } else {
    known_disp(p, has_index);
  }
}

/* [bx+si] and so on: ModRM.rm stands for the registers, displacements have one or two bytes. */
static void memory16(struct plan *p)
{
  const struct x86_operand *m = p->mem;
  unsigned di = m->index.num == 7, bp = m->base.num == 5;
  unsigned rm = m->base.class == RC_NONE ? 4 + di : m->index.class == RC_NONE ? 7 - bp : 2 * bp + di;
  int64_t disp = m->disp > 32767 ? m->disp - 65536 : m->disp, unit = (int64_t)1 << disp_shift(p);

  p->block[XD_MEM] = XDM_FIXED;
  p->block[XD_MODRM] |= (uint8_t)rm;
  if (disp == 0 && rm != 6)
    return;
  if (disp % unit == 0 && disp / unit >= -128 && disp / unit <= 127) {
    set_mod(p, 1);
    tail_byte(p, (unsigned)(disp / unit) & 0xff);
  } else {
    set_mod(p, 2);
    tail_byte(p, (unsigned)disp & 0xff);
    tail_byte(p, (unsigned)(disp >> 8) & 0xff);
  }
}

static void memory(struct plan *p)
{
  const struct x86_operand *m = p->mem;
  bool has_index = m->index.class != RC_NONE;
  bool force_sib = (p->f->dec[p->f->memop] & DEC_SIB) != 0;

  if (is_addr16(p)) {
    memory16(p);
    return;
  }
  check_disp(p);
  p->block[XD_SIB] = (uint8_t)(m->scale << 6);
  if (has_index) {
    set_role(p, XDR_INDEX, &m->index);
    if (is_vsib(&m->index))
      p->block[XD_FLAGS] |= XDF_VSIB;
  } else if (force_sib) {
    p->block[XD_ROLE + XR_SIZE * XDR_INDEX + XR_NUMBER] = 4;
  }
  if (m->base.class == RC_NONE || m->base.class == RC_RIP) {
    if (has_index || (force_sib && m->base.class == RC_NONE && !m->has_label))
      memory_index(p);
    else
      memory_absolute(p);
    return;
  }
  set_role(p, XDR_RM, &m->base);
  memory_base(p, has_index || force_sib);
}

/* ---- immediates ------------------------------------------------------------------------------ */

/* Bytes of the immediate field of operand i (the n-th immediate). */
static unsigned imm_bytes(const struct plan *p, unsigned i, unsigned n)
{
  const struct x86_form *f = p->f;

  if (f->role[i] == ROLE_X && p->imm_arg[i] >= 0)
    return f->opsize == 2 ? 2 : 4;
  return f->imm[n];
}

static bool is_imm(const struct x86_form *f, unsigned i)
{
  return (f->role[i] == ROLE_I || f->role[i] == ROLE_X) && !(f->accept[i] & X86_K(IMM4));
}

/* Is an immediate of so many bytes extended to 64 bits, with its sign? */
static bool sign_extended(const struct plan *p, unsigned bytes)
{
  return bytes <= 4 && (p->f->opsize == 8 || (p->X->x64 && p->s->nop == 1 /* push */));
}

/* Arguments of run-time immediates; the s bit of the opcode if the value decides it. */
static void immediate_args(struct plan *p)
{
  unsigned n = 0;

  for (unsigned i = 0; i < p->s->nop; i++) {
    const struct x86_operand *o = &p->s->op_[i];

    p->imm_arg[i] = -1;
    if (!is_imm(p->f, i))
      continue;
    n++;
    if (o->what != WHAT_IMM || o->known)
      continue;
    p->imm_arg[i] = (int)build_arg(p->F, o->imm_expr);
    if (!p->X->dynasm && sign_extended(p, imm_bytes(p, i, n - 1)))
      build_op(p->F, OP_CHECK32S, (unsigned)p->imm_arg[i], 0, 0, 0);
    if (p->f->role[i] == ROLE_X) {
      p->block[XD_OPC + (p->f->enc == ENC_EVEX ? 3 : p->f->nopc - 1)] &= (uint8_t)~2u;
      p->block[XD_SX] = (uint8_t)(0x80 | p->imm_arg[i]);
    }
  }
}

/* The reference of the memory operand: FIX_X86_REL32 wants to know the immediate bytes behind the
 * displacement. */
static void memory_ref(struct plan *p)
{
  unsigned bytes = p->f->is4 + p->f->has_suffix, n = 0;

  if (p->fix != FIX_X86_REL32) {
    build_ref(p->F, &p->mem->label, p->fix, 0);
    return;
  }
  for (unsigned i = 0; i < p->s->nop; i++) {
    if (!is_imm(p->f, i))
      continue;
    if (p->block[XD_SX]) {
      bytes = p->f->opsize == 2 ? 2 : 4;
      build_ref(p->F, &p->mem->label, TMPL_REF(p->fix, bytes) | TMPL_REF_IMM, (unsigned)p->imm_arg[i]);
      return;
    }
    bytes += imm_bytes(p, i, n++);
  }
  build_ref(p->F, &p->mem->label, TMPL_REF(p->fix, bytes), 0);
}

/* A pattern of 32 bits that becomes a negative number of 64. DynASM's programs have some; not
 * all of them mean it. */
static void check_sign(struct plan *p, const struct x86_operand *o, unsigned bytes)
{
  if (!sign_extended(p, bytes) || o->imm <= INT32_MAX)
    return;
  if (p->X->dynasm)
    diag_warning(p->F, o->text, "the immediate is sign-extended to 64 bits");
  else
    diag_error(p->F, o->text, "%lld does not fit in 32 signed bits", (long long)o->imm);
}

static void runtime_immediate(struct plan *p, unsigned i, unsigned bytes, unsigned s_distance)
{
  static const uint8_t ops[] = {0, OP_IMM8, OP_IMM16, 0, OP_IMM32, 0, 0, 0, OP_IMM64};
  unsigned arg = (unsigned)p->imm_arg[i];

  if (p->f->role[i] == ROLE_X)
    build_op(p->F, bytes == 2 ? OP_X86_IMM8_16 : OP_X86_IMM8_32, arg, s_distance, 0, bytes);
  else
    build_op(p->F, ops[bytes], arg, 0, 0, bytes);
}

static void immediates(struct plan *p, unsigned s_distance)
{
  unsigned n = 0;

  for (unsigned i = 0; i < p->s->nop; i++) {
    const struct x86_operand *o = &p->s->op_[i];
    unsigned bytes;

    if (!is_imm(p->f, i))
      continue;
    bytes = imm_bytes(p, i, n++);
    if (o->what == WHAT_LABEL) {
      build_le(p->F, 0, bytes);
      build_ref(p->F, &o->label, bytes == 8 ? FIX_ABS64 : p->f->opsize == 8 ? FIX_ABS32S : FIX_ABS32, 0);
    } else if (p->imm_arg[i] >= 0) {
      runtime_immediate(p, i, bytes, s_distance);
    } else {
      check_sign(p, o, bytes);
      build_le(p->F, (uint64_t)o->imm, bytes);
    }
  }
}

/* /is4: a register in the high half, an immediate or zero in the low half. */
static void register_immediate(struct plan *p, const struct x86_reg *r)
{
  uint8_t block[XD_TAIL + 16] = {0};
  unsigned low = 0;

  for (unsigned i = 0; i < p->s->nop; i++) {
    const struct x86_operand *o = &p->s->op_[i];

    if ((p->f->role[i] == ROLE_I) && (p->f->accept[i] & X86_K(IMM4))) {
      if (!o->known)
        diag_error(p->F, o->text, "this immediate must be a number");
      low = (unsigned)o->imm & 15;
    }
  }
  if (!r->expr.p) {
    build_byte(p->F, (unsigned)r->num << 4 | low);
    return;
  }
  clear_roles(block);
  block[XD_KIND] = XDK_IS4;
  block[XD_MODRM] = (uint8_t)low;
  dynamic_role(block + XD_ROLE, build_arg(p->F, r->expr), p->X->x64 ? 4 : 3);
  build_dyn(p->F, OP_X86_DYN, block, XD_TAIL, X86_DYN_MAX);
}

/* ---- branches, absolute addresses --------------------------------------------------------------- */

/* 16:offset */
static void far_target(struct plan *p, const struct x86_operand *o)
{
  if (o->has_label) {
    build_le(p->F, 0, 4);
    build_ref(p->F, &o->label, FIX_ABS32, 0);
  } else if (o->known) {
    build_le(p->F, (uint64_t)o->imm, 4);
  } else {
    build_op(p->F, OP_IMM32, build_arg(p->F, o->imm_expr), 0, 0, 4);
  }
  build_le(p->F, (uint64_t)o->disp, 2);
}

/* How a branch reaches its label. One that may be short has its short form in the list; encode makes the
 * long one of it if need be. */
static enum tmpl_fix branch_fix(struct plan *p, const struct x86_operand *o)
{
  const struct x86_form *f = p->f;

  if (f->rel == 1)
    return FIX_X86_REL8;
  if (o->near || (p->s->ask & X86_ASK_DISP32))
    return FIX_X86_REL32; /* stays long, for instance to be patched */
  if (o->label.kind == LABEL_EXTERN || o->label.kind == LABEL_ADDR)
    return FIX_X86_REL32;
  if (f->nopc == 1 && f->opc[0] == 0xe9) {
    p->block[XD_OPC] = 0xeb;
    return FIX_X86_JMP;
  }
  if (f->nopc == 2 && f->opc[0] == 0x0f && (f->opc[1] & 0xf0) == 0x80) {
    p->block[XD_NOPC] = 1;
    p->block[XD_OPC] = (uint8_t)(f->opc[1] - 0x10);
    return FIX_X86_JCC;
  }
  return FIX_X86_REL32;
}

static void branch(struct plan *p, const struct x86_operand *o, enum tmpl_fix fix)
{
  build_le(p->F, 0, fix == FIX_X86_JMP || fix == FIX_X86_JCC ? 1 : p->f->rel);
  build_ref(p->F, &o->label, fix, 0);
}

static void absolute(struct plan *p, const struct x86_operand *o)
{
  unsigned bytes = p->X->x64 ? 8 : 4;

  if (o->has_label) {
    build_le(p->F, 0, bytes);
    build_ref(p->F, &o->label, bytes == 8 ? FIX_ABS64 : FIX_ABS32, 0);
  } else if (o->has_disp_expr) {
    build_op(p->F, bytes == 8 ? OP_IMM64 : OP_IMM32, build_arg(p->F, o->disp_expr), 0, 0, bytes);
  } else {
    build_le(p->F, (uint64_t)o->disp, bytes);
  }
}

/* ---- the whole instruction ------------------------------------------------------------------------ */

static void modrm(struct plan *p)
{
  const struct x86_form *f = p->f;

  if (f->modrm == MODRM_NONE) {
    if (f->enc != ENC_LEGACY) { /* the byte after the opcode is a fixed ModRM, or there is none */
      p->block[XD_MEM] = XDM_FIXED;
      p->block[XD_MODRM] = f->opc[1];
    } else {
      p->block[XD_MEM] = XDM_OPREG;
    }
    return;
  }
  if (f->modrm != MODRM_REG)
    p->block[XD_MODRM] = (uint8_t)(f->modrm << 3);
  p->block[XD_MEM] = XDM_REG;
}

static void operand(struct plan *p, unsigned i)
{
  const struct x86_operand *o = &p->s->op_[i];

  if (o->mask.class != RC_NONE)
    set_role(p, XDR_MASK, &o->mask);
  switch (p->f->role[i]) {
  case ROLE_R:
    set_role(p, XDR_REG, &o->reg);
    break;
  case ROLE_V:
    set_role(p, XDR_VVVV, &o->reg);
    break;
  case ROLE_O:
    set_role(p, XDR_RM, &o->reg);
    break;
  case ROLE_B:
    set_role(p, XDR_RM, &o->reg);
    memcpy(p->block + XD_ROLE + XR_SIZE * XDR_REG, p->block + XD_ROLE + XR_SIZE * XDR_RM, XR_SIZE);
    break;
  case ROLE_M:
    if (o->what == WHAT_REG) {
      set_role(p, XDR_RM, &o->reg);
      if (is_vsib(&o->reg))
        p->block[XD_FLAGS] |= XDF_RMVEC;
    } else {
      memory(p);
    }
    break;
  default:
    break;
  }
}

/* No ModRM behind a VEX opcode: vzeroupper and its kin. */
static bool no_modrm(const struct x86_form *f)
{
  return f->enc != ENC_LEGACY && f->modrm == MODRM_NONE && f->nopc == 1;
}

static void emit_dynamic(struct plan *p)
{
  if (p->ref)
    p->block[XD_NTAIL] = (uint8_t)(p->block[XD_NTAIL] - 4); /* the field belongs to the reference's literal */
  build_dyn(p->F, OP_X86_DYN, p->block, (size_t)XD_TAIL + p->block[XD_NTAIL], X86_DYN_MAX);
  if (p->ref) {
    build_le(p->F, 0, 4);
    memory_ref(p);
  } else if (p->disp32_op) {
    build_op(p->F, OP_IMM32, disp_value(p), 0, 0, 4);
  }
}

/* Bytes up to the end of the opcode, from behind the legacy prefixes on. */
static unsigned opcode_length(const struct plan *p, const unsigned char *bytes)
{
  unsigned n = p->block[XD_NOPC];

  if (p->f->enc != ENC_LEGACY)
    return p->f->enc == ENC_EVEX ? 5 : 4;
  if (p->X->x64 && bytes[0] == 0xd5) /* REX2 stands for an escape, too */
    return 2 + n - (n > 1 && p->f->opc[0] == 0x0f);
  return n + (p->X->x64 && (bytes[0] & 0xf0) == 0x40);
}

/* All registers known: bytes now. Returns the distance of the opcode from the end, for the s bit. */
static unsigned emit_static(struct plan *p)
{
  static const int64_t none[1] = {0};
  unsigned char bytes[X86_DYN_ROOM], *end;
  uint32_t status = 0;
  unsigned distance, mem = p->block[XD_MEM];

  p->block[XD_SX] = 0;
  if (p->disp_op) { /* mod = 10, displacement by OP_X86_DISP */
    p->block[XD_MEM] = mem == XDM_BASE_DISP ? XDM_BASE_TAIL : XDM_INDEX_TAIL;
    set_mod(p, 2);
  }
  end = x86_dyn(p->block, none, bytes, &status);
  if (no_modrm(p->f))
    end--;
  distance = (unsigned)(end - bytes) - p->block[XD_NPFX] - opcode_length(p, bytes + p->block[XD_NPFX]) + 1;
  build_bytes(p->F, bytes, (size_t)(end - bytes));
  if (p->ref) {
    memory_ref(p);
  } else if (p->disp32_op) {
    build_op(p->F, OP_IMM32, disp_value(p), 0, 0, 4);
  } else if (p->disp_op) {
    unsigned base = p->mem->base.num & 7, b = mem == XDM_INDEX_DISP || base == 4 ? 2 : 1;

    if (disp_shift(p) > 0)
      build_op(p->F, OP_X86_DISP_SCALE, p->disp_arg, b | (base == 5 ? 4u : 0) | disp_shift(p) << 4, 0, 4);
    else
      build_op(p->F, base == 5 ? OP_X86_DISP_KEEP : OP_X86_DISP, p->disp_arg, b, 0, 4);
  }
  return distance;
}

void x86_emit(struct front *F, struct x86 *X, const struct x86_form *f, struct x86_stmt *s)
{
  struct plan p = {.F = F, .X = X, .f = f, .s = s};
  const struct x86_operand *branch_op = NULL, *absolute_op = NULL;
  const struct x86_reg *is4 = NULL;
  enum tmpl_fix fix = FIX_X86_REL32;
  unsigned distance = 0;

  clear_roles(p.block);
  if (f->memop < s->nop && s->op_[f->memop].what == WHAT_MEM && f->role[f->memop] < ROLE_T)
    p.mem = &s->op_[f->memop];
  prefixes(&p);
  opcode(&p);
  modrm(&p);
  immediate_args(&p);
  for (unsigned i = 0; i < s->nop; i++) {
    operand(&p, i);
    if (f->role[i] == ROLE_D)
      branch_op = &s->op_[i];
    else if (f->role[i] == ROLE_A)
      absolute_op = &s->op_[i];
    else if (f->role[i] == ROLE_S)
      is4 = &s->op_[i].reg;
  }
  if (branch_op && branch_op->what != WHAT_FAR)
    fix = branch_fix(&p, branch_op);
  /* The s bit can be set in the immediate's own literal only, or by OP_X86_DYN. */
  if (p.dynamic || (p.block[XD_SX] && (p.disp_op || p.disp32_op || p.ref)))
    emit_dynamic(&p);
  else
    distance = emit_static(&p);
  if (f->has_suffix)
    build_byte(F, f->suffix);
  if (is4)
    register_immediate(&p, is4);
  if (branch_op && branch_op->what == WHAT_FAR)
    far_target(&p, branch_op);
  else if (branch_op)
    branch(&p, branch_op, fix);
  if (absolute_op)
    absolute(&p, absolute_op);
  immediates(&p, distance);
}
