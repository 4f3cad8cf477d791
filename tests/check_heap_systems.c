/* check_heap_systems.c - the code heap on systems that give little: limits on files, on address space, on
 * locked memory, and holes in the address space that are small. Each limit is set in a child process.
 */
#define _GNU_SOURCE 1
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dasm.h"
#include "suite.h"

#if defined(__linux__) && defined(__x86_64__)
#include "lib/heap.h"

#include "heap_process.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OWNS_ADDRESSES 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OWNS_ADDRESSES 1
#endif
#endif
#ifndef OWNS_ADDRESSES
#define OWNS_ADDRESSES 0 /* a sanitizer has its own ideas of address space */
#endif

/* (The first parameter of setrlimit() is an int or an enum.) */
static bool set_limit(int which, size_t n)
{
  struct rlimit r = { n, n };

  switch (which) {
  case RLIMIT_AS: return setrlimit(RLIMIT_AS, &r) == 0;
  case RLIMIT_FSIZE: return setrlimit(RLIMIT_FSIZE, &r) == 0;
  case RLIMIT_MEMLOCK: return setrlimit(RLIMIT_MEMLOCK, &r) == 0;
  default: return false;
  }
}

static size_t from_statm(int field)
{
  unsigned long v[2] = { 0 };
  FILE *f = fopen("/proc/self/statm", "r");

  if (!f || fscanf(f, "%lu %lu", &v[0], &v[1]) != 2)
    return 0;
  fclose(f);
  return v[field] * 4096;
}

/* A heap that works: code is published, called, freed. */
static int works(dasm_HeapOptions *o)
{
  dasm_Code *c[20];
  int status = dasm_heap_new(o, &H), i;

  if (status != DASM_S_OK)
    return status;
  for (i = 0; i < 20; i++) {
    c[i] = add(i);
    if (!c[i] || call(c[i]) != i)
      return -1;
  }
  for (i = 0; i < 20; i++)
    if (dasm_code_release(H, c[i]) != DASM_S_OK)
      return -1;
  return dasm_heap_free(&H);
}

/* ---- Files ---- */

static int small_files(void *arg)
{
  static const size_t limits[] = { 32 << 20, 1 << 20, 65536, 8192, 4096, 4095, 1, 0 };
  dasm_HeapOptions o = { .size = sizeof o };
  dasm_HeapStats s = { .size = sizeof s };
  unsigned i;

  (void)arg;
  for (i = 0; i < sizeof limits / sizeof *limits; i++) {
    TRY(set_limit(RLIMIT_FSIZE, limits[i]));
    o.strategy = DASM_HEAP_AUTO;
    TRY(works(&o) == DASM_S_OK);
    o.strategy = DASM_HEAP_DUAL;
    TRY(works(&o) == (limits[i] >= 4096 ? DASM_S_OK : (DASM_S_SYSTEM | EFBIG)));
  }
  o.strategy = DASM_HEAP_AUTO;
  TRY(dasm_heap_new(&o, &H) == DASM_S_OK);
  TRY(dasm_heap_stats(H, &s) == DASM_S_OK && s.strategy == DASM_HEAP_SINGLE);
  return 0;
}

static int small_dump(void *flags)
{
  dasm_HeapOptions o = { .size = sizeof o, .flags = *(unsigned *)flags };
  sigset_t xfsz, all;
  int i, tries;
  dasm_Code *c = NULL;
  dasm_CodeInfo info = { .size = sizeof info, .name = "a_function_with_a_name" };

  for (tries = 0; tries < 2; tries++) {
    char path[64];
    int status = DASM_S_OK;

    snprintf(path, sizeof path, o.flags & DASM_HEAP_PERFMAP ? "/tmp/perf-%ld.map" : "jit-%ld.dump", (long)getpid());
    unlink(path);
    TRY(dasm_heap_new(&o, &H) == DASM_S_OK);
    TRY(set_limit(RLIMIT_FSIZE, 2000));
    for (i = 0; i < 200 && status == DASM_S_OK; i++)
      status = dasm_heap_add(H, "\xc3", 1, &info, &c);
    TRY(i > 1 && status == (DASM_S_SYSTEM | EFBIG) && !c);
    sigpending(&all);
    TRY(sigismember(&all, SIGXFSZ) == tries);
    TRY(dasm_heap_free(&H) == DASM_S_OK);
    unlink(path);
    /* One that waits for the program itself is left to it. */
    sigemptyset(&xfsz);
    sigaddset(&xfsz, SIGXFSZ);
    TRY(sigprocmask(SIG_BLOCK, &xfsz, NULL) == 0 && raise(SIGXFSZ) == 0);
  }
  return 0;
}

START_TEST(limit_of_files)
{
  unsigned map = DASM_HEAP_PERFMAP, dump = DASM_HEAP_JITDUMP;

  ck_assert_int_eq(in_child(small_files, NULL), 0);
  ck_assert_int_eq(in_child(small_dump, &map), 0);
  ck_assert_int_eq(in_child(small_dump, &dump), 0);
}
END_TEST

/* ---- Address space ---- */

struct space {
  size_t more;
  dasm_HeapOptions o;
};

/* With eight megabytes or more, the heap leaves an eighth to others. */
static int little_space(void *arg)
{
  struct space *s = arg;
  void *other;

  TRY(set_limit(RLIMIT_AS, from_statm(0) + s->more));
  if (works(&s->o) != DASM_S_OK || dasm_heap_new(&s->o, &H) != DASM_S_OK)
    return 1;
  other = s->more >> 23 == 0 ? NULL : mmap(NULL, s->more / 8, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return other == MAP_FAILED || dasm_heap_free(&H) != DASM_S_OK ? 2 : 0;
}

/* What is possible with a limit is possible with a larger one; little is needed. */
START_TEST(limit_of_address_space)
{
  static const unsigned flags[] = { 0, DASM_HEAP_GDB };
  struct space s = { .o = { .size = sizeof s.o, .strategy = _i / 2, .flags = flags[_i % 2] } };
  bool could = false;

  if (OWNS_ADDRESSES)
    return;
  for (s.more = 4096; s.more < (size_t)600 << 20; s.more += s.more < 1 << 20 ? 16384 : s.more / 9) {
    int failed = in_child(little_space, &s);

    ck_assert_msg(failed != 2 && (!failed || !could), "strategy %d with %zu bytes: %d", _i / 2, s.more, failed);
    could |= !failed;
    ck_assert_msg(could || s.more < 512 << 10, "strategy %d with %zu bytes", _i / 2, s.more);
  }
}
END_TEST

static int little_locked(void *arg)
{
  struct space *s = arg;

  TRY(set_limit(RLIMIT_MEMLOCK, s->more));
  if (geteuid() == 0)
    TRY(setresuid(65534, 65534, 65534) == 0); /* for whom limits hold */
  TRY(mlockall(MCL_FUTURE) == 0);
  return works(&s->o) == DASM_S_OK ? 0 : 1;
}

static int all_locked(void *arg)
{
  size_t before;

  (void)arg;
  if (mlockall(MCL_FUTURE) != 0)
    return 0;
  before = from_statm(1);
  TRY(start(DASM_HEAP_AUTO, 0) == DASM_S_OK && dasm_heap_free(&H) == DASM_S_OK);
  TRY(dasm_heap_new(NULL, &H) == DASM_S_OK);
  TRY(call(add(5)) == 5);
  TRY(from_statm(1) < before + (4 << 20));
  return 0;
}

START_TEST(locked_memory)
{
  struct space s = { .o = { .size = sizeof s.o, .strategy = _i } };
  struct rlimit most = { 0, 0 };
  bool could = false;

  if (OWNS_ADDRESSES)
    return;
  ck_assert_int_eq(getrlimit(RLIMIT_MEMLOCK, &most), 0);
  for (s.more = 65536; s.more < (size_t)400 << 20 && s.more <= most.rlim_max; s.more += s.more / 3) {
    int failed = in_child(little_locked, &s);

    ck_assert_msg(!failed || !could, "strategy %d with %zu bytes: %d", _i, s.more, failed);
    could |= !failed;
    ck_assert_msg(could || s.more < 1 << 20, "strategy %d with %zu bytes", _i, s.more);
  }
  ck_assert_int_eq(in_child(all_locked, NULL), 0);
}
END_TEST

/* ---- Holes ---- */

static int marker;

/* Occupy [from, to) except for what is in use. */
static void fill(uintptr_t from, uintptr_t to)
{
  uintptr_t at, step;

  for (step = (uintptr_t)1 << 28; step >= 4096; step >>= 4)
    for (at = from; at < to; at += step) {
      void *p = mmap((void *)at, to - at < step ? to - at : step, PROT_NONE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);

      if (p != MAP_FAILED && p != (void *)at)
        munmap(p, step);
    }
}

static int in_holes(void *arg)
{
  int strategy = *(int *)arg;
  uintptr_t hole = 0x12345000, at = ((uintptr_t)&marker & ~(uintptr_t)4095) + (3 << 20);
  const size_t page = strategy == DASM_HEAP_SINGLE ? 8192 : 4096; /* traps before the code have a page of their own */
  dasm_HeapOptions o = { .size = sizeof o, .flags = DASM_HEAP_LOW, .strategy = strategy };
  dasm_Code *c;

  fill(65536, (uintptr_t)1 << 31);
  TRY(dasm_heap_new(&o, &H) == (DASM_S_SYSTEM | ENOMEM));
  TRY(munmap((void *)hole, page) == 0);
  TRY(dasm_heap_new(&o, &H) == DASM_S_OK);
  c = add(3);
  TRY(call(c) == 3 && (uintptr_t)dasm_code_address(c) - hole < page);
  TRY(dasm_heap_free(&H) == DASM_S_OK);

  fill(at - (16 << 20), at + (16 << 20));
  o.flags = 0;
  o.around = at;
  o.reach = 8 << 20;
  TRY(dasm_heap_new(&o, &H) == (DASM_S_SYSTEM | ENOMEM));
  munmap((void *)(at + (5 << 20)), page);
  munmap((void *)(at - (2 << 20)), page);
  TRY(dasm_heap_new(&o, &H) == DASM_S_OK);
  c = add(4);
  TRY(call(c) == 4 && (uintptr_t)dasm_code_address(c) - (at - (2 << 20)) < page); /* the nearer one */
  TRY(dasm_heap_add(H, NULL, 4096 - 64, NULL, &c) == DASM_S_OK || strategy != DASM_HEAP_DUAL);
  return 0;
}

START_TEST(small_holes)
{
  int strategy = strategies[_i];

  if (!OWNS_ADDRESSES)
    ck_assert_int_eq(in_child(in_holes, &strategy), 0);
}
END_TEST

/* A reach beyond all addresses is just that. */
START_TEST(reach_without_end)
{
  dasm_HeapOptions o = { .size = sizeof o, .around = 0x3c, .reach = UINT64_C(0xfffffffffffffce7) };

  if (OWNS_ADDRESSES) /* the nearest addresses are ThreadSanitizer's */
    return;
  ck_assert_int_eq(works(&o), DASM_S_OK);
  o.around = UINT64_MAX - 5;
  ck_assert_int_eq(works(&o), DASM_S_OK);
  o.around = o.reach = UINT64_MAX;
  ck_assert_int_eq(works(&o), DASM_S_OK);
}
END_TEST

/* ---- Emulators ---- */

/* Goes on with what it has translated. */
static int stale(const void *at)
{
  (void)at;
  return 1;
}

START_TEST(code_that_changes_unseen)
{
  struct pages os = pages_posix;
  char message[200];
  dasm_HeapOptions o = { .size = sizeof o, .message = message, .message_size = sizeof message };
  dasm_HeapStats s = { .size = sizeof s };

  os.call = stale;
  ck_assert_int_eq(heap_new_on(&os, &o, &H), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_stats(H, &s), DASM_S_OK);
  ck_assert_int_eq(s.strategy, DASM_HEAP_SINGLE);
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
  o.strategy = DASM_HEAP_DUAL;
  ck_assert_int_eq(heap_new_on(&os, &o, &H), DASM_S_SYSTEM | ENOTSUP);
  ck_assert_str_eq(message, "double mapping: code that is changed would run as it was");
  os.call = NULL;
  ck_assert_int_eq(heap_new_on(&os, &o, &H), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
}
END_TEST

/* ---- Before a function ---- */

START_TEST(traps_before_functions)
{
  static const size_t alignments[] = { 0, 16, 64, 4096 };
  static uint8_t bytes[9000];
  dasm_CodeInfo info = { .size = sizeof info };
  dasm_Code *c[400], *x;
  unsigned i, round;
  int k;

  memset(bytes, 0xc3, sizeof bytes);
  ck_assert_int_eq(start(strategies[_i], 0), DASM_S_OK);
  for (round = 0; round < 2; round++) {
    for (i = 0; i < 400; i++) {
      size_t n = i % 50 == 49 ? 4096 + i / 50 * 16 : i + 1;

      info.alignment = alignments[i % 4];
      info.flags = i % 3 == 2 ? DASM_CODE_LANDING : 0;
      ck_assert_int_eq(dasm_heap_add(H, bytes, n, &info, &c[i]), DASM_S_OK);
    }
    for (i = 0; i < 400; i++)
      for (k = 1; k <= 16; k++)
        ck_assert_uint_eq(((uint8_t *)dasm_code_address(c[i]) - (i % 3 == 2 && k > 12 ? 0 : k))[0],
                          i % 3 == 2 && k > 12 ? 0xf3 : 0xcc);
    for (i = round; i < 400; i += 2)
      ck_assert_int_eq(dasm_code_release(H, c[i]), DASM_S_OK);
    for (i = round; i < 400; i += 2)
      ck_assert_int_eq(dasm_heap_add(H, bytes, 400 - i, NULL, &x), DASM_S_OK);
  }
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("heap on systems");
  TCase *t = tcase_create("systems");

  tcase_set_timeout(t, 120);
  tcase_add_test(t, limit_of_files);
  tcase_add_loop_test(t, limit_of_address_space, 0, 8);
  tcase_add_loop_test(t, locked_memory, 0, 4);
  tcase_add_loop_test(t, small_holes, 0, 3);
  tcase_add_test(t, reach_without_end);
  tcase_add_test(t, code_that_changes_unseen);
  tcase_add_loop_test(t, traps_before_functions, 0, 3);
  suite_add_tcase(s, t);
  return suite_run(s);
}

#else

int main(void)
{
  puts("the code is for Linux on x86-64");
  return 77;
}

#endif
