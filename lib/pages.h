/* pages.h - all that the code heap asks of the operating system: memory, and what its tools need.
 *
 * One implementation per system (pages_posix.c), and one in the tests that
 * fails on command. Functions return 0 or a positive errno value.
 *
 * A mapping is address space for code. It is mapped once (write == run) or
 * twice. Its memory is in one of two conditions: executable, or, for single
 * mappings between writable(on) and writable(off), writable. A fresh mapping is
 * not committed: nothing may be written before commit(), and what is
 * committed starts executable with unknown contents. What is not committed cannot be
 * executed or read where the system lets memory become executable later (MAPPING_HIDES).
 */
#ifndef DASM_PAGES_H
#define DASM_PAGES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mapping_flags {
  MAPPING_DUAL = 1,       /* map twice */
  MAPPING_HUGE = 2,       /* try huge pages */
  MAPPING_FORK_SHARE = 4, /* a child keeps the writable view */
  MAPPING_PKEY = 8,       /* writable view guarded by a protection key */
  MAPPING_GUARDED = 16,   /* indirect branches must hit landing pads, where the processor can check */
  MAPPING_OWNS_KEY = 32,  /* set by map(): unmap() gives the key back */
  MAPPING_HIDES = 64      /* set by map(): nothing can be done at addresses that are not committed */
};

struct mapping {
  uint8_t *run;   /* where code runs */
  uint8_t *write; /* where it is written; NULL: nowhere any more */
  size_t size;
  unsigned flags; /* enum mapping_flags in effect */
  int pkey;
};

struct mapping_request {
  size_t size;
  unsigned flags;
  uint64_t lo, hi;  /* run view within lo ... hi */
  uint64_t prefer;  /* and near this address; 0: anywhere */
  int pkey;         /* the protection key of earlier mappings of this heap; -1: none yet */
  const char *name;
};

typedef void (*frame_fn)(void *frames);
typedef void (*frame_info_fn)(const void *frames, void *object);

/* The functions of an unwinder in the process. `take` takes a section .eh_frame, for which it wants
 * OBJECT_SIZE bytes to keep, or, if it is NULL, `add` takes a single FDE. `remove` gets the
 * same. */
struct unwinder {
  frame_info_fn take;
  frame_fn add, remove;
};
enum { OBJECT_SIZE = 16 * sizeof(void *), UNWINDERS = 2 };

struct pages {
  size_t (*page_size)(void);
  unsigned (*processors)(void);

  int (*map)(const struct mapping_request *request, struct mapping *mapping);
  void (*unmap)(struct mapping *mapping);
  int (*commit)(struct mapping *mapping, size_t from, size_t size);
  int (*decommit)(struct mapping *mapping, size_t from, size_t size);
  int (*writable)(struct mapping *mapping, size_t from, size_t size, bool on);
  int (*seal)(struct mapping *mapping);

  /* Bookkeeping memory: address space, then zeroed memory step by step from its start. */
  void *(*reserve)(size_t size);
  int (*extend)(void *base, size_t from, size_t size);
  void (*unreserve)(void *base, size_t size);

  /* A word that holds what was stored in it, but 0 in a child after fork. NULL: not available. */
  atomic_uint *(*fork_mark)(void);
  void (*fork_mark_free)(atomic_uint *mark);
  long (*process)(void); /* number of this process */

  /* Files for profilers. A file to append to, or one that is made new. */
  int (*file_open)(const char *path, bool append, int *fd);
  /* All n bytes, or an error. at: where the file ends; ~0: wherever, and then some of them may
   * have been written on an error. */
  int (*file_write)(int fd, const void *bytes, size_t n, uint64_t at);
  void (*file_close)(int fd);
  /* Map its first page executable, by which perf notices it. */
  int (*file_mark)(int fd, void **mark);
  void (*file_unmark)(void *mark);
  uint64_t (*nanoseconds)(void); /* of the clock that `perf record -k mono` uses */
  long (*thread)(void);

  /* u: UNWINDERS of them, all zero; those at the start are set. */
  int (*find_unwinder)(struct unwinder *u);

  /* After code that other threads may run was changed: make them fetch anew. */
  void (*serialize)(void);

  /* Call a function at an address; its result. NULL: nothing here can be run. */
  int (*call)(const void *function);
};

extern const struct pages pages_posix;

#endif
