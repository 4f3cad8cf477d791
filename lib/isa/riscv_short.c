/* riscv_short.c - RISC-V: branches that are compressed when they reach. See riscv.h. */
#include "riscv.h"

static unsigned get_half(const uint8_t *w)
{
  return w[0] | (unsigned)w[1] << 8;
}

static void put_half(uint8_t *w, unsigned v)
{
  w[0] = (uint8_t)v;
  w[1] = (uint8_t)(v >> 8);
}

/* Bits of v from bit `from` on, at bit `to`. */
static unsigned part(unsigned v, unsigned from, unsigned count, unsigned to)
{
  return (v >> from & ((1u << count) - 1)) << to;
}

/* The compressed form begins where the other one does: a label ahead of it comes 2 bytes nearer. */
bool riscv_shortens(int64_t d, unsigned how)
{
  int64_t reach = how == RISCV_WIDEN_JUMP ? 2048 : 256, from_start = d >= 0 ? d + 2 : d + 4;

  return from_start >= -reach && from_start < reach;
}

/* c.j and c.jal: imm[11|4|9:8|10|6|7|3:1|5] in bits 12 to 2; c.beqz, c.bnez: imm[8|4:3] in 12 to 10, imm[7:6|2:1|5] in 6 to 2. */
void riscv_narrow(uint8_t *end, int32_t distance)
{
  unsigned v = (unsigned)(distance + 2), h = get_half(end - 2);

  if (h >> 14 == 3)
    h |= part(v, 8, 1, 12) | part(v, 3, 2, 10) | part(v, 6, 2, 5) | part(v, 1, 2, 3) | part(v, 5, 1, 2);
  else
    h |= part(v, 11, 1, 12) | part(v, 4, 1, 11) | part(v, 8, 2, 9) | part(v, 10, 1, 8) | part(v, 6, 1, 7) | part(v, 7, 1, 6) |
         part(v, 1, 3, 3) | part(v, 5, 1, 2);
  put_half(end - 2, h);
}

/* Bits 15 to 13: 101 c.j, 001 c.jal, 110 c.beqz, 111 c.bnez, whose register is in bits 9 to 7. */
uint8_t *riscv_widen(uint8_t *end, unsigned how)
{
  unsigned h = get_half(end - 2), reg = 8 + part(h, 7, 3, 0);

  (void)how;
  if (h >> 14 == 3) {
    put_half(end - 2, h >> 13 == 7 ? 0x1063 | part(reg, 0, 1, 15) : 0x0063 | part(reg, 0, 1, 15));
    put_half(end, reg >> 1);
  } else {
    put_half(end - 2, h >> 13 == 5 ? 0x006f : 0x00ef);
    put_half(end, 0);
  }
  return end + 2;
}
