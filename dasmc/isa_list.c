/* isa_list.c - the targets. A new ISA is one line here. */
#include <string.h>

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

/* "x86, x64" */
const char *isa_names(struct front *F)
{
  size_t size = 1;
  char *text;

  for (const struct isa *const *isa = isas; *isa; isa++)
    size += strlen((*isa)->name) + 2;
  text = arena_alloc(F, size);
  for (const struct isa *const *isa = isas; *isa; isa++)
    strcat(strcat(text, isa == isas ? "" : ", "), (*isa)->name);
  return text;
}
