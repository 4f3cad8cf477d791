/* compare.h - do two translations of one source give the same bytes? What the files of the
 * comparison share. dasmc-compare compiles them, against DynASM's own headers.
 *
 * Both files were written from the same text, with a put for every line (-F), so their calls of
 * dasm_put() stand between the same C lines. The consecutive calls there are a group. Its bytes
 * depend on the arguments, of which only the text is known here: the same name in it gets the same
 * value on both sides, and a group is tried with many values (registers, small and large constants).
 * Values that DynASM refuses are passed over. Each group is a program of its own: local labels are
 * placed before and behind it, PC labels behind it (the source got lines for that at its end),
 * global labels have addresses. At last all groups are put into one program, in their order, which
 * compares branches and alignments across them.
 *
 * DynASM may crash or hang on what it does not check, so this happens in child processes.
 */
#ifndef COMPARE_H
#define COMPARE_H

#include <stddef.h>
#include <stdint.h>

/* Code is written to PLACE, if the kernel gives it. */
enum { MAXARGS = 64, NLABELS = 10, ROOM = 1 << 20, PLACE = 0x10000000 };

/* ---- main.c ------------------------------------------------------------------------------- */

void die(const char *what);
void *allocate(size_t n); /* zeroed */

/* ---- read.c: the translations -------------------------------------------------------------- */

struct put {
  int start;
  unsigned nargs;
  struct {
    unsigned expr; /* number of its text */
    int part;      /* 0: the value, 1: its low, 2: its high 32 bits */
  } arg[MAXARGS];
};

struct group {
  struct put *put;
  unsigned nputs;
  unsigned line;
  const char *file;
};

struct side {
  struct group *group;
  unsigned ngroups;
  unsigned char *list;
  size_t size;
};

extern struct side theirs, ours;
/* The different texts of arguments, and of what they are computed from. */
extern struct expr {
  char *text;
  struct step *step; /* how it is computed, if it is */
  unsigned nsteps;
  int wide; /* DynASM gets its halves */
} *exprs;
extern unsigned nexprs;

void read_translation(struct side *side, const char *file);
unsigned expr_number(const char *text);
/* The end of an argument: a comma or closing bracket outside of brackets and quotes; or NULL. */
char *argument_end(char *p);

/* ---- arithmetic.c ---------------------------------------------------------------------------- */

struct step {
  int kind;
  int64_t n;
};

/* The steps that compute a text without blanks; NULL if it is no arithmetic, or an atom alone. */
struct step *arithmetic(const char *text, unsigned *nsteps);
int64_t evaluate(unsigned expr, const int64_t *value);
int atom_of(unsigned expr, unsigned i);

/* ---- run.c: both encoders ------------------------------------------------------------------- */

struct result {
  int status;
  size_t size;
  unsigned char *code;
  unsigned nexterns;
  struct { unsigned ofs; int index, type; } ext[256];
};

/* A program under construction, on either side. `value` has one for each of exprs. */
struct state {
  struct side *side;
  struct dasm_State *D;
  int status;
};

void run_open(void);
void run_begin(struct state *s, struct side *side, int64_t *value);
void run_put(struct state *s, unsigned group, const int64_t *value);
void run_end(struct state *s, int64_t *value, struct result *r);
/* A program of one group. */
void run_group(struct side *side, unsigned group, int64_t *value, struct result *r);
int same(const struct result *a, const struct result *b);
/* Is it a status for what DynASM does not check? */
int unchecked(int status);

/* ---- values.c: what is tried ----------------------------------------------------------------- */

/* The atoms of the arguments of a group; those of 64 bits are marked. */
struct vars {
  unsigned n, expr[MAXARGS];
  int wide[MAXARGS];
};

/* What a child tells its parent, also when it dies. */
struct progress {
  unsigned round;            /* the next one, or all are done */
  unsigned compared, passed, crashed, differ;
  unsigned refused;          /* sets of values that libdasm alone does not take */
  int have_base;
  int64_t base[MAXARGS];     /* the first values that both sides took; before, those with which DynASM */
  int reached;               /* got furthest in its list */
};

void add_vars(struct vars *v, const struct group *g);
unsigned rounds(const struct vars *v);
/* The values of a round; 0: none, it is to be passed over. */
int choose(const struct vars *v, const struct progress *p, unsigned group, unsigned round, int64_t *value);

#endif
