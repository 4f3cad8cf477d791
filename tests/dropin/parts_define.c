#include "parts.h"
#include "dasm_x86.h"
