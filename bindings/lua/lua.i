/* lua.i - how Lua values are passed to glue.h; included by dasm.i. */
%{
#include <limits.h>

#include "lua/array.h"
#include "lua/box.h"
#include "lua/call.h"
#include "lua/native.h"
#include "lua/value.h"
%}

%rename("%(strip:[glue_])s") "";

/* Integers. */
%typemap(in, checkfn = "native_any") int { $1 = (int)value_range(L, $input, INT_MIN, INT_MAX); }
%typemap(in, checkfn = "native_any") unsigned { $1 = (unsigned)value_range(L, $input, 0, UINT_MAX); }
%typemap(in, checkfn = "native_any") size_t, int64_t, uint64_t { $1 = ($1_ltype)value_check(L, $input); }
%typemap(out) int, unsigned, size_t, int64_t { value_push(L, (int64_t)$1); SWIG_arg++; }
%typemap(out) uint64_t { value_pushunsigned(L, $1); SWIG_arg++; }

/* Values of a put: a list of integers. */
%typemap(in, checkfn = "lua_istable") (const int64_t *values, unsigned count) {
  unsigned i;
  $2 = (unsigned)lua_rawlen(L, $input);
  $1 = lua_newuserdata(L, ($2 + 1) * sizeof(int64_t));
  for (i = 0; i < $2; i++) {
    lua_rawgeti(L, $input, (int)i + 1);
    $1[i] = 0;
    if (!value_plain(L, lua_gettop(L), &$1[i]))
      luaL_error(L, "value %d: an integer is needed, not a %s", (int)i + 1, luaL_typename(L, -1));
    lua_pop(L, 1);
  }
}

/* Text and bytes in. */
%typemap(in, checkfn = "lua_isstring") (const char *text, size_t length) (size_t n) {
  $1 = (char *)lua_tolstring(L, $input, &n);
  $2 = n;
}
%typemap(in, checkfn = "lua_isstring") (const void *bytes, size_t count) (size_t n) {
  $1 = (void *)lua_tolstring(L, $input, &n);
  $2 = n;
}

/* Handles. */
%typemap(in, checkfn = "lua_isuserdata") glue_Asm *, const glue_Asm * { $1 = box_asm(L, $input); }
%typemap(in, checkfn = "lua_isuserdata") glue_Fragment *, const glue_Fragment * { $1 = box_fragment(L, $input); }
%typemap(in, checkfn = "lua_isuserdata") glue_Heap * { $1 = box_heap(L, $input)->heap; }
%typemap(in, checkfn = "lua_isuserdata") const glue_Code * { $1 = box_code(L, $input)->code; }
%typemap(in, checkfn = "lua_isuserdata") (glue_Heap *h, glue_Code *code) {
  $1 = box_code(L, $input)->heap->heap;
  $2 = box_code(L, $input)->code;
}
%typemap(out) glue_Asm * { box_pushasm(L, $1); SWIG_arg++; }
%typemap(out) glue_Fragment * { box_pushfragment(L, $1); SWIG_arg++; }
%typemap(out) glue_Heap * { box_pushheap(L, $1); SWIG_arg++; }
%typemap(out) glue_Code * { box_pushcode(L, box_heap(L, 1), $1); SWIG_arg++; } /* the heap comes first */

/* box.c does these; native.c has those that return bytes. */
%ignore glue_free;
%ignore glue_heap_free;
%ignore glue_release;
%ignore glue_code_free;
%ignore glue_encode;
%ignore glue_address;

%native(close) int box_close(lua_State *L);
%native(code_keep) int box_keep(lua_State *L);
%native(encode) int native_encode(lua_State *L);
%native(code_bytes) int native_bytes(lua_State *L);
%native(symbol) int native_symbol(lua_State *L);
%native(set_cdata) int native_cdata(lua_State *L);
%native(integer) int native_integer(lua_State *L);
%native(callable) int call_new(lua_State *L);
%native(array) int array_new(lua_State *L);

%init %{
  box_open(L);
  call_open(L);
  array_open(L);
%}

%wrapper %{
SWIGEXPORT int SWIG_init(lua_State *L);
SWIGEXPORT int luaopen_dasm_lowlevel(lua_State *L);
SWIGEXPORT int luaopen_dasm_lowlevel(lua_State *L) { return SWIG_init(L); }
%}
