/* setjmp.h - for WebAssembly, where the C library has none: Clang makes exceptions of these (-wasm-enable-sjlj), with the
 * functions of longjmp.c. */
#ifndef PLAYGROUND_SETJMP_H
#define PLAYGROUND_SETJMP_H

typedef struct {
  void *words[8];
} jmp_buf[1];

int setjmp(jmp_buf) __attribute__((returns_twice));
_Noreturn void longjmp(jmp_buf, int);

#endif
