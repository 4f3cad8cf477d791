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

/* Add a number that is in the range of field f, at its place in the unit. False: that is for field_bits() to say. */
static ALWAYS_INLINE bool quick_bits(const uint8_t *f, int64_t value, uint32_t *unit)
{
  uint64_t v = (uint64_t)value;

  if (LIKELY(f[FIELD_QUICK] == QUICK_PLAIN)) {
    *unit |= (uint32_t)v << (f[FIELD_TO] & 31);
    return v <= list_u32(f + FIELD_SPAN);
  }
  if (f[FIELD_QUICK] != QUICK_NUMBER || !field_in_quick_range(f, v))
    return false;
  *unit |= field_spread(f, (uint32_t)v);
  return true;
}

/* A field of any kind, behind LITERAL. */
static NOINLINE int walk_field(struct dasm_State *D, uint8_t *w, const uint8_t *p, const uint8_t *q, const int64_t *a)
{
  const uint8_t *f = field_numbered(D, *p);
  uint64_t v = (uint64_t)*a;

  if (UNLIKELY(!field_in_quick_range(f, v) || f[FIELD_TURNS] == 0 ||
               !field_add(f, D->list[LIST_AT_ORDER], w, field_spread(f, (uint32_t)v))))
    RARE;
  a++;
  p++;
  NEXT;
}

/* What is usual is one piece of four bytes: for the others there would be more registers to save. */
WALK(FIELD)
{
  const uint8_t *f;
  uint32_t word;
  uint64_t v;

  LITERAL;
  f = field_numbered(D, *p);
  v = (uint64_t)*a;
  if (UNLIKELY(!field_in_quick_range(f, v) || f[FIELD_TURNS] != 1 || f[FIELD_UNIT] != 4 ||
               D->list[LIST_AT_ORDER] != HOST_ORDER))
    JUMP walk_field(D, w, p, q, a);
  memcpy(&word, w - 4, 4);
  word |= field_taken(f, 0, (uint32_t)v);
  memcpy(w - 4, &word, 4);
  a++;
  p++;
  NEXT;
}

WALK(FIELDS)
{
  uint32_t unit = 0;
  const uint8_t *f;
  unsigned i = 0;

  LITERAL;
  do {
    f = field_numbered(D, p[1 + i]);
    if (UNLIKELY(!quick_bits(f, a[i], &unit)))
      RARE;
  } while (++i < *p);
  if (HOST_ORDER > ORDER_BIG)
    RARE;
  field_add(f, D->list[LIST_AT_ORDER], w, unit);
  a += i;
  p += 1 + i;
  NEXT;
}

/* ---- labels ----------------------------------------------------------------------
 * An open reference is closed by walk_close(), behind which the record comes once more: so the operations have no more
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

/* ---- references ------------------------------------------------------------------
 * A branch is a reference with a short form; REF_ and BRANCH_ differ in no more than that.
 */

enum referring { REFERRED, WAITS, REF_IS_RARE };

/* A reference to the label of a slot, which is not there. No reference is open. */
static ALWAYS_INLINE enum referring refer_next(struct dasm_State *D, bool branch, uint32_t *slot, enum label_state class,
                                               uint32_t number_, unsigned field, uint8_t *w, const uint8_t *operands)
{
  uint32_t n;

  if (UNLIKELY(D->section->nevents == D->section->maxevents) || (n = referred(D, slot, class, number_)) == 0)
    return REF_IS_RARE;
  if (!branch && field_numbered(D, field)[FIELD_QUICK] != QUICK_DISTANCE)
    return WAITS;
  open_reference(D, operands, field, w, n);
  return REFERRED;
}

/* The same, if it may be there. */
static ALWAYS_INLINE enum referring refer(struct dasm_State *D, bool branch, uint32_t *slot, enum label_state class,
                                          uint32_t number_, unsigned field, uint8_t *w, const uint8_t *operands)
{
  if (is_placed(D, *slot))
    return refer_back(D, D->section, branch, field, w, *slot) ? REFERRED : WAITS;
  return refer_next(D, branch, slot, class, number_, field, w, operands);
}

/* A reference to the label of a slot waits for link. Behind LITERAL; no reference is open. */
static int walk_wait(struct dasm_State *D, uint8_t *w, const uint8_t *p, const uint8_t *q, const int64_t *a)
{
  const uint8_t *operands = p;
  unsigned op = p[-2];
  uint32_t n;

  switch (op) {
  case OP_REF_BACK: case OP_BRANCH_BACK: n = D->prev[*p++]; break;
  case OP_REF_NEXT: case OP_BRANCH_NEXT: n = D->next[*p++]; break;
  case OP_REF_PC: case OP_BRANCH_PC: n = D->pc.slot[*a]; break;
  default: number(&p, &n); n = D->global.slot[n]; break;
  }
  if (UNLIKELY(!log_reference(D, D->section, op, *p, w, n, record_place(D, operands)))) {
    p = operands;
    RARE;
  }
  if (op == OP_REF_PC || op == OP_BRANCH_PC) /* else there may be no arguments */
    a++;
  p++;
  NEXT;
}
#define WAIT JUMP walk_wait(D, w, p, q, a)

/* It is not done. */
#define NOT_REFERRED(done) \
  do {                     \
    if ((done) == WAITS)   \
      WAIT;                \
    RARE;                  \
  } while (0)

WALK(REF_BACK)
{
  uint32_t n;

  LITERAL;
  n = D->prev[*p];
  if (is_open(D))
    CLOSE;
  if (UNLIKELY(n == 0 || D->next[*p] != 0)) /* as in DynASM, a pending >n hides the <n before it */
    RARE;
  if (!refer_back(D, D->section, false, p[1], w, n))
    WAIT;
  p += 2;
  NEXT;
}

WALK(BRANCH_BACK)
{
  uint32_t n;

  LITERAL;
  n = D->prev[*p];
  if (is_open(D))
    CLOSE;
  if (UNLIKELY(n == 0 || D->next[*p] != 0)) /* as in DynASM, a pending >n hides the <n before it */
    RARE;
  if (!refer_back(D, D->section, true, p[1], w, n))
    WAIT;
  p += 2;
  NEXT;
}

WALK(REF_NEXT)
{
  enum referring done;

  LITERAL;
  if (is_open(D))
    CLOSE;
  done = refer_next(D, false, &D->next[*p], LABEL_LOCAL, *p, p[1], w, p);
  if (UNLIKELY(done != REFERRED))
    NOT_REFERRED(done);
  p += 2;
  NEXT;
}

WALK(BRANCH_NEXT)
{
  enum referring done;

  LITERAL;
  if (is_open(D))
    CLOSE;
  done = refer_next(D, true, &D->next[*p], LABEL_LOCAL, *p, p[1], w, p);
  if (UNLIKELY(done != REFERRED))
    NOT_REFERRED(done);
  p += 2;
  NEXT;
}

WALK(REF_GLOBAL)
{
  const uint8_t *operands;
  enum referring done;
  uint32_t n;

  LITERAL;
  if (is_open(D))
    CLOSE;
  operands = p;
  done = UNLIKELY(!number(&p, &n) || n >= D->global.n)
             ? REF_IS_RARE : refer(D, false, &D->global.slot[n], LABEL_GLOBAL, n, *p, w, operands);
  if (UNLIKELY(done != REFERRED)) {
    p = operands;
    NOT_REFERRED(done);
  }
  p++;
  NEXT;
}

WALK(BRANCH_GLOBAL)
{
  const uint8_t *operands;
  enum referring done;
  uint32_t n;

  LITERAL;
  if (is_open(D))
    CLOSE;
  operands = p;
  done = UNLIKELY(!number(&p, &n) || n >= D->global.n)
             ? REF_IS_RARE : refer(D, true, &D->global.slot[n], LABEL_GLOBAL, n, *p, w, operands);
  if (UNLIKELY(done != REFERRED)) {
    p = operands;
    NOT_REFERRED(done);
  }
  p++;
  NEXT;
}

WALK(REF_PC)
{
  uint64_t v = (uint64_t)*a;
  enum referring done;

  LITERAL;
  if (is_open(D))
    CLOSE;
  done = UNLIKELY(v >= D->pc.n) ? REF_IS_RARE : refer(D, false, &D->pc.slot[v], LABEL_PC, (uint32_t)v, *p, w, p);
  if (UNLIKELY(done != REFERRED))
    NOT_REFERRED(done);
  a++;
  p++;
  NEXT;
}

WALK(BRANCH_PC)
{
  uint64_t v = (uint64_t)*a;
  enum referring done;

  LITERAL;
  if (is_open(D))
    CLOSE;
  done = UNLIKELY(v >= D->pc.n) ? REF_IS_RARE : refer(D, true, &D->pc.slot[v], LABEL_PC, (uint32_t)v, *p, w, p);
  if (UNLIKELY(done != REFERRED))
    NOT_REFERRED(done);
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
  if (UNLIKELY(!number(&p, &n) || !log_reference(D, D->section, OP_REF_EXTERN, *p, w, n, record_place(D, operands)))) {
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
               !log_reference(D, D->section, OP_REF_ADDR, *p, w, D->nvalues, record_place(D, p))))
    RARE;
  D->values[D->nvalues++] = (uint64_t)*a++;
  p++;
  NEXT;
}

RARELY(REF_PAIR)

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
  s->sized = s->nevents;
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
