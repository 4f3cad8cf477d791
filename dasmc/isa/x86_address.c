/* x86_address.c - ModRM, SIB and displacement of memory: see x86_plan.h. */
#include "x86_plan.h"

#include <string.h>

/* 32-bit code wraps around. */
const uint8_t x86_abs32[2][LIST_FIELD] = {{X86_FIELD(4, FIELD_MODULO, ORIGIN_NONE, 0)},
                                          {X86_FIELD(4, FIELD_EITHER, ORIGIN_NONE, 0)}};
const uint8_t x86_abs32s[2][LIST_FIELD] = {{X86_FIELD(4, FIELD_MODULO, ORIGIN_NONE, 0)},
                                           {X86_FIELD(4, FIELD_SIGNED, ORIGIN_NONE, 0)}};

static void tail_byte(struct x86_plan *p, unsigned byte)
{
  p->tail[p->ntail++] = (uint8_t)byte;
}

static void tail_le32(struct x86_plan *p, uint32_t v)
{
  for (unsigned i = 0; i < 4; i++, v >>= 8)
    tail_byte(p, v & 0xff);
}

/* Displacements are sign-extended in 64-bit mode, unless the result is cut to 32 bits. */
bool x86_extends_disp(const struct x86_plan *p)
{
  return p->X->x64 && !x86_is_lea32(p) && (p->X->isa.dynasm || !x86_narrow_address(p));
}

static void check_disp(struct x86_plan *p)
{
  if (p->mem->disp <= INT32_MAX || !x86_extends_disp(p))
    return;
  if (p->X->isa.dynasm)
    diag_warning(p->F, p->mem->text, "[sign-extended] the displacement is sign-extended to 64 bits");
  else
    diag_error(p->F, p->mem->text, "[out-of-range] the displacement does not fit in 32 signed bits");
}

bool x86_is_vsib(const struct x86_reg *r)
{
  return r->class == RC_XMM || r->class == RC_YMM || r->class == RC_ZMM;
}

/* log2 of the EVEX disp8 unit. */
static unsigned disp_shift(const struct x86_plan *p)
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

void x86_set_mod(struct x86_plan *p, unsigned mod)
{
  p->insn.modrm |= (uint8_t)(mod << 6);
}

/* Neither base nor index, or relative to rip. */
static void memory_absolute(struct x86_plan *p)
{
  const struct x86_operand *m = p->mem;
  bool rip = m->base.class == RC_RIP;

  p->insn.mem = X86_MODRM;
  if (p->X->x64 && !rip && !m->has_label) {
    p->insn.modrm |= 4;
    tail_byte(p, 0x25);
  } else {
    p->insn.modrm |= 5;
  }
  if (m->has_label) {
    p->ref = true;
    p->field = p->X->x64 ? NULL /* relative */ : x86_abs32[0];
  } else if (m->has_disp_expr) {
    p->disp32_op = true;
  } else {
    tail_le32(p, (uint32_t)m->disp);
  }
}

/* Index without base: always four bytes of displacement. */
static void memory_index(struct x86_plan *p)
{
  const struct x86_operand *m = p->mem;

  p->insn.mem = X86_NOBASE;
  if (m->has_label) {
    p->ref = true;
    p->field = x86_abs32s[p->X->x64];
  } else if (m->has_disp_expr) {
    p->disp32_op = true;
  } else {
    tail_le32(p, (uint32_t)m->disp);
  }
}

/* A displacement that is known, in its shortest form; the base may be dynamic. */
static void known_disp(struct x86_plan *p, bool has_index)
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
    x86_set_mod(p, 1);
    tail_byte(p, (unsigned)(disp / unit) & 0xff);
  } else {
    x86_set_mod(p, 2);
    tail_le32(p, (uint32_t)disp);
  }
}

static void memory_base(struct x86_plan *p, bool has_index)
{
  const struct x86_operand *m = p->mem;

  if (m->has_label) {
    p->insn.mem = has_index ? X86_SIB : X86_MEM;
    p->ref = true;
    p->field = x86_abs32s[p->X->x64];
    x86_set_mod(p, 2);
  } else if (m->has_disp_expr && (p->s->ask & X86_ASK_DISP32)) {
    p->insn.mem = has_index ? X86_SIB : X86_MEM;
    x86_set_mod(p, 2);
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
static void memory16(struct x86_plan *p)
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
    x86_set_mod(p, 1);
    tail_byte(p, (unsigned)(disp / unit) & 0xff);
  } else {
    x86_set_mod(p, 2);
    tail_byte(p, (unsigned)disp & 0xff);
    tail_byte(p, (unsigned)(disp >> 8) & 0xff);
  }
}

void x86_memory(struct x86_plan *p)
{
  const struct x86_operand *m = p->mem;
  bool has_index = m->index.class != RC_NONE;
  bool force_sib = (p->f->dec[p->f->memop] & DEC_SIB) != 0;

  p->insn.modrm &= 0x3f;
  if (x86_is_addr16(p)) {
    memory16(p);
    return;
  }
  check_disp(p);
  p->insn.sib = (uint8_t)(m->scale << 6);
  if (has_index) {
    x86_set_role(p, X86_INDEX, &m->index);
    if (x86_is_vsib(&m->index))
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
  x86_set_role(p, X86_BASE, &m->base);
  memory_base(p, has_index || force_sib);
}
