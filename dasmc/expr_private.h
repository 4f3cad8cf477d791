/* expr_private.h - what the files of the expression compiler share.
 *
 *   expr.c       the parser, which emits code as it goes
 *   expr_type.c  C types: their names, sizes, members
 *   expr_code.c  what both do with the text and the code
 *   expr_run.c   values: run code, fold constants, find what is linear
 */
#ifndef DASMC_EXPR_PRIVATE_H
#define DASMC_EXPR_PRIVATE_H

#include "expr.h"

/* NESTING: functions of the parser in one another, 40 KB of stack at most. */
enum { STACK = 64, NESTING = 160 };

enum code {
  X_END, X_CONST, X_PARAM, X_NEG, X_NOT, X_LNOT, X_BOOL,
  X_SEXT, X_ZEXT,                 /* x = bits kept */
  X_JUMP, X_JUMP_ZERO, X_JUMP_NONZERO, X_DROP,
  X_MUL, X_DIV, X_UDIV, X_MOD, X_UMOD, X_ADD, X_SUB, X_SHL, X_SHR, X_USHR,
  X_LT, X_ULT, X_GT, X_UGT, X_LE, X_ULE, X_GE, X_UGE, X_EQ, X_NE, X_AND, X_XOR, X_OR
};

struct parser {
  struct front *F;
  const struct expr_env *env;
  const char *p, *end;
  struct expr_code *code;
  size_t start;   /* of this expression in the code */
  size_t barrier; /* code before it may be jumped to: no folding across */
  unsigned depth, nesting;
  struct expr_error error;
};

/* Type of a (sub)expression's value: 64 bits, signed or not. */
typedef bool is_unsigned;

struct ctype {
  uint64_t size;
  bool is_unsigned, integer;
  const struct layout *layout; /* or NULL */
};

/* The same bits. */
static inline int64_t expr_wrap(uint64_t v)
{
  int64_t s;

  memcpy(&s, &v, sizeof(s));
  return s;
}

/* expr_run.c */
enum expr_status expr_binary(enum code code, int64_t a, int64_t b, int64_t *r);
int64_t expr_unary(enum code code, uint32_t x, int64_t v);

static inline bool expr_is_digit(char c)
{
  return c >= '0' && c <= '9';
}

static inline bool expr_is_name(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || expr_is_digit(c) || c == '_';
}

/* expr_code.c; false: an error was noted */
bool expr_fail(struct parser *P, const char *at, size_t n, const char *text);
void expr_skip(struct parser *P);
bool expr_accept(struct parser *P, const char *text);
bool expr_expect(struct parser *P, const char *text, const char *message);
struct span expr_peek_name(struct parser *P); /* n = 0: none; does not move */
bool expr_emit(struct parser *P, enum code code, uint32_t x, int64_t value);
bool expr_emit_unary(struct parser *P, enum code code, uint32_t x);
bool expr_push(struct parser *P, enum code code, uint32_t x, int64_t value);
bool expr_emit_binary(struct parser *P, enum code code, const char *at);

/* expr_type.c */
bool expr_type_name(struct parser *P, struct ctype *t); /* false, and nothing read: there is none */
/* A member of *t: adds its offset, and *t becomes its type. */
bool expr_member(struct parser *P, struct ctype *t);

#endif
