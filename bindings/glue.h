/* glue.h - the part that the Python and Lua modules share: libdasm and libdasmc in functions
 * that a generated wrapper can call. SWIG reads this file.
 *
 * A glue_Asm is an assembler with a state of its own. Functions that can fail return a negative
 * number or NULL; glue_status() is then the status, glue_error() the message. What the
 * language layers own they give back; nothing here is freed behind their back.
 */
#ifndef DASM_GLUE_H
#define DASM_GLUE_H

#include <stddef.h>
#include <stdint.h>

typedef struct glue_Asm glue_Asm;
typedef struct glue_Heap glue_Heap;
typedef struct dasmc_Fragment glue_Fragment;
typedef struct dasm_Code glue_Code;

/* ---- Assemblers ---- */

/* isa: as in dasmc_Options; "": the host's. features: the same; "": what this processor has if the ISA is its
 * own, else all. Never fails but for memory: the
 * status of the new assembler tells. */
glue_Asm *glue_new(const char *isa, const char *features);
void glue_free(glue_Asm *a);
int glue_status(const glue_Asm *a);
const char *glue_error(const glue_Asm *a);
const char *glue_isa(const glue_Asm *a);
const char *glue_hostisa(void);
const char *glue_isaname(unsigned index); /* "" behind the last */
const char *glue_version(void);
const char *glue_strerror(int status);

int glue_define(glue_Asm *a, const char *name, const char *value);
int glue_undefine(glue_Asm *a, const char *name);
int glue_macro(glue_Asm *a, const char *head, const char *body);
int glue_layout(glue_Asm *a, const char *ctype, size_t size);
int glue_member(glue_Asm *a, const char *ctype, const char *name, size_t offset, size_t size,
                const char *type); /* type: "" for none */
int glue_includedir(glue_Asm *a, const char *directory);
int glue_setextern(glue_Asm *a, const char *name, uint64_t address);
int glue_global(glue_Asm *a, const char *name);           /* number, or -1 */
const char *glue_globalname(glue_Asm *a, unsigned number); /* "" behind the last */
const char *glue_externname(glue_Asm *a, unsigned number);

/* ---- Text and code ---- */

glue_Fragment *glue_fragment(glue_Asm *a, const char *text, size_t length);
void glue_release(glue_Fragment *fragment);
unsigned glue_changes(const glue_Asm *a);          /* as dasmc_changes() */
unsigned glue_parameters(const glue_Fragment *fragment);
const char *glue_parameter(const glue_Fragment *fragment, unsigned number);
int glue_put(glue_Asm *a, const glue_Fragment *fragment, const int64_t *values, unsigned count);

int glue_newlabel(glue_Asm *a);                    /* number of a new PC label, or -1 */
unsigned glue_labels(const glue_Asm *a);            /* how many there are */
int glue_labeloffset(glue_Asm *a, unsigned label); /* -1, -2: as dasm_getpclabel() */
int glue_globaloffset(glue_Asm *a, unsigned number); /* -1: not defined in this code */
int glue_reset(glue_Asm *a);                       /* forget the code */
int64_t glue_link(glue_Asm *a);                    /* bytes, or -1 */
int glue_encode(glue_Asm *a, void *buffer, size_t size, uint64_t run);

/* Source lines of linked code, by offset, if they were noted: glue_lines() says how many. */
int glue_setlines(glue_Asm *a, int on);
unsigned glue_lines(glue_Asm *a);
size_t glue_line_offset(const glue_Asm *a, unsigned index);
unsigned glue_line_number(const glue_Asm *a, unsigned index);
const char *glue_line_text(const glue_Asm *a, unsigned index);

/* Messages of the last glue_fragment(), glue_macro() or glue_new(). */
unsigned glue_messages(const glue_Asm *a);
int glue_level(const glue_Asm *a, unsigned index); /* 1 error, 2 warning, 3 note, 4 help */
unsigned glue_line(const glue_Asm *a, unsigned index);
unsigned glue_column(const glue_Asm *a, unsigned index);
const char *glue_text(const glue_Asm *a, unsigned index);
const char *glue_source(const glue_Asm *a, unsigned index);
const char *glue_caret(const glue_Asm *a, unsigned index);
const char *glue_id(const glue_Asm *a, unsigned index);

/* ---- Code heaps ---- */

/* strategy, flags: as in dasm_HeapOptions. */
glue_Heap *glue_heap_new(int strategy, unsigned flags);
void glue_heap_free(glue_Heap *h);
int glue_heap_status(const glue_Heap *h);
const char *glue_heap_error(const glue_Heap *h);
uint64_t glue_heap_used(glue_Heap *h); /* bytes of blocks in use */

/* Publish what the assembler holds. reach 0: anywhere. Errors are the assembler's. */
glue_Code *glue_publish(glue_Heap *h, glue_Asm *a, const char *name, uint64_t around, uint64_t reach);
int glue_code_free(glue_Heap *h, glue_Code *code);
uint64_t glue_code_address(const glue_Code *code);
size_t glue_code_size(const glue_Code *code);
uint64_t glue_code_global(const glue_Code *code, unsigned number);  /* 0: not there */
uint64_t glue_code_label(const glue_Code *code, unsigned number);
/* Where the bytes of a buffer are. */
uint64_t glue_address(const void *bytes, size_t count);

int glue_code_write(glue_Heap *h, glue_Code *code, size_t offset, const void *bytes, size_t count);
int glue_code_patch(glue_Heap *h, glue_Code *code, size_t offset, uint64_t value, unsigned count);
int glue_code_branch(glue_Heap *h, glue_Code *code, size_t offset, unsigned length, uint64_t target);

/* ---- Files with assembler lines ---- */

/* Translate a file of a language ("python", "lua") as `dasmc --language` does, with a new assembler for its
 * .arch. Its text or, with status 1, the messages are glue_host_text() until the next call in this
 * thread. Returns 0, 1 if there are errors in it, or -1: no memory, or an unknown name. */
int glue_host(const char *language, const char *name, const char *text, size_t length);
const char *glue_host_text(void);

/* ---- Disassembly ---- */

unsigned glue_address_size(const char *isa); /* 0: no such ISA */
int64_t glue_reach(const char *isa);         /* of a call, in bytes */
int glue_can_disassemble(const char *isa);
/* The instruction at bytes + offset, running at address + offset. Returns its length, 0 if there
 * is none; its text is glue_disassembly() until the next call in this thread. */
unsigned glue_disassemble(const char *isa, const void *bytes, size_t count, size_t offset, uint64_t address);
const char *glue_disassembly(void);

#endif
