/* known.c - what a statement may begin with: directives, macros, sections, and what the ISA has. */
#include <string.h>

#include "front_private.h"
#include "isa/isa.h"

const struct directive *directive_find(struct front *F, struct span name)
{
  if (F->directive_table.count == 0)
    for (const struct directive *d = F->directives; d->name; d++)
      table_set(F, &F->directive_table, (struct span){d->name, strlen(d->name)}, (void *)(uintptr_t)d);
  return table_get(&F->directive_table, name);
}

struct macro *macro_form(const struct front *F, struct span name, unsigned nparams)
{
  struct macro *m = table_get(&F->macros, name);

  while (m && m->nparams != nparams)
    m = m->overload;
  return m;
}

const struct macro *macro_find(const struct front *F, struct span name)
{
  return table_get(&F->macros, name);
}

unsigned section_find(const struct front *F, struct span name)
{
  return (unsigned)(uintptr_t)table_get(&F->sections, name);
}

bool is_known(struct front *F, struct span name, int nargs)
{
  const struct directive *d = directive_find(F, name);

  if (d && (nargs < 0 || ((unsigned)nargs >= d->min && (unsigned)nargs <= d->max)))
    return true;
  if (nargs < 0 ? macro_find(F, name) != NULL : macro_form(F, name, (unsigned)nargs) != NULL)
    return true;
  return (nargs <= 0 && section_find(F, name) > 0) || isa_known(F, name, nargs);
}
