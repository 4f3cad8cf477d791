/* known.c - which features the assemblers that are here have heard of.
 *
 * An instruction set can be younger than they are. Of the rows that need a feature some are asked
 * about, with one line each; it is known if most of those are taken (draft versions of an
 * instruction set had other names). Lines of rows that need an unknown feature cannot be proved
 * here, and say nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../dasmc/isa/x86.h"
#include "oracle.h"

enum { MOST = 256, EVERY = 5 };

struct known_feature {
  char name[24];
  unsigned rows;          /* seen */
  unsigned asked, taken;  /* lines */
  unsigned long unproved; /* lines */
};

static struct known_feature feature[MOST];
static size_t nfeatures;

/* Take the next word off a list; false at its end. */
static bool next_word(const char **list, char word[24])
{
  *list += strspn(*list, ", ");
  snprintf(word, 24, "%.*s", (int)strcspn(*list, ", "), *list);
  *list += strcspn(*list, ", ");
  return word[0] != '\0';
}

static struct known_feature *find(const char *name)
{
  for (size_t i = 0; i < nfeatures; i++) {
    if (strcmp(feature[i].name, name) == 0)
      return &feature[i];
  }
  return NULL;
}

static bool is_mode(const char *name)
{
  return strcmp(name, "X64") == 0 || strcmp(name, "X86") == 0 || strcmp(name, "BASE") == 0 ||
         strcmp(name, "DYNASM") == 0;
}

/* Is a row the first, the sixth ... of one of its features? */
static bool is_wanted(const char *features)
{
  bool wanted = false;
  char word[24];

  while (next_word(&features, word)) {
    struct known_feature *f = find(word);

    if (is_mode(word))
      continue;
    if (!f && nfeatures < MOST) {
      f = &feature[nfeatures++];
      snprintf(f->name, sizeof(f->name), "%s", word);
    }
    wanted |= f && f->rows++ % EVERY == 0;
  }
  return wanted;
}

static void learn(const struct line *line, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const char *features = row_split(&x86_rows, x86_rows.row[line[i].row]).needs;
    char word[24];
    bool taken = false;

    for (int tool = TOOL_FIRST; tool < tool_count(); tool++)
      taken |= line[i].by[tool].n > 0;
    while (line[i].chosen == line[i].row && next_word(&features, word)) {
      struct known_feature *f = find(word);

      if (f) {
        f->asked++;
        f->taken += taken;
      }
    }
  }
}

bool known_find(unsigned bits)
{
  struct lines L = { 0 };
  bool ok;

  for (uint32_t row = 0; row < x86_rows.n; row++) {
    struct lines all = { 0 };

    if (!is_wanted(row_split(&x86_rows, x86_rows.row[row]).needs))
      continue;
    lines_of_row(&all, row, bits);
    if (all.n > 0)
      *lines_add(&L) = all.line[0];
    lines_free(&all);
  }
  ok = L.n == 0 || ours_assemble(bits, NULL, L.line, L.n, NULL);
  for (int tool = TOOL_FIRST; ok && L.n > 0 && tool < tool_count(); tool++)
    ok = tool_assemble(tool, bits, L.line, L.n);
  learn(L.line, L.n);
  lines_free(&L);
  for (size_t i = 0; i < nfeatures; i++)
    feature[i].rows = 0;
  return ok;
}

bool known_row(uint32_t row)
{
  const char *features = row_split(&x86_rows, x86_rows.row[row]).needs;
  char word[24];

  while (next_word(&features, word)) {
    struct known_feature *f = find(word);

    if (f && 4 * f->taken < 3 * f->asked) {
      f->unproved++;
      return false;
    }
  }
  return true;
}

void known_print(void)
{
  const char *lead = "not known to any of them:";

  for (size_t i = 0; i < nfeatures; i++) {
    if (feature[i].unproved > 0) {
      printf("%s %s (%lu lines)", lead, feature[i].name, feature[i].unproved);
      lead = ",";
    }
  }
  if (*lead == ',')
    puts("");
}
