/* dasm_ppc.h - defines what dasm_proto.h declares, for code of PowerPC of 32 and 64 bits, in either byte order.
 *
 * To include once in a program, or with static functions (DASM_FDEF) as often as wanted. Set
 * DASM_EXTERN before as for DynASM; DASM_ALIGNED_WRITES may be set: writes are never unaligned.
 */
#ifndef DASM_PPC_H
#define DASM_PPC_H

#define DASM_ARCH		"ppc"

#include "dasm_common.h"

#endif /* DASM_PPC_H */
