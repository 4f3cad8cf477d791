/* x86_feature.c - which instructions -m and .feature allow.
 *
 * A list names features as CPUID, compilers and assemblers do (avx512vl, sse4.1, sse4_1, amx-tile:
 * case, dots and hyphens do not matter), or groups of them (x86-64-v3). A feature brings those
 * that it is built on. What every processor of the mode has is always allowed; without a list
 * everything is.
 *
 * The names are those of the rows' last column. The table below has only those that bring others.
 */
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

enum { MOST = 160 };

struct x86_features {
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
    if (same_name(set->name[i], name))
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

static const char *candidate(void *user)
{
  size_t *i = user;

  return *i < sizeof(brings) / sizeof(brings[0]) ? brings[(*i)++].name : NULL;
}

static void unknown(struct front *F, struct span name)
{
  char *upper = arena_strndup(F, name.p, name.n);
  size_t index = 0;
  const char *near;

  for (size_t i = 0; i < name.n; i++)
    upper[i] = (char)folded(upper[i]);
  near = diag_nearest((struct span){upper, name.n}, candidate, &index);
  diag_error(F, name, "unknown feature '%.*s'", (int)name.n, name.p);
  if (near)
    diag_help(F, "did you mean '%s'?", near);
}

static void add_list(struct x86_features *set, struct span list)
{
  struct span word;

  while (next_word(&list, &word))
    add(set, word);
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
    if (!exists(word)) {
      unknown(F, word);
      return false;
    }
  }
  set = front_keep_alloc(F, sizeof(*set));
  words.p = memcpy(front_keep_alloc(F, list.n + 1), list.p, list.n); /* the names point into it */
  words.n = list.n;
  add_list(set, words);
  add_list(set, text_span(always));
  if (X->x64)
    add_list(set, text_span(always64));
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
