/* arm64_feature.c - features: which brings which, and the versions of the architecture.
 *
 * A name is that of the manual's FEAT_..., in the spelling that compilers take behind -march: FEAT_SVE2p1 is sve2p1,
 * FEAT_LRCPC3 rcpc3, FEAT_AdvSIMD simd. Versions bring what every processor of them has.
 */
#include "arm64.h"

static const struct feature brings[] = {
  {"SIMD", "FP"}, {"FP16", "FP"}, {"BF16", "SIMD"}, {"I8MM", "SIMD"}, {"RDM", "SIMD"}, {"DOTPROD", "SIMD"}, {"FCMA", "SIMD"},
  {"JSCVT", "FP"}, {"FRINT3264", "FP"}, {"FHM", "FP16"}, {"AES", "SIMD"}, {"SHA2", "SIMD"}, {"SHA3", "SHA2"}, {"SM4", "SIMD"},
  {"FAMINMAX", "SIMD"}, {"LUT", "SIMD"}, {"FP8", "FAMINMAX LUT BF16"}, {"FP8FMA", "FP8"}, {"FP8DOT4", "FP8FMA"}, {"FP8DOT2", "FP8DOT4"},
  {"LSE128", "LSE"}, {"RCPC2", "RCPC"}, {"RCPC3", "RCPC2"}, {"FLAGM2", "FLAGM"}, {"D128", "LSE128"}, {"XS", ""}, {"SPECRES2", "SPECRES"},
  {"PAUTH_LR", "PAUTH"},
  {"SVE", "FP16"}, {"SVE2", "SVE"}, {"SVE2P1", "SVE2"}, {"SVE_AES", "SVE2 AES"}, {"SVE_SM4", "SVE2 SM4"}, {"SVE_SHA3", "SVE2 SHA3"},
  {"SVE_BITPERM", "SVE2"}, {"F32MM", "SVE"}, {"F64MM", "SVE"},
  {"SME", "BF16 FP16"}, {"SME2", "SME"}, {"SME2P1", "SME2"}, {"SME_F64F64", "SME"}, {"SME_I16I64", "SME"}, {"SME_F16F16", "SME2"},
  {"SME_F8F32", "SME2 FP8"}, {"SME_F8F16", "SME_F8F32"}, {"SME_LUTV2", "SME2"}, {"SSVE_FP8FMA", "SME2 FP8"}, {"SSVE_FP8DOT4", "SSVE_FP8FMA"},
  {"SSVE_FP8DOT2", "SSVE_FP8DOT4"},
  {"armv8-a", "SIMD"}, {"armv8.1-a", "armv8-a CRC32 LSE RDM LOR"}, {"armv8.2-a", "armv8.1-a"}, {"armv8.3-a", "armv8.2-a PAUTH JSCVT FCMA RCPC"},
  {"armv8.4-a", "armv8.3-a DOTPROD FLAGM RCPC2"}, {"armv8.5-a", "armv8.4-a FLAGM2 FRINT3264 SB SPECRES"}, {"armv8.6-a", "armv8.5-a BF16 I8MM"},
  {"armv8.7-a", "armv8.6-a WFXT XS"}, {"armv8.8-a", "armv8.7-a MOPS HBC"}, {"armv8.9-a", "armv8.8-a CSSC SPECRES2"},
  {"armv9-a", "armv8.5-a SVE2"}, {"armv9.1-a", "armv9-a armv8.6-a"}, {"armv9.2-a", "armv9.1-a armv8.7-a"}, {"armv9.3-a", "armv9.2-a armv8.8-a"},
  {"armv9.4-a", "armv9.3-a armv8.9-a SVE2P1"}, {"armv9.5-a", "armv9.4-a CPA FAMINMAX LUT"},
  {NULL, NULL},
};

const struct feature_table a64_features = {.brings = brings, .always = "BASE FP SIMD"};
