/* bench_translate.c - how fast .dasc files are translated.
 *
 *   bench_translate [-r ROUNDS] [-t] [-f FILE.dasc] DASMC [LUAJIT DYNASM.LUA]
 *
 * Runs the translators as programs, as a build does, on a generated file of LINES lines and on
 * the files of -f, interleaved, and prints the median processor time of the rounds. In a round each
 * runs REPEAT times, and the best run counts: what else the machine does only adds to it. A file with
 * nothing in it is measured too: it is the price of starting. -t prints tab-separated values.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

enum { LINES = 17000, MAX_ROUNDS = 101, MAX_FILES = 64, TRANSLATORS = 2, MAX_ARGS = 10, HELPERS = 100, REPEAT = 5 };

struct translator {
  const char *name;
  char *argv[MAX_ARGS]; /* the input goes to the end */
  int argc;
};

static void die(const char *what)
{
  perror(what);
  exit(1);
}

/* ---- the generated file ---------------------------------------------------- */

static const char prologue[] =
    "|.arch x64\n|.section code, cold\n|.globals L_\n|.actionlist actions\n"
    "|.type NODE, struct node, rbx\n|.type FRAME, struct frame\n"
    "|.define BASE, rdx\n|.define KBASE, rdi\n|.define TMP, eax\n"
    "|.macro load, reg, slot\n|  mov reg, FRAME:BASE->slots[slot]\n|.endmacro\n"
    "|.macro check, reg, tag\n|  mov TMP, dword [reg+4]\n|.if tag == 0\n|  test TMP, TMP\n|  jz >9\n"
    "|.else\n|  cmp TMP, tag\n|  jne >9\n|.endif\n|.endmacro\n"
    "|.macro fail\n|.cold\n|9:\n|  mov esi, __LINE__\n|  jmp ->exit_trace\n|.code\n|.endmacro\n";

/* The lines of functions; % is replaced: r and d a register, n a number, l a label, g a global. */
static const char *const body[] = {
    "  | mov %r, [%r+%n]", "  | mov %d, dword [%r+%r*4+%n]", "  | add %r, %r", "  | sub %d, %n",
    "  | mov %d, %n", "  | lea %r, [%r+%r*8+%n]", "  | cmp %d, %n", "  | test %r, %r", "  | jne >1\n  | nop\n  |1:",
    "  | mov NODE->next, %r", "  | mov %d, NODE->kind", "  | movsd xmm0, qword [%r+%n]", "  | addsd xmm0, xmm1",
    "  | ucomisd xmm0, qword [%r]", "  | mov Rq(reg), %r", "  | add Rd(reg), value", "  | mov %r, [%r+offset]",
    "  | cmp %r, value + %n", "  | jmp =>(block + %n)", "  |=>block:", "  | call ->%g", "  | load %r, %n",
    "  | check %r, %n", "  | imul %d, %d, %n", "  | shl %r, 3", "  | movzx %d, byte [%r+%n]", "  | xor %d, %d",
    "  if (op == %n) {", "  }", "  value = operand(ins, %n);", "  reg = allocate(state, ins, %n);", "",
    "  /* The result is in a register now. */", "  | push %r; pop %r", "  | mov64 %r, (uintptr_t)function",
    "  | cmovne %d, %d", "  | movaps xmm1, xmm(reg)", "  | mov byte [%r+%n], %n"};

static unsigned seed = 1;

static unsigned pick(unsigned n)
{
  seed = seed * 1103515245u + 12345u;
  return (seed >> 16) % n;
}

static void expand(FILE *f, const char *line)
{
  static const char *const wide[] = {"rax", "rcx", "rdx", "rsi", "rdi", "rbp", "r8", "r9", "r12", "r15"};
  static const char *const narrow[] = {"eax", "ecx", "edx", "esi", "edi", "ebp", "r8d", "r9d", "r12d", "r15d"};
  for (; *line != '\0'; line++) {
    if (*line != '%') {
      putc(*line, f);
      continue;
    }
    switch (*++line) {
    case 'r': fputs(wide[pick(10)], f); break;
    case 'd': fputs(narrow[pick(10)], f); break;
    case 'n': fprintf(f, "%u", pick(120)); break;
    default: fprintf(f, "helper_%u", pick(HELPERS)); break;
    }
  }
  putc('\n', f);
}

static void generate(const char *path, unsigned lines)
{
  FILE *f = fopen(path, "w");
  if (f == NULL)
    die(path);
  fputs(lines != 0 ? prologue : "|.arch x64\n|.actionlist actions\n", f);
  for (unsigned n = 0, k = 0; n < lines; k++) {
    int open = 0;
    fprintf(f, "static void emit_%u(State *state, Ins *ins, int op, int reg, int value)\n{\n", k);
    if (k < HELPERS)
      fprintf(f, "  |->helper_%u:\n", k);
    for (unsigned i = 0; i < 24; i++) {
      const char *line = body[pick(sizeof body / sizeof *body)];
      if (strchr(line, '}') != NULL && open-- == 0) {
        open = 0;
        continue;
      }
      open += strchr(line, '{') != NULL;
      expand(f, line);
    }
    for (; open > 0; open--)
      fputs("  }\n", f);
    fputs("  | fail\n  | ret\n}\n\n", f);
    n += 30;
  }
  if (fclose(f) != 0)
    die(path);
}

static unsigned count_lines(const char *path)
{
  unsigned n = 0;
  FILE *f = fopen(path, "r");
  if (f == NULL)
    die(path);
  for (int c; (c = getc(f)) != EOF;)
    n += c == '\n';
  fclose(f);
  return n;
}

/* ---- measuring ---------------------------------------------------------------- */

static double seconds_of(struct timeval t)
{
  return (double)t.tv_sec + 1e-6 * (double)t.tv_usec;
}

/* Processor time of all children that have ended. */
static double children(void)
{
  struct rusage r;
  getrusage(RUSAGE_CHILDREN, &r);
  return seconds_of(r.ru_utime) + seconds_of(r.ru_stime);
}

/* quiet: without messages. Less than 0: it cannot translate the file. */
static double run(struct translator *t, const char *input, bool quiet)
{
  double start = children();
  pid_t child = fork();
  if (child < 0)
    die("fork");
  if (child == 0) {
    if (quiet && freopen("/dev/null", "w", stderr) == NULL)
      _exit(1);
    t->argv[t->argc] = (char *)(size_t)input;
    t->argv[t->argc + 1] = NULL;
    execvp(t->argv[0], t->argv);
    perror(t->argv[0]);
    _exit(127);
  }
  int status;
  if (waitpid(child, &status, 0) != child)
    die("waitpid");
  return status == 0 ? children() - start : -1;
}

static double best_run(struct translator *t, const char *input)
{
  double least = run(t, input, true);
  for (unsigned i = 1; i < REPEAT; i++) {
    double seconds = run(t, input, true);
    if (seconds < least)
      least = seconds;
  }
  return least;
}

/* DynASM does not have every instruction set, and not all that files are written in. */
static bool translates(struct translator *t, const char *input, bool needed)
{
  if (run(t, input, true) >= 0)
    return true;
  if (needed) {
    run(t, input, false);
    fprintf(stderr, "bench_translate: %s cannot translate %s\n", t->name, input);
    exit(1);
  }
  return false;
}

static int by_value(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void bench(struct translator *t, unsigned count, const char *input, unsigned rounds, bool tsv)
{
  double seconds[TRANSLATORS][MAX_ROUNDS];
  unsigned lines = count_lines(input);
  const char *slash = strrchr(input, '/'), *name = slash != NULL ? slash + 1 : input;
  for (unsigned i = 0; i < count; i++)
    if (!translates(&t[i], input, i == 0))
      count = i;
  for (unsigned r = 0; r < rounds; r++)
    for (unsigned i = 0; i < count; i++)
      seconds[i][r] = best_run(&t[i], input);
  for (unsigned i = 0; i < count; i++)
    qsort(seconds[i], rounds, sizeof seconds[i][0], by_value);
  double base = seconds[0][rounds / 2];
  if (!tsv)
    printf("\ntranslation of %s, %u lines (median of %u rounds)\n", name, lines, rounds);
  for (unsigned i = 0; i < count; i++) {
    double s = seconds[i][rounds / 2];
    if (tsv)
      printf("translate\t%s\t%u\t", name, lines);
    printf(tsv ? "%s\t%.2f\t%.0f\t%.2f\n" : "  %-10s %9.2f ms %10.0f lines/s %8.2fx\n", t[i].name, 1e3 * s, lines / s,
           s / base);
  }
}

static void add(struct translator *t, const char *const *args)
{
  for (; *args != NULL; args++)
    t->argv[t->argc++] = (char *)(size_t)*args;
}

int main(int argc, char **argv)
{
  struct translator t[TRANSLATORS] = {{.name = "dasmc"}, {.name = "DynASM"}};
  const char *files[MAX_FILES];
  unsigned rounds = 9, count = 1, nfiles = 0;
  bool tsv = false;
  for (int opt; (opt = getopt(argc, argv, "r:tf:")) != -1;) {
    if (opt == 'r')
      rounds = (unsigned)strtoul(optarg, NULL, 10);
    else if (opt == 't')
      tsv = true;
    else if (opt == 'f' && nfiles < MAX_FILES)
      files[nfiles++] = optarg;
    else
      return 2;
  }
  int left = argc - optind;
  if (rounds < 1 || rounds > MAX_ROUNDS || (left != 1 && left != 3)) {
    fprintf(stderr, "usage: bench_translate [-r ROUNDS] [-t] [-f FILE.dasc] DASMC [LUAJIT DYNASM.LUA]\n");
    return 2;
  }
  add(&t[0], (const char *[]){argv[optind], "-D", "X64", "-o", "bench_translate.c.tmp", NULL});
  if (left == 3) {
    count = 2;
    add(&t[1], (const char *[]){argv[optind + 1], argv[optind + 2], "-D", "X64", "-o", "bench_translate.c.tmp", NULL});
  }
  generate("generated.dasc", LINES);
  generate("nothing.dasc", 0);
  bench(t, count, "generated.dasc", rounds, tsv);
  bench(t, count, "nothing.dasc", rounds, tsv);
  for (unsigned i = 0; i < nfiles; i++)
    bench(t, count, files[i], rounds, tsv);
  unlink("generated.dasc");
  unlink("nothing.dasc");
  unlink("bench_translate.c.tmp");
  return 0;
}
