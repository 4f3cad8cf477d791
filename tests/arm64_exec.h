/* arm64_exec.h - does what libdasm makes of a line compute what the C compiler's assembler makes of it? tests/arm64.sh
 * writes the program that includes this, with arm64_exec.awk.
 *
 * Both are functions of one instruction. Each is called with the same registers, taken from a generator of random numbers,
 * and everything that it can have changed is compared: x0 to x15, the vectors, the predicates, the flags, the memory that its
 * address is in, and of what has tiles those.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dasm.h"

enum { VECTOR = 256 /* bytes that one may have */, ROUNDS = 3, MEMORY = 1 << 18, TILES = VECTOR * VECTOR };

/* What addresses point to: its middle. */
static uint8_t memory[MEMORY] __attribute__((aligned(4096)));
static uint8_t memory_before[MEMORY], memory_theirs[MEMORY];
/* The array ZA, a row behind the other. */
static uint8_t tiles[TILES] __attribute__((aligned(256))), tiles_before[TILES], tiles_theirs[TILES];

/* The offsets are in the assembly below. */
struct machine {
  uint64_t x[16];            /* 0 */
  uint64_t nzcv, fpsr;       /* 128, 136 */
  uint8_t z[32 * VECTOR];    /* 144 */
  uint8_t p[17 * VECTOR / 8]; /* 144 + 8192; the last one is FFR */
};

extern const uint8_t their_code[] __asm__("their_code");
void call_with(const void *code, struct machine *m) __asm__("call_with");
/* The same in streaming mode, with ZA. */
void call_with_tiles(const void *code, struct machine *m, uint8_t *za) __asm__("call_with_tiles");
uint64_t vector_bytes(void) __asm__("vector_bytes");
uint64_t streaming_bytes(void) __asm__("streaming_bytes");

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
        "clrex\n"
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

__asm__(".pushsection .text\n"
        ".arch armv9-a+sme\n"
        "vector_bytes:\n"
        "cntb x0\n"
        "ret\n"
        "streaming_bytes:\n"
        "rdsvl x0, #1\n"
        "ret\n"
        "call_with_tiles:\n"
        "stp x29, x30, [sp, #-112]!\n"
        "stp x19, x20, [sp, #16]\n"
        "stp x21, x22, [sp, #32]\n"
        "stp d8, d9, [sp, #48]\n"
        "stp d10, d11, [sp, #64]\n"
        "stp d12, d13, [sp, #80]\n"
        "stp d14, d15, [sp, #96]\n"
        "mov x19, x1\n"
        "mov x20, x0\n"
        "mov x21, x2\n"
        "smstart\n"
        "rdsvl x1, #1\n"
        "mov w12, #0\n"
        "1: ldr za[w12, 0], [x2]\n"
        "add x2, x2, x1\n"
        "add w12, w12, #1\n"
        "cmp w12, w1\n"
        "b.lo 1b\n"
        "add x22, x19, #144\n"
        ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31\n"
        "ldr z\\n, [x22, #\\n, mul vl]\n"
        ".endr\n"
        "add x22, x22, #8192\n"
        ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
        "ldr p\\n, [x22, #\\n, mul vl]\n"
        ".endr\n"
        "sub x22, x22, #8192\n"
        "ldr x0, [x19, #128]\n"
        "msr nzcv, x0\n"
        X_PAIRS("ldp ")
        "blr x20\n"
        X_PAIRS("stp ")
        "mrs x0, nzcv\n"
        "str x0, [x19, #128]\n"
        ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31\n"
        "str z\\n, [x22, #\\n, mul vl]\n"
        ".endr\n"
        "add x22, x22, #8192\n"
        ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
        "str p\\n, [x22, #\\n, mul vl]\n"
        ".endr\n"
        "rdsvl x1, #1\n"
        "mov w12, #0\n"
        "1: str za[w12, 0], [x21]\n"
        "add x21, x21, x1\n"
        "add w12, w12, #1\n"
        "cmp w12, w1\n"
        "b.lo 1b\n"
        "smstop\n"
        "ldp d8, d9, [sp, #48]\n"
        "ldp d10, d11, [sp, #64]\n"
        "ldp d12, d13, [sp, #80]\n"
        "ldp d14, d15, [sp, #96]\n"
        "ldp x21, x22, [sp, #32]\n"
        "ldp x19, x20, [sp, #16]\n"
        "ldp x29, x30, [sp], #112\n"
        "ret\n"
        ".popsection\n");

static sigjmp_buf unknown;

static void on_signal(int number)
{
  (void)number;
  siglongjmp(unknown, 1);
}

static void leave_streaming_mode(void)
{
  __asm__ volatile(".arch armv9-a+sme\nsmstop" ::: "memory");
}

/* False: the processor does not know the instruction, or it is not one of this mode, or its address is not possible. */
static int execute(const void *code, struct machine *m, int streaming)
{
  memcpy(memory, memory_before, sizeof(memory));
  memcpy(tiles, tiles_before, sizeof(tiles));
  if (sigsetjmp(unknown, 1)) {
    if (streaming)
      leave_streaming_mode();
    return 0;
  }
  if (streaming)
    call_with_tiles(code, m, tiles);
  else
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

static uint64_t bytes_of_vectors(int streaming)
{
  return sigsetjmp(unknown, 1) ? 16 : streaming ? streaming_bytes() : vector_bytes();
}

/* Elements of a vector that are offsets, or addresses. */
static void fill_offsets(struct machine *m, unsigned z, unsigned size, uint64_t base, uint64_t vl)
{
  for (uint64_t i = 0; i + size <= vl; i += size) {
    uint64_t v = base + 8 * (chance() & 63);

    memcpy(m->z + z * vl + i, &v, size);
  }
}

/* Registers of an address, [x1, x2] or [x1, z2.s] or [z1.d, x2] or [x1], x2: into the middle of the memory. */
static void point_into_memory(const char *text, struct machine *m, uint64_t vl)
{
  uint64_t middle = (uint64_t)(uintptr_t)(memory + MEMORY / 2);
  const char *p = strchr(text, '[');

  while (p && !(p[1] == 'x' || p[1] == 'z') && p[1] != ' ')
    p = strchr(p + 1, '[');
  if (!p)
    return;
  for (p++; *p; p++) {
    char class = *p;
    unsigned n;

    if ((class != 'x' && class != 'w' && class != 'z') || (p[-1] != '[' && p[-1] != ' ') || sscanf(p + 1, "%u", &n) != 1)
      continue;
    if (class == 'z')
      fill_offsets(m, n, strncmp(p + 2 + (n > 9), ".s", 2) == 0 ? 4 : 8, p[-1] == '[' ? middle : 0, vl);
    else if (n < 16)
      m->x[n] = p[-1] == '[' ? middle : 8 * (chance() & 7);
  }
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
  signal(SIGSEGV, on_signal);
  signal(SIGBUS, on_signal);
  for (size_t i = 0; i < MEMORY; i++)
    memory_before[i] = (uint8_t)chance();
  for (size_t i = 0; i < TILES; i++)
    tiles_before[i] = (uint8_t)chance();
  for (unsigned i = 0; i < n; i++) {
    const uint8_t *their = their_code + (size_t)8 * i;
    int known = 1, ok = 1, streaming = strstr(text[i], "za") != NULL;

    for (int round = 0; round < ROUNDS && known && ok; round++) {
      fill(&before);
      point_into_memory(text[i], &before, bytes_of_vectors(streaming));
      theirs = mine = before;
      known = execute(their, &theirs, streaming);
      memcpy(memory_theirs, memory, sizeof(memory));
      memcpy(tiles_theirs, tiles, sizeof(tiles));
      ok = execute(ours[i], &mine, streaming) == known;
      ok = ok && (!known || memcmp(&theirs, &mine, sizeof(mine)) == 0);
      ok = ok && memcmp(memory_theirs, memory, sizeof(memory)) == 0 && memcmp(tiles_theirs, tiles, sizeof(tiles)) == 0;
    }
    if (!ok)
      printf("differs: %s\n", text[i]);
    if (ok && !known && getenv("SHOW_UNKNOWN"))
      printf("not known: %s\n", text[i]);
    differ += !ok;
    not_known += ok && !known;
    same += ok && known;
    other += ok && memcmp(their, ours[i], 4) != 0;
  }
  printf("%u instructions do the same, %u of them with other bytes; %u are not known to this processor; %u differ\n", same, other,
         not_known, differ);
  free(ours);
  return differ != 0 || same < 2000;
}
