/* tools.c - lines to bytes through llvm-mc and GNU as, many lines with one process.
 *
 * llvm-mc prints the encoding of each instruction; a symbol set before each line tells which line
 * it belongs to, and errors name the line. GNU as prints a listing, unless there was an error:
 * then the lines with errors are left out and it runs again.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "oracle.h"

/* ---- processes -------------------------------------------------------------------- */

static char *read_all(FILE *f)
{
  long n;
  char *p;

  fseek(f, 0, SEEK_END);
  n = ftell(f);
  rewind(f);
  p = malloc((size_t)n + 1);
  if (!p)
    abort();
  p[fread(p, 1, (size_t)n, f)] = '\0';
  return p;
}

bool tool_run(const char *const argv[], const char *input, size_t n, char **out, char **err)
{
  FILE *f[3] = {tmpfile(), tmpfile(), tmpfile()};
  int status = 0;
  pid_t pid;

  if (!f[0] || !f[1] || !f[2])
    abort();
  fwrite(input, 1, n, f[0]);
  rewind(f[0]);
  fflush(NULL);
  pid = fork();
  if (pid == 0) {
    for (int i = 0; i < 3; i++)
      dup2(fileno(f[i]), i);
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
  }
  if (pid > 0)
    waitpid(pid, &status, 0);
  *out = read_all(f[1]);
  *err = read_all(f[2]);
  for (int i = 0; i < 3; i++)
    fclose(f[i]);
  return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) != 127;
}

/* ---- syntax --------------------------------------------------------------------------- */

struct spelling {
  const char *ours, *theirs;
};

/* Size words in front of a memory operand. */
static const struct spelling sizes[] = {
  {"far word", "dword ptr"},  {"far dword", "fword ptr"},   {"far qword", "tbyte ptr"},   {"byte", "byte ptr"},
  {"word", "word ptr"},       {"dword", "dword ptr"},       {"qword", "qword ptr"},       {"fword", "fword ptr"},
  {"tword", "tbyte ptr"},     {"oword", "xmmword ptr"},     {"yword", "ymmword ptr"},     {"zword", "zmmword ptr"},
};

static bool at_memory(const char *p)
{
  return *p == '[' || (p[0] && p[1] == 's' && p[2] == ':');
}

static bool letter(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static const struct spelling *size_at(const char *p)
{
  for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
    size_t n = strlen(sizes[i].ours);

    if (strncmp(p, sizes[i].ours, n) == 0 && p[n] == ' ' && at_memory(p + n + 1))
      return &sizes[i];
  }
  return NULL;
}

/* DynASM's own mnemonics. */
static const struct spelling mnemonics[] = {
  {"mov64", "movabs"}, {"o16", "data16"}, {"a16", "addr16"}, {"a32", "addr32"}, {"fpop", "fstp st(0)"},
};

static const struct spelling *mnemonic_at(const char *p)
{
  for (size_t i = 0; i < sizeof(mnemonics) / sizeof(mnemonics[0]); i++) {
    size_t n = strlen(mnemonics[i].ours);

    if (strncmp(p, mnemonics[i].ours, n) == 0 && !letter(p[n]))
      return &mnemonics[i];
  }
  return NULL;
}

void tool_text(const char *p, char *out, size_t size)
{
  size_t n = 0;
  bool start = true;

#define PUT(...) (n += (size_t)snprintf(out + (n < size ? n : size), n < size ? size - n : 0, __VA_ARGS__))
  out[0] = '\0';
  if (strstr(p, "<1"))
    PUT("1: ");
  while (*p) {
    const struct spelling *s = start ? size_at(p) : NULL;

    if (s) {
      PUT("%s", s->theirs);
      p += strlen(s->ours);
    } else if (n == 0 && (s = mnemonic_at(p)) != NULL) {
      PUT("%s", s->theirs);
      p += strlen(s->ours);
    } else if (start && n > 0 && p[0] == 's' && p[1] == 't' && p[2] >= '0' && p[2] <= '7' && !letter(p[3])) {
      PUT("st(%c)", p[2]);
      p += 3;
    } else if (strncmp(p, "short <1", 8) == 0) {
      p += 6;
      continue;
    } else if (p[0] == '<' && p[1] == '1') {
      PUT("1b");
      p += 2;
    } else {
      PUT("%c", *p);
      start = !letter(*p);
      p++;
      continue;
    }
    start = false;
  }
#undef PUT
}

/* ---- results ----------------------------------------------------------------------------- */

static int hex(char c)
{
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void add_byte(struct result *r, int high, int low)
{
  if (r->n < LINE_BYTES)
    r->byte[r->n++] = (uint8_t)(16 * high + low);
}

static const char *next_line(const char *p)
{
  const char *q = strchr(p, '\n');

  return q ? q + 1 : p + strlen(p);
}

enum { FIRST_APX = 242 }; /* GNU as */

/* r16 to r31 are names of symbols for assemblers that do not know APX. */
static bool has_egpr(const char *p)
{
  for (; (p = strchr(p, 'r')) != NULL; p++) {
    if (((p[1] == '1' && p[2] >= '6') || p[1] == '2' || (p[1] == '3' && p[2] <= '1')) && p[2] >= '0' && p[2] <= '9')
      return true;
  }
  return false;
}

/* The input of both kinds: for GNU as a prologue of one line; and one line (two for llvm-mc) for each line. */
static char *make_input(const char *prologue, const struct line *line, size_t n, const bool *skip, size_t *size)
{
  size_t capacity = 256 + n * (LINE_TEXT * 2 + 32), used = 0;
  char *p = malloc(capacity);

  if (!p)
    abort();
  if (prologue)
    used += (size_t)snprintf(p, capacity, "%s\n", prologue);
  for (size_t i = 0; i < n; i++) {
    char text[LINE_TEXT * 2] = "";

    if (!skip[i])
      tool_text(line[i].text, text, sizeof(text));
    if (!prologue)
      used += (size_t)snprintf(p + used, capacity - used, ".set L%zu,0\n", i);
    used += (size_t)snprintf(p + used, capacity - used, "%s\n", text);
  }
  *size = used;
  return p;
}

static void forget(int tool, struct line *line, size_t n)
{
  for (size_t i = 0; i < n; i++)
    line[i].by[tool].n = 0;
}

/* ---- llvm-mc ------------------------------------------------------------------------------- */

/* ".set L7, 0", or "L7 = 0" since LLVM 21: is it this? */
static bool read_mark(const char *p, size_t *at)
{
  char *end;

  p += strspn(p, " \t");
  if (strncmp(p, ".set", 4) == 0)
    p += 4 + strspn(p + 4, " \t");
  if (*p != 'L' || p[1] < '0' || p[1] > '9')
    return false;
  *at = strtoul(p + 1, &end, 10);
  return *end == ',' || strncmp(end, " = ", 3) == 0;
}

static void read_encodings(const char *p, int tool, struct line *line, size_t n)
{
  size_t at = n;

  for (; *p; p = next_line(p)) {
    const char *end = next_line(p), *enc;

    if (read_mark(p, &at))
      continue;
    enc = strstr(p, "encoding: [");
    if (!enc || enc >= end || at >= n)
      continue;
    for (enc += 11; *enc && *enc != ']'; enc++) {
      if (enc[0] == '0' && enc[1] == 'x' && hex(enc[2]) >= 0 && hex(enc[3]) >= 0)
        add_byte(&line[at].by[tool], hex(enc[2]), hex(enc[3]));
    }
  }
}

/* Is a line none of this tool's business? */
static bool is_left_out(int tool, const struct line *line)
{
  return line->settled && !tool_is_newest(tool);
}

bool tool_llvm(const char *const argv[], int tool, struct line *line, size_t n, const bool *skip)
{
  char *input, *out, *err;
  size_t size;
  bool ok;

  input = make_input(NULL, line, n, skip, &size);
  forget(tool, line, n);
  ok = tool_run(argv, input, size, &out, &err);
  if (ok)
    read_encodings(out, tool, line, n);
  free(input);
  free(out);
  free(err);
  return ok;
}

static bool llvm_assemble(int tool, unsigned bits, struct line *line, size_t n)
{
  const char *argv[] = {tool_at(tool)->program, (bits == 64 ? "-triple=x86_64" : "-triple=i386"),
                  "-x86-asm-syntax=intel", "-output-asm-variant=1", "-show-encoding", NULL};
  bool *skip = calloc(n, sizeof(*skip)), ok;

  for (size_t i = 0; i < n; i++)
    skip[i] = line[i].branch /* a fixup has no bytes */ || is_left_out(tool, &line[i]);
  ok = tool_llvm(argv, tool, line, n, skip);
  free(skip);
  return ok;
}

/* ---- GNU as ---------------------------------------------------------------------------------- */

/* Errors: "{standard input}:LINE: Error: ...". True if there was one that is new. */
static bool read_errors(const char *p, bool *skip, size_t n)
{
  bool any = false;

  for (; *p; p = next_line(p)) {
    const char *end = next_line(p), *at = strchr(p, ':'), *error = strstr(p, ": Error:");
    size_t i;

    if (!at || at >= end || !error || error >= end)
      continue;
    i = strtoul(at + 1, NULL, 10);
    if (i >= 2 && i - 2 < n && !skip[i - 2])
      any = skip[i - 2] = true;
  }
  return any;
}

/* Listing: "LINE ADDRESS BYTES...  TEXT". */
static void read_listing(const char *p, int tool, struct line *line, size_t n)
{
  for (; *p; p = next_line(p)) {
    char *q;
    size_t i = strtoul(p, &q, 10);

    if (*p == '\n' || q == p || *q != ' ' || i < 2 || i - 2 >= n)
      continue;
    for (q++; hex(*q) >= 0; q++) {}
    while (*q == ' ' && hex(q[1]) >= 0 && hex(q[2]) >= 0) {
      for (q++; hex(q[0]) >= 0 && hex(q[1]) >= 0; q += 2)
        add_byte(&line[i - 2].by[tool], hex(q[0]), hex(q[1]));
    }
  }
}

bool tool_gnu(const char *const argv[], const char *prologue, int tool, struct line *line, size_t n, bool *skip)
{
  bool ok = true, again = true;

  forget(tool, line, n);
  while (ok && again) {
    char *out, *err;
    size_t size;
    char *input = make_input(prologue ? prologue : "", line, n, skip, &size);

    ok = tool_run(argv, input, size, &out, &err);
    again = ok && read_errors(err, skip, n);
    if (ok && !again)
      read_listing(out, tool, line, n);
    free(input);
    free(out);
    free(err);
  }
  return ok;
}

static bool gnu_assemble(int tool, unsigned bits, struct line *line, size_t n)
{
  const char *argv[] = {tool_at(tool)->program, (bits == 64 ? "--64" : "--32"), "-al",
                  "--listing-lhs-width=8", "-o", "/dev/null", NULL};
  bool *skip = calloc(n, sizeof(*skip)), ok;

  for (size_t i = 0; i < n; i++)
    skip[i] = (tool_at(tool)->version < FIRST_APX && has_egpr(line[i].text)) || is_left_out(tool, &line[i]);
  ok = tool_gnu(argv, ".intel_syntax noprefix", tool, line, n, skip);
  free(skip);
  return ok;
}

bool tool_assemble(int tool, unsigned bits, struct line *line, size_t n)
{
  return tool_at(tool)->kind == KIND_LLVM ? llvm_assemble(tool, bits, line, n) : gnu_assemble(tool, bits, line, n);
}
