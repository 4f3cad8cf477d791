/* template.h - the template list: what dasmc writes and libdasm reads.
 *
 * A list is a constant byte array, all numbers little-endian:
 *
 *   header    TMPL_HEADER bytes, struct tmpl_header
 *   ops       nops fixed-size records of TMPL_OP bytes, struct tmpl_op
 *   pool      runs of literal bytes and parameter blocks, then TMPL_PAD zero bytes
 *   lines     where the bytes come from, see below
 *   names     nglobals + nexterns + nfiles string offsets (u32 each; extern n is the n-th used)
 *   strings   zero-terminated texts; offset 0 is the empty string
 *
 * A put site is a run of records: OP_BEGIN, operations, OP_END. The first
 * argument of dasm_put() is the index of its OP_BEGIN record. An operation
 * first appends its literal, the first len bytes of lit, then does what its
 * code says; args are named by number, so a value can be used more than once
 * and before its turn. The last record of a list is OP_END.
 */
#ifndef DASM_TEMPLATE_H
#define DASM_TEMPLATE_H

#include <stdint.h>
#include <string.h>

enum {
  TMPL_VERSION = 3,
  TMPL_HEADER = 64,
  TMPL_OP = 24,
  TMPL_PAD = 16,      /* readable bytes behind the pool: short pieces are copied whole */
  TMPL_MAXLIT = 16,   /* bytes of one record's literal */
  TMPL_MAXRUN = 255,  /* bytes of one OP_RUN */
  TMPL_MAXARGS = 48   /* arguments of one put */
};

/* ISA numbers of the header; fixed for ever. */
enum tmpl_isa { ISA_X86 = 1, ISA_X64 = 2, ISA_ARM64 = 3, ISA_ARM = 4, ISA_PPC = 5, ISA_MIPS = 6,
                ISA_MIPS64 = 7, ISA_RISCV32 = 8, ISA_RISCV64 = 9, ISA_LOONGARCH64 = 10, ISA_S390X = 11 };

struct tmpl_header {
  char magic[4]; /* "dasm" */
  uint8_t version, isa;
  uint16_t flags; /* 0 */
  uint32_t size;  /* of the whole list in bytes */
  uint32_t nops;
  uint32_t pool, pool_size; /* offset from the start of the list; size without the pad */
  uint32_t lines, lines_size;
  uint32_t names, nglobals, nexterns, nfiles;
  uint32_t strings, strings_size;
  uint32_t nsections; /* highest section number used + 1 */
  uint32_t hash;      /* of everything behind the header: tells lists at one address apart */
};

struct tmpl_op {
  uint8_t code; /* enum tmpl_code */
  uint8_t len;  /* literal bytes appended before the operation */
  uint8_t arg;  /* number of an argument, 0-based */
  uint8_t b;    /* small parameter */
  uint32_t x;   /* parameter; what label an operation is about: the digit of a local one, the number
                   of a global one, the number of the argument that has a PC label or an address */
  uint8_t lit[TMPL_MAXLIT]; /* zero behind len bytes */
};

/* One source line: the bytes from `litofs` in the literal, or the run, of record `op` on
 * come from `line` of file number `file`; with litofs at the end of them, what the operation
 * does. text is the statement, or 0. */
struct tmpl_line {
  uint32_t op, litofs, file, line, text;
};

/* In the list the lines of a put site follow each other, sorted by op and litofs, as LEB128 numbers:
 *
 *   1 + 2 * (op - previous op) + (the file is another one)
 *   file, if it is another one
 *   litofs
 *   line - previous line, text - previous text: 2 * n, or -2 * n - 1 for a negative n
 *
 * Behind the last one is a 0. What comes before the first has the op of OP_BEGIN and zeros. The literal
 * of OP_BEGIN, which has length 0, is the offset of the first in this part; 0: there are none. */

enum tmpl_code {
  OP_END,       /* the put is done */
  OP_BEGIN,     /* no literal; arg = number of args, x = most bytes appended by the put
                   (literals included; what alignments, spaces and long branches add not counted), or up to
                   64 more for each record */
  OP_LIT,       /* nothing more */
  OP_RUN,       /* appends b bytes of the pool, from x on */

  /* Values of args. Fields accept signed and unsigned values of their width
     unless said otherwise; else RANGE_I. */
  OP_IMM8,      /* 1 byte */
  OP_IMM8S,     /* 1 byte, -128 ... 127 */
  OP_IMM16,     /* 2 bytes */
  OP_IMM32,     /* 4 bytes */
  OP_IMM64,     /* 8 bytes */
  OP_CHECK32S,  /* none; -2^31 ... 2^31-1. b = 1: it is a displacement */

  /* Label x is placed here. */
  OP_LABEL_LOCAL, OP_LABEL_GLOBAL, OP_LABEL_PC,
  /* Label x is set to an absolute address; arg = address. */
  OP_SET_LOCAL, OP_SET_GLOBAL, OP_SET_PC,

  /* References. The literal ends with the field, zeroed. b = TMPL_REF(fix, trail), or that |
     TMPL_REF_IMM: then arg decides what trails. */
  OP_REF_BACK,   /* <x */
  OP_REF_NEXT,   /* >x */
  OP_REF_GLOBAL, /* ->x */
  OP_REF_PC,     /* =>x */
  /* The same for branches that have a short form, which ends the literal. b = fix. */
  OP_BRANCH_BACK, OP_BRANCH_NEXT, OP_BRANCH_GLOBAL, OP_BRANCH_PC,
  OP_REF_EXTERN, /* extern x */
  OP_REF_ADDR,   /* absolute address x */

  OP_ALIGN,      /* x = power of two, 1 ... 4096 */
  OP_SPACE,      /* x = count; b = fill byte */
  OP_SPACE_ARG,  /* arg = count; b = fill byte */
  OP_SECTION,    /* x = number; the rest of the put goes there */

  /* x86, x64 */
  /* The literal ends with ModRM (mod = 10), b bytes before its end: 1, or 2 if a SIB follows.
     Displacement arg is appended in its shortest form and mod is set. */
  OP_X86_DISP,   /* nothing for zero */
  OP_X86_DISP_KEEP, /* one byte for zero (base bp, r13) */
  OP_X86_DISP_SCALE,/* b & 3 = place of ModRM, b & 4: keep a zero, b >> 4 = log2 of the EVEX disp8
                       scale */
  OP_X86_SX,     /* arg fits in a signed byte: last literal byte |= b (the s bit of opcodes) */
  OP_X86_IMM8_32,/* 1 byte if arg fits in a signed byte, else 4. If b is not 0 and one byte was
                    chosen, the byte b before the immediate |= 2 (the s bit of an opcode at a
                    fixed distance; otherwise use OP_X86_SX before the displacement) */
  OP_X86_IMM8_16,/* the same with 1 or 2 bytes */
  OP_X86_DYN,    /* instruction with dynamic registers: a parameter block is in the pool at x, see
                    lib/isa/x86.h */
  OP_COUNT_
};

/* How a reference is inserted. */
enum tmpl_fix {
  FIX_X86_REL32 = 1, /* 4 bytes, from the end of the instruction */
  FIX_X86_JMP,       /* EB rel8, or E9 rel32 if that does not do: OP_BRANCH_* only */
  FIX_X86_JCC,       /* 7x rel8, or 0F 8x rel32: likewise */
  FIX_X86_REL8,      /* 1 byte: loop, jrcxz */
  FIX_ABS32,         /* 4 bytes, unsigned or sign-extended absolute address */
  FIX_ABS32S,        /* 4 bytes, address sign-extended from 32 bits (x64 displacements) */
  FIX_ABS64,         /* 8 bytes */
  FIX_COUNT_
};

/* b of a reference: how its field is inserted; and, for x86 relative ones, how many immediate bytes
 * follow the field in the instruction, 0 ... 7. With TMPL_REF_IMM that is 1 if the argument fits in
 * a signed byte, and as many as are stated otherwise. */
#define TMPL_REF(fix, trail) ((fix) | (trail) << 4)
#define TMPL_REF_FIX(b) ((b) & 15)
#define TMPL_REF_TRAIL(b) ((b) >> 4 & 7)
enum { TMPL_REF_IMM = 0x80 };

/* Byte order: a list is little-endian on every host. */
static inline uint32_t tmpl_u32(const uint8_t *p)
{
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint16_t tmpl_u16(const uint8_t *p)
{
  return (uint16_t)(p[0] | p[1] << 8);
}

/* Fields of the record at p (struct tmpl_op), read where they are needed: that is faster than
 * taking the record apart beforehand. */
static inline unsigned op_code(const uint8_t *p) { return p[0]; }
static inline unsigned op_len(const uint8_t *p) { return p[1]; }
static inline unsigned op_arg(const uint8_t *p) { return p[2]; }
static inline unsigned op_b(const uint8_t *p) { return p[3]; }
static inline uint32_t op_x(const uint8_t *p) { return tmpl_u32(p + 4); }
static inline const uint8_t *op_lit(const uint8_t *p) { return p + 8; }

#endif
