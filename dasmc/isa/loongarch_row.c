/* loongarch_row.c - all rows of LoongArch, and what their operands are called. */
#include "loongarch.h"

#include "../../lib/isa/loongarch.h"

#define I(mnemonic, operands, diagram, ...) mnemonic "\0" operands "\0" diagram "\0" #__VA_ARGS__,

/* The same with vectors of 128 and of 256 bits: v and xv before the name, vd vj vk and xd xj xk, and one bit. */
#define VVV(name, bits, ...)                                                                       \
  I("v" name, "vd, vj, vk", "011100" bits " vk vj vd", LSX, __VA_ARGS__)                           \
  I("xv" name, "xd, xj, xk", "011101" bits " xk xj xd", LASX, __VA_ARGS__)
#define VV(name, bits, ...)                                                                        \
  I("v" name, "vd, vj", "011100" bits " vj vd", LSX, __VA_ARGS__)                                  \
  I("xv" name, "xd, xj", "011101" bits " xj xd", LASX, __VA_ARGS__)
#define CV(name, bits, ...)                                                                        \
  I("v" name, "cd, vj", "011100" bits " vj 00 cd", LSX, __VA_ARGS__)                               \
  I("xv" name, "cd, xj", "011101" bits " xj 00 cd", LASX, __VA_ARGS__)
#define VVR(name, bits, ...)                                                                       \
  I("v" name, "vd, vj, rk", "011100" bits " rk vj vd", LSX, __VA_ARGS__)                           \
  I("xv" name, "xd, xj, rk", "011101" bits " rk xj xd", LASX, __VA_ARGS__)
#define VR(name, bits, ...)                                                                        \
  I("v" name, "vd, rj", "011100" bits " rj vd", LSX, __VA_ARGS__)                                  \
  I("xv" name, "xd, rj", "011101" bits " rj xd", LASX, __VA_ARGS__)
/* With a number. */
#define VVN(name, bits, number, ...)                                                               \
  I("v" name, "vd, vj, " number, "011100" bits " " number " vj vd", LSX, __VA_ARGS__)              \
  I("xv" name, "xd, xj, " number, "011101" bits " " number " xj xd", LASX, __VA_ARGS__)
#define VN(name, bits, number, ...)                                                                \
  I("v" name, "vd, " number, "011100" bits " " number " vd", LSX, __VA_ARGS__)                     \
  I("xv" name, "xd, " number, "011101" bits " " number " xd", LASX, __VA_ARGS__)
#define VCMP(name, bits, ...)                                                                      \
  I("v" name, "vd, vj, vk", "0000110001" bits " vk vj vd", LSX, __VA_ARGS__)                       \
  I("xv" name, "xd, xj, xk", "0000110010" bits " xk xj xd", LASX, __VA_ARGS__)
#define VMUL(name, bits, ...)                                                                      \
  I("v" name, "vd, vj, vk, va", "00001001" bits " va vk vj vd", LSX, __VA_ARGS__)                  \
  I("xv" name, "xd, xj, xk, xa", "00001010" bits " xa xk xj xd", LASX, __VA_ARGS__)

static const char *const rows[] = {
#include "loongarch.def"
#include "loongarch_lbt.def"
#include "loongarch_vec.def"
};

enum { NROWS = sizeof(rows) / sizeof(rows[0]) };

/* Fields that stand alone in diagrams. */
static const struct word_name names[] = {
  { "rd", 5 },   { "rj", 5 },    { "rk", 5 },    { "fd", 5 },    { "fj", 5 },    { "fk", 5 },
  { "fa", 5 },   { "vd", 5 },    { "vj", 5 },    { "vk", 5 },    { "va", 5 },    { "xd", 5 },
  { "xj", 5 },   { "xk", 5 },    { "xa", 5 },    { "cd", 3 },    { "cj", 3 },    { "ca", 3 },
  { "sd", 2 },   { "sj", 2 },    { "td", 2 },    { "tj", 2 },    { "sa2", 2 },   { "csr", 14 },
  { "ui1", 1 },  { "ui2", 2 },   { "ui3", 3 },   { "ui4", 4 },   { "ui5", 5 },   { "ui6", 6 },
  { "ui7", 7 },  { "ui8", 8 },   { "ui12", 12 }, { "ui15", 15 }, { "si5", 5 },   { "si8", 8 },
  { "si10", 10 }, { "si12", 12 }, { "si13", 13 }, { "si14", 14 }, { "si16", 16 }, { "si20", 20 },
  { NULL, 0 },
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

static const struct plain_operand operands[] = {
  REGISTER("rd", LOONGARCH_R),
  REGISTER("rj", LOONGARCH_R),
  REGISTER("rk", LOONGARCH_R),
  REGISTER("fd", LOONGARCH_F),
  REGISTER("fj", LOONGARCH_F),
  REGISTER("fk", LOONGARCH_F),
  REGISTER("fa", LOONGARCH_F),
  REGISTER("vd", LOONGARCH_V),
  REGISTER("vj", LOONGARCH_V),
  REGISTER("vk", LOONGARCH_V),
  REGISTER("va", LOONGARCH_V),
  REGISTER("xd", LOONGARCH_X),
  REGISTER("xj", LOONGARCH_X),
  REGISTER("xk", LOONGARCH_X),
  REGISTER("xa", LOONGARCH_X),
  REGISTER("cd", LOONGARCH_FCC),
  REGISTER("cj", LOONGARCH_FCC),
  REGISTER("ca", LOONGARCH_FCC),
  REGISTER("sd", LOONGARCH_FCSR),
  REGISTER("sj", LOONGARCH_FCSR),
  REGISTER("td", LOONGARCH_SCR),
  REGISTER("tj", LOONGARCH_SCR),
  UNSIGNED("ui1"),
  UNSIGNED("ui2"),
  UNSIGNED("ui3"),
  UNSIGNED("ui4"),
  UNSIGNED("ui5"),
  UNSIGNED("ui6"),
  UNSIGNED("ui7"),
  UNSIGNED("ui8"),
  UNSIGNED("ui12"),
  UNSIGNED("ui15"),
  UNSIGNED("csr"),
  UNSIGNED("msb"),
  { .name = "lsb", .kind = PLAIN_LOWER, .flags = FIELD_UNSIGNED },
  SIGNED("si5"),
  SIGNED("si8"),
  SIGNED("si9"),
  SIGNED("si10"),
  SIGNED("si11"),
  SIGNED("si12"),
  SIGNED("si13"),
  SIGNED("si14"),
  SIGNED("si16"),
  SIGNED("si18"),
  SIGNED("si20"),
  { .name = "sa2", .kind = PLAIN_NUMBER, .flags = FIELD_UNSIGNED, .more = -1 },
  { .name = "label", .kind = PLAIN_LABEL, .flags = ORIGIN_START, .field = "offs" },
  { .name = "FIXED", .kind = PLAIN_FIXED },
  { .name = NULL },
};

static const struct plain_family families[] = {
  { "r", "r(n)", "a register r0 to r31 is expected", LOONGARCH_R, 32, true },
  { "fcc", "fcc(n)", "a condition flag fcc0 to fcc7 is expected", LOONGARCH_FCC, 8, true },
  { "fcsr", "fcsr(n)", "a control register fcsr0 to fcsr3 is expected", LOONGARCH_FCSR, 4, true },
  { "f", "f(n)", "a register f0 to f31 is expected", LOONGARCH_F, 32, true },
  { "vr", "vr(n)", "a register vr0 to vr31 is expected", LOONGARCH_V, 32, false },
  { "xr", "xr(n)", "a register xr0 to xr31 is expected", LOONGARCH_X, 32, false },
  { "scr", "scr(n)", "a register scr0 to scr3 is expected", LOONGARCH_SCR, 4, false },
  { NULL, NULL, NULL, 0, 0, false },
};

#define ABI(name, class, num)                                                                      \
  {                                                                                                \
    name, class, num, false, 1                                                                     \
  }
#define R(name, num) ABI(name, LOONGARCH_R, num)
#define F(name, num) ABI(name, LOONGARCH_F, num)

static const struct plain_alias aliases[] = {
  { "sp", LOONGARCH_R, 3, true, 1 },
  { "ra", LOONGARCH_R, 1, true, 1 },
  R("zero", 0),
  R("tp", 2),
  R("a0", 4),
  R("a1", 5),
  R("a2", 6),
  R("a3", 7),
  R("a4", 8),
  R("a5", 9),
  R("a6", 10),
  R("a7", 11),
  R("t0", 12),
  R("t1", 13),
  R("t2", 14),
  R("t3", 15),
  R("t4", 16),
  R("t5", 17),
  R("t6", 18),
  R("t7", 19),
  R("t8", 20),
  R("fp", 22),
  R("s9", 22),
  R("s0", 23),
  R("s1", 24),
  R("s2", 25),
  R("s3", 26),
  R("s4", 27),
  R("s5", 28),
  R("s6", 29),
  R("s7", 30),
  R("s8", 31),
  F("fa0", 0),
  F("fa1", 1),
  F("fa2", 2),
  F("fa3", 3),
  F("fa4", 4),
  F("fa5", 5),
  F("fa6", 6),
  F("fa7", 7),
  F("ft0", 8),
  F("ft1", 9),
  F("ft2", 10),
  F("ft3", 11),
  F("ft4", 12),
  F("ft5", 13),
  F("ft6", 14),
  F("ft7", 15),
  F("ft8", 16),
  F("ft9", 17),
  F("ft10", 18),
  F("ft11", 19),
  F("ft12", 20),
  F("ft13", 21),
  F("ft14", 22),
  F("ft15", 23),
  F("fs0", 24),
  F("fs1", 25),
  F("fs2", 26),
  F("fs3", 27),
  F("fs4", 28),
  F("fs5", 29),
  F("fs6", 30),
  F("fs7", 31),
  { NULL, 0, 0, false, 0 },
};

/* How a branch gets farther: b and bl by a stub, the others over a b; those of LBT do not. */
static uint8_t escape(const struct word *w)
{
  uint32_t opcode = (uint32_t)(w->fixed >> 26);

  if (opcode == 0x14 || opcode == 0x15)
    return LOONGARCH_ESCAPE_JUMP;
  if (opcode == 0x12)
    return (w->fixed >> 9 & 1) != 0 ? 0 : LOONGARCH_ESCAPE_FLAG;
  return LOONGARCH_ESCAPE_BRANCH;
}

static const char *parse(const char *row, void *form)
{
  return plain_parse(&loongarch_plain, row, form);
}

static const char *at_run_time(const void *form, unsigned i)
{
  return plain_at_run_time(&loongarch_plain, form, i);
}

const struct plain loongarch_plain = {
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
  .dollar = true,
  .escape = escape,
};
