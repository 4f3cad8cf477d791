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
    return *field != 0;
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

/* NAME(NAME), NAME[NAME] */
static bool parse_pair(const struct plain *P, struct span text, char open, struct plain_form *f,
                       struct plain_shape *s)
{
  const char *p = memchr(text.p, open, text.n);
  size_t n = p ? (size_t)(p - text.p) : 0;
  struct span inner = { p ? p + 1 : NULL, p ? text.n - n - 2 : 0 };

  if (!p)
    return false;
  s->of = open == '(' ? PLAIN_ADDRESS : PLAIN_ELEMENT;
  if (n > 0 && !parse_name(P, (struct span){ text.p, n }, f, &s->what, &s->field))
    return false;
  s->inner_fixed = span_is(inner, "0");
  return s->inner_fixed || parse_name(P, inner, f, &s->inner, &s->inner_field);
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

static bool parse_shape(const struct plain *P, struct span text, struct plain_form *f,
                        struct plain_shape *s)
{
  char last = text.p[text.n - 1];
  size_t n = 0;

  if (char_is(text.p[0], CHAR_DIGIT))
    return parse_fixed(P, text, s);
  if (last == ')' || last == ']')
    return parse_pair(P, text, last == ')' ? '(' : '[', f, s);
  while (n < text.n && char_is(text.p[n], CHAR_WORD))
    n++;
  return parse_name(P, (struct span){ text.p, n }, f, &s->what, &s->field) &&
         parse_relations((struct span){ text.p + n, text.n - n }, f, s);
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
  return error;
}

size_t plain_print(const void *form, char *buf, size_t size)
{
  return word_print(&((const struct plain_form *)form)->word, buf, size);
}

const char *plain_at_run_time(const struct plain *P, const void *form, unsigned i)
{
  const struct plain_shape *s = &((const struct plain_form *)form)->op[i];
  static const char *const words[] = {
    [PLAIN_REGISTER] = "register", [PLAIN_NUMBER] = "value", [PLAIN_COUNT] = "value",
    [PLAIN_END] = "value",         [PLAIN_LABEL] = "label",  [PLAIN_REGION] = "label",
    [PLAIN_FIXED] = "-",
  };

  return s->of == PLAIN_ADDRESS   ? "address"
         : s->of == PLAIN_ELEMENT ? "register"
                                  : words[P->operands[s->what].kind];
}
