/* arm.h - private types of the translator for arm, the 32-bit instruction set A32.
 *
 *   arm_row.c    rows, and the language of their operands     arm_reg.c  registers
 *   arm_match.c  what a statement is to a row, and emit       arm_word.c  words: barriers, status
 * ... arm_take.c   registers, lists and shifts of a statement   arm_put.c  registers, numbers into
 * fields arm_name.c   conditions and s behind a mnemonic           arm.c      the struct isa
 *
 * A row's operands are parsed into nodes, one for each thing that its text has in order: a
 * register, a number, a bracket, a word. The operands of a statement are one text that the nodes
 * are held against from the left to the right. The head of arm.def says what a row may have.
 */
#ifndef DASMC_ARM_H
#define DASMC_ARM_H

#include "isa.h"
#include "word.h"

enum { ARM_NODES = 28, ARM_EXCEPT = 2, ARM_DEMANDS = 4 };

/* ---- registers ---------------------------------------------------------------------- */

/* ARM_V: D or Q, which the field Q says. C, P: of coprocessors. */
enum arm_class { ARM_R, ARM_S, ARM_D, ARM_Q, ARM_V, ARM_C, ARM_P };

struct arm_reg {
  uint8_t class; /* enum arm_class */
  uint8_t num;
  struct span expr; /* its number at run time, or p == NULL */
};

/* A register at the start of a text, or the type of one. Returns its length, or 0. */
size_t arm_reg_parse(struct front *F, const struct isa_state *S, struct span text,
                     struct arm_reg *out);
bool arm_is_register(const struct isa_state *S, struct span text);
bool arm_is_reserved(const struct isa_state *S, struct span text);
bool arm_reg_at(const struct isa *isa, size_t *index, struct isa_reg *out);
/* "a register r0 to r15 is expected" */
const char *arm_reg_wanted(unsigned class);

/* ---- rows ---------------------------------------------------------------------------- */

enum arm_kind {
  ARM_OPTION, /* what may be left out begins */
  ARM_OPTION_END,
  ARM_CHAR, /* a bracket, a comma, ^ */
  ARM_BANG, /* {!}: the field W */
  ARM_TEXT, /* a word that stands as it is */
  ARM_REG,
  ARM_NUMBER,
  ARM_CONST, /* this number */
  ARM_SHIFT, /* lsl #1, rrx: the fields of the amount and of the type */
  ARM_TYPE,  /* lsl, of a shift by a register */
  ARM_LIST,  /* {r0-r3, lr}: a mask */
  ARM_RUN,   /* {d0-d3}: the first one, and how many */
  ARM_POST,  /* nothing, !, or a register: what is added to the base */
  ARM_WORD,  /* one of a table of words */
  ARM_LABEL
};

struct arm_node {
  uint8_t kind;      /* enum arm_kind */
  uint8_t class;     /* of a register; enum arm_words of ARM_WORD */
  uint8_t field;     /* + 1 */
  uint8_t second;    /* + 1: the type of a shift, the sign of a register, the count of a run */
  uint8_t skip;      /* of ARM_OPTION: the node behind its end */
  uint8_t transform; /* of a number or label: enum field_transform */
  uint8_t bytes;     /* of a label: those of a constant that may be there */
  uint8_t flags;     /* of a number: FIELD_* */
  bool sign;         /* of a register: + or - */
  bool hash;         /* of a number: # */
  bool from;         /* the field has so much less than `plus` */
  bool has_default;  /* if it is left out it is `fallback` */
  char c;            /* of ARM_CHAR */
  uint8_t times, stride, count; /* count: of a run, if it has no field */
  uint8_t lane;                 /* of a run: 1: {d0[]}; more: {d0[x]}, the field of x + 2 */
  uint8_t op;                   /* enum arm_op */
  int16_t fallback;
  int32_t plus;
  int16_t low, high;           /* a range, if there is one: low < high */
  uint16_t except;             /* bit n: not register n */
  uint8_t differs[ARM_EXCEPT]; /* + 1: of which fields it must not be */
  struct span text;            /* of ARM_TEXT, ARM_CONST */
};

/* What is done to a number before it goes into its field. ARM_WIDTH, ARM_LAST: it is a number of
 * bits from the number before on, and the field has one less, or the last of them. ARM_ALIGN: of
 * the powers of two from `low` to `high` the field has 1, 2 ... ARM_ONES: the field has what stands
 * above 16 ones. */
enum arm_op { ARM_AS_IS, ARM_NEGATED, ARM_INVERTED, ARM_WIDTH, ARM_LAST, ARM_FLOAT, ARM_ALIGN, ARM_ONES };

struct arm_form {
  struct form form;
  uint8_t nnode;
  uint8_t cond, s, q; /* fields of that name, + 1 */
  struct arm_node node[ARM_NODES];
  struct word word;
};

extern const struct rows arm_rows;
extern const struct feature_table arm_features;

/* ---- words ---------------------------------------------------------------------------- */

enum arm_words { ARM_WORDS_NONE, ARM_BARRIER, ARM_ISB, ARM_PSR, ARM_BANK, ARM_IFLAGS, ARM_ENDIAN };
/* The number of a word; -1: it is none. */
long arm_word(unsigned words, struct span text);
/* The names of a table: index 0, 1 ... until NULL. */
const char *arm_word_at(unsigned words, size_t index);
/* 0 lsl, 1 lsr, 2 asr, 3 ror, 4 rrx; -1: none. */
int arm_shift_type(struct span text);
/* 0 to 14; -1: it is none. */
int arm_condition(struct span text);

/* ---- a mnemonic with what may stand behind it ------------------------------------------- */

/* addseq.f32 is add, s, eq, .f32. */
struct arm_suffix {
  bool s;
  int cond; /* -1: none is written */
};
struct mnemonic *arm_find(struct front *F, struct isa_state *S, struct span name);
/* What `name` has behind that mnemonic. */
struct arm_suffix arm_suffix_of(const struct mnemonic *m, struct span name);

/* ---- one statement, one form ----------------------------------------------------------- */

struct arm_demand {
  struct span expr;
  uint8_t field[LIST_FIELD]; /* which changes no bit */
};

/* What is known when nodes have been met. */
struct arm_state {
  uint32_t unit;
  bool known[WORD_FIELDS];
  int64_t number[WORD_FIELDS]; /* of registers: their number; else the bits */
  struct span expr[WORD_FIELDS];
  uint8_t described[WORD_FIELDS][LIST_FIELD];
  bool labelled;
  struct label label;
  uint8_t label_field[LIST_FIELD];
  struct arm_demand demand[ARM_DEMANDS];
  unsigned ndemand;
  uint8_t before;    /* the field of the number before, + 1; what it is: */
  struct span first; /* at run time, or p == NULL: */
  int64_t first_number;
};

struct arm_attempt {
  struct match match;
  const struct arm_form *f;
  struct arm_suffix suffix;
  const char *text; /* of all operands */
  size_t length;
  struct arm_state s;
};

static inline bool arm_refuse(struct arm_attempt *a, const char *why)
{
  return match_refuse(&a->match, "%s", why);
}

/* arm_put.c; all of these return false when they have refused. */
const struct word_field *arm_field(const struct arm_attempt *a, unsigned field);
bool arm_put_bits(struct arm_attempt *a, unsigned field, uint64_t value);
bool arm_put_register(struct arm_attempt *a, const struct arm_node *n, const struct arm_reg *reg);
/* A number, or one at run time, into the field of a node. */
bool arm_put_number(struct arm_attempt *a, const struct arm_node *n, struct span text);
bool arm_put_value(struct arm_attempt *a, const struct arm_node *n, int64_t value);
bool arm_put_label(struct arm_attempt *a, const struct arm_node *n, struct span text);

/* arm_take.c: the text; what is at *at, which moves behind it */
size_t arm_skip(const struct arm_attempt *a, size_t at);
struct span arm_rest(const struct arm_attempt *a, size_t at);
size_t arm_word_length(struct span s);
/* Up to the comma or bracket that ends a part of an operand. */
struct span arm_expression(const struct arm_attempt *a, size_t at, size_t *end);
bool arm_take_register(struct arm_attempt *a, const struct arm_node *n, size_t *at);
bool arm_take_list(struct arm_attempt *a, const struct arm_node *n, size_t *at);
bool arm_take_run(struct arm_attempt *a, const struct arm_node *n, size_t *at);
bool arm_take_post(struct arm_attempt *a, const struct arm_node *n, size_t *at);
bool arm_take_shift(struct arm_attempt *a, const struct arm_node *n, size_t *at);
bool arm_take_type(struct arm_attempt *a, const struct arm_node *n, size_t *at);

/* arm_match.c */
void arm_assemble(struct front *F, struct isa_state *S, const struct mnemonic *m,
                  const struct stmt *st);

#endif
