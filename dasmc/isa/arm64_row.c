/* arm64_row.c - the rows of AArch64, and the language of their operands: see the head of arm64.def. */
#include "arm64_node.h"

#define I(mnemonic, operands, diagram, ...) mnemonic "\0" operands "\0" diagram "\0" #__VA_ARGS__,
static const char *const rows[] = {
#include "arm64.def"
#include "arm64_lse.def"
#include "arm64_ext.def"
#include "arm64_fp.def"
#include "arm64_simd.def"
#include "arm64_sve.def"
#include "arm64_sme.def"
};

static const struct word_name names[] = {
  {"Rd", 5},  {"Rt", 5},  {"Rn", 5},  {"Rm", 5},  {"Rs", 5},  {"Ra", 5},  {"Rt2", 5}, {"Zd", 5},   {"Zt", 5},   {"Zn", 5}, {"Zm", 5},
  {"Zdn", 5}, {"Zda", 5}, {"Za", 5},  {"Zk", 5},  {"Pg", 3},  {"Pv", 4},  {"Pd", 4},  {"Pn", 4},  {"Pm", 4},   {"Pt", 4},   {"Pdn", 4}, {"PNg", 3},
  {"PNd", 4}, {"PNn", 4}, {"Ws", 2},  {"Wv", 2},  {"cond", 4}, {"Q", 1},  {"sf", 1},  {"size", 2}, {"sz", 1},   {"op", 1}, {"op2", 1},
  {"xs", 1},  {"i1", 1},  {"rot", 2}, {"sh", 1},  {"S", 1},   {"hw", 1},  {"imm", 1}, {NULL, 0},
};

/* ---- choices ------------------------------------------------------------------------------ */

struct span a64_choice_word(const struct a64_choice *c, unsigned n)
{
  struct span w = {c->table.p, 0};
  const char *end = c->table.p + c->table.n;

  if (c->letters)
    w = n < c->table.n ? (struct span){c->table.p + n, 1} : w;
  else
    for (;;) {
      for (w.n = 0; w.p + w.n < end && w.p[w.n] != '|'; w.n++)
        ;
      if (n-- == 0 || w.p + w.n == end)
        break;
      w.p += w.n + 1;
    }
  return (n != (unsigned)-1 && !c->letters) || span_is(w, "-") ? (struct span){w.p, 0} : w;
}

/* NAME=FIELD:FIELD:TABLE */
static const char *parse_choice(struct a64_form *f, struct span text)
{
  struct a64_choice *c = &f->choice[f->nchoice];
  const char *p = text.p, *end = text.p + text.n, *colon;

  if (f->nchoice == A64_CHOICES)
    return "too many choices";
  c->name = a64_word_at(p);
  p += c->name.n + 1;
  while ((colon = memchr(p, ':', (size_t)(end - p))) != NULL) {
    unsigned field = colon > p ? a64_field_named(f, (struct span){p, (size_t)(colon - p)}) : 0;

    if ((colon > p && !field) || c->nfield == 3)
      return "a choice with an unknown field";
    if (field)
      c->field[c->nfield++] = (uint8_t)field;
    p = colon + 1;
  }
  c->table = (struct span){p, (size_t)(end - p)};
  c->letters = memchr(p, '|', c->table.n) == NULL;
  for (size_t i = 0; i < c->table.n; i++)
    c->letters &= (p[i] >= 'A' && p[i] <= 'Z') || p[i] == '-' || p[i] == 'd';
  f->nchoice++;
  return NULL;
}

static const char *parse_choices(struct a64_form *f, const char *p)
{
  const char *error = NULL;

  while (*p && !error) {
    size_t n = strcspn(p, " ");

    error = parse_choice(f, (struct span){p, n});
    p += n;
    p += strspn(p, " ");
  }
  return error;
}

/* ---- the operands column --------------------------------------------------------------------------- */

static void open_option(struct a64_reader *r)
{
  if (r->nopen == 3) {
    r->error = "options in options";
    return;
  }
  r->open[r->nopen++] = a64_add_node(r, A64_OPTION);
}

static void close_option(struct a64_reader *r)
{
  struct a64_node *o;

  if (r->nopen == 0) {
    r->error = "a parenthesis that none opens";
    return;
  }
  o = r->open[--r->nopen];
  a64_add_node(r, A64_END);
  o->skip = r->f->nnode;
}

/* NAME=n: what the field is if the option is left out. */
static void parse_default(struct a64_reader *r)
{
  struct a64_node *last = &r->f->node[r->f->nnode - 1], *o = r->nopen ? r->open[r->nopen - 1] : NULL;

  r->p++;
  if (!o) {
    r->error = "a default of what cannot be left out";
    return;
  }
  o->field = last->kind == A64_CHOICE ? r->f->choice[last->choice - 1].field[0] : last->field;
  o->plus = (int16_t)a64_number_at(r);
}

static void parse_char(struct a64_reader *r)
{
  char c = *r->p++;

  r->depth += c == '[' || c == '{';
  r->depth -= c == ']' || c == '}';
  if (c == ',' && r->depth == 0) {
    r->f->form.nop++;
    if (r->nopen == 0)
      r->f->form.least++;
  }
  a64_add_node(r, A64_CHAR)->mode = c;
}

static void parse_one(struct a64_reader *r)
{
  char c = *r->p;

  if (c == ' ')
    r->p++;
  else if (c == '(')
    r->p++, open_option(r);
  else if (c == ')')
    r->p++, close_option(r);
  else if (c == '=')
    parse_default(r);
  else if (c == '{' ? a64_read_list(r) : a64_read_tile(r) || a64_read_register(r, A64_REG))
    return;
  else if (strchr("[]{},!", c))
    parse_char(r);
  else if (c == '#' ? !a64_read_number(r) : !a64_read_word(r))
    r->error = "unknown operand, or one without a field";
}

static const char *parse(const char *row, void *form)
{
  struct a64_form *f = form;
  struct row text = row_split(&a64_rows, row);
  const char *error = word_parse(text.encoding, names, &f->word), *colon = strstr(text.operands, ": ");
  size_t n = colon ? (size_t)(colon - text.operands) : strlen(text.operands);
  struct a64_reader r = {.f = f, .p = text.operands};

  if (error)
    return error;
  if (colon && (error = parse_choices(f, colon + 2)) != NULL)
    return error;
  f->q = (uint8_t)a64_field_named(f, SPAN("Q"));
  while (r.p < text.operands + n && !r.error)
    parse_one(&r);
  if (!r.error && f->nnode > 0) {
    bool optional = f->node[0].kind == A64_OPTION && f->node[0].skip == f->nnode;

    f->form.nop++;
    f->form.least = (uint8_t)(optional ? 0 : f->form.least + 1);
  }
  return r.error;
}

static size_t print(const void *form, char *buf, size_t size)
{
  return word_print(&((const struct a64_form *)form)->word, buf, size);
}

/* The node with which operand i begins. */
static const struct a64_node *operand(const struct a64_form *f, unsigned i)
{
  unsigned depth = 0;

  for (unsigned k = 0; k < f->nnode; k++) {
    const struct a64_node *n = &f->node[k];

    if (n->kind == A64_OPTION || n->kind == A64_END)
      continue;
    if (i == 0)
      return n;
    depth += n->kind == A64_CHAR && (n->mode == '[' || n->mode == '{');
    depth -= n->kind == A64_CHAR && (n->mode == ']' || n->mode == '}');
    i -= n->kind == A64_CHAR && n->mode == ',' && depth == 0;
  }
  return NULL;
}

static const char *at_run_time(const void *form, unsigned i)
{
  const struct a64_node *n = operand(form, i);

  if (!n)
    return "-";
  switch (n->kind) {
  case A64_REG: return "register";
  case A64_CHAR: return "address";
  case A64_LABEL: return "label";
  case A64_IMM: return n->sub == IMM_CONST || n->sub == IMM_FLOAT ? "-" : "value";
  default: return "-";
  }
}

/* Vectors may be of one size only, and have no such bit then. */
static bool is_size_of_vectors(struct span field)
{
  return span_is(field, "Q");
}

const struct rows a64_rows = {
  .row = rows, .n = sizeof(rows) / sizeof(rows[0]), .columns = 4, .fields = names, .form_size = sizeof(struct a64_form),
  .parse = parse, .print = print, .at_run_time = at_run_time, .spare = is_size_of_vectors,
};
