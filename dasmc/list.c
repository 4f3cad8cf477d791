/* list.c - the finished parts of a list to its bytes: see lib/template.h. */
#include "list.h"

#include <string.h>

#include "front_private.h"

static uint8_t *write_number(uint8_t *p, uint32_t n)
{
  for (; n >= 0x80; n >>= 7)
    *p++ = (uint8_t)(n | 0x80);
  *p++ = (uint8_t)n;
  return p;
}

/* What to add to `from` modulo 2^32, as a number that may be negative. */
static uint8_t *write_change(uint8_t *p, uint32_t from, uint32_t to)
{
  uint32_t n = to - from;

  return write_number(p, n >> 31 ? 2 * ~n + 1 : 2 * n);
}

uint8_t *list_line(uint8_t *p, const struct tmpl_line *before, const struct tmpl_line *l)
{
  bool other_file = l->file != before->file;

  p = write_number(p, 1 + 2 * (l->op - before->op) + other_file);
  if (other_file)
    p = write_number(p, l->file);
  p = write_number(p, l->litofs);
  p = write_change(p, before->line, l->line);
  return write_change(p, before->text, l->text);
}

struct writer {
  uint8_t *p;
};

static void w8(struct writer *w, uint8_t v)
{
  *w->p++ = v;
}

static void w16(struct writer *w, uint16_t v)
{
  w8(w, (uint8_t)v);
  w8(w, (uint8_t)(v >> 8));
}

static void w32(struct writer *w, uint32_t v)
{
  w16(w, (uint16_t)v);
  w16(w, (uint16_t)(v >> 16));
}

static void write_header(struct writer *w, const struct tmpl_header *h)
{
  memcpy(w->p, "dasm", 4);
  w->p += 4;
  w8(w, TMPL_VERSION);
  w8(w, h->isa);
  w16(w, h->flags);
  w32(w, h->size);
  w32(w, h->nops);
  w32(w, h->pool);
  w32(w, h->pool_size);
  w32(w, h->lines);
  w32(w, h->lines_size);
  w32(w, h->names);
  w32(w, h->nglobals);
  w32(w, h->nexterns);
  w32(w, h->nfiles);
  w32(w, h->strings);
  w32(w, h->strings_size);
  w32(w, h->nsections);
  w32(w, h->hash);
}

static void write_ops(struct writer *w, const struct list_parts *B)
{
  for (size_t i = 0; i < B->nop; i++) {
    const struct tmpl_op *op = &B->op[i];

    w8(w, op->code);
    w8(w, op->len);
    w8(w, op->arg);
    w8(w, op->b);
    w32(w, op->x);
    memcpy(w->p, op->lit, TMPL_MAXLIT);
    w->p += TMPL_MAXLIT;
  }
}

/* Names, with their texts behind those that are there. */
static void write_names(struct writer *names, struct writer *strings, const uint8_t *start, const struct span *name,
                        size_t n)
{
  for (size_t i = 0; i < n; i++) {
    w32(names, (uint32_t)(strings->p - start));
    if (name[i].n > 0)
      memcpy(strings->p, name[i].p, name[i].n);
    strings->p += name[i].n + 1; /* (the bytes of the list are zero before) */
  }
}

static size_t texts_size(const struct span *name, size_t n)
{
  size_t size = 0;

  for (size_t i = 0; i < n; i++)
    size += name[i].n + 1;
  return size;
}

/* Sizes of the parts; false if the list would not be addressable. */
static bool layout(struct front *F, const struct list_parts *B, const struct build_names *names, struct tmpl_header *h)
{
  uint64_t ops = TMPL_HEADER, pool, lines, name, strings, size;

  pool = ops + (uint64_t)B->nop * TMPL_OP;
  lines = pool + B->npool + TMPL_PAD;
  name = (lines + B->nlines + 3) & ~(uint64_t)3;
  strings = name + 4 * ((uint64_t)names->nglobals + names->nexterns + names->nfiles);
  size = strings + B->nstr + texts_size(names->global, names->nglobals) + texts_size(names->ext, names->nexterns) +
         texts_size(names->file, names->nfiles);
  if (size > INT32_MAX) {
    diag_error(F, (struct span){NULL, 0}, "more than 2 GiB of templates in one list");
    return false;
  }
  *h = (struct tmpl_header){
    .isa = (uint8_t)B->isa,
    .size = (uint32_t)size,
    .nops = (uint32_t)B->nop,
    .pool = (uint32_t)pool,
    .pool_size = (uint32_t)B->npool,
    .lines = (uint32_t)lines,
    .lines_size = (uint32_t)B->nlines,
    .names = (uint32_t)name,
    .nglobals = (uint32_t)names->nglobals,
    .nexterns = (uint32_t)names->nexterns,
    .nfiles = (uint32_t)names->nfiles,
    .strings = (uint32_t)strings,
    .strings_size = (uint32_t)(size - strings),
    .nsections = B->nsections,
  };
  return true;
}

/* Any good mix will do: nobody computes it again. */
static uint32_t hash_bytes(const uint8_t *p, size_t n)
{
  uint64_t h = n;

  for (; n >= 8; p += 8, n -= 8) {
    uint64_t word = (uint64_t)tmpl_u32(p + 4) << 32 | tmpl_u32(p);

    h = (h ^ word) * 0x9e3779b97f4a7c15u;
    h ^= h >> 32;
  }
  for (; n > 0; p++, n--)
    h = (h ^ *p) * 0x9e3779b97f4a7c15u;
  return (uint32_t)(h ^ h >> 32);
}

static void copy(uint8_t *to, const void *from, size_t n)
{
  if (n > 0)
    memcpy(to, from, n);
}

const uint8_t *list_write(struct front *F, const struct list_parts *parts, const struct build_names *names,
                          size_t *size)
{
  struct tmpl_header h;
  struct writer w, strings;
  uint8_t *list;

  *size = 0;
  if (!layout(F, parts, names, &h))
    return NULL;
  list = arena_alloc(F, h.size); /* zeroed: so is the pad */
  w.p = list + TMPL_HEADER;
  write_ops(&w, parts);
  copy(list + h.pool, parts->pool, parts->npool);
  copy(list + h.lines, parts->lines, parts->nlines);
  copy(list + h.strings, parts->str, parts->nstr);
  w.p = list + h.names;
  strings.p = list + h.strings + parts->nstr;
  write_names(&w, &strings, list + h.strings, names->global, names->nglobals);
  write_names(&w, &strings, list + h.strings, names->ext, names->nexterns);
  write_names(&w, &strings, list + h.strings, names->file, names->nfiles);
  h.hash = hash_bytes(list + TMPL_HEADER, h.size - TMPL_HEADER);
  w.p = list;
  write_header(&w, &h);
  *size = h.size;
  return list;
}
