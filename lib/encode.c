/* encode.c - linked sections to bytes at their destination.
 *
 * Runs of bytes between events are copied; a reference replaces the field (and
 * the opcode of a branch that shrank) at its end. Addresses are computed for
 * where the code will run, which need not be where it is written.
 */
#include <limits.h>

#include "internal.h"

struct output {
  struct dasm_State *D;
  uint8_t *w, *start, *end;
  uint64_t run; /* address of start when the code runs */
  const struct isa_facts *isa;
};

/* Copy n bytes. Short runs go in 16-byte blocks: what is written too much is overwritten by
 * what follows, and the source has BUF_SLACK. */
static inline void copy(struct output *o, const uint8_t *p, size_t n)
{
  if (LIKELY(n <= 64 && (size_t)(o->end - o->w) >= 64)) {
    memcpy(o->w, p, 16);
    if (n > 16) {
      memcpy(o->w + 16, p + 16, 16);
      if (n > 32)
        memcpy(o->w + 32, p + 32, 32);
    }
  } else if (n) {
    memcpy(o->w, p, n);
  }
  o->w += n;
}

static void write_le(struct output *o, uint64_t v, unsigned n)
{
  unsigned i;
  for (i = 0; i < n; i++)
    *o->w++ = (uint8_t)(v >> 8 * i);
}

static int fail_at(const struct output *o, int class, const struct event *e, int64_t value)
{
  return state_fail(o->D, class | (int)(e->at & 0xffffff), e->at, value);
}

/* Address that a label has at run time. */
static int label_address(const struct output *o, const struct event *e, uint64_t *address)
{
  const struct instance *l = &o->D->instances[e->target];
  if (LIKELY(l->state == LABEL_DEFINED)) {
    *address = o->run + l->u.ofs.final;
  } else if (l->state == LABEL_ABSOLUTE) {
    *address = l->u.address;
  } else {
    void *p = l->u.number < o->D->nglobals ? o->D->globals[l->u.number] : NULL;
    if (!p)
      return state_fail(o->D, DASM_S_UNDEF_L | (int)(l->u.number & 0xffffff), e->at, l->u.number);
    *address = (uintptr_t)p;
  }
  return DASM_S_OK;
}

/* Ask the host for an extern; *raw: the value is stored as it is. */
static int extern_address(const struct output *o, const struct event *e, uint64_t *address, bool *raw)
{
  const struct fixup *f = &fixups[e->fix];
  struct dasm_State *D = o->D;
  int64_t value = 0;
  int status;
  uint32_t at = e->at;
  const struct tmpl *t = used_find(D, &at);
  dasm_ExternRef ref = {.size = sizeof ref, .index = e->target,
                        .type = f->relative ? DASM_EXTERN_REL : DASM_EXTERN_ABS, .width = f->field,
                        .field = o->w + f->bytes - f->field};

  ref.name = e->target < t->nexterns ? tmpl_extern(t, e->target) : NULL;
  ref.run = o->run + (uint64_t)((uint8_t *)ref.field - o->start);
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

/* Insert address (or, raw, the value itself) at a reference. src: its bytes in the buffer. */
static int write_ref(struct output *o, const struct event *e, const uint8_t *src, uint64_t address, bool raw)
{
  const struct fixup *f = &fixups[e->fix];
  unsigned opcode = (unsigned)(f->bytes - f->field);
  uint64_t v = address;

  if (e->is_short) {
    /* EB rel8, or 7x rel8 from 0F 8x. */
    *o->w++ = e->fix == FIX_X86_JMP ? 0xeb : (uint8_t)(src[1] - 0x10);
    v -= o->run + (uint64_t)(o->w - o->start) + 1;
    *o->w++ = (uint8_t)v;
    return DASM_S_OK;
  }
  if (opcode) {
    memcpy(o->w, src, opcode);
    o->w += opcode;
  }
  if (f->relative && !raw)
    v -= o->run + (uint64_t)(o->w - o->start) + f->field + e->trail;
  if (o->isa->wraps32 && f->field == 4)
    v = (uint64_t)(int64_t)(int32_t)(uint32_t)v;
  if (UNLIKELY(!raw && !field_fits(o, (enum tmpl_fix)e->fix, (int64_t)v)))
    return fail_at(o, DASM_S_RANGE_REL, e, (int64_t)v);
  write_le(o, v, f->field);
  return DASM_S_OK;
}

static int write_event(struct output *o, const struct event *e, const uint8_t *src)
{
  uint64_t address = 0;
  bool raw = false;
  int status;
  switch (e->kind) {
  case EV_REF:
    status = label_address(o, e, &address);
    break;
  case EV_EXTERN:
    status = extern_address(o, e, &address, &raw);
    break;
  default:
    address = o->D->values[e->target];
    status = DASM_S_OK;
    break;
  }
  return status == DASM_S_OK ? write_ref(o, e, src, address, raw) : status;
}

static void pad(struct output *o, uint32_t n)
{
  uint32_t i;
  for (i = 0; i < n; i++)
    *o->w++ = o->isa->pad[i & 3];
}

static int encode_section(struct output *o, const struct section *s)
{
  uint32_t from = 0, i;

  for (i = 0; i < s->nevents; i++) {
    const struct event *e = &s->events[i];
    uint32_t field;
    if (e->kind == EV_LABEL)
      continue;
    field = e->pos - (e->kind >= EV_ALIGN ? 0 : fixups[e->fix].bytes);
    copy(o, s->buf + from, field - from);
    from = e->pos;
    if (e->kind == EV_ALIGN) {
      pad(o, e->target);
    } else if (e->kind == EV_SPACE) {
      memset(o->w, (int)e->at, e->target);
      o->w += e->target;
    } else if (write_event(o, e, s->buf + field) != DASM_S_OK) {
      return o->D->status;
    }
  }
  if (s->pos > from)
    copy(o, s->buf + from, s->pos - from);
  return DASM_S_OK;
}

/* Tell the host the addresses of the globals defined here. */
static void set_globals(const struct output *o)
{
  struct dasm_State *D = o->D;
  uint32_t i;
  for (i = 0; i < D->nglobals; i++) {
    const struct instance *l = D->global.slot[i] ? &D->instances[D->global.slot[i] - 1] : NULL;
    if (l && l->state == LABEL_DEFINED)
      D->globals[i] = (void *)(uintptr_t)(o->run + l->u.ofs.final);
    else if (l && l->state == LABEL_ABSOLUTE)
      D->globals[i] = (void *)(uintptr_t)l->u.address;
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
  if (size < D->codesize)
    return DASM_S_SIZE;
  if (!write)
    return D->codesize ? DASM_S_ARG : DASM_S_OK;
  o = (struct output){D, write, write, (uint8_t *)write + D->codesize, run, isa_facts(D->t.isa)};
  for (i = 0; i < D->nsections; i++)
    if (encode_section(&o, &D->sections[i]) != DASM_S_OK)
      return D->status;
  if (o.w != o.end)
    return state_fail(D, DASM_S_PHASE, 0, 0);
  set_globals(&o);
  return DASM_S_OK;
}
