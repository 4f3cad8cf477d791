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
  /* The state behaves as DynASM's without DASM_CHECKS: a label may be placed again, and is then at the last place for
   * what is put later; dasm_setupglobal() leaves the program's array as it is. */
  DASM_DROPIN_UNCHECKED = 1,
  /* The memory functions' ctx is what a call gets for Dst, whatever ctx was before. */
  DASM_DROPIN_ADDRESS = 2
};

/* grow NULL: C's realloc and free. flags: those above. Statuses of the state have DynASM's numbers of its ISA from now on. */
DASM_API int dasm_dropin_init(dasm_State **state, int maxsection, dasm_DropinGrow grow, dasm_DropinFree release, void *ctx,
                              unsigned flags);
/* dasm_init() for programs that use the functions of libdasm as they are, unchecked. */
DASM_API int dasm_dropin_plain(dasm_State **state, int maxsection);
/* The same for those that look (DASM_CHECKS). */
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

/* Encode with zeros for externs. Then, in the order of the code, nextextern gives the address of
 * the field of each one (on x86 and x64; else that behind the instruction, as DynASM has it), its number, and 1 if it is
 * relative, else 0; setextern stores the value of that field. NULL: there is no further one, or an error. */
DASM_API int dasm_dropin_encodeexterns(dasm_State *D, void *buffer);
DASM_API unsigned char *dasm_dropin_nextextern(dasm_State *D, void *buffer, int *index, int *type);
DASM_API int dasm_dropin_setextern(dasm_State *D, int64_t value);

/* The program's DASM_ADD_VENEER: for an instruction that does not reach, which ends at cp; its target is `away` bytes from its start
 * and its address is in the two ints before b, the low one first. `word` has DASM_REL_ and so on in its upper half and the kind
 * of DynASM's relocation below. What it gives is how far from the start the instruction is to go instead; 0: there is no way. */
typedef int (*dasm_DropinVeneer)(dasm_State *D, void *buffer, unsigned word, int *b, unsigned *cp, ptrdiff_t away);

/* dasm_dropin_encodeexterns() or, without externs, dasm_dropin_encode(), with a way out for instructions of AArch64 that do not
 * reach. */
DASM_API int dasm_dropin_encodeveneers(dasm_State *D, void *buffer, dasm_DropinVeneer veneer, int externs);

/* The 13 bits of AArch64 for an immediate of add, and of and, orr, eor with 64 bits (twice the same half: with 32); -1: it has no
 * such form. */
DASM_API int dasm_dropin_imm12(unsigned n);
DASM_API int dasm_dropin_imm13(int low, int high);

/* A put by the address of the state, which is ctx of memory functions by reference; args[0] is start. */
DASM_API int dasm_dropin_putargs(dasm_State **state, const int64_t *args);
DASM_API int dasm_dropin_put0(dasm_State **state, int start);
DASM_API int dasm_dropin_put1(dasm_State **state, int start, int64_t a);
DASM_API int dasm_dropin_put2(dasm_State **state, int start, int64_t a, int64_t b);
DASM_API int dasm_dropin_put3(dasm_State **state, int start, int64_t a, int64_t b, int64_t c);
DASM_API int dasm_dropin_put4(dasm_State **state, int start, int64_t a, int64_t b, int64_t c, int64_t d);
/* The same for arguments that are all int: they take the program less code. */
DASM_API int dasm_dropin_put1i(dasm_State **state, int start, int a);
DASM_API int dasm_dropin_put2i(dasm_State **state, int start, int a, int b);
DASM_API int dasm_dropin_put3i(dasm_State **state, int start, int a, int b, int c);
DASM_API int dasm_dropin_put4i(dasm_State **state, int start, int a, int b, int c, int d);

#ifdef __cplusplus
}
#endif

/* What dasm_put(Dst, start, ...) becomes in C, and in C++ from C++11 on, where nothing is in the way: up to four arguments go in
 * registers, more in an array. An argument that is an int, or becomes one as an operand, stays an int if all are: so
 * DASM_DROPIN_ARG((x)) is there what DASM_ARG((x)) is. */
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

/* Of several arguments, the operator | has the type int if all have it. */
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
