/* heap_gdb.c - publishes functions for GDB: a program for tests/gdb.sh. The second half of them is timed. */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "dasm.h"

int main(int argc, char **argv)
{
  dasm_HeapOptions o = { .size = sizeof o, .flags = DASM_HEAP_GDB };
  int n = argc > 1 ? atoi(argv[1]) : 1500, i;
  struct timespec from = { 0, 0 }, to;
  dasm_CodeHeap *heap;
  dasm_Code *c;

  if (dasm_heap_new(&o, &heap) != DASM_S_OK)
    return 1;
  for (i = 0; i < n + 300; i++) {
    if (i == n)
      clock_gettime(CLOCK_MONOTONIC, &from);
    if (dasm_heap_add(heap, "\xc3", 1, NULL, &c) != DASM_S_OK)
      return 1;
  }
  clock_gettime(CLOCK_MONOTONIC, &to);
  printf("300 functions in %ld ms\n", (to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000);
  return 0;
}
