/* mips.c - MIPS for check-oracle. */
#include "words.h"

static const char *const isas[] = { "mips", "mips64", "mips_r6", "mips64_r6", NULL };

#define LLVM(name, triple, cpu, attributes)                                                        \
  {                                                                                                \
    name, 32, false, NULL,                                                                         \
        { "llvm-mc-19", "-triple=" triple, "-mcpu=" cpu, "-mattr=" attributes, "-show-encoding" }, \
        NULL                                                                                       \
  }
#define SET ".set noreorder; .set noat; .set nomacro"
#define GNU(name, ...)                                                                             \
  {                                                                                                \
    name, 32, true, SET, { "mips-linux-gnu-as", "-EB", __VA_ARGS__ }, NULL                         \
  }
#define LIST "-al", "--listing-lhs-width=8", "-o", "/dev/null"
#define ASES "+msa,+dspr2,+eva,+mt,+virt,+fp64"

static const struct word_tool tools[] = {
  LLVM("mips", "mips", "mips32r5", ASES),
  GNU("mips", "-march=mips32r5", "-mabi=32", "-mfp64", "-mmsa", "-mdspr2", "-meva", "-mvirt",
      "-mxpa", "-mmt", LIST),
  GNU("mips", "-march=mips32r2", "-mabi=32", "-mfp64", "-mips3d", LIST),
  LLVM("mips64", "mips64", "mips64r5", ASES),
  GNU("mips64", "-march=mips64r5", "-mabi=64", "-mmsa", "-mdspr2", "-meva", "-mvirt", "-mxpa",
      "-mmt", "-mips3d", LIST),
  GNU("mips64", "-march=mips64r2", "-mabi=o64", "-mips3d", LIST),
  GNU("mips", "-march=mips32r2", "-mabi=32", "-msmartmips", "-mmcu", LIST),
  GNU("mips64", "-march=mips64r2", "-mabi=o64", "-msmartmips", "-mmcu", LIST),
  LLVM("mips64", "mips64", "octeon+", "+cnmipsp"),
  GNU("mips64", "-march=octeon3", "-mabi=64", LIST),
  GNU("mips64", "-march=gs464e", "-mabi=64", "-mloongson-mmi", "-mloongson-cam", "-mloongson-ext2", LIST),
  LLVM("mips_r6", "mipsisa32r6", "mips32r6", "+msa,+dspr2,+eva,+virt,+crc,+ginv"),
  GNU("mips_r6", "-march=mips32r6", "-mabi=32", "-mmsa", "-mdspr2", "-meva", "-mvirt", "-mxpa",
      "-mcrc", "-mginv", "-mdspr3", "-mmcu", LIST),
  LLVM("mips64_r6", "mipsisa64r6", "mips64r6", "+msa,+dspr2,+eva,+virt,+crc,+ginv"),
  GNU("mips64_r6", "-march=mips64r6", "-mabi=o64", "-mmsa", "-mdspr2", "-meva", "-mvirt", "-mxpa",
      "-mcrc", "-mginv", "-mdspr3", "-mmcu", LIST),
  { .width = 0 },
};

#define R "$zero|$at|$v0|$a3|$t8|$gp|$ra|$f3|$w1|5"
#define F "$f0|$f1|$f31|$a0|$w3|5"
#define W "$w0|$w31|$f2|$a0"

static const struct word_operand operands[] = {
  { "rd", "$v1|" R, NULL },
  { "rs", "$a1|" R, NULL },
  { "rt", "$a2|" R, NULL },
  { "fd", "$f4|" F, NULL },
  { "fs", "$f6|" F, NULL },
  { "ft", "$f8|" F, NULL },
  { "fr", "$f10|" F, NULL },
  { "rq", "$t0|" R, NULL },
  { "fq", "$f12|" F, NULL },
  { "nimm", NULL, "imm" },
  { "wd", "$w5|" W, NULL },
  { "ws", "$w6|" W, NULL },
  { "wt", "$w7|" W, NULL },
  { "ac", "$ac1|$ac0|$ac3|$ac4|$a0", NULL },
  { "cc", "$fcc1|$fcc0|$fcc7|$fcc8|$a0", NULL },
  { "c2", "$cc1|$cc0|$cc7|$cc8|-1", NULL },
  { "cr", "$3|$0|$31|$32|$f1|5", NULL },
  { "cd", "$3|$0|$7|$f1", NULL },
  { "cs", "$3|$0|$7|$f1", NULL },
  { "label", "<1", NULL },
  { "target", "<1", NULL },
  { "labelpc", "<1", NULL },
  { "labelpc4", "<1", NULL },
  { "labelpc8", "=5|$f1", NULL } /* a label must be aligned */,
  { "size", "4|1|32|0|33", NULL },
  { "size32", "40|33|64|32|65", NULL },
  { "pos32", "33|32|63|31|64", NULL },
  { "end", "4|1|32|0|33", NULL },
  { "top", "4|1|31|0|32", NULL },
  { "end32", "40|33|64|32|65", NULL },
  { "sa2", "1|4|0|5", NULL },
  { "0", "0|1", NULL },
  { "dsize", "4|1|32|0|33", NULL },
  { NULL, NULL, NULL },
};

static const struct word_reason reasons[] = {
  { MISSING, "^[a-z.]+ [$][a-z0-9]+(, [$][a-z0-9]+)?$",
    "GNU as takes the register of the result for an operand that is left out" },
  { MISSING, "[, ](32768|32769|65535|-32768)($|\\()",
    "GNU as takes a number of 16 bits without sign where it stands for one with sign" },
  { MISSING, "^(l|s)[a-z]+ .*[ ,]((-?[0-9]{3,7}|4)\\(|\\(5\\))",
    "GNU as makes several instructions of an offset that does not fit" },
  { MISSING, "^d?rotr .*, (-[0-9]+|32|33|64|65)$", "GNU as takes a rotation to the left" },
  { MISSING, "^d?insu? .*, 0$", "GNU as takes a number of no bits" },
  { MISSING, "^[a-z0-9.]+$",
    "the padding of the section, which GNU as lists at the last line" },
  { EXTRA, "^(aui|daui|dahi|dati|auipc|aluipc) .*-(3276[78]|1)$",
    "a number with sign, as in the manual" },
  { EXTRA, "^mov[ft](\\.(s|d|ps))? [^,]*, [^,]*$", "fcc0, as DynASM has it" },
  { EXTRA, "^c[ft]c1 .*[$]a0$", "GNU as has no names for control registers but $0 to $31" },
  { EXTRA, "^(rd|wr)dsp .*, (512|513|1022|1023|511)$", "the mask has ten bits in the manual" },
  { EXTRA, "^d?divu? [$][a-z0-9]+, [$][a-z0-9]+$", "others make a macro of it" },
  { RUN_TIME, "^d?(ext|ins)[mu]? ",
    "the ranges of both numbers, and so the instruction, are chosen by what is known; together "
    "they are not checked at run time" },
  { RUN_TIME, "^b(eq|ne|ov|nv)c ",
    "the order of the registers says which instruction it is: one of them must be known" },
  { MISSING,
    "^(add|addu|sub|subu|and|or|xor|nor|slt|sltu|sllv|srlv|srav|rotrv|dadd|daddu|dsub|dsubu|mul|"
    "dmul|s[lr][la]|rotr|div|divu|ddiv|ddivu) .*[, ](5|[$]a2, 5)$",
    "GNU as takes a number for another instruction, or several" },
  { DIFFERENT, "^d?divu? [$][a-z0-9]+, [$][a-z0-9]+$",
    "GNU as makes the macro of it that divides one register by another, and checks" },
  { DIFFERENT, "^(j|jal|jalx) <1$", "an absolute address" },
  { DIFFERENT, "^balign .*, [02]$", "GNU as makes other instructions of what is none" },
  { RUN_TIME, "^ldpc .*=", "the place of the constant" },
  { DIFFERENT, "^iret$", "the padding of the section" },
  { EXTRA, "^c[ft]tc1 .*[$]a0$", "the same" },
  { EXTRA, "^b(eq|ne) .*, [15], <1", "a number that goes through at, which others are told not to use" },
  { EXTRA, "^dmul [^,]*, [^,]*$", "the result is a source, as for mul" },
  { EXTRA, "^(cins|exts)(32)? ", "the last bit is beyond 63" },
  { EXTRA, "^(la[acdisw]d?|zcbt?) .*0\\(", "an offset of 0, as in ll" },
  { SAME, NULL, NULL },
};

const struct word_oracle oracle_mips = {
  .isas = isas, .tools = tools, .operands = operands, .reasons = reasons,
};
