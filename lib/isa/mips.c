/* mips.c - MIPS: what a put does for its one operation, li. See mips.h. */
#include "mips.h"

#include "../internal.h"

bool mips_measure(struct record *r, const uint8_t *operands, size_t room)
{
  unsigned reg;

  if (r->op != OP_MIPS_LI || room < 1)
    return false;
  reg = operands[0] & ~(unsigned)MIPS_LI_64;
  if (reg > MIPS_LI_ARG)
    return false;
  r->takes = reg == MIPS_LI_ARG ? 2 : 1;
  r->bytes = (uint16_t)(r->bytes + 4 * MIPS_LI_MOST);
  r->next++;
  return true;
}

uint8_t *mips_perform(struct dasm_State *D, const struct record *r, const uint8_t *operands, const int64_t *args, uint8_t *w,
                      int *status, int64_t *value)
{
  bool wide = (operands[0] & MIPS_LI_64) != 0;
  int64_t rt = operands[0] & ~(unsigned)MIPS_LI_64, v = args[r->takes - 1];
  uint32_t insn[MIPS_LI_MOST];
  unsigned n, i;

  if (rt == MIPS_LI_ARG)
    rt = args[0];
  *value = rt;
  if (rt < 0 || rt > 31) {
    *status = DASM_S_RANGE_VREG;
    return w;
  }
  *value = v;
  if (!wide && (v < INT32_MIN || v > UINT32_MAX)) {
    *status = DASM_S_RANGE_I;
    return w;
  }
  n = mips_li(wide, (unsigned)rt, v, insn);
  for (i = 0; i < n; i++, w += 4)
    far_put(D->list, w, insn[i], 4);
  return w;
}
