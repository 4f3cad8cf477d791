/* prove.c - are the explanations of explained.tsv true?
 *
 * An explained line counts only if what its entry claims can be seen: disassemblers read our bytes
 * and those of another assembler as the same instruction, or read ours as what the line says; or the
 * line has another spelling, and that gives the same bytes. What is left, entries without a proof,
 * is what no tool can say anything about.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oracle.h"

/* Lines to be proved in one way, and for each its number. */
struct work {
  struct lines L;
  size_t *of, capacity;
};

static struct line *work_add(struct work *w, size_t number)
{
  if (w->L.n == w->capacity) {
    w->capacity = w->capacity ? 2 * w->capacity : 256;
    w->of = realloc(w->of, w->capacity * sizeof(*w->of));
    if (!w->of)
      abort();
  }
  w->of[w->L.n] = number;
  return lines_add(&w->L);
}

static void work_free(struct work *w)
{
  lines_free(&w->L);
  free(w->of);
}

/* ---- another spelling --------------------------------------------------------------------- */

/* Ours of one line against what the others make of another. */
static bool agree(const struct result *ours, const struct line *others)
{
  for (int tool = TOOL_FIRST; ours->n > 0 && tool < tool_count(); tool++) {
    if (same_result(ours, &others->by[tool]))
      return true;
  }
  return false;
}

static bool prove_spellings(struct line *line, struct work *w, unsigned bits)
{
  bool ok = w->L.n == 0 || ours_assemble(bits, NULL, w->L.line, w->L.n, NULL);

  for (int tool = TOOL_FIRST; ok && w->L.n > 0 && tool < tool_count(); tool++)
    ok = tool_assemble(tool, bits, w->L.line, w->L.n);
  for (size_t i = 0; ok && i < w->L.n; i++) {
    struct line *l = &line[w->of[i]], *as = &w->L.line[i];

    l->proved |= l->verdict == MISSING ? agree(&as->by[TOOL_OURS], l) : agree(&l->by[TOOL_OURS], as);
  }
  return ok;
}

/* ---- disassembly ---------------------------------------------------------------------------- */

/* Is the disassembly what the line says? If that has no size, any size is meant. */
static bool reads_as(const char *text, const char *line, bool sized)
{
  char theirs[LINE_TEXT * 2], form[READ_TEXT], read[READ_TEXT];

  tool_text(line, theirs, sizeof(theirs));
  read_form(theirs, sized, form);
  read_form(text, sized, read);
  return strcmp(form, read) == 0;
}

/* Is the text of our bytes that of another assembler's? */
static bool reads_alike(const char (*text)[READ_TEXT])
{
  for (int tool = TOOL_FIRST; tool < tool_count(); tool++) {
    if (strcmp(text[TOOL_OURS], text[tool]) == 0)
      return true;
  }
  return false;
}

/* What one disassembler makes of the bytes of each assembler. */
static bool prove_read(struct line *line, struct work *w, unsigned bits, int tool)
{
  size_t n = w->L.n, each = (size_t)tool_count();
  const struct result **code = calloc(each * n, sizeof(const struct result *));
  char(*text)[READ_TEXT] = calloc(each * n, sizeof(*text));
  bool ok = code && text;

  for (size_t i = 0; ok && i < each * n; i++)
    code[i] = &line[w->of[i / each]].by[i % each];
  ok = ok && tool_read(tool, bits, code, each * n, text);
  for (size_t i = 0; ok && i < n; i++) {
    struct line *l = &line[w->of[i]];
    const char(*t)[READ_TEXT] = (const char(*)[READ_TEXT])&text[each * i];

    l->proved |= t[TOOL_OURS][0] && (reads_alike(t) || reads_as(t[TOOL_OURS], l->text, l->sized[0] == '\0') ||
                                     (w->L.line[i].text[0] && reads_as(t[TOOL_OURS], w->L.line[i].text, true)));
  }
  free(code);
  free(text);
  return ok;
}

/* Does one of the newest refuse the line? */
static bool is_split(const struct line *line)
{
  for (int tool = TOOL_FIRST; tool < tool_count(); tool++) {
    if (tool_is_newest(tool) && !line->by[tool].n)
      return true;
  }
  return false;
}

bool prove(struct line *line, size_t n, unsigned bits)
{
  struct work spelled = {0}, read = {0};
  bool ok;

  for (size_t i = 0; i < n; i++) {
    char as[LINE_TEXT];

    if (!line[i].why)
      continue;
    switch (explained_proof(&line[i], as)) {
    case PROOF_NONE: line[i].proved = true; break;
    case PROOF_SPLIT: line[i].proved = is_split(&line[i]); break;
    case PROOF_READ: work_add(&read, i); break;
    case PROOF_SIZED:
    case PROOF_AS:
      snprintf(work_add(&read, i)->text, LINE_TEXT, "%s", as);
      snprintf(work_add(&spelled, i)->text, LINE_TEXT, "%s", as);
      break;
    }
  }
  ok = prove_spellings(line, &spelled, bits);
  for (int tool = TOOL_FIRST; ok && read.L.n > 0 && tool < tool_count(); tool++)
    ok = prove_read(line, &read, bits, tool);
  work_free(&spelled);
  work_free(&read);
  return ok;
}
