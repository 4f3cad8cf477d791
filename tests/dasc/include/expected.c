/*
** Made by dasmc VERSION. Do not edit.
** The source is "input.dasc".
*/

#line 1 "input.dasc"
//|.include early.inc
#line 1 "early.inc"
int early;
#line 2 "input.dasc"
//|.arch x64
#if !defined(DASM_LIST_VERSION) || DASM_LIST_VERSION != 1
#error "dasm.h is not included, or of another version than dasmc"
#endif
#line 3 "input.dasc"
//|.actionlist actions
static const unsigned char actions[] = {
};

#line 4 "input.dasc"
int before;
//|.include both.inc
#line 1 "two/both.inc"
//| mov eax, two
dasm_put(Dst, N, (int64_t)(two));
#line 2 "two/both.inc"
int from_two;
#line 6 "input.dasc"
//|.include here.inc
#line 1 "here.inc"
int here;
#line 7 "input.dasc"
int after;
