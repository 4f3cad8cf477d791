/* template_lines.c - the lines of a put site, as they are in a list: see template.h.
 *
 * Nothing is known about these bytes but where they end: they are read with care, and a number that
 * is none ends the lines of its site.
 */
#include "internal.h"

static bool read_number(const struct tmpl *t, uint32_t *at, uint32_t *number)
{
  unsigned shift;

  *number = 0;
  for (shift = 0; shift < 32 && *at < t->lines_size; shift += 7) {
    uint8_t byte = t->lines[(*at)++];

    *number |= (uint32_t)(byte & 0x7f) << shift;
    if (byte < 0x80)
      return true;
  }
  return false;
}

/* Add a number that may be negative. */
static bool read_change(const struct tmpl *t, uint32_t *at, uint32_t *value)
{
  uint32_t n;

  if (!read_number(t, at, &n))
    return false;
  *value += n & 1 ? ~(n >> 1) : n >> 1;
  return true;
}

void lines_open(const struct tmpl *t, uint32_t begin, struct line_cursor *c)
{
  *c = (struct line_cursor){ .at = tmpl_u32(t->ops + (size_t)begin * TMPL_OP + 8), .ahead.op = begin };
  lines_next(t, c);
}

void lines_next(const struct tmpl *t, struct line_cursor *c)
{
  struct tmpl_line l = c->ahead;
  uint32_t n;

  c->more = c->at != 0 && read_number(t, &c->at, &n) && n != 0 && (!(--n & 1) || read_number(t, &c->at, &l.file)) &&
            read_number(t, &c->at, &l.litofs) && read_change(t, &c->at, &l.line) && read_change(t, &c->at, &l.text);
  if (!c->more)
    return;
  l.op += n / 2;
  c->ahead = l;
}

bool tmpl_line(const struct tmpl *t, uint32_t op, unsigned litofs, struct tmpl_line *out)
{
  struct line_cursor c;
  uint32_t begin = op;
  bool found;

  while (begin > 0 && t->ops[(size_t)begin * TMPL_OP] != OP_BEGIN)
    begin--;
  lines_open(t, begin, &c);
  for (found = false; c.more && (c.ahead.op < op || (c.ahead.op == op && c.ahead.litofs <= litofs)); found = true) {
    *out = c.ahead;
    lines_next(t, &c);
  }
  return found;
}
