/* playground.c - libdasmc for a page in a browser: text in, JSON out.
 *
 * Which bits of the code belong to a value is found by trying: the text is assembled with one bit of the value changed after
 * the other, and each byte is compared with what it was. A reference to a label is tried in the same way: the text has the
 * address of a value, &value, in its place. So it is true for every instruction set, and nothing is said twice here that is
 * in the tables.
 */
#include <ctype.h>
#include <dasmc.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(#name)))

enum { MAX_CODE = 1 << 16, MAX_LINES = 2000, MAX_TEXT = 1 << 16, MAX_VALUES = 64, MAX_REFERENCES = 30, LABELS = 256 };

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
  dasm_Line lines[MAX_LINES];
  size_t size, nlines;
  int status;
};

static dasm_State *state;

static void assemble_at(dasmc_Assembler *A, const dasmc_Fragment *text, const int64_t *values, unsigned n, uint64_t run,
                        struct code *code)
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
    code->status = dasm_encode_at(&state, code->bytes, sizeof code->bytes, run);
  code->nlines = dasm_getlines(&state, code->lines, MAX_LINES);
  if (code->nlines > MAX_LINES)
    code->nlines = MAX_LINES;
}

static void assemble_once(dasmc_Assembler *A, const dasmc_Fragment *text, const int64_t *values, unsigned n, struct code *code)
{
  assemble_at(A, text, values, n, 0, code);
}

/* "fields":[[bit of the code, bit of the value], ...] for one value. */
static void put_fields(dasmc_Assembler *A, const dasmc_Fragment *text, int64_t *values, unsigned n, unsigned which,
                       const struct code *code)
{
  static struct code other;
  static bool seen[8 * MAX_CODE];
  const char *comma = "";

  memset(seen, 0, sizeof seen);
  put("[");
  for (unsigned bit = 0; bit < 64; bit++) {
    const uint64_t flips[] = {(uint64_t)1 << bit, ~(uint64_t)0 << bit}; /* a sign is changed with all that is above it */
    int64_t value = values[which];
    bool fits = false;
    for (unsigned i = 0; i < 2 && !fits; i++) {
      values[which] = (int64_t)((uint64_t)value ^ flips[i]);
      assemble_once(A, text, values, n, &other);
      fits = other.status == DASM_S_OK && other.size == code->size;
    }
    values[which] = value;
    for (size_t i = 0; fits && i < 8 * code->size; i++)
      if (!seen[i] && (other.bytes[i / 8] ^ code->bytes[i / 8]) >> i % 8 & 1) {
        seen[i] = true;
        put("%s[%u,%u]", comma, (unsigned)i, bit);
        comma = ",";
      }
  }
  put("]");
}

/* [[offset, line], ...] */
static void put_lines(const struct code *code)
{
  put("[");
  for (size_t i = 0; i < code->nlines; i++)
    put("%s[%u,%u]", i ? "," : "", (unsigned)code->lines[i].offset, (unsigned)code->lines[i].line);
  put("]");
}

/* ---- references to labels ---- */

/* A reference in the text. */
struct reference {
  const char *at;
  size_t length;
  unsigned line;
};

static bool is_name(char c)
{
  return isalnum((unsigned char)c) || c == '_';
}

/* Could an operand begin at `at`, in a statement that starts at `start`? Behind an operator or a bracket, or behind nothing but
 * words: the mnemonic and those like `short`. */
static bool is_operand(const char *start, const char *at)
{
  const char *p = at;

  while (p > start && p[-1] == ' ')
    p--;
  if (p > start && strchr(",[(+", p[-1]))
    return true;
  for (p = start; p < at; p++)
    if (!is_name(*p) && !strchr(" .{}|", *p))
      return false;
  return at > start && at[-1] == ' ';
}

/* Bytes of a reference that begins at p; 0: there is none. */
static size_t reference_length(const char *p)
{
  size_t n = 0;

  if ((*p == '<' || *p == '>') && isdigit((unsigned char)p[1]) && !is_name(p[2]))
    n = 2;
  else if (!strncmp(p, "extern ", 7))
    for (n = 7; is_name(p[n]); n++)
      ;
  else if (!strncmp(p, "->", 2) || !strncmp(p, "=>", 2))
    for (n = 2; is_name(p[n]); n++)
      ;
  return n > 2 || (n && *p != '-' && *p != '=') ? (p[n] == ':' ? 0 : n) : 0;
}

/* The next reference behind p. */
static bool next_reference(const char **p, const char **start, struct reference *r)
{
  char quote = 0;

  for (const char *c = *p; *c; c++) {
    if (quote) {
      quote = *c == quote || *c == '\n' ? 0 : quote;
    } else if (c[0] == '/' && c[1] == '/') {
      c += strcspn(c, "\n") - 1;
    } else if (*c == '"' || *c == '\'') {
      quote = *c;
    } else if (*c == ';' || *c == ':' || *c == '\n') {
      *start = c + 1;
    } else if ((r->length = reference_length(c)) && is_operand(*start, c)) {
      r->at = c;
      *p = c + r->length;
      return true;
    }
    r->line += *c == '\n';
  }
  return false;
}

/* Where the code of a line begins and ends. */
static void line_range(unsigned line, const struct code *code, size_t *from, size_t *to)
{
  *from = *to = 0;
  for (size_t i = 0; i < code->nlines; i++)
    if (code->lines[i].line == line) {
      *from = *to > 0 ? *from : code->lines[i].offset;
      *to = i + 1 < code->nlines ? code->lines[i + 1].offset : code->size;
    }
}

/* A text with the address of a value in the place of a reference, whose code is looked at from `from` to `to`. */
struct trial {
  dasmc_Assembler *A;
  dasmc_Fragment *fragment;
  int64_t values[MAX_VALUES];
  unsigned n, which;
  size_t from, to;
};

static void assemble_trial(struct trial *t, int64_t value, struct code *code)
{
  t->values[t->which] = value;
  assemble_once(t->A, t->fragment, t->values, t->n, code);
}

/* Prints the reference's bits as [bit of the code, bit of the value]. Counted from `base`, a distance of 2 to the n sets one bit;
 * the highest one is set by a negative distance only. False, and nothing is printed, if the reference counts from elsewhere. */
static bool put_distance(struct trial *t, int64_t base)
{
  static struct code none, other;
  static bool seen[8 * MAX_CODE];
  unsigned pairs[64][2], npairs = 0;

  memset(seen, 0, sizeof seen);
  assemble_trial(t, base, &none);
  for (unsigned bit = 0; none.status == DASM_S_OK && bit < 64; bit++) {
    uint64_t step = (uint64_t)1 << bit;
    unsigned changed = 0, fresh = 0;

    assemble_trial(t, (int64_t)((uint64_t)base + step), &other);
    bool negative = other.status != DASM_S_OK;
    if (negative)
      assemble_trial(t, (int64_t)((uint64_t)base - step), &other);
    if (other.status != DASM_S_OK || other.size != none.size)
      continue;
    for (size_t i = 8 * t->from; i < 8 * t->to; i++)
      if ((other.bytes[i / 8] ^ none.bytes[i / 8]) >> i % 8 & 1) {
        changed++;
        if (!seen[i]) {
          seen[i] = true;
          fresh++;
          pairs[npairs][0] = (unsigned)i;
          pairs[npairs][1] = bit;
        }
      }
    if (fresh > 1 || (changed > 1 && !negative))
      return false;
    npairs += fresh;
  }
  if (npairs == 0)
    return false;
  for (unsigned i = 0; i < npairs; i++)
    put("%s[%u,%u]", i ? "," : "", pairs[i][0], pairs[i][1]);
  return true;
}

/* The fragment of the text with `target` for the reference. Without one the result is no trial. */
static bool begin_trial(struct trial *t, const char *text, const struct reference *r, const char *target, const int64_t *values)
{
  static char tried[MAX_TEXT];
  const char *name;

  if (strlen(text) + 32 > sizeof tried)
    return false;
  snprintf(tried, sizeof tried, "%.*s%s%s", (int)(r->at - text), text, target, r->at + r->length);
  if (dasmc_fragment(t->A, tried, -1, &t->fragment) != DASM_S_OK)
    return false;
  t->n = dasmc_parameters(t->fragment);
  t->which = MAX_VALUES;
  for (unsigned i = 0; i < t->n && t->n <= MAX_VALUES && (name = dasmc_parameter(t->fragment, i)) != NULL; i++)
    if (strcmp(name, "playground_target") == 0)
      t->which = i;
    else
      t->values[i] = *values++;
  return t->which < MAX_VALUES;
}

/* Does the trial's value count from where the code runs? */
static bool is_relative(struct trial *t)
{
  static struct code here, there;

  assemble_at(t->A, t->fragment, t->values, t->n, 0, &here);
  assemble_at(t->A, t->fragment, t->values, t->n, 0x1000, &there);
  return there.status != DASM_S_OK || memcmp(here.bytes, there.bytes, here.size) != 0;
}

/* From which place in the line it counts is found by trying, too. */
static bool put_bits(struct trial *t, bool relative)
{
  if (!relative)
    return put_distance(t, 0);
  for (size_t base = t->to; base > t->from; base--)
    if (put_distance(t, (int64_t)base))
      return true;
  return put_distance(t, (int64_t)t->from);
}

/* {"name":">1","relative":true,"bits":[...]} of a reference; nothing if it cannot be found out. */
static bool put_reference(dasmc_Assembler *A, const char *text, const struct reference *r, const struct code *code,
                          const int64_t *values, const char *comma)
{
  static const char *const targets[] = {"&playground_target", "short &playground_target"};
  static struct code other;
  struct trial t = {.A = A};
  size_t from, to, before = used;
  bool found = false;

  line_range(r->line, code, &from, &to);
  for (unsigned way = 0; way < 2 && !found; way++) {
    if (begin_trial(&t, text, r, targets[way], values)) {
      assemble_trial(&t, (int64_t)to, &other);
      line_range(r->line, &other, &t.from, &t.to);
      bool relative = is_relative(&t);
      put("%s{\"name\":\"%.*s\",\"relative\":%s,\"bits\":[", comma, (int)r->length, r->at, relative ? "true" : "false");
      found = t.to - t.from == to - from && put_bits(&t, relative);
      put("]}");
      if (!found)
        used = before;
    }
    dasmc_release(t.fragment);
    t.fragment = NULL;
  }
  return found;
}

/* "references": those of the text, in its order. They are looked for once, so this is for texts of a size that people type. */
static void put_references(dasmc_Assembler *A, const char *text, const struct code *code, const int64_t *values)
{
  struct reference r = {.line = 1};
  const char *p = text, *start = text, *comma = "";

  put(",\"references\":[");
  for (unsigned n = 0; n < MAX_REFERENCES && next_reference(&p, &start, &r); n++)
    if (put_reference(A, text, &r, code, values, comma))
      comma = ",";
  put("]");
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

static void put_code(dasmc_Assembler *A, const char *text, const dasmc_Fragment *fragment, int64_t *values, unsigned n)
{
  static struct code code;
  char message[300];

  assemble_once(A, fragment, values, n, &code);
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
  put_lines(&code);
  put(",\"fields\":[");
  for (unsigned i = 0; i < n; i++) {
    put("%s", i ? "," : "");
    put_fields(A, fragment, values, n, i, &code);
  }
  put("]");
  put_references(A, text, &code, values);
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
    put_code(A, text, fragment, values, n);
  put("}");
  dasmc_release(fragment);
  dasm_free(&state);
  dasmc_free(A);
  return out;
}
