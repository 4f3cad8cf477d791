/* x86_plan.h - how an instruction will be: what x86_emit.c finds out from a form and its operands before it writes anything.
 */
#ifndef DASMC_X86_PLAN_H
#define DASMC_X86_PLAN_H

#include "../../lib/isa/x86.h"
#include "x86.h"

struct x86_plan {
  struct front *F;
  struct x86 *X;
  const struct x86_form *f;
  struct x86_stmt *s;
  struct x86_insn insn;
  uint8_t pfx[8], npfx; /* legacy prefixes */
  uint8_t tail[12], ntail; /* SIB and displacement behind ModRM that are known */
  const struct x86_reg *reg[X86_ROLES]; /* NULL: none */
  uint8_t bits[X86_ROLES]; /* that their numbers may have */
  unsigned numbers;    /* bit per role: is an argument */
  unsigned first_arg;  /* of these, and of a displacement in its shortest form */
  bool sx;             /* a value decides on the s bit */
  bool disp_op;        /* displacement in its shortest form */
  bool disp32_op;      /* displacement in OP_VALUE32 behind */
  bool ref;            /* four bytes behind the tail are a reference to mem->label */
  const uint8_t *field; /* of that */
  const struct x86_operand *mem;
  int imm_arg[X86_MAXOPS]; /* run-time immediates, -1: none */
  unsigned disp_arg;
};

#define X86_FIELD(bytes, sign, origin, ahead) \
  [FIELD_UNIT] = bytes, [FIELD_FLAGS] = sign, [FIELD_ORIGIN] = origin, [FIELD_AHEAD] = ahead, [FIELD_BITS] = 8 * (bytes)

/* ---- x86_opcode.c: registers, prefixes, opcode ---- */

/* The register plays this role. */
void x86_set_role(struct x86_plan *p, enum x86_number role, const struct x86_reg *r);
bool x86_is_lea32(const struct x86_plan *p);
/* Has the address 16 bits? 32 bits in 64-bit mode? */
bool x86_is_addr16(const struct x86_plan *p);
bool x86_narrow_address(const struct x86_plan *p);
void x86_prefixes(struct x86_plan *p);
void x86_opcode(struct x86_plan *p);

/* ---- x86_address.c: ModRM, SIB and displacement of memory ---- */

/* An address in four bytes: [1] in 64-bit code, where the second one is extended with its sign. */
extern const uint8_t x86_abs32[2][LIST_FIELD];
extern const uint8_t x86_abs32s[2][LIST_FIELD];
bool x86_is_vsib(const struct x86_reg *r);
/* Is the displacement extended with its sign? */
bool x86_extends_disp(const struct x86_plan *p);
void x86_set_mod(struct x86_plan *p, unsigned mod);
void x86_memory(struct x86_plan *p);

#endif
