/* arm64_pseudo.c - mov64: any number into a register, in the shortest sequence of instructions. At run time puts choose it,
 * as the number is known.
 */
#include <inttypes.h>

#include "../../lib/isa/arm64.h"
#include "arm64.h"

static const struct isa_pseudo mov64 = {"mov64", "Rd, #imm : R=sf:WX", "register, value", 2, 2};

bool a64_pseudo_at(const struct isa *isa, size_t index, struct isa_pseudo *out)
{
  (void)isa;
  *out = mov64;
  return index == 0;
}

/* The general register that an operand is; reported, if it is none that can get a number. */
static bool register_of(struct front *F, struct span text, struct a64_reg *reg)
{
  if (a64_reg_parse(text, reg) == text.n && reg->class <= A64_X && (reg->expr.p || reg->num < 31))
    return true;
  diag_error(F, text, "[bad-operand] a register x0 to x30 or w0 to w30 is expected");
  return false;
}

static void at_run_time(struct front *F, const struct a64_reg *reg, struct span value)
{
  uint8_t block = (uint8_t)((reg->expr.p ? ARM64_MOV_ARG : reg->num) | (reg->class == A64_W ? ARM64_MOV_32 : 0));
  unsigned arg = reg->expr.p ? build_arg(F, reg->expr) : build_arg(F, value);

  if (reg->expr.p)
    build_arg(F, value);
  build_block(F, OP_ARM64_MOV, arg, reg->expr.p ? 2 : 1, &block, 1, 4 * ARM64_MOV_MOST);
}

static void known(struct front *F, const struct a64_reg *reg, int64_t v)
{
  uint32_t insn[ARM64_MOV_MOST];
  unsigned n = arm64_mov(reg->class == A64_X, reg->num, (uint64_t)v, insn);

  for (unsigned i = 0; i < n; i++)
    build_le(F, insn[i], 4);
}

bool a64_pseudo(struct front *F, struct isa_state *S, const struct stmt *st)
{
  struct span value;
  struct a64_reg reg;
  struct label label;
  int64_t v;

  if (!span_is(st->op, mov64.name))
    return false;
  if (st->narg != 2) {
    diag_error(F, st->op, "[operand-count] 'mov64' takes a register and a number");
    return true;
  }
  if (!register_of(F, st->arg[0], &reg))
    return true;
  value = st->arg[1];
  if (value.n > 0 && *value.p == '#')
    value = span_trim((struct span){value.p + 1, value.n - 1});
  if (value.n == 0 || front_label(F, value, &label))
    diag_error(F, st->arg[1], "[bad-operand] a number or an expression is expected; the address of a label: adr");
  else if (!operand_number(F, S, value, &v) && !operand_constant(F, value, &v))
    at_run_time(F, &reg, value);
  else if (reg.class == A64_W && (v < INT32_MIN || v > UINT32_MAX))
    diag_error(F, st->arg[1], "[out-of-range] the number does not fit in 32 bits");
  else if (reg.expr.p)
    at_run_time(F, &reg, value);
  else
    known(F, &reg, v);
  return true;
}
