/* ppc_row.c - all rows of PowerPC, and what their operands are called. */
#include "ppc.h"

#include "../../lib/isa/ppc.h"

#define I(mnemonic, operands, diagram, ...) mnemonic "\0" operands "\0" diagram "\0" #__VA_ARGS__,
/* With the manual's Rc bit at the end: two rows, the second one with a dot. With OE besides: four
 * rows, the diagram is cut where the bit stands. */
#define R(mnemonic, operands, diagram, ...)                                                        \
  I(mnemonic, operands, diagram "0", __VA_ARGS__)                                                  \
  I(mnemonic ".", operands, diagram "1", __VA_ARGS__)
#define O(mnemonic, operands, before, after, ...)                                                  \
  R(mnemonic, operands, before " 0 " after " ", __VA_ARGS__)                                       \
  R(mnemonic "o", operands, before " 1 " after " ", __VA_ARGS__)

/* A trap on a comparison, of words and doublewords. */
#define T(condition, to)                                                                           \
  I("tw" condition, "rA, rB", "011111 " to " rA rB 0000000100 0", BASE)                            \
  I("tw" condition "i", "rA, simm", "000011 " to " rA simm[15:0]", BASE)                           \
  I("td" condition, "rA, rB", "011111 " to " rA rB 0001000100 0", PPC64)                           \
  I("td" condition "i", "rA, simm", "000010 " to " rA simm[15:0]", PPC64)
/* Special registers: read, written, and both. */
#define G(name, number, ...) I("mf" name, "rD", "011111 rD " number " 0101010011 0", __VA_ARGS__)
#define P(name, number, ...) I("mt" name, "rS", "011111 rS " number " 0111010011 0", __VA_ARGS__)
#define S(name, number, ...) G(name, number, __VA_ARGS__) P(name, number, __VA_ARGS__)

static const char *const rows[] = {
#include "ppc_branch.def"
#include "ppc.def"
#include "ppc_system.def"
#include "ppc_spr.def"
#include "ppc_prefix.def"
#include "ppc_405.def"
#include "ppc_spe.def"
#include "ppc_v.def"
#include "ppc_vsx.def"
#include "ppc_dfp.def"
#include "ppc_mma.def"
};

/* hashst and hashchk: its offsets are -512 to -8. */
enum { HASH_ROOM = 512 };

enum { NROWS = sizeof(rows) / sizeof(rows[0]) };

/* Fields that stand alone in diagrams. */
static const struct word_name names[] = {
  { "rD", 5 },    { "rS", 5 },     { "rA", 5 },    { "rA0", 5 },    { "rB", 5 },   { "rC", 5 },
  { "fD", 5 },    { "fS", 5 },     { "fA", 5 },    { "fB", 5 },     { "fC", 5 },   { "vD", 5 },
  { "vS", 5 },    { "vA", 5 },     { "vB", 5 },    { "vC", 5 },     { "crD", 3 },  { "crS", 3 },
  { "aD", 3 },    { "crbD", 5 },   { "crbA", 5 },  { "crbB", 5 },   { "to", 5 },   { "bo", 5 },
  { "bi", 5 },    { "bt", 5 },     { "bh", 2 },    { "nb", 5 },     { "sh", 5 },   { "mb", 5 },
  { "me", 5 },    { "fxm", 8 },    { "31-sh", 5 }, { "32-mb'", 5 }, { "31-n", 5 }, { "32-n'", 5 },
  { "b", 5 },     { "n", 5 },      { "n-1", 5 },   { "b+n'", 5 },   { "32-n", 5 }, { "32-b'", 5 },
  { "b+n-1", 5 }, { "32-b-n", 5 }, { "b-n", 5 },   { NULL, 0 },
};

#define REGISTER(called, of)                                                                       \
  {                                                                                                \
    .name = called, .kind = PLAIN_REGISTER, .class = of                                            \
  }
#define UNSIGNED(called)                                                                           \
  {                                                                                                \
    .name = called, .kind = PLAIN_NUMBER, .flags = FIELD_UNSIGNED                                  \
  }
#define SIGNED(called)                                                                             \
  {                                                                                                \
    .name = called, .kind = PLAIN_NUMBER, .flags = FIELD_SIGNED                                    \
  }
/* With a sign or without; in text for DynASM only so. */
#define EITHER(called, of_dynasm)                                                                  \
  {                                                                                                \
    .name = called, .kind = PLAIN_NUMBER, .flags = FIELD_EITHER, .dynasm = of_dynasm               \
  }
/* A bit of the condition register. */
#define BIT(called)                                                                                \
  {                                                                                                \
    .name = called, .kind = PLAIN_NUMBER, .flags = FIELD_UNSIGNED, .words = PPC_BITS               \
  }

/* Or a constant of so many bytes. */
#define LABEL(called, bytes)                                                                       \
  {                                                                                                \
    .name = called, .kind = PLAIN_LABEL, .class = bytes, .flags = ORIGIN_START, .field = "imm"     \
  }

static const struct plain_operand operands[] = {
  REGISTER("rD", PPC_R),
  REGISTER("rS", PPC_R),
  REGISTER("rA", PPC_R),
  REGISTER("rB", PPC_R),
  REGISTER("rC", PPC_R),
  { .name = "rA0", .kind = PLAIN_BASE, .class = PPC_R },
  REGISTER("fD", PPC_F),
  REGISTER("fS", PPC_F),
  REGISTER("fA", PPC_F),
  REGISTER("fB", PPC_F),
  REGISTER("fC", PPC_F),
  REGISTER("vD", PPC_V),
  REGISTER("vS", PPC_V),
  REGISTER("vA", PPC_V),
  REGISTER("vB", PPC_V),
  REGISTER("vC", PPC_V),
  REGISTER("xD", PPC_X),
  REGISTER("xS", PPC_X),
  REGISTER("xA", PPC_X),
  REGISTER("xB", PPC_X),
  REGISTER("xC", PPC_X),
  REGISTER("crD", PPC_CR),
  REGISTER("crS", PPC_CR),
  REGISTER("aD", PPC_A),
  BIT("crbD"),
  BIT("crbA"),
  BIT("crbB"),
  BIT("bi"),
  SIGNED("simm"),
  SIGNED("si"),
  SIGNED("te"),
  { .name = "-simm", .kind = PLAIN_NUMBER, .flags = FIELD_SIGNED | FIELD_NEGATED, .field = "simm" },
  EITHER("imm16", FIELD_SIGNED),
  EITHER("imm8", FIELD_SIGNED),
  EITHER("d", FIELD_SIGNED),
  EITHER("usimm", FIELD_UNSIGNED),
  EITHER("bm", FIELD_UNSIGNED),
  UNSIGNED("uimm"),
  UNSIGNED("ui"),
  UNSIGNED("uim"),
  UNSIGNED("to"),
  UNSIGNED("bo"),
  UNSIGNED("bt"),
  UNSIGNED("bh"),
  UNSIGNED("nb"),
  UNSIGNED("sh"),
  UNSIGNED("mb"),
  UNSIGNED("me"),
  UNSIGNED("n"),
  UNSIGNED("b"),
  { .name = "mask", .kind = PLAIN_PATTERN, .class = TRANSFORM_RUN },
  UNSIGNED("fxm"),
  UNSIGNED("fm"),
  UNSIGNED("bf"),
  UNSIGNED("u"),
  UNSIGNED("w"),
  UNSIGNED("l"),
  UNSIGNED("lev"),
  { .name = "spr", .kind = PLAIN_NUMBER, .flags = FIELD_UNSIGNED, .words = PPC_SPRS },
  UNSIGNED("tbr"),
  UNSIGNED("sr"),
  UNSIGNED("ih"),
  UNSIGNED("ric"),
  UNSIGNED("prs"),
  UNSIGNED("ws"),
  UNSIGNED("t"),
  UNSIGNED("mo"),
  UNSIGNED("ct"),
  UNSIGNED("e"),
  UNSIGNED("dui"),
  UNSIGNED("duis"),
  UNSIGNED("bhrbe"),
  UNSIGNED("dcr"),
  UNSIGNED("pmr"),
  UNSIGNED("tmr"),
  UNSIGNED("sc"),
  UNSIGNED("pl"),
  UNSIGNED("ix"),
  UNSIGNED("xmsk"),
  UNSIGNED("ymsk"),
  UNSIGNED("pmsk"),
  EITHER("imm32", FIELD_EITHER),
  { .name = "hd", .kind = PLAIN_NUMBER, .flags = FIELD_UNSIGNED, .more = HASH_ROOM },
  SIGNED("addr"),
  { .name = "-d", .kind = PLAIN_NUMBER, .flags = FIELD_SIGNED | FIELD_NEGATED, .field = "d" },
  UNSIGNED("th"),
  UNSIGNED("eh"),
  UNSIGNED("r"),
  UNSIGNED("rmc"),
  UNSIGNED("sp"),
  UNSIGNED("s"),
  UNSIGNED("dcm"),
  UNSIGNED("dgm"),
  UNSIGNED("dcmx"),
  UNSIGNED("dm"),
  UNSIGNED("shw"),
  UNSIGNED("shb"),
  UNSIGNED("st"),
  UNSIGNED("six"),
  UNSIGNED("ps"),
  UNSIGNED("cy"),
  UNSIGNED("fc"),
  UNSIGNED("strm"),
  UNSIGNED("imm5"),
  UNSIGNED("mp"),
  LABEL("label", 0),
  LABEL("label4", 4),
  LABEL("label8", 8),
  LABEL("label16", 16),
  { .name = "FIXED", .kind = PLAIN_FIXED },
  { .name = NULL },
};

static const struct plain_family families[] = {
  { "r", "r(n)", "a register r0 to r31 is expected", PPC_R, 32, true },
  { "f", "f(n)", "a register f0 to f31 is expected", PPC_F, 32, true },
  { "v", "v(n)", "a register v0 to v31 is expected", PPC_V, 32, true },
  { "vs", "vs(n)", "a register vs0 to vs63 is expected", PPC_X, 64, true },
  { "cr", "cr(n)", "a field cr0 to cr7 is expected", PPC_CR, 8, true },
  { "acc", "acc(n)", "an accumulator acc0 to acc7 is expected", PPC_A, 8, false },
  { NULL, NULL, NULL, 0, 0, false },
};

static const struct plain_alias aliases[] = {
  { "sp", PPC_R, 1, true, 1 },
  { NULL, 0, 0, false, 0 },
};

/* How a branch gets farther: b and bl by a stub; what depends on a condition goes over a b, if it
 * has an opposite. */
static uint8_t escape(const struct word *w)
{
  uint32_t bo = w->fixed >> 21 & 31;

  if (w->width != 32 || w->fixed >> 26 == 18)
    return w->width == 32 ? PPC_ESCAPE_JUMP : 0;
  return (w->mask >> 21 & 31) == 31 && (bo & 0x14) != 0 ? PPC_ESCAPE_CONDITION : PPC_ESCAPE_ANY;
}

static const char *parse(const char *row, void *form)
{
  return plain_parse(&ppc_plain, row, form);
}

static const char *at_run_time(const void *form, unsigned i)
{
  return plain_at_run_time(&ppc_plain, form, i);
}

const struct plain ppc_plain = {
  .rows = { .row = rows,
            .n = NROWS,
            .columns = 4,
            .fields = names,
            .form_size = sizeof(struct plain_form),
            .parse = parse,
            .print = plain_print,
            .at_run_time = at_run_time },
  .families = families,
  .aliases = aliases,
  .operands = operands,
  .whole = 6,
  .word = ppc_word,
  .escape = escape,
};
