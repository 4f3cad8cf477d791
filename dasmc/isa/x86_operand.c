/* x86_operand.c - operands of x86 and x64 statements.
 *
 *   [SIZE [ptr]] OPERAND DECORATION...
 *   OPERAND:  register, TYPE:register       a register
 *             [terms]  seg:[terms]          memory; terms are registers, register*scale, numbers,
 *                                           SIZE*number, a label, C expressions, joined by + and -
 *             TYPE[:register] tail          memory, as .type describes
 *             <1 >1 ->name =>expr extern name &expr    a label
 *             anything else                 an immediate
 *
 * The result is a set of kinds (x86.h) and the parts that the emitter needs. What is not a
 * register, number or label in brackets is the displacement expression, wherever it stands.
 */
#include <string.h>

#include "x86.h"

/* ---- words ------------------------------------------------------------------- */

static bool blank(char c)
{
  return c == ' ' || c == '\t';
}

static bool word_char(char c)
{
  return char_is(c, CHAR_WORD);
}

static bool digit(char c)
{
  return char_is(c, CHAR_DIGIT);
}

/* Registers and types begin so. */
static bool name_start(char c)
{
  return word_char(c) && !digit(c);
}

static struct span skip(struct span s, size_t n)
{
  s.p += n;
  s.n -= n;
  while (s.n > 0 && blank(*s.p)) {
    s.p++;
    s.n--;
  }
  return s;
}

static struct span first_word(struct span s)
{
  size_t n = 0;

  while (n < s.n && word_char(s.p[n]))
    n++;
  s.n = n;
  return s;
}

struct size_word {
  char name[8];
  uint8_t code, bytes;
};

unsigned x86_size_word(bool x64, struct span word, uint8_t *code)
{
  static const struct size_word words[] = {
    {"byte", 0, 1},  {"word", 1, 2},   {"dword", 2, 4},           {"qword", 3, 8},           {"oword", 4, 16},
    {"yword", 5, 32}, {"zword", 6, 64}, {"tword", X86_TWORD, 10}, {"tbyte", X86_TWORD, 10},
    {"fword", X86_FWORD, 6}, {"xmmword", 4, 16}, {"ymmword", 5, 32}, {"zmmword", 6, 64},
  };

  if (word.n < 4 || word.n > 7)
    return 0;
  if (span_is(word, "aword")) {
    *code = x64 ? 3 : 2;
    return x64 ? 8 : 4;
  }
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    if (word.p[0] == words[i].name[0] && span_is(word, words[i].name)) {
      *code = words[i].code;
      return words[i].bytes;
    }
  }
  return 0;
}

static int64_t number_value(uint64_t v, bool neg, bool *big)
{
  (void)neg; /* v is two's complement already */
  *big = !neg && v > INT64_MAX;
  return (int64_t)v;
}

/* A number, or SIZE*number; sign included. */
static bool simple_number(bool x64, struct span s, int64_t *out, bool *big)
{
  uint64_t v;
  bool neg, minus = false;
  uint8_t code;
  unsigned bytes;
  struct span word, rest;

  s = span_trim(s);
  if (s.n == 0)
    return false;
  if (front_number(s, &v, &neg)) {
    *out = number_value(v, neg, big);
    return true;
  }
  if (*s.p == '-' || *s.p == '+') {
    minus = *s.p == '-';
    s = skip(s, 1);
    if (front_number(s, &v, &neg) && s.n > 0 && *s.p != '-' && *s.p != '+') { /* "- 8", "+8" */
      *out = number_value(v, neg, big);
      if (minus)
        *out = (int64_t)(0 - (uint64_t)*out);
      return true;
    }
  }
  word = first_word(s);
  bytes = x86_size_word(x64, word, &code);
  if (bytes == 0)
    return false;
  rest = skip(s, word.n);
  if (rest.n < 2 || *rest.p != '*' || !front_number(skip(rest, 1), &v, &neg))
    return false;
  *out = (int64_t)(v * bytes);
  *big = false;
  if (minus)
    *out = -*out;
  return true;
}

/* ---- memory -------------------------------------------------------------------- */

struct mem {
  struct front *F;
  bool x64;
  struct x86_operand *o;
  struct x86_reg reg[2];
  int scale[2]; /* log2, or -1 if not written */
  unsigned nreg;
};

static bool bad_mem(struct mem *m, struct span where, const char *what)
{
  diag_error(m->F, where, "%s", what);
  return false;
}

/* "reg", "TYPE:reg", or "TYPE" with a default register. Bytes taken, 0 if it is none. */
static size_t base_reg(struct front *F, bool x64, struct span s, struct x86_reg *reg)
{
  struct span word;
  const struct type *t;
  size_t n;

  if (s.n == 0 || !name_start(*s.p))
    return 0;
  n = x86_reg_parse(x64, s, reg);
  if (n > 0)
    return n;
  word = first_word(s);
  if (word.n == 0 || (t = front_type(F, word)) == NULL)
    return 0;
  if (word.n < s.n && s.p[word.n] == ':') {
    n = x86_reg_parse(x64, skip(s, word.n + 1), reg);
    return n ? (size_t)(skip(s, word.n + 1).p - s.p) + n : 0;
  }
  if (t->reg.n == 0 || x86_reg_parse(x64, t->reg, reg) != t->reg.n)
    return 0;
  return word.n;
}

static int scale_of(char c)
{
  return c == '1' ? 0 : c == '2' ? 1 : c == '4' ? 2 : c == '8' ? 3 : -1;
}

/* One register term at the start of s: reg, reg*scale, scale*reg; then the end, + or -.
 * Bytes taken, or 0. */
static size_t register_term(struct mem *m, struct span s, struct x86_reg *reg, int *scale)
{
  struct span rest = s;
  int before = -1;
  size_t n;

  if (s.n > 2 && scale_of(s.p[0]) >= 0 && (s.p[1] == '*' || blank(s.p[1]))) {
    rest = skip(s, 1);
    if (rest.n < 2 || *rest.p != '*')
      return 0;
    before = scale_of(s.p[0]);
    rest = skip(rest, 1);
  }
  n = base_reg(m->F, m->x64, rest, reg);
  if (n == 0)
    return 0;
  rest = skip(rest, n);
  *scale = before;
  if (rest.n > 0 && *rest.p == '*' && before < 0) {
    rest = skip(rest, 1);
    if (rest.n == 0 || (*scale = scale_of(*rest.p)) < 0 || (rest.n > 1 && word_char(rest.p[1])))
      return 0;
    rest = skip(rest, 1);
  }
  if (rest.n > 0 && *rest.p != '+' && *rest.p != '-')
    return 0;
  return (size_t)(rest.p - s.p);
}

/* Length of an expression: up to a "+" at depth 0 that a register or a label follows. */
static size_t expression_length(struct mem *m, struct span s)
{
  int depth = 0;

  for (size_t i = 0; i < s.n; i++) {
    char c = s.p[i];

    if (c == '(' || c == '[' || c == '{')
      depth++;
    else if (c == ')' || c == ']' || c == '}')
      depth--;
    else if (c == '+' && depth == 0 && i > 0) {
      struct span next = skip((struct span){s.p + i, s.n - i}, 1);
      struct x86_reg reg;
      int scale;

      if (next.n > 0 && (register_term(m, next, &reg, &scale) > 0 || next.p[0] == '&' ||
                         (next.n > 2 && (next.p[0] == '-' || next.p[0] == '=') && next.p[1] == '>')))
        return i;
    }
  }
  return s.n;
}

static int64_t wrapping_add(int64_t a, int64_t b)
{
  uint64_t u = (uint64_t)a + (uint64_t)b;
  int64_t sum;

  memcpy(&sum, &u, sizeof(sum));
  return sum;
}

/* Numbers joined by + and -: their sum. */
static bool fold_numbers(bool x64, struct span s, int64_t *out)
{
  int64_t sum = 0, v;
  bool big;

  while (s.n > 0) {
    size_t n = 1;

    while (n < s.n && s.p[n] != '+' && s.p[n] != '-')
      n++;
    if (n < s.n && (s.p[n - 1] == 'e' || s.p[n - 1] == 'E'))
      return false;
    if (!simple_number(x64, (struct span){s.p, n}, &v, &big) || big)
      return false;
    sum = wrapping_add(sum, v);
    s.p += n;
    s.n -= n;
  }
  *out = sum;
  return true;
}

static bool add_expression(struct mem *m, struct span s)
{
  struct x86_operand *o = m->o;
  int64_t v;

  s = span_trim(s);
  if (fold_numbers(m->x64, s, &v)) {
    o->disp = wrapping_add(o->disp, v);
    return true;
  }
  if (*s.p == '+')
    s = skip(s, 1);
  if (s.n == 0)
    return bad_mem(m, o->text, "a term is missing in the address");
  if (o->has_disp_expr)
    s = span_fmt(m->F, "(%.*s)+(%.*s)", (int)o->disp_expr.n, o->disp_expr.p, (int)s.n, s.p);
  o->disp_expr = s;
  o->has_disp_expr = true;
  return true;
}

/* Terms of the text between the brackets. */
static bool parse_terms(struct mem *m, struct span s)
{
  struct x86_operand *o = m->o;

  s = span_trim(s);
  if (s.n == 0)
    return bad_mem(m, o->text, "empty address");
  while (s.n > 0) {
    bool minus = *s.p == '-' && !(s.n > 1 && s.p[1] == '>');
    struct span term = *s.p == '+' || minus ? skip(s, 1) : s;
    struct x86_reg reg;
    int scale;
    size_t n;

    if (!minus && front_label(m->F, term, &o->label)) {
      if (o->label.kind == LABEL_BAD)
        return false;
      o->has_label = true;
      return true;
    }
    n = register_term(m, term, &reg, &scale);
    if (n > 0) {
      if (minus)
        return bad_mem(m, (struct span){s.p, n + 1}, "a register cannot be subtracted");
      if (m->nreg == 2)
        return bad_mem(m, (struct span){term.p, n}, "more than two registers in an address");
      m->reg[m->nreg] = reg;
      m->scale[m->nreg++] = scale;
      s = skip(term, n);
      continue;
    }
    if (base_reg(m->F, m->x64, term, &reg) > 0)
      return bad_mem(m, term, "after a register come + or -, or * and 1, 2, 4 or 8");
    n = expression_length(m, s);
    if (!add_expression(m, (struct span){s.p, n}))
      return false;
    s = skip(s, n);
  }
  return true;
}

static bool is_vector(const struct x86_reg *r)
{
  return r->class == RC_XMM || r->class == RC_YMM || r->class == RC_ZMM;
}

static bool is_sp(const struct x86_reg *r)
{
  return !is_vector(r) && !r->expr.p && r->num == 4;
}

static bool valid_address_reg(struct mem *m, const struct x86_reg *r)
{
  return r->class == RC_32 || (m->x64 && r->class == RC_64);
}

/* 32-bit code has addresses of 16 bits: bx or bp, si or di, or one of each. */
static bool assign_registers16(struct mem *m)
{
  struct x86_operand *o = m->o;

  for (unsigned i = 0; i < m->nreg; i++) {
    const struct x86_reg *r = &m->reg[i];
    struct x86_reg *place = r->num == 3 || r->num == 5 ? &o->base : &o->index;

    if (r->class != RC_16 || r->expr.p || (r->num != 3 && r->num < 5) || m->scale[i] > 0 || place->class != RC_NONE)
      return bad_mem(m, o->text, "an address of 16 bits is made of bx or bp and si or di");
    *place = *r;
  }
  if (o->has_label || o->has_disp_expr || o->disp < -32768 || o->disp > 65535)
    return bad_mem(m, o->text, "the displacement of an address of 16 bits must be a number that fits in them");
  return true;
}

/* Which of the registers is base, which index. */
static bool assign_registers(struct mem *m)
{
  struct x86_operand *o = m->o;
  unsigned base = 0;
  int scale;

  if (m->nreg == 0)
    return true;
  if (!m->x64 && m->reg[0].class == RC_16)
    return assign_registers16(m);
  if (m->reg[0].class == RC_RIP && m->nreg == 1 && m->scale[0] < 0) {
    o->base = m->reg[0];
    return true;
  }
  if (m->nreg == 1) {
    if (m->scale[0] < 0 && !is_vector(&m->reg[0])) {
      o->base = m->reg[0];
    } else {
      o->index = m->reg[0];
      o->scale = (uint8_t)(m->scale[0] < 0 ? 0 : m->scale[0]);
    }
  } else {
    if (m->scale[0] > 0 || (m->scale[0] == 0 && m->scale[1] < 0) || is_vector(&m->reg[0]))
      base = 1;
    else if (m->scale[0] < 0 && m->scale[1] <= 0 && is_sp(&m->reg[1]) && !is_vector(&m->reg[1]))
      base = 1;
    scale = m->scale[1 - base];
    if (m->scale[base] > 0)
      return bad_mem(m, o->text, "only one register of an address can have a scale");
    o->base = m->reg[base];
    o->index = m->reg[1 - base];
    o->scale = (uint8_t)(scale < 0 ? 0 : scale);
  }
  if (o->base.class != RC_NONE && !valid_address_reg(m, &o->base))
    return bad_mem(m, o->text, "not a register that can be a base");
  if (o->index.class != RC_NONE && !is_vector(&o->index)) {
    if (!valid_address_reg(m, &o->index) || is_sp(&o->index))
      return bad_mem(m, o->text, "not a register that can be an index");
    if (o->base.class != RC_NONE && o->base.class != o->index.class) {
      /* As in DynASM; programs use it where they know that the upper half is zero. */
      if (front_options(m->F)->dialect >= DIALECT_LIBDASM)
        return bad_mem(m, o->text, "base and index must have the same size");
      o->base.class = o->index.class = RC_32;
    }
  }
  return true;
}

static uint64_t memory_kinds(const struct x86_operand *o)
{
  static const uint64_t by_size[] = {
    X86_K(M8), X86_K(M16), X86_K(M32), X86_K(M64), X86_K(M128), X86_K(M256), X86_K(M512),
    0, 0, 0, X86_K(M80), X86_K(M48),
  };
  static const uint64_t bcst[] = {0, X86_K(B16), X86_K(B32), X86_K(B64)};
  uint64_t k = X86_K(M);

  if (o->bcst)
    return o->size == X86_NOSIZE ? X86_K(B16) | X86_K(B32) | X86_K(B64) : o->size < 4 ? bcst[o->size] : 0;
  if (is_vector(&o->index))
    return o->index.class == RC_XMM ? X86_K(VMX) : o->index.class == RC_YMM ? X86_K(VMY) : X86_K(VMZ);
  if (o->base.class == RC_NONE && o->index.class == RC_NONE)
    k |= X86_K(MOFFS);
  if (o->size == X86_NOSIZE)
    return k | X86_MEM_SIZES | X86_K(MFAR16) | X86_K(MFAR32) | X86_K(MFAR64);
  return k | by_size[o->size] | (o->size == X86_FWORD ? X86_K(MFAR32) : o->size == X86_TWORD ? X86_K(MFAR64) : 0);
}

static unsigned reg_needs(const struct x86_reg *r)
{
  switch (r->class) {
  case RC_8HIGH: return X86_NEED_NOREX;
  case RC_8REX: return X86_NEED_REX;
  case RC_XMM:
  case RC_YMM:
  case RC_ZMM: return r->num > 15 ? X86_NEED_EVEX : r->num > 7 ? X86_NEED_REX : 0;
  case RC_CR:
  case RC_DR: return r->num > 7 ? X86_NEED_REX : 0;
  case RC_8:
  case RC_16:
  case RC_32:
  case RC_64: return r->num > 15 ? X86_NEED_EGPR | X86_NEED_REX : r->num > 7 ? X86_NEED_REX : 0;
  default: return 0;
  }
}

unsigned x86_operand_needs(const struct x86_operand *o)
{
  unsigned needs = o->mask.class != RC_NONE || o->zero || o->bcst ? X86_NEED_EVEX : 0;

  if (o->what == WHAT_REG)
    needs |= reg_needs(&o->reg);
  else if (o->what == WHAT_MEM)
    needs |= reg_needs(&o->base) | reg_needs(&o->index);
  return needs;
}

static bool parse_memory(struct front *F, bool x64, struct span inner, struct x86_operand *o)
{
  struct mem m = {.F = F, .x64 = x64, .o = o};
  struct x86_reg seg;
  size_t n = inner.n > 2 && inner.p[1] == 's' ? x86_reg_parse(x64, inner, &seg) : 0;

  o->what = WHAT_MEM;
  if (n > 0 && seg.class == RC_SREG && skip(inner, n).n > 0 && *skip(inner, n).p == ':') {
    static const uint8_t prefix[] = {0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65};

    o->seg = prefix[seg.num];
    inner = skip(skip(inner, n), 1);
  }
  if (!parse_terms(&m, inner) || !assign_registers(&m))
    return false;
  if (o->has_label && (o->has_disp_expr || o->disp != 0))
    return bad_mem(&m, o->text, "a label in an address cannot be combined with a displacement");
  if (o->has_disp_expr && o->disp != 0) {
    o->disp_expr = span_fmt(F, "(%.*s)+(%lld)", (int)o->disp_expr.n, o->disp_expr.p, (long long)o->disp);
    o->disp = 0;
  }
  o->kinds = memory_kinds(o);
  if (!o->has_disp_expr && (o->disp < -INT64_C(0x80000000) || o->disp > INT64_C(0xffffffff))) {
    o->kinds &= x64 ? X86_K(MOFFS) : 0; /* eight bytes: mov64 */
    if (o->kinds == 0)
      return bad_mem(&m, o->text, "the displacement does not fit in 32 bits");
  }
  return true;
}

/* ---- other operands ---------------------------------------------------------------- */

static uint64_t number_kinds(int64_t v, bool big)
{
  uint64_t k = X86_K(IMM64);

  if (big || v < -INT64_C(0x80000000) || v > INT64_C(0xffffffff))
    return k;
  k |= X86_K(IMM32);
  if (v == 1)
    k |= X86_K(IMM1);
  if (v >= 0 && v <= 15)
    k |= X86_K(IMM4);
  if ((v >= -128 && v <= 127) || v >= INT64_C(0xffffff80))
    k |= X86_K(IMM8S);
  if (v >= -128 && v <= 255)
    k |= X86_K(IMM8);
  if (v >= -32768 && v <= 65535)
    k |= X86_K(IMM16);
  return k;
}

void x86_imm_parse(bool x64, struct span text, struct x86_operand *o)
{
  bool big = false;

  o->what = WHAT_IMM;
  if (simple_number(x64, text, &o->imm, &big)) {
    o->known = true;
    o->kinds = number_kinds(o->imm, big);
    return;
  }
  o->known = false;
  o->imm_expr = text;
  o->kinds = X86_K(IMMRT) | X86_K(IMM4) | X86_K(IMM8) | X86_K(IMM16) | X86_K(IMM32) | X86_K(IMM64);
}

/* SIZE in front of an immediate: only fields of that size. */
static void limit_immediate(struct x86_operand *o)
{
  static const uint64_t field[] = {
    X86_K(IMM8) | X86_K(IMM8S), X86_K(IMM16), X86_K(IMM32), X86_K(IMM64) | X86_K(IMM32),
  };
  uint64_t runtime = o->kinds & X86_K(IMMRT);

  o->kinds = o->size < 4 ? field[o->size] & (o->known ? o->kinds : ~(uint64_t)0) : 0;
  if (runtime && o->size > 0)
    o->kinds |= runtime;
}

static void label_kinds(bool x64, bool is_short, struct x86_operand *o)
{
  o->what = WHAT_LABEL;
  o->kinds = X86_K(REL8);
  if (is_short)
    return;
  o->kinds |= X86_K(REL32) | (x64 ? X86_K(IMM64) : X86_K(IMM32));
  if (o->label.kind == LABEL_ADDR)
    o->kinds |= X86_K(IMM32);
}

static struct span offset_expression(struct front *F, const struct type *t, struct span tail)
{
  size_t n = t->offset.n + tail.n + 1;
  char *text = arena_alloc(F, n);

  memcpy(text, t->offset.p, t->offset.n);
  memcpy(text + t->offset.n, tail.p, tail.n);
  text[n - 1] = ')';
  return (struct span){text, n};
}

/* TYPE, TYPE:reg, TYPE:reg->field and so on; false: it is no type operand. */
static bool parse_typed(struct front *F, bool x64, struct span s, struct x86_operand *o, bool *ok)
{
  struct span word = first_word(s);
  const struct type *t = word.n > 0 ? front_type(F, word) : NULL;
  struct x86_reg reg;
  struct span tail;
  size_t n;

  if (!t)
    return false;
  n = base_reg(F, x64, s, &reg);
  *ok = false;
  if (n == 0) {
    diag_error(F, s, "type '%.*s' needs a register here", (int)word.n, word.p);
    return true;
  }
  tail = skip(s, n);
  *ok = true;
  if (tail.n == 0) {
    o->what = WHAT_REG;
    o->reg = reg;
    o->kinds = x86_reg_kinds(&reg);
    return true;
  }
  o->what = WHAT_MEM;
  o->base = reg;
  if (reg.class != RC_32 && !(x64 && reg.class == RC_64)) {
    diag_error(F, s, "not a register that can be a base");
    *ok = false;
  }
  o->has_disp_expr = true;
  o->disp_expr = offset_expression(F, t, tail);
  o->kinds = memory_kinds(o);
  return true;
}

/* ---- decorations ------------------------------------------------------------------- */

unsigned x86_round_parse(struct span s)
{
  static const struct { const char *text; uint8_t round; } words[] = {
    {"{sae}", X86_SAE},   {"{rn-sae}", X86_RN}, {"{rd-sae}", X86_RD},
    {"{ru-sae}", X86_RU}, {"{rz-sae}", X86_RZ},
  };

  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    if (span_is(s, words[i].text))
      return words[i].round;
  }
  return X86_ROUND_NONE;
}

static bool decoration(struct front *F, bool x64, struct span d, struct x86_operand *o)
{
  struct span in = span_trim((struct span){d.p + 1, d.n - 2});
  struct x86_reg reg;

  if (span_is(in, "z")) {
    o->zero = true;
    return true;
  }
  if (in.n > 3 && memcmp(in.p, "1to", 3) == 0) {
    uint64_t n;
    bool neg;

    if (front_number((struct span){in.p + 3, in.n - 3}, &n, &neg) && !neg && n >= 2 && n <= 32 &&
        (n & (n - 1)) == 0) {
      o->bcst = (uint8_t)n;
      return true;
    }
  }
  if (x86_reg_parse(x64, in, &reg) == in.n && reg.class == RC_MASK) {
    if (!reg.expr.p && reg.num == 0) {
      diag_error(F, d, "k0 means no mask here: leave it out");
      return false;
    }
    o->mask = reg;
    return true;
  }
  diag_error(F, d, "unknown decoration");
  diag_help(F, "known are {k1} ... {k7}, {z}, {1to2} ... {1to32}, {sae}, {rn-sae}, {rd-sae}, {ru-sae}, {rz-sae}");
  return false;
}

/* Take {...} groups off the end of *s. */
static bool decorations(struct front *F, bool x64, struct span *s, struct x86_operand *o)
{
  while (s->n > 2 && s->p[s->n - 1] == '}') {
    size_t at = s->n - 1;

    while (at > 0 && s->p[at] != '{')
      at--;
    if (at == 0)
      break;
    if (x86_round_parse((struct span){s->p + at, s->n - at}) != X86_ROUND_NONE)
      break; /* the statement's: see x86.c */
    if (!decoration(F, x64, (struct span){s->p + at, s->n - at}, o))
      return false;
    *s = span_trim((struct span){s->p, at});
  }
  return true;
}

/* ---- one operand --------------------------------------------------------------------- */

/* SIZE, "far", "short" before the operand; *s moves on. */
static void size_prefix(bool x64, struct span *s, struct x86_operand *o, bool *is_far, bool *is_short)
{
  for (;;) {
    struct span word = first_word(*s), rest = skip(*s, word.n);
    uint8_t code;

    if (rest.n == 0 || word.n < 3 || *rest.p == '*')
      return;
    if (o->size == X86_NOSIZE && x86_size_word(x64, word, &code))
      o->size = code;
    else if (span_is(word, "far"))
      *is_far = true;
    else if (span_is(word, "short"))
      *is_short = true;
    else if (!(o->size != X86_NOSIZE && span_is(word, "ptr")))
      return;
    *s = rest;
  }
}

static uint64_t far_kinds(const struct x86_operand *o)
{
  switch (o->size) {
  case 1: return X86_K(MFAR16);
  case 2:
  case X86_FWORD: return X86_K(MFAR32);
  case 3:
  case X86_TWORD: return X86_K(MFAR64);
  default: return X86_K(MFAR16) | X86_K(MFAR32) | X86_K(MFAR64);
  }
}

static bool bracketed(struct span s)
{
  return s.n >= 2 && s.p[0] == '[' && s.p[s.n - 1] == ']';
}

static bool parse_immediate(bool x64, struct span s, struct x86_operand *o)
{
  x86_imm_parse(x64, s, o);
  if (o->size != X86_NOSIZE)
    limit_immediate(o);
  return true;
}

/* "16:offset": segment and offset of a far jump or call. */
static bool parse_far(struct front *F, bool x64, struct span s, struct x86_operand *o)
{
  struct x86_operand offset;
  size_t n = 0;
  uint64_t segment;
  bool neg;

  while (n < s.n && (digit(s.p[n]) || (n > 0 && word_char(s.p[n]))))
    n++;
  if (x64 || n == 0 || n + 1 >= s.n || s.p[n] != ':' || !front_number((struct span){s.p, n}, &segment, &neg))
    return false;
  offset = (struct x86_operand){.text = s, .size = X86_NOSIZE};
  s = skip(s, n + 1);
  if (front_label(F, s, &o->label)) {
    o->has_label = true;
  } else {
    x86_imm_parse(x64, s, &offset);
    if (!(offset.kinds & X86_K(IMM32)))
      return false;
    o->known = offset.known;
    o->imm = offset.imm;
    o->imm_expr = offset.imm_expr;
  }
  o->what = WHAT_FAR;
  o->disp = (int64_t)segment;
  o->kinds = segment <= 0xffff ? X86_K(PTR32) : 0;
  return true;
}

static bool parse_body(struct front *F, bool x64, struct span s, bool is_short, struct x86_operand *o)
{
  struct x86_reg reg;
  size_t n;
  bool ok;

  if (bracketed(s))
    return parse_memory(F, x64, span_trim((struct span){s.p + 1, s.n - 2}), o);
  if (digit(*s.p))
    return parse_far(F, x64, s, o) || parse_immediate(x64, s, o);
  n = x86_reg_parse(x64, s, &reg);
  if (n == s.n) {
    o->what = WHAT_REG;
    o->reg = reg;
    o->kinds = x86_reg_kinds(&reg);
    return true;
  }
  if (n > 0 && reg.class == RC_SREG && s.p[n] == ':' && bracketed(skip(s, n + 1))) {
    struct span in = skip(s, n + 1);
    struct span text = span_fmt(F, "%.*s:%.*s", (int)n, s.p, (int)(in.n - 2), in.p + 1);

    return parse_memory(F, x64, text, o);
  }
  if (front_label(F, s, &o->label)) {
    label_kinds(x64, is_short, o);
    return o->label.kind != LABEL_BAD;
  }
  if (parse_typed(F, x64, s, o, &ok))
    return ok;
  return parse_immediate(x64, s, o);
}

bool x86_operand_parse(struct front *F, const struct x86 *X, struct span text, struct x86_operand *o)
{
  struct span s = text;
  bool is_far = false, is_short = false;

  *o = (struct x86_operand){.text = text, .size = X86_NOSIZE};
  if (!decorations(F, X->x64, &s, o))
    return false;
  size_prefix(X->x64, &s, o, &is_far, &is_short);
  if (s.n == 0) {
    diag_error(F, text, "empty operand");
    return false;
  }
  if (!parse_body(F, X->x64, s, is_short, o))
    return false;
  if (is_far && o->what != WHAT_FAR)
    o->kinds = o->what == WHAT_MEM ? far_kinds(o) : 0;
  if (o->size != X86_NOSIZE && (o->what == WHAT_REG || (o->what == WHAT_LABEL && o->size != (X->x64 ? 3 : 2)))) {
    diag_error(F, text, "a size cannot be given here");
    return false;
  }
  return true;
}
