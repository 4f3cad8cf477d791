/* arm64.h - AArch64: what is beyond the reach of its instructions. See far.h. */
#ifndef DASM_ISA_ARM64_H
#define DASM_ISA_ARM64_H

#include "../far.h"

/* FIELD_ESCAPE: how it reaches what is out of reach. */
enum {
  ARM64_ESCAPE_JUMP = 1,  /* b, bl: to a stub */
  ARM64_ESCAPE_CONDITION, /* b.eq and so on: the opposite branch over a b, which may go to a stub; */
  ARM64_ESCAPE_TEST,      /* the same of cbz, cbnz, tbz, tbnz */
  ARM64_ESCAPES = ARM64_ESCAPE_TEST
};
extern const struct isa_far arm64_far;

#endif
