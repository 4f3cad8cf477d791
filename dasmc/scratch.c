/* scratch.c - a translation that goes on with text after text.
 *
 * The run-time assembler gives one struct front any number of texts. What a text needs only for
 * itself (its source, statements, list) would pile up, so the state before it is copied, and
 * taken back after it. That is right because nothing that was there before points to what came
 * since, unless the text defined a macro, a name, a type or sections: then its memory stays, and
 * only what belongs to the text itself is reset. Numbers of globals and externs, names
 * of files, and what ISAs make on first use, are in memory of their own (F->keep) and stay always.
 *
 * When memory ran out, the text is to be tried again, and must not find its own definitions: each
 * of them remembers what the name meant before.
 */
#include <string.h>

#include "front_private.h"

/* ---- definitions ---------------------------------------------------------------------- */

struct undo {
  struct undo *next;
  struct table *table;
  struct span key;
  void *value; /* before; or NULL */
};

void definition_set(struct front *F, struct table *t, struct span key, void *value)
{
  struct undo *u = arena_alloc(F, sizeof(*u));

  F->ndefinitions++;
  F->generation++;
  *u = (struct undo){F->text_begin.undo, t, key, table_get(t, key)};
  F->text_begin.undo = u;
  table_set(F, t, key, value);
}

void scratch_undo(struct front *F)
{
  const struct definition_mark *mark = &F->text_begin;

  for (struct undo *u = mark->undo; u; u = u->next)
    table_put_back(u->table, u->key, u->value);
  F->section_names.n = mark->nsections;
  F->macro_names.n = mark->nmacros;
  F->define_names.n = mark->ndefines;
  F->type_names.n = mark->ntypes;
  F->text_begin.undo = NULL;
}

/* ---- texts ---------------------------------------------------------------------------- */

void scratch_begin(struct front *F, struct scratch *s)
{
  F->text_begin = (struct definition_mark){NULL, F->section_names.n, F->macro_names.n, F->define_names.n,
                                           F->type_names.n};
  s->before = *F;
  F->arena.kept = F->arena.block;
}

/* An expansion that was left by a longjmp has not reset its macro. */
static void calm_macros(struct front *F)
{
  for (size_t i = 0; i < F->macro_names.n; i++)
    for (struct macro *m = table_get(&F->macros, F->macro_names.item[i]); m; m = m->overload)
      m->active = false;
}

/* Everything that is about the text in hand is as before; what it defined stays. */
static void forget_text(struct front *F, const struct front *before)
{
  F->build = before->build;
  F->input = before->input;
  F->include_depth = before->include_depth;
  F->maps = before->maps;
  F->statement = before->statement;
  F->defining = before->defining;
  F->expansion = before->expansion;
  F->spare = before->spare;
  F->depth = before->depth;
  F->nconds = before->nconds;
  F->skipping = before->skipping;
  F->captures = before->captures;
  F->capture_names = before->capture_names;
  F->capturing = before->capturing;
  F->nerrors = before->nerrors;
  F->nwarnings = before->nwarnings;
  F->stopped = before->stopped;
  F->quiet = false;
}

/* What the text defined: nothing but names of globals, externs and files, which are elsewhere. */
static void forget_all(struct front *F, struct front *before)
{
  arena_release(&F->arena, &before->arena);
  before->arena = F->arena;
  before->keep = F->keep;
  before->globals = F->globals;
  before->externs = F->externs;
  before->global_names = F->global_names;
  before->extern_names = F->extern_names;
  before->nincluded = F->nincluded;
  before->files_read = F->files_read;
  *F = *before;
}

bool scratch_end(struct front *F, struct scratch *s)
{
  bool defined = F->ndefinitions != s->before.ndefinitions;

  if (defined)
    forget_text(F, &s->before);
  else
    forget_all(F, &s->before);
  calm_macros(F);
  return defined;
}
