/* errmsg.c - the first error of a state in words:
 *
 *   fib.dasc:42: immediate 300 does not fit in 8 bits, in "mov al, n"
 *
 * Place and statement come from the list's line table, if it has one.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "internal.h"

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

static const char *range_of(const struct tmpl_op *op)
{
  switch (op->code) {
  case OP_IMM8: return "8 bits";
  case OP_IMM8S: return "8 bits with sign";
  case OP_IMM16: case OP_X86_IMM8_16: return "16 bits";
  case OP_CHECK32S: return "32 bits with sign";
  default: return "32 bits";
  }
}

static void add_range_i(struct text *t, const struct dasm_State *D, const struct tmpl_op *op)
{
  if (op->code == OP_SPACE_ARG)
    add(t, "size %" PRId64 " is negative", D->error_value);
  else if ((op->code >= OP_X86_DISP && op->code <= OP_X86_DISP_SCALE) || op->code == OP_X86_DYN ||
           (op->code == OP_CHECK32S && op->b))
    add(t, "displacement %" PRId64 " does not fit in %s", D->error_value, range_of(op));
  else
    add(t, "immediate %" PRId64 " does not fit in %s", D->error_value, range_of(op));
}

/* The list that the error is about. */
static const struct tmpl *error_list(const struct dasm_State *D)
{
  uint32_t op = D->error_op;

  return used_find(D, &op);
}

/* " 'name'", or " number n" of a label or extern. */
static void add_name(struct text *t, const char *name, int64_t number)
{
  if (name && *name)
    add(t, " '%s'", name);
  else
    add(t, " number %" PRId64, number);
}

static void add_label(struct text *t, const struct dasm_State *D, const struct tmpl_op *op)
{
  int64_t n = D->error_value;
  bool local = op->code == OP_REF_NEXT || op->code == OP_REF_BACK || op->code == OP_BRANCH_NEXT ||
               op->code == OP_BRANCH_BACK || op->code == OP_LABEL_LOCAL || op->code == OP_SET_LOCAL ||
               op->code == OP_END;
  if (local)
    add(t, "local label %" PRId64, n);
  else {
    add(t, "global label");
    add_name(t, tmpl_global(error_list(D), n >= 0 && n <= UINT32_MAX ? (uint32_t)n : UINT32_MAX), n);
  }
}

static void add_what(struct text *t, const struct dasm_State *D, const struct tmpl_op *op)
{
  int64_t v = D->error_value;
  switch (DASM_S_CLASS(D->status)) {
  case DASM_S_RANGE_I:
    add_range_i(t, D, op);
    break;
  case DASM_S_RANGE_REL:
    add(t, "label or address is out of reach by this field (value %" PRId64 ")", v);
    break;
  case DASM_S_RANGE_PC:
    add(t, "PC label %" PRId64 " is not below the count given to dasm_growpc", v);
    break;
  case DASM_S_RANGE_LG:
    add_label(t, D, op);
    add(t, op->code == OP_REF_BACK || op->code == OP_BRANCH_BACK
               ? " is not defined before its use"
               : " is not below the count given to dasm_setupglobal");
    break;
  case DASM_S_RANGE_SEC:
    add(t, "section %" PRId64 " is not below the count given to dasm_init", v);
    break;
  case DASM_S_UNDEF_L:
    add_label(t, D, op);
    add(t, " is used but never defined");
    break;
  case DASM_S_UNDEF_PC:
    add(t, "PC label %" PRId64 " is used but never defined", v);
    break;
  case DASM_S_MATCH_SEC:
    add(t, "the current section is %d, expected was %" PRId64, DASM_S_POSITION(D->status), v);
    break;
  case DASM_S_EXTERN:
    add(t, "extern");
    add_name(t, tmpl_extern(error_list(D), v >= 0 && v <= UINT32_MAX ? (uint32_t)v : UINT32_MAX), v);
    add(t, " was not resolved");
    break;
  default:
    add(t, "%s", meaning(D->status));
    break;
  }
}

size_t dasm_errmsg(dasm_State **Dst, char *buffer, size_t size)
{
  struct text t = {buffer, buffer ? size : 0, 0};
  struct tmpl_op op = {.code = OP_END};
  struct tmpl_line line;
  const struct dasm_State *D;
  const struct tmpl *list;
  uint32_t at;
  bool placed;

  if (buffer && size)
    *buffer = 0;
  if (!Dst || !*Dst) {
    add(&t, "%s", meaning(DASM_S_NOMEM));
    return t.n;
  }
  D = *Dst;
  if (D->status == DASM_S_OK)
    return 0;
  /* Record 0 opens the first site: no operation of its own, so 0 means no place. */
  at = D->error_op;
  list = used_find(D, &at);
  placed = D->error_op != 0 && at < list->nops;
  if (placed)
    op = tmpl_op_at(list, at);
  placed = placed && tmpl_line(list, at, op.len, &line); /* the operation comes behind its literal */
  if (placed)
    add(&t, "%s:%" PRIu32 ": ", tmpl_file(list, line.file), line.line);
  add_what(&t, D, &op);
  if (placed && line.text)
    add(&t, ", in \"%s\"", tmpl_string(list, line.text));
  return t.n;
}
