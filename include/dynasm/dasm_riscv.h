/* dasm_riscv.h - defines what dasm_proto.h declares, for code of RISC-V of 32 and 64 bits.
 *
 * To include once in a program, or with static functions (DASM_FDEF) as often as wanted. Set
 * DASM_EXTERN before as for DynASM; DASM_ALIGNED_WRITES may be set: writes are never unaligned.
 */
#ifndef DASM_RISCV_H
#define DASM_RISCV_H

#define DASM_ARCH		"riscv"

#include "dasm_common.h"

#endif /* DASM_RISCV_H */
