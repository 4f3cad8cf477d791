/* front.h - private interfaces of the translator, shared by its parts.
 *
 * One translation is one struct front: everything it allocates lives in its
 * arena and goes away with it. Nothing is global. The way of a line:
 *
 *   source.c  files and lines ─▶ preprocessor (macro.c cond.c capture.c)
 *     ─▶ statement (struct stmt) ─▶ directive.c, or the ISA's assemble()
 *     ─▶ build.c: records, literals, argument expressions of the current put
 *     ─▶ driver: emit_c.c writes C, emit_mem.c keeps the list in memory
 */
#ifndef DASMC_FRONT_H
#define DASMC_FRONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "../lib/field.h"

#if defined(__GNUC__)
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#else
#define PRINTF_LIKE(f, a)
#endif

struct front;

/* ---- arena.c: memory ---------------------------------------------------- */

/* Memory of the translation; zeroed; freed as a whole. Never returns NULL: when memory runs
 * out the translation is marked failed (front_nomem) and a static sink of sufficient size is
 * not possible, so arena_alloc longjmps out of the translation's entry point. */
void *arena_alloc(struct front *F, size_t size);
char *arena_strndup(struct front *F, const char *p, size_t n);
/* Memory that stays when texts come one after another, and the arena's memory is given back after
 * each: for what an ISA makes on first use. */
void *front_keep_alloc(struct front *F, size_t size);
/* Growable array in the arena: makes room for `need` elements of `elem` bytes. The new room is not
 * zeroed. */
void *arena_grow(struct front *F, void *array, size_t *capacity, size_t need, size_t elem);

/* A piece of text; not zero-terminated. */
struct span {
  const char *p;
  size_t n;
};
#define SPAN(lit) ((struct span){(lit), sizeof(lit) - 1})
static inline bool span_is(struct span s, const char *text)
{
  size_t n = strlen(text);

  return s.n == n && memcmp(s.p, text, n) == 0;
}
static inline bool span_eq(struct span a, struct span b)
{
  return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
struct span span_trim(struct span s);
struct span span_fmt(struct front *F, const char *fmt, ...) PRINTF_LIKE(2, 3); /* in the arena */

/* ---- text.c: classes of characters ---------------------------------------- */

/* CHAR_WORD: letters, digits, _; CHAR_SPLIT: brackets, quotes and the comma. */
enum { CHAR_SPACE = 1, CHAR_DIGIT = 2, CHAR_WORD = 4, CHAR_SPLIT = 8 };
extern const unsigned char char_class[256];
static inline bool char_is(char c, unsigned class)
{
  return (char_class[(unsigned char)c] & class) != 0;
}

/* ---- ctext.c: pieces of C text ----------------------------------------------- */

/* p points into s, at any character. Behind the literal in quotes that begins there; p itself if none does (it
 * is no quote, or one inside a word as in it's or 1'000); NULL: it is not closed. */
const char *c_literal(struct span s, const char *p);
/* Why an expression cannot be one argument of a call in C, and where; NULL: it can. */
const char *c_fault(struct span expr, struct span *where);
/* How many arguments C sees in "f(a, b)"; 0: the text is no call. */
unsigned c_arguments(struct span call);
/* Does C join this line with the next one? Also by a trigraph, and by a backslash before blanks. */
bool c_joins(struct span line);

/* ---- table.c: names to things ------------------------------------------- */

/* Open-addressing hash table from names to pointers. Zeroed = empty. Keys are not copied. */
struct table {
  struct table_slot { struct span key; void *value; uint32_t hash; } *slot;
  size_t capacity, count;
  uint64_t hints; /* bits of what keys there are: most names that are asked for are none */
};
uint32_t span_hash(struct span s);
void *table_get(const struct table *t, struct span key);             /* NULL if absent */
void table_set(struct front *F, struct table *t, struct span key, void *value);

/* ---- statements ---------------------------------------------------------- */

enum { STMT_MAXARGS = 16 };

/* One assembler statement after macro and define expansion, split. All spans point into
 * text, so a position in the text is a column for the diagnostics. */
struct stmt {
  struct span text;
  struct span op;                 /* mnemonic or directive, e.g. "mov", ".byte" */
  struct span arg[STMT_MAXARGS];  /* trimmed */
  unsigned narg;
};

/* ---- diag.c: messages ---------------------------------------------------- */

/* Report at `where', a part of the current statement's text (or any other span: then the
 * whole line is meant). Adds file, line, column, caret, macro notes. Translation goes on. The format begins
 * with the message's id in messages.def: "[bad-size] wrong size". */
void diag_error(struct front *F, struct span where, const char *fmt, ...) PRINTF_LIKE(3, 4);
void diag_warning(struct front *F, struct span where, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* From here on nothing is reported or counted, or again it is: for a statement that is read in two ways. */
void diag_quiet(struct front *F, bool quiet);
/* Adds to the message just reported: a help line without position. */
void diag_help(struct front *F, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The candidate nearest to `word` if it is near enough for "did you mean", else NULL.
 * next() yields candidates until NULL. */
const char *diag_nearest(struct span word, const char *(*next)(void *user), void *user);

/* ---- build.c: the put under construction --------------------------------- */

/* Literal bytes. */
void build_byte(struct front *F, unsigned byte);
void build_bytes(struct front *F, const void *p, size_t n);
void build_le(struct front *F, uint64_t value, unsigned bytes);
/* A unit of 1 to 8 bytes, in the order of the code: an instruction, or a number of data. */
void build_unit(struct front *F, uint64_t value, unsigned bytes);
/* Append an operation; the end of the pending literal bytes becomes its literal. arg: the first argument that it takes,
 * if ops.def says that it takes any; a, b: its operands (k: the number of an argument). */
void build_op(struct front *F, enum op op, unsigned arg, uint32_t a, uint32_t b);
/* The same with operands that only the ISA knows, n bytes. It takes `takes` arguments and appends at most `most` bytes. */
void build_block(struct front *F, enum op op, unsigned arg, unsigned takes, const uint8_t *block, size_t n, unsigned most);
/* The number of a field (LIST_FIELD bytes) in the list. */
unsigned build_field(struct front *F, const uint8_t *field);
/* Of the one that a reference to that label goes into. */
struct label;
unsigned build_label_field(struct front *F, const struct label *label, const uint8_t *field);
/* Arguments from number `arg` on go into n fields of the unit that ends the literal. */
void build_fields(struct front *F, unsigned arg, const uint8_t *const *field, size_t n);
/* Number of the argument `expr` of the current put; a C expression (C driver) or an integer
 * expression over names (memory driver). The same text within one instruction may share a
 * number only through the caller. At most BUILD_INSN_ARGS in one statement: the builder starts
 * a new put between statements when the next one might not fit. */
unsigned build_arg(struct front *F, struct span expr);
enum { BUILD_INSN_ARGS = 24 };
/* Statements may now mean something else, or the one in hand does more than build: whatever is
 * remembered of statements is wrong. */
void build_forget(struct front *F);
/* The statement in hand is not remembered: where it comes again, there is something to say of it. */
void build_once(struct front *F);
/* Where the put under construction is: equal places have nothing between them. */
struct build_place {
  size_t records, bytes;
};
struct build_place build_place(const struct front *F);
/* End the current put (before a C line, at the end). The driver gets it. */
void build_flush(struct front *F);

/* ---- names shared by all ISAs --------------------------------------------- */

/* .type NAME, ctype [, reg] */
struct type {
  struct span name, ctype;
  struct span reg;      /* default base register's text, n = 0: none */
  unsigned number;
  struct span offset;   /* "Dt<number>(": the macro that gives a member's offset */
};
struct type *front_type(struct front *F, struct span name);      /* NULL if none */
struct type *front_type_numbered(struct front *F, unsigned number);

unsigned front_global(struct front *F, struct span name);        /* number, assigned on first use */
unsigned front_extern(struct front *F, struct span name);

/* A label, extern or address as an operand: <1 >1 ->name =>expr, extern name, &expr.
 * Returns false if the text is none of these (nothing reported); malformed ones are reported
 * and give REF_BAD. */
enum label_kind { REF_BAD, REF_BACK, REF_NEXT, REF_GLOBAL, REF_PC, REF_EXTERN, REF_ADDR, REF_PAIR };
struct label {
  enum label_kind kind;
  uint32_t x;          /* local 1..9, global or extern number */
  struct span expr;    /* REF_PC, REF_ADDR, REF_PAIR: the low half */
  struct span high;    /* REF_PAIR: the high one; never by front_label() */
  uint8_t constant;    /* the reference is to a constant of so many bytes that has this value; 0: to this. Never by front_label() */
};
bool front_label(struct front *F, struct span text, struct label *out);
/* Append the reference to a label: the field's unit, or the short form of a branch that has one, must be the last
 * pending literal bytes, or the unit of the build_fields() before. */
void build_ref(struct front *F, const struct label *label, const uint8_t *field);

/* A plain number as DynASM reads it: 0x10, -1, 010 (ten), 1e3, 1.5 is not one. True if `text`
 * is such a number with an integral value in -2^63 ... 2^64-1; *value is the value modulo 2^64,
 * *neg tells if it is negative. */
bool front_number(struct span text, uint64_t *value, bool *neg);

/* The same as C reads it, in what DynASM gives to C: 0x10, - 1, 010 (eight); nothing else than digits. */
bool front_c_number(struct span text, uint64_t *value);

/* ---- the ISA ---------------------------------------------------------------- */

/* Lists of what an ISA has. Each row is some texts:
 *   forms       mnemonic, operands as the manual writes them, where those go, encoding, features (with commas), what of
 *               each operand can come at run time (register, address, register/address, value, label, -), and the
 *               dialects that have it: both, dynasm, libdasm
 *   registers   name, kind as in the operands of forms, number, how it is written at run time
 *   directives  name, operands, dialects
 *   features    name, features that it brings (with commas), number of forms that need it
 * CATALOG_ISAS is not one of them: name, bytes of an address. */
enum isa_catalog { CATALOG_ISAS, CATALOG_FORMS, CATALOG_REGISTERS, CATALOG_DIRECTIVES, CATALOG_FEATURES };
typedef void isa_catalog_row(void *user, const char *const *column, size_t n);

/* The ISA: isa/isa.h. Its data of this translation, NULL before .arch. */
struct isa;
/* The order of a list for an ISA of this name, NULL: for that of this machine. If the name does not say it, its C compiler
 * decides, if it is compiled, or else it is for code that runs at once: that of this machine, if it has the ISA. */
enum list_order isa_order(const struct isa *isa, const char *name, bool compiled);
struct isa_state *isa_data(struct front *F);
const struct isa *front_isa(struct front *F);
/* As .arch names it. */
const char *front_isa_name(struct front *F);

/* Whose language a text is in: that of a version of DynASM, with what its programs rely on, or
 * libdasm's own, where a text means what the processor's manual says. */
enum {
  DIALECT_1_0 = 10000,
  DIALECT_1_5_2021 = 10450, /* 1.5 until December 2023, when [&expr] changed and the version did not */
  DIALECT_1_5 = 10500,
  DIALECT_LIBDASM = 20000
};

/* Options that ISAs look at. */
struct front_options {
  int dialect;            /* DIALECT_*, or a number between those of 1.0 and 1.5 */
  const char *features;   /* -m avx2,bmi2 …; NULL: everything */
  unsigned max_errors;    /* stop after so many; 0: no limit */
  bool flush_lines;       /* -F: a put for every line */
  size_t memory_limit;    /* most bytes the translation may use; 0: no limit */
  bool lines, texts;      /* in the list: source lines, and the statements */
};
const struct front_options *front_options(struct front *F);
/* Is the text of arguments C? */
bool front_makes_c(const struct front *F);

#endif
