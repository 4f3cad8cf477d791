/* array.c - see array.h. */
#include "array.h"

#include <stdint.h>
#include <string.h>

#include "ctype.h"
#include "value.h"

typedef struct Array {
  CType type;
  size_t count;
  size_t shift; /* from data to the first element, for alignment */
  char data[];
} Array;

enum { ALIGNMENT = 64 }; /* of the widest vectors */

static char *elements(Array *a) { return a->data + a->shift; }

static Array *check(lua_State *L) { return luaL_checkudata(L, 1, BOX_ARRAY); }

void *array_memory(lua_State *L, int index, const CType **element)
{
  Array *a = lua_type(L, index) == LUA_TUSERDATA ? lua_touserdata(L, index) : NULL;
  int same;
  if (!a || !lua_getmetatable(L, index))
    return NULL;
  luaL_getmetatable(L, BOX_ARRAY);
  same = lua_rawequal(L, -1, -2);
  lua_pop(L, 2);
  if (!same)
    return NULL;
  *element = &a->type;
  return elements(a);
}

int array_new(lua_State *L)
{
  CType type;
  const char *text = luaL_checkstring(L, 1), *at, *error = ctype_type(text, &type, &at);
  int list = lua_istable(L, 2);
  int64_t count = list ? (int64_t)lua_rawlen(L, 2) : value_check(L, 2);
  Array *a;

  if (error)
    return luaL_error(L, "type '%s': %s at '%s'", text, error, at);
  if (count < 0 || count > (int64_t)(PTRDIFF_MAX / 64))
    return luaL_error(L, "bad number of elements");
  a = lua_newuserdata(L, sizeof *a + (size_t)count * type.size + ALIGNMENT);
  memset(a, 0, sizeof *a + (size_t)count * type.size + ALIGNMENT);
  a->type = type;
  a->count = (size_t)count;
  a->shift = (ALIGNMENT - (uintptr_t)a->data % ALIGNMENT) % ALIGNMENT;
  luaL_setmetatable(L, BOX_ARRAY);
  for (size_t i = 0; list && i < a->count; i++) {
    lua_rawgeti(L, 2, (int)i + 1);
    error = lua_type(L, -1) == LUA_TSTRING ? "text is not kept" : ctype_store(L, lua_gettop(L), &type, elements(a) + i * type.size);
    if (error)
      return luaL_error(L, "element %d: %s", (int)i + 1, error);
    lua_pop(L, 1);
  }
  return 1;
}

/* The element that the key at index 2 names, or NULL. */
static char *element(lua_State *L, Array *a)
{
  int64_t i;
  if (lua_type(L, 2) != LUA_TNUMBER || !value_integer(L, 2, &i) || i < 1 || (uint64_t)i > a->count)
    return NULL;
  return elements(a) + (size_t)(i - 1) * a->type.size;
}

static int string(lua_State *L)
{
  Array *a = check(L);
  lua_pushlstring(L, elements(a), a->count * a->type.size);
  return 1;
}

static int at_index(lua_State *L)
{
  Array *a = check(L);
  const char *key, *p = element(L, a);

  if (p) {
    ctype_push(L, &a->type, p);
    return 1;
  }
  key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
  if (strcmp(key, "address") == 0)
    value_pushunsigned(L, (uintptr_t)elements(a));
  else if (strcmp(key, "bytes") == 0)
    value_push(L, (int64_t)(a->count * a->type.size));
  else if (strcmp(key, "string") == 0)
    lua_pushcfunction(L, string);
  else
    lua_pushnil(L);
  return 1;
}

static int newindex(lua_State *L)
{
  Array *a = check(L);
  char *p = element(L, a);
  const char *error;

  if (!p)
    return luaL_error(L, "the array has elements 1 to %d", (int)a->count);
  error = lua_type(L, 3) == LUA_TSTRING ? "text is not kept" : ctype_store(L, 3, &a->type, p);
  return error ? luaL_error(L, "%s", error) : 0;
}

static int length(lua_State *L)
{
  value_push(L, (int64_t)check(L)->count);
  return 1;
}

void array_open(lua_State *L)
{
  static const luaL_Reg methods[] = {
      {"__index", at_index}, {"__newindex", newindex}, {"__len", length}, {NULL, NULL}};
  luaL_newmetatable(L, BOX_ARRAY);
  luaL_setfuncs(L, methods, 0);
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 1);
}
