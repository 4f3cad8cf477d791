/* bench_heap.c - what executable memory costs.
 *
 *   bench_heap [-t]
 *
 * (a) an assembled function of 64 bytes becomes callable: link, allocate, copy, 20 at a time;
 * (b) 64 bytes into memory and out again; beside it what hosts do without a heap: a pair of mprotect
 *     flips, a mapping per function. "Both" is one after the other, first in a process of one
 *     thread, then beside a thread that sleeps, so that locks cost what they cost;
 * (c) churn: 10^6 allocations of random sizes with 10000 alive, and how much memory is in use
 *     per byte of code at the end;
 * (d) the same in 1, 2, 4 threads with a heap in common, and in 4 threads with a heap each: what
 *     the machine can do at most. A heap that scales comes close to that, however busy the machine;
 * (e) 64 bytes out and in, 1000 alive in each thread: one thread, two with a heap in common, two with a heap each;
 *     by the time of the slower thread without what it waited for a processor that another program had; so lines that
 *     wander between caches count, and threads that sleep for a lock, but not a busy machine.
 *
 * (a) and (b): time per function, (b) of the processor; all take turns in each of many rounds, so that a slow
 * moment of the machine hits all, and the median counts; the last column is the median of the
 * ratios to ours in the same round. (c) and (d): wall-clock time, the least of some rounds.
 * -t: few rounds.
 */
#define _GNU_SOURCE 1
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "bench_heap.h"

enum { ALIVE = 10000, SIZE = 64, PUBLISHED = 20, CHURN = 1000000, MAX_THREADS = 4, MAX_ROUNDS = 51, BATCHES = MAX_ROUNDS };

static unsigned rounds = MAX_ROUNDS;
static uint8_t code[4096];

static const struct bench_heap *const all[] = {
  &heap_dual,
#ifdef BENCH_ASMJIT
  &heap_asmjit, &heap_asmjit_dual,
#endif
  &heap_flip, &heap_single, &heap_flips, &heap_maps,
};
#define NALL (sizeof all / sizeof all[0])

static const struct bench_publisher *const publishers[] = {
  &publish_dual,
#ifdef BENCH_ASMJIT
  &publish_asmjit,
#endif
};
#define NPUBLISHERS (sizeof publishers / sizeof publishers[0])

static void die(const char *name)
{
  fprintf(stderr, "bench_heap: %s fails\n", name);
  exit(1);
}

/* ---- Figures ---- */

static int by_value(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

static double median(const double *v, unsigned n)
{
  double sorted[MAX_ROUNDS];

  memcpy(sorted, v, n * sizeof *v);
  qsort(sorted, n, sizeof *sorted, by_value);
  return sorted[n / 2];
}

static double median_ratio(const double *v, const double *to, unsigned n)
{
  double ratio[MAX_ROUNDS];
  unsigned i;

  for (i = 0; i < n; i++)
    ratio[i] = v[i] / to[i];
  return median(ratio, n);
}

static void least(double *v, double x)
{
  if (*v == 0 || x < *v)
    *v = x;
}

/* ---- Publishing ---- */

/* The median of many short times, which the clock's own is taken off. */
static double publish_batches(const struct bench_publisher *p, void *self)
{
  double time[BATCHES], clock[BATCHES];
  unsigned i;

  for (i = 0; i < BATCHES; i++) {
    if (p->fill(self) != 0)
      die(p->name);
    clock[i] = bench_now();
    clock[i] = bench_now() - clock[i];
    time[i] = bench_now();
    if (p->publish(self) != 0)
      die(p->name);
    time[i] = bench_now() - time[i];
    if (p->withdraw(self) != 0)
      die(p->name);
  }
  return (median(time, BATCHES) - median(clock, BATCHES)) / PUBLISHED;
}

static void publishing(void)
{
  double time[NPUBLISHERS][MAX_ROUNDS];
  void *self[NPUBLISHERS];
  unsigned r, i;

  for (i = 0; i < NPUBLISHERS; i++)
    if ((self[i] = publishers[i]->open(PUBLISHED)) == NULL)
      die(publishers[i]->name);
  for (r = 0; r < rounds; r++)
    for (i = 0; i < NPUBLISHERS; i++)
      time[i][r] = publish_batches(publishers[i], self[i]);
  printf("\na function of 64 bytes, from link to callable, ns\n");
  for (i = 0; i < NPUBLISHERS; i++) {
    printf("  %-16s %9.1f %29s %8.2fx\n", publishers[i]->name, 1e9 * median(time[i], rounds), "",
           median_ratio(time[i], time[0], rounds));
    publishers[i]->close(self[i]);
  }
}

/* ---- One size ---- */

enum { ADD, RELEASE, BOTH, THREADED, COLUMNS };

static void *handles[ALIVE];
static double times[NALL][COLUMNS][MAX_ROUNDS];

static double both(const struct bench_heap *b, void *self, int n)
{
  double t = bench_cpu();
  void *h;
  int i;

  for (i = 0; i < n; i++) {
    if ((h = b->add(self, code, SIZE)) == NULL)
      die(b->name);
    b->release(self, h);
  }
  return (bench_cpu() - t) / n;
}

static void one_round(const struct bench_heap *b, void *self, bool threaded, double (*out)[MAX_ROUNDS], unsigned r)
{
  int n = b->slow ? ALIVE / 50 : ALIVE, i;
  double t0, t1;

  if (threaded) {
    out[THREADED][r] = both(b, self, n);
    return;
  }
  t0 = bench_cpu();
  for (i = 0; i < n; i++)
    if ((handles[i] = b->add(self, code, SIZE)) == NULL)
      die(b->name);
  t1 = bench_cpu();
  for (i = 0; i < n; i++)
    b->release(self, handles[i]);
  out[ADD][r] = (t1 - t0) / n;
  out[RELEASE][r] = (bench_cpu() - t1) / n;
  out[BOTH][r] = both(b, self, n);
}

static pthread_mutex_t asleep = PTHREAD_MUTEX_INITIALIZER;

static void *sleeper(void *arg)
{
  pthread_mutex_lock(&asleep);
  pthread_mutex_unlock(&asleep);
  return arg;
}

static void one_size(void)
{
  void *self[NALL];
  pthread_t thread;
  unsigned r, i, k;

  for (i = 0; i < NALL; i++)
    self[i] = all[i]->open();
  for (k = 0; k < 2; k++) {
    pthread_mutex_lock(&asleep);
    if (k == 1 && pthread_create(&thread, NULL, sleeper, NULL) != 0)
      die("a thread");
    for (r = 0; r < rounds; r++)
      for (i = 0; i < NALL; i++)
        if (self[i])
          one_round(all[i], self[i], k == 1, times[i], r);
    pthread_mutex_unlock(&asleep);
  }
  pthread_join(thread, NULL);
  printf("\n64 bytes into memory, ns\n  %16s %9s %9s %9s %9s %9s\n", "", "add", "release", "both", "", "threads");
  for (i = 0; i < NALL; i++) {
    if (!self[i]) {
      printf("  %-16s not possible here\n", all[i]->name);
      continue;
    }
    printf("  %-16s", all[i]->name);
    for (k = 0; k < COLUMNS; k++) {
      printf(" %9.1f", 1e9 * median(times[i][k], rounds));
      if (k >= BOTH)
        printf(" %8.2fx", median_ratio(times[i][k], times[0][k], rounds));
    }
    printf("\n");
    all[i]->close(self[i]);
  }
}

/* ---- Churn ---- */

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
  uint32_t size; /* of all; 0: random ones */
  void **handles;
  uint32_t *sizes;
  size_t bytes;
  pthread_barrier_t *start;
  double time; /* seconds, without those it waited for a processor */
  long sleeps;
};

/* Seconds that this thread could have run, and another program did; where that is not known, 0. */
static double delayed(void)
{
  FILE *f = fopen("/proc/thread-self/schedstat", "r");
  unsigned long long ns = 0;

  if (!f)
    return 0;
  if (fscanf(f, "%*u %llu", &ns) != 1)
    ns = 0;
  fclose(f);
  return 1e-9 * (double)ns;
}

/* How often this thread has slept; where that is not known, 0. */
static long slept(void)
{
#ifdef RUSAGE_THREAD
  struct rusage u;

  getrusage(RUSAGE_THREAD, &u);
  return u.ru_nvcsw;
#else
  return 0;
#endif
}

static void *churn(void *arg)
{
  struct churn *c = arg;
  uint32_t x = c->seed, k, n;
  size_t bytes = 0; /* the next struct, of another thread, is in the same cache line */
  unsigned i;

  pthread_barrier_wait(c->start);
  c->sleeps = slept();
  c->time = delayed() - bench_now();
  for (i = 0; i < c->ops; i++) {
    k = next_random(&x) % c->alive;
    if (c->handles[k]) {
      c->b->release(c->self, c->handles[k]);
      bytes -= c->sizes[k];
    }
    n = c->size ? c->size : random_size(&x);
    c->handles[k] = c->b->add(c->self, code, n);
    c->sizes[k] = n;
    bytes += n;
    if (!c->handles[k])
      exit(1);
  }
  c->time += bench_now();
  c->time -= delayed();
  c->sleeps = slept() - c->sleeps;
  c->bytes = bytes;
  return NULL;
}

struct churned {
  double waste; /* memory per byte of code */
  double time;  /* of the thread that needed most */
  long sleeps;  /* of all */
};

/* In `threads` threads; `heaps` is 1, or as many. What `like` says is for all threads together. Returns the time, 0 if
 * there is no such heap. */
static double churn_with(const struct churn *like, unsigned threads, unsigned heaps, struct churned *out)
{
  const struct bench_heap *b = like->b;
  struct churn c[MAX_THREADS];
  pthread_t t[MAX_THREADS];
  pthread_barrier_t barrier;
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
    c[i] = *like;
    c[i].self = self[i % heaps];
    c[i].seed = 77 + i;
    c[i].start = &barrier;
    c[i].ops /= threads;
    c[i].alive /= threads;
    c[i].handles = calloc(c[i].alive, sizeof *c[i].handles);
    c[i].sizes = calloc(c[i].alive, sizeof *c[i].sizes);
    if (!c[i].handles || !c[i].sizes)
      exit(1);
  }
  pthread_barrier_init(&barrier, NULL, threads + 1);
  for (i = 0; i < threads; i++)
    if (pthread_create(&t[i], NULL, churn, &c[i]) != 0)
      exit(1);
  start = bench_now();
  pthread_barrier_wait(&barrier);
  for (i = 0; i < threads; i++)
    pthread_join(t[i], NULL);
  time = bench_now() - start;
  pthread_barrier_destroy(&barrier);
  *out = (struct churned){ .waste = 0 };
  for (i = 0; i < threads; i++) {
    out->time = c[i].time > out->time ? c[i].time : out->time;
    out->sleeps += c[i].sleeps;
    bytes += c[i].bytes;
    free(c[i].handles);
    free(c[i].sizes);
  }
  for (i = 0; i < heaps; i++) {
    memory += b->reserved(self[i]);
    b->close(self[i]);
  }
  out->waste = (double)memory / (double)bytes;
  return time;
}

static void churns(const struct bench_heap *b)
{
  enum { WAYS = 4 };
  static const struct { unsigned threads, heaps; } way[WAYS] = { { 1, 1 }, { 2, 1 }, { 4, 1 }, { 4, 4 } };
  double best[WAYS] = { 0 }, time, spent = 0;
  struct churned out[WAYS];
  unsigned i, r, ops = rounds > 3 ? CHURN : CHURN / 10;
  const struct churn like = { .b = b, .ops = ops, .alive = ALIVE };

  for (r = 0; r < (rounds > 3 ? 5 : 1) && spent < 4; r++) /* by turns, so that all meet the same machine */
    for (i = 0; i < WAYS; i++, spent += time) {
      time = churn_with(&like, way[i].threads, way[i].heaps, &out[i]);
      if (time == 0)
        return;
      least(&best[i], time);
    }
  printf("  %-16s", b->name);
  for (i = 0; i < WAYS; i++)
    printf(" %8.1f", 1e9 * best[i] / ops);
  printf(" %8.2f %8.2fx %8.2fx\n", best[2] / best[3], out[0].waste, out[2].waste);
}

/* The threads of the second and third way do as much each as the one of the first. */
static void two_threads(const struct bench_heap *b)
{
  enum { WAYS = 3, OPS = CHURN / 4 };
  double rate[WAYS][MAX_ROUNDS];
  struct churned out[WAYS];
  unsigned i, r, n = rounds / 2 + 1;
  long sleeps = 0;

  for (r = 0; r < n; r++)
    for (i = 0; i < WAYS; i++) {
      unsigned threads = i == 0 ? 1 : 2;
      struct churn like = { .b = b, .ops = threads * OPS, .alive = threads * 1000, .size = SIZE };

      if (churn_with(&like, threads, i == 2 ? 2 : 1, &out[i]) == 0)
        return;
      rate[i][r] = like.ops / out[i].time / 1e6;
      if (i == 1)
        sleeps += out[i].sleeps;
    }
  printf("  %-16s", b->name);
  for (i = 0; i < WAYS; i++)
    printf(" %9.1f", median(rate[i], n));
  printf(" %8.2fx %8.2fx %9.1f\n", median_ratio(rate[1], rate[0], n), median_ratio(rate[1], rate[2], n),
         1e6 * (double)sleeps / (2.0 * OPS * n));
}

int main(int argc, char **argv)
{
  size_t i;

  if (argc > 1 && strcmp(argv[1], "-t") == 0)
    rounds = 3;
  memset(code, 0x90, sizeof code);
  code[SIZE - 1] = 0xc3;
  publishing();
  one_size();
  printf("\nchurn of random sizes, 10000 alive: ns for release and add together, in 1, 2, 4 threads with one\n"
         "heap, in 4 with a heap each; one heap against four (1: sharing costs nothing); memory from the\n"
         "system per byte of code, at the end of 1 and of 4\n  %16s %8s %8s %8s %8s %8s %9s %9s\n",
         "", "1", "2", "4", "4 apart", "sharing", "memory", "memory 4");
  for (i = 0; i < NALL; i++)
    if (all[i]->reserved && !all[i]->slow)
      churns(all[i]);
  printf("\n64 bytes out and in, millions a second on a machine of our own, by one thread, two with one heap, two with a heap\n"
         "each; the second against the first and the third; how often a thread slept for another, in a million\n"
         "  %16s %9s %9s %9s %9s %9s %9s\n", "", "1", "2", "2 apart", "", "", "sleeps");
  for (i = 0; i < NALL; i++)
    if (all[i]->reserved && !all[i]->slow)
      two_threads(all[i]);
  return 0;
}
