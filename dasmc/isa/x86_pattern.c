/* x86_pattern.c - the notation of one row, see the head of x86.def.
 *
 * A row is one string of five zero-terminated columns. Each column is split into
 * words and every word is looked up in a table here; nothing else gives a row its meaning. The
 * first thing that makes no sense is returned as text, which the table test shows.
 */
#include <stdio.h>
#include <string.h>

#include "x86.h"

/* ---- operands ------------------------------------------------------------------- */

struct kind_word {
  const char *word;
  struct x86_kinds kinds;
};

/* Memory of a size that has no name: any name goes, except byte and word. */
#define ODD_SIZE (X86_MEM_SIZES & ~(X86_KMEM(M8) | X86_KMEM(M16)))

#define R(name) {.reg = X86_KREG(name)}
#define M(name) {.mem = X86_KMEM(name)}
#define V(name) {.val = X86_KVAL(name)}
static const struct kind_word kind_words[] = { /* frequent ones first: they are looked for in this order */
  {"r32", R(R32)}, {"m32", M(M32)}, {"r64", R(R64)}, {"m64", M(M64)}, {"imm8", V(IMM8)}, {"r16", R(R16)}, {"m16", M(M16)},
  {"xmm", R(XMM)}, {"m128", M(M128)}, {"ymm", R(YMM)}, {"m256", M(M256)}, {"zmm", R(ZMM)}, {"m512", M(M512)},
  {"m32bcst", M(B32)}, {"m64bcst", M(B64)}, {"m16bcst", M(B16)}, {"r8", R(R8)}, {"m8", M(M8)},
  {"imm8s", {0}}, {"imm16", V(IMM16)}, {"imm32", V(IMM32)}, {"imm64", V(IMM64)}, {"imm4", V(IMM4)}, {"imm16s", V(IMM16)},
  {"k", R(MASK)}, {"mm", R(MM)}, {"st(0)", R(ST0)}, {"st(i)", R(ST)}, {"rel8", V(REL8)}, {"rel32", V(REL32)},
  {"al", R(AL)}, {"ax", R(AX)}, {"eax", R(EAX)}, {"rax", R(RAX)}, {"cl", R(CL)}, {"dx", R(DX)}, {"m", M(M)},
  {"1", V(IMM1)}, {"3", V(IMM8)}, {"ecx", R(ECX)}, {"edx", R(EDX)}, {"ebx", R(EBX)},
  {"rcx", R(R64)}, {"rdx", R(R64)}, {"rbx", R(R64)}, {"xmm0", R(XMM0)}, {"xmm+3", R(XMM)}, {"zmm+3", R(ZMM)},
  {"k+1", R(MASK)}, {"tmm", R(TMM)}, {"sibmem", M(M)}, {"bnd", R(BND)}, {"bsr0", R(BSR0)}, {"cr", R(CR)}, {"dr", R(DR)},
  {"sreg", R(SREG)}, {"es", R(ES)}, {"cs", R(CS)}, {"ss", R(SS)}, {"ds", R(DS)}, {"fs", R(FS)}, {"gs", R(GS)},
  {"m48", M(M48)}, {"m80", M(M80)}, {"m384", M(M)}, {"m28byte", {.mem = ODD_SIZE}}, {"m108byte", {.mem = ODD_SIZE}},
  {"m512byte", {.mem = ODD_SIZE}}, {"m16:16", M(MFAR16)}, {"m16:32", M(MFAR32)}, {"m16:64", M(MFAR64)},
  {"ptr16:32", V(PTR32)}, {"moffs8", M(MOFFS)}, {"moffs16", M(MOFFS)}, {"moffs32", M(MOFFS)}, {"moffs64", M(MOFFS)},
  {"vm32x", M(VMX)}, {"vm32y", M(VMY)}, {"vm32z", M(VMZ)}, {"vm64x", M(VMX)}, {"vm64y", M(VMY)}, {"vm64z", M(VMZ)},
};
#undef R
#undef M
#undef V

#define IS(p, n, text) ((n) == sizeof(text) - 1 && memcmp((p), (text), sizeof(text) - 1) == 0)

/* Most words differ in their first character. */
static bool is_word(const char *word, const char *p, size_t n)
{
  return word[0] == p[0] && strncmp(word, p, n) == 0 && word[n] == '\0';
}

static bool find_kind(const char *p, size_t n, struct x86_kinds *kinds)
{
  for (size_t i = 0; i < sizeof(kind_words) / sizeof(kind_words[0]); i++) {
    if (is_word(kind_words[i].word, p, n)) {
      *kinds = kind_words[i].kinds;
      return true;
    }
  }
  return false;
}

static uint64_t reg_of_memory(uint32_t mem)
{
  return mem == X86_KMEM(M8) ? X86_KREG(R8) : mem == X86_KMEM(M16) ? X86_KREG(R16) : mem == X86_KMEM(M32) ? X86_KREG(R32) : X86_KREG(R64);
}

static unsigned size_of_memory(uint32_t mem)
{
  static const uint32_t by_log2[] = {X86_KMEM(M8),   X86_KMEM(M16),  X86_KMEM(M32), X86_KMEM(M64),
                                     X86_KMEM(M128), X86_KMEM(M256), X86_KMEM(M512)};

  for (unsigned i = 0; i < 7; i++) {
    if (mem & by_log2[i])
      return i;
  }
  return 0;
}

static const char *decorations(const char *p, const char *end, uint8_t *dec)
{
  while (p < end) {
    const char *q = memchr(p, '}', (size_t)(end - p));
    size_t n;

    if (*p != '{' || !q)
      return "bad decoration";
    n = (size_t)(q + 1 - p);
    if (IS(p, n, "{k}"))
      *dec |= DEC_MASK;
    else if (IS(p, n, "{z}"))
      *dec |= DEC_ZERO;
    else if (IS(p, n, "{er}"))
      *dec |= DEC_ER;
    else if (IS(p, n, "{sae}"))
      *dec |= DEC_SAE;
    else
      return "unknown decoration";
    p = q + 1;
  }
  return NULL;
}

/* Words that name one thing, of which kinds know the sort only. */
static uint8_t only_number(const char *p, size_t n)
{
  return IS(p, n, "rcx") ? 1 + 1 : IS(p, n, "rdx") ? 2 + 1 : IS(p, n, "rbx") || IS(p, n, "3") ? 3 + 1 : 0;
}

static const char *one_operand(const char *p, const char *end, struct x86_form *f)
{
  unsigned i = f->form.nop;
  const char *dec = memchr(p, '{', (size_t)(end - p)), *stop = dec ? dec : end;
  struct x86_kinds *all = &f->accept[i];
  uint32_t bcst = 0;
  const char *err = dec ? decorations(dec, end, &f->dec[i]) : NULL;
  bool is_rm = stop - p > 3 && memcmp(p, "r/m", 3) == 0;

  if (err)
    return err;
  if (is_rm)
    p += 2;
  while (p < stop) {
    const char *q = memchr(p, '/', (size_t)(stop - p));
    struct x86_kinds k;
    size_t n = (size_t)((q ? q : stop) - p);

    if (!find_kind(p, n, &k))
      return "unknown operand";
    if (IS(p, n, "sibmem"))
      f->dec[i] |= DEC_SIB;
    if (IS(p, n, "imm16s"))
      f->dec[i] |= DEC_BYTE;
    f->only[i] = only_number(p, n);
    if (k.mem & (X86_KMEM(B16) | X86_KMEM(B32) | X86_KMEM(B64)))
      bcst = k.mem;
    x86_kinds_add(all, k);
    p += n + 1;
  }
  if (is_rm)
    all->reg |= reg_of_memory(all->mem);
  if (bcst)
    f->bcst_n = (uint8_t)(1u << (size_of_memory(all->mem) - (bcst == X86_KMEM(B16) ? 1 : bcst == X86_KMEM(B32) ? 2 : 3)));
  f->form.nop++;
  return NULL;
}

static const char *operands(const char *p, struct x86_form *f)
{
  while (*p) {
    const char *end = strstr(p, ", ");
    const char *err;

    if (f->form.nop == X86_MAXOPS)
      return "too many operands";
    err = one_operand(p, end ? end : p + strlen(p), f);
    if (err)
      return err;
    p = end ? end + 2 : p + strlen(p);
  }
  return NULL;
}

/* ---- op/en ------------------------------------------------------------------------ */

static const char role_letters[] = "ZMRVOSIXDABTFL"; /* in the order of enum x86_role */

static const char *roles(const char *p, struct x86_form *f)
{
  unsigned i = 0;

  for (; *p && *p != ' '; p++, i++) {
    const char *at = strchr(role_letters, *p);

    if (!at)
      return "unknown letter in op/en";
    if (i >= f->form.nop)
      return "op/en is longer than the operands";
    f->role[i] = (uint8_t)(at - role_letters);
  }
  return i == f->form.nop ? NULL : "op/en is shorter than the operands";
}

/* ---- opcode ------------------------------------------------------------------------- */

static int hex_digit(char c)
{
  return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int hex_byte(const char *p, size_t n)
{
  return n == 2 && hex_digit(p[0]) >= 0 && hex_digit(p[1]) >= 0 ? 16 * hex_digit(p[0]) + hex_digit(p[1]) : -1;
}

struct field_word {
  char word[6];
  uint8_t value;
};

static const struct field_word l_words[] = {{"128", 0}, {"256", 1}, {"512", 2}, {"LIG", 3},  {"L0", 4},
                                            {"L1", 5},  {"LZ", 6},  {"LLIG", 7}, {"LLZ", 8}};
static const struct field_word pp_words[] = {{"NP", 0}, {"66", 1}, {"F3", 2}, {"F2", 3}};
static const struct field_word map_words[] = {{"0F", 1},   {"0F38", 2}, {"0F3A", 3}, {"MAP4", 4}, {"MAP5", 5},
                                              {"MAP6", 6}, {"MAP7", 7}, {"08", 8},   {"09", 9},   {"0A", 10}};
static const struct field_word w_words[] = {{"W0", 0}, {"W1", 1}, {"WIG", 2}};
static const struct field_word nd_words[] = {{"ND0", 1}, {"ND1", 2}};
static const struct field_word nf_words[] = {{"NF0", 1}, {"NF1", 2}, {"NF", 3}};
static const struct field_word sc_words[] = {{"SC0", 1}, {"SC1", 2}, {"SC2", 3}, {"SC3", 4}, {"SC4", 5}, {"SC5", 6},
                                             {"SC6", 7}, {"SC7", 8}, {"SC8", 9}, {"SC9", 10}, {"SC10", 11},
                                             {"SC11", 12}, {"SC12", 13}, {"SC13", 14}, {"SC14", 15}, {"SC15", 16}};

static bool find_field(const struct field_word *words, size_t count, const char *p, size_t n, uint8_t *out)
{
  for (size_t i = 0; i < count; i++) {
    if (is_word(words[i].word, p, n)) {
      *out = words[i].value;
      return true;
    }
  }
  return false;
}
#define FIELD(words, p, n, out) find_field(words, sizeof(words) / sizeof((words)[0]), p, n, out)

/* "VEX.128.66.0F38.W0" after its first dot. */
static const char *vex_fields(const char *p, const char *end, struct x86_form *f)
{
  bool l = false, map = false;

  while (p < end) {
    const char *q = memchr(p, '.', (size_t)(end - p));
    size_t n = (size_t)((q ? q : end) - p);

    if (FIELD(l_words, p, n, &f->l))
      l = true;
    else if (FIELD(map_words, p, n, &f->map))
      map = true;
    else if (!FIELD(pp_words, p, n, &f->pp) && !FIELD(w_words, p, n, &f->w) &&
             !FIELD(nd_words, p, n, &f->evex_nd) && !FIELD(nf_words, p, n, &f->evex_nf) &&
             !FIELD(sc_words, p, n, &f->scc))
      return "unknown field of VEX, XOP or EVEX";
    p += n + 1;
  }
  return l && map ? NULL : "length or map missing";
}

static bool is_prefix_byte(int b)
{
  return b == 0x66 || b == 0xf2 || b == 0xf3 || b == 0x67 || b == 0x9b;
}

static bool opcode_follows(const char *p)
{
  while (*p == ' ' || *p == '+')
    p++;
  return (hex_digit(p[0]) >= 0 && hex_digit(p[1]) >= 0) || memcmp(p, "REX", 3) == 0;
}

static const char *opcode_byte(int b, const char *rest, struct x86_form *f)
{
  if (f->enc == ENC_LEGACY && f->nopc == 0 && is_prefix_byte(b) && !f->w && opcode_follows(rest)) {
    if (f->npfx == 4)
      return "too many prefixes";
    f->pfx[f->npfx++] = (uint8_t)b;
  } else if (f->modrm != MODRM_NONE) {
    f->suffix = (uint8_t)b;
    f->has_suffix = true;
  } else {
    if (f->nopc == (f->enc == ENC_LEGACY ? 4 : 2))
      return "too many opcode bytes";
    f->opc[f->nopc++] = (uint8_t)b;
  }
  return NULL;
}

struct suffix_word {
  char word[4];
  uint8_t imm, rel;
};

static const char *opcode_word(const char *p, size_t n, struct x86_form *f)
{
  static const struct suffix_word suffixes[] = {{"ib", 1, 0}, {"iw", 2, 0}, {"id", 4, 0}, {"io", 8, 0},
                                                {"cb", 0, 1}, {"cw", 0, 2}, {"cd", 0, 4}, {"cp", 0, 6}};
  static const struct field_word encs[] = {{"VEX.", ENC_VEX}, {"XOP.", ENC_XOP}, {"EVEX.", ENC_EVEX}};
  int b = hex_byte(p, n < 2 ? n : 2);

  for (size_t i = 0; i < sizeof(encs) / sizeof(encs[0]); i++) {
    size_t len = strlen(encs[i].word);

    if (n > len && memcmp(p, encs[i].word, len) == 0) {
      f->enc = encs[i].value;
      return vex_fields(p + len, p + n, f);
    }
  }
  for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
    if (n == 2 && memcmp(p, suffixes[i].word, 2) == 0) {
      if (suffixes[i].rel) {
        f->rel = suffixes[i].rel;
        return NULL;
      }
      if (f->nimm == 2)
        return "too many immediates";
      f->imm[f->nimm++] = suffixes[i].imm;
      return NULL;
    }
  }
  if (b >= 0 && (n == 2 || (n > 2 && p[2] == '+'))) {
    const char *err = opcode_byte(b, p + n, f);

    f->oprm |= n > 2;
    return err;
  }
  if (IS(p, n, "REX2") || IS(p, n, "REX2.W1")) {
    f->rex2 = true;
    f->w = n > 4;
  } else if (p[0] == '+' && n > 1)
    f->oprm = true;
  else if (IS(p, n, "REX.W") || IS(p, n, "REX.W+"))
    f->w = 1;
  else if (IS(p, n, "/r"))
    f->modrm = MODRM_REG;
  else if (n == 2 && p[0] == '/' && p[1] >= '0' && p[1] <= '7')
    f->modrm = (uint8_t)(p[1] - '0');
  else if (IS(p, n, "/is4"))
    f->is4 = true;
  else if (IS(p, n, "mo"))
    f->moffs = 1;
  else if (!IS(p, n, "NP") && !IS(p, n, "+"))
    return "unknown word in the opcode";
  return NULL;
}

static const char *opcode(const char *p, struct x86_form *f)
{
  f->modrm = MODRM_NONE;
  while (*p) {
    size_t n = strcspn(p, " ");
    const char *err = opcode_word(p, n, f);

    if (err)
      return err;
    p += n;
    p += strspn(p, " ");
  }
  return f->nopc > 0 ? NULL : "no opcode";
}

/* ---- the whole row -------------------------------------------------------------------------- */

static const uint32_t all_memory = X86_MEM_SIZES | X86_KMEM(M) | X86_FAR_SIZES | X86_KMEM(MOFFS) | X86_VECTORS;

/* Size of the operation, for what sign extension means. Immediates of map 7 are the numbers of MSRs: 32 bits without sign,
 * though the register has 64. */
static uint8_t operation_size(const struct x86_form *f)
{
  uint64_t all = 0;

  if (f->map == 7)
    return 4;
  for (unsigned i = 0; i < f->form.nop; i++)
    all |= f->accept[i].reg;
  if (all & X86_KREG(R64))
    return 8;
  if (all & (X86_KREG(R16) | X86_KREG(AX)))
    return 2;
  if ((f->w & 1) && f->enc == ENC_LEGACY)
    return 8;
  return all & (X86_KREG(R8) | X86_KREG(AL)) && !(all & (X86_KREG(R16) | X86_KREG(R32) | X86_KREG(R64))) ? 1 : 4;
}

/* What the columns say about each other. */
static const char *complete(struct x86_form *f, const struct row *r)
{
  const char *t1s = strstr(r->place, "T1S");
  unsigned nimm = 0;

  f->memop = X86_MAXOPS;
  f->opsize = operation_size(f);
  for (unsigned i = 0; i < f->form.nop; i++) {
    struct x86_kinds *take = &f->accept[i];
    bool mem = (take->mem & all_memory) != 0;

    if (f->role[i] == ROLE_I || f->role[i] == ROLE_X) {
      if (x86_kinds_none(take))
        take->val = X86_KVAL(IMM8S);
      if (f->role[i] == ROLE_X)
        take->val |= X86_KVAL(IMMRT);
      nimm += !(take->val & X86_KVAL(IMM4));
    }
    if (x86_kinds_none(take))
      return "imm8s must be an immediate";
    if (take->reg & X86_KREG(R64))
      f->form.modes &= 2; /* that of x64 */
    if (mem && f->role[i] != ROLE_M && f->role[i] != ROLE_A && f->role[i] != ROLE_NONE && f->role[i] < ROLE_T)
      return "memory must go to ModRM.rm";
    if (mem) {
      f->memop = (uint8_t)i;
      f->membytes = (uint8_t)size_of_memory(take->mem);
      if (take->mem & X86_VECTORS)
        f->membytes = (uint8_t)(2 + (f->w & 1));
    }
  }
  if (t1s && t1s[3]) /* T1S8 ... T1S64: the disp8 unit is one element */
    f->membytes = (uint8_t)(t1s[3] == '8' ? 0 : t1s[3] == '1' ? 1 : t1s[3] == '3' ? 2 : 3);
  if (strstr(r->needs, "APXF")) /* promoted: disp8 is not scaled */
    f->membytes = 0;
  if (nimm != f->nimm)
    return "immediates of operands and opcode differ";
  return NULL;
}

bool x86_is_mpx(const struct x86_form *f)
{
  return f->enc == ENC_LEGACY && f->nopc == 2 && (f->opc[1] == 0x1a || f->opc[1] == 0x1b) &&
         ((f->accept[0].reg | f->accept[1].reg) & X86_KREG(BND));
}

static bool has_escape3(const struct x86_form *f)
{
  return f->nopc > 2 && f->opc[0] == 0x0f && (f->opc[1] == 0x38 || f->opc[1] == 0x3a);
}

/* Legacy instructions that REX2 cannot precede, other than three-byte opcodes: XSAVE and so on, 3DNow!;
 * and ud0 and MPX, which nobody has with it. */
static bool no_rex2(const struct x86_form *f)
{
  if (f->nopc == 2 && f->opc[0] == 0x0f && (f->opc[1] == 0xff || x86_is_mpx(f)))
    return true;
  return f->nopc == 2 && f->opc[0] == 0x0f && f->npfx == 0 &&
         (f->opc[1] == 0x0f || (f->opc[1] == 0xae && f->modrm >= 4 && f->modrm <= 6) || (f->opc[1] == 0xc7 && f->modrm >= 3 && f->modrm <= 5));
}

const char *x86_pattern_parse(const char *row, void *form)
{
  struct row r = row_columns(row, X86_COLUMNS);
  struct x86_form *f = form;
  const char *err;

  if ((err = operands(r.operands, f)) || (err = roles(r.place, f)) || (err = opcode(r.encoding, f)))
    return err;
  f->form.least = f->form.nop;
  f->egpr = f->enc == ENC_EVEX || (f->enc == ENC_LEGACY && !has_escape3(f) && !no_rex2(f));
  return complete(f, &r);
}

/* What of an operand can be known at run time. */
const char *x86_at_run_time(const void *form, unsigned i)
{
  static const uint64_t registers = X86_KREG(R8) | X86_KREG(R16) | X86_KREG(R32) | X86_KREG(R64) | X86_KREG(CR) | X86_KREG(DR) |
                                    X86_KREG(MM) | X86_KREG(XMM) | X86_KREG(YMM) | X86_KREG(ZMM) | X86_KREG(MASK) |
                                    X86_KREG(TMM) | X86_KREG(BND) | X86_KREG(ST);
  static const uint32_t values = X86_KVAL(IMM8) | X86_KVAL(IMM16) | X86_KVAL(IMM32) | X86_KVAL(IMM64) | X86_KVAL(IMMRT),
                        labels = X86_KVAL(REL8) | X86_KVAL(REL32) | X86_KVAL(PTR32);
  const struct x86_form *f = form;
  struct x86_kinds kinds = f->accept[i];
  bool address = (kinds.mem & all_memory) && f->role[i] < ROLE_T;

  if (kinds.val & labels)
    return "label";
  if (kinds.reg & registers)
    return address ? "register/address" : "register";
  return address ? "address" : kinds.val & values ? "value" : "-";
}

/* ---- printing --------------------------------------------------------------------------------- */

struct printer {
  char *p, *end;
};

static void print(struct printer *w, const char *s)
{
  while (*s && w->p + 1 < w->end)
    *w->p++ = *s++;
  *w->p = '\0';
}

static const char *field_text(const struct field_word *words, size_t count, unsigned value)
{
  for (size_t i = 0; i < count; i++) {
    if (words[i].value == value)
      return words[i].word;
  }
  return "?";
}
#define TEXT(words, value) field_text(words, sizeof(words) / sizeof((words)[0]), value)

static void print_vex(struct printer *w, const struct x86_form *f)
{
  static const char *const names[] = {"", "VEX.", "XOP.", "EVEX."};

  print(w, names[f->enc]);
  print(w, TEXT(l_words, f->l));
  print(w, ".");
  print(w, TEXT(pp_words, f->pp));
  print(w, ".");
  print(w, TEXT(map_words, f->map));
  print(w, ".");
  print(w, TEXT(w_words, f->w));
  if (f->evex_nd)
    print(w, f->evex_nd == 1 ? ".ND0" : ".ND1");
  if (f->evex_nf)
    print(w, f->evex_nf == 1 ? ".NF0" : f->evex_nf == 2 ? ".NF1" : ".NF");
  if (f->scc) {
    print(w, ".");
    print(w, TEXT(sc_words, f->scc));
  }
  print(w, " ");
}

static void print_bytes(struct printer *w, const uint8_t *p, unsigned n)
{
  char text[4];

  for (unsigned i = 0; i < n; i++) {
    snprintf(text, sizeof(text), "%02X ", p[i]);
    print(w, text);
  }
}

size_t x86_pattern_print(const void *form, char *buf, size_t size)
{
  const struct x86_form *f = form;
  struct printer w = {buf, buf + size};
  static const char *const imm[] = {"", "ib ", "iw ", "", "id ", "", "", "", "io "};
  static const char *const rel[] = {"", "cb ", "cw ", "", "cd ", "", "cp "};
  char digit[4] = {'/', 0, ' ', 0};

  buf[0] = '\0';
  print_bytes(&w, f->pfx, f->npfx);
  if (f->rex2)
    print(&w, f->w ? "REX2.W1 " : "REX2 ");
  else if (f->enc != ENC_LEGACY)
    print_vex(&w, f);
  else if (f->w)
    print(&w, "REX.W ");
  print_bytes(&w, f->opc, f->nopc);
  if (f->oprm)
    print(&w, "+r ");
  if (f->modrm != MODRM_NONE) {
    digit[1] = f->modrm == MODRM_REG ? 'r' : (char)('0' + f->modrm);
    print(&w, digit);
  }
  if (f->has_suffix)
    print_bytes(&w, &f->suffix, 1);
  if (f->is4)
    print(&w, "/is4 ");
  for (unsigned i = 0; i < f->nimm; i++)
    print(&w, imm[f->imm[i]]);
  print(&w, rel[f->rel]);
  if (f->moffs)
    print(&w, "mo ");
  if (w.p > buf)
    *--w.p = '\0';
  return (size_t)(w.p - buf);
}
