/* riscv_walk.c - RISC-V's operations in the quick walk: see walk.h. */
#include "../walk.h"

RARELY(RISCV_LI)
RARELY(RISCV_DIFFER)
