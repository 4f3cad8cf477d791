/* riscv.h - RISC-V as a host. */
#ifndef DASM_HOST_RISCV_H
#define DASM_HOST_RISCV_H

#define HOST_ISA (__riscv_xlen == 64 ? ISA_RISCV64 : ISA_RISCV32)
#define HOST_MACHINE 243
#define HOST_TRAP 0x00100073u /* ebreak */
#define HOST_FRAMES { .returns = 1, .sp = 2, .fp = 8, .raised = 10, .fp_is_cfa = 1 }
#define HOST_RETURNING(n) { 0x00000513u | (n) << 20 /* li a0, n */, 0x00008067u /* ret */ }

/* The Unprivileged ISA, 2.5.1: jal. The units of its offset are in the order [20|10:1|11|19:12]. */
#define HOST_RETARGET 1
static inline int host_retarget(const uint8_t *p, unsigned length, uint64_t run, uint64_t target, uint64_t *value)
{
  int64_t d = (int64_t)(target - run);
  uint64_t u = (uint64_t)d;
  uint32_t word;

  memcpy(&word, p, 4);
  if (length != 4 || (word & 0x7f) != 0x6f)
    return DASM_S_ARG;
  if ((d & 1) != 0 || d < -(1 << 20) || d >= 1 << 20)
    return DASM_S_RANGE_REL;
  *value = (word & 0xfff) | (u >> 20 & 1) << 31 | (u >> 1 & 0x3ff) << 21 | (u >> 11 & 1) << 20 | (u & 0xff000);
  return DASM_S_OK;
}

#endif
