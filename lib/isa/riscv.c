/* riscv.c - what RISC-V is to the encoder: the operations of its own. */
#include "riscv.h"

#include "../internal.h"

static bool measure_differ(struct record *r, const uint8_t *operands, size_t room)
{
  unsigned a, b;

  if (room < 2)
    return false;
  a = operands[0] & ~(unsigned)RISCV_BOTH_ZERO;
  b = operands[1];
  r->looks = (uint8_t)((a > b ? a : b) + 1);
  r->next += 2;
  return a < RISCV_DIFFER_MOST && b < RISCV_DIFFER_MOST;
}

/* Equal ones are both out of place. */
static int differ(const uint8_t *operands, const int64_t *args, int64_t *value)
{
  int64_t a = args[operands[0] & ~(unsigned)RISCV_BOTH_ZERO], b = args[operands[1]];

  *value = a;
  return a != b || ((operands[0] & RISCV_BOTH_ZERO) && a != 0) ? DASM_S_OK : DASM_S_RANGE_VREG;
}

bool riscv_measure(struct record *r, const uint8_t *operands, size_t room)
{
  if (r->op == OP_RISCV_DIFFER)
    return measure_differ(r, operands, room);
  if (r->op != OP_RISCV_LI || room < 1 || operands[0] > RISCV_LI_ARG)
    return false;
  r->takes = operands[0] == RISCV_LI_ARG ? 2 : 1;
  r->bytes = (uint16_t)(r->bytes + 4 * RISCV_LI_MOST);
  r->next++;
  return true;
}

uint8_t *riscv_perform(struct dasm_State *D, const struct record *r, const uint8_t *operands, const int64_t *args,
                       uint8_t *w, int *status, int64_t *value)
{
  bool rv64 = D->list[LIST_AT_ISA] == ISA_RISCV64;
  uint32_t insn[RISCV_LI_MOST];
  unsigned n, i, k;
  int64_t rd, v;

  if (r->op == OP_RISCV_DIFFER) {
    *status = differ(operands, args, value);
    return w;
  }
  rd = operands[0];
  v = args[r->takes - 1];

  if (rd == RISCV_LI_ARG)
    rd = args[0];
  *value = rd;
  if (rd < 0 || rd > 31) {
    *status = DASM_S_RANGE_VREG;
    return w;
  }
  *value = v;
  if (!rv64 && (v < INT32_MIN || v > UINT32_MAX)) {
    *status = DASM_S_RANGE_I;
    return w;
  }
  n = riscv_li(rv64, (unsigned)rd, v, insn);
  for (i = 0; i < n; i++)
    for (k = 0; k < 4; k++)
      *w++ = (uint8_t)(insn[i] >> 8 * k);
  return w;
}
