/* arm_take.c - registers, lists of them and shifts at a place of the operands' text, for a node of
 * a form. */
#include "arm.h"

size_t arm_skip(const struct arm_attempt *a, size_t at)
{
  while (at < a->length && (a->text[at] == ' ' || a->text[at] == '\t'))
    at++;
  return at;
}

struct span arm_rest(const struct arm_attempt *a, size_t at)
{
  return (struct span){ a->text + at, a->length - at };
}

size_t arm_word_length(struct span s)
{
  size_t n = 0;

  while (n < s.n && char_is(s.p[n], CHAR_WORD))
    n++;
  return n;
}

struct span arm_expression(const struct arm_attempt *a, size_t at, size_t *end)
{
  int depth = 0;
  size_t i = at;

  for (; i < a->length; i++) {
    char c = a->text[i];

    if (depth == 0 && (c == ',' || c == ']' || c == '}'))
      break;
    depth += (c == '(' || c == '[') - (c == ')' || c == ']');
  }
  *end = i;
  return span_trim((struct span){ a->text + at, i - at });
}

/* ---- registers --------------------------------------------------------------------------- */

static size_t read_register(struct arm_attempt *a, size_t at, struct arm_reg *reg)
{
  return arm_reg_parse(a->match.F, a->match.S, arm_rest(a, at), reg);
}

static bool has_class(const struct arm_node *n, const struct arm_reg *reg)
{
  return reg->class == n->class ||
         (n->class == ARM_V && (reg->class == ARM_D || reg->class == ARM_Q));
}

bool arm_take_register(struct arm_attempt *a, const struct arm_node *n, size_t *at)
{
  bool minus = *at < a->length && a->text[*at] == '-';
  struct arm_reg reg;
  size_t length;

  if (n->sign && *at < a->length && (minus || a->text[*at] == '+'))
    *at = arm_skip(a, *at + 1);
  length = read_register(a, *at, &reg);
  if (length == 0 || !has_class(n, &reg))
    return arm_refuse(a, arm_reg_wanted(n->class));
  *at += length;
  if (n->sign && !arm_put_bits(a, n->second, !minus))
    return false;
  return arm_put_register(a, n, &reg);
}

/* ---- lists ------------------------------------------------------------------------------- */

struct arm_items {
  size_t at, end;    /* what is left of the text between the braces */
  unsigned lane;     /* struct arm_node */
  struct span index; /* of the element, d0[x] */
};

static bool open_list(struct arm_attempt *a, size_t *at, struct arm_items *items)
{
  const char *close = memchr(a->text + *at, '}', a->length - *at);

  if (*at >= a->length || a->text[*at] != '{' || !close)
    return arm_refuse(a, "a list of registers in braces is expected");
  *items = (struct arm_items){ .at = arm_skip(a, *at + 1), .end = (size_t)(close - a->text) };
  *at = items->end + 1;
  return items->at < items->end || arm_refuse(a, "a list of registers is empty");
}

/* Behind an item: a comma, and what follows; or the end. */
static bool next_item(struct arm_attempt *a, struct arm_items *items)
{
  items->at = arm_skip(a, items->at);
  if (items->at == items->end)
    return true;
  if (a->text[items->at] != ',')
    return arm_refuse(a, "a comma or the end of the list is expected");
  items->at = arm_skip(a, items->at + 1);
  return items->at < items->end || arm_refuse(a, "a register is expected behind the comma");
}

/* Behind a register: [], or [x], which is the same for all. */
static bool read_lane(struct arm_attempt *a, struct arm_items *items)
{
  struct span index;

  if (items->lane == 0)
    return true;
  items->at = arm_skip(a, items->at);
  if (items->at == items->end || a->text[items->at] != '[')
    return arm_refuse(a, items->lane == 1 ? "[] is expected behind each register"
                                          : "an element is expected behind each register: [x]");
  index = arm_expression(a, items->at + 1, &items->at);
  if (items->at >= items->end || a->text[items->at] != ']')
    return arm_refuse(a, "the bracket of the element has no end");
  items->at++;
  if (items->lane == 1)
    return index.n == 0 || arm_refuse(a, "[] is expected behind each register");
  if (items->index.p && !span_eq(items->index, index))
    return arm_refuse(a, "the element is the same for all registers");
  items->index = index;
  return true;
}

/* reg, or reg-reg: the second one is the first one if there is no other. */
static bool read_range(struct arm_attempt *a, struct arm_items *items, struct arm_reg reg[2])
{
  size_t length = read_register(a, items->at, &reg[0]);

  if (length == 0)
    return arm_refuse(a, "a register is expected");
  reg[1] = reg[0];
  items->at += length;
  if (!read_lane(a, items))
    return false;
  items->at = arm_skip(a, items->at);
  if (items->at >= items->end || a->text[items->at] != '-')
    return true;
  items->at = arm_skip(a, items->at + 1);
  length = read_register(a, items->at, &reg[1]);
  items->at += length;
  return length > 0 ? read_lane(a, items) : arm_refuse(a, "a register is expected behind -");
}

/* mask(expr): bit n of the number is for register n. */
static bool read_mask(struct arm_attempt *a, struct arm_items *items, struct span *mask)
{
  struct span rest = { a->text + items->at, items->end - items->at }, name;

  return arm_word_length(rest) == 4 && memcmp(rest.p, "mask", 4) == 0 &&
         operand_call(span_trim(rest), &name, mask);
}

/* The mask of registers first to last. Of numbers that come at run time, and that are none, it is
 * too large. */
static struct span mask_of(struct arm_attempt *a, const struct arm_reg reg[2])
{
  struct span text[2];

  for (unsigned i = 0; i < 2; i++)
    text[i] = reg[i].expr.p ? reg[i].expr : span_fmt(a->match.F, "%u", reg[i].num);
  if (span_eq(text[0], text[1]))
    return span_fmt(a->match.F, "((uint32_t)(%.*s)<16?1<<(%.*s):65536)", (int)text[0].n, text[0].p,
                    (int)text[0].n, text[0].p);
  return span_fmt(
      a->match.F,
      "((uint32_t)(%.*s)<16&&(uint32_t)(%.*s)<=(uint32_t)(%.*s)?(2<<(%.*s))-(1<<(%.*s)):65536)",
      (int)text[1].n, text[1].p, (int)text[0].n, text[0].p, (int)text[1].n, text[1].p,
      (int)text[1].n, text[1].p, (int)text[0].n, text[0].p);
}

/* The registers of a list: those that are known, and an expression for the others. */
struct arm_mask {
  unsigned known;
  struct span expr;
};

static void add_expr(struct arm_attempt *a, struct arm_mask *m, struct span expr)
{
  m->expr = m->expr.p
                ? span_fmt(a->match.F, "%.*s|%.*s", (int)m->expr.n, m->expr.p, (int)expr.n, expr.p)
                : expr;
}

static bool add_registers(struct arm_attempt *a, const struct arm_reg reg[2], struct arm_mask *m)
{
  unsigned more;

  if (reg[0].class != ARM_R || reg[1].class != ARM_R)
    return arm_refuse(a, "a register r0 to r15 is expected");
  if (reg[0].expr.p || reg[1].expr.p) {
    add_expr(a, m, mask_of(a, reg));
    return true;
  }
  if (reg[1].num < reg[0].num)
    return arm_refuse(a, "the second register of a range is the greater one");
  more = (2u << reg[1].num) - (1u << reg[0].num);
  if (m->known & more)
    return arm_refuse(a, "a register is in the list twice");
  m->known |= more;
  return true;
}

static bool put_mask(struct arm_attempt *a, const struct arm_node *n, const struct arm_mask *m)
{
  struct arm_node number = { .kind = ARM_NUMBER, .field = n->field, .flags = FIELD_UNSIGNED };

  if (!m->expr.p)
    return arm_put_bits(a, n->field, m->known);
  return arm_put_number(
      a, &number,
      m->known ? span_fmt(a->match.F, "%.*s|%u", (int)m->expr.n, m->expr.p, m->known) : m->expr);
}

bool arm_take_list(struct arm_attempt *a, const struct arm_node *n, size_t *at)
{
  struct arm_mask m = { 0, { NULL, 0 } };
  struct arm_items items;
  struct arm_reg reg[2];
  struct span mask;

  if (!open_list(a, at, &items))
    return false;
  while (items.at < items.end) {
    if (read_mask(a, &items, &mask)) {
      add_expr(a, &m, span_fmt(a->match.F, "(%.*s)", (int)mask.n, mask.p));
      items.at = items.end; /* it is the last one */
    } else if (!read_range(a, &items, reg) || !add_registers(a, reg, &m) || !next_item(a, &items)) {
      return false;
    }
  }
  return put_mask(a, n, &m);
}

/* ---- runs of registers --------------------------------------------------------------------- */

/* How many registers `to` is behind `from`; -1: it is not known, or before it. */
static int distance(const struct arm_attempt *a, const struct arm_reg *from,
                    const struct arm_reg *to)
{
  int64_t x, y;
  struct span first, second;

  if (from->class != to->class || !from->expr.p != !to->expr.p)
    return -1;
  if (!from->expr.p)
    return to->num - from->num;
  first = operand_without_constant(a->match.F, from->expr, &x);
  second = operand_without_constant(a->match.F, to->expr, &y);
  return span_eq(first, second) && y >= x && y - x < 32 ? (int)(y - x) : -1;
}

/* q1 is d2 and d3. */
static void halve(struct arm_attempt *a, struct arm_reg reg[2])
{
  for (unsigned i = 0; i < 2; i++) {
    if (reg[i].class != ARM_Q)
      continue;
    reg[i].class = ARM_D;
    reg[i].num = (uint8_t)(2 * reg[i].num + i);
    if (reg[i].expr.p)
      reg[i].expr = span_fmt(a->match.F, i == 0 ? "2*(%.*s)" : "2*(%.*s)+1", (int)reg[i].expr.n,
                             reg[i].expr.p);
  }
}

/* The first register of a list of those that follow each other in steps, and how many there are; 0:
 * refused. */
static unsigned read_run(struct arm_attempt *a, struct arm_items *items, unsigned stride,
                         struct arm_reg *first)
{
  unsigned n = 0;

  while (items->at < items->end) {
    struct arm_reg reg[2];
    int from, to;

    if (!read_range(a, items, reg) || !next_item(a, items))
      return 0;
    if (items->lane == 0)
      halve(a, reg);
    if (n == 0)
      *first = reg[0];
    from = distance(a, first, &reg[0]);
    to = distance(a, first, &reg[1]);
    if (from != (int)(n * stride) || to < from || (to - from) % (int)stride != 0) {
      arm_refuse(a, "the registers of this list do not follow each other as they must");
      return 0;
    }
    n = (unsigned)to / stride + 1;
  }
  return n;
}

static bool put_lane(struct arm_attempt *a, unsigned field, struct span index)
{
  struct arm_node number = {
    .kind = ARM_NUMBER, .field = (uint8_t)field, .flags = FIELD_UNSIGNED
  };

  return arm_put_number(a, &number, index);
}

bool arm_take_run(struct arm_attempt *a, const struct arm_node *n, size_t *at)
{
  unsigned stride = n->stride ? n->stride : 1, count;
  struct arm_node node = *n;
  struct arm_items items;
  struct arm_reg first;

  if (!open_list(a, at, &items))
    return false;
  items.lane = n->lane;
  count = read_run(a, &items, stride, &first);
  if (count == 0)
    return false;
  if (!has_class(n, &first))
    return arm_refuse(a, arm_reg_wanted(n->class));
  if (n->count && count != n->count)
    return arm_refuse(a, "a list with another number of registers is expected");
  if (count > 16 && first.class == ARM_D)
    return arm_refuse(a, "a list has at most 16 registers d");
  if (!first.expr.p && first.num + (count - 1) * stride > 31)
    return arm_refuse(a, "a register of this list does not exist");
  node.count = (uint8_t)((count - 1) * stride + 1);
  return (!n->second || arm_put_bits(a, n->second, count)) && arm_put_register(a, &node, &first) &&
         (n->lane < 2 || put_lane(a, n->lane - 1u, items.index));
}

/* Behind an address: nothing, !, or a register that is added to the base. */
bool arm_take_post(struct arm_attempt *a, const struct arm_node *n, size_t *at)
{
  struct arm_node reg = {
    .kind = ARM_REG, .class = ARM_R, .field = n->field, .except = 1u << 13 | 1u << 15
  };

  if (*at >= a->length)
    return arm_put_bits(a, n->field, 15);
  if (a->text[*at] == '!') {
    ++*at;
    return arm_put_bits(a, n->field, 13);
  }
  if (a->text[*at] != ',')
    return arm_refuse(a, "!, or a comma and a register are expected");
  *at = arm_skip(a, *at + 1);
  return arm_take_register(a, &reg, at);
}

/* ---- shifts ---------------------------------------------------------------------------------- */

/* The word of a shift; of a field of one bit asr is 1. */
static bool read_type(struct arm_attempt *a, unsigned field, size_t *at, int *type)
{
  struct span word = arm_rest(a, *at);
  bool narrow = field && arm_field(a, field)->bits == 1;

  word.n = arm_word_length(word);
  *at += word.n;
  *type = arm_shift_type(word);
  if (*type < 0 || (narrow && *type != 0 && *type != 2))
    return arm_refuse(a,
                      narrow ? "lsl or asr is expected" : "lsl, lsr, asr, ror or rrx is expected");
  return true;
}

static bool put_type(struct arm_attempt *a, unsigned field, int type)
{
  unsigned bits = arm_field(a, field)->bits;

  return arm_put_bits(a, field, bits == 1 ? (unsigned)type >> 1 : (unsigned)type);
}

bool arm_take_type(struct arm_attempt *a, const struct arm_node *n, size_t *at)
{
  int type;

  if (!read_type(a, n->field, at, &type))
    return false;
  if (type == 4)
    return arm_refuse(a, "rrx takes no register");
  return put_type(a, n->field, type);
}

bool arm_take_shift(struct arm_attempt *a, const struct arm_node *n, size_t *at)
{
  struct arm_node amount = { .kind = ARM_NUMBER, .field = n->field, .flags = FIELD_UNSIGNED };
  struct span text;
  int64_t v;
  int type;

  if (!read_type(a, n->second, at, &type))
    return false;
  if (type == 4) /* ror #0 */
    return put_type(a, n->second, 3) && arm_put_bits(a, n->field, 0);
  *at = arm_skip(a, *at);
  if (*at >= a->length || a->text[*at] != '#')
    return arm_refuse(a, "# and the amount of the shift is expected");
  text = arm_expression(a, *at + 1, at);
  if (operand_number(a->match.F, a->match.S, text, &v) && v == 0)
    type = 0; /* as everybody means it: no shift */
  if (type > 0) {
    amount.flags = FIELD_MODULO;
    amount.low = 1;
    amount.high = type == 3 ? 31 : 32;
  }
  return put_type(a, n->second, type) && arm_put_number(a, &amount, text);
}
