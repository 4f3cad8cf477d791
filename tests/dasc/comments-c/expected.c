
#line 1 "input.dasc"
/*|.arch x64 */
#line 2 "input.dasc"
/*|.actionlist actions */
static const unsigned char actions[] = {
};

#line 3 "input.dasc"
int x; /* C */
  /*| nop */
  dasm_put(Dst, N);
  /*|// echoed */
#line 6 "input.dasc"
  /*| mov eax, n */
  dasm_put(Dst, N, n);
