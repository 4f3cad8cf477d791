/* label.c - labels, events and branches: what a put does seldom. See label.h. */
#include "label.h"

bool put_fail(struct dasm_State *D, const uint8_t *p, int class, int64_t value)
{
  uint32_t at = record(D, p);
  state_fail(D, class | (int)(at & 0xffffff), at, value);
  return false;
}

bool grow_instances(struct dasm_State *D)
{
  if (grow_array(D, &D->instances, &D->maxinstances, (size_t)D->ninstances + 2, sizeof *D->instances))
    return true;
  state_fail(D, DASM_S_NOMEM, 0, 0);
  return false;
}

bool placed_again(struct dasm_State *D, const uint8_t *p, uint32_t n, uint32_t number)
{
  if (D->unchecked)
    return true;
  D->error_other = D->instances[n].at / TMPL_OP;
  return put_fail(D, p, DASM_S_REDEF, number);
}

bool set_label(struct dasm_State *D, const uint8_t *p, uint32_t n, int64_t address)
{
  if (n == 0 || !close_branch(D)) /* a branch to it is not decided by a label that comes later */
    return false;
  D->instances[n] = (struct instance){(uint32_t)address, LABEL_PLACE(LABEL_ABSOLUTE, 0), 0,
                                      (uint32_t)((uint64_t)address >> 32), D->base + (uint32_t)(p - D->t.ops)};
  return true;
}

unsigned ref_before_imm(unsigned b, int64_t v)
{
  return TMPL_REF(TMPL_REF_FIX(b), (int8_t)v == (int32_t)v ? 1 : TMPL_REF_TRAIL(b));
}

bool log_branch(struct dasm_State *D, struct section *s, const uint8_t *p, const uint8_t *w, uint32_t target)
{
  s->origin -= fixups[op_b(p)].shrink;
  if (section_offset(s, w) > MAX_CODE) {
    state_fail(D, DASM_S_SIZE, record(D, p), 0);
    return false;
  }
  return new_event(D, s, p, w, target, D->base + (uint32_t)(p - D->t.ops)) != NULL;
}

bool log_open(struct dasm_State *D)
{
  uint32_t target = D->open.target;

  D->open.target = 0;
  return log_branch(D, D->section, D->open.op, D->open.end, target);
}

bool keep_value(struct dasm_State *D, const uint8_t *p, int64_t value)
{
  if (D->nvalues == D->maxvalues &&
      !grow_array(D, &D->values, &D->maxvalues, (size_t)D->nvalues + 1, sizeof *D->values))
    return put_fail(D, p, DASM_S_NOMEM, 0);
  D->values[D->nvalues++] = (uint64_t)value;
  return true;
}

bool put_gap(struct dasm_State *D, struct section *s, const uint8_t *p, const uint8_t *w, int64_t n, uint32_t target,
             uint32_t at)
{
  if (n < 0)
    return put_fail(D, p, DASM_S_RANGE_I, n);
  if (n > MAX_CODE || n + (int64_t)section_offset(s, w) + s->saved > MAX_CODE) {
    state_fail(D, DASM_S_SIZE, record(D, p), n);
    return false;
  }
  if (!close_branch(D) || !new_event(D, s, p, w, target, at))
    return false;
  s->origin -= (uintptr_t)n;
  s->w = (uint8_t *)(uintptr_t)w;
  section_limit(D, s);
  return true;
}
