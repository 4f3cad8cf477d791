/* check_x86.c - x86 and x64: what is refused, with which message, where; and that a damaged
 * parameter block of an instruction with dynamic registers does no harm.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dasmc.h"
#include "lib/isa/x86.h"

/* ---- messages ------------------------------------------------------------------------ */

struct refusal {
  const char *isa, *text;
  unsigned column; /* of the caret, 0: not looked at */
  const char *message;
  const char *help; /* part of the help, or NULL */
};

static const struct refusal refusals[] = {
  {"x64", "add al, 300", 9, "immediate 300 is out of range for 'add'", "r/m8, imm8"},
  {"x64", "movl $5, %eax", 1, "this looks like AT&T syntax, which is not taken", "the result comes first"},
  {"x64", "mov eax, 8(%rbx)", 1, "this looks like AT&T syntax, which is not taken", NULL},
  {"x64", "jmp *%rax", 1, "this looks like AT&T syntax, which is not taken", NULL},
  {"x64", "{rex} mov ah, al", 0, "'mov' has no encoding as the braces before it ask for", NULL},
  {"x64", "and rax, 0xfffffff0", 10, "4294967280 does not fit in 32 signed bits", NULL},
  {"x64", "add ax, 0xfffff", 9, "immediate 1048575 is out of range for 'add'", NULL},
  {"x64", "mov eax, [0xfee000f0], 1", 1, "'mov' does not take 3 operands", NULL},
  {"x64", "add ecx, [0xfee000f0]", 10, "the displacement does not fit in 32 signed bits", NULL},
  {"x64", ".double n", 9, "a floating-point number is expected, as 1.5 or -2e-3", NULL},
  {"x64", "vcvtpd2ps xmm1, qword bcst [rax]", 17, "the size of the memory operand is missing", "{1to2}"},
  {"x64", ".ascii 5", 8, "a text in quotes is expected", NULL},
  {"x64", "mov ax, 65536", 9, "immediate 65536 is out of range for 'mov'", NULL},
  {"x64", "mov ax, -32769", 9, "immediate -32769 is out of range for 'mov'", NULL},
  {"x64", "shl eax, 256", 10, "immediate 256 is out of range for 'shl'", NULL},
  {"x64", "add eax, xmm1", 10, "'add' does not take this register here", "r32, r/m32"},
  {"x64", "mov eaxx, 5", 5, "'mov' does not take this operand here", "did you mean 'eax'?"},
  {"x64", "addps xmm1, eax", 13, "'addps' does not take this register here", "addps xmm, xmm/m128"},
  {"x64", "movaps xmm1, dword [rax]", 14, "wrong memory size for 'movaps'", "movaps xmm, xmm/m128"},
  {"x64", "add [rax], 1", 5, "the size of the memory operand is missing", "byte, word, dword"},
  {"x64", "inc [rbx+4]", 5, "the size of the memory operand is missing", NULL},
  {"x64", "movzx eax, [rax]", 12, "the size of the memory operand is missing", NULL},
  {"x64", "movsx cx, [rax]", 11, "the size of the memory operand is missing", NULL},
  {"x64", "shl [rax], cl", 5, "the size of the memory operand is missing", NULL},
  {"x64", "cvtsi2sd xmm0, [rax]", 16, "the size of the memory operand is missing", NULL},
  {"x64", "vcvtpd2ps xmm1, [rdx]", 17, "the size of the memory operand is missing", NULL},
  {"x64", "vcvtpd2ps xmm1, [rdx]", 17, "the size of the memory operand is missing", NULL},
  {"x64", "jmp far [rax]", 5, "the size of the memory operand is missing", NULL},
  {"x64", "call far [rax]", 6, "the size of the memory operand is missing", NULL},
  {"x64", "crc32 edx, [rcx]", 12, "the size of the memory operand is missing", NULL},
  {"x64", "lock mov [rax], ecx", 6, "'mov' with these operands cannot have the prefix 'lock'", "lock is for add"},
  {"x64", "lock; mov [rax], ecx", 7, "'mov' with these operands cannot have the prefix 'lock'", NULL},
  {"x64", "lock add eax, [rcx]", 6, "'add' with these operands cannot have the prefix 'lock'", NULL},
  {"x64", "lock xchg eax, ecx", 6, "'xchg' with these operands cannot have the prefix 'lock'", NULL},
  {"x64", "rep add eax, ecx", 5, "'add' with these operands cannot have the prefix 'rep'", NULL},
  {"x64", "repne movaps xmm0, xmm1", 7, "'movaps' with these operands cannot have the prefix 'repne'", NULL},
  {"x64", "xacquire add [rax], ecx", 10, "'add' with these operands cannot have the prefix 'xacquire'", NULL},
  {"x64", "xrelease mov ecx, [rax]", 10, "'mov' with these operands cannot have the prefix 'xrelease'", NULL},
  {"x64", "bnd add eax, ecx", 5, "'add' with these operands cannot have the prefix 'bnd'", NULL},
  {"x64", "notrack jmp ->g", 9, "'jmp' with these operands cannot have the prefix 'notrack'", NULL},
  {"x64", "add rax, 0x123456789", 10, "immediate 4886718345 is out of range for 'add'", "mov64 puts it there"},
  {"x64", "mov eax, [rbx+0x123456789]", 10, "the displacement does not fit in 32 bits", "mov64 puts 64 bits"},
  {"x64", "ret 1, 2", 1, "'ret' does not take 2 operands", "imm16"},
  {"x64", "mov eax", 1, "'mov' does not take 1 operand", NULL},
  {"x64", "mov ah, r8b", 5, "ah, ch, dh and bh cannot be used in an instruction with a REX prefix", NULL},
  {"x64", "movzx rax, ah", 12, "ah, ch, dh and bh cannot be used in an instruction with a REX prefix", NULL},
  {"x64", "mov eax, [rax+rcx*3]", 15, "after a register come + or -, or * and 1, 2, 4 or 8", NULL},
  {"x64", "mov eax, [rax+rsp*2]", 10, "not a register that can be an index", NULL},
  {"x64", "mov eax, [ax]", 10, "not a register that can be a base", NULL},
  {"x64", "mov eax, [rax-rcx]", 14, "a register cannot be subtracted", NULL},
  {"x64", "mov eax, [rax+rcx+rdx]", 19, "more than two registers in an address", NULL},
  {"x64", "mov eax, [rax*2+rcx*2]", 10, "only one register of an address can have a scale", NULL},
  {"x64", "mov eax, []", 10, "empty address", NULL},
  {"x64", "mov eax, [rbx+0x80000000]", 10, "the displacement does not fit in 32 signed bits", NULL},
  {"x64", "mov eax, [rbx+0x100000000]", 10, "the displacement does not fit in 32 bits", NULL},
  {"x64", "mov dword eax, 1", 5, "a size cannot be given here", NULL},
  {"x64", "into", 1, "'into' does not exist in 64-bit mode", NULL},
  {"x64", "vaddps zmm1{k0}, zmm2, zmm3", 12, "k0 means no mask here: leave it out", NULL},
  {"x64", "vaddps zmm1{q}, zmm2, zmm3", 12, "unknown decoration", "{1to2}"},
  {"x64", "vaddps zmm1, zmm2, [rax]{1to8}", 20, "the broadcast has 16 elements here: {1to16}", NULL},
  {"x64", "vaddps zmm1{z}, zmm2, zmm3", 8, "{z} needs a mask before it, as in {k1}{z}", NULL},
  {"x64", "vaddps zmm1, zmm2{k1}, zmm3", 14, "'vaddps' does not take a mask here", NULL},
  {"x64", "add eax{k1}, 5", 5, "'add' does not take a mask here", NULL},
  {"x64", "vmovaps [rax]{k1}{z}, zmm1", 9, "'vmovaps' cannot zero here what is masked out", NULL},
  {"x64", "vcmpps k1{k2}{z}, zmm1, zmm2, 3", 8, "'vcmpps' cannot zero here what is masked out", NULL},
  {"x64", "vpgatherdd zmm1, [rax+zmm2*4]", 12, "'vpgatherdd' needs a mask, as in {k1}", NULL},
  {"x64", "vpscatterdd [rax+zmm2*4], zmm1", 13, "'vpscatterdd' needs a mask, as in {k1}", NULL},
  {"x64", "vgatherdps xmm1, [rax+ymm2], xmm3", 18, "'vgatherdps' does not take a vector of addresses", NULL},
  {"x64", "{nf} mov eax, ebx", 1, "'mov' has no encoding as the braces before it ask for", NULL},
  {"x64", "{vex3} add eax, ebx", 1, "'add' has no encoding as the braces before it ask for", NULL},
  {"x64", "{rex} vaddps xmm1, xmm2, xmm3", 1, "'vaddps' has no encoding as the braces before it ask for", NULL},
  {"x64", "movs [rdi], [rsi]", 13, "the size of the memory operand is missing", NULL},
  {"x64", "movs byte [rsi], [rdi]", 1, "the memory of 'movs' is es:[rdi], [rsi] or [rbx], and nothing else can be written", NULL},
  {"x64", "movs byte [rdi+8], [rsi]", 1, "the memory of 'movs' is es:[rdi], [rsi] or [rbx], and nothing else can be written", NULL},
  {"x64", "stos gs:[rdi], al", 1, "the memory of 'stos' is es:[rdi], [rsi] or [rbx], and nothing else can be written", NULL},
  {"x64", "movs byte [rdi], byte [esi]", 1, NULL, NULL},
  {"x86", "mov eax, [bx+bp]", 10, "an address of 16 bits is made of bx or bp and si or di", NULL},
  {"x86", "mov eax, [bx+n]", 10, "the displacement of an address of 16 bits must be a number that fits in them", NULL},
  {"x64", "jmp 16:4096", 0, NULL, NULL},
  {"x64", "vaddps xmm1, xmm2, xmm3, {rn-sae}", 0, "rounding or {sae} is not possible here", NULL},
  {"x64", "vphaddw xmm16, xmm1, xmm2", 9, "'vphaddw' has no EVEX form with these operands", NULL},
  {"x64", "pshufb xmm16, xmm1", 0, "'pshufb' has no EVEX form with these operands", NULL},
  {"x64", ".byte 256", 7, "256 does not fit in 1 byte: .word takes 2", NULL},
  {"x64", ".byte -129", 7, "-129 does not fit in 1 byte: .word takes 2", NULL},
  {"x64", ".byte 65536", 7, "65536 does not fit in 1 byte: .dword takes 4", NULL},
  {"x64", ".word 1, 65536", 10, "65536 does not fit in 2 bytes: .dword takes 4", NULL},
  {"x64", ".dword 0x100000000", 8, "4294967296 does not fit in 4 bytes: .qword takes 8", NULL},
  {"x64", ".word ->g", 7, "an address does not fit in 2 bytes", NULL},
  {"x64", ".byte rax", 7, "a number, an expression or a label is expected", NULL},
  {"x86", "popfq", 1, "'popfq' does not exist in 32-bit mode", NULL},
  {"x86", "mov rax, 1", 0, NULL, NULL},
  {"x86", "mov eax, [ebx+xmm1]", 0, NULL, NULL},
  {"x86", "vcvtsi2sd xmm1, xmm1, qword [eax]", 0, NULL, NULL},
};

static dasmc_Assembler *open_for(const char *isa, const char *features)
{
  dasmc_Options options = {.size = sizeof(options), .isa = isa, .features = features};
  dasmc_Assembler *A;

  ck_assert_int_eq(dasmc_new(&A, &options), DASM_S_OK);
  return A;
}

/* The first error; true if there is one. */
static bool first_error(dasmc_Assembler *A, const char *text, dasmc_Message *error)
{
  dasmc_Fragment *f = NULL;
  int status = dasmc_fragment(A, text, -1, &f);

  error->size = sizeof(*error);
  if (status == DASM_S_OK) {
    dasmc_release(f);
    return false;
  }
  for (unsigned i = 0; dasmc_message(A, i, error) == DASM_S_OK; i++) {
    if (error->level == DASMC_ERROR)
      return true;
  }
  ck_abort_msg("%s: refused without a message", text);
  return false;
}

static bool some_help(dasmc_Assembler *A, const char *part)
{
  dasmc_Message m = {.size = sizeof(m)};

  for (unsigned i = 0; dasmc_message(A, i, &m) == DASM_S_OK; i++) {
    if (m.level == DASMC_HELP && strstr(m.text, part))
      return true;
  }
  return false;
}

START_TEST(wrong_lines_say_what_is_wrong)
{
  const struct refusal *r = &refusals[_i];
  dasmc_Assembler *A = open_for(r->isa, NULL);
  dasmc_Message m;

  ck_assert_msg(first_error(A, r->text, &m), "%s: accepted", r->text);
  if (r->message)
    ck_assert_msg(strcmp(m.text, r->message) == 0, "%s: \"%s\"", r->text, m.text);
  if (r->column)
    ck_assert_msg(m.column == r->column, "%s: column %u", r->text, m.column);
  if (r->help)
    ck_assert_msg(some_help(A, r->help), "%s: no help \"%s\"", r->text, r->help);
  dasmc_free(A);
}
END_TEST

START_TEST(features_restrict)
{
  static const struct { const char *features, *text, *needs; } cases[] = {
    {"SSE2", "addpd xmm1, xmm2", NULL},
    {"SSE2", "vaddps ymm1, ymm2, ymm3", "AVX"},
    {"SSE2,AVX", "vaddps ymm1, ymm2, ymm3", NULL},
    {"avx", "vaddps ymm1, ymm2, ymm3", NULL},
    {"AVX", "vpaddb ymm1, ymm2, ymm3", "AVX2"},
    {"AVX", "andn eax, ebx, ecx", "BMI"},
    {"AVX", "add eax, ebx", NULL},
    {"AVX", "add r16, rbx", "APXF"},
    {"AVX", "{rex2} add rax, rbx", "APXF"},
    {"APX", "add r16, rbx", NULL},
    {"avx10.1", "vaddbf16 zmm1, zmm2, zmm3", "AVX10.2"},
    {"avx10.2", "vaddbf16 zmm1, zmm2, zmm3", NULL},
    {"avx10.2", "vaddph zmm1, zmm2, zmm3", NULL},
    {"avx10.2", "vmovrsb xmm1, [rax]", "MOVRS"},
    {"avx10.2,movrs", "vmovrsb xmm1, [rax]", NULL},
    {"avx10_v2_aux", "vunpackb xmm1, xmm2, 3", NULL},
    {"avx10_v2_aux", "vaddbf16 xmm1, xmm2, xmm3", "AVX10.2"},
    {"amx-tile", "tilemovrow zmm1, tmm2, eax", "AMX-AVX512"},
    {"amx_avx512", "tileloadd tmm2, [rax+rcx]", NULL},
    {"amx_avx512", "tilemovrow tmm2, zmm1, eax", "ACE-V1"},
    {"ace_v1", "tilemovrow tmm2, zmm1, eax", NULL},
    {"ace_v1", "tilezero tmm2", NULL},
    {"avx512f", "vbitrevb zmm1, zmm2", "AVX512BMM"},
    {"msr_imm", "rdmsr rax, 5", NULL},
    {"SSE2", "udb", NULL},
  };

  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    dasmc_Assembler *A = open_for("x64", cases[i].features);
    dasmc_Message m;
    bool refused = first_error(A, cases[i].text, &m);

    ck_assert_msg(refused == (cases[i].needs != NULL), "-m %s: %s", cases[i].features, cases[i].text);
    if (refused)
      ck_assert_msg(strstr(m.text, cases[i].needs) != NULL, "%s", m.text);
    dasmc_free(A);
  }
}
END_TEST

/* ---- instructions with registers at run time --------------------------------------------- */

enum { GUARD = 0xa5 };

/* A record: its operands, the end of its literal, and what is read of them. */
struct dynamic {
  uint8_t p[64], tail[X86_TAIL];
  size_t n, ntail;
  struct record r;
};

static void write(struct dynamic *d, const struct x86_insn *insn, unsigned numbers, const uint8_t *bits)
{
  uint8_t *end = d->p, *tail = d->tail;

  d->r.op = (uint8_t)x86_write(&end, &tail, insn, numbers, bits, false);
  d->n = (size_t)(end - d->p);
  d->ntail = (size_t)(tail - d->tail);
}

static bool measure(struct dynamic *d)
{
  struct record r = {.op = d->r.op, .len = (uint8_t)d->ntail};

  d->r = r;
  return x86_measure(&d->r, d->p, d->n);
}

/* Status of the instruction; *end: where it ends. */
static int perform(const struct dynamic *d, const int64_t *args, uint8_t *out, uint8_t **end)
{
  int64_t value = 0;
  int status = DASM_S_OK;

  memcpy(out, d->tail, d->ntail);
  *end = x86_perform(NULL, &d->r, d->p, args, out + d->ntail, &status, &value);
  return status;
}

/* mov [rN+rM*4+arg], rK and the like; general: in the form for everything. */
static void sample(struct dynamic *d, bool general)
{
  struct x86_insn insn = {.kind = X86_LEGACY, .nopc = 1, .opc = {0x89}, .mem = X86_SIB_D, .sib = 0x80};
  static const uint8_t bits[X86_ROLES] = {4, 4, 4, 3, 3};

  memset(d, 0, sizeof(*d));
  if (general) {
    d->r.op = OP_X86_ANY;
    d->n = x86_write_any(d->p, &insn, 7, bits, false);
  } else {
    write(d, &insn, 7, bits);
  }
}

START_TEST(samples_are_encoded)
{
  static const unsigned char expected[] = {0x45, 0x89, 0x8c, 0xac, 0x00, 0x10, 0x00, 0x00}; /* GNU as */
  int64_t args[] = {9, 12, 5, 0x1000};
  uint8_t out[X86_ROOM], *end;
  struct dynamic d;

  sample(&d, _i);
  ck_assert_uint_eq(d.r.op, _i ? OP_X86_ANY : OP_X86_SIB_RBX_D);
  ck_assert(measure(&d));
  ck_assert_uint_eq(d.r.next, d.n);
  ck_assert_uint_eq(d.r.takes, 4);
  ck_assert_int_eq(perform(&d, args, out, &end), DASM_S_OK);
  ck_assert_int_eq(end - out, sizeof(expected));
  ck_assert_mem_eq(out, expected, sizeof(expected));
  args[2] = 4; /* no index register 4 */
  ck_assert_int_eq(perform(&d, args, out, &end), DASM_S_RANGE_VREG);
  args[2] = 16;
  ck_assert_int_eq(perform(&d, args, out, &end), DASM_S_RANGE_VREG);
  args[2] = 5;
  args[3] = INT64_C(1) << 32;
  ck_assert_int_eq(perform(&d, args, out, &end), DASM_S_RANGE_I);
  d.n--;
  ck_assert(!measure(&d));
  d.n++;
  d.ntail = 0;
  ck_assert(measure(&d) == (_i == 1)); /* its opcode is in the operands */
}
END_TEST

/* vaddps zmm1{k(n)}, zmm2, zmm3: bytes of GNU as. k0 is no mask. */
START_TEST(masks_are_not_k0)
{
  static const struct x86_insn insn = {.kind = X86_EVEX, .opc = {0xf1, 0x7c, 0x48, 0x58}, .mem = X86_MODRM, .modrm = 0xc0,
                                       .number = {1, 3, 0, 2, 0}};
  static const uint8_t bits[X86_ROLES] = {5, 5, 5, 5, 3};
  static const unsigned char expected[] = {0x62, 0xf1, 0x6c, 0x4f, 0x58, 0xcb};
  uint8_t out[X86_ROOM], *end;
  struct dynamic d = {.n = 0};

  write(&d, &insn, 1 << X86_MASK, bits);
  ck_assert(measure(&d));
  for (int64_t k = -1; k <= 9; k++)
    ck_assert_int_eq(perform(&d, &k, out, &end), k >= 1 && k <= 7 ? DASM_S_OK : DASM_S_RANGE_VREG);
  ck_assert_int_eq(perform(&d, &(int64_t){7}, out, &end), DASM_S_OK);
  ck_assert_int_eq(end - out, sizeof(expected));
  ck_assert_mem_eq(out, expected, sizeof(expected));
}
END_TEST

/* Every byte of a record set to every value: refused, or within bounds for all arguments. */
START_TEST(damaged_records_stay_in_bounds)
{
  static const int64_t values[] = {0, 4, 7, 8, 31, 32, -1, INT64_MIN, INT64_MAX, 0x7fffffff, 128};
  unsigned accepted = 0, refused = 0;
  struct dynamic d;

  sample(&d, _i);
  for (size_t at = 0, n = d.n + d.ntail; at < n; at++) {
    for (unsigned v = 0; v < 256; v++) {
      sample(&d, _i);
      *(at < d.n ? &d.p[at] : &d.tail[at - d.n]) = (uint8_t)v;
      if (!measure(&d)) {
        refused++;
        continue;
      }
      accepted++;
      ck_assert_uint_le(d.r.next, d.n);
      ck_assert_uint_le(d.r.looks, 8);
      for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        int64_t args[8];
        uint8_t out[X86_ROOM + 8], *end;

        for (size_t k = 0; k < 8; k++)
          args[k] = values[(i + 3 * k) % 11];
        memset(out, GUARD, sizeof(out));
        if (perform(&d, args, out, &end) == DASM_S_OK)
          ck_assert(end > out && end <= out + X86_MOST);
        for (size_t g = X86_ROOM; g < sizeof(out); g++)
          ck_assert_uint_eq(out[g], GUARD);
      }
    }
  }
  ck_assert_uint_gt(accepted, 100);
  ck_assert_uint_gt(refused, _i ? 100 : 0);
}
END_TEST

int main(void)
{
  Suite *suite = suite_create("x86");
  TCase *tc = tcase_create("messages");
  SRunner *runner;
  int failed;

  tcase_add_loop_test(tc, wrong_lines_say_what_is_wrong, 0, sizeof(refusals) / sizeof(refusals[0]));
  tcase_add_test(tc, features_restrict);
  suite_add_tcase(suite, tc);
  tc = tcase_create("blocks");
  tcase_add_loop_test(tc, samples_are_encoded, 0, 2);
  tcase_add_test(tc, masks_are_not_k0);
  tcase_add_loop_test(tc, damaged_records_stay_in_bounds, 0, 2);
  suite_add_tcase(suite, tc);
  runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
