/* put.c - templates to bytes and events: the hot path.
 *
 * A put walks the fixed-size records of its site. Each appends its literal by
 * one 16-byte store, then does its operation: a value known now goes into the
 * section's bytes, what has to do with labels is in label.h. Room for the bytes of the
 * whole put is made once, from the bound in OP_BEGIN, which was checked when the site
 * was used for the first time in this state.
 *
 * What limits the speed is the number of instructions: about five in a cycle.
 */
#include "internal.h"
#include "isa/x86.h"
#include "label.h"

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

/* ---- values --------------------------------------------------------------- */

/* The displacement byte before w is one of mod = 01; ModRM, `back` bytes before it, has mod = 10. */
static inline void set_disp8(uint8_t *w, unsigned back)
{
  *(w - 1 - back) = (uint8_t)(*(w - 1 - back) - 0x40);
}

/* The shortest of mod = 00, 01 and 10 for a value of 32 bits; b as in OP_X86_DISP_SCALE. */
static NOINLINE uint8_t *put_any_disp(uint8_t *w, unsigned b, int64_t v)
{
  uint8_t *modrm = w - (b & 3);
  int64_t unit = v >> (b >> 4);

  if (v == 0 && !(b & 4)) {
    *modrm = (uint8_t)(*modrm - 0x80);
    return w;
  }
  if ((int64_t)((uint64_t)unit << (b >> 4)) != v || !fits8(unit))
    return put_le(w, (uint64_t)v, 4);
  *w++ = (uint8_t)unit;
  set_disp8(w, b & 3);
  return w;
}

/* The immediate byte before w is one that could be longer: set the s bit of the opcode `back` bytes before
 * it, if an opcode is there (back not 0). */
static inline void set_sbit(uint8_t *w, unsigned back)
{
  if (back)
    *(w - 1 - back) = (uint8_t)(*(w - 1 - back) | 2);
}

/* ---- the walk ------------------------------------------------------------ */

/* A note keeps an offset, like a label. */
static NOINLINE bool note(struct dasm_State *D, struct section *s, const uint8_t *p, const uint8_t *w)
{
  if (!close_branch(D))
    return false;
  return notes_add(D, s->number, section_offset(s, w), (uint32_t)(p - D->t.ops) / TMPL_OP,
                   op_len(p) + (op_code(p) == OP_RUN ? op_b(p) : 0));
}

/* On to the next record's operation. With GNU C there is no switch in between, unless source lines
 * are noted: each operation has a jump of its own, which the processor predicts better. */
#if defined(__GNUC__)
#define CASE(op) case op: at_##op
#define NEXT goto *operation[op_code(p)]
#else
#define CASE(op) case op
#define NEXT goto dispatch
#endif
#define DONE      \
  do {            \
    p += TMPL_OP; \
    NEXT;         \
  } while (0)
/* Append the literal. Where there often is none it is not worth a store. */
#define LITERAL                        \
  do {                                 \
    memcpy(w, op_lit(p), TMPL_MAXLIT); \
    w += op_len(p);                    \
  } while (0)
#define LITERAL_IF_ANY   \
  do {                   \
    if (op_len(p) != 0)  \
      LITERAL;           \
  } while (0)

/* A site that was used before in this state, and nothing is special? */
static inline bool is_ready(const struct dasm_State *D, uint32_t start)
{
  return LIKELY(start < D->nput && (D->checked[start / 64] >> start % 64 & 1));
}

/* The first use of a site in this state, or after a link, or lines are noted, or something is wrong. */
static NOINLINE bool may_start(struct dasm_State *D, uint32_t start)
{
  uint64_t bit = UINT64_C(1) << start % 64;

  if (D->status != DASM_S_OK)
    return false;
  if (!D->t.list) {
    state_fail(D, DASM_S_PHASE, 0, start);
    return false;
  }
  if (D->linked) {
    D->linked = false;
    D->nput = ready_puts(D);
  }
  if (start < D->t.nops && (D->checked[start / 64] & bit))
    return true;
  if (start >= D->t.nops || D->checked != D->checked_buf || !tmpl_check_site(&D->t, start)) {
    state_fail(D, DASM_S_TEMPLATE | (int)(start & 0xffffff), 0, start);
    return false;
  }
  D->checked_buf[start / 64] |= bit;
  return true;
}

LINE_ALIGNED int dasm_putargs(dasm_State **Dst, const int64_t *a)
{
#if defined(__GNUC__)
  static const void *const direct[OP_COUNT_] = {
#define OP(op) [op] = &&at_##op
      OP(OP_END), OP(OP_BEGIN), OP(OP_LIT), OP(OP_RUN), OP(OP_IMM8), OP(OP_IMM8S), OP(OP_IMM16), OP(OP_IMM32),
      OP(OP_IMM64), OP(OP_CHECK32S), OP(OP_LABEL_LOCAL), OP(OP_LABEL_GLOBAL), OP(OP_LABEL_PC), OP(OP_SET_LOCAL),
      OP(OP_SET_GLOBAL),
      OP(OP_SET_PC), OP(OP_REF_BACK), OP(OP_REF_NEXT), OP(OP_REF_GLOBAL), OP(OP_REF_PC),
      OP(OP_BRANCH_BACK), OP(OP_BRANCH_NEXT), OP(OP_BRANCH_GLOBAL), OP(OP_BRANCH_PC), OP(OP_REF_EXTERN),
      OP(OP_REF_ADDR), OP(OP_ALIGN), OP(OP_SPACE), OP(OP_SPACE_ARG), OP(OP_SECTION), OP(OP_X86_DISP),
      OP(OP_X86_DISP_KEEP), OP(OP_X86_DISP_SCALE), OP(OP_X86_SX), OP(OP_X86_IMM8_32), OP(OP_X86_IMM8_16),
      OP(OP_X86_DYN)
#undef OP
  };
  static const void *const noting[OP_COUNT_] = {[0 ... OP_COUNT_ - 1] = &&dispatch};
  const void *const *operation = direct;
#endif
  struct dasm_State *D;
  struct section *s;
  enum label_state class;
  uint32_t n, *slot;
  const uint8_t *p;
  uint8_t *w;
  int64_t v;

  if (UNLIKELY(!Dst || !*Dst))
    return DASM_S_NOMEM;
  D = *Dst;
  n = (uint32_t)*a++;
  if (UNLIKELY(!is_ready(D, n))) {
    if (!may_start(D, n))
      return D->status;
#if defined(__GNUC__)
    operation = D->noting ? noting : direct;
#endif
  }
  p = D->t.ops + (size_t)n * TMPL_OP;
  s = D->section;
  w = s->w;
  if (UNLIKELY((ptrdiff_t)op_x(p) >= s->end - w)) {
    if (!section_reserve(D, s, op_x(p)))
      return D->status;
    w = s->w;
  }
  will_write(w);
  DONE;

dispatch:
  if (D->noting && !note(D, s, p, w))
    return D->status;
  switch (op_code(p)) {
  CASE(OP_END):
    LITERAL_IF_ANY;
    s->w = w;
    return DASM_S_OK;
  CASE(OP_LIT):
    LITERAL;
    DONE;
  CASE(OP_RUN):
    LITERAL;
    memcpy(w, D->t.pool + op_x(p), op_b(p));
    w += op_b(p);
    DONE;

  CASE(OP_IMM8):
    LITERAL;
    v = a[op_arg(p)];
    if (UNLIKELY((uint64_t)v + 128 >= 384 && (uint64_t)as_int(v) + 128 >= 384))
      goto range;
    w = put_le(w, (uint64_t)v, 1);
    DONE;
  CASE(OP_IMM8S):
    LITERAL;
    v = a[op_arg(p)];
    if (UNLIKELY(!fits8(v) && !fits8(as_int(v))))
      goto range;
    w = put_le(w, (uint64_t)v, 1);
    DONE;
  CASE(OP_IMM16):
    LITERAL;
    v = a[op_arg(p)];
    if (UNLIKELY(!fits16(v) && !fits16(as_int(v))))
      goto range;
    w = put_le(w, (uint64_t)v, 2);
    DONE;
  CASE(OP_IMM32):
    LITERAL;
    v = a[op_arg(p)];
    if (UNLIKELY(v != (int32_t)v) && !fits32(v))
      goto range;
    w = put_le(w, (uint64_t)v, 4);
    DONE;
  CASE(OP_IMM64):
    LITERAL;
    w = put_le(w, (uint64_t)a[op_arg(p)], 8);
    DONE;
  CASE(OP_CHECK32S):
    LITERAL;
    v = a[op_arg(p)];
    if (UNLIKELY(v != (int32_t)v))
      goto range;
    DONE;

  /* Labels: `slot` of what is defined or referred to, `v` its number in `class`. */
  CASE(OP_LABEL_LOCAL):
    LITERAL_IF_ANY;
    slot = &D->next[op_x(p)];
    n = *slot;
    if (!settles(D, s, n, w)) {
      if (!close_branch(D))
        return D->status;
      if (n == 0 && (n = new_instance(D, LABEL_LOCAL, op_x(p))) == 0)
        return D->status;
    }
    *slot = 0;
    D->prev[op_x(p)] = n;
    place_label(D, s, p, n, w);
    DONE;
  CASE(OP_LABEL_GLOBAL):
    LITERAL_IF_ANY;
    v = op_x(p);
    if (UNLIKELY(v >= D->global.n))
      goto no_global;
    slot = &D->global.slot[v];
    class = LABEL_GLOBAL;
    goto define;
  CASE(OP_LABEL_PC):
    LITERAL_IF_ANY;
    v = a[op_x(p)];
    if (UNLIKELY((uint64_t)v >= D->pc.n))
      goto no_pc;
    slot = &D->pc.slot[v];
    class = LABEL_PC;
  define:
    n = *slot;
    if (!settles(D, s, n, w)) {
      if (!close_branch(D))
        return D->status;
      n = defining(D, p, slot, class, (uint32_t)v);
      if (UNLIKELY(n == 0))
        return D->status;
    }
    place_label(D, s, p, n, w);
    DONE;
  CASE(OP_SET_LOCAL):
    LITERAL;
    if (!set_label(D, p, defining_local(D, p, op_x(p)), a[op_arg(p)]))
      return D->status;
    DONE;
  CASE(OP_SET_GLOBAL):
    LITERAL;
    v = op_x(p);
    if (v >= D->global.n)
      goto no_global;
    if (!set_label(D, p, defining(D, p, &D->global.slot[v], LABEL_GLOBAL, (uint32_t)v), a[op_arg(p)]))
      return D->status;
    DONE;
  CASE(OP_SET_PC):
    LITERAL;
    v = a[op_x(p)];
    if ((uint64_t)v >= D->pc.n)
      goto no_pc;
    if (!set_label(D, p, defining(D, p, &D->pc.slot[v], LABEL_PC, (uint32_t)v), a[op_arg(p)]))
      return D->status;
    DONE;

  CASE(OP_REF_BACK):
    LITERAL;
    n = op_x(p);
    v = n;
    if (UNLIKELY(!D->prev[n] || D->next[n])) /* as in DynASM, a pending >n hides the <n before it */
      goto no_global;
    if (UNLIKELY(!put_ref(D, s, p, a, w, D->prev[n])))
      return D->status;
    DONE;
  CASE(OP_REF_NEXT):
    LITERAL;
    v = op_x(p);
    slot = &D->next[v];
    class = LABEL_LOCAL;
    goto refer;
  CASE(OP_REF_GLOBAL):
    LITERAL;
    v = op_x(p);
    if (UNLIKELY(v >= D->global.n))
      goto no_global;
    slot = &D->global.slot[v];
    class = LABEL_GLOBAL;
    goto refer;
  CASE(OP_REF_PC):
    LITERAL;
    v = a[op_x(p)];
    if (UNLIKELY((uint64_t)v >= D->pc.n))
      goto no_pc;
    slot = &D->pc.slot[v];
    class = LABEL_PC;
  refer:
    n = *slot;
    if (n == 0) {
      *slot = n = new_instance(D, class, (uint32_t)v);
      if (UNLIKELY(n == 0))
        return D->status;
    }
    if (UNLIKELY(!put_ref(D, s, p, a, w, n)))
      return D->status;
    DONE;

  CASE(OP_BRANCH_BACK):
    LITERAL;
    n = op_x(p);
    v = n;
    if (UNLIKELY(!D->prev[n] || D->next[n]))
      goto no_global;
    if (!close_branch(D) || !branch_back(D, s, p, w, D->prev[n]))
      return D->status;
    DONE;
  CASE(OP_BRANCH_NEXT):
    LITERAL;
    v = op_x(p);
    slot = &D->next[v];
    class = LABEL_LOCAL;
    goto branch;
  CASE(OP_BRANCH_GLOBAL):
    LITERAL;
    v = op_x(p);
    if (UNLIKELY(v >= D->global.n))
      goto no_global;
    slot = &D->global.slot[v];
    class = LABEL_GLOBAL;
    goto branch;
  CASE(OP_BRANCH_PC):
    LITERAL;
    v = a[op_x(p)];
    if (UNLIKELY((uint64_t)v >= D->pc.n))
      goto no_pc;
    slot = &D->pc.slot[v];
    class = LABEL_PC;
  branch:
    if (!close_branch(D))
      return D->status;
    n = *slot;
    if (n != 0 && label_state(&D->instances[n]) >= LABEL_DEFINED) {
      if (!branch_back(D, s, p, w, n))
        return D->status;
      DONE;
    }
    if (n == 0) {
      *slot = n = new_instance(D, class, (uint32_t)v);
      if (UNLIKELY(n == 0))
        return D->status;
    }
    if (!open_branch(D, s, p, w, n))
      return D->status;
    DONE;

  CASE(OP_REF_EXTERN):
    LITERAL;
    if (!put_ref(D, s, p, a, w, op_x(p)))
      return D->status;
    DONE;
  CASE(OP_REF_ADDR):
    LITERAL;
    if (!keep_value(D, p, a[op_x(p)]) || !put_ref(D, s, p, a, w, D->nvalues - 1))
      return D->status;
    DONE;

  CASE(OP_ALIGN):
    LITERAL;
    n = op_x(p) - 1;
    if (!put_gap(D, s, p, w, n, 0, n))
      return D->status;
    DONE;
  CASE(OP_SPACE):
  CASE(OP_SPACE_ARG):
    LITERAL;
    v = op_code(p) == OP_SPACE ? (int64_t)op_x(p) : a[op_arg(p)];
    if (!put_gap(D, s, p, w, v, (uint32_t)v, 0))
      return D->status;
    DONE;
  CASE(OP_SECTION):
    LITERAL;
    s->w = w;
    if (!close_branch(D))
      return D->status;
    if (op_x(p) >= D->nsections) {
      put_fail(D, p, DASM_S_RANGE_SEC, op_x(p));
      return D->status;
    }
    D->section = s = &D->sections[op_x(p)];
    if (!section_reserve(D, s, op_x(D->t.ops + (size_t)(uint32_t)a[-1] * TMPL_OP))) /* the bound of the put */
      return D->status;
    w = s->w;
    DONE;

  CASE(OP_X86_DISP):
    LITERAL;
    v = a[op_arg(p)];
    if (!fits8(v)) {
    wide_disp:
      if (UNLIKELY(v != (int32_t)v)) {
        if (!fits32(v))
          goto range;
        w = put_any_disp(w, op_b(p) | 4, (int32_t)v); /* not zero */
        DONE;
      }
      w = put_le(w, (uint64_t)v, 4);
      DONE;
    }
    if (UNLIKELY(v == 0)) {
      w = put_any_disp(w, op_b(p), 0);
      DONE;
    }
  byte_disp:
    w = put_le(w, (uint64_t)v, 1);
    set_disp8(w, op_b(p));
    DONE;
  CASE(OP_X86_DISP_KEEP):
    LITERAL;
    v = a[op_arg(p)];
    if (fits8(v))
      goto byte_disp;
    goto wide_disp;
  CASE(OP_X86_DISP_SCALE):
    LITERAL;
    v = a[op_arg(p)];
    if (UNLIKELY(v != (int32_t)v) && !fits32(v))
      goto range;
    w = put_any_disp(w, op_b(p), (int32_t)v);
    DONE;
  CASE(OP_X86_SX):
    LITERAL;
    if (fits8((int32_t)a[op_arg(p)]))
      w[-1] = (uint8_t)(w[-1] | op_b(p));
    DONE;
  CASE(OP_X86_IMM8_32):
    LITERAL;
    v = a[op_arg(p)];
    if (UNLIKELY(v != (int32_t)v)) {
      if (!fits32(v))
        goto range;
      v = (int32_t)v;
    }
    if (fits8(v)) {
      w = put_le(w, (uint64_t)v, 1);
      set_sbit(w, op_b(p));
      DONE;
    }
    w = put_le(w, (uint64_t)v, 4);
    DONE;
  CASE(OP_X86_IMM8_16):
    LITERAL;
    v = a[op_arg(p)];
    if (UNLIKELY(!fits16(v) && !fits16(v = as_int(v))))
      goto range;
    if (fits8(v)) {
      w = put_le(w, (uint64_t)v, 1);
      set_sbit(w, op_b(p));
      DONE;
    }
    w = put_le(w, (uint64_t)v, 2);
    DONE;
  CASE(OP_X86_DYN): {
    LITERAL;
    uint32_t status = DASM_S_OK;
    w = x86_dyn(D->t.pool + op_x(p), a, w, &status);
    if (UNLIKELY(status != DASM_S_OK)) {
      v = status == DASM_S_RANGE_I ? a[D->t.pool[op_x(p) + XD_DISP]] : 0;
      put_fail(D, p, (int)status, v);
      return D->status;
    }
    DONE;
  }

  CASE(OP_BEGIN): /* the site was checked: there is none, nor another code */
  default:
    UNREACHABLE();
  }

range:
  put_fail(D, p, DASM_S_RANGE_I, v);
  return D->status;
no_global:
  put_fail(D, p, DASM_S_RANGE_LG, v);
  return D->status;
no_pc:
  put_fail(D, p, DASM_S_RANGE_PC, v);
  return D->status;
}

int put_nargs(struct dasm_State *D, uint32_t start)
{
  return is_ready(D, start) || may_start(D, start) ? (int)op_arg(D->t.ops + (size_t)start * TMPL_OP) : -1;
}
