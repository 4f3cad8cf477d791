/* check_word.c - bit diagrams: what they say, that they print back, and what is refused.
 *
 * The expected encodings are from GNU as, or worked out by hand from the vendor's manual.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dasmc/isa/word.h"
#include "lib/field.h"
#include "suite.h"

static const struct word_name names[] = {
  {"rd", 5}, {"rs1", 5}, {"rs2", 5}, {"rs3", 5}, {"rm", 3}, {"rd'", 3}, {"Rt", 5}, {"Rn", 5}, {"R1", 4}, {"X2", 4},
  {"B2", 4}, {"nzimm", 6}, {NULL, 0},
};

/* Diagrams with values for their fields, and the instruction that they then are. */
static const struct {
  const char *text;
  struct { const char *name; int64_t value; } value[4];
  unsigned width;
  uint64_t expected;
} words[] = {
  /* RISC-V: sub x10, x11, x12; beq x5, x6, .-4; jal x1, .-0x100000; c.j .-2048; c.j .+1364; c.addi16sp -512; fmv.d f8, f10 */
  {"0100000 rs2 rs1 000 rd 0110011", {{"rd", 10}, {"rs1", 11}, {"rs2", 12}}, 32, 0x40c58533},
  {"imm[12|10:5] rs2 rs1 000 imm[4:1|11] 1100011", {{"rs1", 5}, {"rs2", 6}, {"imm", -4}}, 32, 0xfe628ee3},
  {"imm[20|10:1|11|19:12] rd 1101111", {{"rd", 1}, {"imm", -0x100000}}, 32, 0x800000ef},
  {"101 imm[11|4|9:8|10|6|7|3:1|5] 01", {{"imm", -2048}}, 16, 0xb001},
  {"101 imm[11|4|9:8|10|6|7|3:1|5] 01", {{"imm", 1364}}, 16, 0xab91},
  {"011 nz[9] 00010 nz[4|6|8:7|5] 01", {{"nz", -512}}, 16, 0x7101},
  {"0010001 rs1 rs1 000 rd 1010011", {{"rd", 8}, {"rs1", 10}}, 32, 0x22a50453},
  /* A64: tbz x1, #33, .+8; ldr x0, [x1, #32760] */
  {"bit[5] 011011 0 bit[4:0] imm[15:2] Rt", {{"bit", 33}, {"imm", 8}, {"Rt", 1}}, 32, 0xb6080041},
  {"11 111 0 01 01 imm[14:3] Rn Rt", {{"imm", 32760}, {"Rn", 1}, {"Rt", 0}}, 32, 0xf97ffc20},
  /* s390x: lg %r1, -1(%r2,%r3); lgr %r1, %r2 */
  {"11100011 R1 X2 B2 D2[11:0] D2[19:12] 00000100", {{"R1", 1}, {"X2", 2}, {"B2", 3}, {"D2", -1}}, 48, 0xe3123fffff04},
  {"10111001 00000100 00000000 R1 B2", {{"R1", 1}, {"B2", 2}}, 32, 0xb9040012},
  /* MIPS: j 0x1234 * 4; LoongArch: b .-4 */
  {"000010 target[27:2]", {{"target", 0x48d0}}, 32, 0x08001234},
  {"010100 offs[17:2] offs[27:18]", {{"offs", -4}}, 32, 0x53ffffff},
};

static struct word parsed(const char *text)
{
  struct word w;
  const char *error = word_parse(text, names, &w);

  ck_assert_msg(!error, "%s: %s", text, error);
  return w;
}

START_TEST(words_say_what_the_manual_says)
{
  struct word w = parsed(words[_i].text);
  uint64_t unit = w.fixed;
  uint8_t bytes[8] = {0};
  char text[96];

  ck_assert_uint_eq(w.width, words[_i].width);
  word_print(&w, text, sizeof(text));
  ck_assert_str_eq(text, words[_i].text);
  for (unsigned i = 0; i < w.width / 8u; i++)
    bytes[i] = (uint8_t)(w.fixed >> 8 * i);
  for (unsigned i = 0; i < 4 && words[_i].value[i].name; i++) {
    const char *name = words[_i].value[i].name;
    const struct word_field *f = word_find(&w, (struct span){name, strlen(name)});
    uint8_t field[LIST_FIELD];
    uint64_t bits;

    ck_assert_msg(f != NULL, "%s", name);
    unit = word_insert(f, unit, (uint64_t)words[_i].value[i].value);
    ck_assert(word_describe(&w, f, FIELD_EITHER, field));
    ck_assert(field_valid(field));
    ck_assert(field_bits(field, 0, (uint64_t)words[_i].value[i].value, &bits));
    field_insert(field, ORDER_LITTLE, bytes + w.width / 8, bits);
  }
  ck_assert_uint_eq(unit, words[_i].expected);
  for (unsigned i = 0; i < w.width / 8u; i++)
    ck_assert_uint_eq(bytes[i], (uint8_t)(words[_i].expected >> 8 * i));
}
END_TEST

START_TEST(fields_know_their_bits)
{
  struct word w = parsed("imm[12|10:5] rs2 rs1 000 imm[4:1|11] 1100011");
  const struct word_field *f = word_find(&w, SPAN("imm"));

  ck_assert_uint_eq(w.mask, 0x707f);
  ck_assert_uint_eq(w.fixed, 0x63);
  ck_assert_uint_eq(w.nfields, 3);
  ck_assert_uint_eq(f->low, 1);
  ck_assert_uint_eq(f->bits, 12);
  ck_assert_uint_eq(f->npieces, 4);
  ck_assert_uint_eq(f->piece[0].from, 12);
  ck_assert_uint_eq(f->piece[0].to, 31);
  ck_assert_uint_eq(f->piece[1].from, 5);
  ck_assert_uint_eq(f->piece[1].to, 25);
  ck_assert_uint_eq(f->piece[1].count, 6);
  ck_assert_ptr_null(word_find(&w, SPAN("rd")));
  w = parsed("000000000000 rd imm[3:0] imm[7:4]   0000000"); /* blanks do not count */
  ck_assert_uint_eq(word_find(&w, SPAN("imm"))->npieces, 2);
}
END_TEST

START_TEST(small_buffers_are_not_overrun)
{
  struct word w = parsed("011 nz[9] 00010 nz[4|6|8:7|5] 01");
  char text[8] = "abcdefg";

  ck_assert_uint_eq(word_print(&w, text, 5), strlen("011 nz[9] 00010 nz[4|6|8:7|5] 01"));
  ck_assert_str_eq(text, "011 ");
  ck_assert_str_eq(text + 5, "fg");
  ck_assert_uint_eq(word_print(&w, NULL, 0), strlen("011 nz[9] 00010 nz[4|6|8:7|5] 01"));
}
END_TEST

static const struct { const char *text, *error; } bad_words[] = {
  {"", "not 16, 32, 48 or 64 bits"},
  {"000000000000000", "not 16, 32, 48 or 64 bits"},
  {"000000000000 rs1", "not 16, 32, 48 or 64 bits"},
  {"0000000 rs2 rs1 000 rd 011001", "not 16, 32, 48 or 64 bits"},
  {"0000000 rs2 rs1 000 rd 01100110", "not 16, 32, 48 or 64 bits"},
  {"0000000 rs2 rs1 000 rd 0110021", "digits other than 0 and 1"},
  {"0000000 rs2 rs1 000 rdx 0110011", "an unknown name without brackets"},
  {"0000000 rs2 rs1 000 imm 0110011", "an unknown name without brackets"},
  {"imm[12|10:5] rs2 rs1 000 imm[4:1|10] 1100011", "a bit of a field twice"},
  {"imm[12|9:4] rs2 rs1 000 imm[3:0|11] 1100011", "a gap between the bits of a field"},
  {"rd[12|10:5] rs2 rs1 000 rd 1100011", "a field with brackets and without"},
  {"imm[5:10|12] rs2 rs1 000 rd 1100011", "bits not from the highest to the lowest"},
  {"imm[12|10:10] rs2 rs1 000 rd 1100011", "bits not from the highest to the lowest"},
  {"imm[] rs2 rs1 000 rd 1100011", "brackets without a bit's number"},
  {"imm[:5] rs2 rs1 000 rd 1100011", "bits not from the highest to the lowest"},
  {"imm[x] rs2 rs1 000 rd 1100011", "brackets without a bit's number"},
  {"imm[64:58] rs2 rs1 000 rd 1100011", "bits not from the highest to the lowest"},
  {"imm[70] rs2 rs1 000 rd 1100011", "brackets without a bit's number"},
  {"imm[6,5:0] rs2 rs1 000 rd 1100011", "bits that no | separates"},
  {"imm[6:0 rs2 rs1 000 rd 1100011", "an unknown character"},
  {"imm(6:0) rs2 rs1 000 rd 1100011", "an unknown character"},
  {"#imm[6:0] rs2 rs1 000 rd 1100011", "an unknown character"},
  {"a[63:0] b[63:0]", "too many bits"},
  {"a[63:1] 01", "too many bits"},
  {"00000000000000000000000000000000000000000000000000000000000000000", "too many bits"},
  {"a[0] b[0] c[0] d[0] e[0] f[0] g[0] h[0] i[0] j[0] k[0] 00000", "too many fields"},
  {"a[0|2|4|6|8|10|12|14|1|3|5|7|9|11|13|15]", "a field in too many pieces"},
};

START_TEST(nonsense_is_refused)
{
  struct word w;
  const char *error = word_parse(bad_words[_i].text, names, &w);

  ck_assert_msg(error != NULL, "%s", bad_words[_i].text);
  ck_assert_str_eq(error, bad_words[_i].error);
}
END_TEST

int main(void)
{
  Suite *suite = suite_create("word");
  TCase *tc = tcase_create("diagrams");

  tcase_add_loop_test(tc, words_say_what_the_manual_says, 0, sizeof(words) / sizeof(words[0]));
  tcase_add_test(tc, fields_know_their_bits);
  tcase_add_test(tc, small_buffers_are_not_overrun);
  tcase_add_loop_test(tc, nonsense_is_refused, 0, sizeof(bad_words) / sizeof(bad_words[0]));
  suite_add_tcase(suite, tc);
  return suite_run(suite);
}
