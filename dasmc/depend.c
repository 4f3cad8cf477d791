/* depend.c - the rule for make that says what the output was made from.
 *
 *   TARGET: FILE...
 *
 * and for each file but the input a rule without commands, so that make does not fail when it is
 * gone. Names are written so that make reads them as they are.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "depend.h"

struct rule {
  const char *target;
  const struct sources *sources;
};

/* GNU make takes these characters as they are behind a backslash, a percent sign only in a target;
 * a dollar sign is doubled, and those for which there is no such way are the value of a function
 * that is given them. Backslashes are themselves, except before such a character. */
static void write_name(FILE *f, const char *name, bool is_target)
{
  static const char quoted[] = " \t#:*?[]", passed[] = "=&~";
  size_t backslashes = 0;

  for (const char *p = name; *p; p++) {
    bool quote = strchr(quoted, *p) || (is_target && *p == '%');

    for (; quote && backslashes > 0; backslashes--)
      putc('\\', f);
    if (strchr(passed, *p))
      fprintf(f, "$(or %c)", *p);
    else if (*p == '$')
      fputs("$$", f);
    else
      fprintf(f, "%s%c", quote ? "\\" : "", *p);
    backslashes = *p == '\\' ? backslashes + 1 : 0;
  }
}

static void write_rule(const void *arg, FILE *f)
{
  const struct rule *rule = arg;
  const char *input = rule->sources->input;
  const struct file_read *first = rule->sources->included, *file;

  write_name(f, rule->target, true);
  putc(':', f);
  if (strcmp(input, "-") != 0) {
    putc(' ', f);
    write_name(f, input, false);
  }
  for (file = first; file; file = file->next)
    if (strcmp(file->name.p, input) != 0) {
      putc(' ', f);
      write_name(f, file->name.p, false);
    }
  putc('\n', f);
  for (file = first; file; file = file->next)
    if (strcmp(file->name.p, input) != 0) {
      putc('\n', f);
      write_name(f, file->name.p, true);
      fputs(":\n", f);
    }
}

/* Make has no way to write these characters. */
static bool is_possible(const char *name)
{
  if (!strpbrk(name, "\n;|"))
    return true;
  fprintf(stderr, "dasmc: a make rule cannot name '%s', because of the ';', '|' or end of line in it\n", name);
  return false;
}

static bool are_possible(const struct rule *rule)
{
  const struct file_read *file;

  if (!is_possible(rule->target) || !is_possible(rule->sources->input))
    return false;
  for (file = rule->sources->included; file; file = file->next)
    if (!is_possible(file->name.p))
      return false;
  return true;
}

/* OUT.d for OUT.c. */
static char *name_for(const char *output)
{
  const char *slash = strrchr(output, '/'), *last = slash ? slash + 1 : output;
  const char *dot = strrchr(last, '.');
  size_t n = dot && dot > last ? (size_t)(dot - output) : strlen(output);
  char *name = malloc(n + 3);

  if (name) {
    memcpy(name, output, n);
    memcpy(name + n, ".d", 3);
  }
  return name;
}

bool depend_write(const char *file, const char *target, const char *output, const struct sources *sources)
{
  struct rule rule = {target ? target : output ? output : "-", sources};
  char *name = file ? join(file, "") : name_for(output);
  bool ok = false;

  if (!name)
    output_error("write", output ? output : file);
  else if (output && strcmp(name, output) == 0)
    fprintf(stderr, "dasmc: the rule and the output have one name, '%s'; -MF can give another\n", name);
  else
    ok = are_possible(&rule) && output_write(name, sources, write_rule, &rule);
  free(name);
  return ok;
}
