/* walks.h - what ISAs add to the quick walk: cases, included by put.c. */
#include "riscv_walk.h"
#include "x86_walk.h"
