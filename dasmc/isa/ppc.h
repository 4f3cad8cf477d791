/* ppc.h - private types of the translator for PowerPC.
 *
 *   ppc_row.c   what a row says         ppc.c   names, operands, the choice of a row, and the struct isa
 */
#ifndef DASMC_PPC_H
#define DASMC_PPC_H

#include "isa.h"
#include "word.h"

enum { PPC_MAXOPS = 6 };

enum ppc_class { PPC_NONE, PPC_R, PPC_F, PPC_V, PPC_X, PPC_CR, PPC_A };

enum ppc_kind {
  PPC_KIND_R, PPC_KIND_BASE, PPC_KIND_UPDATED, PPC_KIND_F, PPC_KIND_V, PPC_KIND_X, PPC_KIND_CR, PPC_KIND_A, PPC_KIND_CRB, PPC_KIND_SIGNED,
  PPC_KIND_UNSIGNED, PPC_KIND_EITHER, PPC_KIND_NEGATED, PPC_KIND_MEM, PPC_KIND_UMEM, PPC_KIND_LABEL, PPC_KINDS
};

struct ppc_shape {
  uint8_t kind;  /* enum ppc_kind */
  uint8_t field; /* + 1: number of the field in the word; 0: there is only `other` */
  uint8_t base;  /* PPC_KIND_MEM, UMEM: + 1, the field of its register */
  uint8_t other; /* + 1: a field that gets `from` less the value; 0: none */
  uint8_t from;
  bool updated;  /* MEM: so is the base */
};

struct ppc_form {
  struct form form;
  struct ppc_shape op[PPC_MAXOPS];
  struct word word;
};

extern const struct rows ppc_rows;
/* ppc_feature.c */
extern const struct feature_table ppc_features;

#endif
