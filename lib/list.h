/* list.h - the list, version 4: what dasmc writes and libdasm reads.
 *
 * A list is a constant byte array. Its numbers are little-endian on every host, and these parts
 * follow each other:
 *
 *   header    LIST_HEADER bytes, see below
 *   records   all that a put reads; LIST_PAD bytes are readable behind them
 *   fields    LIST_FIELD bytes each, see field.h; only those that are used
 *   lines     where the bytes come from; may be left out
 *   names     of globals, externs and files
 *   texts     of the statements, zero-terminated; may be left out
 *
 * A site is what one dasm_put() reads:
 *
 *   size      of its literals, all together, as a LEB128 number
 *   literals  of its records, the last one first
 *   records   the last one is OP_END, OP_LIT_END or OP_FIELDS_END
 *
 *   record    code, length of its literal, operands
 *
 * The first argument of dasm_put() is the offset of the first record in the list. From there
 * records are read forwards and literals backwards: so the next record is found without waiting for
 * the length of a literal. An operation first appends its literal, then does what ops.def says of
 * its code. A few have neither length nor literal. Arguments of a put are taken in order: an
 * operation takes the next one, unless OP_ARG has moved to another. LIST_ROOM bytes are ready at
 * the start of a site and behind each OP_ROOM, so that no operation between has to look whether
 * there is room.
 *
 * `mov eax, n; ret` at offset 64 is 02 c3 b8 VALUE32 01 LIT_END 01, and its number is 67.
 */
#ifndef DASM_LIST_H
#define DASM_LIST_H

#include <stdint.h>
#include <string.h>

enum {
  LIST_VERSION = 4,
  LIST_HEADER = 64,
  LIST_FIELD = 64,
  LIST_MAXFIELDS = 255,
  LIST_PAD = 16,      /* literals are copied in whole pieces of this size */
  LIST_MAXLIT = 16,   /* bytes of a literal */
  LIST_MAXRUN = 255,  /* bytes of that of an OP_RUN, OP_FIELDS */
  LIST_ROOM = 320,    /* bytes that a site may append before it has to ask for more */
  LIST_MAXARGS = 48,  /* arguments of one put */
  LIST_LINES = 32     /* lines of one block, and more up to the next site */
};

/* ISA numbers of the header; fixed for ever. */
enum list_isa {
#define ISA(name, number, ...) ISA_##name = (number),
#include "isas.def"
#undef ISA
  ISA_COUNT
};

/* Order of the bytes of units: of instructions and data, not of the list's own numbers. */
enum list_order { ORDER_LITTLE, ORDER_BIG, ORDER_COMPILED /* in no list: the C compiler will decide which */ };

/* That of this machine; neither, if the compiler does not tell. */
#if !defined(__BYTE_ORDER__)
#define HOST_ORDER 2
#elif __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define HOST_ORDER ORDER_LITTLE
#elif __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define HOST_ORDER ORDER_BIG
#else
#define HOST_ORDER 2
#endif

/* Offsets in the header. Parts are named by their offset from its start, and the next one's ends
 * them. */
enum list_header {
  LIST_AT_MAGIC,                       /* "dasm" */
  LIST_AT_VERSION = 4, LIST_AT_ISA, LIST_AT_ORDER, LIST_AT_FLAGS, /* one byte each */
  LIST_AT_SIZE = 8,                    /* of the whole list; all others are four bytes, too */
  LIST_AT_END = 12,                    /* of the records, which begin behind the header; without the pad */
  LIST_AT_FIELDS = 16,
  LIST_AT_BLOCKS = 20,                 /* blocks of lines */
  LIST_AT_NBLOCKS = 24,
  LIST_AT_NAMES = 28,
  LIST_AT_NGLOBALS = 32, LIST_AT_NEXTERNS = 36, LIST_AT_NFILES = 40,
  LIST_AT_TEXTS = 44,
  LIST_AT_NSECTIONS = 48,              /* highest section number used + 1 */
  LIST_AT_NFIELDS = 52                 /* 0 up to LIST_HEADER */
};
enum {                                 /* flags */
  LIST_HAS_TEXTS = 1,                  /* lines name their statements */
  LIST_HAS_CONSTANTS = 2               /* a field refers to a constant */
};

/* Lines. A place is an offset in the list as it were if each literal lay before its record: that of
 * a literal's byte, and for what an operation does, that of its code. (As a site is as long either
 * way, its places are behind those of the site before.) From its place on, bytes come from a line.
 * Line 0: nothing is known. In a site the first place is known.
 *
 *   block     the offset of its first site, and that of its lines, in the list, four bytes each
 *   lines     of the first block, of the next one, …, up to the names. Each is
 *               2 * (place - place of the line before) + (the file is another one)
 *               file, if it is another one
 *               line - line before
 *               text - text before, with LIST_HAS_TEXTS: an offset in the texts
 *
 * as LEB128 numbers; a difference n is 2 * n, or -2 * n - 1 if it is negative. A block begins with
 * the first line of a site; before that is one with the site's offset as its place, and zeros. Text
 * 0 is empty.
 *
 * Names. Globals, then externs (extern n is the n-th used), then files: each its length as a LEB128
 * number, the text, and a zero. */
struct list_line {
  uint32_t place, file, line, text;
};

enum op {
#define OP(name, operands, takes, bytes, words) OP_##name,
#include "ops.def"
#undef OP
  OP_COUNT
};

static inline uint32_t list_u32(const uint8_t *p)
{
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t list_u64(const uint8_t *p)
{
  uint64_t v;

  if (HOST_ORDER != ORDER_LITTLE)
    return list_u32(p) | (uint64_t)list_u32(p + 4) << 32;
  memcpy(&v, p, 8);
  return v;
}

/* Operations without length and literal. */
static inline int op_is_bare(unsigned op)
{
  return op <= OP_ROOM;
}

/* Puts numbers into fields of its literal. */
static inline int op_takes_fields(unsigned op)
{
  return op == OP_FIELDS || op == OP_FIELDS_END || op == OP_FIELDS_ANY;
}

/* Its literal may have LIST_MAXRUN bytes. */
static inline int op_is_long(unsigned op)
{
  return op == OP_RUN || op_takes_fields(op);
}

#endif
