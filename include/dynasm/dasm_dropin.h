/* dasm_dropin.h - the functions of libdasm that dasm_define.h calls. Programs do not use this
 * header: they call the functions that dasm_proto.h declares, or those of dasm.h.
 *
 * Each function does what the function of dasm.h with the same ending does. The memory functions
 * get `ctx` during the call; with NULL they get that of the call before. If the state is NULL,
 * the status is DASM_S_NOMEM. Since 1.0.
 */
#ifndef DASM_DROPIN_H
#define DASM_DROPIN_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "dasm_arg.h"

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

enum {
  /* The state behaves as DynASM's does without DASM_CHECKS: a label may be placed again, and
   * references that are put later mean the last place; dasm_setupglobal() leaves the program's
   * array as it is. */
  DASM_DROPIN_UNCHECKED = 1,
  /* The memory functions always get the Dst of the call as their ctx. */
  DASM_DROPIN_ADDRESS = 2
};

/* Make a state. If grow is NULL, memory comes from C's realloc(); `flags` are those above. From
 * now on the statuses of the state have the numbers that DynASM gives them for its ISA. */
DASM_API int dasm_dropin_init(dasm_State **state, int maxsection, dasm_DropinGrow grow, dasm_DropinFree release, void *ctx,
                              unsigned flags);
/* The dasm_init() of programs that call libdasm's functions directly and do not define
 * DASM_CHECKS. */
DASM_API int dasm_dropin_plain(dasm_State **state, int maxsection);
/* The dasm_init() of programs that call libdasm's functions directly and define DASM_CHECKS. */
DASM_API int dasm_dropin_checked(dasm_State **state, int maxsection);
DASM_API int dasm_dropin_free(dasm_State *D, void *ctx);
DASM_API int dasm_dropin_setupglobal(dasm_State *D, void *ctx, void **globals, unsigned maxglobal);
DASM_API int dasm_dropin_growpc(dasm_State *D, void *ctx, unsigned maxpc);
DASM_API int dasm_dropin_setup(dasm_State *D, void *ctx, const void *actionlist);
DASM_API int dasm_dropin_put(dasm_State *D, void *ctx, int start, va_list args);
DASM_API int dasm_dropin_link(dasm_State *D, size_t *size);
DASM_API int dasm_dropin_encode(dasm_State *D, void *buffer);
DASM_API int dasm_dropin_getpclabel(dasm_State *D, unsigned pc);
DASM_API int dasm_dropin_checkstep(dasm_State *D, int secmatch);

/* Encode the code with zeros for externs. Then call nextextern, which goes through the externs
 * in the order of the code: it returns the address of the extern's field (on x86 and x64) or the
 * address behind the instruction (elsewhere), as DynASM passes it, and stores the extern's
 * number, and 1 if the field is relative or 0 if it is not. It returns NULL if there is no
 * further extern, or after an error. setextern stores the value of the extern that nextextern
 * has returned. */
DASM_API int dasm_dropin_encodeexterns(dasm_State *D, void *buffer);
DASM_API unsigned char *dasm_dropin_nextextern(dasm_State *D, void *buffer, int *index, int *type);
DASM_API int dasm_dropin_setextern(dasm_State *D, int64_t value);

/* The program's DASM_ADD_VENEER. It is called for an instruction that does not reach its target.
 * The instruction ends at cp; the target is `away` bytes from its start, and the target's
 * address is in the two ints before b, the low one first. The upper half of `word` is one of
 * DASM_REL_EXT and so on, the lower half the kind of DynASM's relocation. The function returns
 * how far from its start the instruction shall go instead, or 0 if there is no way. */
typedef int (*dasm_DropinVeneer)(dasm_State *D, void *buffer, unsigned word, int *b, unsigned *cp, ptrdiff_t away);

/* Encode, and ask `veneer` about instructions of AArch64 that do not reach their target. If
 * externs is not 0, externs get zeros, as with dasm_dropin_encodeexterns(). */
DASM_API int dasm_dropin_encodeveneers(dasm_State *D, void *buffer, dasm_DropinVeneer veneer, int externs);

/* The bits that an immediate has in instructions of AArch64: of add (imm12), and of and, orr and
 * eor (imm13). For an operation of 32 bits, both halves of imm13's number are the same. The
 * result is -1 if no such immediate has this value. */
DASM_API int dasm_dropin_imm12(unsigned n);
DASM_API int dasm_dropin_imm13(int low, int high);

/* Puts that get the address of the state. Memory functions get this address as their ctx, if the
 * state was made with DASM_DROPIN_ADDRESS. args[0] is the start in the list. */
DASM_API int dasm_dropin_putargs(dasm_State **state, const int64_t *args);
DASM_API int dasm_dropin_put0(dasm_State **state, int start);
DASM_API int dasm_dropin_put1(dasm_State **state, int start, int64_t a);
DASM_API int dasm_dropin_put2(dasm_State **state, int start, int64_t a, int64_t b);
DASM_API int dasm_dropin_put3(dasm_State **state, int start, int64_t a, int64_t b, int64_t c);
DASM_API int dasm_dropin_put4(dasm_State **state, int start, int64_t a, int64_t b, int64_t c, int64_t d);
/* The same if all arguments have the type int: such a call takes the program less code. */
DASM_API int dasm_dropin_put1i(dasm_State **state, int start, int a);
DASM_API int dasm_dropin_put2i(dasm_State **state, int start, int a, int b);
DASM_API int dasm_dropin_put3i(dasm_State **state, int start, int a, int b, int c);
DASM_API int dasm_dropin_put4i(dasm_State **state, int start, int a, int b, int c, int d);

#ifdef __cplusplus
}
#endif

/* In C, and in C++ from C++11 on, dasm_put(Dst, start, ...) becomes one of these calls: up to
 * four arguments are passed in registers, more of them in an array. If all arguments have the
 * type int, or become int as operands, they stay int; that is why generated code has
 * DASM_DROPIN_ARG((x)) in the place of DASM_ARG((x)). */
#ifdef SWIG

#elif defined(__cplusplus)
#if __cplusplus >= 201103L
extern "C++" {
DASM_ARG_INLINE int dasm_dropin_arg(int n)
{
  return n;
}

template <class Value>
DASM_ARG_INLINE int64_t dasm_dropin_arg(Value v)
{
  return dasm_arg(v);
}

template <class... Args>
DASM_ARG_INLINE int dasm_dropin_any(dasm_State **state, int start, Args... args)
{
  const int64_t all[] = {start, args...};
  return dasm_dropin_putargs(state, all);
}

DASM_ARG_INLINE int dasm_dropin_any(dasm_State **state, int start)
{
  return dasm_dropin_put0(state, start);
}

DASM_ARG_INLINE int dasm_dropin_any(dasm_State **state, int start, int a)
{
  return dasm_dropin_put1i(state, start, a);
}

DASM_ARG_INLINE int dasm_dropin_any(dasm_State **state, int start, int a, int b)
{
  return dasm_dropin_put2i(state, start, a, b);
}

DASM_ARG_INLINE int dasm_dropin_any(dasm_State **state, int start, int a, int b, int c)
{
  return dasm_dropin_put3i(state, start, a, b, c);
}

DASM_ARG_INLINE int dasm_dropin_any(dasm_State **state, int start, int a, int b, int c, int d)
{
  return dasm_dropin_put4i(state, start, a, b, c, d);
}

template <class A>
DASM_ARG_INLINE int dasm_dropin_any(dasm_State **state, int start, A a)
{
  return dasm_dropin_put1(state, start, a);
}

template <class A, class B>
DASM_ARG_INLINE int dasm_dropin_any(dasm_State **state, int start, A a, B b)
{
  return dasm_dropin_put2(state, start, a, b);
}

template <class A, class B, class C>
DASM_ARG_INLINE int dasm_dropin_any(dasm_State **state, int start, A a, B b, C c)
{
  return dasm_dropin_put3(state, start, a, b, c);
}

template <class A, class B, class C, class D>
DASM_ARG_INLINE int dasm_dropin_any(dasm_State **state, int start, A a, B b, C c, D d)
{
  return dasm_dropin_put4(state, start, a, b, c, d);
}
}

#define DASM_DROPIN_ARG(x)	dasm_dropin_arg(x)
#define DASM_DROPIN_CALL(Dst, ...)	dasm_dropin_any(Dst, __VA_ARGS__)
#endif

#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 199901L

/* The expression a | b has the type int if both operands have it. */
#if defined(__clang__) || (defined(__GNUC__) && __GNUC__ >= 5)
#define DASM_DROPIN_GENERIC	__extension__ _Generic
#elif __STDC_VERSION__ >= 201112L
#define DASM_DROPIN_GENERIC	_Generic
#endif
#ifdef DASM_DROPIN_GENERIC
#define DASM_DROPIN_ARG(x)	DASM_DROPIN_GENERIC(1 ? x : 0, int: x, default: DASM_ARG_WIDE(x))
#define DASM_DROPIN_INTS(all, yes, no)	DASM_DROPIN_GENERIC(all, int: yes, default: no)
#else
#define DASM_DROPIN_ARG(x)	DASM_ARG_WIDE(x)
#define DASM_DROPIN_INTS(all, yes, no)	no
#endif
#define dasm_dropin_any1(Dst, start, a) \
  DASM_DROPIN_INTS((a) | 0, dasm_dropin_put1i, dasm_dropin_put1)(Dst, start, a)
#define dasm_dropin_any2(Dst, start, a, b) \
  DASM_DROPIN_INTS((a) | (b), dasm_dropin_put2i, dasm_dropin_put2)(Dst, start, a, b)
#define dasm_dropin_any3(Dst, start, a, b, c) \
  DASM_DROPIN_INTS((a) | (b) | (c), dasm_dropin_put3i, dasm_dropin_put3)(Dst, start, a, b, c)
#define dasm_dropin_any4(Dst, start, a, b, c, d) \
  DASM_DROPIN_INTS((a) | (b) | (c) | (d), dasm_dropin_put4i, dasm_dropin_put4)(Dst, start, a, b, c, d)
#define dasm_dropin_putmany(Dst, ...) dasm_dropin_putargs((Dst), (const int64_t[]){__VA_ARGS__})
#define DASM_DROPIN_PICK( \
  _0, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, _17, _18, _19, _20, \
  _21, _22, _23, _24, _25, _26, _27, _28, _29, _30, _31, _32, _33, _34, _35, _36, _37, _38, _39, \
  _40, _41, _42, _43, _44, _45, _46, _47, _48, name, ...) \
  name
#define DASM_DROPIN_CALL(Dst, ...) \
  DASM_DROPIN_PICK(__VA_ARGS__, \
  dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, \
  dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, \
  dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, \
  dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, \
  dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, \
  dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, \
  dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, \
  dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, \
  dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, \
  dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, \
  dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, dasm_dropin_putmany, \
  dasm_dropin_any4, dasm_dropin_any3, dasm_dropin_any2, dasm_dropin_any1, dasm_dropin_put0, 0)(Dst, __VA_ARGS__)
#endif

#endif /* DASM_DROPIN_H */
