/* bench_heap.c - what executable memory costs.
 *
 *   bench_heap [-t]
 *
 * (a) a 64-byte function into memory and out again, with one and with 10000 alive; beside it what
 *     hosts do without a heap: a pair of mprotect flips, a mapping per function;
 * (b) churn: 10^6 allocations of random sizes with 10000 alive, and how much memory is in use
 *     per byte of code at the end;
 * (c) the same in 1, 2, 4 threads with a heap in common, and in 4 threads with a heap each: what
 *     the machine can do at most. A heap that scales comes close to that, however busy the machine.
 * ns are wall-clock time per operation, the least of some rounds; all in one run. -t: one round.
 */
#define _GNU_SOURCE 1
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bench_heap.h"
#include "dasm.h"

enum { ALIVE = 10000, SIZE = 64, CHURN = 1000000, MAX_THREADS = 4 };

static unsigned rounds = 15;
static uint8_t code[4096];

/* ---- The candidates ---- */

static void *ours_open(int strategy)
{
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategy };
  dasm_CodeHeap *h = NULL;

  return dasm_heap_new(&o, &h) == DASM_S_OK ? h : NULL;
}

static void *open_dual(void) { return ours_open(DASM_HEAP_DUAL); }
static void *open_flip(void) { return ours_open(DASM_HEAP_FLIP); }
static void *open_single(void) { return ours_open(DASM_HEAP_SINGLE); }

static void *ours_add(void *self, const void *bytes, size_t n)
{
  dasm_Code *c;

  return dasm_heap_add(self, bytes, n, NULL, &c) == DASM_S_OK ? c : NULL;
}

static void ours_release(void *self, void *handle)
{
  if (dasm_code_release(self, handle) != DASM_S_OK)
    exit(1);
}

static size_t ours_reserved(void *self)
{
  dasm_HeapStats s = { .size = sizeof s };

  dasm_heap_stats(self, &s);
  return s.committed;
}

static void ours_close(void *self)
{
  dasm_CodeHeap *h = self;

  dasm_heap_free(&h);
}

/* A pair of flips around each write into one page; nothing is managed. */
static void *flip_open(void)
{
  void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  return p == MAP_FAILED ? NULL : p;
}

static void *flip_add(void *self, const void *bytes, size_t n)
{
  mprotect(self, 4096, PROT_READ | PROT_WRITE);
  memcpy(self, bytes, n);
  mprotect(self, 4096, PROT_READ | PROT_EXEC);
  return self;
}

static void no_release(void *self, void *handle) { (void)self, (void)handle; }
static void flip_close(void *self) { munmap(self, 4096); }

/* A mapping per function. */
static void *map_open(void) { return &rounds; }

static void *map_add(void *self, const void *bytes, size_t n)
{
  void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  (void)self;
  if (p == MAP_FAILED)
    return NULL;
  memcpy(p, bytes, n);
  mprotect(p, 4096, PROT_READ | PROT_EXEC);
  return p;
}

static void map_release(void *self, void *handle) { (void)self; munmap(handle, 4096); }
static void map_close(void *self) { (void)self; }

static const struct bench_heap ours_dual = { "libdasm dual", open_dual, ours_add, ours_release, ours_reserved, ours_close };
static const struct bench_heap ours_flip = { "libdasm flip", open_flip, ours_add, ours_release, ours_reserved, ours_close };
static const struct bench_heap ours_single = { "libdasm single", open_single, ours_add, ours_release, ours_reserved, ours_close };
static const struct bench_heap flips = { "mprotect pair", flip_open, flip_add, no_release, NULL, flip_close };
static const struct bench_heap maps = { "mmap each", map_open, map_add, map_release, NULL, map_close };

static const struct bench_heap *const all[] = {
  &ours_dual, &ours_flip, &ours_single,
#ifdef BENCH_ASMJIT
  &heap_asmjit, &heap_asmjit_dual,
#endif
  &flips, &maps,
};
#define NALL (sizeof all / sizeof all[0])

/* ---- (a) one size ---- */

static void *handles[ALIVE];

static void least(double *v, double x)
{
  if (*v == 0 || x < *v)
    *v = x;
}

static void one_size(const struct bench_heap *b)
{
  double add = 0, release = 0, pair = 0, t0, t1, t2;
  void *self = b->open(), *h;
  int n = b->reserved && b != &ours_flip && b != &ours_single ? ALIVE : 1000, i;
  unsigned r;

  if (!self) {
    printf("  %-16s not possible here\n", b->name);
    return;
  }
  for (r = 0; r < rounds; r++) {
    t0 = bench_now();
    for (i = 0; i < n; i++)
      if ((handles[i] = b->add(self, code, SIZE)) == NULL)
        exit(1);
    t1 = bench_now();
    for (i = 0; i < n; i++)
      b->release(self, handles[i]);
    t2 = bench_now();
    least(&add, t1 - t0);
    least(&release, t2 - t1);
    for (i = 0; i < n; i++) {
      if ((h = b->add(self, code, SIZE)) == NULL)
        exit(1);
      b->release(self, h);
    }
    least(&pair, bench_now() - t2);
  }
  printf("  %-16s %9.1f %9.1f %9.1f\n", b->name, 1e9 * add / n, 1e9 * release / n, 1e9 * pair / n);
  b->close(self);
}

/* ---- (b) churn ---- */

static uint32_t next_random(uint32_t *x)
{
  *x ^= *x << 13;
  *x ^= *x >> 17;
  *x ^= *x << 5;
  return *x;
}

/* Mostly small, some large: 16 ... 4000, with the logarithm evenly spread. */
static uint32_t random_size(uint32_t *x)
{
  uint32_t r = next_random(x);

  return 16 + (r >> 8) % (16u << (r & 7) % 8) * 2 % 4000;
}

struct churn {
  const struct bench_heap *b;
  void *self;
  uint32_t seed;
  unsigned ops, alive;
  void **handles;
  uint32_t *sizes;
  size_t bytes;
};

static void *churn(void *arg)
{
  struct churn *c = arg;
  uint32_t x = c->seed, k, n;
  unsigned i;

  for (i = 0; i < c->ops; i++) {
    k = next_random(&x) % c->alive;
    if (c->handles[k]) {
      c->b->release(c->self, c->handles[k]);
      c->bytes -= c->sizes[k];
    }
    n = random_size(&x);
    c->handles[k] = c->b->add(c->self, code, n);
    c->sizes[k] = n;
    c->bytes += n;
    if (!c->handles[k])
      exit(1);
  }
  return NULL;
}

/* In `threads` threads; `heaps` is 1, or as many. */
static double churn_with(const struct bench_heap *b, unsigned threads, unsigned heaps, unsigned ops, double *waste)
{
  struct churn c[MAX_THREADS];
  pthread_t t[MAX_THREADS];
  void *self[MAX_THREADS];
  size_t bytes = 0, memory = 0;
  double start, time;
  unsigned i;

  for (i = 0; i < heaps; i++)
    if ((self[i] = b->open()) == NULL) {
      while (i-- > 0)
        b->close(self[i]);
      return 0;
    }
  for (i = 0; i < threads; i++) {
    c[i] = (struct churn){ .b = b, .self = self[i % heaps], .seed = 77 + i, .ops = ops / threads, .alive = ALIVE / threads };
    c[i].handles = calloc(c[i].alive, sizeof *c[i].handles);
    c[i].sizes = calloc(c[i].alive, sizeof *c[i].sizes);
    if (!c[i].handles || !c[i].sizes)
      exit(1);
  }
  start = bench_now();
  for (i = 0; i < threads; i++)
    if (pthread_create(&t[i], NULL, churn, &c[i]) != 0)
      exit(1);
  for (i = 0; i < threads; i++)
    pthread_join(t[i], NULL);
  time = bench_now() - start;
  for (i = 0; i < threads; i++) {
    bytes += c[i].bytes;
    free(c[i].handles);
    free(c[i].sizes);
  }
  for (i = 0; i < heaps; i++) {
    memory += b->reserved(self[i]);
    b->close(self[i]);
  }
  *waste = (double)memory / (double)bytes;
  return time;
}

static void churns(const struct bench_heap *b)
{
  enum { WAYS = 4 };
  static const struct { unsigned threads, heaps; } way[WAYS] = { { 1, 1 }, { 2, 1 }, { 4, 1 }, { 4, 4 } };
  double best[WAYS] = { 0 }, waste[WAYS] = { 0 }, time, spent = 0;
  unsigned i, r, ops = rounds > 1 ? CHURN : CHURN / 10;

  for (r = 0; r < (rounds + 2) / 3 && spent < 4; r++) /* by turns, so that all meet the same machine */
    for (i = 0; i < WAYS; i++, spent += time) {
      time = churn_with(b, way[i].threads, way[i].heaps, ops, &waste[i]);
      if (time == 0)
        return;
      least(&best[i], time);
    }
  printf("  %-16s", b->name);
  for (i = 0; i < WAYS; i++)
    printf(" %8.1f", 1e9 * best[i] / ops);
  printf(" %8.2f %8.2fx %8.2fx\n", best[2] / best[3], waste[0], waste[2]);
}

int main(int argc, char **argv)
{
  size_t i;

  if (argc > 1 && strcmp(argv[1], "-t") == 0)
    rounds = 1;
  memset(code, 0x90, sizeof code);
  code[SIZE - 1] = 0xc3;
  printf("\n64-byte functions, ns\n  %16s %9s %9s %9s\n", "", "add", "release", "both");
  for (i = 0; i < NALL; i++)
    one_size(all[i]);
  printf("\nchurn of random sizes, 10000 alive: ns for release and add together, in 1, 2, 4 threads with one\n"
         "heap, in 4 with a heap each; one heap against four (1: sharing costs nothing); memory from the\n"
         "system per byte of code, at the end of 1 and of 4\n  %16s %8s %8s %8s %8s %8s %9s %9s\n",
         "", "1", "2", "4", "4 apart", "sharing", "memory", "memory 4");
  for (i = 0; i < NALL; i++)
    if (all[i]->reserved && all[i] != &ours_flip && all[i] != &ours_single)
      churns(all[i]);
  return 0;
}
