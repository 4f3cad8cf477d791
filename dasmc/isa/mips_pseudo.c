/* mips_pseudo.c - what assemblers call macros: statements that are several instructions, in libdasm's dialect.
 *
 * Most are texts: `bge rs, rt, label` is "slt $1, rs, rt" and "beq $1, $0, label", so registers, numbers and labels are what
 * they are in those. li chooses its instructions by the number; at run time puts do. at ($1) is for what comes between, as in
 * other assemblers.
 */
#include <stdio.h>

#include "../../lib/isa/mips.h"
#include "mips.h"

enum { ALL = 15, PRE6 = 1 << MIPS_32 | 1 << MIPS_64, BITS32 = 1 << MIPS_32 | 1 << MIPS_32R6, BITS64 = 1 << MIPS_64 | 1 << MIPS_64R6 };

/* @1, @2, @3 are the operands. */
static const struct mips_macro {
  struct isa_pseudo is;
  uint8_t modes;
  bool at; /* no operand may be at: it is written before all of them are read */
  const char *lines;
} macros[] = {
  { { "blt", "rs, rt, label", "register, register, label", 3, 3 }, ALL, false, "slt $1, @1, @2; bne $1, $0, @3" },
  { { "bge", "rs, rt, label", "register, register, label", 3, 3 }, ALL, false, "slt $1, @1, @2; beq $1, $0, @3" },
  { { "bgt", "rs, rt, label", "register, register, label", 3, 3 }, ALL, false, "slt $1, @2, @1; bne $1, $0, @3" },
  { { "ble", "rs, rt, label", "register, register, label", 3, 3 }, ALL, false, "slt $1, @2, @1; beq $1, $0, @3" },
  { { "bltu", "rs, rt, label", "register, register, label", 3, 3 }, ALL, false, "sltu $1, @1, @2; bne $1, $0, @3" },
  { { "bgeu", "rs, rt, label", "register, register, label", 3, 3 }, ALL, false, "sltu $1, @1, @2; beq $1, $0, @3" },
  { { "bgtu", "rs, rt, label", "register, register, label", 3, 3 }, ALL, false, "sltu $1, @2, @1; bne $1, $0, @3" },
  { { "bleu", "rs, rt, label", "register, register, label", 3, 3 }, ALL, false, "sltu $1, @2, @1; beq $1, $0, @3" },
  { { "blt", "rs, imm, label", "register, value, label", 3, 3 }, ALL, false, "slti $1, @1, @2; bne $1, $0, @3" },
  { { "bge", "rs, imm, label", "register, value, label", 3, 3 }, ALL, false, "slti $1, @1, @2; beq $1, $0, @3" },
  { { "bgt", "rs, imm, label", "register, value, label", 3, 3 }, ALL, false, "slti $1, @1, 1+(@2); beq $1, $0, @3" },
  { { "ble", "rs, imm, label", "register, value, label", 3, 3 }, ALL, false, "slti $1, @1, 1+(@2); bne $1, $0, @3" },
  { { "bltu", "rs, imm, label", "register, value, label", 3, 3 }, ALL, false, "sltiu $1, @1, @2; bne $1, $0, @3" },
  { { "bgeu", "rs, imm, label", "register, value, label", 3, 3 }, ALL, false, "sltiu $1, @1, @2; beq $1, $0, @3" },
  { { "beq", "rs, number, label", "register, value, label", 3, 3 }, ALL, false, "li $1, @2; beq @1, $1, @3" },
  { { "bne", "rs, number, label", "register, value, label", 3, 3 }, ALL, false, "li $1, @2; bne @1, $1, @3" },
  { { "bltl", "rs, rt, label", "register, register, label", 3, 3 }, PRE6, false, "slt $1, @1, @2; bnel $1, $0, @3" },
  { { "bgel", "rs, rt, label", "register, register, label", 3, 3 }, PRE6, false, "slt $1, @1, @2; beql $1, $0, @3" },
  { { "bgtl", "rs, rt, label", "register, register, label", 3, 3 }, PRE6, false, "slt $1, @2, @1; bnel $1, $0, @3" },
  { { "blel", "rs, rt, label", "register, register, label", 3, 3 }, PRE6, false, "slt $1, @2, @1; beql $1, $0, @3" },
  { { "bltul", "rs, rt, label", "register, register, label", 3, 3 }, PRE6, false, "sltu $1, @1, @2; bnel $1, $0, @3" },
  { { "bgeul", "rs, rt, label", "register, register, label", 3, 3 }, PRE6, false, "sltu $1, @1, @2; beql $1, $0, @3" },
  { { "bgtul", "rs, rt, label", "register, register, label", 3, 3 }, PRE6, false, "sltu $1, @2, @1; bnel $1, $0, @3" },
  { { "bleul", "rs, rt, label", "register, register, label", 3, 3 }, PRE6, false, "sltu $1, @2, @1; beql $1, $0, @3" },
  { { "seq", "rd, rs, rt", "register, register, register", 3, 3 }, ALL, false, "xor @1, @2, @3; sltiu @1, @1, 1" },
  { { "seq", "rd, rs, 0", "register, register, -", 3, 3 }, ALL, false, "sltiu @1, @2, 1" },
  { { "seq", "rd, rs, uimm", "register, register, value", 3, 3 }, ALL, false, "xori @1, @2, @3; sltiu @1, @1, 1" },
  { { "sne", "rd, rs, rt", "register, register, register", 3, 3 }, ALL, false, "xor @1, @2, @3; sltu @1, $0, @1" },
  { { "sne", "rd, rs, 0", "register, register, -", 3, 3 }, ALL, false, "sltu @1, $0, @2" },
  { { "sne", "rd, rs, uimm", "register, register, value", 3, 3 }, ALL, false, "xori @1, @2, @3; sltu @1, $0, @1" },
  { { "sgt", "rd, rs, rt", "register, register, register", 3, 3 }, ALL, false, "slt @1, @3, @2" },
  { { "sge", "rd, rs, rt", "register, register, register", 3, 3 }, ALL, false, "slt @1, @2, @3; xori @1, @1, 1" },
  { { "sle", "rd, rs, rt", "register, register, register", 3, 3 }, ALL, false, "slt @1, @3, @2; xori @1, @1, 1" },
  { { "sgtu", "rd, rs, rt", "register, register, register", 3, 3 }, ALL, false, "sltu @1, @3, @2" },
  { { "sgeu", "rd, rs, rt", "register, register, register", 3, 3 }, ALL, false, "sltu @1, @2, @3; xori @1, @1, 1" },
  { { "sleu", "rd, rs, rt", "register, register, register", 3, 3 }, ALL, false, "sltu @1, @3, @2; xori @1, @1, 1" },
  { { "abs", "rd, rs", "-, -", 2, 2 }, ALL, true, "sra $1, @2, 31; xor @1, @2, $1; subu @1, @1, $1" },
  { { "dabs", "rd, rs", "-, -", 2, 2 }, BITS64, true, "dsra32 $1, @2, 31; xor @1, @2, $1; dsubu @1, @1, $1" },
  { { "ror", "rd, rs, rt", "register, register, register", 3, 3 }, ALL, false, "rotrv @1, @2, @3" },
  { { "ror", "rd, rs, sa", "register, register, value", 3, 3 }, ALL, false, "rotr @1, @2, @3" },
  { { "rol", "rd, rs, rt", "-, -, -", 3, 3 }, ALL, true, "subu $1, $0, @3; rotrv @1, @2, $1" },
  { { "rol", "rd, rs, sa", "register, register, value", 3, 3 }, ALL, false, "rotr @1, @2, -(@3)&31" },
  { { "dror", "rd, rs, rt", "register, register, register", 3, 3 }, BITS64, false, "drotrv @1, @2, @3" },
  { { "rorv", "rd, rs, rt", "register, register, register", 3, 3 }, ALL, false, "rotrv @1, @2, @3" },
  { { "rotl", "rd, rs, sa", "register, register, value", 3, 3 }, ALL, false, "rotr @1, @2, -(@3)&31" },
  { { "drorv", "rd, rs, rt", "register, register, register", 3, 3 }, BITS64, false, "drotrv @1, @2, @3" },
  { { "dror32", "rd, rs, sa", "register, register, value", 3, 3 }, BITS64, false, "drotr32 @1, @2, @3" },
  { { "drotl", "rd, rs, sa", "register, register, value", 3, 3 }, BITS64, false, "drotr @1, @2, -(@3)&63" },
  { { "dror", "rd, rs, sa", "register, register, value", 3, 3 }, BITS64, false, "drotr @1, @2, @3" },
  { { "drol", "rd, rs, rt", "-, -, -", 3, 3 }, BITS64, true, "dsubu $1, $0, @3; drotrv @1, @2, $1" },
  { { "drol", "rd, rs, sa", "register, register, value", 3, 3 }, BITS64, false, "drotr @1, @2, -(@3)&63" },
  { { "la", "rt, label", "register, label", 2, 2 }, BITS32, false, "lui @1, %hi(@2); addiu @1, @1, %lo(@2)" },
  { { "la", "rt, label", "register, label", 2, 2 }, BITS64, false,
    "lui @1, %highest(@2); daddiu @1, @1, %higher(@2); dsll @1, @1, 16; daddiu @1, @1, %hi(@2); dsll @1, @1, 16; daddiu @1, @1, %lo(@2)" },
  { { "dla", "rt, label", "register, label", 2, 2 }, BITS64, false,
    "lui @1, %highest(@2); daddiu @1, @1, %higher(@2); dsll @1, @1, 16; daddiu @1, @1, %hi(@2); dsll @1, @1, 16; daddiu @1, @1, %lo(@2)" },
};

enum { NMACROS = sizeof(macros) / sizeof(macros[0]) };

/* Loads and stores of what a label names: bytes that are read, 0: it stores; float: the address is in at, as for those. */
static const struct mips_access {
  const char *name;
  uint8_t bytes;
  bool floating, wide;
} accesses[] = {
  { "lb", 1, false, false },   { "lbu", 1, false, false },  { "lh", 2, false, false },  { "lhu", 2, false, false },
  { "lw", 4, false, false },   { "lwu", 4, false, true },   { "ld", 8, false, true },   { "sb", 0, false, false },
  { "sh", 0, false, false },   { "sw", 0, false, false },   { "sd", 0, false, true },   { "lwc1", 4, true, false },
  { "ldc1", 8, true, false },  { "swc1", 0, true, false },  { "sdc1", 0, true, false },
};

enum { NACCESSES = sizeof(accesses) / sizeof(accesses[0]) };

/* Loads of numbers. */
enum { NLOADS = 2 };
static const struct {
  struct isa_pseudo is;
  uint8_t modes;
  bool wide;
} loads[NLOADS] = {
  { { "li", "rt, imm", "register, value", 2, 2 }, ALL, false },
  { { "dli", "rt, imm", "register, value", 2, 2 }, BITS64, true },
};

/* ---- operands ------------------------------------------------------------------------ */

static bool is_label(struct front *F, struct span text)
{
  struct label label;

  return text.n > 1 && front_label(F, text, &label);
}

/* Is a text what an operand of that name is? ("number" is not 0, which is a register.) */
static bool is_operand(struct front *F, const struct isa_state *S, char name, struct span text, bool at)
{
  struct plain_reg reg;
  bool is_reg = plain_reg_parse(S, text, &reg);
  int64_t v;

  if (name == 'n' || name == '0')
    return !is_reg && !is_label(F, text) && (operand_number(F, S, text, &v) && v == 0) == (name == '0');

  if (name == 'r' || name == 'f')
    return is_reg && reg.class == (name == 'r' ? MIPS_R : MIPS_F) && !(at && (reg.expr.p || reg.num == 1));
  return !is_reg && text.n > 0 && (name == 'l') == is_label(F, text);
}

static bool takes(struct front *F, const struct isa_state *S, const struct mips_macro *m, const struct stmt *st)
{
  const char *p = m->is.operands;

  for (unsigned i = 0; i < st->narg; i++, p += strspn(p, ", ")) {
    if (!is_operand(F, S, *p, st->arg[i], m->at))
      return false;
    p += strcspn(p, ",");
  }
  return true;
}

/* ---- texts ----------------------------------------------------------------------------- */

/* The text of an operand, with @1 and so on replaced. */
static struct span fill_in(struct front *F, struct span text, const struct stmt *st)
{
  const char *at = memchr(text.p, '@', text.n);
  struct span arg, rest;

  if (!at)
    return text;
  arg = st->arg[at[1] - '1'];
  if (text.n == 2)
    return arg;
  rest = fill_in(F, (struct span){ at + 2, (size_t)(text.p + text.n - at) - 2 }, st);
  return span_fmt(F, "%.*s%.*s%.*s", (int)(at - text.p), text.p, (int)arg.n, arg.p, (int)rest.n, rest.p);
}

static void assemble_line(struct front *F, struct span line, const struct stmt *st)
{
  size_t n = strcspn(line.p, " ");
  struct stmt one = { .text = st->text, .op = { line.p, n } };

  for (const char *p = line.p + n + 1; p < line.p + line.n; p += n + 2) {
    n = strcspn(p, ",;");
    one.arg[one.narg++] = fill_in(F, (struct span){ p, n }, st);
  }
  isa_assemble(F, &one);
}

static void assemble_lines(struct front *F, struct isa_state *S, const char *lines, const struct stmt *st)
{
  if (strchr(lines, ';'))
    mips_slot_several(F, (struct mips *)S, st->op);
  for (const char *p = lines; *p; p += strspn(p, "; ")) {
    size_t n = strcspn(p, ";");

    assemble_line(F, (struct span){ p, n }, st);
    p += n;
  }
}

/* Is there an instruction of that name, too, such as beq? */
static bool is_row(struct front *F, struct isa_state *S, struct span op)
{
  const struct mnemonic *m = rows_find(F, S, op);

  for (unsigned i = 0; m && i < m->nform; i++)
    if (((const struct form *)form_at(S->isa->rows, m, i))->here)
      return true;
  return false;
}

/* Where a name has several texts, the operands decide. */
static bool assemble_macro(struct front *F, struct isa_state *S, const struct stmt *st)
{
  const struct mips_macro *found = NULL;

  for (size_t i = 0; i < NMACROS; i++) {
    const struct mips_macro *m = &macros[i];

    if (!span_is(st->op, m->is.name) || !(m->modes >> S->isa->mode & 1))
      continue;
    found = found ? found : m;
    if (st->narg != m->is.most || !takes(F, S, m, st))
      continue;
    assemble_lines(F, S, m->lines, st);
    return true;
  }
  if (!found || is_row(F, S, st->op))
    return false;
  diag_error(F, st->op, found->at ? "[bad-operand] '%s' takes %s, which are known, and not at" : "[bad-operand] '%s' takes %s",
             found->is.name, found->is.operands);
  return true;
}

/* ---- loads and stores at labels, constants ----------------------------------------------- */

/* The register that has the address is the one that is loaded, or at. */
static void assemble_at(struct front *F, struct isa_state *S, const struct mips_access *a, const struct stmt *st)
{
  const char *t = a->bytes > 0 && !a->floating ? "@1" : "$1";
  char lines[200];

  if (BITS64 >> S->isa->mode & 1)
    snprintf(lines, sizeof(lines), "lui %s, %%highest(@2); daddiu %s, %s, %%higher(@2); dsll %s, %s, 16; daddiu %s, %s, %%hi(@2); "
             "dsll %s, %s, 16; %s @1, %%lo(@2)(%s)", t, t, t, t, t, t, t, t, t, a->name, t);
  else
    snprintf(lines, sizeof(lines), "lui %s, %%hi(@2); %s @1, %%lo(@2)(%s)", t, a->name, t);
  ((struct mips *)S)->constant = a->bytes;
  assemble_lines(F, S, lines, st);
}

/* lw rt, label; lw rt, =value */
static bool assemble_access(struct front *F, struct isa_state *S, const struct stmt *st)
{
  struct label label = { .kind = REF_GLOBAL };
  bool constant = st->narg == 2 && operand_is_constant(st->arg[1]);

  if (st->narg != 2 || !(constant || is_label(F, st->arg[1])))
    return false;
  for (size_t i = 0; i < NACCESSES; i++) {
    const struct mips_access *a = &accesses[i];

    if (!span_is(st->op, a->name) || (a->wide && !(BITS64 >> S->isa->mode & 1)))
      continue;
    if (!is_operand(F, S, a->floating ? 'f' : 'r', st->arg[0], false)) {
      diag_error(F, st->arg[0], a->floating ? "[bad-operand] a register f0 to f31 is expected" : "[bad-operand] a register r0 to r31 is expected");
      return true;
    }
    if (constant)
      operand_constant_label(F, S, st->arg[1], a->bytes, &label);
    if (label.kind != REF_BAD)
      assemble_at(F, S, a, st);
    return true;
  }
  return false;
}

/* ---- li ------------------------------------------------------------------------------------ */

static void li_at_run_time(struct front *F, const struct plain_reg *reg, struct span value, bool wide)
{
  uint8_t block = (uint8_t)((reg->expr.p ? MIPS_LI_ARG : reg->num) | (wide ? MIPS_LI_64 : 0));
  unsigned arg = build_arg(F, reg->expr.p ? reg->expr : value);

  if (reg->expr.p)
    build_arg(F, value);
  build_block(F, OP_MIPS_LI, arg, reg->expr.p ? 2 : 1, &block, 1, 4 * MIPS_LI_MOST);
}

static void li(struct front *F, struct isa_state *S, const struct stmt *st, bool wide)
{
  uint32_t insn[MIPS_LI_MOST];
  struct plain_reg reg;
  unsigned n = MIPS_LI_MOST;
  int64_t v = 0;
  bool known;

  if (!plain_reg_parse(S, st->arg[0], &reg) || reg.class != MIPS_R) {
    diag_error(F, st->arg[0], "[bad-operand] a register r0 to r31 is expected");
    return;
  }
  if (!is_operand(F, S, 'i', st->arg[1], false) || st->arg[1].p[0] == '$') {
    diag_error(F, st->arg[1], "[bad-operand] a number or an expression is expected; the address of a label: la");
    return;
  }
  known = operand_number(F, S, st->arg[1], &v);
  if (known && !wide && (v < INT32_MIN || v > UINT32_MAX)) {
    diag_error(F, st->arg[1], "[out-of-range] the number does not fit in 32 bits");
    return;
  }
  known = known && !reg.expr.p;
  if (known)
    n = mips_li(wide, reg.num, v, insn);
  if (n > 1)
    mips_slot_several(F, (struct mips *)S, st->op);
  if (!known)
    li_at_run_time(F, &reg, st->arg[1], wide);
  for (unsigned i = 0; known && i < n; i++)
    build_unit(F, insn[i], 4);
}

/* ---- all ------------------------------------------------------------------------------------- */

bool mips_pseudo(struct front *F, struct isa_state *S, const struct stmt *st)
{
  if (S->dynasm)
    return false;
  for (size_t i = 0; i < NLOADS; i++) {
    if (!span_is(st->op, loads[i].is.name) || !(loads[i].modes >> S->isa->mode & 1))
      continue;
    if (st->narg == 2)
      li(F, S, st, loads[i].wide);
    else
      diag_error(F, st->op, "[operand-count] '%s' takes a register and a number", loads[i].is.name);
    return true;
  }
  return assemble_macro(F, S, st) || assemble_access(F, S, st);
}

bool mips_pseudo_at(const struct isa *isa, size_t index, struct isa_pseudo *out)
{
  for (size_t i = 0; i < NLOADS + NMACROS; i++) {
    unsigned modes = i < NLOADS ? loads[i].modes : macros[i - NLOADS].modes;

    if (!(modes >> isa->mode & 1) || index-- > 0)
      continue;
    *out = i < NLOADS ? loads[i].is : macros[i - NLOADS].is;
    return true;
  }
  return false;
}
