/* emit_script.h - Python and Lua files with assembler lines, made plain Python and Lua. */
#ifndef DASMC_EMIT_SCRIPT_H
#define DASMC_EMIT_SCRIPT_H

#include <stddef.h>

#include "dasmc.h"

enum script_status {
  SCRIPT_OK,
  SCRIPT_ERRORS,   /* *out has messages instead */
  SCRIPT_NOMEM,
  SCRIPT_LANGUAGE, /* neither "python" nor "lua" */
};

/* Translate a file's text. Lines keep their numbers.
 *   A         an assembler for the file's lines; what they define stays in it
 *   language  "python" or "lua"
 *   name      of the file, for messages
 *   out       out: allocated text with a zero behind, the caller frees it; NULL for the last two
 *   size      out: its length */
enum script_status script_translate(dasmc_Assembler *A, const char *language, const char *name,
                                const char *text, size_t n, char **out, size_t *size);

/* The instruction set that the first .arch line names, in isa; empty if there is none. */
void script_arch(const char *text, size_t n, char *isa, size_t room);

#endif
