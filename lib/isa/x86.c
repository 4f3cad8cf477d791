/* x86.c - x86 instructions with dynamic registers; the block is described in x86.h.
 *
 * This runs once for each such instruction that is emitted, so it is straight-line code where
 * that is possible: a role is fetched with a mask instead of a branch, all range checks are
 * gathered in one word that is tested once, short pieces are copied as fixed-size stores and
 * the output pointer then advances by their true length. The translator uses the same function
 * for instructions without dynamic registers, so there is one x86 encoder.
 */
#include "x86.h"

#include <stddef.h>
#include <string.h>

#include "dasm.h"

#if defined(__GNUC__)
#define RARE __attribute__((cold, noinline)) static
#define NOINLINE __attribute__((noinline)) static
#define INLINE __attribute__((always_inline)) static inline
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#else
#define RARE static
#define NOINLINE static
#define INLINE static inline
#define UNLIKELY(x) (x)
#endif

/* Number for a role. Bits beyond its limit are collected in *bad. */
INLINE unsigned role(const uint8_t *block, enum x86_dyn_role r, const int64_t *args, uint64_t *bad)
{
  const uint8_t *p = block + XD_ROLE + XR_SIZE * r;
  uint64_t dynamic = (uint64_t)(int64_t)(int8_t)p[XR_DYNAMIC];
  uint64_t v = ((uint64_t)args[p[XR_ARG]] & dynamic) | p[XR_NUMBER];

  *bad |= v >> (p[XR_BITS] & 63);
  return (unsigned)v;
}

/* The index role. 4 cannot be a dynamic general register: it means "none" there. */
INLINE unsigned index_role(const uint8_t *block, const int64_t *args, uint64_t *bad)
{
  unsigned index = role(block, XDR_INDEX, args, bad);

  *bad |= index == 4 && block[XD_ROLE + XR_SIZE * XDR_INDEX + XR_DYNAMIC] && !(block[XD_FLAGS] & XDF_VSIB);
  return index;
}

/* The mask role. k0 cannot mask: it would mean all elements, and with {z}, a gather or a scatter
 * there is no such instruction. */
static unsigned mask_role(const uint8_t *block, const int64_t *args, uint64_t *bad)
{
  unsigned mask = role(block, XDR_MASK, args, bad);

  *bad |= mask == 0 && block[XD_ROLE + XR_SIZE * XDR_MASK + XR_DYNAMIC];
  return mask;
}

static inline bool fits_s8(int64_t v)
{
  return v >= -128 && v <= 127;
}

static inline void put32(unsigned char *out, uint32_t v)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  memcpy(out, &v, 4);
#else
  out[0] = (unsigned char)v;
  out[1] = (unsigned char)(v >> 8);
  out[2] = (unsigned char)(v >> 16);
  out[3] = (unsigned char)(v >> 24);
#endif
}

/* Displacement from an argument, as one byte (in units of 1 << shift) or four; sets mod. NULL: out
 * of range. */
INLINE unsigned char *put_disp(unsigned char *modrm, unsigned char *out, unsigned base, int64_t v,
                               unsigned shift)
{
  int64_t disp = (int32_t)(uint32_t)v; /* 2^31 ... 2^32-1 are bit patterns */
  int64_t unit = disp >> shift;
  bool small = (int64_t)((uint64_t)unit << shift) == disp && fits_s8(unit);

  if (UNLIKELY(v < INT32_MIN || v > UINT32_MAX))
    return NULL;
  if (disp == 0 && (base & 7) != 5)
    return out;
  *modrm |= small ? 0x40 : 0x80;
  put32(out, (uint32_t)(small ? unit : disp));
  return out + (small ? 1 : 4);
}

/* ModRM, SIB, displacement, tail. NULL: the displacement is out of range. */
INLINE unsigned char *put_modrm(const uint8_t *block, const int64_t *args, unsigned char *out,
                                unsigned mem, unsigned reg, unsigned rm, unsigned index)
{
  unsigned char *modrm = out++;
  unsigned value = block[XD_MODRM] | (reg & 7) << 3;
  bool keep;

  if (mem == XDM_REG) {
    *modrm = (unsigned char)(value | 0xc0 | (rm & 7));
  } else if (mem == XDM_FIXED) {
    *modrm = (unsigned char)value;
  } else {
    if (mem >= XDM_INDEX) {
      *modrm = (unsigned char)(value | 4);
      *out++ = (unsigned char)((block[XD_SIB] & 0xc0) | (index & 7) << 3 | (mem == XDM_NOBASE_TAIL ? 5 : rm & 7));
    } else {
      *modrm = (unsigned char)(value | (rm & 7));
      *out = 0x24; /* SIB of base 4 without an index */
      out += (rm & 7) == 4;
    }
    if (mem == XDM_BASE || mem == XDM_INDEX) {
      keep = (rm & 7) == 5;
      *modrm |= (unsigned char)(keep << 6);
      *out = 0;
      return out + keep;
    }
    if (mem == XDM_BASE_DISP || mem == XDM_INDEX_DISP)
      return put_disp(modrm, out, rm, args[block[XD_DISP]], block[XD_SIB] & 15);
  }
  memcpy(out, block + XD_TAIL, 16);
  return out + block[XD_NTAIL];
}

/* The opcode before `out` takes a short immediate if that is short. */
INLINE void set_sbit(const uint8_t *block, const int64_t *args, unsigned char *out)
{
  unsigned sx = block[XD_SX];

  if (sx && fits_s8((int32_t)(uint32_t)args[sx & 0x7f])) /* as the immediate does */
    out[-1] |= 2;
}

/* REX2 (D5): the payload has bits 4 and 3 of every number, and the map instead of the escape. */
RARE unsigned char *put_rex2(const uint8_t *block, unsigned char *out, unsigned reg, unsigned rm,
                             unsigned index)
{
  unsigned map1 = block[XD_OPC] == 0x0f && block[XD_NOPC] > 1;
  unsigned n = block[XD_NOPC] - map1;

  *out++ = 0xd5;
  *out++ = (unsigned char)(map1 << 7 | (reg >> 4 & 1) << 6 | (index >> 4 & 1) << 5 | (rm >> 4 & 1) << 4 |
                           ((block[XD_FLAGS] & XDF_REXW) ? 8 : 0) | (reg >> 3 & 1) << 2 |
                           (index >> 3 & 1) << 1 | (rm >> 3 & 1));
  memcpy(out, block + XD_OPC + map1, n);
  return out + n;
}

/* REX when needed, and the opcode. */
INLINE unsigned char *put_opcode(const uint8_t *block, unsigned char *out, unsigned reg, unsigned rm,
                                 unsigned index)
{
  unsigned rex = (reg & 8) >> 1 | (index & 8) >> 2 | (rm & 8) >> 3 | (block[XD_FLAGS] & (XDF_REX | XDF_REXW));

  *out = (unsigned char)(0x40 | rex);
  out += rex != 0;
  memcpy(out, block + XD_OPC, 4);
  return out + block[XD_NOPC];
}

/* A register in the low bits of the opcode, or an opcode without operands in fields. */
INLINE unsigned char *put_opreg(const uint8_t *block, unsigned char *out, unsigned rm)
{
  out[-1] |= (unsigned char)(rm & 7);
  if (rm == 0 && (block[XD_FLAGS] & XDF_XCHG)) {
    out[-1] = 0x87;
    *out++ = 0xc0;
  }
  memcpy(out, block + XD_TAIL, 16);
  return out + block[XD_NTAIL];
}

INLINE unsigned char *put_legacy(const uint8_t *block, const int64_t *args, unsigned char *out,
                                 uint64_t *bad)
{
  unsigned mem = block[XD_MEM];
  unsigned reg = role(block, XDR_REG, args, bad), rm = role(block, XDR_RM, args, bad);
  unsigned index = mem >= XDM_INDEX ? index_role(block, args, bad) : 0;

  if (UNLIKELY((reg | rm | index | block[XD_FLAGS]) & XDF_REX2))
    out = put_rex2(block, out, reg, rm, index);
  else
    out = put_opcode(block, out, reg, rm, index);
  set_sbit(block, args, out);
  if (mem == XDM_OPREG)
    return put_opreg(block, out, rm);
  return put_modrm(block, args, out, mem, reg, rm, index);
}

static unsigned char *put_vex(const uint8_t *block, unsigned char *out, unsigned reg, unsigned rm,
                              unsigned index, unsigned vvvv)
{
  unsigned p0 = block[XD_OPC] ^ ((reg & 8) << 4 | (index & 8) << 3 | (rm & 8) << 2);
  unsigned p1 = block[XD_OPC + 1] ^ vvvv << 3;

  if (block[XD_KIND] == XDK_VEX && (p0 & 0x7f) == 0x61 && !(p1 & 0x80) && !(block[XD_FLAGS] & XDF_VEX3)) {
    *out++ = 0xc5;
    *out++ = (unsigned char)(p1 | (p0 & 0x80));
  } else {
    *out++ = block[XD_KIND] == XDK_VEX ? 0xc4 : 0x8f;
    *out++ = (unsigned char)p0;
    *out++ = (unsigned char)p1;
  }
  *out++ = block[XD_OPC + 3];
  return out;
}

static unsigned char *put_evex(const uint8_t *block, unsigned char *out, unsigned reg, unsigned rm,
                               unsigned index, unsigned vvvv, unsigned mask)
{
  unsigned flags = block[XD_FLAGS];
  bool rmvec = (flags & XDF_RMVEC) && block[XD_MEM] == XDM_REG;
  unsigned rm4 = rm >> 4, index4 = index >> 4;
  unsigned p0 = block[XD_OPC] ^ ((reg & 8) << 4 | (index & 8) << 3 | (rm & 8) << 2 | (reg & 16));
  unsigned p1 = block[XD_OPC + 1] ^ (vvvv & 15) << 3;
  unsigned p2 = block[XD_OPC + 2] ^ ((vvvv & 16) >> 1 | mask);

  p0 ^= rmvec ? rm4 << 6 : rm4 << 3;
  if (flags & XDF_VSIB)
    p2 ^= index4 << 3;
  else
    p1 ^= index4 << 2;
  *out++ = 0x62;
  *out++ = (unsigned char)p0;
  *out++ = (unsigned char)p1;
  *out++ = (unsigned char)p2;
  *out++ = block[XD_OPC + 3];
  return out;
}

INLINE unsigned char *finish(unsigned char *out, uint64_t bad, uint32_t *status)
{
  if (UNLIKELY(bad || !out)) {
    *status = bad ? DASM_S_RANGE_VREG : DASM_S_RANGE_I;
    return NULL;
  }
  return out;
}

/* VEX, XOP, EVEX, and the register behind them in an immediate byte. */
NOINLINE unsigned char *put_vector(const uint8_t *block, const int64_t *args, unsigned char *out, uint32_t *status)
{
  uint64_t bad = 0;
  unsigned mem = block[XD_MEM];
  unsigned reg = role(block, XDR_REG, args, &bad), rm = role(block, XDR_RM, args, &bad);
  unsigned index = mem >= XDM_INDEX ? index_role(block, args, &bad) : 0;
  unsigned vvvv = role(block, XDR_VVVV, args, &bad);

  if (block[XD_KIND] == XDK_IS4) {
    *out = (unsigned char)(reg << 4 | block[XD_MODRM]);
    return finish(out + 1, bad, status);
  }
  if (block[XD_KIND] == XDK_EVEX) {
    out = put_evex(block, out, reg, rm, index, vvvv, mask_role(block, args, &bad));
    set_sbit(block, args, out);
  } else {
    out = put_vex(block, out, reg, rm, index, vvvv);
  }
  return finish(put_modrm(block, args, out, mem, reg, rm, index), bad, status);
}

/* Every form, and every error. */
NOINLINE unsigned char *put_any(const uint8_t *block, const int64_t *args, unsigned char *out, uint32_t *status)
{
  uint64_t bad = 0;

  memcpy(out, block + XD_PFX, 4);
  out += block[XD_NPFX];
  if (block[XD_KIND] != XDK_LEGACY)
    return put_vector(block, args, out, status);
  out = put_legacy(block, args, out, &bad);
  return finish(out, bad, status);
}

/* The displacement of an instruction that is complete up to its SIB. */
NOINLINE unsigned char *put_last_disp(const uint8_t *block, const int64_t *args, unsigned char *modrm, unsigned char *out,
                                      unsigned base, uint32_t *status)
{
  return finish(put_disp(modrm, out, base, args[block[XD_DISP]], block[XD_SIB] & 15), 0, status);
}

/* What most instructions are: a legacy opcode with two registers, or a register and a base with a
 * displacement. This needs no registers to be saved, and leaves the rest to put_any(). */
unsigned char *x86_dyn(const uint8_t *block, const int64_t *args, unsigned char *out, uint32_t *status)
{
  enum { PLAIN = 1 << XDM_REG | 1 << XDM_BASE_TAIL | 1 << XDM_BASE_DISP };
  unsigned mem = block[XD_MEM], reg, rm;
  unsigned char *p, *modrm;
  uint64_t bad = 0;

  if (!(PLAIN >> mem & 1) || block[XD_KIND] != XDK_LEGACY || block[XD_SX] != 0)
    return put_any(block, args, out, status);
  reg = role(block, XDR_REG, args, &bad);
  rm = role(block, XDR_RM, args, &bad);
  if (UNLIKELY(bad != 0 || ((reg | rm | block[XD_FLAGS]) & XDF_REX2)))
    return put_any(block, args, out, status);
  memcpy(out, block + XD_PFX, 4);
  modrm = put_opcode(block, out + block[XD_NPFX], reg, rm, 0);
  *modrm = (unsigned char)(block[XD_MODRM] | (reg & 7) << 3 | (rm & 7));
  p = modrm + 1;
  if (mem == XDM_REG) {
    *modrm |= 0xc0;
  } else {
    *p = 0x24; /* SIB of base 4 without an index */
    p += (rm & 7) == 4;
    if (mem == XDM_BASE_DISP)
      return put_last_disp(block, args, modrm, p, rm, status);
  }
  memcpy(p, block + XD_TAIL, 16);
  return p + block[XD_NTAIL];
}

/* ---- validation ------------------------------------------------------------------ */

static bool valid_roles(const uint8_t *block, unsigned nargs)
{
  unsigned max = block[XD_KIND] == XDK_EVEX || block[XD_KIND] == XDK_LEGACY ? 5 : 4;

  for (unsigned r = 0; r < XDR_COUNT; r++) {
    const uint8_t *p = block + XD_ROLE + XR_SIZE * r;
    unsigned most = r == XDR_MASK ? 3 : max;

    if (p[XR_BITS] < 3 || p[XR_BITS] > most || p[XR_NUMBER] >> p[XR_BITS])
      return false;
    if (p[XR_DYNAMIC] ? p[XR_DYNAMIC] != 0xff || p[XR_ARG] >= nargs || p[XR_NUMBER] : p[XR_ARG])
      return false;
  }
  return true;
}

static bool valid_opcode(const uint8_t *block)
{
  unsigned mem = block[XD_MEM];

  switch (block[XD_KIND]) {
  case XDK_LEGACY:
    return block[XD_NOPC] >= 1 && block[XD_NOPC] <= 4;
  case XDK_IS4:
    return block[XD_ROLE + XR_SIZE * XDR_REG + XR_BITS] <= 4 && block[XD_MODRM] <= 15;
  case XDK_EVEX:
    return mem != XDM_OPREG;
  default:
    return mem != XDM_OPREG && block[XD_SX] == 0;
  }
}

bool x86_dyn_valid(const uint8_t *block, unsigned len, unsigned nargs)
{
  unsigned mem, ntail;

  if (len < XD_TAIL || nargs < 1)
    return false;
  mem = block[XD_MEM];
  ntail = block[XD_NTAIL];
  if (block[XD_KIND] >= XDK_COUNT || mem >= XDM_COUNT || block[XD_NPFX] > 4 || ntail > XD_MAXTAIL ||
      len != XD_TAIL + ntail)
    return false;
  if ((mem == XDM_BASE_DISP || mem == XDM_INDEX_DISP) && block[XD_DISP] >= nargs)
    return false;
  if (block[XD_SX] && (!(block[XD_SX] & 0x80) || (block[XD_SX] & 0x7f) >= nargs))
    return false;
  if ((block[XD_SIB] & 15) > 6)
    return false;
  return valid_roles(block, nargs) && valid_opcode(block);
}
