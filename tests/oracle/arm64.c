/* arm64.c - AArch64 for check-oracle. */
#include "words.h"

static const char *const isas[] = {"arm64", NULL};

#define GNU(march) \
  {NULL, 32, true, NULL, {"aarch64-linux-gnu-as", "-march=" march, "-al", "--listing-lhs-width=8", "-o", "/dev/null"}, NULL}

static const struct word_tool tools[] = {
  {NULL, 32, false, NULL, {"llvm-mc-19", "-triple=aarch64", "-mattr=+all", "-show-encoding"}, "zt0, \\{"},
  GNU("armv9-a+sve2+sve2-aes+sve2-sm4+sve2-sha3+sve2-bitperm+sme+sme-f64+sme-i64+memtag+ls64+f64mm+f32mm+bf16+i8mm+rng+tme+sm4+sha3"
      "+crypto+flagm+pauth+fp16fml+mops+hbc+cssc"),
  {.width = 0},
};

static const struct word_reason reasons[] = {
  {MISSING, ", #-[0-9]+, lsl #12$", "a negative number with an amount: an alias that llvm-mc alone has"},
  {MISSING, "^[su]cvtf [hsd]1, [wx]2, #(-1|0|33|65)$", "llvm-mc 19 and GNU as 2.40 do not look at the number of bits of a fraction here"},
  {MISSING, "^(cpy|dup|mov) z1\\.[bhsd], .*#(-129|128|255)(,|$)", "others take 128, 255 and -129 for numbers of 8 bits with a sign"},
  {MISSING, "^ext v1\\.(8b|16b), ", "GNU as takes the low bits of an index"},
  {MISSING, "^mov w1, #0x[0-9a-f]{9}", "llvm-mc takes the low 32 bits"},
  {MISSING, "^ldpsw x[0-9]+, x[0-9]+, \\[x[0-9]+(\\], |, #-?[0-9]+\\]!)", "the manual leaves open what a base does that is loaded, too; others take it"},
  {MISSING, "^(ld[pr]|st[pr])[a-z]* .*(\\], #|\\]!)", "the same: GNU as warns"},
  {MISSING, "^ldp(sw)? ([a-z][0-9]+), \\2,", "the same of two registers that are one: GNU as warns"},
  {MISSING, "^stl?x[pr][bh]? ", "the same of a status that is stored, or an address: GNU as warns"},
  {MISSING, "^ldra[ab] .*\\]!", "the same: GNU as warns"},
  {MISSING, "[ ,]s1_0_c0_c0_0", "op0 is 2 or 3 in the manual; llvm-mc takes others"},
  {MISSING, "^tlbip alle3", "the manual has no such operation"},
  {EXTRA, "(vl9|plil1keep)", "a name that stands for nothing else is a value at run time"},
  {EXTRA, "^prfm [a-z0-9#]+, \\[(x[0-9]+|sp), #", "an offset that prfum has, as with ldr and ldur"},
  {EXTRA, "^movprfx ", "llvm-mc refuses what follows another movprfx"},
  {EXTRA, "^movi v[0-9]+\\.(8|16)b, #[0-9]+, lsl #0$", "the manual has it"},
  {EXTRA, " z1\\.b, .*0xfffffffe$", "the pattern of an int"},
  {EXTRA, "^dupm z1\\.b, #1$", "the manual has it; llvm-mc wants dup"},
  {EXTRA, "^zero \\{za1\\.s, za2\\.d\\}", "any tiles, as in the manual"},
  {DIFFERENT, "^mov w1, #0xffffffff0000ffff$", "movn and movz of the same value"},
  {DIFFERENT, "^mov z1\\.b, #-129$", "llvm-mc takes it for 127; the pattern is that of -129"},
  {RUN_TIME, "^mov [wx]", "at run time it is movz, as in DynASM; mov64 takes any number"},
  {RUN_TIME, "^(dsb|chkfeat) ", "which of the forms it is, is decided before"},
  {RUN_TIME, "^(sysp|tlbip) .*xzr, xzr$", "the pair of zero registers is another row"},
  {RUN_TIME, "[vz]31[^}]*[vz][0-2][.}]|p15[^}]*p0", "a list that goes on with the first register: at run time the last one must be one, too"},
  {SAME, NULL, NULL},
};

const struct word_oracle oracle_arm64 = {.isas = isas, .tools = tools, .reasons = reasons, .lines = arm64_lines};
