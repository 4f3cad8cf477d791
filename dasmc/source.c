/* source.c - the texts that are translated, and where in them something is.
 *
 * A source is read as a whole and stays until the translation ends, so a span into it is a
 * position: file, line and column are found from the pointer when a message needs them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "front_private.h"

struct source *source_add(struct front *F, struct span name, struct span text)
{
  struct source *src = arena_alloc(F, sizeof(*src));

  src->name = span_dup(F, name);
  src->text = text;
  src->number = (unsigned)F->file_names.n;
  for (unsigned i = 0; i < F->file_names.n; i++)
    if (span_eq(F->file_names.item[i], src->name))
      src->number = i; /* included again */
  if (src->number == F->file_names.n)
    spans_add(F, &F->file_names, src->name);
  src->next = F->sources;
  F->sources = src;
  return src;
}

/* How much room to begin with: the size of a plain file, and a byte to see its end. */
static size_t size_of(FILE *f)
{
  long size = fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;

  return size >= 0 && fseek(f, 0, SEEK_SET) == 0 && size < 1 << 30 ? (size_t)size + 1 : 65536;
}

/* The rest of a stream in the arena. False: read error. */
static bool read_all(struct front *F, FILE *f, struct span *out)
{
  size_t n = 0, capacity = f == stdin ? 65536 : size_of(f), got;
  char *p = arena_alloc(F, capacity);

  do {
    if (capacity == n)
      p = arena_grow(F, p, &capacity, n + 65536, 1);
    got = fread(p + n, 1, capacity - n, f);
    n += got;
  } while (got > 0);
  *out = (struct span){p, n};
  return !ferror(f);
}

/* As read_all, but closes the file also when memory runs out. */
static bool read_and_close(struct front *F, FILE *f, struct span *out)
{
  jmp_buf here, *outer = F->give_up;
  int status = setjmp(here);
  bool ok = false;

  if (status == 0) {
    F->give_up = &here;
    ok = read_all(F, f, out);
  }
  F->give_up = outer;
  if (f != stdin)
    fclose(f);
  if (status != 0)
    longjmp(*outer, status);
  return ok;
}

/* Each name once, in the order of reading. */
static void note_file(struct front *F, const char *name)
{
  struct span s = {name, strlen(name)};
  struct file_read **at = &F->files_read, *file;

  for (; *at; at = &(*at)->next)
    if (span_eq((*at)->name, s))
      return;
  file = front_keep_alloc(F, sizeof(*file));
  file->next = NULL;
  file->name = (struct span){memcpy(front_keep_alloc(F, s.n + 1), name, s.n + 1), s.n};
  *at = file;
}

struct source *source_read(struct front *F, const char *name)
{
  bool is_stdin = strcmp(name, "-") == 0;
  FILE *f = is_stdin ? stdin : fopen(name, "rb");
  struct span text;

  if (!f || !read_and_close(F, f, &text))
    return NULL;
  if (is_stdin)
    name = "(stdin)";
  else
    note_file(F, name);
  return source_add(F, (struct span){name, strlen(name)}, text);
}

static struct source *read_in(struct front *F, struct span dir, struct span name)
{
  struct span path = dir.n ? span_fmt(F, "%.*s/%.*s", (int)dir.n, dir.p, (int)name.n, name.p)
                           : span_dup(F, name);

  return source_read(F, path.p);
}

/* The directories of -I, the last one first; then the current directory; then, other than
 * DynASM, the directory of the including file. */
struct source *source_include(struct front *F, struct span name)
{
  struct span own = F->input->src->name;
  struct source *src;

  if (name.n == 0 || memchr(name.p, '\0', name.n)) {
    errno = ENOENT;
    return NULL;
  }
  for (size_t i = F->include_dirs.n; i-- > 0;) {
    src = read_in(F, F->include_dirs.item[i], name);
    if (src)
      return src;
  }
  src = read_in(F, SPAN(""), name);
  if (src)
    return src;
  while (own.n > 0 && own.p[own.n - 1] != '/')
    own.n--;
  if (own.n > 0 && name.p[0] != '/')
    src = source_read(F, span_fmt(F, "%.*s%.*s", (int)own.n, own.p, (int)name.n, name.p).p);
  return src;
}

/* Where each MARK_LINES-th line of a source begins: lines are counted once, however many messages
 * there are. (It is no part of the source, which may live longer than the text in hand.) */
enum { MARK_LINES = 64 };

struct line_index {
  struct line_index *next;
  const struct source *src;
  const char **mark;
  size_t n;
};

static const struct line_index *index_lines(struct front *F, const struct source *src)
{
  const char *line = src->text.p, *end = span_end(src->text), *nl;
  struct line_index *x = F->line_indexes;
  size_t capacity = 0;

  while (x && x->src != src)
    x = x->next;
  if (x)
    return x;
  x = arena_alloc(F, sizeof(*x));
  x->src = src;
  for (size_t n = 0; line; line = nl ? nl + 1 : NULL, n++) {
    if (n % MARK_LINES == 0) {
      if (x->n == capacity)
        x->mark = arena_grow(F, x->mark, &capacity, x->n + 1, sizeof(*x->mark));
      x->mark[x->n++] = line;
    }
    nl = memchr(line, '\n', (size_t)(end - line));
  }
  x->next = F->line_indexes;
  F->line_indexes = x;
  return x;
}

/* The last line that was marked before `p`, or at it. */
static size_t last_mark(const struct line_index *x, const char *p)
{
  size_t low = 0, high = x->n;

  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;

    if (x->mark[middle] <= p)
      low = middle;
    else
      high = middle;
  }
  return low;
}

bool source_locate(struct front *F, const char *p, struct location *out)
{
  const struct source *src;
  const struct input *in = F->input;
  const struct line_index *lines;
  const char *end, *line, *nl;
  size_t mark;

  if (in && span_has(in->line, p)) {
    *out = (struct location){in->src, in->number, (uint32_t)(p - in->line.p) + 1, in->line};
    return true;
  }
  for (src = F->sources; src; src = src->next)
    if (span_has(src->text, p))
      break;
  if (!src)
    return false;
  lines = index_lines(F, src);
  mark = last_mark(lines, p);
  end = span_end(src->text);
  line = lines->mark[mark];
  *out = (struct location){.src = src, .line = (uint32_t)(mark * MARK_LINES) + 1};
  while ((nl = memchr(line, '\n', (size_t)(p - line))) != NULL) {
    line = nl + 1;
    out->line++;
  }
  nl = memchr(p, '\n', (size_t)(end - p));
  out->text = span_between(line, nl ? nl : end);
  out->column = (uint32_t)(p - line) + 1;
  return true;
}
