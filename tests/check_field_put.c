/* check_field_put.c - run-time values in the fields of instruction words: the same bytes from the quick walk of a put and from
 * the careful one, in both orders, and what is said of values that do not fit.
 *
 * The words are those of RISC-V and s390x; what is expected is put together bit by bit.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "dasm.h"
#include "lib/internal.h"
#include "suite.h"
#include "tests/list.h"

#define REG(to) {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_UNSIGNED | FIELD_REGISTER, [FIELD_BITS] = 5, [FIELD_TO] = to}
#define IMM12 {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_BITS] = 12, [FIELD_TO] = 20}
#define STORE12 \
  {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_BITS] = 12, [FIELD_PIECES] = 2, FIELD_PIECE_AT(0, 5, 25, 7), \
   FIELD_PIECE_AT(1, 0, 7, 5)}

static dasm_State *D;
static struct list L;
static const uint8_t rrr[3][LIST_FIELD] = {REG(7), REG(15), REG(20)};
static const uint8_t rri[3][LIST_FIELD] = {REG(7), REG(15), IMM12};
static const uint8_t store[3][LIST_FIELD] = {REG(20), REG(15), STORE12};

/* Orders, and a state that notes lines, whose puts are careful. */
static enum list_order order;
static int noting;

static void begin(void)
{
  memset(&L, 0, sizeof L);
  L.isa = ISA_PPC; /* it has both orders */
  L.order = order;
}

static void put_list(void)
{
  dasm_Template *checked;
  const void *bytes = list_finish(&L);

  ck_assert_int_eq(dasm_template_new(&checked, bytes, L.size), DASM_S_OK);
  dasm_template_free(checked);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setlines(&D, noting), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, bytes), DASM_S_OK);
}

static void finish(uint8_t *code, size_t size)
{
  size_t n;

  ck_assert_int_eq(dasm_link(&D, &n), DASM_S_OK);
  ck_assert_uint_eq(n, size);
  ck_assert_int_eq(dasm_encode(&D, code), DASM_S_OK);
  dasm_free(&D);
  list_free(&L);
}

/* The number that the n bytes at p are. */
static uint64_t number_at(const uint8_t *p, unsigned n)
{
  uint64_t v = 0;
  unsigned i;

  for (i = 0; i < n; i++)
    v |= (uint64_t)p[i] << 8 * (order == ORDER_LITTLE ? i : n - 1 - i);
  return v;
}

/* A literal that is a word. */
static const char *word(uint32_t v)
{
  static uint8_t p[4];
  unsigned i;

  for (i = 0; i < 4; i++)
    p[order == ORDER_LITTLE ? i : 3 - i] = (uint8_t)(v >> 8 * i);
  return (const char *)p;
}

START_TEST(registers_and_immediates)
{
  static const int64_t immediates[] = {0, 1, -1, 2047, -2048, 0x555, -0x556};
  unsigned i;
  int a, b, c;
  uint8_t code[64];

  begin();
  a = site_begin(&L, 3);
  site_fields(&L, word(0x00000033), 4, rrr, 3); /* add */
  site_end(&L);
  b = site_begin(&L, 3);
  site_fields(&L, word(0x00000013), 4, rri, 3); /* addi */
  site_end(&L);
  c = site_begin(&L, 3);
  site_fields(&L, word(0x00003023), 4, store, 3); /* sd */
  site_end(&L);
  put_list();
  for (i = 0; i < 32; i++) {
    int64_t v = immediates[i % 7];
    uint32_t low = (uint32_t)v & 0xfff;

    dasm_setup(&D, L.bytes);
    ck_assert_int_eq(dasm_put(&D, a, (int64_t)i, (int64_t)(31 - i), (int64_t)(i ^ 5)), DASM_S_OK);
    ck_assert_int_eq(dasm_put(&D, b, (int64_t)i, (int64_t)(31 - i), v), DASM_S_OK);
    ck_assert_int_eq(dasm_put(&D, c, (int64_t)i, (int64_t)(31 - i), v), DASM_S_OK);
    ck_assert_int_eq(dasm_link(&D, NULL), DASM_S_OK);
    ck_assert_int_eq(dasm_encode(&D, code), DASM_S_OK);
    ck_assert_uint_eq(number_at(code, 4), 0x33 | i << 7 | (31 - i) << 15 | (i ^ 5) << 20);
    ck_assert_uint_eq(number_at(code + 4, 4), 0x13 | i << 7 | (31 - i) << 15 | low << 20);
    ck_assert_uint_eq(number_at(code + 8, 4), 0x3023 | i << 20 | (31 - i) << 15 | (low >> 5) << 25 | (low & 31) << 7);
  }
  finish(code, 12);
}
END_TEST

/* The first value that does not fit is told, and with it what does. */
START_TEST(out_of_range)
{
  static const struct {
    int64_t value[3];
    int status;
    const char *text;
  } cases[] = {
    {{32, 0, 0}, DASM_S_RANGE_VREG, "register number 32 does not fit in 5 bits without sign"},
    {{0, -1, 0}, DASM_S_RANGE_VREG, "register number -1 does not fit in 5 bits without sign"},
    {{0, 31, 2048}, DASM_S_RANGE_I, "immediate 2048 does not fit in 12 bits with sign"},
    {{0, 31, -2049}, DASM_S_RANGE_I, "immediate -2049 does not fit in 12 bits with sign"},
    {{0, INT64_C(0x100000000), 0}, DASM_S_RANGE_VREG, "register number 4294967296 does not fit in 5 bits without sign"},
  };
  unsigned i, kind;
  char text[200];

  for (kind = 0; kind < 2; kind++)
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
      int site;

      begin();
      site_begin(&L, 0);
      site_op(&L, (struct list_op){.code = OP_LIT}, word(0), 4);
      site_end(&L);
      site = site_begin(&L, 3);
      site_fields(&L, word(0x13), 4, kind ? store : rri, 3);
      site_end(&L);
      put_list();
      ck_assert_int_eq(DASM_S_CLASS(dasm_put(&D, site, cases[i].value[0], cases[i].value[1], cases[i].value[2])), cases[i].status);
      dasm_errmsg(&D, text, sizeof text);
      ck_assert_str_eq(text, cases[i].text);
      dasm_free(&D);
      list_free(&L);
    }
}
END_TEST

/* A second record takes the argument before again; a reference fills the unit that numbers are in. */
START_TEST(taken_twice)
{
  static const uint8_t one[1][LIST_FIELD] = {REG(7)}, two[2][LIST_FIELD] = {REG(15), REG(20)};
  static const uint8_t branch[LIST_FIELD] = {
    [FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_SHIFT] = 1, [FIELD_BITS] = 12,
    [FIELD_PIECES] = 4, FIELD_PIECE_AT(0, 11, 31, 1), FIELD_PIECE_AT(1, 4, 25, 6), FIELD_PIECE_AT(2, 0, 8, 4),
    FIELD_PIECE_AT(3, 10, 7, 1)};
  uint8_t code[12];
  int site;

  begin();
  site = site_begin(&L, 4);
  site_op(&L, (struct list_op){.code = OP_LABEL_LOCAL, .x = 1}, "", 0);
  site_fields(&L, word(0x33), 4, one, 1);
  list_head(&L, OP_ARG, "", 0);
  list_byte(&L, 0xff); /* that argument again */
  site_fields(&L, word(0x33), 4, two, 1);
  site_fields(&L, word(0x63), 4, two, 2);
  list_head(&L, OP_REF_BACK, "", 0);
  list_byte(&L, 1);
  list_byte(&L, list_field_number(&L, branch));
  site_end(&L);
  put_list();
  ck_assert_int_eq(dasm_put(&D, site, (int64_t)9, (int64_t)1, (int64_t)2), DASM_S_OK);
  finish(code, 12);
  ck_assert_uint_eq(number_at(code, 4), 0x33 | 9 << 7);
  ck_assert_uint_eq(number_at(code + 4, 4), 0x33 | 9 << 15);
  ck_assert_uint_eq(number_at(code + 8, 4), 0xfe208ce3); /* beq x1, x2, -8 */
}
END_TEST

/* Units of all sizes, at the end of a long literal, and two words that are one unit. */
START_TEST(units)
{
  static const uint8_t half[1][LIST_FIELD] = {{[FIELD_UNIT] = 2, [FIELD_FLAGS] = FIELD_UNSIGNED, [FIELD_BITS] = 5, [FIELD_TO] = 7}};
  static const uint8_t six[1][LIST_FIELD] = {{[FIELD_UNIT] = 6, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_BITS] = 20, [FIELD_PIECES] = 2,
                                              FIELD_PIECE_AT(0, 0, 16, 12), FIELD_PIECE_AT(1, 12, 8, 8)}};
  static const uint8_t eight[1][LIST_FIELD] = {{[FIELD_UNIT] = 8, [FIELD_FLAGS] = FIELD_MODULO, [FIELD_BITS] = 64}};
  static const uint8_t pair[1][LIST_FIELD] = {{[FIELD_UNIT] = 4, [FIELD_WORD] = 2, [FIELD_FLAGS] = FIELD_UNSIGNED, [FIELD_BITS] = 32}};
  static const uint8_t one[1][LIST_FIELD] = {{[FIELD_UNIT] = 1, [FIELD_FLAGS] = FIELD_EITHER, [FIELD_BITS] = 8}};
  uint8_t code[64];
  int site;

  begin();
  site = site_begin(&L, 5);
  site_fields(&L, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 14, half, 1);
  site_fields(&L, "\0\0\0\0\0\0", 6, six, 1);
  site_fields(&L, "\0\0\0\0\0\0\0\0", 8, eight, 1);
  site_fields(&L, "\0\0\0\0", 4, pair, 1);
  site_fields(&L, "", 1, one, 1);
  site_end(&L);
  put_list();
  ck_assert_int_eq(dasm_put(&D, site, (int64_t)21, (int64_t)-0x54321, (int64_t)0x123456789abcdef0, (int64_t)0x12345678,
                            (int64_t)-1), DASM_S_OK);
  finish(code, 33);
  ck_assert_uint_eq(number_at(code + 4, 8), 0);
  ck_assert_uint_eq(number_at(code + 12, 2), 21 << 7);
  ck_assert_uint_eq(number_at(code + 14, 6), (uint64_t)(UINT32_C(0xbcdf) << 16 & 0xfff0000) | 0xab << 8); /* 0xabcdf */
  ck_assert_uint_eq(number_at(code + 20, 8), 0x123456789abcdef0);
  ck_assert_uint_eq(number_at(code + 28, 2), 0x5678);
  ck_assert_uint_eq(number_at(code + 30, 2), 0x1234);
  ck_assert_uint_eq(code[32], 0xff);
}
END_TEST

/* Alignments are filled with what does nothing, as the manuals print it. */
START_TEST(alignments)
{
  static const struct {
    enum list_isa isa;
    int orders; /* 1: little, 2: big */
    unsigned before;
    uint64_t first; /* behind `before` bytes, until the rest is words */
    uint32_t word;
  } cases[] = {
    {ISA_ARM64, 3, 4, 0, 0xd503201f}, {ISA_ARM, 3, 4, 0, 0xe1a00000}, {ISA_PPC, 3, 8, 0, 0x60000000}, {ISA_MIPS, 3, 4, 0, 0},
    {ISA_MIPS64, 3, 4, 0, 0}, {ISA_RISCV32, 1, 4, 0, 0x13}, {ISA_RISCV64, 1, 2, 1, 0x13}, {ISA_LOONGARCH64, 1, 4, 0, 0x03400000},
    {ISA_S390X, 2, 4, 0, 0x07000700}, {ISA_S390X, 2, 2, 0x0700, 0x07000700}, {ISA_ARM64, 3, 1, 0, 0xd503201f},
    {ISA_RISCV64, 1, 1, 0x0100, 0x13}, {ISA_X64, 1, 1, 0x909090, 0x90909090},
  };
  uint8_t code[16];
  size_t i, at;
  int site;

  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    unsigned first = (unsigned)(0 - cases[i].before) % 4;

    if (!(cases[i].orders >> order & 1))
      continue;
    begin();
    L.isa = cases[i].isa;
    site = site_begin(&L, 0);
    site_op(&L, (struct list_op){.code = OP_ALIGN, .x = 16}, "\1\1\1\1\1\1\1\1", cases[i].before);
    site_end(&L);
    put_list();
    ck_assert_int_eq(dasm_put(&D, site), DASM_S_OK);
    finish(code, 16);
    ck_assert_uint_eq(number_at(code + cases[i].before, first), cases[i].first);
    for (at = cases[i].before + first; at < 16; at += 4)
      ck_assert_uint_eq(number_at(code + at, 4), cases[i].word);
  }
}
END_TEST

/* A reference of 8 bits with sign, in steps of two bytes, in two pieces. */
static const uint8_t pieces[LIST_FIELD] = {
  [FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_SHIFT] = 1, [FIELD_BITS] = 7,
  [FIELD_PIECES] = 2, FIELD_PIECE_AT(0, 0, 8, 3), FIELD_PIECE_AT(1, 3, 25, 4)};

/* The site of an operation on label 1, with a word that it refers from. */
static int site_label(enum op op, bool word_too)
{
  bool by_number = strchr(op_facts[op].operands, 'n') || strchr(op_facts[op].operands, 'd');
  int site = site_begin(&L, op_facts[op].takes);

  list_head(&L, op, word(0x63), word_too ? 4 : 0);
  if (by_number)
    list_byte(&L, 1);
  if (word_too)
    list_byte(&L, list_field_number(&L, pieces));
  site_end(&L);
  return site;
}

enum between { WORDS, A_REFERENCE, AN_ALIGNMENT, BETWEENS };

/* n words, one of which may be a reference to label 2, or an alignment that takes one to 16 bytes less. Returns the bytes. */
static unsigned put_words(unsigned n, unsigned at, enum between what, const int *site)
{
  unsigned i;

  for (i = 0; i < n; i++)
    ck_assert_int_eq(dasm_put(&D, site[i == n / 2 && what == A_REFERENCE ? 1 : 0], INT64_C(2)), DASM_S_OK);
  if (what != AN_ALIGNMENT)
    return 4 * n;
  ck_assert_int_eq(dasm_put(&D, site[2]), DASM_S_OK);
  return (at + 4 * n + 15) / 16 * 16 - at;
}

/* References to labels before and behind, as far as they reach and farther; decided in puts or not. */
START_TEST(references)
{
  static const struct {
    enum op back, next, label;
  } kinds[] = {{OP_REF_BACK, OP_REF_NEXT, OP_LABEL_LOCAL}, {OP_REF_GLOBAL, OP_REF_GLOBAL, OP_LABEL_GLOBAL},
               {OP_REF_PC, OP_REF_PC, OP_LABEL_PC}};
  static void *globals[2];
  unsigned kind = (unsigned)_i / 2, n, what, reached = 0;
  bool back = _i % 2;
  uint8_t code[512];
  int ref, label, place_2, words[3];

  begin();
  ref = site_label(back ? kinds[kind].back : kinds[kind].next, true);
  label = site_label(kinds[kind].label, false);
  words[0] = site_begin(&L, 0);
  site_op(&L, (struct list_op){.code = OP_END}, word(0x13), 4);
  words[1] = site_label(OP_REF_PC, true);
  words[2] = site_begin(&L, 0);
  site_op(&L, (struct list_op){.code = OP_ALIGN, .x = 16}, "", 0);
  site_end(&L);
  place_2 = site_label(OP_LABEL_PC, false);
  put_list();
  ck_assert_int_eq(dasm_setupglobal(&D, globals, 2), DASM_S_OK);
  ck_assert_int_eq(dasm_growpc(&D, 3), DASM_S_OK);
  for (what = WORDS; what < BETWEENS; what++)
    for (n = 0; n < 40; n++) {
      int64_t distance; /* from the start of the word */
      uint32_t v;
      unsigned at;
      int status;

      dasm_setup(&D, L.bytes);
      ck_assert_int_eq(dasm_put(&D, back ? label : ref, INT64_C(1)), DASM_S_OK);
      at = put_words(n, back ? 0 : 4, (enum between)what, words);
      ck_assert_int_eq(dasm_put(&D, back ? ref : label, INT64_C(1)), DASM_S_OK);
      ck_assert_int_eq(dasm_put(&D, place_2, INT64_C(2)), DASM_S_OK);
      ck_assert_int_eq(dasm_link(&D, NULL), DASM_S_OK);
      distance = back ? -(int64_t)at : 4 + (int64_t)at;
      status = dasm_encode(&D, code);
      if (distance < -128 || distance > 126) {
        ck_assert_int_eq(DASM_S_CLASS(status), DASM_S_RANGE_REL);
        continue;
      }
      if (what == A_REFERENCE && DASM_S_CLASS(status) == DASM_S_RANGE_REL)
        continue; /* the other one does not reach */
      ck_assert_int_eq(status, DASM_S_OK);
      v = (uint32_t)distance >> 1;
      ck_assert_uint_eq(number_at(code + (back ? at : 0), 4), 0x63 | (v & 7) << 8 | (v >> 3 & 15) << 25);
      if (what == WORDS && !noting)
        ck_assert_uint_eq(D->sections[0].nevents, 0);
      reached++;
    }
  ck_assert_uint_gt(reached, 80);
  dasm_free(&D);
  list_free(&L);
}
END_TEST

/* One record for several words, of all kinds of fields; the one whose number does not fit is told by its line. */
START_TEST(several_words)
{
  static const uint8_t fields[4][LIST_FIELD] = {IMM12, STORE12, REG(7), REG(15)};
  static const int64_t values[][4] = {{-2048, 2047, 0, 31}, {2047, -2048, 31, 0}, {0, -1, 1, 2}, {5, 0, 3, 4}};
  static const char words[16] = {0};
  uint8_t code[16];
  uint32_t place;
  unsigned i, n;
  int site;
  char text[200];

  begin();
  site = site_begin(&L, 4);
  place = list_here(&L);
  list_head(&L, OP_FIELDS, words, 16);
  list_byte(&L, 4);
  for (i = 0; i < 4; i++) {
    list_byte(&L, n = list_field_number(&L, fields[i]));
    list_byte(&L, 12 - 4 * i); /* not in the order of the words */
    field_flip(L.fields[n], order, L.records + (L.start - LIST_HEADER) - L.literals + 16 - 4 * i);
  }
  L.next_arg += 4;
  site_end(&L);
  for (i = 0; i < 4; i++)
    list_add_line(&L, place, 4 * i, 0, 10 + i, 0);
  put_list();
  for (i = 0; i < 4; i++) {
    uint32_t store12 = (uint32_t)values[i][1];

    dasm_setup(&D, L.bytes);
    ck_assert_int_eq(dasm_aput(&D, site, values[i], 4), DASM_S_OK);
    ck_assert_int_eq(dasm_link(&D, NULL), DASM_S_OK);
    ck_assert_int_eq(dasm_encode(&D, code), DASM_S_OK);
    ck_assert_uint_eq(number_at(code + 12, 4), (uint32_t)values[i][0] << 20);
    ck_assert_uint_eq(number_at(code + 8, 4), (store12 & 0xfe0) << 20 | (store12 & 0x1f) << 7);
    ck_assert_uint_eq(number_at(code + 4, 4), (uint32_t)values[i][2] << 7);
    ck_assert_uint_eq(number_at(code, 4), (uint32_t)values[i][3] << 15);
  }
  for (i = 0; i < 4; i++) {
    int64_t wrong[4] = {0, 0, 0, 0};
    char line[8];

    wrong[i] = 4000;
    dasm_setup(&D, L.bytes);
    ck_assert_int_eq(DASM_S_CLASS(dasm_aput(&D, site, wrong, 4)), i < 2 ? DASM_S_RANGE_I : DASM_S_RANGE_VREG);
    dasm_errmsg(&D, text, sizeof text);
    snprintf(line, sizeof line, ":%u: ", 13 - i);
    ck_assert_msg(strstr(text, line) != NULL, "%s", text);
  }
  dasm_free(&D);
  list_free(&L);
}
END_TEST

#define AS(transform, param) [FIELD_TRANSFORM] = TRANSFORM_##transform, [FIELD_PARAM] = param
#define PIECES2(...) [FIELD_PIECES] = 2, __VA_ARGS__
#define NUMBER4(flags, bits, to) [FIELD_UNIT] = 4, [FIELD_FLAGS] = flags, [FIELD_BITS] = bits, [FIELD_TO] = to

/* Fields of numbers, and which quick way they have. */
static const struct {
  uint8_t f[LIST_FIELD];
  enum field_quick quick;
} quick[] = {
  {{NUMBER4(FIELD_SIGNED, 12, 20)}, QUICK_NUMBER},
  {{NUMBER4(FIELD_UNSIGNED, 5, 7)}, QUICK_NUMBER},
  {{NUMBER4(FIELD_EITHER, 20, 12)}, QUICK_NUMBER},
  {{NUMBER4(FIELD_MODULO, 32, 0)}, QUICK_NUMBER},
  {{NUMBER4(FIELD_UNSIGNED, 12, 10), [FIELD_SHIFT] = 3}, QUICK_NUMBER},
  {{NUMBER4(FIELD_SIGNED, 7, 15), [FIELD_SHIFT] = 2}, QUICK_NUMBER},
  {{NUMBER4(FIELD_UNSIGNED | FIELD_RANGED, 6, 10), FIELD_RANGE(0, 31)}, QUICK_NUMBER},
  {{NUMBER4(FIELD_SIGNED | FIELD_RANGED, 6, 10), FIELD_RANGE(-32, 31)}, QUICK_NUMBER},
  {{NUMBER4(FIELD_UNSIGNED | FIELD_RANGED, 6, 10), FIELD_RANGE(0, 40)}, QUICK_NUMBER},
  {{NUMBER4(FIELD_UNSIGNED | FIELD_RANGED, 5, 10), FIELD_RANGE(1, 32)}, QUICK_NOT},
  {{NUMBER4(FIELD_SIGNED, 12, 0), PIECES2(FIELD_PIECE_AT(0, 5, 25, 7), FIELD_PIECE_AT(1, 0, 7, 5))}, QUICK_NUMBER},
  {{NUMBER4(FIELD_EITHER, 12, 0), PIECES2(FIELD_PIECE_AT(0, 0, 7, 5), FIELD_PIECE_AT(1, 5, 25, 7))}, QUICK_NUMBER},
  {{NUMBER4(FIELD_UNSIGNED, 5, 0), PIECES2(FIELD_PIECE_AT(0, 0, 5, 5), FIELD_PIECE_AT(1, 0, 16, 5))}, QUICK_NOT},
  {{NUMBER4(FIELD_UNSIGNED | FIELD_NONZERO, 5, 7)}, QUICK_NOT},
  {{NUMBER4(FIELD_UNSIGNED | FIELD_NEGATED, 5, 7)}, QUICK_NOT},
  {{NUMBER4(FIELD_SIGNED | FIELD_LOOSE, 5, 7), [FIELD_SHIFT] = 2}, QUICK_NOT},
  {{NUMBER4(0, 14, 0), [FIELD_PIECES] = 3, FIELD_PIECE_AT(0, 0, 10, 12), FIELD_PIECE_AT(1, 12, 22, 1), FIELD_PIECE_AT(2, 13, 30, 1),
    AS(A64_ADD, 0)}, QUICK_NUMBER},
  {{NUMBER4(0, 14, 0), [FIELD_PIECES] = 3, FIELD_PIECE_AT(0, 0, 10, 12), FIELD_PIECE_AT(1, 12, 22, 1), FIELD_PIECE_AT(2, 13, 30, 1),
    AS(A64_SUB, 0)}, QUICK_NUMBER},
  {{NUMBER4(0, 18, 5), [FIELD_PIECES] = 2, FIELD_PIECE_AT(0, 0, 5, 16), FIELD_PIECE_AT(1, 16, 21, 2), AS(A64_WIDE, 64)}, QUICK_NUMBER},
  {{NUMBER4(0, 13, 0), [FIELD_PIECES] = 2, FIELD_PIECE_AT(0, 0, 10, 12), FIELD_PIECE_AT(1, 12, 24, 1), AS(A64_OFFSET, 3)}, QUICK_NUMBER},
  {{NUMBER4(0, 13, 10), AS(A64_MASK, 64)}, QUICK_NOT},
  {{NUMBER4(0, 12, 0), AS(A32_ROTATED, 0)}, QUICK_NUMBER},
  {{NUMBER4(0, 9, 5), AS(BYTE, 16)}, QUICK_NUMBER},
  {{NUMBER4(0, 9, 5), AS(UBYTE, 16)}, QUICK_NUMBER},
  {{NUMBER4(0, 9, 12), AS(MAGNITUDE, 0)}, QUICK_NUMBER},
  {{NUMBER4(0, 8, 16), AS(WRAPPED, 16)}, QUICK_NUMBER},
};

/* What the quick way of a field takes, the plain way takes, too, and gives the same bits; it takes many. */
START_TEST(quick_ways)
{
  uint8_t f[LIST_FIELD];
  uint64_t v;
  unsigned i, taken = 0;

  memcpy(f, quick[_i].f, LIST_FIELD);
  field_complete(f);
  ck_assert(field_valid(f));
  ck_assert_int_eq(f[FIELD_QUICK], quick[_i].quick);
  for (i = 0; i < 200000; i++) {
    uint64_t n = i < 140000 ? i - 70000u : i < 170000 ? (uint64_t)(i & 127) << i % 64 : 0 - ((uint64_t)(i & 127) << i % 64);
    bool fits, is_quick;
    uint32_t bits = 0;

    if (i < 70000)
      n = 0 - (uint64_t)i;
    is_quick = f[FIELD_QUICK] == QUICK_NUMBER && field_quickly(f, n, &bits);
    fits = field_number(f, (int64_t)n, &v);
    taken += is_quick;
    if (is_quick && (!fits || field_place(f, v) != (bits ^ list_u32(f + FIELD_FLIP))))
      ck_abort_msg("%llx", (unsigned long long)n);
  }
  ck_assert(quick[_i].quick == QUICK_NOT ? taken == 0 : taken > 20);
}
END_TEST

/* Lists that say what no list may. */
START_TEST(damaged)
{
  static const struct {
    int at; /* behind the head of the record: a count; a field's number, and where its unit begins, twice */
    uint8_t byte;
  } cases[] = {{0, 0}, {0, 49}, {1, 200}, {2, 1}, {2, 255}, {4, 1}, {0, 3}, {-1, 3}};
  unsigned i;

  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    dasm_Template *checked;
    uint32_t place;

    begin();
    site_begin(&L, 2);
    place = site_fields(&L, word(0x13), 4, rri, 2) - LIST_HEADER + 2;
    site_end(&L);
    list_finish(&L);
    ck_assert_int_eq(dasm_template_new(&checked, L.bytes, L.size), DASM_S_OK);
    dasm_template_free(checked);
    L.bytes[LIST_HEADER + (int)place + cases[i].at] = cases[i].byte;
    ck_assert_int_eq(DASM_S_CLASS(dasm_template_new(&checked, L.bytes, L.size)), DASM_S_TEMPLATE);
    list_free(&L);
  }
}
END_TEST

int main(void)
{
  Suite *s;
  int failed = 0;

  for (order = ORDER_LITTLE; order <= ORDER_BIG; order++)
    for (noting = 0; noting < 2; noting++) {
      TCase *t = tcase_create(noting ? "careful" : "quick");

      s = suite_create(order == ORDER_LITTLE ? "field_put, little" : "field_put, big");
      tcase_add_test(t, registers_and_immediates);
      tcase_add_test(t, out_of_range);
      tcase_add_test(t, taken_twice);
      tcase_add_test(t, units);
      tcase_add_test(t, alignments);
      tcase_add_loop_test(t, references, 0, 6);
      tcase_add_test(t, several_words);
      tcase_add_loop_test(t, quick_ways, 0, noting ? 0 : sizeof quick / sizeof *quick);
      tcase_add_test(t, damaged);
      suite_add_tcase(s, t);
      failed += suite_run(s) != EXIT_SUCCESS;
    }
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
