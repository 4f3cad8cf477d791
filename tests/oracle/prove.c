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
  return ours->n > 0 && (same_result(ours, &others->by[TOOL_LLVM]) || same_result(ours, &others->by[TOOL_GNU]));
}

static bool prove_spellings(struct line *line, struct work *w, unsigned bits, const bool present[TOOLS])
{
  bool ok = w->L.n == 0 || ours_assemble(bits, NULL, w->L.line, w->L.n, NULL);

  for (int tool = TOOL_LLVM; ok && w->L.n > 0 && tool < TOOLS; tool++)
    ok = !present[tool] || tool_assemble(tool, bits, w->L.line, w->L.n);
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

/* What one disassembler makes of the bytes of each assembler. */
static bool prove_read(struct line *line, struct work *w, unsigned bits, int tool)
{
  size_t n = w->L.n;
  const struct result **code = calloc(3 * n, sizeof(const struct result *));
  char(*text)[READ_TEXT] = calloc(3 * n, sizeof(*text));
  bool ok = code && text;

  for (size_t i = 0; ok && i < 3 * n; i++)
    code[i] = &line[w->of[i / 3]].by[i % 3];
  ok = ok && tool_read(tool, bits, code, 3 * n, text);
  for (size_t i = 0; ok && i < n; i++) {
    struct line *l = &line[w->of[i]];
    const char(*t)[READ_TEXT] = (const char(*)[READ_TEXT])&text[3 * i];

    l->proved |= t[TOOL_OURS][0] && (strcmp(t[TOOL_OURS], t[TOOL_LLVM]) == 0 || strcmp(t[TOOL_OURS], t[TOOL_GNU]) == 0 ||
                                     reads_as(t[TOOL_OURS], l->text, l->sized[0] == '\0') ||
                                     (w->L.line[i].text[0] && reads_as(t[TOOL_OURS], w->L.line[i].text, true)));
  }
  free(code);
  free(text);
  return ok;
}

bool prove(struct line *line, size_t n, unsigned bits, const bool present[TOOLS])
{
  struct work spelled = {0}, read = {0};
  bool ok;

  for (size_t i = 0; i < n; i++) {
    char as[LINE_TEXT];

    if (!line[i].why)
      continue;
    switch (explained_proof(&line[i], as)) {
    case PROOF_NONE: line[i].proved = true; break;
    case PROOF_SPLIT: line[i].proved = !line[i].by[TOOL_LLVM].n || !line[i].by[TOOL_GNU].n; break;
    case PROOF_READ: work_add(&read, i); break;
    case PROOF_SIZED:
    case PROOF_AS:
      snprintf(work_add(&read, i)->text, LINE_TEXT, "%s", as);
      snprintf(work_add(&spelled, i)->text, LINE_TEXT, "%s", as);
      break;
    }
  }
  ok = prove_spellings(line, &spelled, bits, present);
  for (int tool = TOOL_LLVM; ok && read.L.n > 0 && tool < TOOLS; tool++)
    ok = !present[tool] || prove_read(line, &read, bits, tool);
  work_free(&spelled);
  work_free(&read);
  return ok;
}
