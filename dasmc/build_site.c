/* build_site.c - the records of the put under construction: see build.c. */
#include "build_private.h"

/* ---- records --------------------------------------------------------------- */

/* n bytes more. */
static uint8_t *new_records(struct front *F, struct build *B, size_t n)
{
  uint8_t *p;

  if (B->rec_capacity - B->nrec < n)
    B->rec = arena_grow(F, B->rec, &B->rec_capacity, B->nrec + n, 1);
  p = B->rec + B->nrec;
  B->nrec += n;
  return p;
}

void site_open(struct build *B)
{
  if (B->open)
    return;
  B->open = true;
  B->begin = B->nrec;
  B->first_lit = B->lit;
  B->first_line = B->resolved;
  B->nlengths = B->nknown = 0;
  B->room = LIST_ROOM;
  B->next_arg = 0;
  B->ended = false;
}

/* The literal of the next record is the bytes up to `end`: give lines in them their place, and what
 * begins with its operation, if it has one that was not waiting. */
static void resolve_lines(struct build *B, size_t end, bool operation)
{
  for (; B->resolved < B->nline && B->line[B->resolved].pos < end + operation; B->resolved++) {
    struct build_line *l = &B->line[B->resolved];

    l->out.place = (uint32_t)(B->nrec - B->begin + (l->pos - B->first_lit));
  }
}

void site_units(struct front *F, struct build *B, size_t n)
{
  size_t before = B->rec_unit_capacity;

  if (before >= n)
    return;
  B->rec_unit = arena_grow(F, B->rec_unit, &B->rec_unit_capacity, n, 1);
  memset(B->rec_unit + before, 0, B->rec_unit_capacity - before);
}

/* The n bytes of the records at `to` are the literal bytes at `from`. */
static void keep_units(struct front *F, struct build *B, size_t to, size_t from, size_t n)
{
  site_units(F, B, LIST_HEADER + B->nrec);
  memcpy(B->rec_unit + LIST_HEADER + to, B->unit + from, n);
}

/* A record with `n` of the pending bytes as its literal. */
static void take_literal(struct front *F, struct build *B, enum op op, size_t n)
{
  uint8_t *p;

  resolve_lines(B, B->lit + n, op > OP_ARG && !op_takes_fields(op) && op != OP_REF_NEXT);
  p = new_records(F, B, 2);
  p[0] = (uint8_t)op;
  p[1] = (uint8_t)n;
  if (n == 0)
    return;
  if (B->nlengths == B->length_capacity)
    B->length = arena_grow(F, B->length, &B->length_capacity, B->nlengths + 1, 1);
  B->length[B->nlengths++] = (uint8_t)n;
  B->lit += n;
}

/* The put is about to append up to n bytes. */
static void need_room(struct front *F, struct build *B, size_t n)
{
  if (n > B->room) {
    *new_records(F, B, 1) = OP_ROOM;
    B->room = LIST_ROOM;
  }
  B->room -= (unsigned)n;
}

/* Records for the bytes up to the last LIST_MAXLIT before `end`. */
static void take_runs(struct front *F, struct build *B, size_t end)
{
  size_t n;

  while ((n = end - B->lit) > LIST_MAXLIT) {
    size_t more = n - LIST_MAXLIT < LIST_MAXRUN ? n - LIST_MAXLIT : LIST_MAXRUN,
           step = more < LIST_MAXRUN - 8 ? 1 : SIZE_MAX;

    while (B->unit && B->unit[B->lit + more] == UNIT_INSIDE) /* (a unit is shorter than a literal) */
      more += step;
    need_room(F, B, more);
    take_literal(F, B, more <= LIST_MAXLIT ? OP_LIT : OP_RUN, more);
  }
}

/* A record with the last of the bytes before `end`, which appends up to `most` more; what does not
 * fit goes into records before it. */
static void take_pending(struct front *F, struct build *B, enum op op, size_t end, unsigned most)
{
  take_runs(F, B, end);
  need_room(F, B, end - B->lit + most);
  take_literal(F, B, op, end - B->lit);
}

/* A number of the list; returns the bytes that it has. */
static unsigned number(uint8_t out[5], size_t n)
{
  unsigned i = 0;

  for (; n >= 0x80; n >>= 7)
    out[i++] = (uint8_t)(n | 0x80);
  out[i++] = (uint8_t)n;
  return i;
}

static enum list_order order_of(const struct build *B)
{
  return B->order == ORDER_BIG ? ORDER_BIG : ORDER_LITTLE;
}

/* Add what is known of the n bytes from `at` on, which are at `to` now. */
static void add_known(const struct build *B, size_t at, size_t n, uint8_t *to)
{
  for (size_t i = 0; i < B->nknown; i++) {
    const struct known *k = &B->known[i];
    const uint8_t *f = B->field[k->field];

    if (k->end <= at || k->end > at + n)
      continue;
    if (k->number)
      field_flip(f, order_of(B), to + (k->end - at));
    else
      field_insert(f, order_of(B), to + (k->end - at), k->bits);
  }
}

/* The size of the literals, and the literals, the last one first, come before the records of the
 * site. */
static void place_literals(struct front *F, struct build *B)
{
  size_t nrec = B->nrec - B->begin, n = B->lit - B->first_lit;
  const uint8_t *from = n > 0 ? B->bytes + B->first_lit : NULL;
  uint8_t size[5], *to;
  unsigned nsize = number(size, n);

  new_records(F, B, nsize + n);
  to = B->rec + B->begin;
  memmove(to + nsize + n, to, nrec);
  memcpy(to, size, nsize);
  to += nsize + n;
  for (size_t i = 0; i < B->nlengths; i++) {
    to -= B->length[i];
    memcpy(to, from, B->length[i]);
    add_known(B, (size_t)(from - B->bytes), B->length[i], to);
    if (B->unit)
      keep_units(F, B, (size_t)(to - B->rec), (size_t)(from - B->bytes), B->length[i]);
    from += B->length[i];
  }
  for (size_t i = B->first_line; i < B->resolved; i++)
    B->line[i].out.place += (uint32_t)(LIST_HEADER + B->begin + nsize);
  if (B->first_line < B->resolved)
    B->line[B->first_line].site = (uint32_t)(LIST_HEADER + B->begin);
  B->start = (uint32_t)(LIST_HEADER + B->begin + nsize + n);
}

/* ---- numbers and references that wait for their record ------------------------------------
 *
 * Numbers that go into fields wait until something else comes than bytes and numbers: then there is
 * one record for all of them. References ahead to local labels wait with them. If the label comes
 * next they are known, for nothing between can change its size, and need no record.
 */

static void know(struct front *F, struct build *B, struct known known)
{
  if (B->nknown == B->known_capacity)
    B->known = arena_grow(F, B->known, &B->known_capacity, B->nknown + 1, sizeof(*B->known));
  B->known[B->nknown++] = known;
}

/* The records of numbers, up to number n of those that wait, with the bytes up to `end`, if all is
 * taken. */
static void take_numbers(struct front *F, struct build *B, size_t n, size_t end, bool all)
{
  for (size_t i = 0, begin = 0; i < n; begin = i) {
    enum op op = OP_FIELDS;
    size_t last = 0;
    uint8_t *p;

    if (B->awaited[i].at - B->lit > LIST_MAXRUN - 8)
      take_runs(F, B, B->awaited[i].at);
    for (; i < n; i++) {
      const struct awaited *a = &B->awaited[i];
      const uint8_t *f = B->field[a->field];

      if (a->at + f[FIELD_UNIT] - B->lit > LIST_MAXRUN)
        break;
      last = a->at + f[FIELD_UNIT] > last ? a->at + f[FIELD_UNIT] : last;
      op = f[FIELD_QUICK] == QUICK_NUMBER ? op : OP_FIELDS_ANY;
    }
    if (i == n && end - B->lit <= LIST_MAXRUN && (all || end - last > LIST_MAXLIT))
      last = end;
    if (all && last == B->nbytes && op == OP_FIELDS)
      op = OP_FIELDS_END;
    need_room(F, B, last - B->lit);
    last -= B->lit;
    take_literal(F, B, op, last);
    B->ended = op == OP_FIELDS_END;
    p = new_records(F, B, 1 + 2 * (i - begin));
    *p++ = (uint8_t)(i - begin);
    for (size_t k = begin; k < i; k++, p += 2) {
      const struct awaited *a = &B->awaited[k];

      p[0] = a->field;
      p[1] = (uint8_t)(a->at - (B->lit - last));
      know(F, B, (struct known){a->at + B->field[a->field][FIELD_UNIT], 0, a->field, true});
    }
    B->next_arg += (unsigned)(i - begin);
  }
}

/* Records for all that waits. all: the put ends. */
static void take_awaited(struct front *F, struct build *B, bool all)
{
  size_t n = 0;

  while (n < B->nawaited) {
    struct awaited ref;
    size_t end;
    uint8_t *p;

    for (n = 0; n < B->nawaited && B->awaited[n].digit == 0; n++)
      ;
    if (n == B->nawaited)
      break;
    ref = B->awaited[n];
    end = ref.at + B->field[ref.field][FIELD_UNIT];
    take_numbers(F, B, n, end, false);
    take_pending(F, B, OP_REF_NEXT, end, 0);
    p = new_records(F, B, 2);
    p[0] = ref.digit;
    p[1] = ref.field;
    B->nawaited -= n + 1;
    memmove(B->awaited, B->awaited + n + 1, B->nawaited * sizeof(*B->awaited));
    n = 0;
  }
  take_numbers(F, B, B->nawaited, B->nbytes, all);
  B->nawaited = 0;
}

static void await(struct front *F, struct build *B, unsigned field, unsigned digit)
{
  if (B->nawaited == MAX_AWAITED)
    take_awaited(F, B, false);
  B->awaited[B->nawaited++] = (struct awaited){B->nbytes - B->field[field][FIELD_UNIT], (uint8_t)field, (uint8_t)digit};
}

/* Is a reference known whose label is at the end of the bytes? */
static bool reaches_label(const struct build *B, const struct awaited *a, unsigned digit, struct known *k)
{
  const uint8_t *f = B->field[a->field];

  *k = (struct known){a->at + f[FIELD_UNIT], 0, a->field, false};
  return a->digit == digit && f[FIELD_QUICK] == QUICK_DISTANCE && field_bits(f, k->end, B->nbytes, &k->bits);
}

/* A local label is placed. A reference that is not known stands in the way of those before it: it
 * may grow, or a pool be behind it. */
static void know_references(struct front *F, struct build *B, unsigned digit)
{
  for (size_t i = B->nawaited; i-- > 0;) {
    struct known known;

    if (B->awaited[i].digit == 0)
      continue;
    if (reaches_label(B, &B->awaited[i], digit, &known)) {
      know(F, B, known);
      B->nawaited--;
      memmove(B->awaited + i, B->awaited + i + 1, (B->nawaited - i) * sizeof(*B->awaited));
    } else {
      return;
    }
  }
}

static unsigned numbers_awaited(const struct build *B)
{
  unsigned n = 0;

  for (size_t i = 0; i < B->nawaited; i++)
    n += B->awaited[i].digit == 0;
  return n;
}

/* ---- operations ---------------------------------------------------------------------- */

/* The next record takes argument `arg`. (The pending bytes belong to that record.) */
static void move_to(struct front *F, struct build *B, unsigned arg)
{
  uint8_t *p;

  if (arg == B->next_arg)
    return;
  p = new_records(F, B, 3);
  p[0] = OP_ARG;
  p[1] = 0;
  p[2] = (uint8_t)(arg - B->next_arg);
  B->next_arg = arg;
}

static void write_operands(struct front *F, struct build *B, const struct step *s)
{
  const char *kind = op_facts[s->op].operands;
  uint32_t operand = s->a;

  for (; *kind; kind++, operand = s->b) {
    if (*kind == 'n') {
      uint8_t bytes[5];
      unsigned n = number(bytes, operand);

      memcpy(new_records(F, B, n), bytes, n);
    } else {
      *new_records(F, B, 1) = (uint8_t)(*kind == 'k' ? operand - B->next_arg : operand);
    }
  }
}

static void step_fields(struct front *F, struct build *B, unsigned arg, const uint8_t *field, unsigned n)
{
  if (arg != B->next_arg + numbers_awaited(B)) {
    take_awaited(F, B, false);
    move_to(F, B, arg);
  }
  for (unsigned i = 0; i < n; i++)
    await(F, B, field[i], 0);
}

void site_step(struct front *F, struct build *B, const struct step *s, const uint8_t *block)
{
  bool looks = op_facts[s->op].operands[0] == 'k';

  site_open(B);
  if (s->op == OP_FIELDS) {
    step_fields(F, B, s->arg, block, s->nblock);
    return;
  }
  if (s->op == OP_REF_NEXT) {
    await(F, B, s->b, s->a);
    return;
  }
  if (s->op == OP_LABEL_LOCAL)
    know_references(F, B, s->a);
  take_awaited(F, B, false);
  if (s->takes > 0)
    move_to(F, B, s->arg);
  else if (looks && s->a < B->next_arg)
    move_to(F, B, s->a);
  take_pending(F, B, (enum op)s->op, B->nbytes, s->most);
  if (s->block)
    memcpy(new_records(F, B, s->nblock), block, s->nblock);
  else
    write_operands(F, B, s);
  B->next_arg += s->takes;
  if (s->op != OP_SECTION)
    return;
  B->room = LIST_ROOM;
  if (s->a >= B->nsections)
    B->nsections = s->a + 1;
}

void site_close(struct front *F, struct build *B)
{
  site_open(B);
  take_awaited(F, B, true);
  if (B->nbytes > B->lit)
    take_pending(F, B, OP_LIT_END, B->nbytes, 0);
  else if (!B->ended)
    *new_records(F, B, 1) = OP_END;
  place_literals(F, B);
}
