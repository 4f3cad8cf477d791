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

//|.macro inner, r
//|  mov r, n
//|| c(r);
//|.endmacro
//|.macro outer
//|  inner eax
//|  nop
//|.endmacro
{
  //| outer
  //|{ MACRO outer (0)
  //|  inner eax
  //|{ MACRO inner (1)
  //|  mov eax, n
  dasm_put(Dst, N, (int64_t)(n));
   c(eax);
  //|} MACRO inner (1)
  //|  nop
  //|} MACRO outer (0)
  dasm_put(Dst, N);
}
