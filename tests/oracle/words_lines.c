/* words_lines.c - the lines that words.c compares: those of a row, from its operands and fields.
 *
 * One has the first text of all operands, and one for each operand has each of its other texts; then one after the other is
 * left out from the end.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dasmc/isa/isa.h"
#include "dasmc/isa/word.h"
#include "words.h"

enum { MOST_OPERANDS = 8, MOST_TEXTS = 40, TEXT = 40 };

struct operand_texts {
  bool optional;
  unsigned n;
  char text[MOST_TEXTS][TEXT];
};

struct made_row {
  unsigned nop;
  struct operand_texts op[MOST_OPERANDS];
  char operand[MOST_OPERANDS][TEXT]; /* as the row has them */
  const char *at_run_time[MOST_OPERANDS];
};

static void die(const char *what, const char *row)
{
  fprintf(stderr, "words: %s: %s\n", what, row);
  exit(2);
}

/* ---- texts of operands ---------------------------------------------------------------- */

static void add_text(struct operand_texts *o, const char *text)
{
  for (unsigned i = 0; i < o->n; i++)
    if (strcmp(o->text[i], text) == 0)
      return;
  if (o->n < MOST_TEXTS)
    snprintf(o->text[o->n++], TEXT, "%s", text);
}

static void add_number(struct operand_texts *o, long long v)
{
  char text[TEXT];

  snprintf(text, sizeof(text), "%lld", v);
  add_text(o, text);
}

static void add_numbers(struct operand_texts *o, const struct word_field *f)
{
  unsigned bits = (unsigned)f->low + f->bits;
  long long unit = 1ll << f->low, half = 1ll << (bits - 1);
  const long long at[] = {-2 * half, -half, 0, half, 2 * half};

  add_number(o, unit);
  for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
    add_number(o, at[i]);
    add_number(o, at[i] - 1);
    add_number(o, at[i] + 1);
    add_number(o, at[i] - unit);
    add_number(o, at[i] + unit);
    add_number(o, at[i] + unit / 2);
  }
}

static void add_texts(struct operand_texts *o, const char *texts)
{
  while (*texts) {
    char text[TEXT];
    size_t n = strcspn(texts, "|");

    snprintf(text, sizeof(text), "%.*s", (int)n, texts);
    add_text(o, text);
    texts += n + (texts[n] == '|');
  }
}

/* What the ISA's file says of a name in the operands column; NULL: nothing. */
static const struct word_operand *listed(const struct word_oracle *O, const char *name)
{
  for (const struct word_operand *p = O->operands; p->name; p++)
    if (strcmp(p->name, name) == 0)
      return p;
  return NULL;
}

/* The texts of a name in the operands column. False: the ISA's file does not know it, and it is no field. */
static bool texts_of(const struct word_oracle *O, const struct word *w, const char *name, struct operand_texts *o)
{
  const struct word_operand *p = listed(O, name);
  const char *field = p ? p->field : name;
  const struct word_field *f;

  if (p && p->texts) {
    add_texts(o, p->texts);
    return true;
  }
  f = word_find(w, (struct span){field, strlen(field)});
  if (f)
    add_numbers(o, f);
  return f != NULL;
}

/* imm(rs1), ws[n]: each offset with the first base, the first offset with each base. */
static bool memory_texts(const struct word_oracle *O, const struct word *w, char *name, struct operand_texts *o)
{
  struct operand_texts offset = {0}, base = {0};
  char *open = strpbrk(name, "(["), text[3 * TEXT], bracket = open ? *open : '\0', close = bracket == '(' ? ')' : ']';

  if (!open)
    return false;
  open[strcspn(open, ")]!>")] = '\0';
  *open = '\0';
  if ((*name && !texts_of(O, w, name, &offset)) || !texts_of(O, w, open + 1, &base))
    return false;
  if (!*name) {
    add_text(&offset, "");
    add_text(&offset, "0");
    add_text(&offset, "4");
  }
  for (unsigned i = 0; i < offset.n; i++) {
    snprintf(text, sizeof(text), "%s%c%s%c", offset.text[i], bracket, base.text[0], close);
    text[TEXT - 1] = '\0';
    add_text(o, text);
  }
  for (unsigned i = 1; i < base.n; i++) {
    snprintf(text, sizeof(text), "%s%c%s%c", offset.text[0], bracket, base.text[i], close);
    text[TEXT - 1] = '\0';
    add_text(o, text);
  }
  return true;
}

static void make_row(const struct word_oracle *O, const struct rows *rows, const char *row, struct made_row *out)
{
  static union { char room[ISA_FORM_ROOM]; max_align_t align; } form;
  struct row r = row_split(rows, row);
  const char *p = r.operands;
  struct word w;

  memset(out, 0, sizeof(*out));
  if (word_parse(r.encoding, rows->fields, &w) || row_parse(rows, row, &form))
    die("bad diagram", row);
  while (*p) {
    struct operand_texts *o = &out->op[out->nop];
    char name[TEXT];
    size_t n = strcspn(p, ",");

    snprintf(out->operand[out->nop], TEXT, "%.*s", (int)n, p);
    out->at_run_time[out->nop] = rows->at_run_time(&form, out->nop);
    snprintf(name, sizeof(name), "%s", out->operand[out->nop++]);
    if (name[0] == '[') {
      o->optional = true;
      memmove(name, name + 1, strlen(name));
      name[strcspn(name, "]")] = '\0';
    }
    if (listed(O, name) == NULL)
      name[strcspn(name, "!>")] = '\0';
    if (!texts_of(O, &w, name, o) && !memory_texts(O, &w, name, o))
      die("an operand that is not known", row);
    p += n;
    p += strspn(p, ", ");
  }
}

/* ---- lines ---------------------------------------------------------------------------------- */

/* The same with what FORM_* says at run time; nothing if that is nothing. */
static void add_dynamic(struct line *line, const struct isa *isa, const struct made_row *m, unsigned which, unsigned text, unsigned left,
                        unsigned form)
{
  char *out = line->dynamic[form];
  size_t n = (size_t)snprintf(out, LINE_TEXT, "%s", isa->rows->row[line->row]);

  for (unsigned i = 0; i + left < m->nop && n < LINE_TEXT; i++) {
    n += (size_t)snprintf(out + n, LINE_TEXT - n, "%s", i ? ", " : " ");
    if (n < LINE_TEXT)
      runtime_operand(isa, m->operand[i], m->at_run_time[i], m->op[i].text[i == which ? text : 0], form, out + n, LINE_TEXT - n);
    n += n < LINE_TEXT ? strlen(out + n) : 0;
  }
  if (strcmp(out, line->text) == 0 || (form != FORM_ALL && strcmp(out, line->dynamic[FORM_ALL]) == 0))
    out[0] = '\0';
}

/* The line with operand `which` in its text `text`; which >= nop: all have their first; the last `left` are left out. */
static void add_line(struct lines *L, const struct isa *isa, uint32_t row, const struct made_row *m, unsigned which, unsigned text,
                     unsigned left)
{
  const char *mnemonic = isa->rows->row[row];
  struct line *line = lines_add(L);
  size_t n = (size_t)snprintf(line->text, LINE_TEXT, "%s", mnemonic);

  for (unsigned i = 0; i + left < m->nop && n < LINE_TEXT; i++)
    n += (size_t)snprintf(line->text + n, LINE_TEXT - n, "%s%s", i ? ", " : " ", m->op[i].text[i == which ? text : 0]);
  line->row = row;
  line->branch = strstr(line->text, "<1") != NULL;
  for (unsigned form = 0; form < FORMS; form++)
    add_dynamic(line, isa, m, which, text, left, form);
}

struct line_of_row {
  struct lines *L;
  const struct isa *isa;
  uint32_t row;
};

static void add_text_line(void *user, const char *text)
{
  struct line_of_row *to = user;
  struct line *line = lines_add(to->L);

  snprintf(line->text, LINE_TEXT, "%s", text);
  line->row = to->row;
  line->branch = strstr(text, "<1") != NULL;
  for (unsigned form = 0; form < FORMS; form++) {
    char *out = line->dynamic[form];

    runtime_line(to->isa, text, form, out, LINE_TEXT);
    if (strcmp(out, text) == 0 || (form != FORM_ALL && strcmp(out, line->dynamic[FORM_ALL]) == 0))
      out[0] = '\0';
  }
}

void words_lines(const struct word_oracle *O, const struct isa *isa, uint32_t row, struct lines *L)
{
  static struct made_row m;

  if (O->lines) {
    struct row r = row_split(isa->rows, isa->rows->row[row]);
    struct line_of_row to = {L, isa, row};
    struct word w;

    if (word_parse(r.encoding, isa->rows->fields, &w))
      die("bad diagram", isa->rows->row[row]);
    O->lines(&r, &w, add_text_line, &to);
    return;
  }
  make_row(O, isa->rows, isa->rows->row[row], &m);
  add_line(L, isa, row, &m, m.nop, 0, 0);
  for (unsigned i = 0; i < m.nop; i++)
    for (unsigned t = 1; t < m.op[i].n; t++)
      add_line(L, isa, row, &m, i, t, 0);
  for (unsigned left = 1; left <= m.nop; left++)
    add_line(L, isa, row, &m, m.nop, 0, left);
}
