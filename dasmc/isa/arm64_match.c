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

/* ---- numbers and words ------------------------------------------------------------------------- */

static struct span number_text(const struct a64_attempt *a, size_t at, size_t *end)
{
  struct span s = a64_rest(a, at);

  if (s.n > 0 && *s.p == '#')
    s = (struct span){s.p + 1, s.n - 1};
  s.n = a64_expression_length(s);
  *end = (size_t)(s.p - a->text) + s.n;
  return span_trim(s);
}

/* A number as it stands in a row, or another way to write it: 0x5a, .5, 5.0e-1; but 90.0 is not 90, and 0.0 has no sign. */
static bool same_number(const struct a64_attempt *a, struct span s, struct span want)
{
  double v, w;
  int64_t n;

  if (a64_same(s, want))
    return true;
  if (!memchr(s.p, '.', s.n) && (operand_number(a->match.F, a->match.S, s, &n) || operand_constant(a->match.F, s, &n)))
    return a64_decimal(want, &w) && !memchr(want.p, ':', want.n) && (double)n == w;
  return !(memchr(s.p, '.', s.n) && !memchr(want.p, '.', want.n)) && a64_decimal(s, &v) && a64_decimal(want, &w) && v == w &&
         (*s.p == '-') == (*want.p == '-');
}

/* A register, an element of one or of a tile: no name of C. */
static bool is_register(struct span s)
{
  struct a64_reg reg;
  struct a64_tile t;
  size_t n = a64_reg_parse(s, &reg);

  return (n > 0 && (n == s.n || reg.arr.n > 0)) || (a64_parse_tile(s, &t) && t.arr.n > 0);
}

/* What comes at run time: neither a number that is known nor a register. */
static bool is_expression(const struct a64_attempt *a, struct span s)
{
  int64_t v;
  double d;

  return s.n > 0 && !is_register(s) && !a64_decimal(s, &d) && !operand_number(a->match.F, a->match.S, s, &v) &&
         !operand_constant(a->match.F, s, &v);
}

static bool take_constant(struct a64_attempt *a, struct span want, size_t *at)
{
  size_t end;
  struct span s = number_text(a, *at, &end);

  *at = end;
  if (same_number(a, s, want))
    return true;
  if (!is_expression(a, s) || memchr(want.p, '.', want.n) || memchr(want.p, ':', want.n))
    return refuse(a, "another number is expected");
  return a64_demand(a, s, atoi(want.p));
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
  if (s.n > 6 && memcmp(s.p, ":lo12:", 6) == 0)
    return a64_put_low(a, n, span_trim((struct span){s.p + 6, s.n - 6}));
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
  struct span s = a64_rest(a, *at);
  unsigned reg;
  long v;
  struct a64_node number = {.kind = A64_IMM, .sub = IMM_PLAIN, .field = n->field, .times = 1};

  s.n = a64_word_length(s);
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
  struct span s = a64_rest(a, *at);
  const struct a64_choice *c = &a->f->choice[n->choice - 1];

  if (c->table.n > 0 && memchr(c->table.p, '#', c->table.n)) {
    struct span number = number_text(a, *at, at);

    s.n = 0;
    if (is_expression(a, number))
      return a64_put_choice(a, c, number);
    for (unsigned i = 0; i < 8; i++) {
      struct span w = a64_choice_word(c, i);

      if (w.n > 0 && same_number(a, number, (struct span){w.p + 1, w.n - 1}))
        s = w;
    }
    return s.n > 0 ? a64_choose(a, n->choice, s, false) : refuse(a, "another number is expected");
  }
  s.n = a64_word_length(s);
  *at += s.n;
  return s.n > 0 ? a64_choose(a, n->choice, s, false) : refuse(a, "a word is expected");
}

static bool take_label(struct a64_attempt *a, const struct a64_node *n, size_t *at)
{
  size_t end;
  struct span s = number_text(a, *at, &end);
  bool offset;

  if (operand_is_constant(a64_rest(a, *at))) { /* the last operand */
    s = span_trim(a64_rest(a, *at));
    end = a->length;
  }
  offset = a->text[*at] == '#';
  *at = end;
  return a64_put_label(a, n, s, offset);
}

/* ---- a form --------------------------------------------------------------------------------------- */

static bool take_node(struct a64_attempt *a, const struct a64_node *n, size_t *at)
{
  struct span s = a64_rest(a, *at);

  switch (n->kind) {
  case A64_CHAR:
    if (s.n == 0 || *s.p != n->mode)
      return refuse(a, n->mode == '[' ? "an address is expected: [register]" : "more or other operands are expected");
    ++*at;
    return true;
  case A64_TEXT:
    s.n = a64_word_length(s);
    *at += s.n;
    return a64_same(s, n->text) || match_refuse(&a->match, "'%.*s' is expected", (int)n->text.n, n->text.p);
  case A64_REG: return a64_take_register(a, n, at);
  case A64_LIST: return a64_take_list(a, n, at);
  case A64_TILE: return a64_take_tile(a, n, at);
  case A64_TILES: return a64_take_tiles(a, n, at);
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

  if (a64_skip(a, at) < a->length)
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
    at = a64_skip(a, at);
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
  const uint8_t *field[WORD_FIELDS + A64_DEMANDS];
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
  for (unsigned i = 0; i < a->s.ndemand; i++) {
    unsigned arg = build_arg(F, a->s.demand[i].expr);

    first = n == 0 ? arg : first;
    field[n++] = a->s.demand[i].field;
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

  a.match.loosely = !S->dynasm;
  if (match_first(&a.match, m, fits))
    emit(&a);
}
