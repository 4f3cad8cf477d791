/* data.c - conformance data from lines that other assemblers make our bytes of: "text TAB bytes", one line for a row.
 */
#include <stdio.h>

#include "oracle.h"

void data_write(const struct line *line, size_t n, bool *done)
{
  for (; n-- > 0; line++) {
    const struct result *r = &line->by[TOOL_OURS];

    if (line->verdict != SAME || line->chosen == NO_ROW || done[line->chosen])
      continue;
    done[line->chosen] = true;
    printf("%s%s\t", line->branch ? "1:; " : "", line->text);
    for (unsigned i = 0; i < r->n; i++)
      printf("%02x", r->byte[i]);
    puts("");
  }
}
