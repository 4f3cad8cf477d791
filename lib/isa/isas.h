/* isas.h - the headers of all ISAs that have operations of their own. */
#include "x86.h"
