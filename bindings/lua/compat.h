/* compat.h - Lua 5.1 (and LuaJIT) to 5.4 under the names of 5.3. */
#ifndef DASM_LUA_COMPAT_H
#define DASM_LUA_COMPAT_H

#include <lauxlib.h>
#include <lua.h>

#define TYPE_CDATA 10 /* LuaJIT's lua_type() of cdata */

#if LUA_VERSION_NUM < 502
#define lua_rawlen lua_objlen

/* LuaJIT has these; but one module serves both. */
#define luaL_setfuncs compat_setfuncs
#define luaL_setmetatable compat_setmetatable

static inline void luaL_setfuncs(lua_State *L, const luaL_Reg *l, int nup)
{
  for (; l->name; l++) {
    int i;
    for (i = 0; i < nup; i++)
      lua_pushvalue(L, -nup);
    lua_pushcclosure(L, l->func, nup);
    lua_setfield(L, -(nup + 2), l->name);
  }
  lua_pop(L, nup);
}

static inline void luaL_setmetatable(lua_State *L, const char *name)
{
  luaL_getmetatable(L, name);
  lua_setmetatable(L, -2);
}
#endif

#endif
