/* internal.h - private types of the encoder, in one place.
 *
 * A state owns, per section, a byte buffer and an event log. dasm_put appends
 * literal bytes and known values to the buffer, and an event for whatever has
 * to wait: a label, a reference, an alignment, a space. Three kinds of offsets:
 *
 *   position  index into a section's buffer
 *   first     position plus what alignments (n-1 bytes each) and spaces before
 *             it add: the offset if no branch were short ("first pass")
 *   final     offset from the start of the linked code
 *
 * Labels are instances: a label name (global number, PC number, local digit)
 * is a slot that holds the number of its current instance. Defining a name
 * again makes a new instance, so earlier references keep their target.
 */
#ifndef DASM_INTERNAL_H
#define DASM_INTERNAL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiler.h"
#include "dasm.h"
#include "template.h"

enum {
  BUF_SLACK = 64,  /* bytes behind the last that may be written or read */
  MAX_CODE = 0x7fffffff
};

/* A list, taken apart. */
struct tmpl {
  const uint8_t *list, *ops, *pool, *lines, *names, *strings;
  uint32_t nops, pool_size, nlines, nglobals, nexterns, nfiles, strings_size, nsections, hash;
  enum tmpl_isa isa;
};

/* A list of its own whose sites are all checked; `sites` has a bit for every OP_BEGIN, and the
 * list lies behind them. The maker and each state that uses it hold it. */
struct dasm_Template {
  struct tmpl t;
  atomic_uint holders;
  size_t size;
  uint64_t sites[];
};
void template_hold(const dasm_Template *tmpl);
void template_drop(const dasm_Template *tmpl);

/* Read the header; DASM_S_TEMPLATE if it is not a list of this version. size: of the memory at
 * list, or SIZE_MAX if only the header knows. */
int tmpl_open(struct tmpl *t, const void *list, size_t size);
/* Check the put site at record `start`: every offset inside the list, bounds of OP_BEGIN true. */
bool tmpl_check_site(const struct tmpl *t, uint32_t start);
struct tmpl_op tmpl_op_at(const struct tmpl *t, uint32_t index);
const char *tmpl_string(const struct tmpl *t, uint32_t offset);
/* Name of global, extern or file number n; "" if the list has none. */
const char *tmpl_global(const struct tmpl *t, uint32_t n);
const char *tmpl_extern(const struct tmpl *t, uint32_t n);
const char *tmpl_file(const struct tmpl *t, uint32_t n);
/* Line record for an operation; false if the list has no lines. */
bool tmpl_line(const struct tmpl *t, uint32_t op, unsigned litofs, struct tmpl_line *out);

enum event_kind {
  EV_LABEL,   /* target = instance */
  EV_REF,     /* target = instance */
  EV_EXTERN,  /* target = number of the extern */
  EV_ADDR,    /* target = index of the address in values */
  EV_ALIGN,   /* aux = alignment - 1; target = bytes of padding (by link) */
  EV_SPACE    /* aux = fill byte; target = count */
};

struct event {
  uint32_t pos;    /* of the byte behind the field; of the label; of the gap */
  uint8_t kind;    /* enum event_kind */
  uint8_t fix;     /* enum tmpl_fix of a reference */
  uint8_t trail;   /* bytes between the field and the end of the instruction */
  uint8_t is_short;/* by link: the branch shrinks */
  uint32_t target;
  uint32_t at;     /* operation it comes from (EV_REF, EV_EXTERN, EV_ADDR), else aux */
};

struct section {
  uint8_t *buf;
  struct event *events;
  uint32_t pos, limit;       /* bytes used; most bytes before buf must grow */
  uint32_t nevents, maxevents;
  uint32_t extra;            /* first offset of the end = pos + extra */
  uint32_t base;             /* final offset of the section, by link */
  uint32_t number;
};

/* A label that is only referenced yet, by class; or one that is there. */
enum label_state { LABEL_LOCAL, LABEL_GLOBAL, LABEL_PC, LABEL_DEFINED, LABEL_ABSOLUTE };

/* 16 bytes: there are as many as labels in the code. */
struct instance {
  union {
    uint32_t number;                       /* below LABEL_DEFINED: of the label in its class */
    struct { uint32_t first, final; } ofs; /* LABEL_DEFINED */
    uint64_t address;                      /* LABEL_ABSOLUTE */
  } u;
  uint32_t event; /* index of the defining event in its section */
  uint32_t section : 24, state : 8; /* dasm_init allows no more sections */
};

/* Labels by number: instance + 1, or 0 for one not used yet. */
struct slots {
  uint32_t *slot, n, max;
};

/* From this position of a section on, bytes come from a source line. */
struct line_note {
  uint32_t section, pos, line, file;
  const char *text;
};

/* A template that a state uses, and the number of its first record in that state. */
struct used_template {
  const dasm_Template *tmpl;
  uint32_t base;
};

struct dasm_State {
  int status;                /* first: part of the ABI for programs that use include/dynasm */
  uint32_t nput;             /* puts may start below: t.nops, or 0 after an error */
  uint32_t base;             /* number of t's first record */
  struct tmpl t;             /* puts come from here */
  const uint64_t *checked;   /* bit per record: a site that is checked starts here */
  struct section *section;   /* current one */
  uint32_t nsections;

  struct instance *instances;
  uint32_t ninstances, maxinstances;
  uint32_t nwaiting;         /* instances that are referenced and not defined */
  struct slots pc, global;
  uint32_t prev[10], next[10]; /* local labels <n and >n */
  void **globals;            /* the host's array, of nglobals */
  uint32_t nglobals;

  uint64_t *values;          /* absolute addresses of EV_ADDR */
  uint32_t nvalues, maxvalues;

  bool linked;
  uint32_t codesize;
  dasm_ExternFn resolve;
  void *resolve_user;
  dasm_Allocator alloc;

  /* What dasm_errmsg tells: the first error. */
  uint32_t error_op;
  int64_t error_value;
  size_t checked_size;

  /* Where dasm_dropin_nextextern() is. */
  struct {
    uint32_t section, event;
    uint32_t from;           /* position behind the last event */
    uint32_t ofs;            /* bytes written for what is before `from` */
    uint8_t *field;          /* of the last extern */
    unsigned width;
  } cursor;
  uint64_t *checked_buf;     /* owned; `checked` points here or into a dasm_Template */

  struct tmpl home;          /* the list of dasm_setup() */
  const dasm_Template *current; /* t, if it is not home */
  struct used_template *used;
  uint32_t nused, maxused;
  uint32_t *used_slot, used_slots; /* hash table: index in used + 1 */

  bool noting;               /* puts note source lines */
  struct line_note *notes;
  uint32_t nnotes, maxnotes;
  const char **files;        /* named by notes */
  uint32_t nfiles, maxfiles;

  struct section sections[]; /* nsections */
};

/* A program built with the headers of include/dynasm may define the ten functions that DynASM has
 * itself, with another first parameter. So they are weak here, for static linking, and the library
 * never calls them: it calls these. */
#if defined(__GNUC__)
#define DYNASM_NAME __attribute__((weak))
#else
#define DYNASM_NAME
#endif
void state_free(struct dasm_State *D);
int state_setupglobal(struct dasm_State *D, void **globals, unsigned maxglobal);
int state_growpc(struct dasm_State *D, unsigned maxpc);
int state_setup(struct dasm_State *D, const void *actionlist);
int state_link(struct dasm_State *D, size_t *size);
int state_getpclabel(const struct dasm_State *D, unsigned pc);
int state_checkstep(struct dasm_State *D, int secmatch);

/* Remember the first error; returns the state's status. */
int state_fail(struct dasm_State *D, int status, uint32_t op, int64_t value);

/* Make room for `need` elements of `elem` bytes in an array of *capacity; false if no memory. */
bool grow_array(struct dasm_State *D, void *arrayp, uint32_t *capacity, size_t need, size_t elem);
bool section_reserve(struct dasm_State *D, struct section *s, uint32_t bytes, uint32_t events);
void *mem_grow(struct dasm_State *D, void *p, size_t osize, size_t nsize);
void mem_free(struct dasm_State *D, void *p, size_t size);

/* used.c. The number of the template's first record in this state; the state holds it from now on. */
int used_base(struct dasm_State *D, const dasm_Template *tmpl, uint32_t *base);
/* The list of record *op, which becomes the record's number in it. 0, no record: the current list. */
const struct tmpl *used_find(const struct dasm_State *D, uint32_t *op);
void used_reset(struct dasm_State *D);
void used_free(struct dasm_State *D);

/* lines.c. Note the lines of an operation with a literal of len bytes, before it is appended; false
 * if there is no memory, which the state then remembers. */
bool notes_add(struct dasm_State *D, uint32_t section, uint32_t pos, uint32_t op, unsigned len);
/* Lines of linked code by offset, at most max. Returns how many there are, D->nnotes or fewer. */
size_t notes_resolve(const struct dasm_State *D, dasm_Line *out, size_t max);
void notes_reset(struct dasm_State *D);
void notes_free(struct dasm_State *D);

/* Fixups: what to know of an enum tmpl_fix. */
struct fixup {
  uint8_t bytes;   /* in the buffer, rewritten by encode: opcode of branches included */
  uint8_t field;   /* width of the field itself */
  uint8_t shrink;  /* bytes saved by the short form; 0: has none */
  bool relative;
};
extern const struct fixup fixups[FIX_COUNT_];
/* Facts of an ISA that the encoder needs. */
struct isa_facts {
  uint8_t pad[4]; /* filler of alignments, repeated */
  bool wraps32;   /* 32-bit address space: relative fields wrap around */
};
extern const struct isa_facts *isa_facts(enum tmpl_isa isa); /* NULL: unknown ISA */

#endif
