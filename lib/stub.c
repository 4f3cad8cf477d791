/* stub.c - code behind the code, for calls and jumps that do not reach.
 *
 * Where code will run is known only when it is encoded, but its size is needed before. So dasm_link() keeps room for one stub for
 * each target outside of the code that a call or jump goes to, if the state allows stubs; and dasm_encode() uses those that
 * it needs, one for all who go to that target. What a stub is, the ISA says; what is left over is filled with traps.
 *
 * The table is open addressing, twice as large as there are targets, and is made anew by each link.
 */
#include "stub.h"

#include "field.h"

enum kind { NOBODY, EXTERN, ADDRESS, GLOBAL };

struct stub {
  uint64_t key;     /* EXTERN: its number, and above that its list; GLOBAL: its number */
  uint32_t kind;
  uint32_t at;      /* its offset behind `base` */
  uint64_t address; /* by encode, if it is */
  bool used;
};

struct stubs {
  bool on;
  uint32_t base, bytes; /* of the first one in the code; of all */
  uint32_t n, max;      /* n of max; a power of two, or 0 */
  struct stub *table;
};

bool stubs_given(const struct dasm_State *D)
{
  return D->stubs->on;
}

static bool is_empty(const struct dasm_State *D)
{
  uint32_t i;

  for (i = 0; i < D->nsections; i++)
    if (D->sections[i].w != D->sections[i].buf || D->sections[i].nevents)
      return false;
  return true;
}

int dasm_setstubs(dasm_State **Dst, int on)
{
  struct dasm_State *D;

  if (!Dst || !*Dst)
    return DASM_S_NOMEM;
  D = *Dst;
  if (!D->stubs && on) {
    D->stubs = mem_grow(D, NULL, 0, sizeof *D->stubs);
    if (!D->stubs)
      return DASM_S_NOMEM;
    memset(D->stubs, 0, sizeof *D->stubs);
  }
  if (D->stubs) {
    D->stubs->on = on != 0;
    if (is_empty(D))
      D->grows = D->stubs->on;
    D->linked = false; /* it has another size now */
    D->limit = ready_puts(D);
  }
  return DASM_S_OK;
}

void stubs_free(struct dasm_State *D)
{
  mem_free(D, D->stubs->table, D->stubs->max * sizeof *D->stubs->table);
  mem_free(D, D->stubs, sizeof *D->stubs);
}

/* ---- the table ------------------------------------------------------------------- */

/* What is outside of the code that e goes to; NOBODY: it is inside. */
static enum kind target_of(const struct dasm_State *D, const struct event *e, uint64_t *key)
{
  const struct instance *l;
  uint32_t at = e->at;

  if (e->op == OP_REF_EXTERN) {
    list_of(D, &at);
    *key = (uint64_t)(e->at - at) << 32 | e->target;
    return EXTERN;
  }
  if (e->op == OP_REF_ADDR) {
    *key = D->values[e->target];
    return ADDRESS;
  }
  l = &D->instances[e->target];
  *key = label_state(l) == LABEL_ABSOLUTE ? (uint64_t)l->event << 32 | l->offset : l->offset;
  return label_state(l) == LABEL_ABSOLUTE ? ADDRESS : label_state(l) == LABEL_GLOBAL ? GLOBAL : NOBODY;
}

/* The stub of that target, or the free place where it belongs. There is one. */
static struct stub *find(const struct stubs *S, enum kind kind, uint64_t key)
{
  uint64_t hash = (key + kind) * UINT64_C(0x9e3779b97f4a7c15);
  uint32_t i = (uint32_t)(hash >> 32) & (S->max - 1);

  for (; S->table[i].kind != NOBODY && (S->table[i].kind != (uint32_t)kind || S->table[i].key != key); i = (i + 1) & (S->max - 1))
    ;
  return &S->table[i];
}

static bool enlarge(struct dasm_State *D, struct stubs *S)
{
  uint32_t max = S->max ? 2 * S->max : 16, i;
  struct stubs larger = *S;

  larger.max = max;
  larger.table = mem_grow(D, NULL, 0, max * sizeof *S->table);
  if (!larger.table)
    return false;
  memset(larger.table, 0, max * sizeof *S->table);
  for (i = 0; i < S->max; i++)
    if (S->table[i].kind != NOBODY)
      *find(&larger, (enum kind)S->table[i].kind, S->table[i].key) = S->table[i];
  mem_free(D, S->table, S->max * sizeof *S->table);
  *S = larger;
  return true;
}

/* ---- link ------------------------------------------------------------------------- */

uint8_t event_escape(const struct dasm_State *D, const struct event *e)
{
  uint32_t at = e->at;
  const uint8_t *list;

  if (event_is_gap(e))
    return 0;
  list = list_of(D, &at);
  return list_field(list, e->field)[FIELD_ESCAPE];
}

static bool reserve(struct dasm_State *D, struct stubs *S, const struct event *e, unsigned size)
{
  uint64_t key;
  enum kind kind = target_of(D, e, &key);
  struct stub *stub;

  if (kind == NOBODY)
    return true;
  if (2 * S->n >= S->max && !enlarge(D, S))
    return false;
  stub = find(S, kind, key);
  if (stub->kind != NOBODY)
    return true;
  *stub = (struct stub){.key = key, .kind = (uint32_t)kind, .at = S->n++ * size};
  return true;
}

int stubs_reserve(struct dasm_State *D, uint64_t *total)
{
  unsigned size = isa_of(D->list)->stub_size;
  struct stubs *S = D->stubs;
  uint32_t i, j;

  if (!stubs_on(D) || size == 0)
    return DASM_S_OK;
  S->n = 0;
  if (S->max)
    memset(S->table, 0, S->max * sizeof *S->table);
  for (i = 0; i < D->nsections; i++)
    for (j = 0; j < D->sections[i].nevents; j++)
      if (event_escape(D, &D->sections[i].events[j]) && !reserve(D, S, &D->sections[i].events[j], size))
        return state_fail(D, DASM_S_NOMEM, 0, 0);
  S->base = (uint32_t)((*total + 7) & ~UINT64_C(7)); /* an address in a stub is aligned, if the code is */
  S->bytes = S->n * size;
  if (S->n)
    *total = (uint64_t)S->base + (uint64_t)S->n * size;
  return *total > MAX_CODE ? state_fail(D, DASM_S_SIZE, 0, (int64_t)*total) : DASM_S_OK;
}

/* ---- encode ----------------------------------------------------------------------- */

void stubs_begin(struct dasm_State *D)
{
  uint32_t i;

  if (stubs_on(D))
    for (i = 0; i < D->stubs->max; i++)
      D->stubs->table[i].used = false;
}

bool stubs_use(struct dasm_State *D, const struct event *e, uint64_t address, uint32_t *offset)
{
  uint64_t key;
  enum kind kind = target_of(D, e, &key);
  struct stub *stub;

  if (!stubs_on(D) || D->stubs->max == 0 || kind == NOBODY)
    return false;
  stub = find(D->stubs, kind, key);
  if (stub->kind == NOBODY || (stub->used && stub->address != address)) /* (the resolver says something else now) */
    return false;
  stub->used = true;
  stub->address = address;
  *offset = D->stubs->base + stub->at;
  return true;
}

uint8_t *stubs_write(const struct dasm_State *D, uint8_t *start, uint8_t *w)
{
  const struct isa_facts *isa = isa_of(D->list);
  const struct stubs *S = D->stubs;
  uint32_t i;

  if (!stubs_on(D) || S->n == 0)
    return w;
  isa->stub(w, (size_t)(start + S->base - w), D->list, NULL);
  for (i = 0; i < S->max; i++)
    if (S->table[i].kind != NOBODY)
      isa->stub(start + S->base + S->table[i].at, isa->stub_size, D->list, S->table[i].used ? &S->table[i].address : NULL);
  return start + S->base + S->bytes;
}
