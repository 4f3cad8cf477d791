/* x86_emit.c - a matched form and its operands to bytes and operations.
 *
 * The instruction is first written as lib/isa/x86.h has it, with what is known. If all registers are known,
 * x86_encode() is run here, and its bytes are literals; otherwise it becomes an operation whose numbers are
 * arguments. So there is one encoder, and this file only decides what goes where: registers to roles, the
 * shape of memory, immediates, references to labels.
 *
 * Arguments come in the order in which operations take them: registers by role, displacement, immediates.
 */
#include <string.h>

#include "../../lib/isa/x86.h"
#include "x86.h"

struct plan {
  struct front *F;
  struct x86 *X;
  const struct x86_form *f;
  struct x86_stmt *s;
  struct x86_insn insn;
  uint8_t pfx[8], npfx; /* legacy prefixes */
  uint8_t tail[12], ntail; /* SIB and displacement behind ModRM that are known */
  const struct x86_reg *reg[X86_ROLES]; /* NULL: none */
  uint8_t bits[X86_ROLES]; /* that their numbers may have */
  unsigned numbers;    /* bit per role: is an argument */
  unsigned first_arg;  /* of these, and of a displacement in its shortest form */
  bool sx;             /* a value decides on the s bit */
  bool disp_op;        /* displacement in its shortest form */
  bool disp32_op;      /* displacement in OP_VALUE32 behind */
  bool ref;            /* four bytes behind the tail are a reference to mem->label */
  const uint8_t *field; /* of that */
  const struct x86_operand *mem;
  int imm_arg[X86_MAXOPS]; /* run-time immediates, -1: none */
  unsigned disp_arg;
};

/* ---- fields ---------------------------------------------------------------------- */

#define X86_FIELD(bytes, sign, origin, ahead) \
  [FIELD_UNIT] = bytes, [FIELD_FLAGS] = sign, [FIELD_ORIGIN] = origin, [FIELD_AHEAD] = ahead, [FIELD_BITS] = 8 * (bytes)
static const uint8_t rel8[LIST_FIELD] = {X86_FIELD(1, FIELD_SIGNED, ORIGIN_END, 0)};
static const uint8_t abs64[LIST_FIELD] = {X86_FIELD(8, FIELD_MODULO, ORIGIN_NONE, 0)};
/* 32-bit code wraps around. */
static const uint8_t abs32[2][LIST_FIELD] = {{X86_FIELD(4, FIELD_MODULO, ORIGIN_NONE, 0)},
                                             {X86_FIELD(4, FIELD_EITHER, ORIGIN_NONE, 0)}};
static const uint8_t abs32s[2][LIST_FIELD] = {{X86_FIELD(4, FIELD_MODULO, ORIGIN_NONE, 0)},
                                              {X86_FIELD(4, FIELD_SIGNED, ORIGIN_NONE, 0)}};
/* From the end of the instruction, which is some bytes behind the field. */
#define REL32(sign)                                                                                    \
  {{X86_FIELD(4, sign, ORIGIN_END, 0)}, {X86_FIELD(4, sign, ORIGIN_END, 1)}, {X86_FIELD(4, sign, ORIGIN_END, 2)}, \
   {X86_FIELD(4, sign, ORIGIN_END, 3)}, {X86_FIELD(4, sign, ORIGIN_END, 4)}, {X86_FIELD(4, sign, ORIGIN_END, 5)}}
static const uint8_t rel32[2][6][LIST_FIELD] = {REL32(FIELD_MODULO), REL32(FIELD_SIGNED)};
#define BRANCH(sign, shrink, how) \
  {X86_FIELD(4, sign, ORIGIN_END, 0), [FIELD_SHRINK] = shrink, [FIELD_WIDEN] = how, \
   [FIELD_ESCAPE] = (sign) == FIELD_SIGNED ? X64_ESCAPE_JUMP : 0}
/* Calls and jumps of 64-bit code may go through stubs. */
static const uint8_t far[2][LIST_FIELD] = {{X86_FIELD(4, FIELD_MODULO, ORIGIN_END, 0)},
                                           {X86_FIELD(4, FIELD_SIGNED, ORIGIN_END, 0), [FIELD_ESCAPE] = X64_ESCAPE_JUMP}};
static const uint8_t jmp[2][LIST_FIELD] = {BRANCH(FIELD_MODULO, 3, X86_WIDEN_JMP), BRANCH(FIELD_SIGNED, 3, X86_WIDEN_JMP)};
static const uint8_t jcc[2][LIST_FIELD] = {BRANCH(FIELD_MODULO, 4, X86_WIDEN_JCC), BRANCH(FIELD_SIGNED, 4, X86_WIDEN_JCC)};

/* ---- registers ------------------------------------------------------------------- */

/* May the number of a general register be above 15? DynASM's text does not know them: a number that is
 * wrong there must not become an instruction of APX. */
static bool takes_egpr(const struct plan *p)
{
  return p->f->egpr && (!p->X->isa.dynasm || p->f->enc == ENC_EVEX) && p->X->apx;
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

static void set_role(struct plan *p, enum x86_number role, const struct x86_reg *r)
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

static void add_prefix(struct plan *p, unsigned byte)
{
  if (p->npfx < sizeof(p->pfx))
    p->pfx[p->npfx++] = (uint8_t)byte;
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
  if (!narrow_address(p) || (!p->X->isa.dynasm && (p->s->ask & X86_ASK_ADDR32)))
    return false;
  if (!p->X->isa.dynasm)
    return true;
  if (p->f->memop == 1 && (p->f->accept[1].mem & X86_KMEM(M512)) && (p->f->accept[0].reg & X86_KREG(R32)))
    return true;
  if (!is_lea32(p) && !(p->s->ask & X86_ASK_ADDR32))
    diag_warning(p->F, m->text, "[wide-register] all 64 bits of the 32-bit register count in this address");
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

  if (p->X->isa.dynasm || m->base.expr.p)
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

/* ---- memory ------------------------------------------------------------------------------ */

static void tail_byte(struct plan *p, unsigned byte)
{
  p->tail[p->ntail++] = (uint8_t)byte;
}

static void tail_le32(struct plan *p, uint32_t v)
{
  for (unsigned i = 0; i < 4; i++, v >>= 8)
    tail_byte(p, v & 0xff);
}

/* Displacements are sign-extended in 64-bit mode, unless the result is cut to 32 bits. */
static bool extends_disp(const struct plan *p)
{
  return p->X->x64 && !is_lea32(p) && (p->X->isa.dynasm || !narrow_address(p));
}

static void check_disp(struct plan *p)
{
  if (p->mem->disp <= INT32_MAX || !extends_disp(p))
    return;
  if (p->X->isa.dynasm)
    diag_warning(p->F, p->mem->text, "[sign-extended] the displacement is sign-extended to 64 bits");
  else
    diag_error(p->F, p->mem->text, "[out-of-range] the displacement does not fit in 32 signed bits");
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
    uint32_t k = f->accept[f->memop].mem;

    return k & X86_KMEM(B16) ? 1 : k & X86_KMEM(B32) ? 2 : 3;
  }
  return f->membytes;
}

static void set_mod(struct plan *p, unsigned mod)
{
  p->insn.modrm |= (uint8_t)(mod << 6);
}

/* Neither base nor index, or relative to rip. */
static void memory_absolute(struct plan *p)
{
  const struct x86_operand *m = p->mem;
  bool rip = m->base.class == RC_RIP;
  bool old_addr = m->has_label && m->label.kind == REF_ADDR && front_options(p->F)->dialect < DIALECT_1_5;

  p->insn.mem = X86_MODRM;
  if (p->X->x64 && !rip && (!m->has_label || old_addr)) {
    p->insn.modrm |= 4;
    tail_byte(p, 0x25);
  } else {
    p->insn.modrm |= 5;
  }
  if (m->has_label) {
    p->ref = true;
    p->field = !p->X->x64 ? abs32[0] : old_addr ? abs32s[1] : NULL /* relative */;
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

  p->insn.mem = X86_NOBASE;
  if (m->has_label) {
    p->ref = true;
    p->field = abs32s[p->X->x64];
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
    p->insn.mem = has_index ? X86_SIB : X86_MEM;
    return;
  }
  p->insn.mem = has_index ? X86_SIB : X86_MEM;
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
    p->insn.mem = has_index ? X86_SIB : X86_MEM;
    p->ref = true;
    p->field = abs32s[p->X->x64];
    set_mod(p, 2);
  } else if (m->has_disp_expr && (p->s->ask & X86_ASK_DISP32)) {
    p->insn.mem = has_index ? X86_SIB : X86_MEM;
    set_mod(p, 2);
    p->disp32_op = true;
  } else if (m->has_disp_expr) {
    p->insn.mem = has_index ? X86_SIB_D : X86_MEM_D;
    p->insn.shift = (uint8_t)disp_shift(p);
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

  p->insn.mem = X86_MODRM;
  p->insn.modrm |= (uint8_t)rm;
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

  p->insn.modrm &= 0x3f;
  if (is_addr16(p)) {
    memory16(p);
    return;
  }
  check_disp(p);
  p->insn.sib = (uint8_t)(m->scale << 6);
  if (has_index) {
    set_role(p, X86_INDEX, &m->index);
    if (is_vsib(&m->index))
      p->insn.flags |= X86F_VSIB;
  } else if (force_sib) {
    p->insn.number[X86_INDEX] = 4;
  }
  if (m->base.class == RC_NONE || m->base.class == RC_RIP) {
    if (has_index || (force_sib && m->base.class == RC_NONE && !m->has_label))
      memory_index(p);
    else
      memory_absolute(p);
    return;
  }
  set_role(p, X86_BASE, &m->base);
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
  return (f->role[i] == ROLE_I || f->role[i] == ROLE_X) && !(f->accept[i].val & X86_KVAL(IMM4));
}

/* Is an immediate of so many bytes extended to 64 bits, with its sign? */
static bool sign_extended(const struct plan *p, unsigned bytes)
{
  return bytes <= 4 && (p->f->opsize == 8 || (p->X->x64 && p->s->nop == 1 /* push */));
}

static bool is_runtime(const struct plan *p, unsigned i)
{
  return is_imm(p->f, i) && p->s->op_[i].what == WHAT_IMM && !p->s->op_[i].known;
}

/* Which immediates are known at run time only; the s bit of the opcode if the value decides it. */
static void find_immediates(struct plan *p)
{
  for (unsigned i = 0; i < p->s->nop; i++) {
    p->imm_arg[i] = is_runtime(p, i) ? 0 : -1;
    if (p->imm_arg[i] < 0 || p->f->role[i] != ROLE_X)
      continue;
    p->insn.opc[p->f->enc == ENC_EVEX ? 3 : p->f->nopc - 1] &= (uint8_t)~2u;
    p->sx = true;
  }
}

/* The argument that decides. */
static unsigned sx_arg(const struct plan *p)
{
  for (unsigned i = 0; i < p->s->nop; i++)
    if (p->f->role[i] == ROLE_X)
      return (unsigned)p->imm_arg[i];
  return 0;
}

static void immediate_args(struct plan *p)
{
  unsigned n = 0;

  for (unsigned i = 0; i < p->s->nop; i++) {
    if (!is_imm(p->f, i))
      continue;
    n++;
    if (p->imm_arg[i] < 0)
      continue;
    p->imm_arg[i] = (int)build_arg(p->F, p->s->op_[i].imm_expr);
    if (!p->X->isa.dynasm && sign_extended(p, imm_bytes(p, i, n - 1)))
      build_op(p->F, OP_CHECK32S, 0, (unsigned)p->imm_arg[i], 0);
  }
}

/* All arguments of the instruction but those of labels. A displacement passes as an int in DynASM. */
static void arguments(struct plan *p)
{
  bool first = true;

  for (unsigned role = 0; role < X86_ROLES; role++)
    if (p->numbers >> role & 1) {
      unsigned arg = build_arg(p->F, p->reg[role]->expr);

      p->first_arg = first ? arg : p->first_arg;
      first = false;
    }
  if (p->sx && p->disp32_op) /* the immediate is looked at before the displacement is taken */
    immediate_args(p);
  if (p->disp_op || p->disp32_op) {
    p->disp_arg = build_arg(p->F, p->mem->disp_expr);
    p->first_arg = first ? p->disp_arg : p->first_arg;
  }
  if (!(p->sx && p->disp32_op))
    immediate_args(p);
  if ((p->disp_op || p->disp32_op) && extends_disp(p) && !p->X->isa.dynasm)
    build_op(p->F, OP_CHECK32S_DISP, 0, p->disp_arg, 0);
}

/* The reference of the memory operand. A relative one counts from the end of the instruction, and wants to know the
 * bytes of immediates behind it. */
/* Bytes of the memory operand; 0: not one of those that a constant can have. */
static unsigned memory_bytes(const struct plan *p)
{
  static const uint32_t sizes[][2] = {
    {X86_KMEM(M32) | X86_KMEM(B32), 4}, {X86_KMEM(M64) | X86_KMEM(B64), 8}, {X86_KMEM(M128), 16}};
  const uint32_t others = X86_MEM_SIZES | X86_FAR_SIZES | X86_KMEM(B16) | X86_KMEM(B32) | X86_KMEM(B64);
  uint32_t mem = p->f->accept[p->f->memop].mem & p->mem->kinds.mem & others;

  for (unsigned i = 0; i < 3; i++)
    if (mem != 0 && (mem & ~sizes[i][0]) == 0)
      return sizes[i][1];
  return 0;
}

static void memory_ref(struct plan *p)
{
  unsigned bytes = p->f->is4 + p->f->has_suffix, n = 0;
  struct label label = p->mem->label;
  uint8_t field[LIST_FIELD];

  if (p->mem->constant.n > 0)
    operand_constant_label(p->F, isa_data(p->F), p->mem->constant, memory_bytes(p), &label);
  build_le(p->F, 0, 4);
  if (p->field) {
    build_ref(p->F, &label, p->field);
    return;
  }
  for (unsigned i = 0; i < p->s->nop; i++) {
    if (is_imm(p->f, i))
      bytes += p->sx ? p->f->opsize == 2 ? 2u : 4u : imm_bytes(p, i, n++);
  }
  memcpy(field, rel32[p->X->x64][bytes], LIST_FIELD);
  if (p->sx)
    field[FIELD_FLAGS] |= FIELD_LOOSE; /* not a quick one: the reference waits for the other field */
  build_ref(p->F, &label, field);
  if (p->sx)
    build_op(p->F, OP_X86_TRAIL, 0, sx_arg(p), build_label_field(p->F, &label, rel32[p->X->x64][1]));
}

/* A pattern of 32 bits that becomes a negative number of 64. DynASM's programs have some; not
 * all of them mean it. */
static void check_sign(struct plan *p, const struct x86_operand *o, unsigned bytes)
{
  if (!sign_extended(p, bytes) || o->imm <= INT32_MAX)
    return;
  if (p->X->isa.dynasm)
    diag_warning(p->F, o->text, "[sign-extended] the immediate is sign-extended to 64 bits");
  else
    diag_error(p->F, o->text, "[out-of-range] %lld does not fit in 32 signed bits", (long long)o->imm);
}

static void runtime_immediate(struct plan *p, unsigned i, unsigned bytes, unsigned s_distance)
{
  static const uint8_t ops[] = {0, OP_VALUE8, OP_VALUE16, 0, OP_VALUE32, 0, 0, 0, OP_VALUE64};
  unsigned arg = (unsigned)p->imm_arg[i];

  if (p->f->role[i] != ROLE_X)
    build_op(p->F, (enum op)ops[bytes], arg, 0, 0);
  else if (bytes == 4 && s_distance == 2)
    build_op(p->F, OP_X86_ARITH, arg, 0, 0);
  else
    build_op(p->F, bytes == 2 ? OP_X86_IMM8_16 : OP_X86_IMM8_32, arg, s_distance, 0);
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
      build_ref(p->F, &o->label, bytes == 8 ? abs64 : p->f->opsize == 8 ? abs32s[p->X->x64] : abs32[p->X->x64]);
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
  uint8_t block[X86_ANY_SIZE];
  struct x86_insn insn = {.kind = X86_IS4};
  uint8_t bits[X86_ROLES] = {(uint8_t)(p->X->x64 ? 4 : 3)};

  for (unsigned i = 0; i < p->s->nop; i++) {
    const struct x86_operand *o = &p->s->op_[i];

    if ((p->f->role[i] == ROLE_I) && (p->f->accept[i].val & X86_KVAL(IMM4))) {
      if (!o->known)
        diag_error(p->F, o->text, "[not-constant] this immediate must be a number");
      insn.modrm = (uint8_t)(o->imm & 15);
    }
  }
  if (!r->expr.p) {
    build_byte(p->F, (unsigned)r->num << 4 | insn.modrm);
    return;
  }
  build_block(p->F, OP_X86_ANY, build_arg(p->F, r->expr), 1, block,
              x86_write_any(block, &insn, 1u << X86_REG, bits, false), X86_MOST);
}

/* ---- branches, absolute addresses --------------------------------------------------------------- */

/* 16:offset */
static void far_target(struct plan *p, const struct x86_operand *o)
{
  if (o->has_label) {
    build_le(p->F, 0, 4);
    build_ref(p->F, &o->label, abs32[p->X->x64]);
  } else if (o->known) {
    build_le(p->F, (uint64_t)o->imm, 4);
  } else {
    build_op(p->F, OP_VALUE32, build_arg(p->F, o->imm_expr), 0, 0);
  }
  build_le(p->F, (uint64_t)o->disp, 2);
}

/* How a branch reaches its label. One that may be short has its short form in the list; encode makes the
 * long one of it if need be. */
static const uint8_t *branch_field(struct plan *p, const struct x86_operand *o)
{
  const struct x86_form *f = p->f;

  if (f->rel == 1)
    return rel8;
  if (o->near || (p->s->ask & X86_ASK_DISP32))
    return far[p->X->x64]; /* stays long, for instance to be patched */
  if (o->label.kind == REF_EXTERN || o->label.kind == REF_ADDR)
    return far[p->X->x64];
  if (f->nopc == 1 && f->opc[0] == 0xe9) {
    p->insn.opc[0] = 0xeb;
    return jmp[p->X->x64];
  }
  if (f->nopc == 2 && f->opc[0] == 0x0f && (f->opc[1] & 0xf0) == 0x80) {
    p->insn.nopc = 1;
    p->insn.opc[0] = (uint8_t)(f->opc[1] - 0x10);
    return jcc[p->X->x64];
  }
  return far[p->X->x64];
}

static void branch(struct plan *p, const struct x86_operand *o, const uint8_t *field)
{
  build_le(p->F, 0, field[FIELD_SHRINK] ? 1 : p->f->rel);
  build_ref(p->F, &o->label, field);
}

static void absolute(struct plan *p, const struct x86_operand *o)
{
  unsigned bytes = p->X->x64 ? 8 : 4;

  if (o->has_label) {
    build_le(p->F, 0, bytes);
    build_ref(p->F, &o->label, bytes == 8 ? abs64 : abs32[p->X->x64]);
  } else if (o->has_disp_expr) {
    build_op(p->F, bytes == 8 ? OP_VALUE64 : OP_VALUE32, build_arg(p->F, o->disp_expr), 0, 0);
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
      p->insn.mem = X86_MODRM;
      p->insn.modrm = f->opc[1];
    } else {
      p->insn.mem = X86_OPREG;
    }
    return;
  }
  if (f->modrm != MODRM_REG)
    p->insn.modrm = (uint8_t)(f->modrm << 3);
  p->insn.mem = X86_MODRM;
  set_mod(p, 3); /* unless it is memory() */
}

static void operand(struct plan *p, unsigned i)
{
  const struct x86_operand *o = &p->s->op_[i];

  if (o->mask.class != RC_NONE)
    set_role(p, X86_MASK, &o->mask);
  switch (p->f->role[i]) {
  case ROLE_R:
    set_role(p, X86_REG, &o->reg);
    break;
  case ROLE_V:
    set_role(p, X86_VVVV, &o->reg);
    break;
  case ROLE_O:
    set_role(p, X86_BASE, &o->reg);
    break;
  case ROLE_B:
    set_role(p, X86_REG, &o->reg);
    p->insn.same = o->reg.expr.p != NULL;
    p->insn.number[X86_BASE] = p->insn.number[X86_REG];
    break;
  case ROLE_M:
    if (o->what == WHAT_REG) {
      set_role(p, X86_BASE, &o->reg);
      if (is_vsib(&o->reg))
        p->insn.flags |= X86F_RMVEC;
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

/* What comes behind ModRM, or the operation. */
static void behind(struct plan *p)
{
  build_bytes(p->F, p->tail, p->ntail);
  if (p->ref)
    memory_ref(p);
  else if (p->disp32_op)
    build_op(p->F, OP_VALUE32, p->disp_arg, 0, 0);
}

/* Memory whose registers are known is bytes: ModRM in the operation, the rest in the tail. */
static void settle_memory(struct plan *p)
{
  uint8_t bytes[X86_ROOM], *end, *opcode, *number = p->insn.number;
  struct x86_insn insn = p->insn;
  size_t n;

  if (p->disp_op || p->insn.mem < X86_MEM || (p->numbers & (1u << X86_BASE | 1u << X86_INDEX)) != 0)
    return;
  insn.number[X86_REG] = 0;
  end = x86_encode(&insn, 0, bytes, &opcode);
  n = (size_t)(end - opcode) - 1;
  memmove(p->tail + n, p->tail, p->ntail);
  memcpy(p->tail, opcode + 1, n);
  p->ntail = (uint8_t)(p->ntail + n);
  p->insn.mem = X86_MODRM;
  p->insn.modrm = opcode[0];
  number[X86_BASE] = (uint8_t)(number[X86_BASE] & ~7u);
  number[X86_INDEX] = (uint8_t)(number[X86_INDEX] & ~7u);
}

static void emit_dynamic(struct plan *p)
{
  uint8_t block[X86_ANY_SIZE], tail[X86_TAIL], *end = block, *tail_end = tail;
  unsigned takes = (unsigned)p->disp_op;
  enum op op;

  for (unsigned role = 0; role < X86_ROLES; role++)
    takes += p->numbers >> role & 1;
  settle_memory(p);
  build_bytes(p->F, p->pfx, p->npfx);
  op = x86_write(&end, &tail_end, &p->insn, p->numbers, p->bits, p->sx);
  build_bytes(p->F, tail, (size_t)(tail_end - tail));
  build_block(p->F, op, p->first_arg, takes, block, (size_t)(end - block), X86_MOST);
  behind(p);
}

static void displacement(struct plan *p)
{
  unsigned base = p->insn.number[X86_BASE] & 7;
  bool sib = p->insn.mem == X86_SIB || base == 4;

  if (p->insn.shift > 0)
    build_op(p->F, OP_X86_DISP_SCALE, p->disp_arg, (sib ? 2u : 1u) | (base == 5 ? 4u : 0) | (unsigned)p->insn.shift << 4, 0);
  else if (base == 5)
    build_op(p->F, sib ? OP_X86_DISP_SIB_KEEP : OP_X86_DISP_KEEP, p->disp_arg, 0, 0);
  else
    build_op(p->F, sib ? OP_X86_DISP_SIB : OP_X86_DISP, p->disp_arg, 0, 0);
}

/* All registers known: bytes now. Returns the distance of the opcode from the end, for the s bit; 0: that is decided
 * before. */
static unsigned emit_static(struct plan *p)
{
  uint8_t bytes[X86_ROOM], *end, *opcode;
  bool early = p->sx && (p->disp_op || p->disp32_op || p->ref);

  if (p->disp_op) { /* mod = 10, displacement by OP_X86_DISP* */
    p->insn.mem = p->insn.mem == X86_MEM_D ? X86_MEM : X86_SIB;
    set_mod(p, 2);
  }
  end = x86_encode(&p->insn, 0, bytes, &opcode);
  if (no_modrm(p->f))
    end--;
  build_bytes(p->F, p->pfx, p->npfx);
  build_bytes(p->F, bytes, (size_t)(opcode - bytes));
  if (early)
    build_op(p->F, OP_X86_SX, 0, sx_arg(p), 0);
  build_bytes(p->F, opcode, (size_t)(end - opcode));
  if (p->disp_op)
    displacement(p);
  behind(p);
  return early ? 0 : (unsigned)(end - opcode) + p->ntail + 1;
}

void x86_emit(struct front *F, struct x86 *X, const struct x86_form *f, struct x86_stmt *s)
{
  struct plan p = {.F = F, .X = X, .f = f, .s = s};
  const struct x86_operand *branch_op = NULL, *absolute_op = NULL;
  const struct x86_reg *is4 = NULL;
  const uint8_t *field = NULL;
  unsigned distance = 0;

  if (f->memop < s->nop && s->op_[f->memop].what == WHAT_MEM && f->role[f->memop] < ROLE_T)
    p.mem = &s->op_[f->memop];
  prefixes(&p);
  opcode(&p);
  modrm(&p);
  find_immediates(&p);
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
    field = branch_field(&p, branch_op);
  arguments(&p);
  if (p.numbers != 0)
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
    branch(&p, branch_op, field);
  if (absolute_op)
    absolute(&p, absolute_op);
  immediates(&p, distance);
}
