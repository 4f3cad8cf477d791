/* dasm_heap.h - public interface of libdasm's code heap. Included by dasm.h.
 *
 * A heap (dasm_CodeHeap) owns regions of address space for code. A code object
 * (dasm_Code) is one block of it: a published function, or bytes of the host's
 * own. No page is ever writable and executable at one address.
 *
 * Threads: a heap may be used by any number of threads at once. A code object
 * may be read (address, size, labels) by all of them; releasing, retiring and
 * patching one and the same object is for one thread at a time.
 *
 * Lifetime: a code object lives until it is released, or its heap is freed.
 * Using it afterwards is an error of the host; the calls that take the heap
 * too detect it unless the object has been given out again.
 */
#ifndef DASM_HEAP_H
#define DASM_HEAP_H

#include "dasm.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dasm_CodeHeap dasm_CodeHeap;
typedef struct dasm_Code dasm_Code;

/* ---- Heaps ------------------------------------------------------------- */

/* How code is written although its pages are never writable and executable. */
enum dasm_strategy {
  DASM_HEAP_AUTO = 0,   /* DUAL, or SINGLE where the system refuses that; with DASM_HEAP_GDB and
                           DASM_HEAP_PERFMAP the other way round, because GDB cannot set breakpoints in
                           memory mapped twice, and perf looks into the map for anonymous memory only */
  DASM_HEAP_DUAL = 1,   /* memory mapped twice: one view to write, one to run; publishing makes
                           no system call and disturbs no running code */
  DASM_HEAP_SINGLE = 2, /* one mapping; every block has pages of its own, written first and then
                           made executable. For tools that dislike double mappings */
  DASM_HEAP_FLIP = 3    /* one mapping; blocks share pages, which lose their execute permission
                           while a block is written or freed: the host makes sure that no other
                           thread runs code of the heap meanwhile */
};

enum dasm_heap_flags {
  DASM_HEAP_HUGE = 0x1,       /* huge pages, with DUAL and where the system gives them to shared
                                 memory (Linux: transparent_hugepage/shmem_enabled) */
  DASM_HEAP_LOW = 0x2,        /* all code below 2 GiB */
  DASM_HEAP_LANDING = 0x4,    /* entries start with endbr64, endbr32 or bti c */
  DASM_HEAP_FORK_SHARE = 0x8, /* after fork the child keeps the writable view: parent and child
                                 then share one memory, and must agree on who uses it */
  DASM_HEAP_KEEP = 0x10,      /* keep the memory of regions that become empty */
  DASM_HEAP_PKEY = 0x20,      /* guard the writable view by a memory protection key */
  DASM_HEAP_GDB = 0x100,      /* tell GDB: names, lines, unwind information */
  DASM_HEAP_PERFMAP = 0x200,  /* write /tmp/perf-PID.map */
  DASM_HEAP_JITDUMP = 0x400,  /* write jit-PID.dump, for perf inject --jit; one such heap in a process,
                                 or each with a directory of its own */
  DASM_HEAP_UNWIND = 0x800    /* exceptions and backtrace() pass through the code */
};

/* What dasm_heap_new() is asked for. Zero and NULL mean the default. */
typedef struct dasm_HeapOptions {
  size_t size;           /* sizeof(dasm_HeapOptions) */
  int strategy;          /* enum dasm_strategy */
  unsigned flags;        /* enum dasm_heap_flags */
  size_t reserve;        /* bytes of address space in a region; default 64 MiB (4 MiB on 32-bit
                            hosts). Address space costs nothing until it is used */
  size_t commit;         /* bytes of memory taken from the system at once; default 64 KiB */
  size_t limit;          /* most bytes of memory taken from the system; default: no limit */
  size_t retain;         /* an empty region keeps this much memory; default 1 MiB */
  size_t alignment;      /* of blocks: a power of two, 1 ... 4096; default 32 */
  uint64_t around;       /* with reach: all code within reach bytes of this address */
  uint64_t reach;        /* 0: code may be anywhere */
  unsigned shards;       /* regions that threads are spread over when they collide; default: as
                            many as processors, 1 ... 64 */
  const char *name;      /* of the memory in /proc/self/maps; default "dasm-code" */
  const char *directory; /* for jit-PID.dump; default: the current one */
  const dasm_Allocator *allocator; /* for bookkeeping; copied; must be safe in threads */
  char *message;         /* if the heap cannot be made: why, strategy by strategy; zero-ended */
  size_t message_size;   /* bytes at message */
} dasm_HeapOptions;

/* Make a heap.
 *   options  NULL: all defaults; read during the call only
 *   heap     out: the heap; NULL on error
 * Returns DASM_S_OK or
 *   DASM_S_ARG     an option has no meaning (unknown strategy or flag, alignment no power of two); options->message
 *                  says which
 *   DASM_S_NOMEM   no memory for bookkeeping
 *   DASM_S_LIMIT   the limit is below one page, or a region of that size cannot be managed
 *   DASM_S_SYSTEM  the system allows no executable memory, nothing in reach, or lacks something
 *                  that a flag asks for; low bits: errno; options->message tells the story
 * Allocates a region. Since 1.0. */
DASM_API int dasm_heap_new(const dasm_HeapOptions *options, dasm_CodeHeap **heap);

/* Free a heap with all of its code. No thread may run code of it or use it any more.
 *   heap  set to NULL; a NULL heap is left alone
 * Returns DASM_S_OK, or DASM_S_ARG if heap is NULL. Since 1.0. */
DASM_API int dasm_heap_free(dasm_CodeHeap **heap);

/* Figures of a heap, in bytes unless said otherwise. */
typedef struct dasm_HeapStats {
  size_t size;       /* sizeof(dasm_HeapStats), set by the caller */
  int strategy;      /* the one in use */
  unsigned flags;    /* those in effect: what the system lacks is not set */
  unsigned regions;  /* number */
  size_t reserved;   /* address space */
  size_t committed;  /* memory taken from the system */
  size_t used;       /* blocks in use, rounding included */
  size_t code;       /* bytes asked for */
  size_t free;       /* free blocks between used ones */
  size_t largest;    /* the largest of them */
  size_t blocks;     /* number of blocks in use */
  size_t holes;      /* number of free blocks */
  size_t retired;    /* number of blocks retired and not yet freed */
  size_t overhead;   /* bookkeeping outside the code pages */
  size_t page;       /* page size */
} dasm_HeapStats;

/* Read the figures.
 *   stats  in: size; out: as many of the members as fit in it
 * Returns DASM_S_OK, or DASM_S_ARG (NULL, or a size of nothing). Allocates nothing. Since 1.0. */
DASM_API int dasm_heap_stats(dasm_CodeHeap *heap, dasm_HeapStats *stats);

/* Take memory from the system ahead of need, so that the next publishes do not.
 *   bytes  of code that will fit without asking the system again (in one region)
 * Returns DASM_S_OK, DASM_S_LIMIT, DASM_S_SYSTEM, DASM_S_NOMEM, DASM_S_SEALED. Since 1.0. */
DASM_API int dasm_heap_reserve(dasm_CodeHeap *heap, size_t bytes);

/* Give unused memory at the end of every region back to the system, whatever `retain` says.
 * What was given back cannot be executed; where the system would not let it become executable again
 * (PR_SET_MDWE), DUAL gives nothing back and says so.
 * Returns DASM_S_OK or DASM_S_SYSTEM. Since 1.0. */
DASM_API int dasm_heap_trim(dasm_CodeHeap *heap);

/* Forbid any further change: the writable views disappear. Code stays callable; publishing,
 * patching and releasing return DASM_S_SEALED from now on. Irreversible. No other thread may be in one
 * of these calls meanwhile.
 * Returns DASM_S_OK or DASM_S_SYSTEM. Since 1.0. */
DASM_API int dasm_heap_seal(dasm_CodeHeap *heap);

/* Which code object contains an address?
 *   address  anything, for example a return address or the program counter of a signal
 *   code     out: the object, or NULL
 * Returns DASM_S_OK, or DASM_S_HEAP: no code of this heap is there. Takes a lock: in a signal
 * handler call it only if the signal came from the code itself. Since 1.0. */
DASM_API int dasm_heap_find(dasm_CodeHeap *heap, const void *address, dasm_Code **code);

/* Keep a heap consistent when a process of several threads forks: call it from the three
 * handlers of pthread_atfork(), for each heap. A process of one thread need not.
 *
 * In the child all code runs as before and can be released. Unless DASM_HEAP_FORK_SHARE was given,
 * the child cannot write to memory that the parent runs from: what it publishes goes to new
 * regions, and patching code that was there before fork is DASM_S_SEALED (SINGLE and FLIP: the
 * memory is the child's own copy, so everything goes on working there). What the parent patches or
 * releases after fork changes under a child with DUAL, too: keep what children run.
 *   phase  DASM_FORK_PREPARE, DASM_FORK_PARENT or DASM_FORK_CHILD
 * Returns DASM_S_OK or DASM_S_ARG. Since 1.0. */
enum dasm_fork_phase { DASM_FORK_PREPARE = 0, DASM_FORK_PARENT = 1, DASM_FORK_CHILD = 2 };
DASM_API int dasm_heap_fork(dasm_CodeHeap *heap, int phase);

/* ---- Publishing -------------------------------------------------------- */

/* A call frame instruction: from byte `offset` of the code on, something holds. The CFA is the
 * stack pointer's value before the call pushed the return address. Registers have the numbers of the
 * platform's DWARF tables (x64: rax 0 rdx 1 rcx 2 rbx 3 rsi 4 rdi 5 rbp 6 rsp 7 r8 ... r15 8 ... 15). */
enum dasm_cfi_op {
  DASM_CFI_DEF_CFA = 1,        /* CFA = reg + value */
  DASM_CFI_DEF_CFA_REG = 2,    /* CFA = reg + the offset so far */
  DASM_CFI_DEF_CFA_OFFSET = 3, /* CFA = the register so far + value */
  DASM_CFI_OFFSET = 4,         /* reg was saved at CFA + value */
  DASM_CFI_RESTORE = 5,        /* reg has the caller's value again */
  DASM_CFI_REMEMBER = 6,       /* keep all rules on a stack ... */
  DASM_CFI_RECALL = 7          /* ... and take them back */
};
typedef struct dasm_Cfi {
  uint32_t offset; /* bytes from the start of the code; never smaller than the one before */
  int op;          /* enum dasm_cfi_op */
  int reg;
  int64_t value;
} dasm_Cfi;

enum dasm_code_flags {
  DASM_CODE_LANDING = 0x1,    /* entry starts with a landing pad, as DASM_HEAP_LANDING */
  DASM_CODE_NO_LANDING = 0x2, /* it does not, whatever the heap says */
  DASM_CODE_FRAME = 0x4,      /* without cfi: the code keeps a frame pointer from its start to its
                                 end (push rbp; mov rbp, rsp ... pop rbp; ret) */
  DASM_CODE_NO_LABELS = 0x8   /* do not keep the addresses of labels */
};

/* Wishes for one code object. Zero and NULL mean the default. */
typedef struct dasm_CodeInfo {
  size_t size;         /* sizeof(dasm_CodeInfo) */
  unsigned flags;      /* enum dasm_code_flags */
  const char *name;    /* for debuggers and profilers; copied. Default: the name of the global
                          label at the lowest offset, or none */
  size_t alignment;    /* power of two up to 4096 */
  uint64_t around;     /* with reach: within reach bytes of this address */
  uint64_t reach;
  const dasm_Cfi *cfi; /* unwind rules, ncfi of them; copied */
  unsigned ncfi;
} dasm_CodeInfo;

/* Make a function of a state: link (unless dasm_link() was called already), allocate, encode for
 * the address it will run at, make it visible to all processors.
 *   heap  where to
 *   Dst   state with emitted code; afterwards as after dasm_encode(): dasm_setup() starts the next
 *   info  NULL: defaults; read during the call only
 *   code  out: the code object; NULL on error
 * Returns DASM_S_OK, what dasm_link() and dasm_encode_at() return, or
 *   DASM_S_ARG     a NULL argument, info without meaning, a state for another ISA, or no code
 *   DASM_S_NOMEM   no memory for bookkeeping
 *   DASM_S_LIMIT   the heap's limit is reached
 *   DASM_S_SYSTEM  the system gives no more memory, or nothing within reach, or a tool could not be
 *                  told; low bits: errno
 *   DASM_S_SEALED  the heap has been sealed
 * dasm_explain(status, Dst, ...) tells which of these, in words. On error nothing stays allocated. In the steady state makes no system call (DASM_HEAP_DUAL) and
 * allocates nothing but a table if there are more than two labels. Since 1.0. */
DASM_API int dasm_publish(dasm_CodeHeap *heap, dasm_State **Dst, dasm_Code **code);
DASM_API int dasm_publishwith(dasm_CodeHeap *heap, dasm_State **Dst, const dasm_CodeInfo *info,
                              dasm_Code **code);

/* Publish several states, all or none.
 *   states  n pointers to state pointers
 *   infos   NULL, or n infos
 *   codes   out: n code objects; all NULL on error
 * Returns as dasm_publishwith(): the first error. Since 1.0. */
DASM_API int dasm_publishall(dasm_CodeHeap *heap, dasm_State **const *states, unsigned n,
                             const dasm_CodeInfo *infos, dasm_Code **codes);

/* Make a code object of finished bytes.
 *   bytes  n bytes of position-independent code, copied; NULL: room for n bytes, filled with trap
 *          instructions, to be written with dasm_code_write()
 * Returns as dasm_publishwith(); DASM_S_SIZE if n is 0 or above 2 GiB. Since 1.0. */
DASM_API int dasm_heap_add(dasm_CodeHeap *heap, const void *bytes, size_t n,
                           const dasm_CodeInfo *info, dasm_Code **code);

/* ---- Code objects ------------------------------------------------------ */

/* Offsets into code count, here and below, from its first byte as the state gave it: what
 * dasm_getpclabel() says. A landing pad stands before it. */

/* Where to enter (the landing pad, if there is one): what a host casts to a function. */
DASM_API void *dasm_code_address(const dasm_Code *code);
/* Where offset 0 is; differs from the above only by the landing pad. */
DASM_API void *dasm_code_base(const dasm_Code *code);
/* Bytes of code from the base on. */
DASM_API size_t dasm_code_size(const dasm_Code *code);
/* Its name for tools, or "". Lives as long as the code; kept only if the heap tells a tool. */
DASM_API const char *dasm_code_name(const dasm_Code *code);

/* Address of a label when it was published.
 *   number   of the global label, or of the PC label
 *   address  out: where it is in the code
 * Returns DASM_S_OK, or
 *   DASM_S_RANGE_LG, DASM_S_RANGE_PC  no such label, or labels were not kept
 *   DASM_S_UNDEF_LG, DASM_S_UNDEF_PC  the label is not in this code; nor is one that was set to an address
 * Since 1.0. */
DASM_API int dasm_code_global(const dasm_Code *code, unsigned number, void **address);
DASM_API int dasm_code_pclabel(const dasm_Code *code, unsigned number, void **address);

/* The view to write offset 0 of the code through, or NULL (SINGLE, FLIP, sealed, or inherited through fork).
 * After writing, dasm_code_flush() makes it visible. With DASM_HEAP_PKEY it is read-only. */
DASM_API void *dasm_code_view(dasm_CodeHeap *heap, dasm_Code *code);
/* Make `n` written bytes from `offset` on visible to instruction fetch.
 * Returns DASM_S_OK, DASM_S_SIZE, DASM_S_HEAP. Since 1.0. */
DASM_API int dasm_code_flush(dasm_CodeHeap *heap, dasm_Code *code, size_t offset, size_t n);

/* Free a code object now. No thread may be in it, or enter it.
 * Returns DASM_S_OK, or
 *   DASM_S_HEAP    not an object of this heap, freed already, or bytes behind its end were
 *                  overwritten (then it is freed nevertheless)
 *   DASM_S_SEALED  the heap has been sealed
 *   DASM_S_SYSTEM  the pages could not be cleared (SINGLE, FLIP); it stays allocated
 * Since 1.0. */
DASM_API int dasm_code_release(dasm_CodeHeap *heap, dasm_Code *code);

/* ---- Changing published code ------------------------------------------- */

/* Write bytes into a code object. Not atomic: no thread may run these bytes meanwhile. Other
 * threads that run them later must have been told through a lock or an atomic variable; on x86
 * and with DASM_S_OK nothing more is needed.
 *   offset, n  must lie within the code
 * Returns DASM_S_OK, DASM_S_SIZE (beyond the end), DASM_S_HEAP, DASM_S_SEALED, DASM_S_SYSTEM. Since 1.0. */
DASM_API int dasm_code_write(dasm_CodeHeap *heap, dasm_Code *code, size_t offset, const void *bytes,
                             size_t n);

/* Replace 1, 2, 4 or 8 bytes atomically, while other threads run them: each fetch sees the old or
 * the new bytes. Rules: offset + address must be a multiple of n; the bytes must be one whole field
 * of an instruction (an immediate, a displacement) or whole instructions, and both contents must
 * be legal there. On AArch64 the architecture guarantees this for b, bl, nop, brk, svc, hvc, smc, isb;
 * for other instructions use dasm_code_write(). Needs DASM_HEAP_DUAL: under SINGLE and FLIP the
 * page cannot be executed for a moment, so that there no thread may be in it.
 *   value  the bytes, in the order of the host
 * Returns DASM_S_OK, DASM_S_ARG (n, alignment), DASM_S_SIZE, DASM_S_HEAP, DASM_S_SEALED, DASM_S_SYSTEM.
 * Since 1.0. */
DASM_API int dasm_code_patch(dasm_CodeHeap *heap, dasm_Code *code, size_t offset, uint64_t value,
                             unsigned n);

/* Let a published branch or call go to another target, atomically as above.
 *   offset  of the instruction: x86: jmp rel32, jcc rel32, call rel32, or any instruction that
 *           ends with a rel32 given by its length; AArch64: b, bl
 *   length  of the instruction in bytes
 *   target  where to
 * On x86 the 4-byte field must be aligned to 4 (put `.align 4`, or nops, before the instruction).
 * Returns as dasm_code_patch(), or DASM_S_RANGE_REL: the target is out of reach. Since 1.0. */
DASM_API int dasm_code_branch(dasm_CodeHeap *heap, dasm_Code *code, size_t offset, unsigned length,
                              const void *target);

/* Replaced code may still be running in other threads. Instead of releasing it, retire it: it is
 * freed when every reader has been quiescent since. A reader is a thread that runs code of the heap
 * and has said so; it is quiescent whenever it calls dasm_reader_quiescent() and while it is
 * offline. Who retires makes sure first that no new call can reach the code. */
typedef struct dasm_Reader dasm_Reader;

/* Register a reader, online. DASM_S_OK, DASM_S_ARG, DASM_S_NOMEM. Since 1.0. */
DASM_API int dasm_reader_new(dasm_CodeHeap *heap, dasm_Reader **reader);
/* Unregister it; must not be used by its thread any more. DASM_S_OK or DASM_S_ARG. Since 1.0. */
DASM_API int dasm_reader_free(dasm_Reader **reader);
/* Now, this reader's thread is in no code of the heap. It costs one store and never blocks. Since 1.0. */
DASM_API void dasm_reader_quiescent(dasm_Reader *reader);
/* This reader's thread runs no code until dasm_reader_online(). Since 1.0. */
DASM_API void dasm_reader_offline(dasm_Reader *reader);
DASM_API void dasm_reader_online(dasm_Reader *reader);

/* Free a code object as soon as no reader can be in it: at a later retire or reclaim, in any
 * thread. Without readers: at the next dasm_heap_reclaim().
 * Returns DASM_S_OK, DASM_S_HEAP (not of this heap, freed, retired already), DASM_S_SEALED. Since 1.0. */
DASM_API int dasm_code_retire(dasm_CodeHeap *heap, dasm_Code *code);

/* Free what can be freed of the retired code.
 *   left  out, may be NULL: how many retired objects had to be kept
 * Returns DASM_S_OK, or the first error of a release. Since 1.0. */
DASM_API int dasm_heap_reclaim(dasm_CodeHeap *heap, size_t *left);

#ifdef __cplusplus
}
#endif

#endif /* DASM_HEAP_H */
