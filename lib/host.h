/* host.h - the processor that the library runs on: what traps, what a landing pad is, how instruction caches
 * are told, how frames look, which bits of a branch are its target. Each host has a file in host/, which defines
 *   HOST_ISA, HOST_MACHINE  the processor, and as the field e_machine of ELF files has it
 *   HOST_TRAP               a word to fill free memory with: whatever runs there stops
 * and, if the host has it, or somebody has written it:
 *   HOST_LANDING            4 bytes for where indirect calls arrive
 *   HOST_COHERENT           what is written is run; no cache has to be told
 *   HOST_FRAMES             struct host_frames
 *   HOST_RETURNING(n)       words of a function that returns n, 0 to 127
 *   HOST_DESCRIPTORS        pointers to functions lead to the address of code, and to what it wants in registers
 *   HOST_RETARGET           host_retarget(p, length, run, target, &value): the branch at p that runs at address
 *                           `run`, with another target; value: its last 4 bytes
 *   HOST_PROLOGUE           host_prologue(p, size, &first): offsets behind the usual prologue, 0 if it is not that, and
 *                           behind its first instruction, which saves the frame pointer;
 *                           host_epilogue(p, size): bytes of the last instruction, if the one
 *                           before it restores the frame pointer, or 0
 *   HOST_PAUSE              an instruction for who waits
 *   HOST_VALGRIND           host_valgrind(request)
 */
#ifndef DASM_HOST_H
#define DASM_HOST_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "dasm.h"
#include "list.h"

/* DWARF's numbers of registers. */
struct host_frames {
  unsigned returns, sp, fp;
  unsigned raised;    /* a handler gets its exception there (__builtin_eh_return_data_regno(0)) */
  unsigned pushed;    /* a call stores the return address on the stack */
  unsigned fp_is_cfa; /* the frame pointer is what the stack pointer was, and what is saved is below it */
  unsigned chain;     /* unless 0: what the stack pointer points to is what it was before, and the return address is that far
                       * above there. Code needs no frame pointer then */
  unsigned wide;      /* compilers write addresses in .eh_frame in 8 bytes, not in 4 */
};

#if defined(__x86_64__) || defined(__i386__)
#include "host/x86.h"
#elif defined(__aarch64__)
#include "host/arm64.h"
#elif defined(__riscv)
#include "host/riscv.h"
#elif defined(__mips__)
#include "host/mips.h"
#elif defined(__powerpc__)
#include "host/ppc.h"
#else
#include "host/others.h"
#endif

#ifdef HOST_LANDING
#define HOST_LANDING_SIZE 4u
#else
#define HOST_LANDING ""
#define HOST_LANDING_SIZE 0u
#endif

#ifndef HOST_RETARGET
static inline int host_retarget(const uint8_t *p, unsigned length, uint64_t run, uint64_t target, uint64_t *value)
{
  (void)p, (void)length, (void)run, (void)target, (void)value;
  return DASM_S_ARG;
}
#endif

#ifndef HOST_PROLOGUE
static inline uint32_t host_prologue(const uint8_t *p, size_t size, uint32_t *first)
{
  (void)p, (void)size, (void)first;
  return 0;
}

static inline uint32_t host_epilogue(const uint8_t *p, size_t size)
{
  (void)p, (void)size;
  return 0;
}
#endif

static inline void host_pause(void)
{
#ifdef HOST_PAUSE
  __asm__ volatile(HOST_PAUSE);
#endif
}

#define HOST_TRAP_IS_BYTE (HOST_TRAP == (HOST_TRAP & 0xff) * 0x01010101u)

/* Traps from where instructions are aligned on; `shift` bytes further. */
static inline uint64_t host_traps(size_t shift)
{
  const uint32_t trap[3] = { HOST_TRAP, HOST_TRAP, HOST_TRAP };
  uint64_t traps;

  memcpy(&traps, (const uint8_t *)trap + (HOST_TRAP_IS_BYTE ? 0 : shift & 3), 8);
  return traps;
}

/* Fill [from, to) of the memory at `base` with traps; instructions are aligned to base. */
static inline void host_trap(uint8_t *base, size_t from, size_t to)
{
  const uint64_t traps = host_traps(from);

  if (HOST_TRAP_IS_BYTE) {
    memset(base + from, (int)(HOST_TRAP & 0xff), to - from);
    return;
  }
  for (; to - from >= 8; from += 8)
    memcpy(base + from, &traps, 8);
  memcpy(base + from, &traps, to - from);
}

/* Has nobody written to [from, to) since host_trap()? */
static inline int host_is_trap(const uint8_t *base, size_t from, size_t to)
{
  const uint64_t traps = host_traps(from);
  uint64_t odd = 0, word;

  for (; to - from >= 8; from += 8) {
    memcpy(&word, base + from, 8);
    odd |= word ^ traps;
  }
  word = traps;
  memcpy(&word, base + from, to - from);
  return (odd | (word ^ traps)) == 0;
}

/* What was at [run, run + size) is not what is there now: Valgrind, which keeps its own translation of
 * code and does not see writes through another view, forgets it. These instructions, a request to discard
 * translations (0x1002), do nothing on a processor. */
static inline void host_forget(const uint8_t *run, size_t size)
{
#ifdef HOST_VALGRIND
  const volatile uintptr_t request[6] = { 0x1002, (uintptr_t)run, size, 0, 0, 0 };

  host_valgrind(request);
#else
  (void)run, (void)size;
#endif
}

/* Code was written at `write`, and will be fetched from `run`. */
static inline void host_flush(uint8_t *write, uint8_t *run, size_t size)
{
#ifdef HOST_COHERENT
  (void)write, (void)run, (void)size;
  __asm__ volatile("" ::: "memory");
#else
  if (write && write != run)
    __builtin___clear_cache((char *)write, (char *)write + size);
  __builtin___clear_cache((char *)run, (char *)run + size);
#endif
}

#endif
