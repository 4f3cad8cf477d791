/* box.h - what the library hands out, as userdata.
 *
 * Collection may happen in any order, so the order is kept here by counting: functions hold their
 * code, code holds its heap and the code that it calls.
 */
#ifndef DASM_LUA_BOX_H
#define DASM_LUA_BOX_H

#include "../glue.h"
#include "compat.h"

typedef struct Heap {
  glue_Heap *heap;
  unsigned refs;
} Heap;

typedef struct Code {
  glue_Code *code; /* NULL: freed */
  Heap *heap;
  unsigned refs;       /* all holders */
  unsigned users;      /* of these: other code */
  int closed;          /* nobody may call it by name any more */
  struct Code **keeps; /* code that this code may call */
  unsigned nkeeps;
} Code;

#define BOX_ASM "dasm.lowlevel.asm"
#define BOX_FRAGMENT "dasm.lowlevel.fragment"
#define BOX_HEAP "dasm.lowlevel.heap"
#define BOX_CODE "dasm.lowlevel.code"

/* What is at index; an error if it is something else, or closed. */
glue_Asm *box_asm(lua_State *L, int index);
glue_Fragment *box_fragment(lua_State *L, int index);
Heap *box_heap(lua_State *L, int index);
Code *box_code(lua_State *L, int index);

/* Make userdata of new things; NULL becomes nil. */
void box_pushasm(lua_State *L, glue_Asm *a);
void box_pushfragment(lua_State *L, glue_Fragment *f);
void box_pushheap(lua_State *L, glue_Heap *h);
void box_pushcode(lua_State *L, Heap *h, glue_Code *c);

void code_hold(Code *c);
void code_drop(Code *c);
void code_enter(Code *c);
void code_leave(Code *c);

/* Functions of the module, see each. */
int box_close(lua_State *L);
int box_keep(lua_State *L);

void box_open(lua_State *L);

#endif
