/* bytes.h - a growing byte buffer, for what is told to debuggers and profilers.
 *
 * A failed allocation is remembered; what is appended afterwards is dropped,
 * so that only the end has to look. Numbers are in the host's byte order.
 */
#ifndef DASM_BYTES_H
#define DASM_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "heap.h"

struct bytes {
  struct dasm_CodeHeap *heap;
  uint8_t *p;
  size_t n, max;
  bool failed;
};

static inline void bytes_free(struct bytes *b)
{
  heap_free(b->heap, b->p, b->max);
  b->p = NULL;
  b->n = b->max = 0;
}

static inline void bytes_add(struct bytes *b, const void *p, size_t n)
{
  if (b->max - b->n < n) {
    size_t max = b->max + n < 256 ? 512 : 2 * (b->max + n);
    uint8_t *q = b->failed ? NULL : heap_alloc(b->heap, b->p, b->max, max);

    if (!q) {
      b->failed = true;
      return;
    }
    b->p = q;
    b->max = max;
  }
  if (n)
    memcpy(b->p + b->n, p, n);
  b->n += n;
}

static inline void bytes_u8(struct bytes *b, unsigned v) { uint8_t x = (uint8_t)v; bytes_add(b, &x, 1); }
static inline void bytes_u16(struct bytes *b, unsigned v) { uint16_t x = (uint16_t)v; bytes_add(b, &x, 2); }
static inline void bytes_u32(struct bytes *b, uint32_t v) { bytes_add(b, &v, 4); }
static inline void bytes_u64(struct bytes *b, uint64_t v) { bytes_add(b, &v, 8); }
static inline void bytes_addr(struct bytes *b, uintptr_t v) { bytes_add(b, &v, sizeof v); }
static inline void bytes_text(struct bytes *b, const char *s) { bytes_add(b, s, strlen(s) + 1); }

static inline void bytes_uleb(struct bytes *b, uint64_t v)
{
  for (; v >= 0x80; v >>= 7)
    bytes_u8(b, (unsigned)(v & 0x7f) | 0x80);
  bytes_u8(b, (unsigned)v);
}

static inline void bytes_sleb(struct bytes *b, int64_t v)
{
  for (; v < -0x40 || v > 0x3f; v >>= 7)
    bytes_u8(b, (unsigned)(v & 0x7f) | 0x80);
  bytes_u8(b, (unsigned)(v & 0x7f));
}

/* Fill with zeros up to a multiple of `align`. */
static inline void bytes_align(struct bytes *b, size_t align)
{
  while (b->n % align != 0 && !b->failed)
    bytes_u8(b, 0);
}

/* A 32-bit length that counts what is appended from here on; bytes_end fills it in. */
static inline size_t bytes_begin(struct bytes *b)
{
  bytes_u32(b, 0);
  return b->n;
}

static inline void bytes_end(struct bytes *b, size_t begin)
{
  uint32_t n = (uint32_t)(b->n - begin);

  if (!b->failed)
    memcpy(b->p + begin - 4, &n, 4);
}

#endif
