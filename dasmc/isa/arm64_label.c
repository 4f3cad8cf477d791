/* arm64_label.c - labels and their addresses in the fields of a form. */
#include "arm64.h"

#include "../../lib/isa/arm64.h"

static bool refuse(struct a64_attempt *a, const char *why)
{
  return match_refuse(&a->match, "%s", why);
}

/* :lo12:label - the low bits of its address, for an add or an access behind an adrp. */
bool a64_put_low(struct a64_attempt *a, const struct a64_node *n, struct span text)
{
  const struct word_field *w = a64_field_of(a, n->field);
  uint8_t f[LIST_FIELD];

  if (n->sub != IMM_ADD && !(n->sub == IMM_PLAIN && a64_is_scaled_offset(a, w)))
    return refuse(a, "the low bits of an address cannot be used here");
  if (a->f->word.fixed >> 30 & 1 && n->sub == IMM_ADD)
    return refuse(a, "the low bits of an address are added, not subtracted");
  if (!front_label(a->match.F, text, &a->s.label))
    return refuse(a, "a label is expected behind :lo12:");
  memset(f, 0, sizeof(f));
  f[FIELD_UNIT] = 4;
  f[FIELD_FLAGS] = FIELD_MODULO;
  f[FIELD_SHIFT] = n->sub == IMM_ADD ? 0 : w->low;
  f[FIELD_BITS] = (uint8_t)(12 - f[FIELD_SHIFT]);
  f[FIELD_TO] = 10;
  field_complete(f);
  memcpy(a->s.label_field, f, LIST_FIELD);
  a->s.has_label = true;
  return true;
}

/* How the branch reaches what is out of reach, if the state allows it. */
static uint8_t escape_of(const struct a64_attempt *a)
{
  uint64_t fixed = a->f->word.fixed;

  if ((fixed >> 26 & 0x1f) == 5)
    return ARM64_ESCAPE_JUMP; /* b, bl */
  if (fixed >> 24 == 0x54)
    return ARM64_ESCAPE_CONDITION;
  return (fixed >> 26 & 0x1f) == 0xd ? ARM64_ESCAPE_TEST : 0; /* cbz, tbz and so on */
}

/* Bytes that an instruction loads from its label: ldr of W X S D Q, ldrsw. 0: it is none of these. */
static unsigned loaded_bytes(uint64_t fixed)
{
  unsigned opc = fixed >> 30 & 3;

  if ((fixed >> 24 & 0x3b) != 0x18 || opc == 3)
    return 0;
  return fixed >> 26 & 1 ? 4u << opc : opc == 1 ? 8 : 4;
}

bool a64_put_label(struct a64_attempt *a, const struct a64_node *n, struct span text, bool offset)
{
  const struct word_field *w = a64_field_of(a, n->field);
  uint8_t f[LIST_FIELD];
  bool page = span_is(w->name, "page"), back = span_is(w->name, "back");
  int64_t v;

  if (!a64_describe(a, n->field, back ? FIELD_UNSIGNED | FIELD_NEGATED : FIELD_SIGNED, f))
    return false;
  if (operand_number(a->match.F, a->match.S, text, &v)) {
    field_complete(f);
    return a64_put_known(a, n, v, f);
  }
  if (operand_is_constant(text))
    operand_constant_label(a->match.F, a->match.S, text, loaded_bytes(a->f->word.fixed), &a->s.label);
  else if (!front_label(a->match.F, text, &a->s.label)) {
    if (!offset || a->match.S->dynasm)
      return refuse(a, "a label is expected, or # and how far the target is");
    field_complete(f);
    return a64_put_expr(a, n->field, text, f);
  }
  f[FIELD_ORIGIN] = page ? ORIGIN_PAGE : ORIGIN_START;
  f[FIELD_ESCAPE] = escape_of(a);
  field_complete(f);
  memcpy(a->s.label_field, f, LIST_FIELD);
  a->s.has_label = true;
  return true;
}
