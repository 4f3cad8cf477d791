/* ppc.h - private types of the translator for PowerPC.
 *
 *   ppc_row.c   what a row says       ppc.c   what the two struct isa say of themselves
 *   ppc_feature.c   facilities        ppc_word.c   words that stand for numbers
 */
#ifndef DASMC_PPC_H
#define DASMC_PPC_H

#include "plain.h"

enum ppc_class { PPC_R, PPC_F, PPC_V, PPC_X, PPC_CR, PPC_A };

/* Words that stand for numbers. */
enum ppc_words {
  PPC_BITS = 1, /* of the condition register: lt, 4*cr1+eq */
  PPC_SPRS      /* special registers: xer, srr0 */
};

extern const struct plain ppc_plain;
/* ppc_feature.c */
extern const struct feature_table ppc_features;

/* ppc_word.c */
/* The bit of a field of the condition register that a word names; -1: none. */
int ppc_bit(struct span word);
/* struct plain's word(). */
bool ppc_word(struct front *F, unsigned set, struct span text, int64_t *number, struct span *expr);

#endif
