/* dasm_proto.h - DynASM's functions, for programs that were written for DynASM.
 *
 * A program sets Dst_DECL, Dst_REF, DASM_FDEF, DASM_M_GROW, DASM_M_FREE, DASM_CHECKS as it does
 * for DynASM, then includes this file where it declares, and dasm_x86.h where it defines the
 * functions. They are those of libdasm: see dasm.h, which can be included after this file. Functions that
 * return nothing in DynASM return a status.
 */
#ifndef DASM_PROTO_H
#define DASM_PROTO_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "dasm_arg.h"
#include "dasm_dropin.h"

#define DASM_IDENT	"DynASM 1.5.0"
#define DASM_VERSION	10500

/* Version of the format of lists. Generated code checks it when it is compiled. */
#ifndef DASM_LIST_VERSION
#define DASM_LIST_VERSION 4
#endif

/* Where the program changes neither parameters nor linkage nor names, DynASM's functions are those of libdasm, unless
 * dasm_define.h has a reason to define them all the same. */
#if !defined(Dst_DECL) && !defined(Dst_REF) && !defined(DASM_FDEF) && !defined(dasm_init) && \
  !defined(dasm_free) && !defined(dasm_setupglobal) && !defined(dasm_growpc) && \
  !defined(dasm_setup) && !defined(dasm_put) && !defined(dasm_link) && !defined(dasm_encode) && \
  !defined(dasm_getpclabel) && !defined(dasm_checkstep)
#define DASM_DROPIN_PLAIN 1
#endif

/* Without DASM_CHECKS a state allows what DynASM allows then, such as placing a label twice. */
#if defined(DASM_DROPIN_PLAIN) && defined(DASM_CHECKS)
#define dasm_init	dasm_dropin_checked
#elif defined(DASM_DROPIN_PLAIN)
#define dasm_init	dasm_dropin_plain
#endif

/* The program's memory macros are used if it has any. Otherwise memory comes from C's realloc, and a failure is
 * a status. */
#if defined(DASM_M_GROW) || defined(DASM_M_FREE)
#define DASM_DROPIN_MEMORY 1
#endif

#if !defined(Dst_DECL) && !defined(Dst_REF)
#define DASM_DROPIN_BYREFERENCE 1 /* the first parameter is where the state is */
#endif

#ifndef Dst_DECL
#define Dst_DECL	dasm_State **Dst
#endif

#ifndef Dst_REF
#define Dst_REF		(*Dst)
#endif

/* The program's own dasm_put() is for the program alone; other libraries in the process get libdasm's. */
#if !defined(DASM_FDEF) && !defined(DASM_DROPIN_PLAIN) && defined(__GNUC__) && defined(__ELF__)
#define DASM_FDEF	extern __attribute__((visibility("hidden")))
#elif !defined(DASM_FDEF)
#define DASM_FDEF	extern
#endif

#if defined(__GNUC__)
#define DASM_DROPIN_FN	DASM_FDEF __attribute__((__unused__))
#else
#define DASM_DROPIN_FN	DASM_FDEF
#endif

#ifdef __cplusplus
#define DASM_DROPIN_CAST(type, p)	(reinterpret_cast<type>(p))
#else
#define DASM_DROPIN_CAST(type, p)	((type)(void *)(p))
#endif

#ifndef DASM_M_GROW
#define DASM_M_GROW(ctx, t, p, sz, need) \
  do { \
    size_t dasm_sz_ = (sz), dasm_need_ = (need); \
    if (dasm_sz_ < dasm_need_) { \
      void *dasm_p_ = realloc((p), dasm_need_); \
      if (dasm_p_) { \
        (p) = DASM_DROPIN_CAST(t *, dasm_p_); \
        (sz) = dasm_need_; \
      } \
    } \
  } while (0)
#endif

#ifndef DASM_M_FREE
#define DASM_M_FREE(ctx, p, sz)	free(p)
#endif

/* The only member of a state that programs see: a memory macro may set the status when it fails. */
struct dasm_State {
  int status;
};

typedef const unsigned char *dasm_ActList;

#if defined(DASM_H) && !defined(DASM_DROPIN_PLAIN) && !defined(__cplusplus)
#error "include dasm.h after dasm_proto.h, where Dst_DECL or DASM_FDEF is set"
#endif

#if defined(__cplusplus) && defined(DASM_DROPIN_PLAIN)
extern "C" {
#endif

/* Make and free a state. */
DASM_DROPIN_FN int dasm_init(Dst_DECL, int maxsection);
DASM_DROPIN_FN int dasm_free(Dst_DECL);

/* The array for the addresses of global labels; before dasm_setup(). */
DASM_DROPIN_FN int dasm_setupglobal(Dst_DECL, void **gl, unsigned int maxgl);

/* Make room for at least maxpc PC labels; at any time. */
DASM_DROPIN_FN int dasm_growpc(Dst_DECL, unsigned int maxpc);

/* Begin new code with a list. */
DASM_DROPIN_FN int dasm_setup(Dst_DECL, const void *actionlist);

/* Append code; dasmc writes these calls. */
DASM_DROPIN_FN int (dasm_put)(Dst_DECL, int start, ...);

/* Lay the code out and store its size. */
DASM_DROPIN_FN int dasm_link(Dst_DECL, size_t *szp);

/* Write the code. */
DASM_DROPIN_FN int dasm_encode(Dst_DECL, void *buffer);

/* Offset of a PC label; -1: used but not defined, -2: not used. */
DASM_DROPIN_FN int dasm_getpclabel(Dst_DECL, unsigned int pc);

/* Check, between two parts of the code, that every local label is defined and that the section is the expected one. */
#ifdef DASM_CHECKS
DASM_DROPIN_FN int dasm_checkstep(Dst_DECL, int secmatch);
#else
#define dasm_checkstep(a, b)	0
#endif

#if defined(__cplusplus) && defined(DASM_DROPIN_PLAIN)
}
#endif

/* What generated code makes dasm_put() a macro for, unless the program has one of that name: where the state can be told
 * from the first parameter alone, a put is one call of libdasm's. (dasm_define.h has another case. With memory macros in C++,
 * what these get is found by a template.) */
#if defined(DASM_DROPIN_CALL) && defined(DASM_DROPIN_BYREFERENCE) && !(defined(__cplusplus) && defined(DASM_DROPIN_MEMORY))
#define DASM_DROPIN_PUT(ctx, ...)	DASM_DROPIN_CALL((ctx), __VA_ARGS__)
#endif

#endif /* DASM_PROTO_H */
