/* dump.h - lists for people: -P and -A. */
#ifndef DASMC_DUMP_H
#define DASMC_DUMP_H

#include <stdio.h>

#include "translate.h"

/* What the input defined. level 2: with the bodies of macros. */
void dump_definitions(struct front *F, unsigned level, FILE *out);
/* Directives and mnemonics of an ISA; false: there is no such ISA. */
bool dump_arch(const char *name, FILE *out);

#endif
