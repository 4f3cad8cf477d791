/* facts.h - what the families of ISAs say of themselves for tests: the lines of tests/isa/FAMILY.facts. x86.facts has the format. */
#ifndef TESTS_FACTS_H
#define TESTS_FACTS_H

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FACTS = 100, FACT_TEXT = 160 };

/* What stands behind the word of a line. */
struct fact {
  char text[FACT_TEXT];
};

/* All lines that begin with a word; how many there are. top_srcdir of the environment is where the sources are. */
static inline unsigned facts_read(const char *word, struct fact out[FACTS])
{
  const char *top = getenv("top_srcdir");
  char pattern[4096], line[FACT_TEXT];
  size_t length = strlen(word);
  unsigned n = 0;
  glob_t found;

  snprintf(pattern, sizeof(pattern), "%s/tests/isa/*.facts", top ? top : "..");
  if (glob(pattern, 0, NULL, &found) != 0)
    return 0;
  for (size_t i = 0; i < found.gl_pathc; i++) {
    FILE *f = fopen(found.gl_pathv[i], "r");

    while (f && fgets(line, sizeof(line), f))
      if (n < FACTS && strncmp(line, word, length) == 0 && line[length] == ' ') {
        line[strcspn(line, "\n")] = 0;
        strcpy(out[n++].text, line + length + 1 + strspn(line + length + 1, " "));
      }
    if (f)
      fclose(f);
  }
  globfree(&found);
  return n;
}

#endif
