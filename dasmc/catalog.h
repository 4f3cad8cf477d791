/* catalog.h - dasmc -A and --list. */
#ifndef DASMC_CATALOG_H
#define DASMC_CATALOG_H

#include <stdio.h>

#include "front.h"

/* The list that a word of --list means; -1: there is none. */
int catalog_what(const char *word);
/* Print a list, or of it only what has one of `names` (NULL-terminated, may be empty). isa: name of an
 * architecture, NULL if none was given. False: something is not there, and stderr says so. */
bool catalog_print(const char *isa, enum isa_list what, const char *const *names, FILE *out);

#endif
