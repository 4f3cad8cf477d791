/* walk_fields.c - numbers into fields of instruction words, in the quick walk: see walk.h.
 *
 * One record is for many words: their literal is copied as a whole, and then each number goes into
 * its word there. What the quick way of a field does not know, the record does once more from its
 * beginning, in the plain way.
 */
#include "field.h"
#include "label.h"
#include "walk.h"

/* Copy n bytes in whole pieces. */
static ALWAYS_INLINE void copy(uint8_t *w, const uint8_t *q, size_t n)
{
  size_t i;

  memcpy(w, q, LIST_MAXLIT);
  if (n <= LIST_MAXLIT)
    return;
  memcpy(w + LIST_MAXLIT, q + LIST_MAXLIT, LIST_MAXLIT);
  for (i = 2 * LIST_MAXLIT; i < n; i += LIST_MAXLIT)
    memcpy(w + i, q + i, LIST_MAXLIT);
}

/* Turn bits of a word over; foreign: it has the other order of bytes than numbers of this machine. */
static ALWAYS_INLINE void flip_word(uint8_t *w, uint32_t bits, bool foreign)
{
  uint32_t word;

  if (foreign)
    bits = bits >> 24 | (bits >> 8 & 0xff00) | (bits & 0xff00) << 8 | bits << 24;
  memcpy(&word, w, 4);
  word ^= bits;
  memcpy(w, &word, 4);
}

/* Numbers into the n words that are said behind p[2], the last one first: then no more is kept than
 * is in registers. False: one is for the plain way. */
static ALWAYS_INLINE bool add_numbers(const struct dasm_State *D, uint8_t *w, const uint8_t *p,
                                      const int64_t *a, size_t n, bool foreign)
{
  do {
    const uint8_t *f = field_numbered(D, p[2 * n + 1]);
    uint64_t v = field_turned(f, (uint64_t)a[n - 1]);

    flip_word(w + p[2 * n + 2], (uint32_t)v, foreign);
    v = field_stray(f, v);
    if (HARDLY(v != 0)) {
      flip_word(w + p[2 * n + 2], (uint32_t)v, foreign);
      v = field_turned_again(f, v);
      flip_word(w + p[2 * n + 2], (uint32_t)v, foreign);
      if (UNLIKELY(field_strays(f, v)))
        return false;
    }
  } while (--n != 0);
  return true;
}

/* The record, of which only what `ends` does is left. */
#define WALK_FIELDS(foreign, ends)                    \
  do {                                                \
    size_t n_;                                        \
                                                      \
    TABLE_ANEW;                                       \
    q -= p[1];                                        \
    copy(w, q, p[1]);                                 \
    if (!add_numbers(D, w, p, a, p[2], foreign)) {    \
      q += p[1];                                      \
      JUMP dasm_walk_FIELDS_ANY(WALK_ARGS);           \
    }                                                 \
    w += p[1];                                        \
    if (ends) {                                       \
      D->section->w = w;                              \
      return DASM_S_OK;                               \
    }                                                 \
    n_ = p[2];                                        \
    SETTLE(n_);                                       \
    a += n_;                                          \
    p += 3 + 2 * n_;                                  \
    NEXT;                                             \
  } while (0)

/* In a list of the byte order that this machine does not have. */
static int walk_foreign_fields(WALK_PARAMS)
{
  if (HOST_ORDER > ORDER_BIG)
    JUMP dasm_walk_FIELDS_ANY(WALK_ARGS);
  WALK_FIELDS(true, p[0] == OP_FIELDS_END);
}

WALK(FIELDS)
{
  if (UNLIKELY(D->foreign))
    JUMP walk_foreign_fields(WALK_ARGS);
  WALK_FIELDS(false, false);
}

WALK(FIELDS_END)
{
  if (UNLIKELY(D->foreign))
    JUMP walk_foreign_fields(WALK_ARGS);
  WALK_FIELDS(false, true);
}

/* One field of the literal at w. */
static bool add_any(const struct dasm_State *D, uint8_t *w, const uint8_t *entry, int64_t value)
{
  const uint8_t *f = field_numbered(D, entry[0]);
  uint32_t bits;
  uint64_t v;

  if (f[FIELD_QUICK] == QUICK_NUMBER && HOST_ORDER <= ORDER_BIG && field_quickly(f, (uint64_t)value, &bits)) {
    flip_word(w + entry[1], bits, D->foreign);
    return true;
  }
  if (!field_number(f, value, &v))
    return false;
  field_insert_number(f, (enum list_order)D->list[LIST_AT_ORDER], w + entry[1] + f[FIELD_UNIT], v);
  return true;
}

WALK(FIELDS_ANY)
{
  size_t len = p[1], n = p[2], i;

  copy(w, q - len, len);
  for (i = 0; i < n; i++)
    if (UNLIKELY(!add_any(D, w, p + 3 + 2 * i, a[i])))
      JUMP put_careful(WALK_ARGS);
  w += len;
  if (p[0] == OP_FIELDS_END) {
    D->section->w = w;
    return DASM_S_OK;
  }
  q -= len;
  p += 3 + 2 * n;
  a += n;
  NEXT;
}
