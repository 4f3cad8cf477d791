/* loongarch.c - LoongArch for check-oracle.
 *
 * GNU as is not asked: the first number that does not fit ends it, with all lines behind it.
 */
#include <stdio.h>
#include <string.h>

#include "words.h"

static const char *const isas[] = { "loongarch64", NULL };

static const struct word_tool tools[] = {
  { NULL,
    0,
    0,
    NULL,
    { "llvm-mc-19", "-triple=loongarch64", "-mattr=+f,+d,+lsx,+lasx,+lbt,+lvz,+frecipe",
      "-show-encoding" },
    "^jiscr" },
  { .width = 0 },
};

#define R "$zero|$ra|$tp|$sp|$t8|$r21|$s8|$f3|$vr1|5"
#define F "$f0|$fa1|$ft15|$fs7|$a0|$vr3|5"
#define V "$vr0|$vr31|$f2|$xr1|$a0"
#define X "$xr0|$xr31|$f2|$vr1|$a0"
#define C "$fcc0|$fcc7|$a0|$f1"

static const struct word_operand operands[] = {
  { "rd", "$a0|" R, NULL },
  { "rj", "$a1|" R, NULL },
  { "rk", "$a2|" R, NULL },
  { "fd", "$f4|" F, NULL },
  { "fj", "$f6|" F, NULL },
  { "fk", "$f8|" F, NULL },
  { "fa", "$f10|" F, NULL },
  { "vd", "$vr5|" V, NULL },
  { "vj", "$vr6|" V, NULL },
  { "vk", "$vr7|" V, NULL },
  { "va", "$vr8|" V, NULL },
  { "xd", "$xr5|" X, NULL },
  { "xj", "$xr6|" X, NULL },
  { "xk", "$xr7|" X, NULL },
  { "xa", "$xr8|" X, NULL },
  { "cd", "$fcc1|" C, NULL },
  { "cj", "$fcc2|" C, NULL },
  { "ca", "$fcc3|" C, NULL },
  { "sd", "$fcsr1|$fcsr0|$fcsr3|$a0", NULL },
  { "sj", "$fcsr1|$fcsr0|$fcsr3|$a0", NULL },
  { "td", "$scr1|$scr0|$scr3|$a0", NULL },
  { "tj", "$scr1|$scr0|$scr3|$a0", NULL },
  { "sa2", "2|1|4|0|5", NULL },
  { "label", "<1", NULL },
  { "0", "$zero|$a5", NULL },
  { NULL, NULL, NULL },
};

static const struct word_reason reasons[] = {
  { RUN_TIME, "^bstr(ins|pick)[.][dw] ", "both ends at run time are not compared with each other" },
  { SAME, NULL, NULL },
};

/* The others write the register of an address first: ld.w $a0, $a1, 8 for ld.w $a0, 8($a1). */
static void spell(const char *text, char *out, size_t size)
{
  const char *open = strchr(text, '('), *close = strchr(text, ')'), *start = open;

  if (!open || !close || open[1] != '$') {
    snprintf(out, size, "%s", text);
    return;
  }
  while (start > text && start[-1] != ' ')
    start--;
  snprintf(out, size, "%.*s%.*s, %.*s%s", (int)(start - text), text, (int)(close - open - 1),
           open + 1, (int)(open - start), start, close + 1);
}

const struct word_oracle oracle_loongarch = {
  .isas = isas,
  .tools = tools,
  .operands = operands,
  .reasons = reasons,
  .spell = spell,
};
