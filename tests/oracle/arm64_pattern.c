/* arm64_pattern.c - the operands column of a row of AArch64, which the head of arm64.def explains, into pieces; and texts
 * of each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arm64_pattern.h"

/* The number at `from', and in *behind what comes after it. */
static long number(const char *from, const char **behind)
{
  char *end;
  long n = strtol(from, &end, 10);

  *behind = end;
  return n;
}

static bool is_letter(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

unsigned arm64_word(const char *p, char out[WORD])
{
  unsigned n = 0;

  while (is_letter(p[n]) && n < WORD - 1) {
    out[n] = p[n];
    n++;
  }
  out[n] = '\0';
  return n;
}

const struct word_field *arm64_field(const struct pattern *P, const char *name)
{
  return word_find(P->word, (struct span){name, strlen(name)});
}

/* ---- choices ------------------------------------------------------------------------- */

int arm64_choice(const struct pattern *P, const char *name)
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
bool arm64_choice_text(const struct choice *c, int place, char out[WORD])
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
  f = arm64_field(P, name);
  if (!f && name[0] == 'R') {
    name[0] = 'W';
    f = arm64_field(P, name);
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
      p += 1 + arm64_word(p + 1, w);
    else if (*p == '<')
      (void)number(p + 1, &p);
    else if (*p == '/')
      r->mode = p[1], p += 2;
    else if (*p == '.')
      p += 1 + arm64_word(p + 1, r->arrangement);
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
  unsigned n = arm64_word(p, w);

  for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
    unsigned reg;
    struct piece *r;

    if (!ends_with(w, suffixes[i]))
      continue;
    snprintf(class, sizeof(class), "%.*s", (int)(n - strlen(suffixes[i])), w);
    if (arm64_choice(P, class) < 0 && strspn(class, "WXBHSDQVZPN") != strlen(class))
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
    p += 1 + arm64_word(p + 1, t->arrangement);
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
  unsigned n = arm64_word(p, w);
  const struct word_field *f = arm64_field(P, w);
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
    p += 1 + arm64_word(p + 1, w);
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
      return end + 1 + arm64_word(end + 1, w);
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
  unsigned tilde = *p == '~', n = arm64_word(p + tilde, w);
  const char *q;

  if (!tilde && arm64_choice(P, w) >= 0) {
    snprintf(add(P, PIECE_CHOICE)->text, WORD, "%s", w);
    return p + n;
  }
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
    if (strlen(words[i].name) == n + tilde && strncmp(p, words[i].name, n + tilde) == 0 &&
        (arm64_field(P, w) || strcmp(w, "cm") == 0)) {
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

void arm64_pattern(struct pattern *P, const char *text)
{
  const char *colon = strstr(text, " : ");

  P->has_q = arm64_field(P, "Q") != NULL;
  if (colon)
    read_choices(P, colon + 3);
  read_operands(P, text, colon ? (size_t)(colon - text) : strlen(text));
}
