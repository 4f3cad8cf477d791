/* x86.h - x86 instructions: the one encoder, and records of those whose registers are known at run time.
 *
 * Operands of the operations OP_X86_R … OP_X86_INDEX_RX, a legacy instruction:
 *
 *   byte      XR_*: REX.W, R, X, B as far as they are known, the length of the opcode, and flags
 *   more      with XR_MORE: how many bits the numbers may have, XM_*; otherwise it is four
 *
 * The literal ends with its prefixes other than REX, and
 *
 *   opcode    1 to 4 bytes
 *   ModRM     its mod and what else is known; not with OP_X86_OP_B
 *   SIB       with OP_X86_SIB_* and OP_X86_INDEX_*: likewise
 *
 * Its displacement and immediate, if they are known, are in the next one. A number takes an argument, in the order
 * R, B, X; then comes the displacement (_D). The walk of a put does this by itself where it can (x86_walk.c). OP_X86_VEX
 * has
 *
 *   byte      enum x86_mem, and 16 for each number that is an argument: R, B, X, vvvv
 *
 * and its literal ends with P0 P1 opcode, as x86_insn has them, with numbers of four bits, ModRM, and SIB from X86_SIB on.
 * OP_X86_ANY, everything else:
 *
 *   kind      enum x86_kind, and 8 times enum x86_mem
 *   numbers   1 for each that is an argument: R, B, X, vvvv, mask
 *   flags     X86F_*
 *   limits    two bytes: two bits for each number, its bits - 3
 *   sx shift  1: the s bit; 2 times the log2 of the disp8 unit
 *   number    five of them, those that are known
 *   opcode    four bytes, as in x86_insn
 *   length    of the opcode
 *   ModRM, SIB
 */
#ifndef DASM_ISA_X86_H
#define DASM_ISA_X86_H

#include <stdbool.h>
#include <stdint.h>

#include "../record.h"

struct dasm_State;

enum x86_number { X86_REG, X86_BASE, X86_INDEX, X86_VVVV, X86_MASK, X86_ROLES }; /* base: or register rm, or of the opcode */

enum x86_kind {
  X86_LEGACY, /* REX when needed; REX2 when a number is above 15 */
  X86_VEX,    /* two bytes when possible */
  X86_XOP,
  X86_EVEX,
  X86_IS4,    /* one byte: reg role << 4 | ModRM; nothing else */
  X86_KIND_COUNT
};

/* REX and REXW are where the prefix byte has them, REX2 where numbers have their bit 4. */
enum {
  X86F_REX = 0x40,  /* legacy: REX even if no bit is set (spl, bpl, sil, dil) */
  X86F_REXW = 0x08, /* legacy: REX.W */
  X86F_REX2 = 0x10, /* legacy: REX2 even if REX would do */
  X86F_XCHG = 0x20, /* X86_OPREG: 90 with register 0 would be nop, write 87 C0 */
  X86F_RMVEC = 0x02, /* EVEX: bit 4 of a register rm goes to X (vectors), not to B4 (EGPRs) */
  X86F_VSIB = 0x04, /* index is a vector register */
  X86F_VEX3 = 0x01  /* VEX: three bytes, though two would do */
};

enum x86_mem {
  X86_OPREG, /* no ModRM; the base role goes to the low bits of the opcode */
  X86_MODRM, /* ModRM, its mod known: a register, or memory of which only what follows is unknown */
  X86_MEM,   /* [base]; mod as it is known; 0 as displacement if the base needs one and mod is 00 */
  X86_MEM_D, /* [base+arg], in its shortest form */
  X86_SIB,   /* [base+index*scale]: as X86_MEM */
  X86_SIB_D,
  X86_NOBASE, /* [index*scale+disp32], disp32 behind it */
  X86_MEMS
};

struct x86_insn {
  uint8_t kind, flags, mem;
  uint8_t nopc;      /* bytes of opc in use (legacy), 1 to 4 */
  uint8_t opc[4];    /* legacy: opcode with its escapes; else P0 P1 P2 opcode, where P0 P1 P2 is the payload with
                        all register bits clear (inverted ones set); VEX and XOP leave P2 zero */
  uint8_t modrm, sib; /* as far as they are known; rm is added */
  uint8_t shift;     /* log2 of the disp8 unit */
  bool sbit;         /* set the s bit of the opcode */
  bool same;         /* the base is the number of reg */
  uint8_t number[X86_ROLES];
};

/* Bytes at `out` that x86_encode() may write, used or not; it advances by at most X86_MOST. */
enum { X86_ROOM = 48, X86_MOST = 24 };

/* The displacement behind ModRM (mod = 00) and SIB, in its shortest form: one byte, in units of 1 << shift, or four; sets
 * mod. base: its low bits. Returns the end. */
uint8_t *x86_disp(uint8_t *modrm, uint8_t *out, unsigned base, int32_t disp, unsigned shift);
/* Emit opcode, ModRM, SIB and displacement. opcode: out: the end of the opcode. Returns the end. */
uint8_t *x86_encode(const struct x86_insn *insn, int64_t disp, uint8_t *out, uint8_t **opcode);

enum { XR_WRXB = 0x0f, XR_OPC = 0x30 /* length - 1 */, XR_FORCE = 0x40 /* X86F_REX, as the prefix has it */, XR_MORE = 0x80 };
enum { XM_LIMITS = 0x3f /* two bits for R, B, X: bits - 3 */, XM_SX = 0x40, XM_REX2 = 0x80 };

/* What an operation OP_X86_R … is about: its memory, and the numbers that are arguments. */
static const struct x86_shape {
  uint8_t mem, numbers, same; /* same: B is R */
} x86_shapes[] = {
#define R (1 << X86_REG)
#define B (1 << X86_BASE)
#define X (1 << X86_INDEX)
    {X86_MODRM, R, 0},       {X86_MODRM, B, 0},         {X86_MODRM, R | B, 0}, {X86_MODRM, R, 1},
    {X86_OPREG, B, 0},       {X86_MEM, B, 0},           {X86_MEM, R | B, 0},   {X86_MEM_D, R, 0},
    {X86_MEM_D, B, 0},       {X86_MEM_D, R | B, 0},     {X86_SIB, B | X, 0},   {X86_SIB, R | B | X, 0},
    {X86_SIB_D, R, 0},       {X86_SIB_D, B | X, 0},     {X86_SIB_D, R | B | X, 0}, {X86_NOBASE, X, 0},
    {X86_NOBASE, R | X, 0},
#undef R
#undef B
#undef X
};

/* Write the operands of an instruction whose `numbers` (bit per role) are arguments, of at most so many bits each, to
 * *out (up to X86_ANY_SIZE bytes), and the end of its literal to *tail (up to X86_TAIL); both advance.
 * sx: the argument behind them decides on the s bit. Returns its operation. */
enum { X86_ANY_SIZE = 18, X86_TAIL = 6 };
enum op x86_write(uint8_t **out, uint8_t **tail, const struct x86_insn *insn, unsigned numbers, const uint8_t *bits, bool sx);
/* The same for OP_X86_ANY; returns the number of bytes. */
size_t x86_write_any(uint8_t *out, const struct x86_insn *insn, unsigned numbers, const uint8_t *bits, bool sx);

/* FIELD_ESCAPE of a jump or call: to a stub. */
enum { X64_ESCAPE_JUMP = 1, X64_ESCAPES = X64_ESCAPE_JUMP };
extern const struct isa_far x86_far, x64_far;
bool x86_measure(struct record *r, const uint8_t *operands, size_t room);
uint8_t *x86_perform(struct dasm_State *D, const struct record *r, const uint8_t *p, const int64_t *args, uint8_t *w,
                     int *status, int64_t *value);
uint8_t *x86_widen(uint8_t *end, unsigned how);
enum { X86_WIDEN_JMP = 1, X86_WIDEN_JCC };

/* What messages say of values and targets that are too far: members of struct isa_facts. */
#define X86_WORDS \
  "load it with mov64, or have the code below 2 GiB (DASM_HEAP_LOW)", "load its address with mov64 and go through the register", \
  "leave out short; loop and jrcxz can go to a jmp nearby"

#define X64_WORDS \
  .wide_register = "mov64 loads 64 bits into a register", .wide_value = "mov64 and .qword take 64 bits", \
  .upper = "general registers from 16 on need the feature apxf, vector registers avx512f"

#endif
