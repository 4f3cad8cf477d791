/* lock.c - what threads do that find a lock taken.
 *
 * They look a few more times, because locks are held for tens of nanoseconds; then they say that
 * they wait, and sleep as long as nobody has answered. Whoever gives the lock back and sees that
 * makes the word even again, which is the answer, and wakes one: so a thread that is about to sleep
 * does not, even if the lock is taken again by then. unlock() looks for waiting threads after its
 * store and without a fence between the two, which would cost more than all the rest: so it may
 * miss one that has just come. The next unlock() sees it, and if there is none, the thread looks
 * again after a millisecond.
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

static bool look(lock_t *l)
{
  int i;

  for (i = 0; i < LOOKS; i++) {
    host_pause();
    if (atomic_load_explicit(&l->taken, memory_order_relaxed) == 0 && lock_try(l))
      return true;
  }
  return false;
}

void lock_wait(lock_t *l)
{
  const struct timespec moment = { 0, 1000000 };
  unsigned said;

  if (look(l))
    return;
  for (;;) {
    said = atomic_fetch_or(&l->waiting, 1) | 1;
    if (lock_try(l) || look(l))
      return; /* as others may wait, too, it stays said */
    (void)syscall(SYS_futex, &l->waiting, FUTEX_WAIT_PRIVATE, said, &moment, NULL, 0);
  }
}

void lock_wake(lock_t *l)
{
  unsigned said = atomic_load_explicit(&l->waiting, memory_order_relaxed);

  if ((said & 1) && atomic_compare_exchange_strong(&l->waiting, &said, said + 1))
    (void)syscall(SYS_futex, &l->waiting, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

#else

typedef int lock_of_the_platform;

#endif
