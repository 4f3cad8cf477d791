/* howto_features.c - code for what this machine's processor has.
 *
 * The text says what it needs; an assembler with the features "host" refuses what this processor lacks, and the
 * program falls back to text that every processor runs.
 */
#include <dasmc.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* int count(uint64_t): the number of bits that are set */
static const char fast[] = "popcnt rax, rdi; ret";
static const char plain[] =
    "xor eax, eax\n"
    "1: test rdi, rdi; jz >2\n"
    "lea rcx, [rdi-1]; and rdi, rcx; inc eax; jmp <1\n"
    "2: ret";

static int has(const char *feature)
{
  char all[4096], *rest = NULL;
  if (dasmc_hostfeatures(all, sizeof all) >= sizeof all)
    return 0;
  for (char *name = strtok_r(all, " ", &rest); name != NULL; name = strtok_r(NULL, " ", &rest))
    if (strcmp(name, feature) == 0)
      return 1;
  return 0;
}

static int count_with(const char *features, const char *text, uint64_t n)
{
  dasmc_Options options = {.size = sizeof options, .features = features};
  dasmc_Assembler *A;
  dasm_CodeHeap *heap = NULL;
  dasm_State *state = NULL;
  dasm_Code *code;
  int result = -1;
  if (dasmc_new(&A, &options) != DASM_S_OK)
    return -1;
  if (dasmc_state(A, &state) == DASM_S_OK && dasm_heap_new(NULL, &heap) == DASM_S_OK &&
      dasmc_emit(A, &state, text, -1, NULL, 0) == DASM_S_OK &&
      dasm_publish(heap, &state, &code) == DASM_S_OK)
    result = ((int (*)(uint64_t))dasm_code_address(code))(n);
  dasm_free(&state);
  dasm_heap_free(&heap);
  dasmc_free(A);
  return result;
}

int main(void)
{
  const uint64_t n = 0xf0f0000000000001;

  /* Refused although this processor may have it: the features are those of an old one. */
  printf("with sse2 alone: %d\n", count_with("sse2", fast, n));

  int result = count_with("host", fast, n);
  if ((result >= 0) != has("popcnt"))
    return 1;
  if (result < 0)
    result = count_with("host", plain, n);
  printf("on this machine: %d\n", result);
  printf("on every one:    %d\n", count_with("sse2", plain, n));
  return 0;
}
