/* arm_row.c - the rows of A32, and the language of their operands: see the head of arm.def. */
#include "arm.h"

#define I(mnemonic, operands, diagram, ...) mnemonic "\0" operands "\0" diagram "\0" #__VA_ARGS__,

static const char *const rows[] = {
#include "arm.def"
#include "arm_load.def"
#include "arm_media.def"
#include "arm_system.def"
#include "arm_vfp.def"
#include "arm_vfp8.def"
#include "arm_neon.def"
#include "arm_neon_more.def"
#include "arm_neon_load.def"
};

/* Fields that stand alone in diagrams. */
static const struct word_name names[] = {
  { "cond", 4 }, { "S", 1 },    { "W", 1 },    { "U", 1 },     { "Q", 1 },
  { "Rd", 4 },   { "Rn", 4 },   { "Rm", 4 },   { "Rs", 4 },    { "Rt", 4 },
  { "Ra", 4 },   { "RdLo", 4 }, { "RdHi", 4 }, { "Rt2", 4 },   { "Cd", 4 },
  { "Cn", 4 },   { "Cm", 4 },   { "Pn", 4 },   { "Rdn", 4 },   { "Rdm", 4 },
  { "imm5", 5 }, { "type", 2 }, { "sh", 1 },   { "count", 8 }, { NULL, 0 },
};

/* ---- words of the operands column ----------------------------------------------------- */

static const struct arm_number_name {
  const char *name, *field;
  uint8_t transform, flags;
  int16_t low, high;
  uint8_t op;
} numbers[] = {
  { "mod", "mod", TRANSFORM_A32_ROTATED, FIELD_EITHER, 0, 0, 0 },
  { "off", "off", TRANSFORM_MAGNITUDE, FIELD_SIGNED, 0, 0, 0 },
  { "n239", "imm8", TRANSFORM_NONE, FIELD_UNSIGNED, 0, 239, 0 },
  { "n32", "imm5", TRANSFORM_NONE, FIELD_MODULO, 1, 32, 0 },
  { "n31", "imm5", TRANSFORM_NONE, FIELD_MODULO, 1, 31, 0 },
  { "width", "wm1", TRANSFORM_NONE, FIELD_UNSIGNED, 0, 0, ARM_WIDTH },
  { "count", "msb", TRANSFORM_NONE, FIELD_UNSIGNED, 0, 0, ARM_LAST },
  { "fp", "fp", TRANSFORM_NONE, FIELD_UNSIGNED, 0, 0, ARM_FLOAT },
  { "bytes", "imm", TRANSFORM_A64_BYTES, FIELD_EITHER, 0, 0, 0 },
  { "ones", "ones", TRANSFORM_NONE, FIELD_UNSIGNED, 0, 0, ARM_ONES },
  { "l7", "imm", TRANSFORM_NONE, FIELD_UNSIGNED, 1, 7, 0 },
  { "l15", "imm", TRANSFORM_NONE, FIELD_UNSIGNED, 1, 15, 0 },
  { "l31", "imm", TRANSFORM_NONE, FIELD_UNSIGNED, 1, 31, 0 },
  { "fix", "imm", TRANSFORM_NONE, FIELD_UNSIGNED, 0, 16, 0 },
  { "al16", "al", TRANSFORM_NONE, FIELD_UNSIGNED, 16, 16, ARM_ALIGN },
  { "al32", "al", TRANSFORM_NONE, FIELD_UNSIGNED, 32, 32, ARM_ALIGN },
  { "al64", "al", TRANSFORM_NONE, FIELD_UNSIGNED, 64, 64, ARM_ALIGN },
  { "al128", "al", TRANSFORM_NONE, FIELD_UNSIGNED, 64, 128, ARM_ALIGN },
  { "al256", "al", TRANSFORM_NONE, FIELD_UNSIGNED, 64, 256, ARM_ALIGN },
};

static const struct arm_label_name {
  const char *name, *field;
  uint8_t transform, bytes;
} labels[] = {
  { "label", "label", TRANSFORM_NONE, 0 },       { "adr", "adr", TRANSFORM_A32_OFFSET, 0 },
  { "literal", "off", TRANSFORM_MAGNITUDE, 0 },  { "literal4", "off", TRANSFORM_MAGNITUDE, 4 },
  { "literal8", "off", TRANSFORM_MAGNITUDE, 8 },
};

static const struct arm_kind_name {
  const char *name, *field, *second;
  uint8_t kind, class;
} kinds[] = {
  { "shift", "imm5", "type", ARM_SHIFT, 0 },
  { "shift", "imm5", "sh", ARM_SHIFT, 0 },
  { "type", "type", NULL, ARM_TYPE, 0 },
  { "barrier", "option", NULL, ARM_WORD, ARM_BARRIER },
  { "isb", "option", NULL, ARM_WORD, ARM_ISB },
  { "psr", "psr", NULL, ARM_WORD, ARM_PSR },
  { "bank", "bank", NULL, ARM_WORD, ARM_BANK },
  { "iflags", "iflags", NULL, ARM_WORD, ARM_IFLAGS },
  { "endian", "endian", NULL, ARM_WORD, ARM_ENDIAN },
  { "post", "Rm", NULL, ARM_POST, 0 },
};

/* Words that stand as they are. */
static const char *const literals[] = { "lsl",  "asr",   "ror",       "apsr", "cpsr",
                                        "spsr", "fpscr", "apsr_nzcv", "sp" };

/* ---- reading ---------------------------------------------------------------------------- */

struct arm_reader {
  struct arm_form *f;
  const char *p, *error;
  unsigned depth; /* of brackets */
  struct arm_node *open;
};

static struct span word_at(const char *p)
{
  struct span s = { p, 0 };

  while (char_is(p[s.n], CHAR_WORD))
    s.n++;
  return s;
}

static struct span text_span(const char *text)
{
  return (struct span){ text, text ? strlen(text) : 0 };
}

/* The number of a field, + 1; 0: there is none. */
static uint8_t field_named(struct arm_form *f, struct span name)
{
  const struct word_field *w = word_find(&f->word, name);
  unsigned number = w ? (unsigned)(w - f->word.field) : 0;

  if (w)
    f->form.fills |= (uint16_t)(1u << number);
  return (uint8_t)(w ? number + 1 : 0);
}

static uint8_t field_wanted(struct arm_reader *r, struct span name)
{
  uint8_t field = field_named(r->f, name);

  if (!field)
    r->error = "an operand without a field";
  return field;
}

static bool accept(struct arm_reader *r, const char *text)
{
  size_t n = strlen(text);

  if (strncmp(r->p, text, n) != 0)
    return false;
  r->p += n;
  return true;
}

static int number_at(struct arm_reader *r)
{
  int v = 0;

  while (char_is(*r->p, CHAR_DIGIT))
    v = 10 * v + *r->p++ - '0';
  return v;
}

static struct arm_node *add_node(struct arm_reader *r, unsigned kind)
{
  struct arm_node *n;

  if (r->f->nnode == ARM_NODES) {
    r->error = "too many things in the operands";
    r->f->nnode--;
  }
  n = &r->f->node[r->f->nnode++];
  *n = (struct arm_node){ .kind = (uint8_t)kind };
  return n;
}

/* ---- registers ---------------------------------------------------------------------------- */

/* What follows the name: +1 !15 !Rn */
static void read_register_rest(struct arm_reader *r, struct arm_node *n)
{
  unsigned differs = 0;

  if (accept(r, "+"))
    n->plus = number_at(r);
  while (r->p[0] == '!' && char_is(r->p[1], CHAR_WORD)) {
    r->p++;
    if (char_is(*r->p, CHAR_DIGIT)) {
      n->except |= (uint16_t)(1u << number_at(r));
    } else {
      struct span w = word_at(r->p);

      r->p += w.n;
      if (differs < ARM_EXCEPT)
        n->differs[differs++] = field_wanted(r, w);
    }
  }
}

/* Rd, +Rm, Dd, Qn */
static bool read_register(struct arm_reader *r, unsigned kind)
{
  static const char classes[] = "RSDQVCP";
  bool sign = *r->p == '+';
  struct span w = word_at(r->p + sign);
  const char *class = w.n > 1 ? strchr(classes, w.p[0]) : NULL;
  struct arm_node *n;

  if (!class)
    return false;
  n = add_node(r, kind);
  n->class = (uint8_t)(class - classes);
  n->sign = sign;
  n->field = field_wanted(r, w);
  if (sign)
    n->second = field_wanted(r, SPAN("U"));
  r->p += sign + w.n;
  read_register_rest(r, n);
  return true;
}

/* {list} {!} {Dd*count} {Dd*2:2} {Dd[]} {Dd[x]*2} */
static bool read_braces(struct arm_reader *r)
{
  struct arm_node *n;

  if (accept(r, "{list}")) {
    add_node(r, ARM_LIST)->field = field_wanted(r, SPAN("list"));
    return true;
  }
  if (accept(r, "{!}")) {
    add_node(r, ARM_BANG)->field = field_wanted(r, SPAN("W"));
    return true;
  }
  if (accept(r, "{option}")) { /* a number in braces */
    add_node(r, ARM_CHAR)->c = '{';
    n = add_node(r, ARM_NUMBER);
    n->field = field_wanted(r, SPAN("option"));
    n->flags = FIELD_UNSIGNED;
    add_node(r, ARM_CHAR)->c = '}';
    return true;
  }
  if (!accept(r, "{") || !read_register(r, ARM_RUN))
    return false;
  n = &r->f->node[r->f->nnode - 1];
  if (accept(r, "[]"))
    n->lane = 1;
  else if (accept(r, "[x]"))
    n->lane = (uint8_t)(field_wanted(r, SPAN("x")) + 1);
  if (accept(r, "*count"))
    n->second = field_wanted(r, SPAN("count"));
  else if (accept(r, "*"))
    n->count = (uint8_t)number_at(r);
  else
    n->count = 1;
  if (accept(r, ":"))
    n->stride = (uint8_t)number_at(r);
  if (!accept(r, "}"))
    r->error = "a list without end";
  return true;
}

/* ---- numbers ------------------------------------------------------------------------------- */

static void name_number(struct arm_reader *r, struct arm_node *n, struct span w)
{
  n->flags = FIELD_UNSIGNED;
  for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
    const struct arm_number_name *x = &numbers[i];

    if (!span_is(w, x->name))
      continue;
    n->transform = x->transform;
    n->flags = x->flags;
    n->low = x->low;
    n->high = x->high;
    n->op = x->op ? x->op : n->op;
    n->has_default = x->transform == TRANSFORM_MAGNITUDE;
    w = text_span(x->field);
    break;
  }
  if (w.n > 4 && memcmp(w.p, "simm", 4) == 0)
    n->flags = FIELD_SIGNED;
  n->field = field_wanted(r, w);
}

/* What follows the name: +1, =1 */
static void read_number_rest(struct arm_reader *r, struct arm_node *n)
{
  if (accept(r, "+"))
    n->plus = number_at(r);
  if (accept(r, "=")) {
    n->has_default = true;
    n->fallback = (int16_t)number_at(r);
  }
}

/* #imm, #imm+1, #32-imm, #-mod, #~mod, #0 */
static void read_number(struct arm_reader *r)
{
  struct arm_node *n = add_node(r, ARM_NUMBER);
  const char *start = ++r->p;
  struct span w;

  n->hash = true;
  if (char_is(*r->p, CHAR_DIGIT)) {
    n->plus = number_at(r);
    if (!accept(r, "-")) {
      n->kind = ARM_CONST;
      n->text = (struct span){ start, (size_t)(r->p - start) };
      return;
    }
    n->from = true;
  } else if (accept(r, "-")) {
    n->op = ARM_NEGATED;
  } else if (accept(r, "~")) {
    n->op = ARM_INVERTED;
  }
  w = word_at(r->p);
  r->p += w.n;
  name_number(r, n, w);
  read_number_rest(r, n);
}

/* ---- words ------------------------------------------------------------------------------------
 */

static bool read_label(struct arm_reader *r, struct span w)
{
  for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
    struct arm_node *n;

    if (!span_is(w, labels[i].name))
      continue;
    n = add_node(r, ARM_LABEL);
    n->field = field_wanted(r, text_span(labels[i].field));
    n->transform = labels[i].transform;
    n->bytes = labels[i].bytes;
    return true;
  }
  return false;
}

static bool read_kind(struct arm_reader *r, struct span w)
{
  for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
    const struct arm_kind_name *k = &kinds[i];
    struct arm_node *n;

    if (!span_is(w, k->name) || (k->second && !word_find(&r->f->word, text_span(k->second))))
      continue;
    n = add_node(r, k->kind);
    n->class = k->class;
    if (k->kind == ARM_POST)
      r->f->form.nop++;
    n->field = field_wanted(r, text_span(k->field));
    if (k->second)
      n->second = field_wanted(r, text_span(k->second));
    read_number_rest(r, n);
    return true;
  }
  return false;
}

static bool read_word(struct arm_reader *r)
{
  struct span w = word_at(r->p);

  if (w.n == 0)
    return false;
  r->p += w.n;
  if (read_label(r, w) || read_kind(r, w))
    return true;
  for (size_t i = 0; i < sizeof(literals) / sizeof(literals[0]); i++)
    if (span_is(w, literals[i])) {
      add_node(r, ARM_TEXT)->text = w;
      return true;
    }
  if (char_is(*w.p, CHAR_DIGIT))
    add_node(r, ARM_CONST)->text = w;
  else
    name_number(r, add_node(r, ARM_NUMBER), w); /* a number without # */
  return true;
}

/* ---- the column ---------------------------------------------------------------------------------
 */

static void open_option(struct arm_reader *r)
{
  if (r->open)
    r->error = "an option in an option";
  r->open = add_node(r, ARM_OPTION);
}

static void close_option(struct arm_reader *r)
{
  if (!r->open) {
    r->error = "a parenthesis that none opens";
    return;
  }
  add_node(r, ARM_OPTION_END);
  r->open->skip = r->f->nnode;
  r->open = NULL;
}

static void read_char(struct arm_reader *r)
{
  char c = *r->p++;

  r->depth += c == '[' || c == '{';
  r->depth -= c == ']' || c == '}';
  if (c == ',' && r->depth == 0) {
    r->f->form.nop++;
    if (!r->open)
      r->f->form.least++;
  }
  add_node(r, ARM_CHAR)->c = c;
}

static void read_one(struct arm_reader *r)
{
  char c = *r->p;

  if (c == ' ')
    r->p++;
  else if (c == '(')
    r->p++, open_option(r);
  else if (c == ')')
    r->p++, close_option(r);
  else if (c == '#')
    read_number(r);
  else if (c == '{' ? read_braces(r) : read_register(r, ARM_REG))
    return;
  else if (strchr("[],!^:", c))
    read_char(r);
  else if (!read_word(r))
    r->error = "an unknown operand, or one without a field";
}

static const char *parse(const char *row, void *form)
{
  struct arm_form *f = form;
  struct row text = row_split(&arm_rows, row);
  const char *error = word_parse(text.encoding, names, &f->word);
  struct arm_reader r = { .f = f, .p = text.operands };

  if (error)
    return error;
  f->cond = field_named(f, SPAN("cond"));
  f->s = field_named(f, SPAN("S"));
  f->q = field_named(f, SPAN("Q"));
  while (*r.p && !r.error)
    read_one(&r);
  if (!r.error && f->nnode > 0) {
    bool optional = f->node[0].kind == ARM_OPTION && f->node[0].skip == f->nnode;

    f->form.nop++;
    f->form.least = (uint8_t)(optional ? 0 : f->form.least + 1);
  }
  return r.error;
}

static size_t print(const void *form, char *buf, size_t size)
{
  return word_print(&((const struct arm_form *)form)->word, buf, size);
}

/* The node with which operand i begins. */
static const struct arm_node *operand(const struct arm_form *f, unsigned i)
{
  unsigned depth = 0;

  for (unsigned k = 0; k < f->nnode; k++) {
    const struct arm_node *n = &f->node[k];

    if (n->kind == ARM_OPTION || n->kind == ARM_OPTION_END)
      continue;
    if (i == 0)
      return n;
    depth += n->kind == ARM_CHAR && n->c == '[';
    depth -= n->kind == ARM_CHAR && n->c == ']';
    i -= n->kind == ARM_CHAR && n->c == ',' && depth == 0;
  }
  return NULL;
}

static const char *at_run_time(const void *form, unsigned i)
{
  const struct arm_node *n = operand(form, i);

  switch (n ? n->kind : ARM_TEXT) {
  case ARM_REG:
  case ARM_RUN:
    return "register";
  case ARM_CHAR:
    return "address";
  case ARM_LABEL:
    return "label";
  case ARM_NUMBER:
    return n->op != ARM_NEGATED && n->op != ARM_INVERTED && n->op < ARM_FLOAT ? "value" : "-";
  case ARM_LIST:
  case ARM_SHIFT:
    return "value";
  default:
    return "-";
  }
}

/* What stands behind the mnemonic, or in the class of its registers. */
static bool is_spare(struct span field)
{
  return span_is(field, "cond") || span_is(field, "S") || span_is(field, "Q");
}

const struct rows arm_rows = {
  .row = rows,
  .n = sizeof(rows) / sizeof(rows[0]),
  .columns = 4,
  .fields = names,
  .form_size = sizeof(struct arm_form),
  .parse = parse,
  .print = print,
  .at_run_time = at_run_time,
  .spare = is_spare,
};
