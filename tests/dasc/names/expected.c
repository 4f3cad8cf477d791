
//|.arch x64
//|.section code, cold_1
#define DASM_SECTION_CODE	0
#define DASM_SECTION_COLD_1	1
#define DASM_MAXSECTION		2
//|.actionlist actions
static const unsigned char actions[] = {
};

//|.globals lab_
enum {
  lab_second,
  lab_first,
  lab_third,
  lab__MAX
};
//|.globalnames label_names
static const char *const label_names[] = {
  "second@8",
  "first",
  "third",
  0
};
//|.externnames extern_names
static const char *const extern_names[] = {
  "puts",
  "malloc@plt",
  0
};
//|.type P, struct point, rbx
#define Dt1(_V) in struct point
//|.type Q, int *
#define Dt2(_V) in int *
{
  //|->second@8:
  //| jmp ->first
  //| call extern puts
  //| call extern malloc@plt
  //|->first:
  //| mov eax, P->x
  //| mov eax, P:rcx->a[i].b
  //| mov [rdx+#P*2], eax
  //| mov Q:rdx[2], rax
  //| mov Q:rcx[3].a, rax
  //| jmp ->third
  dasm_put(Dst, N, Dt1(->x), Dt1(->a[i].b), sizeof(struct point)*2, Dt2([2]), Dt2([3].a));
}
