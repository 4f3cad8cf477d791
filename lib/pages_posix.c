/* pages_posix.c - address space, protection, files and unwinder on Linux and other POSIX systems.
 *
 * Dual spans are a memfd mapped twice, read-execute and read-write. The whole
 * span is mapped at once with its final protections, because systems that
 * refuse to make memory executable later (MDWE, SELinux) allow this; the
 * descriptor is sealed against resizing and closed. On other systems what is
 * not committed is then made inaccessible: zeroes are instructions, too. Single
 * spans are reserved without access; commit makes pages accessible, writable() flips them.
 *
 * A child of fork() does not inherit the writable view (MADV_DONTFORK).
 */
#define _GNU_SOURCE 1

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "pages.h"

#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif
#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0 /* then the address is a hint, and the result is checked */
#endif

#define PLACES 512 /* addresses tried for a span that must be near */
#define HUGE_PAGE ((uint64_t)2 << 20)

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#ifndef HWCAP2_BTI
#define HWCAP2_BTI (1ul << 17)
#endif
#ifndef PROT_BTI
#define PROT_BTI 0x10
#endif
/* Indirect branches into guarded pages must hit a landing pad. */
static int exec_prot(unsigned flags)
{
  bool guarded = (flags & SPAN_GUARDED) && (getauxval(AT_HWCAP2) & HWCAP2_BTI);

  return PROT_READ | PROT_EXEC | (guarded ? PROT_BTI : 0);
}
#else
static int exec_prot(unsigned flags)
{
  (void)flags;
  return PROT_READ | PROT_EXEC;
}
#endif

static int result(int r)
{
  return r == 0 ? 0 : errno ? errno : EINVAL;
}

static size_t page_size(void)
{
  long n = sysconf(_SC_PAGESIZE);

  return n > 0 ? (size_t)n : 4096;
}

static unsigned processors(void)
{
  long n = sysconf(_SC_NPROCESSORS_ONLN);

  return n > 0 ? (unsigned)n : 1;
}

static bool within(const struct span_request *q, const void *p)
{
  uint64_t a = (uint64_t)(uintptr_t)p;

  return a >= q->lo && a + q->size <= q->hi && a + q->size > a;
}

static void *try_at(const struct span_request *q, uint64_t at, int prot, int flags, int fd)
{
  void *p = mmap((void *)(uintptr_t)at, q->size, prot, flags | (at ? MAP_FIXED_NOREPLACE : 0), fd, 0);

  if (p != MAP_FAILED && !within(q, p)) {
    munmap(p, q->size);
    errno = ENOMEM;
    p = MAP_FAILED;
  }
  return p;
}

/* Huge pages can only be where address and offset in the file agree: where would there be room? */
static uint64_t aligned_room(size_t size)
{
  size_t more = size + (size_t)HUGE_PAGE;
  void *p = mmap(NULL, more, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

  if (p == MAP_FAILED)
    return 0;
  munmap(p, more);
  return ((uint64_t)(uintptr_t)p + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
}

static void *map_anywhere(const struct span_request *q, int prot, int flags, int fd)
{
  void *p = MAP_FAILED;

  if (q->flags & SPAN_HUGE)
    p = try_at(q, aligned_room(q->size), prot, flags, fd);
  return p != MAP_FAILED ? p : try_at(q, 0, prot, flags, fd);
}

/* Map within lo ... hi, starting at the preferred address and going outwards in both directions. */
static void *map_near(const struct span_request *q, int prot, int flags, int fd)
{
  uint64_t step = (q->hi - q->lo) / PLACES, mid, d;
  const uint64_t grain = q->flags & SPAN_HUGE ? HUGE_PAGE : 65536;
  void *p;

  if (q->lo == 0 && q->hi == UINT64_MAX)
    return map_anywhere(q, prot, flags, fd);
  if (q->hi - q->lo < q->size) {
    errno = ENOMEM;
    return MAP_FAILED;
  }
  step = step < grain ? grain : step & ~(grain - 1);
  mid = q->prefer ? q->prefer : q->lo + (q->hi - q->lo) / 2;
  mid &= ~(grain - 1);
  for (d = 0; d <= q->hi - q->lo; d += step) {
    if (mid + d >= q->lo && mid + d < q->hi && q->hi - (mid + d) >= q->size && mid + d >= grain) {
      p = try_at(q, mid + d, prot, flags, fd);
      if (p != MAP_FAILED)
        return p;
      if (errno != EEXIST && errno != ENOMEM)
        return p;
    }
    if (d != 0 && d <= mid && mid - d >= q->lo && q->hi - (mid - d) >= q->size && mid - d >= grain) {
      p = try_at(q, mid - d, prot, flags, fd);
      if (p != MAP_FAILED)
        return p;
    }
  }
  errno = ENOMEM;
  return MAP_FAILED;
}

/* ---- Spans ---- */

static int open_memory(const char *name, size_t size, int *out)
{
#ifdef MFD_CLOEXEC
  unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  int fd = -1, e;

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8u
#endif
  fd = memfd_create(name, flags | MFD_NOEXEC_SEAL); /* the file is not a program; Linux 6.3 */
  if (fd < 0 && errno == EINVAL)
    fd = memfd_create(name, flags);
  if (fd < 0)
    return result(fd);
  if (ftruncate(fd, (off_t)size) != 0 ||
      fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    e = result(-1);
    close(fd);
    return e;
  }
  *out = fd;
  return 0;
#else
  (void)name, (void)size, (void)out;
  return ENOSYS;
#endif
}

/* There are 15 keys in a process: one for all spans of a heap. */
static int guard_by_key(struct span *s, int key)
{
#if defined(__linux__) && defined(PKEY_DISABLE_WRITE)
  s->pkey = key;
  if (key < 0) {
    s->pkey = pkey_alloc(0, PKEY_DISABLE_WRITE);
    if (s->pkey < 0)
      return result(-1);
    s->flags |= SPAN_OWNS_KEY;
  }
  return result(pkey_mprotect(s->write, s->size, PROT_READ | PROT_WRITE, s->pkey));
#else
  (void)s, (void)key;
  return ENOSYS;
#endif
}

static void span_unmap(struct span *s)
{
  if (s->write && s->write != s->run)
    munmap(s->write, s->size);
  munmap(s->run, s->size);
#if defined(__linux__) && defined(PKEY_DISABLE_WRITE)
  if (s->flags & SPAN_OWNS_KEY)
    pkey_free(s->pkey);
#endif
  memset(s, 0, sizeof *s);
}

#ifdef MADV_HUGEPAGE
/* Does the system give huge pages to shared memory that asks for them? */
static bool has_huge_pages(void)
{
  char text[128] = "";
  int fd = open("/sys/kernel/mm/transparent_hugepage/shmem_enabled", O_RDONLY | O_CLOEXEC, 0);
  ssize_t n;

  if (fd < 0)
    return false;
  n = read(fd, text, sizeof text - 1);
  close(fd);
  return n > 0 && !strstr(text, "[never]") && !strstr(text, "[deny]");
}

/* For double mappings only: whoever changes the protection of single pages has small pages. */
static bool ask_huge(struct span *s)
{
  return (s->flags & SPAN_DUAL) && has_huge_pages() && madvise(s->write, s->size, MADV_HUGEPAGE) == 0 &&
         madvise(s->run, s->size, MADV_HUGEPAGE) == 0;
}
#else
static bool ask_huge(struct span *s)
{
  (void)s;
  return false;
}
#endif

/* Nothing is committed: make all inaccessible, if the system lets it become executable again.
 * The first page is left so; it is committed next. */
static int hide(struct span *s, int fd)
{
  if (mprotect(s->run, s->size, PROT_NONE) != 0)
    return 0;
  if (mprotect(s->run, page_size(), exec_prot(s->flags)) == 0) {
    s->flags |= SPAN_HIDES;
    return 0;
  }
  return mmap(s->run, s->size, exec_prot(s->flags), MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED ? result(-1)
                                                                                                  : 0;
}

static int map_dual(const struct span_request *q, struct span *s)
{
  struct span_request view = *q;
  int fd = -1, e = open_memory(q->name, q->size, &fd);
  void *p;

  if (e != 0)
    return e;
  p = map_near(q, exec_prot(q->flags), MAP_SHARED, fd);
  if (p == MAP_FAILED) {
    e = result(-1);
    close(fd);
    return e;
  }
  s->run = p;
  view.lo = 0;
  view.hi = UINT64_MAX;
  p = map_anywhere(&view, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  e = p == MAP_FAILED ? result(-1) : 0;
  s->write = e == 0 ? p : NULL;
  if (e == 0)
    e = hide(s, fd);
  close(fd);
#ifdef MADV_DONTFORK
  if (e == 0 && !(q->flags & SPAN_FORK_SHARE) && madvise(s->write, s->size, MADV_DONTFORK) != 0)
    e = result(-1);
#endif
  if (e == 0 && (q->flags & SPAN_PKEY))
    e = guard_by_key(s, q->pkey);
  if (e != 0)
    span_unmap(s);
  return e;
}

/* A single span is probed: policies often refuse at the first page made executable, and that
 * should be known now. */
static int map_single(const struct span_request *q, struct span *s)
{
  size_t page = page_size();
  void *p = map_near(q, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
  int e;

  if (p == MAP_FAILED)
    return result(-1);
  s->run = s->write = p;
  if (mprotect(p, page, PROT_READ | PROT_WRITE) != 0)
    goto refused;
  *(volatile uint8_t *)p = 0;
  if (mprotect(p, page, exec_prot(q->flags)) != 0)
    goto refused;
  return 0;

refused:
  e = result(-1);
  span_unmap(s);
  return e;
}

static int span_map(const struct span_request *q, struct span *s)
{
  int e;

  memset(s, 0, sizeof *s);
  s->size = q->size;
  s->flags = q->flags & ~(unsigned)(SPAN_OWNS_KEY | SPAN_HIDES);
  s->pkey = -1;
  if ((q->flags & SPAN_PKEY) && !(q->flags & SPAN_DUAL))
    return ENOTSUP;
  e = q->flags & SPAN_DUAL ? map_dual(q, s) : map_single(q, s);
  if (e == 0 && (q->flags & SPAN_HUGE) && !ask_huge(s))
    s->flags &= ~(unsigned)SPAN_HUGE;
  return e;
}

/* Touch the pages through both views now, so that no fault comes in the middle of a publish, and
 * so that a lack of memory is an error here and not a signal later. Where the kernel cannot
 * (before Linux 5.14) the faults come when they come. */
static int span_commit(struct span *s, size_t from, size_t size)
{
  bool dual = s->flags & SPAN_DUAL;

#ifdef MADV_POPULATE_WRITE
  if (dual && s->pkey < 0 && madvise(s->write + from, size, MADV_POPULATE_WRITE) != 0 && errno != EINVAL)
    return result(-1);
#endif
  if ((!dual || (s->flags & SPAN_HIDES)) && mprotect(s->run + from, size, exec_prot(s->flags)) != 0)
    return result(-1);
#ifdef MADV_POPULATE_WRITE
  if (dual && madvise(s->run + from, size, MADV_POPULATE_READ) != 0 && errno != EINVAL)
    return result(-1);
#endif
  return 0;
}

/* What is given back would read as zeroes, which are instructions: if it cannot be hidden, it is kept.
 * Once hidden it may only be called committed again if it is executable again. */
static int decommit_dual(struct span *s, size_t from, size_t size)
{
  int e;

#ifdef MADV_REMOVE
  if (!(s->flags & SPAN_HIDES))
    return ENOTSUP;
  if (mprotect(s->run + from, size, PROT_NONE) != 0)
    return result(-1);
  if (madvise(s->write + from, size, MADV_REMOVE) == 0)
    return 0;
  e = result(-1);
  return mprotect(s->run + from, size, exec_prot(s->flags)) == 0 ? e : 0;
#else
  (void)s, (void)from, (void)size, (void)e;
  return ENOTSUP;
#endif
}

static int span_decommit(struct span *s, size_t from, size_t size)
{
  if (s->flags & SPAN_DUAL)
    return decommit_dual(s, from, size);
  if (mmap(s->run + from, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
           0) == MAP_FAILED)
    return result(-1);
  return 0;
}

static int span_writable(struct span *s, size_t from, size_t size, bool on)
{
  size_t page = page_size(), end = (from + size + page - 1) & ~(page - 1);

  if (s->flags & SPAN_DUAL) {
#if defined(__linux__) && defined(PKEY_DISABLE_WRITE)
    if (s->pkey >= 0)
      return result(pkey_set(s->pkey, on ? 0 : PKEY_DISABLE_WRITE));
#endif
    return 0;
  }
  from &= ~(page - 1);
  return result(mprotect(s->run + from, end - from, on ? PROT_READ | PROT_WRITE : exec_prot(s->flags)));
}

/* No writable view any more. */
static int span_seal(struct span *s)
{
  if ((s->flags & SPAN_DUAL) && s->write) {
    if (munmap(s->write, s->size) != 0)
      return result(-1);
  }
  s->write = NULL;
  return 0;
}

/* ---- Bookkeeping ---- */

static void *meta_reserve(size_t size)
{
  void *p = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

  return p == MAP_FAILED ? NULL : p;
}

static int meta_extend(void *base, size_t from, size_t size)
{
  return result(mprotect((uint8_t *)base + from, size, PROT_READ | PROT_WRITE));
}

static void meta_unreserve(void *base, size_t size)
{
  munmap(base, size);
}

static atomic_uint *fork_mark(void)
{
#ifdef MADV_WIPEONFORK
  void *p = mmap(NULL, page_size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (p == MAP_FAILED)
    return NULL;
  if (madvise(p, page_size(), MADV_WIPEONFORK) == 0)
    return p;
  munmap(p, page_size());
#endif
  return NULL;
}

static void fork_mark_free(atomic_uint *mark)
{
  if (mark)
    munmap(mark, page_size());
}

static long process(void)
{
  return (long)getpid();
}

/* ---- Files ---- */

static int write_rest(int fd, const uint8_t *p, size_t n, uint64_t at)
{
  ssize_t did;

  for (; n != 0; n -= (size_t)did) {
    did = at == ~(uint64_t)0 ? write(fd, p, n) : pwrite(fd, p, n, (off_t)at);
    if (did < 0 && errno == EINTR)
      did = 0;
    if (did < 0)
      return result(-1);
    p += did;
    if (at != ~(uint64_t)0)
      at += (uint64_t)did;
  }
  return 0;
}

static int file_open(const char *path, bool append, int *fd)
{
  *fd = open(path, (append ? O_WRONLY | O_APPEND : O_RDWR | O_TRUNC) | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  return *fd < 0 ? result(-1) : 0;
}

/* What was written of a part that has a place is taken back, if it is not complete. */
static int file_write(int fd, const void *bytes, size_t n, uint64_t at)
{
  int e = write_rest(fd, bytes, n, at);

  if (e != 0 && at != ~(uint64_t)0 && ftruncate(fd, (off_t)at) != 0)
    return e; /* whoever reads it meets the end in the middle of a record */
  return e;
}

static void file_close(int fd)
{
  (void)close(fd);
}

static int file_mark(int fd, void **mark)
{
  void *p = mmap(NULL, page_size(), PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);

  *mark = p == MAP_FAILED ? NULL : p;
  return p == MAP_FAILED ? result(-1) : 0;
}

static void file_unmark(void *mark)
{
  munmap(mark, page_size());
}

static uint64_t nanoseconds(void)
{
  struct timespec t;

  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static long thread(void)
{
#if defined(__linux__)
  return syscall(SYS_gettid);
#else
  return process();
#endif
}

/* ---- Unwinder ---- */

/* A function pointer from dlsym, as POSIX wants it. */
static bool look_up(const char *name, void *function)
{
  void *p = dlsym(RTLD_DEFAULT, name);

  memcpy(function, &p, sizeof p);
  return p != NULL;
}

/* It is in libgcc_s or libunwind, which a C program loads late or never: libdasm itself depends
 * on libc alone. libgcc takes a section, LLVM's libunwind a single entry of one. */
static int find_unwinder(struct unwinder *u)
{
  bool single = dlsym(RTLD_DEFAULT, "__unw_add_dynamic_fde") != NULL;

  memset(u, 0, sizeof *u);
  if (single)
    return look_up("__register_frame", &u->add) && look_up("__deregister_frame", &u->remove) ? 0 : ENOSYS;
  if (!look_up("__register_frame_info", &u->take) && dlopen("libgcc_s.so.1", RTLD_NOW | RTLD_GLOBAL))
    (void)look_up("__register_frame_info", &u->take);
  return u->take && look_up("__deregister_frame_info", &u->remove) ? 0 : ENOSYS;
}

/* ---- Processors ---- */

static void serialize(void)
{
#if defined(__linux__) && defined(__NR_membarrier)
  enum { SYNC_CORE = 1 << 5, REGISTER_SYNC_CORE = 1 << 6 };

  if (syscall(__NR_membarrier, SYNC_CORE, 0, 0) != 0 && errno == EPERM &&
      syscall(__NR_membarrier, REGISTER_SYNC_CORE, 0, 0) == 0)
    (void)syscall(__NR_membarrier, SYNC_CORE, 0, 0);
#endif
}

const struct pages pages_posix = {
  .page_size = page_size,
  .processors = processors,
  .map = span_map,
  .unmap = span_unmap,
  .commit = span_commit,
  .decommit = span_decommit,
  .writable = span_writable,
  .seal = span_seal,
  .reserve = meta_reserve,
  .extend = meta_extend,
  .unreserve = meta_unreserve,
  .fork_mark = fork_mark,
  .fork_mark_free = fork_mark_free,
  .process = process,
  .file_open = file_open,
  .file_write = file_write,
  .file_close = file_close,
  .file_mark = file_mark,
  .file_unmark = file_unmark,
  .nanoseconds = nanoseconds,
  .thread = thread,
  .find_unwinder = find_unwinder,
  .serialize = serialize,
};
