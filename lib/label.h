/* label.h - what of a put waits: labels, events, branches. The parts of the walk in put.c that are hot; the
 * others are in label.c. p is the record, w the end of the section's bytes.
 *
 * A branch to a label that is not there yet is `open` while only bytes follow. If the next thing is its
 * label, and near enough, what link would decide is known, for nothing in between can change its
 * size; such a branch leaves no event. So does one to a label behind it with only bytes in between.
 */
#ifndef DASM_LABEL_H
#define DASM_LABEL_H

#include "internal.h"

/* Number of a record in this state. */
static inline uint32_t record(const struct dasm_State *D, const uint8_t *p)
{
  return (D->base + (uint32_t)(p - D->t.ops)) / TMPL_OP;
}

/* The first error, which record p met; returns false. */
bool put_fail(struct dasm_State *D, const uint8_t *p, int class, int64_t value);

/* ---- labels -------------------------------------------------------------- */

/* Make room for one more; false: there is no memory, which the state remembers. */
bool grow_instances(struct dasm_State *D);

/* A new instance that waits for its definition; 0 without memory. */
static inline uint32_t new_instance(struct dasm_State *D, enum label_state class, uint32_t number)
{
  uint32_t n = D->ninstances + 1;

  if (UNLIKELY(n >= D->maxinstances) && !grow_instances(D))
    return 0;
  will_write(&D->instances[n]);
  D->instances[n].offset = number;
  D->instances[n].place = LABEL_PLACE(class, 0);
  return D->ninstances = n;
}

/* Record p places instance n, a global or PC label that has a place already. That is an error, and false, unless
 * the host wants what DynASM does. */
bool placed_again(struct dasm_State *D, const uint8_t *p, uint32_t n, uint32_t number);

/* The instance that definition p fills: the one that waits, or a new one; 0 after an error. */
static inline uint32_t defining(struct dasm_State *D, const uint8_t *p, uint32_t *slot, enum label_state class,
                                uint32_t number)
{
  uint32_t n = *slot;

  if (n != 0 && label_state(&D->instances[n]) < LABEL_DEFINED)
    return n;
  if (n != 0 && !placed_again(D, p, n, number))
    return 0;
  return *slot = new_instance(D, class, number);
}

static inline uint32_t defining_local(struct dasm_State *D, const uint8_t *p, uint32_t digit)
{
  uint32_t n = defining(D, p, &D->next[digit], LABEL_LOCAL, digit);
  D->prev[digit] = n;
  D->next[digit] = 0;
  return n;
}

/* Instance n is an address, says record p; false without memory, or if n is 0. */
bool set_label(struct dasm_State *D, const uint8_t *p, uint32_t n, int64_t address);

/* ---- events -------------------------------------------------------------- */

/* Log what record p has put off, at w. NULL without memory. */
static inline struct event *new_event(struct dasm_State *D, struct section *s, const uint8_t *p, const uint8_t *w,
                                      uint32_t target, uint32_t at)
{
  uint32_t n = s->nevents, offset = section_offset(s, w);
  struct event *e;

  if (UNLIKELY(n == s->maxevents) && !section_reserve_event(D, s))
    return NULL;
  s->nevents = n + 1;
  e = &s->events[n];
  will_write(e);
  e->offset = offset;
  e->first = offset + s->saved;
  e->target = target;
  e->at = at;
  memcpy(&e->op, p, sizeof e->op);
  return e;
}

/* b of a reference whose instruction ends with an immediate of a size that is chosen by value. */
unsigned ref_before_imm(unsigned b, int64_t value);
/* Keep an absolute address; false without memory. */
bool keep_value(struct dasm_State *D, const uint8_t *p, int64_t value);
/* n bytes at most that are not in the buffer; target and at of the event. */
bool put_gap(struct dasm_State *D, struct section *s, const uint8_t *p, const uint8_t *w, int64_t n, uint32_t target,
             uint32_t at);

/* A reference that ends at w. */
static inline bool put_ref(struct dasm_State *D, struct section *s, const uint8_t *p, const int64_t *a,
                           const uint8_t *w, uint32_t target)
{
  struct event *e;

  if (!close_branch(D))
    return false;
  e = new_event(D, s, p, w, target, D->base + (uint32_t)(p - D->t.ops));
  if (UNLIKELY(!e))
    return false;
  if (UNLIKELY(op_b(p) & TMPL_REF_IMM))
    e->op.b = (uint8_t)ref_before_imm(op_b(p), a[op_arg(p)]);
  return true;
}

/* ---- branches ------------------------------------------------------------ */

/* Branch p, which ends at w in its short form, has to wait for link. */
bool log_branch(struct dasm_State *D, struct section *s, const uint8_t *p, const uint8_t *w, uint32_t target);

/* Branch p, which ends at w, to instance n, which is not there yet. There is room for its event, so that link
 * need not allocate. */
static inline bool open_branch(struct dasm_State *D, struct section *s, const uint8_t *p, uint8_t *w, uint32_t n)
{
  if (UNLIKELY(s->nevents == s->maxevents) && !section_reserve_event(D, s))
    return false;
  D->open.end = w;
  D->open.op = p;
  D->open.target = n;
  return true;
}

/* Branch p to instance n, which is there, ends at w. If nothing between can change its size it is
 * decided, too. No branch is open. */
static inline bool branch_back(struct dasm_State *D, struct section *s, const uint8_t *p, uint8_t *w, uint32_t n)
{
  const struct instance *l = &D->instances[n];
  uint32_t back = section_offset(s, w) - l->offset;

  if (UNLIKELY(l->place != s->place || l->event != s->nevents || back > 128))
    return log_branch(D, s, p, w, n);
  w[-1] = (uint8_t)(0 - back);
  s->saved += fixups[op_b(p)].shrink;
  return true;
}

/* Record p places instance n at w. */
static inline void place_label(const struct dasm_State *D, const struct section *s, const uint8_t *p, uint32_t n,
                               const uint8_t *w)
{
  struct instance *l = &D->instances[n];
  uint32_t offset = section_offset(s, w);

  l->offset = offset;
  l->place = s->place;
  l->first = offset + s->saved;
  l->event = s->nevents;
  l->at = D->base + (uint32_t)(p - D->t.ops);
}

/* Is the label at w, instance n, the one that the open branch goes to, and near? Then it is decided. */
static inline bool settles(struct dasm_State *D, struct section *s, uint32_t n, const uint8_t *w)
{
  if (n == 0 || n != D->open.target || w - D->open.end > 127)
    return false;
  D->open.target = 0;
  D->open.end[-1] = (uint8_t)(w - D->open.end);
  s->saved += fixups[op_b(D->open.op)].shrink;
  return true;
}

#endif
