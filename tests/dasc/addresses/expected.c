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

//| mov eax, [rsp+8]
//| mov eax, [esp+8]
//| addr32 mov eax, [esp+8]
//| lea eax, [esp+8]
//| lea rax, [esp+8]
dasm_put(Dst, N);
