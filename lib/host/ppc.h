/* ppc.h - PowerPC as a host: 32 and 64 bits, either byte order. */
#ifndef DASM_HOST_PPC_H
#define DASM_HOST_PPC_H

#define HOST_TRAP 0x7fe00008u /* trap */
#if defined(__powerpc64__)
#define HOST_ISA ISA_PPC64
#define HOST_MACHINE 21
#else
#define HOST_ISA ISA_PPC
#define HOST_MACHINE 20
#endif
/* Register 65 is LR; the conventions keep the return address in the caller's frame. */
#define HOST_FRAMES { .returns = 65, .sp = 1, .fp = 31, .raised = 3, .chain = sizeof(void *) == 8 ? 16 : 4, .wide = sizeof(void *) == 8 }
#define HOST_RETURNING(n) { 0x38600000u | (n) /* li r3, n */, 0x4e800020u /* blr */ }
#if defined(__powerpc64__) && (!defined(_CALL_ELF) || _CALL_ELF != 2)
#define HOST_DESCRIPTORS 1
#endif
#define HOST_PAUSE "or 27,27,27" /* yield */

/* Power ISA, 2.4: b and bl, of 26 bits; bc and bcl, of 16. Both are relative. */
#define HOST_RETARGET 1
static inline int host_retarget(const uint8_t *p, unsigned length, uint64_t run, uint64_t target, uint64_t *value)
{
  int64_t d = (int64_t)(target - run);
  uint32_t word, mask;

  memcpy(&word, p, 4);
  if (length != 4 || (word >> 26 != 18 && word >> 26 != 16) || (word & 2) != 0)
    return DASM_S_ARG;
  mask = word >> 26 == 18 ? 0x03fffffc : 0xfffc;
  if ((d & 3) != 0 || d < -(int64_t)(mask / 2) - 2 || d > (int64_t)(mask / 2))
    return DASM_S_RANGE_REL;
  *value = (word & ~mask) | ((uint64_t)d & mask);
  return DASM_S_OK;
}

#endif
