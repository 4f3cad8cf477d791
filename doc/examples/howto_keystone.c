/* howto_keystone.c - text to bytes in one call, as ks_asm() does it, with messages that say what is wrong.
 */
#include <dasmc.h>
#include <stdio.h>

static void assemble(dasmc_Assembler *A, const char *text, uint64_t address)
{
  unsigned char bytes[256];
  size_t size = sizeof bytes;
  int status = dasmc_assemble(A, text, -1, NULL, 0, address, bytes, &size);
  if (status == DASM_S_OK) {
    printf("%-24s", text);
    for (size_t i = 0; i < size; i++)
      printf(" %02x", bytes[i]);
    printf("\n");
  } else if (status == DASM_S_SOURCE) {
    char messages[1000];
    dasmc_messages(A, messages, sizeof messages);
    printf("%s", messages);
  } else {
    printf("%s: %s\n", text, dasm_strerror(status));
  }
}

int main(void)
{
  static const char *const isas[] = {"x86", "x64"};
  for (int i = 0; i < 2; i++) {
    dasmc_Options options = {.size = sizeof options, .isa = isas[i]};
    dasmc_Assembler *A;
    if (dasmc_new(&A, &options) != DASM_S_OK)
      return 1;
    printf("%s:\n", dasmc_isa(A));
    assemble(A, "inc ecx; dec edx", 0);
    assemble(A, "call &0x401000", 0x400000);
    dasmc_free(A);
  }
  dasmc_Assembler *A;
  dasmc_Options options = {.size = sizeof options, .isa = "x64"};
  if (dasmc_new(&A, &options) != DASM_S_OK)
    return 1;
  assemble(A, "mov al, 300", 0);
  dasmc_free(A);
  return 0;
}
