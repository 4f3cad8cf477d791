/* arm64_exec.h - does what libdasm makes of a line compute what the C compiler's assembler makes of it? tests/arm64.sh
 * writes the program that includes this, with arm64_exec.awk.
 *
 * Both are functions of one instruction. Each is called with the same registers, taken from a generator of random numbers,
 * and everything that it can have changed is compared: x0 to x15, the vectors, the predicates, the flags.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dasm.h"

enum { VECTOR = 256 /* bytes that one may have */, ROUNDS = 3 };

/* The offsets are in the assembly below. */
struct machine {
  uint64_t x[16];            /* 0 */
  uint64_t nzcv, fpsr;       /* 128, 136 */
  uint8_t z[32 * VECTOR];    /* 144 */
  uint8_t p[17 * VECTOR / 8]; /* 144 + 8192; the last one is FFR */
};

extern const uint8_t their_code[] __asm__("their_code");
void call_with(const void *code, struct machine *m) __asm__("call_with");

#define X_PAIRS(what) what "x0, x1, [x19]\n" what "x2, x3, [x19, #16]\n" what "x4, x5, [x19, #32]\n" what "x6, x7, [x19, #48]\n" \
  what "x8, x9, [x19, #64]\n" what "x10, x11, [x19, #80]\n" what "x12, x13, [x19, #96]\n" what "x14, x15, [x19, #112]\n"

__asm__(".pushsection .text\n"
        ".arch armv8.2-a+sve\n"
        ".globl call_with\n"
        "call_with:\n"
        "stp x29, x30, [sp, #-160]!\n"
        "stp x19, x20, [sp, #16]\n"
        "stp x21, x22, [sp, #32]\n"
        "stp d8, d9, [sp, #48]\n"
        "stp d10, d11, [sp, #64]\n"
        "stp d12, d13, [sp, #80]\n"
        "stp d14, d15, [sp, #96]\n"
        "mov x19, x1\n"
        "mov x20, x0\n"
        "add x21, x19, #144\n"
        "add x22, x21, #8192\n"
        "ldr p0, [x22, #16, mul vl]\n"
        "wrffr p0.b\n"
        ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31\n"
        "ldr z\\n, [x21, #\\n, mul vl]\n"
        ".endr\n"
        ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
        "ldr p\\n, [x22, #\\n, mul vl]\n"
        ".endr\n"
        "ldp x0, x1, [x19, #128]\n"
        "msr nzcv, x0\n"
        "msr fpsr, x1\n"
        X_PAIRS("ldp ")
        "blr x20\n"
        X_PAIRS("stp ")
        "mrs x0, nzcv\n"
        "mrs x1, fpsr\n"
        "stp x0, x1, [x19, #128]\n"
        ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31\n"
        "str z\\n, [x21, #\\n, mul vl]\n"
        ".endr\n"
        ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
        "str p\\n, [x22, #\\n, mul vl]\n"
        ".endr\n"
        "rdffr p0.b\n"
        "str p0, [x22, #16, mul vl]\n"
        "ldp d8, d9, [sp, #48]\n"
        "ldp d10, d11, [sp, #64]\n"
        "ldp d12, d13, [sp, #80]\n"
        "ldp d14, d15, [sp, #96]\n"
        "ldp x21, x22, [sp, #32]\n"
        "ldp x19, x20, [sp, #16]\n"
        "ldp x29, x30, [sp], #160\n"
        "ret\n"
        ".popsection\n");

static sigjmp_buf unknown;

static void on_signal(int number)
{
  (void)number;
  siglongjmp(unknown, 1);
}

/* False: the processor does not know the instruction. */
static int execute(const void *code, struct machine *m)
{
  if (sigsetjmp(unknown, 1))
    return 0;
  call_with(code, m);
  return 1;
}

/* Numbers of all sizes, and as often such as floating-point instructions like to see. */
static uint64_t chance(void)
{
  static uint64_t seed = 88172645463325252;

  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return seed >> 60 == 0 ? seed & 0xff : seed >> 60 == 1 ? UINT64_C(0x3ff0000000000000) : seed >> 60 == 2 ? UINT64_C(0x400000003f800000) : seed;
}

static void fill(struct machine *m)
{
  uint8_t *bytes = (uint8_t *)m;

  for (size_t i = 0; i + 8 <= sizeof(*m); i += 8) {
    uint64_t v = chance();

    memcpy(bytes + i, &v, 8);
  }
  m->nzcv = chance() & 0xf0000000;
  m->fpsr = 0;
  memset(m->p + 16 * VECTOR / 8, 1, VECTOR / 8);
}

static dasm_Code *make(const unsigned char *list, unsigned n, void (*emit)(dasm_State **Dst), const uint8_t **ours)
{
  dasm_CodeHeap *heap;
  dasm_State *state;
  dasm_Code *code = NULL;

  dasm_heap_new(NULL, &heap);
  dasm_init(&state, 1);
  dasm_setup(&state, list);
  dasm_growpc(&state, n);
  emit(&state);
  if (dasm_publish(heap, &state, &code) != DASM_S_OK) {
    char words[200];

    dasm_errmsg(&state, words, sizeof(words));
    puts(words);
    return NULL;
  }
  for (unsigned i = 0; i < n; i++)
    ours[i] = (const uint8_t *)dasm_code_address(code) + dasm_getpclabel(&state, i);
  return code;
}

static int compare(const unsigned char *list, const char *const *text, unsigned n, void (*emit)(dasm_State **Dst))
{
  static struct machine before, theirs, mine;
  const uint8_t **ours = calloc(n, sizeof(*ours));
  unsigned same = 0, other = 0, differ = 0, not_known = 0;

  if (!ours || !make(list, n, emit, ours))
    return 1;
  signal(SIGILL, on_signal);
  for (unsigned i = 0; i < n; i++) {
    const uint8_t *their = their_code + (size_t)8 * i;
    int known = 1, ok = 1;

    for (int round = 0; round < ROUNDS && known && ok; round++) {
      fill(&before);
      theirs = mine = before;
      known = execute(their, &theirs);
      ok = execute(ours[i], &mine) == known && memcmp(&theirs, &mine, sizeof(mine)) == 0;
    }
    if (!ok)
      printf("differs: %s\n", text[i]);
    differ += !ok;
    not_known += ok && !known;
    same += ok && known;
    other += ok && memcmp(their, ours[i], 4) != 0;
  }
  printf("%u instructions do the same, %u of them with other bytes; %u are not known to this processor; %u differ\n", same, other,
         not_known, differ);
  free(ours);
  return differ != 0 || same < 1000;
}
