
#line 1 "input.dasc"
//|.include early.inc
#line 1 "early.inc"
int early;
#line 2 "input.dasc"
//|.arch x64
#line 3 "input.dasc"
//|.actionlist actions
static const unsigned char actions[] = {
};

#line 4 "input.dasc"
int before;
//|.include both.inc
#line 1 "two/both.inc"
//| mov eax, two
dasm_put(Dst, N, two);
#line 2 "two/both.inc"
int from_two;
#line 6 "input.dasc"
//|.include here.inc
#line 1 "here.inc"
int here;
#line 7 "input.dasc"
int after;
