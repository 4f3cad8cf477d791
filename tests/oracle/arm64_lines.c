/* arm64_lines.c - lines of a row of AArch64: its operands column, which the head of arm64.def explains, to text.
 *
 * What the text consists of is a line of pieces: characters, registers, numbers, words. Fields of registers have one number
 * that all pieces of the field show, and the choices of the row one place each, so that a line agrees with itself. One line
 * is made for each place of the choices, for each number of each register (those of the other registers among them) and for
 * each text of each other piece, and one without each option.
 */
#include <stdio.h>
#include <string.h>

#include "arm64_pattern.h"

/* What one line is: numbers of registers, places, texts, options. */
struct state {
  unsigned number[MOST_REGISTERS];
  int place[MOST_CHOICES];
  unsigned q;                /* 1: vectors of 128 bits */
  unsigned text[MOST_PIECES];
  unsigned left_out;         /* the piece that opens it, or MOST_PIECES */
};

/* The value of the fields of a choice, of which each bit of `bits` belongs to one of all that choices have. */
static int choice_place(const struct pattern *P, const struct choice *c, const char *const *names, const unsigned *values, unsigned n, unsigned common)
{
  unsigned v = 0;
  const char *p = c->fields;

  if (!*p)
    return (int)common;
  while (*p) {
    char name[WORD];
    unsigned len = arm64_word(p, name);
    const struct word_field *f = arm64_field(P, name);

    for (unsigned i = 0; i < n; i++)
      if (strcmp(names[i], name) == 0)
        v = v << (f ? f->bits : 1) | values[i];
    p += len + (p[len] == ':');
  }
  return (int)v;
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
  int c = arm64_choice(P, r->arrangement);
  bool vector = strcmp(r->text, "V") == 0;
  unsigned bits = 8;

  snprintf(out, WORD, "%s", r->arrangement);
  if (c >= 0)
    arm64_choice_text(&P->choice[c], s->place[c], out);
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
  int c = arm64_choice(P, r->text);

  snprintf(class, sizeof(class), "%s", r->text);
  if (c >= 0)
    arm64_choice_text(&P->choice[c], s->place[c], class);
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
  int c = arm64_choice(P, t->arrangement);

  snprintf(arrangement, sizeof(arrangement), "%s", t->arrangement);
  if (c >= 0)
    arm64_choice_text(&P->choice[c], s->place[c], arrangement);
  lower(arrangement);
  if (t->text[0])
    arm64_choice_text(&P->choice[arm64_choice(P, "HV")], s->place[arm64_choice(P, "HV")], slice);
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
      arm64_choice_text(&P->choice[arm64_choice(P, p->text)], s->place[arm64_choice(P, p->text)], word);
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
      unsigned len = arm64_word(p, name), k = 0;

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
    const struct word_field *f = arm64_field(P, names[i]);
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
    if (!arm64_choice_text(&P->choice[i], s->place[i], text))
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
    for (unsigned other = 0; other < P->nreg; other++) {
      s.number[r] = first->number[other];
      if (other != r)
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
  struct state s = {.left_out = MOST_PIECES};
  bool any = false, last = false;

  memset(&P, 0, sizeof(P));
  P.mnemonic = row->mnemonic;
  P.word = w;
  arm64_pattern(&P, row->operands);
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
