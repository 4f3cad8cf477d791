/* match.c - the choice of a form, and what to say when none fits.
 *
 * match_first() tries the forms in their order. One that does not fit says why, and at which
 * operand: of those the one that came furthest is reported. An ISA that decides otherwise (x86 by
 * sets of kinds) uses the rest.
 */
#include <stdarg.h>
#include <stdio.h>

#include "isa.h"

bool match_refuse(struct match *m, const char *fmt, ...)
{
  va_list ap;

  va_start(ap, fmt);
  vsnprintf(m->why, sizeof(m->why), fmt, ap);
  va_end(ap);
  return false;
}

/* ---- the nearest forms ----------------------------------------------------------------- */

enum { NEAREST = 3 };

static const struct form *form_of(const struct isa_state *S, const struct mnemonic *mn, unsigned i)
{
  return form_at(S->isa->rows, mn, i);
}

static const char *operands_of(const struct isa_state *S, const struct form *f)
{
  return row_split(S->isa->rows, f->row).operands;
}

/* Is form i one to show: here, and with other operands than those before? */
static bool to_show(const struct isa_state *S, const struct mnemonic *mn, unsigned i)
{
  const struct form *f = form_of(S, mn, i);

  if (!f->here)
    return false;
  for (unsigned j = 0; j < i; j++) {
    const struct form *g = form_of(S, mn, j);

    if (g->here && strcmp(operands_of(S, f), operands_of(S, g)) == 0)
      return false;
  }
  return true;
}

/* Indices of the two forms with the smallest distance, and of a third that is as near as the first;
 * in the table's order. */
static unsigned nearest_forms(const struct isa_state *S, const struct mnemonic *mn,
                              const unsigned *distances, unsigned index[NEAREST])
{
  unsigned distance[NEAREST + 1] = {0}, at[NEAREST + 1] = {0}, n = 0;

  for (unsigned i = 0; i < mn->nform; i++) {
    unsigned d = distances[i], k = n;

    if (!to_show(S, mn, i))
      continue;
    for (; k > 0 && distance[k - 1] > d; k--) {
      distance[k] = distance[k - 1];
      at[k] = at[k - 1];
    }
    distance[k] = d;
    at[k] = i;
    n += n < NEAREST;
  }
  if (n == NEAREST && distance[NEAREST - 1] > distance[0])
    n--;
  for (unsigned i = 0; i < n; i++) {
    unsigned k = i;

    for (; k > 0 && index[k - 1] > at[i]; k--)
      index[k] = index[k - 1];
    index[k] = at[i];
  }
  return n;
}

void match_help_forms(struct front *F, const struct isa_state *S, const struct mnemonic *mn, const unsigned *distances)
{
  unsigned index[NEAREST], n = nearest_forms(S, mn, distances, index);
  struct span line = SPAN("");

  for (unsigned i = 0; i < n; i++) {
    const struct form *f = form_of(S, mn, index[i]);
    const char *operands = operands_of(S, f);

    if (*operands == '\0')
      operands = "(no operands)";
    line = i == 0 ? span_fmt(F, "%s %s", f->row, operands) : span_fmt(F, "%.*s | %s", (int)line.n, line.p, operands);
  }
  if (n > 0)
    diag_help(F, "%.*s", (int)line.n, line.p);
}

/* ---- names and features ------------------------------------------------------------------- */

struct reg_names {
  struct front *F;
  const struct isa *isa;
  size_t index;
  struct isa_reg reg;
};

static const char *next_reg(void *user)
{
  struct reg_names *r = user;

  if (!r->isa->reg_at(r->isa, &r->index, &r->reg))
    return NULL;
  return arena_strndup(r->F, r->reg.name, strlen(r->reg.name));
}

void match_help_register(struct front *F, const struct isa_state *S, struct span text)
{
  struct reg_names names = {.F = F, .isa = S->isa};
  const char *near = diag_nearest(text, next_reg, &names);

  if (near)
    diag_help(F, "'%.*s' is no register, so it is a C expression; did you mean '%s'?", (int)text.n, text.p, near);
}

void match_report_disabled(struct front *F, const struct isa_state *S, const struct stmt *st, const struct form *f)
{
  struct span missing = {"", 0}, what = span_fmt(F, "'%.*s' with these operands needs", (int)st->op.n, st->op.p);

  features_allow(S, row_split(S->isa->rows, f->row).needs, &missing);
  features_report(F, S, st->op, what.p, missing);
}

/* ---- first fit ------------------------------------------------------------------------------ */

static bool takes(const struct form *f, unsigned n)
{
  return n >= f->least && (n <= f->nop || (f->rest && f->nop > 0));
}

/* How a form failed. */
struct failure {
  unsigned at, form;
  bool certain;
  char why[sizeof(((struct match *)0)->why)];
};

/* The twins in which a mnemonic is that is not here: "riscv64", "x86". */
static const struct isa *elsewhere(const struct isa_state *S, const struct mnemonic *mn)
{
  for (const struct isa *isa = S->isa->twin; isa && isa != S->isa; isa = isa->twin) {
    for (unsigned k = 0; k < mn->nform; k++) {
      const struct form *f = form_of(S, mn, k);

      if ((f->modes >> isa->mode & 1) && !(S->dynasm ? f->own : f->dynasm))
        return isa;
    }
  }
  return NULL;
}

static void report(struct match *m, const struct mnemonic *mn, const struct failure *worst, bool here)
{
  int n = (int)m->st->op.n;
  const char *op = m->st->op.p;
  const struct isa *other = here ? NULL : elsewhere(m->S, mn);

  if (other)
    diag_error(m->F, m->st->op, "[wrong-mode] '%.*s' does not exist in %s, only in %s", n, op,
               m->S->isa->name, other->name);
  else if (!here)
    diag_error(m->F, m->st->op, "[wrong-mode] '%.*s' does not exist in this dialect", n, op);
  else if (worst->why[0])
    diag_error(m->F, worst->at < m->st->narg ? m->st->arg[worst->at] : m->st->op, "[bad-operand] %s", worst->why);
  else
    diag_error(m->F, m->st->op, "[operand-count] '%.*s' does not take %u operand%s", n, op, m->nop,
               m->nop == 1 ? "" : "s");
}

/* What a search for a form found. */
struct search {
  unsigned *distance;      /* by form; NULL: no form takes so many operands */
  const struct form *disabled;
  struct failure worst;
  bool here;               /* some form is in this dialect and mode */
};

/* The first form that fits and is enabled. */
static const struct form *first_of(struct match *m, const struct mnemonic *mn, match_fits *fits, struct search *s)
{
  for (unsigned i = 0; i < mn->nform; i++) {
    const struct form *f = form_of(m->S, mn, i);

    if (!f->here)
      continue;
    s->here = true;
    if (!takes(f, m->nop))
      continue;
    m->at = 0;
    m->why[0] = '\0';
    m->certain = false;
    if (fits(m, f)) {
      if (f->enabled)
        return f;
      s->disabled = s->disabled ? s->disabled : f;
      continue;
    }
    if (!s->distance)
      s->distance = arena_alloc(m->F, mn->nform * sizeof(*s->distance));
    s->distance[i] = m->at + 1;
    if (s->worst.why[0] == '\0' || m->at > s->worst.at || (m->at == s->worst.at && m->certain && !s->worst.certain)) {
      s->worst.at = m->at;
      s->worst.certain = m->certain;
      memcpy(s->worst.why, m->why, sizeof(s->worst.why));
    }
  }
  return NULL;
}

const void *match_first(struct match *m, const struct mnemonic *mn, match_fits *fits)
{
  struct search s = {0};
  const struct form *f = first_of(m, mn, fits, &s);

  if (!f && m->loosely && !s.disabled) {
    m->loose = true;
    s.worst = (struct failure){0};
    f = first_of(m, mn, fits, &s);
  }
  if (f) {
    m->S->chosen = f->row;
    return f;
  }
  if (s.disabled) {
    match_report_disabled(m->F, m->S, m->st, s.disabled);
    return NULL;
  }
  report(m, mn, &s.worst, s.here);
  if (!s.distance)
    s.distance = arena_alloc(m->F, mn->nform * sizeof(*s.distance));
  for (unsigned i = 0; i < mn->nform; i++)
    s.distance[i] = 100 - s.distance[i]; /* what came further is nearer */
  match_help_forms(m->F, m->S, mn, s.distance);
  return NULL;
}
