/* check_heap_failures.c - everything that can fail does fail once, at every place.
 *
 * One story uses all of the heap. It is told again and again: the first call of the system
 * fails, then the second, and so on until a telling meets no failure; likewise for allocations.
 * After a failure the story goes on. Each call must return a fitting status, the heap must be
 * consistent after each step, and at the end nothing may be left over.
 *
 * Systems: a fake one, which also watches that pages are used as pages.h says, and protects them
 * so that any other use crashes (with a protection key, too, which not every machine has); and
 * the real one with its system calls intercepted.
 */
#define _GNU_SOURCE 1
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dasm.h"
#include "lib/heap.h"
#include "lib/host.h"
#include "list.h"

/* ---- When to fail ---- */

static int countdown; /* the call that brings it to 0 fails */
static int live;      /* spans and pieces of bookkeeping memory not given back */
static int refused;   /* and how many of them the system refused to take back */

static bool fails(void)
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

static struct fake_span *fake_of(const struct span *s)
{
  int i;

  for (i = 0; i < 16; i++)
    if (fakes[i].base && fakes[i].base == s->run)
      return &fakes[i];
  ck_abort_msg("a span that was never mapped");
  return NULL;
}

/* Both views of a fake span are one memory, which is what the heap may do with either. */
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

static int fake_map(const struct span_request *q, struct span *s)
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
                                 .dual = (q->flags & SPAN_DUAL) != 0,
                                 .keyed = (q->flags & SPAN_PKEY) != 0 };
  ck_assert_ptr_nonnull(fakes[i].base);
  memset(fakes[i].base, 0x55, q->size);
  protect(&fakes[i], 0, q->size / FAKE_PAGE, PROT_NONE);
  *s = (struct span){ .run = fakes[i].base, .write = fakes[i].base, .size = q->size, .flags = q->flags,
                      .pkey = -1 };
  if (fakes[i].keyed) { /* one key for all spans of a heap */
    ck_assert_int_eq(q->pkey, key_used ? FAKE_KEY : -1);
    if (!key_used)
      s->flags |= SPAN_OWNS_KEY;
    s->pkey = FAKE_KEY;
    key_used = true;
  }
  live++;
  return 0;
}

static void fake_unmap(struct span *s)
{
  struct fake_span *f = fake_of(s);
  int i;

  protect(f, 0, f->size / FAKE_PAGE, PROT_READ | PROT_WRITE);
  free(f->base);
  memset(f, 0, sizeof *f);
  if (s->flags & SPAN_OWNS_KEY) {
    for (i = 0; i < 16; i++)
      ck_assert(!fakes[i].keyed); /* nobody uses it any more */
    key_used = false;
  }
  memset(s, 0, sizeof *s);
  live--;
}

static int fake_commit(struct span *s, size_t from, size_t size)
{
  if (fails())
    return ENOMEM;
  turn(fake_of(s), from, size, ~0u, EXECUTABLE);
  return 0;
}

static int fake_decommit(struct span *s, size_t from, size_t size)
{
  if (fails())
    return ENOMEM;
  turn(fake_of(s), from, size, 1 << EXECUTABLE, ABSENT);
  return 0;
}

static int fake_writable(struct span *s, size_t from, size_t size, bool on)
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

static int fake_seal(struct span *s)
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

static const struct pages fake = {
  fake_page_size, fake_processors, fake_map, fake_unmap, fake_commit, fake_decommit, fake_writable,
  fake_seal, fake_reserve, fake_extend, fake_unreserve, fake_mark, fake_mark_free, fake_process,
  fake_serialize,
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

#define mmap(at, size, prot, flags, fd, offset) faulty_mmap(at, size, prot, flags, fd, offset)
#define munmap(p, size) faulty_munmap(p, size)
#define mprotect(p, size, prot) (fails() ? failing(EACCES) : mprotect(p, size, prot))
#define madvise(p, size, advice) (fails() ? failing(ENOMEM) : madvise(p, size, advice))
#define memfd_create(name, flags) (fails() ? failing(EPERM) : memfd_create(name, flags))
#define ftruncate(fd, size) (fails() ? failing(EFBIG) : ftruncate(fd, size))
#define fcntl(fd, cmd, arg) (fails() ? failing(EPERM) : fcntl(fd, cmd, arg))
#define pages_posix pages_faulty
extern const struct pages pages_posix;
#include "lib/pages_posix.c"
#undef mmap
#undef munmap
#undef mprotect
#undef madvise
#undef memfd_create
#undef ftruncate
#undef fcntl
#undef pages_posix

/* ---- Allocations ---- */

static size_t allocated;

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

/* ---- The story ---- */

static const int strategies[] = { DASM_HEAP_DUAL, DASM_HEAP_SINGLE, DASM_HEAP_FLIP };
static dasm_CodeHeap *H;
static unsigned failures; /* calls that returned an error */

static void consistent(void)
{
  unsigned i;

  for (i = 0; H && i < atomic_load(&H->nregions); i++)
    ck_assert(blocks_check(&H->region[i]->blocks));
}

/* The status of a call: right, or an error that a failing system explains. */
static bool fine(int status)
{
  int class = DASM_S_CLASS(status);

  consistent();
  if (status == DASM_S_OK)
    return true;
  ck_assert_msg(class == DASM_S_SYSTEM || class == DASM_S_NOMEM, "status %#x", (unsigned)status);
  failures++;
  return false;
}

static dasm_Code *add(size_t n)
{
  static const uint8_t bytes[3000] = { 0xc3 };
  dasm_Code *c = NULL;

  if (fine(dasm_heap_add(H, bytes, n, NULL, &c)))
    ck_assert_mem_eq(dasm_code_address(c), bytes, n);
  else
    ck_assert_ptr_null(c);
  return c;
}

static struct list L;

static void make_list(void)
{
  memset(&L, 0, sizeof L);
  L.isa = HOST_ISA;
  site_begin(&L, 0);
  site_op(&L, (struct tmpl_op){ .code = OP_LABEL_PC, .arg = 0 }, "", 0);
  site_op(&L, (struct tmpl_op){ .code = OP_LIT }, "\xc3\x90\x90\x90", 4);
  site_end(&L);
  L.ops[0].arg = 1;
  list_finish(&L);
}

static dasm_Code *publish(void)
{
  dasm_State *D;
  dasm_Code *c = NULL;

  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_growpc(&D, 5), DASM_S_OK); /* more labels than fit into the object */
  ck_assert_int_eq(dasm_put(&D, 0, (int64_t)3), DASM_S_OK);
  if (!fine(dasm_publish(H, &D, &c)))
    ck_assert_ptr_null(c);
  dasm_free(&D);
  return c;
}

/* Freeing may be refused, and then works the second time. */
static void release(dasm_Code *c)
{
  if (c && !fine(dasm_code_release(H, c)))
    ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
}

static void use_heap(void)
{
  dasm_Code *a = add(100), *b = add(3000), *c = publish(), *d = add(40), *e = add(6);
  dasm_Reader *reader = NULL;
  void *address;
  size_t left;

  if (c)
    ck_assert_int_eq(dasm_code_pclabel(c, 3, &address), DASM_S_OK);
  if (fine(dasm_reader_new(H, &reader)))
    dasm_reader_quiescent(reader);
  if (a) {
    fine(dasm_code_write(H, a, 8, "\xcc", 1));
    fine(dasm_code_patch(H, a, 4, 0, 4));
  }
  if (b && fine(dasm_code_retire(H, b)) && reader)
    dasm_reader_quiescent(reader);
  fine(dasm_heap_reserve(H, 200 << 10));
  release(d);
  fine(dasm_heap_reclaim(H, &left));
  fine(dasm_heap_trim(H));
  release(c);
  d = add(2000);
  release(a);
  release(d);
  fine(dasm_heap_add(H, NULL, 600 << 10, NULL, &d)); /* a second region */
  release(d);
  fine(dasm_heap_seal(H));
  if (reader)
    ck_assert_int_eq(dasm_reader_free(&reader), DASM_S_OK);
  (void)e; /* left to dasm_heap_free */
}

static void tell(const struct pages *os, int strategy, unsigned flags, const dasm_Allocator *alloc,
                 const char *what)
{
  char message[200];
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategy, .flags = flags, .reserve = 512 << 10, .retain = 4096,
                         .message = message, .message_size = sizeof message };
  int n, status;

  if (alloc)
    o.allocator = alloc;
  make_list();
  for (n = 1;; n++) {
    live = refused = 0;
    failures = 0;
    countdown = n;
    status = heap_new_on(os, &o, &H);
    if (status == DASM_S_OK) {
      use_heap();
      ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
    } else {
      (void)fine(status);
      ck_assert_ptr_null(H);
      if (DASM_S_CLASS(status) == DASM_S_SYSTEM)
        ck_assert_str_ne(message, "");
    }
    ck_assert_msg(live == 0 || live == refused, "%s, failure %d: %d left over", what, n, live);
    ck_assert_msg(allocated == 0, "%s, failure %d: %zu bytes left over", what, n, allocated);
    if (countdown > 0)
      break; /* the story ended before */
  }
  ck_assert_int_gt(n, 6); /* there was something to fail */
  ck_assert_uint_eq(failures, 0);
  ck_assert_int_eq(live, 0);
  list_free(&L);
}

START_TEST(fake_system_calls)
{
  tell(&fake, strategies[_i], 0, NULL, "fake system");
}
END_TEST

START_TEST(protection_key)
{
  tell(&fake, DASM_HEAP_DUAL, DASM_HEAP_PKEY, NULL, "fake system with keys");
}
END_TEST

START_TEST(real_system_calls)
{
  tell(&pages_faulty, strategies[_i], 0, NULL, "system call");
}
END_TEST

START_TEST(allocations)
{
  const dasm_Allocator alloc = { sizeof alloc, faulty_realloc, counting_free, NULL };

  tell(&pages_posix, strategies[_i], 0, &alloc, "allocation");
}
END_TEST

START_TEST(automatic_strategy_falls_back)
{
  char message[200];
  dasm_HeapOptions o = { .size = sizeof o, .reserve = 512 << 10, .message = message,
                         .message_size = sizeof message };
  dasm_HeapStats s = { .size = sizeof s };

  countdown = 2; /* the fork mark, then the first mapping */
  ck_assert_int_eq(heap_new_on(&fake, &o, &H), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_stats(H, &s), DASM_S_OK);
  ck_assert_int_eq(s.strategy, DASM_HEAP_SINGLE);
  ck_assert_str_eq(message, "double mapping: Operation not permitted");
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("heap failures");
  TCase *t = tcase_create("failures");
  SRunner *r;
  int failed;

  tcase_set_timeout(t, 60);
  tcase_add_loop_test(t, fake_system_calls, 0, 3);
  tcase_add_test(t, protection_key);
  tcase_add_loop_test(t, real_system_calls, 0, 3);
  tcase_add_loop_test(t, allocations, 0, 3);
  tcase_add_test(t, automatic_strategy_falls_back);
  suite_add_tcase(s, t);
  r = srunner_create(s);
  srunner_run_all(r, CK_NORMAL);
  failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
