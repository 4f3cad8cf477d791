/* arm64_name.c - words that stand for numbers. */
#include "arm64.h"

struct word_number {
  const char *name;
  uint16_t number;
  uint8_t reg; /* of operations: 1 with a register, 2 without, 3 either; of registers: 1 read, 2 written, 3 both; of conditions: 1 SVE's name */
};

static const struct word_number conds[] = {
  {"eq", 0, 0}, {"ne", 1, 0}, {"cs", 2, 0}, {"hs", 2, 0}, {"cc", 3, 0}, {"lo", 3, 0}, {"mi", 4, 0}, {"pl", 5, 0}, {"vs", 6, 0},
  {"vc", 7, 0}, {"hi", 8, 0}, {"ls", 9, 0}, {"ge", 10, 0}, {"lt", 11, 0}, {"gt", 12, 0}, {"le", 13, 0}, {"al", 14, 0}, {"nv", 15, 0},
  {"none", 0, 1}, {"any", 1, 1}, {"nlast", 2, 1}, {"last", 3, 1}, {"first", 4, 1}, {"nfrst", 5, 1}, {"pmore", 8, 1}, {"plast", 9, 1},
  {"tcont", 10, 1}, {"tstop", 11, 1}, {NULL, 0, 0},
};
static const struct word_number patterns[] = {
  {"pow2", 0, 0}, {"vl1", 1, 0}, {"vl2", 2, 0}, {"vl3", 3, 0}, {"vl4", 4, 0}, {"vl5", 5, 0}, {"vl6", 6, 0}, {"vl7", 7, 0}, {"vl8", 8, 0},
  {"vl16", 9, 0}, {"vl32", 10, 0}, {"vl64", 11, 0}, {"vl128", 12, 0}, {"vl256", 13, 0}, {"mul4", 29, 0}, {"mul3", 30, 0}, {"all", 31, 0}, {NULL, 0, 0},
};
static const struct word_number prfops[] = {
  {"pldl1keep", 0, 0}, {"pldl1strm", 1, 0}, {"pldl2keep", 2, 0}, {"pldl2strm", 3, 0}, {"pldl3keep", 4, 0}, {"pldl3strm", 5, 0},
  {"pldslckeep", 6, 0}, {"pldslcstrm", 7, 0}, {"plil1keep", 8, 0}, {"plil1strm", 9, 0}, {"plil2keep", 10, 0}, {"plil2strm", 11, 0},
  {"plil3keep", 12, 0}, {"plil3strm", 13, 0}, {"plislckeep", 14, 0}, {"plislcstrm", 15, 0}, {"pstl1keep", 16, 0}, {"pstl1strm", 17, 0},
  {"pstl2keep", 18, 0}, {"pstl2strm", 19, 0}, {"pstl3keep", 20, 0}, {"pstl3strm", 21, 0}, {"pstslckeep", 22, 0}, {"pstslcstrm", 23, 0}, {NULL, 0, 0},
};
static const struct word_number sve_prfops[] = {
  {"pldl1keep", 0, 0}, {"pldl1strm", 1, 0}, {"pldl2keep", 2, 0}, {"pldl2strm", 3, 0}, {"pldl3keep", 4, 0}, {"pldl3strm", 5, 0},
  {"pstl1keep", 8, 0}, {"pstl1strm", 9, 0}, {"pstl2keep", 10, 0}, {"pstl2strm", 11, 0}, {"pstl3keep", 12, 0}, {"pstl3strm", 13, 0}, {NULL, 0, 0},
};
static const struct word_number rprfops[] = {{"pldkeep", 0, 0}, {"pstkeep", 1, 0}, {"pldstrm", 4, 0}, {"pststrm", 5, 0}, {NULL, 0, 0}};
/* op1:op2, and with a bit of CRm between. */
static const struct word_number pstates[] = {
  {"uao", 3, 0}, {"pan", 4, 0}, {"spsel", 5, 0}, {"ssbs", 3 << 3 | 1, 0}, {"dit", 3 << 3 | 2, 0}, {"tco", 3 << 3 | 4, 0},
  {"daifset", 3 << 3 | 6, 0}, {"daifclr", 3 << 3 | 7, 0}, {NULL, 0, 0},
};
static const struct word_number pstates1[] = {
  {"allint", 1 << 6, 0}, {"pm", 1 << 6 | 1 << 3, 0}, {"svcrsm", 3 << 6 | 1 << 3 | 3, 0}, {"svcrza", 3 << 6 | 2 << 3 | 3, 0},
  {"svcrsmza", 3 << 6 | 3 << 3 | 3, 0}, {NULL, 0, 0},
};

enum { RO = 1, WO = 2, RW = 3, REG = 1, NONE = 2 };
#define R(name, op0, op1, crn, crm, op2, access) {name, ((op0) & 1) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2), access},
#define O(...)
static const struct word_number sysregs[] = {
#include "arm64_sysreg.def"
  {NULL, 0, 0},
};
#undef R
#undef O

#define R(...)
#define O(ins, name, op1, crn, crm, op2, reg) {ins " " name, (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2), reg},
static const struct word_number operations[] = {
#include "arm64_sysreg.def"
  {NULL, 0, 0},
};

static bool same(struct span text, const char *name)
{
  for (size_t i = 0; i < text.n; i++) {
    char c = text.p[i];

    if (c >= 'A' && c <= 'Z')
      c = (char)(c | 32);
    if (c != name[i])
      return false;
  }
  return name[text.n] == '\0';
}

static const struct word_number *find(const struct word_number *w, struct span text)
{
  for (; w->name; w++)
    if (same(text, w->name))
      return w;
  return NULL;
}

/* A number of one or two digits at *p, below limit. */
static bool digits(const char **p, const char *end, unsigned limit, unsigned *out)
{
  const char *start = *p;

  for (*out = 0; *p < end && char_is(**p, CHAR_DIGIT) && *p - start < 2; ++*p)
    *out = 10 * *out + (unsigned)(**p - '0');
  return *p > start && *out < limit;
}

/* s3_0_c15_c2_7 */
static long generic(struct span text)
{
  static const struct {
    char before[3];
    uint8_t limit, shift;
  } part[] = {{"s", 4, 14}, {"_", 8, 11}, {"_c", 16, 7}, {"_c", 16, 3}, {"_", 8, 0}};
  const char *p = text.p, *end = text.p + text.n;
  unsigned v, number = 0;

  for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
    for (const char *b = part[i].before; *b; b++)
      if (p == end || (*p++ | 32) != (*b | 32))
        return -1;
    if (!digits(&p, end, part[i].limit, &v) || (i == 0 && v < 2))
      return -1;
    number |= (i == 0 ? v & 1 : v) << part[i].shift;
  }
  return p == end ? (long)number : -1;
}

static long operation(const char *ins, struct span text, unsigned *reg)
{
  size_t n = strlen(ins);

  for (const struct word_number *w = operations; w->name; w++)
    if (strncmp(w->name, ins, n) == 0 && w->name[n] == ' ' && same(text, w->name + n + 1)) {
      *reg = w->reg;
      return w->number;
    }
  return -1;
}

long a64_word(unsigned words, struct span text, unsigned *reg)
{
  static const struct word_number *const tables[] = {
    [WORDS_COND] = conds,           [WORDS_COND_NOT] = conds,   [WORDS_PATTERN] = patterns, [WORDS_PRFOP] = prfops,
    [WORDS_SVE_PRFOP] = sve_prfops, [WORDS_RPRFOP] = rprfops,   [WORDS_PSTATE] = pstates,   [WORDS_PSTATE1] = pstates1,
    [WORDS_SYSREG] = sysregs,
  };
  static const char *const ins[] = {[WORDS_AT] = "at", [WORDS_BRB] = "brb", [WORDS_DC] = "dc", [WORDS_IC] = "ic",
                                    [WORDS_TLBI] = "tlbi", [WORDS_TLBIP] = "tlbip"};
  const struct word_number *w;
  unsigned v;
  const char *p = text.p + 1;

  *reg = 3;
  if (words == WORDS_CN)
    return text.n > 1 && (text.p[0] | 32) == 'c' && digits(&p, text.p + text.n, 16, &v) && p == text.p + text.n ? (long)v : -1;
  if (words >= WORDS_AT)
    return operation(ins[words], text, reg);
  w = find(tables[words], text);
  if (!w)
    return words == WORDS_SYSREG ? generic(text) : -1;
  if (words == WORDS_SYSREG || words <= WORDS_COND_NOT)
    *reg = w->reg;
  if (words == WORDS_COND_NOT)
    return w->number < 14 ? w->number ^ 1 : -1;
  return w->number;
}

const char *a64_sysreg_name(size_t index, unsigned *number)
{
  if (index >= sizeof(sysregs) / sizeof(sysregs[0]))
    return NULL;
  *number = sysregs[index].number;
  return sysregs[index].name;
}
