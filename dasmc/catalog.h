/* catalog.h - dasmc -A, --list and --explain. */
#ifndef DASMC_CATALOG_H
#define DASMC_CATALOG_H

#include <stdio.h>

#include "front.h"

/* Lists that no architecture has: behind those of enum isa_catalog. */
enum { CATALOG_MESSAGES = CATALOG_FEATURES + 1 };

/* The list that a word of --list means; -1: there is none. */
int catalog_what(const char *word);
/* Print a list, or of it only what has one of `names` (NULL-terminated, may be empty). isa: name of
 * an architecture, NULL if none was given. False: something is not there, and stderr says so. */
bool catalog_print(const char *isa, int what, const char *const *names, FILE *out);

/* Print what a message means and what to do. False: there is no such id, and stderr says so. */
bool catalog_explain(const char *id, FILE *out);

#endif
