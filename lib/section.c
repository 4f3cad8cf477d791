/* section.c - the growing buffers of a section: bytes and events.
 *
 * Invariant: limit + BUF_SLACK bytes are allocated, so that short copies can
 * be made in whole 16-byte stores.
 */
#include "internal.h"

static bool reserve_bytes(struct dasm_State *D, struct section *s, uint64_t need)
{
  uint64_t limit = s->buf ? (uint64_t)s->limit + BUF_SLACK : 256;
  uint8_t *buf;
  while (limit < need + BUF_SLACK)
    limit += limit;
  buf = mem_grow(D, s->buf, s->buf ? (size_t)s->limit + BUF_SLACK : 0, (size_t)limit);
  if (!buf)
    return false;
  s->buf = buf;
  s->limit = (uint32_t)(limit - BUF_SLACK);
  return true;
}

bool section_reserve(struct dasm_State *D, struct section *s, uint32_t bytes, uint32_t events)
{
  uint64_t need = (uint64_t)s->pos + bytes;
  if (need + s->extra > MAX_CODE) {
    state_fail(D, DASM_S_SIZE, 0, 0);
    return false;
  }
  if ((need > s->limit || !s->buf) && !reserve_bytes(D, s, need))
    goto nomem;
  if ((uint64_t)s->nevents + events > s->maxevents &&
      !grow_array(D, &s->events, &s->maxevents, (size_t)s->nevents + events, sizeof *s->events))
    goto nomem;
  return true;
nomem:
  state_fail(D, DASM_S_NOMEM, 0, 0);
  return false;
}
