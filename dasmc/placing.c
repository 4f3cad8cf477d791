/* placing.c - labels placed, .align, .space, .section: what is the same for every ISA. */
#include <string.h>

#include "front_private.h"
#include "isa/isa.h"

/* ---- labels ------------------------------------------------------------------------------ */

/* .label L, &address: the label's operation becomes one that sets it to an address. */
static void set_label(struct front *F, const struct label *l, struct span address)
{
  struct label a;
  unsigned arg, first;

  if (!front_label(F, address, &a) || a.kind != REF_ADDR) {
    diag_error(F, address, "[bad-label] a label can be set to '&expression' only");
    return;
  }
  first = l->kind == REF_PC ? build_arg(F, l->expr) : 0;
  arg = build_arg(F, a.expr);
  if (l->kind == REF_PC)
    build_op(F, OP_SET_PC, first, 0, 0);
  else
    build_op(F, l->kind == REF_GLOBAL ? OP_SET_GLOBAL : OP_SET_LOCAL, arg, l->x, 0);
}

static void place_label(struct front *F, const struct label *l)
{
  if (l->kind == REF_PC)
    build_op(F, OP_LABEL_PC, build_arg(F, l->expr), 0, 0);
  else
    build_op(F, l->kind == REF_GLOBAL ? OP_LABEL_GLOBAL : OP_LABEL_LOCAL, 0, l->x, 0);
}

void dir_label(struct front *F, const struct stmt *st)
{
  struct span name = st->arg[0];
  struct label l;

  if (name.n == 1 && name.p[0] >= '1' && name.p[0] <= '9') {
    l = (struct label){.kind = REF_NEXT, .x = (uint32_t)(name.p[0] - '0')};
  } else if (!front_label(F, name, &l) ||
             (l.kind != REF_BAD && l.kind != REF_GLOBAL && l.kind != REF_PC)) {
    diag_error(F, name, "[bad-label] bad label '%.*s'", (int)name.n, name.p);
    if (span_is_name(name))
      diag_help(F, "a label with a name is written ->%.*s: and used as ->%.*s", (int)name.n, name.p,
                (int)name.n, name.p);
    diag_help(F, "labels are 1: to 9:, ->name: and =>expression:");
    return;
  }
  if (l.kind == REF_BAD)
    return; /* reported */
  build_statement(F, st);
  if (st->narg == 2)
    set_label(F, &l, st->arg[1]);
  else
    place_label(F, &l);
  if (F->isa && F->isa->begin) /* who jumps here does not come from the statement before */
    F->isa->begin(F->isa_data);
}

/* ---- .align and .space ---------------------------------------------------------------------- */

/* A number, or the name of a size. */
static bool alignment(const struct front *F, struct span text, uint64_t *value)
{
  static const struct { const char *name; uint8_t size; } sizes[] = {
    {"byte", 1}, {"word", 2}, {"dword", 4}, {"qword", 8}, {"oword", 16}, {"yword", 32}, {"zword", 64},
  };
  bool neg;

  if (span_is(text, "aword")) {
    *value = F->isa->address_size;
    return true;
  }
  for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
    if (span_is(text, sizes[i].name)) {
      *value = sizes[i].size;
      return true;
    }
  return front_number(text, value, &neg) && !neg;
}

void dir_align(struct front *F, const struct stmt *st)
{
  unsigned log2 = 0;
  uint64_t n;

  if (!alignment(F, st->arg[0], &n) || n == 0 || n > 4096 || (n & (n - 1)) != 0) {
    diag_error(F, st->arg[0], "[bad-space] bad alignment '%.*s'", (int)st->arg[0].n, st->arg[0].p);
    diag_help(F, "it is a power of two, 1 to 4096, or byte, word, dword, qword, oword, aword");
    return;
  }
  build_statement(F, st);
  while (n >> log2 > 1)
    log2++;
  build_op(F, OP_ALIGN, 0, log2, 0);
}

void dir_space(struct front *F, const struct stmt *st)
{
  uint64_t fill = 0, n;
  bool neg = false, known;

  if (st->arg[0].n == 0) {
    diag_error(F, st->op, "[directive-operands] the number of bytes is missing");
    return;
  }
  if (st->narg == 2 && (!front_number(st->arg[1], &fill, &neg) || neg || fill > 255)) {
    diag_error(F, st->arg[1], "[bad-space] bad filler '%.*s': a number from 0 to 255 is needed",
               (int)st->arg[1].n, st->arg[1].p);
    return;
  }
  build_statement(F, st);
  if (F->options->dialect < DIALECT_LIBDASM) { /* DynASM gives it to C, where 010 is eight */
    known = front_c_number(st->arg[0], &n);
    neg = known && n > INT64_MAX;
  } else {
    known = front_number(st->arg[0], &n, &neg);
  }
  if (!known)
    build_op(F, OP_SPACE_ARG, build_arg(F, st->arg[0]), (uint32_t)fill, 0);
  else if (neg || n > INT32_MAX)
    diag_error(F, st->arg[0], "[bad-data] bad number of bytes");
  else
    build_op(F, OP_SPACE, 0, (uint32_t)fill, (uint32_t)n);
}

/* ---- sections -------------------------------------------------------------------------------- */

static bool check_section(struct front *F, struct span name)
{
  struct span dotted = span_fmt(F, ".%.*s", (int)name.n, name.p);

  if (!span_is_name(name) || name.p[0] == '_')
    diag_error(F, name, "[bad-name] bad section name '%.*s'", (int)name.n, name.p);
  else if (section_find(F, dotted) > 0)
    diag_error(F, name, "[duplicate-name] duplicate section '%.*s'", (int)name.n, name.p);
  else if (is_known(F, dotted, -1))
    diag_error(F, name, "[bad-name] bad section name: .%.*s is a statement", (int)name.n, name.p);
  else
    return true;
  return false;
}

void dir_section(struct front *F, const struct stmt *st)
{
  if (F->section_names.n > 0) {
    diag_error(F, st->op, "[misplaced] duplicate section definition");
    return;
  }
  if (!F->driver->sections) {
    diag_error(F, st->op, "[misplaced] %.*s is not possible here", (int)st->op.n, st->op.p);
    return;
  }
  for (unsigned i = 0; i < st->narg; i++) {
    struct span name = st->arg[i];

    if (!check_section(F, name))
      continue;
    spans_add(F, &F->section_names, span_dup(F, name));
    definition_set(F, &F->sections, span_fmt(F, ".%.*s", (int)name.n, name.p),
                   (void *)(uintptr_t)F->section_names.n);
  }
  if (build_pending(F))
    build_flush(F);
  F->driver->sections(F, F->section_names.item, (unsigned)F->section_names.n);
}

bool section_select(struct front *F, const struct stmt *st)
{
  unsigned n = st->narg == 0 ? section_find(F, st->op) : 0;

  if (n == 0)
    return false;
  if (F->isa->leave)
    F->isa->leave(F, F->isa_data, st);
  build_statement(F, st);
  build_op(F, OP_SECTION, 0, n - 1, 0);
  return true;
}
