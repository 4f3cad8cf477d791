/* words.c - check-oracle for ISAs whose rows are bit diagrams.
 *
 *   words [-e N] [-m MNEMONIC] [-v] [-w] [-x] [ISA]
 *   words -f FILE [-v] [-x] ISA
 *
 * For each row one line is made that has the first text of all its operands, and for each operand one with each of its
 * other texts; for numbers these are the lowest and the highest that the field may mean, with sign and without, one
 * less and one more, and what is not aligned. What one of the others makes of a line we have to make of it, and what all
 * refuse we refuse; with registers and numbers at run time, too (runtime.c). Exit status as that of oracle.
 * -w writes conformance data and nothing else: of each row the first line that one of the others makes our bytes of, and
 * these. -x also prints each line that a reason is for; a reason that no line of any of an ISA's twins needs is wrong, too.
 * -f takes the lines of a file, such as those that theirs.sh finds in the tests of LLVM and binutils, instead of rows.
 */
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dasmc/isa/word.h"
#include "dasmc/isa/isa.h"
#include "words.h"

static const struct word_oracle *const oracles[] = {WORD_ORACLES};

/* ---- what the others make of them ------------------------------------------------------------- */

struct options {
  unsigned every;
  bool verbose, write;
  const char *mnemonic, *isa, *file;
};

/* Does it know the extensions that it is called with? */
static bool is_new_enough(const struct word_tool *t)
{
  char *out, *err;
  bool ok;

  if (t->gnu < 2)
    return true;
  ok = tool_run(t->argv, "", 0, &out, &err) && !strstr(err, "unknown arch");
  free(out);
  free(err);
  return ok;
}

/* Number of the tools of an ISA, which are numbered from TOOL_FIRST on. */
static unsigned tools_of(const struct word_oracle *O, const char *isa, const struct word_tool *out[TOOL_MAX])
{
  unsigned n = 0;

  for (const struct word_tool *t = O->tools; t->argv[0]; t++)
    if ((!t->isa || strcmp(t->isa, isa) == 0) && n + TOOL_FIRST < TOOL_MAX && is_new_enough(t))
      out[n++] = t;
  return n;
}

static unsigned width_of(const struct rows *rows, uint32_t row)
{
  struct word w;

  return word_parse(row_split(rows, rows->row[row]).encoding, rows->fields, &w) ? 0 : w.width;
}

static bool matches(const char *pattern, const char *text)
{
  regex_t regex;
  bool found;

  if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
    return false;
  found = regexec(&regex, text, 0, NULL, 0) == 0;
  regfree(&regex);
  return found;
}

static bool ask(const struct word_oracle *O, const struct word_tool *t, int tool, const struct rows *rows, struct line *line, size_t n)
{
  bool *skip = calloc(n, sizeof(*skip)), ok;
  char(*ours)[LINE_TEXT] = calloc(n + 1, sizeof(*ours));

  if (!skip || !ours)
    abort();
  for (size_t i = 0; O->spell && i < n; i++) {
    memcpy(ours[i], line[i].text, LINE_TEXT);
    O->spell(ours[i], line[i].text, LINE_TEXT);
  }
  for (size_t i = 0; i < n; i++)
    skip[i] = (t->width && width_of(rows, line[i].row) != t->width) || (!t->gnu && line[i].branch) ||
              (t->without && matches(t->without, line[i].text));
  ok = t->gnu ? tool_gnu(t->argv, t->prologue, tool, line, n, skip) : tool_llvm(t->argv, tool, line, n, skip);
  for (size_t i = 0; O->spell && i < n; i++)
    memcpy(line[i].text, ours[i], LINE_TEXT);
  free(skip);
  free(ours);
  return ok;
}

/* Of two words, which may not be over the end of 64 bytes, there may be a no-operation before. */
static void drop_padding(const struct rows *rows, struct line *line, unsigned ntools)
{
  if (width_of(rows, line->row) != 64)
    return;
  for (unsigned t = TOOL_OURS; t < TOOL_FIRST + ntools; t++) {
    struct result *r = &line->by[t];

    if (r->n == 12)
      memmove(r->byte, r->byte + 4, r->n = 8);
  }
}

static bool same_bytes(const struct result *a, const struct result *b)
{
  return a->n == b->n && memcmp(a->byte, b->byte, a->n) == 0;
}

/* Does one of the others make our bytes? */
static enum verdict judge_line(const struct line *line, unsigned ntools)
{
  const struct result *ours = &line->by[TOOL_OURS];
  bool taken = false;

  for (unsigned t = TOOL_FIRST; t < TOOL_FIRST + ntools; t++) {
    if (line->by[t].n == 0)
      continue;
    taken = true;
    if (same_bytes(ours, &line->by[t]))
      return SAME;
  }
  if (ours->n == 0)
    return taken ? MISSING : REFUSED;
  return taken ? DIFFERENT : EXTRA;
}

enum { MOST_REASONS = 64 };
static unsigned long needed[MOST_REASONS]; /* by reason of the ISA in hand */
static bool print_reasons;

/* What of the reasons are those in hand: for rows, or for the lines of a file. */
static bool of_file;

bool word_explained(const struct word_oracle *O, const char *text, int verdict)
{
  const struct word_reason *first = of_file && O->theirs ? O->theirs : O->reasons;

  for (const struct word_reason *r = first; r->pattern; r++) {
    regex_t regex;
    bool found;

    if (r->verdict != verdict || regcomp(&regex, r->pattern, REG_EXTENDED | REG_NOSUB) != 0)
      continue;
    found = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    if (!found)
      continue;
    if (print_reasons)
      printf("explained: %s   (%s)\n", text, r->reason);
    if (r - first < MOST_REASONS)
      needed[r - first]++;
    return true;
  }
  return false;
}

/* How many reasons nobody needs. */
static long needless(const struct word_oracle *O)
{
  long n = 0;

  for (size_t i = 0; O->reasons[i].pattern && i < MOST_REASONS; i++) {
    if (needed[i] == 0)
      printf("a reason that no line needs: %s\n", O->reasons[i].pattern);
    n += needed[i] == 0;
    needed[i] = 0;
  }
  return n;
}

static void show(const struct rows *rows, const struct line *line, const struct word_tool *const *tool, unsigned ntools, const char *message)
{
  static const char *const names[VERDICTS] = {[DIFFERENT] = "DIFFERENT", [MISSING] = "MISSING", [EXTRA] = "EXTRA"};

  if (of_file) {
    printf("%s: %s\n", names[line->verdict], line->text);
  } else {
    struct row r = row_split(rows, rows->row[line->row]);

    printf("%s: %s   (%s %s | %s | %s)\n", names[line->verdict], line->text, r.mnemonic, r.operands, r.encoding, r.needs);
  }
  for (unsigned t = TOOL_OURS; t < TOOL_FIRST + ntools; t++) {
    if (line->by[t].n == 0 && t != TOOL_OURS)
      continue;
    printf("  %-12s", t == TOOL_OURS ? "ours" : tool[t - TOOL_FIRST]->gnu ? "GNU as" : "llvm-mc");
    for (unsigned i = 0; i < line->by[t].n; i++)
      printf(" %02x", line->by[t].byte[i]);
    puts(line->by[t].n ? "" : message);
  }
}

/* Is a row one of the ISA, in libdasm's dialect? */
static bool is_wanted(const struct isa *isa, uint32_t row, const struct options *o)
{
  const char *text = isa->rows->row[row];

  return (o->every <= 1 || row % o->every == 0) && (row_modes(isa->rows, text) >> isa->mode & 1) && !features_need(row_split(isa->rows, text).needs, "DYNASM") &&
         (!o->mnemonic || strcmp(text, o->mnemonic) == 0);
}

static long write_data(const struct isa *isa, const struct lines *L)
{
  bool *done = calloc(isa->rows->n, sizeof(*done));

  if (!done)
    return -1;
  data_write(L->line, L->n, done);
  free(done);
  return 0;
}

/* The lines of a file are without what defines their names. */
static bool is_about_names(const char *message)
{
  return strstr(message, "no value for parameter") || strstr(message, "a label is expected");
}

static bool lines_of_file(const char *name, struct lines *L)
{
  FILE *f = fopen(name, "r");
  char text[LINE_TEXT];

  while (f && fgets(text, sizeof(text), f)) {
    struct line *line = lines_add(L);

    text[strcspn(text, "\n")] = '\0';
    memcpy(line->text, text, sizeof(text));
    line->row = 0; /* no row is what it is for */
  }
  if (f)
    fclose(f);
  return f != NULL;
}

/* How many lines are wrong; -1: a tool cannot be run. */
static long check_isa(const struct word_oracle *O, const struct isa *isa, const struct options *o)
{
  const struct word_tool *tool[TOOL_MAX];
  unsigned ntools = tools_of(O, isa->name, tool);
  unsigned long count[VERDICTS] = {0}, explained = 0, wrong = 0, unused = 0, same_at_run_time, explained_at_run_time;
  long wrong_at_run_time;
  uint8_t *known = calloc(isa->rows->n, 1), *hit = calloc(isa->rows->n, 1), *shown = calloc(isa->rows->n, 1);
  char(*message)[MESSAGE_TEXT];
  struct lines L = {.every = o->every};

  if (o->file && !lines_of_file(o->file, &L))
    return -1;
  for (uint32_t row = 0; row < isa->rows->n && !o->file; row++)
    if (is_wanted(isa, row, o))
      words_lines(O, isa, row, &L);
  message = calloc(L.n + 1, sizeof(*message));
  if (!known || !hit || !shown || !message ||
      !(o->file ? runtime_each(isa, L.line, L.n, message) : ours_assemble_isa(isa, DIALECT_LIBDASM, NULL, L.line, L.n, message)))
    return -1;
  for (unsigned t = 0; t < ntools; t++)
    if (!ask(O, tool[t], (int)(TOOL_FIRST + t), isa->rows, L.line, L.n))
      return -1;
  for (size_t i = 0; i < L.n; i++) {
    drop_padding(isa->rows, &L.line[i], ntools);
    L.line[i].verdict = judge_line(&L.line[i], ntools);
  }
  if (o->write)
    return write_data(isa, &L);
  for (size_t i = 0; i < L.n; i++) {
    struct line *line = &L.line[i];

    for (unsigned t = TOOL_FIRST; t < TOOL_FIRST + ntools; t++)
      known[line->row] |= line->by[t].n > 0;
    if (line->chosen != NO_ROW)
      hit[line->chosen] = 1;
  }
  for (size_t i = 0; i < L.n; i++) {
    struct line *line = &L.line[i];

    if (o->file ? line->verdict == MISSING && is_about_names(message[i]) : line->verdict == EXTRA && !known[line->row])
      line->verdict = UNPROVED;
    if (line->verdict > UNPROVED && word_explained(O, line->text, (int)line->verdict)) {
      explained++;
      continue;
    }
    count[line->verdict]++;
    if (line->verdict <= UNPROVED)
      continue;
    wrong++;
    if (o->verbose || o->file || !(shown[line->row] & 1u << (line->verdict - DIFFERENT)))
      show(isa->rows, line, tool, ntools, message[i]);
    shown[line->row] |= (uint8_t)(1u << (line->verdict - DIFFERENT));
  }
  for (uint32_t row = 0; row < isa->rows->n && o->every <= 1 && !o->mnemonic && !o->file; row++)
    if (is_wanted(isa, row, o) && !hit[row]) {
      printf("never used: %s %s\n", isa->rows->row[row], row_split(isa->rows, isa->rows->row[row]).operands);
      unused++;
    }
  wrong_at_run_time = runtime_check(O, isa, L.line, L.n, &same_at_run_time, &explained_at_run_time);
  printf("%s: %zu lines: %lu same, %lu refused by all, %lu explained, %lu not known to others, %lu DIFFERENT, %lu MISSING, "
         "%lu EXTRA, %lu rows never used; at run time %lu same, %lu explained, %ld DIFFERENT\n", isa->name, L.n, count[SAME], count[REFUSED], explained, count[UNPROVED], count[DIFFERENT],
         count[MISSING], count[EXTRA], unused, same_at_run_time, explained_at_run_time,
         wrong_at_run_time);
  lines_free(&L);
  free(known);
  free(hit);
  free(shown);
  free(message);
  return wrong_at_run_time < 0 ? -1 : (long)(wrong + unused) + wrong_at_run_time;
}

static bool is_here(const struct word_oracle *O)
{
  for (const struct word_tool *t = O->tools; t->argv[0]; t++) {
    const char *argv[] = {t->argv[0], "--version", NULL};
    char *out, *err;
    bool ok = tool_run(argv, "", 0, &out, &err);

    free(out);
    free(err);
    if (!ok) {
      printf("%s is not here\n", t->argv[0]);
      return false;
    }
  }
  return true;
}

int main(int argc, char **argv)
{
  struct options o = {.every = 1};
  bool any = false;
  long wrong = 0;
  int c;

  while ((c = getopt(argc, argv, "e:f:m:vwx")) != -1) {
    switch (c) {
    case 'e': o.every = (unsigned)atoi(optarg); break;
    case 'f': o.file = optarg; of_file = true; break;
    case 'm': o.mnemonic = optarg; break;
    case 'v': o.verbose = true; break;
    case 'w': o.write = true; break;
    case 'x': print_reasons = true; break;
    default: return 2;
    }
  }
  o.isa = optind < argc ? argv[optind] : NULL;
  for (size_t i = 0; i < sizeof(oracles) / sizeof(oracles[0]); i++) {
    if (!is_here(oracles[i]))
      continue;
    any = true;
    for (const char *const *name = oracles[i]->isas; *name; name++) {
      const struct isa *isa = isa_find((struct span){*name, strlen(*name)});
      long n;

      if (o.isa && strcmp(o.isa, *name) != 0)
        continue;
      n = isa ? check_isa(oracles[i], isa, &o) : -1;
      if (n < 0) {
        fprintf(stderr, "words: %s could not be checked\n", *name);
        return 2;
      }
      wrong += n;
    }
    if (!o.isa && o.every <= 1 && !o.mnemonic && !o.write && !o.file)
      wrong += needless(oracles[i]);
  }
  return wrong ? 1 : any ? 0 : 77;
}
