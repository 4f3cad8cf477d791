/* arguments.c - puts whose arguments are not in the array that dasm_putargs() takes. */
#include "args.h"
#include "internal.h"

DYNASM_NAME int (dasm_put)(dasm_State **Dst, int start, ...)
{
  va_list ap;
  int status;

  if (UNLIKELY(!Dst || !*Dst))
    return DASM_S_NOMEM;
  (*Dst)->dst = Dst; /* as in dynasm.c */
  va_start(ap, start);
  status = dasm_vput(Dst, start, ap);
  va_end(ap);
  return status;
}

int dasm_vput(dasm_State **Dst, int start, va_list args)
{
  int64_t a[1 + LIST_MAXARGS];
  va_list ap;
  int nargs;

  if (UNLIKELY(!Dst || !*Dst))
    return DASM_S_NOMEM;
  nargs = put_nargs(*Dst, (uint32_t)start);
  if (UNLIKELY(nargs < 0))
    return (*Dst)->status;
  a[0] = start;
  va_copy(ap, args);
  take_args(a + 1, (unsigned)nargs, ap);
  va_end(ap);
  return dasm_putargs(Dst, a);
}

int dasm_aput(dasm_State **Dst, int start, const int64_t *args, unsigned nargs)
{
  int64_t a[1 + LIST_MAXARGS];
  int want;

  if (UNLIKELY(!Dst || !*Dst))
    return DASM_S_NOMEM;
  want = put_nargs(*Dst, (uint32_t)start);
  if (UNLIKELY(want < 0))
    return (*Dst)->status;
  if (UNLIKELY(nargs != (unsigned)want || (nargs && !args)))
    return state_fail(*Dst, DASM_S_ARG, (*Dst)->base + (uint32_t)start, nargs);
  a[0] = start;
  if (nargs)
    memcpy(a + 1, args, nargs * sizeof *a);
  return dasm_putargs(Dst, a);
}
