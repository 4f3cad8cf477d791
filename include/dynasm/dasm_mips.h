/* dasm_mips.h - defines what dasm_proto.h declares, for code of MIPS of 32 and 64 bits.
 *
 * Include it once in a program, or in several files if DASM_FDEF makes the functions static.
 * Define DASM_EXTERN before, as for DynASM.
 */
#ifndef DASM_MIPS_H
#define DASM_MIPS_H

#define DASM_ARCH "mips"

#include "dasm_common.h"

#endif /* DASM_MIPS_H */
