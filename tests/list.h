/* list.h - builds template lists by hand, for tests of the encoder alone.
 *
 *   struct list l = {.isa = ISA_X64};
 *   int site = site_begin(&l, 1);
 *   site_op(&l, (struct tmpl_op){.code = OP_IMM8}, "\xb0", 1);
 *   site_end(&l);
 *   const void *bytes = list_finish(&l);   valid until list_free
 */
#ifndef TESTS_LIST_H
#define TESTS_LIST_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/template.h"

enum { LIST_MAXOPS = 512, LIST_MAXPOOL = 8192, LIST_MAXLINES = 64, LIST_MAXSTRINGS = 2048 };

struct list {
  enum tmpl_isa isa;
  struct tmpl_op ops[LIST_MAXOPS];
  uint8_t pool[LIST_MAXPOOL];
  struct tmpl_line lines[LIST_MAXLINES];
  char strings[LIST_MAXSTRINGS];
  uint32_t names[8];
  uint32_t nops, npool, nlines, nstrings, nglobals, nexterns, nfiles;
  uint32_t begin;
  uint8_t *bytes;
  uint32_t size;
};

static inline uint32_t list_string(struct list *l, const char *text)
{
  uint32_t at;
  if (l->nstrings == 0)
    l->nstrings = 1;
  at = l->nstrings;
  strcpy(l->strings + at, text);
  l->nstrings += (uint32_t)strlen(text) + 1;
  return at;
}

static inline int site_begin(struct list *l, unsigned nargs)
{
  l->begin = l->nops;
  l->ops[l->nops++] = (struct tmpl_op){.code = OP_BEGIN, .arg = (uint8_t)nargs};
  return (int)l->begin;
}

/* Append an operation with its literal; the bound of the site grows generously. */
static inline uint32_t site_op(struct list *l, struct tmpl_op op, const char *lit, unsigned n)
{
  op.len = (uint8_t)n;
  memcpy(op.lit, lit, n < TMPL_MAXLIT ? n : TMPL_MAXLIT);
  l->ops[l->begin].x += n + 32;
  l->ops[l->nops] = op;
  return l->nops++;
}

/* Append a run of the pool. */
static inline uint32_t site_run(struct list *l, const char *bytes, unsigned n)
{
  struct tmpl_op op = {.code = OP_RUN, .x = l->npool, .b = (uint8_t)n};
  memcpy(l->pool + l->npool, bytes, n);
  l->npool += n;
  l->ops[l->begin].x += n;
  return site_op(l, op, "", 0);
}

static inline void site_end(struct list *l)
{
  site_op(l, (struct tmpl_op){.code = OP_END}, "", 0);
}

static inline void list_line(struct list *l, uint32_t op, uint32_t line, const char *text)
{
  l->lines[l->nlines++] = (struct tmpl_line){.op = op, .line = line, .text = list_string(l, text)};
}

static inline void put_u32(uint8_t *p, uint32_t v)
{
  p[0] = (uint8_t)v;
  p[1] = (uint8_t)(v >> 8);
  p[2] = (uint8_t)(v >> 16);
  p[3] = (uint8_t)(v >> 24);
}

/* A number as LEB128. */
static inline uint8_t *put_number(uint8_t *p, uint32_t n)
{
  for (; n > 127; n >>= 7)
    *p++ = (uint8_t)(n | 128);
  *p++ = (uint8_t)n;
  return p;
}

static inline uint8_t *put_change(uint8_t *p, uint32_t from, uint32_t to)
{
  int64_t n = (int64_t)to - from;
  return put_number(p, (uint32_t)(n < 0 ? -2 * n - 1 : 2 * n));
}

/* The lines of each site, and their offset to its OP_BEGIN; returns how many bytes they are. */
static inline uint32_t list_pack_lines(struct list *l, uint8_t *out)
{
  uint8_t *p = out;
  uint32_t i, k = 0;

  *p++ = 0;
  for (i = 0; i < l->nops; i++) {
    struct tmpl_line before = {.op = i};
    uint32_t end = i + 1;

    if (l->ops[i].code != OP_BEGIN)
      continue;
    while (end < l->nops && l->ops[end].code != OP_BEGIN)
      end++;
    if (k == l->nlines || l->lines[k].op >= end)
      continue;
    put_u32(l->ops[i].lit, (uint32_t)(p - out));
    for (; k < l->nlines && l->lines[k].op < end; before = l->lines[k++]) {
      const struct tmpl_line *line = &l->lines[k];
      uint32_t other = line->file != before.file;

      p = put_number(p, 1 + 2 * (line->op - before.op) + other);
      if (other)
        p = put_number(p, line->file);
      p = put_number(p, line->litofs);
      p = put_change(put_change(p, before.line, line->line), before.text, line->text);
    }
    *p++ = 0;
  }
  return (uint32_t)(p - out);
}

static inline const void *list_finish(struct list *l)
{
  uint8_t packed[LIST_MAXLINES * 26 + LIST_MAXOPS];
  uint32_t i, pool, lines, nlines = list_pack_lines(l, packed), names, strings,
                           nnames = l->nglobals + l->nexterns + l->nfiles;
  uint8_t *b;

  if (l->nstrings == 0)
    l->nstrings = 1;
  pool = TMPL_HEADER + l->nops * TMPL_OP;
  lines = pool + l->npool + TMPL_PAD;
  names = lines + nlines;
  strings = names + 4 * nnames;
  l->size = strings + l->nstrings;
  b = l->bytes = calloc(1, l->size);
  if (!b)
    abort();
  memcpy(b, "dasm", 4);
  b[4] = TMPL_VERSION;
  b[5] = (uint8_t)l->isa;
  put_u32(b + 8, l->size);
  put_u32(b + 12, l->nops);
  put_u32(b + 16, pool);
  put_u32(b + 20, l->npool);
  put_u32(b + 24, lines);
  put_u32(b + 28, nlines);
  put_u32(b + 32, names);
  put_u32(b + 36, l->nglobals);
  put_u32(b + 40, l->nexterns);
  put_u32(b + 44, l->nfiles);
  put_u32(b + 48, strings);
  put_u32(b + 52, l->nstrings);
  put_u32(b + 56, 1);
  for (i = 0; i < l->nops; i++) {
    uint8_t *p = b + TMPL_HEADER + i * TMPL_OP;
    const struct tmpl_op *op = &l->ops[i];
    p[0] = op->code;
    p[1] = op->len;
    p[2] = op->arg;
    p[3] = op->b;
    put_u32(p + 4, op->x);
    memcpy(p + 8, op->lit, TMPL_MAXLIT);
  }
  memcpy(b + pool, l->pool, l->npool);
  memcpy(b + lines, packed, nlines);
  for (i = 0; i < nnames; i++)
    put_u32(b + names + 4 * i, l->names[i]);
  memcpy(b + strings, l->strings, l->nstrings);
  return b;
}

static inline void list_free(struct list *l)
{
  free(l->bytes);
  l->bytes = NULL;
}

#endif
