/* check_heap.c - the code heap's promises to a program: publishing, labels, errors, patching,
 * retiring, sealing, each under every strategy. Where code is and what memory it takes: check_heap_place.c.
 *
 * Machine code is written out by hand from the Intel SDM; it is run where the host is x86-64.
 */
#include "heap_suite.h"

#include <errno.h>
#include <stdio.h>

#include "lib/blocks.h"
#include "list.h"

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

/* ---- Landing pads ---- */

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
  site_op(&L, (struct list_op){ .code = OP_LABEL_GLOBAL, .x = 0 }, "", 0);
  site_op(&L, (struct list_op){ .code = OP_VALUE32, .arg = 0 }, "\xb8", 1);
  site_op(&L, (struct list_op){ .code = OP_BRANCH_PC, .x = 1, .b = FIX_JMP }, "\xeb\0", 2);
  site_op(&L, (struct list_op){ .code = OP_LIT }, "\xcc", 1);
  site_op(&L, (struct list_op){ .code = OP_LABEL_PC, .x = 1 }, "", 0);
  site_op(&L, (struct list_op){ .code = OP_LIT }, "\xc3", 1);
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

/* Functions keep what they use of a long row of PC labels, not the row. */
static size_t table_now, table_most;

static void *table_realloc(void *user, void *p, size_t osize, size_t nsize)
{
  (void)user;
  table_now += nsize - osize;
  table_most = table_now > table_most ? table_now : table_most;
  return realloc(p, nsize);
}

static void table_free(void *user, void *p, size_t n)
{
  (void)user;
  table_now -= n;
  free(p);
}

START_TEST(few_labels_of_many_are_kept)
{
  static const dasm_Allocator allocator = { sizeof allocator, table_realloc, table_free, NULL };
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategies[_i], .reserve = 1 << 20, .allocator = &allocator };
  static const int64_t labels[] = { 0, 1, 50000, 99999 };
  static void *globals[2];
  dasm_State *D;
  dasm_Code *c[4];
  int site = make_site();
  size_t before;
  unsigned i;
  void *a;

  if (!RUNS)
    return;
  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setupglobal(&D, globals, 2), DASM_S_OK);
  for (i = 0; i < 4; i++) {
    ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
    ck_assert_int_eq(dasm_growpc(&D, 100000), DASM_S_OK);
    ck_assert_int_eq(dasm_put(&D, site, (int64_t)7, labels[i]), DASM_S_OK);
    before = table_most = table_now;
    ck_assert_int_eq(dasm_publish(H, &D, &c[i]), DASM_S_OK);
    ck_assert_uint_lt(table_most - before, 1000);
  }
  for (i = 0; i < 4; i++) {
    ck_assert_int_eq(dasm_code_pclabel(c[i], (unsigned)labels[i], &a), DASM_S_OK);
    ck_assert_ptr_eq(a, (char *)dasm_code_base(c[i]) + 8);
    ck_assert_int_eq(dasm_code_global(c[i], 0, &a), DASM_S_OK);
    ck_assert_ptr_eq(a, dasm_code_base(c[i]));
    ck_assert_int_eq(dasm_code_global(c[i], 1, &a), DASM_S_UNDEF_LG);
    ck_assert_int_eq(dasm_code_global(c[i], 2, &a), DASM_S_RANGE_LG);
    ck_assert_int_eq(dasm_code_pclabel(c[i], (unsigned)labels[(i + 1) % 4], &a), DASM_S_UNDEF_PC);
    ck_assert_int_eq(dasm_code_pclabel(c[i], 100000, &a), DASM_S_RANGE_PC);
    ck_assert_ptr_null(a);
  }
  ck_assert_int_eq(dasm_code_release(H, c[2]), DASM_S_OK);
  dasm_free(&D);
  list_free(&L);
  finish();
  ck_assert_uint_eq(table_now, 0);
}
END_TEST

START_TEST(failing_states_leave_nothing)
{
  dasm_State *D;
  dasm_Code *c = (dasm_Code *)&D;
  int site = make_site();
  char why[200];

  start(strategies[_i], 0);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_publish(H, &D, &c), DASM_S_PHASE);
  ck_assert_ptr_null(c);
  dasm_free(&D);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setupglobal(&D, NULL, 0), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_publish(H, &D, &c), DASM_S_ARG); /* no code */
  dasm_explain(DASM_S_ARG, &D, why, sizeof why);
  ck_assert_str_eq(why, "there is no code in the state: put some before publishing it");
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

static const char *explained(int status, dasm_State **D)
{
  static char text[400];

  ck_assert_uint_eq(dasm_explain(status, D, text, sizeof text), strlen(text));
  return text;
}

/* What a heap refuses, word by word. */
START_TEST(errors_in_words)
{
  dasm_CodeInfo info = { .size = 1 }, far = { .size = sizeof far, .around = 0, .reach = 4096 };
  const dasm_HeapOptions o = { .size = sizeof o, .strategy = strategies[_i], .limit = 1 << 20, .reserve = 4 << 20 };
  int site = make_site(), status;
  void *globals[2] = { NULL, NULL };
  dasm_Code *c;
  dasm_State *D;

  if (!RUNS)
    return;
  ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_OK);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setupglobal(&D, globals, 2), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_growpc(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_put(&D, site, (int64_t)1, (int64_t)0), DASM_S_OK);
  status = dasm_publish(NULL, &D, &c);
  ck_assert_int_eq(status, DASM_S_ARG);
  ck_assert_str_eq(explained(status, &D), "there is no code heap to publish to: dasm_heap_new() makes one");
  status = dasm_publish(H, &D, NULL);
  ck_assert_int_eq(status, DASM_S_ARG);
  ck_assert_str_eq(explained(status, &D), "there is no place for the code object: 'code' is a null pointer");
  status = dasm_publishwith(H, &D, &info, &c);
  ck_assert_int_eq(status, DASM_S_ARG);
  ck_assert_str_eq(explained(status, &D), "the dasm_CodeInfo has no meaning: its size must be sizeof(dasm_CodeInfo), its "
                                          "flags those of enum dasm_code_flags, and cfi must be there if ncfi is not 0");
  status = dasm_publishwith(H, &D, &far, &c);
  ck_assert_int_eq(status, DASM_S_SYSTEM | ENOMEM);
  ck_assert_str_eq(explained(status, &D),
                   "the system refused memory (Cannot allocate memory); check what the process is allowed to do "
                   "(limits, SELinux, seccomp), and whether there is room within options->reach; options->message of "
                   "dasm_heap_new says more");
  status = dasm_heap_add(H, NULL, 2 << 20, NULL, &c);
  ck_assert_int_eq(status, DASM_S_LIMIT);
  ck_assert_str_eq(explained(status, NULL),
                   "size limit of the code heap reached; release code, or make the heap with a larger limit");
  ck_assert_int_eq(dasm_publish(H, &D, &c), DASM_S_OK);
  ck_assert_int_eq(dasm_code_release(H, c), DASM_S_OK);
  status = dasm_code_release(H, c);
  ck_assert_str_eq(explained(status, NULL), "code object does not belong to this heap, or was freed; use a code object with "
                                            "the heap that made it, and only until it is released");
  ck_assert_int_eq(dasm_heap_seal(H), DASM_S_OK);
  status = dasm_publish(H, &D, &c);
  ck_assert_int_eq(status, DASM_S_SEALED);
  ck_assert_str_eq(explained(status, &D), "the code can no longer be changed; change code before dasm_heap_seal, "
                                          "and in the process that published it");
  dasm_free(&D);
  list_free(&L);
  finish();
}
END_TEST

/* Options that mean nothing. */
START_TEST(options_in_words)
{
  static char name[400];
  const dasm_Allocator no_functions = { .size = sizeof no_functions };
  char message[200];
  const struct { dasm_HeapOptions o; const char *text; } rows[] = {
    { { .strategy = 9 }, "strategy: none of enum dasm_strategy" },
    { { .flags = 1u << 30 }, "flags: some are not in enum dasm_heap_flags" },
    { { .shards = 65 }, "shards: more than 64" },
    { { .reserve = SIZE_MAX }, "reserve: more than there are addresses" },
    { { .commit = SIZE_MAX }, "commit: more than there are addresses" },
    { { .alignment = 48 }, "alignment: no power of two from 1 to 4096" },
    { { .allocator = &no_functions }, "allocator: its size must be sizeof(dasm_Allocator), and its functions must be there" },
    { { .directory = name }, "directory: too long a name" },
    { { .flags = DASM_HEAP_LOW, .around = (uint64_t)1 << 40, .reach = 4096 },
      "around, reach: no address is there that DASM_HEAP_LOW allows" },
  };
  unsigned i;

  memset(name, 'd', sizeof name - 1);
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    dasm_HeapOptions o = rows[i].o;

    o.size = sizeof o;
    o.message = message;
    o.message_size = sizeof message;
    ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_ARG);
    ck_assert_ptr_null(H);
    ck_assert_str_eq(message, rows[i].text);
    o.message_size = 9;
    ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_ARG);
    ck_assert_uint_eq(strlen(message), 8);
    o.message = NULL;
    ck_assert_int_eq(dasm_heap_new(&o, &H), DASM_S_ARG);
  }
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

int main(void)
{
  const struct { const char *name; const TTest *test; } each[] = {
    { "bytes", bytes_become_functions }, { "traps", freed_memory_is_traps },
    { "releases", wrong_releases },
    { "landing", landing_pads }, { "states", states_become_functions },
    { "labels", few_labels_of_many_are_kept }, { "failures", failing_states_leave_nothing }, { "batch", all_or_none },
    { "words", errors_in_words },
    { "patch", patching }, { "retire", retiring }, { "seal", sealing },
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
  tcase_add_test(t, null_and_nonsense);
  tcase_add_test(t, options_in_words);
  suite_add_tcase(s, t);
  r = srunner_create(s);
  srunner_run_all(r, CK_NORMAL);
  failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
