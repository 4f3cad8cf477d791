/* check_heap_process.c - the code heap and the process around it: W^X in /proc/self/maps,
 * crashes in the code, policies that forbid executable memory. What is forbidden for good is
 * forbidden in a child process.
 */
#define _GNU_SOURCE 1
#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dasm.h"
#include "lib/heap.h"
#include "suite.h"

#if defined(__linux__) && defined(__x86_64__)
#include "heap_process.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* ---- W^X ---- */

static _Atomic size_t named_executable; /* bytes in mappings that have our name */

/* Pages that can be written and executed; *named: how many mappings have our name and are not
 * just address space. */
static int wx_pages(int *named)
{
  unsigned long from, to;
  char line[512], perms[8];
  FILE *f = fopen("/proc/self/maps", "r");
  size_t executable = 0;
  int n = 0;

  *named = 0;
  ck_assert_ptr_nonnull(f);
  while (fgets(line, sizeof line, f)) {
    ck_assert_int_eq(sscanf(line, "%lx-%lx %7s", &from, &to, perms), 3);
    n += strchr(perms, 'w') && strchr(perms, 'x');
    if (!strstr(line, "memfd:dasm-code") || perms[0] != 'r')
      continue;
    ++*named;
    if (strchr(perms, 'x'))
      executable += to - from;
  }
  fclose(f);
  named_executable = executable;
  return n;
}

static atomic_bool stop;
static atomic_int bad, looks;

static void *watch(void *arg)
{
  int named;

  (void)arg;
  while (!atomic_load(&stop)) {
    atomic_fetch_add(&bad, wx_pages(&named));
    atomic_fetch_add(&looks, 1);
  }
  return NULL;
}

START_TEST(never_writable_and_executable)
{
  dasm_Code *c[64] = { NULL };
  pthread_t watcher;
  int i, named;

  atomic_store(&stop, false);
  ck_assert_int_eq(pthread_create(&watcher, NULL, watch, NULL), 0);
  ck_assert_int_eq(start(strategies[_i], 0), DASM_S_OK);
  for (i = 0; i < 3000 || atomic_load(&looks) < 50; i++) {
    if (c[i % 64])
      ck_assert_int_eq(dasm_code_release(H, c[i % 64]), DASM_S_OK);
    c[i % 64] = add(i);
    ck_assert_int_eq(call(c[i % 64]), i);
    if (i % 10 == 0)
      ck_assert_int_eq(dasm_code_patch(H, c[i % 64], 1, (uint64_t)i, 1), DASM_S_OK);
    if (i % 100 == 0)
      ck_assert_int_eq(wx_pages(&named), 0);
  }
  ck_assert_int_eq(wx_pages(&named), 0);
  ck_assert_int_eq(named, strategies[_i] == DASM_HEAP_DUAL ? 2 : 0);
  ck_assert_int_eq(dasm_heap_seal(H), DASM_S_OK);
  ck_assert_int_eq(wx_pages(&named), 0);
  ck_assert_int_eq(named, strategies[_i] == DASM_HEAP_DUAL ? 1 : 0);
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
  atomic_store(&stop, true);
  pthread_join(watcher, NULL);
  ck_assert_int_eq(atomic_load(&bad), 0);
  ck_assert_int_eq(wx_pages(&named), 0);
  ck_assert_int_eq(named, 0);
}
END_TEST

/* ---- Crashes ---- */

static sigjmp_buf back;
static dasm_Code *crashed;
static int handler_status;

/* The handler may use the heap: no lock is held while code runs. */
static void on_crash(int number, siginfo_t *info, void *context)
{
  dasm_Code *c = add(77);

  (void)number, (void)context;
  handler_status = dasm_heap_find(H, info->si_addr, &crashed);
  if (!c || call(c) != 77 || dasm_code_release(H, c) != DASM_S_OK)
    handler_status = DASM_S_HEAP;
  siglongjmp(back, 1);
}

START_TEST(crash_leaves_the_heap_usable)
{
  struct sigaction a = { .sa_sigaction = on_crash, .sa_flags = SA_SIGINFO };
  static const uint8_t ud2[] = { 0x90, 0x0f, 0x0b };
  dasm_Code *c;
  int i;

  ck_assert_int_eq(sigaction(SIGILL, &a, NULL), 0);
  ck_assert_int_eq(start(strategies[_i], 0), DASM_S_OK);
  for (i = 0; i < 10; i++) {
    ck_assert_int_eq(dasm_heap_add(H, ud2, sizeof ud2, NULL, &c), DASM_S_OK);
    crashed = NULL;
    if (sigsetjmp(back, 1) == 0)
      call(c);
    ck_assert_int_eq(handler_status, DASM_S_OK);
    ck_assert_ptr_eq(crashed, c);
    ck_assert_int_eq(dasm_code_release(H, crashed), DASM_S_OK);
    ck_assert_int_eq(call(add(i)), i);
    ck_assert(blocks_check(&H->region[0]->blocks));
  }
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
}
END_TEST

static void on_trap(int number)
{
  (void)number;
  siglongjmp(back, 1);
}

static size_t committed(void)
{
  dasm_HeapStats s = { .size = sizeof s };

  ck_assert_int_eq(dasm_heap_stats(H, &s), DASM_S_OK);
  return s.committed;
}

/* Zeroes are instructions, so what was given back must not be there, and must trap when it is again. */
START_TEST(memory_given_back_cannot_be_executed)
{
  static const size_t large = 300000;
  uint8_t *p;
  function f;
  dasm_Code *c, *again;
  size_t i;
  int named;
  volatile int trapped = 0;

  ck_assert(signal(SIGSEGV, on_trap) != SIG_ERR);
  ck_assert_int_eq(start(strategies[_i], 0), DASM_S_OK);
  add(1);
  ck_assert_int_eq(dasm_heap_add(H, NULL, large, NULL, &c), DASM_S_OK);
  ck_assert_uint_ge(committed(), large);
  p = dasm_code_address(c);
  p += large - 8;
  memcpy(&f, &p, sizeof f);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_trim(H), DASM_S_OK);
  ck_assert_uint_eq(committed(), strategies[_i] == DASM_HEAP_SINGLE ? 8192 : 4096); /* a page before all code */
  if (strategies[_i] == DASM_HEAP_DUAL) {
    wx_pages(&named);
    ck_assert_uint_eq(atomic_load(&named_executable), committed());
  }
  if (sigsetjmp(back, 1) == 0)
    f();
  else
    trapped = 1;
  ck_assert_int_eq(trapped, 1);
  ck_assert_int_eq(dasm_heap_add(H, NULL, large, NULL, &again), DASM_S_OK);
  ck_assert_ptr_eq(dasm_code_address(again), dasm_code_address(c));
  p = dasm_code_address(again);
  for (i = 0; i < large; i++)
    ck_assert_uint_eq(p[i], 0xcc);
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
}
END_TEST

START_TEST(freed_code_traps)
{
  function f;
  void *p;
  dasm_Code *c;
  volatile int trapped = 0;

  ck_assert(signal(SIGTRAP, on_trap) != SIG_ERR);
  ck_assert_int_eq(start(strategies[_i], 0), DASM_S_OK);
  c = add(1);
  p = dasm_code_address(c);
  memcpy(&f, &p, sizeof f);
  add(2);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  if (sigsetjmp(back, 1) == 0)
    f();
  else
    trapped = 1;
  ck_assert_int_eq(trapped, 1);
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
}
END_TEST

/* ---- Policies ---- */

#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#define PR_MDWE_REFUSE_EXEC_GAIN 1
#endif

/* A system that lets nothing become executable that was not so from the start. */
static int under_mdwe(void *arg)
{
  dasm_HeapStats s = { .size = sizeof s };
  char message[200];
  dasm_HeapOptions o = { .size = sizeof o, .message = message, .message_size = sizeof message };

  (void)arg;
  if (prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) != 0)
    return 0; /* an older kernel */
  TRY(dasm_heap_new(&o, &H) == DASM_S_OK);
  TRY(dasm_heap_stats(H, &s) == DASM_S_OK && s.strategy == DASM_HEAP_DUAL);
  TRY(call(add(7)) == 7);
  TRY(dasm_heap_trim(H) == (DASM_S_SYSTEM | ENOTSUP));
  TRY(call(add(8)) == 8);
  TRY(dasm_heap_free(&H) == DASM_S_OK);
  o.strategy = DASM_HEAP_SINGLE;
  TRY(dasm_heap_new(&o, &H) == (DASM_S_SYSTEM | EACCES));
  TRY(strcmp(message, "single mapping: Permission denied") == 0);
  return 0;
}

/* A sandbox: memfd_create fails, and with `exec` whatever asks for PROT_EXEC too. */
static int sandbox(bool exec)
{
  struct sock_filter all[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_memfd_create, 5, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, exec ? SYS_mmap : 0xffffffff, 1, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, exec ? SYS_mprotect : 0xffffffff, 0, 2),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
  };
  struct sock_fprog program = { sizeof all / sizeof all[0], all };

  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* Only the oldest kinds of advice about memory are allowed. */
static int with_little_advice(void *arg)
{
  struct sock_filter some[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_madvise, 0, 2),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
    BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, MADV_DODUMP, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
  };
  struct sock_fprog program = { sizeof some / sizeof some[0], some };
  dasm_HeapOptions o = { .size = sizeof o, .strategy = DASM_HEAP_DUAL };

  (void)arg;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    return 0; /* no seccomp here */
  TRY(dasm_heap_new(&o, &H) == DASM_S_OK);
  TRY(dasm_heap_reserve(H, 1 << 20) == DASM_S_OK);
  TRY(call(add(7)) == 7);
  TRY(dasm_heap_free(&H) == DASM_S_OK);
  return 0;
}

static int in_sandbox(void *arg)
{
  bool exec = *(bool *)arg;
  dasm_HeapStats s = { .size = sizeof s };
  char message[200], small[10];
  dasm_HeapOptions o = { .size = sizeof o, .message = message, .message_size = sizeof message };

  if (!sandbox(exec))
    return 0; /* no seccomp here */
  if (exec) {
    TRY(dasm_heap_new(&o, &H) == (DASM_S_SYSTEM | EPERM));
    TRY(strcmp(message, "double mapping: Operation not permitted; single mapping: Operation not permitted") == 0);
    o.message = small;
    o.message_size = sizeof small;
    TRY(dasm_heap_new(&o, &H) == (DASM_S_SYSTEM | EPERM));
    TRY(strcmp(small, "double ma") == 0);
    return 0;
  }
  TRY(dasm_heap_new(&o, &H) == DASM_S_OK);
  TRY(dasm_heap_stats(H, &s) == DASM_S_OK && s.strategy == DASM_HEAP_SINGLE);
  TRY(call(add(7)) == 7);
  return 0;
}

START_TEST(policies)
{
  bool exec = false;

  ck_assert_int_eq(in_child(under_mdwe, NULL), 0);
  ck_assert_int_eq(in_child(in_sandbox, &exec), 0);
  ck_assert_int_eq(in_child(with_little_advice, NULL), 0);
  exec = true;
  ck_assert_int_eq(in_child(in_sandbox, &exec), 0);
}
END_TEST

/* What the processor or the system may lack is compared with what it gives to a plain program. */

static bool has_keys(void)
{
  int key = (int)syscall(SYS_pkey_alloc, 0, 0);

  if (key < 0) {
    printf("no memory protection keys: %s\n", strerror(errno));
    return false;
  }
  syscall(SYS_pkey_free, key);
  return true;
}

static sigjmp_buf stray;

static void on_stray(int number)
{
  (void)number;
  siglongjmp(stray, 1);
}

START_TEST(protection_keys)
{
  volatile int caught = 0;
  uint8_t *view;
  dasm_Code *c;

  ck_assert_int_eq(DASM_S_CLASS(start(DASM_HEAP_SINGLE, DASM_HEAP_PKEY)), DASM_S_SYSTEM);
  if (!has_keys()) {
    ck_assert_int_eq(DASM_S_CLASS(start(DASM_HEAP_DUAL, DASM_HEAP_PKEY)), DASM_S_SYSTEM);
    return;
  }
  ck_assert_int_eq(start(DASM_HEAP_DUAL, DASM_HEAP_PKEY), DASM_S_OK);
  c = add(3);
  ck_assert_int_eq(call(c), 3);
  ck_assert_int_eq(dasm_code_patch(H, c, 1, 4, 1), DASM_S_OK);
  ck_assert_int_eq(call(c), 4);
  view = dasm_code_view(H, c);
  ck_assert(signal(SIGSEGV, on_stray) != SIG_ERR);
  if (sigsetjmp(stray, 1) == 0)
    *(volatile uint8_t *)view = 0;
  else
    caught = 1;
  ck_assert_int_eq(caught, 1); /* nobody else writes through the view */
  ck_assert_int_eq(call(c), 4);
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
}
END_TEST

/* Bytes in huge pages of the mapping that contains an address. */
static size_t in_huge_pages(const void *address)
{
  unsigned long from, to, at = (unsigned long)(uintptr_t)address, k;
  char line[512], perms[8];
  FILE *f = fopen("/proc/self/smaps", "r");
  size_t n = 0;
  bool here = false;

  ck_assert_ptr_nonnull(f);
  while (fgets(line, sizeof line, f))
    if (sscanf(line, "%lx-%lx %7s", &from, &to, perms) == 3)
      here = from <= at && at < to;
    else if (here && sscanf(line, "ShmemPmdMapped: %lu", &k) == 1)
      n = k * 1024;
  fclose(f);
  return n;
}

/* Does a plain program get them for a memory file? */
static bool has_huge_pages(void)
{
  const size_t huge = 2 << 20;
  int fd = memfd_create("plain", 0);
  char *at = mmap(NULL, 3 * huge, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  size_t n;

  at += huge - (uintptr_t)at % huge;
  ck_assert_int_eq(ftruncate(fd, (off_t)huge), 0);
  ck_assert_ptr_eq(mmap(at, huge, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0), at);
  madvise(at, huge, MADV_HUGEPAGE);
  memset(at, 1, huge);
  n = in_huge_pages(at);
  munmap(at, huge);
  close(fd);
  if (n != huge)
    puts("no huge pages for shared memory (transparent_hugepage/shmem_enabled)");
  return n == huge;
}

START_TEST(huge_pages)
{
  dasm_HeapStats s = { .size = sizeof s };
  bool has = has_huge_pages();
  dasm_Code *c;

  ck_assert_int_eq(start(strategies[_i], DASM_HEAP_HUGE), DASM_S_OK);
  c = add(5);
  ck_assert_int_eq(call(c), 5);
  ck_assert_int_eq(dasm_heap_stats(H, &s), DASM_S_OK);
  ck_assert_uint_eq(s.reserved % (2 << 20), 0);
  ck_assert_uint_eq(s.committed % (2 << 20), 0);
  ck_assert_uint_eq((uintptr_t)dasm_code_base(c) % (2 << 20), strategies[_i] == DASM_HEAP_SINGLE ? 4096 : 32);
  if (strategies[_i] != DASM_HEAP_DUAL)
    ck_assert_uint_eq(s.flags & DASM_HEAP_HUGE, 0);
  else if (has) {
    ck_assert_uint_ne(s.flags & DASM_HEAP_HUGE, 0);
    ck_assert_uint_eq(in_huge_pages(dasm_code_base(c)), s.committed);
    ck_assert_uint_eq(in_huge_pages(dasm_code_view(H, c)), s.committed);
  }
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("heap in its process");
  TCase *t = tcase_create("process");

  tcase_set_timeout(t, 60);
  tcase_add_loop_test(t, never_writable_and_executable, 0, 3);
  tcase_add_loop_test(t, crash_leaves_the_heap_usable, 0, 3);
  tcase_add_loop_test(t, freed_code_traps, 0, 3);
  tcase_add_loop_test(t, memory_given_back_cannot_be_executed, 0, 3);
  tcase_add_test(t, policies);
  tcase_add_test(t, protection_keys);
  tcase_add_loop_test(t, huge_pages, 0, 3);
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
