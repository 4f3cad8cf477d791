/* ops.c - what ops.def says, as a table; part of both libraries. */
#include "record.h"

const struct op_facts op_facts[OP_COUNT] = {
#define OP(name, operands, takes, bytes, words) [OP_##name] = {operands, takes, bytes, words},
#include "ops.def"
#undef OP
};
