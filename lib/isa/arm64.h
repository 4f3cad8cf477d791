/* arm64.h - AArch64: the instructions that load a number, for the translator and for puts, and what is beyond the reach of
 * its instructions: see far.h.
 *
 * Operand of OP_ARM64_MOV: one byte, the register; ARM64_MOV_ARG: it is an argument, before the number; and ARM64_MOV_32, if it
 * has 32 bits.
 */
#ifndef DASM_ISA_ARM64_H
#define DASM_ISA_ARM64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../far.h"
#include "../record.h"

struct dasm_State;

enum { ARM64_MOV_MOST = 4, ARM64_MOV_ARG = 32, ARM64_MOV_32 = 64 };

/* The instructions of mov64 rd, v: how many. */
unsigned arm64_mov(bool wide, unsigned rd, uint64_t v, uint32_t insn[ARM64_MOV_MOST]);
bool arm64_measure(struct record *r, const uint8_t *operands, size_t room);
uint8_t *arm64_perform(struct dasm_State *D, const struct record *r, const uint8_t *operands, const int64_t *args, uint8_t *w,
                       int *status, int64_t *value);

/* FIELD_ESCAPE: how it reaches what is out of reach. */
enum {
  ARM64_ESCAPE_JUMP = 1,  /* b, bl: to a stub */
  ARM64_ESCAPE_CONDITION, /* b.eq and so on: the opposite branch over a b, which may go to a stub; */
  ARM64_ESCAPE_TEST,      /* the same of cbz, cbnz, tbz, tbnz */
  ARM64_ESCAPES = ARM64_ESCAPE_TEST
};
extern const struct isa_far arm64_far;

#endif
