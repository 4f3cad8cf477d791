/* riscv_attempt.h - a statement that is tried with a row: what is known of it. riscv_take.c takes its operands one by one,
 * riscv_match.c looks at them together and builds the instruction.
 */
#ifndef DASMC_RISCV_ATTEMPT_H
#define DASMC_RISCV_ATTEMPT_H

#include "riscv.h"

/* What is known when a form is tried: values of fields, or expressions for them. */
struct riscv_attempt {
  struct match match;
  const struct riscv *R;
  const struct riscv_form *f;
  const struct riscv_stmt *s;
  uint64_t unit;
  int64_t number[WORD_FIELDS];   /* by field: its value */
  bool known[WORD_FIELDS];
  struct riscv_value value[WORD_FIELDS];
  uint8_t value_field[WORD_FIELDS];
  uint32_t among[WORD_FIELDS];   /* by field: numbers that its value at run time may have, if it is one of some below 32 */
  unsigned nvalue;
  uint8_t pair[RISCV_PAIRS][2];
  unsigned npairs;
  const struct label *label;
  uint8_t label_field[LIST_FIELD];
  int8_t xlist;                  /* rlist, or -1 */
};

/* The field, counted from 1, has this value. Returns true. */
bool riscv_put_number(struct riscv_attempt *a, unsigned field, int64_t value);
/* Operand i of the statement is that of the row; false: it is not, and a->match says why. */
bool riscv_take(struct riscv_attempt *a, unsigned i);

#endif
