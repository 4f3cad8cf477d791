/* arm64_walk.c - AArch64's operations in the quick walk: see walk.h. */
#include "../walk.h"

RARELY(ARM64_MOV)
