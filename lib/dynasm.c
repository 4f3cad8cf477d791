/* dynasm.c - the functions that DynASM has too, over what the library calls them itself.
 *
 * (dasm_put is in put.c, for speed.) All of these are weak, see DYNASM_NAME.
 */
#include "internal.h"

/* Memory functions of a program with DynASM's own parameters get Dst. */
static inline struct dasm_State *enter(dasm_State **Dst)
{
  if (!Dst || !*Dst)
    return NULL;
  (*Dst)->dst = Dst;
  return *Dst;
}

DYNASM_NAME int dasm_init(dasm_State **Dst, int maxsection)
{
  return dasm_initwith(Dst, maxsection, NULL);
}

DYNASM_NAME int dasm_free(dasm_State **Dst)
{
  if (enter(Dst)) {
    state_free(*Dst);
    *Dst = NULL;
  }
  return DASM_S_OK;
}

DYNASM_NAME int dasm_setupglobal(dasm_State **Dst, void **globals, unsigned maxglobal)
{
  return enter(Dst) ? state_setupglobal(*Dst, globals, maxglobal) : DASM_S_NOMEM;
}

DYNASM_NAME int dasm_growpc(dasm_State **Dst, unsigned maxpc)
{
  return enter(Dst) ? state_growpc(*Dst, maxpc) : DASM_S_NOMEM;
}

DYNASM_NAME int dasm_setup(dasm_State **Dst, const void *actionlist)
{
  return enter(Dst) ? state_setup(*Dst, actionlist) : DASM_S_NOMEM;
}

DYNASM_NAME int dasm_link(dasm_State **Dst, size_t *size)
{
  return enter(Dst) ? state_link(*Dst, size) : DASM_S_NOMEM;
}

DYNASM_NAME int dasm_encode(dasm_State **Dst, void *buffer)
{
  return dasm_encode_at(Dst, buffer, SIZE_MAX, (uintptr_t)buffer);
}

DYNASM_NAME int dasm_getpclabel(dasm_State **Dst, unsigned pc)
{
  return Dst && *Dst ? state_getpclabel(*Dst, pc) : -2;
}

DYNASM_NAME int dasm_checkstep(dasm_State **Dst, int secmatch)
{
  return enter(Dst) ? state_checkstep(*Dst, secmatch) : DASM_S_NOMEM;
}
