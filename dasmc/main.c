/* main.c - the command dasmc. Nothing is written (output.c) before all was translated without an
 * error.
 */
#include <stdlib.h>
#include <string.h>

#include "assembler.h"
#include "catalog.h"
#include "depend.h"
#include "dump.h"
#include "emit_script.h"
#include "options.h"

enum { EXIT_ERRORS = 1, EXIT_USAGE = 2 };

/* ---- files ---------------------------------------------------------------------------------- */

struct result {
  struct front *F; /* NULL: the list is the text of another language */
  const struct options *O;
  struct sources sources;
  const uint8_t *list;
  size_t size;
};

static void write_c(const void *arg, FILE *f)
{
  const struct result *R = arg;

  if (R->F)
    emit_c_write(R->F, R->list, R->size, f);
  else
    fwrite(R->list, 1, R->size, f);
}

/* The rule comes first: when it cannot be written there is no new output that has none. */
static int write_all(const struct result *R)
{
  const struct options *O = R->O;

  if (O->dependencies &&
      !depend_write(O->dependency_file, O->dependency_target, O->output, &R->sources))
    return EXIT_USAGE;
  return output_write(O->output, &R->sources, write_c, R) ? EXIT_SUCCESS : EXIT_USAGE;
}

/* ---- translation ----------------------------------------------------------------------------- */

/* -D NAME[=TEXT], -U NAME, -I DIR. */
static bool apply(struct front *F, const struct setting *s)
{
  const char *equals = strchr(s->text, '=');
  char *name;
  bool ok;

  if (s->kind == 'I')
    return front_include_dir(F, s->text);
  if (s->kind == 'U')
    return front_undefine(F, s->text);
  if (!equals)
    return front_define(F, s->text, NULL);
  name = join(s->text, "");
  if (!name)
    return false;
  name[equals - s->text] = '\0';
  ok = front_define(F, name, equals + 1);
  free(name);
  return ok;
}

static int summary(const struct result *R, enum front_status status)
{
  unsigned n = front_errors(R->F);

  if (status == FRONT_NOMEM)
    fprintf(stderr, "dasmc: out of memory\n");
  else
    fprintf(stderr, "%s: %u error%s; no output was written\n", R->O->input, n, n == 1 ? "" : "s");
  return status == FRONT_NOMEM ? EXIT_USAGE : EXIT_ERRORS;
}

/* Where the C goes to standard output, or there will be none, definitions are listed with the
 * messages. */
static bool dump(struct front *F, const struct options *O, enum front_status status)
{
  if (O->output && status == FRONT_OK) {
    dump_definitions(F, O->dump, stdout);
    return output_flush();
  }
  dump_definitions(F, O->dump, stderr);
  return !ferror(stderr);
}

static int translate(struct front *F, struct options *O)
{
  struct result R = {.F = F, .O = O};
  enum front_status status, end;

  for (size_t i = 0; i < O->nsettings; i++)
    if (!apply(F, &O->setting[i])) {
      fprintf(stderr, "dasmc: bad value for -%c: '%s'\n", O->setting[i].kind, O->setting[i].text);
      return EXIT_USAGE;
    }
  status = front_file(F, O->input);
  if (status != FRONT_NOMEM) {
    end = front_finish(F, &R.list, &R.size);
    status = end != FRONT_OK ? end : status;
  }
  R.sources = (struct sources){O->input, front_files_read(F)};
  if (O->dump > 0 && !dump(F, O, status))
    return EXIT_USAGE;
  return status == FRONT_OK ? write_all(&R) : summary(&R, status);
}

static int run(struct options *O)
{
  struct front *F = front_new(&O->front, &emit_c_driver, &O->emit);
  int status;

  if (!F) {
    fprintf(stderr, "dasmc: out of memory\n");
    return EXIT_USAGE;
  }
  status = translate(F, O);
  front_free(F);
  return status;
}

/* ---- Python and Lua -------------------------------------------------------------------------- */

/* All of a file, allocated; NULL: reported. */
static char *read_all(const char *name, size_t *size)
{
  FILE *f = strcmp(name, "-") ? fopen(name, "rb") : stdin;
  size_t n = 0, room = 1 << 16;
  char *p = malloc(room), *q = p;

  while (f && p && !ferror(f) && (n += fread(p + n, 1, room - n, f)) == room) {
    room *= 2;
    q = realloc(p, room);
    if (!q)
      break;
    p = q;
  }
  if (!f || !q || ferror(f)) {
    output_error("read", name);
    free(p);
    p = NULL;
  }
  if (f && f != stdin)
    fclose(f);
  *size = n;
  return p;
}

static int script_defines(dasmc_Assembler *A, const struct options *O)
{
  int status = DASM_S_OK;

  for (size_t i = 0; i < O->nsettings && status == DASM_S_OK; i++) {
    const char *text = O->setting[i].text, *equals = strchr(text, '=');
    if (O->setting[i].kind == 'I')
      status = dasmc_includedir(A, text);
    else if (O->setting[i].kind == 'U')
      status = dasmc_undefine(A, text);
    else {
      char *name = join(text, "");
      if (name && equals)
        name[equals - text] = '\0';
      status = name ? dasmc_define(A, name, equals ? equals + 1 : NULL) : DASM_S_NOMEM;
      free(name);
    }
    if (status != DASM_S_OK)
      fprintf(stderr, "dasmc: bad value for -%c: '%s'\n", O->setting[i].kind, text);
  }
  return status;
}

static int write_script(struct options *O, dasmc_Assembler *A, const char *text, size_t n)
{
  struct result R = {.O = O};
  const char *name = strcmp(O->input, "-") ? O->input : "(stdin)";
  char *out;
  int status = EXIT_ERRORS;

  switch (script_translate(A, O->language, name, text, n, &out, &R.size)) {
  case SCRIPT_OK:
    R.list = (const uint8_t *)out;
    R.sources = (struct sources){O->input, front_files_read(A->F)};
    status = write_all(&R);
    break;
  case SCRIPT_ERRORS:
    fwrite(out, 1, R.size, stderr);
    fprintf(stderr, "%s: errors; no output was written\n", name);
    break;
  case SCRIPT_NOMEM:
    fputs("dasmc: out of memory\n", stderr);
    status = EXIT_USAGE;
    break;
  case SCRIPT_LANGUAGE:
    fprintf(stderr, "dasmc: unknown language '%s': python or lua\n", O->language);
    status = EXIT_USAGE;
    break;
  }
  free(out);
  return status;
}

static int run_script(struct options *O)
{
  size_t n;
  char isa[32], message[2048], *text = read_all(O->input, &n);
  dasmc_Options options = {.size = sizeof options, .features = O->front.features, .dialect = O->front.dialect};
  dasmc_Assembler *A = NULL;
  int status = EXIT_USAGE;

  if (!text)
    return EXIT_USAGE;
  script_arch(text, n, isa, sizeof isa);
  options.isa = isa[0] ? isa : NULL;
  options.message = message;
  options.message_size = sizeof message;
  if (dasmc_new(&A, &options) != DASM_S_OK)
    fprintf(stderr, "dasmc: %s: %s", O->input, message[0] ? message : "out of memory\n");
  else if (script_defines(A, O) == DASM_S_OK)
    status = write_script(O, A, text, n);
  dasmc_free(A);
  free(text);
  return status;
}

int main(int argc, char **argv)
{
  struct options O;
  int status = EXIT_SUCCESS;

  switch (options_parse(&O, argc, argv)) {
  case ACTION_TRANSLATE:
    status = O.language ? run_script(&O) : run(&O);
    break;
  case ACTION_HELP:
    options_help(stdout);
    break;
  case ACTION_VERSION:
    puts("dasmc (libdasm) " PACKAGE_VERSION "\nLicense MIT. It comes without any warranty.");
    break;
  case ACTION_LIST:
    if (!catalog_print(O.arch, O.list, O.names, stdout))
      status = EXIT_USAGE;
    break;
  case ACTION_EXPLAIN:
    if (!catalog_explain(O.explain, stdout))
      status = EXIT_USAGE;
    break;
  case ACTION_USAGE_ERROR:
    status = EXIT_USAGE;
    break;
  }
  options_free(&O);
  if (!output_flush() && status == EXIT_SUCCESS)
    status = EXIT_USAGE;
  return status;
}
