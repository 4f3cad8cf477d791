/* dwarf.c - DWARF for one function: how to unwind it, which line each address is.
 *
 * Sections: .eh_frame (LSB 5.0, 10.6), .debug_line, .debug_abbrev and .debug_info (DWARF 4).
 * Only what the host's own tools need: addresses and byte order are the host's.
 */
#include "host.h"
#include "tools.h"

#ifdef HOST_FRAMES
static const struct host_frames host = HOST_FRAMES;
#else
static const struct host_frames host = { .sp = 0 };
#endif
#define WORD ((int64_t)sizeof(void *))

/* DWARF 4, 7.23: call frame instructions. */
enum { CFA_ADVANCE_LOC = 0x40, CFA_OFFSET = 0x80, CFA_ADVANCE_LOC4 = 0x04, CFA_OFFSET_EXTENDED = 0x05,
       CFA_RESTORE_EXTENDED = 0x06, CFA_REMEMBER_STATE = 0x0a, CFA_RESTORE_STATE = 0x0b, CFA_DEF_CFA = 0x0c,
       CFA_DEF_CFA_REGISTER = 0x0d, CFA_DEF_CFA_OFFSET = 0x0e, CFA_DEF_CFA_EXPRESSION = 0x0f, CFA_OFFSET_EXTENDED_SF = 0x11,
       CFA_DEF_CFA_SF = 0x12, CFA_DEF_CFA_OFFSET_SF = 0x13 };

static void advance(struct bytes *b, uint32_t from, uint32_t to)
{
  if (to == from)
    return;
  if (to - from < 0x40) {
    bytes_u8(b, CFA_ADVANCE_LOC | (to - from));
  } else {
    bytes_u8(b, CFA_ADVANCE_LOC4);
    bytes_u32(b, to - from);
  }
}

static void def_cfa(struct bytes *b, unsigned reg, int64_t offset)
{
  bytes_u8(b, CFA_DEF_CFA);
  bytes_uleb(b, reg);
  bytes_uleb(b, (uint64_t)offset);
}

/* Register saved at CFA + offset; the CIE's data alignment is -WORD. */
static void saved(struct bytes *b, unsigned reg, int64_t offset)
{
  bytes_u8(b, CFA_OFFSET_EXTENDED_SF);
  bytes_uleb(b, reg);
  bytes_sleb(b, offset / -WORD);
}

static bool known_cfi(const dasm_Cfi *c, const dasm_Cfi *before, size_t size)
{
  bool reg = c->op != DASM_CFI_DEF_CFA_OFFSET && c->op != DASM_CFI_REMEMBER && c->op != DASM_CFI_RECALL;

  if (c->op < DASM_CFI_DEF_CFA || c->op > DASM_CFI_RECALL || c->offset > size ||
      (before && c->offset < before->offset) || (reg && (c->reg < 0 || c->reg > 1023)))
    return false;
  if (c->op == DASM_CFI_DEF_CFA || c->op == DASM_CFI_DEF_CFA_OFFSET)
    return c->value >= 0;
  return c->op != DASM_CFI_OFFSET || c->value % WORD == 0;
}

static void put_cfi(struct bytes *b, const dasm_Cfi *c)
{
  switch (c->op) {
  case DASM_CFI_DEF_CFA:
    def_cfa(b, (unsigned)c->reg, c->value);
    break;
  case DASM_CFI_DEF_CFA_REG:
    bytes_u8(b, CFA_DEF_CFA_REGISTER);
    bytes_uleb(b, (unsigned)c->reg);
    break;
  case DASM_CFI_DEF_CFA_OFFSET:
    bytes_u8(b, CFA_DEF_CFA_OFFSET);
    bytes_uleb(b, (uint64_t)c->value);
    break;
  case DASM_CFI_OFFSET:
    saved(b, (unsigned)c->reg, c->value);
    break;
  case DASM_CFI_RESTORE:
    bytes_u8(b, CFA_RESTORE_EXTENDED);
    bytes_uleb(b, (unsigned)c->reg);
    break;
  default:
    bytes_u8(b, c->op == DASM_CFI_REMEMBER ? CFA_REMEMBER_STATE : CFA_RESTORE_STATE);
    break;
  }
}

/* What is at the stack pointer is what that was before: DWARF 4, 2.5.1. */
static void chained_frame(struct bytes *b)
{
  enum { OP_DEREF = 0x06, OP_BREG = 0x70 };

  bytes_u8(b, CFA_DEF_CFA_EXPRESSION);
  bytes_uleb(b, 3);
  bytes_u8(b, OP_BREG + host.sp);
  bytes_sleb(b, 0);
  bytes_u8(b, OP_DEREF);
  saved(b, host.returns, host.chain);
}

/* Code that keeps a frame pointer: exact in the usual prologue, and at a last `pop; ret`. */
static void default_frame(struct bytes *b, const struct code_facts *f)
{
  const uint8_t *p = (const uint8_t *)f->base;
  uint32_t pad = (uint32_t)(f->base - f->entry), size = (uint32_t)(f->size - pad), first = 0;
  uint32_t body = host_prologue(p, size, &first), last = host_epilogue(p, size);

  if (host.chain != 0) {
    chained_frame(b);
    return;
  }
  if (body != 0) {
    advance(b, 0, pad + first);
    def_cfa(b, host.sp, 2 * WORD);
    saved(b, host.fp, -2 * WORD);
    advance(b, pad + first, pad + body);
    bytes_u8(b, CFA_DEF_CFA_REGISTER);
    bytes_uleb(b, host.fp);
  } else {
    def_cfa(b, host.fp, host.fp_is_cfa ? 0 : 2 * WORD);
    saved(b, host.fp, -2 * WORD);
    if (!host.pushed)
      saved(b, host.returns, -WORD);
  }
  if (last != 0 && size > body + 2) {
    advance(b, body ? pad + body : 0, pad + size - last);
    def_cfa(b, host.sp, WORD);
    bytes_u8(b, CFA_RESTORE_EXTENDED);
    bytes_uleb(b, host.fp);
  }
}

bool dwarf_knows_frames(void)
{
#ifdef HOST_FRAMES
  return true;
#else
  return false;
#endif
}

/* DWARF Exception Header Encoding, LSB 5.0, 10.5. */
enum { PE_ABSPTR = 0x00, PE_UDATA4 = 0x03, PE_SDATA4 = 0x0b, PE_PCREL = 0x10, PE_DATAREL = 0x30 };

static size_t put_cie(struct bytes *b, enum frames_kind kind)
{
  size_t cie = b->n, begin = bytes_begin(b);

  bytes_u32(b, kind == FRAMES_DEBUG ? UINT32_MAX : 0);
  bytes_u8(b, 1);
  bytes_text(b, kind == FRAMES_DEBUG ? "" : "zR");
  bytes_uleb(b, 1); /* units of code: bytes */
  bytes_sleb(b, -WORD);
  bytes_uleb(b, host.returns);
  if (kind != FRAMES_DEBUG) {
    bytes_uleb(b, 1);
    bytes_u8(b, kind == FRAMES_ABSOLUTE ? PE_ABSPTR : PE_PCREL | PE_SDATA4);
  }
  def_cfa(b, host.sp, host.pushed ? WORD : 0);
  if (host.pushed)
    saved(b, host.returns, -WORD);
  bytes_align(b, sizeof(void *));
  bytes_end(b, begin);
  return cie;
}

/* The address and size of the code. The section starts at b's start. */
static void put_range(struct bytes *b, const struct code_facts *f, enum frames_kind kind)
{
  if (kind != FRAMES_RELATIVE) {
    bytes_addr(b, f->entry);
    bytes_addr(b, f->size);
  } else {
    bytes_u32(b, (uint32_t)0 - (uint32_t)(((f->size + 7) & ~(size_t)7) + b->n));
    bytes_u32(b, (uint32_t)f->size);
  }
}

int dwarf_frames(struct bytes *b, const struct code_facts *f, enum frames_kind kind, size_t *fde)
{
  const dasm_CodeInfo *info = f->info;
  uint32_t pad = (uint32_t)(f->base - f->entry), at = 0;
  size_t cie = put_cie(b, kind), begin;
  unsigned i;

  *fde = b->n;
  begin = bytes_begin(b);
  bytes_u32(b, (uint32_t)(kind == FRAMES_DEBUG ? cie : b->n - cie));
  put_range(b, f, kind);
  if (kind != FRAMES_DEBUG)
    bytes_uleb(b, 0);
  for (i = 0; info && i < info->ncfi; i++) {
    const dasm_Cfi *c = &info->cfi[i];

    if (!known_cfi(c, i ? c - 1 : NULL, f->size - pad))
      return DASM_S_ARG;
    advance(b, at, c->offset ? pad + c->offset : 0);
    at = c->offset ? pad + c->offset : 0;
    put_cfi(b, c);
  }
  if (info && info->ncfi == 0 && (info->flags & DASM_CODE_FRAME))
    default_frame(b, f);
  bytes_align(b, sizeof(void *));
  bytes_end(b, begin);
  if (kind != FRAMES_DEBUG)
    bytes_u32(b, 0);
  return b->failed ? DASM_S_NOMEM : DASM_S_OK;
}

/* LSB 5.0, 10.6.2. Its addresses count from its own start or field. */
void dwarf_frames_header(struct bytes *b, const struct code_facts *f, size_t fde)
{
  uint32_t at;

  bytes_align(b, 4);
  at = (uint32_t)b->n;
  bytes_u8(b, 1);
  bytes_u8(b, PE_PCREL | PE_SDATA4);   /* of the section's address */
  bytes_u8(b, PE_UDATA4);              /* of the number of entries */
  bytes_u8(b, PE_DATAREL | PE_SDATA4); /* of the entries */
  bytes_u32(b, (uint32_t)0 - (at + 4));
  bytes_u32(b, 1);
  bytes_u32(b, (uint32_t)0 - (uint32_t)(((f->size + 7) & ~(size_t)7) + at));
  bytes_u32(b, (uint32_t)fde - at);
}

/* ---- Lines ---- */

enum { LNS_COPY = 1, LNS_ADVANCE_PC = 2, LNS_ADVANCE_LINE = 3, LNS_SET_FILE = 4, LNE_END_SEQUENCE = 1,
       LNE_SET_ADDRESS = 2 };

/* Files are numbered in order of first use, from 1. */
static unsigned file_number(const struct code_facts *f, size_t line, bool *first)
{
  unsigned n = 1;
  size_t i, k;

  for (i = 0; i < line; i++) {
    if (f->lines[i].file == f->lines[line].file)
      break;
    for (k = 0; k < i && f->lines[k].file != f->lines[i].file; k++)
      ;
    n += k == i;
  }
  *first = i == line;
  return n;
}

static void line_program(struct bytes *b, const struct code_facts *f)
{
  uint32_t address = 0, line = 1;
  unsigned file = 1, n;
  bool first;
  size_t i;

  bytes_u8(b, 0);
  bytes_uleb(b, 1 + sizeof(uintptr_t));
  bytes_u8(b, LNE_SET_ADDRESS);
  bytes_addr(b, f->base);
  for (i = 0; i < f->nlines; i++) {
    const dasm_Line *l = &f->lines[i];

    if (i == 0 || l->file != l[-1].file) {
      n = file_number(f, i, &first);
      if (n != file) {
        bytes_u8(b, LNS_SET_FILE);
        bytes_uleb(b, file = n);
      }
    }
    bytes_u8(b, LNS_ADVANCE_PC);
    bytes_uleb(b, l->offset - address);
    bytes_u8(b, LNS_ADVANCE_LINE);
    bytes_sleb(b, (int64_t)l->line - line);
    bytes_u8(b, LNS_COPY);
    address = l->offset;
    line = l->line;
  }
  bytes_u8(b, LNS_ADVANCE_PC);
  bytes_uleb(b, f->size - (f->base - f->entry) - address);
  bytes_u8(b, 0);
  bytes_uleb(b, 1);
  bytes_u8(b, LNE_END_SEQUENCE);
}

void dwarf_lines(struct bytes *b, const struct code_facts *f)
{
  static const uint8_t lengths[] = { 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1 };
  size_t unit = bytes_begin(b), header, i;
  bool first;

  bytes_u16(b, 4);
  header = bytes_begin(b);
  bytes_u8(b, 1);             /* instruction length */
  bytes_u8(b, 1);             /* operations per instruction */
  bytes_u8(b, 1);             /* lines are statements */
  bytes_u8(b, (uint8_t)-5);   /* line base, line range: special opcodes are not used */
  bytes_u8(b, 14);
  bytes_u8(b, sizeof lengths + 1);
  bytes_add(b, lengths, sizeof lengths);
  bytes_u8(b, 0);             /* no directories */
  for (i = 0; i < f->nlines; i++) {
    if (i > 0 && f->lines[i].file == f->lines[i - 1].file)
      continue;
    (void)file_number(f, i, &first);
    if (!first)
      continue;
    bytes_text(b, f->lines[i].file);
    bytes_uleb(b, 0);
    bytes_uleb(b, 0);
    bytes_uleb(b, 0);
  }
  bytes_u8(b, 0);
  bytes_end(b, header);
  line_program(b, f);
  bytes_end(b, unit);
}

/* ---- The compilation unit with its one function ---- */

enum { TAG_COMPILE_UNIT = 0x11, TAG_SUBPROGRAM = 0x2e };
enum { AT_NAME = 0x03, AT_STMT_LIST = 0x10, AT_LOW_PC = 0x11, AT_HIGH_PC = 0x12, AT_LANGUAGE = 0x13,
       AT_EXTERNAL = 0x3f, AT_FRAME_BASE = 0x40 };
enum { FORM_ADDR = 0x01, FORM_DATA2 = 0x05, FORM_DATA8 = 0x07, FORM_STRING = 0x08, FORM_SEC_OFFSET = 0x17,
       FORM_EXPRLOC = 0x18, FORM_FLAG_PRESENT = 0x19 };
enum { LANG_MIPS_ASSEMBLER = 0x8001, OP_CALL_FRAME_CFA = 0x9c };

void dwarf_abbrevs(struct bytes *b)
{
  static const uint8_t abbrevs[] = {
    1, TAG_COMPILE_UNIT, 1,
    AT_STMT_LIST, FORM_SEC_OFFSET, AT_NAME, FORM_STRING, AT_LANGUAGE, FORM_DATA2, AT_LOW_PC, FORM_ADDR,
    AT_HIGH_PC, FORM_DATA8, 0, 0,
    2, TAG_SUBPROGRAM, 0,
    AT_NAME, FORM_STRING, AT_LOW_PC, FORM_ADDR, AT_HIGH_PC, FORM_DATA8, AT_EXTERNAL, FORM_FLAG_PRESENT,
    AT_FRAME_BASE, FORM_EXPRLOC, 0, 0,
    0
  };

  bytes_add(b, abbrevs, sizeof abbrevs);
}

void dwarf_info(struct bytes *b, const struct code_facts *f)
{
  size_t unit = bytes_begin(b);

  bytes_u16(b, 4);
  bytes_u32(b, 0);
  bytes_u8(b, sizeof(void *));
  bytes_uleb(b, 1);
  bytes_u32(b, 0);
  bytes_text(b, f->nlines ? f->lines[0].file : "");
  bytes_u16(b, LANG_MIPS_ASSEMBLER);
  bytes_addr(b, f->entry);
  bytes_u64(b, f->size);
  bytes_uleb(b, 2);
  bytes_text(b, f->name);
  bytes_addr(b, f->entry);
  bytes_u64(b, f->size);
  bytes_uleb(b, 1);
  bytes_u8(b, OP_CALL_FRAME_CFA);
  bytes_u8(b, 0);
  bytes_end(b, unit);
}
