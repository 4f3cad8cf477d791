/* conform_data.c - what the conformance data of each ISA take for granted. The data of x86 are
 * older than the rest and have conventions of their own; what is not listed is like all others.
 */
#include <stddef.h>
#include <string.h>

#include "conform.h"

/* struct bar {int x; short y; char z; double w;}
 * struct foo {int a, b; double c; uchar d[6]; short e; void *p; struct bar g[4]; char pad[100]; int
 * far1, far2;} */
#define BAR                                                                                        \
  { "bar", NULL, NULL, 0, 16 }, { "bar", "x", NULL, 0, 4 }, { "bar", "y", NULL, 4, 2 },            \
      { "bar", "z", NULL, 6, 1 },                                                                  \
  {                                                                                                \
    "bar", "w", NULL, 8, 8                                                                         \
  }
#define FOO(size, pointer, g, pad, far)                                                            \
  { "foo", NULL, NULL, 0, size }, { "foo", "a", NULL, 0, 4 }, { "foo", "b", NULL, 4, 4 },          \
      { "foo", "c", NULL, 8, 8 }, { "foo", "d", NULL, 16, 1 }, { "foo", "e", NULL, 22, 2 },        \
      { "foo", "p", NULL, 24, pointer }, { "foo", "g", "bar", g, 16 },                             \
      { "foo", "pad", NULL, pad, 1 }, { "foo", "far1", NULL, far, 4 },                             \
  {                                                                                                \
    "foo", "far2", NULL, far + 4, 4                                                                \
  }

static const struct conform_layout wide[] = { BAR,
                                              FOO(208, 8, 32, 96, 196),
                                              { NULL, NULL, NULL, 0, 0 } };
static const struct conform_layout narrow[] = { BAR,
                                                FOO(200, 4, 28, 92, 192),
                                                { NULL, NULL, NULL, 0, 0 } };

static const struct conform_data all[] = {
  {"x64", 0x10000000, false, 3, wide},
  {"x86", 0x50000000, false, 3, narrow},
};
static const struct conform_data others = {NULL, 0x10000000, true, 2, NULL};

const struct conform_data *conform_data(const char *isa)
{
  for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
    if (strcmp(all[i].isa, isa) == 0)
      return &all[i];
  return &others;
}
