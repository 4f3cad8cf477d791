
//|.arch x64
//|.actionlist actions
static const unsigned char actions[] = {
};

  //| mov eax, a
  dasm_put(Dst, N, a);
  //| mov eax, b; mov eax, c
  dasm_put(Dst, N, b, c);
end();
