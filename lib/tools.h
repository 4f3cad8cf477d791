/* tools.h - what debuggers, profilers and unwinders are told about code. Off unless a heap's flags
 * ask for it. Each tool is a file: debug_gdb.c, debug_perf.c, unwind.c; dwarf.c writes what they
 * share.
 */
#ifndef DASM_TOOLS_H
#define DASM_TOOLS_H

#include "bytes.h"
#include "heap.h"
#include "internal.h"

#define TOOL_FLAGS (DASM_HEAP_GDB | DASM_HEAP_PERFMAP | DASM_HEAP_JITDUMP | DASM_HEAP_UNWIND)

/* All that is known about one piece of code, for the duration of telling. */
struct code_facts {
  const char *name;
  uintptr_t entry;  /* first address: the landing pad, if there is one */
  uintptr_t base;   /* offset 0 */
  size_t size;      /* from entry on */
  size_t room;      /* of the block, from entry on */
  const dasm_CodeInfo *info; /* or NULL */
  const dasm_Line *lines;
  size_t nlines;
};

/* What is kept of it. */
struct code_tools {
  char *name;
  size_t name_size;
  struct gdb_file *gdb; /* what GDB has of it; NULL: nothing */
  unsigned gdb_part;    /* which part of that */
  struct code_tools *gdb_next, *gdb_prev; /* others that have a file of their own */
  uint8_t *frames;  /* registered unwind table */
  size_t frames_size;
};

/* tools.c. Prepare, as the heap's flags say; undo. */
int tools_init(struct dasm_CodeHeap *H, const char *directory);
void tools_done(struct dasm_CodeHeap *H);
/* Hold the tools lock, if there is one, over a fork. */
void tools_fork_lock(struct dasm_CodeHeap *H, bool on);
/* In a child process: profilers know it by another number. */
void tools_forked(struct dasm_CodeHeap *H);
/* Tell about new code; D: the state it comes from, or NULL. */
int tools_tell(struct dasm_CodeHeap *H, struct dasm_Code *code, const dasm_CodeInfo *info,
               const struct dasm_State *D);
void tools_forget(struct dasm_CodeHeap *H, struct dasm_Code *code);

/* perf wants to see frames in the address space behind the code that they are about; so code of
 * heaps that write a dump keeps as much free behind it. An instruction of dwarf_frames() has at
 * most 18 bytes, all the rest less than 128. Beyond some number of them perf goes without. */
static inline size_t tools_room(const struct dasm_CodeHeap *H, const dasm_CodeInfo *info)
{
  size_t ncfi = info ? info->ncfi : 0;

  return H->flags & DASM_HEAP_JITDUMP ? 128 + 18 * (ncfi < 4096 ? ncfi : 4096) : 0;
}

static inline int tools_add(struct dasm_CodeHeap *H, struct dasm_Code *code, const dasm_CodeInfo *info,
                            const struct dasm_State *D)
{
  return H->flags & TOOL_FLAGS ? tools_tell(H, code, info, D) : DASM_S_OK;
}

static inline void tools_remove(struct dasm_CodeHeap *H, struct dasm_Code *code)
{
  if (code->tools)
    tools_forget(H, code);
}

/* dwarf.c. Does it know this host's registers? If not, nothing may be asked about frames. */
bool dwarf_knows_frames(void);
/* An .eh_frame section for one function, with its end mark; `fde`: where its entry begins.
 * Relative: as if it stood behind the code, at the next multiple of 8. Debug: a section
 * .debug_frame. */
enum frames_kind { FRAMES_ABSOLUTE, FRAMES_RELATIVE, FRAMES_DEBUG };
int dwarf_frames(struct bytes *b, const struct code_facts *f, enum frames_kind kind, size_t *fde);
/* Behind a relative one: the .eh_frame_hdr that leads to it. */
void dwarf_frames_header(struct bytes *b, const struct code_facts *f, size_t fde);
void dwarf_lines(struct bytes *b, const struct code_facts *f);
void dwarf_abbrevs(struct bytes *b);
/* In a unit of dwarf_info(): the code of its first entry, and the place of its lines, as if they
 * were the first. */
enum { UNIT_CODE = 11, UNIT_LINES = 12 };
void dwarf_info(struct bytes *b, const struct code_facts *f);

/* debug_gdb.c */
int gdb_add(struct dasm_CodeHeap *H, struct code_tools *t, const struct code_facts *f);
void gdb_remove(struct dasm_CodeHeap *H, struct code_tools *t);

/* debug_perf.c */
int perf_open(struct dasm_CodeHeap *H);
void perf_close(struct dasm_CodeHeap *H);
int perf_add(struct dasm_CodeHeap *H, const struct code_facts *f);

/* unwind.c */
int unwind_init(struct dasm_CodeHeap *H);
int unwind_add(struct dasm_CodeHeap *H, struct code_tools *t, const struct code_facts *f);
void unwind_remove(struct dasm_CodeHeap *H, struct code_tools *t);

#endif
