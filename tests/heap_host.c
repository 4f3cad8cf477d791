/* heap_a64.c - the code heap on AArch64: a program for tests/cross.sh, which runs it under qemu-aarch64
 * (with BTI), or for such a machine itself. Prints its counts.
 *
 * Instructions are from the Arm ARM, C6.2. With "emulated", code that has run is not changed through another
 * view of its memory: emulators before QEMU 8.1 do not see that.
 */
#define _GNU_SOURCE 1
#include <execinfo.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>

#include "dasm.h"

typedef int (*function)(void);
typedef int (*caller)(int (*)(void));

static int passed, failed;
static dasm_CodeHeap *H;
static const char *strategy_name;
static int changes; /* code that has run may change */

static void check(int ok, const char *what)
{
  passed += ok != 0;
  failed += ok == 0;
  if (!ok)
    printf("failed: %s: %s\n", strategy_name, what);
}

/* movz w0, #n; ret */
static void returning(uint32_t *p, unsigned n)
{
  p[0] = 0x52800000u | n << 5;
  p[1] = 0xd65f03c0u;
}

static dasm_Code *add(unsigned n)
{
  uint32_t p[2];
  dasm_Code *c = NULL;

  returning(p, n);
  check(dasm_heap_add(H, p, sizeof p, NULL, &c) == DASM_S_OK, "add");
  return c;
}

static int call_at(void *at)
{
  function f;

  memcpy(&f, &at, sizeof f);
  return f();
}

static sigjmp_buf back;
static volatile int signal_number;

static void on_signal(int number)
{
  signal_number = number;
  siglongjmp(back, 1);
}

/* The signal that a call ends with; 0: it returns. */
static int crash(void *at)
{
  signal_number = 0;
  if (sigsetjmp(back, 1) == 0)
    (void)call_at(at);
  return signal_number;
}

static void bytes_become_functions(void)
{
  enum { N = 200 };
  dasm_Code *c[N];
  void *first;
  unsigned i;

  for (i = 0; i < N; i++)
    c[i] = add(i);
  for (i = 0; i < N; i++)
    check(call_at(dasm_code_address(c[i])) == (int)i, "call");
  first = dasm_code_address(c[0]);
  check(dasm_code_release(H, c[0]) == DASM_S_OK, "release");
  check(*(uint32_t *)first == 0xd4200000u, "freed memory is brk");
  if (changes)
    check(crash(first) == SIGTRAP, "freed code traps");
  for (i = 1; i < N; i++)
    check(dasm_code_release(H, c[i]) == DASM_S_OK, "release");
  check(dasm_code_release(H, c[1]) == DASM_S_HEAP, "double free");
}

/* Instruction caches are told: other code at addresses that have run. */
static void memory_is_reused(void)
{
  unsigned i;

  for (i = 0; i < 300; i++) {
    dasm_Code *c = add(i);

    check(call_at(dasm_code_address(c)) == (int)i, "call of new code at an old address");
    check(dasm_code_release(H, c) == DASM_S_OK, "release");
  }
}

static void patches(void)
{
  static const uint32_t jumper[] = { 0xd503201fu /* nop */, 0x14000001u /* b +4 */, 0x52800020u, 0xd65f03c0u };
  dasm_Code *c = NULL, *target = add(77);
  uint32_t p[2];

  check(dasm_heap_add(H, jumper, sizeof jumper, NULL, &c) == DASM_S_OK, "add");
  check(call_at(dasm_code_address(c)) == 1, "call");
  returning(p, 2);
  check(dasm_code_write(H, c, 8, p, 4) == DASM_S_OK, "write");
  check(call_at(dasm_code_address(c)) == 2, "call of written code");
  check(dasm_code_branch(H, c, 4, 4, dasm_code_address(target)) == DASM_S_OK, "branch");
  check(call_at(dasm_code_address(c)) == 77, "call through another branch");
  check(dasm_code_branch(H, c, 4, 4, (char *)dasm_code_address(c) + (128 << 20) + 4) == DASM_S_RANGE_REL, "reach");
  check(dasm_code_branch(H, c, 8, 4, dasm_code_address(target)) == DASM_S_ARG, "no branch there");
  check(dasm_code_patch(H, c, 4, 0xd503201fu, 4) == DASM_S_OK, "patch by a nop");
  check(call_at(dasm_code_address(c)) == 2, "call of patched code");
  check(dasm_code_patch(H, c, 2, 0, 4) == DASM_S_ARG, "patch that is not aligned");
}

static int here(void)
{
  return 5;
}

static void *frames[32];
static int depth;

static int look_back(void)
{
  depth = backtrace(frames, 32);
  return 6;
}

static void placement_and_frames(void)
{
  /* stp x29, x30, [sp, #-16]!; mov x29, sp; blr x0; ldp x29, x30, [sp], #16; ret */
  static const uint32_t framed[] = { 0xa9bf7bfdu, 0x910003fdu, 0xd63f0000u, 0xa8c17bfdu, 0xd65f03c0u };
  dasm_CodeInfo info = { .size = sizeof info, .flags = DASM_CODE_FRAME };
  dasm_Code *c = NULL, *x;
  intptr_t d;
  caller f;
  void *p;
  int i, seen = 0;

  info.around = (uintptr_t)(void *)here;
  info.reach = 127 << 20;
  check(dasm_heap_add(H, framed, sizeof framed, &info, &c) == DASM_S_OK, "add within reach of bl");
  p = dasm_code_address(c);
  d = (intptr_t)p - (intptr_t)(void *)here;
  check(d < 128 << 20 && d > -(128 << 20), "is within reach");
  memcpy(&f, &p, sizeof f);
  check(f(here) == 5, "call with a call");
  check(f(look_back) == 6, "call with a backtrace");
  for (i = 0; i + 1 < depth; i++)
    seen |= frames[i] == (char *)p + 12;
  check(seen, "backtrace() goes through the code to its caller");
  check(dasm_heap_find(H, (char *)p + 12, &x) == DASM_S_OK && x == c, "find");
}

static void landing_pads(int strategy)
{
  static const uint32_t twice[] = { 0x52800060u /* movz w0, #3 */, 0xd65f03c0u };
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategy, .flags = DASM_HEAP_LANDING };
  dasm_Code *c = NULL;
  unsigned long bti = getauxval(AT_HWCAP2) & 1ul << 17;

  check(dasm_heap_new(&o, &H) == DASM_S_OK, "heap with landing pads");
  check(dasm_heap_add(H, twice, sizeof twice, NULL, &c) == DASM_S_OK, "add");
  check(*(uint32_t *)dasm_code_address(c) == 0xd503245fu, "bti c is at the entry");
  check((char *)dasm_code_base(c) == (char *)dasm_code_address(c) + 4, "the code is behind it");
  check(call_at(dasm_code_address(c)) == 3, "call");
  if (bti)
    check(crash(dasm_code_base(c)) == SIGILL, "a call behind the landing pad is caught");
  else
    puts("no BTI here");
  dasm_heap_free(&H);
}

int main(int argc, char **argv)
{
  static const struct { int strategy; const char *name; } all[] = {
    { DASM_HEAP_SINGLE, "single" }, { DASM_HEAP_FLIP, "flip" }, { DASM_HEAP_DUAL, "dual" },
  };
  unsigned i;

  signal(SIGTRAP, on_signal);
  signal(SIGILL, on_signal);
  for (i = 0; i < 3; i++) {
    dasm_HeapOptions o = { .size = sizeof o, .strategy = all[i].strategy, .flags = DASM_HEAP_UNWIND };

    strategy_name = all[i].name;
    changes = all[i].strategy != DASM_HEAP_DUAL || argc < 2 || strcmp(argv[1], "emulated") != 0;
    if (dasm_heap_new(&o, &H) != DASM_S_OK) {
      check(0, "heap");
      continue;
    }
    bytes_become_functions();
    if (changes) {
      memory_is_reused();
      patches();
    }
    placement_and_frames();
    check(dasm_heap_free(&H) == DASM_S_OK, "free");
    landing_pads(all[i].strategy);
  }
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
