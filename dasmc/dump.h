/* dump.h - a list for people: -P. */
#ifndef DASMC_DUMP_H
#define DASMC_DUMP_H

#include <stdio.h>

#include "translate.h"

/* What the input defined. level 2: with the bodies of macros. */
void dump_definitions(struct front *F, unsigned level, FILE *out);

#endif
