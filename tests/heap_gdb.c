/* heap_gdb.c - publishes functions for GDB: a program for tests/gdb.sh. The first and the last 300 are timed. */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "dasm.h"

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
  return 0;
}
