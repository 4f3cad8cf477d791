/* ppc_feature.c - the features of PowerPC: facilities, and processors that have them. */
#include "ppc.h"

/* What brings others. A number behind POWER is that of the processor: version 2.06 of the Power ISA is POWER7, 2.07 is POWER8,
 * 3.0 is POWER9, 3.1 is POWER10. */
static const struct feature brings[] = {
  {"ppc64", ""},     {"altivec", ""}, {"vsx", ""},   {"dfp", ""}, {"htm", ""}, {"mma", ""}, {"spe", ""},
  {"efs", ""},       {"efd", "efs"},  {"ppc405", ""}, {"cell", "ppc64 altivec"},
  {"power4", "ppc64"},
  {"power5", "ppc64 power4"},
  {"power6", "ppc64 altivec dfp power4 power5"},
  {"power7", "ppc64 altivec vsx dfp power4 power5 power6"},
  {"power8", "ppc64 altivec vsx dfp htm power4 power5 power6 power7"},
  {"power9", "ppc64 altivec vsx dfp htm power4 power5 power6 power7 power8"},
  {"power10", "ppc64 altivec vsx dfp mma power4 power5 power6 power7 power8 power9"},
  {"g4", "altivec"}, {"g5", "ppc64 altivec power4"},
  {"e500", "spe efs"}, {"e500v2", "spe efs efd e500"}, {"e500mc", ""}, {"e6500", "ppc64 altivec e500mc"},
  {NULL, NULL},
};

const struct feature_table ppc_features = {.brings = brings, .always = "BASE"};
