/* walk_quick.c - the quick walk: see walk.h.
 *
 * What limits its speed is the number of instructions: about six in a cycle.
 */
#include "walk.h"

#include "label.h"

const struct walk_table walk_table = {{
#define OP(name, operands, takes, bytes, words) [OP_##name] = dasm_walk_##name,
#include "ops.def"
#undef OP
}};

int put_quick(struct dasm_State *D, uint8_t *w, const uint8_t *p, const int64_t *a)
{
#ifdef WALK_JUMPS
  return walk_table.op[*p](D, w, p, p, a, &walk_table);
#else
  int status = walk_table.op[*p](D, w, p, p, a, &walk_table);

  while (status == WALK_ON)
    status = walk_table.op[*D->step.p](D, D->step.w, D->step.p, D->step.q, D->step.a, &walk_table);
  return status;
#endif
}

/* ---- structure ------------------------------------------------------------------- */

WALK(END)
{
  (void)p, (void)q, (void)a, (void)t;
  D->section->w = w;
  return DASM_S_OK;
}

WALK(LIT_END)
{
  (void)a, (void)t;
  LITERAL;
  D->section->w = w;
  return DASM_S_OK;
}

WALK(ROOM)
{
  if (UNLIKELY((uintptr_t)w >= D->section->end))
    JUMP put_careful(WALK_ARGS);
  p++;
  NEXT;
}

WALK(LIT)
{
  LITERAL;
  NEXT;
}

WALK(RUN)
{
  unsigned len = p[1], n;

  q -= len;
  for (n = 0; n < len; n += 16)
    memcpy(w + n, q + n, 16);
  w += len;
  p += 2;
  NEXT;
}

WALK(ARG)
{
  LITERAL;
  a += (int8_t)*p++;
  NEXT;
}

/* ---- values ---------------------------------------------------------------------- */

WALK(VALUE8)
{
  LITERAL;
  if (UNLIKELY((uint64_t)*a + 128 >= 384))
    RARE;
  *w++ = (uint8_t)*a++;
  NEXT;
}

WALK(VALUE8S)
{
  LITERAL;
  if (UNLIKELY(!fits8(*a)))
    RARE;
  *w++ = (uint8_t)*a++;
  NEXT;
}

WALK(VALUE16)
{
  LITERAL;
  if (UNLIKELY(!fits16(*a)))
    RARE;
  w = put_le(w, (uint64_t)*a++, 2);
  NEXT;
}

WALK(VALUE32)
{
  LITERAL;
  if (UNLIKELY(*a != (int32_t)*a))
    RARE;
  w = put_le(w, (uint64_t)*a++, 4);
  NEXT;
}

WALK(VALUE64)
{
  LITERAL;
  w = put_le(w, (uint64_t)*a++, 8);
  NEXT;
}

#define CHECK(name)                 \
  WALK(name)                        \
  {                                 \
    int64_t v;                      \
                                    \
    LITERAL;                        \
    v = a[*p];                      \
    if (UNLIKELY(v != (int32_t)v))  \
      RARE;                         \
    p++;                            \
    NEXT;                           \
  }
CHECK(CHECK32S)
CHECK(CHECK32S_DISP)

/* ---- gaps, sections -------------------------------------------------------------- */

WALK(ALIGN)
{
  struct section *s = D->section;
  uint32_t mask;

  LITERAL;
  mask = (1u << *p) - 1;
  if (is_open(D))
    CLOSE;
  if (UNLIKELY(!new_event(s, OP_ALIGN, 0, w, 0, mask)))
    RARE;
  s->sized = s->nevents;
  s->origin -= mask;
  s->end -= mask;
  p++;
  NEXT;
}

RARELY(ALIGN_NOP)
RARELY(SPACE)
RARELY(SPACE_ARG)

WALK(SECTION)
{
  const uint8_t *operands;
  struct section *s;
  uint32_t n;

  LITERAL;
  if (is_open(D))
    CLOSE;
  operands = p;
  if (UNLIKELY(!walk_number(&p, &n) || n >= D->nsections ||
               (uintptr_t)D->sections[n].w >= D->sections[n].end)) {
    p = operands;
    RARE;
  }
  s = &D->sections[n];
  D->section->w = w;
  D->section = s;
  w = s->w;
  NEXT;
}
