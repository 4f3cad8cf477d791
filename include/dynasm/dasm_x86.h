/* dasm_x86.h - defines what dasm_proto.h declares, for code of x86 and x64.
 *
 * To include once in a program, or with static functions (DASM_FDEF) as often as wanted. Set
 * DASM_EXTERN before as for DynASM; DASM_ALIGNED_WRITES may be set: writes are never unaligned.
 */
#ifndef DASM_X86_H
#define DASM_X86_H

#define DASM_ARCH		"x86"
#define DASM_DROPIN_X86		1

#include "dasm_common.h"

#endif /* DASM_X86_H */
