/* message.c - the run-time assembler's messages, kept until the next call.
 *
 * Texts lie one behind the other in one buffer; a message has their offsets.
 * Offset 0 is the empty text. When memory runs out while keeping a message, the
 * log says so: the call then ends with DASM_S_NOMEM.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "assembler.h"

static bool reserve(void **array, size_t *capacity, size_t need, size_t elem)
{
  size_t n = *capacity ? *capacity : 16;
  void *p;

  while (n < need)
    n *= 2;
  if (n == *capacity)
    return true;
  p = realloc(*array, n * elem);
  if (!p)
    return false;
  *array = p;
  *capacity = n;
  return true;
}

static size_t keep_text(struct message_log *log, struct span s)
{
  size_t at = log->ntext;

  if (s.n == 0)
    return 0;
  memcpy(log->text + at, s.p, s.n);
  log->text[at + s.n] = '\0';
  log->ntext += s.n + 1;
  return at;
}

static bool reserve_message(struct message_log *log, size_t text)
{
  void *item = log->item, *buffer = log->text;
  bool ok = reserve(&item, &log->capacity, log->n + 1, sizeof(*log->item));

  log->item = item;
  ok = reserve(&buffer, &log->text_capacity, log->ntext + text + 6, 1) && ok;
  log->text = buffer;
  return ok;
}

void message_keep(struct dasmc_Assembler *A, int level, const struct front_message *m)
{
  struct message_log *log = &A->log;
  struct message *item;

  if (!reserve_message(log, m->file.n + m->text.n + m->id.n + m->source.n + m->caret.n)) {
    log->incomplete = true;
    return;
  }
  if (log->ntext == 0)
    log->text[log->ntext++] = '\0';
  item = &log->item[log->n++];
  item->level = level;
  item->line = m->line;
  item->column = m->column;
  item->file = keep_text(log, m->file);
  item->text = keep_text(log, m->text);
  item->id = keep_text(log, m->id);
  item->source = keep_text(log, m->source);
  item->caret = keep_text(log, m->caret);
}

void message_add(struct dasmc_Assembler *A, int level, const char *fmt, ...)
{
  struct front_message m = {.line = 0};
  char text[256];
  va_list ap;

  m.id = message_id(&fmt);
  va_start(ap, fmt);
  vsnprintf(text, sizeof(text), fmt, ap);
  va_end(ap);
  m.text = (struct span){text, strlen(text)};
  message_keep(A, level, &m);
}

void message_free(struct dasmc_Assembler *A)
{
  free(A->log.item);
  free(A->log.text);
}

int dasmc_message(const dasmc_Assembler *A, unsigned index, dasmc_Message *out)
{
  const struct message *m;

  if (!A || !out || out->size < sizeof(*out) || index >= A->log.n)
    return DASM_S_ARG;
  m = &A->log.item[index];
  out->level = m->level;
  out->line = m->line;
  out->column = m->column;
  out->file = A->log.text + m->file;
  out->text = A->log.text + m->text;
  out->source = A->log.text + m->source;
  out->caret = A->log.text + m->caret;
  out->id = A->log.text + m->id;
  return DASM_S_OK;
}

/* Append to a buffer that may be too small; *n counts all. */
static void append(char *buffer, size_t size, size_t *n, const char *fmt, ...) PRINTF_LIKE(4, 5);
static void append(char *buffer, size_t size, size_t *n, const char *fmt, ...)
{
  bool room = *n < size;
  va_list ap;
  int len;

  va_start(ap, fmt);
  len = vsnprintf(room ? buffer + *n : NULL, room ? size - *n : 0, fmt, ap);
  va_end(ap);
  if (len > 0)
    *n += (size_t)len;
}

static void append_message(char *buffer, size_t size, size_t *n, const dasmc_Message *m)
{
  static const char *const level[] = {"", "error", "warning", "note", "help"};

  if (m->line > 0 || m->file[0]) {
    append(buffer, size, n, "%s:", m->file[0] ? m->file : "text");
    if (m->line > 0)
      append(buffer, size, n, "%u:", m->line);
    if (m->column > 0)
      append(buffer, size, n, "%u:", m->column);
    append(buffer, size, n, " ");
  }
  append(buffer, size, n, "%s: %s", level[m->level], m->text);
  append(buffer, size, n, m->id[0] ? " [%s]\n" : "%s\n", m->id);
  if (m->source[0])
    append(buffer, size, n, "%s\n", m->source);
  if (m->caret[0])
    append(buffer, size, n, "%s\n", m->caret);
}

size_t dasmc_messages(const dasmc_Assembler *A, char *buffer, size_t size)
{
  dasmc_Message m = {.size = sizeof(m)};
  size_t n = 0;

  if (size > 0)
    buffer[0] = '\0';
  for (unsigned i = 0; dasmc_message(A, i, &m) == DASM_S_OK; i++)
    append_message(buffer, size, &n, &m);
  return n;
}
