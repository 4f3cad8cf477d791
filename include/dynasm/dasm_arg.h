/* dasm_arg.h - how generated code passes its arguments. Programs do not include it: dasm.h and
 * dasm_proto.h do.
 *
 * DASM_ARG((x)) is the integer or pointer x as an int64_t; a pointer keeps its bits. Compilers
 * do not warn about the cast, in C or in C++, with pointers of 32 or 64 bits. DASM_LOW((x)) is x,
 * but the low half of a pointer, as an int. DASM_ORDER and DASM_UNIT2(n) to DASM_UNIT8(n) are
 * bytes of a list for a processor that has both byte orders.
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

template <class Number>
DASM_ARG_INLINE Number dasm_low(Number n)
{
  return n;
}

template <class Object>
DASM_ARG_INLINE int dasm_low(Object *p)
{
  return static_cast<int>(dasm_arg(p)); /* of 64 bits, so that the cast does something on each host */
}

/* An object of the type at the address 1 GiB, and the distance of something from that address. */
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
#define DASM_LOW(x) dasm_low(x)

#elif defined(__GNUC__) && UINTPTR_MAX < UINT64_MAX

/* A pointer (class 5) is first cast to an integer of its size; the inner cast is there for
 * nothing else. (A bit-field has no type that __typeof__ could name, but as an operand it is an
 * int.) */
#define DASM_ARG_WIDE(x) \
  ((int64_t)(__typeof__(__builtin_choose_expr(__builtin_classify_type(x) == 5, (intptr_t)0, 1 ? x : 0)))x)

#else

#define DASM_ARG_WIDE(x) ((int64_t)x)

#endif

/* In a program for DynASM, generated code may define it anew: see dasm_dropin.h. */
#ifndef __cplusplus
#define DASM_ARG(x) DASM_ARG_WIDE(x)
#ifdef __GNUC__
#define DASM_LOW(x) __builtin_choose_expr(__builtin_classify_type(x) == 5, (int)(intptr_t)x, x)
#else
#define DASM_LOW(x) ((int)(intptr_t)x)
#endif
#endif

/* The order of bytes in lists for processors that have both: 0 is little-endian, 1 is
 * big-endian. It is the order of this machine, unless the program defines DASM_ORDER before, to
 * make code for another one. DASM_UNIT2() and so on write a unit of such code as bytes. */
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
#define DASM_UNIT6(n) DASM_UNIT2((uint64_t)(n) >> 32), DASM_UNIT4(n)
#define DASM_UNIT8(n) DASM_UNIT4((uint64_t)(n) >> 32), DASM_UNIT4(n)
#else
#define DASM_UNIT2(n) (n) & 255, ((n) >> 8) & 255
#define DASM_UNIT4(n) DASM_UNIT2(n), DASM_UNIT2((n) >> 16)
#define DASM_UNIT6(n) DASM_UNIT4(n), DASM_UNIT2((uint64_t)(n) >> 32)
#define DASM_UNIT8(n) DASM_UNIT4(n), DASM_UNIT4((uint64_t)(n) >> 32)
#endif

#endif /* DASM_ARG_H */
