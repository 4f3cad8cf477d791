/* spelling.c - libdasm's own dialect as people write it, made what the rest of the translator
 * reads.
 *
 * Before a statement is split, its text is gone through once: mnemonics, registers, sizes and what
 * is in braces, but for a register at run time, become lower case; numbers such as 0FFh, 1010b,
 * 1_000 and $0ff become C's; comments become a blank. Text without any of that is returned as it
 * is. The words are those of the ISA; names that the program defined, labels, members, and all that
 * stands in parentheses or quotes belong to the program and stay.
 */
#include <string.h>

#include "front_private.h"
#include "isa/isa.h"

/* Where the scan is. */
struct scan {
  struct front *F;
  struct span text;
  const char *p; /* next character */
  unsigned parens, braces;
  bool op;   /* the operation comes next */
  bool name; /* the next word is a name: behind ->, =>, &, ., extern */
};

static bool is_upper(char c)
{
  return c >= 'A' && c <= 'Z';
}

static bool has_upper(struct span s)
{
  for (size_t i = 0; i < s.n; i++)
    if (is_upper(s.p[i]))
      return true;
  return false;
}

static struct span lower(struct front *F, struct span s)
{
  char *p = arena_alloc(F, s.n + 1);

  for (size_t i = 0; i < s.n; i++)
    p[i] = is_upper(s.p[i]) ? (char)(s.p[i] + 32) : s.p[i];
  return (struct span){p, s.n};
}

/* ---- numbers ---------------------------------------------------------------------- */

static unsigned digit(char c)
{
  return c >= '0' && c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 32) - 'a') + 10;
}

/* Digits of a base, with _ between them. False: there are others, none, or too many. */
static bool value_of(struct span s, unsigned base, uint64_t *out)
{
  uint64_t v = 0;

  if (s.n == 0 || s.p[0] == '_' || s.p[s.n - 1] == '_')
    return false;
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '_')
      continue;
    if (digit(s.p[i]) >= base || v > (UINT64_MAX - digit(s.p[i])) / base)
      return false;
    v = v * base + digit(s.p[i]);
  }
  *out = v;
  return true;
}

/* Base by the letter in front (0x) or behind; 0: none. */
static unsigned base_of(char c)
{
  switch (c | 32) {
  case 'x':
  case 'h':
    return 16;
  case 'b':
  case 'y':
    return 2;
  case 'o':
  case 'q':
    return 8;
  default:
    return 0;
  }
}

/* A number that is not C's. */
static bool other_number(struct span s, uint64_t *out)
{
  unsigned base = s.n > 2 && s.p[0] == '0' ? base_of(s.p[1]) : 0;
  bool plain = memchr(s.p, '_', s.n) == NULL;

  if (s.p[0] == '$')
    return value_of(span_tail(s, 1), 16, out);
  if (base == 16 && (s.p[1] | 32) == 'x')
    return !plain && value_of(span_tail(s, 2), 16, out);
  base = base_of(s.p[s.n - 1]);
  if (s.n > 1 && base && (s.p[s.n - 1] | 32) != 'x' &&
      value_of((struct span){s.p, s.n - 1}, base, out))
    return true;
  base = s.n > 2 && s.p[0] == '0' ? base_of(s.p[1]) : 0;
  if (base && base != 16 && value_of(span_tail(s, 2), base, out))
    return true;
  return !plain && value_of(s, 10, out);
}

/* A word that begins with a digit, or $0; v1.8h has none. Decimal numbers stay decimal, so that a
 * message shows them so. */
static void number(struct scan *S, struct span word)
{
  uint64_t v;

  if ((word.p > S->text.p && word.p[-1] == '.') || !other_number(word, &v))
    return;
  subst_hit(S->F, S->text, word, span_fmt(S->F, "0x%llx", (unsigned long long)v));
}

/* ---- words --------------------------------------------------------------------------- */

static bool defined(struct front *F, struct span word)
{
  return front_type(F, word) != NULL || macro_find(F, word) != NULL;
}

static bool is_word_of(struct scan *S, struct span low)
{
  return isa_is_word(S->F, low, S->op);
}

static void word(struct scan *S, struct span w)
{
  struct span low;
  bool call = S->p < span_end(S->text) && *S->p == '(';

  if (S->name || S->parens > 0 || !has_upper(w) || defined(S->F, w) || (S->braces > 0 && call))
    return;
  low = lower(S->F, w);
  if (S->braces > 0 || is_word_of(S, low))
    subst_hit(S->F, S->text, w, low);
}

/* Behind the word: is the next one the operation (again, after a prefix), or a name? */
static void after_word(struct scan *S, struct span w)
{
  S->name = span_is(w, "extern");
  if (S->op && S->braces == 0)
    S->op = isa_is_prefix(S->F, lower(S->F, w));
}

static void one_word(struct scan *S)
{
  const char *end = span_end(S->text), *from = S->p;
  struct span w;

  while (S->p < end && char_is(*S->p, CHAR_WORD))
    S->p++;
  w = span_between(from, S->p);
  if (S->op && w.n + (size_t)(from - S->text.p) < S->text.n && *S->p == '-') /* xcrypt-ecb */
    while (S->p < end && (char_is(*S->p, CHAR_WORD) || *S->p == '-'))
      S->p++;
  w = span_between(from, S->p);
  if (char_is(*from, CHAR_DIGIT))
    number(S, w);
  else
    word(S, w);
  after_word(S, w);
}

/* ---- the rest --------------------------------------------------------------------------- */

/* Behind the quote that closes the one at p; p + 1 if none does. */
static const char *behind_quotes(const char *p, const char *end)
{
  for (const char *q = p + 1; q < end; q++) {
    if (*q == '\\')
      q++;
    else if (*q == *p)
      return q + 1;
  }
  return p + 1;
}

/* True if a comment was taken out. */
static bool comment(struct scan *S)
{
  const char *end = span_end(S->text), *q = S->p + 2;

  if (end - S->p < 4 || S->p[1] != '*')
    return false;
  while (end - q >= 2 && (q[0] != '*' || q[1] != '/'))
    q++;
  if (end - q < 2)
    return false;
  subst_hit(S->F, S->text, span_between(S->p, q + 2), SPAN(" "));
  S->p = q + 2;
  return true;
}

/* $0ff, if $0 is no register; other dollars are for the ISA to wonder about. */
static bool dollar(struct scan *S)
{
  const char *end = span_end(S->text), *q = S->p + 1;

  if (q == end || *q != '0' || (q + 1 < end && (q[1] | 32) == 'x'))
    return false;
  while (q < end && char_is(*q, CHAR_WORD))
    q++;
  if (isa_is_register(S->F, span_between(S->p, q)))
    return false;
  number(S, span_between(S->p, q));
  S->p = q;
  return true;
}

static void one_sign(struct scan *S)
{
  const char *end = span_end(S->text);
  char c = *S->p, next = S->p + 1 < end ? S->p[1] : '\0';

  if (c == '\'' || c == '"') {
    S->p = behind_quotes(S->p, end);
    return;
  }
  if ((c == '/' && comment(S)) || (c == '$' && dollar(S)))
    return;
  S->parens += c == '(';
  S->parens -= c == ')' && S->parens > 0;
  S->braces += c == '{';
  S->braces -= c == '}' && S->braces > 0;
  if (!char_is(c, CHAR_SPACE))
    S->name = c == '&' || c == '.' || ((c == '-' || c == '=') && next == '>');
  S->p += (c == '-' || c == '=') && next == '>' ? 2 : 1;
}

/* Directives have words of their own, except those of the ISA, which take numbers. */
static bool is_directive(struct front *F, struct span text)
{
  size_t n = 1;

  if (text.n == 0 || text.p[0] != '.')
    return false;
  while (n < text.n && char_is(text.p[n], CHAR_WORD))
    n++;
  return !isa_known(F, (struct span){text.p, n}, -1);
}

struct span spelling(struct front *F, struct span text)
{
  struct scan S = {.F = F, .text = text, .p = text.p, .op = true};

  if (is_directive(F, text))
    return text;
  F->nhits = 0;
  while (S.p < span_end(text)) {
    if (char_is(*S.p, CHAR_WORD))
      one_word(&S);
    else
      one_sign(&S);
  }
  return F->nhits ? subst_apply(F, text) : text;
}
