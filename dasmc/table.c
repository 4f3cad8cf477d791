/* table.c - names to things: open addressing, linear probing, at most half full.
 *
 * A removed name keeps its slot with a NULL value, so that probing goes on behind it.
 */
#include <string.h>

#include "front_private.h"

/* Eight bytes at a time; any good mix will do. */
uint32_t span_hash(struct span s)
{
  uint64_t h = s.n, word;

  for (; s.n >= 8; s = span_tail(s, 8)) {
    memcpy(&word, s.p, 8);
    h = (h ^ word) * 0x9e3779b97f4a7c15u;
    h ^= h >> 32;
  }
  word = 0;
  for (size_t i = 0; i < s.n; i++)
    word = word << 8 | (unsigned char)s.p[i];
  h = (h ^ word) * 0x9e3779b97f4a7c15u;
  return (uint32_t)(h ^ h >> 32);
}

/* The slot of the key, or the empty one where it belongs. */
static struct table_slot *find(const struct table *t, struct span key, uint32_t hash)
{
  size_t mask = t->capacity - 1;
  struct table_slot *s;

  for (size_t i = hash & mask;; i = (i + 1) & mask) {
    s = &t->slot[i];
    if (!s->key.p || (s->hash == hash && span_eq(s->key, key)))
      return s;
  }
}

void *table_get(const struct table *t, struct span key)
{
  return t->count ? find(t, key, span_hash(key))->value : NULL;
}

static void enlarge(struct front *F, struct table *t)
{
  struct table old = *t;

  t->capacity = old.capacity ? old.capacity * 2 : 32;
  t->slot = arena_alloc(F, t->capacity * sizeof(*t->slot));
  for (size_t i = 0; i < old.capacity; i++)
    if (old.slot[i].key.p)
      *find(t, old.slot[i].key, old.slot[i].hash) = old.slot[i];
}

void table_set(struct front *F, struct table *t, struct span key, void *value)
{
  uint32_t hash = span_hash(key);
  struct table_slot *s;

  if (2 * (t->count + 1) > t->capacity)
    enlarge(F, t);
  s = find(t, key, hash);
  if (!s->key.p)
    t->count++;
  *s = (struct table_slot){key, value, hash};
}

void table_remove(struct table *t, struct span key)
{
  if (t->count > 0)
    find(t, key, span_hash(key))->value = NULL;
}
