// heap_asmjit.cc - AsmJit in the heap bench: its JitAllocator as it comes (pages writable and
// executable), and with its dual mapping; its JitRuntime::add().
#include <asmjit/x86.h>

#include <cstring>
#include <memory>
#include <vector>

#include "bench_heap.h"

using namespace asmjit;

namespace {

JitAllocator::CreateParams dual()
{
  JitAllocator::CreateParams params {};
  params.options = JitAllocatorOptions::kUseDualMapping;
  return params;
}

void *open_plain()
{
  return new JitAllocator;
}

void *open_dual()
{
  JitAllocator::CreateParams params = dual();
  return new JitAllocator(&params);
}

void *add(void *self, const void *bytes, size_t n)
{
  void *rx, *rw;
  if (static_cast<JitAllocator *>(self)->alloc(&rx, &rw, n) != kErrorOk)
    return nullptr;
  VirtMem::protectJitMemory(VirtMem::ProtectJitAccess::kReadWrite);
  std::memcpy(rw, bytes, n);
  VirtMem::protectJitMemory(VirtMem::ProtectJitAccess::kReadExecute);
  VirtMem::flushInstructionCache(rx, n);
  return rx;
}

void release(void *self, void *handle)
{
  static_cast<JitAllocator *>(self)->release(handle);
}

size_t reserved(void *self)
{
  return static_cast<JitAllocator *>(self)->statistics().reservedSize();
}

void close(void *self)
{
  delete static_cast<JitAllocator *>(self);
}

using function = int (*)();

struct publisher {
  JitAllocator::CreateParams params = dual();
  JitRuntime runtime { &params };
  std::vector<std::unique_ptr<CodeHolder>> holders;
  std::vector<function> functions;
};

void *publish_open(unsigned n)
{
  publisher *p = new publisher;
  for (unsigned i = 0; i < n; i++)
    p->holders.push_back(std::make_unique<CodeHolder>());
  p->functions.resize(n);
  return p;
}

// As in heap_ours.dasc.
int emit(CodeHolder *holder, int k)
{
  using namespace x86;
  Assembler a(holder);
  Label end = a.newLabel();
  a.push(rbp);
  a.mov(rbp, rsp);
  a.push(rbx);
  a.sub(rsp, 24);
  a.mov(rbx, 0x1122334455667788);
  a.mov(eax, k);
  a.test(eax, eax);
  a.short_().js(end);
  a.lea(rcx, ptr(rax, rax, 2, 16));
  a.mov(ptr(rsp, 8), rcx);
  a.mov(rdx, ptr(rsp, 8));
  a.mov(edi, 0x01020304);
  a.add(rdx, 7);
  a.mov(ptr(rsp, 16), rdx);
  a.bind(end);
  a.add(rsp, 24);
  a.pop(rbx);
  a.pop(rbp);
  a.ret();
  return a.offset() != 64;
}

int publish_fill(void *self)
{
  publisher *p = static_cast<publisher *>(self);
  int k = 0;
  for (auto &holder : p->holders) {
    holder->reset();
    if (holder->init(p->runtime.environment()) != kErrorOk || emit(holder.get(), k++))
      return 1;
  }
  return 0;
}

int publish_all(void *self)
{
  publisher *p = static_cast<publisher *>(self);
  for (size_t i = 0; i < p->holders.size(); i++)
    if (p->runtime.add(&p->functions[i], p->holders[i].get()) != kErrorOk)
      return 1;
  return 0;
}

int publish_withdraw(void *self)
{
  publisher *p = static_cast<publisher *>(self);
  for (size_t i = 0; i < p->functions.size(); i++)
    if (p->functions[i]() != static_cast<int>(i) || p->runtime.release(p->functions[i]) != kErrorOk)
      return 1;
  return 0;
}

void publish_close(void *self)
{
  delete static_cast<publisher *>(self);
}

} // namespace

extern const struct bench_heap heap_asmjit = { "AsmJit (RWX)", open_plain, add, release, reserved, close, 0 };
extern const struct bench_heap heap_asmjit_dual = { "AsmJit dual", open_dual, add, release, reserved, close, 0 };
extern const struct bench_publisher publish_asmjit = { "JitRuntime::add", publish_open, publish_fill, publish_all,
                                                       publish_withdraw, publish_close };
