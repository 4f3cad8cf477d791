/* isa.c - what the front end asks of the ISA in hand: statements, mnemonics, words, registers. */
#include "isa.h"

struct isa_state *isa_open(struct front *F, const struct isa *isa)
{
  struct isa_state *S = arena_alloc(F, isa->state_size);
  const char *features = front_options(F)->features;

  S->isa = isa;
  S->dynasm = front_options(F)->dialect < DIALECT_LIBDASM;
  S->index = rows_open(F, isa->rows);
  if (isa->open)
    isa->open(F, S);
  if (features && isa->features)
    features_set(F, S, (struct span){features, strlen(features)});
  return S;
}

/* ---- statements ---------------------------------------------------------------------- */

static bool is_feature(const struct isa_state *S, struct span op)
{
  return S->isa->features && span_is(op, ".feature");
}

/* .feature avx2, bmi2 */
static void feature_directive(struct front *F, struct isa_state *S, const struct stmt *st)
{
  struct span list = {st->op.p, 0};

  if (st->narg == 0) {
    diag_error(F, st->op, "[directive-operands] a list of features, or 'all', should follow");
    return;
  }
  list.p = st->arg[0].p;
  list.n = (size_t)(st->arg[st->narg - 1].p + st->arg[st->narg - 1].n - list.p);
  features_set(F, S, list);
  build_forget(F);
}

bool isa_assemble(struct front *F, const struct stmt *statement)
{
  struct isa_state *S = isa_data(F);
  const struct isa *isa = S->isa;
  const struct mnemonic *m;
  struct stmt st = *statement;

  if (isa->prepare && !isa->prepare(F, S, &st))
    return true;
  if (is_feature(S, st.op)) {
    feature_directive(F, S, &st);
  } else if (data_assemble(F, S, &st)) {
    if (isa->begin)
      isa->begin(S);
  } else if (isa->pseudo && isa->pseudo(F, S, &st)) {
    return true;
  } else if ((m = rows_find(F, S, st.op)) != NULL) {
    isa->assemble(F, S, m, &st);
  } else if (st.op.p != statement->op.p) {
    diag_error(F, st.op, "[unknown-statement] unknown instruction after a prefix");
    if (isa->begin)
      isa->begin(S);
  } else {
    return false;
  }
  return true;
}

/* ---- names --------------------------------------------------------------------------- */

static bool pseudo_known(const struct isa_state *S, struct span name, int nargs)
{
  const struct isa *isa = S->isa;
  struct isa_pseudo p;

  if (isa->pseudo_own && S->dynasm)
    return false;
  for (size_t i = 0; isa->pseudo_at && isa->pseudo_at(isa, i, &p); i++)
    if (span_is(name, p.name) && (nargs < 0 || (nargs >= p.least && nargs <= p.most)))
      return true;
  return false;
}

bool isa_known(struct front *F, struct span name, int nargs)
{
  struct isa_state *S = isa_data(F);
  const struct mnemonic *m;

  if (data_known(S, name) || is_feature(S, name))
    return nargs != 0;
  if (S->dynasm && nargs >= 0 && S->isa->dynasm_op)
    return S->isa->dynasm_op(name, (unsigned)nargs);
  if (pseudo_known(S, name, nargs))
    return true;
  m = rows_find(F, S, name);
  for (unsigned i = 0; m && i < m->nform; i++) {
    const struct form *f = form_at(S->isa->rows, m, i);

    if (f->here && (nargs < 0 || ((unsigned)nargs >= f->least && ((unsigned)nargs <= f->nop || f->rest))))
      return true;
  }
  return false;
}

const char *isa_mnemonic(const struct isa *isa, size_t index)
{
  struct isa_pseudo p;
  bool both;

  if (index < isa->rows->n)
    return isa->rows->row[index];
  index -= isa->rows->n;
  if (isa->features && index-- == 0)
    return ".feature";
  for (size_t i = 0; isa->pseudo_at && isa->pseudo_at(isa, i, &p); i++)
    if (index-- == 0)
      return p.name;
  return data_name(index, &both);
}

bool isa_is_register(struct front *F, struct span name)
{
  const struct isa_state *S = isa_data(F);

  return S->isa->is_register(S, name);
}

bool isa_is_reserved(struct front *F, struct span name)
{
  const struct isa_state *S = isa_data(F);

  return S->isa->is_reserved(S, name);
}

bool isa_is_word(struct front *F, struct span word, bool op)
{
  struct isa_state *S = isa_data(F);

  if (op)
    return data_known(S, word) || pseudo_known(S, word, -1) || rows_find(F, S, word);
  return S->isa->is_register(S, word) || (S->isa->is_word && S->isa->is_word(S, word));
}

bool isa_is_prefix(struct front *F, struct span word)
{
  struct isa_state *S = isa_data(F);

  return S->isa->is_prefix && S->isa->is_prefix(F, S, word);
}
