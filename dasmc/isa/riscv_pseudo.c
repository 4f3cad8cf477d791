/* riscv_pseudo.c - what the assembly manual calls pseudo-instructions, if they are several instructions: li of any
 * number, and those that reach 2 GiB with auipc and a second instruction, which are one unit of 64 bits.
 */
#include "../../lib/isa/riscv.h"
#include "riscv.h"

enum { AUIPC = 0x17, ADDI = 0x13, JALR = 0x67 };

static unsigned reg_number(struct front *F, const struct riscv_operand *o, unsigned class)
{
  if (o->is_reg && o->reg.class == class && !o->reg.expr.p)
    return o->reg.num;
  diag_error(F, o->text, class == RISCV_X ? "[bad-operand] a register x0 to x31 is expected" : "[bad-operand] a register f0 to f31 is expected");
  return 32;
}

/* auipc with the high part of a distance, and a second instruction with the low one. */
static void pair(struct front *F, unsigned scratch, uint32_t second, bool store, const struct riscv_operand *o)
{
  uint8_t f[LIST_FIELD] = {[FIELD_UNIT] = 8, [FIELD_WORD] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START,
                           [FIELD_BITS] = 32, [FIELD_TRANSFORM] = TRANSFORM_CARRY, [FIELD_PARAM] = 12};
  unsigned n = 0;

  if (!o->is_label || o->is_mem || o->part) {
    diag_error(F, o->text, "[bad-operand] a label is expected");
    return;
  }
  if (scratch == 32)
    return;
  field_set_piece(f, n++, 12, 12, 16);
  field_set_piece(f, n++, 28, 28, 4);
  field_set_piece(f, n++, 0, store ? 32 + 7 : 32 + 20, store ? 5 : 12);
  if (store)
    field_set_piece(f, n++, 5, 32 + 25, 7);
  f[FIELD_PIECES] = (uint8_t)n;
  field_complete(f);
  build_le(F, AUIPC | scratch << 7, 4);
  build_le(F, second | scratch << 15, 4);
  build_ref(F, &o->label, f);
}

/* ---- li ------------------------------------------------------------------------------ */

/* The port's li at run time is an addi. */
static void li_short(struct front *F, const struct riscv_operand *rd, struct span expr)
{
  struct riscv_value value[2] = {
    {expr, {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_BITS] = 12, [FIELD_TO] = 20}},
    {rd->reg.expr, {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_UNSIGNED | FIELD_REGISTER, [FIELD_BITS] = 5, [FIELD_TO] = 7}},
  };

  field_complete(value[0].field);
  field_complete(value[1].field);
  riscv_emit(F, ADDI | (uint32_t)rd->reg.num << 7, 4, value, rd->reg.expr.p ? 2 : 1);
}

static void li_run_time(struct front *F, const struct riscv_operand *rd, struct span expr)
{
  uint8_t block = rd->reg.expr.p ? RISCV_LI_ARG : rd->reg.num;
  unsigned arg = 0;

  if (rd->reg.expr.p)
    arg = build_arg(F, rd->reg.expr);
  if (rd->reg.expr.p)
    build_arg(F, expr);
  else
    arg = build_arg(F, expr);
  build_block(F, OP_RISCV_LI, arg, rd->reg.expr.p ? 2 : 1, &block, 1, 4 * RISCV_LI_MOST);
}

static void li(struct front *F, struct riscv *R, const struct riscv_stmt *s)
{
  const struct riscv_operand *rd = &s->op[0], *o = &s->op[1];
  uint32_t insn[RISCV_LI_MOST];
  int64_t v;
  unsigned n;

  if (!rd->is_reg || rd->reg.class != RISCV_X) {
    diag_error(F, rd->text, "[bad-operand] a register x0 to x31 is expected");
  } else if ((o->is_reg && (!R->isa.dynasm || o->reg.plain)) || o->is_label || o->part) {
    diag_error(F, o->text, "[bad-operand] a number or an expression is expected; the address of a label: la %.*s, %.*s", (int)rd->text.n,
               rd->text.p, (int)o->text.n, o->text.p);
  } else if (!riscv_number(F, R, o->text, &v)) {
    (R->isa.dynasm ? li_short : li_run_time)(F, rd, o->text);
  } else if (!R->rv64 && (v < INT32_MIN || v > UINT32_MAX)) {
    diag_error(F, o->text, "[out-of-range] the number does not fit in 32 bits");
  } else if (rd->reg.expr.p) {
    li_run_time(F, rd, o->text);
  } else {
    n = riscv_li(R->rv64, rd->reg.num, v, insn);
    for (unsigned i = 0; i < n; i++)
      build_le(F, insn[i], 4);
  }
}

/* ---- addresses, calls ------------------------------------------------------------------ */

static void la(struct front *F, struct riscv *R, const struct riscv_stmt *s)
{
  unsigned rd = reg_number(F, &s->op[0], RISCV_X);

  (void)R;
  pair(F, rd, ADDI | rd << 7, false, &s->op[1]);
}

/* A word with what jal has of the distance to an extern, as the port has it for call, auipc and jalr. It is for programs that
 * write the word as a relocation: they find it again, and add nothing. */
static void relocation(struct front *F, uint32_t insn, const struct riscv_operand *o)
{
  uint8_t f[LIST_FIELD] = {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_SHIFT] = 1,
                           [FIELD_BITS] = 20, [FIELD_PIECES] = 4};

  if (!o->is_label || o->is_mem || o->part) {
    diag_error(F, o->text, "[bad-operand] a label is expected");
    return;
  }
  field_set_piece(f, 0, 19, 31, 1);
  field_set_piece(f, 1, 0, 21, 10);
  field_set_piece(f, 2, 10, 20, 1);
  field_set_piece(f, 3, 11, 12, 8);
  field_complete(f);
  build_le(F, insn, 4);
  build_ref(F, &o->label, f);
}

static void call(struct front *F, struct riscv *R, const struct riscv_stmt *s)
{
  unsigned rd = 1;

  if (R->isa.dynasm && s->nop == 1) {
    relocation(F, 0x7fffffff, &s->op[0]);
    return;
  }
  if (s->nop == 2)
    rd = reg_number(F, &s->op[0], RISCV_X);
  pair(F, rd, JALR | rd << 7, false, &s->op[s->nop - 1]);
}

static void tail(struct front *F, struct riscv *R, const struct riscv_stmt *s)
{
  (void)R;
  pair(F, 6, JALR, false, &s->op[0]);
}

static void jump(struct front *F, struct riscv *R, const struct riscv_stmt *s)
{
  (void)R;
  pair(F, reg_number(F, &s->op[1], RISCV_X), JALR, false, &s->op[0]);
}

/* ---- all ------------------------------------------------------------------------------------ */

static const struct pseudo {
  const char *name, *operands;
  uint8_t least, most;
  void (*build)(struct front *F, struct riscv *R, const struct riscv_stmt *s);
} pseudos[] = {
  {"li", "rd, imm", 2, 2, li},           {"la", "rd, label", 2, 2, la},   {"lla", "rd, label", 2, 2, la},
  {"call", "[rd,] label", 1, 2, call},   {"tail", "label", 1, 1, tail},   {"jump", "label, rd", 2, 2, jump},
};

/* Loads and stores of what a label names. */
static const struct access {
  const char *name;
  uint32_t insn;
  uint8_t class;
  bool store;
} accesses[] = {
  {"lb", 0x0003, RISCV_X, false},  {"lh", 0x1003, RISCV_X, false},  {"lw", 0x2003, RISCV_X, false},
  {"ld", 0x3003, RISCV_X, false},  {"lbu", 0x4003, RISCV_X, false}, {"lhu", 0x5003, RISCV_X, false},
  {"lwu", 0x6003, RISCV_X, false}, {"sb", 0x0023, RISCV_X, true},   {"sh", 0x1023, RISCV_X, true},
  {"sw", 0x2023, RISCV_X, true},   {"sd", 0x3023, RISCV_X, true},   {"flh", 0x1007, RISCV_F, false},
  {"flw", 0x2007, RISCV_F, false}, {"fld", 0x3007, RISCV_F, false}, {"flq", 0x4007, RISCV_F, false},
  {"fsh", 0x1027, RISCV_F, true},  {"fsw", 0x2027, RISCV_F, true},  {"fsd", 0x3027, RISCV_F, true},
  {"fsq", 0x4027, RISCV_F, true},
};

/* lw rd, label; sw rs, label, scratch; flw fd, label, scratch */
bool riscv_labelled_access(struct front *F, const struct riscv *R, const struct riscv_stmt *s)
{
  const struct riscv_operand *o = &s->op[1];

  if (s->nop < 2 || !o->is_label || o->is_mem || o->part)
    return false;
  for (size_t i = 0; i < sizeof(accesses) / sizeof(accesses[0]); i++) {
    const struct access *a = &accesses[i];
    unsigned reg, scratch, wants = a->class == RISCV_X && !a->store ? 2 : 3;

    if (!span_is(s->st->op, a->name) || (!R->rv64 && (a->insn & 0x7fff) >= 0x3000 && a->class == RISCV_X && a->insn != 0x4003 &&
                                         a->insn != 0x5003))
      continue;
    if (s->nop != wants) {
      diag_error(F, o->text, "[bad-operand] the address needs a register: %s %.*s, %.*s, t0", a->name, (int)s->op[0].text.n, s->op[0].text.p,
                 (int)o->text.n, o->text.p);
      return true;
    }
    reg = reg_number(F, &s->op[0], a->class);
    scratch = wants == 2 ? reg : reg_number(F, &s->op[2], RISCV_X);
    if (reg < 32)
      pair(F, scratch, a->insn | reg << (a->store ? 20 : 7), a->store, o);
    return true;
  }
  return false;
}

/* auipc rd, extern %pcrel_hi(name); jalr rs1, extern %pcrel_lo(name) */
bool riscv_extern_part(struct front *F, const struct riscv *R, const struct riscv_stmt *s)
{
  bool high = span_is(s->st->op, "auipc");
  const struct riscv_operand *o = &s->op[1];
  struct span name;

  if (!R->isa.dynasm || s->nop != 2 || !(high || span_is(s->st->op, "jalr")) || !o->is_label || o->label.kind != REF_EXTERN)
    return false;
  name = span_trim((struct span){o->text.p + 6, o->text.n - 6});
  if (name.p[0] != '%' || !s->op[0].is_reg || s->op[0].reg.class != RISCV_X || s->op[0].reg.expr.p)
    return false;
  relocation(F, high ? AUIPC | (uint32_t)s->op[0].reg.num << 7 : JALR | 1u << 7 | (uint32_t)s->op[0].reg.num << 15, o);
  return true;
}

enum { NPSEUDOS = sizeof(pseudos) / sizeof(pseudos[0]) };

const char *riscv_pseudo_at(size_t index, unsigned *least, unsigned *most)
{
  if (index >= NPSEUDOS)
    return NULL;
  *least = pseudos[index].least;
  *most = pseudos[index].most;
  return pseudos[index].name;
}

static const struct pseudo *find(struct span name)
{
  for (size_t i = 0; i < NPSEUDOS; i++)
    if (span_is(name, pseudos[i].name))
      return &pseudos[i];
  return NULL;
}

bool riscv_pseudo(struct front *F, struct isa_state *S, const struct stmt *st)
{
  const struct pseudo *p = find(st->op);
  struct riscv *R = (struct riscv *)S;
  struct riscv_stmt s;

  if (!p)
    return false;
  if (st->narg < p->least || st->narg > p->most)
    diag_error(F, st->op, "[operand-count] '%s' takes %s", p->name, p->operands);
  else if (riscv_stmt_parse(F, R, st, &s))
    p->build(F, R, &s);
  return true;
}
