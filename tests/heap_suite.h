/* heap_suite.h - what the suites of the code heap share. */
#ifndef TESTS_HEAP_SUITE_H
#define TESTS_HEAP_SUITE_H

#include <check.h>
#include <stdint.h>
#include <string.h>

#include "dasm.h"

#if defined(__x86_64__)
#define RUNS 1
#else
#define RUNS 0
#endif

typedef int (*function)(void);

static const int strategies[] = { DASM_HEAP_DUAL, DASM_HEAP_SINGLE, DASM_HEAP_FLIP };
#define NSTRATEGIES 3

static dasm_CodeHeap *H;

static inline void start(int strategy, unsigned flags)
{
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategy, .flags = flags, .reserve = 1 << 20 };

  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
}

static inline void finish(void)
{
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
  ck_assert_ptr_null(H);
}

static inline dasm_HeapStats figures(void)
{
  dasm_HeapStats s = { .size = sizeof s };

  ck_assert_int_eq(dasm_heap_stats(H, &s), DASM_S_OK);
  return s;
}

/* mov eax, n; ret */
static inline size_t returning(uint8_t *p, int n)
{
  p[0] = 0xb8;
  memcpy(p + 1, &n, 4);
  p[5] = 0xc3;
  return 6;
}

static inline dasm_Code *add(int n)
{
  uint8_t p[8];
  dasm_Code *c;

  ck_assert_int_eq(dasm_heap_add(H, p, returning(p, n), NULL, &c), DASM_S_OK);
  return c;
}

static inline int call(dasm_Code *c)
{
  function f;
  void *p = dasm_code_address(c);

  memcpy(&f, &p, sizeof f);
  return f();
}

static inline void expect(dasm_Code *c, int n)
{
  uint8_t p[8];

  ck_assert_uint_eq(dasm_code_size(c), returning(p, n));
  ck_assert_mem_eq(dasm_code_base(c), p, 6);
  if (RUNS)
    ck_assert_int_eq(call(c), n);
}

#endif
