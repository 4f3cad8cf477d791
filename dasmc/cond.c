/* cond.c - .if, .elif, .else, .endif.
 *
 * A stack of open .if; while a branch is skipped, statements are looked at only for the words
 * that open, switch or close a conditional. Skipping is a state of the translation, not of the
 * call stack: a macro may open an .if that the line after it closes.
 */
#include "front_private.h"

static struct cond *innermost(struct front *F, const struct stmt *st)
{
  if (F->nconds == 0) {
    diag_error(F, st->op, "%.*s without .if", (int)st->op.n, st->op.p);
    return NULL;
  }
  return &F->cond[F->nconds - 1];
}

static void skip(struct front *F)
{
  F->skipping = true;
  F->skip_level = 0;
}

bool cond_skip(struct front *F, struct span text)
{
  struct span op = span_trim(text);

  for (size_t i = 0; i < op.n; i++)
    if (char_is(op.p[i], CHAR_SPACE))
      op.n = i;
  if (span_is(op, ".if")) {
    F->skip_level++;
  } else if (F->skip_level > 0) {
    F->skip_level -= span_is(op, ".endif");
  } else if (span_is(op, ".elif") || span_is(op, ".else") || span_is(op, ".endif")) {
    F->skipping = false;
    return false;
  }
  return true;
}

void dir_if(struct front *F, const struct stmt *st)
{
  bool taken = eval_condition(F, st->arg[0]);

  if (F->nconds == F->cond_capacity)
    F->cond = arena_grow(F, F->cond, &F->cond_capacity, F->nconds + 1, sizeof(*F->cond));
  F->cond[F->nconds++] = (struct cond){taken ? COND_TAKEN : COND_FALSE, subst_origin(F, st->op.p)};
  if (!taken)
    skip(F);
}

void dir_elif(struct front *F, const struct stmt *st)
{
  struct cond *c = innermost(F, st);

  if (!c)
    return;
  if (c->state == COND_ELSE)
    diag_error(F, st->op, ".elif after .else");
  else if (c->state == COND_FALSE && eval_condition(F, st->arg[0]))
    c->state = COND_TAKEN;
  else
    skip(F);
}

void dir_else(struct front *F, const struct stmt *st)
{
  struct cond *c = innermost(F, st);

  if (!c)
    return;
  if (c->state == COND_ELSE)
    diag_error(F, st->op, ".else after .else");
  if (c->state != COND_FALSE)
    skip(F);
  c->state = COND_ELSE;
}

void dir_endif(struct front *F, const struct stmt *st)
{
  if (innermost(F, st))
    F->nconds--;
}

void cond_finish(struct front *F)
{
  for (size_t i = 0; i < F->nconds; i++)
    diag_error_at(F, F->cond[i].at, ".if without .endif");
}
