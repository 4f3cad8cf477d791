/* check_output.c - what becomes of the files of dasmc when a signal or an error comes while they are written. */
#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dasmc/output.h"
#include "suite.h"

static char folder[] = "check_output.XXXXXX";
static const struct sources no_sources = {"input", NULL};

static void enter(void)
{
  strcpy(folder + sizeof(folder) - 7, "XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(folder));
  ck_assert_int_eq(chdir(folder), 0);
}

/* The files in the folder, hidden ones, too. */
static int files(void)
{
  DIR *d = opendir(".");
  int n = -2;

  ck_assert_ptr_nonnull(d);
  while (readdir(d))
    n++;
  closedir(d);
  return n;
}

static void leave(void)
{
  unlink("out");
  ck_assert_int_eq(files(), 0);
  ck_assert_int_eq(chdir(".."), 0);
  ck_assert_int_eq(rmdir(folder), 0);
}

static void put_text(const char *text)
{
  FILE *f = fopen("out", "w");

  ck_assert_ptr_nonnull(f);
  fputs(text, f);
  fclose(f);
}

static void expect_text(const char *text)
{
  char s[16] = "";
  FILE *f = fopen("out", "r");

  ck_assert_ptr_nonnull(f);
  ck_assert_ptr_nonnull(fgets(s, sizeof(s), f));
  fclose(f);
  ck_assert_str_eq(s, text);
}

/* Run `job` in a child; how it ended. */
static int child(void (*job)(int), int arg)
{
  pid_t pid = fork();
  int status;

  if (pid == 0) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    if (!freopen("/dev/null", "w", stderr))
      _exit(9);
    job(arg);
    _exit(8);
  }
  ck_assert_int_eq(waitpid(pid, &status, 0), pid);
  return status;
}

static void write_and_raise(const void *arg, FILE *f)
{
  fputs("new", f);
  fflush(f);
  if (files() != 2) /* the old file and the one that is written */
    _exit(7);
  raise(*(const int *)arg);
}

static void interrupted(int number)
{
  _exit(output_write("out", &no_sources, write_and_raise, &number) ? 0 : 2);
}

/* Whoever runs the tests may have switched the signal off. */
static void interrupted_as_usual(int number)
{
  signal(number, SIG_DFL);
  interrupted(number);
}

static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM, SIGXCPU};

START_TEST(signal_leaves_the_old_file_alone)
{
  int status;

  put_text("old");
  status = child(interrupted_as_usual, signals[_i]);
  ck_assert(WIFSIGNALED(status));
  ck_assert_int_eq(WTERMSIG(status), signals[_i]);
  ck_assert_int_eq(files(), 1);
  expect_text("old");
}
END_TEST

static void interrupted_under_nohup(int number)
{
  signal(number, SIG_IGN);
  interrupted(number);
}

START_TEST(signal_that_is_off_stays_off)
{
  put_text("old");
  ck_assert_int_eq(child(interrupted_under_nohup, SIGHUP), 0);
  ck_assert_int_eq(files(), 1);
  expect_text("new");
}
END_TEST

static void write_much(const void *arg, FILE *f)
{
  for (int i = 0; i < 200000; i++)
    fputc(*(const char *)arg, f);
}

static void limited(int limit)
{
  struct rlimit files_of = {(rlim_t)limit, (rlim_t)limit};

  setrlimit(RLIMIT_FSIZE, &files_of);
  _exit(output_write("out", &no_sources, write_much, "x") ? 0 : 2);
}

START_TEST(limit_of_size_is_an_error)
{
  static const int limits[] = {0, 1, 4096, 199999};
  int status;

  put_text("old");
  status = child(limited, limits[_i]);
  ck_assert(WIFEXITED(status));
  ck_assert_int_eq(WEXITSTATUS(status), 2);
  ck_assert_int_eq(files(), 1);
  expect_text("old");
}
END_TEST

static void write_new(const void *arg, FILE *f)
{
  fputs(arg, f);
}

START_TEST(mode_stays)
{
  static const mode_t modes[] = {0600, 0640, 0664, 0755, 0777};
  struct stat st;

  put_text("old");
  ck_assert_int_eq(chmod("out", modes[_i]), 0);
  umask(027);
  ck_assert(output_write("out", &no_sources, write_new, "new"));
  ck_assert_int_eq(stat("out", &st), 0);
  ck_assert_uint_eq(st.st_mode & 07777, modes[_i]);
  expect_text("new");
}
END_TEST

START_TEST(new_file_has_the_mode_of_umask)
{
  static const mode_t masks[] = {0, 022, 077};
  struct stat st;

  umask(masks[_i]);
  ck_assert(output_write("out", &no_sources, write_new, "new"));
  ck_assert_int_eq(stat("out", &st), 0);
  ck_assert_uint_eq(st.st_mode & 07777, 0666 & ~masks[_i]);
}
END_TEST

/* A process with the same number on another machine may have left, or be writing, files. */
START_TEST(names_of_others_are_left_alone)
{
  char name[64];

  snprintf(name, sizeof(name), ".dasmc.%ld.0.tmp", (long)getpid());
  ck_assert_int_eq(close(open(name, O_CREAT | O_WRONLY, 0600)), 0);
  ck_assert(output_write("out", &no_sources, write_new, "new"));
  ck_assert_int_eq(unlink(name), 0);
  expect_text("new");
}
END_TEST

int main(void)
{
  Suite *suite = suite_create("output");
  TCase *tc = tcase_create("output");
  tcase_add_checked_fixture(tc, enter, leave);
  tcase_add_loop_test(tc, signal_leaves_the_old_file_alone, 0, sizeof(signals) / sizeof(*signals));
  tcase_add_test(tc, signal_that_is_off_stays_off);
  tcase_add_loop_test(tc, limit_of_size_is_an_error, 0, 4);
  tcase_add_loop_test(tc, mode_stays, 0, 5);
  tcase_add_loop_test(tc, new_file_has_the_mode_of_umask, 0, 3);
  tcase_add_test(tc, names_of_others_are_left_alone);
  suite_add_tcase(suite, tc);

  return suite_run(suite);
}
