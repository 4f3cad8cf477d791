/* build.c - the put under construction, and the finished template list.
 *
 * Literal bytes are gathered in order. Those behind `lit` are pending: the next operation takes
 * the last of them as its literal, because an operation may change the end of its own literal (a
 * ModRM byte, a field). What a literal cannot hold goes into OP_LIT and OP_RUN records before it;
 * runs are in the pool. Adjacent static bytes so become one piece by themselves.
 *
 * A line entry is kept as a position in these bytes until the record that takes
 * those bytes is known, and put into the list's form at the end of its put. A put opens
 * with its first byte or operation.
 *
 * Programs say the same things again and again: what a statement built (bytes,
 * operations, arguments) is remembered as steps, and done again when its text
 * comes again, until something changes what statements mean (build_forget).
 * Operations name arguments by their number in the put; a statement with such numbers
 * in a parameter block is repeated only where they are the same.
 */
#include "build.h"
#include "list.h"

struct line {
  uint32_t pos; /* of its first byte in `bytes`, until resolved */
  struct tmpl_line out;
};

/* A statement that was seen. What it built is right in one epoch only, 0: in none. */
struct known {
  uint32_t hash, epoch;
  uint32_t str, nstr;        /* its text in the strings */
  uint32_t at, n;            /* its bytes */
  uint32_t step, arg;        /* its operations, its arguments */
  uint8_t nsteps, nargs;
  uint8_t first_arg;         /* the number of the first in the put */
  bool fixed;                /* the numbers must be these */
};

/* An operation of a statement, as it was given to build_op() or build_dyn(). */
struct step {
  uint32_t end; /* of the bytes before it */
  uint32_t x;
  uint8_t code, arg, b;
  uint8_t block; /* size of its parameter block, which is in the pool at x */
  uint32_t maxbytes;
};

struct build {
  enum tmpl_isa isa;
  unsigned nsections;

  struct tmpl_op *op;
  size_t nop, op_capacity;
  uint8_t *bytes;
  size_t nbytes, bytes_capacity;
  size_t lit; /* pending: bytes[lit … nbytes) */
  uint8_t *pool;
  size_t npool, pool_capacity;
  struct line *line; /* of the current put, or the next */
  size_t nline, line_capacity;
  size_t resolved; /* entries whose record is known */
  uint8_t *lines; /* of finished puts, as in the list */
  size_t nlines, lines_capacity;
  char *str;
  size_t nstr, str_capacity;

  struct known *known;
  size_t nknown, known_capacity;
  uint32_t *slot; /* index in known + 1 by hash, open addressing; twice known_capacity */
  struct step *step;
  size_t nsteps, step_capacity;
  struct span *args; /* arguments of known statements */
  size_t nargs, args_capacity;
  uint32_t epoch;
  struct span asked; /* the last one that was looked for, and its hash */
  uint32_t asked_hash;
  struct known *now; /* the statement in hand; NULL: nothing is to be remembered */

  /* The current put. */
  bool open;
  size_t begin; /* its OP_BEGIN */
  uint64_t max_bytes;
  unsigned narg;
  struct span arg[TMPL_MAXARGS];
};

struct build *build_open(struct front *F, enum tmpl_isa isa)
{
  struct build *B = arena_alloc(F, sizeof(*B));

  B->isa = isa;
  B->nsections = 1;
  B->epoch = 1;
  return B;
}

/* ---- records --------------------------------------------------------------- */

static struct tmpl_op *new_op(struct front *F, struct build *B, enum tmpl_code code)
{
  struct tmpl_op *op;

  if (B->nop == B->op_capacity)
    B->op = arena_grow(F, B->op, &B->op_capacity, B->nop + 1, sizeof(*B->op));
  op = &B->op[B->nop++];
  *op = (struct tmpl_op){.code = (uint8_t)code};
  return op;
}

static void open_put(struct front *F, struct build *B)
{
  if (B->open)
    return;
  B->open = true;
  B->begin = B->nop;
  B->max_bytes = 0;
  new_op(F, B, OP_BEGIN);
}

/* The next record takes the bytes up to `end`: give lines in them their place. */
static void resolve_lines(struct build *B, size_t end)
{
  for (; B->resolved < B->nline && B->line[B->resolved].pos <= end; B->resolved++) {
    struct line *l = &B->line[B->resolved];

    l->out.op = (uint32_t)B->nop;
    l->out.litofs = (uint32_t)(l->pos - B->lit);
  }
}

/* n bytes for the end of the pool. */
static uint8_t *new_pool(struct front *F, struct build *B, size_t n)
{
  uint8_t *p;

  if (B->pool_capacity - B->npool < n)
    B->pool = arena_grow(F, B->pool, &B->pool_capacity, B->npool + n, 1);
  p = B->pool + B->npool;
  B->npool += n;
  return p;
}

/* A record with `n` of the pending bytes as its literal, and `run` more behind it. */
static struct tmpl_op *take_literal(struct front *F, struct build *B, enum tmpl_code code, size_t n, size_t run)
{
  struct tmpl_op *op;

  resolve_lines(B, B->lit + n + run);
  op = new_op(F, B, code);
  op->len = (uint8_t)n;
  if (n > 0)
    memcpy(op->lit, B->bytes + B->lit, n);
  if (run > 0) {
    op->x = (uint32_t)B->npool;
    op->b = (uint8_t)run;
    memcpy(new_pool(F, B, run), B->bytes + B->lit + n, run);
  }
  B->lit += n + run;
  B->max_bytes += n + run;
  return op;
}

/* A record with the last of the pending bytes; what does not fit goes into records before it. */
static struct tmpl_op *take_pending(struct front *F, struct build *B, enum tmpl_code code)
{
  size_t n;

  open_put(F, B);
  while ((n = B->nbytes - B->lit) > TMPL_MAXLIT) {
    size_t more = n - TMPL_MAXLIT;

    if (more <= TMPL_MAXLIT)
      take_literal(F, B, OP_LIT, more, 0);
    else
      take_literal(F, B, OP_RUN, TMPL_MAXLIT,
                   more - TMPL_MAXLIT < TMPL_MAXRUN ? more - TMPL_MAXLIT : TMPL_MAXRUN);
  }
  return take_literal(F, B, code, n, 0);
}

/* An operation of the statement in hand. */
static void note_step(struct front *F, struct build *B, const struct step *step)
{
  if (!B->now)
    return;
  if (B->nsteps == B->step_capacity)
    B->step = arena_grow(F, B->step, &B->step_capacity, B->nsteps + 1, sizeof(*B->step));
  B->step[B->nsteps++] = *step;
}

static void add_step(struct front *F, struct build *B, const struct step *s)
{
  struct tmpl_op *op;

  note_step(F, B, s);
  op = take_pending(F, B, (enum tmpl_code)s->code);
  op->arg = s->arg;
  op->b = s->b;
  op->x = s->x;
  B->max_bytes += s->maxbytes;
  if (s->code == OP_SECTION && s->x >= B->nsections)
    B->nsections = s->x + 1;
}

void build_op(struct front *F, enum tmpl_code code, unsigned arg, unsigned b, uint32_t x, unsigned maxbytes)
{
  struct build *B = front_build(F);

  add_step(F, B, &(struct step){(uint32_t)B->nbytes, x, (uint8_t)code, (uint8_t)arg, (uint8_t)b, 0, maxbytes});
}

void build_ref(struct front *F, const struct label *label, unsigned ref, unsigned arg)
{
  static const uint8_t code[] = {
    [LABEL_BACK] = OP_REF_BACK, [LABEL_NEXT] = OP_REF_NEXT,     [LABEL_GLOBAL] = OP_REF_GLOBAL,
    [LABEL_PC] = OP_REF_PC,     [LABEL_EXTERN] = OP_REF_EXTERN, [LABEL_ADDR] = OP_REF_ADDR,
  };
  bool by_value = label->kind == LABEL_PC || label->kind == LABEL_ADDR;
  int branch = ref == FIX_X86_JMP || ref == FIX_X86_JCC ? OP_BRANCH_BACK - OP_REF_BACK : 0;

  if (label->kind == LABEL_BAD)
    return; /* reported already */
  build_op(F, (enum tmpl_code)(code[label->kind] + branch), arg, ref,
           by_value ? build_arg(F, label->expr) : label->x, 0);
}

/* ---- bytes ------------------------------------------------------------------- */

static uint8_t *new_bytes(struct front *F, struct build *B, size_t n)
{
  uint8_t *p;

  if (B->bytes_capacity - B->nbytes < n)
    B->bytes = arena_grow(F, B->bytes, &B->bytes_capacity, B->nbytes + n, 1);
  p = B->bytes + B->nbytes;
  B->nbytes += n;
  return p;
}

void build_byte(struct front *F, unsigned byte)
{
  *new_bytes(F, front_build(F), 1) = (uint8_t)byte;
}

void build_bytes(struct front *F, const void *p, size_t n)
{
  if (n > 0)
    memcpy(new_bytes(F, front_build(F), n), p, n);
}

void build_le(struct front *F, uint64_t value, unsigned bytes)
{
  uint8_t *p = new_bytes(F, front_build(F), bytes);

  for (unsigned i = 0; i < bytes; i++, value >>= 8)
    p[i] = (uint8_t)value;
}

void build_dyn(struct front *F, enum tmpl_code code, const void *block, size_t n, unsigned maxbytes)
{
  struct build *B = front_build(F);
  uint32_t at = (uint32_t)B->npool;

  memcpy(new_pool(F, B, n), block, n);
  add_step(F, B, &(struct step){(uint32_t)B->nbytes, at, (uint8_t)code, 0, 0, (uint8_t)n, maxbytes});
}

/* ---- arguments ---------------------------------------------------------------- */

unsigned build_arg(struct front *F, struct span expr)
{
  struct build *B = front_build(F);

  if (B->narg == TMPL_MAXARGS) {
    diag_error(F, expr, "more than %d run-time values in one statement", BUILD_INSN_ARGS);
    return 0;
  }
  front_arg(F, expr);
  B->arg[B->narg] = expr;
  return B->narg++;
}

/* ---- lines -------------------------------------------------------------------- */

static uint32_t add_string(struct front *F, struct build *B, struct span s)
{
  size_t at;

  if (B->nstr == 0)
    B->nstr = 1; /* the empty string; arena memory is zeroed */
  at = B->nstr;
  if (B->str_capacity < at + s.n + 2)
    B->str = arena_grow(F, B->str, &B->str_capacity, at + s.n + 2, 1);
  if (s.n > 0)
    memcpy(B->str + at, s.p, s.n);
  B->str[at + s.n] = '\0';
  B->nstr = at + s.n + 1;
  return (uint32_t)at;
}

static struct span known_text(const struct build *B, const struct known *k)
{
  return (struct span){B->str + k->str, k->nstr};
}

/* The slot of a statement, or the empty one where it belongs. */
static uint32_t *find_slot(const struct build *B, struct span text, uint32_t hash)
{
  size_t mask = 2 * B->known_capacity - 1, i = hash & mask;

  for (; B->slot[i] != 0; i = (i + 1) & mask) {
    const struct known *k = &B->known[B->slot[i] - 1];

    if (k->hash == hash && span_eq(known_text(B, k), text))
      break;
  }
  return &B->slot[i];
}

static void enlarge_known(struct front *F, struct build *B)
{
  B->known = arena_grow(F, B->known, &B->known_capacity, B->nknown + 1, sizeof(*B->known));
  B->slot = arena_alloc(F, 2 * B->known_capacity * sizeof(*B->slot));
  for (size_t i = 0; i < B->nknown; i++)
    *find_slot(B, known_text(B, &B->known[i]), B->known[i].hash) = (uint32_t)i + 1;
}

static struct known *find_known(struct front *F, struct build *B, struct span text)
{
  uint32_t hash = text.p == B->asked.p && text.n == B->asked.n ? B->asked_hash : span_hash(text), *slot;
  struct known *k;

  B->asked = SPAN("");
  if (B->nknown == B->known_capacity)
    enlarge_known(F, B);
  slot = find_slot(B, text, hash);
  if (*slot == 0) {
    k = &B->known[B->nknown++];
    *k = (struct known){.hash = hash, .str = text.n ? add_string(F, B, text) : 0, .nstr = (uint32_t)text.n};
    *slot = (uint32_t)B->nknown;
  }
  return &B->known[*slot - 1];
}

static void add_line(struct front *F, struct build *B, unsigned file, uint32_t line, const struct known *k)
{
  struct line *l;

  if (B->resolved < B->nline && B->line[B->nline - 1].pos == B->nbytes) {
    l = &B->line[B->nline - 1]; /* the line before gave nothing */
  } else {
    if (B->nline == B->line_capacity)
      B->line = arena_grow(F, B->line, &B->line_capacity, B->nline + 1, sizeof(*B->line));
    l = &B->line[B->nline++];
  }
  l->pos = (uint32_t)B->nbytes;
  l->out = (struct tmpl_line){0, 0, file, line, k->str};
}

/* A statement finds room for its arguments. */
static void make_room(struct front *F, const struct build *B)
{
  if (B->narg > TMPL_MAXARGS - BUILD_INSN_ARGS)
    build_flush(F);
}

void build_line(struct front *F, unsigned file, uint32_t line, struct span text)
{
  struct build *B = front_build(F);
  struct known *k;

  if (B->now)
    B->nsteps = B->now->step; /* it is not remembered */
  k = find_known(F, B, text);
  make_room(F, B);
  add_line(F, B, file, line, k);
  k->at = (uint32_t)B->nbytes;
  k->step = (uint32_t)B->nsteps;
  k->first_arg = (uint8_t)B->narg;
  k->epoch = 0;
  B->now = B->nbytes < UINT32_MAX / 2 ? k : NULL;
}

/* Is `arg` the number of an argument, for an operation of instructions and data? */
static bool uses_arg(const struct step *s)
{
  return (s->code >= OP_IMM8 && s->code <= OP_CHECK32S) || (s->code >= OP_X86_DISP && s->code <= OP_X86_IMM8_16) ||
         (s->code >= OP_REF_BACK && s->code <= OP_REF_ADDR && (s->b & TMPL_REF_IMM) != 0);
}

/* Is x? */
static bool uses_x(const struct step *s)
{
  return s->code == OP_REF_PC || s->code == OP_BRANCH_PC || s->code == OP_REF_ADDR;
}

static void keep_args(struct front *F, struct build *B, const struct span *arg, size_t n)
{
  if (B->args_capacity - B->nargs < n)
    B->args = arena_grow(F, B->args, &B->args_capacity, B->nargs + n, sizeof(*B->args));
  if (n > 0)
    memcpy(B->args + B->nargs, arg, n * sizeof(*arg));
  B->nargs += n;
}

void build_remember(struct front *F)
{
  struct build *B = front_build(F);
  struct known *k = B->now;

  if (!k || B->nsteps - k->step > UINT8_MAX)
    return;
  k->n = (uint32_t)B->nbytes - k->at;
  k->nsteps = (uint8_t)(B->nsteps - k->step);
  k->nargs = (uint8_t)(B->narg - k->first_arg);
  k->arg = (uint32_t)B->nargs;
  keep_args(F, B, B->arg + k->first_arg, k->nargs);
  k->fixed = false;
  for (size_t i = k->step; i < B->nsteps; i++)
    k->fixed |= k->nargs > 0 && B->step[i].block > 0;
  k->epoch = B->epoch;
  B->now = NULL;
}

/* Bytes once more, at the end. */
static void repeat_bytes(struct front *F, struct build *B, uint32_t from, uint32_t to)
{
  uint8_t *p;

  if (to == from)
    return;
  p = new_bytes(F, B, to - from);
  memcpy(p, B->bytes + from, to - from);
}

static void repeat_steps(struct front *F, struct build *B, const struct known *k)
{
  uint32_t at = k->at;
  unsigned moved = B->narg - k->nargs - k->first_arg; /* modulo 2^32 */

  for (size_t i = k->step; i < k->step + k->nsteps; i++) {
    struct step s = B->step[i];
    uint8_t block[UINT8_MAX];

    repeat_bytes(F, B, at, s.end);
    at = s.end;
    if (s.block) {
      memcpy(block, B->pool + s.x, s.block);
      build_dyn(F, (enum tmpl_code)s.code, block, s.block, s.maxbytes);
      continue;
    }
    build_op(F, (enum tmpl_code)s.code, uses_arg(&s) ? s.arg + moved : s.arg, s.b, uses_x(&s) ? s.x + moved : s.x,
             s.maxbytes);
  }
  repeat_bytes(F, B, at, k->at + k->n);
}

bool build_repeat(struct front *F, unsigned file, uint32_t line, struct span text)
{
  struct build *B = front_build(F);
  const struct known *k;
  uint32_t *slot;

  if (B->nknown == 0)
    return false;
  B->asked = text;
  B->asked_hash = span_hash(text);
  slot = find_slot(B, text, B->asked_hash);
  if (*slot == 0)
    return false;
  k = &B->known[*slot - 1];
  make_room(F, B);
  if (k->epoch != B->epoch || (k->fixed && k->first_arg != B->narg))
    return false;
  if (B->now)
    B->nsteps = B->now->step;
  B->now = NULL;
  add_line(F, B, file, line, k);
  for (unsigned i = 0; i < k->nargs; i++)
    build_arg(F, B->args[k->arg + i]);
  repeat_steps(F, B, k);
  return true;
}

void build_forget(struct front *F)
{
  struct build *B = front_build(F);

  if (B) {
    B->epoch++;
    B->now = NULL;
  }
}

/* ---- the end of a put, and of the list ------------------------------------------- */

bool build_pending(struct front *F)
{
  struct build *B = front_build(F);

  return B->open || B->nbytes > B->lit;
}

/* The lines of the put that ends here; those that got no place are for the next. */
static void finish_lines(struct front *F, struct build *B, struct tmpl_op *begin)
{
  struct tmpl_line before = {.op = (uint32_t)B->begin};
  size_t most = 1 + B->resolved * LIST_LINE_MOST + 1;
  uint8_t *p;

  if (B->resolved == 0)
    return;
  if (B->lines_capacity - B->nlines < most)
    B->lines = arena_grow(F, B->lines, &B->lines_capacity, B->nlines + most, 1);
  if (B->nlines == 0)
    B->lines[B->nlines++] = 0; /* offset 0 means none */
  for (unsigned i = 0; i < 4; i++)
    begin->lit[i] = (uint8_t)(B->nlines >> 8 * i);
  p = B->lines + B->nlines;
  for (size_t i = 0; i < B->resolved; i++) {
    p = list_line(p, &before, &B->line[i].out);
    before = B->line[i].out;
  }
  *p++ = 0;
  B->nlines = (size_t)(p - B->lines);
  B->nline -= B->resolved;
  memmove(B->line, B->line + B->resolved, B->nline * sizeof(*B->line));
  B->resolved = 0;
}

void build_flush(struct front *F)
{
  struct build *B = front_build(F);

  if (build_pending(F)) {
    struct build_put put;
    struct tmpl_op *begin;

    take_pending(F, B, OP_END);
    begin = &B->op[B->begin];
    finish_lines(F, B, begin);
    begin->arg = (uint8_t)B->narg;
    begin->x = B->max_bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)B->max_bytes;
    put = (struct build_put){(uint32_t)B->begin, B->narg, B->arg};
    B->open = false;
    front_put(F, &put);
  }
  B->narg = 0;
}

const uint8_t *build_finish(struct front *F, const struct build_names *names, size_t *size)
{
  struct build *B = front_build(F);
  struct list_parts parts;

  build_flush(F);
  if (B->nop == 0)
    new_op(F, B, OP_END); /* the last record of a list is OP_END */
  if (B->nstr == 0)
    add_string(F, B, SPAN("")); /* offset 0 is the empty string */
  parts = (struct list_parts){B->isa, B->nsections, B->op, B->nop, B->pool, B->npool,
                              B->lines, B->nlines, B->str, B->nstr};
  return list_write(F, &parts, names, size);
}
