/* words.h - check-oracle for ISAs whose rows are bit diagrams: what an ISA has to say.
 *
 * An ISA is one file: how the others are called, and texts of its operands. Operands that are not in its list are
 * numbers, and have what their field takes.
 */
#ifndef ORACLE_WORDS_H
#define ORACLE_WORDS_H

#include "oracle.h"

/* A command that assembles: llvm-mc or GNU as with one choice of extensions. The first that takes a line counts. */
struct word_tool {
  const char *isa;           /* NULL: of all twins */
  unsigned width;            /* of rows with so many bits; 0: of all */
  unsigned gnu;              /* llvm-mc: 0; GNU as: 1, or 2 if it is left out where it does not know all these extensions */
  const char *prologue;      /* GNU as: one line */
  const char *argv[20];
  const char *without;       /* lines that it is not asked about, for it crashes; NULL: none */
};

/* Texts of an operand, with | between: the first is taken where another operand is looked at. */
struct word_operand {
  const char *name, *texts;
  const char *field;         /* numbers: the field, if it has another name. texts: NULL then */
};

/* A difference that is none of ours: which one, and lines that it is about. RUN_TIME: from the same line with names. */
enum { RUN_TIME = VERDICTS };
struct word_reason {
  int verdict;               /* enum verdict, RUN_TIME */
  const char *pattern, *reason;
};

/* Takes one line of a row. */
typedef void word_line(void *user, const char *text);
struct row;
struct word;

struct word_oracle {
  const char *const *isas;   /* names, as in .arch, up to NULL */
  const struct word_tool *tools; /* argv[0] NULL ends them */
  const struct word_operand *operands;
  const struct word_reason *reasons;
  const struct word_reason *theirs; /* the same for lines of their tests; NULL: reasons */
  /* All lines of a row whose operands are no list of names; NULL: they are. */
  void (*lines)(const struct row *row, const struct word *w, word_line *line, void *user);
  /* A line as the others write it, at most `size` bytes. NULL: as we do. */
  void (*spell)(const char *text, char *out, size_t size);
};

/* A new one is a word in these two lines. */
extern const struct word_oracle oracle_riscv, oracle_arm64, oracle_arm, oracle_ppc, oracle_mips, oracle_loongarch;
#define WORD_ORACLES &oracle_riscv, &oracle_arm64, &oracle_arm, &oracle_ppc, &oracle_mips, &oracle_loongarch

/* words_lines.c: the lines of a row. One that nothing can be made of ends the program. */
void words_lines(const struct word_oracle *O, const struct isa *isa, uint32_t row, struct lines *L);

/* arm64_lines.c */
void arm64_lines(const struct row *row, const struct word *w, word_line *line, void *user);

/* arm_lines.c */
void arm_lines(const struct row *row, const struct word *w, word_line *line, void *user);

/* runtime.c */
/* An operand with registers or numbers (FORM_*) at run time: `operand` is that of the row, `what` of it can come then, see
 * struct rows. */
void runtime_operand(const struct isa *isa, const char *operand, const char *what, const char *text, unsigned form, char *out,
                     size_t size);
/* The same of a whole line whose operands are one text: registers, and numbers behind # or in brackets. */
void runtime_line(const struct isa *isa, const char *text, unsigned form, char *out, size_t size);
/* Compare what line[].dynamic gives with what line[].text gives, for lines that were judged. How many differ without a
 * reason; they are printed. -1: it cannot be done. */
long runtime_check(const struct word_oracle *O, const struct isa *isa, const struct line *line, size_t n, unsigned long *same,
                   unsigned long *explained);
/* What we make of each line for itself; a name in it has no value. */
bool runtime_each(const struct isa *isa, struct line *line, size_t n, char (*message)[MESSAGE_TEXT]);

/* words.c: is there a reason for what a line gives? The first one counts; -x prints it. */
bool word_explained(const struct word_oracle *O, const char *text, int verdict);

#endif
