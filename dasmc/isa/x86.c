/* x86.c - the targets x86 and x64 as the front end sees them. */
#include <string.h>

#include "isas.h"
#include "x86.h"

static const char *const rows[] = {
#define I(mnemonic, operands, open, opcode, ...) mnemonic "\0" operands "\0" open "\0" opcode "\0" #__VA_ARGS__,
#include "x86_short.def"
#include "x86.def"
#include "x86_sse.def"
#include "x86_avx.def"
#include "x86_cmp.def"
#include "x86_avx512.def"
#include "x86_avx512fp16.def"
#include "x86_avx_new.def"
#include "x86_avx10.def"
#include "x86_amx.def"
#include "x86_amd.def"
#include "x86_system.def"
#include "x86_apx.def"
#include "x86_names.def"
#undef I
};

static const struct row_mode modes[] = {{"X86", 1}, {"X64", 2}, {NULL, 0}};

/* DynASM's choices (legacy, VEX) come before what extends them (EVEX). */
const struct rows x86_rows = {
  .row = rows, .n = sizeof(rows) / sizeof(rows[0]), .columns = X86_COLUMNS, .modes = modes, .asked = true,
  .form_size = sizeof(struct x86_form), .parse = x86_pattern_parse, .parsed = x86_find_rivals, .print = x86_pattern_print,
  .at_run_time = x86_at_run_time,
};

static void open(struct front *F, struct isa_state *S)
{
  struct x86 *X = (struct x86 *)S;

  (void)F;
  X->x64 = S->isa->mode == 1;
  X->apx = true;
  X->c_names = S->dynasm;
}

static void features_changed(struct isa_state *S)
{
  ((struct x86 *)S)->apx = features_have(S, "APXF");
}

/* lock, rep, segment overrides and so on: a form without operands that is one prefix byte. */
static bool is_prefix(const struct mnemonic *m)
{
  static const uint8_t bytes[] = {0xf0, 0xf2, 0xf3, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67};
  const struct x86_form *f = &x86_forms(m)[0];

  if (m->nform > 2 || f->form.nop != 0 || f->nopc != 1)
    return false;
  for (size_t i = 0; i < sizeof(bytes); i++) {
    if (f->opc[0] == bytes[i])
      return true;
  }
  return false;
}

/* The rounding at the end of an operand's text, or the whole of it. */
static size_t rounding_at(struct span arg)
{
  size_t at = arg.n;

  if (arg.n < 5 || arg.p[arg.n - 1] != '}')
    return arg.n;
  while (at > 0 && arg.p[at - 1] != '{')
    at--;
  return at > 0 && x86_round_parse((struct span){arg.p + at - 1, arg.n - at + 1}) != X86_ROUND_NONE ? at - 1 : arg.n;
}

/* {rn-sae}, {sae} and so on: an operand of its own, before or behind immediates, or the end of
 * the operand before. */
static void take_rounding(struct x86_stmt *s, struct stmt *st)
{
  for (unsigned i = 0; i < st->narg; i++) {
    struct span *a = &st->arg[i];
    size_t at = rounding_at(*a);

    if (at == a->n)
      continue;
    s->round_text = (struct span){a->p + at, a->n - at};
    s->round = (uint8_t)x86_round_parse(s->round_text);
    s->needs |= X86_NEED_EVEX;
    *a = span_trim((struct span){a->p, at});
    if (a->n == 0) {
      st->narg--;
      memmove(a, a + 1, (st->narg - i) * sizeof(*a));
    }
    return;
  }
}

/* {dfv=of,sf,zf,cf} before the first operand. False: reported. */
static bool take_dfv(struct front *F, struct x86_stmt *s, struct stmt *st)
{
  static const char names[][3] = {"cf", "zf", "sf", "of"};
  struct span *a = &st->arg[0];
  size_t end = 0;

  if (st->narg == 0 || a->n < 6 || memcmp(a->p, "{dfv=", 5) != 0)
    return true;
  while (a->p[end] != '}')
    end++; /* brackets balance */
  s->ask |= X86_ASK_DFV;
  for (size_t i = 5; i < end; i += 3) {
    struct span word;
    unsigned k = 0;

    while (i < end && (a->p[i] == ' ' || a->p[i] == '\t'))
      i++;
    word = (struct span){a->p + i, end - i < 2 ? end - i : 2};

    while (k < 4 && !span_is(word, names[k]))
      k++;
    if (k == 4 || (i + 2 < end && a->p[i + 2] != ',')) {
      diag_error(F, (struct span){a->p, end + 1}, "[bad-decoration] flags are of, sf, zf, cf: {dfv=of,cf}, {dfv=}");
      return false;
    }
    s->dfv |= (uint8_t)(1u << k);
  }
  *a = span_trim((struct span){a->p + end + 1, a->n - end - 1});
  return true;
}

unsigned x86_ask_parse(struct span s)
{
  static const struct { const char *text; uint16_t ask; } words[] = {
    {"{vex}", X86_ASK_VEX},     {"{vex2}", X86_ASK_VEX},      {"{vex3}", X86_ASK_VEX3}, {"{evex}", X86_ASK_EVEX},
    {"{nf}", X86_ASK_NF},       {"{load}", X86_ASK_LOAD},     {"{store}", X86_ASK_STORE}, {"{rex}", X86_ASK_REX},
    {"{rex2}", X86_ASK_REX2},   {"{disp8}", X86_ASK_DISP8},   {"{disp32}", X86_ASK_DISP32},
  };

  if (s.n == 0 || s.p[0] != '{')
    return 0;
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    if (span_is(s, words[i].text))
      return words[i].ask;
  }
  return 0;
}

/* DynASM gives the operand of mov64 to C. There & is an operator ... */
static struct span address_of_c(struct front *F, struct span text)
{
  struct span in = text.n > 2 && text.p[0] == '[' ? span_trim((struct span){text.p + 1, text.n - 2}) : text;

  if (in.n == 0 || *in.p != '&')
    return text;
  return span_fmt(F, in.n == text.n ? "(%.*s)" : "[(%.*s)]", (int)in.n, in.p);
}

/* ... and 010 is eight. */
static void number_of_c(struct x86_operand *o)
{
  bool address = o->what == WHAT_MEM && o->text.n > 2 && o->text.p[0] == '[';
  struct span text = address ? (struct span){o->text.p + 1, o->text.n - 2} : o->text;
  uint64_t v;

  if (!front_c_number(text, &v))
    return;
  if (o->what == WHAT_IMM && o->known)
    o->imm = (int64_t)v;
  else if (address)
    o->disp = (int64_t)v;
}

static bool parse_operands(struct front *F, struct x86 *X, const struct stmt *st, struct x86_stmt *s)
{
  bool of_c = X->isa.dynasm && span_is(st->op, "mov64");

  X->met.p = NULL;
  X->met_odd = false;
  if (st->narg > X86_MAXOPS) {
    diag_error(F, st->op, "[operand-count] too many operands");
    return false;
  }
  s->nop = st->narg;
  for (unsigned i = 0; i < st->narg; i++) {
    if (!x86_operand_parse(F, X, of_c ? address_of_c(F, st->arg[i]) : st->arg[i], &s->op_[i]))
      return false;
    s->needs |= (uint8_t)x86_operand_needs(&s->op_[i]);
    if (of_c)
      number_of_c(&s->op_[i]);
  }
  return true;
}

/* "lock add [rax], ecx" on one line: the statement behind the prefix. */
static void skip_prefix(struct stmt *st)
{
  struct span a = st->arg[0];
  size_t n = 0;

  while (n < a.n && a.p[n] != ' ' && a.p[n] != '\t')
    n++;
  st->op = (struct span){a.p, n};
  st->arg[0] = span_trim((struct span){a.p + n, a.n - n});
  if (st->arg[0].n == 0)
    st->narg = 0;
}

/* What programs for DynASM contain though it hardly means what it says. */
static void warn_of_meaning(struct front *F, const struct x86_form *f, const struct x86_stmt *s)
{
  if (f->form.dynasm && f->form.nop == 0)
    diag_warning(F, s->op, "[wrong-mode-bytes] '%.*s' does not exist in 32-bit mode: its bytes are a dec eax and another instruction",
                 (int)s->op.n, s->op.p);
  else if (f->form.dynasm)
    diag_warning(F, s->op, "[two-operand-form] '%.*s' with two operands takes the upper part of the result from xmm0",
                 (int)s->op.n, s->op.p);
}

/* Text for DynASM names a register that DynASM does not know. There it is the name of a C variable, which it
 * stays if DynASM takes the statement so. */
static void decide_names(struct front *F, struct x86 *X, const struct mnemonic *m, struct x86_stmt *s)
{
  struct x86_stmt other;
  struct span name = X->met;
  bool variable = x86_dynasm_op(s->op, s->nop) && !X->met_odd && x86_fits(X, m, s, true), reg;

  memcpy(&other, s, offsetof(struct x86_stmt, op_));
  other.needs = s->round ? X86_NEED_EVEX : 0;
  X->c_names = false;
  diag_quiet(F, true);
  reg = parse_operands(F, X, s->st, &other);
  diag_quiet(F, false);
  X->c_names = true;
  if (reg && !variable)
    *s = other;
  else if (reg && x86_fits(X, m, &other, false))
    diag_warning(F, name, "[c-name] '%.*s' is a name of C here, as in DynASM, and not the register", (int)name.n, name.p);
}

/* A decoration, a rounding, or {dfv=...} may be there. */
static bool has_braces(const struct stmt *st)
{
  for (unsigned i = 0; i < st->narg; i++) {
    struct span a = st->arg[i];

    if (a.n > 0 && (a.p[0] == '{' || a.p[a.n - 1] == '}'))
      return true;
  }
  return false;
}

static void assemble(struct front *F, struct isa_state *S, const struct mnemonic *m, const struct stmt *st)
{
  struct x86 *X = (struct x86 *)S;
  struct stmt copy;
  struct x86_stmt s;
  const struct x86_form *f;
  unsigned prefix = X->prefix;

  X->prefix = 0;
  memset(&s, 0, offsetof(struct x86_stmt, op_));
  s.st = st;
  s.op = st->op;
  s.ask = X->ask;
  if (has_braces(st)) {
    copy = *st;
    s.st = &copy;
    take_rounding(&s, &copy);
    if (!take_dfv(F, &s, &copy))
      return;
  }
  if (!parse_operands(F, X, s.st, &s))
    return;
  if (X->met.p)
    decide_names(F, X, m, &s);
  f = x86_match(F, X, m, &s);
  if (!f)
    return;
  if (is_prefix(m)) { /* a statement of its own */
    X->prefix = prefix | x86_prefix_bit(s.op);
    build_forget(F); /* what follows is looked at, though it may have been seen */
  } else if (!x86_prefix_check(F, X, f, &s, prefix)) {
    return;
  }
  warn_of_meaning(F, f, &s);
  x86_emit(F, X, f, &s);
}

/* "jmp 16, offset" of GNU as is jmp 16:offset. */
static void join_far_operands(struct front *F, const struct x86 *X, struct stmt *st)
{
  struct span a = st->arg[0], b = st->arg[1];

  if (X->isa.dynasm || X->x64 || st->narg != 2 ||
      !(span_is(st->op, "jmp") || span_is(st->op, "call") || span_is(st->op, "ljmp") || span_is(st->op, "lcall")))
    return;
  st->narg = 1;
  st->arg[0] = span_fmt(F, "%.*s:%.*s", (int)a.n, a.p, (int)b.n, b.p);
}

/* The prefix before other operands, or the words in braces. False: it is none. */
static bool take_prefix(struct front *F, struct x86 *X, struct stmt *st)
{
  const struct mnemonic *m;
  unsigned asked = st->narg > 0 ? x86_ask_parse(st->op) : 0;

  if (st->narg == 0)
    return false;
  if (!asked) {
    m = rows_find(F, &X->isa, st->op);
    if (!m || !is_prefix(m))
      return false;
    build_byte(F, x86_forms(m)->opc[0]);
    X->prefix |= x86_prefix_bit(st->op);
    asked = x86_forms(m)->opc[0] == 0x67 ? X86_ASK_ADDR32 : 0;
  }
  X->ask |= (uint16_t)asked;
  skip_prefix(st);
  return true;
}

static bool prepare(struct front *F, struct isa_state *S, struct stmt *st)
{
  struct x86 *X = (struct x86 *)S;

  X->ask = 0;
  while (take_prefix(F, X, st))
    ;
  join_far_operands(F, X, st);
  if (!x86_looks_att(X, st))
    return true;
  diag_error(F, st->text, "[att-syntax] this looks like AT&T syntax, which is not taken");
  diag_help(F, "the result comes first, and names are bare: mov eax, [rbx+8] is movl 8(%%rbx), %%eax");
  return false;
}

/* What comes next does not stand directly behind a prefix. */
static void begin_text(struct isa_state *S)
{
  ((struct x86 *)S)->prefix = 0;
}

static bool is_register(const struct isa_state *S, struct span name)
{
  struct x86_reg reg;

  return name.n > 0 && x86_reg_parse(S->isa->mode == 1, name, &reg) == name.n;
}

static bool is_reserved(const struct isa_state *S, struct span name)
{
  struct x86_reg reg;

  return name.n > 0 && x86_reg_parse(S->isa->mode == 1, name, &reg) == name.n && (!S->dynasm || x86_dynasm_reg(name, &reg));
}

static bool prefix_word(struct front *F, struct isa_state *S, struct span word)
{
  const struct mnemonic *m = x86_ask_parse(word) ? NULL : rows_find(F, S, word);

  return m && is_prefix(m);
}

/* Words that are no registers and no sizes, and families of dynamic registers. */
static bool is_operand_word(struct span word)
{
  static const char *const words[] = {"ptr", "far", "near", "short", "bcst", "strict", "eip", "xmm", "ymm", "zmm"};

  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
    if (span_is(word, words[i]))
      return true;
  return false;
}

static bool is_word(const struct isa_state *S, struct span word)
{
  uint8_t size;

  return x86_size_word(S->isa->mode == 1, word, &size) || is_operand_word(word);
}

/* DynASM leaves a .qword to C that is no int, where 020000000000 is 2^31. */
static int64_t number_of_qword(const struct x86_operand *o)
{
  uint64_t v;

  return (o->imm < INT32_MIN || o->imm > INT32_MAX) && front_c_number(o->text, &v) ? (int64_t)v : o->imm;
}

static void data_value(struct front *F, struct isa_state *S, struct span text, unsigned bytes, struct value *out)
{
  struct x86_operand o;

  if (!x86_operand_parse(F, (struct x86 *)S, text, &o))
    return;
  out->label = o.label;
  out->expr = o.imm_expr;
  out->number = S->dynasm && bytes == 8 ? number_of_qword(&o) : o.imm;
  if (o.what == WHAT_LABEL)
    out->what = VALUE_LABEL;
  else if (o.what != WHAT_IMM)
    diag_error(F, text, "[bad-data] a number, an expression or a label is expected");
  else
    out->what = o.known ? VALUE_NUMBER : VALUE_EXPR;
}

#define X86_ISA                                                                                                  \
  .word_size = 2, .order = ORDER_LITTLE, .capstone = 3, .reach = (uint64_t)1 << 31, .rows = &x86_rows, .features = &x86_features, \
  .state_size = sizeof(struct x86), .open = open, .begin = begin_text, .features_changed = features_changed,     \
  .prepare = prepare, .assemble = assemble, .alias = x86_alias, .alias_at = x86_alias_at, .dynasm_op = x86_dynasm_op, \
  .is_register = is_register, .is_reserved = is_reserved, .reg_at = x86_reg_at, .is_word = is_word,              \
  .is_prefix = prefix_word, .value = data_value

const struct isa isa_x86 = {.name = "x86", .header = "dasm_x86.h", .id = ISA_X86, .mode = 0, .twin = &isa_x64, .address_size = 4, .capstone_mode = 4, X86_ISA};
const struct isa isa_x64 = {.name = "x64", .header = "dasm_x86.h", .id = ISA_X64, .mode = 1, .twin = &isa_x86, .address_size = 8, .capstone_mode = 8, X86_ISA};
