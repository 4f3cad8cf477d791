/* subst.c - substitution in statements: defines, macro parameters, pasting.
 *
 * Each pass collects its hits first; a text without hits is returned as it is, which is the
 * common case and costs one scan. Otherwise the new text is made, and a map from it to the old
 * one, so that a message can point at the place in the source from which a word came.
 *
 * Defines are substituted in rounds over the whole text, until a round changes nothing: a word
 * may be followed directly by a `#word`, so a round can give words that were none before.
 */
#include <string.h>

#include "front_private.h"

void subst_hit(struct front *F, struct span text, struct span what, struct span by)
{
  if (F->nhits == F->hit_capacity)
    F->hit = arena_grow(F, F->hit, &F->hit_capacity, F->nhits + 1, sizeof(*F->hit));
  F->hit[F->nhits++] = (struct hit){(uint32_t)(what.p - text.p), (uint32_t)what.n, by};
}

struct span subst_apply(struct front *F, struct span text)
{
  struct text_map *map;
  struct edit *edit;
  size_t n = text.n, at = 0;
  char *out;

  for (size_t i = 0; i < F->nhits; i++)
    n = n - F->hit[i].n + F->hit[i].by.n;
  if (n > MAX_STATEMENT) {
    diag_error(F, text, "[statement-limit] statement is longer than %d bytes after substitution", MAX_STATEMENT);
    return (struct span){text.p, 0};
  }
  out = arena_alloc(F, n + 1);
  edit = arena_alloc(F, F->nhits * sizeof(*edit));
  map = arena_alloc(F, sizeof(*map));
  *map = (struct text_map){F->maps, text, {out, n}, edit, (unsigned)F->nhits};
  F->maps = map;
  for (size_t i = 0; i < F->nhits; i++) {
    const struct hit *h = &F->hit[i];

    memcpy(out, text.p + at, h->at - at);
    out += h->at - at;
    edit[i] = (struct edit){h->at, h->n, (uint32_t)(out - map->out.p), (uint32_t)h->by.n};
    if (h->by.n > 0)
      memcpy(out, h->by.p, h->by.n);
    out += h->by.n;
    at = h->at + h->n;
  }
  memcpy(out, text.p + at, text.n - at);
  return map->out;
}

/* Most words are no defines; this says so without looking them up. */
static uint32_t length_bit(struct span name)
{
  return 1u << (name.n < 31 ? name.n : 31);
}

static bool may_be_define(const struct front *F, struct span word)
{
  return (F->define_lengths[(unsigned char)word.p[0]] & length_bit(word)) != 0;
}

/* Move on to the next word; NULL: there is none. */
static const char *find_word(const char *p, const char *end)
{
  while (p < end && !char_is(*p, CHAR_WORD))
    p++;
  return p < end ? p : NULL;
}

static const char *end_of_word(const char *p, const char *end)
{
  while (p < end && char_is(*p, CHAR_WORD))
    p++;
  return p;
}

/* One round of defines. A word is [A-Za-z0-9_]+, with a `#` directly before it if there is one. */
static struct span define_round(struct front *F, struct span text, struct span *last)
{
  const char *p = text.p, *end = span_end(text), *from;

  F->nhits = 0;
  while ((from = find_word(p, end)) != NULL) {
    struct span word, *value;

    p = end_of_word(from, end);
    if (from > text.p && from[-1] == '#')
      from--;
    word = span_between(from, p);
    value = may_be_define(F, word) ? table_get(&F->defines, word) : NULL;
    if (value) {
      subst_hit(F, text, word, *value);
      *last = word;
    }
  }
  return F->nhits ? subst_apply(F, text) : text;
}

struct span subst_defines(struct front *F, struct span text)
{
  struct span last = SPAN(""), next;

  if (F->defines.count == 0)
    return text;
  for (int round = 0; round < MAX_ROUNDS; round++) {
    next = define_round(F, text, &last);
    if (next.p == text.p)
      return next;
    text = next;
  }
  last = span_dup(F, last);
  diag_error(F, F->statement, "[recursion] recursive define involving '%.*s'", (int)last.n, last.p);
  return (struct span){text.p, 0};
}

struct span subst_params(struct front *F, struct span text, const struct span *param,
                         const struct span *value, unsigned n)
{
  const char *p = text.p, *end = span_end(text), *word;

  F->nhits = 0;
  while (n > 0 && (word = find_word(p, end)) != NULL) {
    p = end_of_word(word, end);
    for (unsigned i = 0; i < n; i++)
      if (span_eq(param[i], span_between(word, p)))
        subst_hit(F, text, span_between(word, p), value[i]);
  }
  return F->nhits ? subst_apply(F, text) : text;
}

/* `a .. b` becomes `ab`. */
struct span subst_paste(struct front *F, struct span text)
{
  const char *p = text.p, *end = span_end(text), *from, *to;

  F->nhits = 0;
  while (end - p > 1 && (p = memchr(p, '.', (size_t)(end - p - 1))) != NULL) {
    if (p[1] != '.') {
      p++;
      continue;
    }
    from = p;
    while (from > text.p && char_is(from[-1], CHAR_SPACE))
      from--;
    if (F->nhits > 0 && text.p + F->hit[F->nhits - 1].at + F->hit[F->nhits - 1].n > from)
      from = p;
    for (to = p + 2; to < end && char_is(*to, CHAR_SPACE);)
      to++;
    subst_hit(F, text, span_between(from, to), SPAN(""));
    p = to;
  }
  return F->nhits ? subst_apply(F, text) : text;
}

/* ---- the table of defines ---------------------------------------------------------- */

bool define_set(struct front *F, struct span name, struct span value)
{
  struct span *copy = arena_alloc(F, sizeof(*copy));

  *copy = span_dup(F, value);
  name = span_dup(F, name);
  if (!table_get(&F->defines, name))
    spans_add(F, &F->define_names, name);
  definition_set(F, &F->defines, name, copy);
  F->define_lengths[(unsigned char)name.p[0]] |= length_bit(name);
  return true;
}
