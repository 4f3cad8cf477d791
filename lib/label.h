/* label.h - what of a put waits: labels, events, references.
 *
 * A reference to a label that is not there yet is `open` while only bytes follow. If the next thing
 * is its label, and near enough, what link and encode would do is known, for nothing in between can
 * change its size; such a reference leaves no event. Nor does one to a label behind it with nothing
 * in between that may change its size: these are branches with a short form, alignments, and all
 * references if there may be stubs, as some grow then.
 *
 * These are the parts of the walk that are common: they take what is there, and allocate nothing.
 * Where they return false (or 0, or NULL) nothing was done; the careful walk then makes room
 * (make_room) and does it again. w is the end of the section's bytes.
 */
#ifndef DASM_LABEL_H
#define DASM_LABEL_H

#include "field.h"
#include "internal.h"

/* Field number n of the list that puts come from. */
static inline const uint8_t *field_numbered(const struct dasm_State *D, unsigned n)
{
  return D->fields + n * (size_t)LIST_FIELD;
}

/* ---- labels -------------------------------------------------------------- */

/* Label `number` is in use. */
static inline void mark_used(struct slots *l, uint32_t number)
{
  if (UNLIKELY(number < l->low))
    l->low = number;
  if (LIKELY(number >= l->high))
    l->high = number + 1;
}

/* One more instance, to be filled: *n. */
static ALWAYS_INLINE bool add_instance(struct dasm_State *D, uint32_t *n)
{
  uint32_t i = D->ninstances + 1;

  if (UNLIKELY(i >= D->maxinstances))
    return false;
  will_write(&D->instances[i]);
  *n = D->ninstances = i;
  return true;
}

/* A new one that waits for its definition. */
static ALWAYS_INLINE bool new_instance(struct dasm_State *D, enum label_state class, uint32_t number, uint32_t *n)
{
  if (!add_instance(D, n))
    return false;
  if (class == LABEL_PC)
    mark_used(&D->pc, number);
  else if (class == LABEL_GLOBAL)
    mark_used(&D->global, number);
  D->instances[*n].offset = number;
  D->instances[*n].place = LABEL_PLACE(class, 0);
  return true;
}

/* Has slot a label that was placed before? (Local ones have none.) */
static inline bool is_placed(const struct dasm_State *D, uint32_t slot)
{
  return slot != 0 && label_state(&D->instances[slot]) >= LABEL_DEFINED;
}

/* The instance of local label <n, for an event: it is no longer the label's own one. 0: there is no
 * room for a new one. */
static inline uint32_t keep_local(struct dasm_State *D, unsigned n)
{
  uint32_t own = D->prev[n], i;

  if (own >= FIRST_SHARED)
    return own;
  if (!add_instance(D, &i))
    return 0;
  D->instances[D->prev[n] = i] = D->instances[own];
  return i;
}

/* Instance n is placed at w; which record did that is of no interest of local labels. */
static inline void place_instance(const struct dasm_State *D, const struct section *s, uint32_t n, const uint8_t *w)
{
  struct instance *l = &D->instances[n];
  uint32_t offset = section_offset(s, w);

  l->offset = offset;
  l->first = offset + s->saved;
  memcpy(&l->event, &s->nevents, sizeof l->event + sizeof l->place); /* and place: two of 4 bytes are more instructions */
}

/* The same by the record at place `at`. */
static inline void place_label(const struct dasm_State *D, const struct section *s, uint32_t n, const uint8_t *w,
                               uint32_t at)
{
  place_instance(D, s, n, w);
  D->instances[n].at = at;
}

/* Instance n is an address. */
static inline void set_label(const struct dasm_State *D, uint32_t n, int64_t address, uint32_t at)
{
  D->instances[n] = (struct instance){.offset = (uint32_t)address, .event = (uint32_t)((uint64_t)address >> 32),
                                      .place = LABEL_PLACE(LABEL_ABSOLUTE, 0), .at = at};
}

/* ---- events -------------------------------------------------------------- */

/* Log what the record at place `at` has put off. */
static inline struct event *new_event(struct section *s, unsigned op, unsigned field, const uint8_t *w, uint32_t target,
                                      uint32_t at)
{
  uint32_t n = s->nevents, offset = section_offset(s, w);
  struct event *e;

  if (UNLIKELY(n == s->maxevents))
    return NULL;
  s->nevents = n + 1;
  e = &s->events[n];
  will_write(e);
  e->offset = offset;
  e->first = offset + s->saved;
  e->target = target;
  e->at = at;
  e->op = (uint8_t)op;
  e->field = (uint8_t)field;
  e->shrink = 0;
  return e;
}

/* Place in the state of the record whose operands are at p. */
static inline uint32_t record_place(const struct dasm_State *D, const uint8_t *p)
{
  return D->bias + (uint32_t)(uintptr_t)p;
}

/* A reference waits for link. A branch, whose field has that `shrink`, ends at w in its short
 * form. */
static inline bool log_reference(struct dasm_State *D, struct section *s, unsigned op, unsigned field, unsigned shrink,
                                 const uint8_t *w, uint32_t target, uint32_t at)
{
  struct event *e;

  if (UNLIKELY(s->nevents == s->maxevents))
    return false;
  s->origin -= shrink;
  s->end -= shrink;
  e = new_event(s, op, field, w, target, at);
  e->shrink = (uint8_t)shrink;
  if (shrink || UNLIKELY(D->grows))
    s->sized = s->nevents;
  return true;
}

static ALWAYS_INLINE bool is_open(const struct dasm_State *D)
{
  return UNLIKELY(D->open.target != 0);
}

/* A reference to instance n, a branch in its short form, ends at w. Now it is open. */
static inline void open_reference(struct dasm_State *D, const uint8_t *operands, unsigned field, uint8_t *w, uint32_t n)
{
  D->open.end = w;
  D->open.operands = operands;
  D->open.target = n;
  D->open.field = field_numbered(D, field);
}

/* The open reference becomes an event, for which there is room. */
static inline bool log_open(struct dasm_State *D, struct section *s)
{
  unsigned field = (unsigned)((size_t)(D->open.field - D->fields) / LIST_FIELD);

  if (!log_reference(D, s, D->open.operands[-2], field, D->open.field[FIELD_SHRINK], D->open.end, D->open.target,
                     record_place(D, D->open.operands)))
    return false;
  D->open.target = 0;
  return true;
}

/* The same if there is one. */
static inline bool close_reference(struct dasm_State *D, struct section *s)
{
  return LIKELY(D->open.target == 0) || log_open(D, s);
}

/* ---- references whose distance is known ------------------------------------ */

/* A reference to instance n, which is there, ends at w. If nothing between can change its size it
 * is decided. No reference is open. */
static ALWAYS_INLINE bool refer_back(const struct dasm_State *D, struct section *s, bool branch, unsigned field, uint8_t *w,
                                     uint32_t n)
{
  const struct instance *l = &D->instances[n];
  uint32_t back = section_offset(s, w) - l->offset;
  unsigned shrink;

  if (UNLIKELY(l->place != s->place || l->event < s->sized))
    return false;
  if (!branch)
    return field_near(field_numbered(D, field), D->list[LIST_AT_ORDER], w, -(int64_t)back);
  shrink = field_numbered(D, field)[FIELD_SHRINK];
  if (UNLIKELY(back > 128 || shrink == SHRINK_OWN))
    return false;
  s->saved += shrink;
  w[-1] = (uint8_t)(0 - back);
  return true;
}

/* The open reference goes to the label at w. If it has a short form that ends with its distance,
 * and reaches, it is decided. */
static ALWAYS_INLINE bool settles_short(struct dasm_State *D, struct section *s, const uint8_t *w)
{
  unsigned shrink = D->open.field[FIELD_SHRINK];
  ptrdiff_t distance = w - D->open.end;

  if (UNLIKELY(shrink <= SHRINK_OWN) || UNLIKELY(distance > 127)) /* 0, or that one */
    return false;
  s->saved += shrink;
  D->open.end[-1] = (uint8_t)distance;
  D->open.target = 0;
  return true;
}

/* The same for any reference. */
static inline bool settles(struct dasm_State *D, struct section *s, const uint8_t *w)
{
  if (settles_short(D, s, w))
    return true;
  if (D->open.field[FIELD_SHRINK] != 0 || !field_near(D->open.field, D->list[LIST_AT_ORDER], D->open.end, w - D->open.end))
    return false;
  D->open.target = 0;
  return true;
}

/* label.c. Room for one more event, one more label, n values; false: there is no memory, which the
 * state remembers. */
bool room_for_event(struct dasm_State *D, struct section *s);
bool room_for_label(struct dasm_State *D, uint32_t at);
bool room_for_values(struct dasm_State *D, unsigned n, uint32_t at);
/* Close the open reference, however much code there is; there is room for its event. False: it is
 * too much. */
bool force_close(struct dasm_State *D);
/* n bytes at most that are not in the buffer, behind w: target and at of the event. place: of the
 * record, for the error. There is room. */
bool put_gap(struct dasm_State *D, struct section *s, struct event e, uint8_t *w, int64_t n, uint32_t place);

#endif
