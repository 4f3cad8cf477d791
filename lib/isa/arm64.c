/* arm64.c - AArch64: branches and calls that do not reach. See arm64.h.
 *
 * A stub loads the address behind it into x16, which linkers use for that, too, and jumps there.
 */
#include "arm64.h"

#include "../field.h"

enum { NOP = 0xd503201f, LDR_X16_8 = 0x58000050, BR_X16 = 0xd61f0200, B = 0x14000000, OVER = 2 << 5 /* two words on */ };

/* n bytes in the list's order. */
static void put_number(const uint8_t *list, uint8_t *w, uint64_t v, unsigned n)
{
  unsigned i;

  for (i = 0; i < n; i++)
    w[list[LIST_AT_ORDER] == ORDER_BIG ? n - 1 - i : i] = (uint8_t)(v >> 8 * i);
}

static uint32_t word_at(const uint8_t *list, const uint8_t *w)
{
  uint32_t v = list_u32(w);

  return list[LIST_AT_ORDER] == ORDER_BIG ? v >> 24 | (v >> 8 & 0xff00) | (v & 0xff00) << 8 | v << 24 : v;
}

void arm64_stub(uint8_t *w, size_t n, const uint8_t *list, const uint64_t *address)
{
  memset(w, 0, n); /* no instruction */
  if (!address)
    return;
  put_number(list, w, LDR_X16_8, 4);
  put_number(list, w + 4, BR_X16, 4);
  put_number(list, w + 8, *address, 8);
}

unsigned arm64_grows(unsigned how)
{
  return how == ARM64_ESCAPE_JUMP ? 0 : 4;
}

/* The opposite of a condition differs in bit 0, that of a test in bit 24. Always has none. */
const uint8_t *arm64_grow(uint8_t *end, unsigned how, const uint8_t *list)
{
  static const uint8_t b[LIST_FIELD] = {
    [FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_SHIFT] = 2, [FIELD_BITS] = 26,
    [FIELD_ESCAPE] = ARM64_ESCAPE_JUMP};
  uint32_t v = word_at(list, end - 4) ^ (how == ARM64_ESCAPE_TEST ? 1u << 24 : 1u);

  if (how == ARM64_ESCAPE_CONDITION && (v & 14) == 14)
    v = NOP;
  else
    v |= OVER;
  put_number(list, end - 4, v, 4);
  put_number(list, end, B, 4);
  return b;
}
