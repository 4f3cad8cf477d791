// emit_xbyak.cc - the emission bench's code through Xbyak.
//
// Xbyak writes into the final buffer at once, so that link and encode cost nothing of their own.
#include <xbyak/xbyak.h>

#include <vector>

#include "bench.h"

namespace {

struct Code : Xbyak::CodeGenerator {
  Code(void *buffer, size_t size) : CodeGenerator(size, buffer) {}

  void putFragment(unsigned n)
  {
    std::vector<Xbyak::Label> labels(n + 1);
    for (int i = 0; i < int(n); i++) {
      L(labels[size_t(i)]);
      mov(rax, ptr[rbx + i * 8]);
      add(rax, i);
      mov(ptr[rbx + i * 8 + 8], rax);
      cmp(eax, 1000);
      jne(labels[size_t(i) + 1], T_NEAR);
      call(ptr[rbx + rcx * 8 + i]);
    }
    L(labels[n]);
    ret();
  }

  void putMix(unsigned n)
  {
    for (int i = 0; i < int(n); i++) {
      Xbyak::Label l1, l2;
      mov(rax, ptr[rbx + 8]);
      add(rax, rcx);
      mov(ptr[rbx + 16], rax);
      L(l1);
      test(eax, eax);
      jz(l2);
      lea(rdx, ptr[rax + rcx * 4 + 16]);
      xor_(ecx, ecx);
      mov(rdi, rdx);
      mov(esi, i);
      movsd(xmm0, ptr[rbx + 24]);
      addsd(xmm0, xmm1);
      L(l2);
      cmp(rax, rdx);
      jne(l1);
    }
    ret();
  }
};

/* A generator belongs to one buffer, so each run makes its own; this one shows its cost. */
void *openSelf(unsigned)
{
  static char buffer[64];
  return new Code(buffer, sizeof buffer);
}

void closeSelf(void *self) { delete static_cast<Code *>(self); }

int run(void *, bench_code what, unsigned n, unsigned char *buffer, size_t size, bench_times *times)
try {
  double t0 = bench_cpu();
  Code code(buffer, size);
  if (what == BENCH_FRAGMENT)
    code.putFragment(n);
  else
    code.putMix(n);
  times->size = code.getSize();
  double t1 = bench_cpu();
  times->put = t1 - t0;
  times->link = times->encode = 0;
  return 0;
} catch (const Xbyak::Error &) {
  return 1;
}

}  // namespace

const struct bench_emitter bench_xbyak = {"Xbyak", openSelf, run, closeSelf};
