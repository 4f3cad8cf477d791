/* host.h - the processor that the library runs on, as the code heap sees it:
 * what traps, what a landing pad is, how instruction caches are told. */
#ifndef DASM_HOST_H
#define DASM_HOST_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "list.h"

#if defined(__x86_64__)
#define HOST_ISA ISA_X64
#define HOST_LANDING "\xf3\x0f\x1e\xfa"
#elif defined(__i386__)
#define HOST_ISA ISA_X86
#define HOST_LANDING "\xf3\x0f\x1e\xfb"
#elif defined(__aarch64__)
#define HOST_ISA ISA_ARM64
#define HOST_LANDING "\x5f\x24\x03\xd5"
#define HOST_TRAP 0xd4200000u /* brk #0 */
#elif defined(__arm__)
#define HOST_ISA ISA_ARM
#define HOST_TRAP 0xe7f000f0u /* udf #0 */
#elif defined(__powerpc__)
#define HOST_ISA ISA_PPC
#define HOST_TRAP 0x7fe00008u /* trap */
#elif defined(__mips64)
#define HOST_ISA ISA_MIPS64
#define HOST_TRAP 0x0000000du /* break */
#elif defined(__mips__)
#define HOST_ISA ISA_MIPS
#define HOST_TRAP 0x0000000du
#elif defined(__riscv) && __riscv_xlen == 64
#define HOST_ISA ISA_RISCV64
#define HOST_TRAP 0x00100073u /* ebreak */
#elif defined(__riscv)
#define HOST_ISA ISA_RISCV32
#define HOST_TRAP 0x00100073u
#elif defined(__loongarch64)
#define HOST_ISA ISA_LOONGARCH64
#define HOST_TRAP 0x002a0000u /* break 0 */
#elif defined(__s390x__)
#define HOST_ISA ISA_S390X
#define HOST_TRAP 0u /* an illegal operation */
#else
#define HOST_ISA 0 /* code can be kept, but none is this host's */
#define HOST_TRAP 0u
#endif

#ifdef HOST_LANDING
#define HOST_LANDING_SIZE 4u
#else
#define HOST_LANDING ""
#define HOST_LANDING_SIZE 0u
#endif

/* Fill [from, to) of the memory at `base` with traps; instructions are aligned to base. */
static inline void host_trap(uint8_t *base, size_t from, size_t to)
{
#ifdef HOST_TRAP
  const uint32_t trap = HOST_TRAP;
  uint8_t word[4];

  memcpy(word, &trap, 4);
  for (; from < to; from++)
    base[from] = word[from & 3];
#else
  memset(base + from, 0xcc, to - from);
#endif
}

/* Has nobody written to [from, to) since host_trap()? */
static inline int host_is_trap(const uint8_t *base, size_t from, size_t to)
{
  int same = 1;

  for (; from < to; from++) {
#ifdef HOST_TRAP
    const uint32_t trap = HOST_TRAP;
    uint8_t word[4];

    memcpy(word, &trap, 4);
    same &= base[from] == word[from & 3];
#else
    same &= base[from] == 0xcc;
#endif
  }
  return same;
}

/* What was at [run, run + size) is not what is there now: Valgrind, which keeps its own translation of
 * code and does not see writes through another view, forgets it. These instructions, a request to discard
 * translations (0x1002), do nothing on a processor. */
static inline void host_forget(const uint8_t *run, size_t size)
{
#if defined(__x86_64__) || defined(__i386__) || defined(__aarch64__)
  const volatile uintptr_t request[6] = { 0x1002, (uintptr_t)run, size, 0, 0, 0 };
#endif
#if defined(__x86_64__) && !defined(__ILP32__)
  uintptr_t result = 0;

  __asm__ volatile("rolq $3, %%rdi\n\trolq $13, %%rdi\n\trolq $61, %%rdi\n\trolq $51, %%rdi\n\t"
                   "xchgq %%rbx, %%rbx" : "+d"(result) : "a"(request) : "cc", "memory");
#elif defined(__i386__)
  uintptr_t result = 0;

  __asm__ volatile("roll $3, %%edi\n\troll $13, %%edi\n\troll $29, %%edi\n\troll $19, %%edi\n\t"
                   "xchgl %%ebx, %%ebx" : "+d"(result) : "a"(request) : "cc", "memory");
#elif defined(__aarch64__)
  register uintptr_t result __asm__("x3") = 0;
  register const volatile uintptr_t *arguments __asm__("x4") = request;

  __asm__ volatile("ror x12, x12, #3\n\tror x12, x12, #13\n\tror x12, x12, #51\n\tror x12, x12, #61\n\t"
                   "orr x10, x10, x10" : "+r"(result) : "r"(arguments) : "cc", "memory");
#else
  (void)run, (void)size;
#endif
}

/* Code was written at `write`, and will be fetched from `run`. Processors of the x86 family
 * keep their instruction caches coherent. */
static inline void host_flush(uint8_t *write, uint8_t *run, size_t size)
{
#if defined(__x86_64__) || defined(__i386__)
  (void)write, (void)run, (void)size;
  __asm__ volatile("" ::: "memory");
#else
  if (write && write != run)
    __builtin___clear_cache((char *)write, (char *)write + size);
  __builtin___clear_cache((char *)run, (char *)run + size);
#endif
}

#endif
