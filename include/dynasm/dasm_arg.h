/* dasm_arg.h - what generated code makes of its arguments. Included by dasm.h and dasm_proto.h; not
 * for use by programs.
 *
 * DASM_ARG((x)) is the integer or pointer x as an int64_t; a pointer keeps its bits. No compiler's
 * warnings about casts have anything to say about it, in C nor in C++, where pointers have 32 bits or 64.
 * DASM_ORDER and DASM_UNIT2(n) to DASM_UNIT8(n) are bytes of a list for a processor that has both byte orders.
 * In C++ dasm_object() and dasm_offset() serve .type. Since 1.0.
 */
#ifndef DASM_ARG_H
#define DASM_ARG_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus

#if defined(__GNUC__)
#define DASM_ARG_INLINE inline __attribute__((always_inline))
#else
#define DASM_ARG_INLINE inline
#endif

extern "C++" {
template <class Number>
DASM_ARG_INLINE int64_t dasm_arg(Number n)
{
  return static_cast<int64_t>(n);
}

template <class Object>
DASM_ARG_INLINE int64_t dasm_arg(Object *p)
{
  return reinterpret_cast<intptr_t>(p);
}

/* An object of the type at 1 GiB, and how far behind that address something is. */
template <class Object>
DASM_ARG_INLINE Object *dasm_object()
{
  return reinterpret_cast<Object *>(static_cast<uintptr_t>(0x40000000));
}

template <class Object>
DASM_ARG_INLINE ptrdiff_t dasm_offset(Object *p)
{
  return reinterpret_cast<intptr_t>(p) - 0x40000000;
}
}

#define DASM_ARG(x) dasm_arg(x)

#elif defined(__GNUC__) && UINTPTR_MAX < UINT64_MAX

/* Pointers (class 5) by way of an integer of their size, which is all that the inner cast is for. (A bit-field has no
 * type to name, but is an int as an operand.) */
#define DASM_ARG_WIDE(x) \
  ((int64_t)(__typeof__(__builtin_choose_expr(__builtin_classify_type(x) == 5, (intptr_t)0, 1 ? x : 0)))x)

#else

#define DASM_ARG_WIDE(x) ((int64_t)x)

#endif

/* Generated code of a program for DynASM may define it anew: dasm_dropin.h. */
#ifndef __cplusplus
#define DASM_ARG(x) DASM_ARG_WIDE(x)
#endif

/* The order of bytes in lists whose code may have either: 0 little-endian, 1 big-endian; and a unit of such code, as bytes. It
 * is that of this machine, unless the program defines DASM_ORDER before, to emit code for another one. */
#ifndef DASM_ORDER
#if defined(__BYTE_ORDER__) ? __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ : \
  defined(__BIG_ENDIAN__) || defined(__MIPSEB__) || defined(__ARMEB__) || defined(__s390__)
#define DASM_ORDER 1
#else
#define DASM_ORDER 0
#endif
#endif

#if DASM_ORDER == 1
#define DASM_UNIT2(n) ((n) >> 8) & 255, (n) & 255
#define DASM_UNIT4(n) DASM_UNIT2((n) >> 16), DASM_UNIT2(n)
#define DASM_UNIT6(n) DASM_UNIT2((n) >> 32), DASM_UNIT4(n)
#define DASM_UNIT8(n) DASM_UNIT4((n) >> 32), DASM_UNIT4(n)
#else
#define DASM_UNIT2(n) (n) & 255, ((n) >> 8) & 255
#define DASM_UNIT4(n) DASM_UNIT2(n), DASM_UNIT2((n) >> 16)
#define DASM_UNIT6(n) DASM_UNIT4(n), DASM_UNIT2((n) >> 32)
#define DASM_UNIT8(n) DASM_UNIT4(n), DASM_UNIT4((n) >> 32)
#endif

#endif /* DASM_ARG_H */
