/* arm64_reg.c - registers: x0, wzr, sp, v3.4s, z1.b, p2/m, pn8.s, and at run time Rx(n), Rv(n).4s, Rp(n)/z. */
#include <stdio.h>

#include "arm64.h"

static const struct arm64_family {
  char prefix[3];
  uint8_t class, count;
} families[] = {
  {"w", A64_W, 31}, {"x", A64_X, 31}, {"b", A64_B, 32}, {"h", A64_H, 32}, {"s", A64_S, 32}, {"d", A64_D, 32},
  {"q", A64_Q, 32}, {"v", A64_V, 32}, {"z", A64_Z, 32}, {"pn", A64_PN, 16}, {"p", A64_P, 16},
};
enum { FAMILIES = sizeof(families) / sizeof(families[0]) };

static const struct {
  char name[4];
  uint8_t class, num;
  bool is_sp;
} names[] = {{"sp", A64_X, 31, true},   {"wsp", A64_W, 31, true},  {"xzr", A64_X, 31, false}, {"wzr", A64_W, 31, false},
             {"lr", A64_X, 30, false},  {"fp", A64_X, 29, false},  {"ip0", A64_X, 16, false}, {"ip1", A64_X, 17, false}};
enum { NAMES = sizeof(names) / sizeof(names[0]) };

char a64_class_letter(unsigned class)
{
  return class >= A64_W && class <= A64_Q ? "WXBHSDQ"[class - A64_W] : '\0';
}

static bool is_word(char c)
{
  return char_is(c, CHAR_WORD);
}

static size_t word_length(struct span s)
{
  size_t n = 0;

  while (n < s.n && is_word(s.p[n]))
    n++;
  return n;
}

/* Length of "(...)", or 0. */
static size_t balanced(struct span s)
{
  unsigned depth = 0;

  for (size_t i = 0; i < s.n; i++) {
    depth += s.p[i] == '(';
    if (s.p[i] == ')' && --depth == 0)
      return i + 1;
    if (depth == 0)
      return 0;
  }
  return 0;
}

/* "12" without leading zeros, below count; else -1. */
static int number(struct span s, unsigned count)
{
  unsigned v = 0;

  if (s.n < 1 || s.n > 2 || (s.n == 2 && s.p[0] == '0'))
    return -1;
  for (size_t i = 0; i < s.n; i++) {
    if (!char_is(s.p[i], CHAR_DIGIT))
      return -1;
    v = 10 * v + (unsigned)(s.p[i] - '0');
  }
  return v < count ? (int)v : -1;
}

static bool named(struct span word, struct a64_reg *out)
{
  for (size_t i = 0; i < NAMES; i++)
    if (span_is(word, names[i].name)) {
      out->class = names[i].class;
      out->num = names[i].num;
      out->is_sp = names[i].is_sp;
      return true;
    }
  for (size_t i = 0; i < FAMILIES; i++) {
    size_t n = strlen(families[i].prefix);
    int num;

    if (word.n <= n || memcmp(word.p, families[i].prefix, n) != 0)
      continue;
    num = number((struct span){word.p + n, word.n - n}, families[i].count);
    if (num >= 0) {
      out->class = families[i].class;
      out->num = (uint8_t)num;
      return true;
    }
  }
  return false;
}

size_t a64_run_time(struct span text, size_t word, struct span name, struct span *expr)
{
  struct span rest = {text.p + word, text.n - word};
  size_t n = balanced(rest);

  if (word != name.n + 1 || text.p[0] != 'R' || n < 3 || memcmp(text.p + 1, name.p, name.n) != 0)
    return 0;
  *expr = span_trim((struct span){rest.p + 1, n - 2});
  return word + n;
}

/* Rx(expr). Returns the length. */
static size_t run_time(struct span text, size_t word, struct a64_reg *out)
{
  for (size_t i = 0; i < FAMILIES; i++) {
    size_t n = a64_run_time(text, word, (struct span){families[i].prefix, strlen(families[i].prefix)}, &out->expr);

    if (n > 0) {
      out->class = families[i].class;
      return n;
    }
  }
  return 0;
}

size_t a64_reg_parse(struct span text, struct a64_reg *out)
{
  size_t n = word_length(text), at, more;

  *out = (struct a64_reg){0};
  if (n == 0)
    return 0;
  at = named((struct span){text.p, n}, out) ? n : run_time(text, n, out);
  if (at == 0 || out->class < A64_V)
    return at;
  if (at + 1 < text.n && text.p[at] == '/' && memchr("mzMZ", text.p[at + 1], 4)) {
    out->mode = (char)(text.p[at + 1] | 32);
    at += 2;
  }
  if (at < text.n && text.p[at] == '.') {
    more = word_length((struct span){text.p + at + 1, text.n - at - 1});
    out->arr = (struct span){text.p + at + 1, more};
    at += more + 1;
  }
  return at;
}

const char *a64_reg_name(size_t index, char text[16], struct a64_reg *reg)
{
  *reg = (struct a64_reg){0};
  if (index < NAMES) {
    named((struct span){names[index].name, strlen(names[index].name)}, reg);
    return names[index].name;
  }
  index -= NAMES;
  for (size_t i = 0; i < FAMILIES; i++) {
    if (index < families[i].count) {
      snprintf(text, 16, "%s%u", families[i].prefix, (unsigned)index);
      reg->class = families[i].class;
      reg->num = (uint8_t)index;
      return text;
    }
    index -= families[i].count;
  }
  return NULL;
}
