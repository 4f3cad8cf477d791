/* dasm_arm64.h - defines what dasm_proto.h declares, for code of AArch64.
 *
 * To include once in a program, or with static functions (DASM_FDEF) as often as wanted. Set
 * DASM_EXTERN before as for DynASM; DASM_ALIGNED_WRITES may be set: writes are never unaligned.
 */
#ifndef DASM_ARM64_H
#define DASM_ARM64_H

#define DASM_ARCH		"arm64"

#include "dasm_common.h"

#endif /* DASM_ARM64_H */
