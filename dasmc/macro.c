/* macro.c - .macro, .endmacro, and the expansion of macros.
 *
 * A body is kept as the raw statements between .macro and .endmacro. Expanding one substitutes
 * parameters, then defines, then pastes, and runs the result as any statement, which substitutes
 * defines again. A statement that invokes a macro only begins its expansion (macro_expand); whoever
 * translates the line then asks for the lines of the body (macro_line). Macros of one name differ
 * by their number of parameters.
 */
#include <string.h>

#include "front_private.h"

/* ---- definition ----------------------------------------------------------------------- */

/* A name, possibly with dots in it, or beginning with a dot. */
static bool is_macro_name(struct span s)
{
  if (s.n == 0 || char_is(s.p[0], CHAR_DIGIT))
    return false;
  for (size_t i = 0; i < s.n; i++)
    if (!char_is(s.p[i], CHAR_WORD) && s.p[i] != '.')
      return false;
  return true;
}

static bool check_params(struct front *F, const struct stmt *st)
{
  for (unsigned i = 1; i < st->narg; i++) {
    if (!span_is_name(st->arg[i])) {
      diag_error(F, st->arg[i], "[bad-name] bad macro parameter name '%.*s'", (int)st->arg[i].n, st->arg[i].p);
      return false;
    }
    for (unsigned j = 1; j < i; j++)
      if (span_eq(st->arg[i], st->arg[j])) {
        diag_error(F, st->arg[i], "[duplicate-name] duplicate macro parameter '%.*s'", (int)st->arg[i].n,
                   st->arg[i].p);
        return false;
      }
  }
  return true;
}

static bool check_macro(struct front *F, const struct stmt *st)
{
  struct span name = st->arg[0];

  if (!is_macro_name(name)) {
    diag_error(F, name, "[bad-name] bad macro name '%.*s'", (int)name.n, name.p);
    return false;
  }
  if (!check_params(F, st))
    return false;
  if (is_known(F, name, (int)st->narg - 1)) {
    diag_error(F, name, "[duplicate-name] '%.*s' with %u parameter%s exists already", (int)name.n, name.p, st->narg - 1,
               st->narg == 2 ? "" : "s");
    return false;
  }
  return true;
}

/* After an error the body is captured all the same, for a macro without a name. */
void dir_macro(struct front *F, const struct stmt *st)
{
  struct macro *m = arena_alloc(F, sizeof(*m));

  if (check_macro(F, st)) {
    m->name = span_dup(F, st->arg[0]);
    m->nparams = st->narg - 1;
    for (unsigned i = 0; i < m->nparams; i++)
      m->param[i] = span_dup(F, st->arg[i + 1]);
  }
  F->defining = m;
  F->defining_at = origin_of(F, st->op.p);
}

static void end_definition(struct front *F)
{
  struct macro *m = F->defining;

  F->defining = NULL;
  if (m->name.n == 0)
    return;
  m->overload = table_get(&F->macros, m->name);
  if (!m->overload)
    spans_add(F, &F->macro_names, m->name);
  definition_set(F, &F->macros, m->name, m);
}

bool macro_capture(struct front *F, struct span text)
{
  struct macro *m = F->defining;

  if (!m)
    return false;
  if (span_is(span_trim(text), ".endmacro")) {
    end_definition(F);
    return true;
  }
  if (m->nlines == m->capacity)
    m->body = arena_grow(F, m->body, &m->capacity, m->nlines + 1, sizeof(*m->body));
  m->body[m->nlines++] = text;
  return true;
}

void dir_endmacro(struct front *F, const struct stmt *st)
{
  diag_error(F, st->op, "[unbalanced-block] .endmacro without .macro");
}

void macro_finish(struct front *F)
{
  if (F->defining)
    diag_error_at(F, F->defining_at, "[unbalanced-block] unfinished .macro '%.*s'", (int)F->defining->name.n,
                  F->defining->name.p);
}

/* ---- expansion ------------------------------------------------------------------------- */

static void comment(struct front *F, int what, struct span text, unsigned nparams)
{
  if (F->driver->expansion)
    F->driver->expansion(F, what, text, nparams);
}

/* The statement of a line of the body. settled: there is nothing to substitute. */
static struct span expand_line(struct front *F, const struct expansion *x, struct span text, bool *settled)
{
  const struct macro *m = x->macro;
  struct span pasted;

  F->maps = x->maps;
  F->statement = text;
  text = subst_params(F, text, m->param, x->arg, m->nparams);
  text = subst_defines(F, text);
  pasted = subst_paste(F, text);
  if (pasted.n > 0 && pasted.p[0] != '|')
    comment(F, 0, pasted, 0);
  *settled = pasted.p == text.p;
  return pasted;
}

static struct expansion *new_expansion(struct front *F)
{
  struct expansion *x = F->spare;

  if (!x)
    return arena_alloc(F, sizeof(*x));
  F->spare = x->up;
  return x;
}

static void end_expansion(struct front *F, struct expansion *x)
{
  comment(F, -1, x->macro->name, x->macro->nparams);
  x->macro->active = false;
  F->depth--;
  F->expansion = x->up;
  x->up = F->spare;
  F->spare = x;
}

bool macro_expand(struct front *F, const struct stmt *st)
{
  struct macro *m = F->macros.count ? macro_form(F, st->op, st->narg) : NULL;
  struct expansion *x;

  if (!m)
    return false;
  if (m->active || F->depth == MAX_DEPTH) {
    diag_error(F, st->op, m->active ? "[recursion] recursive macro invocation" : "[recursion] macros nest too deeply");
    return true;
  }
  x = new_expansion(F);
  x->up = F->expansion;
  x->macro = m;
  x->call = st->text;
  x->maps = F->maps;
  x->next = 0;
  for (unsigned i = 0; i < m->nparams; i++)
    x->arg[i] = st->arg[i];
  m->active = true;
  F->expansion = x;
  F->depth++;
  comment(F, 1, m->name, m->nparams);
  return true;
}

bool macro_line(struct front *F, const struct expansion *outer, struct span *text, bool *settled)
{
  while (F->expansion != outer) {
    struct expansion *x = F->expansion;

    if (x->next < x->macro->nlines) {
      *text = expand_line(F, x, x->macro->body[x->next++], settled);
      return true;
    }
    end_expansion(F, x);
  }
  return false;
}
