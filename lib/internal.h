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
#include "list.h"
#include "record.h"

enum {
  FEW_SLOTS = 128, /* labels that wait for the first put, and get their slots then */
  AHEAD = 1024,    /* large code is in memory that is far: this many bytes are asked for before */
  BUF_SLACK = 64,  /* bytes behind the last that may be written or read */
  MAX_CODE = 0x7fffffff,
  FAR_FROM_MAX = MAX_CODE / 2 /* what begins below it is not looked at for MAX_CODE */
};

/* A list of its own whose sites are all checked; `sites` has a bit for every byte of the records, set
 * where a site starts, and the list lies behind them. The maker and each state that uses it hold it. */
struct dasm_Template {
  const uint8_t *list;
  atomic_uint holders;
  size_t size;
  uint64_t sites[];
};
void template_hold(const dasm_Template *tmpl);
void template_drop(const dasm_Template *tmpl);
/* Does a site start there? */
bool template_has_site(const dasm_Template *tmpl, uint32_t start);

/* Why it is no list of this version, for an ISA that is known; NULL: it is one. Looks at its header only. */
const char *list_refused(const uint8_t *list);
/* Is what the header says inside of size bytes? */
bool list_parts_ok(const uint8_t *list, size_t size);
static inline uint32_t list_end(const uint8_t *list) { return list_u32(list + LIST_AT_END); }
static inline const uint8_t *list_field(const uint8_t *list, unsigned n)
{
  return list + list_u32(list + LIST_AT_FIELDS) + n * (size_t)LIST_FIELD;
}
/* Name of global, extern or file number n; "" if the list has none. */
const char *list_global(const uint8_t *list, uint32_t n);
const char *list_extern(const uint8_t *list, uint32_t n);
const char *list_file(const uint8_t *list, uint32_t n);
const char *list_text(const uint8_t *list, uint32_t offset);
/* The lines in their order: `ahead`, as long as there is one more. */
struct line_cursor {
  const uint8_t *list;
  uint32_t at, block;
  bool more;
  struct list_line ahead;
};
/* The first one that is not before a place. */
void lines_open(const uint8_t *list, uint32_t place, struct line_cursor *c);
void lines_next(struct line_cursor *c);
/* Line of what the record at an offset does, or of the byte that is `back` bytes before the end of
 * its literal; false: nothing is known of it. */
bool list_line(const uint8_t *list, uint32_t at, unsigned back, struct list_line *out);
/* The place of the first literal byte of the site that starts there. */
uint32_t site_place(const uint8_t *list, uint32_t start);

struct event {
  uint32_t offset;   /* of the byte behind the unit; of the gap */
  uint32_t first;    /* the same place in the first pass */
  uint32_t target;   /* instance; OP_REF_EXTERN: number of the extern; OP_REF_ADDR: index in values;
                        gaps: bytes (alignments: by link) */
  uint32_t at;       /* place in the state of the record it comes from; alignments: that - 1 */
  uint8_t op;        /* OP_REF_*, OP_BRANCH_*, OP_ALIGN, OP_ALIGN_NOP, OP_SPACE, OP_SPACE_ARG */
  uint8_t field;     /* of the record's list; gaps: fill byte; OP_ALIGN_NOP: bytes of it */
  uint8_t shrink;    /* bytes that the short form saves; 0: there is none */
  uint8_t form;      /* by link: FORM_* */
  int32_t delta;     /* by link: what offsets from the event before on lack to be final, as a number
                        modulo 2^32 */
};

/* In code with stubs: the long one has grown, as the ISA says of FIELD_ESCAPE; and it may go to a
 * stub, though its label is in this code. These two go together. */
enum { FORM_LONG, FORM_SHORT, FORM_GROWN, FORM_FAR = 4 };

static inline bool event_is_gap(const struct event *e) { return e->op >= OP_ALIGN; }
static inline bool event_is_alignment(const struct event *e) { return e->op == OP_ALIGN || e->op == OP_ALIGN_NOP; }
/* The bytes that it has in the first pass. */
static inline uint32_t alignment_most(const struct event *e) { return e->op == OP_ALIGN ? e->at : e->field; }
/* Give an alignment, at this final offset, the bytes that it needs; returns how many of its most it does not. */
static inline uint32_t alignment_pad(struct event *e, uint32_t at)
{
  uint32_t pad = (0 - at) & e->at, most = alignment_most(e);

  e->target = pad <= most ? pad : 0;
  return most - e->target;
}
static inline bool event_has_label(const struct event *e) { return e->op <= OP_BRANCH_PC; }
_Static_assert(OP_REF_BACK < OP_BRANCH_PC && OP_BRANCH_PC < OP_REF_EXTERN && OP_REF_ADDR < OP_ALIGN, "see above");

/* A put may begin where w is below end: there are LIST_ROOM bytes, and BUF_SLACK more, and MAX_CODE is far. The last
 * event is a sentinel for delta. */
struct section {
  uint8_t *w;
  uintptr_t end;
  uintptr_t origin;          /* address that offset 0 would have: w - origin is the next one */
  struct event *events;      /* once there is a buffer */
  uint32_t nevents;          /* without the sentinel */
  uint32_t place;            /* of labels defined here; behind nevents as in struct instance */
  uint32_t maxevents;
  uint32_t sized;            /* events up to the last one that may change how many bytes there are */
  uint32_t saved;            /* bytes that the branches decided by put are short of their long forms */
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
  uint32_t first; /* once defined */
  uint32_t event; /* number of the section's events before it; LABEL_ABSOLUTE: high half */
  uint32_t place; /* LABEL_PLACE() */
  uint32_t at;    /* place of the record that placed it */
};
enum { FIRST_SHARED = 10 }; /* the first instance that is not a local label's own */
#define LABEL_PLACE(state, section) ((uint32_t)(state) << 24 | (section)) /* dasm_init allows no more sections */
#define LABEL_SECTION(place) ((place) & 0xffffff)

/* What is AHEAD of p will be read, or written, soon. It may be behind the end. */
static inline void will_read(const void *p) { PREFETCH((uintptr_t)p + AHEAD, 0); }
static inline void will_write(const void *p) { PREFETCH((uintptr_t)p + AHEAD, 1); }

static inline enum label_state label_state(const struct instance *l)
{
  return (enum label_state)(l->place >> 24);
}

/* Labels by number: the instance, or 0 for one not used yet. `slot` may be NULL as long as there
 * was no put. Those in use are some of low ... high - 1; none: high is 0, and low UINT32_MAX. */
struct slots {
  uint32_t *slot;
  size_t n; /* as wide as what is compared with it */
  uint32_t low, high;
};

/* From this offset of a section on, bytes come from a source line. */
struct line_note {
  uint32_t section, offset, line, file;
  const char *text;
};

struct notes {
  struct line_note *note;
  uint32_t n, max;
  const char **files; /* named by notes */
  uint32_t nfiles, maxfiles;
};

/* The templates that a state uses, and the state's place of each one's list. */
struct used {
  struct used_template {
    const dasm_Template *tmpl;
    uint32_t base;
  } *at;
  uint32_t max;
  uint32_t *slot, nslots; /* hash table: index in `at` + 1 */
};

/* Places in a state: offsets in its lists, which follow each other from `base` on. Nothing has place 0. */
struct dasm_State {
  int status;                /* first: part of the ABI for programs that use include/dynasm */
  uint32_t limit;            /* puts that start in so many bytes of records are as simple as they can be: ready_puts() */
  const uint8_t *list;       /* puts come from here; NULL: there is none */
  const uint8_t *fields;     /* of it */
  struct section *section;   /* current one */
  struct instance *instances; /* 1 ... ninstances: first, local labels <1 to <9 that no event is about */
  uint32_t ninstances, maxinstances;

  struct {
    uint8_t *end;
    const uint8_t *operands; /* of its record */
    const uint8_t *field;
    uint32_t target;         /* instance; 0: there is none */
  } open;                    /* a reference in the current section that may not need an event: see label.h */

  struct slots pc, global;
  uint32_t maxpc, maxglobal; /* elements of their arrays */
  uint32_t prev[10], next[10]; /* local labels <n and >n */
  uint32_t base;             /* of `list` */
  uint32_t bias;             /* what the address of a record's operands lacks to be the record's place, modulo 2^32 */
  uint32_t nsections;
  uint32_t nglobals;
  void **globals;            /* the program's array, of nglobals */

  uint8_t *first;            /* the block in which all arrays begin: memory.c */
  uint32_t first_size;
  uint32_t nused;            /* of `used` */
  uint64_t *values;          /* absolute addresses of OP_REF_ADDR */
  uint32_t nvalues, maxvalues;

  bool dynasm : 1;           /* the program was written for DynASM: statuses have its numbers (status_for) */
  bool unchecked : 1;        /* labels may be placed again, globals' addresses are the program's, as in DynASM */
  bool constants : 1;        /* there may be some: a list of this code has fields for them */
  bool grows : 1;            /* a reference of this code may change its size: stubs were allowed before it */
  bool by_reference : 1;     /* `alloc` gets what the call in hand got for Dst */
  bool apart : 1;            /* there is more memory than the first block */
  bool linked;
  bool noting;               /* puts note source lines */
  bool foreign;              /* the list's byte order is the one that this machine does not have */
  uint32_t nfilled;          /* sections up to the last one that has events, or had */
  uint32_t codesize;
  int refused;               /* a call refused the state, which is as good as before: the status */
  struct pools *pools;       /* pool.c; NULL: there were no constants, and stubs were never allowed */
  dasm_ExternFn resolve;
  void *resolve_user;
  struct {
    void *(*realloc)(void *user, void *p, size_t osize, size_t nsize);
    void (*free)(void *user, void *p, size_t size);
    void *user;
  } alloc;
  void *dst;                 /* what the call in hand got for Dst */

  union {
    struct {                 /* after an error, the first one: what dasm_errmsg tells */
      uint32_t error_at, error_other; /* DASM_S_REDEF: the first place; OP_FIELDS: number of the field, and from bit 8 on
                                         how many bytes before the end of the literal it begins; else 0 */
      int64_t error_value;
    };
    struct {                 /* else: dasm_dropin_nextextern() is behind this event, an extern */
      uint32_t section, event;
      uint8_t *end;          /* of its unit */
    } cursor;
  };
  const char *refused_why;   /* why a call refused the state, if it is known */

  const uint8_t *home;       /* the list of dasm_setup() */
  const dasm_Template *current; /* whose list it is, if not home */
  struct used *used;         /* NULL: there were none */
  struct notes *notes;       /* the same */

#ifndef JUMP
  struct {                   /* operations return to a loop: the next one, see walk.h */
    uint8_t *w;
    const uint8_t *p, *q;
    const int64_t *a;
  } step;
#endif

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
/* Place of the first reference to a label instance in the log, for the message. */
uint32_t first_reference(const struct dasm_State *D, uint32_t instance);
int state_getpclabel(const struct dasm_State *D, unsigned pc);
int state_checkstep(struct dasm_State *D, int secmatch);

/* Bytes of records in the list; but 0 after an error, while lines are noted, behind a link, and for
 * a list whose sites are known. */
static inline uint32_t ready_puts(const struct dasm_State *D)
{
  return D->status == DASM_S_OK && !D->noting && !D->linked && D->list && !D->current ? list_end(D->list) - LIST_HEADER : 0;
}

/* For dasm_encode_at(). veneer: the program's dasm_DropinVeneer; NULL: it has none. */
typedef int veneer_fn(struct dasm_State *D, void *buffer, unsigned word, int *b, unsigned *cp, ptrdiff_t away);
int state_encode(struct dasm_State *D, void *write, size_t size, uint64_t run, veneer_fn *veneer);
/* Remember the first error; returns the state's status. */
int state_fail(struct dasm_State *D, int status, uint32_t at, int64_t value);
/* Remember why a call refused a state that has no error; returns status. why: static, or NULL. */
int state_refuse(struct dasm_State *D, int status, const char *why);
/* What to do about a status, for dasm_explain(); static. */
const char *status_remedy(int status);

/* walk_*.c: the walk of a put from record p on, whose literal ends at q (at p, if it is the first); w is the end of
 * the current section's bytes, a the next argument. The quick one leaves what is rare to the careful one. */
int put_quick(struct dasm_State *D, uint8_t *w, const uint8_t *p, const int64_t *a);
#define WALK_PARAMS                                                                                            \
  struct dasm_State *D, uint8_t *w, const uint8_t *p, const uint8_t *q, const int64_t *a, const struct walk_table *t
struct walk_table;
int put_careful(WALK_PARAMS);
/* Number of arguments of a site; -1, and the state has failed, if no put may start there. */
int put_nargs(struct dasm_State *D, uint32_t start);

/* memory.c. Make room for `need` elements of `elem` bytes in an array of *capacity; false if no memory. */
bool grow_array(struct dasm_State *D, void *arrayp, uint32_t *capacity, size_t need, size_t elem);
void *mem_grow(struct dasm_State *D, void *p, size_t osize, size_t nsize);
/* By how many elements an array of n elements is to grow. */
uint64_t mem_more(const struct dasm_State *D, uint64_t n, size_t elem);
void mem_free(struct dasm_State *D, void *p, size_t size);
/* Instead of a hash table of *n slots have one with twice as many, all of them 0, for the caller to
 * fill; false: no memory. */
bool mem_slots(struct dasm_State *D, uint32_t **slot, uint32_t *n);
/* Allocate the first block, for a put into section s, which is to be reset then; false: there is no
 * memory, which the state remembers. And free it. */
bool memory_begin(struct dasm_State *D, struct section *s);
void memory_end(struct dasm_State *D);
/* Have n slots of labels in an array of *max, the new ones zeroed; never shrinks. */
int slots_grow(struct dasm_State *D, struct slots *l, uint32_t *max, unsigned n);
/* None is in use. */
void slots_clear(struct slots *l);
extern const dasm_Allocator default_allocator;

static inline void section_init(struct section *s, uint32_t number)
{
  s->number = number;
  s->place = LABEL_PLACE(LABEL_DEFINED, number);
}
void section_reset(struct section *s);
/* Its size in the first pass. */
uint32_t section_first(const struct dasm_State *D, const struct section *s);
void section_free(struct dasm_State *D, struct section *s);
/* It gets its first events. */
static inline void section_fill(struct dasm_State *D, const struct section *s)
{
  if (s->number >= D->nfilled)
    D->nfilled = s->number + 1;
}
/* Have LIST_ROOM bytes, or one more event; a section that got bytes has events, too. */
bool section_reserve(struct dasm_State *D, struct section *s);
/* Compute `end`, for a section that has that size in the first pass. */
void section_limit(struct section *s, uint32_t first);
bool section_reserve_event(struct dasm_State *D, struct section *s);

/* used.c. The state's place of the template's list; the state holds it from now on. */
int used_base(struct dasm_State *D, const dasm_Template *tmpl, uint32_t *base);
/* The list of place *at, which becomes an offset in it. 0, no place: the current list. */
const uint8_t *used_find(const struct dasm_State *D, uint32_t *at);
static inline const uint8_t *list_of(const struct dasm_State *D, uint32_t *at)
{
  return LIKELY(D->nused == 0) ? D->home : used_find(D, at);
}
void used_reset(struct dasm_State *D);
void used_free(struct dasm_State *D);

/* The lines of a site whose records are noted. */
struct noted_lines {
  struct line_cursor cursor;
  struct list_line now;
  bool known;
};
/* lines.c. Begin with a site whose first place is this. */
void notes_open(const uint8_t *list, uint32_t place, struct noted_lines *n);
/* Note the lines of the next record of the current list, before it is appended at `offset`; false if there is no
 * memory. place: of the record's literal. */
bool notes_add(struct dasm_State *D, struct noted_lines *n, uint32_t section, uint32_t offset, const struct record *r,
               uint32_t place);
/* How many there are. */
static inline uint32_t notes_count(const struct dasm_State *D)
{
  return D->notes ? D->notes->n : 0;
}
/* Lines of linked code by offset, at most max. Returns how many there are, notes_count() or fewer. */
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
  const struct instance *label = l->slot && l->slot[i] ? &D->instances[l->slot[i]] : NULL;
  return label && label_state(label) == LABEL_DEFINED ? label_final(D, label) : UINT32_MAX;
}

/* What an ISA is, to the encoder. */
struct isa_facts {
  uint8_t orders;    /* that its code may have: bits 1 << enum list_order */
  uint8_t nop_size;  /* what fills alignments; its bytes, */
  uint32_t nop;
  uint16_t half_nop; /* and what has half as many, if there is such a one */
  bool dynasm_end;   /* DynASM gives its resolvers the address behind an instruction, not that of a field */
  /* NULL: it has none of its own. For operations whose operands only the ISA knows: find their end
   * and what they take; do them, behind the literal that ends at w. Returns the end; status: unless
   * DASM_S_OK, *value is the one that is wrong. */
  bool (*measure)(struct record *r, const uint8_t *operands, size_t room);
  uint8_t *(*perform)(struct dasm_State *D, const struct record *r, const uint8_t *operands, const int64_t *args,
                      uint8_t *w, int *status, int64_t *value);
  /* Make the long form of a short branch that ends at `end`, its unit zeroed; returns its end. */
  uint8_t *(*widen)(uint8_t *end, unsigned how);
  /* Where the short form is SHRINK_OWN: does it reach what is d bytes from the end of the long one?
   * Write the distance from its end into it. NULL: there is none. */
  bool (*shortens)(int64_t d, unsigned how);
  void (*narrow)(uint8_t *end, int32_t distance);
  /* What to write for an address that does not fit, a target that is out of reach, of an
   * instruction that reaches some bytes: for messages, NULL: nothing special. */
  const char *load, *far, *nearer;
  /* Likewise for an immediate that has more than the 32 bits that go to a register, or to a value;
   * of registers 16 to 31. */
  const char *wide_register, *wide_value, *upper;
  bool dynasm_ranges; /* DynASM's RANGE_REL and RANGE_VREG have the numbers that they have in dasm.h */
  bool dynasm_veneers; /* forks of DynASM ask the host for veneers (DASM_ADD_VENEER) */
  const struct isa_far *beyond; /* what is out of reach: far.h; NULL: it is an error */
};
extern const struct isa_facts isa_table[ISA_COUNT]; /* by number; those that there are have orders */
/* Of a list that list_refused() has not refused. */
static inline const struct isa_facts *isa_of(const uint8_t *list) { return &isa_table[list[LIST_AT_ISA]]; }
/* DynASM's number of a status, in a state of a program that was written for it, and back. Its RANGE_REL and
 * RANGE_VREG may be the other way round. */
static inline int status_for(const struct dasm_State *D, int status)
{
  int class = DASM_S_CLASS(status);

  if (!D->dynasm || !D->home || isa_of(D->home)->dynasm_ranges || (class != DASM_S_RANGE_REL && class != DASM_S_RANGE_VREG))
    return status;
  return status ^ DASM_S_RANGE_REL ^ DASM_S_RANGE_VREG;
}
/* Fill the n bytes at w, before code of this list that is aligned. */
void isa_pad(const uint8_t *list, uint8_t *w, uint32_t n);

#endif
