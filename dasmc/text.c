/* text.c - spans of text, character classes, numbers.
 *
 * Characters are bytes; letters are those of ASCII whatever the locale, as DynASM has it in the
 * C locale. Bytes above 127 are no letters, so UTF-8 in comments and strings passes through.
 */
#include <stdio.h>
#include <string.h>

#include "front_private.h"

#define W CHAR_WORD
#define D CHAR_DIGIT | CHAR_WORD
#define S CHAR_SPACE
#define B CHAR_SPLIT
const unsigned char char_class[256] = {
  ['\t'] = S, ['\n'] = S, ['\v'] = S, ['\f'] = S, ['\r'] = S, [' '] = S,
  ['0'] = D,  ['1'] = D,  ['2'] = D,  ['3'] = D,  ['4'] = D,  ['5'] = D, ['6'] = D,
  ['7'] = D,  ['8'] = D,  ['9'] = D,  ['_'] = W,
  ['A'] = W,  ['B'] = W,  ['C'] = W,  ['D'] = W,  ['E'] = W,  ['F'] = W, ['G'] = W,
  ['H'] = W,  ['I'] = W,  ['J'] = W,  ['K'] = W,  ['L'] = W,  ['M'] = W, ['N'] = W,
  ['O'] = W,  ['P'] = W,  ['Q'] = W,  ['R'] = W,  ['S'] = W,  ['T'] = W, ['U'] = W,
  ['V'] = W,  ['W'] = W,  ['X'] = W,  ['Y'] = W,  ['Z'] = W,
  ['a'] = W,  ['b'] = W,  ['c'] = W,  ['d'] = W,  ['e'] = W,  ['f'] = W, ['g'] = W,
  ['h'] = W,  ['i'] = W,  ['j'] = W,  ['k'] = W,  ['l'] = W,  ['m'] = W, ['n'] = W,
  ['o'] = W,  ['p'] = W,  ['q'] = W,  ['r'] = W,  ['s'] = W,  ['t'] = W, ['u'] = W,
  ['v'] = W,  ['w'] = W,  ['x'] = W,  ['y'] = W,  ['z'] = W,
  ['('] = B,  [')'] = B,  ['['] = B,  [']'] = B,  ['{'] = B,  ['}'] = B, [','] = B,
  ['\''] = B, ['"'] = B,
};
#undef W
#undef D
#undef S
#undef B

struct span span_trim(struct span s)
{
  return span_strip(s);
}

bool span_is_name(struct span s)
{
  if (s.n == 0 || char_is(s.p[0], CHAR_DIGIT))
    return false;
  for (size_t i = 0; i < s.n; i++)
    if (!char_is(s.p[i], CHAR_WORD))
      return false;
  return true;
}

struct span span_dup(struct front *F, struct span s)
{
  return (struct span){arena_strndup(F, s.p, s.n), s.n};
}

struct span span_vfmt(struct front *F, const char *fmt, va_list ap)
{
  char buffer[512];
  va_list again;
  char *p;
  int n;

  va_copy(again, ap);
  n = vsnprintf(buffer, sizeof(buffer), fmt, ap);
  if (n < 0)
    n = 0;
  p = arena_alloc(F, (size_t)n + 1);
  if ((size_t)n < sizeof(buffer))
    memcpy(p, buffer, (size_t)n);
  else
    vsnprintf(p, (size_t)n + 1, fmt, again);
  va_end(again);
  return (struct span){p, (size_t)n};
}

struct span span_fmt(struct front *F, const char *fmt, ...)
{
  struct span s;
  va_list ap;

  va_start(ap, fmt);
  s = span_vfmt(F, fmt, ap);
  va_end(ap);
  return s;
}

void spans_add(struct front *F, struct spans *list, struct span s)
{
  if (list->n == list->capacity)
    list->item = arena_grow(F, list->item, &list->capacity, list->n + 1, sizeof(*list->item));
  list->item[list->n++] = s;
}

/* ---- numbers --------------------------------------------------------------------- */

static int hex_digit(char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

static bool hex_number(struct span s, uint64_t *value)
{
  uint64_t v = 0;

  if (s.n == 0)
    return false;
  for (size_t i = 0; i < s.n; i++) {
    int d = hex_digit(s.p[i]);

    if (d < 0 || v >> 60 != 0)
      return false;
    v = v << 4 | (unsigned)d;
  }
  *value = v;
  return true;
}

static bool times_ten_plus(uint64_t *v, unsigned digit)
{
  if (*v > (UINT64_MAX - digit) / 10)
    return false;
  *v = *v * 10 + digit;
  return true;
}

/* [eE][+-]?digits; anything too big is cut to 1000, which no value survives. */
static bool exponent(struct span s, int *out)
{
  bool minus = false;
  int e = 0;

  if (s.n > 0 && (s.p[0] == '-' || s.p[0] == '+')) {
    minus = s.p[0] == '-';
    s = span_tail(s, 1);
  }
  if (s.n == 0)
    return false;
  for (size_t i = 0; i < s.n; i++) {
    if (!char_is(s.p[i], CHAR_DIGIT))
      return false;
    e = e >= 1000 ? 1000 : e * 10 + (s.p[i] - '0');
  }
  *out = minus ? -e : e;
  return true;
}

/* digits[.digits][e...] is v * 10^scale, where v are the digits up to the last one that is not
 * zero: so 1.0 and 10e-1 are exact, and 1.5 is seen not to be integral. */
static bool decimal_number(struct span s, uint64_t *value)
{
  uint64_t v = 0;
  long ndigits = 0, before_dot = -1, zeros = 0, scale;
  int e = 0;
  size_t i;

  for (i = 0; i < s.n; i++) {
    if (s.p[i] == '.' && before_dot < 0) {
      before_dot = ndigits;
    } else if (char_is(s.p[i], CHAR_DIGIT)) {
      ndigits++;
      zeros++;
      if (s.p[i] == '0')
        continue;
      for (; zeros > 1; zeros--)
        if (!times_ten_plus(&v, 0))
          return false;
      if (!times_ten_plus(&v, (unsigned)(s.p[i] - '0')))
        return false;
      zeros = 0;
    } else {
      break;
    }
  }
  if (ndigits == 0)
    return false;
  if (i < s.n && ((s.p[i] | 32) != 'e' || !exponent(span_tail(s, i + 1), &e)))
    return false;
  scale = (before_dot < 0 ? 0 : before_dot - ndigits) + zeros + e;
  for (; v != 0 && scale > 0; scale--)
    if (!times_ten_plus(&v, 0))
      return false;
  *value = v;
  return v == 0 || scale == 0;
}

bool front_number(struct span text, uint64_t *value, bool *neg)
{
  struct span s = span_trim(text);
  bool minus = s.n > 0 && s.p[0] == '-';

  *neg = false;
  if (minus || (s.n > 0 && s.p[0] == '+'))
    s = span_tail(s, 1);
  if (s.n > 2 && s.p[0] == '0' && (s.p[1] | 32) == 'x') {
    if (!hex_number(span_tail(s, 2), value))
      return false;
  } else if (!decimal_number(s, value)) {
    return false;
  }
  if (minus && *value != 0) {
    if (*value > (uint64_t)1 << 63)
      return false;
    *value = 0 - *value; /* two's complement */
    *neg = true;
  }
  return true;
}

/* Digits of a base below or equal to ten. */
static bool digits_number(struct span s, unsigned base, uint64_t *value)
{
  uint64_t v = 0;

  for (size_t i = 0; i < s.n; i++) {
    unsigned d = (unsigned)(unsigned char)s.p[i] - '0';

    if (d >= base || v > (UINT64_MAX - d) / base)
      return false;
    v = v * base + d;
  }
  *value = v;
  return s.n > 0;
}

bool front_c_number(struct span text, uint64_t *value)
{
  struct span s = span_trim(text);
  bool minus = s.n > 0 && s.p[0] == '-', ok;

  if (minus || (s.n > 0 && s.p[0] == '+'))
    s = span_trim(span_tail(s, 1));
  if (s.n > 2 && s.p[0] == '0' && (s.p[1] | 32) == 'x')
    ok = hex_number(span_tail(s, 2), value);
  else
    ok = digits_number(s, s.n > 1 && s.p[0] == '0' ? 8 : 10, value);
  if (minus)
    *value = 0 - *value;
  return ok;
}
