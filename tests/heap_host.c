/* heap_host.c - the code heap on other processors: a program for tests/cross.sh, which runs it under qemu, or
 * for such a machine itself. Prints its counts.
 *
 * Instructions are from the processors' manuals: for AArch64 the Arm ARM, C6.2; for RISC-V the Unprivileged ISA, 35;
 * for z/Architecture the Principles of Operation, 7.
 */
#define _GNU_SOURCE 1
#include <errno.h>
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

static void check(int ok, const char *what)
{
  passed += ok != 0;
  failed += ok == 0;
  if (!ok)
    printf("failed: %s: %s\n", strategy_name, what);
}

/* ---- Processors ---- */

/* code that returns 1 behind a branch, which skips nothing: in words, with the branch as the second, and the value's
 * instruction as the third. Framed: saves the return address and the frame pointer, calls what its argument points to. */
#if defined(__aarch64__)
#define TRAP 0xd4200000u                        /* brk #0 */
#define RETURNING(n) { 0x52800000u | (n) << 5, 0xd65f03c0u } /* movz w0, #n; ret */
#define NOP 0xd503201fu
#define JUMPER { NOP, 0x14000001u, 0x52800020u, 0xd65f03c0u } /* nop; b +4; movz w0, #1; ret */
#define REACH (128 << 20)
/* stp x29, x30, [sp, #-16]!; mov x29, sp; blr x0; ldp x29, x30, [sp], #16; ret */
#define FRAMED { 0xa9bf7bfdu, 0x910003fdu, 0xd63f0000u, 0xa8c17bfdu, 0xd65f03c0u }
#define CALLED 12                               /* offset behind the call */
#define LANDING 0xd503245fu                     /* bti c */
#elif defined(__riscv)
#define TRAP 0x00100073u                        /* ebreak */
#define RETURNING(n) { 0x00000513u | (n) << 20, 0x00008067u } /* li a0, n; ret */
#define NOP 0x00000013u
#define JUMPER { NOP, 0x0040006fu, 0x00100513u, 0x00008067u } /* nop; j .+4; li a0, 1; ret */
#define REACH (1 << 20)
/* addi sp, sp, -16; sd ra, 8(sp); sd s0, 0(sp); addi s0, sp, 16; jalr a0; ld ra, 8(sp); ld s0, 0(sp); addi sp, sp, 16; ret */
#define FRAMED { 0xff010113u, 0x00113423u, 0x00813023u, 0x01010413u, 0x000500e7u, 0x00813083u, 0x00013403u, \
                 0x01010113u, 0x00008067u }
#define CALLED 20
#elif defined(__s390x__)
#define TRAP 0u
#define RETURNING(n) { 0xa7290000u | (n), 0x07fe0000u } /* lghi %r2, n; br %r14 */
#elif defined(__arm__)
#define TRAP 0xe7f000f0u                        /* udf #0 */
#define RETURNING(n) { 0xe3000000u | (n) >> 12 << 16 | ((n) & 0xfff), 0xe12fff1eu } /* movw r0, #n; bx lr */
#elif defined(__powerpc__)
#define TRAP 0x7fe00008u                        /* trap */
#define RETURNING(n) { 0x38600000u | (n), 0x4e800020u } /* li r3, n; blr */
#define NOP 0x60000000u
#define JUMPER { NOP, 0x48000004u, 0x38600001u, 0x4e800020u } /* nop; b .+4; li r3, 1; blr */
#define REACH (32 << 20)
/* mflr r0; std r0, 16(r1); stdu r1, -32(r1); mr r12, r3; mtctr r12; bctrl; addi r1, r1, 32; ld r0, 16(r1); mtlr r0; blr; or the same
 * of 32 bits */
#if defined(__powerpc64__)
#define FRAMED { 0x7c0802a6u, 0xf8010010u, 0xf821ffe1u, 0x7c6c1b78u, 0x7d8903a6u, 0x4e800421u, 0x38210020u, 0xe8010010u, \
                 0x7c0803a6u, 0x4e800020u }
#else
#define FRAMED { 0x7c0802a6u, 0x90010004u, 0x9421fff0u, 0x7c6c1b78u, 0x7d8903a6u, 0x4e800421u, 0x38210010u, 0x80010004u, \
                 0x7c0803a6u, 0x4e800020u }
#endif
#define CALLED 24
#elif defined(__mips__)
#define TRAP 0x0000000du                        /* break */
#define RETURNING(n) { 0x03e00009u, 0x24020000u | (n) } /* jalr $0, $31; addiu $2, $0, n */
#define VALUE 1
#define NOP 0u
/* nop; b .+8; addiu $2, $0, 1; jalr $0, $31; nop; and what b can go to instead */
#define JUMPER { NOP, 0x10000001u, 0x24020001u, 0x03e00009u, NOP, 0x03e00009u, 0x2402004du }
#define TARGET_AT 20
#define REACH ((128 << 10) + 4)
/* addiu sp, sp, -64; sw ra, 60(sp); sw fp, 56(sp); addiu fp, sp, 64; move t9, a0; jalr t9; nop; lw ra, 60(sp); lw fp, 56(sp);
 * jalr $0, ra; addiu sp, sp, 64; or the same of 64 bits */
#if defined(__mips64)
#define FRAMED { 0x67bdffc0u, 0xffbf0038u, 0xffbe0030u, 0x67be0040u, 0x0080c825u, 0x0320f809u, NOP, 0xdfbf0038u, 0xdfbe0030u, \
                 0x03e00009u, 0x67bd0040u }
#else
#define FRAMED { 0x27bdffc0u, 0xafbf003cu, 0xafbe0038u, 0x27be0040u, 0x0080c825u, 0x0320f809u, NOP, 0x8fbf003cu, 0x8fbe0038u, \
                 0x03e00009u, 0x27bd0040u }
#endif
#define CALLED 28
#endif

/* Which word of RETURNING has the value. */
#ifndef VALUE
#define VALUE 0
#endif

static void returning(uint32_t *p, unsigned n)
{
  const uint32_t code[] = RETURNING(n);

  memcpy(p, code, sizeof code);
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
  check(*(uint32_t *)first == TRAP, "freed memory is traps");
  check(crash(first) != 0, "freed code traps");
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

#ifdef JUMPER
static void patches(void)
{
  static const uint32_t jumper[] = JUMPER;
  dasm_Code *c = NULL;
  void *target;
  uint32_t p[2];

  check(dasm_heap_add(H, jumper, sizeof jumper, NULL, &c) == DASM_S_OK, "add");
#ifdef TARGET_AT
  target = (char *)dasm_code_address(c) + TARGET_AT;
#else
  target = dasm_code_address(add(77));
#endif
  check(call_at(dasm_code_address(c)) == 1, "call");
  returning(p, 2);
  check(dasm_code_write(H, c, 8, p + VALUE, 4) == DASM_S_OK, "write");
  check(call_at(dasm_code_address(c)) == 2, "call of written code");
  check(dasm_code_branch(H, c, 4, 4, target) == DASM_S_OK, "branch");
  check(call_at(dasm_code_address(c)) == 77, "call through another branch");
  check(dasm_code_branch(H, c, 4, 4, (char *)dasm_code_address(c) + 4 + REACH) == DASM_S_RANGE_REL, "reach");
  check(dasm_code_branch(H, c, 8, 4, target) == DASM_S_ARG, "no branch there");
  check(dasm_code_patch(H, c, 4, NOP, 4) == DASM_S_OK, "patch by a nop");
  check(call_at(dasm_code_address(c)) == 2, "call of patched code");
  check(dasm_code_patch(H, c, 2, 0, 4) == DASM_S_ARG, "patch that is not aligned");
}
#endif

#ifdef FRAMED
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
  static const uint32_t framed[] = FRAMED;
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
    seen |= frames[i] == (char *)p + CALLED;
  check(seen, "backtrace() goes through the code to its caller");
  check(dasm_heap_find(H, (char *)p + CALLED, &x) == DASM_S_OK && x == c, "find");
}
#endif

#ifdef LANDING
static void landing_pads(int strategy)
{
  static const uint32_t three[] = RETURNING(3u);
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategy, .flags = DASM_HEAP_LANDING };
  dasm_Code *c = NULL;
  unsigned long bti = getauxval(AT_HWCAP2) & 1ul << 17;

  check(dasm_heap_new(&o, &H) == DASM_S_OK, "heap with landing pads");
  check(dasm_heap_add(H, three, sizeof three, NULL, &c) == DASM_S_OK, "add");
  check(*(uint32_t *)dasm_code_address(c) == LANDING, "the landing pad is at the entry");
  check((char *)dasm_code_base(c) == (char *)dasm_code_address(c) + 4, "the code is behind it");
  check(call_at(dasm_code_address(c)) == 3, "call");
  if (bti)
    check(crash(dasm_code_base(c)) == SIGILL, "a call behind the landing pad is caught");
  else
    puts("no BTI here");
  dasm_heap_free(&H);
}
#endif

static void all_of_it(int strategy)
{
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategy };
  int status = dasm_heap_new(&o, &H);

  if (strategy == DASM_HEAP_DUAL && status == (DASM_S_SYSTEM | ENOTSUP)) {
    puts("dual: refused, as code that is changed would not run");
    o.strategy = DASM_HEAP_AUTO;
    status = dasm_heap_new(&o, &H);
  }
  check(status == DASM_S_OK, "heap");
  if (status != DASM_S_OK)
    return;
  bytes_become_functions();
  memory_is_reused();
#ifdef JUMPER
  patches();
#endif
  check(dasm_heap_free(&H) == DASM_S_OK, "free");
#ifdef FRAMED
  o.flags = DASM_HEAP_UNWIND;
  check(dasm_heap_new(&o, &H) == DASM_S_OK, "heap with frames");
  placement_and_frames();
  check(dasm_heap_free(&H) == DASM_S_OK, "free");
#endif
#ifdef LANDING
  landing_pads(o.strategy);
#endif
}

int main(void)
{
  static const struct { int strategy; const char *name; } all[] = {
    { DASM_HEAP_SINGLE, "single" }, { DASM_HEAP_FLIP, "flip" }, { DASM_HEAP_DUAL, "dual" },
  };
  unsigned i;

  signal(SIGTRAP, on_signal);
  signal(SIGILL, on_signal);
  for (i = 0; i < 3; i++) {
    strategy_name = all[i].name;
    all_of_it(all[i].strategy);
  }
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
