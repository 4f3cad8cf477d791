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
#include <string.h>

#include "blocks.h"
#include "compiler.h"
#include "dasm.h"
#include "host.h"
#include "lock.h"
#include "pages.h"

enum {
  MAX_REGIONS = 1024,
  NSLOTS = 256,        /* as many threads remember where they allocate */
  APART = 128,         /* two cache lines, because processors fetch them in pairs */
  MIN_GRANULE_LOG = 5,
  MAX_ALIGNMENT = 4096,
  TRAPS_BEFORE = 16,   /* bytes before each function that can be read, and are traps: hot-patching tools and
                          -fsanitize=function look there */
  MAX_GRANULES = 1 << 30 /* of a region: 32 GiB at the least */
};

#define HALF_WAY ((size_t)1 << (sizeof(size_t) * 8 - 2)) /* sizes up to here can be rounded up */

/* Addresses where code may be. */
struct place {
  uint64_t lo, hi;
  uint64_t prefer; /* near here, if there is a choice; 0: anywhere */
};

/* Where a thread allocates. Written when a thread comes or moves only. */
struct slot {
  atomic_uintptr_t thread; /* thread_self(); 0: nobody's yet */
  _Atomic(struct region *) region;
};

struct region {
  /* What any thread looks at; changes with a seal or a fork only. */
  struct dasm_CodeHeap *heap;
  struct mapping mapping;
  struct dasm_Code *objects; /* blocks.at */
  size_t objects_size;       /* bytes of address space there */
  bool inherited;     /* shared with the parent process: run and forget only */
  char apart1[APART]; /* not in one cache line with the above: */

  lock_t lock;
  _Atomic(struct slot *) user; /* of the thread that took a block last */
  struct blocks blocks;
  atomic_size_t committed; /* bytes from the start that have memory, all traps where unused; also read
                              without the lock, as a hint */
  size_t code;        /* bytes asked for by blocks in use */
  uint32_t *page;     /* blocks.page */
  size_t page_size;
  char apart2[APART]; /* nor in one with the next region's */
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
  size_t floor;              /* no region of less address space, for now */
  uint32_t usual_align;      /* of blocks without wishes, in granules */
  uint16_t usual_lead;
  struct place place;        /* of all regions */
  char name[64];

  atomic_bool sealed;
  atomic_size_t committed;
  atomic_uint *mark;         /* 0 in a child that has not adopted the heap yet */
  atomic_uint own_mark;      /* used if the system has none */
  long process;

  char apart1[APART];        /* locks do not share cache lines with what threads only look at */
  lock_t grow;
  char apart2[APART];
  atomic_bool spread;        /* threads have collided, and have regions of their own */
  atomic_uint nregions;
  struct region *region[MAX_REGIONS];
  struct slot slot[NSLOTS];
  char apart3[APART];
  struct retire retire;

  /* tools; -1, NULL: not in use */
  lock_t tools_lock;
  int perfmap, jitdump;      /* descriptors */
  bool perfmap_torn;         /* its last line is incomplete */
  void *jitdump_mark;
  uint64_t jitdump_end;      /* where the next record goes */
  uint64_t jitdump_index;
  struct code_tools *gdb_singles; /* whose file for GDB has nothing else in it, the last first */
  unsigned gdb_nsingles;
  struct unwinder unwinders[UNWINDERS];
  char directory[256];
};

static inline int system_status(int e)
{
  return DASM_S_SYSTEM | (e & 0xffffff);
}

static inline uint8_t *code_run(const struct dasm_Code *c)
{
  const struct region *r = c->region;

  return r->mapping.run + ((size_t)c->start << r->heap->granule_log) + c->lead;
}

/* The labels of a used block that has a table: how many PC labels there are and the first of those
 * that are kept; then the offsets of the globals, and of those PC labels. */
enum { TABLE_NPC, TABLE_FIRST, TABLE_HEAD };
static inline size_t table_bytes(const struct dasm_Code *c)
{
  return ((size_t)c->left + c->right + TABLE_HEAD) * sizeof(uint32_t);
}

static inline size_t block_bytes(const struct dasm_Code *c)
{
  return (size_t)c->size << c->region->heap->granule_log;
}

/* The first byte that is called: the landing pad, if there is one. */
static inline uint8_t *code_entry(const struct dasm_Code *c)
{
  return code_run(c) - (c->flags & CODE_HAS_LANDING ? HOST_LANDING_SIZE : 0);
}

/* Memory for bookkeeping. */
static inline void *heap_alloc(struct dasm_CodeHeap *H, void *p, size_t osize, size_t nsize)
{
  return H->alloc.realloc(H->alloc.user, p, osize, nsize);
}

static inline void heap_free(struct dasm_CodeHeap *H, void *p, size_t size)
{
  if (p)
    H->alloc.free(H->alloc.user, p, size);
}

/* dasm_heap_new() on a given system. */
int heap_new_on(const struct pages *os, const dasm_HeapOptions *o, struct dasm_CodeHeap **heap);

/* fork.c. First call of every public function: in a new child process, make the heap its own. */
void heap_adopt(struct dasm_CodeHeap *H);
static inline void heap_here(struct dasm_CodeHeap *H)
{
  if (atomic_load_explicit(H->mark, memory_order_relaxed) != 1 || H->mark == &H->own_mark)
    heap_adopt(H);
}

/* ---- region.c ---- */

/* A new region for at least n bytes, without memory yet. H->grow is held. */
int region_new(struct dasm_CodeHeap *H, size_t n, const struct place *place);
void region_free(struct region *r);
/* Fill memory of a locked region with traps. */
int region_trap(struct region *r, size_t from, size_t n);
/* Let the first `end` bytes of a locked region have memory. */
int region_commit(struct region *r, size_t end);
/* Give memory behind the first `keep` bytes of a locked region back, as far as it is unused. */
int region_shrink(struct region *r, size_t keep);

static inline size_t round_up(size_t n, size_t to)
{
  return (n + to - 1) & ~(to - 1);
}

static inline bool heap_is_dual(const struct dasm_CodeHeap *H)
{
  return H->strategy == DASM_HEAP_DUAL;
}

/* Pages of a region are about to be written, or have been. Under a single mapping they cannot be
 * executed meanwhile, and the region is locked. */
static inline int region_writable(struct region *r, size_t from, size_t n, bool on)
{
  int e = r->heap->opens ? r->heap->os->writable(&r->mapping, from, n, on) : 0;

  return e == 0 ? DASM_S_OK : system_status(e);
}

static inline uint8_t *code_view(const struct dasm_Code *c)
{
  return c->region->mapping.write ? c->region->mapping.write + (code_run(c) - c->region->mapping.run) : NULL;
}

/* May anything be written through the writable view at any time, as nothing has to be opened? */
static inline bool region_is_open(const struct region *r)
{
  return !r->heap->opens && r->mapping.write && !r->inherited;
}

/* Copy n bytes to code, offset counting from its first byte; not checked. */
int heap_store_opened(struct dasm_Code *code, size_t offset, const void *bytes, size_t n);
static inline int heap_store(struct dasm_Code *code, size_t offset, const void *bytes, size_t n)
{
  const struct region *r = code->region;
  size_t at = (size_t)(code_run(code) - r->mapping.run) + offset;

  if (UNLIKELY(!region_is_open(r)))
    return heap_store_opened(code, offset, bytes, n);
  memcpy(r->mapping.write + at, bytes, n);
  host_flush(r->mapping.write + at, r->mapping.run + at, n);
  return DASM_S_OK;
}

/* drop.c */
/* If code is a block of H in one of the states from ... to: its region, locked. Else NULL. */
struct region *heap_lock_code(struct dasm_CodeHeap *H, const struct dasm_Code *code, int from, int to);
/* Free a block in use or retired. */
int heap_drop(struct dasm_CodeHeap *H, struct dasm_Code *code, int state);

/* take.c */
bool is_alignment(size_t n);
/* What a block of the given alignment needs: that in granules, and the bytes before its code. */
uint16_t block_lead(size_t align, bool landing);
uint32_t block_align(const struct dasm_CodeHeap *H, size_t align);
/* What is left of a place within `reach` of an address. False: nothing. */
bool place_narrow(struct place *p, uint64_t around, uint64_t reach);

/* Allocate a block for n bytes of code. It has no labels yet, and its memory is all traps. */
int heap_take(struct dasm_CodeHeap *H, size_t n, const dasm_CodeInfo *info, struct dasm_Code **code);

/* retire.c */
int retire_init(struct dasm_CodeHeap *H);
void retire_done(struct dasm_CodeHeap *H);

#endif
