/* main.c - the command dasmc.
 *
 * The output is written to a file beside its place, which is renamed when it is complete: there
 * is never a partial one, and none at all when there were errors.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dump.h"
#include "emit_host.h"
#include "options.h"

enum { EXIT_ERRORS = 1, EXIT_USAGE = 2, OUTPUT_BUFFER = 65536 };

static int system_error(const char *what, const char *name)
{
  fprintf(stderr, "dasmc: can not %s `%s': %s\n", what, name, strerror(errno));
  return EXIT_USAGE;
}

static char *join(const char *a, const char *b)
{
  size_t n = strlen(a), m = strlen(b);
  char *s = malloc(n + m + 1);

  if (s) {
    memcpy(s, a, n);
    memcpy(s + n, b, m + 1);
  }
  return s;
}

/* ---- files ---------------------------------------------------------------------------------- */

struct result {
  struct front *F;
  const struct options *O;
  const uint8_t *list;
  size_t size;
};

static void write_c(const struct result *R, FILE *f)
{
  if (R->O->host) {
    fwrite(R->list, 1, R->size, f);
    return;
  }
  emit_c_write(R->F, R->list, R->size, f);
}

/* A file name in a make rule. */
static void write_name(FILE *f, struct span name)
{
  for (size_t i = 0; i < name.n; i++) {
    if (name.p[i] == ' ' || name.p[i] == '#')
      putc('\\', f);
    if (name.p[i] == '$')
      putc('$', f);
    putc(name.p[i], f);
  }
}

/* TARGET: all files; and for each included one a rule without commands, so that make does not
 * fail when it is gone. */
static void write_rule(const struct result *R, FILE *f)
{
  struct build_names names = front_names(R->F);
  const char *target = R->O->dependency_target ? R->O->dependency_target
                       : R->O->output          ? R->O->output
                                               : "-";

  write_name(f, (struct span){target, strlen(target)});
  putc(':', f);
  for (size_t i = 0; i < names.nfiles; i++) {
    putc(' ', f);
    write_name(f, names.file[i]);
  }
  putc('\n', f);
  for (size_t i = 1; i < names.nfiles; i++) {
    putc('\n', f);
    write_name(f, names.file[i]);
    fputs(":\n", f);
  }
}

/* f is closed. */
static int write_to(const struct result *R, FILE *f, const char *name, void (*write)(const struct result *, FILE *))
{
  char buffer[OUTPUT_BUFFER];
  bool bad;

  setvbuf(f, buffer, _IOFBF, sizeof(buffer));
  write(R, f);
  bad = ferror(f) != 0;
  if (fclose(f) != 0 || bad)
    return system_error("write", name);
  return EXIT_SUCCESS;
}

/* Write a new file of a name of its own, and give it the right one. */
static int write_and_rename(const struct result *R, const char *name, void (*write)(const struct result *, FILE *))
{
  char suffix[32], *temporary;
  int status;
  FILE *f;

  snprintf(suffix, sizeof(suffix), ".%ld.tmp", (long)getpid());
  temporary = join(name, suffix);
  f = temporary ? fopen(temporary, "wbx") : NULL;
  if (!f) {
    status = system_error("write", name);
    free(temporary);
    return status;
  }
  status = write_to(R, f, name, write);
  if (status == EXIT_SUCCESS && rename(temporary, name) != 0)
    status = system_error("write", name);
  if (status != EXIT_SUCCESS)
    remove(temporary);
  free(temporary);
  return status;
}

/* Write `name` as a whole or not at all. What is no plain file (/dev/null) is written directly. */
static int write_file(const struct result *R, const char *name, void (*write)(const struct result *, FILE *))
{
  struct stat st;
  FILE *f;

  if (stat(name, &st) != 0 || S_ISREG(st.st_mode))
    return write_and_rename(R, name, write);
  f = fopen(name, "wb");
  return f ? write_to(R, f, name, write) : system_error("write", name);
}

static int write_stdout(const struct result *R)
{
  write_c(R, stdout);
  if (fflush(stdout) != 0 || ferror(stdout))
    return system_error("write", "(stdout)");
  return EXIT_SUCCESS;
}

/* OUT.d for OUT.c, or what -MF says. */
static int write_dependencies(const struct result *R)
{
  const char *slash, *dot;
  char *name;
  int status;

  if (R->O->dependency_file)
    return write_file(R, R->O->dependency_file, write_rule);
  slash = strrchr(R->O->output, '/');
  dot = strrchr(R->O->output, '.');
  name = malloc(strlen(R->O->output) + 3);
  if (!name)
    return system_error("write", R->O->output);
  strcpy(name, R->O->output);
  if (dot && (!slash || dot > slash + 1))
    name[dot - R->O->output] = '\0';
  strcat(name, ".d");
  status = write_file(R, name, write_rule);
  free(name);
  return status;
}

static int write_all(const struct result *R)
{
  int status = R->O->output ? write_file(R, R->O->output, write_c) : write_stdout(R);

  if (status == EXIT_SUCCESS && R->O->dependencies)
    status = write_dependencies(R);
  return status;
}

/* ---- translation ------------------------------------------------------------------------------- */

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

static int translate(struct front *F, struct options *O)
{
  struct result R = {F, O, NULL, 0};
  enum front_status status, end;

  for (size_t i = 0; i < O->nsettings; i++)
    if (!apply(F, &O->setting[i])) {
      fprintf(stderr, "dasmc: bad value for -%c: `%s'\n", O->setting[i].kind, O->setting[i].text);
      return EXIT_USAGE;
    }
  status = front_file(F, O->input);
  if (status != FRONT_NOMEM) {
    end = front_finish(F, &R.list, &R.size);
    status = end != FRONT_OK ? end : status;
  }
  if (O->dump > 0)
    dump_definitions(F, O->dump, O->output && status == FRONT_OK ? stdout : stderr);
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

/* ---- Python and Lua --------------------------------------------------------------------------- */

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
    system_error("read", name);
    free(p);
    p = NULL;
  }
  if (f && f != stdin)
    fclose(f);
  *size = n;
  return p;
}

static int host_defines(dasmc_Assembler *A, const struct options *O)
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
      fprintf(stderr, "dasmc: bad value for -%c: `%s'\n", O->setting[i].kind, text);
  }
  return status;
}

static int write_host(struct options *O, dasmc_Assembler *A, const char *text, size_t n)
{
  struct result R = {NULL, O, NULL, 0};
  const char *name = strcmp(O->input, "-") ? O->input : "(stdin)";
  char *out;
  int status = EXIT_ERRORS;

  switch (host_translate(A, O->host, name, text, n, &out, &R.size)) {
  case HOST_OK:
    R.list = (const uint8_t *)out;
    status = O->output ? write_file(&R, O->output, write_c) : write_stdout(&R);
    break;
  case HOST_ERRORS:
    fwrite(out, 1, R.size, stderr);
    fprintf(stderr, "%s: errors; no output was written\n", name);
    break;
  case HOST_NOMEM:
    fputs("dasmc: out of memory\n", stderr);
    status = EXIT_USAGE;
    break;
  case HOST_LANGUAGE:
    fprintf(stderr, "dasmc: unknown language `%s': python or lua\n", O->host);
    status = EXIT_USAGE;
    break;
  }
  free(out);
  return status;
}

static int run_host(struct options *O)
{
  size_t n;
  char isa[32], message[2048], *text = read_all(O->input, &n);
  dasmc_Options options = {.size = sizeof options, .features = O->front.features, .dialect = O->front.dialect};
  dasmc_Assembler *A = NULL;
  int status = EXIT_USAGE;

  if (!text)
    return EXIT_USAGE;
  host_arch(text, n, isa, sizeof isa);
  options.isa = isa[0] ? isa : NULL;
  options.message = message;
  options.message_size = sizeof message;
  if (dasmc_new(&A, &options) != DASM_S_OK)
    fprintf(stderr, "dasmc: %s: %s", O->input, message[0] ? message : "out of memory\n");
  else if (host_defines(A, O) == DASM_S_OK)
    status = write_host(O, A, text, n);
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
    status = O.host ? run_host(&O) : run(&O);
    break;
  case ACTION_HELP:
    options_help(stdout);
    break;
  case ACTION_VERSION:
    puts("dasmc (libdasm) " PACKAGE_VERSION "\nLicense MIT. It comes without any warranty.");
    break;
  case ACTION_DUMP_ARCH:
    if (!dump_arch(O.arch, stdout)) {
      fprintf(stderr, "dasmc: unknown architecture `%s': there are", O.arch);
      for (unsigned i = 0; dasmc_isaname(i); i++)
        fprintf(stderr, "%s %s", i > 0 ? "," : "", dasmc_isaname(i));
      fputc('\n', stderr);
      status = EXIT_USAGE;
    }
    break;
  case ACTION_USAGE_ERROR:
    status = EXIT_USAGE;
    break;
  }
  options_free(&O);
  return status;
}
