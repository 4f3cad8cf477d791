/* arm64_row.c - the rows of AArch64, and the language of their operands: see the head of arm64.def. */
#include <stdlib.h>

#include "arm64.h"

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

/* ---- small pieces of text ------------------------------------------------------------- */

struct reader {
  struct a64_form *f;
  const char *p;
  const char *error;
  struct a64_node *open[3]; /* options */
  unsigned depth, nopen;    /* brackets; options */
  unsigned commas;          /* between operands */
};

static bool is_word(char c)
{
  return char_is(c, CHAR_WORD);
}

static struct span word_at(const char *p)
{
  struct span s = {p, 0};

  while (is_word(p[s.n]))
    s.n++;
  return s;
}

/* The number of a field, + 1; 0: there is none. */
static unsigned field_named(struct a64_form *f, struct span name)
{
  const struct word_field *w = word_find(&f->word, name);
  unsigned number = w ? (unsigned)(w - f->word.field) : 0;

  if (w)
    f->form.fills |= (uint16_t)(1u << number);
  return w ? number + 1 : 0;
}

/* The same where there has to be one. */
static unsigned field_of(struct reader *r, struct span name)
{
  unsigned field = field_named(r->f, name);

  if (!field)
    r->error = "an operand without a field";
  return field;
}

static unsigned choice_named(const struct a64_form *f, struct span name)
{
  for (unsigned i = 0; i < f->nchoice; i++)
    if (span_eq(f->choice[i].name, name))
      return i + 1;
  return 0;
}

static bool accept(struct reader *r, const char *text)
{
  size_t n = strlen(text);

  if (strncmp(r->p, text, n) != 0)
    return false;
  r->p += n;
  return true;
}

static int number_at(struct reader *r)
{
  int v = 0;

  while (char_is(*r->p, CHAR_DIGIT))
    v = 10 * v + *r->p++ - '0';
  return v;
}

static struct a64_node *add(struct reader *r, unsigned kind)
{
  struct a64_node *n;

  if (r->f->nnode == A64_NODES) {
    r->error = "too many things in the operands";
    r->f->nnode--;
  }
  n = &r->f->node[r->f->nnode++];
  *n = (struct a64_node){.kind = (uint8_t)kind, .times = 1};
  return n;
}

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
  c->name = word_at(p);
  p += c->name.n + 1;
  while ((colon = memchr(p, ':', (size_t)(end - p))) != NULL) {
    unsigned field = colon > p ? field_named(f, (struct span){p, (size_t)(colon - p)}) : 0;

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

/* ---- registers ------------------------------------------------------------------------------ */

/* The field of a register: Xd is in Rd or Wd, Zdn in Zdn. */
static unsigned register_field(struct a64_form *f, const char *class, struct span suffix)
{
  char name[8];
  unsigned n = 0;
  unsigned field;
  bool own = class[0] == 'Z' || class[0] == 'P';

  while (own && class[n]) {
    name[n] = class[n];
    n++;
  }
  if (!own)
    name[n++] = 'R';
  if (n + suffix.n >= sizeof(name))
    return 0;
  memcpy(name + n, suffix.p, suffix.n);
  field = field_named(f, (struct span){name, n + suffix.n});
  if (!field && !own) {
    name[0] = 'W';
    field = field_named(f, (struct span){name, n + suffix.n});
  }
  return field;
}

static unsigned class_named(const char *name)
{
  static const char *const classes[] = {"", "W", "X", "B", "H", "S", "D", "Q", "V", "Z", "P", "PN"};

  for (unsigned i = 1; i < sizeof(classes) / sizeof(classes[0]); i++)
    if (strcmp(name, classes[i]) == 0)
      return i;
  return A64_NONE;
}

static void parse_arrangement(struct reader *r, struct a64_node *n)
{
  n->text = word_at(++r->p);
  r->p += n->text.n;
  n->arr = (uint8_t)choice_named(r->f, n->text);
}

/* What follows the name: +1 |SP !31 !d <24 /M .T */
static void parse_register_rest(struct reader *r, struct a64_node *n)
{
  unsigned excepts = 0;

  if (*r->p == '+') {
    r->p++;
    n->plus = (int16_t)number_at(r);
  }
  if (accept(r, "|SP"))
    n->sp = true;
  while (r->p[0] == '!' && is_word(r->p[1])) {
    struct span w = word_at(++r->p);

    r->p += w.n;
    if (span_is(w, "31"))
      n->not31 = true;
    else if (excepts < 2)
      n->except[excepts++] = (uint8_t)register_field(r->f, "X", w);
  }
  if (*r->p == '<') {
    r->p++;
    n->below = (uint8_t)number_at(r);
  }
  if (r->p[0] == '/') {
    n->mode = (char)(r->p[1] | 32);
    r->p += 2;
  }
  if (r->p[0] == '.')
    parse_arrangement(r, n);
}

/* A class or choice in capitals, then letters: Xd, Fbn, PNg. */
static bool parse_register(struct reader *r, unsigned kind)
{
  static const char *const suffixes[] = {"dn", "da", "t2", "d", "n", "m", "t", "s", "a", "g", "v", "k"};
  struct span w = word_at(r->p);

  for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
    size_t n = strlen(suffixes[i]);
    char class[4] = "";
    unsigned choice, number, field;
    struct a64_node *node;

    if (w.n <= n || w.n - n > 3 || memcmp(w.p + w.n - n, suffixes[i], n) != 0)
      continue;
    memcpy(class, w.p, w.n - n);
    choice = choice_named(r->f, (struct span){w.p, w.n - n});
    number = class_named(class);
    if (!choice && !number)
      continue;
    field = register_field(r->f, class, (struct span){w.p + w.n - n, n});
    if (!field)
      continue;
    node = add(r, kind);
    node->sub = (uint8_t)(choice ? A64_ANY : number);
    node->choice = (uint8_t)choice;
    node->field = (uint8_t)field;
    r->p += w.n;
    parse_register_rest(r, node);
    return true;
  }
  return false;
}

/* {Vt.T*4:8} */
static bool parse_list(struct reader *r)
{
  const char *start = r->p++;
  struct a64_node *n;

  if (accept(r, "ZAmask}")) {
    n = add(r, A64_TILES);
    n->field = (uint8_t)field_of(r, SPAN("mask"));
    return true;
  }
  if (!parse_register(r, A64_LIST)) {
    r->p = start;
    return false;
  }
  n = &r->f->node[r->f->nnode - 1];
  n->count = n->stride = 1;
  if (accept(r, "*"))
    n->count = (uint8_t)number_at(r);
  if (accept(r, ":"))
    n->stride = (uint8_t)number_at(r);
  if (!accept(r, "}"))
    r->error = "a list without end";
  return true;
}

/* ZA, ZA0H.B, ZAt{HV}.S */
static bool parse_tile(struct reader *r)
{
  struct a64_node *n;
  bool by_choice;

  if (r->p[0] != 'Z' || r->p[1] != 'A')
    return false;
  n = add(r, A64_TILE);
  r->p += 2;
  n->count = 255; /* no number */
  if (*r->p == 't') {
    r->p++;
    n->field = (uint8_t)field_of(r, SPAN("ZAt"));
  } else if (char_is(*r->p, CHAR_DIGIT)) {
    n->count = (uint8_t)number_at(r);
  }
  by_choice = accept(r, "{HV}");
  if (by_choice)
    n->choice = (uint8_t)choice_named(r->f, SPAN("HV"));
  else if (*r->p == 'H' || *r->p == 'V')
    n->mode = (char)(*r->p++ | 32);
  if (*r->p == '.')
    parse_arrangement(r, n);
  return true;
}

/* ---- numbers ----------------------------------------------------------------------------------- */

static const struct {
  const char *name;
  uint8_t imm;
} odd[] = {
  {"-aimm", IMM_ADD_NEG}, {"aimm", IMM_ADD}, {"~bitmask", IMM_MASK_NOT}, {"bitmask", IMM_MASK}, {"movz", IMM_WIDE}, {"movn", IMM_WIDE_NOT},
  {"neg", IMM_NEG}, {"width", IMM_WIDTH}, {"top", IMM_TOP}, {"left", IMM_LEFT}, {"shl", IMM_SHL}, {"shr", IMM_SHR}, {"shi8", IMM_BYTE},
  {"hi8", IMM_UBYTE}, {"fp", IMM_FLOAT}, {"bytes", IMM_BYTES}, {"lane", IMM_LANE},
};

static bool parse_odd(struct reader *r, struct a64_node *n)
{
  for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
    const char *name = odd[i].name, *field = *name == '-' || *name == '~' ? name + 1 : name;
    size_t len = strlen(name);

    if (strncmp(r->p, name, len) != 0 || is_word(r->p[len]))
      continue;
    r->p += len;
    n->sub = odd[i].imm;
    n->field = (uint8_t)field_named(r->f, (struct span){field, strlen(field)});
    return true;
  }
  return false;
}

/* What follows a field: *3 +1 <5 .T :imm+3 */
static void parse_number_rest(struct reader *r, struct a64_node *n)
{
  if (accept(r, "*"))
    n->times = (int16_t)number_at(r);
  if (accept(r, "+"))
    n->plus = (int16_t)number_at(r);
  if (accept(r, "<"))
    n->below = (uint8_t)number_at(r);
  if (accept(r, ".")) {
    n->text = word_at(r->p);
    r->p += n->text.n;
    n->arr = (uint8_t)choice_named(r->f, n->text);
  }
  if (*r->p == ':') {
    r->p += 1 + word_at(r->p + 1).n;
    if (accept(r, "*"))
      number_at(r);
    if (accept(r, "+"))
      n->more = (uint8_t)number_at(r);
    n->more = (uint8_t)(n->more - n->plus);
  }
}

static bool parse_number(struct reader *r)
{
  const char *start = r->p;
  struct span w;
  struct a64_node *n;
  unsigned field;

  if (*r->p == '#')
    r->p++;
  n = add(r, A64_IMM);
  if (parse_odd(r, n)) {
    parse_number_rest(r, n);
    if (!n->field)
      r->error = "a number without a field";
    return true;
  }
  w = word_at(r->p);
  if (char_is(*r->p, CHAR_DIGIT) || (*r->p == '-' && char_is(r->p[1], CHAR_DIGIT))) {
    const char *number = r->p;
    int from = number_at(r);

    if (*number != '-' && *r->p == '-') { /* 64-imm */
      w = word_at(++r->p);
      field = field_named(r->f, w);
      n->sub = IMM_FROM;
      n->plus = (int16_t)from;
      n->field = (uint8_t)field;
      r->p += w.n;
      if (!field)
        r->error = "a number without a field";
      return true;
    }
    r->p = number + strspn(number, "-0123456789.:");
    n->sub = IMM_CONST;
    n->text = (struct span){number, (size_t)(r->p - number)};
    return true;
  }
  field = field_named(r->f, w);
  if (field) {
    r->p += w.n;
    n->sub = IMM_PLAIN;
    n->field = (uint8_t)field;
    parse_number_rest(r, n);
    return true;
  }
  r->f->nnode--;
  r->p = start;
  return false;
}

/* ---- words -------------------------------------------------------------------------------------- */

static const struct {
  const char *name, *field;
  uint8_t kind, words;
} words[] = {
  {"cond", "cond", A64_NAME, WORDS_COND},       {"pattern", "pattern", A64_NAME, WORDS_PATTERN}, {"prfop", "prfop", A64_NAME, WORDS_PRFOP},
  {"rprfop", "rprfop", A64_NAME, WORDS_RPRFOP}, {"pstate", "pstate", A64_NAME, WORDS_PSTATE},    {"pstate1", "pstate1", A64_NAME, WORDS_PSTATE1},
  {"sysreg", "sysreg", A64_NAME, WORDS_SYSREG}, {"at", "at", A64_NAME, WORDS_AT},                {"brb", "brb", A64_NAME, WORDS_BRB},
  {"dc", "dc", A64_NAME, WORDS_DC},             {"ic", "ic", A64_NAME, WORDS_IC},                {"tlbi", "tlbi", A64_NAME, WORDS_TLBI},
  {"tlbip", "tlbip", A64_NAME, WORDS_TLBIP},    {"cn", "cn", A64_NAME, WORDS_CN},                {"cm", "cm", A64_NAME, WORDS_CN},
  {"label", "label", A64_LABEL, 0},             {"page", "page", A64_LABEL, 0},                  {"back", "back", A64_LABEL, 0},
};

static bool add_named(struct reader *r, struct span w, bool inverse)
{
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    unsigned field = span_is(w, words[i].name) ? field_named(r->f, (struct span){words[i].field, strlen(words[i].field)}) : 0;
    struct a64_node *n;

    if (!field)
      continue;
    n = add(r, words[i].kind);
    n->sub = inverse ? WORDS_COND_NOT : words[i].words;
    n->field = (uint8_t)field;
    if (words[i].words == WORDS_PRFOP && words[i].kind == A64_NAME && r->f->word.field[field - 1].bits == 4)
      n->sub = WORDS_SVE_PRFOP;
    return true;
  }
  return false;
}

/* Is a word that stands for something, which without a field is nothing? Others are written as they are. */
static bool names_operand(struct span w)
{
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
    if (span_is(w, words[i].name))
      return true;
  return w.n == 1 || (w.p[0] >= 'A' && w.p[0] <= 'Z') || span_is(w, "i2");
}

static bool parse_word(struct reader *r)
{
  bool inverse = accept(r, "~");
  struct span w = word_at(r->p);
  unsigned choice = choice_named(r->f, w);

  if (w.n == 0)
    return false;
  if (choice && !inverse) {
    struct a64_node *n = add(r, A64_CHOICE);

    n->choice = (uint8_t)choice;
    r->p += w.n;
    return true;
  }
  if (add_named(r, w, inverse)) {
    r->p += w.n;
    return true;
  }
  if (parse_number(r))
    return true;
  if (names_operand(w))
    return false;
  add(r, A64_TEXT)->text = w;
  r->p += w.n;
  return true;
}

/* ---- the operands column --------------------------------------------------------------------------- */

static void open_option(struct reader *r)
{
  if (r->nopen == 3) {
    r->error = "options in options";
    return;
  }
  r->open[r->nopen++] = add(r, A64_OPTION);
}

static void close_option(struct reader *r)
{
  struct a64_node *o;

  if (r->nopen == 0) {
    r->error = "a parenthesis that none opens";
    return;
  }
  o = r->open[--r->nopen];
  add(r, A64_END);
  o->skip = r->f->nnode;
}

/* NAME=n: what the field is if the option is left out. */
static void parse_default(struct reader *r)
{
  struct a64_node *last = &r->f->node[r->f->nnode - 1], *o = r->nopen ? r->open[r->nopen - 1] : NULL;

  r->p++;
  if (!o) {
    r->error = "a default of what cannot be left out";
    return;
  }
  o->field = last->kind == A64_CHOICE ? r->f->choice[last->choice - 1].field[0] : last->field;
  o->plus = (int16_t)number_at(r);
}

static void parse_char(struct reader *r)
{
  char c = *r->p++;

  r->depth += c == '[' || c == '{';
  r->depth -= c == ']' || c == '}';
  if (c == ',' && r->depth == 0) {
    r->f->form.nop++;
    if (r->nopen == 0)
      r->f->form.least++;
  }
  add(r, A64_CHAR)->mode = c;
}

static void parse_one(struct reader *r)
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
  else if (c == '{' ? parse_list(r) : parse_tile(r) || parse_register(r, A64_REG))
    return;
  else if (strchr("[]{},!", c))
    parse_char(r);
  else if (c == '#' ? !parse_number(r) : !parse_word(r))
    r->error = "unknown operand, or one without a field";
}

static const char *parse(const char *row, void *form)
{
  struct a64_form *f = form;
  struct row text = row_split(&a64_rows, row);
  const char *error = word_parse(text.encoding, names, &f->word), *colon = strstr(text.operands, ": ");
  size_t n = colon ? (size_t)(colon - text.operands) : strlen(text.operands);
  struct reader r = {.f = f, .p = text.operands};

  if (error)
    return error;
  if (colon && (error = parse_choices(f, colon + 2)) != NULL)
    return error;
  f->q = (uint8_t)field_named(f, SPAN("Q"));
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
  case A64_IMM: return n->sub == IMM_CONST || n->sub == IMM_FLOAT || n->sub == IMM_BYTES ? "-" : "value";
  default: return "-";
  }
}

const struct rows a64_rows = {
  .row = rows, .n = sizeof(rows) / sizeof(rows[0]), .columns = 4, .fields = names, .form_size = sizeof(struct a64_form),
  .parse = parse, .print = print, .at_run_time = at_run_time,
};
