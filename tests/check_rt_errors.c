/* check_rt_errors.c - the run-time assembler: what is wrong with texts and values, arguments of calls, dialects, ISAs. */
#include "facts.h"
#include "rt.h"
#include "suite.h"

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
  {"jecxz >1\n.space 128\n1:", "text:1: the target is 128 bytes away, and this instruction reaches -128 to 127: leave out short; "
                               "loop and jrcxz can go to a jmp nearby, in \"jecxz >1\"", 0},
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

/* What of an ISA libdasmc tells: its family's file, which has it from elsewhere, agrees. */
static void tells_what_it_is(const char *isa, const struct fact *facts, unsigned n)
{
  dasmc_IsaInfo info = {.size = sizeof(info)};
  char name[32], order[16], reg[16], text[8192], spaced[20];
  unsigned bytes, mode, i;
  int arch;

  for (i = 0; i < n; i++)
    if (sscanf(facts[i].text, "%31s %u %15s %d %u %15s", name, &bytes, order, &arch, &mode, reg) == 6 && strcmp(name, isa) == 0)
      break;
  ck_assert_msg(i < n, "no file tests/isa/*.facts has the line 'isa %s BYTES ORDER ARCH MODE REGISTER'", isa);
  ck_assert_int_eq(dasmc_isainfo(isa, &info), DASM_S_OK);
  ck_assert_str_eq(info.name, isa);
  ck_assert_uint_eq(info.address_size, bytes);
  ck_assert_str_eq(info.big_endian ? "big" : "little", order);
  ck_assert_uint_ge(info.reach, 1 << 17);
  ck_assert_int_eq(info.capstone_arch, arch);
  ck_assert_uint_eq(info.capstone_mode, mode | (unsigned)info.big_endian << 31);
  ck_assert_uint_lt(dasmc_registers(isa, text, sizeof(text)), sizeof(text));
  snprintf(spaced, sizeof(spaced), " %s ", reg);
  ck_assert_msg(strstr(text, spaced) != NULL, "%s has no register %s", isa, reg);
}

START_TEST(isas_tell_what_they_are)
{
  static struct fact facts[FACTS];
  unsigned n = facts_read("isa", facts), isas = 0;
  dasmc_IsaInfo info = {.size = sizeof(info)};
  char text[8192];

  while (dasmc_isaname(isas))
    tells_what_it_is(dasmc_isaname(isas++), facts, n);
  ck_assert_uint_eq(isas, n);
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

int main(void)
{
  Suite *suite = suite_create("rt_errors");
  TCase *tc = tcase_create("rt_errors");

  tcase_add_checked_fixture(tc, setup, teardown);
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
#if defined(__x86_64__)
  tcase_add_test(tc, host_features);
#endif
  suite_add_tcase(suite, tc);
  return suite_run(suite);
}
