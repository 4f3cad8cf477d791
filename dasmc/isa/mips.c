/* mips.c - the ISAs mips and mips64, and their release 6, which has other encodings: what they say
 * of themselves. */
#include "isas.h"
#include "mips.h"

static const struct feature brings[] = {
  { "R1", "" },    { "R2", "R1" },     { "R3", "R2" },       { "R5", "R3" }, { "FPU", "" },
  { "PS", "FPU" }, { "MIPS3D", "PS" }, { "MSA", "LSA FPU" }, { "DSP", "" },  { "DSPR2", "DSP" },
  { "EVA", "" },   { "XPA", "" },      { "MT", "" },         { "VIRT", "" }, { "CRC", "" },
  { "GINV", "" },  { "WP", "" },       { "LSA", "" },
  { "DSPR3", "DSPR2" },
  { "SMARTMIPS", "" },
  { "MCU", "" },
  { "OCTEON", "R2" },
  { "OCTEONP", "OCTEON" },
  { "OCTEON2", "OCTEONP" },
  { "OCTEON3", "OCTEON2 R5" },
  { "LOONGSON-MMI", "FPU" },
  { "LOONGSON-CAM", "" },
  { "LOONGSON-EXT", "" },
  { "LOONGSON-EXT2", "LOONGSON-EXT" },
  { NULL, NULL },
};

static const char *const of_mode[] = {
  [MIPS_32] = "",
  [MIPS_64] = "",
  [MIPS_32R6] = "R5 LSA WP",
  [MIPS_64R6] = "R5 LSA WP",
};

static const struct feature_table features = { .brings = brings,
                                               .always = "BASE",
                                               .of_mode = of_mode };

/* Words of libdasm's dialect that no C expression begins with. */
static bool is_word(const struct isa_state *S, struct span word)
{
  (void)S;
  return word.n > 1 && word.p[0] == '$';
}

static void assemble(struct front *F, struct isa_state *S, const struct mnemonic *m,
                     const struct stmt *st)
{
  struct build_place before = build_place(F);

  S->chosen = NULL;
  plain_assemble(F, S, m, st);
  if (S->chosen)
    mips_slot_after(F, (struct mips *)S, st->op, before);
}

static void begin(struct isa_state *S)
{
  ((struct mips *)S)->slot = MIPS_SLOT_NONE;
}

#define MIPS_ISA                                                                                   \
  .header = "dasm_mips.h", .word_size = 4, .order = ORDER_BIG, .both_orders = true, .capstone = 3, \
  .reach = (uint64_t)1 << 17, .rows = &mips_plain.rows, .features = &features,                     \
  .state_size = sizeof(struct mips), .begin = begin, .prepare = mips_prepare, .leave = mips_slot_leave,                     \
  .pseudo = mips_pseudo, .pseudo_at = mips_pseudo_at, .pseudo_own = true, .assemble = assemble,    \
  .is_register = plain_is_register, .is_reserved = plain_is_reserved, .reg_at = plain_reg_at,      \
  .is_word = is_word

const struct isa isa_mips = {
  .name = "mips",
  .ordered = { "mipsel", "mipseb" },
  .id = ISA_MIPS,
  .mode = MIPS_32,
  .twin = &isa_mips64,
  .address_size = 4,
  .capstone_mode = 4,
  .variant = &isa_mips_r6,
  .variant_if = "MIPSR6",
  MIPS_ISA,
};
const struct isa isa_mips64 = {
  .name = "mips64",
  .ordered = { "mips64el", "mips64eb" },
  .id = ISA_MIPS64,
  .mode = MIPS_64,
  .twin = &isa_mips_r6,
  .address_size = 8,
  .capstone_mode = 8,
  .variant = &isa_mips64_r6,
  .variant_if = "MIPSR6",
  MIPS_ISA,
};
const struct isa isa_mips_r6 = {
  .name = "mips_r6",
  .ordered = { "mips_r6el", "mips_r6eb" },
  .id = ISA_MIPS,
  .mode = MIPS_32R6,
  .twin = &isa_mips64_r6,
  .address_size = 4,
  .capstone_mode = 64,
  MIPS_ISA,
};
const struct isa isa_mips64_r6 = {
  .name = "mips64_r6",
  .ordered = { "mips64_r6el", "mips64_r6eb" },
  .id = ISA_MIPS64,
  .mode = MIPS_64R6,
  .twin = &isa_mips,
  .address_size = 8,
  .capstone_mode = 64 | 8,
  MIPS_ISA,
};
