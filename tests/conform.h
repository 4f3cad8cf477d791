/* conform.h - the conformance data: rows of a file, and what those of an ISA take for granted.
 * tests/isa/README.md says it in words.
 */
#ifndef CONFORM_H
#define CONFORM_H

#include <stdbool.h>
#include <stdint.h>

/* A type's size, or a member of it. */
struct conform_layout {
  const char *type, *member /* NULL: none */, *of;
  unsigned offset, size;
};

struct conform_data {
  const char *isa;
  uint64_t base;                       /* where code runs, unless a row says it */
  bool spaced_externs;                 /* those without an address are 0x1000 apart */
  unsigned right;                      /* column of the right bytes in ISA.dynasm-wrong.tsv */
  const struct conform_layout
      *layout; /* of the types that rows use without saying so, up to a NULL type; NULL: none */
};

/* Never NULL: most ISAs have the same. */
const struct conform_data *conform_data(const char *isa);

/* ---- rows of a file ---- */

enum { MAX_COLUMNS = 8 };
enum kind { LINES, RUNTIME, WRONG, RUNTIME_WRONG, REJECTED, REFUSED };

struct row {
  const char *file;
  unsigned number;
  char *column[MAX_COLUMNS];
  unsigned ncolumns;
};

/* What a file's name says of its rows, and how many columns these have at least. */
enum kind row_kind(const char *name);
unsigned row_least(enum kind kind);
/* Divide a line, which is changed, at its tabs. */
void row_split_line(struct row *row, char *line);
/* "\n" in a snippet is a newline. */
void row_unescape(char *s);

#endif
