/* walk_labels.c - the quick walk: labels, and references to them. See walk.h and label.h.
 *
 * An open reference that the record does not settle is closed by walk_close(), behind which the
 * record comes once more: so the operations have no more to do than what is usual. They have much
 * to keep in registers, hence TABLE_ANEW, and functions of their own for what would take more of
 * these.
 */
#include "walk.h"

#include "label.h"

/* ---- labels ---------------------------------------------------------------------- */

int walk_close(WALK_PARAMS)
{
  unsigned len = p[-1];

  w -= len;
  p -= 2;
  q += len;
  if (!log_open(D, D->section))
    JUMP put_careful(WALK_ARGS);
  NEXT;
}

/* The open reference goes to the label of the record, but has no short form, or one that does not reach. */
static int walk_settle(WALK_PARAMS)
{
  uint32_t i = D->open.target;

  if (!settles(D, D->section, w))
    CLOSE;
  place_label(D, D->section, i, w, record_place(D, p));
  switch (p[-2]) {
  case OP_LABEL_LOCAL:
    D->prev[*p] = i;
    D->next[*p++] = 0;
    break;
  case OP_LABEL_GLOBAL: p++; break;
  default: a++; /* OP_LABEL_PC */
  }
  NEXT;
}

/* Behind LITERAL, a label whose slot has instance i, or none yet (0), while no reference is open.
 * `fresh` puts a new one there. */
#define PLACE_ALONE(i, fresh)               \
  do {                                      \
    if ((i) == 0) {                         \
      if (!add_instance(D, &(i)))           \
        RARE;                               \
      fresh;                                \
    } else if (UNLIKELY(is_placed(D, i))) { \
      RARE;                                 \
    }                                       \
  } while (0)

/* The same while one is open: it may go to this label. */
#define PLACE_OPEN(i, s)                     \
  do {                                       \
    if (UNLIKELY((i) != D->open.target))     \
      CLOSE;                                 \
    if (UNLIKELY(!settles_short(D, (s), w))) \
      JUMP walk_settle(WALK_ARGS);           \
  } while (0)

static ALWAYS_INLINE void take_slot(struct slots *l, uint32_t number, uint32_t instance)
{
  mark_used(l, number);
  l->slot[number] = instance;
}

/* Something waits for it, but not what is open. */
static NOINLINE int place_awaited(WALK_PARAMS)
{
  unsigned digit = *p;
  uint32_t i = D->next[digit];

  D->prev[digit] = i;
  D->next[digit] = 0;
  place_instance(D, D->section, i, w);
  p++;
  NEXT;
}

/* A reference is open: it may go to this label. */
static NOINLINE int place_local_open(WALK_PARAMS)
{
  struct section *s = D->section;
  unsigned digit = *p;
  uint32_t i = D->next[digit];

  TABLE_ANEW;
  PLACE_OPEN(i, s);
  D->prev[digit] = i;
  D->next[digit] = 0;
  place_instance(D, s, i, w);
  p++;
  NEXT;
}

/* One that nothing waits for gets its own instance. */
WALK(LABEL_LOCAL)
{
  size_t digit;

  TABLE_ANEW;
  LITERAL;
  if (is_open(D))
    JUMP place_local_open(WALK_ARGS);
  digit = *p;
  if (UNLIKELY(D->next[digit] != 0))
    JUMP place_awaited(WALK_ARGS);
  D->prev[digit] = (uint32_t)digit;
  place_instance(D, D->section, (uint32_t)digit, w);
  p++;
  NEXT;
}

static NOINLINE int place_global(WALK_PARAMS)
{
  uint32_t n = *p, i = D->global.slot[n];

  TABLE_ANEW;
  PLACE_ALONE(i, take_slot(&D->global, n, i));
  place_label(D, D->section, i, w, record_place(D, p));
  p++;
  NEXT;
}

WALK(LABEL_GLOBAL)
{
  struct section *s = D->section;
  uint32_t i, n;

  TABLE_ANEW;
  LITERAL;
  n = *p;
  if (UNLIKELY(n >= 0x80 || n >= D->global.n))
    RARE;
  if (D->open.target == 0)
    JUMP place_global(WALK_ARGS);
  i = D->global.slot[n];
  PLACE_OPEN(i, s);
  place_label(D, s, i, w, record_place(D, p));
  p++;
  NEXT;
}

static NOINLINE int place_pc(WALK_PARAMS)
{
  uint32_t n = (uint32_t)*a, i = D->pc.slot[n];

  TABLE_ANEW;
  PLACE_ALONE(i, take_slot(&D->pc, n, i));
  a++;
  place_label(D, D->section, i, w, record_place(D, p));
  NEXT;
}

WALK(LABEL_PC)
{
  struct section *s = D->section;
  uint64_t v = (uint64_t)*a;
  uint32_t i;

  TABLE_ANEW;
  LITERAL;
  if (UNLIKELY(v >= D->pc.n))
    RARE;
  if (D->open.target == 0)
    JUMP place_pc(WALK_ARGS);
  i = D->pc.slot[v];
  PLACE_OPEN(i, s);
  a++;
  place_label(D, s, i, w, record_place(D, p));
  NEXT;
}

RARELY(SET_LOCAL)
RARELY(SET_GLOBAL)
RARELY(SET_PC)

/* ---- references ------------------------------------------------------------------
 * A branch is a reference with a short form; REF_ and BRANCH_ differ in no more than that.
 */

/* A reference to the label of a slot waits for link. Behind LITERAL; no reference is open. */
static int walk_wait(WALK_PARAMS)
{
  const uint8_t *operands = p;
  unsigned op = p[-2];
  uint32_t n;

  switch (op) {
  case OP_REF_BACK: case OP_BRANCH_BACK: n = keep_local(D, *p++); break;
  case OP_REF_NEXT: case OP_BRANCH_NEXT: n = D->next[*p++]; break;
  case OP_REF_PC: case OP_BRANCH_PC: n = D->pc.slot[*a]; break;
  default: walk_number(&p, &n); n = D->global.slot[n]; break;
  }
  if (UNLIKELY(n == 0 || !log_reference(D, D->section, op, *p, field_numbered(D, *p)[FIELD_SHRINK],
                                        w, n, record_place(D, operands)))) {
    p = operands;
    RARE;
  }
  if (op == OP_REF_PC || op == OP_BRANCH_PC) /* else there may be no arguments */
    a++;
  p++;
  NEXT;
}
#define WAIT JUMP walk_wait(WALK_ARGS)

/* To a label ahead, whose slot has instance n; 0: there is none yet, and `fresh` puts it there. */
#define REFER_AHEAD(branch, class, number_, field, operands, n, fresh)                      \
  do {                                                                                      \
    if (UNLIKELY(D->section->nevents == D->section->maxevents))                             \
      RARE;                                                                                 \
    if ((n) == 0) {                                                                         \
      if (!new_instance(D, class, number_, &(n)))                                           \
        RARE;                                                                               \
      fresh;                                                                                \
    }                                                                                       \
    if (!(branch) && UNLIKELY(field_numbered(D, field)[FIELD_QUICK] != QUICK_DISTANCE))     \
      WAIT;                                                                                 \
    open_reference(D, operands, field, w, n);                                               \
  } while (0)

/* As in DynASM, a pending >n hides the <n before it. */
#define REFERS_LOCAL(kind, branch)                                           \
  WALK(kind##_BACK)                                                          \
  {                                                                          \
    uint32_t n;                                                              \
                                                                             \
    TABLE_ANEW;                                                              \
    LITERAL;                                                                 \
    n = D->prev[*p];                                                         \
    if (is_open(D))                                                          \
      CLOSE;                                                                 \
    if (UNLIKELY(n == 0 || D->next[*p] != 0))                                \
      RARE;                                                                  \
    if (!refer_back(D, D->section, branch, p[1], w, n))                      \
      WAIT;                                                                  \
    p += 2;                                                                  \
    NEXT;                                                                    \
  }                                                                          \
  WALK(kind##_NEXT)                                                          \
  {                                                                          \
    unsigned digit;                                                          \
    uint32_t n;                                                              \
                                                                             \
    TABLE_ANEW;                                                              \
    LITERAL;                                                                 \
    if (is_open(D))                                                          \
      CLOSE;                                                                 \
    digit = *p;                                                              \
    n = D->next[digit];                                                      \
    REFER_AHEAD(branch, LABEL_LOCAL, digit, p[1], p, n, D->next[digit] = n); \
    p += 2;                                                                  \
    NEXT;                                                                    \
  }

#define REFERS_GLOBAL(kind, branch)                                               \
  WALK(kind##_GLOBAL)                                                             \
  {                                                                               \
    uint32_t i, n;                                                                \
    const uint8_t *f;                                                             \
                                                                                  \
    TABLE_ANEW;                                                                   \
    LITERAL;                                                                      \
    if (is_open(D))                                                               \
      CLOSE;                                                                      \
    f = p;                                                                        \
    if (UNLIKELY(!walk_number(&f, &i) || i >= D->global.n))                       \
      RARE;                                                                       \
    n = D->global.slot[i];                                                        \
    if (!is_placed(D, n))                                                         \
      REFER_AHEAD(branch, LABEL_GLOBAL, i, *f, p, n, D->global.slot[i] = n);      \
    else if (!refer_back(D, D->section, branch, *f, w, n))                        \
      WAIT;                                                                       \
    p = f + 1;                                                                    \
    NEXT;                                                                         \
  }

/* Back in a function of its own: most go ahead, and need fewer registers. */
#define REFERS_PC(kind, branch)                                             \
  static NOINLINE int walk_##kind##_PC_back(WALK_PARAMS)                    \
  {                                                                         \
    if (!refer_back(D, D->section, branch, *p, w, D->pc.slot[*a]))          \
      WAIT;                                                                 \
    a++;                                                                    \
    p++;                                                                    \
    NEXT;                                                                   \
  }                                                                         \
  WALK(kind##_PC)                                                           \
  {                                                                         \
    uint64_t v = (uint64_t)*a;                                              \
    uint32_t n;                                                             \
                                                                            \
    TABLE_ANEW;                                                             \
    LITERAL;                                                                \
    if (is_open(D))                                                         \
      CLOSE;                                                                \
    if (UNLIKELY(v >= D->pc.n))                                             \
      RARE;                                                                 \
    n = D->pc.slot[v];                                                      \
    if (is_placed(D, n))                                                    \
      JUMP walk_##kind##_PC_back(WALK_ARGS);                                \
    REFER_AHEAD(branch, LABEL_PC, (uint32_t)v, *p, p, n, D->pc.slot[v] = n); \
    a++;                                                                    \
    p++;                                                                    \
    NEXT;                                                                   \
  }

REFERS_LOCAL(REF, false)
REFERS_LOCAL(BRANCH, true)
REFERS_GLOBAL(REF, false)
REFERS_GLOBAL(BRANCH, true)
REFERS_PC(REF, false)
REFERS_PC(BRANCH, true)

WALK(REF_EXTERN)
{
  const uint8_t *operands;
  uint32_t n;

  TABLE_ANEW;
  LITERAL;
  if (is_open(D))
    CLOSE;
  operands = p;
  if (UNLIKELY(!walk_number(&p, &n) || !log_reference(D, D->section, OP_REF_EXTERN, *p, 0, w, n,
                                                      record_place(D, operands)))) {
    p = operands;
    RARE;
  }
  p++;
  NEXT;
}

WALK(REF_ADDR)
{
  TABLE_ANEW;
  LITERAL;
  if (is_open(D))
    CLOSE;
  if (UNLIKELY(D->nvalues == D->maxvalues ||
               !log_reference(D, D->section, OP_REF_ADDR, *p, 0, w, D->nvalues, record_place(D, p))))
    RARE;
  D->values[D->nvalues++] = (uint64_t)*a++;
  p++;
  NEXT;
}

RARELY(REF_PAIR)
