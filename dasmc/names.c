/* names.c - what programs name: types, global labels, externs; and labels as operands.
 *
 * Global labels and externs get their numbers by first use, from 0.
 */
#include <string.h>

#include "front_private.h"

/* ---- types ------------------------------------------------------------------------------ */

struct type *front_type(struct front *F, struct span name)
{
  return table_get(&F->types, name);
}

struct type *front_type_numbered(struct front *F, unsigned number)
{
  return number >= 1 && number <= F->type_names.n ? front_type(F, F->type_names.item[number - 1]) : NULL;
}

/* ---- globals and externs ------------------------------------------------------------------ */

/* The number of a name in a table whose values are number + 1. */
static unsigned number_of(struct front *F, struct table *t, struct spans *names, struct span name)
{
  uintptr_t n = (uintptr_t)table_get(t, name);

  if (n == 0) {
    arena_swap(F);
    name = span_dup(F, name);
    spans_add(F, names, name);
    n = names->n;
    table_set(F, t, name, (void *)n);
    arena_swap(F);
  }
  return (unsigned)(n - 1);
}

/* [A-Za-z_][A-Za-z0-9_@]* */
static bool is_global_name(struct span s)
{
  if (s.n == 0 || char_is(s.p[0], CHAR_DIGIT) || s.p[0] == '@')
    return false;
  for (size_t i = 0; i < s.n; i++)
    if (!char_is(s.p[i], CHAR_WORD) && s.p[i] != '@')
      return false;
  return true;
}

unsigned front_global(struct front *F, struct span name)
{
  if (!is_global_name(name)) {
    diag_error(F, name, "[bad-name] bad global label '%.*s'", (int)name.n, name.p);
    return 0;
  }
  return number_of(F, &F->globals, &F->global_names, name);
}

unsigned front_extern(struct front *F, struct span name)
{
  return number_of(F, &F->externs, &F->extern_names, name);
}

/* ---- labels as operands -------------------------------------------------------------------- */

static bool starts(struct span s, const char *with)
{
  size_t n = strlen(with);

  return s.n >= n && memcmp(s.p, with, n) == 0;
}

static void expression(struct front *F, struct span text, enum label_kind kind, struct span expr,
                       struct label *out)
{
  out->expr = span_trim(expr);
  if (out->expr.n > 0)
    out->kind = kind;
  else
    diag_error(F, text, "[bad-expression] an expression is missing in '%.*s'", (int)text.n, text.p);
}

static void extern_name(struct front *F, struct span text, struct span name, struct label *out)
{
  name = span_trim(name);
  for (size_t i = 0; i < name.n; i++)
    if (char_is(name.p[i], CHAR_SPACE)) {
      diag_error(F, name, "[bad-name] bad extern name '%.*s'", (int)name.n, name.p);
      return;
    }
  if (name.n == 0) {
    diag_error(F, text, "[bad-name] the name of the extern is missing");
    return;
  }
  out->kind = REF_EXTERN;
  out->x = front_extern(F, name);
}

/* Most operands are no labels: their first character says so. */
static bool may_be_label(struct span s)
{
  return s.n > 0 && (*s.p == '-' || *s.p == '=' || *s.p == '&' || *s.p == 'e' || *s.p == '<' || *s.p == '>');
}

bool front_label(struct front *F, struct span text, struct label *out)
{
  *out = (struct label){.kind = REF_BAD};
  text = span_strip(text);
  if (!may_be_label(text))
    return false;
  if (starts(text, "->")) {
    struct span name = span_trim(span_tail(text, 2));

    if (is_global_name(name))
      out->kind = REF_GLOBAL;
    out->x = front_global(F, name);
  } else if (starts(text, "=>")) {
    expression(F, text, REF_PC, span_tail(text, 2), out);
  } else if (starts(text, "&")) {
    expression(F, text, REF_ADDR, span_tail(text, 1), out);
  } else if (starts(text, "extern") && (text.n == 6 || char_is(text.p[6], CHAR_SPACE))) {
    extern_name(F, text, span_tail(text, 6), out);
  } else if (text.n == 2 && (text.p[0] == '<' || text.p[0] == '>') && text.p[1] >= '1' &&
             text.p[1] <= '9') {
    out->kind = text.p[0] == '<' ? REF_BACK : REF_NEXT;
    out->x = (uint32_t)(text.p[1] - '0');
  } else {
    return false;
  }
  return true;
}
