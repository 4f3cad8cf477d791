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

/* ---- other operands ---------------------------------------------------------------- */

static uint32_t number_kinds(int64_t v)
{
  uint32_t k = X86_KVAL(IMM64);

  if (v < -INT64_C(0x80000000) || v > INT64_C(0xffffffff))
    return k;
  k |= X86_KVAL(IMM32);
  if (v == 1)
    k |= X86_KVAL(IMM1);
  if (v >= 0 && v <= 15)
    k |= X86_KVAL(IMM4);
  if ((v >= -128 && v <= 127) || v >= INT64_C(0xffffff80))
    k |= X86_KVAL(IMM8S);
  if (v >= -128 && v <= 255)
    k |= X86_KVAL(IMM8);
  if (v >= -32768 && v <= 65535)
    k |= X86_KVAL(IMM16);
  return k;
}

static void imm_expression(struct span text, struct x86_operand *o)
{
  o->what = WHAT_IMM;
  o->known = false;
  o->imm_expr = text;
  o->kinds.val = X86_KVAL(IMMRT) | X86_KVAL(IMM4) | X86_KVAL(IMM8) | X86_KVAL(IMM16) | X86_KVAL(IMM32) | X86_KVAL(IMM64);
}

void x86_imm_parse(bool x64, struct span text, struct x86_operand *o)
{
  o->what = WHAT_IMM;
  if (x86_number(x64, text, &o->imm)) {
    o->known = true;
    o->kinds.val = number_kinds(o->imm);
    return;
  }
  imm_expression(text, o);
}

/* SIZE in front of an immediate: only fields of that size. */
static void limit_immediate(struct x86_operand *o)
{
  static const uint32_t field[] = {
    X86_KVAL(IMM8) | X86_KVAL(IMM8S), X86_KVAL(IMM16), X86_KVAL(IMM32), X86_KVAL(IMM64) | X86_KVAL(IMM32),
  };
  uint32_t runtime = o->kinds.val & X86_KVAL(IMMRT);

  o->kinds.val = o->size < 4 ? field[o->size] & (o->known ? o->kinds.val : UINT32_MAX) : 0;
  if (runtime && o->size > 0)
    o->kinds.val |= runtime;
}

static void label_kinds(bool x64, bool is_short, struct x86_operand *o)
{
  o->what = WHAT_LABEL;
  o->kinds.val = o->near ? X86_KVAL(REL32) : X86_KVAL(REL8);
  if (is_short || o->near)
    return;
  o->kinds.val |= X86_KVAL(REL32) | (x64 ? X86_KVAL(IMM64) : X86_KVAL(IMM32));
  if (o->label.kind == REF_ADDR)
    o->kinds.val |= X86_KVAL(IMM32);
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
  struct span word = text_first_word(s);
  const struct type *t = word.n > 0 ? front_type(F, word) : NULL;
  struct x86_reg reg;
  struct span tail;
  size_t n;

  if (!t)
    return false;
  n = x86_base_reg(F, x64, s, &reg);
  *ok = false;
  if (n == 0) {
    diag_error(F, s, "[type-register] type '%.*s' needs a register here", (int)word.n, word.p);
    return true;
  }
  tail = text_skip(s, n);
  *ok = true;
  if (tail.n == 0) {
    o->what = WHAT_REG;
    o->reg = reg;
    o->kinds.reg = x86_reg_kinds(&reg);
    return true;
  }
  o->what = WHAT_MEM;
  o->base = reg;
  if (reg.class != RC_32 && !(x64 && reg.class == RC_64)) {
    diag_error(F, s, "[bad-address] not a register that can be a base");
    *ok = false;
  }
  o->has_disp_expr = true;
  o->disp_expr = offset_expression(F, t, tail);
  o->kinds.mem = x86_memory_kinds(o);
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
      diag_error(F, d, "[bad-decoration] k0 means no mask here: leave it out");
      return false;
    }
    o->mask = reg;
    return true;
  }
  diag_error(F, d, "[bad-decoration] unknown decoration");
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

/* Before what is not a label, "near" may be a name of the program. */
static bool begins_label(struct span s)
{
  return s.n > 1 && (((s.p[0] == '-' || s.p[0] == '=') && s.p[1] == '>') || s.p[0] == '<' || s.p[0] == '>' ||
                     (s.n > 7 && memcmp(s.p, "extern ", 7) == 0));
}

/* In libdasm's dialect also before operands in memory and registers (jmp near [rax]), and with the words that other
 * assemblers have there and that say nothing more. */
static bool own_prefix(struct span word, struct span rest, struct x86_operand *o)
{
  bool operand = *rest.p == '[' || *rest.p == '&' || text_begins_name(*rest.p) || begins_label(rest);

  if (span_is(word, "near") && operand)
    o->near = true;
  if (span_is(word, "bcst") && o->size != X86_NOSIZE && (operand || text_is_digit(*rest.p))) {
    if (o->bcst == 0) /* {1to4} may stand behind it */
      o->bcst = X86_BCST_ANY;
    return true;
  }
  return operand && (o->near || span_is(word, "ptr") || span_is(word, "strict"));
}

/* SIZE, "far", "short", "near" before the operand; *s moves on. */
static void size_prefix(const struct x86 *X, struct span *s, struct x86_operand *o, bool *is_far, bool *is_short)
{
  bool x64 = X->x64;

  for (;;) {
    struct span word = text_first_word(*s), rest = text_skip(*s, word.n);
    uint8_t code;

    if (rest.n == 0 || word.n < 3 || *rest.p == '*')
      return;
    if (o->size == X86_NOSIZE && x86_size_word(x64, word, &code))
      o->size = code;
    else if (span_is(word, "far"))
      *is_far = true;
    else if (span_is(word, "short"))
      *is_short = true;
    else if (span_is(word, "near") && begins_label(rest))
      o->near = true;
    else if (!(o->size != X86_NOSIZE && span_is(word, "ptr")) && (X->isa.dynasm || !own_prefix(word, rest, o)))
      return;
    *s = rest;
  }
}

static uint32_t far_kinds(const struct x86 *X, const struct x86_operand *o)
{
  switch (o->size) {
  case 1: return X86_KMEM(MFAR16);
  case 2:
  case X86_FWORD: return X86_KMEM(MFAR32);
  case 3:
  case X86_TWORD: return X86_KMEM(MFAR64);
  default: return (X->isa.dynasm ? X86_KMEM(MFAR16) : 0) | X86_KMEM(MFAR32) | X86_KMEM(MFAR64);
  }
}

static bool bracketed(struct span s)
{
  return s.n >= 2 && s.p[0] == '[' && s.p[s.n - 1] == ']';
}

/* Is this "- 8", which is a number to us and an expression of C to DynASM? */
static bool is_apart(struct span s)
{
  return s.n > 1 && (*s.p == '-' || *s.p == '+') && text_is_blank(s.p[1]);
}

static bool parse_immediate(struct front *F, const struct x86 *X, struct span s, struct x86_operand *o)
{
  if (X->isa.dynasm && is_apart(s))
    imm_expression(s, o);
  else
    x86_imm_parse(X->x64, s, o);
  if (!o->known && !X->isa.dynasm && operand_constant(F, s, &o->imm)) {
    o->known = true;
    o->kinds.val = number_kinds(o->imm);
  }
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

  while (n < s.n && (text_is_digit(s.p[n]) || (n > 0 && text_is_word(s.p[n]))))
    n++;
  if (x64 || n == 0 || n + 1 >= s.n || s.p[n] != ':' || !front_number((struct span){s.p, n}, &segment, &neg))
    return false;
  offset = (struct x86_operand){.text = s, .size = X86_NOSIZE};
  s = text_skip(s, n + 1);
  if (front_label(F, s, &o->label)) {
    o->has_label = true;
  } else {
    x86_imm_parse(x64, s, &offset);
    if (!(offset.kinds.val & X86_KVAL(IMM32)))
      return false;
    o->known = offset.known;
    o->imm = offset.imm;
    o->imm_expr = offset.imm_expr;
  }
  o->what = WHAT_FAR;
  o->disp = (int64_t)segment;
  o->kinds.val = segment <= 0xffff ? X86_KVAL(PTR32) : 0;
  return true;
}

static bool parse_body(struct front *F, const struct x86 *X, struct span s, bool is_short, struct x86_operand *o)
{
  bool x64 = X->x64;
  struct x86_reg reg;
  size_t n;
  bool ok;

  if (!X->isa.dynasm && x86_brackets_parse(F, x64, s, o, &ok))
    return ok;
  if (bracketed(s))
    return x86_memory_parse(F, x64, span_trim((struct span){s.p + 1, s.n - 2}), o);
  if (text_is_digit(*s.p))
    return parse_far(F, x64, s, o) || parse_immediate(F, X, s, o);
  n = x86_reg_read(F, x64, s, &reg);
  if (n == s.n) {
    o->what = WHAT_REG;
    o->reg = reg;
    o->kinds.reg = x86_reg_kinds(&reg);
    return true;
  }
  n = x86_reg_parse(x64, s, &reg);
  if (n > 0 && reg.class == RC_SREG && s.p[n] == ':' && bracketed(text_skip(s, n + 1))) {
    struct span in = text_skip(s, n + 1);
    struct span text = span_fmt(F, "%.*s:%.*s", (int)n, s.p, (int)(in.n - 2), in.p + 1);

    return x86_memory_parse(F, x64, text, o);
  }
  if (front_label(F, s, &o->label)) {
    label_kinds(x64, is_short, o);
    return o->label.kind != REF_BAD;
  }
  if (parse_typed(F, x64, s, o, &ok))
    return ok;
  return parse_immediate(F, X, s, o);
}

bool x86_operand_parse(struct front *F, const struct x86 *X, struct span text, struct x86_operand *o)
{
  struct span s = text;
  bool is_far = false, is_short = false;

  *o = (struct x86_operand){.text = text, .size = X86_NOSIZE};
  if (!decorations(F, X->x64, &s, o))
    return false;
  size_prefix(X, &s, o, &is_far, &is_short);
  if (s.n == 0) {
    diag_error(F, text, "[empty-operand] empty operand");
    return false;
  }
  if (!parse_body(F, X, s, is_short, o))
    return false;
  /* In libdasm's dialect 0xff80 is a byte for an operation of 16 bits: see the numbers in x86_match.c. */
  if (o->what == WHAT_IMM && o->known && !X->isa.dynasm && o->size == X86_NOSIZE && o->imm >= 0xff80 && o->imm <= 0xffff)
    o->kinds.val |= X86_KVAL(IMM8S);
  if (is_far && o->what != WHAT_FAR)
    o->kinds = (struct x86_kinds){.mem = o->what == WHAT_MEM ? far_kinds(X, o) : 0};
  if (o->size != X86_NOSIZE && (o->what == WHAT_REG || (o->what == WHAT_LABEL && o->size != (X->x64 ? 3 : 2)))) {
    diag_error(F, text, "[bad-size] a size cannot be given here");
    return false;
  }
  return true;
}
