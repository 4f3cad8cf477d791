/* run.c - groups of puts as programs, through DynASM's encoder and through libdasm's.
 *
 * DynASM's headers are compiled here, whatever its version; libdasm is reached through the
 * functions of its replacements of these headers.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "compare.h"

static int note_extern(unsigned char *address, int index, int type);

#define DASM_FDEF static
#define DASM_CHECKS 1
#define DASM_ALIGNED_WRITES 1
#define DASM_EXTERN(ctx, address, index, type) note_extern(address, index, type)
#ifdef TARGET32
#define ptrdiff_t int /* as wide as addresses of the code */
#endif
#include "dasm_proto.h"
#include THEIR_HEADER
#ifdef TARGET32
#undef ptrdiff_t
#endif
#include "dasm_dropin.h"

enum { NPC = 16, NGLOBALS = 220 };

static unsigned char *buffer;
static struct result *externs_of;
static void *globals[NGLOBALS + 1];

static int note_extern(unsigned char *address, int index, int type)
{
  struct result *r = externs_of;

  if (r->nexterns < 256) {
    r->ext[r->nexterns].ofs = (unsigned)(address - buffer);
    r->ext[r->nexterns].index = index;
    r->ext[r->nexterns++].type = type;
  }
  return 0x200 + 4 * index; /* in reach of all branches */
}

static void reset_globals(void)
{
  for (unsigned i = 0; i <= NGLOBALS; i++)
    globals[i] = buffer + 0x400 + 8 * i; /* in reach of all branches */
}

static int64_t value_of(const struct put *p, unsigned i, const int64_t *value)
{
  unsigned expr = p->arg[i].expr;
  int64_t v = evaluate(expr, value);

  if (!exprs[expr].wide && exprs[expr].nsteps > 0 && atom_of(expr, 0) >= 0)
    v = (int)v; /* as C computes with ints */
  return p->arg[i].part == 2 ? v >> 32 : v;
}

static void put_theirs(dasm_State **Dst, const struct put *p, const int64_t *value)
{
  int a[40] = {0};

  for (unsigned i = 0; i < p->nargs && i < 40; i++)
    a[i] = (int)value_of(p, i, value);
  dasm_put(Dst, p->start, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12],
           a[13], a[14], a[15], a[16], a[17], a[18], a[19], a[20], a[21], a[22], a[23], a[24], a[25],
           a[26], a[27], a[28], a[29], a[30], a[31], a[32], a[33], a[34], a[35], a[36], a[37], a[38], a[39]);
}

static void call_ours(dasm_State *D, int start, ...)
{
  va_list ap;

  va_start(ap, start);
  dasm_dropin_put(D, NULL, start, ap);
  va_end(ap);
}

static void put_ours(dasm_State *D, const struct put *p, const int64_t *value)
{
  int64_t a[MAXARGS] = {0};

  for (unsigned i = 0; i < p->nargs; i++)
    a[i] = value_of(p, i, value);
  call_ours(D, p->start, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12],
            a[13], a[14], a[15], a[16], a[17], a[18], a[19], a[20], a[21], a[22], a[23], a[24], a[25], a[26],
            a[27], a[28], a[29], a[30], a[31], a[32], a[33], a[34], a[35], a[36], a[37], a[38], a[39], a[40],
            a[41], a[42], a[43], a[44], a[45], a[46], a[47]);
}

/* The first member of libdasm's state, whatever DynASM's looks like. */
static int our_status(const dasm_State *D)
{
  int status;

  memcpy(&status, D, sizeof status);
  return status;
}

static void open_state(struct state *s, struct side *side)
{
  s->side = side;
  s->status = 0;
  if (side == &theirs) {
    dasm_init(&s->D, 32);
    dasm_setupglobal(&s->D, globals, NGLOBALS);
    dasm_growpc(&s->D, NPC);
    dasm_setup(&s->D, side->list);
  } else {
    dasm_dropin_init(&s->D, 32, NULL, NULL, NULL, DASM_DROPIN_UNCHECKED); /* DynASM's labels may be placed again */
    dasm_dropin_setupglobal(s->D, NULL, globals, NGLOBALS);
    dasm_dropin_growpc(s->D, NULL, NPC);
    s->status = dasm_dropin_setup(s->D, NULL, side->list);
  }
  reset_globals(); /* libdasm clears them */
}

void run_put(struct state *s, unsigned group, const int64_t *value)
{
  const struct group *g = &s->side->group[group];

  for (unsigned i = 0; i < g->nputs && s->status == 0; i++)
    if (s->side == &theirs) {
      put_theirs(&s->D, &g->put[i], value);
      s->status = s->D->status;
    } else {
      put_ours(s->D, &g->put[i], value);
      s->status = our_status(s->D);
    }
}

/* The lines that were added to the source: 1: to 9:, and =>pc:. */
static void put_locals(struct state *s, const int64_t *value)
{
  for (unsigned i = 0; i < NLABELS - 1; i++)
    run_put(s, s->side->ngroups - NLABELS + i, value);
}

static void put_pcs(struct state *s, int64_t *value)
{
  unsigned group = s->side->ngroups - 1, expr = s->side->group[group].put[0].arg[0].expr;

  for (int i = 0; i < NPC && s->status == 0; i++) {
    int ofs = s->side == &theirs ? dasm_getpclabel(&s->D, (unsigned)i) : dasm_dropin_getpclabel(s->D, (unsigned)i);
    value[expr] = i;
    if (ofs == -1)
      run_put(s, group, value);
  }
}

static void close_state(struct state *s, struct result *r)
{
  size_t size = 0;

  r->nexterns = 0;
  externs_of = r;
  if (s->status == 0)
    s->status = s->side == &theirs ? dasm_link(&s->D, &size) : dasm_dropin_link(s->D, &size);
  if (s->status == 0 && size > ROOM / 2)
    s->status = DASM_S_NOMEM;
  if (s->status == 0) {
    memset(buffer, 0, size);
    if (s->side == &theirs) {
      s->status = dasm_encode(&s->D, buffer);
    } else {
      unsigned char *field;
      int index, type, stored;
      s->status = dasm_dropin_encodeexterns(s->D, buffer);
      while ((field = dasm_dropin_nextextern(s->D, buffer, &index, &type)) != NULL)
        if ((stored = dasm_dropin_setextern(s->D, note_extern(field, index, type))) != 0)
          s->status = stored;
    }
    memcpy(r->code, buffer, size);
  }
  r->status = s->status;
  r->size = size;
  if (s->side == &theirs)
    dasm_free(&s->D);
  else
    dasm_dropin_free(s->D, NULL);
}

void run_open(void)
{
  buffer = mmap((void *)PLACE, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (buffer == MAP_FAILED)
    die("no memory");
}

void run_begin(struct state *s, struct side *side, int64_t *value)
{
  open_state(s, side);
  put_locals(s, value);
}

void run_end(struct state *s, int64_t *value, struct result *r)
{
  put_locals(s, value);
  put_pcs(s, value);
  close_state(s, r);
}

void run_group(struct side *side, unsigned group, int64_t *value, struct result *r)
{
  struct state s;

  run_begin(&s, side, value);
  run_put(&s, group, value);
  run_end(&s, value, r);
}

int same(const struct result *a, const struct result *b)
{
  return a->status == 0 && b->status == 0 && a->size == b->size && memcmp(a->code, b->code, a->size) == 0 &&
         a->nexterns == b->nexterns && memcmp(a->ext, b->ext, a->nexterns * sizeof a->ext[0]) == 0;
}

/* What DynASM does not check: that a place is within reach; registers above 7 in 32-bit code. */
int unchecked(int status)
{
#if defined(TARGET32) && defined(DASM_S_RANGE_VREG) /* of x86 */
  if ((status & 0xff000000) == DASM_S_RANGE_VREG)
    return 1;
#endif
  return (status & 0xff000000) == 0x16000000;
}
