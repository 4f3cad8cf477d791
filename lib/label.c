/* label.c - labels, events and branches: what a put does seldom. See label.h. */
#include "label.h"

static bool nomem(struct dasm_State *D, uint32_t at)
{
  state_fail(D, DASM_S_NOMEM, at, 0);
  return false;
}

bool room_for_event(struct dasm_State *D, struct section *s)
{
  return s->nevents < s->maxevents || section_reserve_event(D, s);
}

bool room_for_label(struct dasm_State *D, uint32_t at)
{
  return D->ninstances + 1 < D->maxinstances ||
         grow_array(D, &D->instances, &D->maxinstances, (size_t)D->ninstances + 2,
                    sizeof *D->instances) ||
         nomem(D, at);
}

bool room_for_values(struct dasm_State *D, unsigned n, uint32_t at)
{
  return D->maxvalues - D->nvalues >= n ||
         grow_array(D, &D->values, &D->maxvalues, (size_t)D->nvalues + n, sizeof *D->values) || nomem(D, at);
}

bool force_close(struct dasm_State *D)
{
  uint32_t at = D->open.target ? record_place(D, D->open.operands) : 0;

  if (!close_reference(D, D->section) || section_offset(D->section, D->section->w) > MAX_CODE) {
    state_fail(D, DASM_S_SIZE, at, 0);
    return false;
  }
  return true;
}

bool put_gap(struct dasm_State *D, struct section *s, struct event e, uint8_t *w, int64_t n, uint32_t place)
{
  struct event *logged;

  if (n < 0) {
    state_fail(D, DASM_S_RANGE_I | (int)(place & 0xffffff), place, n);
    return false;
  }
  if (n > MAX_CODE || n + (int64_t)section_offset(s, w) + s->saved > MAX_CODE) {
    state_fail(D, DASM_S_SIZE, place, n);
    return false;
  }
  logged = new_event(s, e.op, e.field, w, e.target, e.at);
  if (!logged)
    return false;
  if (event_is_alignment(&e))
    s->sized = s->nevents;
  s->origin -= (uintptr_t)n;
  s->w = w;
  section_limit(s, section_first(D, s));
  return true;
}
