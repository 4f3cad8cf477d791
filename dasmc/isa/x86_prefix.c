/* x86_prefix.c - lock, rep and their kin: what may stand behind them.
 *
 * A processor refuses a locked instruction that cannot be locked, and ignores a rep before what
 * cannot be repeated, or takes it for another instruction. A prefix stands on the same line or is
 * a statement of its own, as in DynASM; then x86.prefix remembers it for the next instruction.
 */
#include "x86.h"

static const struct prefix {
  char name[12];
  uint8_t bit;
} prefixes[] = {
  {"lock", X86_PREFIX_LOCK},         {"rep", X86_PREFIX_REP},           {"repe", X86_PREFIX_REP},
  {"repz", X86_PREFIX_REP},          {"repne", X86_PREFIX_REPNE},       {"repnz", X86_PREFIX_REPNE},
  {"xacquire", X86_PREFIX_XACQUIRE}, {"xrelease", X86_PREFIX_XRELEASE}, {"bnd", X86_PREFIX_BND},
  {"notrack", X86_PREFIX_NOTRACK},
};

enum { NPREFIXES = sizeof(prefixes) / sizeof(prefixes[0]) };

unsigned x86_prefix_bit(struct span name)
{
  for (size_t i = 0; i < NPREFIXES; i++)
    if (span_is(name, prefixes[i].name))
      return prefixes[i].bit;
  return 0;
}

static bool is_one_of(const char *names, struct span name)
{
  for (size_t n; *names; names += n + (names[n] == ' ')) {
    n = strcspn(names, " ");
    if (n == name.n && memcmp(names, name.p, n) == 0)
      return true;
  }
  return false;
}

static bool writes_memory(const struct x86_form *f, const struct x86_stmt *s)
{
  return f->enc == ENC_LEGACY && s->nop > 0 && s->op_[0].what == WHAT_MEM && f->role[0] == ROLE_M;
}

static bool exchanges_memory(const struct x86_form *f, const struct x86_stmt *s)
{
  return f->enc == ENC_LEGACY && f->nopc == 1 && (f->opc[0] | 1) == 0x87 &&
         (s->op_[0].what == WHAT_MEM || s->op_[1].what == WHAT_MEM);
}

static bool can_lock(const struct x86_form *f, const struct x86_stmt *s)
{
  static const char names[] = "add adc and btc btr bts cmpxchg cmpxchg8b cmpxchg16b dec inc neg not or sbb sub xor xadd";

  return exchanges_memory(f, s) || (writes_memory(f, s) && is_one_of(names, s->op));
}

static bool is_string(const struct x86_form *f)
{
  unsigned b = f->opc[0];

  return f->enc == ENC_LEGACY && f->nopc == 1 &&
         ((b >= 0x6c && b <= 0x6f) || (b >= 0xa4 && b <= 0xa7) || (b >= 0xaa && b <= 0xaf));
}

/* ret, pause as rep nop, tzcnt and lzcnt as rep bsf and bsr, and VIA's instructions are known with it. */
static bool can_rep(const struct x86_form *f)
{
  unsigned b = f->opc[f->nopc - 1];

  if (is_string(f))
    return true;
  if (f->enc != ENC_LEGACY)
    return false;
  return f->nopc == 1 ? (b & 0xfe) == 0xc2 || b == 0x90
                      : f->nopc == 2 && ((b & 0xfe) == 0xbc || (b & 0xfe) == 0xa6);
}

static bool is_indirect(const struct x86_form *f)
{
  return f->enc == ENC_LEGACY && f->nopc == 1 && f->opc[0] == 0xff && (f->modrm == 2 || f->modrm == 4);
}

static bool is_branch(const struct x86_form *f)
{
  unsigned b = f->opc[0];

  if (f->enc != ENC_LEGACY)
    return false;
  return is_indirect(f) || (f->nopc == 1 && (b == 0xe8 || b == 0xe9 || b == 0xeb || (b & 0xfe) == 0xc2)) ||
         (f->nopc == 2 && (f->opc[1] & 0xf0) == 0x80);
}

static bool can_release(const struct x86_form *f, const struct x86_stmt *s)
{
  return exchanges_memory(f, s) ||
         (writes_memory(f, s) && span_is(s->op, "mov") && !(f->accept[1].reg & X86_KREG(SREG)));
}

bool x86_prefix_check(struct front *F, const struct x86 *X, const struct x86_form *f, const struct x86_stmt *s,
                      unsigned bits)
{
  unsigned bad = bits;
  bool locked = (bits & X86_PREFIX_LOCK) && can_lock(f, s);

  if (bits == 0)
    return true;
  if (locked)
    bad &= ~(unsigned)(X86_PREFIX_LOCK | X86_PREFIX_XACQUIRE | X86_PREFIX_XRELEASE);
  if (exchanges_memory(f, s))
    bad &= ~(unsigned)X86_PREFIX_XACQUIRE;
  if (can_release(f, s))
    bad &= ~(unsigned)X86_PREFIX_XRELEASE;
  if (can_rep(f))
    bad &= ~(unsigned)X86_PREFIX_REP;
  if (is_string(f) || is_branch(f))
    bad &= ~(unsigned)X86_PREFIX_REPNE;
  if (is_branch(f))
    bad &= ~(unsigned)X86_PREFIX_BND;
  if (is_indirect(f))
    bad &= ~(unsigned)X86_PREFIX_NOTRACK;
  for (size_t i = 0; i < NPREFIXES; i++) {
    if (!(bad & prefixes[i].bit))
      continue;
    (X->isa.dynasm ? diag_warning : diag_error)(F, s->op, "[bad-prefix] '%.*s' with these operands cannot have the prefix '%s'",
                                            (int)s->op.n, s->op.p, prefixes[i].name);
    if (prefixes[i].bit == X86_PREFIX_LOCK)
      diag_help(F, "lock is for add, adc, and, btc, btr, bts, cmpxchg, dec, inc, neg, not, or, sbb, sub, xor, xadd "
                   "and xchg that write to memory");
    return X->isa.dynasm;
  }
  return true;
}
