/* check_rt.c - the run-time assembler through its public interface: texts, definitions, names, fragments. */
#include "rt.h"
#include "suite.h"

#include "lib/list.h"

/* Bytes as GNU as and the Intel manual give them. */
static const struct { const char *text, *values, *hex; } shapes[] = {
  {"ret", "", "c3"},
  {"", "", ""},
  {"| mov eax, ecx", "", "89c8"},
  {"  |mov eax, ecx\n  | ret", "", "89c8c3"},
  {"mov eax, ecx; ret", "", "89c8c3"},
  {"mov eax, ecx // comment; ret\nret", "", "89c8c3"},
  {"mov eax, ecx\r\nret\r\n", "", "89c8c3"},
  {"\n\n;;\nret\n\n", "", "c3"},
  {"mov eax, n", "n=42", "b82a000000"},
  {"mov eax, n", "n=-1", "b8ffffffff"},
  {"mov eax, n*2+m", "n=3 m=1", "b807000000"},
  {"mov eax, (n > m ? n : m)", "n=3 m=9", "b809000000"},
  {"lea rax, [rdi+n]", "n=8", "488d4708"},
  {"lea rax, [rdi+n]", "n=0", "488d07"},
  {"lea rax, [rdi+n]", "n=1000", "488d87e8030000"},
  {"mov Rq(r), rax", "r=9", "4989c1"},
  {"mov64 rax, q", "q=0x123456789abcdef0", "48b8f0debc9a78563412"},
  {".byte 1, n, 'A'", "n=2", "010241"},
  {".dword n", "n=0x11223344", "44332211"},
  {".align 4\nret", "", "c3"},
  {"ret\n.align 4\nret", "", "c3909090c3"},
  {".space n, 0xcc", "n=3", "cccccc"},
  {"1: jmp <1", "", "ebfe"},
  {"jmp >1\n1: ret", "", "eb00c3"},
  {"->top: nop; jmp ->top", "", "90ebfd"},
  {"=>n: nop; jmp =>n", "n=3", "90ebfd"},
  {".if 1 == 2\nnop\n.else\nret\n.endif", "", "c3"},
  {"lea rax, [->here]\n->here: ret", "", "488d0500000000c3"},
  {".qword ->here\n->here: ret", "", "0810000000000000c3"},
};

START_TEST(text_to_bytes)
{
  check_bytes(shapes[_i].text, shapes[_i].values, shapes[_i].hex);
}
END_TEST

START_TEST(length_may_be_given)
{
  unsigned char code[8];
  size_t size = sizeof(code);

  ck_assert_int_eq(dasmc_assemble(A, "ret; ret; ret", 8, NULL, 0, 0, code, &size), DASM_S_OK);
  ck_assert_uint_eq(size, 2);
}
END_TEST

START_TEST(small_buffers_are_told_the_size)
{
  unsigned char code[2] = {0, 0xaa};
  size_t size = 1;

  ck_assert_int_eq(dasmc_assemble(A, "nop; ret", -1, NULL, 0, 0, code, &size), DASM_S_SIZE);
  ck_assert_uint_eq(size, 2);
  ck_assert_uint_eq(code[1], 0xaa);
  size = 0;
  ck_assert_int_eq(dasmc_assemble(A, "nop; ret", -1, NULL, 0, 0, NULL, &size), DASM_S_SIZE);
  ck_assert_uint_eq(size, 2);
}
END_TEST

START_TEST(one_text_or_many_give_the_same)
{
  static char text[64 * 4000];
  unsigned char *whole = malloc(80000), *parts = malloc(80000);
  size_t size = 80000, part_size;
  char *p = text;
  int n = 0;

  ck_assert(whole && parts);
  for (int i = 0; i < 4000; i++) {
    char line[64];

    n = sprintf(line, "add rax, %d; mov [rbx+%d], ecx\n", i * 37, i);
    ck_assert_int_eq(dasmc_emit(A, &D, line, n, NULL, 0), DASM_S_OK);
    memcpy(p, line, (size_t)n);
    p += n;
  }
  ck_assert_int_eq(dasmc_assemble(A, text, p - text, NULL, 0, 0, whole, &size), DASM_S_OK);
  ck_assert_int_eq(dasm_link(&D, &part_size), DASM_S_OK);
  ck_assert_uint_eq(size, part_size);
  ck_assert_int_eq(dasm_encode(&D, parts), DASM_S_OK);
  ck_assert_mem_eq(whole, parts, size);
  free(whole);
  free(parts);
}
END_TEST

/* ---- definitions ---------------------------------------------------------------------------- */

START_TEST(defines_apply_to_later_texts)
{
  ck_assert_int_eq(dasmc_define(A, "ACC", "rax"), DASM_S_OK);
  check_bytes("add ACC, 1", "", "4883c001");
  ck_assert_int_eq(dasmc_define(A, "ACC", "rbx"), DASM_S_OK);
  check_bytes("add ACC, 1", "", "4883c301"); /* the known text means something else now */
  check_bytes(".define TWO, 2", "", "");
  check_bytes("add ACC, TWO", "", "4883c302");
  ck_assert_int_eq(dasmc_undefine(A, "TWO"), DASM_S_OK);
  check_bytes("add ACC, TWO", "TWO=3", "4883c303");
  ck_assert_int_eq(dasmc_define(A, "ONE", NULL), DASM_S_OK);
  check_bytes("add ACC, ONE", "", "4883c301");
  ck_assert_int_eq(dasmc_define(A, "1st", "x"), DASM_S_ARG);
  ck_assert_int_eq(dasmc_define(A, "", "x"), DASM_S_ARG);
}
END_TEST

START_TEST(macros_are_kept)
{
  ck_assert_int_eq(dasmc_macro(A, "addto, reg, n", "add reg, n\nadd reg, n"), DASM_S_OK);
  check_bytes("addto rax, 1", "", "4883c0014883c001");
  check_bytes(".macro pair; nop; ret; .endmacro", "", "");
  check_bytes("pair; pair", "", "90c390c3");
  ck_assert_int_eq(dasmc_macro(A, "addto, a, b", "ret"), DASM_S_SOURCE); /* is there */
  check_bytes("addto rax, 1", "", "4883c0014883c001");
  ck_assert_int_eq(dasmc_macro(A, "a; b", "ret"), DASM_S_ARG);
}
END_TEST

START_TEST(a_macro_broken_off_can_be_used_again)
{
  check_bytes(".macro twice, n\nmov eax, n\nmov ecx, 1/n\n.endmacro", "", "");
  ck_assert_int_eq(dasmc_emit(A, &D, "twice 0", -1, NULL, 0), DASM_S_SOURCE);
  check_bytes("twice 1", "", "b801000000b901000000");
}
END_TEST

START_TEST(layouts_give_members_and_sizes)
{
  ck_assert_int_eq(dasmc_layout(A, "struct point", 16), DASM_S_OK);
  ck_assert_int_eq(dasmc_member(A, "struct point", "x", 0, 4, NULL), DASM_S_OK);
  ck_assert_int_eq(dasmc_member(A, "point", "y", 8, 8, NULL), DASM_S_OK);
  ck_assert_int_eq(dasmc_layout(A, "line", 40), DASM_S_OK);
  ck_assert_int_eq(dasmc_member(A, "line", "end", 8, 16, "struct point"), DASM_S_OK);
  check_bytes(".type P, struct point, rbx\n.type L, line", "", "");
  check_bytes("mov rax, P->y", "", "488b4308");
  check_bytes("mov rax, P:rcx->y", "", "488b4108");
  check_bytes("mov rax, P:rcx[2].y", "", "488b4128");
  check_bytes("mov rax, L:rcx->end[i].y", "i=1", "488b4120");
  check_bytes("mov eax, #P", "", "b810000000");
  ck_assert_int_eq(dasmc_member(A, "nix", "y", 8, 8, NULL), DASM_S_ARG);
  ck_assert_int_eq(dasmc_member(A, "point", "0y", 8, 8, NULL), DASM_S_ARG);
  ck_assert_int_eq(dasmc_layout(A, "struct", 8), DASM_S_OK); /* a name as any other */
  ck_assert_int_eq(dasmc_layout(A, "a b", 8), DASM_S_ARG);
}
END_TEST

START_TEST(sections_are_joined_in_order)
{
  check_bytes(".section code, cold\n.code\nnop\n.cold\nret\n.code\nnop", "", "9090c3");
  ck_assert_str_eq(dasmc_sectionname(A, 0), "code");
  ck_assert_str_eq(dasmc_sectionname(A, 1), "cold");
  ck_assert_ptr_null(dasmc_sectionname(A, 2));
  check_bytes(".cold; ret; .code; nop", "", "90c3");
}
END_TEST

/* ---- names ------------------------------------------------------------------------------------ */

START_TEST(globals_and_locals_go_on_from_text_to_text)
{
  unsigned f, g;
  size_t size, offset;

  ck_assert_int_eq(dasmc_global(A, "f", &f), DASM_S_OK);
  ck_assert_uint_eq(f, 0);
  ck_assert_int_eq(dasmc_emit(A, &D, "jmp ->g; jmp >1", -1, NULL, 0), DASM_S_OK);
  ck_assert_int_eq(dasmc_emit(A, &D, "->f: nop", -1, NULL, 0), DASM_S_OK);
  ck_assert_int_eq(dasmc_emit(A, &D, "1:; ->g: ret", -1, NULL, 0), DASM_S_OK);
  ck_assert_int_eq(dasmc_global(A, "g", &g), DASM_S_OK);
  ck_assert_uint_eq(g, 1);
  ck_assert_str_eq(dasmc_globalname(A, g), "g");
  ck_assert_ptr_null(dasmc_globalname(A, 2));
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_uint_eq(size, 6);
  ck_assert_int_eq(dasm_getglobal(&D, f, &offset), DASM_S_OK);
  ck_assert_uint_eq(offset, 4);
  ck_assert_int_eq(dasmc_global(A, "", &g), DASM_S_ARG);
  ck_assert_int_eq(dasmc_global(A, "a b", &g), DASM_S_SOURCE);
  ck_assert_int_eq(dasmc_global(A, "h", &g), DASM_S_OK);
  ck_assert_uint_eq(g, 2);
}
END_TEST

START_TEST(externs_have_addresses)
{
  unsigned char code[16];
  size_t size = sizeof(code);
  unsigned number = 7;

  ck_assert_int_eq(dasmc_assemble(A, "call extern puts", -1, NULL, 0, 0x1000, code, &size), DASM_S_EXTERN);
  ck_assert_int_eq(dasmc_setextern(A, "puts", 0x2000), DASM_S_OK);
  check_bytes("call extern puts", "", "e8fb0f0000");
  ck_assert_int_eq(dasmc_setextern(A, "puts", 0x3000), DASM_S_OK);
  check_bytes("call extern puts", "", "e8fb1f0000");
  ck_assert_int_eq(dasmc_extern(A, "puts", &number), DASM_S_OK);
  ck_assert_uint_eq(number, 0);
  ck_assert_str_eq(dasmc_externname(A, 0), "puts");
  ck_assert_ptr_null(dasmc_externname(A, 1));
}
END_TEST

/* The resolver by hand, for a state that is not of dasmc_state(). */
START_TEST(externs_are_resolved)
{
  unsigned char code[16] = {0};
  dasmc_Fragment *f;
  dasm_State *other;
  size_t size;

  ck_assert_int_eq(dasmc_fragment(A, "call extern puts", -1, &f), DASM_S_OK);
  ck_assert_int_eq(dasm_init(&other, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setextern(&other, dasmc_resolve, A), DASM_S_OK);
  for (int known = 0; known < 2; known++) {
    if (known)
      ck_assert_int_eq(dasmc_setextern(A, "puts", 0x2000), DASM_S_OK);
    ck_assert_int_eq(dasm_setup(&other, dasmc_list(f, NULL)), DASM_S_OK);
    ck_assert_int_eq(dasm_put(&other, LIST_HEADER + 1 + 5), DASM_S_OK); /* behind five bytes and their size */
    ck_assert_int_eq(dasm_link(&other, &size), DASM_S_OK);
    ck_assert_int_eq(DASM_S_CLASS(dasm_encode_at(&other, code, sizeof(code), 0x1000)), known ? DASM_S_OK : DASM_S_EXTERN);
  }
  ck_assert_mem_eq(code, "\xe8\xfb\x0f\0\0", 5); /* 0x2000 - 0x1005 */
  dasm_free(&other);
  dasmc_release(f);
}
END_TEST

START_TEST(host_isa)
{
#if defined(__x86_64__)
  ck_assert_pstr_eq(dasmc_hostisa(), "x64");
#elif defined(__i386__)
  ck_assert_pstr_eq(dasmc_hostisa(), "x86");
#else
  ck_assert_pstr_eq(dasmc_hostisa(), NULL);
#endif
}
END_TEST

START_TEST(thousands_of_names)
{
  char text[64], name[16];
  size_t size, offset;

  for (unsigned i = 0; i < 3000; i++) {
    sprintf(text, "->label%u: nop", i);
    ck_assert_int_eq(dasmc_emit(A, &D, text, -1, NULL, 0), DASM_S_OK);
  }
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  for (unsigned i = 0; i < 3000; i += 999) {
    unsigned number;

    sprintf(name, "label%u", i);
    ck_assert_int_eq(dasmc_global(A, name, &number), DASM_S_OK);
    ck_assert_uint_eq(number, i);
    ck_assert_int_eq(dasm_getglobal(&D, number, &offset), DASM_S_OK);
    ck_assert_uint_eq(offset, i);
  }
}
END_TEST

/* ---- fragments ---------------------------------------------------------------------------------- */

START_TEST(parameters_in_order_of_use)
{
  dasmc_Fragment *f;

  ck_assert_int_eq(dasmc_fragment(A, "mov eax, b; mov ecx, a+b\nmov edx, c", -1, &f), DASM_S_OK);
  ck_assert_uint_eq(dasmc_parameters(f), 3);
  ck_assert_str_eq(dasmc_parameter(f, 0), "b");
  ck_assert_str_eq(dasmc_parameter(f, 1), "a");
  ck_assert_str_eq(dasmc_parameter(f, 2), "c");
  ck_assert_ptr_null(dasmc_parameter(f, 3));
  dasmc_release(f);
}
END_TEST

START_TEST(a_known_text_is_not_translated_again)
{
  dasmc_Fragment *f, *g, *h;
  size_t size;

  ck_assert_int_eq(dasmc_fragment(A, "mov eax, b", -1, &f), DASM_S_OK);
  ck_assert_int_eq(dasmc_fragment(A, "mov eax, b; nop", 10, &g), DASM_S_OK);
  ck_assert_int_eq(dasmc_fragment(A, "mov eax, c", -1, &h), DASM_S_OK);
  ck_assert_ptr_eq(f, g);
  ck_assert_ptr_ne(f, h);
  ck_assert_mem_eq(dasmc_list(f, &size), "dasm", 4);
  ck_assert_uint_gt(size, 64);
  dasmc_release(f);
  dasmc_release(g);
  dasmc_release(h);
  dasmc_release(NULL);
}
END_TEST

START_TEST(put_evaluates_anew)
{
  dasmc_Fragment *f;
  unsigned char code[64];
  size_t size;

  ck_assert_int_eq(dasmc_fragment(A, ".byte n, n*m", -1, &f), DASM_S_OK);
  for (int64_t i = 0; i < 5; i++)
    ck_assert_int_eq(dasmc_put(&D, f, (int64_t[]){i, 2}, 2), DASM_S_OK);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_uint_eq(size, 10);
  ck_assert_int_eq(dasm_encode(&D, code), DASM_S_OK);
  ck_assert_mem_eq(code, "\0\0\1\2\2\4\3\6\4\10", 10);
  ck_assert_int_eq(dasmc_put(&D, f, (int64_t[]){1}, 1), DASM_S_ARG);
  ck_assert_int_eq(dasmc_put(&D, f, NULL, 2), DASM_S_ARG);
  dasmc_release(f);
}
END_TEST

START_TEST(long_texts_are_put_whole_or_not_at_all)
{
  char text[4096] = "";
  dasmc_Fragment *f;
  int64_t values[100], i;
  size_t size;

  for (i = 0; i < 100; i++) {
    sprintf(text + strlen(text), "mov al, 12/p%d\n", (int)i);
    values[i] = 12;
  }
  ck_assert_int_eq(dasmc_fragment(A, text, -1, &f), DASM_S_OK);
  ck_assert_uint_eq(dasmc_parameters(f), 100);
  values[99] = 0;
  ck_assert_int_eq(dasmc_put(&D, f, values, 100), DASM_S_SOURCE);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_uint_eq(size, 0);
  dasmc_reset(A, &D);
  values[99] = 6;
  ck_assert_int_eq(dasmc_put(&D, f, values, 100), DASM_S_OK);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_uint_eq(size, 200);
  dasmc_release(f);
}
END_TEST

START_TEST(fragments_outlive_their_assembler)
{
  dasmc_Options options = {.size = sizeof(options), .isa = "x64"};
  dasmc_Assembler *other;
  dasmc_Fragment *f;
  size_t size;

  ck_assert_int_eq(dasmc_new(&other, &options), DASM_S_OK);
  ck_assert_int_eq(dasmc_fragment(other, "mov eax, n", -1, &f), DASM_S_OK);
  dasmc_free(other);
  ck_assert_str_eq(dasmc_parameter(f, 0), "n");
  ck_assert_int_eq(dasmc_put(&D, f, (int64_t[]){3}, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_uint_eq(size, 5);
  dasmc_release(f);
}
END_TEST

START_TEST(a_small_cache_is_enough)
{
  dasmc_Options options = {.size = sizeof(options), .isa = "x64", .cache = 2000};
  dasmc_Assembler *other;
  dasmc_Fragment *f[100], *again;
  char text[32];

  ck_assert_int_eq(dasmc_new(&other, &options), DASM_S_OK);
  for (int i = 0; i < 100; i++) {
    sprintf(text, "mov eax, %d", i);
    ck_assert_int_eq(dasmc_fragment(other, text, -1, &f[i]), DASM_S_OK);
  }
  ck_assert_int_eq(dasmc_fragment(other, "mov eax, 0", -1, &again), DASM_S_OK);
  ck_assert_ptr_ne(again, f[0]); /* was forgotten, but is still the caller's */
  dasmc_release(again);
  for (int i = 0; i < 100; i++) {
    ck_assert_int_eq(dasmc_put(&D, f[i], NULL, 0), DASM_S_OK);
    dasmc_release(f[i]);
  }
  dasmc_free(other);
}
END_TEST

int main(void)
{
  Suite *suite = suite_create("rt");
  TCase *tc = tcase_create("rt");

  tcase_add_checked_fixture(tc, setup, teardown);
  tcase_add_loop_test(tc, text_to_bytes, 0, sizeof(shapes) / sizeof(shapes[0]));
  tcase_add_test(tc, length_may_be_given);
  tcase_add_test(tc, small_buffers_are_told_the_size);
  tcase_add_test(tc, one_text_or_many_give_the_same);
  tcase_add_test(tc, defines_apply_to_later_texts);
  tcase_add_test(tc, macros_are_kept);
  tcase_add_test(tc, a_macro_broken_off_can_be_used_again);
  tcase_add_test(tc, layouts_give_members_and_sizes);
  tcase_add_test(tc, sections_are_joined_in_order);
  tcase_add_test(tc, globals_and_locals_go_on_from_text_to_text);
  tcase_add_test(tc, externs_have_addresses);
  tcase_add_test(tc, externs_are_resolved);
  tcase_add_test(tc, host_isa);
  tcase_add_test(tc, thousands_of_names);
  tcase_add_test(tc, parameters_in_order_of_use);
  tcase_add_test(tc, a_known_text_is_not_translated_again);
  tcase_add_test(tc, put_evaluates_anew);
  tcase_add_test(tc, long_texts_are_put_whole_or_not_at_all);
  tcase_add_test(tc, fragments_outlive_their_assembler);
  tcase_add_test(tc, a_small_cache_is_enough);
  suite_add_tcase(suite, tc);
  return suite_run(suite);
}
