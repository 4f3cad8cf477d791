/* output.c - the files that the command dasmc writes.
 *
 * A file is written under another name in its folder, and renamed when it is complete. So there is
 * never a partial one, and none at all when something went wrong; a signal that ends dasmc takes
 * the temporary file along. What a user sees in the old file stays: it keeps its mode and owner,
 * and where the name is a symbolic link, what it leads to is replaced, not the link. What is no
 * plain file, as /dev/null, is written directly.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"

enum { OUTPUT_BUFFER = 65536, MAX_LINKS = 40, MAX_TRIES = 1000 };

void output_error(const char *what, const char *name)
{
  fprintf(stderr, "dasmc: cannot %s '%s': %s\n", what, name, strerror(errno));
}

char *join(const char *a, const char *b)
{
  size_t n = strlen(a), m = strlen(b);
  char *s = malloc(n + m + 1);

  if (s) {
    memcpy(s, a, n);
    memcpy(s + n, b, m + 1);
  }
  return s;
}

/* ---- signals --------------------------------------------------------------------------------- */

static char *volatile temporary; /* to remove when a signal ends dasmc, or NULL */

static void remove_and_end(int signal)
{
  char *name = temporary;

  if (name)
    unlink(name);
  raise(signal); /* now with its usual effect, see SA_RESETHAND */
}

/* A file that grows beyond the limit is an error like others, not the end. Signals that the caller
 * of dasmc has switched off, as nohup does, stay off. */
static void catch_signals(void)
{
  static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM, SIGXCPU};
  struct sigaction ours = {.sa_handler = remove_and_end, .sa_flags = (int)SA_RESETHAND}, old;

  sigemptyset(&ours.sa_mask);
  for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
    if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
      sigaction(signals[i], &ours, NULL);
  signal(SIGXFSZ, SIG_IGN);
}

/* ---- names ----------------------------------------------------------------------------------- */

/* `name` with its last part replaced; an absolute `other` alone. */
static char *beside(const char *name, const char *other)
{
  const char *slash = strrchr(name, '/');
  char *folder, *path;

  if (!slash || other[0] == '/')
    return join("", other);
  folder = join(name, "");
  if (!folder)
    return NULL;
  folder[slash + 1 - name] = '\0';
  path = join(folder, other);
  free(folder);
  return path;
}

/* The file that `name` leads to through symbolic links, even if it does not exist; NULL: errno. */
static char *follow(const char *name)
{
  char link[PATH_MAX], *path = join(name, ""), *next;
  ssize_t n;

  for (int i = 0; path && i < MAX_LINKS; i++) {
    n = readlink(path, link, sizeof(link) - 1);
    if (n < 0)
      return path;
    link[n] = '\0';
    next = beside(path, link);
    free(path);
    path = next;
  }
  if (path)
    errno = ELOOP;
  free(path);
  return NULL;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool is_file(const char *name, const struct stat *st)
{
  struct stat other;

  return stat(name, &other) == 0 && is_same(&other, st);
}

/* Only a plain file is destroyed by writing to it. */
static bool is_source(const struct sources *sources, const struct stat *st)
{
  struct stat input;

  if (!S_ISREG(st->st_mode))
    return false;
  if (strcmp(sources->input, "-") == 0) {
    if (fstat(STDIN_FILENO, &input) == 0 && is_same(&input, st))
      return true;
  } else if (is_file(sources->input, st)) {
    return true;
  }
  for (const struct file_read *f = sources->included; f; f = f->next)
    if (is_file(f->name.p, st))
      return true;
  return false;
}

static bool spare_source(const struct sources *sources, const struct stat *st, const char *name)
{
  if (!is_source(sources, st))
    return true;
  fprintf(stderr, "dasmc: the output '%s' is a file that was read; it is left as it is\n", name);
  return false;
}

/* ---- writing --------------------------------------------------------------------------------- */

struct job {
  const char *name; /* for messages */
  void (*write)(const void *arg, FILE *f);
  const void *arg;
};

/* f is closed. */
static bool write_to(const struct job *job, FILE *f)
{
  char buffer[OUTPUT_BUFFER];
  bool bad;

  setvbuf(f, buffer, _IOFBF, sizeof(buffer));
  job->write(job->arg, f);
  bad = ferror(f) != 0;
  if (fclose(f) != 0 || bad) {
    output_error("write", job->name);
    return false;
  }
  return true;
}

/* The mode and the owner of the file that is replaced. To give a file away takes rights that few
 * have: then it is the user's own, and another group gets no access through the mode. */
static bool take_over(int file, const struct stat *old)
{
  mode_t mode = old->st_mode & 0777;
  struct stat st;

  if (fstat(file, &st) != 0)
    return false;
  if (st.st_gid != old->st_gid && fchown(file, (uid_t)-1, old->st_gid) != 0)
    mode &= 0707;
  if (st.st_uid != old->st_uid && fchown(file, old->st_uid, (gid_t)-1) != 0)
    errno = 0;
  return fchmod(file, mode) == 0;
}

/* A new file in the folder of `name`; its own name goes to `temporary`. The name is short, because
 * that of the output may be as long as the system allows. */
static FILE *create_beside(const char *name, const struct stat *old)
{
  char last[64], *path;
  int file = -1;
  FILE *f;

  for (int i = 0; i < MAX_TRIES; i++) {
    snprintf(last, sizeof(last), ".dasmc.%ld.%d.tmp", (long)getpid(), i);
    path = beside(name, last);
    if (!path)
      return NULL;
    file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file >= 0) {
      temporary = path;
      break;
    }
    free(path);
    if (errno != EEXIST)
      return NULL;
  }
  if (file < 0 || (old && !take_over(file, old)))
    f = NULL;
  else
    f = fdopen(file, "wb");
  if (!f && file >= 0)
    close(file);
  return f;
}

/* Signals wait while the temporary file comes and goes, so that there is no moment in which it is
 * nobody's. */
static void hold_signals(sigset_t *before)
{
  sigset_t all;

  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, before);
}

static void let_signals(const sigset_t *before)
{
  int error = errno;

  sigprocmask(SIG_SETMASK, before, NULL);
  errno = error;
}

static void forget_temporary(bool remove)
{
  char *name = temporary;
  sigset_t before;

  hold_signals(&before);
  if (name && remove)
    unlink(name);
  temporary = NULL;
  free(name);
  let_signals(&before);
}

/* `path` is `job->name` without links; `old` is the file that is there, or NULL. */
static bool write_and_rename(const struct job *job, const char *path, const struct stat *old)
{
  sigset_t before;
  bool ok = false;
  FILE *f;

  catch_signals();
  hold_signals(&before);
  f = create_beside(path, old);
  let_signals(&before);
  if (!f)
    output_error("write", job->name);
  else if (write_to(job, f)) {
    ok = rename(temporary, path) == 0;
    if (!ok)
      output_error("write", job->name);
  }
  forget_temporary(!ok);
  return ok;
}

static bool write_directly(const struct job *job)
{
  FILE *f = fopen(job->name, "wb");

  if (f)
    return write_to(job, f);
  output_error("write", job->name);
  return false;
}

bool output_flush(void)
{
  if (fflush(stdout) == 0 && !ferror(stdout))
    return true;
  output_error("write", "(stdout)");
  return false;
}

static bool write_stdout(const struct job *job, const struct sources *sources, const char *name)
{
  struct stat st;

  if (fstat(STDOUT_FILENO, &st) == 0 && !spare_source(sources, &st, name))
    return false;
  signal(SIGXFSZ, SIG_IGN);
  job->write(job->arg, stdout);
  return output_flush();
}

/* A file that may not be written is not replaced either. */
static bool write_plain(const struct job *job, const struct stat *old)
{
  char *path = old && access(job->name, W_OK) != 0 ? NULL : follow(job->name);
  bool ok;

  if (!path) {
    output_error("write", job->name);
    return false;
  }
  ok = write_and_rename(job, path, old);
  free(path);
  return ok;
}

bool output_write(const char *name, const struct sources *sources, void (*write)(const void *arg, FILE *f),
                  const void *arg)
{
  struct job job = {name, write, arg};
  struct stat st, standard;

  if (!name || strcmp(name, "-") == 0)
    return write_stdout(&job, sources, "(stdout)");
  if (stat(name, &st) != 0)
    return write_plain(&job, NULL);
  if (fstat(STDOUT_FILENO, &standard) == 0 && is_same(&st, &standard))
    return write_stdout(&job, sources, name); /* /dev/stdout */
  if (!S_ISREG(st.st_mode))
    return write_directly(&job);
  return spare_source(sources, &st, name) && write_plain(&job, &st);
}
