/* riscv.c - RISC-V for check-oracle. */
#include "words.h"

static const char *const isas[] = {"riscv64", "riscv32", NULL};

#define COMMON "+m,+a,+f,+d,+v,+h,+zicsr,+zifencei,+zihintpause,+zihintntl,+zawrs,+zicond,+zicbom,+zicboz,+zicbop,+zimop," \
  "+zfa,+zfh,+zba,+zbb,+zbc,+zbs,+zbkb,+zbkc,+zbkx,+zkn,+zks,+zkr,+svinval,+zabha,+zvbb,+zvbc,+zvkg,+zvkn,+zvks,+zvfh," \
  "+zvfbfmin,+zvfbfwma,+zfbfmin,+experimental-zacas,+experimental-zalasr,+experimental-zicfilp,+experimental-zicfiss"
#define VENDORS "+v,+xventanacondops,+xtheadba,+xtheadbb,+xtheadbs,+xtheadcondmov,+xtheadmac,+xtheadmempair,+xtheadmemidx,+xtheadfmemidx," \
  "+xtheadcmo,+xtheadsync,+xtheadvdot,+xsfcease,+xsifivecdiscarddlone,+xsifivecflushdlone,+xsfvcp,+xsfvqmaccdod,+xsfvqmaccqoq," \
  "+xsfvfwmaccqqq,+xsfvfnrclipxfqf"
#define LLVM(name, bits, attributes) \
  {name, bits, false, NULL, {"llvm-mc-19", "-triple=" name, "-mattr=" attributes, "-show-encoding", "-riscv-no-aliases"}, NULL}
#define GNU_SET "_zicsr_zifencei_zba_zbb_zbc_zbs_zbkb_zbkc_zbkx_zfh_zicbom_zicbop_zicboz_zawrs_zknd_zkne_zknh_zksed_zksh_svinval"
#define GNU(name, bits, march, abi, prologue) \
  {name, bits, true, prologue, {"riscv64-linux-gnu-as", "-march=" march, "-mabi=" abi, "-al", "--listing-lhs-width=8", "-o", "/dev/null"}, NULL}

static const struct word_tool tools[] = {
  LLVM("riscv64", 32, COMMON),
  LLVM("riscv64", 32, "+m,+a,+zicsr,+zfinx,+zdinx,+zhinx,+zhinxmin"),
  LLVM("riscv64", 32, "+m,+a,+f,+d," VENDORS),
  LLVM("riscv64", 16, COMMON ",+c,+zcmop,+zcb"),
  LLVM("riscv64", 16, "+m,+a,+zca,+zcb,+zcmp,+zcmt,+zbb"),
  GNU("riscv64", 32, "rv64imafdqvh" GNU_SET "_xtheadint", "lp64d", ".option norvc"),
  GNU("riscv64", 16, "rv64gcv" GNU_SET, "lp64d", ".option rvc"),
  LLVM("riscv32", 32, COMMON),
  LLVM("riscv32", 32, "+m,+a,+zicsr,+zfinx,+zdinx,+zhinx,+zhinxmin"),
  LLVM("riscv32", 32, "+m,+a,+f,+d," VENDORS ",+xcvbitmanip,+xcvmac,+xcvalu,+xcvmem,+xcvelw,+xcvsimd,+xcvbi"),
  LLVM("riscv32", 16, COMMON ",+c,+zcmop,+zcb"),
  LLVM("riscv32", 16, "+m,+a,+zca,+zcb,+zcmp,+zcmt,+zbb"),
  LLVM("riscv32", 16, "+zca,+xwchc"),
  GNU("riscv32", 32, "rv32imafdvh" GNU_SET "_xtheadfmv_xtheadint", "ilp32d", ".option norvc"),
  GNU("riscv32", 16, "rv32gcv" GNU_SET, "ilp32d", ".option rvc"),
  {.width = 0},
};

#define X "x0|x1|x2|x8|x15|x16|x31|a0|zero|fp|t6|f3|v1|x32|5"
#define X3 "x9|x15|a0|x7|x16|f9"
#define F "f0|f31|fa0|ft11|x3|v3|f32"
#define V "v0|v1|v2|v4|v31|x3|f3|v32"

static const struct word_operand operands[] = {
  {"rd", "x5|" X, NULL},       {"rs1", "x6|" X, NULL},      {"rs2", "x7|" X, NULL},      {"rs3", "x9|" X, NULL},
  {"rd!odd", "x4|" X, NULL},   {"rs1!odd", "x6|" X, NULL},  {"rs2!odd", "x8|" X, NULL},  {"rd!odd!x0", "x4|" X, NULL},
  {"rd'", "x8|" X3, NULL},     {"rs1'", "x10|" X3, NULL},   {"rs2'", "x11|" X3, NULL},
  {"fd", "f5|" F, NULL},       {"fs1", "f6|" F, NULL},      {"fs2", "f7|" F, NULL},      {"fs3", "f8|" F, NULL},
  {"fd'", "f8|f15|fs1|f7|f16|x8", NULL}, {"fs2'", "f9|f15|fa5|f7|f16|x8", NULL},
  {"vd", "v8|" V, NULL},       {"vs1", "v24|" V, NULL},     {"vs2", "v16|" V, NULL},     {"vs3", "v8|" V, NULL},
  {"vs", "v8|" V, NULL},       {"v0", "v0|v1", NULL},       {"vm", "v0.t|v0|v1.t", NULL},
  {"rm", "rtz|rne|rdn|rup|rmm|dyn|rxx", NULL}, {"rm=rne", "rtz|rne|rdn|rup|rmm|dyn|rxx", NULL}, {"rtz", "rtz|rne|dyn", NULL},
  {"csr", "fcsr|mstatus|cycle|mhartid|satp|0|1|4095|4096|-1|nosuch|x1", NULL},
  {"pred", "iorw|rw|r|w|i|o|io|wr|0|x", NULL}, {"succ", "iorw|rw|r|w|i|o|io|wr|0|x", NULL},
  {"fli", "1.0|-1.0|min|0.0625|0.5|2.5|65536.0|inf|nan|3.5|x1", NULL},
  {"rlist", "{ra, s0}|{ra}|{ra, s0-s1}|{ra, s0-s9}|{ra, s0-s10}|{ra, s0-s11}|{s0}|{ra, s1}", NULL},
  {"spimm", "16|-16|-32|-64|-80|32|48|64|80|8|-8|0", NULL},
  {"sreg1", "s0|s1|s2|s7|a0|s8", NULL}, {"sreg2", "s1|s0|s2|s7|a0|s8", NULL}, {"ssreg", "x1|x5|ra|t0|x2", NULL},
  {"sp", "sp|x2|x3", NULL},    {"x1", "x1|ra|x5", NULL},    {"x5", "x5|t0|x1", NULL},
  {"vtype", "e32, m1, ta, ma|e8, mf8, tu, mu|e64, m8, ta, mu|e16, mf4, tu, ma|e8, m2, ta, ma|e32, mf2, ta, ma|e128, m1, ta, ma|e32, m16, ta, ma|0|1023|2047|2048|-1", NULL},
  {"rnum", "0|1|10|11|15|16|-1", NULL}, {"jtindex", "0|1|31|32|-1", NULL}, {"jaltindex", "32|255|31|256|0|-1", NULL},
  {"luimm", "1|31|32|0|0xfffe0|0xfffff|0xfffdf|0x100000|-1", NULL},
  {"0", "0|1", NULL},        {"3", "3|4", NULL},           {"4", "4|3", NULL},
  {"label", "<1", NULL},       {"imm-1", NULL, "imm"},      {"nzimm-1", NULL, "nzimm"},
  {NULL, NULL, NULL},
};

#define WORD "(x32|nosuch|wr|x|v1\\.t)"
static const struct word_reason reasons[] = {
  {EXTRA, "[ (]" WORD "(,|\\)|$)", "a name that stands for nothing else is a value at run time"},
  {EXTRA, "^jalr .*1\\(5\\)$", "the same: an expression"},
  {EXTRA, "^fcvt\\.q\\.", "the manual has a rounding mode in them; GNU as 2.40 takes none, for they are exact, and llvm-mc 19 does not know Q"},
  {MISSING, "^v[a-z0-9.]+ v0, ", "the result is in v0, which is the mask: reserved, and llvm-mc refuses it; GNU as does not look"},
  {MISSING, "^v(l|s|mv)[248]r", "a group of registers that is not aligned: reserved, and llvm-mc refuses it; GNU as does not look"},
  {MISSING, "^(c\\.)?(j|jal)( x5)?$", "GNU as takes jumps without a target, llvm-mc takes x5 for the name of one"},
  {RUN_TIME, "^vms(lt|ge)u\\.vi [^,]*, [^,]*, 0(,|$)", "what it becomes for 0 is another instruction, vmsne.vv or vmseq.vv, and at run time the value is refused"},
  {EXTRA, "^(th|cv)\\.[a-z]+ x[57], (x7, )?0\\(x6\\)", "0(x6) is (x6), as it is for the others in vector loads"},
  {MISSING, "^cv\\.(extractu?|insert|shuffle\\.sci)\\.[hb] x[0-9]+, x[0-9]+, ([1-9]|[1-6][0-9])$",
   "a half word or byte that the register does not have: the manual of CORE-V has no bits for its number, llvm-mc 19 takes six"},
  {MISSING, "^cv\\..*[( ][fv][0-9]+[()]", "llvm-mc 19 does not look what kind of registers these are"},
  {SAME, NULL, NULL},
};

const struct word_oracle oracle_riscv = {.isas = isas, .tools = tools, .operands = operands, .reasons = reasons};
