/* features.c - does -m allow what it should, and say what an instruction needs?
 *
 * One line of each row is assembled with the features of its last column alone, which must do, and
 * with those that every processor has. That must be refused with the name of a feature that the row
 * needs, unless it needs none.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../dasmc/isa/x86.h"
#include "oracle.h"

static const char *features_of(const struct line *line)
{
  return row_split(&x86_rows, x86_rows.row[line->row]).needs;
}

static int by_features(const void *a, const void *b)
{
  return strcmp(features_of(a), features_of(b));
}

/* Is the word of a message after "needs " among the features? */
static bool names_feature(const char *message, const char *features)
{
  const char *at = strstr(message, " needs ");
  char list[200], word[40];

  if (!at || sscanf(at, " needs %38[^, ]", word) != 1)
    return false;
  snprintf(list, sizeof(list), "%s", features);
  for (char *p = strtok(list, ", "); p; p = strtok(NULL, ", ")) {
    if (strcmp(p, word) == 0)
      return true;
  }
  return strcmp(word, "APXF") == 0; /* registers r16 to r31 in another row */
}

/* Only what every processor of the mode has? */
static bool is_basic(const char *features)
{
  char list[200];

  snprintf(list, sizeof(list), "%s", features);
  for (char *p = strtok(list, ", "); p; p = strtok(NULL, ", ")) {
    if (!strstr(" BASE FPU CX8 X86 X64 OWN ", p) && strcmp(p, "SSE") != 0 && strcmp(p, "SSE2") != 0 && strcmp(p, "MMX") != 0 &&
        strcmp(p, "FXSR") != 0)
      return false;
  }
  return true;
}

/* One line for every step-th row of the mode; its row is the one that is taken when everything is allowed. */
static bool sample_lines(struct lines *L, unsigned bits, unsigned step)
{
  size_t n = 0;
  bool ok;

  for (uint32_t row = 0; row < x86_rows.n; row += step) {
    struct lines all = {0};

    lines_of_row(&all, row, bits);
    if (all.n > 0)
      *lines_add(L) = all.line[0];
    lines_free(&all);
  }
  ok = L->n == 0 || ours_assemble(bits, NULL, L->line, L->n, NULL);
  for (size_t i = 0; i < L->n; i++) {
    if (L->line[i].by[TOOL_OURS].n > 0 && L->line[i].chosen != NO_ROW) {
      L->line[n] = L->line[i];
      L->line[n++].row = L->line[i].chosen;
    }
  }
  L->n = n;
  return ok;
}

/* Lines with the same features, which must do. */
static unsigned long check_group(struct line *line, size_t n, unsigned bits)
{
  const char *features = features_of(line);
  unsigned long wrong = !ours_assemble(bits, features, line, n, NULL);

  for (size_t i = 0; i < n; i++) {
    if (line[i].by[TOOL_OURS].n == 0) {
      printf("FEATURES %u-bit: refused with -m '%s': %s\n", bits, features, line[i].text);
      wrong++;
    }
  }
  return wrong;
}

static unsigned long check_basic(struct line *line, size_t n, unsigned bits)
{
  char(*message)[MESSAGE_TEXT] = calloc(n + 1, sizeof(*message));
  unsigned long wrong = !message || !ours_assemble(bits, "BASE", line, n, message);

  for (size_t i = 0; message && i < n; i++) {
    const char *features = features_of(&line[i]);
    bool accepted = line[i].by[TOOL_OURS].n > 0;
    bool elsewhere = accepted && line[i].chosen != line[i].row; /* another row needs less */

    if (elsewhere || (accepted && is_basic(features)) || (!accepted && names_feature(message[i], features)))
      continue;
    printf("FEATURES %u-bit: %s: %s (%s)\n", bits, line[i].text, accepted ? "allowed by -m BASE" : message[i], features);
    wrong++;
  }
  free(message);
  return wrong;
}

unsigned long features_check(unsigned bits, unsigned step)
{
  struct lines L = {0};
  unsigned long wrong = !sample_lines(&L, bits, step);
  size_t from = 0;

  wrong += L.n ? check_basic(L.line, L.n, bits) : 1;
  qsort(L.line, L.n, sizeof(*L.line), by_features);
  for (size_t i = 1; i <= L.n; i++) {
    if (i < L.n && strcmp(features_of(&L.line[i]), features_of(&L.line[from])) == 0)
      continue;
    wrong += check_group(L.line + from, i - from, bits);
    from = i;
  }
  printf("%u-bit: features of %zu rows, %lu wrong\n", bits, L.n, wrong);
  lines_free(&L);
  return wrong;
}
