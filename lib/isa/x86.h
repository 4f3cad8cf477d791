/* x86.h - the run-time side of x86 instructions with dynamic registers.
 *
 * OP_X86_DYN names a parameter block in the pool. The block says how one instruction is
 * encoded (legacy with REX or REX2, VEX, XOP, EVEX), which register numbers are known and which
 * come from arguments. x86_dyn() emits prefixes, opcode, ModRM, SIB, displacement and the
 * block's tail (displacement and immediate bytes that are known); immediates from
 * arguments and references to labels follow as operations of their own.
 *
 * The block is a byte array, so it has no alignment and no byte order:
 *
 *   XD_KIND      enum x86_dyn_kind
 *   XD_FLAGS     XDF_*
 *   XD_NPFX      bytes of XD_PFX in use, 0 ... 4
 *   XD_NOPC      bytes of XD_OPC in use (legacy), 1 ... 4
 *   XD_NTAIL     bytes of the tail, 0 ... 12
 *   XD_MODRM     ModRM with mod and reg digit as far as known; rm is filled in
 *   XD_MEM       enum x86_dyn_mem
 *   XD_SIB       scale in the high two bits; low four bits: log2 of the disp8 unit
 *   XD_DISP      argument of the displacement (XDM_DISP)
 *   XD_SX        0x80 | argument that turns the opcode's s bit on when it fits in a signed byte
 *   XD_PFX       legacy prefixes, 66 F2 F3 67 and segments (four bytes)
 *   XD_OPC       legacy: opcode with its escapes; else P0 P1 P2 opcode, where P0 P1 P2 is the
 *                payload with all register bits clear (inverted ones set); VEX and XOP leave
 *                P2 zero (four bytes)
 *   XD_ROLE      five roles (reg, rm or base or opcode register, index, vvvv, mask) of four
 *                bytes, XR_*: argument, 0xff if the argument counts or 0, number if not, and
 *                how many bits the number may have (3, 4 or 5)
 *   XD_TAIL      the tail
 */
#ifndef DASM_ISA_X86_H
#define DASM_ISA_X86_H

#include <stdbool.h>
#include <stdint.h>

enum x86_dyn_layout {
  XD_KIND, XD_FLAGS, XD_NPFX, XD_NOPC, XD_NTAIL, XD_MODRM, XD_MEM, XD_SIB, XD_DISP, XD_SX,
  XD_PFX, XD_OPC = XD_PFX + 4, XD_ROLE = XD_OPC + 4, XD_TAIL = XD_ROLE + 20,
  XD_MAXTAIL = 12,
  XD_MAXBLOCK = XD_TAIL + XD_MAXTAIL
};

enum { XR_ARG, XR_DYNAMIC, XR_NUMBER, XR_BITS, XR_SIZE };
enum x86_dyn_role { XDR_REG, XDR_RM, XDR_INDEX, XDR_VVVV, XDR_MASK, XDR_COUNT };

enum x86_dyn_kind {
  XDK_LEGACY, /* REX when needed; REX2 when a number is above 15 */
  XDK_VEX,    /* two bytes when possible */
  XDK_XOP,
  XDK_EVEX,
  XDK_IS4,    /* one byte: reg role << 4 | XD_MODRM; nothing else */
  XDK_COUNT
};

/* REX and REXW are where the prefix byte has them, REX2 where numbers have their bit 4. */
enum {
  XDF_REX = 0x40,  /* legacy: REX even if no bit is set (spl, bpl, sil, dil) */
  XDF_REXW = 0x08, /* legacy: REX.W */
  XDF_REX2 = 0x10, /* legacy: REX2 even if REX would do */
  XDF_XCHG = 0x20, /* XDM_OPREG: 90 with register 0 would be nop, write 87 C0 */
  XDF_RMVEC = 0x02, /* EVEX: bit 4 of a register rm goes to X (vectors), not to B4 (EGPRs) */
  XDF_VSIB = 0x04, /* index is a vector register */
  XDF_VEX3 = 0x01  /* VEX: three bytes, though two would do */
};

enum x86_dyn_mem {
  XDM_OPREG, /* no ModRM; the rm role goes to the low bits of the opcode */
  XDM_REG,   /* ModRM with mod = 11 and the rm role */
  XDM_FIXED, /* ModRM, its mod and rm known; SIB and displacement in the tail */
  XDM_BASE,  /* [base]; 0 as displacement, mod from the base number */
  XDM_BASE_TAIL, /* [base+disp]; mod in XD_MODRM, displacement in the tail */
  XDM_BASE_DISP, /* [base+arg], in its shortest form */
  XDM_INDEX,     /* [base+index*scale] */
  XDM_INDEX_TAIL,
  XDM_INDEX_DISP,
  XDM_NOBASE_TAIL, /* [index*scale+disp32], disp32 in the tail or behind it */
  XDM_COUNT
};

/* Bytes at `out` that x86_dyn() may write, used or not; it advances by at most X86_DYN_MAX. */
enum { X86_DYN_ROOM = 48, X86_DYN_MAX = 32 };

/* Emit the instruction of a valid block.
 *   args    the put's arguments, as many as x86_dyn_valid() was told
 *   out     X86_DYN_ROOM writable bytes
 *   status  out: DASM_S_RANGE_VREG (number too high, or 4 as index) or DASM_S_RANGE_I
 *           (displacement needs more than 32 bits); unchanged if all is well
 * Returns the end of the instruction (NULL on error). Reads 16 bytes at block + XD_TAIL, whatever
 * its length: the pool's pad makes that safe. args must have one element even if there are no
 * arguments. */
unsigned char *x86_dyn(const uint8_t *block, const int64_t *args, unsigned char *out,
                       uint32_t *status);

/* True if a block of `len` bytes is well-formed and uses only arguments below nargs, so that
 * x86_dyn() stays within its bounds whatever the arguments are. */
bool x86_dyn_valid(const uint8_t *block, unsigned len, unsigned nargs);

#endif
