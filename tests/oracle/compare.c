/* compare.c - what must agree.
 *
 * A line is right if one of the other assemblers makes the same bytes of it and none makes fewer, or if all refuse it.
 * explained.tsv lists what may differ: verdict, mode (64, 32 or *), a regular expression for the
 * line's text, how that is proved, the reason, and up to which version of an assembler it is needed.
 * prove.c runs the proofs. An entry that explains nothing is reported, so that the list cannot grow old.
 */
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oracle.h"

enum { MAX_EXPLAINED = 256, GROUPS = 10 };

struct explanation {
  enum verdict verdict;
  unsigned bits; /* 0: both */
  regex_t regex;
  enum proof proof;
  char as[LINE_TEXT]; /* PROOF_AS: the line that means the same, with \1 ... */
  char text[200];
  unsigned long used;
};

static struct explanation explained[MAX_EXPLAINED];
static size_t nexplained;

static bool parse_verdict(const char *word, enum verdict *out)
{
  static const struct { const char *word; enum verdict verdict; } words[] = {
    {"different", DIFFERENT}, {"missing", MISSING}, {"extra", EXTRA}, {"longer", LONGER},
    {"unused", UNUSED},
  };

  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    if (strcmp(word, words[i].word) == 0) {
      *out = words[i].verdict;
      return true;
    }
  }
  return false;
}

static bool parse_proof(const char *word, struct explanation *e)
{
  if (strncmp(word, "as ", 3) == 0) {
    e->proof = PROOF_AS;
    snprintf(e->as, sizeof(e->as), "%s", word + 3);
    return true;
  }
  e->proof = strcmp(word, "read") == 0 ? PROOF_READ : strcmp(word, "sized") == 0 ? PROOF_SIZED
           : strcmp(word, "split") == 0 ? PROOF_SPLIT : PROOF_NONE;
  return e->proof != PROOF_NONE || strcmp(word, "-") == 0;
}

/* "llvm<23", "as<2.47": is the newest that is here older? No condition: yes. */
static bool is_needed(const char *condition)
{
  enum tool_kind kind = strncmp(condition, "llvm", 4) == 0 ? KIND_LLVM : KIND_GNU;
  unsigned major = 0, minor = 0;

  if (sscanf(condition, "%*[a-z]<%u.%u", &major, &minor) < 1)
    return true;
  for (int tool = TOOL_FIRST; tool < tool_count(); tool++) {
    if (tool_at(tool)->kind == kind)
      return tool_at(tool)->version < 100 * major + minor;
  }
  return true;
}

static bool parse_entry(char *text)
{
  struct explanation *e = &explained[nexplained];
  char *save, *verdict = strtok_r(text, "\t", &save), *mode = strtok_r(NULL, "\t", &save),
       *pattern = strtok_r(NULL, "\t", &save), *proof = strtok_r(NULL, "\t", &save), *reason = strtok_r(NULL, "\t", &save),
       *until = strtok_r(NULL, "\t", &save);

  if (!verdict || !mode || !pattern || !proof || !reason || nexplained == MAX_EXPLAINED ||
      !parse_verdict(verdict, &e->verdict) || !parse_proof(proof, e) || regcomp(&e->regex, pattern, REG_EXTENDED) != 0)
    return false;
  if (until && !is_needed(until)) {
    regfree(&e->regex);
    return true;
  }
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

bool explained_is_current(void)
{
  return !is_needed("llvm<23") && !is_needed("as<2.47");
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

unsigned long explained_by_reason(void)
{
  unsigned long n = 0;

  for (size_t i = 0; i < nexplained; i++)
    n += explained[i].proof == PROOF_NONE ? explained[i].used : 0;
  return n;
}

void explained_print(void)
{
  static const char *const proofs[] = {"reason", "split", "read", "sized", "as"};

  for (size_t i = 0; i < nexplained; i++)
    printf("explained %6lu %-6s %s\n", explained[i].used, proofs[explained[i].proof], explained[i].text);
}

/* The entry for a text + 1, or 0. */
static unsigned find(const char *text, unsigned bits, enum verdict verdict)
{
  for (size_t i = 0; i < nexplained; i++) {
    struct explanation *e = &explained[i];

    if (e->verdict == verdict && (e->bits == 0 || bits == 0 || e->bits == bits) && regexec(&e->regex, text, 0, NULL, 0) == 0) {
      e->used++;
      return (unsigned)i + 1;
    }
  }
  return 0;
}

bool is_explained_row(const char *text)
{
  return find(text, 0, UNUSED) != 0;
}

static size_t put(char out[LINE_TEXT], size_t n, const char *p, size_t length)
{
  while (length-- > 0 && n + 1 < LINE_TEXT)
    out[n++] = *p++;
  out[n] = '\0';
  return n;
}

/* The line that means the same: its text with what the expression matches replaced. */
static void substitute(const struct explanation *e, const char *text, char out[LINE_TEXT])
{
  regmatch_t m[GROUPS];
  size_t n = 0;

  if (regexec(&e->regex, text, GROUPS, m, 0) != 0)
    return;
  n = put(out, 0, text, (size_t)m[0].rm_so);
  for (const char *p = e->as; *p; p++) {
    if (p[0] == '\\' && p[1] >= '1' && p[1] <= '9') {
      const regmatch_t *g = &m[*++p - '0'];

      if (g->rm_so >= 0)
        n = put(out, n, text + g->rm_so, (size_t)(g->rm_eo - g->rm_so));
    } else {
      n = put(out, n, p, 1);
    }
  }
  put(out, n, text + m[0].rm_eo, strlen(text + m[0].rm_eo));
}

enum proof explained_proof(const struct line *line, char out[LINE_TEXT])
{
  const struct explanation *e = &explained[line->why - 1];

  out[0] = '\0';
  if (e->proof == PROOF_AS)
    substitute(e, line->text, out);
  else if (e->proof == PROOF_SIZED)
    snprintf(out, LINE_TEXT, "%s", line->sized);
  return e->proof;
}

bool same_result(const struct result *a, const struct result *b)
{
  return a->n == b->n && memcmp(a->byte, b->byte, a->n) == 0;
}

unsigned agreeing(const struct line *line)
{
  unsigned which = 0;

  for (int tool = TOOL_FIRST; line->by[TOOL_OURS].n > 0 && tool < tool_count(); tool++)
    which |= same_result(&line->by[TOOL_OURS], &line->by[tool]) ? 1u << tool : 0;
  return which;
}

/* Does one of the others need fewer bytes? */
static bool is_longer(const struct line *line)
{
  for (int tool = TOOL_FIRST; tool < tool_count(); tool++)
    if (line->by[tool].n > 0 && line->by[tool].n < line->by[TOOL_OURS].n)
      return true;
  return false;
}

void judge(struct line *line, unsigned bits)
{
  bool ours = line->by[TOOL_OURS].n > 0, others = false;

  for (int tool = TOOL_FIRST; tool < tool_count(); tool++) /* the older ones can prove bytes, no more */
    others |= tool_is_newest(tool) && line->by[tool].n > 0;
  if (!ours)
    line->verdict = others ? MISSING : REFUSED;
  else if (agreeing(line))
    line->verdict = SAME;
  else if (others || line->row == NO_ROW || known_row(line->chosen == NO_ROW ? line->row : line->chosen))
    line->verdict = others ? DIFFERENT : EXTRA;
  else
    line->verdict = UNPROVED;
  if (is_longer(line))
    line->verdict = LONGER;
  line->proved = false;
  line->why = line->verdict > UNPROVED ? find(line->text, bits, line->verdict) : 0;
}
