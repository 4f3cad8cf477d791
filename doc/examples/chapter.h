/* chapter.h - for the examples of the chapters about instruction sets: prints the bytes of each, as for address 0.
 */
#include <dasm.h>
#include <stdint.h>
#include <stdio.h>

static void print(const char *name, dasm_State **Dst)
{
  unsigned char bytes[512];
  size_t size;
  int status = dasm_link(Dst, &size);
  if (status == DASM_S_OK)
    status = dasm_encode_at(Dst, bytes, sizeof bytes, 0);
  if (status != DASM_S_OK) {
    char text[200];
    dasm_explain(status, Dst, text, sizeof text);
    printf("%s: %s\n", name, text);
    return;
  }
  printf("%s:", name);
  for (size_t i = 0; i < size; i++)
    printf(" %02x", bytes[i]);
  printf("\n");
}

#define SHOW(name, call) (dasm_setup(&state, templates), call, print(name, &state))
