/* pages_file.c - files that grow: those for profilers, and the size of a heap's memory file.
 *
 * Beyond the process's limit for files (RLIMIT_FSIZE) a call that lets a file grow sends a signal
 * that kills, besides its error. A library has no business with that: the signal is blocked for the
 * calling thread meanwhile, and taken back if it came.
 */
#define _GNU_SOURCE 1

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pages_posix.h"

struct quiet {
  sigset_t before;
  bool pending; /* it waited already: it is the program's */
};

static bool is_pending(void)
{
  sigset_t s;

  return sigpending(&s) == 0 && sigismember(&s, SIGXFSZ) == 1;
}

static void quiet_begin(struct quiet *q)
{
  sigset_t s;

  sigemptyset(&s);
  sigaddset(&s, SIGXFSZ);
  pthread_sigmask(SIG_BLOCK, &s, &q->before);
  q->pending = is_pending();
}

/* error: of the call. */
static void quiet_end(struct quiet *q, int error)
{
  sigset_t s;
  int number;

  if (error == EFBIG && !q->pending && is_pending()) {
    sigemptyset(&s);
    sigaddset(&s, SIGXFSZ);
    (void)sigwait(&s, &number);
  }
  pthread_sigmask(SIG_SETMASK, &q->before, NULL);
}

int pages_resize(int fd, off_t size)
{
  struct quiet q;
  int e;

  quiet_begin(&q);
  e = pages_result(ftruncate(fd, size));
  quiet_end(&q, e);
  return e;
}

static int write_rest(int fd, const uint8_t *p, size_t n, uint64_t at)
{
  ssize_t did;

  for (; n != 0; n -= (size_t)did) {
    did = at == ~(uint64_t)0 ? write(fd, p, n) : pwrite(fd, p, n, (off_t)at);
    if (did < 0 && errno == EINTR)
      did = 0;
    if (did < 0)
      return pages_result(-1);
    p += did;
    if (at != ~(uint64_t)0)
      at += (uint64_t)did;
  }
  return 0;
}

int pages_file_open(const char *path, bool append, int *fd)
{
  *fd = open(path, (append ? O_WRONLY | O_APPEND : O_RDWR | O_TRUNC) | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  return *fd < 0 ? pages_result(-1) : 0;
}

/* What was written of a part that has a place is taken back, if it is not complete. */
int pages_file_write(int fd, const void *bytes, size_t n, uint64_t at)
{
  struct quiet q;
  int e;

  quiet_begin(&q);
  e = write_rest(fd, bytes, n, at);
  quiet_end(&q, e);
  if (e != 0 && at != ~(uint64_t)0 && ftruncate(fd, (off_t)at) != 0)
    return e; /* whoever reads it meets the end in the middle of a record */
  return e;
}

void pages_file_close(int fd)
{
  (void)close(fd);
}

int pages_file_mark(int fd, void **mark)
{
  void *p = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);

  *mark = p == MAP_FAILED ? NULL : p;
  return p == MAP_FAILED ? pages_result(-1) : 0;
}

void pages_file_unmark(void *mark)
{
  munmap(mark, (size_t)sysconf(_SC_PAGESIZE));
}
