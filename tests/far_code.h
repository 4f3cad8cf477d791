/* far_code.h - programs whose references are far, and a processor that follows them: for tests of constants, stubs, pools.
 *
 * Whatever dasm_link() makes of a program is followed here as a processor would: each statement has a PC label before it, so its place is
 * known; a branch must come to its label, over a stub or not, a load must find its value, and from the end of each
 * statement one must come to the next, over a pool or not. Instructions are taken apart as the manuals have them.
 */
#ifndef TESTS_FAR_CODE_H
#define TESTS_FAR_CODE_H

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

#endif
