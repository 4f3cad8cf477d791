/* longjmp.c - what code that Clang has compiled with -wasm-enable-sjlj calls.
 *
 * A longjmp is an exception that carries the jmp_buf and the value. Each function that has called setjmp catches it, and
 * asks for the number of the setjmp (its label, from 1) to go on there; 0 passes the exception on. Up to Clang 18 a
 * function keeps a table of its setjmps, by an id that is in the jmp_buf; from 19 on the jmp_buf has label and frame.
 */
#include <stdint.h>
#include <stdlib.h>

struct thrown {
  void *buffer;
  int value;
};
static struct thrown thrown; /* there is one thread */

_Noreturn void __wasm_longjmp(void *buffer, int value);
_Noreturn void __wasm_longjmp(void *buffer, int value)
{
  thrown = (struct thrown){buffer, value ? value : 1};
  __builtin_wasm_throw(1, &thrown);
}

#if __clang_major__ < 19

struct entry {
  uint32_t id, label;
};
static uint32_t second_result;

uint32_t getTempRet0(void);
uint32_t getTempRet0(void)
{
  return second_result;
}

void setTempRet0(uint32_t value);
void setTempRet0(uint32_t value)
{
  second_result = value;
}

/* The table has room for `size` entries; id 0 ends it. Returns it, perhaps elsewhere, and its new size. */
struct entry *saveSetjmp(uint32_t *buffer, uint32_t label, struct entry *table, uint32_t size);
struct entry *saveSetjmp(uint32_t *buffer, uint32_t label, struct entry *table, uint32_t size)
{
  static uint32_t last;
  uint32_t used = 0;

  while (used < size && table[used].id != 0)
    used++;
  if (used + 1 >= size) {
    size = 2 * size + 2;
    table = realloc(table, size * sizeof *table);
    if (!table)
      __builtin_trap();
  }
  *buffer = ++last;
  table[used] = (struct entry){last, label};
  table[used + 1].id = 0;
  second_result = size;
  return table;
}

uint32_t testSetjmp(uint32_t id, const struct entry *table, uint32_t size);
uint32_t testSetjmp(uint32_t id, const struct entry *table, uint32_t size)
{
  for (uint32_t i = 0; i < size && table[i].id != 0; i++)
    if (table[i].id == id)
      return table[i].label;
  return 0;
}

#else

struct saved {
  void *frame;
  uint32_t label;
};

void __wasm_setjmp(struct saved *buffer, uint32_t label, void *frame);
void __wasm_setjmp(struct saved *buffer, uint32_t label, void *frame)
{
  *buffer = (struct saved){frame, label};
}

uint32_t __wasm_setjmp_test(const struct saved *buffer, const void *frame);
uint32_t __wasm_setjmp_test(const struct saved *buffer, const void *frame)
{
  return buffer->frame == frame ? buffer->label : 0;
}

#endif
