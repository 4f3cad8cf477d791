/* fail.c - a state remembers its first error, and why a call refused it. */
#include "internal.h"

int state_fail(struct dasm_State *D, int status, uint32_t at, int64_t value)
{
  D->limit = 0;
  if (D->status == DASM_S_OK) {
    D->status = status_for(D, status);
    D->error_at = at;
    if (DASM_S_CLASS(status) != DASM_S_REDEF)
      D->error_other = 0;
    D->error_value = value;
  }
  return D->status;
}

int state_refuse(struct dasm_State *D, int status, const char *why)
{
  D->refused = status;
  D->refused_why = why;
  return status;
}
