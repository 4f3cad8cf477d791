/* show.c - what an ISA has, row by row, for dasmc -A and --list. The columns are described in
 * front.h. */
#include <stdio.h>

#include "isa.h"

/* ---- forms ----------------------------------------------------------------------- */

/* The features, without the words that say in which mode and dialect a row is there. */
static void features_column(const struct rows *rows, const char *list, char out[128])
{
  out[0] = '\0';
  while (*list) {
    size_t n = strcspn(list, ", "), used = strlen(out);

    if (n > 0 && !row_is_scope(rows, (struct span){list, n}))
      snprintf(out + used, 128 - used, "%s%.*s", used ? "," : "", (int)n, list);
    list += n + (list[n] != '\0');
  }
  if (out[0] == '\0')
    strcpy(out, "BASE");
}

/* A row, under its own mnemonic or as an alias. */
static void list_row(const struct isa *isa, const char *row, const char *alias, isa_catalog_row *each, void *user)
{
  const struct rows *rows = isa->rows;
  struct row r = row_split(rows, row);
  char features[128], run_time[128] = "";
  union {
    struct form form;
    max_align_t align;
    char room[ISA_FORM_ROOM];
  } f;

  if (row_parse(rows, row, &f) || !(f.form.modes >> isa->mode & 1))
    return;
  for (unsigned i = 0; i < f.form.nop; i++) {
    size_t n = strlen(run_time);

    snprintf(run_time + n, sizeof(run_time) - n, "%s%s", i ? ", " : "", rows->at_run_time(&f, i));
  }
  features_column(rows, r.needs, features);
  each(user,
       (const char *const[]){ alias ? alias : r.mnemonic, r.operands, r.place, r.encoding, features, run_time,
                              f.form.dynasm ? "dynasm" : f.form.own || alias ? "libdasm" : "both" },
       7);
}

static bool has_rows(const struct rows *rows, const char *mnemonic)
{
  for (size_t i = 0; i < rows->n; i++) {
    if (strcmp(rows->row[i], mnemonic) == 0)
      return true;
  }
  return false;
}

/* Statements that are several instructions have no encoding of their own. */
static void list_pseudos(const struct isa *isa, isa_catalog_row *each, void *user)
{
  struct isa_pseudo p;

  for (size_t i = 0; isa->pseudo_at && isa->pseudo_at(isa, i, &p); i++)
    if (p.name[0] != '.')
      each(user,
           (const char *const[]){p.name, p.operands, "", "-", "BASE", p.run_time,
                                 isa->pseudo_own ? "libdasm" : "both"},
           7);
}

static void list_forms(const struct isa *isa, isa_catalog_row *each, void *user)
{
  char alias[ISA_ALIAS_SIZE], name[ISA_ALIAS_SIZE];
  const struct rows *rows = isa->rows;

  for (size_t i = 0; i < rows->n; i++)
    list_row(isa, rows->row[i], NULL, each, user);
  for (size_t k = 0; isa->alias_at && isa->alias_at(k, alias); k++) {
    if (has_rows(rows, alias) || !isa->alias((struct span){ alias, strlen(alias) }, name))
      continue;
    for (size_t i = 0; i < rows->n; i++) {
      if (strcmp(rows->row[i], name) == 0)
        list_row(isa, rows->row[i], alias, each, user);
    }
  }
  list_pseudos(isa, each, user);
}

/* ---- registers, directives, features --------------------------------------------------- */

static void list_registers(const struct isa *isa, isa_catalog_row *each, void *user)
{
  struct isa_reg r;
  char number[16];

  for (size_t i = 0; isa->reg_at(isa, &i, &r);) {
    snprintf(number, sizeof(number), "%u", r.number);
    each(user, (const char *const[]){ r.name, r.kind, number, r.run_time }, 4);
  }
}

static void list_directives(const struct isa *isa, isa_catalog_row *each, void *user)
{
  struct isa_pseudo p;
  const char *name;
  bool both;

  for (size_t i = 0; (name = data_name(i, &both)) != NULL; i++)
    each(user, (const char *const[]){ name, "value [, value ...]", both ? "both" : "libdasm" }, 3);
  if (isa->features)
    each(user, (const char *const[]){ ".feature", "feature [, feature ...]", "both" }, 3);
  for (size_t i = 0; isa->pseudo_at && isa->pseudo_at(isa, i, &p); i++)
    if (p.name[0] == '.')
      each(user, (const char *const[]){ p.name, p.operands, "both" }, 3);
}

/* One feature: how many forms of the mode need it. */
struct feature_list {
  const struct isa *isa;
  isa_catalog_row *each;
  void *user;
};

static void list_feature(void *user, const char *name, const char *brings)
{
  const struct feature_list *list = user;
  const struct rows *rows = list->isa->rows;
  char number[16], others[256] = "";
  unsigned n = 0, elsewhere = 0;

  for (size_t i = 0; i < rows->n; i++) {
    if (features_need(row_split(rows, rows->row[i]).needs, name))
      *(row_modes(rows, rows->row[i]) >> list->isa->mode & 1 ? &n : &elsewhere) += 1;
  }
  for (size_t i = 0; brings[i] && i + 1 < sizeof(others); i++) {
    others[i] = brings[i] == ' ' ? ',' : brings[i];
    others[i + 1] = '\0';
  }
  if (n == 0 && elsewhere > 0)
    return;
  snprintf(number, sizeof(number), "%u", n);
  list->each(list->user, (const char *const[]){ name, others, number }, 3);
}

void isa_catalog(const struct isa *isa, enum isa_catalog what, isa_catalog_row *each, void *user)
{
  switch (what) {
  case CATALOG_ISAS:
    break;
  case CATALOG_FORMS:
    list_forms(isa, each, user);
    break;
  case CATALOG_REGISTERS:
    list_registers(isa, each, user);
    break;
  case CATALOG_DIRECTIVES:
    list_directives(isa, each, user);
    break;
  case CATALOG_FEATURES:
    if (isa->features)
      features_each(isa, list_feature, &(struct feature_list){ isa, each, user });
    break;
  }
}
