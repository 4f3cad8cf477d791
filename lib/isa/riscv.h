/* riscv.h - RISC-V: the instructions that load a number, for the translator and for puts.
 *
 * Operand of OP_RISCV_LI: one byte, the register; 32: it is an argument, before the number.
 * Operands of OP_RISCV_DIFFER: two arguments, counted from the next one. The first one with RISCV_BOTH_ZERO: they may be
 * equal, but not both 0.
 */
#ifndef DASM_ISA_RISCV_H
#define DASM_ISA_RISCV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../far.h"
#include "../record.h"

struct dasm_State;

enum { RISCV_LI_MOST = 8, RISCV_LI_ARG = 32, RISCV_DIFFER_MOST = 8, RISCV_BOTH_ZERO = 128 };

/* The instructions of li rd, v, as GNU as has them: how many. A register of 32 bits gets the low ones. */
unsigned riscv_li(bool rv64, unsigned rd, int64_t v, uint32_t insn[RISCV_LI_MOST]);

/* FIELD_WIDEN: c.j and c.jal; c.beqz and c.bnez. */
enum { RISCV_WIDEN_JUMP = 1, RISCV_WIDEN_BRANCH };

/* FIELD_ESCAPE: how it reaches what is out of reach. */
enum {
  RISCV_ESCAPE_JUMP = 1, /* jal: to a stub */
  RISCV_ESCAPE_BRANCH,   /* beq and so on: the opposite branch over a jal, which may go to a stub */
  RISCV_ESCAPES = RISCV_ESCAPE_BRANCH
};
extern const struct isa_far riscv_far;

/* struct isa_facts */
bool riscv_measure(struct record *r, const uint8_t *operands, size_t room);
uint8_t *riscv_perform(struct dasm_State *D, const struct record *r, const uint8_t *operands, const int64_t *args,
                       uint8_t *w, int *status, int64_t *value);
uint8_t *riscv_widen(uint8_t *end, unsigned how);
bool riscv_shortens(int64_t d, unsigned how);
void riscv_narrow(uint8_t *end, int32_t distance);

#endif
