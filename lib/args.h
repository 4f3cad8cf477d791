/* args.h - take the arguments of a put from a va_list, all int64_t.
 *
 * va_arg in a loop costs about a nanosecond each on System V x86-64, because its
 * state lives in memory. There the layout of va_list is part of the ABI, and the
 * arguments are two runs: what is left of the saved registers, then the stack.
 */
#ifndef DASM_ARGS_H
#define DASM_ARGS_H

#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) && defined(__LP64__) && !defined(_WIN32)

/* Volatile: one load per argument. Wider ones would wait until the registers' stores, 8 bytes
 * each, have left the store buffer. */
static inline void take_args(int64_t *a, unsigned n, va_list ap)
{
  struct {
    unsigned gp_offset, fp_offset;
    const volatile int64_t *overflow;
    const char *regs;
  } v;
  const volatile int64_t *reg;
  unsigned i, saved;

  memcpy(&v, ap, sizeof v);
  reg = (const volatile int64_t *)(const void *)(v.regs + v.gp_offset);
  saved = (48 - v.gp_offset) / 8;
  if (saved == 4) { /* the usual case, a call of dasm_put itself */
    a[0] = reg[0];
    a[1] = reg[1];
    a[2] = reg[2];
    a[3] = reg[3];
  } else {
    for (i = 0; i < saved; i++)
      a[i] = reg[i];
  }
  for (i = saved; i < n; i++)
    a[i] = v.overflow[i - saved];
}

#else

static inline void take_args(int64_t *a, unsigned n, va_list ap)
{
  unsigned i;
  for (i = 0; i < n; i++)
    a[i] = va_arg(ap, int64_t);
}

#endif

#endif
