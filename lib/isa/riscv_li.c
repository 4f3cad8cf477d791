/* riscv_li.c - any number into a register: see riscv.h.
 *
 * 32 bits are lui, which has the upper 20, and addi, whose 12 bits have a sign: so the upper part is rounded. Of a larger
 * number the low 12 bits come last, and what is above them is loaded first, without its zeros, and shifted. So
 * 0x123450abc is 0x123451 * 0x1000 - 0x544: lui 0x123, addiw 0x451, slli 12, addi -0x544.
 */
#include "riscv.h"

enum { ADDI = 0x13, ADDIW = 0x1b, SLLI = 0x1013, LUI = 0x37 };

static uint32_t immediate(uint32_t opcode, unsigned rd, unsigned rs1, uint32_t imm)
{
  return opcode | rd << 7 | rs1 << 15 | imm << 20;
}

static bool fits32(int64_t v)
{
  return v >= INT32_MIN && v <= INT32_MAX;
}

/* Bits 0 to 11 with their sign. */
static int64_t low12(int64_t v)
{
  return (int64_t)((((uint64_t)v & 0xfff) ^ 0x800) - 0x800);
}

static unsigned load32(bool rv64, unsigned rd, int64_t v, uint32_t *insn)
{
  int64_t low = low12(v);
  uint32_t high = (uint32_t)(v - low);
  unsigned n = 0;

  if (high != 0)
    insn[n++] = LUI | rd << 7 | high;
  if (low != 0 || high == 0)
    insn[n++] = immediate(rv64 ? ADDIW : ADDI, rd, high ? rd : 0, (uint32_t)low & 0xfff);
  return n;
}

/* The number is taken apart from its end, so the steps are noted first. */
static unsigned load(bool rv64, unsigned rd, int64_t v, uint32_t *insn)
{
  struct {
    uint8_t shift;
    int16_t low;
  } step[RISCV_LI_MOST];
  unsigned nsteps = 0, n;

  while (rv64 && !fits32(v)) {
    int64_t low = low12(v);
    uint64_t high = (uint64_t)v - (uint64_t)low;
    unsigned shift = 12;

    while (!(high >> shift & 1))
      shift++;
    step[nsteps].low = (int16_t)low;
    step[nsteps++].shift = (uint8_t)shift;
    v = (int64_t)(high >> shift | (high >> 63 ? ~(UINT64_MAX >> shift) : 0));
  }
  n = load32(rv64, rd, v, insn);
  while (nsteps-- > 0) {
    insn[n++] = immediate(SLLI, rd, rd, step[nsteps].shift);
    if (step[nsteps].low != 0)
      insn[n++] = immediate(ADDI, rd, rd, (uint32_t)step[nsteps].low & 0xfff);
  }
  return n;
}

unsigned riscv_li(bool rv64, unsigned rd, int64_t v, uint32_t insn[RISCV_LI_MOST])
{
  if (!rv64)
    v = (int32_t)(uint32_t)(uint64_t)v;
  if (v >= -2048 && v <= 2047) {
    insn[0] = immediate(ADDI, rd, 0, (uint32_t)v & 0xfff);
    return 1;
  }
  return load(rv64, rd, v, insn);
}
