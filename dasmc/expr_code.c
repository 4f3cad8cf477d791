/* expr_code.c - what all parts of the expression compiler do: move on in the text, note an error,
 * emit code.
 *
 * An operation whose operands are constants is done at once, which is why a constant operand is
 * always a single X_CONST operation at the end of the code.
 */
#include "expr_private.h"

/* ---- errors and text ------------------------------------------------------------- */

bool expr_fail(struct parser *P, const char *at, size_t n, const char *text)
{
  if (!P->error.text) {
    P->error.at = (struct span){at, n};
    P->error.text = text;
  }
  return false;
}

void expr_skip(struct parser *P)
{
  while (P->p < P->end && (*P->p == ' ' || *P->p == '\t' || *P->p == '\n' || *P->p == '\r'))
    P->p++;
}

bool expr_accept(struct parser *P, const char *text)
{
  size_t n = strlen(text);

  expr_skip(P);
  if ((size_t)(P->end - P->p) < n || memcmp(P->p, text, n) != 0)
    return false;
  P->p += n;
  return true;
}

bool expr_expect(struct parser *P, const char *text, const char *message)
{
  return expr_accept(P, text) || expr_fail(P, P->p, P->p < P->end, message);
}

/* The name at the cursor; n = 0: none. Does not move. */
struct span expr_peek_name(struct parser *P)
{
  struct span s;

  expr_skip(P);
  s = (struct span){P->p, 0};
  if (P->p < P->end && !expr_is_digit(*P->p))
    while (P->p + s.n < P->end && expr_is_name(P->p[s.n]))
      s.n++;
  return s;
}

/* ---- code ----------------------------------------------------------------------- */

bool expr_emit(struct parser *P, enum code code, uint32_t x, int64_t value)
{
  struct expr_code *c = P->code;

  if (c->n == c->capacity)
    c->op = arena_grow(P->F, c->op, &c->capacity, c->n + 1, sizeof(*c->op));
  c->op[c->n++] = (struct expr_op){(uint32_t)code, x, value};
  return true;
}

bool expr_push(struct parser *P, enum code code, uint32_t x, int64_t value)
{
  if (P->depth == STACK)
    return expr_fail(P, P->p, 0, "expression is too deep");
  P->depth++;
  return expr_emit(P, code, x, value);
}

static bool is_const(const struct parser *P, size_t back)
{
  return P->code->n >= P->barrier + back && P->code->op[P->code->n - back].code == X_CONST;
}

bool expr_emit_unary(struct parser *P, enum code code, uint32_t x)
{
  if (is_const(P, 1)) {
    struct expr_op *op = &P->code->op[P->code->n - 1];

    op->value = expr_unary(code, x, op->value);
    return true;
  }
  return expr_emit(P, code, x, 0);
}

bool expr_emit_binary(struct parser *P, enum code code, const char *at)
{
  P->depth--;
  if (is_const(P, 1) && is_const(P, 2)) {
    struct expr_op *op = &P->code->op[P->code->n - 2];
    enum expr_status status = expr_binary(code, op[0].value, op[1].value, &op[0].value);

    P->code->n--;
    return status == EXPR_OK || expr_fail(P, at, (size_t)(P->p - at), expr_strerror(status));
  }
  return expr_emit(P, code, 0, 0);
}
