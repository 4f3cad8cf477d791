/* bench_emit.c - how fast code is emitted.
 *
 *   bench_emit [-r ROUNDS] [-n COUNT] [-t] [-m] [MODULE.so ...]
 *
 * Runs libdasm, the emitters linked in and those of the modules over the same code at several
 * sizes. Rounds are interleaved, one run of each emitter after the other, so that a slow moment
 * of the machine hits all; what is printed is the median. In a round a small program is run
 * until it has made about REPEAT_UNTIL repetitions, and the best run counts. Times are reported,
 * never judged; but a module whose name is DynASM has to give the same bytes as libdasm. -t
 * prints tab-separated values.
 *
 * At the largest size, the first run of a fresh state is measured, too, and its opening: most of that is what new memory
 * costs. So it comes first, in processes of its own, which have no memory to use again.
 *
 * -m prints the memory of fresh states instead. With glibc set GLIBC_TUNABLES to
 * glibc.malloc.tcache_count=0 for it, as cached blocks count as allocated otherwise.
 */
#include <dlfcn.h>
#ifdef __linux__
#include <malloc.h>
#endif
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

enum { MAX_EMITTERS = 8, MAX_ROUNDS = 101, REPEAT_UNTIL = 100000, MAX_BYTES = 64 };

/* Columns of one measurement, in ns per repetition. */
enum { PUT, LINK, ENCODE, TOTAL, COPY, COLUMNS };

struct series {
  const struct bench_emitter *emitter;
  void *self;
  size_t size;
  unsigned char *bytes; /* of one run, for comparison */
  double ns[COLUMNS][MAX_ROUNDS];
};

static const char *const code_name[BENCH_CODES] = {"fragment", "mix"};

static int by_value(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *v, unsigned n)
{
  qsort(v, n, sizeof *v, by_value);
  return n % 2 != 0 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static void die(const char *what, const char *why)
{
  fprintf(stderr, "bench_emit: %s: %s\n", what, why);
  exit(1);
}

static const struct bench_emitter *load(const char *path)
{
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL)
    die(path, dlerror());
  const struct bench_emitter *emitter = dlsym(handle, "bench_emitter");
  if (emitter == NULL)
    die(path, "has no bench_emitter");
  return emitter;
}

/* What asking for the time costs: as much is in every difference of two times. */
static double clock_cost(void)
{
  double v[MAX_ROUNDS];
  for (unsigned i = 0; i < MAX_ROUNDS; i++) {
    double t = bench_cpu();
    v[i] = bench_cpu() - t;
  }
  return median(v, MAX_ROUNDS);
}

static double without(double seconds, double cost)
{
  return seconds > cost ? seconds - cost : 0;
}

static void keep_least(double *least, double seconds)
{
  if (seconds < *least)
    *least = seconds;
}

/* One round of one emitter: the best of `repeat` runs. The copy of its result is the measure of
 * what is possible. */
static void measure(struct series *s, enum bench_code code, unsigned n, unsigned char *buffer,
                    unsigned char *copy, size_t size, unsigned round)
{
  unsigned repeat = n < REPEAT_UNTIL ? REPEAT_UNTIL / n : 1;
  struct bench_times least = {1e9, 1e9, 1e9, 0}, t;
  double copying = 1e9, cost = clock_cost(), scale = 1e9 / n;
  for (unsigned k = 0; k < repeat; k++) {
    if (s->emitter->run(s->self, code, n, buffer, size, &t) != 0)
      die(s->emitter->name, "failed");
    keep_least(&least.put, without(t.put, cost));
    keep_least(&least.link, without(t.link, cost));
    keep_least(&least.encode, without(t.encode, cost));
    double t0 = bench_cpu();
    memcpy(copy, buffer, t.size);
    keep_least(&copying, without(bench_cpu() - t0, cost));
  }
  s->size = t.size;
  s->ns[PUT][round] = least.put * scale;
  s->ns[LINK][round] = least.link * scale;
  s->ns[ENCODE][round] = least.encode * scale;
  s->ns[TOTAL][round] = (least.put + least.link + least.encode) * scale;
  s->ns[COPY][round] = copying * scale;
}

static void report(struct series *s, unsigned count, enum bench_code code, unsigned n, unsigned rounds, bool tsv)
{
  double base = 0;
  if (!tsv)
    printf("\n%s, %u repetitions, ns per repetition (median of %u rounds)\n"
           "  %-10s %7s %7s %7s %8s %9s %9s %7s %9s\n",
           code_name[code], n, rounds, "", "put", "link", "encode", "total", "bytes", "MB/s", "memcpy", "ratio");
  for (unsigned i = 0; i < count; i++) {
    double m[COLUMNS];
    for (int c = 0; c < COLUMNS; c++)
      m[c] = median(s[i].ns[c], rounds);
    if (i == 0)
      base = m[TOTAL];
    double mb = (double)s[i].size / n / m[TOTAL] * 1e3;
    if (tsv)
      printf("emit\t%s\t%u\t", code_name[code], n);
    printf(tsv ? "%s\t%.2f\t%.2f\t%.2f\t%.2f\t%zu\t%.0f\t%.1f\t%.2f\n"
               : "  %-10s %7.1f %7.1f %7.1f %8.1f %9zu %9.0f %6.1fx %8.2fx\n",
           s[i].emitter->name, m[PUT], m[LINK], m[ENCODE], m[TOTAL], s[i].size, mb, m[TOTAL] / m[COPY],
           m[TOTAL] / base);
  }
}

/* Same translation, same bytes: else the comparison would mean nothing. */
static void compare(struct series *s, unsigned count, enum bench_code code, unsigned n, unsigned char *buffer, size_t size)
{
  struct bench_times t;
  for (unsigned i = 1; i < count; i++) {
    if (strcmp(s[i].emitter->name, "DynASM") != 0)
      continue;
    unsigned char *mine = malloc(s[0].size);
    if (mine == NULL || s[0].emitter->run(s[0].self, code, n, mine, s[0].size, &t) != 0)
      die(s[0].emitter->name, "failed");
    if (s[i].emitter->run(s[i].self, code, n, buffer, size, &t) != 0)
      die(s[i].emitter->name, "failed");
    if (t.size != s[0].size || memcmp(mine, buffer, t.size) != 0)
      die(code_name[code], "the bytes differ from DynASM's");
    free(mine);
  }
}

static void bench(struct series *s, unsigned count, enum bench_code code, unsigned n, unsigned rounds, bool tsv)
{
  size_t size = (size_t)n * MAX_BYTES + 4096;
  unsigned char *buffer = malloc(size), *copy = malloc(size);
  if (buffer == NULL || copy == NULL)
    die("memory", "exhausted");
  memset(buffer, 0, size); /* page faults belong to nobody */
  memset(copy, 0, size);
  for (unsigned i = 0; i < count; i++)
    if ((s[i].self = s[i].emitter->open(n)) == NULL)
      die(s[i].emitter->name, "cannot be opened");
  for (unsigned i = 0; i < count; i++) /* grow the buffers first */
    measure(&s[i], code, n, buffer, copy, size, 0);
  for (unsigned r = 0; r < rounds; r++)
    for (unsigned i = 0; i < count; i++)
      measure(&s[i], code, n, buffer, copy, size, r);
  compare(s, count, code, n, buffer, size);
  report(s, count, code, n, rounds, tsv);
  for (unsigned i = 0; i < count; i++)
    s[i].emitter->close(s[i].self);
  free(buffer);
  free(copy);
}

/* ---- fresh states ---- */

/* Seconds for opening a state and its first run; in a child, whose result goes to fd. */
static void run_fresh(const struct bench_emitter *e, enum bench_code code, unsigned n, int fd)
{
  size_t size = (size_t)n * MAX_BYTES + 4096;
  unsigned char *buffer = malloc(size);
  struct bench_times t;
  if (buffer == NULL)
    _exit(1);
  memset(buffer, 1, size); /* with 0 the compiler makes calloc of it, whose pages come later */
  double t0 = bench_cpu();
  void *self = e->open(n);
  if (self == NULL || e->run(self, code, n, buffer, size, &t) != 0)
    _exit(1);
  double seconds = bench_cpu() - t0;
  _exit(write(fd, &seconds, sizeof seconds) != sizeof seconds);
}

/* ns per repetition, the best of some. */
static double fresh_ns(const struct bench_emitter *e, enum bench_code code, unsigned n, unsigned rounds)
{
  double least = 1e9;
  for (unsigned r = 0; r < rounds; r++) {
    double seconds = 0;
    int fd[2];
    if (pipe(fd) != 0)
      die("pipe", "failed");
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
      run_fresh(e, code, n, fd[1]);
    if (child < 0 || read(fd[0], &seconds, sizeof seconds) != sizeof seconds || waitpid(child, NULL, 0) != child)
      die(e->name, "failed in a fresh state");
    close(fd[0]);
    close(fd[1]);
    keep_least(&least, seconds);
  }
  return least * 1e9 / n;
}

static void fresh(struct series *s, unsigned count, enum bench_code code, unsigned n, unsigned rounds, bool tsv)
{
  double base = 0;
  if (!tsv)
    printf("\n%s, %u repetitions in a fresh state, opening it included: ns per repetition (best of %u)\n", code_name[code], n, rounds);
  for (unsigned i = 0; i < count; i++) {
    double ns = fresh_ns(s[i].emitter, code, n, rounds);
    if (i == 0)
      base = ns;
    if (tsv)
      printf("fresh\t%s\t%u\t", code_name[code], n);
    printf(tsv ? "%s\t%.2f\t%.2f\n" : "  %-10s %7.1f %8.2fx\n", s[i].emitter->name, ns, ns / base);
  }
}

/* Bytes allocated now, or 0 where nobody can say. */
static size_t allocated(void)
{
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
  struct mallinfo2 m = mallinfo2();
  return m.uordblks + m.hblkhd;
#else
  return 0;
#endif
}

/* What a state costs before the first instruction. */
static void memory(struct series *s, unsigned count, bool tsv)
{
  if (!tsv)
    printf("\nbytes allocated for a state before the first put\n");
  for (unsigned i = 0; i < count; i++) {
    size_t before = allocated();
    void *self = s[i].emitter->open(0);
    size_t bytes = allocated() - before;
    if (self == NULL)
      die(s[i].emitter->name, "cannot be opened");
    printf(tsv ? "memory\t%s\t%zu\n" : "  %-10s %7zu\n", s[i].emitter->name, bytes);
    s[i].emitter->close(self);
  }
}

int main(int argc, char **argv)
{
  static struct series s[MAX_EMITTERS];
  static const unsigned sizes[] = {1000, 10000, 1000000};
  unsigned rounds = 9, only = 0, count = 1;
  bool tsv = false, only_memory = false;
  for (int opt; (opt = getopt(argc, argv, "r:n:tm")) != -1;) {
    if (opt == 'r')
      rounds = (unsigned)strtoul(optarg, NULL, 10);
    else if (opt == 'n')
      only = (unsigned)strtoul(optarg, NULL, 10);
    else if (opt == 't')
      tsv = true;
    else if (opt == 'm')
      only_memory = true;
    else
      return 2;
  }
  if (rounds < 1 || rounds > MAX_ROUNDS)
    die("-r", "1 to 101 rounds");
  s[0].emitter = &bench_libdasm;
#ifdef BENCH_ASMJIT
  s[count++].emitter = &bench_asmjit;
#endif
#ifdef BENCH_XBYAK
  s[count++].emitter = &bench_xbyak;
#endif
  for (int i = optind; i < argc && count < MAX_EMITTERS; i++)
    s[count++].emitter = load(argv[i]);
  if (only_memory) {
    memory(s, count, tsv);
    return 0;
  }
  for (int code = 0; code < BENCH_CODES && only == 0; code++)
    fresh(s, count, (enum bench_code)code, sizes[2], rounds, tsv);
  for (int code = 0; code < BENCH_CODES; code++) {
    if (only != 0) {
      bench(s, count, (enum bench_code)code, only, rounds, tsv);
      continue;
    }
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
      bench(s, count, (enum bench_code)code, sizes[k], rounds, tsv);
  }
  return 0;
}
