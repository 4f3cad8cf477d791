/* x86_cpu.c - which features this machine's processor has, and its system lets programs use.
 *
 * CPUID tells both: a bit for each feature, and XCR0 for the registers that the system saves; without
 * these the instructions fault whatever the feature's bit says. CPUID is slow where a hypervisor answers,
 * so the answer is kept. It never changes, and threads that come together store the same.
 *
 * Each name that a row of the tables needs is here.
 */
#include <stdatomic.h>
#include <string.h>

#include "x86.h"

#if (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)
#include <cpuid.h>
#define HAVE_CPUID 1
#endif

enum { EAX, EBX, ECX, EDX };

/* Bits of XCR0. */
enum {
  STATE_YMM = 0x6,
  STATE_ZMM = 0xe6,
  STATE_BND = 0x18,
  STATE_TILE = 0x60000,
  STATE_EGPR = 0x80000
};

static const struct cpu_feature {
  const char *name;
  uint32_t leaf, subleaf;
  uint8_t reg, bit;
  uint32_t state;
} features[] = {
  {"FPU", 1, 0, EDX, 0, 0},
  {"CX8", 1, 0, EDX, 8, 0},
  {"CLFLUSH", 1, 0, EDX, 19, 0},
  {"MMX", 1, 0, EDX, 23, 0},
  {"FXSR", 1, 0, EDX, 24, 0},
  {"SSE", 1, 0, EDX, 25, 0},
  {"SSE2", 1, 0, EDX, 26, 0},
  {"SSE3", 1, 0, ECX, 0, 0},
  {"PCLMUL", 1, 0, ECX, 1, 0},
  {"VMX", 1, 0, ECX, 5, 0},
  {"SMX", 1, 0, ECX, 6, 0},
  {"SSSE3", 1, 0, ECX, 9, 0},
  {"FMA", 1, 0, ECX, 12, STATE_YMM},
  {"CX16", 1, 0, ECX, 13, 0},
  {"SSE4.1", 1, 0, ECX, 19, 0},
  {"SSE4.2", 1, 0, ECX, 20, 0},
  {"MOVBE", 1, 0, ECX, 22, 0},
  {"POPCNT", 1, 0, ECX, 23, 0},
  {"AES", 1, 0, ECX, 25, 0},
  {"XSAVE", 1, 0, ECX, 27, 0}, /* OSXSAVE: the system has switched it on */
  {"AVX", 1, 0, ECX, 28, STATE_YMM},
  {"F16C", 1, 0, ECX, 29, STATE_YMM},
  {"RDRND", 1, 0, ECX, 30, 0},

  {"FSGSBASE", 7, 0, EBX, 0, 0},
  {"SGX", 7, 0, EBX, 2, 0},
  {"BMI", 7, 0, EBX, 3, 0},
  {"AVX2", 7, 0, EBX, 5, STATE_YMM},
  {"BMI2", 7, 0, EBX, 8, 0},
  {"INVPCID", 7, 0, EBX, 10, 0},
  {"RTM", 7, 0, EBX, 11, 0},
  {"MPX", 7, 0, EBX, 14, STATE_BND},
  {"AVX512F", 7, 0, EBX, 16, STATE_ZMM},
  {"AVX512DQ", 7, 0, EBX, 17, STATE_ZMM},
  {"RDSEED", 7, 0, EBX, 18, 0},
  {"ADX", 7, 0, EBX, 19, 0},
  {"SMAP", 7, 0, EBX, 20, 0},
  {"AVX512IFMA", 7, 0, EBX, 21, STATE_ZMM},
  {"CLFLUSHOPT", 7, 0, EBX, 23, 0},
  {"CLWB", 7, 0, EBX, 24, 0},
  {"AVX512PF", 7, 0, EBX, 26, STATE_ZMM},
  {"AVX512ER", 7, 0, EBX, 27, STATE_ZMM},
  {"AVX512CD", 7, 0, EBX, 28, STATE_ZMM},
  {"SHA", 7, 0, EBX, 29, 0},
  {"AVX512BW", 7, 0, EBX, 30, STATE_ZMM},
  {"AVX512VL", 7, 0, EBX, 31, STATE_ZMM},
  {"PREFETCHWT1", 7, 0, ECX, 0, 0},
  {"AVX512VBMI", 7, 0, ECX, 1, STATE_ZMM},
  {"PKU", 7, 0, ECX, 4, 0}, /* OSPKE */
  {"WAITPKG", 7, 0, ECX, 5, 0},
  {"AVX512VBMI2", 7, 0, ECX, 6, STATE_ZMM},
  {"SHSTK", 7, 0, ECX, 7, 0},
  {"GFNI", 7, 0, ECX, 8, 0},
  {"VAES", 7, 0, ECX, 9, STATE_YMM},
  {"VPCLMULQDQ", 7, 0, ECX, 10, STATE_YMM},
  {"AVX512VNNI", 7, 0, ECX, 11, STATE_ZMM},
  {"AVX512BITALG", 7, 0, ECX, 12, STATE_ZMM},
  {"AVX512VPOPCNTDQ", 7, 0, ECX, 14, STATE_ZMM},
  {"RDPID", 7, 0, ECX, 22, 0},
  {"CLDEMOTE", 7, 0, ECX, 25, 0},
  {"MOVDIRI", 7, 0, ECX, 27, 0},
  {"MOVDIR64B", 7, 0, ECX, 28, 0},
  {"ENQCMD", 7, 0, ECX, 29, 0},
  {"AVX5124VNNIW", 7, 0, EDX, 2, STATE_ZMM},
  {"AVX5124FMAPS", 7, 0, EDX, 3, STATE_ZMM},
  {"UINTR", 7, 0, EDX, 5, 0},
  {"AVX512VP2INTERSECT", 7, 0, EDX, 8, STATE_ZMM},
  {"SERIALIZE", 7, 0, EDX, 14, 0},
  {"TSXLDTRK", 7, 0, EDX, 16, 0},
  {"PCONFIG", 7, 0, EDX, 18, 0},
  {"AMX-BF16", 7, 0, EDX, 22, STATE_TILE},
  {"AVX512FP16", 7, 0, EDX, 23, STATE_ZMM},
  {"AMX-TILE", 7, 0, EDX, 24, STATE_TILE},
  {"AMX-INT8", 7, 0, EDX, 25, STATE_TILE},

  {"SHA512", 7, 1, EAX, 0, STATE_YMM},
  {"SM3", 7, 1, EAX, 1, STATE_YMM},
  {"SM4", 7, 1, EAX, 2, STATE_YMM},
  {"RAOINT", 7, 1, EAX, 3, 0},
  {"AVXVNNI", 7, 1, EAX, 4, STATE_YMM},
  {"AVX512BF16", 7, 1, EAX, 5, STATE_ZMM},
  {"CMPCCXADD", 7, 1, EAX, 7, 0},
  {"FRED", 7, 1, EAX, 17, 0},
  {"LKGS", 7, 1, EAX, 18, 0},
  {"WRMSRNS", 7, 1, EAX, 19, 0},
  {"AMX-FP16", 7, 1, EAX, 21, STATE_TILE},
  {"HRESET", 7, 1, EAX, 22, 0},
  {"AVXIFMA", 7, 1, EAX, 23, STATE_YMM},
  {"MSRLIST", 7, 1, EAX, 27, 0},
  {"MOVRS", 7, 1, EAX, 31, 0},
  {"TSE", 7, 1, EBX, 1, 0},
  {"MSR-IMM", 7, 1, ECX, 5, 0},
  {"AVXVNNIINT8", 7, 1, EDX, 4, STATE_YMM},
  {"AVXNECONVERT", 7, 1, EDX, 5, STATE_YMM},
  {"AMX-COMPLEX", 7, 1, EDX, 8, STATE_TILE},
  {"AVXVNNIINT16", 7, 1, EDX, 10, STATE_YMM},
  {"PREFETCHI", 7, 1, EDX, 14, 0},
  {"USERMSR", 7, 1, EDX, 15, 0},
  {"APXF", 7, 1, EDX, 21, STATE_EGPR},

  {"XSAVEOPT", 0xd, 1, EAX, 0, 0},
  {"XSAVEC", 0xd, 1, EAX, 1, 0},
  {"XSAVES", 0xd, 1, EAX, 3, 0},
  {"PTWRITE", 0x14, 0, EBX, 4, 0},
  {"KL", 0x19, 0, EBX, 0, 0}, /* AESKLE: the system has switched it on */
  {"WIDEKL", 0x19, 0, EBX, 2, 0},

  {"AMX-FP8", 0x1e, 1, EAX, 4, STATE_TILE},
  {"AMX-AVX512", 0x1e, 1, EAX, 7, STATE_TILE | STATE_ZMM},
  {"AMX-MOVRS", 0x1e, 1, EAX, 8, STATE_TILE},
  {"AVX10.2", 0x24, 0, EBX, 1, STATE_ZMM}, /* the version, 2 or 3 */

  {"SVM", 0x80000001, 0, ECX, 2, 0},
  {"LZCNT", 0x80000001, 0, ECX, 5, 0},
  {"SSE4A", 0x80000001, 0, ECX, 6, 0},
  {"PRFCHW", 0x80000001, 0, ECX, 8, 0},
  {"XOP", 0x80000001, 0, ECX, 11, STATE_YMM},
  {"LWP", 0x80000001, 0, ECX, 15, STATE_YMM},
  {"FMA4", 0x80000001, 0, ECX, 16, STATE_YMM},
  {"TBM", 0x80000001, 0, ECX, 21, 0},
  {"MWAITX", 0x80000001, 0, ECX, 29, 0},
  {"RDTSCP", 0x80000001, 0, EDX, 27, 0},
  {"3DNOWA", 0x80000001, 0, EDX, 30, 0},
  {"3DNOW", 0x80000001, 0, EDX, 31, 0},
  {"CLZERO", 0x80000008, 0, EBX, 0, 0},
  {"INVLPGB", 0x80000008, 0, EBX, 3, 0},
  {"RDPRU", 0x80000008, 0, EBX, 4, 0},
  {"MCOMMIT", 0x80000008, 0, EBX, 8, 0},
  {"WBNOINVD", 0x80000008, 0, EBX, 9, 0},
  {"SNP", 0x8000001f, 0, EAX, 4, 0},
  {"PADLOCK", 0xc0000001, 0, EDX, 6, 0},
};

enum { COUNT = sizeof(features) / sizeof(features[0]), WORDS = (COUNT + 31) / 32 };

/* What runs on every processor: hints, which an older one takes for a nop, and the 8086's. */
static const char *const everywhere[] = {"BASE", "X86", "X64", "DYNASM", "OWN", "CET", "HLE"};

/* What is not asked for: for hypervisors, or too new. Only its name allows it. */
static const char *const untold[] = {
  "ACE-V1", "AVX10-V2-AUX", "AVX512BMM", "GMICCS", "GMISM2", "IBHF", "PADLOCKPHE2",
  "PADLOCKRNG2", "PADLOCKXMODX", "RMPCHKD", "RMPOPT", "RMPREAD", "TDX",
};

static bool among(struct span name, const char *const *list, size_t n)
{
  while (n > 0) {
    if (span_is(name, list[--n]))
      return true;
  }
  return false;
}

bool x86_cpu_knows(struct span name)
{
  for (size_t i = 0; i < COUNT; i++) {
    if (span_is(name, features[i].name))
      return true;
  }
  return among(name, everywhere, sizeof(everywhere) / sizeof(everywhere[0])) ||
         among(name, untold, sizeof(untold) / sizeof(untold[0]));
}

/* ---- CPUID --------------------------------------------------------------------- */

#if HAVE_CPUID

static void cpuid(uint32_t leaf, uint32_t subleaf, uint32_t reg[4])
{
  uint32_t range = leaf & 0xc0000000;

  memset(reg, 0, 4 * sizeof(reg[0]));
  __cpuid(range, reg[EAX], reg[EBX], reg[ECX], reg[EDX]);
  if (reg[EAX] < leaf || reg[EAX] - leaf > 0xffff) {
    memset(reg, 0, 4 * sizeof(reg[0]));
    return;
  }
  __cpuid_count(leaf, subleaf, reg[EAX], reg[EBX], reg[ECX], reg[EDX]);
}

static uint32_t saved_state(void)
{
  uint32_t reg[4], low, high;

  cpuid(1, 0, reg);
  if (!(reg[ECX] >> 27 & 1)) /* OSXSAVE */
    return 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

static void ask(uint32_t found[WORDS])
{
  uint32_t state = saved_state(), reg[4] = {0}, leaf = 0, subleaf = 0;

  memset(found, 0, WORDS * sizeof(found[0]));
  for (size_t i = 0; i < COUNT; i++) {
    const struct cpu_feature *f = &features[i];

    if (f->leaf != leaf || f->subleaf != subleaf)
      cpuid(leaf = f->leaf, subleaf = f->subleaf, reg);
    if (reg[f->reg] >> f->bit & 1 && (state & f->state) == f->state)
      found[i / 32] |= (uint32_t)1 << i % 32;
  }
}

/* What was found before, or now. */
static void remembered(uint32_t found[WORDS])
{
  static _Atomic bool known;
  static _Atomic uint32_t kept[WORDS];
  bool old = atomic_load_explicit(&known, memory_order_acquire);

  if (!old)
    ask(found);
  for (size_t i = 0; i < WORDS; i++) {
    if (old)
      found[i] = atomic_load_explicit(&kept[i], memory_order_relaxed);
    else
      atomic_store_explicit(&kept[i], found[i], memory_order_relaxed);
  }
  atomic_store_explicit(&known, true, memory_order_release);
}

size_t x86_cpu_features(const char **names, size_t most)
{
  uint32_t found[WORDS];
  size_t n = 0;

  remembered(found);
  for (size_t i = 0; i < COUNT; i++) {
    if ((found[i / 32] >> i % 32 & 1) && n++ < most)
      names[n - 1] = features[i].name;
  }
  for (size_t i = 0; i < sizeof(everywhere) / sizeof(everywhere[0]); i++) {
    if (n++ < most)
      names[n - 1] = everywhere[i];
  }
  return n;
}

#else

size_t x86_cpu_features(const char **names, size_t most)
{
  (void)names, (void)most;
  return 0;
}

#endif
