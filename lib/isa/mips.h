/* mips.h - MIPS: the instructions that load a number, for the translator and for puts, and what is beyond the reach of its
 * branches: see far.h.
 *
 * Operand of OP_MIPS_LI: one byte, the register; MIPS_LI_ARG: it is an argument, before the number; and MIPS_LI_64, if the
 * number has 64 bits.
 */
#ifndef DASM_ISA_MIPS_H
#define DASM_ISA_MIPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../far.h"
#include "../record.h"

struct dasm_State;

enum { MIPS_LI_MOST = 6, MIPS_LI_ARG = 32, MIPS_LI_64 = 64 };

/* The instructions of li rt, v, of 32 bits, or of dli, which is wide: how many. */
unsigned mips_li(bool wide, unsigned rt, int64_t v, uint32_t insn[MIPS_LI_MOST]);

/* FIELD_ESCAPE: how it reaches what is out of reach. The opposite of a branch differs in one bit. */
enum {
  MIPS_ESCAPE_JUMP = 1,  /* j, jal, bc, balc: to a stub */
  MIPS_ESCAPE_ALWAYS,    /* b, bal: j or jal, behind a nop */
  MIPS_ESCAPE_26,        /* beq and so on: the opposite branch to the slot, over a j, which may go to a stub; bit 26; */
  MIPS_ESCAPE_16,        /* of bltz and bc1f, bit 16; */
  MIPS_ESCAPE_23,        /* of bc1eqz and bz.v, bit 23; */
  MIPS_ESCAPE_29,        /* of bbit0, bit 29; */
  MIPS_ESCAPE_LIKELY_26, /* beql and so on: over the slot, too; */
  MIPS_ESCAPE_LIKELY_16, /* of bltzl and bc1fl */
  MIPS_ESCAPE_COMPACT_26, /* bgec and so on: the opposite one over nop and bc; */
  MIPS_ESCAPE_COMPACT_29, /* of beqzc; */
  MIPS_ESCAPE_COMPACT_30, /* of beqc */
  MIPS_ESCAPES = MIPS_ESCAPE_COMPACT_30
};
extern const struct isa_far mips_far, mips64_far;

/* struct isa_facts */
bool mips_measure(struct record *r, const uint8_t *operands, size_t room);
uint8_t *mips_perform(struct dasm_State *D, const struct record *r, const uint8_t *operands, const int64_t *args, uint8_t *w,
                      int *status, int64_t *value);

#endif
