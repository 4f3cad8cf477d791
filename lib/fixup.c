/* fixup.c - the tables of what fixups and ISAs need to be known for. */
#include "internal.h"

/* The first has nothing: it stands for gaps. */
const struct fixup fixups[FIX_COUNT_] = {
    /*                  bytes field shrink relative */
    [FIX_X86_REL32] = {4, 4, 0, true},
    [FIX_X86_JMP] = {2, 4, 3, true},
    [FIX_X86_JCC] = {2, 4, 4, true},
    [FIX_X86_REL8] = {1, 1, 0, true},
    [FIX_ABS32] = {4, 4, 0, false},
    [FIX_ABS32S] = {4, 4, 0, false},
    [FIX_ABS64] = {8, 8, 0, false},
};

static const struct isa_facts facts[] = {
    [ISA_X86] = {{0x90, 0x90, 0x90, 0x90}, true},
    [ISA_X64] = {{0x90, 0x90, 0x90, 0x90}, false},
};

const struct isa_facts *isa_facts(enum tmpl_isa isa)
{
  return isa >= ISA_X86 && isa <= ISA_X64 ? &facts[isa] : NULL;
}
