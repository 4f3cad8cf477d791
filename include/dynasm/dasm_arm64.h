/* dasm_arm64.h - defines what dasm_proto.h declares, for code of AArch64.
 *
 * To include once in a program, or with static functions (DASM_FDEF) as often as wanted. Set
 * DASM_EXTERN before as for DynASM; DASM_ALIGNED_WRITES may be set: writes are never unaligned.
 * DASM_ADD_VENEER(D, buffer, word, b, cp, away), if it is set before, is asked about each instruction
 * that does not reach, as in dstogov/ir: see dasm_DropinVeneer.
 */
#ifndef DASM_ARM64_H
#define DASM_ARM64_H

#define DASM_ARCH		"arm64"

/* What the upper half of a word says that DASM_ADD_VENEER gets: DynASM's numbers. */
enum { DASM_REL_EXT = 3, DASM_REL_LG = 5, DASM_REL_PC = 7, DASM_REL_A = 9 };

#include "dasm_common.h"

/* Programs ask these, DynASM's own, whether a number has the form of an immediate. */
#define dasm_imm12(n)		dasm_dropin_imm12(n)
#define dasm_imm13(low, high)	dasm_dropin_imm13(low, high)

#endif /* DASM_ARM64_H */
