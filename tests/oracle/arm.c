/* arm.c - A32 for check-oracle. */
#include "words.h"

static const char *const isas[] = { "arm", NULL };

#define LIST "-al", "--listing-lhs-width=8", "-o", "/dev/null"
#define GNU(march, fpu, which)                                                                     \
  {                                                                                                \
    NULL, 32, which, ".syntax unified", { "arm-linux-gnueabihf-as", march, fpu, LIST }, NULL       \
  }

static const struct word_tool tools[] = {
  { NULL,
    32,
    0,
    NULL,
    { "llvm-mc-19", "-triple=armv8.6a",
      "-mattr=+aes,+sha2,+fullfp16,+fp16fml,+dotprod,+bf16,+i8mm,+crc,+trustzone,+virtualization,"
      "+mp,+hwdiv-arm,+sb,+ras,+dsp",
      "-show-encoding" },
    NULL },
  GNU("-march=armv8.6-a+crypto+fp16+i8mm+bf16+sb+predres", "-mfpu=crypto-neon-fp-armv8", 1),
  GNU("-march=armv7ve", "-mfpu=neon-vfpv4", 1),
  { .width = 0 },
};

static const struct word_reason reasons[] = {
  { MISSING, "[ ,[-]pc", "the manual leaves open what pc does here; others take it" },
  { EXTRA, "^[a-z]+ .*pc, .*(ls[lr]|asr|ror) r[0-9]+$|^(ls[lr]|asr|ror) .*pc",
    "the manual leaves open what pc does in a shift by a register; others take it in some" },
  { MISSING, "^[us]m[a-z0-9]* (r[0-9]+), \\1,",
    "the registers of a result must differ; GNU as warns" },
  { MISSING, "^(tst|teq|cmp|cmn)s", "these always set the flags" },
  { MISSING, "^blx s8$", "GNU as takes it for a label" },
  { MISSING, "^(udf|hvc)(ne|hs|lo) ", "there is no condition in the manual" },
  { MISSING, "^setend #0$", "GNU as takes any operand" },
  { MISSING, "^(ld|st)r[a-z]* (r[0-9]+), (r[0-9]+, )?\\[\\2(\\]|, .*!)",
    "the manual leaves open what a base does that is loaded or stored; GNU as warns" },
  { EXTRA, "^[a-z0-9]+al[. ]", "a condition that says always, where there is none" },
  { MISSING, "\\{r1, r1\\}", "a register is in the list twice; GNU as warns" },
  { MISSING, "\\{d0-d16\\}", "a list has at most 16 of these registers; GNU as takes more" },
  { MISSING, "^vmov r(8, r8|10, r10), ", "the registers of a result must differ; GNU as warns" },
  { MISSING, "^vmov (s8, s10|s10, s8)$|^vmov[.]f32 (r8, s10|s8, r10)$",
    "GNU as takes other types for these" },
  { MISSING, "^pkhtb r10, r8, r6, #(0|32)$",
    "llvm-mc takes an amount without its word, and the field as it is" },
  { EXTRA, "^vmov[.]f(32|64) .*#(2|-1)$", "another way to write a number" },
  { MISSING, "^(str|stl)ex[bhd]?[a-z]* ", "the same of a status that is stored, or an address" },
  { MISSING, "^(ldr|lda)exd r10, s11, ", "GNU as takes any second register" },
  { RUN_TIME, "(ls[rlo]|asr|ror).* #0(\\]!?)?$",
    "no shift: at run time the type is known and the amount must be one" },
  { RUN_TIME,
    "^(add|adc|sub|sbc|and|bic|cmp|cmn|mov|mvn)[a-z]* .*#(-|0x?f|257|0x101|0x1fe|6553[45])",
    "at run time the instruction is known, and the number must be one that it has" },
  { RUN_TIME, "#-0", "no sign of zero at run time" },
  { MISSING, "\\{s2, s1\\}", "registers in another order; GNU as sorts them" },
  { RUN_TIME, "^vmov[.]f", "the number must be known" },
  { RUN_TIME, "^vcmp", "that the number is 0 says which instruction it is" },
  { MISSING, "^(v|aes|sha)[a-z0-9]*(ne|al|hs|lo|s)([. ]|$)",
    "llvm-mc drops conditions and s from instructions that have none" },
  { MISSING, "^vcvt.* #(17|33)$", "llvm-mc takes more bits than the type has" },
  { MISSING, "^v(ld|st)[1-4][.].*, sp$", "llvm-mc takes sp for !" },
  { MISSING, "^v(q?shlu?|shll|sli)[.].* #(-1|8|16|32|64)$",
    "llvm-mc takes a shift by -1, or by all bits, for another one" },
  { MISSING, "^vcvt[.].* #(0|-1)$", 
    "llvm-mc takes the conversion of integers for one with no bits behind the point" },
  { MISSING, "^v(mov|mvn|orr|bic)[.](i16|i32|f32) .*#",
    "llvm-mc looks for the constant among those of other sizes and of the opposite instruction" },
  { MISSING, "^v(add|sub)[.][if](8|16|32) q[0-9]+, q[0-9]+, r[0-9]+$|"
             "^vcvt[.](f16[.]f32|f32[.]f16|bf16[.]f32) q[0-9]+, q[0-9]+$",
    "GNU as takes the instruction of MVE" },
  { MISSING, "^vcvt[.](f32[.][su]32|[su]32[.]f32) (q[0-9]+, d|d[0-9]+, q)[0-9]+, #",
    "GNU as does not compare the sizes of the registers" },
  { MISSING, "^vdup[.](16|32) [dq][0-9]+, d[0-9]+\\[[24]\\]$",
    "GNU as takes more lanes than there are" },
  { MISSING, "^vshll[.][su]8 .* #9$", "GNU as takes a shift that is no instruction" },
  { MISSING, "^v(r|q|qr|s|rs)?shru?n?[.].* #0$", "GNU as makes another instruction of no shift" },
  { MISSING, "^vtb[lx][.]8 .*, q10$", "llvm-mc takes q10 for d20" },
  { RUN_TIME, "^vshll(al)?[.]", "with the size of the type it is another instruction" },
  { RUN_TIME, "^(vmov|vmvn|vorr|vbic)(al)?[.]i(16|32) .*#",
    "the number says which instruction it is; at run time it is the first" },
  { RUN_TIME, "^vc(mla|add)(al)?[.].*#", "the rotation is part of the instruction" },
  { RUN_TIME, "^vc(eq|g[et]|l[et])(al)?[.].*#0", "that the number is 0 says which instruction it is" },
  { SAME, NULL, NULL },
};

const struct word_oracle oracle_arm = {
  .isas = isas,
  .tools = tools,
  .reasons = reasons,
  .lines = arm_lines,
};
