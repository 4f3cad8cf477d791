/* fuzz_text.c - texts that nobody would write, through the run-time assembler.
 *
 *   fuzz_text [-n COUNT] [-s SEED] [FILE...]
 *
 * Makes COUNT texts by mutating and joining lines of the files (or of those below), translates, puts,
 * links and encodes each, in one assembler for a while and then a new one. Whatever the text
 * is, nothing may crash, hang or touch memory that is not its own (build with sanitizers), and a
 * refused text must come with a message. With WITH_LIBFUZZER defined there is no main, but the entry
 * point of libFuzzer: clang -DWITH_LIBFUZZER -fsanitize=fuzzer,address …
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dasmc.h"

enum { MAX_LINES = 4000, MAX_TEXT = 2000, MAX_CODE = 1 << 16 };

static dasmc_Assembler *A;
static unsigned texts;

static void fail(const char *why, const char *text, size_t n)
{
  fprintf(stderr, "fuzz_text: %s, in:\n%.*s\n", why, (int)n, text);
  abort();
}

static void renew(void)
{
  dasmc_Options options = {.size = sizeof(options), .cache = 1 << 16};
  unsigned n = 0;

  while (dasmc_isaname(n))
    n++;
  options.isa = dasmc_isaname(texts / 256 % n);
  dasmc_free(A);
  if (dasmc_new(&A, &options) != DASM_S_OK)
    fail("no assembler", "", 0);
  dasmc_layout(A, "foo", 24);
  dasmc_member(A, "foo", "b", 8, 4, NULL);
}

static void one_text(const char *text, size_t n)
{
  static unsigned char code[MAX_CODE];
  static const dasmc_Value values[] = {{"n", 3}, {"m", -1}, {"a", 200}, {"b", INT64_MIN}, {"x", 0x123456789},
                                       {"s", 0x7ffffff0}};
  size_t size = sizeof(code);
  int status;

  if (texts++ % 256 == 0)
    renew();
  status = dasmc_assemble(A, text, (ptrdiff_t)n, values, sizeof(values) / sizeof(*values), 0x10000, code, &size);
  if (status == DASM_S_SOURCE && dasmc_messages(A, NULL, 0) == 0)
    fail("refused without a message", text, n);
  if (status == DASM_S_NOMEM)
    fail("out of memory", text, n);
  if (DASM_S_CLASS(status) == DASM_S_TEMPLATE)
    fail("made a list that the engine refuses", text, n);
}

#ifdef WITH_LIBFUZZER

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
  one_text((const char *)data, size);
  return 0;
}

#else

static const char *lines[MAX_LINES] = {
  "mov eax, [rbx+rcx*4+n]", "mov Rq(n), Rq(m)", "add dword [Rq(a)+Rq(n)*8+m], b", "1: jmp <1", "jmp >2", "2:",
  "->g: call ->g", "=>n: jne =>(n+1)", ".byte 1, n, 0x80", ".dword ->g, =>3", ".align 16", ".space n, 0xcc",
  ".macro m1, p, q", "mov p, q; p .. q", ".endmacro", "m1 eax, 5", ".define D, rax", "add D, D", ".if n == 3",
  ".elif X64", ".else", ".endif", ".type FOO, foo, rbx", "mov eax, FOO->b", "mov eax, FOO:rcx[n].b", "lea rax, [#FOO]",
  ".section code, cold", ".cold", ".code", "call extern puts", "mov64 rax, x", "vaddps ymm1, ymm(n), [rax]",
  "lock add [rax], 1", "push qword [&(n*8)]", "|| foo();", ".include nix", ".capture c", ".error 'x'", ".nop",
  "vpaddd zmm1{k1}{z}, zmm2, [rax]{1to16}", "mov eax, ((((n))))", "mov eax, n?m:a", "mov eax, 'x'", "fld st1", "ret",
  "mov [abs], rax", "shl rax, cl", "imul eax, [rbx], n", ".label 3", ".label ->q, &n", "jrcxz >1; 1:", ".arch x64",
  /* More than there may be in one state, when a few of them meet in one section or in two. */
  ".space s", ".space 0x7fffffff", ".space 0x7fffffe0", ".space 0x40000000, n",
  "addi a0, a1, n", "add x(n), x(a), x(m)", "beq a0, x(n), >1; 1:", "lw a0, n(sp)", "li a0, x", "la a0, ->g", "c.addi a0, n",
  "amoadd.w.aqrl a0, a1, (a2)", "vadd.vv v1, v(n), v3, v0.t", "fadd.s fa0, f(a), fa2, rne",
  "csrrw a0, n, a1", "jal =>n", "auipc x(n), m", "lui a0, x", "slli a0, a1, m", "1: bnez a0, <1", "j ->g", "vsetvli a0, a1, e8, m1, ta, ma",
};
static unsigned nlines;
static unsigned long long seed = 1;

static unsigned rnd(unsigned below)
{
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return (unsigned)(seed >> 11) % below;
}

static const char alphabet[] = "abnmr0189xX,;:.->=<[]()+*#&|/'\" \t\n\\{}~!?%^$@\177\200";

static void mutate(char *text, size_t *n)
{
  size_t at = *n ? rnd((unsigned)*n) : 0, k;

  switch (rnd(5)) {
  case 0: /* another character */
    if (*n > 0)
      text[at] = alphabet[rnd(sizeof(alphabet))];
    break;
  case 1: /* one more */
    if (*n + 1 < MAX_TEXT) {
      memmove(text + at + 1, text + at, *n - at);
      text[at] = alphabet[rnd(sizeof(alphabet))];
      ++*n;
    }
    break;
  case 2: /* some fewer */
    k = rnd(4) + 1;
    if (at + k <= *n) {
      memmove(text + at, text + at + k, *n - at - k);
      *n -= k;
    }
    break;
  case 3: /* a piece of itself again */
    k = rnd(12) + 1;
    if (at + k <= *n && *n + k < MAX_TEXT) {
      memcpy(text + *n, text + at, k);
      *n += k;
    }
    break;
  default: /* a huge number */
    if (*n + 24 < MAX_TEXT)
      *n += (size_t)sprintf(text + *n, "%s%llu", rnd(2) ? "+" : ", ", seed >> rnd(64));
  }
}

static void make_text(void)
{
  char text[MAX_TEXT + 1];
  size_t n = 0;

  for (unsigned i = rnd(6) + 1; i > 0; i--) {
    const char *line = lines[rnd(nlines)];
    size_t length = strlen(line);

    if (n + length + 1 > MAX_TEXT)
      break;
    memcpy(text + n, line, length);
    n += length;
    text[n++] = rnd(8) ? '\n' : ';';
  }
  for (unsigned i = rnd(8); i > 0; i--)
    mutate(text, &n);
  one_text(text, n);
}

static void read_lines(const char *name)
{
  static char line[4096];
  FILE *f = fopen(name, "r");

  if (!f) {
    perror(name);
    exit(2);
  }
  while (nlines < MAX_LINES && fgets(line, sizeof(line), f)) {
    char *copy = malloc(strlen(line) + 1);

    line[strcspn(line, "\t\r\n")] = '\0'; /* of conformance data: the line only */
    if (copy)
      lines[nlines++] = strcpy(copy, line);
  }
  fclose(f);
}

int main(int argc, char **argv)
{
  unsigned count = 50000;

  while (nlines < MAX_LINES && lines[nlines])
    nlines++;
  for (int i = 1; i < argc; i++) {
    if (i + 1 < argc && strcmp(argv[i], "-n") == 0)
      count = (unsigned)strtoul(argv[++i], NULL, 0);
    else if (i + 1 < argc && strcmp(argv[i], "-s") == 0)
      seed = strtoull(argv[++i], NULL, 0) * 2 + 1;
    else
      read_lines(argv[i]);
  }
  while (texts < count)
    make_text();
  dasmc_free(A);
  printf("%u texts\n", texts);
  return 0;
}

#endif
