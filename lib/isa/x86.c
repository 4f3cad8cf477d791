/* x86.c - instructions with dynamic registers; see x86.h. Refuses every block for now. */
#include "x86.h"

#include "dasm.h"

unsigned char *x86_dyn(const uint8_t *block, const int64_t *args, unsigned char *out, uint32_t *status)
{
  (void)block;
  (void)args;
  *status = DASM_S_RANGE_VREG;
  return out;
}

bool x86_dyn_valid(const uint8_t *block, unsigned len, unsigned nargs)
{
  (void)block;
  (void)len;
  (void)nargs;
  return false;
}
