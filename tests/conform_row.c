/* conform_row.c - rows of conformance data: the kind that a file's name says, columns, escapes. */
#include "conform.h"

#include <string.h>

enum kind row_kind(const char *name)
{
  bool runtime = strstr(name, ".runtime.") != NULL;

  if (strstr(name, ".dynasm-wrong."))
    return runtime ? RUNTIME_WRONG : WRONG;
  if (strstr(name, ".rejected."))
    return REJECTED;
  if (strstr(name, ".refused."))
    return REFUSED;
  return runtime ? RUNTIME : LINES;
}

unsigned row_least(enum kind kind)
{
  return kind == RUNTIME || kind == RUNTIME_WRONG ? 3 : 2;
}

void row_split_line(struct row *row, char *line)
{
  line[strcspn(line, "\r\n")] = '\0';
  row->ncolumns = 0;
  for (; line && row->ncolumns < MAX_COLUMNS; row->ncolumns++) {
    row->column[row->ncolumns] = line;
    line = strchr(line, '\t');
    if (line)
      *line++ = '\0';
  }
}

void row_unescape(char *s)
{
  char *out = s;

  for (; *s; s++) {
    if (s[0] == '\\' && s[1] == 'n') {
      *out++ = '\n';
      s++;
    } else {
      *out++ = *s;
    }
  }
  *out = '\0';
}
