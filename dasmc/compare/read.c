/* read.c - the translations as groups of puts, whose arguments are texts.
 *
 * The list is an array of numbers; everything else is found line by line. What a translator puts
 * around an argument (casts, halves of 64-bit values) is taken off, so that equal texts are equal
 * values on both sides.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dasm_arg.h" /* DASM_ORDER */
#include "compare.h"

struct side theirs, ours;
struct expr *exprs;
unsigned nexprs;

unsigned expr_number(const char *text)
{
  static unsigned capacity;
  struct step *step;
  unsigned i, nsteps;

  for (i = 0; i < nexprs; i++)
    if (strcmp(exprs[i].text, text) == 0)
      return i;
  if (nexprs == capacity) {
    capacity = capacity ? 2 * capacity : 1024;
    exprs = realloc(exprs, capacity * sizeof *exprs);
    if (!exprs)
      die("out of memory");
  }
  exprs[nexprs++] = (struct expr){.text = strdup(text)};
  step = arithmetic(text, &nsteps); /* which may have added others */
  exprs[i].step = step;
  exprs[i].nsteps = nsteps;
  return i;
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
    die("cannot read a translation");
  fclose(f);
  return text;
}

char *argument_end(char *p)
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
  unwrap(copy, "DASM_ARG");
  unwrap(copy, "DASM_LOW"); /* of a pointer, as in DynASM */
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
  p->arg[p->nargs].expr = expr_number(copy);
  exprs[p->arg[p->nargs].expr].wide |= part != 0;
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

static void room_for(struct side *side, size_t bytes, size_t *capacity)
{
  if (*capacity - side->size < bytes) {
    *capacity = *capacity ? 2 * *capacity : 4096;
    side->list = realloc(side->list, *capacity);
    if (!side->list)
      die("out of memory");
  }
}

/* In a list whose byte order is that of the machine: DASM_ORDER, and DASM_UNIT4(number). */
static char *parse_unit(struct side *side, char *p, size_t *capacity)
{
  size_t bytes = 1;
  unsigned long long number = DASM_ORDER;

  if (strncmp(p, "UNIT", 4) == 0) {
    bytes = strtoul(p + 4, &p, 10);
    number = strtoull(p + 1, &p, 16);
  } else {
    p += strlen("ORDER");
  }
  room_for(side, bytes, capacity);
  for (size_t i = 0; i < bytes; i++) {
    unsigned shift = 8 * (unsigned)(DASM_ORDER ? bytes - 1 - i : i);
    side->list[side->size++] = (unsigned char)(number >> shift);
  }
  return p;
}

static void parse_list(struct side *side, char *p, size_t bytes)
{
  size_t capacity = 0;

  free(side->list);
  side->list = NULL;
  for (side->size = 0; *p != '}'; p++) {
    if (strncmp(p, "DASM_", 5) == 0) {
      p = parse_unit(side, p + 5, &capacity) - 1;
      continue;
    }
    if (!isdigit((unsigned char)*p))
      continue;
    room_for(side, bytes, &capacity);
    if (bytes == 1) {
      side->list[side->size] = (unsigned char)strtol(p, &p, 10);
    } else {
      unsigned int word = (unsigned int)strtoul(p, &p, 16);
      memcpy(side->list + side->size, &word, sizeof word);
    }
    side->size += bytes;
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

/* "static const unsigned char NAME[SIZE] = {": the list, if the size is a number; or int, for other processors than
 * x86. Returns the bytes of an element, 0 if it is none. */
static size_t is_list(const char *s)
{
  size_t bytes;

  s += strspn(s, " \t");
  bytes = strncmp(s, "static const unsigned char ", 27) == 0  ? 1
          : strncmp(s, "static const unsigned int ", 26) == 0 ? 4
                                                              : 0;
  s = strchr(s, '[');
  return s && isdigit((unsigned char)s[1]) && strstr(s, "] = {") ? bytes : 0;
}

static void parse(struct side *side, char *text)
{
  static const char call[] = "dasm_put(Dst, ";
  const char *file = "";
  unsigned line = 1, echoed = 0;
  int continues = 0, depth = 0; /* in macros, shown as comments by -M: all is of the line that uses the first */
  char *s, *next;

  for (s = text; s && *s; s = next) {
    char *end = strchr(s, '\n'), *p = s + strspn(s, " \t");
    next = end ? end + 1 : NULL;
    size_t bytes = is_list(s);
    if (bytes > 0) {
      char *close = strchr(s, '}');
      if (!close || !(s = strchr(s, '{')))
        die("a list without an end");
      parse_list(side, s, bytes);
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
        die("a call of dasm_put() that cannot be read");
      continues = 1;
    } else {
      continues = 0;
      if (strncmp(p, "//|{ MACRO", 10) == 0)
        depth++;
      if (strncmp(p, "//|", 3) == 0 && depth == 0)
        echoed = line; /* C lines of a macro may follow */
      if (strncmp(p, "//|} MACRO", 10) == 0)
        depth--;
    }
    line++;
  }
  if (!side->list)
    die("a translation without .actionlist");
}

void read_translation(struct side *side, const char *file)
{
  parse(side, read_file(file));
}
