/* x86_emit.c - a matched form and its operands to bytes and operations.
 *
 * The instruction is first written as lib/isa/x86.h has it, with what is known. If all registers are known,
 * x86_encode() is run here, and its bytes are literals; otherwise it becomes an operation whose numbers are
 * arguments. So there is one encoder, and these files only decide what goes where: registers to roles and the opcode
 * (x86_opcode.c), the shape of memory (x86_address.c), immediates and references to labels (here).
 *
 * Arguments come in the order in which operations take them: registers by role, displacement, immediates.
 */
#include "x86_plan.h"

#include <string.h>

/* ---- fields ---------------------------------------------------------------------- */

static const uint8_t rel8[LIST_FIELD] = {X86_FIELD(1, FIELD_SIGNED, ORIGIN_END, 0)};
static const uint8_t abs64[LIST_FIELD] = {X86_FIELD(8, FIELD_MODULO, ORIGIN_NONE, 0)};
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

/* ---- immediates ------------------------------------------------------------------------------ */

/* Bytes of the immediate field of operand i (the n-th immediate). */
static unsigned imm_bytes(const struct x86_plan *p, unsigned i, unsigned n)
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
static bool sign_extended(const struct x86_plan *p, unsigned bytes)
{
  return bytes <= 4 && (p->f->opsize == 8 || (p->X->x64 && p->s->nop == 1 /* push */));
}

static bool is_runtime(const struct x86_plan *p, unsigned i)
{
  return is_imm(p->f, i) && p->s->op_[i].what == WHAT_IMM && !p->s->op_[i].known;
}

/* Which immediates are known at run time only; the s bit of the opcode if the value decides it. */
static void find_immediates(struct x86_plan *p)
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
static unsigned sx_arg(const struct x86_plan *p)
{
  for (unsigned i = 0; i < p->s->nop; i++)
    if (p->f->role[i] == ROLE_X)
      return (unsigned)p->imm_arg[i];
  return 0;
}

/* The immediate of an operation of 32 bits. DynASM takes an int, so its programs give pointers, too, and mean their low
 * half. */
static struct span low_half(const struct x86_plan *p, struct span expr)
{
  return p->X->isa.dynasm && front_makes_c(p->F) ? span_fmt(p->F, "DASM_LOW((%.*s))", (int)expr.n, expr.p) : expr;
}

static void immediate_args(struct x86_plan *p)
{
  unsigned n = 0;

  for (unsigned i = 0; i < p->s->nop; i++) {
    if (!is_imm(p->f, i))
      continue;
    struct span expr = p->s->op_[i].imm_expr;
    unsigned bytes = imm_bytes(p, i, n++);

    if (p->imm_arg[i] < 0)
      continue;
    p->imm_arg[i] = (int)build_arg(p->F, bytes == 4 && !sign_extended(p, bytes) ? low_half(p, expr) : expr);
    if (!p->X->isa.dynasm && sign_extended(p, bytes))
      build_op(p->F, OP_CHECK32S, 0, (unsigned)p->imm_arg[i], 0);
  }
}

/* All arguments of the instruction but those of labels. A displacement passes as an int in DynASM. */
static void arguments(struct x86_plan *p)
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
  if ((p->disp_op || p->disp32_op) && x86_extends_disp(p) && !p->X->isa.dynasm)
    build_op(p->F, OP_CHECK32S_DISP, 0, p->disp_arg, 0);
}

/* The reference of the memory operand. A relative one counts from the end of the instruction, and wants to know the
 * bytes of immediates behind it. */
/* Bytes of the memory operand; 0: not one of those that a constant can have. */
static unsigned memory_bytes(const struct x86_plan *p)
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

static void memory_ref(struct x86_plan *p)
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
static void check_sign(struct x86_plan *p, const struct x86_operand *o, unsigned bytes)
{
  if (!sign_extended(p, bytes) || o->imm <= INT32_MAX)
    return;
  if (p->X->isa.dynasm)
    diag_warning(p->F, o->text, "[sign-extended] the immediate is sign-extended to 64 bits");
  else
    diag_error(p->F, o->text, "[out-of-range] %lld does not fit in 32 signed bits", (long long)o->imm);
}

static void runtime_immediate(struct x86_plan *p, unsigned i, unsigned bytes, unsigned s_distance)
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

static void immediates(struct x86_plan *p, unsigned s_distance)
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
      build_ref(p->F, &o->label, bytes == 8 ? abs64 : p->f->opsize == 8 ? x86_abs32s[p->X->x64] : x86_abs32[p->X->x64]);
    } else if (p->imm_arg[i] >= 0) {
      runtime_immediate(p, i, bytes, s_distance);
    } else {
      check_sign(p, o, bytes);
      build_le(p->F, (uint64_t)o->imm, bytes);
    }
  }
}

/* /is4: a register in the high half, an immediate or zero in the low half. */
static void register_immediate(struct x86_plan *p, const struct x86_reg *r)
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
static void far_target(struct x86_plan *p, const struct x86_operand *o)
{
  if (o->has_label) {
    build_le(p->F, 0, 4);
    build_ref(p->F, &o->label, x86_abs32[p->X->x64]);
  } else if (o->known) {
    build_le(p->F, (uint64_t)o->imm, 4);
  } else {
    build_op(p->F, OP_VALUE32, build_arg(p->F, o->imm_expr), 0, 0);
  }
  build_le(p->F, (uint64_t)o->disp, 2);
}

/* How a branch reaches its label. One that may be short has its short form in the list; encode makes the
 * long one of it if need be. */
static const uint8_t *branch_field(struct x86_plan *p, const struct x86_operand *o)
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

static void branch(struct x86_plan *p, const struct x86_operand *o, const uint8_t *field)
{
  build_le(p->F, 0, field[FIELD_SHRINK] ? 1 : p->f->rel);
  build_ref(p->F, &o->label, field);
}

static void absolute(struct x86_plan *p, const struct x86_operand *o)
{
  unsigned bytes = p->X->x64 ? 8 : 4;

  if (o->has_label) {
    build_le(p->F, 0, bytes);
    build_ref(p->F, &o->label, bytes == 8 ? abs64 : x86_abs32[p->X->x64]);
  } else if (o->has_disp_expr) {
    build_op(p->F, bytes == 8 ? OP_VALUE64 : OP_VALUE32, build_arg(p->F, o->disp_expr), 0, 0);
  } else {
    build_le(p->F, (uint64_t)o->disp, bytes);
  }
}

/* ---- the whole instruction ------------------------------------------------------------------------ */

static void modrm(struct x86_plan *p)
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
  x86_set_mod(p, 3); /* unless it is x86_memory() */
}

static void operand(struct x86_plan *p, unsigned i)
{
  const struct x86_operand *o = &p->s->op_[i];

  if (o->mask.class != RC_NONE)
    x86_set_role(p, X86_MASK, &o->mask);
  switch (p->f->role[i]) {
  case ROLE_R:
    x86_set_role(p, X86_REG, &o->reg);
    break;
  case ROLE_V:
    x86_set_role(p, X86_VVVV, &o->reg);
    break;
  case ROLE_O:
    x86_set_role(p, X86_BASE, &o->reg);
    break;
  case ROLE_B:
    x86_set_role(p, X86_REG, &o->reg);
    p->insn.same = o->reg.expr.p != NULL;
    p->insn.number[X86_BASE] = p->insn.number[X86_REG];
    break;
  case ROLE_M:
    if (o->what == WHAT_REG) {
      x86_set_role(p, X86_BASE, &o->reg);
      if (x86_is_vsib(&o->reg))
        p->insn.flags |= X86F_RMVEC;
    } else {
      x86_memory(p);
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
static void behind(struct x86_plan *p)
{
  build_bytes(p->F, p->tail, p->ntail);
  if (p->ref)
    memory_ref(p);
  else if (p->disp32_op)
    build_op(p->F, OP_VALUE32, p->disp_arg, 0, 0);
}

/* Memory whose registers are known is bytes: ModRM in the operation, the rest in the tail. */
static void settle_memory(struct x86_plan *p)
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

static void emit_dynamic(struct x86_plan *p)
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

static void displacement(struct x86_plan *p)
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
static unsigned emit_static(struct x86_plan *p)
{
  uint8_t bytes[X86_ROOM], *end, *opcode;
  bool early = p->sx && (p->disp_op || p->disp32_op || p->ref);

  if (p->disp_op) { /* mod = 10, displacement by OP_X86_DISP* */
    p->insn.mem = p->insn.mem == X86_MEM_D ? X86_MEM : X86_SIB;
    x86_set_mod(p, 2);
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
  struct x86_plan p = {.F = F, .X = X, .f = f, .s = s};
  const struct x86_operand *branch_op = NULL, *absolute_op = NULL;
  const struct x86_reg *is4 = NULL;
  const uint8_t *field = NULL;
  unsigned distance = 0;

  if (f->memop < s->nop && s->op_[f->memop].what == WHAT_MEM && f->role[f->memop] < ROLE_T)
    p.mem = &s->op_[f->memop];
  x86_prefixes(&p);
  x86_opcode(&p);
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
