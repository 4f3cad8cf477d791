/* output.h - the files that the command dasmc writes. */
#ifndef DASMC_OUTPUT_H
#define DASMC_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "translate.h"

/* What a translation has read: never written. */
struct sources {
  const char *input; /* as on the command line: "-" is the standard input */
  const struct file_read *included; /* may name the input again */
};

/* Let `write` write the file `name` (NULL or "-": the standard output) as a whole or not at all.
 * False: it could not be, and that was reported on stderr. */
bool output_write(const char *name, const struct sources *sources, void (*write)(const void *arg, FILE *f),
                  const void *arg);

/* Write out what is left in the buffer of the standard output. */
bool output_flush(void);

/* Report errno. */
void output_error(const char *what, const char *name);

/* a and b in new memory; NULL: none is left. */
char *join(const char *a, const char *b);

#endif
