/* Memory macros with the host's accounts, which return after a failure and set the status. Sizes
 * come back as they were given out. */
#include <stdlib.h>

struct dasm_State;
struct vm {
  struct dasm_State *D;
  size_t bytes;
  int blocks, fail_at;
};

static void *vm_realloc(struct vm *vm, void *p, size_t osize, size_t nsize)
{
  void *q;
  if (vm->fail_at > 0 && --vm->fail_at == 0)
    return NULL;
  q = realloc(p, nsize);
  if (q) {
    vm->blocks += p == NULL;
    vm->bytes += nsize - osize;
  }
  return q;
}

static void vm_free(struct vm *vm, void *p, size_t size)
{
  vm->blocks--;
  vm->bytes -= size;
  free(p);
}

#ifdef SHAPE_REFERENCE
#define Dst_DECL struct vm &vm
#define Dst_REF (vm.D)
#define VM (&vm)
#define Dst (vm)
#define HOST struct vm vm = { 0, 0, 0, 0 }
#else
#define Dst_DECL struct vm *vm
#define Dst_REF (vm->D)
#define VM vm
#define Dst vm
#define HOST struct vm host = { 0, 0, 0, 0 }, *vm = &host
#endif
#define DASM_FDEF static
#define DASM_M_GROW(ctx, t, p, sz, need) \
  do { \
    size_t _sz = (sz), _need = (need); \
    if (_sz < _need) { \
      void *_p; \
      if (_sz < 100) _sz = 100; \
      while (_sz < _need) _sz += _sz; \
      _p = vm_realloc(VM, (p), (sz), _sz); \
      if (_p == NULL) { \
        if (Dst_REF) Dst_REF->status = DASM_S_NOMEM; \
        return; \
      } \
      (p) = (t *)_p; \
      (sz) = _sz; \
    } \
  } while (0)
#define DASM_M_FREE(ctx, p, sz) vm_free(VM, p, sz)

/* Whatever allocation fails, the state says so, and all memory comes back. */
#define SHAPE_LAST \
  static int check_failures(void) \
  { \
    int n, status = DASM_S_NOMEM; \
    for (n = 1; status != DASM_S_OK; n++) { \
      static char memory[4096]; \
      size_t size; \
      HOST; \
      VM->fail_at = n; \
      CHECK(n < 1000); \
      dasm_init(Dst, DASM_MAXSECTION); \
      status = build(Dst, memory, &size); \
      CHECK(status == DASM_S_OK || status == DASM_S_NOMEM); \
      CHECK(status == DASM_S_NOMEM || VM->fail_at > 0); \
      dasm_free(Dst); \
      CHECK(VM->blocks == 0 && VM->bytes == 0); \
    } \
    CHECK(n > 4); \
    return 0; \
  }
#define SHAPE_CHECK (VM->blocks > 3 && VM->bytes >= 300 && check_failures() == 0)
#define SHAPE_END (VM->blocks == 0 && VM->bytes == 0)
