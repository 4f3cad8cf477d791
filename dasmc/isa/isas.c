/* isas.c - the list of ISAs: isas.h has their names. */
#include "isas.h"

static const struct isa *const isas[] = {ISAS};

enum { COUNT = sizeof(isas) / sizeof(isas[0]) };

const struct isa *isa_at(size_t index)
{
  return index < COUNT ? isas[index] : NULL;
}

const char *isa_spelled(const struct isa *isa, struct span name)
{
  if (span_is(name, isa->name))
    return isa->name;
  for (unsigned order = 0; isa->both_orders && order < 2; order++)
    if (span_is(name, isa->ordered[order]))
      return isa->ordered[order];
  return NULL;
}

const struct isa *isa_find(struct span name)
{
  for (size_t i = 0; i < COUNT; i++)
    if (isa_spelled(isas[i], name))
      return isas[i];
  return NULL;
}

const struct isa *isa_with_id(enum list_isa id)
{
  for (size_t i = 0; i < COUNT; i++)
    if (isas[i]->id == id)
      return isas[i];
  return NULL;
}

/* "x86, x64" */
const char *isa_names(struct front *F)
{
  size_t size = 1;
  char *text;

  for (size_t i = 0; i < COUNT; i++)
    size += strlen(isas[i]->name) + 2;
  text = arena_alloc(F, size);
  for (size_t i = 0; i < COUNT; i++)
    strcat(strcat(text, i ? ", " : ""), isas[i]->name);
  return text;
}
