/* errmsg.c - the first error of a state in words:
 *
 *   fib.dasc:42: immediate 300 does not fit in 8 bits, in "mov al, n"
 *
 * Place and statement come from the list's line table, if it has one.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "field.h"
#include "internal.h"
#include "pool.h"

/* Text cut at the end of a buffer, with the length it would have had. */
struct text {
  char *p;
  size_t size, n;
};

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
static void add(struct text *t, const char *fmt, ...)
{
  size_t room = t->n < t->size ? t->size - t->n : 0;
  va_list ap;
  int n;
  va_start(ap, fmt);
  n = vsnprintf(room ? t->p + t->n : NULL, room, fmt, ap);
  va_end(ap);
  if (n > 0)
    t->n += (size_t)n;
}

/* The part of a strerror text behind the name. */
static const char *meaning(int status)
{
  const char *s = dasm_strerror(status), *colon = strchr(s, ':');
  return colon ? colon + 2 : s;
}

/* " 'name'", or " number n" of a label or extern. */
static void add_name(struct text *t, const char *name, int64_t number)
{
  if (name && *name)
    add(t, " '%s'", name);
  else
    add(t, " number %" PRId64, number);
}

/* Where a relative field goes, from what it counts from. */
static void add_reach(struct text *t, const uint8_t *f)
{
  unsigned bits = f[FIELD_BITS] + f[FIELD_SHIFT];
  int64_t half = bits < 64 ? INT64_C(1) << (bits - 1) : INT64_MAX, step = INT64_C(1) << f[FIELD_SHIFT];

  if (f[FIELD_ORIGIN] == ORIGIN_REGION)
    add(t, "and this instruction reaches the %" PRId64 " bytes of its own region", 2 * half);
  else
    add(t, "and this instruction reaches %" PRId64 " to %" PRId64, -half, half - step);
  if (step > 1)
    add(t, " in steps of %" PRId64, step);
}

/* The reference of a record is to a label or address so far away. */
static void add_out_of_reach(struct text *t, const struct dasm_State *D, const uint8_t *list, const struct record *r)
{
  const uint8_t *f = list_field(list, r->field);
  const struct isa_facts *isa = isa_of(list);
  int64_t v = D->error_value;

  if (!field_is_relative(f)) {
    add(t, "address %" PRId64 " does not fit in %u bits: %s", v, f[FIELD_BITS] + f[FIELD_SHIFT],
        isa->load ? isa->load : "load it into a register in parts");
    return;
  }
  add(t, "the %s is %" PRId64 " bytes away, ", field_constant(f) ? "constant" : "target", v);
  if (f[FIELD_BITS] == 32 && f[FIELD_SHIFT] == 0)
    add(t, "beyond 2 GiB");
  else
    add_reach(t, f);
  if (field_constant(f)) {
    add(t, ": put it at a label near by%s", isa->beyond && isa->beyond->over_size && !stubs_on(D) ?
        ", or allow stubs before the code (dasm_setstubs): then constants are within it, too" : "");
    return;
  }
  if (f[FIELD_BITS] + f[FIELD_SHIFT] <= 8 && isa->nearer)
    add(t, ": %s", isa->nearer);
  else
    add(t, ": %s, or have the code nearer (around and reach of the code heap)",
        isa->far ? isa->far : "load its address into a register and go through that");
  if (f[FIELD_ESCAPE] && !stubs_on(D))
    add(t, ", or allow stubs (dasm_setstubs)");
}

/* The value does not go into the field f. */
static void add_number(struct text *t, const struct dasm_State *D, const char *what, const uint8_t *f)
{
  char words[FIELD_WORDS];

  field_words(f, words);
  add(t, "%s %" PRId64 " %s", what, D->error_value, words);
}

static void add_range_i(struct text *t, const struct dasm_State *D, const uint8_t *list, const struct record *r)
{
  const char *remedy = NULL;

  if (r->op == OP_SPACE_ARG) {
    add(t, "size %" PRId64 " is negative", D->error_value);
    return;
  }
  if (list && strchr(op_facts[r->op].operands, 'f') && field_constant(list_field(list, r->field))) {
    add_number(t, D, "constant", field_of_bytes(field_constant(list_field(list, r->field))));
    return;
  }
  add_number(t, D, op_facts[r->op].words,
             op_takes_fields(r->op) ? list_field(list, D->error_other & 0xff) : field_of_op(r->op));
  if (!list)
    return;
  if (r->op == OP_CHECK32S && D->error_value != (int32_t)D->error_value)
    remedy = isa_of(list)->wide_register;
  else if (r->op == OP_VALUE32)
    remedy = isa_of(list)->wide_value;
  if (remedy)
    add(t, "; %s", remedy);
}

static void add_label(struct text *t, const struct dasm_State *D, const uint8_t *list, const struct record *r)
{
  int64_t n = D->error_value;
  bool local = r->op == OP_END || strchr(op_facts[r->op].operands, 'd');

  if (local)
    add(t, "local label %" PRId64, n);
  else {
    add(t, "global label");
    add_name(t, list_global(list, n >= 0 && n <= UINT32_MAX ? (uint32_t)n : UINT32_MAX), n);
  }
}

/* All that a status says by itself. */
static void add_class(struct text *t, int status)
{
  add(t, "%s", meaning(status));
  if (DASM_S_CLASS(status) == DASM_S_SYSTEM && DASM_S_POSITION(status))
    add(t, " (%s)", strerror(DASM_S_POSITION(status)));
  add(t, "; %s", status_remedy(status));
}

/* The record at a place, its list and the line of it, or of the byte so far before the end of its
 * literal; false: that is not known. */
static bool find_line(const struct dasm_State *D, uint32_t at, unsigned back, const uint8_t **list, struct record *r,
                      struct list_line *line)
{
  bool placed = at != 0;

  *list = used_find(D, &at);
  return placed && *list && record_read(*list, at, list_end(*list), r) &&
         list_line(*list, at, back, line);
}

static void add_placed_again(struct text *t, const struct dasm_State *D, const uint8_t *list, const struct record *r)
{
  struct list_line line;
  struct record other;
  const uint8_t *first;

  if (r->op == OP_LABEL_PC || r->op == OP_SET_PC)
    add(t, "PC label %" PRId64, D->error_value);
  else
    add_label(t, D, list, r);
  add(t, " has a place already");
  if (find_line(D, D->error_other, 0, &first, &other, &line))
    add(t, ", in %s:%" PRIu32, list_file(first, line.file), line.line);
  add(t, ": a label is placed once until dasm_setup begins new code");
}

/* Of an operation that only its ISA knows. */
static void add_register(struct text *t, const uint8_t *list, int64_t v)
{
  const char *upper = list && v >= 16 && v < 32 ? isa_of(list)->upper : NULL;

  add(t, "register number %" PRId64 " is not possible here; %s", v, upper ? upper : status_remedy(DASM_S_RANGE_VREG));
}

static void add_what(struct text *t, const struct dasm_State *D, const uint8_t *list, const struct record *r)
{
  int64_t v = D->error_value;
  int status = status_for(D, D->status); /* as dasm.h has it */

  switch (DASM_S_CLASS(status)) {
  case DASM_S_RANGE_I:
    add_range_i(t, D, list, r);
    break;
  case DASM_S_RANGE_VREG:
    if (op_takes_fields(r->op))
      add_number(t, D, "register number", list_field(list, D->error_other & 0xff));
    else
      add_register(t, list, v);
    break;
  case DASM_S_RANGE_REL:
    add_out_of_reach(t, D, list, r);
    break;
  case DASM_S_REDEF:
    add_placed_again(t, D, list, r);
    break;
  case DASM_S_RANGE_PC:
    add(t, "PC label %" PRId64 " is not below the count given to dasm_growpc", v);
    break;
  case DASM_S_RANGE_LG:
    add_label(t, D, list, r);
    add(t, r->op == OP_REF_BACK || r->op == OP_BRANCH_BACK
               ? " is not defined before its use"
               : " is not below the count given to dasm_setupglobal");
    break;
  case DASM_S_RANGE_SEC:
    add(t, "section %" PRId64 " is not below the count given to dasm_init", v);
    break;
  case DASM_S_UNDEF_L:
    add_label(t, D, list, r);
    add(t, " is used but never defined");
    break;
  case DASM_S_UNDEF_PC:
    add(t, "PC label %" PRId64 " is used but never defined", v);
    break;
  case DASM_S_MATCH_SEC:
    add(t, "the current section is %d, expected was %" PRId64, DASM_S_POSITION(D->status), v);
    break;
  case DASM_S_TEMPLATE:
    if (D->refused_why && !D->refused)
      add(t, "%s", D->refused_why);
    else
      add_class(t, status);
    break;
  case DASM_S_EXTERN:
    add(t, "extern");
    add_name(t, !list ? NULL : list_extern(list, v >= 0 && v <= UINT32_MAX ? (uint32_t)v : UINT32_MAX), v);
    add(t, " was not resolved");
    break;
  default:
    add_class(t, status);
    break;
  }
}

size_t dasm_errmsg(dasm_State **Dst, char *buffer, size_t size)
{
  struct text t = {buffer, buffer ? size : 0, 0};
  struct record r = {.op = OP_END};
  struct list_line line;
  const struct dasm_State *D;
  const uint8_t *list;
  bool placed;

  if (buffer && size)
    *buffer = 0;
  if (!Dst || !*Dst) {
    add(&t, "there is no state: dasm_init was not called, or had no memory");
    return t.n;
  }
  D = *Dst;
  if (D->status == DASM_S_OK) {
    if (D->refused_why && D->refused)
      add(&t, "%s", D->refused_why);
    else if (D->refused)
      add_class(&t, D->refused);
    return t.n;
  }
  placed =
      find_line(D, D->error_at, DASM_S_CLASS(D->status) == DASM_S_REDEF ? 0 : D->error_other >> 8,
                &list, &r, &line);
  if (placed)
    add(&t, "%s:%" PRIu32 ": ", list_file(list, line.file), line.line);
  add_what(&t, D, list, &r);
  if (placed && line.text)
    add(&t, ", in \"%s\"", list_text(list, line.text));
  return t.n;
}

size_t dasm_explain(int status, dasm_State **Dst, char *buffer, size_t size)
{
  struct text t = {buffer, buffer ? size : 0, 0};

  if (Dst && *Dst && status != DASM_S_OK) {
    int known = (*Dst)->status != DASM_S_OK ? (*Dst)->status : (*Dst)->refused;

    if (known == status)
      return dasm_errmsg(Dst, buffer, size);
  }
  if (buffer && size)
    *buffer = 0;
  if (status == DASM_S_OK)
    return 0;
  if (Dst && !*Dst && DASM_S_CLASS(status) == DASM_S_NOMEM)
    return dasm_errmsg(Dst, buffer, size);
  add_class(&t, status);
  return t.n;
}
