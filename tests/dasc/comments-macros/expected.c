
//|.arch x64
//|.actionlist actions
static const unsigned char actions[] = {
};

//|.macro inner, r
//|  .dword r
//|| c(r);
//|.endmacro
//|.macro outer
//|  inner b
//|  nop
//|.endmacro
{
  //| outer
  //|{ MACRO outer (0)
  //|  inner b
  //|{ MACRO inner (1)
  //|  .dword b
  dasm_put(Dst, N, b);
   c(b);
  //|} MACRO inner (1)
  //|  nop
  //|} MACRO outer (0)
  dasm_put(Dst, N);
}
