/* x86.h - x86 and x86-64 as hosts. They keep their instruction caches coherent. */
#ifndef DASM_HOST_X86_H
#define DASM_HOST_X86_H

#if defined(__x86_64__)
#define HOST_ISA ISA_X64
#define HOST_MACHINE 62
#define HOST_LANDING "\xf3\x0f\x1e\xfa"
#define HOST_FRAMES { .returns = 16, .sp = 7, .fp = 6, .pushed = 1 }
#define HOST_RETURNING(n) { 0xfa1e0ff3u /* endbr64 */, 0xb8u | (n) << 8 /* mov eax, n */, 0xccccc300u /* ret */ }
#else
#define HOST_ISA ISA_X86
#define HOST_MACHINE 3
#define HOST_LANDING "\xf3\x0f\x1e\xfb"
#define HOST_FRAMES { .returns = 8, .sp = 4, .fp = 5, .pushed = 1 }
#define HOST_RETURNING(n) { 0xfb1e0ff3u, 0xb8u | (n) << 8, 0xccccc300u }
#endif
#define HOST_TRAP 0xccccccccu /* int3, four times */
#define HOST_COHERENT 1

#define HOST_PAUSE "pause"

/* Of instructions that end with a rel32. */
#define HOST_RETARGET 1
static inline int host_retarget(const uint8_t *p, unsigned length, uint64_t run, uint64_t target, uint64_t *value)
{
  int64_t d = (int64_t)(target - (run + length));

  (void)p;
  if (length < 5 || length > 15)
    return DASM_S_ARG;
  if (sizeof(void *) == 8 && (d < INT32_MIN || d > INT32_MAX))
    return DASM_S_RANGE_REL;
  *value = (uint32_t)d;
  return DASM_S_OK;
}

/* The usual prologue: push and mov. */
#define HOST_PROLOGUE 1
static inline uint32_t host_prologue(const uint8_t *p, size_t size, uint32_t *first)
{
  static const uint8_t movs[4][3] = { { 0x48, 0x89, 0xe5 }, { 0x48, 0x8b, 0xec }, { 0x89, 0xe5 }, { 0x8b, 0xec } };
  uint32_t at = 0;
  unsigned i, n;

  if (size >= 4 && memcmp(p, HOST_LANDING, 4) == 0)
    at = 4;
  if (size - at < 4 || p[at] != 0x55)
    return 0;
  *first = at + 1;
  for (i = 0; i < 4; i++) {
    n = i < 2 ? 3 : 2;
    if ((n == 3) == (sizeof(void *) == 8) && memcmp(p + at + 1, movs[i], n) == 0)
      return at + 1 + n;
  }
  return 0;
}

/* pop or leave, and ret. */
static inline uint32_t host_epilogue(const uint8_t *p, size_t size)
{
  return size > 2 && p[size - 1] == 0xc3 && (p[size - 2] == 0x5d || p[size - 2] == 0xc9) ? 1 : 0;
}

#if !defined(__ILP32__)
#define HOST_VALGRIND 1
static inline void host_valgrind(const volatile uintptr_t *request)
{
  uintptr_t result = 0;

#if defined(__x86_64__)
  __asm__ volatile("rolq $3, %%rdi\n\trolq $13, %%rdi\n\trolq $61, %%rdi\n\trolq $51, %%rdi\n\t"
                   "xchgq %%rbx, %%rbx" : "+d"(result) : "a"(request) : "cc", "memory");
#else
  __asm__ volatile("roll $3, %%edi\n\troll $13, %%edi\n\troll $29, %%edi\n\troll $19, %%edi\n\t"
                   "xchgl %%ebx, %%ebx" : "+d"(result) : "a"(request) : "cc", "memory");
#endif
}
#endif

#endif
