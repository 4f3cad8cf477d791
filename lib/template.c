/* template.c - open template lists and check them.
 *
 * Opening reads the header: every part must lie inside the list. Put sites are
 * checked one by one on first use, because most hosts set up many states and
 * use few sites in each; dasm_template_new checks all of them at once.
 *
 * What a check guarantees: all offsets of the site are inside the list, its
 * argument numbers are below the count in OP_BEGIN, and the bounds in OP_BEGIN
 * hold, so that put needs no further test.
 */
#include <stdlib.h>

#include "internal.h"
#include "isa/x86.h"

/* The bound of a put may be this many bytes per record more than they append; a damaged one would
 * have a state allocate anything. */
enum { MAX_SLACK = 64 };

/* What an operation may ask for. */
enum { USES_ARG = 1, LABEL_ARG = 2, LOCAL = 4, IS_REF = 8, IS_BRANCH = 16 };
static const struct op_facts {
  uint8_t flags;
  uint8_t bytes; /* most bytes it appends besides its literal and a run */
} op_facts[OP_COUNT_] = {
    [OP_END] = {0, 0},
    [OP_BEGIN] = {0, 0},
    [OP_LIT] = {0, 0},
    [OP_RUN] = {0, 0},
    [OP_IMM8] = {USES_ARG, 1},
    [OP_IMM8S] = {USES_ARG, 1},
    [OP_IMM16] = {USES_ARG, 2},
    [OP_IMM32] = {USES_ARG, 4},
    [OP_IMM64] = {USES_ARG, 8},
    [OP_CHECK32S] = {USES_ARG, 0},
    [OP_LABEL_LOCAL] = {LOCAL, 0},
    [OP_LABEL_GLOBAL] = {0, 0},
    [OP_LABEL_PC] = {LABEL_ARG, 0},
    [OP_SET_LOCAL] = {USES_ARG | LOCAL, 0},
    [OP_SET_GLOBAL] = {USES_ARG, 0},
    [OP_SET_PC] = {USES_ARG | LABEL_ARG, 0},
    [OP_REF_BACK] = {IS_REF | LOCAL, 0},
    [OP_REF_NEXT] = {IS_REF | LOCAL, 0},
    [OP_REF_GLOBAL] = {IS_REF, 0},
    [OP_REF_PC] = {IS_REF | LABEL_ARG, 0},
    [OP_BRANCH_BACK] = {IS_BRANCH | LOCAL, 0},
    [OP_BRANCH_NEXT] = {IS_BRANCH | LOCAL, 0},
    [OP_BRANCH_GLOBAL] = {IS_BRANCH, 0},
    [OP_BRANCH_PC] = {IS_BRANCH | LABEL_ARG, 0},
    [OP_REF_EXTERN] = {IS_REF, 0},
    [OP_REF_ADDR] = {IS_REF | LABEL_ARG, 0},
    [OP_ALIGN] = {0, 0},
    [OP_SPACE] = {0, 0},
    [OP_SPACE_ARG] = {USES_ARG, 0},
    [OP_SECTION] = {0, 0},
    [OP_X86_DISP] = {USES_ARG, 4},
    [OP_X86_DISP_KEEP] = {USES_ARG, 4},
    [OP_X86_DISP_SCALE] = {USES_ARG, 4},
    [OP_X86_SX] = {USES_ARG, 0},
    [OP_X86_IMM8_32] = {USES_ARG, 4},
    [OP_X86_IMM8_16] = {USES_ARG, 2},
    [OP_X86_DYN] = {0, X86_DYN_MAX},
};

/* A part of `count` elements of `elem` bytes at `offset`, inside a list of `size` bytes. */
static bool part_ok(uint32_t size, uint32_t offset, uint64_t count, uint32_t elem)
{
  return offset <= size && count * elem <= size - offset;
}

static bool parts_ok(const struct tmpl *t, uint32_t size, const uint8_t *h)
{
  return t->nops > 0 && part_ok(size, TMPL_HEADER, t->nops, TMPL_OP) &&
         part_ok(size, tmpl_u32(h + 16), (uint64_t)t->pool_size + TMPL_PAD, 1) &&
         part_ok(size, tmpl_u32(h + 24), t->lines_size, 1) &&
         part_ok(size, tmpl_u32(h + 32), (uint64_t)t->nglobals + t->nexterns + t->nfiles, 4) &&
         part_ok(size, tmpl_u32(h + 48), t->strings_size, 1) &&
         (t->strings_size == 0 || (t->strings[0] == 0 && t->strings[t->strings_size - 1] == 0)) &&
         t->ops[(size_t)(t->nops - 1) * TMPL_OP] == OP_END;
}

int tmpl_open(struct tmpl *t, const void *list, size_t size)
{
  const uint8_t *h = list;
  uint32_t total;

  memset(t, 0, sizeof *t);
  if (!h || size < TMPL_HEADER || memcmp(h, "dasm", 4) != 0 || h[4] != TMPL_VERSION ||
      !isa_facts((enum tmpl_isa)h[5]))
    return DASM_S_TEMPLATE;
  total = tmpl_u32(h + 8);
  if (total > size || total < TMPL_HEADER)
    return DASM_S_TEMPLATE;
  t->isa = (enum tmpl_isa)h[5];
  t->nops = tmpl_u32(h + 12);
  t->pool_size = tmpl_u32(h + 20);
  t->lines_size = tmpl_u32(h + 28);
  t->nglobals = tmpl_u32(h + 36);
  t->nexterns = tmpl_u32(h + 40);
  t->nfiles = tmpl_u32(h + 44);
  t->strings_size = tmpl_u32(h + 52);
  t->nsections = tmpl_u32(h + 56);
  t->hash = tmpl_u32(h + 60);
  t->list = h;
  t->ops = h + TMPL_HEADER;
  t->pool = h + tmpl_u32(h + 16);
  t->lines = h + tmpl_u32(h + 24);
  t->names = h + tmpl_u32(h + 32);
  t->strings = h + tmpl_u32(h + 48);
  return parts_ok(t, total, h) ? DASM_S_OK : DASM_S_TEMPLATE;
}

struct tmpl_op tmpl_op_at(const struct tmpl *t, uint32_t index)
{
  const uint8_t *p = t->ops + (size_t)index * TMPL_OP;
  struct tmpl_op op = {.code = p[0], .len = p[1], .arg = p[2], .b = p[3], .x = tmpl_u32(p + 4)};
  memcpy(op.lit, p + 8, sizeof op.lit);
  return op;
}

static bool ref_ok(const struct tmpl_op *op, unsigned nargs)
{
  unsigned fix = TMPL_REF_FIX(op->b);
  return fix > 0 && fix < FIX_COUNT_ && fixups[fix].shrink == 0 && op->len >= fixups[fix].bytes &&
         (!(op->b & TMPL_REF_IMM) || op->arg < nargs);
}

static bool branch_ok(const struct tmpl_op *op)
{
  return op->b < FIX_COUNT_ && fixups[op->b].shrink != 0 && op->len >= fixups[op->b].bytes;
}

static bool dyn_ok(const struct tmpl *t, uint32_t at, unsigned nargs)
{
  const uint8_t *block = t->pool + at;
  return at <= t->pool_size && t->pool_size - at >= XD_TAIL && block[XD_NTAIL] <= XD_MAXTAIL &&
         t->pool_size - at >= (uint32_t)XD_TAIL + block[XD_NTAIL] &&
         x86_dyn_valid(block, (unsigned)XD_TAIL + block[XD_NTAIL], nargs);
}

/* Parameters of one operation that have bounds of their own. */
static bool params_ok(const struct tmpl *t, const struct tmpl_op *op, unsigned nargs)
{
  switch (op->code) {
  case OP_RUN:
    return op->x <= t->pool_size && op->b <= t->pool_size - op->x;
  case OP_ALIGN:
    return op->x >= 1 && op->x <= 4096 && (op->x & (op->x - 1)) == 0;
  case OP_X86_DISP: case OP_X86_DISP_KEEP:
    return op->b >= 1 && op->b <= op->len;
  case OP_X86_DISP_SCALE:
    return (op->b & 3) >= 1 && (op->b & 3) <= op->len;
  case OP_X86_SX:
    return op->len >= 1;
  case OP_X86_IMM8_32: case OP_X86_IMM8_16:
    return op->b <= op->len;
  case OP_X86_DYN:
    return dyn_ok(t, op->x, nargs);
  default:
    return true;
  }
}

static bool op_ok(const struct tmpl *t, const struct tmpl_op *op, unsigned nargs)
{
  uint8_t flags;
  if (op->code >= OP_COUNT_ || op->code == OP_BEGIN || op->len > TMPL_MAXLIT)
    return false;
  flags = op_facts[op->code].flags;
  if ((flags & USES_ARG) && op->arg >= nargs)
    return false;
  if ((flags & LABEL_ARG) && op->x >= nargs)
    return false;
  if ((flags & LOCAL) && (op->x < 1 || op->x > 9))
    return false;
  if ((flags & IS_REF) && !ref_ok(op, nargs))
    return false;
  if ((flags & IS_BRANCH) && !branch_ok(op))
    return false;
  return params_ok(t, op, nargs);
}

bool tmpl_check_site(const struct tmpl *t, uint32_t start)
{
  struct tmpl_op begin = tmpl_op_at(t, start), op;
  uint64_t bytes = 0;
  uint32_t i = start;

  if (begin.code != OP_BEGIN || begin.arg > TMPL_MAXARGS)
    return false;
  do {
    if (++i >= t->nops)
      return false;
    op = tmpl_op_at(t, i);
    if (!op_ok(t, &op, begin.arg))
      return false;
    bytes += (uint64_t)op_facts[op.code].bytes + op.len + (op.code == OP_RUN ? op.b : 0);
  } while (op.code != OP_END);
  return bytes <= begin.x && begin.x <= bytes + (uint64_t)MAX_SLACK * (i - start) && begin.x <= MAX_CODE / 2;
}

/* Check every site and mark it. Returns the record of a bad one, or UINT32_MAX. */
static uint32_t check_sites(struct dasm_Template *T)
{
  uint32_t i;

  for (i = 0; i < T->t.nops; i++) {
    if (T->t.ops[(size_t)i * TMPL_OP] != OP_BEGIN)
      continue;
    if (!tmpl_check_site(&T->t, i))
      return i;
    T->sites[i / 64] |= UINT64_C(1) << i % 64;
  }
  return UINT32_MAX;
}

int dasm_template_new(dasm_Template **out, const void *list, size_t size)
{
  struct dasm_Template *T;
  struct tmpl t;
  size_t sites;
  uint32_t bad;
  int status;

  if (!out)
    return DASM_S_ARG;
  *out = NULL;
  status = tmpl_open(&t, list, size);
  if (status != DASM_S_OK)
    return status;
  sites = ((size_t)t.nops + 63) / 64;
  size = tmpl_u32(t.list + 8);
  T = malloc(sizeof *T + sites * sizeof *T->sites + size);
  if (!T)
    return DASM_S_NOMEM;
  memset(T, 0, sizeof *T + sites * sizeof *T->sites);
  memcpy(T->sites + sites, list, size);
  tmpl_open(&T->t, T->sites + sites, size);
  T->size = size;
  atomic_init(&T->holders, 1);
  bad = check_sites(T);
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
  return tmpl->t.list;
}

/* ---- names and lines ----------------------------------------------------- */

const char *tmpl_string(const struct tmpl *t, uint32_t offset)
{
  return offset < t->strings_size ? (const char *)t->strings + offset : "";
}

const char *tmpl_global(const struct tmpl *t, uint32_t n)
{
  return n < t->nglobals ? tmpl_string(t, tmpl_u32(t->names + 4 * (size_t)n)) : "";
}

const char *tmpl_extern(const struct tmpl *t, uint32_t n)
{
  return n < t->nexterns ? tmpl_string(t, tmpl_u32(t->names + 4 * ((size_t)t->nglobals + n))) : "";
}

const char *tmpl_file(const struct tmpl *t, uint32_t n)
{
  size_t before = (size_t)t->nglobals + t->nexterns;
  return n < t->nfiles ? tmpl_string(t, tmpl_u32(t->names + 4 * (before + n))) : "";
}
