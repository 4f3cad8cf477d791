/* arm64_dynasm.c - what DynASM has of AArch64: the names of its operations.
 *
 * Its programs may have macros for what it lacks, under names that are instructions here.
 */
#include "arm64.h"

/* By their number of operands; every name between blanks. */
static const char *const operations[] = {
  [0] =
    " autiasp autibsp brk nop paciasp pacibsp ret retaa retab ",
  [1] =
    " b bal bcc bcs beq bge bgt bhi bhs bl ble blo blr blraaz blrabz bls blt bmi bne bpl br braaz"
    " brabz brk bti bvc bvs ret ",
  [2] =
    " adr adrp braa brab cbnz cbz cls clz cmn cmp cset csetm fabs fcmp fcmpe fcvt fcvtas fcvtau"
    " fcvtms fcvtmu fcvtns fcvtnu fcvtps fcvtpu fcvtzs fcvtzu fmov fneg frinta frinti frintm"
    " frintn frintp frintx frintz fsqrt mov movk movn movz mvn neg negs ngc ngcs rbit rev rev16"
    " rev32 scvtf sxtb sxth sxtw tst ucvtf uxtb uxth ",
  [3] =
    " adc adcs add adds and ands asr bic bics cinc cinv cmn cmp cneg eon eor fadd fdiv fmax fmaxnm"
    " fmin fminnm fmul fnmul fsub lsl lsr mneg mov movk movn movz mul mvn neg negs orn orr ror sbc"
    " sbcs sdiv smnegl smulh smull sub subs tbnz tbz tst udiv umnegl umulh umull ",
  [4] =
    " add adds and ands bfi bfm bfxil bic bics ccmn ccmp csel csinc csinv csneg eon eor extr fccmp"
    " fccmpe fcsel fmadd fmsub fnmadd fnmsub madd msub orn orr sbfiz sbfm sbfx smaddl smsubl sub"
    " subs ubfiz ubfm ubfx umaddl umsubl ",
};

/* With any number. */
static const char loads[] = " ldp ldpsw ldr ldrb ldrh ldrsb ldrsh ldrsw stp str strb strh ";

static bool has(const char *list, struct span name)
{
  for (const char *p = list; name.n > 0 && p && *p; p = strchr(p + 1, ' '))
    if (strncmp(p + 1, name.p, name.n) == 0 && p[1 + name.n] == ' ')
      return true;
  return false;
}

bool a64_dynasm_op(struct span name, unsigned nargs)
{
  return (nargs < sizeof(operations) / sizeof(operations[0]) && has(operations[nargs], name)) || has(loads, name);
}
