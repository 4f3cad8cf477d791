/* faults.c - two systems for the code heap that fail on command.
 *
 * A fake one, which also watches that pages are used as pages.h says, and protects them
 * so that any other use crashes (with a protection key, too, which not every machine has); and
 * the real one with its system calls intercepted.
 */
#define _GNU_SOURCE 1
#include "faults.h"

#include <check.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---- When to fail ---- */

int countdown; /* the call that brings it to 0 fails */
int live;      /* mappings and pieces of bookkeeping memory not given back */
int refused;   /* and how many of them the system refused to take back */

bool fails(void)
{
  return countdown > 0 && --countdown == 0;
}

/* ---- The fake system ---- */

enum { FAKE_PAGE = 4096, FAKE_PAGES = 1 << 10, FAKE_KEY = 3 };
enum condition { ABSENT, EXECUTABLE, WRITABLE };

static struct fake_span {
  uint8_t *base;
  uint8_t *write; /* as the heap knows it */
  size_t size;
  bool dual, keyed;
  uint8_t condition[FAKE_PAGES];
} fakes[16];
static bool key_used;

static struct fake_span *fake_of(const struct mapping *s)
{
  int i;

  for (i = 0; i < 16; i++)
    if (fakes[i].base && fakes[i].base == s->run)
      return &fakes[i];
  ck_abort_msg("a mapping that was never mapped");
  return NULL;
}

/* Both views of a fake mapping are one memory, which is what the heap may do with either. */
static void protect(const struct fake_span *f, size_t page, size_t n, int prot)
{
  if (sysconf(_SC_PAGESIZE) == FAKE_PAGE)
    ck_assert_int_eq(mprotect(f->base + page * FAKE_PAGE, n * FAKE_PAGE, prot), 0);
}

/* A second view that is always writable. */
static bool is_open(const struct fake_span *f)
{
  return f->dual && !f->keyed;
}

/* Every page of a range goes from one of some conditions (bits) to another. */
static void turn(struct fake_span *f, size_t from, size_t size, unsigned was, int is)
{
  size_t p = from / FAKE_PAGE, last = (from + size - 1) / FAKE_PAGE;

  ck_assert_uint_le(from + size, f->size);
  for (; p <= last; p++) {
    ck_assert_uint_ne(was >> f->condition[p] & 1, 0);
    f->condition[p] = (uint8_t)is;
    protect(f, p, 1, is == ABSENT ? PROT_NONE
                     : is == WRITABLE || is_open(f) ? PROT_READ | PROT_WRITE : PROT_READ);
  }
}

static size_t fake_page_size(void) { return FAKE_PAGE; }
static unsigned fake_processors(void) { return 2; }

static int fake_map(const struct mapping_request *q, struct mapping *s)
{
  int i = 0;

  memset(s, 0, sizeof *s);
  if (fails())
    return EPERM;
  ck_assert_uint_eq(q->size % FAKE_PAGE, 0);
  ck_assert_uint_le(q->size / FAKE_PAGE, FAKE_PAGES);
  while (fakes[i].base)
    ck_assert_int_lt(++i, 16);
  fakes[i] = (struct fake_span){ .base = aligned_alloc(FAKE_PAGE, q->size), .size = q->size,
                                 .dual = (q->flags & MAPPING_DUAL) != 0,
                                 .keyed = (q->flags & MAPPING_PKEY) != 0 };
  ck_assert_ptr_nonnull(fakes[i].base);
  memset(fakes[i].base, 0x55, q->size);
  protect(&fakes[i], 0, q->size / FAKE_PAGE, PROT_NONE);
  *s = (struct mapping){ .run = fakes[i].base, .write = fakes[i].base, .size = q->size, .flags = q->flags,
                      .pkey = -1 };
  if (fakes[i].keyed) { /* one key for all mappings of a heap */
    ck_assert_int_eq(q->pkey, key_used ? FAKE_KEY : -1);
    if (!key_used)
      s->flags |= MAPPING_OWNS_KEY;
    s->pkey = FAKE_KEY;
    key_used = true;
  }
  live++;
  return 0;
}

static void fake_unmap(struct mapping *s)
{
  struct fake_span *f = fake_of(s);
  int i;

  protect(f, 0, f->size / FAKE_PAGE, PROT_READ | PROT_WRITE);
  free(f->base);
  memset(f, 0, sizeof *f);
  if (s->flags & MAPPING_OWNS_KEY) {
    for (i = 0; i < 16; i++)
      ck_assert(!fakes[i].keyed); /* nobody uses it any more */
    key_used = false;
  }
  memset(s, 0, sizeof *s);
  live--;
}

static int fake_commit(struct mapping *s, size_t from, size_t size)
{
  if (fails())
    return ENOMEM;
  turn(fake_of(s), from, size, ~0u, EXECUTABLE);
  return 0;
}

static int fake_decommit(struct mapping *s, size_t from, size_t size)
{
  if (fails())
    return ENOMEM;
  turn(fake_of(s), from, size, 1 << EXECUTABLE, ABSENT);
  return 0;
}

static int fake_writable(struct mapping *s, size_t from, size_t size, bool on)
{
  struct fake_span *f = fake_of(s);

  ck_assert(!f->dual || f->keyed); /* not asked for without need */
  if (fails())
    return EACCES;
  if (on) /* after a failure they may still be writable */
    turn(f, from, size, 1 << EXECUTABLE | 1 << WRITABLE, WRITABLE);
  else
    turn(f, from, size, 1 << WRITABLE, EXECUTABLE);
  return 0;
}

static int fake_seal(struct mapping *s)
{
  if (fails())
    return EPERM;
  s->write = NULL;
  return 0;
}

static void *fake_reserve(size_t size)
{
  void *p = fails() ? NULL : calloc(1, size);

  live += p != NULL;
  return p;
}

static int fake_extend(void *base, size_t from, size_t size)
{
  (void)base, (void)from, (void)size;
  return fails() ? ENOMEM : 0;
}

static void fake_unreserve(void *base, size_t size)
{
  (void)size;
  live--;
  free(base);
}

static atomic_uint *fake_mark(void)
{
  atomic_uint *p = fails() ? NULL : malloc(sizeof *p);

  if (p) {
    atomic_init(p, 0);
    live++;
  }
  return p;
}

static void fake_mark_free(atomic_uint *mark)
{
  live--;
  free(mark);
}

static long fake_process(void) { return 7; }
static void fake_serialize(void) { }

static uint8_t file[1 << 20]; /* the fake file; all descriptors write to it */
static size_t file_size;

static int fake_open(const char *path, bool append, int *fd)
{
  (void)path;
  if (fails())
    return EACCES;
  if (!append)
    file_size = 0;
  *fd = append ? 100 : 101;
  live++;
  return 0;
}

static int fake_write(int fd, const void *bytes, size_t n, uint64_t at)
{
  ck_assert_int_eq(fd, at == ~(uint64_t)0 ? 100 : 101);
  if (fails())
    return ENOSPC;
  if (fd == 101) {
    ck_assert_uint_eq(at, file_size);
    ck_assert_uint_le(at + n, sizeof file);
    memcpy(file + at, bytes, n);
    file_size = at + n;
  }
  return 0;
}

static void fake_close(int fd)
{
  ck_assert(fd == 100 || fd == 101);
  live--;
}

static int fake_file_mark(int fd, void **mark)
{
  if (fails())
    return EPERM;
  ck_assert_int_eq(fd, 101);
  live++;
  *mark = file;
  return 0;
}

static void fake_file_unmark(void *mark)
{
  ck_assert_ptr_eq(mark, file);
  live--;
}

static uint64_t fake_nanoseconds(void) { return 12345; }
static long fake_thread(void) { return 8; }

/* An unwinder keeps frames, and its notes about them, until it is told that they go. */
static void fake_take(const void *frames, void *object)
{
  ck_assert_uint_eq((uintptr_t)object % sizeof(void *), 0);
  memset(object, 1, OBJECT_SIZE);
  ck_assert_ptr_nonnull(frames);
  live++;
}

static void fake_forget(void *frames)
{
  ck_assert_ptr_nonnull(frames);
  live--;
}

static int fake_unwinder(struct unwinder *u)
{
  if (fails())
    return ENOSYS;
  *u = (struct unwinder){ .take = fake_take, .remove = fake_forget };
  return 0;
}

const struct pages pages_fake = {
  .page_size = fake_page_size, .processors = fake_processors, .map = fake_map, .unmap = fake_unmap,
  .commit = fake_commit, .decommit = fake_decommit, .writable = fake_writable, .seal = fake_seal,
  .reserve = fake_reserve, .extend = fake_extend, .unreserve = fake_unreserve, .fork_mark = fake_mark,
  .fork_mark_free = fake_mark_free, .process = fake_process, .file_open = fake_open,
  .file_write = fake_write, .file_close = fake_close, .file_mark = fake_file_mark,
  .file_unmark = fake_file_unmark, .nanoseconds = fake_nanoseconds, .thread = fake_thread,
  .find_unwinder = fake_unwinder, .serialize = fake_serialize,
};

/* ---- The real system, with calls that fail ---- */

static void *faulty_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset)
{
  void *p;

  if (fails()) {
    errno = ENOMEM;
    return MAP_FAILED;
  }
  p = mmap(at, size, prot, flags, fd, offset);
  live += p != MAP_FAILED && !(flags & MAP_FIXED);
  return p;
}

static int faulty_munmap(void *p, size_t size)
{
  if (fails()) {
    refused++;
    errno = ENOMEM; /* a map in two parts would be one too many */
    return -1;
  }
  live--;
  return munmap(p, size);
}

static int failing(int e)
{
  errno = e;
  return -1;
}

static int counted(int fd)
{
  live += fd >= 0;
  return fd;
}

/* Interrupted every other time, and then only a part is written. */
static ssize_t faulty_write(int fd, const void *bytes, size_t n, off_t at)
{
  static bool interrupted;

  if (fails())
    return failing(ENOSPC);
  interrupted = !interrupted;
  if (interrupted)
    return failing(EINTR);
  n = n < 8 ? n : n / 2;
  return at < 0 ? write(fd, bytes, n) : pwrite(fd, bytes, n, at);
}

static int faulty_close(int fd)
{
  live--;
  return close(fd);
}

#define mmap(at, size, prot, flags, fd, offset) faulty_mmap(at, size, prot, flags, fd, offset)
#define munmap(p, size) faulty_munmap(p, size)
#define mprotect(p, size, prot) (fails() ? failing(EACCES) : mprotect(p, size, prot))
#define madvise(p, size, advice) (fails() ? failing(ENOMEM) : madvise(p, size, advice))
#define memfd_create(name, flags) (fails() ? failing(EPERM) : counted(memfd_create(name, flags)))
#define ftruncate(fd, size) (fails() ? failing(EFBIG) : ftruncate(fd, size))
#define fcntl(fd, cmd, arg) (fails() ? failing(EPERM) : fcntl(fd, cmd, arg))
#define open(path, flags, mode) (fails() ? failing(EACCES) : counted(open(path, flags, mode)))
#define write(fd, p, n) faulty_write(fd, p, n, -1)
#define pwrite(fd, p, n, at) faulty_write(fd, p, n, at)
#define close(fd) faulty_close(fd)
#define read(fd, p, n) (fails() ? failing(EIO) : read(fd, p, n))
#define dlsym(handle, name) (fails() ? NULL : dlsym(handle, name))
#define dlopen(name, flags) (fails() ? NULL : dlopen(name, flags))
#define pages_posix pages_faulty
#define pages_map_near faulty_pages_map_near
#define pages_map_anywhere faulty_pages_map_anywhere
#define pages_resize faulty_pages_resize
#define pages_file_open faulty_pages_file_open
#define pages_file_write faulty_pages_file_write
#define pages_file_close faulty_pages_file_close
#define pages_file_mark faulty_pages_file_mark
#define pages_file_unmark faulty_pages_file_unmark
#define pages_find_unwinder faulty_pages_find_unwinder
extern const struct pages pages_posix;
#include "lib/pages_file.c"
#include "lib/pages_near.c"
#include "lib/pages_posix.c"
#include "lib/pages_unwind.c"
#undef mmap
#undef munmap
#undef mprotect
#undef madvise
#undef memfd_create
#undef ftruncate
#undef fcntl
#undef open
#undef write
#undef pwrite
#undef close
#undef read
#undef dlsym
#undef dlopen
#undef pages_posix

/* ---- Allocations ---- */

size_t allocated;

static void *faulty_realloc(void *user, void *p, size_t osize, size_t nsize)
{
  void *q;

  (void)user;
  if (fails())
    return NULL;
  q = realloc(p, nsize);
  if (q)
    allocated += nsize - osize;
  return q;
}

static void counting_free(void *user, void *p, size_t size)
{
  (void)user;
  allocated -= size;
  free(p);
}

const dasm_Allocator faulty_allocator = { sizeof faulty_allocator, faulty_realloc, counting_free, NULL };
