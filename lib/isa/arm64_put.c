/* arm64_put.c - AArch64: what a put does for its one operation, mov64. See arm64.h. */
#include "../internal.h"
#include "arm64.h"

bool arm64_measure(struct record *r, const uint8_t *operands, size_t room)
{
  unsigned reg;

  if (r->op != OP_ARM64_MOV || room < 1)
    return false;
  reg = operands[0] & ~(unsigned)ARM64_MOV_32;
  if (reg > 30 && reg != ARM64_MOV_ARG)
    return false;
  r->takes = reg == ARM64_MOV_ARG ? 2 : 1;
  r->bytes = (uint16_t)(r->bytes + 4 * ARM64_MOV_MOST);
  r->next++;
  return true;
}

/* The zero register gets no number, and in orr it would be the stack pointer. */
uint8_t *arm64_perform(struct dasm_State *D, const struct record *r, const uint8_t *operands, const int64_t *args, uint8_t *w,
                       int *status, int64_t *value)
{
  bool wide = !(operands[0] & ARM64_MOV_32);
  int64_t rd = operands[0] & ~(unsigned)ARM64_MOV_32, v = args[r->takes - 1];
  uint32_t insn[ARM64_MOV_MOST];
  unsigned n, i;

  if (rd == ARM64_MOV_ARG)
    rd = args[0];
  *value = rd;
  if (rd < 0 || rd > 30) {
    *status = DASM_S_RANGE_VREG;
    return w;
  }
  *value = v;
  if (!wide && (v < INT32_MIN || v > UINT32_MAX)) {
    *status = DASM_S_RANGE_I;
    return w;
  }
  n = arm64_mov(wide, (unsigned)rd, (uint64_t)v, insn);
  for (i = 0; i < n; i++, w += 4)
    far_put(D->list, w, insn[i], 4);
  return w;
}
