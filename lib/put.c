/* put.c - templates to bytes and events: the hot path.
 *
 * A put walks the fixed-size records of its site. Each appends its literal,
 * short ones by one 16-byte store, then does its operation: a value known now
 * goes into the section's bytes, anything else becomes an event. Room for the
 * whole put is made once, from the bounds in OP_BEGIN, which were checked
 * when the site was used for the first time in this state.
 */
#include "internal.h"
#include "isa/x86.h"

static inline struct tmpl_op load_op(const uint8_t *p)
{
  struct tmpl_op op;
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  memcpy(&op, p, sizeof op);
#else
  op = (struct tmpl_op){p[0], p[1], p[2], p[3], tmpl_u32(p + 4), tmpl_u32(p + 8), tmpl_u32(p + 12)};
#endif
  return op;
}

static inline bool fits8(int64_t v)
{
  return (uint64_t)v + 128 < 256;
}

/* Signed or unsigned value of 32 bits. */
static inline bool fits32(int64_t v)
{
  return (uint64_t)v + 0x80000000u < UINT64_C(0x180000000);
}

static inline uint8_t *put_le(uint8_t *w, uint64_t v, unsigned n)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  memcpy(w, &v, 8); /* BUF_SLACK allows for it */
#else
  unsigned i;
  for (i = 0; i < n; i++)
    w[i] = (uint8_t)(v >> 8 * i);
#endif
  return w + n;
}

/* ---- labels -------------------------------------------------------------- */

/* A new instance; returns its number + 1, or 0 without memory. */
static uint32_t new_instance(struct dasm_State *D, enum label_class class, uint32_t number)
{
  struct instance *l;
  if (UNLIKELY(D->ninstances == D->maxinstances) &&
      !grow_array(D, &D->instances, &D->maxinstances, (size_t)D->ninstances + 1, sizeof *D->instances)) {
    state_fail(D, DASM_S_NOMEM, 0, 0);
    return 0;
  }
  l = &D->instances[D->ninstances++];
  l->class = (uint8_t)class;
  l->state = LABEL_REFERENCED;
  l->number = number;
  return D->ninstances;
}

/* The instance that a definition fills: the one that waits, or a new one. */
static uint32_t defining(struct dasm_State *D, uint32_t *slot, enum label_class class, uint32_t number)
{
  if (*slot == 0 || D->instances[*slot - 1].state != LABEL_REFERENCED)
    *slot = new_instance(D, class, number);
  return *slot;
}

static uint32_t referring(struct dasm_State *D, uint32_t *slot, enum label_class class, uint32_t number)
{
  if (*slot == 0)
    *slot = new_instance(D, class, number);
  return *slot;
}

/* Slot of the label that an operation names, or NULL after a range error. */
static uint32_t *global_slot(struct dasm_State *D, uint32_t number, uint32_t at)
{
  if (LIKELY(number < D->global.n))
    return &D->global.slot[number];
  state_fail(D, DASM_S_RANGE_LG | (int)(at & 0xffffff), at, number);
  return NULL;
}

static uint32_t *pc_slot(struct dasm_State *D, int64_t number, uint32_t at)
{
  if (LIKELY((uint64_t)number < D->pc.n))
    return &D->pc.slot[number];
  state_fail(D, DASM_S_RANGE_PC | (int)(at & 0xffffff), at, number);
  return NULL;
}

/* Instance + 1 that a label operation defines; 0 after an error. */
static uint32_t label_defined(struct dasm_State *D, struct tmpl_op op, const int64_t *a, uint32_t at)
{
  uint32_t *slot, n;
  switch (op.code) {
  case OP_LABEL_LOCAL: case OP_SET_LOCAL:
    n = defining(D, &D->next[op.x], CLASS_LOCAL, op.x);
    D->prev[op.x] = n;
    D->next[op.x] = 0;
    return n;
  case OP_LABEL_GLOBAL: case OP_SET_GLOBAL:
    slot = global_slot(D, op.x, at);
    return slot ? defining(D, slot, CLASS_GLOBAL, op.x) : 0;
  default:
    n = op.code == OP_SET_PC ? op.y : op.arg;
    slot = pc_slot(D, a[n], at);
    return slot ? defining(D, slot, CLASS_PC, (uint32_t)a[n]) : 0;
  }
}

/* Instance + 1 that a reference means; 0 after an error. */
static uint32_t label_referred(struct dasm_State *D, struct tmpl_op op, const int64_t *a, uint32_t at)
{
  uint32_t *slot;
  switch (op.code) {
  case OP_REF_BACK:
    /* As in DynASM, a pending >n hides the <n before it. */
    if (!D->prev[op.x] || D->next[op.x]) {
      state_fail(D, DASM_S_RANGE_LG | (int)(at & 0xffffff), at, op.x);
      return 0;
    }
    return D->prev[op.x];
  case OP_REF_NEXT:
    return referring(D, &D->next[op.x], CLASS_LOCAL, op.x);
  case OP_REF_GLOBAL:
    slot = global_slot(D, op.x, at);
    return slot ? referring(D, slot, CLASS_GLOBAL, op.x) : 0;
  default:
    slot = pc_slot(D, a[op.arg], at);
    return slot ? referring(D, slot, CLASS_PC, (uint32_t)a[op.arg]) : 0;
  }
}

/* ---- events -------------------------------------------------------------- */

static bool put_label(struct dasm_State *D, struct section *s, uint32_t pos, struct tmpl_op op,
                      const int64_t *a, uint32_t at)
{
  uint32_t n = label_defined(D, op, a, at);
  struct instance *l;
  if (!n)
    return false;
  l = &D->instances[n - 1];
  l->state = LABEL_DEFINED;
  l->section = (uint32_t)(s - D->sections);
  l->event = s->nevents;
  l->u.ofs.first = pos + s->extra;
  s->events[s->nevents++] = (struct event){.pos = pos, .kind = EV_LABEL, .target = n - 1};
  return true;
}

static bool set_label(struct dasm_State *D, struct tmpl_op op, const int64_t *a, uint32_t at)
{
  uint32_t n = label_defined(D, op, a, at);
  if (!n)
    return false;
  D->instances[n - 1].state = LABEL_ABSOLUTE;
  D->instances[n - 1].u.address = (uint64_t)a[op.arg];
  return true;
}

/* Bytes between a field and the end of its instruction. */
static uint8_t trail_bytes(uint32_t y, const int64_t *a)
{
  uint32_t n = y & 0xff;
  if (LIKELY(n < TRAIL_8_32))
    return (uint8_t)n;
  if (fits8(a[y >> 8 & 0xff]))
    return 1;
  return n == TRAIL_8_32 ? 4 : 2;
}

static bool put_ref(struct dasm_State *D, struct section *s, uint32_t pos, struct tmpl_op op,
                    const int64_t *a, uint32_t at)
{
  struct event e = {.pos = pos, .kind = EV_REF, .fix = op.b, .trail = trail_bytes(op.y, a), .at = at};
  if (op.code == OP_REF_EXTERN) {
    e.kind = EV_EXTERN;
    e.target = op.x;
  } else if (op.code == OP_REF_ADDR) {
    if (D->nvalues == D->maxvalues &&
        !grow_array(D, &D->values, &D->maxvalues, (size_t)D->nvalues + 1, sizeof *D->values)) {
      state_fail(D, DASM_S_NOMEM, at, 0);
      return false;
    }
    e.kind = EV_ADDR;
    e.target = D->nvalues;
    D->values[D->nvalues++] = (uint64_t)a[op.arg];
  } else {
    e.target = label_referred(D, op, a, at) - 1;
    if (e.target == UINT32_MAX)
      return false;
  }
  s->events[s->nevents++] = e;
  return true;
}

static bool put_space(struct dasm_State *D, struct section *s, uint32_t pos, struct tmpl_op op,
                      const int64_t *a, uint32_t at)
{
  int64_t n = op.b ? (int64_t)op.x : a[op.arg];
  if (n < 0 || n > MAX_CODE || n + pos + s->extra > MAX_CODE) {
    state_fail(D, n < 0 ? DASM_S_RANGE_I | (int)(at & 0xffffff) : DASM_S_SIZE, at, n);
    return false;
  }
  s->events[s->nevents++] =
      (struct event){.pos = pos, .kind = EV_SPACE, .target = (uint32_t)n, .at = op.y & 0xff};
  s->extra += (uint32_t)n;
  return true;
}

static void put_align(struct section *s, uint32_t pos, uint32_t align)
{
  s->events[s->nevents++] = (struct event){.pos = pos, .kind = EV_ALIGN, .at = align - 1};
  s->extra += align - 1;
}

/* ---- the walk ------------------------------------------------------------ */

/* Fixed-width immediates: whether v fits, and how many bytes it takes. */
static inline bool fits(enum tmpl_code code, int64_t v)
{
  switch (code) {
  case OP_IMM8: return (uint64_t)v + 128 < 384;
  case OP_IMM8S: return fits8(v);
  case OP_IMM16: return (uint64_t)v + 0x8000 < 0x18000;
  default: return fits32(v);
  }
}

/* ModRM (and SIB) with mod = 10 are the last bytes before w: append the shortest displacement. */
static inline uint8_t *put_disp(uint8_t *w, unsigned b, int64_t v)
{
  unsigned scale = b >> 4;
  int64_t scaled = v >> scale;
  bool zero = v == 0 && !(b & 2);
  bool small = fits8(scaled) && (int64_t)((uint64_t)scaled << scale) == v;
  uint8_t *modrm = w - 1 - (b & 1);
  *modrm = (uint8_t)(*modrm - (zero ? 0x80 : small ? 0x40 : 0));
  put_le(w, (uint64_t)(small ? scaled : v), 4);
  return w + (zero ? 0 : small ? 1 : 4);
}

/* Append the site at record `start`, whose OP_BEGIN is `begin`. */
static int put_site(struct dasm_State *D, uint32_t start, struct tmpl_op begin, const int64_t *a)
{
  const uint8_t *pool = D->t.pool, *p = D->t.ops + (size_t)start * TMPL_OP;
  struct section *s = D->section;
  uint32_t at = start;
  uint8_t *w;

  if (UNLIKELY(begin.lit > s->limit - s->pos || !s->buf || begin.x > s->maxevents - s->nevents) &&
      !section_reserve(D, s, begin.lit, begin.x))
    return D->status;
  w = s->buf + s->pos;
  D->linked = false;

  for (;;) {
    struct tmpl_op op;
    int64_t v;
    bool small;

    p += TMPL_OP;
    at++;
    op = load_op(p);
    memcpy(w, pool + op.lit, 16);
    if (UNLIKELY(op.len > 16))
      memcpy(w + 16, pool + op.lit + 16, op.len - 16u);
    w += op.len;
    v = a[op.arg];

    switch (op.code) {
    case OP_END:
      s->pos = (uint32_t)(w - s->buf);
      D->section = s;
      return DASM_S_OK;
    case OP_LIT:
      break;

    case OP_IMM8: case OP_IMM8S:
      if (UNLIKELY(!fits(op.code, v)))
        goto range;
      *w++ = (uint8_t)v;
      break;
    case OP_IMM16:
      if (UNLIKELY(!fits(OP_IMM16, v)))
        goto range;
      w = put_le(w, (uint64_t)v, 2);
      break;
    case OP_IMM32:
      if (UNLIKELY(!fits(OP_IMM32, v)))
        goto range;
      w = put_le(w, (uint64_t)v, 4);
      break;
    case OP_IMM64:
      w = put_le(w, (uint64_t)v, 8);
      break;

    case OP_LABEL_LOCAL: case OP_LABEL_GLOBAL: case OP_LABEL_PC:
      if (UNLIKELY(!put_label(D, s, (uint32_t)(w - s->buf), op, a, at)))
        return D->status;
      break;
    case OP_SET_LOCAL: case OP_SET_GLOBAL: case OP_SET_PC:
      if (!set_label(D, op, a, at))
        return D->status;
      break;
    case OP_REF_BACK: case OP_REF_NEXT: case OP_REF_GLOBAL: case OP_REF_PC: case OP_REF_EXTERN:
    case OP_REF_ADDR:
      if (UNLIKELY(!put_ref(D, s, (uint32_t)(w - s->buf), op, a, at)))
        return D->status;
      break;

    case OP_ALIGN:
      put_align(s, (uint32_t)(w - s->buf), op.x);
      break;
    case OP_SPACE:
      if (!put_space(D, s, (uint32_t)(w - s->buf), op, a, at))
        return D->status;
      break;
    case OP_SECTION:
      s->pos = (uint32_t)(w - s->buf);
      if (op.x >= D->nsections)
        return state_fail(D, DASM_S_RANGE_SEC | (int)(at & 0xffffff), at, op.x);
      D->section = s = &D->sections[op.x];
      if (!section_reserve(D, s, begin.lit, begin.x))
        return D->status;
      w = s->buf + s->pos;
      break;

    case OP_X86_DISP:
      if (UNLIKELY(!fits32(v)))
        goto range;
      w = put_disp(w, op.b, (int32_t)v);
      break;
    case OP_X86_SX:
      w[-1] = (uint8_t)(w[-1] | (fits8(v) ? op.b : 0));
      break;
    case OP_X86_IMM8_32:
      if (UNLIKELY(!fits32(v)))
        goto range;
      v = (int32_t)v;
      small = fits8(v);
      if (op.b)
        w[-op.b] = (uint8_t)(w[-op.b] | (small ? 2 : 0));
      put_le(w, (uint64_t)v, 4);
      w += small ? 1 : 4;
      break;
    case OP_X86_IMM8_16:
      if (UNLIKELY(!fits(OP_IMM16, v)))
        goto range;
      small = fits8(v);
      if (op.b)
        w[-op.b] = (uint8_t)(w[-op.b] | (small ? 2 : 0));
      put_le(w, (uint64_t)v, 2);
      w += small ? 1 : 2;
      break;
    case OP_X86_DYN: {
      uint32_t status = DASM_S_OK;
      w = x86_dyn(pool + op.lit, a, w - op.len, &status); /* no literal: undo */
      if (UNLIKELY(status != DASM_S_OK))
        return state_fail(D, (int)(status | (at & 0xffffff)), at, v);
      break;
    }
    default:
      return state_fail(D, DASM_S_TEMPLATE, at, 0);
    range:
      return state_fail(D, DASM_S_RANGE_I | (int)(at & 0xffffff), at, v);
    }
  }
}

static NOINLINE int first_use(struct dasm_State *D, uint32_t start)
{
  if (!D->t.list)
    return state_fail(D, DASM_S_PHASE, 0, start);
  if (start >= D->t.nops || !tmpl_check_site(&D->t, start))
    return state_fail(D, DASM_S_TEMPLATE | (int)(start & 0xffffff), start, start);
  if (D->checked)
    D->checked[start / 64] |= UINT64_C(1) << start % 64;
  return DASM_S_OK;
}

/* Check that a put may begin at `start`; gets its OP_BEGIN. */
static inline int enter(struct dasm_State *D, uint32_t start, struct tmpl_op *begin)
{
  if (UNLIKELY(D->status != DASM_S_OK))
    return D->status;
  if (UNLIKELY(start >= D->t.nops || (D->checked && !(D->checked[start / 64] >> start % 64 & 1))) &&
      first_use(D, start) != DASM_S_OK)
    return D->status;
  *begin = load_op(D->t.ops + (size_t)start * TMPL_OP);
  if (UNLIKELY(begin->code != OP_BEGIN))
    return state_fail(D, DASM_S_TEMPLATE | (int)(start & 0xffffff), start, start);
  return DASM_S_OK;
}

int dasm_put(dasm_State **Dst, int start, ...)
{
  struct tmpl_op begin;
  int64_t a[TMPL_MAXARGS];
  va_list ap;
  unsigned i;

  if (UNLIKELY(!Dst || !*Dst))
    return DASM_S_NOMEM;
  if (UNLIKELY(enter(*Dst, (uint32_t)start, &begin) != DASM_S_OK))
    return (*Dst)->status;
  va_start(ap, start);
  for (i = 0; i < begin.arg; i++)
    a[i] = va_arg(ap, int64_t);
  va_end(ap);
  return put_site(*Dst, (uint32_t)start, begin, a);
}

int dasm_vput(dasm_State **Dst, int start, va_list args)
{
  struct tmpl_op begin;
  int64_t a[TMPL_MAXARGS];
  unsigned i;

  if (UNLIKELY(!Dst || !*Dst))
    return DASM_S_NOMEM;
  if (UNLIKELY(enter(*Dst, (uint32_t)start, &begin) != DASM_S_OK))
    return (*Dst)->status;
  for (i = 0; i < begin.arg; i++)
    a[i] = va_arg(args, int64_t);
  return put_site(*Dst, (uint32_t)start, begin, a);
}

int dasm_aput(dasm_State **Dst, int start, const int64_t *args, unsigned nargs)
{
  struct tmpl_op begin;
  int64_t a[TMPL_MAXARGS];
  if (UNLIKELY(!Dst || !*Dst))
    return DASM_S_NOMEM;
  if (UNLIKELY(enter(*Dst, (uint32_t)start, &begin) != DASM_S_OK))
    return (*Dst)->status;
  if (UNLIKELY(nargs != begin.arg || (nargs && !args)))
    return state_fail(*Dst, DASM_S_ARG, (uint32_t)start, nargs);
  if (nargs)
    memcpy(a, args, nargs * sizeof *a);
  return put_site(*Dst, (uint32_t)start, begin, a);
}
