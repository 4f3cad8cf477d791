/* calculator.c - assembly text that is put together while the program runs.
 *
 * Compiles formulas in postfix notation, such as `x 3 * 1 +`, where the operators are texts. Each text
 * is translated once, to a fragment; a formula is fragments put one after the other, with the
 * numbers in it as their values.
 */
#include <dasmc.h>
#include <stdio.h>
#include <stdlib.h>

typedef long (*function)(long x);

/* The texts leave their result on the stack. The argument of the function is in rdi. */
static const char *const number = "mov64 rax, n; push rax"; /* n is the fragment's parameter */
static const char *const end = "pop rax; ret";

static struct operator {
  char name;
  const char *text;
  dasmc_Fragment *fragment;
} operators[] = {
  {'x', "push rdi", NULL},
  {'+', "pop rcx; pop rax; add rax, rcx; push rax", NULL},
  {'-', "pop rcx; pop rax; sub rax, rcx; push rax", NULL},
  {'*', "pop rcx; pop rax; imul rax, rcx; push rax", NULL},
  {'<', "pop rcx; pop rax; cmp rax, rcx; jle >1; xchg rax, rcx\n"
        "1: push rax", NULL},
  {'!', "pop rax; negg rax; push rax", NULL}, /* a mistake */
};
enum { OPERATORS = sizeof operators / sizeof *operators };

/* Print what is wrong with the last text. */
static void complain(const dasmc_Assembler *A, int status)
{
  char text[1000];

  if (status == DASM_S_SOURCE) {
    dasmc_messages(A, text, sizeof text);
    printf("%s", text);
  } else
    printf("%s\n", dasm_strerror(status));
}

/* Find the operator, and translate its text when it is first used. */
static int put_operator(dasmc_Assembler *A, dasm_State **Dst, char name)
{
  for (struct operator *o = operators; o < operators + OPERATORS; o++) {
    if (o->name != name)
      continue;
    if (!o->fragment) {
      int status = dasmc_fragment(A, o->text, -1, &o->fragment);
      if (status != DASM_S_OK)
        return status;
    }
    return dasmc_put(Dst, o->fragment, NULL, 0);
  }
  return DASM_S_ARG;
}

/* Put a whole formula. */
static int put_formula(dasmc_Assembler *A, dasm_State **Dst, const char *formula)
{
  int status = DASM_S_OK;

  while (*formula && status == DASM_S_OK) {
    char *rest;
    dasmc_Value n = {"n", strtol(formula, &rest, 10)};

    if (rest != formula) {
      status = dasmc_emit(A, Dst, number, -1, &n, 1); /* finds its fragment by itself */
      formula = rest;
    } else if (*formula != ' ')
      status = put_operator(A, Dst, *formula++);
    else
      formula++;
  }
  return status != DASM_S_OK ? status : dasmc_emit(A, Dst, end, -1, NULL, 0);
}

static void calculate(dasmc_Assembler *A, dasm_State **Dst, dasm_CodeHeap *heap, const char *formula)
{
  dasm_Code *code;
  int status;

  dasmc_reset(A, Dst);
  status = put_formula(A, Dst, formula);
  if (status == DASM_S_OK)
    status = dasm_publish(heap, Dst, &code);
  printf("%s\n", formula);
  if (status != DASM_S_OK) {
    complain(A, status);
    return;
  }
  for (long x = 1; x <= 3; x++)
    printf("  x = %ld: %ld\n", x, ((function)dasm_code_address(code))(x));
  dasm_code_release(heap, code);
}

int main(void)
{
  static const char *const formulas[] = {"x 3 * 1 +", "x x * 1000000000000 x - *", "x 2 <", "x !"};
  dasmc_Assembler *A;
  dasm_State *state;
  dasm_CodeHeap *heap;

  if (dasmc_new(&A, NULL) != DASM_S_OK || dasmc_state(A, &state) != DASM_S_OK ||
      dasm_heap_new(NULL, &heap) != DASM_S_OK)
    return 1;
  for (unsigned i = 0; i < sizeof formulas / sizeof *formulas; i++)
    calculate(A, &state, heap, formulas[i]);
  for (unsigned i = 0; i < OPERATORS; i++)
    dasmc_release(operators[i].fragment);
  dasm_heap_free(&heap);
  dasm_free(&state);
  dasmc_free(A);
  return 0;
}
