/* emit_script.c - Python and Lua files with assembler lines, made plain Python and Lua.
 *
 * Lines that begin with a bar become one call of emit() per run of such lines: a string for each
 * line, so that all lines keep their numbers, and behind the last one the values of the text's
 * parameters, which have the names of variables of the script:
 *
 *     | mov eax, n            Dst.emit("mov eax, n\n"
 *     | add eax, [rdi+4*i]             "add eax, [rdi+4*i]", n=n, i=i)
 *
 * The parameters are known because every run is assembled here as it will be at run time. A run
 * that cannot be, because it names a type whose layout only the running program knows, gets all
 * words in it as possible values: emit_from() in Python takes functions, which it calls for those
 * that are parameters; in Lua, names without a value are nil.
 *
 * Uses the public interface of libdasmc alone, because the modules of the languages contain this
 * file, too.
 */
#include "emit_script.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
  char *p;
  size_t n, room;
  bool failed; /* no memory */
};

struct span {
  const char *p;
  size_t n;
};

struct language {
  const char *name;
  const char *emit, *emit_any, *joint; /* how calls begin, what joins strings */
  const char *first, *value, *between, *last, *none;
};

static const struct language languages[] = {
    {"python", "Dst.emit(", "Dst.emit_from(", "", ", ", "%.*s=%.*s", ", ", ")", ")"},
    {"lua", "Dst:emit(", "Dst:emit(", " ..", ", {", "%.*s = %.*s", ", ", "})", ")"},
};
static const char lazy_value[] = "%.*s=lambda: %.*s"; /* of Python's emit_from() */

struct script {
  dasmc_Assembler *A;
  const struct language *language;
  const char *name;
  struct text out, messages;
  struct text block;         /* the run's text */
  const char *names[1024];   /* values of the run */
  size_t lengths[1024];
  unsigned nnames;
  bool lazy;
};

/* ---- text ------------------------------------------------------------------------- */

static void add(struct text *t, const char *p, size_t n)
{
  if (t->room - t->n <= n) {
    size_t room = 2 * (t->n + n) + 256;
    char *q = t->failed ? NULL : realloc(t->p, room);
    if (!q) {
      t->failed = true;
      return;
    }
    t->p = q;
    t->room = room;
  }
  memcpy(t->p + t->n, p, n);
  t->n += n;
  t->p[t->n] = '\0';
}

static void add_text(struct text *t, const char *s) { add(t, s, strlen(s)); }

/* The contents of a string literal; the escapes are those of both languages. */
static void add_quoted(struct text *t, struct span s)
{
  size_t i;
  for (i = 0; i < s.n; i++)
    if (s.p[i] == '"' || s.p[i] == '\\') {
      char escaped[2] = {'\\', s.p[i]};
      add(t, escaped, 2);
    } else if (s.p[i] == '\0')
      add(t, "\\000", 4);
    else if (s.p[i] != '\r')
      add(t, s.p + i, 1);
}

/* ---- lines -------------------------------------------------------------------------- */

/* The line at p without its end; the next one's place in *next. */
static struct span line_at(const char *p, const char *end, const char **next)
{
  const char *nl = memchr(p, '\n', (size_t)(end - p));
  *next = nl ? nl + 1 : end;
  return (struct span){p, (size_t)((nl ? nl : end) - p)};
}

static bool is_word(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* White space before a line's bar; false: it has none. */
static bool is_asm(struct span line, size_t *indent)
{
  size_t i = 0;
  while (i < line.n && (line.p[i] == ' ' || line.p[i] == '\t'))
    i++;
  *indent = i;
  return i < line.n && line.p[i] == '|';
}

static struct span behind_bar(struct span line, size_t indent)
{
  struct span s = {line.p + indent + 1, line.n - indent - 1};
  if (s.n && s.p[0] == ' ')
    s = (struct span){s.p + 1, s.n - 1};
  return s;
}

/* The directive of a line: the word with its dot. */
static struct span directive(struct span s)
{
  size_t i = 0, n;
  while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t'))
    i++;
  if (i == s.n || s.p[i] != '.')
    return (struct span){s.p, 0};
  for (n = 1; i + n < s.n && is_word(s.p[i + n]);)
    n++;
  return (struct span){s.p + i, n};
}

/* What an assembler line says. The .arch line is for this file alone: in the running program the
 * assembler has its instruction set. */
static struct span statement(struct span line, size_t indent)
{
  struct span s = behind_bar(line, indent), d = directive(s);
  if (d.n == 5 && memcmp(d.p, ".arch", 5) == 0)
    s.n = 0;
  return s;
}

/* What a line adds to the depth of blocks that must be in one text. */
static int depth_of(struct span s)
{
  struct span d = directive(s);
  static const struct { const char *word; int change; } words[] = {
    {".macro", 1}, {".endmacro", -1}, {".if", 1}, {".endif", -1}, {".capture", 1}, {".endcapture", -1},
  };
  size_t i;

  /* A one-liner such as ".macro m; nop; .endmacro" closes itself. */
  for (i = 0; i < sizeof words / sizeof *words; i++)
    if (d.n == strlen(words[i].word) && memcmp(d.p, words[i].word, d.n) == 0) {
      const char *p = d.p + d.n, *end = s.p + s.n;
      for (; words[i].change > 0 && p + 4 <= end; p++)
        if (memcmp(p, ".end", 4) == 0)
          return 0;
      return words[i].change;
    }
  return 0;
}

void script_arch(const char *text, size_t n, char *isa, size_t room)
{
  const char *p = text, *end = text + n;
  size_t indent, k = 0;

  isa[0] = '\0';
  while (p < end) {
    struct span line = line_at(p, end, &p), s, d;
    if (!is_asm(line, &indent))
      continue;
    s = behind_bar(line, indent);
    d = directive(s);
    if (d.n != 5 || memcmp(d.p, ".arch", 5) != 0)
      continue;
    for (d.p += 5; d.p < s.p + s.n && (*d.p == ' ' || *d.p == '\t');)
      d.p++;
    for (; d.p < s.p + s.n && is_word(*d.p) && k + 1 < room; d.p++)
      isa[k++] = *d.p;
    isa[k] = '\0';
    return;
  }
}

/* ---- values of a run ---------------------------------------------------------------- */

static void add_name(struct script *H, const char *p, size_t n)
{
  unsigned i;
  for (i = 0; i < H->nnames; i++)
    if (H->lengths[i] == n && memcmp(H->names[i], p, n) == 0)
      return;
  if (H->nnames == sizeof H->names / sizeof *H->names)
    return;
  H->names[H->nnames] = p;
  H->lengths[H->nnames++] = n;
}

/* Words that a language keeps to itself: never the name of a variable. */
static bool is_reserved(const char *p, size_t n)
{
  static const char words[] = " and or not if else elif in is for while def class return import from as with lambda "
    "pass break continue try except finally raise yield global nonlocal del assert async await None True False "
    "nil true false local function end then do repeat until elseif goto ";
  char word[34];

  if (n > 31)
    return false;
  word[0] = ' ';
  memcpy(word + 1, p, n);
  word[n + 1] = ' ';
  word[n + 2] = '\0';
  return strstr(words, word) != NULL;
}

/* All words of the run. */
static void any_names(struct script *H)
{
  const char *p = H->block.p, *end = p + H->block.n;

  while (p < end) {
    const char *start = p;
    while (p < end && is_word(*p))
      p++;
    if (p > start && !(*start >= '0' && *start <= '9') && !is_reserved(start, (size_t)(p - start)))
      add_name(H, start, (size_t)(p - start));
    if (p == start)
      p++;
  }
}

/* Does the run name a member or the size of a type? */
static bool names_type(const struct text *t)
{
  size_t i;
  for (i = 1; i + 2 < t->n; i++)
    if ((is_word(t->p[i - 1]) && t->p[i] == '-' && t->p[i + 1] == '>' && is_word(t->p[i + 2])) ||
        (t->p[i] == '#' && is_word(t->p[i + 1])))
      return true;
  return false;
}

static void report(struct script *H, unsigned line)
{
  static const char *const levels[] = {"", "error", "warning", "note", "help"};
  dasmc_Message m = {.size = sizeof m};
  char place[64];
  unsigned i;

  for (i = 0; dasmc_message(H->A, i, &m) == DASM_S_OK; i++) {
    bool included = *m.file && strcmp(m.file, "text") != 0;
    add_text(&H->messages, included ? m.file : H->name);
    if (m.line) {
      snprintf(place, sizeof place, m.column ? ":%u:%u" : ":%u", included ? m.line : m.line + line - 1, m.column);
      add_text(&H->messages, place);
    }
    add_text(&H->messages, ": ");
    add_text(&H->messages, m.level >= 1 && m.level <= 4 ? levels[m.level] : "");
    add_text(&H->messages, ": ");
    add_text(&H->messages, m.text);
    add_text(&H->messages, "\n");
    if (*m.source) {
      add_text(&H->messages, m.source);
      add_text(&H->messages, "\n");
    }
    if (*m.caret) {
      add_text(&H->messages, m.caret);
      add_text(&H->messages, "\n");
    }
  }
}

/* Assemble the run that begins at `line`, and find its values. */
static void find_names(struct script *H, unsigned line, dasmc_Fragment **fragment)
{
  unsigned i;
  int status = dasmc_fragment(H->A, H->block.p, (ptrdiff_t)H->block.n, fragment);

  H->nnames = 0;
  H->lazy = false;
  if (status == DASM_S_OK)
    for (i = 0; i < dasmc_parameters(*fragment); i++) {
      const char *name = dasmc_parameter(*fragment, i);
      add_name(H, name, strlen(name));
    }
  else if (status != DASM_S_SOURCE)
    H->out.failed = true;
  else if (names_type(&H->block)) {
    H->lazy = true;
    any_names(H);
  } else
    report(H, line);
}

static void write_names(struct script *H)
{
  const struct language *l = H->language;
  bool functions = H->lazy && strcmp(l->emit, l->emit_any) != 0;
  char value[600];
  unsigned i;

  for (i = 0; i < H->nnames; i++) {
    int n = (int)H->lengths[i];
    add_text(&H->out, i ? l->between : l->first);
    if (n < 250) {
      snprintf(value, sizeof value, functions ? lazy_value : l->value, n, H->names[i], n, H->names[i]);
      add_text(&H->out, value);
    }
  }
  add_text(&H->out, H->nnames ? l->last : l->none);
}

/* ---- the file ----------------------------------------------------------------------------- */

/* The run of assembler lines that begins at p: where it ends, and its text. */
static const char *collect(struct script *H, const char *p, const char *end, size_t indent)
{
  int depth = 0;
  size_t here;

  H->block.n = 0;
  add(&H->block, "", 0);
  while (p < end) {
    const char *next;
    struct span line = line_at(p, end, &next), s;

    if (!is_asm(line, &here) || (here != indent && depth == 0))
      break;
    if (here + 1 < line.n && line.p[here + 1] == '|') /* || plain, as translate() sees it, which never begins here */
      break;
    s = statement(line, here);
    depth += depth_of(s);
    if (H->block.n)
      add(&H->block, "\n", 1);
    add(&H->block, s.p, s.n);
    p = next;
  }
  return p;
}

static void write_run(struct script *H, const char *p, const char *stop, size_t indent)
{
  const struct language *l = H->language;
  const char *next;
  bool first = true;

  for (; p < stop; p = next, first = false) {
    struct span line = line_at(p, stop, &next);
    size_t here = 0;
    is_asm(line, &here);
    add(&H->out, line.p, first ? indent : here);
    if (first)
      add_text(&H->out, H->lazy ? l->emit_any : l->emit);
    add_text(&H->out, "\"");
    add_quoted(&H->out, statement(line, here));
    if (next < stop) {
      add_text(&H->out, "\\n\"");
      add_text(&H->out, l->joint);
    } else {
      add_text(&H->out, "\"");
      write_names(H);
    }
    if (next > line.p + line.n)
      add_text(&H->out, "\n");
  }
}

static void translate(struct script *H, const char *p, const char *end)
{
  unsigned line = 1;
  const char *next;
  size_t indent;

  while (p < end) {
    struct span text = line_at(p, end, &next);
    if (!is_asm(text, &indent))
      add(&H->out, p, (size_t)(next - p));
    else if (text.n > indent + 1 && text.p[indent + 1] == '|') { /* || plain */
      add(&H->out, text.p, indent);
      p = text.p + indent + 2;
      while (p < next && (*p == ' ' || *p == '\t'))
        p++;
      add(&H->out, p, (size_t)(next - p));
    } else {
      dasmc_Fragment *fragment = NULL;
      next = collect(H, p, end, indent);
      find_names(H, line, &fragment);
      write_run(H, p, next, indent);
      dasmc_release(fragment);
    }
    for (p = text.p; p < next; p++)
      line += *p == '\n';
  }
}

enum script_status script_translate(dasmc_Assembler *A, const char *language, const char *name,
                                const char *text, size_t n, char **out, size_t *size)
{
  struct script *H;
  enum script_status status = SCRIPT_OK;
  size_t i;

  *out = NULL;
  *size = 0;
  H = calloc(1, sizeof *H);
  if (!H)
    return SCRIPT_NOMEM;
  for (i = 0; i < sizeof languages / sizeof *languages; i++)
    if (strcmp(languages[i].name, language) == 0)
      H->language = &languages[i];
  H->A = A;
  H->name = name;
  if (!H->language) {
    free(H);
    return SCRIPT_LANGUAGE;
  }
  add(&H->out, "", 0);
  translate(H, text, text + n);
  if (H->out.failed || H->block.failed || H->messages.failed)
    status = SCRIPT_NOMEM;
  else if (H->messages.n)
    status = SCRIPT_ERRORS;
  if (status != SCRIPT_NOMEM) {
    struct text *t = status == SCRIPT_OK ? &H->out : &H->messages;
    *out = t->p;
    *size = t->n;
    t->p = NULL;
  }
  free(H->out.p);
  free(H->block.p);
  free(H->messages.p);
  free(H);
  return status;
}
