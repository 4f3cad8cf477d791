/* grow.c - branches that grow, and pools within code: what link does in a state with stubs.
 *
 * A branch that does not reach its label becomes the opposite one over a jump (far.h). To know in
 * one walk which of them, the others ahead are taken to grow, and each alignment ahead to take all
 * its bytes: offsets are then the greatest that there can be, and a branch that reaches there
 * reaches in the end. So some few may grow that need not. Targets behind are known. A branch to
 * what is outside of this code always grows.
 *
 * Example: a branch that ends at 104 and can grow by 4, another one at 200 that can, a label at
 * 4196. It may be 4096 from that end, because of the second one: the first one grows if that is too
 * far, even if the second does not grow.
 *
 * In code that is larger than what its instructions reach, something may not reach its entry in the
 * pool behind the code, or a jump not its label. Then all is laid out again, with pools within the
 * code (lay_out): each as late as what waits for it allows, behind an instruction that refers to
 * something, and jumped over. Then branches are looked at again, and jumps: one that does not reach
 * its label goes to a stub, too (FORM_FAR). What has grown or is far stays so: thus it ends. Each
 * round wants more bytes to spare than the one before, so that there are few rounds, whatever the
 * code.
 */
#include "label.h"
#include "pool.h"

/* ---- in one walk ----------------------------------------------------------------------- */

bool grow_count(struct dasm_State *D)
{
  bool any = false;
  uint32_t i, j;

  if (!stubs_on(D) || !D->grows || !isa_of(D->list)->beyond || !isa_of(D->list)->beyond->grow)
    return false;
  for (i = 0; i < D->nsections; i++) {
    struct section *s = &D->sections[i];
    uint32_t sum = 0;

    for (j = 0; j < s->nevents; j++) {
      s->events[j].delta = (int32_t)sum;
      sum += event_growth(D, &s->events[j]);
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

/* How far the label is at most from the end of e, an event of s whose end is `end` in the code.
 * ahead: how much the events up to it may grow, which those behind it have in their deltas, too. */
static int64_t greatest_distance(const struct dasm_State *D, const struct section *s,
                                 const struct event *e, uint32_t ahead, uint32_t end,
                                 const struct instance *l)
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
static bool reaches(const struct dasm_State *D, const struct section *s, const struct event *e,
                    uint32_t ahead, uint32_t end)
{
  const uint64_t somewhere = UINT64_C(1) << 40;
  const struct instance *l = &D->instances[e->target];
  uint64_t v;

  return event_has_label(e) && label_state(l) == LABEL_DEFINED &&
         field_bits(event_field(D, e), somewhere, somewhere + (uint64_t)greatest_distance(D, s, e, ahead, end, l), &v);
}

uint32_t grow_section(struct dasm_State *D, struct section *s, uint32_t delta, bool *missing)
{
  struct event *e = s->events;
  uint32_t i;

  if (!e)
    return delta;
  for (i = 0; i < s->nevents; i++, e++) {
    uint32_t ahead = (uint32_t)e->delta, more = event_growth(D, e);

    e->delta = (int32_t)delta;
    e->form = FORM_LONG;
    if (event_has_label(e))
      *missing |= label_state(&D->instances[e->target]) < LABEL_DEFINED;
    if (more && !reaches(D, s, e, ahead + more, e->offset + delta)) {
      e->form = FORM_GROWN;
      delta += more;
    } else if (event_is_alignment(e)) {
      delta -= alignment_pad(e, e->offset + delta);
    }
  }
  e->delta = (int32_t)delta;
  return delta;
}

/* ---- pools within code ------------------------------------------------------------------- */

struct layout {
  struct dasm_State *D;
  uint64_t deadline; /* the last pool ends there at the latest */
};

/* The field of the unit that a reference ends with in its form. */
static const uint8_t *field_at_end(const struct dasm_State *D, const struct event *e)
{
  const uint8_t *f = event_field(D, e);

  return e->form & FORM_GROWN ? far_way(D, f[FIELD_ESCAPE])->field : f;
}

/* A reference whose unit ends at `end`: what it wants is in reach in the pool before, or will be in the next one. */
static bool serve(struct layout *L, const struct event *e, uint32_t end)
{
  struct dasm_State *D = L->D;
  const uint8_t *f = field_at_end(D, e);
  const struct pool_entry *before;
  struct pool_key key;
  uint64_t farthest;

  if (!pool_wants(D, e, f, &key))
    return true;
  before = D->pools->n > 1 ? pool_find(D->pools, &key, D->pools->n - 2) : NULL;
  if (before && field_spans(f, end, before->at, 0))
    return true;
  if (!pool_find(D->pools, &key, D->pools->n - 1) && !pool_add(D, &key))
    return false;
  farthest = end + field_reach(f);
  if (farthest < L->deadline)
    L->deadline = farthest;
  return true;
}

/* From the end of event i of s, how far at most to the next place where a pool may be, behind that
 * event; or to the end. */
static uint64_t next_place(const struct dasm_State *D, const struct section *s, uint32_t i)
{
  uint64_t from = s->events[i].offset, all = 0;

  for (i++;; i++) {
    while (i >= s->nevents) {
      all += section_offset(s, s->w) - from;
      from = i = 0;
      if (s->number + 1 == D->nsections)
        return all;
      s = &D->sections[s->number + 1];
    }
    if (event_way(D, &s->events[i]))
      return all + s->events[i].offset - from + event_growth(D, &s->events[i]);
  }
}

/* May what is wanted wait from `end`, that of event i, to the next place? That one may want a stub or constant more. */
static bool may_wait(const struct layout *L, const struct section *s, uint32_t i, uint32_t end)
{
  const struct pool *p = &L->D->pools->pool[L->D->pools->n - 1];
  const struct isa_far *far = isa_of(L->D->list)->beyond;

  return p->n == 0 || end + next_place(L->D, s, i) + far->over_size + p->bytes + POOL_GAPS +
                              far->stub_size + 16 <=
                          L->deadline;
}

static bool lay_out_section(struct layout *L, struct section *s, uint32_t *delta)
{
  struct dasm_State *D = L->D;
  struct event *e = s->events;
  uint32_t i;

  for (i = 0; e && i < s->nevents; i++, e++) {
    uint32_t end;

    e->delta = (int32_t)*delta;
    if (event_is_alignment(e))
      *delta -= alignment_pad(e, e->offset + *delta);
    if (!event_way(D, e))
      continue;
    *delta += e->form & FORM_GROWN ? event_growth(D, e) : 0;
    end = e->offset + *delta;
    if (!serve(L, e, end))
      return false;
    if (may_wait(L, s, i, end))
      continue;
    if (!pool_close(D, s->number, i, end, true))
      return false;
    *delta += D->pools->pool[D->pools->n - 2].end - end;
    L->deadline = UINT64_MAX;
  }
  if (e)
    e->delta = (int32_t)*delta;
  return true;
}

static bool lay_out(struct dasm_State *D, uint64_t *total)
{
  struct layout L = {.D = D, .deadline = UINT64_MAX};
  uint32_t i;

  *total = 0;
  if (!pools_open(D))
    return false;
  for (i = 0; i < D->nsections; i++) {
    struct section *s = &D->sections[i];
    uint32_t base = (uint32_t)*total, delta = base;

    if (!lay_out_section(&L, s, &delta))
      return false;
    *total += section_offset(s, s->w) + delta - base;
    if (*total > MAX_CODE)
      return true; /* which the caller says */
  }
  return pool_close(D, D->nsections, 0, (uint32_t)*total, false);
}

/* Does a reference, of a unit that ends at `end`, reach its label in this code? */
static bool reaches_label(const struct dasm_State *D, const struct event *e, uint32_t end, uint32_t spare)
{
  const struct instance *l = &D->instances[e->target];

  return !event_has_label(e) || label_state(l) != LABEL_DEFINED ||
         field_spans(field_at_end(D, e), end, label_final(D, l), spare);
}

/* Does a reference reach its entry in a pool, if it wants one? */
static bool reaches_entry(const struct dasm_State *D, const struct event *e, uint32_t end)
{
  const uint8_t *f = field_at_end(D, e);
  const struct pool_entry *entry;
  struct pool_key key;

  if (!pool_wants(D, e, f, &key))
    return true;
  entry = pool_of(D, &key, f, end);
  return entry && field_spans(f, end, entry->at, 0);
}

/* One step farther, if it can be done. */
static void go_farther(const struct dasm_State *D, struct event *e)
{
  if (!(e->form & FORM_GROWN) && event_growth(D, e))
    e->form = FORM_GROWN;
  else
    e->form |= FORM_FAR;
}

/* Is there a reference that does not reach its label with `spare` bytes more, and can go farther?
 * change: let all of them do so. *entries: all references reach what they want in a pool. */
static bool check_reach(struct dasm_State *D, uint32_t spare, bool change, bool *entries)
{
  bool any = false;
  uint32_t i, j;

  *entries = true;
  for (i = 0; i < D->nsections; i++)
    for (j = 0; j < D->sections[i].nevents; j++) {
      struct event *e = &D->sections[i].events[j];
      unsigned way = event_way(D, e);
      uint32_t end = e->offset + (uint32_t)e->delta + (e->form & FORM_GROWN ? event_growth(D, e) : 0);

      if (way == 0)
        continue;
      *entries &= reaches_entry(D, e, end);
      if (way >= ESCAPE_CONSTANT || (e->form & FORM_FAR) || reaches_label(D, e, end, spare))
        continue;
      any = true;
      if (change)
        go_farther(D, e);
    }
  return any;
}

static bool grow_within(struct dasm_State *D, uint64_t *total)
{
  uint32_t spare = 0;
  bool entries, farther = check_reach(D, 0, false, &entries);

  if (!farther && entries)
    return true;
  do {
    if (farther)
      check_reach(D, spare, true, &entries);
    if (!lay_out(D, total))
      return false;
    spare = spare ? 2 * spare : 64;
    farther = *total <= MAX_CODE && check_reach(D, 0, false, &entries);
  } while (farther);
  return true;
}

/* ---- all that code wants ------------------------------------------------------------------- */

static int out_of_memory(struct dasm_State *D)
{
  return state_fail(D, DASM_S_NOMEM, 0, 0);
}

/* A number that has no room in its constant. */
static bool too_large(const struct dasm_State *D, const struct event *e, const uint8_t *f)
{
  uint64_t v;

  return e->op == OP_REF_ADDR && field_constant(f) == 4 &&
         !field_number(field_of_bytes(4), (int64_t)D->values[e->target], &v);
}

/* Put all that the events want into the last pool. */
static int collect(struct dasm_State *D)
{
  struct pools *P = D->pools;
  uint32_t i, j;

  for (i = 0; i < D->nsections; i++)
    for (j = 0; j < D->sections[i].nevents; j++) {
      const struct event *e = &D->sections[i].events[j];
      const uint8_t *f = event_is_gap(e) ? NULL : event_field(D, e);
      struct pool_key key;

      if (!f || !field_way(D, f) || !pool_wants(D, e, f, &key))
        continue;
      if (too_large(D, e, f))
        return state_fail(D, DASM_S_RANGE_I | (int)(e->at & 0xffffff), e->at, (int64_t)D->values[e->target]);
      if (!pool_find(P, &key, P->n - 1) && !pool_add(D, &key))
        return out_of_memory(D);
    }
  return DASM_S_OK;
}

int pools_link(struct dasm_State *D, uint64_t *total)
{
  const struct isa_far *far = isa_of(D->list)->beyond;
  bool grown = true;
  int status;

  if (!pools_open(D))
    return out_of_memory(D);
  status = collect(D);
  if (status != DASM_S_OK)
    return status;
  pool_close(D, D->nsections, 0, (uint32_t)*total, false);
  if (D->grows && stubs_on(D) && far && far->over_size > 0)
    grown = grow_within(D, total);
  if (!grown)
    return out_of_memory(D);
  if (*total <= MAX_CODE && D->pools->pool[D->pools->n - 1].n > 0)
    *total = D->pools->pool[D->pools->n - 1].end;
  return *total > MAX_CODE ? state_fail(D, DASM_S_SIZE, 0, (int64_t)*total) : DASM_S_OK;
}
