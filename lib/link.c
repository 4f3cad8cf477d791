/* link.c - lay out the sections: relax branches, pad alignments.
 *
 * One walk over the events. `delta` is what turns an offset of the
 * current section into a final one; it starts as the section's base and falls
 * with every branch that shrinks and every padding that is not needed in full.
 * A backward target's final offset is known; a forward target is compared by
 * first offsets on both sides, as DynASM does, which gives the same bytes.
 * Labels need no visit: each event keeps the delta that was right before it.
 * Nothing in the log is consumed, so a state can be linked again after more
 * has been put.
 */
#include "label.h"
#include "pool.h"

/* How far behind event e, a reference in s, its label is before later branches shrink; the label is
 * in another section, or an address. */
static NOINLINE int64_t far_distance(const struct dasm_State *D, const struct section *s, const struct event *e,
                                     const struct instance *l)
{
  uint32_t section = LABEL_SECTION(l->place), i;
  int64_t d = (int64_t)l->first - e->first;

  if (label_state(l) != LABEL_DEFINED)
    return INT64_MAX / 2; /* it is an address */
  if (section < s->number)
    return (int64_t)label_final(D, l) - (int64_t)(e->offset + (uint32_t)e->delta);
  for (i = s->number; i < section; i++)
    d += section_first(D, &D->sections[i]);
  return d;
}

/* The same for any label; e is the section's event i. */
static inline int64_t distance(const struct dasm_State *D, const struct section *s, const struct event *e, uint32_t i,
                               const struct instance *l)
{
  if (UNLIKELY(l->place != s->place))
    return far_distance(D, s, e, l);
  if (l->event > i)
    return (int32_t)(l->first - e->first);
  return (int64_t)l->offset - e->offset + (e[(ptrdiff_t)l->event - (ptrdiff_t)i].delta - e->delta);
}

/* Can a branch have the short form that only its ISA knows, from whose long one the label is d bytes away? */
static NOINLINE bool own_short(const struct dasm_State *D, const struct event *e, int64_t d)
{
  return isa_of(D->list)->shortens(d, event_field(D, e)[FIELD_WIDEN]);
}

/* Lay out one section that has events or bytes; returns what turns its end into a final offset.
 * *missing: a label was not there. */
static uint32_t link_section(struct dasm_State *D, struct section *s, uint32_t delta, bool *missing)
{
  const struct instance *instances = D->instances;
  struct event *e = s->events;
  uint32_t i, n = s->nevents;

  for (i = 0; i < n; i++, e++) {
    uint8_t form = FORM_LONG;

    e->delta = (int32_t)delta;
    if (LIKELY(event_has_label(e))) {
      const struct instance *l = &instances[e->target];
      uint32_t shrink = e->shrink;

      if (UNLIKELY(label_state(l) < LABEL_DEFINED))
        *missing = true;
      else if (UNLIKELY(shrink == SHRINK_OWN))
        form = own_short(D, e, distance(D, s, e, i, l)) ? FORM_SHORT : FORM_LONG;
      else if (shrink != 0) /* within -128 - shrink ... 127 */
        form = (uint64_t)distance(D, s, e, i, l) + 128 + shrink < 256 + shrink ? FORM_SHORT : FORM_LONG;
      delta -= form == FORM_SHORT ? shrink : 0;
    } else if (event_is_alignment(e)) {
      delta -= alignment_pad(e, e->offset + delta);
    }
    e->form = form;
  }
  e->delta = (int32_t)delta;
  return delta;
}

uint32_t first_reference(const struct dasm_State *D, uint32_t instance)
{
  uint32_t i, j;
  for (i = 0; i < D->nsections; i++)
    for (j = 0; j < D->sections[i].nevents; j++) {
      const struct event *e = &D->sections[i].events[j];
      if (event_has_label(e) && e->target == instance)
        return e->at;
    }
  return 0;
}

/* Every PC label and local label that is used must be there; globals may come from the program. */
static int check_labels(struct dasm_State *D)
{
  uint32_t i;
  for (i = FIRST_SHARED; i <= D->ninstances; i++) {
    const struct instance *l = &D->instances[i];
    enum label_state state = label_state(l);
    if (state == LABEL_LOCAL || state == LABEL_PC)
      return state_fail(D, (state == LABEL_PC ? DASM_S_UNDEF_PC : DASM_S_UNDEF_L) | (int)(l->offset & 0xffffff),
                        first_reference(D, i), l->offset);
  }
  return DASM_S_OK;
}

int state_link(struct dasm_State *D, size_t *size)
{
  bool missing = false, grow = false;
  uint64_t total = 0;
  uint32_t i;

  if (D->status != DASM_S_OK)
    return D->status;
  if (!D->list)
    return state_fail(D, DASM_S_PHASE, 0, 0);
  if (!force_close(D))
    return D->status;
  if (pools_on(D))
    grow = grow_count(D);
  for (i = 0; i < D->nfilled; i++) {
    struct section *s = &D->sections[i];
    uint32_t base = (uint32_t)total, delta;

    if (!s->events)
      continue; /* and there are no bytes */
    delta = grow ? grow_section(D, s, base, &missing) : link_section(D, s, base, &missing);
    total += section_offset(s, s->w) + delta - base; /* what it has in the end: below 2^32 */
    if (total > MAX_CODE)
      return state_fail(D, DASM_S_SIZE, 0, (int64_t)total);
  }
  if (missing && check_labels(D) != DASM_S_OK)
    return D->status;
  if (pools_on(D) && pools_link(D, &total) != DASM_S_OK)
    return D->status;
  D->codesize = (uint32_t)total;
  D->linked = true;
  D->limit = 0;
  if (size)
    *size = D->codesize;
  return DASM_S_OK;
}
