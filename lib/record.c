/* record.c - records taken apart: see record.h. */
#include "record.h"
#include "internal.h"

/* A LEB128 number at *at. */
static bool read_number(const uint8_t *list, uint32_t *at, uint32_t end, uint32_t *number)
{
  unsigned shift;

  *number = 0;
  for (shift = 0; shift < 32 && *at < end; shift += 7) {
    uint8_t byte = list[(*at)++];

    *number |= (uint32_t)(byte & 0x7f) << shift;
    if (byte < 0x80)
      return shift < 28 || byte < 16;
  }
  return false;
}

/* Set what an operand must be, or false. */
static bool take_operand(struct record *r, char kind, uint8_t v)
{
  switch (kind) {
  case 'd':
    r->digit = v;
    return v >= 1 && v <= 9;
  case 'f': case 'g': case 'h':
    r->field = v;
    return true;
  case 'k':
    r->looks = (uint8_t)(v + 1);
    return v < LIST_MAXARGS;
  case 'a':
    r->skip = (int8_t)v;
    return true;
  case 'l':
    r->byte = v;
    return v <= 12;
  default:
    r->byte = v;
    return true;
  }
}

/* How many fields, each of which takes an argument, and for each two bytes. */
static bool read_fields(const uint8_t *list, uint32_t end, struct record *r)
{
  if (r->next == end)
    return false;
  r->field = r->takes = list[r->next++];
  if (r->field < 1 || r->field > LIST_MAXARGS || end - r->next < 2u * r->field)
    return false;
  r->next += 2u * r->field;
  return true;
}

static bool read_operands(const uint8_t *list, uint32_t end, struct record *r)
{
  const char *kind = op_facts[r->op].operands;
  const struct isa_facts *isa = isa_of(list);

  for (; *kind; kind++) {
    if (*kind == '*')
      break; /* the ISA's */
    if (*kind == 'F') {
      if (!read_fields(list, end, r))
        return false;
    } else if (*kind == 'n') {
      if (!read_number(list, &r->next, end, &r->number))
        return false;
    } else if (r->next == end || !take_operand(r, *kind, list[r->next++])) {
      return false;
    }
  }
  return r->op <= OP_SECTION || (isa->measure && isa->measure(r, list + r->next, end - r->next));
}

bool site_read(const uint8_t *list, uint32_t at, uint32_t end, struct site *s)
{
  if (!read_number(list, &at, end, &s->literals) || s->literals >= end - at)
    return false;
  s->start = at + s->literals;
  return true;
}

bool record_read(const uint8_t *list, uint32_t at, uint32_t end, struct record *r)
{
  memset(r, 0, sizeof *r);
  if (at >= end || list[at] >= OP_COUNT)
    return false;
  r->op = list[at];
  r->takes = op_facts[r->op].takes;
  if (op_is_bare(r->op)) {
    r->operands = r->next = at + 1;
    return true;
  }
  if (end - at < 2)
    return false;
  r->len = list[at + 1];
  if (r->len > LIST_MAXLIT && !op_is_long(r->op))
    return false;
  r->operands = r->next = at + 2;
  r->bytes = (uint16_t)(op_facts[r->op].bytes + r->len);
  if (!read_operands(list, end, r))
    return false;
  if (r->looks < r->takes)
    r->looks = r->takes;
  return r->next <= end;
}

int site_nargs(const uint8_t *list, uint32_t start)
{
  uint32_t end = list_u32(list + LIST_AT_END);
  int at = 0, most = 0;
  struct record r;

  do {
    if (!record_read(list, start, end, &r))
      return -1;
    if (at + r.looks > most)
      most = at + r.looks;
    at += r.takes + r.skip;
    if (at < 0)
      return -1;
    start = r.next;
  } while (!record_ends(&r));
  return most <= LIST_MAXARGS ? most : -1;
}
