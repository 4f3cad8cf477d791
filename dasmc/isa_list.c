/* isa_list.c - the targets. A new ISA is one line here. */
#include "front.h"

static const struct isa *const isas[] = {
  &isa_x86,
  &isa_x64,
  NULL, /* the end */
};

const struct isa *isa_find(struct span name)
{
  for (const struct isa *const *isa = isas; *isa; isa++)
    if (span_is(name, (*isa)->name))
      return *isa;
  return NULL;
}

const struct isa *isa_at(size_t index)
{
  return index < sizeof(isas) / sizeof(isas[0]) ? isas[index] : NULL;
}
