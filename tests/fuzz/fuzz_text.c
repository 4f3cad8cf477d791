/* fuzz_text.c - texts that nobody would write, through the run-time assembler.
 *
 *   fuzz_text [-n COUNT] [-s SEED] [FILE...]
 *
 * Makes COUNT texts by mutating and joining lines of the files (conformance data) and those below, translates, puts,
 * links and encodes each, in one assembler for a while and then a new one, of the next instruction set. Whatever the text
 * is, nothing may crash, hang or touch memory that is not its own (build with sanitizers), and a
 * refused text must come with a message. With WITH_LIBFUZZER defined there is no main, but the entry
 * point of libFuzzer: clang -DWITH_LIBFUZZER -fsanitize=fuzzer,address …
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dasmc.h"

enum { MAX_LINES = 40000, MAX_TEXT = 2000, MAX_CODE = 1 << 16 };

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

/* What there is for all instruction sets: labels, data, directives, macros. Instructions are in the files. */
static const char *lines[MAX_LINES] = {
  "1:", "2:", "->g:", "=>n:", "=>(n+1):", ".byte 1, n, 0x80", ".dword ->g, =>3", ".word n, 0xffff", ".qword x, =>n", ".addr ->g",
  ".align 16", ".align 4096", ".space n, 0xcc", ".space 5", ".asciz 'x'", ".label 3", ".label ->q, &n", ".nop",
  ".macro m1, p, q", "p q; p .. q", ".endmacro", "m1 .byte, 5", ".define D, n", ".byte D, D", ".if n == 3",
  ".elif X", ".else", ".endif", ".type FOO, foo, n", ".dword FOO->b", ".byte #FOO", ".dword FOO:n->b",
  ".section code, cold", ".cold", ".code", "|| foo();", ".include nix", ".capture c", ".error 'x'", ".arch none", ".feature none",
  ".feature all", ".dword ((((n))))", ".dword n?m:a", ".dword 'x'", ".qword 1.5", "->g: .dword extern puts",
  /* More than there may be in one state, when a few of them meet in one section or in two. */
  ".space s", ".space 0x7fffffff", ".space 0x7fffffe0", ".space 0x40000000, n",
};
static unsigned nlines, nown; /* all; those of above */
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
    const char *line = lines[rnd(rnd(3) ? nlines : nown)];
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

/* A text of conformance data has \n for the ends of its lines. */
static char *unescaped(char *to, const char *from)
{
  char *out = to;

  while (*from)
    if (from[0] == '\\' && from[1] == 'n') {
      *out++ = '\n';
      from += 2;
    } else {
      *out++ = *from++;
    }
  *out = '\0';
  return to;
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

    line[strcspn(line, "\t\r\n")] = '\0'; /* of conformance data: the text only */
    if (copy)
      lines[nlines++] = unescaped(copy, line);
  }
  fclose(f);
}

int main(int argc, char **argv)
{
  unsigned count = 50000;

  while (lines[nown])
    nown++;
  nlines = nown;
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
