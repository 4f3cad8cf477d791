/* expr_run.c - values of expressions: operators, running code, code that is linear. */
#include "expr_private.h"

static int64_t sign_extend(int64_t v, unsigned bits)
{
  uint64_t sign = (uint64_t)1 << (bits - 1), u = (uint64_t)v & (sign * 2 - 1);

  return expr_wrap((u ^ sign) - sign);
}

static int64_t shift_right(int64_t v, unsigned n)
{
  return v < 0 ? ~(~v >> n) : v >> n;
}

enum expr_status expr_binary(enum code code, int64_t a, int64_t b, int64_t *r)
{
  uint64_t ua = (uint64_t)a, ub = (uint64_t)b;

  switch (code) {
  case X_MUL: *r = expr_wrap(ua * ub); break;
  case X_ADD: *r = expr_wrap(ua + ub); break;
  case X_SUB: *r = expr_wrap(ua - ub); break;
  case X_DIV:
  case X_MOD:
    if (b == 0)
      return EXPR_DIVISION;
    if (b == -1) /* the one quotient that may not fit */
      *r = code == X_DIV ? expr_wrap(0 - ua) : 0;
    else
      *r = code == X_DIV ? a / b : a % b;
    break;
  case X_UDIV:
  case X_UMOD:
    if (b == 0)
      return EXPR_DIVISION;
    *r = expr_wrap(code == X_UDIV ? ua / ub : ua % ub);
    break;
  case X_SHL:
  case X_SHR:
  case X_USHR:
    if (ub > 63)
      return EXPR_SHIFT;
    *r = code == X_SHL ? expr_wrap(ua << ub) : code == X_SHR ? shift_right(a, (unsigned)ub) : expr_wrap(ua >> ub);
    break;
  case X_LT: *r = a < b; break;
  case X_ULT: *r = ua < ub; break;
  case X_GT: *r = a > b; break;
  case X_UGT: *r = ua > ub; break;
  case X_LE: *r = a <= b; break;
  case X_ULE: *r = ua <= ub; break;
  case X_GE: *r = a >= b; break;
  case X_UGE: *r = ua >= ub; break;
  case X_EQ: *r = a == b; break;
  case X_NE: *r = a != b; break;
  case X_AND: *r = expr_wrap(ua & ub); break;
  case X_XOR: *r = expr_wrap(ua ^ ub); break;
  default: *r = expr_wrap(ua | ub); break;
  }
  return EXPR_OK;
}

int64_t expr_unary(enum code code, uint32_t x, int64_t v)
{
  switch (code) {
  case X_NEG: return expr_wrap(0 - (uint64_t)v);
  case X_NOT: return ~v;
  case X_LNOT: return v == 0;
  case X_BOOL: return v != 0;
  case X_SEXT: return sign_extend(v, x);
  default: return expr_wrap((uint64_t)v & (((uint64_t)1 << x) - 1)); /* X_ZEXT, x < 64 */
  }
}

enum expr_status expr_run(const struct expr_op *op, const int64_t *parameter, int64_t *value)
{
  int64_t stack[STACK], *top = stack; /* top: first free */
  const struct expr_op *base = op;

  for (;; op++) {
    enum expr_status status;

    switch (op->code) {
    case X_END:
      *value = top[-1];
      return EXPR_OK;
    case X_CONST: *top++ = op->value; break;
    case X_PARAM: *top++ = parameter[op->x]; break;
    case X_NEG: case X_NOT: case X_LNOT: case X_BOOL: case X_SEXT: case X_ZEXT:
      top[-1] = expr_unary((enum code)op->code, op->x, top[-1]);
      break;
    case X_JUMP: op = base + op->x - 1; break;
    case X_JUMP_ZERO: /* a value that is jumped over stays for the join */
      if (top[-1] == 0)
        op = base + op->x - 1;
      break;
    case X_JUMP_NONZERO:
      if (top[-1] != 0)
        op = base + op->x - 1;
      break;
    case X_DROP: top--; break;
    default:
      status = expr_binary((enum code)op->code, top[-2], top[-1], &top[-2]);
      if (status != EXPR_OK)
        return status;
      top--;
    }
  }
}

const char *expr_strerror(enum expr_status status)
{
  switch (status) {
  case EXPR_DIVISION: return "division by zero";
  case EXPR_SHIFT: return "shift by less than 0 or more than 63";
  default: return "no error";
  }
}

/* ---- linear code ------------------------------------------------------------------- */

struct linear {
  uint64_t scale, addend;
};

/* Apply an operator to two linear values; false if the result is not linear. */
static bool linear_binary(uint32_t code, struct linear *a, struct linear b)
{
  switch (code) {
  case X_ADD:
    a->scale += b.scale;
    a->addend += b.addend;
    return true;
  case X_SUB:
    a->scale -= b.scale;
    a->addend -= b.addend;
    return true;
  case X_MUL:
    if (a->scale != 0 && b.scale != 0)
      return false;
    *a = a->scale != 0 ? (struct linear){a->scale * b.addend, a->addend * b.addend}
                       : (struct linear){a->addend * b.scale, a->addend * b.addend};
    return true;
  default:
    return false;
  }
}

bool expr_linear(const struct expr_op *op, struct expr_linear *out)
{
  struct linear stack[4];
  unsigned depth = 0;
  uint32_t parameter = UINT32_MAX;

  for (; op->code != X_END; op++) {
    if (op->code == X_CONST && depth < 4) {
      stack[depth++] = (struct linear){0, (uint64_t)op->value};
    } else if (op->code == X_PARAM && depth < 4 && (parameter == UINT32_MAX || parameter == op->x)) {
      parameter = op->x;
      stack[depth++] = (struct linear){1, 0};
    } else if (depth >= 2 && linear_binary(op->code, &stack[depth - 2], stack[depth - 1])) {
      depth--;
    } else {
      return false;
    }
  }
  if (depth != 1 || parameter == UINT32_MAX)
    return false;
  *out = (struct expr_linear){stack[0].scale, stack[0].addend, parameter};
  return true;
}
