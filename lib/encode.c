/* encode.c - linked sections to bytes at their destination.
 *
 * Runs of bytes between events are copied; a reference replaces the field (and
 * the short form of a branch that stays long) at its end. Addresses are computed for
 * where the code will run, which need not be where it is written. A relative reference
 * to a label in this code needs no address: offsets will do, and 32 bits of them are enough.
 */
#include <limits.h>

#include "internal.h"

struct output {
  struct dasm_State *D;
  uint8_t *w, *start, *end;
  uint8_t *roomy; /* below it 64 bytes may be written */
  uint64_t run; /* address of start when the code runs */
  const struct isa_facts *isa;
};

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
  } else if (n) {
    memcpy(w, p, n);
  }
  return w + n;
}

static void write_le(struct output *o, uint64_t v, unsigned n)
{
  unsigned i;
  for (i = 0; i < n; i++)
    *o->w++ = (uint8_t)(v >> 8 * i);
}

static int fail_at(const struct output *o, int class, const struct event *e, int64_t value)
{
  return state_fail(o->D, class | (int)(event_record(e) & 0xffffff), event_record(e), value);
}

/* Address that a label has at run time; false: it is not in this code. */
static bool label_address(const struct output *o, const struct instance *l, uint64_t *address)
{
  if (label_state(l) == LABEL_DEFINED)
    *address = o->run + label_final(o->D, l);
  else if (label_state(l) == LABEL_ABSOLUTE)
    *address = (uint64_t)l->event << 32 | l->offset;
  else
    return false;
  return true;
}

/* The same for a reference; a global label may come from the host. */
static int target_address(const struct output *o, const struct event *e, uint64_t *address)
{
  const struct instance *l = &o->D->instances[e->target];
  void *p;

  if (label_address(o, l, address))
    return DASM_S_OK;
  p = l->offset < o->D->nglobals ? o->D->globals[l->offset] : NULL;
  if (!p)
    return state_fail(o->D, DASM_S_UNDEF_L | (int)(l->offset & 0xffffff), event_record(e), l->offset);
  *address = (uintptr_t)p;
  return DASM_S_OK;
}

/* Ask the host for an extern; *raw: the value is stored as it is. */
static int extern_address(const struct output *o, const struct event *e, uint64_t *address, bool *raw)
{
  const struct fixup *f = &fixups[TMPL_REF_FIX(e->op.b)];
  struct dasm_State *D = o->D;
  int64_t value = 0;
  int status;
  uint32_t at = event_record(e);
  const struct tmpl *t = used_find(D, &at);
  dasm_ExternRef ref = {.size = sizeof ref, .index = e->target,
                        .type = f->relative ? DASM_EXTERN_REL : DASM_EXTERN_ABS, .width = f->field,
                        .field = o->w};

  ref.name = e->target < t->nexterns ? tmpl_extern(t, e->target) : NULL;
  ref.run = o->run + (uint64_t)((uint8_t *)ref.field - o->start);
  status = D->resolve ? D->resolve(D->resolve_user, &ref, &value) : DASM_S_EXTERN;
  if (status == DASM_EXTERN_RAW)
    *raw = true;
  else if (status == DASM_S_EXTERN)
    return state_fail(D, DASM_S_EXTERN | (int)(e->target & 0xffffff), event_record(e), e->target);
  else if (status != DASM_S_OK)
    return state_fail(D, status, event_record(e), e->target);
  *address = (uint64_t)value;
  return DASM_S_OK;
}

/* The value of a field must fit; 32-bit code wraps around. */
static bool field_fits(const struct output *o, enum tmpl_fix fix, int64_t v)
{
  switch (fix) {
  case FIX_X86_REL8:
    return v >= -128 && v <= 127;
  case FIX_ABS64:
    return true;
  case FIX_ABS32:
    return v >= INT32_MIN && v <= (int64_t)UINT32_MAX;
  default:
    return o->isa->wraps32 || (v >= INT32_MIN && v <= INT32_MAX);
  }
}

/* The short form of a branch at w becomes the long one: EB E9, 7x 0F 8x. Returns its field. */
static uint8_t *widen_branch(uint8_t *w, enum tmpl_fix fix)
{
  if (fix == FIX_X86_JMP) {
    w[0] = (uint8_t)(w[0] - 2);
    return w + 1;
  }
  w[1] = (uint8_t)(w[0] + 0x10);
  w[0] = 0x0f;
  return w + 2;
}

/* Insert address (or, raw, the value itself) at a reference. */
static int write_ref(struct output *o, const struct event *e, uint64_t address, bool raw)
{
  enum tmpl_fix fix = (enum tmpl_fix)TMPL_REF_FIX(e->op.b);
  const struct fixup *f = &fixups[fix];
  uint64_t v = address;

  if (f->shrink)
    o->w = widen_branch(o->w, fix);
  if (f->relative && !raw)
    v -= o->run + (uint64_t)(o->w - o->start) + f->field + TMPL_REF_TRAIL(e->op.b);
  if (o->isa->wraps32 && f->field == 4)
    v = (uint64_t)(int64_t)(int32_t)(uint32_t)v;
  if (UNLIKELY(!raw && !field_fits(o, fix, (int64_t)v)))
    return fail_at(o, DASM_S_RANGE_REL, e, (int64_t)v);
  write_le(o, v, f->field);
  return DASM_S_OK;
}

static int write_event(struct output *o, const struct event *e)
{
  uint64_t address = 0;
  bool raw = false;
  int status = DASM_S_OK;

  if (event_has_label(e))
    status = target_address(o, e, &address);
  else if (e->op.code == OP_REF_EXTERN)
    status = extern_address(o, e, &address, &raw);
  else
    address = o->D->values[e->target];
  return status == DASM_S_OK ? write_ref(o, e, address, raw) : status;
}

/* The offset of a label in this code. */
static inline uint32_t target_offset(const struct output *o, const struct section *s, const struct instance *l)
{
  return LIKELY(l->place == s->place) ? l->offset + (uint32_t)s->events[l->event].delta : label_final(o->D, l);
}

static uint8_t *write_gap(const struct output *o, const struct event *e, uint8_t *w)
{
  uint32_t i;

  if (e->op.code != OP_ALIGN)
    memset(w, e->op.b, e->target);
  else
    for (i = 0; i < e->target; i++)
      w[i] = o->isa->pad[i & 3];
  return w + e->target;
}

static int encode_section(struct output *o, const struct section *s)
{
  const struct instance *instances = o->D->instances;
  const uint8_t *src = s->buf, *roomy = o->roomy;
  const struct event *e = s->events, *end;
  uint32_t offset = 0, n; /* offset of src */
  uint8_t *w = o->w;

  if (!e)
    return DASM_S_OK; /* and there are no bytes */
  for (end = e + s->nevents; e < end; e++) {
    const struct fixup *f = &fixups[event_is_gap(e) ? 0 : TMPL_REF_FIX(e->op.b)];

    will_read(e);
    will_read(src);
    will_write(w);
    n = e->offset - f->shrink - offset;
    w = copy(w, roomy, src, n);
    src += n;
    offset = e->offset;
    if (LIKELY(e->op.is_short)) { /* it ends where the next event's delta holds */
      w[-1] = (uint8_t)(target_offset(o, s, &instances[e->target]) - (e->offset + (uint32_t)e[1].delta));
    } else if (event_is_gap(e)) {
      w = write_gap(o, e, w);
      offset += e->op.code == OP_ALIGN ? e->at : e->target;
    } else {
      o->w = w - f->bytes;
      if (write_event(o, e) != DASM_S_OK)
        return o->D->status;
      w = o->w;
    }
  }
  o->w = copy(w, roomy, src, (size_t)(s->w - src));
  return DASM_S_OK;
}

/* Tell the host the addresses of the globals defined here. */
static void set_globals(const struct output *o)
{
  struct dasm_State *D = o->D;
  uint32_t i;
  for (i = 0; i < D->nglobals; i++) {
    uint64_t address;
    if (D->global.slot[i] && label_address(o, &D->instances[D->global.slot[i]], &address))
      D->globals[i] = (void *)(uintptr_t)address;
  }
}

int dasm_encode_at(dasm_State **Dst, void *write, size_t size, uint64_t run)
{
  struct dasm_State *D;
  struct output o;
  uint32_t i;

  if (!Dst || !*Dst)
    return DASM_S_NOMEM;
  D = *Dst;
  if (D->status != DASM_S_OK)
    return D->status;
  if (!D->linked)
    return state_fail(D, DASM_S_PHASE, 0, 0);
  D->refused = DASM_S_OK;
  if (size < D->codesize)
    return state_refuse(D, DASM_S_SIZE, "the buffer is smaller than the code: it takes as many bytes as dasm_link() says");
  if (!write)
    return D->codesize ? state_refuse(D, DASM_S_ARG, "the buffer is a null pointer") : DASM_S_OK;
  o = (struct output){D, write, write, (uint8_t *)write + D->codesize, NULL, run, isa_facts(D->t.isa)};
  o.roomy = D->codesize > 64 ? o.end - 63 : write;
  for (i = 0; i < D->nsections; i++)
    if (encode_section(&o, &D->sections[i]) != DASM_S_OK)
      return D->status;
  if (o.w != o.end)
    return state_fail(D, DASM_S_PHASE, 0, 0);
  set_globals(&o);
  return DASM_S_OK;
}
