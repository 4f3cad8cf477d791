/* call.c - see call.h. */
#include "call.h"

#include <string.h>

#include "box.h"
#include "ctype.h"
#include "value.h"

typedef struct Function {
  Code *code; /* NULL: a function that was there before */
  uintptr_t address;
  ffi_cif cif;
  CType result;
  unsigned count;
  ffi_type **types; /* behind arguments */
  char *text;       /* behind types */
  CType arguments[];
} Function;

typedef union Slot {
  int64_t i;
  double d;
  void *p;
} Slot;

static Function *function(lua_State *L) { return luaL_checkudata(L, 1, BOX_FUNCTION); }

static Function *allocate(lua_State *L, const Signature *s, const char *text)
{
  size_t types = s->count * sizeof(ffi_type *), length = strlen(text) + 1;
  size_t arguments = s->count * sizeof(CType);
  Function *f = lua_newuserdata(L, sizeof *f + arguments + types + length);
  unsigned i;

  memset(f, 0, sizeof *f);
  f->result = s->result;
  f->count = s->count;
  memcpy(f->arguments, s->arguments, arguments);
  f->types = (ffi_type **)(void *)((char *)f->arguments + arguments);
  for (i = 0; i < s->count; i++)
    f->types[i] = s->arguments[i].ffi;
  f->text = (char *)f->types + types;
  memcpy(f->text, text, length);
  return f;
}

int call_new(lua_State *L)
{
  Signature s;
  const char *text = luaL_checkstring(L, 1), *at, *error = ctype_signature(text, &s, &at);
  int64_t address = value_check(L, 2);
  Code *code = lua_isnoneornil(L, 3) ? NULL : box_code(L, 3);
  Function *f;

  if (error)
    return luaL_error(L, "signature '%s': %s at '%s'", text, error, at);
  if (!address)
    return luaL_error(L, "a function cannot be at address 0");
  if (code && ((uint64_t)address < glue_code_address(code->code) ||
               (uint64_t)address - glue_code_address(code->code) >= glue_code_size(code->code)))
    return luaL_error(L, "the address is outside of the code");
  f = allocate(L, &s, text);
  f->address = (uintptr_t)address;
  if (ffi_prep_cif(&f->cif, FFI_DEFAULT_ABI, s.count, f->result.ffi, f->types) != FFI_OK)
    return luaL_error(L, "signature '%s' is not possible here", text);
  luaL_setmetatable(L, BOX_FUNCTION);
  if (code) {
    code_hold(code);
    f->code = code;
  }
  return 1;
}

/* libffi widens small integers to a whole register. */
static void push_result(lua_State *L, const CType *t, const Slot *r)
{
  CType wide = *t;
  if (t->kind == SIGNED && t->size < sizeof(ffi_arg)) {
    int64_t v = (int64_t) * (const ffi_sarg *)(const void *)r;
    value_push(L, t->size == 1 ? (int8_t)v : t->size == 2 ? (int16_t)v : (int32_t)v);
    return;
  }
  if ((t->kind == UNSIGNED || t->kind == BOOL) && t->size < sizeof(ffi_arg)) {
    uint64_t v = *(const ffi_arg *)(const void *)r & (((uint64_t)1 << 8 * t->size) - 1);
    if (t->kind == BOOL)
      lua_pushboolean(L, v != 0);
    else
      value_pushunsigned(L, v);
    return;
  }
  ctype_push(L, &wide, r);
}

static void check_open(lua_State *L, const Function *f)
{
  if (!f->address || (f->code && (f->code->closed || !f->code->code)))
    luaL_error(L, "the code of %s is closed", f->text);
}

static int call(lua_State *L)
{
  Function *f = function(L);
  Slot slots[MAX_ARGUMENTS], result;
  void *pointers[MAX_ARGUMENTS];
  unsigned i;

  check_open(L, f);
  if ((unsigned)lua_gettop(L) - 1 != f->count)
    return luaL_error(L, "%s takes %d argument%s, not %d", f->text, (int)f->count, f->count == 1 ? "" : "s",
                      lua_gettop(L) - 1);
  for (i = 0; i < f->count; i++) {
    const char *error = ctype_store(L, (int)i + 2, &f->arguments[i], &slots[i]);
    if (error)
      return luaL_error(L, "%s, argument %d: %s (got %s)", f->text, (int)i + 1, error, luaL_typename(L, (int)i + 2));
    pointers[i] = &slots[i];
  }
  check_open(L, f); /* an argument may have a metamethod */
  result.i = 0;
  if (f->code)
    code_enter(f->code);
  ffi_call(&f->cif, (void (*)(void))f->address, &result, pointers);
  if (f->code)
    code_leave(f->code);
  if (f->result.kind == VOID)
    return 0;
  push_result(L, &f->result, &result);
  return 1;
}

static int at_index(lua_State *L)
{
  Function *f = function(L);
  const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
  if (strcmp(key, "address") == 0)
    value_pushunsigned(L, f->address);
  else if (strcmp(key, "signature") == 0)
    lua_pushstring(L, f->text);
  else
    lua_pushnil(L);
  return 1;
}

static int tostring(lua_State *L)
{
  Function *f = function(L);
  lua_pushfstring(L, "function %s: %p", f->text, (void *)f->address);
  return 1;
}

static int collect(lua_State *L)
{
  Function *f = function(L);
  Code *c = f->code;
  f->code = NULL;
  f->address = 0;
  if (c)
    code_drop(c);
  return 0;
}

void call_open(lua_State *L)
{
  static const luaL_Reg methods[] = {
      {"__call", call}, {"__index", at_index}, {"__tostring", tostring}, {"__gc", collect}, {NULL, NULL}};
  luaL_newmetatable(L, BOX_FUNCTION);
  luaL_setfuncs(L, methods, 0);
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 1);
}
