/* riscv_far.c - RISC-V: branches and calls that do not reach. See riscv.h.
 *
 * A stub loads the address behind it into t3, as the stubs of the PLT do, and jumps there.
 */
#include "riscv.h"

enum { AUIPC_T3 = 0x00000e17, LD_T3_16_T3 = 0x010e3e03, LW_T3_16_T3 = 0x010e2e03, JR_T3 = 0x000e0067, JAL = 0x0000006f };

static void stub(uint8_t *w, uint64_t address, const uint8_t *list)
{
  bool is64 = list[LIST_AT_ISA] == ISA_RISCV64;

  far_put(list, w, AUIPC_T3, 4);
  far_put(list, w + 4, is64 ? LD_T3_16_T3 : LW_T3_16_T3, 4);
  far_put(list, w + 8, JR_T3, 4);
  far_put(list, w + 12, 0, 4);
  far_put(list, w + 16, is64 ? address : (uint32_t)address, 8);
}

static const uint8_t jal[LIST_FIELD] = {
  [FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_SIGNED, [FIELD_ORIGIN] = ORIGIN_START, [FIELD_SHIFT] = 1, [FIELD_BITS] = 20,
  [FIELD_PIECES] = 4, FIELD_PIECE_AT(0, 19, 31, 1), FIELD_PIECE_AT(1, 0, 21, 10), FIELD_PIECE_AT(2, 10, 20, 1),
  FIELD_PIECE_AT(3, 11, 12, 8), [FIELD_ESCAPE] = RISCV_ESCAPE_JUMP};

/* beq, bne; blt, bge; bltu, bgeu: bit 12 makes the opposite. It goes over the jal: imm[4:1], of 8, is in bits 11:8. */
static void grow(uint8_t *end, unsigned way, const uint8_t *list)
{
  (void)way;
  far_put(list, end - 4, (far_get(list, end - 4, 4) ^ 1u << 12) | 4u << 8, 4);
  far_put(list, end, JAL, 4);
}

static void over(uint8_t *w, uint32_t n, const uint8_t *list)
{
  far_put(list, w, JAL | (uint32_t)field_place(jal, (n + 4) / 2), 4);
}

static const struct far_way ways[] = {[RISCV_ESCAPE_JUMP - 1] = {0, NULL}, [RISCV_ESCAPE_BRANCH - 1] = {4, jal}};

const struct isa_far riscv_far = {.ways = ways, .nways = RISCV_ESCAPES, .stub_size = 24, .over_size = 4, .trap_size = 4, .trap = 0,
                                  .grow = grow, .stub = stub, .over = over};
