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

 f(one, 1, C, x);
//|.define E, [rsp+8]
//|.define F
 g("[rsp+8]", 1, AE, #E, one#B);
//| mov eax, A
dasm_put(Dst, N, (int64_t)(one));
