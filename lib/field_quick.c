/* field_quick.c - what puts and references may do by themselves: see field.h.
 *
 * A number's field has a quick way if many of its values, a power of two, go to one run of bits or
 * to two. Their bits are then those of the least one, with those of the difference turned over. Of
 * the others the plain way knows.
 */
#include "field.h"

static void set_u32(uint8_t *p, uint32_t v)
{
  unsigned i;

  for (i = 0; i < 4; i++)
    p[i] = (uint8_t)(v >> 8 * i);
}

static void set_u64(uint8_t *p, uint64_t v)
{
  set_u32(p, (uint32_t)v);
  set_u32(p + 4, (uint32_t)(v >> 32));
}

/* Is what goes in the value itself? */
static bool is_plain(const uint8_t *f)
{
  return !f[FIELD_WORD] && !f[FIELD_TRANSFORM] && field_bias(f) == 0 &&
         !(f[FIELD_FLAGS] & (FIELD_NEGATED | FIELD_LOOSE | FIELD_ROUNDED | FIELD_NONZERO));
}

/* Does it have a range that can be said in 32 bits? Sets that. */
static bool has_range(uint8_t *f)
{
  unsigned bits = f[FIELD_BITS] + f[FIELD_SHIFT], sign = f[FIELD_FLAGS] & FIELD_SIGN;
  bool whole = sign == FIELD_MODULO && bits == 32 && field_is_relative(f); /* what is farther is not quick */
  uint64_t high = low_bits(sign == FIELD_SIGNED || whole ? bits - 1 : bits) & ~low_bits(f[FIELD_SHIFT]);
  uint64_t low = sign == FIELD_UNSIGNED ? 0 : UINT64_C(1) << (bits - 1); /* its magnitude */

  if (f[FIELD_FLAGS] & FIELD_RANGED)
    return true;
  if ((sign == FIELD_MODULO && !whole) || bits > 32 || high + low > UINT32_MAX)
    return false;
  set_u32(f + FIELD_LOW, (uint32_t)(0 - low));
  set_u32(f + FIELD_SPAN, (uint32_t)(high + low));
  return true;
}

static unsigned pieces_of(const uint8_t *f)
{
  return f[FIELD_PIECES] ? f[FIELD_PIECES] : 1;
}

static struct field_piece piece_of(const uint8_t *f, unsigned n)
{
  return f[FIELD_PIECES] ? field_piece_at(f, n) : (struct field_piece){0, f[FIELD_TO], f[FIELD_BITS]};
}

/* ---- references ------------------------------------------------------------------------ */

/* One more piece of 32 bits. False: there are too many. */
static bool add_turn(uint8_t *f, unsigned turn, uint32_t taken)
{
  unsigned n = f[FIELD_TURNS];

  if (n > 0 && f[FIELD_TURN + n - 1] == turn) {
    n--;
    taken |= list_u32(f + FIELD_TAKEN + (size_t)4 * n);
  } else if (f[FIELD_TURNS]++ == 4) {
    return false;
  }
  f[FIELD_TURN + n] = (uint8_t)turn;
  set_u32(f + FIELD_TAKEN + (size_t)4 * n, taken);
  return true;
}

static bool has_turns(uint8_t *f)
{
  unsigned i, shift = f[FIELD_SHIFT];

  for (i = 0; i < pieces_of(f); i++) {
    struct field_piece p = piece_of(f, i);

    if (p.from + p.count > f[FIELD_BITS] || p.from + shift + p.count > 32 || p.to + p.count > 32 ||
        !add_turn(f, (p.to - p.from - shift) & 31, (uint32_t)(low_bits(p.count) << p.to)))
      return false;
  }
  return true;
}

static bool is_distance(uint8_t *f)
{
  int base = (f[FIELD_ORIGIN] == ORIGIN_START ? f[FIELD_UNIT] : 0) - (int8_t)f[FIELD_AHEAD];

  if (field_constant(f) || (f[FIELD_UNIT] != 4 && f[FIELD_UNIT] != 2) ||
      f[FIELD_ORIGIN] > ORIGIN_START || base > INT8_MAX || f[FIELD_SHIFT] > 8 || !is_plain(f) ||
      !has_range(f) || !has_turns(f))
    return false;
  f[FIELD_DROPPED] = (uint8_t)low_bits(f[FIELD_SHIFT]);
  f[FIELD_BASE] = (uint8_t)base;
  return true;
}

/* ---- numbers --------------------------------------------------------------------------- */

/* The values `least` + n * 2^shift, n below 2^bits: what goes in is n but for the bits of the least
 * one. */
struct run {
  int64_t least;
  unsigned bits, shift;
};

/* Are they all in its range? */
static bool in_range(const uint8_t *f, const struct run *run)
{
  uint64_t low = (uint64_t)(run->least - (int32_t)list_u32(f + FIELD_LOW));

  return !(f[FIELD_FLAGS] & FIELD_RANGED) || (run->least >= (int32_t)list_u32(f + FIELD_LOW) &&
                                              low + (low_bits(run->bits) << run->shift) <= list_u32(f + FIELD_SPAN));
}

/* That of a field with a transform: the values that it leaves as they are. */
static bool transformed_run(const uint8_t *f, struct run *run)
{
  static const uint8_t bits[TRANSFORM_COUNT] = {
      [TRANSFORM_BYTE] = 7,       [TRANSFORM_UBYTE] = 8,      [TRANSFORM_A32_ROTATED] = 8,
      [TRANSFORM_A32_OFFSET] = 8, [TRANSFORM_A64_ADD] = 12,   [TRANSFORM_A64_SUB] = 12,
      [TRANSFORM_A64_WIDE] = 16,  [TRANSFORM_A64_OFFSET] = 12};
  unsigned t = f[FIELD_TRANSFORM];

  *run = (struct run){0, bits[t], t == TRANSFORM_A64_OFFSET ? f[FIELD_PARAM] : 0};
  if (t == TRANSFORM_MAGNITUDE || t == TRANSFORM_WRAPPED)
    run->bits = f[FIELD_BITS] - 1u;
  return run->bits > 0 && f[FIELD_SHIFT] == 0 && field_bias(f) == 0 && in_range(f, run) &&
         !(f[FIELD_FLAGS] & (FIELD_NEGATED | FIELD_NONZERO));
}

/* That of a range: as many values as are a power of two, from its least one on. */
static bool ranged_run(const uint8_t *f, struct run *run)
{
  uint64_t count = ((uint64_t)list_u32(f + FIELD_SPAN) >> f[FIELD_SHIFT]) + 1, low;

  run->least = (int32_t)list_u32(f + FIELD_LOW);
  low = (uint64_t)run->least >> f[FIELD_SHIFT];
  for (run->bits = 0; count >> run->bits > 1; run->bits++)
    ;
  return ((uint64_t)run->least & low_bits(f[FIELD_SHIFT])) == 0 &&
         (low & (run->bits == f[FIELD_BITS] ? low_bits(run->bits) >> 1 : low_bits(run->bits))) == 0;
}

static bool run_of(const uint8_t *f, struct run *run)
{
  if (f[FIELD_TRANSFORM])
    return transformed_run(f, run);
  *run = (struct run){0, f[FIELD_BITS], f[FIELD_SHIFT]};
  if (!is_plain(f) || f[FIELD_BITS] + f[FIELD_SHIFT] > 32)
    return false;
  if (f[FIELD_FLAGS] & FIELD_RANGED)
    return ranged_run(f, run);
  if ((f[FIELD_FLAGS] & FIELD_SIGN) == FIELD_SIGNED)
    run->least = -(INT64_C(1) << (run->bits + run->shift - 1));
  return true;
}

/* Where the bits of a run go: to two places at most, each to one. */
static unsigned places_of(const uint8_t *f, const struct run *run, struct field_piece place[2])
{
  uint64_t taken = 0;
  unsigned i, n = 0;

  for (i = 0; i < pieces_of(f); i++) {
    struct field_piece p = piece_of(f, i);

    if (p.from >= run->bits)
      continue;
    p.count = p.count < run->bits - p.from ? p.count : run->bits - p.from;
    if (n == 2 || (taken & low_bits(p.count) << p.from) != 0 || p.to + p.count > 32)
      return 0;
    taken |= low_bits(p.count) << p.from;
    place[n++] = p;
  }
  return taken == low_bits(run->bits) ? n : 0;
}

static bool is_number(uint8_t *f)
{
  struct field_piece place[2];
  struct run run;
  uint64_t flip;
  unsigned n, rotate;

  if (!run_of(f, &run) || run.bits == 0 || run.bits > f[FIELD_BITS] || !field_number(f, run.least, &flip))
    return false;
  n = places_of(f, &run, place);
  if (n == 0)
    return false;
  rotate = place[0].to - place[0].from - run.shift;
  f[FIELD_ROTATE] = rotate & 63;
  set_u64(f + FIELD_STRAY, ~(low_bits(place[0].count) << place[0].to));
  set_u64(f + FIELD_STRAY2, UINT64_MAX);
  if (n == 2) {
    f[FIELD_ROTATE2] = (place[1].to - place[1].from - run.shift - rotate) & 63;
    set_u64(f + FIELD_STRAY2, ~(low_bits(place[1].count) << place[1].to));
  }
  set_u64(f + FIELD_LEAST, (uint64_t)run.least);
  set_u32(f + FIELD_FLIP, (uint32_t)field_place(f, flip));
  return true;
}

/* ---- all of them ----------------------------------------------------------------------- */

static void forget(uint8_t *f)
{
  memset(f + FIELD_QUICK, 0, LIST_FIELD - FIELD_QUICK);
  if (f[FIELD_PIECES] <= FIELD_FEW)
    memset(f + FIELD_STRAY2, 0, FIELD_QUICK - FIELD_STRAY2);
  if (!(f[FIELD_FLAGS] & FIELD_RANGED) && f[FIELD_TRANSFORM] != TRANSFORM_AMONG)
    memset(f + FIELD_LOW, 0, FIELD_PIECE - FIELD_LOW);
}

void field_complete(uint8_t *f)
{
  forget(f);
  if (field_is_relative(f) && is_distance(f))
    f[FIELD_QUICK] = QUICK_DISTANCE;
  else if (!field_is_relative(f) && f[FIELD_UNIT] == 4 && f[FIELD_PIECES] <= FIELD_FEW &&
           !f[FIELD_WORD] && is_number(f))
    f[FIELD_QUICK] = QUICK_NUMBER;
  else
    forget(f);
}
