/* rows.c - the rows of an ISA, found by mnemonic.
 *
 * A row is one string, see isa.h. Opening a translation hashes the mnemonics (a few thousand short words,
 * well under a millisecond); the rows of a mnemonic are parsed when a statement first uses it, into one array
 * in their order. That order matters: the first form that fits counts.
 */
#include "isa.h"

struct row_index {
  uint32_t mask;
  uint16_t *first;            /* first row of a mnemonic + 1; open addressing, 0: empty */
  struct mnemonic **mnemonic; /* of the same slot, NULL before first use */
  uint16_t *next;             /* row after this one with the same mnemonic, + 1 */
};

static uint32_t hash_step(uint32_t h, char c)
{
  return (h ^ (uint8_t)c) * 0x01000193u;
}

static bool same(const char *row, struct span name)
{
  return strncmp(row, name.p, name.n) == 0 && row[name.n] == '\0';
}

static uint32_t find_slot(const struct row_index *x, const struct rows *rows, struct span name)
{
  uint32_t h = 0x811c9dc5u, i;

  for (size_t k = 0; k < name.n; k++)
    h = hash_step(h, name.p[k]);
  i = (h ^ h >> 15) & x->mask;
  while (x->first[i] != 0 && !same(rows->row[x->first[i] - 1], name))
    i = (i + 1) & x->mask;
  return i;
}

struct row_index *rows_open(struct front *F, const struct rows *rows)
{
  struct row_index *x = arena_alloc(F, sizeof(*x));
  uint32_t capacity = 64, slot = 0;
  size_t n = rows->n;

  while (capacity <= n)
    capacity *= 2; /* a mnemonic has several rows, so this is sparse */
  x->mask = capacity - 1;
  x->first = arena_alloc(F, capacity * sizeof(*x->first));
  x->mnemonic = arena_alloc(F, capacity * sizeof(*x->mnemonic));
  x->next = arena_alloc(F, n * sizeof(*x->next));
  for (size_t i = n; i-- > 0;) {
    const char *row = rows->row[i];

    if (i + 1 == n || strcmp(row, rows->row[i + 1]) != 0) /* most rows have a neighbour's mnemonic */
      slot = find_slot(x, rows, (struct span){row, strlen(row)});
    x->next[i] = x->first[slot];
    x->first[slot] = (uint16_t)(i + 1);
  }
  return x;
}

static void allow_rows(const struct isa_state *S, struct mnemonic *m)
{
  const struct rows *rows = S->isa->rows;
  struct span missing;

  for (unsigned i = 0; i < m->nform; i++) {
    struct form *f = (struct form *)((char *)m->form + i * rows->form_size);

    f->enabled = !S->features || features_allow(S, row_split(rows, f->row).needs, &missing);
  }
  m->epoch = S->epoch;
}

static struct mnemonic *parse_rows(struct front *F, struct isa_state *S, unsigned first)
{
  struct mnemonic *m = front_keep_alloc(F, sizeof(*m));
  const struct rows *rows = S->isa->rows;
  unsigned count = 0;
  char *at;

  for (unsigned i = first; i; i = S->index->next[i - 1])
    count++;
  m->form = at = front_keep_alloc(F, count * rows->form_size);
  for (unsigned i = first; i; i = S->index->next[i - 1], at += rows->form_size) {
    struct form *f = (struct form *)at;
    const char *error = row_parse(rows, rows->row[i - 1], f);

    /* A row that does not parse would fail the table test; here it is nowhere. */
    f->here = !error && (f->modes >> S->isa->mode & 1) && !(S->dynasm ? f->own : f->dynasm);
    m->nform++;
  }
  if (rows->parsed)
    rows->parsed(m);
  allow_rows(S, m);
  return m;
}

struct mnemonic *rows_exact(struct front *F, struct isa_state *S, struct span name)
{
  uint32_t slot = find_slot(S->index, S->isa->rows, name);
  struct mnemonic **m = &S->index->mnemonic[slot];

  if (S->index->first[slot] == 0)
    return NULL;
  if (!*m)
    *m = parse_rows(F, S, S->index->first[slot]);
  else if ((*m)->epoch != S->epoch)
    allow_rows(S, *m);
  return *m;
}

struct mnemonic *rows_find(struct front *F, struct isa_state *S, struct span name)
{
  struct mnemonic *m = rows_exact(F, S, name);
  char other[ISA_ALIAS_SIZE];

  if (!m && S->isa->find)
    m = S->isa->find(F, S, name);
  if (!m && !S->dynasm && S->isa->alias && S->isa->alias(name, other))
    m = rows_find(F, S, (struct span){other, strlen(other)});
  return m;
}
