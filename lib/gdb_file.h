/* gdb_file.h - the object files in memory that GDB reads.
 *
 * One describes some functions, its parts. A part that is gone is struck out where it stands,
 * without memory and without touching the others: its symbol has no name any more, its unit nothing
 * in it, its frames no addresses. The sections with addresses are runs of parts whose blocks are
 * neighbours: few, as GDB sorts them, and none covers a place where other code may be.
 */
#ifndef DASM_GDB_FILE_H
#define DASM_GDB_FILE_H

#include "heap.h"

enum { GDB_PARTS = 64 };

/* As GDB has it. */
struct jit_code_entry {
  struct jit_code_entry *next, *prev;
  const void *symfile_addr;
  uint64_t symfile_size;
};

struct gdb_part {
  uintptr_t entry;       /* first address; 0: struck out */
  size_t size, room;     /* of the code, and of the block from there on */
  uint32_t frame, info;  /* where in the file its FDE and its unit are; 0: it has none */
};

/* With the file behind it, one piece of memory. */
struct gdb_file {
  struct jit_code_entry told;
  size_t size;            /* of all */
  unsigned count, live;   /* parts, and those not struck out */
  struct gdb_part part[];
};

/* What a part is made from: its name, and the sections as they would be for this part alone. */
struct gdb_source {
  struct gdb_part part;
  const char *name;
  const uint8_t *frames, *info, *lines;
  size_t nframes, ninfo, nlines; /* bytes; 0: has none */
};

/* A new file of up to GDB_PARTS. NULL: no memory. */
struct gdb_file *gdb_file_new(struct dasm_CodeHeap *H, const struct gdb_source *sources, unsigned n);
void gdb_file_free(struct dasm_CodeHeap *H, struct gdb_file *f);

/* What a file of one part was made from. */
struct gdb_source gdb_file_source(const struct gdb_file *f);

void gdb_file_strike(struct gdb_file *f, unsigned part);

#endif
