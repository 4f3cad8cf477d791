/* dasm_mips.h - defines what dasm_proto.h declares, for code of MIPS of 32 and 64 bits.
 *
 * To include once in a program, or with static functions (DASM_FDEF) as often as wanted. Set
 * DASM_EXTERN before as for DynASM.
 */
#ifndef DASM_MIPS_H
#define DASM_MIPS_H

#define DASM_ARCH "mips"

#include "dasm_common.h"

#endif /* DASM_MIPS_H */
