/* read.c - bytes to text through the disassemblers of the others.
 *
 * Byte strings are given to a disassembler all at once. Between them stand some nops and then a
 * marker, a nop with a number in its address, so that the text of each can be found, and a string that
 * is no instruction spoils only itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "oracle.h"

enum { NOPS = 16, MARK = 0x10000000 };

/* ---- the tools ------------------------------------------------------------------------ */

static bool run_llvm(const struct tool *t, unsigned bits, const char *input, size_t n, char **out, char **err)
{
  const char *argv[] = {t->disassembler, "--disassemble",
                        (bits == 64 ? "-triple=x86_64" : "-triple=i386"), "-output-asm-variant=1", NULL};

  return tool_run(argv, input, n, out, err);
}

static bool run_objdump(const struct tool *t, unsigned bits, const char *input, size_t n, char **out, char **err)
{
  char path[] = "/tmp/oracleXXXXXX";
  const char *argv[] = {t->disassembler, "-D", "-b", "binary", "--no-show-raw-insn", "-w", "-m",
                        (bits == 64 ? "i386:x86-64" : "i386"), "-M", "intel", path, NULL};
  int fd = mkstemp(path);
  FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
  bool ok = f != NULL;

  if (ok) {
    fwrite(input, 1, n, f);
    fclose(f);
    ok = tool_run(argv, "", 0, out, err);
    remove(path);
  }
  return ok;
}

bool tool_disassemble(int tool, unsigned bits, const char *input, size_t n, char **out, char **err)
{
  const struct tool *t = tool_at(tool);

  return (t->kind == KIND_LLVM ? run_llvm : run_objdump)(t, bits, input, n, out, err);
}

/* ---- a form that can be compared ---------------------------------------------------------- */

static bool word_char(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

static bool is_size(const char *p, size_t n)
{
  static const char *const sizes[] = {"byte", "word", "dword", "qword", "fword", "tbyte", "xmmword", "ymmword", "zmmword", "far"};

  for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
    if (strlen(sizes[i]) == n && memcmp(sizes[i], p, n) == 0)
      return true;
  }
  return false;
}

/* Numbers are signed decimal; a pattern of 32 bits is the number that it stands for. */
static size_t number(const char *p, size_t n, char *out, size_t size)
{
  char digits[40];
  unsigned long long v;

  snprintf(digits, sizeof(digits), "%.*s", (int)n, p);
  v = strtoull(digits, NULL, 0);
  return (size_t)snprintf(out, size, "%lld", v > INT32_MAX && v <= UINT32_MAX ? (long long)(int32_t)(uint32_t)v : (long long)v);
}

/* "4*rcx" is rcx*4, and a scale of one says nothing. */
static size_t scaled(const char *p, char *out, size_t size)
{
  size_t n = 2;

  while (word_char(p[n]))
    n++;
  snprintf(out, size, p[0] == '1' ? "%.*s" : "%.*s*%c", (int)(n - 2), p + 2, p[0]);
  return n;
}

void read_form(const char *p, bool sizes, char *out)
{
  size_t n = 0;
  bool mnemonic = true;

  while (*p && *p != '#' && *p != '<' && n + 48 < READ_TEXT) {
    size_t len = 0;

    while (word_char(p[len]))
      len++;
    if (*p == ' ' || *p == '\t') {
      if (mnemonic && n > 0) {
        out[n++] = ' ';
        mnemonic = false;
      }
      p++;
    } else if (len == 1 && strchr("1248", *p) && p[1] == '*') {
      p += scaled(p, out + n, READ_TEXT - n);
      n += strlen(out + n);
    } else if (len > 0 && *p >= '0' && *p <= '9' && !(n > 0 && (out[n - 1] == '{' || out[n - 1] == '('))) {
      if (n > 0 && out[n - 1] == '*' && *p == '1' && len == 1)
        n--;
      else
        n += number(p, len, out + n, READ_TEXT - n);
      p += len;
    } else if (len == 3 && memcmp(p, "ptr", 3) == 0) {
      p += 3;
    } else if (len > 0 && is_size(p, len)) {
      if (sizes) {
        memcpy(out + n, p, len);
        n += len;
      }
      p += len;
    } else if (len > 0) {
      memcpy(out + n, p, len);
      n += len;
      p += len;
    } else {
      out[n++] = *p++;
    }
  }
  while (n > 0 && out[n - 1] == ' ')
    n--;
  out[n] = '\0';
}

/* ---- many at a time -------------------------------------------------------------------------- */

struct text {
  char *p;
  size_t n;
};

static void put(struct text *t, bool hex, const uint8_t *p, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    if (hex)
      t->n += (size_t)sprintf(t->p + t->n, "0x%02x ", p[i]);
    else
      t->p[t->n++] = (char)p[i];
  }
}

static bool make_input(struct text *t, int tool, const struct result *const *code, size_t n)
{
  static const uint8_t nops[NOPS] = {0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90,
                                     0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90};
  bool hex = tool_at(tool)->kind == KIND_LLVM;

  t->p = calloc(n + 1, 5 * (LINE_BYTES + NOPS + 8));
  if (!t->p)
    return false;
  for (size_t i = 0; i < n; i++) {
    uint32_t mark = MARK + (uint32_t)i;
    uint8_t marker[] = {0x0f, 0x1f, 0x80, (uint8_t)mark, (uint8_t)(mark >> 8), (uint8_t)(mark >> 16), (uint8_t)(mark >> 24)};

    put(t, hex, code[i]->byte, code[i]->n);
    put(t, hex, nops, sizeof(nops));
    put(t, hex, marker, sizeof(marker));
    if (hex)
      t->p[t->n++] = '\n';
  }
  return true;
}

/* "nop dword [rax+268435456+i]" */
static bool is_marker(const char *form, size_t *i)
{
  const char *at = strncmp(form, "nop dword[", 10) == 0 ? strchr(form, '+') : NULL;
  long v = at ? atol(at + 1) : 0;

  *i = (size_t)(v - MARK);
  return v >= MARK;
}

/* Strings that llvm-mc has warned about: one line of input each. */
static void drop_invalid(const char *err, size_t n, char (*text)[READ_TEXT])
{
  for (const char *p = err; (p = strstr(p, "<stdin>:")) != NULL; p += 8) {
    size_t i = strtoul(p + 8, NULL, 10);

    if (i >= 1 && i <= n)
      text[i - 1][0] = '\0';
  }
}

static void append(char all[READ_TEXT], const char *p)
{
  size_t n = strlen(all);

  while (*p && n + 1 < READ_TEXT)
    all[n++] = *p++;
  all[n] = '\0';
}

static void take_output(const char *p, int tool, size_t n, char (*text)[READ_TEXT])
{
  char all[READ_TEXT] = "";

  while (*p) {
    const char *end = strchr(p, '\n'), *from = p, *tab;
    char line[READ_TEXT], form[READ_TEXT];
    size_t i;

    end = end ? end : p + strlen(p);
    p = *end ? end + 1 : end;
    if (tool_at(tool)->kind == KIND_GNU) { /* "address:\ttext" */
      tab = memchr(from, '\t', (size_t)(end - from));
      from = tab ? tab + 1 : end;
    }
    snprintf(line, sizeof(line), "%.*s", (int)(end - from), from);
    for (char *c = line; *c; c++)
      *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c); /* objdump has BYTE PTR */
    read_form(line, true, form);
    if (is_marker(form, &i)) {
      if (i < n && !strstr(all, "bad"))
        memcpy(text[i], all, READ_TEXT);
      all[0] = '\0';
    } else if (form[0] && form[0] != '.' && strcmp(form, "nop") != 0) {
      if (all[0])
        append(all, "; ");
      append(all, form);
    }
  }
}

bool tool_read(int tool, unsigned bits, const struct result *const *code, size_t n, char (*text)[READ_TEXT])
{
  struct text t = {0};
  char *out = NULL, *err = NULL;
  bool ok = make_input(&t, tool, code, n);

  if (ok)
    ok = tool_disassemble(tool, bits, t.p, t.n, &out, &err);
  for (size_t i = 0; i < n; i++)
    text[i][0] = '\0';
  if (ok) {
    take_output(out, tool, n, text);
    if (tool_at(tool)->kind == KIND_LLVM)
      drop_invalid(err, n, text);
  }
  free(t.p);
  free(out);
  free(err);
  return ok;
}
