/* oracle.h - check-oracle: the x86 table against other assemblers.
 *
 *   lines.c    a row of the table to lines of assembly text
 *   dynamic.c  the same lines with every register and number given at run time
 *   scan.c     bytes, systematically, to the text that disassemblers make of them
 *   data.c     lines to conformance data
 *   ours.c     lines to bytes, through the translator and the library
 *   find.c     the assemblers that are here, newest first
 *   tools.c    lines to bytes, through llvm-mc and GNU as
 *   known.c    the features that they have heard of
 *   read.c     bytes to text, through llvm-mc and objdump
 *   compare.c  what must agree; the list of explained differences
 *   prove.c    are the explanations true?
 *   features.c does -m allow what it should?
 *   oracle.c   options, chunks, the report
 */
#ifndef ORACLE_H
#define ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINE_TEXT = 160, LINE_BYTES = 24, MESSAGE_TEXT = 160, READ_TEXT = 160 };
#define NO_ROW 0xffffffffu

/* What an assembler made of a line. */
struct result {
  uint8_t n;                /* bytes; 0: refused */
  uint8_t byte[LINE_BYTES];
};

/* Assemblers: ours, then the others, newest first. */
enum tool_kind { KIND_OURS, KIND_LLVM, KIND_GNU };
enum { TOOL_OURS, TOOL_FIRST, TOOL_MAX = 12, TOOL_PATH = 512 };

struct tool {
  enum tool_kind kind;
  char program[TOOL_PATH], disassembler[TOOL_PATH];
  char name[48];    /* and version, to show */
  unsigned version; /* 1901 is 19.1 */
  int rank;         /* how many of its kind are newer */
};

enum verdict {
  SAME,       /* same bytes as one of the others */
  REFUSED,    /* refused by all */
  EXPLAINED,  /* differs, explained.tsv says why, and the proof holds */
  UNPROVED,   /* we take it, and no other knows that instruction set */
  DIFFERENT,  /* other bytes than all others */
  MISSING,    /* others take it, we do not */
  EXTRA,      /* we take it, no other does */
  LONGER,     /* more bytes than one of the others needs */
  UNUSED,     /* a row that no line was assembled with */
  VERDICTS
};

/* What is given at run time: the paths through translator and encoder differ. */
enum { FORM_ALL, FORM_REGISTERS, FORM_VALUES, FORMS };

struct line {
  char text[LINE_TEXT];     /* as we write it */
  char sized[LINE_TEXT];    /* the same with the size of the memory operand; empty: text has it */
  char dynamic[FORMS][LINE_TEXT]; /* the same with what can be given at run time in parentheses, or empty */
  uint32_t row;             /* it was made from, or NO_ROW */
  uint32_t chosen;          /* row that we assembled it with, or NO_ROW */
  bool settled;             /* no older assembler need be asked */
  bool branch;              /* refers to a label: llvm-mc shows no bytes for it */
  struct result by[TOOL_MAX];
  enum verdict verdict;     /* without explanation */
  unsigned why;             /* entry of explained.tsv + 1, or 0 */
  bool proved;              /* it is true */
};

struct lines {
  struct line *line;
  size_t n, capacity;
  unsigned every;           /* a sample: every Nth line of rows is made; 0: all */
  unsigned long made;       /* counted with those that were not */
};
struct line *lines_add(struct lines *L);
void lines_free(struct lines *L);

/* find.c: find the assemblers; how many others there are. */
int tools_find(void);
int tool_count(void); /* with ours */
const struct tool *tool_at(int tool);
bool tool_is_newest(int tool); /* of its kind */
void tools_print(void);

/* known.c: ask the assemblers; are all features of a row known to one of them (counted, if not)? */
bool known_find(unsigned bits);
bool known_row(uint32_t row);
void known_print(void);

/* lines.c: append the lines of one row (bits: 64 or 32). */
void lines_of_row(struct lines *L, uint32_t row, unsigned bits);

/* scan.c: append one line for each distinct text that a disassembler prints. False: it cannot be run. */
bool scan_lines(struct lines *L, int tool, unsigned bits);

/* ours.c, tools.c: fill in by[...] of lines from ... to - 1. False: it cannot be run. */
/* message: the error of each line, or NULL. features: as dasmc -m, or NULL. dialect: as in struct front_options. */
struct isa;
bool ours_assemble_isa(const struct isa *isa, int dialect, const char *features, struct line *line, size_t n,
                       char (*message)[MESSAGE_TEXT]);
bool ours_assemble(unsigned bits, const char *features, struct line *line, size_t n, char (*message)[MESSAGE_TEXT]);
/* Lines that are settled are left out by all but the newest of a kind. */
bool tool_assemble(int tool, unsigned bits, struct line *line, size_t n);
/* The same with a command of one's own, without the lines to skip: as tool number `tool`. GNU as gets a prologue of one line. */
bool tool_llvm(const char *const argv[], int tool, struct line *line, size_t n, const bool *skip);
bool tool_gnu(const char *const argv[], const char *prologue, int tool, struct line *line, size_t n, bool *skip);
/* Run a command with `input` as its standard input; its two outputs, zero-terminated, to be freed. */
bool tool_run(const char *const argv[], const char *input, size_t n, char **out, char **err);
/* Text of a line in the syntax of the other assemblers. */
void tool_text(const char *ours, char *theirs, size_t size);

/* read.c: the disassembly of n byte strings, in a form that can be compared; empty: not readable.
 * False: the tool cannot be run. */
bool tool_read(int tool, unsigned bits, const struct result *const *code, size_t n, char (*text)[READ_TEXT]);
/* A line of the other assemblers in the form of tool_read(). */
void read_form(const char *text, bool sizes, char *out);
/* Disassemble: for llvm-mc the input is text of hexadecimal bytes, else it is the bytes themselves. */
bool tool_disassemble(int tool, unsigned bits, const char *input, size_t n, char **out, char **err);

/* dynamic.c */
/* An operand with registers or numbers (FORM_*) in parentheses: word is the row's, text the operand. */
void dynamic_operand(const char *word, const char *text, unsigned bits, unsigned form, char *out, size_t size);
enum dynamic_verdict {
  DYNAMIC_SAME,      /* the bytes of the line that has names and numbers */
  DYNAMIC_READ,      /* other bytes, which disassemble to the same text */
  DYNAMIC_WRONG,     /* neither, or refused */
  DYNAMIC_VERDICTS
};
/* Assemble the dynamic forms of each line that has some and was assembled as the others do. count: by
 * verdict. What is wrong is printed. False: a tool cannot be run. */
bool dynamic_check(struct line *line, size_t n, unsigned bits, unsigned long count[DYNAMIC_VERDICTS]);

/* features.c: how many of every step-th row -m treats wrong; they are printed. */
unsigned long features_check(unsigned bits, unsigned step);

/* data.c: write a line for each row that is not done, if others make our bytes of it. */
void data_write(const struct line *line, size_t n, bool *done);

/* compare.c */
bool explained_read(const char *path);
/* Set verdict and why of a line. */
void judge(struct line *line, unsigned bits);
/* Which of the others made our bytes of it? Bits by number. */
unsigned agreeing(const struct line *line);
bool same_result(const struct result *a, const struct result *b);
/* Is the row in the list? */
bool is_explained_row(const char *text);
/* How the entry of a line is proved: PROOF_AS with the line that means the same. */
enum proof {
  PROOF_NONE,   /* by its reason alone */
  PROOF_SPLIT,  /* the newest llvm-mc or the newest GNU as refuses it */
  PROOF_READ,   /* disassemblers read our bytes as theirs, or as the line */
  PROOF_SIZED,  /* they assemble the line with the size of the memory operand to our bytes, or
                   disassemble those as the line with some size */
  PROOF_AS      /* they assemble another line to our bytes (if it is missing: we to theirs) */
};
enum proof explained_proof(const struct line *line, char out[LINE_TEXT]);
/* Are the others here as new as those that explained.tsv was written for? Each of its lines is needed then. */
bool explained_is_current(void);
/* Name of the first column of each line in explained.tsv that was never needed, from index 0 on. */
const char *explained_unused(size_t *index);
/* Lines that are explained by their reason alone. */
unsigned long explained_by_reason(void);
/* Print how many lines each entry explains. */
void explained_print(void);

/* prove.c: set `proved` of the lines that are explained. False: a tool cannot be run. */
bool prove(struct line *line, size_t n, unsigned bits);

#endif
