/* check_rt.c - the run-time assembler through its public interface. */
#include <check.h>
#include <stdio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dasm_heap.h"
#include "dasmc.h"
#include "lib/list.h"

static dasmc_Assembler *A;
static dasm_State *D;

static void setup(void)
{
  dasmc_Options options = {.size = sizeof(options), .isa = "x64"};

  ck_assert_int_eq(dasmc_new(&A, &options), DASM_S_OK);
  ck_assert_int_eq(dasmc_state(A, &D), DASM_S_OK);
}

static void teardown(void)
{
  dasm_free(&D);
  dasmc_free(A);
}

static void print_messages(void)
{
  char text[4000];

  dasmc_messages(A, text, sizeof(text));
  fprintf(stderr, "%s", text);
}

/* ---- bytes ------------------------------------------------------------------------------- */

/* "n=5 m=-3" */
static unsigned parse_values(char *text, dasmc_Value *values)
{
  unsigned n = 0;

  for (char *p = strtok(text, " "); p; p = strtok(NULL, " ")) {
    char *equals = strchr(p, '=');

    *equals = '\0';
    values[n++] = (dasmc_Value){p, strtoll(equals + 1, NULL, 0)};
  }
  return n;
}

static void check_bytes(const char *text, const char *given, const char *hex)
{
  dasmc_Value values[8];
  unsigned char code[512];
  char copy[256], got[1100] = "";
  size_t size = sizeof(code);
  unsigned n;
  int status;

  snprintf(copy, sizeof(copy), "%s", given);
  n = parse_values(copy, values);
  status = dasmc_assemble(A, text, -1, values, n, 0x1000, code, &size);
  if (status != DASM_S_OK)
    print_messages();
  ck_assert_msg(status == DASM_S_OK, "%s: %s", text, dasm_strerror(status));
  for (size_t i = 0; i < size; i++)
    sprintf(got + 2 * i, "%02x", code[i]);
  ck_assert_msg(strcmp(got, hex) == 0, "%s (%s): got %s, expected %s", text, given, got, hex);
}

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

/* ---- errors ---------------------------------------------------------------------------------------- */

static const struct {
  const char *text;
  unsigned line, column;
  const char *message;
} errors[] = {
  {"mov eax, ecx\nmvo eax, ecx", 2, 1, "unknown statement 'mvo'"},
  {"  nop; frob", 1, 8, "unknown statement 'frob'"},
  {"mov eax, [rax+f(3)]", 1, 15, "functions cannot be called here"},
  {"mov al, n+*3", 1, 11, "expected a value"},
  {"mov al, 5/(2-2)", 1, 9, "division by zero"},
  {"|| x = 1;", 1, 3, "C lines are not possible here"},
  {".actionlist foo", 1, 1, ".actionlist is not possible here"},
  {".globals G_", 1, 1, ".globals is not possible here"},
  {".if 1\nnop", 1, 1, ".if without .endif"},
  {".macro m\nnop", 1, 1, "unfinished .macro 'm'"},
  {".include nix.inc", 1, 10, "cannot read include file"},
  {"->a b: nop", 1, 3, "bad global label"},
};

START_TEST(errors_have_a_place)
{
  dasmc_Message m = {.size = sizeof(m)};

  ck_assert_int_eq(dasmc_emit(A, &D, errors[_i].text, -1, NULL, 0), DASM_S_SOURCE);
  ck_assert_int_eq(dasmc_message(A, 0, &m), DASM_S_OK);
  ck_assert_int_eq(m.level, DASMC_ERROR);
  ck_assert_msg(strstr(m.text, errors[_i].message) != NULL, "%s: %s", errors[_i].text, m.text);
  ck_assert_msg(m.line == errors[_i].line && m.column == errors[_i].column, "%s: %u:%u", errors[_i].text, m.line,
                m.column);
  ck_assert_str_ne(m.id, "");
  ck_assert_uint_eq(strcspn(m.caret, "^") + 1, m.column);
  ck_assert_ptr_nonnull(strstr(errors[_i].text, m.source));
  check_bytes("nop", "", "90"); /* the assembler is as good as new */
}
END_TEST

START_TEST(all_errors_are_reported)
{
  dasmc_Message m = {.size = sizeof(m)};
  unsigned errors_found = 0;
  char all[4000];
  size_t n;

  ck_assert_int_eq(dasmc_emit(A, &D, "frob\nmov eax, ecx\nfrobb\n.byte", -1, NULL, 0), DASM_S_SOURCE);
  for (unsigned i = 0; dasmc_message(A, i, &m) == DASM_S_OK; i++)
    errors_found += m.level == DASMC_ERROR;
  ck_assert_uint_ge(errors_found, 2);
  ck_assert_int_eq(dasmc_message(A, 0, &m), DASM_S_OK);
  ck_assert_str_eq(m.id, "unknown-statement");
  n = dasmc_messages(A, NULL, 0);
  ck_assert_uint_eq(dasmc_messages(A, all, sizeof(all)), n);
  ck_assert_uint_eq(strlen(all), n);
  ck_assert_ptr_nonnull(strstr(all, "text:1:1: error: unknown statement 'frob' [unknown-statement]\nfrob\n^~~~\n"));
  ck_assert_uint_eq(dasmc_messages(A, all, 10), n);
  ck_assert_uint_eq(strlen(all), 9);
}
END_TEST

START_TEST(suggestions_and_macro_notes)
{
  dasmc_Message m = {.size = sizeof(m)};

  ck_assert_int_eq(dasmc_emit(A, &D, ".macro bad\nmvo eax, ecx\n.endmacro\nbad", -1, NULL, 0), DASM_S_SOURCE);
  ck_assert_int_eq(dasmc_message(A, 0, &m), DASM_S_OK);
  ck_assert_uint_eq(m.line, 4);
  ck_assert_int_eq(dasmc_message(A, 1, &m), DASM_S_OK);
  ck_assert_int_eq(m.level, DASMC_NOTE);
  ck_assert_uint_eq(m.line, 2);
  ck_assert_int_eq(dasmc_message(A, 2, &m), DASM_S_OK);
  ck_assert_int_eq(m.level, DASMC_HELP);
  ck_assert_ptr_nonnull(strstr(m.text, "'mov'"));
  ck_assert_int_eq(dasmc_message(A, 3, &m), DASM_S_ARG);
}
END_TEST

START_TEST(missing_values_are_named)
{
  dasmc_Value n = {"n", 1}, other = {"other", 1};
  dasmc_Message m = {.size = sizeof(m)};

  ck_assert_int_eq(dasmc_emit(A, &D, "mov eax, n+m", -1, &n, 1), DASM_S_SOURCE);
  ck_assert_int_eq(dasmc_message(A, 0, &m), DASM_S_OK);
  ck_assert_str_eq(m.text, "no value for parameter 'm'");
  ck_assert_int_eq(dasmc_emit(A, &D, "mov eax, 1", -1, &other, 1), DASM_S_OK);
  ck_assert_int_eq(dasmc_message(A, 0, &m), DASM_S_ARG);
}
END_TEST

START_TEST(values_that_do_not_fit_name_line_and_statement)
{
  unsigned char code[16];
  size_t size = sizeof(code);
  dasmc_Value n = {"n", 300};
  dasmc_Message m = {.size = sizeof(m)};

  ck_assert_int_eq(DASM_S_CLASS(dasmc_assemble(A, "nop\nmov al, n", -1, &n, 1, 0, code, &size)), DASM_S_RANGE_I);
  ck_assert_int_eq(dasmc_message(A, 0, &m), DASM_S_OK);
  ck_assert_ptr_nonnull(strstr(m.text, "300"));
  ck_assert_ptr_nonnull(strstr(m.text, "mov al, n"));
  ck_assert_ptr_nonnull(strstr(m.text, "text:2"));
}
END_TEST

/* The statement may begin with what it does at run time, behind bytes of another one. */
static const struct { const char *statement, *message; int64_t n; } behind_bytes[] = {
  {"paddd xmm(n), xmm1", "register number 16 is not possible here; general registers from 16 on need the feature apxf, "
                         "vector registers avx512f", 16},
  {"mov eax, [Rq(1)+Rq(n)]", "register number 4 is not possible here; pass the number of a register that can stand there "
                             "(mask k0, index 4 and one of two that must differ cannot)", 4},
  {"mov Rd(n), 7", "register number 77 is not possible here; pass the number of a register that can stand there (mask k0, index 4 and one of two that must differ cannot)", 77},
  {"mov eax, [Rq(0)+n]", "displacement 8589934592 does not fit in 32 bits with sign", INT64_C(0x200000000)},
  {".byte n", "immediate 300 does not fit in 8 bits", 300},
  {".dword n", "immediate 8589934592 does not fit in 32 bits; mov64 and .qword take 64 bits", INT64_C(0x200000000)},
  {".space n", "size -1 is negative", -1},
  {"=>n:", "PC label 1000 is not below the count given to dasm_growpc", 1000},
  {"add qword [rax+n], n", "immediate 8589934592 does not fit in 32 bits with sign; mov64 loads 64 bits into a register", INT64_C(0x200000000)},
  {"mov al, n", "immediate 300 does not fit in 8 bits", 300},
};

START_TEST(errors_behind_bytes_name_their_line)
{
  const char *statement = behind_bytes[_i].statement;
  dasmc_Value n = {"n", behind_bytes[_i].n};
  char text[200], want[300], message[300];

  sprintf(text, "nop\n%s\nnop", statement);
  sprintf(want, "text:2: %s, in \"%s\"", behind_bytes[_i].message, statement);
  ck_assert_int_ne(dasmc_emit(A, &D, text, -1, &n, 1), DASM_S_OK);
  dasm_errmsg(&D, message, sizeof(message));
  ck_assert_str_eq(message, want);
}
END_TEST

/* What an instruction reaches is said by link and encode. */
static const struct { const char *text, *message; uint64_t run; } beyond[] = {
  {"jecxz >1\n.space 128\n1:", "text:1: the target is 128 bytes away, and this instruction reaches -128 to 127: branch to a jmp "
                               "nearby, or use another instruction with jcc, in \"jecxz >1\"", 0},
  {"nop\njmp &0x7fff0000", "text:2: the target is -2147549190 bytes away, beyond 2 GiB: load its address with mov64 and go "
                           "through the register, or have the code nearer (around and reach of the code heap), or allow stubs "
                           "(dasm_setstubs), in \"jmp &0x7fff0000\"", 0x100000000},
};

START_TEST(remedies_of_what_is_too_far)
{
  static unsigned char code[256];
  char message[400];
  size_t size;

  ck_assert_int_eq(dasmc_emit(A, &D, beyond[_i].text, -1, NULL, 0), DASM_S_OK);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_int_eq(DASM_S_CLASS(dasm_encode_at(&D, code, sizeof(code), beyond[_i].run)), DASM_S_RANGE_REL);
  dasm_errmsg(&D, message, sizeof(message));
  ck_assert_str_eq(message, beyond[_i].message);
}
END_TEST

START_TEST(run_time_errors_of_expressions)
{
  dasmc_Value n = {"n", 0};
  dasmc_Message m = {.size = sizeof(m)};

  ck_assert_int_eq(dasmc_emit(A, &D, "nop\n mov al, 5/n\nnop", -1, &n, 1), DASM_S_SOURCE);
  ck_assert_int_eq(dasmc_message(A, 0, &m), DASM_S_OK);
  ck_assert_str_eq(m.text, "division by zero");
  ck_assert_uint_eq(m.line, 2);
  ck_assert_str_eq(m.source, " mov al, 5/n");
  ck_assert_int_eq(dasm_getstatus(&D), DASM_S_OK);
}
END_TEST

/* A reference that fails at link or encode belongs to a text of long ago. */
START_TEST(late_errors_name_their_text)
{
  unsigned char code[64];
  char message[300], text[64];
  dasmc_Fragment *f;
  size_t size;

  ck_assert_int_eq(dasmc_fragment(A, "nop\njmp ->nowhere", -1, &f), DASM_S_OK);
  ck_assert_int_eq(dasmc_emit(A, &D, "nop; nop", -1, NULL, 0), DASM_S_OK);
  ck_assert_int_eq(dasmc_put(&D, f, NULL, 0), DASM_S_OK);
  dasmc_release(f);
  ck_assert_int_eq(dasmc_define(A, "forget", "fragments"), DASM_S_OK);
  for (int i = 0; i < 10; i++) {
    sprintf(text, "mov eax, %d", i % 5);
    ck_assert_int_eq(dasmc_emit(A, &D, text, -1, NULL, 0), DASM_S_OK);
  }
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_int_eq(DASM_S_CLASS(dasm_encode(&D, code)), DASM_S_UNDEF_L);
  dasm_errmsg(&D, message, sizeof(message));
  ck_assert_str_eq(message, "text:2: global label 'nowhere' is used but never defined, in \"jmp ->nowhere\"");
  dasmc_reset(A, &D);
  ck_assert_int_eq(dasm_getstatus(&D), DASM_S_OK);
}
END_TEST

/* The compiler's own look at the processor tells the same. */
#if defined(__x86_64__) && defined(__GNUC__)
START_TEST(host_features)
{
  char all[4096], some[8], message[4096], text[64];
  size_t n = dasmc_hostfeatures(NULL, 0);
  dasmc_Options host = {.size = sizeof(host), .features = "host", .message = message, .message_size = sizeof(message)};
  dasmc_Options wrong = host;
  dasmc_Assembler *other;
  dasmc_Fragment *f;

  ck_assert_uint_eq(dasmc_hostfeatures(all + 1, sizeof(all) - 2), n);
  ck_assert_uint_eq(strlen(all + 1), n);
  ck_assert_uint_eq(dasmc_hostfeatures(some, sizeof(some)), n);
  ck_assert_msg(strlen(some) == 7 && strncmp(some, all + 1, 7) == 0, "%s", some);
  all[0] = ' ';
  strcat(all, " ");
#define SAME(name, text, line) do { \
    ck_assert_msg((strstr(all, " " name " ") != NULL) == (__builtin_cpu_supports(text) != 0), "%s:%s", name, all); \
    ck_assert_int_eq(dasmc_new(&other, &host), DASM_S_OK); \
    ck_assert_msg((dasmc_fragment(other, line, -1, &f) == DASM_S_OK) == (__builtin_cpu_supports(text) != 0), line); \
    dasmc_release(f); \
    dasmc_free(other); \
  } while (0)
  SAME("sse2", "sse2", "paddb xmm0, xmm1");
  SAME("sse3", "sse3", "addsubps xmm0, xmm1");
  SAME("ssse3", "ssse3", "pabsb xmm0, xmm1");
  SAME("sse4.1", "sse4.1", "ptest xmm0, xmm1");
  SAME("sse4.2", "sse4.2", "pcmpgtq xmm0, xmm1");
  SAME("popcnt", "popcnt", "popcnt eax, ecx");
  SAME("avx", "avx", "vaddps ymm0, ymm1, ymm2");
  SAME("avx2", "avx2", "vpaddb ymm0, ymm1, ymm2");
  SAME("fma", "fma", "vfmadd231ps ymm0, ymm1, ymm2");
  SAME("bmi", "bmi", "andn eax, ecx, edx");
  SAME("bmi2", "bmi2", "mulx eax, ecx, edx");
  SAME("sse4a", "sse4a", "movntsd [rax], xmm1");
  SAME("fma4", "fma4", "vfmaddps xmm0, xmm1, xmm2, xmm3");
  SAME("avx512f", "avx512f", "vaddps zmm0, zmm1, zmm2");
  SAME("avx512bw", "avx512bw", "vpaddb zmm0, zmm1, zmm2");
  SAME("avx512vnni", "avx512vnni", "vpdpbusd zmm0, zmm1, zmm2");
#undef SAME
  if (!strstr(all, " apxf ")) { /* a name lifts it */
    ck_assert_int_eq(dasmc_new(&other, &host), DASM_S_OK);
    ck_assert_int_eq(dasmc_fragment(other, "add r16, r17", -1, &f), DASM_S_SOURCE);
    dasmc_messages(other, message, sizeof(message));
    ck_assert_msg(strstr(message, "APXF") && strstr(message, "'host,apxf'"), "%s", message);
    dasmc_free(other);
  }
  for (int i = 0; i < 2; i++) {
    host.features = i ? "all" : "host,apxf";
    ck_assert_int_eq(dasmc_new(&other, &host), DASM_S_OK);
    ck_assert_int_eq(dasmc_fragment(other, "add r16, r17", -1, &f), DASM_S_OK);
    dasmc_release(f);
    dasmc_free(other);
  }
  wrong.features = "host,avx3";
  ck_assert_int_eq(dasmc_new(&other, &wrong), DASM_S_SOURCE);
  ck_assert_ptr_null(other);
  ck_assert_msg(strstr(message, "avx3") && strstr(message, "amx-tile"), "%s", message);
  wrong.message = text;
  wrong.message_size = sizeof(text);
  wrong.isa = "x65";
  ck_assert_int_eq(dasmc_new(&other, &wrong), DASM_S_SOURCE);
  ck_assert_msg(strstr(text, "x65") && strlen(text) <= 63, "%s", text);
}
END_TEST
#endif

START_TEST(invalid_arguments)
{
  dasmc_Options bad = {.size = 4}, unknown = {.size = sizeof(unknown), .isa = "z80"};
  dasmc_Message m = {.size = 1};
  dasmc_Assembler *other = A;
  dasmc_Fragment *f = NULL;
  dasm_State *none = NULL;
  size_t size = 0;

  ck_assert_int_eq(dasmc_new(NULL, NULL), DASM_S_ARG);
  ck_assert_int_eq(dasmc_new(&other, &bad), DASM_S_ARG);
  ck_assert_ptr_null(other);
  ck_assert_int_eq(dasmc_new(&other, &unknown), DASM_S_SOURCE);
  dasmc_free(NULL);
  ck_assert_int_eq(dasmc_fragment(A, NULL, 0, &f), DASM_S_ARG);
  ck_assert_int_eq(dasmc_fragment(A, "nop", -2, &f), DASM_S_ARG);
  ck_assert_int_eq(dasmc_fragment(A, "nop", -1, NULL), DASM_S_ARG);
  ck_assert_int_eq(dasmc_fragment(NULL, "nop", -1, &f), DASM_S_ARG);
  ck_assert_int_eq(dasmc_put(&D, NULL, NULL, 0), DASM_S_ARG);
  ck_assert_int_eq(dasmc_emit(A, &none, "nop", -1, NULL, 0), DASM_S_ARG);
  ck_assert_int_eq(dasmc_emit(A, &D, "nop", -1, NULL, 1), DASM_S_ARG);
  ck_assert_int_eq(dasmc_assemble(A, "nop", -1, NULL, 0, 0, NULL, NULL), DASM_S_ARG);
  ck_assert_int_eq(dasmc_assemble(NULL, "nop", -1, NULL, 0, 0, NULL, &size), DASM_S_ARG);
  ck_assert_int_eq(dasmc_message(A, 0, NULL), DASM_S_ARG);
  ck_assert_int_eq(dasmc_message(A, 0, &m), DASM_S_ARG);
  ck_assert_int_eq(dasmc_state(NULL, &none), DASM_S_ARG);
  ck_assert_int_eq(dasmc_state(A, NULL), DASM_S_ARG);
  ck_assert_int_eq(dasmc_reset(A, &none), DASM_S_ARG);
  ck_assert_uint_eq(dasmc_parameters(NULL), 0);
  ck_assert_ptr_null(dasmc_parameter(NULL, 0));
  ck_assert_ptr_null(dasmc_list(NULL, NULL));
  ck_assert_int_eq(dasmc_includedir(A, NULL), DASM_S_ARG);
  ck_assert_int_eq(dasmc_setextern(A, NULL, 0), DASM_S_ARG);
}
END_TEST

/* Text for DynASM keeps its bytes, with a warning; our own dialect goes by the manual. */
START_TEST(dialects)
{
  static const struct { int dialect; const char *text; int64_t value; int status, size, byte; } rows[] = {
    {0, "mov eax, [ecx]", 0, DASM_S_OK, 3, 0x67},
    {DASMC_DIALECT_LIBDASM, "mov eax, [ecx]", 0, DASM_S_OK, 3, 0x67},
    {DASMC_DIALECT_1_5, "mov eax, [ecx]", 0, DASM_S_OK, 2, 0x8b},
    {DASMC_DIALECT_1_4, "mov eax, [ecx]", 0, DASM_S_OK, 2, 0x8b},
    {0, "add rcx, n", 0x7fffffff, DASM_S_OK, 7, 0x48},
    {0, "add rcx, n", 0x80000000, DASM_S_RANGE_I, 0, 0},
    {DASMC_DIALECT_1_5, "add rcx, n", 0x80000000, DASM_S_OK, 7, 0x48},
    {0, "mov eax, [rcx+n]", 0x80000000, DASM_S_RANGE_I, 0, 0},
    {DASMC_DIALECT_1_5, "mov eax, [rcx+n]", 0x80000000, DASM_S_OK, 6, 0x8b},
    {0, "mov eax, [ecx+n]", 0x80000000, DASM_S_OK, 7, 0x67},
    {0, "add ecx, n", 0xffffffff, DASM_S_OK, 3, 0x83},
  };
  dasmc_Options options = {.size = sizeof(options), .isa = "x64"};

  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    dasmc_Value n = {"n", rows[i].value};
    dasmc_Assembler *other;
    unsigned char code[16];
    size_t size = sizeof(code);
    int status;

    options.dialect = rows[i].dialect;
    ck_assert_int_eq(dasmc_new(&other, &options), DASM_S_OK);
    status = dasmc_assemble(other, rows[i].text, -1, &n, 1, 0, code, &size);
    ck_assert_msg(DASM_S_CLASS(status) == rows[i].status, "row %zu: %s", i, dasm_strerror(status));
    ck_assert(status != DASM_S_OK || (size == (size_t)rows[i].size && code[0] == rows[i].byte));
    dasmc_free(other);
  }
  for (options.dialect = 9900; options.dialect < 30000; options.dialect += 50) {
    int d = options.dialect;
    int known = d == DASMC_DIALECT_LIBDASM || (d >= 10000 && d <= DASMC_DIALECT_1_5 && d % 100 == 0);
    dasmc_Assembler *other;

    ck_assert_int_eq(dasmc_new(&other, &options), known ? DASM_S_OK : DASM_S_ARG);
    dasmc_free(other);
  }
}
END_TEST

/* A displacement behind registers that are not known either: DynASM has no check of its own for it. */
START_TEST(dynamic_displacement_is_named)
{
  dasmc_Options options = {.size = sizeof(options), .isa = "x64", .dialect = DASMC_DIALECT_1_5};
  dasmc_Value n = {"n", INT64_C(0x200000000)};
  dasmc_Message m = {.size = sizeof(m)};
  dasmc_Assembler *other;
  unsigned char code[16];
  size_t size = sizeof(code);

  ck_assert_int_eq(dasmc_new(&other, &options), DASM_S_OK);
  ck_assert_int_eq(DASM_S_CLASS(dasmc_assemble(other, "nop\nmov eax, [Rq(1)+n]", -1, &n, 1, 0, code, &size)),
                   DASM_S_RANGE_I);
  ck_assert_int_eq(dasmc_message(other, 0, &m), DASM_S_OK);
  ck_assert_str_eq(m.text, "text:2: displacement 8589934592 does not fit in 32 bits, in \"mov eax, [Rq(1)+n]\"");
  dasmc_free(other);
}
END_TEST

/* A statement that comes again, at another place in a put, checks its own argument. */
START_TEST(values_of_repeated_lines)
{
  unsigned char code[500];
  size_t size = sizeof(code);
  char text[1000] = "";

  for (unsigned i = 0; i < 52; i++)
    strcat(text, i == 5 || i == 51 ? "add rcx, (1000)\n" : i < 5 ? "mov ecx, (7)\n" : "mov ecx, (8)\n");
  ck_assert_int_eq(dasmc_assemble(A, text, -1, NULL, 0, 0, code, &size), DASM_S_OK);
  ck_assert_uint_eq(size, 50 * 5 + 2 * 7);
}
END_TEST

START_TEST(isas_do_not_mix)
{
  dasmc_Options options = {.size = sizeof(options), .isa = "x86"};
  dasmc_Assembler *other;

  ck_assert_int_eq(dasmc_new(&other, &options), DASM_S_OK);
  ck_assert_str_eq(dasmc_isa(other), "x86");
  ck_assert_int_eq(dasmc_emit(other, &D, "nop", -1, NULL, 0), DASM_S_TEMPLATE);
  dasmc_free(other);
}
END_TEST

START_TEST(isas_have_names)
{
  dasmc_Options options = {.size = sizeof(options)};
  unsigned n = 0;

  for (; (options.isa = dasmc_isaname(n)) != NULL; n++) {
    dasmc_Assembler *other;

    ck_assert_int_eq(dasmc_new(&other, &options), DASM_S_OK);
    ck_assert_str_eq(dasmc_isa(other), options.isa);
    dasmc_free(other);
  }
  ck_assert_uint_ge(n, 2);
  ck_assert_ptr_null(dasmc_isaname(n + 1));
  ck_assert_int_eq(dasmc_version(), dasm_version());
}
END_TEST

/* What of an ISA libdasmc tells: those who know it from elsewhere agree. */
START_TEST(isas_tell_what_they_are)
{
  static const struct { const char *isa, *reg; unsigned address; int arch; unsigned mode; } known[] = {
    {"x64", " r15d ", 8, 3, 8}, {"x86", " esp ", 4, 3, 4}, {"riscv64", " a0 ", 8, 15, 6}, {"riscv32", " ft11 ", 4, 15, 5},
  };
  dasmc_IsaInfo info = {.size = sizeof(info)};
  char text[8192];

  for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
    ck_assert_int_eq(dasmc_isainfo(known[i].isa, &info), DASM_S_OK);
    ck_assert_str_eq(info.name, known[i].isa);
    ck_assert_uint_eq(info.address_size, known[i].address);
    ck_assert_uint_eq(info.big_endian, 0);
    ck_assert_uint_ge(info.reach, 1 << 20);
    ck_assert_int_eq(info.capstone_arch, known[i].arch);
    ck_assert_uint_eq(info.capstone_mode, known[i].mode);
    ck_assert_uint_lt(dasmc_registers(known[i].isa, text, sizeof(text)), sizeof(text));
    ck_assert_ptr_nonnull(strstr(text, known[i].reg));
  }
  if (dasmc_hostisa()) {
    ck_assert_int_eq(dasmc_isainfo(NULL, &info), DASM_S_OK);
    ck_assert_str_eq(info.name, dasmc_hostisa());
  }
  ck_assert_int_eq(dasmc_isainfo("z80", &info), DASM_S_SOURCE);
  ck_assert_int_eq(dasmc_isainfo("x64", NULL), DASM_S_ARG);
  info.size--;
  ck_assert_int_eq(dasmc_isainfo("x64", &info), DASM_S_ARG);
  ck_assert_uint_eq(dasmc_registers("z80", text, sizeof(text)), 0);
  ck_assert_str_eq(text, "");
  ck_assert_uint_gt(dasmc_registers("x64", NULL, 0), 100);
}
END_TEST

/* ---- include and run ---------------------------------------------------------------------------------- */

START_TEST(included_files)
{
  dasmc_Message m = {.size = sizeof(m)};
  FILE *f = fopen("check_rt.inc", "w");

  ck_assert_ptr_nonnull(f);
  fputs("| nop\n| frob\n", f);
  fclose(f);
  ck_assert_int_eq(dasmc_includedir(A, "."), DASM_S_OK);
  ck_assert_int_eq(dasmc_emit(A, &D, "ret\n.include check_rt.inc", -1, NULL, 0), DASM_S_SOURCE);
  ck_assert_int_eq(dasmc_message(A, 0, &m), DASM_S_OK);
  ck_assert_ptr_nonnull(strstr(m.file, "check_rt.inc"));
  ck_assert_uint_eq(m.line, 2);
  remove("check_rt.inc");
}
END_TEST

static void write_file(const char *name, const char *text)
{
  FILE *f = fopen(name, "w");

  ck_assert_ptr_nonnull(f);
  fputs(text, f);
  fclose(f);
}

/* Who keeps fragments by their texts hears of it when a text may mean something else. */
START_TEST(changes)
{
  /* Each is given twice; a definition is refused the second time. */
  static const struct { const char *text; int status[2]; bool changes[2]; } texts[] = {
    {"mov eax, D", {DASM_S_OK, DASM_S_OK}, {false, false}},
    {"bogus", {DASM_S_SOURCE, DASM_S_SOURCE}, {false, false}},
    {".define D, 7", {DASM_S_OK, DASM_S_SOURCE}, {true, false}},
    {"mov eax, D", {DASM_S_OK, DASM_S_OK}, {false, false}},
    {".macro m\nnop\n.endmacro", {DASM_S_OK, DASM_S_SOURCE}, {true, false}},
    {"m", {DASM_S_OK, DASM_S_OK}, {false, false}},
    {".define E, 7\nbogus", {DASM_S_SOURCE, DASM_S_SOURCE}, {true, false}},
    {".include check_rt_2.inc", {DASM_S_OK, DASM_S_OK}, {true, true}},
  };

  ck_assert_uint_eq(dasmc_changes(NULL), 0);
  ck_assert_int_eq(dasmc_includedir(A, "."), DASM_S_OK);
  write_file("check_rt_2.inc", "| nop\n");
  for (unsigned i = 0; i < 2 * sizeof(texts) / sizeof(*texts); i++) {
    unsigned before = dasmc_changes(A);
    dasmc_Fragment *f;

    ck_assert_int_eq(dasmc_fragment(A, texts[i / 2].text, -1, &f), texts[i / 2].status[i % 2]);
    ck_assert_msg((dasmc_changes(A) != before) == texts[i / 2].changes[i % 2], "%s", texts[i / 2].text);
    dasmc_release(f);
  }
  remove("check_rt_2.inc");
}
END_TEST

/* A file that has changed is read again, although the text that includes it is the same. */
START_TEST(changed_files)
{
  unsigned char code[8];

  ck_assert_int_eq(dasmc_includedir(A, "."), DASM_S_OK);
  for (int i = 0; i < 3; i++) {
    size_t size = sizeof(code);

    write_file("check_rt_2.inc", i % 2 ? "| ret\n" : "| nop\n");
    ck_assert_int_eq(dasmc_assemble(A, ".include check_rt_2.inc", -1, NULL, 0, 0, code, &size), DASM_S_OK);
    ck_assert_uint_eq(size, 1);
    ck_assert_uint_eq(code[0], i % 2 ? 0xc3 : 0x90);
  }
  remove("check_rt_2.inc");
}
END_TEST

/* The limit is fatal: with an error and going on, these would be read 2^100 times. */
START_TEST(files_that_include_each_other_twice)
{
  dasmc_Message m = {.size = sizeof(m)};

  ck_assert_int_eq(dasmc_includedir(A, "."), DASM_S_OK);
  write_file("check_rt_3.inc", "|.include check_rt_4.inc\n|.include check_rt_4.inc\n");
  write_file("check_rt_4.inc", "|.include check_rt_3.inc\n|.include check_rt_3.inc\n");
  ck_assert_int_eq(dasmc_emit(A, &D, ".include check_rt_3.inc", -1, NULL, 0), DASM_S_SOURCE);
  ck_assert_int_eq(dasmc_message(A, 0, &m), DASM_S_OK);
  ck_assert_ptr_nonnull(strstr(m.text, "include each other too deeply"));
  ck_assert_int_eq(dasmc_emit(A, &D, "nop", -1, NULL, 0), DASM_S_OK);
  remove("check_rt_3.inc");
  remove("check_rt_4.inc");
}
END_TEST

START_TEST(label_in_two_texts)
{
  char message[200];

  ck_assert_int_eq(dasmc_emit(A, &D, "nop\n->f: nop", -1, NULL, 0), DASM_S_OK);
  ck_assert_int_eq(DASM_S_CLASS(dasmc_emit(A, &D, "nop; nop\nnop\n->f: ret", -1, NULL, 0)), DASM_S_REDEF);
  dasm_errmsg(&D, message, sizeof(message));
  ck_assert_ptr_nonnull(strstr(message, "text:3: global label 'f' has a place already, in text:2:"));
}
END_TEST

#if defined(__x86_64__)
START_TEST(code_runs)
{
  dasm_CodeHeap *heap;
  dasm_Code *code;
  dasmc_Value n = {"n", 42};
  unsigned number;
  void *address;
  int64_t (*function)(int64_t);

  ck_assert_int_eq(dasm_heap_new(NULL, &heap), DASM_S_OK);
  ck_assert_int_eq(dasmc_emit(A, &D, "ret\n->add_n:\n  lea rax, [rdi + n]\n  ret\n", -1, &n, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_publish(heap, &D, &code), DASM_S_OK);
  ck_assert_int_eq(dasmc_global(A, "add_n", &number), DASM_S_OK);
  ck_assert_int_eq(dasm_code_global(code, number, &address), DASM_S_OK);
  *(void **)&function = address;
  ck_assert_int_eq(function(1), 43);
  ck_assert_int_eq(dasm_code_release(heap, code), DASM_S_OK);
  dasm_heap_free(&heap);
}
END_TEST
#endif

/* Values in any order, as many as there are parameters: looked up one by one that takes minutes. */
START_TEST(very_many_parameters)
{
  enum { N = 400000 };
  char *text = malloc((size_t)N * 20), *p = text, (*name)[8] = malloc((size_t)N * sizeof(*name));
  dasmc_Value *values = malloc((size_t)N * sizeof(*values));
  uint32_t *code = malloc((size_t)N * sizeof(*code));
  size_t size;

  ck_assert(text && name && values && code);
  for (uint32_t i = 0; i < N; i++) {
    p += sprintf(p, ".dword p%u\n", (unsigned)i);
    snprintf(name[i], sizeof(name[i]), "p%u", (unsigned)(N - 1 - i));
    values[i] = (dasmc_Value){name[i], N - 1 - i};
  }
  ck_assert_int_eq(dasmc_emit(A, &D, text, p - text, values, N), DASM_S_OK);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_uint_eq(size, (size_t)N * sizeof(*code));
  ck_assert_int_eq(dasm_encode(&D, code), DASM_S_OK);
  for (uint32_t i = 0; i < N; i++)
    if (code[i] != i)
      ck_abort_msg("%u: %u", (unsigned)i, (unsigned)code[i]);
  ck_assert_int_eq(dasmc_emit(A, &D, text, p - text, values + 1, N - 1), DASM_S_SOURCE);
  free(code);
  free(values);
  free(name);
  free(text);
}
END_TEST

int main(void)
{
  Suite *suite = suite_create("rt");
  TCase *tc = tcase_create("rt"), *many = tcase_create("many");
  SRunner *runner;
  int failed;

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
  tcase_add_loop_test(tc, errors_have_a_place, 0, sizeof(errors) / sizeof(errors[0]));
  tcase_add_test(tc, all_errors_are_reported);
  tcase_add_test(tc, suggestions_and_macro_notes);
  tcase_add_test(tc, missing_values_are_named);
  tcase_add_test(tc, values_that_do_not_fit_name_line_and_statement);
  tcase_add_loop_test(tc, errors_behind_bytes_name_their_line, 0, sizeof(behind_bytes) / sizeof(behind_bytes[0]));
  tcase_add_loop_test(tc, remedies_of_what_is_too_far, 0, (int)(sizeof(beyond) / sizeof(*beyond)));
  tcase_add_test(tc, run_time_errors_of_expressions);
  tcase_add_test(tc, late_errors_name_their_text);
  tcase_add_test(tc, invalid_arguments);
  tcase_add_test(tc, dialects);
  tcase_add_test(tc, dynamic_displacement_is_named);
  tcase_add_test(tc, values_of_repeated_lines);
  tcase_add_test(tc, isas_do_not_mix);
  tcase_add_test(tc, isas_have_names);
  tcase_add_test(tc, isas_tell_what_they_are);
  tcase_add_test(tc, included_files);
  tcase_add_test(tc, changes);
  tcase_add_test(tc, changed_files);
  tcase_add_test(tc, files_that_include_each_other_twice);
  tcase_add_test(tc, label_in_two_texts);
#if defined(__x86_64__)
  tcase_add_test(tc, code_runs);
  tcase_add_test(tc, host_features);
#endif
  suite_add_tcase(suite, tc);
  tcase_set_timeout(many, 60);
  tcase_add_checked_fixture(many, setup, teardown);
  tcase_add_test(many, very_many_parameters);
  suite_add_tcase(suite, many);
  runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
