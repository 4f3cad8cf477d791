/* abacus.h - a small language, for the tutorial: functions over integers of 64 bits.
 *
 *   parse.c      makes instructions for a stack machine of a program's text
 *   interpret.c  runs them
 *   main.c       the command
 *   stepNN       the just-in-time compiler, as far as chapter NN has come
 */
#ifndef ABACUS_H
#define ABACUS_H

#include <setjmp.h>
#include <stdint.h>

/* What an instruction does with the operand stack. `value` is the number, the local variable,
 * the target, the function, or how many values there are. */
enum op {
  OP_PUSH,   /* push the value */
  OP_LOAD,   /* push a local variable */
  OP_STORE,  /* pop into a local variable */
  OP_DROP,   /* pop and forget */
  OP_ADD,    /* pop b, pop a, push a + b; the others likewise */
  OP_SUB,
  OP_MUL,
  OP_DIV,
  OP_REM,
  OP_LT,     /* push 1 or 0 */
  OP_LE,
  OP_GT,
  OP_GE,
  OP_EQ,
  OP_NE,
  OP_JUMP,   /* continue at instruction number `value` */
  OP_BRANCH, /* pop; continue there if it was 0 */
  OP_CALL,   /* pop the arguments of function number `value`, push its result */
  OP_PRINT,  /* pop that many values and print them */
  OP_ROOT,   /* pop a, push its square root, rounded down */
  OP_GET,    /* pop i, push mem[i] */
  OP_SET,    /* pop a, pop i, and let mem[i] be a */
  OP_RETURN, /* pop the result and return it */
  OP_COUNT
};
extern const char *const op_names[OP_COUNT];

struct insn {
  enum op op;
  int line;
  int64_t value;
};

/* A frame is part of the machine's stack: first the arguments and the other local variables of a function,
 * then its operand stack. The arguments of a call lie on top of the caller's operand stack,
 * and that is where the frame of the called function begins. */
struct vm;
struct function;
typedef int64_t entry(struct vm *vm, int64_t *frame, struct function *self);

/* start code */
struct function {
  entry *entry; /* how it is called: interpret(), or compiled code */
  struct insn *code;
  int ncode;
  int nargs;   /* arguments, */
  int nlocals; /* local variables with the arguments, */
  int nframe;  /* and with the operand stack at its deepest */
  int calls;   /* how often it was called, where somebody counts */
  char name[32];
  char note[128]; /* what became of its compilation, for the report */
};

struct vm {
  int64_t *mem; /* the program's array */
  int64_t nmem;
  int64_t *limit; /* no frame may begin behind this */
  struct function *functions;
  int nfunctions;
  jmp_buf failed;
};
/* end code */

/* parse.c: the program's functions into the machine. Ends the process if the text is wrong. */
void parse(struct vm *vm, const char *file, const char *text);

/* interpret.c */
int64_t interpret(struct vm *vm, int64_t *frame, struct function *self);
_Noreturn void fail(struct vm *vm, const char *what, int64_t line);
double root(double x);

/* How many values an instruction pops and pushes. */
int pops(const struct vm *vm, const struct insn *in);
int pushes(const struct insn *in);

/* stepNN: jit_compile() sets self->entry, or leaves it; both cases are told in self->note. */
struct jit_options {
  unsigned flags; /* for the code heap */
  long limit;     /* likewise, in bytes; 0: none */
};
void jit_start(struct vm *vm, const struct jit_options *options);
void jit_compile(struct vm *vm, struct function *self);
void jit_end(struct vm *vm);

#endif
