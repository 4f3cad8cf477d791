// publish_asmjit.cc - the publish bench through AsmJit's JitRuntime.
#include <asmjit/asmjit.h>

#include <cstdlib>

#include "bench_publish.h"

using namespace asmjit;
using namespace asmjit::x86;

static void emit(CodeHolder &code, JitRuntime &runtime, int n)
{
  code.reset(ResetPolicy::kSoft);
  code.init(runtime.environment());
  Assembler a(&code);
  a.lea(eax, dword_ptr(rdi, n));
  a.imul(eax, edi);
  a.ret();
}

void publish_asmjit(int functions, double *only, double *all)
{
  JitRuntime runtime;
  CodeHolder code;
  void *live[LIVE] = {};
  double start = bench_cpu();
  for (int i = 0; i < functions; i++)
    emit(code, runtime, i);
  *only = bench_cpu() - start;
  start = bench_cpu();
  for (int i = 0; i < functions; i++) {
    void *&slot = live[i % LIVE];
    if (slot != nullptr)
      runtime.release(slot);
    emit(code, runtime, i);
    if (runtime.add(&slot, &code) != kErrorOk)
      std::exit(1);
  }
  *all = bench_cpu() - start;
}
