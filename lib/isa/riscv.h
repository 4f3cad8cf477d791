/* riscv.h - RISC-V: the instructions that load a number, for the translator and for puts.
 *
 * Operand of OP_RISCV_LI: one byte, the register; 32: it is an argument, before the number.
 */
#ifndef DASM_ISA_RISCV_H
#define DASM_ISA_RISCV_H

#include <stdbool.h>
#include <stdint.h>

#include "../record.h"

struct dasm_State;

enum { RISCV_LI_MOST = 8, RISCV_LI_ARG = 32 };

/* The instructions of li rd, v, as GNU as has them: how many. A register of 32 bits gets the low ones. */
unsigned riscv_li(bool rv64, unsigned rd, int64_t v, uint32_t insn[RISCV_LI_MOST]);

bool riscv_measure(struct record *r, const uint8_t *operands, size_t room);
uint8_t *riscv_perform(struct dasm_State *D, const struct record *r, const uint8_t *operands, const int64_t *args,
                       uint8_t *w, int *status, int64_t *value);

#endif
