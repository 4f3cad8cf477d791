/* word.c - bit diagrams: see word.h.
 *
 * The text is read from its end, so that the place of each piece is known when it is met: `at` is
 * the number of bits read so far. Each text between blanks is one token. A field collects its
 * pieces in this order and is turned around at the end, when it is checked for gaps.
 */
#include <stdio.h>

#include "word.h"

struct reader {
  const char *text;
  const struct word_name *names;
  struct word *out;
  unsigned at;
};

static bool is_name_char(char c)
{
  return char_is(c, CHAR_WORD) || (c && strchr("'.+-", c));
}

const struct word_field *word_find(const struct word *w, struct span name)
{
  for (unsigned i = 0; i < w->nfields; i++)
    if (span_eq(w->field[i].name, name))
      return &w->field[i];
  return NULL;
}

/* ---- reading ------------------------------------------------------------------ */

static const char *read_digits(struct reader *r, struct span token)
{
  for (size_t i = token.n; i-- > 0; r->at++) {
    if (token.p[i] != '0' && token.p[i] != '1')
      return "digits other than 0 and 1";
    if (r->at >= 64)
      return "too many bits";
    r->out->fixed |= (uint64_t)(token.p[i] - '0') << r->at;
    r->out->mask |= UINT64_C(1) << r->at;
  }
  return NULL;
}

static const char *add_piece(struct reader *r, struct word_field *f, unsigned from, unsigned count)
{
  struct word_piece *last = f->npieces ? &f->piece[f->npieces - 1] : NULL;

  if (r->at + count > 64)
    return "too many bits";
  if (last && last->to + last->count == r->at && last->from + last->count == from) {
    last->count = (uint8_t)(last->count + count);
  } else {
    if (f->npieces == WORD_PIECES)
      return "a field in too many pieces";
    f->piece[f->npieces++] = (struct word_piece){(uint8_t)from, (uint8_t)r->at, (uint8_t)count};
  }
  r->at += count;
  return NULL;
}

static const char *read_alone(struct reader *r, struct word_field *f)
{
  for (const struct word_name *n = r->names; n->name; n++)
    if (span_is(f->name, n->name))
      return add_piece(r, f, 0, n->bits);
  return "an unknown name without brackets";
}

/* A number that ends before *end, which moves to its start. False: there is none below 64. */
static bool read_number(const char *start, const char **end, unsigned *out)
{
  const char *p = *end;
  unsigned value = 0, scale = 1;

  while (p > start && char_is(p[-1], CHAR_DIGIT) && *end - p < 2) {
    value += scale * (unsigned)(*--p - '0');
    scale *= 10;
  }
  if (p == *end || value > 63)
    return false;
  *end = p;
  *out = value;
  return true;
}

/* What stands between the brackets, from its end: 12|10:5 */
static const char *read_brackets(struct reader *r, struct word_field *f, struct span inner)
{
  const char *end = inner.p + inner.n, *error;
  unsigned high, low;

  for (;;) {
    if (!read_number(inner.p, &end, &low))
      return "brackets without a bit's number";
    high = low;
    if (end > inner.p && end[-1] == ':') {
      end--;
      if (!read_number(inner.p, &end, &high) || high <= low)
        return "bits not from the highest to the lowest";
    }
    if ((error = add_piece(r, f, low, high - low + 1)) != NULL)
      return error;
    if (end == inner.p)
      return NULL;
    if (*--end != '|')
      return "bits that no | separates";
  }
}

/* The field of that name, which may be a new one. */
static struct word_field *field_of(struct word *w, struct span name, bool alone)
{
  struct word_field *f;

  for (unsigned i = 0; i < w->nfields; i++)
    if (span_eq(w->field[i].name, name))
      return &w->field[i];
  if (w->nfields == WORD_FIELDS)
    return NULL;
  f = &w->field[w->nfields++];
  *f = (struct word_field){.name = name, .alone = alone};
  return f;
}

static const char *read_field(struct reader *r, struct span token)
{
  size_t n = 0;
  struct word_field *f;

  while (n < token.n && is_name_char(token.p[n]))
    n++;
  if (n == 0)
    return "an unknown character";
  if (n < token.n && (token.p[n] != '[' || token.p[token.n - 1] != ']'))
    return "an unknown character";
  f = field_of(r->out, (struct span){token.p, n}, n == token.n);
  if (!f)
    return "too many fields";
  if (f->alone != (n == token.n))
    return "a field with brackets and without";
  return f->alone ? read_alone(r, f) : read_brackets(r, f, (struct span){token.p + n + 1, token.n - n - 2});
}

static const char *read_token(struct reader *r, struct span token)
{
  size_t n = 0;

  while (n < token.n && char_is(token.p[n], CHAR_DIGIT))
    n++;
  r->out->ends |= UINT64_C(1) << r->at;
  return n == token.n ? read_digits(r, token) : read_field(r, token);
}

/* ---- checks -------------------------------------------------------------------- */

static bool describe_places(const struct word_field *f, unsigned word, uint8_t out[LIST_FIELD]);

/* Each bit of the value from the lowest to the highest one is there once, or each is there twice;
 * in no more pieces than a field of a list has. */
static const char *check_field(struct word_field *f)
{
  uint8_t field[LIST_FIELD];
  uint64_t seen = 0, again = 0;
  unsigned low = 0;

  for (unsigned i = 0; i < f->npieces; i++) {
    uint64_t bits = low_bits(f->piece[i].count) << f->piece[i].from;

    again |= seen & bits;
    seen |= bits;
  }
  if (again != 0 && again != seen)
    return "a bit of a field twice";
  while (!(seen >> low & 1))
    low++;
  f->low = (uint8_t)low;
  if (!describe_places(f, 0, field))
    return "a field in too many pieces";
  seen >>= low;
  while (seen >> f->bits & 1)
    if (++f->bits == 64)
      return NULL;
  return seen >> f->bits ? "a gap between the bits of a field" : NULL;
}

static void turn_around(struct word *w)
{
  for (unsigned i = 0, k = w->nfields; i + 1 < k; i++) {
    struct word_field f = w->field[i];

    w->field[i] = w->field[--k];
    w->field[k] = f;
  }
  for (unsigned n = 0; n < w->nfields; n++) {
    struct word_field *f = &w->field[n];

    for (unsigned i = 0, k = f->npieces; i + 1 < k; i++) {
      struct word_piece p = f->piece[i];

      f->piece[i] = f->piece[--k];
      f->piece[k] = p;
    }
  }
}

const char *word_parse(const char *text, const struct word_name *names, struct word *out)
{
  struct reader r = {.text = text, .names = names, .out = out};
  const char *end = text + strlen(text), *error;

  *out = (struct word){0};
  for (;;) {
    const char *start;

    while (end > text && end[-1] == ' ')
      end--;
    if (end == text)
      break;
    for (start = end; start > text && start[-1] != ' ';)
      start--;
    if (r.at >= 64)
      return "too many bits";
    if ((error = read_token(&r, (struct span){start, (size_t)(end - start)})) != NULL)
      return error;
    end = start;
  }
  if (r.at % 16 != 0 || r.at == 0)
    return "not 16, 32, 48 or 64 bits";
  out->width = (uint8_t)r.at;
  for (unsigned i = 0; i < out->nfields; i++)
    if ((error = check_field(&out->field[i])) != NULL)
      return error;
  turn_around(out);
  return NULL;
}

/* ---- printing -------------------------------------------------------------------- */

struct writer {
  char *buf;
  size_t size, n;
};

static void put_text(struct writer *o, const char *p, size_t n)
{
  for (size_t i = 0; i < n; i++, o->n++)
    if (o->n + 1 < o->size)
      o->buf[o->n] = p[i];
}

static void put_number(struct writer *o, unsigned number)
{
  char text[4];

  put_text(o, text, (size_t)snprintf(text, sizeof(text), "%u", number));
}

/* The part of a field that is in the unit's bits from `low` up to `high`. False: none is. */
static bool put_field(struct writer *o, const struct word_field *f, unsigned low, unsigned high)
{
  bool any = false;

  for (unsigned i = 0; i < f->npieces; i++) {
    const struct word_piece *p = &f->piece[i];
    unsigned first = p->to > low ? p->to : low, last = p->to + p->count - 1u;

    last = last < high ? last : high;
    if (first > last)
      continue;
    if (!any)
      put_text(o, f->name.p, f->name.n);
    if (!f->alone) {
      put_text(o, any ? "|" : "[", 1);
      put_number(o, p->from + last - p->to);
      if (last > first) {
        put_text(o, ":", 1);
        put_number(o, p->from + first - p->to);
      }
    }
    any = true;
  }
  if (any && !f->alone)
    put_text(o, "]", 1);
  return any;
}

static void put_token(struct writer *o, const struct word *w, unsigned low, unsigned high)
{
  for (unsigned i = 0; i < w->nfields; i++)
    if (put_field(o, &w->field[i], low, high))
      return;
  for (unsigned bit = high + 1; bit-- > low;)
    put_text(o, w->fixed >> bit & 1 ? "1" : "0", 1);
}

size_t word_print(const struct word *w, char *buf, size_t size)
{
  struct writer o = {buf, size, 0};
  unsigned high = w->width;

  while (high > 0) {
    unsigned low = high - 1;

    while (!(w->ends >> low & 1))
      low--;
    if (high < w->width)
      put_text(&o, " ", 1);
    put_token(&o, w, low, high - 1);
    high = low;
  }
  if (size > 0)
    buf[o.n < size ? o.n : size - 1] = '\0';
  return o.n;
}

/* ---- use --------------------------------------------------------------------------- */

/* A piece, in as many of the list's as it needs; false: there are too many. Of two words the first
 * one, which is written first, has the lowest bits in a list. */
static bool describe_piece(const struct word_field *f, struct word_piece piece, uint8_t out[LIST_FIELD])
{
  piece.to ^= out[FIELD_WORD] ? 32 : 0;
  while (piece.count > 0) {
    unsigned count = piece.count < FIELD_PIECE_BITS ? piece.count : FIELD_PIECE_BITS;

    if (out[FIELD_PIECES] == FIELD_MAXPIECES)
      return false;
    field_set_piece(out, out[FIELD_PIECES]++, piece.from - (unsigned)f->low, piece.to, count);
    piece.from = (uint8_t)(piece.from + count);
    piece.to = (uint8_t)(piece.to + count);
    piece.count = (uint8_t)(piece.count - count);
  }
  return true;
}

/* Where the bits go. check_field() has seen that a list can say it. */
static bool describe_places(const struct word_field *f, unsigned word, uint8_t out[LIST_FIELD])
{
  memset(out, 0, LIST_FIELD);
  out[FIELD_WORD] = (uint8_t)word;
  if (f->npieces == 1 && word == 0)
    out[FIELD_TO] = f->piece[0].to;
  else
    for (unsigned i = 0; i < f->npieces; i++)
      if (!describe_piece(f, f->piece[i], out))
        return false;
  return true;
}

bool word_describe(const struct word *w, const struct word_field *f, unsigned flags, uint8_t out[LIST_FIELD])
{
  if (!describe_places(f, w->width == 64 ? 4 : 0, out))
    return false;
  out[FIELD_UNIT] = w->width / 8;
  out[FIELD_FLAGS] = (uint8_t)flags;
  out[FIELD_SHIFT] = f->low;
  out[FIELD_BITS] = f->bits;
  field_complete(out);
  return true;
}

uint64_t word_insert(const struct word_field *f, uint64_t unit, uint64_t value)
{
  uint8_t field[LIST_FIELD];

  (void)describe_places(f, 0, field);
  return unit | field_place(field, value >> f->low & low_bits(f->bits));
}

bool word_extract(const struct word_field *f, uint64_t unit, uint64_t *value)
{
  *value = 0;
  for (unsigned i = 0; i < f->npieces; i++)
    *value |= (unit >> f->piece[i].to & low_bits(f->piece[i].count)) << f->piece[i].from;
  for (unsigned i = 0; i < f->npieces; i++)
    if ((unit >> f->piece[i].to & low_bits(f->piece[i].count)) !=
        (*value >> f->piece[i].from & low_bits(f->piece[i].count)))
      return false;
  return true;
}
