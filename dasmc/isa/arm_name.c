/* arm_name.c - a mnemonic with what may stand behind it: s, a condition, both in this order. In
 * front of a type, if it has one: vaddeq.f32. */
#include "arm.h"

/* The name without its last n letters before the type. */
static struct mnemonic *without(struct front *F, struct isa_state *S, struct span name, size_t n)
{
  const char *dot = memchr(name.p, '.', name.n);
  size_t head = dot ? (size_t)(dot - name.p) : name.n;
  struct span stem;

  if (head <= n)
    return NULL;
  stem = span_fmt(F, "%.*s%.*s", (int)(head - n), name.p, (int)(name.n - head), name.p + head);
  return rows_exact(F, S, stem);
}

/* Has it forms with that field, here? `always` needs none. */
static bool has_field(const struct isa_state *S, const struct mnemonic *m, bool s, bool always)
{
  for (unsigned i = 0; m && i < m->nform; i++) {
    const struct arm_form *f = form_at(S->isa->rows, m, i);

    if (f->form.here && (always || (s ? f->s : f->cond)))
      return true;
  }
  return false;
}

struct mnemonic *arm_find(struct front *F, struct isa_state *S, struct span name)
{
  const char *dot = memchr(name.p, '.', name.n);
  size_t n = dot ? (size_t)(dot - name.p) : name.n;
  bool always = !S->dynasm && n > 2 && memcmp(name.p + n - 2, "al", 2) == 0;
  bool cond = n > 2 && arm_condition((struct span){ name.p + n - 2, 2 }) >= 0;
  struct mnemonic *m;

  if (cond && has_field(S, m = without(F, S, name, 2), false, always))
    return m;
  if (cond && n > 3 && name.p[n - 3] == 's' &&
      has_field(S, m = without(F, S, name, 3), true, false))
    return m;
  if (n > 1 && name.p[n - 1] == 's' && has_field(S, m = without(F, S, name, 1), true, false))
    return m;
  return NULL;
}

struct arm_suffix arm_suffix_of(const struct mnemonic *m, struct span name)
{
  const char *base = ((const struct form *)m->form)->row;
  size_t n = strcspn(base, "."), end = 0;
  struct arm_suffix x = { false, -1 };

  while (end < name.n && name.p[end] != '.')
    end++;
  if (end > n && name.p[n] == 's' && end - n != 2) {
    x.s = true;
    n++;
  }
  if (end >= n + 2)
    x.cond = arm_condition((struct span){ name.p + end - 2, 2 });
  return x;
}
