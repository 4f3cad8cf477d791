/* arm64_match.c - a statement against the rows of its mnemonic, and the row that takes it, built.
 *
 * The operands are one text. The nodes of a form are met in their order; at an option it is first tried to meet
 * what stands in it, and if the rest then fails, the option is left out, with all that was known before it.
 */
#include <stdlib.h>

#include "arm64.h"

static bool refuse(struct a64_attempt *a, const char *why)
{
  return match_refuse(&a->match, "%s", why);
}

static size_t skip(const struct a64_attempt *a, size_t at)
{
  while (at < a->length && (a->text[at] == ' ' || a->text[at] == '\t'))
    at++;
  return at;
}

static struct span rest(const struct a64_attempt *a, size_t at)
{
  return (struct span){a->text + at, a->length - at};
}

static char lower(char c)
{
  return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

static bool same(struct span a, struct span b)
{
  if (a.n != b.n)
    return false;
  for (size_t i = 0; i < a.n; i++)
    if (lower(a.p[i]) != lower(b.p[i]))
      return false;
  return true;
}

/* A word, or a number with its # and sign. */
static size_t word_length(struct span s)
{
  size_t n = 0;

  while (n < s.n && (char_is(s.p[n], CHAR_WORD) || (n == 0 && (s.p[n] == '#' || s.p[n] == '-')) ||
                     (n == 1 && s.p[0] == '#' && s.p[n] == '-') || (s.p[n] == '.' && n > 0)))
    n++;
  return n;
}

/* Up to the comma or bracket that ends an operand's part. */
static size_t expression_length(struct span s)
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
  if (i == 0 || i + 1 != word.n || !strchr("bhsdq", lower(word.p[i])))
    return false;
  *bits = count * size[(unsigned char)lower(word.p[i])];
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

    if (w.n > 0 && same(w, last) && !(letter && bits == 64 && *w.p == 'D'))
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
  return same(reg->arr, n->text) || refuse(a, n->text.n ? "other elements are expected" : "no type of elements is expected here");
}

static bool take_register(struct a64_attempt *a, const struct a64_node *n, size_t *at)
{
  struct a64_reg reg;
  size_t length = a64_reg_parse(rest(a, *at), &reg);

  if (length == 0)
    return refuse(a, "a register is expected");
  *at += length;
  return take_class(a, n, &reg) && a64_put_register(a, n, &reg);
}

/* "n + 1" is "n" and 1. */
static struct span without_constant(struct a64_attempt *a, struct span expr, int64_t *more)
{
  int depth = 0;

  *more = 0;
  for (size_t i = expr.n; i-- > 1;) {
    char c = expr.p[i];

    depth += (c == ')') - (c == '(');
    if (depth != 0 || (c != '+' && c != '-'))
      continue;
    if (!operand_constant(a->match.F, span_trim((struct span){expr.p + i + 1, expr.n - i - 1}), more))
      break;
    *more = c == '-' ? -*more : *more;
    return span_trim((struct span){expr.p, i});
  }
  return expr;
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
  x = without_constant(a, first->expr, &from);
  y = without_constant(a, r->expr, &to);
  return span_eq(x, y) && to >= from && to - from < limit ? (int)(to - from) : -1;
}

/* A list such as "v0.4s, v1.4s" or "z0.b-z3.b": the first register, and how far behind it the others are. Returns how many
 * there are; 0: it is no list. */
static unsigned parse_list(struct a64_attempt *a, size_t at, size_t end, struct a64_reg *first, int distance[4])
{
  unsigned n = 0;
  bool range = false;

  for (at = skip(a, at); at < end; at = skip(a, at)) {
    struct a64_reg r;
    size_t length = a64_reg_parse(rest(a, at), &r);
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
    at = skip(a, at + length);
    if (range && at < end && a->text[at] == '-')
      return 0;
    range = at < end && a->text[at] == '-';
    if (at < end && a->text[at] != ',' && !range)
      return 0;
    at++;
  }
  return n;
}

static bool take_list(struct a64_attempt *a, const struct a64_node *n, size_t *at)
{
  struct a64_reg first;
  int distance[4];
  const char *close = memchr(a->text + *at, '}', a->length - *at);
  size_t end = close ? (size_t)(close - a->text) : 0;

  if (a->text[*at] != '{')
    return n->count == 1 ? take_register(a, n, at) : refuse(a, "a list of registers is expected: {v0.4s, v1.4s}");
  if (!close || parse_list(a, *at + 1, end, &first, distance) != n->count)
    return refuse(a, "a list with another number of registers is expected");
  for (unsigned i = 1; i < n->count; i++)
    if (distance[i] != (int)i * n->stride)
      return refuse(a, "the registers of this list do not follow each other as they must");
  *at = end + 1;
  return take_class(a, n, &first) && a64_put_register(a, n, &first);
}

/* ---- tiles ------------------------------------------------------------------------------------- */

struct tile {
  int number; /* or -1 */
  char slice; /* 'h', 'v' or 0 */
  struct span arr;
  size_t length;
};

static bool parse_tile(struct span s, struct tile *out)
{
  size_t i = 2;

  *out = (struct tile){.number = -1};
  if (s.n < 2 || lower(s.p[0]) != 'z' || lower(s.p[1]) != 'a')
    return false;
  for (; i < s.n && char_is(s.p[i], CHAR_DIGIT) && i < 4; i++)
    out->number = 10 * (out->number < 0 ? 0 : out->number) + s.p[i] - '0';
  if (i < s.n && (lower(s.p[i]) == 'h' || lower(s.p[i]) == 'v'))
    out->slice = lower(s.p[i++]);
  if (i < s.n && s.p[i] == '.') {
    out->arr.p = s.p + ++i;
    while (i < s.n && char_is(s.p[i], CHAR_WORD)) {
      i++;
      out->arr.n++;
    }
  }
  out->length = i;
  return i == s.n || !char_is(s.p[i], CHAR_WORD);
}

static bool take_tile(struct a64_attempt *a, const struct a64_node *n, size_t *at)
{
  struct tile t;

  if (!parse_tile(rest(a, *at), &t))
    return refuse(a, "a tile of ZA is expected");
  *at += t.length;
  if (n->choice ? !t.slice || !a64_choose(a, n->choice, (struct span){&t.slice, 1}, false) : t.slice != n->mode)
    return refuse(a, "another tile, or another direction of its slices, is expected");
  if (n->arr ? !a64_choose(a, n->arr, t.arr, false) : !same(t.arr, n->text))
    return refuse(a, "other elements are expected");
  if (n->field)
    return t.number >= 0 ? a64_put_number(a, n->field, t.number) : refuse(a, "the number of the tile is missing");
  return t.number == (n->count == 255 ? -1 : n->count) || refuse(a, "another tile is expected");
}

/* {za0.s, za2.d}: bit n of the field is tile n of 64-bit elements. */
static bool take_tiles(struct a64_attempt *a, const struct a64_node *n, size_t *at)
{
  unsigned mask = 0;
  bool more = a->text[*at] == '{';

  if (!more)
    return refuse(a, "a list of tiles is expected: {za0.s, za3.d}, {za}, {}");
  for (*at = skip(a, *at + 1); *at < a->length && a->text[*at] != '}';) {
    struct tile t;
    const char *size;

    if (!parse_tile(rest(a, *at), &t) || t.slice)
      return refuse(a, "a list of tiles is expected: {za0.s, za3.d}, {za}, {}");
    size = t.arr.n == 1 ? strchr("bhsd", lower(*t.arr.p)) : NULL;
    if (t.number < 0 ? t.arr.n > 0 : !size || t.number >> (size - "bhsd"))
      return refuse(a, "there is no such tile");
    for (int i = t.number < 0 ? 0 : t.number; i < 8; i += t.number < 0 ? 1 : 1 << (size - "bhsd"))
      mask |= 1u << i;
    *at = skip(a, *at + t.length);
    if (*at < a->length && a->text[*at] == ',') {
      *at = skip(a, *at + 1);
      if (*at < a->length && a->text[*at] == '}')
        return refuse(a, "a list of tiles is expected: {za0.s, za3.d}, {za}, {}");
    }
  }
  ++*at;
  return a64_put_number(a, n->field, mask);
}

/* ---- numbers and words ------------------------------------------------------------------------- */

static struct span number_text(const struct a64_attempt *a, size_t at, size_t *end)
{
  struct span s = rest(a, at);

  if (s.n > 0 && *s.p == '#')
    s = (struct span){s.p + 1, s.n - 1};
  s.n = expression_length(s);
  *end = (size_t)(s.p - a->text) + s.n;
  return span_trim(s);
}

/* A number as it stands in a row, or another way to write it: .5, 5.0e-1; but 90 is no fraction, and 0.0 has no sign. */
static bool same_number(struct span s, struct span want)
{
  char copy[32], *stop;
  double v;

  if (same(s, want))
    return true;
  if (s.n == 0 || s.n >= sizeof(copy) || memchr(want.p, ':', want.n) || (memchr(s.p, '.', s.n) && !memchr(want.p, '.', want.n)))
    return false;
  memcpy(copy, s.p, s.n);
  copy[s.n] = '\0';
  v = strtod(copy, &stop);
  return *stop == '\0' && (*copy == '-') == (*want.p == '-') && v == strtod(want.p, NULL);
}

static bool take_constant(struct a64_attempt *a, struct span want, size_t *at)
{
  size_t end;
  struct span s = number_text(a, *at, &end);

  *at = end;
  return same_number(s, want) || refuse(a, "another number is expected");
}

/* "2:3", of which the second is so much more than the first. */
static bool split_range(struct a64_attempt *a, const struct a64_node *n, struct span *s)
{
  const char *colon = memchr(s->p, ':', s->n);
  struct span second;
  int64_t x, y;

  if (!colon)
    return refuse(a, "two numbers are expected: 0:1");
  second = span_trim((struct span){colon + 1, s->n - (size_t)(colon + 1 - s->p)});
  *s = span_trim((struct span){s->p, (size_t)(colon - s->p)});
  if (!operand_constant(a->match.F, *s, &x) || !operand_constant(a->match.F, second, &y) || y - x != n->more)
    return refuse(a, "the second number must be as much more as it has vectors");
  return true;
}

/* A register, an element of one or of a tile: no name of C. */
static bool is_register(struct span s)
{
  struct a64_reg reg;
  struct tile t;
  size_t n = a64_reg_parse(s, &reg);

  return (n > 0 && (n == s.n || reg.arr.n > 0)) || (parse_tile(s, &t) && t.arr.n > 0);
}

static bool take_immediate(struct a64_attempt *a, const struct a64_node *n, size_t *at)
{
  size_t end, start = *at;
  struct span s;

  if (n->sub == IMM_CONST)
    return take_constant(a, n->text, at);
  s = number_text(a, *at, &end);
  *at = end;
  if (s.n == 0 || (a->text[start] != '#' && is_register(s)))
    return refuse(a, "a number or an expression is expected");
  if (n->more && !split_range(a, n, &s))
    return false;
  if (memchr(s.p, ':', s.n) && !memchr(s.p, '?', s.n))
    return refuse(a, "one number is expected");
  return a64_put_immediate(a, n, s);
}

/* Of the instructions that name system registers, bit L is set in those that read them. */
static bool is_read(const struct a64_form *f)
{
  return f->word.fixed >> 21 & 1;
}

static bool take_name(struct a64_attempt *a, const struct a64_node *n, size_t *at)
{
  struct span s = rest(a, *at);
  unsigned reg;
  long v;
  struct a64_node number = {.kind = A64_IMM, .sub = IMM_PLAIN, .field = n->field, .times = 1};

  s.n = word_length(s);
  v = s.n > 0 ? a64_word(n->sub, s, &reg) : -1;
  if (v >= 0) {
    *at += s.n;
    if (n->sub == WORDS_SYSREG && !(reg & (is_read(a->f) ? 1 : 2)))
      return refuse(a, is_read(a->f) ? "this register can only be written" : "this register can only be read");
    if (n->sub >= WORDS_AT && n->sub <= WORDS_TLBIP)
      a->s.reg = reg;
    return a64_put_number(a, n->field, v);
  }
  if (n->sub == WORDS_PATTERN || n->sub == WORDS_PRFOP || n->sub == WORDS_SVE_PRFOP || n->sub == WORDS_RPRFOP)
    return take_immediate(a, &number, at);
  return refuse(a, n->sub <= WORDS_COND_NOT ? "a condition is expected" : "this word is not known here");
}

static bool take_choice(struct a64_attempt *a, const struct a64_node *n, size_t *at)
{
  struct span s = rest(a, *at);
  const struct a64_choice *c = &a->f->choice[n->choice - 1];

  if (c->table.n > 0 && memchr(c->table.p, '#', c->table.n)) {
    struct span number = number_text(a, *at, at);

    s.n = 0;
    for (unsigned i = 0; i < 8; i++) {
      struct span w = a64_choice_word(c, i);

      if (w.n > 0 && same_number(number, (struct span){w.p + 1, w.n - 1}))
        s = w;
    }
    return s.n > 0 ? a64_choose(a, n->choice, s, false) : refuse(a, "another number is expected");
  }
  s.n = word_length(s);
  *at += s.n;
  return s.n > 0 ? a64_choose(a, n->choice, s, false) : refuse(a, "a word is expected");
}

static bool take_label(struct a64_attempt *a, const struct a64_node *n, size_t *at)
{
  size_t end;
  struct span s = number_text(a, *at, &end);

  if (operand_is_constant(rest(a, *at))) { /* the last operand */
    s = span_trim(rest(a, *at));
    end = a->length;
  }
  *at = end;
  return a64_put_label(a, n, s);
}

/* ---- a form --------------------------------------------------------------------------------------- */

static bool take_node(struct a64_attempt *a, const struct a64_node *n, size_t *at)
{
  struct span s = rest(a, *at);

  switch (n->kind) {
  case A64_CHAR:
    if (s.n == 0 || *s.p != n->mode)
      return refuse(a, n->mode == '[' ? "an address is expected: [register]" : "more or other operands are expected");
    ++*at;
    return true;
  case A64_TEXT:
    s.n = word_length(s);
    *at += s.n;
    return same(s, n->text) || match_refuse(&a->match, "'%.*s' is expected", (int)n->text.n, n->text.p);
  case A64_REG: return take_register(a, n, at);
  case A64_LIST: return take_list(a, n, at);
  case A64_TILE: return take_tile(a, n, at);
  case A64_TILES: return take_tiles(a, n, at);
  case A64_IMM: return take_immediate(a, n, at);
  case A64_CHOICE: return take_choice(a, n, at);
  case A64_NAME: return take_name(a, n, at);
  default: return take_label(a, n, at);
  }
}

/* Which operand of the statement is at a place of the text. */
static unsigned operand_at(const struct a64_attempt *a, size_t at)
{
  unsigned n = 0, depth = 0;

  for (size_t i = 0; i < at && i < a->length; i++) {
    char c = a->text[i];

    depth += (c == '[' || c == '{' || c == '(');
    depth -= depth > 0 && (c == ']' || c == '}' || c == ')');
    n += c == ',' && depth == 0;
  }
  return n;
}

static bool finished(struct a64_attempt *a, size_t at)
{
  bool comma = memchr(a->text, ',', a->length) != NULL;

  if (skip(a, at) < a->length)
    return refuse(a, "the operand should end before");
  if (a->s.reg && !(a->s.reg & (comma ? 1 : 2)))
    return refuse(a, comma ? "this operation takes no register" : "this operation takes a register");
  return true;
}

static bool meet(struct a64_attempt *a, unsigned i, size_t at)
{
  for (; i < a->f->nnode; i++) {
    const struct a64_node *n = &a->f->node[i];

    if (n->kind == A64_END)
      continue;
    if (n->kind == A64_OPTION) {
      struct a64_state before = a->s;

      if (meet(a, i + 1, at))
        return true;
      a->s = before;
      if (n->field && !a64_put_number(a, n->field, n->plus))
        return false;
      i = n->skip - 1u;
      continue;
    }
    at = skip(a, at);
    if (operand_at(a, at) > a->match.at)
      a->match.at = operand_at(a, at);
    if (!take_node(a, n, &at))
      return false;
  }
  return finished(a, at);
}

static bool fits(struct match *m, const void *form)
{
  struct a64_attempt *a = (struct a64_attempt *)m;

  a->f = form;
  memset(&a->s, 0, sizeof(a->s));
  a->s.free = UINT32_MAX;
  a->s.unit = (uint32_t)a->f->word.fixed;
  return meet(a, 0, 0);
}

/* ---- the text of all operands ------------------------------------------------------------------------ */

/* TYPE and TYPE:reg among what stands in brackets are the register. */
static struct span without_types(struct front *F, struct span inner)
{
  struct span text = SPAN("");

  while (inner.n > 0) {
    size_t n = 0;
    unsigned depth = 0;
    struct span piece;
    struct typed t;

    for (; n < inner.n && (inner.p[n] != ',' || depth > 0); n++) {
      depth += strchr("([{", inner.p[n]) != NULL;
      depth -= depth > 0 && strchr(")]}", inner.p[n]) != NULL;
    }
    piece = span_trim((struct span){inner.p, n});
    if (operand_typed(F, piece, &t) && t.reg.n > 0 && t.tail.n == 0)
      piece = t.reg;
    text = span_fmt(F, "%.*s%s%.*s", (int)text.n, text.p, text.n > 0 ? ", " : "", (int)piece.n, piece.p);
    n += n < inner.n;
    inner = (struct span){inner.p + n, inner.n - n};
  }
  return text;
}

/* TYPE->member is the memory at its offset; TYPE and TYPE:reg are the register. */
static struct span operand_text(struct front *F, struct span arg)
{
  struct typed t;
  bool memory = arg.n > 1 && arg.p[0] == '[' && arg.p[arg.n - 1] == ']';
  struct span inner = memory ? span_trim((struct span){arg.p + 1, arg.n - 2}) : arg, offset;

  if (memory && memchr(inner.p, ',', inner.n)) {
    inner = without_types(F, inner);
    return span_fmt(F, "[%.*s]", (int)inner.n, inner.p);
  }
  if (!operand_typed(F, inner, &t) || t.reg.n == 0)
    return arg;
  if (t.tail.n == 0)
    return memory ? span_fmt(F, "[%.*s]", (int)t.reg.n, t.reg.p) : t.reg;
  offset = operand_offset(F, &t);
  return span_fmt(F, "[%.*s, #%.*s]", (int)t.reg.n, t.reg.p, (int)offset.n, offset.p);
}

static struct span all_operands(struct front *F, const struct stmt *st)
{
  struct span text = SPAN("");

  for (unsigned i = 0; i < st->narg; i++) {
    struct span arg = operand_text(F, st->arg[i]);

    text = i == 0 ? span_fmt(F, "%.*s", (int)arg.n, arg.p) : span_fmt(F, "%.*s, %.*s", (int)text.n, text.p, (int)arg.n, arg.p);
  }
  return text;
}

/* ---- building ----------------------------------------------------------------------------------------- */

static void emit(struct a64_attempt *a)
{
  struct front *F = a->match.F;
  const uint8_t *field[WORD_FIELDS];
  unsigned n = 0, first = 0;

  for (unsigned i = 0; i < a->f->word.nfields; i++)
    if (a->s.known[i] && a->s.described[i][FIELD_UNIT] == 0)
      a->s.unit |= (uint32_t)word_insert(&a->f->word.field[i], 0, (uint64_t)a->s.number[i]);
  build_le(F, a->s.unit, 4);
  for (unsigned i = 0; i < a->f->word.nfields; i++) {
    if (!a->s.expr[i].p)
      continue;
    if (n == 0)
      first = build_arg(F, a->s.expr[i]);
    else
      build_arg(F, a->s.expr[i]);
    field[n++] = a->s.described[i];
  }
  if (n > 0)
    build_fields(F, first, field, n);
  if (a->s.has_label)
    build_ref(F, &a->s.label, a->s.label_field);
}

void a64_match(struct front *F, struct isa_state *S, const struct mnemonic *m, const struct stmt *st)
{
  struct span text = all_operands(F, st);
  struct a64_attempt a = {.match = {.F = F, .S = S, .st = st, .nop = st->narg}, .text = text.p, .length = text.n};

  if (match_first(&a.match, m, fits))
    emit(&a);
}
