/* diag.c - messages: where, what, the line with a caret, the macros it came through.
 *
 * A message is about a span of the statement in hand. Through the maps of subst.c that span has
 * an origin in a source. Outside macros that is the place of the message. Inside macros the
 * message stands at the source line that invoked the outermost macro (as in DynASM), and a note
 * per macro leads down to the line of the body in which the origin lies.
 */
#include <stdio.h>
#include <string.h>

#include "front_private.h"

enum { MAX_INCLUDE_NOTES = 5 };

static void send(struct front *F, const struct front_message *m)
{
  if (F->driver->message)
    F->driver->message(F, m);
}

/* The line, and the line with the caret, which repeats tabs so that it stands right. */
static void show_line(struct front *F, struct front_message *m, const struct location *at, size_t length)
{
  struct span line = at->text;
  size_t column = at->column - 1, n = 0;
  char *text, *caret;

  while (line.n > 0 && char_is(line.p[line.n - 1], CHAR_SPACE))
    line.n--;
  if (column > line.n)
    column = line.n;
  if (length > line.n - column)
    length = line.n - column;
  text = arena_alloc(F, line.n + 1);
  for (size_t i = 0; i < line.n; i++)
    text[i] = line.p[i] == '\0' ? ' ' : line.p[i];
  caret = arena_alloc(F, column + length + 2);
  for (size_t i = 0; i < column; i++)
    if (((unsigned char)line.p[i] & 0xc0) != 0x80) /* not for the later bytes of a UTF-8 letter */
      caret[n++] = line.p[i] == '\t' ? '\t' : ' ';
  caret[n++] = '^';
  for (size_t i = 1; i < length; i++)
    if (((unsigned char)line.p[column + i] & 0xc0) != 0x80)
      caret[n++] = '~';
  m->source = (struct span){text, line.n};
  m->caret = (struct span){caret, n};
}

struct span front_message_text(struct front *F, const struct front_message *m)
{
  static const char *const word[] = {"error", "warning", "note", "help"};
  struct span place = SPAN(""), id = SPAN("");

  if (m->id.n > 0)
    id = span_fmt(F, " [%.*s]", (int)m->id.n, m->id.p);
  if (m->level == LEVEL_HELP)
    return span_fmt(F, "  help: %.*s", (int)m->text.n, m->text.p);
  if (m->file.n == 0)
    return span_fmt(F, "%s%.*s", m->level == LEVEL_NOTE ? "" : "error: ", (int)m->text.n, m->text.p);
  if (m->line > 0 && m->column > 0)
    place = span_fmt(F, ":%u:%u", m->line, m->column);
  else if (m->line > 0)
    place = span_fmt(F, ":%u", m->line);
  return span_fmt(F, "%.*s%.*s: %s: %.*s%.*s%s%.*s%s%.*s", (int)m->file.n, m->file.p, (int)place.n, place.p,
                  word[m->level], (int)m->text.n, m->text.p, (int)id.n, id.p, m->source.n || m->caret.n ? "\n" : "",
                  (int)m->source.n, m->source.p, m->caret.n ? "\n" : "", (int)m->caret.n, m->caret.p);
}

/* The part of a source from which a span of the statement comes. */
static struct span origin(struct front *F, struct span where)
{
  const char *from, *to;

  if (!where.p)
    where = F->statement;
  if (where.p == F->statement.p)
    where = span_strip(where);
  from = origin_of(F, where.p);
  to = where.n ? origin_of_last(F, span_end(where) - 1) + 1 : from;
  if (to < from || (size_t)(to - from) > MAX_STATEMENT)
    to = from;
  return span_between(from, to);
}

struct span message_id(const char **fmt)
{
  const char *end = **fmt == '[' ? strstr(*fmt, "] ") : NULL;
  struct span id = SPAN("");

  if (end) {
    id = span_between(*fmt + 1, end);
    *fmt = end + 2;
  }
  return id;
}

/* Level, id, place and text of the message, at `where` of some source. */
static void head(struct front *F, enum front_level level, struct span id, struct span where, struct span text)
{
  struct front_message m = {.level = level, .id = id, .text = text};
  const struct input *in = F->input;
  struct location at;

  if (where.p && source_locate(F, where.p, &at)) {
    m.file = at.src->name;
    m.line = at.line;
    m.column = at.column;
    show_line(F, &m, &at, where.n);
  } else if (in) {
    m.file = in->src->name;
    m.line = in->number;
    m.source = in->line;
  } else {
    m.file = F->file_names.n ? F->file_names.item[0] : SPAN("");
  }
  send(F, &m);
}

/* A span that cannot be traced to a source stands for the whole statement. */
static struct span traced(struct front *F, struct span where)
{
  struct location at;
  struct span o = origin(F, where);

  return o.p && source_locate(F, o.p, &at) ? o : origin(F, F->statement);
}

/* From the outermost macro to that in which `where` is. */
static void macro_notes(struct front *F, struct span where)
{
  const struct expansion **chain;
  size_t n = 0;

  for (const struct expansion *x = F->expansion; x; x = x->up)
    n++;
  chain = arena_alloc(F, (n + 1) * sizeof(*chain));
  n = 0;
  for (const struct expansion *x = F->expansion; x; x = x->up)
    chain[n++] = x;
  while (n-- > 0)
    head(F, LEVEL_NOTE, SPAN(""), traced(F, n > 0 ? chain[n - 1]->call : where),
         span_fmt(F, "in macro '%.*s' (%u parameter%s)", (int)chain[n]->macro->name.n, chain[n]->macro->name.p,
                  chain[n]->macro->nparams, chain[n]->macro->nparams == 1 ? "" : "s"));
}

/* The invocation of the outermost macro, or `where` itself. */
static struct span outermost(const struct front *F, struct span where)
{
  for (const struct expansion *x = F->expansion; x; x = x->up)
    where = x->call;
  return where;
}

static void include_notes(struct front *F)
{
  const struct input *in = F->input ? F->input->up : NULL;

  for (int i = 0; in && i < MAX_INCLUDE_NOTES; in = in->up, i++) {
    struct front_message m = {
      .level = LEVEL_NOTE, .file = in->src->name, .line = in->number, .text = SPAN("included from here")};

    send(F, &m);
  }
}

static void report(struct front *F, enum front_level level, struct span where, const char *fmt, va_list ap)
{
  struct span id = message_id(&fmt), text = span_vfmt(F, fmt, ap);

  if (level == LEVEL_ERROR)
    F->nerrors++;
  else
    F->nwarnings++;
  head(F, level, id, traced(F, outermost(F, where)), text);
  macro_notes(F, where);
  include_notes(F);
}

#if defined(__GNUC__)
__attribute__((noreturn))
#endif
static void stop(struct front *F)
{
  F->stopped = true;
  longjmp(*F->give_up, FRONT_ERRORS);
}

static void check_limit(struct front *F)
{
  if (F->options->max_errors != 0 && F->nerrors >= F->options->max_errors) {
    const struct front_message m = {.level = LEVEL_NOTE, .text = SPAN("too many errors; stopped")};

    send(F, &m);
    stop(F);
  }
}

void diag_quiet(struct front *F, bool quiet)
{
  F->quiet = quiet;
}

void diag_error(struct front *F, struct span where, const char *fmt, ...)
{
  va_list ap;

  if (F->quiet)
    return;
  F->generation++; /* a statement that is reported is reported each time */
  if (F->nerrors > 0)
    check_limit(F);
  va_start(ap, fmt);
  report(F, LEVEL_ERROR, where, fmt, ap);
  va_end(ap);
}

/* A line of a macro warns once, however often it is expanded. */
static bool warned_before(struct front *F, struct span where, const char *fmt)
{
  struct span key = span_fmt(F, "%p %p", (const void *)traced(F, where).p, (const void *)fmt);

  if (table_get(&F->warned, key))
    return true;
  table_set(F, &F->warned, key, F);
  return false;
}

void diag_warning(struct front *F, struct span where, const char *fmt, ...)
{
  va_list ap;

  if (F->quiet)
    return;
  F->generation++;
  if (warned_before(F, where, fmt))
    return;
  va_start(ap, fmt);
  report(F, LEVEL_WARNING, where, fmt, ap);
  va_end(ap);
}

void diag_fatal(struct front *F, struct span where, const char *fmt, ...)
{
  va_list ap;

  va_start(ap, fmt);
  report(F, LEVEL_ERROR, where, fmt, ap);
  va_end(ap);
  stop(F);
}

void diag_error_at(struct front *F, const char *at, const char *fmt, ...)
{
  struct span id = message_id(&fmt), text;
  va_list ap;

  F->nerrors++;
  va_start(ap, fmt);
  text = span_vfmt(F, fmt, ap);
  va_end(ap);
  head(F, LEVEL_ERROR, id, (struct span){at, 0}, text);
}

void diag_help(struct front *F, const char *fmt, ...)
{
  struct front_message m = {.level = LEVEL_HELP};
  va_list ap;

  if (F->quiet)
    return;
  va_start(ap, fmt);
  m.text = span_vfmt(F, fmt, ap);
  va_end(ap);
  send(F, &m);
}

/* ---- suggestions ------------------------------------------------------------------- */

enum { WORD_MAX = 31 };

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
  a = a < b ? a : b;
  return a < c ? a : c;
}

/* Case does not count. */
static char folded(char c)
{
  return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Edits (insert, delete, change, swap neighbours) that make b from a. */
static unsigned distance(struct span a, struct span b)
{
  unsigned row[3][WORD_MAX + 1], *two = row[0], *one = row[1], *now = row[2], *spare;

  for (unsigned j = 0; j <= b.n; j++)
    one[j] = j;
  for (unsigned i = 1; i <= a.n; i++) {
    now[0] = i;
    for (unsigned j = 1; j <= b.n; j++) {
      now[j] = min3(one[j] + 1, now[j - 1] + 1, one[j - 1] + (folded(a.p[i - 1]) != folded(b.p[j - 1])));
      if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1] &&
          two[j - 2] + 1 < now[j])
        now[j] = two[j - 2] + 1;
    }
    spare = two;
    two = one;
    one = now;
    now = spare;
  }
  return one[b.n];
}

/* A bit for each character in it, or for two that share one. */
static uint64_t letters(struct span s)
{
  uint64_t set = 0;

  for (size_t i = 0; i < s.n; i++)
    set |= (uint64_t)1 << ((s.p[i] | 32) & 63); /* in any case */
  return set;
}

static bool fewer(uint64_t set, unsigned than)
{
  while (set != 0 && than > 0)
    set &= set - 1, than--;
  return than > 0;
}

const char *diag_nearest(struct span word, const char *(*next)(void *user), void *user)
{
  const char *name, *best = NULL;
  unsigned limit = word.n <= 2 ? 1 : word.n <= 5 ? 2 : 3, d;
  uint64_t has = letters(word), other;

  if (word.n == 0 || word.n > WORD_MAX)
    return NULL;
  while ((name = next(user)) != NULL) {
    struct span s = {name, strlen(name)};

    if (s.n > WORD_MAX || s.n > word.n + limit || word.n > s.n + limit)
      continue;
    other = letters(s); /* what one has and the other has not, takes an edit each */
    if (!fewer(has & ~other, limit) || !fewer(other & ~has, limit))
      continue;
    d = distance(word, s);
    if (d < limit && !span_eq(word, s)) {
      limit = d;
      best = name;
    }
  }
  return best;
}
