/* interpret.c - runs the instructions of a function one by one. */
#include "abacus.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

const char *const op_names[OP_COUNT] = {
    "push", "load", "store", "drop", "add",  "sub",    "mul",  "div",   "rem",  "lt",  "le",    "gt",
    "ge",   "eq",   "ne",    "jump", "branch", "call", "print", "root", "get", "set", "return"};

int pops(const struct vm *vm, const struct insn *in)
{
  switch (in->op) {
  case OP_PUSH: case OP_LOAD: case OP_JUMP:
    return 0;
  case OP_STORE: case OP_DROP: case OP_BRANCH: case OP_ROOT: case OP_GET: case OP_RETURN:
    return 1;
  case OP_CALL:
    return vm->functions[in->value].nargs;
  case OP_PRINT:
    return (int)in->value;
  default:
    return 2;
  }
}

int pushes(const struct insn *in)
{
  switch (in->op) {
  case OP_STORE: case OP_DROP: case OP_JUMP: case OP_BRANCH: case OP_PRINT: case OP_SET: case OP_RETURN:
    return 0;
  default:
    return 1;
  }
}

/* What was printed stays; then the program ends in main(). */
void fail(struct vm *vm, const char *what, int64_t line)
{
  printf("line %" PRId64 ": %s\n", line, what);
  longjmp(vm->failed, 1);
}

double root(double x)
{
  return x > 0 ? floor(sqrt(x)) : 0;
}

static void print(const int64_t *values, int64_t n)
{
  for (int64_t i = 0; i < n; i++)
    printf("%" PRId64 "%c", values[i], i + 1 < n ? ' ' : '\n');
}

/* Sums, differences and products wrap around, as they do in the machine's registers. */
static int64_t wrap(uint64_t n)
{
  return (int64_t)n;
}

static int64_t divide(struct vm *vm, const struct insn *in, int64_t a, int64_t b)
{
  if (b == 0)
    fail(vm, "division by zero", in->line);
  if (b == -1)
    return in->op == OP_DIV ? wrap(0 - (uint64_t)a) : 0;
  return in->op == OP_DIV ? a / b : a % b;
}

static int64_t *cell(struct vm *vm, const struct insn *in, int64_t i)
{
  if ((uint64_t)i >= (uint64_t)vm->nmem)
    fail(vm, "there is no such cell of mem", in->line);
  return &vm->mem[i];
}

/* start interpret */
int64_t interpret(struct vm *vm, int64_t *frame, struct function *self)
{
  int64_t *top = frame + self->nlocals; /* the operand stack, up to here */
  const struct insn *in = self->code;
  if (frame > vm->limit)
    fail(vm, "calls are nested too deep", in->line);
#define BINARY(expression) top[-2] = (expression); top--; break
  for (;; in++) {
    switch (in->op) {
    case OP_PUSH:   *top++ = in->value; break;
    case OP_LOAD:   *top++ = frame[in->value]; break;
    case OP_STORE:  frame[in->value] = *--top; break;
    case OP_DROP:   top--; break;
    case OP_ADD:    BINARY(wrap((uint64_t)top[-2] + (uint64_t)top[-1]));
    case OP_SUB:    BINARY(wrap((uint64_t)top[-2] - (uint64_t)top[-1]));
    case OP_MUL:    BINARY(wrap((uint64_t)top[-2] * (uint64_t)top[-1]));
    case OP_DIV:
    case OP_REM:    BINARY(divide(vm, in, top[-2], top[-1]));
    case OP_LT:     BINARY(top[-2] < top[-1]);
    case OP_LE:     BINARY(top[-2] <= top[-1]);
    case OP_GT:     BINARY(top[-2] > top[-1]);
    case OP_GE:     BINARY(top[-2] >= top[-1]);
    case OP_EQ:     BINARY(top[-2] == top[-1]);
    case OP_NE:     BINARY(top[-2] != top[-1]);
    case OP_JUMP:   in = self->code + in->value - 1; break;
    case OP_BRANCH: if (*--top == 0) in = self->code + in->value - 1; break;
    case OP_ROOT:   top[-1] = (int64_t)root((double)top[-1]); break;
    case OP_GET:    top[-1] = *cell(vm, in, top[-1]); break;
    case OP_SET:    top -= 2; *cell(vm, in, top[0]) = top[1]; break;
    case OP_PRINT:  top -= in->value; print(top, in->value); break;
    case OP_RETURN: return top[-1];
    default: { /* OP_CALL */
      struct function *f = &vm->functions[in->value];
      top -= f->nargs;
      *top = f->entry(vm, top, f);
      top++;
    }
    }
  }
}
/* end interpret */
