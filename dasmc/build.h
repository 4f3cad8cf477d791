/* build.h - the builder as the front end and the drivers see it.
 *
 * What ISAs call (build_byte … build_flush) is in front.h. The front end opens
 * the builder when it knows the ISA, calls build_statement() before each statement,
 * build_flush() where the put must end, and build_finish() once. Each finished
 * put goes to the driver: emit_c.c prints dasm_put(Dst, start, args…), emit_mem.c
 * compiles the arguments.
 */
#ifndef DASMC_BUILD_H
#define DASMC_BUILD_H

#include "front.h"

struct build;

/* One finished put. The spans are those given to build_arg(). */
struct build_put {
  uint32_t start;         /* first argument of dasm_put() */
  unsigned nargs;
  const struct span *arg; /* nargs of them; valid until the next build call */
};

/* Names that go into the list, numbered as in its records. */
struct build_names {
  const struct span *global, *ext, *file;
  size_t nglobals, nexterns, nfiles;
};

struct build *build_open(struct front *F, enum list_isa isa, enum list_order order);
/* The next bytes come from this line; between statements only. text n = 0: none. May end the
 * current put. */
void build_line(struct front *F, unsigned file, uint32_t line, struct span text);
/* The same with the line in hand: call before building, the bytes that follow belong to this
 * statement. */
void build_statement(struct front *F, const struct stmt *st);
/* Behind the statement of build_line(), when all that it did is what was built. */
void build_remember(struct front *F);
/* The same as build_line() and what this statement built before; false: it is not remembered,
 * nothing is done. (The current put may have ended.) */
bool build_repeat(struct front *F, unsigned file, uint32_t line, struct span text);
/* Is a put under construction? (A C line needs build_flush() only then.) */
bool build_pending(struct front *F);
/* Flush, and return the finished list of *size bytes, in the arena. */
const uint8_t *build_finish(struct front *F, const struct build_names *names, size_t *size);

/* With ORDER_COMPILED: of each byte of the finished list whether a unit begins there, its size, or
 * UNIT_INSIDE; 0: the byte is one of its own. Units have their lowest byte first. NULL: the order
 * is known. */
const uint8_t *build_units(struct front *F);
enum { UNIT_INSIDE = 0xff };

#endif
