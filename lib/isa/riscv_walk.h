/* riscv_walk.h - RISC-V's operations in the quick walk: see put.c. */
CASE(RISCV_LI):
  LITERAL;
  RARE;
