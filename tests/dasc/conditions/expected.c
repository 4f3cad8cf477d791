/*
** Made by dasmc VERSION. Do not edit.
** The source is "input.dasc".
*/

#if !defined(DASM_LIST_VERSION) || DASM_LIST_VERSION != 1
#error "dasm.h is not included, or of another version than dasmc"
#endif
static const unsigned char actions[] = {
};

c1();
 yes();
 inner();
