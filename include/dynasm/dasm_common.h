/* dasm_common.h - what the headers of all ISAs have in common: statuses, macros, definitions.
 * Programs do not include it: dasm_x86.h and its like do, after they have set DASM_ARCH.
 */
#ifndef DASM_COMMON_H
#define DASM_COMMON_H

/* DynASM's files include these, so a program may use what they declare without including them
 * itself. */
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "dasm_proto.h"

/* The classes of statuses; the low 24 bits say where. They have DynASM's numbers, of which two
 * depend on the ISA. In dasm.h these two do not depend on it, and there are more statuses. */
#define DASM_S_OK		0x00000000
#define DASM_S_NOMEM		0x01000000
#define DASM_S_PHASE		0x02000000
#define DASM_S_MATCH_SEC	0x03000000
#define DASM_S_RANGE_I		0x11000000
#define DASM_S_RANGE_SEC	0x12000000
#define DASM_S_RANGE_LG		0x13000000
#define DASM_S_RANGE_PC		0x14000000
#undef DASM_S_RANGE_REL
#undef DASM_S_RANGE_VREG
#ifdef DASM_DROPIN_X86
#define DASM_S_RANGE_VREG	0x15000000
#define DASM_S_RANGE_REL	0x16000000
#else
#define DASM_S_RANGE_REL	0x15000000
#define DASM_S_RANGE_VREG	0x16000000
#endif
#define DASM_S_UNDEF_L		0x21000000
#define DASM_S_UNDEF_LG		DASM_S_UNDEF_L
#define DASM_S_UNDEF_PC		0x22000000
#define DASM_S_REDEF		0x23000000	/* with DASM_CHECKS */

/* Memory macros of programs compute with DynASM's positions, which consist of a section and an
 * index. (DASM_POS2PTR does not exist, because a state is opaque.) */
#define DASM_POS2IDX(pos)	((pos) & 0x00ffffff)
#define DASM_POS2BIAS(pos)	((pos) & 0xff000000)
#define DASM_SEC2POS(sec)	((sec) << 24)
#define DASM_POS2SEC(pos)	((pos) >> 24)

#include "dasm_define.h"

#endif /* DASM_COMMON_H */
