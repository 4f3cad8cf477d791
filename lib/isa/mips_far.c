/* mips_far.c - MIPS: branches and calls that do not reach. See mips.h.
 *
 * A stub loads the address into t9 ($25), where functions of C expect their own, and jumps there. A branch with a slot grows
 * in front of it:
 *
 *   beq a, b, label           bne a, b, 1f
 *   slot                      nop
 *                             j label
 *                          1: slot
 */
#include "mips.h"

enum { NOP = 0, J = 0x08000000, JAL = 0x0c000000, B = 0x10000000, BC = (int)0xc8000000, LUI_T9 = 0x3c190000, ORI_T9 = 0x37390000,
       DSLL_T9_16 = 0x0019cc38, JALR_0_T9 = 0x03200009 };

static uint32_t part(uint64_t address, unsigned i)
{
  return (uint32_t)(address >> 16 * i) & 0xffff;
}

static void stub32(uint8_t *w, uint64_t address, const uint8_t *list)
{
  far_put(list, w, LUI_T9 | part(address, 1), 4);
  far_put(list, w + 4, ORI_T9 | part(address, 0), 4);
  far_put(list, w + 8, JALR_0_T9, 4);
  far_put(list, w + 12, NOP, 4);
}

static void stub64(uint8_t *w, uint64_t address, const uint8_t *list)
{
  far_put(list, w, LUI_T9 | part(address, 3), 4);
  far_put(list, w + 4, ORI_T9 | part(address, 2), 4);
  far_put(list, w + 8, DSLL_T9_16, 4);
  far_put(list, w + 12, ORI_T9 | part(address, 1), 4);
  far_put(list, w + 16, DSLL_T9_16, 4);
  far_put(list, w + 20, ORI_T9 | part(address, 0), 4);
  far_put(list, w + 24, JALR_0_T9, 4);
  far_put(list, w + 28, NOP, 4);
}

/* What makes the opposite of a branch, what else is cleared (bits that make it likely), and the words that it goes over. */
static const struct {
  uint32_t flip, clear;
  uint8_t over;
} branches[] = {
  [MIPS_ESCAPE_26] = {1u << 26, 0, 2},
  [MIPS_ESCAPE_16] = {1u << 16, 0, 2},
  [MIPS_ESCAPE_23] = {1u << 23, 0, 2},
  [MIPS_ESCAPE_29] = {1u << 29, 0, 2},
  [MIPS_ESCAPE_LIKELY_26] = {1u << 26, 1u << 30, 3},
  [MIPS_ESCAPE_LIKELY_16] = {1u << 16, 1u << 17, 3},
  [MIPS_ESCAPE_COMPACT_26] = {1u << 26, 0, 2},
  [MIPS_ESCAPE_COMPACT_29] = {1u << 29, 0, 2},
  [MIPS_ESCAPE_COMPACT_30] = {1u << 30, 0, 2},
};

static void grow(uint8_t *end, unsigned way, const uint8_t *list)
{
  uint32_t v = far_get(list, end - 4, 4);

  if (way == MIPS_ESCAPE_ALWAYS) {
    far_put(list, end - 4, NOP, 4);
    far_put(list, end, v >> 26 == 1 ? JAL : J, 4);
    return;
  }
  far_put(list, end - 4, ((v ^ branches[way].flip) & ~branches[way].clear) | branches[way].over, 4);
  far_put(list, end, NOP, 4);
  far_put(list, end + 4, way >= MIPS_ESCAPE_COMPACT_26 ? (uint32_t)BC : J, 4);
}

/* n is less than 128 KiB: a pool within code has what 128 KiB of code refer to. */
static void over(uint8_t *w, uint32_t n, const uint8_t *list)
{
  far_put(list, w, B | (n / 4 + 1), 4);
  far_put(list, w + 4, NOP, 4);
}

static const uint8_t j[LIST_FIELD] = {
  [FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_UNSIGNED, [FIELD_ORIGIN] = ORIGIN_REGION, [FIELD_AHEAD] = 4, [FIELD_SHIFT] = 2,
  [FIELD_BITS] = 26, [FIELD_ESCAPE] = MIPS_ESCAPE_JUMP};
static const uint8_t bc[LIST_FIELD] = {
  [FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_END, [FIELD_SHIFT] = 2, [FIELD_BITS] = 26,
  [FIELD_ESCAPE] = MIPS_ESCAPE_JUMP};

static const struct far_way ways[] = {
  [MIPS_ESCAPE_JUMP - 1] = {0, NULL},
  [MIPS_ESCAPE_ALWAYS - 1] = {4, j},
  [MIPS_ESCAPE_26 - 1] = {8, j},
  [MIPS_ESCAPE_16 - 1] = {8, j},
  [MIPS_ESCAPE_23 - 1] = {8, j},
  [MIPS_ESCAPE_29 - 1] = {8, j},
  [MIPS_ESCAPE_LIKELY_26 - 1] = {8, j},
  [MIPS_ESCAPE_LIKELY_16 - 1] = {8, j},
  [MIPS_ESCAPE_COMPACT_26 - 1] = {8, bc},
  [MIPS_ESCAPE_COMPACT_29 - 1] = {8, bc},
  [MIPS_ESCAPE_COMPACT_30 - 1] = {8, bc},
};

#define FAR .ways = ways, .nways = MIPS_ESCAPES, .over_size = 8, .trap_size = 4, .trap = 0x0000000d /* break */, .grow = grow, .over = over
const struct isa_far mips_far = {.stub_size = 16, .stub = stub32, FAR};
const struct isa_far mips64_far = {.stub_size = 32, .stub = stub64, FAR};
