/* ctype.c - see ctype.h. */
#include "ctype.h"

#include <ctype.h>
#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#include "array.h"
#include "value.h"

/* ---- reading --------------------------------------------------------------- */

#define IS_SIGNED(type) ((type)-1 < (type)1 ? SIGNED : UNSIGNED)
#define INTEGER(name, type) {name, IS_SIGNED(type), sizeof(type)}

/* Types of one word. */
static const struct {
  const char *name;
  Kind kind;
  unsigned size;
} types[] = {
    {"void", VOID, 0},
    {"bool", BOOL, 1},
    {"_Bool", BOOL, 1},
    {"float", FLOAT, sizeof(float)},
    {"double", DOUBLE, sizeof(double)},
    INTEGER("int8", int8_t),
    INTEGER("int8_t", int8_t),
    INTEGER("uint8", uint8_t),
    INTEGER("uint8_t", uint8_t),
    INTEGER("int16", int16_t),
    INTEGER("int16_t", int16_t),
    INTEGER("uint16", uint16_t),
    INTEGER("uint16_t", uint16_t),
    INTEGER("int32", int32_t),
    INTEGER("int32_t", int32_t),
    INTEGER("uint32", uint32_t),
    INTEGER("uint32_t", uint32_t),
    INTEGER("int64", int64_t),
    INTEGER("int64_t", int64_t),
    INTEGER("uint64", uint64_t),
    INTEGER("uint64_t", uint64_t),
    INTEGER("size_t", size_t),
    INTEGER("ssize_t", ssize_t),
    INTEGER("intptr_t", intptr_t),
    INTEGER("uintptr_t", uintptr_t),
    INTEGER("ptrdiff_t", ptrdiff_t),
};

/* What the words char, short, int, long, signed, unsigned add up to. */
typedef struct Words {
  unsigned chars, shorts, ints, longs, signs, unsigneds;
} Words;

static const char *skip(const char *s)
{
  while (isspace((unsigned char)*s))
    s++;
  return s;
}

static size_t word(const char *s)
{
  size_t n = 0;
  if (isalpha((unsigned char)*s) || *s == '_')
    while (isalnum((unsigned char)s[n]) || s[n] == '_')
      n++;
  return n;
}

static bool is(const char *s, size_t n, const char *name) { return strlen(name) == n && !memcmp(s, name, n); }

static bool add(Words *w, const char *s, size_t n)
{
  if (is(s, n, "char"))
    w->chars++;
  else if (is(s, n, "short"))
    w->shorts++;
  else if (is(s, n, "int"))
    w->ints++;
  else if (is(s, n, "long"))
    w->longs++;
  else if (is(s, n, "signed"))
    w->signs++;
  else if (is(s, n, "unsigned"))
    w->unsigneds++;
  else
    return false;
  return true;
}

static bool integer(const Words *w, CType *t)
{
  if (w->chars > 1 || w->shorts > 1 || w->ints > 1 || w->longs > 2 || w->signs + w->unsigneds > 1 ||
      w->chars + w->shorts + (w->longs != 0) > 1 || (w->chars && w->ints))
    return false;
  t->size = w->chars ? sizeof(char) : w->shorts ? sizeof(short) : w->longs == 2 ? sizeof(long long)
          : w->longs ? sizeof(long) : sizeof(int);
  t->kind = w->unsigneds || (w->chars && !w->signs && IS_SIGNED(char) == UNSIGNED) ? UNSIGNED : SIGNED;
  return true;
}

static ffi_type *ffi_of(const CType *t)
{
  switch (t->kind) {
  case VOID: return &ffi_type_void;
  case FLOAT: return &ffi_type_float;
  case DOUBLE: return &ffi_type_double;
  case POINTER: return &ffi_type_pointer;
  case SIGNED:
    return t->size == 1 ? &ffi_type_sint8 : t->size == 2 ? &ffi_type_sint16 : t->size == 4 ? &ffi_type_sint32
                                                                                          : &ffi_type_sint64;
  default:
    return t->size == 1 ? &ffi_type_uint8 : t->size == 2 ? &ffi_type_uint16 : t->size == 4 ? &ffi_type_uint32
                                                                                          : &ffi_type_uint64;
  }
}

/* The type at *p, with its stars and qualifiers; *p moves behind it. */
static const char *type(const char **p, CType *t)
{
  Words words = {0};
  bool any = false, named = false, constant = false, text;
  const char *s = skip(*p);
  size_t n, i;

  memset(t, 0, sizeof *t);
  while ((n = word(s)) != 0) {
    if (is(s, n, "const"))
      constant = true;
    else if (is(s, n, "volatile") || is(s, n, "struct"))
      named = named || *s == 's';
    else if (!named && add(&words, s, n))
      any = true;
    else if (any || t->size || (named && t->kind != VOID))
      break; /* a parameter's name */
    else {
      for (i = 0; i < sizeof types / sizeof *types && !is(s, n, types[i].name); i++)
        ;
      if (i < sizeof types / sizeof *types) {
        t->kind = types[i].kind;
        t->size = types[i].size;
      } else if (*skip(s + n) != '*' && !named) {
        *p = s;
        return "unknown type";
      }
      s = skip(s + n);
      if (is(s, word(s), "const")) {
        constant = true;
        s = skip(s + 5);
      }
      any = named = true;
      break;
    }
    s = skip(s + n);
  }
  if (!any || (!named && !integer(&words, t))) {
    *p = s;
    return "a type is needed";
  }
  text = words.chars != 0;
  while (*s == '*') {
    t->text = t->kind != POINTER && text;
    t->constant = t->kind != POINTER && constant;
    t->target = t->kind;
    t->target_size = t->size;
    t->kind = POINTER;
    t->size = sizeof(void *);
    s = skip(s + 1);
    while (is(s, word(s), "const") || is(s, word(s), "restrict"))
      s = skip(s + word(s));
  }
  t->ffi = ffi_of(t);
  *p = s;
  return NULL;
}

const char *ctype_type(const char *text, CType *out, const char **at)
{
  const char *error;
  *at = text;
  error = type(at, out);
  if (error)
    return error;
  *at = skip(*at);
  return **at ? "the type should end here" : out->kind == VOID ? "void has no values" : NULL;
}

const char *ctype_signature(const char *text, Signature *out, const char **at)
{
  const char *error;

  out->count = 0;
  *at = text;
  if ((error = type(at, &out->result)) != NULL)
    return error;
  *at = skip(*at + word(*at)); /* name of the function */
  if (**at != '(')
    return "'(' is needed";
  *at = skip(*at + 1);
  if (**at != ')')
    for (;;) {
      CType *t = &out->arguments[out->count];
      const char *start = *at;
      if (out->count == MAX_ARGUMENTS)
        return "too many parameters";
      if ((error = type(at, t)) != NULL)
        return error;
      *at = skip(*at + word(*at)); /* name of the parameter */
      if (t->kind == VOID) {
        if (out->count || **at != ')') {
          *at = start;
          return "a parameter cannot be void";
        }
        break;
      }
      out->count++;
      if (**at != ',')
        break;
      *at = skip(*at + 1);
    }
  if (**at != ')')
    return "',' or ')' is needed";
  *at = skip(*at + 1);
  return **at ? "the signature should end here" : NULL;
}

/* ---- values ------------------------------------------------------------------ */

static const char *store_integer(lua_State *L, int index, const CType *t, void *memory)
{
  int64_t v;
  unsigned bits = 8 * t->size;

  if (lua_type(L, index) == LUA_TBOOLEAN && t->kind == BOOL)
    v = lua_toboolean(L, index);
  else if (!value_integer(L, index, &v))
    return "an integer is needed";
  if (t->kind == BOOL)
    v = v != 0;
  else if (bits < 64 && (v < -((int64_t)1 << (bits - 1)) || v >= (int64_t)1 << bits))
    return "the value does not fit in its type";
  switch (t->size) {
  case 1: *(uint8_t *)memory = (uint8_t)v; break;
  case 2: *(uint16_t *)memory = (uint16_t)v; break;
  case 4: *(uint32_t *)memory = (uint32_t)v; break;
  default: *(int64_t *)memory = v; break;
  }
  return NULL;
}

static bool floating(Kind kind) { return kind == FLOAT || kind == DOUBLE; }

/* May a pointer of type t go to an array of these elements? Bytes are memory of any kind, and signs do
 * not matter. */
static bool points_to(const CType *t, const CType *element)
{
  if (t->target == VOID || t->target_size == 1 || element->size == 1)
    return true;
  return t->target_size == element->size && floating(t->target) == floating(element->kind);
}

static const char *store_pointer(lua_State *L, int index, const CType *t, void *memory)
{
  int64_t v = 0;
  const CType *element = NULL;
  void *array = array_memory(L, index, &element);

  if (array && !points_to(t, element))
    return "the array has numbers of another type than the pointer";
  if (array)
    v = (int64_t)(uintptr_t)array;
  else if (lua_type(L, index) == LUA_TSTRING) {
    if (!t->constant)
      return "a string can only be passed as a pointer to const";
    v = (int64_t)(uintptr_t)lua_tostring(L, index);
  } else if (!lua_isnil(L, index) && !value_integer(L, index, &v))
    return "an address, array, string or nil is needed";
  *(void **)memory = (void *)(uintptr_t)v;
  return NULL;
}

const char *ctype_store(lua_State *L, int index, const CType *t, void *memory)
{
  double d;

  switch (t->kind) {
  case FLOAT:
  case DOUBLE:
    if (lua_type(L, index) != LUA_TNUMBER)
      return "a number is needed";
    d = (double)lua_tonumber(L, index);
    if (t->kind == FLOAT && d - d == 0 && (d > (double)FLT_MAX || d < -(double)FLT_MAX))
      return "the value does not fit in its type";
    if (t->kind == FLOAT)
      *(float *)memory = (float)d;
    else
      *(double *)memory = d;
    return NULL;
  case POINTER: return store_pointer(L, index, t, memory);
  case VOID: return "void has no values";
  default: return store_integer(L, index, t, memory);
  }
}

static int64_t load_signed(const CType *t, const void *m)
{
  switch (t->size) {
  case 1: return *(const int8_t *)m;
  case 2: return *(const int16_t *)m;
  case 4: return *(const int32_t *)m;
  default: return *(const int64_t *)m;
  }
}

static uint64_t load_unsigned(const CType *t, const void *m)
{
  switch (t->size) {
  case 1: return *(const uint8_t *)m;
  case 2: return *(const uint16_t *)m;
  case 4: return *(const uint32_t *)m;
  default: return *(const uint64_t *)m;
  }
}

void ctype_push(lua_State *L, const CType *t, const void *m)
{
  const void *p;

  switch (t->kind) {
  case VOID: lua_pushnil(L); break;
  case BOOL: lua_pushboolean(L, *(const uint8_t *)m); break;
  case FLOAT: lua_pushnumber(L, (lua_Number) * (const float *)m); break;
  case DOUBLE: lua_pushnumber(L, *(const double *)m); break;
  case SIGNED: value_push(L, load_signed(t, m)); break;
  case UNSIGNED: value_pushunsigned(L, load_unsigned(t, m)); break;
  case POINTER:
    p = *(void *const *)m;
    if (!p)
      lua_pushnil(L);
    else if (t->text)
      lua_pushstring(L, p);
    else
      value_pushunsigned(L, (uintptr_t)p);
    break;
  }
}
