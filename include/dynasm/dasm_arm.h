/* dasm_arm.h - defines what dasm_proto.h declares, for code of ARM of 32 bits (A32).
 *
 * Include it once in a program, or in several files if DASM_FDEF makes the functions static.
 * Define DASM_EXTERN before, as for DynASM. DASM_ALIGNED_WRITES has no effect, because writes
 * never need alignment.
 */
#ifndef DASM_ARM_H
#define DASM_ARM_H

#define DASM_ARCH "arm"

#include "dasm_common.h"

#endif /* DASM_ARM_H */
