/* x86_walk.c - what x86 adds to the quick walk: see walk.h and x86.h.
 *
 * An instruction with registers is emitted here if it is a legacy one and its numbers are below 16, or below 8
 * where there is more to say of them.
 */
#include "../walk.h"
#include "x86.h"

/* ---- values ---------------------------------------------------------------------- */

/* A displacement of 32 bits is behind ModRM of mod 10 already; this one is shorter: one byte, or none for a zero. ModRM
 * is `back` bytes before w. */
static ALWAYS_INLINE uint8_t *short_disp(uint8_t *w, unsigned back, bool keep, int64_t v)
{
  if (!keep && UNLIKELY(v == 0)) {
    *(w - back) ^= 0x80;
    return w;
  }
  *(w - back) ^= 0xc0;
  *w = (uint8_t)v;
  return w + 1;
}

#define DISP(name, back, keep)                \
  WALK(name)                                  \
  {                                           \
    int64_t v = *a;                           \
                                              \
    LITERAL;                                  \
    if (LIKELY(fits8(v))) {                   \
      w = short_disp(w, back, keep, v);       \
      a++;                                    \
      NEXT;                                   \
    }                                         \
    if (UNLIKELY(v != (int32_t)v))            \
      RARE;                                   \
    w = put_le(w, (uint64_t)v, 4);            \
    a++;                                      \
    NEXT;                                     \
  }
DISP(X86_DISP, 1, false)
DISP(X86_DISP_KEEP, 1, true)
DISP(X86_DISP_SIB, 2, false)
DISP(X86_DISP_SIB_KEEP, 2, true)
RARELY(X86_DISP_SCALE)

WALK(X86_ARITH)
{
  int64_t v = *a;

  LITERAL;
  if (LIKELY(fits8(v))) {
    *w = (uint8_t)v;
    w[-2] |= 2;
    w++;
    a++;
    NEXT;
  }
  if (UNLIKELY(v != (int32_t)v))
    RARE;
  w = put_le(w, (uint64_t)v, 4);
  a++;
  NEXT;
}

/* An immediate of one byte or n, which fits; `back`: see ops.def. */
static ALWAYS_INLINE uint8_t *immediate(uint8_t *w, unsigned back, unsigned n, int64_t v)
{
  if (!fits8(v))
    return put_le(w, (uint64_t)v, n);
  *w = (uint8_t)v;
  if (back)
    *(w - back) |= 2;
  return w + 1;
}

WALK(X86_IMM8_32)
{
  int64_t v = *a;

  LITERAL;
  if (UNLIKELY(v != (int32_t)v))
    RARE;
  w = immediate(w, *p++, 4, v);
  a++;
  NEXT;
}

WALK(X86_IMM8_16)
{
  int64_t v = *a;

  LITERAL;
  if (UNLIKELY(!fits16(v)))
    RARE;
  w = immediate(w, *p++, 2, v);
  a++;
  NEXT;
}

WALK(X86_SX)
{
  LITERAL;
  if (fits8((int32_t)a[*p++]))
    w[-1] |= 2;
  NEXT;
}

WALK(X86_TRAIL)
{
  LITERAL;
  if (fits8((int32_t)a[p[0]]))
    D->section->events[D->section->nevents - 1].field = p[1];
  p += 2;
  NEXT;
}

/* ---- registers ------------------------------------------------------------------- */

/* The literal ends with the opcode and `tail` bytes more: put REX before them, as the numbers
 * r, b, x want it. more: there is a second operand. imm: the immediate, which may decide on the s bit. False: one of the
 * numbers is not as usual. */
static ALWAYS_INLINE bool opcode(uint8_t **end, const uint8_t **operands, unsigned tail, uint64_t r, uint64_t b, uint64_t x,
                                 bool more, const int64_t *imm)
{
  const uint8_t *p = *operands;
  unsigned rex = p[0];
  uint64_t bytes;
  uint8_t *w;

  if (UNLIKELY((r | b | x) > (more ? 7 : 15)) || (more && (p[1] & XM_REX2)))
    return false;
  w = *end - (rex >> 4 & 3) - 1 - tail;
  rex = (rex & (XR_WRXB | XR_FORCE)) | (unsigned)(r >> 1 & 4) | (unsigned)(x >> 2 & 2) | (unsigned)(b >> 3);
  memcpy(&bytes, w, 8);
  *w = (uint8_t)(XR_FORCE | rex);
  memcpy(w + (rex != 0), &bytes, 8);
  w = *end + (rex != 0);
  if (more && (p[1] & XM_SX) && fits8((int32_t)*imm))
    *(w - tail - 1) |= 2;
  *end = w;
  *operands = p + 1 + more;
  return true;
}

/* Such an operation, which takes n arguments. ok: what else must be so of them; then `rest` puts what is behind
 * the opcode, w behind the literal. With a second operand it is another function, for that is seldom. */
#define INSN(name, tail, r, b, x, n, ok, rest)                                                                     \
  static NOINLINE int name##_more(WALK_PARAMS)                                    \
  {                                                                                                               \
    if (UNLIKELY(!(ok) || !opcode(&w, &p, tail, (uint64_t)(r), (uint64_t)(b), (uint64_t)(x), true, a + (n)))) \
      RARE;                                                                                                       \
    rest;                                                                                                         \
    a += (n);                                                                                                     \
    NEXT;                                                                                                         \
  }                                                                                                               \
  WALK(name)                                                                                                      \
  {                                                                                                               \
    TABLE_ANEW;                                                                                                   \
    LITERAL;                                                                                                      \
    if (*p & XR_MORE)                                                                                             \
      JUMP name##_more(WALK_ARGS);                                                                            \
    if (UNLIKELY(!(ok) || !opcode(&w, &p, tail, (uint64_t)(r), (uint64_t)(b), (uint64_t)(x), false, NULL)))   \
      RARE;                                                                                                       \
    rest;                                                                                                         \
    a += (n);                                                                                                     \
    NEXT;                                                                                                         \
  }

/* ModRM, which is known but for these numbers. */
#define MODRM(r, b) (unsigned)(w[-1] | ((r) & 7) << 3 | ((b) & 7))
#define PLAIN(name, r, b, n) INSN(name, 1, r, b, 0, n, true, w[-1] = (uint8_t)MODRM(r, b))
PLAIN(X86_R, a[0], 0, 1)
PLAIN(X86_B, 0, a[0], 1)
PLAIN(X86_RB, a[0], a[1], 2)
PLAIN(X86_SAME, a[0], a[0], 1)
INSN(X86_OP_B, 0, 0, a[0], 0, 1, true, w[-1] = (uint8_t)(w[-1] | (a[0] & 7)))

/* ---- memory ---------------------------------------------------------------------- */

static inline bool fits32(int64_t v)
{
  return v == (int32_t)v;
}

/* ModRM, and a SIB without an index if base 4 wants it; `modrm` is w[-1]. */
static ALWAYS_INLINE uint8_t *put_modrm(uint8_t *w, unsigned modrm)
{
  w[-1] = (uint8_t)modrm;
  *w = 0x24;
  return w + ((modrm & 7) == 4);
}

/* A base of 5 is there with a displacement only: m is ModRM, `base` has those bits. */
static ALWAYS_INLINE uint8_t *put_zero(uint8_t *w, uint8_t *m, unsigned base)
{
  if (LIKELY((base & 7) != 5 || *m >= 0x40))
    return w;
  *m |= 0x40;
  *w = 0;
  return w + 1;
}

/* The displacement v behind ModRM (at m, mod 00) and SIB. */
static ALWAYS_INLINE uint8_t *put_disp(uint8_t *w, uint8_t *m, unsigned base, int64_t v)
{
  if (UNLIKELY(!fits8(v))) {
    *m |= 0x80;
    return put_le(w, (uint64_t)v, 4);
  }
  if (UNLIKELY(v == 0) && (base & 7) != 5)
    return w;
  *m |= 0x40;
  *w = (uint8_t)v;
  return w + 1;
}

/* [base], mod as it is known; [base+arg] */
static ALWAYS_INLINE uint8_t *put_base(uint8_t *w, unsigned modrm)
{
  return put_zero(put_modrm(w, modrm), w - 1, modrm);
}

static ALWAYS_INLINE uint8_t *put_base_disp(uint8_t *w, unsigned modrm, int64_t disp)
{
  return put_disp(put_modrm(w, modrm), w - 1, modrm, disp);
}

#define MEM(name, r, b, n) INSN(name, 1, r, b, 0, n, true, w = put_base(w, MODRM(r, b)))
#define MEM_D(name, r, b, n) \
  INSN(name, 1, r, b, 0, n, fits32(a[(n) - 1]), w = put_base_disp(w, MODRM(r, b), a[(n) - 1]))
MEM(X86_MEM_B, 0, a[0], 1)
MEM(X86_MEM_RB, a[0], a[1], 2)
MEM_D(X86_MEM_R_D, a[0], 0, 2)
MEM_D(X86_MEM_B_D, 0, a[0], 2)
MEM_D(X86_MEM_RB_D, a[0], a[1], 3)

/* [base+index*scale]; index 4 is none. Returns SIB, which comes behind ModRM. */
static ALWAYS_INLINE unsigned put_sib(uint8_t *w, int64_t r, int64_t b, int64_t x)
{
  unsigned sib = (unsigned)(w[-1] | (x & 7) << 3 | (b & 7));

  w[-2] = (uint8_t)(w[-2] | 4 | (r & 7) << 3);
  w[-1] = (uint8_t)sib;
  return sib;
}

#define SIB(name, r, b, x, n) \
  INSN(name, 2, r, b, x, n, (x) != 4, w = put_zero(w, w - 2, put_sib(w, r, b, x)))
#define SIB_D(name, r, b, x, n)                               \
  INSN(name, 2, r, b, x, n, (x) != 4 && fits32(a[(n) - 1]), \
       w = put_disp(w, w - 2, put_sib(w, r, b, x), a[(n) - 1]))
SIB(X86_SIB_BX, 0, a[0], a[1], 2)
SIB(X86_SIB_RBX, a[0], a[1], a[2], 3)
SIB_D(X86_SIB_R_D, a[0], 0, 0, 2)
SIB_D(X86_SIB_BX_D, 0, a[0], a[1], 3)
SIB_D(X86_SIB_RBX_D, a[0], a[1], a[2], 4)
/* [index*scale+disp32], whose SIB has no base */
#define INDEX(name, r, x, n) INSN(name, 2, r, 0, x, n, (x) != 4, put_sib(w, r, 5, x))
INDEX(X86_INDEX_X, 0, a[0], 1)
INDEX(X86_INDEX_RX, a[0], a[1], 2)

RARELY(X86_VEX)
RARELY(X86_ANY)
