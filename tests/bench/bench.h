/* bench.h - what the measuring programs share.
 *
 * An emitter is one assembler library under the emission bench. Each sits in an object of its
 * own, so that none sees the headers of another. AsmJit and Xbyak are linked in if configure
 * found them; DynASM is a module loaded at run time, which exports `bench_emitter`.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is emitted; the text is in emit.dasc. */
enum bench_code { BENCH_FRAGMENT, BENCH_MIX, BENCH_CODES };

struct bench_times {
  double put, link, encode; /* seconds */
  size_t size;              /* bytes of code */
};

struct bench_emitter {
  const char *name;
  /* A handle for programs of up to n repetitions; NULL on failure. */
  void *(*open)(unsigned n);
  /* Emit, link and encode n repetitions of `code` into buffer; 0 on success. */
  int (*run)(void *self, enum bench_code code, unsigned n, unsigned char *buffer, size_t size,
             struct bench_times *times);
  void (*close)(void *self);
};

extern const struct bench_emitter bench_libdasm, bench_asmjit, bench_xbyak;

static inline double bench_now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Processor time of this thread: what other programs do meanwhile counts as little as possible. */
static inline double bench_cpu(void)
{
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#ifdef __cplusplus
}
#endif

#endif
