/* isas.h - the names of all ISAs: a new one is a word in these lines, and nothing else names it. */
#ifndef DASMC_ISA_ISAS_H
#define DASMC_ISA_ISAS_H

#include "isa.h"

extern const struct isa isa_x86, isa_x64, isa_riscv32, isa_riscv64, isa_arm64, isa_arm, isa_ppc, isa_ppc64;
extern const struct isa isa_loongarch64, isa_mips, isa_mips64, isa_mips_r6, isa_mips64_r6;
#define ISAS \
  &isa_x86, &isa_x64, &isa_riscv32, &isa_riscv64, &isa_arm64, &isa_arm, &isa_ppc, &isa_ppc64, &isa_mips, &isa_mips64, &isa_mips_r6, \
  &isa_mips64_r6, &isa_loongarch64

#endif
