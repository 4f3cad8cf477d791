/*
** Made by dasmc VERSION. Do not edit.
** The source is "input.dasc".
*/

#line 1 "input.dasc"
/*|.arch x64 */
#if !defined(DASM_LIST_VERSION) || DASM_LIST_VERSION != 1
#error "dasm.h is not included, or of another version than dasmc"
#endif
#line 2 "input.dasc"
/*|.actionlist actions */
static const unsigned char actions[] = {
};

#line 3 "input.dasc"
int x; /* C */
  /*| nop // * / is in the text */
  dasm_put(Dst, N);
  /*|// echoed */
#line 6 "input.dasc"
  /*| mov eax, /* n * / n */
  dasm_put(Dst, N, (int64_t)(/* n */ n));
