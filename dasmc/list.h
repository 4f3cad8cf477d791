/* list.h - the list as the builder hands it over. */
#ifndef DASMC_LIST_H
#define DASMC_LIST_H

#include "build.h"

struct list_parts {
  enum tmpl_isa isa;
  unsigned nsections;
  const struct tmpl_op *op;
  size_t nop;
  const uint8_t *pool;
  size_t npool;
  const uint8_t *lines; /* of all sites, by list_line() */
  size_t nlines;
  const char *str;      /* zero-terminated texts, the first is empty; those of names come behind them */
  size_t nstr;
};

enum { LIST_LINE_MOST = 5 * 5 };
/* Write a line of a site, at most LIST_LINE_MOST bytes, behind line `before`; returns their end. */
uint8_t *list_line(uint8_t *p, const struct tmpl_line *before, const struct tmpl_line *l);
/* The list, in the arena; NULL: it would be too large, which is reported, and *size is 0. */
const uint8_t *list_write(struct front *F, const struct list_parts *parts, const struct build_names *names,
                          size_t *size);

#endif
