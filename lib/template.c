/* template.c - lists that come from elsewhere: checked as a whole, once, and held.
 *
 * What a check guarantees: the walk of a put that starts at a site stays in the list, takes no
 * argument that the site has not, and appends no more than LIST_ROOM bytes before it asks for more.
 * Sites follow each other without gaps. (A list that was compiled into the program is as
 * trustworthy as the program.)
 */
#include <stdlib.h>

#include "far.h"
#include "internal.h"

/* Does the ISA know that, and is what grows a word, as it must be there? A constant has 4, 8 or 16
 * bytes, and the list says that it has some. */
static bool escape_ok(const uint8_t *list, const uint8_t *f)
{
  const struct isa_far *far = isa_of(list)->beyond;
  unsigned how = f[FIELD_ESCAPE];

  if (how >= ESCAPE_CONSTANT)
    return how >= ESCAPE_CONSTANT + 2 && how <= ESCAPE_CONSTANT + 4 && f[FIELD_SHRINK] == 0 &&
           (list[LIST_AT_FLAGS] & LIST_HAS_CONSTANTS);
  return how == 0 || (far && how <= far->nways && field_is_relative(f) &&
                      (far->ways[how - 1].more == 0 || f[FIELD_UNIT] == 4));
}

static bool fields_ok(const uint8_t *list)
{
  uint32_t n = list_u32(list + LIST_AT_NFIELDS), i;

  for (i = 0; i < n; i++)
    if (!field_valid(list_field(list, i)) || !escape_ok(list, list_field(list, i)))
      return false;
  return true;
}

static bool is_reference(unsigned op)
{
  return op >= OP_REF_BACK && op <= OP_REF_PAIR && !(op >= OP_BRANCH_BACK && op <= OP_BRANCH_PC);
}

static bool fields_fit(const uint8_t *list, const struct record *r)
{
  uint32_t i;

  for (i = r->operands + 1; i < r->next; i += 2) {
    const uint8_t *f = list_field(list, list[i]);

    if (list[i] >= list_u32(list + LIST_AT_NFIELDS) || list[i + 1] + f[FIELD_UNIT] > r->len ||
        (r->op != OP_FIELDS_ANY && f[FIELD_QUICK] != QUICK_NUMBER))
      return false;
  }
  return true;
}

/* An operand that is a field: it is there, and what it is about is in the last `have` bytes.
 * before: the record before. */
static bool field_ok(const uint8_t *list, const struct record *r, const struct record *before, unsigned have)
{
  const char *kinds = op_facts[r->op].operands;
  const uint8_t *f = list_field(list, r->field);
  bool branch = strchr(kinds, 'g') != NULL, earlier = strchr(kinds, 'h') != NULL;

  if (op_takes_fields(r->op))
    return fields_fit(list, r);
  if (!branch && !earlier && !strchr(kinds, 'f'))
    return true;
  if (r->field >= list_u32(list + LIST_AT_NFIELDS) || branch != (f[FIELD_SHRINK] != 0))
    return false;
  if (branch)
    return isa_of(list)->widen && (f[FIELD_SHRINK] == SHRINK_OWN) == (isa_of(list)->narrow != NULL) && r->len >= 2 &&
           f[FIELD_SHRINK] <= 8;
  if (earlier) /* there is an event then, which waits for another field; what it needs at link is the same */
    return is_reference(before->op) && list_field(list, before->field)[FIELD_QUICK] == QUICK_NOT &&
           before->len >= f[FIELD_UNIT] &&
           list_field(list, before->field)[FIELD_ESCAPE] == f[FIELD_ESCAPE];
  return have >= f[FIELD_UNIT] && (r->op != OP_REF_PAIR || field_constant(f) == 16);
}

/* Check a site; *next: what is behind it. */
static bool site_ok(const uint8_t *list, const struct site *s, uint32_t *next)
{
  uint32_t end = list_end(list), at = s->start, literals = s->literals;
  struct record r = {0}, before = {0};
  unsigned room = LIST_ROOM, have = 0; /* have: bytes of the literal whose fields are being filled */
  int args = 0;

  do {
    if (r.op != OP_ARG)
      before = r;
    if (!record_read(list, at, end, &r))
      return false;
    if (r.len > 0 || (!op_takes_fields(before.op) && !is_reference(before.op) && r.op != OP_ARG))
      have = r.len;
    if (!field_ok(list, &r, &before, have) || args + r.looks > LIST_MAXARGS || r.bytes > room || r.len > literals)
      return false;
    literals -= r.len;
    room = r.op == OP_ROOM || r.op == OP_SECTION ? LIST_ROOM : room - r.bytes;
    args += r.takes + r.skip;
    if (args < 0 || args > LIST_MAXARGS)
      return false;
    at = r.next;
  } while (!record_ends(&r));
  *next = at;
  return true;
}

/* Check every site and mark it. Returns the place of a bad one, or UINT32_MAX. */
static uint32_t check_sites(struct dasm_Template *T)
{
  uint32_t at = LIST_HEADER, end = list_end(T->list);

  while (at < end) {
    struct site s;

    if (!site_read(T->list, at, end, &s) || !site_ok(T->list, &s, &at))
      return at;
    T->sites[s.start / 64] |= UINT64_C(1) << s.start % 64;
  }
  return UINT32_MAX;
}

bool template_has_site(const dasm_Template *T, uint32_t start)
{
  return start < list_end(T->list) && (T->sites[start / 64] >> start % 64 & 1);
}

int dasm_template_new(dasm_Template **out, const void *list, size_t size)
{
  struct dasm_Template *T;
  size_t sites;
  uint32_t bad;

  if (!out)
    return DASM_S_ARG;
  *out = NULL;
  if (!list || size < LIST_HEADER || list_refused(list) || !list_parts_ok(list, size))
    return DASM_S_TEMPLATE;
  sites = (size_t)list_end(list) / 64 + 1;
  size = list_u32((const uint8_t *)list + LIST_AT_SIZE);
  T = malloc(sizeof *T + sites * sizeof *T->sites + size);
  if (!T)
    return DASM_S_NOMEM;
  memset(T, 0, sizeof *T + sites * sizeof *T->sites);
  T->list = memcpy(T->sites + sites, list, size);
  T->size = size;
  atomic_init(&T->holders, 1);
  bad = fields_ok(T->list) ? check_sites(T) : LIST_HEADER;
  if (bad != UINT32_MAX) {
    free(T);
    return DASM_S_TEMPLATE | (int)(bad & 0xffffff);
  }
  *out = T;
  return DASM_S_OK;
}

void template_hold(const dasm_Template *tmpl)
{
  atomic_fetch_add_explicit((atomic_uint *)(uintptr_t)&tmpl->holders, 1, memory_order_relaxed);
}

void template_drop(const dasm_Template *tmpl)
{
  if (atomic_fetch_sub_explicit((atomic_uint *)(uintptr_t)&tmpl->holders, 1, memory_order_acq_rel) == 1)
    free((void *)(uintptr_t)tmpl);
}

void dasm_template_free(dasm_Template *tmpl)
{
  if (tmpl)
    template_drop(tmpl);
}

const void *dasm_template_list(const dasm_Template *tmpl, size_t *size)
{
  if (!tmpl)
    return NULL;
  if (size)
    *size = tmpl->size;
  return tmpl->list;
}
