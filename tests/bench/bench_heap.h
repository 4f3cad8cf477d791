/* bench_heap.h - allocators of executable memory under the heap bench. */
#ifndef BENCH_HEAP_H
#define BENCH_HEAP_H

#include "bench.h"

#ifdef __cplusplus
extern "C" {
#endif

struct bench_heap {
  const char *name;
  void *(*open)(void);
  /* Allocate and copy; returns a handle, NULL on failure. */
  void *(*add)(void *self, const void *bytes, size_t n);
  void (*release)(void *self, void *handle);
  /* Bytes of memory taken from the system. */
  size_t (*reserved)(void *self);
  void (*close)(void *self);
};

extern const struct bench_heap heap_asmjit, heap_asmjit_dual;

#ifdef __cplusplus
}
#endif

#endif
