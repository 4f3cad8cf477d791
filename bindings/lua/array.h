/* array.h - memory for compiled code to work on: numbers of one C type, one after the other. */
#ifndef DASM_LUA_ARRAY_H
#define DASM_LUA_ARRAY_H

#include "compat.h"
#include "ctype.h"

#define BOX_ARRAY "dasm.array"

/* array(type, count or list): a new array. #a, a[1] to a[#a], a.address, a.bytes, a:string(). */
int array_new(lua_State *L);

/* The memory of the array at index and the type of its elements, or NULL if it is none. */
void *array_memory(lua_State *L, int index, const CType **element);

void array_open(lua_State *L);

#endif
