/* riscv_pseudo.c - what the assembly manual calls pseudo-instructions, if they are several instructions: li of any
 * number, and those that reach 2 GiB with auipc and a second instruction, which are one unit of 64 bits.
 */
#include "../../lib/isa/riscv.h"
#include "riscv.h"

enum { AUIPC = 0x17, ADDI = 0x13, JALR = 0x67, SLLI = 0x1013, SRLI = 0x5013, SRAI = 0x40005013 };

/* ---- units -------------------------------------------------------------------------- */

/* One or two instructions, and registers of them that come at run time. */
struct unit {
  uint64_t bits;
  unsigned bytes, n;
  struct riscv_value value[4];
};

enum { RD = 7, RS1 = 15, RS2 = 20, SECOND = 32, NOWHERE = 0xff };

/* A register that goes to one to three places of the unit. */
static void put_register(struct unit *u, const struct riscv_reg *reg, unsigned at, unsigned at2, unsigned at3)
{
  const unsigned to[] = {at, at2, at3};
  uint8_t *f = u->value[u->n].field;

  if (!reg->expr.p) {
    for (unsigned i = 0; i < 3 && to[i] != NOWHERE; i++)
      u->bits |= (uint64_t)reg->num << to[i];
    return;
  }
  memset(f, 0, LIST_FIELD);
  f[FIELD_UNIT] = (uint8_t)u->bytes;
  f[FIELD_FLAGS] = FIELD_UNSIGNED | FIELD_REGISTER;
  f[FIELD_BITS] = 5;
  f[FIELD_TO] = (uint8_t)(at2 == NOWHERE ? at : 0);
  for (unsigned i = 0; i < 3 && at2 != NOWHERE && to[i] != NOWHERE; i++)
    field_set_piece(f, f[FIELD_PIECES]++, 0, to[i], 5);
  field_complete(f);
  u->value[u->n++].expr = reg->expr;
}

static void put_unit(struct front *F, const struct unit *u)
{
  riscv_emit(F, u->bits, u->bytes, u->value, u->n);
}

/* The register that an operand is, or NULL: reported. */
static const struct riscv_reg *register_of(struct front *F, const struct riscv_operand *o, unsigned class)
{
  if (o->is_reg && o->reg.class == class)
    return &o->reg;
  diag_error(F, o->text, class == RISCV_X ? "[bad-operand] a register x0 to x31 is expected" : "[bad-operand] a register f0 to f31 is expected");
  return NULL;
}

/* auipc with the high part of the distance to a label, and a second instruction with the low one: the unit has all but that. */
static void put_pair(struct front *F, struct unit *u, bool store, const struct riscv_operand *o)
{
  uint8_t f[LIST_FIELD] = {[FIELD_UNIT] = 8, [FIELD_WORD] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START,
                           [FIELD_BITS] = 32, [FIELD_TRANSFORM] = TRANSFORM_CARRY, [FIELD_PARAM] = 12};
  unsigned n = 0;

  if (!o->is_label || o->is_mem || o->part) {
    diag_error(F, o->text, "[bad-operand] a label is expected");
    return;
  }
  field_set_piece(f, n++, 12, 12, 16);
  field_set_piece(f, n++, 28, 28, 4);
  field_set_piece(f, n++, 0, SECOND + (store ? 7 : 20), store ? 5 : 12);
  if (store)
    field_set_piece(f, n++, 5, SECOND + 25, 7);
  f[FIELD_PIECES] = (uint8_t)n;
  f[FIELD_ESCAPE] = (u->bits >> SECOND & 0x7f) == JALR ? RISCV_ESCAPE_JUMP : 0;
  field_complete(f);
  put_unit(F, u);
  build_ref(F, &o->label, f);
}

static struct unit pair_of(uint32_t second)
{
  return (struct unit){.bits = (uint64_t)second << SECOND | AUIPC, .bytes = 8};
}

/* ---- li ------------------------------------------------------------------------------ */

/* The port's li at run time is an addi. */
static void li_short(struct front *F, const struct riscv_operand *rd, struct span expr)
{
  struct unit u = {.bits = ADDI, .bytes = 4, .n = 1,
                   .value = {{expr, {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_BITS] = 12, [FIELD_TO] = 20}}}};

  field_complete(u.value[0].field);
  put_register(&u, &rd->reg, RD, NOWHERE, NOWHERE);
  put_unit(F, &u);
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
      riscv_word(F, R, insn[i]);
  }
}

/* ---- extension of a sign or by zeros, without the instruction for it: two shifts --------------- */

static const struct extension {
  const char *name, *feature;
  uint8_t bits;
  bool sign, rv64; /* rv64: only there */
} extensions[] = {
  {"sext.b", "Zbb", 8, true, false},   {"sext.h", "Zbb", 16, true, false},
  {"zext.h", "Zbb", 16, false, false}, {"zext.w", "Zba", 32, false, true},
};

/* slli rd, rs, n; srai rd, rd, n. True: it was one (or that was reported). */
static bool extend(struct front *F, struct riscv *R, const struct stmt *st)
{
  for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++) {
    const struct extension *e = &extensions[i];
    uint64_t shift = ((R->rv64 ? 64u : 32u) - e->bits) << 20;
    struct unit u = {.bits = (shift | (e->sign ? SRAI : SRLI)) << SECOND | shift | SLLI, .bytes = 8};
    const struct riscv_reg *rd, *rs;
    struct riscv_stmt s;

    if (!span_is(st->op, e->name) || st->narg != 2 || (e->rv64 && !R->rv64) || features_have(&R->isa, e->feature))
      continue;
    if (!riscv_stmt_parse(F, R, st, &s) || !(rd = register_of(F, &s.op[0], RISCV_X)) || !(rs = register_of(F, &s.op[1], RISCV_X)))
      return true;
    put_register(&u, rd, RD, SECOND + RD, SECOND + RS1);
    put_register(&u, rs, RS1, NOWHERE, NOWHERE);
    if (u.n == 0) {
      riscv_word(F, R, (uint32_t)u.bits);
      riscv_word(F, R, (uint32_t)(u.bits >> SECOND));
    } else {
      put_unit(F, &u);
    }
    return true;
  }
  return false;
}

/* ---- addresses, calls ------------------------------------------------------------------ */

static void la(struct front *F, struct riscv *R, const struct riscv_stmt *s)
{
  const struct riscv_reg *rd = register_of(F, &s->op[0], RISCV_X);
  struct unit u = pair_of(ADDI);

  (void)R;
  if (!rd)
    return;
  put_register(&u, rd, RD, SECOND + RD, SECOND + RS1);
  put_pair(F, &u, false, &s->op[1]);
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

/* auipc by, high; jalr link, low(by) */
static void jump_by(struct front *F, const struct riscv_reg *by, const struct riscv_reg *link, const struct riscv_operand *label)
{
  struct unit u = pair_of(JALR);

  if (by == link) {
    put_register(&u, by, RD, SECOND + RD, SECOND + RS1);
  } else {
    put_register(&u, by, RD, SECOND + RS1, NOWHERE);
    put_register(&u, link, SECOND + RD, NOWHERE, NOWHERE);
  }
  put_pair(F, &u, false, label);
}

static const struct riscv_reg zero = {.class = RISCV_X, .num = 0}, ra = {.class = RISCV_X, .num = 1}, t1 = {.class = RISCV_X, .num = 6};

static void call(struct front *F, struct riscv *R, const struct riscv_stmt *s)
{
  const struct riscv_reg *rd = s->nop == 2 ? register_of(F, &s->op[0], RISCV_X) : &ra;

  if (R->isa.dynasm && s->nop == 1 && s->op[0].is_label && s->op[0].label.kind == REF_EXTERN)
    relocation(F, 0x7fffffff, &s->op[0]);
  else if (rd)
    jump_by(F, rd, rd, &s->op[s->nop - 1]);
}

static void tail(struct front *F, struct riscv *R, const struct riscv_stmt *s)
{
  (void)R;
  jump_by(F, &t1, &zero, &s->op[0]);
}

static void jump(struct front *F, struct riscv *R, const struct riscv_stmt *s)
{
  const struct riscv_reg *by = register_of(F, &s->op[1], RISCV_X);

  (void)R;
  if (by)
    jump_by(F, by, &zero, &s->op[0]);
}

/* ---- all ------------------------------------------------------------------------------------ */

static const struct pseudo {
  struct isa_pseudo is;
  void (*build)(struct front *F, struct riscv *R, const struct riscv_stmt *s);
} pseudos[] = {
  {{"li", "rd, imm", "register, value", 2, 2}, li},
  {{"la", "rd, label", "register, label", 2, 2}, la},
  {{"lla", "rd, label", "register, label", 2, 2}, la},
  {{"call", "[rd,] label", "register, label", 1, 2}, call},
  {{"tail", "label", "label", 1, 1}, tail},
  {{"jump", "label, rd", "label, register", 2, 2}, jump},
  {{".option", "rvc, norvc, push or pop", "-", 1, 1}, riscv_option},
};

enum { NPSEUDOS = sizeof(pseudos) / sizeof(pseudos[0]) };

/* ---- loads and stores of what a label names ------------------------------------------------------ */

enum { LOAD, STORE, FLOAT_LOAD, FLOAT_STORE };

static const struct access {
  const char *name;
  uint32_t insn;
  uint8_t kind;
  bool rv64; /* only there */
} accesses[] = {
  {"lb", 0x0003, LOAD, false},        {"lh", 0x1003, LOAD, false},        {"lw", 0x2003, LOAD, false},
  {"ld", 0x3003, LOAD, true},         {"lbu", 0x4003, LOAD, false},       {"lhu", 0x5003, LOAD, false},
  {"lwu", 0x6003, LOAD, true},        {"sb", 0x0023, STORE, false},       {"sh", 0x1023, STORE, false},
  {"sw", 0x2023, STORE, false},       {"sd", 0x3023, STORE, true},        {"flh", 0x1007, FLOAT_LOAD, false},
  {"flw", 0x2007, FLOAT_LOAD, false}, {"fld", 0x3007, FLOAT_LOAD, false}, {"flq", 0x4007, FLOAT_LOAD, false},
  {"fsh", 0x1027, FLOAT_STORE, false}, {"fsw", 0x2027, FLOAT_STORE, false}, {"fsd", 0x3027, FLOAT_STORE, false},
  {"fsq", 0x4027, FLOAT_STORE, false},
};

enum { NACCESSES = sizeof(accesses) / sizeof(accesses[0]) };

/* Bytes that it loads; 0: it stores. */
static unsigned loaded_bytes(const struct access *a)
{
  return a->kind == STORE || a->kind == FLOAT_STORE ? 0 : 1u << (a->insn >> 12 & 3);
}

static void put_access(struct front *F, struct isa_state *S, const struct access *a, const struct riscv_stmt *s)
{
  struct riscv_operand o = s->op[1];
  bool is_float = a->kind >= FLOAT_LOAD, store = a->kind == STORE || a->kind == FLOAT_STORE;
  const struct riscv_reg *reg = register_of(F, &s->op[0], is_float ? RISCV_F : RISCV_X);
  const struct riscv_reg *scratch = a->kind == LOAD || !reg ? reg : register_of(F, &s->op[2], RISCV_X);
  struct unit u = pair_of(a->insn);

  if (!scratch)
    return;
  if (a->kind == LOAD) {
    put_register(&u, reg, RD, SECOND + RD, SECOND + RS1);
  } else {
    put_register(&u, scratch, RD, SECOND + RS1, NOWHERE);
    put_register(&u, reg, SECOND + (store ? RS2 : RD), NOWHERE, NOWHERE);
  }
  if (o.is_constant) {
    operand_constant_label(F, S, o.text, is_float && (a->insn >> 12 & 7) == 4 ? 16 : loaded_bytes(a), &o.label);
    o.is_label = true;
  }
  put_pair(F, &u, store, &o);
}

/* lw rd, label; lw rd, =value; sw rs, label, scratch; flw fd, label, scratch */
bool riscv_labelled_access(struct front *F, struct riscv *R, const struct riscv_stmt *s)
{
  const struct riscv_operand *o = &s->op[1];

  if (s->nop < 2 || (!o->is_label && !o->is_constant) || o->is_mem || o->part)
    return false;
  for (size_t i = 0; i < NACCESSES; i++) {
    const struct access *a = &accesses[i];

    if (!span_is(s->st->op, a->name) || (a->rv64 && !R->rv64))
      continue;
    if (s->nop == (a->kind == LOAD ? 2 : 3))
      put_access(F, &R->isa, a, s);
    else
      diag_error(F, o->text, "[bad-operand] the address needs a register: %s %.*s, %.*s, t0", a->name, (int)s->op[0].text.n, s->op[0].text.p,
                 (int)o->text.n, o->text.p);
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

/* ---- what there is ------------------------------------------------------------------------------- */

bool riscv_pseudo_at(const struct isa *isa, size_t index, struct isa_pseudo *out)
{
  static const struct isa_pseudo access[] = {
    [LOAD] = {NULL, "rd, label", "register, label", 2, 2},
    [STORE] = {NULL, "rs2, label, rd", "register, label, register", 3, 3},
    [FLOAT_LOAD] = {NULL, "fd, label, rd", "register, label, register", 3, 3},
    [FLOAT_STORE] = {NULL, "fs2, label, rd", "register, label, register", 3, 3},
  };

  if (index < NPSEUDOS) {
    *out = pseudos[index].is;
    return true;
  }
  for (size_t i = 0, n = index - NPSEUDOS; i < NACCESSES; i++) {
    if ((accesses[i].rv64 && isa->mode == 0) || n-- > 0)
      continue;
    *out = access[accesses[i].kind];
    out->name = accesses[i].name;
    return true;
  }
  return false;
}

static const struct pseudo *find(struct span name)
{
  for (size_t i = 0; i < NPSEUDOS; i++)
    if (span_is(name, pseudos[i].is.name))
      return &pseudos[i];
  return NULL;
}

bool riscv_pseudo(struct front *F, struct isa_state *S, const struct stmt *st)
{
  const struct pseudo *p = find(st->op);
  struct riscv *R = (struct riscv *)S;
  struct riscv_stmt s;

  if (!p)
    return extend(F, R, st);
  if (st->narg < p->is.least || st->narg > p->is.most)
    diag_error(F, st->op, "[operand-count] '%s' takes %s", p->is.name, p->is.operands);
  else if (riscv_stmt_parse(F, R, st, &s))
    p->build(F, R, &s);
  return true;
}
