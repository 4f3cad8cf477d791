/* arm64_node.h - private to arm64_row.c and arm64_node.c: reading the operands column of a row. */
#ifndef DASMC_ARM64_NODE_H
#define DASMC_ARM64_NODE_H

#include "arm64.h"

struct a64_reader {
  struct a64_form *f;
  const char *p;
  const char *error;
  struct a64_node *open[3]; /* options */
  unsigned depth, nopen;    /* brackets; options */
  unsigned commas;          /* between operands */
};

struct span a64_word_at(const char *p);
/* The number of a field, + 1; 0: there is none. */
unsigned a64_field_named(struct a64_form *f, struct span name);
int a64_number_at(struct a64_reader *r);
struct a64_node *a64_add_node(struct a64_reader *r, unsigned kind);

/* What stands at r->p is read, and a node added; false: it is something else. */
bool a64_read_register(struct a64_reader *r, unsigned kind);
bool a64_read_list(struct a64_reader *r);
bool a64_read_tile(struct a64_reader *r);
bool a64_read_number(struct a64_reader *r);
bool a64_read_word(struct a64_reader *r);

#endif
