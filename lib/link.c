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
#include "stub.h"

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

/* Lay out one section; returns what turns its end into a final offset. *missing: a label was not
 * there. */
static uint32_t link_section(struct dasm_State *D, struct section *s, uint32_t delta, bool *missing)
{
  const struct instance *instances = D->instances;
  struct event *e = s->events;
  uint32_t i, n = s->nevents;

  if (!e)
    return delta;
  for (i = 0; i < n; i++, e++) {
    uint8_t form = FORM_LONG;

    e->delta = (int32_t)delta;
    if (LIKELY(event_has_label(e))) {
      const struct instance *l = &instances[e->target];
      uint32_t shrink = e->shrink;

      if (UNLIKELY(label_state(l) < LABEL_DEFINED))
        *missing = true;
      else if (shrink != 0) /* within -128 - shrink ... 127 */
        form = (uint64_t)distance(D, s, e, i, l) + 128 + shrink < 256 + shrink ? FORM_SHORT : FORM_LONG;
      delta -= form == FORM_SHORT ? shrink : 0;
    } else if (e->op == OP_ALIGN) {
      uint32_t mask = e->at, pad = (0 - (e->offset + delta)) & mask;

      e->target = pad;
      delta -= mask - pad;
    }
    e->form = form;
  }
  e->delta = (int32_t)delta;
  return delta;
}

/* ---- branches that grow ---------------------------------------------------------------
 *
 * A state that allows stubs also lets branches grow that do not reach. To know in one walk which of them, the others ahead are
 * taken to grow, and each alignment ahead to take all its bytes: offsets are then the greatest that there can be, and a branch
 * that reaches there reaches in the end. So some few may grow that need not. Targets behind are known.
 *
 * Example: a branch that ends at 104 and can grow by 4, another one at 200 that can, a label at 4196. It may be 4096 from
 * that end, because of the second one: the first one grows if that is too far, even if the second does not grow.
 */

static unsigned growth(const struct dasm_State *D, const struct event *e)
{
  unsigned how = event_has_label(e) ? event_escape(D, e) : 0;

  return how ? isa_of(D->list)->grows(how) : 0;
}

/* Set each delta to how much all events before may grow in their section. False: none can. */
static bool count_growth(struct dasm_State *D)
{
  bool any = false;
  uint32_t i, j;

  if (!stubs_on(D) || !D->grows || !isa_of(D->list)->grows)
    return false;
  for (i = 0; i < D->nsections; i++) {
    struct section *s = &D->sections[i];
    uint32_t sum = 0;

    for (j = 0; j < s->nevents; j++) {
      s->events[j].delta = (int32_t)sum;
      sum += growth(D, &s->events[j]);
    }
    if (s->events)
      s->events[j].delta = (int32_t)sum;
    any |= sum != 0;
  }
  return any;
}

/* Its bytes at most; it is not linked yet. */
static uint64_t greatest_size(const struct section *s)
{
  return section_offset(s, s->w) + (s->events ? (uint64_t)(uint32_t)s->events[s->nevents].delta : 0);
}

/* How far the label is at most from the end of e, an event of s whose end is `end` in the code. ahead: how much the events up
 * to it may grow, which those behind it have in their deltas, too. */
static int64_t greatest_distance(const struct dasm_State *D, const struct section *s, const struct event *e, uint32_t ahead,
                                 uint32_t end, const struct instance *l)
{
  uint32_t section = LABEL_SECTION(l->place), i;
  int64_t d;

  if (section < s->number || (section == s->number && l->offset < e->offset))
    return (int64_t)label_final(D, l) - (int64_t)end;
  d = (int64_t)l->offset + D->sections[section].events[l->event].delta;
  if (section == s->number)
    return d - ahead - (int64_t)e->offset;
  d += (int64_t)greatest_size(s) - ahead - (int64_t)e->offset;
  for (i = s->number + 1; i < section; i++)
    d += (int64_t)greatest_size(&D->sections[i]);
  return d;
}

/* Does branch e reach its label as it is? Code elsewhere may be anywhere. */
static bool reaches(const struct dasm_State *D, const struct section *s, const struct event *e, uint32_t ahead, uint32_t end)
{
  const uint64_t somewhere = UINT64_C(1) << 40;
  const struct instance *l = &D->instances[e->target];
  uint32_t at = e->at;
  const uint8_t *list = list_of(D, &at);
  uint64_t v;

  return label_state(l) == LABEL_DEFINED &&
         field_bits(list_field(list, e->field), somewhere, somewhere + (uint64_t)greatest_distance(D, s, e, ahead, end, l), &v);
}

/* link_section() for a section whose deltas count_growth() has set. */
static uint32_t link_growing(struct dasm_State *D, struct section *s, uint32_t delta, bool *missing)
{
  struct event *e = s->events;
  uint32_t i;

  if (!e)
    return delta;
  for (i = 0; i < s->nevents; i++, e++) {
    uint32_t ahead = (uint32_t)e->delta, more = growth(D, e);

    e->delta = (int32_t)delta;
    e->form = FORM_LONG;
    if (event_has_label(e)) {
      *missing |= label_state(&D->instances[e->target]) < LABEL_DEFINED;
      if (more && !reaches(D, s, e, ahead + more, e->offset + delta)) {
        e->form = FORM_GROWN;
        delta += more;
      }
    } else if (e->op == OP_ALIGN) {
      uint32_t mask = e->at, pad = (0 - (e->offset + delta)) & mask;

      e->target = pad;
      delta -= mask - pad;
    }
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

/* Every PC label and local label that is used must be there; globals may come from the host. */
static int check_labels(struct dasm_State *D)
{
  uint32_t i;
  for (i = 1; i <= D->ninstances; i++) {
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
  if (UNLIKELY(D->stubs != NULL))
    grow = count_growth(D);
  for (i = 0; i < D->nsections; i++) {
    struct section *s = &D->sections[i];
    uint32_t base = (uint32_t)total, delta = grow ? link_growing(D, s, base, &missing) : link_section(D, s, base, &missing);

    total += section_offset(s, s->w) + delta - base; /* what it has in the end: below 2^32 */
    if (total > MAX_CODE)
      return state_fail(D, DASM_S_SIZE, 0, (int64_t)total);
  }
  if (UNLIKELY(D->stubs != NULL) && stubs_reserve(D, &total) != DASM_S_OK)
    return D->status;
  if (missing && check_labels(D) != DASM_S_OK)
    return D->status;
  D->codesize = (uint32_t)total;
  D->linked = true;
  D->limit = 0;
  if (size)
    *size = D->codesize;
  return DASM_S_OK;
}
