
#line 1 "input.dasc"
//|.arch x64
#line 2 "input.dasc"
//|.actionlist actions
static const unsigned char actions[] = {
};

#line 3 "input.dasc"
//|.dumpcapture tail
#line 6 "input.dasc"
int captured;
//| mov eax, n
dasm_put(Dst, N, n);
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
dasm_put(Dst, N, n);
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
//|.capture outer
#line 24 "input.dasc"
//|.capture inner
#line 27 "input.dasc"
//|.dumpcapture outer
#line 18 "input.dasc"
int outer_begins;
//|.dumpcapture tail
#line 6 "input.dasc"
int captured;
//| mov eax, n
dasm_put(Dst, N, n);
 more();
#line 9 "input.dasc"
//|.endcapture
#line 12 "input.dasc"
int again;
//|.endcapture
#line 20 "input.dasc"
//| mov eax, m
//|.dumpcapture inner
dasm_put(Dst, N, m);
#line 25 "input.dasc"
//| mov eax, inner
//|.endcapture
dasm_put(Dst, N, inner);
#line 22 "input.dasc"
int outer_ends;
//|.endcapture
#line 28 "input.dasc"
int end;
