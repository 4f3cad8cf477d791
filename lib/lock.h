/* lock.h - a small mutex.
 *
 * It is taken twice for each function that comes and goes, so it is a word that is taken without a
 * call and given back by a store; threads that find it taken sleep in lock.c. A process with one
 * thread, as the C library knows, does not even need an atomic exchange. Elsewhere than on Linux it
 * is the platform's mutex.
 */
#ifndef DASM_LOCK_H
#define DASM_LOCK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#if defined(__linux__)

typedef struct {
  atomic_uint taken;
  atomic_uint waiting; /* odd: a thread may sleep, or is about to */
} lock_t;

/* lock.c */
void lock_wait(lock_t *l);
void lock_wake(lock_t *l);

#if defined(__has_include)
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#define LOCK_ALONE __libc_single_threaded
#endif
#endif
#ifndef LOCK_ALONE
#define LOCK_ALONE 0
#endif

static inline int lock_init(lock_t *l)
{
  atomic_init(&l->taken, 0);
  atomic_init(&l->waiting, 0);
  return 0;
}

static inline void lock_free(lock_t *l) { (void)l; }

static inline bool lock_try(lock_t *l)
{
  unsigned taken = 0;

  if (!LOCK_ALONE)
    return atomic_compare_exchange_strong_explicit(&l->taken, &taken, 1, memory_order_acquire,
                                                   memory_order_relaxed);
  taken = atomic_load_explicit(&l->taken, memory_order_acquire);
  atomic_store_explicit(&l->taken, 1, memory_order_relaxed);
  return taken == 0;
}

static inline void lock(lock_t *l)
{
  if (!lock_try(l))
    lock_wait(l);
}

/* Who begins to wait at this moment may be overlooked: lock_wait() is prepared for it. */
static inline void unlock(lock_t *l)
{
  atomic_store_explicit(&l->taken, 0, memory_order_release);
  if (atomic_load_explicit(&l->waiting, memory_order_relaxed) & 1)
    lock_wake(l);
}

#else

typedef pthread_mutex_t lock_t;

static inline int lock_init(lock_t *l) { return pthread_mutex_init(l, NULL); }
static inline void lock_free(lock_t *l) { pthread_mutex_destroy(l); }
static inline void lock(lock_t *l) { pthread_mutex_lock(l); }
static inline bool lock_try(lock_t *l) { return pthread_mutex_trylock(l) == 0; }
static inline void unlock(lock_t *l) { pthread_mutex_unlock(l); }

#endif

#if defined(__has_builtin) && (defined(__x86_64__) || defined(__aarch64__) || defined(__riscv))
#if __has_builtin(__builtin_thread_pointer)
#define THREAD_POINTER 1
#endif
#endif
#ifndef THREAD_POINTER
#define THREAD_POINTER 0
#endif

/* A number that no two threads of the process have at a time; not 0. */
static inline uintptr_t thread_self(void)
{
#if THREAD_POINTER
  return (uintptr_t)__builtin_thread_pointer(); /* without a call */
#else
  return (uintptr_t)pthread_self();
#endif
}

#endif
