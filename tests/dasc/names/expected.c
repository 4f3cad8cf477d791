/*
** Made by dasmc VERSION. Do not edit.
** The source is "input.dasc".
*/

//|.arch x64
#if !defined(DASM_LIST_VERSION) || DASM_LIST_VERSION != 1
#error "dasm.h is not included, or of another version than dasmc"
#endif
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
  lab__MAX
};
//|.globalnames label_names
static const char *const label_names[] = {
  "second@8",
  "first",
  (const char *)0
};
//|.externnames extern_names
static const char *const extern_names[] = {
  "puts",
  "malloc@plt",
  (const char *)0
};
//|.type P, struct point, rbx
#define Dt1(_V) ((ptrdiff_t)&(((struct point *)0x40000000)_V) - 0x40000000)
//|.type Q, int *
#define Dt2(_V) ((ptrdiff_t)&(((int * *)0x40000000)_V) - 0x40000000)
{
  //|->second@8:
  //| jmp ->first
  //| call extern puts
  //| call extern malloc@plt
  //|->first:
  //| mov eax, P->x
  //| mov eax, P:rcx->a[i].b
  //| mov [rdx+#P*2], eax
  //|.cold_1
  //| mov Q:rdx[2], rax
  dasm_put(Dst, N, (int64_t)(Dt1(->x)), (int64_t)(Dt1(->a[i].b)), (int64_t)(sizeof(struct point)*2), (int64_t)(Dt2([2])));
}
