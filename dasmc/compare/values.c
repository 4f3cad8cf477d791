/* values.c - the values that are tried for the arguments of a group. */
#include "compare.h"

static const int64_t samples[] = {
  3, 1, 0, 2, 5, 7, 4, 8, 9, 12, 13, 15, 6, 14, 16, 31, 63, 100, 127, 128, 255, 256, 1000, 32767, 65535, 65536,
  0x12345678, 0x7fffffff, INT64_C(0x80000000), INT64_C(0xffffffff), -1, -8, -127, -128, -129, -4096, -65536,
  -0x7fffffff - 1,
};
enum { NSAMPLES = sizeof samples / sizeof samples[0], NRANDOM = 64, NSEARCH = 256 };

static uint32_t seed;

static uint32_t chance(void)
{
  seed = seed * 1664525u + 1013904223u;
  return seed >> 8;
}

static void add_atom(struct vars *v, unsigned atom, int wide)
{
  unsigned k = 0;

  while (k < v->n && v->expr[k] != atom)
    k++;
  if (k == MAXARGS)
    return;
  if (k == v->n) {
    v->expr[v->n] = atom;
    v->wide[v->n++] = 0;
  }
  v->wide[k] |= wide;
}

void add_vars(struct vars *v, const struct group *g)
{
  for (unsigned i = 0; i < g->nputs; i++)
    for (unsigned j = 0; j < g->put[i].nargs; j++) {
      int atom;
      for (unsigned k = 0; (atom = atom_of(g->put[i].arg[j].expr, k)) >= 0; k++)
        add_atom(v, (unsigned)atom, g->put[i].arg[j].part != 0);
    }
}

/* The rounds: the same value everywhere; then, until there are values that DynASM takes, those with which
 * it got furthest, with one or two of them changed; then those that it takes with one of them changed;
 * then with some changed. */
unsigned rounds(const struct vars *v)
{
  return v->n == 0 ? 1 : 32 + NSEARCH + v->n * NSAMPLES + (v->n > 1 ? NRANDOM : 0);
}

int choose(const struct vars *v, const struct progress *p, unsigned group, unsigned round, int64_t *value)
{
  unsigned i;

  seed = group * 7919 + round * 104729 + 1;
  for (i = 0; i < 8; i++)
    chance();
  if (round < 32) {
    if (p->have_base && round > 2)
      return 0;
    for (i = 0; i < v->n; i++)
      value[v->expr[i]] = samples[round];
    return 1;
  }
  round -= 32;
  for (i = 0; i < v->n; i++)
    value[v->expr[i]] = p->base[i];
  if (round < NSEARCH) {
    for (unsigned k = 0; k <= (round & 1); k++) {
      i = chance() % v->n;
      value[v->expr[i]] = v->wide[i] && chance() % 4 == 0 ? PLACE + 0x800 /* an address in reach of branches */
                          : chance() & 1                 ? samples[chance() % NSAMPLES]
                                                         : chance() % 8;
    }
    return !p->have_base;
  }
  if (!p->have_base)
    return 0;
  round -= NSEARCH;
  if (round < v->n * NSAMPLES) {
    i = round / NSAMPLES;
    value[v->expr[i]] = samples[round % NSAMPLES];
    if (v->wide[i] && (round & 1))
      value[v->expr[i]] *= INT64_C(0x100000001) * (chance() & 0xff);
  } else {
    for (i = 0; i < v->n; i++)
      if (chance() & 1)
        value[v->expr[i]] = samples[chance() % NSAMPLES];
  }
  return 1;
}
