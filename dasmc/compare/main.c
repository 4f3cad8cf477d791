/* main.c - compares group by group, each in child processes, and then all in one program.
 *
 *   compare THEIRS.c OURS.c [NAME]
 *
 * NAME is shown as the file's name.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compare.h"

enum { SHOWN = 20 };

void die(const char *what)
{
  fprintf(stderr, "dasmc-compare: %s\n", what);
  exit(2);
}

void *allocate(size_t n)
{
  void *p = calloc(n ? n : 1, 1);
  if (!p)
    die("out of memory");
  return p;
}

/* ---- reports --------------------------------------------------------------------------------- */

static const char *shown_name;

static void show_source(const struct group *g)
{
  char line[512];
  FILE *f = fopen(g->file, "r");
  unsigned n = 0;

  printf("%s:%u:", shown_name ? shown_name : g->file, g->line);
  while (f && n < g->line && fgets(line, sizeof line, f)) {
    size_t length = strlen(line);
    if (length > 0 && line[length - 1] == '\n') {
      line[length - 1] = 0;
      n++;
    }
  }
  if (f && n == g->line)
    printf(" %s", line + strspn(line, " \t"));
  if (f)
    fclose(f);
  putchar('\n');
}

static void show_result(const char *who, const struct result *r)
{
  printf("  %-8s", who);
  if (r->status != 0)
    printf(" status 0x%08x", (unsigned)r->status);
  for (size_t i = 0; r->status == 0 && i < r->size && i < 64; i++)
    printf(" %02x", r->code[i]);
  if (r->status == 0 && r->size > 64)
    printf(" ... (%zu bytes)", r->size);
  for (unsigned i = 0; r->status == 0 && i < r->nexterns && i < 4; i++)
    printf(" [extern %d, type %d, at %u]", r->ext[i].index, r->ext[i].type, r->ext[i].ofs);
  putchar('\n');
}

static void show_values(const struct vars *v, const int64_t *value)
{
  for (unsigned i = 0; i < v->n; i++)
    printf("%s%s = %" PRId64, i ? ", " : "  with ", exprs[v->expr[i]].text, value[v->expr[i]]);
  if (v->n)
    putchar('\n');
}

/* ---- children --------------------------------------------------------------------------------- */

static int quiet; /* enough was shown */
static struct progress *shared;
static int64_t *values;
static struct result their_result, our_result;

/* A bit pattern that DynASM sign-extends without a word. */
static int has_pattern(const struct vars *v, const int64_t *value)
{
  for (unsigned i = 0; i < v->n; i++)
    if (value[v->expr[i]] > INT32_MAX)
      return 1;
  return 0;
}

static void show_difference(unsigned group, const struct vars *v)
{
  if (quiet)
    return;
  show_source(&theirs.group[group]);
  show_values(v, values);
  show_result("DynASM:", &their_result);
  show_result("libdasm:", &our_result);
}

static void note_reached(struct progress *p, const struct vars *v, int reached)
{
  if (p->have_base || reached < p->reached)
    return;
  p->reached = reached;
  for (unsigned i = 0; i < v->n; i++)
    p->base[i] = values[v->expr[i]];
}

static void compare_rounds(unsigned group)
{
  struct vars v = {0};
  struct progress *p = shared;

  add_vars(&v, &theirs.group[group]);
  while (p->round < rounds(&v) && p->differ == 0) {
    unsigned round = p->round++;
    if (!choose(&v, p, group, round, values))
      continue;
    p->crashed++; /* until it has come back */
    run_group(&theirs, group, values, &their_result);
    p->crashed--;
    if (their_result.status != 0) {
      p->passed++;
      note_reached(p, &v, their_result.status & 0xffffff);
      continue;
    }
    run_group(&ours, group, values, &our_result);
    if (unchecked(our_result.status) || (our_result.status != 0 && has_pattern(&v, values))) {
      p->passed++;
      continue;
    }
    if (our_result.status != 0) {
      if (p->refused++ == 0)
        show_difference(group, &v);
      continue;
    }
    p->compared++;
    if (!p->have_base) {
      note_reached(p, &v, INT_MAX);
      p->have_base = 1;
    }
    if (!same(&their_result, &our_result)) {
      p->differ = 1;
      show_difference(group, &v);
    }
  }
  p->round = UINT32_MAX;
}

/* A child works until it is done or dies; then another one goes on behind that round. */
static void compare_group(unsigned group)
{
  memset(shared, 0, sizeof *shared);
  while (shared->round != UINT32_MAX) {
    pid_t child;
    int status;
    fflush(stdout);
    child = fork();
    if (child < 0)
      die("no more processes");
    if (child == 0) {
      alarm(5);
      compare_rounds(group);
      fflush(stdout);
      _exit(0);
    }
    waitpid(child, &status, 0);
    if (shared->crashed > 50)
      break;
  }
}

/* All groups in one program, each with the first values that both sides take. */
static int64_t (*chosen)[MAXARGS];
static char *usable;

static void run_all(struct side *side, unsigned n, struct result *r)
{
  struct state s;

  run_begin(&s, side, values);
  for (unsigned i = 0; i < n; i++) {
    struct vars v = {0};
    if (!usable[i])
      continue;
    add_vars(&v, &theirs.group[i]);
    for (unsigned j = 0; j < v.n; j++)
      values[v.expr[j]] = chosen[i][j];
    run_put(&s, i, values);
  }
  run_end(&s, values, r);
}

/* The first group with which the programs differ, by halving. */
static void compare_all(unsigned n)
{
  unsigned low = 0, high = n;
  struct vars v = {0};

  run_all(&theirs, n, &their_result);
  if (their_result.status != 0) {
    printf("  (all in one program: DynASM gives status 0x%08x)\n", (unsigned)their_result.status);
    return;
  }
  run_all(&ours, n, &our_result);
  if (same(&their_result, &our_result)) {
    printf("  all in one program: the same %zu bytes\n", our_result.size);
    return;
  }
  while (high - low > 1) {
    unsigned middle = low + (high - low) / 2;
    run_all(&theirs, middle, &their_result);
    run_all(&ours, middle, &our_result);
    if (same(&their_result, &our_result))
      low = middle;
    else
      high = middle;
  }
  shared->differ = 1;
  printf("all in one program, the first difference comes with\n");
  show_source(&theirs.group[high - 1]);
  add_vars(&v, &theirs.group[high - 1]);
  for (unsigned i = 0; i < v.n; i++)
    values[v.expr[i]] = chosen[high - 1][i];
  show_values(&v, values);
  run_all(&theirs, high, &their_result);
  run_all(&ours, high, &our_result);
  if (our_result.status != 0)
    printf("  libdasm gives status 0x%08x\n", (unsigned)our_result.status);
  else
    for (size_t i = 0; i < their_result.size; i++)
      if (i >= our_result.size || their_result.code[i] != our_result.code[i]) {
        printf("  at offset %zu of %zu and %zu bytes\n", i, their_result.size, our_result.size);
        break;
      }
}

static unsigned in_one_program(unsigned n)
{
  pid_t child;
  int status;

  memset(shared, 0, sizeof *shared);
  fflush(stdout);
  child = fork();
  if (child == 0) {
    alarm(60);
    compare_all(n);
    fflush(stdout);
    _exit(0);
  }
  if (child < 0 || waitpid(child, &status, 0) < 0)
    die("no more processes");
  if (!WIFEXITED(status))
    printf("  (all in one program: stopped by signal %d)\n", WTERMSIG(status));
  return shared->differ;
}

/* ---- both translations -------------------------------------------------------------------- */

static void check_structure(void)
{
  unsigned i = 0;

  if (theirs.ngroups == ours.ngroups && theirs.ngroups >= NLABELS)
    return;
  while (i < theirs.ngroups && i < ours.ngroups && theirs.group[i].line == ours.group[i].line)
    i++;
  fprintf(stderr, "dasmc-compare: the translations have %u and %u groups of puts", theirs.ngroups, ours.ngroups);
  if (i < theirs.ngroups && i < ours.ngroups)
    fprintf(stderr, "; they part at lines %u and %u", theirs.group[i].line, ours.group[i].line);
  fputc('\n', stderr);
  exit(2);
}

int main(int argc, char **argv)
{
  unsigned n, shown = 0, differ = 0, refused = 0, unknown = 0, values_tried = 0, crashed = 0;

  if (argc < 3)
    die("usage: compare THEIRS.c OURS.c [NAME]");
  shown_name = argc > 3 ? argv[3] : NULL;
  read_translation(&theirs, argv[1]);
  read_translation(&ours, argv[2]);
  check_structure();
  run_open();
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED)
    die("no memory");
  values = allocate(nexprs * sizeof *values);
  their_result.code = allocate(ROOM);
  our_result.code = allocate(ROOM);
  n = theirs.ngroups - NLABELS;
  chosen = allocate(n * sizeof *chosen);
  usable = allocate(n);
  for (unsigned i = 0; i < n; i++) {
    compare_group(i);
    values_tried += shared->compared;
    crashed += shared->crashed;
    differ += shared->differ;
    refused += !shared->differ && shared->refused > 0;
    if ((shared->differ || shared->refused > 0) && ++shown == SHOWN) {
      printf("(more are not shown)\n");
      quiet = 1;
    }
    if (shared->have_base && !shared->differ) {
      usable[i] = 1;
      memcpy(chosen[i], shared->base, sizeof shared->base);
    } else if (!shared->differ && shared->refused == 0) {
      unknown++;
      if (!quiet) {
        show_source(&theirs.group[i]);
        printf("  not compared: DynASM takes none of the values tried\n");
      }
    }
  }
  differ += in_one_program(n);
  fflush(stdout);
  fprintf(stderr, "%s: %u places with %u sets of values: %u differ, %u refused by libdasm alone, %u not compared%s\n",
          shown_name ? shown_name : argv[2], n, values_tried, differ, refused, unknown,
          crashed ? " (DynASM crashed on some values)" : "");
  return differ || refused || unknown ? 1 : 0;
}
