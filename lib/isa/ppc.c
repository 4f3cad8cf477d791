/* ppc.c - PowerPC: branches and calls that do not reach. See ppc.h.
 *
 * A stub loads the address into r12, where ELFv2 wants that of a called function, and goes there
 * through CTR; a call may change both.
 */
#include "ppc.h"

enum {
  LIS_R12 = 0x3d800000,
  ORI_R12 = 0x618c0000,
  ORIS_R12 = 0x658c0000,
  SLDI_R12_32 = 0x798c07c6,
  MTCTR_R12 = 0x7d8903a6,
  BCTR = 0x4e800420,
  B = 0x48000000,
  LK = 1,
  OVER = 8 /* the distance to the second instruction behind this one */
};

/* Bits of BO, in their places. */
enum {
  ANY_CONDITION = 0x10 << 21, /* the condition does not count, */
  IF_TRUE = 8 << 21,          /* or must be so; without it: false */
  KEEPS_CTR = 4 << 21,        /* CTR does not count, */
  IF_ZERO = 2 << 21,          /* or must be 0; without it: not 0 */
  CONDITION_HINT = 2 << 21,   /* with KEEPS_CTR, or */
  CTR_HINT = 8 << 21,         /* with ANY_CONDITION: the lowest bit is a hint, */
  TAKEN = 1 << 21             /* that it is taken; without it: that it is not */
};

static void stub32(uint8_t *w, uint64_t address, const uint8_t *list)
{
  far_put(list, w, LIS_R12 | (address >> 16 & 0xffff), 4);
  far_put(list, w + 4, ORI_R12 | (address & 0xffff), 4);
  far_put(list, w + 8, MTCTR_R12, 4);
  far_put(list, w + 12, BCTR, 4);
}

static void stub64(uint8_t *w, uint64_t address, const uint8_t *list)
{
  far_put(list, w, LIS_R12 | (address >> 48 & 0xffff), 4);
  far_put(list, w + 4, ORI_R12 | (address >> 32 & 0xffff), 4);
  far_put(list, w + 8, SLDI_R12_32, 4);
  far_put(list, w + 12, ORIS_R12 | (address >> 16 & 0xffff), 4);
  far_put(list, w + 16, ORI_R12 | (address & 0xffff), 4);
  far_put(list, w + 20, MTCTR_R12, 4);
  far_put(list, w + 24, BCTR, 4);
  far_put(list, w + 28, 0, 4);
}

/* The branch that goes where this one does not. A hint says the contrary then. */
static uint32_t opposite(uint32_t v)
{
  bool by_condition = (v & KEEPS_CTR) != 0;

  if (v & (by_condition ? CONDITION_HINT : CTR_HINT))
    v ^= TAKEN;
  return v ^ (by_condition ? IF_TRUE : IF_ZERO);
}

static void grow(uint8_t *end, unsigned way, const uint8_t *list)
{
  uint32_t v = far_get(list, end - 4, 4), b = B | (v & LK);

  v &= ~(uint32_t)LK;
  if (way == PPC_ESCAPE_CONDITION)
    v = opposite(v);
  far_put(list, end - 4, v | OVER, 4);
  if (way == PPC_ESCAPE_ANY) {
    far_put(list, end, B | OVER, 4);
    end += 4;
  }
  far_put(list, end, b, 4);
}

static void over(uint8_t *w, uint32_t n, const uint8_t *list)
{
  far_put(list, w, B | (n + 4), 4);
}

static const uint8_t b_label[LIST_FIELD] = {
  [FIELD_UNIT] = 4,
  [FIELD_FLAGS] = FIELD_SIGNED,
  [FIELD_ORIGIN] = ORIGIN_START,
  [FIELD_SHIFT] = 2,
  [FIELD_BITS] = 24,
  [FIELD_TO] = 2,
  [FIELD_ESCAPE] = PPC_ESCAPE_JUMP,
};
static const struct far_way ways[] = {
  [PPC_ESCAPE_JUMP - 1] = { 0, NULL },
  [PPC_ESCAPE_CONDITION - 1] = { 4, b_label },
  [PPC_ESCAPE_ANY - 1] = { 8, b_label },
};

#define PPC_FAR                                                                                    \
  .ways = ways, .nways = PPC_ESCAPES, .over_size = 4, .trap_size = 4, .trap = 0, .grow = grow,  \
  .over = over

const struct isa_far ppc_far = { PPC_FAR, .stub_size = 16, .stub = stub32 };
const struct isa_far ppc64_far = { PPC_FAR, .stub_size = 32, .stub = stub64 };
