/* arm_name.c - a mnemonic with what may stand behind it: s, a condition, both in this order. In
 * front of a type, if it has one: vaddeq.f32. */
#include "arm.h"

/* In libdasm's dialect a vector may have a type that says more than the row does: vadd.s8 is
 * vadd.i8, vld1.f32 is vld1.32, and where no type matters any will do: vand.u16. */
static struct mnemonic *typed(struct front *F, struct isa_state *S, struct span name)
{
  static const char *const untyped[] = { "vand", "vbic", "vorr", "vorn", "veor", "vbit",
                                         "vbif", "vbsl", "vmov", "vmvn", "vswp" };
  const char *dot = memchr(name.p, '.', name.n);
  struct span stem = { name.p, dot ? (size_t)(dot - name.p) : 0 }, bits;
  struct mnemonic *m = NULL;

  if (!dot || S->dynasm || stem.n + 2 > name.n || memchr(dot + 1, '.', name.n - stem.n - 1))
    return NULL;
  bits = (struct span){ dot + 1, name.n - stem.n - 1 };
  if (memchr("suifp", bits.p[0], 5)) {
    bits = (struct span){ bits.p + 1, bits.n - 1 };
    if (dot[1] != 'f' && dot[1] != 'p')
      m = rows_exact(
          F, S, span_fmt(F, "%.*s.i%.*s", (int)stem.n, stem.p, (int)bits.n, bits.p));
    m = m ? m
          : rows_exact(F, S, span_fmt(F, "%.*s.%.*s", (int)stem.n, stem.p, (int)bits.n, bits.p));
  }
  if (!span_is(bits, "8") && !span_is(bits, "16") && !span_is(bits, "32") && !span_is(bits, "64"))
    return NULL;
  for (size_t i = 0; !m && i < sizeof(untyped) / sizeof(untyped[0]); i++)
    if (span_is(stem, untyped[i]))
      m = rows_exact(F, S, stem);
  return m;
}

static struct mnemonic *exact(struct front *F, struct isa_state *S, struct span name)
{
  struct mnemonic *m = rows_exact(F, S, name);

  return m ? m : typed(F, S, name);
}

/* The name without its last n letters before the type. */
static struct mnemonic *without(struct front *F, struct isa_state *S, struct span name, size_t n)
{
  const char *dot = memchr(name.p, '.', name.n);
  size_t head = dot ? (size_t)(dot - name.p) : name.n;
  struct span stem;

  if (head <= n)
    return NULL;
  stem = span_fmt(F, "%.*s%.*s", (int)(head - n), name.p, (int)(name.n - head), name.p + head);
  return exact(F, S, stem);
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
  return typed(F, S, name);
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
