/* arm_lines.c - lines of a row of A32: texts of what its operands have in order.
 *
 * Each node of the row (dasmc/isa/arm.h) has some texts, and each field of a register a number,
 * which all nodes of that field show. One line has the first of all; then each number of each
 * register, each text of each other node, and each suffix of the mnemonic is in one line, and each
 * option is left out once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dasmc/isa/arm.h"
#include "words.h"

enum { MOST_TEXTS = 36, TEXT = 48 };

struct arm_texts {
  unsigned n;
  char text[MOST_TEXTS][TEXT];
};

/* What one line is. */
struct arm_line {
  const struct arm_form *f;
  const char *mnemonic, *suffix;
  struct arm_texts texts[ARM_NODES];
  unsigned chosen[ARM_NODES];
  unsigned number[WORD_FIELDS];
  bool q;            /* registers of the class V are Q */
  unsigned left_out; /* the option that is left out, or ARM_NODES */
  int other;         /* a register of another class stands at this node; -1: none does */
};

static void arm_add(struct arm_texts *o, const char *text)
{
  for (unsigned i = 0; i < o->n; i++)
    if (strcmp(o->text[i], text) == 0)
      return;
  if (o->n < MOST_TEXTS)
    snprintf(o->text[o->n++], TEXT, "%s", text);
}

static void arm_add_all(struct arm_texts *o, const char *texts, const char *before)
{
  while (*texts) {
    char text[TEXT];
    size_t n = strcspn(texts, "|");

    snprintf(text, sizeof(text), "%s%.*s", before, (int)n, texts);
    arm_add(o, text);
    texts += n + (texts[n] == '|');
  }
}

static void arm_add_number(struct arm_texts *o, bool hash, long long v)
{
  char text[TEXT];

  snprintf(text, sizeof(text), "%s%lld", hash ? "#" : "", v);
  arm_add(o, text);
}

/* ---- texts of nodes ------------------------------------------------------------------------- */

static void number_texts(const struct arm_form *f, const struct arm_node *n, struct arm_texts *o)
{
  const struct word_field *w = &f->word.field[n->field - 1];
  long long unit = 1ll << w->low, most = (unit << w->bits) - unit;
  long long low = n->from ? n->plus - most : n->plus, high = n->from ? n->plus : n->plus + most;

  if (n->transform == TRANSFORM_A32_ROTATED) {
    arm_add_all(o,
                n->op == ARM_NEGATED ? "-1|-255|-256|-257|-0xff0|-0xff000000|0xffffffff|0xffffff01"
                : n->op == ARM_INVERTED
                    ? "-2|0xffffff00|0xfffffffe|-257|0xf00fffff|0xffffff0|-0x101|0xfffffeff"
                    : "1|0|255|256|257|0x3fc|0xff000000|0xc0000003|0xf000000f|0x101|0x1fe|0x1fc",
                "#");
    return;
  }
  if (n->op == ARM_ONES) {
    arm_add_all(o, "0x12ffff|0xffff|0xffffff|0x1ffffff|0x1fffe", "#");
    return;
  }
  if (n->op == ARM_ALIGN) {
    arm_add_all(o, "64|16|32|128|256|8|512|0|63", "");
    return;
  }
  if (n->op == ARM_FLOAT) {
    arm_add_all(o, "1.0|0.125|-0.125|31.0|-31.0|1.9375|0.0|32.0|2|-1|1.03125", "#");
    return;
  }
  if (n->transform == TRANSFORM_MAGNITUDE) {
    most = (unit << (w->bits - 1)) - unit;
    low = -most;
    high = most;
    arm_add_number(o, n->hash, 4 * unit);
    arm_add(o, "#-0");
  }
  if (n->op == ARM_WIDTH || n->op == ARM_LAST) {
    low = 1;
    high = 32;
  }
  if (n->high) {
    low = n->low;
    high = n->high;
  }
  arm_add_number(o, n->hash, low + unit <= high ? low + unit : low);
  arm_add_number(o, n->hash, low);
  arm_add_number(o, n->hash, high);
  arm_add_number(o, n->hash, high - unit);
  arm_add_number(o, n->hash, low - unit);
  arm_add_number(o, n->hash, high + unit);
  arm_add_number(o, n->hash, 0);
  arm_add_number(o, n->hash, 1);
  arm_add_number(o, n->hash, -1);
}

/* Registers in steps from one on, each with what stands behind it. */
static void add_run(struct arm_texts *o, const struct arm_node *n, unsigned from, const char *behind)
{
  char text[4 * TEXT];
  size_t used = (size_t)snprintf(text, sizeof(text), "{");

  for (unsigned k = 0; k < n->count; k++)
    used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%c%u%s", k ? ", " : "", "rsdqd"[n->class],
                             from + k * (n->stride ? n->stride : 1), behind);
  snprintf(text + used, sizeof(text) - used, "}");
  arm_add(o, text);
}

/* Elements: the lowest, the highest, and one that does not exist. */
static void lane_texts(const struct arm_form *f, const struct arm_node *n, struct arm_texts *o)
{
  unsigned bits = n->lane > 1 ? f->word.field[n->lane - 2].bits : 0, at[] = { 1, 0, (1u << bits) - 1, 1u << bits };
  char text[TEXT];

  for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
    snprintf(text, sizeof(text), n->lane > 1 ? "[%u]" : "[]", at[i]);
    add_run(o, n, i == 3 ? 4 : 2, text);
  }
  add_run(o, n, 2, n->lane > 1 ? "[]" : "[0]");
}

static void run_texts(const struct arm_form *f, const struct arm_node *n, struct arm_texts *o)
{
  unsigned starts[] = { 2, 0, 15, 28, 30, 31 };
  char c = "rsdqd"[n->class];

  if (!n->count) {
    static const char *const of_s =
        "{s1, s2, s3}|{s1}|{s0-s3}|{s30-s31}|{s0-s31}|{s31}|{s0, s2}|{s2, s1}|{d0}";
    static const char *const of_d =
        "{d1, d2}|{d1}|{d0-d3}|{d0-d15}|{d16-d31}|{d0-d16}|{d31}|{d0, d2}|{d2-d1}|{s0}";

    arm_add_all(o, c == 's' ? of_s : of_d, "");
    return;
  }
  if (n->lane) {
    lane_texts(f, n, o);
    return;
  }
  for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
    add_run(o, n, starts[i], "");
}

static void word_texts(const struct arm_node *n, struct arm_texts *o)
{
  const char *name;

  for (size_t i = 0; (name = arm_word_at(n->class, i)) != NULL; i++)
    arm_add(o, name);
  arm_add(o, "#0");
  arm_add(o, "#15");
  arm_add(o, "#16");
  arm_add(o, "nothing");
}

static void node_texts(const struct arm_form *f, const struct arm_node *n, struct arm_texts *o)
{
  char text[TEXT];

  switch (n->kind) {
  case ARM_CHAR:
    snprintf(text, sizeof(text), "%c%s", n->c, n->c == ',' ? " " : "");
    arm_add(o, text);
    break;
  case ARM_BANG:
    arm_add_all(o, "!| ", "");
    break;
  case ARM_TEXT:
    snprintf(text, sizeof(text), "%.*s ", (int)n->text.n, n->text.p);
    arm_add(o, text);
    break;
  case ARM_CONST:
    snprintf(text, sizeof(text), "%s%.*s", n->hash ? "#" : "", (int)n->text.n, n->text.p);
    arm_add(o, text);
    arm_add(o, n->hash ? "#9" : "9");
    break;
  case ARM_NUMBER:
    number_texts(f, n, o);
    break;
  case ARM_SHIFT:
    arm_add_all(
        o,
        "lsl #1|lsl #0|lsl #31|lsl #32|lsr #1|lsr #32|lsr #33|lsr #0|asr #1|asr #32|asr #33|asr #0|"
        "ror #1|ror #31|ror #32|ror #0|rrx",
        "");
    break;
  case ARM_TYPE:
    arm_add_all(o, "lsl |lsr |asr |ror |rrx ", "");
    break;
  case ARM_LIST:
    arm_add_all(
        o, "{r1, r2}|{r1}|{r0-r3, lr}|{r4-r11, pc}|{sp}|{r0-r15}|{r0-r12, lr}|{r1, r1}|{s0}", "");
    break;
  case ARM_POST:
    arm_add_all(o, " |!|, r4|, r0|, sp|, pc", "");
    break;
  case ARM_RUN:
    run_texts(f, n, o);
    break;
  case ARM_WORD:
    word_texts(n, o);
    break;
  case ARM_LABEL:
    arm_add(o, "<1");
    break;
  default:
    break;
  }
}

/* ---- lines -------------------------------------------------------------------------------- */

static size_t register_text(const struct arm_line *l, unsigned node, char *out, size_t room)
{
  static const char *const high[] = { "sp", "lr", "pc" };
  const struct arm_node *n = &l->f->node[node];
  unsigned number = l->number[n->field - 1] + (unsigned)n->plus, class = n->class;
  const char *sign = n->sign && l->chosen[node] ? "-" : "";

  if (class == ARM_V)
    class = l->q ? ARM_Q : ARM_D;
  if (l->other == (int)node)
    class = class == ARM_R ? ARM_S : class == ARM_D ? ARM_Q : ARM_R;
  if (class != ARM_S && class != ARM_D)
    number &= 15;
  if (class == ARM_R && number > 12)
    return (size_t)snprintf(out, room, "%s%s", sign, high[number - 13]);
  return (size_t)snprintf(out, room, "%s%c%u", sign, "rsdqvcp"[class], number);
}

static void write_line(const struct arm_line *l, word_line *line, void *user)
{
  char text[LINE_TEXT];
  size_t dot = strcspn(l->mnemonic, "."), n;

  n = (size_t)snprintf(text, sizeof(text), "%.*s%s%s ", (int)dot, l->mnemonic, l->suffix,
                       l->mnemonic + dot);
  for (unsigned i = 0; i < l->f->nnode && n < sizeof(text); i++) {
    const struct arm_node *node = &l->f->node[i];

    if (i == l->left_out)
      i = node->skip - 1u;
    else if (node->kind == ARM_REG)
      n += register_text(l, i, text + n, sizeof(text) - n);
    else if (l->texts[i].n > 0)
      n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", l->texts[i].text[l->chosen[i]]);
  }
  while (n > 0 && text[n - 1] == ' ')
    text[--n] = '\0';
  if (n < sizeof(text))
    line(user, text);
}

static void vary_register(struct arm_line *l, unsigned node, word_line *line, void *user)
{
  static const unsigned numbers[] = { 0, 1, 2, 7, 8, 13, 14, 15, 16, 31 };
  const struct arm_node *n = &l->f->node[node];
  unsigned *number = &l->number[n->field - 1], first = *number;
  unsigned most = n->class == ARM_S || n->class == ARM_D || (n->class == ARM_V && !l->q) ? 31 : 15;

  for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]) && numbers[i] <= most; i++) {
    *number = numbers[i];
    write_line(l, line, user);
  }
  for (unsigned i = 0; i < l->f->nnode; i++) { /* the same as another one */
    const struct arm_node *o = &l->f->node[i];

    if (o->kind != ARM_REG || o->field == n->field)
      continue;
    *number = l->number[o->field - 1] + (unsigned)o->plus;
    write_line(l, line, user);
  }
  *number = first;
  l->other = (int)node;
  write_line(l, line, user);
  l->other = -1;
}

static void vary(struct arm_line *l, word_line *line, void *user)
{
  for (unsigned i = 0; i < l->f->nnode; i++) {
    const struct arm_node *n = &l->f->node[i];
    unsigned count = n->kind == ARM_REG && n->sign ? 2 : l->texts[i].n;

    if (n->kind == ARM_REG)
      vary_register(l, i, line, user);
    for (unsigned k = 1; k < count; k++) {
      l->chosen[i] = k;
      write_line(l, line, user);
    }
    l->chosen[i] = 0;
    if (n->kind == ARM_OPTION) {
      l->left_out = i;
      write_line(l, line, user);
      l->left_out = ARM_NODES;
    }
  }
}

static void vary_suffix(struct arm_line *l, word_line *line, void *user)
{
  static const char *const suffixes[] = { "", "s", "ne", "sne", "hs", "lo", "al" };

  for (size_t i = 1; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
    l->suffix = suffixes[i];
    write_line(l, line, user);
  }
  l->suffix = "";
}

void arm_lines(const struct row *row, const struct word *w, word_line *line, void *user)
{
  static struct arm_form f;
  static struct arm_line l;

  (void)w;
  if (row_parse(&arm_rows, row->mnemonic, &f))
    return;
  memset(&l, 0, sizeof(l));
  l.f = &f;
  l.mnemonic = row->mnemonic;
  l.suffix = "";
  l.left_out = ARM_NODES;
  l.other = -1;
  for (unsigned i = 0; i < f.nnode; i++) {
    const struct arm_node *n = &f.node[i];

    node_texts(&f, n, &l.texts[i]);
    if (n->kind == ARM_REG && l.number[n->field - 1] == 0)
      l.number[n->field - 1] = 4 + 2 * (n->field % 4u); /* even, and no two are the same */
  }
  write_line(&l, line, user);
  vary_suffix(&l, line, user);
  vary(&l, line, user);
  if (f.q) {
    l.q = true;
    write_line(&l, line, user);
    vary(&l, line, user);
  }
}
