/* x86_memory.c - memory operands of x86 and x64: [terms], seg:[terms].
 *
 * Terms are registers, register*scale, numbers, SIZE*number, a label, C expressions, joined by + and -. What is not
 * a register, number or label is the displacement expression, wherever it stands.
 */
#include <string.h>

#include "x86.h"

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
  diag_error(m->F, where, "[bad-address] %s", what);
  return false;
}

/* "reg", "TYPE:reg", or "TYPE" with a default register. Bytes taken, 0 if it is none. */
size_t x86_base_reg(struct front *F, bool x64, struct span s, struct x86_reg *reg)
{
  struct span word;
  const struct type *t;
  size_t n;

  if (s.n == 0 || !text_begins_name(*s.p))
    return 0;
  n = x86_reg_read(F, x64, s, reg);
  if (n > 0)
    return n;
  word = text_first_word(s);
  if (x64 && span_is(word, "eip") && front_options(F)->dialect >= DIALECT_LIBDASM) {
    *reg = (struct x86_reg){.class = RC_RIP, .num = 1};
    return word.n;
  }
  if (word.n == 0 || (t = front_type(F, word)) == NULL)
    return 0;
  if (word.n < s.n && s.p[word.n] == ':') {
    n = x86_reg_parse(x64, text_skip(s, word.n + 1), reg);
    return n ? (size_t)(text_skip(s, word.n + 1).p - s.p) + n : 0;
  }
  if (t->reg.n == 0 || x86_reg_parse(x64, t->reg, reg) != t->reg.n)
    return 0;
  return word.n;
}

static int scale_of(char c)
{
  return c == '1' ? 0 : c == '2' ? 1 : c == '4' ? 2 : c == '8' ? 3 : -1;
}

static bool is_own(const struct mem *m)
{
  return front_options(m->F)->dialect >= DIALECT_LIBDASM;
}

/* "(2*2)" and so on behind a register, in libdasm's dialect: bytes up to the next + or -, or 0. */
static size_t constant_scale(struct mem *m, struct span s, int *scale)
{
  size_t n = 0;
  int depth = 0;
  int64_t v;

  for (; n < s.n && (depth > 0 || (s.p[n] != '+' && s.p[n] != '-')); n++)
    depth += (s.p[n] == '(') - (s.p[n] == ')');
  if (n < 2 || !operand_constant(m->F, (struct span){s.p, n}, &v) || v < 1 || v > 8 || scale_of((char)('0' + v)) < 0)
    return 0;
  *scale = scale_of((char)('0' + v));
  return n;
}

/* One register term at the start of s: reg, reg*scale, scale*reg; then the end, + or -.
 * Bytes taken, or 0. */
static size_t register_term(struct mem *m, struct span s, struct x86_reg *reg, int *scale)
{
  struct span rest = s;
  int before = -1;
  size_t n;

  if (s.n > 2 && scale_of(s.p[0]) >= 0 && (s.p[1] == '*' || text_is_blank(s.p[1]))) {
    rest = text_skip(s, 1);
    if (rest.n < 2 || *rest.p != '*')
      return 0;
    before = scale_of(s.p[0]);
    rest = text_skip(rest, 1);
  }
  n = x86_base_reg(m->F, m->x64, rest, reg);
  if (n == 0)
    return 0;
  rest = text_skip(rest, n);
  *scale = before;
  if (rest.n > 0 && *rest.p == '*' && before < 0) {
    rest = text_skip(rest, 1);
    if (is_own(m) && (n = constant_scale(m, rest, scale)) > 0)
      return (size_t)(rest.p - s.p) + n;
    if (rest.n == 0 || (*scale = scale_of(*rest.p)) < 0 || (rest.n > 1 && text_is_word(rest.p[1])))
      return 0;
    rest = text_skip(rest, 1);
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
    const char *behind = c_literal(s, s.p + i);
    char c = s.p[i];

    if (behind && behind > s.p + i)
      i = (size_t)(behind - s.p) - 1;
    else if (c == '(' || c == '[' || c == '{')
      depth++;
    else if (c == ')' || c == ']' || c == '}')
      depth--;
    else if (c == '+' && depth == 0 && i > 0) {
      struct span next = text_skip((struct span){s.p + i, s.n - i}, 1);
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

/* A number as DynASM reads it: its sign, if there is one, is directly before it. */
static bool plain_number(struct mem *m, struct span s, int64_t *out)
{
  bool neg, dynasm = front_options(m->F)->dialect < DIALECT_LIBDASM, sign = *s.p == '+' || *s.p == '-';
  uint64_t v;

  if (sign && !dynasm && s.n > 1 && text_is_blank(s.p[1]))
    s = *s.p == '+' ? text_skip(s, 1) : span_fmt(m->F, "-%.*s", (int)text_skip(s, 1).n, text_skip(s, 1).p);
  if (!front_number(s, &v, &neg) || (!neg && v > INT64_MAX))
    return false;
  *out = (int64_t)v;
  m->o->wide_disp |= dynasm && !neg && v > INT32_MAX;
  return true;
}

/* Numbers joined by + and -: their sum. DynASM leaves it to C, which reads 010 as eight. */
static bool fold_numbers(bool x64, struct span s, int64_t *out)
{
  int64_t sum = 0, v;
  uint64_t u;

  while (s.n > 0) {
    size_t n = 1;

    while (n < s.n && s.p[n] != '+' && s.p[n] != '-')
      n++;
    if (n < s.n && (s.p[n - 1] == 'e' || s.p[n - 1] == 'E'))
      return false;
    if (front_c_number((struct span){s.p, n}, &u))
      v = (int64_t)u;
    else if (!memchr(s.p, '*', n) || !x86_number(x64, (struct span){s.p, n}, &v))
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
  if (plain_number(m, s, &v) || fold_numbers(m->x64, s, &v) || (is_own(m) && operand_constant(m->F, s, &v))) {
    o->disp = wrapping_add(o->disp, v);
    return true;
  }
  if (*s.p == '+')
    s = text_skip(s, 1);
  if (s.n == 0)
    return bad_mem(m, o->text, "a term is missing in the address");
  if (o->has_disp_expr)
    s = span_fmt(m->F, "(%.*s)+(%.*s)", (int)o->disp_expr.n, o->disp_expr.p, (int)s.n, s.p);
  o->disp_expr = s;
  o->has_disp_expr = true;
  return true;
}

/* A label of a memory operand. To DynASM before the end of 2023 the & of [&expr] was an operator of C there. */
static bool label_term(struct mem *m, struct span term, struct label *out)
{
  return !(term.n > 0 && *term.p == '&' && front_options(m->F)->dialect < DIALECT_1_5) && front_label(m->F, term, out);
}

/* Terms of the text between the brackets. */
static bool parse_terms(struct mem *m, struct span s)
{
  struct x86_operand *o = m->o;

  s = span_trim(s);
  if (s.n == 0)
    return bad_mem(m, o->text, "empty address");
  if (operand_is_constant(s)) {
    o->constant = s;
    o->has_label = true;
    return true;
  }
  while (s.n > 0) {
    bool minus = *s.p == '-' && !(s.n > 1 && s.p[1] == '>');
    struct span term = *s.p == '+' || minus ? text_skip(s, 1) : s;
    struct x86_reg reg;
    int scale;
    size_t n;

    if (!minus && label_term(m, term, &o->label)) {
      if (o->label.kind == REF_BAD)
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
      if (o->has_disp_expr)
        ((struct x86 *)isa_data(m->F))->met_odd = true;
      m->reg[m->nreg] = reg;
      m->scale[m->nreg++] = scale;
      s = text_skip(term, n);
      continue;
    }
    if (x86_base_reg(m->F, m->x64, term, &reg) > 0)
      return bad_mem(m, term, "after a register come + or -, or * and 1, 2, 4 or 8");
    n = expression_length(m, s);
    if (!add_expression(m, (struct span){s.p, n}))
      return false;
    s = text_skip(s, n);
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

uint32_t x86_memory_kinds(const struct x86_operand *o)
{
  static const uint32_t by_size[] = {
    X86_KMEM(M8), X86_KMEM(M16), X86_KMEM(M32), X86_KMEM(M64), X86_KMEM(M128), X86_KMEM(M256), X86_KMEM(M512),
    0, 0, 0, X86_KMEM(M80), X86_KMEM(M48),
  };
  static const uint32_t bcst[] = {0, X86_KMEM(B16), X86_KMEM(B32), X86_KMEM(B64)};
  uint32_t k = X86_KMEM(M);

  if (o->bcst)
    return o->size == X86_NOSIZE ? X86_KMEM(B16) | X86_KMEM(B32) | X86_KMEM(B64) : o->size < 4 ? bcst[o->size] : 0;
  if (is_vector(&o->index))
    return o->index.class == RC_XMM ? X86_KMEM(VMX) : o->index.class == RC_YMM ? X86_KMEM(VMY) : X86_KMEM(VMZ);
  if (o->base.class == RC_NONE && o->index.class == RC_NONE && o->constant.n == 0)
    k |= X86_KMEM(MOFFS);
  if (o->size == X86_NOSIZE)
    return k | X86_MEM_SIZES | X86_FAR_SIZES;
  return k | by_size[o->size] | (o->size == X86_FWORD ? X86_KMEM(MFAR32) : o->size == X86_TWORD ? X86_KMEM(MFAR64) : 0);
}

bool x86_memory_parse(struct front *F, bool x64, struct span inner, struct x86_operand *o)
{
  struct mem m = {.F = F, .x64 = x64, .o = o};
  struct x86_reg seg;
  size_t n = inner.n > 2 && inner.p[1] == 's' ? x86_reg_parse(x64, inner, &seg) : 0;

  o->what = WHAT_MEM;
  if (n > 0 && seg.class == RC_SREG && text_skip(inner, n).n > 0 && *text_skip(inner, n).p == ':') {
    static const uint8_t prefix[] = {0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65};

    o->seg = prefix[seg.num];
    inner = text_skip(text_skip(inner, n), 1);
  }
  if (!parse_terms(&m, inner) || !assign_registers(&m))
    return false;
  if (o->has_label && (o->has_disp_expr || o->disp != 0))
    return bad_mem(&m, o->text, "a label in an address cannot be combined with a displacement");
  if (o->has_disp_expr && o->disp != 0) {
    o->disp_expr = span_fmt(F, "(%.*s)+(%lld)", (int)o->disp_expr.n, o->disp_expr.p, (long long)o->disp);
    o->disp = 0;
  }
  o->kinds = (struct x86_kinds){.mem = x86_memory_kinds(o)};
  if (!o->has_disp_expr && (o->disp < -INT64_C(0x80000000) || o->disp > INT64_C(0xffffffff))) {
    o->kinds.mem &= x64 ? X86_KMEM(MOFFS) : 0; /* eight bytes: mov64 */
    if (o->kinds.mem == 0) {
      diag_error(F, o->text, "[out-of-range] the displacement does not fit in 32 bits");
      if (x64)
        diag_help(F, "mov64 puts 64 bits into a register, which can be part of the address");
      return false;
    }
  }
  return true;
}
