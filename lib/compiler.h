/* compiler.h - hints, as the compiler wants them. */
#ifndef DASM_COMPILER_H
#define DASM_COMPILER_H

#if defined(__GNUC__)
#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define NOINLINE __attribute__((noinline))
#define LINE_ALIGNED __attribute__((aligned(64))) /* where it lies does not depend on its neighbours */
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define UNREACHABLE() __builtin_unreachable()
#define PREFETCH(address, write) __builtin_prefetch((const void *)(address), write)
#else
#define LIKELY(x) (x)
#define UNLIKELY(x) (x)
#define NOINLINE
#define LINE_ALIGNED
#define ALWAYS_INLINE inline
#define UNREACHABLE() return DASM_S_TEMPLATE
#define PREFETCH(address, write) ((void)(address))
#endif

/* So rare that what is done then may stand far away. */
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 9
#define HARDLY(x) __builtin_expect_with_probability(!!(x), 0, 0.999)
#else
#define HARDLY(x) UNLIKELY(x)
#endif

/* Can a call that is the last thing be made a jump for sure? In C of Clang it can be asked for. */
#if defined(__clang__) && defined(__has_attribute)
#if __has_attribute(musttail)
#define JUMP __attribute__((musttail)) return
#endif
#elif defined(__GNUC__) && defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define JUMP return
#endif

#endif
