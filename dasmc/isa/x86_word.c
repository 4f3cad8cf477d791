/* x86_word.c - words of sizes, and numbers, in x86 operands. */
#include "x86.h"

struct size_word {
  char name[8];
  uint8_t code, bytes;
};

unsigned x86_size_word(bool x64, struct span word, uint8_t *code)
{
  static const struct size_word words[] = {
    {"byte", 0, 1},  {"word", 1, 2},   {"dword", 2, 4},           {"qword", 3, 8}, {"mmword", 3, 8},           {"oword", 4, 16},
    {"yword", 5, 32}, {"zword", 6, 64}, {"tword", X86_TWORD, 10}, {"tbyte", X86_TWORD, 10},
    {"fword", X86_FWORD, 6}, {"xmmword", 4, 16}, {"ymmword", 5, 32}, {"zmmword", 6, 64},
  };

  if (word.n < 4 || word.n > 7)
    return 0;
  if (span_is(word, "aword")) {
    *code = x64 ? 3 : 2;
    return x64 ? 8 : 4;
  }
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    if (word.p[0] == words[i].name[0] && span_is(word, words[i].name)) {
      *code = words[i].code;
      return words[i].bytes;
    }
  }
  return 0;
}

/* A number, or SIZE*number; sign included. Values are bit patterns: 0xffffffffffffffff is -1. */
bool x86_number(bool x64, struct span s, int64_t *out)
{
  uint64_t v;
  bool neg, minus = false;
  uint8_t code;
  unsigned bytes;
  struct span word, rest;

  s = span_trim(s);
  if (s.n == 0)
    return false;
  if (front_number(s, &v, &neg)) {
    *out = (int64_t)v;
    return true;
  }
  if (*s.p == '-' || *s.p == '+') {
    minus = *s.p == '-';
    s = text_skip(s, 1);
    if (s.n > 0 && text_is_digit(*s.p) && front_c_number(s, &v)) { /* "- 8": to DynASM an expression of C */
      *out = (int64_t)v;
      if (minus)
        *out = (int64_t)(0 - (uint64_t)*out);
      return true;
    }
  }
  word = text_first_word(s);
  bytes = x86_size_word(x64, word, &code);
  if (bytes == 0)
    return false;
  rest = text_skip(s, word.n);
  if (rest.n < 2 || *rest.p != '*' || !front_number(text_skip(rest, 1), &v, &neg))
    return false;
  *out = (int64_t)(v * bytes);
  if (minus)
    *out = -*out;
  return true;
}
