/* record.h - one record of a list, taken apart with care: for everything but the walk of a put. */
#ifndef DASM_RECORD_H
#define DASM_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "list.h"

struct record {
  uint8_t op;        /* enum op */
  uint8_t len;       /* of the literal */
  uint8_t digit;     /* operand d */
  uint8_t field;     /* f, g; F: their count */
  uint8_t byte;      /* b, l */
  int8_t skip;       /* a */
  uint8_t takes;     /* arguments that it takes */
  uint8_t looks;     /* arguments that must be there, from the next one on */
  uint16_t bytes;    /* most that it appends, literal included */
  uint32_t number;   /* n */
  uint32_t operands; /* where they are */
  uint32_t next;     /* behind the record */
};

/* Where a site is. Its literals are before `start`, down from there. */
struct site {
  uint32_t start;    /* its first record */
  uint32_t literals; /* bytes of them */
};

/* What ops.def says. */
struct op_facts {
  char operands[3];
  uint8_t takes, bytes;
  const char *words;
};
extern const struct op_facts op_facts[OP_COUNT];

/* Read where the site is that begins at `at`; false: there is none that starts before `end`. */
bool site_read(const uint8_t *list, uint32_t at, uint32_t end, struct site *s);
/* Read the record at offset `at`, which must end before `end`. False: there is none. Fields are not
 * looked at. */
bool record_read(const uint8_t *list, uint32_t at, uint32_t end, struct record *r);
/* The last one of its site? */
static inline bool record_ends(const struct record *r)
{
  return r->op == OP_END || r->op == OP_LIT_END || r->op == OP_FIELDS_END;
}
/* Arguments of the site at `start`; -1: something is wrong with it. */
int site_nargs(const uint8_t *list, uint32_t start);

#endif
