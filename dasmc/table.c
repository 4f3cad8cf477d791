/* table.c - names to things: open addressing, linear probing, at most half full.
 *
 * A removed name keeps its slot with a NULL value, so that probing goes on behind it.
 */
#include <string.h>

#include "front_private.h"

static const uint64_t factor = 0x9e3779b97f4a7c15u;

static uint64_t mix(uint64_t h, uint64_t word)
{
  h = (h ^ word) * factor;
  return h ^ h >> 32;
}

/* All of up to eight bytes: the first and the last half, which may overlap. */
static uint64_t short_word(const char *p, size_t n)
{
  uint32_t first = 0, last = 0;

  if (n >= 4) {
    memcpy(&first, p, 4);
    memcpy(&last, p + n - 4, 4);
  } else if (n > 0) {
    first = (unsigned char)p[0];
    last = (uint32_t)(unsigned char)p[n / 2] << 8 | (unsigned char)p[n - 1];
  }
  return (uint64_t)last << 32 | first;
}

/* Eight bytes at a time, the last of them perhaps once more; any good mix will do. (A product's low
 * bits depend on the low bits alone, and tables use the low bits: hence another product.) */
uint32_t span_hash(struct span s)
{
  uint64_t h = s.n, word;

  if (s.n <= 8)
    return (uint32_t)(mix(h, short_word(s.p, s.n)) * factor >> 32);
  for (size_t i = 0; i + 8 < s.n; i += 8) {
    memcpy(&word, s.p + i, 8);
    h = mix(h, word);
  }
  memcpy(&word, s.p + s.n - 8, 8);
  return (uint32_t)(mix(h, word) * factor >> 32);
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

/* A bit for the first character and the length. */
static uint64_t hint(struct span key)
{
  return (uint64_t)1 << ((key.n ? (unsigned char)key.p[0] ^ key.n << 3 : 0) & 63);
}

void *table_get(const struct table *t, struct span key)
{
  return t->hints & hint(key) ? find(t, key, span_hash(key))->value : NULL;
}

static void enlarge(struct front *F, struct table *t)
{
  struct table old = *t;
  size_t capacity = old.capacity ? old.capacity * 2 : 32;

  /* (When there is no memory, the table is as it was.) */
  t->slot = arena_alloc(F, capacity * sizeof(*t->slot));
  t->capacity = capacity;
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
  t->hints |= hint(key);
  *s = (struct table_slot){key, value, hash};
}

void table_put_back(struct table *t, struct span key, void *value)
{
  if (t->count > 0)
    find(t, key, span_hash(key))->value = value;
}

void table_remove(struct table *t, struct span key)
{
  table_put_back(t, key, NULL);
}
