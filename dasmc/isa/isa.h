/* isa.h - what an ISA says of itself, and what all ISAs have in common.
 *
 *   isas.[ch]  the list of ISAs               row.c      columns of a row
 *   isa.c      what the front end asks        rows.c     rows by mnemonic, parsed on first use
 *                                             feature.c  -m and .feature
 *   operand.c  TYPE:reg->m, NAME(expr)        match.c    first fit, and why nothing fits
 *   data.c     .byte ... .addr                show.c     dasmc -A
 *   constant.c =value, a constant in memory
 *   word.c     rows that are bit diagrams
 *
 * An ISA is one struct isa, a description of tables and functions, a name in isas.h, and nothing else
 * names it. Twins (x86 and x64, riscv32 and riscv64) share tables and functions: their `mode` tells them apart.
 */
#ifndef DASMC_ISA_H
#define DASMC_ISA_H

#include "../front.h"

struct isa_state;
struct word_name;

/* ---- rows ------------------------------------------------------------------------ */

/* A row is one string: columns that each end in a zero byte. The first is the mnemonic, the second the operands as the
 * manual writes them, the last but one the encoding, the last what it needs: features, and words that say in which mode
 * and dialect it is there: those of rows.modes, DYNASM (only in text for DynASM), OWN (only in libdasm's dialect).
 * Names are divided by blanks or commas, all are needed; of A|B one is. */
struct row {
  const char *mnemonic, *operands, *place /* where operands go, if the encoding does not say it; else "" */, *encoding, *needs;
};

/* What a row becomes: the beginning of each ISA's own structure. rows.c fills it, but for what parse() does. */
struct form {
  const char *row;
  uint8_t nop;        /* by parse(): operands, */
  uint8_t least;      /* without those at the end that may be left out; */
  bool rest;          /* the last one takes what is there, commas included; */
  uint16_t fills;     /* in bit diagrams: bit n: an operand is field n */
  uint8_t modes;      /* bit n: it is in mode n */
  bool dynasm, own;   /* only in that dialect */
  bool here;          /* it is in this mode and dialect */
  bool enabled;       /* by -m and .feature */
};

/* The forms of one mnemonic, in the order of the rows: where several fit, the first one counts. */
struct mnemonic {
  uint16_t nform;
  uint32_t epoch; /* of isa_state.epoch, when form.enabled was decided */
  void *form;     /* nform structures of rows.form_size bytes */
};

/* A word of the last column, and where the row is: bit n: in the mode n. With several words it is
 * where all of them say. */
struct row_mode {
  const char *word;
  uint8_t modes;
};

/* The rows of an ISA and its twins. */
struct rows {
  const char *const *row;
  size_t n;
  unsigned columns;   /* 4, or 5 with `place` */
  const struct row_mode *modes; /* words that say in which modes a row is; a NULL word ends them. NULL: there are none */
  bool asked;         /* of forms with the same operands a statement can ask for one, as x86's {evex} does */
  const struct word_name *fields; /* rows are bit diagrams, and these stand alone in them (word.h); NULL: they are not */
  /* Of bit diagrams: may an operand that fills this field stand in rows without it, too? NULL: never. */
  bool (*spare)(struct span field);
  size_t form_size;
  /* Parse what stands between mnemonic and needs into a form that is zeroed otherwise. NULL, or
   * what is wrong: an operand without a place, a bit without a meaning. It may clear bits of
   * form.modes. */
  const char *(*parse)(const char *row, void *form);
  /* All forms of a mnemonic are parsed: to find out what they are to each other. May be NULL. */
  void (*parsed)(struct mnemonic *m);
  /* The encoding again, for the test that each row prints back to itself. */
  size_t (*print)(const void *form, char *buf, size_t size);
  /* What of operand i can come at run time: "register", "address", "register/address", "value", "label", "-". */
  const char *(*at_run_time)(const void *form, unsigned i);
};

enum { ISA_FORM_ROOM = 2048 }; /* no form_size is larger: room for one */
/* The columns of a row, and of one that has n of them. */
struct row row_split(const struct rows *rows, const char *row);
struct row row_columns(const char *row, unsigned n);
/* Bit n: it is in mode n. */
unsigned row_modes(const struct rows *rows, const char *row);
/* Is a word of the last column no feature, but says in which mode or dialect the row is? */
bool row_is_scope(const struct rows *rows, struct span word);
/* Parse one row, form_size bytes. NULL, or what is wrong with it. */
const char *row_parse(const struct rows *rows, const char *row, void *form);
struct row_index *rows_open(struct front *F, const struct rows *rows);
/* NULL if there is no such mnemonic. Parses its rows on first use. */
struct mnemonic *rows_find(struct front *F, struct isa_state *S, struct span name);
/* The same of the rows' own names, without those that find() and alias() of the ISA know. */
struct mnemonic *rows_exact(struct front *F, struct isa_state *S, struct span name);
/* Form i. */
static inline const void *form_at(const struct rows *rows, const struct mnemonic *m, unsigned i)
{
  return (const char *)m->form + i * rows->form_size;
}

/* ---- features ----------------------------------------------------------------------- */

/* A feature that brings others, or a group of them. Case, dots, hyphens and underscores do not matter in names. */
struct feature {
  const char *name, *others; /* with blanks between */
};
struct feature_table {
  const struct feature *brings; /* a NULL name ends them */
  const char *always;           /* in every list */
  const char *const *of_mode;   /* by isa.mode: what these bring besides; NULL: nothing */
  /* What a word of a list stands for, as the string of an ISA does (rv64gcv_zba): a list of names. NULL: for itself.
   * May be NULL. */
  const char *(*expand)(struct front *F, const struct isa_state *S, struct span word);
  /* Names of the features of this machine's processor, up to `most`; returns how many there are, 0 if it
   * has another ISA. NULL: they cannot be told yet. */
  size_t (*host)(const char **names, size_t most);
  const char *help; /* below "needs X, which is not among ...": NULL: as usual */
};

/* Allow the features of a list only ("all": everything; "host" in it: what this processor has). False: one is
 * unknown (reported). */
bool features_set(struct front *F, struct isa_state *S, struct span list);
/* Is one feature allowed? */
bool features_have(const struct isa_state *S, const char *name);
/* Are all of the last column of a row? If not, *missing is one that is not. */
bool features_allow(const struct isa_state *S, const char *needs, struct span *missing);
/* Report that something needs a feature. what: "'vpaddd' with these operands needs". */
void features_report(struct front *F, const struct isa_state *S, struct span at, const char *what, struct span missing);
/* Is a feature in the last column of a row? */
bool features_need(const char *needs, const char *name);
/* Call `each` for every feature, with the list of those that it brings. */
void features_each(const struct isa *isa, void (*each)(void *user, const char *name, const char *others), void *user);

/* ---- the ISA ------------------------------------------------------------------------- */

/* A register, as `dasmc --list registers` shows it: "xmm3", "xmm", 3, "xmm(n)". */
struct isa_reg {
  const char *name, *kind;
  unsigned number;
  const char *run_time; /* how it is written at run time; "-": it cannot */
  char text[16];        /* room for a name that is made */
};

/* The value of a data directive. */
enum value_what { VALUE_BAD /* reported */, VALUE_NUMBER, VALUE_EXPR, VALUE_LABEL };
struct value {
  enum value_what what;
  int64_t number;
  struct span expr;
  struct label label;
};

/* What each translation of the ISA has: its own data begin with this. */
struct isa_state {
  const struct isa *isa;
  bool dynasm;               /* text for DynASM: it keeps the bytes that programs rely on */
  struct row_index *index;
  struct features *features; /* -m or .feature; NULL: everything */
  uint32_t epoch;            /* counts changes of features */
  const char *chosen;        /* the row of the last statement; tests look at it */
};

/* A statement that is no row: its name, operands as in a row's column, and which of them may come at run time, as
 * rows.at_run_time() says it. A name that begins with a dot is a directive's. */
struct isa_pseudo {
  const char *name, *operands, *run_time;
  uint8_t least, most; /* operands */
};

enum { ISA_ALIAS_SIZE = 24 };

/* Functions may be NULL where it says so. S is the translation's data. */
struct isa {
  const char *name;     /* as in .arch */
  const char *header;   /* for programs of DynASM, as it is called there */
  enum list_isa id;
  uint8_t mode;         /* 0, 1 ... among those that share the tables, */
  const struct isa *twin; /* of which this is another one (its twin the next, in a circle); NULL: there is none */
  uint8_t address_size; /* bytes of an address: .addr, .aword */
  uint8_t word_size;    /* bytes of .word, 2 or 4; .dword has twice as many */
  uint8_t order;        /* enum list_order: the usual one; */
  bool both_orders;     /* the other one is possible, too: in C the compiler decides, */
  const char *ordered[2]; /* unless it is one of these names, by enum list_order */
  int capstone;         /* its disassembler: capstone's cs_arch, */
  uint32_t capstone_mode; /* and cs_mode */
  uint64_t reach;       /* a call to a label reaches less far than this, in bytes */
  const struct isa *variant; /* which .arch means instead when this name is defined, as with -D; NULL: there is none */
  const char *variant_if;
  const struct rows *rows;
  const struct feature_table *features; /* NULL: there are none, and no .feature */

  /* Bytes of the translation's data, which are zeroed. open() completes them; NULL: nothing to do. */
  size_t state_size;
  void (*open)(struct front *F, struct isa_state *S);
  /* What comes next stands alone: a text or file begins or has ended, or a label was placed. May be NULL. */
  void (*begin)(struct isa_state *S);
  /* The rest goes to another section, by this statement. May be NULL. */
  void (*leave)(struct front *F, struct isa_state *S, const struct stmt *st);
  /* The features have changed. May be NULL. */
  void (*features_changed)(struct isa_state *S);

  /* Before a statement is looked up: take prefixes off it, and so on. False: reported, or all is done. May be NULL. */
  bool (*prepare)(struct front *F, struct isa_state *S, struct stmt *st);
  /* Statements that are no row: several instructions, own directives. True: it was one (or was
   * reported). May be NULL. */
  bool (*pseudo)(struct front *F, struct isa_state *S, const struct stmt *st);
  /* What they are: index 0, 1, ... until false. May be NULL. */
  bool (*pseudo_at)(const struct isa *isa, size_t index, struct isa_pseudo *out);
  bool pseudo_own; /* libdasm's dialect alone has them */
  /* Choose one of the forms and build it, or report. */
  void (*assemble)(struct front *F, struct isa_state *S, const struct mnemonic *m, const struct stmt *st);

  /* The mnemonic of a name that no row has, as of one with a condition behind it. NULL: there is none. May be NULL. */
  struct mnemonic *(*find)(struct front *F, struct isa_state *S, struct span name);
  /* In libdasm's dialect, another name of a mnemonic: out is the table's. May be NULL. */
  bool (*alias)(struct span name, char out[ISA_ALIAS_SIZE]);
  /* Names that alias() knows: false behind the last; out is empty where an index has none. */
  bool (*alias_at)(size_t index, char out[ISA_ALIAS_SIZE]);
  /* Does DynASM have such an operation? Its programs may have macros for what it lacks. NULL: the rows say so. */
  bool (*dynasm_op)(struct span name, unsigned nargs);

  /* Is all of the text a register? One that no .define may mean something else by? */
  bool (*is_register)(const struct isa_state *S, struct span text);
  bool (*is_reserved)(const struct isa_state *S, struct span text);
  /* The next name of a register. *index is 0 at first, and moves on; false behind the last. */
  bool (*reg_at)(const struct isa *isa, size_t *index, struct isa_reg *out);
  /* In libdasm's dialect: is this word, in lower case, one that operands have besides registers? Is
   * it a prefix, behind which another operation comes? May be NULL. */
  bool (*is_word)(const struct isa_state *S, struct span word);
  bool (*is_prefix)(struct front *F, struct isa_state *S, struct span word);
  /* Read the value of a data directive that wants so many bytes. NULL: operand_value(). */
  void (*value)(struct front *F, struct isa_state *S, struct span text, unsigned bytes, struct value *out);
};

/* ---- isas.c ---- */

const struct isa *isa_find(struct span name);
/* That name, if isa_find() found this ISA: its own, or the one with an order. */
const char *isa_spelled(const struct isa *isa, struct span name);
const struct isa *isa_at(size_t index); /* NULL behind the last one */
const struct isa *isa_with_id(enum list_isa id);
const char *isa_names(struct front *F); /* of all: "x86, x64" */

/* ---- isa.c: what the front end asks ---- */

struct isa_state *isa_open(struct front *F, const struct isa *isa);
/* Is `name` a mnemonic or directive of the ISA that takes nargs operands (nargs < 0: any)? */
bool isa_known(struct front *F, struct span name, int nargs);
/* Assemble one statement, or report an error. False: the mnemonic does not exist at all (nothing reported). */
bool isa_assemble(struct front *F, const struct stmt *st);
/* All mnemonics and directives, for suggestions: index 0, 1, ... until NULL. */
const char *isa_mnemonic(const struct isa *isa, size_t index);
/* In libdasm's dialect: is this word, in lower case, a mnemonic (op), or a register and so on? */
bool isa_is_word(struct front *F, struct span word, bool op);
bool isa_is_prefix(struct front *F, struct span word);
bool isa_is_register(struct front *F, struct span name);
bool isa_is_reserved(struct front *F, struct span name);

/* ---- match.c ---- */

/* A statement that is matched by trying the forms, for ISAs that do not do it otherwise. Their own
 * structure begins with it. */
struct match {
  struct front *F;
  struct isa_state *S;
  const struct stmt *st;
  unsigned nop;       /* operands */
  unsigned at;        /* the one in hand */
  char why[160];      /* it does not fit */
  bool certain;       /* of forms that came as far this one is meant */
  bool loosely;       /* if no form fits, all are asked once more, with */
  bool loose;         /* this: what they take only if no other form takes it */
};

/* Say what is wrong with the operand in hand, for the message; returns false. */
bool match_refuse(struct match *m, const char *fmt, ...) PRINTF_LIKE(2, 3);
typedef bool match_fits(struct match *m, const void *form);
/* The first form that is here and enabled, takes so many operands, and fits(), which sets m->at and
 * m->why if not. NULL: reported, with what is wrong in the form whose operands came furthest, and
 * the forms that come nearest. */
const void *match_first(struct match *m, const struct mnemonic *mn, match_fits *fits);
/* Help: the forms with the smallest distances, which has one for each form: "mov r/m8, r8 | r/m16, r16". */
void match_help_forms(struct front *F, const struct isa_state *S, const struct mnemonic *mn, const unsigned *distances);
/* Help: an expression is nearly the name of a register. */
void match_help_register(struct front *F, const struct isa_state *S, struct span text);
/* Report that the form needs a feature that is not allowed. */
void match_report_disabled(struct front *F, const struct isa_state *S, const struct stmt *st, const struct form *f);

/* ---- operand.c ---- */

/* TYPE, TYPE:reg, and what follows: ->member, [index], .member. */
struct typed {
  const struct type *type;
  struct span reg;  /* text of the register: the one written, or the type's; n == 0: none */
  struct span tail; /* n == 0: the register is meant */
};
/* False: no type begins the text. */
bool operand_typed(struct front *F, struct span text, struct typed *out);
/* The expression of the tail's offset: "Dt1(->member)". */
struct span operand_offset(struct front *F, const struct typed *t);
/* Is all of the text NAME(expr) or (expr)? *inner: what stands in the parentheses. */
bool operand_call(struct span text, struct span *name, struct span *inner);
/* The value of an expression in which are numbers only; a number in parentheses is none, but a value at run time. */
bool operand_constant(struct front *F, struct span text, int64_t *out);
/* "n + 1" is "n" and 1, "5" is nothing and 5. */
struct span operand_without_constant(struct front *F, struct span expr, int64_t *more);
/* A number; in libdasm's dialect also an expression in which are numbers only. False: it is an expression for C. */
bool operand_number(struct front *F, const struct isa_state *S, struct span text, int64_t *out);
/* Has a text the form of a floating-point number, with a point: 1.5? The bits of one that C writes
 * so, of 4 or 8 bytes; false: it is none. */
bool operand_is_float(struct span text);
bool operand_float(struct front *F, struct span text, unsigned bytes, uint64_t *out);
/* A value of data: a number, a label, or an expression. In libdasm's dialect a register is none. */
void operand_value(struct front *F, struct isa_state *S, struct span text, unsigned bytes, struct value *out);

/* ---- constant.c ---- */

/* =value: a constant in memory? */
bool operand_is_constant(struct span text);
/* What is to be given to build_ref() for such an operand of an instruction that reads so many
 * bytes; REF_BAD: reported. */
void operand_constant_label(struct front *F, struct isa_state *S, struct span text, unsigned bytes, struct label *out);

/* ---- data.c ---- */

/* True if st is a data directive (handled). */
bool data_assemble(struct front *F, struct isa_state *S, const struct stmt *st);
bool data_known(const struct isa_state *S, struct span name);
/* All names: NULL behind the last; *both: DynASM's dialect has it, too. */
const char *data_name(size_t index, bool *both);

/* ---- show.c ---- */

/* Call `row` for each row of a list: see enum isa_catalog in front.h. */
void isa_catalog(const struct isa *isa, enum isa_catalog what, isa_catalog_row *row, void *user);

#endif
