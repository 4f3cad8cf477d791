/* value.c - see value.h. */
#include "value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int from_double(double d, int64_t *out)
{
  if (!(d >= -9223372036854775808.0 && d < 18446744073709551616.0))
    return 0;
  *out = d < 9223372036854775808.0 ? (int64_t)d : (int64_t)(uint64_t)d;
  return d >= 9223372036854775808.0 ? (double)(uint64_t)d == d : (double)*out == d;
}

/* Decimal or 0x, with a sign. */
static int from_text(const char *s, size_t length, int64_t *out)
{
  int negative = *s == '-';
  const char *digits = s + (negative || *s == '+');
  int hex = digits[0] == '0' && (digits[1] | 32) == 'x';
  char *end;
  uint64_t v;

  if (*digits < '0' || *digits > '9' || (hex && !strchr("0123456789abcdefABCDEF", digits[2])))
    return 0;
  errno = 0;
  v = strtoull(digits, &end, hex ? 16 : 10);
  if (errno || end != s + length || (negative && v > (uint64_t)INT64_MAX + 1))
    return 0;
  *out = (int64_t)(negative ? 0 - v : v);
  return 1;
}

static int from_cdata(lua_State *L, int index, int64_t *out)
{
  int ok = 0;
  lua_pushvalue(L, index);
  lua_getfield(L, LUA_REGISTRYINDEX, FROM_CDATA);
  lua_insert(L, -2);
  if (lua_type(L, -2) == LUA_TFUNCTION) {
    lua_call(L, 1, 1);
    if (lua_type(L, -1) == LUA_TSTRING && lua_rawlen(L, -1) == sizeof *out) {
      memcpy(out, lua_tostring(L, -1), sizeof *out);
      ok = 1;
    }
    lua_pop(L, 1);
  } else
    lua_pop(L, 2);
  return ok;
}

static int from_field(lua_State *L, int index, int64_t *out)
{
  int ok;
  if (!luaL_getmetafield(L, index, "__index"))
    return 0;
  lua_pop(L, 1);
  lua_getfield(L, index, "address");
  ok = lua_type(L, -1) != LUA_TTABLE && lua_type(L, -1) != LUA_TUSERDATA && value_integer(L, lua_gettop(L), out);
  lua_pop(L, 1);
  return ok;
}

int value_integer(lua_State *L, int index, int64_t *out)
{
  size_t n;
  const char *s;

  switch (lua_type(L, index)) {
  case LUA_TNUMBER:
#if LUA_VERSION_NUM >= 503
    if (lua_isinteger(L, index)) {
      *out = lua_tointeger(L, index);
      return 1;
    }
#endif
    return from_double(lua_tonumber(L, index), out);
  case LUA_TSTRING:
    s = lua_tolstring(L, index, &n);
    return from_text(s, n, out);
  case LUA_TLIGHTUSERDATA:
    *out = (int64_t)(uintptr_t)lua_touserdata(L, index);
    return 1;
  case LUA_TTABLE:
  case LUA_TUSERDATA:
    return from_field(L, index, out);
  case TYPE_CDATA:
    return from_cdata(L, index, out);
  default:
    return 0;
  }
}

int value_plain(lua_State *L, int index, int64_t *out)
{
  int type = lua_type(L, index);
  return type != LUA_TTABLE && type != LUA_TUSERDATA && value_integer(L, index, out);
}

int64_t value_check(lua_State *L, int index)
{
  int64_t v = 0;
  if (!value_plain(L, index, &v))
    luaL_argerror(L, index, lua_pushfstring(L, "an integer is needed, not a %s", luaL_typename(L, index)));
  return v;
}

int64_t value_range(lua_State *L, int index, int64_t lo, int64_t hi)
{
  int64_t v = value_check(L, index);
  if (v < lo || v > hi)
    luaL_argerror(L, index, "the integer is out of range");
  return v;
}

#if LUA_VERSION_NUM >= 503
void value_push(lua_State *L, int64_t value) { lua_pushinteger(L, value); }
void value_pushunsigned(lua_State *L, uint64_t value) { lua_pushinteger(L, (int64_t)value); }
#else
enum { EXACT = 53 };

static void push(lua_State *L, uint64_t bits, int negative, double approximation)
{
  uint64_t size = negative ? 0 - bits : bits;
  if (size >> EXACT) {
    lua_getfield(L, LUA_REGISTRYINDEX, TO_CDATA);
    if (lua_type(L, -1) == LUA_TFUNCTION) {
      lua_pushlstring(L, (const char *)&bits, sizeof bits);
      lua_pushboolean(L, negative);
      lua_call(L, 2, 1);
      return;
    }
    lua_pop(L, 1);
  }
  lua_pushnumber(L, approximation);
}

void value_push(lua_State *L, int64_t value) { push(L, (uint64_t)value, value < 0, (double)value); }
void value_pushunsigned(lua_State *L, uint64_t value) { push(L, value, 0, (double)value); }
#endif
