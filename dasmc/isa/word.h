/* word.h - rows that are bit diagrams, as the manuals of most processors print them:
 *
 *   imm[12|10:5] rs2 rs1 000 imm[4:1|11] 1100011
 *
 * From the highest bit of the instruction to its lowest: digits are bits that are always so;
 * NAME[12|10:5] are bits of a field, the highest first; a NAME alone is a whole field of the width
 * that the ISA's list of names says. Bits of a value below the lowest one that is in the diagram
 * must be zero: the value is a multiple of that. A NAME alone may stand more than once: the value
 * goes to each of these places. It may be a sum, 31-n, which the ISA computes (plain.h). Everything
 * else that would leave a bit of the instruction or of a field without meaning, or with two, is
 * refused. 64 bits are two words of 32, of which the first one is first in memory, whatever the
 * order of the bytes in each is.
 */
#ifndef DASMC_ISA_WORD_H
#define DASMC_ISA_WORD_H

#include "../front.h"

enum { WORD_FIELDS = 10, WORD_PIECES = FIELD_MAXPIECES };

/* Names that stand alone, with their bits; a NULL ends them. */
struct word_name {
  const char *name;
  uint8_t bits;
};

/* Bits of the value from `from` on go to those of the unit from `to` on, `count` of them. */
struct word_piece {
  uint8_t from, to, count;
};

struct word_field {
  struct span name;
  uint8_t low;  /* the lowest bit of the value that is there */
  uint8_t bits; /* from that one on */
  bool alone;   /* written without brackets */
  uint8_t npieces;
  struct word_piece piece[WORD_PIECES]; /* from the unit's highest bits down */
};

struct word {
  uint8_t width; /* 16, 32, 48 or 64 bits */
  uint64_t fixed, mask; /* mask: the bits that are always as in `fixed` */
  uint64_t ends; /* bit n: a text between two blanks ended with bit n of the unit */
  uint8_t nfields;
  struct word_field field[WORD_FIELDS]; /* in the order of the text */
};

/* Read a diagram. NULL, or what is wrong with it. The names point into text. */
const char *word_parse(const char *text, const struct word_name *names, struct word *out);
/* Write it back, with single blanks; returns the length that it has, however small buf is. */
size_t word_print(const struct word *w, char *buf, size_t size);
/* NULL: it has no such field. */
const struct word_field *word_find(const struct word *w, struct span name);
/* The field for a list (lib/field.h): flags are FIELD_*, the value counts from nothing. False: it
 * is in more pieces than a field of a list may have. */
bool word_describe(const struct word *w, const struct word_field *f, unsigned flags, uint8_t out[LIST_FIELD]);
/* The value in a unit, without sign; false: the field is there twice, with two values. */
bool word_extract(const struct word_field *f, uint64_t unit, uint64_t *value);
/* Put the bits of a value into the unit, cutting off what the field has no bits for; the caller has
 * checked it. */
uint64_t word_insert(const struct word_field *f, uint64_t unit, uint64_t value);

#endif
