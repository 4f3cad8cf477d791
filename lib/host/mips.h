/* mips.h - MIPS as a host: 32 and 64 bits, either byte order. */
#ifndef DASM_HOST_MIPS_H
#define DASM_HOST_MIPS_H

#define HOST_ISA (sizeof(void *) == 8 ? ISA_MIPS64 : ISA_MIPS)
#define HOST_MACHINE 8
#define HOST_TRAP 0x0000000du /* break */
/* No convention says where a frame pointer points; here it is as in RISC-V. */
#define HOST_FRAMES { .returns = 31, .sp = 29, .fp = 30, .raised = 4, .fp_is_cfa = 1, .wide = sizeof(void *) == 8 }
#define HOST_RETURNING(n) { 0x03e00009u /* jalr zero, ra */, 0x24020000u | (n) /* li v0, n, before it jumps */ }
#define HOST_PAUSE "sll $0, $0, 5" /* pause, of which early assemblers have no name */

/* A distance of n bits, in words. */
static inline int host_put_distance(uint32_t word, int64_t d, unsigned n, uint64_t *value)
{
  if ((d & 3) != 0 || d < -(INT64_C(1) << (n + 1)) || d >= INT64_C(1) << (n + 1))
    return DASM_S_RANGE_REL;
  *value = word >> n << n | ((uint32_t)(d >> 2) & ((1u << n) - 1));
  return DASM_S_OK;
}

/* MIPS64 Volume II: b and bal; j and jal, whose target is in the region of the instruction behind; bc and balc. */
#define HOST_RETARGET 1
static inline int host_retarget(const uint8_t *p, unsigned length, uint64_t run, uint64_t target, uint64_t *value)
{
  const uint64_t region = UINT64_C(1) << 28;
  uint64_t next = run + 4;
  uint32_t word;

  memcpy(&word, p, 4);
  if (length != 4)
    return DASM_S_ARG;
  if (word >> 16 == 0x1000 || word >> 16 == 0x0411)
    return host_put_distance(word, (int64_t)(target - next), 16, value);
#if defined(__mips_isa_rev) && __mips_isa_rev >= 6
  if ((word >> 26 | 8) == 0x3a)
    return host_put_distance(word, (int64_t)(target - next), 26, value);
#endif
  if (word >> 27 != 1)
    return DASM_S_ARG;
  if ((target & 3) != 0 || (target ^ next) >= region)
    return DASM_S_RANGE_REL;
  *value = (word & 0xfc000000) | (target >> 2 & 0x03ffffff);
  return DASM_S_OK;
}

#endif
