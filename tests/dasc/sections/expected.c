
//|.arch x64
//|.section code, cold, Data_2
#define DASM_SECTION_CODE	0
#define DASM_SECTION_COLD	1
#define DASM_SECTION_DATA_2	2
#define DASM_MAXSECTION		3
//|.actionlist actions
static const unsigned char actions[] = {
};

{
  //| mov eax, a
  dasm_put(Dst, N, a);
  //|.cold
  dasm_put(Dst, N);
  //| mov eax, b
  dasm_put(Dst, N, b);
  //|.Data_2
  dasm_put(Dst, N);
  //| mov eax, c
  dasm_put(Dst, N, c);
}
  //|.code
  dasm_put(Dst, N);
