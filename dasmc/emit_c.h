/* emit_c.h - the driver of the command dasmc: a C file. */
#ifndef DASMC_EMIT_C_H
#define DASMC_EMIT_C_H

#include <stdio.h>

#include "translate.h"

enum comment_style {
  COMMENT_CPP, /* the assembler line, behind // */
  COMMENT_C,
  COMMENT_NONE,
};

struct output; /* text, and marks for what is inserted at the end */

/* Zero it, set the options, give it to front_new() as the user pointer. */
struct emit_c {
  enum comment_style comment;
  bool macro_comments; /* show what macros expand to */
  bool no_lines;       /* no #line */
  FILE *messages;      /* NULL: none are printed */

  /* The rest is emit_c.c's own. */
  struct output *main, *now;
  struct table captures; /* struct output* */
  struct span indent;    /* of the last assembler line */
  uint32_t sync;         /* the line that a compiler would count next; 0: unknown */
  bool joins, in_directive; /* the last line is the program's and joins the next; it is part of a #define */
};

extern const struct driver emit_c_driver;

/* Write the C file, when front_finish() gave a list. Write errors are left in `out`. */
enum front_status emit_c_write(struct front *F, const uint8_t *list, size_t size, FILE *out);

#endif
