/* field.h - fields: how a value goes into code. The one description, and the one inserter.
 *
 * A field is LIST_FIELD bytes of a list. Where it is, the unit:
 *
 *   FIELD_UNIT       bytes of the unit that holds it: 1, 2, 4, 6 or 8; where it ends, the operation says
 *   FIELD_WORD       bytes of the words that the unit consists of; 0: it is one word. A word's bytes are in the
 *                    list's order, and the first word has the lowest bits: two instructions are one unit so
 *   FIELD_TO         without pieces: all bits of the value go to the unit's from this one on
 *   FIELD_PIECES     else: the number of pieces, up to eight. Each is FIELD_PIECE_SIZE bytes, a number: bits 0 to 5
 *                    are the value's bit, 6 to 11 the unit's bit that it goes to, 12 to 15 the count of bits - 1
 *
 * What goes in, in this order:
 *
 *   FIELD_ORIGIN     what the value counts from, enum field_origin
 *   FIELD_AHEAD      how far the origin is ahead of that place, -128 to 127
 *   FIELD_LOW        with FIELD_RANGED: the least value, four bytes; with TRANSFORM_AMONG: a set, four bytes;
 *   FIELD_SPAN       and how much more the greatest one is, four bytes without sign
 *   FIELD_BIAS       is added, two bytes with sign. With FIELD_NEGATED the value is subtracted from it
 *   FIELD_SHIFT      low bits that are dropped. They must be zero, unless it is FIELD_LOOSE or FIELD_ROUNDED
 *   FIELD_TRANSFORM  what else is done, enum field_transform, with FIELD_PARAM
 *   FIELD_BITS       bits of what comes out, 1 to 64. Without FIELD_RANGED and a transform the value must fit in
 *                    them, as FIELD_SIGN says
 *
 * And of references:
 *
 *   FIELD_SHRINK     how much shorter a branch is with its short form; 0: it has none. It is in the list in that form,
 *                    which ends with one byte, the distance from its end; what is said above is of the long one
 *                    (SHRINK_OWN: it has its distance where the ISA knows)
 *   FIELD_WIDEN      how the ISA makes the long form of that
 *   FIELD_ESCAPE     how the ISA reaches what is out of reach, if the state allows it (far.h); 0: it cannot. From
 *                    ESCAPE_CONSTANT on: the reference is to a constant of 2^(n - ESCAPE_CONSTANT)
 *                    bytes, 4, 8 or 16, which dasm_link() makes of the target
 *
 * The bits of the field are zero in the list; but if it has FIELD_FLIP, and a number goes there,
 * they are those of the least one. What comes behind FIELD_QUICK, and behind up to four pieces,
 * follows from all this: field_complete() computes it, for puts.
 */
#ifndef DASM_FIELD_H
#define DASM_FIELD_H

#include <stdbool.h>

#include "compiler.h"
#include "list.h"

enum field_member {
  FIELD_UNIT, FIELD_WORD, FIELD_FLAGS, FIELD_ORIGIN, FIELD_AHEAD, FIELD_SHIFT, FIELD_BITS, FIELD_TO,
  FIELD_TRANSFORM, FIELD_PARAM, FIELD_PIECES, FIELD_SHRINK, FIELD_WIDEN, FIELD_ESCAPE,
  FIELD_BIAS, FIELD_LOW = 16, FIELD_SPAN = 20, FIELD_PIECE = 24,
  FIELD_QUICK = 40,      /* enum field_quick */
  /* QUICK_DISTANCE */
  FIELD_DROPPED,         /* a mask of the bits that must be zero */
  FIELD_BASE,            /* is added to the distance from the end of the unit, -128 to 127 */
  FIELD_TURNS,           /* 1 to 4 times the value, in 32 bits, is turned to the left by */
  FIELD_TURN,            /* so many bits, and these of them are taken: */
  FIELD_TAKEN = FIELD_TURN + 4, /* four bytes each */
  FIELD_END = FIELD_TAKEN + 16,
  /* QUICK_NUMBER: see field_turned(); eight bytes each, FIELD_FLIP four */
  FIELD_ROTATE = FIELD_QUICK + 1, FIELD_ROTATE2,
  FIELD_FLIP = 44, FIELD_LEAST = 48, FIELD_STRAY = 56, FIELD_STRAY2 = 32
};
_Static_assert((int)FIELD_END == (int)LIST_FIELD, "see list.h");
enum { ESCAPE_CONSTANT = 0x40 };
enum { SHRINK_OWN = 2 }; /* x86's branches shrink by 3 and 4 bytes */
enum { FIELD_MAXPIECES = 8, FIELD_PIECE_SIZE = 2, FIELD_PIECE_BITS = 16, FIELD_FEW = 4 };
_Static_assert((int)FIELD_STRAY2 == FIELD_PIECE + FIELD_FEW * FIELD_PIECE_SIZE, "behind the pieces");

enum {
  FIELD_EITHER = 0,   /* signed or unsigned */
  FIELD_SIGNED = 1,
  FIELD_UNSIGNED = 2,
  FIELD_MODULO = 3,   /* any value: what does not fit is cut off */
  FIELD_SIGN = 3,     /* mask of these */
  FIELD_REGISTER = 4, /* the number of a register: another status if it is out of range */
  FIELD_RANGED = 8,
  FIELD_NEGATED = 16,
  FIELD_LOOSE = 32,   /* low bits are dropped whatever they are */
  FIELD_ROUNDED = 64, /* so, and the value is rounded to the nearest one, for a low part that has a sign */
  FIELD_NONZERO = 128 /* any value but 0 */
};

enum field_origin {
  ORIGIN_NONE,    /* the value itself */
  ORIGIN_END,     /* the end of the unit, and FIELD_AHEAD bytes */
  ORIGIN_START,   /* its start, and so on */
  ORIGIN_PAGE,    /* the page of its start: of the target's page, in pages of 2^FIELD_SHIFT bytes */
  ORIGIN_REGION,  /* none, but the target must be in the region of that place, of 2^(FIELD_BITS + FIELD_SHIFT) bytes */
  ORIGIN_ALIGNED, /* its start, rounded down to a multiple of 2^FIELD_SHIFT */
  ORIGIN_COUNT
};

/* What no shift says. The value is shifted already; the result has FIELD_BITS bits. */
enum field_transform {
  TRANSFORM_NONE,
  TRANSFORM_CARRY,       /* two parts: what is above the low FIELD_PARAM bits is rounded, for they have a sign */
  TRANSFORM_MAGNITUDE,   /* no sign; the highest bit is 1 if the value is to be added, 0 if subtracted */
  TRANSFORM_BYTE,        /* with a sign in 8 bits, or 256 times that and bit 8; also the pattern of such in FIELD_PARAM bits */
  TRANSFORM_UBYTE,       /* the same without sign */
  TRANSFORM_A32_ROTATED, /* 8 bits, and half the number of bits that they are rotated by to the right */
  TRANSFORM_A32_OFFSET,  /* the same of the magnitude, and bit 12: added, bit 13: subtracted */
  TRANSFORM_A64_ADD,     /* 12 bits, or 4096 times that and bit 12; bit 13 is 1 if it is negative, */
  TRANSFORM_A64_SUB,     /* or if it is not */
  TRANSFORM_A64_WIDE,    /* 16 bits, and the number of the half word that they are, in a register of FIELD_PARAM bits */
  TRANSFORM_A64_MASK,    /* N:immr:imms of a repeated run of ones in FIELD_PARAM bits */
  TRANSFORM_A64_SHIFT,   /* immr:imms of a shift to the left of FIELD_PARAM bits */
  TRANSFORM_AMONG,       /* the low bits of a number below 32 that is in the set of FIELD_LOW: bit n, if it is n */
  TRANSFORM_WRAPPED,     /* with the sign of a number of FIELD_PARAM bits, which has none itself */
  TRANSFORM_A64_OFFSET,  /* an offset in units of 2^FIELD_PARAM, 12 bits, and bit 12; or any with sign, 9 bits from bit 2 on */
  TRANSFORM_A64_BYTES,   /* 64 bits that are bytes of zeros or of ones: one bit of each */
  TRANSFORM_TIMES,       /* FIELD_PARAM times the number that goes in, which FIELD_SIGN says how to take */
  TRANSFORM_DIFFERENCE,  /* of two registers' numbers, which must not be the same: no bit of it */
  TRANSFORM_PART,        /* 16 bits, from 16 times FIELD_PARAM on, for parts that are added and have a sign: rounded */
  TRANSFORM_RUN,         /* numbers of the first and the last bit of a run of ones in 32 bits, which may go round; bit 0 is the highest */
  TRANSFORM_COUNT
};

/* How a put may insert a number, and encode a reference, without asking more. */
enum field_quick {
  QUICK_NOT,     /* they may not */
  QUICK_DISTANCE, /* a reference: the distance of the target from the end of the unit, and FIELD_BASE, is one of FIELD_LOW …
                    + FIELD_SPAN, without bits of FIELD_DROPPED; FIELD_TURNS */
  QUICK_NUMBER   /* a number goes to one run of bits or to two: field_turned(). Others may fit, too */
};

/* For initialisers of fields. */
#define FIELD_BYTES2(at, v) [at] = (uint8_t)(v), [(at) + 1] = (uint8_t)((unsigned)(v) >> 8)
#define FIELD_BYTES4(at, v) \
  FIELD_BYTES2(at, v), [(at) + 2] = (uint8_t)((uint32_t)(v) >> 16), [(at) + 3] = (uint8_t)((uint32_t)(v) >> 24)
#define FIELD_RANGE(low, high) FIELD_BYTES4(FIELD_LOW, low), FIELD_BYTES4(FIELD_SPAN, (uint32_t)(high) - (uint32_t)(low))
#define FIELD_PIECE_AT(n, from, to, count) \
  FIELD_BYTES2(FIELD_PIECE + FIELD_PIECE_SIZE * (n), (from) | (to) << 6 | ((count) - 1) << 12)

static inline uint64_t low_bits(unsigned n)
{
  return n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX;
}

static inline bool field_is_relative(const uint8_t *f)
{
  return f[FIELD_ORIGIN] != ORIGIN_NONE;
}

/* Bytes of the constant that it refers to; 0: it refers to its target. */
static inline unsigned field_constant(const uint8_t *f)
{
  return f[FIELD_ESCAPE] >= ESCAPE_CONSTANT ? 1u << (f[FIELD_ESCAPE] & 15) : 0;
}

static inline int field_bias(const uint8_t *f)
{
  return (int16_t)(f[FIELD_BIAS] | f[FIELD_BIAS + 1] << 8);
}

/* Set a piece: count is 1 to FIELD_PIECE_BITS. */
void field_set_piece(uint8_t *f, unsigned n, unsigned from, unsigned to, unsigned count);
struct field_piece {
  unsigned from, to, count;
};
struct field_piece field_piece_at(const uint8_t *f, unsigned n);
void field_set_range(uint8_t *f, int32_t low, uint32_t span);
void field_set_bias(uint8_t *f, int bias);
/* The value must be among these numbers: bit n, for n. */
void field_set_among(uint8_t *f, uint32_t set);
/* field_quick.c. Compute what comes behind FIELD_QUICK, and with up to FIELD_FEW pieces what comes behind these. */
void field_complete(uint8_t *f);

/* field_valid.c. Do the LIST_FIELD bytes describe a field? */
bool field_valid(const uint8_t *f);

/* What goes into field f for a target, when the unit ends at address `end`; for a value at run time: the value,
 * and any end. False: it does not fit, or its low bits are not zero; *v is then the number that does not. */
bool field_bits(const uint8_t *f, uint64_t end, uint64_t target, uint64_t *v);
/* The same for a number that may also be the pattern of an int. */
bool field_number(const uint8_t *f, int64_t value, uint64_t *v);
/* The same for a distance that somebody else computed: nothing is subtracted. What a whole unit has
 * no bits for is cut off. */
bool field_raw(const uint8_t *f, uint64_t value, uint64_t *v);
/* How far behind the end of the unit a target may be, at least: the true bound is less than 64 bytes more. */
uint64_t field_reach(const uint8_t *f);
/* Bits at their place in the unit, a number. */
uint64_t field_place(const uint8_t *f, uint64_t bits);
/* Add bits to the unit that ends at `end`, which has zeros there. */
void field_insert(const uint8_t *f, enum list_order order, uint8_t *end, uint64_t bits);
/* The same for a number, in a literal of OP_FIELDS or OP_FIELDS_ANY: there the unit has the bits of FIELD_FLIP. */
void field_insert_number(const uint8_t *f, enum list_order order, uint8_t *end, uint64_t bits);
/* Give a literal these bits, or take them off. */
void field_flip(const uint8_t *f, enum list_order order, uint8_t *end);

/* ---- the quick way: field_complete() says which fields have it ------------------------- */

static inline bool field_in_quick_range(const uint8_t *f, uint64_t v)
{
  return (v & f[FIELD_DROPPED]) == 0 &&
         v - (uint64_t)(int64_t)(int32_t)list_u32(f + FIELD_LOW) <= list_u32(f + FIELD_SPAN);
}

static inline uint32_t field_taken(const uint8_t *f, unsigned n, uint32_t v)
{
  unsigned turn = f[FIELD_TURN + n];

  return (v << (turn & 31) | v >> (-turn & 31)) & list_u32(f + FIELD_TAKEN + (size_t)4 * n);
}

static ALWAYS_INLINE uint64_t field_rotated(uint64_t v, unsigned n)
{
  return v << (n & 63) | v >> (-n & 63);
}

/* How much the number v is above the least one of a field of QUICK_NUMBER, turned so that its first
 * run of bits is at its place. What of it is elsewhere strays; turned once more, that is the second
 * run. If nothing strays then, the number is in the range and without low bits; and both are what
 * the number's bits differ by from those of the least one, which a literal has (FIELD_FLIP).
 *
 * Example: 12 bits with sign, the low five from bit 7 on, the others from bit 25 on. The least one
 * is -2048, 0x80000000 of the unit. -1 is 0x7ff more. Turned by 7 that is 0x3ff80, of which 0xf80
 * is at its place. 0x3f000 strays, and turned by 13 is 0x7e000000. The bits of -1 are 0x80000000 ^
 * 0xf80 ^ 0x7e000000 = 0xfe000f80. */
static ALWAYS_INLINE uint64_t field_turned(const uint8_t *f, uint64_t v)
{
  return field_rotated(v - list_u64(f + FIELD_LEAST), f[FIELD_ROTATE]);
}

static ALWAYS_INLINE uint64_t field_stray(const uint8_t *f, uint64_t turned)
{
  return turned & list_u64(f + FIELD_STRAY);
}

static ALWAYS_INLINE uint64_t field_turned_again(const uint8_t *f, uint64_t stray)
{
  return field_rotated(stray, f[FIELD_ROTATE2]);
}

static ALWAYS_INLINE bool field_strays(const uint8_t *f, uint64_t turned_again)
{
  return (turned_again & list_u64(f + FIELD_STRAY2)) != 0;
}

/* All of that: the bits to be turned over. False: it is for field_number(). */
static inline bool field_quickly(const uint8_t *f, uint64_t v, uint32_t *bits)
{
  uint64_t first = field_turned(f, v), stray = field_stray(f, first), second = field_turned_again(f, stray);

  *bits = (uint32_t)(first ^ stray ^ second);
  return !field_strays(f, second);
}

/* The bits of a value that is in the range, at their places in the unit. */
static ALWAYS_INLINE uint32_t field_spread(const uint8_t *f, uint32_t v)
{
  uint32_t unit = field_taken(f, 0, v);

  if (f[FIELD_TURNS] == 1)
    return unit;
  unit |= field_taken(f, 1, v);
  return f[FIELD_TURNS] == 2 ? unit : unit | field_taken(f, 2, v) | field_taken(f, 3, v);
}

/* Add bits to the unit, of 4 bytes or 2, that ends at `end`. False: this machine has no byte order. */
static ALWAYS_INLINE bool field_add(const uint8_t *f, unsigned order, uint8_t *end, uint32_t bits)
{
  uint32_t word;
  uint16_t half;

  if (f[FIELD_UNIT] == 4) {
    if (UNLIKELY(order != HOST_ORDER))
      bits = bits >> 24 | (bits >> 8 & 0xff00) | (bits & 0xff00) << 8 | bits << 24;
    memcpy(&word, end - 4, 4);
    word |= bits;
    memcpy(end - 4, &word, 4);
  } else {
    if (UNLIKELY(order != HOST_ORDER))
      bits = bits >> 8 | bits << 8;
    memcpy(&half, end - 2, 2);
    half |= (uint16_t)bits;
    memcpy(end - 2, &half, 2);
  }
  return HOST_ORDER <= ORDER_BIG;
}

/* Insert a reference to what is `distance` behind the end of the unit, which is `end`. False: nothing was done. */
static ALWAYS_INLINE bool field_near(const uint8_t *f, unsigned order, uint8_t *end, int64_t distance)
{
  uint64_t v = (uint64_t)distance + (uint64_t)(int64_t)(int8_t)f[FIELD_BASE];

  return HOST_ORDER <= ORDER_BIG && f[FIELD_QUICK] == QUICK_DISTANCE && field_in_quick_range(f, v) &&
         field_add(f, order, end, field_spread(f, (uint32_t)v));
}

/* "does not fit in 16 bits with sign": for messages. Returns the length, at most FIELD_WORDS. */
enum { FIELD_WORDS = 96 };
int field_words(const uint8_t *f, char *text);
/* A number of so many bytes, and that of an OP_VALUE* or OP_CHECK32S*, or of an operation of the ISA that appends a
 * number. */
const uint8_t *field_of_bytes(unsigned bytes);
const uint8_t *field_of_op(unsigned op);

/* transform.c. False: there is no such pattern. */
bool field_transform(const uint8_t *f, uint64_t value, uint64_t *bits);
/* What it wants, behind "is": "not a repeated run of ones in 64 bits". */
const char *transform_words(unsigned transform);

#endif
