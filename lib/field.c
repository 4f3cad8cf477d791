/* field.c - values into fields: see field.h.
 *
 * A value is checked in 64 bits, in this order: what it counts from is subtracted, it must be in
 * its range, the low bits are dropped, and what is left must fit. Then its pieces are moved to
 * their places. Addresses are numbers modulo 2^64, so a distance over the end of the address space
 * is as near as it is for the processor.
 */
#include <inttypes.h>
#include <stdio.h>

#include "field.h"
#include "record.h"

#define NUMBER(bits, sign) {[FIELD_UNIT] = (bits) / 8, [FIELD_FLAGS] = sign, [FIELD_BITS] = bits}
static const uint8_t value8[LIST_FIELD] = NUMBER(8, FIELD_EITHER), value8s[LIST_FIELD] = NUMBER(8, FIELD_SIGNED),
                     value16[LIST_FIELD] = NUMBER(16, FIELD_EITHER), value32[LIST_FIELD] = NUMBER(32, FIELD_EITHER),
                     value64[LIST_FIELD] = NUMBER(64, FIELD_MODULO), check32s[LIST_FIELD] = NUMBER(32, FIELD_SIGNED);

const uint8_t *field_of_bytes(unsigned bytes)
{
  switch (bytes) {
  case 1: return value8;
  case 2: return value16;
  case 8: return value64;
  default: return value32;
  }
}

const uint8_t *field_of_op(unsigned op)
{
  if (op == OP_VALUE8S)
    return value8s;
  return op == OP_CHECK32S || op == OP_CHECK32S_DISP ? check32s : field_of_bytes(op_facts[op].bytes);
}

/* ---- the bytes of a description ---------------------------------------------------- */

struct field_piece field_piece_at(const uint8_t *f, unsigned n)
{
  const uint8_t *p = f + FIELD_PIECE + FIELD_PIECE_SIZE * n;
  unsigned v = p[0] | (unsigned)p[1] << 8;

  return (struct field_piece){v & 63, v >> 6 & 63, (v >> 12) + 1};
}

void field_set_piece(uint8_t *f, unsigned n, unsigned from, unsigned to, unsigned count)
{
  uint8_t *p = f + FIELD_PIECE + FIELD_PIECE_SIZE * n;
  unsigned v = from | to << 6 | (count - 1) << 12;

  p[0] = (uint8_t)v;
  p[1] = (uint8_t)(v >> 8);
}

static void set_u32(uint8_t *p, uint32_t v)
{
  unsigned i;

  for (i = 0; i < 4; i++)
    p[i] = (uint8_t)(v >> 8 * i);
}

void field_set_range(uint8_t *f, int32_t low, uint32_t span)
{
  f[FIELD_FLAGS] |= FIELD_RANGED;
  set_u32(f + FIELD_LOW, (uint32_t)low);
  set_u32(f + FIELD_SPAN, span);
}

void field_set_bias(uint8_t *f, int bias)
{
  f[FIELD_BIAS] = (uint8_t)bias;
  f[FIELD_BIAS + 1] = (uint8_t)((unsigned)bias >> 8);
}

void field_set_among(uint8_t *f, uint32_t set)
{
  f[FIELD_TRANSFORM] = TRANSFORM_AMONG;
  set_u32(f + FIELD_LOW, set);
}

/* ---- values ---------------------------------------------------------------------------- */

/* Does v, shifted already, have so many bits? */
static bool fits(uint64_t v, unsigned bits, unsigned sign)
{
  uint64_t half = UINT64_C(1) << (bits - 1);

  switch (sign) {
  case FIELD_SIGNED:
    return v + half <= low_bits(bits);
  case FIELD_UNSIGNED:
    return v <= low_bits(bits);
  case FIELD_EITHER:
    return v + half <= low_bits(bits) || v <= low_bits(bits);
  default:
    return true;
  }
}

/* v >> n, with its sign unless the field has none. */
static uint64_t shifted(const uint8_t *f, uint64_t v, unsigned n)
{
  bool negative = (v >> 63) && (f[FIELD_FLAGS] & FIELD_SIGN) != FIELD_UNSIGNED;

  return n == 0 ? v : v >> n | (negative ? ~low_bits(64 - n) : 0);
}

static bool in_range(const uint8_t *f, uint64_t value)
{
  uint64_t low = (uint64_t)(int64_t)(int32_t)list_u32(f + FIELD_LOW);

  return !((f[FIELD_FLAGS] & FIELD_NONZERO) && value == 0) &&
         (!(f[FIELD_FLAGS] & FIELD_RANGED) || value - low <= list_u32(f + FIELD_SPAN));
}

static bool take(const uint8_t *f, uint64_t value, uint64_t *v)
{
  unsigned shift = f[FIELD_SHIFT], bits = f[FIELD_BITS], flags = f[FIELD_FLAGS];
  uint64_t n = (uint64_t)field_bias(f) + (flags & FIELD_NEGATED ? 0 - value : value), out;
  bool ok = in_range(f, value) && ((n & low_bits(shift)) == 0 || (flags & (FIELD_LOOSE | FIELD_ROUNDED)));

  if ((flags & FIELD_ROUNDED) && shift > 0 && f[FIELD_ORIGIN] != ORIGIN_PAGE) /* there it was done */
    n += UINT64_C(1) << (shift - 1);
  n = out = shifted(f, n, shift);
  if (f[FIELD_TRANSFORM])
    ok = ok && field_transform(f, n, &out);
  else if (!(flags & FIELD_RANGED))
    ok = ok && fits(n, bits, flags & FIELD_SIGN);
  *v = ok ? out & low_bits(bits) : value;
  return ok;
}

bool field_number(const uint8_t *f, int64_t value, uint64_t *v)
{
  if (take(f, (uint64_t)value, v))
    return true;
  if (value == (int64_t)(uint32_t)value && take(f, (uint64_t)(int64_t)(int32_t)(uint32_t)value, v))
    return true;
  *v = (uint64_t)value;
  return false;
}

bool field_bits(const uint8_t *f, uint64_t end, uint64_t target, uint64_t *v)
{
  uint64_t place = end - (f[FIELD_ORIGIN] == ORIGIN_END ? 0 : f[FIELD_UNIT]) +
                   (uint64_t)(int64_t)(int8_t)f[FIELD_AHEAD];
  uint64_t page = low_bits(f[FIELD_SHIFT]), region = low_bits(f[FIELD_SHIFT] + f[FIELD_BITS]);

  switch (f[FIELD_ORIGIN]) {
  case ORIGIN_END:
  case ORIGIN_START:
    return take(f, target - place, v);
  case ORIGIN_PAGE:
    if (f[FIELD_FLAGS] & FIELD_ROUNDED)
      target += page / 2 + 1;
    return take(f, (target & ~page) - (place & ~page), v);
  case ORIGIN_REGION:
    if (((target ^ place) & ~region) != 0) {
      *v = target;
      return false;
    }
    return take(f, target & region, v);
  case ORIGIN_ALIGNED:
    return take(f, target - (place & ~page), v);
  default:
    return take(f, target, v);
  }
}

uint64_t field_reach(const uint8_t *f)
{
  const uint64_t somewhere = UINT64_C(1) << 40;
  unsigned n = 40;
  uint64_t v;

  if (!field_is_relative(f))
    return somewhere; /* it may be anywhere */
  while (n > 7 && !field_bits(f, somewhere, somewhere + (UINT64_C(1) << n) - 64, &v))
    n--;
  return n > 7 ? (UINT64_C(1) << n) - 64 : 0;
}

bool field_raw(const uint8_t *f, uint64_t value, uint64_t *v)
{
  if (f[FIELD_BITS] == 8 * f[FIELD_UNIT]) {
    *v = value & low_bits(f[FIELD_BITS]);
    return true;
  }
  return take(f, f[FIELD_ORIGIN] == ORIGIN_PAGE ? value & ~low_bits(f[FIELD_SHIFT]) : value, v);
}

/* ---- units -------------------------------------------------------------------------------- */

uint64_t field_place(const uint8_t *f, uint64_t bits)
{
  uint64_t unit = 0;
  unsigned i;

  if (f[FIELD_PIECES] == 0)
    return bits << f[FIELD_TO];
  for (i = 0; i < f[FIELD_PIECES]; i++) {
    struct field_piece piece = field_piece_at(f, i);

    unit |= (bits >> piece.from & low_bits(piece.count)) << piece.to;
  }
  return unit;
}

/* Turn the low bits of v over in a word of n bytes. */
static void flip_word(uint8_t *p, unsigned n, enum list_order order, uint64_t v)
{
  unsigned i;

  for (i = 0; i < n; i++)
    p[i] ^= (uint8_t)(v >> 8 * (order == ORDER_LITTLE ? i : n - 1 - i));
}

void field_insert(const uint8_t *f, enum list_order order, uint8_t *end, uint64_t bits)
{
  unsigned n = f[FIELD_UNIT], word = f[FIELD_WORD] ? f[FIELD_WORD] : n, i;
  uint64_t unit = field_place(f, bits);

  for (i = 0; i < n; i += word)
    flip_word(end - n + i, word, order, unit >> 8 * i);
}

void field_flip(const uint8_t *f, enum list_order order, uint8_t *end)
{
  if (f[FIELD_QUICK] == QUICK_NUMBER)
    flip_word(end - 4, 4, order, list_u32(f + FIELD_FLIP));
}

void field_insert_number(const uint8_t *f, enum list_order order, uint8_t *end, uint64_t bits)
{
  field_flip(f, order, end);
  field_insert(f, order, end, bits);
}

/* ---- messages ------------------------------------------------------------------------------ */

int field_words(const uint8_t *f, char *text)
{
  static const char *const sign[] = {"", " with sign", " without sign", ""};
  unsigned bits = f[FIELD_BITS] + f[FIELD_SHIFT], n;
  int64_t low = (int32_t)list_u32(f + FIELD_LOW), high = low + list_u32(f + FIELD_SPAN);

  if (f[FIELD_TRANSFORM])
    return snprintf(text, FIELD_WORDS, "is %s", transform_words(f[FIELD_TRANSFORM]));
  if (f[FIELD_FLAGS] & FIELD_RANGED)
    n = (unsigned)snprintf(text, FIELD_WORDS, "is not in %" PRId64 " to %" PRId64, low, high);
  else
    n = (unsigned)snprintf(text, FIELD_WORDS, "does not fit in %u bit%s%s", bits, bits == 1 ? "" : "s",
                           sign[f[FIELD_FLAGS] & FIELD_SIGN]);
  if (f[FIELD_SHIFT] > 0)
    n += (unsigned)snprintf(text + n, FIELD_WORDS - n, " as a multiple of %" PRIu64, UINT64_C(1) << f[FIELD_SHIFT]);
  if (f[FIELD_FLAGS] & FIELD_NONZERO)
    n += (unsigned)snprintf(text + n, FIELD_WORDS - n, " other than 0");
  return (int)n;
}
