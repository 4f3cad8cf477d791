/* check_heap_failures.c - everything that can fail does fail once, at every place.
 *
 * One story uses all of the heap. It is told again and again: the first call of the system
 * fails, then the second, and so on until a telling meets no failure; likewise for allocations.
 * After a failure the story goes on. Each call must return a fitting status, the heap must be
 * consistent after each step, and at the end nothing may be left over.
 *
 * Systems: the two of faults.c. With all the tools: what they were told is in order after each failure, too.
 */
#define _GNU_SOURCE 1
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dasm.h"
#include "faults.h"
#include "lib/host.h"
#include "list.h"
#include "suite.h"

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
static int site;

static void make_list(void)
{
  memset(&L, 0, sizeof L);
  L.isa = HOST_ISA;
  L.nfiles = 1;
  L.names[0] = list_string(&L, "failures.dasc");
  site = site_begin(&L, 1);
  site_op(&L, (struct list_op){ .code = OP_LABEL_PC, .x = 0 }, "", 0);
  list_line_at(&L, site_op(&L, (struct list_op){ .code = OP_LIT }, "\xc3\x90\x90\x90", 4), 17, "| ret");
  site_end(&L);
  list_finish(&L);
}

static dasm_Code *publish(void)
{
  static const dasm_Cfi cfi = { 1, DASM_CFI_DEF_CFA_OFFSET, 0, 16 };
  const dasm_CodeInfo info = { .size = sizeof info, .cfi = &cfi, .ncfi = 1, .name = "told" };
  dasm_State *D;
  dasm_Code *c = NULL;

  if (HOST_ISA != ISA_X64 && HOST_ISA != ISA_X86) { /* the encoder does not know it */
    (void)fine(dasm_heap_add(H, "\0\0\0", 4, &info, &c));
    return c;
  }
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setlines(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_growpc(&D, 5), DASM_S_OK); /* more labels than fit into the object */
  ck_assert_int_eq(dasm_put(&D, site, (int64_t)3), DASM_S_OK);
  if (!fine(dasm_publishwith(H, &D, &info, &c)))
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

/* Three at once: all or none. */
static void publish_batch(void)
{
  dasm_State *D[3], **states[3];
  dasm_Code *c[3];
  dasm_HeapStats before = { .size = sizeof before }, after = before;
  int i;

  if (HOST_ISA != ISA_X64 && HOST_ISA != ISA_X86)
    return;
  for (i = 0; i < 3; i++) {
    states[i] = &D[i];
    ck_assert_int_eq(dasm_init(&D[i], 1), DASM_S_OK);
    ck_assert_int_eq(dasm_setup(&D[i], L.bytes), DASM_S_OK);
    ck_assert_int_eq(dasm_growpc(&D[i], 5), DASM_S_OK);
    ck_assert_int_eq(dasm_put(&D[i], site, (int64_t)3), DASM_S_OK);
  }
  ck_assert_int_eq(dasm_heap_stats(H, &before), DASM_S_OK);
  if (fine(dasm_publishall(H, states, 3, NULL, c))) {
    for (i = 0; i < 3; i++)
      release(c[i]);
  } else {
    for (i = 0; i < 3; i++)
      ck_assert_ptr_null(c[i]);
  }
  ck_assert_int_eq(dasm_heap_stats(H, &after), DASM_S_OK);
  ck_assert_uint_le(after.blocks, before.blocks);
  for (i = 0; i < 3; i++)
    dasm_free(&D[i]);
}

static void use_heap(void)
{
  dasm_Code *a = add(100), *b = add(3000), *c = publish(), *d = add(40), *e = add(6);
  dasm_Reader *reader = NULL;
  void *address;
  size_t left;

  if (c && dasm_code_pclabel(c, 0, &address) != DASM_S_RANGE_PC)
    ck_assert_int_eq(dasm_code_pclabel(c, 3, &address), DASM_S_OK);
  if (fine(dasm_reader_new(H, &reader)))
    dasm_reader_quiescent(reader);
  if (a) {
    fine(dasm_code_write(H, a, 8, "\xcc", 1));
    fine(dasm_code_patch(H, a, 4, 0, 4));
  }
  if (b && fine(dasm_code_retire(H, b)) && reader)
    dasm_reader_quiescent(reader);
  publish_batch();
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

enum { TOOLS = DASM_HEAP_GDB | DASM_HEAP_PERFMAP | DASM_HEAP_JITDUMP | DASM_HEAP_UNWIND };

static FILE *open_file(const char *format)
{
  char path[64];
  FILE *f;

  snprintf(path, sizeof path, format, (long)getpid());
  f = fopen(path, "rb");
  ck_assert_ptr_nonnull(f);
  return f;
}

/* Whatever failed, the dump has whole records only, and no line of the map goes on with another one. */
static void check_files(void)
{
  char line[200], name[100];
  FILE *f = open_file("jit-%ld.dump");
  long at = 40, size;
  uint32_t n[2];

  ck_assert_int_eq(fseek(f, 0, SEEK_END), 0);
  for (size = ftell(f); at < size; at += n[1]) {
    ck_assert_int_eq(fseek(f, at, SEEK_SET), 0);
    ck_assert_uint_eq(fread(n, 4, 2, f), 2);
    ck_assert_uint_le(n[0], 4);
    ck_assert_uint_ge(n[1], 16);
  }
  ck_assert_int_eq(at, size);
  fclose(f);
  f = open_file("/tmp/perf-%ld.map");
  while (fgets(line, sizeof line, f))
    if (sscanf(line, "%*x %*x %99[^\n]", name) == 1)
      ck_assert_msg(strncmp("jit code", name, strlen(name)) == 0 || strncmp("told", name, strlen(name)) == 0,
                    "%s", line);
  fclose(f);
}

static void remove_files(void)
{
  char path[64];

  snprintf(path, sizeof path, "jit-%ld.dump", (long)getpid());
  (void)unlink(path);
  snprintf(path, sizeof path, "/tmp/perf-%ld.map", (long)getpid());
  (void)unlink(path);
}

static void tell(const struct pages *os, int strategy, unsigned flags, const dasm_Allocator *alloc,
                 const char *what)
{
  char message[200];
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategy, .flags = flags, .reserve = 512 << 10,
                         .retain = 4096, .directory = ".",
                         .message = message, .message_size = sizeof message };
  int n, status;

  o.allocator = alloc;
  make_list();
  remove_files(); /* an earlier process with this number may have left some */
  for (n = 1;; n++) {
    live = refused = 0;
    failures = 0;
    countdown = n;
    status = heap_new_on(os, &o, &H);
    if (status == DASM_S_OK) {
      use_heap();
      ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
      if (flags == TOOLS && os != &pages_fake)
        check_files();
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
  tell(&pages_fake, strategies[_i], 0, NULL, "fake system");
}
END_TEST

START_TEST(protection_key)
{
  tell(&pages_fake, DASM_HEAP_DUAL, DASM_HEAP_PKEY, NULL, "fake system with keys");
}
END_TEST

START_TEST(real_system_calls)
{
  tell(&pages_faulty, strategies[_i], 0, NULL, "system call");
}
END_TEST

START_TEST(real_system_calls_for_huge_pages)
{
  tell(&pages_faulty, DASM_HEAP_DUAL, DASM_HEAP_HUGE, NULL, "system call for huge pages");
}
END_TEST

START_TEST(allocations)
{
  tell(&pages_posix, strategies[_i], 0, &faulty_allocator, "allocation");
}
END_TEST

/* ---- With all tools ---- */

START_TEST(fake_system_calls_of_tools)
{
  tell(&pages_fake, strategies[_i], TOOLS, NULL, "fake system with tools");
}
END_TEST

START_TEST(real_system_calls_of_tools)
{
  tell(&pages_faulty, strategies[_i], TOOLS, NULL, "system call with tools");
  remove_files();
}
END_TEST

/* A child of fork() opens files of its own. If it cannot, it goes on without. */
START_TEST(tools_in_a_child)
{
  dasm_HeapOptions o = { .size = sizeof o, .flags = TOOLS, .reserve = 512 << 10 };
  dasm_Code *c;
  int n;

  for (n = 1;; n++) {
    live = 0;
    countdown = 0;
    ck_assert_int_eq(heap_new_on(&pages_fake, &o, &H), DASM_S_OK);
    c = add(100);
    atomic_store(H->mark, 0); /* as it is after fork */
    countdown = n;
    add(200);
    ck_assert_uint_eq(H->flags & TOOLS & ~(unsigned)(DASM_HEAP_PERFMAP | DASM_HEAP_JITDUMP),
                      DASM_HEAP_GDB | DASM_HEAP_UNWIND);
    ck_assert((H->flags & DASM_HEAP_JITDUMP) != 0 || H->jitdump < 0);
    release(c);
    ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
    ck_assert_int_eq(live, 0);
    if (countdown > 0)
      break;
  }
  ck_assert_int_gt(n, 4); /* two files, a header, a mark */
}
END_TEST

START_TEST(allocations_of_tools)
{
  tell(&pages_posix, strategies[_i], TOOLS, &faulty_allocator, "allocation with tools");
  remove_files();
}
END_TEST

/* What cannot be cleared when its time comes is cleared the next time. */
START_TEST(reclaim_is_refused_once)
{
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategies[_i], .reserve = 512 << 10 };
  dasm_HeapStats s = { .size = sizeof s };
  dasm_Reader *reader;
  dasm_Code *c[3];
  size_t left;
  int i;

  countdown = 0;
  ck_assert_int_eq(heap_new_on(&pages_fake, &o, &H), DASM_S_OK);
  ck_assert_int_eq(dasm_reader_new(H, &reader), DASM_S_OK);
  for (i = 0; i < 3; i++)
    ck_assert_int_eq(dasm_heap_add(H, NULL, 100, NULL, &c[i]), DASM_S_OK);
  for (i = 0; i < 3; i++)
    ck_assert_int_eq(dasm_code_retire(H, c[i]), DASM_S_OK);
  dasm_reader_offline(reader);
  countdown = 1;
  ck_assert_int_eq(dasm_heap_reclaim(H, &left), DASM_S_SYSTEM | EACCES);
  ck_assert_uint_eq(left, 1);
  ck_assert_int_eq(dasm_heap_stats(H, &s), DASM_S_OK);
  ck_assert_uint_eq(s.blocks, 1);
  ck_assert_uint_eq(s.retired, 1);
  ck_assert_int_eq(dasm_heap_reclaim(H, &left), DASM_S_OK);
  ck_assert_uint_eq(left, 0);
  ck_assert_int_eq(dasm_heap_stats(H, &s), DASM_S_OK);
  ck_assert_uint_eq(s.blocks, 0);
  ck_assert_uint_eq(s.retired, 0);
  ck_assert_int_eq(dasm_reader_free(&reader), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
}
END_TEST

START_TEST(automatic_strategy_falls_back)
{
  char message[200];
  dasm_HeapOptions o = { .size = sizeof o, .reserve = 512 << 10, .message = message,
                         .message_size = sizeof message };
  dasm_HeapStats s = { .size = sizeof s };

  countdown = 2; /* the fork mark, then the first mapping */
  ck_assert_int_eq(heap_new_on(&pages_fake, &o, &H), DASM_S_OK);
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

  tcase_set_timeout(t, 60);
  tcase_add_loop_test(t, fake_system_calls, 0, 3);
  tcase_add_test(t, protection_key);
  tcase_add_loop_test(t, real_system_calls, 0, 3);
  tcase_add_test(t, real_system_calls_for_huge_pages);
  tcase_add_loop_test(t, allocations, 0, 3);
#if defined(__linux__) && (defined(__x86_64__) || defined(__i386__) || defined(__aarch64__))
  tcase_add_loop_test(t, fake_system_calls_of_tools, 0, 3);
  tcase_add_loop_test(t, real_system_calls_of_tools, 0, 3);
  tcase_add_loop_test(t, allocations_of_tools, 0, 3);
  tcase_add_test(t, tools_in_a_child);
#endif
  tcase_add_loop_test(t, reclaim_is_refused_once, 1, 3); /* DUAL changes nothing in pages */
  tcase_add_test(t, automatic_strategy_falls_back);
  suite_add_tcase(s, t);
  return suite_run(s);
}
