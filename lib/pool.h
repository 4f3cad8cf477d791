/* pool.h - stubs and constants of a state, and where they are: see pool.c, grow.c. */
#ifndef DASM_POOL_H
#define DASM_POOL_H

#include "far.h"
#include "internal.h"

/* What an entry is about: a stub that goes there, or a constant that has its address; or a number,
 * two numbers. */
enum pool_kind { POOL_NONE, POOL_EXTERN, POOL_NUMBER, POOL_GLOBAL, POOL_INSIDE, POOL_PAIR };

/* Two references with equal keys share an entry, if it is in the reach of both. */
struct pool_key {
  uint64_t low, high; /* the number; of the extern, global, label and so on */
  uint8_t kind;       /* enum pool_kind */
  uint8_t bytes;      /* of a constant; 0: it is a stub */
};

struct pool_entry {
  struct pool_key key;
  uint32_t pool;      /* number of its pool */
  uint32_t at;        /* final offset */
  uint64_t address;   /* by encode: what it is about, */
  bool used;          /* if it is */
};

/* One of them. Entries of a pool follow each other in the array; those of all pools do as their
 * pools are in the code. */
struct pool {
  uint32_t section, event; /* it stands behind that event; section == nsections: behind all code */
  uint32_t start, base, end; /* final offsets: of the jump over it, of the first entry, behind the last one */
  uint32_t first, n;       /* entries */
  uint64_t bytes;          /* of them, without gaps */
};
enum { POOL_GAPS = 8 + 4 + 8 + 16 }; /* bytes at most: each group is aligned */

struct pools {
  bool stubs;              /* dasm_setstubs() */
  struct pool *pool;
  uint32_t n, max;         /* of pools */
  struct pool_entry *entry;
  uint32_t nentries, maxentries;
  uint32_t *slot, nslots;  /* hash table: number of an entry + 1 */
};

/* Are stubs allowed? */
static inline bool stubs_on(const struct dasm_State *D)
{
  return UNLIKELY(D->pools != NULL) && D->pools->stubs;
}
/* Does a link of this state have to look for stubs and constants? */
static inline bool pools_on(const struct dasm_State *D)
{
  return UNLIKELY(D->pools != NULL) || UNLIKELY(D->constants);
}
void pools_free(struct dasm_State *D);

/* ---- link -------------------------------------------------------------------------------- */

/* The field of an event that is no gap. */
const uint8_t *event_field(const struct dasm_State *D, const struct event *e);
/* How it reaches farther: a way of the ISA's, or of constants; 0: it does not, or the state has no
 * stubs. */
static inline unsigned field_way(const struct dasm_State *D, const uint8_t *f)
{
  return f[FIELD_ESCAPE] >= ESCAPE_CONSTANT || stubs_on(D) ? f[FIELD_ESCAPE] : 0;
}
static inline unsigned event_way(const struct dasm_State *D, const struct event *e)
{
  return event_is_gap(e) ? 0 : field_way(D, event_field(D, e));
}
static inline const struct far_way *far_way(const struct dasm_State *D, unsigned way)
{
  return &isa_of(D->list)->beyond->ways[way - 1];
}
/* Bytes that the event would grow by; 0: it cannot. */
static inline unsigned event_growth(const struct dasm_State *D, const struct event *e)
{
  unsigned way = event_way(D, e);

  return way == 0 || way >= ESCAPE_CONSTANT ? 0 : far_way(D, way)->more;
}
/* Have D->pools, without entries; false: no memory. */
bool pools_open(struct dasm_State *D);
/* What event e, with that field, may need in a pool; false: nothing. */
bool pool_wants(const struct dasm_State *D, const struct event *e, const uint8_t *f, struct pool_key *key);
/* The entry in that pool, or NULL. */
struct pool_entry *pool_find(const struct pools *P, const struct pool_key *key, uint32_t pool);
/* Put one into the last pool, which is not closed yet; false: no memory. */
bool pool_add(struct dasm_State *D, const struct pool_key *key);
/* Give the last pool its place, its entries theirs; at: where code ends. over: it is jumped over.
 * And begin the next one: after pools_open() the first has begun. False: no memory. */
bool pool_close(struct dasm_State *D, uint32_t section, uint32_t event, uint32_t at, bool over);
/* The entry for a reference in field f whose unit ends at offset `end`: in its reach, if there is
 * one. NULL: there is none at all. */
struct pool_entry *pool_of(const struct dasm_State *D, const struct pool_key *key, const uint8_t *f, uint32_t end);

/* Does the field, of a unit that ends at an offset of the code, reach another offset of it, with so
 * much to spare? */
bool field_spans(const uint8_t *f, uint32_t end, uint32_t to, uint32_t spare);

/* grow.c. The deltas of events are set to how much all before may grow in their section; false:
 * none can. */
bool grow_count(struct dasm_State *D);
/* Lay out a section whose deltas it has set. */
uint32_t grow_section(struct dasm_State *D, struct section *s, uint32_t delta, bool *missing);
/* All that is needed, behind the code, whose sections are laid out: add its size. And if not all of
 * it is in reach, within the code.
 * Returns the status. */
int pools_link(struct dasm_State *D, uint64_t *total);


/* ---- encode ------------------------------------------------------------------------------- */

void pools_begin(struct dasm_State *D);
/* Bytes of the pool behind the code. */
static inline uint32_t pool_behind_code(const struct pools *P)
{
  return P->n > 0 && P->pool[P->n - 1].n > 0 ? P->pool[P->n - 1].end - P->pool[P->n - 1].start : 0;
}
/* Write all of them into the code that begins at `start`. */
void pools_write(const struct dasm_State *D, uint8_t *start);

#endif
