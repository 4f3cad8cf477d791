/* check_heap.c - the code heap's promises to a program: publishing, labels, statistics, errors,
 * placement, each under every strategy.
 *
 * Machine code is written out by hand from the Intel SDM; it is run where the host is x86-64.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dasm.h"
#include "lib/blocks.h"
#include "list.h"

#if defined(__x86_64__)
#define RUNS 1
#else
#define RUNS 0
#endif

typedef int (*function)(void);

static const int strategies[] = { DASM_HEAP_DUAL, DASM_HEAP_SINGLE, DASM_HEAP_FLIP };
#define NSTRATEGIES 3

static dasm_CodeHeap *H;

static void start(int strategy, unsigned flags)
{
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategy, .flags = flags, .reserve = 1 << 20 };

  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
}

static void finish(void)
{
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
  ck_assert_ptr_null(H);
}

static dasm_HeapStats figures(void)
{
  dasm_HeapStats s = { .size = sizeof s };

  ck_assert_int_eq(dasm_heap_stats(H, &s), DASM_S_OK);
  return s;
}

/* mov eax, n; ret */
static size_t returning(uint8_t *p, int n)
{
  p[0] = 0xb8;
  memcpy(p + 1, &n, 4);
  p[5] = 0xc3;
  return 6;
}

static dasm_Code *add(int n)
{
  uint8_t p[8];
  dasm_Code *c;

  ck_assert_int_eq(dasm_heap_add(H, p, returning(p, n), NULL, &c), DASM_S_OK);
  return c;
}

static int call(dasm_Code *c)
{
  function f;
  void *p = dasm_code_address(c);

  memcpy(&f, &p, sizeof f);
  return f();
}

static void expect(dasm_Code *c, int n)
{
  uint8_t p[8];

  ck_assert_uint_eq(dasm_code_size(c), returning(p, n));
  ck_assert_mem_eq(dasm_code_base(c), p, 6);
  if (RUNS)
    ck_assert_int_eq(call(c), n);
}

/* ---- Bytes ---- */

START_TEST(bytes_become_functions)
{
  dasm_Code *c[100];
  int i;

  start(strategies[_i], 0);
  ck_assert_int_eq(figures().strategy, strategies[_i]);
  for (i = 0; i < 100; i++)
    c[i] = add(i);
  for (i = 0; i < 100; i++)
    expect(c[i], i);
  for (i = 0; i < 100; i += 2)
    ck_assert_int_eq(dasm_code_release(H, c[i]), DASM_S_OK);
  for (i = 0; i < 100; i += 2)
    c[i] = add(1000 + i);
  for (i = 0; i < 100; i++)
    expect(c[i], i % 2 ? i : 1000 + i);
  ck_assert_uint_eq(figures().blocks, 100);
  ck_assert_uint_eq(figures().code, 600);
  for (i = 0; i < 100; i++)
    ck_assert_int_eq(dasm_code_release(H, c[i]), DASM_S_OK);
  ck_assert_uint_eq(figures().used, 0);
  ck_assert_uint_eq(figures().code, 0);
  ck_assert_uint_eq(figures().holes, 0);
  finish();
}
END_TEST

START_TEST(sizes)
{
  static uint8_t bytes[300000];
  dasm_Code *c;
  size_t n;

  start(strategies[_i], 0);
  for (n = 0; n < sizeof bytes; n++)
    bytes[n] = (uint8_t)(n * 7 + n / 256);
  for (n = 1; n < sizeof bytes; n = n * 3 / 2 + 1) {
    ck_assert_int_eq(dasm_heap_add(H, bytes, n, NULL, &c), DASM_S_OK);
    ck_assert_uint_eq(dasm_code_size(c), n);
    ck_assert_mem_eq(dasm_code_address(c), bytes, n);
  }
  ck_assert_int_eq(dasm_heap_add(H, bytes, 0, NULL, &c), DASM_S_SIZE);
  ck_assert_ptr_null(c);
  ck_assert_int_eq(dasm_heap_add(H, bytes, (size_t)0x80000000u, NULL, &c), DASM_S_SIZE);
  /* More than a region: it gets one of its own. */
  ck_assert_int_eq(dasm_heap_add(H, NULL, 5u << 20, NULL, &c), DASM_S_OK);
  ck_assert_uint_eq(figures().regions, 2);
  finish();
}
END_TEST

START_TEST(freed_memory_is_traps)
{
  dasm_Code *c, *keep;
  uint8_t *p;
  unsigned i;

  start(strategies[_i], DASM_HEAP_KEEP);
  c = add(1);
  keep = add(2);
  p = dasm_code_address(c);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  for (i = 0; i < 32; i++)
    ck_assert_uint_eq(p[i], RUNS ? 0xcc : p[i & 3]);
  expect(keep, 2);
  ck_assert_int_eq(dasm_heap_add(H, NULL, 50, NULL, &c), DASM_S_OK);
  p = dasm_code_address(c);
  for (i = 0; i < 64; i++)
    ck_assert_uint_eq(p[i], RUNS ? 0xcc : p[i & 3]);
  finish();
}
END_TEST

/* ---- Errors ---- */

START_TEST(wrong_releases)
{
  dasm_CodeHeap *other;
  dasm_Code *c, *stranger;
  struct dasm_Code fake;
  uint8_t p[8];
  char *inside;

  start(strategies[_i], 0);
  ck_assert_int_eq(dasm_heap_new(NULL, &other), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_add(other, p, returning(p, 3), NULL, &stranger), DASM_S_OK);
  c = add(1);
  memset(&fake, 0, sizeof fake);
  memcpy(&inside, &c, sizeof inside);
  inside += 8;
  ck_assert_int_eq(dasm_code_release(H, &fake), DASM_S_HEAP);
  ck_assert_int_eq(dasm_code_release(H, stranger), DASM_S_HEAP);
  ck_assert_int_eq(dasm_code_release(H, (dasm_Code *)(void *)inside), DASM_S_HEAP);
  ck_assert_int_eq(dasm_code_release(H, c + 1000), DASM_S_HEAP);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_HEAP);
  ck_assert_int_eq(dasm_code_write(H, c, 0, p, 1), DASM_S_HEAP);
  ck_assert_int_eq(dasm_code_retire(H, c), DASM_S_HEAP);
  ck_assert_uint_eq(figures().blocks, 0);
  ck_assert_int_eq(dasm_heap_free(&other), DASM_S_OK);
  finish();
}
END_TEST

START_TEST(overflow_is_noticed)
{
  uint8_t *view, p[40];
  dasm_Code *c;

  start(DASM_HEAP_DUAL, 0);
  c = add(1);
  memset(p, 0x90, sizeof p);
  ck_assert_int_eq(dasm_code_write(H, c, 0, p, 7), DASM_S_SIZE);
  ck_assert_int_eq(dasm_code_write(H, c, 6, p, 1), DASM_S_SIZE);
  ck_assert_int_eq(dasm_code_write(H, c, (size_t)-1, p, 2), DASM_S_SIZE);
  ck_assert_int_eq(dasm_code_write(H, c, 5, p, 1), DASM_S_OK);
  view = dasm_code_view(H, c);
  ck_assert_ptr_nonnull(view);
  view[6] = 0x90; /* one byte too much */
  ck_assert_int_eq(dasm_code_flush(H, c, 0, 7), DASM_S_SIZE);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_HEAP);
  ck_assert_uint_eq(figures().blocks, 0); /* freed nevertheless */
  c = add(2);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  finish();
  if (!RUNS)
    return;
  start(DASM_HEAP_DUAL, DASM_HEAP_LANDING);
  c = add(1);
  view = dasm_code_view(H, c);
  view[-5] = 0x90; /* before the landing pad */
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_HEAP);
  c = add(2);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  finish();
}
END_TEST

START_TEST(regions_have_a_limit)
{
  dasm_HeapOptions o = { .size = sizeof o, .reserve = 64 << 10 };
  dasm_Code *c, *first = NULL;
  int status;

  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
  while ((status = dasm_heap_add(H, NULL, 64 << 10, NULL, &c)) == DASM_S_OK)
    if (!first)
      first = c;
  ck_assert_int_eq(status, DASM_S_LIMIT);
  ck_assert_uint_eq(figures().regions, figures().blocks);
  ck_assert_int_eq(dasm_code_release(H, first), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_add(H, NULL, 64 << 10, NULL, &c), DASM_S_OK);
  finish();
}
END_TEST

START_TEST(null_and_nonsense)
{
  dasm_HeapOptions o = { .size = sizeof o };
  dasm_HeapStats s = { .size = 0 };
  dasm_CodeInfo info = { .size = sizeof info };
  dasm_State *D = NULL;
  dasm_Code *c;
  uint8_t p[8] = { 0xc3 };
  void *a;

  ck_assert_int_eq(dasm_heap_new(NULL, NULL), DASM_S_ARG);
  ck_assert_int_eq(dasm_heap_free(NULL), DASM_S_ARG);
  ck_assert_int_eq(dasm_heap_free(&H), DASM_S_OK);
  o.size = 3;
  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_ARG);
  o = (dasm_HeapOptions){ .size = sizeof o, .strategy = 9 };
  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_ARG);
  o = (dasm_HeapOptions){ .size = sizeof o, .flags = 0x80000000u };
  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_ARG);
  o = (dasm_HeapOptions){ .size = sizeof o, .alignment = 24 };
  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_ARG);
  ck_assert_ptr_null(H);
  start(DASM_HEAP_AUTO, 0);
  ck_assert_int_eq(figures().strategy, DASM_HEAP_DUAL);
  ck_assert_int_eq(dasm_heap_stats(H, &s), DASM_S_ARG);
  ck_assert_int_eq(dasm_heap_add(NULL, p, 1, NULL, &c), DASM_S_ARG);
  ck_assert_int_eq(dasm_heap_add(H, p, 1, NULL, NULL), DASM_S_ARG);
  info.alignment = 3;
  ck_assert_int_eq(dasm_heap_add(H, p, 1, &info, &c), DASM_S_ARG);
  info.alignment = 8192;
  ck_assert_int_eq(dasm_heap_add(H, p, 1, &info, &c), DASM_S_ARG);
  info.alignment = 0;
  info.flags = 0x100;
  ck_assert_int_eq(dasm_heap_add(H, p, 1, &info, &c), DASM_S_ARG);
  ck_assert_int_eq(dasm_publish(H, NULL, &c), DASM_S_ARG);
  ck_assert_int_eq(dasm_publish(H, &D, &c), DASM_S_ARG);
  ck_assert_int_eq(dasm_publish(NULL, &D, &c), DASM_S_ARG);
  ck_assert_int_eq(dasm_code_release(H, NULL), DASM_S_ARG);
  ck_assert_int_eq(dasm_code_global(NULL, 0, &a), DASM_S_ARG);
  ck_assert_ptr_null(dasm_code_address(NULL));
  ck_assert_uint_eq(figures().blocks, 0);
  finish();
}
END_TEST

START_TEST(limit)
{
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategies[_i], .limit = 256 << 10, .reserve = 1 << 20 };
  dasm_Code *c[10], *x;
  int i;

  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
  for (i = 0; i < 8; i++)
    ck_assert_int_eq(dasm_heap_add(H, NULL, 30 << 10, NULL, &c[i]), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_add(H, NULL, 30 << 10, NULL, &x), DASM_S_LIMIT);
  if (strategies[_i] != DASM_HEAP_SINGLE) /* which needs whole pages */
    ck_assert_int_eq(dasm_heap_add(H, NULL, 12 << 10, NULL, &x), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_reserve(H, 100 << 10), DASM_S_LIMIT);
  ck_assert_int_eq(dasm_heap_reserve(H, SIZE_MAX), DASM_S_LIMIT);
  ck_assert_int_eq(dasm_heap_reserve(H, SIZE_MAX / 16), DASM_S_LIMIT); /* more blocks than have numbers */
  ck_assert_uint_le(figures().committed, o.limit);
  ck_assert_int_eq(dasm_code_release(H, c[3]), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_add(H, NULL, 30 << 10, NULL, &x), DASM_S_OK);
  finish();
  o.limit = 1; /* less than a page */
  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_LIMIT);
  o.limit = 0;
  o.reserve = SIZE_MAX / 16;
  if (sizeof(void *) > 4)
    ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_LIMIT);
  o.reserve = SIZE_MAX;
  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_ARG);
}
END_TEST

/* ---- Placement ---- */

static int marker;

static uint64_t distance(const dasm_Code *c)
{
  uintptr_t a = (uintptr_t)dasm_code_address(c), b = (uintptr_t)&marker;

  return a > b ? a - b : b - a;
}

/* All regions of a heap are near an address. */
START_TEST(place_of_a_heap)
{
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategies[_i], .reserve = 1 << 20,
                         .around = (uintptr_t)&marker, .reach = (uint64_t)128 << 20 };
  dasm_Code *c;
  int i;

  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
  for (i = 0; i < 5; i++) {
    ck_assert_int_eq(dasm_heap_add(H, NULL, 900 << 10, NULL, &c), DASM_S_OK);
    ck_assert_uint_le(distance(c), o.reach);
  }
  ck_assert_uint_eq(figures().regions, 5);
  finish();
  o.around = 0;
  o.reach = 4096;
  ck_assert_int_eq(DASM_S_CLASS(dasm_heap_new(&o, &H)), DASM_S_SYSTEM);
  ck_assert_ptr_null(H);
}
END_TEST

START_TEST(placement)
{
  static const size_t alignments[] = { 1, 32, 64, 256, 4096 };
  dasm_CodeInfo info = { .size = sizeof info };
  uint8_t p[8];
  dasm_Code *c;
  unsigned i;

  start(strategies[_i], 0);
  for (i = 0; i < 50; i++) {
    info.alignment = alignments[i % 5];
    ck_assert_int_eq(dasm_heap_add(H, p, returning(p, (int)i), &info, &c), DASM_S_OK);
    ck_assert_uint_eq((uintptr_t)dasm_code_address(c) % info.alignment, 0);
    expect(c, (int)i);
  }
  info.alignment = 0;
  info.around = (uintptr_t)&marker;
  info.reach = (uint64_t)128 << 20;
  for (i = 0; i < 3; i++) {
    ck_assert_int_eq(dasm_heap_add(H, p, returning(p, 5), &info, &c), DASM_S_OK);
    ck_assert_uint_le(distance(c), info.reach);
    expect(c, 5);
  }
  ck_assert_uint_le(figures().regions, 2); /* one more, and only if the first was not in reach */
  info.reach = ((uint64_t)2 << 30) - 4096; /* what a call rel32 of code here reaches */
  ck_assert_int_eq(dasm_heap_add(H, p, returning(p, 6), &info, &c), DASM_S_OK);
  ck_assert_uint_le(distance(c), info.reach);
  expect(c, 6);
  info.around = 0;
  info.reach = 4096; /* nothing can be there */
  ck_assert_int_eq(DASM_S_CLASS(dasm_heap_add(H, p, 6, &info, &c)), DASM_S_SYSTEM);
  finish();
  start(strategies[_i], DASM_HEAP_LOW);
  ck_assert_uint_lt((uintptr_t)dasm_code_address(add(1)), (uintptr_t)1 << 31);
  finish();
}
END_TEST

START_TEST(landing_pads)
{
  dasm_CodeInfo info = { .size = sizeof info, .flags = DASM_CODE_NO_LANDING };
  uint8_t p[8];
  dasm_Code *c;

  if (!RUNS)
    return;
  start(strategies[_i], DASM_HEAP_LANDING);
  c = add(77);
  ck_assert_ptr_eq((char *)dasm_code_base(c) - 4, dasm_code_address(c));
  ck_assert_uint_eq((uintptr_t)dasm_code_base(c) % 32, 0);
  ck_assert_mem_eq(dasm_code_address(c), "\xf3\x0f\x1e\xfa", 4);
  expect(c, 77);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_add(H, p, returning(p, 1), &info, &c), DASM_S_OK);
  ck_assert_ptr_eq(dasm_code_base(c), dasm_code_address(c));
  info.flags = DASM_CODE_LANDING;
  info.alignment = 4096;
  ck_assert_int_eq(dasm_heap_add(H, p, returning(p, 2), &info, &c), DASM_S_OK);
  ck_assert_uint_eq((uintptr_t)dasm_code_base(c) % 4096, 0);
  expect(c, 2);
  finish();
}
END_TEST

START_TEST(find)
{
  dasm_Code *c[64], *x;
  char *a;
  int i;

  start(strategies[_i], 0);
  for (i = 0; i < 64; i++)
    ck_assert_int_eq(dasm_heap_add(H, NULL, (size_t)(i * i * 5 + 1), NULL, &c[i]), DASM_S_OK);
  for (i = 0; i < 64; i += 3) {
    ck_assert_int_eq(dasm_code_release(H, c[i]), DASM_S_OK);
    c[i] = NULL;
  }
  for (i = 0; i < 64; i++) {
    if (!c[i])
      continue;
    a = dasm_code_address(c[i]);
    ck_assert_int_eq(dasm_heap_find(H, a, &x), DASM_S_OK);
    ck_assert_ptr_eq(x, c[i]);
    ck_assert_int_eq(dasm_heap_find(H, a + i * i * 5, &x), DASM_S_OK);
    ck_assert_ptr_eq(x, c[i]);
  }
  ck_assert_int_eq(dasm_heap_find(H, &marker, &x), DASM_S_HEAP);
  ck_assert_ptr_null(x);
  finish();
}
END_TEST

/* ---- States ---- */

static struct list L;

/* ->entry: mov eax, imm32; jmp =>0; int3; =>0: ret.  Global 1 stays undefined. */
static int make_site(void)
{
  int site;

  memset(&L, 0, sizeof L);
  L.isa = ISA_X64; /* elsewhere it is refused, too, and leaves nothing */
  L.nglobals = 2;
  L.names[0] = list_string(&L, "entry");
  L.names[1] = list_string(&L, "other");
  site = site_begin(&L, 2);
  site_op(&L, (struct tmpl_op){ .code = OP_LABEL_GLOBAL, .x = 0 }, "", 0);
  site_op(&L, (struct tmpl_op){ .code = OP_IMM32, .arg = 0 }, "\xb8", 1);
  site_op(&L, (struct tmpl_op){ .code = OP_REF_PC, .arg = 1, .b = FIX_X86_JMP }, "\xe9\0\0\0\0", 5);
  site_op(&L, (struct tmpl_op){ .code = OP_LIT }, "\xcc", 1);
  site_op(&L, (struct tmpl_op){ .code = OP_LABEL_PC, .arg = 1 }, "", 0);
  site_op(&L, (struct tmpl_op){ .code = OP_LIT }, "\xc3", 1);
  site_end(&L);
  list_finish(&L);
  return site;
}

static void fill(dasm_State **D, int site, int64_t n)
{
  ck_assert_int_eq(dasm_setup(D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_growpc(D, 3), DASM_S_OK);
  ck_assert_int_eq(dasm_put(D, site, n, (int64_t)0), DASM_S_OK);
}

START_TEST(states_become_functions)
{
  static void *globals[2];
  dasm_CodeInfo info = { .size = sizeof info, .flags = DASM_CODE_NO_LABELS };
  dasm_State *D;
  dasm_Code *c[50], *x;
  int site = make_site(), i;
  size_t size;
  void *a;

  if (!RUNS)
    return;
  start(strategies[_i], 0);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setupglobal(&D, globals, 2), DASM_S_OK);
  for (i = 0; i < 50; i++) {
    fill(&D, site, i);
    if (i % 2)
      ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
    ck_assert_int_eq(dasm_publish(H, &D, &c[i]), DASM_S_OK);
    ck_assert_ptr_eq(globals[0], dasm_code_base(c[i]));
  }
  for (i = 0; i < 50; i++) {
    ck_assert_uint_eq(dasm_code_size(c[i]), 9);
    ck_assert_int_eq(call(c[i]), i);
    ck_assert_int_eq(dasm_code_global(c[i], 0, &a), DASM_S_OK);
    ck_assert_ptr_eq(a, dasm_code_base(c[i]));
    ck_assert_int_eq(dasm_code_pclabel(c[i], 0, &a), DASM_S_OK);
    ck_assert_ptr_eq(a, (char *)dasm_code_base(c[i]) + 8);
    ck_assert_int_eq(dasm_code_global(c[i], 1, &a), DASM_S_UNDEF_LG);
    ck_assert_int_eq(dasm_code_pclabel(c[i], 1, &a), DASM_S_UNDEF_PC);
    ck_assert_int_eq(dasm_code_global(c[i], 2, &a), DASM_S_RANGE_LG);
    ck_assert_int_eq(dasm_code_pclabel(c[i], 3, &a), DASM_S_RANGE_PC);
  }
  ck_assert_int_eq(dasm_code_release(H, c[0]), DASM_S_OK);
  fill(&D, site, 9);
  ck_assert_int_eq(dasm_publishwith(H, &D, &info, &x), DASM_S_OK);
  ck_assert_int_eq(dasm_code_global(x, 0, &a), DASM_S_RANGE_LG);
  ck_assert_int_eq(call(x), 9);
  dasm_free(&D);
  list_free(&L);
  finish();
}
END_TEST

START_TEST(failing_states_leave_nothing)
{
  dasm_State *D;
  dasm_Code *c = (dasm_Code *)&marker;
  int site = make_site();

  start(strategies[_i], 0);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_publish(H, &D, &c), DASM_S_PHASE);
  ck_assert_ptr_null(c);
  dasm_free(&D);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setupglobal(&D, NULL, 0), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_publish(H, &D, &c), DASM_S_ARG); /* no code */
  ck_assert_int_ne(dasm_put(&D, site, (int64_t)1, (int64_t)0), DASM_S_OK); /* no such label */
  ck_assert_int_ne(dasm_publish(H, &D, &c), DASM_S_OK);
  ck_assert_ptr_null(c);
  ck_assert_uint_eq(figures().blocks, 0);
  ck_assert_uint_eq(figures().code, 0);
  dasm_free(&D);
  list_free(&L);
  finish();
}
END_TEST

START_TEST(all_or_none)
{
  dasm_State *D[3], **states[3];
  dasm_Code *c[3];
  int site = make_site(), i;

  if (!RUNS)
    return;
  start(strategies[_i], 0);
  for (i = 0; i < 3; i++) {
    states[i] = &D[i];
    ck_assert_int_eq(dasm_init(&D[i], 1), DASM_S_OK);
    ck_assert_int_eq(dasm_growglobal(&D[i], 2), DASM_S_OK);
    fill(&D[i], site, 10 + i);
  }
  ck_assert_int_eq(dasm_publishall(H, states, 3, NULL, c), DASM_S_OK);
  for (i = 0; i < 3; i++)
    ck_assert_int_eq(call(c[i]), 10 + i);
  ck_assert_int_eq(dasm_setup(&D[2], L.bytes), DASM_S_OK); /* nothing in it */
  ck_assert_int_eq(dasm_publishall(H, states, 3, NULL, c), DASM_S_ARG);
  for (i = 0; i < 3; i++) {
    ck_assert_ptr_null(c[i]);
    dasm_free(&D[i]);
  }
  ck_assert_uint_eq(figures().blocks, 3);
  list_free(&L);
  finish();
}
END_TEST

/* ---- Changing code ---- */

START_TEST(patching)
{
  /* mov eax, 1; jmp +0; ret, with the jump's field aligned to 4 */
  static const uint8_t jumper[] = { 0xb8, 1, 0, 0, 0, 0x90, 0x90, 0xe9, 0, 0, 0, 0, 0xc3 };
  dasm_Code *c, *target;
  uint8_t value[4] = { 42, 0, 0, 0 };

  start(strategies[_i], 0);
  ck_assert_int_eq(dasm_heap_add(H, jumper, sizeof jumper, NULL, &c), DASM_S_OK);
  target = add(1234);
  ck_assert_int_eq(dasm_code_write(H, c, 1, value, 4), DASM_S_OK);
  if (RUNS)
    ck_assert_int_eq(call(c), 42);
  ck_assert_int_eq(dasm_code_patch(H, c, 1, 5, 4), DASM_S_ARG); /* not aligned */
  ck_assert_int_eq(dasm_code_patch(H, c, 0, 5, 3), DASM_S_ARG);
  ck_assert_int_eq(dasm_code_patch(H, c, 12, 5, 4), DASM_S_SIZE);
  ck_assert_int_eq(dasm_code_patch(H, c, 1, 7, 1), DASM_S_OK);
  if (RUNS) {
    ck_assert_int_eq(call(c), 7);
    ck_assert_int_eq(dasm_code_branch(H, c, 7, 5, dasm_code_address(target)), DASM_S_OK);
    ck_assert_int_eq(call(c), 1234);
    ck_assert_int_eq(dasm_code_branch(H, c, 7, 5, (char *)dasm_code_address(c) + 12), DASM_S_OK);
    ck_assert_int_eq(call(c), 7);
    ck_assert_int_eq(dasm_code_branch(H, c, 0, 5, dasm_code_address(c)), DASM_S_ARG);
    ck_assert_int_eq(dasm_code_branch(H, c, 7, 5, (char *)dasm_code_address(c) + (UINT64_C(1) << 33)),
                     DASM_S_RANGE_REL);
    ck_assert_int_eq(call(c), 7);
  }
  finish();
}
END_TEST

START_TEST(retiring)
{
  dasm_Reader *a, *b;
  dasm_Code *c, *d;
  size_t left;

  start(strategies[_i], 0);
  c = add(1);
  ck_assert_int_eq(dasm_code_retire(H, c), DASM_S_OK);
  ck_assert_int_eq(dasm_code_retire(H, c), DASM_S_HEAP);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_HEAP);
  ck_assert_uint_eq(figures().retired, 1);
  if (RUNS)
    ck_assert_int_eq(call(c), 1);
  ck_assert_int_eq(dasm_heap_reclaim(H, &left), DASM_S_OK);
  ck_assert_uint_eq(left, 0);
  ck_assert_uint_eq(figures().blocks, 0);

  ck_assert_int_eq(dasm_reader_new(H, &a), DASM_S_OK);
  ck_assert_int_eq(dasm_reader_new(H, &b), DASM_S_OK);
  c = add(1);
  d = add(2);
  ck_assert_int_eq(dasm_code_retire(H, c), DASM_S_OK);
  ck_assert_int_eq(dasm_code_retire(H, d), DASM_S_OK);
  dasm_reader_quiescent(a);
  ck_assert_int_eq(dasm_heap_reclaim(H, &left), DASM_S_OK);
  ck_assert_uint_eq(left, 2); /* b has not said anything */
  expect(c, 1);
  dasm_reader_offline(b);
  ck_assert_int_eq(dasm_heap_reclaim(H, &left), DASM_S_OK);
  ck_assert_uint_eq(left, 1); /* d was retired after the batch of c; a has not been quiet since */
  dasm_reader_quiescent(a);
  ck_assert_int_eq(dasm_heap_reclaim(H, &left), DASM_S_OK);
  ck_assert_uint_eq(left, 0);
  c = add(3);
  dasm_reader_online(b);
  dasm_reader_offline(a);
  ck_assert_int_eq(dasm_code_retire(H, c), DASM_S_OK);
  ck_assert_uint_eq(figures().retired, 1);
  ck_assert_int_eq(dasm_reader_free(&b), DASM_S_OK);
  ck_assert_ptr_null(b);
  ck_assert_int_eq(dasm_reader_free(&b), DASM_S_ARG);
  ck_assert_int_eq(dasm_heap_reclaim(H, NULL), DASM_S_OK);
  ck_assert_uint_eq(figures().retired, 0);
  ck_assert_uint_eq(figures().blocks, 0);
  c = add(4); /* reader a, and a retired object, are left to the heap */
  dasm_reader_online(a);
  ck_assert_int_eq(dasm_code_retire(H, c), DASM_S_OK);
  finish();
}
END_TEST

START_TEST(sealing)
{
  dasm_Code *c, *x;
  uint8_t p[8];

  start(strategies[_i], 0);
  c = add(5);
  ck_assert_int_eq(dasm_heap_seal(H), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_seal(H), DASM_S_OK);
  expect(c, 5);
  ck_assert_int_eq(dasm_heap_add(H, p, returning(p, 1), NULL, &x), DASM_S_SEALED);
  ck_assert_int_eq(dasm_code_write(H, c, 0, p, 1), DASM_S_SEALED);
  ck_assert_int_eq(dasm_code_patch(H, c, 0, 0, 4), DASM_S_SEALED);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_SEALED);
  ck_assert_int_eq(dasm_code_retire(H, c), DASM_S_SEALED);
  ck_assert_int_eq(dasm_heap_reclaim(H, NULL), DASM_S_SEALED);
  ck_assert_int_eq(dasm_heap_reserve(H, 1), DASM_S_SEALED);
  ck_assert_int_eq(dasm_heap_trim(H), DASM_S_SEALED);
  ck_assert_ptr_null(dasm_code_view(H, c));
  ck_assert_int_eq(dasm_heap_find(H, dasm_code_address(c), &x), DASM_S_OK);
  ck_assert_ptr_eq(x, c);
  finish();
}
END_TEST

/* ---- Memory ---- */

START_TEST(memory_comes_and_goes)
{
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategies[_i], .reserve = 4 << 20, .retain = 64 << 10 };
  dasm_Code *c, *d;

  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
  ck_assert_uint_eq(figures().committed, 64 << 10);
  ck_assert_uint_eq(figures().reserved, 4 << 20);
  ck_assert_int_eq(dasm_heap_reserve(H, 1 << 20), DASM_S_OK);
  ck_assert_uint_ge(figures().committed, 1 << 20);
  c = add(1);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  ck_assert_uint_eq(figures().committed, 64 << 10); /* empty: given back */
  ck_assert_int_eq(dasm_heap_add(H, NULL, 2 << 20, NULL, &c), DASM_S_OK);
  d = add(2);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  ck_assert_uint_ge(figures().committed, 2 << 20);
  ck_assert_uint_eq(figures().holes, 1);
  ck_assert_uint_eq(figures().largest, 2 << 20);
  expect(d, 2);
  ck_assert_int_eq(dasm_code_release(H, d), DASM_S_OK);
  ck_assert_uint_eq(figures().committed, 64 << 10);
  ck_assert_int_eq(dasm_heap_trim(H), DASM_S_OK);
  ck_assert_uint_eq(figures().committed, 0);
  expect(add(3), 3);
  finish();
  o.flags = DASM_HEAP_KEEP;
  o.commit = 256 << 10;
  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
  ck_assert_uint_eq(figures().committed, 256 << 10);
  ck_assert_int_eq(dasm_heap_add(H, NULL, 1000 << 10, NULL, &c), DASM_S_OK);
  ck_assert_uint_eq(figures().committed, 1024 << 10);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  ck_assert_uint_eq(figures().committed, 1024 << 10); /* empty: kept */
  finish();
}
END_TEST

/* A hole in another region is better than more memory. */
START_TEST(holes_come_before_memory)
{
  enum { BLOCK = 8192, FIRST = (1 << 20) / BLOCK, SECOND = 65536 / BLOCK };
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategies[_i], .reserve = 1 << 20 };
  dasm_Code *c[FIRST + SECOND], *x;
  size_t committed;
  void *hole;
  int i;

  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
  for (i = 0; i < FIRST + SECOND; i++)
    ck_assert_int_eq(dasm_heap_add(H, NULL, BLOCK, NULL, &c[i]), DASM_S_OK);
  ck_assert_uint_eq(figures().regions, 2);
  committed = figures().committed;
  ck_assert_uint_eq(committed, (FIRST + SECOND) * BLOCK);
  hole = dasm_code_address(c[5]);
  ck_assert_int_eq(dasm_code_release(H, c[5]), DASM_S_OK);
  ck_assert_int_eq(dasm_heap_add(H, NULL, BLOCK, NULL, &x), DASM_S_OK);
  ck_assert_ptr_eq(dasm_code_address(x), hole);
  ck_assert_int_eq(dasm_heap_add(H, NULL, BLOCK, NULL, &x), DASM_S_OK);
  ck_assert_uint_gt(figures().committed, committed);
  finish();
}
END_TEST

int main(void)
{
  const struct { const char *name; const TTest *test; } each[] = {
    { "bytes", bytes_become_functions }, { "sizes", sizes }, { "traps", freed_memory_is_traps },
    { "releases", wrong_releases }, { "limit", limit }, { "placement", placement },
    { "place", place_of_a_heap },
    { "landing", landing_pads }, { "find", find }, { "states", states_become_functions },
    { "failures", failing_states_leave_nothing }, { "batch", all_or_none }, { "patch", patching },
    { "retire", retiring }, { "seal", sealing }, { "memory", memory_comes_and_goes },
    { "holes", holes_come_before_memory },
  };
  Suite *s = suite_create("heap");
  TCase *t = tcase_create("once");
  SRunner *r;
  size_t i;
  int failed;

  for (i = 0; i < sizeof each / sizeof each[0]; i++) {
    TCase *loop = tcase_create(each[i].name);

    tcase_add_loop_test(loop, each[i].test, 0, NSTRATEGIES);
    suite_add_tcase(s, loop);
  }
  tcase_add_test(t, overflow_is_noticed);
  tcase_add_test(t, regions_have_a_limit);
  tcase_add_test(t, null_and_nonsense);
  suite_add_tcase(s, t);
  r = srunner_create(s);
  srunner_run_all(r, CK_NORMAL);
  failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
