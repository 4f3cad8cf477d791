/* dasm_ppc.h - defines what dasm_proto.h declares, for code of PowerPC of 32 and 64 bits, in either
 * byte order.
 *
 * Include it once in a program, or in several files if DASM_FDEF makes the functions static.
 * Define DASM_EXTERN before, as for DynASM. DASM_ALIGNED_WRITES has no effect, because writes
 * never need alignment.
 */
#ifndef DASM_PPC_H
#define DASM_PPC_H

#define DASM_ARCH		"ppc"

#include "dasm_common.h"

#endif /* DASM_PPC_H */
