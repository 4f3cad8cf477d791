/* check_x86_run.c - instructions run: what ours does is what the compiler's does.
 *
 * Each case is one instruction as text. The text is assembled twice: by us at run time, and by the
 * compiler as inline assembly in this file (Intel syntax means the same to both). Both get the
 * same frame around it, which loads registers from a struct, and stores them; both run on the
 * same values, and the structs must be equal. Cases whose feature the processor does not have are
 * left out.
 */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dasmc.h"
#include "suite.h"

#if defined(__x86_64__) && defined(__GNUC__) && defined(__ELF__)
#define NATIVE 1
#include <cpuid.h>
#include <sys/mman.h>
#endif

#ifdef NATIVE

/* What a case works on; rdi points to it. */
struct machine {
  uint8_t vector[4][64];  /* zmm0 ... zmm3, or as much as the frame has */
  uint64_t gp[4];         /* rax, rcx, rdx, r8 */
  uint64_t mask;          /* k1 */
  uint64_t flags;
  uint8_t memory[128];    /* rsi points to its middle */
};

#define LOAD_GP "mov rax, [rdi+256]; mov rcx, [rdi+264]; mov rdx, [rdi+272]; mov r8, [rdi+280]; lea rsi, [rdi+368]; " \
                "xor r9d, r9d; stc; "
#define STORE_GP "; mov [rdi+256], rax; mov [rdi+264], rcx; mov [rdi+272], rdx; mov [rdi+280], r8; " \
                 "pushfq; pop rax; and rax, 2245; mov [rdi+296], rax; "
#define LOAD_SSE LOAD_GP "movups xmm0, [rdi]; movups xmm1, [rdi+64]; movups xmm2, [rdi+128]; movups xmm3, [rdi+192]; "
#define STORE_SSE "; movups [rdi], xmm0; movups [rdi+64], xmm1; movups [rdi+128], xmm2; movups [rdi+192], xmm3" STORE_GP
#define LOAD_AVX LOAD_GP "vmovups ymm0, [rdi]; vmovups ymm1, [rdi+64]; vmovups ymm2, [rdi+128]; vmovups ymm3, [rdi+192]; "
#define STORE_AVX "; vmovups [rdi], ymm0; vmovups [rdi+64], ymm1; vmovups [rdi+128], ymm2; vmovups [rdi+192], ymm3; " \
                  "vzeroupper" STORE_GP
#define LOAD_512 LOAD_GP "kmovq k1, [rdi+288]; vmovups zmm0, [rdi]; vmovups zmm17, [rdi+64]; vmovups zmm2, [rdi+128]; " \
                         "vmovups zmm30, [rdi+192]; "
#define STORE_512 "; vmovups [rdi], zmm0; vmovups [rdi+64], zmm17; vmovups [rdi+128], zmm2; vmovups [rdi+192], zmm30; " \
                  "kmovq [rdi+288], k1; vzeroupper" STORE_GP

/* CPUID: leaf, register (0 eax ... 3 edx), bit; of leaf 7 with the subleaf in bits 8 and up. */
enum feature {
  F_BASE, F_SSE42 = 1 << 12 | 2 << 8 | 20, F_POPCNT = 1 << 12 | 2 << 8 | 23, F_MOVBE = 1 << 12 | 2 << 8 | 22,
  F_AES = 1 << 12 | 2 << 8 | 25, F_PCLMUL = 1 << 12 | 2 << 8 | 1,
  F_AVX = 1 << 12 | 2 << 8 | 28, F_FMA = 1 << 12 | 2 << 8 | 12, F_F16C = 1 << 12 | 2 << 8 | 29,
  F_BMI = 7 << 12 | 1 << 8 | 3, F_AVX2 = 7 << 12 | 1 << 8 | 5, F_BMI2 = 7 << 12 | 1 << 8 | 8, F_ADX = 7 << 12 | 1 << 8 | 19,
  F_SHA = 7 << 12 | 1 << 8 | 29, F_512F = 7 << 12 | 1 << 8 | 16, F_512DQ = 7 << 12 | 1 << 8 | 17,
  F_IFMA = 7 << 12 | 1 << 8 | 21, F_512CD = 7 << 12 | 1 << 8 | 28, F_512BW = 7 << 12 | 1 << 8 | 30,
  F_VBMI = 7 << 12 | 2 << 8 | 1, F_VBMI2 = 7 << 12 | 2 << 8 | 6, F_GFNI = 7 << 12 | 2 << 8 | 8,
  F_VAES = 7 << 12 | 2 << 8 | 9, F_VPCLMUL = 7 << 12 | 2 << 8 | 10, F_VNNI = 7 << 12 | 2 << 8 | 11,
  F_BITALG = 7 << 12 | 2 << 8 | 12, F_VPOPCNT = 7 << 12 | 2 << 8 | 14, F_MOVDIRI = 7 << 12 | 2 << 8 | 27,
  F_FP16 = 7 << 12 | 3 << 8 | 23
};

/* Inline assembly needs a newer assembler for these than for all others. */
#ifdef HAVE_AS_FP16
#define FP16_CASES(evex) \
  evex(FP16, "vaddph zmm0{k1}{z}, zmm17, word ptr [rsi-2]{1to32}") evex(FP16, "vfmaddcph zmm0, zmm17, zmm30") \
  evex(FP16, "vcvtph2psx zmm0, ymm17")    evex(FP16, "vrcpsh xmm0{k1}, xmm17, xmm30") evex(FP16, "vcmpltph k1, zmm0, zmm17") \
  evex(FP16, "vmovw eax, xmm17")          evex(FP16, "vsqrtsh xmm0, xmm17, xmm30, {ru-sae}")
#else
#define FP16_CASES(evex)
#endif

#define CASES(gp, sse, avx, evex) \
  gp(BASE, "add rax, rcx")                gp(BASE, "adc r8, [rsi+8]")          gp(BASE, "imul rdx, [rsi], 1000") \
  gp(BASE, "lea rax, [rcx+rdx*4-17]")     gp(BASE, "xchg rcx, [rsi-16]")       gp(BASE, "bswap r8") \
  gp(BASE, "shld rax, r8, cl")            gp(BASE, "movsx rcx, byte ptr [rsi-1]") gp(BASE, "cmovb rax, rdx") \
  gp(BASE, "sete dl")                     gp(BASE, "bts rdx, 33")              gp(BASE, "rcl word ptr [rsi+2], 3") \
  gp(BASE, "lods al, byte ptr [rsi]")     gp(BASE, "lea rax, [ecx+edx*4-17]")  \
  gp(BASE, "cmpxchg qword ptr [rsi], r8") gp(BASE, "lock xadd [rsi+24], edx")  gp(BASE, "and dword ptr [rsi], -129") \
  gp(BASE, "mov eax, 0x87654321")         gp(BASE, "sub ah, cl")               gp(BASE, "mul r8") \
  gp(POPCNT, "popcnt rax, r8")            gp(SSE42, "crc32 rax, byte ptr [rsi+5]") gp(MOVBE, "movbe edx, [rsi+4]") \
  gp(BMI, "andn rax, rcx, [rsi]")         gp(BMI, "blsr edx, ecx")             gp(BMI, "bextr rax, r8, rdx") \
  gp(BMI2, "pdep rax, rcx, [rsi+8]")      gp(BMI2, "mulx rax, rcx, r8")        gp(BMI2, "rorx eax, [rsi], 7") \
  gp(BMI2, "shrx r8, rax, rcx")           gp(ADX, "adox rax, r8")              gp(MOVDIRI, "movdiri [rsi+4], edx") \
  sse(BASE, "addps xmm0, xmm1")           sse(BASE, "shufpd xmm1, xmm2, 2")    sse(BASE, "pshufd xmm3, xmm0, 0x1b") \
  sse(BASE, "cvttsd2si rax, xmm1")        sse(BASE, "cmpltps xmm0, xmm2")      sse(BASE, "psrldq xmm1, 5") \
  sse(BASE, "pinsrw xmm2, ecx, 3")        sse(BASE, "movhlps xmm0, xmm3")      sse(BASE, "comisd xmm1, xmm2") \
  sse(SSE42, "pblendw xmm0, xmm1, 0xa5")  sse(SSE42, "pmovzxbd xmm2, dword ptr [rsi+3]") \
  sse(SSE42, "pcmpistri xmm1, xmm2, 12")  sse(SSE42, "roundsd xmm0, xmm1, 1")  sse(SSE42, "blendvps xmm1, xmm2, xmm0") \
  sse(AES, "aesenc xmm0, xmm1")           sse(PCLMUL, "pclmulqdq xmm0, xmm1, 17") sse(SHA, "sha256rnds2 xmm1, xmm2, xmm0") \
  sse(GFNI, "gf2p8affineqb xmm1, xmm2, 99") \
  avx(AVX, "vaddpd ymm0, ymm1, [rsi-32]") avx(AVX, "vblendvps ymm0, ymm1, ymm2, ymm3") avx(AVX, "vinsertf128 ymm0, ymm1, [rsi], 1") \
  avx(AVX, "vcmpnlt_uqpd ymm2, ymm0, ymm1") avx(AVX, "vpermilps ymm1, ymm0, 0x4e") avx(AVX, "vmaskmovpd ymm0, ymm1, [rsi]") \
  avx(FMA, "vfmadd231ps ymm0, ymm1, [rsi-4]") avx(FMA, "vfnmsub132sd xmm0, xmm1, xmm2") avx(F16C, "vcvtps2ph [rsi], ymm1, 3") \
  avx(AVX2, "vpermq ymm0, ymm1, 0x39")    avx(AVX2, "vpsllvd ymm2, ymm0, ymm1") avx(AVX2, "vpbroadcastb ymm3, byte ptr [rsi+9]") \
  avx(AVX2, "vpmovmskb eax, ymm1")        avx(AVX2, "vmpsadbw ymm0, ymm1, ymm2, 5") avx(VAES, "vaesdec ymm0, ymm1, ymm2") \
  avx(VPCLMUL, "vpclmulqdq ymm0, ymm1, ymm2, 1") avx(GFNI, "vgf2p8mulb ymm0, ymm1, [rsi]") \
  evex(512F, "vaddps zmm0{k1}{z}, zmm17, zmm30") evex(512F, "vmulpd zmm17{k1}, zmm2, qword ptr [rsi-8]{1to8}") \
  evex(512F, "vdivps zmm0, zmm17, zmm30, {rz-sae}") evex(512F, "vpternlogd zmm0, zmm17, zmm2, 0x96") \
  evex(512F, "vpermt2ps zmm0{k1}, zmm17, [rsi-64]") evex(512F, "vcompressps [rsi-16]{k1}, zmm17") \
  evex(512F, "vpexpandd zmm2{k1}{z}, [rsi-60]") evex(512F, "vcvtps2udq ymm30, ymm17") evex(512F, "vrndscalesd xmm0, xmm17, xmm30, 0x31") \
  evex(512F, "vpcmpud k1{k1}, zmm0, zmm30, 2") evex(512F, "vpmovqb [rsi]{k1}, zmm17") evex(512F, "vextracti32x4 xmm0{k1}, zmm30, 3") \
  evex(512F, "vmovdqu32 zmm30{k1}, [rsi-64]") evex(512F, "vmovss xmm0{k1}{z}, xmm17, xmm30") evex(512F, "valignq zmm2, zmm17, zmm30, 5") \
  evex(512F, "vscalefps zmm0, zmm17, zmm2") evex(512F, "vfixupimmpd zmm17, zmm2, zmm30, 3") evex(512F, "vgetmantps zmm0, zmm30, {sae}, 9") \
  evex(512F, "vpbroadcastq zmm17{k1}, r8") evex(512F, "vcvtusi2sd xmm30, xmm17, rcx") evex(512F, "vfmsub213sd xmm0{k1}, xmm17, [rsi+8]") \
  evex(512F, "kxnorw k1, k1, k1")         evex(512BW, "kshiftlq k1, k1, 9")    evex(512BW, "kaddd k1, k1, k1") \
  evex(512BW, "vpshufb zmm0{k1}, zmm17, [rsi-64]") evex(512BW, "vpsadbw zmm30, zmm0, zmm2") evex(512BW, "vpermw zmm0, zmm17, zmm30") \
  evex(512BW, "vmovdqu8 [rsi-64]{k1}, zmm2") evex(512BW, "vpcmpnleub k1, zmm17, zmm0") evex(512DQ, "vpmullq zmm0, zmm17, zmm30") \
  evex(512DQ, "vrangepd zmm0, zmm2, zmm17, 7") evex(512DQ, "vfpclassps k1, zmm30, 0x66") evex(512DQ, "vinsertf64x2 zmm0, zmm17, [rsi], 2") \
  evex(512CD, "vpconflictd zmm0, zmm17")  evex(512CD, "vplzcntq zmm0{k1}, [rsi-64]") evex(IFMA, "vpmadd52huq zmm0, zmm17, zmm30") \
  evex(VBMI, "vpermi2b zmm0, zmm17, zmm30") evex(VBMI, "vpmultishiftqb zmm2, zmm0, zmm17") evex(VBMI2, "vpshldvw zmm0{k1}, zmm17, zmm30") \
  evex(VBMI2, "vpcompressb zmm0{k1}{z}, zmm17") evex(VNNI, "vpdpbusd zmm0, zmm17, dword ptr [rsi+4]{1to16}") \
  evex(BITALG, "vpshufbitqmb k1, zmm0, zmm17") evex(BITALG, "vpopcntw zmm0, zmm17") evex(VPOPCNT, "vpopcntq zmm0{k1}, zmm30") \
  evex(GFNI, "vgf2p8affineinvqb zmm0{k1}, zmm17, zmm30, 77") evex(VAES, "vaesenclast zmm0, zmm17, zmm30") \
  FP16_CASES(evex)

struct test_case {
  enum feature feature;
  bool evex;
  const char *load, *text, *store;
};

#define ROW_GP(f, text) {F_##f, false, LOAD_GP, text, STORE_GP},
#define ROW_SSE(f, text) {F_##f, false, LOAD_SSE, text, STORE_SSE},
#define ROW_AVX(f, text) {F_##f, false, LOAD_AVX, text, STORE_AVX},
#define ROW_EVEX(f, text) {F_##f, true, LOAD_512, text, STORE_512},
static const struct test_case cases[] = {CASES(ROW_GP, ROW_SSE, ROW_AVX, ROW_EVEX)};
enum { NCASES = sizeof(cases) / sizeof(cases[0]) };

/* The compiler's: functions one after the other, and a table of their addresses. */
#define CODE(load, text, store) "771: " load text store "ret\n.pushsection .data.rel.local\n.quad 771b\n.popsection\n"
#define CODE_GP(f, text) CODE(LOAD_GP, text, STORE_GP)
#define CODE_SSE(f, text) CODE(LOAD_SSE, text, STORE_SSE)
#define CODE_AVX(f, text) CODE(LOAD_AVX, text, STORE_AVX)
#define CODE_EVEX(f, text) CODE(LOAD_512, text, STORE_512)
__asm__(".pushsection .data.rel.local,\"aw\"\n.balign 8\nrun_native_table:\n.popsection\n"
        ".text\n.intel_syntax noprefix\n" CASES(CODE_GP, CODE_SSE, CODE_AVX, CODE_EVEX) ".att_syntax\n");
extern void (*const run_native_table[])(struct machine *) __attribute__((visibility("hidden")));

/* ---- the processor -------------------------------------------------------------------- */

static bool has_state(bool evex)
{
  unsigned a, b, c, d, low, high;

  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & 1u << 27))
    return false;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (low & (evex ? 0xe6u : 0x06u)) == (evex ? 0xe6u : 0x06u);
}

static bool has_feature(enum feature f, bool evex)
{
  unsigned r[4] = {0};

  if (f == F_BASE)
    return true;
  if (!__get_cpuid_count((unsigned)f >> 12, 0, &r[0], &r[1], &r[2], &r[3]))
    return false;
  if (evex && !(has_feature(F_512F, false) && has_feature(F_512BW, false) && has_feature(F_512DQ, false)))
    return false;
  return (r[f >> 8 & 3] >> (f & 31) & 1) && (!evex || has_state(true));
}

static bool can_run(const struct test_case *t)
{
  bool vex = strstr(t->load, "vmovups") != NULL;

  return has_feature(t->feature, t->evex) && (!vex || (has_feature(F_AVX, false) && has_state(t->evex)));
}

/* ---- running ----------------------------------------------------------------------------- */

static void fill(struct machine *m, unsigned seed)
{
  uint8_t *p = (uint8_t *)m;
  uint64_t x = 0x9e3779b97f4a7c15u * (seed + 1);

  for (size_t i = 0; i < sizeof(*m); i++) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    p[i] = (uint8_t)(x >> 24);
  }
}

static void compare(const struct test_case *t, void (*ours)(struct machine *), void (*theirs)(struct machine *))
{
  for (unsigned seed = 0; seed < 8; seed++) {
    struct machine a, b;

    fill(&a, seed);
    fill(&b, seed);
    ours(&a);
    theirs(&b);
    ck_assert_msg(memcmp(&a, &b, sizeof(a)) == 0, "%s: not the same effect (seed %u)", t->text, seed);
  }
}

static void run_case(dasmc_Assembler *A, unsigned i, uint8_t *page)
{
  const struct test_case *t = &cases[i];
  char text[1200];
  size_t size = 4096;
  void (*function)(struct machine *);
  void *address = page;

  snprintf(text, sizeof(text), "%s%s%sret", t->load, t->text, t->store);
  ck_assert_int_eq(mprotect(page, 4096, PROT_READ | PROT_WRITE), 0);
  ck_assert_msg(dasmc_assemble(A, text, -1, NULL, 0, (uintptr_t)page, page, &size) == DASM_S_OK, "%s", t->text);
  ck_assert_int_eq(mprotect(page, 4096, PROT_READ | PROT_EXEC), 0);
  memcpy(&function, &address, sizeof(function));
  compare(t, function, run_native_table[i]);
}

START_TEST(same_effect)
{
  dasmc_Assembler *A = NULL;
  uint8_t *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  unsigned run = 0;

  ck_assert_ptr_ne(page, MAP_FAILED);
  ck_assert_int_eq(dasmc_new(&A, NULL), DASM_S_OK);
  for (unsigned i = 0; i < NCASES; i++) {
    if (!can_run(&cases[i]))
      continue;
    run_case(A, i, page);
    run++;
  }
  ck_assert_uint_gt(run, 30); /* those of every x86-64 processor */
  printf("%u of %u instructions ran\n", run, (unsigned)NCASES);
  dasmc_free(A);
  munmap(page, 4096);
}
END_TEST

#endif

int main(void)
{
#ifdef NATIVE
  Suite *suite = suite_create("x86 run");
  TCase *t = tcase_create("run");

  tcase_add_test(t, same_effect);
  suite_add_tcase(suite, t);
  return suite_run(suite);
#else
  puts("this host runs no x64 code");
  return 77;
#endif
}
