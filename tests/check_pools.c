/* check_pools.c - constants, and pools within code: dasm_link() where something does not reach what is behind the code.
 *
 * Whatever it makes of a program is followed here as a processor would: each statement has a PC label before it, so its place is
 * known; a branch must come to its label, over a stub or not, a load must find its value, and from the end of each
 * statement one must come to the next, over a pool or not. Instructions are taken apart as the manuals have them.
 */
#include <check.h>
#include <stdbool.h>

#include "dasm.h"
#include "lib/isa/isas.h"
#include "list.h"

/* ---- sites -------------------------------------------------------------------------- */

#define A64(bits, to, how) \
  {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_SHIFT] = 2, [FIELD_BITS] = bits, \
   [FIELD_TO] = to, [FIELD_ESCAPE] = how}
static const uint8_t a64_jump[LIST_FIELD] = A64(26, 0, ARM64_ESCAPE_JUMP), a64_cond[LIST_FIELD] = A64(19, 5, ARM64_ESCAPE_CONDITION),
                     a64_cb[LIST_FIELD] = A64(19, 5, ARM64_ESCAPE_TEST), a64_tb[LIST_FIELD] = A64(14, 5, ARM64_ESCAPE_TEST),
                     a64_ldr4[LIST_FIELD] = A64(19, 5, ESCAPE_CONSTANT + 2), a64_ldr8[LIST_FIELD] = A64(19, 5, ESCAPE_CONSTANT + 3),
                     a64_ldr16[LIST_FIELD] = A64(19, 5, ESCAPE_CONSTANT + 4);
static const uint8_t rv_branch[LIST_FIELD] = {
  [FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_SHIFT] = 1, [FIELD_BITS] = 12,
  [FIELD_PIECES] = 4, FIELD_PIECE_AT(0, 11, 31, 1), FIELD_PIECE_AT(1, 4, 25, 6), FIELD_PIECE_AT(2, 0, 8, 4),
  FIELD_PIECE_AT(3, 10, 7, 1), [FIELD_ESCAPE] = RISCV_ESCAPE_BRANCH};
static const uint8_t rv_jal[LIST_FIELD] = {
  [FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_SHIFT] = 1, [FIELD_BITS] = 20,
  [FIELD_PIECES] = 4, FIELD_PIECE_AT(0, 19, 31, 1), FIELD_PIECE_AT(1, 0, 21, 10), FIELD_PIECE_AT(2, 10, 20, 1),
  FIELD_PIECE_AT(3, 11, 12, 8), [FIELD_ESCAPE] = RISCV_ESCAPE_JUMP};
/* auipc rd, high; ld rd, low(rd) */
static const uint8_t rv_ld[LIST_FIELD] = {
  [FIELD_UNIT] = 8, [FIELD_WORD] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_BITS] = 32,
  [FIELD_TRANSFORM] = TRANSFORM_CARRY, [FIELD_PARAM] = 12, [FIELD_PIECES] = 3, FIELD_PIECE_AT(0, 12, 12, 16), FIELD_PIECE_AT(1, 28, 28, 4),
  FIELD_PIECE_AT(2, 0, 52, 12), [FIELD_ESCAPE] = ESCAPE_CONSTANT + 3};

/* What a statement is. GO to ALWAYS go to label number `to`; LOAD4 to LOAD16 have the value; ADDRESS loads a label's. */
enum what { WORD, GO, COND, ZERO, TEST, CALL_OUT, TEST_OUT, LOAD4, LOAD8, LOAD16, ADDRESS, ALIGN, GAP, SECTION, KINDS };

struct statement {
  enum what what;
  unsigned to;
  uint64_t value, high;
};

enum { MOST = 6000 };
static struct list L;
static dasm_State *D;
static struct statement program[MOST];
static unsigned nstatements;
static int site[KINDS], at_label, at_second;
static uint8_t *code;
static size_t size;
static enum list_isa isa;
static const uint64_t run = 0x7000000000;
static const uint64_t outside = 0x1234567890;

static int site_of(enum op op, const uint8_t *field, const char *lit, unsigned n)
{
  int at = site_begin(&L, 2);

  list_head(&L, op, lit, n);
  if (op == OP_REF_EXTERN)
    list_number(&L, 0);
  list_byte(&L, list_field_number(&L, field));
  site_end(&L);
  return at;
}

static int site_plain(struct list_op op, const char *lit, unsigned n)
{
  int at = site_begin(&L, 1);

  site_op(&L, op, lit, n);
  site_end(&L);
  return at;
}

static void sites_of_arm64(void)
{
  site[WORD] = site_plain((struct list_op){.code = OP_LIT}, "\x1f\x20\x03\xd5", 4);
  site[GO] = site_of(OP_REF_PC, a64_jump, "\0\0\0\x94", 4);
  site[COND] = site_of(OP_REF_PC, a64_cond, "\0\0\0\x54", 4);
  site[ZERO] = site_of(OP_REF_PC, a64_cb, "\5\0\0\xb4", 4);
  site[TEST] = site_of(OP_REF_PC, a64_tb, "\0\0\x18\x36", 4);
  site[CALL_OUT] = site_of(OP_REF_ADDR, a64_jump, "\0\0\0\x94", 4);
  site[TEST_OUT] = site_of(OP_REF_EXTERN, a64_tb, "\0\0\x18\x36", 4);
  site[LOAD4] = site_of(OP_REF_ADDR, a64_ldr4, "\1\0\0\x18", 4);
  site[LOAD8] = site_of(OP_REF_ADDR, a64_ldr8, "\1\0\0\x58", 4);
  site[LOAD16] = site_of(OP_REF_PAIR, a64_ldr16, "\1\0\0\x9c", 4);
  site[ADDRESS] = site_of(OP_REF_PC, a64_ldr8, "\1\0\0\x58", 4);
}

static void sites_of_riscv(void)
{
  site[WORD] = site_plain((struct list_op){.code = OP_LIT}, "\x13\0\0\0", 4);
  site[GO] = site_of(OP_REF_PC, rv_jal, "\xef\0\0\0", 4);
  site[COND] = site[ZERO] = site[TEST] = site_of(OP_REF_PC, rv_branch, "\x63\x80\x20\0", 4);
  site[CALL_OUT] = site_of(OP_REF_ADDR, rv_jal, "\xef\0\0\0", 4);
  site[TEST_OUT] = site_of(OP_REF_EXTERN, rv_branch, "\x63\x80\x20\0", 4);
  site[LOAD8] = site_of(OP_REF_ADDR, rv_ld, "\x17\5\0\0\3\x35\5\0", 8);
  site[ADDRESS] = site_of(OP_REF_PC, rv_ld, "\x17\5\0\0\3\x35\5\0", 8);
}

static int resolve(void *user, const dasm_ExternRef *ref, int64_t *value)
{
  (void)user, (void)ref;
  *value = (int64_t)outside;
  return DASM_S_OK;
}

static void start(enum list_isa which, int stubs)
{
  dasm_Template *checked;

  memset(&L, 0, sizeof L);
  memset(site, 0, sizeof site);
  L.isa = isa = which;
  L.room = 32;
  if (isa == ISA_ARM64)
    sites_of_arm64();
  else
    sites_of_riscv();
  site[ALIGN] = site_plain((struct list_op){.code = OP_ALIGN, .x = 64}, "", 0);
  site[GAP] = site_plain((struct list_op){.code = OP_SPACE_ARG}, "", 0);
  site[SECTION] = site_plain((struct list_op){.code = OP_SECTION, .x = 0}, "", 0);
  at_second = site_plain((struct list_op){.code = OP_SECTION, .x = 1}, "", 0);
  at_label = site_plain((struct list_op){.code = OP_LABEL_PC}, "", 0);
  list_finish(&L);
  ck_assert_int_eq(dasm_template_new(&checked, L.bytes, L.size), DASM_S_OK);
  dasm_template_free(checked);
  ck_assert_int_eq(dasm_init(&D, 2), DASM_S_OK);
  dasm_growpc(&D, MOST + 1);
  ck_assert_int_eq(dasm_setstubs(&D, stubs), DASM_S_OK);
  dasm_setextern(&D, resolve, NULL);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  nstatements = 0;
}

static void finish(void)
{
  dasm_free(&D);
  list_free(&L);
  free(code);
  code = NULL;
}

/* ---- programs ------------------------------------------------------------------------ */

static void add(enum what what, unsigned to, uint64_t value, uint64_t high)
{
  ck_assert_uint_lt(nstatements, MOST);
  program[nstatements++] = (struct statement){what, to, value, high};
}

static void put(unsigned i)
{
  const struct statement *s = &program[i];

  if (s->what == SECTION)
    dasm_put(&D, s->to ? at_second : site[SECTION]);
  dasm_put(&D, at_label, (int64_t)i);
  if (s->what >= GO && s->what <= TEST)
    dasm_put(&D, site[s->what], (int64_t)s->to);
  else if (s->what == ADDRESS)
    dasm_put(&D, site[ADDRESS], (int64_t)s->to);
  else if (s->what != SECTION)
    dasm_put(&D, site[s->what], (int64_t)s->value, (int64_t)s->high);
}

/* Put it, with a label behind all, and encode it; returns the status. */
static int make(void)
{
  unsigned i;
  int status;

  for (i = 0; i < nstatements; i++)
    put(i);
  dasm_put(&D, at_label, (int64_t)nstatements);
  status = dasm_link(&D, &size);
  if (status != DASM_S_OK)
    return status;
  free(code);
  code = malloc(size + 1);
  ck_assert_ptr_nonnull(code);
  memset(code, 0xee, size);
  return dasm_encode_at(&D, code, size, run);
}

/* ---- a processor ---------------------------------------------------------------------- */

static uint32_t word_at(uint64_t at)
{
  ck_assert_uint_le(at + 4, size);
  return code[at] | (uint32_t)code[at + 1] << 8 | (uint32_t)code[at + 2] << 16 | (uint32_t)code[at + 3] << 24;
}

static uint64_t number_at(uint64_t at, unsigned bytes)
{
  uint64_t v = 0;

  ck_assert_uint_le(at + bytes, size);
  ck_assert_uint_eq(at % bytes, 0);
  while (bytes-- > 0)
    v = v << 8 | code[at + bytes];
  return v;
}

static uint64_t extend(uint64_t v, unsigned bits)
{
  uint64_t half = UINT64_C(1) << (bits - 1);
  return ((v & (2 * half - 1)) ^ half) - half;
}

/* Where a jump goes that is for sure, at `at`; false: it is none. */
static bool jump(uint64_t at, uint64_t *to)
{
  uint32_t w = word_at(at);

  if (isa == ISA_ARM64)
    *to = at + 4 * extend(w, 26);
  else
    *to = at + extend((w >> 31) << 20 | (w >> 12 & 255) << 12 | (w >> 20 & 1) << 11 | (w >> 21 & 1023) << 1, 21);
  return isa == ISA_ARM64 ? (w >> 26 & 31) == 5 : (w & 0x7f) == 0x6f;
}

/* Where a branch goes that depends on something; false: it is none. */
static bool branch(uint64_t at, uint64_t *to)
{
  uint32_t w = word_at(at);

  if (isa != ISA_ARM64) {
    *to = at + extend((w >> 31) << 12 | (w >> 7 & 1) << 11 | (w >> 25 & 63) << 5 | (w >> 8 & 15) << 1, 13);
    return (w & 0x7f) == 0x63;
  }
  *to = at + 4 * ((w >> 25 & 0x3f) == 0x1b ? extend(w >> 5, 14) : extend(w >> 5, 19));
  return w >> 24 == 0x54 || (w >> 25 & 0x3f) == 0x1a || (w >> 25 & 0x3f) == 0x1b;
}

/* An address that a stub there goes to; the offset itself, if there is none. */
static uint64_t through_stub(uint64_t at)
{
  if (at + 12 <= size && isa == ISA_ARM64 && word_at(at) == 0x58000050 && word_at(at + 4) == 0xd61f0200)
    return number_at(at + 8, 8);
  if (at + 12 <= size && isa != ISA_ARM64 && word_at(at) == 0x00000e17 && word_at(at + 4) == 0x010e3e03 && word_at(at + 8) == 0x000e0067)
    return number_at(at + 16, 8);
  return run + at;
}

/* Opposite branches differ in this bit. */
static uint32_t opposite(enum what what)
{
  return isa != ISA_ARM64 ? 1u << 12 : what == COND ? 1 : 1u << 24;
}

static uint64_t place_of(unsigned label)
{
  int at = dasm_getpclabel(&D, label);

  ck_assert_int_ge(at, 0);
  return (uint64_t)at;
}

/* The bits that are no distance of what `like` makes when nothing is far. */
static uint32_t kind_of(enum what what)
{
  if (isa != ISA_ARM64)
    return what == GO || what == CALL_OUT ? 0x000000ef : 0x00208063;
  return what == GO || what == CALL_OUT ? 0x94000000 : what == COND ? 0x54000000 : what == ZERO ? 0xb4000005 : 0x36180000;
}

static uint32_t distance_bits(enum what what)
{
  if (isa != ISA_ARM64)
    return what == GO || what == CALL_OUT ? 0xfffff000 : 0xfe000f80;
  return what == GO || what == CALL_OUT ? 0x03ffffff : what == TEST || what == TEST_OUT ? 0x0007ffe0 : 0x00ffffe0;
}

static unsigned grown, stubbed, within;

/* The statement at `at` goes to that address; returns its end. */
static uint64_t check_branch(uint64_t at, enum what what, uint64_t address)
{
  uint32_t w = word_at(at), kind = kind_of(what), mask = ~distance_bits(what);
  uint64_t to;

  if ((w & mask) == kind) {
    ck_assert(what == GO || what == CALL_OUT ? jump(at, &to) : branch(at, &to));
    at += 4;
  } else {
    grown++;
    ck_assert_uint_eq(w & mask, kind ^ opposite(what));
    ck_assert(branch(at, &to));
    ck_assert_uint_eq(to, at + 8);
    ck_assert(jump(at + 4, &to));
    ck_assert_uint_eq(word_at(at + 4) & (isa == ISA_ARM64 ? 0xfc000000u : 0xfffu), isa == ISA_ARM64 ? 0x14000000 : 0x6f);
    at += 8;
  }
  if (run + to != address) {
    stubbed++;
    ck_assert_uint_eq(through_stub(to), address);
  }
  return at;
}

static uint64_t check_load(uint64_t at, const struct statement *s, unsigned bytes, uint64_t value)
{
  uint64_t from;

  if (isa == ISA_ARM64) {
    from = at + 4 * extend(word_at(at) >> 5, 19);
    at += 4;
  } else {
    from = at + extend(word_at(at) & 0xfffff000, 32) + extend(word_at(at + 4) >> 20, 12);
    at += 8;
  }
  ck_assert_uint_eq(number_at(from, bytes == 4 ? 4 : 8), bytes == 4 ? (uint32_t)value : value);
  ck_assert_uint_eq(from % bytes, 0);
  if (bytes == 16)
    ck_assert_uint_eq(number_at(from + 8, 8), s->high);
  return at;
}

/* Follow statement i; returns its end. */
static uint64_t check_statement(unsigned i)
{
  const struct statement *s = &program[i];
  uint64_t at = place_of(i);

  switch (s->what) {
  case GO: case COND: case ZERO: case TEST: return check_branch(at, s->what, run + place_of(s->to));
  case CALL_OUT: return check_branch(at, s->what, s->value);
  case TEST_OUT: return check_branch(at, s->what, outside);
  case LOAD4: return check_load(at, s, 4, s->value);
  case LOAD8: return check_load(at, s, 8, s->value);
  case LOAD16: return check_load(at, s, 16, s->value);
  case ADDRESS: return check_load(at, s, 8, run + place_of(s->to));
  case ALIGN: return (at + 63) & ~(uint64_t)63;
  case GAP: return at + s->value;
  case SECTION: return UINT64_MAX;
  default: return at + 4;
  }
}

/* Follow all of them. */
static void check_program(void)
{
  unsigned i;

  grown = stubbed = within = 0;
  for (i = 0; i < nstatements; i++) {
    uint64_t end = check_statement(i), next = place_of(i + 1), to;
    bool elsewhere = i + 1 < nstatements && program[i + 1].what == SECTION;

    if (elsewhere || end == UINT64_MAX || end == next)
      continue;
    ck_assert_uint_lt(end, next);
    ck_assert(jump(end, &to)); /* over a pool */
    ck_assert_uint_eq(to, next);
    within++;
  }
}

static void words(unsigned n)
{
  add(GAP, 0, 4 * n, 0);
}

/* ---- AArch64: at the bounds -------------------------------------------------------------- */

enum { LDR = 1 << 18 /* words that ldr reaches forwards: that many less one */ };

/* A load with n words between it and the pool. */
static int load_over(unsigned n, int stubs)
{
  int status;

  start(ISA_ARM64, stubs);
  add(LOAD8, 0, 0x123456789abcdef0, 0);
  words(n);
  status = make();
  if (status == DASM_S_OK)
    check_program();
  return status;
}

START_TEST(loads_at_their_bounds)
{
  char text[300];

  /* the constant is at a multiple of 8 behind 4 + 4 * n bytes: at 2^20 - 8, 2^20 */
  ck_assert_int_eq(load_over(LDR - 3, 0), DASM_S_OK);
  ck_assert_uint_eq(size, 4 * LDR);
  ck_assert_uint_eq(word_at(0), 0x587fffc1); /* ldr x1, 1048568 */
  finish();
  ck_assert_int_eq(DASM_S_CLASS(load_over(LDR - 1, 0)), DASM_S_RANGE_REL);
  dasm_errmsg(&D, text, sizeof text);
  ck_assert_str_eq(text, "the constant is 1048576 bytes away, and this instruction reaches -1048576 to 1048572 in steps of 4: put it at a label "
                         "near by, or allow stubs before the code (dasm_setstubs): then constants are within it, too");
  finish();
  ck_assert_int_eq(load_over(LDR - 3, 1), DASM_S_OK); /* nothing is within the code that need not be */
  ck_assert_uint_eq(size, 4 * LDR);
  finish();
  ck_assert_int_eq(load_over(LDR - 1, 1), DASM_S_OK);
  ck_assert_uint_eq(within, 1);
  ck_assert_uint_eq(word_at(4), 0x14000003); /* b 12: over the constant, which needs no gap */
  ck_assert_uint_eq(size, 4 * LDR + 12);
  finish();
}
END_TEST

/* Of 4 bytes: 2^20 - 4, 2^20. */
START_TEST(words_at_their_bounds)
{
  start(ISA_ARM64, 0);
  add(LOAD4, 0, 7, 0);
  words(LDR - 2);
  ck_assert_int_eq(make(), DASM_S_OK);
  check_program();
  ck_assert_uint_eq(word_at(0), 0x187fffe1); /* ldr w1, 1048572 */
  finish();
  start(ISA_ARM64, 0);
  add(LOAD4, 0, 7, 0);
  words(LDR - 1);
  ck_assert_int_eq(DASM_S_CLASS(make()), DASM_S_RANGE_REL);
  finish();
}
END_TEST

/* A test and a call of what is elsewhere: the stub is behind the code, where tbz, which has grown, and bl reach it. */
START_TEST(tests_of_what_is_outside)
{
  start(ISA_ARM64, 1);
  add(TEST_OUT, 0, 0, 0);
  add(CALL_OUT, 0, 0x10, 0);
  words(1 << 14); /* more than tbz reaches */
  ck_assert_int_eq(make(), DASM_S_OK);
  check_program();
  ck_assert_uint_eq(grown, 1);
  ck_assert_uint_eq(stubbed, 2);
  finish();
}
END_TEST

/* cbz and tbz into the other section, forwards and back. */
START_TEST(branches_between_sections)
{
  unsigned n;

  for (n = 8185; n < 8200; n++) {
    start(ISA_ARM64, 1);
    add(TEST, 5, 0, 0);
    words(n);
    add(WORD, 0, 0, 0);
    add(SECTION, 1, 0, 0);
    words(n);
    add(TEST, 2, 0, 0); /* label 5 */
    add(ZERO, 0, 0, 0);
    ck_assert_int_eq(make(), DASM_S_OK);
    check_program();
    finish();
  }
}
END_TEST

/* ---- sharing ------------------------------------------------------------------------------ */

START_TEST(equal_ones_are_shared)
{
  unsigned i;

  start(ISA_ARM64, 0);
  for (i = 0; i < 300; i++) {
    add(LOAD8, 0, i % 3, 0);
    add(LOAD16, 0, i % 3, i % 2);
    add(LOAD4, 0, i % 2 ? UINT64_MAX : UINT32_MAX, 0);
    add(ADDRESS, i % 4, 0, 0);
  }
  ck_assert_int_eq(make(), DASM_S_OK);
  check_program();
  ck_assert_uint_eq(size, 4800 + 8 + 8 * 7 + 16 * 6); /* 4800, 4804, a gap of 4; 4864 is a multiple of 16 */
  finish();
}
END_TEST

START_TEST(many_different_ones)
{
  unsigned i;

  start(ISA_ARM64, 0);
  for (i = 0; i < 3000; i++)
    add(LOAD8, 0, i * UINT64_C(0x100000001), 0);
  ck_assert_int_eq(make(), DASM_S_OK);
  check_program();
  ck_assert_uint_eq(size, 3000 * 12);
  dasm_setup(&D, L.bytes); /* the next code has its own */
  nstatements = 0;
  add(LOAD8, 0, 1, 0);
  ck_assert_int_eq(make(), DASM_S_OK);
  check_program();
  ck_assert_uint_eq(size, 16);
  /* more is put, and all is linked again */
  dasm_put(&D, site[LOAD8], (int64_t)2);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_uint_eq(size, 24);
  finish();
}
END_TEST

/* ---- random programs ------------------------------------------------------------------------- */

static uint32_t seed;

static unsigned up_to(unsigned n)
{
  seed = seed * 1664525 + 1013904223;
  return (seed >> 8) % n;
}

static void random_statement(unsigned spread, unsigned most)
{
  enum what what = (enum what)up_to(GAP);

  if (site[what] == 0)
    what = WORD;
  add(what, up_to(most), up_to(40) * UINT64_C(0x10203040), up_to(3));
  if (what == LOAD4)
    program[nstatements - 1].value = up_to(40);
  if (up_to(4) == 0)
    words(up_to(spread));
}

/* n statements, some 8 * spread bytes apart. */
static void random_program(enum list_isa which, unsigned n, unsigned spread)
{
  unsigned i, second = n / 2 + up_to(n / 2);

  start(which, 1);
  for (i = 0; i < n; i++) {
    if (i == second)
      add(SECTION, 1, 0, 0);
    random_statement(spread, n);
  }
  ck_assert_int_eq(make(), DASM_S_OK);
  check_program();
  finish();
}

/* Spread over some MiB, with pools of their own: everything still comes to where it should. */
START_TEST(everything_is_reached)
{
  unsigned i, pools = 0, stubs = 0;

  seed = 1;
  for (i = 0; i < 40; i++) {
    random_program(i % 2 ? ISA_ARM64 : ISA_RISCV64, 400 + 10 * i, 1000 * (i + 1));
    pools += within;
    stubs += stubbed;
  }
  ck_assert_uint_gt(pools, 100);
  ck_assert_uint_gt(stubs, 1000);
}
END_TEST

/* Small ones have none. */
START_TEST(small_programs_have_no_pools_within)
{
  unsigned i;

  seed = 2;
  for (i = 0; i < 40; i++) {
    random_program(i % 2 ? ISA_ARM64 : ISA_RISCV64, 200, 8);
    ck_assert_uint_eq(within, 0);
  }
}
END_TEST

/* What a pool takes at most is counted before it must be there: wherever the last place is before the bound, all is reached. */
START_TEST(pools_at_their_bounds)
{
  unsigned k, i;

  for (k = 0; k < 60; k++) {
    start(ISA_ARM64, 1);
    for (i = 0; i < 3; i++) {
      add(LOAD16, 0, 2 + i, 3);
      add(LOAD8, 0, 1 + i, 0);
      words(LDR - 60 + k);
      add(CALL_OUT, 0, 0x10 + i, 0);
      add(LOAD4, 0, 4 + i, 0);
      words(5);
      add(TEST_OUT, 0, 0, 0);
    }
    ck_assert_int_eq(make(), DASM_S_OK);
    check_program();
    ck_assert_uint_gt(within, 0);
    finish();
  }
}
END_TEST

/* Jumps within code that is larger than they reach. */
START_TEST(jumps_that_do_not_reach_their_label)
{
  unsigned i;

  start(ISA_RISCV64, 1);
  for (i = 0; i < 40; i++) {
    add(GO, i < 20 ? 79 - i : 39 - i, 0, 0);
    words(40000);
  }
  ck_assert_int_eq(make(), DASM_S_OK);
  check_program();
  ck_assert_uint_gt(stubbed, 10);
  ck_assert_uint_gt(within, 2);
  finish();
  start(ISA_RISCV64, 0); /* off by default */
  add(GO, 2, 0, 0);
  words(1 << 18);
  ck_assert_int_eq(DASM_S_CLASS(make()), DASM_S_RANGE_REL);
  finish();
}
END_TEST

/* Nowhere between is a place for a pool. */
START_TEST(what_stays_an_error)
{
  char text[300];

  start(ISA_ARM64, 1);
  add(LOAD8, 0, 1, 0);
  words(100);
  add(LOAD8, 0, 2, 0);
  words(LDR);
  ck_assert_int_eq(make(), DASM_S_OK); /* behind the second load */
  check_program();
  finish();
  start(ISA_RISCV64, 1);
  words((1 << 18) + 1);
  add(GO, 0, 0, 0); /* the pool would be behind it */
  ck_assert_int_eq(make(), DASM_S_OK);
  check_program();
  ck_assert_uint_eq(stubbed, 1);
  finish();
  start(ISA_ARM64, 0);
  add(LOAD4, 0, UINT64_C(1) << 32, 0);
  ck_assert_int_eq(DASM_S_CLASS(make()), DASM_S_RANGE_I);
  dasm_errmsg(&D, text, sizeof text);
  ck_assert_str_eq(text, "constant 4294967296 does not fit in 32 bits");
  finish();
}
END_TEST

/* ---- both byte orders ------------------------------------------------------------------------- */

/* A list of an ISA that the encoder knows only by name, and that has no stubs: constants need nothing of it. */
static void synthetic(enum list_isa which, enum list_order order)
{
  static const uint8_t distance16[LIST_FIELD] = {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_BITS] = 16,
                                                 [FIELD_ESCAPE] = ESCAPE_CONSTANT + 2};
  uint8_t f[LIST_FIELD];
  dasm_Template *checked;

  memset(&L, 0, sizeof L);
  L.isa = isa = which;
  L.order = order;
  memcpy(f, distance16, LIST_FIELD);
  site[LOAD4] = site_of(OP_REF_ADDR, f, "\0\0\0\0", 4);
  f[FIELD_ESCAPE] = ESCAPE_CONSTANT + 3;
  site[LOAD8] = site_of(OP_REF_ADDR, f, "\0\0\0\0", 4);
  f[FIELD_ESCAPE] = ESCAPE_CONSTANT + 4;
  site[LOAD16] = site_of(OP_REF_PAIR, f, "\0\0\0\0", 4);
  list_finish(&L);
  ck_assert_int_eq(dasm_template_new(&checked, L.bytes, L.size), DASM_S_OK);
  dasm_template_free(checked);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  dasm_put(&D, site[LOAD16], INT64_C(0x0102030405060708), INT64_C(0x1112131415161718));
  dasm_put(&D, site[LOAD8], INT64_C(0x2122232425262728));
  dasm_put(&D, site[LOAD4], INT64_C(0x31323334));
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  code = malloc(size);
  ck_assert_ptr_nonnull(code);
  ck_assert_int_eq(dasm_encode_at(&D, code, size, run), DASM_S_OK);
}

START_TEST(constants_in_both_orders)
{
  static const char big[] = "\0\0\0\x20\0\0\0\x0c\0\0\0\x04\x31\x32\x33\x34\x21\x22\x23\x24\x25\x26\x27\x28\0\0\0\0\0\0\0\0"
                            "\x11\x12\x13\x14\x15\x16\x17\x18\x01\x02\x03\x04\x05\x06\x07\x08",
                    little[] = "\x20\0\0\0\x0c\0\0\0\x04\0\0\0\x34\x33\x32\x31\x28\x27\x26\x25\x24\x23\x22\x21\0\0\0\0\0\0\0\0"
                               "\x08\x07\x06\x05\x04\x03\x02\x01\x18\x17\x16\x15\x14\x13\x12\x11";
  static const enum list_isa isas[] = {ISA_ARM, ISA_PPC, ISA_MIPS, ISA_ARM64};
  unsigned i;

  for (i = 0; i < 4; i++) {
    synthetic(isas[i], ORDER_BIG);
    ck_assert_uint_eq(size, 48);
    ck_assert_mem_eq(code, big, 48);
    finish();
    synthetic(isas[i], ORDER_LITTLE);
    ck_assert_mem_eq(code, little, 48);
    finish();
  }
}
END_TEST

/* What an ISA gives is in the order of the list: the same words the other way round. */
START_TEST(what_an_isa_gives_in_both_orders)
{
  static const struct isa_far *const far[] = {&arm64_far, &riscv_far};
  static const unsigned ways[] = {ARM64_ESCAPE_TEST, RISCV_ESCAPE_BRANCH};
  uint8_t list[2][LIST_HEADER] = {{0}, {0}}, w[2][64];
  unsigned i, k, n;

  list[0][LIST_AT_ORDER] = ORDER_LITTLE;
  list[1][LIST_AT_ORDER] = ORDER_BIG;
  for (i = 0; i < 2; i++) {
    list[0][LIST_AT_ISA] = list[1][LIST_AT_ISA] = i ? ISA_RISCV64 : ISA_ARM64;
    memset(w, 0, sizeof w);
    for (k = 0; k < 2; k++) {
      far[i]->over(w[k], 100, list[k]);
      far[i]->stub(w[k] + 8, 0x4444444444444444, list[k]);
      far_put(list[k], w[k] + 40, 0x12345678, 4);
      far[i]->grow(w[k] + 44, ways[i], list[k]);
    }
    for (n = 0; n < 64; n += 4)
      ck_assert_uint_eq(far_get(list[0], w[0] + n, 4), far_get(list[1], w[1] + n, 4));
    ck_assert_mem_ne(w[0], w[1], 8);
  }
}
END_TEST

/* ---- memory, damage ---------------------------------------------------------------------------- */

static long countdown, live;

static void *failing_realloc(void *user, void *p, size_t osize, size_t nsize)
{
  void *q;

  (void)user, (void)osize;
  if (countdown > 0 && --countdown == 0)
    return NULL;
  q = realloc(p, nsize);
  live += !p && q;
  return q;
}

static void counting_free(void *user, void *p, size_t n)
{
  (void)user, (void)n;
  live -= p != NULL;
  free(p);
}

/* Each allocation fails in turn; then all goes well, in the same state. */
START_TEST(out_of_memory)
{
  static const dasm_Allocator allocator = {sizeof allocator, failing_realloc, counting_free, NULL};
  unsigned nomem = 0, i;
  long n;

  for (n = 1; n < 1000; n++) {
    int status;

    start(ISA_ARM64, 1);
    dasm_free(&D);
    countdown = 0;
    ck_assert_int_eq(dasm_initwith(&D, 2, &allocator), DASM_S_OK);
    countdown = n;
    status = dasm_setstubs(&D, 1);
    if (status == DASM_S_OK)
      status = dasm_growpc(&D, MOST + 1);
    dasm_setextern(&D, resolve, NULL);
    dasm_setup(&D, L.bytes);
    for (i = 0; i < 40; i++) {
      add(LOAD8, 0, i, 0);
      add(LOAD16, 0, i, i);
      add(CALL_OUT, 0, i, 0);
      words(20000);
    }
    if (status == DASM_S_OK)
      status = make();
    if (status == DASM_S_OK && countdown > 0)
      break;
    ck_assert_int_eq(status, DASM_S_NOMEM);
    nomem++;
    countdown = 0;
    dasm_setstubs(&D, 1);
    ck_assert_int_eq(dasm_growpc(&D, MOST + 1), DASM_S_OK);
    dasm_setup(&D, L.bytes);
    ck_assert_int_eq(make(), DASM_S_OK);
    check_program();
    ck_assert_uint_gt(within, 1);
    finish();
    ck_assert_int_eq(live, 0);
  }
  countdown = 0;
  finish();
  ck_assert_int_eq(live, 0);
  ck_assert_uint_gt(nomem, 10);
}
END_TEST

/* A list that was changed anywhere is refused, or is used without harm. */
START_TEST(damaged_lists)
{
  static const uint8_t values[] = {0, 1, ESCAPE_CONSTANT, ESCAPE_CONSTANT + 3, ESCAPE_CONSTANT + 5, 0x7f, 0xff};
  static uint8_t out[1 << 14];
  dasm_Template *t;
  uint8_t *copy;
  uint32_t i;
  size_t v;
  int k;

  start(ISA_ARM64, 1);
  copy = malloc(L.size);
  ck_assert_ptr_nonnull(copy);
  for (i = 0; i < L.size; i++)
    for (v = 0; v < sizeof values; v++) {
      memcpy(copy, L.bytes, L.size);
      copy[i] = values[v];
      if (dasm_template_new(&t, copy, L.size) != DASM_S_OK)
        continue;
      dasm_setup(&D, L.bytes);
      dasm_usetemplate(&D, t);
      for (k = 0; k < KINDS; k++)
        dasm_put(&D, site[k], (int64_t)1, (int64_t)2);
      dasm_put(&D, at_label, (int64_t)1);
      if (dasm_link(&D, &size) == DASM_S_OK && size <= sizeof out)
        dasm_encode_at(&D, out, size, run);
      dasm_template_free(t);
    }
  free(copy);
  finish();
}
END_TEST

/* A list must say that it has constants: a state does not look for them otherwise. */
START_TEST(the_flag_is_checked)
{
  dasm_Template *t;

  start(ISA_ARM64, 0);
  L.bytes[LIST_AT_FLAGS] &= (uint8_t)~LIST_HAS_CONSTANTS;
  ck_assert_int_eq(DASM_S_CLASS(dasm_template_new(&t, L.bytes, L.size)), DASM_S_TEMPLATE);
  finish();
}
END_TEST

int main(void)
{
  Suite *s = suite_create("pools");
  TCase *t = tcase_create("pools");
  SRunner *r;
  int failed;

  tcase_set_timeout(t, 120);
  tcase_add_test(t, loads_at_their_bounds);
  tcase_add_test(t, words_at_their_bounds);
  tcase_add_test(t, tests_of_what_is_outside);
  tcase_add_test(t, branches_between_sections);
  tcase_add_test(t, equal_ones_are_shared);
  tcase_add_test(t, many_different_ones);
  tcase_add_test(t, everything_is_reached);
  tcase_add_test(t, small_programs_have_no_pools_within);
  tcase_add_test(t, pools_at_their_bounds);
  tcase_add_test(t, jumps_that_do_not_reach_their_label);
  tcase_add_test(t, what_stays_an_error);
  tcase_add_test(t, constants_in_both_orders);
  tcase_add_test(t, what_an_isa_gives_in_both_orders);
  tcase_add_test(t, out_of_memory);
  tcase_add_test(t, damaged_lists);
  tcase_add_test(t, the_flag_is_checked);
  suite_add_tcase(s, t);
  r = srunner_create(s);
  srunner_run_all(r, CK_NORMAL);
  failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
