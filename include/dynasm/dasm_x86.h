/* dasm_x86.h - defines what dasm_proto.h declares, for code of x86 and x64.
 *
 * Include it once in a program, or in several files if DASM_FDEF makes the functions static.
 * Define DASM_EXTERN before, as for DynASM. DASM_ALIGNED_WRITES has no effect, because writes
 * never need alignment.
 */
#ifndef DASM_X86_H
#define DASM_X86_H

#define DASM_ARCH		"x86"
#define DASM_DROPIN_X86		1

#include "dasm_common.h"

#endif /* DASM_X86_H */
