/* arm.c - the ISA arm: what it says of itself. */
#include "arm.h"
#include "isas.h"

static const struct feature brings[] = {
  { "V4", "" },
  { "V4T", "V4" },
  { "V5T", "V4T" },
  { "V5TE", "V5T" },
  { "V6", "V5TE" },
  { "V6K", "V6" },
  { "V6T2", "V6K" },
  { "V7", "V6T2" },
  { "V8", "V7 SEC VIRT MP IDIV CRC" },
  { "VIRT", "SEC MP IDIV" },
  { "armv4", "V4" },
  { "armv5te", "V5TE" },
  { "armv6", "V6" },
  { "armv6k", "V6K" },
  { "armv6t2", "V6T2" },
  { "armv7-a", "V7" },
  { "armv7ve", "V7 VIRT" },
  { "armv8-a", "V8" },
  { "VFP3", "VFP2" },
  { "VFP4", "VFP3 FP16C" },
  { "FPV8", "VFP4" },
  { "NEON", "VFP3" },
  { "FP16", "FPV8" },
  { "FP16FML", "FP16" },
  { "AES", "NEON" },
  { "SHA2", "NEON" },
  { "DOTPROD", "NEON" },
  { "I8MM", "NEON" },
  { "BF16", "NEON" },
  { "FCMA", "NEON" },
  { "RDM", "NEON FPV8" },
  { "JSCVT", "FPV8" },
  { NULL, NULL },
};

const struct feature_table arm_features = { .brings = brings, .always = "BASE" };

static bool is_word(const struct isa_state *S, struct span word)
{
  (void)S;
  return arm_shift_type(word) >= 0;
}

const struct isa isa_arm = {
  .name = "arm",
  .header = "dasm_arm.h",
  .id = ISA_ARM,
  .mode = 0,
  .address_size = 4,
  .word_size = 4,
  .order = ORDER_LITTLE,
  .both_orders = true,
  .ordered = { "armel", "armeb" },
  .capstone = 0,
  .capstone_mode = 64, /* of version 8 */
  .reach = (uint64_t)1 << 25,
  .rows = &arm_rows,
  .features = &arm_features,
  .state_size = sizeof(struct isa_state),
  .find = arm_find,
  .assemble = arm_assemble,
  .is_register = arm_is_register,
  .is_reserved = arm_is_reserved,
  .reg_at = arm_reg_at,
  .is_word = is_word,
};
