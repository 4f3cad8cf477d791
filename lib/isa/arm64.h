/* arm64.h - AArch64: what is beyond the reach of its instructions. See stub.h, struct isa_facts. */
#ifndef DASM_ISA_ARM64_H
#define DASM_ISA_ARM64_H

#include <stddef.h>
#include <stdint.h>

/* FIELD_ESCAPE: how it reaches what is out of reach. */
enum {
  ARM64_ESCAPE_JUMP = 1,  /* b, bl: to a stub */
  ARM64_ESCAPE_CONDITION, /* b.eq and so on: the opposite branch over a b, which may go to a stub; */
  ARM64_ESCAPE_TEST,      /* the same of cbz, cbnz, tbz, tbnz */
  ARM64_ESCAPES = ARM64_ESCAPE_TEST
};
enum { ARM64_STUB = 16 };

void arm64_stub(uint8_t *w, size_t n, const uint8_t *list, const uint64_t *address);
unsigned arm64_grows(unsigned how);
const uint8_t *arm64_grow(uint8_t *end, unsigned how, const uint8_t *list);

#endif
