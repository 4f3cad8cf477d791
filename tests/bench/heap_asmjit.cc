// heap_asmjit.cc - AsmJit's JitAllocator in the heap bench: as it comes (pages writable and
// executable), and with its dual mapping.
#include <asmjit/asmjit.h>

#include <cstring>

#include "bench_heap.h"

using namespace asmjit;

namespace {

void *open_plain()
{
  return new JitAllocator;
}

void *open_dual()
{
  JitAllocator::CreateParams params {};
  params.options = JitAllocatorOptions::kUseDualMapping;
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

} // namespace

extern const struct bench_heap heap_asmjit = { "AsmJit (RWX)", open_plain, add, release, reserved, close };
extern const struct bench_heap heap_asmjit_dual = { "AsmJit dual", open_dual, add, release, reserved, close };
