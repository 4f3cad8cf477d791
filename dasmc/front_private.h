/* front_private.h - what the files of the front end share among themselves: struct front.
 *
 * ISAs see front.h only, drivers see translate.h.
 */
#ifndef DASMC_FRONT_PRIVATE_H
#define DASMC_FRONT_PRIVATE_H

#include <setjmp.h>
#include <stdarg.h>

#include "translate.h"

enum {
  MAX_DEPTH = 1000,       /* nested macros: they need no stack */
  MAX_CAPTURES = 150,     /* captures that are dumped into others */
  MAX_INCLUDES = 40,      /* nested files: 40 KB of stack at most */
  MAX_ROUNDS = 100,       /* substitution rounds before a define counts as recursive */
  MAX_STATEMENT = 1 << 18 /* bytes of a statement after substitution */
};

/* ---- arena.c ---------------------------------------------------------------- */

struct arena {
  struct block *block, *kept; /* newest; from `kept` on they were there before the text in hand */
  char *next, *end;
  size_t used, limit; /* bytes asked of the system; most of them, 0: any */
};
void arena_free(struct arena *A);
/* Make the arena as it was at the time of the copy `mark`: later memory is free again. */
void arena_release(struct arena *A, const struct arena *mark);
/* Until the next call, arena_alloc() gives memory that stays (front_keep_alloc). */
void arena_swap(struct front *F);
/* NULL when memory runs out. */
void *arena_try(struct arena *A, size_t size);

/* ---- scratch.c: a translation that goes on with text after text ------------- */

struct scratch;
/* What is allocated from here on is for one text only. */
void scratch_begin(struct front *F, struct scratch *s);
/* Give it back, unless the text defined something that is to stay: then true. Names of globals
 * and externs stay always. The translation is ready for the next text, also after errors. */
bool scratch_end(struct front *F, struct scratch *s);
/* A definition: table_set(), which scratch_undo() takes back. */
void definition_set(struct front *F, struct table *t, struct span key, void *value);
/* Before the next text begins: nothing is defined that was not before the last one, which can be tried again. */
void scratch_undo(struct front *F);

/* ---- front.c ---------------------------------------------------------------- */

/* Report what is still open: .if, .macro, .capture. */
void front_check_end(struct front *F);

/* ---- text.c ----------------------------------------------------------------- */

bool span_is_name(struct span s); /* [A-Za-z_][A-Za-z0-9_]* */
static inline struct span span_tail(struct span s, size_t from)
{
  return (struct span){s.p + from, s.n - from};
}
static inline struct span span_between(const char *from, const char *to)
{
  return (struct span){from, (size_t)(to - from)};
}
static inline const char *span_end(struct span s)
{
  return s.p + s.n;
}
/* Does `p` point into s, or just behind it? (p may point anywhere.) */
static inline bool span_has(struct span s, const char *p)
{
  return s.p && (uintptr_t)p >= (uintptr_t)s.p && (uintptr_t)p <= (uintptr_t)(s.p + s.n);
}
static inline struct span span_strip(struct span s) /* span_trim, inline */
{
  while (s.n > 0 && char_is(s.p[0], CHAR_SPACE))
    s = span_tail(s, 1);
  while (s.n > 0 && char_is(s.p[s.n - 1], CHAR_SPACE))
    s.n--;
  return s;
}
struct span span_dup(struct front *F, struct span s);
struct span span_vfmt(struct front *F, const char *fmt, va_list ap);

/* A list of spans that grows. */
struct spans {
  struct span *item;
  size_t n, capacity;
};
void spans_add(struct front *F, struct spans *list, struct span s);

/* ---- table.c ---------------------------------------------------------------- */

void table_remove(struct table *t, struct span key);
/* Give a name its old value again, which table_set() has changed or was about to: allocates nothing. */
void table_put_back(struct table *t, struct span key, void *value);

/* ---- source.c --------------------------------------------------------------- */

struct source {
  struct source *next;
  struct span name, text;
  unsigned number;
};

/* A source being read. */
struct input {
  struct input *up;
  const struct source *src;
  struct span rest, line; /* what follows the current line; the line without its newline */
  uint32_t number;        /* of the current line, from 1 */
  bool plain;             /* every line is an assembler line */
};

struct source *source_add(struct front *F, struct span name, struct span text);
/* The file's text, as a new source; NULL if it cannot be read (errno says why). */
struct source *source_read(struct front *F, const char *name);
/* Search the include path. */
struct source *source_include(struct front *F, struct span name);

struct location {
  const struct source *src;
  uint32_t line, column; /* from 1 */
  struct span text;      /* the line */
};
/* Where a byte of a source is; false if `p` points into no source. */
bool source_locate(struct front *F, const char *p, struct location *out);

/* ---- subst.c ------------------------------------------------------------------ */

/* How one text was made from another: kept so that an error in the new text can be shown in
 * the old one. */
struct edit {
  uint32_t in, in_n, out, out_n;
};
struct text_map {
  struct text_map *prev;
  struct span in, out;
  const struct edit *edit;
  unsigned nedits;
};
/* A replacement that is to be made. */
struct hit {
  uint32_t at, n;
  struct span by;
};

/* Note that `what`, a part of text, is to be replaced (F->nhits = 0 before the first); make the new text, and the map
 * to the old one. */
void subst_hit(struct front *F, struct span text, struct span what, struct span by);
struct span subst_apply(struct front *F, struct span text);
/* All three return `text` itself if nothing changes. */
struct span subst_defines(struct front *F, struct span text);
struct span subst_params(struct front *F, struct span text, const struct span *param,
                         const struct span *value, unsigned n);
struct span subst_paste(struct front *F, struct span text);
bool define_set(struct front *F, struct span name, struct span value);

/* ---- origin.c ------------------------------------------------------------------- */

/* Where a byte of a substituted text comes from: a place in a source or in a macro body. */
const char *origin_of(const struct front *F, const char *p);
/* The same for the last byte of a span: all of a replaced word counts. */
const char *origin_of_last(const struct front *F, const char *p);

/* ---- spelling.c ----------------------------------------------------------------- */

/* libdasm's dialect: case, numbers, comments. `text` itself if nothing changes. */
struct span spelling(struct front *F, struct span text);

/* ---- macro.c ------------------------------------------------------------------ */

struct macro {
  struct macro *overload; /* same name, other number of parameters */
  struct span name;
  struct span param[STMT_MAXARGS];
  unsigned nparams;
  struct span *body;
  size_t nlines, capacity;
  bool active;
};

/* One macro being expanded: a list, and not a recursion, so that nesting needs no stack. */
struct expansion {
  struct expansion *up;
  struct macro *macro;
  struct span call;      /* the statement that invoked it */
  struct span arg[STMT_MAXARGS];
  struct text_map *maps; /* of that statement */
  size_t next;           /* line of the body */
};

/* Take a statement into the macro being defined; false if none is. */
bool macro_capture(struct front *F, struct span text);
/* Begin to expand if st names a macro with that many parameters. */
bool macro_expand(struct front *F, const struct stmt *st);
/* The next statement of the macros that were begun inside of `outer`; false: they have ended. settled: there is
 * nothing to substitute in it. */
bool macro_line(struct front *F, const struct expansion *outer, struct span *text, bool *settled);
void macro_finish(struct front *F);

/* ---- cond.c, eval.c ----------------------------------------------------------- */

struct cond {
  enum { COND_FALSE, COND_TAKEN, COND_ELSE } state; /* no branch yet; one taken; after .else */
  const char *at; /* where the .if stands */
};

/* While a branch is skipped: take the statement; false if it ends the skipping. */
bool cond_skip(struct front *F, struct span text);
/* After an error in this statement: if it was an .if, its .endif shall find one. */
void cond_recover(struct front *F, struct span text);
void cond_finish(struct front *F);
/* Value of a Lua expression; reports an error and gives false if there is something wrong. */
bool eval_condition(struct front *F, struct span text);

/* ---- statement.c ----------------------------------------------------------------- */

/* Split into operation and operands; reports errors. */
bool statement_split(struct front *F, struct span text, struct stmt *out);
void translate_source(struct front *F, const struct source *src, bool plain);

/* ---- directive.c ------------------------------------------------------------------ */

struct directive {
  const char *name;
  unsigned min, max; /* operands; max STMT_MAXARGS: any number */
  bool early;        /* legal before .arch */
  void (*run)(struct front *F, const struct stmt *st);
  const char *usage; /* operands, as the messages and -A print them */
};
extern const struct directive directives[]; /* name NULL ends it */

void dir_label(struct front *F, const struct stmt *st);
void dir_align(struct front *F, const struct stmt *st);
void dir_space(struct front *F, const struct stmt *st);
void dir_section(struct front *F, const struct stmt *st);
void dir_if(struct front *F, const struct stmt *st);
void dir_elif(struct front *F, const struct stmt *st);
void dir_else(struct front *F, const struct stmt *st);
void dir_endif(struct front *F, const struct stmt *st);
void dir_macro(struct front *F, const struct stmt *st);
void dir_endmacro(struct front *F, const struct stmt *st);
void dir_capture(struct front *F, const struct stmt *st);
void dir_endcapture(struct front *F, const struct stmt *st);
void dir_dumpcapture(struct front *F, const struct stmt *st);
/* A statement naming a section: true if it was one. */
bool section_select(struct front *F, const struct stmt *st);

/* ---- known.c ------------------------------------------------------------------------ */

const struct directive *directive_find(struct front *F, struct span name);
const struct macro *macro_find(const struct front *F, struct span name); /* its overloads */
struct macro *macro_form(const struct front *F, struct span name, unsigned nparams);
/* Its number + 1; 0: it is no section. name: with its dot. */
unsigned section_find(const struct front *F, struct span name);
/* Is it the name of a statement with so many operands (nargs < 0: any number)? */
bool is_known(struct front *F, struct span name, int nargs);

/* ---- capture.c ---------------------------------------------------------------------- */

struct capture {
  struct span name;
  const char *at; /* where it began */
  bool used, filled;
  struct spans dumps; /* captures that are dumped into this one */
  unsigned height;        /* of these, one in another; 0: not known yet */
  bool open;              /* its height is being found out */
};
void capture_finish(struct front *F);

/* ---- diag.c ---------------------------------------------------------------------------- */

/* An error that ends the translation. */
#if defined(__GNUC__)
__attribute__((noreturn))
#endif
void diag_fatal(struct front *F, struct span where, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* An error found at the end of the input, about something at `at` (NULL: the file). */
void diag_error_at(struct front *F, const char *at, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* ---- the translation ------------------------------------------------------------------- */

struct front {
  struct arena arena, keep;
  bool swapped;     /* by arena_swap() */
  jmp_buf *give_up; /* to the entry point */

  const struct front_options *options;
  const struct driver *driver;
  void *user;

  const struct directive *directives;
  const struct isa *isa;
  const char *isa_name; /* as it was asked for */
  struct isa_state *isa_data;
  struct build *build;
  uint32_t generation; /* of what statements mean: changes with each definition, and with each report */

  /* source.c */
  struct source *sources; /* newest first */
  struct line_index *line_indexes;
  struct spans file_names;
  struct file_read *files_read;
  struct spans include_dirs;
  struct input *input;
  unsigned include_depth, nincluded;

  /* subst.c: the maps of the statement in hand, newest first */
  struct table defines; /* struct span* */
  uint32_t define_lengths[256]; /* for each first byte: bit n set if a name is n (31: or more) long */
  struct text_map *maps;
  struct hit *hit;
  size_t nhits, hit_capacity;
  struct span statement; /* unsubstituted */

  /* macro.c */
  struct table macros; /* struct macro*, linked by overload */
  struct macro *defining;
  const char *defining_at;
  struct expansion *expansion, *spare; /* spare: for the next ones */
  unsigned depth;

  /* cond.c */
  struct cond *cond;
  size_t nconds, cond_capacity;
  bool skipping;
  size_t skip_level; /* nested .if in skipped text */

  /* capture.c */
  struct table captures;      /* struct capture* */
  struct spans capture_names;
  struct capture *capturing;

  /* names.c */
  struct table types;
  struct table globals, externs; /* number + 1 as a pointer-sized integer */
  struct spans global_names, extern_names;
  struct table sections;
  struct spans section_names;
  struct spans macro_names, define_names, type_names; /* in order, for -P */

  struct table directive_table;

  struct definition_mark {
    struct undo *undo; /* the definitions since, newest first */
    size_t nsections, nmacros, ndefines, ntypes;
  } text_begin;
  unsigned ndefinitions; /* counts what later texts may see: defines, macros, types, sections */
  unsigned nerrors, nwarnings;
  bool quiet;                  /* nothing is reported */
  struct table warned;         /* warnings given, by place and kind */
  bool stopped; /* by a fatal error: nothing is checked at the end */
};

/* The translation before a text. */
struct scratch {
  struct front before;
};

#endif
