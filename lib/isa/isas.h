/* isas.h - the headers of all ISAs that have operations or stubs of their own. */
#include "arm64.h"
#include "loongarch.h"
#include "mips.h"
#include "ppc.h"
#include "riscv.h"
#include "x86.h"
