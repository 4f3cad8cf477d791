/* check_heap_tools.c - what profilers, debuggers and unwinders are told: the dump for perf, record by record; the files
 * for GDB; and that a child of fork() is never left with a lock of theirs.
 *
 * The expected bytes are written by hand from perf's jitdump specification, DWARF 4 (7.23) and
 * LSB 5.0 (10.6); x86-64's DWARF registers are rbp 6, rsp 7, the return address 16.
 */
#define _GNU_SOURCE 1
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dasm.h"
#include "lib/heap.h"
#include "suite.h"

#if defined(__linux__) && defined(__x86_64__)
#include <elf.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

static dasm_CodeHeap *H;

static void start(const struct pages *os, unsigned flags)
{
  dasm_HeapOptions o = { .size = sizeof o, .flags = flags, .reserve = 1 << 20 };

  ck_assert_int_eq(heap_new_on(os, &o, &H), DASM_S_OK);
}

/* ---- The dump ---- */

static uint8_t dump[65536];
static size_t dump_size;

static void read_dump(long process)
{
  char path[64];
  FILE *f;

  snprintf(path, sizeof path, "jit-%ld.dump", process);
  f = fopen(path, "rb");
  ck_assert_ptr_nonnull(f);
  dump_size = fread(dump, 1, sizeof dump, f);
  fclose(f);
}

static void remove_dump(void)
{
  char path[64];

  snprintf(path, sizeof path, "jit-%ld.dump", (long)getpid());
  ck_assert_int_eq(unlink(path), 0);
}

static uint32_t u32(size_t at)
{
  uint32_t v;

  ck_assert_uint_le(at + 4, dump_size);
  memcpy(&v, dump + at, 4);
  return v;
}

static uint64_t u64(size_t at)
{
  return u32(at) | (uint64_t)u32(at + 4) << 32;
}

/* The record at `at` is of this kind; where the next one is. */
static size_t record(size_t at, uint32_t kind)
{
  static uint64_t last;

  ck_assert_uint_eq(u32(at), kind);
  ck_assert_uint_ge(u64(at + 8), last);
  last = u64(at + 8);
  return at + u32(at + 4);
}

static size_t header(long process)
{
  ck_assert_uint_eq(u32(0), 0x4a695444);
  ck_assert_uint_eq(u32(4), 1);
  ck_assert_uint_eq(u32(8), 40);
  ck_assert_uint_eq(u32(12), 62); /* EM_X86_64 */
  ck_assert_uint_eq(u32(20), (uint32_t)process);
  return 40;
}

/* push rbp; mov rbp, rsp; pop rbp; ret */
static const uint8_t framed[] = { 0x55, 0x48, 0x89, 0xe5, 0x5d, 0xc3 };

/* What unwinding `framed` takes: 52 bytes of table with the end mark, 20 of header behind it. The code
 * is taken to be 8 bytes before the table. */
static const uint8_t framed_table[] = {
  20, 0, 0, 0, 0, 0, 0, 0, 1, 'z', 'R', 0, 1, 0x78, 16, 1,
  0x1b,                   /* addresses: relative to themselves, 4 bytes, signed */
  0x0c, 7, 8,             /* the CFA is rsp + 8 */
  0x11, 16, 1,            /* the return address is at CFA - 8 */
  0,
  28, 0, 0, 0, 28, 0, 0, 0,
  0xd8, 0xff, 0xff, 0xff, /* of the code: -8 - 32 */
  6, 0, 0, 0, 0,
  0x41, 0x0e, 16,         /* behind push: rsp + 16 */
  0x11, 6, 2,             /* rbp at CFA - 16 */
  0x43, 0x0d, 6,          /* behind mov: counted from rbp */
  0x41, 0x0c, 7, 8,       /* behind pop */
  0, 0,
};

static const dasm_Cfi framed_rules[] = {
  { 1, DASM_CFI_DEF_CFA_OFFSET, 0, 16 }, { 1, DASM_CFI_OFFSET, 6, -16 },
  { 4, DASM_CFI_DEF_CFA_REG, 6, 0 }, { 5, DASM_CFI_DEF_CFA, 7, 8 },
};

static size_t unwinding(size_t at)
{
  size_t next = record(at, 4), table = at + 40, hdr;
  uint64_t size = u64(at + 16);

  hdr = table + size - 20;
  ck_assert_uint_eq(u64(at + 24), 20);
  ck_assert_uint_eq(u64(at + 32), size); /* all of it has addresses behind the code */
  ck_assert_uint_le(table + size, next);
  ck_assert_uint_eq((next - at) % 8, 0);
  ck_assert_mem_eq(dump + table, framed_table, sizeof framed_table);
  ck_assert_uint_eq(u32(table + sizeof framed_table), 0);
  ck_assert_uint_eq(u32(hdr), 0x3b031b01);                      /* version, three encodings */
  ck_assert_uint_eq(u32(hdr + 4), (uint32_t)(table - (hdr + 4)));
  ck_assert_uint_eq(u32(hdr + 8), 1);
  ck_assert_uint_eq(u32(hdr + 12), (uint32_t)(table - 8 - hdr)); /* the code, from here */
  ck_assert_uint_eq(u32(hdr + 16), (uint32_t)(table + 24 - hdr));
  return next;
}

static size_t load(size_t at, const dasm_Code *c, uint64_t index, const char *name)
{
  size_t next = record(at, 0), n = dasm_code_size(c);

  ck_assert_uint_eq(u32(at + 16), (uint32_t)getpid());
  ck_assert_uint_eq(u32(at + 20), (uint32_t)getpid()); /* the first thread */
  ck_assert_uint_eq(u64(at + 24), (uintptr_t)dasm_code_address(c));
  ck_assert_uint_eq(u64(at + 32), (uintptr_t)dasm_code_address(c));
  ck_assert_uint_eq(u64(at + 40), n);
  ck_assert_uint_eq(u64(at + 48), index);
  ck_assert_str_eq((char *)dump + at + 56, name);
  ck_assert_uint_eq(next, at + 56 + strlen(name) + 1 + n);
  ck_assert_mem_eq(dump + next - n, dasm_code_address(c), n);
  return next;
}

START_TEST(dump_has_code_and_frames)
{
  dasm_CodeInfo info = { .size = sizeof info, .cfi = framed_rules, .ncfi = 4, .name = "by_rules" };
  dasm_Code *c[3];
  size_t at;
  uint8_t *a, *b;

  start(&pages_posix, DASM_HEAP_JITDUMP);
  ck_assert_int_eq(dasm_heap_add(H, framed, sizeof framed, &info, &c[0]), DASM_S_OK);
  info = (dasm_CodeInfo){ .size = sizeof info, .flags = DASM_CODE_FRAME, .name = "by_default" };
  ck_assert_int_eq(dasm_heap_add(H, framed, sizeof framed, &info, &c[1]), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_add(H, framed, sizeof framed, NULL, &c[2]), DASM_S_OK);
  read_dump((long)getpid());
  at = load(unwinding(header((long)getpid())), c[0], 0, "by_rules");
  at = load(record(at, 4), c[1], 1, "by_default");
  at = load(record(at, 4), c[2], 2, "jit code");
  ck_assert_uint_eq(at, dump_size);
  /* The frames have room: no other code is where perf thinks that they are. */
  a = dasm_code_address(c[0]);
  b = dasm_code_address(c[1]);
  ck_assert_uint_ge((size_t)(b > a ? b - a : a - b), 8 + sizeof framed_table + 24);
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
  remove_dump();
}
END_TEST

START_TEST(wrong_rules_leave_no_record)
{
  static const dasm_Cfi wrong = { 0, 99, 0, 0 };
  dasm_CodeInfo info = { .size = sizeof info, .cfi = &wrong, .ncfi = 1 };
  dasm_Code *c;

  start(&pages_posix, DASM_HEAP_JITDUMP);
  ck_assert_int_eq(dasm_heap_add(H, framed, sizeof framed, &info, &c), DASM_S_ARG);
  ck_assert_ptr_null(c);
  read_dump((long)getpid());
  ck_assert_uint_eq(dump_size, header((long)getpid()));
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
  remove_dump();
}
END_TEST

/* ---- fork ---- */

/* Run a function in a child, which has some seconds: 0, or what went wrong. */
static int in_child(int (*f)(void))
{
  int status;
  pid_t pid = fork();

  if (pid == 0) {
    alarm(20);
    _exit(f());
  }
  if (pid < 0 || waitpid(pid, &status, 0) != pid)
    return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void prepare(void) { dasm_heap_fork(H, DASM_FORK_PREPARE); }
static void in_parent(void) { dasm_heap_fork(H, DASM_FORK_PARENT); }
static void in_the_child(void) { dasm_heap_fork(H, DASM_FORK_CHILD); }

/* Publish and free, as a child or as a thread. */
static int come_and_go(void)
{
  dasm_CodeInfo info = { .size = sizeof info, .flags = DASM_CODE_FRAME, .name = "framed" };
  dasm_Code *c;
  int i;

  for (i = 0; i < 20; i++) {
    if (dasm_heap_add(H, framed, sizeof framed, &info, &c) != DASM_S_OK)
      return 1;
    if (strcmp(dasm_code_name(c), "framed") != 0)
      return 2;
    if (dasm_code_release(H, c) != DASM_S_OK)
      return 3;
  }
  return 0;
}

/* An unwinder with a lock of its own, which is held for a long time in one call. */
static pthread_mutex_t unwinders = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool slow, inside;

static void slow_take(const void *frames, void *object)
{
  const struct timespec long_time = { 0, 300000000 };

  (void)frames, (void)object;
  pthread_mutex_lock(&unwinders);
  if (atomic_exchange(&slow, false)) {
    atomic_store(&inside, true);
    nanosleep(&long_time, NULL);
  }
  pthread_mutex_unlock(&unwinders);
}

static void slow_forget(void *frames)
{
  (void)frames;
  pthread_mutex_lock(&unwinders);
  pthread_mutex_unlock(&unwinders);
}

static int find_slow_unwinder(struct unwinder *u)
{
  *u = (struct unwinder){ .take = slow_take, .remove = slow_forget };
  return 0;
}

static void *publish_one(void *arg)
{
  *(int *)arg = come_and_go();
  return NULL;
}

START_TEST(no_lock_of_a_tool_is_held_at_a_fork)
{
  struct pages os = pages_posix;
  pthread_t thread;
  int result;

  os.find_unwinder = find_slow_unwinder;
  start(&os, DASM_HEAP_UNWIND);
  ck_assert_int_eq(pthread_atfork(prepare, in_parent, in_the_child), 0);
  atomic_store(&slow, true);
  ck_assert_int_eq(pthread_create(&thread, NULL, publish_one, &result), 0);
  while (!atomic_load(&inside))
    ;
  ck_assert_int_eq(in_child(come_and_go), 0); /* SIGALRM, if the lock came along */
  pthread_join(thread, NULL);
  ck_assert_int_eq(result, 0);
}
END_TEST

static atomic_bool stop;

static void *publish_on(void *arg)
{
  while (!atomic_load(&stop) && *(int *)arg == 0)
    *(int *)arg = come_and_go();
  return NULL;
}

START_TEST(forks_while_threads_tell_real_tools)
{
  pthread_t threads[3];
  int result[3] = { 0 }, i;

  start(&pages_posix, DASM_HEAP_GDB | DASM_HEAP_UNWIND);
  ck_assert_int_eq(pthread_atfork(prepare, in_parent, in_the_child), 0);
  for (i = 0; i < 3; i++)
    ck_assert_int_eq(pthread_create(&threads[i], NULL, publish_on, &result[i]), 0);
  for (i = 0; i < 60; i++)
    ck_assert_int_eq(in_child(come_and_go), 0);
  atomic_store(&stop, true);
  for (i = 0; i < 3; i++) {
    pthread_join(threads[i], NULL);
    ck_assert_int_eq(result[i], 0);
  }
}
END_TEST

/* ---- Files for GDB ---- */

/* As GDB's manual declares them, "JIT Compilation Interface". */
struct jit_code_entry {
  struct jit_code_entry *next, *prev;
  const char *symfile_addr;
  uint64_t symfile_size;
};

extern struct {
  uint32_t version, action_flag;
  struct jit_code_entry *relevant_entry, *first_entry;
} __jit_debug_descriptor;

static const Elf64_Shdr *sections(const struct jit_code_entry *e, unsigned *n)
{
  const Elf64_Ehdr *h = (const void *)e->symfile_addr;

  ck_assert_mem_eq(h->e_ident, ELFMAG, SELFMAG);
  ck_assert_uint_le(h->e_shoff + h->e_shnum * sizeof(Elf64_Shdr), e->symfile_size);
  *n = h->e_shnum;
  return (const void *)(e->symfile_addr + h->e_shoff);
}

/* How many files say that the address is in a section of theirs. */
static unsigned covering(uintptr_t address)
{
  const struct jit_code_entry *e;
  const Elf64_Shdr *s;
  unsigned found = 0, n, i;

  for (e = __jit_debug_descriptor.first_entry; e; e = e->next)
    for (s = sections(e, &n), i = 0; i < n; i++)
      found += (s[i].sh_flags & SHF_ALLOC) && address >= s[i].sh_addr && address - s[i].sh_addr < s[i].sh_size;
  return found;
}

/* The symbol at an address, which must be the only one, in the section that it names. */
static const char *symbol_at(uintptr_t address)
{
  const struct jit_code_entry *e;
  const char *name = "";
  const Elf64_Sym *y;
  const Elf64_Shdr *s, *t;
  unsigned n, i, k;

  for (e = __jit_debug_descriptor.first_entry; e; e = e->next)
    for (s = sections(e, &n), i = 0; i < n; i++) {
      if (s[i].sh_type != SHT_SYMTAB)
        continue;
      y = (const void *)(e->symfile_addr + s[i].sh_offset);
      for (k = 0; k < s[i].sh_size / sizeof *y; k++) {
        if (y[k].st_value != address)
          continue;
        ck_assert_str_eq(name, "");
        name = e->symfile_addr + s[s[i].sh_link].sh_offset + y[k].st_name;
        ck_assert_uint_lt(y[k].st_shndx, n);
        t = &s[y[k].st_shndx];
        ck_assert(address >= t->sh_addr && address + y[k].st_size <= t->sh_addr + t->sh_size);
      }
    }
  return name;
}

static unsigned files(void)
{
  const struct jit_code_entry *e, *last = NULL;
  unsigned n = 0;

  for (e = __jit_debug_descriptor.first_entry; e; last = e, e = e->next, n++)
    ck_assert_ptr_eq(e->prev, last);
  return n;
}

static bool no_large_memory;

static void *small_realloc(void *user, void *p, size_t osize, size_t nsize)
{
  (void)user, (void)osize;
  return no_large_memory && nsize > 8192 ? NULL : realloc(p, nsize);
}

static void small_free(void *user, void *p, size_t size)
{
  (void)user, (void)size;
  free(p);
}

enum { FUNCTIONS = 130, SHARE = 64 };
static dasm_Code *told[FUNCTIONS];

static void tell_one(int i)
{
  char name[20];
  dasm_CodeInfo info = { .size = sizeof info, .name = name };

  snprintf(name, sizeof name, "f%d", i);
  ck_assert_int_eq(dasm_heap_add(H, framed, sizeof framed, &info, &told[i]), DASM_S_OK);
}

/* 64 functions share a file; each has its name there, and what is gone has none, nor a section over it. */
START_TEST(gdb_gets_files_for_many)
{
  uintptr_t gone;
  char name[20];
  int i, k;

  start(&pages_posix, DASM_HEAP_GDB);
  for (i = 0; i < FUNCTIONS; i++) {
    tell_one(i);
    ck_assert_uint_eq(files(), (unsigned)((i + 1) / SHARE + (i + 1) % SHARE));
  }
  for (i = 0; i < FUNCTIONS; i++) { /* 37 and 130 have no common factor */
    for (k = 0; k < FUNCTIONS; k++) {
      snprintf(name, sizeof name, "f%d", k);
      if (told[k] && (k + i) % 10 == 0) {
        ck_assert_str_eq(symbol_at((uintptr_t)dasm_code_address(told[k])), name);
        ck_assert_uint_eq(covering((uintptr_t)dasm_code_address(told[k])), 1);
      }
    }
    k = i * 37 % FUNCTIONS;
    gone = (uintptr_t)dasm_code_address(told[k]);
    ck_assert_int_eq(dasm_code_release(H, told[k]), DASM_S_OK);
    told[k] = NULL;
    ck_assert_str_eq(symbol_at(gone), "");
    ck_assert_uint_eq(covering(gone), 0);
  }
  ck_assert_uint_eq(files(), 0);
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
}
END_TEST

/* Without memory for a shared file, functions keep their own. */
START_TEST(gdb_files_without_memory)
{
  const dasm_Allocator allocator = { sizeof allocator, small_realloc, small_free, NULL };
  dasm_HeapOptions o = { .size = sizeof o, .flags = DASM_HEAP_GDB, .reserve = 1 << 20, .allocator = &allocator };
  int i;

  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
  no_large_memory = true;
  for (i = 0; i < SHARE + 2; i++)
    tell_one(i);
  ck_assert_uint_eq(files(), SHARE + 2);
  no_large_memory = false;
  tell_one(i);
  ck_assert_uint_eq(files(), 1 + 3);
  for (; i >= 0; i--)
    ck_assert_str_ne(symbol_at((uintptr_t)dasm_code_address(told[i])), "");
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
  ck_assert_uint_eq(files(), 0);
}
END_TEST

/* A child has a dump of its own, with what it publishes itself. */
static int publish_in_child(void)
{
  dasm_CodeInfo info = { .size = sizeof info, .name = "of_child" };
  dasm_Code *c;
  size_t at;

  if (dasm_heap_add(H, framed, sizeof framed, &info, &c) != DASM_S_OK)
    return 1;
  read_dump((long)getpid());
  at = load(record(header((long)getpid()), 4), c, 1, "of_child");
  remove_dump();
  return at == dump_size ? 0 : 2;
}

START_TEST(child_has_its_own_dump)
{
  dasm_CodeInfo info = { .size = sizeof info, .name = "of_parent" };
  dasm_Code *c;

  start(&pages_posix, DASM_HEAP_JITDUMP);
  ck_assert_int_eq(dasm_heap_add(H, framed, sizeof framed, &info, &c), DASM_S_OK);
  ck_assert_int_eq(in_child(publish_in_child), 0);
  read_dump((long)getpid());
  ck_assert_uint_eq(load(record(header((long)getpid()), 4), c, 0, "of_parent"), dump_size);
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
  remove_dump();
}
END_TEST

int main(void)
{
  Suite *s = suite_create("heap and tools");
  TCase *t = tcase_create("tools");

  tcase_set_timeout(t, 120);
  tcase_add_test(t, dump_has_code_and_frames);
  tcase_add_test(t, wrong_rules_leave_no_record);
  tcase_add_test(t, no_lock_of_a_tool_is_held_at_a_fork);
  tcase_add_test(t, forks_while_threads_tell_real_tools);
  tcase_add_test(t, gdb_gets_files_for_many);
  tcase_add_test(t, gdb_files_without_memory);
  tcase_add_test(t, child_has_its_own_dump);
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
