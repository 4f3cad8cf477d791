/* riscv.h - private types of the translator for riscv32 and riscv64.
 *
 *   riscv_row.c     rows by mnemonic, lazily    riscv_operand.c  operands of a statement
 *   riscv_match.c   choose the row, and emit    riscv_pseudo.c   what is several instructions
 *   riscv_reg.c     names: registers, CSRs, …   riscv.c          the two struct isa
 *
 * The text of an operand may mean several things: in text for DynASM a0 is a register where only one can stand,
 * and a name of C elsewhere. So it is parsed into all that it may be, and the operand of a row says which one counts.
 */
#ifndef DASMC_RISCV_H
#define DASMC_RISCV_H

#include "word.h"

enum { RISCV_MAXOPS = 6 };

/* ---- names ---------------------------------------------------------------------- */

enum riscv_class { RISCV_NONE, RISCV_X, RISCV_F, RISCV_V };

struct riscv_reg {
  uint8_t class;    /* enum riscv_class */
  uint8_t num;      /* 0 if it comes at run time */
  bool plain;       /* the port of DynASM has it, too */
  struct span expr; /* its number at run time, or p == NULL */
};

/* The whole text is a register: a name, or a family and "(expr)". */
bool riscv_reg_parse(struct span text, struct riscv_reg *out);
/* Names to suggest: index 0, 1, ... until NULL. */
const char *riscv_reg_name(size_t index, struct riscv_reg *reg);
/* Values of words; -1: the text is none. */
int riscv_csr(struct span text);
const char *riscv_csr_name(size_t index, unsigned *number);
int riscv_rounding(struct span text);
int riscv_fence(struct span text);
int riscv_fli(struct span text);
int riscv_vtype(struct span text);
/* {ra, s0-s3}: the value of rlist. */
int riscv_rlist(struct span text);

/* ---- rows ---------------------------------------------------------------------------- */

enum riscv_kind {
  KIND_X, KIND_X3, KIND_F, KIND_F3, KIND_V, KIND_S, KIND_SHADOW, KIND_ONE_X, KIND_V0,
  KIND_IMM, KIND_UIMM, KIND_LUI, KIND_RNUM, KIND_JT, KIND_JALT, KIND_SPIMM, KIND_BELOW,
  KIND_MEM, KIND_LABEL, KIND_CSR, KIND_RM, KIND_RTZ, KIND_VM, KIND_FENCE, KIND_FLI, KIND_RLIST, KIND_VTYPE
};

/* What an operand may not be. */
enum { NOT_NUMBER = 32, NOT_ODD = 64, NOT_MULTIPLE = 96, NOT_OPERAND = 160, NOT_MASKED = 255 };

struct riscv_shape {
  uint8_t kind;     /* enum riscv_kind */
  uint8_t base;     /* KIND_MEM: its register is x2, or + 1 the field of the base; KIND_ONE_X: the number */
  uint8_t field;    /* + 1: number of the field in the word */
  uint8_t missing;  /* the value if it is left out, + 1; 0: it must be there */
  bool nonzero;
  uint8_t except[3]; /* NOT_*, and a number; 0: none */
};

struct riscv_form {
  const char *row;

  uint8_t nop, least;   /* operands; without those that may be left out */
  bool rv32, rv64, dynasm, own;
  bool enabled;
  struct riscv_shape op[RISCV_MAXOPS];
  struct word word;
};

struct riscv_mnemonic {
  unsigned nform;
  struct riscv_form *form;
};

/* The columns of a row: mnemonic, operands, diagram, needs. */
const char *riscv_row_column(const char *row, unsigned n);
const char *riscv_row(size_t index); /* NULL behind the last */
size_t riscv_row_count(void);
/* NULL, or what is wrong with it. */
const char *riscv_form_parse(const char *row, struct riscv_form *out);

/* ---- operands ---------------------------------------------------------------------------- */

enum riscv_part { PART_NONE, PART_HI, PART_LO, PART_PCREL_HI, PART_PCREL_LO };

struct riscv_operand {
  struct span text;
  bool is_reg, is_mem, is_label;
  struct riscv_reg reg;  /* also the base of memory */
  struct riscv_reg base;
  struct span offset;    /* of memory: an expression; n == 0: none */
  uint8_t part;          /* %hi() and so on, of `offset` (memory) or `inner` */
  struct span inner;
  struct label label;
};

struct riscv_stmt {
  const struct stmt *st;
  unsigned nop;
  struct riscv_operand op[RISCV_MAXOPS];
};

/* ---- one translation ----------------------------------------------------------------------- */

struct riscv {
  bool rv64;
  bool dynasm;          /* text for DynASM */
  struct table index;   /* mnemonic: number of its first row + 1 */
  uint16_t *next;       /* row after this one with the same mnemonic, + 1 */
  struct riscv_mnemonic **parsed; /* by the number of its first row */
  const char *chosen;   /* row of the last statement; tests look at it */
};

void riscv_rows_open(struct front *F, struct riscv *R);
struct riscv_mnemonic *riscv_mnemonic_find(struct front *F, struct riscv *R, struct span name);
bool riscv_in_mode(const struct riscv *R, const struct riscv_form *f);
/* False: reported. */
bool riscv_operand_parse(struct front *F, const struct riscv *R, struct span text, struct riscv_operand *out);
/* A number that is known at translation; false: it is an expression. */
bool riscv_number(struct front *F, const struct riscv *R, struct span text, int64_t *out);
/* Assemble by the rows, or report. */
void riscv_match(struct front *F, struct riscv *R, const struct riscv_mnemonic *m, const struct riscv_stmt *s);
/* True: it was one of several instructions (or reported). */
bool riscv_pseudo(struct front *F, struct riscv *R, const struct riscv_stmt *s);
bool riscv_pseudo_known(struct span name, int nargs);
/* Names and operands: index 0, 1, ... until NULL. */
const char *riscv_pseudo_row(size_t index, const char **operands);
/* A unit with fields whose values come at run time. */
struct riscv_value {
  struct span expr;
  uint8_t field[LIST_FIELD];
};
void riscv_emit(struct front *F, uint64_t unit, unsigned bytes, const struct riscv_value *value, unsigned n);

#endif
