/* mips_walk.c - MIPS' operations in the quick walk: see walk.h. */
#include "../walk.h"

RARELY(MIPS_LI)
