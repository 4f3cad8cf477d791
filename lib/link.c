/* link.c - lay out the sections: relax branches, pad alignments, place labels.
 *
 * One walk over the events. `delta` is what turns a first offset of the
 * current section into a final one; it starts as the section's base and falls
 * with every branch that shrinks and every padding that is not needed in full.
 * A backward target's final offset is known; a forward target is compared by
 * first offsets on both sides, as DynASM does, which gives the same bytes.
 * Nothing in the log is consumed, so a state can be linked again after more
 * has been put.
 */
#include "internal.h"

/* First offset of a label minus that of the end of a branch, both seen from the branch. */
static int64_t distance(const struct dasm_State *D, const struct instance *l, uint32_t section,
                        uint32_t event, int64_t end, int64_t delta)
{
  int64_t d;
  uint32_t i;
  bool forward = l->section > section || (l->section == section && l->event > event);

  if (!forward)
    return (int64_t)l->u.ofs.final - delta - end;
  d = (int64_t)l->u.ofs.first - end;
  for (i = section; i < l->section; i++)
    d += (int64_t)D->sections[i].pos + D->sections[i].extra;
  return d;
}

/* Bytes by which a branch to a label shrinks. */
static int64_t shrinks(struct dasm_State *D, struct event *e, uint32_t section, uint32_t event, int64_t end,
                       int64_t delta)
{
  const struct instance *l = &D->instances[e->target];
  int64_t shrink = fixups[e->fix].shrink, d;

  e->is_short = 0;
  if (shrink == 0 || l->state != LABEL_DEFINED)
    return 0;
  d = distance(D, l, section, event, end, delta);
  if (d < -128 - shrink || d > 127)
    return 0;
  e->is_short = 1;
  return shrink;
}

/* Lay out one section; returns delta behind it. */
static int64_t link_section(struct dasm_State *D, uint32_t number, int64_t delta)
{
  struct section *s = &D->sections[number];
  int64_t extra = 0; /* what alignments and spaces so far add to positions */
  uint32_t i;

  s->base = (uint32_t)delta;
  for (i = 0; i < s->nevents; i++) {
    struct event *e = &s->events[i];
    int64_t first = e->pos + extra;
    switch (e->kind) {
    case EV_LABEL:
      D->instances[e->target].u.ofs.final = (uint32_t)(first + delta);
      break;
    case EV_REF:
      delta -= shrinks(D, e, number, i, first, delta);
      break;
    case EV_ALIGN: {
      int64_t mask = e->at, surplus = (first + mask + delta) & mask;
      extra += mask;
      delta -= surplus;
      e->target = (uint32_t)(mask - surplus);
      break;
    }
    case EV_SPACE:
      extra += e->target;
      break;
    default:
      break;
    }
  }
  return delta + s->pos + extra;
}

/* Operation of the first reference to a label instance, for the message. */
static uint32_t first_reference(const struct dasm_State *D, uint32_t instance)
{
  uint32_t i, j;
  for (i = 0; i < D->nsections; i++)
    for (j = 0; j < D->sections[i].nevents; j++) {
      const struct event *e = &D->sections[i].events[j];
      if (e->kind == EV_REF && e->target == instance)
        return e->at;
    }
  return 0;
}

/* Every PC label and local label that is used must be there; globals may come from the host. */
static int check_labels(struct dasm_State *D)
{
  uint32_t i;
  if (D->nwaiting == 0)
    return DASM_S_OK;
  for (i = 0; i < D->ninstances; i++) {
    const struct instance *l = &D->instances[i];
    if (l->state == LABEL_LOCAL || l->state == LABEL_PC)
      return state_fail(D, (l->state == LABEL_PC ? DASM_S_UNDEF_PC : DASM_S_UNDEF_L) |
                        (int)(l->u.number & 0xffffff), first_reference(D, i), l->u.number);
  }
  return DASM_S_OK;
}

int state_link(struct dasm_State *D, size_t *size)
{
  int64_t total = 0;
  uint32_t i;

  if (D->status != DASM_S_OK)
    return D->status;
  if (!D->t.list)
    return state_fail(D, DASM_S_PHASE, 0, 0);
  if (check_labels(D) != DASM_S_OK)
    return D->status;
  for (i = 0; i < D->nsections; i++) {
    total = link_section(D, i, total);
    if (total > MAX_CODE)
      return state_fail(D, DASM_S_SIZE, 0, total);
  }
  D->codesize = (uint32_t)total;
  D->linked = true;
  if (size)
    *size = D->codesize;
  return DASM_S_OK;
}
