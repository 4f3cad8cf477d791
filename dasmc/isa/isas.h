/* isas.h - the names of all ISAs: a new one is a word in these two lines, and nothing else names it. */
#ifndef DASMC_ISA_ISAS_H
#define DASMC_ISA_ISAS_H

#include "isa.h"

extern const struct isa isa_x86, isa_x64, isa_riscv32, isa_riscv64, isa_arm64;
#define ISAS &isa_x86, &isa_x64, &isa_riscv32, &isa_riscv64, &isa_arm64

#endif
