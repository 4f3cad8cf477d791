/*
** Made by dasmc VERSION. Do not edit.
** The source is "input.dasc".
*/

//|.arch x64
#if !defined(DASM_LIST_VERSION) || DASM_LIST_VERSION != 1
#error "dasm.h is not included, or of another version than dasmc"
#endif
//|.actionlist actions
static const unsigned char actions[] = {
};

  //| mov eax, a
  dasm_put(Dst, N, (int64_t)(a));
  //| mov eax, b; mov eax, c
  dasm_put(Dst, N, (int64_t)(b), (int64_t)(c));
end();
