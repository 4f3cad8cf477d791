/* x86_reg.c - register names of x86 and x64.
 *
 * Names come in families (xmm0 ... xmm31, r0d ... r31d) that are parsed, and a short sorted
 * list of the others. A family name followed by "(expr)" is a dynamic register. DynASM's own
 * names: r0 ... are address-sized; st0 ...; Rb Rw Rd Rq Ra Rf are the dynamic families.
 */
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "x86.h"

struct name {
  char name[4];
  uint8_t class, num;
  bool x64;
};

/* Sorted by name. */
static const struct name names[] = {
  {"ah", RC_8HIGH, 4, 0}, {"al", RC_8, 0, 0},     {"ax", RC_16, 0, 0},    {"bh", RC_8HIGH, 7, 0},
  {"bl", RC_8, 3, 0},     {"bp", RC_16, 5, 0},    {"bpl", RC_8REX, 5, 1}, {"bx", RC_16, 3, 0},
  {"ch", RC_8HIGH, 5, 0}, {"cl", RC_8, 1, 0},     {"cs", RC_SREG, 1, 0},  {"cx", RC_16, 1, 0},
  {"dh", RC_8HIGH, 6, 0}, {"di", RC_16, 7, 0},    {"dil", RC_8REX, 7, 1}, {"dl", RC_8, 2, 0},
  {"ds", RC_SREG, 3, 0},  {"dx", RC_16, 2, 0},    {"eax", RC_32, 0, 0},   {"ebp", RC_32, 5, 0},
  {"ebx", RC_32, 3, 0},   {"ecx", RC_32, 1, 0},   {"edi", RC_32, 7, 0},   {"edx", RC_32, 2, 0},
  {"es", RC_SREG, 0, 0},  {"esi", RC_32, 6, 0},   {"esp", RC_32, 4, 0},   {"fs", RC_SREG, 4, 0},
  {"gs", RC_SREG, 5, 0},  {"rax", RC_64, 0, 1},   {"rbp", RC_64, 5, 1},   {"rbx", RC_64, 3, 1},
  {"rcx", RC_64, 1, 1},   {"rdi", RC_64, 7, 1},   {"rdx", RC_64, 2, 1},   {"rip", RC_RIP, 0, 1},
  {"rsi", RC_64, 6, 1},   {"rsp", RC_64, 4, 1},   {"si", RC_16, 6, 0},    {"sil", RC_8REX, 6, 1},
  {"sp", RC_16, 4, 0},    {"spl", RC_8REX, 4, 1}, {"ss", RC_SREG, 2, 0},
};

/* Families: a prefix, then digits, and for r a size letter. */
struct family {
  char prefix[4];
  uint8_t n, class, count86, count64;
};

static const struct family families[] = {
  {"xmm", 3, RC_XMM, 8, 32}, {"ymm", 3, RC_YMM, 8, 32}, {"zmm", 3, RC_ZMM, 8, 32}, {"tmm", 3, RC_TMM, 0, 8},
  {"mm", 2, RC_MM, 8, 8},    {"st", 2, RC_ST, 8, 8},    {"bnd", 3, RC_BND, 4, 4},  {"cr", 2, RC_CR, 8, 16},
  {"dr", 2, RC_DR, 8, 16},   {"k", 1, RC_MASK, 8, 8},
};

static bool word_char(char c)
{
  return char_is(c, CHAR_WORD);
}

static size_t word_length(struct span s)
{
  size_t n = 0;

  while (n < s.n && n < 8 && word_char(s.p[n]))
    n++;
  return n;
}

/* One or two digits without a leading zero; -1 otherwise. */
static int small_number(const char *p, size_t n)
{
  if (n == 1 && p[0] >= '0' && p[0] <= '9')
    return p[0] - '0';
  if (n == 2 && p[0] >= '1' && p[0] <= '9' && p[1] >= '0' && p[1] <= '9')
    return 10 * (p[0] - '0') + p[1] - '0';
  return -1;
}

/* Two or three characters as a number that sorts like them. */
static uint32_t pack(const char *p, size_t n)
{
  return (uint32_t)(uint8_t)p[0] << 16 | (uint32_t)(uint8_t)p[1] << 8 | (n > 2 ? (uint8_t)p[2] : 0);
}

static bool find_name(bool x64, const char *p, size_t n, struct x86_reg *out)
{
  size_t lo = 0, hi = sizeof(names) / sizeof(names[0]);
  uint32_t key = pack(p, n);

  while (lo < hi) {
    size_t mid = (lo + hi) / 2;
    const struct name *m = &names[mid];
    uint32_t k = pack(m->name, 3);

    if (k < key) {
      lo = mid + 1;
    } else if (k > key) {
      hi = mid;
    } else {
      out->class = m->class;
      out->num = m->num;
      return x64 || !m->x64;
    }
  }
  return false;
}

/* r0 ... r31 with b (or l), w, d, or nothing for the address size. */
static bool find_numbered(bool x64, const char *p, size_t n, struct x86_reg *out)
{
  uint8_t class = x64 ? RC_64 : RC_32;
  int num;

  if (n > 2 && (p[n - 1] < '0' || p[n - 1] > '9')) {
    switch (p[--n]) {
    case 'b':
    case 'l': class = RC_8; break;
    case 'w': class = RC_16; break;
    case 'd': class = RC_32; break;
    default: return false;
    }
    if (class == RC_32 && !x64)
      return false; /* r0 is its name there */
  }
  num = small_number(p + 1, n - 1);
  if (num < 0 || num > (x64 ? 31 : 7))
    return false;
  if (class == RC_8 && num >= 4) {
    if (!x64)
      return false;
    if (num < 8)
      class = RC_8REX;
  }
  out->class = class;
  out->num = (uint8_t)num;
  return true;
}

static bool find_family(bool x64, const char *p, size_t n, struct x86_reg *out)
{
  for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
    const struct family *f = &families[i];

    if (n > f->n && memcmp(p, f->prefix, f->n) == 0) {
      int num = small_number(p + f->n, n - f->n);

      if (num < 0 || num >= (x64 ? f->count64 : f->count86))
        return false;
      out->class = f->class;
      out->num = (uint8_t)num;
      return true;
    }
  }
  return false;
}

/* Class of a dynamic family, or RC_NONE. */
static unsigned dynamic_class(bool x64, const char *p, size_t n)
{
  if (n == 2 && p[0] == 'R') {
    switch (p[1]) {
    case 'b': return x64 ? RC_8REX : RC_8;
    case 'w': return RC_16;
    case 'd': return RC_32;
    case 'q': return x64 ? RC_64 : RC_NONE;
    case 'a': return x64 ? RC_64 : RC_32;
    case 'f': return RC_ST;
    default: return RC_NONE;
    }
  }
  for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
    const struct family *f = &families[i];

    if (n == f->n && memcmp(p, f->prefix, n) == 0)
      return f->class;
  }
  return RC_NONE;
}

static size_t parse_dynamic(bool x64, struct span text, size_t n, struct x86_reg *out)
{
  struct span rest = {text.p + n, text.n - n};
  size_t blank = 0, len;
  int num;

  out->class = (uint8_t)dynamic_class(x64, text.p, n);
  if (out->class == RC_NONE)
    return 0;
  while (blank < rest.n && (rest.p[blank] == ' ' || rest.p[blank] == '\t'))
    blank++;
  rest.p += blank;
  rest.n -= blank;
  if ((len = text_parentheses(rest)) == 0)
    return 0;
  num = small_number(rest.p + 1, len - 2);
  if (out->class == RC_ST && num >= 0 && num < 8)
    out->num = (uint8_t)num; /* st(1), as Intel writes it */
  else
    out->expr = (struct span){rest.p, len};
  return n + blank + len;
}

size_t x86_reg_parse(bool x64, struct span text, struct x86_reg *out)
{
  size_t n = word_length(text);

  *out = (struct x86_reg){0};
  if (n < 1 || n > 5)
    return 0;
  if (n < text.n && (text.p[n] == '(' || text.p[n] == ' ')) {
    size_t len = parse_dynamic(x64, text, n, out);

    if (len > 0)
      return len;
    *out = (struct x86_reg){0};
  }
  if (n >= 2 && text.p[0] == 'r' && text.p[1] >= '0' && text.p[1] <= '9')
    return find_numbered(x64, text.p, n, out) ? n : 0;
  if ((n == 2 || n == 3) && find_name(x64, text.p, n, out))
    return n;
  if (n >= 2 && text.p[n - 1] >= '0' && text.p[n - 1] <= '9' && find_family(x64, text.p, n, out))
    return n;
  if (n == 2 && text.p[0] == 's' && text.p[1] == 't') {
    out->class = RC_ST; /* Intel's st is st(0) */
    return n;
  }
  if (x64 && n == 4 && memcmp(text.p, "bsr0", 4) == 0) { /* the only one of its kind */
    out->class = RC_BSR;
    return n;
  }
  return 0;
}

uint64_t x86_reg_kinds(const struct x86_reg *reg)
{
  static const uint64_t kinds[] = {
    [RC_8] = X86_KREG(R8),     [RC_8HIGH] = X86_KREG(R8), [RC_8REX] = X86_KREG(R8), [RC_16] = X86_KREG(R16),
    [RC_32] = X86_KREG(R32),   [RC_64] = X86_KREG(R64),   [RC_ST] = X86_KREG(ST),   [RC_MM] = X86_KREG(MM),
    [RC_XMM] = X86_KREG(XMM),  [RC_YMM] = X86_KREG(YMM),  [RC_ZMM] = X86_KREG(ZMM), [RC_MASK] = X86_KREG(MASK),
    [RC_TMM] = X86_KREG(TMM),  [RC_BND] = X86_KREG(BND),  [RC_BSR] = X86_KREG(BSR0), [RC_SREG] = X86_KREG(SREG),
    [RC_CR] = X86_KREG(CR),    [RC_DR] = X86_KREG(DR),    [RC_RIP] = 0,
  };
  static const uint64_t sreg[] = {X86_KREG(ES), X86_KREG(CS), X86_KREG(SS), X86_KREG(DS), X86_KREG(FS), X86_KREG(GS)};
  uint64_t k = kinds[reg->class];

  if (reg->expr.p)
    return k;
  switch (reg->class) {
  case RC_8: return k | (reg->num == 0 ? X86_KREG(AL) : reg->num == 1 ? X86_KREG(CL) : 0);
  case RC_16: return k | (reg->num == 0 ? X86_KREG(AX) : reg->num == 2 ? X86_KREG(DX) : 0);
  case RC_32: return k | (reg->num == 0 ? X86_KREG(EAX) : reg->num == 1 ? X86_KREG(ECX) : reg->num == 2 ? X86_KREG(EDX)
                          : reg->num == 3 ? X86_KREG(EBX) : 0);
  case RC_64: return k | (reg->num == 0 ? X86_KREG(RAX) : 0);
  case RC_XMM: return k | (reg->num == 0 ? X86_KREG(XMM0) : 0);
  case RC_ST: return k | (reg->num == 0 ? X86_KREG(ST0) : 0);
  case RC_SREG: return k | sreg[reg->num];
  default: return k;
  }
}

/* A register's name by its place among all that there might be: the list above, then r0 to r31 in four sizes, the other
 * families, and bsr0. False behind the last. */
static bool name_at(size_t index, char name[8])
{
  enum { NAMES = sizeof(names) / sizeof(names[0]), FAMILIES = sizeof(families) / sizeof(families[0]), SIZES = 4 };
  unsigned family, number;

  if (index < NAMES) {
    strcpy(name, names[index].name);
    return true;
  }
  family = (unsigned)(index - NAMES) / 32;
  number = (unsigned)(index - NAMES) % 32;
  if (family < SIZES)
    snprintf(name, 8, "r%u%.1s", number, &"\0\0d\0w\0b"[2 * family]);
  else if (family < SIZES + FAMILIES)
    snprintf(name, 8, "%.3s%u", families[family - SIZES].prefix, number);
  else
    strcpy(name, "bsr0");
  return family < SIZES + FAMILIES || number == 0;
}

bool x86_reg_at(const struct isa *isa, size_t *index, struct isa_reg *out)
{
  static const struct {
    const char *kind, *run_time;
  } words[] = {
    [RC_8] = {"r8", "Rb(n)"},       [RC_8HIGH] = {"r8", "-"},        [RC_8REX] = {"r8", "Rb(n)"},
    [RC_16] = {"r16", "Rw(n)"},     [RC_32] = {"r32", "Rd(n)"},      [RC_64] = {"r64", "Rq(n)"},
    [RC_ST] = {"st(i)", "st(n)"},   [RC_MM] = {"mm", "mm(n)"},       [RC_XMM] = {"xmm", "xmm(n)"},
    [RC_YMM] = {"ymm", "ymm(n)"},   [RC_ZMM] = {"zmm", "zmm(n)"},    [RC_MASK] = {"k", "k(n)"},
    [RC_TMM] = {"tmm", "tmm(n)"},   [RC_BND] = {"bnd", "bnd(n)"},    [RC_BSR] = {"bsr0", "-"},
    [RC_SREG] = {"sreg", "-"},      [RC_CR] = {"cr", "cr(n)"},       [RC_DR] = {"dr", "dr(n)"},
    [RC_RIP] = {"rip", "-"},
  };
  struct x86_reg reg;

  while (name_at((*index)++, out->text)) {
    size_t n = strlen(out->text);

    if (x86_reg_parse(isa->mode == 1, (struct span){out->text, n}, &reg) != n)
      continue; /* not in this mode */
    out->name = out->text;
    out->kind = words[reg.class].kind;
    out->number = reg.num;
    out->run_time = words[reg.class].run_time;
    return true;
  }
  return false;
}
