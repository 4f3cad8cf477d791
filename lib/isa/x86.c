/* x86.c - what x86 is to the encoder: operations of its own, see x86.h.
 *
 * A put does the usual ones by itself (x86_walk.c); what is said here is the rule, and what it leaves out.
 */
#include "x86.h"

#include <string.h>

#include "../far.h"
#include "../internal.h"

static inline bool fits8(int64_t v)
{
  return v >= -128 && v <= 127;
}

static void put_le(uint8_t *w, uint64_t v, unsigned n)
{
  unsigned i;

  for (i = 0; i < n; i++)
    w[i] = (uint8_t)(v >> 8 * i);
}

/* ---- operations ------------------------------------------------------------------ */

/* The operands of such an operation, taken apart. */
struct form {
  struct x86_insn insn;
  uint8_t numbers;        /* bit per role that is an argument */
  uint8_t bits[X86_ROLES]; /* that they may have */
  bool sx;
};

static bool has_disp(const struct x86_insn *i)
{
  return i->mem == X86_MEM_D || i->mem == X86_SIB_D;
}

static unsigned count(unsigned numbers)
{
  unsigned n = 0;

  for (; numbers; numbers >>= 1)
    n += numbers & 1;
  return n;
}

/* A reader of operands that does not go beyond their end. */
struct reader {
  const uint8_t *p, *end;
};

static unsigned next(struct reader *in)
{
  return in->p < in->end ? *in->p++ : (in->p = in->end = NULL, 0u);
}

static void take_rex(struct x86_insn *i, unsigned rex)
{
  i->flags |= (uint8_t)(rex & (X86F_REX | X86F_REXW));
  i->number[X86_REG] = (uint8_t)(rex << 1 & 8);
  i->number[X86_INDEX] = (uint8_t)(rex << 2 & 8);
  i->number[X86_BASE] = (uint8_t)(rex << 3 & 8);
}

static void read_legacy(struct reader *in, unsigned op, struct form *f)
{
  unsigned rex = next(in), more = rex & XR_MORE ? next(in) : 0x15, k;

  f->insn.mem = x86_shapes[op - OP_X86_R].mem;
  f->numbers = x86_shapes[op - OP_X86_R].numbers;
  f->insn.same = x86_shapes[op - OP_X86_R].same;
  take_rex(&f->insn, rex);
  for (k = 0; k <= X86_INDEX; k++)
    f->bits[k] = (uint8_t)(3 + (more >> 2 * k & 3));
  f->sx = (more & XM_SX) != 0;
  f->insn.flags |= more & XM_REX2 ? X86F_REX2 : 0;
  f->insn.nopc = (uint8_t)(1 + ((rex & XR_OPC) >> 4));
}

static void read_vex(struct reader *in, struct form *f)
{
  unsigned first = next(in), k;

  f->insn.kind = X86_VEX;
  f->insn.mem = first & 15;
  f->numbers = (uint8_t)(first >> 4);
  for (k = 0; k <= X86_VVVV; k++)
    f->bits[k] = 4;
}

static void read_any(struct reader *in, struct form *f)
{
  unsigned kind = next(in), limits, more, k;

  f->insn.kind = kind & 7;
  f->insn.mem = (uint8_t)(kind >> 3);
  f->numbers = (uint8_t)next(in);
  f->insn.flags = (uint8_t)next(in);
  limits = next(in);
  limits |= next(in) << 8;
  for (k = 0; k < X86_ROLES; k++)
    f->bits[k] = (uint8_t)(3 + (limits >> 2 * k & 3));
  more = next(in);
  f->sx = more & 1;
  f->insn.shift = (uint8_t)(more >> 1);
  for (k = 0; k < X86_ROLES; k++)
    f->insn.number[k] = next(in) & 31;
  for (k = 0; k < 4; k++)
    f->insn.opc[k] = (uint8_t)next(in);
  f->insn.nopc = (uint8_t)next(in);
  f->insn.modrm = (uint8_t)next(in);
  f->insn.sib = (uint8_t)next(in);
}

/* Take the operands apart; false: they are cut off. */
static bool read_form(struct reader *in, unsigned op, struct form *f)
{
  memset(f, 0, sizeof *f);
  if (op <= OP_X86_INDEX_RX)
    read_legacy(in, op, f);
  else if (op == OP_X86_VEX)
    read_vex(in, f);
  else
    read_any(in, f);
  return in->p != NULL;
}

/* Bytes at the end of the literal that belong to it. */
static unsigned tail_size(unsigned op, const struct x86_insn *i)
{
  if (op == OP_X86_ANY)
    return 0;
  return (op == OP_X86_VEX ? 3u : i->nopc) + (i->mem != X86_OPREG) + (i->mem >= X86_SIB);
}

static void read_tail(unsigned op, struct x86_insn *i, const uint8_t *p)
{
  if (op == OP_X86_ANY)
    return;
  if (op == OP_X86_VEX) {
    memcpy(i->opc, p, 2);
    i->opc[3] = p[2];
    p += 3;
  } else {
    memcpy(i->opc, p, i->nopc);
    p += i->nopc;
  }
  if (i->mem != X86_OPREG)
    i->modrm = *p++;
  if (i->mem >= X86_SIB)
    i->sib = *p;
}

static bool form_valid(const struct form *f)
{
  const struct x86_insn *i = &f->insn;
  unsigned k;

  if (i->kind >= X86_KIND_COUNT || i->mem >= X86_MEMS || i->shift > 6 || f->numbers >= 1 << X86_ROLES)
    return false;
  for (k = 0; k < X86_ROLES; k++)
    if (f->bits[k] > 5 || (f->bits[k] > 4 && i->kind != X86_LEGACY && i->kind != X86_EVEX) ||
        (k == X86_MASK && f->numbers >> k & 1 && f->bits[k] > 3))
      return false;
  if (i->kind == X86_LEGACY)
    return i->nopc >= 1 && i->nopc <= 4;
  if (i->kind == X86_IS4)
    return i->modrm <= 15;
  return i->mem != X86_OPREG && (!f->sx || i->kind == X86_EVEX);
}

/* Has the literal what the operation is about? */
static bool literal_ok(const struct record *r)
{
  switch (r->op) {
  case OP_X86_DISP: case OP_X86_DISP_KEEP: case OP_X86_SX:
    return r->len >= 1;
  case OP_X86_DISP_SIB: case OP_X86_DISP_SIB_KEEP: case OP_X86_ARITH:
    return r->len >= 2;
  case OP_X86_DISP_SCALE:
    return (r->byte & 3) >= 1 && (r->byte & 3) <= r->len && r->byte >> 4 <= 6;
  case OP_X86_IMM8_32: case OP_X86_IMM8_16:
    return r->byte <= r->len;
  default:
    return r->len == 0; /* X86_TRAIL */
  }
}

bool x86_measure(struct record *r, const uint8_t *operands, size_t room)
{
  struct reader in = {operands, operands + room};
  struct form f;

  if (r->op < OP_X86_R)
    return literal_ok(r);
  if (!read_form(&in, r->op, &f) || !form_valid(&f) || r->len < tail_size(r->op, &f.insn))
    return false;
  r->next += (uint32_t)(in.p - operands);
  r->takes = (uint8_t)(count(f.numbers) + has_disp(&f.insn));
  r->looks = (uint8_t)(r->takes + f.sx);
  r->bytes = (uint16_t)(r->len + X86_MOST);
  return true;
}

/* Take the numbers; false: *value is too high, or none that is possible. */
static bool take_numbers(struct form *f, const int64_t **args, int64_t *value)
{
  unsigned k;

  for (k = 0; k < X86_ROLES; k++) {
    uint64_t v;

    if (!(f->numbers >> k & 1))
      continue;
    *value = *(*args)++;
    v = (uint64_t)*value;
    if (v >> f->bits[k] != 0 || (k == X86_INDEX && v == 4 && !(f->insn.flags & X86F_VSIB)) ||
        (k == X86_MASK && v == 0)) /* k0 cannot mask */
      return false;
    f->insn.number[k] = (uint8_t)v;
  }
  if (f->insn.same)
    f->insn.number[X86_BASE] = f->insn.number[X86_REG];
  return true;
}

/* An instruction with registers, whose literal ends at w. */
static uint8_t *instruction(unsigned op, const uint8_t *p, const int64_t *args, uint8_t *w, int *status, int64_t *value)
{
  struct reader in = {p, p + 32};
  struct form f;
  uint8_t *opcode, *out;
  int64_t disp = 0;

  read_form(&in, op, &f);
  out = w - tail_size(op, &f.insn);
  read_tail(op, &f.insn, out);
  if (!take_numbers(&f, &args, value)) {
    *status = DASM_S_RANGE_VREG;
    return w;
  }
  if (has_disp(&f.insn)) {
    disp = *args++;
    if (disp < INT32_MIN || disp > UINT32_MAX) { /* above 2^31 they are patterns */
      *status = DASM_S_RANGE_I;
      *value = disp;
      return w;
    }
  }
  f.insn.sbit = f.sx && fits8((int32_t)(uint32_t)*args); /* as the immediate does */
  return x86_encode(&f.insn, disp, out, &opcode);
}

/* A displacement behind ModRM of mod 10, `back` bytes before w: in its shortest form. */
static uint8_t *displacement(uint8_t *w, unsigned back, bool keep, unsigned shift, int64_t v, int *status, int64_t *value)
{
  if (v < INT32_MIN || v > UINT32_MAX) {
    *status = DASM_S_RANGE_I;
    *value = v;
    return w;
  }
  *(w - back) = (uint8_t)(*(w - back) & 0x3f);
  return x86_disp(w - back, w, keep ? 5 : 0, (int32_t)(uint32_t)v, shift);
}

/* An immediate of one byte or n. */
static uint8_t *immediate(uint8_t *w, unsigned back, unsigned n, int64_t v, int *status, int64_t *value)
{
  uint64_t bits;

  if (!field_number(field_of_bytes(n), v, &bits)) {
    *status = DASM_S_RANGE_I;
    *value = v;
    return w;
  }
  if (!fits8(v) && v == (int64_t)(uint32_t)v && (n == 4 || v > 0xffff))
    v = (int32_t)(uint32_t)v;
  put_le(w, bits, n);
  if (!fits8(v))
    return w + n;
  if (back)
    *(w - back) |= 2;
  return w + 1;
}

uint8_t *x86_perform(struct dasm_State *D, const struct record *r, const uint8_t *p, const int64_t *args, uint8_t *w,
                     int *status, int64_t *value)
{
  bool brief = r->looks > 0 && fits8((int32_t)(uint32_t)args[r->looks - 1]);

  switch (r->op) {
  case OP_X86_DISP: return displacement(w, 1, false, 0, *args, status, value);
  case OP_X86_DISP_KEEP: return displacement(w, 1, true, 0, *args, status, value);
  case OP_X86_DISP_SIB: return displacement(w, 2, false, 0, *args, status, value);
  case OP_X86_DISP_SIB_KEEP: return displacement(w, 2, true, 0, *args, status, value);
  case OP_X86_DISP_SCALE: return displacement(w, r->byte & 3, r->byte & 4, r->byte >> 4, *args, status, value);
  case OP_X86_ARITH: return immediate(w, 2, 4, *args, status, value);
  case OP_X86_IMM8_32: return immediate(w, r->byte, 4, *args, status, value);
  case OP_X86_IMM8_16: return immediate(w, r->byte, 2, *args, status, value);
  case OP_X86_SX:
    if (brief)
      w[-1] |= 2;
    return w;
  case OP_X86_TRAIL:
    if (brief)
      D->section->events[D->section->nevents - 1].field = r->field;
    return w;
  default:
    return instruction(r->op, p, args, w, status, value);
  }
}

/* ---- branches -------------------------------------------------------------------- */

/* EB becomes E9, 7x 0F 8x; `end` is behind the short form, and then behind the long one. */
uint8_t *x86_widen(uint8_t *end, unsigned how)
{
  if (how == X86_WIDEN_JMP) {
    end[-2] = 0xe9;
    memset(end - 1, 0, 4);
    return end + 3;
  }
  end[-1] = (uint8_t)(end[-2] + 0x10);
  end[-2] = 0x0f;
  memset(end, 0, 4);
  return end + 4;
}

/* jmp [rip + 2], and the address behind it, which is aligned. Nothing of its code is out of the reach of anything else. */
static void stub(uint8_t *w, uint64_t address, const uint8_t *list)
{
  memcpy(w, "\xff\x25\x02\0\0\0\xcc\xcc", 8);
  far_put(list, w + 8, address, 8);
}

static const struct far_way ways[] = {[X64_ESCAPE_JUMP - 1] = {0, NULL}};

const struct isa_far x86_far = {.trap_size = 1, .trap = 0xcc};
const struct isa_far x64_far = {.ways = ways, .nways = X64_ESCAPES, .stub_size = 16, .trap_size = 1, .trap = 0xcc, .stub = stub};
