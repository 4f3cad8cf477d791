/* loongarch.c - the ISA loongarch64: what it says of itself. */
#include "loongarch.h"
#include "isas.h"

/* F and D are floating point of 32 and 64 bits, LSX and LASX vectors of 128 and 256; LBT is for translators of other
 * processors' code, LVZ for virtual machines. The rest are version 1.1 of the manual. */
static const struct feature brings[] = {
  { "F", "" },      { "D", "F" },   { "LSX", "D" },    { "LASX", "LSX" }, { "LBT", "" },
  { "LVZ", "" },    { "FRECIPE", "" }, { "LAM_BH", "" }, { "LAMCAS", "" },   { "LLACQ", "" },
  { "SCQ", "" },    { NULL, NULL },
};

static const struct feature_table features = { .brings = brings, .always = "BASE" };

/* Words of libdasm's dialect that no C expression begins with. */
static bool is_word(const struct isa_state *S, struct span word)
{
  (void)S;
  return word.n > 1 && word.p[0] == '$';
}

const struct isa isa_loongarch64 = {
  .name = "loongarch64",
  .id = ISA_LOONGARCH64,
  .header = "dasm_loongarch64.h",
  .address_size = 8,
  .word_size = 4,
  .order = ORDER_LITTLE,
  .capstone = 18,
  .capstone_mode = 1u << 3,
  .reach = (uint64_t)1 << 27,
  .rows = &loongarch_plain.rows,
  .features = &features,
  .state_size = sizeof(struct isa_state),
  .assemble = plain_assemble,
  .is_register = plain_is_register,
  .is_reserved = plain_is_reserved,
  .reg_at = plain_reg_at,
  .is_word = is_word,
};
