/* arm64.h - private types of the translator for arm64.
 *
 *   arm64_row.c    rows                                       arm64_reg.c    registers
 *   arm64_node.c   the language of their operands             arm64_field.c  registers and numbers into fields
 *   arm64_match.c  what a statement is to a row, and emit     arm64_imm.c    immediates
 *   arm64_take.c   registers and tiles of a statement         arm64_label.c  labels
 *   arm64_name.c   words: conditions, system registers ...    arm64_pseudo.c mov64
 *   arm64_feature.c  which feature brings which              arm64.c        the struct isa
 *   arm64_dynasm.c what DynASM has
 *
 * A row's operands are parsed into nodes, one for each thing that its text has in order: a register, a number, a
 * bracket, a word. The operands of a statement are one text that the nodes are held against from the left to the right.
 */
#ifndef DASMC_ARM64_H
#define DASMC_ARM64_H

#include "isa.h"
#include "word.h"

enum { A64_NODES = 26, A64_CHOICES = 5 };

/* ---- registers ---------------------------------------------------------------------- */

enum a64_class { A64_NONE, A64_W, A64_X, A64_B, A64_H, A64_S, A64_D, A64_Q, A64_V, A64_Z, A64_P, A64_PN, A64_ANY };

struct a64_reg {
  uint8_t class;    /* enum a64_class */
  uint8_t num;
  bool is_sp;       /* 31 is SP, not ZR */
  struct span expr; /* its number at run time, or p == NULL */
  struct span arr;  /* "4s", "b"; n == 0: none */
  char mode;        /* 'm', 'z', or 0 */
};

/* A register at the start of text. Returns its length, or 0. */
size_t a64_reg_parse(struct span text, struct a64_reg *out);
/* "Rx(expr)", whose first word has so many letters, for the name x: the length, or 0. */
size_t a64_run_time(struct span text, size_t word, struct span name, struct span *expr);
/* "n + 1" is "n" and 1, "5" is nothing and 5. */
static inline struct span a64_without_constant(struct front *F, struct span expr, int64_t *more)
{
  return operand_without_constant(F, expr, more);
}
/* Names: index 0, 1, ... until NULL. */
const char *a64_reg_name(size_t index, char text[16], struct a64_reg *reg);
char a64_class_letter(unsigned class);

/* ---- rows ---------------------------------------------------------------------------- */

enum a64_kind {
  A64_OPTION, A64_END, A64_CHAR, A64_TEXT, A64_REG, A64_LIST, A64_TILE, A64_TILES, A64_IMM, A64_CHOICE, A64_NAME, A64_LABEL
};

/* How a number goes into its field. */
enum a64_imm {
  IMM_PLAIN, IMM_FROM, IMM_ADD, IMM_ADD_NEG, IMM_MASK, IMM_MASK_NOT, IMM_WIDE, IMM_WIDE_NOT, IMM_NEG, IMM_WIDTH, IMM_TOP, IMM_LEFT,
  IMM_SHL, IMM_SHR, IMM_BYTE, IMM_UBYTE, IMM_FLOAT, IMM_BYTES, IMM_LANE, IMM_CONST
};

struct a64_node {
  uint8_t kind;     /* enum a64_kind */
  uint8_t sub;      /* class of a register, enum a64_imm, enum a64_words */
  uint8_t field;    /* + 1 */
  uint8_t choice;   /* + 1: the class of a register, the H or V of a tile, the words of A64_CHOICE */
  uint8_t arr;      /* + 1: the choice of its arrangement, or the element that a number is about */
  uint8_t skip;     /* A64_OPTION: the node behind it */
  bool sp, not31;
  uint8_t except[2]; /* fields of registers that it must not be, + 1 */
  uint8_t below;    /* the value is below that; 0: it may be any */
  uint8_t count, stride, more; /* of a list; the second of two numbers is so much more */
  int16_t plus, times;
  char mode;
  struct span text; /* A64_TEXT, a fixed arrangement, a number of A64_CONST; A64_OPTION: NAME=n */
};

struct a64_choice {
  struct span name, table;
  uint8_t nfield, field[3];
  bool letters;
};

struct a64_form {
  struct form form;
  uint8_t nnode, nchoice, q;       /* q: the field Q, + 1 */
  struct a64_node node[A64_NODES];
  struct a64_choice choice[A64_CHOICES];
  struct word word;
};

extern const struct rows a64_rows;
extern const struct feature_table a64_features;
/* The n-th word of a table, from 0; n == 0 bytes: there is none. */
struct span a64_choice_word(const struct a64_choice *c, unsigned n);

/* ---- words ---------------------------------------------------------------------------- */

enum a64_words {
  WORDS_COND, WORDS_COND_NOT, WORDS_PATTERN, WORDS_PRFOP, WORDS_SVE_PRFOP, WORDS_RPRFOP, WORDS_PSTATE, WORDS_PSTATE1, WORDS_SYSREG,
  WORDS_AT, WORDS_BRB, WORDS_DC, WORDS_IC, WORDS_TLBI, WORDS_TLBIP, WORDS_CN
};
/* The number of a word; -1: it is none. *reg: system operations: 1 they want a register, 2 they want none, 3 either. */
long a64_word(unsigned words, struct span text, unsigned *reg);
const char *a64_sysreg_name(size_t index, unsigned *number);

/* ---- one statement, one form ----------------------------------------------------------- */

struct a64_value {
  struct span expr;
  uint8_t field[LIST_FIELD];
};

/* What is asked of numbers at run time beside what their own fields say. */
enum { A64_DEMANDS = 6 };
struct a64_demand {
  struct span expr;
  uint8_t field[LIST_FIELD]; /* which changes no bit */
};

/* What is known when nodes have been met. */
struct a64_state {
  uint32_t unit;
  int64_t number[WORD_FIELDS];      /* by field, as it is in the field */
  bool known[WORD_FIELDS];
  struct span expr[WORD_FIELDS];    /* or at run time, */
  uint8_t described[WORD_FIELDS][LIST_FIELD];
  uint8_t place[A64_CHOICES];       /* + 1 */
  uint32_t free;                    /* places that are left of choices without fields */
  int64_t lsb;                      /* of a bit field, */
  struct span lsb_text;             /* or its expression */
  uint8_t lsb_field;
  unsigned reg;                     /* what a system operation says of its register */
  bool has_label;
  struct label label;
  uint8_t label_field[LIST_FIELD];
  struct a64_demand demand[A64_DEMANDS];
  unsigned ndemand;
};

struct a64_attempt {
  struct match match;
  const struct a64_form *f;
  const char *text;                 /* of all operands */
  size_t length;
  struct a64_state s;
};

/* arm64_field.c; all of these return false when they have refused. */
const struct word_field *a64_field_of(const struct a64_attempt *a, unsigned field);
int64_t a64_highest(const struct word_field *f);
bool a64_describe(struct a64_attempt *a, unsigned field, unsigned flags, uint8_t out[LIST_FIELD]);
bool a64_put_number(struct a64_attempt *a, unsigned field, int64_t value);
/* A number at run time that can be this one only. */
bool a64_demand(struct a64_attempt *a, struct span expr, int number);
bool a64_put_expr(struct a64_attempt *a, unsigned field, struct span expr, const uint8_t described[LIST_FIELD]);
bool a64_put_register(struct a64_attempt *a, const struct a64_node *n, const struct a64_reg *reg);
bool a64_put_tile(struct a64_attempt *a, const struct a64_node *n, struct span expr);

/* arm64_imm.c */
bool a64_put_immediate(struct a64_attempt *a, const struct a64_node *n, struct span text);
/* One of the numbers of a choice, at run time: that of what is known already, or of numbers in equal steps. */
bool a64_put_choice(struct a64_attempt *a, const struct a64_choice *c, struct span expr);
/* A known value, which is described. */
bool a64_put_known(struct a64_attempt *a, const struct a64_node *n, int64_t v, const uint8_t f[LIST_FIELD]);
/* The row has an offset of 12 bits, and its twin with the next opcode one of 9 bits: at run time the value says which. */
bool a64_is_scaled_offset(const struct a64_attempt *a, const struct word_field *w);
/* Bits of the element or register that a node's number is about. 0: it is not known. */
unsigned a64_element(const struct a64_attempt *a, const struct a64_node *n);

/* 1.5, -2e-1 */
bool a64_decimal(struct span s, double *out);

/* arm64_label.c */
bool a64_put_low(struct a64_attempt *a, const struct a64_node *n, struct span text);
/* A number of bytes that the target is away, if it may be one: offset. */
bool a64_put_label(struct a64_attempt *a, const struct a64_node *n, struct span text, bool offset);

/* arm64_take.c: the text; what is at *at, which moves behind it */
size_t a64_skip(const struct a64_attempt *a, size_t at);
struct span a64_rest(const struct a64_attempt *a, size_t at);
bool a64_same(struct span a, struct span b); /* but for upper and lower case */
size_t a64_word_length(struct span s);
size_t a64_expression_length(struct span s);
bool a64_choose(struct a64_attempt *a, unsigned choice, struct span word, bool vector);
bool a64_take_register(struct a64_attempt *a, const struct a64_node *n, size_t *at);
bool a64_take_list(struct a64_attempt *a, const struct a64_node *n, size_t *at);

struct a64_tile {
  int number; /* or -1 */
  char slice; /* 'h', 'v' or 0 */
  struct span expr; /* the number at run time, or p == NULL */
  struct span arr;
  size_t length;
};
bool a64_parse_tile(struct span s, struct a64_tile *out);
bool a64_take_tile(struct a64_attempt *a, const struct a64_node *n, size_t *at);
bool a64_take_tiles(struct a64_attempt *a, const struct a64_node *n, size_t *at);

/* arm64_dynasm.c */
bool a64_dynasm_op(struct span name, unsigned nargs);

/* arm64_pseudo.c */
bool a64_pseudo(struct front *F, struct isa_state *S, const struct stmt *st);
bool a64_pseudo_at(const struct isa *isa, size_t index, struct isa_pseudo *out);

/* arm64_match.c */
void a64_match(struct front *F, struct isa_state *S, const struct mnemonic *m, const struct stmt *st);

#endif
