/* Its functions have libdasm's names, but other parameters; what libdasm does with its own must
 * not reach them, nor the other way round. */
#include "parts.h"
#include "dasm_heap.h"
#include <stdio.h>

const void *part_actions(void);

int main(void)
{
  struct part host, *part = &host;
  dasm_CodeHeap *heap;
  dasm_Code *code;
  void *globals[1];
  int status;
  union { void *p; int (*f)(void); } entry;

  dasm_init(part, 1);
  dasm_setupglobal(part, globals, 1);
  dasm_setup(part, part_actions());
  part_emit(part, 4711);
  if ((status = dasm_heap_new(NULL, &heap)) != DASM_S_OK ||
      (status = dasm_publish(heap, &part->D, &code)) != DASM_S_OK) {
    fprintf(stderr, "%s\n", dasm_strerror(status));
    return 1;
  }
  entry.p = dasm_code_address(code);
#ifdef __x86_64__
  if (entry.f() != 4711)
    return 1;
#else
  if (!entry.p)
    return 1;
#endif
  dasm_code_release(heap, code);
  dasm_heap_free(&heap);
  dasm_free(part);
  return 0;
}
