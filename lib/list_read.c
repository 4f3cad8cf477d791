/* list_read.c - a list's header, names and lines: see list.h.
 *
 * Names and lines are read for messages only, so they are not checked before: a number that is
 * none, or that leads out of its part, ends what is read.
 */
#include "internal.h"

const char *list_refused(const uint8_t *list)
{
  if (!list)
    return "there is no list, but a null pointer";
  if (memcmp(list, "dasm", 4) != 0)
    return "this is no list: it does not begin with the letters 'dasm'";
  if (list[LIST_AT_VERSION] != LIST_VERSION)
    return "the list has the format of another version of dasmc: translate the source again";
  if (list[LIST_AT_ISA] >= ISA_COUNT || isa_of(list)->orders == 0)
    return "the list is for an instruction set that this version of libdasm does not know";
  if (list[LIST_AT_ORDER] > ORDER_BIG || !(isa_of(list)->orders >> list[LIST_AT_ORDER] & 1))
    return "the list has a byte order that its instruction set does not have";
  return NULL;
}

static uint32_t part(const uint8_t *list, enum list_header at)
{
  return list_u32(list + at);
}

bool list_parts_ok(const uint8_t *list, size_t size)
{
  uint32_t end = part(list, LIST_AT_END), fields = part(list, LIST_AT_FIELDS), blocks = part(list, LIST_AT_BLOCKS),
           names = part(list, LIST_AT_NAMES), texts = part(list, LIST_AT_TEXTS), total = part(list, LIST_AT_SIZE);

  return total <= size && total <= INT32_MAX && part(list, LIST_AT_NFIELDS) <= LIST_MAXFIELDS &&
         end >= LIST_HEADER && (uint64_t)end + LIST_PAD <= fields &&
         (uint64_t)fields + part(list, LIST_AT_NFIELDS) * LIST_FIELD <= blocks && blocks <= names &&
         (uint64_t)blocks + 8 * (uint64_t)part(list, LIST_AT_NBLOCKS) <= names && names <= texts && texts <= total &&
         (texts == total || list[total - 1] == 0);
}

/* A LEB128 number of [*at, end). */
static bool read_number(const uint8_t *list, uint32_t *at, uint32_t end, uint32_t *number)
{
  unsigned shift;

  *number = 0;
  for (shift = 0; shift < 32 && *at < end; shift += 7) {
    uint8_t byte = list[(*at)++];

    *number |= (uint32_t)(byte & 0x7f) << shift;
    if (byte < 0x80)
      return true;
  }
  return false;
}

/* ---- names, texts ---------------------------------------------------------------- */

static const char *name(const uint8_t *list, uint64_t n, uint32_t count, uint32_t number)
{
  uint32_t at = part(list, LIST_AT_NAMES), end = part(list, LIST_AT_TEXTS), length;

  if (number >= count)
    return "";
  for (n += number;; n--) {
    if (!read_number(list, &at, end, &length) || length >= end - at || list[at + length] != 0)
      return "";
    if (n == 0)
      return (const char *)list + at;
    at += length + 1;
  }
}

const char *list_global(const uint8_t *list, uint32_t n)
{
  return name(list, 0, part(list, LIST_AT_NGLOBALS), n);
}

const char *list_extern(const uint8_t *list, uint32_t n)
{
  return name(list, part(list, LIST_AT_NGLOBALS), part(list, LIST_AT_NEXTERNS), n);
}

const char *list_file(const uint8_t *list, uint32_t n)
{
  return name(list, (uint64_t)part(list, LIST_AT_NGLOBALS) + part(list, LIST_AT_NEXTERNS),
              part(list, LIST_AT_NFILES), n);
}

const char *list_text(const uint8_t *list, uint32_t offset)
{
  uint32_t texts = part(list, LIST_AT_TEXTS), total = part(list, LIST_AT_SIZE);

  return offset < total - texts ? (const char *)list + texts + offset : "";
}

/* ---- lines ----------------------------------------------------------------------- */

/* Where the first site of block n is, and where its lines are. */
static uint32_t block_place(const uint8_t *list, uint32_t n)
{
  return list_u32(list + part(list, LIST_AT_BLOCKS) + 8 * (size_t)n);
}

static uint32_t block_lines(const uint8_t *list, uint32_t n)
{
  return list_u32(list + part(list, LIST_AT_BLOCKS) + 8 * (size_t)n + 4);
}

/* Add a number that may be negative. */
static bool read_change(const uint8_t *list, uint32_t *at, uint32_t end, uint32_t *value)
{
  uint32_t n;

  if (!read_number(list, at, end, &n))
    return false;
  *value += n & 1 ? ~(n >> 1) : n >> 1;
  return true;
}

static void open_block(struct line_cursor *c, uint32_t n)
{
  c->block = n;
  c->at = block_lines(c->list, n);
  c->ahead = (struct list_line){.place = block_place(c->list, n)};
}

void lines_next(struct line_cursor *c)
{
  uint32_t end = part(c->list, LIST_AT_NAMES), nblocks = part(c->list, LIST_AT_NBLOCKS), n;
  struct list_line l;

  c->more = false;
  if (c->block + 1 < nblocks && c->at >= block_lines(c->list, c->block + 1)) {
    if (c->at != block_lines(c->list, c->block + 1))
      return;
    open_block(c, c->block + 1);
  }
  l = c->ahead;
  if (!read_number(c->list, &c->at, end, &n))
    return;
  l.place += n / 2;
  if ((n & 1) && !read_number(c->list, &c->at, end, &l.file))
    return;
  if (!read_change(c->list, &c->at, end, &l.line) ||
      ((c->list[LIST_AT_FLAGS] & LIST_HAS_TEXTS) && !read_change(c->list, &c->at, end, &l.text)))
    return;
  c->more = true;
  c->ahead = l;
}

/* The last block that does not begin behind this place. */
static uint32_t find_block(const uint8_t *list, uint32_t nblocks, uint32_t place)
{
  uint32_t low = 0, high = nblocks;

  while (high - low > 1) {
    uint32_t mid = low + (high - low) / 2;

    if (block_place(list, mid) <= place)
      low = mid;
    else
      high = mid;
  }
  return low;
}

void lines_open(const uint8_t *list, uint32_t place, struct line_cursor *c)
{
  uint32_t nblocks = part(list, LIST_AT_NBLOCKS);

  *c = (struct line_cursor){.list = list};
  if (nblocks == 0)
    return;
  open_block(c, find_block(list, nblocks, place));
  do
    lines_next(c);
  while (c->more && c->ahead.place < place);
}

/* A site has its literals before its records; its places run through both, in the order of the
 * code. Those of its records up to `at` are `before` it, and its literals have so many bytes. */
static bool site_bytes(const uint8_t *list, uint32_t start, uint32_t at, uint32_t *literals, uint32_t *before)
{
  uint32_t end = list_end(list);
  struct record r;

  *literals = *before = 0;
  do {
    if (!record_read(list, start, end, &r))
      return false;
    *literals += r.len;
    if (start == at)
      *before = *literals;
    start = r.next;
  } while (!record_ends(&r));
  return true;
}

uint32_t site_place(const uint8_t *list, uint32_t start)
{
  uint32_t literals, before;

  return site_bytes(list, start, start, &literals, &before) ? start - literals : start;
}

/* The place of the record at an offset, of what it does; sites are looked through from the one at
 * `begin` on. */
static bool record_place(const uint8_t *list, uint32_t begin, uint32_t at, uint32_t *place)
{
  uint32_t end = list_end(list), literals, before;
  struct site s;
  struct record r;

  while (site_read(list, begin, end, &s) && s.start <= at) {
    for (begin = s.start; record_read(list, begin, end, &r) && !record_ends(&r); begin = r.next)
      ;
    if (r.next <= begin)
      return false;
    begin = r.next;
    if (at < begin) {
      *place = site_bytes(list, s.start, at, &literals, &before) ? at + before - literals : at;
      return true;
    }
  }
  return false;
}

bool list_line(const uint8_t *list, uint32_t at, unsigned back, struct list_line *out)
{
  uint32_t nblocks = part(list, LIST_AT_NBLOCKS), n, place;
  struct line_cursor c = {.list = list};

  *out = (struct list_line){0};
  if (nblocks == 0)
    return false;
  n = find_block(list, nblocks, at);
  if (!record_place(list, block_place(list, n), at, &place))
    return false;
  open_block(&c, n);
  for (lines_next(&c); c.more && c.ahead.place <= place - back; lines_next(&c))
    *out = c.ahead;
  return out->line != 0;
}
