/* ppc.c - PowerPC for check-oracle. */
#include <stdio.h>
#include <string.h>

#include "words.h"

static const char *const isas[] = {"ppc64", NULL};

#define GNU(...) {NULL, 0, true, ".text", {"powerpc64-linux-gnu-as", "-mregnames", __VA_ARGS__, "-al", "--listing-lhs-width=8", "-o", "/dev/null"}, NULL}

static const struct word_tool tools[] = {
  {NULL, 0, false, NULL, {"llvm-mc-19", "-triple=powerpc64", "-mcpu=future", "-mattr=+htm,+spe,+booke", "-show-encoding"},
   "^rlw[a-z]*\\.? [^,]*,[^,]*,[^,]*,[^,]*$" /* masks that are none */},
  GNU("-mpower10", "-many"),
  GNU("-mppc", "-maltivec"),
  GNU("-mpower8", "-mhtm"),
  GNU("-a32", "-me500"),
  GNU("-a32", "-m440"),
  GNU("-me6500"),
  {.width = 0},
};

#define R "r0|r1|r2|r15|r16|r31|sp"
#define F "f0|f1|f2|f15|f16|f31"
#define V "v0|v1|v2|v15|v16|v31"
#define X "vs0|vs1|vs2|vs31|vs32|vs33|vs63"
#define C "cr0|cr1|cr6|cr7"
#define B "lt|gt|eq|so|un|4*cr1+lt|4*cr7+so|4*cr2+eq|0|31|32|-1"

static const struct word_operand operands[] = {
  {"rD", "r4|" R, NULL},    {"rS", "r4|" R, NULL},    {"rA", "r6|r4|" R, NULL},    {"rA0", "r6|0|" R, NULL},
  {"rB", "r7|" R, NULL},   {"rC", "r8|" R, NULL},
  {"fD", "f4|" F, NULL},    {"fS", "f4|" F, NULL},    {"fA", "f6|" F, NULL},    {"fB", "f8|" F, NULL},    {"fC", "f9|" F, NULL},
  {"vD", "v4|" V, NULL},    {"vS", "v4|" V, NULL},    {"vA", "v6|" V, NULL},    {"vB", "v7|" V, NULL},    {"vC", "v9|" V, NULL},
  {"xD", "vs4|" X, NULL},   {"xS", "vs4|" X, NULL},   {"xA", "vs34|" X, NULL},  {"xB", "vs36|" X, NULL},  {"xC", "vs38|" X, NULL},
  {"aD", "acc1|acc0|acc7", NULL},
  {"crD", "cr5|" C, NULL},  {"crS", "cr3|" C, NULL},
  {"crbD", "gt|" B, NULL},  {"crbA", "eq|" B, NULL},  {"crbB", "so|" B, NULL},  {"bi", "eq|" B, NULL},
  {"bo", "12|4|20|0|2|16|18|31|32|-1", NULL}, {"to", "4|0|31|32|-1", NULL}, {"bt", "4|0|31|32|-1", NULL},
  {"fxm", "1|128|16|0|256|-1", NULL},
  {"n", "5|0|1|2|3|31|32|33|63|64|65|-1", NULL},
  {"-simm", "5|0|-1|-32767|32768|32769|-32768|65535", NULL},
  {"spr", "8|9|1|0|256|1023|1024|-1", NULL},
  {"label", "<1", NULL}, {"label4", "<1", NULL}, {"label8", "<1", NULL}, {"label16", "<1", NULL},
  {"0", "0", NULL}, {"1", "1", NULL}, {"tbr", "268|269|1|0|1023|1024|-1", NULL},
  {"b", "3|0|1|31|32|63|-1", NULL},
  {"mask", "0xff0|1|0x80000000|0x80000001|0xf000000f|0xffffffff|-1|-256|0|5|0xff00ff00|0x100000000|0x7fffffff", NULL},
  {"hd", "-8|-512|-16|-256|0|-4|-520|8", NULL},
  {"-d", "5|0|-1|-32767|32768|32769|-32768|65535", NULL},
  {NULL, NULL, NULL},
};

static const struct word_reason reasons[] = {
  {MISSING, "^cmpl?[wd]?i? cr5, (1, )?r6$|^icbt 1, r6$", "the others take a register's number for a number"},
  {MISSING, "^(addis|lis|addpcis) .*-(65537|65536|32769|65535|65534|49152|49151|49153)$|^addpcis r4, 6553[67]$", "the others take 17 bits and cut the highest off"},
  {MISSING, "^(dss|dst|dstst|dstt|dststt|vspltb|vsplth|vspltw|sc|scv|mtfsf\\.?|mtfsfi\\.?|mtcrf|mfspr|mtspr|tabort[dw]ci\\.|xxgenpcv[bhwd]m) ",
   "the others do not look at the highest bits of a number, or take a negative one for it"},
  {MISSING, "^(bc|bt|bf)[a-z]* .*-1(, 4)?$|^bc(lr|ctr|tar)l? 12, eq, |^bcl?a -1,|^sync 1, |^(wrteei|tlbre|tlbwe|m[ft](dcr|pmr|tb)) |^xxsplti.* -?(42949|21474)",
   "the others do not look at the highest bits of a number, or take a negative one for it"},
  {MISSING, "^(dcb|icb)[a-z]*\\.? 1, r6$|^tlbilxva r6$|^dcbt(st)?ds r6, r7$", "the others take a register's number for a number, or have a default"},
  {MISSING, "^(ext[lr]|ins[lr]|clrlsl)[wd]i\\.? ", "more bits than there are, or none, which the manual has no meaning for"},
  {EXTRA, "^clrlslwi\\.? r6, r4, 32, 5$", "the others look at b, of which only the difference to n is in the instruction"},
  {MISSING, "^mfsprg r[0-9]*, [4-7]$|^mtsprg [4-7],|^m[ft]sprg .*sp", "mfsprg4 and so on"},
  {DIFFERENT, "^mftb ", "the others have only the two of the time base"},
  {EXTRA, "^plq r0, ", "the others take the 0 that is no base for r0"},
  {MISSING, "^l.*u (r4, [0-9]+\\(r4\\))$|^l.*ux r4, r4, ", "llvm-mc does not look whether a register is loaded and updated"},
  {MISSING, "^(l|st)f?[bhwds][az]?ux? .*(\\(r0\\)|, r0, )", "llvm-mc does not look whether r0 is updated"},
  {MISSING, "^stswi .* 32$", "32 bytes are 0 in the manual"},
  {MISSING, "^sub(i|is|ic|ic\\.|pcis) .* -32768$", "its negative has no place, and the others make it 32768"},
  {EXTRA, "^bc(l|tar|tarl)? 31, eq", "bits of BO that the manual says are ignored; DynASM takes them"},
  {EXTRA, "^evsel r4, r6, r7$", "DynASM has it, with cr0"},
  {EXTRA, "^m[ft]ocrf ", "no field: undefined in the manual"},
  {RUN_TIME, "[(, ]0\\)?$|, 0, r7|\\(0\\), 1$|^paddi r[0-9]*, 0, ", "0 is no register, whose number may come at run time, but none"},
  {RUN_TIME, "4\\*cr", "the tool takes 4 for a number that may come at run time"},
  {SAME, NULL, NULL},
};

/* The others take numbers for registers of any kind, and do not look at the kind if it is there. */
static void spell(const char *text, char *out, size_t size)
{
  static const char *const kinds[] = {"acc", "cr", "vs", "r", "f", "v"};
  size_t n = 0;

  for (const char *p = text; *p && n + 1 < size;) {
    bool begins = p > text && strchr(" (,", p[-1]);
    size_t skipped = 0;

    for (size_t i = 0; begins && !skipped && i < sizeof(kinds) / sizeof(kinds[0]); i++)
      if (strncmp(p, kinds[i], strlen(kinds[i])) == 0 && strchr("0123456789", p[strlen(kinds[i])]))
        skipped = strlen(kinds[i]);
    p += skipped;
    if (begins && strncmp(p, "sp", 2) == 0 && !strchr("abcdefghijklmnopqrstuvwxyz", p[2])) {
      out[n++] = '1';
      p += 2;
    } else {
      out[n++] = *p++;
    }
  }
  out[n] = '\0';
  if (text[0] == 'p' && strstr(out, "<1") && n + 6 < size) /* relative to the instruction */
    memcpy(out + n, "@pcrel", 7);
}

const struct word_oracle oracle_ppc = {.isas = isas, .tools = tools, .operands = operands, .reasons = reasons, .spell = spell};
