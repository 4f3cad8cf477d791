/* dasm_heap.h - public interface of libdasm's code heap. Included by dasm.h.
 *
 * A heap (dasm_CodeHeap) owns regions of address space for code. A code object
 * (dasm_Code) is one block of it: a published function, or bytes that the program
 * brings. No page is ever writable and executable at one address.
 *
 * Threads: any number of threads can use a heap at once, and all of them can read a
 * code object (its address, size and labels). One thread at a time can release, retire
 * or patch one and the same object.
 *
 * Lifetime: a code object lives until it is released, or until its heap is freed.
 * Using it afterwards is an error of the program. Functions that take the heap as well
 * detect it, unless the object has been used for new code meanwhile.
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

/* How the heap writes code, although its pages are never writable and executable. */
enum dasm_strategy {
  DASM_HEAP_AUTO = 0,   /* DUAL, or SINGLE where the system refuses that. With DASM_HEAP_GDB and
                           DASM_HEAP_PERFMAP the other way round, because GDB cannot set breakpoints in
                           memory that is mapped twice, and perf reads its map for anonymous memory only */
  DASM_HEAP_DUAL = 1,   /* the memory is mapped twice, once to write it and once to run it. Publishing makes
                           no system call and disturbs no running code */
  DASM_HEAP_SINGLE = 2, /* one mapping. Each block has pages of its own, which are written and then made
                           executable. For tools that cannot handle double mappings */
  DASM_HEAP_FLIP = 3    /* one mapping. Blocks share pages, which are not executable while one of their
                           blocks is written or freed: the program makes sure that no other thread runs
                           code of the heap meanwhile */
};

enum dasm_heap_flags {
  DASM_HEAP_HUGE = 0x1,       /* use huge pages, with DUAL and where the system has them for shared
                                 memory (Linux: transparent_hugepage/shmem_enabled) */
  DASM_HEAP_LOW = 0x2,        /* place all code in the lowest 2 GiB of the address space */
  DASM_HEAP_LANDING = 0x4,    /* begin each code object with endbr64, endbr32 or bti c */
  DASM_HEAP_FORK_SHARE = 0x8, /* let a child of fork keep the writable view: parent and child
                                 then share one memory, and must agree on who uses it */
  DASM_HEAP_KEEP = 0x10,      /* keep the memory of regions that become empty */
  DASM_HEAP_PKEY = 0x20,      /* guard the writable view with a memory protection key */
  DASM_HEAP_GDB = 0x100,      /* inform GDB of names, lines and frames */
  DASM_HEAP_PERFMAP = 0x200,  /* write names for perf to /tmp/perf-PID.map */
  DASM_HEAP_JITDUMP = 0x400,  /* write jit-PID.dump for perf inject --jit. A process can have one such heap,
                                 or several that have different directories */
  DASM_HEAP_UNWIND = 0x800    /* let exceptions and backtrace() pass through the code */
};

/* Options of a heap. Zero and NULL stand for the default. */
typedef struct dasm_HeapOptions {
  size_t size;           /* sizeof(dasm_HeapOptions) */
  int strategy;          /* enum dasm_strategy */
  unsigned flags;        /* enum dasm_heap_flags */
  size_t reserve;        /* bytes of address space in a region; default 64 MiB (4 MiB on 32-bit
                            machines). Address space that is not used takes no memory */
  size_t commit;         /* bytes of memory taken from the system at once; default 64 KiB */
  size_t limit;          /* the most memory to take from the system, in bytes; default: no limit */
  size_t retain;         /* an empty region keeps this much memory; default 1 MiB */
  size_t alignment;      /* of blocks: a power of two, 1 ... 4096; default 32 */
  uint64_t around;       /* together with reach: all code lies within reach bytes of this address */
  uint64_t reach;        /* 0: code may lie anywhere */
  unsigned shards;       /* the most regions that threads spread over when they publish at the same
                            moment; default: the number of processors, 1 ... 64 */
  const char *name;      /* of the memory in /proc/self/maps; default "dasm-code" */
  const char *directory; /* for jit-PID.dump; default: the current one */
  const dasm_Allocator *allocator; /* for bookkeeping; copied. Threads may call it at the same time */
  char *message;         /* out, if the heap cannot be made: why, strategy by strategy, with a terminating zero */
  size_t message_size;   /* bytes at message */
} dasm_HeapOptions;

/* Make a heap.
 *   options  NULL: all defaults. It is not kept
 *   heap     out: the heap; NULL on error
 * Returns DASM_S_OK or
 *   DASM_S_ARG     an option is invalid (an unknown strategy or flag, an alignment that is no power of two);
 *                  options->message says which
 *   DASM_S_NOMEM   no memory for bookkeeping
 *   DASM_S_LIMIT   the limit is below one page, or a region of that size cannot be managed
 *   DASM_S_SYSTEM  the system allows no executable memory, or none within reach, or lacks something
 *                  that a flag asks for; low bits: errno; options->message says what was tried
 * Allocates a region. Since 1.0. */
DASM_API int dasm_heap_new(const dasm_HeapOptions *options, dasm_CodeHeap **heap);

/* Free a heap with all of its code. No thread may run its code or use the heap any more.
 *   heap  *heap becomes NULL, and may be NULL already
 * Returns DASM_S_OK, or DASM_S_ARG if heap is NULL. Since 1.0. */
DASM_API int dasm_heap_free(dasm_CodeHeap **heap);

/* What a heap uses, in bytes unless a comment says otherwise. */
typedef struct dasm_HeapStats {
  size_t size;       /* sizeof(dasm_HeapStats), set by the caller */
  int strategy;      /* the one in use */
  unsigned flags;    /* those in effect: a flag for something that the system lacks is not set */
  unsigned regions;  /* number of regions */
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

/* Find out what a heap uses.
 *   stats  in: its member size; out: as many of the members as that size has
 * Returns DASM_S_OK, or DASM_S_ARG (NULL, or a size without members). Allocates nothing. Since 1.0. */
DASM_API int dasm_heap_stats(dasm_CodeHeap *heap, dasm_HeapStats *stats);

/* Take memory from the system now, so that later calls of dasm_publish() need not.
 *   bytes  size of the code that then fits, in one region, without asking the system again
 * Returns DASM_S_OK, DASM_S_LIMIT, DASM_S_SYSTEM, DASM_S_NOMEM, DASM_S_SEALED. Since 1.0. */
DASM_API int dasm_heap_reserve(dasm_CodeHeap *heap, size_t bytes);

/* Give unused memory at the end of every region back to the system, even memory that the option retain would
 * keep. Memory that was given back cannot be executed. Where the system would not let it become executable
 * again (PR_SET_MDWE), DUAL gives nothing back and returns DASM_S_SYSTEM.
 * Returns DASM_S_OK or DASM_S_SYSTEM. Since 1.0. */
DASM_API int dasm_heap_trim(dasm_CodeHeap *heap);

/* Forbid every further change, for ever: the writable views disappear. Code can still be called; publishing,
 * patching and releasing return DASM_S_SEALED from now on. No other thread may be in one of these
 * functions meanwhile.
 * Returns DASM_S_OK or DASM_S_SYSTEM. Since 1.0. */
DASM_API int dasm_heap_seal(dasm_CodeHeap *heap);

/* Find the code object that contains an address.
 *   address  any address, for example a return address or the program counter of a signal
 *   code     out: the object, or NULL
 * Returns DASM_S_OK, or DASM_S_HEAP if this heap has no code there. It takes a lock: call it in a signal
 * handler only if the signal comes from the code itself. Since 1.0. */
DASM_API int dasm_heap_find(dasm_CodeHeap *heap, const void *address, dasm_Code **code);

/* Keep a heap consistent when a process with several threads forks: call it from the three
 * handlers of pthread_atfork(), for each heap. A process with one thread need not call it.
 *
 * In the child all code runs as before and can be released. Without DASM_HEAP_FORK_SHARE,
 * the child cannot write to memory that the parent runs from: new code goes to new
 * regions, and patching code from before the fork returns DASM_S_SEALED. (With SINGLE and FLIP the
 * memory is the child's own copy, and everything works as before.) With DUAL, code that the parent
 * patches or releases after the fork changes in the child, too: keep the code that children run.
 *   phase  DASM_FORK_PREPARE, DASM_FORK_PARENT or DASM_FORK_CHILD
 * Returns DASM_S_OK or DASM_S_ARG. Since 1.0. */
enum dasm_fork_phase { DASM_FORK_PREPARE = 0, DASM_FORK_PARENT = 1, DASM_FORK_CHILD = 2 };
DASM_API int dasm_heap_fork(dasm_CodeHeap *heap, int phase);

/* ---- Publishing -------------------------------------------------------- */

/* A rule for unwinding that holds from byte `offset` of the code on. The CFA is the value that the
 * stack pointer has before the call pushes the return address. Registers have the numbers of the
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
  DASM_CODE_LANDING = 0x1,    /* begin the code with a landing pad, as with DASM_HEAP_LANDING */
  DASM_CODE_NO_LANDING = 0x2, /* begin it without one, even if the heap has DASM_HEAP_LANDING */
  DASM_CODE_FRAME = 0x4,      /* without cfi: the code keeps a frame pointer from its start to its
                                 end (push rbp; mov rbp, rsp ... pop rbp; ret); on PowerPC it keeps
                                 the back chain, and LR where the convention says */
  DASM_CODE_NO_LABELS = 0x8   /* do not keep the addresses of labels */
};

/* Options of one code object. Zero and NULL stand for the default. */
typedef struct dasm_CodeInfo {
  size_t size;         /* sizeof(dasm_CodeInfo) */
  unsigned flags;      /* enum dasm_code_flags */
  const char *name;    /* for debuggers and profilers; copied. Default: the name of the global
                          label at the lowest offset, or none */
  size_t alignment;    /* power of two up to 4096 */
  uint64_t around;     /* together with reach: the code lies within reach bytes of this address */
  uint64_t reach;
  const dasm_Cfi *cfi; /* unwind rules, ncfi of them; copied */
  unsigned ncfi;
} dasm_CodeInfo;

/* Make code that can be called of a state: link it (unless dasm_link() was called already), allocate memory, encode
 * it for the address where it will run, and make it visible to all processors.
 *   heap  the heap that gets the code
 *   Dst   state with emitted code. Afterwards it is as after dasm_encode(): dasm_setup() begins the next code
 *   info  NULL: defaults. It is not kept
 *   code  out: the code object; NULL on error
 * Returns DASM_S_OK, what dasm_link() and dasm_encode_at() return, or
 *   DASM_S_ARG     an argument is NULL, info is invalid, the state is for another ISA, or has no code
 *   DASM_S_NOMEM   no memory for bookkeeping
 *   DASM_S_LIMIT   the heap's limit is reached
 *   DASM_S_SYSTEM  the system gives no more memory, or nothing within reach, or a tool could not be
 *                  told; low bits: errno
 *   DASM_S_SEALED  the heap has been sealed
 * dasm_explain(status, Dst, ...) says which of these it is, in words. On error nothing stays
 * allocated. Unless the heap has to grow, it makes no system call (DASM_HEAP_DUAL), and allocates
 * nothing but a table if there are more than two labels.
 * Since 1.0. */
DASM_API int dasm_publish(dasm_CodeHeap *heap, dasm_State **Dst, dasm_Code **code);
DASM_API int dasm_publishwith(dasm_CodeHeap *heap, dasm_State **Dst, const dasm_CodeInfo *info,
                              dasm_Code **code);

/* Publish several states: all, or none if there is an error.
 *   states  n pointers to state pointers
 *   infos   NULL, or n infos
 *   codes   out: n code objects; all NULL on error
 * Returns as dasm_publishwith(): the first error. Since 1.0. */
DASM_API int dasm_publishall(dasm_CodeHeap *heap, dasm_State **const *states, unsigned n,
                             const dasm_CodeInfo *infos, dasm_Code **codes);

/* Make a code object of finished bytes.
 *   bytes  n bytes of position-independent code, which are copied; NULL: room for n bytes, filled with trap
 *          instructions, for dasm_code_write()
 * Returns as dasm_publishwith(); DASM_S_SIZE if n is 0 or above 2 GiB. Since 1.0. */
DASM_API int dasm_heap_add(dasm_CodeHeap *heap, const void *bytes, size_t n,
                           const dasm_CodeInfo *info, dasm_Code **code);

/* ---- Code objects ------------------------------------------------------ */

/* Here and below, offsets count from the first byte of the state's code, as those of dasm_getpclabel() do. A
 * landing pad stands before that byte. */

/* The address to call (that of the landing pad, if there is one): cast it to a function pointer. */
DASM_API void *dasm_code_address(const dasm_Code *code);
/* The address of offset 0, which is behind the landing pad. */
DASM_API void *dasm_code_base(const dasm_Code *code);
/* Bytes of code from offset 0 on. */
DASM_API size_t dasm_code_size(const dasm_Code *code);
/* The name that debuggers and profilers get, or "". It lives as long as the code, and is kept only if the heap
 * has a flag for such a tool. */
DASM_API const char *dasm_code_name(const dasm_Code *code);

/* Address of a label when it was published.
 *   number   of the global label, or of the PC label
 *   address  out: its address in the code
 * Returns DASM_S_OK, or
 *   DASM_S_RANGE_LG, DASM_S_RANGE_PC  no such label, or labels were not kept
 *   DASM_S_UNDEF_LG, DASM_S_UNDEF_PC  the label is not in this code, or was set to an address
 * Since 1.0. */
DASM_API int dasm_code_global(const dasm_Code *code, unsigned number, void **address);
DASM_API int dasm_code_pclabel(const dasm_Code *code, unsigned number, void **address);

/* The address at which offset 0 of the code can be written; NULL with SINGLE and FLIP, when the heap is sealed, and for
 * code from before a fork. Call dasm_code_flush() after writing. With DASM_HEAP_PKEY the memory there is read-only. */
DASM_API void *dasm_code_view(dasm_CodeHeap *heap, dasm_Code *code);
/* Let processors see n bytes that were written at an offset when they fetch instructions.
 * Returns DASM_S_OK, DASM_S_SIZE, DASM_S_HEAP. Since 1.0. */
DASM_API int dasm_code_flush(dasm_CodeHeap *heap, dasm_Code *code, size_t offset, size_t n);

/* Free a code object now. No thread may run it or enter it any more.
 * Returns DASM_S_OK, or
 *   DASM_S_HEAP    it is no object of this heap, or was freed already; or bytes behind its end were
 *                  overwritten (then it is freed all the same)
 *   DASM_S_SEALED  the heap has been sealed
 *   DASM_S_SYSTEM  the pages could not be cleared (SINGLE, FLIP); it stays allocated
 * Since 1.0. */
DASM_API int dasm_code_release(dasm_CodeHeap *heap, dasm_Code *code);

/* ---- Changing published code ------------------------------------------- */

/* Write bytes into a code object. This is not atomic: no thread may run these bytes meanwhile. A
 * thread that runs them later must learn of them through a lock or an atomic variable; nothing
 * more is needed when the status is DASM_S_OK.
 *   offset, n  must lie within the code
 * Returns DASM_S_OK, DASM_S_SIZE (beyond the end), DASM_S_HEAP, DASM_S_SEALED, DASM_S_SYSTEM. Since 1.0. */
DASM_API int dasm_code_write(dasm_CodeHeap *heap, dasm_Code *code, size_t offset, const void *bytes,
                             size_t n);

/* Replace 1, 2, 4 or 8 bytes atomically, even while other threads run them: each fetch sees either the old
 * or the new bytes. The address of the bytes must be a multiple of n. They must be one whole field of an
 * instruction (an immediate or a displacement) or whole instructions, valid both before and after. On
 * AArch64 the architecture guarantees this for b, bl, nop, brk, svc, hvc, smc, isb; for other instructions
 * use dasm_code_write(). Other threads may run the code meanwhile with DASM_HEAP_DUAL only: with SINGLE
 * and FLIP the page cannot be executed for a moment.
 *   value  the bytes, in the byte order of the machine
 * Returns DASM_S_OK, DASM_S_ARG (n, alignment), DASM_S_SIZE, DASM_S_HEAP, DASM_S_SEALED, DASM_S_SYSTEM.
 * Since 1.0. */
DASM_API int dasm_code_patch(dasm_CodeHeap *heap, dasm_Code *code, size_t offset, uint64_t value,
                             unsigned n);

/* Let a published branch or call go to another target, atomically as with dasm_code_patch().
 *   offset  of the instruction. On x86 it is a jmp, jcc or call with a distance of 4 bytes, or any instruction that
 *           ends with such a distance; on AArch64 b or bl; on RISC-V jal or j; on MIPS b, bal, j, jal, bc or balc
 *   length  of the instruction in bytes
 *   target  the address where it goes from now on
 * On x86 the field of 4 bytes must be aligned to 4 (write .align 4 and nops before the instruction).
 * Returns as dasm_code_patch(), DASM_S_RANGE_REL: the target is out of reach, or DASM_S_ARG: it is
 * another instruction, or the processor is none of these. Since 1.0. */
DASM_API int dasm_code_branch(dasm_CodeHeap *heap, dasm_Code *code, size_t offset, unsigned length,
                              const void *target);

/* A thread that runs code of the heap, so that code which was replaced is freed only when no thread runs it.
 * Retire such code instead of releasing it: it is freed when every reader has been quiescent since then. A
 * reader is quiescent when its thread calls dasm_reader_quiescent(), and while it is offline. Before you
 * retire code, make sure that no new call can reach it. */
typedef struct dasm_Reader dasm_Reader;

/* Register the calling thread as a reader, which is online. Returns DASM_S_OK, DASM_S_ARG or
 * DASM_S_NOMEM. Since 1.0. */
DASM_API int dasm_reader_new(dasm_CodeHeap *heap, dasm_Reader **reader);
/* Remove a reader, which its thread must not use any more. Returns DASM_S_OK or DASM_S_ARG. Since 1.0. */
DASM_API int dasm_reader_free(dasm_Reader **reader);
/* Say that the reader's thread is not inside any code of the heap at this moment. The call is one store to memory and
 * never blocks. Since 1.0. */
DASM_API void dasm_reader_quiescent(dasm_Reader *reader);
/* Say that the reader's thread runs no code of the heap until it calls dasm_reader_online(). Since 1.0. */
DASM_API void dasm_reader_offline(dasm_Reader *reader);
DASM_API void dasm_reader_online(dasm_Reader *reader);

/* Free a code object when no reader can be in it any more: a later call of this function or of dasm_heap_reclaim(),
 * in any thread, does so. Without readers the next dasm_heap_reclaim() frees it.
 * Returns DASM_S_OK, DASM_S_HEAP (not of this heap, freed, retired already), DASM_S_SEALED. Since 1.0. */
DASM_API int dasm_code_retire(dasm_CodeHeap *heap, dasm_Code *code);

/* Free the retired code that no reader can be in.
 *   left  out: how many retired objects had to be kept; may be NULL
 * Returns DASM_S_OK, or the first error of a release. Since 1.0. */
DASM_API int dasm_heap_reclaim(dasm_CodeHeap *heap, size_t *left);

#ifdef __cplusplus
}
#endif

#endif /* DASM_HEAP_H */
