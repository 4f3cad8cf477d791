/* mips_row.c - all rows of MIPS, and what their operands are called. */
#include "mips.h"

#define I(mnemonic, operands, diagram, ...) mnemonic "\0" operands "\0" diagram "\0" #__VA_ARGS__,

static const char *const rows[] = {
#include "mips.def"
#include "mips_fp.def"
#include "mips_dsp.def"
#include "mips_dsp64.def"
#include "mips_msa.def"
#include "mips_vendor.def"
};

enum { NROWS = sizeof(rows) / sizeof(rows[0]) };

/* Fields that stand alone in diagrams. */
static const struct word_name names[] = {
  { "rd", 5 }, { "rs", 5 }, { "rt", 5 }, { "sa", 5 }, { "fd", 5 },
  { "fs", 5 }, { "ft", 5 }, { "fr", 5 }, { "wd", 5 }, { "ws", 5 },
  { "wt", 5 }, { "ac", 2 }, { "cc", 3 }, { "cr", 5 }, { "rq", 5 },
  { "fq", 5 }, { NULL, 0 },
};

#define REGISTER(name, class)                                                                      \
  {                                                                                                \
    name, PLAIN_REGISTER, class, 0, 0, NULL, 0, 0                                                  \
  }
#define NUMBER(name)                                                                               \
  {                                                                                                \
    name, PLAIN_NUMBER, 0, FIELD_UNSIGNED, 0, NULL, 0, 0                                           \
  }
#define SIGNED(name)                                                                               \
  {                                                                                                \
    name, PLAIN_NUMBER, 0, FIELD_SIGNED, 0, NULL, 0, 0                                             \
  }
#define MORE(name, kind, more, field)                                                              \
  {                                                                                                \
    name, kind, 0, FIELD_UNSIGNED, more, field, 0, 0                                               \
  }
#define COUNT(name, most, more)                                                                    \
  {                                                                                                \
    name, PLAIN_COUNT, most, FIELD_UNSIGNED, more, "msbd", 0, 0                                    \
  }
#define END(name, most, more)                                                                      \
  {                                                                                                \
    name, PLAIN_END, most, FIELD_UNSIGNED, more, "msbd", 0, 0                                      \
  }
/* Or a constant of so many bytes. */
#define LABEL(name, kind, bytes, origin, field)                                                    \
  {                                                                                                \
    name, kind, bytes, origin, 0, field, 0, 0                                                      \
  }

static const struct plain_operand operands[] = {
  REGISTER("rd", MIPS_R),
  REGISTER("rs", MIPS_R),
  REGISTER("rt", MIPS_R),
  REGISTER("fd", MIPS_F),
  REGISTER("fs", MIPS_F),
  REGISTER("ft", MIPS_F),
  REGISTER("fr", MIPS_F),
  REGISTER("rq", MIPS_R),
  REGISTER("fq", MIPS_F),
  REGISTER("wd", MIPS_W),
  REGISTER("ws", MIPS_W),
  REGISTER("wt", MIPS_W),
  REGISTER("ac", MIPS_AC),
  SIGNED("imm"),
  { "nimm", PLAIN_NUMBER, 0, FIELD_SIGNED | FIELD_NEGATED, 0, "imm", 0, 0 },
  NUMBER("uimm"),
  NUMBER("sa"),
  NUMBER("sa6"),
  NUMBER("bp"),
  NUMBER("pos"),
  NUMBER("msbd"),
  NUMBER("code"),
  NUMBER("code10"),
  NUMBER("lower"),
  NUMBER("lenm1"),
  NUMBER("pos6"),
  NUMBER("hint"),
  NUMBER("sel"),
  NUMBER("u"),
  NUMBER("h"),
  NUMBER("n"),
  REGISTER("cr", MIPS_R),
  REGISTER("cd", MIPS_R),
  REGISTER("cs", MIPS_R),
  { "cc", PLAIN_NUMBER, MIPS_CC, FIELD_UNSIGNED, 0, NULL, 0, 0 },
  { "c2", PLAIN_NUMBER, MIPS_CC, FIELD_UNSIGNED, 0, "cc", 0, 0 },
  MORE("sa2", PLAIN_NUMBER, -1, NULL),
  COUNT("size", 32, -1),
  COUNT("dsize", 64, -1),
  COUNT("size32", 64, -33),
  MORE("pos32", PLAIN_NUMBER, -32, "pos"),
  END("end", 32, -1),
  END("end32", 64, -33),
  END("top", 64, -33),
  LABEL("label", PLAIN_LABEL, 0, ORIGIN_END, "imm"),
  LABEL("target", PLAIN_REGION, 0, 0, "imm"),
  SIGNED("near"),
  LABEL("labelpc", PLAIN_LABEL, 0, ORIGIN_START, "near"),
  LABEL("labelpc4", PLAIN_LABEL, 4, ORIGIN_START, "near"),
  LABEL("labelpc8", PLAIN_LABEL, 8, ORIGIN_ALIGNED, "near"),
  { "FIXED", PLAIN_FIXED, 0, 0, 0, NULL, 0, 0 },
  { NULL, 0, 0, 0, 0, NULL, 0, 0 },
};

static const struct row_mode modes[] = {
  { "M32", 1 << MIPS_32 | 1 << MIPS_32R6 },
  { "M64", 1 << MIPS_64 | 1 << MIPS_64R6 },
  { "PRE6", 1 << MIPS_32 | 1 << MIPS_64 },
  { "REV6", 1 << MIPS_32R6 | 1 << MIPS_64R6 },
  { NULL, 0 },
};

static const struct plain_family families[] = {
  { "r", "r(n)", "a register r0 to r31 is expected", MIPS_R, 32, true },
  { "f", "f(n)", "a register f0 to f31 is expected", MIPS_F, 32, true },
  { "w", "w(n)", "a register w0 to w31 is expected", MIPS_W, 32, false },
  { "ac", "ac(n)", "an accumulator ac0 to ac3 is expected", MIPS_AC, 4, false },
  { "fcc", "fcc(n)", "a condition fcc0 to fcc7 is expected", MIPS_CC, 8, false },
  { "cc", "cc(n)", "a condition cc0 to cc7 is expected", MIPS_CC, 8, false },
  { NULL, NULL, NULL, 0, 0, false },
};

enum { ALL = 15, BITS32 = 5, BITS64 = 10 };

/* The names of the calling conventions, of which that of 64 bits has more arguments. */
static const struct plain_alias aliases[] = {
  { "sp", MIPS_R, 29, true, ALL },     { "ra", MIPS_R, 31, true, ALL },
  { "zero", MIPS_R, 0, false, ALL },   { "at", MIPS_R, 1, false, ALL },
  { "v0", MIPS_R, 2, false, ALL },     { "v1", MIPS_R, 3, false, ALL },
  { "a0", MIPS_R, 4, false, ALL },     { "a1", MIPS_R, 5, false, ALL },
  { "a2", MIPS_R, 6, false, ALL },     { "a3", MIPS_R, 7, false, ALL },
  { "t0", MIPS_R, 8, false, BITS32 },  { "t1", MIPS_R, 9, false, BITS32 },
  { "t2", MIPS_R, 10, false, BITS32 }, { "t3", MIPS_R, 11, false, BITS32 },
  { "t4", MIPS_R, 12, false, BITS32 }, { "t5", MIPS_R, 13, false, BITS32 },
  { "t6", MIPS_R, 14, false, BITS32 }, { "t7", MIPS_R, 15, false, BITS32 },
  { "a4", MIPS_R, 8, false, BITS64 },  { "a5", MIPS_R, 9, false, BITS64 },
  { "a6", MIPS_R, 10, false, BITS64 }, { "a7", MIPS_R, 11, false, BITS64 },
  { "t0", MIPS_R, 12, false, BITS64 }, { "t1", MIPS_R, 13, false, BITS64 },
  { "t2", MIPS_R, 14, false, BITS64 }, { "t3", MIPS_R, 15, false, BITS64 },
  { "s0", MIPS_R, 16, false, ALL },    { "s1", MIPS_R, 17, false, ALL },
  { "s2", MIPS_R, 18, false, ALL },    { "s3", MIPS_R, 19, false, ALL },
  { "s4", MIPS_R, 20, false, ALL },    { "s5", MIPS_R, 21, false, ALL },
  { "s6", MIPS_R, 22, false, ALL },    { "s7", MIPS_R, 23, false, ALL },
  { "t8", MIPS_R, 24, false, ALL },    { "t9", MIPS_R, 25, false, ALL },
  { "k0", MIPS_R, 26, false, ALL },    { "k1", MIPS_R, 27, false, ALL },
  { "gp", MIPS_R, 28, false, ALL },    { "fp", MIPS_R, 30, false, ALL },
  { "s8", MIPS_R, 30, false, ALL },    { NULL, 0, 0, false, 0 },
};

static const char *parse(const char *row, void *form)
{
  return plain_parse(&mips_plain, row, form);
}

static const char *at_run_time(const void *form, unsigned i)
{
  return plain_at_run_time(&mips_plain, form, i);
}

const struct plain mips_plain = {
  .rows = { .row = rows,
            .n = NROWS,
            .columns = 4,
            .modes = modes,
            .fields = names,
            .form_size = sizeof(struct plain_form),
            .parse = parse,
            .print = plain_print,
            .at_run_time = at_run_time },
  .families = families,
  .aliases = aliases,
  .operands = operands,
  .dollar = true,
  .part = mips_part,
  .escape = mips_escape,
};
