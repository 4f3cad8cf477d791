/* build_private.h - what the files of the builder share: see build.c. */
#ifndef DASMC_BUILD_PRIVATE_H
#define DASMC_BUILD_PRIVATE_H

#include "build.h"

#include "../lib/field.h"
#include "../lib/record.h"
#include "front_private.h"
#include "list.h"

/* What a statement built. It is right in one generation of meanings only, 0: in none. */
struct memo {
  uint32_t hash, generation;
  uint32_t str, nstr;        /* the statement, in the texts */
  uint32_t at, n;            /* its bytes */
  uint32_t step, arg;        /* its operations, its arguments */
  uint8_t nsteps, nargs;
  uint8_t first_arg;         /* the number of the first in the put */
};

/* An operation of a statement, as it was given to build_op() or build_block(). */
struct step {
  uint32_t end;  /* of the bytes before it */
  uint32_t a, b; /* operands */
  uint8_t op, arg, takes;
  uint8_t block, nblock; /* operands that only the ISA knows: bytes, and their size */
  uint16_t most;
};

/* A number that goes into a field of the pending bytes, or a reference ahead to a local label in
 * them. */
struct awaited {
  size_t at;      /* where its unit begins, in the bytes */
  uint8_t field;  /* number */
  uint8_t digit;  /* of the label; 0: it is a number */
};

/* A reference that is known, or a number that comes later: their bits are turned over when the
 * literals are placed, for what a memo has stays as it is. */
struct known {
  size_t end;     /* of its unit, in the bytes */
  uint64_t bits;
  uint8_t field;
  bool number;    /* field_flip() */
};

enum { MAX_AWAITED = 64 };

struct build {
  enum list_isa isa;
  unsigned nsections;

  uint8_t *rec; /* sites, as in the list */
  size_t nrec, rec_capacity;
  uint8_t *bytes;
  size_t nbytes, bytes_capacity;
  enum list_order order;
  uint8_t *unit, *rec_unit; /* ORDER_COMPILED: what build_units() says of them; of the list */
  size_t unit_capacity, rec_unit_capacity;
  size_t lit; /* pending: bytes[lit … nbytes) */
  uint8_t *length; /* of the literals of the current put */
  size_t nlengths, length_capacity;
  uint8_t (*field)[LIST_FIELD];
  size_t nfields, field_capacity;
  struct build_line *line; /* those behind `resolved` have no place yet */
  size_t nline, line_capacity, resolved;
  char *str;
  size_t nstr, str_capacity;

  struct table sites; /* in a list without lines: their numbers, by their bytes and units */

  struct memo *memo;
  size_t nmemo, memo_capacity;
  uint32_t *slot; /* index in memo + 1 by hash, open addressing; twice memo_capacity */
  struct step *step;
  size_t nsteps, step_capacity;
  uint8_t *block; /* bytes of steps */
  size_t nblock, block_capacity;
  struct span *args; /* arguments of memos */
  size_t nargs, args_capacity;
  struct span asked; /* the last one that was looked for, and its hash */
  uint32_t asked_hash;
  struct memo *now; /* of the statement in hand; NULL: nothing is to be remembered */
  uint32_t began;   /* the generation in which that statement began */

  struct awaited awaited[MAX_AWAITED]; /* in the order of the bytes */
  size_t nawaited;
  struct known *known; /* of the current put */
  size_t nknown, known_capacity;

  /* The current put. */
  bool open;
  size_t begin;       /* its first record */
  uint32_t start;     /* once it has ended: its number */
  bool ended;         /* its last record is there */
  size_t first_lit, first_line; /* its first literal byte; its first line */
  unsigned room;      /* bytes that may be appended before OP_ROOM */
  unsigned next_arg;  /* that the next record takes */
  unsigned narg;
  struct span arg[LIST_MAXARGS];
  uint8_t uses[LIST_MAXARGS]; /* how many records take each of them */
};

/* build_site.c: the records of the put under construction. */

/* It begins, if it has not yet. */
void site_open(struct build *B);
/* One operation more. */
void site_step(struct front *F, struct build *B, const struct step *s, const uint8_t *block);
/* It ends: B->start is its number. */
void site_close(struct front *F, struct build *B);
/* What build_units() returns has so many bytes. */
void site_units(struct front *F, struct build *B, size_t n);

#endif
