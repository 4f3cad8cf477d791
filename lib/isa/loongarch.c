/* loongarch.c - LoongArch: branches and calls that do not reach. See loongarch.h.
 *
 * A stub has the address behind it, and goes there through t8, which a call may change.
 */
#include "loongarch.h"

enum {
  PCADDI_T8_0 = 0x18000014,
  LD_D_T8_T8_16 = 0x28c04294,
  JR_T8 = 0x4c000280,
  NOP = 0x03400000,
  B = 0x50000000,
  OVER = 2 << 10 /* to the second instruction behind this one: its distance, in instructions */
};

/* What makes the opposite: beq and bne, blt and bge, bltu and bgeu, beqz and bnez; bceqz and bcnez. */
enum { OPPOSITE_BRANCH = 1 << 26, OPPOSITE_FLAG = 1 << 8 };

static void stub(uint8_t *w, uint64_t address, const uint8_t *list)
{
  far_put(list, w, PCADDI_T8_0, 4);
  far_put(list, w + 4, LD_D_T8_T8_16, 4);
  far_put(list, w + 8, JR_T8, 4);
  far_put(list, w + 12, NOP, 4);
  far_put(list, w + 16, address, 8);
}

static void grow(uint8_t *end, unsigned way, const uint8_t *list)
{
  uint32_t opposite = way == LOONGARCH_ESCAPE_FLAG ? OPPOSITE_FLAG : OPPOSITE_BRANCH;

  far_put(list, end - 4, (far_get(list, end - 4, 4) ^ opposite) | OVER, 4);
  far_put(list, end, B, 4);
}

static const uint8_t b_label[LIST_FIELD] = {
  [FIELD_UNIT] = 4,
  [FIELD_FLAGS] = FIELD_SIGNED,
  [FIELD_ORIGIN] = ORIGIN_START,
  [FIELD_SHIFT] = 2,
  [FIELD_BITS] = 26,
  [FIELD_PIECES] = 2,
  FIELD_PIECE_AT(0, 0, 10, 16),
  FIELD_PIECE_AT(1, 16, 0, 10),
  [FIELD_ESCAPE] = LOONGARCH_ESCAPE_JUMP,
};

static void over(uint8_t *w, uint32_t n, const uint8_t *list)
{
  far_put(list, w, B | field_place(b_label, (n + 4) / 4), 4);
}

static const struct far_way ways[] = {
  [LOONGARCH_ESCAPE_JUMP - 1] = { 0, NULL },
  [LOONGARCH_ESCAPE_BRANCH - 1] = { 4, b_label },
  [LOONGARCH_ESCAPE_FLAG - 1] = { 4, b_label },
};

const struct isa_far loongarch_far = {
  .ways = ways,
  .nways = LOONGARCH_ESCAPES,
  .stub_size = 24,
  .over_size = 4,
  .trap_size = 4,
  .trap = 0,
  .grow = grow,
  .stub = stub,
  .over = over,
};
