/* arm64.h - AArch64 as a host. */
#ifndef DASM_HOST_ARM64_H
#define DASM_HOST_ARM64_H

#define HOST_ISA ISA_ARM64
#define HOST_MACHINE 183
#define HOST_LANDING "\x5f\x24\x03\xd5" /* bti c */
#define HOST_TRAP 0xd4200000u /* brk #0 */
#define HOST_FRAMES { .returns = 30, .sp = 31, .fp = 29 }
#define HOST_RETURNING(n) { 0xd503245fu /* bti c */, 0x52800000u | (n) << 5 /* mov w0, #n */, 0xd65f03c0u /* ret */ }
#define HOST_PAUSE "yield"

/* Arm ARM C4.1.96: b, bl. */
#define HOST_RETARGET 1
static inline int host_retarget(const uint8_t *p, unsigned length, uint64_t run, uint64_t target, uint64_t *value)
{
  int64_t d = (int64_t)(target - run);
  uint32_t word;

  memcpy(&word, p, 4);
  if (length != 4 || (word & 0x7c000000) != 0x14000000)
    return DASM_S_ARG;
  if ((d & 3) != 0 || d < -(1 << 27) || d >= 1 << 27)
    return DASM_S_RANGE_REL;
  *value = (word & 0xfc000000) | ((uint64_t)(d >> 2) & 0x03ffffff);
  return DASM_S_OK;
}

#define HOST_VALGRIND 1
static inline void host_valgrind(const volatile uintptr_t *request)
{
  register uintptr_t result __asm__("x3") = 0;
  register const volatile uintptr_t *arguments __asm__("x4") = request;

  __asm__ volatile("ror x12, x12, #3\n\tror x12, x12, #13\n\tror x12, x12, #51\n\tror x12, x12, #61\n\t"
                   "orr x10, x10, x10" : "+r"(result) : "r"(arguments) : "cc", "memory");
}

#endif
