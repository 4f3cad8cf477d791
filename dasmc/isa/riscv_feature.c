/* riscv_feature.c - extensions: which brings which, profiles, and the strings that name an ISA (rv64gcv_zba). */
#include "riscv.h"

static const struct feature brings[] = {
  {"G", "I M A F D Zicsr Zifencei"}, {"I", ""}, {"E", ""},
  {"M", "Zmmul"}, {"A", "Zaamo Zalrsc"}, {"Zacas", "Zaamo"}, {"Zabha", "Zaamo"},
  {"F", "Zicsr"}, {"D", "F"}, {"Q", "D"}, {"Zfa", "F"}, {"Zfhmin", "F"}, {"Zfh", "Zfhmin"}, {"Zfbfmin", "F"},
  {"Zfinx", "Zicsr"}, {"Zdinx", "Zfinx"}, {"Zhinxmin", "Zfinx"}, {"Zhinx", "Zhinxmin"},
  {"Zicntr", "Zicsr"}, {"Zihpm", "Zicsr"}, {"Zicfiss", "Zicsr Zimop"}, {"Zcmop", "Zca"},
  {"C", "Zca Zcf Zcd"}, {"Zcf", "Zca"}, {"Zcd", "Zca"}, {"Zcb", "Zca"}, {"Zcmp", "Zca"}, {"Zcmt", "Zca Zicsr"},
  {"Zce", "Zcb Zcmp Zcmt"},
  {"B", "Zba Zbb Zbs"}, {"Zkn", "Zbkb Zbkc Zbkx Zkne Zknd Zknh"}, {"Zks", "Zbkb Zbkc Zbkx Zksed Zksh"},
  {"Zk", "Zkn Zkr Zkt"}, {"Zkr", "Zicsr"}, {"Zkt", ""},
  {"V", "Zve64d Zvl128b"}, {"Zve64d", "Zve64f D"}, {"Zve64f", "Zve64x Zve32f"}, {"Zve64x", "Zve32x Zvl64b"},
  {"Zve32f", "Zve32x F"}, {"Zve32x", "Zicsr Zvl32b"}, {"Zvl32b", ""}, {"Zvl64b", "Zvl32b"}, {"Zvl128b", "Zvl64b"},
  {"Zvl256b", "Zvl128b"}, {"Zvl512b", "Zvl256b"}, {"Zvl1024b", "Zvl512b"},
  {"Zvl2048b", "Zvl1024b"}, {"Zvl4096b", "Zvl2048b"}, {"Zvl8192b", "Zvl4096b"}, {"Zvl16384b", "Zvl8192b"},
  {"Zvl32768b", "Zvl16384b"}, {"Zvl65536b", "Zvl32768b"}, {"Zvfhmin", "Zve32f"}, {"Zvfh", "Zvfhmin Zfhmin"},
  {"Zvfbfmin", "Zve32f"}, {"Zvfbfwma", "Zvfbfmin Zfbfmin"}, {"Zvkb", "Zve32x"}, {"Zvbb", "Zvkb"}, {"Zvbc", "Zve64x"},
  {"Zvkg", "Zve32x"}, {"Zvkned", "Zve32x"}, {"Zvknha", "Zve32x"}, {"Zvknhb", "Zve64x Zvknha"}, {"Zvksed", "Zve32x"},
  {"Zvksh", "Zve32x"}, {"Zvkt", ""}, {"Zvkn", "Zvkned Zvknhb Zvkb Zvkt"}, {"Zvknc", "Zvkn Zvbc"}, {"Zvkng", "Zvkn Zvkg"},
  {"Zvks", "Zvksed Zvksh Zvkb Zvkt"}, {"Zvksc", "Zvks Zvbc"}, {"Zvksg", "Zvks Zvkg"},
  {"H", "Zicsr"}, {"Svnapot", ""}, {"Svpbmt", ""}, {"Sstc", ""}, {"Ztso", ""},
  /* what has no instructions of its own, but is said of processors */
  {"Ziccif", ""}, {"Ziccrse", ""}, {"Ziccamoa", ""}, {"Zicclsm", ""}, {"Zic64b", ""},
  {"Zama16b", ""}, {"Za64rs", ""}, {"Za128rs", ""}, {"Smaia", ""}, {"Smcdeleg", ""},
  {"Smcsrind", ""}, {"Smepmp", ""}, {"Smmpm", ""}, {"Smnpm", ""}, {"Smstateen", ""},
  {"Ssaia", ""}, {"Ssccfg", ""}, {"Ssccptr", ""}, {"Sscofpmf", ""}, {"Sscounterenw", ""},
  {"Sscsrind", ""}, {"Ssnpm", ""}, {"Sspm", ""}, {"Ssqosid", ""}, {"Ssstateen", ""},
  {"Ssstrict", ""}, {"Sstvala", ""}, {"Sstvecd", ""}, {"Ssu64xl", ""}, {"Supm", ""},
  {"Svade", ""}, {"Svadu", ""}, {"Svbare", ""}, {"Shcounterenw", ""}, {"Shgatpa", ""},
  {"Shtvala", ""}, {"Shvsatpa", ""}, {"Shvstvala", ""}, {"Shvstvecd", ""},
  /* profiles */
  {"RVI20U32", "I"}, {"RVI20U64", "I"},
  {"RVA20U64", "I M A F D C Zicsr Zicntr Ziccif Ziccrse Ziccamoa Zicclsm Za128rs"},
  {"RVA20S64", "RVA20U64 Zifencei Svbare Svade Ssccptr Sstvecd Sstvala"},
  {"RVA22U64", "I M A F D C Zicsr Zicntr Ziccif Ziccrse Ziccamoa Zicclsm Za64rs Zihpm Zihintpause Zba Zbb Zbs Zic64b Zicbom "
    "Zicbop Zicboz Zfhmin Zkt"},
  {"RVA22S64", "RVA22U64 Zifencei Svbare Svade Ssccptr Sstvecd Sstvala Sscounterenw Svpbmt Svinval"},
  {"RVB23U64", "I M A F D C B Zicsr Zicntr Ziccif Ziccrse Ziccamoa Zicclsm Za64rs Zihpm Zihintpause Zic64b Zicbom Zicbop Zicboz "
    "Zkt Zihintntl Zicond Zimop Zcmop Zcb Zfa Zawrs"},
  {"RVB23S64", "RVB23U64 Zifencei Svbare Svade Ssccptr Sstvecd Sstvala Sscounterenw Svpbmt Svinval Svnapot Sstc Sscofpmf Ssu64xl"},
  {"RVA23U64", "RVB23U64 V Zfhmin Zvfhmin Zvbb Zvkt"},
  {"RVA23S64", "RVA23U64 RVB23S64 H Shcounterenw Shgatpa Shtvala Shvsatpa Shvstvala Shvstvecd Ssnpm Ssstateen"},
  {"RVM23U32", "I M B Zicsr Zicond Zihintpause Zihintntl Zicbop Zimop Zce Zcmop"},
  {NULL, NULL},
};

static size_t digits_before(struct span s, size_t end)
{
  size_t n = 0;

  while (n < end && char_is(s.p[end - n - 1], CHAR_DIGIT))
    n++;
  return n;
}

/* A name without its version, 2p1. */
static struct span without_version(struct span name)
{
  size_t minor = digits_before(name, name.n), end = name.n - minor, major;

  if (minor == 0 || end == 0 || name.p[end - 1] != 'p')
    return name;
  major = digits_before(name, end - 1);
  return major > 0 ? (struct span){name.p, end - 1 - major} : name;
}

/* The name of one extension at the start of a string's rest; its version is passed over. */
static struct span take_extension(struct span *rest)
{
  struct span name = {rest->p, 1};
  size_t end = 1;

  if (memchr("zsxZSX", rest->p[0], 6)) {
    while (end < rest->n && rest->p[end] != '_')
      end++;
    name = without_version((struct span){rest->p, end});
  } else {
    while (end < rest->n && (char_is(rest->p[end], CHAR_DIGIT) || (end > 1 && rest->p[end] == 'p')))
      end++;
  }
  rest->p += end;
  rest->n -= end;
  return name;
}

static const char *expand(struct front *F, const struct isa_state *S, struct span word)
{
  bool rv64 = S->isa->mode == 1;
  struct span rest = {word.p + 4, word.n - 4}, out = SPAN("");

  if (word.n < 5 || !(span_is((struct span){word.p, 4}, rv64 ? "rv64" : "rv32") ||
                      span_is((struct span){word.p, 4}, rv64 ? "RV64" : "RV32")))
    return NULL;
  while (rest.n > 0) {
    struct span name;

    if (rest.p[0] == '_') {
      rest.p++;
      rest.n--;
      continue;
    }
    name = take_extension(&rest);
    out = span_fmt(F, "%.*s %.*s", (int)out.n, out.p, (int)name.n, name.p);
  }
  return out.p;
}

const struct feature_table riscv_features = {
  .brings = brings, .always = "BASE I", .expand = expand, .host = riscv_cpu_features,
};
