/* check_heap_fork.c - the code heap and fork(): what a child can do with the parent's code, and what not, under
 * each strategy; forks in the middle of threads. (Locks of tools: check_heap_tools.c.)
 */
#define _GNU_SOURCE 1
#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dasm.h"
#include "lib/heap.h"
#include "suite.h"

#if defined(__linux__) && defined(__x86_64__)
#include "heap_process.h"

static atomic_bool stop;

struct family {
  dasm_Code *one, *two;
  bool dual, shared;
};

/* Mappings that have our name and can be written. */
static int writable_views(void)
{
  char line[512];
  FILE *f = fopen("/proc/self/maps", "r");
  int n = 0;

  while (f && fgets(line, sizeof line, f))
    n += strstr(line, "memfd:dasm-code") && strstr(line, " rw-s ");
  if (f)
    fclose(f);
  return n;
}

static int child_uses_heap(void *arg)
{
  struct family *f = arg;
  bool inherits = f->dual && !f->shared;
  dasm_Code *c, *x;
  int i;

  TRY((writable_views() != 0) == (f->dual && f->shared));
  TRY(call(f->one) == 1);
  TRY(dasm_heap_find(H, dasm_code_address(f->two), &x) == DASM_S_OK && x == f->two);
  TRY((dasm_code_view(H, f->one) != NULL) == (f->dual && f->shared));
  TRY(dasm_code_patch(H, f->one, 1, 99, 1) == (inherits ? DASM_S_SEALED : DASM_S_OK));
  TRY(call(f->one) == (inherits ? 1 : 99));
  TRY(dasm_code_release(H, f->two) == DASM_S_OK);
  TRY(dasm_code_release(H, f->two) == DASM_S_HEAP);
  for (i = 0; i < 1000; i++) {
    c = add(i);
    TRY(c && call(c) == i);
    if (i % 2)
      TRY(dasm_code_release(H, c) == DASM_S_OK);
  }
  TRY(call(f->one) == (inherits ? 1 : 99));
  TRY(dasm_heap_free(&H) == DASM_S_OK);
  return 0;
}

static void check_family(int strategy, unsigned flags)
{
  struct family f = { .dual = strategy == DASM_HEAP_DUAL, .shared = flags & DASM_HEAP_FORK_SHARE };
  dasm_Code *c;

  f.one = add(1);
  f.two = add(2);
  ck_assert_int_eq(in_child(child_uses_heap, &f), 0);
  ck_assert_int_eq(call(f.one), f.dual && f.shared ? 99 : 1);
  if (!(f.dual && f.shared)) { /* else the child has released it for both */
    ck_assert_int_eq(call(f.two), 2);
    ck_assert_int_eq(dasm_code_release(H, f.two), DASM_S_OK);
  }
  c = add(3);
  ck_assert_int_eq(call(c), 3);
}

START_TEST(child_runs_and_frees)
{
  ck_assert_int_eq(start(strategies[_i], 0), DASM_S_OK);
  check_family(strategies[_i], 0);
  check_family(strategies[_i], 0);
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
  ck_assert_int_eq(start(strategies[_i], DASM_HEAP_FORK_SHARE), DASM_S_OK);
  check_family(strategies[_i], DASM_HEAP_FORK_SHARE);
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
}
END_TEST

/* Memory that the parent runs code in is not the child's to give back. */
enum { MANY = 600 };

static int child_frees_everything(void *arg)
{
  dasm_Code **c = arg;
  int i;

  for (i = 0; i < MANY; i++)
    TRY(dasm_code_release(H, c[i]) == DASM_S_OK);
  TRY(dasm_heap_trim(H) == DASM_S_OK);
  return 0;
}

START_TEST(child_gives_no_memory_back)
{
  static dasm_Code *c[MANY];
  int i;

  ck_assert_int_eq(start(strategies[_i], 0), DASM_S_OK);
  for (i = 0; i < MANY; i++)
    c[i] = add(i);
  ck_assert_int_eq(in_child(child_frees_everything, c), 0);
  for (i = 0; i < MANY; i++)
    ck_assert_int_eq(call(c[i]), i);
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
}
END_TEST

/* The other way round: what the parent changes later. */
static int go[2];

static int child_of_a_parent_that_changes(void *arg)
{
  struct family *f = arg;
  char c;

  TRY(call(f->one) == 1);
  TRY(write(go[1], "c", 1) == 1 && read(go[0], &c, 1) == 1);
  TRY(call(f->one) == (f->dual ? 7 : 1)); /* one memory, or a copy */
  TRY(dasm_code_release(H, f->one) == DASM_S_OK);
  return 0;
}

START_TEST(parent_changes_code_of_a_child)
{
  struct family f = { .dual = strategies[_i] == DASM_HEAP_DUAL };
  int to_parent[2], to_child[2], status;
  char c;
  pid_t pid;

  ck_assert_int_eq(pipe(to_parent), 0);
  ck_assert_int_eq(pipe(to_child), 0);
  ck_assert_int_eq(start(strategies[_i], 0), DASM_S_OK);
  f.one = add(1);
  pid = fork();
  ck_assert_int_ge(pid, 0);
  if (pid == 0) {
    go[0] = to_child[0];
    go[1] = to_parent[1];
    _exit(child_of_a_parent_that_changes(&f));
  }
  close(to_parent[1]);
  ck_assert_int_eq(read(to_parent[0], &c, 1), 1); /* the child has called it */
  ck_assert_int_eq(dasm_code_patch(H, f.one, 1, 7, 1), DASM_S_OK);
  ck_assert_int_eq(write(to_child[1], "p", 1), 1);
  ck_assert_int_eq(waitpid(pid, &status, 0), pid);
  ck_assert_int_eq(status, 0);
  ck_assert_int_eq(call(f.one), 7); /* that the child has freed it is its own affair */
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
}
END_TEST

static atomic_uint *no_mark(void)
{
  return NULL;
}

START_TEST(fork_is_noticed_without_a_mark)
{
  struct pages os = pages_posix;

  os.fork_mark = no_mark;
  ck_assert_int_eq(heap_new_on(&os, NULL, &H), DASM_S_OK);
  check_family(DASM_HEAP_DUAL, 0);
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
}
END_TEST

static int grandchildren(void *arg)
{
  struct family *f = arg;
  dasm_Code *mine = add(5);
  struct family again = { .one = mine, .two = f->two, .dual = true };

  TRY(mine && call(mine) == 5);
  again.one = f->one;
  TRY(in_child(child_uses_heap, &again) == 0);
  TRY(call(mine) == 5 && call(f->one) == 1);
  return 0;
}

START_TEST(children_have_children)
{
  struct family f = { .dual = true };

  ck_assert_int_eq(start(DASM_HEAP_DUAL, 0), DASM_S_OK);
  f.one = add(1);
  f.two = add(2);
  ck_assert_int_eq(in_child(grandchildren, &f), 0);
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
}
END_TEST

static void prepare(void) { dasm_heap_fork(H, DASM_FORK_PREPARE); }
static void in_parent(void) { dasm_heap_fork(H, DASM_FORK_PARENT); }
static void in_the_child(void) { dasm_heap_fork(H, DASM_FORK_CHILD); }

static void *churn(void *arg)
{
  dasm_Code *c[16] = { NULL };
  int i;

  (void)arg;
  for (i = 0; !atomic_load(&stop); i++) {
    if (c[i % 16])
      dasm_code_release(H, c[i % 16]);
    c[i % 16] = add(i);
  }
  for (i = 0; i < 16; i++)
    if (c[i])
      dasm_code_release(H, c[i]);
  return NULL;
}

static int child_of_threads(void *arg)
{
  unsigned i;

  for (i = 0; i < atomic_load(&H->nregions); i++)
    TRY(blocks_check(&H->region[i]->blocks));
  return child_uses_heap(arg);
}

START_TEST(fork_in_the_middle_of_threads)
{
  struct family f = { .dual = true };
  pthread_t threads[3];
  int i;

  atomic_store(&stop, false);
  ck_assert_int_eq(start(DASM_HEAP_DUAL, 0), DASM_S_OK);
  f.one = add(1);
  f.two = add(2);
  ck_assert_int_eq(pthread_atfork(prepare, in_parent, in_the_child), 0);
  for (i = 0; i < 3; i++)
    ck_assert_int_eq(pthread_create(&threads[i], NULL, churn, NULL), 0);
  for (i = 0; i < 30; i++)
    ck_assert_int_eq(in_child(child_of_threads, &f), 0);
  atomic_store(&stop, true);
  for (i = 0; i < 3; i++)
    pthread_join(threads[i], NULL);
  ck_assert_int_eq(dasm_heap_fork(H, 3), DASM_S_ARG);
  ck_assert_int_eq(dasm_code_release(H, f.one), DASM_S_OK);
  /* The handlers stay; the heap stays with them. */
}
END_TEST

int main(void)
{
  Suite *s = suite_create("heap and fork");
  TCase *t = tcase_create("fork");

  tcase_set_timeout(t, 60);
  tcase_add_loop_test(t, child_runs_and_frees, 0, 3);
  tcase_add_loop_test(t, child_gives_no_memory_back, 0, 3);
  tcase_add_loop_test(t, parent_changes_code_of_a_child, 0, 3);
  tcase_add_test(t, fork_is_noticed_without_a_mark);
  tcase_add_test(t, children_have_children);
  tcase_add_test(t, fork_in_the_middle_of_threads);
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
