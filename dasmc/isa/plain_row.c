/* plain_row.c - the operands column of a row: see plain.h. */
#include "plain.h"

/* The number of a field, + 1; 0: there is none. */
static uint8_t fill_field(struct plain_form *f, struct span name)
{
  const struct word_field *field = word_find(&f->word, name);
  unsigned number = field ? (unsigned)(field - f->word.field) : 0;

  if (field)
    f->form.fills |= (uint16_t)(1u << number);
  return (uint8_t)(field ? number + 1 : 0);
}

static bool parse_name(const struct plain *P, struct span name, struct plain_form *f, uint8_t *what,
                       uint8_t *field)
{
  for (unsigned i = 0; P->operands[i].name; i++) {
    const struct plain_operand *o = &P->operands[i];

    if (!span_is(name, o->name))
      continue;
    *what = (uint8_t)i;
    *field = fill_field(f, o->field ? (struct span){ o->field, strlen(o->field) } : name);
    return true;
  }
  return false;
}

/* The operand of the table that is a number of the row. */
static bool parse_fixed(const struct plain *P, struct span text, struct plain_shape *s)
{
  for (size_t i = 0; i < text.n; i++) {
    if (!char_is(text.p[i], CHAR_DIGIT))
      return false;
    s->fixed = (uint8_t)(10 * s->fixed + text.p[i] - '0');
  }
  for (unsigned i = 0; P->operands[i].name; i++) {
    s->what = (uint8_t)i;
    if (P->operands[i].kind == PLAIN_FIXED)
      return true;
  }
  return false;
}

/* What stands behind the name: !0, !NAME, >NAME, >=NAME. */
static bool parse_relations(struct span text, struct plain_form *f, struct plain_shape *s)
{
  for (unsigned i = 0; text.n > 0; i++) {
    unsigned relation = text.p[0] == '!'                 ? PLAIN_NOT
                        : text.n > 1 && text.p[1] == '=' ? PLAIN_NOT_BELOW
                                                         : PLAIN_ABOVE;
    size_t start = relation == PLAIN_NOT_BELOW ? 2 : 1, n = start;
    struct span name;
    uint8_t number;

    while (n < text.n && char_is(text.p[n], CHAR_WORD))
      n++;
    name = (struct span){ text.p + start, n - start };
    if (i == PLAIN_RELATIONS || !memchr("!>", text.p[0], 2))
      return false;
    s->is[i].relation = (uint8_t)relation;
    if (plain_index(name, 32, &number))
      s->is[i].to = (uint8_t)(PLAIN_NUMBER_ON + number);
    else if ((s->is[i].to = fill_field(f, name)) == 0)
      return false;
    text = (struct span){ text.p + n, text.n - n };
  }
  return true;
}

/* The name at the start of a text; *rest: what comes behind it. A minus belongs to it. */
static struct span first_name(struct span text, struct span *rest)
{
  size_t n = text.p[0] == '-';

  while (n < text.n && char_is(text.p[n], CHAR_WORD))
    n++;
  *rest = (struct span){ text.p + n, text.n - n };
  return (struct span){ text.p, n };
}

/* NAME(NAME), NAME[NAME] */
static bool parse_pair(const struct plain *P, struct span text, char open, struct plain_form *f,
                       struct plain_shape *s)
{
  const char *p = memchr(text.p, open, text.n);
  size_t n = p ? (size_t)(p - text.p) : 0;
  struct span inner = { p ? p + 1 : NULL, p ? text.n - n - 2 : 0 }, rest;

  if (inner.n == 0)
    return false;
  s->of = open == '(' ? PLAIN_ADDRESS : PLAIN_ELEMENT;
  if (n > 0 &&
      (!parse_name(P, (struct span){ text.p, n }, f, &s->what, &s->field) || s->field == 0))
    return false;
  s->inner_fixed = span_is(inner, "0");
  if (s->inner_fixed)
    return true;
  inner = first_name(inner, &rest);
  return parse_name(P, inner, f, &s->inner, &s->inner_field) && s->inner_field != 0 &&
         parse_relations(rest, f, s);
}

static bool parse_shape(const struct plain *P, struct span text, struct plain_form *f,
                        struct plain_shape *s)
{
  char last = text.p[text.n - 1];
  struct span name, rest;

  if (char_is(text.p[0], CHAR_DIGIT))
    return parse_fixed(P, text, s);
  if (last == ')' || last == ']')
    return parse_pair(P, text, last == ')' ? '(' : '[', f, s);
  name = first_name(text, &rest);
  return parse_name(P, name, f, &s->what, &s->field) && parse_relations(rest, f, s);
}

/* ---- fields that are sums ----------------------------------------------------------------- */

/* The operand of that name that is a number; PLAIN_MAXOPS: there is none. */
static uint8_t number_called(const struct plain *P, const struct plain_form *f, struct span name)
{
  uint8_t i = 0;

  while (i < f->form.nop &&
         !(P->operands[f->op[i].what].kind == PLAIN_NUMBER && f->op[i].of == PLAIN_ALONE &&
           span_is(name, P->operands[f->op[i].what].name)))
    i++;
  return i < f->form.nop ? i : PLAIN_MAXOPS;
}

/* One of the terms that a text begins with: +NAME, -NAME, 32. */
static bool parse_term(const struct plain *P, const struct plain_form *f, struct span text,
                       bool minus, struct plain_sum *s)
{
  int number = 0;

  if (text.n == 0)
    return false;
  if (!char_is(text.p[0], CHAR_DIGIT)) {
    uint8_t op = number_called(P, f, text);

    if (op == PLAIN_MAXOPS || s->nterm == PLAIN_TERMS)
      return false;
    s->term[s->nterm++] = (struct plain_term){ op, minus };
    return true;
  }
  for (size_t i = 0; i < text.n; i++)
    number = 10 * number + text.p[i] - '0';
  s->constant = (int8_t)(minus ? -number : number);
  return true;
}

static bool parse_sum(const struct plain *P, const struct plain_form *f, struct span text,
                      struct plain_sum *s)
{
  bool minus = false;

  s->turns = text.p[text.n - 1] == '\'';
  text.n -= s->turns;
  for (;;) {
    size_t n = 0;

    while (n < text.n && text.p[n] != '+' && text.p[n] != '-')
      n++;
    if (!parse_term(P, f, (struct span){ text.p, n }, minus, s))
      return false;
    if (n == text.n)
      return true;
    minus = text.p[n] == '-';
    text = (struct span){ text.p + n + 1, text.n - n - 1 };
  }
}

static bool is_sum(struct span name)
{
  return memchr(name.p, '+', name.n) || memchr(name.p, '-', name.n);
}

/* Each operand without a field of its own must be in one. */
static bool parse_sums(const struct plain *P, struct plain_form *f)
{
  unsigned placed = 0;

  for (unsigned i = 0; i < f->word.nfields; i++) {
    struct plain_sum *s = &f->sum[f->nsum];

    if (!is_sum(f->word.field[i].name))
      continue;
    if (f->nsum == PLAIN_SUMS || !parse_sum(P, f, f->word.field[i].name, s))
      return false;
    s->field = fill_field(f, f->word.field[i].name);
    for (unsigned k = 0; k < s->nterm; k++)
      placed |= 1u << s->term[k].op;
    f->nsum++;
  }
  for (unsigned i = 0; i < f->form.nop; i++) {
    const struct plain_shape *s = &f->op[i];

    if (s->of == PLAIN_ALONE && s->field == 0 && P->operands[s->what].kind != PLAIN_FIXED &&
        !(placed >> i & 1))
      return false;
  }
  return true;
}

const char *plain_parse(const struct plain *P, const char *row, void *form)
{
  struct row r = row_split(&P->rows, row);
  struct plain_form *f = form;
  const char *error = word_parse(r.encoding, P->rows.fields, &f->word);

  for (const char *p = r.operands; !error && *p; p += strspn(p, ", ")) {
    size_t n = strcspn(p, ",");
    struct span text = { p, n };
    bool optional = n > 2 && p[0] == '[';

    if (optional)
      text = (struct span){ p + 1, n - 2 };
    if (f->form.nop == PLAIN_MAXOPS || !parse_shape(P, text, f, &f->op[f->form.nop]))
      return "unknown operand, or one without a field";
    f->form.nop++;
    f->form.least = optional ? f->form.least : f->form.nop;
    p += n;
  }
  return error || parse_sums(P, f)
             ? error
             : "a sum of other things than operands, or an operand without a field";
}

size_t plain_print(const void *form, char *buf, size_t size)
{
  return word_print(&((const struct plain_form *)form)->word, buf, size);
}

const char *plain_at_run_time(const struct plain *P, const void *form, unsigned i)
{
  const struct plain_shape *s = &((const struct plain_form *)form)->op[i];
  static const char *const words[] = {
    [PLAIN_REGISTER] = "register", [PLAIN_BASE] = "register", [PLAIN_NUMBER] = "value",
    [PLAIN_PATTERN] = "value",     [PLAIN_COUNT] = "value",   [PLAIN_END] = "value",
    [PLAIN_LOWER] = "value",
    [PLAIN_LABEL] = "label",       [PLAIN_REGION] = "label",  [PLAIN_FIXED] = "-",
  };

  return s->of == PLAIN_ADDRESS   ? "address"
         : s->of == PLAIN_ELEMENT ? "register"
                                  : words[P->operands[s->what].kind];
}
