/* mips.h - private types of the translator for MIPS.
 *
 *   mips_row.c   what a row says       mips.c   names, features, and the four struct isa
 */
#ifndef DASMC_MIPS_H
#define DASMC_MIPS_H

#include "plain.h"

enum mips_class { MIPS_R, MIPS_F, MIPS_W, MIPS_AC, MIPS_CC };

/* Modes: twins. */
enum { MIPS_32, MIPS_64, MIPS_32R6, MIPS_64R6 };

extern const struct plain mips_plain;

#endif
