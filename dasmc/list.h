/* list.h - the list as the builder hands it over. */
#ifndef DASMC_LIST_H
#define DASMC_LIST_H

#include "build.h"

struct list_parts {
  enum list_isa isa;
  enum list_order order;
  unsigned nsections;
  const uint8_t *records, *fields;
  size_t nrecords, nfields;     /* bytes of records */
  const struct list_line *line; /* by place; those that give no line are left out */
  size_t nlines;
  const char *str;              /* zero-terminated texts, the first is empty; NULL: the list has none */
  size_t nstr;
};

/* The list, in the arena; NULL: it would be too large, which is reported, and *size is 0. */
const uint8_t *list_write(struct front *F, const struct list_parts *parts, const struct build_names *names,
                          size_t *size);

#endif
