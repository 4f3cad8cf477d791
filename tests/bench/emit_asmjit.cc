// emit_asmjit.cc - the emission bench's code through AsmJit's Assembler.
//
// put: the instructions; link: flatten and resolve; encode: copy to the buffer. The holder keeps
// its memory from run to run, as the states of the others do.
#include <asmjit/asmjit.h>

#include <cstdint>
#include <vector>

#include "bench.h"

using namespace asmjit;
using namespace asmjit::x86;

namespace {

struct Self {
  CodeHolder code;
  std::vector<Label> labels;
};

void putFragment(Self &s, Assembler &a, unsigned n)
{
  s.labels.resize(n + 1);
  for (auto &label : s.labels)
    label = a.newLabel();
  for (int i = 0; i < int(n); i++) {
    a.bind(s.labels[size_t(i)]);
    a.mov(rax, qword_ptr(rbx, i * 8));
    a.add(rax, i);
    a.mov(qword_ptr(rbx, i * 8 + 8), rax);
    a.cmp(eax, 1000);
    a.jne(s.labels[size_t(i) + 1]);
    a.call(qword_ptr(rbx, rcx, 3, i));
  }
  a.bind(s.labels[n]);
  a.ret();
}

void putMix(Self &, Assembler &a, unsigned n)
{
  for (int i = 0; i < int(n); i++) {
    Label l1 = a.newLabel(), l2 = a.newLabel();
    a.mov(rax, qword_ptr(rbx, 8));
    a.add(rax, rcx);
    a.mov(qword_ptr(rbx, 16), rax);
    a.bind(l1);
    a.test(eax, eax);
    a.jz(l2);
    a.lea(rdx, qword_ptr(rax, rcx, 2, 16));
    a.xor_(ecx, ecx);
    a.mov(rdi, rdx);
    a.mov(esi, i);
    a.movsd(xmm0, qword_ptr(rbx, 24));
    a.addsd(xmm0, xmm1);
    a.bind(l2);
    a.cmp(rax, rdx);
    a.jne(l1);
  }
  a.ret();
}

void *openSelf(unsigned)
{
  Self *s = new Self;
  s->code.init(Environment::host());
  return s;
}

void closeSelf(void *self) { delete static_cast<Self *>(self); }

int run(void *self, bench_code what, unsigned n, unsigned char *buffer, size_t size, bench_times *times)
{
  Self &s = *static_cast<Self *>(self);
  double t0 = bench_cpu();
  s.code.reset(ResetPolicy::kSoft);
  s.code.init(Environment::host());
  Assembler a(&s.code);
  if (what == BENCH_FRAGMENT)
    putFragment(s, a, n);
  else
    putMix(s, a, n);
  double t1 = bench_cpu();
  if (s.code.flatten() != kErrorOk || s.code.resolveUnresolvedLinks() != kErrorOk)
    return 1;
  double t2 = bench_cpu();
  if (s.code.codeSize() > size || s.code.copyFlattenedData(buffer, size) != kErrorOk)
    return 1;
  double t3 = bench_cpu();
  times->put = t1 - t0;
  times->link = t2 - t1;
  times->encode = t3 - t2;
  times->size = s.code.codeSize();
  return 0;
}

}  // namespace

const struct bench_emitter bench_asmjit = {"AsmJit", openSelf, run, closeSelf};
