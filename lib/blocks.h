/* blocks.h - which parts of a region are used: the allocator's bookkeeping.
 *
 * Sizes and places are counted in granules from the start of the region.
 * Nothing here touches the region's memory.
 */
#ifndef DASM_BLOCKS_H
#define DASM_BLOCKS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dasm.h"
#include "pages.h"

struct region;
struct code_tools;

enum block_state {
  BLOCK_SPARE,   /* the descriptor describes nothing */
  BLOCK_FREE,
  BLOCK_TOP,     /* the free rest at the region's end */
  BLOCK_RECENT,  /* freed last, and not merged yet */
  BLOCK_USED,    /* a code object */
  BLOCK_RETIRED  /* a code object that waits to be freed */
};

enum code_is {
  CODE_OWNS_TABLE = 1, /* labels.table is allocated */
  CODE_HAS_LANDING = 2 /* a landing pad directly before the code */
};

/* A block. One in use is what the public interface calls a code object. 64 bytes. */
struct dasm_Code {
  struct region *region;
  uint32_t start, size;  /* in granules */
  uint32_t prev, next;   /* neighbours by address; 0: none */
  uint32_t left, right;  /* free: links of its bin or tree; spare: right = next spare;
                            used: how many global and PC labels are kept */
  uint32_t bytes;        /* used: of code */
  uint16_t lead;         /* used: bytes between the block's start and the code */
  uint8_t state;         /* enum block_state */
  uint8_t flags;         /* used: enum code_is */
  union {
    uint32_t direct[2];  /* offsets of up to two labels */
    uint32_t *table;     /* or of more: see table_bytes() */
  } labels;
  struct code_tools *tools; /* what debuggers and the like were told; NULL: nothing */
  struct dasm_Code *later;  /* retired: next in its batch */
};

enum { BLOCK_BINS = 128 }; /* free blocks below this many granules are in exact bins */

struct blocks {
  struct dasm_Code *at;     /* descriptors by index; 0 is not used */
  uint32_t count;           /* descriptors ever used, + 1 */
  uint32_t ready;           /* descriptors with memory behind them */
  uint32_t spare;           /* list of unused ones */
  uint32_t max;
  uint32_t first;           /* granules before it are nobody's */
  uint32_t top;             /* index of the BLOCK_TOP */
  uint32_t recent;          /* index of the BLOCK_RECENT, or 0 */
  uint32_t root;            /* tree of the larger free blocks, by size, then start */
  uint64_t nonempty[BLOCK_BINS / 64];
  uint32_t bin[BLOCK_BINS]; /* lists */
  uint32_t *page;           /* lowest used block in each page of PAGE_GRANULES granules; 0: none */
  uint32_t npage;
  atomic_size_t used;       /* granules; also read without the region's lock, as a hint */
  size_t nused, nfree;
  const struct pages *os;
};

enum { PAGE_GRANULES = 128 };

/* Granules [first, granules) are free space. page: array of granules / PAGE_GRANULES (rounded up)
 * zeroes. False if there is no memory. */
bool blocks_init(struct blocks *B, const struct pages *os, uint32_t first, uint32_t granules, uint32_t *page);
void blocks_done(struct blocks *B);

/* Take `size` granules starting at a multiple of `align` (a power of two). Best fit: the block
 * freed last if it has exactly that size; else the smallest free block that is large enough, at the
 * lowest address of the larger ones; the region's untouched end only if there is none. O(log n).
 * Returns the block, BLOCK_USED, or 0. */
uint32_t blocks_alloc(struct blocks *B, uint32_t size, uint32_t align);

/* Give a used block back. O(log n). It is merged with free neighbours when the next one comes or
 * another size is wanted; so code that is replaced by code of its size costs no bookkeeping. */
void blocks_free(struct blocks *B, uint32_t n);

/* Merge it now: what is in this struct is true only after that. */
void blocks_merge(struct blocks *B);
static inline void blocks_settle(struct blocks *B)
{
  if (B->recent != 0)
    blocks_merge(B);
}

/* The used or retired block that contains a granule, or 0. */
uint32_t blocks_find(const struct blocks *B, uint32_t granule);

/* The first used or retired block behind `n`; with n = 0 the very first. 0: none. */
uint32_t blocks_next(const struct blocks *B, uint32_t n);

/* Size of the largest free block other than the top. */
uint32_t blocks_largest(struct blocks *B);

/* Every invariant; for tests. */
bool blocks_check(struct blocks *B);

#endif
