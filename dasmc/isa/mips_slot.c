/* mips_slot.c - what may stand behind a branch: warnings where that is plainly wrong.
 *
 * The instruction behind a branch is in its delay slot: it is executed before the branch is taken.
 * Behind a conditional compact branch of release 6 is a forbidden slot. What an instruction that
 * goes elsewhere does in either is not defined (MIPS64 Volume I, 5.3). Only what stands behind a
 * branch for sure is looked at: with C code or a label between them, the order of the text says
 * little about that of the code.
 */
#include "mips.h"

/* Of those that no operand shows. */
static const struct {
  const char *name;
  uint8_t slot; /* enum mips_slot */
} others[] = {
  { "j", MIPS_SLOT_DELAY },       { "jal", MIPS_SLOT_DELAY },
  { "jr", MIPS_SLOT_DELAY },      { "jr.hb", MIPS_SLOT_DELAY }, { "jalr", MIPS_SLOT_DELAY },
  { "jalr.hb", MIPS_SLOT_DELAY }, { "nal", MIPS_SLOT_DELAY },   { "jic", MIPS_SLOT_NONE },
  { "jialc", MIPS_SLOT_NONE },    { "jrc", MIPS_SLOT_NONE },    { "jalrc", MIPS_SLOT_NONE },
  { "bc", MIPS_SLOT_NONE },       { "balc", MIPS_SLOT_NONE },   { "eret", MIPS_SLOT_NONE },
  { "eretnc", MIPS_SLOT_NONE },   { "deret", MIPS_SLOT_NONE },  { "pause", MIPS_SLOT_NONE },
  { "wait", MIPS_SLOT_NONE },
};

/* Is a label among the operands that the instruction goes to? (lapc and lwpc have labelpc.) */
static bool goes_to_label(const char *operands)
{
  const char *last = strrchr(operands, ' ');

  last = last ? last + 1 : operands;
  return strcmp(last, "label") == 0 || strcmp(last, "target") == 0;
}

/* Does the instruction go elsewhere? What does it ask of the one behind it? */
static bool is_control(const struct row *r, enum mips_slot *slot)
{
  for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
    if (strcmp(others[i].name, r->mnemonic) == 0) {
      *slot = others[i].slot;
      return true;
    }
  *slot = MIPS_SLOT_NONE;
  if (!goes_to_label(r->operands))
    return false;
  *slot = r->mnemonic[strlen(r->mnemonic) - 1] == 'c' ? MIPS_SLOT_FORBIDDEN : MIPS_SLOT_DELAY;
  return true;
}

static bool in_slot(const struct mips *M, struct build_place here)
{
  return M->slot != MIPS_SLOT_NONE && here.records == M->behind.records &&
         here.bytes == M->behind.bytes;
}

void mips_slot_after(struct front *F, struct mips *M, struct span op, struct build_place before)
{
  struct row r = row_split(&mips_plain.rows, M->isa.chosen);
  bool inside = in_slot(M, before);
  enum mips_slot slot;

  if (!is_control(&r, &slot))
    return; /* build_place() says that something is behind the branch */
  if (inside)
    diag_warning(F, op,
                 "[delay-slot] '%.*s' is in the %s slot of the branch before it, where its effect "
                 "is not defined",
                 (int)op.n, op.p, M->slot == MIPS_SLOT_DELAY ? "delay" : "forbidden");
  if (inside)
    diag_help(F, "put nop, or an instruction that belongs there, between them");
  build_once(F);
  M->slot = slot;
  M->behind = build_place(F);
}

void mips_slot_several(struct front *F, const struct mips *M, struct span op)
{
  if (!in_slot(M, build_place(F)) || M->slot != MIPS_SLOT_DELAY)
    return;
  diag_warning(
      F, op,
      "[delay-slot] '%.*s' is several instructions, of which only the first is in the delay slot",
      (int)op.n, op.p);
  diag_help(F, "put it before the branch, and nop behind it");
}

void mips_slot_leave(struct front *F, struct isa_state *S, const struct stmt *st)
{
  const struct mips *M = (struct mips *)S;

  if (!in_slot(M, build_place(F)) || M->slot != MIPS_SLOT_DELAY)
    return;
  diag_warning(F, st->op, "[delay-slot] the branch before '%.*s' has nothing in its delay slot",
               (int)st->op.n, st->op.p);
  diag_help(F, "what comes next in its section is executed before the branch is taken: put nop "
               "there, or an instruction");
}
