/* table.c - names to things: open addressing, linear probing, at most half full.
 *
 * A removed name keeps its slot with a NULL value, so that probing goes on behind it.
 */
#include <string.h>

#include "front_private.h"

static uint32_t hash_of(struct span s)
{
  uint32_t h = HASH_START;

  for (size_t i = 0; i < s.n; i++)
    h = hash_add(h, s.p[i]);
  return h;
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

void *table_get_hashed(const struct table *t, struct span key, uint32_t hash)
{
  return t->count ? find(t, key, hash)->value : NULL;
}

void *table_get(const struct table *t, struct span key)
{
  return table_get_hashed(t, key, hash_of(key));
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
  uint32_t hash = hash_of(key);
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
    find(t, key, hash_of(key))->value = NULL;
}
