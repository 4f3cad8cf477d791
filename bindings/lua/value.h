/* value.h - 64-bit integers as Lua values.
 *
 * From Lua 5.3 on they are integers. Lua 5.1 has floating-point numbers, exact to 53 bits; what
 * does not fit can be given as text ("0xfedcba9876543210"). LuaJIT has cdata: the Lua layer leaves
 * two functions in the registry that turn cdata into eight bytes and eight bytes into cdata.
 */
#ifndef DASM_LUA_VALUE_H
#define DASM_LUA_VALUE_H

#include <stdint.h>

#include "compat.h"

/* Names in the registry. */
#define FROM_CDATA "dasm.from_cdata"
#define TO_CDATA "dasm.to_cdata"

/* The value at index as an integer; bit patterns above INT64_MAX count as negative. Takes integers,
 * floating-point numbers without a fraction, numerals, light userdata, cdata, and whatever has a
 * member `address`. Returns 0 if it is no integer, and calls no Lua code but for the last two. */
int value_integer(lua_State *L, int index, int64_t *out);

/* The same without what calls Lua code: in the middle of a function that code could close its other arguments. */
int value_plain(lua_State *L, int index, int64_t *out);

/* The same, or an error about argument `index`; and if it is not from lo to hi. */
int64_t value_check(lua_State *L, int index);
int64_t value_range(lua_State *L, int index, int64_t lo, int64_t hi);

void value_push(lua_State *L, int64_t value);
void value_pushunsigned(lua_State *L, uint64_t value);

#endif
