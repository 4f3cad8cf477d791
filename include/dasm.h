/* dasm.h - public interface of libdasm: emit machine code, run it.
 *
 * A state (dasm_State) collects code from a list, links it and encodes it.
 * A code heap (dasm_CodeHeap) turns the encoded bytes into functions that you can call.
 *
 * Statuses: a call returns DASM_S_OK (0), or a status whose high byte is the class of
 * the error and whose low 24 bits say where it happened (see dasm_strerror, dasm_errmsg).
 * A state keeps its first error and ignores everything that is put afterwards.
 *
 * Threads: a state belongs to one thread at a time; different states are
 * independent. Threads may share a code heap.
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

#define DASM_S_OK         0x00000000  /* no error */
#define DASM_S_NOMEM      0x01000000  /* an allocation failed */
#define DASM_S_PHASE      0x02000000  /* calls made in the wrong order */
#define DASM_S_MATCH_SEC  0x03000000  /* the current section is not the expected one */
#define DASM_S_TEMPLATE   0x04000000  /* list missing, damaged, or of another version */
#define DASM_S_ARG        0x05000000  /* an argument of the call is invalid */
#define DASM_S_SIZE       0x06000000  /* more than 2 GiB of code, or buffer too small */
#define DASM_S_EXTERN     0x07000000  /* an extern was not resolved */
#define DASM_S_SYSTEM     0x08000000  /* the system refused memory; low bits: errno */
#define DASM_S_HEAP       0x09000000  /* the code object does not belong to this heap, or was freed */
#define DASM_S_LIMIT      0x0a000000  /* a size limit of the heap was reached */
#define DASM_S_SOURCE     0x0b000000  /* the text has errors; dasmc_message() returns them */
#define DASM_S_SEALED     0x0c000000  /* the code can no longer be changed */
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

/* Version of the format of lists. Generated code checks it when it is compiled. */
#ifndef DASM_LIST_VERSION
#define DASM_LIST_VERSION 4
#endif

/* Version of the library in use, as MAJOR*10000 + MINOR*100 + PATCH. Any thread. Since 1.0. */
DASM_API int dasm_version(void);

/* Name and meaning of a status in one line, such as "RANGE_I: immediate or displacement does not
 * fit".
 *   status  any status; only its class matters
 * Returns static text, never NULL. Any thread. Since 1.0. */
DASM_API const char *dasm_strerror(int status);

/* ---- States ------------------------------------------------------------ */

/* Code under construction. Functions take the address of the pointer to a state, as in DynASM. If
 * Dst or *Dst is NULL, the state could not be made: the function returns DASM_S_NOMEM, unless its
 * comment says otherwise. The state's error is the first error since dasm_setup(); every function
 * that returns a status may return it. */
typedef struct dasm_State dasm_State;

/* Functions that a state gets its memory from. The struct is copied.
 *   size     sizeof(dasm_Allocator)
 *   realloc  works as C's realloc and gets the old size, too; p is NULL and osize 0 for a new
 *            block.
 *            Returns NULL if there is no memory, and the old block then stays as it is
 *   free     frees a block; it is never called with NULL
 *   user     first argument of both */
typedef struct dasm_Allocator {
  size_t size;
  void *(*realloc)(void *user, void *p, size_t osize, size_t nsize);
  void (*free)(void *user, void *p, size_t size);
  void *user;
} dasm_Allocator;

#ifndef DASM_PROTO_H /* it declares DynASM's functions with the program's own first parameter */
/* Make a state.
 *   Dst         out: the new state, or NULL on error
 *   maxsection  number of sections, 0 to 0xffffff; usually DASM_MAXSECTION, which dasmc defines
 * Returns DASM_S_OK, or:
 *   DASM_S_NOMEM      no memory
 *   DASM_S_RANGE_SEC  maxsection is out of range
 *   DASM_S_ARG        Dst is NULL
 * Allocates the state, a few hundred bytes; buffers are allocated by the first put. Since 1.0. */
DASM_API int dasm_init(dasm_State **Dst, int maxsection);
#endif

/* Make a state that gets its memory from the program's functions.
 *   allocator  copied; NULL stands for C's realloc and free
 * Returns what dasm_init() returns, and DASM_S_ARG if the allocator has a wrong size or lacks one
 * of its functions. Since 1.0. */
DASM_API int dasm_initwith(dasm_State **Dst, int maxsection, const dasm_Allocator *allocator);

#ifndef DASM_PROTO_H
/* Free a state and all that it owns. *Dst becomes NULL, and may be NULL already. Returns DASM_S_OK.
 * Since 1.0. */
DASM_API int dasm_free(dasm_State **Dst);

/* Say how many global labels there are, and where their addresses are kept. Call it before
 * dasm_setup().
 *   globals    array of maxglobal addresses. The program owns it and keeps it until the next call
 *              of this function, which sets all elements to NULL, so that you need not initialise
 *              them. dasm_encode() stores the address of each label that this code defines, and
 *              reads the address of each label that it does not define: to refer to other code,
 *              assign the address after this call. NULL: addresses are not kept
 *   maxglobal  number of global labels, usually <prefix>_MAX
 * Returns DASM_S_OK or DASM_S_NOMEM. (For a program written for DynASM the array is set to NULL
 * only if the program defines DASM_CHECKS.) Since 1.0. */
DASM_API int dasm_setupglobal(dasm_State **Dst, void **globals, unsigned maxglobal);
#endif

/* Make room for at least maxglobal global labels, when text that is assembled later brings new
 * ones. Call it at any time. The addresses of new labels are not stored in the array of
 * dasm_setupglobal(); dasm_getglobal() returns their offsets.
 * Returns DASM_S_OK or DASM_S_NOMEM. Since 1.0. */
DASM_API int dasm_growglobal(dasm_State **Dst, unsigned maxglobal);

#ifndef DASM_PROTO_H
/* Make room for at least maxpc PC labels, numbered from 0. Call it at any time, also between puts;
 * a smaller number than before changes nothing.
 * Returns DASM_S_OK or DASM_S_NOMEM. Since 1.0. */
DASM_API int dasm_growpc(dasm_State **Dst, unsigned maxpc);

/* Begin new code: forget the code, the labels and the error; section 0 becomes current. The state
 * keeps its memory, so that it need not allocate any for the next code.
 *   actionlist  the list that dasmc wrote; it must stay valid and unchanged
 * Returns DASM_S_OK, or:
 *   DASM_S_TEMPLATE  this is no list of this version, or it is for an instruction set that the
 *                    library does not know, or in a byte order that the set does not have;
 *                    dasm_errmsg() says which
 * Reads the header of the list only, and allocates nothing: a list that was compiled into the
 * program is as trustworthy as the program. Make a template of a list that comes from elsewhere.
 * Since 1.0. */
DASM_API int dasm_setup(dasm_State **Dst, const void *actionlist);
#endif

/* A list that was checked as a whole and that many states and threads can use. */
typedef struct dasm_Template dasm_Template;

/* Check a list and make a template of it.
 *   out   out: the template, or NULL on error
 *   list  the list; it is copied
 *   size  its size in bytes
 * Returns DASM_S_OK, or:
 *   DASM_S_TEMPLATE  this is no list of this version, or it is damaged; low bits: the place in the
 *                    list
 *   DASM_S_NOMEM     no memory
 *   DASM_S_ARG       out is NULL
 * Any thread; several threads can use the template at once. Since 1.0. */
DASM_API int dasm_template_new(dasm_Template **out, const void *list, size_t size);

/* Release a template. States that use it keep it until they are set up again or freed. tmpl may be
 * NULL. Any thread. Since 1.0. */
DASM_API void dasm_template_free(dasm_Template *tmpl);

/* The list of a template, which lives as long as the template.
 *   tmpl  the template; for NULL the result is NULL
 *   size  out: bytes of the list; may be NULL
 * Since 1.0. */
DASM_API const void *dasm_template_list(const dasm_Template *tmpl, size_t *size);

/* Take later puts from another list. The code, its sections and its labels go on; numbers of labels
 * and externs are then those of the new list.
 *   tmpl  the template of that list; the state holds it until it is set up again or freed
 * Returns DASM_S_OK, the state's error, or:
 *   DASM_S_TEMPLATE  the list is for another ISA than the code so far
 *   DASM_S_ARG       tmpl is NULL
 *   DASM_S_NOMEM     no memory to remember the template
 *   DASM_S_SIZE      more than 2^32 bytes of records in all lists of the state
 * Allocates when a state uses more templates than ever before. Since 1.0. */
DASM_API int dasm_usetemplate(dasm_State **Dst, const dasm_Template *tmpl);

/* ---- Emitting ---------------------------------------------------------- */

#ifndef DASM_PROTO_H
/* Append the code of one site. dasmc writes these calls.
 *   start  number of the site in the list
 *   ...    its arguments, each an int64_t
 * Returns DASM_S_OK, the state's error, or:
 *   DASM_S_RANGE_I     a value does not fit in its field (or a size is negative)
 *   DASM_S_RANGE_VREG  a dynamic register number is out of range
 *   DASM_S_RANGE_LG    no such global label, or <n without n: before
 *   DASM_S_RANGE_PC    no such PC label
 *   DASM_S_REDEF       a global or PC label is placed already: each can be placed once between
 *                      two calls of dasm_setup(). (A program written for DynASM gets this error
 *                      only if it defines DASM_CHECKS; otherwise later references mean the last
 *                      place.)
 *   DASM_S_RANGE_SEC   no such section
 *   DASM_S_TEMPLATE    no site at start; low bits: start
 *   DASM_S_PHASE       no dasm_setup() before
 *   DASM_S_SIZE        more than 2 GiB of code
 *   DASM_S_NOMEM       a buffer could not grow
 * The low bits of the RANGE statuses and of REDEF are the place of the record in the list. Buffers
 * grow by doubling, so that a state which is used again soon allocates nothing. Since 1.0. */
DASM_API int dasm_put(dasm_State **Dst, int start, ...);
#endif

/* The same with an array: args[0] is start, and the site's arguments follow. In C, and in C++ since
 * C++11, dasm_put is also a macro that calls this function, which is faster than a variable number
 * of arguments. Since 1.0. */
DASM_API int dasm_putargs(dasm_State **Dst, const int64_t *args);

#if defined(DASM_PROTO_H) || defined(SWIG) || defined(dasm_put)

#elif !defined(__cplusplus)
#define dasm_put(Dst, ...) dasm_putargs((Dst), (const int64_t[]){__VA_ARGS__})
#elif __cplusplus >= 201103L
extern "C++" {
template <class... Args>
DASM_ARG_INLINE int dasm_putall(dasm_State **state, int start, Args... args)
{
  const int64_t all[] = {start, dasm_arg(args)...};
  return dasm_putargs(state, all);
}
}
#define dasm_put(Dst, ...) dasm_putall((Dst), __VA_ARGS__)
#endif

/* The same with a va_list, which is not advanced for the caller. Since 1.0. */
DASM_API int dasm_vput(dasm_State **Dst, int start, va_list args);

/* The same with an array and its length, for bindings to other languages.
 *   args   nargs values; may be NULL if there are none
 *   nargs  number of arguments; if the site takes another number, the status is DASM_S_ARG
 * Since 1.0. */
DASM_API int dasm_aput(dasm_State **Dst, int start, const int64_t *args, unsigned nargs);

#ifndef DASM_PROTO_H
/* Check, between two parts of the code, that every >n has its n:, and forget the local labels.
 *   secmatch  number of the section that has to be current; a negative number stands for any
 * Returns DASM_S_OK, the state's error, or:
 *   DASM_S_UNDEF_L    a >n has no n:; low bits: n
 *   DASM_S_MATCH_SEC  another section is current; low bits: its number
 * Since 1.0. */
DASM_API int dasm_checkstep(dasm_State **Dst, int secmatch);

/* ---- Linking and encoding ---------------------------------------------- */

/* Lay out all sections, make branches short where their targets are near, give labels their
 * offsets, and put constants (=value) and stubs behind the code. Constants are sorted by size, 4, 8
 * and 16 bytes, and each is aligned to its size in the code; equal constants are there once.
 *   size  out: the number of bytes that dasm_encode() will write; unchanged on error; may be NULL
 * Returns DASM_S_OK, the state's error, or:
 *   DASM_S_UNDEF_PC  a PC label is used but never placed; low bits: its number
 *   DASM_S_UNDEF_L   a local label is used but never placed; low bits: its digit
 *   DASM_S_SIZE      more than 2 GiB of code
 *   DASM_S_PHASE     no dasm_setup() before
 *   DASM_S_RANGE_I   a value does not fit in its constant of 4 bytes; low bits: the place of the
 *                    record
 *   DASM_S_NOMEM     no memory for the table of constants and stubs
 * Allocates nothing but that table. You can put more code afterwards, and then link again. Since
 * 1.0. */
DASM_API int dasm_link(dasm_State **Dst, size_t *size);

/* Write the linked code to the place where it will run.
 *   buffer  room for as many bytes as dasm_link() returned
 * Returns DASM_S_OK, the state's error, or:
 *   DASM_S_PHASE      not linked, or changed since it was linked
 *   DASM_S_UNDEF_L    a global label is neither defined nor in the program's array; low bits: its
 *                     number
 *   DASM_S_EXTERN     an extern was not resolved; low bits: its number
 *   DASM_S_RANGE_REL  a label, an address or a constant is out of reach; low bits: the place of the
 *                     record
 *   DASM_S_RANGE_I    an address does not fit in a constant of 4 bytes; low bits likewise
 *   DASM_S_ARG        buffer is NULL
 * Allocates nothing. You can encode the same code again, for another place, too. Since 1.0. */
DASM_API int dasm_encode(dasm_State **Dst, void *buffer);
#endif

/* Write the linked code to one address for running at another one: in a second mapping of the same
 * memory, in another process, or in a file.
 *   write  where the bytes go
 *   size   room there in bytes; if it is too small, the status is DASM_S_SIZE
 *   run    address of the first byte when the code runs
 * Since 1.0. */
DASM_API int dasm_encode_at(dasm_State **Dst, void *write, size_t size, uint64_t run);

/* What an extern resolver is told. */
typedef struct dasm_ExternRef {
  size_t size;      /* sizeof(dasm_ExternRef) */
  unsigned index;   /* number of the extern, in the order of first use in the list */
  int type;         /* DASM_EXTERN_ABS or DASM_EXTERN_REL */
  int width;        /* bytes of the field; of a constant that has the address of an extern: its own, 4 or 8 */
  const char *name; /* as written; NULL if the list has no names */
  void *field;      /* where the field, or the constant, is written; if it is a part of an instruction word, where that word is */
  uint64_t run;     /* the address of the same place when the code runs */
} dasm_ExternRef;

#define DASM_EXTERN_ABS 0 /* the field holds an address */
#define DASM_EXTERN_REL 1 /* the field holds a distance: on x86 and x64 from the end of the instruction, on MIPS from the next
                             instruction, on ARM from the instruction after the next, elsewhere from the start of this one */

/* A resolver: dasm_encode() calls it for each reference to an extern. It returns
 *   DASM_S_OK        if *value is the extern's address; the library computes and checks the
 *                    distance
 *   DASM_EXTERN_RAW  if *value goes into the field as it is; in a field that is a part of an
 *                    instruction word, *value is a distance in bytes, which has to fit
 *   DASM_S_EXTERN    if there is no such extern
 * or any other error status, which dasm_encode() then returns. */
typedef int (*dasm_ExternFn)(void *user, const dasm_ExternRef *ref, int64_t *value);
#define DASM_EXTERN_RAW 1

/* Set the resolver, which is kept until you set another one.
 *   resolve  the function; NULL: externs are errors
 *   user     its first argument
 * Returns DASM_S_OK. Since 1.0. */
DASM_API int dasm_setextern(dasm_State **Dst, dasm_ExternFn resolve, void *user);

/* Let calls and jumps that do not reach their target go through stubs, and let branches grow. The
 * setting is kept until you change it.
 *   on  not 0: use stubs, as the modules for Python and Lua do for the code that they publish; 0:
 *       use none, the default
 * The address where code will run is known only when it is encoded. So dasm_link() reserves room
 * behind the code for one stub, on x64 16 bytes, for each extern, address and preset global that
 * the code calls or jumps to; dasm_encode() writes the stubs that are needed and fills the others
 * with traps. There is no stub for a target whose resolver returns DASM_EXTERN_RAW. On x64, call,
 * jmp and conditional jumps then reach any address; instructions that read or compute an address,
 * such as mov and lea, do not. On RISC-V, jal goes through a stub, which changes t3; on AArch64, b
 * and bl do, which changes x16; on MIPS, j and jal do, which changes t9; on PowerPC, b and bl do,
 * which changes r12 and CTR. On RISC-V, AArch64, MIPS and PowerPC, if stubs were allowed before the
 * first put, code can also be larger than its instructions reach: a conditional branch that does
 * not reach its label, or whose target is not in this code, becomes the opposite branch over a
 * jump; a jump that does not reach its label goes through a stub; and stubs and constants that
 * would be out of reach behind the code are also within it, behind a branch, a call or a load of a
 * constant, with a jump over them. It stays an error if none of these instructions comes for as
 * many bytes as the instruction reaches.
 * Returns DASM_S_OK or DASM_S_NOMEM. A linked state has to be linked again; that allocates if there
 * are more such targets than before. Since 1.0. */
DASM_API int dasm_setstubs(dasm_State **Dst, int on);

/* Note which source line each byte comes from, for listings, debuggers and profilers: a code heap
 * that informs debuggers or profilers passes the lines on when the state is published. The setting
 * holds for all later puts, also after dasm_setup(), until you switch it off, and makes puts
 * slower. Bytes that are put while it is off count as bytes of the last line that was noted. The
 * list has the lines.
 *   on  not 0: note lines
 * Returns DASM_S_OK. Since 1.0. */
DASM_API int dasm_setlines(dasm_State **Dst, int on);

/* The source line of the bytes from an offset of the linked code on. */
typedef struct dasm_Line {
  uint32_t offset, line;
  const char *file; /* as the list names it */
  const char *text; /* the statement, or "" if the list has no text */
} dasm_Line;

/* The lines that were noted, in the order of their offsets.
 *   lines  out: at most max of them; may be NULL if max is 0. Their texts live as long as the lists
 *          that were put
 *   max    number of elements that there is room for at lines
 * Returns how many lines there are, or 0 if the code is not linked. Allocates nothing. Since
 * 1.0. */
DASM_API size_t dasm_getlines(dasm_State **Dst, dasm_Line *lines, size_t max);

/* ---- Offsets, sizes and errors ------------------------------------------- */

#ifndef DASM_PROTO_H
/* Offset of a PC label. After dasm_link() it counts from the start of the code. Before, it counts
 * from the start of the section, as if every branch were long and every alignment to n took n-1
 * bytes.
 * Returns the offset, -1 if the label is used but not placed, or -2 if it is not used or out of
 * range (or there is no state). Since 1.0. */
DASM_API int dasm_getpclabel(dasm_State **Dst, unsigned pc);
#endif

/* Final offset of a global label.
 *   offset  out: bytes from the start of the code; unchanged on error; may be NULL
 * Returns DASM_S_OK, DASM_S_RANGE_LG (no such label), DASM_S_UNDEF_L (not defined in this
 * code), or DASM_S_PHASE (not linked). Since 1.0. */
DASM_API int dasm_getglobal(dasm_State **Dst, unsigned global, size_t *offset);

/* The state's error, or DASM_S_OK. Since 1.0. */
DASM_API int dasm_getstatus(dasm_State **Dst);

/* Number of the current section; -1 if there is no state. Since 1.0. */
DASM_API int dasm_getsection(dasm_State **Dst);

/* Bytes of a section so far, with all branches and alignments at their largest; 0 if there is no
 * such section. Since 1.0. */
DASM_API size_t dasm_getsecsize(dasm_State **Dst, int section);

/* Bytes of the linked code, or 0 if it is not linked. Since 1.0. */
DASM_API size_t dasm_getcodesize(dasm_State **Dst);

/* Number of PC labels that there is room for. Since 1.0. */
DASM_API unsigned dasm_getpccount(dasm_State **Dst);

/* The state's error in words, with the source line and the statement if the list has them:
 *   fib.dasc:42: immediate 300 does not fit in 8 bits, in "mov al, n"
 * If the state has no error, the text says why dasm_publish() or dasm_encode_at() last refused it.
 *   Dst     the state; a null pointer is an error, too: the state could not be made
 *   buffer  out: the text with a terminating zero, cut off if there is no room; may be NULL if size
 *           is 0
 *   size    bytes at buffer
 * Returns the length of the whole text; 0 if there is no error. Since 1.0. */
DASM_API size_t dasm_errmsg(dasm_State **Dst, char *buffer, size_t size);

/* What a status means and what to do, in words. It takes every status of every function of this
 * library, so that a program needs one function for its error messages:
 *   power.dasc:12: immediate 300 does not fit in 8 bits, in "mov al, n"
 *   LIMIT: size limit of the code heap reached; release code, or make the heap with a larger limit
 *   status  what a call returned
 *   Dst     the state that the call was about, whose message is more precise (see dasm_errmsg). Dst
 *           or *Dst may be NULL. A state that has another error does not matter
 *   buffer  out: the text with a terminating zero, cut off if there is no room; may be NULL if size
 *           is 0
 *   size    bytes at buffer
 * Returns the length of the whole text; 0 only for DASM_S_OK. Allocates nothing. Since 1.0. */
DASM_API size_t dasm_explain(int status, dasm_State **Dst, char *buffer, size_t size);

/* ---- Executable memory --------------------------------------------------- */

#include "dasm_heap.h"

#ifdef __cplusplus
}
#endif

#endif /* DASM_H */
