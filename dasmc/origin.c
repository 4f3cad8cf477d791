/* origin.c - where a text came from that was made by substitution: back through the maps of
 * subst.c. */
#include "front_private.h"

/* A byte of a replacement comes from the first byte of what was replaced, or, as the end of a span,
 * from its last. */
static const char *map_back(const struct text_map *m, const char *p, bool last)
{
  uint32_t at = (uint32_t)(p - m->out.p);
  const struct edit *before = NULL;

  for (unsigned i = 0; i < m->nedits && m->edit[i].out <= at; i++)
    before = &m->edit[i];
  if (!before)
    return m->in.p + at;
  if (at < before->out + before->out_n)
    return m->in.p + before->in + (last && before->in_n > 0 ? before->in_n - 1 : 0);
  return m->in.p + before->in + before->in_n + (at - before->out - before->out_n);
}

static const char *traced(const struct front *F, const char *p, bool last)
{
  for (const struct text_map *m = F->maps; m; m = m->prev)
    if (span_has(m->out, p))
      p = map_back(m, p, last);
  return p;
}

const char *origin_of(const struct front *F, const char *p)
{
  return traced(F, p, false);
}

const char *origin_of_last(const struct front *F, const char *p)
{
  return traced(F, p, true);
}
