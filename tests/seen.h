/* seen.h - what suites of the front end see of a translation: a driver that notes what it gets.
 *
 * What the preprocessor makes of a text is observed at the driver: C lines as they come, and the argument
 * expressions of puts. A test's text is x64 assembler, where `.dword NAME` passes NAME through unchanged.
 */
#ifndef TESTS_SEEN_H
#define TESTS_SEEN_H

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "dasmc/front_private.h"

struct seen {
  char text[1 << 16]; /* "C:line;" and "argument;" */
  char messages[1 << 16];
  size_t n, nmessages;
};

static inline void note(char *to, size_t *n, struct span s, const char *end)
{
  ck_assert_uint_lt(*n + s.n + strlen(end), 1 << 16);
  if (s.n > 0)
    memcpy(to + *n, s.p, s.n);
  strcpy(to + *n + s.n, end);
  *n += s.n + strlen(end);
}

static inline void see_put(struct front *F, const struct build_put *put)
{
  struct seen *seen = front_user(F);

  for (unsigned i = 0; i < put->nargs; i++)
    note(seen->text, &seen->n, put->arg[i], ";");
}

static inline void see_c_line(struct front *F, struct span text)
{
  struct seen *seen = front_user(F);

  note(seen->text, &seen->n, SPAN("C:"), "");
  note(seen->text, &seen->n, text, ";");
}

static inline void see_source(struct front *F, enum source_kind kind, struct span indent, struct span line)
{
  (void)indent;
  if (kind == SOURCE_C)
    see_c_line(F, line);
}

static inline void see_message(struct front *F, const struct front_message *m)
{
  struct seen *seen = front_user(F);

  note(seen->messages, &seen->nmessages, m->text, "\n");
}

static inline void see_mark(struct front *F, enum driver_mark mark, struct span name)
{
  (void)F;
  (void)mark;
  (void)name;
}

static inline void see_sections(struct front *F, const struct span *name, unsigned n)
{
  (void)F;
  (void)name;
  (void)n;
}

static const struct driver driver = {
  .put = see_put,
  .message = see_message,
  .source_line = see_source,
  .c_line = see_c_line,
  .mark = see_mark,
  .sections = see_sections,
};

static struct front_options options = {.dialect = 10500};

/* Translate; true if there was no error. */
static inline bool translate(struct seen *seen, const char *text)
{
  struct front *F = front_new(&options, &driver, seen);
  const uint8_t *list;
  size_t size;
  enum front_status status;

  ck_assert_ptr_nonnull(F);
  seen->n = seen->nmessages = 0;
  seen->text[0] = seen->messages[0] = '\0';
  front_text(F, "test", (struct span){text, strlen(text)}, false);
  status = front_finish(F, &list, &size);
  ck_assert(status != FRONT_NOMEM);
  ck_assert((status == FRONT_OK) == (list != NULL));
  front_free(F);
  return status == FRONT_OK;
}

/* A long text. */
static char big[1 << 20];

static inline void append(const char *fmt, int i)
{
  size_t n = strlen(big);

  ck_assert_uint_lt(n + 256, sizeof(big));
  snprintf(big + n, sizeof(big) - n, fmt, i, i + 1);
}

#endif
