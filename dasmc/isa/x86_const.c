/* x86_const.c - expressions in which are numbers only, such as 1<<4 or 4*(2+1). In libdasm's
 * dialect their value is known at translation, so that it gets the shortest form. What names
 * something, or has a suffix of C, is left to the run.
 */
#include "../expr.h"
#include "x86_text.h"

/* A number as the dialect reads it: decimal or hexadecimal; 010 is left alone, since C would have
 * it octal. */
static bool is_number(struct span word)
{
  bool hex = word.n > 2 && word.p[0] == '0' && (word.p[1] | 32) == 'x';

  if (!hex && word.n > 1 && word.p[0] == '0')
    return false;
  for (size_t i = hex ? 2 : 0; i < word.n; i++) {
    char c = word.p[i] | 32;

    if (!x86_is_digit(c) && !(hex && c >= 'a' && c <= 'f'))
      return false;
  }
  return true;
}

/* Numbers, and operators that make numbers of them. */
static bool numbers_only(struct span s)
{
  bool any = false;

  for (size_t i = 0; i < s.n; i++) {
    if (x86_is_word(s.p[i])) {
      struct span word = x86_first_word((struct span){s.p + i, s.n - i});

      if (!is_number(word))
        return false;
      any = true;
      i += word.n - 1;
    } else if (s.p[i] == '\'' && s.n - i > 2 && s.p[i + 1] != '\\' && s.p[i + 2] == '\'') {
      any = true;
      i += 2;
    } else if (!strchr("+-*/%&|^~<>() \t", s.p[i]) || s.p[i] == '\0') {
      return false;
    }
  }
  return any;
}

/* Nothing but a number in parentheses is a value at run time on purpose: that is how one is
 * written. */
static bool is_runtime_number(struct span s)
{
  s = span_trim(s);
  if (s.n > 0 && *s.p == '+')
    s = x86_skip(s, 1);
  if (s.n < 3 || s.p[0] != '(' || s.p[s.n - 1] != ')')
    return false;
  s = span_trim((struct span){s.p + 1, s.n - 2});
  if (s.n > 1 && *s.p == '-')
    s = x86_skip(s, 1);
  return x86_first_word(s).n == s.n;
}

static unsigned no_parameter(void *user, struct span name)
{
  (void)user;
  (void)name;
  return 0;
}

bool x86_constant(struct front *F, struct span s, int64_t *out)
{
  struct expr_env env = {.pointer_size = 8, .parameter = no_parameter};
  struct expr_code code = {0};
  struct expr_error error;
  const int64_t none = 0;

  if (!numbers_only(s) || is_runtime_number(s) || !expr_compile(F, &env, s, &code, &error))
    return false;
  return expr_run(code.op, &none, out) == EXPR_OK;
}
