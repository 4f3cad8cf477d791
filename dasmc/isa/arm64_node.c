/* arm64_node.c - one thing in the operands column of a row of AArch64, which the head of arm64.def explains: a register, a
 * list, a tile, a number, a word. Each becomes a node of the form.
 */
#include <stdlib.h>

#include "arm64_node.h"

/* ---- small pieces of text ------------------------------------------------------------- */

static bool is_word(char c)
{
  return char_is(c, CHAR_WORD);
}

struct span a64_word_at(const char *p)
{
  struct span s = {p, 0};

  while (is_word(p[s.n]))
    s.n++;
  return s;
}

/* The number of a field, + 1; 0: there is none. */
unsigned a64_field_named(struct a64_form *f, struct span name)
{
  const struct word_field *w = word_find(&f->word, name);
  unsigned number = w ? (unsigned)(w - f->word.field) : 0;

  if (w)
    f->form.fills |= (uint16_t)(1u << number);
  return w ? number + 1 : 0;
}

/* The same where there has to be one. */
static unsigned field_of(struct a64_reader *r, struct span name)
{
  unsigned field = a64_field_named(r->f, name);

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

static bool accept(struct a64_reader *r, const char *text)
{
  size_t n = strlen(text);

  if (strncmp(r->p, text, n) != 0)
    return false;
  r->p += n;
  return true;
}

int a64_number_at(struct a64_reader *r)
{
  int v = 0;

  while (char_is(*r->p, CHAR_DIGIT))
    v = 10 * v + *r->p++ - '0';
  return v;
}

struct a64_node *a64_add_node(struct a64_reader *r, unsigned kind)
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
  field = a64_field_named(f, (struct span){name, n + suffix.n});
  if (!field && !own) {
    name[0] = 'W';
    field = a64_field_named(f, (struct span){name, n + suffix.n});
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

static void parse_arrangement(struct a64_reader *r, struct a64_node *n)
{
  n->text = a64_word_at(++r->p);
  r->p += n->text.n;
  n->arr = (uint8_t)choice_named(r->f, n->text);
}

/* What follows the name: +1 |SP !31 !d <24 /M .T */
static void parse_register_rest(struct a64_reader *r, struct a64_node *n)
{
  unsigned excepts = 0;

  if (*r->p == '+') {
    r->p++;
    n->plus = (int16_t)a64_number_at(r);
  }
  if (accept(r, "|SP"))
    n->sp = true;
  while (r->p[0] == '!' && is_word(r->p[1])) {
    struct span w = a64_word_at(++r->p);

    r->p += w.n;
    if (span_is(w, "31"))
      n->not31 = true;
    else if (excepts < 2)
      n->except[excepts++] = (uint8_t)register_field(r->f, "X", w);
  }
  if (*r->p == '<') {
    r->p++;
    n->below = (uint8_t)a64_number_at(r);
  }
  if (r->p[0] == '/') {
    n->mode = (char)(r->p[1] | 32);
    r->p += 2;
  }
  if (r->p[0] == '.')
    parse_arrangement(r, n);
}

/* A class or choice in capitals, then letters: Xd, Fbn, PNg. */
bool a64_read_register(struct a64_reader *r, unsigned kind)
{
  static const char *const suffixes[] = {"dn", "da", "t2", "d", "n", "m", "t", "s", "a", "g", "v", "k"};
  struct span w = a64_word_at(r->p);

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
    node = a64_add_node(r, kind);
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
bool a64_read_list(struct a64_reader *r)
{
  const char *start = r->p++;
  struct a64_node *n;

  if (accept(r, "ZAmask}")) {
    n = a64_add_node(r, A64_TILES);
    n->field = (uint8_t)field_of(r, SPAN("mask"));
    return true;
  }
  if (!a64_read_register(r, A64_LIST)) {
    r->p = start;
    return false;
  }
  n = &r->f->node[r->f->nnode - 1];
  n->count = n->stride = 1;
  if (accept(r, "*"))
    n->count = (uint8_t)a64_number_at(r);
  if (accept(r, ":"))
    n->stride = (uint8_t)a64_number_at(r);
  if (!accept(r, "}"))
    r->error = "a list without end";
  return true;
}

/* ZA, ZA0H.B, ZAt{HV}.S */
bool a64_read_tile(struct a64_reader *r)
{
  struct a64_node *n;
  bool by_choice;

  if (r->p[0] != 'Z' || r->p[1] != 'A')
    return false;
  n = a64_add_node(r, A64_TILE);
  r->p += 2;
  n->count = 255; /* no number */
  if (*r->p == 't') {
    r->p++;
    n->field = (uint8_t)field_of(r, SPAN("ZAt"));
  } else if (char_is(*r->p, CHAR_DIGIT)) {
    n->count = (uint8_t)a64_number_at(r);
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

static bool parse_odd(struct a64_reader *r, struct a64_node *n)
{
  for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
    const char *name = odd[i].name, *field = *name == '-' || *name == '~' ? name + 1 : name;
    size_t len = strlen(name);

    if (strncmp(r->p, name, len) != 0 || is_word(r->p[len]))
      continue;
    r->p += len;
    n->sub = odd[i].imm;
    n->field = (uint8_t)a64_field_named(r->f, (struct span){field, strlen(field)});
    return true;
  }
  return false;
}

/* What follows a field: *3 +1 <5 .T :imm+3 */
static void parse_number_rest(struct a64_reader *r, struct a64_node *n)
{
  if (accept(r, "*"))
    n->times = (int16_t)a64_number_at(r);
  if (accept(r, "+"))
    n->plus = (int16_t)a64_number_at(r);
  if (accept(r, "<"))
    n->below = (uint8_t)a64_number_at(r);
  if (accept(r, ".")) {
    n->text = a64_word_at(r->p);
    r->p += n->text.n;
    n->arr = (uint8_t)choice_named(r->f, n->text);
  }
  if (*r->p == ':') {
    r->p += 1 + a64_word_at(r->p + 1).n;
    if (accept(r, "*"))
      a64_number_at(r);
    if (accept(r, "+"))
      n->more = (uint8_t)a64_number_at(r);
    n->more = (uint8_t)(n->more - n->plus);
  }
}

bool a64_read_number(struct a64_reader *r)
{
  const char *start = r->p;
  struct span w;
  struct a64_node *n;
  unsigned field;

  if (*r->p == '#')
    r->p++;
  n = a64_add_node(r, A64_IMM);
  if (parse_odd(r, n)) {
    parse_number_rest(r, n);
    if (!n->field)
      r->error = "a number without a field";
    return true;
  }
  w = a64_word_at(r->p);
  if (char_is(*r->p, CHAR_DIGIT) || (*r->p == '-' && char_is(r->p[1], CHAR_DIGIT))) {
    const char *number = r->p;
    int from = a64_number_at(r);

    if (*number != '-' && *r->p == '-') { /* 64-imm */
      w = a64_word_at(++r->p);
      field = a64_field_named(r->f, w);
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
  field = a64_field_named(r->f, w);
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

static bool add_named(struct a64_reader *r, struct span w, bool inverse)
{
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    unsigned field = span_is(w, words[i].name) ? a64_field_named(r->f, (struct span){words[i].field, strlen(words[i].field)}) : 0;
    struct a64_node *n;

    if (!field)
      continue;
    n = a64_add_node(r, words[i].kind);
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

bool a64_read_word(struct a64_reader *r)
{
  bool inverse = accept(r, "~");
  struct span w = a64_word_at(r->p);
  unsigned choice = choice_named(r->f, w);

  if (w.n == 0)
    return false;
  if (choice && !inverse) {
    struct a64_node *n = a64_add_node(r, A64_CHOICE);

    n->choice = (uint8_t)choice;
    r->p += w.n;
    return true;
  }
  if (add_named(r, w, inverse)) {
    r->p += w.n;
    return true;
  }
  if (a64_read_number(r))
    return true;
  if (names_operand(w))
    return false;
  a64_add_node(r, A64_TEXT)->text = w;
  r->p += w.n;
  return true;
}
