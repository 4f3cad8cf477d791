/* riscv_cpu.c - which extensions this machine's processor has, and its system lets programs use.
 *
 * Linux says the letters in the auxiliary vector, and since 6.4 extensions by name with a system call, one bit each. The
 * bits are fixed; what a system does not know it leaves out.
 */
#include "riscv.h"

#if defined(__riscv) && defined(__linux__)
#include <sys/auxv.h>
#include <unistd.h>
#define HAVE_LINUX 1
#endif

/* Bits of RISCV_HWPROBE_KEY_IMA_EXT_0, up to the last one that the tables need. */
static const char *const extensions[] = {
  [0] = "D", [1] = "C", [2] = "V", [3] = "Zba", [4] = "Zbb", [5] = "Zbs", [6] = "Zicboz", [7] = "Zbc", [8] = "Zbkb", [9] = "Zbkc",
  [10] = "Zbkx", [11] = "Zknd", [12] = "Zkne", [13] = "Zknh", [14] = "Zksed", [15] = "Zksh", [16] = "Zkt", [17] = "Zvbb", [18] = "Zvbc",
  [19] = "Zvkb", [20] = "Zvkg", [21] = "Zvkned", [22] = "Zvknha", [23] = "Zvknhb", [24] = "Zvksed", [25] = "Zvksh", [26] = "Zvkt",
  [27] = "Zfh", [28] = "Zfhmin", [29] = "Zihintntl", [30] = "Zvfh", [31] = "Zvfhmin", [32] = "Zfa", [33] = "Ztso", [34] = "Zacas",
  [35] = "Zicond", [36] = "Zihintpause", [37] = "Zve32x", [38] = "Zve32f", [39] = "Zve64x", [40] = "Zve64f", [41] = "Zve64d",
  [42] = "Zimop", [43] = "Zca", [44] = "Zcb", [45] = "Zcd", [46] = "Zcf", [47] = "Zcmop", [48] = "Zawrs", [50] = "Zicntr",
  [51] = "Zihpm", [52] = "Zfbfmin", [53] = "Zvfbfmin", [54] = "Zvfbfwma", [55] = "Zicbom", [56] = "Zaamo", [57] = "Zalrsc", [58] = "Zabha",
};

/* Letters, of which bit 0 is A; and what each processor has that Linux runs on. */
static const char *const letters[] = {"A", "C", "D", "F", "I", "M", "Q", "V"};
static const char *const everywhere[] = {"Zicsr", "Zifencei"};

struct names {
  const char **name;
  size_t n, most;
};

static void add(struct names *out, const char *name)
{
  if (out->n++ < out->most)
    out->name[out->n - 1] = name;
}

size_t riscv_cpu_names(uint64_t letter_bits, uint64_t extension_bits, const char **name, size_t most)
{
  struct names out = {name, 0, most};

  for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
    if (letter_bits >> (letters[i][0] - 'A') & 1)
      add(&out, letters[i]);
  for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++)
    if ((extension_bits >> i & 1) && extensions[i])
      add(&out, extensions[i]);
  for (size_t i = 0; i < sizeof(everywhere) / sizeof(everywhere[0]); i++)
    add(&out, everywhere[i]);
  return out.n;
}

#ifdef HAVE_LINUX

size_t riscv_cpu_features(const char **names, size_t most)
{
  enum { RISCV_HWPROBE = 258, KEY_IMA_EXT_0 = 4 };
  struct {
    int64_t key;
    uint64_t value;
  } pair = {KEY_IMA_EXT_0, 0};
  long failed = syscall(RISCV_HWPROBE, &pair, 1L, 0L, NULL, 0L);

  return riscv_cpu_names(getauxval(AT_HWCAP), failed || pair.key != KEY_IMA_EXT_0 ? 0 : pair.value, names, most);
}

#else

size_t riscv_cpu_features(const char **names, size_t most)
{
  (void)names, (void)most;
  return 0;
}

#endif
