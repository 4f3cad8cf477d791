/* put.c - where a put begins: see walk.h.
 *
 * It may begin at once where the state is ready for it (ready_puts) and its section has room; everything else is
 * looked at by begin().
 */
#include "dynasm/dasm_dropin.h"
#include "label.h"
#include "walk.h"

/* May a put start there? False, and the state has failed, if not. */
static bool may_start(struct dasm_State *D, uint32_t start)
{
  if (D->status != DASM_S_OK)
    return false;
  if (!D->list) {
    state_fail(D, DASM_S_PHASE, 0, start);
    return false;
  }
  if (D->linked) {
    D->linked = false;
    D->limit = ready_puts(D);
  }
  if (D->current ? template_has_site(D->current, start) : start >= LIST_HEADER && start < list_end(D->list))
    return true;
  state_fail(D, DASM_S_TEMPLATE | (int)(start & 0xffffff), 0, start);
  return false;
}

/* Most bytes that the site appends. */
static uint64_t site_bytes(const uint8_t *list, uint32_t start)
{
  uint32_t end = list_end(list);
  uint64_t bytes = 0;
  struct record r;

  while (record_read(list, start, end, &r)) {
    bytes += r.bytes;
    start = r.next;
    if (record_ends(&r))
      break;
  }
  return bytes;
}

/* A put where something is not as usual. What put() has stays in the registers that it is in. */
static NOINLINE int begin(struct dasm_State *D, const uint8_t *w, struct section *s, uint32_t start, const int64_t *a)
{
  if (!may_start(D, start))
    return D->status;
  if ((uintptr_t)w >= s->end) {
    if (!D->first) {
      if (!memory_begin(D, s))
        return D->status;
      section_reset(s);
    } else if (!section_reserve(D, s)) {
      return D->status;
    }
    if ((uintptr_t)s->w >= s->end && section_first(D, s) + site_bytes(D->list, start) > MAX_CODE)
      return state_fail(D, DASM_S_SIZE, 0, 0);
  }
  if (D->noting || (uintptr_t)s->w >= s->end)
    return put_careful(D, s->w, D->list + start, D->list + start, a, &walk_table);
  return put_quick(D, s->w, D->list + start, a);
}

static ALWAYS_INLINE int put(struct dasm_State *D, uint32_t start, const int64_t *a)
{
  size_t n = (uint32_t)(start - LIST_HEADER); /* all is computed from this: a register less */
  struct section *s = D->section;
  uint8_t *w = s->w;
  const uint8_t *p;

  SETTLE(n);
  if (UNLIKELY((uint32_t)n >= D->limit || (uintptr_t)w >= s->end))
    return begin(D, w, s, (uint32_t)n + LIST_HEADER, a);
  will_write(w);
  p = D->list + LIST_HEADER + n;
#ifdef WALK_JUMPS
  return walk_table.op[*p](D, w, p, p, a, &walk_table);
#else
  return put_quick(D, w, p, a);
#endif
}

int dasm_putargs(dasm_State **Dst, const int64_t *args)
{
  if (UNLIKELY(!Dst || !*Dst))
    return DASM_S_NOMEM;
  return put(*Dst, (uint32_t)args[0], args + 1);
}

/* ---- drop-in headers ------------------------------------------------------------ */

/* The program's memory functions get Dst. */
static ALWAYS_INLINE int put_dropin(dasm_State **Dst, uint32_t start, const int64_t *a)
{
  struct dasm_State *D = *Dst;

  if (UNLIKELY(!D))
    return DASM_S_NOMEM;
  D->dst = Dst;
  return put(D, start, a);
}

int dasm_dropin_putargs(dasm_State **Dst, const int64_t *args)
{
  return put_dropin(Dst, (uint32_t)args[0], args + 1);
}

int dasm_dropin_put0(dasm_State **Dst, int start)
{
  return put_dropin(Dst, (uint32_t)start, NULL);
}

int dasm_dropin_put1(dasm_State **Dst, int start, int64_t a)
{
  const int64_t args[] = {a};
  return put_dropin(Dst, (uint32_t)start, args);
}

int dasm_dropin_put2(dasm_State **Dst, int start, int64_t a, int64_t b)
{
  const int64_t args[] = {a, b};
  return put_dropin(Dst, (uint32_t)start, args);
}

int dasm_dropin_put3(dasm_State **Dst, int start, int64_t a, int64_t b, int64_t c)
{
  const int64_t args[] = {a, b, c};
  return put_dropin(Dst, (uint32_t)start, args);
}

int dasm_dropin_put4(dasm_State **Dst, int start, int64_t a, int64_t b, int64_t c, int64_t d)
{
  const int64_t args[] = {a, b, c, d};
  return put_dropin(Dst, (uint32_t)start, args);
}

int dasm_dropin_put1i(dasm_State **Dst, int start, int a)
{
  const int64_t args[] = {a};
  return put_dropin(Dst, (uint32_t)start, args);
}

int dasm_dropin_put2i(dasm_State **Dst, int start, int a, int b)
{
  const int64_t args[] = {a, b};
  return put_dropin(Dst, (uint32_t)start, args);
}

int dasm_dropin_put3i(dasm_State **Dst, int start, int a, int b, int c)
{
  const int64_t args[] = {a, b, c};
  return put_dropin(Dst, (uint32_t)start, args);
}

int dasm_dropin_put4i(dasm_State **Dst, int start, int a, int b, int c, int d)
{
  const int64_t args[] = {a, b, c, d};
  return put_dropin(Dst, (uint32_t)start, args);
}

int put_nargs(struct dasm_State *D, uint32_t start)
{
  int n;

  if (!may_start(D, start))
    return -1;
  n = site_nargs(D->list, start);
  if (n < 0)
    state_fail(D, DASM_S_TEMPLATE | (int)(start & 0xffffff), 0, start);
  return n;
}
