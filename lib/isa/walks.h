/* walks.h - what ISAs add to the quick walk: cases, included by put.c. */
#include "x86_walk.h"
