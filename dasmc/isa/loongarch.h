/* loongarch.h - private types of the translator for LoongArch.
 *
 *   loongarch_row.c   what a row says       loongarch.c   names, features, and the struct isa
 */
#ifndef DASMC_LOONGARCH_H
#define DASMC_LOONGARCH_H

#include "plain.h"

enum loongarch_class {
  LOONGARCH_R,
  LOONGARCH_F,
  LOONGARCH_FCC,
  LOONGARCH_FCSR,
  LOONGARCH_V,
  LOONGARCH_X,
  LOONGARCH_SCR
};

extern const struct plain loongarch_plain;

#endif
