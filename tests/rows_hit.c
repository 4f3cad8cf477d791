/* rows_hit.c - is each row of the tables one that conformance data reach?
 *
 *   rows_hit FOLDER
 *
 * The first column of each line of FOLDER/ISA.*tsv is assembled in libdasm's dialect and, unless it is for that alone, as text
 * for DynASM, and the row of the table noted that was chosen. A row that no line reaches is printed, unless
 * FOLDER/unreached excuses it.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dasmc/isa/isa.h"
#include "oracle/oracle.h"

/* The statements of a text, whose newlines are written \\n; definitions and labels are none. */
static void add_statements(struct lines *L, char *text)
{
  while (*text) {
    char *end = strstr(text, "\\n"), *semicolon = strchr(text, ';'), *next;

    if (semicolon && (!end || semicolon < end))
      end = semicolon;
    next = end ? end + (*end == ';' ? 1 : 2) : text + strlen(text);

    if (end)
      *end = '\0';
    while (*text == ' ')
      text++;
    if (*text && *text != '.' && *text != '#' && text[strlen(text) - 1] != ':' && strlen(text) < LINE_TEXT)
      strcpy(lines_add(L)->text, text);
    text = next;
  }
}

static bool read_file(const char *path, int dialect, struct lines *L)
{
  FILE *f;
  char text[4096];

  if (dialect != DIALECT_LIBDASM && strstr(path, ".libdasm."))
    return true;
  f = fopen(path, "r");
  if (!f)
    return false;
  while (fgets(text, sizeof(text), f)) {
    text[strcspn(text, "\t\n")] = '\0';
    add_statements(L, text);
  }
  fclose(f);
  return true;
}

/* All of NAME.*.tsv and NAME.tsv in a folder. */
static bool read_files(const char *folder, const char *isa, int dialect, struct lines *L)
{
  char pattern[1024];
  glob_t found;
  bool ok = true;

  snprintf(pattern, sizeof(pattern), "%s/%s.*tsv", folder, isa);
  if (glob(pattern, 0, NULL, &found) != 0)
    return false;
  for (size_t i = 0; i < found.gl_pathc; i++)
    ok &= read_file(found.gl_pathv[i], dialect, L);
  globfree(&found);
  return ok;
}

/* Mark the rows that the data of one ISA reach in a dialect. */
static bool mark(const struct isa *isa, const char *folder, int dialect, bool *hit)
{
  struct lines L = {0};
  bool ok = read_files(folder, isa->name, dialect, &L);
  char(*message)[MESSAGE_TEXT] = calloc(L.n + 1, sizeof(*message));

  if (ok && message) /* some refer to labels that are in other lines: only the rows count here */
    ours_assemble_isa(isa, dialect, NULL, L.line, L.n, message);
  for (size_t i = 0; i < L.n && message; i++)
    if (L.line[i].chosen != NO_ROW && !message[i][0])
      hit[L.line[i].chosen] = true;
  lines_free(&L);
  free(message);
  return ok && message;
}

/* Is a row in the list of those that no other assembler knows? Its lines begin with mnemonic and operands. */
static bool is_excused(const char *list, const struct row *r)
{
  char text[200];

  snprintf(text, sizeof(text), "\n%s %s\t", r->mnemonic, r->operands);
  return strstr(list, text) != NULL;
}

static size_t report(const struct rows *rows, const bool *hit, const char *list)
{
  size_t missed = 0, excused = 0;

  for (size_t i = 0; i < rows->n; i++) {
    struct row r = row_split(rows, rows->row[i]);

    if (hit[i])
      continue;
    if (is_excused(list, &r)) {
      excused++;
    } else {
      printf("no line reaches %s %s | %s\n", r.mnemonic, r.operands, r.needs);
      missed++;
    }
  }
  printf("%zu rows, %zu of them not reached, %zu that no other assembler knows\n", rows->n, missed, excused);
  return missed;
}

static const char *read_list(const char *folder)
{
  static char text[65536] = "\n";
  char path[1024];
  FILE *f;

  snprintf(path, sizeof(path), "%s/unreached", folder);
  f = fopen(path, "r");
  if (f) {
    text[1 + fread(text + 1, 1, sizeof(text) - 2, f)] = '\0';
    fclose(f);
  }
  return text;
}

int main(int argc, char **argv)
{
  const struct isa *isa, *twin;
  size_t missed = 0;

  for (size_t i = 0; argc == 2 && (isa = isa_at(i)) != NULL; i++) {
    bool *hit = calloc(isa->rows->n, sizeof(*hit)), first = true;

    for (size_t k = 0; hit && (twin = isa_at(k)) != NULL; k++) {
      first &= k >= i || twin->rows != isa->rows;
      if (twin->rows == isa->rows && first &&
          !(mark(twin, argv[1], DIALECT_LIBDASM, hit) && mark(twin, argv[1], DIALECT_1_5, hit)))
        return 2;
    }
    if (hit && first)
      missed += report(isa->rows, hit, read_list(argv[1]));
    free(hit);
  }
  return argc != 2 ? 2 : missed > 0;
}
