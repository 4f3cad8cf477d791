/* ctype.h - C types by name, and signatures. */
#ifndef DASM_LUA_CTYPE_H
#define DASM_LUA_CTYPE_H

#include <ffi.h>

#include "compat.h"

typedef enum Kind { VOID, BOOL, SIGNED, UNSIGNED, FLOAT, DOUBLE, POINTER } Kind;

typedef struct CType {
  Kind kind;
  unsigned size;  /* in bytes; void: 0 */
  int constant;   /* of a pointer: what it points to is const */
  int text;       /* of a pointer: to char */
  Kind target;    /* of a pointer: what it points to; VOID: anything */
  unsigned target_size;
  ffi_type *ffi;
} CType;

enum { MAX_ARGUMENTS = 64 };

typedef struct Signature {
  CType result;
  CType arguments[MAX_ARGUMENTS];
  unsigned count;
} Signature;

/* "int64(int64, double)", also with names of the function and its parameters. Returns NULL, or what
 * is wrong; then *at is where. */
const char *ctype_signature(const char *text, Signature *out, const char **at);

/* One type, "double". */
const char *ctype_type(const char *text, CType *out, const char **at);

/* A value of this type in memory from or to Lua. ctype_store returns NULL, or what is wrong. */
const char *ctype_store(lua_State *L, int index, const CType *type, void *memory);
void ctype_push(lua_State *L, const CType *type, const void *memory);

#endif
