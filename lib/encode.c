/* encode.c - linked sections to bytes at their destination.
 *
 * Runs of bytes between events are copied; a reference replaces the field (and
 * the short form of a branch that stays long) at its end. Addresses are computed for
 * where the code will run, which need not be where it is written. A relative reference
 * to a label in this code needs no address: offsets will do, and 32 bits of them are enough.
 */
#include <limits.h>

#include "field.h"
#include "internal.h"
#include "pool.h"

struct output {
  struct dasm_State *D;
  uint8_t *w, *start, *end;
  uint8_t *roomy; /* below it 64 bytes may be written */
  uint64_t run; /* address of start when the code runs */
  uint64_t shift; /* what addresses in the buffer lack to be those */
  const struct isa_facts *isa;
  const uint8_t *fields; /* of all references; NULL: they come from several lists, which all have this order */
  unsigned order;
  veneer_fn *veneer;
  const uint8_t *src; /* in the section in hand: what comes next, */
  uint32_t offset;    /* and its offset */
};

/* In pieces that are short enough not to be begun with care. */
static NOINLINE void copy_long(uint8_t *w, const uint8_t *p, size_t n)
{
  const size_t most = 1024;
  size_t some;

  for (; n > 0; n -= some, w += some, p += some) {
    some = n < most ? n : most;
    memcpy(w, p, some);
  }
}

/* Copy n bytes; returns the end. Short runs go in 16-byte blocks where 64 bytes may be written,
 * below `roomy`: what is written too much is overwritten by what follows, and the source has
 * BUF_SLACK. */
static inline uint8_t *copy(uint8_t *w, const uint8_t *roomy, const uint8_t *p, size_t n)
{
  if (LIKELY(n <= 64 && w < roomy)) {
    memcpy(w, p, 16);
    memcpy(w + 16, p + 16, 16);
    if (n > 32) {
      memcpy(w + 32, p + 32, 16);
      if (n > 48)
        memcpy(w + 48, p + 48, 16);
    }
  } else {
    copy_long(w, p, n);
  }
  return w + n;
}

static int fail_at(const struct output *o, int class, const struct event *e, int64_t value)
{
  return state_fail(o->D, class | (int)(e->at & 0xffffff), e->at, value);
}

/* The list and the field of a reference. */
static inline const uint8_t *field_of(const struct output *o, const struct event *e, const uint8_t **list)
{
  uint32_t at = e->at;

  *list = list_of(o->D, &at);
  return list_field(*list, e->field);
}

/* Address that a label has at run time; false: it is not in this code. */
static inline bool label_address(const struct output *o, const struct instance *l, uint64_t *address)
{
  if (label_state(l) == LABEL_DEFINED)
    *address = o->run + label_final(o->D, l);
  else if (label_state(l) == LABEL_ABSOLUTE)
    *address = (uint64_t)l->event << 32 | l->offset;
  else
    return false;
  return true;
}

/* The same for a reference; a global label may come from the program. */
static int target_address(const struct output *o, const struct event *e, uint64_t *address)
{
  const struct instance *l = &o->D->instances[e->target];
  void *p;

  if (label_address(o, l, address))
    return DASM_S_OK;
  p = l->offset < o->D->nglobals ? o->D->globals[l->offset] : NULL;
  if (!p)
    return state_fail(o->D, DASM_S_UNDEF_L | (int)(l->offset & 0xffffff), e->at, l->offset);
  *address = (uintptr_t)p;
  return DASM_S_OK;
}

/* Ask the program for an extern; *raw: the value is stored as it is. type, width, field: what it is
 * told (dasm_ExternRef). */
static int extern_address(const struct output *o, const struct event *e, int type, unsigned width,
                          uint8_t *field, uint64_t *address, bool *raw)
{
  struct dasm_State *D = o->D;
  uint32_t at = e->at;
  const uint8_t *list = list_of(D, &at);
  dasm_ExternRef ref = {.size = sizeof ref, .index = e->target, .type = type, .width = (int)width, .field = field};
  int64_t value = 0;
  int status;

  ref.name = e->target < list_u32(list + LIST_AT_NEXTERNS) ? list_extern(list, e->target) : NULL;
  ref.run = o->run + (uint64_t)(field - o->start);
  status = D->resolve ? D->resolve(D->resolve_user, &ref, &value) : DASM_S_EXTERN;
  if (status == DASM_EXTERN_RAW)
    *raw = true;
  else if (status == DASM_S_EXTERN)
    return state_fail(D, DASM_S_EXTERN | (int)(e->target & 0xffffff), e->at, e->target);
  else if (status != DASM_S_OK)
    return state_fail(D, status, e->at, e->target);
  *address = (uint64_t)value;
  return DASM_S_OK;
}

/* What goes into field f, as a program for DynASM says it of AArch64's instructions that do not
 * reach (DASM_ADD_VENEER). */
static bool reach_veneer(const struct output *o, const struct event *e, const uint8_t *f, uint64_t address, uint64_t *v)
{
  /* DynASM's numbers: DASM_REL_EXT, _A, _PC, _LG; relocations by the size of their fields. */
  unsigned action = e->op == OP_REF_EXTERN ? 3 : e->op == OP_REF_ADDR ? 9 : e->op == OP_REF_PC ? 7 : 5;
  unsigned kind = f[FIELD_BITS] == 26 ? 0 : f[FIELD_BITS] == 19 ? 0x800 : f[FIELD_BITS] == 14 ? 0x1000 :
                  f[FIELD_ORIGIN] == ORIGIN_PAGE ? 0x3000 : 0x2000;
  int target[2] = {(int)(uint32_t)address, (int)(uint32_t)(address >> 32)}, n;
  uint64_t end = o->run + (uint64_t)(o->w - o->start), away;

  n = o->veneer(o->D, o->start, action << 16 | kind, target + 2, (unsigned *)(void *)o->w,
                (ptrdiff_t)(address - end + 4));
  if (!n || !field_bits(f, end, end - 4 + (uint64_t)(int64_t)n, &away))
    return false;
  *v = away;
  return true;
}

/* The same through a stub. */
static bool reach_stub(const struct output *o, const struct event *e, const uint8_t *f, uint64_t address, uint64_t *v)
{
  uint64_t end = o->run + (uint64_t)(o->w - o->start), away;
  struct pool_entry *stub;
  struct pool_key key;

  if (!stubs_on(o->D) || !pool_wants(o->D, e, f, &key))
    return false;
  stub = pool_of(o->D, &key, f, (uint32_t)(o->w - o->start));
  if (!stub || (stub->used && stub->address != address) || /* (the resolver says something else now) */
      !field_bits(f, end, o->run + stub->at, &away))
    return false;
  stub->used = true;
  stub->address = address;
  *v = away;
  return true;
}

/* What goes into field f for an address: a stub's, if that does not reach. */
static bool reach(const struct output *o, const struct event *e, const uint8_t *f, uint64_t address, uint64_t *v)
{
  uint64_t end = o->run + (uint64_t)(o->w - o->start);

  if (LIKELY(field_bits(f, end, address, v)))
    return true;
  if (o->veneer && o->isa->dynasm_veneers && f[FIELD_UNIT] == 4 && reach_veneer(o, e, f, address, v))
    return true;
  return f[FIELD_ESCAPE] && !field_constant(f) && reach_stub(o, e, f, address, v);
}

/* Insert address (or, raw, the value itself) in field f of the unit that ends at o->w. */
static int write_ref(const struct output *o, const struct event *e, const uint8_t *f, uint64_t address, bool raw)
{
  uint64_t v;

  if (!(raw ? field_raw(f, address, &v) : reach(o, e, f, address, &v)))
    return fail_at(o, DASM_S_RANGE_REL, e, (int64_t)v);
  field_insert(f, (enum list_order)o->order, o->w, v);
  return DASM_S_OK;
}

/* What a constant is, if it is not known yet. */
static int constant_value(const struct output *o, const struct event *e, struct pool_entry *c)
{
  unsigned width = c->key.bytes < 8 ? c->key.bytes : 8;
  int status = DASM_S_OK;
  bool raw = false;
  uint64_t v;

  if (c->used)
    return DASM_S_OK;
  c->address = c->key.low;
  if (event_has_label(e))
    status = target_address(o, e, &c->address);
  else if (e->op == OP_REF_EXTERN)
    status = extern_address(o, e, DASM_EXTERN_ABS, width, o->start + c->at, &c->address, &raw);
  if (status == DASM_S_OK && !raw && c->key.bytes == 4 && !field_number(field_of_bytes(4), (int64_t)c->address, &v))
    return fail_at(o, DASM_S_RANGE_I, e, (int64_t)c->address);
  c->used = status == DASM_S_OK;
  return status;
}

/* A reference to a constant: its value is written when all are known. */
static int write_constant(const struct output *o, const struct event *e, const uint8_t *f)
{
  struct pool_entry *c = NULL;
  struct pool_key key;
  int status;

  if (pool_wants(o->D, e, f, &key))
    c = pool_of(o->D, &key, f, (uint32_t)(o->w - o->start));
  if (!c)
    return state_fail(o->D, DASM_S_PHASE, e->at, 0); /* (never: link has made it) */
  status = constant_value(o, e, c);
  return status == DASM_S_OK ? write_ref(o, e, f, o->run + c->at, false) : status;
}

static int write_event(struct output *o, const struct event *e)
{
  const uint8_t *list, *f = field_of(o, e, &list);
  uint64_t address = 0;
  bool raw = false;
  int status = DASM_S_OK;

  if (UNLIKELY(field_constant(f)))
    return write_constant(o, e, f);
  if (UNLIKELY(e->form & FORM_GROWN)) {
    const struct far_way *way = far_way(o->D, f[FIELD_ESCAPE]);

    o->isa->beyond->grow(o->w, f[FIELD_ESCAPE], list);
    o->w += way->more;
    f = way->field;
  }
  if (event_has_label(e))
    status = target_address(o, e, &address);
  else if (e->op == OP_REF_EXTERN)
    status = extern_address(o, e, field_is_relative(f) ? DASM_EXTERN_REL : DASM_EXTERN_ABS,
                            f[FIELD_UNIT], o->w - f[FIELD_UNIT], &address, &raw);
  else
    address = o->D->values[e->target];
  return status == DASM_S_OK ? write_ref(o, e, f, address, raw) : status;
}

/* Insert a near reference in the unit that ends at w. False: nothing was done, the field or the
 * target is another one. */
static ALWAYS_INLINE bool write_near(const struct output *o, const struct event *e, uint8_t *w)
{
  const uint8_t *list, *f = LIKELY(o->fields != NULL) ? o->fields + e->field * (size_t)LIST_FIELD
                                                      : field_of(o, e, &list);
  uint64_t to;

  if (e->op == OP_REF_ADDR)
    to = o->D->values[e->target] - o->shift;
  else if (event_has_label(e) && label_state(&o->D->instances[e->target]) == LABEL_DEFINED)
    to = (uintptr_t)o->start + label_final(o->D, &o->D->instances[e->target]);
  else
    return false;
  return e->form == FORM_LONG && field_near(f, o->order, w, (int64_t)(to - (uintptr_t)w));
}

/* Insert any reference in the unit that ends at *w; a branch in its short form becomes the long one. */
static NOINLINE int write_any(struct output *o, const struct event *e, uint8_t **w)
{
  const uint8_t *list;
  int status = DASM_S_OK;

  o->w = *w;
  if (e->shrink)
    o->w = o->isa->widen(o->w, field_of(o, e, &list)[FIELD_WIDEN]);
  if (!e->shrink || !write_near(o, e, o->w))
    status = write_event(o, e);
  *w = o->w;
  return status;
}

/* The offset of a label in this code. */
static inline uint32_t target_offset(const struct output *o, const struct section *s, const struct instance *l)
{
  return LIKELY(l->place == s->place) ? l->offset + (uint32_t)s->events[l->event].delta : label_final(o->D, l);
}

static uint8_t *write_gap(const struct output *o, const struct event *e, uint8_t *w)
{
  if (!event_is_alignment(e))
    memset(w, e->field, e->target);
  else
    isa_pad(o->D->list, w, e->target);
  return w + e->target;
}

/* Some events of a section, and the bytes before them. */
static int encode_events(struct output *o, const struct section *s, const struct event *e, const struct event *end)
{
  const struct instance *instances = o->D->instances;
  const uint8_t *src = o->src, *roomy = o->roomy;
  uint32_t offset = o->offset, n;
  uint8_t *w = o->w;

  for (; e < end; e++) {
    will_read(e);
    will_read(src);
    will_write(w);
    n = e->offset - e->shrink - offset;
    w = copy(w, roomy, src, n);
    src += n;
    offset = e->offset;
    if (LIKELY(e->form == FORM_SHORT)) { /* it ends where the next event's delta holds */
      uint32_t distance = target_offset(o, s, &instances[e->target]) - (e->offset + (uint32_t)e[1].delta);

      if (UNLIKELY(e->shrink == SHRINK_OWN))
        o->isa->narrow(w, (int32_t)distance);
      else
        w[-1] = (uint8_t)distance;
    } else if (event_is_gap(e)) {
      w = write_gap(o, e, w);
      offset += event_is_alignment(e) ? alignment_most(e) : e->target;
    } else {
      if ((e->shrink || !write_near(o, e, w)) && write_any(o, e, &w) != DASM_S_OK)
        return o->D->status;
    }
  }
  o->src = src;
  o->offset = offset;
  o->w = w;
  return DASM_S_OK;
}

/* *pool: the next one, which may be in this section; its bytes are left out. */
static int encode_section(struct output *o, const struct section *s, uint32_t *pool)
{
  const struct pools *P = o->D->pools;
  const struct event *e = s->events, *to;

  if (!e)
    return DASM_S_OK; /* and there are no bytes */
  o->src = s->buf;
  o->offset = 0;
  while (UNLIKELY(P != NULL) && *pool < P->n && P->pool[*pool].section == s->number) {
    const struct pool *p = &P->pool[(*pool)++];

    to = s->events + p->event + 1;
    if (encode_events(o, s, e, to) != DASM_S_OK)
      return o->D->status;
    o->w += p->end - p->start;
    e = to;
  }
  if (encode_events(o, s, e, s->events + s->nevents) != DASM_S_OK)
    return o->D->status;
  o->w = copy(o->w, o->roomy, o->src, (size_t)(s->w - o->src));
  return DASM_S_OK;
}

/* Tell the program the addresses of the globals defined here. */
static void set_globals(const struct output *o)
{
  struct dasm_State *D = o->D;
  uint32_t i, high = D->global.high < D->nglobals ? D->global.high : D->nglobals;

  for (i = D->global.low; i < high; i++) {
    uint64_t address;
    if (D->global.slot[i] && label_address(o, &D->instances[D->global.slot[i]], &address))
      D->globals[i] = (void *)(uintptr_t)address;
  }
}

int state_encode(struct dasm_State *D, void *write, size_t size, uint64_t run, veneer_fn *veneer)
{
  struct output o;
  uint32_t i, pool = 0;

  if (D->status != DASM_S_OK)
    return D->status;
  if (!D->linked)
    return state_fail(D, DASM_S_PHASE, 0, 0);
  D->refused = DASM_S_OK;
  if (size < D->codesize)
    return state_refuse(
        D, DASM_S_SIZE,
        "the buffer is smaller than the code: it takes as many bytes as dasm_link() says");
  if (!write)
    return D->codesize ? state_refuse(D, DASM_S_ARG, "the buffer is a null pointer") : DASM_S_OK;
  o = (struct output){.D = D, .w = write, .start = write, .end = (uint8_t *)write + D->codesize, .run = run,
                      .shift = run - (uintptr_t)write, .isa = isa_of(D->list), .order = D->list[LIST_AT_ORDER],
                      .fields = D->nused ? NULL : D->fields, .veneer = veneer};
  o.roomy = D->codesize > 64 ? o.end - 63 : write;
  if (UNLIKELY(D->pools != NULL))
    pools_begin(D);
  for (i = 0; i < D->nfilled; i++)
    if (encode_section(&o, &D->sections[i], &pool) != DASM_S_OK)
      return D->status;
  if (UNLIKELY(D->pools != NULL))
    o.w += pool_behind_code(D->pools);
  if (o.w != o.end)
    return state_fail(D, DASM_S_PHASE, 0, 0);
  if (UNLIKELY(D->pools != NULL))
    pools_write(D, o.start);
  set_globals(&o);
  return DASM_S_OK;
}

int dasm_encode_at(dasm_State **Dst, void *write, size_t size, uint64_t run)
{
  return Dst && *Dst ? state_encode(*Dst, write, size, run, NULL) : DASM_S_NOMEM;
}
