/* capture.c - .capture, .endcapture, .dumpcapture: the checks.
 *
 * The driver keeps the captured output itself. A capture may be dumped before it is filled, and
 * several times, also into another capture; one that is filled and never dumped is an error,
 * because its code would vanish.
 */
#include "front_private.h"

static struct capture *get(struct front *F, const struct stmt *st)
{
  struct span name = st->arg[0];
  struct capture *c = table_get(&F->captures, name);

  if (!F->driver->mark) {
    diag_error(F, st->op, "[misplaced] %.*s is not possible here", (int)st->op.n, st->op.p);
    return NULL;
  }
  if (!span_is_name(name)) {
    diag_error(F, name, "[bad-name] bad capture name '%.*s'", (int)name.n, name.p);
    return NULL;
  }
  if (!c) {
    c = arena_alloc(F, sizeof(*c));
    c->name = span_dup(F, name);
    table_set(F, &F->captures, c->name, c);
    spans_add(F, &F->capture_names, c->name);
  }
  return c;
}

static void mark(struct front *F, enum driver_mark kind, struct span name)
{
  if (build_pending(F))
    build_flush(F);
  F->driver->mark(F, kind, name);
}

void dir_capture(struct front *F, const struct stmt *st)
{
  struct capture *c = get(F, st);

  if (!c)
    return;
  if (F->capturing) {
    diag_error(F, st->op, "[misplaced] already capturing to '%.*s'", (int)F->capturing->name.n,
               F->capturing->name.p);
    return;
  }
  if (!c->filled)
    c->at = origin_of(F, st->op.p);
  c->filled = true;
  F->capturing = c;
  mark(F, MARK_CAPTURE, c->name);
}

void dir_endcapture(struct front *F, const struct stmt *st)
{
  struct capture *c = F->capturing;

  if (!c) {
    diag_error(F, st->op, "[unbalanced-block] .endcapture without .capture");
    return;
  }
  F->capturing = NULL;
  mark(F, MARK_ENDCAPTURE, c->name);
}

void dir_dumpcapture(struct front *F, const struct stmt *st)
{
  struct capture *c = get(F, st);

  if (!c)
    return;
  if (F->capturing)
    spans_add(F, &F->capturing->dumps, c->name);
  c->used = true;
  mark(F, MARK_DUMPCAPTURE, c->name);
}

/* How deep the captures that it dumps nest; more than MAX_CAPTURES if that has no end. */
static unsigned height(const struct front *F, struct capture *c, unsigned depth)
{
  unsigned most = 0;

  if (c->height)
    return c->height;
  if (c->open || depth == MAX_CAPTURES)
    return MAX_CAPTURES + 1;
  c->open = true;
  for (size_t i = 0; i < c->dumps.n && most <= MAX_CAPTURES; i++) {
    unsigned h = height(F, table_get(&F->captures, c->dumps.item[i]), depth + 1);

    most = h > most ? h : most;
  }
  c->open = false;
  return c->height = most > MAX_CAPTURES ? most : most + 1;
}

void capture_finish(struct front *F)
{
  struct capture *c = F->capturing;

  if (c) {
    diag_error_at(F, c->at, "[unbalanced-block] unfinished .capture '%.*s'", (int)c->name.n, c->name.p);
    return;
  }
  for (size_t i = 0; i < F->capture_names.n; i++) {
    c = table_get(&F->captures, F->capture_names.item[i]);
    if (c->filled && !c->used)
      diag_error_at(F, c->at, "[lost-capture] missing .dumpcapture for '%.*s'", (int)c->name.n, c->name.p);
    else if (height(F, c, 0) > MAX_CAPTURES)
      diag_error_at(F, c->at,
                    "[recursion] capture '%.*s' is dumped into itself or nests too deeply",
                    (int)c->name.n, c->name.p);
  }
}
