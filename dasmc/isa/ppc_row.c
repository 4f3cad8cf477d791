/* ppc_row.c - all rows of PowerPC, and what their operands column says. */
#include <string.h>

#include "ppc.h"

#define I(mnemonic, operands, diagram, ...) mnemonic "\0" operands "\0" diagram "\0" #__VA_ARGS__,
/* With the manual's Rc bit at the end: two rows, the second one with a dot. With OE besides: four rows, the diagram is cut where
 * the bit stands. */
#define R(mnemonic, operands, diagram, ...)                                \
  I( mnemonic,       operands, diagram "0", __VA_ARGS__ )                  \
  I( mnemonic ".",   operands, diagram "1", __VA_ARGS__ )
#define O(mnemonic, operands, before, after, ...)                          \
  R( mnemonic,       operands, before " 0 " after " ", __VA_ARGS__ )       \
  R( mnemonic "o",   operands, before " 1 " after " ", __VA_ARGS__ )

static const char *const rows[] = {
#include "ppc.def"
#include "ppc_405.def"
#include "ppc_spe.def"
#include "ppc_v.def"
#include "ppc_vsx.def"
#include "ppc_dfp.def"
#include "ppc_mma.def"
};

enum { NROWS = sizeof(rows) / sizeof(rows[0]) };

/* Fields that stand alone in diagrams. */
static const struct word_name names[] = {
  {"rD", 5}, {"rS", 5}, {"rA", 5}, {"rA0", 5}, {"rAu", 5}, {"rB", 5}, {"rC", 5}, {"fD", 5}, {"fS", 5}, {"fA", 5}, {"fB", 5}, {"fC", 5},
  {"vD", 5}, {"vS", 5}, {"vA", 5}, {"vB", 5}, {"vC", 5}, {"crD", 3}, {"crS", 3}, {"aD", 3},
  {"crbD", 5}, {"crbA", 5}, {"crbB", 5}, {"to", 5}, {"bo", 5}, {"bi", 5}, {"bt", 5}, {"bh", 2}, {"nb", 5},
  {"sh", 5}, {"mb", 5}, {"me", 5}, {"c31sh", 5}, {"c32mb", 5}, {"c31n", 5}, {"c32n", 5}, {"fxm", 8}, {NULL, 0},
};

/* Numbers that operands are, with sign and without; the names are the manual's. */
static const char signed_names[] = " simm si te d ";
static const char unsigned_names[] = " uimm ui uim to bo bt bh nb sh mb me n fxm fm bf u w l lev spr th eh r rmc sp s dcm dgm dcmx dm shw shb st six ps "
                                     "cy fc strm imm5 mp uimma uimmb ";

static const char either_names[] = " imm16 usimm bm imm8 ";

/* Operands of which the name's first letters say what they are. */
static const struct operand_class {
  const char *letters;
  uint8_t kind;
} classes[] = {
  {"crb", PPC_KIND_CRB}, {"cr", PPC_KIND_CR}, {"r", PPC_KIND_R}, {"f", PPC_KIND_F}, {"v", PPC_KIND_V}, {"x", PPC_KIND_X}, {"a", PPC_KIND_A},
};

static bool is_among(const char *list, struct span name)
{
  for (const char *p = list; (p = memchr(p, ' ', strlen(p))) != NULL && *++p;)
    if (strncmp(p, name.p, name.n) == 0 && p[name.n] == ' ')
      return true;
  return false;
}

/* enum ppc_kind; PPC_KINDS: it is none. */
static unsigned kind_of(struct span name)
{
  if (span_is(name, "rA0"))
    return PPC_KIND_BASE;
  if (span_is(name, "rAu"))
    return PPC_KIND_UPDATED;
  if (span_is(name, "bi"))
    return PPC_KIND_CRB;
  if (span_is(name, "-simm"))
    return PPC_KIND_NEGATED;
  if (span_is(name, "label"))
    return PPC_KIND_LABEL;
  if (is_among(signed_names, name))
    return PPC_KIND_SIGNED;
  if (is_among(unsigned_names, name))
    return PPC_KIND_UNSIGNED;
  if (is_among(either_names, name))
    return PPC_KIND_EITHER;
  for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
    size_t n = strlen(classes[i].letters);

    if (name.n == n + 1 && memcmp(name.p, classes[i].letters, n) == 0 && name.p[n] >= 'A' && name.p[n] <= 'S')
      return classes[i].kind;
  }
  return PPC_KINDS;
}

/* The number of a field, + 1; 0: there is none. */
static uint8_t fill_field(struct ppc_form *f, struct span name)
{
  const struct word_field *field = word_find(&f->word, name);
  unsigned number = field ? (unsigned)(field - f->word.field) : 0;

  if (field)
    f->form.fills |= (uint16_t)(1u << number);
  return (uint8_t)(field ? number + 1 : 0);
}

/* simm(rA0), uimm(rA) */
static bool parse_memory(struct span text, struct ppc_form *f, struct ppc_shape *s)
{
  const char *open = memchr(text.p, '(', text.n);
  size_t n = open ? (size_t)(open - text.p) : 0;

  if (!open || text.p[text.n - 1] != ')')
    return false;
  s->kind = n > 0 && text.p[0] == 'u' ? PPC_KIND_UMEM : PPC_KIND_MEM;
  s->field = fill_field(f, (struct span){text.p, n});
  s->base = fill_field(f, (struct span){open + 1, text.n - n - 2});
  s->updated = kind_of((struct span){open + 1, text.n - n - 2}) == PPC_KIND_UPDATED;
  return s->field && s->base;
}

/* A field called c31sh gets 31 less what sh is. */
static void find_other(struct span name, struct ppc_form *f, struct ppc_shape *s)
{
  for (unsigned i = 0; i < f->word.nfields; i++) {
    struct span field = f->word.field[i].name;

    if (field.n != name.n + 3 || field.p[0] != 'c' || memcmp(field.p + 3, name.p, name.n) != 0)
      continue;
    s->other = fill_field(f, field);
    s->from = (uint8_t)(10 * (field.p[1] - '0') + field.p[2] - '0');
  }
}

static bool parse_shape(struct span text, struct ppc_form *f, struct ppc_shape *s)
{
  unsigned kind = kind_of(text);

  if (kind == PPC_KINDS)
    return parse_memory(text, f, s);
  s->kind = (uint8_t)kind;
  find_other(text, f, s);
  s->field = fill_field(f, kind == PPC_KIND_NEGATED ? SPAN("simm") : kind == PPC_KIND_LABEL ? SPAN("imm") : text);
  return s->field || (s->other && span_is(text, "n"));
}

static const char *parse(const char *row, void *form)
{
  struct row r = row_split(&ppc_rows, row);
  struct ppc_form *f = form;
  const char *error = word_parse(r.encoding, names, &f->word);

  for (const char *p = r.operands; !error && *p; p += strspn(p, ", ")) {
    size_t n = strcspn(p, ",");

    if (f->form.nop == PPC_MAXOPS || !parse_shape((struct span){p, n}, f, &f->op[f->form.nop]))
      return "unknown operand, or one without a field";
    f->form.least = ++f->form.nop;
    p += n;
  }
  return error;
}

static size_t print(const void *form, char *buf, size_t size)
{
  return word_print(&((const struct ppc_form *)form)->word, buf, size);
}

static const char *at_run_time(const void *form, unsigned i)
{
  switch (((const struct ppc_form *)form)->op[i].kind) {
  case PPC_KIND_R: case PPC_KIND_BASE: case PPC_KIND_UPDATED: case PPC_KIND_F: case PPC_KIND_V: case PPC_KIND_X: case PPC_KIND_CR:
  case PPC_KIND_A:
    return "register";
  case PPC_KIND_MEM: case PPC_KIND_UMEM:
    return "address";
  case PPC_KIND_LABEL:
    return "label";
  default:
    return "value";
  }
}

const struct rows ppc_rows = {
  .row = rows, .n = NROWS, .columns = 4, .fields = names, .form_size = sizeof(struct ppc_form),
  .parse = parse, .print = print, .at_run_time = at_run_time,
};
