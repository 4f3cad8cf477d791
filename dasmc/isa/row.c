/* row.c - one row: its columns, and what the last of them says. */
#include "isa.h"

static const char *behind(const char *column)
{
  return column + strlen(column) + 1;
}

struct row row_columns(const char *row, unsigned n)
{
  struct row r = {.mnemonic = row, .place = ""};

  r.operands = behind(row);
  if (n > 4)
    r.place = behind(r.operands);
  r.encoding = behind(n > 4 ? r.place : r.operands);
  r.needs = behind(r.encoding);
  return r;
}

struct row row_split(const struct rows *rows, const char *row)
{
  return row_columns(row, rows->columns);
}

/* What the words of the last column say that are no features. */
enum { SCOPE_MODES = 0xff, SCOPE_DYNASM = 0x100, SCOPE_OWN = 0x200 };

static bool word_is(const char *p, size_t n, const char *word)
{
  return strncmp(p, word, n) == 0 && word[n] == '\0';
}

/* 0: it is a feature. */
static unsigned scope_of_word(const struct rows *rows, const char *p, size_t n)
{
  for (const struct row_mode *m = rows->modes; m && m->word; m++)
    if (word_is(p, n, m->word))
      return m->modes;
  return word_is(p, n, "DYNASM") ? SCOPE_DYNASM : word_is(p, n, "OWN") ? SCOPE_OWN : 0;
}

/* A row that names no mode is in all of them. */
static unsigned scope_of_row(const struct rows *rows, const char *needs)
{
  unsigned modes = SCOPE_MODES, dialects = 0;

  while (*needs) {
    const char *p = needs;
    unsigned word;

    while (*p && *p != ' ' && *p != ',')
      p++;
    word = scope_of_word(rows, needs, (size_t)(p - needs));
    modes &= word & SCOPE_MODES ? word : SCOPE_MODES;
    dialects |= word & ~(unsigned)SCOPE_MODES;
    while (*p == ' ' || *p == ',')
      p++;
    needs = p;
  }
  return modes | dialects;
}

bool row_is_scope(const struct rows *rows, struct span word)
{
  return scope_of_word(rows, word.p, word.n) != 0;
}

unsigned row_modes(const struct rows *rows, const char *row)
{
  return scope_of_row(rows, row_split(rows, row).needs) & SCOPE_MODES;
}

const char *row_parse(const struct rows *rows, const char *row, void *form)
{
  struct form *f = form;
  unsigned scope = scope_of_row(rows, row_split(rows, row).needs);

  memset(form, 0, rows->form_size);
  f->row = row;
  f->enabled = true;
  f->modes = (uint8_t)(scope & SCOPE_MODES);
  f->dynasm = (scope & SCOPE_DYNASM) != 0;
  f->own = (scope & SCOPE_OWN) != 0;
  return rows->parse(row, form);
}
