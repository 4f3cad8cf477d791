
#line 1 "input.dasc"
#include "dasm.h"

//|.arch x64
#line 4 "input.dasc"
//|.actionlist actions
static const unsigned char actions[] = {
};

#line 5 "input.dasc"

void emit(dasm_State **Dst, int n)
{
  //| mov eax, 1
  //| add eax, n; add ecx, n+1
  dasm_put(Dst, N, n, n+1);
#line 10 "input.dasc"
  if (n) {
    //| nop	// a comment
    dasm_put(Dst, N);
     foo(n); // C
#line 13 "input.dasc"
    //| mov eax, n ;
    dasm_put(Dst, N, n);
#line 14 "input.dasc"
  }

  //|
  //| ret
  dasm_put(Dst, N);
#line 18 "input.dasc"
}
