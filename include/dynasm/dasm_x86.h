/* dasm_x86.h - defines what dasm_proto.h declares, for code of x86 and x64.
 *
 * To include once in a program, or with static functions (DASM_FDEF) as often as wanted. Set
 * DASM_EXTERN before as for DynASM; DASM_ALIGNED_WRITES may be set: writes are never unaligned.
 */
#ifndef DASM_X86_H
#define DASM_X86_H

/* As DynASM's file does: programs may use what these declare without including them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "dasm_proto.h"

#define DASM_ARCH		"x86"

/* Statuses: the class; the low 24 bits say where. dasm.h has more of them. */
#define DASM_S_OK		0x00000000
#define DASM_S_NOMEM		0x01000000
#define DASM_S_PHASE		0x02000000
#define DASM_S_MATCH_SEC	0x03000000
#define DASM_S_RANGE_I		0x11000000
#define DASM_S_RANGE_SEC	0x12000000
#define DASM_S_RANGE_LG		0x13000000
#define DASM_S_RANGE_PC		0x14000000
#define DASM_S_RANGE_VREG	0x15000000
#define DASM_S_UNDEF_L		0x21000000
#define DASM_S_UNDEF_PC		0x22000000
#define DASM_S_REDEF		0x23000000	/* with DASM_CHECKS */

#include "dasm_define.h"

#endif /* DASM_X86_H */
