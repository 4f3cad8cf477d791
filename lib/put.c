/* put.c - templates to bytes and events: the hot path.
 *
 * A put walks the fixed-size records of its site. Each appends its literal,
 * short ones by one 16-byte store, then does its operation: a value known now
 * goes into the section's bytes, anything else becomes an event. Room for the
 * whole put is made once, from the bounds in OP_BEGIN, which were checked
 * when the site was used for the first time in this state.
 */
#include "args.h"
#include "internal.h"
#include "isa/x86.h"

/* Fields of the record at p (struct tmpl_op), read where they are needed: that is faster than
 * taking the record apart beforehand. */
static inline unsigned op_code(const uint8_t *p) { return p[0]; }
static inline unsigned op_len(const uint8_t *p) { return p[1]; }
static inline unsigned op_arg(const uint8_t *p) { return p[2]; }
static inline uint8_t op_b(const uint8_t *p) { return p[3]; }
static inline uint32_t op_lit(const uint8_t *p) { return tmpl_u32(p + 4); }
static inline uint32_t op_x(const uint8_t *p) { return tmpl_u32(p + 8); }
static inline uint32_t op_y(const uint8_t *p) { return tmpl_u32(p + 12); }

/* An unsigned value of 32 bits is the bit pattern of an int, as in DynASM: ~0u is -1. */
static inline int64_t as_int(int64_t v)
{
  return v == (int64_t)(uint32_t)v ? (int32_t)v : v;
}

static inline bool fits8(int64_t v)
{
  return (uint64_t)v + 128 < 256;
}

static inline bool fits16(int64_t v)
{
  return (uint64_t)v + 0x8000 < 0x18000;
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

static NOINLINE bool grow_instances(struct dasm_State *D)
{
  if (grow_array(D, &D->instances, &D->maxinstances, (size_t)D->ninstances + 1, sizeof *D->instances))
    return true;
  state_fail(D, DASM_S_NOMEM, 0, 0);
  return false;
}

/* A new instance that waits for its definition; returns its number + 1, or 0 without memory. */
static inline uint32_t new_instance(struct dasm_State *D, enum label_state class, uint32_t number)
{
  if (UNLIKELY(D->ninstances == D->maxinstances) && !grow_instances(D))
    return 0;
  D->instances[D->ninstances++] = (struct instance){.u.number = number, .state = class};
  D->nwaiting++;
  return D->ninstances;
}

/* The instance that a definition fills: the one that waits, or a new one. */
static inline uint32_t defining(struct dasm_State *D, uint32_t *slot, enum label_state class, uint32_t number)
{
  if (*slot == 0 || D->instances[*slot - 1].state >= LABEL_DEFINED)
    *slot = new_instance(D, class, number);
  return *slot;
}

static inline uint32_t referring(struct dasm_State *D, uint32_t *slot, enum label_state class, uint32_t number)
{
  if (*slot == 0)
    *slot = new_instance(D, class, number);
  return *slot;
}

static uint32_t define_local(struct dasm_State *D, uint32_t digit)
{
  uint32_t n = defining(D, &D->next[digit], LABEL_LOCAL, digit);
  D->prev[digit] = n;
  D->next[digit] = 0;
  return n;
}

/* As in DynASM, a pending >n hides the <n before it. */
static uint32_t refer_back(struct dasm_State *D, uint32_t digit, uint32_t at)
{
  if (LIKELY(D->prev[digit] && !D->next[digit]))
    return D->prev[digit];
  state_fail(D, DASM_S_RANGE_LG | (int)(at & 0xffffff), at, digit);
  return 0;
}

static NOINLINE uint32_t no_label(struct dasm_State *D, int class, int64_t number, uint32_t at)
{
  state_fail(D, class | (int)(at & 0xffffff), at, number);
  return 0;
}

static inline uint32_t define_global(struct dasm_State *D, uint32_t number, uint32_t at)
{
  if (UNLIKELY(number >= D->global.n))
    return no_label(D, DASM_S_RANGE_LG, number, at);
  return defining(D, &D->global.slot[number], LABEL_GLOBAL, number);
}

static inline uint32_t define_pc(struct dasm_State *D, int64_t number, uint32_t at)
{
  if (UNLIKELY((uint64_t)number >= D->pc.n))
    return no_label(D, DASM_S_RANGE_PC, number, at);
  return defining(D, &D->pc.slot[number], LABEL_PC, (uint32_t)number);
}

static inline uint32_t refer_global(struct dasm_State *D, uint32_t number, uint32_t at)
{
  if (UNLIKELY(number >= D->global.n))
    return no_label(D, DASM_S_RANGE_LG, number, at);
  return referring(D, &D->global.slot[number], LABEL_GLOBAL, number);
}

static inline uint32_t refer_pc(struct dasm_State *D, int64_t number, uint32_t at)
{
  if (UNLIKELY((uint64_t)number >= D->pc.n))
    return no_label(D, DASM_S_RANGE_PC, number, at);
  return referring(D, &D->pc.slot[number], LABEL_PC, (uint32_t)number);
}

/* ---- events -------------------------------------------------------------- */

/* Place instance n (its number + 1; 0 after an error) at `pos`. */
static inline bool put_label(struct dasm_State *D, struct section *s, uint32_t pos, uint32_t n)
{
  if (UNLIKELY(!n))
    return false;
  D->instances[n - 1] = (struct instance){
      .u.ofs.first = pos + s->extra, .event = s->nevents, .section = s->number & 0xffffff, .state = LABEL_DEFINED};
  D->nwaiting--;
  s->events[s->nevents++] = (struct event){.pos = pos, .kind = EV_LABEL, .target = n - 1};
  return true;
}

static bool set_label(struct dasm_State *D, uint32_t n, int64_t address)
{
  if (!n)
    return false;
  D->instances[n - 1] = (struct instance){.u.address = (uint64_t)address, .state = LABEL_ABSOLUTE};
  D->nwaiting--;
  return true;
}

/* Bytes between a field and the end of its instruction. */
static inline uint8_t trail_bytes(uint32_t y, const int64_t *a)
{
  uint32_t n = y & 0xff;
  if (LIKELY(n < TRAIL_8_32))
    return (uint8_t)n;
  if (fits8((int32_t)a[y >> 8 & 0xff]))
    return 1;
  return n == TRAIL_8_32 ? 4 : 2;
}

/* A reference that ends at `pos`, to `target` of event kind `kind`. */
static inline void put_ref(struct section *s, uint32_t pos, const uint8_t *p, const int64_t *a,
                           uint32_t at, enum event_kind kind, uint32_t target)
{
  s->events[s->nevents++] = (struct event){.pos = pos, .kind = (uint8_t)kind, .fix = op_b(p),
                                           .trail = trail_bytes(op_y(p), a), .target = target, .at = at};
}

/* Keep an absolute address; false without memory. */
static bool keep_value(struct dasm_State *D, int64_t value, uint32_t at)
{
  if (D->nvalues == D->maxvalues &&
      !grow_array(D, &D->values, &D->maxvalues, (size_t)D->nvalues + 1, sizeof *D->values)) {
    state_fail(D, DASM_S_NOMEM, at, 0);
    return false;
  }
  D->values[D->nvalues++] = (uint64_t)value;
  return true;
}

static bool put_space(struct dasm_State *D, struct section *s, uint32_t pos, int64_t n, uint32_t fill,
                      uint32_t at)
{
  if (n < 0 || n > MAX_CODE || n + pos + s->extra > MAX_CODE) {
    state_fail(D, n < 0 ? DASM_S_RANGE_I | (int)(at & 0xffffff) : DASM_S_SIZE, at, n);
    return false;
  }
  s->events[s->nevents++] =
      (struct event){.pos = pos, .kind = EV_SPACE, .target = (uint32_t)n, .at = fill & 0xff};
  s->extra += (uint32_t)n;
  return true;
}

static void put_align(struct section *s, uint32_t pos, uint32_t align)
{
  s->events[s->nevents++] = (struct event){.pos = pos, .kind = EV_ALIGN, .at = align - 1};
  s->extra += align - 1;
}

/* ---- the walk ------------------------------------------------------------ */

/* ModRM (and SIB) with mod = 10 are the last bytes before w: append the shortest displacement. */
static inline uint8_t *put_disp(uint8_t *w, unsigned b, int64_t v)
{
  uint8_t *modrm = w - 1 - (b & 1);
  int64_t scaled;

  put_le(w, (uint64_t)v, 4);
  if (v == 0 && !(b & 2)) {
    *modrm = (uint8_t)(*modrm - 0x80);
    return w;
  }
  scaled = v >> (b >> 4);
  if (!fits8(scaled) || (int64_t)((uint64_t)scaled << (b >> 4)) != v)
    return w + 4;
  *modrm = (uint8_t)(*modrm - 0x40);
  *w = (uint8_t)scaled;
  return w + 1;
}

/* The s bit of the opcode `back` bytes before w, if an opcode is there (back not 0). */
static inline void set_sbit(uint8_t *w, unsigned back, bool small)
{
  if (back)
    *(w - back) = (uint8_t)(*(w - back) | small << 1);
}

/* The walk's position in the code. */
#define POS ((uint32_t)(w - s->buf))
#define RECORD ((uint32_t)((size_t)(p - D->t.ops) / TMPL_OP))
#define AT (D->base + RECORD)

/* Append the site at record `start`; `noting`, a constant: note source lines. */
static ALWAYS_INLINE int put_site(struct dasm_State *D, uint32_t start, const int64_t *a, bool noting)
{
  const uint8_t *pool = D->t.pool, *begin = D->t.ops + (size_t)start * TMPL_OP, *p = begin;
  struct section *s = D->section;
  uint32_t n;
  uint8_t *w;

  if (UNLIKELY(op_lit(begin) >= s->limit - s->pos || op_x(begin) > s->maxevents - s->nevents) &&
      !section_reserve(D, s, op_lit(begin), op_x(begin)))
    return D->status;
  w = s->buf + s->pos;
  D->linked = false;

  for (;;) {
    const uint8_t *lit;
    unsigned len;
    int64_t v;
    bool small;

    p += TMPL_OP;
    lit = pool + op_lit(p);
    len = op_len(p);
    if (noting && !notes_add(D, s->number, POS, RECORD, op_code(p) == OP_X86_DYN ? 0 : len))
      return D->status;
    memcpy(w, lit, 16);
    if (UNLIKELY(len > 16))
      memcpy(w + 16, lit + 16, len - 16u);
    w += len;
    v = a[op_arg(p)];

    switch (op_code(p)) {
    case OP_END:
      s->pos = POS;
      return DASM_S_OK;
    case OP_LIT:
      break;

    case OP_IMM8:
      if (UNLIKELY((uint64_t)v + 128 >= 384 && (uint64_t)as_int(v) + 128 >= 384))
        goto range;
      *w++ = (uint8_t)v;
      break;
    case OP_IMM8S:
      if (UNLIKELY(!fits8(v) && !fits8(as_int(v))))
        goto range;
      *w++ = (uint8_t)v;
      break;
    case OP_IMM16:
      if (UNLIKELY(!fits16(v) && !fits16(as_int(v))))
        goto range;
      w = put_le(w, (uint64_t)v, 2);
      break;
    case OP_IMM32:
      if (UNLIKELY(v != (int32_t)v) && !fits32(v))
        goto range;
      w = put_le(w, (uint64_t)v, 4);
      break;
    case OP_IMM64:
      w = put_le(w, (uint64_t)v, 8);
      break;
    case OP_CHECK32S:
      if (UNLIKELY(v != (int32_t)v))
        goto range;
      break;

    case OP_LABEL_LOCAL:
      if (UNLIKELY(!put_label(D, s, POS, define_local(D, op_x(p)))))
        return D->status;
      break;
    case OP_LABEL_GLOBAL:
      if (UNLIKELY(!put_label(D, s, POS, define_global(D, op_x(p), AT))))
        return D->status;
      break;
    case OP_LABEL_PC:
      if (UNLIKELY(!put_label(D, s, POS, define_pc(D, v, AT))))
        return D->status;
      break;
    case OP_SET_LOCAL:
      if (!set_label(D, define_local(D, op_x(p)), v))
        return D->status;
      break;
    case OP_SET_GLOBAL:
      if (!set_label(D, define_global(D, op_x(p), AT), v))
        return D->status;
      break;
    case OP_SET_PC:
      if (!set_label(D, define_pc(D, a[op_y(p)], AT), v))
        return D->status;
      break;

    case OP_REF_BACK:
      n = refer_back(D, op_x(p), AT);
      goto ref;
    case OP_REF_NEXT:
      n = referring(D, &D->next[op_x(p)], LABEL_LOCAL, op_x(p));
      goto ref;
    case OP_REF_GLOBAL:
      n = refer_global(D, op_x(p), AT);
      goto ref;
    case OP_REF_PC:
      n = refer_pc(D, v, AT);
    ref:
      if (UNLIKELY(!n))
        return D->status;
      put_ref(s, POS, p, a, AT, EV_REF, n - 1);
      break;
    case OP_REF_EXTERN:
      put_ref(s, POS, p, a, AT, EV_EXTERN, op_x(p));
      break;
    case OP_REF_ADDR:
      if (!keep_value(D, v, AT))
        return D->status;
      put_ref(s, POS, p, a, AT, EV_ADDR, D->nvalues - 1);
      break;

    case OP_ALIGN:
      put_align(s, POS, op_x(p));
      break;
    case OP_SPACE:
      if (!put_space(D, s, POS, op_b(p) ? (int64_t)op_x(p) : v, op_y(p), AT))
        return D->status;
      break;
    case OP_SECTION:
      s->pos = POS;
      if (op_x(p) >= D->nsections)
        return state_fail(D, DASM_S_RANGE_SEC | (int)(AT & 0xffffff), AT, op_x(p));
      D->section = s = &D->sections[op_x(p)];
      if (!section_reserve(D, s, op_lit(begin), op_x(begin)))
        return D->status;
      w = s->buf + s->pos;
      break;

    case OP_X86_DISP:
      if (UNLIKELY(v != (int32_t)v) && !fits32(v))
        goto range;
      w = put_disp(w, op_b(p), (int32_t)v);
      break;
    case OP_X86_SX:
      w[-1] = (uint8_t)(w[-1] | (fits8((int32_t)v) ? op_b(p) : 0));
      break;
    case OP_X86_IMM8_32:
      if (UNLIKELY(v != (int32_t)v) && !fits32(v))
        goto range;
      v = (int32_t)v;
      small = fits8(v);
      set_sbit(w, op_b(p), small);
      w = put_le(w, (uint64_t)v, small ? 1 : 4);
      break;
    case OP_X86_IMM8_16:
      if (UNLIKELY(!fits16(v) && !fits16(v = as_int(v))))
        goto range;
      small = fits8(v);
      set_sbit(w, op_b(p), small);
      w = put_le(w, (uint64_t)v, small ? 1 : 2);
      break;
    case OP_X86_DYN: {
      uint32_t status = DASM_S_OK;
      w = x86_dyn(lit, a, w - len, &status); /* no literal: undo */
      if (UNLIKELY(status != DASM_S_OK))
        return state_fail(D, (int)(status | (AT & 0xffffff)), AT, v);
      break;
    }
    default: /* the site was checked */
      UNREACHABLE();
    range:
      return state_fail(D, DASM_S_RANGE_I | (int)(AT & 0xffffff), AT, v);
    }
  }
}

/* The first use of a site in this state, or something is wrong. */
static NOINLINE int first_use(struct dasm_State *D, uint32_t start)
{
  if (D->status != DASM_S_OK)
    return D->status;
  if (!D->t.list)
    return state_fail(D, DASM_S_PHASE, 0, start);
  if (start >= D->t.nops || D->checked != D->checked_buf || !tmpl_check_site(&D->t, start))
    return state_fail(D, DASM_S_TEMPLATE | (int)(start & 0xffffff), 0, start);
  D->checked_buf[start / 64] |= UINT64_C(1) << start % 64;
  return DASM_S_OK;
}

/* Number of arguments of the site at `start`, or -1: no put may begin there. */
static inline int enter(struct dasm_State *D, uint32_t start)
{
  if (UNLIKELY(start >= D->nput || !(D->checked[start / 64] >> start % 64 & 1)) &&
      first_use(D, start) != DASM_S_OK)
    return -1;
  return (int)op_arg(D->t.ops + (size_t)start * TMPL_OP);
}

static NOINLINE int put_noting(struct dasm_State *D, uint32_t start, const int64_t *a)
{
  return put_site(D, start, a, true);
}

DYNASM_NAME int dasm_put(dasm_State **Dst, int start, ...)
{
  int64_t a[TMPL_MAXARGS];
  va_list ap;
  int nargs;

  if (UNLIKELY(!Dst || !*Dst))
    return DASM_S_NOMEM;
  nargs = enter(*Dst, (uint32_t)start);
  if (UNLIKELY(nargs < 0))
    return (*Dst)->status;
  va_start(ap, start);
  take_args(a, (unsigned)nargs, ap);
  va_end(ap);
  if (UNLIKELY((*Dst)->noting))
    return put_noting(*Dst, (uint32_t)start, a);
  return put_site(*Dst, (uint32_t)start, a, false);
}

/* The other forms share one walk. */
static NOINLINE int put_args(struct dasm_State *D, uint32_t start, const int64_t *a)
{
  return D->noting ? put_noting(D, start, a) : put_site(D, start, a, false);
}

int dasm_vput(dasm_State **Dst, int start, va_list args)
{
  int64_t a[TMPL_MAXARGS];
  va_list ap;
  int nargs;

  if (UNLIKELY(!Dst || !*Dst))
    return DASM_S_NOMEM;
  nargs = enter(*Dst, (uint32_t)start);
  if (UNLIKELY(nargs < 0))
    return (*Dst)->status;
  va_copy(ap, args);
  take_args(a, (unsigned)nargs, ap);
  va_end(ap);
  return put_args(*Dst, (uint32_t)start, a);
}

int dasm_aput(dasm_State **Dst, int start, const int64_t *args, unsigned nargs)
{
  static const int64_t none;
  int want;

  if (UNLIKELY(!Dst || !*Dst))
    return DASM_S_NOMEM;
  want = enter(*Dst, (uint32_t)start);
  if (UNLIKELY(want < 0))
    return (*Dst)->status;
  if (UNLIKELY(nargs != (unsigned)want || (nargs && !args)))
    return state_fail(*Dst, DASM_S_ARG, (*Dst)->base + (uint32_t)start, nargs);
  /* Every record's arg is below nargs, or 0: the array can be used where it is. */
  return put_args(*Dst, (uint32_t)start, nargs ? args : &none);
}
