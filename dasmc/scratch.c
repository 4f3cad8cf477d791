/* scratch.c - a translation that goes on with text after text.
 *
 * The run-time assembler gives one struct front any number of texts. What a text needs only for
 * itself (its source, statements, list) would pile up, so the state before it is copied, and
 * taken back after it. That is right because nothing that was there before points to what came
 * since, unless the text defined a macro, a name, a type or sections: then its memory stays, and
 * only what belongs to the text itself is reset. Numbers of globals and externs, and what ISAs
 * make on first use, are in memory of their own (F->keep) and stay always.
 */
#include <string.h>

#include "front_private.h"

void scratch_begin(struct front *F, struct scratch *s)
{
  s->before = *F;
}

/* An expansion that was left by a longjmp has not reset its macro. */
static void calm_macros(struct front *F)
{
  for (size_t i = 0; i < F->macro_names.n; i++)
    for (struct macro *m = table_get(&F->macros, F->macro_names.item[i]); m; m = m->overload)
      m->active = false;
}

/* What stays although the rest of the text's traces goes. */
static void keep_names(struct front *to, const struct front *from)
{
  to->keep = from->keep;
  to->globals = from->globals;
  to->externs = from->externs;
  to->global_names = from->global_names;
  to->extern_names = from->extern_names;
}

static void keep_definitions(struct front *to, const struct front *from)
{
  to->arena = from->arena;
  to->sources = from->sources;
  to->file_names = from->file_names;
  to->defines = from->defines;
  to->macros = from->macros;
  to->types = from->types;
  to->ntypes = from->ntypes;
  to->sections = from->sections;
  to->section_names = from->section_names;
  to->macro_names = from->macro_names;
  to->define_names = from->define_names;
  to->type_names = from->type_names;
  to->directive_table = from->directive_table;
  to->ndefinitions = from->ndefinitions;
}

bool scratch_end(struct front *F, struct scratch *s)
{
  bool defined = F->ndefinitions != s->before.ndefinitions;

  keep_names(&s->before, F);
  if (defined) {
    keep_definitions(&s->before, F);
  } else {
    arena_release(&F->arena, &s->before.arena);
    s->before.arena = F->arena;
  }
  *F = s->before;
  calm_macros(F);
  return defined;
}
