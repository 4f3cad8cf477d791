/* dasm_proto.h - DynASM's functions, for programs that were written for DynASM.
 *
 * A program defines Dst_DECL, Dst_REF, DASM_FDEF, DASM_M_GROW, DASM_M_FREE and DASM_CHECKS as it
 * does for DynASM, and then includes this header, which declares the functions, and once
 * dasm_x86.h or its like, which defines them. They are functions of libdasm, described in
 * dasm.h, which can be included after this header. Functions that return nothing in DynASM
 * return a status.
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

/* The version of the format of lists, which generated code compares when it is compiled. */
#ifndef DASM_LIST_VERSION
#define DASM_LIST_VERSION 4
#endif

/* If the program changes neither parameters nor linkage nor names, it calls the functions of
 * libdasm directly, unless dasm_define.h has a reason to define them all the same. */
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

/* If the program has memory macros, they are used. Otherwise memory comes from C's realloc(),
 * and a failure is a status. */
#if defined(DASM_M_GROW) || defined(DASM_M_FREE)
#define DASM_DROPIN_MEMORY 1
#endif

#if !defined(Dst_DECL) && !defined(Dst_REF)
#define DASM_DROPIN_BYREFERENCE 1 /* The first parameter points to the pointer to the state. */
#endif

#ifndef Dst_DECL
#define Dst_DECL	dasm_State **Dst
#endif

#ifndef Dst_REF
#define Dst_REF		(*Dst)
#endif

/* The program's own dasm_put() is hidden, so that other libraries in the process call libdasm's. */
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

/* Programs see only this member of a state: a memory macro may set the status when it fails. */
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

/* Set the array for the addresses of global labels. Call it before dasm_setup(). */
DASM_DROPIN_FN int dasm_setupglobal(Dst_DECL, void **gl, unsigned int maxgl);

/* Make room for at least maxpc PC labels. You can call it at any time. */
DASM_DROPIN_FN int dasm_growpc(Dst_DECL, unsigned int maxpc);

/* Begin new code with a list. */
DASM_DROPIN_FN int dasm_setup(Dst_DECL, const void *actionlist);

/* Append code; dasmc writes these calls. */
DASM_DROPIN_FN int (dasm_put)(Dst_DECL, int start, ...);

/* Lay the code out and store its size. */
DASM_DROPIN_FN int dasm_link(Dst_DECL, size_t *szp);

/* Write the code. */
DASM_DROPIN_FN int dasm_encode(Dst_DECL, void *buffer);

/* Return the offset of a PC label, -1 if it is used but not defined, or -2 if it is not used. */
DASM_DROPIN_FN int dasm_getpclabel(Dst_DECL, unsigned int pc);

/* Check, between two parts of the code, that every local label is defined and that the section
 * is the expected one. */
#ifdef DASM_CHECKS
DASM_DROPIN_FN int dasm_checkstep(Dst_DECL, int secmatch);
#else
#define dasm_checkstep(a, b)	0
#endif

#if defined(__cplusplus) && defined(DASM_DROPIN_PLAIN)
}
#endif

/* Generated code makes dasm_put() a macro for this, unless the program has a macro of that name.
 * If the first parameter alone leads to the state, a put is one call of libdasm. (dasm_define.h
 * has another case. In C++ with memory macros, a template has to find the type of their
 * context.) */
#if defined(DASM_DROPIN_CALL) && defined(DASM_DROPIN_BYREFERENCE) && !(defined(__cplusplus) && defined(DASM_DROPIN_MEMORY))
#define DASM_DROPIN_PUT(ctx, ...)	DASM_DROPIN_CALL((ctx), __VA_ARGS__)
#endif

#endif /* DASM_PROTO_H */
