/* check_stubs.c - calls and jumps that do not reach: stubs behind the code, and branches that grow.
 *
 * The bytes are those of llvm-mc 19. Random programs of RISC-V's branches are decoded, word by word: each
 * has to go to its label.
 */
#include <check.h>
#include <stdint.h>

#include "dasm.h"
#include "lib/isa/arm64.h"
#include "lib/isa/riscv.h"
#include "lib/isa/x86.h"
#include "suite.h"
#include "tests/list.h"

static const uint8_t call[LIST_FIELD] = {
  [FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_END, [FIELD_BITS] = 32, [FIELD_ESCAPE] = X64_ESCAPE_JUMP};
static const uint8_t lea[LIST_FIELD] = {
  [FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_END, [FIELD_BITS] = 32};
static const uint8_t beq[LIST_FIELD] = {
  [FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_SHIFT] = 1, [FIELD_BITS] = 12,
  [FIELD_PIECES] = 4, FIELD_PIECE_AT(0, 11, 31, 1), FIELD_PIECE_AT(1, 4, 25, 6), FIELD_PIECE_AT(2, 0, 8, 4),
  FIELD_PIECE_AT(3, 10, 7, 1), [FIELD_ESCAPE] = RISCV_ESCAPE_BRANCH};
static const uint8_t jal[LIST_FIELD] = {
  [FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_SHIFT] = 1, [FIELD_BITS] = 20,
  [FIELD_PIECES] = 4, FIELD_PIECE_AT(0, 19, 31, 1), FIELD_PIECE_AT(1, 0, 21, 10), FIELD_PIECE_AT(2, 10, 20, 1),
  FIELD_PIECE_AT(3, 11, 12, 8), [FIELD_ESCAPE] = RISCV_ESCAPE_JUMP};

static struct list L;
static dasm_State *D;
static void *globals[2];
static size_t size;
static uint8_t code[1 << 17];

/* Sites: reference kinds with a field. */
static int at_extern[2], at_lea, at_address, at_global, at_branch, at_label, at_word, at_align;

static int site_ref(enum op op, const uint8_t *field, const char *lit, unsigned n, unsigned number)
{
  int site = site_begin(&L, 1);

  list_head(&L, op, lit, n);
  if (strchr(op_facts[op].operands, 'n'))
    list_number(&L, number);
  list_byte(&L, list_field_number(&L, field));
  site_end(&L);
  return site;
}

static void start(enum list_isa isa, int stubs)
{
  bool x64 = isa == ISA_X64;
  const uint8_t *jump = x64 ? call : jal;
  const char *lit = x64 ? "\xe8\0\0\0" : "\xef\0\0\0";
  unsigned n = x64 ? 5 : 4;
  dasm_Template *checked;

  memset(&L, 0, sizeof L);
  L.isa = isa;
  at_extern[0] = site_ref(OP_REF_EXTERN, jump, lit, n, 0);
  at_extern[1] = site_ref(OP_REF_EXTERN, jump, lit, n, 1);
  at_lea = site_ref(OP_REF_EXTERN, lea, "\x48\x8d\x05\0\0\0", 7, 0);
  at_address = site_ref(OP_REF_ADDR, jump, lit, n, 0);
  at_global = site_ref(OP_REF_GLOBAL, x64 ? call : beq, x64 ? lit : "\x63\x80\x20\0", n, 0);
  at_branch = site_ref(OP_REF_PC, x64 ? call : beq, x64 ? lit : "\x63\x80\x20\0", n, 0);
  at_label = site_begin(&L, 1);
  site_op(&L, (struct list_op){.code = OP_LABEL_PC, .x = 0}, "", 0);
  site_end(&L);
  at_word = site_begin(&L, 0);
  site_op(&L, (struct list_op){.code = OP_END}, "\x13\0\0\0", 4);
  at_align = site_begin(&L, 0);
  site_op(&L, (struct list_op){.code = OP_ALIGN, .x = 64}, "", 0);
  site_end(&L);
  list_finish(&L);
  ck_assert_int_eq(dasm_template_new(&checked, L.bytes, L.size), DASM_S_OK);
  dasm_template_free(checked);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setupglobal(&D, globals, 2), DASM_S_OK);
  ck_assert_int_eq(dasm_growpc(&D, 100), DASM_S_OK);
  ck_assert_int_eq(dasm_setstubs(&D, stubs), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
}

static void finish(void)
{
  dasm_free(&D);
  list_free(&L);
  memset(globals, 0, sizeof globals);
}

static uint64_t addresses[2];

static int resolve(void *user, const dasm_ExternRef *ref, int64_t *value)
{
  (void)user;
  *value = (int64_t)addresses[ref->index];
  return DASM_S_OK;
}

static int encode(uint64_t run)
{
  memset(code, 0xee, sizeof code);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_uint_eq(size, dasm_getcodesize(&D));
  return dasm_encode_at(&D, code, size, run);
}

/* ---- x64 -------------------------------------------------------------------------- */

#define CALL(a, b, c, d) "\xe8" a b c d

START_TEST(near_ones_use_none)
{
  start(ISA_X64, 1);
  dasm_setextern(&D, resolve, NULL);
  addresses[0] = 0x10000;
  dasm_put(&D, at_extern[0]);
  dasm_put(&D, at_extern[0]);
  ck_assert_int_eq(encode(0x20000), DASM_S_OK);
  ck_assert_uint_eq(size, 16 + 16); /* 10 bytes, up to a multiple of 8; one stub */
  ck_assert_mem_eq(code, CALL("\xfb", "\xff", "\xfe", "\xff") CALL("\xf6", "\xff", "\xfe", "\xff"), 10);
  for (size_t i = 10; i < 32; i++)
    ck_assert_uint_eq(code[i], 0xcc);
  /* without stubs there is no room for them */
  dasm_setstubs(&D, 0);
  ck_assert_int_eq(dasm_encode_at(&D, code, sizeof code, 0x20000), DASM_S_PHASE);
  finish();
}
END_TEST

/* Two externs, an address and a global that are far, each called twice. */
START_TEST(far_ones_share_a_stub)
{
  static const char stub[] = "\xff\x25\x02\0\0\0\xcc\xcc";
  static const uint64_t far[4] = {0x7fff00001000, 0x7fff00002000, 0x7fff00003000, 0x7fff00004000};
  unsigned i, k, seen = 0;

  start(ISA_X64, 1);
  dasm_setextern(&D, resolve, NULL);
  addresses[0] = far[0];
  addresses[1] = far[1];
  globals[0] = (void *)(uintptr_t)far[3];
  for (i = 0; i < 2; i++) {
    dasm_put(&D, at_extern[0]);
    dasm_put(&D, at_extern[1]);
    dasm_put(&D, at_address, (int64_t)far[2]);
    dasm_put(&D, at_global);
  }
  ck_assert_int_eq(encode(0x400000), DASM_S_OK);
  ck_assert_uint_eq(size, 40 + 4 * 16);
  for (i = 0; i < 8; i++) { /* each call goes to the stub of its target */
    int32_t d;
    uint64_t address;
    const uint8_t *p = code + 5 * i + 5;

    ck_assert_uint_eq(p[-5], 0xe8);
    d = (int32_t)(p[-4] | (uint32_t)p[-3] << 8 | (uint32_t)p[-2] << 16 | (uint32_t)p[-1] << 24);
    p += d;
    ck_assert(p >= code + 40 && p < code + size && (p - code) % 8 == 0);
    ck_assert_mem_eq(p, stub, 8);
    for (address = 0, k = 8; k-- > 0;)
      address = address << 8 | p[8 + k];
    ck_assert_uint_eq(address, far[i % 4]);
    seen |= 1u << (p - code - 40) / 16;
  }
  ck_assert_uint_eq(seen, 15);
  /* the same code near by: no stub is used, and nothing is left of them */
  for (i = 40; i < size; i++)
    code[i] = 0;
  ck_assert_int_eq(dasm_encode_at(&D, code, size, 0x7fff10000000), DASM_S_OK);
  for (i = 40; i < size; i++)
    ck_assert_uint_eq(code[i], 0xcc);
  finish();
}
END_TEST

/* What only names an address goes through none, and without dasm_setstubs() nothing does: as ever, but told how. */
START_TEST(what_stays_an_error)
{
  char text[300];

  start(ISA_X64, 1);
  dasm_setextern(&D, resolve, NULL);
  addresses[0] = 0x7fff00001000;
  dasm_put(&D, at_lea);
  ck_assert_int_eq(DASM_S_CLASS(encode(0x400000)), DASM_S_RANGE_REL);
  dasm_errmsg(&D, text, sizeof text);
  ck_assert_ptr_nonnull(strstr(text, "load its address with mov64"));
  ck_assert_ptr_null(strstr(text, "dasm_setstubs"));
  ck_assert_uint_eq(size, 7);
  finish();
  start(ISA_X64, 0);
  dasm_setextern(&D, resolve, NULL);
  dasm_put(&D, at_extern[0]);
  ck_assert_int_eq(DASM_S_CLASS(encode(0x400000)), DASM_S_RANGE_REL);
  dasm_errmsg(&D, text, sizeof text);
  ck_assert_ptr_nonnull(strstr(text, "dasm_setstubs"));
  ck_assert_uint_eq(size, 5);
  finish();
}
END_TEST

START_TEST(many_targets)
{
  int64_t i;

  start(ISA_X64, 1);
  for (i = 0; i < 3000; i++) {
    dasm_put(&D, at_address, INT64_C(0x7fff00000000) + i / 2 * 64);
    ck_assert_int_eq(dasm_getstatus(&D), DASM_S_OK);
  }
  ck_assert_int_eq(encode(0x400000), DASM_S_OK);
  ck_assert_uint_eq(size, 15000 + 1500 * 16);
  dasm_setup(&D, L.bytes); /* the next code has its own */
  dasm_put(&D, at_address, INT64_C(0x7fff00000000));
  ck_assert_int_eq(encode(0x400000), DASM_S_OK);
  ck_assert_uint_eq(size, 8 + 16);
  finish();
}
END_TEST

/* ---- RISC-V ------------------------------------------------------------------------ */

static uint32_t word_at(size_t at)
{
  return code[at] | (uint32_t)code[at + 1] << 8 | (uint32_t)code[at + 2] << 16 | (uint32_t)code[at + 3] << 24;
}

static int64_t extend(uint32_t v, unsigned bits)
{
  int64_t half = (int64_t)1 << (bits - 1);
  return ((int64_t)v % (2 * half) ^ half) - half;
}

static int64_t branch_offset(uint32_t w)
{
  return extend((w >> 31) << 12 | (w >> 7 & 1) << 11 | (w >> 25 & 63) << 5 | (w >> 8 & 15) << 1, 13);
}

static int64_t jump_offset(uint32_t w)
{
  return extend((w >> 31) << 20 | (w >> 12 & 255) << 12 | (w >> 20 & 1) << 11 | (w >> 21 & 1023) << 1, 21);
}

static void words(unsigned n)
{
  while (n-- > 0)
    dasm_put(&D, at_word);
}

/* beq ahead over n words. */
static void ahead(unsigned n)
{
  dasm_setup(&D, L.bytes);
  dasm_put(&D, at_branch, (int64_t)1);
  words(n);
  dasm_put(&D, at_label, (int64_t)1);
  ck_assert_int_eq(encode(0), DASM_S_OK);
}

START_TEST(branches_grow_at_their_bounds)
{
  unsigned i;

  start(ISA_RISCV64, 1);
  ahead(1022); /* 4 + 4088 = 4092 */
  ck_assert_uint_eq(size, 4 + 4 * 1022);
  ck_assert_uint_eq(word_at(0), 0x7e208ee3); /* beq ra, sp, 4092 */
  ahead(1023);
  ck_assert_uint_eq(size, 8 + 4 * 1023);
  ck_assert_uint_eq(word_at(0), 0x00209463); /* bne ra, sp, 8 */
  ck_assert_uint_eq(word_at(4), 0x0000106f); /* j 4096 */
  ck_assert_int_eq(dasm_getpclabel(&D, 1), 8 + 4 * 1023);
  for (i = 0; i < 2; i++) { /* back 4096 and 4100 */
    dasm_setup(&D, L.bytes);
    dasm_put(&D, at_label, (int64_t)1);
    words(1024 + i);
    dasm_put(&D, at_branch, (int64_t)1);
    ck_assert_int_eq(encode(0), DASM_S_OK);
    ck_assert_uint_eq(size, 4 * (1024 + i) + (i ? 8 : 4));
    ck_assert_uint_eq(word_at(4 * (1024 + i)), i ? 0x00209463 : 0x80208063); /* bne …; beq ra, sp, -4096 */
  }
  ck_assert_uint_eq(word_at(4 * 1025 + 4), 0xff9fe06f); /* j -4104 */
  finish();
  start(ISA_RISCV64, 0); /* off by default */
  dasm_put(&D, at_branch, (int64_t)1);
  words(1023);
  dasm_put(&D, at_label, (int64_t)1);
  ck_assert_int_eq(DASM_S_CLASS(encode(0)), DASM_S_RANGE_REL);
  finish();
}
END_TEST

START_TEST(stubs_of_riscv)
{
  char text[300];

  start(ISA_RISCV64, 1);
  dasm_setextern(&D, resolve, NULL);
  addresses[0] = 0x123456789abcdef0;
  dasm_put(&D, at_extern[0]);
  dasm_put(&D, at_extern[0]);
  globals[0] = (void *)(uintptr_t)0x7fff0000;
  dasm_put(&D, at_global); /* a branch to other code */
  ck_assert_int_eq(encode(0x400000), DASM_S_OK);
  ck_assert_uint_eq(size, 16 + 2 * 24);
  ck_assert_uint_eq(word_at(8), 0x00209463);
  ck_assert_uint_eq(word_at(0) & 0xfff, 0x0ef);
  ck_assert_mem_eq(code + jump_offset(word_at(0)), "\x17\x0e\0\0\x03\x3e\x0e\x01\x67\0\x0e\0\0\0\0\0\xf0\xde\xbc\x9a\x78\x56\x34\x12", 24);
  ck_assert_mem_eq(code + 12 + jump_offset(word_at(12)), "\x17\x0e\0\0\x03\x3e\x0e\x01\x67\0\x0e\0\0\0\0\0\0\0\xff\x7f\0\0\0\0", 24);
  finish();
  start(ISA_RISCV64, 0);
  dasm_put(&D, at_address, (int64_t)0x600000);
  ck_assert_int_eq(DASM_S_CLASS(encode(0x400000)), DASM_S_RANGE_REL);
  dasm_errmsg(&D, text, sizeof text);
  ck_assert_str_eq(text, "the target is 2097152 bytes away, and this instruction reaches -1048576 to 1048574 in steps of 2: load its "
                         "address into a register and go through that, or have the code nearer (around and reach of the code "
                         "heap), or allow stubs (dasm_setstubs)");
  finish();
}
END_TEST

/* ---- AArch64 ------------------------------------------------------------------------- */

#define A64(bits, to, how) \
  {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_SHIFT] = 2, [FIELD_BITS] = bits, \
   [FIELD_TO] = to, [FIELD_ESCAPE] = how}
static const uint8_t bl[LIST_FIELD] = A64(26, 0, ARM64_ESCAPE_JUMP), b_cond[LIST_FIELD] = A64(19, 5, ARM64_ESCAPE_CONDITION),
                     cbz[LIST_FIELD] = A64(19, 5, ARM64_ESCAPE_TEST), tbz[LIST_FIELD] = A64(14, 5, ARM64_ESCAPE_TEST);

/* tbz w0, #3 to label 1, and sites that go to global 0, extern 0. */
static int at_beq, at_bal, at_cbz;

static void start_arm64(void)
{
  start(ISA_RISCV64, 0); /* for its words and labels */
  dasm_free(&D);
  list_free(&L);
  memset(&L, 0, sizeof L);
  L.isa = ISA_ARM64;
  at_extern[0] = site_ref(OP_REF_EXTERN, bl, "\0\0\0\x94", 4, 0);
  at_branch = site_ref(OP_REF_PC, tbz, "\0\0\x18\x36", 4, 0);
  at_beq = site_ref(OP_REF_GLOBAL, b_cond, "\0\0\0\x54", 4, 0);
  at_bal = site_ref(OP_REF_GLOBAL, b_cond, "\x0e\0\0\x54", 4, 0);
  at_cbz = site_ref(OP_REF_GLOBAL, cbz, "\5\0\0\xb4", 4, 0);
  at_label = site_begin(&L, 1);
  site_op(&L, (struct list_op){.code = OP_LABEL_PC, .x = 0}, "", 0);
  site_end(&L);
  at_word = site_begin(&L, 0);
  site_op(&L, (struct list_op){.code = OP_END}, "\x1f\x20\x03\xd5", 4);
  list_finish(&L);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setupglobal(&D, globals, 2), DASM_S_OK);
  ck_assert_int_eq(dasm_growpc(&D, 100), DASM_S_OK);
  ck_assert_int_eq(dasm_setstubs(&D, 1), DASM_S_OK);
}

START_TEST(arm64_branches_grow)
{
  start_arm64();
  ahead(8190); /* 4 + 32760 = 32764 */
  ck_assert_uint_eq(size, 4 + 4 * 8190);
  ck_assert_uint_eq(word_at(0), 0x361bffe0); /* tbz w0, #3, 32764 */
  ahead(8191);
  ck_assert_uint_eq(size, 8 + 4 * 8191);
  ck_assert_uint_eq(word_at(0), 0x37180040); /* tbnz w0, #3, 8 */
  ck_assert_uint_eq(word_at(4), 0x14002000); /* b 32768 */
  dasm_setup(&D, L.bytes);
  dasm_put(&D, at_label, (int64_t)1);
  words(8193);
  dasm_put(&D, at_branch, (int64_t)1);
  ck_assert_int_eq(encode(0), DASM_S_OK);
  ck_assert_uint_eq(word_at(4 * 8193), 0x37180040);
  ck_assert_uint_eq(word_at(4 * 8193 + 4), 0x17ffdffe); /* b -32776 */
  finish();
}
END_TEST

START_TEST(stubs_of_arm64)
{
  static const uint32_t words_[] = {0x54000041, 0xd503201f, 0xb5000045}; /* b.ne 8; nop; cbnz x5, 8 */
  unsigned i;

  start_arm64();
  dasm_setextern(&D, resolve, NULL);
  addresses[0] = 0x123456789abcdef0;
  globals[0] = (void *)(uintptr_t)0x7fff0000;
  dasm_setup(&D, L.bytes);
  dasm_put(&D, at_extern[0]);
  dasm_put(&D, at_extern[0]);
  dasm_put(&D, at_beq);
  dasm_put(&D, at_bal);
  dasm_put(&D, at_cbz);
  ck_assert_int_eq(encode(0x400000), DASM_S_OK);
  ck_assert_uint_eq(size, 32 + 2 * 16);
  for (i = 0; i < 3; i++) {
    ck_assert_uint_eq(word_at(8 + 8 * i), words_[i]);
    ck_assert_uint_eq(word_at(12 + 8 * i), 0x14000000 | (48 - 12 - 8 * i) / 4);
  }
  ck_assert_uint_eq(word_at(0), 0x94000008); /* bl 32 */
  ck_assert_uint_eq(word_at(4), 0x94000007);
  ck_assert_mem_eq(code + 32, "\x50\0\0\x58\0\x02\x1f\xd6\xf0\xde\xbc\x9a\x78\x56\x34\x12", 16); /* ldr x16, 8; br x16 */
  ck_assert_mem_eq(code + 48, "\x50\0\0\x58\0\x02\x1f\xd6\0\0\xff\x7f\0\0\0\0", 16);
  finish();
}
END_TEST

/* ---- random programs ----------------------------------------------------------------- */

static uint32_t seed;

static unsigned up_to(unsigned n)
{
  seed = seed * 1664525 + 1013904223;
  return (seed >> 8) % n;
}

/* 20 labels among 200 branches to them, words and alignments. Returns how many branches grew. */
static unsigned random_program(unsigned spread)
{
  unsigned to[200], n = 0, i, grown = 0;
  size_t at;

  dasm_setup(&D, L.bytes);
  for (i = 0; i < 200; i++) {
    if (i % 10 == 5)
      dasm_put(&D, at_label, (int64_t)(i / 10));
    if (spread > 2 && up_to(20) == 0)
      dasm_put(&D, at_align);
    dasm_put(&D, at_branch, (int64_t)(to[n] = up_to(20)));
    n++;
    words(up_to(spread));
  }
  ck_assert_int_eq(encode(0x1000), DASM_S_OK);
  for (at = 0, i = 0; at < size; at += 4) {
    uint32_t w = word_at(at);
    int64_t target = (int64_t)at + branch_offset(w);

    if ((w & 0x7f) != 0x63)
      continue;
    if (w == 0x00209463) {
      at += 4;
      target = (int64_t)at + jump_offset(word_at(at));
      ck_assert_uint_eq(word_at(at) & 0xfff, 0x6f);
      grown++;
    }
    ck_assert_uint_lt(i, n);
    ck_assert_int_eq(target, dasm_getpclabel(&D, to[i++]));
  }
  ck_assert_uint_eq(i, n);
  return grown;
}

START_TEST(every_branch_goes_to_its_label)
{
  unsigned i, grown = 0;

  start(ISA_RISCV64, 1);
  seed = 1;
  for (i = 0; i < 300; i++)
    grown += random_program(3 + i / 4);
  ck_assert_uint_gt(grown, 1000);
  ck_assert_uint_eq(random_program(2), 0); /* all is near */
  finish();
}
END_TEST

#if defined(__x86_64__)
/* For real: code below 2 GiB calls a function of this program, which is elsewhere. */
static int answer(void)
{
  return 42;
}

START_TEST(a_far_call_runs)
{
  dasm_HeapOptions o = {.size = sizeof o, .flags = DASM_HEAP_LOW};
  dasm_CodeHeap *H = NULL;
  dasm_Code *c = NULL;
  int (*f)(void);
  int64_t address;

  f = answer;
  memcpy(&address, &f, sizeof f);
  start(ISA_X64, 1);
  if (dasm_heap_new(&o, &H) == DASM_S_OK) {
    void *entry;
    int ret;

    list_free(&L);
    memset(&L, 0, sizeof L);
    L.isa = ISA_X64;
    ret = site_begin(&L, 1); /* sub rsp, 8; call; add rsp, 8; ret */
    list_head(&L, OP_REF_ADDR, "\x48\x83\xec\x08\xe8\0\0\0\0", 9);
    list_byte(&L, list_field_number(&L, call));
    site_op(&L, (struct list_op){.code = OP_END}, "\x48\x83\xc4\x08\xc3", 5);
    ck_assert_int_eq(dasm_setup(&D, list_finish(&L)), DASM_S_OK);
    dasm_put(&D, ret, address);
    ck_assert_int_eq(dasm_publish(H, &D, &c), DASM_S_OK);
    entry = dasm_code_address(c);
    memcpy(&f, &entry, sizeof f);
    ck_assert_int_eq(f(), 42);
    dasm_heap_free(&H);
  }
  finish();
}
END_TEST
#endif

int main(void)
{
  Suite *s = suite_create("stubs");
  TCase *t = tcase_create("stubs");

  tcase_set_timeout(t, 60);
  tcase_add_test(t, near_ones_use_none);
  tcase_add_test(t, far_ones_share_a_stub);
  tcase_add_test(t, what_stays_an_error);
  tcase_add_test(t, many_targets);
  tcase_add_test(t, branches_grow_at_their_bounds);
  tcase_add_test(t, stubs_of_riscv);
  tcase_add_test(t, arm64_branches_grow);
  tcase_add_test(t, stubs_of_arm64);
  tcase_add_test(t, every_branch_goes_to_its_label);
#if defined(__x86_64__)
  tcase_add_test(t, a_far_call_runs);
#endif
  suite_add_tcase(s, t);
  return suite_run(s);
}
