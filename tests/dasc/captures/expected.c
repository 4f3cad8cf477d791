/*
** Made by dasmc VERSION. Do not edit.
** The source is "input.dasc".
*/

#line 1 "input.dasc"
//|.arch x64
#if !defined(DASM_LIST_VERSION) || DASM_LIST_VERSION != 1
#error "dasm.h is not included, or of another version than dasmc"
#endif
#line 2 "input.dasc"
//|.actionlist actions
static const unsigned char actions[] = {
};

#line 3 "input.dasc"
//|.dumpcapture tail
#line 6 "input.dasc"
int captured;
//| mov eax, n
dasm_put(Dst, N, (int64_t)(n));
 more();
#line 9 "input.dasc"
//|.endcapture
#line 12 "input.dasc"
int again;
//|.endcapture
#line 4 "input.dasc"
int x;
//|.capture tail
#line 10 "input.dasc"
int y;
//|.capture tail
#line 14 "input.dasc"
//|.dumpcapture tail
#line 6 "input.dasc"
int captured;
//| mov eax, n
dasm_put(Dst, N, (int64_t)(n));
 more();
#line 9 "input.dasc"
//|.endcapture
#line 12 "input.dasc"
int again;
//|.endcapture
#line 15 "input.dasc"
//|.dumpcapture unknown
#line 16 "input.dasc"
int z;
