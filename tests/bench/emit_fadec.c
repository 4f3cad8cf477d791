/* emit_fadec.c - the emission bench's code through fadec's second API: one function for each form of an instruction.
 *
 * A module for bench_emit, see bench.sh. Its functions write at once into the final buffer, and choose nothing but the form.
 * Labels are the program's: it keeps the address of each, and of the branch that waits for it, whose long form it writes
 * again when the address is known.
 */
#include <fadec-enc2.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

struct self {
  unsigned char **label, **waiting; /* of n + 1 */
  unsigned n;
};

static void place(struct self *s, unsigned number, unsigned char *here)
{
  s->label[number] = here;
  if (s->waiting[number] != NULL)
    fe64_JNZ(s->waiting[number], FE_JMPL, here);
}

static unsigned char *branch(struct self *s, unsigned number, unsigned char *w)
{
  if (s->label[number] != NULL)
    return w + fe64_JNZ(w, 0, s->label[number]);
  s->waiting[number] = w;
  return w + fe64_JNZ(w, FE_JMPL, w);
}

static unsigned char *put_fragment(struct self *s, unsigned n, unsigned char *w)
{
  memset(s->label, 0, (n + 1) * sizeof *s->label);
  memset(s->waiting, 0, (n + 1) * sizeof *s->waiting);
  for (int i = 0; i < (int)n; i++) {
    place(s, (unsigned)i, w);
    w += fe64_MOV64rm(w, 0, FE_AX, FE_MEM(FE_BX, 0, FE_NOREG, i * 8));
    w += fe64_ADD64ri(w, 0, FE_AX, i);
    w += fe64_MOV64mr(w, 0, FE_MEM(FE_BX, 0, FE_NOREG, i * 8 + 8), FE_AX);
    w += fe64_CMP32ri(w, 0, FE_AX, 1000);
    w = branch(s, (unsigned)i + 1, w);
    w += fe64_CALLm(w, 0, FE_MEM(FE_BX, 8, FE_CX, i));
  }
  place(s, n, w);
  return w + fe64_RET(w, 0);
}

static unsigned char *put_mix(unsigned n, unsigned char *w)
{
  for (int i = 0; i < (int)n; i++) {
    w += fe64_MOV64rm(w, 0, FE_AX, FE_MEM(FE_BX, 0, FE_NOREG, 8));
    w += fe64_ADD64rr(w, 0, FE_AX, FE_CX);
    w += fe64_MOV64mr(w, 0, FE_MEM(FE_BX, 0, FE_NOREG, 16), FE_AX);
    unsigned char *back = w;
    w += fe64_TEST32rr(w, 0, FE_AX, FE_AX);
    unsigned char *ahead = w;
    w += fe64_JZ(w, FE_JMPL, w);
    w += fe64_LEA64rm(w, 0, FE_DX, FE_MEM(FE_AX, 4, FE_CX, 16));
    w += fe64_XOR32rr(w, 0, FE_CX, FE_CX);
    w += fe64_MOV64rr(w, 0, FE_DI, FE_DX);
    w += fe64_MOV32ri(w, 0, FE_SI, i);
    w += fe64_SSE_MOVSDrm(w, 0, FE_XMM0, FE_MEM(FE_BX, 0, FE_NOREG, 24));
    w += fe64_SSE_ADDSDrr(w, 0, FE_XMM0, FE_XMM1);
    fe64_JZ(ahead, FE_JMPL, w);
    w += fe64_CMP64rr(w, 0, FE_AX, FE_DX);
    w += fe64_JNZ(w, 0, back);
  }
  return w + fe64_RET(w, 0);
}

static void *open_self(unsigned n)
{
  struct self *s = malloc(sizeof *s);
  if (s == NULL)
    return NULL;
  s->label = calloc(n + 1u, sizeof *s->label);
  s->waiting = calloc(n + 1u, sizeof *s->waiting);
  s->n = n;
  return s;
}

static void close_self(void *self)
{
  struct self *s = self;
  free(s->label);
  free(s->waiting);
  free(s);
}

static int run(void *self, enum bench_code code, unsigned n, unsigned char *buffer, size_t size, struct bench_times *times)
{
  struct self *s = self;
  if (s->label == NULL || s->waiting == NULL || n > s->n || size < n * 64ul)
    return 1;
  double t0 = bench_cpu();
  unsigned char *end = code == BENCH_FRAGMENT ? put_fragment(s, n, buffer) : put_mix(n, buffer);
  double t1 = bench_cpu();
  times->put = t1 - t0;
  times->link = times->encode = 0;
  times->size = (size_t)(end - buffer);
  return 0;
}

extern const struct bench_emitter bench_emitter;
const struct bench_emitter bench_emitter = {"fadec", open_self, run, close_self};
