/* x86.h - private types of the x86 and x64 translator.
 *
 *   x86.c          the two struct isa         x86_operand.c  operands of a statement
 *   x86_reg.c      register names             x86_pattern.c  the notation of one row
 *   x86_match.c    choose the row             x86_emit.c     row and operands to bytes
 *   x86_size.c     memory without a size      x86_explain.c  no row fits: why
 *   x86_short.c    the shortest of equals     x86_alias.c    other names of mnemonics
 *   x86_memory.c   [terms]                    x86_brackets.c other ways to write memory
 *   x86_word.c     sizes and numbers          x86_att.c      AT&T syntax is seen, not taken
 *   x86_dynasm.c   names that DynASM has      x86_prefix.c   what may be locked or repeated
 *   x86_feature.c  features                   x86_cpu.c      those of this processor
 *
 * Operands and rows meet in kinds: an operand is a set of kinds (eax: R32 and EAX; [rbx] without a size: every memory
 * kind), a row accepts a set of kinds per operand, and a row fits when every pair of sets has something in common. So
 * matching is a few ANDs per row.
 */
#ifndef DASMC_X86_H
#define DASMC_X86_H

#include "isa.h"
#include "text.h"

enum { X86_MAXOPS = 5 };

/* ---- kinds ------------------------------------------------------------------ */

#define X86_REG_KINDS(K) \
  K(R8) K(R16) K(R32) K(R64) K(AL) K(AX) K(EAX) K(RAX) K(CL) K(DX) K(ECX) K(EDX) K(EBX) \
  K(SREG) K(ES) K(CS) K(SS) K(DS) K(FS) K(GS) K(CR) K(DR) \
  K(MM) K(XMM) K(YMM) K(ZMM) K(XMM0) K(MASK) K(TMM) K(BND) K(BSR0) K(ST) K(ST0)
#define X86_MEM_KINDS(K) \
  K(M) K(M8) K(M16) K(M32) K(M48) K(M64) K(M80) K(M128) K(M256) K(M512) \
  K(MFAR16) K(MFAR32) K(MFAR64) K(MOFFS) K(VMX) K(VMY) K(VMZ) K(B16) K(B32) K(B64)
#define X86_VAL_KINDS(K) \
  K(IMM1) K(IMM4) K(IMM8S) K(IMM8) K(IMM16) K(IMM32) K(IMM64) K(IMMRT) K(REL8) K(REL32) K(PTR32)

#define KR(name) X86_KREG_BIT_##name,
#define KM(name) X86_KMEM_BIT_##name,
#define KV(name) X86_KVAL_BIT_##name,
enum x86_reg_kind { X86_REG_KINDS(KR) X86_REG_KINDS_END };
enum x86_mem_kind { X86_MEM_KINDS(KM) X86_MEM_KINDS_END };
enum x86_val_kind { X86_VAL_KINDS(KV) X86_VAL_KINDS_END };
#undef KR
#undef KM
#undef KV
_Static_assert(X86_REG_KINDS_END <= 64 && X86_MEM_KINDS_END <= 32 && X86_VAL_KINDS_END <= 32, "x86_kinds has a bit for each");

/* A set of kinds. The bit of a kind is X86_KREG(R8), X86_KMEM(M8), X86_KVAL(IMM8): its name says which member it is in. */
struct x86_kinds {
  uint64_t reg; /* registers */
  union {
    struct {
      uint32_t mem; /* memory, addresses, vectors of them, broadcasts */
      uint32_t val; /* numbers, labels, far pointers */
    };
    uint64_t others; /* both */
  };
};
#define X86_KREG(name) (UINT64_C(1) << X86_KREG_BIT_##name)
#define X86_KMEM(name) (UINT32_C(1) << X86_KMEM_BIT_##name)
#define X86_KVAL(name) (UINT32_C(1) << X86_KVAL_BIT_##name)

#define X86_MEM_SIZES                                                                                       \
  (X86_KMEM(M8) | X86_KMEM(M16) | X86_KMEM(M32) | X86_KMEM(M48) | X86_KMEM(M64) | X86_KMEM(M80) | X86_KMEM(M128) | \
   X86_KMEM(M256) | X86_KMEM(M512))
#define X86_FAR_SIZES (X86_KMEM(MFAR16) | X86_KMEM(MFAR32) | X86_KMEM(MFAR64))
#define X86_VECTORS (X86_KMEM(VMX) | X86_KMEM(VMY) | X86_KMEM(VMZ)) /* of addresses */

#define X86_IMMEDIATES                                                                                     \
  (X86_KVAL(IMM1) | X86_KVAL(IMM4) | X86_KVAL(IMM8S) | X86_KVAL(IMM8) | X86_KVAL(IMM16) | X86_KVAL(IMM32) | X86_KVAL(IMM64))
#define X86_LABELS (X86_KVAL(REL8) | X86_KVAL(REL32))

static inline void x86_kinds_add(struct x86_kinds *to, struct x86_kinds k)
{
  to->reg |= k.reg;
  to->others |= k.others;
}

static inline bool x86_kinds_none(const struct x86_kinds *k)
{
  return (k->reg | k->others) == 0;
}

/* Have they something in common? */
static inline bool x86_kinds_meet(struct x86_kinds a, struct x86_kinds b)
{
  return ((a.reg & b.reg) | (a.others & b.others)) != 0;
}

/* ---- registers ---------------------------------------------------------------- */

enum x86_class {
  RC_NONE, RC_8, RC_8HIGH /* ah ch dh bh */, RC_8REX /* spl bpl sil dil */, RC_16, RC_32, RC_64,
  RC_ST, RC_MM, RC_XMM, RC_YMM, RC_ZMM, RC_MASK, RC_TMM, RC_BND, RC_BSR, RC_SREG, RC_CR, RC_DR,
  RC_RIP
};

struct x86_reg {
  uint8_t class;     /* enum x86_class */
  uint8_t num;       /* 0 if dynamic; RC_RIP: 1 is eip */
  struct span expr;  /* number at run time, or p == NULL */
};

/* The register at the start of `text`: name, or family and "(expr)". Returns the bytes it
 * takes, 0 if there is none. */
size_t x86_reg_parse(bool x64, struct span text, struct x86_reg *out);
/* The same for an operand, in the dialect in hand: see x86.c_names. */
size_t x86_reg_read(struct front *F, bool x64, struct span text, struct x86_reg *out);
/* Is `text`, which names *reg, a register in DynASM, too? */
bool x86_dynasm_reg(struct span text, const struct x86_reg *reg);
/* Does DynASM have an operation of this name with so many operands? */
bool x86_dynasm_op(struct span name, unsigned nargs);
uint64_t x86_reg_kinds(const struct x86_reg *reg);
/* See struct isa. */
bool x86_reg_at(const struct isa *isa, size_t *index, struct isa_reg *out);

/* ---- operands ----------------------------------------------------------------- */

enum x86_what { WHAT_BAD, WHAT_REG, WHAT_MEM, WHAT_IMM, WHAT_LABEL, WHAT_FAR /* segment in disp, offset in imm or label */ };

struct x86_operand {
  struct span text;
  struct x86_kinds kinds;
  uint8_t what; /* enum x86_what */
  uint8_t size; /* log2 bytes of a size word, X86_TWORD ..., or X86_NOSIZE */
  struct x86_reg reg;

  /* memory */
  struct x86_reg base, index;
  uint8_t scale;      /* log2 */
  uint8_t seg;        /* prefix byte, or 0 */
  bool has_disp_expr, has_label;
  bool near;          /* a branch that stays long */
  bool wide_disp;     /* DynASM gives this number four bytes */
  int64_t disp;
  struct span disp_expr;
  struct label label; /* also WHAT_LABEL */
  struct span constant; /* has_label: it is one, =value; else n == 0 */
  uint8_t bcst;       /* {1toN}: N, or 0; "dword bcst [rax]": X86_BCST_ANY */

  /* immediate */
  bool known;
  int64_t imm;
  struct span imm_expr;

  /* decorations */
  struct x86_reg mask;
  bool zero;
};

enum { X86_TWORD = 10, X86_FWORD, X86_NOSIZE = 0xff, X86_BCST_ANY = 0xff };

/* Statement after its operands are parsed. */
struct x86_stmt {
  const struct stmt *st;
  struct span op;
  unsigned nop;
  uint8_t round;     /* 0, X86_SAE, or X86_RN ... */
  struct span round_text;
  uint16_t ask;      /* X86_ASK_* */
  uint8_t dfv;       /* {dfv=...}: of 8, sf 4, zf 2, cf 1 */
  uint8_t needs;     /* X86_NEED_* of all operands */
  struct x86_operand op_[X86_MAXOPS]; /* nop of them are set */
};

enum { X86_ROUND_NONE, X86_SAE, X86_RN, X86_RD, X86_RU, X86_RZ };
enum {
  X86_NEED_EVEX = 1,  /* vector register 16-31, mask, broadcast, rounding */
  X86_NEED_EGPR = 2,  /* r16-r31 */
  X86_NEED_NOREX = 4, /* ah ch dh bh */
  X86_NEED_REX = 8    /* spl bpl sil dil, r8-r15 and so on */
};

/* What prefixes in braces ask for, and {dfv=...}; what a prefix on the same line has done. */
enum {
  X86_ASK_VEX = 1, X86_ASK_EVEX = 2, X86_ASK_NF = 4, X86_ASK_STORE = 8, X86_ASK_LOAD = 16, X86_ASK_DFV = 32,
  X86_ASK_REX2 = 64, X86_ASK_ADDR32 = 128 /* the prefix addr32 is there already */,
  X86_ASK_VEX3 = 256, X86_ASK_DISP8 = 512, X86_ASK_DISP32 = 1024, X86_ASK_REX = 2048
};

struct x86;
/* False: reported. */
bool x86_operand_parse(struct front *F, const struct x86 *X, struct span text, struct x86_operand *out);
/* X86_NEED_* of one operand. */
unsigned x86_operand_needs(const struct x86_operand *o);
/* {rn-sae} and so on: X86_ROUND_NONE if it is none. */
unsigned x86_round_parse(struct span text);
/* {vex}, {evex}, {nf} ...: its X86_ASK_*, 0 if it is none. */
unsigned x86_ask_parse(struct span text);
/* Bytes of an x86 size word ("dword"), 0 if it is none; log2 (or X86_TWORD ...) in *code. */
unsigned x86_size_word(bool x64, struct span word, uint8_t *code);
/* imm: a number, SIZE*number, or an expression. Fills what, known, imm, imm_expr. */
void x86_imm_parse(bool x64, struct span text, struct x86_operand *out);

/* ---- rows ----------------------------------------------------------------------- */

enum x86_enc { ENC_LEGACY, ENC_VEX, ENC_XOP, ENC_EVEX };
enum x86_role {
  ROLE_NONE, ROLE_M, ROLE_R, ROLE_V, ROLE_O, ROLE_S, ROLE_I, ROLE_X, ROLE_D, ROLE_A,
  ROLE_B,
  ROLE_T, ROLE_F, ROLE_L /* memory that the instruction implies: es:[rdi], [rsi], [rbx] */
};
enum { DEC_MASK = 1, DEC_ZERO = 2, DEC_ER = 4, DEC_SAE = 8, DEC_SIB = 16, DEC_BYTE = 32 };

/* One row, parsed. */
struct x86_form {
  struct form form;
  struct x86_kinds accept[X86_MAXOPS];
  uint8_t role[X86_MAXOPS]; /* enum x86_role */
  uint8_t dec[X86_MAXOPS];  /* DEC_* */
  uint8_t only[X86_MAXOPS]; /* number of the one register, or the one immediate, that is taken + 1; 0: any */
  uint8_t enc;        /* enum x86_enc */
  uint8_t npfx, pfx[4];
  uint8_t nopc, opc[4]; /* legacy: with escapes; else the opcode byte */
  uint8_t map, pp, l, w; /* VEX, XOP, EVEX; w also REX.W */
  uint8_t evex_nd, evex_nf; /* 0: none; 1: 0; 2: 1; NF: 3: as {nf} says */
  uint8_t scc;        /* SC: source condition + 1, or 0 */
  uint8_t suffix;     /* byte behind /r, if has_suffix */
  bool has_suffix;
  bool rex2;          /* legacy: REX2 always */
  uint8_t modrm;      /* MODRM_NONE, MODRM_REG (/r) or the digit */
  bool oprm;          /* +rd */
  uint8_t imm[2];     /* bytes of ib, iw, id, io in order; is4 counts as one */
  uint8_t nimm;
  bool is4;
  uint8_t rel, moffs; /* bytes of cb, cd, cp; moffs present */
  uint8_t memop;      /* operand that may be memory, or X86_MAXOPS */
  uint8_t membytes;   /* log2 of its size */
  uint8_t bcst_n;     /* elements of a broadcast */
  uint8_t opsize;     /* 1 2 4 8: size of the immediate operation (sign-extension) */
  bool egpr;          /* may have registers r16 to r31 */
  bool rival;         /* another form takes the same operands, but memory of another size */
};
enum { MODRM_NONE = 0xfe, MODRM_REG = 0xff };

enum { X86_COLUMNS = 5 };
extern const struct rows x86_rows;
/* All forms of a mnemonic. */
static inline const struct x86_form *x86_forms(const struct mnemonic *m)
{
  return m->form;
}
/* bndmk, bndcl and so on: in 64-bit mode they take no addresses of 32 bits. */
bool x86_is_mpx(const struct x86_form *f);
/* Parse what stands in a row, see struct rows; print its opcode column; find out which forms are rivals. */
const char *x86_pattern_parse(const char *row, void *form);
size_t x86_pattern_print(const void *form, char *buf, size_t size);
const char *x86_at_run_time(const void *form, unsigned i);
void x86_find_rivals(struct mnemonic *m);

/* Another name of a mnemonic, in libdasm's dialect: "retn", "ccmpz", "fcompi". out: the table's name. */
bool x86_alias(struct span name, char out[ISA_ALIAS_SIZE]);
/* The names that x86_alias() knows: false behind the last; out is empty where an index has none. */
bool x86_alias_at(size_t index, char out[ISA_ALIAS_SIZE]);

/* ---- one translation --------------------------------------------------------------- */

struct x86 {
  struct isa_state isa;
  bool x64;
  bool apx;             /* it is among the features */
  bool c_names;         /* names that are no registers in DynASM are C's */
  struct span met;      /* the first such name in the statement in hand; p == NULL: none */
  bool met_odd;         /* and a register follows an expression in brackets, which DynASM does not take */
  uint16_t ask;         /* X86_ASK_* before the statement in hand */
  unsigned prefix;      /* X86_PREFIX_* that were statements of their own, for the next instruction */
};

extern const struct feature_table x86_features;
/* Names of this processor's features, as rows have them, up to `most`; returns how many there are, 0 if it is
 * no x86 (x86_cpu.c). */
size_t x86_cpu_features(const char **names, size_t most);
/* Is a row's feature one that x86_cpu_features() can tell? For tests. */
bool x86_cpu_knows(struct span name);
/* Is what each operand is among what the form takes there? */
static inline bool x86_operands_fit(const struct x86_form *f, const struct x86_stmt *s)
{
  for (unsigned i = 0; i < s->nop; i++) {
    if (!x86_kinds_meet(f->accept[i], s->op_[i].kinds))
      return false;
  }
  return true;
}
/* Does the form fit altogether? Would it if values of immediates did not matter? */
bool x86_form_fits(const struct x86 *X, const struct x86_form *f, const struct x86_stmt *s);
bool x86_form_fits_any_value(const struct x86_form *f, const struct x86_stmt *s);
/* f is the first form that fits. If it has memory, the statement gives it no size, and another form fits with another size,
 * the size is missing: NULL. In text for DynASM the form as wide as a register is meant, and *guessed says so. A form that
 * takes several sizes does not care, and one of libdasm's dialect is compared with its kin only. */
const struct x86_form *x86_choose_size(const struct x86 *X, const struct mnemonic *m, const struct x86_form *f,
                                       const struct x86_stmt *s, bool *guessed);
/* No form fits: report what is wrong. */
void x86_explain(struct front *F, const struct x86 *X, const struct mnemonic *m, const struct x86_stmt *s);
/* The form for a statement, or NULL (reported). */
const struct x86_form *x86_match(struct front *F, struct x86 *X, const struct mnemonic *m, struct x86_stmt *s);
/* A form of the same meaning and fewer bytes, or f; operands may change places. */
const struct x86_form *x86_shorten(const struct mnemonic *m, const struct x86_form *f, struct x86_stmt *s);
/* Is there one? Nothing is reported. dynasm: one of those that DynASM may have. */
bool x86_fits(const struct x86 *X, const struct mnemonic *m, const struct x86_stmt *s, bool dynasm);
void x86_emit(struct front *F, struct x86 *X, const struct x86_form *f, struct x86_stmt *s);
/* x86_att.c: does a statement look like AT&T syntax? */
bool x86_looks_att(const struct x86 *X, const struct stmt *st);
/* Prefixes that not every instruction takes. */
enum {
  X86_PREFIX_LOCK = 1, X86_PREFIX_REP = 2, X86_PREFIX_REPNE = 4, X86_PREFIX_XACQUIRE = 8, X86_PREFIX_XRELEASE = 16,
  X86_PREFIX_BND = 32, X86_PREFIX_NOTRACK = 64
};
/* Its X86_PREFIX_*, or 0. */
unsigned x86_prefix_bit(struct span name);
/* Can the instruction have these? In text for DynASM only a warning says no. False: reported. */
bool x86_prefix_check(struct front *F, const struct x86 *X, const struct x86_form *f, const struct x86_stmt *s,
                      unsigned bits);
/* x86_word.c: a number, or SIZE*number; sign included, modulo 2^64. */
bool x86_number(bool x64, struct span s, int64_t *out);

/* x86_memory.c */
/* "reg", "TYPE:reg", or "TYPE" with a default register. Bytes taken, 0 if it is none. */
size_t x86_base_reg(struct front *F, bool x64, struct span s, struct x86_reg *reg);
uint32_t x86_memory_kinds(const struct x86_operand *o);
/* Memory as other assemblers write it, in libdasm's dialect. False: it is none; else *ok is false if that was reported. */
bool x86_brackets_parse(struct front *F, bool x64, struct span s, struct x86_operand *o, bool *ok);
/* What stands between brackets. False: an error was reported. */
bool x86_memory_parse(struct front *F, bool x64, struct span inner, struct x86_operand *o);

#endif
