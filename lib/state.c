/* state.c - create, configure, reset and free states; accessors.
 *
 * Invariant: whatever failed, a state can be freed and can be set up again.
 * dasm_setup allocates only what it never had: buffers are kept.
 */
#include <string.h>

#include "label.h"
#include "pool.h"

int dasm_initwith(dasm_State **Dst, int maxsection, const dasm_Allocator *allocator)
{
  struct dasm_State *D;
  uint32_t i;
  size_t size;

  if (!Dst)
    return DASM_S_ARG;
  *Dst = NULL;
  if (!allocator)
    allocator = &default_allocator;
  if (allocator->size < sizeof *allocator || !allocator->realloc || !allocator->free)
    return DASM_S_ARG;
  if (maxsection < 0 || maxsection > 0xffffff)
    return DASM_S_RANGE_SEC;
  if (maxsection == 0)
    maxsection = 1;
  size = sizeof *D + (size_t)maxsection * sizeof(struct section);
  D = allocator->realloc(allocator->user, NULL, 0, size);
  if (!D)
    return DASM_S_NOMEM;
  memset(D, 0, size);
  D->alloc.realloc = allocator->realloc;
  D->alloc.free = allocator->free;
  D->alloc.user = allocator->user;
  D->nsections = (uint32_t)maxsection;
  for (i = 0; i < D->nsections; i++)
    section_init(&D->sections[i], i);
  D->section = D->sections;
  D->pc.low = D->global.low = UINT32_MAX;
  D->ninstances = FIRST_SHARED - 1;
  D->status = DASM_S_OK;
  *Dst = D;
  return DASM_S_OK;
}

/* All but the first block. */
static NOINLINE void free_apart(struct dasm_State *D)
{
  uint32_t i;

  for (i = 0; i < D->nfilled; i++)
    section_free(D, &D->sections[i]);
  mem_free(D, D->instances, D->maxinstances * sizeof *D->instances);
  mem_free(D, D->pc.slot, D->maxpc * sizeof *D->pc.slot);
  mem_free(D, D->global.slot, D->maxglobal * sizeof *D->global.slot);
  mem_free(D, D->values, D->maxvalues * sizeof *D->values);
  if (UNLIKELY(D->pools != NULL))
    pools_free(D);
  if (UNLIKELY(D->notes != NULL))
    notes_free(D);
  if (UNLIKELY(D->used != NULL))
    used_free(D);
}

void state_free(struct dasm_State *D)
{
  if (UNLIKELY(D->apart))
    free_apart(D);
  memory_end(D);
  mem_free(D, D, sizeof *D + D->nsections * sizeof(struct section));
}

int state_setupglobal(struct dasm_State *D, void **globals, unsigned maxglobal)
{
  int status = slots_grow(D, &D->global, &D->maxglobal, maxglobal);
  unsigned i;

  if (globals && !D->unchecked)
    for (i = 0; i < maxglobal; i++)
      globals[i] = NULL;
  D->globals = globals;
  D->nglobals = globals && status == DASM_S_OK ? maxglobal : 0;
  return status;
}

int state_growpc(struct dasm_State *D, unsigned maxpc)
{
  return slots_grow(D, &D->pc, &D->maxpc, maxpc);
}

int dasm_growglobal(dasm_State **Dst, unsigned maxglobal)
{
  return Dst && *Dst ? slots_grow(*Dst, &(*Dst)->global, &(*Dst)->maxglobal, maxglobal) : DASM_S_NOMEM;
}

/* Forget what was put; memory is kept. */
static void forget_code(struct dasm_State *D)
{
  uint32_t i;

  for (i = 0; i < D->nfilled; i++)
    section_reset(&D->sections[i]);
  D->section = D->sections;
  D->nvalues = D->open.target = 0;
  D->ninstances = FIRST_SHARED - 1;
  notes_reset(D);
  memset(D->prev, 0, sizeof D->prev);
  memset(D->next, 0, sizeof D->next);
  slots_clear(&D->pc);
  slots_clear(&D->global);
}

static void reset(struct dasm_State *D)
{
  D->status = D->refused = DASM_S_OK;
  D->limit = 0;
  D->linked = D->constants = false;
  D->grows = stubs_on(D);
  D->codesize = 0;
  if (D->nused)
    used_reset(D);
  if (D->first) /* else there was no put */
    forget_code(D);
}

/* Puts come from D->list now. */
static void take_list(struct dasm_State *D)
{
  D->fields = list_field(D->list, 0);
  D->foreign = D->list[LIST_AT_ORDER] != HOST_ORDER;
  if (D->list[LIST_AT_FLAGS] & LIST_HAS_CONSTANTS)
    D->constants = true;
  D->bias = D->base - 2 - (uint32_t)(uintptr_t)D->list;
  D->limit = ready_puts(D);
}

int state_setup(struct dasm_State *D, const void *actionlist)
{
  reset(D);
  D->refused_why = list_refused(actionlist);
  D->list = D->home = D->refused_why ? NULL : actionlist;
  if (!D->list)
    return state_fail(D, DASM_S_TEMPLATE, 0, 0);
  take_list(D);
  return DASM_S_OK;
}

int dasm_usetemplate(dasm_State **Dst, const dasm_Template *tmpl)
{
  struct dasm_State *D;

  if (!Dst || !*Dst)
    return DASM_S_NOMEM;
  D = *Dst;
  if (D->status != DASM_S_OK || (tmpl && tmpl == D->current))
    return D->status;
  if (!tmpl)
    return state_fail(D, DASM_S_ARG, 0, 0);
  if (D->list && (D->list[LIST_AT_ISA] != tmpl->list[LIST_AT_ISA] ||
                  D->list[LIST_AT_ORDER] != tmpl->list[LIST_AT_ORDER])) {
    D->refused = DASM_S_OK;
    D->refused_why = "the template is for another instruction set, or byte order, than the code of the state so far";
    return state_fail(D, DASM_S_TEMPLATE, 0, 0);
  }
  if (!force_close(D) || used_base(D, tmpl, &D->base) != DASM_S_OK)
    return D->status;
  D->list = tmpl->list;
  D->current = tmpl;
  take_list(D);
  return DASM_S_OK;
}

int dasm_setextern(dasm_State **Dst, dasm_ExternFn resolve, void *user)
{
  if (!Dst || !*Dst)
    return DASM_S_NOMEM;
  (*Dst)->resolve = resolve;
  (*Dst)->resolve_user = user;
  return DASM_S_OK;
}

int state_checkstep(struct dasm_State *D, int secmatch)
{
  uint32_t i, current;

  if (D->status != DASM_S_OK || !force_close(D))
    return D->status;
  for (i = 1; i <= 9; i++)
    if (D->next[i])
      return state_fail(D, DASM_S_UNDEF_L | (int)i, first_reference(D, D->next[i]), (int64_t)i);
  memset(D->prev, 0, sizeof D->prev);
  current = (uint32_t)(D->section - D->sections);
  if (secmatch >= 0 && current != (uint32_t)secmatch)
    return state_fail(D, DASM_S_MATCH_SEC | (int)current, 0, secmatch);
  return DASM_S_OK;
}

/* Current instance of a slot, or NULL. */
static const struct instance *slot_instance(const struct dasm_State *D, const struct slots *l, uint32_t i)
{
  return i < l->n && l->slot && l->slot[i] ? &D->instances[l->slot[i]] : NULL;
}

int state_getpclabel(const struct dasm_State *D, unsigned pc)
{
  const struct instance *l = slot_instance(D, &D->pc, pc);
  if (!l)
    return -2;
  if (label_state(l) != LABEL_DEFINED)
    return -1;
  return (int)(D->linked ? label_final(D, l) : l->first);
}

int dasm_getglobal(dasm_State **Dst, unsigned global, size_t *offset)
{
  const struct instance *l;
  if (!Dst || !*Dst)
    return DASM_S_NOMEM;
  if (global >= (*Dst)->global.n)
    return DASM_S_RANGE_LG | (int)(global & 0xffffff);
  l = slot_instance(*Dst, &(*Dst)->global, global);
  if (!l || label_state(l) != LABEL_DEFINED)
    return DASM_S_UNDEF_L | (int)(global & 0xffffff);
  if (!(*Dst)->linked)
    return DASM_S_PHASE;
  if (offset)
    *offset = label_final(*Dst, l);
  return DASM_S_OK;
}

int dasm_getstatus(dasm_State **Dst)
{
  return Dst && *Dst ? (*Dst)->status : DASM_S_NOMEM;
}

int dasm_getsection(dasm_State **Dst)
{
  return Dst && *Dst ? (int)((*Dst)->section - (*Dst)->sections) : -1;
}

size_t dasm_getsecsize(dasm_State **Dst, int section)
{
  if (!Dst || !*Dst || section < 0 || (uint32_t)section >= (*Dst)->nsections)
    return 0;
  return section_first(*Dst, &(*Dst)->sections[section]);
}

size_t dasm_getcodesize(dasm_State **Dst)
{
  return Dst && *Dst && (*Dst)->linked ? (*Dst)->codesize : 0;
}

unsigned dasm_getpccount(dasm_State **Dst)
{
  return Dst && *Dst ? (unsigned)(*Dst)->pc.n : 0;
}
