/* arm64_take.c - registers, lists of them, tiles and choices at a place of the operands' text, for a node of a form. */
#include "arm64.h"

static bool refuse(struct a64_attempt *a, const char *why)
{
  return match_refuse(&a->match, "%s", why);
}

size_t a64_skip(const struct a64_attempt *a, size_t at)
{
  while (at < a->length && (a->text[at] == ' ' || a->text[at] == '\t'))
    at++;
  return at;
}

struct span a64_rest(const struct a64_attempt *a, size_t at)
{
  return (struct span){a->text + at, a->length - at};
}

static char a64_lower(char c)
{
  return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

bool a64_same(struct span a, struct span b)
{
  if (a.n != b.n)
    return false;
  for (size_t i = 0; i < a.n; i++)
    if (a64_lower(a.p[i]) != a64_lower(b.p[i]))
      return false;
  return true;
}

/* A word, or a number with its # and sign. */
size_t a64_word_length(struct span s)
{
  size_t n = 0;

  while (n < s.n && (char_is(s.p[n], CHAR_WORD) || (n == 0 && (s.p[n] == '#' || s.p[n] == '-')) ||
                     (n == 1 && s.p[0] == '#' && s.p[n] == '-') || (s.p[n] == '.' && n > 0)))
    n++;
  return n;
}

/* Up to the comma or bracket that ends an operand's part. */
size_t a64_expression_length(struct span s)
{
  int depth = 0;
  size_t n = 0;

  for (; n < s.n; n++) {
    char c = s.p[n];

    if (depth == 0 && (c == ',' || c == ']' || c == '}'))
      break;
    depth += (c == '(' || c == '[') - (c == ')' || c == ']');
  }
  return n;
}

/* ---- choices ---------------------------------------------------------------------------- */

/* 4s of V: the letter, and 64 or 128 bits. */
static bool vector_bits(struct span word, unsigned *bits)
{
  static const uint8_t size[] = {['b'] = 8, ['h'] = 16, ['s'] = 32, ['d'] = 64, ['q'] = 128};
  unsigned count = 0;
  size_t i = 0;

  for (; i < word.n && char_is(word.p[i], CHAR_DIGIT); i++)
    count = 10 * count + (unsigned)(word.p[i] - '0');
  if (i == 0 || i + 1 != word.n || !strchr("bhsdq", a64_lower(word.p[i])))
    return false;
  *bits = count * size[(unsigned char)a64_lower(word.p[i])];
  return *bits == 64 || *bits == 128;
}

static bool put_place(struct a64_attempt *a, const struct a64_choice *c, unsigned place)
{
  for (unsigned i = c->nfield; i-- > 0;) {
    unsigned bits = a->f->word.field[c->field[i] - 1].bits;

    if (!a64_put_number(a, c->field[i], place & ((1u << bits) - 1)))
      return false;
    place >>= bits;
  }
  return true;
}

bool a64_choose(struct a64_attempt *a, unsigned choice, struct span word, bool vector)
{
  const struct a64_choice *c = &a->f->choice[choice - 1];
  bool letter = vector && c->letters && word.n > 1;
  uint32_t places = 0;
  unsigned bits = 0, n = c->letters ? (unsigned)c->table.n : 32;
  struct span last = word;

  if (letter) {
    if (!vector_bits(word, &bits))
      return refuse(a, "there is no such arrangement");
    last = (struct span){word.p + word.n - 1, 1};
  } else if (vector && c->letters && a->f->q) {
    return refuse(a, "an arrangement is expected, such as 4s");
  }
  for (unsigned i = 0; i < n && i < 32; i++) {
    struct span w = a64_choice_word(c, i);

    if (w.n > 0 && a64_same(w, last) && !(letter && bits == 64 && *w.p == 'D'))
      places |= UINT32_C(1) << i;
  }
  if (c->nfield == 0)
    places = a->s.free &= places;
  if (places == 0)
    return refuse(a, "this cannot be combined, or not used here");
  for (n = 0; !(places >> n & 1); n++)
    ;
  if (a->s.place[choice - 1] && a->s.place[choice - 1] != n + 1 && c->nfield > 0)
    return refuse(a, "it does not agree with another operand");
  a->s.place[choice - 1] = (uint8_t)(n + 1);
  if (letter && (a->f->q ? !a64_put_number(a, a->f->q, bits / 128) : bits != 128))
    return a->f->q ? false : refuse(a, "there is no such arrangement here");
  return put_place(a, c, n);
}

/* ---- registers ------------------------------------------------------------------------------ */

/* Is its class and what is written with it as the node says? */
/* v1.s[2]: an index follows. */
static bool is_element(const struct a64_attempt *a, const struct a64_node *n)
{
  return n + 1 < a->f->node + a->f->nnode && n[1].kind == A64_CHAR && n[1].mode == '[';
}

static bool take_class(struct a64_attempt *a, const struct a64_node *n, const struct a64_reg *reg)
{
  char letter = a64_class_letter(reg->class);

  if (n->choice ? letter == '\0' || !a64_choose(a, n->choice, (struct span){&letter, 1}, false) : reg->class != n->sub)
    return refuse(a, "another register is expected");
  if (reg->mode != n->mode)
    return refuse(a, n->mode ? "a predicate with /m or /z is expected" : "a predicate without /m or /z is expected");
  if (reg->class <= A64_X && !reg->expr.p && reg->num == 31 && reg->is_sp != n->sp)
    return refuse(a, n->sp ? "xzr and wzr cannot be used here" : "sp cannot be used here");
  if (n->arr)
    return reg->arr.n > 0 ? a64_choose(a, n->arr, reg->arr, reg->class == A64_V && !is_element(a, n)) : refuse(a, "the type of the elements is missing");
  return a64_same(reg->arr, n->text) || refuse(a, n->text.n ? "other elements are expected" : "no type of elements is expected here");
}

bool a64_take_register(struct a64_attempt *a, const struct a64_node *n, size_t *at)
{
  struct a64_reg reg;
  size_t length = a64_reg_parse(a64_rest(a, *at), &reg);

  if (length == 0)
    return refuse(a, "a register is expected");
  *at += length;
  return take_class(a, n, &reg) && a64_put_register(a, n, &reg);
}

/* How many registers r is behind the first; -1: nobody knows. */
static int distance_of(struct a64_attempt *a, const struct a64_reg *first, const struct a64_reg *r)
{
  int64_t from, to;
  unsigned limit = r->class == A64_P || r->class == A64_PN ? 16 : 32;
  struct span x, y;

  if (!first->expr.p != !r->expr.p)
    return -1;
  if (!r->expr.p)
    return (int)((r->num + limit - first->num) % limit);
  x = a64_without_constant(a->match.F, first->expr, &from);
  y = a64_without_constant(a->match.F, r->expr, &to);
  return span_eq(x, y) && to >= from && to - from < limit ? (int)(to - from) : -1;
}

/* A list such as "v0.4s, v1.4s" or "z0.b-z3.b": the first register, and how far behind it the others are. Returns how many
 * there are; 0: it is no list. */
static unsigned parse_list(struct a64_attempt *a, size_t at, size_t end, struct a64_reg *first, int distance[4])
{
  unsigned n = 0;
  bool range = false;

  for (at = a64_skip(a, at); at < end; at = a64_skip(a, at)) {
    struct a64_reg r;
    size_t length = a64_reg_parse(a64_rest(a, at), &r);
    int to;

    if (length == 0 || (n > 0 && (r.class != first->class || !span_eq(r.arr, first->arr))))
      return 0;
    if (n == 0)
      *first = r;
    to = distance_of(a, first, &r);
    while (range && n < 4 && distance[n - 1] + 1 < to) {
      distance[n] = distance[n - 1] + 1;
      n++;
    }
    if (n == 4 || to < 0 || (range && to != distance[n - 1] + 1))
      return 0;
    distance[n++] = to;
    at = a64_skip(a, at + length);
    if (range && at < end && a->text[at] == '-')
      return 0;
    range = at < end && a->text[at] == '-';
    if (at < end && a->text[at] != ',' && !range)
      return 0;
    at++;
  }
  return n;
}

bool a64_take_list(struct a64_attempt *a, const struct a64_node *n, size_t *at)
{
  struct a64_reg first;
  int distance[4];
  const char *close = memchr(a->text + *at, '}', a->length - *at);
  size_t end = close ? (size_t)(close - a->text) : 0;

  if (a->text[*at] != '{')
    return n->count == 1 ? a64_take_register(a, n, at) : refuse(a, "a list of registers is expected: {v0.4s, v1.4s}");
  if (!close || parse_list(a, *at + 1, end, &first, distance) != n->count)
    return refuse(a, "a list with another number of registers is expected");
  for (unsigned i = 1; i < n->count; i++)
    if (distance[i] != (int)i * n->stride)
      return refuse(a, "the registers of this list do not follow each other as they must");
  *at = end + 1;
  return take_class(a, n, &first) && a64_put_register(a, n, &first);
}

/* ---- tiles ------------------------------------------------------------------------------------- */

/* Rza(n), Rzah(n), Rzav(n). Returns the length. */
static size_t tile_at_run_time(struct span s, struct a64_tile *out)
{
  static const char *const names[] = {"za", "zah", "zav"};
  size_t word = 0;

  while (word < s.n && char_is(s.p[word], CHAR_WORD))
    word++;
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    size_t n = a64_run_time(s, word, (struct span){names[i], strlen(names[i])}, &out->expr);

    if (n > 0) {
      out->slice = names[i][2];
      return n;
    }
  }
  return 0;
}

bool a64_parse_tile(struct span s, struct a64_tile *out)
{
  size_t i;

  *out = (struct a64_tile){.number = -1};
  i = tile_at_run_time(s, out);
  if (i == 0) {
    if (s.n < 2 || a64_lower(s.p[0]) != 'z' || a64_lower(s.p[1]) != 'a')
      return false;
    for (i = 2; i < s.n && char_is(s.p[i], CHAR_DIGIT) && i < 4; i++)
      out->number = 10 * (out->number < 0 ? 0 : out->number) + s.p[i] - '0';
    if (i < s.n && (a64_lower(s.p[i]) == 'h' || a64_lower(s.p[i]) == 'v'))
      out->slice = a64_lower(s.p[i++]);
  }
  if (i + 1 < s.n && s.p[i] == '.' && char_is(s.p[i + 1], CHAR_WORD)) {
    out->arr.p = s.p + ++i;
    while (i < s.n && char_is(s.p[i], CHAR_WORD)) {
      i++;
      out->arr.n++;
    }
  }
  out->length = i;
  return i == s.n || (!char_is(s.p[i], CHAR_WORD) && s.p[i] != '.');
}

bool a64_take_tile(struct a64_attempt *a, const struct a64_node *n, size_t *at)
{
  struct a64_tile t;

  if (!a64_parse_tile(a64_rest(a, *at), &t))
    return refuse(a, "a tile of ZA is expected");
  *at += t.length;
  if (n->choice ? !t.slice || !a64_choose(a, n->choice, (struct span){&t.slice, 1}, false) : t.slice != n->mode)
    return refuse(a, "another tile, or another direction of its slices, is expected");
  if (n->arr ? !a64_choose(a, n->arr, t.arr, false) : !a64_same(t.arr, n->text))
    return refuse(a, "other elements are expected");
  if (t.expr.p && n->field)
    return a64_put_tile(a, n, t.expr);
  if (t.expr.p)
    return refuse(a, "the number of this tile must be known before the program runs");
  if (n->field)
    return t.number >= 0 ? a64_put_number(a, n->field, t.number) : refuse(a, "the number of the tile is missing");
  return t.number == (n->count == 255 ? -1 : n->count) || refuse(a, "another tile is expected");
}

/* {za0.s, za2.d}: bit n of the field is tile n of 64-bit elements. */
bool a64_take_tiles(struct a64_attempt *a, const struct a64_node *n, size_t *at)
{
  unsigned mask = 0;
  bool more = a->text[*at] == '{';

  if (!more)
    return refuse(a, "a list of tiles is expected: {za0.s, za3.d}, {za}, {}");
  for (*at = a64_skip(a, *at + 1); *at < a->length && a->text[*at] != '}';) {
    struct a64_tile t;
    const char *size;

    if (!a64_parse_tile(a64_rest(a, *at), &t) || t.slice || t.expr.p)
      return refuse(a, "a list of tiles is expected: {za0.s, za3.d}, {za}, {}");
    size = t.arr.n == 1 ? strchr("bhsd", a64_lower(*t.arr.p)) : NULL;
    if (t.number < 0 ? t.arr.n > 0 : !size || t.number >> (size - "bhsd"))
      return refuse(a, "there is no such tile");
    for (int i = t.number < 0 ? 0 : t.number; i < 8; i += t.number < 0 ? 1 : 1 << (size - "bhsd"))
      mask |= 1u << i;
    *at = a64_skip(a, *at + t.length);
    if (*at < a->length && a->text[*at] == ',') {
      *at = a64_skip(a, *at + 1);
      if (*at < a->length && a->text[*at] == '}')
        return refuse(a, "a list of tiles is expected: {za0.s, za3.d}, {za}, {}");
    }
  }
  ++*at;
  return a64_put_number(a, n->field, mask);
}
