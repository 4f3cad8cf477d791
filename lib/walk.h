/* walk.h - the walk of a put over the records of its site: the hot path. Compiled twice.
 *
 * The quick walk (put.c) does what is common, calls nothing and keeps no register for it, so that a put costs
 * little where each site is used a few times. What is rare (no room, an error, source lines that are noted)
 * it leaves to the careful walk (walk_careful.c), which begins with the same record: RARE(). So nothing that
 * counts may have been done then. What is in common is here:
 *
 *   D  the state    w  the end of the section's bytes    p  behind the literal of the record in hand, at
 *   its operands    a  the next argument                 len  of the literal
 *
 * An operation leaves p at the next record.
 */

/* Append the literal of the record at p, in one store of 16 bytes. */
#define LITERAL                      \
  do {                               \
    len = p[1];                      \
    memcpy(w, p + 2, LIST_MAXLIT);   \
    w += len;                        \
    p += 2 + (size_t)len;            \
  } while (0)

/* The operand n at p, into `number`; one of more than two bytes is rare. */
#define NUMBER                                           \
  do {                                                   \
    number = *p++;                                       \
    if (UNLIKELY(number & 0x80)) {                       \
      if (*p & 0x80) {                                   \
        p--;                                             \
        RARE;                                            \
      }                                                  \
      number = (number & 0x7f) | (uint32_t)*p++ << 7;    \
    }                                                    \
  } while (0)

/* An unsigned value of 32 bits is the bit pattern of an int, as in DynASM: ~0u is -1. */
static inline int64_t as_int(int64_t v)
{
  return v == (int64_t)(uint32_t)v ? (int32_t)v : v;
}

static inline bool fits8(int64_t v)
{
  return (uint64_t)v + 128 < 256;
}

static inline bool fits16(int64_t v)
{
  return (uint64_t)v + 0x8000 < 0x18000;
}

/* Little-endian, up to 8 bytes: BUF_SLACK allows for it. */
static inline uint8_t *put_le(uint8_t *w, uint64_t v, unsigned n)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  memcpy(w, &v, 8);
#else
  unsigned i;
  for (i = 0; i < n; i++)
    w[i] = (uint8_t)(v >> 8 * i);
#endif
  return w + n;
}
