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
  /* Bytes of memory taken from the system; NULL: manages nothing. */
  size_t (*reserved)(void *self);
  void (*close)(void *self);
  /* It makes a system call for each function, or several. */
  int slow;
};

/* Assembled functions become callable: an assembler with its heap. Calls return 0 on success. */
struct bench_publisher {
  const char *name;
  void *(*open)(unsigned n);
  int (*fill)(void *self);     /* assemble n functions */
  int (*publish)(void *self);  /* make all of them callable */
  int (*withdraw)(void *self); /* call each, and free them */
  void (*close)(void *self);
};

extern const struct bench_heap heap_dual, heap_flip, heap_single, heap_flips, heap_maps;
extern const struct bench_heap heap_asmjit, heap_asmjit_dual;
extern const struct bench_publisher publish_dual, publish_asmjit;

#ifdef __cplusplus
}
#endif

#endif
