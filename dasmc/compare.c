/* compare.c - do two translations of one source give the same bytes? Compiled by dasmc-compare,
 * against DynASM's own headers.
 *
 *   compare THEIRS.c OURS.c [NAME]
 *
 * Both files were written from the same text, with a put for every line (-F), so their calls of
 * dasm_put() stand between the same C lines. The consecutive calls there are a group. Its bytes
 * depend on the arguments, of which only the text is known here: the same text gets the same value
 * on both sides, and a group is tried with many values (registers, small and large constants).
 * Values that DynASM refuses are passed over. Each group is a program of its own: local labels are
 * placed before and behind it, PC labels behind it (the source got lines for that at its end),
 * global labels have addresses. At last all groups are put into one program, in their order, which
 * compares branches and alignments across them.
 *
 * DynASM may crash or hang on what it does not check, so this happens in child processes.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int note_extern(unsigned char *address, int index, int type);

#define DASM_FDEF static
#define DASM_CHECKS 1
#define DASM_ALIGNED_WRITES 1
#define DASM_EXTERN(ctx, address, index, type) note_extern(address, index, type)
#ifdef TARGET32
#define ptrdiff_t int /* as wide as addresses of the code */
#endif
#include "dasm_proto.h"
#include THEIR_HEADER
#ifdef TARGET32
#undef ptrdiff_t
#endif
#include "dasm_dropin.h"

enum { MAXARGS = 64, NLABELS = 10, NPC = 16, NGLOBALS = 220, ROOM = 1 << 20, SHOWN = 20 };

static void die(const char *what)
{
  fprintf(stderr, "dasmc-compare: %s\n", what);
  exit(2);
}

static void *allocate(size_t n)
{
  void *p = calloc(n ? n : 1, 1);
  if (!p)
    die("out of memory");
  return p;
}

/* ---- reading the translations ------------------------------------------------------------ */

struct put {
  int start;
  unsigned nargs;
  struct {
    unsigned expr; /* number of its text */
    int part;      /* 0: the value, 1: its low, 2: its high 32 bits */
  } arg[MAXARGS];
};

struct group {
  struct put *put;
  unsigned nputs;
  unsigned line;
  const char *file;
};

struct side {
  struct group *group;
  unsigned ngroups;
  unsigned char *list;
  size_t size;
};

static struct side theirs, ours;
static char **exprs;
static unsigned nexprs;

static unsigned expr_number(const char *text)
{
  static unsigned capacity;
  unsigned i;

  for (i = 0; i < nexprs; i++)
    if (strcmp(exprs[i], text) == 0)
      return i;
  if (nexprs == capacity) {
    capacity = capacity ? 2 * capacity : 1024;
    exprs = realloc(exprs, capacity * sizeof *exprs);
    if (!exprs)
      die("out of memory");
  }
  exprs[nexprs] = strdup(text);
  return nexprs++;
}

static char *read_file(const char *name)
{
  FILE *f = fopen(name, "rb");
  char *text;
  long n;

  if (!f || fseek(f, 0, SEEK_END) != 0 || (n = ftell(f)) < 0) {
    perror(name);
    exit(2);
  }
  rewind(f);
  text = allocate((size_t)n + 1);
  if (fread(text, 1, (size_t)n, f) != (size_t)n)
    die("can not read a translation");
  fclose(f);
  return text;
}

/* The end of an argument: a comma or parenthesis outside of brackets and quotes. */
static char *argument_end(char *p)
{
  int depth = 0;

  for (; *p; p++) {
    if (*p == '"' || *p == '\'') {
      char quote = *p++;
      for (; *p && *p != quote; p++)
        if (*p == '\\' && p[1])
          p++;
      if (!*p)
        return NULL;
    } else if (*p == '(' || *p == '[' || *p == '{') {
      depth++;
    } else if (*p == ')' || *p == ']' || *p == '}') {
      if (depth-- == 0)
        return p;
    } else if (*p == ',' && depth == 0) {
      return p;
    }
  }
  return NULL;
}

/* Remove blanks, then parentheses around the whole. */
static void normalize(char *s)
{
  char *w = s, *p;
  size_t n;

  for (p = s; *p; p++)
    if (!isspace((unsigned char)*p))
      *w++ = *p;
  *w = 0;
  while (n = strlen(s), *s == '(' && argument_end(s + 1) == s + n - 1) {
    s[n - 1] = 0;
    memmove(s, s + 1, n - 1);
  }
}

/* An argument's text without what the translator put around it. */
static int unwrap(char *s, const char *cast)
{
  size_t n = strlen(cast);

  if (strncmp(s, cast, n) != 0 || s[n] != '(')
    return 0;
  if (argument_end(s + n + 1) != s + strlen(s) - 1)
    return 0;
  memmove(s, s + n, strlen(s + n) + 1);
  normalize(s);
  return 1;
}

static void add_argument(struct put *p, char *text)
{
  char copy[4096];
  int part = 0;
  size_t n;

  if (p->nargs == MAXARGS || strlen(text) >= sizeof copy)
    die("a put with too many arguments");
  strcpy(copy, text);
  normalize(copy);
  unwrap(copy, "(int64_t)");
  /* DynASM gives a 64-bit value as (unsigned int)(E), (unsigned int)((E)>>32). */
  if (unwrap(copy, "(unsignedint)")) {
    part = 1;
    n = strlen(copy);
    if (n > 4 && strcmp(copy + n - 4, ">>32") == 0) {
      part = 2;
      copy[n - 4] = 0;
      normalize(copy);
    }
  }
  while (unwrap(copy, "(ptrdiff_t)") || unwrap(copy, "(uintptr_t)") || unwrap(copy, "(unsignedlonglong)"))
    continue;
  /* Older versions, and libdasm, know &E for the address of what E points to. */
  if (*copy == '&')
    normalize(memmove(copy, copy + 1, strlen(copy)));
  p->arg[p->nargs].expr = expr_number(copy);
  p->arg[p->nargs++].part = part;
}

static int parse_put(struct put *p, char *s)
{
  char *end;

  p->nargs = 0;
  p->start = (int)strtol(s, &s, 10);
  while (*s == ',') {
    char saved;
    end = argument_end(s + 1);
    if (!end)
      return 0;
    saved = *end;
    *end = 0;
    add_argument(p, s + 1);
    *end = saved;
    s = end;
  }
  return *s == ')';
}

static void parse_list(struct side *side, char *p)
{
  size_t capacity = 0;

  free(side->list);
  side->list = NULL;
  for (side->size = 0; *p != '}'; p++) {
    if (!isdigit((unsigned char)*p))
      continue;
    if (side->size == capacity) {
      capacity = capacity ? 2 * capacity : 4096;
      side->list = realloc(side->list, capacity);
      if (!side->list)
        die("out of memory");
    }
    side->list[side->size++] = (unsigned char)strtol(p, &p, 10);
    p--;
  }
}

static struct put *new_put(struct side *side, int continues, const char *file, unsigned line)
{
  struct group *g;

  if (!continues) {
    if (!(side->ngroups & (side->ngroups - 1))) {
      side->group = realloc(side->group, (side->ngroups ? 2 * side->ngroups : 1) * sizeof *side->group);
      if (!side->group)
        die("out of memory");
    }
    side->group[side->ngroups++] = (struct group){NULL, 0, line, file};
  }
  g = &side->group[side->ngroups - 1];
  g->put = realloc(g->put, (g->nputs + 1) * sizeof *g->put);
  if (!g->put)
    die("out of memory");
  return &g->put[g->nputs++];
}

/* "static const unsigned char NAME[SIZE] = {": the list, if the size is a number. */
static int is_list(const char *s)
{
  s += strspn(s, " \t");
  if (strncmp(s, "static const unsigned char ", 27) != 0)
    return 0;
  s = strchr(s, '[');
  return s && isdigit((unsigned char)s[1]) && strstr(s, "] = {");
}

static void parse(struct side *side, char *text)
{
  static const char call[] = "dasm_put(Dst, ";
  const char *file = "";
  unsigned line = 1, echoed = 0;
  int continues = 0;
  char *s, *next;

  for (s = text; s && *s; s = next) {
    char *end = strchr(s, '\n'), *p = s + strspn(s, " \t");
    next = end ? end + 1 : NULL;
    if (is_list(s)) {
      char *close = strchr(s, '}');
      if (!close || !(s = strchr(s, '{')))
        die("a list without an end");
      parse_list(side, s);
      next = strchr(close, '\n');
      next = next ? next + 1 : NULL;
      continue;
    }
    if (end)
      *end = 0;
    if (strncmp(p, "#line ", 6) == 0) {
      char *quote;
      line = (unsigned)strtoul(p + 6, &p, 10);
      echoed = 0;
      if ((quote = strchr(p, '"')) != NULL) {
        quote[strcspn(quote + 1, "\"") + 1] = 0;
        file = quote + 1;
      }
      continue; /* neither ends a group nor counts */
    }
    if (strncmp(p, call, sizeof call - 1) == 0 && isdigit((unsigned char)p[sizeof call - 1])) {
      if (!parse_put(new_put(side, continues, file, echoed ? echoed : line), p + sizeof call - 1))
        die("a call of dasm_put() that can not be read");
      continues = 1;
    } else {
      continues = 0;
      if (strncmp(p, "//|", 3) == 0)
        echoed = line; /* C lines of a macro may follow */
    }
    line++;
  }
  if (!side->list)
    die("a translation without .actionlist");
}

/* ---- running ------------------------------------------------------------------------------- */

struct result {
  int status;
  size_t size;
  unsigned char *code;
  unsigned nexterns;
  struct { unsigned ofs; int index, type; } ext[256];
};

static unsigned char *buffer;
static struct result *externs_of;
static void *globals[NGLOBALS + 1];

static int note_extern(unsigned char *address, int index, int type)
{
  struct result *r = externs_of;

  if (r->nexterns < 256) {
    r->ext[r->nexterns].ofs = (unsigned)(address - buffer);
    r->ext[r->nexterns].index = index;
    r->ext[r->nexterns++].type = type;
  }
  return 0x11223300 + index;
}

static void reset_globals(void)
{
  for (unsigned i = 0; i <= NGLOBALS; i++)
    globals[i] = buffer + ROOM / 2 + 64 * i;
}

/* Plain numbers have their own value: one side may have folded them. */
static int is_number(const char *text)
{
  return isdigit((unsigned char)*text) && text[strspn(text, "0123456789xXabcdefABCDEFuUlL")] == 0;
}

static int64_t value_of(const struct put *p, unsigned i, const int64_t *value)
{
  const char *text = exprs[p->arg[i].expr];
  int64_t v = is_number(text) ? (int64_t)strtoull(text, NULL, 0) : value[p->arg[i].expr];
  return p->arg[i].part == 2 ? v >> 32 : v;
}

static void put_theirs(dasm_State **Dst, const struct put *p, const int64_t *value)
{
  int a[40] = {0};

  for (unsigned i = 0; i < p->nargs && i < 40; i++)
    a[i] = (int)value_of(p, i, value);
  dasm_put(Dst, p->start, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12],
           a[13], a[14], a[15], a[16], a[17], a[18], a[19], a[20], a[21], a[22], a[23], a[24], a[25],
           a[26], a[27], a[28], a[29], a[30], a[31], a[32], a[33], a[34], a[35], a[36], a[37], a[38], a[39]);
}

static void call_ours(dasm_State *D, int start, ...)
{
  va_list ap;

  va_start(ap, start);
  dasm_dropin_put(D, NULL, start, ap);
  va_end(ap);
}

static void put_ours(dasm_State *D, const struct put *p, const int64_t *value)
{
  int64_t a[MAXARGS] = {0};

  for (unsigned i = 0; i < p->nargs; i++)
    a[i] = value_of(p, i, value);
  call_ours(D, p->start, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12],
            a[13], a[14], a[15], a[16], a[17], a[18], a[19], a[20], a[21], a[22], a[23], a[24], a[25], a[26],
            a[27], a[28], a[29], a[30], a[31], a[32], a[33], a[34], a[35], a[36], a[37], a[38], a[39], a[40],
            a[41], a[42], a[43], a[44], a[45], a[46], a[47]);
}

/* The first member of libdasm's state, whatever DynASM's looks like. */
static int our_status(const dasm_State *D)
{
  int status;

  memcpy(&status, D, sizeof status);
  return status;
}

/* A program under construction, on either side. */
struct state {
  struct side *side;
  dasm_State *D;
  int status;
};

static void begin(struct state *s, struct side *side)
{
  s->side = side;
  s->status = 0;
  reset_globals();
  if (side == &theirs) {
    dasm_init(&s->D, 32);
    dasm_setupglobal(&s->D, globals, NGLOBALS);
    dasm_growpc(&s->D, NPC);
    dasm_setup(&s->D, side->list);
  } else {
    dasm_dropin_init(&s->D, 32, NULL, NULL, NULL);
    dasm_dropin_setupglobal(s->D, NULL, globals, NGLOBALS);
    dasm_dropin_growpc(s->D, NULL, NPC);
    s->status = dasm_dropin_setup(s->D, NULL, side->list);
  }
}

static void put_group(struct state *s, unsigned group, const int64_t *value)
{
  const struct group *g = &s->side->group[group];

  for (unsigned i = 0; i < g->nputs && s->status == 0; i++)
    if (s->side == &theirs) {
      put_theirs(&s->D, &g->put[i], value);
      s->status = s->D->status;
    } else {
      put_ours(s->D, &g->put[i], value);
      s->status = our_status(s->D);
    }
}

/* The lines that were added to the source: 1: to 9:, and =>pc:. */
static void put_locals(struct state *s, const int64_t *value)
{
  for (unsigned i = 0; i < NLABELS - 1; i++)
    put_group(s, s->side->ngroups - NLABELS + i, value);
}

static void put_pcs(struct state *s, int64_t *value)
{
  unsigned group = s->side->ngroups - 1, expr = s->side->group[group].put[0].arg[0].expr;

  for (int i = 0; i < NPC && s->status == 0; i++) {
    int ofs = s->side == &theirs ? dasm_getpclabel(&s->D, (unsigned)i) : dasm_dropin_getpclabel(s->D, (unsigned)i);
    value[expr] = i;
    if (ofs == -1)
      put_group(s, group, value);
  }
}

static void end(struct state *s, struct result *r)
{
  size_t size = 0;

  r->nexterns = 0;
  externs_of = r;
  if (s->status == 0)
    s->status = s->side == &theirs ? dasm_link(&s->D, &size) : dasm_dropin_link(s->D, &size);
  if (s->status == 0 && size > ROOM / 2)
    s->status = DASM_S_NOMEM;
  if (s->status == 0) {
    memset(buffer, 0, size);
    if (s->side == &theirs) {
      s->status = dasm_encode(&s->D, buffer);
    } else {
      unsigned char *field;
      int index, type;
      s->status = dasm_dropin_encodeexterns(s->D, buffer);
      while ((field = dasm_dropin_nextextern(s->D, buffer, &index, &type)) != NULL)
        dasm_dropin_setextern(s->D, note_extern(field, index, type));
    }
    memcpy(r->code, buffer, size);
  }
  r->status = s->status;
  r->size = size;
  if (s->side == &theirs)
    dasm_free(&s->D);
  else
    dasm_dropin_free(s->D, NULL);
}

static void run_group(struct side *side, unsigned group, int64_t *value, struct result *r)
{
  struct state s;

  begin(&s, side);
  put_locals(&s, value);
  put_group(&s, group, value);
  put_locals(&s, value);
  put_pcs(&s, value);
  end(&s, r);
}

static int same(const struct result *a, const struct result *b)
{
  return a->status == 0 && b->status == 0 && a->size == b->size && memcmp(a->code, b->code, a->size) == 0 &&
         a->nexterns == b->nexterns && memcmp(a->ext, b->ext, a->nexterns * sizeof a->ext[0]) == 0;
}

/* ---- values --------------------------------------------------------------------------------- */

static const int64_t samples[] = {
  3, 1, 0, 2, 5, 7, 4, 8, 9, 12, 13, 15, 6, 14, 16, 31, 63, 100, 127, 128, 255, 256, 1000, 32767, 65535, 65536,
  0x12345678, 0x7fffffff, INT64_C(0x80000000), INT64_C(0xffffffff), -1, -8, -127, -128, -129, -4096, -65536,
  -0x7fffffff - 1,
};
enum { NSAMPLES = sizeof samples / sizeof samples[0], NRANDOM = 64 };

/* What a child tells its parent, also when it dies. */
struct progress {
  unsigned round;            /* the next one, or all are done */
  unsigned compared, refused, crashed, differ;
  int have_base;
  int64_t base[MAXARGS];
};

static uint32_t seed;

static uint32_t chance(void)
{
  seed = seed * 1664525u + 1013904223u;
  return seed >> 8;
}

/* The different texts among the arguments of a group; those of 64 bits are marked. */
struct vars {
  unsigned n, expr[MAXARGS];
  int wide[MAXARGS];
};

static void add_vars(struct vars *v, const struct group *g)
{
  for (unsigned i = 0; i < g->nputs; i++)
    for (unsigned j = 0; j < g->put[i].nargs; j++) {
      unsigned k = 0;
      if (is_number(exprs[g->put[i].arg[j].expr]))
        continue;
      while (k < v->n && v->expr[k] != g->put[i].arg[j].expr)
        k++;
      if (k == MAXARGS)
        return;
      if (k == v->n) {
        v->expr[v->n] = g->put[i].arg[j].expr;
        v->wide[v->n++] = 0;
      }
      v->wide[k] |= g->put[i].arg[j].part != 0;
    }
}

/* The rounds: the same value everywhere; random small ones, until there are values that DynASM
 * takes; then those with one of them changed; then with some changed. */
static unsigned rounds(const struct vars *v)
{
  return v->n == 0 ? 1 : 32 + NRANDOM + v->n * NSAMPLES + (v->n > 1 ? NRANDOM : 0);
}

static int choose(const struct vars *v, const struct progress *p, unsigned group, unsigned round, int64_t *value)
{
  unsigned i;

  seed = group * 7919 + round * 104729 + 1;
  for (i = 0; i < 8; i++)
    chance();
  if (round < 32) {
    if (p->have_base && round > 2)
      return 0;
    for (i = 0; i < v->n; i++)
      value[v->expr[i]] = samples[round];
    return 1;
  }
  round -= 32;
  if (round < NRANDOM) {
    if (p->have_base)
      return 0;
    for (i = 0; i < v->n; i++)
      value[v->expr[i]] = round & 1 ? samples[chance() % NSAMPLES] : chance() % 8;
    return 1;
  }
  if (!p->have_base)
    return 0;
  round -= NRANDOM;
  for (i = 0; i < v->n; i++)
    value[v->expr[i]] = p->base[i];
  if (round < v->n * NSAMPLES) {
    i = round / NSAMPLES;
    value[v->expr[i]] = samples[round % NSAMPLES];
    if (v->wide[i] && (round & 1))
      value[v->expr[i]] *= INT64_C(0x100000001) * (chance() & 0xff);
  } else {
    for (i = 0; i < v->n; i++)
      if (chance() & 1)
        value[v->expr[i]] = samples[chance() % NSAMPLES];
  }
  return 1;
}

/* ---- reports --------------------------------------------------------------------------------- */

static const char *shown_name;

static void show_source(const struct group *g)
{
  char line[512];
  FILE *f = fopen(g->file, "r");
  unsigned n = 0;

  printf("%s:%u:", shown_name ? shown_name : g->file, g->line);
  while (f && n < g->line && fgets(line, sizeof line, f)) {
    size_t length = strlen(line);
    if (length > 0 && line[length - 1] == '\n') {
      line[length - 1] = 0;
      n++;
    }
  }
  if (f && n == g->line)
    printf(" %s", line + strspn(line, " \t"));
  if (f)
    fclose(f);
  putchar('\n');
}

static void show_result(const char *who, const struct result *r)
{
  printf("  %-8s", who);
  if (r->status != 0)
    printf(" status 0x%08x", (unsigned)r->status);
  for (size_t i = 0; r->status == 0 && i < r->size && i < 64; i++)
    printf(" %02x", r->code[i]);
  if (r->status == 0 && r->size > 64)
    printf(" ... (%zu bytes)", r->size);
  for (unsigned i = 0; r->status == 0 && i < r->nexterns && i < 4; i++)
    printf(" [extern %d, type %d, at %u]", r->ext[i].index, r->ext[i].type, r->ext[i].ofs);
  putchar('\n');
}

static void show_values(const struct vars *v, const int64_t *value)
{
  for (unsigned i = 0; i < v->n; i++)
    printf("%s%s = %" PRId64, i ? ", " : "  with ", exprs[v->expr[i]], value[v->expr[i]]);
  if (v->n)
    putchar('\n');
}

/* ---- children --------------------------------------------------------------------------------- */

static struct progress *shared;
static int64_t *values;
static struct result their_result, our_result;

/* What DynASM does not check: that a place is within reach; registers above 7 in 32-bit code. */
static int unchecked(int status)
{
#ifdef TARGET32
  if ((status & 0xff000000) == DASM_S_RANGE_VREG)
    return 1;
#endif
  return (status & 0xff000000) == 0x16000000;
}

/* A bit pattern that DynASM sign-extends without a word. */
static int has_pattern(const struct vars *v, const int64_t *value)
{
  for (unsigned i = 0; i < v->n; i++)
    if (value[v->expr[i]] > INT32_MAX)
      return 1;
  return 0;
}

static void compare_rounds(unsigned group)
{
  struct vars v = {0};
  struct progress *p = shared;

  add_vars(&v, &theirs.group[group]);
  while (p->round < rounds(&v) && p->differ == 0) {
    unsigned round = p->round++;
    if (!choose(&v, p, group, round, values))
      continue;
    p->crashed++; /* until it has come back */
    run_group(&theirs, group, values, &their_result);
    p->crashed--;
    if (their_result.status != 0) {
      p->refused++;
      continue;
    }
    run_group(&ours, group, values, &our_result);
    if (unchecked(our_result.status) || (our_result.status != 0 && has_pattern(&v, values))) {
      p->refused++;
      continue;
    }
    p->compared++;
    if (!p->have_base) {
      p->have_base = 1;
      for (unsigned i = 0; i < v.n; i++)
        p->base[i] = values[v.expr[i]];
    }
    if (!same(&their_result, &our_result)) {
      p->differ = 1;
      show_source(&theirs.group[group]);
      show_values(&v, values);
      show_result("DynASM:", &their_result);
      show_result("libdasm:", &our_result);
    }
  }
  p->round = UINT32_MAX;
}

/* A child works until it is done or dies; then another one goes on behind that round. */
static void compare_group(unsigned group)
{
  memset(shared, 0, sizeof *shared);
  while (shared->round != UINT32_MAX) {
    pid_t child;
    int status;
    fflush(stdout);
    child = fork();
    if (child < 0)
      die("no more processes");
    if (child == 0) {
      alarm(5);
      compare_rounds(group);
      fflush(stdout);
      _exit(0);
    }
    waitpid(child, &status, 0);
    if (shared->crashed > 50)
      break;
  }
}

/* All groups in one program, each with the first values that both sides take. */
static int64_t (*chosen)[MAXARGS];
static char *usable;

static void run_all(struct side *side, unsigned n, struct result *r)
{
  struct state s;

  begin(&s, side);
  put_locals(&s, values);
  for (unsigned i = 0; i < n; i++) {
    struct vars v = {0};
    if (!usable[i])
      continue;
    add_vars(&v, &theirs.group[i]);
    for (unsigned j = 0; j < v.n; j++)
      values[v.expr[j]] = chosen[i][j];
    put_group(&s, i, values);
  }
  put_locals(&s, values);
  put_pcs(&s, values);
  end(&s, r);
}

/* The first group with which the programs differ, by halving. */
static void compare_all(unsigned n)
{
  unsigned low = 0, high = n;
  struct vars v = {0};

  run_all(&theirs, n, &their_result);
  if (their_result.status != 0) {
    printf("  (all in one program: DynASM gives status 0x%08x)\n", (unsigned)their_result.status);
    shared->refused = 1;
    return;
  }
  run_all(&ours, n, &our_result);
  if (same(&their_result, &our_result)) {
    printf("  all in one program: the same %zu bytes\n", our_result.size);
    return;
  }
  while (high - low > 1) {
    unsigned middle = low + (high - low) / 2;
    run_all(&theirs, middle, &their_result);
    run_all(&ours, middle, &our_result);
    if (same(&their_result, &our_result))
      low = middle;
    else
      high = middle;
  }
  shared->differ = 1;
  printf("all in one program, the first difference comes with\n");
  show_source(&theirs.group[high - 1]);
  add_vars(&v, &theirs.group[high - 1]);
  for (unsigned i = 0; i < v.n; i++)
    values[v.expr[i]] = chosen[high - 1][i];
  show_values(&v, values);
  run_all(&theirs, high, &their_result);
  run_all(&ours, high, &our_result);
  if (our_result.status != 0)
    printf("  libdasm gives status 0x%08x\n", (unsigned)our_result.status);
  else
    for (size_t i = 0; i < their_result.size; i++)
      if (i >= our_result.size || their_result.code[i] != our_result.code[i]) {
        printf("  at offset %zu of %zu and %zu bytes\n", i, their_result.size, our_result.size);
        break;
      }
}

static unsigned in_one_program(unsigned n)
{
  pid_t child;
  int status;

  memset(shared, 0, sizeof *shared);
  fflush(stdout);
  child = fork();
  if (child == 0) {
    alarm(60);
    compare_all(n);
    fflush(stdout);
    _exit(0);
  }
  if (child < 0 || waitpid(child, &status, 0) < 0)
    die("no more processes");
  if (!WIFEXITED(status))
    printf("  (all in one program: stopped by signal %d)\n", WTERMSIG(status));
  return shared->differ;
}

/* ---- */

static void check_structure(void)
{
  unsigned i = 0;

  if (theirs.ngroups == ours.ngroups && theirs.ngroups >= NLABELS)
    return;
  while (i < theirs.ngroups && i < ours.ngroups && theirs.group[i].line == ours.group[i].line)
    i++;
  fprintf(stderr, "dasmc-compare: the translations have %u and %u groups of puts", theirs.ngroups, ours.ngroups);
  if (i < theirs.ngroups && i < ours.ngroups)
    fprintf(stderr, "; they part at lines %u and %u", theirs.group[i].line, ours.group[i].line);
  fputc('\n', stderr);
  exit(2);
}

int main(int argc, char **argv)
{
  unsigned n, differ = 0, unknown = 0, values_tried = 0, crashed = 0;

  if (argc < 3)
    die("usage: compare THEIRS.c OURS.c [NAME]");
  shown_name = argc > 3 ? argv[3] : NULL;
  parse(&theirs, read_file(argv[1]));
  parse(&ours, read_file(argv[2]));
  check_structure();
  buffer = mmap((void *)0x10000000, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (buffer == MAP_FAILED || shared == MAP_FAILED)
    die("no memory");
  values = allocate(nexprs * sizeof *values);
  their_result.code = allocate(ROOM);
  our_result.code = allocate(ROOM);
  n = theirs.ngroups - NLABELS;
  chosen = allocate(n * sizeof *chosen);
  usable = allocate(n);
  for (unsigned i = 0; i < n; i++) {
    compare_group(i);
    values_tried += shared->compared;
    crashed += shared->crashed;
    if (shared->differ) {
      if (++differ == SHOWN) {
        printf("(more are not shown)\n");
        if (!freopen("/dev/null", "w", stdout))
          die("/dev/null");
      }
    } else if (shared->have_base) {
      usable[i] = 1;
      memcpy(chosen[i], shared->base, sizeof shared->base);
    } else {
      unknown++;
      show_source(&theirs.group[i]);
      printf("  not compared: DynASM takes none of the values tried\n");
    }
  }
  differ += in_one_program(n);
  fflush(stdout);
  fprintf(stderr, "%s: %u places with %u sets of values: %u differ, %u not compared%s\n",
          shown_name ? shown_name : argv[2], n, values_tried, differ, unknown,
          crashed ? " (DynASM crashed on some values)" : "");
  return differ || unknown ? 1 : 0;
}
