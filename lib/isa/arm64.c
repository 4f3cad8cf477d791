/* arm64.c - AArch64: branches and calls that do not reach. See arm64.h.
 *
 * A stub loads the address behind it into x16, which linkers use for that, too, and jumps there.
 */
#include "arm64.h"

enum { NOP = 0xd503201f, LDR_X16_8 = 0x58000050, BR_X16 = 0xd61f0200, B = 0x14000000, OVER = 2 << 5 /* two words on */ };

static void stub(uint8_t *w, uint64_t address, const uint8_t *list)
{
  far_put(list, w, LDR_X16_8, 4);
  far_put(list, w + 4, BR_X16, 4);
  far_put(list, w + 8, address, 8);
}

/* The opposite of a condition differs in bit 0, that of a test in bit 24. Always has none. */
static void grow(uint8_t *end, unsigned way, const uint8_t *list)
{
  uint32_t v = far_get(list, end - 4, 4) ^ (way == ARM64_ESCAPE_TEST ? 1u << 24 : 1u);

  if (way == ARM64_ESCAPE_CONDITION && (v & 14) == 14)
    v = NOP;
  else
    v |= OVER;
  far_put(list, end - 4, v, 4);
  far_put(list, end, B, 4);
}

static void over(uint8_t *w, uint32_t n, const uint8_t *list)
{
  far_put(list, w, B | (n + 4) / 4, 4);
}

static const uint8_t b[LIST_FIELD] = {
  [FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_SHIFT] = 2, [FIELD_BITS] = 26,
  [FIELD_ESCAPE] = ARM64_ESCAPE_JUMP};
static const struct far_way ways[] = {
  [ARM64_ESCAPE_JUMP - 1] = {0, NULL}, [ARM64_ESCAPE_CONDITION - 1] = {4, b}, [ARM64_ESCAPE_TEST - 1] = {4, b}};

const struct isa_far arm64_far = {.ways = ways, .nways = ARM64_ESCAPES, .stub_size = 16, .over_size = 4, .trap_size = 4, .trap = 0,
                                  .grow = grow, .stub = stub, .over = over};
