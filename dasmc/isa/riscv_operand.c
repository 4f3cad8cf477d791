/* riscv_operand.c - operands of RISC-V: what the text of one may be.
 *
 *   reg   TYPE:reg   TYPE               registers
 *   expr(reg)   TYPE:reg->member        memory; TYPE->member with the type's own register
 *   %hi(…) %lo(…) %pcrel_hi(…)          parts of an address
 *   <1 ->name =>expr extern name        labels
 *
 * Anything else is a number, an expression of C, or a word that the operand of a row knows.
 */
#include <string.h>

#include "riscv.h"

/* Length of the word at the start. */
static size_t word_length(struct span s)
{
  size_t n = 0;

  while (n < s.n && char_is(s.p[n], CHAR_WORD))
    n++;
  return n;
}

/* "TYPE:reg" or "TYPE", as long as they are; *tail is what follows. */
static bool typed(struct front *F, struct span text, struct riscv_reg *reg, const struct type **type, struct span *tail)
{
  size_t n = word_length(text), r;
  const struct type *t = n > 0 ? front_type(F, (struct span){text.p, n}) : NULL;

  if (!t)
    return false;
  *type = t;
  if (n < text.n && text.p[n] == ':') {
    struct span rest = {text.p + n + 1, text.n - n - 1};

    r = word_length(rest);
    if (r < rest.n && rest.p[r] == '(') /* TYPE:x(expr) */
      for (int depth = 0; r < rest.n; r++) {
        depth += (rest.p[r] == '(') - (rest.p[r] == ')');
        if (depth == 0) {
          r++;
          break;
        }
      }
    *tail = span_trim((struct span){rest.p + r, rest.n - r});
    return riscv_reg_parse((struct span){rest.p, r}, reg);
  }
  *tail = span_trim((struct span){text.p + n, text.n - n});
  return t->reg.n > 0 && riscv_reg_parse(t->reg, reg);
}

static bool base_register(struct front *F, struct span text, struct riscv_reg *reg)
{
  const struct type *t;
  struct span tail;

  if (riscv_reg_parse(text, reg))
    return true;
  return typed(F, text, reg, &t, &tail) && tail.n == 0;
}

/* %hi(inner) and so on: the part, and what stands inside. */
static unsigned take_part(struct span text, struct span *inner)
{
  static const char *const names[] = {
    [PART_HI] = "%hi", [PART_LO] = "%lo", [PART_PCREL_HI] = "%pcrel_hi", [PART_PCREL_LO] = "%pcrel_lo",
  };

  for (unsigned part = PART_HI; part <= PART_PCREL_LO; part++) {
    size_t n = strlen(names[part]);

    if (text.n > n + 2 && memcmp(text.p, names[part], n) == 0 && text.p[n] == '(' && text.p[text.n - 1] == ')') {
      *inner = span_trim((struct span){text.p + n + 1, text.n - n - 2});
      return part;
    }
  }
  return PART_NONE;
}

/* The "(" that the ")" at the end closes. */
static const char *last_open(struct span text)
{
  int depth = 0;

  for (size_t i = text.n; i-- > 0;) {
    depth += (text.p[i] == ')') - (text.p[i] == '(');
    if (depth == 0)
      return text.p + i;
  }
  return NULL;
}

static void memory(struct front *F, struct riscv_operand *o)
{
  struct span text = o->text, tail, inner;
  const struct type *t;
  const char *open = text.n > 2 && text.p[text.n - 1] == ')' ? last_open(text) : NULL;

  if (open) {
    inner = span_trim((struct span){open + 1, text.n - (size_t)(open - text.p) - 2});
    o->is_mem = base_register(F, inner, &o->base);
    o->offset = span_trim((struct span){text.p, (size_t)(open - text.p)});
    if (o->is_mem)
      return;
  }
  if (typed(F, text, &o->base, &t, &tail) && tail.n > 0) {
    o->is_mem = true;
    o->offset = span_fmt(F, "%.*s%.*s)", (int)t->offset.n, t->offset.p, (int)tail.n, tail.p);
  }
}

bool riscv_operand_parse(struct front *F, const struct riscv *R, struct span text, struct riscv_operand *out)
{
  struct span inner;

  (void)R;
  *out = (struct riscv_operand){.text = text};
  if (text.n == 0)
    return true;
  out->is_reg = base_register(F, text, &out->reg);
  if (out->is_reg && text.p[text.n - 1] != ')')
    return true;
  memory(F, out);
  out->part = (uint8_t)take_part(out->is_mem ? out->offset : text, &out->inner);
  inner = out->part ? out->inner : out->is_mem ? out->offset : text;
  out->is_constant = operand_is_constant(text);
  if (!out->is_constant && inner.n > 0 && front_label(F, inner, &out->label)) {
    out->is_label = true;
    return out->label.kind != REF_BAD;
  }
  return true;
}

bool riscv_number(struct front *F, const struct riscv *R, struct span text, int64_t *out)
{
  uint64_t v;
  bool negative;

  (void)F;
  (void)R;
  if (!front_number(text, &v, &negative))
    return false;
  *out = (int64_t)v;
  return true;
}

/* E has half of the registers. */
static bool is_there(const struct riscv *R, const struct riscv_operand *o)
{
  const struct riscv_reg *reg = o->is_mem ? &o->base : &o->reg;

  return !(o->is_reg || o->is_mem) || reg->class != RISCV_X || reg->expr.p || reg->num < 16 || !R->isa.features ||
         !features_have(&R->isa, "E");
}

bool riscv_stmt_parse(struct front *F, const struct riscv *R, const struct stmt *st, struct riscv_stmt *out)
{
  out->st = st;
  out->nop = st->narg < RISCV_MAXOPS ? st->narg : RISCV_MAXOPS;
  for (unsigned i = 0; i < out->nop; i++)
    if (!riscv_operand_parse(F, R, st->arg[i], &out->op[i]))
      return false;
  for (unsigned i = 0; i < out->nop; i++)
    if (!is_there(R, &out->op[i])) {
      diag_error(F, st->arg[i], "[missing-feature] E has only the registers x0 to x15");
      return false;
    }
  if (st->narg > RISCV_MAXOPS)
    diag_error(F, st->op, "[operand-count] too many operands");
  return st->narg <= RISCV_MAXOPS;
}
