/* x86_feature.c - which instructions -m and .feature allow.
 *
 * A list names features as CPUID, compilers and assemblers do (avx512vl, sse4.1, sse4_1, amx-tile:
 * case, dots and hyphens do not matter), or groups of them (x86-64-v3). A feature brings those
 * that it is built on. `host` (or `native`) in a list stands for what this machine's processor has. What every
 * processor of the mode has is always allowed; without a list everything is.
 *
 * The names are those of the rows' last column. The table below has only those that bring others.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "x86.h"

struct brings {
  const char *name, *others;
};

static const struct brings brings[] = {
  {"SSE", "MMX FXSR"}, {"SSE2", "SSE"}, {"SSE3", "SSE2"}, {"SSSE3", "SSE3"}, {"SSE4.1", "SSSE3"}, {"SSE4.2", "SSE4.1"},
  {"SSE4", "SSE4.2"}, {"SSE4A", "SSE3"}, {"AES", "SSE2"}, {"PCLMUL", "SSE2"}, {"SHA", "SSE2"}, {"GFNI", "SSE2"},
  {"KL", "SSE2"}, {"WIDEKL", "KL"}, {"3DNOW", "MMX"}, {"3DNOWA", "3DNOW"},
  {"AVX", "SSE4.2"}, {"AVX2", "AVX"}, {"FMA", "AVX"}, {"F16C", "AVX"}, {"FMA4", "AVX SSE4A"}, {"XOP", "FMA4"},
  {"VAES", "AES AVX"}, {"VPCLMULQDQ", "PCLMUL AVX"}, {"AVXVNNI", "AVX2"}, {"AVXIFMA", "AVX2"}, {"AVXNECONVERT", "AVX2"},
  {"AVXVNNIINT8", "AVX2"}, {"AVXVNNIINT16", "AVX2"}, {"SHA512", "AVX2"}, {"SM3", "AVX"}, {"SM4", "AVX2"},
  {"AVX512F", "AVX2 FMA F16C"}, {"AVX512VL", "AVX512F"}, {"AVX512BW", "AVX512F"}, {"AVX512CD", "AVX512F"},
  {"AVX512DQ", "AVX512F"}, {"AVX512IFMA", "AVX512F"}, {"AVX512VBMI", "AVX512BW"}, {"AVX512VBMI2", "AVX512BW"},
  {"AVX512VNNI", "AVX512F"}, {"AVX512BITALG", "AVX512BW"}, {"AVX512VPOPCNTDQ", "AVX512F"}, {"AVX512BF16", "AVX512BW"},
  {"AVX512FP16", "AVX512BW AVX512DQ AVX512VL"}, {"AVX512VP2INTERSECT", "AVX512F"}, {"AVX512ER", "AVX512F"},
  {"AVX512PF", "AVX512F"}, {"AVX5124FMAPS", "AVX512F"}, {"AVX5124VNNIW", "AVX512F"},
  {"AMX-INT8", "AMX-TILE"}, {"AMX-BF16", "AMX-TILE"}, {"AMX-FP16", "AMX-TILE"}, {"AMX-COMPLEX", "AMX-TILE"},
  {"XSAVEOPT", "XSAVE"}, {"XSAVEC", "XSAVE"}, {"XSAVES", "XSAVE"}, {"APX", "APXF"},
  {"X86-64-V2", "SSE4.2 POPCNT CX16"},
  {"X86-64-V3", "X86-64-V2 AVX2 BMI BMI2 F16C FMA LZCNT MOVBE XSAVE"},
  {"X86-64-V4", "X86-64-V3 AVX512F AVX512BW AVX512CD AVX512DQ AVX512VL"},
  {"AVX10.1", "X86-64-V4 AVX512FP16 AVX512BF16 AVX512IFMA AVX512VBMI AVX512VBMI2 AVX512VNNI AVX512BITALG AVX512VPOPCNTDQ"},
  {"AVX10.2", "AVX10.1"}, {"AVX10-V2-AUX", "AVX10.1"}, {"AVX512BMM", "AVX512BW"}, {"AMX-AVX512", "AMX-TILE AVX10.2"},
  {"AMX-FP8", "AMX-TILE"}, {"AMX-MOVRS", "AMX-TILE"}, {"ACE-V1", "AMX-TILE AVX10-V2-AUX"},
};

/* Allowed in every list. */
static const char always[] = "BASE FPU CX8 X86 X64 DYNASM OWN", always64[] = "SSE2";

enum { MOST = 256 }; /* more than there are names */

struct x86_features {
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

static bool has(const struct x86_features *set, struct span name)
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

static const struct brings *find_brings(struct span name)
{
  for (size_t i = 0; i < sizeof(brings) / sizeof(brings[0]); i++) {
    if (same_name(text_span(brings[i].name), name))
      return &brings[i];
  }
  return NULL;
}

static void add(struct x86_features *set, struct span name)
{
  const struct brings *b = find_brings(name);
  struct span others = text_span(b ? b->others : ""), word;

  if (set->n == MOST || has(set, name))
    return;
  set->name[set->n++] = name;
  while (next_word(&others, &word))
    add(set, word);
}

/* Does a row need it, or is it a group? */
static bool exists(struct span name)
{
  struct span list = text_span(always), word;

  if (find_brings(name))
    return true;
  while (next_word(&list, &word)) {
    if (same_name(word, name))
      return true;
  }
  for (size_t i = 0; i < x86_row_count(); i++) {
    list = text_span(x86_row_split(x86_row_text(i)).features);
    while (next_word(&list, &word)) {
      if (same_name(word, name))
        return true;
    }
  }
  return false;
}

static bool is_host(struct span name)
{
  return same_name(name, text_span("host")) || same_name(name, text_span("native"));
}

/* All names, each once: of the groups and of the rows. */
struct names {
  unsigned n, next;
  const char *name[MOST];
};

static void name_add(struct front *F, struct names *all, struct span name)
{
  for (unsigned i = 0; i < all->n; i++) {
    if (same_name(name, text_span(all->name[i])))
      return;
  }
  if (all->n < MOST)
    all->name[all->n++] = arena_strndup(F, name.p, name.n);
}

static int by_name(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct names *all_names(struct front *F)
{
  struct names *all = arena_alloc(F, sizeof(*all));
  struct span list, word;

  for (size_t i = 0; i < sizeof(brings) / sizeof(brings[0]); i++)
    name_add(F, all, text_span(brings[i].name));
  for (size_t i = 0; i < x86_row_count(); i++) {
    list = text_span(x86_row_split(x86_row_text(i)).features);
    while (next_word(&list, &word)) {
      if (!strstr(always, arena_strndup(F, word.p, word.n)))
        name_add(F, all, word);
    }
  }
  for (unsigned i = 0; i < all->n; i++) {
    char *lower = arena_strndup(F, all->name[i], strlen(all->name[i]));

    for (char *p = lower; *p; p++)
      *p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
    all->name[i] = lower;
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

static void unknown(struct front *F, struct span name)
{
  char *lower = arena_strndup(F, name.p, name.n);
  struct names *all = all_names(F);
  const char *near;

  for (size_t i = 0; i < name.n; i++)
    lower[i] = (char)(lower[i] >= 'A' && lower[i] <= 'Z' ? lower[i] + 32 : lower[i]);
  near = diag_nearest((struct span){lower, name.n}, candidate, all);
  diag_error(F, name, "unknown feature '%.*s'", (int)name.n, name.p);
  if (near)
    diag_help(F, "did you mean '%s'?", near);
  diag_help(F, "'host' is what this processor has, 'all' is everything, and these are the features:");
  list_names(F, all);
}

static bool add_host(struct front *F, struct x86_features *set, struct span at)
{
  const char *names[MOST];
  size_t n = x86_cpu_features(names, MOST);

  if (n == 0) {
    diag_error(F, at, "'%.*s': this machine's processor has other instructions", (int)at.n, at.p);
    diag_help(F, "name the features, or 'all'");
  }
  for (size_t i = 0; i < n && i < MOST; i++) {
    if (set->n < MOST && !has(set, text_span(names[i])))
      set->name[set->n++] = text_span(names[i]);
  }
  set->host = true;
  return n > 0;
}

static bool add_list(struct front *F, struct x86_features *set, struct span list)
{
  struct span word;

  while (next_word(&list, &word)) {
    if (!is_host(word))
      add(set, word);
    else if (!add_host(F, set, word))
      return false;
  }
  return true;
}

bool x86_features_set(struct front *F, struct x86 *X, struct span list)
{
  struct span words = list, word;
  struct x86_features *set;

  X->epoch++;
  if (same_name(span_trim(list), text_span("all"))) {
    X->features = NULL;
    X->apx = true;
    return true;
  }
  while (next_word(&words, &word)) {
    if (!is_host(word) && !exists(word)) {
      unknown(F, word);
      return false;
    }
  }
  set = front_keep_alloc(F, sizeof(*set));
  words.p = memcpy(front_keep_alloc(F, list.n + 1), list.p, list.n); /* the names point into it */
  words.n = list.n;
  if (!add_list(F, set, words))
    return false;
  add_list(F, set, text_span(always));
  if (X->x64)
    add_list(F, set, text_span(always64));
  X->features = set;
  X->apx = has(set, text_span("APXF"));
  return true;
}

bool x86_features_allow(const struct x86 *X, const char *needed, struct span *missing)
{
  struct span list = text_span(needed);

  while (X->features && next_word(&list, missing)) {
    if (!has(X->features, *missing))
      return false;
  }
  return true;
}

void x86_features_report(struct front *F, const struct x86 *X, struct span at, const char *what, struct span missing)
{
  char name[32];

  snprintf(name, sizeof(name), "%.*s", (int)missing.n, missing.p);
  for (char *p = name; *p; p++)
    *p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
  if (X->features->host) {
    diag_error(F, at, "%s %.*s, which this machine's processor does not have", what, (int)missing.n, missing.p);
    diag_help(F, "code for others is assembled with the features 'host,%s', or with 'all'", name);
  } else {
    diag_error(F, at, "%s %.*s, which is not among the features that are allowed", what, (int)missing.n, missing.p);
    diag_help(F, "-m, .feature and the option 'features' of an assembler say which are");
  }
}

bool x86_features_need(const char *needed, const char *name)
{
  struct span list = text_span(needed), word;

  while (next_word(&list, &word)) {
    if (span_is(word, name))
      return true;
  }
  return false;
}

/* Names that rows have, each once, behind those of `brings`. */
struct row_names {
  size_t n;
  struct span name[MOST];
};

static void collect(struct row_names *all, const char *needed)
{
  struct span list = text_span(needed), word;

  while (next_word(&list, &word)) {
    size_t i = 0;

    while (i < all->n && (all->name[i].n != word.n || memcmp(all->name[i].p, word.p, word.n) != 0))
      i++;
    if (i == all->n && i < MOST && !find_brings(word))
      all->name[all->n++] = word;
  }
}

void x86_features_each(void (*each)(void *user, const char *name, const char *brings), void *user)
{
  static const char *const modes[] = {"X86", "X64", "DYNASM", "OWN"};
  struct row_names all = {0};
  char name[32];

  for (size_t i = 0; i < sizeof(brings) / sizeof(brings[0]); i++)
    each(user, brings[i].name, brings[i].others);
  for (size_t i = 0; i < x86_row_count(); i++)
    collect(&all, x86_row_split(x86_row_text(i)).features);
  for (size_t i = 0; i < all.n; i++) {
    bool is_mode = false;

    for (size_t k = 0; k < sizeof(modes) / sizeof(modes[0]); k++)
      is_mode |= span_is(all.name[i], modes[k]);
    snprintf(name, sizeof(name), "%.*s", (int)all.name[i].n, all.name[i].p);
    if (!is_mode)
      each(user, name, "");
  }
}
