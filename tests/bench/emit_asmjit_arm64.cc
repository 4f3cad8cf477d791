// emit_asmjit_arm64.cc - the hot AArch64 fragment of cold.awk through AsmJit's Assembler, on any machine.
//
// It takes the arguments of the programs that cold.awk writes, and tells the same sum of the code.
#if __has_include(<asmjit/a64.h>)
#include <asmjit/a64.h>
#else // Debian 12's
#include <asmjit/core.h>
#include <asmjit/arm/a64assembler.h>
#endif

#include <cstdint>
#include <cstdio>
#include <cstdlib>

using namespace asmjit;
using namespace asmjit::a64;

int main(int argc, char **argv)
{
  static uint8_t bytes[1 << 20];
  unsigned functions = argc > 1 ? unsigned(atoi(argv[1])) : 500, length = argc > 2 ? unsigned(atoi(argv[2])) : 50;
  unsigned seed = 1, sum = 0;
  CodeHolder code;
  Assembler a;

  for (unsigned f = 0; f < functions; f++) {
    code.reset(ResetPolicy::kSoft);
    code.init(Environment(Arch::kAArch64));
    code.attach(&a);
    for (unsigned i = 0; i < length; i++) {
      seed = seed * 1103515245 + 12345;
      int n = int(seed >> 8 & 127);
      Label skip = a.newLabel();
      a.ldr(x10, ptr(x8, n * 8));
      a.add(x10, x10, n);
      a.str(x10, ptr(x8, n * 8 + 8));
      a.cmp(x10, n);
      a.b_ne(skip);
      a.ldr(w12, ptr(x8, n * 4));
      a.bind(skip);
    }
    if (code.flatten() || code.resolveUnresolvedLinks() || code.codeSize() > sizeof bytes ||
        code.copyFlattenedData(bytes, sizeof bytes))
      return 1;
    for (size_t i = 0; i < code.codeSize(); i += 7)
      sum = sum * 31 + bytes[i];
  }
  std::printf("0 %08x\n", sum);
  return 0;
}
