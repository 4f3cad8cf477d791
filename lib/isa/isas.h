/* isas.h - the headers of all ISAs that have operations of their own. */
#include "riscv.h"
#include "x86.h"
