/* oracle.h - check-oracle: the x86 table against other assemblers.
 *
 *   lines.c    a row of the table to lines of assembly text
 *   scan.c     bytes, systematically, to the text that disassemblers make of them
 *   ours.c     lines to bytes, through the translator and the library
 *   tools.c    lines to bytes, through llvm-mc and GNU as
 *   compare.c  what must agree; the list of explained differences
 *   oracle.c   options, chunks, the report
 */
#ifndef ORACLE_H
#define ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINE_TEXT = 120, LINE_BYTES = 24, MESSAGE_TEXT = 160 };
#define NO_ROW 0xffffffffu

/* What an assembler made of a line. */
struct result {
  uint8_t n;                /* bytes; 0: refused */
  uint8_t byte[LINE_BYTES];
};

enum { TOOL_OURS, TOOL_LLVM, TOOL_GNU, TOOLS };

struct line {
  char text[LINE_TEXT];     /* as we write it */
  uint32_t row;             /* it was made from, or NO_ROW */
  uint32_t chosen;          /* row that we assembled it with, or NO_ROW */
  bool branch;              /* refers to a label: llvm-mc shows no bytes for it */
  struct result by[TOOLS];
};

struct lines {
  struct line *line;
  size_t n, capacity;
};
struct line *lines_add(struct lines *L);
void lines_free(struct lines *L);

/* lines.c: append the lines of one row (bits: 64 or 32). */
void lines_of_row(struct lines *L, uint32_t row, unsigned bits);

/* scan.c: append one line for each distinct text that a disassembler prints. tool: TOOL_LLVM or
 * TOOL_GNU. False: it cannot be run. */
bool scan_lines(struct lines *L, int tool, unsigned bits);

/* ours.c, tools.c: fill in by[...] of lines from ... to - 1. False: it cannot be run. */
/* message: the error of each line, or NULL. features: as dasmc -m, or NULL. */
bool ours_assemble(unsigned bits, const char *features, struct line *line, size_t n, char (*message)[MESSAGE_TEXT]);
bool tool_present(int tool);
bool tool_assemble(int tool, unsigned bits, struct line *line, size_t n);
/* Run a command with `input` as its standard input; its two outputs, zero-terminated, to be freed. */
bool tool_run(const char *const argv[], const char *input, size_t n, char **out, char **err);
/* Text of a line in the syntax of the other assemblers. */
void tool_text(const char *ours, char *theirs, size_t size);

/* compare.c */
enum verdict {
  SAME,       /* same bytes as one of the others */
  REFUSED,    /* refused by all */
  EXPLAINED,  /* differs, and explained.tsv says why */
  DIFFERENT,  /* other bytes than all others */
  MISSING,    /* others take it, we do not */
  EXTRA,      /* we take it, no other does */
  UNUSED,     /* a row that no line was assembled with */
  VERDICTS
};
bool explained_read(const char *path);
enum verdict judge(struct line *line, unsigned bits);
/* Is it in the list? */
bool is_explained(const char *text, unsigned bits, enum verdict verdict);
/* Name of the first column of each line in explained.tsv that was never needed, from index 0 on. */
const char *explained_unused(size_t *index);

#endif
