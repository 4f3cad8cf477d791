/* used.c - the templates that a state has taken puts from.
 *
 * A state keeps each of them until it is set up again, because its events and its
 * error name places, and messages want lines and names. Places count through all
 * lists of a state: those of a list start at its base. The list of dasm_setup() has base 0; others
 * follow in the order of first use. A hash table finds a template that was used before.
 */
#include "internal.h"

static uint32_t slot_of(const struct used *used, const dasm_Template *tmpl)
{
  uint32_t i = (uint32_t)((uintptr_t)tmpl >> 4) * 2654435761u >> 8;

  for (i &= used->nslots - 1; used->slot[i]; i = (i + 1) & (used->nslots - 1))
    if (used->at[used->slot[i] - 1].tmpl == tmpl)
      break;
  return i;
}

/* Twice as many slots; half of them at most are in use. */
static bool more_slots(struct dasm_State *D, struct used *used)
{
  uint32_t i;

  if (!mem_slots(D, &used->slot, &used->nslots))
    return false;
  for (i = 0; i < D->nused; i++)
    used->slot[slot_of(used, used->at[i].tmpl)] = i + 1;
  return true;
}

/* Have room for one more. */
static bool room_for_one(struct dasm_State *D)
{
  if (!D->used && (D->used = mem_grow(D, NULL, 0, sizeof *D->used)) != NULL)
    memset(D->used, 0, sizeof *D->used);
  return D->used && (2 * (D->nused + 1) <= D->used->nslots || more_slots(D, D->used)) &&
         (D->nused < D->used->max ||
          grow_array(D, &D->used->at, &D->used->max, (size_t)D->nused + 1, sizeof *D->used->at));
}

static int add(struct dasm_State *D, const dasm_Template *tmpl, uint32_t *base)
{
  const struct used_template *last = D->nused ? &D->used->at[D->nused - 1] : NULL;
  uint64_t next = last ? (uint64_t)last->base + list_end(last->tmpl->list) : D->home ? list_end(D->home) : 0;

  if (next + list_end(tmpl->list) > UINT32_MAX) /* see struct event */
    return state_fail(D, DASM_S_SIZE, 0, 0);
  if (!room_for_one(D))
    return state_fail(D, DASM_S_NOMEM, 0, 0);
  D->used->slot[slot_of(D->used, tmpl)] = D->nused + 1;
  D->used->at[D->nused++] = (struct used_template){tmpl, (uint32_t)next};
  template_hold(tmpl);
  *base = (uint32_t)next;
  return DASM_S_OK;
}

int used_base(struct dasm_State *D, const dasm_Template *tmpl, uint32_t *base)
{
  uint32_t i = D->nused ? D->used->slot[slot_of(D->used, tmpl)] : 0;

  if (!i)
    return add(D, tmpl, base);
  *base = D->used->at[i - 1].base;
  return DASM_S_OK;
}

const uint8_t *used_find(const struct dasm_State *D, uint32_t *at)
{
  uint32_t low = 0, high = D->nused; /* the last one whose base is not above *at is below high */

  if (*at == 0)
    return D->list;
  while (low < high) {
    uint32_t mid = low + (high - low) / 2;

    if (D->used->at[mid].base <= *at)
      low = mid + 1;
    else
      high = mid;
  }
  if (low == 0)
    return D->home;
  *at -= D->used->at[low - 1].base;
  return D->used->at[low - 1].tmpl->list;
}

void used_reset(struct dasm_State *D)
{
  uint32_t i;

  for (i = 0; i < D->nused; i++)
    template_drop(D->used->at[i].tmpl);
  if (D->nused)
    memset(D->used->slot, 0, D->used->nslots * sizeof *D->used->slot);
  D->nused = D->base = 0;
  D->current = NULL;
}

void used_free(struct dasm_State *D)
{
  used_reset(D);
  mem_free(D, D->used->at, D->used->max * sizeof *D->used->at);
  mem_free(D, D->used->slot, D->used->nslots * sizeof *D->used->slot);
  mem_free(D, D->used, sizeof *D->used);
}
