/* translate.h - one translation from outside: what main.c, libdasmc and the two drivers see.
 *
 * A caller makes a struct front with its options and a driver, gives it defines, files or texts,
 * and asks for the finished list. The driver receives what the text produces: emit_c.c
 * writes a C file, emit_mem.c keeps compiled puts in memory.
 *
 * Memory: everything belongs to the struct front. When memory runs out, or a fatal error is met,
 * the entry points below return the status; nothing is left half done that front_free() could
 * not free. Driver functions run inside an entry point and may allocate with arena_alloc().
 */
#ifndef DASMC_TRANSLATE_H
#define DASMC_TRANSLATE_H

#include "build.h"
#include "front.h"

enum front_status {
  FRONT_OK,
  FRONT_ERRORS, /* there were errors; each has been reported through the driver */
  FRONT_NOMEM,  /* memory ran out */
};

enum front_level { LEVEL_ERROR, LEVEL_WARNING, LEVEL_NOTE, LEVEL_HELP };

struct front_message {
  enum front_level level;
  struct span file;          /* n = 0: concerns no file */
  uint32_t line, column;     /* from 1; 0: the file, the line as a whole */
  struct span text;
  struct span id;            /* of messages.def; n = 0: a note or help, or a fault at run time */
  struct span source, caret; /* the line, and a line with a caret below it; n = 0: none */
};

/* What a source line is, before anything is done with it. */
enum source_kind {
  SOURCE_C,        /* plain C */
  SOURCE_EMBEDDED, /* "|| text": C that macros may contain */
  SOURCE_ASM,      /* "| text" */
};

/* Places in the output that directives name. */
enum driver_mark {
  MARK_ACTIONLIST,  /* .actionlist name */
  MARK_GLOBALS,     /* .globals prefix */
  MARK_GLOBALNAMES, /* .globalnames name */
  MARK_EXTERNNAMES, /* .externnames name */
  MARK_CAPTURE,     /* .capture name */
  MARK_ENDCAPTURE,  /* .endcapture */
  MARK_DUMPCAPTURE, /* .dumpcapture name */
};

/* Receives what a translation produces. put and message are required. A NULL for one of
 * c_line, mark, sections means that the text may not contain such things (an error is reported);
 * a NULL for another function means that the driver does not care. */
struct driver {
  /* The list becomes C: where an ISA has both byte orders, that compiler decides. Else it is for
   * code that runs at once. */
  bool compiled;
  /* A finished put; see build.h. */
  void (*put)(struct front *F, const struct build_put *put);
  /* A message, or a note or help to the message before. front_message_text() formats it. */
  void (*message)(struct front *F, const struct front_message *message);
  /* build_arg() was called: while the statement is in hand, so that errors have their place. */
  void (*arg)(struct front *F, struct span expr);

  /* Each source line, before it is translated. Plain C lines are written here. `indent` is the
   * white space before the bar, `line` the text behind it (plain C: the whole line). */
  void (*source_line)(struct front *F, enum source_kind kind, struct span indent, struct span line);
  /* C text that a `||` line stands for, after substitution. */
  void (*c_line)(struct front *F, struct span text);
  /* Begin (+1), statement (0), end (-1) of a macro expansion, for comments. text: the statement,
   * or the macro's name. */
  void (*expansion)(struct front *F, int what, struct span text, unsigned nparams);
  /* .arch, once. */
  void (*arch)(struct front *F);
  void (*mark)(struct front *F, enum driver_mark mark, struct span name);
  void (*sections)(struct front *F, const struct span *name, unsigned n);
  void (*type)(struct front *F, const struct type *type);
  /* The current file changed (.include began or ended). */
  void (*file)(struct front *F);
};

/* A new translation. options and driver must outlive it. NULL: no memory. */
struct front *front_new(const struct front_options *options, const struct driver *driver, void *user);
void front_free(struct front *F);
void *front_user(struct front *F);

/* Before the text: -I (the last one given is searched first), -D, -U. False: name is not a name,
 * or no memory. value NULL: "1". */
bool front_include_dir(struct front *F, const char *dir);
bool front_define(struct front *F, const char *name, const char *value);
bool front_undefine(struct front *F, const char *name);

/* The same as a line ".arch NAME". */
enum front_status front_arch(struct front *F, struct span name);
/* Translate a file ("-": standard input), or a text (copied). plain: every line is an assembler
 * line, a bar before it is optional, and there are no C lines. Can be called repeatedly. */
enum front_status front_file(struct front *F, const char *name);
enum front_status front_text(struct front *F, const char *name, struct span text, bool plain);
/* Check for what was left open, and make the list. Once. The list is NULL unless FRONT_OK. */
enum front_status front_finish(struct front *F, const uint8_t **list, size_t *size);
/* Run fn where arena_alloc() may give up. */
enum front_status front_protect(struct front *F, void (*fn)(struct front *F, void *arg), void *arg);

/* A message as people read it, in the arena; no newline at its end. */
struct span front_message_text(struct front *F, const struct front_message *message);

/* The id that a format begins with, "[id] text"; *fmt is then the text. */
struct span message_id(const char **fmt);

/* How many errors and warnings so far. */
unsigned front_errors(const struct front *F);
unsigned front_warnings(const struct front *F);

/* Where the translation is: the outermost source line. */
struct span front_file_name(const struct front *F);
uint32_t front_line(const struct front *F);
/* True between .macro and .endmacro. */
bool front_in_macro(const struct front *F);

/* Names used so far, in order of their numbers: globals, externs, files read. */
struct build_names front_names(const struct front *F);

/* Files read so far, in order; not the standard input. Names end with a zero, and stay. */
struct file_read {
  struct file_read *next;
  struct span name;
};

const struct file_read *front_files_read(const struct front *F);

#endif
