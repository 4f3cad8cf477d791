/* front.c - a translation's life: made, given texts, finished, freed.
 *
 * Every entry point sets the place to which a failed allocation or a fatal error returns.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "front_private.h"

struct front *front_new(const struct front_options *options, const struct driver *driver, void *user)
{
  struct front *F = calloc(1, sizeof(*F));

  if (F) {
    F->options = options;
    F->driver = driver;
    F->user = user;
    F->directives = directives;
    F->generation = 1;
    F->arena.limit = F->keep.limit = options->memory_limit;
  }
  return F;
}

void front_free(struct front *F)
{
  if (!F)
    return;
  arena_free(&F->arena);
  arena_free(&F->keep);
  free(F);
}

enum front_status front_protect(struct front *F, void (*fn)(struct front *F, void *arg), void *arg)
{
  jmp_buf here, *volatile outer = F->give_up;
  int status = setjmp(here);

  if (status == 0) {
    F->give_up = &here;
    fn(F, arg);
  } else if (F->swapped) {
    arena_swap(F);
  }
  if (status != 0 && !outer) {
    F->input = NULL; /* the call stack to which these belonged is gone */
    F->expansion = NULL;
    F->maps = NULL;
    F->stopped = true;
  }
  F->give_up = outer;
  if (status == 0)
    return F->nerrors ? FRONT_ERRORS : FRONT_OK;
  return (enum front_status)status;
}

/* ---- before the text ---------------------------------------------------------------------- */

struct definition {
  const char *name, *value;
  bool ok;
};

static void define(struct front *F, void *arg)
{
  struct definition *d = arg;
  struct span name = {d->name, strlen(d->name)};

  if (span_is_name(name)) {
    define_set(F, name, (struct span){d->value, strlen(d->value)});
    d->ok = true;
  }
}

bool front_define(struct front *F, const char *name, const char *value)
{
  struct definition d = {name, value ? value : "1", false};

  front_protect(F, define, &d);
  return d.ok;
}

bool front_undefine(struct front *F, const char *name)
{
  struct span s = {name, strlen(name)};

  table_remove(&F->defines, s);
  return span_is_name(s);
}

static void include_dir(struct front *F, void *arg)
{
  struct definition *d = arg;

  spans_add(F, &F->include_dirs, span_dup(F, (struct span){d->name, strlen(d->name)}));
  d->ok = true;
}

bool front_include_dir(struct front *F, const char *dir)
{
  struct definition d = {dir, NULL, false};

  front_protect(F, include_dir, &d);
  return d.ok;
}

/* ---- texts ---------------------------------------------------------------------------------- */

struct job {
  const char *name;
  struct span text;
  bool plain;
  const uint8_t *list;
  size_t size;
};

static void arch(struct front *F, void *arg)
{
  struct job *job = arg;
  struct stmt st = {.text = job->text, .op = SPAN(".arch"), .arg = {job->text}, .narg = 1};

  F->statement = job->text;
  directive_find(F, st.op)->run(F, &st);
}

enum front_status front_arch(struct front *F, struct span name)
{
  struct job job = {.text = name};

  return front_protect(F, arch, &job);
}

static void file(struct front *F, void *arg)
{
  struct job *job = arg;
  struct source *src = source_read(F, job->name);

  if (src) {
    translate_source(F, src, job->plain);
  } else {
    diag_error_at(F, NULL, "[cannot-read] cannot read '%s': %s", job->name, strerror(errno));
    F->stopped = true;
  }
}

enum front_status front_file(struct front *F, const char *name)
{
  struct job job = {.name = name};

  return front_protect(F, file, &job);
}

static void text(struct front *F, void *arg)
{
  struct job *job = arg;
  struct span name = {job->name, strlen(job->name)};

  translate_source(F, source_add(F, name, span_dup(F, job->text)), job->plain);
}

enum front_status front_text(struct front *F, const char *name, struct span s, bool plain)
{
  struct job job = {.name = name, .text = s, .plain = plain};

  return front_protect(F, text, &job);
}

void front_check_end(struct front *F)
{
  cond_finish(F);
  macro_finish(F);
  capture_finish(F);
}

static void finish(struct front *F, void *arg)
{
  struct job *job = arg;
  struct build_names names = front_names(F);

  if (F->stopped)
    return;
  front_check_end(F);
  if (!F->isa)
    diag_error_at(F, NULL, "[missing-arch] there is no .arch directive");
  else if (F->nerrors == 0)
    job->list = build_finish(F, &names, &job->size);
}

enum front_status front_finish(struct front *F, const uint8_t **list, size_t *size)
{
  struct job job = {.list = NULL};
  enum front_status status = front_protect(F, finish, &job);

  *list = status == FRONT_OK ? job.list : NULL;
  *size = *list ? job.size : 0;
  return status;
}
