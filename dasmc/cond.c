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
    diag_error(F, st->op, "[unbalanced-block] %.*s without .if", (int)st->op.n, st->op.p);
    return NULL;
  }
  return &F->cond[F->nconds - 1];
}

static void skip(struct front *F)
{
  F->skipping = true;
  F->skip_level = 0;
}

static struct span first_word(struct span text)
{
  text = span_trim(text);
  for (size_t i = 0; i < text.n; i++)
    if (char_is(text.p[i], CHAR_SPACE))
      text.n = i;
  return text;
}

bool cond_skip(struct front *F, struct span text)
{
  struct span op = first_word(text);

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

static void open_if(struct front *F, const char *at, bool taken)
{
  if (F->nconds == F->cond_capacity)
    F->cond = arena_grow(F, F->cond, &F->cond_capacity, F->nconds + 1, sizeof(*F->cond));
  F->cond[F->nconds++] = (struct cond){taken ? COND_TAKEN : COND_FALSE, origin_of(F, at)};
  if (!taken)
    skip(F);
}

void dir_if(struct front *F, const struct stmt *st)
{
  open_if(F, st->op.p, eval_condition(F, st->arg[0]));
}

void cond_recover(struct front *F, struct span text)
{
  if (span_is(first_word(text), ".if"))
    open_if(F, text.p, false);
}

void dir_elif(struct front *F, const struct stmt *st)
{
  struct cond *c = innermost(F, st);

  if (!c)
    return;
  if (c->state == COND_ELSE)
    diag_error(F, st->op, "[unbalanced-block] .elif after .else");
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
    diag_error(F, st->op, "[unbalanced-block] .else after .else");
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
    diag_error_at(F, F->cond[i].at, "[unbalanced-block] .if without .endif");
}
