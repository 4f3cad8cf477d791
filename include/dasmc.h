/* dasmc.h - public interface of libdasmc: assemble text at run time.
 *
 * An assembler (dasmc_Assembler) translates assembly text as the command dasmc
 * does, but in memory: it makes a fragment (dasmc_Fragment) of a text. You can put a
 * fragment into a dasm_State as often as you like, with other values for its
 * parameters each time. The same text is translated only once.
 *
 *     dasmc_Assembler *A;
 *     dasm_State *D;
 *     dasmc_Value n = {"n", 42};
 *     dasmc_new(&A, NULL);                           // the host's instructions
 *     dasmc_state(A, &D);
 *     dasmc_emit(A, &D, "->f: lea rax, [rdi+n]; ret", -1, &n, 1);
 *     dasm_link(&D, &size); …                        // as with any state
 *
 * Text: everything that can stand behind the bars of a .dasc file. Lines end with a
 * newline, `;` separates statements, and a leading `|` is allowed. Where a .dasc
 * file has a C expression (an immediate, a displacement, the number of a dynamic
 * register or of a PC label), a text has an integer expression with C's operators; its
 * names are the fragment's parameters: `mov eax, [rbx+4*i-8]` has the
 * parameter i. Values have 64 bits, and overflow wraps around. sizeof(TYPE) and
 * TYPE:reg->member need the type's layout, see dasmc_layout(). `||` lines, plain C,
 * and directives that write C (.actionlist, .globals, …) are errors.
 *
 * Definitions (.define, .macro, .type, .section) hold for all later texts of the
 * assembler. Global labels and externs are numbered in the order of their first use in the
 * assembler, so that one state can take fragments of many texts; local labels
 * continue from one text to the next.
 *
 * Errors: if a text has errors, the call returns DASM_S_SOURCE, and dasmc_message()
 * returns the messages of the last call that took a text or values.
 *
 * Threads: an assembler and its fragments belong to one thread at a time;
 * different assemblers are independent.
 */
#ifndef DASMC_H
#define DASMC_H

#include "dasm.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dasmc_Assembler dasmc_Assembler;
typedef struct dasmc_Fragment dasmc_Fragment;

/* ---- Assemblers --------------------------------------------------------- */

/* The dialect that a text is written in. */
enum dasmc_Dialect {
  DASMC_DIALECT_1_4 = 10400,    /* DynASM 1.4 and older (10000 to 10400) */
  DASMC_DIALECT_1_5 = 10500,    /* DynASM 1.5: every byte as there */
  DASMC_DIALECT_LIBDASM = 20000 /* what the processor's manual says; see the manual, "Dialects" */
};

/* Options of an assembler. Zero and NULL stand for the default. */
typedef struct dasmc_Options {
  size_t size;          /* sizeof(dasmc_Options) */
  const char *isa;      /* as in .arch: "x64", "arm64", …; default: the host's. A name may say the
                           byte order, if the ISA has both: "ppc64le", "mipsel" */
  const char *features; /* instruction set extensions as in dasmc -m, "host" and "all" included;
                           default: all */
  int dialect;          /* of enum dasmc_Dialect; default DASMC_DIALECT_LIBDASM */
  unsigned max_errors;  /* how many errors of one text are kept; default 20 */
  size_t cache;         /* the most bytes of fragments to keep for texts that come again; default 64 MiB */
  char *message;        /* out: what is wrong if there is no assembler, as dasmc_messages(); or NULL */
  size_t message_size;  /* bytes at message; text that is longer is cut */
} dasmc_Options;

/* Make an assembler.
 *   out      out: the assembler, or NULL on error; free it with dasmc_free()
 *   options  NULL: all defaults. It is not kept
 * Returns DASM_S_OK, or
 *   DASM_S_ARG    out is NULL, options->size is not that of a known version, or there is no such dialect
 *   DASM_S_SOURCE the ISA, the host's ISA or a feature is not known; options->message says which there are
 *   DASM_S_NOMEM  no memory
 * Allocates. Any thread. Since 1.0. */
DASM_API int dasmc_new(dasmc_Assembler **out, const dasmc_Options *options);

/* Free an assembler. Fragments that you still hold stay usable.
 *   A  assembler or NULL
 * Since 1.0. */
DASM_API void dasmc_free(dasmc_Assembler *A);

/* Name of the assembler's ISA, as in .arch; static. Since 1.0. */
DASM_API const char *dasmc_isa(const dasmc_Assembler *A);

/* Names of the ISAs that dasmc_new() knows.
 *   index  0, 1, … until NULL is returned
 * Static text. Any thread. Since 1.0. */
DASM_API const char *dasmc_isaname(unsigned index);

/* Facts about an ISA. */
typedef struct dasmc_IsaInfo {
  size_t size;             /* sizeof(dasmc_IsaInfo) */
  const char *name;        /* as in .arch; static */
  unsigned address_size;   /* bytes of an address */
  unsigned big_endian;     /* 1: what is assembled is big-endian; 0: little-endian */
  uint64_t reach;          /* a call to a label reaches less far than this, in bytes */
  int capstone_arch;       /* cs_arch of the disassembler capstone; -1: capstone does not know the ISA */
  unsigned capstone_mode;  /* cs_mode of it */
} dasmc_IsaInfo;

/* Find out about an ISA.
 *   isa  its name, as in .arch; NULL: the host's
 *   out  in: its member size; out: the other members, unchanged on error
 * Returns DASM_S_OK, or
 *   DASM_S_ARG    out is NULL, or out->size is not that of a known version
 *   DASM_S_SOURCE dasmc_new() does not know such an ISA
 * Any thread. Allocates nothing. Since 1.0. */
DASM_API int dasmc_isainfo(const char *isa, dasmc_IsaInfo *out);

/* Names of all registers of an ISA.
 *   isa     its name, as in .arch; NULL: the host's
 *   buffer  out: the names with a space between, "ah al ax ..."; at most size bytes with the terminating
 *           zero are written; may be NULL if size is 0
 * Returns the length of the whole without the zero; 0 if there is no such ISA. Any thread. Allocates
 * nothing. Since 1.0. */
DASM_API size_t dasmc_registers(const char *isa, char *buffer, size_t size);

/* The host's ISA as in .arch, or NULL if the library does not know that ISA. Since 1.0. */
DASM_API const char *dasmc_hostisa(void);

/* The features that this machine's processor has and the system lets programs use (on x86: CPUID, and the
 * registers that XCR0 enables). In lists of features, "host" stands for these.
 *   buffer  out: their names with a space between, "sse sse2 ..."; at most size bytes with the
 *           terminating zero are written; may be NULL if size is 0
 * Returns the length of the whole without the zero; 0 if the host's ISA has no features or they cannot be found out.
 * Any thread. Allocates nothing. Since 1.0. */
DASM_API size_t dasmc_hostfeatures(char *buffer, size_t size);

/* ---- Definitions -------------------------------------------------------- */

/* Define a name that stands for a text, as -D of dasmc does. A name that is defined already gets the
 * new value.
 *   name   letters, digits, `_`, not starting with a digit; copied
 *   value  its text, copied; NULL: "1"
 * Returns DASM_S_OK, DASM_S_ARG if name is NULL or not a name, or DASM_S_NOMEM.
 * Allocates. One thread per assembler. Since 1.0. */
DASM_API int dasmc_define(dasmc_Assembler *A, const char *name, const char *value);

/* Forget a define. A name that is not defined is no error. Statuses as dasmc_define(). Since 1.0. */
DASM_API int dasmc_undefine(dasmc_Assembler *A, const char *name);

/* Define a macro: the same as the text ".macro HEAD", BODY, ".endmacro".
 *   head  name and parameters: "addto, reg, n"
 *   body  lines; copied
 * Returns DASM_S_OK, DASM_S_ARG, DASM_S_SOURCE (see dasmc_message()) or DASM_S_NOMEM.
 * Allocates. One thread per assembler. Since 1.0. */
DASM_API int dasmc_macro(dasmc_Assembler *A, const char *head, const char *body);

/* Describe the layout of a C type, so that ".type NAME, ctype" knows its size and members.
 *   ctype  its name, with or without "struct"; copied. A type that is known already gets the new
 *          size and keeps its members
 *   size   in bytes
 * The basic types of C and <stdint.h> are known; long and pointers have the ISA's address size.
 * Returns DASM_S_OK, DASM_S_ARG if ctype is NULL or no name, or DASM_S_NOMEM.
 * Allocates. One thread per assembler. Since 1.0. */
DASM_API int dasmc_layout(dasmc_Assembler *A, const char *ctype, size_t size);

/* Add a member to the layout of a type.
 *   ctype   as given to dasmc_layout()
 *   name    of the member; copied. A member of the same name is replaced
 *   offset  in bytes
 *   size    in bytes; of an array: of one element
 *   type    for ->name.member: its type as in dasmc_layout(), or that of an element; else NULL
 * Returns DASM_S_OK, DASM_S_ARG if ctype is not known or a name is no name, or DASM_S_NOMEM.
 * Allocates. One thread per assembler. Since 1.0. */
DASM_API int dasmc_member(dasmc_Assembler *A, const char *ctype, const char *name, size_t offset,
                          size_t size, const char *type);

/* Add a directory for .include. The directory that was added last is searched first.
 * Returns DASM_S_OK, DASM_S_ARG or DASM_S_NOMEM. Since 1.0. */
DASM_API int dasmc_includedir(dasmc_Assembler *A, const char *directory);

/* ---- Names -------------------------------------------------------------- */

/* Number of a global label or extern, as in dasm_setupglobal(), dasm_getglobal() and
 * dasm_ExternRef.index.
 *   name    without "->"; copied
 *   number  out: its number, given now if it had none; unchanged on error
 * Returns DASM_S_OK, DASM_S_ARG if name is NULL or empty, DASM_S_SOURCE if it cannot be the name of
 * a label, or DASM_S_NOMEM.
 * Allocates. One thread per assembler. Since 1.0. */
DASM_API int dasmc_global(dasmc_Assembler *A, const char *name, unsigned *number);
DASM_API int dasmc_extern(dasmc_Assembler *A, const char *name, unsigned *number);

/* The names that belong to numbers.
 *   number  0, 1, …; the result is NULL from the first number on that is not used
 * Valid until the assembler is freed. Since 1.0. */
DASM_API const char *dasmc_globalname(dasmc_Assembler *A, unsigned number);
DASM_API const char *dasmc_externname(dasmc_Assembler *A, unsigned number);
DASM_API const char *dasmc_sectionname(dasmc_Assembler *A, unsigned number);

/* Set the address of an extern, for dasmc_resolve().
 *   name     copied
 *   address  where it is when the code runs
 * Returns as dasmc_extern(). Since 1.0. */
DASM_API int dasmc_setextern(dasmc_Assembler *A, const char *name, uint64_t address);

/* A resolver (dasm_ExternFn) for dasm_setextern(), whose user pointer is the assembler. It finds the
 * addresses that dasmc_setextern() has set, and returns DASM_S_EXTERN for other names. */
DASM_API int dasmc_resolve(void *assembler, const dasm_ExternRef *ref, int64_t *value);

/* ---- Fragments ---------------------------------------------------------- */

/* Translate a text, or find the fragment of the same text that was translated before.
 *   text    see the top of this file; it is not kept
 *   length  in bytes, or -1: up to the terminating zero
 *   out     out: the fragment, or NULL on error; release it with dasmc_release()
 * Returns DASM_S_OK, DASM_S_SOURCE if there are errors in the text (see dasmc_message(); definitions
 * before the first error stay), DASM_S_ARG, or DASM_S_NOMEM.
 * Allocates unless the text is known. One thread per assembler. Since 1.0. */
DASM_API int dasmc_fragment(dasmc_Assembler *A, const char *text, ptrdiff_t length,
                            dasmc_Fragment **out);

/* How often the meaning of texts has changed: by definitions in texts or by calls, and by included files, which may
 * have other contents next time. A program that keeps fragments itself compares this number with its value at the time
 * of dasmc_fragment(), and translates a text again if it has changed.
 *   A  NULL: 0
 * Since 1.0. */
DASM_API unsigned dasmc_changes(const dasmc_Assembler *A);

/* Release a fragment, which may be NULL. Since 1.0. */
DASM_API void dasmc_release(dasmc_Fragment *fragment);

/* The number of a fragment's parameters, and their names in the order of first use: NULL if there are not
 * so many. The names are valid as long as the fragment. Since 1.0. */
DASM_API unsigned dasmc_parameters(const dasmc_Fragment *fragment);
DASM_API const char *dasmc_parameter(const dasmc_Fragment *fragment, unsigned number);

/* The fragment's list, which lives as long as the fragment.
 *   size  out: its size in bytes; may be NULL
 * Since 1.0. */
DASM_API const void *dasmc_list(const dasmc_Fragment *fragment, size_t *size);

/* ---- Emitting ----------------------------------------------------------- */

/* Make a state for fragments of this assembler: dasm_init() with room for its sections and more,
 * dasm_setextern() with dasmc_resolve(), and dasm_setup() for its ISA. Free the state with
 * dasm_free(); the assembler must live as long as the state resolves externs.
 *   Dst  out: the state
 * Returns DASM_S_OK, DASM_S_ARG or DASM_S_NOMEM. Allocates. Since 1.0. */
DASM_API int dasmc_state(dasmc_Assembler *A, dasm_State **Dst);

/* Forget the code of a state that dasmc_state() made, and begin new code. The state keeps its memory. Since 1.0. */
DASM_API int dasmc_reset(dasmc_Assembler *A, dasm_State **Dst);

/* Put a fragment.
 *   Dst      a state that is set up for this ISA; room for global labels is made if needed
 *   values   values of the parameters, in their order; may be NULL if there are none
 *   n        how many there are: at least as many as parameters
 * The state keeps what it needs of the fragment until it is reset, set up or freed.
 * Returns the state's status, or, with the state unchanged,
 *   DASM_S_ARG     too few values
 *   DASM_S_SOURCE  an expression has no value: division by zero, shift out of range
 * Allocates only if the state's buffers must grow. One thread per state and fragment. Since 1.0. */
DASM_API int dasmc_put(dasm_State **Dst, const dasmc_Fragment *fragment, const int64_t *values, unsigned n);

/* A value for the parameter of a name. */
typedef struct dasmc_Value {
  const char *name;
  int64_t value;
} dasmc_Value;

/* Translate a text, or find its fragment, and put it.
 *   text, length  as in dasmc_fragment()
 *   values        n named values in any order; values that the text does not need are ignored
 * Returns as dasmc_fragment() and dasmc_put(); a parameter without a value is DASM_S_SOURCE.
 * One thread per assembler and state. Since 1.0. */
DASM_API int dasmc_emit(dasmc_Assembler *A, dasm_State **Dst, const char *text, ptrdiff_t length,
                        const dasmc_Value *values, unsigned n);

/* Make bytes of a text: translate, put, link and encode it, in a state of the assembler's own that has
 * room for 256 PC labels.
 *   values, n  as in dasmc_emit()
 *   run        address at which the bytes will run
 *   buffer     where they go
 *   size       in: bytes at buffer; out: bytes of the code, even if the buffer is too small
 * Returns DASM_S_OK, as dasmc_emit(), a status of dasm_link() or dasm_encode(), or DASM_S_SIZE if
 * the buffer is too small. One thread per assembler. Since 1.0. */
DASM_API int dasmc_assemble(dasmc_Assembler *A, const char *text, ptrdiff_t length,
                            const dasmc_Value *values, unsigned n, uint64_t run, void *buffer,
                            size_t *size);

/* ---- Messages ----------------------------------------------------------- */

enum dasmc_Level { DASMC_ERROR = 1, DASMC_WARNING = 2, DASMC_NOTE = 3, DASMC_HELP = 4 };

/* One message. */
typedef struct dasmc_Message {
  size_t size;        /* set by the caller: sizeof(dasmc_Message) */
  int level;          /* enum dasmc_Level; notes and help belong to the error or
                         warning before them */
  unsigned line;      /* in the text, from 1; 0: concerns no line */
  unsigned column;    /* from 1, in bytes; 0: the whole line is meant */
  const char *file;   /* name of an included file; "" : the text */
  const char *text;   /* what is wrong, one line */
  const char *source; /* the source line, "" if there is none */
  const char *caret;  /* spaces and a caret, to be printed below it; "" if there is no column */
  const char *id;     /* which message of the manual it is, such as "bad-size"; "" for notes, help, and
                         what a state reports at run time */
} dasmc_Message;

/* Messages of the last dasmc_fragment(), dasmc_emit(), dasmc_assemble(), dasmc_macro() or dasmc_new().
 *   index  0, 1, …
 *   out    out: the message; texts are valid until the next such call
 * Returns DASM_S_OK, or DASM_S_ARG if there are fewer. Since 1.0. */
DASM_API int dasmc_message(const dasmc_Assembler *A, unsigned index, dasmc_Message *out);

/* All of these messages as dasmc prints them. At most size bytes, with the terminating zero, are
 * written to buffer, which may be NULL if size is 0. Returns the length of the whole without the zero.
 * Since 1.0. */
DASM_API size_t dasmc_messages(const dasmc_Assembler *A, char *buffer, size_t size);

/* Version of libdasmc in use, a number like that of dasm_version(). Since 1.0. */
DASM_API int dasmc_version(void);

#ifdef __cplusplus
}
#endif

#endif /* DASMC_H */
