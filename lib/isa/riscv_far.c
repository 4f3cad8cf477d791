/* riscv_far.c - RISC-V: branches and calls that do not reach. See riscv.h; words are little-endian.
 *
 * A stub loads the address behind it into t3, as the stubs of the PLT do, and jumps there.
 */
#include "riscv.h"

#include "../field.h"

static void put_word(uint8_t *w, uint64_t v, unsigned n)
{
  unsigned i;

  for (i = 0; i < n; i++)
    w[i] = (uint8_t)(v >> 8 * i);
}

void riscv_stub(uint8_t *w, size_t n, const uint8_t *list, const uint64_t *address)
{
  bool is64 = list[LIST_AT_ISA] == ISA_RISCV64;

  memset(w, 0, n); /* no instruction */
  if (!address)
    return;
  put_word(w, 0x00000e17, 4);                           /* auipc t3, 0 */
  put_word(w + 4, is64 ? 0x010e3e03 : 0x010e2e03, 4);   /* ld t3, 16(t3); lw */
  put_word(w + 8, 0x000e0067, 4);                       /* jr t3 */
  put_word(w + 16, *address, is64 ? 8 : 4);
}

unsigned riscv_grows(unsigned how)
{
  return how == RISCV_ESCAPE_BRANCH ? 4 : 0;
}

/* beq, bne; blt, bge; bltu, bgeu: bit 12 makes the opposite. It goes over the jal: imm = 8. */
const uint8_t *riscv_grow(uint8_t *end, unsigned how, const uint8_t *list)
{
  static const uint8_t jal[LIST_FIELD] = {
    [FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_SHIFT] = 1, [FIELD_BITS] = 20,
    [FIELD_PIECES] = 4, FIELD_PIECE_AT(0, 19, 31, 1), FIELD_PIECE_AT(1, 0, 21, 10), FIELD_PIECE_AT(2, 10, 20, 1),
    FIELD_PIECE_AT(3, 11, 12, 8), [FIELD_ESCAPE] = RISCV_ESCAPE_JUMP};

  (void)how, (void)list;
  end[-3] ^= 0x10;
  end[-3] |= 0x04;             /* imm[4:1] is in bits 11:8: 8 is 0100 there */
  put_word(end, 0x0000006f, 4); /* jal x0 */
  return jal;
}
