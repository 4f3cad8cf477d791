/* plain.h - ISAs whose rows are bit diagrams, and whose operands are registers, numbers,
 * offset(register) and labels.
 *
 *   plain_row.c  what a row says        plain.c      operands of a statement, and the choice of a row
 *   plain_reg.c  names of registers     plain_put.c  numbers into fields
 *
 * Such an ISA says in tables how its registers and the operands of its rows are called, and which
 * field an operand fills. What the operands column of a row may have:
 *
 *   NAME         an operand of the table, which fills the field of that name, or the one that the
 *                table says
 *   NAME(NAME)   an address: a number, or the register of an index, and the register of the base
 *   (NAME)       an address without offset
 *   NAME[NAME]   an element of a vector: the register, and a number or a register; NAME[0]: that one
 *                only
 *   [NAME]       it may be left out: the field is zero then
 *   NAME!5       not the register 5. So may be the base of an address, too
 *   NAME!NAME    another register than that operand, NAME>NAME one with a greater number,
 *                NAME>=NAME no smaller one
 *   5            this number
 *
 * A field may be a sum of one or two operands that are numbers and a constant, `31-n` or `b+n-1`,
 * as the manual of PowerPC defines its extended mnemonics: it has what the sum is, which must fit
 * in its bits. With ' behind it the highest sum is one more, and means 0: a rotation, `32-n'`.
 */
#ifndef DASMC_ISA_PLAIN_H
#define DASMC_ISA_PLAIN_H

#include "isa.h"
#include "word.h"

enum { PLAIN_MAXOPS = 6, PLAIN_SUMS = 2, PLAIN_TERMS = 2 };

/* ---- names ---------------------------------------------------------------------------- */

/* Registers with a common name and a number: r0, r(n). */
struct plain_family {
  const char *name, *run_time;
  const char *wanted; /* "a register r0 to r31 is expected" */
  uint8_t class, count;
  bool dynasm; /* DynASM has them, too */
};

/* A register with a name of its own. */
struct plain_alias {
  const char *name;
  uint8_t class, num;
  bool reserved; /* no .define may mean something else by it, for DynASM has it */
  uint8_t modes; /* bit n: in mode n */
};

enum plain_kind {
  PLAIN_REGISTER, /* of a class */
  PLAIN_BASE,     /* the same, or the number 0 */
  PLAIN_NUMBER,
  PLAIN_PATTERN, /* a number that goes through the transform of fields (lib/field.h) that `class` is */
  PLAIN_COUNT, /* a number of bits, from that on which the operand before says: all are below
                  `class` */
  PLAIN_END,   /* the same; the field has the last one of them */
  PLAIN_LOWER, /* a number that is not above that of the operand before */
  PLAIN_LABEL,
  PLAIN_REGION, /* a label in the same region as the instruction behind this one */
  PLAIN_FIXED   /* this number, and no field */
};

struct plain_operand {
  const char *name;
  uint8_t kind;      /* enum plain_kind */
  uint8_t class;     /* of a register; of a number: those that may stand for it, unless 0; of
                        PLAIN_COUNT; of a label: bytes of a constant that may be there, or 0 */
  uint8_t flags;     /* of a number: FIELD_SIGNED, FIELD_UNSIGNED, and FIELD_NEGATED: the field has
                        its negative; of a label: enum field_origin */
  int16_t more;      /* the field has so much more than the number says */
  const char *field; /* NULL: called as the operand */
  uint8_t dynasm;    /* of a number: flags in text for DynASM, unless 0 */
  uint8_t words;     /* of a number: a set of words that may stand for it; 0: there are none */
};

struct plain {
  struct rows rows; /* first: S->isa->rows leads here */
  const struct plain_family
      *families; /* a NULL name ends them; the first one's registers may be $0, $1 ... */
  const struct plain_alias *aliases; /* a NULL name ends them */
  const struct plain_operand *operands;
  uint8_t whole; /* log2 of the bytes whose end no instruction of two words may lie over; 0: there are none */
  bool dollar; /* in libdasm's dialect a register may begin with $ */
  /* Is all of a text a word of a set, or an expression with one? What it stands for, a number or, if
   * expr->p is not NULL then, an expression. NULL: there are no sets. */
  bool (*word)(struct front *F, unsigned set, struct span text, int64_t *number, struct span *expr);
  /* In libdasm's dialect, parts of numbers and addresses, which the ISA writes as %hi(x): which one
   * is it (FIELD_PARAM of TRANSFORM_PART), and of what? constant: of so many bytes, if that is
   * =value. False: there is none of that name. NULL: there are none. */
  bool (*part)(struct isa_state *S, struct span text, struct span *of, uint8_t *number, uint8_t *constant);
  /* FIELD_ESCAPE of a row that goes to a label (lib/far.h). NULL: none gets farther. */
  uint8_t (*escape)(const struct word *w);
};

struct plain_reg {
  uint8_t class, num;
  bool dynasm;      /* DynASM has it, too */
  struct span expr; /* its number at run time, or p == NULL */
};

/* The tables of the ISA. */
static inline const struct plain *plain_of(const struct isa *isa)
{
  return (const struct plain *)isa->rows;
}

/* The registers of a class. */
const struct plain_family *plain_family_of(const struct plain *P, unsigned class);
/* Is all of the text a register? */
bool plain_reg_parse(const struct isa_state *S, struct span text, struct plain_reg *out);

/* A number below `count`, without zeros before it; false: the text is none. */
bool plain_index(struct span text, unsigned count, uint8_t *out);

/* ---- rows ------------------------------------------------------------------------------ */

enum plain_form_of { PLAIN_ALONE, PLAIN_ADDRESS, PLAIN_ELEMENT };

/* What the number of a register must be to that of another one. */
enum plain_relation { PLAIN_ANY, PLAIN_NOT, PLAIN_ABOVE, PLAIN_NOT_BELOW };
enum { PLAIN_RELATIONS = 2, PLAIN_NUMBER_ON = 128 };

struct plain_shape {
  uint8_t what,
      inner; /* number in the table of operands; inner: what stands in parentheses or brackets */
  uint8_t field, inner_field; /* + 1: number of the field in the word; 0: none */
  uint8_t of;                 /* enum plain_form_of */
  bool inner_fixed;           /* [0] */
  uint8_t fixed;              /* PLAIN_FIXED */
  struct {                    /* of an address: what its base is */
    uint8_t relation; /* enum plain_relation */
    uint8_t to;       /* + 1: number of a field; from PLAIN_NUMBER_ON: a number */
  } is[PLAIN_RELATIONS];
};

/* A field that is a constant and numbers, added or subtracted. */
struct plain_sum {
  uint8_t field; /* + 1 */
  int8_t constant;
  bool turns; /* one more than fits means 0 */
  uint8_t nterm;
  struct plain_term {
    uint8_t op; /* number of the operand */
    bool minus;
  } term[PLAIN_TERMS];
};

struct plain_form {
  struct form form;
  struct plain_shape op[PLAIN_MAXOPS];
  struct plain_sum sum[PLAIN_SUMS];
  uint8_t nsum;
  struct word word;
};

/* What struct rows asks. */
const char *plain_parse(const struct plain *P, const char *row, void *form);
size_t plain_print(const void *form, char *buf, size_t size);
const char *plain_at_run_time(const struct plain *P, const void *form, unsigned i);

/* ---- an attempt to take a row ------------------------------------------------------------ */

struct plain_attempt {
  struct match match;
  const struct plain *P;
  const struct plain_form *f;
  uint64_t unit;
  struct span expr[WORD_FIELDS];
  uint8_t field[WORD_FIELDS][LIST_FIELD];
  unsigned nvalue;
  struct label label;
  bool labelled;
  uint8_t label_field[LIST_FIELD];
  /* Of registers, by field: the number, or which ones it may have at run time. */
  bool known[WORD_FIELDS];
  uint8_t number[WORD_FIELDS];
  uint32_t among[WORD_FIELDS];
  uint8_t value_of[WORD_FIELDS]; /* the field of each value */
  struct plain_value {           /* of operands that are numbers */
    bool known;
    int64_t number;
    struct span expr;
  } value[PLAIN_MAXOPS];
};

/* plain_put.c. False: the match is refused, and why. `field` is the number of a field, + 1. */
const struct word_field *plain_field(const struct plain_attempt *a, unsigned field);
bool plain_describe(struct plain_attempt *a, unsigned field, unsigned flags,
                    uint8_t out[LIST_FIELD]);
/* Of a number in this dialect. */
unsigned plain_flags(const struct plain_attempt *a, const struct plain_operand *what);
/* The least and the greatest number that the field has room for, if it has `more` of it. */
void plain_range(const struct word_field *f, unsigned flags, int more, int64_t *low, int64_t *high);
bool plain_put_number(struct plain_attempt *a, unsigned field, const struct plain_operand *what,
                      int64_t value);
/* Note an expression, for which a->field[a->nvalue] is ready. True. */
bool plain_keep_expr(struct plain_attempt *a, unsigned field, struct span expr);
/* The same for a number, of which that field is made. */
bool plain_put_expr(struct plain_attempt *a, unsigned field, unsigned flags, int more,
                    struct span expr);
/* Compute the fields that are sums. */
bool plain_put_sums(struct plain_attempt *a);

/* ---- what struct isa asks ----------------------------------------------------------------- */

void plain_assemble(struct front *F, struct isa_state *S, const struct mnemonic *m,
                    const struct stmt *st);
bool plain_is_register(const struct isa_state *S, struct span text);
bool plain_is_reserved(const struct isa_state *S, struct span text);
bool plain_reg_at(const struct isa *isa, size_t *index, struct isa_reg *out);

#endif
