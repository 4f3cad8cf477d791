/* list.h - builds lists by hand, for tests of the encoder alone.
 *
 *   struct list l = {.isa = ISA_X64};
 *   int site = site_begin(&l, 1);
 *   site_op(&l, (struct list_op){.code = OP_VALUE8}, "\xb0", 1);
 *   site_end(&l);
 *   const void *bytes = list_finish(&l);   valid until list_free
 *
 * A site has room for LIST_MAXSITE bytes of literals, or `room` if that is set.
 *
 * An operation is described by its code, `arg`, the number of the argument that it takes or looks at, and x and b: x is
 * the number of a label, a section and so on; or the argument that has a PC label or an address. b is a field
 * (FIX_*, TRAIL()), a filler, or what the operation calls a byte.
 */
#ifndef TESTS_LIST_H
#define TESTS_LIST_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/field.h"
#include "lib/record.h"

enum { LIST_MAXBYTES = 1 << 17, LIST_MAXSITE = 1024, LIST_MAXLINE = 64, LIST_MAXSTRINGS = 2048 };

/* Fields of x86: relative ones count from the end of the instruction, TRAIL() bytes behind. */
enum { FIX_REL32 = 1, FIX_JMP, FIX_JCC, FIX_REL8, FIX_ABS32, FIX_ABS32S, FIX_ABS64, FIX_COUNT };
#define TRAIL(fix, trail) ((fix) | (trail) << 4)
enum { TRAIL_IMM = 0x80 }; /* one byte trails if argument `arg` fits in one */

struct list_op {
  uint8_t code, arg, b;
  uint32_t x;
};

/* A line: of literal byte `at` behind the first one of a site that starts at `start`, and behind so many of its records'
 * bytes. */
struct list_mark {
  uint32_t start, at;
  struct list_line out;
};

struct list {
  enum list_isa isa;
  enum list_order order;
  uint8_t records[LIST_MAXBYTES];
  uint8_t fields[64][LIST_FIELD];
  struct list_mark lines[LIST_MAXLINE];
  uint32_t room;
  uint32_t start, literals; /* of this site: its first record; bytes of its literals so far */
  uint16_t before[LIST_MAXBYTES]; /* by record: bytes of the literals before its own */
  uint16_t total[LIST_MAXBYTES];  /* by first record: bytes of all literals of its site */
  char strings[LIST_MAXSTRINGS];
  uint32_t names[8];
  uint32_t nrecords, nfields, nlines, nstrings, nglobals, nexterns, nfiles;
  uint32_t next_arg, known; /* the next one; the first line of this site */
  uint8_t *bytes;
  uint32_t size;
};

static inline uint32_t list_string(struct list *l, const char *text)
{
  uint32_t at;
  if (l->nstrings == 0)
    l->nstrings = 1;
  at = l->nstrings;
  strcpy(l->strings + at, text);
  l->nstrings += (uint32_t)strlen(text) + 1;
  return at;
}

static inline uint32_t list_here(const struct list *l)
{
  return LIST_HEADER + l->nrecords;
}

static inline void list_byte(struct list *l, unsigned v)
{
  if (l->nrecords == LIST_MAXBYTES)
    abort();
  l->records[l->nrecords++] = (uint8_t)v;
}

/* A number as LEB128. */
static inline void list_number(struct list *l, uint32_t n)
{
  for (; n > 127; n >>= 7)
    list_byte(l, n | 128);
  list_byte(l, n);
}

/* The number of a field that is described. */
static inline unsigned list_field_number(struct list *l, const uint8_t *description)
{
  uint8_t f[LIST_FIELD];
  uint32_t i;

  memcpy(f, description, LIST_FIELD);
  field_complete(f);
  for (i = 0; i < l->nfields; i++)
    if (memcmp(l->fields[i], f, LIST_FIELD) == 0)
      return i;
  memcpy(l->fields[l->nfields], f, LIST_FIELD);
  return l->nfields++;
}

/* The number of a field; with TRAIL_IMM another one may take its place. */
static inline unsigned list_fix(struct list *l, unsigned b)
{
  unsigned fix = b & 15, trail = b >> 4 & 7, sign = l->isa == ISA_X86 ? FIELD_MODULO : FIELD_SIGNED;
  uint8_t f[LIST_FIELD] = {[FIELD_UNIT] = 4, [FIELD_FLAGS] = (uint8_t)sign, [FIELD_BITS] = 32};

  if (fix == FIX_REL8 || fix == FIX_ABS64) {
    f[FIELD_UNIT] = fix == FIX_REL8 ? 1 : 8;
    f[FIELD_BITS] = fix == FIX_REL8 ? 8 : 64;
    f[FIELD_FLAGS] = fix == FIX_REL8 ? FIELD_SIGNED : FIELD_MODULO;
  }
  if (fix == FIX_ABS32 && l->isa != ISA_X86)
    f[FIELD_FLAGS] = FIELD_EITHER;
  if (fix <= FIX_REL8)
    f[FIELD_ORIGIN] = ORIGIN_END;
  f[FIELD_AHEAD] = (uint8_t)trail;
  if (b & TRAIL_IMM)
    f[FIELD_FLAGS] |= FIELD_LOOSE;
  if (fix == FIX_JMP || fix == FIX_JCC) {
    f[FIELD_SHRINK] = fix == FIX_JMP ? 3 : 4;
    f[FIELD_WIDEN] = fix == FIX_JMP ? 1 : 2;
  }
  return list_field_number(l, f);
}

/* The site's number of arguments follows from its records. */
static inline int site_begin(struct list *l, unsigned nargs)
{
  unsigned i;
  (void)nargs;
  l->next_arg = l->literals = 0;
  if (l->room == 0)
    l->room = LIST_MAXSITE;
  list_number(l, l->room);
  for (i = 0; i < l->room; i++)
    list_byte(l, 0x0b);
  l->start = list_here(l);
  return (int)l->start;
}

static inline void list_head(struct list *l, enum op code, const char *lit, unsigned n)
{
  l->before[l->nrecords] = (uint16_t)l->literals;
  list_byte(l, code);
  list_byte(l, n);
  l->literals += n;
  if (l->literals > l->room)
    abort();
  if (n > 0)
    memcpy(l->records + (l->start - LIST_HEADER) - l->literals, lit, n);
  l->total[l->start - LIST_HEADER] = (uint16_t)l->literals;
}

/* The argument that an operation takes first. */
static inline unsigned list_taken(const struct list_op *op)
{
  return op->code == OP_LABEL_PC || op->code == OP_REF_PC || op->code == OP_BRANCH_PC || op->code == OP_REF_ADDR ||
         op->code == OP_SET_PC ? op->x : op->arg;
}

static inline uint32_t list_operand(struct list *l, const struct list_op *op, char kind)
{
  uint32_t log2 = 0;
  switch (kind) {
  case 'f': case 'g':
    return list_fix(l, op->b);
  case 'k':
    return op->arg - l->next_arg;
  case 'l':
    while (op->x >> log2 > 1)
      log2++;
    return log2;
  case 'b':
    return op->b;
  default:
    return op->x;
  }
}

/* Append an operation with its literal; returns its place. */
static inline uint32_t site_op(struct list *l, struct list_op op, const char *lit, unsigned n)
{
  const char *kind = op_facts[op.code].operands;
  uint32_t place = list_here(l);
  if ((op.code == OP_X86_DISP || op.code == OP_X86_DISP_KEEP) && op.b == 2) { /* a SIB follows ModRM */
    op.code = op.code == OP_X86_DISP ? OP_X86_DISP_SIB : OP_X86_DISP_SIB_KEEP;
    kind = op_facts[op.code].operands;
  }
  if (op.code == OP_END && n > 0)
    op.code = OP_LIT_END;
  if (op_is_bare(op.code)) {
    list_byte(l, op.code);
    return place;
  }
  if (op_facts[op.code].takes > 0 && list_taken(&op) != l->next_arg) {
    list_head(l, OP_ARG, "", 0);
    list_byte(l, list_taken(&op) - l->next_arg);
    l->next_arg = list_taken(&op);
    place = list_here(l);
  }
  list_head(l, (enum op)op.code, lit, n);
  for (; *kind; kind++) {
    uint32_t v = list_operand(l, &op, *kind);
    if (*kind == 'n')
      list_number(l, v);
    else
      list_byte(l, v);
  }
  l->next_arg += op_facts[op.code].takes;
  if (op.b & TRAIL_IMM && strchr(op_facts[op.code].operands, 'f')) {
    list_head(l, OP_X86_TRAIL, "", 0);
    list_byte(l, op.arg - l->next_arg);
    list_byte(l, list_fix(l, TRAIL(op.b & 15, 1)));
  }
  return place;
}

/* Append an OP_FIELDS or OP_FIELDS_ANY: the next arguments go into n fields of the unit that ends the literal. */
static inline uint32_t site_fields(struct list *l, const char *lit, unsigned nlit, const uint8_t (*fields)[LIST_FIELD], unsigned n)
{
  uint32_t place = list_here(l);
  uint8_t *literal;
  enum op op = OP_FIELDS;
  unsigned i, number[LIST_MAXARGS];

  for (i = 0; i < n; i++) {
    number[i] = list_field_number(l, fields[i]);
    if (l->fields[number[i]][FIELD_QUICK] != QUICK_NUMBER)
      op = OP_FIELDS_ANY;
  }
  list_head(l, op, lit, nlit);
  literal = l->records + (l->start - LIST_HEADER) - l->literals;
  list_byte(l, n);
  for (i = 0; i < n; i++) {
    list_byte(l, number[i]);
    list_byte(l, nlit - fields[i][FIELD_UNIT]);
    if (nlit >= fields[i][FIELD_UNIT])
      field_flip(l->fields[number[i]], l->order, literal + nlit);
  }
  l->next_arg += n;
  return place;
}

/* Append a run of up to LIST_MAXRUN bytes. */
static inline uint32_t site_run(struct list *l, const char *bytes, unsigned n)
{
  uint32_t place = list_here(l);
  list_head(l, OP_RUN, bytes, n);
  list_byte(l, OP_ROOM);
  return place;
}

static inline void site_end(struct list *l)
{
  list_byte(l, OP_END);
}

/* Literal byte `at` of the record at a place comes from a line; the place in the site, as if each literal came before its
 * record, is the number of bytes before. */
static inline void list_add_line(struct list *l, uint32_t place, unsigned at, uint32_t file, uint32_t line, uint32_t text)
{
  l->lines[l->nlines++] = (struct list_mark){
    l->start, place - l->start + l->before[place - LIST_HEADER] + at, {0, file, line, text}};
}

static inline void list_line_at(struct list *l, uint32_t place, uint32_t line, const char *text)
{
  list_add_line(l, place, 0, 0, line, list_string(l, text));
}

static inline void put_u32(uint8_t *p, uint32_t v)
{
  p[0] = (uint8_t)v;
  p[1] = (uint8_t)(v >> 8);
  p[2] = (uint8_t)(v >> 16);
  p[3] = (uint8_t)(v >> 24);
}

static inline uint8_t *put_number(uint8_t *p, uint32_t n)
{
  for (; n > 127; n >>= 7)
    *p++ = (uint8_t)(n | 128);
  *p++ = (uint8_t)n;
  return p;
}

static inline uint8_t *put_change(uint8_t *p, uint32_t from, uint32_t to)
{
  int64_t n = (int64_t)to - from;
  return put_number(p, (uint32_t)(n < 0 ? -2 * n - 1 : 2 * n));
}

/* A block for each site. */
static inline int list_begins_block(const struct list *l, uint32_t i)
{
  return i == 0 || l->lines[i].start != l->lines[i - 1].start;
}

static inline uint32_t list_nblocks(const struct list *l)
{
  uint32_t n = 0, i;
  for (i = 0; i < l->nlines; i++)
    n += (uint32_t)list_begins_block(l, i);
  return n;
}

/* The blocks of lines, at p, an offset `at` in the list; returns their end. */
static inline uint8_t *put_lines(struct list *l, uint8_t *p, uint32_t at)
{
  uint32_t n = list_nblocks(l), i;
  uint8_t *start = p, *q = p + 8 * n;
  struct list_line before = {0, 0, 0, 0};

  for (i = 0; i < l->nlines; before = l->lines[i++].out) {
    struct list_line *line = &l->lines[i].out;
    uint32_t site = l->lines[i].start;

    line->place = site - l->total[site - LIST_HEADER] + l->lines[i].at;
    if (list_begins_block(l, i)) {
      before = (struct list_line){site - l->room - (l->room > 127 ? 2 : 1), 0, 0, 0};
      put_u32(p, before.place);
      put_u32(p + 4, at + (uint32_t)(q - start));
      p += 8;
    }
    q = put_number(q, 2 * (line->place - before.place) + (line->file != before.file));
    if (line->file != before.file)
      q = put_number(q, line->file);
    q = put_change(put_change(q, before.line, line->line), before.text, line->text);
  }
  return q;
}

static inline const void *list_finish(struct list *l)
{
  uint32_t i, nnames = l->nglobals + l->nexterns + l->nfiles, end = list_here(l), fields = end + LIST_PAD,
              blocks = fields + l->nfields * LIST_FIELD;
  uint8_t *b, *p;

  if (l->nstrings == 0)
    l->nstrings = 1;
  b = calloc(1, blocks + 30u * l->nlines + 8 + 2u * LIST_MAXSTRINGS + l->nstrings);
  if (!b)
    abort();
  memcpy(b, "dasm", 4);
  b[LIST_AT_VERSION] = LIST_VERSION;
  b[LIST_AT_ISA] = (uint8_t)l->isa;
  b[LIST_AT_ORDER] = (uint8_t)l->order;
  b[LIST_AT_FLAGS] = LIST_HAS_TEXTS;
  for (i = 0; i < l->nfields; i++)
    b[LIST_AT_FLAGS] |= field_constant(l->fields[i]) ? LIST_HAS_CONSTANTS : 0;
  put_u32(b + LIST_AT_END, end);
  put_u32(b + LIST_AT_FIELDS, fields);
  put_u32(b + LIST_AT_NFIELDS, l->nfields);
  put_u32(b + LIST_AT_BLOCKS, blocks);
  put_u32(b + LIST_AT_NBLOCKS, list_nblocks(l));
  put_u32(b + LIST_AT_NGLOBALS, l->nglobals);
  put_u32(b + LIST_AT_NEXTERNS, l->nexterns);
  put_u32(b + LIST_AT_NFILES, l->nfiles);
  put_u32(b + LIST_AT_NSECTIONS, 1);
  memcpy(b + LIST_HEADER, l->records, l->nrecords);
  memcpy(b + fields, l->fields, l->nfields * (size_t)LIST_FIELD);
  p = put_lines(l, b + blocks, blocks);
  put_u32(b + LIST_AT_NAMES, (uint32_t)(p - b));
  for (i = 0; i < nnames; i++) {
    const char *name = l->strings + l->names[i];
    p = put_number(p, (uint32_t)strlen(name));
    memcpy(p, name, strlen(name));
    p += strlen(name) + 1;
  }
  put_u32(b + LIST_AT_TEXTS, (uint32_t)(p - b));
  memcpy(p, l->strings, l->nstrings);
  l->size = (uint32_t)(p - b) + l->nstrings;
  put_u32(b + LIST_AT_SIZE, l->size);
  l->bytes = b;
  return b;
}

static inline void list_free(struct list *l)
{
  free(l->bytes);
  l->bytes = NULL;
}

#endif
