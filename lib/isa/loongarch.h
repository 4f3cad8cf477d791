/* loongarch.h - LoongArch: branches and calls that do not reach. */
#ifndef DASM_ISA_LOONGARCH_H
#define DASM_ISA_LOONGARCH_H

#include "../far.h"

/* FIELD_ESCAPE: how it reaches what is out of reach. */
enum {
  LOONGARCH_ESCAPE_JUMP = 1, /* b, bl: to a stub */
  LOONGARCH_ESCAPE_BRANCH,   /* beq and so on, beqz, bnez: the opposite one over a b */
  LOONGARCH_ESCAPE_FLAG,     /* bceqz, bcnez: the same */
  LOONGARCH_ESCAPES = LOONGARCH_ESCAPE_FLAG
};
extern const struct isa_far loongarch_far;

#endif
