/* feature.c - which instructions -m and .feature allow.
 *
 * A list names features as processors, compilers and assemblers do (avx512vl, sse4.1, sse4_1,
 * amx-tile: case, dots and hyphens do not matter), or groups of them (x86-64-v3). A feature brings
 * those that it is built on. `host` (or `native`) in a list stands for what this machine's
 * processor has. What every processor of the mode has is always allowed; without a list everything
 * is.
 *
 * The names are those of the rows' last column. An ISA's table has only those that bring others.
 */
#include <stdio.h>
#include <stdlib.h>

#include "isa.h"

enum { MOST = 256 }; /* more than there are names */

struct features {
  bool host;     /* this processor's are among them */
  unsigned n;
  struct span name[MOST]; /* upper or lower case, with what the list had between */
};

static int folded(char c)
{
  return c >= 'a' && c <= 'z' ? c - 32 : c;
}

static bool ignored(char c)
{
  return c == '.' || c == '-' || c == '_';
}

/* The same name but for case, dots, hyphens, underscores. */
static bool same_name(struct span a, struct span b)
{
  size_t i = 0, j = 0;

  for (;;) {
    while (i < a.n && ignored(a.p[i]))
      i++;
    while (j < b.n && ignored(b.p[j]))
      j++;
    if (i == a.n || j == b.n)
      return i == a.n && j == b.n;
    if (folded(a.p[i++]) != folded(b.p[j++]))
      return false;
  }
}

/* Take the next word off a list; false at its end. */
static bool next_word(struct span *list, struct span *word)
{
  while (list->n > 0 && (*list->p == ' ' || *list->p == ',' || *list->p == '\t')) {
    list->p++;
    list->n--;
  }
  *word = (struct span){list->p, 0};
  while (list->n > 0 && *list->p != ' ' && *list->p != ',' && *list->p != '\t') {
    list->p++;
    list->n--;
    word->n++;
  }
  return word->n > 0;
}

static struct span text_span(const char *text)
{
  return (struct span){text, strlen(text)};
}

static bool has(const struct features *set, struct span name)
{
  for (unsigned i = 0; i < set->n; i++) {
    struct span other = set->name[i];

    if (!ignored(*name.p) && !ignored(*other.p) && folded(*name.p) != folded(*other.p))
      continue; /* most are other names from the first letter on */
    if (same_name(other, name))
      return true;
  }
  return false;
}

static const struct feature *find_brings(const struct isa *isa, struct span name)
{
  for (const struct feature *b = isa->features->brings; b->name; b++) {
    if (same_name(text_span(b->name), name))
      return b;
  }
  return NULL;
}

static void add(const struct isa *isa, struct features *set, struct span name)
{
  const struct feature *b = find_brings(isa, name);
  struct span others = text_span(b ? b->others : ""), word;

  if (set->n == MOST || has(set, name))
    return;
  set->name[set->n++] = name;
  while (next_word(&others, &word))
    add(isa, set, word);
}

/* Take the next name off what a row needs; false at its end. */
static bool next_need(struct span *list, struct span *word)
{
  const char *bar;

  if (list->n > 0 && *list->p == '|')
    *list = (struct span){list->p + 1, list->n - 1};
  if (!next_word(list, word))
    return false;
  bar = memchr(word->p, '|', word->n);
  if (bar) {
    size_t rest = word->n - (size_t)(bar - word->p);

    word->n -= rest;
    *list = (struct span){bar, rest + list->n};
  }
  return true;
}

static struct span needs_of(const struct rows *rows, size_t i)
{
  return text_span(row_split(rows, rows->row[i]).needs);
}

static bool in_list(struct span list, struct span name)
{
  struct span word;

  while (next_need(&list, &word)) {
    if (same_name(word, name))
      return true;
  }
  return false;
}

/* Does a row need it, or is it a group? */
static bool exists(const struct isa *isa, struct span name)
{
  if (find_brings(isa, name) || in_list(text_span(isa->features->always), name))
    return true;
  for (size_t i = 0; i < isa->rows->n; i++) {
    if (in_list(needs_of(isa->rows, i), name))
      return true;
  }
  return false;
}

static bool is_host(struct span name)
{
  return same_name(name, text_span("host")) || same_name(name, text_span("native"));
}

/* ---- a name that does not exist ------------------------------------------------------ */

/* All names, each once: of the groups and of the rows. */
struct names {
  unsigned n, next;
  const char *name[MOST];
};

/* "avx2" for "AVX2" */
static char *lower_case(struct front *F, struct span name)
{
  char *lower = arena_strndup(F, name.p, name.n);

  for (char *p = lower; *p; p++)
    *p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
  return lower;
}

static void name_add(struct front *F, struct names *all, struct span name)
{
  for (unsigned i = 0; i < all->n; i++) {
    if (same_name(name, text_span(all->name[i])))
      return;
  }
  if (all->n < MOST)
    all->name[all->n++] = lower_case(F, name);
}

static int by_name(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct names *all_names(struct front *F, const struct isa *isa)
{
  struct names *all = arena_alloc(F, sizeof(*all));
  struct span list, word;

  for (const struct feature *b = isa->features->brings; b->name; b++)
    name_add(F, all, text_span(b->name));
  for (size_t i = 0; i < isa->rows->n; i++) {
    list = needs_of(isa->rows, i);
    while (next_need(&list, &word)) {
      if (!row_is_scope(isa->rows, word) && !in_list(text_span(isa->features->always), word))
        name_add(F, all, word);
    }
  }
  qsort(all->name, all->n, sizeof(all->name[0]), by_name);
  return all;
}

static const char *candidate(void *user)
{
  struct names *all = user;

  return all->next < all->n ? all->name[all->next++] : NULL;
}

/* All names, as many in a line as fit. */
static void list_names(struct front *F, const struct names *all)
{
  char line[96];
  size_t length = 0;

  for (unsigned i = 0; i < all->n; i++) {
    size_t n = strlen(all->name[i]);

    if (length > 0 && length + n + 2 > sizeof(line)) {
      diag_help(F, "%s", line);
      length = 0;
    }
    length += (size_t)snprintf(line + length, sizeof(line) - length, "%s%s", length ? " " : "", all->name[i]);
  }
  diag_help(F, "%s", line);
}

/* The ISA for which a name stands for features, a twin of this one; NULL: there is none. */
static const struct isa *other_isa(struct front *F, const struct isa_state *S, struct span name)
{
  struct isa_state other = *S;

  for (const struct isa *t = S->isa->twin; t && t != S->isa; t = t->twin) {
    other.isa = t;
    if (t->features->expand && t->features->expand(F, &other, name))
      return t;
  }
  return NULL;
}

static void unknown(struct front *F, const struct isa_state *S, struct span name)
{
  struct names *all = all_names(F, S->isa);
  const char *near = diag_nearest((struct span){lower_case(F, name), name.n}, candidate, all);
  const struct isa *other = other_isa(F, S, name);

  diag_error(F, name, "[unknown-feature] unknown feature '%.*s'", (int)name.n, name.p);
  if (other) {
    diag_help(F, "that is for .arch %s, and this is %s", other->name, S->isa->name);
    return;
  }
  if (near)
    diag_help(F, "did you mean '%s'?", near);
  diag_help(F, "'host' is what this processor has, 'all' is everything, and these are the features:");
  list_names(F, all);
}

/* ---- lists ------------------------------------------------------------------------------ */

static bool add_host(struct front *F, const struct isa *isa, struct features *set, struct span at)
{
  const char *names[MOST];
  size_t n = isa->features->host ? isa->features->host(names, MOST) : 0;

  if (n == 0) {
    diag_error(F, at, "[host-features] '%.*s': this machine's processor has other instructions", (int)at.n, at.p);
    diag_help(F, "name the features, or 'all'");
  }
  for (size_t i = 0; i < n && i < MOST; i++) {
    if (set->n < MOST && !has(set, text_span(names[i])))
      set->name[set->n++] = text_span(names[i]);
  }
  set->host = true;
  return n > 0;
}

static bool add_list(struct front *F, const struct isa *isa, struct features *set, struct span list)
{
  struct span word;

  while (next_word(&list, &word)) {
    if (!is_host(word))
      add(isa, set, word);
    else if (!add_host(F, isa, set, word))
      return false;
  }
  return true;
}

/* The list with what its words stand for. */
static struct span expanded(struct front *F, const struct isa_state *S, struct span list)
{
  struct span out = SPAN(""), word;

  if (!S->isa->features->expand)
    return list;
  while (next_word(&list, &word)) {
    const char *others = S->isa->features->expand(F, S, word);

    if (others)
      out = span_fmt(F, "%.*s %s", (int)out.n, out.p, others);
    else
      out = span_fmt(F, "%.*s %.*s", (int)out.n, out.p, (int)word.n, word.p);
  }
  return out;
}

static void changed(struct isa_state *S, struct features *set)
{
  S->epoch++;
  S->features = set;
  if (S->isa->features_changed)
    S->isa->features_changed(S);
}

bool features_set(struct front *F, struct isa_state *S, struct span list)
{
  const struct isa *isa = S->isa;
  const char *const *of_mode = isa->features->of_mode;
  struct span words, word;
  struct features *set;

  if (same_name(span_trim(list), text_span("all"))) {
    changed(S, NULL);
    return true;
  }
  list = words = expanded(F, S, list);
  while (next_word(&words, &word)) {
    if (!is_host(word) && !exists(isa, word)) {
      unknown(F, S, word);
      return false;
    }
  }
  set = front_keep_alloc(F, sizeof(*set));
  words.p = memcpy(front_keep_alloc(F, list.n + 1), list.p, list.n); /* the names point into it */
  words.n = list.n;
  if (!add_list(F, isa, set, words))
    return false;
  add_list(F, isa, set, text_span(isa->features->always));
  if (of_mode)
    add_list(F, isa, set, text_span(of_mode[isa->mode]));
  changed(S, set);
  return true;
}

bool features_have(const struct isa_state *S, const char *name)
{
  return !S->features || has(S->features, text_span(name));
}

/* One of the names in A|B. */
static bool allows(const struct isa_state *S, struct span word)
{
  struct span one;

  while (next_need(&word, &one)) {
    if (has(S->features, one) || row_is_scope(S->isa->rows, one))
      return true;
  }
  return false;
}

bool features_allow(const struct isa_state *S, const char *needs, struct span *missing)
{
  struct span list;

  if (!S->features)
    return true;
  list = text_span(needs);
  while (next_word(&list, missing)) {
    if (!allows(S, *missing))
      return false;
  }
  return true;
}

void features_report(struct front *F, const struct isa_state *S, struct span at, const char *what, struct span missing)
{
  struct span first = {missing.p, 0}, list = missing;
  const char *bar = memchr(missing.p, '|', missing.n);

  next_need(&list, &first);
  if (bar)
    missing = span_fmt(F, "%.*s or %.*s", (int)first.n, first.p, (int)(missing.n - first.n - 1), bar + 1);
  if (S->features->host) {
    diag_error(F, at, "[missing-feature] %s %.*s, which this machine's processor does not have",
               what, (int)missing.n, missing.p);
    diag_help(F, "code for others is assembled with the features 'host,%s', or with 'all'", lower_case(F, first));
  } else {
    diag_error(F, at, "[missing-feature] %s %.*s, which is not among the features that are allowed",
               what, (int)missing.n, missing.p);
    diag_help(F, "-m, .feature and the option 'features' of an assembler say which are");
  }
}

bool features_need(const char *needs, const char *name)
{
  struct span list = text_span(needs), word;

  while (next_need(&list, &word)) {
    if (span_is(word, name))
      return true;
  }
  return false;
}

/* ---- all of them ------------------------------------------------------------------------ */

/* Names that rows have, each once, behind those of the table. */
struct row_names {
  size_t n;
  struct span name[MOST];
};

static void collect(const struct isa *isa, struct row_names *all, struct span needs)
{
  struct span word;

  while (next_need(&needs, &word)) {
    size_t i = 0;

    while (i < all->n && !span_eq(all->name[i], word))
      i++;
    if (i == all->n && i < MOST && !find_brings(isa, word) && !row_is_scope(isa->rows, word))
      all->name[all->n++] = word;
  }
}

void features_each(const struct isa *isa, void (*each)(void *user, const char *name, const char *others), void *user)
{
  struct row_names all = {0};
  char name[32];

  for (const struct feature *b = isa->features->brings; b->name; b++)
    each(user, b->name, b->others);
  for (size_t i = 0; i < isa->rows->n; i++)
    collect(isa, &all, needs_of(isa->rows, i));
  for (size_t i = 0; i < all.n; i++) {
    snprintf(name, sizeof(name), "%.*s", (int)all.name[i].n, all.name[i].p);
    each(user, name, "");
  }
}
