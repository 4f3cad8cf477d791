/* array.h - memory for compiled code to work on: numbers of one C type, one after the other. */
#ifndef DASM_LUA_ARRAY_H
#define DASM_LUA_ARRAY_H

#include "compat.h"

#define BOX_ARRAY "dasm.array"

/* array(type, count or list): a new array. #a, a[1] to a[#a], a.address, a.bytes, a:string(). */
int array_new(lua_State *L);

/* The memory of the array at index, or NULL if it is none. */
void *array_memory(lua_State *L, int index);

void array_open(lua_State *L);

#endif
