/* isa.c - the ISAs that the encoder knows: one line each. */
#include "internal.h"
#include "isa/isas.h"

enum { LITTLE = 1 << ORDER_LITTLE, BIG = 1 << ORDER_BIG };

#define X86_WORDS \
  "load it with mov64, or have the code below 2 GiB (DASM_HEAP_LOW)", "load its address with mov64 and go through the register", \
  "branch to a jmp nearby, or use another instruction with jcc"

#define X64_WORDS \
  .wide_register = "mov64 loads 64 bits into a register", .wide_value = "mov64 and .qword take 64 bits", \
  .upper = "general registers from 16 on need the feature apxf, vector registers avx512f"

const struct isa_facts isa_table[ISA_COUNT] = {
    /*                   orders        nop, half of one  externs */
    [ISA_X86]         = {LITTLE,       1, 0x90,       0, false, 0, x86_measure, x86_perform, x86_widen, NULL, NULL, X86_WORDS,
                         .beyond = &x86_far},
    [ISA_X64]         = {LITTLE,       1, 0x90,       0, false, 0, x86_measure, x86_perform, x86_widen, NULL, NULL, X86_WORDS,
                         .beyond = &x64_far, X64_WORDS},
    [ISA_ARM64]       = {LITTLE | BIG, 4, 0xd503201f, 0, true, 0, arm64_measure, arm64_perform,
                         .dynasm_veneers = true, .beyond = &arm64_far},
    [ISA_ARM]         = {LITTLE | BIG, 4, 0xe1a00000, 0, true, .dynasm_more = 0},
    [ISA_PPC]         = {LITTLE | BIG, 4, 0x60000000, 0, true, .dynasm_more = -4},
    [ISA_PPC64]       = {LITTLE | BIG, 4, 0x60000000, 0, true, .dynasm_more = -4},
    [ISA_MIPS]        = {LITTLE | BIG, 4, 0x00000000, 0, true, .dynasm_more = 0},
    [ISA_MIPS64]      = {LITTLE | BIG, 4, 0x00000000, 0, true, .dynasm_more = 0},
    [ISA_RISCV32]     = {LITTLE,       4, 0x00000013, 1, true, 0, riscv_measure, riscv_perform,
                         riscv_widen, riscv_shortens, riscv_narrow, .beyond = &riscv_far},
    [ISA_RISCV64]     = {LITTLE,       4, 0x00000013, 1, true, 0, riscv_measure, riscv_perform,
                         riscv_widen, riscv_shortens, riscv_narrow, .beyond = &riscv_far},
    [ISA_LOONGARCH64] = {LITTLE,       4, 0x03400000, 0, true, .dynasm_more = 0},
    [ISA_S390X]       = {BIG,          2, 0x0700,     0, true, .dynasm_more = 0},
};

static void write_number(uint8_t *w, unsigned n, enum list_order order, uint32_t v)
{
  unsigned i;

  for (i = 0; i < n; i++)
    w[i] = (uint8_t)(v >> 8 * (order == ORDER_LITTLE ? i : n - 1 - i));
}

void isa_pad(const uint8_t *list, uint8_t *w, uint32_t n)
{
  const struct isa_facts *isa = isa_of(list);
  enum list_order order = (enum list_order)list[LIST_AT_ORDER];
  uint8_t *end = w + n;

  if (isa->nop_size == 1) {
    memset(w, (int)isa->nop, n);
    return;
  }
  for (; (size_t)(end - w) % (isa->half_nop ? 2 : isa->nop_size) != 0; w++)
    *w = 0; /* behind data */
  for (; (size_t)(end - w) % isa->nop_size != 0; w += 2)
    write_number(w, 2, order, isa->half_nop);
  for (; w < end; w += isa->nop_size)
    write_number(w, isa->nop_size, order, isa->nop);
}
