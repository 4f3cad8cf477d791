/* arm64.c - AArch64 for check-oracle. */
#include "words.h"

static const char *const isas[] = {"arm64", NULL};

#define GNU(march, which) \
  {NULL, 32, which, NULL, {"aarch64-linux-gnu-as", "-march=" march, "-al", "--listing-lhs-width=8", "-o", "/dev/null"}, NULL}

static const struct word_tool tools[] = {
  {NULL, 32, false, NULL, {"llvm-mc-19", "-triple=aarch64", "-mattr=+all", "-show-encoding"}, "zt0, \\{"},
  GNU("armv9-a+sve2+sve2-aes+sve2-sm4+sve2-sha3+sve2-bitperm+sme+sme-f64+sme-i64+memtag+ls64+f64mm+f32mm+bf16+i8mm+rng+tme+sm4+sha3"
      "+crypto+flagm+pauth+fp16fml+mops+hbc+cssc", 1),
  GNU("armv9.5-a+sve2+sve2p1+sve2-aes+sve2-sm4+sve2-sha3+sve2-bitperm+sme+sme2+sme2p1+sme-f64f64+sme-i16i64+sme-f16f16+sme-b16b16+sve-b16b16"
      "+memtag+ls64+fp8+fp8fma+fp8dot2+fp8dot4+faminmax+lut+sme-lutv2+sme-f8f16+sme-f8f32+ssve-fp8fma+ssve-fp8dot2+ssve-fp8dot4+rcpc3+the"
      "+d128+lse128+cssc+gcs+mops+brbe+rng+f64mm+f32mm+bf16+i8mm+tme+sm4+sha3+crypto+flagm+pauth+fp16fml+ite+predres2+pauth-lr+cpa", 2),
  {.width = 0},
};

static const struct word_reason reasons[] = {
  {MISSING, ", #-[0-9]+, lsl #12$", "a negative number with an amount: an alias that llvm-mc alone has"},
  {MISSING, "^[su]cvtf [hsd]1, [wx]2, #(-1|0|33|65)$", "llvm-mc 19 and GNU as 2.40 do not look at the number of bits of a fraction here"},
  {MISSING, "^(cpy|dup|mov) z1\\.[bhsd], .*#(-256|-129|128|255)(,|$)", "others take -256 to 255 for numbers of 8 bits with a sign"},
  {MISSING, "^(movi|mvni|orr|bic) v1\\.(2s|4h|8b), #-(1|128), (lsl|msl) #(0|8|16)$", "8 bits without sign, in their place: of a register -1 is more; GNU as takes it"},
  {MISSING, "^([su]q)?(add|sub|subr) z1\\.[bh], z1\\.[bh], #-(1|128|129|256)(, lsl #[08])?$", "without sign in the manual; GNU as takes numbers modulo 256"},
  {MISSING, "^ldff1[a-z]+ \\{z5\\.[sd]\\}, p7/z, \\[z2\\.[sd], #-?[0-9]+\\]$", "GNU as 2.40 drops an offset that is out of range"},
  {MISSING, "^msr midr_el1, x5$", "it can only be read; GNU as warns"},
  {MISSING, "^ext v1\\.(8b|16b), ", "GNU as takes the low bits of an index"},
  {MISSING, "^mov w1, #0x[0-9a-f]{9}", "llvm-mc takes the low 32 bits"},
  {MISSING, "^ldpsw x[0-9]+, x[0-9]+, \\[x[0-9]+(\\], |, #-?[0-9]+\\]!)", "the manual leaves open what a base does that is loaded, too; others take it"},
  {MISSING, "^(ld[pr]|st[pr])[a-z]* .*(\\], #|\\]!)", "the same: GNU as warns"},
  {MISSING, "^ldp(sw)? ([a-z][0-9]+), \\2,", "the same of two registers that are one: GNU as warns"},
  {MISSING, "^stl?x[pr][bh]? ", "the same of a status that is stored, or an address: GNU as warns"},
  {MISSING, "[ ,]s1_0_c0_c0_0", "op0 is 2 or 3 in the manual; llvm-mc takes others"},
  {MISSING, "^tlbip alle3", "the manual has no such operation"},
  {EXTRA, "(vl9|plil1keep)", "a name that stands for nothing else is a value at run time"},
  {EXTRA, " z1\\.b, .*0xfffffffe$", "the pattern of an int"},
  {DIFFERENT, "^mov w1, #0xffffffff0000ffff$", "movn and movz of the same value"},
  {DIFFERENT, "^mov z1\\.b, #-129$", "llvm-mc takes it for 127; the pattern is that of -129"},
  {RUN_TIME, "^mov [wx]", "at run time it is movz, as in DynASM; mov64 takes any number"},
  {RUN_TIME, "^(dsb|chkfeat) ", "which of the forms it is, is decided before"},
  {RUN_TIME, "^(sysp|tlbip) .*xzr, xzr$", "the pair of zero registers is another row"},
  {RUN_TIME, "[vz]31[^}]*[vz][0-2][.}]|p15[^}]*p0", "a list that goes on with the first register: at run time the last one must be one, too"},
  {SAME, NULL, NULL},
};

/* Of lines in the tests of LLVM and binutils. */
static const struct word_reason theirs[] = {
  {MISSING, "[ (,#-][.](L[A-Za-z]| |-|$)|-[.]\\]$", "the place of the line, and names of GNU as"},
  {MISSING, "#[zp]0[.][bs]$", "names that are no register there"},
  {MISSING, "[ ,{\\[](fred|ada|hanah|bob|sam|dora|quentin|vesna|peter|zoe|foo|bar|baz|zbar|OBJECT|oBjEcT|zero)([] .,[]|$)", "names that the test gives registers"},
  {MISSING, "^(b|bc)[.][a-z]+ 1b$|^(t?bn?z|cbn?z|adrp?|ldr|ldrsw|b|bl|b[a-z][a-z]) .*1[bf]$", "labels of GNU as; 1b is the binary number here"},
  {MISSING, "^(add|sub|cmp|cmn)s? .*#-[0-9]+, lsl (0|12)$", "a negative number with an amount: an alias that llvm-mc alone has"},
  {MISSING, " z[0-9]+[.][hsd], .*#-?[0-9]+, lsl #0$", "256 times a number, and an amount too"},
  {MISSING, "^(dup|mov|cpy) z[0-9]+[.][bh], (p[0-9]+/[zm], )?#-?[0-9]+( [+] [0-9]+)?(, lsl #8)?$", "more than 8 bits with a sign: others take the low bits"},
  {MISSING, "^(add|sub)s x1, x2, w3, [us]xtx$", "what is extended from 64 bits is an x register"},
  {MISSING, "[ ,{\\[][xw]31([] ,!]|$)", "no register has this name in the manual"},
  {MISSING, "^(dup|mov) [bhsd]3, v4\\[1\\]$", "the type of the elements is missing"},
  {MISSING, "^fmov [hsd][0-9], #?0[xX]", "the bits of a number: fp8(n)"},
  {MISSING, "[ ,][sS][01]_[0-9]_", "op0 is 2 or 3 in the manual"},
  {MISSING, "^ext v0[.](8b|16b), ", "GNU as takes the low bits of an index"},
  {MISSING, "^[su]cvtf s0, w0, (0|33)$", "llvm-mc 19 does not look at the number of bits of a fraction here"},
  {MISSING, "\\[1 << 32\\]$", "llvm-mc takes the low 32 bits"},
  {MISSING, "^(cntp x0, pn0[.]b|while[a-z]+ pn8[.]b, x0, x0), #?[01]$", "the number of vectors is a word in the manual"},
  {MISSING, "^psel pn0, p0, p0|^mov (pn0[.]b, p0[.]b|p0[.]b, pn0[.]b)$", "an alias that the manual does not have"},
  {MISSING, "^(ld[pr]|st[pr])[a-z]* .*(\\], #|\\]!)|^ldp(sw)? ([a-z][0-9]+), \\3,|^stl?x[pr][bh]? |^ldra[ab] .*\\]!", "left open by the manual: GNU as warns"},
  {EXTRA, "^[Mm][Oo][Vv][Pp][Rr][Ff][Xx] ", "llvm-mc refuses what follows another movprfx"},
  {EXTRA, "^(and|bic|eon|eor|orn|orr|dupm|mov) z[0-9]+[.][bh], .*#0xfffffff[9e]$|^adr x0, #0xffffffff$", "the pattern of an int"},
  {EXTRA, "^mov x0, [01]b -|^tcancel 1b$", "a binary number here, a label to GNU as"},
  {EXTRA, "^csel x1, x2, x3, (n?last|n?first|nfrst|none|any|p(more|last)|t(cont|stop))$", "SVE's names of conditions"},
  {EXTRA, "zt0, \\{", "llvm-mc 19 crashes"},
  {EXTRA, "^mov [wx][0-9]+, [wx][0-9]+, lsl ", "DynASM has it: orr"},
  {EXTRA, "^movi v0[.]16b, 97, lsl 0$", "the manual has it"},
  {EXTRA, "^zero \\{ ?za[0-3]", "any tiles, as in the manual"},
  {EXTRA, "^(ld|st)1q Z0[.]Q ", "braces may be left out of a list of one"},
  {EXTRA, "^tblq ", "braces may be left out of a list of one"},
  {EXTRA, "^fcmeq .*, #0$|^movt zt0\\[#0\\]|^(autibsppc|retaasppc) #-\\(1<<18\\)[+]4$", "another way to write a number"},
  {EXTRA, "[ ,](ip|IP)[01]", "a name of the procedure call standard"},
  {EXTRA, "^fmul , s0", "a comma before the first operand, as in DynASM"},
  {DIFFERENT, "^mov x0, 1b$", "a binary number here, a label to GNU as"},
  {DIFFERENT, "^mov z0[.][bh], #-", "the pattern of a number that has more bits"},
  {SAME, NULL, NULL},
};

const struct word_oracle oracle_arm64 = {.isas = isas, .tools = tools, .reasons = reasons, .theirs = theirs, .lines = arm64_lines};
