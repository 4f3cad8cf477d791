/* arm64.c - the ISA arm64: what it says of itself. */
#include "arm64.h"
#include "isas.h"

static void assemble(struct front *F, struct isa_state *S, const struct mnemonic *m, const struct stmt *st)
{
  a64_match(F, S, m, st);
}

static bool is_register(const struct isa_state *S, struct span name)
{
  struct a64_reg reg;

  (void)S;
  return name.n > 0 && a64_reg_parse(name, &reg) == name.n;
}

static bool is_reserved(const struct isa_state *S, struct span name)
{
  (void)S;
  return span_is(name, "sp") || span_is(name, "lr") || span_is(name, "xzr") || span_is(name, "wzr");
}

static bool is_word(const struct isa_state *S, struct span word)
{
  static const char *const words[] = {"lsl", "lsr", "asr", "ror", "msl", "uxtb", "uxth", "uxtw", "uxtx", "sxtb", "sxth", "sxtw", "sxtx",
                                      "mul", "vl"};
  unsigned reg;

  (void)S;
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
    if (span_is(word, words[i]))
      return true;
  /* ANY and FIRST are rather names of the program's than SVE's conditions. */
  return (a64_word(WORDS_COND, word, &reg) >= 0 && !reg) || a64_word(WORDS_PATTERN, word, &reg) >= 0;
}

static bool reg_at(const struct isa *isa, size_t *index, struct isa_reg *out)
{
  static const char *const kinds[][2] = {
    [A64_W] = {"w", "Rw(n)"}, [A64_X] = {"x", "Rx(n)"}, [A64_B] = {"b", "Rb(n)"}, [A64_H] = {"h", "Rh(n)"}, [A64_S] = {"s", "Rs(n)"},
    [A64_D] = {"d", "Rd(n)"}, [A64_Q] = {"q", "Rq(n)"}, [A64_V] = {"v", "Rv(n)"}, [A64_Z] = {"z", "Rz(n)"}, [A64_P] = {"p", "Rp(n)"},
    [A64_PN] = {"pn", "Rpn(n)"},
  };
  struct a64_reg reg;

  (void)isa;
  out->name = a64_reg_name((*index)++, out->text, &reg);
  if (!out->name)
    return false;
  out->kind = kinds[reg.class][0];
  out->number = reg.num;
  out->run_time = kinds[reg.class][1];
  return true;
}

const struct isa isa_arm64 = {
  .name = "arm64", .header = "dasm_arm64.h", .id = ISA_ARM64, .mode = 0, .address_size = 8, .word_size = 4, .order = ORDER_LITTLE, .capstone = 1,
  .reach = (uint64_t)1 << 27, .rows = &a64_rows, .features = &a64_features, .state_size = sizeof(struct isa_state),
  .pseudo = a64_pseudo, .pseudo_at = a64_pseudo_at, .assemble = assemble,
  .dynasm_op = a64_dynasm_op, .is_register = is_register, .is_reserved = is_reserved, .reg_at = reg_at, .is_word = is_word,
};
