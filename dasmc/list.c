/* list.c - the finished parts of a list to its bytes: see lib/list.h. */
#include "list.h"

#include <string.h>

#include "front_private.h"

/* Bytes that grow. */
struct writer {
  struct front *F;
  uint8_t *p;
  size_t n, capacity;
};

static uint8_t *add(struct writer *w, size_t n)
{
  uint8_t *p;

  if (w->capacity - w->n < n)
    w->p = arena_grow(w->F, w->p, &w->capacity, w->n + n, 1);
  p = w->p + w->n;
  w->n += n;
  return p;
}

static void add_bytes(struct writer *w, const void *p, size_t n)
{
  if (n > 0)
    memcpy(add(w, n), p, n);
}

static void add_number(struct writer *w, uint32_t n)
{
  uint8_t *p = add(w, 5), *start = p;

  for (; n >= 0x80; n >>= 7)
    *p++ = (uint8_t)(n | 0x80);
  *p++ = (uint8_t)n;
  w->n -= (size_t)(start + 5 - p);
}

/* What to add to `from` modulo 2^32, as a number that may be negative. */
static void add_change(struct writer *w, uint32_t from, uint32_t to)
{
  uint32_t n = to - from;

  add_number(w, n >> 31 ? 2 * ~n + 1 : 2 * n);
}

static void put_u32(uint8_t *p, uint64_t v)
{
  for (unsigned i = 0; i < 4; i++, v >>= 8)
    p[i] = (uint8_t)v;
}

/* ---- parts ---------------------------------------------------------------------- */

static void add_line(struct writer *w, const struct list_line *before, const struct list_line *l, bool texts)
{
  bool other_file = l->file != before->file;

  add_number(w, 2 * (l->place - before->place) + other_file);
  if (other_file)
    add_number(w, l->file);
  add_change(w, before->line, l->line);
  if (texts)
    add_change(w, before->text, l->text);
}

/* Does line i begin a block? The last one began with line *begin. */
static bool begins_block(const struct build_line *l, size_t i, size_t *begin)
{
  if (i != 0 && (l->site == 0 || i - *begin < LIST_LINES))
    return false;
  *begin = i;
  return true;
}

static size_t count_blocks(const struct list_parts *parts)
{
  size_t n = 0, begin = 0;

  for (size_t i = 0; i < parts->nlines; i++)
    n += begins_block(&parts->line[i], i, &begin);
  return n;
}

static void add_lines(struct writer *w, const struct list_parts *parts)
{
  size_t blocks = w->n, nblocks = count_blocks(parts), begin = 0;
  struct list_line before = {0};

  memset(add(w, 8 * nblocks), 0, 8 * nblocks);
  for (size_t i = 0; i < parts->nlines; i++) {
    const struct build_line *l = &parts->line[i];

    if (begins_block(l, i, &begin)) {
      put_u32(w->p + blocks, l->site);
      put_u32(w->p + blocks + 4, w->n);
      blocks += 8;
      before = (struct list_line){.place = l->site};
    }
    add_line(w, &before, &l->out, parts->str != NULL);
    before = l->out;
  }
}

static void add_names(struct writer *w, const struct span *name, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    add_number(w, (uint32_t)name[i].n);
    add_bytes(w, name[i].p, name[i].n);
    *add(w, 1) = 0;
  }
}

/* ---- the list ------------------------------------------------------------------- */

static void set(struct writer *w, enum list_header at, size_t value)
{
  put_u32(w->p + at, value);
}

static unsigned flags_of(const struct list_parts *parts)
{
  unsigned flags = parts->str ? LIST_HAS_TEXTS : 0;

  for (size_t i = 0; i < parts->nfields; i++)
    if (field_constant(parts->fields + i * LIST_FIELD))
      flags |= LIST_HAS_CONSTANTS;
  return flags;
}

static void write_header(struct writer *w, const struct list_parts *parts, const struct build_names *names)
{
  memset(add(w, LIST_HEADER), 0, LIST_HEADER);
  memcpy(w->p, "dasm", 4);
  w->p[LIST_AT_VERSION] = LIST_VERSION;
  w->p[LIST_AT_ISA] = (uint8_t)parts->isa;
  w->p[LIST_AT_ORDER] = (uint8_t)parts->order;
  w->p[LIST_AT_FLAGS] = (uint8_t)flags_of(parts);
  set(w, LIST_AT_END, LIST_HEADER + parts->nrecords);
  set(w, LIST_AT_NBLOCKS, count_blocks(parts));
  set(w, LIST_AT_NGLOBALS, names->nglobals);
  set(w, LIST_AT_NEXTERNS, names->nexterns);
  set(w, LIST_AT_NFILES, names->nfiles);
  set(w, LIST_AT_NSECTIONS, parts->nsections);
  set(w, LIST_AT_NFIELDS, parts->nfields);
}

const uint8_t *list_write(struct front *F, const struct list_parts *parts, const struct build_names *names,
                          size_t *size)
{
  struct writer w = {.F = F};

  write_header(&w, parts, names);
  add_bytes(&w, parts->records, parts->nrecords);
  memset(add(&w, LIST_PAD), 0, LIST_PAD);
  set(&w, LIST_AT_FIELDS, w.n);
  add_bytes(&w, parts->fields, parts->nfields * LIST_FIELD);
  set(&w, LIST_AT_BLOCKS, w.n);
  add_lines(&w, parts);
  set(&w, LIST_AT_NAMES, w.n);
  add_names(&w, names->global, names->nglobals);
  add_names(&w, names->ext, names->nexterns);
  add_names(&w, names->file, names->nfiles);
  set(&w, LIST_AT_TEXTS, w.n);
  add_bytes(&w, parts->str, parts->nstr);
  set(&w, LIST_AT_SIZE, w.n);
  *size = w.n;
  if (w.n <= INT32_MAX)
    return w.p;
  diag_error(F, (struct span){NULL, 0}, "[list-limit] more than 2 GiB in one list");
  *size = 0;
  return NULL;
}
