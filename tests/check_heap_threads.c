/* check_heap_threads.c - many threads at one heap: allocate, free each other's code, patch what is
 * running, replace and retire what is running. Meant to be run under ThreadSanitizer as well.
 */
#define _GNU_SOURCE 1
#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dasm.h"
#include "lib/heap.h"
#include "suite.h"

#if defined(__x86_64__)
#define RUNS 1
#else
#define RUNS 0
#endif

enum { THREADS = 4, SHARED = 64 };

typedef int (*function)(void);

static const int strategies[] = { DASM_HEAP_DUAL, DASM_HEAP_SINGLE };
static dasm_CodeHeap *H;
static struct slot nobody;
static atomic_bool stop;
static atomic_int errors;

static void must(bool ok)
{
  if (!ok)
    atomic_fetch_add(&errors, 1);
}

static void start(int strategy)
{
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategy, .reserve = 4 << 20, .shards = 4 };

  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
  atomic_store(&stop, false);
  atomic_store(&errors, 0);
}

static void run(void *(*f)(void *), int n)
{
  pthread_t t[THREADS];
  int i;

  for (i = 0; i < n; i++)
    ck_assert_int_eq(pthread_create(&t[i], NULL, f, (void *)(intptr_t)(i + 1)), 0);
  for (i = 0; i < n; i++)
    pthread_join(t[i], NULL);
  ck_assert_int_eq(atomic_load(&errors), 0);
}

static void finish(size_t blocks)
{
  dasm_HeapStats s = { .size = sizeof s };
  unsigned i;

  ck_assert_int_eq(dasm_heap_stats(H, &s), DASM_S_OK);
  ck_assert_uint_eq(s.blocks, blocks);
  for (i = 0; i < atomic_load(&H->nregions); i++)
    ck_assert(blocks_check(&H->region[i]->blocks));
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
}

static uint32_t next_random(uint32_t *x)
{
  *x ^= *x << 13;
  *x ^= *x >> 17;
  *x ^= *x << 5;
  return *x;
}

/* mov eax, n; ret; then filler */
static dasm_Code *add(int n, size_t size)
{
  uint8_t p[4096];
  dasm_Code *c = NULL;

  memset(p, 0x90, sizeof p);
  p[0] = 0xb8;
  memcpy(p + 1, &n, 4);
  p[5] = 0xc3;
  must(dasm_heap_add(H, p, size < 6 ? 6 : size, NULL, &c) == DASM_S_OK);
  return c;
}

static int call(const dasm_Code *c)
{
  void *p = dasm_code_address(c);
  function f;

  memcpy(&f, &p, sizeof f);
  return f();
}

/* ---- The lock itself ---- */

static lock_t counting;
static int counted, inside;
static atomic_int tried;

/* Some hold it so long that the others go to sleep. */
static void *count(void *arg)
{
  const struct timespec nap = { 0, 2000000 };
  uint32_t x = (uint32_t)(intptr_t)arg * 7919;
  int i;

  for (i = 0; i < 20000; i++) {
    if (i % 3 != 0)
      lock(&counting);
    else if (!lock_try(&counting))
      continue;
    must(inside++ == 0);
    counted++;
    if (next_random(&x) % 4000 == 0)
      nanosleep(&nap, NULL);
    inside--;
    unlock(&counting);
    if (i % 3 == 0)
      atomic_fetch_add(&tried, 1);
  }
  return NULL;
}

START_TEST(lock_excludes)
{
  int i, locked = 0;

  for (i = 0; i < 20000; i++)
    locked += i % 3 != 0;
  atomic_store(&errors, 0);
  ck_assert_int_eq(lock_init(&counting), 0);
  run(count, THREADS);
  ck_assert_int_eq(counted, THREADS * locked + atomic_load(&tried));
  ck_assert(lock_try(&counting));
  ck_assert(!lock_try(&counting));
  unlock(&counting);
  lock_free(&counting);
}
END_TEST

/* ---- Regions of threads that collide ---- */

static unsigned region_of(const dasm_Code *c)
{
  unsigned i;

  for (i = 0; c && H->region[i] != c->region; i++)
    ;
  return i;
}

/* Another thread is in the first region: what this one publishes goes elsewhere, however much it is. Nothing
 * may wait for the other thread: it does not exist. */
START_TEST(collision_gives_a_region_for_good)
{
  struct region *first;
  int i;

  start(strategies[_i]);
  first = H->region[0];
  ck_assert_uint_eq(region_of(add(0, 6)), 0);
  atomic_store(&first->user, &nobody); /* by the other one */
  lock(&first->lock);
  for (i = 0; i < 600; i++) /* more than a step of memory */
    ck_assert_uint_eq(region_of(add(i, 2000)), 1);
  unlock(&first->lock);
  ck_assert_uint_eq(region_of(add(i, 6)), 1);
  finish(602);
}
END_TEST

/* But much memory that lies idle in another region is used before there is more. */
START_TEST(idle_memory_is_used_after_a_collision)
{
  enum { MANY = 900, KEPT = 9 };
  dasm_HeapStats s = { .size = sizeof s };
  dasm_Code *c[MANY], *mine;
  size_t committed;
  int i, round;

  start(strategies[_i]);
  for (i = 0; i < MANY; i++)
    c[i] = add(i, 2000);
  atomic_store(&H->region[0]->user, &nobody);
  lock(&H->region[0]->lock);
  mine = add(0, 2000);
  unlock(&H->region[0]->lock);
  ck_assert_uint_eq(region_of(mine), 1);
  for (i = 0; i < MANY; i++)
    if (i % (MANY / KEPT) != 0)
      ck_assert_int_eq(dasm_code_release(H, c[i]), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_stats(H, &s), DASM_S_OK);
  committed = s.committed;
  for (round = i = 0; i < MANY - KEPT; i++)
    round += region_of(add(i, 2000)) == 0;
  ck_assert_int_eq(dasm_heap_stats(H, &s), DASM_S_OK);
  ck_assert_int_gt(round, MANY / 2);
  ck_assert_uint_eq(s.committed, committed);
  finish(MANY + 1);
}
END_TEST

/* Where the code has to be is not forgotten. */
static int marker;

START_TEST(collision_keeps_the_place)
{
  dasm_CodeInfo info = { .size = sizeof info, .around = (uintptr_t)&marker, .reach = 127 << 20 };
  intptr_t d;
  dasm_Code *c;
  int i;

  start(strategies[_i]);
  for (i = 0; i < 2; i++) {
    ck_assert_int_eq(dasm_heap_add(H, NULL, 6, &info, &c), DASM_S_OK);
    d = (intptr_t)dasm_code_address(c) - (intptr_t)&marker;
    ck_assert(d < 127 << 20 && d > -(127 << 20));
    if (i == 0) {
      atomic_store(&c->region->user, &nobody);
      lock(&c->region->lock);
      H->region[0]->inherited |= region_of(c) != 0; /* in reach or not: no choice */
    }
  }
  ck_assert_uint_ge(atomic_load(&H->nregions), 2);
}
END_TEST

/* Each thread has a slot, that remembers its region; else two whose slots are the same would be in each other's way for
 * ever. `home`: of this thread, if no other is there. */
static unsigned slots_of(uintptr_t thread, unsigned *home)
{
  unsigned i, n = 0;

  for (i = 0; i < NSLOTS; i++)
    if (atomic_load(&H->slot[i].thread) == thread) {
      *home = i;
      n++;
    }
  return n;
}

START_TEST(threads_do_not_share_a_slot)
{
  unsigned home = 0, other = 0, i;

  start(strategies[_i]);
  add(0, 6);
  ck_assert_uint_eq(slots_of(thread_self(), &home), 1);
  finish(1);

  start(strategies[_i]);
  for (i = 0; i < 3; i++)
    atomic_store(&H->slot[(home + i) % NSLOTS].thread, 1);
  for (i = 0; i < 3; i++)
    add(0, 6);
  ck_assert_uint_eq(slots_of(thread_self(), &other), 1);
  ck_assert_uint_eq(other, (home + 3) % NSLOTS);
  ck_assert_ptr_null(atomic_load(&H->slot[home].region));
  ck_assert_ptr_eq((void *)atomic_load(&H->slot[other].region), (void *)H->region[0]);
  finish(3);

  start(strategies[_i]);
  for (i = 0; i < NSLOTS; i++) /* more threads than slots */
    atomic_store(&H->slot[i].thread, 1);
  add(0, 6);
  ck_assert_uint_eq(slots_of(thread_self(), &other), 1);
  ck_assert_uint_eq(other, home);
  finish(1);
}
END_TEST

/* Memory is at its limit: then there is what others have left. */
START_TEST(collision_at_the_limit)
{
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategies[_i], .reserve = 4 << 20, .shards = 4, .limit = 128 << 10 };
  dasm_Code *c = NULL;
  int i, status;

  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
  atomic_store(&errors, 0);
  add(0, 6);
  atomic_store(&H->region[0]->user, &nobody);
  lock(&H->region[0]->lock);
  for (i = 0; i < 15; i++)
    ck_assert_uint_eq(region_of(add(0, 4000)), 1);
  unlock(&H->region[0]->lock);
  for (; (status = dasm_heap_add(H, NULL, 4000, NULL, &c)) == DASM_S_OK; i++)
    ;
  ck_assert_int_eq(status, DASM_S_LIMIT);
  ck_assert_int_ge(i, 2 * 15 - 1);
  ck_assert_int_eq(atomic_load(&errors), 0);
  finish((size_t)i + 1);
}
END_TEST

static atomic_bool is_locked;

static void *frees_something(void *arg)
{
  const struct timespec nap = { 0, 20000000 };

  lock(arg);
  atomic_store(&is_locked, true);
  nanosleep(&nap, NULL);
  unlock(arg);
  return NULL;
}

/* Who only frees in a region drives nobody out of it. */
START_TEST(release_is_no_collision)
{
  pthread_t thread;

  start(strategies[_i]);
  atomic_store(&is_locked, false);
  ck_assert_uint_eq(region_of(add(0, 6)), 0);
  ck_assert_uint_eq(region_of(add(1, 6)), 0);
  ck_assert_int_eq(pthread_create(&thread, NULL, frees_something, &H->region[0]->lock), 0);
  while (!atomic_load(&is_locked))
    ;
  ck_assert_uint_eq(region_of(add(2, 6)), 0);
  pthread_join(thread, NULL);
  ck_assert_uint_eq(atomic_load(&H->nregions), 1);
  finish(3);
}
END_TEST

/* A thread that has moved to a region with room stays there, and where all regions are busy it waits: there are never more than
 * `shards`. */
START_TEST(collisions_and_the_number_of_regions)
{
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategies[_i], .reserve = 4 << 20, .shards = 2 };
  unsigned home = 0;
  pthread_t thread;
  int i;

  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
  atomic_store(&errors, 0);
  add(0, 6);
  ck_assert_uint_eq(slots_of(thread_self(), &home), 1);
  for (i = 0; i < 2; i++) { /* the second time there is memory */
    atomic_store(&H->slot[home].region, H->region[0]);
    atomic_store(&H->region[0]->user, &nobody);
    lock(&H->region[0]->lock);
    ck_assert_uint_eq(region_of(add(1, 6)), 1);
    unlock(&H->region[0]->lock);
    ck_assert_ptr_eq((void *)atomic_load(&H->slot[home].region), (void *)H->region[1]);
  }
  atomic_store(&H->region[1]->user, &nobody);
  atomic_store(&is_locked, false);
  ck_assert_int_eq(pthread_create(&thread, NULL, frees_something, &H->region[1]->lock), 0);
  while (!atomic_load(&is_locked))
    ;
  lock(&H->region[0]->lock);
  ck_assert_uint_eq(region_of(add(2, 6)), 1);
  unlock(&H->region[0]->lock);
  pthread_join(thread, NULL);
  ck_assert_uint_eq(atomic_load(&H->nregions), 2);
  finish(4);
}
END_TEST

/* ---- Free what another thread made ---- */

static _Atomic(dasm_Code *) shared[SHARED];

static void *exchange(void *arg)
{
  uint32_t x = (uint32_t)(intptr_t)arg * 7919;
  int i;

  for (i = 0; i < 20000; i++) {
    uint32_t r = next_random(&x);
    dasm_Code *c = add((int)(r & 0xffff), r >> 8 & (r & 0x80 ? 2047 : 127)), *old;

    if (!c)
      continue;
    if (RUNS)
      must(call(c) == (int)(r & 0xffff));
    old = atomic_exchange(&shared[r % SHARED], c);
    if (old)
      must(dasm_code_release(H, old) == DASM_S_OK);
  }
  return NULL;
}

START_TEST(threads_free_each_others_code)
{
  int i;

  start(strategies[_i]);
  run(exchange, THREADS);
  for (i = 0; i < SHARED; i++) {
    dasm_Code *c = atomic_exchange(&shared[i], NULL);

    if (c)
      ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  }
  finish(0);
}
END_TEST

/* ---- Replace what runs ---- */

static _Atomic(dasm_Code *) current;

static void *runner(void *arg)
{
  dasm_Reader *reader;
  int last = 0, now, i;

  (void)arg;
  must(dasm_reader_new(H, &reader) == DASM_S_OK);
  for (i = 0; !atomic_load(&stop); i++) {
    now = call(atomic_load(&current)); /* freed code would trap */
    must(now >= last);
    last = now;
    dasm_reader_quiescent(reader);
    if (i % 1000 == 0) {
      dasm_reader_offline(reader);
      dasm_reader_online(reader);
    }
  }
  must(dasm_reader_free(&reader) == DASM_S_OK);
  return NULL;
}

static void *replacer(void *arg)
{
  int i;

  (void)arg;
  for (i = 1; i <= 20000; i++) {
    dasm_Code *old = atomic_exchange(&current, add(i, 6));

    must(dasm_code_retire(H, old) == DASM_S_OK);
  }
  atomic_store(&stop, true);
  return NULL;
}

static void *runs_or_replaces(void *arg)
{
  return (intptr_t)arg == 1 ? replacer(arg) : runner(arg);
}

START_TEST(replaced_code_outlives_its_readers)
{
  size_t left;

  if (!RUNS)
    return;
  start(strategies[_i]);
  atomic_store(&current, add(0, 6));
  run(runs_or_replaces, 3);
  ck_assert_int_eq(dasm_heap_reclaim(H, &left), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_reclaim(H, &left), DASM_S_OK);
  ck_assert_uint_eq(left, 0);
  finish(1);
}
END_TEST

/* ---- Patch what runs ---- */

static dasm_Code *patched, *target[2];

typedef uint64_t (*wide_function)(void);
static unsigned width;

static uint64_t alike(unsigned byte)
{
  return (byte & 0xff) * (width == 8 ? UINT64_C(0x0101010101010101) : UINT64_C(0x01010101));
}

/* Each value has all bytes alike: a torn one would be seen. */
static void *caller(void *arg)
{
  void *p = dasm_code_address(patched);
  wide_function f;

  (void)arg;
  memcpy(&f, &p, sizeof f);
  while (!atomic_load(&stop)) {
    uint64_t v = f();

    must(v == alike((unsigned)v));
  }
  return NULL;
}

static void *patcher(void *arg)
{
  unsigned i;

  (void)arg;
  for (i = 0; i < 100000; i++)
    must(dasm_code_patch(H, patched, 8, alike(i), width) == DASM_S_OK);
  atomic_store(&stop, true);
  return NULL;
}

static void *calls_or_patches(void *arg)
{
  return (intptr_t)arg == 1 ? patcher(arg) : caller(arg);
}

START_TEST(immediate_of_running_code)
{
  /* Nops; mov eax, imm32 or mov rax, imm64, with the field at offset 8; ret */
  static const uint8_t code[2][17] = {
    { 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0xb8, 0, 0, 0, 0, 0xc3 },
    { 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xc3 },
  };

  if (!RUNS)
    return;
  width = _i == 0 ? 4 : 8;
  start(DASM_HEAP_DUAL);
  ck_assert_int_eq(dasm_heap_add(H, code[_i], sizeof code[_i], NULL, &patched), DASM_S_OK);
  run(calls_or_patches, 3);
  finish(1);
}
END_TEST

static void *jumper(void *arg)
{
  (void)arg;
  while (!atomic_load(&stop)) {
    int v = call(patched);

    must(v == 1 || v == 2);
  }
  return NULL;
}

static void *retargeter(void *arg)
{
  int i;

  (void)arg;
  for (i = 0; i < 100000; i++)
    must(dasm_code_branch(H, patched, 3, 5, dasm_code_address(target[i & 1])) == DASM_S_OK);
  atomic_store(&stop, true);
  return NULL;
}

static void *jumps_or_retargets(void *arg)
{
  return (intptr_t)arg == 1 ? retargeter(arg) : jumper(arg);
}

START_TEST(branch_of_running_code)
{
  /* nop; nop; nop; jmp rel32 (field at offset 4); mov eax, 1; ret */
  static const uint8_t code[] = { 0x90, 0x90, 0x90, 0xe9, 0, 0, 0, 0, 0xb8, 1, 0, 0, 0, 0xc3 };

  if (!RUNS)
    return;
  start(DASM_HEAP_DUAL);
  ck_assert_int_eq(dasm_heap_add(H, code, sizeof code, NULL, &patched), DASM_S_OK);
  target[0] = add(1, 6);
  target[1] = add(2, 6);
  run(jumps_or_retargets, 3);
  finish(3);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("heap and threads");
  TCase *t = tcase_create("threads");

  tcase_set_timeout(t, 120);
  tcase_add_test(t, lock_excludes);
  tcase_add_loop_test(t, collision_gives_a_region_for_good, 0, 2);
  tcase_add_loop_test(t, idle_memory_is_used_after_a_collision, 0, 2);
  tcase_add_loop_test(t, collision_keeps_the_place, 0, 2);
  tcase_add_loop_test(t, collision_at_the_limit, 0, 2);
  tcase_add_loop_test(t, threads_do_not_share_a_slot, 0, 2);
  tcase_add_loop_test(t, collisions_and_the_number_of_regions, 0, 2);
  tcase_add_loop_test(t, release_is_no_collision, 0, 2);
  tcase_add_loop_test(t, threads_free_each_others_code, 0, 2);
  tcase_add_loop_test(t, replaced_code_outlives_its_readers, 0, 2);
  tcase_add_loop_test(t, immediate_of_running_code, 0, 2);
  tcase_add_test(t, branch_of_running_code);
  suite_add_tcase(s, t);
  return suite_run(s);
}
