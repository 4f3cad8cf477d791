/* riscv_rvc.c - .option rvc: instructions of 32 bits in their compressed form, where they have one.
 *
 * An instruction is built first; riscv_rvc.def has diagrams of those that have short forms. Values are taken out of the
 * fields of one that matches, and are given as operands to the row of the compressed instruction: if it takes
 * them, that is the instruction. So `mv`, `li` and all that are other names for one word are treated alike.
 *
 * Zcb is used only if it is among the features that are allowed by name: most processors do not have it.
 */
#include <stdio.h>

#include "../../lib/isa/riscv.h"
#include "riscv.h"

struct rvc_rule {
  const char *mnemonic;
  struct word word;
};

struct rvc_rules {
  size_t n;
  struct rvc_rule rule[];
};

#define C(mnemonic, diagram) {mnemonic, diagram},
static const struct {
  const char *mnemonic, *diagram;
} table[] = {
#include "riscv_rvc.def"
};
#undef C

static const struct word_name names[] = {
  {"rd", 5}, {"rs1", 5}, {"rs2", 5}, {"fd", 5}, {"fs2", 5}, {"rd'", 5}, {"rs1'", 5}, {"rs2'", 5}, {"fd'", 5}, {"fs2'", 5}, {NULL, 0},
};

static const struct rvc_rules *rules_of(struct front *F, struct riscv *R)
{
  size_t n = sizeof(table) / sizeof(table[0]);
  struct rvc_rules *rules;

  if (R->rvc_rules)
    return R->rvc_rules;
  rules = front_keep_alloc(F, sizeof(*rules) + n * sizeof(rules->rule[0]));
  rules->n = n;
  for (size_t i = 0; i < n; i++) {
    rules->rule[i].mnemonic = table[i].mnemonic;
    word_parse(table[i].diagram, names, &rules->rule[i].word);
  }
  return R->rvc_rules = rules;
}

/* ---- an operand of the compressed instruction ---------------------------------------------- */

/* The value of the field that is called as the form's field (+ 1) is. False: there is none, or it stands for two values. */
static bool value_of(const struct rvc_rule *rule, const struct riscv_form *f, unsigned field, uint32_t insn, int64_t *out)
{
  const struct word_field *from = field ? word_find(&rule->word, f->word.field[field - 1].name) : NULL;
  uint64_t v;

  if (!from || !word_extract(from, insn, &v))
    return false;
  *out = from->bits == 12 ? (int64_t)(v ^ 0x800) - 0x800 : (int64_t)v;
  return true;
}

static void set_register(struct riscv_reg *reg, unsigned class, int64_t number)
{
  *reg = (struct riscv_reg){.class = (uint8_t)class, .num = (uint8_t)number, .plain = true};
}

static struct span number_text(char text[24], int64_t v)
{
  return (struct span){text, (size_t)snprintf(text, 24, "%lld", (long long)v)};
}

static bool make_operand(const struct rvc_rule *rule, const struct riscv_form *f, const struct riscv_shape *sh, uint32_t insn,
                         struct riscv_operand *out, char text[24])
{
  bool is_float = sh->kind == KIND_F || sh->kind == KIND_F3;
  int64_t v = 0, base = 2;

  *out = (struct riscv_operand){.text = SPAN("")};
  if (sh->kind == KIND_ONE_X) {
    out->is_reg = true;
    set_register(&out->reg, RISCV_X, sh->base);
    return true;
  }
  if (!value_of(rule, f, sh->field, insn, &v) || (sh->kind == KIND_MEM && sh->base && !value_of(rule, f, sh->base, insn, &base)))
    return false;
  switch (sh->kind) {
  case KIND_X: case KIND_F: case KIND_X3: case KIND_F3:
    out->is_reg = true;
    set_register(&out->reg, is_float ? RISCV_F : RISCV_X, v);
    return v != 0 || !span_is(f->word.field[sh->field - 1].name, "rd");
  case KIND_MEM:
    out->is_mem = true;
    set_register(&out->base, RISCV_X, base);
    out->offset = number_text(text, v);
    return true;
  default:
    out->text = number_text(text, v);
    return true;
  }
}

/* ---- an instruction ---------------------------------------------------------------------------- */

static bool try_form(struct front *F, struct riscv *R, const struct rvc_rule *rule, const struct riscv_form *f, uint32_t insn,
                     uint16_t *out)
{
  struct stmt st = {.narg = f->form.nop};
  struct riscv_stmt s = {.st = &st, .nop = f->form.nop};
  char text[RISCV_MAXOPS][24];

  for (unsigned i = 0; i < f->form.nop; i++)
    if (!make_operand(rule, f, &f->op[i], insn, &s.op[i], text[i]))
      return false;
  return riscv_fits(F, R, f, &s, out);
}

static bool is_wanted(const struct riscv *R, const struct form *f)
{
  return f->here && f->enabled && (R->isa.features || !features_need(row_split(&riscv_rows, f->row).needs, "Zcb"));
}

static bool compress(struct front *F, struct riscv *R, uint32_t insn, uint16_t *out)
{
  const struct rvc_rules *rules = rules_of(F, R);

  for (size_t i = 0; i < rules->n; i++) {
    const struct rvc_rule *rule = &rules->rule[i];
    const struct mnemonic *m;

    if ((insn & rule->word.mask) != rule->word.fixed)
      continue;
    m = rows_find(F, &R->isa, (struct span){rule->mnemonic, strlen(rule->mnemonic)});
    for (unsigned k = 0; m && k < m->nform; k++) {
      const struct riscv_form *f = form_at(&riscv_rows, m, k);

      if (is_wanted(R, &f->form) && try_form(F, R, rule, f, insn, out))
        return true;
    }
  }
  return false;
}

void riscv_word(struct front *F, struct riscv *R, uint32_t insn)
{
  uint16_t half;

  if (R->rvc && compress(F, R, insn, &half))
    build_le(F, half, 2);
  else
    build_le(F, insn, 4);
}

/* ---- branches -------------------------------------------------------------------------------------- */

static bool is_allowed(struct front *F, struct riscv *R, const char *mnemonic)
{
  const struct mnemonic *m = rows_find(F, &R->isa, (struct span){mnemonic, strlen(mnemonic)});

  return m && m->nform > 0 && is_wanted(R, &((const struct riscv_form *)form_at(&riscv_rows, m, 0))->form);
}

/* The compressed form of a branch whose registers are these; 0: there is none. */
static unsigned short_form(struct front *F, struct riscv *R, uint32_t insn)
{
  unsigned rd = insn >> 7 & 31, rs1 = insn >> 15 & 31;

  if ((insn & 0x7f) == 0x6f)
    return rd == 0 && is_allowed(F, R, "c.j") ? 0xa001 : rd == 1 && is_allowed(F, R, "c.jal") ? 0x2001 : 0;
  if ((insn & 0x01f0607f) != 0x63 || rs1 < 8 || rs1 > 15) /* beq, bne: with x0 */
    return 0;
  if (insn >> 12 & 1)
    return is_allowed(F, R, "c.bnez") ? 0xe001 | (rs1 - 8) << 7 : 0;
  return is_allowed(F, R, "c.beqz") ? 0xc001 | (rs1 - 8) << 7 : 0;
}

bool riscv_short_branch(struct front *F, struct riscv *R, struct riscv_insn *insn, uint16_t *half)
{
  if (!R->rvc || !insn->label || insn->nvalue > 0 || insn->bytes != 4 || insn->label->kind == REF_EXTERN ||
      insn->label->kind == REF_ADDR || insn->label->kind == REF_BAD)
    return false;
  *half = (uint16_t)short_form(F, R, (uint32_t)insn->unit);
  if (*half == 0)
    return false;
  insn->label_field[FIELD_SHRINK] = SHRINK_OWN;
  insn->label_field[FIELD_WIDEN] = *half >> 14 == 3 ? RISCV_WIDEN_BRANCH : RISCV_WIDEN_JUMP;
  return true;
}

/* ---- .option --------------------------------------------------------------------------------------- */

/* .option rvc, norvc, push, pop */
void riscv_option(struct front *F, struct riscv *R, const struct riscv_stmt *s)
{
  struct span word = s->op[0].text;

  build_forget(F);
  if (span_is(word, "rvc") || span_is(word, "norvc")) {
    R->rvc = span_is(word, "rvc");
  } else if (span_is(word, "push")) {
    if (R->noptions == RISCV_OPTIONS)
      diag_error(F, word, "[statement-limit] more than %d .option push", RISCV_OPTIONS);
    else
      R->options[R->noptions++] = R->rvc;
  } else if (span_is(word, "pop")) {
    if (R->noptions == 0)
      diag_error(F, word, "[bad-operand] .option pop without a push");
    else
      R->rvc = R->options[--R->noptions];
  } else {
    diag_error(F, word, "[bad-operand] an option is expected: rvc, norvc, push or pop");
  }
}
