/* section.c - the growing buffers of a section: bytes and events.
 *
 * Invariant: below `end` there are LIST_ROOM and BUF_SLACK bytes, so that a put looks only once,
 * and short copies can be made in whole 16-byte stores; and behind the events there is one more,
 * the sentinel. A section with a buffer has events: they are allocated first, so this holds when
 * the second allocation fails, too.
 */
#include "field.h"
#include "internal.h"

enum { FIRST_BYTES = 1024, FIRST_EVENTS = 16 };

void section_reset(struct section *s)
{
  s->w = s->buf;
  s->origin = (uintptr_t)s->buf;
  s->nevents = s->sized = s->saved = 0;
  s->end = 0;
  if (s->buf)
    section_limit(s, 0);
}

uint32_t section_first(const struct dasm_State *D, const struct section *s)
{
  uint32_t open = D->open.target && s == D->section ? D->open.field[FIELD_SHRINK] : 0;
  return section_offset(s, s->w) + s->saved + open;
}

void section_limit(struct section *s, uint32_t first)
{
  size_t left = (size_t)(s->buf + (s->size - BUF_SLACK) - s->w), most = FAR_FROM_MAX + (size_t)LIST_ROOM - first;

  s->end = 0;
  if (first < FAR_FROM_MAX && left >= LIST_ROOM)
    s->end = (uintptr_t)s->w + 1 + ((left < most ? left : most) - LIST_ROOM);
}

void section_free(struct dasm_State *D, struct section *s)
{
  if (!s->events)
    return; /* and no bytes */
  mem_free(D, s->buf, s->size);
  mem_free(D, s->events, (s->maxevents + (size_t)1) * sizeof *s->events);
}

static bool reserve_bytes(struct dasm_State *D, struct section *s, size_t need)
{
  size_t n = s->size ? s->size : FIRST_BYTES, used = (size_t)(s->w - s->buf);
  uintptr_t extra = (uintptr_t)s->buf - s->origin;
  ptrdiff_t open = D->open.target && s == D->section ? D->open.end - s->buf : 0;
  uint8_t *buf;

  while (n < need + BUF_SLACK)
    n += (size_t)mem_more(D, n, 1);
  if (n <= s->size) {
    section_limit(s, section_first(D, s));
    return true;
  }
  buf = mem_grow(D, s->buf, s->size, n);
  if (!buf)
    return false;
  if (D->open.target && s == D->section)
    D->open.end = buf + open;
  s->buf = buf;
  s->size = n;
  s->w = buf + used;
  s->origin = (uintptr_t)buf - extra;
  section_limit(s, section_first(D, s));
  return true;
}

static bool grow_events(struct dasm_State *D, struct section *s)
{
  uint64_t had = s->events ? (uint64_t)s->maxevents + 1 : 0,
           n = had ? had + mem_more(D, had, sizeof(struct event)) : FIRST_EVENTS;
  struct event *events;

  if (n > UINT32_MAX || n > SIZE_MAX / sizeof *events)
    return false;
  events = mem_grow(D, s->events, (size_t)had * sizeof *events, (size_t)n * sizeof *events);
  if (!events)
    return false;
  s->events = events;
  s->maxevents = (uint32_t)n - 1;
  section_fill(D, s);
  return true;
}

static bool nomem(struct dasm_State *D)
{
  state_fail(D, DASM_S_NOMEM, 0, 0);
  return false;
}

bool section_reserve(struct dasm_State *D, struct section *s)
{
  if ((s->events || grow_events(D, s)) && reserve_bytes(D, s, (size_t)(s->w - s->buf) + LIST_ROOM))
    return true;
  return nomem(D);
}

bool section_reserve_event(struct dasm_State *D, struct section *s)
{
  return grow_events(D, s) || nomem(D);
}
