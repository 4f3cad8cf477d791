/* fuzz_front.c - the translator on any bytes: it reports errors or gives a list, nothing else.
 *
 * With libFuzzer (make fuzz, needs clang), or by itself on files given as arguments, or, with
 * -mutate N SEED FILE..., on N mutations of the files: for compilers without libFuzzer. It stops at an internal
 * error, such as a call that C would not read as the site in the list does; at a site that reads other arguments than its
 * call gives; and at an input that takes longer than LIMIT seconds: files that include themselves, macros, and the lines of a
 * Python or Lua file, which every input is, too.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "dasmc.h"
#include "dasmc/emit_c.h"
#include "dasmc/emit_script.h"
#include "lib/record.h"

enum { LIMIT = 20, MAX_SITES = 4096 };

static struct { uint32_t start; unsigned nargs; } sites[MAX_SITES];
static unsigned nsites;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void stop_at_internal_error(struct front *F, const struct front_message *m)
{
  (void)F;
  if (m->text.n > 14 && memcmp(m->text.p, "internal error", 14) == 0) {
    fprintf(stderr, "%.*s\n", (int)m->text.n, m->text.p);
    abort();
  }
}

static void note_put(struct front *F, const struct build_put *put)
{
  if (nsites < MAX_SITES) {
    sites[nsites].start = put->start;
    sites[nsites++].nargs = put->nargs;
  }
  emit_c_driver.put(F, put);
}

static void check_sites(const uint8_t *list)
{
  for (unsigned i = 0; i < nsites; i++)
    if (site_nargs(list, sites[i].start) != (int)sites[i].nargs) {
      fprintf(stderr, "the site at %u does not take %u arguments\n", (unsigned)sites[i].start, sites[i].nargs);
      abort();
    }
}

static void as_host(const char *language, const uint8_t *data, size_t size)
{
  dasmc_Options o = {.size = sizeof(o)};
  dasmc_Assembler *A;
  char *out = NULL;
  size_t n = 0;

  while (dasmc_isaname((unsigned)n))
    n++;
  o.isa = dasmc_isaname((unsigned)(size % n));
  if (dasmc_new(&A, &o) != DASM_S_OK)
    return;
  (void)script_translate(A, language, "fuzz", (const char *)data, size, &out, &n);
  free(out);
  dasmc_free(A);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct driver driver = emit_c_driver;
  /* Macros may double what they are given; the limit keeps such inputs short. */
  static const struct front_options options = {.dialect = 10500, .max_errors = 6, .memory_limit = 1 << 24};
  struct emit_c emit = {.macro_comments = true};
  struct front *F = NULL;
  const uint8_t *list;
  size_t list_size;
  FILE *out;

  driver.message = stop_at_internal_error;
  driver.put = note_put;
  nsites = 0;
  F = front_new(&options, &driver, &emit);
  if (!F)
    return 0;
  front_text(F, "fuzz", (struct span){(const char *)data, size}, false);
  if (front_finish(F, &list, &list_size) == FRONT_OK && (out = tmpfile()) != NULL) {
    check_sites(list);
    emit_c_write(F, list, list_size, out);
    fclose(out);
  }
  front_free(F);
  as_host("python", data, size);
  as_host("lua", data, size);
  return 0;
}

#ifndef WITH_LIBFUZZER

static uint64_t state;

static uint32_t draw(uint32_t below)
{
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(state >> 33) % below;
}

struct text {
  uint8_t *p;
  size_t n;
};

static struct text read_file(const char *name)
{
  struct text t = {NULL, 0};
  FILE *f = fopen(name, "rb");
  long size;

  if (!f || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0) {
    perror(name);
    exit(2);
  }
  rewind(f);
  t.p = malloc((size_t)size + 1);
  if (!t.p)
    exit(2);
  t.n = fread(t.p, 1, (size_t)size, f);
  fclose(f);
  return t;
}

/* A part of one text goes over a place of another: swapped lines, doubled words, cut ends. */
static void mutate(struct text *t, const struct text *from)
{
  static const char marks[] = "|;,.:()[]{}#<>=-\"'/\n \t@&0x19";
  size_t at, n, m;

  switch (t->n ? draw(5) : 5) {
  case 0: t->p[draw((uint32_t)t->n)] = (uint8_t)draw(256); break;
  case 1: t->p[draw((uint32_t)t->n)] = (uint8_t)marks[draw(sizeof(marks) - 1)]; break;
  case 2: t->n -= draw((uint32_t)t->n / 4 + 1); break;
  case 3: /* drop a piece */
    at = draw((uint32_t)t->n);
    n = draw((uint32_t)(t->n - at < 40 ? t->n - at : 40));
    memmove(t->p + at, t->p + at + n, t->n - at - n);
    t->n -= n;
    break;
  default: /* overwrite with a piece of the other */
    if (from->n == 0 || t->n == 0)
      break;
    at = draw((uint32_t)t->n);
    m = draw((uint32_t)from->n);
    n = draw(60);
    n = n < t->n - at ? n : t->n - at;
    n = n < from->n - m ? n : from->n - m;
    memcpy(t->p + at, from->p + m, n);
  }
}

/* The text includes itself, twice, by its name of a file. */
static void include_itself(struct text *t)
{
  static const char line[] = "\n| .include fuzz.self\n| .include fuzz.self\n";
  FILE *f;

  t->p = realloc(t->p, t->n + sizeof(line));
  if (!t->p)
    exit(2);
  memcpy(t->p + t->n, line, sizeof(line) - 1);
  t->n += sizeof(line) - 1;
  f = fopen("fuzz.self", "wb");
  if (!f)
    exit(2);
  fwrite(t->p, 1, t->n, f);
  fclose(f);
}

static void too_slow(int number)
{
  static const char words[] = "an input takes too long\n";

  (void)number;
  if (write(2, words, sizeof(words) - 1) < 0)
    _exit(2);
  abort();
}

static void one_input(const struct text *t)
{
  alarm(LIMIT);
  LLVMFuzzerTestOneInput(t->p, t->n);
  alarm(0);
}

static void run_mutations(unsigned long count, struct text *text, int ntexts)
{
  while (count-- > 0) {
    const struct text *from = &text[draw((uint32_t)ntexts)];
    struct text t = {malloc(from->n + 1), from->n};

    if (!t.p)
      exit(2);
    memcpy(t.p, from->p, from->n);
    for (uint32_t i = draw(12) + 1; i > 0; i--)
      mutate(&t, &text[draw((uint32_t)ntexts)]);
    if (draw(16) == 0)
      include_itself(&t);
    t.p = realloc(t.p, t.n ? t.n : 1); /* exact, so that reading behind the end is seen */
    one_input(&t);
    free(t.p);
  }
}

int main(int argc, char **argv)
{
  bool mutations = argc > 4 && strcmp(argv[1], "-mutate") == 0;
  int first = mutations ? 4 : 1, n = argc - first;
  struct text *text = calloc((size_t)(n > 0 ? n : 0) + 1, sizeof(*text));

  if (!text)
    return 2;
  signal(SIGALRM, too_slow);
  for (int i = 0; i < n; i++) {
    text[i] = read_file(argv[first + i]);
    one_input(&text[i]);
  }
  if (mutations) {
    state = strtoul(argv[3], NULL, 10);
    run_mutations(strtoul(argv[2], NULL, 10), text, n);
  }
  for (int i = 0; i < n; i++)
    free(text[i].p);
  free(text);
  remove("fuzz.self");
  printf("%d files passed\n", n);
  return 0;
}

#endif
