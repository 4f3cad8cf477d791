/* field.c - values into fields: see field.h.
 *
 * A value is checked in 64 bits, in this order: what it counts from is subtracted, the low bits are dropped,
 * and what is left must fit. Then its pieces are moved to their places. Addresses are numbers modulo 2^64, so
 * a distance over the end of the address space is as near as it is for the processor.
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

bool field_valid(const uint8_t *f)
{
  static const uint8_t units[] = {0, 1, 1, 0, 1, 0, 1, 0, 1};
  unsigned i, unit = f[FIELD_UNIT], bits = f[FIELD_BITS];

  if (unit > 8 || !units[unit] || f[FIELD_ORIGIN] >= ORIGIN_COUNT || bits < 1 || bits > 64 || f[FIELD_SHIFT] > 63 ||
      bits + f[FIELD_SHIFT] > 64 || f[FIELD_PIECES] > 4 || (f[FIELD_PIECES] == 0 && bits > 8 * unit))
    return false;
  for (i = 0; i < f[FIELD_PIECES]; i++) {
    const uint8_t *piece = f + FIELD_PIECE + 3 * i;

    if (piece[0] > 63 || piece[2] < 1 || piece[0] + piece[2] > 64 || piece[1] + piece[2] > 8 * unit)
      return false;
  }
  return true;
}

static uint64_t low_bits(unsigned n)
{
  return n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX;
}

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

static bool take(const uint8_t *f, uint64_t value, uint64_t *v)
{
  unsigned shift = f[FIELD_SHIFT], bits = f[FIELD_BITS];

  *v = value;
  if ((value & low_bits(shift)) != 0 || !fits(shifted(f, value, shift), bits, f[FIELD_FLAGS] & FIELD_SIGN))
    return false;
  *v = value >> shift & low_bits(bits);
  return true;
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
  uint64_t ahead = (uint64_t)(int64_t)(int8_t)f[FIELD_AHEAD], start = end - f[FIELD_UNIT];
  uint64_t page = low_bits(f[FIELD_SHIFT]), region = low_bits(f[FIELD_SHIFT] + f[FIELD_BITS]);

  switch (f[FIELD_ORIGIN]) {
  case ORIGIN_END:
    return take(f, target - (end + ahead), v);
  case ORIGIN_START:
    return take(f, target - (start + ahead), v);
  case ORIGIN_PAGE:
    return take(f, (target & ~page) - ((start + ahead) & ~page), v);
  case ORIGIN_REGION:
    if (((target ^ (start + ahead)) & ~region) != 0) {
      *v = target;
      return false;
    }
    return take(f, target & region, v);
  default:
    return take(f, target, v);
  }
}

uint64_t field_raw(const uint8_t *f, uint64_t value)
{
  return value & low_bits(f[FIELD_BITS]);
}

static uint64_t read_unit(const uint8_t *p, unsigned n, enum list_order order)
{
  uint64_t v = 0;
  unsigned i;

  for (i = 0; i < n; i++)
    v |= (uint64_t)p[i] << 8 * (order == ORDER_LITTLE ? i : n - 1 - i);
  return v;
}

static void write_unit(uint8_t *p, unsigned n, enum list_order order, uint64_t v)
{
  unsigned i;

  for (i = 0; i < n; i++)
    p[i] = (uint8_t)(v >> 8 * (order == ORDER_LITTLE ? i : n - 1 - i));
}

void field_insert(const uint8_t *f, enum list_order order, uint8_t *end, uint64_t bits)
{
  unsigned n = f[FIELD_UNIT], i;
  uint64_t unit = read_unit(end - n, n, order);

  if (f[FIELD_PIECES] == 0)
    unit |= bits;
  for (i = 0; i < f[FIELD_PIECES]; i++) {
    const uint8_t *piece = f + FIELD_PIECE + 3 * i;

    unit |= (bits >> piece[0] & low_bits(piece[2])) << piece[1];
  }
  write_unit(end - n, n, order, unit);
}

int field_words(const uint8_t *f, char *text)
{
  static const char *const sign[] = {"", " with sign", " without sign", ""};
  unsigned bits = f[FIELD_BITS] + f[FIELD_SHIFT], n;

  n = (unsigned)snprintf(text, FIELD_WORDS, "%u bit%s%s", bits, bits == 1 ? "" : "s", sign[f[FIELD_FLAGS] & FIELD_SIGN]);
  if (f[FIELD_SHIFT] > 0)
    n += (unsigned)snprintf(text + n, FIELD_WORDS - n, " as a multiple of %" PRIu64, UINT64_C(1) << f[FIELD_SHIFT]);
  return (int)n;
}
