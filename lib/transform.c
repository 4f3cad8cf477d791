/* transform.c - values that go into fields in other shapes than as pieces of themselves: see field.h.
 *
 * Each is a function of the value, which is shifted already, and of FIELD_PARAM.
 */
#include "field.h"

static uint64_t ones(unsigned n)
{
  return n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX;
}

/* v without sign, if its magnitude has at most so many bits. */
static bool magnitude(uint64_t v, unsigned bits, uint64_t *out)
{
  *out = v >> 63 ? 0 - v : v;
  return *out <= ones(bits);
}

/* Is v, with its sign, a number of so many bits? */
static bool has_bits(uint64_t v, unsigned bits)
{
  return v + (UINT64_C(1) << (bits - 1)) <= ones(bits);
}

static bool carry(const uint8_t *f, uint64_t v, uint64_t *bits)
{
  uint64_t low = ones(f[FIELD_PARAM]), high = v + (low >> 1) + 1;

  *bits = (v & low) | (high & ~low);
  return has_bits(high, f[FIELD_BITS]);
}

static bool signed_magnitude(const uint8_t *f, uint64_t v, uint64_t *bits)
{
  unsigned n = f[FIELD_BITS] - 1u;
  bool ok = magnitude(v, n, bits);

  *bits |= (v >> 63 ^ 1) << n;
  return ok;
}

static bool byte(const uint8_t *f, uint64_t v, uint64_t *bits)
{
  bool is_signed = f[FIELD_TRANSFORM] == TRANSFORM_BYTE;
  unsigned size = f[FIELD_PARAM];
  uint64_t half = is_signed ? 128 : 0;

  if (size > 0 && size < 64 && v <= ones(size) && v >> (size - 1))
    v |= ~ones(size); /* the pattern of a negative one */
  *bits = v & 0xff;
  if (v + half <= 255)
    return true;
  *bits = (v >> 8 & 0xff) | 0x100;
  return (v & 0xff) == 0 && v + 256 * half <= 255 * 256;
}

static bool among(const uint8_t *f, uint64_t v, uint64_t *bits)
{
  *bits = v;
  return v < 32 && (list_u32(f + FIELD_LOW) >> v & 1);
}

static bool wrapped(const uint8_t *f, uint64_t v, uint64_t *bits)
{
  uint64_t modulus = UINT64_C(1) << f[FIELD_PARAM];

  *bits = v;
  return v < modulus && (v <= ones(f[FIELD_BITS] - 1u) || has_bits(v - modulus, f[FIELD_BITS]));
}

/* Each of the parts below takes one from this one if its highest bit is set. */
static bool part(const uint8_t *f, uint64_t v, uint64_t *bits)
{
  unsigned n = 16u * f[FIELD_PARAM];

  *bits = (v + (UINT64_C(0x800080008000) & ones(n))) >> n & 0xffff;
  return true;
}

/* ---- ARM: an immediate of 8 bits, rotated ------------------------------------------ */

static bool rotated(uint32_t v, uint64_t *bits)
{
  unsigned n;

  for (n = 0; n < 16; n++) {
    uint32_t back = n ? v << 2 * n | v >> (32 - 2 * n) : v;

    if (back <= 255) {
      *bits = back | n << 8;
      return true;
    }
  }
  return false;
}

static bool a32_rotated(const uint8_t *f, uint64_t v, uint64_t *bits)
{
  (void)f;
  return (v >> 32 == 0 || has_bits(v, 32)) && rotated((uint32_t)v, bits);
}

static bool a32_offset(const uint8_t *f, uint64_t v, uint64_t *bits)
{
  uint64_t size;

  (void)f;
  if (!magnitude(v, 32, &size) || !rotated((uint32_t)size, bits))
    return false;
  *bits |= v >> 63 ? 1u << 13 : 1u << 12;
  return true;
}

static bool difference(const uint8_t *f, uint64_t v, uint64_t *bits)
{
  (void)f;
  *bits = 0;
  return v != 0;
}

/* ---- AArch64 ------------------------------------------------------------------------- */

static bool a64_add(const uint8_t *f, uint64_t v, uint64_t *bits)
{
  bool other = (v >> 63) != (f[FIELD_TRANSFORM] == TRANSFORM_A64_SUB);
  uint64_t size;

  if (!magnitude(v, 24, &size) || (size > 0xfff && (size & 0xfff) != 0))
    return false;
  *bits = (size > 0xfff ? size >> 12 | 0x1000 : size) | (uint64_t)other << 13;
  return true;
}

/* v as the pattern of a register of so many bits, where a value may be signed or not. */
static bool pattern(uint64_t v, unsigned bits, uint64_t *out)
{
  *out = v & ones(bits);
  return v <= ones(bits) || has_bits(v, bits);
}

static bool a64_wide(const uint8_t *f, uint64_t v, uint64_t *bits)
{
  unsigned n;

  if (!pattern(v, f[FIELD_PARAM], &v))
    return false;
  for (n = 0; 16 * n < f[FIELD_PARAM]; n++)
    if ((v & ~(UINT64_C(0xffff) << 16 * n)) == 0) {
      *bits = v >> 16 * n | n << 16;
      return true;
    }
  return false;
}

static unsigned low_zeros(uint64_t v)
{
  unsigned n = 0;

  for (; n < 64 && !(v >> n & 1); n++)
    ;
  return n;
}

/* One run of ones, at most 63 of 64, perhaps over the end; *start: where it begins, *length. */
static bool one_run(uint64_t v, unsigned size, unsigned *start, unsigned *length)
{
  bool around = (v & 1) && (v >> (size - 1) & 1);
  uint64_t run = around ? ~v & ones(size) : v, rest;
  unsigned first = low_zeros(run), n;

  if (run == 0 || v == ones(size))
    return false;
  rest = run >> first;
  n = low_zeros(~rest);
  if (rest != ones(n))
    return false;
  *start = around ? first + n : first;
  *length = around ? size - n : n;
  return true;
}

/* DDI 0487, DecodeBitMasks: the shortest pattern that v repeats is a run of ones, rotated to the right. */
static bool a64_mask(const uint8_t *f, uint64_t v, uint64_t *bits)
{
  unsigned size = f[FIELD_PARAM], start, length;

  if (v > ones(size) && ~v > ones(size))
    return false;
  v &= ones(size);
  while (size > 2 && (v >> size / 2 & ones(size / 2)) == (v & ones(size / 2)))
    size /= 2;
  v &= ones(size);
  if (!one_run(v, size, &start, &length))
    return false;
  *bits = (uint64_t)(size == 64) << 12 | ((size - start) % size) << 6 | ((0u - 2 * size) & 0x3f) | (length - 1);
  return true;
}

static bool a64_shift(const uint8_t *f, uint64_t v, uint64_t *bits)
{
  unsigned width = f[FIELD_PARAM];

  if (v >= width)
    return false;
  *bits = (width - v) % width << 6 | (width - 1 - v);
  return true;
}

static bool a64_offset(const uint8_t *f, uint64_t v, uint64_t *bits)
{
  unsigned scale = f[FIELD_PARAM];

  if ((v & ones(scale)) == 0 && v >> scale <= 0xfff)
    *bits = v >> scale | 0x1000;
  else
    *bits = (v & 0x1ff) << 2;
  return *bits >= 0x1000 || v + 256 <= 511;
}

static bool a64_bytes(const uint8_t *f, uint64_t v, uint64_t *bits)
{
  unsigned i;

  (void)f;
  *bits = 0;
  for (i = 0; i < 8; i++) {
    unsigned byte = (unsigned)(v >> 8 * i & 255);

    if (byte != 0 && byte != 255)
      return false;
    *bits |= (uint64_t)(byte & 1) << i;
  }
  return true;
}

static bool times(const uint8_t *f, uint64_t v, uint64_t *bits)
{
  unsigned n = f[FIELD_PARAM], size = f[FIELD_BITS];
  uint64_t part, count;

  if (!magnitude(v, 32, &part) || part % n != 0)
    return false;
  count = part / n;
  *bits = v >> 63 ? 0 - count : count;
  return (f[FIELD_FLAGS] & FIELD_SIGN) == FIELD_SIGNED ? has_bits(*bits, size) : *bits <= ones(size);
}

static bool run_of_ones(const uint8_t *f, uint64_t v, uint64_t *bits)
{
  unsigned start = 0, length = 32;

  (void)f;
  if (!has_bits(v, 32) && v > UINT32_MAX)
    return false;
  v = (uint32_t)v;
  if (v != UINT32_MAX && !one_run(v, 32, &start, &length))
    return false;
  *bits = ((63 - (start + length - 1)) % 32) << 5 | (31 - start);
  return true;
}

/* ---- all of them ----------------------------------------------------------------------- */

static const struct {
  bool (*make)(const uint8_t *f, uint64_t v, uint64_t *bits);
  const char *words;
} transforms[TRANSFORM_COUNT] = {
    [TRANSFORM_CARRY] = {carry, "out of reach"},
    [TRANSFORM_MAGNITUDE] = {signed_magnitude, "too large"},
    [TRANSFORM_BYTE] = {byte, "not in -128 to 127, and no multiple of 256 from -32768 to 32512"},
    [TRANSFORM_UBYTE] = {byte, "not in 0 to 255, and no multiple of 256 up to 65280"},
    [TRANSFORM_A32_ROTATED] = {a32_rotated, "not 8 bits, rotated by an even number"},
    [TRANSFORM_A32_OFFSET] = {a32_offset, "not 8 bits, rotated by an even number"},
    [TRANSFORM_A64_ADD] = {a64_add, "not below 4096, and no multiple of 4096 below 2^24"},
    [TRANSFORM_A64_SUB] = {a64_add, "not below 4096, and no multiple of 4096 below 2^24"},
    [TRANSFORM_A64_WIDE] = {a64_wide, "not one half word with zeros around it"},
    [TRANSFORM_A64_MASK] = {a64_mask, "not a run of ones that repeats"},
    [TRANSFORM_A64_SHIFT] = {a64_shift, "not a number of bits to shift by"},
    [TRANSFORM_AMONG] = {among, "not one of those that can be here"},
    [TRANSFORM_WRAPPED] = {wrapped, "too large, with the sign of its field"},
    [TRANSFORM_PART] = {part, "a part of a number"},
    [TRANSFORM_RUN] = {run_of_ones, "not a run of ones in 32 bits"},
    [TRANSFORM_A64_OFFSET] = {a64_offset, "not in -256 to 255, and no multiple of the size below 4096 times it"},
    [TRANSFORM_A64_BYTES] = {a64_bytes, "not 8 bytes that are 0 or 0xff each"},
    [TRANSFORM_TIMES] = {times, "no multiple of what it must be, or too large"},
    [TRANSFORM_DIFFERENCE] = {difference, "the difference of two registers that must not be the same"},
};

bool field_transform(const uint8_t *f, uint64_t value, uint64_t *bits)
{
  return transforms[f[FIELD_TRANSFORM]].make(f, value, bits);
}

const char *transform_words(unsigned transform)
{
  return transforms[transform].words;
}
