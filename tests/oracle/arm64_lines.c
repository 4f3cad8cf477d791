/* arm64_lines.c - lines of a row of AArch64: its operands column, which the head of arm64.def explains, to text.
 *
 * What the text consists of is a line of pieces: characters, registers, numbers, words. Fields of registers have one number
 * that all pieces of the field show, and the choices of the row one place each, so that a line agrees with itself. One line
 * is made for each place of the choices, for each number of each register and for each text of each other piece, and one
 * without each option.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dasmc/isa/isa.h"
#include "dasmc/isa/word.h"
#include "words.h"

enum { MOST_PIECES = 64, MOST_TEXTS = 32, MOST_CHOICES = 5, MOST_REGISTERS = 8, WORD = 24 };

enum kind { PIECE_TEXT, PIECE_REGISTER, PIECE_TILE, PIECE_VALUES, PIECE_CHOICE, PIECE_OPEN, PIECE_CLOSE };

/* The number at `from', and in *behind what comes after it. */
static long number(const char *from, const char **behind)
{
  char *end;
  long n = strtol(from, &end, 10);

  *behind = end;
  return n;
}

struct piece {
  enum kind kind;
  char text[WORD];           /* PIECE_TEXT; of registers: the class or the name of its choice */
  char arrangement[WORD];    /* behind the dot: text or the name of a choice; empty: none */
  char mode;                 /* /M, /Z */
  bool sp, element;
  unsigned reg, plus, count, stride;
  unsigned close;            /* of PIECE_OPEN */
  unsigned n;                /* texts of PIECE_VALUES */
  char value[MOST_TEXTS][WORD];
};

struct reg {
  char field[16];
  unsigned first, low, limit;
};

struct choice {
  char name[WORD], fields[WORD], table[400];
  bool letters;
};

struct pattern {
  const char *mnemonic;
  const struct word *word;
  struct piece piece[MOST_PIECES];
  unsigned npiece;
  struct reg reg[MOST_REGISTERS];
  unsigned nreg;
  struct choice choice[MOST_CHOICES];
  unsigned nchoice;
  bool has_q;
};

/* What one line is: numbers of registers, places, texts, options. */
struct state {
  unsigned number[MOST_REGISTERS];
  int place[MOST_CHOICES];
  unsigned q;                /* 1: vectors of 128 bits */
  unsigned text[MOST_PIECES];
  unsigned left_out;         /* the piece that opens it, or MOST_PIECES */
};

static bool is_letter(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static unsigned word_at(const char *p, char out[WORD])
{
  unsigned n = 0;

  while (is_letter(p[n]) && n < WORD - 1) {
    out[n] = p[n];
    n++;
  }
  out[n] = '\0';
  return n;
}

static const struct word_field *field_named(const struct pattern *P, const char *name)
{
  return word_find(P->word, (struct span){name, strlen(name)});
}

/* ---- choices ------------------------------------------------------------------------- */

static int choice_named(const struct pattern *P, const char *name)
{
  for (unsigned i = 0; i < P->nchoice; i++)
    if (strcmp(P->choice[i].name, name) == 0)
      return (int)i;
  return -1;
}

/* NAME=FIELD:FIELD:TABLE */
static void read_choices(struct pattern *P, const char *p)
{
  while (*p && P->nchoice < MOST_CHOICES) {
    struct choice *c = &P->choice[P->nchoice++];
    size_t n = strcspn(p, " ");
    char text[512], *table, *equals;

    snprintf(text, sizeof(text), "%.*s", (int)n, p);
    equals = strchr(text, '=');
    table = strrchr(text, ':');
    table = table ? table : equals;
    snprintf(c->name, sizeof(c->name), "%.*s", (int)(equals - text), text);
    if (table > equals)
      snprintf(c->fields, sizeof(c->fields), "%.*s", (int)(table - equals - 1), equals + 1);
    snprintf(c->table, sizeof(c->table), "%s", table + 1);
    c->letters = strspn(c->table, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-d") == strlen(c->table);
    p += n;
    p += strspn(p, " ");
  }
}

/* Text of a place; false: there is none. */
static bool choice_text(const struct choice *c, int place, char out[WORD])
{
  const char *p = c->table;

  out[0] = '\0';
  if (c->letters) {
    if (place < 0 || place >= (int)strlen(p) || p[place] == '-')
      return false;
    snprintf(out, WORD, "%c", p[place]);
    return true;
  }
  while (place-- > 0) {
    p += strcspn(p, "|");
    if (!*p++)
      return false;
  }
  snprintf(out, WORD, "%.*s", (int)strcspn(p, "|"), p);
  return strcmp(out, "-") != 0 && *out != '\0';
}

/* The value of the fields of a choice, of which each bit of `bits` belongs to one of all that choices have. */
static int choice_place(const struct pattern *P, const struct choice *c, const char *const *names, const unsigned *values, unsigned n, unsigned common)
{
  unsigned v = 0;
  const char *p = c->fields;

  if (!*p)
    return (int)common;
  while (*p) {
    char name[WORD];
    unsigned len = word_at(p, name);
    const struct word_field *f = field_named(P, name);

    for (unsigned i = 0; i < n; i++)
      if (strcmp(names[i], name) == 0)
        v = v << (f ? f->bits : 1) | values[i];
    p += len + (p[len] == ':');
  }
  return (int)v;
}

/* ---- reading the column ------------------------------------------------------------------ */

static struct piece *add(struct pattern *P, enum kind kind)
{
  struct piece *p = &P->piece[P->npiece];

  if (P->npiece + 1 >= MOST_PIECES) {
    fprintf(stderr, "words: too many pieces: %s\n", P->mnemonic);
    exit(2);
  }
  P->npiece++;
  p->kind = kind;
  return p;
}

static void add_value(struct piece *p, const char *text)
{
  for (unsigned i = 0; i < p->n; i++)
    if (strcmp(p->value[i], text) == 0)
      return;
  if (p->n < MOST_TEXTS)
    snprintf(p->value[p->n++], WORD, "%s", text);
}

static void add_values(struct piece *p, const char *texts, const char *before)
{
  while (*texts) {
    char text[WORD];
    size_t n = strcspn(texts, "|");

    snprintf(text, sizeof(text), "%s%.*s", before, (int)n, texts);
    add_value(p, text);
    texts += n + (texts[n] == '|');
  }
}

static unsigned register_of(struct pattern *P, const char *class, const char *suffix)
{
  static const char order[] = "dnmatsgvk";
  char name[16];
  const struct word_field *f;
  struct reg *r;
  const char *at;

  snprintf(name, sizeof(name), "%s%s", class[0] == 'Z' || class[0] == 'P' ? class : "R", suffix);
  f = field_named(P, name);
  if (!f && name[0] == 'R') {
    name[0] = 'W';
    f = field_named(P, name);
  }
  if (!f)
    return MOST_REGISTERS;
  for (unsigned i = 0; i < P->nreg; i++)
    if (strcmp(P->reg[i].field, name) == 0)
      return i;
  r = &P->reg[P->nreg++];
  snprintf(r->field, sizeof(r->field), "%s", name);
  r->low = f->low;
  r->limit = 1u << (f->bits + f->low);
  at = strchr(order, suffix[0]);
  r->first = ((unsigned)(at ? at - order : 6) + 1 + (suffix[1] == '2' ? 5 : 0)) << f->low;
  r->first %= r->limit;
  return P->nreg - 1;
}

static bool ends_with(const char *word, const char *suffix)
{
  size_t n = strlen(word), m = strlen(suffix);

  return n > m && strcmp(word + n - m, suffix) == 0;
}

/* What follows a register: +1 |SP !31 <8 /M .T *4 :8 */
static const char *read_rest(struct pattern *P, struct piece *r, const char *p)
{
  (void)P;
  for (;;) {
    char w[WORD];

    if (*p == '+')
      r->plus = (unsigned)number(p + 1, &p);
    else if (strncmp(p, "|SP", 3) == 0)
      r->sp = true, p += 3;
    else if (*p == '!' && is_letter(p[1]))
      p += 1 + word_at(p + 1, w);
    else if (*p == '<')
      (void)number(p + 1, &p);
    else if (*p == '/')
      r->mode = p[1], p += 2;
    else if (*p == '.')
      p += 1 + word_at(p + 1, r->arrangement);
    else
      break;
  }
  r->element = *p == '[';
  return p;
}

static const char *read_register(struct pattern *P, const char *p)
{
  static const char *const suffixes[] = {"dn", "da", "t2", "d", "n", "m", "t", "s", "a", "g", "v", "k"};
  char w[WORD], class[WORD];
  unsigned n = word_at(p, w);

  for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
    unsigned reg;
    struct piece *r;

    if (!ends_with(w, suffixes[i]))
      continue;
    snprintf(class, sizeof(class), "%.*s", (int)(n - strlen(suffixes[i])), w);
    if (choice_named(P, class) < 0 && strspn(class, "WXBHSDQVZPN") != strlen(class))
      continue;
    reg = register_of(P, class, suffixes[i]);
    if (reg == MOST_REGISTERS)
      continue;
    r = add(P, PIECE_REGISTER);
    snprintf(r->text, sizeof(r->text), "%s", class);
    r->reg = reg;
    r->count = r->stride = 1;
    return read_rest(P, r, p + n);
  }
  return NULL;
}

static const char *read_list(struct pattern *P, const char *p)
{
  const char *q = read_register(P, p + 1);
  struct piece *r = &P->piece[P->npiece - 1];

  if (!q)
    return NULL;
  r->count = 100 + 1; /* above 100: in braces */
  if (*q == '*')
    r->count = 100 + (unsigned)number(q + 1, &q);
  if (*q == ':')
    r->stride = (unsigned)number(q + 1, &q);
  return *q == '}' ? q + 1 : NULL;
}

static const char *read_tile(struct pattern *P, const char *p)
{
  struct piece *t = add(P, PIECE_TILE);

  p += 2;
  t->reg = MOST_REGISTERS;
  if (*p == 't') {
    p++;
    t->reg = register_of(P, "ZA", "t");
  } else if (*p >= '0' && *p <= '9') {
    t->plus = 1 + (unsigned)number(p, &p);
  }
  if (strncmp(p, "{HV}", 4) == 0) {
    snprintf(t->text, sizeof(t->text), "HV");
    p += 4;
  } else if (*p == 'H' || *p == 'V') {
    t->mode = *p++;
  }
  if (*p == '.')
    p += 1 + word_at(p + 1, t->arrangement);
  return p;
}

/* ---- numbers ------------------------------------------------------------------------------- */

static const struct {
  const char *name, *values;
} odd[] = {
  {"-aimm", "-1|-4095|-4096|-16773120|0|1|-4097"}, {"aimm", "1|0|4095|4096|16773120|4097|16777216|-1"},
  {"~bitmask", "-2|1|-8|0x7ffffffe|0|-1|5"}, {"bitmask", "1|3|0x7e|0x80|0x5555555555555555|0x00ff00ff|0x0f0f0f0f0f0f0f0f|0x8000000000000001|0|-1|5|0xfffffffe"},
  {"movz", "1|0|65535|65536|0xffff0000|0xffff00000000|0x10001|-1"}, {"movn", "-2|-1|-65536|-65537|0xffffffff0000ffff|0x0000ffff|5"},
  {"neg", "1|0|31|63|32|64|-1"}, {"width", "1|2|31|32|33|63|64|0"}, {"top", "1|2|31|32|33|63|64|0"}, {"left", "1|0|31|32|63|64|-1"},
  {"shl", "1|0|7|8|15|16|31|32|63|64|-1"}, {"shr", "1|0|8|9|16|17|32|33|64|65|-1"},
  {"shi8", "1|0|-1|127|-128|255|256|-256|32512|-32768|128|-129|257"}, {"hi8", "1|0|255|256|65280|257|65536|-1"},
  {"fp", "1.0|0.125|-0.125|31.0|-31.0|0.1|32.0|0.0|1.9375"}, {"bytes", "0xff|0|-1|0xff00ff00ff00ff00|1|0xfe"}, {"lane", "1|0|2|3|7|15|16|-1"},
};

static void add_number(struct piece *v, const char *before, long long x, long long second, bool two)
{
  char text[WORD];

  if (two)
    snprintf(text, sizeof(text), "%s%lld:%lld", before, x, x + second);
  else
    snprintf(text, sizeof(text), "%s%lld", before, x);
  add_value(v, text);
}

/* #imm*3+1<5.T:imm+3, a field */
static const char *read_field(struct pattern *P, const char *p, const char *before)
{
  char w[WORD];
  unsigned n = word_at(p, w);
  const struct word_field *f = field_named(P, w);
  long long times = 1, plus = 0, more = 0, unit, half;
  struct piece *v;

  if (!f || n == 0)
    return NULL;
  p += n;
  if (*p == '*')
    times = number(p + 1, &p);
  if (*p == '+')
    plus = number(p + 1, &p);
  if (*p == '<')
    (void)number(p + 1, &p);
  if (*p == '.')
    p += 1 + strspn(p + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
  if (*p == ':') {
    p += 1 + word_at(p + 1, w);
    if (*p == '+')
      more = number(p + 1, &p);
    more -= plus;
  }
  v = add(P, PIECE_VALUES);
  unit = (1ll << f->low) * times;
  half = unit << (f->bits - 1);
  add_number(v, before, unit + plus, more, more != 0);
  for (int i = -2; i <= 2; i++) {
    add_number(v, before, i * half + plus, more, more != 0);
    add_number(v, before, i * half - unit + plus, more, more != 0);
    if (unit > 1)
      add_number(v, before, i * half + 1 + plus, more, more != 0);
  }
  if (more)
    add_value(v, "0:7");
  return p;
}

static const char *read_number(struct pattern *P, const char *p)
{
  const char *start = p, *before = *p == '#' ? "#" : "";
  char *end;

  p += *p == '#';
  for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
    size_t n = strlen(odd[i].name);

    if (strncmp(p, odd[i].name, n) != 0 || is_letter(p[n]))
      continue;
    add_values(add(P, PIECE_VALUES), odd[i].values, before);
    p += n;
    return *p == '.' ? p + 1 + strspn(p + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") : p;
  }
  if ((*p >= '0' && *p <= '9') || *p == '-') {
    long from = strtol(p, &end, 10);

    if (*p != '-' && *end == '-') { /* 64-imm */
      char w[WORD], text[4 * WORD];
      struct piece *v = add(P, PIECE_VALUES);

      snprintf(text, sizeof(text), "1|0|%ld|%ld|%ld|-1", from, from + 1, from / 2);
      add_values(v, text, before);
      return end + 1 + word_at(end + 1, w);
    }
    p += strspn(p, "-0123456789.:");
    snprintf(add(P, PIECE_TEXT)->text, WORD, "%.*s", (int)(p - start), start);
    return p;
  }
  return read_field(P, p, before);
}

/* ---- words --------------------------------------------------------------------------------- */

static const struct {
  const char *name, *values;
} words[] = {
  {"~cond", "eq|ne|hs|lo|le|gt|al|nv"}, {"cond", "eq|ne|cs|hs|cc|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|al|nv"},
  {"pattern", "vl4|pow2|vl1|vl8|vl16|vl256|mul4|mul3|all|#14|#28|vl9"},
  {"prfop", "pldl1keep|pldl1strm|pldl3strm|pstl1keep|pstl3strm|plil1keep|#6|#15|#31|#32"},
  {"rprfop", "pldkeep|pststrm|pldstrm|#2|#63|#64"}, {"pstate1", "pm|allint|svcrsm|svcrza|svcrsmza"},
  {"pstate", "spsel|daifset|daifclr|uao|pan|dit|ssbs|tco"},
  {"sysreg", "tpidr_el0|fpcr|nzcv|sctlr_el1|midr_el1|s3_3_c15_c2_7|ttbr0_el1|par_el1|nosuch_el1|s1_0_c0_c0_0"},
  {"at", "s1e1r|s12e0w|s1e3r|nosuch"}, {"brb", "iall|inj|nosuch"}, {"dc", "zva|civac|isw|cvadp|gva|nosuch"}, {"ic", "iallu|ivau|ialluis"},
  {"tlbi", "vmalle1|vae1is|alle3|rvae1|vmalle1nxs|nosuch"}, {"tlbip", "vae1|rvae1is|vae1nxs|alle3"}, {"cn", "c7|c0|c15|c16|x7"}, {"cm", "c5|c0|c15|c16"},
  {"label", "#8|#0|#-4|#1|#4096|#32764|#32768|#-32768|#1048572|#1048576|#134217724|#134217728|#-134217728"},
  {"page", "#4096|#0|#-4096|#1|#4294963200|#-4294967296"}, {"back", "#-8|#0|#-4|#4|#-262140|#-262144"},
};

static const char *read_word(struct pattern *P, const char *p)
{
  char w[WORD];
  unsigned tilde = *p == '~', n = word_at(p + tilde, w);
  const char *q;

  if (!tilde && choice_named(P, w) >= 0) {
    snprintf(add(P, PIECE_CHOICE)->text, WORD, "%s", w);
    return p + n;
  }
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
    if (strlen(words[i].name) == n + tilde && strncmp(p, words[i].name, n + tilde) == 0 &&
        (field_named(P, w) || strcmp(w, "cm") == 0)) {
      add_values(add(P, PIECE_VALUES), words[i].values, "");
      return p + tilde + n;
    }
  q = read_number(P, p);
  if (q)
    return q;
  snprintf(add(P, PIECE_TEXT)->text, WORD, "%s", w);
  return n > 0 ? p + n : NULL;
}

static const char *read_piece(struct pattern *P, const char *p)
{
  const char *q = NULL;

  if (*p == '{') {
    if (strncmp(p, "{ZAmask}", 8) == 0) {
      add_values(add(P, PIECE_VALUES), "{za}|{za0.d}|{za1.s, za2.d}|{za0.h}|{za1.h}|{za7.d}|{za0.b}|{za0.q}|{za8.d}", "");
      return p + 8;
    }
    q = read_list(P, p);
  }
  if (!q && p[0] == 'Z' && p[1] == 'A')
    return read_tile(P, p);
  if (!q && *p == '#')
    return read_number(P, p);
  if (!q && is_letter(*p))
    q = read_register(P, p);
  if (!q && (is_letter(*p) || *p == '~'))
    return read_word(P, p);
  if (!q) {
    snprintf(add(P, PIECE_TEXT)->text, WORD, "%c", *p);
    q = p + 1;
  }
  return q;
}

static void read_operands(struct pattern *P, const char *p, size_t n)
{
  const char *end = p + n;
  unsigned open[4], nopen = 0;

  while (p && p < end) {
    if (*p == ' ') {
      snprintf(add(P, PIECE_TEXT)->text, WORD, " ");
      p++;
    } else if (*p == '(') {
      open[nopen++] = P->npiece;
      add(P, PIECE_OPEN);
      p++;
    } else if (*p == ')') {
      P->piece[open[--nopen]].close = P->npiece;
      add(P, PIECE_CLOSE);
      p++;
    } else if (*p == '=') {
      (void)number(p + 1, &p);
    } else {
      p = read_piece(P, p);
    }
  }
  if (!p) {
    fprintf(stderr, "words: an operand that is not known: %s\n", P->mnemonic);
    exit(2);
  }
}

/* ---- writing -------------------------------------------------------------------------------- */

static void lower(char *s)
{
  for (; *s; s++)
    if (*s >= 'A' && *s <= 'Z')
      *s = (char)(*s | 32);
}

/* The arrangement behind a dot, as text. */
static void arrangement_text(const struct pattern *P, const struct state *s, const struct piece *r, char out[WORD])
{
  int c = choice_named(P, r->arrangement);
  bool vector = strcmp(r->text, "V") == 0;
  unsigned bits = 8;

  snprintf(out, WORD, "%s", r->arrangement);
  if (c >= 0)
    choice_text(&P->choice[c], s->place[c], out);
  lower(out);
  if (c < 0 || !vector || r->element || !P->choice[c].letters)
    return;
  for (const char *l = "bhsdq"; *l && *l != *out; l++)
    bits *= 2;
  snprintf(out, WORD, "%u%c", (P->has_q && !s->q ? 64 : 128) / bits, *out);
}

static size_t one_register(const struct pattern *P, const struct state *s, const struct piece *r, unsigned number, char *out, size_t room)
{
  char class[WORD], arrangement[WORD] = "", text[3 * WORD];
  int c = choice_named(P, r->text);

  snprintf(class, sizeof(class), "%s", r->text);
  if (c >= 0)
    choice_text(&P->choice[c], s->place[c], class);
  lower(class);
  if ((*class == 'w' || *class == 'x') && number == 31)
    snprintf(text, sizeof(text), "%s", r->sp ? *class == 'w' ? "wsp" : "sp" : *class == 'w' ? "wzr" : "xzr");
  else
    snprintf(text, sizeof(text), "%s%u", class, number);
  if (r->mode)
    snprintf(text + strlen(text), sizeof(text) - strlen(text), "/%c", r->mode | 32);
  if (r->arrangement[0]) {
    arrangement_text(P, s, r, arrangement);
    snprintf(text + strlen(text), sizeof(text) - strlen(text), ".%s", arrangement);
  }
  return (size_t)snprintf(out, room, "%s", text);
}

static size_t register_text(const struct pattern *P, const struct state *s, const struct piece *r, char *out, size_t room)
{
  unsigned first = s->number[r->reg] + r->plus, n = r->count % 100, limit = r->text[0] == 'P' ? 16 : 32;
  size_t used = 0;

  if (r->count < 100)
    return one_register(P, s, r, first, out, room);
  used = (size_t)snprintf(out, room, "{");
  for (unsigned i = 0; i < n && used < room; i++) {
    used += (size_t)snprintf(out + used, room - used, "%s", i ? ", " : "");
    used += one_register(P, s, r, (first + i * r->stride) % limit, out + used, room - used);
  }
  return used + (size_t)snprintf(out + used, room - used, "}");
}

static size_t tile_text(const struct pattern *P, const struct state *s, const struct piece *t, char *out, size_t room)
{
  char slice[WORD] = "", arrangement[WORD], number[12] = "";
  int c = choice_named(P, t->arrangement);

  snprintf(arrangement, sizeof(arrangement), "%s", t->arrangement);
  if (c >= 0)
    choice_text(&P->choice[c], s->place[c], arrangement);
  lower(arrangement);
  if (t->text[0])
    choice_text(&P->choice[choice_named(P, "HV")], s->place[choice_named(P, "HV")], slice);
  else if (t->mode)
    snprintf(slice, sizeof(slice), "%c", t->mode);
  lower(slice);
  if (t->reg < MOST_REGISTERS)
    snprintf(number, sizeof(number), "%u", s->number[t->reg]);
  else if (t->plus)
    snprintf(number, sizeof(number), "%u", t->plus - 1);
  return (size_t)snprintf(out, room, "za%s%s%s%s", number, slice, *arrangement ? "." : "", arrangement);
}

static void write_line(const struct pattern *P, const struct state *s, word_line *line, void *user)
{
  char text[LINE_TEXT];
  size_t n = (size_t)snprintf(text, sizeof(text), "%s ", P->mnemonic);

  for (unsigned i = 0; i < P->npiece && n < sizeof(text); i++) {
    const struct piece *p = &P->piece[i];
    char *out = text + n, word[WORD];
    size_t room = sizeof(text) - n;

    if (i == s->left_out) {
      i = p->close;
      continue;
    }
    switch (p->kind) {
    case PIECE_TEXT: n += (size_t)snprintf(out, room, "%s", p->text); break;
    case PIECE_REGISTER: n += register_text(P, s, p, out, room); break;
    case PIECE_TILE: n += tile_text(P, s, p, out, room); break;
    case PIECE_VALUES: n += (size_t)snprintf(out, room, "%s", p->value[s->text[i]]); break;
    case PIECE_CHOICE:
      choice_text(&P->choice[choice_named(P, p->text)], s->place[choice_named(P, p->text)], word);
      n += (size_t)snprintf(out, room, "%s", word);
      break;
    default: break;
    }
  }
  while (n > 0 && text[n - 1] == ' ')
    text[--n] = '\0';
  if (n < sizeof(text))
    line(user, text);
}

/* ---- all lines of a row ------------------------------------------------------------------------ */

/* Fields of all choices, each once. */
static unsigned choice_fields(const struct pattern *P, char names[8][WORD])
{
  unsigned n = 0;

  for (unsigned i = 0; i < P->nchoice; i++)
    for (const char *p = P->choice[i].fields; *p;) {
      char name[WORD];
      unsigned len = word_at(p, name), k = 0;

      while (k < n && strcmp(names[k], name) != 0)
        k++;
      if (k == n && n < 8)
        snprintf(names[n++], WORD, "%s", name);
      p += len + (p[len] == ':');
    }
  return n;
}

/* The places of all choices in combination `number`; false: it has none. *q: bit Q in it. */
static bool places(const struct pattern *P, unsigned number, struct state *s, bool *last)
{
  char names[8][WORD];
  const char *name[8];
  unsigned n = choice_fields(P, names), value[8], q = P->has_q;

  s->q = 1;
  for (unsigned i = 0; i < n; i++) {
    const struct word_field *f = field_named(P, names[i]);
    unsigned count = 1u << (f ? f->bits : 1);

    name[i] = names[i];
    value[i] = number % count;
    number /= count;
    if (strcmp(names[i], "Q") == 0) {
      q = 0;
      s->q = value[i];
    }
  }
  if (q) {
    s->q = !(number & 1);
    number /= 2;
  }
  *last = number >= 16;
  for (unsigned i = 0; i < P->nchoice; i++) {
    char text[WORD];

    s->place[i] = choice_place(P, &P->choice[i], name, value, n, number);
    if (!choice_text(&P->choice[i], s->place[i], text))
      return false;
    if (P->has_q && !s->q && text[0] == 'D' && text[1] == '\0')
      return false; /* 1d */
  }
  for (unsigned i = 0; i < P->nchoice && number > 0; i++)
    if (!P->choice[i].fields[0])
      return true;
  return number == 0;
}

static void vary(const struct pattern *P, const struct state *first, word_line *line, void *user)
{
  struct state s = *first;

  for (unsigned r = 0; r < P->nreg; r++) {
    static const unsigned numbers[] = {0, 1, 3, 7, 8, 9, 15, 16, 17, 24, 28, 30, 31};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
      s.number[r] = numbers[i];
      write_line(P, &s, line, user);
    }
    s.number[r] = first->number[r];
  }
  for (unsigned i = 0; i < P->npiece; i++) {
    for (unsigned t = 1; t < P->piece[i].n; t++) {
      s.text[i] = t;
      write_line(P, &s, line, user);
    }
    s.text[i] = 0;
    if (P->piece[i].kind == PIECE_OPEN) {
      s.left_out = i;
      write_line(P, &s, line, user);
      s.left_out = MOST_PIECES;
    }
  }
}

void arm64_lines(const struct row *row, const struct word *w, word_line *line, void *user)
{
  static struct pattern P;
  const char *colon = strstr(row->operands, " : ");
  struct state s = {.left_out = MOST_PIECES};
  bool any = false, last = false;

  memset(&P, 0, sizeof(P));
  P.mnemonic = row->mnemonic;
  P.word = w;
  P.has_q = field_named(&P, "Q") != NULL;
  if (colon)
    read_choices(&P, colon + 3);
  read_operands(&P, row->operands, colon ? (size_t)(colon - row->operands) : strlen(row->operands));
  for (unsigned r = 0; r < P.nreg; r++)
    s.number[r] = P.reg[r].first;
  for (unsigned i = 0; !last; i++) {
    if (!places(&P, i, &s, &last))
      continue;
    write_line(&P, &s, line, user);
    if (!any)
      vary(&P, &s, line, user);
    any = true;
  }
}
