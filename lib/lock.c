/* lock.c - what threads do that find a lock taken.
 *
 * They look a few more times, because locks are held for tens of nanoseconds; then they say that they
 * wait, and sleep as long as the word says taken. unlock() looks for waiting threads after its store and
 * without a fence between the two, which would cost more than all the rest: so it may miss one that has
 * just come. The kernel compares the word once more before the thread sleeps, by which time the
 * store has arrived; and if it ever had not, the thread looks again after a millisecond.
 */
#define _GNU_SOURCE 1

#include "lock.h"

#if defined(__linux__)
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "host.h"

/* As in <linux/futex.h>, which not every C library comes with. */
enum { FUTEX_WAIT_PRIVATE = 128, FUTEX_WAKE_PRIVATE = 129 };
enum { LOOKS = 20 };

/* The call that knows this struct timespec. */
#if !defined(SYS_futex) || (defined(SYS_futex_time64) && defined(_TIME_BITS) && _TIME_BITS == 64)
#undef SYS_futex
#define SYS_futex SYS_futex_time64
#endif

void lock_wait(lock_t *l)
{
  const struct timespec moment = { 0, 1000000 };
  int i;

  for (i = 0; i < LOOKS; i++) {
    host_pause();
    if (atomic_load_explicit(&l->taken, memory_order_relaxed) == 0 && lock_try(l))
      return;
  }
  for (;;) {
    atomic_exchange(&l->waiting, 1);
    if (lock_try(l))
      return; /* as others may wait, too, it stays said */
    (void)syscall(SYS_futex, &l->taken, FUTEX_WAIT_PRIVATE, 1, &moment, NULL, 0);
  }
}

void lock_wake(lock_t *l)
{
  atomic_store_explicit(&l->waiting, 0, memory_order_relaxed);
  (void)syscall(SYS_futex, &l->taken, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

#else

typedef int lock_of_the_platform;

#endif
