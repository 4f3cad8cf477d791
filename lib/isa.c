/* isa.c - what the encoder knows of ISAs: the lines of isas.def. */
#include "internal.h"
#include "isa/isas.h"

enum { LITTLE = 1 << ORDER_LITTLE, BIG = 1 << ORDER_BIG };

const struct isa_facts isa_table[ISA_COUNT] = {
#define ISA(name, number, ...) [ISA_##name] = {__VA_ARGS__},
#include "isas.def"
#undef ISA
};

static void write_number(uint8_t *w, unsigned n, enum list_order order, uint32_t v)
{
  unsigned i;

  for (i = 0; i < n; i++)
    w[i] = (uint8_t)(v >> 8 * (order == ORDER_LITTLE ? i : n - 1 - i));
}

void isa_pad(const uint8_t *list, uint8_t *w, uint32_t n)
{
  const struct isa_facts *isa = isa_of(list);
  enum list_order order = (enum list_order)list[LIST_AT_ORDER];
  uint8_t *end = w + n;

  if (isa->nop_size == 1) {
    memset(w, (int)isa->nop, n);
    return;
  }
  for (; (size_t)(end - w) % (isa->half_nop ? 2 : isa->nop_size) != 0; w++)
    *w = 0; /* behind data */
  for (; (size_t)(end - w) % isa->nop_size != 0; w += 2)
    write_number(w, 2, order, isa->half_nop);
  for (; w < end; w += isa->nop_size)
    write_number(w, isa->nop_size, order, isa->nop);
}
