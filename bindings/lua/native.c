/* native.c - see native.h. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* RTLD_DEFAULT */
#endif
#include "native.h"

#include <dlfcn.h>

#include "box.h"
#include "value.h"

int native_any(lua_State *L, int index) { return !lua_isnone(L, index); }

int native_encode(lua_State *L)
{
  glue_Asm *a = box_asm(L, 1);
  size_t size = (size_t)value_check(L, 2);
  uint64_t run = (uint64_t)value_check(L, 3);
  char *buffer = lua_newuserdata(L, size ? size : 1);

  if (glue_encode(a, buffer, size, run) < 0)
    lua_pushnil(L);
  else
    lua_pushlstring(L, buffer, size);
  return 1;
}

int native_bytes(lua_State *L)
{
  Code *c = box_code(L, 1);
  size_t all = glue_code_size(c->code);
  uint64_t offset = (uint64_t)value_check(L, 2), count = (uint64_t)value_check(L, 3);

  if (offset > all || count > all - offset)
    return luaL_error(L, "outside of the code");
  lua_pushlstring(L, (const char *)(uintptr_t)glue_code_address(c->code) + offset, (size_t)count);
  return 1;
}

int native_symbol(lua_State *L)
{
  void *p = dlsym(RTLD_DEFAULT, luaL_checkstring(L, 1));
  if (p)
    value_pushunsigned(L, (uintptr_t)p);
  else
    lua_pushnil(L);
  return 1;
}

int native_cdata(lua_State *L)
{
  luaL_checktype(L, 1, LUA_TFUNCTION);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  lua_setfield(L, LUA_REGISTRYINDEX, TO_CDATA);
  lua_setfield(L, LUA_REGISTRYINDEX, FROM_CDATA);
  return 0;
}

int native_integer(lua_State *L)
{
  int64_t v;
  luaL_checkany(L, 1);
  if (value_integer(L, 1, &v))
    value_push(L, v);
  else
    lua_pushnil(L);
  return 1;
}
