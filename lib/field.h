/* field.h - fields: how a value goes into code. The one description, and the one inserter.
 *
 * A field is LIST_FIELD bytes of a list:
 *
 *   FIELD_UNIT       bytes of the unit that holds it: 1, 2, 4, 6 or 8. The unit's bytes are in the
 *                    list's order; where it ends, the operation says
 *   FIELD_FLAGS      FIELD_*, below
 *   FIELD_ORIGIN     what the value counts from, enum field_origin
 *   FIELD_AHEAD      how far the origin is ahead of that place, -128 to 127
 *   FIELD_SHIFT      low bits of the value that are dropped; they must be zero
 *   FIELD_BITS       bits of the value then, 1 to 64
 *   FIELD_TRANSFORM  0, or what else is done to the value: the number of a function of the ISA
 *   FIELD_PIECES     0: all bits go to the low bits of the unit; else the number of pieces, up to four
 *   FIELD_PIECE      each: bits from `from` of the value on go to the unit's from `to` on, `count` of
 *                    them, one byte each
 *   FIELD_SHRINK     how much shorter a branch is with its short form; 0: it has none
 *   FIELD_WIDEN      how the ISA makes the long form of that
 *
 * The bits of the field are zero in the list. A branch with a short form is in the list in that form, which
 * ends with one byte, the distance from its end; what is said above is of the long one.
 */
#ifndef DASM_FIELD_H
#define DASM_FIELD_H

#include <stdbool.h>

#include "list.h"

enum field_layout {
  FIELD_UNIT, FIELD_FLAGS, FIELD_ORIGIN, FIELD_AHEAD, FIELD_SHIFT, FIELD_BITS, FIELD_TRANSFORM, FIELD_PIECES,
  FIELD_PIECE,
  FIELD_SHRINK = FIELD_PIECE + 12, FIELD_WIDEN
};

enum {
  FIELD_EITHER = 0,   /* signed or unsigned */
  FIELD_SIGNED = 1,
  FIELD_UNSIGNED = 2,
  FIELD_MODULO = 3,   /* any value: what does not fit is cut off */
  FIELD_SIGN = 3,     /* mask of these */
  FIELD_REGISTER = 4  /* the number of a register: another status if it is out of range */
};

enum field_origin {
  ORIGIN_NONE,   /* the value itself */
  ORIGIN_END,    /* the end of the unit, and FIELD_AHEAD bytes */
  ORIGIN_START,  /* its start, and so on */
  ORIGIN_PAGE,   /* the page of its start: of the target's page, in pages of 2^FIELD_SHIFT bytes */
  ORIGIN_REGION, /* none, but the target must be in the region of that place, of 2^(FIELD_BITS + FIELD_SHIFT) bytes */
  ORIGIN_COUNT
};

static inline bool field_is_relative(const uint8_t *f)
{
  return f[FIELD_ORIGIN] != ORIGIN_NONE;
}

/* Do the 24 bytes describe a field? */
bool field_valid(const uint8_t *f);

/* What goes into field f for a target, when the unit ends at address `end`; for a value at run time: the value,
 * and any end. False: it does not fit, or its low bits are not zero; *v is then the number that does not. */
bool field_bits(const uint8_t *f, uint64_t end, uint64_t target, uint64_t *v);
/* The same for a number that may also be the pattern of an int. */
bool field_number(const uint8_t *f, int64_t value, uint64_t *v);
/* Low bits of a value that goes in as it is. */
uint64_t field_raw(const uint8_t *f, uint64_t value);
/* Add bits to the unit that ends at `end`. */
void field_insert(const uint8_t *f, enum list_order order, uint8_t *end, uint64_t bits);

/* "16 bits", "8 bits with sign": for messages. Returns the length, at most FIELD_WORDS. */
enum { FIELD_WORDS = 64 };
int field_words(const uint8_t *f, char *text);
/* A number of so many bytes, and that of an OP_VALUE* or OP_CHECK32S*, or of an operation of the ISA that appends a
 * number. */
const uint8_t *field_of_bytes(unsigned bytes);
const uint8_t *field_of_op(unsigned op);

#endif
