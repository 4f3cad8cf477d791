/* ppc.c - the ISAs ppc and ppc64: what they say of themselves. */
#include "isas.h"
#include "ppc.h"

/* Words of operands, in lower case. */
static bool is_word(const struct isa_state *S, struct span word)
{
  (void)S;
  return ppc_bit(word) >= 0;
}

#define PPC_ISA                                                                                    \
  .header = "dasm_ppc.h", .word_size = 4, .order = ORDER_BIG, .both_orders = true, .capstone = 4,  \
  .reach = (uint64_t)1 << 25, .rows = &ppc_plain.rows, .features = &ppc_features,                  \
  .state_size = sizeof(struct isa_state), .assemble = plain_assemble,                              \
  .is_register = plain_is_register, .is_reserved = plain_is_reserved, .reg_at = plain_reg_at,      \
  .is_word = is_word

/* They differ in addresses alone: text for the one may have the instructions of the other, as in
 * DynASM. */
const struct isa isa_ppc = {
  .name = "ppc",
  .ordered = { "ppcle", "ppcbe" },
  .id = ISA_PPC,
  .twin = &isa_ppc64,
  .address_size = 4,
  .capstone_mode = 4,
  PPC_ISA,
};
const struct isa isa_ppc64 = {
  .name = "ppc64",
  .ordered = { "ppc64le", "ppc64be" },
  .id = ISA_PPC64,
  .twin = &isa_ppc,
  .address_size = 8,
  .capstone_mode = 8,
  PPC_ISA,
};
