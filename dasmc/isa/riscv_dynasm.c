/* riscv_dynasm.c - what the port of DynASM to RISC-V has: the names of its operations.
 *
 * Its programs may have macros for what it lacks, under names that are instructions here (LuaJIT has sext.b).
 */
#include "riscv.h"

/* By their number of operands; every name between blanks. */
static const char *const operations[] = {
  [0] =
    " ebreak ecall empty nop ret ",
  [1] =
    " call frcsr frflags frrm fscsr fsflagsi fsrm fsrmi j jal jalr jr rdcycle rdcycleh rdinstret"
    " rdinstreth rdtime rdtimeh ",
  [2] =
    " auipc beqz bgez bgtz blez bltz bnez csrrc csrrci csrrs csrrsi csrrw csrrwi fabs.d fclass.d"
    " fclass.s fcvt.d.l fcvt.d.lu fcvt.d.s fcvt.d.w fcvt.d.wu fcvt.l.d fcvt.l.s fcvt.lu.d"
    " fcvt.lu.s fcvt.s.d fcvt.s.l fcvt.s.lu fcvt.s.w fcvt.s.wu fcvt.w.d fcvt.w.s fcvt.wu.d"
    " fcvt.wu.s fld flw fmv.d fmv.d.x fmv.w.x fmv.x.d fmv.x.w fneg.d fscsr fsd fsflags fsflagsi"
    " fsqrt.d fsqrt.s fsrm fsrmi fsw jal jalr lb lbu ld lh lhu li lr.d lr.w lui lw lwu mv neg negw"
    " not sb sc.d sc.w sd seqz sext.w sgtz sh sltz snez sw zext.b ",
  [3] =
    " add addi addiw addw amoadd.d amoadd.w amoand.d amoand.w amomax.d amomax.w amomaxu.d"
    " amomaxu.w amomin.d amomin.w amominu.d amominu.w amoor.d amoor.w amoswap.d amoswap.w amoxor.d"
    " amoxor.w and andi beq bge bgeu bgt bgtu ble bleu blt bltu bne csrrc csrrci csrrs csrrsi"
    " csrrw csrrwi div divu divuw divw fadd.d fadd.s fcvt.d.l fcvt.d.lu fcvt.d.w fcvt.d.wu"
    " fcvt.l.d fcvt.l.s fcvt.lu.d fcvt.lu.s fcvt.s.l fcvt.s.lu fcvt.s.w fcvt.s.wu fcvt.w.d"
    " fcvt.w.s fcvt.wu.d fcvt.wu.s fdiv.d fdiv.s fence.i feq.d feq.s fle.d fle.s flt.d flt.s"
    " fmax.d fmax.s fmin.d fmin.s fmul.d fmul.s fsgnj.d fsgnj.s fsgnjn.d fsgnjn.s fsgnjx.d"
    " fsgnjx.s fsqrt.d fsqrt.s fsub.d fsub.s jalr mul mulh mulhsu mulhu mulw or ori rem remu remuw"
    " remw sll slli slliw sllw slt slti sltiu sltu sra srai sraiw sraw srl srli srliw srlw sub"
    " subw xor xori ",
  [4] =
    " fadd.d fadd.s fdiv.d fdiv.s fmadd.d fmadd.s fmsub.d fmsub.s fmul.d fmul.s fnmadd.d fnmadd.s"
    " fnmsub.d fnmsub.s fsub.d fsub.s ",
  [5] =
    " fmadd.d fmadd.s fmsub.d fmsub.s fnmadd.d fnmadd.s fnmsub.d fnmsub.s ",
};

bool riscv_dynasm_op(struct span name, unsigned nargs)
{
  const char *list = nargs < sizeof(operations) / sizeof(operations[0]) ? operations[nargs] : NULL;

  for (const char *p = list; name.n > 0 && p && *p; p = strchr(p + 1, ' '))
    if (strncmp(p + 1, name.p, name.n) == 0 && p[1 + name.n] == ' ')
      return true;
  return false;
}
