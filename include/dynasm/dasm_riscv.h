/* dasm_riscv.h - defines what dasm_proto.h declares, for code of RISC-V of 32 and 64 bits.
 *
 * Include it once in a program, or in several files if DASM_FDEF makes the functions static.
 * Define DASM_EXTERN before, as for DynASM. DASM_ALIGNED_WRITES has no effect, because writes
 * never need alignment.
 */
#ifndef DASM_RISCV_H
#define DASM_RISCV_H

#define DASM_ARCH		"riscv"

#include "dasm_common.h"

#endif /* DASM_RISCV_H */
