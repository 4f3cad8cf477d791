/* x86_data.c - .byte .sbyte .word .dword .long .qword .quad .aword .addr: numbers, run-time values,
 * and addresses of labels where they fit.
 */
#include "x86.h"

struct directive {
  char name[8];
  uint8_t bytes; /* 0: the address size */
};

static const struct directive directives[] = {
  {".byte", 1}, {".sbyte", 1}, {".word", 2},  {".dword", 4}, {".long", 4},
  {".qword", 8}, {".quad", 8}, {".aword", 0}, {".addr", 0},
};

enum { NDIRECTIVES = sizeof(directives) / sizeof(directives[0]) };

static const struct directive *find(struct span name)
{
  for (size_t i = 0; i < NDIRECTIVES; i++) {
    if (span_is(name, directives[i].name))
      return &directives[i];
  }
  return NULL;
}

bool x86_data_known(struct span name)
{
  return name.n > 0 && name.p[0] == '.' && find(name) != NULL;
}

const char *x86_data_name(size_t index)
{
  return index < NDIRECTIVES ? directives[index].name : NULL;
}

static bool number_fits(const struct x86_operand *o, unsigned bytes, bool is_signed)
{
  int64_t half = bytes < 8 ? (int64_t)1 << (8 * bytes - 1) : 0;

  if (bytes == 8)
    return true;
  if (bytes == 4)
    return (o->kinds & X86_K(IMM32)) != 0;
  if (is_signed)
    return (o->imm >= -128 && o->imm <= 127) || (o->imm >= INT64_C(0xffffff80) && o->imm <= INT64_C(0xffffffff));
  return o->imm >= -half && o->imm < 2 * half;
}

static void runtime_value(struct front *F, struct span expr, unsigned bytes, bool is_signed)
{
  static const uint8_t ops[] = {0, OP_IMM8, OP_IMM16, 0, OP_IMM32, 0, 0, 0, OP_IMM64};

  build_op(F, is_signed ? OP_IMM8S : ops[bytes], build_arg(F, expr), 0, 0, bytes);
}

static void value(struct front *F, struct x86 *X, struct span text, unsigned bytes, bool is_signed)
{
  struct x86_operand o;

  if (!x86_operand_parse(F, X, text, &o))
    return;
  if (o.what == WHAT_LABEL) {
    if (bytes < 4) {
      diag_error(F, text, "an address does not fit in %u byte%s", bytes, bytes == 1 ? "" : "s");
      return;
    }
    /* Before 1.5 DynASM wrote four bytes of an address for any size; PHP 8.0 relies on it. */
    if (front_options(F)->dialect < DIALECT_1_5)
      bytes = 4;
    build_le(F, 0, bytes);
    build_ref(F, &o.label, bytes == 8 ? FIX_ABS64 : FIX_ABS32, 0);
  } else if (o.what != WHAT_IMM) {
    diag_error(F, text, "a number, an expression or a label is expected");
  } else if (!o.known) {
    runtime_value(F, o.imm_expr, bytes, is_signed);
  } else if (!number_fits(&o, bytes, is_signed)) {
    diag_error(F, text, "%lld does not fit in %u byte%s", (long long)o.imm, bytes, bytes == 1 ? "" : "s");
  } else {
    build_le(F, (uint64_t)o.imm, bytes);
  }
}

bool x86_data(struct front *F, struct x86 *X, const struct stmt *st)
{
  const struct directive *d = find(st->op);
  unsigned bytes;

  if (!d)
    return false;
  bytes = d->bytes ? d->bytes : X->x64 ? 8 : 4;
  if (st->narg == 0)
    diag_error(F, st->op, "'%s' needs a value", d->name);
  for (unsigned i = 0; i < st->narg; i++)
    value(F, X, st->arg[i], bytes, d->name[1] == 's');
  return true;
}
