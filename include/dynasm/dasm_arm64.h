/* dasm_arm64.h - defines what dasm_proto.h declares, for code of AArch64.
 *
 * Include it once in a program, or in several files if DASM_FDEF makes the functions static.
 * Define DASM_EXTERN before, as for DynASM. DASM_ALIGNED_WRITES has no effect, because writes
 * never need alignment. If DASM_ADD_VENEER(D, buffer, word, b, cp, away) is defined before, it
 * is called for each instruction that does not reach its target, as in dstogov/ir: see
 * dasm_DropinVeneer.
 */
#ifndef DASM_ARM64_H
#define DASM_ARM64_H

#define DASM_ARCH		"arm64"

/* The upper half of the word that DASM_ADD_VENEER gets is one of these; they have DynASM's
 * numbers. */
enum { DASM_REL_EXT = 3, DASM_REL_LG = 5, DASM_REL_PC = 7, DASM_REL_A = 9 };

#include "dasm_common.h"

/* Programs call these functions of DynASM to learn whether an immediate can have this value. */
#define dasm_imm12(n)		dasm_dropin_imm12(n)
#define dasm_imm13(low, high)	dasm_dropin_imm13(low, high)

#endif /* DASM_ARM64_H */
