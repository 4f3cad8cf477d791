/* native.h - functions of the low-level module that SWIG has no good way to make. */
#ifndef DASM_LUA_NATIVE_H
#define DASM_LUA_NATIVE_H

#include "compat.h"

int native_encode(lua_State *L);  /* encode(asm, size, address): bytes, or nil */
int native_bytes(lua_State *L);   /* code_bytes(code, offset, count): bytes */
int native_symbol(lua_State *L);  /* symbol(name): address in the process, or nil */
int native_cdata(lua_State *L);   /* set_cdata(from, to): see value.h */
int native_integer(lua_State *L); /* integer(value): as an integer, or nil */

/* Any value will do; the conversion tells what is wrong with it. */
int native_any(lua_State *L, int index);

#endif
