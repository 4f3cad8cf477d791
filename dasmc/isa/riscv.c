/* riscv.c - the targets riscv32 and riscv64 as the front end sees them. */
#include <stdio.h>
#include <string.h>

#include "riscv.h"

static void *open_isa(struct front *F, bool rv64)
{
  struct riscv *R = arena_alloc(F, sizeof(*R));

  R->rv64 = rv64;
  R->dynasm = front_options(F)->dialect < DIALECT_LIBDASM;
  riscv_rows_open(F, R);
  return R;
}

static void *open_32(struct front *F)
{
  return open_isa(F, false);
}

static void *open_64(struct front *F)
{
  return open_isa(F, true);
}

/* ---- data ------------------------------------------------------------------------------ */

static const struct {
  const char *name;
  unsigned bytes; /* 0: of an address */
} data[] = {
  {".byte", 1}, {".half", 2}, {".short", 2}, {".2byte", 2}, {".word", 4}, {".long", 4}, {".int", 4}, {".4byte", 4},
  {".dword", 8}, {".quad", 8}, {".qword", 8}, {".8byte", 8}, {".addr", 0}, {".aword", 0},
};

static int data_bytes(const struct riscv *R, struct span name)
{
  for (size_t i = 0; i < sizeof(data) / sizeof(data[0]); i++)
    if (span_is(name, data[i].name))
      return (int)(data[i].bytes ? data[i].bytes : R->rv64 ? 8 : 4);
  return -1;
}

static void data_value(struct front *F, const struct riscv *R, struct span text, unsigned bytes)
{
  static const uint8_t ops[] = {[1] = OP_VALUE8, [2] = OP_VALUE16, [4] = OP_VALUE32, [8] = OP_VALUE64};
  uint8_t field[LIST_FIELD] = {0};
  struct label label;
  int64_t v;

  if (riscv_number(F, R, text, &v)) {
    int64_t half = bytes < 8 ? INT64_C(1) << (8 * bytes - 1) : 0;

    if (bytes < 8 && (v < -half || v >= 2 * half))
      diag_error(F, text, "%lld does not fit in %u byte%s", (long long)v, bytes, bytes == 1 ? "" : "s");
    else
      build_le(F, (uint64_t)v, bytes);
  } else if (!front_label(F, text, &label)) {
    build_op(F, (enum op)ops[bytes], build_arg(F, text), 0, 0);
  } else if (bytes < 4) {
    diag_error(F, text, "an address does not fit in %u byte%s", bytes, bytes == 1 ? "" : "s");
  } else {
    field[FIELD_UNIT] = (uint8_t)bytes;
    field[FIELD_BITS] = (uint8_t)(8 * bytes);
    build_le(F, 0, bytes);
    build_ref(F, &label, field);
  }
}

/* ---- statements ---------------------------------------------------------------------------- */

static bool known(struct front *F, struct span name, int nargs)
{
  struct riscv *R = isa_data(F);
  const struct riscv_mnemonic *m;

  if (data_bytes(R, name) >= 0)
    return nargs != 0;
  if (riscv_pseudo_known(name, nargs))
    return true;
  m = riscv_mnemonic_find(F, R, name);
  if (!m)
    return false;
  for (unsigned i = 0; i < m->nform; i++) {
    const struct riscv_form *f = &m->form[i];

    if (riscv_in_mode(R, f) && (nargs < 0 || ((unsigned)nargs >= f->least && (unsigned)nargs <= f->nop)))
      return true;
  }
  return false;
}

static bool assemble(struct front *F, const struct stmt *st)
{
  struct riscv *R = isa_data(F);
  const struct riscv_mnemonic *m;
  struct riscv_stmt s = {.st = st};
  int bytes = data_bytes(R, st->op);

  if (bytes >= 0) {
    if (st->narg == 0)
      diag_error(F, st->op, "'%.*s' needs a value", (int)st->op.n, st->op.p);
    for (unsigned i = 0; i < st->narg; i++)
      data_value(F, R, st->arg[i], (unsigned)bytes);
    return true;
  }
  m = riscv_mnemonic_find(F, R, st->op);
  if (!m && !riscv_pseudo_known(st->op, -1))
    return false;
  s.nop = st->narg < RISCV_MAXOPS ? st->narg : RISCV_MAXOPS;
  for (unsigned i = 0; i < s.nop; i++)
    if (!riscv_operand_parse(F, R, st->arg[i], &s.op[i]))
      return true;
  if (st->narg > RISCV_MAXOPS)
    diag_error(F, st->op, "too many operands");
  else if (!riscv_pseudo(F, R, &s))
    riscv_match(F, R, m, &s);
  return true;
}

static const char *mnemonic(size_t index)
{
  const char *row = riscv_row(index), *operands;
  size_t rows = riscv_row_count();

  return row ? row : riscv_pseudo_row(index - rows, &operands);
}

static bool is_register(struct front *F, struct span name)
{
  struct riscv_reg reg;

  (void)F;
  return riscv_reg_parse(name, &reg);
}

static bool is_reserved(struct front *F, struct span name)
{
  (void)F;
  return span_is(name, "ra") || span_is(name, "sp");
}

static bool is_word(struct front *F, struct span word, bool op)
{
  struct riscv *R = isa_data(F);

  if (op)
    return data_bytes(R, word) >= 0 || riscv_pseudo_known(word, -1) || riscv_mnemonic_find(F, R, word);
  return is_register(F, word) || riscv_csr(word) >= 0 || riscv_rounding(word) >= 0;
}

/* ---- lists ------------------------------------------------------------------------------------- */

static const char *at_run_time(const struct riscv_shape *s)
{
  switch (s->kind) {
  case KIND_X: case KIND_F: case KIND_V:
    return "register";
  case KIND_MEM:
    return "address";
  case KIND_LABEL:
    return "label";
  case KIND_IMM: case KIND_UIMM: case KIND_CSR: case KIND_RM: case KIND_VM: case KIND_FENCE: case KIND_VTYPE: case KIND_BELOW:
    return "value";
  default:
    return "-";
  }
}

static void list_forms(bool rv64, isa_list_row *each, void *user)
{
  const char *row;

  for (size_t i = 0; (row = riscv_row(i)) != NULL; i++) {
    struct riscv_form f;
    char run_time[96] = "";

    if (riscv_form_parse(row, &f) || !(rv64 ? f.rv64 : f.rv32))
      continue;
    for (unsigned k = 0; k < f.nop; k++) {
      size_t n = strlen(run_time);

      snprintf(run_time + n, sizeof(run_time) - n, "%s%s", k ? ", " : "", at_run_time(&f.op[k]));
    }
    each(user,
         (const char *const[]){row, riscv_row_column(row, 1), "", riscv_row_column(row, 2), riscv_row_column(row, 3), run_time,
                               f.dynasm ? "dynasm" : f.own ? "libdasm" : "both"},
         7);
  }
}

static void list_registers(isa_list_row *each, void *user)
{
  static const char *const words[][2] = {[RISCV_X] = {"x", "x(n)"}, [RISCV_F] = {"f", "f(n)"}, [RISCV_V] = {"v", "v(n)"}};
  const char *name;
  struct riscv_reg reg;
  char number[8];
  unsigned n;

  for (size_t i = 0; (name = riscv_reg_name(i, &reg)) != NULL; i++) {
    snprintf(number, sizeof(number), "%u", reg.num);
    each(user, (const char *const[]){name, words[reg.class][0], number, words[reg.class][1]}, 4);
  }
  for (size_t i = 0; (name = riscv_csr_name(i, &n)) != NULL; i++) {
    snprintf(number, sizeof(number), "%u", n);
    each(user, (const char *const[]){name, "csr", number, "csr(n)"}, 4);
  }
}

static void list(bool rv64, enum isa_list what, isa_list_row *each, void *user)
{
  if (what == LIST_FORMS)
    list_forms(rv64, each, user);
  else if (what == LIST_REGISTERS)
    list_registers(each, user);
  else if (what == LIST_DIRECTIVES)
    for (size_t i = 0; i < sizeof(data) / sizeof(data[0]); i++)
      each(user, (const char *const[]){data[i].name, "value [, value ...]", "both"}, 3);
}

static void list_32(enum isa_list what, isa_list_row *each, void *user)
{
  list(false, what, each, user);
}

static void list_64(enum isa_list what, isa_list_row *each, void *user)
{
  list(true, what, each, user);
}

const struct isa isa_riscv32 = {
  .name = "riscv32", .id = ISA_RISCV32, .open = open_32, .known = known, .assemble = assemble, .mnemonic = mnemonic,
  .is_word = is_word, .is_register = is_register, .is_reserved = is_reserved, .list = list_32, .address_size = 4,
};

const struct isa isa_riscv64 = {
  .name = "riscv64", .id = ISA_RISCV64, .open = open_64, .known = known, .assemble = assemble, .mnemonic = mnemonic,
  .is_word = is_word, .is_register = is_register, .is_reserved = is_reserved, .list = list_64, .address_size = 8,
};
