/* lock.h - a mutex of the platform. */
#ifndef DASM_LOCK_H
#define DASM_LOCK_H

#include <pthread.h>
#include <stdbool.h>

typedef pthread_mutex_t lock_t;

static inline int lock_init(lock_t *l) { return pthread_mutex_init(l, NULL); }
static inline void lock_free(lock_t *l) { pthread_mutex_destroy(l); }
static inline void lock(lock_t *l) { pthread_mutex_lock(l); }
static inline bool lock_try(lock_t *l) { return pthread_mutex_trylock(l) == 0; }
static inline void unlock(lock_t *l) { pthread_mutex_unlock(l); }

/* A number that threads mostly differ in, cheap to get. */
static inline unsigned thread_hash(void)
{
  return (unsigned)(((unsigned long)pthread_self() >> 6) * 2654435761u) >> 24;
}

#endif
