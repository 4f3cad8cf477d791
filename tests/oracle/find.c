/* find.c - which assemblers are here, newest first.
 *
 * Folders of ORACLE are searched before those of PATH, for llvm-mc, llvm-mc-19 and the like, and
 * for GNU as with the objdump beside it. A version that was found already is not taken again. The
 * newest llvm-mc and the newest GNU as are asked about every line, the older ones about those that
 * neither of the two has settled.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "oracle.h"

enum {
  OLDEST_LLVM = 19
}; /* the first with APX: what is older takes r16 for the name of a symbol */

static struct tool tools[TOOL_MAX];
static int ntools = TOOL_FIRST;

int tool_count(void)
{
  return ntools;
}

const struct tool *tool_at(int tool)
{
  return &tools[tool];
}

bool tool_is_newest(int tool)
{
  for (int i = TOOL_FIRST; i < tool; i++) {
    if (tools[i].kind == tools[tool].kind)
      return false;
  }
  return true;
}

/* "2.47.50.20261021" behind the words that every version prints: 247. Its text goes to name. */
static unsigned read_version(struct tool *t, const char *out)
{
  const char *at = strstr(out, t->kind == KIND_LLVM ? "LLVM version " : "GNU assembler");
  unsigned major = 0, minor = 0;
  int n = 0;

  if (at && t->kind == KIND_LLVM)
    at += strlen("LLVM version ");
  else if (at) /* the last word of the line */
    while (strcspn(at, " ") < strcspn(at, "\n"))
      at += strcspn(at, " ") + 1;
  if (!at || sscanf(at, "%u.%u%n", &major, &minor, &n) != 2)
    return 0;
  snprintf(t->name, sizeof(t->name), "%s %.*s", t->kind == KIND_LLVM ? "llvm-mc" : "as",
           (int)strcspn(at, "\n"), at);
  return 100 * major + minor;
}

static bool ask_version(struct tool *t)
{
  const char *llvm[] = { t->program, "--version", NULL },
             *gnu[] = { t->program, "--64", "--version", NULL };
  char *out, *err;
  bool ok = tool_run(t->kind == KIND_LLVM ? llvm : gnu, "", 0, &out, &err);

  t->version = ok ? read_version(t, out) : 0;
  free(out);
  free(err);
  return t->version >= (t->kind == KIND_LLVM ? 100 * OLDEST_LLVM : 1);
}

static bool is_known(const struct tool *t)
{
  for (int i = TOOL_FIRST; i < ntools; i++) {
    if (tools[i].kind == t->kind && strcmp(tools[i].name, t->name) == 0)
      return true;
  }
  return false;
}

/* How many of its kind are newer. */
static int rank(const struct tool *t)
{
  int n = 0;

  for (int i = TOOL_FIRST; i < ntools; i++)
    n += tools[i].kind == t->kind && tools[i].version > t->version;
  return n;
}

static void add_tool(enum tool_kind kind, const char *folder, const char *name, const char *objdump)
{
  struct tool t = { .kind = kind };

  if (snprintf(t.program, sizeof(t.program), "%s/%s", folder, name) >= (int)sizeof(t.program) ||
      access(t.program, X_OK) != 0)
    return;
  snprintf(t.disassembler, sizeof(t.disassembler), "%s/%s", folder, objdump);
  if (kind == KIND_LLVM || access(t.disassembler, X_OK) != 0)
    snprintf(t.disassembler, sizeof(t.disassembler), "%s", kind == KIND_LLVM ? t.program : objdump);
  if (ntools < TOOL_MAX && ask_version(&t) && !is_known(&t))
    tools[ntools++] = t;
}

static void search_folder(const char *folder)
{
  DIR *dir = opendir(folder);

  for (struct dirent *e; dir && (e = readdir(dir)) != NULL;) {
    const char *n = e->d_name + 7;

    if (strncmp(e->d_name, "llvm-mc", 7) == 0 &&
        (*n == '\0' || (*n == '-' && n[1 + strspn(n + 1, "0123456789")] == '\0')))
      add_tool(KIND_LLVM, folder, e->d_name, "");
  }
  if (dir)
    closedir(dir);
  add_tool(KIND_GNU, folder, "x86_64-linux-gnu-as", "x86_64-linux-gnu-objdump");
  add_tool(KIND_GNU, folder, "as", "objdump");
}

static void search_list(const char *list)
{
  char folder[TOOL_PATH];

  for (size_t n; list && *list; list += n + (list[n] == ':')) {
    n = strcspn(list, ":");
    if (n > 0 && snprintf(folder, sizeof(folder), "%.*s", (int)n, list) < (int)sizeof(folder))
      search_folder(folder);
  }
}

static int newest_first(const void *a, const void *b)
{
  const struct tool *x = a, *y = b;

  return x->rank != y->rank ? x->rank - y->rank : (int)x->kind - (int)y->kind;
}

int tools_find(void)
{
  search_list(getenv("ORACLE"));
  search_list(getenv("PATH"));
  for (int i = TOOL_FIRST; i < ntools; i++)
    tools[i].rank = rank(&tools[i]);
  qsort(tools + TOOL_FIRST, (size_t)(ntools - TOOL_FIRST), sizeof(*tools), newest_first);
  return ntools - TOOL_FIRST;
}

void tools_print(void)
{
  for (int i = TOOL_FIRST; i < ntools; i++)
    printf("%s (%s)%s\n", tools[i].name, tools[i].program,
           tool_is_newest(i) ? "" : ", for what the newer ones leave");
}
