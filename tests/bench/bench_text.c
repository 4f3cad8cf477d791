/* bench_text.c - text to bytes at run time: lines a second, and the cost of a known text.
 *
 *   bench_text [-t] [FOLDER]
 *
 * (a) A program of many different lines through dasmc_assemble(), once; the same file through GNU
 * as and llvm-mc as whole processes (AS, LLVM_MC; files go to FOLDER), and through Keystone
 * if its library is installed. (b) Texts of three lines, each new. (c) The bench fragment put
 * again and again: by text, by fragment, and by dasm_put() of the same list with values computed
 * in C. (d) For each instruction set the lines of lines_ISA.txt in FOLDER, each once: a line that comes again is
 * remembered where nothing has to be said of it, and that is what (c) measures.
 * -t: a short run.
 */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "dasmc.h"

enum { ROUNDS = 5, LINE = 64 };

static unsigned nlines = 200000, nputs = 400000;
static volatile int sink;

static void die(const char *text)
{
  fprintf(stderr, "bench_text: %s\n", text);
  exit(1);
}

static double less(double a, double b)
{
  return a < b ? a : b;
}

/* ---- the program ------------------------------------------------------------------------- */

/* One line, different for each i, that all assemblers read alike. */
static int program_line(char *out, unsigned i)
{
  static const char *const reg[] = {"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r15"};
  const char *a = reg[i % 10], *b = reg[i / 3 % 10];

  switch (i % 10) {
  case 0: return sprintf(out, "mov %s, [%s+%u]\n", a, b, i % 4096);
  case 1: return sprintf(out, "add %s, %u\n", a, i);
  case 2: return sprintf(out, "mov [%s+%s*8+16], %s\n", a, reg[i / 7 % 10], b);
  case 3: return sprintf(out, "lea %s, [%s+%s*4-%u]\n", a, b, reg[i / 11 % 10], i % 200);
  case 4: return sprintf(out, "xor %s, %s\n", a, b);
  case 5: return sprintf(out, "cmp %s, %u\n", a, i % 300);
  case 6: return sprintf(out, "movaps xmm%u, xmm%u\n", i % 16, i / 5 % 16);
  case 7: return sprintf(out, "imul %s, %s\n", a, b);
  case 8: return sprintf(out, "shl %s, %u\n", a, i % 63 + 1);
  default: return sprintf(out, "vaddpd ymm%u, ymm%u, ymm%u\n", i % 16, i / 3 % 16, i / 7 % 16);
  }
}

static char *program(void)
{
  char *text = malloc((size_t)nlines * LINE + 1), *p = text;

  if (!text)
    die("no memory");
  for (unsigned i = 0; i < nlines; i++)
    p += program_line(p, i);
  return text;
}

static void report(const char *name, double seconds, double ours)
{
  printf("  %-22s %8.2f Mlines/s", name, nlines / seconds / 1e6);
  if (ours > 0)
    printf("   %6.1f times slower", seconds / ours);
  printf("\n");
}

static double bench_ours(const char *text)
{
  size_t room = (size_t)nlines * 16;
  unsigned char *code = malloc(room);
  double best = 1e9;

  for (int i = 0; i < ROUNDS && code; i++) {
    dasmc_Assembler *A;
    double start = bench_now();
    size_t size = room;

    if (dasmc_new(&A, NULL) != DASM_S_OK)
      die("dasmc_new");
    if (dasmc_assemble(A, text, -1, NULL, 0, 0, code, &size) != DASM_S_OK)
      die("the program does not assemble");
    best = less(best, bench_now() - start);
    dasmc_free(A);
  }
  free(code);
  report("libdasmc", best, 0);
  return best;
}

/* ---- others ------------------------------------------------------------------------------- */

/* Wall time of a whole process; 0 if it cannot be run. */
static double run_process(char *const *argv)
{
  double start = bench_now();
  pid_t child = fork();
  int status = 1;

  if (child == 0) {
    execvp(argv[0], argv);
    _exit(127);
  }
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
    return 0;
  return bench_now() - start;
}

static void bench_process(const char *name, char *const *argv, double ours)
{
  double best = 1e9;

  for (int i = 0; i < 2; i++) {
    double t = run_process(argv);

    if (t == 0) {
      printf("  %-22s not measured\n", name);
      return;
    }
    best = less(best, t);
  }
  report(name, best, ours);
}

static void bench_processes(const char *folder, const char *text, double ours)
{
  static char bits[] = "--64", out[] = "-o", triple[] = "-triple=x86_64", type[] = "-filetype=obj";
  char *as = getenv("AS"), *mc = getenv("LLVM_MC");
  char source[4096], object[4096];
  FILE *f;

  snprintf(source, sizeof(source), "%s/text_input.s", folder);
  snprintf(object, sizeof(object), "%s/text_output.obj", folder);
  f = fopen(source, "w");
  if (!f)
    die("cannot write into the folder");
  fprintf(f, ".intel_syntax noprefix\n%s", text);
  fclose(f);
  if (as && *as) {
    char *argv[] = {as, bits, out, object, source, NULL};

    bench_process("GNU as (process)", argv, ours);
  }
  if (mc && *mc) {
    char *argv[] = {mc, triple, type, out, object, source, NULL};

    bench_process("llvm-mc (process)", argv, ours);
  }
}

/* Keystone by its public C interface: ks_open(KS_ARCH_X86, KS_MODE_64), ks_asm, ks_free, ks_close. */
static void bench_keystone(const char *text, double ours)
{
  void *lib = dlopen("libkeystone.so.0", RTLD_NOW);
  int (*ks_open)(int, int, void **) = NULL;
  int (*ks_asm)(void *, const char *, unsigned long long, unsigned char **, size_t *, size_t *) = NULL;
  unsigned char *code;
  size_t size, count;
  void *engine;
  double start;

  if (lib) {
    *(void **)&ks_open = dlsym(lib, "ks_open");
    *(void **)&ks_asm = dlsym(lib, "ks_asm");
  }
  if (!ks_open || !ks_asm || ks_open(4, 8, &engine) != 0) {
    printf("  %-22s not installed\n", "Keystone");
    return;
  }
  start = bench_now();
  if (ks_asm(engine, text, 0, &code, &size, &count) == 0)
    report("Keystone", bench_now() - start, ours);
  dlclose(lib);
}

/* ---- small texts ---------------------------------------------------------------------------- */

static void bench_small(void)
{
  unsigned count = nlines / 4;
  unsigned char code[256];
  dasmc_Assembler *A;
  double start;
  char text[3 * LINE];

  if (dasmc_new(&A, NULL) != DASM_S_OK)
    die("dasmc_new");
  start = bench_now();
  for (unsigned i = 0; i < count; i++) {
    size_t size = sizeof(code);

    sprintf(text, "mov rax, [rbx+%u]\nadd rax, %u\nmov [rbx+%u], rax\n", i, i, i);
    if (dasmc_assemble(A, text, -1, NULL, 0, 0, code, &size) != DASM_S_OK)
      die("a small text does not assemble");
  }
  start = bench_now() - start;
  printf("  %-22s %8.0f ns each, %.2f Mlines/s\n", "new texts, 3 lines", start / count * 1e9,
         3 * count / start / 1e6);
  dasmc_free(A);
}

/* ---- every instruction set ---------------------------------------------------------------- */

static bool assembles(dasmc_Assembler *A, const char *line)
{
  unsigned char code[256];
  size_t size = sizeof(code);

  return dasmc_assemble(A, line, -1, NULL, 0, 0, code, &size) == DASM_S_OK;
}

/* The lines of the file that assemble behind the one before; NULL: there is no such file. */
static char *lines_of(const char *folder, const char *isa, dasmc_Assembler *A, unsigned *lines)
{
  enum { MOST = 256 };
  size_t n = 0, before = 0;
  char path[4096], *text;
  FILE *f;

  snprintf(path, sizeof(path), "%s/lines_%s.txt", folder, isa);
  f = fopen(path, "r");
  if (!f)
    return NULL;
  text = calloc(nlines + 1, MOST);
  for (*lines = 0; text && *lines < nlines && fgets(text + n, MOST, f);)
    if (assembles(A, text + before)) {
      before = n;
      n += strlen(text + n);
      ++*lines;
    }
  fclose(f);
  if (text)
    text[n] = 0;
  return text;
}

static void bench_isa(const char *folder, const char *isa)
{
  dasmc_Options options = {.size = sizeof(options), .isa = isa, .cache = 1};
  size_t room = (size_t)nlines * 16, size;
  unsigned char *code = malloc(room);
  dasmc_Assembler *A;
  double best = 1e9;
  unsigned lines = 0;
  char *text;
  int status;

  if (dasmc_new(&A, &options) != DASM_S_OK)
    die("dasmc_new");
  text = lines_of(folder, isa, A, &lines);
  dasmc_free(A);
  for (int i = 0; i < ROUNDS && code && text; i++) {
    double start = bench_now();

    size = room;
    if (dasmc_new(&A, &options) != DASM_S_OK)
      die("dasmc_new");
    status = dasmc_assemble(A, text, -1, NULL, 0, 0, code, &size);
    if (status != DASM_S_OK)
      die(dasm_strerror(status));
    best = less(best, bench_now() - start);
    dasmc_free(A);
  }
  if (code && text)
    printf("  %-22s %8.2f Mlines/s, %u lines\n", isa, lines / best / 1e6, lines);
  free(text);
  free(code);
}

/* ---- known texts ----------------------------------------------------------------------------- */

static const char fragment_text[] =
    "=>i: mov rax, [rbx+i*8]; add rax, i; mov [rbx+i*8+8], rax; cmp eax, 1000; jne =>(i+1)\n"
    "call qword [rbx+rcx*8+i]";

struct known {
  dasmc_Assembler *A;
  dasmc_Fragment *f;
  dasm_Template *t;
  dasm_State *D;
  int start; /* the number of the fragment's site in the list */
};

static void put_by_text(struct known *k, unsigned i)
{
  dasmc_Value v = {"i", i};

  sink = dasmc_emit(k->A, &k->D, fragment_text, sizeof(fragment_text) - 1, &v, 1);
}

static void put_by_fragment(struct known *k, unsigned i)
{
  int64_t v = i;

  sink = dasmc_put(&k->D, k->f, &v, 1);
}

/* Arguments in the order of the fragment's records. */
static void put_from_c(struct known *k, unsigned i)
{
  int64_t n = i;

  sink = dasm_put(&k->D, k->start, n, n * 8, n, n * 8 + 8, n + 1, n);
}

/* The list has this site alone; its number is behind its literals. */
static void find_site(struct known *k)
{
  for (k->start = 0; k->start < 256; k->start++) {
    dasmc_reset(k->A, &k->D);
    dasm_usetemplate(&k->D, k->t);
    put_from_c(k, 0);
    if (sink == DASM_S_OK)
      return;
  }
  die("the fragment has no site");
}

/* One round of puts into an empty state, in ns per put. */
static double time_puts(struct known *k, void (*put)(struct known *, unsigned))
{
  double start;

  dasmc_reset(k->A, &k->D);
  dasm_usetemplate(&k->D, k->t);
  start = bench_now();
  for (unsigned i = 0; i < nputs; i++)
    put(k, i);
  start = bench_now() - start;
  if (sink != DASM_S_OK)
    die("a put failed");
  return start / nputs * 1e9;
}

static void bench_known(void)
{
  struct known k;
  const void *list;
  size_t size;
  double c = 1e9, fragment = 1e9, text = 1e9;

  if (dasmc_new(&k.A, NULL) != DASM_S_OK || dasmc_state(k.A, &k.D) != DASM_S_OK ||
      dasm_growpc(&k.D, nputs + 1) != DASM_S_OK ||
      dasmc_fragment(k.A, fragment_text, sizeof(fragment_text) - 1, &k.f) != DASM_S_OK)
    die("the fragment does not assemble");
  list = dasmc_list(k.f, &size);
  if (dasm_template_new(&k.t, list, size) != DASM_S_OK)
    die("dasm_template_new");
  find_site(&k);
  for (int round = 0; round < 2 * ROUNDS; round++) { /* in the first one the buffers grow */
    c = less(c, time_puts(&k, put_from_c));
    fragment = less(fragment, time_puts(&k, put_by_fragment));
    text = less(text, time_puts(&k, put_by_text));
  }
  printf("  %-22s %8.1f ns\n", "dasm_put from C", c);
  printf("  %-22s %8.1f ns, %.2f times\n", "dasmc_put", fragment, fragment / c);
  printf("  %-22s %8.1f ns, %.2f times\n", "dasmc_emit by text", text, text / c);
  dasm_template_free(k.t);
  dasmc_release(k.f);
  dasm_free(&k.D);
  dasmc_free(k.A);
}

int main(int argc, char **argv)
{
  const char *folder = ".";
  double ours;
  char *text;

  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "-t") == 0)
      nlines = nputs = 20000;
    else
      folder = argv[i];
  }
  text = program();
  printf("text to bytes, %u lines:\n", nlines);
  ours = bench_ours(text);
  bench_processes(folder, text, ours);
  bench_keystone(text, ours);
  bench_small();
  printf("lines of each instruction set:\n");
  for (unsigned i = 0; dasmc_isaname(i); i++)
    bench_isa(folder, dasmc_isaname(i));
  printf("six instructions, put again:\n");
  bench_known();
  free(text);
  return 0;
}
