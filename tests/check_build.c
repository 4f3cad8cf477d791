/* check_build.c - the builder: what it puts into a list, read back record by record and through
 * the engine. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dasm.h"
#include "dasmc/front_private.h"
#include "lib/record.h"
#include "suite.h"

enum { MAX_PUTS = 64 };

/* Puts as the driver gets them. */
static struct build_put made_puts[MAX_PUTS];
static unsigned nputs;

static void record_put(struct front *F, const struct build_put *put)
{
  (void)F;
  ck_assert_uint_lt(nputs, MAX_PUTS);
  made_puts[nputs++] = *put;
}

static const struct driver driver = {.put = record_put};
static const struct front_options options = {.dialect = 10500, .lines = true, .texts = true};

/* A list made by `make`, and the translation that owns it. */
struct made {
  void (*make)(struct front *F);
  struct build_names names;
  struct front *F;
  const uint8_t *list;
  size_t size;
};

static void run_make(struct front *F, void *arg)
{
  struct made *m = arg;

  F->build = build_open(F, ISA_X64, ORDER_LITTLE);
  m->make(F);
  m->list = build_finish(F, &m->names, &m->size);
}

static void make_list(struct made *m, void (*make)(struct front *F))
{
  nputs = 0;
  m->make = make;
  m->F = front_new(&options, &driver, NULL);
  ck_assert_ptr_nonnull(m->F);
  ck_assert_int_eq(front_protect(m->F, run_make, m), FRONT_OK);
  ck_assert_ptr_nonnull(m->list);
}

static uint32_t header(const struct made *m, unsigned offset)
{
  return list_u32(m->list + offset);
}

enum { MAX_RECORDS = 2000 };

/* Of each record: where its literal is, and its place, that is where the literal were if each came before its record. */
static uint32_t literal[MAX_RECORDS], place[MAX_RECORDS];

/* All records of a list, whose sites must follow each other up to their end; returns how many. */
static unsigned records_of(const struct made *m, struct record *out)
{
  uint32_t at = LIST_HEADER, end = header(m, LIST_AT_END), lit = 0, next_place = 0;
  bool ends = true;
  unsigned n = 0;

  for (; at < end; at = out[n++].next) {
    ck_assert_uint_lt(n, MAX_RECORDS);
    if (ends) {
      struct site s;

      ck_assert(site_read(m->list, at, end, &s));
      at = lit = s.start;
      next_place = s.start - s.literals;
    }
    ck_assert(record_read(m->list, at, end, &out[n]));
    lit -= out[n].len;
    literal[n] = lit;
    place[n] = next_place;
    next_place += out[n].len + (out[n].next - at);
    ends = record_ends(&out[n]);
    ck_assert(!ends || next_place == out[n].next);
  }
  ck_assert(ends);
  ck_assert_uint_eq(at, end);
  return n;
}

/* A number of the lines, at *p. */
static uint32_t number_at(const uint8_t **p)
{
  uint32_t n = 0;
  int shift = 0;

  do
    n |= (uint32_t)(**p & 127) << shift;
  while (shift += 7, *(*p)++ & 128);
  return n;
}

static uint32_t changed(uint32_t value, uint32_t n)
{
  return n % 2 ? value - (n + 1) / 2 : value + n / 2;
}

/* All lines of a list, room of them at most; returns how many. */
static unsigned lines_of(const struct made *m, struct list_line *out, unsigned room)
{
  const uint8_t *block = m->list + header(m, LIST_AT_BLOCKS), *end = m->list + header(m, LIST_AT_NAMES), *p;
  unsigned n = 0, nblocks = header(m, LIST_AT_NBLOCKS), k = 0, begin = 0;
  struct list_line l = {0};

  for (p = block + 8 * (size_t)nblocks; p < end; out[n++] = l) {
    uint32_t tag;

    ck_assert_uint_lt(n, room);
    if (k < nblocks && list_u32(block + 8 * k + 4) == (uint32_t)(p - m->list)) {
      ck_assert(k == 0 || n - begin >= LIST_LINES);
      begin = n;
      l = (struct list_line){.place = list_u32(block + 8 * k++)};
    }
    tag = number_at(&p);
    l.place += tag / 2;
    if (tag % 2 != 0)
      l.file = number_at(&p);
    l.line = changed(l.line, number_at(&p));
    if (m->list[LIST_AT_FLAGS] & LIST_HAS_TEXTS)
      l.text = changed(l.text, number_at(&p));
  }
  ck_assert_uint_eq(k, nblocks);
  return n;
}

static const char *string_at(const struct made *m, uint32_t offset)
{
  ck_assert_uint_lt(offset, header(m, LIST_AT_SIZE) - header(m, LIST_AT_TEXTS));
  return (const char *)m->list + header(m, LIST_AT_TEXTS) + offset;
}

/* All puts through the engine, which also checks every bound. */
static unsigned char *encode(const struct made *m, const int64_t *args, size_t *size)
{
  dasm_Template *t;
  dasm_State *D;
  unsigned char *code;

  ck_assert_int_eq(dasm_template_new(&t, m->list, m->size), DASM_S_OK);
  ck_assert_int_eq(dasm_init(&D, 4), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, m->list), DASM_S_OK);
  ck_assert_int_eq(dasm_growglobal(&D, 4), DASM_S_OK);
  ck_assert_int_eq(dasm_growpc(&D, 4), DASM_S_OK);
  ck_assert_int_eq(dasm_usetemplate(&D, t), DASM_S_OK);
  for (unsigned i = 0; i < nputs; i++)
    ck_assert_int_eq(dasm_aput(&D, (int)made_puts[i].start, args, made_puts[i].nargs), DASM_S_OK);
  ck_assert_int_eq(dasm_link(&D, size), DASM_S_OK);
  code = malloc(*size + 1);
  ck_assert_ptr_nonnull(code);
  ck_assert_int_eq(dasm_encode(&D, code), DASM_S_OK);
  dasm_free(&D);
  dasm_template_free(t);
  return code;
}

/* ---- literals -------------------------------------------------------------------------- */

static void three_pieces(struct front *F)
{
  build_byte(F, 0x48);
  build_bytes(F, "\x81\xc0", 2);
  build_le(F, 0x11223344, 4);
}

static struct record records[MAX_RECORDS];

START_TEST(adjacent_bytes_become_one_literal)
{
  struct made m = {.size = 0};
  size_t size;
  unsigned char *code;

  make_list(&m, three_pieces);
  ck_assert_uint_eq(records_of(&m, records), 1);
  ck_assert_int_eq(records[0].op, OP_LIT_END);
  ck_assert_uint_eq(records[0].len, 7);
  code = encode(&m, NULL, &size);
  ck_assert_uint_eq(size, 7);
  ck_assert_mem_eq(code, "\x48\x81\xc0\x44\x33\x22\x11", 7);
  free(code);
  front_free(m.F);
}
END_TEST

/* ---- numbers and references in words --------------------------------------------------- */

static const uint8_t imm12[LIST_FIELD] = {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_BITS] = 12, [FIELD_TO] = 20};
static const uint8_t branch13[LIST_FIELD] = {
  [FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_SHIFT] = 1, [FIELD_BITS] = 12,
  [FIELD_PIECES] = 4, FIELD_PIECE_AT(0, 11, 31, 1), FIELD_PIECE_AT(1, 4, 25, 6), FIELD_PIECE_AT(2, 0, 8, 4), FIELD_PIECE_AT(3, 10, 7, 1)};
static const struct label next_1 = {.kind = REF_NEXT, .x = 1}, next_2 = {.kind = REF_NEXT, .x = 2};

static void addi(struct front *F)
{
  static const uint8_t *const field = imm12;
  build_le(F, 0x00050513, 4); /* addi x10, x10, 0 */
  build_fields(F, build_arg(F, SPAN("n")), &field, 1);
}

static void skip(struct front *F, const struct label *label)
{
  build_le(F, 0x00059063, 4); /* bnez x11 */
  build_ref(F, label, branch13);
}

static void words(struct front *F)
{
  addi(F);
  skip(F, &next_1);
  addi(F);
  build_op(F, OP_LABEL_LOCAL, 0, 1, 0);
  addi(F);
}

/* One record for all numbers up to a label, and none for a reference to it. */
START_TEST(a_reference_in_a_site_is_known)
{
  static const uint8_t expected[] = {0x13, 0x05, 0x15, 0x00, 0x63, 0x94, 0x05, 0x00, 0x13, 0x05, 0x25, 0x00, 0x13, 0x05, 0x35, 0x00};
  static const int64_t args[] = {1, 2, 3};
  struct made m = {.size = 0};
  size_t size;
  unsigned char *code;

  make_list(&m, words);
  ck_assert_uint_eq(records_of(&m, records), 3);
  ck_assert(records[0].op == OP_FIELDS && records[0].len == 12 && records[1].op == OP_LABEL_LOCAL);
  ck_assert(records[2].op == OP_FIELDS_END && records[2].len == 4);
  code = encode(&m, args, &size);
  ck_assert_uint_eq(size, 16);
  ck_assert_mem_eq(code, expected, 16);
  free(code);
  front_free(m.F);
}
END_TEST

static void two_labels(struct front *F)
{
  skip(F, &next_2);
  skip(F, &next_1);
  build_op(F, OP_LABEL_LOCAL, 0, 1, 0);
  build_le(F, 0x13, 4);
  build_op(F, OP_LABEL_LOCAL, 0, 2, 0);
}

/* The label that is not the next one is referred to by a record. */
START_TEST(a_reference_over_a_label_is_not)
{
  static const uint8_t expected[] = {0x63, 0x96, 0x05, 0x00, 0x63, 0x92, 0x05, 0x00, 0x13, 0, 0, 0};
  struct made m = {.size = 0};
  size_t size;
  unsigned char *code;

  make_list(&m, two_labels);
  ck_assert_uint_eq(records_of(&m, records), 4);
  ck_assert_int_eq(records[0].op, OP_REF_NEXT);
  code = encode(&m, NULL, &size);
  ck_assert_uint_eq(size, 12);
  ck_assert_mem_eq(code, expected, 12);
  free(code);
  front_free(m.F);
}
END_TEST

static unsigned long_length;

static const uint8_t rel32[LIST_FIELD] = {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_END,
                                          [FIELD_BITS] = 32};

static void long_literal(struct front *F)
{
  static const struct label here = {.kind = REF_GLOBAL, .x = 0};

  for (unsigned i = 0; i < long_length; i++)
    build_byte(F, i & 0x7f);
  build_byte(F, 0xe8);
  build_le(F, 0, 4);
  build_ref(F, &here, rel32);
  build_op(F, OP_LABEL_GLOBAL, 0, 0, 0);
}

/* Every length around the cuts, and some far away. */
static const unsigned lengths[] = {0, 1, 10, 11, 12, 26, 27, 28, 29, 42, 43, 44, 255, 281, 282, 283, 284, 285, 4000, 70000};

START_TEST(long_literals_are_cut)
{
  struct made m = {.size = 0};
  struct record ref = {0};
  uint32_t at = 0;
  unsigned char *code;
  size_t size;

  long_length = lengths[_i];
  make_list(&m, long_literal);
  for (unsigned i = 0, n = records_of(&m, records); i < n; i++)
    if (records[i].op == OP_REF_GLOBAL) {
      ref = records[i];
      at = literal[i] + ref.len;
    }
  ck_assert_uint_ge(ref.len, 5); /* opcode and field are in one literal */
  ck_assert_mem_eq(m.list + at - 5, "\xe8\0\0\0", 5);
  code = encode(&m, NULL, &size);
  ck_assert_uint_eq(size, long_length + 5);
  for (unsigned i = 0; i < long_length; i++)
    ck_assert_uint_eq(code[i], i & 0x7f);
  ck_assert_mem_eq(code + long_length, "\xe8\0\0\0", 5);
  free(code);
  front_free(m.F);
}
END_TEST

/* ---- puts ------------------------------------------------------------------------------ */

static void nothing(struct front *F)
{
  ck_assert(!build_pending(F));
  build_flush(F);
}

START_TEST(empty_list_is_valid)
{
  struct made m = {.size = 0};
  size_t size;

  make_list(&m, nothing);
  ck_assert_uint_eq(nputs, 0);
  ck_assert_uint_eq(records_of(&m, records), 0);
  free(encode(&m, NULL, &size));
  ck_assert_uint_eq(size, 0);
  front_free(m.F);
}
END_TEST

static void two_puts(struct front *F)
{
  build_byte(F, 0x90);
  ck_assert(build_pending(F));
  build_flush(F);
  ck_assert(!build_pending(F));
  build_byte(F, 0xb0);
  build_op(F, OP_VALUE8, build_arg(F, SPAN("n+1")), 0, 0);
  build_byte(F, 0xc3);
}

START_TEST(puts_and_their_arguments)
{
  int64_t args[] = {5};
  struct made m = {.size = 0};
  unsigned char *code;
  size_t size;

  make_list(&m, two_puts);
  ck_assert_uint_eq(nputs, 2);
  ck_assert_uint_eq(made_puts[0].start, LIST_HEADER + 2); /* behind one byte and its size */
  ck_assert_uint_eq(made_puts[0].nargs, 0);
  ck_assert_uint_eq(records_of(&m, records), 3);
  ck_assert_uint_eq(made_puts[1].start, records[0].next + 3);
  ck_assert_uint_eq(made_puts[1].nargs, 1);
  ck_assert_uint_eq(records[1].takes, 1);
  ck_assert_int_eq(site_nargs(m.list, made_puts[1].start), 1);
  code = encode(&m, args, &size);
  ck_assert_uint_eq(size, 4);
  ck_assert_mem_eq(code, "\x90\xb0\x05\xc3", 4);
  free(code);
  front_free(m.F);
}
END_TEST

static unsigned per_statement;

static void many_args(struct front *F)
{
  for (unsigned i = 0; i < 100; i++) {
    build_line(F, 0, i + 1, SPAN("statement"));
    for (unsigned j = 0; j < per_statement; j++)
      build_op(F, OP_VALUE8, build_arg(F, SPAN("x")), 0, 0);
  }
}

START_TEST(a_put_never_has_too_many_arguments)
{
  static const unsigned counts[] = {1, 3, 16, BUILD_INSN_ARGS};
  struct made m = {.size = 0};
  unsigned total = 0;

  per_statement = counts[_i];
  make_list(&m, many_args);
  for (unsigned i = 0; i < nputs; i++) {
    ck_assert_uint_le(made_puts[i].nargs, LIST_MAXARGS);
    ck_assert_uint_eq(made_puts[i].nargs % per_statement, 0); /* statements are not torn */
    total += made_puts[i].nargs;
  }
  ck_assert_uint_eq(total, 100 * per_statement);
  front_free(m.F);
}
END_TEST

static void too_many(struct front *F)
{
  build_line(F, 0, 1, SPAN(".byte"));
  for (unsigned j = 0; j < LIST_MAXARGS + 1; j++)
    build_op(F, OP_VALUE8, build_arg(F, SPAN("x")), 0, 0);
}

START_TEST(too_many_values_are_an_error)
{
  struct made m = {.make = too_many};

  nputs = 0;
  m.F = front_new(&options, &driver, NULL);
  ck_assert_int_eq(front_protect(m.F, run_make, &m), FRONT_ERRORS);
  ck_assert_uint_eq(front_errors(m.F), 1);
  front_free(m.F);
}
END_TEST

static void sections(struct front *F)
{
  build_byte(F, 0x90);
  build_op(F, OP_SECTION, 0, 2, 0);
  build_byte(F, 0xcc);
}

START_TEST(sections_are_counted)
{
  struct made m = {.size = 0};
  unsigned char *code;
  size_t size;

  make_list(&m, sections);
  ck_assert_uint_eq(header(&m, LIST_AT_NSECTIONS), 3);
  code = encode(&m, NULL, &size);
  ck_assert_uint_eq(size, 2);
  ck_assert_mem_eq(code, "\x90\xcc", 2);
  free(code);
  front_free(m.F);
}
END_TEST

/* ---- lines ----------------------------------------------------------------------------- */

static void lined(struct front *F)
{
  build_line(F, 0, 1, SPAN(".type T, int")); /* gives nothing: replaced */
  build_line(F, 0, 2, SPAN("nop"));
  build_byte(F, 0x90);
  build_line(F, 0, 3, SPAN("mov al, n"));
  build_byte(F, 0xb0);
  build_op(F, OP_VALUE8, build_arg(F, SPAN("n")), 0, 0);
  build_line(F, 1, 7, SPAN("nop"));
  build_byte(F, 0x90);
  build_line(F, 0, 4, SPAN("->x:"));
  build_op(F, OP_LABEL_GLOBAL, 0, 0, 0);
  build_line(F, 0, 5, SPAN("ret"));
  build_byte(F, 0xc3);
}

START_TEST(lines_name_the_place_of_a_byte)
{
  static const struct { unsigned record, byte; uint32_t file, line; } expected[] = {
    {0, 0, 0, 2}, {0, 1, 0, 3}, {1, 0, 1, 7}, {1, 1, 0, 4}, {2, 0, 0, 5},
  };
  static const char *const text[] = {"nop", "mov al, n", "nop", "->x:", "ret"};
  static const struct span file[] = {{"a.dasc", 6}, {"b.inc", 5}}, global[] = {{"x", 1}};
  struct made m = {.names = {.file = file, .nfiles = 2, .global = global, .nglobals = 1}};
  struct list_line got[5];

  make_list(&m, lined);
  records_of(&m, records);
  ck_assert_uint_eq(lines_of(&m, got, 5), 5);
  for (unsigned i = 0; i < 5; i++) {
    struct list_line l = got[i];

    ck_assert_uint_eq(l.place, place[expected[i].record] + expected[i].byte);
    ck_assert_uint_eq(l.file, expected[i].file);
    ck_assert_uint_eq(l.line, expected[i].line);
    ck_assert_str_eq(string_at(&m, l.text), text[i]);
  }
  ck_assert_uint_eq(got[0].text, got[2].text); /* texts are kept once */
  ck_assert_mem_eq(m.list + header(&m, LIST_AT_NAMES), "\1x\0\6a.dasc\0\5b.inc", 18);
  front_free(m.F);
}
END_TEST

static void lined_long(struct front *F)
{
  for (unsigned i = 0; i < 1000; i++) {
    build_line(F, 0, i + 1, SPAN("nop"));
    build_byte(F, 0x90);
  }
}

START_TEST(lines_survive_cuts)
{
  struct made m = {.size = 0};
  struct list_line got[1000];
  unsigned n, before = 0, k = 0; /* literal bytes that come before record k */

  make_list(&m, lined_long);
  n = records_of(&m, records);
  ck_assert_uint_eq(lines_of(&m, got, 1000), 1000);
  for (unsigned i = 0; i < 1000; i++) {
    struct list_line l = got[i];

    while (k + 1 < n && l.place >= place[k + 1])
      before += records[k++].len;
    /* One byte a line, so the position is the line. */
    ck_assert_uint_eq(before + l.place - place[k], i);
    ck_assert_uint_eq(l.line, i + 1);
  }
  front_free(m.F);
}
END_TEST

/* ---- the header -------------------------------------------------------------------------- */

static void one_byte(struct front *F)
{
  build_byte(F, 0x90);
}

START_TEST(the_same_text_gives_the_same_list)
{
  struct made a = {.size = 0}, b = {.size = 0};

  make_list(&a, one_byte);
  make_list(&b, one_byte);
  ck_assert_mem_eq(a.list, "dasm", 4);
  ck_assert_uint_eq(a.list[LIST_AT_VERSION], LIST_VERSION);
  ck_assert_uint_eq(a.list[LIST_AT_ISA], ISA_X64);
  ck_assert_uint_eq(a.list[LIST_AT_ORDER], ORDER_LITTLE);
  ck_assert_uint_eq(header(&a, LIST_AT_SIZE), a.size);
  ck_assert_uint_eq(a.size, b.size);
  ck_assert_mem_eq(a.list, b.list, a.size);
  front_free(a.F);
  front_free(b.F);
}
END_TEST

/* Lines and texts can be left out; what is put is the same. */
START_TEST(lines_and_texts_are_apart)
{
  static const struct front_options few[] = {{.dialect = 10500}, {.dialect = 10500, .lines = true}};
  static const struct span file[] = {{"a.dasc", 6}, {"b.inc", 5}};
  struct made all = {.names = {.file = file, .nfiles = 2}}, m = all;
  struct list_line got[5];

  make_list(&all, lined);
  m.make = lined;
  nputs = 0;
  m.F = front_new(&few[_i], &driver, NULL);
  ck_assert_int_eq(front_protect(m.F, run_make, &m), FRONT_OK);
  ck_assert_uint_eq(lines_of(&m, got, 5), _i ? 5 : 0);
  ck_assert_uint_eq(header(&m, LIST_AT_SIZE), header(&m, LIST_AT_TEXTS));
  ck_assert_uint_eq(m.list[LIST_AT_FLAGS] & LIST_HAS_TEXTS, 0);
  ck_assert_uint_eq(header(&m, LIST_AT_END), header(&all, LIST_AT_END));
  ck_assert_mem_eq(m.list + LIST_HEADER, all.list + LIST_HEADER, header(&m, LIST_AT_END) - LIST_HEADER);
  front_free(m.F);
  front_free(all.F);
}
END_TEST

int main(void)
{
  Suite *suite = suite_create("build");
  TCase *tc = tcase_create("build");

  tcase_add_test(tc, adjacent_bytes_become_one_literal);
  tcase_add_loop_test(tc, long_literals_are_cut, 0, sizeof(lengths) / sizeof(lengths[0]));
  tcase_add_test(tc, empty_list_is_valid);
  tcase_add_test(tc, puts_and_their_arguments);
  tcase_add_loop_test(tc, a_put_never_has_too_many_arguments, 0, 4);
  tcase_add_test(tc, too_many_values_are_an_error);
  tcase_add_test(tc, a_reference_in_a_site_is_known);
  tcase_add_test(tc, a_reference_over_a_label_is_not);
  tcase_add_test(tc, sections_are_counted);
  tcase_add_test(tc, lines_name_the_place_of_a_byte);
  tcase_add_test(tc, lines_survive_cuts);
  tcase_add_test(tc, the_same_text_gives_the_same_list);
  tcase_add_loop_test(tc, lines_and_texts_are_apart, 0, 2);
  suite_add_tcase(suite, tc);
  return suite_run(suite);
}
