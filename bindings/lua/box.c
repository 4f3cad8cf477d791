/* box.c - see box.h. */
#include "box.h"

#include <stdlib.h>
#include <string.h>

typedef struct Box {
  void *p; /* NULL: closed */
} Box;

static void heap_drop(Heap *h)
{
  if (--h->refs)
    return;
  glue_heap_free(h->heap);
  free(h);
}

/* Free the block once nobody can get to it: not by name, and not from other code. */
static void release(Code *c)
{
  if (!c->code || !(c->closed || !c->refs) || c->users)
    return;
  glue_code_free(c->heap->heap, c->code);
  c->code = NULL;
}

void code_hold(Code *c) { c->refs++; }

/* While it runs it stays, even if a callback closes it. */
void code_enter(Code *c)
{
  c->refs++;
  c->users++;
}

void code_leave(Code *c)
{
  c->users--;
  code_drop(c);
}

void code_drop(Code *c)
{
  unsigned i;
  c->refs--;
  release(c);
  if (c->refs)
    return;
  for (i = 0; i < c->nkeeps; i++) {
    c->keeps[i]->users--;
    code_drop(c->keeps[i]);
  }
  heap_drop(c->heap);
  free(c->keeps);
  free(c);
}

static void *check(lua_State *L, int index, const char *type)
{
  Box *b = luaL_checkudata(L, index, type);
  if (!b->p)
    luaL_error(L, "%s is closed", strrchr(type, '.') + 1);
  return b->p;
}

glue_Asm *box_asm(lua_State *L, int index) { return check(L, index, BOX_ASM); }
glue_Fragment *box_fragment(lua_State *L, int index) { return check(L, index, BOX_FRAGMENT); }
Heap *box_heap(lua_State *L, int index) { return check(L, index, BOX_HEAP); }

Code *box_code(lua_State *L, int index)
{
  Code *c = check(L, index, BOX_CODE);
  if (c->closed || !c->code)
    luaL_error(L, "code is closed");
  return c;
}

static void push(lua_State *L, void *p, const char *type)
{
  Box *b = lua_newuserdata(L, sizeof *b);
  b->p = p;
  luaL_setmetatable(L, type);
}

void box_pushasm(lua_State *L, glue_Asm *a)
{
  if (a)
    push(L, a, BOX_ASM);
  else
    luaL_error(L, "out of memory");
}

void box_pushfragment(lua_State *L, glue_Fragment *f)
{
  if (f)
    push(L, f, BOX_FRAGMENT);
  else
    lua_pushnil(L);
}

void box_pushheap(lua_State *L, glue_Heap *heap)
{
  Heap *h = calloc(1, sizeof *h);
  if (!h || !heap) {
    glue_heap_free(heap);
    free(h);
    luaL_error(L, "out of memory");
    return;
  }
  if (glue_heap_status(heap) != 0) {
    lua_pushstring(L, glue_heap_error(heap));
    glue_heap_free(heap);
    free(h);
    lua_error(L);
  }
  h->heap = heap;
  h->refs = 1;
  push(L, h, BOX_HEAP);
}

void box_pushcode(lua_State *L, Heap *h, glue_Code *code)
{
  Code *c;
  if (!code) {
    lua_pushnil(L);
    return;
  }
  c = calloc(1, sizeof *c);
  if (!c) {
    glue_code_free(h->heap, code);
    luaL_error(L, "out of memory");
    return;
  }
  c->code = code;
  c->heap = h;
  c->refs = 1;
  h->refs++;
  push(L, c, BOX_CODE);
}

/* keep(code, other): as long as code is there, other is. */
int box_keep(lua_State *L)
{
  Code *c = box_code(L, 1), *other = box_code(L, 2);
  Code **keeps;
  unsigned i;

  for (i = 0; i < c->nkeeps; i++)
    if (c->keeps[i] == other)
      return 0;
  if (c == other)
    return 0;
  keeps = realloc(c->keeps, (c->nkeeps + 1) * sizeof *keeps);
  if (!keeps)
    return luaL_error(L, "out of memory");
  c->keeps = keeps;
  keeps[c->nkeeps++] = other;
  other->refs++;
  other->users++;
  return 0;
}

/* close(box): free what it has. The second time does nothing. */
int box_close(lua_State *L)
{
  Box *b = lua_touserdata(L, 1);
  void *p;

  luaL_argcheck(L, b && lua_getmetatable(L, 1), 1, "nothing that can be closed");
  lua_getfield(L, -1, "__drop");
  luaL_argcheck(L, lua_islightuserdata(L, -1), 1, "nothing that can be closed");
  p = b->p;
  b->p = NULL;
  if (p)
    switch (*(const char *)lua_touserdata(L, -1)) {
    case 'a': glue_free(p); break;
    case 'f': glue_release(p); break;
    case 'h': heap_drop(p); break;
    case 'c':
      ((Code *)p)->closed = 1;
      release(p);
      code_drop(p);
      break;
    default: break;
    }
  return 0;
}

/* Collected, but not closed: functions made from code may still be there. */
static int collect(lua_State *L)
{
  Box *b = luaL_checkudata(L, 1, BOX_CODE);
  Code *c = b->p;
  b->p = NULL;
  if (c)
    code_drop(c);
  return 0;
}

static void define(lua_State *L, const char *type)
{
  luaL_newmetatable(L, type);
  lua_pushcfunction(L, *(strrchr(type, '.') + 1) == 'c' ? collect : box_close);
  lua_setfield(L, -2, "__gc");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pushlightuserdata(L, (void *)(strrchr(type, '.') + 1));
  lua_setfield(L, -2, "__drop");
  lua_pop(L, 1);
}

void box_open(lua_State *L)
{
  define(L, BOX_ASM);
  define(L, BOX_FRAGMENT);
  define(L, BOX_HEAP);
  define(L, BOX_CODE);
}
