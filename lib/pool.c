/* pool.c - pools: stubs for calls and jumps that do not reach, and constants that instructions
 * load.
 *
 * Where code will run is known only when it is encoded, but its size is needed before. So
 * dasm_link() keeps room for one stub for each target outside of the code that a call or jump goes
 * to, if the state allows stubs; and dasm_encode() uses those that it needs, one for all who go to
 * that target. What a stub is, the ISA says (far.h); what is left over is filled with traps. A
 * constant (ESCAPE_CONSTANT) is always used. Its value may be the address of a label, which encode
 * knows, too.
 *
 * All of that is a pool behind the code: stubs, then constants of 4, of 8, of 16 bytes, each group
 * aligned to its size, and its entries in the order in which they are first needed, as GNU as has
 * them. If that is out of the reach of something, and the ISA can jump over them, there are pools
 * within the code, too: grow.c says where. Each of them has what is needed before it and is not in
 * reach in the one before. So a reference knows its entry by its own place: it is in the pool
 * before it, or in the one behind (pool_of).
 *
 * Example: `ldr x0, =v` reaches 1 MiB. In 3 MiB of code that load v everywhere, the first pool has
 * v, just before its first load would no longer reach it; the loads of the next MiB behind that
 * reach it, too.
 *
 * The table is open addressing, at least twice as large as there are entries, and is made anew by
 * each link.
 */
#include "pool.h"

static bool is_empty(const struct dasm_State *D)
{
  uint32_t i;

  for (i = 0; i < D->nsections; i++)
    if (D->sections[i].w != D->sections[i].buf || D->sections[i].nevents)
      return false;
  return true;
}

static bool have_pools(struct dasm_State *D)
{
  if (D->pools)
    return true;
  D->pools = mem_grow(D, NULL, 0, sizeof *D->pools);
  if (D->pools)
    memset(D->pools, 0, sizeof *D->pools);
  return D->pools != NULL;
}

int dasm_setstubs(dasm_State **Dst, int on)
{
  struct dasm_State *D;

  if (!Dst || !*Dst)
    return DASM_S_NOMEM;
  D = *Dst;
  if (!D->pools && !on)
    return DASM_S_OK;
  if (!have_pools(D))
    return DASM_S_NOMEM;
  D->pools->stubs = on != 0;
  if (is_empty(D))
    D->grows = D->pools->stubs;
  D->linked = false; /* it has another size now */
  D->limit = ready_puts(D);
  return DASM_S_OK;
}

void pools_free(struct dasm_State *D)
{
  struct pools *P = D->pools;

  mem_free(D, P->pool, P->max * sizeof *P->pool);
  mem_free(D, P->entry, P->maxentries * sizeof *P->entry);
  mem_free(D, P->slot, P->nslots * sizeof *P->slot);
  mem_free(D, P, sizeof *P);
}

/* ---- what events want ------------------------------------------------------------------ */

const uint8_t *event_field(const struct dasm_State *D, const struct event *e)
{
  uint32_t at = e->at;
  const uint8_t *list = list_of(D, &at);

  return list_field(list, e->field);
}

static void key_of_label(const struct dasm_State *D, const struct event *e, struct pool_key *key)
{
  const struct instance *l = &D->instances[e->target];

  if (label_state(l) == LABEL_ABSOLUTE) {
    key->kind = POOL_NUMBER;
    key->low = (uint64_t)l->event << 32 | l->offset;
  } else if (label_state(l) == LABEL_GLOBAL) {
    key->kind = POOL_GLOBAL;
    key->low = l->offset;
  } else if (key->bytes > 0 || (e->form & FORM_FAR)) {
    key->kind = POOL_INSIDE;
    key->low = e->target;
  }
}

bool pool_wants(const struct dasm_State *D, const struct event *e, const uint8_t *f, struct pool_key *key)
{
  uint32_t at = e->at;

  *key = (struct pool_key){.bytes = (uint8_t)field_constant(f)};
  if (key->bytes == 0 && !f[FIELD_ESCAPE])
    return false;
  if (e->op == OP_REF_EXTERN) {
    list_of(D, &at);
    key->kind = POOL_EXTERN;
    key->low = (uint64_t)(e->at - at) << 32 | e->target;
  } else if (e->op == OP_REF_ADDR) {
    key->kind = POOL_NUMBER;
    key->low = key->bytes == 4 ? (uint32_t)D->values[e->target] : D->values[e->target];
  } else if (e->op == OP_REF_PAIR) {
    key->kind = POOL_PAIR;
    key->low = D->values[e->target];
    key->high = D->values[e->target + 1];
  } else {
    key_of_label(D, e, key);
  }
  return key->kind != POOL_NONE;
}

/* ---- the table ------------------------------------------------------------------------- */

static bool is_entry(const struct pool_entry *e, const struct pool_key *key, uint32_t pool)
{
  return e->key.low == key->low && e->key.high == key->high && e->key.kind == key->kind &&
         e->key.bytes == key->bytes && e->pool == pool;
}

/* The slot of an entry, or the free one where it belongs. There are slots. */
static uint32_t *slot_of(const struct pools *P, const struct pool_key *key, uint32_t pool)
{
  uint64_t hash =
      (key->low + key->high * 31 + key->bytes + pool * 64u + ((uint64_t)key->kind << 32)) *
      UINT64_C(0x9e3779b97f4a7c15);
  uint32_t i = (uint32_t)(hash >> 32) & (P->nslots - 1);

  while (P->slot[i] && !is_entry(&P->entry[P->slot[i] - 1], key, pool))
    i = (i + 1) & (P->nslots - 1);
  return &P->slot[i];
}

struct pool_entry *pool_find(const struct pools *P, const struct pool_key *key, uint32_t pool)
{
  uint32_t n = P->nslots ? *slot_of(P, key, pool) : 0;

  return n ? &P->entry[n - 1] : NULL;
}

static unsigned entry_size(const struct dasm_State *D, const struct pool_key *key)
{
  return key->bytes ? key->bytes : isa_of(D->list)->beyond->stub_size;
}

static bool more_slots(struct dasm_State *D, struct pools *P)
{
  uint32_t i;

  if (!mem_slots(D, &P->slot, &P->nslots))
    return false;
  for (i = 0; i < P->nentries; i++)
    *slot_of(P, &P->entry[i].key, P->entry[i].pool) = i + 1;
  return true;
}

bool pool_add(struct dasm_State *D, const struct pool_key *key)
{
  struct pools *P = D->pools;
  uint32_t number = P->n - 1;

  if ((2 * (uint64_t)P->nentries >= P->nslots && !more_slots(D, P)) ||
      (P->nentries == P->maxentries &&
       !grow_array(D, &P->entry, &P->maxentries, (size_t)P->nentries + 1, sizeof *P->entry)))
    return false;
  *slot_of(P, key, number) = P->nentries + 1;
  P->entry[P->nentries++] = (struct pool_entry){.key = *key, .pool = number};
  P->pool[number].n++;
  P->pool[number].bytes += entry_size(D, key);
  return true;
}

/* ---- places ------------------------------------------------------------------------------ */

static bool begin_pool(struct dasm_State *D)
{
  struct pools *P = D->pools;

  if (P->n == P->max && !grow_array(D, &P->pool, &P->max, (size_t)P->n + 1, sizeof *P->pool))
    return false;
  P->pool[P->n++] = (struct pool){.first = P->nentries};
  return true;
}

bool pools_open(struct dasm_State *D)
{
  if (!have_pools(D))
    return false;
  if (D->pools->nslots)
    memset(D->pools->slot, 0, D->pools->nslots * sizeof *D->pools->slot);
  D->pools->n = D->pools->nentries = 0;
  return begin_pool(D);
}

/* Entries of a group get their places from `at` on; returns the end. */
static uint64_t place_group(const struct dasm_State *D, const struct pool *p, unsigned bytes, uint64_t at)
{
  unsigned mask = (bytes ? bytes : 8) - 1;
  bool any = false;
  uint32_t i;

  for (i = p->first; i < p->first + p->n; i++) {
    struct pool_entry *e = &D->pools->entry[i];

    if (e->key.bytes != bytes)
      continue;
    if (!any)
      at = (at + mask) & ~(uint64_t)mask;
    any = true;
    e->at = (uint32_t)at;
    at += entry_size(D, &e->key);
  }
  return at;
}

bool pool_close(struct dasm_State *D, uint32_t section, uint32_t event, uint32_t at, bool over)
{
  struct pool *p = &D->pools->pool[D->pools->n - 1];
  uint64_t end = (uint64_t)at + (over ? isa_of(D->list)->beyond->over_size : 0);
  unsigned bytes;

  p->section = section;
  p->event = event;
  p->start = at;
  p->base = (uint32_t)end;
  for (bytes = 0; bytes <= 16; bytes = bytes ? 2 * bytes : 4)
    end = place_group(D, p, bytes, end);
  if (over) /* code follows */
    end = (end + isa_of(D->list)->nop_size - 1) & ~(uint64_t)(isa_of(D->list)->nop_size - 1u);
  if (end > MAX_CODE)
    end = MAX_CODE + UINT64_C(1);
  p->end = (uint32_t)end;
  return !over || begin_pool(D);
}

/* ---- references ---------------------------------------------------------------------------- */

bool field_spans(const uint8_t *f, uint32_t end, uint32_t to, uint32_t spare)
{
  const uint64_t somewhere = UINT64_C(1) << 40;
  uint64_t v;

  if (!field_is_relative(f))
    return true;
  return field_bits(f, somewhere + end, somewhere + to + (uint64_t)(to > end ? (int64_t)spare : -(int64_t)spare), &v);
}

/* The first pool that does not end before an offset, where one may be behind all. */
static uint32_t pool_behind(const struct pools *P, uint32_t offset)
{
  uint32_t low = 0, high = P->n;

  while (low < high) {
    uint32_t mid = low + (high - low) / 2;

    if (P->pool[mid].end >= offset)
      high = mid;
    else
      low = mid + 1;
  }
  return low;
}

struct pool_entry *pool_of(const struct dasm_State *D, const struct pool_key *key, const uint8_t *f, uint32_t end)
{
  uint32_t behind = pool_behind(D->pools, end), i;
  struct pool_entry *e = NULL, *found = NULL;

  for (i = behind > 0 ? behind - 1 : 0; i <= behind; i++) {
    e = pool_find(D->pools, key, i);
    if (e && field_spans(f, end, e->at, 0))
      return e;
    found = e ? e : found;
  }
  return found;
}

/* ---- encode ----------------------------------------------------------------------------- */

void pools_begin(struct dasm_State *D)
{
  uint32_t i;

  for (i = 0; i < D->pools->nentries; i++)
    D->pools->entry[i].used = false;
}

static void fill(const struct dasm_State *D, uint8_t *w, uint8_t *end)
{
  const struct isa_far *far = isa_of(D->list)->beyond;
  uint8_t unit[4] = {0};
  unsigned n = far ? far->trap_size : 1, i;

  if (far)
    far_put(D->list, unit, far->trap, n);
  for (i = 0; w < end; i = (i + 1) % n)
    *w++ = unit[i];
}

static void write_entry(const struct dasm_State *D, const struct pool_entry *e, uint8_t *w)
{
  unsigned bytes = e->key.bytes, half = bytes == 16 ? 8 : bytes;
  bool big = D->list[LIST_AT_ORDER] == ORDER_BIG;

  if (!e->used)
    return;
  if (bytes == 0) {
    isa_of(D->list)->beyond->stub(w, e->address, D->list);
    return;
  }
  far_put(D->list, big ? w + bytes - half : w, e->address, half);
  if (bytes == 16)
    far_put(D->list, big ? w : w + 8, e->key.kind == POOL_PAIR ? e->key.high : 0, 8);
}

void pools_write(const struct dasm_State *D, uint8_t *start)
{
  const struct pools *P = D->pools;
  uint32_t i, j;

  for (i = 0; i < P->n; i++) {
    const struct pool *p = &P->pool[i];

    if (p->n == 0)
      continue;
    if (p->base > p->start)
      isa_of(D->list)->beyond->over(start + p->start, p->end - p->base, D->list);
    fill(D, start + p->base, start + p->end);
    for (j = p->first; j < p->first + p->n; j++)
      write_entry(D, &P->entry[j], start + P->entry[j].at);
  }
}
