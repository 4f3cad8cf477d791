/* playground.c - libdasmc for a page in a browser: text in, JSON out.
 *
 * Which bits of the code belong to a value is found by trying: the text is assembled with one bit of the value changed after
 * the other, and each byte is compared with what it was. So it is true for every instruction set, and nothing is said
 * twice here that is in the tables.
 */
#include <dasmc.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(#name)))

enum { MAX_CODE = 1 << 16, MAX_VALUES = 64, LABELS = 256 };

/* ---- JSON ---- */

static char *out;
static size_t used, room;

static void put(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void put(const char *format, ...)
{
  for (;;) {
    va_list args;
    va_start(args, format);
    int n = vsnprintf(out ? out + used : NULL, out ? room - used : 0, format, args);
    va_end(args);
    if (n < 0)
      return;
    if (out && (size_t)n < room - used) {
      used += (size_t)n;
      return;
    }
    room = 2 * room + (size_t)n + 1000;
    out = realloc(out, room);
    if (!out)
      abort();
  }
}

static void put_text(const char *text)
{
  put("\"");
  for (; *text; text++) {
    unsigned char c = (unsigned char)*text;
    if (c == '"' || c == '\\')
      put("\\%c", c);
    else if (c < 0x20)
      put("\\u%04x", c);
    else
      put("%c", c);
  }
  put("\"");
}

/* ---- code ---- */

struct code {
  unsigned char bytes[MAX_CODE];
  size_t size;
  int status;
};

static dasm_State *state;

static void assemble_once(dasmc_Assembler *A, const dasmc_Fragment *text, const int64_t *values, unsigned n, struct code *code)
{
  code->size = 0;
  code->status = dasmc_reset(A, &state);
  if (code->status == DASM_S_OK)
    code->status = dasm_growpc(&state, LABELS);
  if (code->status == DASM_S_OK)
    code->status = dasmc_put(&state, text, values, n);
  if (code->status == DASM_S_OK)
    code->status = dasm_link(&state, &code->size);
  if (code->status == DASM_S_OK)
    code->status = dasm_encode_at(&state, code->bytes, sizeof code->bytes, 0);
}

/* "fields":[[bit of the code, bit of the value], ...] for one value. */
static void put_fields(dasmc_Assembler *A, const dasmc_Fragment *text, int64_t *values, unsigned n, unsigned which,
                       const struct code *code)
{
  static struct code other;
  const char *comma = "";

  put("[");
  for (unsigned bit = 0; bit < 64; bit++) {
    int64_t value = values[which];
    values[which] = (int64_t)((uint64_t)value ^ (uint64_t)1 << bit);
    assemble_once(A, text, values, n, &other);
    values[which] = value;
    if (other.status != DASM_S_OK || other.size != code->size)
      continue;
    for (size_t i = 0; i < 8 * code->size; i++)
      if ((other.bytes[i / 8] ^ code->bytes[i / 8]) >> i % 8 & 1) {
        put("%s[%u,%u]", comma, (unsigned)i, bit);
        comma = ",";
      }
  }
  put("]");
}

/* [[offset, line], ...] */
static void put_lines(void)
{
  size_t count = dasm_getlines(&state, NULL, 0);
  dasm_Line *lines = calloc(count + 1, sizeof *lines);

  if (!lines)
    abort();
  dasm_getlines(&state, lines, count);
  put("[");
  for (size_t i = 0; i < count; i++)
    put("%s[%u,%u]", i ? "," : "", (unsigned)lines[i].offset, (unsigned)lines[i].line);
  put("]");
  free(lines);
}

static void put_messages(dasmc_Assembler *A)
{
  static const char *const levels[] = {"", "error", "warning", "note", "help"};
  dasmc_Message m = {.size = sizeof m};

  put("[");
  for (unsigned i = 0; dasmc_message(A, i, &m) == DASM_S_OK; i++) {
    put("%s{\"level\":\"%s\",\"line\":%u,\"column\":%u,\"id\":\"%s\",\"text\":", i ? "," : "", levels[m.level], m.line, m.column,
        m.id);
    put_text(m.text);
    put(",\"source\":");
    put_text(m.source);
    put(",\"caret\":");
    put_text(m.caret);
    put("}");
  }
  put("]");
}

static void put_code(dasmc_Assembler *A, const dasmc_Fragment *text, int64_t *values, unsigned n)
{
  static struct code code;
  char message[300];

  assemble_once(A, text, values, n, &code);
  if (code.status != DASM_S_OK) {
    dasm_explain(code.status, &state, message, sizeof message);
    put(",\"problem\":");
    put_text(message);
    return;
  }
  put(",\"bytes\":\"");
  for (size_t i = 0; i < code.size; i++)
    put("%02x", code.bytes[i]);
  put("\",\"lines\":");
  put_lines();
  put(",\"fields\":[");
  for (unsigned i = 0; i < n; i++) {
    put("%s", i ? "," : "");
    put_fields(A, text, values, n, i, &code);
  }
  put("]");
}

/* ---- what the page calls ---- */

EXPORT(buffer) void *buffer(size_t size)
{
  return malloc(size);
}

EXPORT(release) void release(void *at)
{
  free(at);
}

EXPORT(isa_name) const char *isa_name(unsigned number)
{
  return dasmc_isaname(number);
}

/* All features are allowed. Parameters have the values at `given`, in the order of their first use, and 0 where there are fewer.
 * What is returned stays until the next call. */
EXPORT(assemble) const char *assemble(const char *isa, const char *text, int dialect, const int64_t *given, unsigned ngiven)
{
  dasmc_Options options = {.size = sizeof options, .isa = isa, .dialect = dialect};
  dasmc_Assembler *A;
  dasmc_Fragment *fragment;
  int64_t values[MAX_VALUES] = {0};
  unsigned n = 0;

  used = 0;
  if (dasmc_new(&A, &options) != DASM_S_OK || dasmc_state(A, &state) != DASM_S_OK)
    return "{}";
  dasm_setlines(&state, 1);
  int status = dasmc_fragment(A, text, -1, &fragment);
  put("{\"messages\":");
  put_messages(A);
  put(",\"parameters\":[");
  if (status == DASM_S_OK) {
    while (n < MAX_VALUES && n < dasmc_parameters(fragment)) {
      values[n] = n < ngiven ? given[n] : 0;
      put("%s\"%s\"", n ? "," : "", dasmc_parameter(fragment, n));
      n++;
    }
  }
  put("]");
  if (status == DASM_S_OK)
    put_code(A, fragment, values, n);
  put("}");
  dasmc_release(fragment);
  dasm_free(&state);
  dasmc_free(A);
  return out;
}
