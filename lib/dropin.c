/* dropin.c - what the functions of include/dynasm/dasm_define.h call.
 *
 * Those are DynASM's functions with the program's own first parameter, compiled into the program, under
 * names that this library has as well; so what they need has names of its own here. `ctx` is what
 * the program's memory macros get; it may be another one in each call, so it is stored each time.
 */
#include "field.h"
#include "pool.h"
#include "dynasm/dasm_dropin.h"

_Static_assert(offsetof(struct dasm_State, status) == 0, "dasm_proto.h shows status as the first member");

static bool enter(struct dasm_State *D, void *ctx)
{
  if (!D)
    return false;
  if (ctx)
    D->alloc.user = D->dst = ctx;
  return true;
}

int dasm_dropin_init(dasm_State **state, int maxsection, dasm_DropinGrow grow, dasm_DropinFree release, void *ctx,
                     unsigned flags)
{
  dasm_Allocator alloc = {sizeof alloc, grow, release, ctx};
  int status = dasm_initwith(state, maxsection, grow ? &alloc : NULL);

  if (status == DASM_S_OK) {
    (*state)->dynasm = true;
    (*state)->unchecked = (flags & DASM_DROPIN_UNCHECKED) != 0;
    (*state)->by_reference = (flags & DASM_DROPIN_ADDRESS) != 0;
  }
  return status;
}

DYNASM_NAME int dasm_dropin_plain(dasm_State **Dst, int maxsection)
{
  return dasm_dropin_init(Dst, maxsection, NULL, NULL, NULL, DASM_DROPIN_UNCHECKED);
}

DYNASM_NAME int dasm_dropin_checked(dasm_State **Dst, int maxsection)
{
  return dasm_dropin_init(Dst, maxsection, NULL, NULL, NULL, 0);
}

int dasm_dropin_free(dasm_State *D, void *ctx)
{
  if (enter(D, ctx))
    state_free(D);
  return DASM_S_OK;
}

int dasm_dropin_setupglobal(dasm_State *D, void *ctx, void **globals, unsigned maxglobal)
{
  return enter(D, ctx) ? state_setupglobal(D, globals, maxglobal) : DASM_S_NOMEM;
}

int dasm_dropin_growpc(dasm_State *D, void *ctx, unsigned maxpc)
{
  return enter(D, ctx) ? state_growpc(D, maxpc) : DASM_S_NOMEM;
}

int dasm_dropin_setup(dasm_State *D, void *ctx, const void *actionlist)
{
  return enter(D, ctx) ? state_setup(D, actionlist) : DASM_S_NOMEM;
}

/* A program may have set the status itself; dasm_put() would see it only when the code is linked. */
int dasm_dropin_put(dasm_State *D, void *ctx, int start, va_list args)
{
  if (!enter(D, ctx))
    return DASM_S_NOMEM;
  if (UNLIKELY(D->status != DASM_S_OK))
    return D->status;
  return dasm_vput(&D, start, args);
}

int dasm_dropin_link(dasm_State *D, size_t *size)
{
  return D ? state_link(D, size) : DASM_S_NOMEM;
}

int dasm_dropin_encode(dasm_State *D, void *buffer)
{
  return D ? state_encode(D, buffer, SIZE_MAX, (uintptr_t)buffer, NULL) : DASM_S_NOMEM;
}

int dasm_dropin_getpclabel(dasm_State *D, unsigned pc)
{
  return D ? state_getpclabel(D, pc) : -2;
}

int dasm_dropin_checkstep(dasm_State *D, int secmatch)
{
  return D ? state_checkstep(D, secmatch) : DASM_S_NOMEM;
}

/* ---- externs --------------------------------------------------------------
 * DASM_EXTERN is an expression over the variables of dasm_encode(), so it cannot be called back.
 * Everything is encoded with zeros for externs; then the program's dasm_encode() walks over them. */

static int zero(void *user, const dasm_ExternRef *ref, int64_t *value)
{
  (void)user;
  (void)ref;
  *value = 0;
  return DASM_EXTERN_RAW;
}

static int encode_externs(struct dasm_State *D, void *buffer, dasm_DropinVeneer veneer)
{
  dasm_ExternFn resolve = D->resolve;
  int status;

  if (D->status == DASM_S_OK)
    memset(&D->cursor, 0, sizeof D->cursor);
  D->resolve = zero;
  status = state_encode(D, buffer, SIZE_MAX, (uintptr_t)buffer, veneer);
  D->resolve = resolve;
  return status;
}

int dasm_dropin_encodeexterns(dasm_State *D, void *buffer)
{
  return D ? encode_externs(D, buffer, NULL) : DASM_S_NOMEM;
}

int dasm_dropin_encodeveneers(dasm_State *D, void *buffer, dasm_DropinVeneer veneer, int externs)
{
  if (!D)
    return DASM_S_NOMEM;
  return externs ? encode_externs(D, buffer, veneer) : state_encode(D, buffer, SIZE_MAX, (uintptr_t)buffer, veneer);
}

/* The next event that is an extern, NULL at the end. */
static const struct event *next_extern(struct dasm_State *D)
{
  for (; D->cursor.section < D->nsections; D->cursor.section++, D->cursor.event = 0) {
    const struct section *s = &D->sections[D->cursor.section];
    while (D->cursor.event < s->nevents) {
      const struct event *e = &s->events[D->cursor.event++];
      if (e->op == OP_REF_EXTERN)
        return e;
    }
  }
  return NULL;
}

/* The field that an extern goes into, and the end of its unit: in the code, or in the pool. */
static const uint8_t *extern_field(const struct dasm_State *D, const struct event *e, uint32_t *end)
{
  const uint8_t *f = event_field(D, e);
  const struct pool_entry *c;
  struct pool_key key;

  *end = e->offset + (uint32_t)e->delta + (e->form & FORM_GROWN ? event_growth(D, e) : 0);
  if (e->form & FORM_GROWN)
    return far_way(D, f[FIELD_ESCAPE])->field;
  if (!field_constant(f))
    return f;
  c = pool_wants(D, e, f, &key) ? pool_of(D, &key, f, *end) : NULL;
  f = field_of_bytes(key.bytes < 8 ? key.bytes : 8);
  if (c)
    *end = c->at + f[FIELD_UNIT];
  return f;
}

unsigned char *dasm_dropin_nextextern(dasm_State *D, void *buffer, int *index, int *type)
{
  const struct event *e;
  const uint8_t *f;
  uint32_t end;

  if (!D || D->status != DASM_S_OK || !D->linked)
    return NULL;
  e = next_extern(D);
  if (!e)
    return NULL;
  f = extern_field(D, e, &end);
  D->cursor.end = (uint8_t *)buffer + end;
  *index = (int)e->target;
  *type = field_is_relative(f);
  return D->cursor.end - (isa_of(D->list)->dynasm_end ? 0 : f[FIELD_UNIT]);
}

int dasm_dropin_setextern(dasm_State *D, int64_t value)
{
  const struct event *e = &D->sections[D->cursor.section].events[D->cursor.event - 1];
  uint64_t v;
  uint32_t end, i;
  const uint8_t *f = extern_field(D, e, &end);
  uint8_t *unit = D->cursor.end - f[FIELD_UNIT], was[8];

  if (!field_raw(f, (uint64_t)value, &v))
    return state_fail(D, DASM_S_RANGE_REL | (int)(e->at & 0xffffff), e->at, value);
  if (field_constant(event_field(D, e))) /* which others may have written, too */
    memset(unit, 0, f[FIELD_UNIT]);
  memcpy(was, unit, f[FIELD_UNIT]);
  field_insert(f, (enum list_order)D->list[LIST_AT_ORDER], D->cursor.end, v);
  for (i = 0; i < f[FIELD_UNIT]; i++) /* the bits of a mark that the program replaces stay, as in DynASM */
    unit[i] |= was[i];
  return DASM_S_OK;
}

/* ---- what DynASM's header for AArch64 has besides --------------------------------------- */

static int immediate(unsigned transform, unsigned param, uint64_t v)
{
  const uint8_t f[LIST_FIELD] = {[FIELD_TRANSFORM] = (uint8_t)transform, [FIELD_PARAM] = (uint8_t)param};
  uint64_t bits;

  return field_transform(f, v, &bits) ? (int)bits : -1;
}

int dasm_dropin_imm12(unsigned n)
{
  return immediate(TRANSFORM_A64_ADD, 0, n);
}

int dasm_dropin_imm13(int low, int high)
{
  return immediate(TRANSFORM_A64_MASK, 64, (uint64_t)(uint32_t)high << 32 | (uint32_t)low);
}
