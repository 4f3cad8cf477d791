/* catalog.c - dasmc -A and --list: what there is, one thing a line, its columns divided by tabs.
 *
 * The format is for grep and for programs (the manual's list of instructions is made from it), so
 * there are no headlines, an empty column is "-", and new columns come last.
 */
#include "catalog.h"

#include <string.h>

#include "front_private.h"
#include "isa/isa.h"

struct catalog {
  FILE *out;
  const char *name; /* only this one; NULL: all */
  size_t found;
};

static void print_row(void *user, const char *const *column, size_t n)
{
  struct catalog *c = user;

  if (c->name && strcmp(c->name, column[0]) != 0)
    return;
  for (size_t i = 0; i < n; i++)
    fprintf(c->out, "%s%s", column[i][0] ? column[i] : "-", i + 1 < n ? "\t" : "\n");
  c->found++;
}

/* ---- messages ------------------------------------------------------------------------------ */

static const struct {
  const char *id, *cause, *cure;
} messages[] = {
#define M(id, cause, cure) { id, cause, cure },
#include "messages.def"
#undef M
};

enum { NMESSAGES = sizeof(messages) / sizeof(messages[0]) };

static bool list_messages(struct catalog *c)
{
  c->found = 0;
  for (size_t i = 0; i < NMESSAGES; i++)
    print_row(c, (const char *const[]){ messages[i].id, messages[i].cause, messages[i].cure }, 3);
  if (c->found == 0)
    fprintf(stderr, "dasmc: no message has the id '%s'; --list=messages lists all\n", c->name);
  return c->found > 0;
}

/* In lines of at most 79 characters. */
static void print_wrapped(const char *text, FILE *out)
{
  size_t column = 0;

  while (*text) {
    size_t n = strcspn(text, " ");

    if (column > 0 && column + 1 + n > 79) {
      putc('\n', out);
      column = 0;
    }
    column += (size_t)fprintf(out, "%s%.*s", column > 0 ? " " : "", (int)n, text);
    text += n + (text[n] == ' ');
  }
  putc('\n', out);
}

bool catalog_explain(const char *id, FILE *out)
{
  struct catalog c = { out, id, 0 };

  for (size_t i = 0; i < NMESSAGES; i++) {
    if (strcmp(messages[i].id, id) == 0) {
      print_wrapped(messages[i].cause, out);
      print_wrapped(messages[i].cure, out);
      return true;
    }
  }
  return list_messages(&c);
}

/* ---- lists ----------------------------------------------------------------------------------- */

static void list_isas(struct catalog *c)
{
  const struct isa *isa;
  char bytes[16];

  for (size_t i = 0; (isa = isa_at(i)) != NULL; i++) {
    snprintf(bytes, sizeof(bytes), "%u", isa->address_size);
    print_row(c, (const char *const[]){ isa->name, bytes, isa->header, isa->order == ORDER_BIG ? "big" : "little" }, 4);
  }
}

static void list_of_isa(struct catalog *c, const struct isa *isa, enum isa_catalog what)
{
  if (what == CATALOG_DIRECTIVES) {
    for (const struct directive *d = directives; d->name; d++)
      print_row(c, (const char *const[]){ d->name, d->usage, "both" }, 3);
  }
  isa_catalog(isa, what, print_row, c);
}

static void complain_of_isa(const char *name)
{
  const struct isa *isa;

  if (name)
    fprintf(stderr, "dasmc: unknown architecture '%s'; these are known:", name);
  else
    fputs("dasmc: this list is one of an architecture, -A with one of:", stderr);
  for (size_t i = 0; (isa = isa_at(i)) != NULL; i++)
    fprintf(stderr, "%s %s", i ? "," : "", isa->name);
  putc('\n', stderr);
}

static const char *const list_words[] = { "isas", "forms", "registers", "directives", "features", "messages" };

int catalog_what(const char *word)
{
  for (int i = 0; i < (int)(sizeof(list_words) / sizeof(list_words[0])); i++) {
    if (strcmp(list_words[i], word) == 0)
      return i;
  }
  return -1;
}

/* ---- names that are not there --------------------------------------------------------------- */

struct candidates {
  const struct isa *isa;
  size_t index;
};

static const char *next_mnemonic(void *user)
{
  struct candidates *c = user;

  return isa_mnemonic(c->isa, c->index++);
}

static void complain_of_name(const struct isa *isa, enum isa_catalog what, const char *name)
{
  struct candidates c = { isa, 0 };
  const char *near = what == CATALOG_FORMS
                         ? diag_nearest((struct span){name, strlen(name)}, next_mnemonic, &c)
                         : NULL;

  fprintf(stderr, "dasmc: %s has no '%s' among its %s", isa->name, name, list_words[what]);
  if (near)
    fprintf(stderr, "; did you mean '%s'?", near);
  putc('\n', stderr);
}

/* ---- all of it ------------------------------------------------------------------------------- */

bool catalog_print(const char *isa_name, int what, const char *const *names, FILE *out)
{
  const struct isa *isa = isa_name ? isa_find((struct span){ isa_name, strlen(isa_name) }) : NULL;
  struct catalog c = { out, NULL, 0 };
  bool ok = true;

  if (what == CATALOG_ISAS) {
    list_isas(&c);
    return true;
  }
  if (what == CATALOG_MESSAGES) {
    c.name = names[0];
    return list_messages(&c);
  }
  if (!isa) {
    complain_of_isa(isa_name);
    return false;
  }
  if (!*names)
    list_of_isa(&c, isa, (enum isa_catalog)what);
  for (; *names; names++) {
    c.name = *names;
    c.found = 0;
    list_of_isa(&c, isa, (enum isa_catalog)what);
    if (c.found == 0)
      complain_of_name(isa, (enum isa_catalog)what, *names);
    ok &= c.found > 0;
  }
  return ok;
}
