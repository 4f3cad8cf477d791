/* walk.h - the walk of a put over the records of its site: the hot path.
 *
 * There are two walks. The quick one (walk_quick.c, and what an ISA adds in lib/isa/) does what is common. Each of its
 * operations is a function of its own, which ends with a jump to that of the next record: so nothing is kept for
 * one that does not need it. What is rare (no room, an error, source lines that are noted) it leaves to the
 * careful walk (walk_careful.c), which begins with the same record: RARE. So nothing that counts may have
 * been done then. What an operation gets is here:
 *
 *   D  the state    w  the end of the section's bytes    p  the record    a  the next argument
 *   q  the end of its literal    t  walk_table
 *
 * An operation ends with NEXT, RARE or a status. Behind LITERAL, w is behind the literal, p at the
 * operands, q where the next literal ends. What the record is, the processor predicts; so the next
 * one is known at once, and does not wait for what is loaded.
 */
#ifndef DASM_WALK_H
#define DASM_WALK_H

#include "internal.h"

#define WALK_ARGS D, w, p, q, a, t
typedef int walk_op(WALK_PARAMS);
/* By operation; dasm_walk_VALUE8 and so on. */
struct walk_table {
  walk_op *op[OP_COUNT];
};
extern const struct walk_table walk_table;
#define OP(name, operands, takes, bytes, words) walk_op dasm_walk_##name;
#include "ops.def"
#undef OP
#define WALK(name) int dasm_walk_##name(WALK_PARAMS)

/* Where a call that is the last thing is not a jump, operations return to a loop: the stack would not do for a long
 * site. */
#ifdef JUMP
#define WALK_JUMPS 1
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("optimize-sibling-calls", "no-tree-slp-vectorize", "no-crossjumping", "no-tree-tail-merge", "align-loops=1")
#endif
#else
#define JUMP return
#endif

/* Compute it now: the compiler would keep what it was before, too, in a register that is scarce. */
#if defined(__GNUC__)
#define SETTLE(p) __asm__("" : "+r"(p))
#else
#define SETTLE(p) ((void)0)
#endif

#ifdef WALK_JUMPS
/* Take the table's address anew: that is one instruction, and until then there is a register more. */
#define TABLE_ANEW t = &walk_table
#define NEXT                   \
  do {                         \
    SETTLE(p);                 \
    JUMP t->op[*p](WALK_ARGS); \
  } while (0)
#else
#define TABLE_ANEW ((void)t)
#define NEXT return walk_on(WALK_ARGS)
enum { WALK_ON = -1 }; /* no status */
static inline int walk_on(WALK_PARAMS)
{
  (void)t;
  D->step.w = w;
  D->step.p = p;
  D->step.q = q;
  D->step.a = a;
  return WALK_ON;
}
#endif

/* To the careful walk, from behind LITERAL with p at the operands, and from the beginning. */
#define RARE JUMP walk_rare(WALK_ARGS)
/* To the same record again, behind LITERAL, when the open branch has become an event. */
#define CLOSE JUMP walk_close(WALK_ARGS)
#define RARELY(name) WALK(name) { JUMP put_careful(WALK_ARGS); }
int walk_rare(WALK_PARAMS);
int walk_close(WALK_PARAMS);

/* Append the literal, in one store of 16 bytes. */
#define LITERAL                 \
  do {                          \
    size_t len_ = p[1];         \
    q -= len_;                  \
    memcpy(w, q, LIST_MAXLIT);  \
    w += len_;                  \
    p += 2;                     \
    SETTLE(p);                  \
  } while (0)

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

/* The operand n at *p; false, and nothing is done: it has more than two bytes. */
static ALWAYS_INLINE bool walk_number(const uint8_t **p, uint32_t *n)
{
  *n = **p;
  if (LIKELY(!(*n & 0x80))) {
    ++*p;
    return true;
  }
  if ((*p)[1] & 0x80)
    return false;
  *n = (*n & 0x7f) | (uint32_t)(*p)[1] << 7;
  *p += 2;
  return true;
}

#endif
