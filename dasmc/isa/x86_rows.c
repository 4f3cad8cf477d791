/* x86_rows.c - all rows of x86 and x64, found by mnemonic.
 *
 * A row is one string: its five columns, each ending in a zero byte. Opening a translation
 * hashes the mnemonics (a few thousand short words, well under a millisecond); the rows of a
 * mnemonic are parsed when a statement first uses it, into one array in the order of the files
 * below. That order matters: the first form that fits wins, so DynASM's choices (legacy, VEX)
 * come before what extends them (EVEX).
 */
#include <string.h>

#include "x86.h"

#define I(mnemonic, operands, open, opcode, ...) \
  mnemonic "\0" operands "\0" open "\0" opcode "\0" #__VA_ARGS__,

static const char *const rows[] = {
#include "x86_short.def"
#include "x86.def"
#include "x86_sse.def"
#include "x86_avx.def"
#include "x86_cmp.def"
#include "x86_avx512.def"
#include "x86_avx512fp16.def"
#include "x86_avx_new.def"
#include "x86_avx10.def"
#include "x86_amx.def"
#include "x86_amd.def"
#include "x86_system.def"
#include "x86_apx.def"
#include "x86_names.def"
};

enum { NROWS = sizeof(rows) / sizeof(rows[0]) };

struct x86_index {
  uint32_t mask;
  uint16_t *first;                /* first row of a mnemonic + 1; open addressing, 0: empty */
  struct x86_mnemonic **mnemonic; /* of the same slot, NULL before first use */
  uint16_t *next;                 /* row after this one with the same mnemonic, + 1 */
};

size_t x86_row_count(void)
{
  return NROWS;
}

const char *x86_row_text(size_t index)
{
  return rows[index];
}

static uint32_t hash_step(uint32_t h, char c)
{
  return (h ^ (uint8_t)c) * 0x01000193u;
}

static bool same(const char *row, struct span name)
{
  return strncmp(row, name.p, name.n) == 0 && row[name.n] == '\0';
}

static uint32_t find_slot(const struct x86_index *x, struct span name)
{
  uint32_t h = 0x811c9dc5u, i;

  for (size_t k = 0; k < name.n; k++)
    h = hash_step(h, name.p[k]);
  i = (h ^ h >> 15) & x->mask;
  while (x->first[i] != 0 && !same(rows[x->first[i] - 1], name))
    i = (i + 1) & x->mask;
  return i;
}

struct x86_index *x86_index_open(struct front *F)
{
  struct x86_index *x = arena_alloc(F, sizeof(*x));
  uint32_t capacity = 64, slot = 0;

  while (capacity <= NROWS)
    capacity *= 2; /* a mnemonic has several rows, so this is sparse */
  x->mask = capacity - 1;
  x->first = arena_alloc(F, capacity * sizeof(*x->first));
  x->mnemonic = arena_alloc(F, capacity * sizeof(*x->mnemonic));
  x->next = arena_alloc(F, NROWS * sizeof(*x->next));
  for (size_t i = NROWS; i-- > 0;) {
    if (i + 1 == NROWS || strcmp(rows[i], rows[i + 1]) != 0) /* most rows have a neighbour's mnemonic */
      slot = find_slot(x, (struct span){rows[i], strlen(rows[i])});
    x->next[i] = x->first[slot];
    x->first[slot] = (uint16_t)(i + 1);
  }
  return x;
}

static void allow_rows(const struct x86 *X, struct x86_mnemonic *m)
{
  struct span missing;

  for (unsigned i = 0; i < m->nform; i++)
    m->form[i].enabled = x86_features_allow(X, x86_row_split(m->form[i].row).features, &missing);
  m->epoch = X->epoch;
}

static struct x86_mnemonic *parse_rows(struct front *F, struct x86 *X, unsigned first)
{
  struct x86_mnemonic *m = front_keep_alloc(F, sizeof(*m));
  unsigned count = 0;

  for (unsigned i = first; i; i = X->index->next[i - 1])
    count++;
  m->form = front_keep_alloc(F, count * sizeof(*m->form));
  for (unsigned i = first; i; i = X->index->next[i - 1]) {
    struct x86_form *f = &m->form[m->nform++];

    /* A row that does not parse would fail the table test; here it fits no mode. */
    if (x86_pattern_parse(rows[i - 1], f))
      f->x86 = f->x64 = false;
  }
  x86_find_rivals(m);
  allow_rows(X, m);
  return m;
}

struct x86_mnemonic *x86_mnemonic_find(struct front *F, struct x86 *X, struct span name)
{
  uint32_t slot = find_slot(X->index, name);
  struct x86_mnemonic **m = &X->index->mnemonic[slot];
  char other[X86_ALIAS_SIZE];

  if (X->index->first[slot] == 0)
    return !X->dynasm && x86_alias(name, other) ? x86_mnemonic_find(F, X, (struct span){other, strlen(other)}) : NULL;
  if (!*m)
    *m = parse_rows(F, X, X->index->first[slot]);
  else if ((*m)->epoch != X->epoch)
    allow_rows(X, *m);
  return *m;
}
