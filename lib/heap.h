/* heap.h - private types of the code heap.
 *
 * Locks, in the order in which one thread may take them:
 *   grow (making a region)  >  region.lock (its blocks)  >  tools.lock
 *   retire.lock             >  nothing
 */
#ifndef DASM_HEAP_PRIVATE_H
#define DASM_HEAP_PRIVATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blocks.h"
#include "dasm.h"
#include "lock.h"
#include "pages.h"

enum {
  MAX_REGIONS = 1024,
  NSLOTS = 64,         /* hints: where a thread allocates */
  MIN_GRANULE_LOG = 5,
  MAX_ALIGNMENT = 4096,
  MAX_GRANULES = 1 << 30 /* of a region: 32 GiB at the least */
};

struct region {
  lock_t lock;
  struct dasm_CodeHeap *heap;
  struct span span;
  struct blocks blocks;
  size_t committed;   /* bytes from the start that have memory, all traps where unused */
  size_t code;        /* bytes asked for by blocks in use */
  bool inherited;     /* shared with the parent process: run and forget only */
  uint32_t *page;     /* blocks.page */
  size_t page_size;
};

struct retire {
  lock_t lock;
  atomic_size_t epoch;        /* may wrap around */
  struct dasm_Reader *readers;
  struct dasm_Code *fresh;    /* retired since `waiting` was closed */
  struct dasm_Code *waiting;  /* may be freed when all readers have seen `need` */
  size_t need;
  size_t count;
};

typedef void (*frame_fn)(void *);

struct dasm_CodeHeap {
  const struct pages *os;
  dasm_Allocator alloc;
  int strategy;
  unsigned flags;
  unsigned granule_log;
  unsigned shards;
  bool opens;                /* pages must be made writable before they are written */
  int pkey;                  /* of the writable views; -1: none */
  size_t page;
  size_t reserve, commit, limit, retain, alignment;
  uint64_t lo, hi, prefer;   /* where regions may be */
  char name[64];

  atomic_bool sealed;
  atomic_size_t committed;
  atomic_uint *mark;         /* 0 in a child that has not adopted the heap yet */
  atomic_uint own_mark;      /* used if the system has none */
  long process;

  lock_t grow;
  atomic_uint nregions;
  struct region *region[MAX_REGIONS];
  _Atomic(struct region *) slot[NSLOTS];
  struct retire retire;

  /* tools; -1, NULL: not in use */
  lock_t tools_lock;
  int perfmap, jitdump;      /* descriptors */
  void *jitdump_mark;
  uint64_t jitdump_index;
  frame_fn frame_add, frame_remove;
  bool frame_single;         /* they take one FDE, not a section */
  char directory[256];
};

static inline int system_status(int e)
{
  return DASM_S_SYSTEM | (e & 0xffffff);
}

static inline uint8_t *code_run(const struct dasm_Code *c)
{
  const struct region *r = c->region;

  return r->span.run + ((size_t)c->start << r->heap->granule_log) + c->lead;
}

static inline size_t block_bytes(const struct dasm_Code *c)
{
  return (size_t)c->size << c->region->heap->granule_log;
}

void *heap_alloc(struct dasm_CodeHeap *H, void *p, size_t osize, size_t nsize);
void heap_free(struct dasm_CodeHeap *H, void *p, size_t size);

/* dasm_heap_new() on a given system. */
int heap_new_on(const struct pages *os, const dasm_HeapOptions *o, struct dasm_CodeHeap **heap);

/* First call of every public function: in a new child process, make the heap its own. */
void heap_adopt(struct dasm_CodeHeap *H);
static inline void heap_here(struct dasm_CodeHeap *H)
{
  if (atomic_load_explicit(H->mark, memory_order_relaxed) != 1 || H->mark == &H->own_mark)
    heap_adopt(H);
}

/* Allocate a block for n bytes of code. It has no labels yet, and its memory is all traps. */
int heap_take(struct dasm_CodeHeap *H, size_t n, const dasm_CodeInfo *info, struct dasm_Code **code);

/* If code is a block of H in one of the states from ... to: its region, locked. Else NULL. */
struct region *heap_lock_code(struct dasm_CodeHeap *H, const struct dasm_Code *code, int from, int to);

/* Pages of a region are about to be written, or have been. Under a single mapping they cannot be
 * executed meanwhile, and the region is locked. */
static inline int region_writable(struct region *r, size_t from, size_t n, bool on)
{
  int e = r->heap->opens ? r->heap->os->writable(&r->span, from, n, on) : 0;

  return e == 0 ? DASM_S_OK : system_status(e);
}

/* Copy n bytes to code, offset counting from its first byte; not checked. */
int heap_store(struct region *r, struct dasm_Code *code, size_t offset, const void *bytes, size_t n);
static inline uint8_t *code_view(const struct dasm_Code *c)
{
  return c->region->span.write ? c->region->span.write + (code_run(c) - c->region->span.run) : NULL;
}
static inline bool heap_is_dual(const struct dasm_CodeHeap *H)
{
  return H->strategy == DASM_HEAP_DUAL;
}

/* Free a block in use or retired. */
int heap_drop(struct dasm_CodeHeap *H, struct dasm_Code *code, int state);

/* retire.c */
int retire_init(struct dasm_CodeHeap *H);
void retire_done(struct dasm_CodeHeap *H);

#endif
