// throw.cc - C++ exceptions and backtrace() pass through code of a heap with DASM_HEAP_UNWIND.
// tests/unwind.sh links it in other ways, too; with the argument "refused" the heap has to say that it cannot.
//
// Each row is one prologue with its unwind information; the code calls a C++ function that throws.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#if defined(__linux__)
#include <execinfo.h>
#define HAVE_BACKTRACE 1
#endif

#include "dasm.h"

namespace {

int passed, failed;

void check(bool ok, const char *name, const char *what)
{
  if (ok)
    passed++;
  else {
    failed++;
    std::printf("failed: %s: %s\n", name, what);
  }
}

void *inside[64];
int depth;

// What goes out of scope on the way: behind it the exception is resumed by the program's own code.
struct cleanup {
  int *count;
  ~cleanup() { ++*count; }
};
int cleanups;

extern "C" void thrower()
{
  cleanup at_end = { &cleanups };
#ifdef HAVE_BACKTRACE
  depth = backtrace(inside, 64);
#endif
  throw std::runtime_error("from below");
}

extern "C" void quiet()
{
}

struct row {
  const char *name;
  unsigned char code[32];
  unsigned size;
  unsigned flags;
  dasm_Cfi cfi[4];
  unsigned ncfi;
};

// call *%rdi in three shapes of frame.
const row rows[] = {
  { "frame pointer, by default",
    { 0x55, 0x48, 0x89, 0xe5, 0xff, 0xd7, 0x5d, 0xc3 }, 8, DASM_CODE_FRAME, {}, 0 },
  { "frame pointer behind a landing pad",
    { 0x55, 0x48, 0x89, 0xe5, 0xff, 0xd7, 0xc9, 0xc3 }, 8, DASM_CODE_FRAME | DASM_CODE_LANDING, {}, 0 },
  { "frame pointer set up elsewhere: push rbp; lea rbp, [rsp]",
    { 0x55, 0x48, 0x8d, 0x2c, 0x24, 0xff, 0xd7, 0x5d, 0xc3 }, 9, DASM_CODE_FRAME, {}, 0 },
  { "sub rsp, 8, told by rules",
    { 0x48, 0x83, 0xec, 0x08, 0xff, 0xd7, 0x48, 0x83, 0xc4, 0x08, 0xc3 }, 11, 0,
    { { 4, DASM_CFI_DEF_CFA_OFFSET, 0, 16 }, { 10, DASM_CFI_DEF_CFA_OFFSET, 0, 8 } }, 2 },
  { "push rbx; mov ebx, 99 (a register that the unwinder restores)",
    { 0x53, 0xbb, 99, 0, 0, 0, 0xff, 0xd7, 0x5b, 0xc3 }, 10, 0,
    { { 1, DASM_CFI_DEF_CFA_OFFSET, 0, 16 }, { 1, DASM_CFI_OFFSET, 3, -16 },
      { 9, DASM_CFI_DEF_CFA_OFFSET, 0, 8 }, { 9, DASM_CFI_RESTORE, 3, 0 } }, 4 },
};

using function = void (*)(void (*)());

void try_row(dasm_CodeHeap *heap, const row &r)
{
  dasm_CodeInfo info = {};
  dasm_Code *code;
  function f;
  bool caught = false, seen = false;

  info.size = sizeof info;
  info.flags = r.flags;
  info.cfi = r.cfi;
  info.ncfi = r.ncfi;
  check(dasm_heap_add(heap, r.code, r.size, &info, &code) == DASM_S_OK, r.name, "publish");
  void *p = dasm_code_address(code);
  std::memcpy(&f, &p, sizeof f);
  f(quiet);
  for (int i = 0; i < 3; i++) {
    caught = false;
    volatile long keep = 12345; // in a callee-saved register or on the stack
    try {
      f(thrower);
    } catch (const std::runtime_error &e) {
      caught = std::strcmp(e.what(), "from below") == 0 && keep == 12345;
    }
    check(caught, r.name, "an exception is caught above the code");
  }
#ifdef HAVE_BACKTRACE
  char *base = static_cast<char *>(dasm_code_base(code));
  for (int i = 0; i + 1 < depth; i++)
    seen |= inside[i] > base && inside[i] < base + dasm_code_size(code);
  check(seen, r.name, "backtrace() goes through the code to its caller");
#else
  (void)seen;
#endif
  check(dasm_code_release(heap, code) == DASM_S_OK, r.name, "release");
}

} // namespace

int main(int argc, char **argv)
{
#if !defined(__x86_64__)
  std::puts("the code is for x86-64");
  return 77;
#endif
  static const int strategies[] = { DASM_HEAP_DUAL, DASM_HEAP_SINGLE, DASM_HEAP_FLIP };
  dasm_HeapOptions options = {};
  dasm_CodeHeap *heap;
  dasm_Code *code;

  if (argc > 1 && std::strcmp(argv[1], "refused") == 0) {
    char message[200];
    options.size = sizeof options;
    options.flags = DASM_HEAP_UNWIND;
    options.message = message;
    options.message_size = sizeof message;
    bool refused = dasm_heap_new(&options, &heap) == (DASM_S_SYSTEM | ENOSYS);
    std::printf("%s\n%d passed, %d failed\n", refused ? message : "not refused", refused, !refused);
    return !refused;
  }
  for (int strategy : strategies) {
    options.size = sizeof options;
    options.strategy = strategy;
    options.flags = DASM_HEAP_UNWIND;
    if (dasm_heap_new(&options, &heap) != DASM_S_OK) {
      std::puts("failed: no heap");
      return 1;
    }
    for (const row &r : rows)
      try_row(heap, r);
    // Rules that make no sense are refused.
    static const dasm_Cfi wrong[] = {
      { 9, DASM_CFI_DEF_CFA_OFFSET, 0, 16 },  { 0, 99, 0, 0 }, { 0, DASM_CFI_OFFSET, -1, 8 },
      { 0, DASM_CFI_OFFSET, 3, 7 }, { 0, DASM_CFI_DEF_CFA, 7, -8 },
    };
    for (const dasm_Cfi &c : wrong) {
      dasm_CodeInfo info = {};
      info.size = sizeof info;
      info.cfi = &c;
      info.ncfi = 1;
      check(dasm_heap_add(heap, rows[0].code, 8, &info, &code) == DASM_S_ARG, "wrong rule", "is refused");
      check(code == nullptr, "wrong rule", "leaves no code");
    }
    check(dasm_heap_free(&heap) == DASM_S_OK, "heap", "free");
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
