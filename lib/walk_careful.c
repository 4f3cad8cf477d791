/* walk_careful.c - the careful walk: what the quick one leaves out, from the record on where it stopped.
 *
 * It makes room, notes lines, finds the words for errors, and does what is seldom; a record that is none of that it
 * does in the plainest way. After it, the rest of its put is walked here, too.
 */
#include "field.h"
#include "label.h"
#include "walk.h"

struct walk {
  struct dasm_State *D;
  struct section *s;
  uint8_t *w;
  const uint8_t *p;   /* operands of the record */
  const int64_t *a;
  struct record r;
  uint32_t at;        /* place of the record in the state */
  struct noted_lines lines;
};

static bool fail(struct walk *k, int class, int64_t value)
{
  k->s->w = k->w; /* what comes before the error is there */
  state_fail(k->D, class | (int)(k->at & 0xffffff), k->at, value);
  return false;
}

/* ---- values -------------------------------------------------------------------- */

/* An argument that does not fit in the field of the operation is an error; *v: its bits. */
static bool number(struct walk *k, const uint8_t *field, int64_t value, uint64_t *v)
{
  if (field_number(field, value, v))
    return true;
  return fail(k, field[FIELD_FLAGS] & FIELD_REGISTER ? DASM_S_RANGE_VREG : DASM_S_RANGE_I, value);
}

static bool append(struct walk *k, const uint8_t *field)
{
  uint64_t v;

  if (!number(k, field, k->a[0], &v))
    return false;
  k->w = put_le(k->w, v, field[FIELD_UNIT]);
  return true;
}

/* Arguments go into fields of the literal. */
static bool into_fields(struct walk *k)
{
  const uint8_t *list = k->D->list, *entry = k->p + 1;
  unsigned i;

  for (i = 0; i < k->r.field; i++, entry += 2) {
    const uint8_t *f = list_field(list, entry[0]);
    uint8_t *end = k->w - k->r.len + entry[1] + f[FIELD_UNIT];
    uint64_t v;

    if (!number(k, f, k->a[i], &v)) {
      k->D->error_other = entry[0] | (uint32_t)(k->r.len - entry[1]) << 8;
      return false;
    }
    field_insert_number(f, (enum list_order)list[LIST_AT_ORDER], end, v);
  }
  return true;
}

static bool check32(struct walk *k)
{
  int64_t v = k->a[k->p[0]];

  return v == (int32_t)v || fail(k, DASM_S_RANGE_I, v);
}

/* ---- labels -------------------------------------------------------------------- */

enum class { LOCAL_BACK, LOCAL_NEXT, GLOBAL, PC };

/* The slot that the record is about; NULL: there is none, which is reported. */
static uint32_t *slot(struct walk *k, enum class class, uint32_t *n)
{
  struct dasm_State *D = k->D;

  if (class == PC) {
    if ((uint64_t)k->a[0] >= D->pc.n) {
      fail(k, DASM_S_RANGE_PC, k->a[0]);
      return NULL;
    }
    *n = (uint32_t)k->a[0];
    return &D->pc.slot[*n];
  }
  *n = class == GLOBAL ? k->r.number : k->r.digit;
  if (class == GLOBAL ? *n >= D->global.n : class == LOCAL_BACK && (D->prev[*n] == 0 || D->next[*n] != 0)) {
    fail(k, DASM_S_RANGE_LG, *n);
    return NULL;
  }
  return class == GLOBAL ? &D->global.slot[*n] : class == LOCAL_NEXT ? &D->next[*n] : &D->prev[*n];
}

/* The open branch is no longer open; there is room for an event, a label. */
static bool settle_down(struct walk *k)
{
  k->s->w = k->w;
  return force_close(k->D) && room_for_event(k->D, k->s) && room_for_label(k->D, k->at);
}

static const enum label_state class_of[] = {LABEL_LOCAL, LABEL_LOCAL, LABEL_GLOBAL, LABEL_PC};

/* The instance that is placed or set. */
static bool defined(struct walk *k, enum class class, uint32_t *n)
{
  uint32_t number, *at = slot(k, class, &number);

  if (!at || !room_for_label(k->D, k->at))
    return false;
  if (is_placed(k->D, *at)) {
    k->D->error_other = k->D->instances[*at].at;
    if (!k->D->unchecked)
      return fail(k, DASM_S_REDEF, number);
    *at = 0;
  }
  if (*at == 0)
    new_instance(k->D, class_of[class], number, at);
  *n = *at;
  if (class == LOCAL_NEXT) {
    k->D->prev[number] = *n;
    *at = 0;
  }
  return true;
}

static bool place(struct walk *k, enum class class)
{
  uint32_t number, *at = slot(k, class, &number), n;

  if (!at)
    return false;
  k->s->w = k->w;
  if ((*at == 0 || *at != k->D->open.target || !settles(k->D, k->s, k->w)) && !settle_down(k))
    return false;
  if (!defined(k, class, &n))
    return false;
  place_label(k->D, k->s, n, k->w, k->at);
  return true;
}

static bool set(struct walk *k, enum class class)
{
  uint32_t n;

  if (!settle_down(k) || !defined(k, class, &n))
    return false;
  set_label(k->D, n, k->a[class == PC], k->at);
  return true;
}

/* The instance that a reference means. */
static bool target(struct walk *k, enum class class, uint32_t *n)
{
  uint32_t number, *at = slot(k, class, &number);

  if (!at || !settle_down(k))
    return false;
  if (*at == 0)
    new_instance(k->D, class_of[class], number, at);
  *n = class == LOCAL_BACK ? keep_local(k->D, number) : *at;
  return true;
}

static bool log_ref(struct walk *k, uint32_t n)
{
  if (!settle_down(k))
    return false;
  log_reference(k->D, k->s, k->r.op, k->r.field, field_numbered(k->D, k->r.field)[FIELD_SHRINK], k->w, n, k->at);
  return true;
}

static bool refer(struct walk *k, enum class class)
{
  uint32_t n;

  return target(k, class, &n) && log_ref(k, n);
}

static bool branch(struct walk *k, enum class class)
{
  struct dasm_State *D = k->D;
  uint32_t n;

  if (!target(k, class, &n))
    return false;
  if (label_state(&D->instances[n]) < LABEL_DEFINED) {
    open_reference(D, k->p, k->r.field, k->w, n);
  } else if (!refer_back(D, k->s, true, k->r.field, k->w, n)) {
    log_reference(D, k->s, k->r.op, k->r.field, field_numbered(D, k->r.field)[FIELD_SHRINK], k->w, n, k->at);
    if (section_offset(k->s, k->w) > MAX_CODE)
      return fail(k, DASM_S_SIZE, 0);
  }
  return true;
}

/* n numbers. */
static bool refer_numbers(struct walk *k, unsigned n)
{
  struct dasm_State *D = k->D;
  unsigned i;

  if (!room_for_values(D, n, k->at) || !log_ref(k, D->nvalues))
    return false;
  for (i = 0; i < n; i++)
    D->values[D->nvalues++] = (uint64_t)k->a[i];
  return true;
}

/* ---- gaps, sections ------------------------------------------------------------ */

static bool gap(struct walk *k, unsigned field, int64_t n, uint32_t bytes, uint32_t at)
{
  struct event e = {.op = k->r.op, .field = (uint8_t)field, .target = bytes, .at = at};

  return settle_down(k) && put_gap(k->D, k->s, e, k->w, n, k->at);
}

static bool align(struct walk *k)
{
  uint32_t mask = (1u << k->r.byte) - 1, nop = isa_of(k->D->list)->nop_size;

  return k->r.op == OP_ALIGN ? gap(k, 0, mask, 0, mask) : gap(k, nop, nop, 0, mask);
}

static bool have_room(struct walk *k)
{
  if (!section_reserve(k->D, k->s))
    return false;
  k->w = k->s->w;
  return true;
}

static bool change_section(struct walk *k)
{
  struct dasm_State *D = k->D;

  if (k->r.number >= D->nsections)
    return fail(k, DASM_S_RANGE_SEC, k->r.number);
  k->s->w = k->w;
  if (!force_close(D))
    return false;
  D->section = k->s = &D->sections[k->r.number];
  return have_room(k);
}

/* ---- the walk ------------------------------------------------------------------ */

static bool perform(struct walk *k)
{
  int status = DASM_S_OK;
  int64_t value = 0;

  k->w = isa_of(k->D->list)->perform(k->D, &k->r, k->p, k->a, k->w, &status, &value);
  return status == DASM_S_OK || fail(k, status, value);
}

static bool operation(struct walk *k)
{
  switch (k->r.op) {
  case OP_END: case OP_LIT_END: case OP_LIT: case OP_RUN: case OP_ARG:
    return true;
  case OP_ROOM:
    k->s->w = k->w;
    return have_room(k);
  case OP_VALUE8: case OP_VALUE8S: case OP_VALUE16: case OP_VALUE32: case OP_VALUE64:
    return append(k, field_of_op(k->r.op));
  case OP_FIELDS: case OP_FIELDS_END: case OP_FIELDS_ANY:
    return into_fields(k);
  case OP_CHECK32S: case OP_CHECK32S_DISP:
    return check32(k);
  case OP_LABEL_LOCAL: return place(k, LOCAL_NEXT);
  case OP_LABEL_GLOBAL: return place(k, GLOBAL);
  case OP_LABEL_PC: return place(k, PC);
  case OP_SET_LOCAL: return set(k, LOCAL_NEXT);
  case OP_SET_GLOBAL: return set(k, GLOBAL);
  case OP_SET_PC: return set(k, PC);
  case OP_REF_BACK: return refer(k, LOCAL_BACK);
  case OP_REF_NEXT: return refer(k, LOCAL_NEXT);
  case OP_REF_GLOBAL: return refer(k, GLOBAL);
  case OP_REF_PC: return refer(k, PC);
  case OP_BRANCH_BACK: return branch(k, LOCAL_BACK);
  case OP_BRANCH_NEXT: return branch(k, LOCAL_NEXT);
  case OP_BRANCH_GLOBAL: return branch(k, GLOBAL);
  case OP_BRANCH_PC: return branch(k, PC);
  case OP_REF_EXTERN: return log_ref(k, k->r.number);
  case OP_REF_ADDR: return refer_numbers(k, 1);
  case OP_REF_PAIR: return refer_numbers(k, 2);
  case OP_ALIGN: case OP_ALIGN_NOP: return align(k);
  case OP_SPACE: return gap(k, k->r.byte, k->r.number, k->r.number, k->at);
  case OP_SPACE_ARG: return gap(k, k->r.byte, k->a[0], (uint32_t)k->a[0], k->at);
  case OP_SECTION: return change_section(k);
  default: return perform(k);
  }
}

/* place: of the literal. */
static bool note(struct walk *k, uint32_t place)
{
  if (!k->D->noting)
    return true;
  k->s->w = k->w;
  if (!force_close(k->D)) /* a note keeps an offset, like a label */
    return false;
  if (!notes_add(k->D, &k->lines, k->s->number, section_offset(k->s, k->w), &k->r, place))
    return state_fail(k->D, DASM_S_NOMEM, k->at, 0), false;
  return true;
}

int put_careful(WALK_PARAMS)
{
  struct walk k;
  uint32_t at = (uint32_t)(p - D->list), end = list_end(D->list);
  uint32_t place = 0;

  (void)t;
  k.D = D;
  k.s = D->section;
  k.w = w;
  k.a = a;
  if (D->noting) { /* a put that is noted begins here */
    place = site_place(D->list, at);
    notes_open(D->list, place, &k.lines);
  }
  do {
    if (!record_read(D->list, at, end, &k.r))
      return fail(&k, DASM_S_TEMPLATE, 0), D->status; /* (never: a list is trusted, or was checked) */
    k.at = D->base + at;
    if (!note(&k, place))
      return D->status;
    k.p = D->list + k.r.operands;
    q -= k.r.len;
    if (k.r.len) { /* else there may be no buffer yet */
      memcpy(k.w, q, k.r.len);
      k.w += k.r.len;
    }
    if (!operation(&k))
      return D->status;
    if (k.a) /* a put without arguments has none */
      k.a += k.r.takes + k.r.skip;
    place += k.r.len + (k.r.next - at);
    at = k.r.next;
  } while (!record_ends(&k.r));
  k.s->w = k.w;
  return D->status;
}

int walk_rare(WALK_PARAMS)
{
  unsigned len = p[-1];

  JUMP put_careful(D, w - len, p - 2, q + len, a, t);
}
