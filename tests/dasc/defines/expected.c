
//|.arch x64
//|.actionlist actions
static const unsigned char actions[] = {
};

 f(one, 1, C, x);
//|.define E, [base+8]
//|.define F
 g("[base+8]", 1, AE, #E, one#B);
//| mov eax, A
dasm_put(Dst, N, one);
