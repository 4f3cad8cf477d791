/* publish.c - from a state, or from bytes, to a code object.
 *
 * With a double mapping the state encodes straight through the writable view,
 * outside of any lock: the block belongs to this thread until the call returns.
 * With a single mapping, or a protection key to be opened, it encodes into a buffer, which is then
 * copied under the region's lock while the pages are writable; so no resolver of the program ever
 * runs under a lock or while other code cannot be executed.
 *
 * Up to two labels are kept in the code object itself, more in a table: of the PC labels those
 * between the lowest and the highest that are used, however many the state has.
 */
#include <string.h>

#include "heap.h"
#include "internal.h"
#include "tools.h"

static int check_info(const dasm_CodeInfo *info)
{
  const unsigned all = DASM_CODE_LANDING | DASM_CODE_NO_LANDING | DASM_CODE_FRAME | DASM_CODE_NO_LABELS;

  if (info && (info->size < sizeof *info || (info->flags & ~all) || (info->ncfi && !info->cfi)))
    return DASM_S_ARG;
  return DASM_S_OK;
}

static int write_landing(struct dasm_Code *c)
{
  if (!(c->flags & CODE_HAS_LANDING))
    return DASM_S_OK;
  return heap_store(c, (size_t)0 - HOST_LANDING_SIZE, HOST_LANDING, HOST_LANDING_SIZE);
}

/* ---- Labels ---- */

/* Offsets of n labels of a class from number `first` on, ~0 for those that are not in the code. */
static uint32_t *keep_offsets(const struct dasm_State *D, const struct slots *l, uint32_t first,
                              uint32_t n, uint32_t *out)
{
  uint32_t i;

  for (i = 0; i < n; i++)
    *out++ = slot_final(D, l, first + i);
  return out;
}

static int keep_labels(struct dasm_CodeHeap *H, const struct dasm_State *D, struct dasm_Code *c)
{
  uint32_t first = 0, *out = c->labels.direct;

  c->left = (uint32_t)D->global.n;
  c->right = (uint32_t)D->pc.n;
  if ((uint64_t)c->left + c->right > 2) {
    first = D->pc.high ? D->pc.low : 0;
    c->right = D->pc.high - first;
    out = heap_alloc(H, NULL, 0, table_bytes(c));
    if (!out) {
      c->left = c->right = 0;
      return DASM_S_NOMEM;
    }
    c->labels.table = out;
    c->flags |= CODE_OWNS_TABLE;
    out[TABLE_NPC] = (uint32_t)D->pc.n;
    out[TABLE_FIRST] = first;
    out += TABLE_HEAD;
  }
  (void)keep_offsets(D, &D->pc, first, c->right, keep_offsets(D, &D->global, 0, c->left, out));
  return DASM_S_OK;
}

/* ---- States ---- */

static int link_state(dasm_State **Dst, size_t *size)
{
  if ((*Dst)->status == DASM_S_OK && (*Dst)->linked) {
    *size = dasm_getcodesize(Dst);
    return DASM_S_OK;
  }
  return state_link(*Dst, size);
}

static int encode_dual(dasm_State **Dst, struct dasm_Code *c)
{
  struct region *r = c->region;
  size_t at = (size_t)(code_run(c) - r->mapping.run);
  int status = dasm_encode_at(Dst, r->mapping.write + at, c->bytes, (uint64_t)(uintptr_t)code_run(c));

  host_flush(r->mapping.write + at, code_run(c), c->bytes);
  return status;
}

static int encode_copied(struct dasm_CodeHeap *H, dasm_State **Dst, struct dasm_Code *c)
{
  uint8_t *buffer = heap_alloc(H, NULL, 0, c->bytes);
  int status;

  if (!buffer)
    return DASM_S_NOMEM;
  status = dasm_encode_at(Dst, buffer, c->bytes, (uint64_t)(uintptr_t)code_run(c));
  if (status == DASM_S_OK)
    status = heap_store(c, 0, buffer, c->bytes);
  heap_free(H, buffer, c->bytes);
  return status;
}

static int publish(struct dasm_CodeHeap *H, dasm_State **Dst, const dasm_CodeInfo *info,
                   struct dasm_Code **code)
{
  struct dasm_Code *c;
  size_t size = 0;
  int status = link_state(Dst, &size);

  if (status != DASM_S_OK)
    return status;
  if (size == 0)
    return state_refuse(*Dst, DASM_S_ARG, "there is no code in the state: put some before publishing it");
  if ((*Dst)->list[LIST_AT_ISA] != HOST_ISA)
    return state_refuse(*Dst, DASM_S_ARG,
                        "the code is for another processor than this one: write it elsewhere by dasm_encode_at()");
  status = heap_take(H, size, info, &c);
  if (status != DASM_S_OK)
    return status;
  status = !H->opens ? encode_dual(Dst, c) : encode_copied(H, Dst, c);
  if (status == DASM_S_OK)
    status = write_landing(c);
  if (status == DASM_S_OK && !(info && info->flags & DASM_CODE_NO_LABELS))
    status = keep_labels(H, *Dst, c);
  if (status == DASM_S_OK)
    status = tools_add(H, c, info, *Dst);
  if (status == DASM_S_OK)
    *code = c;
  else
    (void)heap_drop(H, c, BLOCK_USED);
  return status;
}

int dasm_publishwith(dasm_CodeHeap *heap, dasm_State **Dst, const dasm_CodeInfo *info, dasm_Code **code)
{
  int status;

  if (code)
    *code = NULL;
  if (!Dst || !*Dst)
    return DASM_S_ARG;
  if (!code)
    return state_refuse(*Dst, DASM_S_ARG, "there is no place for the code object: 'code' is a null pointer");
  if (!heap)
    return state_refuse(*Dst, DASM_S_ARG, "there is no code heap to publish to: dasm_heap_new() makes one");
  if (check_info(info) != DASM_S_OK)
    return state_refuse(*Dst, DASM_S_ARG, "the dasm_CodeInfo has no meaning: its size must be sizeof(dasm_CodeInfo), "
                                          "its flags those of enum dasm_code_flags, and cfi must be there if ncfi is not 0");
  heap_here(heap);
  (*Dst)->refused = DASM_S_OK;
  status = publish(heap, Dst, info, code);
  if (status != (*Dst)->status && status != (*Dst)->refused)
    state_refuse(*Dst, status, NULL); /* the heap's reasons */
  return status;
}

int dasm_publish(dasm_CodeHeap *heap, dasm_State **Dst, dasm_Code **code)
{
  return dasm_publishwith(heap, Dst, NULL, code);
}

int dasm_publishall(dasm_CodeHeap *heap, dasm_State **const *states, unsigned n,
                    const dasm_CodeInfo *infos, dasm_Code **codes)
{
  unsigned i, k;
  int status = DASM_S_OK;

  if (!codes || (n != 0 && !states))
    return DASM_S_ARG;
  for (i = 0; i < n; i++)
    codes[i] = NULL;
  for (i = 0; i < n && status == DASM_S_OK; i++)
    status = dasm_publishwith(heap, states[i], infos ? &infos[i] : NULL, &codes[i]);
  if (status == DASM_S_OK)
    return DASM_S_OK;
  for (k = 0; k < n; k++) {
    if (codes[k])
      (void)heap_drop(heap, codes[k], BLOCK_USED);
    codes[k] = NULL;
  }
  return status;
}

/* ---- Bytes ---- */

int dasm_heap_add(dasm_CodeHeap *heap, const void *bytes, size_t n, const dasm_CodeInfo *info,
                  dasm_Code **code)
{
  struct dasm_Code *c;
  int status;

  if (!code)
    return DASM_S_ARG;
  *code = NULL;
  if (!heap || check_info(info) != DASM_S_OK)
    return DASM_S_ARG;
  heap_here(heap);
  status = heap_take(heap, n, info, &c);
  if (status != DASM_S_OK)
    return status;
  if (bytes)
    status = heap_store(c, 0, bytes, n);
  if (status == DASM_S_OK)
    status = write_landing(c);
  if (status == DASM_S_OK)
    status = tools_add(heap, c, info, NULL);
  if (status == DASM_S_OK)
    *code = c;
  else
    (void)heap_drop(heap, c, BLOCK_USED);
  return status;
}

/* ---- Accessors ---- */

void *dasm_code_base(const dasm_Code *code)
{
  return code ? code_run(code) : NULL;
}

void *dasm_code_address(const dasm_Code *code)
{
  return code ? code_entry(code) : NULL;
}

size_t dasm_code_size(const dasm_Code *code)
{
  return code ? code->bytes : 0;
}

static int label_address(const struct dasm_Code *c, uint32_t offset, int undefined, void **address)
{
  if (offset == ~0u)
    return undefined;
  *address = code_run(c) + offset;
  return DASM_S_OK;
}

int dasm_code_global(const dasm_Code *code, unsigned number, void **address)
{
  const uint32_t *at;

  if (!code || !address)
    return DASM_S_ARG;
  *address = NULL;
  if (number >= code->left)
    return DASM_S_RANGE_LG;
  at = code->flags & CODE_OWNS_TABLE ? code->labels.table + TABLE_HEAD : code->labels.direct;
  return label_address(code, at[number], DASM_S_UNDEF_LG, address);
}

int dasm_code_pclabel(const dasm_Code *code, unsigned number, void **address)
{
  const uint32_t *at;
  uint32_t first = 0, n;

  if (!code || !address)
    return DASM_S_ARG;
  *address = NULL;
  at = code->labels.direct;
  n = code->right;
  if (code->flags & CODE_OWNS_TABLE) {
    at = code->labels.table + TABLE_HEAD;
    n = code->labels.table[TABLE_NPC];
    first = code->labels.table[TABLE_FIRST];
  }
  if (number >= n)
    return DASM_S_RANGE_PC;
  if (number < first || number - first >= code->right)
    return DASM_S_UNDEF_PC;
  return label_address(code, at[code->left + (number - first)], DASM_S_UNDEF_PC, address);
}
