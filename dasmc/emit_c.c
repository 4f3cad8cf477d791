/* emit_c.c - writes the C file.
 *
 * The output is gathered as pieces: text, and marks for what is complete only at the end (the
 * list, the globals, captures). Everything is written when the whole input was translated.
 *
 * C lines pass through. Before one whose number is not that of the output line (as counted from
 * the last #line), a #line is written. `sync` is the number that the compiler would give to the
 * next line.
 *
 * Generated calls are dasm_put(Dst, START, DASM_ARG((expression)), ...): arguments travel as
 * int64_t, and pointers become one, too (see dasm_arg.h).
 */
#include <inttypes.h>
#include <string.h>

#include "../include/dasm.h"
#include "emit_c.h"
#include "isa/isa.h"

_Static_assert(DASM_LIST_VERSION == LIST_VERSION, "dasm.h and the list format disagree");

/* A piece of the output: text, or (text NULL) what a mark stands for. */
struct piece {
  struct piece *next;
  char *text;
  size_t n, capacity, portion; /* portion: the least that was asked for */
  enum driver_mark mark;
  struct span name;
};

struct output {
  struct piece *first, *last;
  struct piece *text; /* the last one that is text: what it has not used is the next one's */
};

static struct emit_c *emitter(struct front *F)
{
  return front_user(F);
}

static struct output *current(struct front *F, struct emit_c *E)
{
  if (!E->now)
    E->now = E->main = arena_alloc(F, sizeof(*E->main));
  return E->now;
}

/* ---- gathering ---------------------------------------------------------------------------- */

static struct piece *new_piece(struct front *F, struct emit_c *E)
{
  struct output *o = current(F, E);
  struct piece *p = arena_alloc(F, sizeof(*p));

  if (o->last)
    o->last->next = p;
  else
    o->first = p;
  o->last = p;
  return p;
}

/* Memory is asked for in portions that double, so that small captures take little of it. */
static struct piece *new_text(struct front *F, struct emit_c *E, size_t n)
{
  enum { FIRST = 128, LAST = 60000 };
  struct output *o = current(F, E);
  struct piece *before = o->text, *p = new_piece(F, E);

  o->text = p;
  if (before && before->capacity - before->n >= n) {
    p->text = before->text + before->n;
    p->capacity = before->capacity - before->n;
    before->capacity = before->n;
    p->portion = before->portion;
    return p;
  }
  p->portion = !before ? FIRST : before->portion < LAST / 2 ? before->portion * 2 : LAST;
  p->capacity = n < p->portion ? p->portion : n;
  p->text = arena_alloc(F, p->capacity);
  return p;
}

/* Room for at most n bytes, of which text_end() says how many were written. */
static inline char *text_room(struct front *F, struct emit_c *E, size_t n)
{
  struct piece *p = current(F, E)->last;

  if (!p || p->capacity - p->n < n)
    p = new_text(F, E, n);
  return p->text + p->n;
}

static inline void text_end(struct emit_c *E, const char *end)
{
  struct piece *p = E->now->last;

  p->n = (size_t)(end - p->text);
}

/* The same with the end of a line. */
static inline void line_end(struct emit_c *E, char *end)
{
  *end++ = '\n';
  text_end(E, end);
  if (E->sync)
    E->sync++;
}

static inline char *copy(char *to, struct span s)
{
  if (s.n > 0)
    memcpy(to, s.p, s.n);
  return to + s.n;
}

static char *copy_number(char *to, uint32_t n)
{
  char digits[10], *p = digits + sizeof(digits);

  do
    *--p = (char)('0' + n % 10);
  while ((n /= 10) != 0);
  return copy(to, (struct span){p, (size_t)(digits + sizeof(digits) - p)});
}

/* One byte of a C string; up to four. A question mark may be part of a trigraph, and what controls
 * a terminal, as the end of a line, is written as its number. */
static char *copy_quoted_byte(char *to, char c)
{
  unsigned byte = (unsigned char)c;

  if (byte < ' ' || byte == 127) {
    *to++ = '\\';
    *to++ = (char)('0' + (byte >> 6));
    *to++ = (char)('0' + (byte >> 3 & 7));
    c = (char)('0' + (byte & 7));
  } else if (c == '"' || c == '\\' || c == '?') {
    *to++ = '\\';
  }
  *to++ = c;
  return to;
}

static char *copy_quoted(char *to, struct span s)
{
  for (size_t i = 0; i < s.n; i++)
    to = copy_quoted_byte(to, s.p[i]);
  return to;
}

/* A C line that would join the generated one behind it gets an empty line between. That of a
 * #define is meant so. */
static void end_joining(struct front *F, struct emit_c *E)
{
  if (E->joins && !E->in_directive)
    line_end(E, text_room(F, E, 1));
  E->joins = E->in_directive = false;
}

/* A line of the program's own was written. */
static void note_joining(struct emit_c *E, struct span line)
{
  struct span first = span_trim(line);

  E->in_directive = (E->joins && E->in_directive) || (first.n > 0 && *first.p == '#');
  E->joins = c_joins(line);
}

static void add_line(struct front *F, struct span s)
{
  struct emit_c *E = emitter(F);

  end_joining(F, E);
  line_end(E, copy(text_room(F, E, s.n + 1), s));
}

static void sync_line(struct front *F, struct emit_c *E)
{
  uint32_t number = front_line(F);
  struct span name;
  char *p;

  if (E->no_lines || E->sync == number)
    return;
  end_joining(F, E);
  name = front_file_name(F);
  p = text_room(F, E, 4 * name.n + 32);
  p = copy(p, SPAN("#line "));
  p = copy_number(p, number);
  p = copy(p, SPAN(" \""));
  p = copy_quoted(p, name);
  text_end(E, copy(p, SPAN("\"\n")));
  E->sync = number;
}

/* ---- comments -------------------------------------------------------------------------------- */

/* Text inside of a C comment must not end it; up to twice as long. */
static char *copy_comment(char *to, struct span s)
{
  for (size_t i = 0; i < s.n; i++) {
    *to++ = s.p[i];
    if (s.p[i] == '*' && i + 1 < s.n && s.p[i + 1] == '/')
      *to++ = ' ';
  }
  return to;
}

static void comment(struct front *F, struct emit_c *E, struct span text)
{
  char *p;

  if (E->comment == COMMENT_NONE)
    return;
  end_joining(F, E);
  if (text.n > 0 && text.p[text.n - 1] == '\r')
    text.n--;
  p = copy(text_room(F, E, E->indent.n + 2 * text.n + 16), E->indent);
  if (E->comment == COMMENT_C) {
    p = copy_comment(copy(p, SPAN("/*|")), text);
    p = copy(p, SPAN(" */"));
  } else {
    p = copy(copy(p, SPAN("//|")), text);
    if (c_joins(text))
      *p++ = '.'; /* or the next line would be part of the comment */
  }
  line_end(E, p);
}

static void expansion(struct front *F, int what, struct span text, unsigned nparams)
{
  struct emit_c *E = emitter(F);

  if (!E->macro_comments)
    return;
  if (what != 0)
    text = span_fmt(F, "%c MACRO %.*s (%u)", what > 0 ? '{' : '}', (int)text.n, text.p, nparams);
  comment(F, E, text);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void source_line(struct front *F, enum source_kind kind, struct span indent, struct span line)
{
  struct emit_c *E = emitter(F);
  bool echo = kind == SOURCE_ASM || front_in_macro(F);

  if (kind == SOURCE_C) {
    sync_line(F, E);
    line_end(E, copy(text_room(F, E, line.n + 1), line));
    note_joining(E, line);
    return;
  }
  E->indent = indent;
  if (echo && E->comment == COMMENT_NONE)
    return;
  sync_line(F, E);
  if (echo)
    comment(F, E, line);
}

static void c_line(struct front *F, struct span text)
{
  struct emit_c *E = emitter(F);

  if (text.n >= 2 && text.p[0] == '/' && text.p[1] == '/')
    comment(F, E, text);
  else {
    line_end(E, copy(copy(text_room(F, E, E->indent.n + text.n + 1), E->indent), text));
    note_joining(E, text);
  }
}

static void put(struct front *F, const struct build_put *p)
{
  struct emit_c *E = emitter(F);
  size_t n = E->indent.n + 64;
  char *to, *call;

  end_joining(F, E);
  for (unsigned i = 0; i < p->nargs; i++)
    n += p->arg[i].n + 16;
  call = to = copy(text_room(F, E, n), E->indent);
  to = copy_number(copy(to, SPAN("dasm_put(Dst, ")), p->start);
  for (unsigned i = 0; i < p->nargs; i++) {
    to = copy(copy(to, SPAN(", DASM_ARG((")), p->arg[i]);
    to = copy(to, SPAN("))"));
  }
  *to++ = ')';
  if (p->nargs > 0 && front_errors(F) == 0 && c_arguments((struct span){call, (size_t)(to - call)}) != p->nargs + 2)
    diag_error(F, (struct span){call, (size_t)(to - call)},
               "[internal-error] internal error: this call does not have %u arguments: %.*s",
               p->nargs + 2, (int)(to - call), call);
  line_end(E, copy(to, SPAN(";")));
}

static void file_changed(struct front *F)
{
  emitter(F)->sync = 0;
}

/* ---- directives ------------------------------------------------------------------------------ */

static void arch(struct front *F)
{
  add_line(F, span_fmt(F, "#if !defined(DASM_LIST_VERSION) || DASM_LIST_VERSION != %d", LIST_VERSION));
  add_line(F, SPAN("#error \"dasm.h is not included, or of another version than dasmc\""));
  add_line(F, SPAN("#elif defined(DASM_DROPIN_PUT) && !defined(dasm_put)"));
  add_line(F, SPAN("#define dasm_put(...) DASM_DROPIN_PUT(__VA_ARGS__)"));
  add_line(F, SPAN("#undef DASM_ARG"));
  add_line(F, SPAN("#define DASM_ARG(x) DASM_DROPIN_ARG(x)"));
  add_line(F, SPAN("#endif"));
}

static void sections(struct front *F, const struct span *name, unsigned n)
{
  for (unsigned i = 0; i < n; i++) {
    char *upper = arena_strndup(F, name[i].p, name[i].n);

    for (size_t j = 0; j < name[i].n; j++)
      if (upper[j] >= 'a' && upper[j] <= 'z')
        upper[j] = (char)(upper[j] - 'a' + 'A');
    add_line(F, span_fmt(F, "#define DASM_SECTION_%s\t%u", upper, i));
  }
  add_line(F, span_fmt(F, "#define DASM_MAXSECTION\t\t%u", n));
}

/* The address of a member of an object at 1 GiB: unlike a null pointer this may be indexed, also
 * by negative numbers, without undefined behaviour that a sanitizer would see. */
static void type(struct front *F, const struct type *t)
{
  int n = (int)t->ctype.n;

  add_line(F, SPAN("#ifdef __cplusplus"));
  add_line(F, span_fmt(F, "#define Dt%X(_V) dasm_offset(&(dasm_object<%.*s >()_V))", t->number, n, t->ctype.p));
  add_line(F, SPAN("#else"));
  add_line(F, span_fmt(F, "#define Dt%X(_V) ((ptrdiff_t)&(((%.*s *)0x40000000)_V) - 0x40000000)", t->number, n,
                       t->ctype.p));
  add_line(F, SPAN("#endif"));
}

static void capture(struct front *F, struct span name)
{
  struct emit_c *E = emitter(F);
  struct output *o = table_get(&E->captures, name);

  if (!o) {
    o = arena_alloc(F, sizeof(*o));
    table_set(F, &E->captures, name, o);
  }
  current(F, E);
  E->now = o;
}

static void mark(struct front *F, enum driver_mark mark, struct span name)
{
  struct emit_c *E = emitter(F);
  struct piece *p;

  end_joining(F, E);
  E->sync = 0;
  if (mark == MARK_CAPTURE) {
    capture(F, name);
  } else if (mark == MARK_ENDCAPTURE) {
    E->now = E->main;
  } else {
    p = new_piece(F, E);
    p->mark = mark;
    p->name = name;
  }
}

static void message(struct front *F, const struct front_message *m)
{
  FILE *f = emitter(F)->messages;
  struct span text;

  if (f) {
    text = front_message_text(F, m);
    fwrite(text.p, 1, text.n, f);
    putc('\n', f);
  }
}

const struct driver emit_c_driver = {
  .compiled = true,
  .put = put,
  .message = message,
  .source_line = source_line,
  .c_line = c_line,
  .expansion = expansion,
  .arch = arch,
  .mark = mark,
  .sections = sections,
  .type = type,
  .file = file_changed,
};

/* ---- writing --------------------------------------------------------------------------------- */

struct writer {
  struct front *F;
  FILE *out;
  const uint8_t *list;
  size_t size;
};

static void write_quoted(struct writer *W, struct span s)
{
  char bytes[4];

  for (size_t i = 0; i < s.n; i++)
    fwrite(bytes, 1, (size_t)(copy_quoted_byte(bytes, s.p[i]) - bytes), W->out);
}

/* The texts of all bytes: "0," to "255,", and how long they are. */
struct digits {
  struct {
    char text[7];
    uint8_t length;
  } byte[256];
};

static void make_digits(struct digits *d)
{
  for (uint32_t b = 0; b < 256; b++) {
    char *p = copy_number(d->byte[b].text, b);

    *p = ',';
    d->byte[b].length = (uint8_t)(p + 1 - d->byte[b].text);
  }
}

/* No branch, and all eight bytes of a text, so that a byte costs few instructions. */
static inline char *put_byte(char *p, uint8_t b, const struct digits *d)
{
  memcpy(p, &d->byte[b], 8);
  return p + d->byte[b].length;
}

static inline char *put_eight(char *p, const uint8_t *b, const struct digits *d)
{
  p = put_byte(p, b[0], d);
  p = put_byte(p, b[1], d);
  p = put_byte(p, b[2], d);
  p = put_byte(p, b[3], d);
  p = put_byte(p, b[4], d);
  p = put_byte(p, b[5], d);
  p = put_byte(p, b[6], d);
  return put_byte(p, b[7], d);
}

/* The order of units is the C compiler's affair: DASM_UNIT4(n) is four bytes. */
static void write_units(struct writer *W, const uint8_t *units)
{
  for (size_t i = 0, column = 0; i < W->size; column++) {
    unsigned n = units[i] ? units[i] : 1;
    uint64_t v = 0;

    for (unsigned k = n; k-- > 0;)
      v = v << 8 | W->list[i + k];
    if (i == LIST_AT_ORDER)
      fputs("DASM_ORDER", W->out);
    else if (n == 1)
      fprintf(W->out, "%u", (unsigned)v);
    else
      fprintf(W->out, "DASM_UNIT%u(0x%" PRIx64 ")", n, v);
    i += n;
    fputs(i == W->size ? "\n" : column % 16 == 15 ? ",\n" : ",", W->out);
  }
}

/* The bytes as decimal numbers, a few per line. The list may be megabytes, so this does not go
 * through printf. */
static void write_list(struct writer *W, struct span name)
{
  enum { PER_LINE = 32, MOST = PER_LINE * 4 + 8 };
  char buffer[32 * MOST], *p = buffer;
  struct digits d = {0};
  size_t i = 0;

  fprintf(W->out, "static const unsigned char %.*s[%zu] = {\n", (int)name.n, name.p, W->size);
  if (build_units(W->F)) {
    write_units(W, build_units(W->F));
    fputs("};\n\n", W->out);
    return;
  }
  make_digits(&d);
  while (W->size - i >= PER_LINE) {
    for (size_t end = i + PER_LINE; i < end; i += 8)
      p = put_eight(p, W->list + i, &d);
    *p++ = '\n';
    if (buffer + sizeof(buffer) - p < MOST) {
      fwrite(buffer, 1, (size_t)(p - buffer), W->out);
      p = buffer;
    }
  }
  fwrite(buffer, 1, (size_t)(p - buffer), W->out);
  for (; i < W->size; i++)
    fprintf(W->out, "%u,%s", W->list[i], i + 1 == W->size ? "\n" : "");
  fputs("};\n\n", W->out);
}

/* A name may carry a tag for the linker behind an @, which is no part of the C name. */
static void write_globals(struct writer *W, struct span prefix)
{
  struct build_names names = front_names(W->F);

  fputs("enum {\n", W->out);
  for (size_t i = 0; i < names.nglobals; i++) {
    const char *at = memchr(names.global[i].p, '@', names.global[i].n);
    size_t n = at ? (size_t)(at - names.global[i].p) : names.global[i].n;

    fprintf(W->out, "  %.*s%.*s,\n", (int)prefix.n, prefix.p, (int)n, names.global[i].p);
  }
  fprintf(W->out, "  %.*s_MAX\n};\n", (int)prefix.n, prefix.p);
}

static void write_names(struct writer *W, struct span array, const struct span *name, size_t n)
{
  fprintf(W->out, "static const char *const %.*s[] = {\n", (int)array.n, array.p);
  for (size_t i = 0; i < n; i++) {
    fputs("  \"", W->out);
    write_quoted(W, name[i]);
    fputs("\",\n", W->out);
  }
  fputs("  0\n};\n", W->out); /* a cast in C's style would be one more warning in C++ */
}

static void write_output(struct writer *W, const struct output *o);

static void write_mark(struct writer *W, const struct piece *in)
{
  struct build_names names = front_names(W->F);
  const struct output *captured;

  switch (in->mark) {
  case MARK_ACTIONLIST: write_list(W, in->name); break;
  case MARK_GLOBALS: write_globals(W, in->name); break;
  case MARK_GLOBALNAMES: write_names(W, in->name, names.global, names.nglobals); break;
  case MARK_EXTERNNAMES: write_names(W, in->name, names.ext, names.nexterns); break;
  default:
    captured = table_get(&emitter(W->F)->captures, in->name);
    if (captured)
      write_output(W, captured);
  }
}

/* (Captures that nest too deeply are an error of the input.) */
static void write_output(struct writer *W, const struct output *o)
{
  for (const struct piece *p = o->first; p; p = p->next)
    if (p->text)
      fwrite(p->text, 1, p->n, W->out);
    else
      write_mark(W, p);
}

static void write_head(struct writer *W)
{
  struct build_names names = front_names(W->F);
  const struct isa *isa = front_isa(W->F);

  fprintf(W->out, "/*\n** Made by dasmc " PACKAGE_VERSION "%s%s. Do not edit.\n** The source is \"", isa ? " for " : "",
          isa ? isa->name : "");
  for (size_t i = 0; names.nfiles > 0 && i < names.file[0].n; i++)
    if (names.file[0].p[i] != '*') /* no end of comment */
      putc(names.file[0].p[i], W->out);
  fputs("\".\n*/\n\n", W->out);
}

enum front_status emit_c_write(struct front *F, const uint8_t *list, size_t size, FILE *out)
{
  struct writer W = {F, out, list, size};
  const struct output *o = emitter(F)->main;

  write_head(&W);
  if (o)
    write_output(&W, o);
  return FRONT_OK;
}
