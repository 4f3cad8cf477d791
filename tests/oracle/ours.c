/* ours.c - lines to bytes through the translator and the library, many lines at a time.
 *
 * The lines are one text, each with a PC label in front, whose offsets after linking tell which
 * bytes are whose. When lines have errors, the text is translated again without them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../dasmc/isa/isa.h"
#include "../../dasmc/translate.h"
#include "dasm.h"
#include "oracle.h"

struct row_place {
  const char *text;
  uint32_t row;
};

/* A put with the values of its arguments: numbers of PC labels. */
struct put {
  int start;
  unsigned nargs, first;
};

struct job {
  const struct isa *isa;
  int dialect;
  struct line *line;
  size_t n;
  bool *bad;
  size_t nbad;
  char (*message)[MESSAGE_TEXT]; /* of each line, or NULL */
  struct put *put;
  size_t nput, put_capacity;
  int64_t *arg;
  size_t narg, arg_capacity;
  struct row_place *place; /* sorted by address */
};

static void *grow(void *p, size_t *capacity, size_t need, size_t size)
{
  if (need > *capacity) {
    *capacity = need > 2 * *capacity ? need : 2 * *capacity;
    p = realloc(p, *capacity * size);
    if (!p)
      abort();
  }
  return p;
}

/* ---- lines ------------------------------------------------------------------------ */

struct line *lines_add(struct lines *L)
{
  if (L->n == L->capacity) {
    L->capacity = L->capacity ? 2 * L->capacity : 1024;
    L->line = realloc(L->line, L->capacity * sizeof(*L->line));
    if (!L->line)
      abort();
  }
  memset(&L->line[L->n], 0, sizeof(*L->line));
  L->line[L->n].row = L->line[L->n].chosen = NO_ROW;
  return &L->line[L->n++];
}

void lines_free(struct lines *L)
{
  free(L->line);
  *L = (struct lines){0};
}

/* ---- which row -------------------------------------------------------------------- */

static int by_address(const void *a, const void *b)
{
  uintptr_t x = (uintptr_t)((const struct row_place *)a)->text, y = (uintptr_t)((const struct row_place *)b)->text;

  return x < y ? -1 : x > y;
}

static struct row_place *row_places(const struct rows *rows)
{
  size_t n = rows->n;
  struct row_place *place = malloc(n * sizeof(*place));

  if (!place)
    abort();
  for (size_t i = 0; i < n; i++)
    place[i] = (struct row_place){rows->row[i], (uint32_t)i};
  qsort(place, n, sizeof(*place), by_address);
  return place;
}

/* The row of the statement before this line. */
static void note_row(struct job *j, struct front *F, size_t line)
{
  struct isa_state *S = isa_data(F);
  struct row_place key = {S ? S->chosen : NULL, 0};
  const struct row_place *p = key.text ? bsearch(&key, j->place, j->isa->rows->n, sizeof(key), by_address) : NULL;

  if (p && line < j->n)
    j->line[line].chosen = p->row;
  if (S)
    S->chosen = NULL;
}

/* ---- the driver ------------------------------------------------------------------------ */

static void take_put(struct front *F, const struct build_put *put)
{
  struct job *j = front_user(F);

  j->put = grow(j->put, &j->put_capacity, j->nput + 1, sizeof(*j->put));
  j->arg = grow(j->arg, &j->arg_capacity, j->narg + put->nargs + 1, sizeof(*j->arg));
  j->put[j->nput++] = (struct put){(int)put->start, put->nargs, (unsigned)j->narg};
  for (unsigned i = 0; i < put->nargs; i++)
    j->arg[j->narg++] = strtoll(put->arg[i].p + strspn(put->arg[i].p, "("), NULL, 10);
}

static void take_message(struct front *F, const struct front_message *m)
{
  struct job *j = front_user(F);
  size_t i = front_line(F) - 1;

  if (m->level != LEVEL_ERROR || i >= j->n || j->bad[i])
    return;
  j->bad[i] = true;
  j->nbad++;
  if (j->message)
    snprintf(j->message[i], MESSAGE_TEXT, "%.*s", (int)m->text.n, m->text.p);
}

static void take_line(struct front *F, enum source_kind kind, struct span indent, struct span line)
{
  (void)kind;
  (void)indent;
  (void)line;
  note_row(front_user(F), F, front_line(F) - 2);
}

/* ---- one pass ---------------------------------------------------------------------------- */

static char *make_text(const struct job *j, size_t *size)
{
  size_t capacity = j->n * (LINE_TEXT + 32) + 1, used = 0;
  char *p = malloc(capacity);

  if (!p)
    abort();
  for (size_t i = 0; i < j->n; i++)
    used += (size_t)snprintf(p + used, capacity - used, "=>%zu:;%s%s\n", i, j->line[i].branch ? "1:;" : "",
                             j->bad[i] ? "" : j->line[i].text);
  *size = used;
  return p;
}

static void take_bytes(struct job *j, dasm_State **D, const uint8_t *code, size_t size)
{
  for (size_t i = 0; i < j->n; i++) {
    size_t from = (size_t)dasm_getpclabel(D, (unsigned)i);
    size_t to = i + 1 < j->n ? (size_t)dasm_getpclabel(D, (unsigned)i + 1) : size;
    struct result *r = &j->line[i].by[TOOL_OURS];

    r->n = to - from > LINE_BYTES ? 0 : (uint8_t)(to - from);
    memcpy(r->byte, code + from, r->n);
  }
}

/* A line that cannot be put: "oracle:LINE: what is wrong". False: it is none of the lines. */
static bool take_failure(struct job *j, dasm_State **D)
{
  char message[200] = "";
  size_t line;

  dasm_errmsg(D, message, sizeof(message));
  line = strncmp(message, "oracle:", 7) == 0 ? strtoul(message + 7, NULL, 10) : 0;
  if (line == 0 || line > j->n || j->bad[line - 1]) {
    fprintf(stderr, "oracle: our own code: %s\n", message);
    return false;
  }
  j->bad[line - 1] = true;
  j->nbad++;
  if (j->message)
    snprintf(j->message[line - 1], MESSAGE_TEXT, "%.*s", MESSAGE_TEXT - 1, message);
  return true;
}

/* 1: done; 0: a line is bad; -1: it failed. */
static int run(struct job *j, const uint8_t *list)
{
  dasm_State *D = NULL;
  size_t size = 0;
  uint8_t *code = NULL;
  int result = 1;
  int status = dasm_init(&D, 1);

  if (status == DASM_S_OK)
    status = dasm_setup(&D, list);
  dasm_growpc(&D, (unsigned)j->n);
  for (size_t i = 0; status == DASM_S_OK && i < j->nput; i++)
    status = dasm_aput(&D, j->put[i].start, j->arg + j->put[i].first, j->put[i].nargs);
  if (status == DASM_S_OK)
    status = dasm_link(&D, &size);
  code = malloc(size + 1);
  if (status == DASM_S_OK && code)
    status = dasm_encode(&D, code);
  if (status == DASM_S_OK && code)
    take_bytes(j, &D, code, size);
  else if (!take_failure(j, &D))
    result = -1;
  else
    result = 0;
  free(code);
  dasm_free(&D);
  return result;
}

/* 0: errors were found; 1: done; -1: it failed. */
static int pass(struct job *j, const char *features)
{
  static const struct driver driver = {.put = take_put, .message = take_message, .source_line = take_line};
  const struct front_options options = {.dialect = j->dialect, .features = features};
  struct front *F = front_new(&options, &driver, j);
  const uint8_t *list = NULL;
  size_t size = 0;
  char *text = make_text(j, &size);
  enum front_status status = FRONT_NOMEM;
  int result = -1;

  j->nput = j->narg = 0;
  if (F)
    status = front_arch(F, (struct span){j->isa->name, strlen(j->isa->name)});
  if (status == FRONT_OK)
    status = front_text(F, "oracle", (struct span){text, size}, true);
  if (status != FRONT_NOMEM && F)
    note_row(j, F, j->n - 1);
  if (status == FRONT_OK)
    status = front_finish(F, &list, &size);
  if (status == FRONT_OK && list)
    result = run(j, list);
  else if (status == FRONT_ERRORS)
    result = 0;
  free(text);
  front_free(F);
  return result;
}

bool ours_assemble_isa(const struct isa *isa, int dialect, const char *features, struct line *line, size_t n,
                       char (*message)[MESSAGE_TEXT])
{
  struct job j = {.isa = isa, .dialect = dialect, .line = line, .n = n, .message = message, .bad = calloc(n, sizeof(bool)), .place = row_places(isa->rows)};
  size_t before;
  int done;

  for (size_t i = 0; i < n; i++)
    line[i].chosen = NO_ROW;
  do {
    before = j.nbad;
    done = pass(&j, features);
  } while (done == 0 && j.nbad > before);
  for (size_t i = 0; i < n; i++) {
    if (j.bad[i] || done != 1)
      line[i].by[TOOL_OURS].n = 0;
  }
  free(j.bad);
  free(j.place);
  free(j.put);
  free(j.arg);
  return done == 1;
}

bool ours_assemble(unsigned bits, const char *features, struct line *line, size_t n, char (*message)[MESSAGE_TEXT])
{
  return ours_assemble_isa(isa_find(bits == 64 ? SPAN("x64") : SPAN("x86")), DIALECT_LIBDASM, features, line, n, message);
}
