/* riscv.c - the ISAs riscv32 and riscv64: what they say of themselves. */
#include "isas.h"
#include "riscv.h"

static void open(struct front *F, struct isa_state *S)
{
  (void)F;
  ((struct riscv *)S)->rv64 = S->isa->mode == 1;
}

/* ---- statements -------------------------------------------------------------------- */

static void assemble(struct front *F, struct isa_state *S, const struct mnemonic *m, const struct stmt *st)
{
  struct riscv *R = (struct riscv *)S;
  struct riscv_stmt s;
  struct riscv_insn insn;
  uint16_t half;

  if (!riscv_stmt_parse(F, R, st, &s) || riscv_extern_part(F, R, &s) || riscv_labelled_access(F, R, &s) ||
      !riscv_match(F, R, m, &s, &insn))
    return;
  for (unsigned i = 0; i < insn.npairs; i++)
    build_block(F, OP_RISCV_DIFFER, 0, 0, insn.pair[i], 2, 0);
  if (riscv_short_branch(F, R, &insn, &half))
    build_le(F, half, 2);
  else if (insn.nvalue == 0 && !insn.label && insn.bytes == 4)
    riscv_word(F, R, (uint32_t)insn.unit);
  else
    riscv_emit(F, insn.unit, insn.bytes, insn.value, insn.nvalue);
  if (insn.label)
    build_ref(F, insn.label, insn.label_field);
}

/* ---- names --------------------------------------------------------------------------- */

static bool is_register(const struct isa_state *S, struct span name)
{
  struct riscv_reg reg;

  (void)S;
  return riscv_reg_parse(name, &reg);
}

static bool is_reserved(const struct isa_state *S, struct span name)
{
  (void)S;
  return span_is(name, "ra") || span_is(name, "sp");
}

static bool is_word(const struct isa_state *S, struct span word)
{
  (void)S;
  return riscv_csr(word) >= 0 || riscv_rounding(word) >= 0;
}

static bool reg_at(const struct isa *isa, size_t *index, struct isa_reg *out)
{
  static const char *const words[][2] = {[RISCV_X] = {"x", "x(n)"}, [RISCV_F] = {"f", "f(n)"}, [RISCV_V] = {"v", "v(n)"}};
  struct riscv_reg reg;

  (void)isa;
  out->name = riscv_reg_name(*index, &reg);
  if (out->name) {
    out->kind = words[reg.class][0];
    out->number = reg.num;
    out->run_time = words[reg.class][1];
  } else {
    out->name = riscv_csr_name(*index - RISCV_NAMES, &out->number);
    out->kind = "csr";
    out->run_time = "csr(n)";
  }
  ++*index;
  return out->name != NULL;
}

#define RISCV_ISA                                                                                                    \
  .word_size = 4, .order = ORDER_LITTLE, .capstone = 15, .reach = (uint64_t)1 << 20, .rows = &riscv_rows,             \
  .features = &riscv_features,                                                                                       \
  .state_size = sizeof(struct riscv), .open = open, .pseudo = riscv_pseudo, .pseudo_at = riscv_pseudo_at,            \
  .assemble = assemble, .dynasm_op = riscv_dynasm_op, .is_register = is_register,                                    \
  .is_reserved = is_reserved, .reg_at = reg_at, .is_word = is_word

const struct isa isa_riscv32 = {
  .name = "riscv32", .header = "dasm_riscv.h", .id = ISA_RISCV32, .mode = 0, .twin = &isa_riscv64, .address_size = 4, .capstone_mode = 1 | 4 /* C */, RISCV_ISA,
};
const struct isa isa_riscv64 = {
  .name = "riscv64", .header = "dasm_riscv.h", .id = ISA_RISCV64, .mode = 1, .twin = &isa_riscv32, .address_size = 8, .capstone_mode = 2 | 4, RISCV_ISA,
};
