/* isa.c - the ISAs that the encoder knows: one line each. */
#include "internal.h"
#include "isa/isas.h"

static const struct isa_facts isas[] = {
    [ISA_X86] = {{0x90, 0x90, 0x90, 0x90}, x86_measure, x86_perform, x86_widen},
    [ISA_X64] = {{0x90, 0x90, 0x90, 0x90}, x86_measure, x86_perform, x86_widen},
    [ISA_RISCV32] = {{0x13, 0, 0, 0}, riscv_measure, riscv_perform, NULL},
    [ISA_RISCV64] = {{0x13, 0, 0, 0}, riscv_measure, riscv_perform, NULL},
};

const struct isa_facts *isa_numbered(unsigned number)
{
  return number < sizeof isas / sizeof *isas && isas[number].measure ? &isas[number] : NULL;
}
