/* call.h - call machine code with ordinary values of Lua, through libffi. */
#ifndef DASM_LUA_CALL_H
#define DASM_LUA_CALL_H

#include "compat.h"

#define BOX_FUNCTION "dasm.function"

/* callable(signature, address [, code]): something that can be called. It holds the code, and calls
 * nothing once that is closed. f.address, f.signature, tostring(f). */
int call_new(lua_State *L);

void call_open(lua_State *L);

#endif
