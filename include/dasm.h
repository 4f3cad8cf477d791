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

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define DASM_API extern __attribute__((visibility("default")))
#else
#define DASM_API extern
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
#define DASM_S_RANGE_I    0x11000000  /* immediate or displacement does not fit */
#define DASM_S_RANGE_SEC  0x12000000  /* no such section */
#define DASM_S_RANGE_LG   0x13000000  /* no such local or global label */
#define DASM_S_RANGE_PC   0x14000000  /* no such PC label */
#define DASM_S_RANGE_VREG 0x15000000  /* invalid dynamic register number */
#define DASM_S_RANGE_REL  0x16000000  /* label or address out of reach */
#define DASM_S_UNDEF_L    0x21000000  /* local or global label never defined */
#define DASM_S_UNDEF_LG   DASM_S_UNDEF_L
#define DASM_S_UNDEF_PC   0x22000000  /* PC label never defined */

#define DASM_S_CLASS(status)    ((int)((unsigned)(status) & 0xff000000u))
#define DASM_S_POSITION(status) ((int)((unsigned)(status) & 0x00ffffffu))

/* ---- Version ----------------------------------------------------------- */

/* Version of the template list format; generated code checks that it fits. */
#define DASM_LIST_VERSION 1

/* Version of the library in use, as MAJOR*10000 + MINOR*100 + PATCH. */
DASM_API int dasm_version(void);

/* Name and one-line meaning of a status; static text, never NULL. */
DASM_API const char *dasm_strerror(int status);

/* ---- States ------------------------------------------------------------ */

typedef struct dasm_State dasm_State;

/* Memory for a state. realloc: as C realloc with the old size given (p NULL,
 * osize 0: allocate; returns NULL on failure). free: gives a block back. */
typedef struct dasm_Allocator {
  size_t size; /* sizeof(dasm_Allocator) */
  void *(*realloc)(void *user, void *p, size_t osize, size_t nsize);
  void (*free)(void *user, void *p, size_t size);
  void *user;
} dasm_Allocator;

/* What an extern resolver is told. */
typedef struct dasm_ExternRef {
  size_t size;    /* sizeof(dasm_ExternRef) */
  unsigned index; /* number of the extern, in order of first use in the list */
  int type;       /* DASM_EXTERN_ABS or DASM_EXTERN_REL */
  int width;      /* bytes of the field */
  const char *name; /* or NULL if the list has no names */
  void *field;    /* where the field is being written */
  uint64_t run;   /* address of the field when the code runs */
} dasm_ExternRef;

#define DASM_EXTERN_ABS 0
#define DASM_EXTERN_REL 1

/* Resolver results: DASM_S_OK: *value is the extern's address; DASM_EXTERN_RAW:
 * *value is stored in the field as it is; anything else is an error status. */
#define DASM_EXTERN_RAW 1
typedef int (*dasm_ExternFn)(void *user, const dasm_ExternRef *ref, int64_t *value);

/* The DynASM interface. Same names and meaning; all return a status. */
DASM_API int dasm_init(dasm_State **Dst, int maxsection);
DASM_API int dasm_free(dasm_State **Dst);
DASM_API int dasm_setupglobal(dasm_State **Dst, void **globals, unsigned maxglobal);
DASM_API int dasm_growpc(dasm_State **Dst, unsigned maxpc);
/* Have at least maxglobal global labels, without touching the array of dasm_setupglobal(). */
DASM_API int dasm_growglobal(dasm_State **Dst, unsigned maxglobal);
DASM_API int dasm_setup(dasm_State **Dst, const void *actionlist);
DASM_API int dasm_put(dasm_State **Dst, int start, ...);
DASM_API int dasm_link(dasm_State **Dst, size_t *size);
DASM_API int dasm_encode(dasm_State **Dst, void *buffer);
DASM_API int dasm_getpclabel(dasm_State **Dst, unsigned pc);
DASM_API int dasm_checkstep(dasm_State **Dst, int secmatch);

/* A template list checked once and as a whole, for use by many states and threads. */
typedef struct dasm_Template dasm_Template;
DASM_API int dasm_template_new(dasm_Template **out, const void *list, size_t size);
DASM_API void dasm_template_free(dasm_Template *tmpl);
/* Later puts of this state take their templates from `tmpl`; labels, sections and code go on. */
DASM_API int dasm_usetemplate(dasm_State **Dst, const dasm_Template *tmpl);

/* Beyond it. */
DASM_API int dasm_initwith(dasm_State **Dst, int maxsection, const dasm_Allocator *allocator);
DASM_API int dasm_vput(dasm_State **Dst, int start, va_list args);
DASM_API int dasm_aput(dasm_State **Dst, int start, const int64_t *args, unsigned nargs);
DASM_API int dasm_encode_at(dasm_State **Dst, void *write, size_t size, uint64_t run);
DASM_API int dasm_setextern(dasm_State **Dst, dasm_ExternFn resolve, void *user);
DASM_API int dasm_getglobal(dasm_State **Dst, unsigned global, size_t *offset);
DASM_API int dasm_getstatus(dasm_State **Dst);
DASM_API int dasm_getsection(dasm_State **Dst);
DASM_API size_t dasm_getsecsize(dasm_State **Dst, int section);
DASM_API size_t dasm_getcodesize(dasm_State **Dst);
DASM_API unsigned dasm_getpccount(dasm_State **Dst);
DASM_API size_t dasm_errmsg(dasm_State **Dst, char *buffer, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* DASM_H */
