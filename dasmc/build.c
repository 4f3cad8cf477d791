/* build.c - the put under construction, and the records of the finished ones.
 *
 * Literal bytes are gathered in order. Those behind `lit` are pending: the next operation takes
 * the last of them as its literal, because an operation may change the end of its own literal (a
 * ModRM byte, a field). What a literal cannot hold goes into OP_LIT and OP_RUN records before it.
 * Adjacent static bytes so become one piece by themselves.
 *
 * Numbers that go into fields wait for what comes behind them: one record is for all the words up
 * to there.
 *
 * A line entry is kept as a position in these bytes until the record that takes those bytes is
 * there, which gives it its place in the site. A put opens with its first byte or operation. While
 * it is open its records stand alone; when it ends its literals come before them.
 *
 * Programs say the same things again and again: what a statement built (bytes, operations,
 * arguments) is remembered as steps, in a memo, and done again when its text comes again, until
 * something changes what statements mean: that begins another generation. Records count arguments
 * from the next one, so a memo is as good in another put.
 */
#include "build_private.h"

struct build *build_open(struct front *F, enum list_isa isa, enum list_order order)
{
  struct build *B = arena_alloc(F, sizeof(*B));

  B->isa = isa;
  B->order = order;
  B->nsections = 1;
  return B;
}

/* An operation of the statement in hand. */
static void note_step(struct front *F, struct build *B, const struct step *step, const uint8_t *block)
{
  struct step *s;

  if (!B->now)
    return;
  if (B->nsteps == B->step_capacity)
    B->step = arena_grow(F, B->step, &B->step_capacity, B->nsteps + 1, sizeof(*B->step));
  s = &B->step[B->nsteps++];
  *s = *step;
  if (!step->block)
    return;
  s->a = (uint32_t)B->nblock;
  if (B->block_capacity - B->nblock < s->nblock)
    B->block = arena_grow(F, B->block, &B->block_capacity, B->nblock + s->nblock, 1);
  memcpy(B->block + B->nblock, block, s->nblock);
  B->nblock += s->nblock;
}

/* A record takes `n` arguments from `arg` on. */
static void note_use(struct build *B, unsigned arg, unsigned n)
{
  while (n-- > 0)
    if (arg + n < sizeof(B->uses) && B->uses[arg + n] < UINT8_MAX)
      B->uses[arg + n]++;
}

static void add_step(struct front *F, struct build *B, const struct step *s, const uint8_t *block)
{
  note_use(B, s->arg, s->takes);
  note_step(F, B, s, block);
  site_step(F, B, s, block);
}

void build_op(struct front *F, enum op op, unsigned arg, uint32_t a, uint32_t b)
{
  struct build *B = F->build;
  const struct op_facts *facts = &op_facts[op];

  add_step(F, B,
           &(struct step){.end = (uint32_t)B->nbytes, .a = a, .b = b, .op = (uint8_t)op, .arg = (uint8_t)arg,
                          .takes = facts->takes, .most = facts->bytes}, NULL);
}

void build_block(struct front *F, enum op op, unsigned arg, unsigned takes, const uint8_t *block,
                 size_t n, unsigned most)
{
  struct build *B = F->build;

  add_step(F, B,
           &(struct step){.end = (uint32_t)B->nbytes, .op = (uint8_t)op, .arg = (uint8_t)arg, .takes = (uint8_t)takes,
                          .block = 1, .nblock = (uint8_t)n, .most = (uint16_t)most}, block);
}

unsigned build_field(struct front *F, const uint8_t *description)
{
  struct build *B = F->build;
  uint8_t field[LIST_FIELD];
  size_t i;

  memcpy(field, description, LIST_FIELD);
  field_complete(field);
  for (i = 0; i < B->nfields; i++)
    if (memcmp(B->field[i], field, LIST_FIELD) == 0)
      return (unsigned)i;
  if (B->nfields == LIST_MAXFIELDS) {
    diag_error(F, (struct span){NULL, 0}, "[list-limit] more than %d kinds of fields in one list", LIST_MAXFIELDS);
    return 0;
  }
  if (B->nfields == B->field_capacity)
    B->field = arena_grow(F, B->field, &B->field_capacity, B->nfields + 1, sizeof(*B->field));
  memcpy(B->field[B->nfields], field, LIST_FIELD);
  return (unsigned)B->nfields++;
}

void build_fields(struct front *F, unsigned arg, const uint8_t *const *field, size_t n)
{
  uint8_t block[BUILD_INSN_ARGS];

  for (size_t i = 0; i < n; i++)
    block[i] = (uint8_t)build_field(F, field[i]);
  build_block(F, OP_FIELDS, arg, (unsigned)n, block, n, 0);
}

unsigned build_label_field(struct front *F, const struct label *label, const uint8_t *field)
{
  uint8_t constant[LIST_FIELD];

  if (label->constant == 0)
    return build_field(F, field);
  memcpy(constant, field, LIST_FIELD);
  constant[FIELD_ESCAPE] = (uint8_t)(ESCAPE_CONSTANT + (label->constant == 4 ? 2 : label->constant == 8 ? 3 : 4));
  return build_field(F, constant);
}

void build_ref(struct front *F, const struct label *label, const uint8_t *field)
{
  static const uint8_t ops[] = {
    [REF_BACK] = OP_REF_BACK, [REF_NEXT] = OP_REF_NEXT,     [REF_GLOBAL] = OP_REF_GLOBAL, [REF_PC] = OP_REF_PC,
    [REF_EXTERN] = OP_REF_EXTERN, [REF_ADDR] = OP_REF_ADDR, [REF_PAIR] = OP_REF_PAIR,
  };
  bool by_value = label->kind == REF_PC || label->kind == REF_ADDR || label->kind == REF_PAIR;
  int branch = field[FIELD_SHRINK] != 0 ? OP_BRANCH_BACK - OP_REF_BACK : 0;
  unsigned n, arg = 0;

  if (label->kind == REF_BAD)
    return; /* reported already */
  n = build_label_field(F, label, field);
  if (by_value)
    arg = build_arg(F, label->expr);
  if (label->kind == REF_PAIR)
    build_arg(F, label->high);
  if (by_value)
    build_op(F, (enum op)(ops[label->kind] + branch), arg, n, 0);
  else
    build_op(F, (enum op)(ops[label->kind] + branch), 0, label->x, n);
}

/* ---- bytes ------------------------------------------------------------------- */

static uint8_t *new_bytes(struct front *F, struct build *B, size_t n)
{
  uint8_t *p;

  if (B->bytes_capacity - B->nbytes < n)
    B->bytes = arena_grow(F, B->bytes, &B->bytes_capacity, B->nbytes + n, 1);
  if (B->order == ORDER_COMPILED) {
    if (B->unit_capacity < B->nbytes + n)
      B->unit = arena_grow(F, B->unit, &B->unit_capacity, B->nbytes + n, 1);
    memset(B->unit + B->nbytes, 0, n);
  }
  p = B->bytes + B->nbytes;
  B->nbytes += n;
  return p;
}

void build_byte(struct front *F, unsigned byte)
{
  *new_bytes(F, F->build, 1) = (uint8_t)byte;
}

void build_bytes(struct front *F, const void *p, size_t n)
{
  if (n > 0)
    memcpy(new_bytes(F, F->build, n), p, n);
}

void build_le(struct front *F, uint64_t value, unsigned bytes)
{
  uint8_t *p = new_bytes(F, F->build, bytes);

  for (unsigned i = 0; i < bytes; i++, value >>= 8)
    p[i] = (uint8_t)value;
}

void build_unit(struct front *F, uint64_t value, unsigned bytes)
{
  struct build *B = F->build;
  uint8_t *p = new_bytes(F, B, bytes);

  for (unsigned i = 0; i < bytes; i++)
    p[i] = (uint8_t)(value >> 8 * (B->order == ORDER_BIG ? bytes - 1 - i : i));
  if (B->unit && bytes > 1) {
    memset(B->unit + B->nbytes - bytes, UNIT_INSIDE, bytes);
    B->unit[B->nbytes - bytes] = (uint8_t)bytes;
  }
}

/* ---- arguments ---------------------------------------------------------------- */

/* It has to be one argument for C, too. */
static void check_arg(struct front *F, struct span expr)
{
  struct span where;
  const char *fault = c_fault(expr, &where);

  if (fault)
    diag_error(F, where, "[bad-expression] %s", fault);
  else if (F->driver->arg)
    F->driver->arg(F, expr);
}

unsigned build_arg(struct front *F, struct span expr)
{
  struct build *B = F->build;

  if (B->narg == LIST_MAXARGS) {
    diag_error(F, expr, "[statement-limit] more than %d run-time values in one statement", BUILD_INSN_ARGS);
    return 0;
  }
  check_arg(F, expr);
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

static struct span memo_text(const struct build *B, const struct memo *k)
{
  return (struct span){B->str + k->str, k->nstr};
}

/* The slot of a statement, or the empty one where it belongs. */
static uint32_t *find_slot(const struct build *B, struct span text, uint32_t hash)
{
  size_t mask = 2 * B->memo_capacity - 1, i = hash & mask;

  for (; B->slot[i] != 0; i = (i + 1) & mask) {
    const struct memo *k = &B->memo[B->slot[i] - 1];

    if (k->hash == hash && span_eq(memo_text(B, k), text))
      break;
  }
  return &B->slot[i];
}

static void enlarge_memos(struct front *F, struct build *B)
{
  B->memo = arena_grow(F, B->memo, &B->memo_capacity, B->nmemo + 1, sizeof(*B->memo));
  B->slot = arena_alloc(F, 2 * B->memo_capacity * sizeof(*B->slot));
  for (size_t i = 0; i < B->nmemo; i++)
    *find_slot(B, memo_text(B, &B->memo[i]), B->memo[i].hash) = (uint32_t)i + 1;
}

static struct memo *find_memo(struct front *F, struct build *B, struct span text)
{
  uint32_t hash = text.p == B->asked.p && text.n == B->asked.n ? B->asked_hash : span_hash(text), *slot;
  struct memo *k;

  B->asked = SPAN("");
  if (B->nmemo == B->memo_capacity)
    enlarge_memos(F, B);
  slot = find_slot(B, text, hash);
  if (*slot == 0) {
    k = &B->memo[B->nmemo++];
    *k = (struct memo){.hash = hash, .str = text.n ? add_string(F, B, text) : 0, .nstr = (uint32_t)text.n};
    *slot = (uint32_t)B->nmemo;
  }
  return &B->memo[*slot - 1];
}

static void add_line(struct front *F, struct build *B, unsigned file, uint32_t line, const struct memo *k)
{
  struct build_line *l;

  if (B->resolved < B->nline && B->line[B->nline - 1].pos == B->nbytes) {
    l = &B->line[B->nline - 1]; /* the line before gave nothing */
  } else {
    if (B->nline == B->line_capacity)
      B->line = arena_grow(F, B->line, &B->line_capacity, B->nline + 1, sizeof(*B->line));
    l = &B->line[B->nline++];
  }
  l->pos = (uint32_t)B->nbytes;
  l->site = 0;
  l->out = (struct list_line){0, file, line, k->str};
}

/* A statement finds room for its arguments. */
static void make_room(struct front *F, const struct build *B)
{
  if (B->narg > LIST_MAXARGS - BUILD_INSN_ARGS)
    build_flush(F);
}

void build_line(struct front *F, unsigned file, uint32_t line, struct span text)
{
  struct build *B = F->build;
  struct memo *k;

  if (B->now)
    B->nsteps = B->now->step; /* it is not remembered */
  k = find_memo(F, B, text);
  make_room(F, B);
  add_line(F, B, file, line, k);
  k->at = (uint32_t)B->nbytes;
  k->step = (uint32_t)B->nsteps;
  k->first_arg = (uint8_t)B->narg;
  k->generation = 0;
  B->began = F->generation;
  B->now = B->nbytes < UINT32_MAX / 2 ? k : NULL;
}

static void keep_args(struct front *F, struct build *B, const struct span *arg, size_t n)
{
  if (B->args_capacity - B->nargs < n)
    B->args = arena_grow(F, B->args, &B->args_capacity, B->nargs + n, sizeof(*B->args));
  if (n > 0)
    memcpy(B->args + B->nargs, arg, n * sizeof(*arg));
  B->nargs += n;
}

void build_statement(struct front *F, const struct stmt *st)
{
  if (F->input)
    build_line(F, F->input->src->number, F->input->number, st->text);
}

void build_remember(struct front *F)
{
  struct build *B = F->build;
  struct memo *k = B->now;

  if (!k || B->began != F->generation || B->nsteps - k->step > UINT8_MAX)
    return;
  k->n = (uint32_t)B->nbytes - k->at;
  k->nsteps = (uint8_t)(B->nsteps - k->step);
  k->nargs = (uint8_t)(B->narg - k->first_arg);
  k->arg = (uint32_t)B->nargs;
  keep_args(F, B, B->arg + k->first_arg, k->nargs);
  k->generation = F->generation;
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
  if (B->unit)
    memcpy(B->unit + B->nbytes - (to - from), B->unit + from, to - from);
}

static void repeat_steps(struct front *F, struct build *B, const struct memo *k)
{
  uint32_t at = k->at;
  unsigned moved = B->narg - k->nargs - k->first_arg; /* modulo 2^32 */

  for (size_t i = k->step; i < k->step + k->nsteps; i++) {
    struct step s = B->step[i];

    repeat_bytes(F, B, at, s.end);
    at = s.end;
    if (s.takes > 0)
      s.arg = (uint8_t)(s.arg + moved);
    if (op_facts[s.op].operands[0] == 'k')
      s.a += moved;
    add_step(F, B, &s, s.block ? B->block + s.a : NULL);
  }
  repeat_bytes(F, B, at, k->at + k->n);
}

bool build_repeat(struct front *F, unsigned file, uint32_t line, struct span text)
{
  struct build *B = F->build;
  const struct memo *k;
  uint32_t *slot;

  if (B->nmemo == 0)
    return false;
  B->asked = text;
  B->asked_hash = span_hash(text);
  slot = find_slot(B, text, B->asked_hash);
  if (*slot == 0)
    return false;
  k = &B->memo[*slot - 1];
  make_room(F, B);
  if (k->generation != F->generation)
    return false;
  build_once(F);
  add_line(F, B, file, line, k);
  for (unsigned i = 0; i < k->nargs; i++)
    build_arg(F, B->args[k->arg + i]);
  repeat_steps(F, B, k);
  return true;
}

void build_forget(struct front *F)
{
  F->generation++;
}

/* ---- the end of a put, and of the list ------------------------------------------- */

void build_once(struct front *F)
{
  struct build *B = F->build;

  if (B->now)
    B->nsteps = B->now->step;
  B->now = NULL;
}

struct build_place build_place(const struct front *F)
{
  return (struct build_place){F->build->nrec, F->build->nbytes};
}

bool build_pending(struct front *F)
{
  struct build *B = F->build;

  return B->open || B->nbytes > B->lit;
}

/* Whatever an operand says, each argument of a put is taken by one record, once. (A mistake of the
 * translator must not reach the program.) */
static void check_uses(struct front *F, struct build *B)
{
  for (unsigned i = 0; i < sizeof(B->uses) && F->nerrors == 0; i++)
    if (B->uses[i] != (i < B->narg))
      diag_error(
          F, (struct span){NULL, 0},
          "[internal-error] internal error: of the %u arguments of a site number %u is taken %u times",
          B->narg, i + 1, B->uses[i]);
  memset(B->uses, 0, sizeof(B->uses));
}

/* Of a site that is equal to an earlier one, no other line is known: the put begins with that. */
static void share_site(struct front *F, struct build *B)
{
  size_t n = B->nrec - B->begin, nunits = B->order == ORDER_COMPILED ? n : 0;
  char *site = arena_alloc(F, n + nunits);
  uint32_t start;

  memcpy(site, B->rec + B->begin, n);
  if (nunits > 0) {
    site_units(F, B, LIST_HEADER + B->nrec);
    memcpy(site + n, B->rec_unit + LIST_HEADER + B->begin, n);
  }
  start = (uint32_t)(uintptr_t)table_get(&B->sites, (struct span){site, n + nunits});
  if (start == 0) {
    table_set(F, &B->sites, (struct span){site, n + nunits}, (void *)(uintptr_t)B->start);
    return;
  }
  if (nunits > 0)
    memset(B->rec_unit + LIST_HEADER + B->begin, 0, n);
  B->nrec = B->begin;
  B->start = start;
}

void build_flush(struct front *F)
{
  struct build *B = F->build;

  if (build_pending(F)) {
    struct build_put put;

    site_close(F, B);
    if (!F->options->lines)
      share_site(F, B);
    put = (struct build_put){B->start, B->narg, B->arg};
    B->open = false;
    check_uses(F, B);
    F->driver->put(F, &put);
  }
  B->narg = 0;
}

const uint8_t *build_finish(struct front *F, const struct build_names *names, size_t *size)
{
  struct build *B = F->build;
  struct list_parts parts;
  const uint8_t *list;

  build_flush(F);
  if (B->nstr == 0)
    add_string(F, B, SPAN("")); /* offset 0 is the empty string */
  parts = (struct list_parts){.isa = B->isa,
                              .order = B->order,
                              .nsections = B->nsections,
                              .records = B->rec,
                              .nrecords = B->nrec,
                              .fields = B->field ? B->field[0] : NULL,
                              .nfields = B->nfields};
  if (F->options->lines) {
    parts.line = B->line;
    parts.nlines = B->resolved;
  }
  if (F->options->texts) {
    parts.str = B->str;
    parts.nstr = B->nstr;
  }
  list = list_write(F, &parts, names, size);
  if (B->order == ORDER_COMPILED)
    site_units(F, B, *size + 1);
  return list;
}

const uint8_t *build_units(struct front *F)
{
  return F->build->rec_unit;
}
