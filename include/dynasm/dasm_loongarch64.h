/* dasm_loongarch64.h - defines what dasm_proto.h declares, for code of LoongArch.
 *
 * Include it once in a program, or in several files if DASM_FDEF makes the functions static.
 * Define DASM_EXTERN before, as for DynASM's port. DASM_ALIGNED_WRITES has no effect, because
 * writes never need alignment.
 */
#ifndef DASM_LOONGARCH64_H
#define DASM_LOONGARCH64_H

#define DASM_ARCH		"loongarch64"

#include "dasm_common.h"

#endif /* DASM_LOONGARCH64_H */
