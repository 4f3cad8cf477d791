/* x86_encode.c - the x86 encoder, and how instructions with registers are written into records; see x86.h.
 *
 * It is part of both libraries: the translator encodes what it knows as a whole with the same function that
 * a put uses, and writes the records that a put reads.
 */
#include "x86.h"

#include <string.h>

static inline bool fits8(int64_t v)
{
  return v >= -128 && v <= 127;
}

static void put32(uint8_t *out, uint32_t v)
{
  out[0] = (uint8_t)v;
  out[1] = (uint8_t)(v >> 8);
  out[2] = (uint8_t)(v >> 16);
  out[3] = (uint8_t)(v >> 24);
}

/* ---- the encoder ----------------------------------------------------------------- */

uint8_t *x86_disp(uint8_t *modrm, uint8_t *out, unsigned base, int32_t disp, unsigned shift)
{
  int32_t unit = disp >> shift;

  if (disp == 0 && (base & 7) != 5)
    return out;
  if (((uint32_t)disp & ((1u << shift) - 1)) == 0 && fits8(unit)) {
    *modrm |= 0x40;
    *out = (uint8_t)unit;
    return out + 1;
  }
  *modrm |= 0x80;
  put32(out, (uint32_t)disp);
  return out + 4;
}

static uint8_t *put_modrm(const struct x86_insn *i, int64_t disp, uint8_t *out)
{
  unsigned base = i->number[X86_BASE], known = i->modrm;
  uint8_t *modrm = out++;

  *modrm = (uint8_t)(known | (i->number[X86_REG] & 7u) << 3);
  if (i->mem >= X86_SIB) {
    *modrm |= 4;
    *out = (uint8_t)(i->sib | (i->number[X86_INDEX] & 7) << 3);
    base |= *out & 7u;
    *out++ |= (uint8_t)(i->mem == X86_NOBASE ? 5 : base & 7);
  } else {
    *modrm |= (uint8_t)(base & 7);
    base = *modrm;
    if (i->mem >= X86_MEM && (base & 7) == 4)
      *out++ = 0x24; /* SIB of base 4 without an index */
  }
  if (i->mem == X86_MEM_D || i->mem == X86_SIB_D)
    return x86_disp(modrm, out, base, (int32_t)(uint32_t)disp, i->shift);
  if ((i->mem == X86_MEM || i->mem == X86_SIB) && known < 0x40 && (base & 7) == 5) {
    *modrm |= 0x40;
    *out++ = 0;
  }
  return out;
}

/* REX2 (D5): the payload has bits 4 and 3 of every number, and the map instead of the escape. */
static uint8_t *put_rex2(const struct x86_insn *i, uint8_t *out, unsigned reg, unsigned rm, unsigned index)
{
  unsigned map1 = i->opc[0] == 0x0f && i->nopc > 1, n = i->nopc - map1;

  *out++ = 0xd5;
  *out++ = (uint8_t)(map1 << 7 | (reg >> 4 & 1) << 6 | (index >> 4 & 1) << 5 | (rm >> 4 & 1) << 4 |
                     (i->flags & X86F_REXW) | (reg >> 3 & 1) << 2 | (index >> 3 & 1) << 1 | (rm >> 3 & 1));
  memcpy(out, i->opc + map1, n);
  return out + n;
}

/* REX when needed, and the opcode. */
static uint8_t *put_legacy(const struct x86_insn *i, uint8_t *out)
{
  unsigned reg = i->number[X86_REG], rm = i->number[X86_BASE], index = i->number[X86_INDEX];
  unsigned rex = (reg & 8) >> 1 | (index & 8) >> 2 | (rm & 8) >> 3 | (i->flags & (X86F_REX | X86F_REXW));

  if ((reg | rm | index | i->flags) & X86F_REX2)
    return put_rex2(i, out, reg, rm, index);
  *out = (uint8_t)(0x40 | rex);
  out += rex != 0;
  memcpy(out, i->opc, 4);
  return out + i->nopc;
}

/* A register in the low bits of the opcode, or an opcode without operands in fields. */
static uint8_t *put_opreg(const struct x86_insn *i, uint8_t *out)
{
  out[-1] |= (uint8_t)(i->number[X86_BASE] & 7);
  if (i->number[X86_BASE] == 0 && (i->flags & X86F_XCHG)) {
    out[-1] = 0x87;
    *out++ = 0xc0;
  }
  return out;
}

static uint8_t *put_vex(const struct x86_insn *i, uint8_t *out)
{
  unsigned reg = i->number[X86_REG], rm = i->number[X86_BASE], index = i->number[X86_INDEX];
  unsigned p0 = i->opc[0] ^ ((reg & 8) << 4 | (index & 8) << 3 | (rm & 8) << 2);
  unsigned p1 = i->opc[1] ^ (unsigned)i->number[X86_VVVV] << 3;

  if (i->kind == X86_VEX && (p0 & 0x7f) == 0x61 && !(p1 & 0x80) && !(i->flags & X86F_VEX3)) {
    *out++ = 0xc5;
    *out++ = (uint8_t)(p1 | (p0 & 0x80));
  } else {
    *out++ = i->kind == X86_VEX ? 0xc4 : 0x8f;
    *out++ = (uint8_t)p0;
    *out++ = (uint8_t)p1;
  }
  *out++ = i->opc[3];
  return out;
}

static uint8_t *put_evex(const struct x86_insn *i, uint8_t *out)
{
  unsigned reg = i->number[X86_REG], rm = i->number[X86_BASE], index = i->number[X86_INDEX], vvvv = i->number[X86_VVVV];
  bool rmvec = (i->flags & X86F_RMVEC) && i->mem == X86_MODRM;
  unsigned p0 = i->opc[0] ^ ((reg & 8) << 4 | (index & 8) << 3 | (rm & 8) << 2 | (reg & 16));
  unsigned p1 = i->opc[1] ^ (vvvv & 15) << 3;
  unsigned p2 = i->opc[2] ^ ((vvvv & 16) >> 1 | i->number[X86_MASK]);

  p0 ^= rmvec ? rm >> 4 << 6 : rm >> 4 << 3;
  if (i->flags & X86F_VSIB)
    p2 ^= index >> 4 << 3;
  else
    p1 ^= index >> 4 << 2;
  *out++ = 0x62;
  *out++ = (uint8_t)p0;
  *out++ = (uint8_t)p1;
  *out++ = (uint8_t)p2;
  *out++ = i->opc[3];
  return out;
}

uint8_t *x86_encode(const struct x86_insn *i, int64_t disp, uint8_t *out, uint8_t **opcode)
{
  switch (i->kind) {
  case X86_LEGACY: out = put_legacy(i, out); break;
  case X86_EVEX: out = put_evex(i, out); break;
  case X86_IS4:
    *out = (uint8_t)(i->number[X86_REG] << 4 | i->modrm);
    return *opcode = out + 1;
  default: out = put_vex(i, out);
  }
  if (i->sbit)
    out[-1] |= 2;
  *opcode = out;
  return i->mem == X86_OPREG ? put_opreg(i, out) : put_modrm(i, disp, out);
}

/* ---- records --------------------------------------------------------------------- */

_Static_assert(sizeof x86_shapes / sizeof *x86_shapes == OP_X86_INDEX_RX - OP_X86_R + 1, "one for each");

size_t x86_write_any(uint8_t *out, const struct x86_insn *i, unsigned numbers, const uint8_t *bits, bool sx)
{
  unsigned limits = 0, k;
  uint8_t *p = out;

  for (k = 0; k < X86_ROLES; k++)
    limits |= (numbers >> k & 1 ? bits[k] - 3u : 0) << 2 * k;
  *p++ = (uint8_t)(i->kind | i->mem << 3);
  *p++ = (uint8_t)numbers;
  *p++ = i->flags;
  *p++ = (uint8_t)limits;
  *p++ = (uint8_t)(limits >> 8);
  *p++ = (uint8_t)(sx | i->shift << 1);
  memcpy(p, i->number, X86_ROLES);
  memcpy(p + X86_ROLES, i->opc, 4);
  p += X86_ROLES + 4;
  *p++ = i->nopc;
  *p++ = i->modrm;
  *p++ = i->sib;
  return (size_t)(p - out);
}

/* The limits of XM_LIMITS, and whether some are not the usual ones. */
static bool limits(unsigned numbers, const uint8_t *bits, unsigned *more)
{
  unsigned k;

  *more = 0;
  for (k = 0; k <= X86_INDEX; k++)
    *more |= (numbers >> k & 1 ? bits[k] - 3u : 1u) << 2 * k;
  return *more != 0x15;
}

static uint8_t *write_modrm(uint8_t *p, const struct x86_insn *i)
{
  unsigned base = i->number[X86_BASE] & 7;

  if (i->mem == X86_OPREG)
    return p;
  *p++ = (uint8_t)(i->modrm | (i->number[X86_REG] & 7u) << 3 | (i->mem < X86_SIB ? base : 0));
  if (i->mem >= X86_SIB)
    *p++ = (uint8_t)(i->sib | (i->number[X86_INDEX] & 7u) << 3 | base);
  return p;
}

static uint8_t *write_legacy(uint8_t *out, uint8_t **tail, const struct x86_insn *i, unsigned numbers, const uint8_t *bits, bool sx)
{
  const uint8_t *n = i->number;
  unsigned more;
  bool odd = limits(numbers, bits, &more);
  uint8_t *p = out;

  more |= (sx ? XM_SX : 0u) | (i->flags & X86F_REX2 ? XM_REX2 : 0u);
  odd |= more > XM_LIMITS;
  *p++ = (uint8_t)((i->flags & (X86F_REX | X86F_REXW)) | (i->nopc - 1) << 4 | (odd ? XR_MORE : 0) |
                   (n[X86_REG] & 8) >> 1 | (n[X86_INDEX] & 8) >> 2 | (n[X86_BASE] & 8) >> 3);
  if (odd)
    *p++ = (uint8_t)more;
  memcpy(*tail, i->opc, i->nopc);
  *tail = write_modrm(*tail + i->nopc, i);
  return p;
}

static uint8_t *write_vex(uint8_t *out, uint8_t **tail, const struct x86_insn *i, unsigned numbers)
{
  const uint8_t *n = i->number;
  uint8_t *p = *tail;

  *out++ = (uint8_t)(i->mem | numbers << 4);
  *p++ = (uint8_t)(i->opc[0] ^ ((n[X86_REG] & 8) << 4 | (n[X86_INDEX] & 8) << 3 | (n[X86_BASE] & 8) << 2));
  *p++ = (uint8_t)(i->opc[1] ^ n[X86_VVVV] << 3);
  *p++ = i->opc[3];
  *tail = write_modrm(p, i);
  return out;
}

/* A legacy instruction that an operation of its own is for; OP_COUNT: there is none. */
static enum op legacy_op(const struct x86_insn *i, unsigned numbers)
{
  unsigned high = i->number[X86_REG] | i->number[X86_BASE] | i->number[X86_INDEX], k;

  if (i->kind != X86_LEGACY || high > 15 || (i->flags & ~(X86F_REX | X86F_REXW | X86F_REX2)) || i->shift)
    return OP_COUNT;
  for (k = 0; k < sizeof x86_shapes / sizeof *x86_shapes; k++)
    if (x86_shapes[k].mem == i->mem && x86_shapes[k].numbers == numbers && x86_shapes[k].same == i->same)
      return (enum op)(OP_X86_R + k);
  return OP_COUNT;
}

static bool is_plain_vex(const struct x86_insn *i, unsigned numbers, const uint8_t *bits)
{
  unsigned k;

  for (k = 0; k <= X86_VVVV; k++)
    if (numbers >> k & 1 && bits[k] != 4)
      return false;
  return i->kind == X86_VEX && i->flags == 0 && numbers < 16;
}

enum op x86_write(uint8_t **out, uint8_t **tail, const struct x86_insn *i, unsigned numbers, const uint8_t *bits, bool sx)
{
  enum op op = legacy_op(i, numbers);

  if (op != OP_COUNT) {
    *out = write_legacy(*out, tail, i, numbers, bits, sx);
    return op;
  }
  if (is_plain_vex(i, numbers, bits)) {
    *out = write_vex(*out, tail, i, numbers);
    return OP_X86_VEX;
  }
  *out += x86_write_any(*out, i, numbers, bits, sx);
  return OP_X86_ANY;
}
