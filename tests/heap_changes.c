/* heap_changes.c - code that has run is replaced by other code at its place, in every way: a program for
 * tests/translators.sh. Prints its counts. Instructions: mov eax, n; ret.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "dasm.h"

static int passed, failed;

static void check(dasm_Code *c, int n)
{
  int (*f)(void);
  void *p = dasm_code_address(c);

  memcpy(&f, &p, sizeof f);
  if (c && f() == n)
    passed++;
  else
    failed++;
}

int main(void)
{
  int strategy, i;

  for (strategy = DASM_HEAP_AUTO; strategy <= DASM_HEAP_FLIP; strategy++) {
    dasm_HeapOptions o = { .size = sizeof o, .strategy = strategy };
    dasm_CodeHeap *heap;
    dasm_Code *c, *kept = NULL;

    int status = dasm_heap_new(&o, &heap);

    if (strategy == DASM_HEAP_DUAL && status == (DASM_S_SYSTEM | ENOTSUP)) {
      puts("dual: refused, as code that is changed would not run");
      continue;
    }
    if (status != DASM_S_OK)
      return 1;
    for (i = 0; i < 20; i++) {
      uint8_t p[] = { 0xb8, (uint8_t)i, 0, 0, 0, 0xc3 }, *view;

      dasm_heap_add(heap, p, sizeof p, NULL, &c);
      check(c, i);
      dasm_code_release(heap, c);
      if (!kept)
        dasm_heap_add(heap, p, sizeof p, NULL, &kept);
      p[1] = (uint8_t)(i + 50);
      dasm_code_write(heap, kept, 0, p, sizeof p);
      check(kept, i + 50);
      dasm_code_patch(heap, kept, 1, (uint64_t)i + 100, 1);
      check(kept, i + 100);
      view = dasm_code_view(heap, kept);
      if (view) {
        view[1] = (uint8_t)(i + 7);
        dasm_code_flush(heap, kept, 1, 1);
        check(kept, i + 7);
      }
    }
    dasm_heap_free(&heap);
  }
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
