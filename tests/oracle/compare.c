/* compare.c - what must agree.
 *
 * A line is right if one of the other assemblers makes the same bytes of it, or if all refuse it.
 * explained.tsv lists what is allowed to differ: verdict, mode (64, 32 or *), a regular expression
 * for the line's text, and the reason. An entry that explains nothing is reported, so that the
 * list cannot grow old.
 */
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oracle.h"

enum { MAX_EXPLAINED = 256 };

struct explanation {
  enum verdict verdict;
  unsigned bits; /* 0: both */
  regex_t regex;
  char text[200];
  unsigned long used;
};

static struct explanation explained[MAX_EXPLAINED];
static size_t nexplained;

static bool parse_verdict(const char *word, enum verdict *out)
{
  static const struct { const char *word; enum verdict verdict; } words[] = {
    {"different", DIFFERENT}, {"missing", MISSING}, {"extra", EXTRA}, {"unused", UNUSED},
  };

  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    if (strcmp(word, words[i].word) == 0) {
      *out = words[i].verdict;
      return true;
    }
  }
  return false;
}

static bool parse_entry(char *text)
{
  struct explanation *e = &explained[nexplained];
  char *save, *verdict = strtok_r(text, "\t", &save), *mode = strtok_r(NULL, "\t", &save),
       *pattern = strtok_r(NULL, "\t", &save), *reason = strtok_r(NULL, "\t", &save);

  if (!verdict || !mode || !pattern || !reason || nexplained == MAX_EXPLAINED || !parse_verdict(verdict, &e->verdict) ||
      regcomp(&e->regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
    return false;
  e->bits = (unsigned)atoi(mode);
  snprintf(e->text, sizeof(e->text), "%s %s", verdict, pattern);
  nexplained++;
  return true;
}

bool explained_read(const char *path)
{
  FILE *f = fopen(path, "r");
  char text[1024];
  bool ok = f != NULL;

  while (ok && fgets(text, sizeof(text), f)) {
    text[strcspn(text, "\n")] = '\0';
    if (text[0] != '#' && text[0] != '\0' && !parse_entry(text)) {
      fprintf(stderr, "%s: bad line: %s\n", path, text);
      ok = false;
    }
  }
  if (f)
    fclose(f);
  return ok;
}

const char *explained_unused(size_t *index)
{
  while (*index < nexplained) {
    struct explanation *e = &explained[(*index)++];

    if (e->used == 0)
      return e->text;
  }
  return NULL;
}

bool is_explained(const char *text, unsigned bits, enum verdict verdict)
{
  for (size_t i = 0; i < nexplained; i++) {
    struct explanation *e = &explained[i];

    if (e->verdict == verdict && (e->bits == 0 || e->bits == bits) && regexec(&e->regex, text, 0, NULL, 0) == 0) {
      e->used++;
      return true;
    }
  }
  return false;
}

static bool same(const struct result *a, const struct result *b)
{
  return a->n == b->n && memcmp(a->byte, b->byte, a->n) == 0;
}

enum verdict judge(struct line *line, unsigned bits)
{
  const struct result *ours = &line->by[TOOL_OURS], *llvm = &line->by[TOOL_LLVM], *gnu = &line->by[TOOL_GNU];
  enum verdict v;

  if (ours->n == 0)
    v = llvm->n || gnu->n ? MISSING : REFUSED;
  else if (same(ours, llvm) || same(ours, gnu))
    v = SAME;
  else
    v = llvm->n || gnu->n ? DIFFERENT : EXTRA;
  return v > EXPLAINED && is_explained(line->text, bits, v) ? EXPLAINED : v;
}
