/* expr.h - integer expressions with C's operators over named parameters.
 *
 * The run-time assembler's operand expressions: compiled once to postfix
 * code, evaluated at each put. Values are 64 bits wide; an operation is
 * unsigned if C would make it so for 64-bit operands. Overflow wraps, `>>` of a
 * signed value keeps the sign; a division by zero and a shift by less than 0 or
 * more than 63 are errors.
 */
#ifndef DASMC_EXPR_H
#define DASMC_EXPR_H

#include "front.h"

/* A type whose members can be named: from dasmc_type() and dasmc_member(). */
struct layout {
  struct span name; /* without "struct" or "union" */
  uint64_t size;
  struct layout_member *member; /* the first */
};

struct layout_member {
  struct layout_member *next;
  struct span name;
  uint64_t offset;
  uint64_t size;    /* of the member, or of one element of an array */
  struct span type; /* its type if that has members; n = 0: none */
};

/* What an expression may name. Every function gets `user`. */
struct expr_env {
  void *user;
  unsigned pointer_size;
  unsigned (*parameter)(void *user, struct span name);                /* its number, made on first use */
  const struct layout *(*layout)(void *user, struct span name);       /* NULL if unknown */
  bool (*numbered)(void *user, unsigned number, struct span *ctype);  /* type of Dt<number>() */
};

struct expr_op {
  uint32_t code;
  uint32_t x;    /* parameter, jump target */
  int64_t value;
};

/* The code of expressions one after another, each with an end of its own. */
struct expr_code {
  struct expr_op *op;
  size_t n, capacity;
};

struct expr_error {
  struct span at;   /* part of the text */
  const char *text; /* static */
};

/* Appends the code of `text`. False: *error says why, and code->n is as before. */
bool expr_compile(struct front *F, const struct expr_env *env, struct span text, struct expr_code *code,
                  struct expr_error *error);

enum expr_status { EXPR_OK, EXPR_DIVISION, EXPR_SHIFT };

/* Runs the code that starts at `op`. */
enum expr_status expr_run(const struct expr_op *op, const int64_t *parameter, int64_t *value);

/* Code that is one parameter * scale + addend: most is, and costs less so. */
struct expr_linear {
  uint64_t scale, addend;
  uint32_t parameter;
};
bool expr_linear(const struct expr_op *op, struct expr_linear *out);

const char *expr_strerror(enum expr_status status);

#endif
