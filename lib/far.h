/* far.h - what an ISA gives for targets that are out of reach: one table each, in lib/isa/.
 *
 * A field says with FIELD_ESCAPE in which way an instruction gets farther; way n is ways[n - 1]
 * here. There are two kinds: an instruction that can go to a stub as it is, and a branch that must
 * grow first, by an instruction of the first kind: what it ends with then. All bytes are in the
 * order of the list; `list` also says which of its twins the ISA is. Units of 2 bytes and more are
 * written with far_put(), so an ISA names no order.
 *
 * Example, AArch64: `bl` has way 1, which does not grow. `tbz x0, #3, label` has way 3: `tbnz x0,
 * #3, 8; b label`, of which b has way 1.
 */
#ifndef DASM_FAR_H
#define DASM_FAR_H

#include "field.h"

struct far_way {
  uint8_t more;         /* bytes that it grows by; 0: it does not */
  const uint8_t *field; /* more > 0: that of the unit at its end then */
};

struct isa_far {
  const struct far_way *ways;
  uint8_t nways;
  uint8_t stub_size;    /* a multiple of 8: it begins at one, and an address in it may be there, too. There are stubs if there are ways */
  uint8_t over_size;    /* of over(); 0: no pool may stand within code, as all that is needed reaches behind it */
  uint8_t trap_size;    /* what fills the rest, which is never run: its bytes, 1, 2 or 4, */
  uint32_t trap;        /* and it; it is cut off at the end */
  /* Grow the branch whose unit ends at `end`, in that way: `more` bytes behind it are for that. */
  void (*grow)(uint8_t *end, unsigned way, const uint8_t *list);
  /* Code that goes to the address, and changes nothing but what calls may change. */
  void (*stub)(uint8_t *w, uint64_t address, const uint8_t *list);
  /* A jump over the n bytes behind it. */
  void (*over)(uint8_t *w, uint32_t n, const uint8_t *list);
};

/* The n lowest bytes of v in the order of the list, and back. */
static inline void far_put(const uint8_t *list, uint8_t *w, uint64_t v, unsigned n)
{
  unsigned i;

  for (i = 0; i < n; i++)
    w[list[LIST_AT_ORDER] == ORDER_BIG ? n - 1 - i : i] = (uint8_t)(v >> 8 * i);
}

static inline uint32_t far_get(const uint8_t *list, const uint8_t *w, unsigned n)
{
  uint32_t v = 0;
  unsigned i;

  for (i = 0; i < n; i++)
    v |= (uint32_t)w[list[LIST_AT_ORDER] == ORDER_BIG ? n - 1 - i : i] << 8 * i;
  return v;
}

#endif
