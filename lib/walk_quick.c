/* walk_quick.c - the quick walk: see walk.h.
 *
 * What limits its speed is the number of instructions: about four in a cycle.
 */
#include "walk.h"

#include "label.h"

walk_op *const walk_ops[OP_COUNT] = {
#define OP(name, operands, takes, bytes, words) [OP_##name] = dasm_walk_##name,
#include "ops.def"
#undef OP
};

int walk_rare(struct dasm_State *D, uint8_t *w, const uint8_t *p, const uint8_t *q, const int64_t *a)
{
  unsigned len = p[-1];

  JUMP put_careful(D, w - len, p - 2, q + len, a);
}

int put_quick(struct dasm_State *D, uint8_t *w, const uint8_t *p, const int64_t *a)
{
#ifdef WALK_JUMPS
  return walk_ops[*p](D, w, p, p, a);
#else
  int status = walk_ops[*p](D, w, p, p, a);

  while (status == WALK_ON)
    status = walk_ops[*D->step.p](D, D->step.w, D->step.p, D->step.q, D->step.a);
  return status;
#endif
}

/* The operand n at *p; false, and nothing is done: it has more than two bytes. */
static ALWAYS_INLINE bool number(const uint8_t **p, uint32_t *n)
{
  *n = **p;
  if (LIKELY(!(*n & 0x80))) {
    ++*p;
    return true;
  }
  if ((*p)[1] & 0x80)
    return false;
  *n = (*n & 0x7f) | (uint32_t)(*p)[1] << 7;
  *p += 2;
  return true;
}

/* ---- structure ------------------------------------------------------------------- */

WALK(END)
{
  (void)p, (void)q, (void)a;
  D->section->w = w;
  return DASM_S_OK;
}

WALK(LIT_END)
{
  (void)a;
  LITERAL;
  D->section->w = w;
  return DASM_S_OK;
}

WALK(ROOM)
{
  if (UNLIKELY((uintptr_t)w >= D->section->end))
    JUMP put_careful(D, w, p, q, a);
  p++;
  NEXT;
}

WALK(LIT)
{
  LITERAL;
  NEXT;
}

WALK(RUN)
{
  unsigned len = p[1], n;

  q -= len;
  for (n = 0; n < len; n += 16)
    memcpy(w + n, q + n, 16);
  w += len;
  p += 2;
  NEXT;
}

WALK(ARG)
{
  LITERAL;
  a += (int8_t)*p++;
  NEXT;
}

/* ---- values ---------------------------------------------------------------------- */

WALK(VALUE8)
{
  LITERAL;
  if (UNLIKELY((uint64_t)*a + 128 >= 384))
    RARE;
  *w++ = (uint8_t)*a++;
  NEXT;
}

WALK(VALUE8S)
{
  LITERAL;
  if (UNLIKELY(!fits8(*a)))
    RARE;
  *w++ = (uint8_t)*a++;
  NEXT;
}

WALK(VALUE16)
{
  LITERAL;
  if (UNLIKELY(!fits16(*a)))
    RARE;
  w = put_le(w, (uint64_t)*a++, 2);
  NEXT;
}

WALK(VALUE32)
{
  LITERAL;
  if (UNLIKELY(*a != (int32_t)*a))
    RARE;
  w = put_le(w, (uint64_t)*a++, 4);
  NEXT;
}

WALK(VALUE64)
{
  LITERAL;
  w = put_le(w, (uint64_t)*a++, 8);
  NEXT;
}

WALK(CHECK32S)
{
  int64_t v;

  LITERAL;
  v = a[*p];
  if (UNLIKELY(v != (int32_t)v))
    RARE;
  p++;
  NEXT;
}

WALK(CHECK32S_DISP)
{
  int64_t v;

  LITERAL;
  v = a[*p];
  if (UNLIKELY(v != (int32_t)v))
    RARE;
  p++;
  NEXT;
}

/* ---- fields ---------------------------------------------------------------------- */

static inline uint64_t two_bytes(const uint8_t *p)
{
  return p[0] | (unsigned)p[1] << 8;
}

/* Add a number that is in the range of field f, at its place in the unit. False: that is for field_bits() to say. */
static ALWAYS_INLINE bool quick_bits(const uint8_t *f, int64_t value, uint64_t *unit)
{
  uint64_t v = (uint64_t)value;
  unsigned i;

  if (LIKELY(f[FIELD_QUICK] == QUICK_PLAIN)) {
    *unit |= v << f[FIELD_TO];
    return v <= list_u32(f + FIELD_SPAN);
  }
  if (f[FIELD_QUICK] - 1u >= QUICK_PIECES || (v & f[FIELD_DROPPED]) != 0 ||
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
static ALWAYS_INLINE bool quick_insert(const uint8_t *f, const uint8_t *list, uint8_t *w, uint64_t unit)
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

WALK(FIELDS)
{
  uint64_t unit = 0;
  const uint8_t *f;
  unsigned i = 0;

  LITERAL;
  do {
    f = D->fields + p[1 + i] * (size_t)LIST_FIELD;
    if (UNLIKELY(!quick_bits(f, a[i], &unit)))
      RARE;
  } while (++i < *p);
  if (UNLIKELY(!quick_insert(f, D->list, w, unit)))
    RARE;
  a += i;
  p += 1 + i;
  NEXT;
}

/* ---- labels ----------------------------------------------------------------------
 * An open branch is closed by walk_close(), behind which the record comes once more: so the operations have no more
 * to do than what is usual.
 */

int walk_close(struct dasm_State *D, uint8_t *w, const uint8_t *p, const uint8_t *q, const int64_t *a)
{
  unsigned len = p[-1];

  w -= len;
  p -= 2;
  q += len;
  if (!log_open(D, D->section))
    JUMP put_careful(D, w, p, q, a);
  NEXT;
}

static ALWAYS_INLINE bool is_open(const struct dasm_State *D)
{
  return UNLIKELY(D->open.target != 0);
}

/* The instance that a reference to the slot means; 0: there is no room for a new one. */
static ALWAYS_INLINE uint32_t referred(struct dasm_State *D, uint32_t *slot, enum label_state class, uint32_t n)
{
  uint32_t i = *slot;

  if (i == 0)
    *slot = i = new_instance(D, class, n);
  return i;
}

/* What a label becomes: the number of its instance, or one of these. */
enum { IS_RARE = 0, CLOSES = -1 };

/* The instance of a label at w, whose slot has instance i, or none (0). */
static ALWAYS_INLINE int64_t placed(struct dasm_State *D, uint32_t i, const uint8_t *w)
{
  uint32_t open = D->open.target;

  if (open != 0)
    return LIKELY(i == open) && LIKELY(settles(D, D->section, i, w)) ? (int64_t)i : CLOSES;
  if (i == 0)
    return add_instance(D);
  return UNLIKELY(is_placed(D, i)) ? IS_RARE : (int64_t)i;
}

/* It is not usual. */
#define NOT_PLACED(i)    \
  do {                   \
    if ((i) == CLOSES)   \
      CLOSE;             \
    RARE;                \
  } while (0)

WALK(LABEL_LOCAL)
{
  int64_t i;

  LITERAL;
  i = placed(D, D->next[*p], w);
  if (UNLIKELY(i <= 0))
    NOT_PLACED(i);
  D->prev[*p] = (uint32_t)i;
  D->next[*p] = 0;
  IN_ORDER;
  place_label(D, D->section, (uint32_t)i, w, record_place(D, p));
  p++;
  NEXT;
}

WALK(LABEL_GLOBAL)
{
  const uint8_t *operands;
  uint32_t n;
  int64_t i;

  LITERAL;
  operands = p;
  i = UNLIKELY(!number(&p, &n) || n >= D->global.n) ? IS_RARE : placed(D, D->global.slot[n], w);
  if (UNLIKELY(i <= 0)) {
    p = operands;
    NOT_PLACED(i);
  }
  if (D->global.slot[n] == 0)
    mark_used(&D->global, n);
  D->global.slot[n] = (uint32_t)i;
  IN_ORDER;
  place_label(D, D->section, (uint32_t)i, w, record_place(D, operands));
  NEXT;
}

WALK(LABEL_PC)
{
  uint64_t v = (uint64_t)*a;
  uint32_t before;
  int64_t i;

  LITERAL;
  if (UNLIKELY(v >= D->pc.n))
    RARE;
  before = D->pc.slot[v];
  i = placed(D, before, w);
  if (UNLIKELY(i <= 0))
    NOT_PLACED(i);
  if (before == 0)
    mark_used(&D->pc, (uint32_t)v);
  D->pc.slot[v] = (uint32_t)i;
  a++;
  IN_ORDER;
  place_label(D, D->section, (uint32_t)i, w, record_place(D, p));
  NEXT;
}

RARELY(SET_LOCAL)
RARELY(SET_GLOBAL)
RARELY(SET_PC)

/* ---- references ------------------------------------------------------------------ */

WALK(REF_BACK)
{
  uint32_t n;

  LITERAL;
  n = D->prev[*p];
  if (is_open(D))
    CLOSE;
  if (UNLIKELY(n == 0 || D->next[*p] != 0 || /* as in DynASM, a pending >n hides the <n before it */
               !new_event(D->section, OP_REF_BACK, p[1], w, n, record_place(D, p))))
    RARE;
  p += 2;
  NEXT;
}

WALK(REF_NEXT)
{
  uint32_t n;

  LITERAL;
  if (is_open(D))
    CLOSE;
  n = referred(D, &D->next[*p], LABEL_LOCAL, *p);
  if (UNLIKELY(n == 0 || !new_event(D->section, OP_REF_NEXT, p[1], w, n, record_place(D, p))))
    RARE;
  p += 2;
  NEXT;
}

WALK(REF_GLOBAL)
{
  const uint8_t *operands;
  uint32_t n, i;

  LITERAL;
  if (is_open(D))
    CLOSE;
  operands = p;
  if (UNLIKELY(!number(&p, &n) || n >= D->global.n ||
               (i = referred(D, &D->global.slot[n], LABEL_GLOBAL, n)) == 0 ||
               !new_event(D->section, OP_REF_GLOBAL, *p, w, i, record_place(D, operands)))) {
    p = operands;
    RARE;
  }
  p++;
  NEXT;
}

WALK(REF_PC)
{
  uint64_t v = (uint64_t)*a;
  uint32_t n;

  LITERAL;
  if (is_open(D))
    CLOSE;
  if (UNLIKELY(v >= D->pc.n || (n = referred(D, &D->pc.slot[v], LABEL_PC, (uint32_t)v)) == 0 ||
               !new_event(D->section, OP_REF_PC, *p, w, n, record_place(D, p))))
    RARE;
  a++;
  p++;
  NEXT;
}

WALK(REF_EXTERN)
{
  const uint8_t *operands;
  uint32_t n;

  LITERAL;
  if (is_open(D))
    CLOSE;
  operands = p;
  if (UNLIKELY(!number(&p, &n) || !new_event(D->section, OP_REF_EXTERN, *p, w, n, record_place(D, operands)))) {
    p = operands;
    RARE;
  }
  p++;
  NEXT;
}

WALK(REF_ADDR)
{
  LITERAL;
  if (is_open(D))
    CLOSE;
  if (UNLIKELY(D->nvalues == D->maxvalues ||
               !new_event(D->section, OP_REF_ADDR, *p, w, D->nvalues, record_place(D, p))))
    RARE;
  D->values[D->nvalues++] = (uint64_t)*a++;
  p++;
  NEXT;
}

/* ---- branches -------------------------------------------------------------------- */

static ALWAYS_INLINE unsigned shrink_of(const struct dasm_State *D, unsigned field)
{
  return D->fields[field * (size_t)LIST_FIELD + FIELD_SHRINK];
}

/* A branch to a label that is there, but not near, waits for link. Behind LITERAL; no branch is open. */
static int walk_wait(struct dasm_State *D, uint8_t *w, const uint8_t *p, const uint8_t *q, const int64_t *a)
{
  const uint8_t *operands = p;
  unsigned op = p[-2];
  uint32_t n;

  if (op == OP_BRANCH_BACK) {
    n = D->prev[*p++];
  } else if (op == OP_BRANCH_PC) {
    n = D->pc.slot[*a];
  } else {
    number(&p, &n);
    n = D->global.slot[n];
  }
  if (UNLIKELY(!log_branch(D->section, op, *p, shrink_of(D, *p), w, n, record_place(D, operands)))) {
    p = operands;
    RARE;
  }
  if (op == OP_BRANCH_PC) /* else there may be no arguments */
    a++;
  p++;
  NEXT;
}
#define WAIT JUMP walk_wait(D, w, p, q, a)

WALK(BRANCH_BACK)
{
  uint32_t n;

  LITERAL;
  n = D->prev[*p];
  if (is_open(D))
    CLOSE;
  if (UNLIKELY(n == 0 || D->next[*p] != 0))
    RARE;
  if (!branch_back(D, D->section, shrink_of(D, p[1]), w, n))
    WAIT;
  p += 2;
  NEXT;
}

enum branching { BRANCHED, WAITS, BRANCH_IS_RARE };

/* A branch to the label of a slot, which may be there. No branch is open. */
static ALWAYS_INLINE enum branching branch(struct dasm_State *D, uint32_t *slot, enum label_state class, uint32_t number_,
                                           unsigned field, uint8_t *w, const uint8_t *operands)
{
  uint32_t n = *slot;

  if (is_placed(D, n))
    return branch_back(D, D->section, shrink_of(D, field), w, n) ? BRANCHED : WAITS;
  if (UNLIKELY(D->section->nevents == D->section->maxevents) || (n = referred(D, slot, class, number_)) == 0)
    return BRANCH_IS_RARE;
  open_branch(D, operands, shrink_of(D, field), w, n);
  return BRANCHED;
}

WALK(BRANCH_NEXT)
{
  uint32_t n;

  LITERAL;
  if (is_open(D))
    CLOSE;
  if (UNLIKELY(D->section->nevents == D->section->maxevents) || (n = referred(D, &D->next[*p], LABEL_LOCAL, *p)) == 0)
    RARE;
  open_branch(D, p, shrink_of(D, p[1]), w, n);
  p += 2;
  NEXT;
}

WALK(BRANCH_GLOBAL)
{
  const uint8_t *operands;
  enum branching done;
  uint32_t n;

  LITERAL;
  if (is_open(D))
    CLOSE;
  operands = p;
  done = UNLIKELY(!number(&p, &n) || n >= D->global.n)
             ? BRANCH_IS_RARE : branch(D, &D->global.slot[n], LABEL_GLOBAL, n, *p, w, operands);
  if (UNLIKELY(done != BRANCHED)) {
    p = operands;
    if (done == WAITS)
      WAIT;
    RARE;
  }
  p++;
  NEXT;
}

WALK(BRANCH_PC)
{
  uint64_t v = (uint64_t)*a;
  enum branching done;

  LITERAL;
  if (is_open(D))
    CLOSE;
  if (UNLIKELY(v >= D->pc.n))
    RARE;
  done = branch(D, &D->pc.slot[v], LABEL_PC, (uint32_t)v, *p, w, p);
  if (UNLIKELY(done == WAITS))
    WAIT;
  if (UNLIKELY(done == BRANCH_IS_RARE))
    RARE;
  a++;
  p++;
  NEXT;
}

/* ---- gaps, sections -------------------------------------------------------------- */

WALK(ALIGN)
{
  struct section *s = D->section;
  uint32_t mask;

  LITERAL;
  mask = (1u << *p) - 1;
  if (is_open(D))
    CLOSE;
  if (UNLIKELY(!new_event(s, OP_ALIGN, 0, w, 0, mask)))
    RARE;
  s->origin -= mask;
  s->end -= mask;
  p++;
  NEXT;
}

RARELY(SPACE)
RARELY(SPACE_ARG)

WALK(SECTION)
{
  const uint8_t *operands;
  struct section *s;
  uint32_t n;

  LITERAL;
  if (is_open(D))
    CLOSE;
  operands = p;
  if (UNLIKELY(!number(&p, &n) || n >= D->nsections ||
               (uintptr_t)D->sections[n].w >= D->sections[n].end)) {
    p = operands;
    RARE;
  }
  s = &D->sections[n];
  D->section->w = w;
  D->section = s;
  w = s->w;
  NEXT;
}
