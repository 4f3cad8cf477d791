/* field_valid.c - do bytes of a list describe a field? Each member is in its bounds, and what
 * follows from the others is what field_complete() says.
 */
#include "field.h"

static bool unit_valid(const uint8_t *f)
{
  static const uint8_t units[] = {0, 1, 1, 0, 1, 0, 1, 0, 1};
  unsigned unit = f[FIELD_UNIT], word = f[FIELD_WORD];

  return unit <= 8 && units[unit] && (word == 0 || (word < unit && units[word] && unit % word == 0));
}

static bool pieces_valid(const uint8_t *f)
{
  unsigned i, unit = 8u * f[FIELD_UNIT];

  if (f[FIELD_PIECES] > FIELD_MAXPIECES || (f[FIELD_PIECES] == 0 && f[FIELD_BITS] + f[FIELD_TO] > unit))
    return false;
  for (i = 0; i < f[FIELD_PIECES]; i++) {
    struct field_piece piece = field_piece_at(f, i);

    if (piece.from + piece.count > 64 || piece.to + piece.count > unit)
      return false;
  }
  return true;
}

static bool transform_valid(const uint8_t *f)
{
  unsigned param = f[FIELD_PARAM];

  switch (f[FIELD_TRANSFORM]) {
  case TRANSFORM_CARRY: return param >= 1 && param < f[FIELD_BITS];
  case TRANSFORM_BYTE: return param <= 64;
  case TRANSFORM_AMONG: return !(f[FIELD_FLAGS] & FIELD_RANGED);
  case TRANSFORM_WRAPPED: return param >= f[FIELD_BITS] && param < 64;
  case TRANSFORM_A64_WIDE: case TRANSFORM_A64_SHIFT: return param == 32 || param == 64;
  case TRANSFORM_A64_OFFSET: return param <= 4;
  case TRANSFORM_A64_MASK: return param == 8 || param == 16 || param == 32 || param == 64;
  case TRANSFORM_TIMES: return param > 0;
  default: return f[FIELD_TRANSFORM] < TRANSFORM_COUNT;
  }
}

bool field_valid(const uint8_t *f)
{
  unsigned bits = f[FIELD_BITS];
  uint8_t complete[LIST_FIELD];

  if (!unit_valid(f) || f[FIELD_ORIGIN] >= ORIGIN_COUNT || bits < 1 || bits > 64 || f[FIELD_SHIFT] > 63 ||
      bits + f[FIELD_SHIFT] > 64 || !pieces_valid(f) || !transform_valid(f))
    return false;
  memcpy(complete, f, LIST_FIELD);
  field_complete(complete);
  return memcmp(complete, f, LIST_FIELD) == 0;
}
