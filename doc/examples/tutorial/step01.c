/* step01.c - no compiler at all: every function is interpreted. */
#include "abacus.h"

#include <stdio.h>

void jit_start(struct vm *vm, const struct jit_options *options)
{
  (void)vm;
  (void)options;
}

void jit_compile(struct vm *vm, struct function *self)
{
  (void)vm;
  snprintf(self->note, sizeof self->note, "interpreted");
}

void jit_end(struct vm *vm)
{
  (void)vm;
}
