/* ppc.h - PowerPC: branches and calls that do not reach. */
#ifndef DASM_ISA_PPC_H
#define DASM_ISA_PPC_H

#include "../far.h"

/* FIELD_ESCAPE: how it reaches what is out of reach. */
enum {
  PPC_ESCAPE_JUMP = 1,  /* b, bl: to a stub */
  PPC_ESCAPE_CONDITION, /* a branch that has an opposite: over a b or bl, which may go to a stub */
  PPC_ESCAPE_ANY,       /* any other: to a b or bl, and where it does not go, over that */
  PPC_ESCAPES = PPC_ESCAPE_ANY
};
extern const struct isa_far ppc_far, ppc64_far;

#endif
