/* dasm.h - public interface of libdasm: emit machine code, run it.
 *
 * A state (dasm_State) collects code from templates, links it and encodes it.
 * A code heap (dasm_CodeHeap) turns encoded bytes into callable functions.
 *
 * Statuses: every call returns DASM_S_OK (0) or a status whose high byte is
 * its class and whose low 24 bits say where (see dasm_strerror, dasm_errmsg).
 * A state keeps its first error; what is put afterwards is ignored.
 *
 * Threads: a state belongs to one thread at a time; different states are
 * independent. A code heap may be shared by threads.
 */
#ifndef DASM_H
#define DASM_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "dynasm/dasm_arg.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifndef DASM_API
#if defined(__GNUC__)
#define DASM_API extern __attribute__((visibility("default")))
#else
#define DASM_API extern
#endif
#endif

/* ---- Statuses ---------------------------------------------------------- */

#define DASM_S_OK         0x00000000  /* all is well */
#define DASM_S_NOMEM      0x01000000  /* an allocation failed */
#define DASM_S_PHASE      0x02000000  /* calls made in the wrong order */
#define DASM_S_MATCH_SEC  0x03000000  /* not in the section that was expected */
#define DASM_S_TEMPLATE   0x04000000  /* template list missing, damaged, or of another version */
#define DASM_S_ARG        0x05000000  /* an argument of the call is invalid */
#define DASM_S_SIZE       0x06000000  /* more than 2 GiB of code, or buffer too small */
#define DASM_S_EXTERN     0x07000000  /* an extern was not resolved */
#define DASM_S_SYSTEM     0x08000000  /* the system refused memory; low bits: errno */
#define DASM_S_HEAP       0x09000000  /* block does not belong to this heap, or was freed */
#define DASM_S_LIMIT      0x0a000000  /* a size limit of the heap was reached */
#define DASM_S_SOURCE     0x0b000000  /* text has errors; dasmc_message() tells which */
#define DASM_S_SEALED     0x0c000000  /* the code may not be changed any more */
#define DASM_S_RANGE_I    0x11000000  /* immediate or displacement does not fit */
#define DASM_S_RANGE_SEC  0x12000000  /* no such section */
#define DASM_S_RANGE_LG   0x13000000  /* no such local or global label */
#define DASM_S_RANGE_PC   0x14000000  /* no such PC label */
#ifndef DASM_S_RANGE_VREG /* in programs with a header of dynasm/ these two have DynASM's numbers of the ISA */
#define DASM_S_RANGE_VREG 0x15000000  /* invalid dynamic register number */
#define DASM_S_RANGE_REL  0x16000000  /* label or address out of reach */
#endif
#define DASM_S_UNDEF_L    0x21000000  /* local or global label never defined */
#define DASM_S_UNDEF_LG   DASM_S_UNDEF_L
#define DASM_S_UNDEF_PC   0x22000000  /* PC label never defined */
#define DASM_S_REDEF      0x23000000  /* global or PC label placed a second time */

#define DASM_S_CLASS(status)    ((int)((unsigned)(status) & 0xff000000u))
#define DASM_S_POSITION(status) ((int)((unsigned)(status) & 0x00ffffffu))

/* ---- Version ----------------------------------------------------------- */

/* Version of the template list format; generated code checks that it fits. */
#ifndef DASM_LIST_VERSION
#define DASM_LIST_VERSION 4
#endif

/* Version of the library in use, as MAJOR*10000 + MINOR*100 + PATCH. Any thread. Since 1.0. */
DASM_API int dasm_version(void);

/* Name and one-line meaning of a status, as "RANGE_I: immediate or displacement does not fit".
 *   status  any status; only its class counts
 * Returns static text, never NULL. Any thread. Since 1.0. */
DASM_API const char *dasm_strerror(int status);

/* ---- States ------------------------------------------------------------ */

/* A state. Functions take the address of the pointer to it, as in DynASM, and return
 * DASM_S_NOMEM if Dst or *Dst is NULL (that is a state which could not be made), unless
 * something else is said. Every function that returns a status may return the first error
 * that the state met since dasm_setup(); only that is meant by "the state's error". */
typedef struct dasm_State dasm_State;

/* Memory for a state; the struct is copied.
 *   size     sizeof(dasm_Allocator)
 *   realloc  as C realloc, with the old size as well; p NULL and osize 0 to allocate.
 *            Returns NULL on failure; the old block then stays
 *   free     gives a block back; never called with NULL
 *   user     first argument of both */
typedef struct dasm_Allocator {
  size_t size;
  void *(*realloc)(void *user, void *p, size_t osize, size_t nsize);
  void (*free)(void *user, void *p, size_t size);
  void *user;
} dasm_Allocator;

#ifndef DASM_PROTO_H /* which declares what DynASM has, with the program's own first parameter */
/* Make a state.
 *   Dst         out: the new state, or NULL on error
 *   maxsection  number of sections, 0 ... 0xffffff; usually DASM_MAXSECTION
 * Returns DASM_S_OK, or:
 *   DASM_S_NOMEM      no memory
 *   DASM_S_RANGE_SEC  maxsection is out of range
 *   DASM_S_ARG        Dst is NULL
 * Allocates the state, a few hundred bytes; buffers come with the first put. Since 1.0. */
DASM_API int dasm_init(dasm_State **Dst, int maxsection);
#endif

/* The same with the host's memory functions.
 *   allocator  copied; NULL: C's realloc and free
 * Returns as dasm_init(); DASM_S_ARG also for an allocator with a wrong size or without one
 * of its functions. Since 1.0. */
DASM_API int dasm_initwith(dasm_State **Dst, int maxsection, const dasm_Allocator *allocator);

#ifndef DASM_PROTO_H
/* Free a state and all it owns; *Dst becomes NULL. NULL is fine. Returns DASM_S_OK. Since 1.0. */
DASM_API int dasm_free(dasm_State **Dst);

/* Say how many global labels there are, and where their addresses are kept.
 *   globals    array of maxglobal addresses, owned by the host, used until the next call of this
 *              function, which sets all of them to NULL: an array need not be initialised.
 *              dasm_encode() stores the run addresses of labels defined in this code, and takes
 *              those of labels that are not from it: a label of other code is preset by an
 *              assignment behind this call. NULL: nowhere
 *   maxglobal  number of global labels, usually <prefix>_MAX
 * Returns DASM_S_OK or DASM_S_NOMEM. Call it before dasm_setup(). (For programs written for DynASM the
 * array is cleared if they define DASM_CHECKS; otherwise it is left as it is.) Since 1.0. */
DASM_API int dasm_setupglobal(dasm_State **Dst, void **globals, unsigned maxglobal);
#endif

/* Have at least maxglobal global labels, for texts that are not known yet at dasm_setupglobal().
 * Their addresses are not stored in the host's array (dasm_getglobal() gives offsets).
 * Returns DASM_S_OK or DASM_S_NOMEM. At any time. Since 1.0. */
DASM_API int dasm_growglobal(dasm_State **Dst, unsigned maxglobal);

#ifndef DASM_PROTO_H
/* Have at least maxpc PC labels, numbered from 0. Fewer than before changes nothing.
 * Returns DASM_S_OK or DASM_S_NOMEM. At any time, also between puts. Since 1.0. */
DASM_API int dasm_growpc(dasm_State **Dst, unsigned maxpc);

/* Begin new code: forget code, labels and error; section 0 becomes current. Memory is kept, so
 * a state that is used again does not allocate.
 *   actionlist  template list, as dasmc writes it; must stay valid and unchanged
 * Returns DASM_S_OK, or:
 *   DASM_S_TEMPLATE  not a template list of this version, or for an instruction set that the library does not
 *                    know, or with a byte order that this does not have; dasm_errmsg() says which
 * Reads the list's header only and allocates nothing: a list that was compiled into the program is as
 * trustworthy as the program. One from elsewhere becomes a template first. Since 1.0. */
DASM_API int dasm_setup(dasm_State **Dst, const void *actionlist);
#endif

/* A template list that was checked as a whole, to be used by many states and threads. */
typedef struct dasm_Template dasm_Template;

/* Check a list.
 *   out   out: the template, or NULL on error
 *   list  copied
 *   size  bytes at list
 * Returns DASM_S_OK, or:
 *   DASM_S_TEMPLATE  not a list of this version, or damaged; low bits: the place in the list
 *   DASM_S_NOMEM     no memory
 *   DASM_S_ARG       out is NULL
 * Any thread; the template can be used by several at once. Since 1.0. */
DASM_API int dasm_template_new(dasm_Template **out, const void *list, size_t size);

/* Give back a template. States that use it keep it until they are set up again or freed. NULL is
 * fine. Any thread. Since 1.0. */
DASM_API void dasm_template_free(dasm_Template *tmpl);

/* The list of a template, of *size bytes (size may be NULL). It lives as long as the template.
 * NULL for NULL. Since 1.0. */
DASM_API const void *dasm_template_list(const dasm_Template *tmpl, size_t *size);

/* Take later puts from another list; code, sections and labels go on. Label and extern numbers
 * are then those of that list.
 *   tmpl  the state holds it until it is set up again or freed
 * Returns DASM_S_OK, the state's error, or:
 *   DASM_S_TEMPLATE  the list is for another ISA than the code so far
 *   DASM_S_ARG       tmpl is NULL
 *   DASM_S_NOMEM     no memory to remember the template
 *   DASM_S_SIZE      more than 2^32 bytes of records in all lists of the state
 * Allocates when a state uses more templates than ever before. Since 1.0. */
DASM_API int dasm_usetemplate(dasm_State **Dst, const dasm_Template *tmpl);

/* ---- Emitting ---------------------------------------------------------- */

#ifndef DASM_PROTO_H
/* Append code. dasmc writes these calls.
 *   start  number of the put site in the list
 *   ...    its arguments, every one an int64_t
 * Returns DASM_S_OK, the state's error, or:
 *   DASM_S_RANGE_I     a value does not fit in its field (or a size is negative)
 *   DASM_S_RANGE_VREG  a dynamic register number is out of range
 *   DASM_S_RANGE_LG    no such global label, or <n without n: before
 *   DASM_S_RANGE_PC    no such PC label
 *   DASM_S_REDEF       a global or PC label is in this code already: each is placed once between
 *                      two calls of dasm_setup(). (Programs written for DynASM are told only
 *                      if they define DASM_CHECKS; otherwise the last place counts from there on.)
 *   DASM_S_RANGE_SEC   no such section
 *   DASM_S_TEMPLATE    no put site at `start`; low bits: start
 *   DASM_S_PHASE       no dasm_setup() before
 *   DASM_S_SIZE        more than 2 GiB of code
 *   DASM_S_NOMEM       a buffer could not grow
 * Low bits of RANGE statuses and REDEF: the place of the record in the list. In the steady state nothing is
 * allocated: buffers double. Since 1.0. */
DASM_API int dasm_put(dasm_State **Dst, int start, ...);
#endif

/* The same: args[0] is start, its arguments follow, as many as the site takes. In C dasm_put is also
 * a macro that calls this, which is faster than a variable number of arguments. Since 1.0. */
DASM_API int dasm_putargs(dasm_State **Dst, const int64_t *args);

#if !defined(DASM_PROTO_H) && !defined(__cplusplus) && !defined(SWIG) && !defined(dasm_put)
#define dasm_put(Dst, ...) dasm_putargs((Dst), (const int64_t[]){__VA_ARGS__})
#endif

/* The same with a va_list; `args` is not advanced for the caller. Since 1.0. */
DASM_API int dasm_vput(dasm_State **Dst, int start, va_list args);

/* The same with an array, for bindings.
 *   args   nargs values; may be NULL if there are none
 *   nargs  must be what the site takes, else DASM_S_ARG
 * Since 1.0. */
DASM_API int dasm_aput(dasm_State **Dst, int start, const int64_t *args, unsigned nargs);

#ifndef DASM_PROTO_H
/* Check between steps of code that no >n waits for its n:, and forget local labels.
 *   secmatch  number of the section that should be current; negative: any
 * Returns DASM_S_OK, the state's error, or:
 *   DASM_S_UNDEF_L    a >n has no n:; low bits: n
 *   DASM_S_MATCH_SEC  another section is current; low bits: its number
 * Since 1.0. */
DASM_API int dasm_checkstep(dasm_State **Dst, int secmatch);

/* ---- Linking and encoding ---------------------------------------------- */

/* Lay out all sections, shorten branches, and give labels their offsets.
 *   size  out: bytes that dasm_encode() will write; unchanged on error; may be NULL
 * Returns DASM_S_OK, the state's error, or:
 *   DASM_S_UNDEF_PC  a PC label is used but never placed; low bits: its number
 *   DASM_S_UNDEF_L   a local label is used but never placed; low bits: its digit
 *   DASM_S_SIZE      more than 2 GiB of code
 *   DASM_S_PHASE     no dasm_setup() before
 *   DASM_S_NOMEM     no memory for the table of stubs (dasm_setstubs)
 * Allocates nothing else. More can be put afterwards; then link again. Since 1.0. */
DASM_API int dasm_link(dasm_State **Dst, size_t *size);

/* Write the linked code to where it will run.
 *   buffer  at least as many bytes as dasm_link() said
 * Returns DASM_S_OK, the state's error, or:
 *   DASM_S_PHASE      not linked, or changed since
 *   DASM_S_UNDEF_L    a global label is neither defined nor in the host's array; low bits: number
 *   DASM_S_EXTERN     an extern was not resolved; low bits: its number
 *   DASM_S_RANGE_REL  a label or address is out of reach; low bits: the place of the record
 *   DASM_S_ARG        buffer is NULL
 * Allocates nothing; the code can be encoded again, also elsewhere. Since 1.0. */
DASM_API int dasm_encode(dasm_State **Dst, void *buffer);
#endif

/* The same, written to one address to run at another (the other view of a double mapping,
 * another process, an image).
 *   write  where the bytes go
 *   size   bytes there; DASM_S_SIZE if they are too few
 *   run    address of the first byte when the code runs
 * Since 1.0. */
DASM_API int dasm_encode_at(dasm_State **Dst, void *write, size_t size, uint64_t run);

/* What an extern resolver is told. */
typedef struct dasm_ExternRef {
  size_t size;      /* sizeof(dasm_ExternRef) */
  unsigned index;   /* number of the extern, in order of first use in the list */
  int type;         /* DASM_EXTERN_ABS or DASM_EXTERN_REL */
  int width;        /* bytes of the field */
  const char *name; /* as written; NULL if the list has no names */
  void *field;      /* where the field is being written; for a part of an instruction word: the word */
  uint64_t run;     /* address of that when the code runs */
} dasm_ExternRef;

#define DASM_EXTERN_ABS 0 /* the field holds an address */
#define DASM_EXTERN_REL 1 /* it holds a distance: on x86 and x64 from the end of the instruction, on MIPS from the next
                             instruction, on ARM from two instructions further, else from the start of this one */

/* Finds externs while code is encoded. Returns
 *   DASM_S_OK        *value is the extern's address; the distance is computed and checked
 *   DASM_EXTERN_RAW  *value goes into the field as it is; where the field is a part of an instruction word, as such a
 *                    distance in bytes, which has to fit
 *   DASM_S_EXTERN    there is no such extern
 * or any other error status, which dasm_encode() then returns. */
typedef int (*dasm_ExternFn)(void *user, const dasm_ExternRef *ref, int64_t *value);
#define DASM_EXTERN_RAW 1

/* Set the resolver; kept until it is set again.
 *   resolve  NULL: externs are errors
 *   user     its first argument
 * Returns DASM_S_OK. Since 1.0. */
DASM_API int dasm_setextern(dasm_State **Dst, dasm_ExternFn resolve, void *user);

/* Let calls and jumps that do not reach their target go through stubs; kept until it is set again.
 *   on  not 0: allow stubs, as the modules for Python and Lua do for what they publish; 0: none, as at first
 * Where code will run is known only when it is encoded. So dasm_link() counts a stub for each extern, address and
 * preset global that is called or jumped to, behind the code, on x64 16 bytes each; dasm_encode() fills those that it needs,
 * and the others with traps. A resolver that returns DASM_EXTERN_RAW has none. On x64 `call` and `jmp`, conditional ones
 * too, then reach any address; what reads or computes an address (`mov`, `lea`) does not.
 * On RISC-V jal goes through a stub, which changes t3, on AArch64 b and bl, which changes x16; and a conditional branch that
 * does not reach its label becomes the opposite one over a jump, if stubs were allowed before the first put.
 * Returns DASM_S_OK or DASM_S_NOMEM. A linked state has to be linked again; that then allocates if there
 * are more such targets than before. Since 1.0. */
DASM_API int dasm_setstubs(dasm_State **Dst, int on);

/* Note which source line each byte comes from, for debuggers and profilers: a code heap that tells
 * them passes the lines on when the state is published. Holds for the puts that follow, also
 * after dasm_setup(), until it is switched off; makes them slower. What is put later then counts
 * as the last line that was noted. The lines are those of the list.
 *   on  not 0: note lines
 * Returns DASM_S_OK. Since 1.0. */
DASM_API int dasm_setlines(dasm_State **Dst, int on);

/* From this offset of the linked code on, bytes come from a source line. */
typedef struct dasm_Line {
  uint32_t offset, line;
  const char *file; /* as the list names it */
  const char *text; /* the statement, or "" if the list has no text */
} dasm_Line;

/* The lines that were noted, by offset.
 *   lines  out: at most max of them; may be NULL if max is 0. Their texts live as long as the lists
 *          that were put
 *   max    room at lines
 * Returns how many there are; 0 if the code is not linked. Allocates nothing. Since 1.0. */
DASM_API size_t dasm_getlines(dasm_State **Dst, dasm_Line *lines, size_t max);

/* ---- What a state knows ------------------------------------------------ */

#ifndef DASM_PROTO_H
/* Offset of a PC label: after dasm_link() from the start of the code; before it from the start of its
 * section, as if every branch were long and every alignment n took n-1 bytes.
 * Returns the offset, -1 if the label is referenced but not placed, -2 if it is not used or
 * out of range (or there is no state). Since 1.0. */
DASM_API int dasm_getpclabel(dasm_State **Dst, unsigned pc);
#endif

/* Final offset of a global label.
 *   offset  out: bytes from the start of the code; unchanged on error; may be NULL
 * Returns DASM_S_OK, DASM_S_RANGE_LG (no such label), DASM_S_UNDEF_L (not defined in this
 * code), or DASM_S_PHASE (not linked). Since 1.0. */
DASM_API int dasm_getglobal(dasm_State **Dst, unsigned global, size_t *offset);

/* The state's error, or DASM_S_OK. Since 1.0. */
DASM_API int dasm_getstatus(dasm_State **Dst);

/* Number of the current section; -1 without a state. Since 1.0. */
DASM_API int dasm_getsection(dasm_State **Dst);

/* Bytes of a section so far, with branches and alignments at their largest; 0 for none.
 * Since 1.0. */
DASM_API size_t dasm_getsecsize(dasm_State **Dst, int section);

/* Bytes of the linked code; 0 if it is not linked. Since 1.0. */
DASM_API size_t dasm_getcodesize(dasm_State **Dst);

/* Number of PC labels there are. Since 1.0. */
DASM_API unsigned dasm_getpccount(dasm_State **Dst);

/* The state's error in words, with source line and statement if the list has them:
 *   fib.dasc:42: immediate 300 does not fit in 8 bits, in "mov al, n"
 * If the state has none, why it was last refused by dasm_publish() or dasm_encode_at().
 *   Dst     a null state is an error, too: it was never made
 *   buffer  gets the text, cut if need be, with a zero behind; may be NULL if size is 0
 *   size    bytes at buffer
 * Returns the length of the whole text; 0 if there is no error. Since 1.0. */
DASM_API size_t dasm_errmsg(dasm_State **Dst, char *buffer, size_t size);

/* What a status means and what to do, in words. The one call for every status of every function of this
 * library, so that a program needs one function for its errors:
 *   power.dasc:12: immediate 300 does not fit in 8 bits, in "mov al, n"
 *   LIMIT: size limit of the code heap reached; release code, or make the heap with a larger limit
 *   status  what a call returned
 *   Dst     the state that the call was about, for what it knows (see dasm_errmsg); NULL: none. *Dst
 *           may be NULL, too. A state whose error is another one is not asked
 *   buffer  gets the text, cut if need be, with a zero behind; may be NULL if size is 0
 *   size    bytes at buffer
 * Returns the length of the whole text; 0 only for DASM_S_OK. Allocates nothing. Since 1.0. */
DASM_API size_t dasm_explain(int status, dasm_State **Dst, char *buffer, size_t size);

/* ---- Executable memory --------------------------------------------------- */

#include "dasm_heap.h"

#ifdef __cplusplus
}
#endif

#endif /* DASM_H */
