/* check_engine.c - put, link, encode with hand-made templates: values in their
 * fields, labels, sections, alignment, spaces, externs, run addresses.
 *
 * Expected bytes are instructions from the Intel SDM, written out by hand.
 */
#include "engine.h"
#include "suite.h"

static const struct {
  enum op code;
  int64_t value;
  const char *hex; /* NULL: RANGE_I */
} immediates[] = {
    {OP_VALUE8, 0, "00"}, {OP_VALUE8, 255, "ff"}, {OP_VALUE8, 256, NULL}, {OP_VALUE8, -128, "80"},
    {OP_VALUE8, -129, NULL}, {OP_VALUE8S, 127, "7f"}, {OP_VALUE8S, 128, NULL}, {OP_VALUE8S, -128, "80"},
    {OP_VALUE8S, -129, NULL}, {OP_VALUE16, 65535, "ffff"}, {OP_VALUE16, 65536, NULL},
    {OP_VALUE16, -32768, "0080"}, {OP_VALUE16, -32769, NULL}, {OP_VALUE32, 0x12345678, "78563412"},
    {OP_VALUE32, 0xffffffffLL, "ffffffff"}, {OP_VALUE32, 0x100000000LL, NULL},
    {OP_VALUE32, -0x80000000LL, "00000080"}, {OP_VALUE32, -0x80000001LL, NULL},
    {OP_VALUE64, INT64_MIN, "0000000000000080"}, {OP_VALUE64, -1, "ffffffffffffffff"},
    {OP_VALUE64, 0x0123456789abcdefLL, "efcdab8967452301"},
    {OP_CHECK32S, INT32_MAX, ""}, {OP_CHECK32S, 0x80000000LL, NULL},
    {OP_CHECK32S, INT32_MIN, ""}, {OP_CHECK32S, -0x80000001LL, NULL},
    {OP_X86_IMM8_32, 127, "7f"}, {OP_X86_IMM8_32, 128, "80000000"},
    {OP_X86_IMM8_32, -128, "80"}, {OP_X86_IMM8_32, -129, "7fffffff"},
    {OP_X86_IMM8_32, 0xffffffffLL, "ff"}, {OP_X86_IMM8_32, 0x100000000LL, NULL},
    {OP_X86_IMM8_16, 127, "7f"}, {OP_X86_IMM8_16, 128, "8000"}, {OP_X86_IMM8_16, 65536, NULL},
};

/* Labels wait for the first put, and get their slots with it; or at once, if there are many. */
START_TEST(labels_before_puts)
{
  static const unsigned counts[] = {0, 3, 128, 129, 5000};
  unsigned had = counts[_i], many = had < 200 ? 200 : 6000;
  size_t bytes = 9;
  int def, ref;

  fresh();
  def = site_begin(&L, 1);
  site_op(&L, OP(.code = OP_LABEL_PC), "\x90", 1);
  site_end(&L);
  ref = site_begin(&L, 1);
  site_op(&L, OP(.code = OP_REF_PC, .b = FIX_REL32), "\xe8\0\0\0\0", 5);
  site_end(&L);
  start(1, had);
  ck_assert_uint_eq(dasm_getpccount(&D), had);
  ck_assert_int_eq(dasm_getpclabel(&D, 0), -2);
  ck_assert_int_eq(dasm_getpclabel(&D, had), -2);
  ck_assert_int_eq(dasm_link(&D, &bytes), DASM_S_OK);
  ck_assert_uint_eq(bytes, 0);
  ck_assert_int_eq(dasm_encode(&D, out), DASM_S_OK);
  ck_assert_int_eq(dasm_getglobal(&D, 7, &bytes), DASM_S_UNDEF_L | 7);
  for (int round = 0; round < 2; round++) {
    ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
    if (had > 0)
      ck_assert_int_eq(dasm_put(&D, def, (int64_t)had - 1), DASM_S_OK);
    ck_assert_int_eq(dasm_growpc(&D, many), DASM_S_OK);
    ck_assert_int_eq(dasm_put(&D, def, (int64_t)many - 1), DASM_S_OK);
    ck_assert_int_eq(dasm_put(&D, ref, had > 0 ? (int64_t)had - 1 : (int64_t)many - 1), DASM_S_OK);
    ends_as(had > 0 ? "9090" "e8faffffff" : "90e8fbffffff");
    ck_assert_int_eq(dasm_getpclabel(&D, many - 1), had > 0 ? 2 : 1);
    ck_assert_int_eq(dasm_getpclabel(&D, many - 2), -2);
  }
  finish();
}
END_TEST

START_TEST(immediate_at_its_bounds)
{
  int site, status;
  fresh();
  site = site_begin(&L, 1);
  site_op(&L, OP(.code = (uint8_t)immediates[_i].code), "", 0);
  site_end(&L);
  start(1, 0);
  status = dasm_put(&D, site, immediates[_i].value);
  if (immediates[_i].hex) {
    ck_assert_int_eq(status, DASM_S_OK);
    ends_as(immediates[_i].hex);
  } else {
    ck_assert_int_eq(DASM_S_CLASS(status), DASM_S_RANGE_I);
    ck_assert_int_eq(dasm_link(&D, &size), status);
  }
  finish();
}
END_TEST

static const struct {
  enum op code;
  unsigned b;
  const char *lit;
  unsigned n;
  int64_t value;
  const char *hex;
} displacements[] = {
    {OP_X86_DISP, 1, "\x8b\x83", 2, 0, "8b03"},
    {OP_X86_DISP, 1, "\x8b\x83", 2, 127, "8b437f"},
    {OP_X86_DISP, 1, "\x8b\x83", 2, 128, "8b8380000000"},
    {OP_X86_DISP, 1, "\x8b\x83", 2, -128, "8b4380"},
    {OP_X86_DISP, 1, "\x8b\x83", 2, -129, "8b837fffffff"},
    {OP_X86_DISP_KEEP, 1, "\x8b\x85", 2, 0, "8b4500"},
    {OP_X86_DISP, 2, "\x8b\x84\x24", 3, 0, "8b0424"},
    {OP_X86_DISP, 2, "\x8b\x84\x24", 3, 8, "8b442408"},
    {OP_X86_DISP_KEEP, 2, "\x8b\x84\x25", 3, 0, "8b442500"},
    {OP_X86_DISP, 2, "\x8b\x84\x24", 3, 300, "8b84242c010000"},
    {OP_X86_DISP, 1, "\x8b\x83", 2, 0xfffffff8LL, "8b43f8"},
    {OP_X86_DISP, 1, "\x8b\x83", 2, 0x100000000LL, NULL},
    {OP_X86_DISP_SCALE, 0x61, "\x8b\x83", 2, 64, "8b4301"},
    {OP_X86_DISP_SCALE, 0x61, "\x8b\x83", 2, 65, "8b8341000000"},
    {OP_X86_DISP_SCALE, 0x61, "\x8b\x83", 2, -8192, "8b4380"},
    {OP_X86_DISP_SCALE, 0x61, "\x8b\x83", 2, -8256, "8b83c0dfffff"},
    {OP_X86_DISP_SCALE, 0x61, "\x8b\x83", 2, 8128, "8b437f"},
    {OP_X86_DISP_SCALE, 0x61, "\x8b\x83", 2, 8192, "8b8300200000"},
    {OP_X86_DISP_KEEP, 1, "\x8b\x85", 2, -8, "8b45f8"},
    {OP_X86_DISP_KEEP, 1, "\x8b\x85", 2, 128, "8b8580000000"},
    {OP_X86_DISP_KEEP, 1, "\x8b\x85", 2, 0xfffffff8LL, "8b45f8"},
    {OP_X86_DISP_KEEP, 1, "\x8b\x85", 2, 0x100000000LL, NULL},
    {OP_X86_DISP_SCALE, 0x61, "\x8b\x83", 2, 0, "8b03"},
    {OP_X86_DISP_SCALE, 0x65, "\x8b\x85", 2, 0, "8b4500"},
    {OP_X86_DISP_SCALE, 0x61, "\x8b\x83", 2, -0x80000001LL, NULL},
};

START_TEST(displacement_at_its_bounds)
{
  int site, status;
  fresh();
  site = site_begin(&L, 1);
  site_op(&L, OP(.code = (uint8_t)displacements[_i].code, .b = (uint8_t)displacements[_i].b), displacements[_i].lit,
          displacements[_i].n);
  site_end(&L);
  start(1, 0);
  status = dasm_put(&D, site, displacements[_i].value);
  if (displacements[_i].hex)
    ends_as(displacements[_i].hex);
  else
    ck_assert_int_eq(DASM_S_CLASS(status), DASM_S_RANGE_I);
  finish();
}
END_TEST

/* add [rbx+a], b: the opcode's s bit is chosen before the displacement. */
START_TEST(opcode_bit_before_displacement)
{
  int site;
  fresh();
  site = site_begin(&L, 2);
  site_op(&L, OP(.code = OP_X86_SX, .arg = 1, .b = 2), "\x81", 1);
  site_op(&L, OP(.code = OP_X86_DISP, .arg = 0, .b = 1), "\x83", 1);
  site_op(&L, OP(.code = OP_X86_IMM8_32, .arg = 1), "", 0);
  site_end(&L);
  start(1, 0);
  dasm_put(&D, site, INT64_C(8), INT64_C(5));
  dasm_put(&D, site, INT64_C(0), INT64_C(500));
  ends_as("83430805" "8103f4010000");
  finish();
}
END_TEST

/* The fused form: add eax, n is 83 C0 ib or 81 C0 id. */
START_TEST(opcode_bit_at_fixed_distance)
{
  int site;
  fresh();
  site = site_begin(&L, 1);
  site_op(&L, OP(.code = OP_X86_IMM8_32, .b = 2), "\x81\xc0", 2);
  site_end(&L);
  start(1, 0);
  dasm_put(&D, site, INT64_C(-1));
  dasm_put(&D, site, INT64_C(128));
  ends_as("83c0ff" "81c080000000");
  finish();
}
END_TEST

START_TEST(long_literals_and_growth)
{
  char lit[255];
  int site, i;
  fresh();
  for (i = 0; i < 255; i++)
    lit[i] = (char)i;
  site = site_begin(&L, 0);
  site_run(&L, lit, 255);
  site_op(&L, OP(.code = OP_LIT), lit, 16);
  site_op(&L, OP(.code = OP_LIT), lit + 16, 1);
  site_end(&L);
  start(1, 0);
  for (i = 0; i < 10; i++)
    ck_assert_int_eq(dasm_put(&D, site), DASM_S_OK);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_uint_eq(size, 2720);
  ck_assert_int_eq(dasm_encode(&D, out), DASM_S_OK);
  for (i = 0; i < 10; i++) {
    ck_assert_mem_eq(out + 272 * i, lit, 255);
    ck_assert_mem_eq(out + 272 * i + 255, lit, 17);
  }
  finish();
}
END_TEST

/* Labels of every class, before and after; call rel32 does not shrink. */
START_TEST(label_classes)
{
  int def, ref;
  fresh();
  def = site_begin(&L, 1);
  site_op(&L, OP(.code = OP_LABEL_LOCAL, .x = 3), "", 0);
  site_op(&L, OP(.code = OP_LABEL_GLOBAL, .x = 5), "\x90", 1);
  site_op(&L, OP(.code = OP_LABEL_PC), "\x90", 1);
  site_end(&L);
  ref = site_begin(&L, 1);
  site_op(&L, OP(.code = OP_REF_GLOBAL, .b = FIX_REL32, .x = 5), "\xe8\0\0\0\0", 5);
  site_op(&L, OP(.code = OP_REF_PC, .b = FIX_REL32), "\xe8\0\0\0\0", 5);
  site_end(&L);
  start(1, 3);
  dasm_put(&D, ref, INT64_C(2));
  dasm_put(&D, def, INT64_C(2));
  dasm_put(&D, ref, INT64_C(2));
  ends_as("e806000000" "e802000000" "9090" "e8faffffff" "e8f6ffffff");
  ck_assert_ptr_eq(globals[5], (void *)0x1000000b);
  ck_assert_int_eq(dasm_getpclabel(&D, 2), 12);
  ck_assert_int_eq(dasm_getpclabel(&D, 1), -2);
  ck_assert_int_eq(dasm_getpclabel(&D, 3), -2);
  ck_assert_int_eq(dasm_getglobal(&D, 5, &size), DASM_S_OK);
  ck_assert_uint_eq(size, 11);
  ck_assert_int_eq(DASM_S_CLASS(dasm_getglobal(&D, 4, &size)), DASM_S_UNDEF_L);
  ck_assert_int_eq(DASM_S_CLASS(dasm_getglobal(&D, 8, &size)), DASM_S_RANGE_LG);
  finish();
}
END_TEST

/* >1 binds to the next 1:, <1 to the last; a name defined again keeps earlier references. */
START_TEST(local_labels_bind_by_position)
{
  int def, next, back;
  fresh();
  def = site_begin(&L, 0);
  site_op(&L, OP(.code = OP_LABEL_LOCAL, .x = 1), "", 0);
  site_end(&L);
  next = site_begin(&L, 0);
  site_op(&L, OP(.code = OP_REF_NEXT, .b = FIX_REL32, .x = 1), "\xe8\0\0\0\0", 5);
  site_end(&L);
  back = site_begin(&L, 0);
  site_op(&L, OP(.code = OP_REF_BACK, .b = FIX_REL32, .x = 1), "\xe8\0\0\0\0", 5);
  site_end(&L);
  start(1, 0);
  dasm_put(&D, next); /* 0 -> 5 */
  dasm_put(&D, def);
  dasm_put(&D, back); /* 5 -> 5 */
  dasm_put(&D, next); /* 10 -> 15 */
  dasm_put(&D, def);
  dasm_put(&D, back); /* 15 -> 15 */
  ends_as("e800000000" "e8fbffffff" "e800000000" "e8fbffffff");
  finish();
}
END_TEST

START_TEST(redefined_pc_label_keeps_earlier_references)
{
  int def, ref;
  fresh();
  def = site_begin(&L, 1);
  site_op(&L, OP(.code = OP_LABEL_PC), "\x90", 1);
  site_end(&L);
  ref = site_begin(&L, 1);
  site_op(&L, OP(.code = OP_REF_PC, .b = FIX_REL32), "\xe8\0\0\0\0", 5);
  site_end(&L);
  start_unchecked(1);
  dasm_put(&D, def, INT64_C(0)); /* label at 1 */
  dasm_put(&D, ref, INT64_C(0)); /* 1..6 -> 1 */
  dasm_put(&D, def, INT64_C(0)); /* label at 7 */
  dasm_put(&D, ref, INT64_C(0)); /* 7..12 -> 7 */
  ends_as("90" "e8fbffffff" "90" "e8fbffffff");
  finish();
}
END_TEST

/* Sections are joined in the order of their numbers; a put can change the section. */
START_TEST(sections_join_in_order)
{
  int cold, hot;
  fresh();
  cold = site_begin(&L, 0);
  site_op(&L, OP(.code = OP_SECTION, .x = 1), "\x90", 1);
  site_op(&L, OP(.code = OP_LABEL_LOCAL, .x = 1), "", 0);
  site_op(&L, OP(.code = OP_LIT), "\xc3", 1);
  site_end(&L);
  hot = site_begin(&L, 0);
  site_op(&L, OP(.code = OP_SECTION, .x = 0), "\xcc", 1);
  site_op(&L, OP(.code = OP_REF_BACK, .b = FIX_REL32, .x = 1), "\xe8\0\0\0\0", 5);
  site_end(&L);
  start(2, 0);
  dasm_put(&D, cold);
  ck_assert_int_eq(dasm_getsection(&D), 1);
  ck_assert_int_eq(DASM_S_CLASS(dasm_checkstep(&D, 1)), DASM_S_OK);
  dasm_put(&D, cold);
  dasm_put(&D, hot);
  ck_assert_uint_eq(dasm_getsecsize(&D, 0), 6);
  ck_assert_uint_eq(dasm_getsecsize(&D, 1), 4);
  ends_as("90" "e802000000" "c3" "90" "c3" "cc");
  ck_assert_int_eq(dasm_checkstep(&D, 1), DASM_S_MATCH_SEC);
  finish();
}
END_TEST

START_TEST(alignment_and_space)
{
  int align, space;
  fresh();
  align = site_begin(&L, 0);
  site_op(&L, OP(.code = OP_ALIGN, .x = 8), "\xc3", 1);
  site_end(&L);
  space = site_begin(&L, 1);
  site_op(&L, OP(.code = OP_SPACE_ARG, .b = 0xcc), "", 0);
  site_op(&L, OP(.code = OP_SPACE, .x = 2, .b = 0xab), "", 0);
  site_end(&L);
  start(1, 0);
  dasm_put(&D, align);
  dasm_put(&D, space, INT64_C(3));
  dasm_put(&D, align);
  ends_as("c390909090909090" "ccccccabab" "c39090");
  finish();
}
END_TEST

static int64_t extern_value;
static int extern_status;
static dasm_ExternRef extern_seen;

static int resolve(void *user, const dasm_ExternRef *ref, int64_t *value)
{
  ck_assert_ptr_eq(user, &extern_value);
  extern_seen = *ref;
  *value = extern_value;
  return extern_status;
}

START_TEST(externs_are_resolved_by_the_host)
{
  int site;
  fresh();
  L.nexterns = 2;
  L.names[0] = list_string(&L, "malloc");
  L.names[1] = list_string(&L, "free");
  site = site_begin(&L, 0);
  site_op(&L, OP(.code = OP_REF_EXTERN, .b = FIX_REL32, .x = 1), "\xe8\0\0\0\0", 5);
  site_end(&L);
  start(1, 0);
  dasm_setextern(&D, resolve, &extern_value);
  dasm_put(&D, site);
  extern_value = 0x10000105;
  extern_status = DASM_S_OK;
  ends_as("e800010000");
  ck_assert_uint_eq(extern_seen.index, 1);
  ck_assert_str_eq(extern_seen.name, "free");
  ck_assert_int_eq(extern_seen.type, DASM_EXTERN_REL);
  ck_assert_int_eq(extern_seen.width, 4);
  ck_assert_ptr_eq(extern_seen.field, out + 1);
  ck_assert_uint_eq(extern_seen.run, 0x10000001);
  extern_status = DASM_EXTERN_RAW;
  extern_value = 0x7777;
  ends_as("e877770000");
  extern_status = DASM_S_EXTERN;
  ck_assert_int_eq(dasm_encode(&D, out), DASM_S_EXTERN | 1);
  finish();
}
END_TEST

/* Absolute addresses, rip-relative with an immediate behind the field, undefined globals. */
START_TEST(addresses)
{
  int site, set;
  fresh();
  site = site_begin(&L, 2);
  site_op(&L, OP(.code = OP_REF_ADDR, .x = 0, .b = TRAIL(FIX_REL32, 1)), "\x83\x05\0\0\0\0", 6);
  site_op(&L, OP(.code = OP_VALUE8S, .arg = 1), "", 0);
  site_op(&L, OP(.code = OP_REF_GLOBAL, .b = FIX_ABS64, .x = 2), "\0\0\0\0\0\0\0\0", 8);
  site_op(&L, OP(.code = OP_BRANCH_GLOBAL, .b = FIX_JMP, .x = 7), "\xeb\0", 2);
  site_op(&L, OP(.code = OP_REF_ADDR, .x = 0, .arg = 1, .b = TRAIL(FIX_REL32, 4) | TRAIL_IMM),
          "\x81\x05\0\0\0\0", 6);
  site_op(&L, OP(.code = OP_X86_IMM8_32, .arg = 1), "", 0);
  site_end(&L);
  set = site_begin(&L, 1);
  site_op(&L, OP(.code = OP_SET_GLOBAL, .x = 2), "", 0);
  site_end(&L);
  start(1, 0);
  dasm_put(&D, set, INT64_C(0x123456789a));
  dasm_put(&D, site, INT64_C(0x10000107), INT64_C(5));
  globals[7] = (void *)0x10000114;
  ends_as("83050001000005" "9a78563412000000" "e900010000" "8105ec00000005");
  ck_assert_ptr_eq(globals[2], (void *)0x123456789a);
  finish();
}
END_TEST

START_TEST(out_of_reach)
{
  int site;
  fresh();
  site = site_begin(&L, 1);
  site_op(&L, OP(.code = OP_REF_ADDR, .b = FIX_REL32), "\xe8\0\0\0\0", 5);
  site_end(&L);
  start(1, 0);
  dasm_put(&D, site, INT64_C(0x10000005) + INT32_MAX);
  ends_as("e8ffffff7f");
  dasm_setup(&D, L.bytes);
  dasm_put(&D, site, INT64_C(0x10000006) + INT32_MAX);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_int_eq(DASM_S_CLASS(dasm_encode_at(&D, out, size, 0x10000000)), DASM_S_RANGE_REL);
  finish();
  /* 32-bit code wraps around. */
  fresh();
  L.isa = ISA_X86;
  site = site_begin(&L, 1);
  site_op(&L, OP(.code = OP_REF_ADDR, .b = FIX_REL32), "\xe8\0\0\0\0", 5);
  site_end(&L);
  start(1, 0);
  dasm_put(&D, site, INT64_C(0xf0000005));
  ends_as("e8000000e0");
  finish();
}
END_TEST

START_TEST(rel8_reach)
{
  int site, status;
  static const struct { int64_t target; const char *hex; } row[] = {
      {0x10000002 + 127, "e27f"}, {0x10000002 + 128, NULL}, {0x10000002 - 128, "e280"}, {0x10000002 - 129, NULL}};
  fresh();
  site = site_begin(&L, 1);
  site_op(&L, OP(.code = OP_REF_ADDR, .b = FIX_REL8), "\xe2\0", 2);
  site_end(&L);
  start(1, 0);
  dasm_put(&D, site, row[_i].target);
  if (row[_i].hex) {
    ends_as(row[_i].hex);
  } else {
    dasm_link(&D, &size);
    status = dasm_encode_at(&D, out, size, 0x10000000);
    ck_assert_int_eq(DASM_S_CLASS(status), DASM_S_RANGE_REL);
  }
  finish();
}
END_TEST

/* All three ways to give arguments. */

int main(void)
{
  Suite *s = suite_create("engine");
  TCase *t = tcase_create("engine");
  tcase_add_loop_test(t, immediate_at_its_bounds, 0, sizeof immediates / sizeof *immediates);
  tcase_add_loop_test(t, displacement_at_its_bounds, 0, sizeof displacements / sizeof *displacements);
  tcase_add_loop_test(t, labels_before_puts, 0, 5);
  tcase_add_test(t, opcode_bit_before_displacement);
  tcase_add_test(t, opcode_bit_at_fixed_distance);
  tcase_add_test(t, long_literals_and_growth);
  tcase_add_test(t, label_classes);
  tcase_add_test(t, local_labels_bind_by_position);
  tcase_add_test(t, redefined_pc_label_keeps_earlier_references);
  tcase_add_test(t, sections_join_in_order);
  tcase_add_test(t, alignment_and_space);
  tcase_add_test(t, externs_are_resolved_by_the_host);
  tcase_add_test(t, addresses);
  tcase_add_test(t, out_of_reach);
  tcase_add_loop_test(t, rel8_reach, 0, 4);
  suite_add_tcase(s, t);
  return suite_run(s);
}
