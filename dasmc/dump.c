/* dump.c - a list for people: what a file defined (-P). */
#include <string.h>

#include "dump.h"
#include "front_private.h"

static void print(FILE *out, struct span s)
{
  fwrite(s.p, 1, s.n, out);
}

/* A name in its column, then a text. */
static void row(FILE *out, struct span name, struct span text)
{
  fputs("  ", out);
  print(out, name);
  if (text.n > 0) {
    fprintf(out, "%*s", name.n < 20 ? (int)(21 - name.n) : 1, "");
    print(out, text);
  }
  putc('\n', out);
}

static void list(FILE *out, const char *title, const struct spans *names)
{
  if (names->n == 0)
    return;
  fprintf(out, "%s:\n", title);
  for (size_t i = 0; i < names->n; i++)
    row(out, names->item[i], SPAN(""));
  putc('\n', out);
}

static void dump_defines(struct front *F, FILE *out)
{
  fputs("Defines:\n", out);
  for (size_t i = 0; i < F->define_names.n; i++) {
    const struct span *value = table_get(&F->defines, F->define_names.item[i]);

    if (value)
      row(out, F->define_names.item[i], *value);
  }
  putc('\n', out);
}

static void dump_types(struct front *F, FILE *out)
{
  if (F->type_names.n == 0)
    return;
  fputs("Types:\n", out);
  for (size_t i = 0; i < F->type_names.n; i++) {
    const struct type *t = front_type(F, F->type_names.item[i]);

    fprintf(out, "  %-20.*s %-20.*s %.*s\n", (int)t->name.n, t->name.p, (int)t->ctype.n, t->ctype.p,
            (int)t->reg.n, t->reg.n ? t->reg.p : "");
  }
  putc('\n', out);
}

static void dump_macro(const struct macro *m, unsigned level, FILE *out)
{
  fputs("  ", out);
  print(out, m->name);
  for (unsigned i = 0; i < m->nparams; i++) {
    fputs(i ? ", " : " ", out);
    print(out, m->param[i]);
  }
  putc('\n', out);
  for (size_t i = 0; level > 1 && i < m->nlines; i++) {
    fputs("  |", out);
    print(out, m->body[i]);
    putc('\n', out);
  }
}

static void dump_macros(struct front *F, unsigned level, FILE *out)
{
  if (F->macro_names.n == 0)
    return;
  fputs("Macros:\n", out);
  for (size_t i = 0; i < F->macro_names.n; i++)
    for (const struct macro *m = macro_find(F, F->macro_names.item[i]); m; m = m->overload)
      dump_macro(m, level, out);
  putc('\n', out);
}

void dump_definitions(struct front *F, unsigned level, FILE *out)
{
  list(out, "Sections", &F->section_names);
  dump_defines(F, out);
  dump_types(F, out);
  list(out, "Global labels", &F->global_names);
  list(out, "Externs", &F->extern_names);
  dump_macros(F, level, out);
  list(out, "Captures", &F->capture_names);
}
