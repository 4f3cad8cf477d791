/* isa.c - the ISAs that the encoder knows: one line each. */
#include "internal.h"
#include "isa/isas.h"

/* The ISA has no operations of its own. */
static bool no_operation(struct record *r, const uint8_t *operands, size_t room)
{
  (void)r;
  (void)operands;
  (void)room;
  return false;
}

static const struct isa_facts isas[] = {
    [ISA_X86] = {{0x90, 0x90, 0x90, 0x90}, x86_measure, x86_perform, x86_widen},
    [ISA_X64] = {{0x90, 0x90, 0x90, 0x90}, x86_measure, x86_perform, x86_widen},
    [ISA_ARM64] = {{0x1f, 0x20, 0x03, 0xd5}, no_operation, NULL, NULL},
    [ISA_RISCV32] = {{0x13, 0, 0, 0}, riscv_measure, riscv_perform, NULL},
    [ISA_RISCV64] = {{0x13, 0, 0, 0}, riscv_measure, riscv_perform, NULL},
};

const struct isa_facts *isa_numbered(unsigned number)
{
  return number < sizeof isas / sizeof *isas && isas[number].measure ? &isas[number] : NULL;
}
