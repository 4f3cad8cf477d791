/* others.h - hosts of which little is known: what traps, and a function that returns a number. */
#ifndef DASM_HOST_OTHERS_H
#define DASM_HOST_OTHERS_H

#if defined(__arm__)
#define HOST_ISA ISA_ARM
#define HOST_MACHINE 40
#define HOST_TRAP 0xe7f000f0u /* udf #0 */
#define HOST_RETURNING(n) { 0xe3a00000u | (n) /* mov r0, #n */, 0xe12fff1eu /* bx lr */ }

#elif defined(__loongarch64)
#define HOST_ISA ISA_LOONGARCH64
#define HOST_MACHINE 258
#define HOST_TRAP 0x002a0000u /* break 0 */
#define HOST_RETURNING(n) { 0x02800004u | (n) << 10 /* li.w a0, n */, 0x4c000020u /* ret */ }

#elif defined(__s390x__)
#define HOST_ISA ISA_S390X
#define HOST_MACHINE 22
#define HOST_TRAP 0u /* an illegal operation */
#define HOST_RETURNING(n) { 0xa7290000u | (n) /* lghi r2, n */, 0x07fe0000u /* br r14 */ }

#else
#define HOST_ISA 0 /* code can be kept, but none is this host's */
#define HOST_MACHINE 0
#define HOST_TRAP 0u
#endif

#endif
