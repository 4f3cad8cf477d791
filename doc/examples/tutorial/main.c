/* main.c - runs an Abacus program.
 *
 *   stepNN [-g] [-m] [-d] [-l BYTES] [-t] FILE [FUNCTION [ARGUMENT...]]
 *
 * Calls a function, main if none is named, and prints its result if it has arguments.
 *   -t  also prints how long it took, in milliseconds of the processor
 *   -g  tells gdb about compiled code, -m writes a map for perf, -d a dump for perf
 *   -l  lets compiled code have this much memory
 *   -q  leaves out the report on what was compiled
 */
#include "abacus.h"

#include <dasm.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Frames are at most 200 cells, so the last one that is allowed has that much room. */
enum { STACK = 10000, ROOM = 200, MEM = 1 << 17 };
static int64_t stack[STACK + ROOM], mem[MEM];

static char *read_text(const char *file)
{
  FILE *in = fopen(file, "rb");
  char *text = malloc(1 << 20);
  if (!in || !text) {
    perror(file);
    exit(1);
  }
  text[fread(text, 1, (1 << 20) - 1, in)] = 0;
  fclose(in);
  return text;
}

static struct function *find(struct vm *vm, const char *name)
{
  for (int i = 0; i < vm->nfunctions; i++)
    if (strcmp(vm->functions[i].name, name) == 0)
      return &vm->functions[i];
  fprintf(stderr, "abacus: there is no function '%s'\n", name);
  exit(1);
}

/* argv: the function's name and arguments. Returns the exit status. */
static int run(struct vm *vm, char **argv, int timed)
{
  struct function *f = find(vm, argv[0] ? argv[0] : "main");
  int n = 0;
  while (argv[0] && argv[n + 1] && n < ROOM) {
    stack[n] = strtoll(argv[n + 1], NULL, 10);
    n++;
  }
  if (n != f->nargs) {
    fprintf(stderr, "abacus: %s has %d arguments\n", f->name, f->nargs);
    return 1;
  }
  if (setjmp(vm->failed))
    return 1;
  clock_t start = clock();
  int64_t result = f->entry(vm, stack, f);
  double ms = (double)(clock() - start) * 1e3 / CLOCKS_PER_SEC;
  if (n)
    printf("%" PRId64 "\n", result);
  if (timed)
    printf("%.1f ms\n", ms);
  return 0;
}

static void report(struct vm *vm)
{
  printf("--\n");
  for (int i = 0; i < vm->nfunctions; i++)
    printf("%-10s %s\n", vm->functions[i].name, vm->functions[i].note);
}

int main(int argc, char **argv)
{
  struct jit_options options = {0};
  struct vm vm = {.mem = mem, .nmem = MEM, .limit = stack + STACK};
  int timed = 0, quiet = 0, i = 1;
  for (; i < argc && argv[i][0] == '-'; i++) {
    if (strcmp(argv[i], "-t") == 0)
      timed = quiet = 1;
    else if (strcmp(argv[i], "-q") == 0)
      quiet = 1;
    else if (strcmp(argv[i], "-g") == 0)
      options.flags |= DASM_HEAP_GDB;
    else if (strcmp(argv[i], "-m") == 0)
      options.flags |= DASM_HEAP_PERFMAP;
    else if (strcmp(argv[i], "-d") == 0)
      options.flags |= DASM_HEAP_JITDUMP;
    else if (strcmp(argv[i], "-l") == 0 && i + 1 < argc)
      options.limit = strtol(argv[++i], NULL, 10);
    else
      break;
  }
  if (i >= argc || argv[i][0] == '-') {
    fprintf(stderr, "usage: %s [-g] [-m] [-d] [-l BYTES] [-q] [-t] FILE [FUNCTION [ARGUMENT...]]\n", argv[0]);
    return 2;
  }
  char *text = read_text(argv[i]);
  parse(&vm, argv[i], text);
  free(text);

  jit_start(&vm, &options);
  for (int f = 0; f < vm.nfunctions; f++)
    jit_compile(&vm, &vm.functions[f]);
  int status = run(&vm, argv + i + 1, timed);
  if (!quiet)
    report(&vm);
  jit_end(&vm);
  for (int f = 0; f < vm.nfunctions; f++)
    free(vm.functions[f].code);
  free(vm.functions);
  return status;
}
