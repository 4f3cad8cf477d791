/* mips.h - private types of the translator for MIPS.
 *
 *   mips_row.c   what a row says       mips.c         names, features, and the four struct isa
 *   mips_slot.c  what may stand behind a branch
 *   mips_far.c   what is done when it does not reach
 *   mips_pseudo.c  statements that are several instructions
 *   mips_result.c  operands that are left out
 */
#ifndef DASMC_MIPS_H
#define DASMC_MIPS_H

#include "plain.h"

enum mips_class { MIPS_R, MIPS_F, MIPS_W, MIPS_AC, MIPS_CC };

/* Modes: twins. */
enum { MIPS_32, MIPS_64, MIPS_32R6, MIPS_64R6 };

extern const struct plain mips_plain;

/* What an instruction asks of the next one, which is in its slot: any but one that also goes
 * elsewhere. */
enum mips_slot { MIPS_SLOT_NONE, MIPS_SLOT_DELAY, MIPS_SLOT_FORBIDDEN };

struct mips {
  struct isa_state isa;      /* first */
  enum mips_slot slot;       /* of the last instruction, */
  struct build_place behind; /* if nothing has come behind it */
  uint8_t constant;          /* bytes that are read at %lo(=value) */
};

/* An instruction was built, of S->chosen, in the text at `op`; before: where it begins. Warn if it
 * cannot be there. */
void mips_slot_after(struct front *F, struct mips *M, struct span op, struct build_place before);
/* Several instructions begin here: warn if there is room for one. */
void mips_slot_several(struct front *F, const struct mips *M, struct span op);
/* struct plain */
uint8_t mips_escape(const struct word *w);
bool mips_part(struct isa_state *S, struct span text, struct span *of, uint8_t *number,
               uint8_t *constant);

/* struct isa */
bool mips_prepare(struct front *F, struct isa_state *S, struct stmt *st);
void mips_slot_leave(struct front *F, struct isa_state *S, const struct stmt *st);
bool mips_pseudo(struct front *F, struct isa_state *S, const struct stmt *st);
bool mips_pseudo_at(const struct isa *isa, size_t index, struct isa_pseudo *out);

#endif
