/* internal.h - private types of the encoder, in one place.
 *
 * A state owns, per section, a byte buffer and an event log. dasm_put appends
 * literal bytes and known values to the buffer, and an event for whatever has
 * to wait: a reference, an alignment, a space. A short branch over bytes alone
 * need not wait: it is decided when its label is placed, or at once if the label
 * is behind it, and leaves no event (label.h). Three kinds of offsets:
 *
 *   offset    in the section if no branch in the log were short and each alignment n
 *             took n-1 bytes
 *   first     the same, had no branch at all become short ("first pass"); only compared
 *   final     from the start of the linked code
 *
 * Link finds for each event the `delta` that turns offsets behind the event
 * before it into final ones. A label knows its offset and how many events
 * came before it, so its final offset is one addition away (label_final).
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
  AHEAD = 1024,    /* large code is in memory that is far: this many bytes are asked for before */
  BUF_SLACK = 64,  /* bytes behind the last that may be written or read */
  MAX_CODE = 0x7fffffff
};

/* A list, taken apart. */
struct tmpl {
  const uint8_t *list, *ops, *pool, *lines, *names, *strings;
  uint32_t nops, pool_size, lines_size, nglobals, nexterns, nfiles, strings_size, nsections, hash;
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
/* Line of a byte in an operation's literal; false: nothing is known of it. */
bool tmpl_line(const struct tmpl *t, uint32_t op, unsigned litofs, struct tmpl_line *out);
/* All lines of a site in their order: `ahead`, as long as there is one more. */
struct line_cursor {
  uint32_t at;
  bool more;
  struct tmpl_line ahead;
};
void lines_open(const struct tmpl *t, uint32_t begin, struct line_cursor *c);
void lines_next(const struct tmpl *t, struct line_cursor *c);

/* The first bytes of an event's record. */
struct event_op {
  uint8_t code;    /* OP_REF_*, OP_BRANCH_*, OP_ALIGN, OP_SPACE, OP_SPACE_ARG */
  uint8_t is_short;/* instead of len, by link: the branch shrinks */
  uint8_t arg;
  uint8_t b;       /* TMPL_REF() without TMPL_REF_IMM; fill byte */
};

struct event {
  uint32_t offset;   /* of the byte behind the field; of the gap */
  uint32_t first;    /* the same place in the first pass */
  uint32_t target;   /* instance; OP_REF_EXTERN: number of the extern; OP_REF_ADDR: index in values;
                        gaps: bytes (OP_ALIGN: by link) */
  uint32_t at;       /* record it comes from, times TMPL_OP; OP_ALIGN: alignment - 1 */
  struct event_op op;
  int32_t delta;     /* by link: what offsets from the event before on lack to be final, as a number
                        modulo 2^32 */
};

static inline bool event_is_gap(const struct event *e) { return e->op.code >= OP_ALIGN; }
static inline bool event_has_label(const struct event *e) { return e->op.code <= OP_BRANCH_PC; }
static inline uint32_t event_record(const struct event *e) { return e->at / TMPL_OP; }

/* Puts write from w to end, and BUF_SLACK bytes on. Where a gap leaves less room in MAX_CODE than there is
 * in the buffer, end is before the buffer's, and a put that contains the gap may write beyond it. The last
 * event is a sentinel for delta. */
struct section {
  uint8_t *w, *end;
  uintptr_t origin;          /* address that offset 0 would have: w - origin is the next one */
  struct event *events;      /* once there is a buffer */
  uint32_t nevents, maxevents; /* without the sentinel */
  uint32_t saved;            /* bytes that the branches decided by put are short of their long forms */
  uint32_t place;            /* place of labels defined here */
  uint32_t number;
  uint8_t *buf;
  size_t size;               /* of buf in bytes, BUF_SLACK included */
};

/* The offset that w has in s. */
static inline uint32_t section_offset(const struct section *s, const uint8_t *w)
{
  return (uint32_t)((uintptr_t)w - s->origin);
}

/* A label that is only referenced yet, by class; or one that is there. */
enum label_state { LABEL_LOCAL, LABEL_GLOBAL, LABEL_PC, LABEL_DEFINED, LABEL_ABSOLUTE };

struct instance {
  uint32_t offset; /* LABEL_ABSOLUTE: low half of the address; not defined: the number in its class */
  uint32_t place; /* LABEL_PLACE() */
  uint32_t first; /* once defined */
  uint32_t event; /* number of the section's events before it; LABEL_ABSOLUTE: high half */
  uint32_t at;    /* record that placed it, times TMPL_OP */
};
#define LABEL_PLACE(state, section) ((uint32_t)(state) << 24 | (section)) /* dasm_init allows no more sections */
#define LABEL_SECTION(place) ((place) & 0xffffff)

/* What is AHEAD of p will be read, or written, soon. It may be behind the end. */
static inline void will_read(const void *p) { PREFETCH((uintptr_t)p + AHEAD, 0); }
static inline void will_write(const void *p) { PREFETCH((uintptr_t)p + AHEAD, 1); }

static inline enum label_state label_state(const struct instance *l)
{
  return (enum label_state)(l->place >> 24);
}

/* Labels by number: the instance, or 0 for one not used yet. */
struct slots {
  uint32_t *slot, n, max;
};

/* From this offset of a section on, bytes come from a source line. */
struct line_note {
  uint32_t section, offset, line, file;
  const char *text;
};

/* A template that a state uses, and the number of its first record in that state. */
struct used_template {
  const dasm_Template *tmpl;
  uint32_t base;
};

struct dasm_State {
  int status;                /* first: part of the ABI for programs that use include/dynasm */
  uint32_t nput;             /* puts below may be as simple as they are: ready_puts() */
  uint32_t base;             /* number of t's first record, times TMPL_OP */
  struct tmpl t;             /* puts come from here */
  const uint64_t *checked;   /* bit per record: a site that is checked starts here */
  struct section *section;   /* current one */
  uint32_t nsections;

  struct {
    uint8_t *end;
    const uint8_t *op;       /* of t */
    uint32_t target;         /* instance; 0: there is none */
  } open;                    /* a branch in the current section that may not need an event: see label.h */

  struct instance *instances; /* 1 ... ninstances */
  uint32_t ninstances, maxinstances;
  struct slots pc, global;
  uint32_t prev[10], next[10]; /* local labels <n and >n */
  void **globals;            /* the host's array, of nglobals */
  uint32_t nglobals;

  uint64_t *values;          /* absolute addresses of EV_ADDR */
  uint32_t nvalues, maxvalues;

  bool unchecked;            /* labels may be placed again, globals' addresses are the host's, as in DynASM */
  bool linked;
  uint32_t codesize;
  dasm_ExternFn resolve;
  void *resolve_user;
  dasm_Allocator alloc;

  /* What dasm_errmsg tells: the first error. */
  uint32_t error_op, error_other; /* DASM_S_REDEF: the first place */
  int64_t error_value;
  /* A call that refused the state, which is as good as before: the status, and why if that is known. */
  int refused;
  const char *refused_why;
  size_t checked_size;

  /* Where dasm_dropin_nextextern() is. */
  struct {
    uint32_t section, event;
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
  struct {                   /* of the operation under way */
    struct line_cursor cursor;
    struct tmpl_line now;
    bool known;
  } line;
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
/* Operation of the first reference to a label instance in the log, for the message. */
uint32_t first_reference(const struct dasm_State *D, uint32_t instance);
int state_getpclabel(const struct dasm_State *D, unsigned pc);
int state_checkstep(struct dasm_State *D, int secmatch);

/* t.nops, but none after an error, while lines are noted, or behind a link. */
static inline uint32_t ready_puts(const struct dasm_State *D)
{
  return D->status == DASM_S_OK && !D->noting && !D->linked ? D->t.nops : 0;
}

/* Remember the first error; returns the state's status. */
int state_fail(struct dasm_State *D, int status, uint32_t op, int64_t value);
/* Remember why a call refused a state that has no error; returns status. why: static, or NULL. */
int state_refuse(struct dasm_State *D, int status, const char *why);
/* put.c: number of arguments of a site; -1, and the state has failed, if no put may start there. */
int put_nargs(struct dasm_State *D, uint32_t start);

/* What to do about a status, for dasm_explain(); static. */
const char *status_remedy(int status);

/* Make room for `need` elements of `elem` bytes in an array of *capacity; false if no memory. */
bool grow_array(struct dasm_State *D, void *arrayp, uint32_t *capacity, size_t need, size_t elem);
void section_init(struct section *s, uint32_t number);
void section_reset(struct section *s);
/* Its size in the first pass. */
uint32_t section_first(const struct dasm_State *D, const struct section *s);
void section_free(struct dasm_State *D, struct section *s);
/* Room for this many bytes, or for one more event; a section that got bytes has events, too. */
bool section_reserve(struct dasm_State *D, struct section *s, uint32_t bytes);
/* The section has grown by a gap: puts stop where it would be larger than MAX_CODE. */
void section_limit(const struct dasm_State *D, struct section *s);
bool section_reserve_event(struct dasm_State *D, struct section *s);
/* label.c: the open branch, if there is one, becomes an event; false if there is no memory. */
bool log_open(struct dasm_State *D);
static inline bool close_branch(struct dasm_State *D)
{
  return LIKELY(D->open.target == 0) || log_open(D);
}
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
bool notes_add(struct dasm_State *D, uint32_t section, uint32_t offset, uint32_t op, unsigned len);
/* Lines of linked code by offset, at most max. Returns how many there are, D->nnotes or fewer. */
size_t notes_resolve(const struct dasm_State *D, dasm_Line *out, size_t max);
void notes_reset(struct dasm_State *D);
void notes_free(struct dasm_State *D);

/* Final offset of a label that is LABEL_DEFINED, in linked code. */
static inline uint32_t label_final(const struct dasm_State *D, const struct instance *l)
{
  return l->offset + (uint32_t)D->sections[LABEL_SECTION(l->place)].events[l->event].delta;
}

/* The same for slot i, which need not be used; UINT32_MAX: no label is defined there. */
static inline uint32_t slot_final(const struct dasm_State *D, const struct slots *l, uint32_t i)
{
  const struct instance *label = l->slot[i] ? &D->instances[l->slot[i]] : NULL;
  return label && label_state(label) == LABEL_DEFINED ? label_final(D, label) : UINT32_MAX;
}

/* Fixups: what to know of an enum tmpl_fix. */
struct fixup {
  uint8_t bytes;   /* in the buffer, rewritten by encode; of a branch with a short form, that form */
  uint8_t field;   /* width of the field itself, in the long form */
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
