/* fuzz_front.c - the translator on any bytes: it reports errors or gives a list, nothing else.
 *
 * With libFuzzer (make fuzz, needs clang), or by itself on files given as arguments, or, with
 * -mutate N SEED FILE..., on N mutations of the files: for compilers without libFuzzer. An internal
 * error, such as a call that C would not read as the site in the list does, stops it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dasmc/emit_c.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void stop_at_internal_error(struct front *F, const struct front_message *m)
{
  (void)F;
  if (m->text.n > 14 && memcmp(m->text.p, "internal error", 14) == 0) {
    fprintf(stderr, "%.*s\n", (int)m->text.n, m->text.p);
    abort();
  }
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
  F = front_new(&options, &driver, &emit);
  if (!F)
    return 0;
  front_text(F, "fuzz", (struct span){(const char *)data, size}, false);
  if (front_finish(F, &list, &list_size) == FRONT_OK && (out = tmpfile()) != NULL) {
    emit_c_write(F, list, list_size, out);
    fclose(out);
  }
  front_free(F);
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
    t.p = realloc(t.p, t.n ? t.n : 1); /* exact, so that reading behind the end is seen */
    LLVMFuzzerTestOneInput(t.p, t.n);
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
  for (int i = 0; i < n; i++) {
    text[i] = read_file(argv[first + i]);
    LLVMFuzzerTestOneInput(text[i].p, text[i].n);
  }
  if (mutations) {
    state = strtoul(argv[3], NULL, 10);
    run_mutations(strtoul(argv[2], NULL, 10), text, n);
  }
  for (int i = 0; i < n; i++)
    free(text[i].p);
  free(text);
  printf("%d files passed\n", n);
  return 0;
}

#endif
