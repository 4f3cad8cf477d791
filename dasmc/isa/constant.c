/* constant.c - operands that are constants in memory: =value.
 *
 * `ldr x0, =n`, `movsd xmm0, [=1.5]`, `fld fa0, =1.5, t0`: the instruction refers to a constant
 * that dasm_link() puts into a pool, of as many bytes as it loads. A value is a number, a
 * floating-point number, an expression, or a label, extern or &address, whose address it is; or {a,
 * b ...}, equal parts of the constant from its lowest bits on, which little-endian code has in this
 * order.
 */
#include "isa.h"

bool operand_is_constant(struct span text)
{
  return text.n > 1 && text.p[0] == '=' && text.p[1] != '>';
}

static bool bad(struct front *F, struct span text, const char *what)
{
  diag_error(F, text, "[bad-constant] %s", what);
  return false;
}

/* As an expression of C, and of the library. */
static struct span number_text(struct front *F, uint64_t v)
{
  if (v == UINT64_C(1) << 63)
    return SPAN("(-9223372036854775807-1)");
  return span_fmt(F, "%lld", (long long)(int64_t)v);
}

/* A number of so many bytes, 4 or 8, with its sign; false: it is none, or that was reported
 * (*bad_one). */
static bool known(struct front *F, const struct isa_state *S, struct span text, unsigned bytes,
                  uint64_t *v, bool *bad_one)
{
  int64_t number;

  *bad_one = false;
  if (operand_is_float(text)) {
    *bad_one = !operand_float(F, text, bytes, v);
    return !*bad_one || bad(F, text, "a floating-point number is expected, as 1.5 or -2e-3");
  }
  if (!operand_number(F, S, text, &number))
    return false;
  *v = (uint64_t)number;
  *bad_one = bytes == 4 && (number < INT32_MIN || number > UINT32_MAX);
  return !*bad_one || bad(F, text, "the number does not fit in 32 bits");
}

/* The next part of a list, up to a comma. */
static struct span next_part(struct span *list)
{
  unsigned depth = 0;
  struct span part;
  size_t n = 0;

  for (; n < list->n && (list->p[n] != ',' || depth > 0); n++) {
    depth += strchr("([{", list->p[n]) != NULL;
    depth -= depth > 0 && strchr(")]}", list->p[n]) != NULL;
  }
  part = span_trim((struct span){list->p, n});
  n += n < list->n;
  *list = (struct span){list->p + n, list->n - n};
  return part;
}

static unsigned count_parts(struct span list)
{
  unsigned n = 0;

  for (; list.n > 0; n++)
    next_part(&list);
  return n;
}

/* A part of 8 bytes: an expression. */
static bool part8(struct front *F, struct isa_state *S, struct span text, struct span *out)
{
  struct value value = {.what = VALUE_BAD};
  bool bad_one;
  uint64_t v;

  if (known(F, S, text, 8, &v, &bad_one)) {
    *out = number_text(F, v);
    return true;
  }
  if (bad_one)
    return false;
  operand_value(F, S, text, 8, &value);
  *out = value.expr;
  if (value.what == VALUE_EXPR || value.what == VALUE_BAD)
    return value.what == VALUE_EXPR;
  return bad(F, text, "a part in braces is a number or an expression");
}

/* Two parts of 4 bytes, which are known. */
static bool part4(struct front *F, struct isa_state *S, struct span first, struct span second, struct span *out)
{
  uint64_t low = 0, high = 0;
  bool bad_one;

  if (!known(F, S, first, 4, &low, &bad_one))
    return !bad_one && bad(F, first, "parts of 4 bytes must be known before the program runs; those of 8 need not");
  if (!known(F, S, second, 4, &high, &bad_one))
    return !bad_one && bad(F, second, "parts of 4 bytes must be known before the program runs; those of 8 need not");
  *out = number_text(F, (uint32_t)low | high << 32);
  return true;
}

/* {a, b}: the first one has the lowest bits. */
static bool parts(struct front *F, struct isa_state *S, struct span text, unsigned bytes, struct label *out)
{
  struct span list = {text.p + 1, text.n - 2}, half[2] = {{NULL, 0}, {NULL, 0}};
  unsigned n = count_parts(list), size = n > 0 && bytes % n == 0 ? bytes / n : 0;

  if (size != 4 && size != 8)
    return bad(F, text,
               bytes == 16 ? "braces have two parts of 8 bytes, or four of 4"
                           : "braces have parts of 4 or 8 bytes");
  for (unsigned i = 0; i < bytes / 8; i++) {
    struct span a = next_part(&list), b = size == 4 ? next_part(&list) : SPAN("");

    if (size == 4 ? !part4(F, S, a, b, &half[i]) : !part8(F, S, a, &half[i]))
      return false;
  }
  out->kind = bytes == 16 ? REF_PAIR : REF_ADDR;
  out->expr = half[0];
  out->high = half[1];
  return true;
}

/* Is a known number negative? 0xffffffffffffffff is not, and 1-2 is. */
static bool is_negative(struct span text, uint64_t v)
{
  uint64_t number;
  bool negative;

  return front_number(text, &number, &negative) ? negative : v >> 63 != 0;
}

/* One value. A number is extended to 16 bytes. */
static bool one(struct front *F, struct isa_state *S, struct span text, unsigned bytes, struct label *out)
{
  struct value value = {.what = VALUE_BAD};
  bool bad_one;
  uint64_t v;

  if (bytes == 16 && operand_is_float(text))
    return bad(F, text, "16 bytes are {low, high}, or four numbers of 4 bytes");
  if (known(F, S, text, bytes, &v, &bad_one)) {
    *out = (struct label){.kind = bytes == 16 ? REF_PAIR : REF_ADDR, .expr = number_text(F, v),
                          .high = number_text(F, is_negative(text, v) ? UINT64_MAX : 0)};
    return true;
  }
  if (bad_one)
    return false;
  operand_value(F, S, text, bytes, &value);
  if (bytes == 16 && value.what != VALUE_BAD)
    return bad(F, text, "16 bytes are {low, high}: of an expression it is not known how it would be extended");
  *out = value.what == VALUE_LABEL ? value.label : (struct label){.kind = REF_ADDR, .expr = value.expr};
  return value.what != VALUE_BAD;
}

void operand_constant_label(struct front *F, struct isa_state *S, struct span text, unsigned bytes, struct label *out)
{
  struct span value = span_trim((struct span){text.p + 1, text.n - 1});
  bool ok;

  *out = (struct label){.kind = REF_BAD};
  if (bytes != 4 && bytes != 8 && bytes != 16)
    ok = bad(F, text, "this operand cannot be a constant: it has to be 4, 8 or 16 bytes that are read");
  else if (value.n == 0)
    ok = bad(F, text, "a value is expected behind the =");
  else if (value.n > 1 && value.p[0] == '{' && value.p[value.n - 1] == '}')
    ok = parts(F, S, value, bytes, out);
  else
    ok = one(F, S, value, bytes, out);
  out->constant = (uint8_t)bytes;
  if (!ok)
    out->kind = REF_BAD;
}
