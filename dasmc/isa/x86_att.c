/* x86_att.c - does a statement look like AT&T syntax? Then a message says so, instead of many that
 * do not help. */
#include "x86.h"

/* %name of a register, where C's operator cannot stand. */
static bool names_register(const struct x86 *X, struct span s, size_t at)
{
  struct span rest = {s.p + at + 1, s.n - at - 1};
  struct x86_reg reg;

  return (at == 0 || s.p[at - 1] == '(' || s.p[at - 1] == ',' || s.p[at - 1] == '*') &&
         x86_reg_parse(X->x64, rest, &reg) > 0;
}

static bool looks_att(const struct x86 *X, struct span s)
{
  if (s.n > 1 && s.p[0] == '$' && !X->isa.dynasm && text_is_word(s.p[1]))
    return true;
  for (size_t i = 0; i + 1 < s.n; i++)
    if (s.p[i] == '%' && names_register(X, s, i))
      return true;
  return false;
}

bool x86_looks_att(const struct x86 *X, const struct stmt *st)
{
  for (unsigned i = 0; i < st->narg; i++) {
    struct span s = st->arg[i];

    if (s.n > 1 && (s.p[0] == '%' || s.p[0] == '$' || s.p[0] == '*' || s.p[s.n - 1] == ')') &&
        looks_att(X, s))
      return true;
  }
  return false;
}
