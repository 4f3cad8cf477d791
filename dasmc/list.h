/* list.h - the list as the builder hands it over. */
#ifndef DASMC_LIST_H
#define DASMC_LIST_H

#include "build.h"

struct build_line {
  uint32_t pos;  /* of its first byte in what was built, until its record is there */
  uint32_t site; /* of a site's first line: where that begins; else 0 */
  struct list_line out; /* its place counts from the first of its site, until that ends */
};

struct list_parts {
  enum list_isa isa;
  enum list_order order;
  unsigned nsections;
  const uint8_t *records, *fields;
  size_t nrecords, nfields;     /* bytes of records */
  const struct build_line *line; /* by place; those that give no line are left out */
  size_t nlines;
  const char *str;              /* zero-terminated texts, the first is empty; NULL: the list has none */
  size_t nstr;
};

/* The list, in the arena; NULL: it would be too large, which is reported, and *size is 0. */
const uint8_t *list_write(struct front *F, const struct list_parts *parts, const struct build_names *names,
                          size_t *size);

#endif
