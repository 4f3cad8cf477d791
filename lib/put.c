/* put.c - where a put begins, and the quick walk: see walk.h.
 *
 * A put may begin at once where the state is ready for it (ready_puts) and its section has room; everything else is
 * looked at by begin(). What limits the speed is the number of instructions: about five in a cycle.
 */
#include "isa/isas.h"
#include "label.h"
#include "walk.h"

/* With GNU C there is no switch between two operations: each has a jump of its own, which the processor
 * predicts better. */
#if defined(__GNUC__)
#define CASE(op) case OP_##op: at_##op
#define NEXT goto *operation[*p]
#else
#define CASE(op) case OP_##op
#define NEXT goto dispatch
#endif
#define RARE return put_careful(D, w - len, p - len - 2, a)
/* The same from an operation that has moved p by n bytes. */
#define RARE_BEHIND(n)       \
  do {                       \
    p -= (n);                \
    RARE;                    \
  } while (0)

#define FIELD_AT(n) (D->fields + (n) * (size_t)LIST_FIELD)

/* Reference or branch: place of the record in the state. */
#define PLACE (D->base + (uint32_t)(p - len - 2 - D->list))

/* ---- fields ---------------------------------------------------------------------- */

static inline uint64_t two_bytes(const uint8_t *p)
{
  return p[0] | (unsigned)p[1] << 8;
}

/* Add a number that is in the range of field f, at its place in the unit. False: that is for field_bits() to say. */
static inline bool quick_bits(const uint8_t *f, int64_t value, uint64_t *unit)
{
  uint64_t v = (uint64_t)value;
  unsigned i;

  if (LIKELY(f[FIELD_QUICK] == QUICK_PLAIN)) {
    *unit |= v << f[FIELD_TO];
    return v <= list_u32(f + FIELD_SPAN);
  }
  if (f[FIELD_QUICK] == QUICK_NOT || (v & f[FIELD_DROPPED]) != 0 ||
      v - (uint64_t)(int64_t)(int32_t)list_u32(f + FIELD_LOW) > list_u32(f + FIELD_SPAN))
    return false;
  v = v << (f[FIELD_LEFT] & 63) >> (f[FIELD_RIGHT] & 63);
  if (LIKELY(f[FIELD_QUICK] == QUICK_RUN)) {
    *unit |= v;
    return true;
  }
  for (i = 0; i < f[FIELD_PIECES]; i++) {
    uint64_t piece = two_bytes(f + FIELD_PIECE + FIELD_PIECE_SIZE * i);

    *unit |= (v >> (piece & 63) & (((uint64_t)2 << (piece >> 12)) - 1)) << (piece >> 6 & 63);
  }
  return true;
}

/* Add bits to the unit of field f, which ends at w. False: this host has another way. */
static inline bool quick_insert(const uint8_t *f, const uint8_t *list, uint8_t *w, uint64_t unit)
{
  uint32_t word;
  uint16_t half;

  if (UNLIKELY(list[LIST_AT_ORDER] != HOST_ORDER))
    return false;
  if (LIKELY(f[FIELD_UNIT] == 4)) {
    memcpy(&word, w - 4, 4);
    word |= (uint32_t)unit;
    memcpy(w - 4, &word, 4);
    return true;
  }
  if (f[FIELD_UNIT] != 2)
    return false;
  memcpy(&half, w - 2, 2);
  half |= (uint16_t)unit;
  memcpy(w - 2, &half, 2);
  return true;
}

LINE_ALIGNED int put_quick(struct dasm_State *D, uint8_t *w, const uint8_t *p, const int64_t *a)
{
#if defined(__GNUC__)
  static const void *const operation[OP_COUNT] = {
#define OP(name, operands, takes, bytes, words) [OP_##name] = &&at_##name,
#include "ops.def"
#undef OP
  };
#endif
  const uint8_t *f;
  struct section *s;
  uint32_t number, n, *slot;
  unsigned len;
  int64_t v;

  NEXT;
#if !defined(__GNUC__)
dispatch:
#endif
  switch (*p) {
  CASE(END):
    D->section->w = w;
    return DASM_S_OK;
  CASE(LIT_END):
    LITERAL;
    D->section->w = w;
    return DASM_S_OK;
  CASE(ROOM):
    if (UNLIKELY((uintptr_t)w >= D->section->end))
      return put_careful(D, w, p, a);
    p++;
    NEXT;
  CASE(LIT):
    LITERAL;
    NEXT;
  CASE(RUN):
    len = p[1];
    for (n = 0; n < len; n += 16)
      memcpy(w + n, p + 2 + n, 16);
    w += len;
    p += 2 + (size_t)len;
    NEXT;
  CASE(ARG):
    LITERAL;
    a += (int8_t)*p++;
    NEXT;

  CASE(VALUE8):
    LITERAL;
    v = *a;
    if (UNLIKELY((uint64_t)v + 128 >= 384))
      RARE;
    *w++ = (uint8_t)v;
    a++;
    NEXT;
  CASE(VALUE8S):
    LITERAL;
    v = *a;
    if (UNLIKELY(!fits8(v)))
      RARE;
    *w++ = (uint8_t)v;
    a++;
    NEXT;
  CASE(VALUE16):
    LITERAL;
    v = *a;
    if (UNLIKELY(!fits16(v)))
      RARE;
    w = put_le(w, (uint64_t)v, 2);
    a++;
    NEXT;
  CASE(VALUE32):
    LITERAL;
    v = *a;
    if (UNLIKELY(v != (int32_t)v))
      RARE;
    w = put_le(w, (uint64_t)v, 4);
    a++;
    NEXT;
  CASE(VALUE64):
    LITERAL;
    w = put_le(w, (uint64_t)*a++, 8);
    NEXT;
  CASE(FIELDS):
    LITERAL;
    {
      uint64_t unit = 0;

      number = 0;
      do {
        f = FIELD_AT(p[1 + number]);
        if (UNLIKELY(!quick_bits(f, a[number], &unit)))
          RARE;
      } while (++number < *p);
      if (UNLIKELY(!quick_insert(f, D->list, w, unit)))
        RARE;
      a += number;
      p += 1 + number;
    }
    NEXT;
  CASE(CHECK32S):
  CASE(CHECK32S_DISP):
    LITERAL;
    v = a[*p];
    if (UNLIKELY(v != (int32_t)v))
      RARE;
    p++;
    NEXT;

  /* Labels: `slot` of what is defined or referred to. */
  CASE(LABEL_LOCAL):
    LITERAL;
    s = D->section;
    slot = &D->next[*p];
    n = *slot;
    if (!settles(D, s, n, w)) {
      if (!close_branch(D, s) || (n == 0 && (n = new_instance(D, LABEL_LOCAL, *p)) == 0))
        RARE;
    }
    *slot = 0;
    D->prev[*p] = n;
    place_label(D, s, n, w, PLACE);
    p++;
    NEXT;
  CASE(LABEL_GLOBAL):
    LITERAL;
    f = p;
    NUMBER;
    if (UNLIKELY(number >= D->global.n))
      goto rare_from;
    slot = &D->global.slot[number];
    s = D->section;
    n = *slot;
    if (!settles(D, s, n, w) &&
        (is_placed(D, n) || !close_branch(D, s) || (n = defining(D, slot, LABEL_GLOBAL, number)) == 0))
      goto rare_from;
    place_label(D, s, n, w, D->base + (uint32_t)(f - len - 2 - D->list));
    NEXT;
  CASE(LABEL_PC):
    LITERAL;
    v = *a;
    if (UNLIKELY((uint64_t)v >= D->pc.n))
      RARE;
    slot = &D->pc.slot[v];
    s = D->section;
    n = *slot;
    if (!settles(D, s, n, w) &&
        (is_placed(D, n) || !close_branch(D, s) || (n = defining(D, slot, LABEL_PC, (uint32_t)v)) == 0))
      RARE;
    a++;
    place_label(D, s, n, w, PLACE);
    NEXT;
  CASE(SET_LOCAL):
  CASE(SET_GLOBAL):
  CASE(SET_PC):
    LITERAL;
    RARE;

  CASE(REF_BACK):
    LITERAL;
    n = D->prev[*p];
    if (UNLIKELY(n == 0 || D->next[*p] != 0)) /* as in DynASM, a pending >n hides the <n before it */
      RARE;
    s = D->section;
    if (!close_branch(D, s) || !new_event(s, OP_REF_BACK, p[1], w, n, PLACE))
      RARE;
    p += 2;
    NEXT;
  CASE(REF_NEXT):
    LITERAL;
    n = D->next[*p];
    s = D->section;
    if (!close_branch(D, s) || (n == 0 && (n = new_instance(D, LABEL_LOCAL, *p)) == 0))
      RARE;
    D->next[*p] = n;
    if (!new_event(s, OP_REF_NEXT, p[1], w, n, PLACE))
      RARE;
    p += 2;
    NEXT;
  CASE(REF_GLOBAL):
    LITERAL;
    f = p;
    NUMBER;
    if (UNLIKELY(number >= D->global.n))
      goto rare_from;
    s = D->section;
    slot = &D->global.slot[number];
    if (!close_branch(D, s) || (*slot == 0 && (*slot = new_instance(D, LABEL_GLOBAL, number)) == 0) ||
        !new_event(s, OP_REF_GLOBAL, *p, w, *slot, D->base + (uint32_t)(f - len - 2 - D->list)))
      goto rare_from;
    p++;
    NEXT;
  CASE(REF_PC):
    LITERAL;
    v = *a;
    if (UNLIKELY((uint64_t)v >= D->pc.n))
      RARE;
    s = D->section;
    slot = &D->pc.slot[v];
    if (!close_branch(D, s) || (*slot == 0 && (*slot = new_instance(D, LABEL_PC, (uint32_t)v)) == 0) ||
        !new_event(s, OP_REF_PC, *p, w, *slot, PLACE))
      RARE;
    a++;
    p++;
    NEXT;

  CASE(BRANCH_BACK):
    LITERAL;
    n = D->prev[*p];
    if (UNLIKELY(n == 0 || D->next[*p] != 0))
      RARE;
    s = D->section;
    if (!close_branch(D, s))
      RARE;
    f = FIELD_AT(p[1]);
    if (!branch_back(D, s, f[FIELD_SHRINK], w, n) &&
        !log_branch(s, OP_BRANCH_BACK, p[1], f[FIELD_SHRINK], w, n, PLACE))
      RARE;
    p += 2;
    NEXT;
  CASE(BRANCH_NEXT):
    LITERAL;
    n = D->next[*p];
    s = D->section;
    if (!close_branch(D, s) || s->nevents == s->maxevents ||
        (n == 0 && (n = new_instance(D, LABEL_LOCAL, *p)) == 0))
      RARE;
    D->next[*p] = n;
    D->open.end = w;
    D->open.target = n;
    D->open.at = PLACE;
    D->open.op = OP_BRANCH_NEXT;
    D->open.field = p[1];
    D->open.shrink = FIELD_AT(p[1])[FIELD_SHRINK];
    p += 2;
    NEXT;
  CASE(BRANCH_GLOBAL):
    LITERAL;
    f = p;
    NUMBER;
    if (UNLIKELY(number >= D->global.n))
      goto rare_from;
    slot = &D->global.slot[number];
    n = LABEL_GLOBAL;
    v = OP_BRANCH_GLOBAL;
    goto branch;
  CASE(BRANCH_PC):
    LITERAL;
    f = p;
    if (UNLIKELY((uint64_t)*a >= D->pc.n))
      RARE;
    number = (uint32_t)*a;
    slot = &D->pc.slot[number];
    n = LABEL_PC;
    v = OP_BRANCH_PC;
  branch:
    s = D->section;
    if (!close_branch(D, s) || s->nevents == s->maxevents ||
        (*slot == 0 && (*slot = new_instance(D, (enum label_state)n, number)) == 0))
      goto rare_from;
    a += v == OP_BRANCH_PC;
    n = *slot;
    {
      unsigned shrink = FIELD_AT(*p)[FIELD_SHRINK];
      uint32_t place = D->base + (uint32_t)(f - len - 2 - D->list);

      if (label_state(&D->instances[n]) >= LABEL_DEFINED) {
        if (!branch_back(D, s, shrink, w, n))
          log_branch(s, (unsigned)v, *p, shrink, w, n, place);
      } else {
        D->open.end = w;
        D->open.target = n;
        D->open.at = place;
        D->open.op = (uint8_t)v;
        D->open.field = *p;
        D->open.shrink = (uint8_t)shrink;
      }
    }
    p++;
    NEXT;

  CASE(REF_EXTERN):
    LITERAL;
    f = p;
    NUMBER;
    s = D->section;
    if (!close_branch(D, s) ||
        !new_event(s, OP_REF_EXTERN, *p, w, number, D->base + (uint32_t)(f - len - 2 - D->list)))
      goto rare_from;
    p++;
    NEXT;
  CASE(REF_ADDR):
    LITERAL;
    s = D->section;
    if (!close_branch(D, s) || D->nvalues == D->maxvalues ||
        !new_event(s, OP_REF_ADDR, *p, w, D->nvalues, PLACE))
      RARE;
    D->values[D->nvalues++] = (uint64_t)*a++;
    p++;
    NEXT;

  CASE(ALIGN):
    LITERAL;
    s = D->section;
    n = (1u << *p) - 1;
    if (!close_branch(D, s) || !new_event(s, OP_ALIGN, 0, w, 0, n))
      RARE;
    s->origin -= n;
    s->end -= n;
    p++;
    NEXT;
  CASE(SPACE):
  CASE(SPACE_ARG):
    LITERAL;
    RARE;
  CASE(SECTION):
    LITERAL;
    f = p;
    NUMBER;
    if (number >= D->nsections || !close_branch(D, D->section))
      goto rare_from;
    s = &D->sections[number];
    if ((uintptr_t)s->w >= s->end)
      goto rare_from;
    D->section->w = w;
    D->section = s;
    w = s->w;
    NEXT;

#include "isa/walks.h"

  default:
    UNREACHABLE();
  }

  /* As RARE, from behind a number that began at f. */
rare_from:
  p = f;
  RARE;
}

/* ---- beginning ----------------------------------------------------------------- */

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

  while (record_read(list, start, end, &r) && r.op != OP_END) {
    bytes += r.bytes;
    start = r.next;
    if (r.op == OP_LIT_END)
      break;
  }
  return bytes;
}

/* A put where something is not as usual. */
static NOINLINE int begin(struct dasm_State *D, uint32_t start, const int64_t *a)
{
  struct section *s = D->section;

  if (!may_start(D, start))
    return D->status;
  if ((uintptr_t)s->w >= s->end) {
    if (!section_reserve(D, s))
      return D->status;
    if ((uintptr_t)s->w >= s->end && section_first(D, s) + site_bytes(D->list, start) > MAX_CODE)
      return state_fail(D, DASM_S_SIZE, 0, 0);
  }
  if (D->noting || (uintptr_t)s->w >= s->end)
    return put_careful(D, s->w, D->list + start, a);
  return put_quick(D, s->w, D->list + start, a);
}

static ALWAYS_INLINE int put(dasm_State **Dst, uint32_t start, const int64_t *a)
{
  struct dasm_State *D;
  uint8_t *w;

  if (UNLIKELY(!Dst || !*Dst))
    return DASM_S_NOMEM;
  D = *Dst;
  w = D->section->w;
  if (UNLIKELY(start - LIST_HEADER >= D->limit || (uintptr_t)w >= D->section->end))
    return begin(D, start, a);
  will_write(w);
  return put_quick(D, w, D->list + start, a);
}

int dasm_putargs(dasm_State **Dst, const int64_t *args)
{
  return put(Dst, (uint32_t)args[0], args + 1);
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
