/* riscv.h - private types of the translator for riscv32 and riscv64.
 *
 *   riscv_row.c     what a row says             riscv_operand.c  operands of a statement
 *   riscv_match.c   choose the row, and emit    riscv_pseudo.c   what is several instructions
 *   riscv_reg.c     names: registers, CSRs, …   riscv.c          the two struct isa
 *   riscv_rvc.c     compressed forms            riscv_cpu.c      what this machine's processor has
 *
 * The text of an operand may mean several things: in text for DynASM a0 is a register where only one can stand,
 * and a name of C elsewhere. So it is parsed into all that it may be, and the operand of a row says which one counts.
 */
#ifndef DASMC_RISCV_H
#define DASMC_RISCV_H

#include "isa.h"
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
/* All names: index 0, 1, ... RISCV_NAMES - 1, then NULL. */
enum { RISCV_NAMES = 161 };
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
  KIND_X, KIND_X3, KIND_F, KIND_F3, KIND_V, KIND_S, KIND_SHADOW, KIND_ONE_X, KIND_V0, KIND_FIXED,
  KIND_IMM, KIND_UIMM, KIND_LUI, KIND_RNUM, KIND_JT, KIND_JALT, KIND_SPIMM, KIND_BELOW,
  KIND_MEM, KIND_INDEXED, KIND_LABEL, KIND_CSR, KIND_RM, KIND_RTZ, KIND_VM, KIND_FENCE, KIND_FLI, KIND_RLIST, KIND_VTYPE
};

/* What an operand may not be. */
enum { NOT_NUMBER = 32, NOT_ODD = 64, NOT_MULTIPLE = 96, NOT_OPERAND = 160, NOT_MASKED = 255 };

struct riscv_shape {
  uint8_t kind;     /* enum riscv_kind */
  uint8_t base;     /* KIND_MEM, KIND_INDEXED: its register is x2, or + 1 the field of the base; KIND_ONE_X, KIND_FIXED: the number */
  uint8_t field;    /* + 1: number of the field in the word */
  uint8_t missing;  /* the value if it is left out, + 1; 0: it must be there */
  bool nonzero;
  uint8_t except[3]; /* NOT_*, and a number; 0: none */
};

struct riscv_form {
  struct form form;
  struct riscv_shape op[RISCV_MAXOPS];
  struct word word;
};

extern const struct rows riscv_rows;

/* ---- operands ---------------------------------------------------------------------------- */

enum riscv_part { PART_NONE, PART_HI, PART_LO, PART_PCREL_HI, PART_PCREL_LO };

struct riscv_operand {
  struct span text;
  bool is_reg, is_mem, is_label, is_constant;
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

enum { RISCV_OPTIONS = 16 };

struct riscv {
  struct isa_state isa;
  bool rv64;
  bool rvc;                    /* .option rvc; and as they were at each .option push */
  bool options[RISCV_OPTIONS];
  unsigned noptions;
  const struct rvc_rules *rvc_rules;
};

/* False: reported. */
bool riscv_operand_parse(struct front *F, const struct riscv *R, struct span text, struct riscv_operand *out);
/* A number that is known at translation; false: it is an expression. */
bool riscv_number(struct front *F, const struct riscv *R, struct span text, int64_t *out);
/* A unit with fields whose values come at run time. */
struct riscv_value {
  struct span expr;
  uint8_t field[LIST_FIELD];
};
enum { RISCV_PAIRS = 3 }; /* as many as an operand excludes */
/* An instruction that is to be built. */
struct riscv_insn {
  uint64_t unit;
  unsigned bytes, nvalue, npairs;
  struct riscv_value value[WORD_FIELDS];
  uint8_t pair[RISCV_PAIRS][2]; /* values that must differ: operands of OP_RISCV_DIFFER */
  const struct label *label; /* in the statement, or NULL */
  uint8_t label_field[LIST_FIELD];
};
/* Choose it by the rows. False: reported. */
bool riscv_match(struct front *F, struct riscv *R, const struct mnemonic *m, const struct riscv_stmt *s, struct riscv_insn *out);
/* Parse the operands. False: reported. */
bool riscv_stmt_parse(struct front *F, const struct riscv *R, const struct stmt *st, struct riscv_stmt *out);
/* True: it was several instructions (or that was reported). */
bool riscv_pseudo(struct front *F, struct isa_state *S, const struct stmt *st);
bool riscv_pseudo_at(const struct isa *isa, size_t index, struct isa_pseudo *out);
/* A load or store of what a label names: true if it was one. */
bool riscv_labelled_access(struct front *F, struct riscv *R, const struct riscv_stmt *s);
/* The same for auipc and jalr whose field is a relocation of the program. */
bool riscv_extern_part(struct front *F, const struct riscv *R, const struct riscv_stmt *s);
/* Does the port of DynASM have an operation of this name with so many operands? */
bool riscv_dynasm_op(struct span name, unsigned nargs);
extern const struct feature_table riscv_features;
/* Names of what this machine's processor has; returns how many there are, 0 if it is another one. */
size_t riscv_cpu_features(const char **names, size_t most);
/* The same of what Linux says: letters, as in AT_HWCAP, and the bits of RISCV_HWPROBE_KEY_IMA_EXT_0. */
size_t riscv_cpu_names(uint64_t letter_bits, uint64_t extension_bits, const char **names, size_t most);
/* Does this form take the operands, which are known? *out: the instruction of 16 bits. */
bool riscv_fits(struct front *F, struct riscv *R, const struct riscv_form *f, const struct riscv_stmt *s, uint16_t *out);
/* An instruction of which all is known, compressed if the text says so. */
void riscv_word(struct front *F, struct riscv *R, uint32_t insn);
/* Has a branch or jump to a label a compressed form, which is made when it is linked? *half: that form, for a label where it is;
 * its field is made that of a branch with a short form. */
bool riscv_short_branch(struct front *F, struct riscv *R, struct riscv_insn *insn, uint16_t *half);
void riscv_option(struct front *F, struct riscv *R, const struct riscv_stmt *s);
void riscv_emit(struct front *F, uint64_t unit, unsigned bytes, const struct riscv_value *value, unsigned n);

#endif
