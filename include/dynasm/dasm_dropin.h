/* dasm_dropin.h - what dasm_define.h calls in libdasm. Not for use by programs: they call the
 * functions that dasm_proto.h declares, or those of dasm.h.
 *
 * Each does what the function of dasm.h with the same ending does. `ctx` is given to the memory
 * functions during this call; NULL: the last one stays. A NULL state is DASM_S_NOMEM. Since 1.0.
 */
#ifndef DASM_DROPIN_H
#define DASM_DROPIN_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef DASM_API
#if defined(__GNUC__)
#define DASM_API extern __attribute__((visibility("default")))
#else
#define DASM_API extern
#endif
#endif

typedef struct dasm_State dasm_State;

typedef void *(*dasm_DropinGrow)(void *ctx, void *p, size_t osize, size_t nsize);
typedef void (*dasm_DropinFree)(void *ctx, void *p, size_t size);

/* grow NULL: C's realloc and free. */
DASM_API int dasm_dropin_init(dasm_State **state, int maxsection, dasm_DropinGrow grow, dasm_DropinFree release, void *ctx);
/* A new state behaves as DynASM's without DASM_CHECKS: a label may be placed again, and is then at the
 * last place for what is put later; dasm_setupglobal() leaves the host's array as it is. */
DASM_API void dasm_dropin_unchecked(dasm_State *D);
/* dasm_init() for hosts that use the functions of libdasm as they are: both of these in one. */
DASM_API int dasm_dropin_plain(dasm_State **Dst, int maxsection);
DASM_API int dasm_dropin_free(dasm_State *D, void *ctx);
DASM_API int dasm_dropin_setupglobal(dasm_State *D, void *ctx, void **globals, unsigned maxglobal);
DASM_API int dasm_dropin_growpc(dasm_State *D, void *ctx, unsigned maxpc);
DASM_API int dasm_dropin_setup(dasm_State *D, void *ctx, const void *actionlist);
DASM_API int dasm_dropin_put(dasm_State *D, void *ctx, int start, va_list args);
DASM_API int dasm_dropin_link(dasm_State *D, size_t *size);
DASM_API int dasm_dropin_encode(dasm_State *D, void *buffer);
DASM_API int dasm_dropin_getpclabel(dasm_State *D, unsigned pc);
DASM_API int dasm_dropin_checkstep(dasm_State *D, int secmatch);

/* Encode with zeros for externs. Then, in the order of the code, nextextern gives the address of
 * the field of each one (on other processors than x86: that behind the instruction), its number, and 1 if it is
 * relative, else 0; setextern stores the value of that field, or the state has the error DASM_S_RANGE_REL.
 * NULL: there is no further one. */
DASM_API int dasm_dropin_encodeexterns(dasm_State *D, void *buffer);
DASM_API unsigned char *dasm_dropin_nextextern(dasm_State *D, void *buffer, int *index, int *type);
DASM_API void dasm_dropin_setextern(dasm_State *D, int64_t value);

#ifdef __cplusplus
}
#endif

#endif /* DASM_DROPIN_H */
