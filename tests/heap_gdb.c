/* heap_gdb.c - publishes functions for GDB: a program for tests/gdb.sh. It says how many files they are in, on which GDB's
 * time for one more depends, and how long the first and the last 300 took.
 */
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "dasm.h"

/* What GDB's manual says of the JIT interface. */
struct jit_entry {
  struct jit_entry *next, *previous;
  const char *file;
  uint64_t size;
};

struct jit_descriptor {
  uint32_t version, action;
  struct jit_entry *relevant, *first;
};

/* By its name at run time: a program that names the library's data gets a copy. */
static int files(void)
{
  const struct jit_descriptor *descriptor = dlsym(RTLD_DEFAULT, "__jit_debug_descriptor");
  int n = 0;

  for (const struct jit_entry *e = descriptor ? descriptor->first : NULL; e; e = e->next)
    n++;
  return n;
}

static long milliseconds(void)
{
  struct timespec t;

  clock_gettime(CLOCK_MONOTONIC, &t);
  return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Time for n functions. */
static long publish(dasm_CodeHeap *heap, int n)
{
  long from = milliseconds();
  dasm_Code *c;

  while (n-- > 0)
    if (dasm_heap_add(heap, "\xc3", 1, NULL, &c) != DASM_S_OK)
      exit(1);
  return milliseconds() - from;
}

int main(int argc, char **argv)
{
  dasm_HeapOptions o = { .size = sizeof o, .flags = DASM_HEAP_GDB };
  int n = argc > 1 ? atoi(argv[1]) : 1500;
  dasm_CodeHeap *heap;
  long first;

  if (dasm_heap_new(&o, &heap) != DASM_S_OK)
    return 1;
  first = publish(heap, 300);
  publish(heap, n - 600);
  printf("300 functions: %ld ms, then %ld ms\n", first, publish(heap, 300));
  printf("functions %d files %d\n", n, files());
  return 0;
}
