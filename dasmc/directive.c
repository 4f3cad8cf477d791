/* directive.c - the table of directives, and those that are only a few lines.
 *
 * ISAs add their own statements that begin with a dot (.byte, .long ...), .section adds one for
 * each section.
 */
#include <errno.h>
#include <string.h>

#include "front_private.h"
#include "isa/isa.h"

/* The name of a variant, with the order that the other one's name says. */
static const char *name_of_variant(const struct isa *isa, const char *name)
{
  for (unsigned order = 0; isa->both_orders && order < 2; order++)
    if (name == isa->ordered[order])
      return isa->variant->ordered[order];
  return isa->variant->name;
}

static void dir_arch(struct front *F, const struct stmt *st)
{
  const struct isa *isa = isa_find(st->arg[0]);

  if (F->isa) {
    diag_error(F, st->op, "[misplaced] duplicate .arch");
    return;
  }
  if (!isa)
    diag_fatal(F, st->arg[0], "[unknown-arch] unknown architecture '%.*s': there are %s", (int)st->arg[0].n, st->arg[0].p, isa_names(F));
  F->isa_name = isa_spelled(isa, st->arg[0]);
  if (isa->variant && table_get(&F->defines, (struct span){isa->variant_if, strlen(isa->variant_if)})) {
    F->isa_name = name_of_variant(isa, F->isa_name);
    isa = isa->variant;
  }
  F->isa = isa;
  F->build = build_open(F, isa->id, isa_order(isa, F->isa_name, F->driver->compiled));
  F->isa_data = isa_open(F, isa);
  if (F->driver->arch)
    F->driver->arch(F);
}

static void dir_include(struct front *F, const struct stmt *st)
{
  struct span name = st->arg[0];
  struct source *src;

  if (name.n > 2 && name.p[0] == '"' && name.p[name.n - 1] == '"')
    name = (struct span){name.p + 1, name.n - 2};
  if (F->include_depth == MAX_INCLUDES) {
    /* Fatal: each of the files may include others a second time, which would take 2^100 steps. */
    diag_fatal(F, name, "[recursion] files include each other too deeply");
  }
  src = F->input ? source_include(F, name) : NULL;
  if (!src) {
    diag_error(F, name, "[cannot-read] cannot read include file '%.*s': %s", (int)name.n, name.p, strerror(errno));
    return;
  }
  F->nincluded++;
  F->include_depth++;
  translate_source(F, src, F->input->plain);
  F->include_depth--;
}

/* ---- defines ------------------------------------------------------------------------- */

/* The statement arrives substituted, so the name of an existing define is no longer there. */
static bool is_redefinition(struct front *F, struct span *name)
{
  struct stmt raw;

  return statement_split(F, F->statement, &raw) && raw.narg > 0 &&
         table_get(&F->defines, *name = raw.arg[0]);
}

static void dir_define(struct front *F, const struct stmt *st)
{
  struct span name = st->arg[0];

  bool is_register = isa_is_reserved(F, name);

  if (span_is_name(name) && !is_register)
    define_set(F, name, st->narg == 2 ? st->arg[1] : SPAN("1"));
  else if (is_redefinition(F, &name))
    diag_error(F, name, "[duplicate-name] bad define: '%.*s' is defined already", (int)name.n, name.p);
  else
    diag_error(F, st->arg[0], "[bad-name] bad define: '%.*s' is %s", (int)st->arg[0].n, st->arg[0].p,
               is_register ? "a register" : "not a name");
}

/* ---- types ---------------------------------------------------------------------------- */

static bool check_type(struct front *F, const struct stmt *st)
{
  struct span name = st->arg[0];

  if (!span_is_name(name))
    diag_error(F, name, "[bad-type] bad type name '%.*s'", (int)name.n, name.p);
  else if (front_type(F, name))
    diag_error(F, name, "[duplicate-name] duplicate type '%.*s'", (int)name.n, name.p);
  else if (st->arg[1].n == 0)
    diag_error(F, st->op, "[bad-type] the C type of '%.*s' is missing", (int)name.n, name.p);
  else if (st->narg == 3 && !isa_is_register(F, st->arg[2]))
    diag_error(F, st->arg[2], "[bad-type] bad base register '%.*s'", (int)st->arg[2].n, st->arg[2].p);
  else
    return true;
  return false;
}

static void dir_type(struct front *F, const struct stmt *st)
{
  struct type *t;

  if (!check_type(F, st))
    return;
  t = arena_alloc(F, sizeof(*t));
  t->name = span_dup(F, st->arg[0]);
  t->ctype = span_dup(F, st->arg[1]);
  if (st->narg == 3)
    t->reg = span_dup(F, st->arg[2]);
  t->number = (unsigned)F->type_names.n + 1;
  t->offset = span_fmt(F, "Dt%X(", t->number);
  definition_set(F, &F->types, t->name, t);
  spans_add(F, &F->type_names, t->name);
  /* #NAME is its size. */
  define_set(F, span_fmt(F, "#%.*s", (int)t->name.n, t->name.p),
             span_fmt(F, "sizeof(%.*s)", (int)t->ctype.n, t->ctype.p));
  if (F->driver->type)
    F->driver->type(F, t);
}

/* ---- messages -------------------------------------------------------------------------- */

/* All that stands behind the directive, commas too. */
static struct span message(const struct stmt *st)
{
  return span_trim(span_between(span_end(st->op), span_end(st->text)));
}

static void dir_error(struct front *F, const struct stmt *st)
{
  struct span m = message(st);

  diag_error(F, st->op, "[user-error] %.*s", (int)m.n, m.p);
}

static void dir_warning(struct front *F, const struct stmt *st)
{
  struct span m = message(st);

  diag_warning(F, st->op, "[user-warning] %.*s", (int)m.n, m.p);
}

static void dir_fatal(struct front *F, const struct stmt *st)
{
  struct span m = message(st);

  diag_fatal(F, st->op, "[user-fatal] %.*s", (int)m.n, m.p);
}

static void dir_nop(struct front *F, const struct stmt *st)
{
  (void)F;
  (void)st;
}

/* ---- places in the output ---------------------------------------------------------------- */

static void dir_mark(struct front *F, const struct stmt *st)
{
  static const struct { const char *name; enum driver_mark mark; } marks[] = {
    {".actionlist", MARK_ACTIONLIST},
    {".globals", MARK_GLOBALS},
    {".globalnames", MARK_GLOBALNAMES},
    {".externnames", MARK_EXTERNNAMES},
  };

  if (st->arg[0].n == 0) {
    diag_error(F, st->op, "[directive-operands] a name is missing");
    return;
  }
  for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
    if (span_is(st->op, marks[i].name)) {
      if (F->driver->mark)
        F->driver->mark(F, marks[i].mark, span_dup(F, st->arg[0]));
      else
        diag_error(F, st->op, "[misplaced] %s is not possible here", marks[i].name);
    }
}

/* ---- the table ---------------------------------------------------------------------------- */

enum { ANY = STMT_MAXARGS };

const struct directive directives[] = {
  {".actionlist", 1, 1, false, dir_mark, "name"},
  {".align", 1, 1, false, dir_align, "number or size"},
  {".arch", 1, 1, true, dir_arch, "name"},
  {".capture", 1, 1, false, dir_capture, "name"},
  {".define", 1, 2, false, dir_define, "name [, text]"},
  {".dumpcapture", 1, 1, false, dir_dumpcapture, "name"},
  {".elif", 1, 1, true, dir_elif, "condition"},
  {".else", 0, 0, true, dir_else, ""},
  {".endcapture", 0, 0, false, dir_endcapture, ""},
  {".endif", 0, 0, true, dir_endif, ""},
  {".endmacro", 0, 0, false, dir_endmacro, ""},
  {".error", 1, ANY, false, dir_error, "message"},
  {".externnames", 1, 1, false, dir_mark, "name"},
  {".fatal", 1, ANY, false, dir_fatal, "message"},
  {".globalnames", 1, 1, false, dir_mark, "name"},
  {".globals", 1, 1, false, dir_mark, "prefix"},
  {".if", 1, 1, true, dir_if, "condition"},
  {".include", 1, 1, true, dir_include, "file"},
  {".label", 1, 2, false, dir_label, "1 ... 9 | ->name | =>expression [, &address]"},
  {".macro", 1, ANY, false, dir_macro, "name [, parameter ...]"},
  {".nop", 0, ANY, false, dir_nop, "[anything]"},
  {".section", 1, ANY, false, dir_section, "name [, name ...]"},
  {".space", 1, 2, false, dir_space, "number [, filler]"},
  {".type", 2, 3, false, dir_type, "name, C type [, register]"},
  {".warning", 1, ANY, false, dir_warning, "message"},
  {NULL, 0, 0, false, NULL, NULL},
};
