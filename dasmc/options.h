/* options.h - the command line of dasmc. */
#ifndef DASMC_OPTIONS_H
#define DASMC_OPTIONS_H

#include "emit_c.h"

enum action {
  ACTION_TRANSLATE,
  ACTION_HELP,
  ACTION_VERSION,
  ACTION_LIST,
  ACTION_EXPLAIN,
  ACTION_USAGE_ERROR, /* reported */
};

/* -D, -U and -I, in their order. */
struct setting {
  char kind; /* the option's letter */
  const char *text;
};

struct options {
  struct front_options front;
  struct emit_c emit;
  const char *input, *output; /* output NULL: standard output */
  bool dependencies;
  const char *dependency_file, *dependency_target;
  const char *language; /* language of the file; NULL: C */
  unsigned dump; /* how often -P */
  const char *arch; /* of --dumparch */
  bool lists;       /* --list was given, */
  int list;         /* which one, of catalog_what(); forms if it was not */
  const char *explain; /* id of a message, or NULL */
  const char **names; /* words that are no options, NULL-terminated */
  size_t nnames;
  struct setting *setting;
  size_t nsettings;
};

/* Parse; messages go to stderr. The texts belong to argv. */
enum action options_parse(struct options *O, int argc, char **argv);
void options_free(struct options *O);
void options_help(FILE *out);

#endif
