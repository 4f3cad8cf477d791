/* data.c - .byte .sbyte .half .word .dword .long .qword .quad .aword .addr: numbers, run-time
 * values, and addresses of labels where they fit. What a word is (.word, .dword) depends on the
 * ISA.
 *
 * In libdasm's own dialect also other assemblers' names: db dw dd dq, .int .short .zero and so on,
 * texts in quotes (.ascii, .string, bytes), and floating-point numbers.
 */
#include <stdlib.h>
#include <string.h>

#include "isa.h"

enum kind { SIGNED = 1, FLOATING = 2, TEXT = 4, ZERO = 8, SPACE = 16, OWN = 32, WORDS = 64 };

struct directive {
  char name[8];
  uint8_t bytes; /* 0: the address size; of WORDS: of words */
  uint8_t kind;
};

static const struct directive directives[] = {
  {".byte", 1, 0},
  {".sbyte", 1, SIGNED},
  {".word", 1, WORDS},
  {".dword", 2, WORDS},
  {".long", 4, 0},
  {".qword", 8, 0},
  {".quad", 8, 0},
  {".aword", 0, 0},
  {".addr", 0, 0},
  {"db", 1, OWN},
  {"dw", 2, OWN},
  {"dd", 4, OWN},
  {"dq", 8, OWN},
  {".int", 4, OWN},
  {".short", 2, OWN},
  {".half", 2, OWN},
  {".2byte", 2, OWN},
  {".4byte", 4, OWN},
  {".8byte", 8, OWN},
  {".float", 4, OWN | FLOATING},
  {".single", 4, OWN | FLOATING},
  {".double", 8, OWN | FLOATING},
  {".ascii", 1, OWN | TEXT},
  {".asciz", 1, OWN | TEXT | ZERO},
  {".string", 1, OWN | TEXT | ZERO},
  {".zero", 1, OWN | SPACE},
};

enum { NDIRECTIVES = sizeof(directives) / sizeof(directives[0]) };

static const struct directive *find(const struct isa_state *S, struct span name)
{
  if (name.n < 2 || (name.p[0] != '.' && name.p[0] != 'd'))
    return NULL;
  for (size_t i = 0; i < NDIRECTIVES; i++) {
    if (span_is(name, directives[i].name))
      return S->dynasm && (directives[i].kind & OWN) ? NULL : &directives[i];
  }
  return NULL;
}

bool data_known(const struct isa_state *S, struct span name)
{
  return find(S, name) != NULL;
}

const char *data_name(size_t index, bool *both)
{
  if (index >= NDIRECTIVES)
    return NULL;
  *both = !(directives[index].kind & OWN);
  return directives[index].name;
}

static unsigned bytes_of(const struct isa_state *S, const struct directive *d)
{
  if (d->kind & WORDS)
    return d->bytes * S->isa->word_size;
  return d->bytes ? d->bytes : S->isa->address_size;
}

/* ---- texts -------------------------------------------------------------------------- */

static bool is_text(struct span s)
{
  return s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"';
}

/* The character at *p, which moves on: itself, or C's escape. -1: there is no such escape. */
static int character(const char **p, const char *end)
{
  static const char from[] = "ntrabfve\\'\"", to[] = "\n\t\r\a\b\f\v\033\\'\"";
  const char *at;
  int v = 0, n = 0;

  if (**p != '\\' || *p + 1 == end)
    return (unsigned char)*(*p)++;
  ++*p;
  for (; n < 3 && *p < end && **p >= '0' && **p <= '7'; n++)
    v = v * 8 + *(*p)++ - '0';
  if (n > 0)
    return v & 0xff;
  if (**p == 'x' && end - *p > 2) {
    char hex[3] = {(*p)[1], (*p)[2], '\0'};
    char *stop;

    v = (int)strtol(hex, &stop, 16);
    *p += 3;
    return stop == hex + 2 ? v : -1;
  }
  at = strchr(from, *(*p)++);
  return at && *at ? (unsigned char)to[at - from] : -1;
}

static void text_bytes(struct front *F, struct span text)
{
  const char *p = text.p + 1, *end = text.p + text.n - 1;

  while (p < end) {
    const char *at = p;
    int c = character(&p, end);

    if (c < 0 || p > end) {
      diag_error(F, (struct span){at, 2},
                 "[bad-data] unknown escape; there are those of C, \\x with two digits, and octal ones");
      return;
    }
    build_byte(F, (unsigned)c);
  }
}

/* ---- numbers ------------------------------------------------------------------------- */

static bool number_fits(int64_t v, unsigned bytes, bool is_signed)
{
  int64_t half = bytes < 8 ? (int64_t)1 << (8 * bytes - 1) : 0;

  if (bytes == 8)
    return true;
  if (is_signed)
    return (v >= -128 && v <= 127) || (v >= INT64_C(0xffffff80) && v <= INT64_C(0xffffffff));
  return v >= -half && v < 2 * half;
}

static void floating(struct front *F, struct span text, unsigned bytes)
{
  uint64_t bits = 0;

  if (operand_float(F, text, bytes, &bits))
    build_unit(F, bits, bytes);
  else
    diag_error(F, text, "[bad-data] a floating-point number is expected, as 1.5 or -2e-3");
}

/* OP_VALUE* append little-endian numbers; where the order may be the other one, the value goes into
 * a field of a unit. */
static void runtime_value(struct front *F, const struct isa_state *S, struct span expr, unsigned bytes, bool is_signed)
{
  static const uint8_t ops[] = {0, OP_VALUE8, OP_VALUE16, 0, OP_VALUE32, 0, 0, 0, OP_VALUE64};
  const uint8_t *field = field_of_bytes(bytes);

  if (bytes > 1 && (S->isa->both_orders || S->isa->order == ORDER_BIG)) {
    build_unit(F, 0, bytes);
    build_fields(F, build_arg(F, expr), &field, 1);
    return;
  }
  build_op(F, is_signed ? OP_VALUE8S : (enum op)ops[bytes], build_arg(F, expr), 0, 0);
}

/* An address of so many bytes. Code of 32 bits wraps around. */
static const uint8_t *address_field(const struct isa_state *S, unsigned bytes)
{
#define ADDRESS(size, sign) [FIELD_UNIT] = size, [FIELD_FLAGS] = sign, [FIELD_BITS] = 8 * (size)
  static const uint8_t any64[LIST_FIELD] = {ADDRESS(8, FIELD_MODULO)}, any32[LIST_FIELD] = {ADDRESS(4, FIELD_MODULO)},
                       part[LIST_FIELD] = {ADDRESS(4, FIELD_EITHER)};
#undef ADDRESS

  return bytes == 8 ? any64 : S->isa->address_size == 4 ? any32 : part;
}

/* A number is too large: say which directive takes it. */
static void report_size(struct front *F, const struct isa_state *S, int64_t v, struct span text,
                        unsigned bytes, bool is_signed)
{
  const struct directive *d = directives;

  while ((d->kind != 0 && d->kind != WORDS) || bytes_of(S, d) <= bytes || !number_fits(v, bytes_of(S, d), is_signed))
    d++; /* .qword takes all */
  diag_error(F, text, "[out-of-range] %lld does not fit in %u byte%s: %s takes %u", (long long)v,
             bytes, bytes == 1 ? "" : "s", d->name, bytes_of(S, d));
}

static void value(struct front *F, struct isa_state *S, struct span text, unsigned bytes, bool is_signed)
{
  struct value v = {.what = VALUE_BAD};

  (S->isa->value ? S->isa->value : operand_value)(F, S, text, bytes, &v);
  if (v.what == VALUE_LABEL && bytes < 4) {
    diag_error(F, text, "[out-of-range] an address does not fit in %u byte%s", bytes, bytes == 1 ? "" : "s");
  } else if (v.what == VALUE_LABEL) {
    /* Before 1.5 DynASM wrote four bytes of an address for any size; PHP 8.0 relies on it. */
    if (front_options(F)->dialect < DIALECT_1_5_2021)
      bytes = 4;
    build_unit(F, 0, bytes);
    build_ref(F, &v.label, address_field(S, bytes));
  } else if (v.what == VALUE_EXPR) {
    runtime_value(F, S, v.expr, bytes, is_signed);
  } else if (v.what == VALUE_NUMBER && !number_fits(v.number, bytes, is_signed)) {
    report_size(F, S, v.number, text, bytes, is_signed);
  } else if (v.what == VALUE_NUMBER) {
    build_unit(F, (uint64_t)v.number, bytes);
  }
}

/* .zero n */
static void space(struct front *F, struct span text)
{
  uint64_t n;
  bool neg;

  if (!front_number(text, &n, &neg))
    build_op(F, OP_SPACE_ARG, build_arg(F, text), 0, 0);
  else if (neg || n > INT32_MAX)
    diag_error(F, text, "[bad-data] bad number of bytes");
  else
    build_op(F, OP_SPACE, 0, 0, (uint32_t)n);
}

static void one(struct front *F, struct isa_state *S, const struct directive *d, struct span text)
{
  bool texts = !S->dynasm && d->bytes == 1 && !(d->kind & (SIGNED | SPACE | WORDS));

  if (texts && is_text(text))
    text_bytes(F, text);
  else if (d->kind & TEXT)
    diag_error(F, text, "[bad-data] a text in quotes is expected");
  else if (d->kind & SPACE)
    space(F, text);
  else if ((d->kind & FLOATING) || (d->name[0] == 'd' && d->bytes > 2 && operand_is_float(text)))
    floating(F, text, d->bytes);
  else
    value(F, S, text, bytes_of(S, d), (d->kind & SIGNED) != 0);
  if (d->kind & ZERO)
    build_byte(F, 0);
}

bool data_assemble(struct front *F, struct isa_state *S, const struct stmt *st)
{
  const struct directive *d = find(S, st->op);

  if (!d)
    return false;
  if (st->narg == 0)
    diag_error(F, st->op, "[directive-operands] '%s' needs a value", d->name);
  if ((d->kind & SPACE) && st->narg > 1)
    diag_error(F, st->arg[1], "[directive-operands] '%s' takes one number", d->name);
  for (unsigned i = 0; i < st->narg; i++)
    one(F, S, d, st->arg[i]);
  return true;
}
