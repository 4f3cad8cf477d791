/* pages_posix.c - address space, protection, files and unwinder on Linux and other POSIX systems.
 *
 * Dual mappings are a memfd mapped twice, read-execute and read-write. The whole
 * mapping is mapped at once with its final protections, because systems that
 * refuse to make memory executable later (MDWE, SELinux) allow this; the
 * descriptor is sealed against resizing and closed. On other systems what is
 * not committed is then made inaccessible: zeroes are instructions, too. Single
 * mappings are reserved without access; commit makes pages accessible, writable() flips them.
 *
 * A child of fork() does not inherit the writable view (MADV_DONTFORK).
 */
#define _GNU_SOURCE 1

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "host.h"
#include "pages_posix.h"

#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif

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
  bool guarded = (flags & MAPPING_GUARDED) && (getauxval(AT_HWCAP2) & HWCAP2_BTI);

  return PROT_READ | PROT_EXEC | (guarded ? PROT_BTI : 0);
}
#else
static int exec_prot(unsigned flags)
{
  (void)flags;
  return PROT_READ | PROT_EXEC;
}
#endif

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

/* ---- Spans ---- */

static int open_memory(const char *name, int *out)
{
#ifdef MFD_CLOEXEC
  unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8u
#endif
  *out = memfd_create(name, flags | MFD_NOEXEC_SEAL); /* the file is not a program; Linux 6.3 */
  if (*out < 0 && errno == EINVAL)
    *out = memfd_create(name, flags);
  return *out < 0 ? pages_result(-1) : 0;
#else
  (void)name, (void)out;
  return ENOSYS;
#endif
}

/* The file gets its size, for good. */
static int size_memory(int fd, size_t size)
{
#ifdef F_ADD_SEALS
  int e = pages_resize(fd, (off_t)size);

  return e != 0 ? e : pages_result(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL));
#else
  (void)fd, (void)size;
  return ENOSYS;
#endif
}

/* There are 15 keys in a process: one for all mappings of a heap. */
static int guard_by_key(struct mapping *s, int key)
{
#if defined(__linux__) && defined(PKEY_DISABLE_WRITE)
  s->pkey = key;
  if (key < 0) {
    s->pkey = pkey_alloc(0, PKEY_DISABLE_WRITE);
    if (s->pkey < 0)
      return pages_result(-1);
    s->flags |= MAPPING_OWNS_KEY;
  }
  return pages_result(pkey_mprotect(s->write, s->size, PROT_READ | PROT_WRITE, s->pkey));
#else
  (void)s, (void)key;
  return ENOSYS;
#endif
}

static void mapping_unmap(struct mapping *s)
{
  if (s->write && s->write != s->run)
    munmap(s->write, s->size);
  munmap(s->run, s->size);
#if defined(__linux__) && defined(PKEY_DISABLE_WRITE)
  if (s->flags & MAPPING_OWNS_KEY)
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
static bool ask_huge(struct mapping *s)
{
  return (s->flags & MAPPING_DUAL) && has_huge_pages() && madvise(s->write, s->size, MADV_HUGEPAGE) == 0 &&
         madvise(s->run, s->size, MADV_HUGEPAGE) == 0;
}
#else
static bool ask_huge(struct mapping *s)
{
  (void)s;
  return false;
}
#endif

/* Nothing is committed: make all inaccessible, if the system lets it become executable again.
 * The first page is left so; it is committed next. */
static int hide(struct mapping *s, int fd)
{
  if (mprotect(s->run, s->size, PROT_NONE) != 0)
    return 0;
  if (mprotect(s->run, page_size(), exec_prot(s->flags)) == 0) {
    s->flags |= MAPPING_HIDES;
    return 0;
  }
  return mmap(s->run, s->size, exec_prot(s->flags), MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED ? pages_result(-1)
                                                                                                  : 0;
}

/* The two views of a file. It has no size yet: a process that locks whatever it maps (mlockall)
 * would otherwise get memory for all of it now. For the same reason nothing is writable yet. */
static int map_views(const struct mapping_request *q, struct mapping *s, int fd)
{
  struct mapping_request view = *q;
  void *p = pages_map_near(q, exec_prot(q->flags), MAP_SHARED, fd);

  if (p == MAP_FAILED)
    return pages_result(-1);
  s->run = p;
  view.lo = 0;
  view.hi = UINT64_MAX;
  p = pages_map_anywhere(&view, PROT_NONE, MAP_SHARED, fd);
  if (p == MAP_FAILED)
    return pages_result(-1);
  s->write = p;
  return hide(s, fd);
}

static int map_dual(const struct mapping_request *q, struct mapping *s)
{
  int fd = -1, e = open_memory(q->name, &fd);

  if (e != 0)
    return e;
  e = map_views(q, s, fd);
  if (e == 0)
    e = size_memory(fd, q->size);
  close(fd);
#ifdef MADV_DONTFORK
  if (e == 0 && !(q->flags & MAPPING_FORK_SHARE) && madvise(s->write, s->size, MADV_DONTFORK) != 0)
    e = pages_result(-1);
#endif
  if (e == 0 && (q->flags & MAPPING_PKEY))
    e = guard_by_key(s, q->pkey);
  if (e != 0 && s->run)
    mapping_unmap(s);
  return e;
}

/* A single mapping is probed: policies often refuse at the first page made executable, and that
 * should be known now. */
static int map_single(const struct mapping_request *q, struct mapping *s)
{
  size_t page = page_size();
  void *p = pages_map_near(q, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
  int e;

  if (p == MAP_FAILED)
    return pages_result(-1);
  s->run = s->write = p;
  if (mprotect(p, page, PROT_READ | PROT_WRITE) != 0)
    goto refused;
  *(volatile uint8_t *)p = 0;
  if (mprotect(p, page, exec_prot(q->flags)) != 0)
    goto refused;
  return 0;

refused:
  e = pages_result(-1);
  mapping_unmap(s);
  return e;
}

static int mapping_map(const struct mapping_request *q, struct mapping *s)
{
  int e;

  memset(s, 0, sizeof *s);
  s->size = q->size;
  s->flags = q->flags & ~(unsigned)(MAPPING_OWNS_KEY | MAPPING_HIDES);
  s->pkey = -1;
  if ((q->flags & MAPPING_PKEY) && !(q->flags & MAPPING_DUAL))
    return ENOTSUP;
  e = q->flags & MAPPING_DUAL ? map_dual(q, s) : map_single(q, s);
  if (e == 0 && (q->flags & MAPPING_HUGE) && !ask_huge(s))
    s->flags &= ~(unsigned)MAPPING_HUGE;
  return e;
}

#ifdef MADV_POPULATE_WRITE
/* 0 also where the kernel (before Linux 5.14) or a sandbox does not do it. */
static int populate(uint8_t *p, size_t size, int advice)
{
  int e = pages_result(madvise(p, size, advice));

  return e == EINVAL || e == EPERM || e == EACCES || e == ENOSYS ? 0 : e;
}
#endif

/* Touch the pages through both views now, so that no fault comes in the middle of a publish, and
 * so that a lack of memory is an error here and not a signal later. Where that is not possible
 * the faults come when they come. */
static int mapping_commit(struct mapping *s, size_t from, size_t size)
{
  bool dual = s->flags & MAPPING_DUAL;
  int e = 0;

  if (dual && s->pkey < 0 && mprotect(s->write + from, size, PROT_READ | PROT_WRITE) != 0)
    return pages_result(-1);
#ifdef MADV_POPULATE_WRITE
  if (dual && s->pkey < 0 && (e = populate(s->write + from, size, MADV_POPULATE_WRITE)) != 0)
    return e;
#endif
  if ((!dual || (s->flags & MAPPING_HIDES)) && mprotect(s->run + from, size, exec_prot(s->flags)) != 0)
    return pages_result(-1);
#ifdef MADV_POPULATE_WRITE
  if (dual)
    e = populate(s->run + from, size, MADV_POPULATE_READ);
#endif
  return e;
}

/* What is given back would read as zeroes, which are instructions: if it cannot be hidden, it is
 * kept. Once hidden it may only be called committed again if it is executable again. */
static int decommit_dual(struct mapping *s, size_t from, size_t size)
{
  int e;

#ifdef MADV_REMOVE
  if (!(s->flags & MAPPING_HIDES))
    return ENOTSUP;
  if (mprotect(s->run + from, size, PROT_NONE) != 0)
    return pages_result(-1);
  if (madvise(s->write + from, size, MADV_REMOVE) == 0)
    return 0;
  e = pages_result(-1);
  return mprotect(s->run + from, size, exec_prot(s->flags)) == 0 ? e : 0;
#else
  (void)s, (void)from, (void)size, (void)e;
  return ENOTSUP;
#endif
}

static int mapping_decommit(struct mapping *s, size_t from, size_t size)
{
  if (s->flags & MAPPING_DUAL)
    return decommit_dual(s, from, size);
  if (mmap(s->run + from, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
           0) == MAP_FAILED)
    return pages_result(-1);
  return 0;
}

static int mapping_writable(struct mapping *s, size_t from, size_t size, bool on)
{
  size_t page = page_size(), end = (from + size + page - 1) & ~(page - 1);

  if (s->flags & MAPPING_DUAL) {
#if defined(__linux__) && defined(PKEY_DISABLE_WRITE)
    if (s->pkey >= 0)
      return pages_result(pkey_set(s->pkey, on ? 0 : PKEY_DISABLE_WRITE));
#endif
    return 0;
  }
  from &= ~(page - 1);
  return pages_result(mprotect(s->run + from, end - from, on ? PROT_READ | PROT_WRITE : exec_prot(s->flags)));
}

/* No writable view any more. */
static int mapping_seal(struct mapping *s)
{
  if ((s->flags & MAPPING_DUAL) && s->write) {
    if (munmap(s->write, s->size) != 0)
      return pages_result(-1);
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
  return pages_result(mprotect((uint8_t *)base + from, size, PROT_READ | PROT_WRITE));
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

/* ---- For tools ---- */

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

static int call_function(const void *function)
{
  int (*f)(void);
#ifdef HOST_DESCRIPTORS
  const void *const volatile descriptor[3] = {function, NULL, NULL};

  function = (const void *)(uintptr_t)descriptor;
#endif
  memcpy(&f, &function, sizeof f);
  return f();
}

const struct pages pages_posix = {
  .page_size = page_size,
  .processors = processors,
  .map = mapping_map,
  .unmap = mapping_unmap,
  .commit = mapping_commit,
  .decommit = mapping_decommit,
  .writable = mapping_writable,
  .seal = mapping_seal,
  .reserve = meta_reserve,
  .extend = meta_extend,
  .unreserve = meta_unreserve,
  .fork_mark = fork_mark,
  .fork_mark_free = fork_mark_free,
  .process = process,
  .file_open = pages_file_open,
  .file_write = pages_file_write,
  .file_close = pages_file_close,
  .file_mark = pages_file_mark,
  .file_unmark = pages_file_unmark,
  .nanoseconds = nanoseconds,
  .thread = thread,
  .find_unwinder = pages_find_unwinder,
  .serialize = serialize,
  .call = call_function,
};
