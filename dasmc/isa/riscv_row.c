/* riscv_row.c - all rows of RISC-V, and what their operands column says. */
#include <stdlib.h>
#include <string.h>

#include "riscv.h"

#define I(mnemonic, operands, diagram, ...) mnemonic "\0" operands "\0" diagram "\0" #__VA_ARGS__,

static const char *const rows[] = {
#include "riscv.def"
#include "riscv_a.def"
#include "riscv_fp.def"
#include "riscv_c.def"
#include "riscv_b.def"
#include "riscv_v.def"
#include "riscv_vendor.def"
};

enum { NROWS = sizeof(rows) / sizeof(rows[0]) };

/* Fields that stand alone in diagrams. */
static const struct word_name names[] = {
  {"rd", 5},    {"rs1", 5},  {"rs2", 5},  {"rs3", 5},  {"fd", 5},    {"fs1", 5},   {"fs2", 5},   {"fs3", 5}, {"vd", 5},
  {"vs1", 5},   {"vs2", 5},  {"vs3", 5},  {"vs", 5},   {"rd'", 3},   {"rs1'", 3},  {"rs2'", 3},  {"fd'", 3}, {"fs2'", 3},
  {"sreg1", 3}, {"sreg2", 3}, {"ssreg", 5}, {"rm", 3}, {"csr", 12},  {"pred", 4},  {"succ", 4},  {"vm", 1},  {"fli", 5},
  {NULL, 0},
};

/* Operands of rows by their names; field: what they fill, if it is called something else. */
static const struct operand_name {
  const char *name;
  uint8_t kind;
  const char *field;
} operands[] = {
  {"rd", KIND_X, NULL},       {"rs1", KIND_X, NULL},      {"rs2", KIND_X, NULL},       {"rs3", KIND_X, NULL},
  {"rd'", KIND_X3, NULL},     {"rs1'", KIND_X3, NULL},    {"rs2'", KIND_X3, NULL},     {"fd", KIND_F, NULL},
  {"fs1", KIND_F, NULL},      {"fs2", KIND_F, NULL},      {"fs3", KIND_F, NULL},       {"fd'", KIND_F3, NULL},
  {"fs2'", KIND_F3, NULL},    {"vd", KIND_V, NULL},       {"vs1", KIND_V, NULL},       {"vs2", KIND_V, NULL},
  {"vs3", KIND_V, NULL},      {"vs", KIND_V, NULL},       {"sreg1", KIND_S, NULL},     {"sreg2", KIND_S, NULL},
  {"ssreg", KIND_SHADOW, NULL}, {"v0", KIND_V0, NULL},    {"imm", KIND_IMM, NULL},     {"nzimm", KIND_IMM, NULL},
  {"uimm", KIND_UIMM, NULL},  {"nzuimm", KIND_UIMM, NULL}, {"shamt", KIND_UIMM, NULL}, {"nzshamt", KIND_UIMM, NULL},
  {"luimm", KIND_LUI, NULL},  {"rnum", KIND_RNUM, NULL},  {"jtindex", KIND_JT, "index"}, {"jaltindex", KIND_JALT, "index"},
  {"imm-1", KIND_BELOW, "imm"}, {"nzimm-1", KIND_BELOW, "nzimm"}, {"spimm", KIND_SPIMM, NULL}, {"rlist", KIND_RLIST, NULL},
  {"label", KIND_LABEL, "imm"}, {"csr", KIND_CSR, NULL},  {"rm", KIND_RM, NULL},       {"rtz", KIND_RTZ, NULL},
  {"vm", KIND_VM, NULL},      {"pred", KIND_FENCE, NULL}, {"succ", KIND_FENCE, NULL},  {"fli", KIND_FLI, NULL},
  {"vtype", KIND_VTYPE, NULL},
  {"uimma", KIND_UIMM, NULL}, {"uimmb", KIND_UIMM, NULL}, {"uimmc", KIND_UIMM, NULL},  {"simm", KIND_IMM, NULL},
  {"msb", KIND_UIMM, NULL},   {"lsb", KIND_UIMM, NULL},   {"len", KIND_UIMM, NULL},    {"pos", KIND_UIMM, NULL},
};

/* ---- the operands column -------------------------------------------------------------- */

static const struct operand_name *find_operand(struct span name)
{
  for (size_t i = 0; i < sizeof(operands) / sizeof(operands[0]); i++)
    if (span_is(name, operands[i].name))
      return &operands[i];
  return NULL;
}

/* The number of a field, + 1; 0: there is none. */
static unsigned fill_field(struct riscv_form *f, struct span name)
{
  const struct word_field *field = word_find(&f->word, name);
  unsigned number = field ? (unsigned)(field - f->word.field) : 0;

  if (field)
    f->form.fills |= (uint16_t)(1u << number);
  return field ? number + 1 : 0;
}

static bool is_fixed_register(struct span name, struct riscv_reg *reg)
{
  return riscv_reg_parse(name, reg) && reg->class == RISCV_X;
}

/* imm(rs1), (rs1), uimm(sp), rs2(rs1) */
static bool parse_memory(struct span text, struct riscv_form *f, struct riscv_shape *s)
{
  const char *open = memchr(text.p, '(', text.n);
  struct span offset = {text.p, open ? (size_t)(open - text.p) : 0}, base;
  struct riscv_reg reg;

  if (!open || text.p[text.n - 1] != ')')
    return false;
  base = (struct span){open + 1, text.n - offset.n - 2};
  s->kind = span_is(offset, "rs2") || span_is(offset, "rs3") ? KIND_INDEXED : KIND_MEM;
  s->field = (uint8_t)(offset.n ? fill_field(f, offset) : 0);
  s->base = (uint8_t)(is_fixed_register(base, &reg) ? 0 : fill_field(f, base));
  return (offset.n == 0 || s->field) && (s->base || span_is(base, "sp"));
}

static bool parse_name(struct span name, struct riscv_form *f, struct riscv_shape *s)
{
  const struct operand_name *n = find_operand(name);
  struct riscv_reg reg;

  if (!n && name.n == 1 && char_is(name.p[0], CHAR_DIGIT)) {
    s->kind = KIND_FIXED;
    s->base = (uint8_t)(name.p[0] - '0');
    return true;
  }
  if (!n && is_fixed_register(name, &reg)) {
    s->kind = KIND_ONE_X;
    s->base = reg.num;
    return true;
  }
  if (!n)
    return parse_memory(name, f, s);
  s->kind = n->kind;
  s->nonzero = name.n > 2 && memcmp(name.p, "nz", 2) == 0;
  s->field = (uint8_t)fill_field(f, n->field ? (struct span){n->field, strlen(n->field)} : name);
  return s->field || n->kind == KIND_V0 || n->kind == KIND_RTZ;
}

/* What stands behind a "!". */
static bool parse_exception(struct span name, struct riscv_form *f, uint8_t *out)
{
  struct riscv_reg reg;

  if (span_is(name, "odd"))
    *out = NOT_ODD;
  else if (span_is(name, "vm"))
    *out = NOT_MASKED;
  else if (name.n == 1 && char_is(name.p[0], CHAR_DIGIT))
    *out = (uint8_t)(NOT_MULTIPLE + name.p[0] - '0');
  else if (riscv_reg_parse(name, &reg))
    *out = (uint8_t)(NOT_NUMBER + reg.num);
  else if (fill_field(f, name))
    *out = (uint8_t)(NOT_OPERAND + fill_field(f, name));
  else
    return false;
  return true;
}

static bool parse_shape(struct span text, struct riscv_form *f, struct riscv_shape *s)
{
  bool optional = text.n > 2 && text.p[0] == '[';
  struct span name;
  unsigned n = 0;

  if (optional)
    text = (struct span){text.p + 1, text.n - 2};
  name = text;
  for (size_t i = text.n; i-- > 0;) {
    if (text.p[i] != '!')
      continue;
    if (n == 3 || !parse_exception((struct span){text.p + i + 1, name.n - i - 1}, f, &s->except[n++]))
      return false;
    name.n = i;
  }
  if (span_is(name, "rm=rne"))
    s->missing = 1;
  else if (optional)
    s->missing = span_is(name, "rm") ? 8 : 2; /* dyn; not masked */
  return parse_name(s->missing == 1 ? SPAN("rm") : name, f, s);
}

static bool parse_operands(const char *p, struct riscv_form *f)
{
  while (*p) {
    size_t n = strcspn(p, ",");

    if (f->form.nop == RISCV_MAXOPS || !parse_shape((struct span){p, n}, f, &f->op[f->form.nop]))
      return false;
    f->form.nop++;
    if (!f->op[f->form.nop - 1].missing)
      f->form.least = f->form.nop;
    p += n;
    p += strspn(p, ", ");
  }
  return true;
}

static const char *parse(const char *row, void *form)
{
  struct row r = row_split(&riscv_rows, row);
  struct riscv_form *f = form;
  const char *error = word_parse(r.encoding, names, &f->word);

  if (!error && !parse_operands(r.operands, f))
    error = "unknown operand, or one without a field";
  f->form.rest = f->form.nop > 0 && f->op[f->form.nop - 1].kind == KIND_VTYPE;
  return error;
}

static size_t print(const void *form, char *buf, size_t size)
{
  return word_print(&((const struct riscv_form *)form)->word, buf, size);
}

static const char *at_run_time(const void *form, unsigned i)
{
  switch (((const struct riscv_form *)form)->op[i].kind) {
  case KIND_X: case KIND_F: case KIND_V: case KIND_X3: case KIND_F3: case KIND_S: case KIND_SHADOW:
    return "register";
  case KIND_MEM: case KIND_INDEXED:
    return "address";
  case KIND_LABEL:
    return "label";
  case KIND_ONE_X: case KIND_V0: case KIND_FIXED: case KIND_RTZ:
    return "-";
  default:
    return "value";
  }
}

static const struct row_mode modes[] = {{"RV32", 1}, {"RV64", 2}, {NULL, 0}};

const struct rows riscv_rows = {
  .row = rows, .n = NROWS, .columns = 4, .modes = modes, .fields = names, .form_size = sizeof(struct riscv_form),
  .parse = parse, .print = print, .at_run_time = at_run_time,
};
